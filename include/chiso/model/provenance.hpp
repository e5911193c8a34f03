#pragma once

#include <optional>
#include <string>

#include "chiso/base/period.hpp"

namespace chiso {

/// A name for people, in English and Vietnamese; either may be empty.
struct Title {
  std::string en;
  std::string vi;

  /// The English text, else the Vietnamese one, else `otherwise`.
  [[nodiscard]] const std::string& text(const std::string& otherwise) const noexcept {
    return !en.empty() ? en : !vi.empty() ? vi : otherwise;
  }

  friend bool operator==(const Title&, const Title&) = default;
};

/// How sure a part of a definition is.
enum class Status {
  official,     ///< Stated by the publisher or in a decision.
  derived,      ///< Worked out from published figures and checked against them.
  illustrative  ///< An example; not the rule of anybody.
};

/// Where a part of a definition comes from.
struct Provenance {
  std::optional<Status> status;
  std::string source;     ///< Publisher, document, year.
  std::string reference;  ///< Link or number of the decision.
  std::optional<Date> checked;
  std::string note;

  /// This provenance, with what it leaves open taken from `parent` (except the note).
  [[nodiscard]] Provenance inherit(const Provenance& parent) const;

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace chiso
