#include "uncertainty/normal_law.hpp"

#include <algorithm>
#include <cmath>

#include "base/elementary.hpp"
#include "base/multiversion.hpp"

namespace chiso {
namespace {

constexpr double central = 0.425;  // |p - 1/2| up to which the first of three approximations holds.

CHISO_INLINE double central_quantile(double q) noexcept {
  const double r = central * central - q * q;
  double top = 2.5090809287301226727e+3;
  top = top * r + 3.3430575583588128105e+4;
  top = top * r + 6.7265770927008700853e+4;
  top = top * r + 4.5921953931549871457e+4;
  top = top * r + 1.3731693765509461125e+4;
  top = top * r + 1.9715909503065514427e+3;
  top = top * r + 1.3314166789178437745e+2;
  top = top * r + 3.3871328727963666080e+0;
  double bottom = 5.2264952788528545610e+3;
  bottom = bottom * r + 2.8729085735721942674e+4;
  bottom = bottom * r + 3.9307895800092710610e+4;
  bottom = bottom * r + 2.1213794301586595867e+4;
  bottom = bottom * r + 5.3941960214247511077e+3;
  bottom = bottom * r + 6.8718700749205790830e+2;
  bottom = bottom * r + 4.2313330701600911252e+1;
  bottom = bottom * r + 1.0;
  return q * top / bottom;
}

/// Of the tail's probability: how far from 0 it begins.
double tail_quantile(double probability) noexcept {
  const double r = std::sqrt(-elementary::log(probability));
  double top = 0.0;
  double bottom = 0.0;
  if (r <= 5.0) {
    const double s = r - 1.6;
    top = 7.74545014278341407640e-4;
    top = top * s + 2.27238449892691845833e-2;
    top = top * s + 2.41780725177450611770e-1;
    top = top * s + 1.27045825245236838258e+0;
    top = top * s + 3.64784832476320460504e+0;
    top = top * s + 5.76949722146069140550e+0;
    top = top * s + 4.63033784615654529590e+0;
    top = top * s + 1.42343711074968357734e+0;
    bottom = 1.05075007164441684324e-9;
    bottom = bottom * s + 5.47593808499534494600e-4;
    bottom = bottom * s + 1.51986665636164571966e-2;
    bottom = bottom * s + 1.48103976427480074590e-1;
    bottom = bottom * s + 6.89767334985100004550e-1;
    bottom = bottom * s + 1.67638483018380384940e+0;
    bottom = bottom * s + 2.05319162663775882187e+0;
    bottom = bottom * s + 1.0;
  } else {
    const double s = r - 5.0;
    top = 2.01033439929228813265e-7;
    top = top * s + 2.71155556874348757815e-5;
    top = top * s + 1.24266094738807843860e-3;
    top = top * s + 2.65321895265761230930e-2;
    top = top * s + 2.96560571828504891230e-1;
    top = top * s + 1.78482653991729133580e+0;
    top = top * s + 5.46378491116411436990e+0;
    top = top * s + 6.65790464350110377720e+0;
    bottom = 2.04426310338993978564e-15;
    bottom = bottom * s + 1.42151175831644588870e-7;
    bottom = bottom * s + 1.84631831751005468180e-5;
    bottom = bottom * s + 7.86869131145613259100e-4;
    bottom = bottom * s + 1.48753612908506148525e-2;
    bottom = bottom * s + 1.36929880922735805310e-1;
    bottom = bottom * s + 5.99832206555887937690e-1;
    bottom = bottom * s + 1.0;
  }
  return top / bottom;
}

CHISO_MULTIVERSION void central_quantiles(Size count, const double* p, double* x) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) x[i] = central_quantile(p[i] - 0.5);
}

}  // namespace

double normal_quantile(double p) noexcept {
  const double q = p - 0.5;
  if (std::abs(q) <= central) return central_quantile(q);
  return q < 0.0 ? -tail_quantile(p) : tail_quantile(1.0 - p);
}

void normal_quantiles(Size count, double* p) noexcept {
  // The centre, where most lie, vectorises; the tails are done one by one.
  constexpr Size piece = 128;
  double x[piece];
  for (Size first = 0; first < count; first += piece) {
    const Size length = std::min(piece, count - first);
    double* here = p + first;
    central_quantiles(length, here, x);
    for (Size i = 0; i < length; ++i) {
      here[i] = std::abs(here[i] - 0.5) <= central ? x[i] : normal_quantile(here[i]);
    }
  }
}

double normal_probability(double x) noexcept {
  if (x == 0.0) return 0.5;
  constexpr double root_of_two_pi = 2.50662827463100050242;
  const double size = std::abs(x);
  const double density = elementary::exp(-0.5 * x * x) / root_of_two_pi;
  if (density == 0.0) return x < 0.0 ? 0.0 : 1.0;
  if (size < 3.0) {
    double term = size;
    double sum = size;
    for (double k = 3.0; sum + term != sum; k += 2.0) {
      term *= x * x / k;
      sum += term;
    }
    // Farther down the difference would lose what the tail is.
    if (x > 0.0) return 0.5 + density * sum;
    if (size < 1.0) return 0.5 - density * sum;
  }
  // 1 / (x + 1 / (x + 2 / (x + 3 / ...))) from the end: 400 terms do from 1 on.
  double fraction = size;
  for (double k = 400.0; k >= 1.0; k -= 1.0) fraction = size + k / fraction;
  const double tail = density / fraction;
  return x < 0.0 ? tail : 1.0 - tail;
}

}  // namespace chiso
