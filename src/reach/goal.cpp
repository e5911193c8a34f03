#include "chiso/reach/goal.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/doubles.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

/// The number that a target is counted from.
/// @throws DataError if the plan does not have it.
double reference(const Plan& plan, const Target& target) {
  if (target.against == Target::Against::nothing) return 0.0;
  const Baseline* baseline = plan.baseline(target.criterion);
  const auto& number = target.quantity == Target::Quantity::rank
                           ? (baseline == nullptr ? std::nullopt : baseline->rank)
                           : (baseline == nullptr ? std::nullopt : baseline->score);
  if (!number) {
    throw DataError({Problem{target.location, to_string(target.criterion),
                             fmt::format("the baseline has no {} to count '{}' from",
                                         name(target.quantity), describe(target)),
                             "add it to the baseline, or give the goal as a number"}});
  }
  return *number;
}

}  // namespace

std::string describe(const Goal& goal) {
  const std::string of = goal.code.empty() ? "" : " of " + goal.code;
  switch (goal.quantity) {
    case Goal::Quantity::score:
      return fmt::format("score{} >= {}", of, to_string(goal.value));
    case Goal::Quantity::percent:
      return fmt::format("percent of {} >= {}", goal.code.empty() ? "maximum" : goal.code,
                         to_string(goal.value));
    case Goal::Quantity::rank:
      return fmt::format("rank{} <= {}", of, to_string(goal.value));
    case Goal::Quantity::group:
      return fmt::format("group {}", goal.group);
  }
  return {};
}

Goal goal_of(const Plan& plan, Size position) {
  const Target& target = plan.target(position);
  const auto refuse = [&](std::string_view why, std::string_view remedy) {
    throw DataError(
        {Problem{target.location, plan.targets()[position],
                 fmt::format("'{}' is no goal: {}", describe(target), why), std::string(remedy)}});
  };
  if (!target.region.empty()) {
    refuse("it is a rank in a region",
           "give the goal as a rank, with the region's units as rivals");
  }
  if (target.against == Target::Against::previous) {
    refuse("it is against the year before", "give the goal as the number to be reached");
  }
  const bool is_rank = target.quantity == Target::Quantity::rank;
  const bool is_change = target.against != Target::Against::nothing;
  Goal goal;
  goal.code = target.criterion.code;
  if (is_rank) {
    if (!std::isfinite(target.range.upper)) {
      refuse("it sets no last rank", "give a rank that is to be reached: <= 10");
    }
    const double worst = reference(plan, target) + target.range.upper;
    goal.quantity = Goal::Quantity::rank;
    goal.value = target.range.upper_closed ? std::floor(worst) : std::ceil(worst) - 1.0;
    return goal;
  }
  if (!std::isfinite(target.range.lower)) {
    refuse("it sets no least score", "give a score that is to be reached: >= 65");
  }
  const bool is_percent = target.quantity == Target::Quantity::percent;
  // A baseline has points; where they are kept, or raised, so is their percentage.
  if (is_percent && is_change && target.range.lower != 0.0) {
    refuse("a baseline has points, not percent of the maximum", "give the goal in points");
  }
  goal.quantity = is_percent && !is_change ? Goal::Quantity::percent : Goal::Quantity::score;
  goal.value = reference(plan, target) + target.range.lower;
  if (!target.range.lower_closed) goal.value = next_up(goal.value);
  return goal;
}

}  // namespace chiso
