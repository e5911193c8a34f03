#include "chiso/plan/task_role.hpp"

namespace chiso {

namespace {

constexpr std::array<TaskRoleNames, task_role_count> kRoles{{
    {TaskRole::lead, "lead", "lead", "ch\u1ee7 tr\u00ec", Raci::accountable},
    {TaskRole::standing_agency, "standing_agency", "standing agency",
     "c\u01a1 quan th\u01b0\u1eddng tr\u1ef1c", Raci::accountable},
    {TaskRole::carry_out, "carry_out", "carry out", "th\u1ef1c hi\u1ec7n", Raci::responsible},
    {TaskRole::advise, "advise", "advise", "tham m\u01b0u", Raci::responsible},
    {TaskRole::review, "review", "review", "r\u00e0 so\u00e1t", Raci::responsible},
    {TaskRole::propose, "propose", "propose", "\u0111\u1ec1 xu\u1ea5t", Raci::responsible},
    {TaskRole::report, "report", "report", "b\u00e1o c\u00e1o", Raci::responsible},
    {TaskRole::coordinate, "coordinate", "coordinate", "ph\u1ed1i h\u1ee3p", Raci::consulted},
    {TaskRole::guide, "guide", "guide", "h\u01b0\u1edbng d\u1eabn", Raci::consulted},
    {TaskRole::appraise, "appraise", "appraise", "th\u1ea9m \u0111\u1ecbnh", Raci::consulted},
    {TaskRole::monitor, "monitor", "monitor", "theo d\u00f5i, \u0111\u00f4n \u0111\u1ed1c",
     Raci::informed},
    {TaskRole::inspect, "inspect", "inspect", "ki\u1ec3m tra", Raci::informed},
}};

constexpr bool in_order() noexcept {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i].role != static_cast<TaskRole>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "roles are found by their number");

}  // namespace

const std::array<TaskRoleNames, task_role_count>& task_roles() noexcept { return kRoles; }

std::string_view name(TaskRole role) noexcept {
  const auto i = static_cast<std::size_t>(role);
  return i < kRoles.size() ? kRoles[i].word : std::string_view();
}

Raci raci(TaskRole role) noexcept {
  const auto i = static_cast<std::size_t>(role);
  return i < kRoles.size() ? kRoles[i].raci : Raci::informed;
}

char letter(Raci raci) noexcept {
  switch (raci) {
    case Raci::accountable:
      return 'A';
    case Raci::responsible:
      return 'R';
    case Raci::consulted:
      return 'C';
    case Raci::informed:
      return 'I';
  }
  return ' ';
}

}  // namespace chiso
