#pragma once

#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/one_unit.hpp"
#include "optimize/expression.hpp"
#include "optimize/line_pieces.hpp"
#include "optimize/mixed_integer.hpp"
#include "reach/response.hpp"

namespace chiso {

/// The score of a node as rows of a program in which levers move.
///
/// Rules are in it piece by piece, sums and means as they are, minima and caps by rows; concave
/// means lie below tangents, which are added where a solution needs them. Where `holds` is true the
/// program misses nothing: no position of the levers has a score above what it allows.
class LeverModel {
 public:
  /// @param tree as in its base
  LeverModel(const UnitTree& tree, std::span<const FoundLever> levers, Size node);

  /// False: some node on the way cannot be written this way.
  [[nodiscard]] bool holds() const noexcept { return holds_; }
  /// Whether tangents stand for means.
  [[nodiscard]] bool approaches() const noexcept { return !concave_.empty(); }

  [[nodiscard]] MixedInteger& program() noexcept { return program_; }
  [[nodiscard]] const Expression& score() const noexcept { return score_; }

  /// Variables: how far a lever moves up, and down.
  [[nodiscard]] Size up(std::size_t lever) const { return 2 * static_cast<Size>(lever); }
  [[nodiscard]] Size down(std::size_t lever) const { return up(lever) + 1; }

  /// Where a solution puts the levers: on a bound, a bend or at rest if it is that near.
  [[nodiscard]] std::vector<double> read(const std::vector<double>& values) const;

  /// Values of a lever at which a rule bends or jumps, its bounds, and where it is now.
  [[nodiscard]] std::span<const double> marks(std::size_t lever) const { return marks_[lever]; }

  /// Adds tangents at the scores of a tree. @returns whether there was anything to add.
  bool refine(const UnitTree& tree);

 private:
  enum class Side { above, both };  ///< Not above the score by more than it must; or just it.

  struct Concave {
    const CompiledCriterion* inner = nullptr;
    Size score = -1;
    std::vector<Expression> children;
  };

  void add_levers();
  void find_moving(Size node);
  void find_marks();
  void add_formula_marks(const CompiledLeaf& leaf, const FoundLever& lever,
                         std::vector<double>& marks) const;
  [[nodiscard]] Expression make(Size node, Side side);
  [[nodiscard]] Expression of_leaf(const CompiledLeaf& leaf, Side side);
  [[nodiscard]] Expression of_formula(const CompiledLeaf& leaf, Side side);
  [[nodiscard]] Expression of_inner(const CompiledCriterion& inner, Side side);
  [[nodiscard]] std::optional<Expression> measure(const CompiledMeasure& measure);
  [[nodiscard]] Expression through(const Expression& x, const std::vector<LinePiece>& pieces,
                                   Side side);
  [[nodiscard]] Expression give_up(Size node);
  [[nodiscard]] Expression lever(std::size_t i) const;
  [[nodiscard]] std::vector<char> excluded(const CompiledCriterion& inner) const;
  [[nodiscard]] bool add_tangent(const Concave& concave, std::vector<double> scores);
  [[nodiscard]] std::pair<double, double> range_of(const Expression& x) const;

  const UnitTree& tree_;
  const Compiled& compiled_;
  std::vector<FoundLever> levers_;
  OneUnit unit_;
  MixedInteger program_;
  std::vector<char> moves_;                 ///< By node.
  std::vector<Size> lever_of_node_;         ///< By node; -1.
  std::vector<Size> lever_of_variable_;     ///< By variable; -1.
  std::vector<std::vector<double>> marks_;  ///< By lever, ascending.
  std::vector<Concave> concave_;
  std::set<std::pair<Size, std::vector<double>>> tangents_;
  Expression score_;
  bool holds_ = true;
};

}  // namespace chiso
