#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/plan/plan.hpp"
#include "chiso/responsibility/points_at_stake.hpp"

namespace chiso {

/// Where a task stands on a day.
enum class TaskState {
  done,      ///< Or, of a recurring task, done this time.
  overdue,   ///< Due before the day, and not done.
  due_soon,  ///< Due within the days asked for.
  open,      ///< Due later, or never (continuous, or without a date).
  cancelled
};

[[nodiscard]] std::string_view name(TaskState state) noexcept;

struct TaskProgress {
  Size task = 0;
  TaskState state = TaskState::open;
  TaskStatus status = TaskStatus::not_started;  ///< By the last news.
  std::optional<double> percent;                ///< By the last news that says.
  std::optional<Date> due;                      ///< This time; of an overdue one, what was missed.
  std::optional<int> days_left;                 ///< To the due date; negative: overdue by so many.
  std::optional<Date> last_news;
  bool without_news = false;  ///< Not done or cancelled, and no news in the days asked for.
};

struct ProgressOptions {
  int soon_days = 30;    ///< Due within so many days: due_soon.
  int silent_days = 90;  ///< No news for so many days: without_news.
};

/// The tasks of a plan on a day, by the news up to that day.
///
/// A recurring task is due at its `due` date and then every year, half, quarter or month (the last
/// day of a month that is too short), or without it at the end of each calendar period, within the
/// plan's period if it has one. A time is done if it was reported done after the time before it
/// was due, and on or before the day. The first time that is not done counts; when all up to the
/// day are done, the next one.
[[nodiscard]] std::vector<TaskProgress> progress(const Plan& plan, const Date& day,
                                                 const ProgressOptions& options = {});

/// Counts of one agency (-1: of all tasks together).
struct AgencyProgress {
  Size agency = -1;
  Size tasks = 0;
  Size done = 0;
  Size overdue = 0;
  Size due_soon = 0;
  Size open = 0;
  Size cancelled = 0;
  Size without_news = 0;
  std::vector<double> points_overdue;  ///< One a result: its points behind overdue tasks.
};

/// Per agency that has a task, members of groups each; all together first.
/// @param stake the points; nullptr: `points_overdue` stays empty.
[[nodiscard]] std::vector<AgencyProgress> progress_by_agency(const Plan& plan,
                                                             std::span<const TaskProgress> tasks,
                                                             const PointsAtStake* stake = nullptr);

/// Days from one day to another; negative if it is before.
[[nodiscard]] int days_between(const Date& from, const Date& to) noexcept;

}  // namespace chiso
