#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

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
  double lowest = 0.0;  ///< No value is below; -infinity: no bound known.
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
    missing_slips,  ///< A missing variable can leave a score, and nothing in the formula asks for
                    ///< it.
    divides_by_zero,
    no_real_number,  ///< sqrt below 0, log at 0, power.
    overflows,
    never_runs,      ///< A branch that no values reach.
    always_decided,  ///< A condition that is always true or always false.
    gap,             ///< A table of conditions leaves a hole that falls to the last branch.
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

/// All findings, in the order of the text.
[[nodiscard]] std::vector<FormulaFinding> check_formula(const Formula& formula,
                                                        const FormulaSymbols& symbols,
                                                        const AnalysisBudget& budget = {});

[[nodiscard]] std::string_view name(FormulaFinding::Kind kind) noexcept;

}  // namespace chiso
