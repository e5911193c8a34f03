#include "chiso/check/lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chiso/io/load_index.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "warning unused-variable x:3", by line.
std::vector<std::string> findings(const std::string& yaml) {
  std::vector<std::string> found;
  for (const CheckFinding& finding : lint(parse_index(yaml, "file.yaml"))) {
    found.push_back(std::string(name(finding.severity)) + " " + finding.rule + " " +
                    finding.subject + ":" + std::to_string(finding.problem.location.line));
  }
  return found;
}

std::string with_formula(const std::string& rule) {
  return "chiso: 1\nindex: a\nedition: \"1\"\n"
         "variables: {rate: {range: [0, 100]}, late: {range: [0, 10]}, free: {}}\n"
         "tree:\n  code: a\n  aggregation: sum\n  children:\n"
         "    - {code: all, rule: {formula: \"rate + late + free\"}}\n"
         "    - code: f\n      maximum: 2\n      rule: " +
         rule + "\n";
}

CheckFinding only_finding(const std::string& yaml) {
  const auto found = lint(parse_index(yaml, "file.yaml"));
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? CheckFinding{} : found[0];
}

TEST(LintTest, VariablesThatNothingReads) {
  EXPECT_THAT(findings(R"(chiso: 1
index: a
edition: "1"
variables:
  rate: {range: [0, 100]}
  spare: {}
  total: {}
tree:
  code: a
  published: {variable: total}
  rule: {formula: "if rate >= 80 then 1 else 0"}
)"),
              ElementsAre("warning unused-variable spare:6"));
}

TEST(LintTest, OfficialNodesWithoutASource) {
  const std::string head = "chiso: 1\nindex: a\nedition: \"1\"\n";
  const std::string tree =
      "tree:\n  code: a\n  aggregation: sum\n  children:\n"
      "    - {code: b, rule: identity}\n"
      "    - {code: c, status: official, rule: identity, note: an open question}\n";
  EXPECT_THAT(findings(head + tree), ElementsAre("warning no-source c:9"));
  EXPECT_THAT(findings(head + "status: official\n" + tree),
              ElementsAre("warning no-source a:6", "warning no-source c:10"));
  EXPECT_THAT(findings(head + "status: official\nsource: the decision\n" + tree), IsEmpty());
}

TEST(LintTest, StepsThatNoValueReaches) {
  const auto steps = [](const std::string& range) {
    return findings(
        "chiso: 1\nindex: a\nedition: \"1\"\nvariables: {x: {range: " + range +
        "}}\ntree: {code: a, variable: x, maximum: 2, rule: {steps: [{when: \"> 100\", "
        "points: 2}, {when: \"[70, 100]\", points: 1}, {when: \"< 70\", points: 0}]}}\n");
  };
  EXPECT_THAT(steps("[0, 200]"), IsEmpty());
  EXPECT_THAT(steps("[0, 100]"), ElementsAre("warning step-never-runs a:5"));
  EXPECT_THAT(steps("[70, 101]"), ElementsAre("warning step-never-runs a:5"));
  EXPECT_THAT(steps("[69, 101]"), IsEmpty());
}

TEST(LintTest, FormulasThatAreSoundSayNothing) {
  EXPECT_THAT(findings(with_formula("{formula: \"if rate >= 90 then maximum else 0\", "
                                    "rises_with: [rate]}")),
              IsEmpty());
}

TEST(LintTest, FormulasThatCanLeaveTheirRange) {
  const CheckFinding finding = only_finding(with_formula("{formula: \"rate / 40\"}"));
  EXPECT_EQ(finding.rule, "range");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_THAT(finding.problem.message, HasSubstr("which is not in [0, 2]: for rate = "));
  EXPECT_EQ(finding.problem.location.line, 12);
}

TEST(LintTest, FormulasAgainstTheirDeclaredDirection) {
  const CheckFinding finding =
      only_finding(with_formula("{formula: \"if late > 5 then 0 else 1\", rises_with: [late]}"));
  EXPECT_EQ(finding.rule, "trend");
  EXPECT_EQ(finding.severity, Severity::error);
  EXPECT_EQ(finding.problem.message, "the score falls when 'late' rises");
  ASSERT_EQ(finding.details.size(), 2U);
  EXPECT_THAT(finding.details[0], HasSubstr("1 for late = "));
  EXPECT_THAT(finding.details[1], HasSubstr("0 for late = "));
  EXPECT_THAT(
      findings(with_formula("{formula: \"if late > 5 then 0 else 1\", falls_with: [late]}")),
      IsEmpty());
}

TEST(LintTest, WhatTheAnalysisOfAFormulaFindsPointsAtTheCharacter) {
  const CheckFinding finding =
      only_finding(with_formula("{formula: \"min(2, max(0, rate / late))\"}"));
  EXPECT_EQ(finding.rule, "divides-by-zero");
  EXPECT_EQ(finding.problem.location.file, "file.yaml");
  EXPECT_EQ(finding.problem.location.line, 12);
  EXPECT_GT(finding.problem.location.column, 25) << "within the formula";
}

TEST(LintTest, ADatedFormulaIsLookedAtWhereItIsInForce) {
  EXPECT_THAT(findings(R"(chiso: 1
index: a
edition: "1"
periods: {from: 2020, to: 2025}
variables: {rate: {range: [0, 100]}}
parameters:
  full: {title: F, value: [{value: 100, to: 2022}, {value: 50, from: 2023}]}
tree:
  code: a
  maximum: 2
  rule: {formula: "rate / full * maximum"}
)"),
              ElementsAre("warning range a:11"))
      << "from 2023 on 100 / 50 * 2 = 4";
}

}  // namespace
}  // namespace chiso
