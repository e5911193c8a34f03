#include "chiso/responsibility/caused.hpp"

#include <fmt/core.h>

#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "responsibility/answers.hpp"

namespace chiso {
namespace {

// Whether somebody's work is behind a cause, not a definition.
bool is_of_the_unit(Cause::Kind kind) {
  switch (kind) {
    case Cause::Kind::value:
    case Cause::Kind::others:
    case Cause::Kind::given:
      return true;
    case Cause::Kind::rule:
    case Cause::Kind::anchors:
    case Cause::Kind::parameters:
    case Cause::Kind::weights:
    case Cause::Kind::aggregation:
    case Cause::Kind::structure:
    case Cause::Kind::whole:
      return false;
  }
  return false;
}

// The tasks for the nodes of a difference, found by code.
NodeTasks tasks_of(const Plan& plan, std::string_view index, const Teams& teams,
                   const std::unordered_map<std::string_view, Size>& nodes, std::size_t count) {
  NodeTasks found;
  found.taken.resize(count);
  const auto add = [](std::vector<Size>& tasks, Size task) {
    if (tasks.empty() || tasks.back() != task) tasks.push_back(task);
  };
  for (Size task = 0; task < plan.tasks().size(); ++task) {
    for (const CriterionRef& criterion : plan.criteria(task)) {
      if (criterion.index != index) continue;
      add(found.all, task);
      const auto node = nodes.find(criterion.code);
      const bool is_root = criterion.code.empty();
      if (teams.of(task) < 0 || (!is_root && node == nodes.end())) continue;
      add(found.taken[at(is_root ? Size{0} : node->second)], task);
    }
  }
  return found;
}

}  // namespace

std::vector<StakeRow> causes_by_agency(const Plan& plan, std::string_view index,
                                       const Causes& causes, const Sharing& sharing) {
  if (!plan.indices().find(index)) {
    throw NotFoundError(fmt::format("the plan {} has no index '{}'{}", plan.name(), index,
                                    nearest_or_all(index, plan.indices().names())),
                        std::string(index));
  }
  // A node that only one of the two has may share its code with one elsewhere; it has no causes.
  std::unordered_map<std::string_view, Size> nodes;
  std::vector<Size> parents;
  for (const CausedNode& node : causes.nodes) {
    const auto position = std::ssize(parents);
    const auto [known, is_new] = nodes.try_emplace(node.code, position);
    if (!is_new && node.own != 0.0) known->second = position;
    parents.push_back(node.parent);
  }
  const Teams teams(plan, sharing);
  Answers answers(tasks_of(plan, index, teams, nodes, parents.size()), parents);
  std::vector<double> answered(parents.size(), 0.0);
  std::vector<double> nobodys(parents.size(), 0.0);
  for (const Cause& cause : causes.parts) {
    const Size node = nodes.at(cause.code);
    const bool counts = is_of_the_unit(cause.kind) && answers.has_tasks(node);
    (counts ? answered : nobodys)[at(node)] += cause.points;
  }
  for (Size node = 0; node < std::ssize(parents); ++node) {
    if (answered[at(node)] != 0.0) answers.add(node, answered[at(node)], StakeRow::nobody);
    if (nobodys[at(node)] != 0.0) {
      answers.add_unanswered(node, nobodys[at(node)], StakeRow::nobody);
    }
  }
  answers.share(teams, plan.agencies().size());
  std::vector<Size> itself(at(plan.agencies().size()));
  std::iota(itself.begin(), itself.end(), Size{0});
  return rows_by(plan, teams, answers, itself, std::ssize(itself), 0);
}

}  // namespace chiso
