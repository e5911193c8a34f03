#pragma once

#include <array>
#include <string_view>

#include "chiso/base/size.hpp"

namespace chiso {

/// What an agency does for a task. A closed set: the roles of provincial plans in Viet Nam
/// (Ministry of Home Affairs practice; Thanh Hoa, 211/KH-UBND of 26 August 2022), in the order in
/// which they are written.
enum class TaskRole {
  lead,             ///< Answers for the result (chu tri).
  standing_agency,  ///< Keeps a whole index together (co quan thuong truc).
  carry_out,        ///< Does it (thuc hien).
  advise,           ///< Prepares and submits to the authority that decides (tham muu).
  review,           ///< Goes through what there is (ra soat).
  propose,          ///< Proposes, recommends (de xuat, kien nghi).
  report,           ///< Reports (bao cao).
  coordinate,       ///< Works with the lead (phoi hop).
  guide,            ///< Guides others (huong dan).
  appraise,         ///< Gives an opinion before a decision (tham dinh).
  monitor,          ///< Follows and presses (theo doi, don doc).
  inspect           ///< Checks what others did (kiem tra).
};

inline constexpr Size task_role_count = 12;

/// The letter of a responsibility assignment matrix.
///
/// Accountable: lead, standing_agency. Responsible, who do the work: carry_out, advise, review,
/// propose, report. Consulted, with a say in it: coordinate, guide, appraise. Informed, who need
/// its news to do their own part: monitor, inspect.
/// Source: PMI, A Guide to the Project Management Body of Knowledge, RACI chart; which role has
/// which letter is this library's reading.
enum class Raci { accountable, responsible, consulted, informed };

/// A role with its names: `word` as plans write it ("carry_out"), English and Vietnamese for
/// people.
struct TaskRoleNames {
  TaskRole role;
  std::string_view word;
  std::string_view en;
  std::string_view vi;
  Raci raci;
};

/// All roles in the order of the enumeration.
[[nodiscard]] const std::array<TaskRoleNames, task_role_count>& task_roles() noexcept;

[[nodiscard]] std::string_view name(TaskRole role) noexcept;
[[nodiscard]] Raci raci(TaskRole role) noexcept;

/// 'A', 'R', 'C' or 'I'.
[[nodiscard]] char letter(Raci raci) noexcept;

}  // namespace chiso
