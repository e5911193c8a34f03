#include "chiso/responsibility/matrix.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/at.hpp"
#include "responsibility/agency_tasks.hpp"

namespace chiso {

namespace {

constexpr std::array kLetters{Raci::accountable, Raci::responsible, Raci::consulted,
                              Raci::informed};

}  // namespace

RoleSet RoleSet::of(Raci letter) noexcept {
  RoleSet roles;
  for (const TaskRoleNames& names : task_roles()) {
    if (names.raci == letter) roles.add(names.role);
  }
  return roles;
}

std::vector<TaskRole> RoleSet::roles() const {
  std::vector<TaskRole> roles;
  for (const TaskRoleNames& names : task_roles()) {
    if (has(names.role)) roles.push_back(names.role);
  }
  return roles;
}

std::string RoleSet::letters() const {
  std::string letters;
  for (const Raci raci : kLetters) {
    if (has_any(of(raci))) letters += letter(raci);
  }
  return letters;
}

ResponsibilityMatrix responsibility_matrix(const Plan& plan, bool expand_groups) {
  TaskCriteria of = task_criteria(plan);
  ResponsibilityMatrix matrix;
  std::vector<MatrixCell> row(of.criteria.size());
  std::vector<Size> touched;
  AgencyTasks tasks(plan);
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) {
    if (expand_groups && AgencyTasks::is_made_of_others(plan, agency)) continue;
    for (const AgendaItem& item : expand_groups ? tasks.of(agency) : tasks.named(agency)) {
      for (const Size criterion : of.of_task[item.task]) {
        MatrixCell& cell = row[at(criterion)];
        if (cell.tasks++ == 0) touched.push_back(criterion);
        cell.roles.add(item.roles);
      }
    }
    std::sort(touched.begin(), touched.end());
    for (const Size criterion : touched) {
      MatrixCell& cell = row[at(criterion)];
      matrix.cells.push_back({agency, criterion, cell.roles, cell.tasks});
      cell = {};
    }
    touched.clear();
  }
  matrix.criteria = std::move(of.criteria);
  return matrix;
}

std::vector<Workload> workload(const Plan& plan) {
  constexpr std::array counts{&Workload::accountable, &Workload::responsible, &Workload::consulted,
                              &Workload::informed};
  std::array<RoleSet, kLetters.size()> roles;
  std::transform(kLetters.begin(), kLetters.end(), roles.begin(), RoleSet::of);

  std::vector<Workload> all(at(plan.agencies().size()));
  AgencyTasks tasks(plan);
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) {
    Workload& load = all[at(agency)];
    load.agency = agency;
    if (AgencyTasks::is_made_of_others(plan, agency)) continue;
    for (const AgendaItem& item : tasks.of(agency)) {
      ++load.tasks;
      for (std::size_t i = 0; i < roles.size(); ++i) {
        load.*counts[i] += item.roles.has_any(roles[i]) ? 1 : 0;
      }
      load.by_group += item.via >= 0 ? 1 : 0;
      load.without_due += is_timed(plan.task(item.task)) ? 0 : 1;
    }
  }
  std::vector<Size> last(all.size(), -1);  // By agency: the last task that was submitted to it.
  for (Size task = 0; task < plan.tasks().size(); ++task) {
    for (const std::string& code : plan.task(task).addressees) {
      for (const Size member : plan.members(plan.agencies().at(code))) {
        if (std::exchange(last[at(member)], task) != task) ++all[at(member)].addressed;
      }
    }
  }
  return all;
}

std::vector<AgendaItem> agenda(const Plan& plan, Size agency) {
  static_cast<void>(plan.agency(agency));  // Refuses what is none.
  AgencyTasks tasks(plan);
  const auto items = tasks.of(agency);
  std::vector<AgendaItem> agenda(items.begin(), items.end());
  std::sort(agenda.begin(), agenda.end(),
            [](const AgendaItem& a, const AgendaItem& b) { return a.task < b.task; });
  return agenda;
}

}  // namespace chiso
