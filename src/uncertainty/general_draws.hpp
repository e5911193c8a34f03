#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/evaluate/anchors.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"
#include "evaluate/node_rules.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/draw_variant.hpp"

namespace chiso {

/// Evaluates a variant draw by draw, by the very rules of an evaluation; what no draw changes is
/// not worked out again. Of one thread.
class GeneralDraws {
 public:
  /// @param variant must outlive it
  explicit GeneralDraws(const DrawVariant& variant);
  GeneralDraws(const GeneralDraws&) = delete;
  GeneralDraws& operator=(const GeneralDraws&) = delete;

  /// Another table of draws follows. It must outlive the runs.
  void begin(const DrawTable& draws) noexcept;

  /// Works one draw of the table out.
  /// @throws DataError as scoring does
  void run(Size draw);

  /// Scores of the last draw, one a unit.
  [[nodiscard]] const double* column(Size node) const noexcept { return columns_[at(node)]; }

 private:
  /// Draws whose values are read together: those of a row then fill one line of the cache.
  static constexpr Size draws_a_piece_of_values = 8;

  void lay_out_input();
  void lay_out_columns();
  /// @returns whether all values are in the ranges of their variables
  bool put_values(Size draw);
  void gather_values(Size piece);
  void mark_outside(std::span<const double, at(draws_a_piece_of_values)> values,
                    const VariableLimit& limit);
  void put_weights(Size draw);
  void put_anchors(Size draw);
  /// @returns whether the rule says something about all values
  bool score_leaves();
  /// @returns whether no child is missing where it is demanded
  bool score_inner();
  /// An evaluation of this draw from the start, which says what is wrong.
  void refuse() const;

  const DrawVariant& variant_;
  const DrawTable* draws_ = nullptr;
  Size piece_ = -1;  ///< Of which draws values are there, counted in pieces.
  /// By draw of the piece: whether some value is outside its variable's range.
  std::array<bool, at(draws_a_piece_of_values)> outside_{};
  Compiled compiled_;  ///< With the weights of the draw.
  GivenCells given_;
  /// By column of the input, where it cannot be read as is; of a column with drawn values one for
  /// each draw of the piece.
  std::vector<std::vector<double>> raw_;
  std::vector<Size> drawn_columns_;  ///< In ascending order.
  Input input_;                      ///< With the values of the draw.
  std::vector<std::vector<Size>> units_before_;
  std::vector<Input> before_;  ///< Earlier periods, if anchors are fitted to them too.
  std::vector<std::vector<Size>> excluded_;
  Anchors anchors_;
  std::vector<LinearMap> maps_;  ///< By leaf.
  NodeRules rules_;

  std::vector<const double*> variables_;  ///< By column of the input.
  std::vector<double> scores_;            ///< Of nodes that vary.
  std::vector<const double*> columns_;    ///< By node.
  std::vector<double*> own_;              ///< By node that varies; else nullptr.
  std::vector<const double*> children_;   ///< Of all varying criteria, one after the other.
  std::vector<double> ranked_;
};

}  // namespace chiso
