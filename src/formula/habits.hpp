#pragma once

#include <array>
#include <string_view>

/// What people write who know spreadsheets, pandas, R or SQL, and what it is here.
namespace chiso::habits {

struct Habit {
  std::string_view written;  ///< In lower case.
  std::string_view remedy;
};

/// The longer of two that begin alike stands first.
inline constexpr std::array<Habit, 38> signs{{
    {"=>", "write >="},
    {"=<", "write <="},
    {"=!", "write !="},
    {"===", "write =="},
    {"!==", "write !="},
    {"&&", "write `and`"},
    {"&", "write `and`"},
    {"||", "write `or`"},
    {"|", "write `or`"},
    {"**", "write ^ for a power"},
    {"//", "write floor(a / b) for the whole part; a formula has no comments"},
    {"!", "write `not`, or != for not equal"},
    {"~", "write `not`"},
    {"%", "write the share as a number: 0.8 for 80%, or 80 where the variable is in percent"},
    {";", "separate arguments with commas, and write decimals with a point"},
    {"?", "write `if c then x else y`"},
    {":=", "nothing is assigned in a formula; write == for equal"},
    {":", "write `then` behind a condition; for a range write between(x, low, high)"},
    {"[", "use parentheses; for a range write between(x, low, high)"},
    {"]", "use parentheses; for a range write between(x, low, high)"},
    {"{", "use parentheses"},
    {"}", "use parentheses"},
    {"$", "call variables by their names"},
    {"#", "a formula has no comments"},
    {"\u2227", "write `and`"},
    {"\u2228", "write `or`"},
    {"\u00ac", "write `not`"},
    {"\u221a", "write sqrt(x)"},
    {"\u00b2", "write ^2"},
    {"\u00b3", "write ^3"},
    {"\u00bd", "write 0.5"},
    {"\u00bc", "write 0.25"},
    {"\u00be", "write 0.75"},
    {"\u2211", "write sum(x, y, ...)"},
    {"\u2014", "write - for minus"},
    {"\u2010", "write - for minus, and names with hyphens in backquotes"},
    {"\u2011", "write - for minus, and names with hyphens in backquotes"},
    {"\u221e", "no number is infinite; leave out the bound"},
}};

inline constexpr std::array<Habit, 47> functions{{
    {"average", "write mean(x, y, ...)"},
    {"avg", "write mean(x, y, ...)"},
    {"case", "write `if c then x else y`"},
    {"case_when", "write `if c then x else y`"},
    {"ceiling", "write ceil(x)"},
    {"counta", "write count(x, y, ...)"},
    {"countif", "write count(x > 1, y > 1, ...)"},
    {"fillna", "write coalesce(x, 0)"},
    {"ifelse", "write `if c then x else y`"},
    {"if_else", "write `if c then x else y`"},
    {"iferror", "write coalesce(x, 0); what divides by zero is missing"},
    {"ifna", "write coalesce(x, 0)"},
    {"ifnull", "write coalesce(x, 0)"},
    {"ifs", "write `if c then x else if d then y else z`"},
    {"iif", "write `if c then x else y`"},
    {"int", "write floor(x)"},
    {"is.na", "write missing(x)"},
    {"is_missing", "write missing(x)"},
    {"is_na", "write missing(x)"},
    {"is_null", "write missing(x)"},
    {"isblank", "write missing(x)"},
    {"ismissing", "write missing(x)"},
    {"isna", "write missing(x)"},
    {"isnan", "write missing(x)"},
    {"isnull", "write missing(x)"},
    {"isnumber", "write not missing(x)"},
    {"lag", "write prev(x)"},
    {"ln", "write log(x), which is the natural logarithm"},
    {"log10", "write log(x) / log(10)"},
    {"log1p", "write log(1 + x)"},
    {"log2", "write log(x) / log(2)"},
    {"mod", "write x - y * floor(x / y)"},
    {"notna", "write not missing(x)"},
    {"notnull", "write not missing(x)"},
    {"nvl", "write coalesce(x, 0)"},
    {"nz", "write coalesce(x, 0)"},
    {"pow", "write x ^ y"},
    {"power", "write x ^ y"},
    {"previous", "write prev(x)"},
    {"product", "write x * y"},
    {"rounddown", "write floor(x)"},
    {"roundup", "write ceil(x)"},
    {"shift", "write prev(x)"},
    {"square", "write x ^ 2"},
    {"switch", "write `if c then x else if d then y else z`"},
    {"trunc", "write floor(x)"},
    {"where", "write `if c then x else y`"},
}};

/// Words where an operator is expected.
inline constexpr std::array<Habit, 10> operators{{
    {"div", "write floor(a / b)"},
    {"elif", "write `else if`"},
    {"elseif", "write `else if`"},
    {"elsif", "write `else if`"},
    {"in", "write x == \"a\" or x == \"b\""},
    {"is", "write ==, or missing(x)"},
    {"mod", "write x - y * floor(x / y)"},
    {"otherwise", "write `else`"},
    {"unless", "write `if not c then x else y`"},
    {"when", "write `if c then x else y`"},
}};

/// Names of no value.
inline constexpr std::array<Habit, 7> names{{
    {"inf", "no number is infinite; leave out the bound"},
    {"infinity", "no number is infinite; leave out the bound"},
    {"na", "write `missing`"},
    {"nan", "write `missing`"},
    {"nil", "write `missing`"},
    {"none", "write `missing`"},
    {"null", "write `missing`"},
}};

/// What to write instead; empty if that is nobody's habit.
template <class Habits>
[[nodiscard]] constexpr std::string_view remedy(const Habits& habits, std::string_view lower) {
  for (const auto& each : habits) {
    if (each.written == lower) return each.remedy;
  }
  return {};
}

}  // namespace chiso::habits
