#include "chiso/formula/formula.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/symbols.hpp"
#include "random_formula.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_formula::RandomFormula;

std::string canonical(std::string_view text) { return to_string(Formula(text)); }

/// A tree in which nothing is left to precedence: "(+ a (* b 2))".
std::string tree(std::span<const FormulaNode> nodes, std::size_t i) {
  const FormulaNode& node = nodes[i];
  switch (node.operation) {
    case Operation::number:
      return to_string(node.number);
    case Operation::truth:
      return node.number != 0.0 ? "true" : "false";
    case Operation::name:
      return node.text;
    case Operation::category:
      return '"' + node.text + '"';
    case Operation::highest:
    case Operation::nothing:
      return std::string(name(node.operation));
    default:
      break;
  }
  std::string text = '(' + std::string(name(node.operation));
  for (const auto operand : node.operands) text += ' ' + tree(nodes, operand);
  return text + ')';
}

std::string tree(std::string_view text) {
  const Formula formula(text);
  return tree(formula.nodes(), formula.root());
}

/// The problem that a text has.
Problem problem(std::string_view text, const FormulaLimits& limits = {}) {
  try {
    const Formula formula(text, limits);
  } catch (const SpecError& error) {
    EXPECT_EQ(error.problems().size(), 1);
    return error.problems().front();
  }
  ADD_FAILURE() << "no error: " << text.substr(0, 100);
  return {};
}

// ---- Reading -----------------------------------------------------------------------------------

TEST(FormulaTest, ReadsEveryOperation) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"12.5", "12.5"},
      {"-12.5", "-12.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e3", "1000"},
      {"2.5E-3", "0.0025"},
      {"1e+2", "100"},
      {"007", "7"},
      {"rate", "rate"},
      {"true", "true"},
      {"false", "false"},
      {"missing", "missing"},
      {"maximum", "maximum"},
      {"\"khá\"", "\"khá\""},
      {"-a", "(- a)"},
      {"+a", "a"},
      {"a + b", "(+ a b)"},
      {"a - b", "(- a b)"},
      {"a * b", "(* a b)"},
      {"a / b", "(/ a b)"},
      {"a ^ b", "(^ a b)"},
      {"a < b", "(< a b)"},
      {"a <= b", "(<= a b)"},
      {"a > b", "(> a b)"},
      {"a >= b", "(>= a b)"},
      {"a == b", "(== a b)"},
      {"a != b", "(!= a b)"},
      {"not a", "(not a)"},
      {"a and b", "(and a b)"},
      {"a or b", "(or a b)"},
      {"if a then b else c", "(if a b c)"},
      {"if a then b else if c then d else e", "(if a b c d e)"},
      {"min(a, b)", "(min a b)"},
      {"max(a, b)", "(max a b)"},
      {"clamp(a, 0, 1)", "(clamp a 0 1)"},
      {"abs(a)", "(abs a)"},
      {"sqrt(a)", "(sqrt a)"},
      {"log(a)", "(log a)"},
      {"exp(a)", "(exp a)"},
      {"round(a)", "(round a)"},
      {"round(a, 2)", "(round a 2)"},
      {"floor(a)", "(floor a)"},
      {"ceil(a)", "(ceil a)"},
      {"sum(a, b, c)", "(sum a b c)"},
      {"mean(a, b)", "(mean a b)"},
      {"count(a, b)", "(count a b)"},
      {"missing(a)", "(missing a)"},
      {"coalesce(a, 0)", "(coalesce a 0)"},
      {"prev(a)", "(prev a)"},
      {"between(a, 1, 2)", "(between a 1 2)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(tree(text), expected) << text;
}

TEST(FormulaTest, ReadsWhatSpreadsheetsAndDecisionsWrite) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"a = b", "a == b"},
      {"a <> b", "a != b"},
      {"a ≤ b", "a <= b"},
      {"a ≥ b", "a >= b"},
      {"a ≠ b", "a != b"},
      {"a × b", "a * b"},
      {"a · b", "a * b"},
      {"a ⋅ b", "a * b"},
      {"a ÷ b", "a / b"},
      {"a ⁄ b", "a / b"},
      {"a − b", "a - b"},
      {"a – b", "a - b"},
      {"a−b", "a - b"},
      {"−2", "-2"},
      {"a\u00a0+\u202fb", "a + b"},
      {"\ufeff a\t+\r\n b ", "a + b"},
      {"IF(a > 1, 2, 3)", "if a > 1 then 2 else 3"},
      {"If(a > 1, 2, if(b > 1, 3, 4))", "if a > 1 then 2 else if b > 1 then 3 else 4"},
      {"if(a > 1, 2, 3) + 1", "(if a > 1 then 2 else 3) + 1"},
      {"2 * if(a > 1, 2, 3)", "2 * (if a > 1 then 2 else 3)"},
      {"if(a > 1, 2, 3) > 2 and b", "(if a > 1 then 2 else 3) > 2 and b"},
      {"if (a > 1) then 2 else 3", "if a > 1 then 2 else 3"},
      {"if (a + 1) * 2 > 3 then 2 else 3", "if (a + 1) * 2 > 3 then 2 else 3"},
      {"if (a) ^ 2 > 3 or b then 2 else 3", "if a^2 > 3 or b then 2 else 3"},
      {"if (a > 1) and (b > 1) then 2 else 3", "if a > 1 and b > 1 then 2 else 3"},
      {"if if(a, b, c) then 2 else 3", "if (if a then b else c) then 2 else 3"},
      {"IF a > 1 THEN 2 ELSE IF b > 1 THEN 1 ELSE 0",
       "if a > 1 then 2 else if b > 1 then 1 else 0"},
      {"if a > 1 then 2 else (if b > 1 then 1 else 0)",
       "if a > 1 then 2 else if b > 1 then 1 else 0"},
      {"if a > 1 then 2 else if(b > 1, 1, 0) + 1",
       "if a > 1 then 2 else (if b > 1 then 1 else 0) + 1"},
      {"if a > 1 then if b > 1 then 2 else 1 else 0",
       "if a > 1 then (if b > 1 then 2 else 1) else 0"},
      {"NOT(a > 1) AND Not b OR TRUE", "not a > 1 and not b or true"},
      {"MAX(a, Min (b, 2))", "max(a, min(b, 2))"},
      {"Maximum * MISSING", "maximum * missing"},
      {"((a))", "a"},
      {"a+-b", "a + -b"},
      {"a--2", "a - -2"},
      {"clamp(a,0,100)", "clamp(a, 0, 100)"},
      {"max(0, 5)", "max(0, 5)"},
      {"max(0,a)", "max(0, a)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(canonical(text), expected) << text;
}

// ---- Precedence --------------------------------------------------------------------------------

struct Sign {
  std::string text;
  int level;
};

// The order that the language states, loosest first.
const std::vector<Sign> signs{
    {"or", 1}, {"and", 2}, {"<", 3}, {"<=", 3}, {">", 3}, {">=", 3}, {"==", 3},
    {"!=", 3}, {"+", 4},   {"-", 4}, {"*", 5},  {"/", 5}, {"^", 7},
};

TEST(FormulaTest, BindsEveryPairOfOperatorsAsStated) {
  for (const auto& [first, a] : signs) {
    for (const auto& [second, b] : signs) {
      const std::string text = "x " + first + " y " + second + " z";
      if (a == 3 && b == 3) {
        EXPECT_THAT(problem(text).message, HasSubstr("do not chain"));
        continue;
      }
      const std::string left = "(x " + first + " y) " + second + " z";
      const std::string right = "x " + first + " (y " + second + " z)";
      const bool leftward = a > b || (a == b && first != "^");
      EXPECT_EQ(tree(text), tree(leftward ? left : right)) << text;
      EXPECT_NE(tree(text), tree(leftward ? right : left)) << text;
    }
  }
}

TEST(FormulaTest, BindsSignsBelowPowersAndAboveProducts) {
  EXPECT_EQ(tree("-x^2"), "(- (^ x 2))");
  EXPECT_EQ(tree("-2^2"), "(- (^ 2 2))");
  EXPECT_EQ(tree("(-2)^2"), "(^ -2 2)");
  EXPECT_EQ(tree("2^-2"), "(^ 2 -2)");
  EXPECT_EQ(tree("2^-x^2"), "(^ 2 (- (^ x 2)))");
  EXPECT_EQ(tree("-x * y"), "(* (- x) y)");
  EXPECT_EQ(tree("-2 * y"), "(* -2 y)");
  EXPECT_EQ(tree("x * -y"), "(* x (- y))");
  EXPECT_EQ(tree("-x + y"), "(+ (- x) y)");
  EXPECT_EQ(tree("--x"), "(- (- x))");
  EXPECT_EQ(tree("--2"), "(- -2)");
  EXPECT_EQ(tree("-(2)"), "(- 2)");
  EXPECT_EQ(tree("-+2"), "(- 2)");
  EXPECT_EQ(tree("x^y^z"), "(^ x (^ y z))");
}

TEST(FormulaTest, BindsNotBelowComparisonsAndAboveAnd) {
  EXPECT_EQ(tree("not x > 1"), "(not (> x 1))");
  EXPECT_EQ(tree("not x and y"), "(and (not x) y)");
  EXPECT_EQ(tree("x and not y or z"), "(or (and x (not y)) z)");
  EXPECT_EQ(tree("not not x"), "(not (not x))");
  EXPECT_EQ(tree("not x == y"), "(not (== x y))");
}

// ---- Printing ----------------------------------------------------------------------------------

TEST(FormulaTest, PrintsOneFormWithNoMoreParenthesesThanNeeded) {
  const std::vector<std::string_view> as_they_are{
      "a + b + c",
      "a + (b + c)",
      "a - (b - c)",
      "a * b / c",
      "a / (b * c)",
      "(a + b) * c",
      "a^b^c",
      "(a^b)^c",
      "(-a)^2",
      "-a^2",
      "(-2)^2",
      "2^-2",
      "-(2)",
      "--2",
      "a - -2",
      "a * -b",
      "-(a + b)",
      "not (a or b)",
      "not a and b",
      "(a or b) and c",
      "a or b and c",
      "a or (b or c)",
      "(a < b) == (c < d)",
      "(not a) == b",
      "not a == b",
      "-(a > b)",
      "-(not a)",
      "(if a then b else c) + d",
      "-(if a then b else c)",
      "if (if a then b else c) then d else e",
      "if a then (if b then c else d) else e",
      "if a or b then c + d else e",
      "min(if a then b else c, d or e, -f)",
      "x == \"a \"\"b\"\"\"",
      "`1.1` + `if` + `a b` + `a``b`",
      "missing(missing)",
      "1e+300 + 1e-07",
  };
  for (const auto text : as_they_are) EXPECT_EQ(canonical(text), text);
}

TEST(FormulaTest, PrintsNumbersShort) {
  EXPECT_EQ(canonical("0.10"), "0.1");
  EXPECT_EQ(canonical("1e2"), "100");
  EXPECT_EQ(canonical("100.0"), "100");
  EXPECT_EQ(canonical("0.1e-400"), "0");
  EXPECT_EQ(canonical("123456789.125"), "123456789.125");
}

TEST(FormulaTest, PrintsPartsOfItself) {
  const Formula formula("if a > 1 then (b + 2) * c else 0");
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < formula.nodes().size(); ++i) parts.push_back(to_string(formula, i));
  EXPECT_THAT(parts, ElementsAre("a", "1", "a > 1", "b", "2", "b + 2", "c", "(b + 2) * c", "0",
                                 "if a > 1 then (b + 2) * c else 0"));
}

const RandomFormula::Vocabulary odd{
    {"a",  "b.c", "_",       "đ",        "tỷ_lệ", "tỷ lệ", "1.1", "1",       ".",
     "if", "IF",  "Maximum", "true",     "a`b",   "``",    "x-y", "a\nb",    "\t",
     "\"", "'",   "²",       "a\u200bb", "\\",    "漢字",  "a,b", "missing", "\u0301x"},
    {"x", "a \"b\"", "\"", "khá", "1", "`", "a\nb"},
    {0.0, 1.0, 0.1, -0.1, 1e-7, -2.0, 1e15, 1e16, -1e21, 0.30000000000000004, 5e-324,
     std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()}};

// The order of the nodes too.
TEST(FormulaTest, ReadsBackWhatItPrints) {
  RandomFormula random(1, odd);
  for (int n = 0; n < 2000; ++n) {
    const std::vector<FormulaNode> nodes = random.draw(1 + n % 5);
    const Formula formula(nodes);
    ASSERT_EQ(tree(formula.nodes(), formula.root()), tree(nodes, nodes.size() - 1));
    ASSERT_TRUE(
        std::equal(nodes.begin(), nodes.end(), formula.nodes().begin(), formula.nodes().end()))
        << formula.text();
    const std::string text = to_string(formula);
    ASSERT_EQ(text, formula.text());
    ASSERT_EQ(Formula(text), formula) << text;
    ASSERT_EQ(to_string(Formula(text)), text);
  }
}

TEST(FormulaTest, KnowsWhereItsPartsAreWritten) {
  RandomFormula random(2, odd);
  for (int n = 0; n < 500; ++n) {
    const Formula formula(random.draw(1 + n % 4));
    for (std::size_t i = 0; i < formula.nodes().size(); ++i) {
      const auto [begin, end] = formula.nodes()[i].span;
      ASSERT_LT(begin, end);
      ASSERT_EQ(tree(formula.text().substr(begin, end - begin)), tree(formula.nodes(), i));
    }
  }
  const Formula formula("  (tỷ_lệ + 1) * if(a, b, c) ");
  const auto& product = formula.nodes()[formula.root()];
  EXPECT_EQ(formula.text().substr(product.span.begin, product.span.end - product.span.begin),
            "(tỷ_lệ + 1) * if(a, b, c)");
  EXPECT_EQ(location_of(formula, product.span), (Location{{}, 1, 3}));
  const auto& choice = formula.nodes()[product.operands[1]];
  EXPECT_EQ(location_of(formula, choice.span), (Location{{}, 1, 17}));
}

TEST(FormulaTest, IsEqualToTheSameTreeHoweverWritten) {
  EXPECT_EQ(Formula("a>=1 AND b=2"), Formula("(a ≥ 1) and (b == 2)"));
  EXPECT_EQ(Formula("AND(a > 1, b > 2 or c, d)"), Formula("a > 1 and (b > 2 or c) and d"));
  EXPECT_EQ(Formula("IF(NOT(OR(a, b)), 1, 0) + 1"), Formula("(if not (a or b) then 1 else 0) + 1"));
  EXPECT_NE(Formula("a + b"), Formula("b + a"));
  EXPECT_NE(Formula("a + b + c"), Formula("a + (b + c)"));
  EXPECT_NE(Formula("a"), Formula("\"a\""));
  EXPECT_NE(Formula("-2"), Formula("-(2)"));
  EXPECT_EQ(Formula(" a ").text(), " a ");
}

// ---- Names -------------------------------------------------------------------------------------

TEST(FormulaTest, ListsItsNamesInOrderOfFirstUse) {
  EXPECT_THAT(Formula("if b > `1.1` then prev(c) else b + a * maximum").names(),
              ElementsAre("b", "1.1", "c", "a"));
  EXPECT_THAT(Formula("1 + 2").names(), ElementsAre());
}

TEST(FormulaTest, TakesLettersOfAnyScriptInNames) {
  EXPECT_EQ(tree("tỷ_lệ + đ1 + 漢字 + _a.b + Ω"), "(+ (+ (+ (+ tỷ_lệ đ1) 漢字) _a.b) Ω)");
  EXPECT_EQ(tree("`a``b` * `tỷ lệ %`"), "(* a`b tỷ lệ %)");
}

TEST(FormulaTest, ComposesLetters) {
  // "ty" with hook above, "le" with circumflex and dot below: a letter and its marks.
  EXPECT_EQ(Formula("ty\u0309_le\u0323\u0302"), Formula("tỷ_lệ"));
  EXPECT_EQ(Formula("`ty\u0309 le\u0323\u0302`"), Formula("`tỷ lệ`"));
  EXPECT_EQ(Formula("x == \"kha\u0301\""), Formula("x == \"khá\""));
  EXPECT_THAT(Formula("ty\u0309").names(), ElementsAre("tỷ"));
  std::vector<FormulaNode> nodes(1);
  nodes[0].operation = Operation::name;
  nodes[0].text = "ty\u0309";
  EXPECT_EQ(Formula(nodes), Formula("tỷ"));
}

TEST(QuotedNameTest, QuotesWhatIsNoPlainName) {
  EXPECT_EQ(quoted_name("rate_2.b"), "rate_2.b");
  EXPECT_EQ(quoted_name("tỷ_lệ"), "tỷ_lệ");
  EXPECT_EQ(quoted_name("_"), "_");
  EXPECT_EQ(quoted_name("1.1"), "`1.1`");
  EXPECT_EQ(quoted_name(".a"), "`.a`");
  EXPECT_EQ(quoted_name("a b"), "`a b`");
  EXPECT_EQ(quoted_name("a`b"), "`a``b`");
  EXPECT_EQ(quoted_name("a–b"), "`a–b`");
  EXPECT_EQ(quoted_name("a²"), "`a²`");
  EXPECT_EQ(quoted_name("a\u200b"), "`a\u200b`");
  EXPECT_EQ(quoted_name("\u0301a"), "`\u0301a`");
  EXPECT_EQ(quoted_name("Then"), "`Then`");
  EXPECT_EQ(quoted_name(""), "``");
}

TEST(FormulaWordsTest, AreAllWordsThatANameMayNotBe) {
  const auto words = formula_words();
  EXPECT_TRUE(std::is_sorted(words.begin(), words.end()));
  EXPECT_THAT(words,
              ElementsAre("abs", "and", "between", "ceil", "clamp", "coalesce", "count", "else",
                          "exp", "false", "floor", "if", "log", "max", "maximum", "mean", "min",
                          "missing", "not", "or", "prev", "round", "sqrt", "sum", "then", "true"));
  for (const auto word : words) {
    EXPECT_EQ(quoted_name(word), '`' + std::string(word) + '`');
    EXPECT_THAT(Formula(quoted_name(word)).names(), ElementsAre(word));
  }
}

// ---- What is wrong -----------------------------------------------------------------------------

struct Wrong {
  std::string_view text;
  int column;
  std::string_view message;
  std::string_view remedy;
};

constexpr std::string_view points =
    "write decimals with a point, and thousands without a sign: 0.5, 1000";
constexpr std::string_view chain =
    "write `a <= x and x < b`, or between(x, a, b), which includes both ends";
constexpr std::string_view separators =
    "separate arguments with commas, and write decimals with a point";
constexpr std::string_view blanks =
    "put names with blanks in backquotes, and write * for a product";
constexpr std::string_view otherwise =
    "every `if` says what holds otherwise; `else missing` for no score";
constexpr std::string_view quotes =
    "put categories in straight double quotes, and names with blanks in backquotes";

void expect_problems(const std::vector<Wrong>& cases) {
  for (const auto& [text, column, message, remedy] : cases) {
    const Problem found = problem(text);
    EXPECT_EQ(found.location, (Location{{}, 1, column})) << text;
    EXPECT_EQ(found.message, message) << text;
    EXPECT_EQ(found.remedy, remedy) << text;
  }
}

TEST(FormulaErrorTest, KnowsTheHabitsOfOtherLanguages) {
  expect_problems({
      {"tỷ_lệ * 0,5", 10, "a ',' stands outside the parentheses of a function", points},
      {"1.000,5 * x", 6, "a ',' stands outside the parentheses of a function", points},
      {"(0,5 + x)", 3, "expected ')' behind the expression in parentheses, got ','", points},
      {"min(tỷ, 0,5)", 11, "this is either the decimals of a number or another number",
       "write decimals with a point, as in 0.5, and a blank behind a comma, as in (0, 5)"},
      {"if(x > 1, 0,5, 0)", 1, "if(c, x, y) takes 3 arguments, got 4", points},
      {"clamp(x, 0, 0,5)", 1, "clamp takes 3 arguments, got 4", points},
      {"x, y", 2, "a ',' stands outside the parentheses of a function",
       "a ',' separates the arguments of a function"},
      {"if(đ > 1; 2; 3)", 9, "';' is no sign of the language", separators},
      {"đạt > 80%", 9, "'%' is no sign of the language",
       "write the share as a number: 0.8 for 80%, or 80 where the variable is in percent"},
      {"x =! 3", 3, "'=!' is no sign of the language", "write !="},
      {"x => 3", 3, "'=>' is no sign of the language", "write >="},
      {"x =< 3", 3, "'=<' is no sign of the language", "write <="},
      {"x === 3", 3, "'===' is no sign of the language", "write =="},
      {"x !== 3", 3, "'!==' is no sign of the language", "write !="},
      {"x := 3", 3, "':=' is no sign of the language",
       "nothing is assigned in a formula; write == for equal"},
      {"\"đúng\" == x && y", 13, "'&&' is no sign of the language", "write `and`"},
      {"x & y", 3, "'&' is no sign of the language", "write `and`"},
      {"x || y", 3, "'||' is no sign of the language", "write `or`"},
      {"x | y", 3, "'|' is no sign of the language", "write `or`"},
      {"!x", 1, "'!' is no sign of the language", "write `not`, or != for not equal"},
      {"~x", 1, "'~' is no sign of the language", "write `not`"},
      {"x ** 2", 3, "'**' is no sign of the language", "write ^ for a power"},
      {"x // 2", 3, "'//' is no sign of the language",
       "write floor(a / b) for the whole part; a formula has no comments"},
      {"x ? 1 : 2", 3, "'?' is no sign of the language", "write `if c then x else y`"},
      {"if x > 1: 2", 9, "':' is no sign of the language",
       "write `then` behind a condition; for a range write between(x, low, high)"},
      {"[x]", 1, "'[' is no sign of the language",
       "use parentheses; for a range write between(x, low, high)"},
      {"x # why", 3, "'#' is no sign of the language", "a formula has no comments"},
      {"$A$1", 1, "'$' is no sign of the language", "call variables by their names"},
      {"x @ y", 3, "'@' is no sign of the language", ""},
      {"x²", 2, "'²' is no sign of the language", "write ^2"},
      {"√x", 1, "'√' is no sign of the language", "write sqrt(x)"},
      {"x ∧ y", 3, "'∧' is no sign of the language", "write `and`"},
      {"tỷ\u200b_lệ", 3, "a character that cannot be seen (U+200B)",
       "delete it, or put the name that it belongs to in backquotes"},
      {"x == 'khá'", 6, "' is not a quotation mark here", quotes},
      {"x == “khá”", 6, "“ is not a quotation mark here", quotes},
      {"x == \"\"", 6, "nothing stands between the quotes",
       "an empty cell is found with missing(x)"},
      {"= x + 1", 1, "a formula does not begin with '='", "leave it out"},
      {"and(x > 1)", 1, "and joins at least 2 conditions",
       "`and` stands between two conditions: a > 1 and b > 1"},
      {"x / max(x)", 5, "max takes at least 2 arguments, got 1",
       "write max(x, y, ...); it takes the values of one unit, and a normaliser such as `min_max` "
       "compares units"},
      {"x == 1 or or y", 11, "expected a number, a name, a function or '(', got 'or'",
       "`or` stands between two conditions: a > 1 or b > 1"},
      {"if tỷ > 1 then 2 elif x then 1 else 0", 18,
       "expected 'else' behind the branch, got the name 'elif'", "write `else if`"},
      {"2 if x > 1 else 0", 3, "expected an operator, got 'if'",
       "write `if c then x else y`, the condition first"},
      {"x is 2", 3, "expected an operator, got the name 'is'", "write ==, or missing(x)"},
      {"x mod 2", 3, "expected an operator, got the name 'mod'", "write x - y * floor(x / y)"},
      {"Average(x, y)", 1, "there is no function 'Average'", "write mean(x, y, ...)"},
      {"1 + ln(x)", 5, "there is no function 'ln'", "write log(x), which is the natural logarithm"},
      {"isna(x)", 1, "there is no function 'isna'", "write missing(x)"},
      {"is.na(x)", 1, "there is no function 'is.na'", "write missing(x)"},
      {"2 * np.sqrt(x)", 5, "there is no function 'np.sqrt'", "write sqrt(x)"},
      {"tỷ.fillna(0)", 1, "there is no function 'tỷ.fillna'", "write coalesce(x, 0)"},
      {"x.Round(2)", 1, "there is no function 'x.Round'", "write round(x) or round(x, digits)"},
      {"FLOOR(x, 5)", 1, "floor takes 1 argument, got 2", "write floor(x), or 5 * floor(x / 5)"},
      {"log(x, 10)", 1, "log takes 1 argument, got 2",
       "write log(x), the natural one, or log(x) / log(10)"},
      {"round(đ, -1)", 10, "the digits of round are a whole number from 0 to 15",
       "write round(x / 10) * 10 for tens"},
  });
}

TEST(FormulaErrorTest, PointsAtWhatIsWrong) {
  expect_problems({
      {"", 1, "the formula is empty", ""},
      {"  ", 3, "the formula is empty", ""},
      {"(đ + 1", 1, "the '(' that opens here is not closed", "write ')' where it ends"},
      {"1 + min(đ, 1", 8, "the '(' that opens here is not closed", "write ')' where it ends"},
      {"đ + 1)", 6, "this ')' closes nothing", "remove it"},
      {"đ == \"khá", 6, "the \" that opens here is not closed", "write \" at its end"},
      {"đ + `tỷ lệ", 5, "the ` that opens here is not closed", "write ` at its end"},
      {"``", 1, "nothing stands between the quotes", ""},
      {"if đ > 1 then 2", 16, "expected 'else' behind the branch, got the end of the formula",
       otherwise},
      {"if a then 1 else if b then 2", 29,
       "expected 'else' behind the branch, got the end of the formula", otherwise},
      {"if a then 1 else", 17,
       "expected a number, a name, a function or '(', got the end of the formula", ""},
      {"if tỷ lệ then 1 else 0", 7, "expected 'then' behind the condition, got the name 'lệ'",
       blanks},
      {"x then 1", 3, "'then' without an 'if' before it", ""},
      {"x else 1", 3, "'else' without an 'if' before it", ""},
      {"1 + if a then b else c", 5, "an `if` within an expression stands in parentheses",
       "write (if c then x else y), or if(c, x, y)"},
      {"if(a, b)", 1, "if(c, x, y) takes 3 arguments, got 2",
       "say what holds otherwise: if(c, x, 0)"},
      {"if(a, b, c, d, e)", 1, "if(c, x, y) takes 3 arguments, got 5",
       "write `if c then x else if d then y else z` for several conditions"},
      {"tỷ lệ > 3", 4, "expected an operator, got the name 'lệ'", blanks},
      {"min(tỷ lệ, 3)", 8, "expected ')' behind the arguments of min, got the name 'lệ'", blanks},
      {"1 000 * x", 3, "expected an operator, got '000'",
       "write numbers without blanks, names with blanks in backquotes, and * for a product"},
      {"(a)(b)", 4, "expected an operator, got '('", "write * for a product"},
      {"a \"b\"", 3, "expected an operator, got \"b\"", "categories are compared: x == \"...\""},
      {"a not b", 3, "expected an operator, got 'not'", "write a and not b, or a != b"},
      {"a true", 3, "expected an operator, got 'true'", "write * for a product"},
      {"a between 1 and 2", 3, "expected an operator, got 'between'",
       "write between(x, low, high), which includes both ends"},
      {"2đ", 2, "expected an operator behind the number 2, got 'đ'",
       "write 2 * đ for a product, or `2đ` in backquotes if it is a name"},
      {"x + 1.5.2", 8, "expected an operator behind the number 1.5, got '.2'",
       "write digits with one point at most, and `1.5.2` in backquotes if it is a name"},
      {"1_000", 2, "expected an operator behind the number 1, got '_000'",
       "write digits without separators, and `1_000` in backquotes if it is a name"},
      {"x + 1e400", 5, "the number 1e400 is too large", ""},
      {"0 < đ < 1", 7, "comparisons do not chain", chain},
      {"if (0 < a) < 1 == b then 1 else 0", 16, "comparisons do not chain", chain},
      {"a +", 4, "expected a number, a name, a function or '(', got the end of the formula", ""},
      {"a * * b", 5, "expected a number, a name, a function or '(', got '*'", ""},
      {"min(a,, b)", 7, "expected a number, a name, a function or '(', got ','", ""},
      {"min(a, )", 8, "expected a number, a name, a function or '(', got ')'", ""},
      {"a > not b", 5, "expected a number, a name, a function or '(', got 'not'",
       "put it in parentheses: (not a > 1)"},
      {".", 1, "'.' is no sign of the language", ""},
      {"\\", 1, "'\\' is no sign of the language", ""},
      {"mina(a)", 1, "there is no function 'mina' (did you mean 'min'?)",
       "the functions are abs, between, ceil, clamp, coalesce, count, exp, floor, log, max, mean, "
       "min, missing, prev, round, sqrt, sum, if"},
      {"max()", 1, "max takes at least 2 arguments, got 0", "write max(x, y, ...)"},
      {"1 + abs(a, b)", 5, "abs takes 1 argument, got 2", "write abs(x)"},
      {"clamp(a, 1)", 1, "clamp takes 3 arguments, got 2", "write clamp(x, low, high)"},
      {"round(a, 1, 2)", 1, "round takes 1 or 2 arguments, got 3",
       "write round(x) or round(x, digits)"},
      {"round(a, b)", 10, "the digits of round are a whole number from 0 to 15", ""},
      {"round(a, 2.5)", 10, "the digits of round are a whole number from 0 to 15", ""},
      {"round(a, 16)", 10, "the digits of round are a whole number from 0 to 15", ""},
      {"missing()", 1, "missing takes 1 argument, got 0",
       "write missing(x), or `missing` alone for no value"},
      {"1 + prev(a + b)", 10, "prev takes the name of a variable",
       "write prev(x) + prev(y) for prev(x + y)"},
      {"prev(3)", 6, "prev takes the name of a variable", ""},
      {"prev(prev(a))", 6, "prev takes the name of a variable",
       "write prev(x) + prev(y) for prev(x + y)"},
      {"count > 3", 7, "expected '(' behind 'count', got '>'",
       "write count(x, y, ...); a variable of that name stands in backquotes"},
  });
  EXPECT_EQ(problem("\xc4\x91 + \xff").to_string(), "line 1, column 5: this is not UTF-8 text");
}

TEST(FormulaErrorTest, CountsLinesAndCharacters) {
  EXPECT_EQ(problem("if tỷ_lệ > 1\n  then 2\n  els 3").location, (Location{{}, 3, 3}));
  EXPECT_EQ(problem("đ\r\n+ ễ ễ").location, (Location{{}, 2, 5}));
}

// Whatever was changed by a slip of the hand: it is read, or the error is in the text.
TEST(FormulaErrorTest, SurvivesAnyText) {
  RandomFormula formulas(3, odd);
  std::mt19937_64 random(4);
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const std::string_view bits = "()+-*/^<>=!,\"`.0e9 aif\n\xc4\x91\xe2\x89\xa4\xff";
  int failures = 0;
  for (int n = 0; n < 3000; ++n) {
    std::string text = to_string(Formula(formulas.draw(1 + n % 3)));
    for (std::size_t k = 1 + below(3); k > 0 && !text.empty(); --k) {
      const std::size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text.erase(at, 1 + below(3));
          break;
        case 1:
          text.insert(at, 1, bits[below(bits.size())]);
          break;
        default:
          text[at] = bits[below(bits.size())];
      }
    }
    try {
      const Formula formula(text);
      EXPECT_EQ(Formula(to_string(formula)), formula);
    } catch (const SpecError& error) {
      ++failures;
      const Location& location = error.problems().front().location;
      EXPECT_EQ(error.problems().size(), 1);
      EXPECT_GE(location.line, 1);
      EXPECT_LE(location.line, 1 + std::count(text.begin(), text.end(), '\n'));
      EXPECT_GE(location.column, 1);
      EXPECT_LE(location.column, static_cast<int>(text.size()) + 1);
    }
  }
  EXPECT_GT(failures, 1000);
}

// ---- Limits ------------------------------------------------------------------------------------

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

const FormulaLimits long_texts{.text_bytes = 100 << 20};

TEST(FormulaLimitsTest, RefusesLongTextsUnread) {
  EXPECT_EQ(problem(std::string(10 << 20, '(')).message,
            "the formula has 10485760 bytes, and no more than 65536 are read");
  EXPECT_EQ(problem("1 + 1", {.text_bytes = 4}).message,
            "the formula has 5 bytes, and no more than 4 are read");
}

TEST(FormulaLimitsTest, RefusesDeepTextsBeforeTheStackEnds) {
  for (const std::string_view opening : {"(",
                                         "-",
                                         "- -",
                                         "not ",
                                         "2^",
                                         "2^-",
                                         "1 + (",
                                         "abs(",
                                         "min(1, ",
                                         "if(",
                                         "if (",
                                         "if ",
                                         "if(a, ",
                                         "if(a, b, ",
                                         "if a then ",
                                         "if a then b else (",
                                         "if a then b else 1 + (",
                                         "1 + if(",
                                         "(if a then ",
                                         "not (",
                                         "-(",
                                         "a and (",
                                         "a < (",
                                         "count(a > "}) {
    const Problem found = problem(repeated(opening, 100'000), long_texts);
    EXPECT_EQ(found.message, "the formula is nested more than 250 deep") << opening;
    EXPECT_GT(found.location.column, 0);
    EXPECT_LT(found.location.column, 20'000) << opening;
  }
  EXPECT_EQ(problem(repeated("1 + ", 100'000) + '1', long_texts).remedy,
            "split it, or write sum(x, y, ...) for a long sum; if it is meant to be so, raise "
            "`depth` of FormulaLimits (`formula_depth` of InputLimits)");
}

TEST(FormulaLimitsTest, RefusesManyParts) {
  // 10,000 ones and the sum: the last part is one too many.
  const std::string text = "sum(" + repeated("1, ", 9'999) + "1)";
  EXPECT_EQ(problem(text).message, "the formula has more than 10000 parts");
  EXPECT_EQ(Formula("sum(" + repeated("1, ", 9'998) + "1)").nodes().size(), 10'000);
  EXPECT_EQ(problem("sum(" + repeated("1, ", 100'000) + "1)", long_texts).message,
            "the formula has more than 10000 parts");
}

TEST(FormulaLimitsTest, CountsDepthInTheTree) {
  // A number and 249 additions above it are 250 levels.
  EXPECT_NO_THROW(Formula(repeated("1 + ", 249) + '1'));
  EXPECT_THROW(Formula(repeated("1 + ", 250) + '1'), SpecError);
  EXPECT_NO_THROW(Formula(repeated("abs(", 249) + '1' + repeated(")", 249)));
  EXPECT_THROW(Formula(repeated("abs(", 250) + '1' + repeated(")", 250)), SpecError);
  EXPECT_NO_THROW(Formula("1 + 2", {.depth = 2}));
  EXPECT_THROW(Formula("1 + 2 + 3", {.depth = 2}), SpecError);
}

// A table of steps is no deeper for being long.
TEST(FormulaLimitsTest, TakesLongTables) {
  const Formula table(repeated("if x > 1 then 2 else ", 2'000) + '0');
  EXPECT_EQ(table.nodes().size(), 4 * 2'000 + 2);
  EXPECT_EQ(Formula(to_string(table)), table);
  const Formula called(repeated("if(x > 1, 2, ", 80) + '0' + repeated(")", 80));
  EXPECT_EQ(called.nodes().size(), 4 * 80 + 2);
}

// What can just be read can be printed and read again.
TEST(FormulaLimitsTest, PrintsWhatIsJustNotTooDeep) {
  const std::vector<std::pair<std::string_view, std::string_view>> nests{
      {"(", ")"},
      {"abs(", ")"},
      {"-", ""},
      {"- (1 + ", ")"},
      {"2^(1 + ", ")"},
      {"1 + (", ")"},
      {"1 + if(a, b, ", ")"},
      {"if(a, ", ", 1)"},
      {"if(", ", 2, 3)"},
      {"not (a or ", ")"},
      {"not ", ""},
      {"2 * (1 + ", ")"},
      {"-if(a, ", ", 1)"},
      {"-if(", ", 1, 2)"},
      {"1 - if(not (a or ", "), 1, 2)"},
  };
  const FormulaLimits limits{.depth = 60};
  for (const auto& [before, behind] : nests) {
    std::size_t deepest = 0;
    for (int depth = 1; depth <= 300; ++depth) {
      std::string text;
      try {
        const Formula formula(repeated(before, depth) + 'x' + repeated(behind, depth), limits);
        text = to_string(formula);
        deepest = text.size();
        EXPECT_EQ(Formula(text, limits), formula);
        const std::vector<FormulaNode> nodes(formula.nodes().begin(), formula.nodes().end());
        EXPECT_EQ(Formula(nodes, limits), formula);
      } catch (const SpecError& error) {
        EXPECT_EQ(text, "") << error.what();
        break;
      }
    }
    EXPECT_GT(deepest, 0) << before;
  }
}

// ---- From nodes --------------------------------------------------------------------------------

FormulaNode node(Operation operation, std::vector<std::uint32_t> operands = {}, double number = 0.0,
                 std::string text = {}) {
  FormulaNode made;
  made.operation = operation;
  made.operands = std::move(operands);
  made.number = number;
  made.text = std::move(text);
  return made;
}

TEST(FormulaFromNodesTest, HasTheSpansOfItsCanonicalText) {
  const Formula formula({node(Operation::name, {}, 0.0, "1.1"), node(Operation::number, {}, -2.0),
                         node(Operation::multiply, {0, 1})});
  EXPECT_EQ(formula.text(), "`1.1` * -2");
  EXPECT_EQ(formula.nodes()[1].span, (FormulaSpan{8, 10}));
  EXPECT_EQ(formula.nodes()[2].span, (FormulaSpan{0, 10}));
}

TEST(FormulaFromNodesTest, PutsNodesInTheOrderOfTheText) {
  const Formula formula({node(Operation::number, {}, 1.0), node(Operation::number, {}, 2.0),
                         node(Operation::number, {}, 3.0), node(Operation::subtract, {1, 0}),
                         node(Operation::subtract, {3, 2})});
  EXPECT_EQ(formula, Formula("2 - 1 - 3"));
}

TEST(FormulaFromNodesTest, FlattensChains) {
  const FormulaNode one = node(Operation::number, {}, 1.0);
  const Formula formula({one, one, one, one, one, node(Operation::choose, {2, 3, 4}),
                         node(Operation::choose, {0, 1, 5})});
  EXPECT_EQ(tree(formula.nodes(), formula.root()), "(if 1 1 1 1 1)");
}

TEST(FormulaFromNodesTest, RefusesWhatIsNoTree) {
  const FormulaNode one = node(Operation::number, {}, 1.0);
  const std::vector<std::pair<std::vector<FormulaNode>, std::string_view>> cases{
      {{}, "a formula has at least one part"},
      {{one, one}, "part 1 of the formula belongs to nothing"},
      {{node(Operation::negate, {0})}, "part 1 of the formula stands before one of its operands"},
      {{one, node(Operation::negate, {7})},
       "part 2 of the formula stands before one of its operands"},
      {{one, node(Operation::add, {0, 0})}, "part 1 of the formula is used twice"},
      {{one, node(Operation::negate, {0}), node(Operation::add, {0, 1})},
       "part 1 of the formula is used twice"},
      {{one, node(Operation::add, {0})}, "part 2 of the formula has 1 operands"},
      {{one, one, node(Operation::negate, {0, 1})}, "part 3 of the formula has 2 operands"},
      {{one, node(Operation::number, {0}, 1.0)}, "part 2 of the formula has 1 operands"},
      {{one, node(Operation::name, {0}, 0.0, "x")}, "part 2 of the formula has 1 operands"},
      {{node(Operation::name)}, "part 1 of the formula has no text"},
      {{node(Operation::category)}, "part 1 of the formula has no text"},
      {{node(Operation::number, {}, std::nan(""))}, "part 1 of the formula is not a finite number"},
      {{node(Operation::number, {}, HUGE_VAL)}, "part 1 of the formula is not a finite number"},
      {{node(static_cast<Operation>(200))}, "part 1 of the formula is no operation"},
      {{one, one, node(Operation::choose, {0, 1})}, "part 3 of the formula has no last branch"},
      {{node(Operation::choose)}, "part 1 of the formula has no last branch"},
      {{node(Operation::minimum)}, "min takes at least 2 arguments, got 0"},
      {{one, one, node(Operation::absolute, {0, 1})}, "abs takes 1 argument, got 2"},
      {{one, one, node(Operation::round, {0, 1}), node(Operation::previous, {2})},
       "prev takes the name of a variable"},
      {{one, node(Operation::number, {}, 0.5), node(Operation::round, {0, 1})},
       "the digits of round are a whole number from 0 to 15"},
      {{node(Operation::name, {}, 0.0, "\xff")}, "this is not UTF-8 text"},
  };
  for (const auto& [nodes, message] : cases) {
    try {
      const Formula formula(nodes);
      ADD_FAILURE() << "no error: " << message;
    } catch (const SpecError& error) {
      EXPECT_EQ(error.problems().front().message, message);
    }
  }
}

TEST(FormulaFromNodesTest, RefusesTooMuch) {
  std::vector<FormulaNode> nodes{node(Operation::number, {}, 1.0)};
  for (std::uint32_t k = 0; k < 99'999; ++k) nodes.push_back(node(Operation::negate, {k}));
  const auto message = [&](const FormulaLimits& limits) -> std::string {
    try {
      const Formula formula(nodes, limits);
    } catch (const SpecError& error) {
      return error.problems().front().message;
    }
    return "";
  };
  EXPECT_EQ(message({}), "the formula has 100000 parts, and no more than 10000 are read");
  EXPECT_EQ(message({.nodes = 1'000'000}), "the formula is nested more than 250 deep");
  nodes = {node(Operation::name, {}, 0.0, std::string(70'000, 'x'))};
  EXPECT_EQ(message({}), "the formula has 70000 bytes, and no more than 65536 are read");
}

}  // namespace
}  // namespace chiso
