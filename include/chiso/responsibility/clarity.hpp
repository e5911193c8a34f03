#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/severity.hpp"
#include "chiso/responsibility/planned_scores.hpp"

namespace chiso {

/// Something in a plan that is not clear.
struct PlanFinding {
  enum class Kind {
    nobody_responsible,     ///< error: a task that is given to nobody, or only to groups without
                            ///< members.
    no_lead,                ///< warning: a task or a criterion with tasks that nobody leads. Who
                            ///< keeps a whole index together (standing agency) leads where no
                            ///< other does; a group without members does not.
    several_leads,          ///< warning: a task or criterion with more than one lead; a group is
                            ///< as many as it has members.
    no_task,                ///< error: a criterion that loses points and that no task is for,
                            ///< neither its own nor one of a criterion above it. Said once at the
                            ///< highest criterion below which there is no task at all, or at the
                            ///< one below it that loses everything. note: it is not known whether
                            ///< it loses any of the points that are lost there.
    no_criterion,           ///< warning: a task that is for no criterion.
    no_due_date,            ///< warning: neither a date nor a recurrence.
    no_product,             ///< note: nothing says what is there when the task is done, nor how
                            ///< that is proved.
    unknown_code,           ///< error: a criterion that the index does not have; said once for all
                            ///< areas, tasks, targets and baselines that name it.
    group_without_members,  ///< warning: a group that has tasks and whose members are not named.
    agency_without_task,    ///< note: neither itself, nor by a group, nor as addressee.
    index_without_scores    ///< note: no result was given, so its codes were not looked at; or what
                            ///< the unit lost in it is not known, so its losses were not.
  };
  Kind kind;
  Severity severity;
  std::string subject;  ///< "task", "criterion" or "agency" ("index").
  std::string place;    ///< Code of the task or agency; "par:F1" of a criterion.
  std::string message;
  std::string remedy;
  double points = 0.0;  ///< Of no_task: lost in the composite, if that is known; else NaN.
  Location location;
};

[[nodiscard]] std::string_view name(PlanFinding::Kind kind) noexcept;

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
/// A task counts as clear in the summary if no finding says otherwise: nobody_responsible (person);
/// no_criterion, no_product (task); nobody_responsible, no_lead, several_leads (responsibility);
/// no_due_date (time). What is not clear of a criterion is said there, and not again for those
/// below it.
///
/// @param unit whose losses count; empty: the plan's, and if that is empty too, or it has no score,
///        losses are not looked at.
/// @throws NotFoundError if no result has the unit that the caller names.
[[nodiscard]] Clarity clarity(const PlannedScores& planned, std::string_view unit = {});

}  // namespace chiso
