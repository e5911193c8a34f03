#include "chiso/plan/plan.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "plan/links.hpp"

namespace chiso {

namespace {

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

template <class Items, class Less>
void order(Items& items, const Less& less) {
  if (!std::is_sorted(items.begin(), items.end(), less)) {
    std::stable_sort(items.begin(), items.end(), less);
  }
}

PlanDefinition in_order(PlanDefinition plan) {
  for (Task& task : plan.tasks) {
    order(task.assignments, [](const auto& a, const auto& b) { return a.role < b.role; });
    order(task.news, [](const auto& a, const auto& b) { return a.date < b.date; });
  }
  return plan;
}

template <class Part>
Labels labels(const std::vector<Part>& parts, std::string Part::*code, std::string_view what) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const Part& part : parts) names.push_back(part.*code);
  return {std::move(names), what};
}

void check(Size i, Size count, std::string_view what) {
  if (i >= 0 && i < count) return;
  throw NotFoundError(count == 0 ? fmt::format("the plan has no {}, got number {}", what, i)
                                 : fmt::format("expected the number of {} from 0 to {}, got {}",
                                               what, count - 1, i));
}

}  // namespace

bool operator==(const PlanDefinition& a, const PlanDefinition& b) {
  return a.plan == b.plan && a.title == b.title && a.unit == b.unit && a.authority == b.authority &&
         a.issued == b.issued && a.period == b.period && a.provenance == b.provenance &&
         a.currency == b.currency && a.indices == b.indices && a.regions == b.regions &&
         a.agencies == b.agencies && a.areas == b.areas && a.baseline == b.baseline &&
         a.targets == b.targets && a.tasks == b.tasks;
}

struct Plan::State {
  explicit State(PlanDefinition given)
      : definition(in_order(std::move(given))),
        links(link(definition)),
        indices(labels(definition.indices, &PlanIndex::key, "index")),
        agencies(labels(definition.agencies, &Agency::code, "agency")),
        areas(labels(definition.areas, &PlanArea::code, "area")),
        targets(links.targets, "target"),
        tasks(labels(definition.tasks, &Task::code, "task")) {}

  PlanDefinition definition;
  Links links;
  Labels indices;
  Labels agencies;
  Labels areas;
  Labels targets;
  Labels tasks;
};

Plan::Plan(PlanDefinition definition)
    : state_(std::make_shared<const State>(std::move(definition))) {}

const PlanDefinition& Plan::definition() const noexcept { return state_->definition; }
const Labels& Plan::indices() const noexcept { return state_->indices; }
const Labels& Plan::agencies() const noexcept { return state_->agencies; }
const Labels& Plan::areas() const noexcept { return state_->areas; }
const Labels& Plan::targets() const noexcept { return state_->targets; }
const Labels& Plan::tasks() const noexcept { return state_->tasks; }

const Agency& Plan::agency(Size i) const {
  check(i, agencies().size(), "agency");
  return definition().agencies[index_of(i)];
}

const PlanArea& Plan::area(Size i) const {
  check(i, areas().size(), "area");
  return definition().areas[index_of(i)];
}

const Target& Plan::target(Size i) const {
  check(i, targets().size(), "target");
  return definition().targets[index_of(i)];
}

const Task& Plan::task(Size i) const {
  check(i, tasks().size(), "task");
  return definition().tasks[index_of(i)];
}

Size Plan::find_agency(std::string_view spelling) const {
  if (const auto exact = agencies().find(spelling)) return *exact;
  const NameList& names = state_->links.agency_names;
  if (const auto code = names.find(spelling)) return agencies().at(*code);
  std::vector<std::string> spellings;
  for (const auto& [code, aliases] : names.entries()) {
    spellings.push_back(code);
    spellings.insert(spellings.end(), aliases.begin(), aliases.end());
  }
  throw NotFoundError(
      fmt::format("there is no agency '{}'{}", spelling, nearest_or_all(spelling, spellings)),
      std::string(spelling));
}

std::span<const Size> Plan::members(Size agency) const {
  check(agency, agencies().size(), "agency");
  return state_->links.members[agency];
}

Size Plan::top(Size agency) const {
  check(agency, agencies().size(), "agency");
  return state_->links.top[index_of(agency)];
}

std::span<const Plan::Assigned> Plan::assigned(Size task) const {
  check(task, tasks().size(), "task");
  return state_->links.assigned[task];
}

Size Plan::area_of(Size task) const {
  check(task, tasks().size(), "task");
  return state_->links.area[index_of(task)];
}

std::span<const CriterionRef> Plan::criteria(Size task) const {
  const Task& given = this->task(task);
  if (!given.criteria.empty()) return given.criteria;
  const Size area = area_of(task);
  if (area < 0) return {};
  return definition().areas[index_of(area)].criteria;
}

const Baseline* Plan::baseline(const CriterionRef& criterion) const {
  const auto found = state_->links.baseline.find(to_string(criterion));
  return found == state_->links.baseline.end() ? nullptr
                                               : &definition().baseline[index_of(found->second)];
}

}  // namespace chiso
