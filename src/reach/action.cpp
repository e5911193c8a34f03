#include "chiso/reach/action.hpp"

#include <string>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "reach/action_links.hpp"

namespace chiso {

bool operator==(const Action& a, const Action& b) {
  return a.code == b.code && a.title == b.title && a.cost == b.cost && a.effects == b.effects &&
         a.uses == b.uses && a.duration == b.duration && a.needs == b.needs &&
         a.excludes == b.excludes && a.choice == b.choice;
}

bool operator==(const ActionDefinition& a, const ActionDefinition& b) {
  return a.name == b.name && a.title == b.title && a.currency == b.currency &&
         a.time_unit == b.time_unit && a.work_unit == b.work_unit && a.provenance == b.provenance &&
         a.capacities == b.capacities && a.actions == b.actions;
}

struct ActionSet::State {
  explicit State(ActionDefinition of) : definition(std::move(of)), links(link(definition)) {
    std::vector<std::string> names;
    names.reserve(definition.actions.size());
    for (const Action& action : definition.actions) names.push_back(action.code);
    codes = Labels(std::move(names), "action");
  }

  ActionDefinition definition;
  ActionLinks links;
  Labels codes;
};

ActionSet::ActionSet(ActionDefinition definition)
    : state_(std::make_shared<const State>(std::move(definition))) {}

const ActionDefinition& ActionSet::definition() const noexcept { return state_->definition; }

const Labels& ActionSet::codes() const noexcept { return state_->codes; }

const Action& ActionSet::action(Size i) const { return state_->definition.actions[at(i)]; }

std::span<const Size> ActionSet::needs(Size action) const { return state_->links.needs[action]; }

std::span<const ActionSet::Pair> ActionSet::exclusions() const noexcept {
  return state_->links.exclusions;
}

double ActionSet::finish(Size action) const { return state_->links.finish[at(action)]; }

ActionDefinition actions_of(const Plan& plan) {
  const PlanDefinition& from = plan.definition();
  ActionDefinition made;
  made.name = from.plan;
  made.title = from.title;
  made.currency = from.currency;
  made.work_unit = "tasks";
  made.provenance = from.provenance;
  made.location = from.location;
  for (Size i = 0; i < plan.tasks().size(); ++i) {
    const Task& task = plan.task(i);
    const TaskStatus status = task.news.empty() ? TaskStatus::not_started : task.news.back().status;
    const Recurrence recurrence = task.recurrence.value_or(Recurrence::once);
    const bool is_over = status == TaskStatus::cancelled ||
                         (status == TaskStatus::done && recurrence == Recurrence::once);
    if (task.effects.empty() || is_over) continue;
    Action& action = made.actions.emplace_back();
    action.code = task.code;
    action.title = task.title;
    action.cost = task.cost.value_or(0.0);
    action.effects = task.effects;
    action.location = task.location;
    std::unordered_set<Size> busy;
    for (const auto& [role, agency] : plan.assigned(i)) {
      if (role != TaskRole::lead) continue;
      for (const Size member : plan.members(agency)) {
        if (busy.insert(member).second) action.uses.push_back({plan.agencies()[member], 1.0});
      }
    }
  }
  return made;
}

}  // namespace chiso
