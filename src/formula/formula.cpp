#include "chiso/formula/formula.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "formula/language.hpp"
#include "formula/lexer.hpp"
#include "formula/parser.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// How tightly what a node is written as binds.
int level_of(const FormulaNode& node) noexcept {
  switch (node.operation) {
    case Operation::choose:
      return language::choice;
    case Operation::logical_not:
      return language::negation;
    case Operation::negate:
      return language::sign;
    case Operation::number:
      return std::signbit(node.number) ? language::sign : language::atom;
    default:
      break;
  }
  const auto* infix = language::binary(node.operation);
  return infix == nullptr ? int{language::atom} : infix->level;
}

class Printer {
 public:
  explicit Printer(std::span<const FormulaNode> nodes) : nodes_(nodes) {}

  std::string print(std::size_t node) {
    write(node);
    return std::move(text_);
  }

 private:
  void write(std::size_t i) {
    const FormulaNode& node = nodes_[i];
    switch (node.operation) {
      case Operation::number:
        text_ += to_string(node.number);
        return;
      case Operation::truth:
        text_ += node.number != 0.0 ? "true" : "false";
        return;
      case Operation::category:
        text_ += '"';
        for (const char c : node.text) text_ += c == '"' ? "\"\"" : std::string(1, c);
        text_ += '"';
        return;
      case Operation::name:
        text_ += quoted_name(node.text);
        return;
      case Operation::highest:
        text_ += "maximum";
        return;
      case Operation::nothing:
        text_ += "missing";
        return;
      case Operation::negate:
        text_ += '-';
        // -(3) is not the number -3.
        write(node.operands[0], nodes_[node.operands[0]].operation == Operation::number &&
                                        !std::signbit(nodes_[node.operands[0]].number)
                                    ? language::atom + 1
                                    : int{language::sign});
        return;
      case Operation::logical_not:
        text_ += "not ";
        write(node.operands[0], language::negation);
        return;
      case Operation::choose:
        choice(node);
        return;
      default:
        break;
    }
    if (const auto* infix = language::binary(node.operation)) {
      binary(node, *infix);
    } else {
      call(node);
    }
  }

  /// In parentheses if it binds less tightly than `level`.
  void write(std::size_t i, int level) {
    const bool parentheses = level_of(nodes_[i]) < level;
    if (parentheses) text_ += '(';
    write(i);
    if (parentheses) text_ += ')';
  }

  void binary(const FormulaNode& node, const language::Operator& infix) {
    const bool raises = node.operation == Operation::power;
    const bool compares = infix.level == language::comparison;
    write(node.operands[0], raises || compares ? infix.level + 1 : infix.level);
    if (raises) {
      text_ += '^';
      write(node.operands[1], language::sign);
      return;
    }
    text_ += fmt::format(" {} ", infix.sign);
    write(node.operands[1], infix.level + 1);
  }

  void call(const FormulaNode& node) {
    text_ += fmt::format("{}(", name(node.operation));
    for (std::size_t k = 0; k < node.operands.size(); ++k) {
      if (k > 0) text_ += ", ";
      write(node.operands[k]);
    }
    text_ += ')';
  }

  void choice(const FormulaNode& node) {
    for (std::size_t k = 0; k + 1 < node.operands.size(); k += 2) {
      text_ += "if ";
      write(node.operands[k], language::either);
      text_ += " then ";
      write(node.operands[k + 1], language::either);
      text_ += " else ";
    }
    write(node.operands.back());
  }

  std::span<const FormulaNode> nodes_;
  std::string text_;
};

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
    throw SpecError(fmt::format("the formula has more than {} parts", limits.nodes));
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
    if (depth[i] > limits.depth) {
      throw SpecError(fmt::format("the formula is nested more than {} deep", limits.depth));
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
    : Formula((check_tree(nodes, limits), Printer(nodes).print(nodes.size() - 1)), limits) {}

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
  return Printer(formula.nodes()).print(node);
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
  bool plain = !name.empty() && !is_digit(name.front()) && name.front() != '.' &&
               !language::is_word(lower_case(name));
  for (std::size_t i = 0; plain && i < name.size(); ++i) {
    plain = is_name_byte(name[i]) && foreign_mark(name.substr(i)) == 0;
  }
  if (plain) return std::string(name);
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? "``" : std::string(1, c);
  return quoted + "`";
}

}  // namespace chiso
