#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysed.hpp"
#include "chiso/formula/analysis.hpp"

/// What the analysis says of rules as they are in force: formulas after the rows of the collected
/// scoring rules (ids in the comments), each with the verdict that follows from the rule's words.
namespace chiso {
namespace {

using testing::ElementsAreArray;
using testing_formula::flag;
using testing_formula::from_zero;
using testing_formula::percent;
using testing_formula::Symbols;
using testing_formula::to;
using Kind = FormulaFinding::Kind;

struct Rule {
  std::string id;
  std::string formula;
  FormulaSymbols symbols;
  Proof inside = Proof::proven;
  std::vector<std::string> rises_with;
  std::vector<std::string> falls_with;
  std::vector<Kind> findings;
};

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.id << ": " << rule.formula; }

std::vector<Rule> rules() {
  const auto share = [](double maximum) {
    return Symbols(maximum).variable("done", from_zero()).variable("assigned", from_zero()).symbols;
  };
  const auto rate = [](double maximum) {
    return Symbols(maximum).variable("rate", percent()).symbols;
  };
  const auto two_flags = Symbols(1.0).variable("full", flag()).variable("on_time", flag()).symbols;
  const auto three_flags = Symbols(1.0)
                               .variable("reports", flag())
                               .variable("content", flag())
                               .variable("time", flag())
                               .symbols;
  const auto count = [](double maximum, const std::string& name) {
    return Symbols(maximum).variable(name, from_zero()).symbols;
  };
  return {
      {"CM-1.1.1, ordered categories",
       R"(if status == "timely" then 1 else if status == "late" then 0.5 else 0)",
       Symbols(1.0).categories("status", {"not issued", "late", "timely"}).symbols,
       Proof::proven,
       {"status"},
       {},
       {}},
      {"CM-1.1.2, all or nothing",
       "if meets == 1 then maximum else 0",
       Symbols(1.0).variable("meets", flag()).symbols,
       Proof::proven,
       {"meets"},
       {},
       {}},
      {"CM-1.1.4, step table",
       "if rate > 90 then 2 else if rate >= 70 then 1 else 0",
       rate(2.0),
       Proof::proven,
       {"rate"},
       {},
       {}},
      {"CM-1.2.1, conjunction",
       "if full == 1 and on_time == 1 then 1 else 0",
       two_flags,
       Proof::proven,
       {"full", "on_time"},
       {},
       {}},
      {"CM-1.1, sum of children",
       "a + b + c + d",
       Symbols(5.0)
           .variable("a", flag())
           .variable("b", flag())
           .variable("c", flag())
           .variable("d", to(2.0))
           .symbols,
       Proof::proven,
       {"a", "b", "c", "d"},
       {},
       {}},
      {"JU-2, six steps",
       "if rate == 100 then 2 else if rate >= 95 then 1.75 else if rate >= 80 then 1.5 "
       "else if rate >= 70 then 1 else if rate >= 60 then 0.5 else 0",
       rate(2.0),
       Proof::proven,
       {"rate"},
       {},
       {}},
      {"JU-3, six steps with both bounds",
       "if rate == 100 then 3 else if rate >= 95 and rate < 100 then 2.75 "
       "else if rate >= 80 and rate < 95 then 2.5 else if rate >= 70 and rate < 80 then 2 "
       "else if rate >= 60 and rate < 70 then 1.5 else 0",
       rate(3.0),
       Proof::proven,
       {"rate"},
       {},
       {}},
      {"JU-3 with a wrong bound: 95 falls through",
       "if rate == 100 then 3 else if rate > 95 and rate < 100 then 2.75 "
       "else if rate >= 80 and rate < 95 then 2.5 else 0",
       rate(3.0),
       Proof::proven,
       {},
       {},
       {Kind::gap}},
      {"JU-3 with a lost bound: 95 is in two steps",
       "if rate == 100 then 3 else if rate >= 95 and rate <= 100 then 2.75 "
       "else if rate >= 80 and rate <= 95 then 2.5 else 0",
       rate(3.0),
       Proof::proven,
       {"rate"},
       {},
       {Kind::overlap}},
      {"TH-1b, violation count",
       "if unlawful == 0 then 2 else 0",
       count(2.0, "unlawful"),
       Proof::proven,
       {},
       {"unlawful"},
       {}},
      {"TH-1c, no task gives full points",
       "if assigned == 0 then maximum else min(maximum, maximum * done / assigned)",
       share(3.0),
       Proof::proven,
       {"done"},
       {"assigned"},
       {}},
      {"TH-1c in one condition",
       "if assigned == 0 or done >= assigned then maximum else maximum * done / assigned",
       share(3.0),
       Proof::proven,
       {"done"},
       {"assigned"},
       {}},
      {"AU-1, increments with a cap",
       "if x < 10 then 0 else min(2, 1 + 0.25 * max(0, floor((x - 20) / 5)))",
       Symbols(2.0).variable("x", percent()).symbols,
       Proof::proven,
       {"x"},
       {},
       {}},
      {"AU-1 without its cap",
       "if x < 10 then 0 else 1 + 0.25 * max(0, floor((x - 20) / 5))",
       Symbols(2.0).variable("x", percent()).symbols,
       Proof::refuted,
       {"x"},
       {},
       {}},
      {"PT-3.1.1, not applicable counts",
       R"(if issued == "no" then 0 else maximum)",
       Symbols(0.5).categories("issued", {"no", "yes", "not applicable"}).symbols,
       Proof::proven,
       {"issued"},
       {},
       {}},
      {"PT-3.1.2, both or nothing",
       "if full == 1 then if(on_time == 1, maximum, 0) else 0",
       two_flags,
       Proof::proven,
       {"full", "on_time"},
       {},
       {}},
      {"PT-3.2, units with a cap",
       "min(maximum, 0.5 * valid)",
       count(2.0, "valid"),
       Proof::proven,
       {"valid"},
       {},
       {}},
      {"PT-2.1, free deduction",
       "maximum - deducted",
       Symbols(8.0).variable("deducted", to(8.0)).symbols,
       Proof::proven,
       {},
       {"deducted"},
       {}},
      {"PT-2.1, more deducted than there is",
       "maximum - deducted",
       count(8.0, "deducted"),
       Proof::refuted,
       {},
       {"deducted"},
       {}},
      {"PT-III.3.1, graded deduction",
       "max(0, maximum - 0.5 * minor - serious)",
       Symbols(3.0).variable("minor", from_zero()).variable("serious", from_zero()).symbols,
       Proof::proven,
       {},
       {"minor", "serious"},
       {}},
      {"PT-III.3.2, severity table",
       R"(if violation == "none" then maximum else if violation == "minor" then 0.5 * maximum else 0)",
       Symbols(2.0).categories("violation", {"serious", "minor", "none"}).symbols,
       Proof::proven,
       {"violation"},
       {},
       {}},
      {"PT-IV.4.1, grades in percent of the maximum",
       R"(if grade == "excellent" then maximum else if grade == "good" then 0.75 * maximum else )"
       R"(if grade == "done" then 0.5 * maximum else missing)",
       Symbols(2.0).categories("grade", {"done", "good", "excellent"}).symbols,
       Proof::proven,
       {"grade"},
       {},
       {}},
      {"PT-IV, bonus with its own cap",
       "min(5, b1 + b2 + b3)",
       Symbols(5.0).variable("b1", to(2.0)).variable("b2", to(2.0)).variable("b3", to(3.0)).symbols,
       Proof::proven,
       {"b1", "b2", "b3"},
       {},
       {}},
      {"CD-1, one formula of two",
       R"(if kind == "count" then min(maximum, n) else maximum * min(n, m) / m)",
       Symbols(4.0)
           .categories("kind", {"count", "share"})
           .variable("n", from_zero())
           .variable("m", Interval::closed(1.0, 1000.0))
           .symbols,
       Proof::proven,
       {"n"},
       {"m"},
       {}},
      {"CD-2, total with bonus and penalty",
       "clamp(points + min(bonus, 5) - min(penalty, 5), 0, maximum)",
       Symbols(100.0)
           .variable("points", percent())
           .variable("bonus", to(10.0))
           .variable("penalty", to(10.0))
           .symbols,
       Proof::proven,
       {"points", "bonus"},
       {"penalty"},
       {}},
      {"CD-2, penalty below nothing",
       "round(points + bonus - penalty, 2)",
       Symbols(110.0)
           .variable("points", percent())
           .variable("bonus", to(10.0))
           .variable("penalty", to(10.0))
           .symbols,
       Proof::refuted,
       {"points", "bonus"},
       {"penalty"},
       {}},
      {"766-a, ratio",
       "maximum * done / assigned",
       share(18.0),
       Proof::refuted,
       {"done"},
       {"assigned"},
       {Kind::divides_by_zero}},
      {"766-a, guarded",
       "if assigned == 0 then missing else min(maximum, done / assigned * maximum)",
       share(18.0),
       Proof::proven,
       {"done"},
       {"assigned"},
       {}},
      {"766-a, guarded by the larger one",
       "if max(done, assigned) == 0 then 0 else maximum * done / max(done, assigned)",
       share(18.0),
       Proof::proven,
       {"done"},
       {"assigned"},
       {}},
      {"766-b, ratio with exclusion",
       "max(0, all - bad) / all * maximum",
       Symbols(18.0)
           .variable("all", Interval::closed(1.0, 1e5))
           .variable("bad", from_zero())
           .symbols,
       Proof::proven,
       {"all"},
       {"bad"},
       {}},
      {"766-b, more excluded than there are",
       "(all - bad) / all * maximum",
       Symbols(18.0)
           .variable("all", Interval::closed(1.0, 1e5))
           .variable("bad", from_zero())
           .symbols,
       Proof::refuted,
       {"all"},
       {"bad"},
       {}},
      {"HN-1, rescaled without the survey",
       "if missing(survey) then appraisal / 70 * 100 else appraisal + survey",
       Symbols(100.0).variable("appraisal", to(70.0)).variable("survey", to(30.0)).symbols,
       Proof::proven,
       {"appraisal", "survey"},
       {},
       {}},
      {"HN-1 by coalesce",
       "coalesce(appraisal + survey, appraisal / 70 * 100)",
       Symbols(100.0).variable("appraisal", to(70.0)).variable("survey", to(30.0)).symbols,
       Proof::proven,
       {"appraisal", "survey"},
       {},
       {}},
      {"TH-84, reduced denominator",
       "points / 84 * 100",
       Symbols(100.0).variable("points", to(84.0)).symbols,
       Proof::proven,
       {"points"},
       {},
       {}},
      {"TH-84 with the wrong range",
       "points / 84 * 100",
       Symbols(100.0).variable("points", to(100.0)).symbols,
       Proof::refuted,
       {"points"},
       {},
       {}},
      {"HT-so, fixed split",
       "0.8 * appraisal + 0.2 * survey",
       Symbols(100.0).variable("appraisal", percent()).variable("survey", percent()).symbols,
       Proof::proven,
       {"appraisal", "survey"},
       {},
       {}},
      {"HT-nganh, reduced total",
       "(appraisal + survey) / 60 * 100",
       Symbols(100.0).variable("appraisal", to(40.0)).variable("survey", to(20.0)).symbols,
       Proof::proven,
       {"appraisal", "survey"},
       {},
       {}},
      {"NAT-sipas, a tenth",
       "round(sipas / 10, 2)",
       Symbols(10.0).variable("sipas", percent()).symbols,
       Proof::proven,
       {"sipas"},
       {},
       {}},
      {"NAT-grp18, classes",
       "if x >= 80 then 4 else if x >= 75 then 3 else if x >= 70 then 2 else 1",
       Symbols(4.0).variable("x", percent()).symbols,
       Proof::proven,
       {"x"},
       {},
       {}},
      {"BG-1, proportional with threshold",
       "if rate >= threshold then rate * maximum / 100 else 0",
       Symbols(3.0).variable("rate", percent()).parameter("threshold", 80.0).symbols,
       Proof::proven,
       {"rate"},
       {},
       {}},
      {"BG-1, more than 100 %",
       "if rate >= 80 then rate * maximum / 100 else 0",
       count(3.0, "rate"),
       Proof::refuted,
       {"rate"},
       {},
       {}},
      {"BG-2, count steps",
       "if n >= 2 then maximum else if n == 1 then maximum / 2 else 0",
       count(1.0, "n"),
       Proof::proven,
       {"n"},
       {},
       {}},
      {"BG-3, conditions counted",
       "maximum * count(reports == 1, content == 1, time == 1) / 3",
       three_flags,
       Proof::proven,
       {"reports", "content", "time"},
       {},
       {Kind::missing_slips}},
      {"BG-4, one breach",
       "if complying >= units then maximum else 0",
       Symbols(1.0)
           .variable("units", Interval::closed(1.0, 1000.0))
           .variable("complying", from_zero())
           .symbols,
       Proof::proven,
       {"complying"},
       {"units"},
       {}},
      {"BG-5, share of targets with a threshold",
       "if reached / targets < 0.5 then 0 else min(1, reached / targets) * maximum",
       Symbols(5.0)
           .variable("reached", from_zero())
           .variable("targets", Interval::closed(1.0, 100.0))
           .symbols,
       Proof::proven,
       {"reached"},
       {"targets"},
       {}},
      {"BG-6, mean of an ordinal scale",
       "(m - 1) / 4 * maximum",
       Symbols(4.0).variable("m", Interval::closed(1.0, 5.0)).symbols,
       Proof::proven,
       {"m"},
       {},
       {}},
      {"against last year",
       "if x > prev(x) then maximum else if x == prev(x) then maximum / 2 else 0",
       count(5.0, "x"),
       Proof::proven,
       {"x"},
       {},
       {}},
  };
}

class ScoringRulesTest : public testing::TestWithParam<Rule> {};

TEST_P(ScoringRulesTest, Range) {
  const Rule& rule = GetParam();
  EXPECT_EQ(formula_range(Formula(rule.formula), rule.symbols).inside, rule.inside);
}

TEST_P(ScoringRulesTest, Trend) {
  const Rule& rule = GetParam();
  const Formula formula(rule.formula);
  for (const auto& name : rule.rises_with) {
    EXPECT_EQ(formula_trend(formula, rule.symbols, name, FormulaDirection::rises).proof,
              Proof::proven)
        << name;
    EXPECT_EQ(formula_trend(formula, rule.symbols, name, FormulaDirection::falls).proof,
              Proof::refuted)
        << name;
  }
  for (const auto& name : rule.falls_with) {
    EXPECT_EQ(formula_trend(formula, rule.symbols, name, FormulaDirection::falls).proof,
              Proof::proven)
        << name;
    EXPECT_EQ(formula_trend(formula, rule.symbols, name, FormulaDirection::rises).proof,
              Proof::refuted)
        << name;
  }
}

TEST_P(ScoringRulesTest, Findings) {
  const Rule& rule = GetParam();
  std::vector<Kind> kinds;
  for (const auto& finding : check_formula(Formula(rule.formula), rule.symbols)) {
    kinds.push_back(finding.kind);
  }
  EXPECT_THAT(kinds, ElementsAreArray(rule.findings));
}

INSTANTIATE_TEST_SUITE_P(All, ScoringRulesTest, testing::ValuesIn(rules()));

}  // namespace
}  // namespace chiso
