#include <algorithm>

#include "base/multiversion.hpp"
#include "formula/operations.hpp"
#include "formula/pass_loops.hpp"

namespace chiso::passes {
namespace {

template <class A, class C>
CHISO_INLINE void multiply_add_loop(A a, const double* b, C c, double* out, Size n) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = a[i] + b[i] * c[i];
}

CHISO_INLINE void multiply_add(const Block& block) {
  const auto& [kind, unused, count, a, b, c, d] = block.pass;
  const double* x = block.column(b);
  if (Block::varies(a)) {
    const Varying sum{block.column(a)};
    if (Block::varies(c)) {
      multiply_add_loop(sum, x, Varying{block.column(c)}, block.out(), block.rows);
    } else {
      multiply_add_loop(sum, x, Fixed{c.constant}, block.out(), block.rows);
    }
  } else if (Block::varies(c)) {
    multiply_add_loop(Fixed{a.constant}, x, Varying{block.column(c)}, block.out(), block.rows);
  } else {
    multiply_add_loop(Fixed{a.constant}, x, Fixed{c.constant}, block.out(), block.rows);
  }
}

}  // namespace

CHISO_MULTIVERSION
bool run_arithmetic(const Block& block) {
  switch (block.pass.kind) {
    case PassKind::negate:
      unary<&operations::negate>(block);
      return true;
    case PassKind::absolute:
      unary<&operations::absolute>(block);
      return true;
    case PassKind::square_root:
      unary<&operations::square_root>(block);
      return true;
    case PassKind::floor:
      unary<&operations::floor>(block);
      return true;
    case PassKind::ceiling:
      unary<&operations::ceiling>(block);
      return true;
    case PassKind::add:
      binary<&operations::add>(block);
      return true;
    case PassKind::subtract:
      binary<&operations::subtract>(block);
      return true;
    case PassKind::multiply:
      binary<&operations::multiply>(block);
      return true;
    case PassKind::divide:
      binary<&operations::divide>(block);
      return true;
    case PassKind::minimum:
      binary<&operations::minimum>(block);
      return true;
    case PassKind::maximum:
      binary<&operations::maximum>(block);
      return true;
    case PassKind::multiply_add:
      multiply_add(block);
      return true;
    case PassKind::finite: {
      if (Block::varies(block.pass.a)) {
        unary<&operations::finite>(block);
      } else {
        std::fill_n(block.out(), block.rows, operations::finite(block.pass.a.constant));
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace chiso::passes
