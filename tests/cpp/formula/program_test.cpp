#include "chiso/formula/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();

/// x, y, z are numbers, grade is C, B, A from worst to best, threshold is 80, the maximum 10.
FormulaSymbols symbols() {
  FormulaSymbols known;
  for (const char* each : {"x", "y", "z"}) known.names[each] = {};
  known.names["grade"].categories = {"C", "B", "A"};
  known.names["threshold"].value = 80.0;
  known.maximum = 10.0;
  return known;
}

FormulaProgram program(const std::string& text) { return {Formula(text), symbols()}; }

using Row = std::map<std::string, double>;

/// By variable; "prev x" for the one before; not named is missing.
double value(const std::string& text, const Row& row = {}) {
  const FormulaProgram of = program(text);
  std::vector<double> values;
  for (const auto& input : of.inputs()) {
    const auto found = row.find(input.previous ? "prev " + input.variable : input.variable);
    values.push_back(found == row.end() ? nan : found->second);
  }
  return of(values);
}

bool missing(const std::string& text, const Row& row = {}) { return std::isnan(value(text, row)); }

TEST(FormulaProgramTest, ThreeBranchesDecideAtTheirBounds) {
  const std::string rule = "if x > 90 then 2 else if x >= 70 then 1 else 0";

  EXPECT_EQ(value(rule, {{"x", 90.0}}), 1.0);
  EXPECT_EQ(value(rule, {{"x", std::nextafter(90.0, 91.0)}}), 2.0);
  EXPECT_EQ(value(rule, {{"x", 70.0}}), 1.0);
  EXPECT_EQ(value(rule, {{"x", std::nextafter(70.0, 0.0)}}), 0.0);
  EXPECT_EQ(value(rule, {{"x", -infinity}}), 0.0);
  EXPECT_EQ(value(rule, {{"x", infinity}}), 2.0);
  EXPECT_TRUE(missing(rule));
}

TEST(FormulaProgramTest, ArithmeticFollowsTheTree) {
  EXPECT_EQ(value("0.1 + 0.2 + 0.3"), (0.1 + 0.2) + 0.3);
  EXPECT_EQ(value("x + (y + z)", {{"x", 0.1}, {"y", 0.2}, {"z", 0.3}}), 0.1 + (0.2 + 0.3));
  EXPECT_NE(value("x + (y + z)", {{"x", 0.1}, {"y", 0.2}, {"z", 0.3}}),
            value("x + y + z", {{"x", 0.1}, {"y", 0.2}, {"z", 0.3}}));
  EXPECT_EQ(value("x * maximum / 100", {{"x", 87.5}}), 8.75);
  EXPECT_EQ(value("-x^2", {{"x", 3.0}}), -9.0);
  EXPECT_EQ(value("2^3^2"), 512.0);  // 2^(3^2)
  EXPECT_EQ(value("x - 2 * 3", {{"x", 1.0}}), -5.0);
  EXPECT_EQ(value("10 - x * 0.5", {{"x", 3.0}}), 8.5);
  EXPECT_EQ(value("x - y * z", {{"x", 10.0}, {"y", 2.0}, {"z", 3.0}}), 4.0);
  EXPECT_EQ(value("10 - x / 4", {{"x", 10.0}}), 7.5);
  EXPECT_EQ(value("threshold - x", {{"x", 1.0}}), 79.0);
  // Not one rounding less: 0.1 * 3 is 0.30000000000000004, and 0.3 less that is -5.55e-17.
  EXPECT_EQ(value("x + y * z", {{"x", -0.3}, {"y", 0.1}, {"z", 3.0}}), 0x1p-54);
}

TEST(FormulaProgramTest, MissingOperandsMakeResultsMissing) {
  for (const char* text : {"x + y",
                           "x - y",
                           "y * x",
                           "x / y",
                           "y^x",
                           "x^0",
                           "-x",
                           "abs(x)",
                           "sqrt(x)",
                           "log(x)",
                           "exp(x)",
                           "round(x)",
                           "round(x, 2)",
                           "floor(x)",
                           "ceil(x)",
                           "min(y, x)",
                           "max(x, y)",
                           "max(y, x, z)",
                           "sum(y, x)",
                           "mean(x, y)",
                           "clamp(x, 0, 1)",
                           "clamp(y, x, 9)",
                           "clamp(y, 0, x)",
                           "prev(x)",
                           "missing + 1",
                           "0 * missing",
                           "x + 1e308",
                           "if x > 1 then 1 else 1",
                           "if between(x, 0, 1) then 1 else 1",
                           "if between(y, x, 9) then 1 else 1",
                           "if between(9, y, x) then 1 else 1"}) {
    EXPECT_TRUE(missing(text, {{"y", 0.5}, {"z", 3.0}})) << text;
  }
}

TEST(FormulaProgramTest, AndAndOrAreThreeValued) {
  // x: true, y: false, z: missing.
  const Row row{{"x", 1.0}, {"y", 0.0}};
  const auto of = [&](const std::string& condition) {
    return value("if " + condition + " then 1 else 0", row);
  };

  EXPECT_EQ(of("x > 0 and x > 0"), 1.0);
  EXPECT_EQ(of("x > 0 and y > 0"), 0.0);
  EXPECT_EQ(of("y > 0 and z > 0"), 0.0);
  EXPECT_EQ(of("z > 0 and y > 0"), 0.0);
  EXPECT_TRUE(std::isnan(of("x > 0 and z > 0")));
  EXPECT_TRUE(std::isnan(of("z > 0 and z > 0")));
  EXPECT_EQ(of("y > 0 or y > 0"), 0.0);
  EXPECT_EQ(of("x > 0 or z > 0"), 1.0);
  EXPECT_EQ(of("z > 0 or x > 0"), 1.0);
  EXPECT_TRUE(std::isnan(of("y > 0 or z > 0")));
  EXPECT_TRUE(std::isnan(of("not z > 0")));
  EXPECT_EQ(of("not y > 0"), 1.0);
  EXPECT_EQ(of("not (x > 0 and y > 0)"), 1.0);
  EXPECT_EQ(of("true and not false"), 1.0);
}

TEST(FormulaProgramTest, AnIfNeedsOnlyWhatDecidesAndWhatItTakes) {
  EXPECT_EQ(value("if x > 0 then x else y", {{"x", 1.0}}), 1.0);
  EXPECT_TRUE(missing("if x > 0 then y else x", {{"x", 1.0}}));
  // The first that is true decides; behind it nothing counts, before it all.
  EXPECT_EQ(value("if x > 0 then 7 else if y > 0 then 8 else 9", {{"x", 1.0}}), 7.0);
  EXPECT_TRUE(missing("if y > 0 then 7 else if x > 0 then 8 else 9", {{"x", 1.0}}));
  EXPECT_EQ(value("if x > 0 then 1 / 0 else 2", {{"x", -1.0}}), 2.0);
  EXPECT_TRUE(missing("if x > 0 then missing else 2", {{"x", 1.0}}));
  EXPECT_EQ(value("if missing(x) then 0 else if x > 5 then 2 else 1"), 0.0);
  EXPECT_EQ(value("if missing(x) then 0 else if x > 5 then 2 else 1", {{"x", 6.0}}), 2.0);
  EXPECT_EQ(value("if missing(x) then 0 else if x > 5 then 2 else 1", {{"x", 5.0}}), 1.0);
  EXPECT_EQ(value("if true then x else y", {{"x", 3.0}}), 3.0);
  EXPECT_TRUE(missing("if missing or missing(x) and false then 1 else 2", {{"x", 3.0}}));
}

TEST(FormulaProgramTest, CoalesceCountAndMissingLookAtWhatIsThere) {
  EXPECT_EQ(value("coalesce(x, y, 3)"), 3.0);
  EXPECT_EQ(value("coalesce(x, y, 3)", {{"y", 2.0}}), 2.0);
  EXPECT_EQ(value("coalesce(1 / x, 5)", {{"x", 0.0}}), 5.0);
  EXPECT_TRUE(missing("coalesce(x, y)"));
  EXPECT_EQ(value("count(x, y, z)", {{"y", 0.0}}), 1.0);
  EXPECT_EQ(value("count(x > 1, y > 1, z > 1)", {{"x", 2.0}, {"y", 1.0}}), 1.0);
  EXPECT_EQ(value("count(grade, x)", {{"grade", 0.0}}), 1.0);
  EXPECT_EQ(value("count(missing, x)", {{"x", infinity}}), 1.0);
  EXPECT_EQ(value("if missing(x + y) then 1 else 0", {{"x", 1.0}}), 1.0);
  EXPECT_EQ(value("if missing(exp(1000)) then 1 else 0"), 0.0);
  EXPECT_EQ(value("if missing(x > 3) then 1 else 0"), 1.0);
}

TEST(FormulaProgramTest, WhatIsNotARealNumberIsMissing) {
  for (const char* text : {"1 / x",
                           "x / x",
                           "1 / -x",
                           "0 / 0",
                           "log(x)",
                           "log(-1)",
                           "sqrt(-1)",
                           "sqrt(x - 1)",
                           "0^-1",
                           "x^-1",
                           "x^-70",
                           "x^(-0.5)",
                           "(x - 8)^(1 / 3)",
                           "(-8)^(1 / 3)",
                           "(x - 2)^0.5",
                           "exp(1000)",
                           "1e308 * 10",
                           "x + exp(1000)",
                           "exp(1000) - exp(1000)",
                           "log(exp(1000))",
                           "1e200^2",
                           "1e-200^-2"}) {
    EXPECT_TRUE(missing(text, {{"x", 0.0}})) << text;
  }
  // On the way there, infinities are numbers.
  EXPECT_EQ(value("min(exp(1000), 5)"), 5.0);
  EXPECT_EQ(value("1 / exp(x)", {{"x", 1000.0}}), 0.0);
  EXPECT_EQ(value("min(x^-2, 5)", {{"x", 1e-200}}), 5.0);
  EXPECT_EQ(value("min(log(x), 5)", {{"x", infinity}}), 5.0);
}

TEST(FormulaProgramTest, MinimumMaximumAndClamp) {
  EXPECT_EQ(value("min(x, y, z)", {{"x", 3.0}, {"y", 1.0}, {"z", 2.0}}), 1.0);
  EXPECT_EQ(value("max(x, y, z)", {{"x", 1.0}, {"y", 3.0}, {"z", 2.0}}), 3.0);
  EXPECT_EQ(value("clamp(x, 0, maximum)", {{"x", 11.0}}), 10.0);
  EXPECT_EQ(value("clamp(x, 0, maximum)", {{"x", -1.0}}), 0.0);
  EXPECT_EQ(value("clamp(x, 0, maximum)", {{"x", 4.0}}), 4.0);
  EXPECT_EQ(value("clamp(x, 5, 3)", {{"x", 4.0}}), 3.0);  // min(max(4, 5), 3)
  // Of equals the first, which one can see of a zero's sign.
  EXPECT_TRUE(std::signbit(value("min(x, y)", {{"x", -0.0}, {"y", 0.0}})));
  EXPECT_FALSE(std::signbit(value("min(x, y)", {{"x", 0.0}, {"y", -0.0}})));
}

TEST(FormulaProgramTest, RoundsTheWrittenNumberHalfAwayFromZero) {
  EXPECT_EQ(value("round(x, 2)", {{"x", 2.675}}), 2.68);  // The double is 2.67499999999999982...
  EXPECT_EQ(value("round(x, 2)", {{"x", -2.675}}), -2.68);
  EXPECT_EQ(value("round(x, 2)", {{"x", 1.005}}), 1.01);
  EXPECT_EQ(value("round(x, 2)", {{"x", std::nextafter(1.005, 0.0)}}), 1.0);
  EXPECT_EQ(value("round(x, 1)", {{"x", 0.25}}), 0.3);
  EXPECT_EQ(value("round(x)", {{"x", 2.5}}), 3.0);
  EXPECT_EQ(value("round(x)", {{"x", -2.5}}), -3.0);
  EXPECT_EQ(value("round(x)", {{"x", 0.49999999999999994}}), 0.0);
  EXPECT_EQ(value("round(x)", {{"x", 4503599627370497.5}}), 4503599627370498.0);
  EXPECT_EQ(value("round(x, 15)", {{"x", 1.2345678901234565}}), 1.234567890123457);
  EXPECT_EQ(value("round(x, 3)", {{"x", 1e300}}), 1e300);
  EXPECT_EQ(value("round(x, 15)", {{"x", 5e-324}}), 0.0);
  EXPECT_FALSE(std::signbit(value("round(x)", {{"x", -0.4}})));
  EXPECT_EQ(value("round(2.675, 2)"), 2.68);
  EXPECT_EQ(value("floor(x) + 100 * ceil(x)", {{"x", -2.5}}), -203.0);
}

TEST(FormulaProgramTest, PowersThatAPersonExpectsToBeExactAre) {
  for (const double exponent : {2.0, 3.0, 5.0, 10.0}) {
    double product = 1.0;
    for (int k = 0; k < static_cast<int>(exponent); ++k) product *= 3.0;
    EXPECT_EQ(value("x^y", {{"x", 3.0}, {"y", exponent}}), product);
    EXPECT_EQ(value("(-x)^y", {{"x", 3.0}, {"y", exponent}}),
              std::fmod(exponent, 2.0) == 1.0 ? -product : product);
  }
  EXPECT_EQ(value("x^2", {{"x", 0.1}}), 0.1 * 0.1);
  EXPECT_EQ(value("x^3", {{"x", 0.1}}), 0.1 * (0.1 * 0.1));
  EXPECT_EQ(value("x^-2", {{"x", 4.0}}), 0.0625);
  EXPECT_EQ(value("x^0", {{"x", 0.0}}), 1.0);
  EXPECT_EQ(value("2^x", {{"x", 0.0}}), 1.0);
  EXPECT_EQ(value("x^0.5", {{"x", 49.0}}), 7.0);
  EXPECT_EQ(value("x^1.5", {{"x", 100.0}}), 1000.0);
  EXPECT_EQ(value("x^0.25", {{"x", 81.0}}), 3.0);
  EXPECT_EQ(value("x^(1 / 3)", {{"x", 27.0}}), 3.0);
  EXPECT_EQ(value("x^y", {{"x", 0.0}, {"y", 0.5}}), 0.0);
  EXPECT_EQ(value("x^100", {{"x", 2.0}}), 0x1p100);
  EXPECT_EQ(value("x^101", {{"x", -2.0}}), -0x1p101);
  EXPECT_EQ(value("x^1e300", {{"x", 1.0}}), 1.0);
  EXPECT_EQ(value("x^1e300", {{"x", 0.5}}), 0.0);
  EXPECT_EQ(value("x^y", {{"x", 1.0}, {"y", infinity}}), 1.0);
  EXPECT_EQ(value("min(x^y, 3)", {{"x", infinity}, {"y", 0.5}}), 3.0);
  EXPECT_EQ(value("x^y", {{"x", infinity}, {"y", -0.5}}), 0.0);
}

TEST(FormulaProgramTest, CategoriesAreComparedInTheirOrder) {
  const std::string rule = "if grade == \"A\" then 3 else if grade >= \"b\" then 2 else 1";

  EXPECT_EQ(value(rule, {{"grade", 2.0}}), 3.0);
  EXPECT_EQ(value(rule, {{"grade", 1.0}}), 2.0);
  EXPECT_EQ(value(rule, {{"grade", 0.0}}), 1.0);
  EXPECT_TRUE(missing(rule));
  EXPECT_EQ(value("if grade > prev(grade) then 1 else 0", {{"grade", 2.0}, {"prev grade", 1.0}}),
            1.0);
  EXPECT_EQ(value("if \"B\" != grade then 1 else 0", {{"grade", 1.0}}), 0.0);
}

TEST(FormulaProgramTest, ThePeriodBeforeIsAnInputOfItsOwn) {
  const FormulaProgram growth = program("y + prev(x) / x - prev(x)");

  EXPECT_THAT(growth.inputs(), ElementsAre(FormulaInput{"y", false}, FormulaInput{"x", true},
                                           FormulaInput{"x", false}));
  EXPECT_THAT(program("prev(x)").inputs(), ElementsAre(FormulaInput{"x", true}));
  EXPECT_EQ(growth(std::vector<double>{1.0, 8.0, 2.0}), -3.0);
}

TEST(FormulaProgramTest, EveryVariableIsAnInputEvenIfNoValueOfItCounts) {
  const FormulaProgram off = program("if threshold > 90 then x else y");

  ASSERT_THAT(off.inputs(), ElementsAre(FormulaInput{"x", false}, FormulaInput{"y", false}));
  EXPECT_EQ(off(std::vector<double>{nan, 4.0}), 4.0);
  EXPECT_THAT(program("maximum / threshold").inputs(), IsEmpty());
  EXPECT_EQ(value("maximum / threshold"), 0.125);
}

TEST(FormulaProgramTest, EvaluatesColumnsOfAnyLengthAndAlignment) {
  const FormulaProgram of = program("if x >= 50 then x * 2 + y else missing");
  const std::vector<double> x(5000, 60.0);
  const std::vector<double> y(5000, 1.0);
  for (const Size rows : {0, 1, 7, 1023, 1024, 1025, 4000}) {
    std::vector<double> out(5000, -1.0);
    const double* const columns[] = {x.data() + 1, y.data() + 2};

    of.evaluate(columns, rows, out.data() + 3);

    for (Size i = 0; i < 5000; ++i) {
      const bool written = i >= 3 && i < rows + 3;
      ASSERT_EQ(out[static_cast<std::size_t>(i)], written ? 121.0 : -1.0) << rows << ", " << i;
    }
  }
}

TEST(FormulaProgramTest, WantsAsManyColumnsAsItReads) {
  const FormulaProgram of = program("x + y");

  EXPECT_THAT([&] { (void)of(std::vector<double>{1.0}); },
              testing::ThrowsMessage<DataError>(HasSubstr("2 columns, got 1")));
  std::vector<double> nodes(2);
  EXPECT_THAT(
      [&] {
        (void)of.trace(std::vector<double>{1.0, 2.0}, nodes);
      },
      testing::ThrowsMessage<DataError>(HasSubstr("3 nodes, got room for 2")));
}

TEST(FormulaProgramTest, RefusesWhatTypesRefuse) {
  EXPECT_THROW((void)program("x + income"), SpecError);
  EXPECT_THROW((void)program("x > 3"), SpecError);
}

TEST(FormulaProgramTest, TraceShowsEveryNodeWhetherOrNotItWasTaken) {
  const Formula formula("if x > 90 then maximum else if grade == \"B\" then x / y else y");
  const FormulaProgram of(formula, symbols());
  std::vector<double> nodes(formula.nodes().size());
  std::map<std::string, double> shown;

  const double result = of.trace(std::vector<double>{95.0, 0.0, 0.0}, nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) shown[to_string(formula, i)] = nodes[i];

  EXPECT_EQ(result, 10.0);
  EXPECT_EQ(nodes.back(), 10.0);
  EXPECT_EQ(shown.at("x > 90"), 1.0);
  EXPECT_EQ(shown.at("90"), 90.0);
  EXPECT_EQ(shown.at("maximum"), 10.0);
  EXPECT_EQ(shown.at("grade == \"B\""), 0.0);
  EXPECT_EQ(shown.at("\"B\""), 1.0);
  EXPECT_TRUE(std::isnan(shown.at("x / y")));
  EXPECT_EQ(shown.at("y"), 0.0);
}

TEST(FormulaProgramTest, TraceLeavesTheRootAsItIs) {
  const Formula formula("x * 10");
  const FormulaProgram of(formula, symbols());
  std::vector<double> nodes(formula.nodes().size());

  EXPECT_TRUE(std::isnan(of.trace(std::vector<double>{largest}, nodes)));
  EXPECT_EQ(nodes.back(), infinity);
}

TEST(FormulaProgramTest, TablesOfManyStepsAndLongSumsAreRight) {
  // Step k of 200 gives k points; sum of 3000 ones.
  std::string table;
  for (int k = 199; k > 0; --k) {
    table += "if x >= " + std::to_string(k) + " then " + std::to_string(k) + " else ";
  }
  table += "0";
  std::string sum = "sum(x";
  for (int k = 1; k < 3000; ++k) sum += ", x";
  sum += ")";

  for (const double x : {-1.0, 0.5, 1.0, 17.0, 31.99, 32.0, 168.5, 198.9, 199.0, 1000.0}) {
    EXPECT_EQ(value(table, {{"x", x}}), std::min(199.0, std::max(0.0, std::floor(x))));
  }
  EXPECT_EQ(value(sum, {{"x", 1.0}}), 3000.0);
}

/// log, exp and powers against long doubles, in units in the last place.
double units_off(double found, long double wanted) {
  int exponent = 0;
  std::frexp(static_cast<double>(wanted), &exponent);
  const long double unit = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::fabs(static_cast<long double>(found) - wanted) / unit);
}

TEST(FormulaProgramTest, FunctionsAreGoodToOneUnitInTheLastPlace) {
  const FormulaProgram log = program("log(x)");
  const FormulaProgram exp = program("exp(x)");
  const FormulaProgram power = program("x^y");
  for (int k = 1; k < 20'000; ++k) {
    const double x = k * 0.00731;                         // Up to 146.
    const double y = std::fmod(k * 0.377, 20.0) - 10.01;  // Not whole.
    EXPECT_LE(units_off(log(std::vector{x}), std::log(static_cast<long double>(x))), 1.0) << x;
    EXPECT_LE(units_off(exp(std::vector{y * 7.0}), std::exp(static_cast<long double>(y * 7.0))),
              1.0)
        << y;
    EXPECT_LE(units_off(power(std::vector{x, y}),
                        std::pow(static_cast<long double>(x), static_cast<long double>(y))),
              0.7)
        << x << ' ' << y;
  }
}

}  // namespace
}  // namespace chiso
