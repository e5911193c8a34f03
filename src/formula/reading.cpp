#include "formula/reading.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/shown.hpp"
#include "chiso/base/text.hpp"
#include "formula/language.hpp"
#include "formula/lexer.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// Whether a text is words: letters, digits and blanks, with hyphens and strokes only within.
bool is_words(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  bool within = false;  // A word has begun, and may go on behind what joins it.
  while (!text.empty()) {
    const std::size_t length = text.front() == '%' ? 1 : name_character(text);
    if (length == 0 && (!within || std::string_view(" -/").find(text.front()) == text.npos)) {
      return false;
    }
    within = length > 0;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return within;
}

struct Comparison {
  std::uint32_t subject = 0;
  Operation operation = Operation::less;
  std::uint32_t bound = 0;
};

/// A name compared with a number, the name first.
std::optional<Comparison> comparison_of(std::span<const FormulaNode> nodes, std::uint32_t i) {
  const FormulaNode& node = nodes[i];
  if (node.operation < Operation::less || node.operation > Operation::greater_equal) return {};
  const auto is_number = [&](std::size_t k) {
    return nodes[node.operands[k]].operation == Operation::number;
  };
  const auto is_subject = [&](std::size_t k) {
    const Operation of = nodes[node.operands[k]].operation;
    return of == Operation::name || of == Operation::previous;
  };
  if (is_subject(0) && is_number(1)) {
    return Comparison{node.operands[0], node.operation, node.operands[1]};
  }
  if (is_number(0) && is_subject(1)) {
    return Comparison{node.operands[1], mirrored(node.operation), node.operands[0]};
  }
  return {};
}

}  // namespace

std::string shown_name(std::string_view name, const NameText& title) {
  const std::string given = title ? nfc(title(name)) : std::string();
  std::string text = shown(given.empty() ? name : given);
  if (is_words(text) && (!given.empty() || !language::is_word(lower_case(name)))) return text;
  return fmt::format("[{}]", text);
}

std::optional<FormulaBounds> bounds_of(std::span<const FormulaNode> nodes, std::size_t node) {
  if (nodes[node].operation != Operation::logical_and) return {};
  auto a = comparison_of(nodes, nodes[node].operands[0]);
  auto b = comparison_of(nodes, nodes[node].operands[1]);
  if (!a || !b) return {};
  const auto name_of = [&](std::uint32_t subject) -> const std::string& {
    const FormulaNode& of = nodes[subject];
    return of.operation == Operation::name ? of.text : nodes[of.operands[0]].text;
  };
  if (nodes[a->subject].operation != nodes[b->subject].operation ||
      name_of(a->subject) != name_of(b->subject)) {
    return {};
  }
  const auto is_lower = [](Operation of) {
    return of == Operation::greater || of == Operation::greater_equal;
  };
  if (is_lower(a->operation) == is_lower(b->operation)) return {};
  if (!is_lower(a->operation)) std::swap(a, b);
  return FormulaBounds{a->subject, a->bound, b->bound, a->operation == Operation::greater_equal,
                       b->operation == Operation::less_equal};
}

FormulaOperation mirrored(FormulaOperation comparison) noexcept {
  switch (comparison) {
    case Operation::less:
      return Operation::greater;
    case Operation::less_equal:
      return Operation::greater_equal;
    case Operation::greater:
      return Operation::less;
    case Operation::greater_equal:
      return Operation::less_equal;
    default:
      return comparison;
  }
}

}  // namespace chiso
