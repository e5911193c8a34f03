#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/reach/action.hpp"
#include "io/reader.hpp"

/// The format of actions: for every kind of mapping one table of its keys, by which it is both read
/// and written. What a cell of a table can hold is read here too: texts in place of lists.
namespace chiso {

/// The actions that a document says.
/// @param problems that were found before; what is wrong here comes to them.
/// @throws SpecError with every problem.
[[nodiscard]] ActionSet actions_from(const Node& root, const std::string& file,
                                     Problems problems = {});

/// What the head of a document says.
void read_actions_head(Reader& reader, const Node& root, ActionDefinition& actions);

[[nodiscard]] Node write_actions(const ActionDefinition& actions);
[[nodiscard]] Node write_action(const Action& action);

/// "so-tc = 3", as a text has it; without the amount if that is 1.
[[nodiscard]] std::string amount_text(const std::string& agency, double amount);

/// Keys of the head whose values are plain texts, in the order in which they are written.
[[nodiscard]] const std::vector<std::string_view>& action_head_texts();

}  // namespace chiso
