#include "chiso/formula/symbols.hpp"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto number = FormulaType::number;
constexpr auto truth = FormulaType::truth;
constexpr auto category = FormulaType::category;

FormulaSymbols symbols() {
  FormulaSymbols all;
  all.maximum = 2.0;
  all.names["rate"] = {Interval::closed(0.0, 100.0), {}, {}};
  all.names["n"] = {};
  all.names["e-gov"] = {};
  all.names["tỷ lệ"] = {};
  all.names["threshold"] = {{}, {}, 80.0};
  all.names["done"] = {{}, {"không", "muộn", "đúng hạn"}, {}};
  all.names["checked"] = {{}, {"không", "muộn", "đúng hạn"}, {}};
  all.names["grade"] = {{}, {"C", "B", "A"}, {}};
  return all;
}

std::vector<FormulaType> types(std::string_view text) {
  return formula_types(Formula(text), symbols());
}

/// All problems of a formula, one line each: "column: message; remedy".
std::vector<std::string> problems(std::string_view text, const FormulaSymbols& known = symbols()) {
  std::vector<std::string> all;
  try {
    (void)formula_types(Formula(text), known);
  } catch (const SpecError& error) {
    for (const auto& each : error.problems()) {
      EXPECT_EQ(each.location.line, 1) << text;
      all.push_back(std::to_string(each.location.column) + ": " + each.message +
                    (each.remedy.empty() ? "" : "; " + each.remedy));
    }
  }
  return all;
}

TEST(FormulaTypesTest, AreThoseOfAllNodes) {
  EXPECT_THAT(types("rate"), ElementsAre(number));
  EXPECT_THAT(types("maximum * 2"), ElementsAre(number, number, number));
  EXPECT_THAT(types("if done == \"muộn\" then 1 else threshold"),
              ElementsAre(category, category, truth, number, number, number));
  EXPECT_THAT(types("if prev(done) < \"muộn\" and not missing(rate) then 1 else 0"),
              ElementsAre(category, category, category, truth, number, truth, truth, truth, number,
                          number, number));
  EXPECT_THAT(types("if between(rate, 1, 2) or true then 1 else 0"),
              ElementsAre(number, number, number, truth, truth, truth, number, number, number));
  EXPECT_THAT(types("count(rate > 1, n > 2)"),
              ElementsAre(number, number, truth, number, number, truth, number));
  EXPECT_THAT(types("count(rate, done)"), ElementsAre(number, category, number));
}

TEST(FormulaTypesTest, TakeMissingForWhatIsExpected) {
  EXPECT_THAT(types("missing"), ElementsAre(number));
  EXPECT_THAT(types("if missing then missing else 0"), ElementsAre(truth, number, number, number));
  EXPECT_THAT(types("if (if rate > 1 then missing else false) then 1 else 0"),
              ElementsAre(number, number, truth, truth, truth, truth, number, number, number));
  EXPECT_THAT(types("if coalesce(missing, rate > 1) then 1 else 0"),
              ElementsAre(truth, number, number, truth, truth, number, number, number));
  EXPECT_THAT(types("count(missing, rate > 1)"), ElementsAre(truth, number, number, truth, number));
}

TEST(FormulaTypesTest, AcceptCategoriesHoweverSpelled) {
  EXPECT_THAT(problems("if done == \"ĐÚNG HẠN\" then 1 else 0"), IsEmpty());
  EXPECT_THAT(problems("if \"muộn\" >= done then 1 else 0"), IsEmpty());
  EXPECT_THAT(problems("if done == checked then 1 else 0"), IsEmpty());
  EXPECT_THAT(problems("if missing(done) then 1 else 0"), IsEmpty());
}

TEST(FormulaTypesTest, ReportNamesThatAreNotThere) {
  constexpr auto declare = "; declare it under `variables` or `parameters`";
  EXPECT_THAT(problems("1 + rte"), ElementsAre(std::string("5: nothing is named 'rte' (did you "
                                                           "mean 'rate'?)") +
                                               declare));
  EXPECT_THAT(
      problems("Rate + zzz"),
      ElementsAre(std::string("1: nothing is named 'Rate' (did you mean 'rate'?)") + declare,
                  std::string("8: nothing is named 'zzz'") + declare));
  EXPECT_THAT(
      problems("prev(rte)"),
      ElementsAre(std::string("6: nothing is named 'rte' (did you mean 'rate'?)") + declare));
  // A name that is not known is of any type: one mistake, one problem.
  EXPECT_THAT(problems("if xyzzy then 1 else xyzzy + 1").size(), 2);
}

TEST(FormulaTypesTest, KnowWhatIsMeantByNamesThatAreNone) {
  EXPECT_THAT(problems("coalesce(rate, null)"),
              ElementsAre("16: nothing is named 'null'; write `missing`"));
  EXPECT_THAT(problems("if n < inf then 1 else NaN"),
              ElementsAre("8: nothing is named 'inf'; no number is infinite; leave out the bound",
                          "24: nothing is named 'NaN'; write `missing`"));
  // Once, although it is read as two names.
  EXPECT_THAT(problems("rate + e-gov * 2"),
              ElementsAre("8: nothing is named 'e'; write `e-gov` in backquotes"));
  EXPECT_THAT(problems("if grade == B then 1 else 0"),
              ElementsAre("13: nothing is named 'B'; write \"B\", a category of grade, in double "
                          "quotes"));
}

TEST(FormulaTypesTest, ReportOperandsOfTheWrongType) {
  constexpr auto compare = "; compare it with one of its categories: done == \"...\"";
  EXPECT_THAT(
      problems("done"),
      ElementsAre(std::string("1: a formula wants a number, and done is a category") + compare));
  EXPECT_THAT(
      problems("rate > 1"),
      ElementsAre("1: a formula wants a number, and rate > 1 is a condition; write (if rate "
                  "> 1 then 1 else 0)"));
  EXPECT_THAT(problems("(rate > 1) + done"),
              ElementsAre("2: '+' wants a number, and rate > 1 is a condition; write (if rate > 1 "
                          "then 1 else 0)",
                          std::string("14: '+' wants a number, and done is a category") + compare));
  EXPECT_THAT(problems("if rate then 1 else 0"),
              ElementsAre("4: 'if' wants a condition, and rate is a number; compare it: rate > 0"));
  EXPECT_THAT(problems("if not n then 1 else 0"),
              ElementsAre("8: 'not' wants a condition, and n is a number; compare it: n > 0"));
  EXPECT_THAT(problems("if n > 1 and n or true then 1 else 0"),
              ElementsAre("14: 'and' wants a condition, and n is a number; compare it: n > 0"));
  EXPECT_THAT(problems("if \"muộn\" then 1 else 0"),
              ElementsAre("4: 'if' wants a condition, and \"muộn\" is a category; a category is "
                          "compared with a variable: x == \"...\""));
  EXPECT_THAT(
      problems("if between(done, 1, 2) then 1 else 0"),
      ElementsAre(std::string("12: 'between' wants a number, and done is a category") + compare));
  for (const std::string_view function :
       {"-", "abs", "sqrt", "log", "exp", "round", "floor", "ceil", "sum", "mean", "min", "max"}) {
    const std::string shown = function == "-" ? "-" : std::string(function);
    const bool several = function[0] == 'm' || function == "sum";
    EXPECT_THAT(problems(std::string(function) + (several ? "(true, 1)" : "(true)")),
                ElementsAre(std::to_string(function.size() + 2) + ": '" + shown +
                            "' wants a number, and true is a condition; write (if true then 1 else "
                            "0)"));
  }
  EXPECT_THAT(problems("clamp(1, true, 2) ^ true").size(), 2);
  EXPECT_THAT(
      problems("count(rate > 1, n)"),
      ElementsAre("17: count takes either numbers or conditions, not both; count(x > 0, y > "
                  "0) counts what is true, count(x, y) what is not missing"));
}

TEST(FormulaTypesTest, ReportBranchesOfSeveralTypes) {
  EXPECT_THAT(problems("if rate > 1 then 1 else n > 2"),
              ElementsAre("25: 'if' that gives a number wants a number, and n > 2 is a condition; "
                          "write (if n > 2 then 1 else 0)"));
  EXPECT_THAT(problems("if (if rate > 1 then true else 2) then 1 else 0"),
              ElementsAre("32: 'if' that gives a condition wants a condition, and 2 is a number; "
                          "compare it: 2 > 0"));
  EXPECT_THAT(problems("coalesce(rate, n > 2)"),
              ElementsAre("16: 'coalesce' that gives a number wants a number, and n > 2 is a "
                          "condition; write (if n > 2 then 1 else 0)"));
  EXPECT_THAT(problems("coalesce(done, \"muộn\")"),
              ElementsAre("1: coalesce(done, \"muộn\") would be a category; compare categories "
                          "first: x == \"...\""));
}

TEST(FormulaTypesTest, ReportComparisonsOfWhatCannotBeCompared) {
  const auto in_if = [](std::string_view condition) {
    return problems("if " + std::string(condition) + " then 1 else 0");
  };
  EXPECT_THAT(
      in_if("done == \"muon\""),
      ElementsAre("12: done has no category \"muon\" (did you mean 'muộn'?); its categories "
                  "are \"không\", \"muộn\", \"đúng hạn\""));
  EXPECT_THAT(in_if("\"xyz\" == prev(done)"),
              ElementsAre("4: prev(done) has no category \"xyz\"; its categories are \"không\", "
                          "\"muộn\", \"đúng hạn\""));
  EXPECT_THAT(in_if("done == grade"),
              ElementsAre("4: done and grade do not have the same categories"));
  EXPECT_THAT(in_if("\"B\" < \"A\""),
              ElementsAre("4: two categories in quotes are compared with each other; compare a "
                          "variable with a category"));
  EXPECT_THAT(in_if("grade >= 2"),
              ElementsAre("4: grade is a category, and 2 is a number; compare it with one of its "
                          "categories: \"C\", \"B\", \"A\""));
  EXPECT_THAT(
      in_if("rate > \"80\""),
      ElementsAre("4: rate is a number, and \"80\" is a category; write 80 without quotes"));
  EXPECT_THAT(in_if("rate == \"muộn\""),
              ElementsAre("4: rate is a number, and \"muộn\" is a category; declare the categories "
                          "of rate, or compare it with a number"));
  EXPECT_THAT(in_if("(rate > 1) == true"),
              ElementsAre("4: conditions are not compared: (rate > 1) == true; join them with "
                          "`and`, `or` and `not`"));
  EXPECT_THAT(in_if("rate == missing"),
              ElementsAre("12: nothing is equal to `missing`, not even a missing value; write "
                          "missing(rate)"));
  EXPECT_THAT(in_if("missing != rate"),
              ElementsAre("4: nothing is equal to `missing`, not even a missing value; write "
                          "missing(rate)"));
}

TEST(FormulaTypesTest, ReportWhatTheCriterionDoesNotHave) {
  FormulaSymbols without = symbols();
  without.maximum.reset();
  EXPECT_THAT(problems("2 * maximum", without),
              ElementsAre("5: the formula uses `maximum`, and the criterion has none; give the "
                          "criterion a `maximum`"));
  EXPECT_THAT(
      problems("prev(threshold)"),
      ElementsAre("1: prev reads data, and 'threshold' is a parameter; date the parameter's "
                  "values instead"));
}

TEST(FormulaTypesTest, ReportEverythingAtOnce) {
  EXPECT_THAT(problems("rte + (rate > 1) * done + (if n then \"x\" else 0)").size(), 5);
}

TEST(FormulaTypesTest, ShowLongPartsCutAtALetter) {
  // Sixty bytes are in the middle of a letter.
  const std::string name = std::string(59, 'x') + "đđđ";
  FormulaSymbols known = symbols();
  known.names[name] = {};
  EXPECT_THAT(problems("if " + name + " then 1 else 0", known),
              ElementsAre("4: 'if' wants a condition, and " + std::string(59, 'x') +
                          " ... is a number; compare it: " + std::string(59, 'x') + " ... > 0"));
}

TEST(LocationOfTest, CountsCharactersAndLines) {
  const Formula formula("tỷ_lệ\n + đ * 2");
  const auto& nodes = formula.nodes();
  EXPECT_EQ(location_of(formula, nodes[0].span), (Location{{}, 1, 1}));
  EXPECT_EQ(location_of(formula, nodes[1].span), (Location{{}, 2, 4}));
  EXPECT_EQ(location_of(formula, nodes[2].span), (Location{{}, 2, 8}));
  EXPECT_EQ(location_of(formula, nodes[formula.root()].span), (Location{{}, 1, 1}));
}

}  // namespace
}  // namespace chiso
