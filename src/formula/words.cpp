#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/shown.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/render.hpp"
#include "formula/reading.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// How tightly words hold together, loosest first. What is looser than its place asks for stands in
/// parentheses.
enum Level : int {
  choice,  ///< Clauses with semicolons.
  aside,   ///< Clauses with commas.
  either,
  both,
  negation,
  comparison,
  phrase,  ///< Several words about numbers: "the sum of a and b".
  tail,    ///< A name with words behind it.
  addition,
  product,
  power,
  atom
};

/// How an operation is said; "#1" is its first operand, "#*" all of them.
struct Reading {
  Level level;  ///< Of the whole.
  Level first;  ///< What the first operand must have at least.
  Level others;
  std::array<std::string_view, 2> text;  ///< English, Vietnamese.
};

constexpr std::array<std::string_view, 2> last_comma{" and ", " v\u00e0 "};
constexpr std::array<std::string_view, 2> first_branch{"#2 if #1", "n\u1ebfu #1 th\u00ec #2"};
constexpr std::array<std::string_view, 2> next_branch{
    "; otherwise #2 if #1", "; ng\u01b0\u1ee3c l\u1ea1i, n\u1ebfu #1 th\u00ec #2"};
constexpr std::array<std::string_view, 2> last_branch{"; otherwise #1",
                                                      "; ng\u01b0\u1ee3c l\u1ea1i th\u00ec #1"};

/// Words that would tie a title to what stands around it, between blanks.
constexpr std::array<std::string_view, 10> ties{
    " and ",     " or ",        " if ",       " otherwise ", " is ",
    " v\u00e0 ", " ho\u1eb7c ", " n\u1ebfu ", " th\u00ec ",  " ng\u01b0\u1ee3c l\u1ea1i ",
};

/// Of numbers; categories are better and worse, not larger and smaller.
Reading comparison_reading(Operation operation, bool categories) {
  const auto reading = [](std::string_view en, std::string_view vi) {
    return Reading{comparison, tail, tail, {en, vi}};
  };
  switch (operation) {
    case Operation::less:
      return categories ? reading("#1 is below #2", "#1 th\u1ea5p h\u01a1n #2")
                        : reading("#1 is below #2", "#1 nh\u1ecf h\u01a1n #2");
    case Operation::less_equal:
      return categories
                 ? reading("#1 is at most #2", "#1 t\u1eeb #2 tr\u1edf xu\u1ed1ng")
                 : reading("#1 is at most #2", "#1 nh\u1ecf h\u01a1n ho\u1eb7c b\u1eb1ng #2");
    case Operation::greater:
      return categories ? reading("#1 is above #2", "#1 cao h\u01a1n #2")
                        : reading("#1 is above #2", "#1 l\u1edbn h\u01a1n #2");
    case Operation::greater_equal:
      return categories
                 ? reading("#1 is at least #2", "#1 t\u1eeb #2 tr\u1edf l\u00ean")
                 : reading("#1 is at least #2", "#1 l\u1edbn h\u01a1n ho\u1eb7c b\u1eb1ng #2");
    case Operation::equal:
      return categories ? reading("#1 is #2", "#1 l\u00e0 #2")
                        : reading("#1 equals #2", "#1 b\u1eb1ng #2");
    default:
      return categories ? reading("#1 is not #2", "#1 kh\u00f4ng ph\u1ea3i l\u00e0 #2")
                        : reading("#1 does not equal #2", "#1 kh\u00e1c #2");
  }
}

/// "#1" is the variable. With both ends it is said as between().
Reading bounds_reading(bool low_included, bool high_included) {
  if (low_included && high_included) {
    return {comparison, tail, addition, {"#1 is from #2 to #3", "#1 t\u1eeb #2 \u0111\u1ebfn #3"}};
  }
  if (low_included) {
    return {both,
            tail,
            addition,
            {"#1 is at least #2 and below #3", "#1 t\u1eeb #2 \u0111\u1ebfn d\u01b0\u1edbi #3"}};
  }
  if (high_included) {
    return {both,
            tail,
            addition,
            {"#1 is above #2 and at most #3", "#1 tr\u00ean #2 \u0111\u1ebfn #3"}};
  }
  return {both,
          tail,
          addition,
          {"#1 is above #2 and below #3", "#1 tr\u00ean #2 \u0111\u1ebfn d\u01b0\u1edbi #3"}};
}

Reading rounding(double digits) {
  if (digits == 0.0) {
    return {phrase,
            atom,
            atom,
            {"#1 rounded to a whole number",
             "#1 l\u00e0m tr\u00f2n \u0111\u1ebfn s\u1ed1 nguy\u00ean"}};
  }
  const std::string_view vi =
      "#1 l\u00e0m tr\u00f2n \u0111\u1ebfn #2 ch\u1eef s\u1ed1 th\u1eadp ph\u00e2n";
  if (digits == 1.0) return {phrase, atom, atom, {"#1 rounded to #2 decimal place", vi}};
  return {phrase, atom, atom, {"#1 rounded to #2 decimal places", vi}};
}

class Speaker {
 public:
  Speaker(const Formula& formula, Language language, const NameText& title)
      : nodes_(formula.nodes()), language_(language == Language::vi ? 1 : 0), title_(title) {}

  std::string say(std::size_t node) {
    write(node);
    return std::move(text_);
  }

 private:
  const FormulaNode& operand(const FormulaNode& of, std::size_t k) const {
    return nodes_[of.operands[k]];
  }

  static bool is_category(const FormulaNode& of) { return of.operation == Operation::category; }

  static bool is_literal(const FormulaNode& of) {
    return of.operation == Operation::number || of.operation == Operation::category;
  }

  /// What is compared comes first: 70 <= x is said as x >= 70.
  bool is_reversed(const FormulaNode& of) const {
    return of.operation >= Operation::less && of.operation <= Operation::not_equal &&
           is_literal(operand(of, 0)) && !is_literal(operand(of, 1));
  }

  /// Whether a node is a condition; types need no symbols for that.
  bool is_condition(const FormulaNode& of) const {
    switch (of.operation) {
      case Operation::choose:  // Its values, one of which may be `missing`.
        return is_condition(operand(of, 1)) || is_condition(operand(of, of.operands.size() - 1));
      case Operation::coalesce:
        return std::any_of(of.operands.begin(), of.operands.end(),
                           [this](std::uint32_t each) { return is_condition(nodes_[each]); });
      case Operation::truth:
      case Operation::between:
      case Operation::is_missing:
        return true;
      default:
        return of.operation >= Operation::less && of.operation <= Operation::logical_or;
    }
  }

  std::string name_text(const FormulaNode& of) const {
    std::string text = shown_name(of.text, title_);
    const std::string spaced = ' ' + text + ' ';
    const bool tied = std::any_of(ties.begin(), ties.end(), [&](std::string_view word) {
      return spaced.find(word) != std::string::npos;
    });
    return tied && !text.starts_with('[') ? fmt::format("[{}]", text) : text;
  }

  Reading reading_of(std::size_t i) const {
    const FormulaNode& of = nodes_[i];
    const std::size_t count = of.operands.size();
    switch (of.operation) {
      case Operation::number:
        return {std::signbit(of.number) ? addition : atom, atom, atom, {}};
      case Operation::category:
      case Operation::name:
        return {atom, atom, atom, {}};
      case Operation::choose:
        return {choice, either, either, {}};
      case Operation::truth:
        return of.number != 0.0 ? Reading{atom, atom, atom, {"true", "\u0111\u00fang"}}
                                : Reading{atom, atom, atom, {"false", "sai"}};
      case Operation::highest:
        return {atom, atom, atom, {"the maximum", "\u0111i\u1ec3m t\u1ed1i \u0111a"}};
      case Operation::nothing:
        return {atom, atom, atom, {"no value", "kh\u00f4ng c\u00f3 gi\u00e1 tr\u1ecb"}};
      case Operation::negate:
        return {addition, product, product, {"-#1", "-#1"}};
      case Operation::add:
        return {addition, addition, product, {"#1 + #2", "#1 + #2"}};
      case Operation::subtract:
        return {addition, addition, product, {"#1 - #2", "#1 - #2"}};
      case Operation::multiply:
        return {product, product, power, {"#1 \u00d7 #2", "#1 \u00d7 #2"}};
      case Operation::divide:
        return {product, product, power, {"#1 / #2", "#1 / #2"}};
      case Operation::power:
        return {power, atom, atom, {"#1 ^ #2", "#1 ^ #2"}};
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
      case Operation::equal:
      case Operation::not_equal:
        return comparison_reading(is_reversed(of) ? mirrored(of.operation) : of.operation,
                                  is_category(operand(of, 0)) || is_category(operand(of, 1)));
      case Operation::logical_not:
        if (operand(of, 0).operation == Operation::is_missing) {
          return {comparison, tail, tail, {"#1 is not missing", "#1 c\u00f3 s\u1ed1 li\u1ec7u"}};
        }
        return {negation, atom, atom, {"not #1", "kh\u00f4ng th\u1ecfa m\u00e3n #1"}};
      case Operation::logical_and:
        if (const auto bounds = bounds_of(nodes_, i)) {
          return bounds_reading(bounds->low_included, bounds->high_included);
        }
        return {both, negation, negation, {"#1 and #2", "#1 v\u00e0 #2"}};
      case Operation::logical_or:
        return {either, negation, negation, {"#1 or #2", "#1 ho\u1eb7c #2"}};
      case Operation::minimum:
        return {phrase,
                addition,
                addition,
                {count == 2 ? "the smaller of #*" : "the smallest of #*",
                 "gi\u00e1 tr\u1ecb nh\u1ecf nh\u1ea5t c\u1ee7a #*"}};
      case Operation::maximum:
        return {phrase,
                addition,
                addition,
                {count == 2 ? "the larger of #*" : "the largest of #*",
                 "gi\u00e1 tr\u1ecb l\u1edbn nh\u1ea5t c\u1ee7a #*"}};
      case Operation::clamp:
        return {aside,
                addition,
                addition,
                {"#1, but at least #2 and at most #3",
                 "#1, nh\u01b0ng kh\u00f4ng nh\u1ecf h\u01a1n #2 v\u00e0 kh\u00f4ng l\u1edbn "
                 "h\u01a1n #3"}};
      case Operation::absolute:
        return {
            phrase,
            atom,
            atom,
            {"the absolute value of #1", "gi\u00e1 tr\u1ecb tuy\u1ec7t \u0111\u1ed1i c\u1ee7a #1"}};
      case Operation::square_root:
        return {phrase, atom, atom, {"the square root of #1", "c\u0103n b\u1eadc hai c\u1ee7a #1"}};
      case Operation::logarithm:
        return {phrase,
                atom,
                atom,
                {"the natural logarithm of #1", "logarit t\u1ef1 nhi\u00ean c\u1ee7a #1"}};
      case Operation::exponential:
        return {phrase, atom, atom, {"e to the power of #1", "e m\u0169 #1"}};
      case Operation::round:
        return rounding(count == 1 ? 0.0 : operand(of, 1).number);
      case Operation::floor:
        return {phrase,
                atom,
                atom,
                {"#1 rounded down to a whole number",
                 "#1 l\u00e0m tr\u00f2n xu\u1ed1ng s\u1ed1 nguy\u00ean"}};
      case Operation::ceiling:
        return {phrase,
                atom,
                atom,
                {"#1 rounded up to a whole number",
                 "#1 l\u00e0m tr\u00f2n l\u00ean s\u1ed1 nguy\u00ean"}};
      case Operation::sum:
        return {phrase, addition, addition, {"the sum of #*", "t\u1ed5ng c\u1ee7a #*"}};
      case Operation::mean:
        return {phrase,
                addition,
                addition,
                {"the mean of #*", "trung b\u00ecnh c\u1ed9ng c\u1ee7a #*"}};
      case Operation::count:
        if (is_condition(operand(of, 0))) {
          return {phrase,
                  atom,
                  atom,
                  {"the number of true conditions among #*",
                   "s\u1ed1 \u0111i\u1ec1u ki\u1ec7n \u0111\u00fang trong #*"}};
        }
        return {phrase,
                addition,
                addition,
                {"the number of values present among #*",
                 "s\u1ed1 gi\u00e1 tr\u1ecb c\u00f3 s\u1ed1 li\u1ec7u trong #*"}};
      case Operation::is_missing:
        return {
            comparison, tail, tail, {"#1 is missing", "#1 kh\u00f4ng c\u00f3 s\u1ed1 li\u1ec7u"}};
      case Operation::coalesce:
        if (count == 2) {
          return {aside,
                  addition,
                  addition,
                  {"#1, or #2 if that is missing",
                   "#1, ho\u1eb7c #2 n\u1ebfu kh\u00f4ng c\u00f3 s\u1ed1 li\u1ec7u"}};
        }
        return {phrase,
                addition,
                addition,
                {"the first of #* that is not missing",
                 "gi\u00e1 tr\u1ecb \u0111\u1ea7u ti\u00ean c\u00f3 s\u1ed1 li\u1ec7u trong #*"}};
      case Operation::previous:
        return {tail, atom, atom, {"#1 in the previous period", "#1 k\u1ef3 tr\u01b0\u1edbc"}};
      case Operation::between:
        return bounds_reading(true, true);
    }
    return {};
  }

  void write(std::size_t i, Level level) {
    const bool parentheses = reading_of(i).level < level;
    if (parentheses) text_ += '(';
    write(i);
    if (parentheses) text_ += ')';
  }

  void write(std::size_t i) {
    const FormulaNode& of = nodes_[i];
    switch (of.operation) {
      case Operation::number:
        text_ += to_string(of.number);
        return;
      case Operation::category:
        text_ += fmt::format("\u201c{}\u201d", shown(of.text));
        return;
      case Operation::name:
        text_ += name_text(of);
        return;
      case Operation::choose:
        choose(of);
        return;
      default:
        break;
    }
    const Reading reading = reading_of(i);
    const std::vector<std::uint32_t> places = places_of(i);
    fill(text_, reading.text[language_], [&](char which) {
      if (which == '*') {
        list(of, reading.others);
        return;
      }
      const auto k = static_cast<std::size_t>(which - '1');
      write(places[k], level_in(of, places[k], k == 0 ? reading.first : reading.others));
    });
  }

  /// `a or b or c` needs no parentheses, whatever was joined first.
  Level level_in(const FormulaNode& of, std::size_t operand, Level level) const {
    const bool joins =
        of.operation == Operation::logical_and || of.operation == Operation::logical_or;
    if (!joins || nodes_[operand].operation != of.operation) return level;
    return of.operation == Operation::logical_and ? both : either;
  }

  /// What "#1", "#2" ... stand for.
  std::vector<std::uint32_t> places_of(std::size_t i) const {
    const FormulaNode& of = nodes_[i];
    if (const auto bounds = bounds_of(nodes_, i)) {
      return {bounds->subject, bounds->low, bounds->high};
    }
    if (of.operation == Operation::logical_not &&
        operand(of, 0).operation == Operation::is_missing) {
      return operand(of, 0).operands;
    }
    if (is_reversed(of)) return {of.operands[1], of.operands[0]};
    return of.operands;
  }

  void list(const FormulaNode& of, Level level) {
    const std::size_t count = of.operands.size();
    for (std::size_t k = 0; k < count; ++k) {
      if (k > 0) text_ += k + 1 < count ? std::string_view(", ") : last_comma[language_];
      write(of.operands[k], level);
    }
  }

  void choose(const FormulaNode& of) {
    const auto& operands = of.operands;
    for (std::size_t k = 0; k + 1 < operands.size(); k += 2) {
      fill(text_, (k == 0 ? first_branch : next_branch)[language_],
           [&](char which) { write(operands[which == '1' ? k : k + 1], either); });
    }
    fill(text_, last_branch[language_], [&](char) { write(operands.back(), either); });
  }

  std::span<const FormulaNode> nodes_;
  std::size_t language_;
  const NameText& title_;
  std::string text_;
};

}  // namespace

std::string to_words(const Formula& formula, Language language, const NameText& title) {
  return Speaker(formula, language, title).say(formula.root());
}

}  // namespace chiso
