#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/size.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"
#include "reach/formula_course.hpp"

namespace chiso {

/// Nothing is looked for beyond this where a lever has no bound: its square is still a double.
inline constexpr double farthest = 1e150;

/// A lever found in an index, with the doubles that it may take: both ends included.
struct FoundLever {
  Lever::Kind kind = Lever::Kind::value;
  Size position = 0;  ///< Of the variable, or the node.
  double now = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  bool free_below = false;  ///< Nothing limits it; `lower` is then -farthest.
  bool free_above = false;
  bool is_word = false;     ///< A variable of words: only whole numbers.
  bool skips_zero = false;  ///< Zero would be a missing value.
};

/// @throws NotFoundError with the nearest code, DataError if the bounds leave nothing.
[[nodiscard]] FoundLever find_lever(const UnitTree& tree, const Lever& lever);

/// Every variable that is a number, in its order.
[[nodiscard]] std::vector<FoundLever> every_number(const UnitTree& tree);

/// The same for several. @throws either with the problems of all of them.
[[nodiscard]] std::vector<FoundLever> find_levers(const UnitTree& tree,
                                                  std::span<const Lever> levers);

/// What is said of a unit that has no score to begin with.
[[nodiscard]] DataError no_score(const Scores& base, std::string_view unit, Size node);

/// Which leaves below a node read each variable.
class Readers {
 public:
  Readers(const Compiled& compiled, Size node);

  /// Positions in Compiled::leaves, ascending.
  [[nodiscard]] std::span<const Size> operator[](Size variable) const noexcept {
    const auto first = static_cast<std::size_t>(starts_[static_cast<std::size_t>(variable)]);
    const auto last = static_cast<std::size_t>(starts_[static_cast<std::size_t>(variable) + 1]);
    return std::span(leaves_).subspan(first, last - first);
  }

 private:
  std::vector<Size> starts_;
  std::vector<Size> leaves_;
};

/// The score of one node as a function of one lever, cut into pieces on which it runs one way only.
///
/// What the lever moves is followed from the leaves up. A rule cuts at its own pieces; a ratio at
/// the zeros of its denominator; an aggregation where it begins to be undefined and where it turns
/// (Mazziotta-Pareto, even powers). Where several children of a node move, their directions tell:
/// all the same way for what rises with each child; in different ways where all of it is linear.
/// Where that says nothing, the node is sampled, and `exact` is false.
class Response {
 public:
  /// A stretch of the lever, both ends included, and the scores at its ends; NaN: no score, then on
  /// the whole stretch.
  struct Piece {
    double lower;
    double upper;
    double at_lower;
    double at_upper;
  };

  /// @param tree is moved by the calls; it and the readers must outlive the response
  Response(UnitTree& tree, const Readers& readers, Size node);

  /// Takes another lever; the tree is as in its base again.
  void take(const FoundLever& lever);

  /// The score of the node if the lever had this value: a true evaluation.
  double operator()(double x) {
    move(x);
    return tree_.score(node_);
  }

  /// Ascending. Values about which a rule says nothing are in none.
  [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }

  /// The lever, without bounds no farther than the pieces go.
  [[nodiscard]] const FoundLever& lever() const noexcept { return lever_; }

  /// Whether the pieces are known, not sampled.
  [[nodiscard]] bool exact() const noexcept { return exact_; }

  /// Whether it is one straight line, without a level stretch.
  [[nodiscard]] bool is_line() const noexcept { return plain_ && !bends_; }

  /// Whether the node rests on the lever at all.
  [[nodiscard]] bool counts() const noexcept { return !steps_.empty(); }

  /// Why the node's score is not better at `beyond` than at `x`, in words.
  [[nodiscard]] std::string obstacle(double x, double beyond);

 private:
  /// A node that the lever moves, children before parents.
  struct Step {
    struct Child {
      std::size_t k;     ///< Among the children of `inner`.
      std::size_t step;  ///< Where it stands in `steps_`.
    };
    Size node;
    const CompiledLeaf* leaf;  ///< Neither for a score that is set.
    const CompiledCriterion* inner;
    std::size_t first;  ///< In `children_`: those that move.
    std::size_t count;
    bool idle = false;  ///< A leaf that does not apply to the unit: the lever moves nothing.
  };
  using Form = chiso::Form;
  /// What a node does on a stretch.
  struct Course {
    double at_lower = 0.0;
    double at_upper = 0.0;
    Form form = Form::constant;

    [[nodiscard]] bool missing() const noexcept { return at_lower != at_lower; }
    [[nodiscard]] int direction() const noexcept {
      return at_upper > at_lower ? 1 : at_upper < at_lower ? -1 : 0;
    }
  };
  struct Stretch {
    double lower;
    double upper;
    std::vector<std::size_t> turned;  ///< Steps at whose turning point it was cut already.
  };

  void move(double x) {
    if (lever_.kind == Lever::Kind::value) {
      tree_.set_value(lever_.position, x);
    } else {
      tree_.set_score(lever_.position, x);
    }
  }
  double score_at(std::size_t step, double x) {
    move(x);
    return tree_.score(steps_[step].node);
  }

  void follow();
  void keep_digits();
  [[nodiscard]] std::span<const Step::Child> children(const Step& step) const noexcept {
    return std::span(children_).subspan(step.first, step.count);
  }
  void find_domain();
  template <class Find>
  void cut_all(Find&& find);
  void cut_by_measures();
  void add_formula(std::size_t step);
  [[nodiscard]] bool does_not_apply(const CompiledLeaf& leaf) const;
  void cut_by_rules();
  [[nodiscard]] double measure(const CompiledLeaf& leaf, double x);
  [[nodiscard]] double denominator(const CompiledLeaf& leaf, double x);

  void study();
  void add_words();
  void sample(const Stretch& stretch);

  /// Where a stretch must be cut for a step to be understood; nothing if it is, and its course is
  /// then in `courses_`.
  [[nodiscard]] std::optional<double> cut(std::size_t step, Stretch& stretch);
  [[nodiscard]] std::optional<double> cut_leaf(std::size_t step, const Stretch& stretch);
  [[nodiscard]] std::optional<double> cut_inner(std::size_t step, Stretch& stretch);
  [[nodiscard]] std::optional<double> cut_at_turn(std::size_t step, Stretch& stretch);
  [[nodiscard]] std::optional<double> cut_at_level(std::size_t step, const Stretch& stretch,
                                                   double level, bool strictly);
  [[nodiscard]] std::optional<double> cut_at_gap(std::size_t step, const Stretch& stretch);
  [[nodiscard]] Form form_of(const Step& step) const;

  UnitTree& tree_;
  const Readers& readers_;
  const Compiled& compiled_;
  const Size node_;
  FoundLever lever_;
  std::vector<Step> steps_;  ///< The last is of `node_`.
  bool several_ = false;     ///< Some node has two children that move.
  bool plain_ = false;       ///< One variable, a line, sums and means: runs one way for certain.
  bool bends_ = false;       ///< Something on the way is cut.
  std::vector<Step::Child> children_;
  std::vector<Size> nodes_;
  std::vector<double> values_;  ///< Of the unit, by variable; empty until they are needed.
  std::vector<Stretch> stretches_;
  std::vector<Course> courses_;                         ///< By step, on the stretch at hand.
  std::vector<std::optional<FormulaCourse>> formulas_;  ///< By step: of leaves with a formula.
  std::vector<Piece> pieces_;
  bool exact_ = true;
};

}  // namespace chiso
