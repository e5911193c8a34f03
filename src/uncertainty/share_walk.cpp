#include "uncertainty/share_walk.hpp"

#include <algorithm>

#include "base/at.hpp"

namespace chiso {

ShareWalk::ShareWalk(const ShareRegion& region)
    : start_(region.inner_point()), places_(start_.size()) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i].lowest = region.lowest[i];
    places_[i].highest = region.highest[i];
  }
  for (const auto& [heavy, light] : region.order.covers()) {
    places_[at(heavy)].below.push_back(light);
    places_[at(light)].above.push_back(heavy);
  }
  const Size height = region.height();
  steps_ = std::ssize(start_) * (20 + 2 * height * height);
}

void ShareWalk::draw(SubStream& stream, double* shares) const {
  const Size count = std::ssize(start_);
  std::copy(start_.begin(), start_.end(), shares);
  for (Size step = 0; step < steps_; ++step) {
    const std::uint64_t bits = stream.bits();
    const auto to = static_cast<Size>(whole_below(static_cast<std::uint64_t>(count), bits));
    auto from = static_cast<Size>(whole_below(static_cast<std::uint64_t>(count - 1), bits >> 32));
    from += from >= to ? 1 : 0;
    const Place& grows = places_[at(to)];
    const Place& shrinks = places_[at(from)];
    // How much may go over; less than 0 goes back.
    double most = std::min(grows.highest - shares[to], shares[from] - shrinks.lowest);
    double least = std::max(grows.lowest - shares[to], shares[from] - shrinks.highest);
    const double half = 0.5 * (shares[from] - shares[to]);  // Where both are equal.
    for (const Size other : grows.above) {
      most = std::min(most, other == from ? half : shares[other] - shares[to]);
    }
    for (const Size other : grows.below) {
      least = std::max(least, other == from ? half : shares[other] - shares[to]);
    }
    for (const Size other : shrinks.below) {
      most = std::min(most, other == to ? half : shares[from] - shares[other]);
    }
    for (const Size other : shrinks.above) {
      least = std::max(least, other == to ? half : shares[from] - shares[other]);
    }
    const double moved = least + (most - least) * stream.uniform();
    shares[to] += moved;
    shares[from] -= moved;
  }
}

}  // namespace chiso
