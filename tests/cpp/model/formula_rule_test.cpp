#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/rule_kernel.hpp"
#include "definitions.hpp"

namespace chiso {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Criterion by_formula(std::string code, const std::string& formula) {
  Criterion node;
  node.code = std::move(code);
  node.rule = Dated<Rule>(Rule(FormulaRule{Formula(formula), {}, {}}));
  return node;
}

Criterion by_formula(std::string code, const std::string& formula, double maximum) {
  Criterion node = by_formula(std::move(code), formula);
  node.maximum = Dated<double>(maximum);
  return node;
}

Parameter parameter(std::string code, Dated<double> value) {
  Parameter made;
  made.code = std::move(code);
  made.value = std::move(value);
  return made;
}

IndexDefinition with(Criterion node, std::vector<Variable> variables,
                     std::vector<Parameter> parameters = {}) {
  IndexDefinition whole = definition(std::move(node));
  whole.variables = std::move(variables);
  whole.parameters = std::move(parameters);
  return whole;
}

const Variable kRate = number("rate", Interval::closed(0, 100));
const Variable kLevel = categories("level", {"low", "high"});

TEST(FormulaRuleTest, AFormulaReadsItsVariablesAndUsesParameters) {
  const Index index(
      with(inner("all", Aggregation::Method::sum,
                 {by_formula("a", "if rate >= threshold then rate * maximum / 100 else 0", 2.0),
                  by_formula("b", "done - prev(done) + prev(rate)"), leaf("c")}),
           {number("unread", {}), number("done", {}), kRate}, {parameter("threshold", 80.0)}));

  std::vector<std::string> names;
  for (const Variable& variable : index.variables()) names.push_back(variable.code);
  EXPECT_THAT(names, ElementsAre("done", "rate", "c"));
  EXPECT_THAT(index.previous_variables(), ElementsAre(0, 1));
  ASSERT_EQ(index.parameters().size(), 1U);
  EXPECT_EQ(index.parameters()[0].code, "threshold");
  EXPECT_FALSE(index.is_dated());
}

TEST(FormulaRuleTest, WhatItMayNameIsKnown) {
  const Index index(
      with(by_formula("a", "if level == \"high\" then rate / 100 * maximum else t", 2.0),
           {kRate, kLevel}, {parameter("t", 0.5)}));
  const FormulaSymbols symbols = formula_symbols(index, 0);
  EXPECT_EQ(symbols.maximum, 2.0);
  EXPECT_EQ(symbols.names.at("rate").range, Interval::closed(0, 100));
  EXPECT_FALSE(symbols.names.at("rate").value);
  EXPECT_THAT(symbols.names.at("level").categories, ElementsAre("low", "high"));
  EXPECT_EQ(symbols.names.at("t").value, 0.5);
}

TEST(FormulaRuleTest, ParametersDependOnThePeriod) {
  const Index index(
      with(by_formula("a", "min(rate, cap)"), {kRate},
           {parameter("cap", dated({entry(50.0, until(2019)), entry(60.0, since(2020))}))}));
  EXPECT_TRUE(index.is_dated());
  EXPECT_EQ(formula_symbols(index, 0, Period(2019)).names.at("cap").value, 50.0);
  EXPECT_EQ(formula_symbols(index, 0, Period(2020)).names.at("cap").value, 60.0);
  EXPECT_THROW(static_cast<void>(formula_symbols(index, 0)), SpecError);
}

TEST(FormulaRuleTest, IsDescribedByItsCanonicalText) {
  EXPECT_EQ(describe(Rule(FormulaRule{Formula("IF(a>=1,2,0)"), {}, {}})),
            "if a >= 1 then 2 else 0");
  EXPECT_FALSE(is_points_rule(Rule(FormulaRule{Formula("a"), {}, {}})));
  EXPECT_TRUE(needs_maximum(Rule(FormulaRule{Formula("min(a, maximum)"), {}, {}})));
  EXPECT_FALSE(needs_maximum(Rule(FormulaRule{Formula("a"), {}, {}})));
  EXPECT_FALSE(implied_maximum(Rule(FormulaRule{Formula("5"), {}, {}})));
}

TEST(FormulaRuleTest, WhereItWasWrittenIsNotPartOfIt) {
  const FormulaRule one{Formula("a + 1"), {"a"}, {}, TextPlace(Location{"x.yaml", 3, 5})};
  FormulaRule other{Formula("a   +1"), {"a"}, {}};
  EXPECT_TRUE(one == other);
  other.rises_with.clear();
  EXPECT_FALSE(one == other);
}

TEST(FormulaRuleTest, UnknownNamesAreSaidWithTheNearest) {
  EXPECT_THAT(faults(with(by_formula("a", "rat + 1"), {kRate})),
              ElementsAre(AllOf(HasSubstr("a: nothing is named 'rat'"), HasSubstr("'rate'"))));
  // A variable that another indicator reads as a plain number has to be declared too.
  EXPECT_THAT(
      faults(with(inner("all", Aggregation::Method::sum, {leaf("x"), by_formula("b", "x")}), {})),
      ElementsAre(HasSubstr("b: nothing is named 'x'")));
}

// Every suggestion takes a look at all names, and a definition may have many thousand of both.
TEST(FormulaRuleTest, TheFirstHundredFormulasAtFaultHaveSuggestions) {
  std::vector<Criterion> many;
  for (int i = 0; i < 150; ++i) many.push_back(by_formula("a" + std::to_string(i), "rat + 1"));
  const auto said = faults(with(inner("all", Aggregation::Method::sum, many), {kRate}));
  ASSERT_EQ(said.size(), 150U);
  EXPECT_THAT(said[99], HasSubstr("'rate'"));
  EXPECT_THAT(said[100], AllOf(HasSubstr("nothing is named 'rat'"), Not(HasSubstr("'rate'"))));
}

TEST(FormulaRuleTest, TypesAreChecked) {
  EXPECT_THAT(faults(with(by_formula("a", "rate > 5"), {kRate})),
              ElementsAre(HasSubstr("a: a formula wants a number")));
  EXPECT_THAT(faults(with(by_formula("a", "if level == \"hihg\" then 1 else 0"), {kLevel})),
              ElementsAre(AllOf(HasSubstr("\"hihg\""), HasSubstr("high"))));
  EXPECT_THAT(faults(with(by_formula("a", "rate * maximum"), {kRate})),
              ElementsAre(HasSubstr("a: the formula uses `maximum`, and the criterion has none")));
}

TEST(FormulaRuleTest, AllProblemsAreSaidAtOnceEachAtItsLetter) {
  Criterion node;
  node.code = "a";
  node.rule = Dated<Rule>(
      Rule(FormulaRule{Formula("foo + bar"), {"baz"}, {}, TextPlace(Location{"x.yaml", 7, 20})}));
  IndexDefinition whole = with(node, {kRate});
  whole.location = Location{"x.yaml", 1, 1};
  std::vector<std::string> found;
  try {
    static_cast<void>(Index(whole));
  } catch (const SpecError& error) {
    for (const Problem& problem : error.problems()) {
      found.push_back(problem.location.to_string() + " " + problem.message);
    }
  }
  EXPECT_THAT(found, UnorderedElementsAre(
                         HasSubstr("x.yaml:7:20 nothing is named 'foo'"),
                         HasSubstr("x.yaml:7:26 nothing is named 'bar'"),
                         HasSubstr("`rises_with` names 'baz', which the formula does not use")));
}

TEST(FormulaRuleTest, AParameterNeedsAUserAndANameOfItsOwn) {
  EXPECT_THAT(faults(with(by_formula("a", "rate"), {kRate}, {parameter("t", 1.0)})),
              ElementsAre("t: no formula uses the parameter 't'"));
  EXPECT_THAT(faults(with(by_formula("a", "rate"), {kRate}, {parameter("rate", 1.0)})),
              ElementsAre("rate: 'rate' is the name of a variable too"));
  EXPECT_THAT(faults(with(by_formula("a", "rate + t"), {kRate},
                          {parameter("t", 1.0), parameter("t", 2.0)})),
              ElementsAre("t: the parameter 't' is declared twice, first"));
  EXPECT_THAT(faults(with(by_formula("a", "rate + t"), {kRate},
                          {parameter("t", std::numeric_limits<double>::infinity())})),
              ElementsAre("t: expected a finite value, got inf"));
  EXPECT_THAT(faults(with(by_formula("a", "rate + t"), {kRate}, {parameter("t", {})})),
              ElementsAre("t: expected a value, got none"));
}

TEST(FormulaRuleTest, AParameterIsInForceWheneverAFormulaNeedsIt) {
  // Needed from 2018 on, where the formula takes over from another rule.
  Criterion node = leaf("a");
  node.rule = Dated<Rule>(std::vector<DatedEntry<Rule>>{
      entry<Rule>(Identity{}, until(2017)),
      entry<Rule>(FormulaRule{Formula("min(rate, t)"), {}, {}}, since(2018))});
  const auto faults_with = [&](std::vector<DatedEntry<double>> values) {
    return faults(with(node, {kRate}, {parameter("t", dated(std::move(values)))}));
  };
  EXPECT_THAT(faults_with({entry(1.0, since(2018))}), IsEmpty());
  EXPECT_THAT(faults_with({entry(1.0, since(2020))}),
              ElementsAre("t: no value is in force from 2018 to 2019"));
  EXPECT_THAT(faults_with({entry(1.0, until(2019)), entry(2.0, since(2019))}),
              ElementsAre("t: 2 entries for the value are in force in 2019"));
}

TEST(FormulaRuleTest, AFormulaSaysItselfWhatItReadsAndWhichWayItRuns) {
  Criterion node = by_formula("a", "rate");
  node.measure = Measure::of("rate");
  EXPECT_THAT(faults(with(node, {kRate})),
              ElementsAre(HasSubstr("a formula says itself what it reads")));
  node = by_formula("a", "rate");
  node.polarity = Polarity::negative;
  EXPECT_THAT(faults(with(node, {kRate})), ElementsAre(HasSubstr("`polarity: negative`")));
}

TEST(FormulaRuleTest, DirectionsNameVariablesOfTheFormulaOnce) {
  const auto faults_of = [](std::vector<std::string> rises, std::vector<std::string> falls) {
    Criterion node = by_formula("a", "rate - done * t");
    node.rule = Dated<Rule>(
        Rule(FormulaRule{Formula("rate - done * t"), std::move(rises), std::move(falls)}));
    return faults(with(node, {kRate, number("done", {})}, {parameter("t", 2.0)}));
  };
  EXPECT_THAT(faults_of({"rate"}, {"done"}), IsEmpty());
  EXPECT_THAT(faults_of({"raet"}, {}), ElementsAre(AllOf(HasSubstr("'raet'"), HasSubstr("rate"))));
  EXPECT_THAT(faults_of({"t"}, {}), ElementsAre(HasSubstr("'t' is a parameter")));
  EXPECT_THAT(faults_of({"rate"}, {"rate"}), ElementsAre(HasSubstr("twice")));
}

TEST(FormulaRuleTest, TheSumOfPointsNeedsItsMaximum) {
  // As of every leaf, see `reduce_maximum`.
  Criterion sum = inner("all", Aggregation::Method::sum, {by_formula("a", "rate")});
  sum.missing = MissingPolicy::reduce_maximum;
  EXPECT_THAT(faults(with(sum, {kRate})), ElementsAre(HasSubstr("this one has none")));
}

}  // namespace
}  // namespace chiso
