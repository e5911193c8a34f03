#include "uncertainty/sobol_sums.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "base/parallel.hpp"
#include "rank/quantile_pair.hpp"

namespace chiso {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// A resample with less than this share of the sample's variance has none, but rounding.
constexpr double negligible = 1e-12;

// Columns of an output.
constexpr Size sum_column = 0;
constexpr Size squares_column = 1;
constexpr Size factors_start = 2;
constexpr Size columns_a_factor = 3;

constexpr Size first_column(Size factor) { return factors_start + columns_a_factor * factor; }
constexpr Size slope_column(Size factor) { return first_column(factor) + 1; }
constexpr Size total_column(Size factor) { return first_column(factor) + 2; }

/// Between two questions whether to go on: some milliseconds.
constexpr Size resamples_at_once = 4'096;

constexpr Size pairs(Size factors) { return factors * (factors - 1) / 2; }

/// Mean and variance of the sample and of each resample.
struct Moments {
  std::vector<double> shift;  ///< Of the mean from the centre.
  std::vector<double> variance;
};

Moments moments(std::span<const double> sum, std::span<const double> squares, Size rows) {
  const double values = 2.0 * static_cast<double>(rows);
  Moments result;
  for (std::size_t r = 0; r < sum.size(); ++r) {
    result.shift.push_back(sum[r] / values);
    result.variance.push_back(squares[r] / values - result.shift[r] * result.shift[r]);
  }
  return result;
}

/// From an index of the sample and of its resamples, the sample first; their order is lost.
SobolEstimate estimate(std::span<double> indices, double confidence) {
  const double tail = (1.0 - confidence) / 2.0;
  const QuantilePair ends = quantile_pair(indices.subspan(1), tail, 1.0 - tail);
  return {indices[0], ends.low, ends.high};
}

constexpr SobolEstimate no_estimate{no_number, no_number, no_number};

}  // namespace

SobolSums::SobolSums(Size outputs, Size factors, bool second_order, const Resampling& resampling,
                     const Kernels& kernels)
    : factors_(factors),
      second_order_(second_order),
      columns_(first_column(factors) + (second_order ? pairs(factors) : 0)),
      resampling_(&resampling),
      kernels_(&kernels),
      sums_(outputs * columns_, 1 + resampling.resamples()),
      ranges_(at(outputs)) {}

bool SobolSums::add(const SobolValues& values, Size first, int threads,
                    const std::function<bool()>& go_on) {
  const Size rows = values.a.draws();
  if (weights_.rows() != rows) weights_ = DrawTable(rows, 1 + resampling_->resamples());
  resampling_->fill(first, weights_);
  std::atomic<bool> goes_on = true;
  in_pieces(std::ssize(ranges_), threads, [&](Size begin, Size end) {
    std::vector<double> terms(at(columns_ * rows));
    DrawTable products(columns_, weights_.draws());
    for (Size output = begin; output < end && goes_on; ++output) {
      meet(values, output, first == 0);
      write_terms(values, output, terms.data());
      for (Size from = 0; from < weights_.draws() && goes_on; from += resamples_at_once) {
        const Size some = std::min(resamples_at_once, weights_.draws() - from);
        kernels_->weighted_sums(terms.data(), columns_, rows, weights_.row(0) + from, some,
                                weights_.stride(), products.row(0) + from);
        for (Size column = 0; column < columns_; ++column) {
          double* sums = sums_.row(output * columns_ + column) + from;
          const double* more = products.row(column) + from;
          for (Size r = 0; r < some; ++r) sums[r] += more[r];
        }
        if (begin == 0 && !go_on()) goes_on = false;
      }
    }
  });
  return goes_on;
}

void SobolSums::meet(const SobolValues& values, Size output, bool starts) {
  const double* a = values.a.row(output);
  const double* b = values.b.row(output);
  Range& range = ranges_[at(output)];
  if (starts) {
    range = {0.0, a[0], a[0]};
    for (Size j = 0; j < values.a.draws(); ++j) range.centre += a[j] + b[j];
    range.centre /= 2.0 * static_cast<double>(values.a.draws());
  }
  for (Size j = 0; j < values.a.draws(); ++j) {
    range.lowest = std::min({range.lowest, a[j], b[j]});
    range.highest = std::max({range.highest, a[j], b[j]});
  }
}

void SobolSums::write_terms(const SobolValues& values, Size output, double* terms) const {
  const Size rows = values.a.draws();
  const double* a = values.a.row(output);
  const double* b = values.b.row(output);
  const double c = ranges_[at(output)].centre;
  const auto column = [&](Size number) { return terms + number * rows; };

  for (Size j = 0; j < rows; ++j) {
    column(sum_column)[j] = (a[j] - c) + (b[j] - c);
    column(squares_column)[j] = (a[j] - c) * (a[j] - c) + (b[j] - c) * (b[j] - c);
  }
  for (Size i = 0; i < factors_; ++i) {
    const double* ab = values.ab[at(i)].row(output);
    double* first = column(first_column(i));
    double* slope = column(slope_column(i));
    double* total = column(total_column(i));
    if (!second_order_) {
      for (Size j = 0; j < rows; ++j) {
        const double change = ab[j] - a[j];
        first[j] = (b[j] - c) * change;
        slope[j] = change;
        total[j] = change * change / 2.0;
      }
      continue;
    }
    const double* ba = values.ba[at(i)].row(output);
    for (Size j = 0; j < rows; ++j) {
      const double change = ab[j] - a[j];
      const double back = ba[j] - b[j];
      first[j] = ((b[j] - c) * change + (a[j] - c) * back) / 2.0;
      slope[j] = (change + back) / 2.0;
      total[j] = (change * change + back * back) / 4.0;
    }
  }
  if (!second_order_) return;
  double* pair = column(first_column(factors_));
  for (Size i = 0; i < factors_; ++i) {
    const double* ab_i = values.ab[at(i)].row(output);
    const double* ba_i = values.ba[at(i)].row(output);
    for (Size k = i + 1; k < factors_; ++k, pair += rows) {
      const double* ab_k = values.ab[at(k)].row(output);
      const double* ba_k = values.ba[at(k)].row(output);
      for (Size j = 0; j < rows; ++j) {
        pair[j] = ((ab_i[j] - a[j]) * (ba_k[j] - b[j]) + (ab_k[j] - a[j]) * (ba_i[j] - b[j])) / 2.0;
      }
    }
  }
}

std::span<const double> SobolSums::sums(Size output, Size column) const {
  return {sums_.row(output * columns_ + column), at(sums_.draws())};
}

double SobolSums::size(Size output) const {
  const Range& range = ranges_[at(output)];
  return std::isnan(range.centre) ? no_number
                                  : std::max(std::abs(range.lowest), std::abs(range.highest));
}

SobolOutput SobolSums::output(Size output, double rounding, double confidence) const {
  const Range& range = ranges_[at(output)];
  const Moments moment =
      moments(sums(output, sum_column), sums(output, squares_column), resampling_->rows());
  SobolOutput result;
  result.mean = range.centre + moment.shift[0];
  result.variance = moment.variance[0];
  bool missing = false;
  for (Size column = 0; column < columns_; ++column) {
    missing = missing || !std::isfinite(sums(output, column)[0]);
  }
  if (missing) {
    result.state = SobolOutput::State::missing;
    result.mean = no_number;
    result.variance = no_number;
  } else if (range.highest - range.lowest <= rounding) {
    result.state = SobolOutput::State::constant;
    result.variance = 0.0;
  }
  if (result.state != SobolOutput::State::varies) {
    result.first.assign(at(factors_), no_estimate);
    result.total.assign(at(factors_), no_estimate);
    result.second.assign(second_order_ ? at(pairs(factors_)) : 0, no_estimate);
    return result;
  }

  // What an index is divided by: the variance, and how many rows were added up.
  std::vector<double> divisor;
  for (const double variance : moment.variance) {
    divisor.push_back(variance > negligible * moment.variance[0]
                          ? variance * static_cast<double>(resampling_->rows())
                          : no_number);
  }
  std::vector<double> indices(divisor.size());
  const auto plain = [&](Size column) {
    const auto sum = sums(output, column);
    for (std::size_t r = 0; r < indices.size(); ++r) indices[r] = sum[r] / divisor[r];
    return estimate(indices, confidence);
  };
  for (Size i = 0; i < factors_; ++i) {
    const auto sum = sums(output, first_column(i));
    const auto slope = sums(output, slope_column(i));
    for (std::size_t r = 0; r < indices.size(); ++r) {
      indices[r] = (sum[r] - moment.shift[r] * slope[r]) / divisor[r];
    }
    result.first.push_back(estimate(indices, confidence));
    result.total.push_back(plain(total_column(i)));
  }
  for (Size pair = 0; pair < (second_order_ ? pairs(factors_) : 0); ++pair) {
    result.second.push_back(plain(first_column(factors_) + pair));
  }
  return result;
}

}  // namespace chiso
