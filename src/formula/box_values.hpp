#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "formula/bounds.hpp"
#include "formula/linear_form.hpp"
#include "formula/subject.hpp"

namespace chiso {

/// What an analysis may still cost, in nodes looked at.
struct Work {
  Size left = 0;

  [[nodiscard]] bool done() const noexcept { return left <= 0; }
};

/// How a node changes while one input rises and all others stay: for any two points of the box at
/// which it is not missing.
struct Change {
  double fall = 0.0;  ///< It is at most so much lower at the upper point ...
  double rise = 0.0;  ///< ... and at most so much higher.

  /// Of a node without jumps (`smooth`): bounds of its slope, in exact arithmetic.
  double slope_low = 0.0;
  double slope_high = 0.0;
  bool smooth = true;
};

/// What all nodes of a formula can be while the inputs stay within a box. Operations are worked out
/// on intervals; what a condition says of the inputs narrows the box where it holds, and is kept as
/// a fact if it compares several.
class BoxValues {
 public:
  using Node = Subject::Node;

  /// Both must outlive this object.
  BoxValues(const Subject& subject, Work& work);

  /// Works out changes too while the input rises.
  void watch(std::size_t input);

  /// @returns what the formula can be, infinite values included
  const Bounds& evaluate(const Box& box);

  /// Of the last evaluation; of nodes that were reached.
  [[nodiscard]] const Bounds& operator[](std::size_t i) const { return values_[i]; }
  [[nodiscard]] const Change& change(std::size_t i) const { return changes_[i]; }
  [[nodiscard]] bool reached(std::size_t i) const { return reached_[i] == turn_; }

  /// The largest number that any node can be.
  [[nodiscard]] double largest() const;

  /// Inputs of conditions that can go either way.
  [[nodiscard]] std::span<const char> undecided() const noexcept { return undecided_; }

  /// The node that gives the result: through all choices that are decided.
  [[nodiscard]] Node decided() const;

  /// What one node can be, wherever it stands.
  const Bounds& evaluate(const Box& box, std::size_t i);

  /// Whether a condition can be true (false) anywhere in a box, wherever it stands.
  [[nodiscard]] bool possible(const Box& box, std::size_t condition, bool truth);

  /// Narrows a box to points at which `target` is worked out and, if asked for, is present and
  /// within bounds.
  /// @returns false if there are none
  bool aim(Box& box, std::size_t target, const std::optional<Bounds>& within);

  /// The most that the form can be in the box of the last evaluation, as far as its nodes were
  /// reached; in real numbers.
  [[nodiscard]] double highest(const LinearForm& form) const;

 private:
  // ---- Forwards (box_values.cpp) ----
  const Bounds& value(std::size_t i);
  Bounds work_out(std::size_t i);
  Bounds choose(std::size_t i);
  Bounds coalesce(std::size_t i);
  Bounds count(std::size_t i);
  Bounds condition(std::size_t i);
  Bounds compared(std::size_t i);
  void note_undecided(std::size_t condition);

  // ---- Backwards (box_narrow.cpp): false if nothing is left ----
  bool narrow(std::size_t i, double low, double high);
  bool narrow_operation(std::size_t i, const Bounds& to);
  bool narrow_sum(std::size_t i, const Bounds& to);
  bool narrow_extreme(std::size_t i, const Bounds& to);
  bool narrow_input(std::size_t input, double low, double high);
  bool narrow_truth(std::size_t i, bool truth);
  bool narrow_each(std::size_t i, bool truth);
  bool narrow_any(std::size_t i, bool truth);
  bool narrow_comparison(FormulaOperation operation, std::size_t a, std::size_t b, bool truth);
  bool narrow_missing(std::size_t i, bool missing);
  bool follow(std::size_t from, std::size_t target);

  // ---- Facts (box_facts.cpp) ----
  void learn(const LinearForm& at_least_zero);
  void learn_order(std::size_t not_above, std::size_t not_below);
  [[nodiscard]] Bounds bounds_of_term(const LinearTerm& term) const;
  [[nodiscard]] double plain_highest(const LinearForm& form) const;
  [[nodiscard]] double highest(const LinearForm& form, int depth, std::uint64_t used) const;
  void tighten_sum(std::size_t i, Bounds& bounds) const;
  void tighten_quotient(std::size_t i, Bounds& bounds) const;
  [[nodiscard]] std::vector<LinearForm> pieces_of(const LinearForm& form) const;
  [[nodiscard]] double highest_quotient(const LinearForm& a, const LinearForm& b) const;

  // ---- Changes (box_changes.cpp) ----
  /// How far one branch can be above another and below it at one point where the first is taken;
  /// the slope of the other.
  struct Comparison {
    double above = -std::numeric_limits<double>::infinity();
    double below = -std::numeric_limits<double>::infinity();
    Bounds slope;
  };
  struct Branch {
    Size condition = -1;    ///< -1: of the last.
    std::size_t place = 0;  ///< Among the operands.
    Bounds bounds;
    Change change;
    std::vector<std::optional<Comparison>> others;  ///< With the branches at each place.
  };
  struct Ways {
    bool up;
    bool down;
  };
  [[nodiscard]] Change change_of(std::size_t i) const;
  [[nodiscard]] Change change_of_sum(std::size_t i) const;
  [[nodiscard]] Change change_of_product(std::size_t i) const;
  [[nodiscard]] Change change_of_quotient(std::size_t i) const;
  [[nodiscard]] Change change_of_power(std::size_t i) const;
  [[nodiscard]] Change change_of_condition(std::size_t i) const;
  [[nodiscard]] bool is_never_above(std::size_t a, std::size_t b) const;
  void compare_with_others(std::size_t choose, Branch& branch) const;
  [[nodiscard]] std::optional<Comparison> compare(const LinearForm& own,
                                                  const LinearForm& other) const;
  static void join_steps(Change& change, const Change& truth, const Branch& branch,
                         const Branch& other);
  [[nodiscard]] Ways ways_of_difference(std::size_t a, std::size_t b) const;
  [[nodiscard]] std::optional<double> plain_slope(const LinearForm& form) const;
  [[nodiscard]] std::optional<Bounds> slope_above(const LinearForm& a, const LinearForm& b) const;
  [[nodiscard]] Change change_of_branches(std::span<const Branch> branches) const;
  [[nodiscard]] bool depends(std::size_t i) const { return depends_[i] != 0; }

  /// What was changed on the way into a branch is taken back on the way out.
  struct Mark {
    std::size_t trail;
    std::size_t facts;
  };
  [[nodiscard]] Mark mark() const { return {trail_.size(), facts_.size()}; }
  void back_to(const Mark& mark);
  void set(std::size_t input, const Bounds& bounds);

  const Subject& subject_;
  Work& work_;
  Box box_;
  std::vector<Bounds> values_;
  std::vector<Change> changes_;
  std::vector<std::uint32_t> reached_;
  std::uint32_t turn_ = 0;
  std::vector<char> undecided_;
  std::vector<std::pair<std::size_t, Bounds>> trail_;
  std::vector<LinearForm> facts_;  ///< Each is at least 0.
  Size watched_ = -1;
  std::vector<char> depends_;  ///< Nodes that read the watched input.
};

}  // namespace chiso
