#pragma once

#include <cstdint>

namespace chiso {

/// The logarithm of a gamma variate of one shape, a function of one uniform number: its own number
/// gives the first proposal, and whatever else the rejection needs comes from the number's own
/// stream. In logarithms, since variates of tiny shapes are below the least double: of shape 0.001
/// half of them are below 1e-300.
///
/// Source: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM Transactions on
/// Mathematical Software 26 (2000); shapes below 1 by a power of one more uniform.
class LogGamma {
 public:
  /// @param shape positive
  explicit LogGamma(double shape) noexcept;

  /// @param purpose tells streams of equal numbers apart
  [[nodiscard]] double operator()(double uniform, std::uint64_t purpose) const noexcept;

 private:
  double shape_;
  double d_;
  double c_;
};

}  // namespace chiso
