#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/formula/symbols.hpp"
#include "formula/habits.hpp"
#include "formula/language.hpp"
#include "formula/lexer.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

std::string_view in_words(FormulaType type) noexcept {
  switch (type) {
    case FormulaType::number:
      return "a number";
    case FormulaType::truth:
      return "a condition";
    case FormulaType::category:
      return "a category";
  }
  return "";
}

/// Works out types from the leaves up and collects what does not fit. A node that is wrong counts
/// as what was expected of it, so that one mistake is one problem.
class Checker {
  /// To look for the nearest name takes time; a text with more such names is no formula.
  static constexpr int most_explained = 50;

 public:
  Checker(const Formula& formula, const FormulaSymbols& symbols)
      : formula_(formula),
        symbols_(symbols),
        types_(formula.nodes().size(), FormulaType::number),
        free_(formula.nodes().size(), false) {}

  std::vector<FormulaType> types() {
    for (std::size_t i = 0; i < types_.size(); ++i) types_[i] = type_of(i);
    expect(formula_.root(), FormulaType::number, "a formula");
    problems_.raise<SpecError>();
    return std::move(types_);
  }

 private:
  const FormulaNode& node(std::size_t i) const { return formula_.nodes()[i]; }

  std::string quoted(std::size_t i) const {
    constexpr std::size_t most = 60;
    std::string text = to_string(formula_, i);
    if (text.size() > most) {
      std::size_t end = most;
      while ((static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
      text = text.substr(0, end) + " ...";
    }
    return text;
  }

  void fault(std::size_t i, std::string message, std::string remedy = {}) {
    problems_.add(location_of(formula_, node(i).span), {}, std::move(message), std::move(remedy));
  }

  /// `missing` is whatever is expected of it.
  void expect(std::size_t i, FormulaType type, std::string_view where) {
    if (free_[i] || types_[i] == type) {
      types_[i] = type;
      return;
    }
    const FormulaType found = types_[i];
    std::string remedy;
    if (type == FormulaType::number && found == FormulaType::truth) {
      remedy = fmt::format("write (if {} then 1 else 0)", quoted(i));
    } else if (type == FormulaType::truth && found == FormulaType::number) {
      remedy = fmt::format("compare it: {} > 0", quoted(i));
    } else if (found == FormulaType::category) {
      remedy = node(i).operation == Operation::category
                   ? "a category is compared with a variable: x == \"...\""
                   : fmt::format("compare it with one of its categories: {} == \"...\"", quoted(i));
    }
    fault(
        i,
        fmt::format("{} wants {}, and {} is {}", where, in_words(type), quoted(i), in_words(found)),
        std::move(remedy));
  }

  void expect_all(const FormulaNode& of, FormulaType type) {
    const auto where = fmt::format("'{}'", name(of.operation));
    for (const auto operand : of.operands) expect(operand, type, where);
  }

  FormulaType type_of(std::size_t i) {
    const FormulaNode& of = node(i);
    switch (of.operation) {
      case Operation::number:
        return FormulaType::number;
      case Operation::truth:
        return FormulaType::truth;
      case Operation::category:
        return FormulaType::category;
      case Operation::name:
        return name_type(i);
      case Operation::highest:
        if (!symbols_.maximum) {
          fault(i, "the formula uses `maximum`, and the criterion has none",
                "give the criterion a `maximum`");
        }
        return FormulaType::number;
      case Operation::nothing:
        free_[i] = true;
        return FormulaType::number;
      case Operation::previous:
        return previous_type(i);
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
      case Operation::equal:
      case Operation::not_equal:
        comparison(i);
        return FormulaType::truth;
      case Operation::logical_not:
      case Operation::logical_and:
      case Operation::logical_or:
        expect_all(of, FormulaType::truth);
        return FormulaType::truth;
      case Operation::between:
        expect_all(of, FormulaType::number);
        return FormulaType::truth;
      case Operation::is_missing:
        return FormulaType::truth;
      case Operation::count:
        counted(i);
        return FormulaType::number;
      case Operation::coalesce:
        return alike(i, of.operands);
      case Operation::choose:
        return choice(i);
      default:
        expect_all(of, FormulaType::number);
        return FormulaType::number;
    }
  }

  FormulaType name_type(std::size_t i) {
    const auto& text = node(i).text;
    const auto found = symbols_.names.find(text);
    if (found == symbols_.names.end()) {
      free_[i] = true;
      if (node(i).span.begin < told_) return FormulaType::number;
      if (++unknown_ > most_explained) {
        fault(i, fmt::format("nothing is named '{}'", text));
        return FormulaType::number;
      }
      if (const auto* whole = unquoted_name_at(i)) told_ = node(i).span.begin + whole->size();
      std::vector<std::string> known;
      for (const auto& [each, symbol] : symbols_.names) known.push_back(each);
      fault(i, fmt::format("nothing is named '{}'{}", text, suggestion(text, known)),
            remedy_of_unknown(i));
      return FormulaType::number;
    }
    return found->second.categories.empty() ? FormulaType::number : FormulaType::category;
  }

  /// What a person may have meant by a name that is none.
  std::string remedy_of_unknown(std::size_t i) const {
    const std::string& text = node(i).text;
    if (const auto known = habits::remedy(habits::names, lower_case(text)); !known.empty()) {
      return std::string(known);
    }
    if (const auto* whole = unquoted_name_at(i)) {
      return fmt::format("write {} in backquotes", quoted_name(*whole));
    }
    for (const auto& [each, symbol] : symbols_.names) {
      for (const auto& category : symbol.categories) {
        if (match_key(category) == match_key(text)) {
          return fmt::format("write \"{}\", a category of {}, in double quotes", category,
                             quoted_name(each));
        }
      }
    }
    return "declare it under `variables` or `parameters`";
  }

  /// A name that was written without its quotes: `e-gov` is read as e less gov.
  const std::string* unquoted_name_at(std::size_t i) const {
    const FormulaSpan span = node(i).span;
    const auto written = std::string_view(formula_.text()).substr(span.begin);
    const std::string* longest = nullptr;
    for (const auto& [each, symbol] : symbols_.names) {
      const std::size_t least = longest == nullptr ? span.end - span.begin : longest->size();
      if (each.size() > least && written.starts_with(each)) longest = &each;
    }
    return longest;
  }

  FormulaType previous_type(std::size_t i) {
    const auto operand = node(i).operands[0];
    free_[i] = free_[operand];
    const auto found = symbols_.names.find(node(operand).text);
    if (found != symbols_.names.end() && found->second.value) {
      fault(i, fmt::format("prev reads data, and '{}' is a parameter", node(operand).text),
            "date the parameter's values instead");
    }
    return types_[operand];
  }

  /// The categories that a node's value can have; nullptr for a literal.
  const std::vector<std::string>* categories(std::size_t i) const {
    const FormulaNode& of = node(i);
    if (of.operation == Operation::previous) return categories(of.operands[0]);
    if (of.operation != Operation::name) return nullptr;
    const auto found = symbols_.names.find(of.text);
    return found == symbols_.names.end() ? nullptr : &found->second.categories;
  }

  void comparison(std::size_t i) {
    const FormulaNode& of = node(i);
    const auto a = of.operands[0];
    const auto b = of.operands[1];
    for (const auto each : of.operands) {
      if (node(each).operation == Operation::nothing) {
        fault(each, "nothing is equal to `missing`, not even a missing value",
              fmt::format("write missing({})", quoted(each == a ? b : a)));
      }
    }
    if (free_[a] || free_[b]) return;
    if (types_[a] == FormulaType::truth || types_[b] == FormulaType::truth) {
      fault(i, fmt::format("conditions are not compared: {}", quoted(i)),
            "join them with `and`, `or` and `not`");
      return;
    }
    if (types_[a] != types_[b]) {
      const bool first = types_[a] == FormulaType::category;
      fault(i,
            fmt::format("{} is {}, and {} is {}", quoted(a), in_words(types_[a]), quoted(b),
                        in_words(types_[b])),
            remedy_of_mixture(first ? a : b, first ? b : a));
      return;
    }
    if (types_[a] == FormulaType::category) compare_categories(i, a, b);
  }

  std::string remedy_of_mixture(std::size_t category, std::size_t number) const {
    if (const auto* known = categories(category)) {
      return fmt::format("compare it with one of its categories: \"{}\"", join(*known, "\", \""));
    }
    double value = 0.0;
    if (parse_number(node(category).text, value)) {
      return fmt::format("write {} without quotes", to_string(value));
    }
    return fmt::format("declare the categories of {}, or compare it with a number", quoted(number));
  }

  void compare_categories(std::size_t i, std::size_t a, std::size_t b) {
    const auto* of_a = categories(a);
    const auto* of_b = categories(b);
    if (of_a == nullptr && of_b == nullptr) {
      fault(i, "two categories in quotes are compared with each other",
            "compare a variable with a category");
    } else if (of_a != nullptr && of_b != nullptr) {
      if (*of_a != *of_b) {
        fault(i, fmt::format("{} and {} do not have the same categories", quoted(a), quoted(b)));
      }
    } else {
      known_category(of_a == nullptr ? a : b, of_a == nullptr ? b : a);
    }
  }

  void known_category(std::size_t literal, std::size_t variable) {
    const auto& known = *categories(variable);
    const auto& text = node(literal).text;
    if (std::any_of(known.begin(), known.end(),
                    [&](const auto& each) { return match_key(each) == match_key(text); })) {
      return;
    }
    fault(
        literal,
        fmt::format("{} has no category \"{}\"{}", quoted(variable), text, suggestion(text, known)),
        fmt::format("its categories are \"{}\"", join(known, "\", \"")));
  }

  void counted(std::size_t i) {
    const auto& operands = node(i).operands;
    const auto first = std::find_if(operands.begin(), operands.end(),
                                    [this](std::uint32_t each) { return !free_[each]; });
    const bool conditions = first != operands.end() && types_[*first] == FormulaType::truth;
    for (const auto operand : operands) {
      if (free_[operand]) {
        types_[operand] = conditions ? FormulaType::truth : FormulaType::number;
        continue;
      }
      if ((types_[operand] == FormulaType::truth) == conditions) continue;
      fault(operand, "count takes either numbers or conditions, not both",
            "count(x > 0, y > 0) counts what is true, count(x, y) what is not missing");
    }
  }

  /// One type for all; that of the first that has one.
  template <class Positions>
  FormulaType alike(std::size_t i, const Positions& operands) {
    FormulaType type = FormulaType::number;
    bool known = false;
    for (const auto operand : operands) {
      if (known || free_[operand]) continue;
      type = types_[operand];
      known = true;
    }
    free_[i] = !known;
    if (type == FormulaType::category) {
      fault(i, fmt::format("{} would be a category", quoted(i)),
            "compare categories first: x == \"...\"");
      type = FormulaType::number;
      free_[i] = true;
      return type;
    }
    for (const auto operand : operands) {
      expect(operand, type,
             fmt::format("'{}' that gives {}", name(node(i).operation), in_words(type)));
    }
    return type;
  }

  FormulaType choice(std::size_t i) {
    const auto& operands = node(i).operands;
    std::vector<std::uint32_t> branches;
    for (std::size_t k = 0; k + 1 < operands.size(); k += 2) {
      expect(operands[k], FormulaType::truth, "'if'");
      branches.push_back(operands[k + 1]);
    }
    branches.push_back(operands.back());
    return alike(i, branches);
  }

  const Formula& formula_;
  const FormulaSymbols& symbols_;
  std::vector<FormulaType> types_;
  std::vector<bool> free_;  ///< `missing`, or a name that is not known: fits everywhere.
  int unknown_ = 0;
  std::size_t told_ = 0;  ///< Names of the text before this are part of a name that was reported.
  Problems problems_;
};

}  // namespace

std::vector<FormulaType> formula_types(const Formula& formula, const FormulaSymbols& symbols) {
  return Checker(formula, symbols).types();
}

Location location_of(const Formula& formula, FormulaSpan span) {
  return location_in(formula.text(), span.begin);
}

}  // namespace chiso
