#include "uncertainty/weight_draws.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"
#include "uncertainty/limited_groups.hpp"

namespace chiso {
namespace {

/// So many draws of all rows of a group stay in the cache while they are worked on. A multiple of
/// what rows are padded to.
constexpr Size draws_a_piece = 128;

}  // namespace

WeightDraws::WeightDraws(const Scores& base, const DrawWeights& source, SourceProblems& problems) {
  for (LimitedGroup& each : limited_groups(base, source, problems)) {
    const ShareGroup& group = each.group;
    if (each.region) {
      const auto purpose = static_cast<std::uint64_t>(group.criterion);
      add(group, UniformShares(std::move(*each.region), purpose));
      continue;
    }
    if (source.law == DrawWeights::Law::dirichlet) {
      Dirichlet law;
      for (const double share : group.nominal) law.laws.emplace_back(source.concentration * share);
      add(group, std::move(law));
      continue;
    }
    Ranges law;
    for (const double share : group.nominal) {
      const bool relative = source.law == DrawWeights::Law::relative;
      law.low.push_back(relative ? share * (1.0 - source.spread) : 0.0);
      law.width.push_back(relative ? share * 2.0 * source.spread : 1.0);
    }
    add(group, std::move(law));
  }
}

void WeightDraws::add(const ShareGroup& group, Law law) {
  const Size count = std::ssize(group.nodes);
  const auto* uniform = std::get_if<UniformShares>(&law);
  const Size taken = uniform != nullptr ? uniform->dimensions() : count;
  const auto rows = rows_of(group);
  groups_.push_back({std::ssize(rows_), count, dimensions_, std::move(law)});
  rows_.insert(rows_.end(), rows.begin(), rows.end());
  nominal_.insert(nominal_.end(), group.nominal.begin(), group.nominal.end());
  dimensions_ += taken;
}

void WeightDraws::draw(const Kernels& kernels, const double* uniforms, Size uniform_stride,
                       Size draws, double* out, Size stride) const {
  for (const Group& group : groups_) {
    const double* from = uniforms + group.first_uniform * uniform_stride;
    double* to = out + group.first_row * stride;
    if (const auto* uniform = std::get_if<UniformShares>(&group.law)) {
      uniform->draw(kernels, from, uniform_stride, draws, to, stride);
      continue;
    }
    const auto* dirichlet = std::get_if<Dirichlet>(&group.law);
    const auto* ranges = std::get_if<Ranges>(&group.law);
    const std::vector<double> lowest(at(group.count), 0.0);
    std::vector<double*> rows(at(group.count));
    for (Size first = 0; first < draws; first += draws_a_piece) {
      const Size length = std::min(draws_a_piece, draws - first);
      double greatest[draws_a_piece];
      std::fill_n(greatest, length, -std::numeric_limits<double>::infinity());
      for (Size k = 0; k < group.count; ++k) {
        const double* u = from + k * uniform_stride + first;
        double* row = rows[at(k)] = to + k * stride + first;
        for (Size j = 0; j < length; ++j) {
          if (dirichlet != nullptr) {
            // Rows of several groups may have equal numbers; their streams must differ.
            const auto purpose = static_cast<std::uint64_t>(group.first_uniform + k);
            row[j] = dirichlet->laws[at(k)](u[j], purpose);
            greatest[j] = std::max(greatest[j], row[j]);
          } else {
            row[j] = ranges->low[at(k)] + ranges->width[at(k)] * u[j];
          }
        }
      }
      if (dirichlet != nullptr) {
        for (double* row : rows) {
          for (Size j = 0; j < length; ++j) row[j] = elementary::exp(row[j] - greatest[j]);
        }
      }
      kernels.to_shares(rows.data(), group.count, length, lowest.data(), 1.0, false);
    }
  }
}

}  // namespace chiso
