#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "chiso/evaluate/anchors.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// One straight piece of a function, ends included. Where pieces meet in a jump both ends count:
/// more is allowed than the function does, never less.
struct LinePiece {
  double from;
  double to;
  double at_from;
  double at_to;
};

/// Places where a leaf's rule may bend or jump.
[[nodiscard]] std::vector<double> bends(const CompiledLeaf& leaf, const Anchors& anchors,
                                        double cap);

/// The same for a formula of one variable, between two ends; nothing if it is not made of straight
/// lines there.
[[nodiscard]] std::optional<std::vector<double>> formula_bends(const CompiledLeaf& leaf, double cap,
                                                               double from, double to);

/// A function that is linear between bends, read off between two ends.
[[nodiscard]] std::vector<LinePiece> read_pieces(const std::function<double(double)>& value,
                                                 std::vector<double> bends, double from, double to);

}  // namespace chiso
