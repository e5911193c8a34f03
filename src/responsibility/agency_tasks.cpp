#include "responsibility/agency_tasks.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"

namespace chiso {

namespace {}  // namespace

bool AgencyTasks::is_made_of_others(const Plan& plan, Size agency) {
  const auto members = plan.members(agency);
  return members.size() != 1 || members.front() != agency;
}

AgencyTasks::AgencyTasks(const Plan& plan) : place_(at(plan.tasks().size()), -1) {
  const Size agencies = plan.agencies().size();
  std::vector<std::pair<Size, AgendaItem>> named;
  for (Size task = 0; task < plan.tasks().size(); ++task) {
    const std::size_t first = named.size();
    for (const auto& [role, agency] : plan.assigned(task)) {
      const auto known =
          std::find_if(named.begin() + static_cast<Size>(first), named.end(),
                       [agency = agency](const auto& entry) { return entry.first == agency; });
      if (known == named.end()) {
        named.emplace_back(agency, AgendaItem{task, {}, -1});
        named.back().second.roles.add(role);
      } else {
        known->second.roles.add(role);
      }
    }
  }
  named_ = by_key(named, agencies);

  std::vector<std::pair<Size, Size>> groups;
  for (Size agency = 0; agency < agencies; ++agency) {
    if (named_[agency].empty() || !is_made_of_others(plan, agency)) continue;
    for (const Size member : plan.members(agency)) groups.emplace_back(member, agency);
  }
  groups_ = by_key(groups, agencies);
}

std::span<const AgendaItem> AgencyTasks::of(Size agency) {
  const auto own = named_[agency];
  if (groups_[agency].empty()) return own;
  items_.assign(own.begin(), own.end());
  for (std::size_t i = 0; i < items_.size(); ++i) place_[at(items_[i].task)] = static_cast<Size>(i);
  for (const Size group : groups_[agency]) {
    for (const AgendaItem& item : named_[group]) {
      Size& place = place_[at(item.task)];
      if (place < 0) {
        place = std::ssize(items_);
        items_.push_back({item.task, item.roles, group});
      } else if (items_[at(place)].via >= 0) {
        items_[at(place)].roles.add(item.roles);
      }
    }
  }
  for (const AgendaItem& item : items_) place_[at(item.task)] = -1;
  return items_;
}

TaskCriteria task_criteria(const Plan& plan) {
  struct Key {
    std::string_view index;
    std::string_view code;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      const std::hash<std::string_view> hash;
      return hash(key.index) * 31 + hash(key.code);
    }
  };
  // Every criterion by first mention; then only those of tasks, by index.
  std::unordered_map<Key, Size, Hash> positions;
  std::vector<const CriterionRef*> mentioned;
  const auto position = [&](const CriterionRef& ref) {
    const auto [known, is_new] =
        positions.try_emplace(Key{ref.index, ref.code}, std::ssize(mentioned));
    if (is_new) mentioned.push_back(&ref);
    return known->second;
  };
  Lists<Size> of_area;
  for (const PlanArea& area : plan.definition().areas) {
    for (const CriterionRef& ref : area.criteria) of_area.add(position(ref));
    of_area.close();
  }
  Lists<Size> of_task;
  for (Size i = 0; i < plan.tasks().size(); ++i) {
    const Task& task = plan.task(i);
    if (!task.criteria.empty()) {
      for (const CriterionRef& ref : task.criteria) of_task.add(position(ref));
    } else if (const Size area = plan.area_of(i); area >= 0) {
      for (const Size criterion : of_area[area]) of_task.add(criterion);
    }
    of_task.close();
  }

  std::vector<bool> has_task(mentioned.size(), false);
  for (Size task = 0; task < of_task.size(); ++task) {
    for (const Size criterion : of_task[task]) has_task[at(criterion)] = true;
  }
  std::vector<std::vector<Size>> of_index(at(plan.indices().size()));
  for (std::size_t i = 0; i < mentioned.size(); ++i) {
    if (!has_task[i]) continue;
    of_index[at(plan.indices().at(mentioned[i]->index))].push_back(static_cast<Size>(i));
  }
  TaskCriteria result;
  std::vector<Size> renumbered(mentioned.size(), -1);
  for (const auto& list : of_index) {
    for (const Size i : list) {
      renumbered[at(i)] = std::ssize(result.criteria);
      result.criteria.push_back(*mentioned[at(i)]);
    }
  }
  for (Size task = 0; task < of_task.size(); ++task) {
    for (const Size criterion : of_task[task]) result.of_task.add(renumbered[at(criterion)]);
    result.of_task.close();
  }
  return result;
}

}  // namespace chiso
