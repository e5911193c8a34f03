#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/model/criterion.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/rule.hpp"

/// What a scenario may change. Edits name units and codes as people do; whether there are such is
/// found when they are applied.
///
/// Where a code may be a pattern, `*` stands for any run of characters and `?` for any one:
/// "informal.*". A pattern must meet something; a code that is spelled so exactly goes first.
///
/// Units are found as they are spelled, else with case, composition and the place of tone marks put
/// aside, else as a name some of whose marks were left out.
namespace chiso {

/// What an edit makes of a number.
enum class How {
  set,       ///< The number itself.
  add,       ///< Added; negative to take away.
  scale,     ///< Multiplied.
  at_most,   ///< Cut from above ("cap").
  at_least,  ///< Cut from below ("floor").
};

/// Raw values of the period that is scored. A missing value stays missing but where `set` gives
/// one; a cell that is not applicable is so no longer when it is set. A standard error is scaled
/// with its value, stays where a number is added, and is not known for another value.
///
/// After all edits the values must lie in their variables' ranges: a value may be scaled and then
/// capped.
struct ChangeValue {
  std::vector<std::string> units;  ///< Empty: all that have a row in the period.
  /// Code, or pattern over the variables that the index reads. A code that the data do not have,
  /// and the index reads, becomes a new column when it is set.
  std::string variables;
  How how = How::set;
  double amount = 0.0;   ///< NaN with `set`: the value becomes missing.
  std::string category;  ///< Of a variable of words, with `set`: in place of the amount.

  friend bool operator==(const ChangeValue& a, const ChangeValue& b);  ///< NaN equals NaN.
};

/// Scores of nodes, of indicators or of criteria, in place of what the rules give: what is below
/// the node counts no longer for the unit, now and in later edits. `add`, `scale`, `at_most` and
/// `at_least` begin with the score as it is after the edits before this one; where that is missing,
/// or would not change, nothing is set.
struct ChangeScore {
  std::vector<std::string> units;  ///< Empty: all that have a row in the period.
  std::string nodes;               ///< Code or pattern.
  How how = How::set;
  double amount = 0.0;

  friend bool operator==(const ChangeScore& a, const ChangeScore& b) = default;
};

/// Weights of nodes in their parents, as the definition states them. Where none of the siblings has
/// one, each had 1/n (in a sum: 1). Dated weights of siblings become those of the method's period.
///
/// A maximum that a sum states and that its parts then no longer add up to is left out, here and in
/// every other edit of the definition: it follows from the parts.
struct ChangeWeights {
  std::vector<std::pair<std::string, double>> weights;  ///< By code.
  /// The siblings that are not named are scaled so that the sum over all of them stays what it was.
  bool redistribute = true;

  friend bool operator==(const ChangeWeights& a, const ChangeWeights& b) = default;
};

/// A parameter of formulas: a threshold is moved. Dated values become that of the method's period.
struct ChangeParameter {
  std::string parameter;  ///< Code, or pattern over the parameters of the index.
  How how = How::set;
  double amount = 0.0;

  friend bool operator==(const ChangeParameter& a, const ChangeParameter& b) = default;
};

/// Another rule for indicators. Its anchors are fitted. A formula reads what it names, and another
/// rule in place of a formula the one variable that this read. Parameters that no formula uses any
/// longer go with the rules that did.
struct ReplaceRule {
  std::string nodes;  ///< Code, or pattern over the indicators.
  Rule rule;

  friend bool operator==(const ReplaceRule& a, const ReplaceRule& b) = default;
};

/// Another aggregation for criteria; what is not named stays if it has a meaning there. Weights are
/// left out where the new method has none, and those of a sum become relative ones; a factor
/// `scale_to` and an upward penalty go with the method that they are of; `renormalise` of a mean is
/// `reduce_maximum` of a sum.
struct ReplaceAggregation {
  std::string nodes;  ///< Code, or pattern over the criteria.
  std::optional<Aggregation::Method> method;
  std::optional<double> power;
  std::optional<MissingPolicy> missing;

  friend bool operator==(const ReplaceAggregation& a, const ReplaceAggregation& b) = default;
};

/// Takes a node out, with all below it. Weights of its siblings that are shares are scaled so that
/// their sum stays what it was. An only child is not taken out.
struct DropNode {
  std::string node;

  friend bool operator==(const DropNode& a, const DropNode& b) = default;
};

/// Puts a node (a leaf or a whole branch) last among the children of `parent`. Weights of its
/// siblings that are shares are scaled to make room for its weight.
struct AddNode {
  std::string parent;
  Criterion criterion;

  friend bool operator==(const AddNode& a, const AddNode& b) = default;
};

/// Several units become one, where the first of them stands: each variable is their mean with these
/// weights (populations, areas ...); missing if it is missing in any of them. Variables in `totals`
/// are added up. A variable of words keeps a word that they have in common. Units to which a cell
/// does not apply are left out of it; where it applies to none it does not apply. In every period
/// of the panel.
///
/// Standard errors are those of independent estimates: with w the weights divided by their sum and
/// e the errors, sqrt(sum (w e)^2), of a total sqrt(sum e^2); not known if one is not. A score that
/// was given to all of them is the mean too; one that was given to some is gone.
struct MergeUnits {
  std::vector<std::string> units;
  std::string into;                 ///< A new name, or that of one of them.
  std::vector<double> weights;      ///< One a unit; empty: equal.
  std::vector<std::string> totals;  ///< Codes or patterns of variables of the panel.

  friend bool operator==(const MergeUnits& a, const MergeUnits& b) = default;
};

/// One unit becomes several in its place, each with its values, standard errors and given scores;
/// variables in `totals` (and their errors) are divided by shares. In every period of the panel.
struct SplitUnit {
  std::string unit;
  std::vector<std::string> into;
  std::vector<double> shares;       ///< One a new unit, adding up to 1; empty: equal.
  std::vector<std::string> totals;  ///< Codes or patterns of variables of the panel.

  friend bool operator==(const SplitUnit& a, const SplitUnit& b) = default;
};

/// Scores with the method of another period of the same definition (dated values).
struct UseMethod {
  Period period;

  friend bool operator==(const UseMethod& a, const UseMethod& b) = default;
};

/// Scores with another definition: another edition, or one's own. Edits that follow speak of its
/// codes. The method's period stays if the definition is in force then; else it is the nearest in
/// which it is.
struct UseIndex {
  Index index;

  friend bool operator==(const UseIndex& a, const UseIndex& b) = default;
};

/// One step of a scenario.
struct Edit {
  using What =
      std::variant<ChangeValue, ChangeScore, ChangeWeights, ChangeParameter, ReplaceRule,
                   ReplaceAggregation, DropNode, AddNode, MergeUnits, SplitUnit, UseMethod,
                   UseIndex>;
  What what;
  Location location;

  /// Where it was written is not part of the value.
  friend bool operator==(const Edit& a, const Edit& b) { return a.what == b.what; }
};

/// "set", "add", "scale", "at_most", "at_least".
[[nodiscard]] std::string_view name(How how) noexcept;

/// The number that `how` makes of `value`. NaN stays NaN but for `set`.
[[nodiscard]] double apply(How how, double value, double amount) noexcept;

/// An edit in words, on one line: "set entry of Thanh Hoa to 8", "scale informal.* of all units
/// by 0.9", "weight of time = 15, its siblings scaled".
[[nodiscard]] std::string describe(const Edit& edit);

/// Whether a code is met by a pattern with `*` and `?`.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view code) noexcept;

}  // namespace chiso
