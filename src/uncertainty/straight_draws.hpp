#pragma once

#include <optional>
#include <vector>

#include "uncertainty/draw_table.hpp"
#include "uncertainty/draw_variant.hpp"
#include "uncertainty/kernels.hpp"

namespace chiso {

/// The scores of one node of a variant as a matrix product: fixed columns times drawn weights; of
/// geometric means the same of logarithms. Not every node has that form. Immutable.
class StraightDraws {
 public:
  /// Nothing unless only shares are drawn below the node, all criteria that this concerns are
  /// arithmetic means or sums (or all geometric means), no cap can bind, and what is missing or
  /// does not apply is so whatever the weights.
  [[nodiscard]] static std::optional<StraightDraws> make(const DrawVariant& variant, Size node);

  /// out[unit][draw] for all draws of the table.
  /// @param weights memory
  void run(const DrawTable& draws, const Kernels& kernels, DrawTable& weights,
           DrawTable& out) const;

 private:
  class Maker;

  struct Term {
    std::vector<Size> rows;      ///< The weight is their product; of none 1 ...
    std::vector<Size> divisors;  ///< ... divided by these, by position.
    std::vector<double> column;  ///< One a unit.
  };

  [[nodiscard]] bool rows_are_weights() const noexcept;
  void multiply(const DrawTable& draws, DrawTable& weights) const;

  Size units_ = 0;
  bool logs_ = false;  ///< The columns are logarithms.
  std::vector<Term> terms_;
  std::vector<std::vector<Size>> divisors_;  ///< Sums of rows.
  std::vector<double> values_;               ///< Units x terms, row by row.
};

}  // namespace chiso
