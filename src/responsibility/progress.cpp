#include "chiso/responsibility/progress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "base/at.hpp"
#include "base/calendar.hpp"
#include "chiso/base/error.hpp"
#include "responsibility/agency_tasks.hpp"

namespace chiso {

namespace {

/// Every how many months; 0: never again.
int months_between_times(Recurrence recurrence) noexcept {
  switch (recurrence) {
    case Recurrence::yearly:
      return 12;
    case Recurrence::half_yearly:
      return 6;
    case Recurrence::quarterly:
      return 3;
    case Recurrence::monthly:
      return 1;
    case Recurrence::once:
    case Recurrence::continuous:
      break;
  }
  return 0;
}

/// The times at which a recurring task is due.
class DueTimes {
 public:
  /// @param first the first of them; left out: the end of the calendar period of `since`.
  DueTimes(int months, const std::optional<Date>& first, const Date& since,
           const std::optional<Period>& last)
      : months_(months) {
    if (last) end_ = last->last_day();
    if (first) {
      first_ = *first;
    } else {
      // Calendar periods start with a year, and end with the last day of their last month.
      const int end = (since.month - 1) / months * months + months;
      first_ = {since.year, end, 31};
    }
  }

  /// Number `i`, from 0; nothing if that is beyond the end.
  [[nodiscard]] std::optional<Date> time(Size i) const noexcept {
    using namespace std::chrono;
    const Size month = Size{first_.year} * 12 + first_.month - 1 + i * months_;
    if (month / 12 > 9999) return {};
    const auto in =
        year(static_cast<int>(month / 12)) / static_cast<int>(month % 12 + 1);  // Year and month.
    const auto length = static_cast<unsigned>((in / std::chrono::last).day());
    const Date date{static_cast<int>(in.year()), static_cast<int>(month % 12 + 1),
                    std::min(first_.day, static_cast<int>(length))};
    if (end_ && date > *end_) return {};
    return date;
  }

 private:
  int months_;
  Date first_;  // Day 31: the last of the month.
  std::optional<Date> end_;
};

class Progress {
 public:
  Progress(const Plan& plan, const Date& day, const ProgressOptions& options)
      : plan_(plan), day_(day), options_(options), start_(plan.definition().issued) {
    const auto& from = plan.definition().period.from;
    if (from && (!start_ || *start_ < from->first_day())) start_ = from->first_day();
  }

  [[nodiscard]] TaskProgress of(Size position) const {
    const Task& task = plan_.task(position);
    const auto after =
        std::upper_bound(task.news.begin(), task.news.end(), day_,
                         [](const Date& day, const auto& n) { return day < n.date; });
    const std::span<const TaskNews> news(task.news.begin(), after);

    TaskProgress progress;
    progress.task = position;
    for (const TaskNews& item : news) {
      progress.status = item.status;
      if (item.percent) progress.percent = item.percent;
      progress.last_news = item.date;
    }
    const Recurrence recurrence = task.recurrence.value_or(Recurrence::once);
    const int months = months_between_times(recurrence);
    bool is_done = progress.status == TaskStatus::done && recurrence != Recurrence::continuous;
    progress.due = task.due;
    if (months > 0) is_done = find_time(task, months, news, progress);

    if (progress.status == TaskStatus::cancelled) {
      progress.state = TaskState::cancelled;
    } else if (is_done) {
      progress.state = TaskState::done;
    } else {
      if (progress.due) {
        progress.days_left = days_between(day_, *progress.due);
        progress.state = *progress.days_left < 0                     ? TaskState::overdue
                         : *progress.days_left <= options_.soon_days ? TaskState::due_soon
                                                                     : TaskState::open;
      }
      const auto& heard = progress.last_news ? progress.last_news : start_;
      progress.without_news = !heard || days_between(*heard, day_) > options_.silent_days;
    }
    return progress;
  }

 private:
  /// Sets when a recurring task is due this time. @returns whether it is done this time.
  bool find_time(const Task& task, int months, std::span<const TaskNews> news,
                 TaskProgress& progress) const {
    const Date since = start_ ? *start_ : !news.empty() ? news.front().date : day_;
    const DueTimes times(months, task.due, since, plan_.definition().period.to);
    std::optional<Date> last;
    std::optional<Date> due = times.time(0);
    if (!due) return progress.status == TaskStatus::done;
    Size done = 0;
    for (const TaskNews& item : news) {
      if (item.status != TaskStatus::done || !due || (last && item.date <= *last)) continue;
      last = due;
      due = times.time(++done);
    }
    const bool ahead = last && *last >= day_;  // Done before it was due.
    progress.due = ahead || !due ? last : due;
    return ahead || !due;
  }

  const Plan& plan_;
  Date day_;
  ProgressOptions options_;
  std::optional<Date> start_;  // Of the plan: nobody can have done anything before.
};

void count(AgencyProgress& of, const TaskProgress& task) {
  ++of.tasks;
  of.without_news += task.without_news ? 1 : 0;
  switch (task.state) {
    case TaskState::done:
      ++of.done;
      return;
    case TaskState::overdue:
      ++of.overdue;
      return;
    case TaskState::due_soon:
      ++of.due_soon;
      return;
    case TaskState::open:
      ++of.open;
      return;
    case TaskState::cancelled:
      ++of.cancelled;
      return;
  }
}

}  // namespace

std::string_view name(TaskState state) noexcept {
  switch (state) {
    case TaskState::done:
      return "done";
    case TaskState::overdue:
      return "overdue";
    case TaskState::due_soon:
      return "due_soon";
    case TaskState::open:
      return "open";
    case TaskState::cancelled:
      return "cancelled";
  }
  return {};
}

int days_between(const Date& from, const Date& to) noexcept {
  return static_cast<int>((day_number(to) - day_number(from)).count());
}

std::vector<TaskProgress> progress(const Plan& plan, const Date& day,
                                   const ProgressOptions& options) {
  Problems problems;
  if (!calendar_day(day).ok()) {
    problems.add({}, to_string(day), "the day does not exist");
  }
  for (const auto& [what, days] :
       {std::pair("soon_days", options.soon_days), std::pair("silent_days", options.silent_days)}) {
    if (days < 0) problems.add({}, what, fmt::format("expected 0 days or more, got {}", days));
  }
  problems.raise<DataError>();

  std::vector<TaskProgress> all;
  all.reserve(at(plan.tasks().size()));
  const Progress progress(plan, day, options);
  for (Size task = 0; task < plan.tasks().size(); ++task) all.push_back(progress.of(task));
  return all;
}

std::vector<AgencyProgress> progress_by_agency(const Plan& plan,
                                               std::span<const TaskProgress> tasks,
                                               const PointsAtStake* stake) {
  if (stake != nullptr && stake->planned().plan() != plan) {
    throw DataError("the points at stake are those of another plan");
  }
  std::vector<const TaskProgress*> of_task(at(plan.tasks().size()), nullptr);
  std::vector<bool> is_overdue(of_task.size(), false);
  std::vector<AgencyProgress> all(1);
  for (const TaskProgress& task : tasks) {
    static_cast<void>(plan.task(task.task));  // Refuses what is none.
    of_task[at(task.task)] = &task;
    is_overdue[at(task.task)] = task.state == TaskState::overdue;
    count(all.front(), task);
  }
  const std::size_t results = stake == nullptr ? 0 : stake->planned().scores().size();
  const auto points = stake == nullptr ? std::vector<double>() : stake->of_tasks(is_overdue);
  all.front().points_overdue.assign(results, 0.0);

  const auto agencies = at(plan.agencies().size());
  AgencyTasks tasks_of(plan);
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) {
    if (AgencyTasks::is_made_of_others(plan, agency)) continue;
    AgencyProgress row;
    row.agency = agency;
    for (const AgendaItem& item : tasks_of.of(agency)) {
      if (of_task[at(item.task)] != nullptr) count(row, *of_task[at(item.task)]);
    }
    if (row.tasks == 0) continue;
    for (std::size_t s = 0; s < results; ++s) {
      row.points_overdue.push_back(points[s * agencies + at(agency)]);
      all.front().points_overdue[s] += row.points_overdue.back();
    }
    all.push_back(std::move(row));
  }
  return all;
}

}  // namespace chiso
