#pragma once

#include "chiso/base/size.hpp"

namespace chiso {

/// How much of a file is read before it is refused, so that a wrong or hostile file costs little.
///
/// The defaults let definitions of several thousand nodes and tables of many million cells pass.
struct InputLimits {
  Size definition_bytes = 4 << 20;  ///< Of a definition; a node takes 100 to 500 bytes.
  Size table_bytes = 1 << 30;       ///< Of a table.
  int depth = 100;             ///< Nesting of lists and mappings; a level of an index takes two.
  Size values = 500'000;       ///< Of a definition: lists, mappings, numbers, texts and keys.
  Size text_bytes = 64 << 10;  ///< Of one text of a definition.

  Size snapshot_bytes = Size{8} << 30;   ///< Of a snapshot: as much memory, and a little, is taken.
  Size snapshot_text_bytes = 256 << 20;  ///< Of one in XML: up to twenty times as much is taken.
  Size snapshot_values = 10'000;         ///< Definitions, panels, results ... of one snapshot.
};

}  // namespace chiso
