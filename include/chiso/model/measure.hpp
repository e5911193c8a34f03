#pragma once

#include <string>
#include <vector>

namespace chiso {

/// What a leaf reads: the number that its rule turns into a score.
///
/// Missing if a variable it needs is missing, or if the denominator of a ratio is zero.
struct Measure {
  enum class Kind {
    variable,  ///< One variable as it is.
    sum,       ///< Sum of coefficient times variable.
    mean,      ///< Mean of the variables.
    ratio,     ///< One such sum over another.
    all_of,    ///< The lowest of the variables: all of several conditions.
    any_of     ///< The highest of the variables.
  };
  struct Term {
    std::string variable;
    double coefficient = 1.0;
    friend bool operator==(const Term&, const Term&) = default;
  };

  Kind kind = Kind::variable;
  std::vector<Term> terms;        ///< The variables; the numerator of a ratio.
  std::vector<Term> denominator;  ///< Of a ratio only.
  double times = 1.0;  ///< Factor on a sum, mean or ratio; 100 makes a share a percentage.

  [[nodiscard]] static Measure of(std::string variable) {
    return {Kind::variable, {{std::move(variable), 1.0}}, {}, 1.0};
  }

  friend bool operator==(const Measure&, const Measure&) = default;
};

}  // namespace chiso
