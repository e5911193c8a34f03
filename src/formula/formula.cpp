#include "chiso/formula/formula.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "chiso/base/error.hpp"
#include "formula/formula_limits.hpp"
#include "formula/language.hpp"
#include "formula/lexer.hpp"
#include "formula/parser.hpp"
#include "formula/printer.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

std::size_t operands_of(Operation operation) noexcept {
  if (operation <= Operation::nothing) return 0;
  return operation == Operation::negate || operation == Operation::logical_not ? 1 : 2;
}

/// Whether the nodes are one tree, each behind its operands, the root last, as deep as allowed.
void check_tree(const std::vector<FormulaNode>& nodes, const FormulaLimits& limits) {
  const auto refuse = [](std::size_t i, std::string_view why) {
    throw SpecError(fmt::format("part {} of the formula {}", i + 1, why));
  };
  if (nodes.empty()) throw SpecError("a formula has at least one part");
  if (std::ssize(nodes) > limits.nodes) {
    throw SpecError({Problem{{},
                             {},
                             fmt::format("the formula has {} parts, and no more than {} are read",
                                         nodes.size(), limits.nodes),
                             how_to_raise_formula("nodes")}});
  }
  std::vector<int> used(nodes.size(), 0);
  std::vector<int> depth(nodes.size(), 1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const FormulaNode& node = nodes[i];
    if (node.operation > Operation::between) refuse(i, "is no operation");
    for (const auto operand : node.operands) {
      if (operand >= i) refuse(i, "stands before one of its operands");
      if (used[operand]++ > 0) refuse(operand, "is used twice");
      depth[i] = std::max(depth[i], depth[operand] + 1);
    }
    if (const int most = depth_of(limits); depth[i] > most) {
      throw SpecError({Problem{{},
                               {},
                               fmt::format("the formula is nested more than {} deep", most),
                               how_to_raise_formula("depth")}});
    }
    const bool named = node.operation == Operation::name || node.operation == Operation::category;
    if (named && node.text.empty()) refuse(i, "has no text");
    if (!std::isfinite(node.number)) refuse(i, "is not a finite number");
    const std::size_t count = node.operands.size();
    if (node.operation == Operation::choose) {
      if (count < 3 || count % 2 == 0) refuse(i, "has no last branch");
    } else if (language::function(node.operation) == nullptr &&
               count != operands_of(node.operation)) {
      refuse(i, fmt::format("has {} operands", count));
    }
  }
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    if (used[i] == 0) refuse(i, "belongs to nothing");
  }
  check_operands(nodes, {});
}

}  // namespace

Formula::Formula(std::string_view text, const FormulaLimits& limits)
    : nodes_(parse_formula(text, limits)), text_(text) {}

// Written and read again: whatever the order of the nodes was, it is that of the text.
Formula::Formula(std::vector<FormulaNode> nodes, const FormulaLimits& limits)
    : Formula((check_tree(nodes, limits), printed(nodes, nodes.size() - 1)), limits) {}

std::vector<std::string> Formula::names() const {
  std::vector<std::string> names;
  for (const auto& node : nodes_) {
    if (node.operation == Operation::name &&
        std::find(names.begin(), names.end(), node.text) == names.end()) {
      names.push_back(node.text);
    }
  }
  return names;
}

std::string to_string(const Formula& formula) { return to_string(formula, formula.root()); }

std::string to_string(const Formula& formula, std::size_t node) {
  return printed(formula.nodes(), node);
}

std::string_view name(FormulaOperation operation) noexcept {
  if (const auto* function = language::function(operation)) return function->name;
  if (const auto* infix = language::binary(operation)) return infix->sign;
  switch (operation) {
    case Operation::number:
      return "number";
    case Operation::truth:
      return "truth";
    case Operation::category:
      return "category";
    case Operation::name:
      return "name";
    case Operation::highest:
      return "maximum";
    case Operation::nothing:
      return "missing";
    case Operation::negate:
      return "-";
    case Operation::logical_not:
      return "not";
    default:
      return "";
  }
}

std::vector<std::string_view> formula_words() {
  std::vector<std::string_view> words(language::other_words.begin(), language::other_words.end());
  for (const auto& function : language::functions) words.push_back(function.name);
  words.insert(words.end(), {"and", "or"});
  std::sort(words.begin(), words.end());
  return words;
}

std::string quoted_name(std::string_view name) {
  std::size_t length = first_name_character(name);
  for (std::size_t next = length; next > 0; length += next) {
    next = name_character(name.substr(length));
  }
  if (!name.empty() && length == name.size() && !language::is_word(lower_case(name))) {
    return std::string(name);
  }
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? "``" : std::string(1, c);
  return quoted + "`";
}

}  // namespace chiso
