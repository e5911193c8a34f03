#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/shown.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/render.hpp"
#include "formula/lexer.hpp"
#include "formula/reading.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// How tightly a notation holds together, loosest first.
enum Level : int { choice, either, both, comparison, addition, product, power, atom };

/// How an operation is written; "#1" is its first operand, "#*" all of them.
struct Notation {
  Level level;  ///< Of the whole.
  Level first;  ///< What the first operand must have at least, not to stand in parentheses.
  Level others;
  std::string_view text;
};

struct Words {
  std::string_view if_, else_if, otherwise, yes, no, missing, maximum;
};
constexpr std::array<Words, 2> words{{
    {"if ", "else if ", "otherwise", "true", "false", "missing", "maximum"},
    {"n\u1ebfu ", "ng\u01b0\u1ee3c l\u1ea1i, n\u1ebfu ",
     "c\u00e1c tr\u01b0\u1eddng h\u1ee3p c\u00f2n l\u1ea1i", "\u0111\u00fang", "sai",
     "kh\u00f4ng c\u00f3 s\u1ed1 li\u1ec7u", "\u0111i\u1ec3m t\u1ed1i \u0111a"},
}};

/// Characters that LaTeX's text mode takes for something else, and how math mode writes them.
constexpr std::array<std::pair<char, std::string_view>, 13> specials{{
    {'\\', "\\backslash"},
    {'{', "\\{"},
    {'}', "\\}"},
    {'$', "\\$"},
    {'&', "\\&"},
    {'#', "\\#"},
    {'%', "\\%"},
    {'_', "\\_"},
    {'^', "\\hat{\\ }"},
    {'~', "{\\sim}"},
    {'<', "<"},
    {'>', ">"},
    {'|', "|"},
}};

const std::pair<char, std::string_view>* special(char c) noexcept {
  const auto* found = std::find_if(specials.begin(), specials.end(),
                                   [c](const auto& each) { return each.first == c; });
  return found == specials.end() ? nullptr : found;
}

/// Text upright: runs of letters in \text, what it cannot hold between them.
std::string upright(std::string_view text) {
  std::string latex;
  int pieces = 0;
  bool inside = false;
  for (const char c : text) {
    const auto* found = special(c);
    if (inside && found != nullptr) latex += '}';
    if (found != nullptr || !inside) ++pieces;
    if (!inside && found == nullptr) latex += "\\text{";
    inside = found == nullptr;
    if (inside) {
      latex += c;
    } else {
      latex += found->second;
    }
  }
  if (inside) latex += '}';
  return pieces == 1 ? latex : fmt::format("{{{}}}", latex);
}

/// A name of ASCII letters, digits, '.' and '_' in one piece.
std::string name_latex(std::string_view text) {
  const bool simple = std::all_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0x80U) == 0 && name_character({&c, 1}) > 0;
  });
  if (!simple) return upright(text);
  std::string latex = "\\mathrm{";
  for (const char c : text) latex += c == '_' ? "\\_" : std::string(1, c);
  return latex + '}';
}

/// Digits as they are; 1e-07 with a power of ten.
std::string number_latex(double number) {
  std::string text = to_string(number);
  const auto e = text.find('e');
  if (e == std::string::npos) return text;
  std::string_view exponent = std::string_view(text).substr(e + 1);
  const bool negative = exponent.front() == '-';
  exponent.remove_prefix(exponent.find_first_of("123456789"));
  return fmt::format("{} \\cdot 10^{{{}{}}}", std::string_view(text).substr(0, e),
                     negative ? "-" : "", exponent);
}

Level level_of(double number) {
  if (std::signbit(number)) return addition;
  return to_string(number).find('e') == std::string::npos ? atom : product;
}

Notation call(std::string_view text) { return {power, either, either, text}; }
Notation infix(Level level, Level first, Level others, std::string_view text) {
  return {level, first, others, text};
}
/// Between signs of its own: no operand needs parentheses.
Notation closed(Level level, std::string_view text) { return {level, choice, choice, text}; }

class Writer {
 public:
  Writer(const Formula& formula, Language language, const NameText& title)
      : nodes_(formula.nodes()), words_(words[language == Language::vi ? 1 : 0]), title_(title) {}

  std::string latex(std::size_t node) {
    write(node);
    return std::move(text_);
  }

 private:
  Notation notation_of(std::size_t i) const {
    const FormulaNode& of = nodes_[i];
    switch (of.operation) {
      case Operation::number:
        return {level_of(of.number), atom, atom, {}};
      case Operation::truth:
      case Operation::category:
      case Operation::name:
      case Operation::highest:
      case Operation::nothing:
        return {atom, atom, atom, {}};
      case Operation::choose:
        return {choice, either, either, {}};
      case Operation::negate:
        return infix(addition, product, product, "-#1");
      case Operation::add:
        return infix(addition, addition, product, "#1 + #2");
      case Operation::subtract:
        return infix(addition, addition, product, "#1 - #2");
      case Operation::multiply:
        return infix(product, product, power, "#1 \\cdot #2");
      case Operation::divide:
        return closed(power, "\\frac{#1}{#2}");
      case Operation::power:
        return {power, atom, choice, "#1^{#2}"};
      case Operation::less:
        return infix(comparison, addition, addition, "#1 < #2");
      case Operation::less_equal:
        return infix(comparison, addition, addition, "#1 \\leq #2");
      case Operation::greater:
        return infix(comparison, addition, addition, "#1 > #2");
      case Operation::greater_equal:
        return infix(comparison, addition, addition, "#1 \\geq #2");
      case Operation::equal:
        return infix(comparison, addition, addition, "#1 = #2");
      case Operation::not_equal:
        return infix(comparison, addition, addition, "#1 \\neq #2");
      case Operation::logical_not:
        return {power, power, power, "\\neg #1"};
      case Operation::logical_and:
        if (const auto bounds = bounds_of(nodes_, i)) {
          return bounds_notation(bounds->low_included, bounds->high_included);
        }
        return infix(both, comparison, comparison, "#1 \\wedge #2");
      case Operation::logical_or:
        return infix(either, comparison, comparison, "#1 \\vee #2");
      case Operation::minimum:
        return call("\\min\\left(#*\\right)");
      case Operation::maximum:
        return call("\\max\\left(#*\\right)");
      case Operation::clamp:
        return call("\\operatorname{clamp}\\left(#*\\right)");
      case Operation::absolute:
        return closed(atom, "\\left|#1\\right|");
      case Operation::square_root:
        return closed(atom, "\\sqrt{#1}");
      case Operation::logarithm:
        return call("\\ln\\left(#1\\right)");
      case Operation::exponential:
        return call("\\exp\\left(#1\\right)");
      case Operation::round:
        return call("\\operatorname{round}\\left(#*\\right)");
      case Operation::floor:
        return closed(atom, "\\left\\lfloor #1 \\right\\rfloor");
      case Operation::ceiling:
        return closed(atom, "\\left\\lceil #1 \\right\\rceil");
      case Operation::sum:
        return call("\\operatorname{sum}\\left(#*\\right)");
      case Operation::mean:
        return call("\\operatorname{mean}\\left(#*\\right)");
      case Operation::count:
        return call("\\operatorname{count}\\left(#*\\right)");
      case Operation::is_missing:
        return call("\\operatorname{missing}\\left(#1\\right)");
      case Operation::coalesce:
        return call("\\operatorname{coalesce}\\left(#*\\right)");
      case Operation::previous:
        return {atom, atom, atom, "#1_{t-1}"};
      case Operation::between:
        return infix(comparison, addition, addition, "#2 \\leq #1 \\leq #3");
    }
    return {};
  }

  static Notation bounds_notation(bool low_included, bool high_included) {
    constexpr std::array<std::string_view, 4> texts{"#2 < #1 < #3", "#2 < #1 \\leq #3",
                                                    "#2 \\leq #1 < #3", "#2 \\leq #1 \\leq #3"};
    const std::size_t which = (low_included ? 2U : 0U) + (high_included ? 1U : 0U);
    return infix(comparison, addition, addition, texts[which]);
  }

  void write(std::size_t i, Level level) {
    const bool parentheses = notation_of(i).level < level;
    if (parentheses) text_ += "\\left(";
    write(i);
    if (parentheses) text_ += "\\right)";
  }

  void write(std::size_t i) {
    const FormulaNode& of = nodes_[i];
    switch (of.operation) {
      case Operation::number:
        text_ += number_latex(of.number);
        return;
      case Operation::truth:
        text_ += upright(of.number != 0.0 ? words_.yes : words_.no);
        return;
      case Operation::category:
        text_ += upright(fmt::format("\u201c{}\u201d", shown(of.text)));
        return;
      case Operation::name:
        text_ += name_latex(shown_name(of.text, title_));
        return;
      case Operation::highest:
        text_ += upright(words_.maximum);
        return;
      case Operation::nothing:
        text_ += upright(words_.missing);
        return;
      case Operation::choose:
        cases(of);
        return;
      default:
        break;
    }
    const Notation notation = notation_of(i);
    const auto bounds = bounds_of(nodes_, i);
    fill(text_, notation.text, [&](char which) {
      if (which == '*') {
        list(of, notation.others);
      } else if (bounds) {
        write(which == '1' ? bounds->subject : which == '2' ? bounds->low : bounds->high);
      } else {
        const auto k = static_cast<std::size_t>(which - '1');
        write(of.operands[k], level_in(of, k, k == 0 ? notation.first : notation.others));
      }
    });
  }

  /// `a or b or c` needs no parentheses, whatever was joined first.
  Level level_in(const FormulaNode& of, std::size_t k, Level level) const {
    const bool joins =
        of.operation == Operation::logical_and || of.operation == Operation::logical_or;
    if (!joins || nodes_[of.operands[k]].operation != of.operation) return level;
    return of.operation == Operation::logical_and ? both : either;
  }

  void list(const FormulaNode& of, Level level) {
    for (std::size_t k = 0; k < of.operands.size(); ++k) {
      if (k > 0) text_ += ", ";
      write(of.operands[k], level);
    }
  }

  void cases(const FormulaNode& of) {
    text_ += "\\begin{cases} ";
    for (std::size_t k = 0; k + 1 < of.operands.size(); k += 2) {
      write(of.operands[k + 1], either);
      text_ += fmt::format(" & \\text{{{}}} ", k == 0 ? words_.if_ : words_.else_if);
      write(of.operands[k], either);
      text_ += " \\\\ ";
    }
    write(of.operands.back(), either);
    text_ += fmt::format(" & \\text{{{}}} \\end{{cases}}", words_.otherwise);
  }

  std::span<const FormulaNode> nodes_;
  const Words& words_;
  const NameText& title_;
  std::string text_;
};

}  // namespace

std::string to_latex(const Formula& formula, Language language, const NameText& title) {
  return Writer(formula, language, title).latex(formula.root());
}

}  // namespace chiso
