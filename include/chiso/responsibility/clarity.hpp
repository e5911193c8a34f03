#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/responsibility/planned_scores.hpp"

namespace chiso {

enum class Severity { error, warning, note };

/// Something in a plan that is not clear.
struct PlanFinding {
  enum class Kind {
    nobody_responsible,     ///< error: a task that is given to nobody, or only to groups without
                            ///< members.
    no_lead,                ///< warning: a task or a criterion with tasks that nobody leads.
    several_leads,          ///< warning: a task or criterion with more than one lead.
    no_task,                ///< error: a criterion that loses points and that no task is for,
                            ///< neither its own nor one of a criterion above it.
    no_criterion,           ///< warning: a task that is for no criterion.
    no_due_date,            ///< warning: neither a date nor a recurrence.
    no_product,             ///< note: nothing says what is there when the task is done.
    unknown_code,           ///< error: a criterion that the index does not have.
    group_without_members,  ///< warning: a group that has tasks and whose members are not named.
    agency_without_task,    ///< note: neither itself, nor by a group, nor as addressee.
    index_without_scores    ///< note: no result was given, so its codes were not looked at.
  };
  Kind kind;
  Severity severity;
  std::string subject;  ///< "task", "criterion" or "agency" ("index").
  std::string place;    ///< Code of the task or agency; "par:F1" of a criterion.
  std::string message;
  std::string remedy;
  double points = 0.0;  ///< Of no_task: lost in the composite; else NaN.
  Location location;
};

[[nodiscard]] std::string_view name(PlanFinding::Kind kind) noexcept;
[[nodiscard]] std::string_view name(Severity severity) noexcept;

/// One of the four things that have to be clear for every task ("ro nguoi, ro viec, ro trach nhiem,
/// ro thoi gian hoan thanh": person, task, responsibility, finishing time).
/// Source: Thanh Hoa, 211/KH-UBND, II.1.d.
struct ClarityCount {
  enum class What {
    person,          ///< Somebody is named: an agency, or a group with members.
    task,            ///< It is for a criterion, and its product or evidence is stated.
    responsibility,  ///< Exactly one lead.
    time             ///< A due date or a recurrence.
  };
  What what;
  Size clear = 0;  ///< Tasks.
  Size tasks = 0;
};

[[nodiscard]] std::string_view name(ClarityCount::What what) noexcept;

struct Clarity {
  std::vector<PlanFinding> findings;  ///< By severity, then in the order of the plan.
  std::array<ClarityCount, 4> summary;
};

/// Looks for what is not clear in a plan. Never throws for what the plan says.
///
/// @param unit whose losses count; empty: the plan's, and if that is empty too, or it has no score,
///        losses are not looked at.
[[nodiscard]] Clarity clarity(const PlannedScores& planned, std::string_view unit = {});

}  // namespace chiso
