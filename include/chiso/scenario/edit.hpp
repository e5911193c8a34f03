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
/// "informal.*". A pattern must meet something.
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
/// one; a cell that is not applicable is so no longer when it is set.
struct ChangeValue {
  std::vector<std::string> units;  ///< Empty: all.
  std::string variables;           ///< Code or pattern.
  How how = How::set;
  double amount = 0.0;   ///< NaN with `set`: the value becomes missing.
  std::string category;  ///< Of a variable of words, with `set`: in place of the amount.

  friend bool operator==(const ChangeValue& a, const ChangeValue& b);  ///< NaN equals NaN.
};

/// Scores of nodes, of indicators or of criteria, in place of what the rules give: what is below
/// the node counts no longer for the unit. `add`, `scale`, `at_most` and `at_least` begin with the
/// score of the base; where that is missing it stays so.
struct ChangeScore {
  std::vector<std::string> units;  ///< Empty: all.
  std::string nodes;               ///< Code or pattern.
  How how = How::set;
  double amount = 0.0;

  friend bool operator==(const ChangeScore& a, const ChangeScore& b) = default;
};

/// Weights of nodes in their parents, as the definition states them.
struct ChangeWeights {
  std::vector<std::pair<std::string, double>> weights;  ///< By code.
  /// The siblings that are not named are scaled so that the sum over all of them stays what it was.
  bool redistribute = true;

  friend bool operator==(const ChangeWeights& a, const ChangeWeights& b) = default;
};

/// Another rule for indicators.
struct ReplaceRule {
  std::string nodes;  ///< Code or pattern.
  Rule rule;

  friend bool operator==(const ReplaceRule& a, const ReplaceRule& b) = default;
};

/// Another aggregation for criteria; what is not named stays.
struct ReplaceAggregation {
  std::string nodes;  ///< Code or pattern.
  std::optional<Aggregation::Method> method;
  std::optional<double> power;
  std::optional<MissingPolicy> missing;

  friend bool operator==(const ReplaceAggregation& a, const ReplaceAggregation& b) = default;
};

/// Takes a node out, with all below it. Weights of its siblings that are shares are scaled so that
/// their sum stays what it was.
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

/// Several units become one: each variable is their mean with these weights (populations, areas
/// ...); missing if it is missing in any of them. Variables in `totals` are added up. A variable
/// of words keeps a word that they have in common. In every period of the panel.
struct MergeUnits {
  std::vector<std::string> units;
  std::string into;                 ///< A new name, or that of one of them.
  std::vector<double> weights;      ///< One a unit; empty: equal.
  std::vector<std::string> totals;  ///< Codes or patterns of variables.

  friend bool operator==(const MergeUnits& a, const MergeUnits& b) = default;
};

/// One unit becomes several, each with its values; variables in `totals` are divided by shares.
struct SplitUnit {
  std::string unit;
  std::vector<std::string> into;
  std::vector<double> shares;       ///< One a new unit, adding up to 1; empty: equal.
  std::vector<std::string> totals;  ///< Codes or patterns of variables.

  friend bool operator==(const SplitUnit& a, const SplitUnit& b) = default;
};

/// Scores with the method of another period of the same definition (dated values).
struct UseMethod {
  Period period;

  friend bool operator==(const UseMethod& a, const UseMethod& b) = default;
};

/// Scores with another definition: another edition, or one's own. Edits that follow speak of its
/// codes.
struct UseIndex {
  Index index;

  friend bool operator==(const UseIndex& a, const UseIndex& b) = default;
};

/// One step of a scenario.
struct Edit {
  using What =
      std::variant<ChangeValue, ChangeScore, ChangeWeights, ReplaceRule, ReplaceAggregation,
                   DropNode, AddNode, MergeUnits, SplitUnit, UseMethod, UseIndex>;
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
