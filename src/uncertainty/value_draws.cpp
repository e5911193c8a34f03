#include "uncertainty/value_draws.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/fingerprint.hpp"
#include "chiso/base/interval.hpp"
#include "uncertainty/correlation.hpp"
#include "uncertainty/normal_law.hpp"
#include "uncertainty/sub_stream.hpp"
#include "uncertainty/value_cells.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The least number in the range, and none that would be taken as missing.
double least_of(const ValueCell& cell) {
  const bool closed = cell.range.lower_closed && !(cell.zero_is_missing && cell.range.lower == 0.0);
  return closed || cell.range.lower == -infinity ? cell.range.lower : next_up(cell.range.lower);
}

double greatest_of(const ValueCell& cell) {
  return cell.range.upper_closed || cell.range.upper == infinity ? cell.range.upper
                                                                 : next_down(cell.range.upper);
}

BinomialLaw binomial_of(const ValueCell& cell, double whole, bool truncate) {
  const auto answers = static_cast<std::int64_t>(cell.answers);
  const double per_count = whole / cell.answers;
  std::int64_t least = 0;
  std::int64_t most = answers;
  const auto value = [&](std::int64_t count) { return static_cast<double>(count) * per_count; };
  if (truncate) {
    const double low = least_of(cell);
    const double high = greatest_of(cell);
    // A first guess, then exactly.
    if (low > 0.0) least = static_cast<std::int64_t>(std::floor(low / per_count));
    if (high < whole) most = static_cast<std::int64_t>(std::ceil(high / per_count));
    least = std::clamp<std::int64_t>(least, 0, answers);
    most = std::clamp<std::int64_t>(most, 0, answers);
    while (least < answers && value(least) < low) ++least;
    while (most > 0 && value(most) > high) --most;
  }
  // A range between two counts holds none of them: the nearest is the nominal value's.
  if (least > most) least = most = std::llround(cell.value / per_count);
  return {answers, cell.value / whole, least, most};
}

}  // namespace

ValueDraws::ValueDraws(const Scores& base, const DrawValues& source, SourceProblems& problems)
    : truncate_(source.truncate) {
  const ValueCells found = value_cells(base, source, problems);
  if (found.cells.empty()) return;
  const bool joint = !source.correlation.empty();
  if (joint && !is_correlation(source.correlation, found.met, problems)) return;
  for (const ValueCell& cell : found.cells) {
    VariedRow row;
    row.kind = VariedRow::Kind::value;
    row.unit = cell.unit;
    row.variable = cell.variable;
    rows_.push_back(row);
    nominal_.push_back(cell.value);
    const double lowest = source.truncate ? least_of(cell) : -infinity;
    const double highest = source.truncate ? greatest_of(cell) : infinity;
    if (source.law == DrawValues::Law::binomial) {
      const bool percent = cell.range.upper > 1.0 && std::isfinite(cell.range.upper);
      const double whole = percent ? 100.0 : 1.0;
      binomial_.push_back(binomial_of(cell, whole, source.truncate));
      per_count_.push_back(whole / cell.answers);
    } else if (!joint) {
      normal_.emplace_back(cell.value, cell.error, lowest, highest);
    } else {
      lower_.push_back(lowest);
      upper_.push_back(highest);
    }
  }
  if (!joint) return;
  for (std::size_t first = 0; first < found.cells.size();) {
    std::size_t last = first;
    while (last < found.cells.size() && found.cells[last].unit == found.cells[first].unit) ++last;
    const std::span cells = std::span(found.cells).subspan(first, last - first);
    Joint each;
    each.first_row = static_cast<Size>(first);
    std::vector<double> correlation;
    for (const ValueCell& a : cells) {
      each.error.push_back(a.error);
      for (const ValueCell& b : cells) {
        correlation.push_back(source.correlation[at(a.met * std::ssize(found.met) + b.met)]);
      }
    }
    each.root = lower_root(correlation, std::ssize(cells));
    if (truncate_ && !is_likely_inside(each)) {
      problems.data(
          fmt::format("fewer than one in a thousand vectors of correlated errors of {} lie in the "
                      "ranges of all variables",
                      base.units()[cells.front().unit]),
          "draw smaller errors, fewer variables, or without `truncate`");
    }
    joint_.push_back(std::move(each));
    first = last;
  }
}

void ValueDraws::draw(Size draws, double* rows, Size stride) const {
  for (std::size_t r = 0; r < normal_.size(); ++r) {
    normal_[r].draw(draws, rows + static_cast<Size>(r) * stride);
  }
  for (std::size_t r = 0; r < binomial_.size(); ++r) {
    double* row = rows + static_cast<Size>(r) * stride;
    for (Size j = 0; j < draws; ++j) {
      row[j] = static_cast<double>(binomial_[r](row[j])) * per_count_[r];
    }
  }
  for (const Joint& joint : joint_) draw_joint(joint, draws, rows, stride);
}

void ValueDraws::correlate(const Joint& joint, std::span<double> numbers) const {
  const Size count = std::ssize(numbers);
  // From the last, since a value needs only numbers before it.
  for (Size i = count; i-- > 0;) {
    double sum = 0.0;
    for (Size k = 0; k <= i; ++k) sum += joint.root[at(i * count + k)] * numbers[at(k)];
    numbers[at(i)] = nominal_[at(joint.first_row + i)] + joint.error[at(i)] * sum;
  }
}

bool ValueDraws::is_inside(const Joint& joint, std::span<const double> values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = at(joint.first_row) + i;
    if (!(values[i] >= lower_[row] && values[i] <= upper_[row])) return false;
  }
  return true;
}

bool ValueDraws::is_likely_inside(const Joint& joint) const {
  // Any fixed key does: the answer must be the same everywhere, and is no part of any draw.
  constexpr int tries = 4000;
  constexpr int enough = tries / 1000;
  SubStream stream(0.5, static_cast<std::uint64_t>(joint.first_row));
  std::vector<double> numbers(joint.error.size());
  int met = 0;
  for (int i = 0; i < tries && met < enough; ++i) {
    for (double& number : numbers) number = normal_quantile(stream.uniform());
    correlate(joint, numbers);
    met += is_inside(joint, numbers) ? 1 : 0;
  }
  return met >= enough;
}

void ValueDraws::draw_joint(const Joint& joint, Size draws, double* rows, Size stride) const {
  const std::size_t count = joint.error.size();
  double* first = rows + joint.first_row * stride;
  std::vector<double> numbers(count);
  for (Size j = 0; j < draws; ++j) {
    const auto cell = [&](std::size_t i) -> double& {
      return first[static_cast<Size>(i) * stride + j];
    };
    for (std::size_t i = 0; i < count; ++i) numbers[i] = normal_quantile(cell(i));
    correlate(joint, numbers);
    if (truncate_ && !is_inside(joint, numbers)) {
      Fingerprint own;
      for (std::size_t i = 0; i < count; ++i) own.add(cell(i));
      SubStream stream(cell(0), own.number());
      do {
        for (double& number : numbers) number = normal_quantile(stream.uniform());
        correlate(joint, numbers);
      } while (!is_inside(joint, numbers));
    }
    for (std::size_t i = 0; i < count; ++i) cell(i) = numbers[i];
  }
}

}  // namespace chiso
