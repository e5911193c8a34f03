// Passes over columns. The loops are compiled for several processors; see multiversion.hpp.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/multiversion.hpp"
#include "formula/instructions.hpp"
#include "formula/operations.hpp"

namespace chiso {
namespace {

/// A pass with its columns found.
struct Work {
  const Pass& pass;
  const Columns& columns;
  Size n;

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
  CHISO_INLINE double operator[](Size) const noexcept { return value; }
};

template <double (*f)(double)>
CHISO_INLINE void unary(const Work& work) {
  const double* a = work.column(work.pass.a);
  double* out = work.out();
  CHISO_INDEPENDENT
  for (Size i = 0; i < work.n; ++i) out[i] = f(a[i]);
}

template <double (*f)(double, double), class A, class B>
CHISO_INLINE void binary_loop(A a, B b, double* out, Size n) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = f(a[i], b[i]);
}

template <double (*f)(double, double)>
CHISO_INLINE void binary(const Work& work) {
  const auto& [kind, unused, count, a, b, c, d] = work.pass;
  if (!Work::varies(a)) {
    binary_loop<f>(Fixed{a.constant}, Varying{work.column(b)}, work.out(), work.n);
  } else if (!Work::varies(b)) {
    binary_loop<f>(Varying{work.column(a)}, Fixed{b.constant}, work.out(), work.n);
  } else {
    binary_loop<f>(Varying{work.column(a)}, Varying{work.column(b)}, work.out(), work.n);
  }
}

// ---- arithmetic ---------------------------------------------------------------------------------

template <class A, class C>
CHISO_INLINE void multiply_add_loop(A a, const double* b, C c, double* out, Size n) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = a[i] + b[i] * c[i];
}

CHISO_INLINE void multiply_add(const Work& work) {
  const auto& [kind, unused, count, a, b, c, d] = work.pass;
  const double* x = work.column(b);
  if (Work::varies(a)) {
    const Varying sum{work.column(a)};
    if (Work::varies(c)) {
      multiply_add_loop(sum, x, Varying{work.column(c)}, work.out(), work.n);
    } else {
      multiply_add_loop(sum, x, Fixed{c.constant}, work.out(), work.n);
    }
  } else if (Work::varies(c)) {
    multiply_add_loop(Fixed{a.constant}, x, Varying{work.column(c)}, work.out(), work.n);
  } else {
    multiply_add_loop(Fixed{a.constant}, x, Fixed{c.constant}, work.out(), work.n);
  }
}

/// @returns false if it is another kind of pass
CHISO_MULTIVERSION
bool run_arithmetic(const Work& work) {
  switch (work.pass.kind) {
    case PassKind::negate:
      unary<&operations::negate>(work);
      return true;
    case PassKind::absolute:
      unary<&operations::absolute>(work);
      return true;
    case PassKind::square_root:
      unary<&operations::square_root>(work);
      return true;
    case PassKind::floor:
      unary<&operations::floor>(work);
      return true;
    case PassKind::ceiling:
      unary<&operations::ceiling>(work);
      return true;
    case PassKind::add:
      binary<&operations::add>(work);
      return true;
    case PassKind::subtract:
      binary<&operations::subtract>(work);
      return true;
    case PassKind::multiply:
      binary<&operations::multiply>(work);
      return true;
    case PassKind::divide:
      binary<&operations::divide>(work);
      return true;
    case PassKind::minimum:
      binary<&operations::minimum>(work);
      return true;
    case PassKind::maximum:
      binary<&operations::maximum>(work);
      return true;
    case PassKind::multiply_add:
      multiply_add(work);
      return true;
    case PassKind::finite: {
      if (Work::varies(work.pass.a)) {
        unary<&operations::finite>(work);
      } else {
        std::fill_n(work.out(), work.n, operations::finite(work.pass.a.constant));
      }
      return true;
    }
    default:
      return false;
  }
}

// ---- conditions ---------------------------------------------------------------------------------

CHISO_MULTIVERSION
bool run_condition(const Work& work) {
  switch (work.pass.kind) {
    case PassKind::is_missing:
      unary<&operations::is_missing>(work);
      return true;
    case PassKind::is_present:
      unary<&operations::is_present>(work);
      return true;
    case PassKind::is_true:
      unary<&operations::is_true>(work);
      return true;
    case PassKind::less:
      binary<&operations::less>(work);
      return true;
    case PassKind::less_equal:
      binary<&operations::less_equal>(work);
      return true;
    case PassKind::equal:
      binary<&operations::equal>(work);
      return true;
    case PassKind::not_equal:
      binary<&operations::not_equal>(work);
      return true;
    case PassKind::logical_and:
      binary<&operations::logical_and>(work);
      return true;
    case PassKind::logical_or:
      binary<&operations::logical_or>(work);
      return true;
    case PassKind::coalesce:
      binary<&operations::coalesce>(work);
      return true;
    default:
      return false;
  }
}

// ---- choices ------------------------------------------------------------------------------------

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
CHISO_INLINE void select_by(const Work& work, Y y, const Source& a, const Source& b) {
  const double* x = work.column(work.pass.a);
  if (Work::varies(a)) {
    const Varying yes{work.column(a)};
    if (Work::varies(b)) {
      select_loop<Test>(x, y, yes, Varying{work.column(b)}, work.out(), work.n);
    } else {
      select_loop<Test>(x, y, yes, Fixed{b.constant}, work.out(), work.n);
    }
  } else if (Work::varies(b)) {
    select_loop<Test>(x, y, Fixed{a.constant}, Varying{work.column(b)}, work.out(), work.n);
  } else {
    select_loop<Test>(x, y, Fixed{a.constant}, Fixed{b.constant}, work.out(), work.n);
  }
}

template <class Test>
CHISO_INLINE void select_comparing(const Work& work) {
  const Pass& pass = work.pass;
  if (Work::varies(pass.b)) {
    select_by<Test>(work, Varying{work.column(pass.b)}, pass.c, pass.d);
  } else {
    select_by<Test>(work, Fixed{pass.b.constant}, pass.c, pass.d);
  }
}

CHISO_MULTIVERSION
bool run_choice(const Work& work) {
  switch (work.pass.kind) {
    case PassKind::select:
      select_by<IsTrue>(work, Fixed{0.0}, work.pass.b, work.pass.c);
      return true;
    case PassKind::select_less:
      select_comparing<IsLess>(work);
      return true;
    case PassKind::select_less_equal:
      select_comparing<IsLessEqual>(work);
      return true;
    case PassKind::select_equal:
      select_comparing<IsEqual>(work);
      return true;
    default:
      return false;
  }
}

// ---- tables -------------------------------------------------------------------------------------

/// values[k] from threshold from[k] on; below from[1] what `out` has already, unless this begins.
template <std::size_t steps, bool begins>
CHISO_INLINE void step_loop(const double* x, const double* from, const double* values,
                            double if_missing, double* out, Size n) {
  std::array<double, steps> threshold;
  std::array<double, steps> value;
  for (std::size_t k = 0; k < steps; ++k) {
    threshold[k] = from[k + 1];
    value[k] = values[k + 1];
  }
  const double lowest = values[0];
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    const double at = x[i];
    double y = begins ? (at == at ? lowest : if_missing) : out[i];
    for (std::size_t k = 0; k < steps; ++k) y = at >= threshold[k] ? value[k] : y;
    out[i] = y;
  }
}

/// Up to four thresholds are one pass over the rows; more are more.
template <bool begins>
CHISO_INLINE void steps_from(const double* x, const double* from, const double* values, Size steps,
                             double if_missing, double* out, Size n) {
  switch (steps) {
    case 0:
      return step_loop<0, begins>(x, from, values, if_missing, out, n);
    case 1:
      return step_loop<1, begins>(x, from, values, if_missing, out, n);
    case 2:
      return step_loop<2, begins>(x, from, values, if_missing, out, n);
    case 3:
      return step_loop<3, begins>(x, from, values, if_missing, out, n);
    default:
      return step_loop<4, begins>(x, from, values, if_missing, out, n);
  }
}

CHISO_MULTIVERSION
void run_steps(const double* x, const StepTable& table, double* out, Size n) {
  const auto steps = static_cast<Size>(table.values.size()) - 1;
  const double* from = table.from.data();
  const double* values = table.values.data();
  steps_from<true>(x, from, values, steps, table.if_missing, out, n);
  for (Size done = 4; done < steps; done += 4) {
    steps_from<false>(x, from + done, values + done, std::min<Size>(4, steps - done), 0.0, out, n);
  }
}

// ---- functions ----------------------------------------------------------------------------------

/// @returns how many rows are too large, and mean nothing yet
CHISO_MULTIVERSION
Size round_most(const double* a, double scale, double* out, Size n) {
  Size left = 0;
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    double quick = 0.0;
    const bool done = quick_round(a[i], scale, quick);
    left += done ? 0 : 1;
    out[i] = quick;
  }
  return left;
}

void run_round(const double* a, int decimals, double* out, Size n) {
  if (round_most(a, powers_of_ten[static_cast<std::size_t>(decimals)], out, n) == 0) return;
  for (Size i = 0; i < n; ++i) out[i] = rounded(a[i], decimals);
}

CHISO_MULTIVERSION
void run_whole_power(const double* a, int exponent, double* out, Size n) {
  constexpr Size piece = 256;
  const int positive = exponent < 0 ? -exponent : exponent;
  for (Size first = 0; first < n; first += piece) {
    const Size rows = std::min(piece, n - first);
    double base[piece];
    double result[piece];
    for (Size i = 0; i < rows; ++i) {
      base[i] = a[first + i];
      const double one = base[i] == base[i] ? 1.0 : operations::missing;
      result[i] = positive % 2 == 1 ? base[i] : one;
    }
    for (int bits = positive / 2; bits > 0; bits /= 2) {
      for (Size i = 0; i < rows; ++i) base[i] *= base[i];
      if (bits % 2 == 0) continue;
      for (Size i = 0; i < rows; ++i) result[i] *= base[i];
    }
    if (exponent < 0) {
      CHISO_INDEPENDENT
      for (Size i = 0; i < rows; ++i) {
        const double inverse = 1.0 / result[i];
        out[first + i] = a[first + i] == 0.0 ? operations::missing : inverse;
      }
    } else {
      for (Size i = 0; i < rows; ++i) out[first + i] = result[i];
    }
  }
}

/// Whether x^y is not elementary::power_of_positive(x, y).
CHISO_INLINE bool is_special(double x, double y) noexcept {
  const double magnitude = std::fabs(y);
  const bool multiplied =
      (magnitude <= elementary::most_multiplied) & (std::floor(magnitude) == magnitude);
  const bool positive = (x > 0.0) & (x < operations::infinity);
  return !positive | multiplied | (y != y);
}

template <class X, class Y>
CHISO_INLINE Size power_loop(X x, Y y, double* out, Size n) {
  Size special = 0;
  for (Size i = 0; i < n; ++i) special += is_special(x[i], y[i]) ? 1 : 0;
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = elementary::power_of_positive(x[i], y[i]);
  return special;
}

/// @returns how many rows mean nothing yet
CHISO_MULTIVERSION
Size power_of_most(const Work& work) {
  const Source& a = work.pass.a;
  const Source& b = work.pass.b;
  if (!Work::varies(a)) {
    return power_loop(Fixed{a.constant}, Varying{work.column(b)}, work.out(), work.n);
  }
  const Varying x{work.column(a)};
  return Work::varies(b) ? power_loop(x, Varying{work.column(b)}, work.out(), work.n)
                         : power_loop(x, Fixed{b.constant}, work.out(), work.n);
}

void run_power(const Work& work) {
  if (power_of_most(work) == 0) return;
  const Source& a = work.pass.a;
  const Source& b = work.pass.b;
  double* out = work.out();
  for (Size i = 0; i < work.n; ++i) {
    const double x = Work::varies(a) ? work.column(a)[i] : a.constant;
    const double y = Work::varies(b) ? work.column(b)[i] : b.constant;
    if (is_special(x, y)) out[i] = elementary::power(x, y);
  }
}

CHISO_MULTIVERSION
bool run_function(const Work& work) {
  switch (work.pass.kind) {
    case PassKind::logarithm:
      unary<&operations::logarithm>(work);
      return true;
    case PassKind::exponential:
      unary<&operations::exponential>(work);
      return true;
    default:
      return false;
  }
}

}  // namespace

void run(const Pass& pass, const Program& program, const Columns& columns, Size n) {
  const Work work{pass, columns, n};
  switch (pass.kind) {
    case PassKind::steps:
      run_steps(work.column(pass.a), program.tables[static_cast<std::size_t>(pass.count)],
                work.out(), n);
      return;
    case PassKind::round:
      run_round(work.column(pass.a), pass.count, work.out(), n);
      return;
    case PassKind::whole_power:
      run_whole_power(work.column(pass.a), pass.count, work.out(), n);
      return;
    case PassKind::power:
      run_power(work);
      return;
    default:
      break;
  }
  if (run_arithmetic(work) || run_choice(work) || run_condition(work)) return;
  run_function(work);
}

}  // namespace chiso
