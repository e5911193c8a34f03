#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/plan/plan.hpp"
#include "io/reader.hpp"

/// The format of plans: for every kind of mapping one table of its keys, by which it is both read
/// and written.
namespace chiso {

/// The plan that a document says.
/// @throws SpecError with every problem: of the document, and of the plan as far as it could be
///         understood.
[[nodiscard]] Plan plan_from(const Node& root, const std::string& file);

/// What the head of a document says: everything but the lists, whatever they are.
void read_plan_head(Reader& reader, const Node& root, PlanDefinition& plan);

/// A list of one is written as the one, but for the lists of parts (targets, tasks, effects ...).
[[nodiscard]] Node write_plan(const PlanDefinition& plan);
[[nodiscard]] Node write_task(const Task& task);

/// The keys of a plan except `tasks`; of a task. Those of roles are their names, in their order.
[[nodiscard]] std::vector<std::string_view> plan_head_keys();
[[nodiscard]] std::vector<std::string_view> task_keys();

void read_value(Reader& reader, const Node& node, CriterionRef& value);
/// A list, or the one.
void read_value(Reader& reader, const Node& node, std::vector<CriterionRef>& value);
[[nodiscard]] Node write_value(const CriterionRef& value);
[[nodiscard]] Node write_value(const std::vector<CriterionRef>& value);

}  // namespace chiso
