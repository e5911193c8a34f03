#include <algorithm>
#include <array>
#include <cstddef>

#include "base/multiversion.hpp"
#include "formula/pass_loops.hpp"

namespace chiso::passes {
namespace {

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

}  // namespace

CHISO_MULTIVERSION
void run_steps(const Block& block, const StepTable& table) {
  const auto steps = static_cast<Size>(table.values.size()) - 1;
  const double* x = block.column(block.pass.a);
  const double* from = table.from.data();
  const double* values = table.values.data();
  double* out = block.out();
  steps_from<true>(x, from, values, steps, table.if_missing, out, block.rows);
  for (Size done = 4; done < steps; done += 4) {
    steps_from<false>(x, from + done, values + done, std::min<Size>(4, steps - done), 0.0, out,
                      block.rows);
  }
}

}  // namespace chiso::passes
