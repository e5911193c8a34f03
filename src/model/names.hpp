#pragma once

#include <string_view>

#include "chiso/model/criterion.hpp"

/// Names as definitions write them.
namespace chiso {

[[nodiscard]] constexpr std::string_view name(MissingPolicy policy) noexcept {
  switch (policy) {
    case MissingPolicy::error:
      return "error";
    case MissingPolicy::no_score:
      return "no_score";
    case MissingPolicy::renormalise:
      return "renormalise";
    case MissingPolicy::reduce_maximum:
      return "reduce_maximum";
  }
  return "";
}

[[nodiscard]] constexpr std::string_view name(NotApplicable policy) noexcept {
  switch (policy) {
    case NotApplicable::missing:
      return "missing";
    case NotApplicable::full_points:
      return "full_points";
    case NotApplicable::exclude:
      return "exclude";
  }
  return "";
}

[[nodiscard]] constexpr std::string_view name(Role role) noexcept {
  switch (role) {
    case Role::part:
      return "part";
    case Role::bonus:
      return "bonus";
    case Role::penalty:
      return "penalty";
  }
  return "";
}

}  // namespace chiso
