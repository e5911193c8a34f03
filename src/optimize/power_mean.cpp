#include "optimize/power_mean.hpp"

#include <algorithm>
#include <cmath>

namespace chiso {

MeanFunction::MeanFunction(const Aggregation& how, double highest)
    : power_(how.method == Aggregation::Method::geometric_mean  ? 0.0
             : how.method == Aggregation::Method::harmonic_mean ? -1.0
                                                                : how.power),
      reference_(highest) {}

bool MeanFunction::has(const Aggregation& how) noexcept {
  return how.method == Aggregation::Method::geometric_mean ||
         how.method == Aggregation::Method::harmonic_mean ||
         how.method == Aggregation::Method::power_mean;
}

double MeanFunction::operator()(double score) const {
  const double x = score / reference_;
  if (power_ > 0.0) {
    const bool is_defined = x >= 0.0 || power_ == std::floor(power_);
    return is_defined ? std::pow(x, power_) : 0.0;
  }
  const double cut = std::max(x, 0.01);
  return power_ == 0.0 ? std::log(cut) : -std::pow(cut, power_);
}

double MeanFunction::slope(double score) const {
  const double x = std::max(score / reference_, 0.01);
  if (power_ == 0.0) return 1.0 / (x * reference_);
  return std::abs(power_) * std::pow(x, power_ - 1.0) / reference_;
}

double MeanFunction::inverse(double sum) const {
  if (power_ == 0.0) return reference_ * std::exp(sum);
  if (power_ < 0.0) return reference_ * std::pow(std::max(-sum, 1e-300), 1.0 / power_);
  return reference_ * std::pow(std::max(sum, 0.0), 1.0 / power_);
}

double MeanFunction::inverse_slope(double sum) const { return 1.0 / slope(inverse(sum)); }

}  // namespace chiso
