#pragma once

#include "base/multiversion.hpp"
#include "formula/instructions.hpp"

/// What the loops of all passes are made of. The functions that begin with `run` are compiled for
/// several processors (see multiversion.hpp); all that they call in their loops is inlined.
namespace chiso::passes {

/// A pass with the columns of one block.
struct Block {
  const Pass& pass;
  const Columns& columns;
  Size rows;

  [[nodiscard]] static bool varies(const Source& source) noexcept {
    return source.place != Source::Place::constant;
  }
  [[nodiscard]] const double* column(const Source& source) const noexcept {
    return source.place == Source::Place::input ? columns.inputs[source.column]
                                                : columns.scratch[source.column];
  }
  [[nodiscard]] double* out() const noexcept { return columns.scratch[pass.out]; }
};

/// Operands of a loop: a column, or the same number everywhere.
struct Varying {
  const double* values;
  CHISO_INLINE double operator[](Size i) const noexcept { return values[i]; }
};
struct Fixed {
  double value;
  CHISO_INLINE double operator[](Size /*i*/) const noexcept { return value; }
};

template <double (*f)(double)>
CHISO_INLINE void unary(const Block& block) {
  const double* a = block.column(block.pass.a);
  double* out = block.out();
  CHISO_INDEPENDENT
  for (Size i = 0; i < block.rows; ++i) out[i] = f(a[i]);
}

template <double (*f)(double, double), class A, class B>
CHISO_INLINE void binary_loop(A a, B b, double* out, Size n) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = f(a[i], b[i]);
}

template <double (*f)(double, double)>
CHISO_INLINE void binary(const Block& block) {
  const Source& a = block.pass.a;
  const Source& b = block.pass.b;
  if (!Block::varies(a)) {
    binary_loop<f>(Fixed{a.constant}, Varying{block.column(b)}, block.out(), block.rows);
  } else if (!Block::varies(b)) {
    binary_loop<f>(Varying{block.column(a)}, Fixed{b.constant}, block.out(), block.rows);
  } else {
    binary_loop<f>(Varying{block.column(a)}, Varying{block.column(b)}, block.out(), block.rows);
  }
}

// Each carries out the kinds of passes that it knows. @returns false if this is none of them
bool run_arithmetic(const Block& block);
bool run_condition(const Block& block);
bool run_choice(const Block& block);
bool run_function(const Block& block);

void run_steps(const Block& block, const StepTable& table);

}  // namespace chiso::passes
