#include "uncertainty/weight_draws.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"
#include "uncertainty/share_limits.hpp"
#include "uncertainty/share_rows.hpp"

namespace chiso {
namespace {

using Law = DrawWeights::Law;

}  // namespace

WeightDraws::WeightDraws(const Scores& base, const DrawWeights& source, SourceProblems& problems) {
  const Size before = problems.count();
  check_law(source, problems);
  const auto groups = share_groups(base, source, problems);
  if (source.law == Law::uniform) {
    add_uniform(base, source, groups, problems);
    return;
  }
  if (problems.count() != before) return;
  for (const ShareGroup& group : groups) {
    if (source.law == Law::dirichlet) {
      Dirichlet law;
      for (const double share : group.nominal) law.laws.emplace_back(source.concentration * share);
      add(group, source.overall, std::move(law));
      continue;
    }
    Ranges law;
    for (const double share : group.nominal) {
      const bool relative = source.law == Law::relative;
      law.low.push_back(relative ? share * (1.0 - source.spread) : 0.0);
      law.width.push_back(relative ? share * 2.0 * source.spread : 1.0);
    }
    add(group, source.overall, std::move(law));
  }
}

void WeightDraws::add_uniform(const Scores& base, const DrawWeights& source,
                              const std::vector<ShareGroup>& groups, SourceProblems& problems) {
  const Size before = problems.count();
  auto limits = share_limits(base, source, groups, problems);
  if (problems.count() != before) return;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto region = region_of(std::move(limits[g]), problems);
    if (!region) continue;
    const auto purpose = static_cast<std::uint64_t>(groups[g].criterion);
    add(groups[g], source.overall, UniformShares(std::move(*region), purpose));
  }
}

void WeightDraws::add(const ShareGroup& group, bool overall,
                      std::variant<UniformShares, Dirichlet, Ranges> law) {
  const Size count = std::ssize(group.nodes);
  const auto* uniform = std::get_if<UniformShares>(&law);
  const Size taken = uniform != nullptr ? uniform->dimensions() : count;
  for (std::size_t k = 0; k < group.nodes.size(); ++k) {
    VariedRow row;
    row.kind = overall ? VariedRow::Kind::overall_share : VariedRow::Kind::share;
    row.node = group.nodes[k];
    row.parent = group.criterion;
    rows_.push_back(row);
    nominal_.push_back(group.nominal[k]);
  }
  groups_.push_back({std::ssize(rows_) - count, count, dimensions_, std::move(law)});
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
      to_shares(rows, length, lowest, 1.0);
    }
  }
}

}  // namespace chiso
