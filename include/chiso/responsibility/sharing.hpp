#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/plan/task_role.hpp"

namespace chiso {

/// Who answers for the points of a task, and in which parts: rounds of weights by role.
///
/// The first round in which any agency of the task has a weight gives it everything; an agency
/// with several roles counts with the greatest of their weights; the parts are in proportion. A
/// group stands for its members, each with the weight of the group's role, except those that the
/// task names themselves: what they are is said there.
class Sharing {
 public:
  using Weights = std::array<double, task_role_count>;  ///< By role; 0: no part.

  /// @param name for people. @throws SpecError if there is no round, a weight is negative or not
  /// finite, or a round has no weight.
  Sharing(std::string name, std::vector<Weights> rounds);

  /// Those who lead, in equal parts; nobody else ever.
  [[nodiscard]] static Sharing lead();

  /// Those who are accountable (RACI); if there are none those who are responsible, then those
  /// consulted, then those informed; in equal parts.
  [[nodiscard]] static Sharing raci();

  /// One round. @throws SpecError also for a role that stands twice.
  [[nodiscard]] static Sharing weighted(std::span<const std::pair<TaskRole, double>> weights);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<Weights>& rounds() const noexcept { return rounds_; }

 private:
  std::string name_;
  std::vector<Weights> rounds_;
};

}  // namespace chiso
