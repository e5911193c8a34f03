#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/model/index.hpp"

/// What is different between two definitions, in terms of what they mean.
namespace chiso {

/// One thing that is different.
struct DefinitionChange {
  enum class Kind {
    added,    ///< A node that only the second has.
    removed,  ///< A node that only the first has.
    moved,    ///< To another parent.
    renamed,  ///< The same node under another code.
    order,    ///< Of the children: sums run in it, and may differ in their last bits.
    weights,  ///< Of the children, other than to make room for another child.
    role,     ///< Part, bonus, penalty.
    maximum,
    cap,
    measure,  ///< What an indicator reads.
    rule,     ///< Of an indicator.
    anchor,   ///< Of a normaliser, the rest of which stayed.
    polarity,
    not_applicable,  ///< What an indicator does with a cell that does not apply.
    aggregation,     ///< Of a criterion; with the weights, where it makes other ones necessary.
    missing,         ///< What a missing child does.
    variable,        ///< Range, categories, zeros.
    parameter,       ///< Of formulas: its value, or that it came or went.
    groups,
    display,       ///< Decimals, and whether displayed values are ranked.
    periods,       ///< In force.
    documentation  ///< Titles, sources, notes, where published figures are: no result depends on
                   ///< it.
  };
  Kind kind = Kind::rule;
  std::string node;    ///< Code in the second definition, else in the first; of a variable or
                       ///< parameter its code; empty: the head.
  std::string before;  ///< In words; empty: not there.
  std::string after;
  std::string text;  ///< What is different, in one line: "the bound 90 of step 1 now includes 90".
  Size pair = -1;    ///< Position in DefinitionDifference::pairs; -1: of no node.
};

/// A node of two definitions; -1 where one has it not.
struct NodePair {
  Size before = -1;
  Size after = -1;
};

/// How a definition became another one.
struct DefinitionDifference {
  Index before;
  Index after;
  /// Nodes of the second in their order, then those that only the first has.
  std::vector<NodePair> pairs;
  /// By node as in `pairs`, then variables, parameters, the head.
  std::vector<DefinitionChange> changes;
  /// Changes that no result depends on.
  std::vector<DefinitionChange> documentation;

  [[nodiscard]] bool empty() const noexcept { return changes.empty() && documentation.empty(); }
};

/// Compares two definitions node by node.
///
/// Nodes are the same if they have one code and something else in common (title, what they read,
/// children); else if they have what they read or their title in common, whatever their codes: so a
/// renumbered form is not another one. Where nothing better is found an equal code is enough.
[[nodiscard]] DefinitionDifference difference(const Index& before, const Index& after);

/// The first definition with some of the changes, in the documentation of the first.
///
/// Siblings whose weights are shares make room for a child that is added, and fill that of one that
/// is taken out, in proportion to their weights. A maximum that a sum states and that its parts no
/// longer add up to is left out.
///
/// @param changes positions in difference.changes; all of them give the second definition, as far
///        as results depend on it.
/// @param method resolves dated values, which otherwise stay.
/// @throws SpecError if the changes make no sound definition without others.
[[nodiscard]] Index with_changes(const DefinitionDifference& difference,
                                 std::span<const Size> changes,
                                 const std::optional<Period>& method = {});

/// "rule", "not applicable" ...: with blanks.
[[nodiscard]] std::string_view name(DefinitionChange::Kind kind) noexcept;

}  // namespace chiso
