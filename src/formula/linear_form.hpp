#pragma once

#include <cstdint>
#include <vector>

#include "formula/bounds.hpp"

namespace chiso {

/// Part of a linear form: a coefficient times what a node of the formula is.
///
/// Coefficients are intervals, because each addition and multiplication of doubles rounds: the
/// double that comes out is the form for some coefficients within.
struct LinearTerm {
  std::uint32_t part = 0;  ///< Nodes of one part are the same expression.
  std::uint32_t node = 0;
  Bounds coefficient;
};

/// A sum of parts times coefficients, and a constant. Parts that cancel are gone: of
/// `all - (all - bad)` only `bad` is left.
struct LinearForm {
  std::vector<LinearTerm> terms;  ///< By part.
  Bounds constant{0.0, 0.0, false};

  [[nodiscard]] static LinearForm of_constant(double value);
  [[nodiscard]] static LinearForm of_part(std::uint32_t part, std::uint32_t node);

  [[nodiscard]] const LinearTerm* find(std::uint32_t part) const noexcept;
};

/// a + factor * b, in real numbers.
[[nodiscard]] LinearForm combined(const LinearForm& a, const Bounds& factor, const LinearForm& b);

/// The form times a factor, in real numbers.
[[nodiscard]] LinearForm scaled(const LinearForm& form, const Bounds& factor);

/// The same after one rounding to a double.
[[nodiscard]] LinearForm rounded_once(LinearForm form);

/// s * a + t * b as if arithmetic were exact: coefficients are the middles of their intervals, and
/// what cancels but for rounding is gone.
[[nodiscard]] LinearForm exactly_combined(double s, const LinearForm& a, double t,
                                          const LinearForm& b);

/// Whether the two have a part in common.
[[nodiscard]] bool share_part(const LinearForm& a, const LinearForm& b) noexcept;

}  // namespace chiso
