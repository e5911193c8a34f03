#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chiso/plan/plan.hpp"

namespace chiso {

/// Several roles at once.
class RoleSet {
 public:
  /// All roles of a letter.
  [[nodiscard]] static RoleSet of(Raci letter) noexcept;

  constexpr void add(TaskRole role) noexcept { bits_ |= 1U << static_cast<unsigned>(role); }
  constexpr void add(RoleSet other) noexcept { bits_ |= other.bits_; }
  [[nodiscard]] constexpr bool has(TaskRole role) const noexcept {
    return (bits_ >> static_cast<unsigned>(role) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool has_any(RoleSet other) const noexcept {
    return (bits_ & other.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] std::vector<TaskRole> roles() const;

  /// Their letters in the order A, R, C, I, each once: "AC".
  [[nodiscard]] std::string letters() const;

  friend constexpr bool operator==(RoleSet, RoleSet) noexcept = default;

 private:
  std::uint32_t bits_ = 0;
};

/// What an agency is to a criterion.
struct MatrixCell {
  Size agency = 0;
  Size criterion = 0;  ///< Position in ResponsibilityMatrix::criteria.
  RoleSet roles;
  Size tasks = 0;  ///< In which it has them.
};

/// Agencies x criteria, only what is there.
struct ResponsibilityMatrix {
  std::vector<CriterionRef> criteria;  ///< That tasks name, by index of the plan, in the order of
                                       ///< first mention in areas, then tasks.
  std::vector<MatrixCell> cells;       ///< By agency, then criterion.
};

/// @param expand_groups give a group's roles to its members, except in tasks that name the member
///        itself: "leads, with all departments" means the other ones. Otherwise the group has its
///        own row.
[[nodiscard]] ResponsibilityMatrix responsibility_matrix(const Plan& plan,
                                                         bool expand_groups = true);

/// How much an agency has to do. A task counts once under each letter that the agency has in it.
struct Workload {
  Size agency = 0;
  Size tasks = 0;
  Size accountable = 0;
  Size responsible = 0;
  Size consulted = 0;
  Size informed = 0;
  Size by_group = 0;     ///< Tasks that it has only as a member of a group.
  Size addressed = 0;    ///< Tasks that are submitted to it.
  Size without_due = 0;  ///< Tasks with neither a date nor a recurrence.
};

/// One row an agency, in their order; groups count for their members, and for themselves only if
/// their members are not known.
[[nodiscard]] std::vector<Workload> workload(const Plan& plan);

/// A task of one agency.
struct AgendaItem {
  Size task = 0;
  RoleSet roles;
  /// The (first) group through which it has it; -1: named itself, then groups add nothing.
  Size via = -1;
};

/// What one agency must do, in the order of the plan. Of a group: its tasks as a group.
/// @throws NotFoundError if there is no such agency.
[[nodiscard]] std::vector<AgendaItem> agenda(const Plan& plan, Size agency);

}  // namespace chiso
