#pragma once

#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/provenance.hpp"

namespace chiso {

/// Who can be given a task: an office, a person in office, or a group of agencies.
struct Agency {
  std::string code;
  Title title;
  std::vector<std::string> aliases;  ///< Other spellings of the name, also of the plan's own text.
  std::string head;                  ///< Who answers in person: "Director of ..."; may be empty.
  std::string parent;                ///< Code of the agency that it belongs to; may be empty.
  bool is_group = false;             ///< A task given to it is every member's.
  std::vector<std::string> members;  ///< Of a group: codes, groups among them too. May be unknown.
  Provenance provenance;
  Location location;

  friend bool operator==(const Agency& a, const Agency& b);
};

}  // namespace chiso
