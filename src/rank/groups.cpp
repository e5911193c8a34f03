#include "chiso/rank/groups.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "rank/quantile_pair.hpp"

namespace chiso {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted_present(std::span<const double> values) {
  std::vector<double> present;
  present.reserve(values.size());
  for (const double x : values) {
    if (!std::isnan(x)) present.push_back(x);
  }
  std::sort(present.begin(), present.end());
  return present;
}

// Where a quantile lies among sorted values, by type 7.
class Place {
 public:
  // @param count at least 1
  Place(std::size_t count, double q)
      : exact_(q * static_cast<double>(count - 1)), below_(static_cast<std::size_t>(exact_)) {}

  [[nodiscard]] std::size_t below() const { return below_; }

  // With NumPy's interpolation, which is exact at both ends.
  [[nodiscard]] double between(double a, double b) const {
    const double t = exact_ - static_cast<double>(below_);
    if (a == b) return a;
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1.0 - t);
  }

 private:
  double exact_;
  std::size_t below_;
};

double quantile_of_sorted(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return no_number;
  const Place place(sorted.size(), q);
  return place.between(sorted[place.below()],
                       sorted[std::min(place.below() + 1, sorted.size() - 1)]);
}

void expect_groups(Size groups) {
  if (groups < 1) throw SpecError(fmt::format("expected at least one group, got {}", groups));
}

// Limits that do not rise.
void assign(std::span<const double> scores, std::span<const double> limits,
            std::span<std::int32_t> out) {
  if (scores.size() != out.size()) {
    throw DataError(
        fmt::format("expected as many groups as scores, got {} and {}", out.size(), scores.size()));
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double x = scores[i];
    const auto found =
        std::find_if(limits.begin(), limits.end(), [x](double limit) { return x >= limit; });
    out[i] = x == x ? static_cast<std::int32_t>(found - limits.begin()) : no_group;
  }
}

// Sums over the sorted different scores, from which the cost of any group follows.
class Costs {
 public:
  Costs(const std::vector<double>& scores, const std::vector<double>& counts)
      : weight_(1, 0.0L), sum_(1, 0.0L), square_(1, 0.0L) {
    // Measured from the middle, the squares lose the least to rounding.
    const long double middle = static_cast<long double>(scores[scores.size() / 2]);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const long double x = static_cast<long double>(scores[i]) - middle;
      const auto n = static_cast<long double>(counts[i]);
      weight_.push_back(weight_.back() + n);
      sum_.push_back(sum_.back() + n * x);
      square_.push_back(square_.back() + n * x * x);
    }
  }

  // Sum of squared differences from the mean of the scores begin ... end - 1.
  [[nodiscard]] double operator()(std::size_t begin, std::size_t end) const {
    if (end - begin <= 1) return 0.0;
    const long double n = weight_[end] - weight_[begin];
    const long double sum = sum_[end] - sum_[begin];
    const long double cost = square_[end] - square_[begin] - sum * sum / n;
    return cost > 0.0L ? static_cast<double>(cost) : 0.0;
  }

 private:
  std::vector<long double> weight_;
  std::vector<long double> sum_;
  std::vector<long double> square_;
};

// One row of Fisher's table: best[end] is the least cost of `groups` groups of the first `end`
// scores, and split[end] where the last of them begins. Where it begins never moves back as `end`
// grows, which halves the search again and again.
struct Row {
  std::vector<double> best;
  std::vector<std::size_t> split;
};

void fill(Row& row, const Row& before, const Costs& costs, std::size_t end_low,
          std::size_t end_high, std::size_t split_low, std::size_t split_high) {
  while (end_low <= end_high) {
    const std::size_t end = end_low + (end_high - end_low) / 2;
    double best = std::numeric_limits<double>::infinity();
    std::size_t split = split_low;
    for (std::size_t begin = split_low; begin <= std::min(split_high, end - 1); ++begin) {
      const double cost = before.best[begin] + costs(begin, end);
      if (cost <= best) {  // Of equal costs the group that begins higher up.
        best = cost;
        split = begin;
      }
    }
    row.best[end] = best;
    row.split[end] = split;
    if (end > end_low) fill(row, before, costs, end_low, end - 1, split_low, split);
    end_low = end + 1;
    split_low = split;
  }
}

}  // namespace

void group_by_limits(std::span<const double> scores, std::span<const double> limits,
                     std::span<std::int32_t> out) {
  for (std::size_t g = 0; g < limits.size(); ++g) {
    if (!std::isfinite(limits[g])) {
      throw SpecError(
          fmt::format("expected finite limits of groups, got {}", to_string(limits[g])));
    }
    if (g > 0 && !(limits[g] < limits[g - 1])) {
      throw SpecError(fmt::format("expected limits of groups from best to worst, got {} after {}",
                                  to_string(limits[g]), to_string(limits[g - 1])));
    }
  }
  assign(scores, limits, out);
}

double quantile(std::span<const double> values, double q) {
  if (!(q >= 0.0 && q <= 1.0)) {
    throw SpecError(fmt::format("expected a quantile between 0 and 1, got {}", to_string(q)));
  }
  return quantile_of_sorted(sorted_present(values), q);
}

QuantilePair quantile_pair(std::span<double> values, double low, double high) {
  const auto present =
      std::partition(values.begin(), values.end(), [](double x) { return !std::isnan(x); });
  const auto count = static_cast<std::size_t>(present - values.begin());
  if (count == 0) return {no_number, no_number};
  const auto place_in_order = [&](std::size_t few, auto before) {
    std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(few), present,
                      before);
  };
  QuantilePair pair;
  const Place from_least(count, low);
  const std::size_t above = std::min(from_least.below() + 1, count - 1);
  place_in_order(above + 1, std::less<>());
  pair.low = from_least.between(values[from_least.below()], values[above]);

  const Place from_greatest(count, high);
  const std::size_t below = count - 1 - from_greatest.below();
  place_in_order(below + 1, std::greater<>());
  pair.high = from_greatest.between(values[below], values[below == 0 ? 0 : below - 1]);
  return pair;
}

std::vector<double> quantile_limits(std::span<const double> scores, Size groups) {
  expect_groups(groups);
  const std::vector<double> sorted = sorted_present(scores);
  if (sorted.empty()) throw DataError("expected scores to make groups of, got none");
  std::vector<double> limits;
  for (Size g = groups - 1; g >= 1; --g) {
    limits.push_back(
        quantile_of_sorted(sorted, static_cast<double>(g) / static_cast<double>(groups)));
  }
  return limits;
}

void group_by_quantiles(std::span<const double> scores, Size groups, std::span<std::int32_t> out) {
  assign(scores, quantile_limits(scores, groups), out);
}

std::vector<double> natural_breaks(std::span<const double> scores, Size groups) {
  expect_groups(groups);
  std::vector<double> distinct;
  std::vector<double> counts;
  for (const double x : sorted_present(scores)) {
    if (!std::isfinite(x)) {
      throw DataError(fmt::format("expected finite scores to group, got {}", to_string(x)));
    }
    if (distinct.empty() || distinct.back() != x) {
      distinct.push_back(x);
      counts.push_back(0.0);
    }
    counts.back() += 1.0;
  }
  if (groups > std::ssize(distinct)) {
    throw DataError(fmt::format("expected at least {} different scores for {} groups, got {}",
                                groups, groups, distinct.size()));
  }

  const std::size_t n = distinct.size();
  const Costs costs(distinct, counts);
  std::vector<Row> rows(static_cast<std::size_t>(groups));
  for (Row& row : rows) {
    row.best.assign(n + 1, std::numeric_limits<double>::infinity());
    row.split.assign(n + 1, 0);
  }
  for (std::size_t end = 1; end <= n; ++end) rows[0].best[end] = costs(0, end);
  for (std::size_t g = 1; g < rows.size(); ++g) {
    fill(rows[g], rows[g - 1], costs, g + 1, n, g, n - 1);
  }

  std::vector<double> limits;
  std::size_t end = n;
  for (std::size_t g = rows.size(); g-- > 1;) {
    end = rows[g].split[end];
    limits.push_back(distinct[end]);
  }
  return limits;
}

void group_by_natural_breaks(std::span<const double> scores, Size groups,
                             std::span<std::int32_t> out) {
  assign(scores, natural_breaks(scores, groups), out);
}

}  // namespace chiso
