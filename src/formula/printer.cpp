#include "formula/printer.hpp"

#include <fmt/core.h>

#include <cmath>
#include <string_view>
#include <utility>

#include "chiso/base/interval.hpp"
#include "formula/language.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

class Printer {
 public:
  Printer(std::span<const FormulaNode> nodes, const NameText& value)
      : nodes_(nodes), value_(value) {}

  std::string print(std::size_t node) {
    write(node);
    return std::move(text_);
  }

 private:
  /// What is put in for a node; empty if it stays.
  std::string value_of(const FormulaNode& node) const {
    if (!value_) return {};
    switch (node.operation) {
      case Operation::name:
        return value_(node.text);
      case Operation::previous:
        return value_(fmt::format("prev({})", nodes_[node.operands[0]].text));
      case Operation::highest:
        return value_(name(Operation::highest));
      default:
        return {};
    }
  }

  /// How tightly what a node is written as binds.
  int level_of(const FormulaNode& node) const {
    switch (node.operation) {
      case Operation::choose:
        return language::choice;
      case Operation::logical_not:
        return language::negation;
      case Operation::negate:
        return language::sign;
      case Operation::number:
        return std::signbit(node.number) ? language::sign : language::atom;
      case Operation::name:
      case Operation::previous:
      case Operation::highest:
        return value_of(node).starts_with('-') ? language::sign : language::atom;
      default:
        break;
    }
    const auto* infix = language::binary(node.operation);
    return infix == nullptr ? int{language::atom} : infix->level;
  }

  void write(std::size_t i) {
    const FormulaNode& node = nodes_[i];
    if (const std::string value = value_of(node); !value.empty()) {
      text_ += value;
      return;
    }
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
      case Operation::previous:
        // The variable's own value is not what is meant.
        text_ += fmt::format("prev({})", quoted_name(nodes_[node.operands[0]].text));
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
  const NameText& value_;
  std::string text_;
};

}  // namespace

std::string printed(std::span<const FormulaNode> nodes, std::size_t node, const NameText& value) {
  return Printer(nodes, value).print(node);
}

std::string with_values(const Formula& formula, const NameText& value) {
  return printed(formula.nodes(), formula.root(), value);
}

}  // namespace chiso
