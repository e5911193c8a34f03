#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/io/document.hpp"
#include "io/reader.hpp"

/// Values that are one of several forms by name: rules, aggregations.
namespace chiso {

/// One of several forms, each `name` or `{name: parameters}`.
/// @returns the form and its parameters (null where bare); nullptr after a problem was noted.
template <class Form, std::size_t N>
std::pair<const Form*, const Node*> choose(Reader& reader, const Node& node, std::string_view what,
                                           const std::array<Form, N>& forms) {
  static const Node nothing;
  std::vector<std::string> names;
  for (const auto& form : forms) names.emplace_back(form.name);
  const bool is_bare = node.is_scalar();
  if (!is_bare && !(node.is_mapping() && node.items.size() == 1)) {
    reader.unexpected(node, fmt::format("{}, by its name or as {{name: parameters}}", what));
    return {};
  }
  const Node& given = is_bare ? node : node.keys[0];
  const auto form =
      std::find_if(forms.begin(), forms.end(), [&](const Form& f) { return f.name == given.text; });
  if (form == forms.end()) {
    reader.unknown_word(given, names);
    return {};
  }
  if (is_bare && !form->bare) {
    reader.fault(node, fmt::format("`{}` needs parameters", form->name),
                 fmt::format("write {{{}: ...}}", form->name));
    return {};
  }
  if (!is_bare && !form->parameters) {
    reader.fault(node, fmt::format("`{}` has no parameters", form->name),
                 fmt::format("write `{}` alone", form->name));
    return {};
  }
  if (!is_bare && node.items[0].is_null()) {
    reader.fault(node, fmt::format("`{}` has no parameters behind its colon", form->name));
    return {};
  }
  return {&*form, is_bare ? &nothing : &node.items[0]};
}

[[nodiscard]] inline Node with_parameters(std::string_view name, Node parameters) {
  return Node::mapping().set(std::string(name), std::move(parameters));
}

}  // namespace chiso
