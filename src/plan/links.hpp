#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/size.hpp"
#include "chiso/plan/plan.hpp"
#include "plan/graph.hpp"

namespace chiso {

/// What the names in a plan stand for, by position.
struct Links {
  NameList agency_names;                           ///< Official names are the codes.
  Lists<Size> members;                             ///< By agency: who is meant by it.
  std::vector<Size> top;                           ///< By agency.
  Lists<Plan::Assigned> assigned;                  ///< By task.
  std::vector<Size> area;                          ///< By task; -1: none.
  std::vector<std::string> targets;                ///< Codes, given or made up.
  std::unordered_map<std::string, Size> baseline;  ///< The latest of a criterion.
};

/// @throws SpecError with every problem of the plan, in the order of its text.
[[nodiscard]] Links link(const PlanDefinition& plan);

}  // namespace chiso
