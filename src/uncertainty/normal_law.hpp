#pragma once

#include "chiso/base/size.hpp"

/// The standard normal law in plain arithmetic and elementary functions of our own: the same bits
/// on every processor.
namespace chiso {

/// The x below which a share p of the law lies, p in (0, 1); within 1e-15 of |x| or 1. Source:
/// Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16.
[[nodiscard]] double normal_quantile(double p) noexcept;

/// The same of `count` numbers, in place.
void normal_quantiles(Size count, double* p) noexcept;

/// The share of the law that lies below x; its relative error stays small where it is tiny. Source:
/// the series of Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software 11
/// (2004); the continued fraction of Mills' ratio in the tails.
[[nodiscard]] double normal_probability(double x) noexcept;

}  // namespace chiso
