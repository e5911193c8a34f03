#include "uncertainty/sobol_base.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/at.hpp"
#include "base/join.hpp"

namespace chiso {

SobolBase::SobolBase(const Sampler& sampler, std::span<const Source> sources, Size rows,
                     std::uint64_t seed)
    : sampler_(&sampler), sources_(sources), rows_(rows), starts_(sources.size()) {
  std::vector<Size> order(sources.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](Size one, Size other) {
    return std::tuple(sampler.dimensions(one), name(sources[at(one)])) <
           std::tuple(sampler.dimensions(other), name(sources[at(other)]));
  });
  for (const Size source : order) {
    if (2 * (half_ + sampler.dimensions(source)) > SobolPoints::most_dimensions) break;
    starts_[at(source)] = half_;
    half_ += sampler.dimensions(source);
  }
  if (half_ > 0) points_.emplace(2 * half_, rows, seed);
}

void SobolBase::draw(Side side, Size first, DrawTable& draws) const {
  for (Size source = 0; source < std::ssize(starts_); ++source) {
    if (!starts_[at(source)]) {
      sampler_->draw(source, side == Side::a ? first : rows_ + first, draws);
      continue;
    }
    const Size start = *starts_[at(source)] + (side == Side::a ? 0 : half_);
    DrawTable uniforms(sampler_->dimensions(source), draws.draws());
    for (Size d = 0; d < uniforms.rows(); ++d) {
      points_->fill(start + d, first, {uniforms.row(d), at(uniforms.draws())});
    }
    sampler_->transform(source, uniforms, 0, draws);
  }
}

std::string SobolBase::describe() const {
  std::vector<std::string> random;
  for (Size source = 0; source < std::ssize(starts_); ++source) {
    if (starts_[at(source)]) continue;
    random.push_back(
        fmt::format("'{}' ({})", name(sources_[at(source)]), sampler_->dimensions(source)));
  }
  std::string text;
  if (half_ > 0) text = fmt::format("scrambled Sobol points of {} dimensions", 2 * half_);
  if (random.empty()) return text;
  if (!text.empty()) text += "; ";
  return text + "pseudo-random numbers for " + join(random, ", ");
}

}  // namespace chiso
