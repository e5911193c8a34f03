#pragma once

#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "chiso/plan/plan.hpp"
#include "chiso/responsibility/matrix.hpp"
#include "plan/graph.hpp"

namespace chiso {

/// Sorts by a key from 0 to `keys` - 1 into one list a key, in the order of `items`.
template <class Item>
[[nodiscard]] Lists<Item> by_key(const std::vector<std::pair<Size, Item>>& items, Size keys) {
  std::vector<std::size_t> next(static_cast<std::size_t>(keys) + 1, 0);
  for (const auto& [key, item] : items) ++next[static_cast<std::size_t>(key) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  const std::vector<std::size_t> begin = next;
  std::vector<Item> sorted(items.size());
  for (const auto& [key, item] : items) sorted[next[static_cast<std::size_t>(key)]++] = item;
  Lists<Item> lists;
  for (std::size_t key = 0; key + 1 < begin.size(); ++key) {
    for (std::size_t i = begin[key]; i < begin[key + 1]; ++i) lists.add(sorted[i]);
    lists.close();
  }
  return lists;
}

/// Which tasks an agency has, itself or as a member of a group. Grows with the text of the plan,
/// not with the members times the tasks of its groups.
class AgencyTasks {
 public:
  explicit AgencyTasks(const Plan& plan);

  /// Tasks that name the agency, in the order of the plan.
  [[nodiscard]] std::span<const AgendaItem> named(Size agency) const { return named_[agency]; }

  /// Tasks that name the agency, then those that it has by a group, each once; what names the
  /// agency itself leaves nothing to its groups. Valid until the next call.
  [[nodiscard]] std::span<const AgendaItem> of(Size agency);

  /// Whether an agency is a group whose members are known: they have its tasks.
  [[nodiscard]] static bool is_made_of_others(const Plan& plan, Size agency);

 private:
  Lists<AgendaItem> named_;
  Lists<Size> groups_;  ///< By agency: those that it is a member of.
  std::vector<AgendaItem> items_;
  std::vector<Size> place_;  ///< By task: where it stands in items_, if it does.
};

/// Whether a task has a due date or comes again, be it all the time.
[[nodiscard]] inline bool is_timed(const Task& task) noexcept {
  return task.due || (task.recurrence && *task.recurrence != Recurrence::once);
}

/// The criteria that tasks are for.
struct TaskCriteria {
  std::vector<CriterionRef> criteria;  ///< As in ResponsibilityMatrix.
  Lists<Size> of_task;                 ///< Positions in criteria.
};

[[nodiscard]] TaskCriteria task_criteria(const Plan& plan);

}  // namespace chiso
