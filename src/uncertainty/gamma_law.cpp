#include "uncertainty/gamma_law.hpp"

#include <cmath>

#include "base/elementary.hpp"
#include "uncertainty/normal_law.hpp"
#include "uncertainty/sub_stream.hpp"

namespace chiso {

LogGamma::LogGamma(double shape) noexcept
    : shape_(shape),
      d_((shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0),
      c_(1.0 / (3.0 * std::sqrt(d_))) {}

double LogGamma::operator()(double uniform, std::uint64_t purpose) const noexcept {
  SubStream more(uniform, purpose);
  double x = normal_quantile(uniform);
  for (;;) {
    const double root = 1.0 + c_ * x;
    if (root > 0.0) {
      const double v = root * root * root;
      const double u = more.uniform();
      const double log_v = elementary::log(v);
      const bool inside = u < 1.0 - 0.0331 * (x * x) * (x * x);
      if (inside || elementary::log(u) < 0.5 * x * x + d_ * (1.0 - v + log_v)) {
        const double log_variate = elementary::log(d_) + log_v;
        return shape_ < 1.0 ? log_variate + elementary::log(more.uniform()) / shape_ : log_variate;
      }
    }
    x = normal_quantile(more.uniform());
  }
}

}  // namespace chiso
