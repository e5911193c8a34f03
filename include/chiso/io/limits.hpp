#pragma once

#include "chiso/base/size.hpp"
#include "chiso/formula/formula.hpp"

namespace chiso {

/// How much of a file is read before it is refused, so that a wrong or hostile file costs little.
///
/// The defaults let definitions of several thousand nodes and tables of many million cells pass.
/// Every reader takes other ones; what is refused says which limit it was. docs/limits.md lists
/// all.
struct InputLimits {
  Size definition_bytes = 4 << 20;  ///< Of a definition; a node takes 100 to 500 bytes.
  Size table_bytes = 1 << 30;       ///< Of a table, CSV or Excel.
  int depth = 100;        ///< Nesting of lists and mappings; a level of an index takes two. At most
                          ///< `most_depth`, whatever is wished, since the stack ends.
  Size values = 500'000;  ///< Of a definition: lists, mappings, numbers, texts and keys.
  Size text_bytes = 64 << 10;       ///< Of one text of a definition.
  Size rows = 50'000'000;           ///< Of a table.
  Size columns = 20'000;            ///< Of a table.
  Size cells = 100'000'000;         ///< Of a table, empty ones too.
  Size cell_bytes = 64 << 10;       ///< Of one cell; a longer one is most often a quote not closed.
  Size unpacked_bytes = 256 << 20;  ///< Of an Excel file, which is packed: all its parts together.
  Size formula_bytes = FormulaLimits{}.text_bytes;  ///< Of each formula, as FormulaLimits has it.
  Size formula_nodes = FormulaLimits{}.nodes;
  int formula_depth = FormulaLimits{}.depth;  ///< At most `most_formula_depth`, whatever is wished.

  Size snapshot_bytes = Size{8} << 30;   ///< Of a snapshot: as much memory, and a little, is taken.
  Size snapshot_text_bytes = 256 << 20;  ///< Of one in XML: up to twenty times as much is taken.
  Size snapshot_values = 10'000;         ///< Definitions, panels, results ... of one snapshot.

  static constexpr int most_depth = 480;
  static constexpr int most_formula_depth = 500;

  [[nodiscard]] constexpr FormulaLimits formula() const noexcept {
    return {formula_bytes, formula_nodes, formula_depth};
  }
};

/// For what chiso wrote itself and nobody else could change: as much as there is.
/// @hideinitializer
inline constexpr InputLimits no_limits{.definition_bytes = Size{1} << 62,
                                       .table_bytes = Size{1} << 62,
                                       .depth = InputLimits::most_depth,
                                       .values = Size{1} << 62,
                                       .text_bytes = Size{1} << 62,
                                       .rows = Size{1} << 62,
                                       .columns = Size{1} << 62,
                                       .cells = Size{1} << 62,
                                       .cell_bytes = Size{1} << 62,
                                       .unpacked_bytes = Size{1} << 62,
                                       .formula_bytes = Size{1} << 62,
                                       .formula_nodes = Size{1} << 62,
                                       .formula_depth = InputLimits::most_formula_depth};

}  // namespace chiso
