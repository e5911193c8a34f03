#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chiso/base/error.hpp"
#include "uncertainty/projection_state.hpp"

namespace chiso {
namespace {

/// 1 + how many of the others have more.
template <class ScoreOf>
double rank_among(std::span<const Size> others, double own, ScoreOf score_of) {
  return 1.0 + static_cast<double>(std::count_if(others.begin(), others.end(), [&](Size other) {
           return score_of(other) > own;
         }));
}

/// The others that a rank counts.
std::vector<Size> others_of(const ProjectedGoal& goal, const Labels& units, Size unit) {
  std::vector<Size> others;
  if (goal.among.empty()) {
    others.resize(at(units.size()));
    std::iota(others.begin(), others.end(), Size{0});
  } else {
    for (const std::string& each : goal.among) others.push_back(units.at(each));
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    if (!std::binary_search(others.begin(), others.end(), unit)) {
      throw DataError("expected the unit to be one of those among which its rank counts",
                      units[unit]);
    }
  }
  std::erase(others, unit);
  return others;
}

}  // namespace

std::vector<Period> periods_needed(const History& history, const ProjectedGoal& goal) {
  const Period& last = history.periods().back();
  if (!(last < goal.by)) {
    throw DataError(fmt::format("expected a period after the last that is known, {}", last.text()),
                    goal.by.text());
  }
  std::vector<Period> needed{goal.by};
  const bool changes = goal.against == ProjectedGoal::Against::previous;
  for (auto before = goal.by.previous(); before && last < *before; before = before->previous()) {
    if (goal.any || (changes && needed.size() == 1)) needed.push_back(*before);
    if (!goal.any) break;
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

double Projection::probability(std::string_view unit, const ProjectedGoal& goal) const {
  const Size own = units().at(unit);
  if (goal.range.empty()) throw SpecError("expected a range of numbers, got an empty one");
  if (goal.against == ProjectedGoal::Against::number && !std::isfinite(goal.reference)) {
    throw SpecError("expected a number to compare with", std::string(unit));
  }
  const Size by = position(goal.by);
  const std::vector<Size> others = others_of(goal, units(), own);
  const bool is_rank = goal.quantity == ProjectedGoal::Quantity::rank;

  const auto projected = [&](Size period, std::int64_t draw) {
    const double score = state_->score_of(period, own, draw);
    if (!is_rank) return score;
    if (goal.among.empty()) return static_cast<double>(state_->rank_of(period, own, draw));
    return rank_among(others, score,
                      [&](Size other) { return state_->score_of(period, other, draw); });
  };
  // What was known of the step before is the same in all draws.
  const auto known = [&](const Period& period) {
    const auto past = history().periods();
    const auto found = std::find(past.begin(), past.end(), period);
    const auto column =
        found == past.end() ? std::span<const double>() : history().column(found - past.begin());
    const Size mine = state_->unit_positions[at(own)];
    if (column.empty() || std::isnan(column[at(mine)])) {
      throw DataError(
          fmt::format("expected a score in {}, which a change is counted from", period.text()),
          std::string(unit));
    }
    if (!is_rank) return column[at(mine)];
    return rank_among(others, column[at(mine)],
                      [&](Size other) { return column[at(state_->unit_positions[at(other)])]; });
  };

  const Size first = goal.any ? 0 : by;
  std::vector<bool> reached(at(state_->options.draws));
  for (Size p = first; p <= by; ++p) {
    double reference = goal.against == ProjectedGoal::Against::number ? goal.reference : 0.0;
    bool moves = false;
    if (goal.against == ProjectedGoal::Against::previous) {
      const std::optional<Period> before = periods()[at(p)].previous();
      moves = p > 0 && before == periods()[at(p - 1)];
      if (!moves && before) reference = known(*before);
    }
    for (std::int64_t d = 0; d < state_->options.draws; ++d) {
      const double from = moves ? projected(p - 1, d) : reference;
      if (goal.range.contains(projected(p, d) - from)) reached[at(d)] = true;
    }
  }
  const auto count = std::count(reached.begin(), reached.end(), true);
  return static_cast<double>(count) / static_cast<double>(state_->options.draws);
}

}  // namespace chiso
