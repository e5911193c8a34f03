#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

#include "chiso/formula/formula.hpp"

/// What the language has: its functions, operators and words, each stated once.
namespace chiso::language {

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Function {
  std::string_view name;
  FormulaOperation operation;
  std::size_t fewest;
  std::size_t most;
  std::string_view use;  ///< For messages.
};

inline constexpr std::array<Function, 18> functions{{
    {"abs", FormulaOperation::absolute, 1, 1, "abs(x)"},
    {"between", FormulaOperation::between, 3, 3, "between(x, low, high)"},
    {"ceil", FormulaOperation::ceiling, 1, 1, "ceil(x), or 5 * ceil(x / 5)"},
    {"clamp", FormulaOperation::clamp, 3, 3, "clamp(x, low, high)"},
    {"coalesce", FormulaOperation::coalesce, 2, any_number, "coalesce(x, y, ...)"},
    {"count", FormulaOperation::count, 2, any_number, "count(x, y, ...)"},
    {"exp", FormulaOperation::exponential, 1, 1, "exp(x)"},
    {"floor", FormulaOperation::floor, 1, 1, "floor(x), or 5 * floor(x / 5)"},
    {"log", FormulaOperation::logarithm, 1, 1, "log(x), the natural one, or log(x) / log(10)"},
    {"max", FormulaOperation::maximum, 2, any_number, "max(x, y, ...)"},
    {"mean", FormulaOperation::mean, 2, any_number, "mean(x, y, ...)"},
    {"min", FormulaOperation::minimum, 2, any_number, "min(x, y, ...)"},
    {"missing", FormulaOperation::is_missing, 1, 1, "missing(x), or `missing` alone for no value"},
    {"prev", FormulaOperation::previous, 1, 1, "prev(variable)"},
    {"round", FormulaOperation::round, 1, 2, "round(x) or round(x, digits)"},
    {"sqrt", FormulaOperation::square_root, 1, 1, "sqrt(x)"},
    {"sum", FormulaOperation::sum, 2, any_number, "sum(x, y, ...)"},
    {"if", FormulaOperation::choose, 3, any_number, "if c then x else y, or if(c, x, y)"},
}};

struct Operator {
  std::string_view sign;
  FormulaOperation operation;
  int level;  ///< How tightly it binds.
};

/// Levels of the grammar, loosest first.
enum Level : int {
  choice,
  either,
  both,
  negation,
  comparison,
  addition,
  product,
  sign,
  power,
  atom
};

inline constexpr std::array<Operator, 13> operators{{
    {"or", FormulaOperation::logical_or, either},
    {"and", FormulaOperation::logical_and, both},
    {"<=", FormulaOperation::less_equal, comparison},
    {"<", FormulaOperation::less, comparison},
    {">=", FormulaOperation::greater_equal, comparison},
    {">", FormulaOperation::greater, comparison},
    {"==", FormulaOperation::equal, comparison},
    {"!=", FormulaOperation::not_equal, comparison},
    {"+", FormulaOperation::add, addition},
    {"-", FormulaOperation::subtract, addition},
    {"*", FormulaOperation::multiply, product},
    {"/", FormulaOperation::divide, product},
    {"^", FormulaOperation::power, power},
}};

/// Words that are neither functions nor operators with two operands.
inline constexpr std::array<std::string_view, 6> other_words{"then", "else",  "not",
                                                             "true", "false", "maximum"};

[[nodiscard]] constexpr const Function* function(FormulaOperation operation) noexcept {
  for (const auto& each : functions) {
    if (each.operation == operation) return &each;
  }
  return nullptr;
}

[[nodiscard]] constexpr const Operator* binary(FormulaOperation operation) noexcept {
  for (const auto& each : operators) {
    if (each.operation == operation) return &each;
  }
  return nullptr;
}

/// Whether `lower` (ASCII letters in lower case) is a word of the language.
[[nodiscard]] constexpr bool is_word(std::string_view lower) noexcept {
  for (const auto& each : functions) {
    if (each.name == lower) return true;
  }
  for (const auto& each : other_words) {
    if (each == lower) return true;
  }
  return lower == "and" || lower == "or";
}

/// Whether a value begins with the word.
[[nodiscard]] constexpr bool is_value(std::string_view lower) noexcept {
  return is_word(lower) && lower != "and" && lower != "or" && lower != "then" && lower != "else";
}

}  // namespace chiso::language
