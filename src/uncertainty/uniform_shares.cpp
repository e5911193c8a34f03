#include "uncertainty/uniform_shares.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

double sum(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

/// Whether some share may not take all that the others leave.
bool has_ceiling(const ShareRegion& region) {
  constexpr double rounding = 1e-12;
  const double room = region.total - sum(region.lowest);
  for (std::size_t i = 0; i < region.free.size(); ++i) {
    if (region.highest[i] - region.lowest[i] < room - rounding) return true;
  }
  return false;
}

bool have_equal_bounds(const ShareRegion& region, const ShareOrder::Ranking& ranking) {
  const Size first = ranking.levels[0][0];
  for (const auto& level : ranking.levels) {
    for (const Size share : level) {
      if (region.lowest[at(share)] != region.lowest[at(first)] ||
          region.highest[at(share)] != region.highest[at(first)]) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

UniformShares::UniformShares(ShareRegion region, std::uint64_t purpose)
    : region_(std::move(region)), purpose_(purpose) {
  const bool sorted = region_.order.rankings(rankings_) &&
                      std::all_of(rankings_.begin(), rankings_.end(), [&](const auto& ranking) {
                        return have_equal_bounds(region_, ranking);
                      });
  if (sorted && !has_ceiling(region_)) return;
  bounded_.emplace(region_.lowest, region_.highest, region_.total);
  way_ = Way::bounded;
  if (sorted) return;
  rankings_.clear();
  covers_ = region_.order.covers();
  way_ = is_tried_often_enough() ? Way::tried : Way::walk;
  if (way_ == Way::walk) walk_.emplace(region_);
}

Size UniformShares::dimensions() const noexcept {
  return way_ == Way::straight ? std::ssize(region_.free) : 1;
}

bool UniformShares::in_order(const double* shares) const {
  return std::all_of(covers_.begin(), covers_.end(),
                     [&](const auto& pair) { return shares[pair.first] >= shares[pair.second]; });
}

bool UniformShares::is_tried_often_enough() const {
  // Any fixed key does: the answer must be the same everywhere, and is no part of any draw.
  constexpr int tries = 1024;
  constexpr int enough = tries / 16;
  SubStream stream(0.5, purpose_);
  std::vector<double> shares(region_.free.size());
  int met = 0;
  for (int i = 0; i < tries; ++i) {
    bounded_->draw(stream, shares.data());
    met += in_order(shares.data()) ? 1 : 0;
  }
  return met >= enough;
}

void UniformShares::sort(double* shares) const {
  std::vector<double> values;
  std::vector<Size> members;
  for (const ShareOrder::Ranking& ranking : rankings_) {
    values.clear();
    for (const auto& level : ranking.levels) {
      for (const Size share : level) values.push_back(shares[share]);
    }
    std::sort(values.begin(), values.end(), std::greater<>());
    std::size_t next = 0;
    for (const auto& level : ranking.levels) {
      members = level;
      std::sort(members.begin(), members.end(), [&](Size a, Size b) {
        return shares[a] != shares[b] ? shares[a] > shares[b] : a < b;
      });
      for (const Size share : members) shares[share] = values[next++];
    }
  }
}

void UniformShares::draw(const Kernels& kernels, const double* uniforms, Size uniform_stride,
                         Size draws, double* out, Size stride) const {
  if (way_ == Way::straight) {
    draw_straight(kernels, uniforms, uniform_stride, draws, out, stride);
  } else {
    std::vector<double> shares(region_.free.size());
    for (Size j = 0; j < draws; ++j) {
      draw_keyed(uniforms[j], shares.data());
      for (std::size_t k = 0; k < shares.size(); ++k) {
        out[region_.free[k] * stride + j] = shares[k];
      }
    }
  }
  if (region_.free.size() == region_.all.size()) return;
  for (Size k = 0; k < std::ssize(region_.all); ++k) {
    if (std::binary_search(region_.free.begin(), region_.free.end(), k)) continue;
    std::fill_n(out + k * stride, draws, region_.all[at(k)]);
  }
}

void UniformShares::draw_straight(const Kernels& kernels, const double* uniforms,
                                  Size uniform_stride, Size draws, double* out, Size stride) const {
  const auto count = std::ssize(region_.free);
  std::vector<double*> rows(at(count));
  for (Size k = 0; k < count; ++k) {
    const double* from = uniforms + k * uniform_stride;
    double* row = rows[at(k)] = out + region_.free[at(k)] * stride;
    if (from != row) std::copy_n(from, draws, row);
  }
  kernels.to_shares(rows.data(), count, draws, region_.lowest.data(),
                    region_.total - sum(region_.lowest), true);
  if (rankings_.empty()) return;
  std::vector<double> shares(at(count));
  for (Size j = 0; j < draws; ++j) {
    for (std::size_t k = 0; k < rows.size(); ++k) shares[k] = rows[k][j];
    sort(shares.data());
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k][j] = shares[k];
  }
}

void UniformShares::draw_keyed(double key, double* shares) const {
  SubStream stream(key, purpose_);
  if (way_ == Way::walk) {
    walk_->draw(stream, shares);
    return;
  }
  do {
    bounded_->draw(stream, shares);
  } while (!in_order(shares));
  sort(shares);
}

}  // namespace chiso
