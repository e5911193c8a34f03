#pragma once

#include <functional>
#include <string>

#include "chiso/io/document.hpp"

namespace chiso {

/// Tells of every place in which two documents say different things: the place ("tasks[II.1].due"),
/// what stands there before and after; empty: nothing.
///
/// Items of lists are the same if they have one `code`, `key` or `name`; else if they have
/// one position.
void compare_documents(
    const Node& before, const Node& after,
    const std::function<void(const std::string&, const std::string&, const std::string&)>& tell);

}  // namespace chiso
