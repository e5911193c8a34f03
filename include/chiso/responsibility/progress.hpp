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
  std::optional<int> days_left;  ///< To the due date; negative: overdue by so many. Nothing of a
                                 ///< task that is done or cancelled.
  std::optional<Date> last_news;
  bool without_news = false;  ///< Not done or cancelled, and no news in the days asked for, nor has
                              ///< the plan begun in them.
};

struct ProgressOptions {
  int soon_days = 30;    ///< Due within so many days: due_soon.
  int silent_days = 90;  ///< No news for more days: without_news.
};

/// The tasks of a plan on a day, by the news up to that day.
///
/// A recurring task is due at its `due` date and then every year, half, quarter or month (the last
/// day of a month that is too short); without a date at the end of each calendar period from the
/// one in which the plan begins; never after the plan's period.
///
/// News that it is done are of one time: the first that was not done before, if the time before
/// that is over. So what is late is late for its own time and leaves the next one to be done, and
/// nothing is done more than one time ahead. The first time that is not done counts; where all
/// before the day are done it is the one that is due on the day or next, and it may be done
/// already. When none is left the task is done.
///
/// A plan begins with its period, or when it was issued if that is later; one that says neither
/// with the first news of the task, or with the day.
///
/// @throws DataError if the day does not exist or a number of days is negative.
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
///
/// @param tasks of `plan`, some or all.
/// @param stake the points; nullptr: `points_overdue` stays empty.
/// @throws DataError if the points are those of another plan, NotFoundError for a task that is
/// none.
[[nodiscard]] std::vector<AgencyProgress> progress_by_agency(const Plan& plan,
                                                             std::span<const TaskProgress> tasks,
                                                             const PointsAtStake* stake = nullptr);

/// Days from one day to another; negative if it is before.
[[nodiscard]] int days_between(const Date& from, const Date& to) noexcept;

}  // namespace chiso
