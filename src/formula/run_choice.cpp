#include "base/multiversion.hpp"
#include "formula/operations.hpp"
#include "formula/pass_loops.hpp"

namespace chiso::passes {
namespace {

struct IsLess {
  static CHISO_INLINE bool yes(double x, double y) noexcept { return x < y; }
  static CHISO_INLINE bool no(double x, double y) noexcept { return x >= y; }
};
struct IsLessEqual {
  static CHISO_INLINE bool yes(double x, double y) noexcept { return x <= y; }
  static CHISO_INLINE bool no(double x, double y) noexcept { return x > y; }
};
struct IsEqual {
  static CHISO_INLINE bool yes(double x, double y) noexcept { return x == y; }
  static CHISO_INLINE bool no(double x, double y) noexcept { return (x < y) | (x > y); }
};
/// Of a condition that is worked out already: x is 1, 0 or missing.
struct IsTrue {
  static CHISO_INLINE bool yes(double x, double /*y*/) noexcept { return x == 1.0; }
  static CHISO_INLINE bool no(double x, double /*y*/) noexcept { return x == 0.0; }
};

template <class Test, class Y, class A, class B>
CHISO_INLINE void select_loop(const double* x, Y y, A a, B b, double* out, Size n) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    const double if_true = a[i];
    const double if_false = b[i];
    const bool yes = Test::yes(x[i], y[i]);
    const double otherwise = Test::no(x[i], y[i]) ? if_false : operations::missing;
    out[i] = yes ? if_true : otherwise;
  }
}

template <class Test, class Y>
CHISO_INLINE void select_by(const Block& block, Y y, const Source& a, const Source& b) {
  const double* x = block.column(block.pass.a);
  if (Block::varies(a)) {
    const Varying yes{block.column(a)};
    if (Block::varies(b)) {
      select_loop<Test>(x, y, yes, Varying{block.column(b)}, block.out(), block.rows);
    } else {
      select_loop<Test>(x, y, yes, Fixed{b.constant}, block.out(), block.rows);
    }
  } else if (Block::varies(b)) {
    select_loop<Test>(x, y, Fixed{a.constant}, Varying{block.column(b)}, block.out(), block.rows);
  } else {
    select_loop<Test>(x, y, Fixed{a.constant}, Fixed{b.constant}, block.out(), block.rows);
  }
}

template <class Test>
CHISO_INLINE void select_comparing(const Block& block) {
  const Pass& pass = block.pass;
  if (Block::varies(pass.b)) {
    select_by<Test>(block, Varying{block.column(pass.b)}, pass.c, pass.d);
  } else {
    select_by<Test>(block, Fixed{pass.b.constant}, pass.c, pass.d);
  }
}

}  // namespace

CHISO_MULTIVERSION
bool run_condition(const Block& block) {
  switch (block.pass.kind) {
    case PassKind::is_missing:
      unary<&operations::is_missing>(block);
      return true;
    case PassKind::is_present:
      unary<&operations::is_present>(block);
      return true;
    case PassKind::is_true:
      unary<&operations::is_true>(block);
      return true;
    case PassKind::less:
      binary<&operations::less>(block);
      return true;
    case PassKind::less_equal:
      binary<&operations::less_equal>(block);
      return true;
    case PassKind::equal:
      binary<&operations::equal>(block);
      return true;
    case PassKind::not_equal:
      binary<&operations::not_equal>(block);
      return true;
    case PassKind::logical_and:
      binary<&operations::logical_and>(block);
      return true;
    case PassKind::logical_or:
      binary<&operations::logical_or>(block);
      return true;
    case PassKind::coalesce:
      binary<&operations::coalesce>(block);
      return true;
    default:
      return false;
  }
}

CHISO_MULTIVERSION
bool run_choice(const Block& block) {
  switch (block.pass.kind) {
    case PassKind::select:
      select_by<IsTrue>(block, Fixed{0.0}, block.pass.b, block.pass.c);
      return true;
    case PassKind::select_less:
      select_comparing<IsLess>(block);
      return true;
    case PassKind::select_less_equal:
      select_comparing<IsLessEqual>(block);
      return true;
    case PassKind::select_equal:
      select_comparing<IsEqual>(block);
      return true;
    default:
      return false;
  }
}

}  // namespace chiso::passes
