#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

/// What can be said of a formula for all values that its variables may have. By interval arithmetic
/// on boxes of variables, cut in two until the question is decided or the budget is used up.
///
/// Parameters are constants: their values in the period. Of a range without end, numbers up to
/// 1e100 are looked at, and none that are nearer to 0 than 1e-100 without being 0. Rounding counts
/// for nothing: not a difference of less than 1e-9 of the maximum, nor what it makes of large
/// numbers that cancel; nor two values of a variable that differ by less than 1e-9 of themselves.
namespace chiso {

/// Values of variables under which something happens; previous values under "prev(x)". NaN:
/// missing.
using FormulaExample = std::vector<std::pair<std::string, double>>;

/// "rate = 90, done = missing".
[[nodiscard]] std::string to_string(const FormulaExample& example, const FormulaSymbols& symbols);

/// What is proven of a claim about all values that the variables may have.
enum class Proof {
  proven,
  refuted,  ///< There is an example.
  open      ///< Neither a proof nor an example within the budget.
};

struct FormulaRange {
  /// No value is below, none above; infinite if there is no bound. There never is a value if the
  /// lowest is above the highest.
  double lowest = 0.0;
  double highest = 0.0;
  Proof inside = Proof::open;  ///< Of [0, maximum]; open too if there is no maximum.
  FormulaExample example;      ///< If refuted: gives `value`.
  double value = 0.0;

  /// Variables that are taken to have whole numbers for values, because their range begins at a
  /// whole number and the formula compares them with whole numbers only, with one inside the range
  /// by `==`.
  std::vector<std::string> counted;
};

enum class FormulaDirection { rises, falls };

struct FormulaTrend {
  Proof proof = Proof::open;
  FormulaExample lower;  ///< If refuted: two points that differ in the variable alone ...
  FormulaExample upper;
  double at_lower = 0.0;  ///< ... and their values.
  double at_upper = 0.0;
  std::vector<std::string> counted;  ///< As in FormulaRange.
};

/// Something in a formula that its author should know.
struct FormulaFinding {
  enum class Kind {
    /// Nothing in the formula asks for a variable (missing(), coalesce(), a count of numbers), and
    /// without it there still is a score: of two alternatives joined by `or` the other one is met,
    /// and the score is above the lowest; or a count of conditions takes it for not met.
    missing_slips,
    divides_by_zero,  ///< And there is no score, though all variables are present. So are these:
    no_real_number,   ///< sqrt below 0, log at 0, power.
    overflows,        ///< With variables up to 1e15.
    never_runs,       ///< A branch that no values reach.
    always_decided,   ///< Part of a condition that is always true or always false.
    gap,              ///< A table of conditions leaves a hole that falls to the last branch.
    overlap,  ///< Two conditions of a table hold for the same values, and neither is within the
              ///< other.
    unused    ///< A part that cannot matter: min(x, 200) with x in [0, 100].
  };
  Kind kind = Kind::missing_slips;
  FormulaSpan span;
  std::string message;
  std::string remedy;
  FormulaExample example;  ///< Empty if none is needed or known.

  friend bool operator==(const FormulaFinding&, const FormulaFinding&) = default;
};

/// How much an analysis may cost.
struct AnalysisBudget {
  Size boxes = 20'000;  ///< Boxes of variables looked at for one question.
};

/// The values that a formula can have when no variable is missing.
/// @throws SpecError as formula_types()
[[nodiscard]] FormulaRange formula_range(const Formula& formula, const FormulaSymbols& symbols,
                                         const AnalysisBudget& budget = {});

/// Whether a formula never falls (never rises) when one variable rises and all others stay.
[[nodiscard]] FormulaTrend formula_trend(const Formula& formula, const FormulaSymbols& symbols,
                                         const std::string& variable, FormulaDirection direction,
                                         const AnalysisBudget& budget = {});

/// All findings, in the order of the text. What is said is proven or shown by an example that was
/// evaluated; what is not said is not proven to be absent.
[[nodiscard]] std::vector<FormulaFinding> check_formula(const Formula& formula,
                                                        const FormulaSymbols& symbols,
                                                        const AnalysisBudget& budget = {});

[[nodiscard]] std::string_view name(FormulaFinding::Kind kind) noexcept;

}  // namespace chiso
