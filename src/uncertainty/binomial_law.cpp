#include "uncertainty/binomial_law.hpp"

#include <algorithm>
#include <cmath>

namespace chiso {

BinomialLaw::BinomialLaw(std::int64_t answers, double probability, std::int64_t least,
                         std::int64_t most)
    : answers_(answers), odds_(probability / (1.0 - probability)) {
  // Probabilities as multiples of the likeliest count's: they need no factorials.
  constexpr double negligible = 0x1p-70;
  const auto mode = std::clamp(
      static_cast<std::int64_t>(std::floor((static_cast<double>(answers) + 1.0) * probability)),
      least, most);
  double own = 1.0;
  for (first_ = mode; first_ > least; --first_) {
    const double next = own / ratio(first_ - 1);
    if (next < negligible) break;
    own = next;
  }
  const double start = own;
  own = 1.0;
  for (last_ = mode; last_ < most; ++last_) {
    const double next = own * ratio(last_);
    if (next < negligible) break;
    own = next;
  }
  constexpr std::int64_t most_marks = 256;
  step_ = (last_ - first_) / most_marks + 1;
  own = start;
  for (std::int64_t count = first_; count <= last_; ++count) {
    if ((count - first_) % step_ == 0) marks_.push_back({total_, own});
    total_ += own;
    own *= ratio(count);
  }
}

double BinomialLaw::ratio(std::int64_t count) const {
  return static_cast<double>(answers_ - count) / static_cast<double>(count + 1) * odds_;
}

std::int64_t BinomialLaw::operator()(double uniform) const {
  const double wanted = uniform * total_;
  const auto after = std::lower_bound(marks_.begin() + 1, marks_.end(), wanted,
                                      [](const Mark& mark, double x) { return mark.below < x; });
  const auto mark = after - 1;
  std::int64_t count = first_ + (mark - marks_.begin()) * step_;
  double sum = mark->below + mark->own;
  double own = mark->own;
  for (; sum < wanted && count < last_; ++count) {
    own *= ratio(count);
    sum += own;
  }
  return count;
}

}  // namespace chiso
