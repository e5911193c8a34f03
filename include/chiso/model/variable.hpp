#pragma once

#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/size.hpp"
#include "chiso/model/provenance.hpp"

namespace chiso {

/// A raw measured column: a number, or one of ordered categories.
struct Variable {
  std::string code;
  Title title;
  std::string unit;  ///< Unit of measurement, for people.
  Interval range;    ///< Values outside are refused.
  bool zero_is_missing = false;
  std::vector<std::string> categories;  ///< From worst to best; empty for a number.
  Provenance provenance;
  Location location;

  [[nodiscard]] bool is_category() const noexcept { return !categories.empty(); }

  friend bool operator==(const Variable& a, const Variable& b) {
    return a.code == b.code && a.title == b.title && a.unit == b.unit && a.range == b.range &&
           a.zero_is_missing == b.zero_is_missing && a.categories == b.categories &&
           a.provenance == b.provenance;
  }
};

}  // namespace chiso
