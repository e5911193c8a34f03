#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/anchors.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/input.hpp"
#include "normalize/prepared_map.hpp"

namespace chiso {

/// The parts of a HeldUnit.
struct HeldRow {
  double* values;  ///< By column; a declared zero is missing.
  double* scores;  ///< By slot.
  double* given;   ///< By slot, NaN: computed; nullptr: no score was given.

  /// By column: cells that do not apply; nullptr: all do.
  char* not_applicable;
  /// By slot: nodes that their parents go without; nullptr together with not_applicable.
  char* excluded;
};

/// As an evaluation leaves every node: without infinities, and cut to its cap.
[[nodiscard]] inline double finished(double score, double cap) noexcept {
  if (std::isinf(score)) return missing_value;
  return score > cap ? cap : score;
}

/// A node whose scores depend on several units even with anchors held, by the rules in force; -1:
/// none.
[[nodiscard]] Size comparing_node(const Compiled& compiled);

/// An index with its anchors held, laid out for changing one unit at a time: the scores of the
/// children of a node stand side by side ("slots"), and every variable knows what it changes.
///
/// Immutable. Only for indices in which no unit's score depends on other units.
class HeldTree {
 public:
  /// @param compiled must outlive it
  HeldTree(const Compiled& compiled, const Anchors& anchors);
  HeldTree(const HeldTree&) = delete;
  HeldTree& operator=(const HeldTree&) = delete;

  /// Columns that an evaluation reads: the variables of the index, and others.
  [[nodiscard]] Size columns() const noexcept { return std::ssize(changes_); }
  [[nodiscard]] Size slots() const noexcept { return std::ssize(node_of_); }
  [[nodiscard]] Size slot(Size node) const noexcept { return slot_of_[at(node)]; }
  [[nodiscard]] Size node(Size slot) const noexcept { return node_of_[at(slot)]; }
  [[nodiscard]] static constexpr Size root() noexcept { return 0; }  ///< The slot.

  /// A unit as it stands in a result. @param input what the result was scored from
  [[nodiscard]] HeldUnit unit(const Scores& base, const Input& input, Size position) const;

  [[nodiscard]] HeldRow row(HeldUnit& unit) const noexcept {
    double* const numbers = unit.numbers.data();
    char* const marks = unit.marks.data();
    const bool gives = std::ssize(unit.numbers) > columns() + slots();
    const bool marked = !unit.marks.empty();
    return {.values = numbers,
            .scores = numbers + columns(),
            .given = gives ? numbers + columns() + slots() : nullptr,
            .not_applicable = marked ? marks : nullptr,
            .excluded = marked ? marks + columns() : nullptr};
  }
  [[nodiscard]] double value(const HeldUnit& unit, Size variable) const noexcept {
    return unit.numbers[at(variable)];
  }
  [[nodiscard]] double score(const HeldUnit& unit, Size slot) const noexcept {
    return unit.numbers[at(columns() + slot)];
  }

  /// Changes a raw value, and the scores on the way up from it. A cell that did not apply does so
  /// from now on.
  void set_value(const HeldRow& row, Size variable, double value) const {
    if (row.not_applicable != nullptr && row.not_applicable[variable] != 0) apply(row, variable);
    const Change& change = changes_[at(variable)];
    row.values[variable] = change.zero_is_missing && value == 0.0 ? missing_value : value;
    update(row, change);
  }

  /// Whether scoring would refuse what `set_value` made of this variable: a rule that says nothing
  /// about a measure, a missing child where the policy is `error`.
  [[nodiscard]] bool refuses(const HeldRow& row, Size variable) const {
    return changes_[at(variable)].may_refuse && refuses(row, changes_[at(variable)]);
  }

  /// Gives a node a score; NaN: it is computed again.
  void set_score(HeldUnit& unit, Size node, double score) const;

  /// Puts what `set_value` may have changed back to what it is in `base`.
  void restore(const HeldRow& row, const HeldUnit& base, Size variable) const;

  /// What a variable changes: leaves (positions in Compiled::leaves), and the criteria above them
  /// (positions in Compiled::inner), children before parents.
  [[nodiscard]] std::span<const Size> leaves_of(Size variable) const noexcept {
    const Change& change = changes_[at(variable)];
    return {change.leaves, at(change.leaf_count)};
  }
  [[nodiscard]] std::span<const Size> inner_of(Size variable) const noexcept {
    const Change& change = changes_[at(variable)];
    return {change.inner, at(change.inner_count)};
  }

  /// The score of a leaf (by node) whose measure is x; where a formula reads one variable alone, of
  /// which that is the value.
  [[nodiscard]] double rule(Size node, double x) const;

 private:
  struct Leaf {
    Size slot;
    Size parent;    ///< Position of the criterion above; -1: none.
    Size variable;  ///< Of a measure that is one variable; else -1.
    const CompiledLeaf* compiled;
    const Piecewise* piecewise;        ///< Of a points rule.
    const CategoryPoints* categories;  ///< Of points by category. Without either: `map`.
    PreparedMap map;
    bool scores;  ///< False: a normaliser without any observation.
    double cap;
    double full_points;  ///< Of a unit that it does not apply to; NaN: none.
  };
  struct Inner {
    Size slot;
    Size parent;
    Size first;             ///< Slot of the first child.
    Size children;          ///< Number of them.
    Size counted;           ///< Those with a weight; they come first.
    const double* weights;  ///< Of these.
    bool plain;             ///< A sum or mean: where no child is missing one ordered sum.
    bool gap_is_no_score;   ///< Of a plain one: what becomes of it where a child is missing.
    const CompiledCriterion* compiled;
    const Size* slots;  ///< Of the children as `compiled` has them.
    double cap;
  };
  /// What a variable changes.
  struct Change {
    const Size* leaves = nullptr;  ///< Positions in leaves_.
    Size leaf_count = 0;
    const Size* inner = nullptr;  ///< Positions in inner_, children before parents.
    Size inner_count = 0;
    bool zero_is_missing = false;
    bool may_refuse = false;  ///< A points rule or the policy `error` is concerned.
  };

  void mark_excluded(const HeldRow& row) const;
  void lay_out();
  void add_leaves(const Anchors& anchors);
  void add_inner();
  void add_changes();

  [[nodiscard]] bool refuses(const HeldRow& row, const Change& change) const;
  void update(const HeldRow& row, const Change& change) const;
  void apply(const HeldRow& row, Size variable) const;
  /// Works a leaf out again. @returns whether its score changed.
  bool refresh(const Leaf& leaf, const HeldRow& row) const;
  bool refresh(const Inner& inner, const HeldRow& row) const;
  void refresh_above(Size inner, const HeldRow& row) const;
  void refresh_all_above(Size node, const HeldRow& row) const;
  [[nodiscard]] double measure_of(const Leaf& leaf, const HeldRow& row) const;
  [[nodiscard]] double score_of(const Leaf& leaf, double measure) const;
  [[nodiscard]] double combine(const Inner& inner, const HeldRow& row) const;
  [[nodiscard]] double combine_any(const Inner& inner, const HeldRow& row) const;

  const Compiled& compiled_;
  std::vector<Size> slot_of_;  ///< By node.
  std::vector<Size> node_of_;  ///< By slot.
  std::vector<Leaf> leaves_;   ///< As in compiled_.
  std::vector<Inner> inner_;   ///< As in compiled_.
  std::vector<double> weights_;
  std::vector<Size> child_slots_;
  std::vector<Size> positions_;
  std::vector<Change> changes_;  ///< By column.
};

}  // namespace chiso
