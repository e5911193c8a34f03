#pragma once

#include <memory>
#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"
#include "uncertainty/draw_table.hpp"

namespace chiso {

/// A criterion of which shares of children are drawn.
struct DrawnCriterion {
  struct Child {
    Size position = 0;       ///< In CompiledCriterion::children.
    std::vector<Size> rows;  ///< Whose sum is its share: one, or those of the indicators below it.
    /// From its share to its weight: 1 for means; of a sum the points of all parts that vary over
    /// the child's maximum, both by the definition, also where drawn weights move the latter.
    double scale = 1.0;
  };
  Size inner = 0;  ///< Position in Compiled::inner.
  std::vector<Child> children;

  /// Whether shares are first divided by their sum and multiplied by `room`: some of what was drawn
  /// is not here, or something is here that was not drawn, or shares of indicators say how children
  /// divide a part of a criterion.
  bool divides = false;
  double room = 1.0;

  /// Sum over all rows of the children.
  [[nodiscard]] double total(const DrawTable& draws, Size draw) const noexcept;

  /// Weights of one draw, as compiling a definition with them gives. Those of the definition stay
  /// where all shares are 0.
  /// @param nominal of the definition @param weights of all children
  void set_weights(const DrawTable& draws, Size draw, const CompiledCriterion& nominal,
                   std::vector<double>& weights) const;
};

/// One way to build the index: the base after the chosen scenarios, and what drawn rows are there.
/// Immutable.
struct DrawVariant {
  struct Cell {
    Size row = 0;
    Size column = 0;  ///< Position in Compiled::columns.
    Size unit = 0;
  };
  struct End {
    Size row = 0;
    Size leaf = 0;    ///< Position in Compiled::leaves.
    Size anchor = 0;  ///< Position in Anchors.
    bool high = false;
  };

  /// @param scores the variant's own
  /// @param nodes wanted ones, by the base's index
  /// @throws SpecError if shares are drawn of a sum with a part whose maximum is not known
  DrawVariant(const Scores& base, Scores scores, std::span<const Source> sources,
              std::span<const VariedRow> rows, std::span<const Size> nodes, bool refit);

  [[nodiscard]] const Compiled& compiled() const noexcept { return scores.evaluator().compiled(); }

  Scores scores;
  std::vector<Size> wanted;  ///< By wanted node: its number here; -1: there is none.

  std::vector<DrawnCriterion> criteria;  ///< Children before parents.
  std::vector<Cell> cells;               ///< By column.
  std::vector<End> ends;

  std::vector<char> varies;          ///< By node: whether its score depends on a draw.
  std::vector<Size> varying_leaves;  ///< Positions of those that vary.
  std::vector<Size> varying_inner;   ///< Positions of those that vary, children before parents.
  bool moves_limits = false;  ///< Drawn weights change what parts of a sum can give, and it counts.

  /// Anchors that are fitted to each draw, by position; empty: none.
  std::vector<char> fitted;

 private:
  void find_shares(const Scores& base, std::span<const Source> sources,
                   std::span<const VariedRow> rows);
  void add_criterion(DrawnCriterion drawn, bool complete, const Source& source);
  void find_cells(const Scores& base, std::span<const VariedRow> rows);
  void find_ends(const Scores& base, std::span<const VariedRow> rows);
  void follow_up();
};

}  // namespace chiso
