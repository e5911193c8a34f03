#include "uncertainty/bounded_shares.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"

namespace chiso {
namespace {

/// Below this rate times width, differences are worked out by series: they lose no digits there.
constexpr double flat = 1e-4;

/// The mean of an exponential of a rate on [0, width].
double mean_of(double rate, double width) {
  const double y = rate * width;
  if (y < flat) return width * (0.5 - y / 12.0);
  return 1.0 / rate - width * elementary::exp(-y) / (1.0 - elementary::exp(-y));
}

}  // namespace

BoundedShares::BoundedShares(std::vector<double> lowest, std::vector<double> highest, double total)
    : lowest_(std::move(lowest)), highest_(std::move(highest)), total_(total) {
  const double least = std::accumulate(lowest_.begin(), lowest_.end(), 0.0);
  const double most = std::accumulate(highest_.begin(), highest_.end(), 0.0);
  std::vector<double> widths;
  from_highest_ = total - least > most - total;
  const double room = from_highest_ ? most - total : total - least;
  // No share can take more than what all of them have to give.
  for (std::size_t i = 0; i < lowest_.size(); ++i) {
    widths.push_back(std::min(highest_[i] - lowest_[i], room));
  }
  const auto mean = [&](double rate) {
    double all = 0.0;
    for (const double width : widths) all += mean_of(rate, width);
    return all;
  };
  // The mean falls with the rate, and is below n / rate.
  double low = 0.0;
  double high = static_cast<double>(widths.size()) / room;
  if (mean(0.0) > room) {
    for (int halvings = 0; halvings < 60; ++halvings) {
      const double middle = 0.5 * (low + high);
      (mean(middle) > room ? low : high) = middle;
    }
    rate_ = 0.5 * (low + high);
  }
  for (const double width : widths) {
    const double y = rate_ * width;
    const double mass =
        y < flat ? y * (1.0 - y / 2.0 * (1.0 - y / 3.0)) : 1.0 - elementary::exp(-y);
    cuts_.push_back({width, mass});
  }
  rest_ = std::max_element(widths.begin(), widths.end()) - widths.begin();
}

double BoundedShares::exponential(const Cut& cut, double uniform) const {
  if (rate_ == 0.0) return uniform * cut.width;
  const double x = uniform * cut.mass;
  // -log(1 - x) / rate
  const double scaled = cut.mass < flat ? x * (1.0 + x / 2.0 + x * x / 3.0 + x * x * x / 4.0)
                                        : -elementary::log(1.0 - x);
  return std::min(scaled / rate_, cut.width);
}

void BoundedShares::draw(SubStream& stream, double* shares) const {
  const Size count = std::ssize(cuts_);
  const double sign = from_highest_ ? -1.0 : 1.0;
  const auto& start = from_highest_ ? highest_ : lowest_;
  for (;;) {
    double left = total_;
    for (Size i = 0; i < count; ++i) {
      if (i == rest_) continue;
      shares[i] = start[at(i)] + sign * exponential(cuts_[at(i)], stream.uniform());
      left -= shares[i];
    }
    if (left < lowest_[at(rest_)] || left > highest_[at(rest_)]) continue;
    const double distance = sign * (left - start[at(rest_)]);
    if (rate_ != 0.0 && stream.uniform() > elementary::exp(-rate_ * distance)) continue;
    shares[rest_] = left;
    return;
  }
}

}  // namespace chiso
