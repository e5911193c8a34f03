#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/model/provenance.hpp"
#include "chiso/plan/task_role.hpp"

namespace chiso {

/// A criterion of one of the plan's indices: "par:F1", or "par" for the whole index.
struct CriterionRef {
  std::string index;  ///< Key in PlanDefinition::indices.
  std::string code;   ///< Of a node; empty: the composite.

  friend bool operator==(const CriterionRef&, const CriterionRef&) = default;
};

/// @throws SpecError for a text that is not "key" or "key:code".
[[nodiscard]] CriterionRef parse_criterion_ref(std::string_view text);
[[nodiscard]] std::string to_string(const CriterionRef& ref);

/// One role of one agency in a task. An agency may have several.
struct Assignment {
  TaskRole role = TaskRole::lead;
  std::string agency;  ///< Code.

  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// How often a task comes again. `due` is then the first time; without it, the end of each calendar
/// year, half, quarter or month.
enum class Recurrence {
  once,
  yearly,
  half_yearly,
  quarterly,
  monthly,
  continuous  ///< All the time ("thuong xuyen"): never due, never done.
};

enum class TaskStatus { not_started, in_progress, done, cancelled };

[[nodiscard]] std::string_view name(Recurrence recurrence) noexcept;
[[nodiscard]] std::string_view name(TaskStatus status) noexcept;

/// News of a task.
struct TaskNews {
  Date date;
  TaskStatus status = TaskStatus::in_progress;
  std::optional<double> percent;  ///< Done, 0..100.
  std::string evidence;           ///< Number of the document that proves it.
  std::string note;

  friend bool operator==(const TaskNews&, const TaskNews&) = default;
};

/// What a task is expected to do to an indicator: the input of optimisation. Never used for
/// scoring.
struct TaskEffect {
  enum class Kind {
    add_value,   ///< Added to the raw value of the indicator's variable.
    set_value,   ///< The raw value reached.
    add_points,  ///< Added to the indicator's score.
    set_points   ///< The score reached.
  };
  CriterionRef criterion;  ///< An indicator.
  Kind kind = Kind::add_points;
  double amount = 0.0;

  friend bool operator==(const TaskEffect&, const TaskEffect&) = default;
};

/// One thing to be done.
struct Task {
  std::string code;
  Title title;
  std::string paragraph;               ///< Where it stands in the document: "II.1.a.2".
  std::string area;                    ///< Code of an area of the plan; may be empty.
  std::vector<CriterionRef> criteria;  ///< Empty: those of its area.
  std::vector<Assignment> assignments;
  std::vector<std::string> addressees;  ///< Codes of the agencies that it is submitted to.
  std::optional<Date> due;
  std::optional<Recurrence> recurrence;  ///< Left out with a due date: once.
  std::string product;                   ///< What is there when it is done.
  std::string evidence;                  ///< How that is proved.
  std::optional<double> cost;            ///< In the unit of the plan, not negative.
  std::vector<TaskEffect> effects;
  std::vector<TaskNews> news;  ///< By date.
  Provenance provenance;
  Location location;

  friend bool operator==(const Task& a, const Task& b);
};

}  // namespace chiso
