#include "reach/field.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"

namespace chiso {

Field::Field(const IndexDefinition& definition, const Rivals& rivals)
    : rounds_(definition.rank_on_displayed && definition.decimals),
      decimals_(definition.decimals.value_or(0)) {
  if (rivals.units.size() != rivals.scores.size()) {
    throw DataError("expected as many scores of rivals as rivals, got " +
                    std::to_string(rivals.scores.size()) + " for " +
                    std::to_string(rivals.units.size()));
  }
  std::vector<std::pair<double, Size>> best;  // Negated: ascending order is best first.
  best.reserve(rivals.scores.size());
  for (std::size_t i = 0; i < rivals.scores.size(); ++i) {
    const double score = rivals.scores[i];
    if (!std::isnan(score)) best.emplace_back(-seen(score), static_cast<Size>(i));
  }
  std::sort(best.begin(), best.end());
  scores_.reserve(best.size());
  order_.reserve(best.size());
  for (const auto& [negated, position] : best) {
    scores_.push_back(-negated);
    order_.push_back(position);
  }
}

double Field::seen(double score) const { return rounds_ ? displayed(score, decimals_) : score; }

double Field::rank(double score) const {
  if (std::isnan(score)) return score;
  const auto better = std::partition_point(
      scores_.begin(), scores_.end(), [own = seen(score)](double rival) { return rival > own; });
  return static_cast<double>(better - scores_.begin() + 1);
}

double Field::least(double wanted) const {
  if (!rounds_ || std::isinf(wanted)) return wanted;
  // What is ranked is never farther away than a unit of the last decimal.
  const double unit = std::pow(10.0, -decimals_);
  const double below = std::min(wanted - unit, next_down(wanted));
  const double above = std::max(wanted + unit, next_up(wanted));
  const double middle = wanted - unit / 2.0;
  const auto holds = [&](double score) { return seen(score) >= wanted; };
  return frontier_near(below, above, middle, holds(middle), 4, holds);
}

}  // namespace chiso
