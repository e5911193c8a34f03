#include "chiso/check/cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "chiso/base/error.hpp"
#include "chiso/io/load_index.hpp"

namespace chiso {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using What = Expectation::What;

// 100 points by steps, 20 by category; one more branch that demands all of its children.
constexpr std::string_view form = R"(
chiso: 1
index: form
edition: "1"
periods: {from: 2020, to: 2024}
groups: {limits: {A: 3, B: 1}}
variables:
  rate: {range: [0, 100]}
  plan: {categories: [none, late, timely]}
  other: {range: [0, 10]}
tree:
  code: form
  aggregation: sum
  published: {variable: published.form, tolerance: 0.01}
  children:
    - code: work
      aggregation: sum
      children:
        - {code: rate, maximum: 2, rule: {steps: [{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}, {when: "< 70", points: 0}]}}
        - {code: plan, maximum: 1, rule: {categories: {timely: 1, late: 0.5, none: 0}}}
    - code: demanding
      aggregation: sum
      missing: error
      children:
        - {code: other, maximum: 10, rule: identity}
)";

const std::string& form_text() {
  static const std::string text(form);
  return text;
}

PanelSource no_panels() {
  return [](const std::string& name, const std::string&) -> Panel {
    throw NotFoundError("there is no panel '" + name + "'", name);
  };
}

CaseValue number(std::string variable, double value) {
  return {std::move(variable), CaseValue::Kind::number, value, {}, {}};
}

CaseValue word(std::string variable, std::string category) {
  return {std::move(variable), CaseValue::Kind::category, 0.0, std::move(category), {}};
}

Expectation expected(std::string node, double score) {
  Expectation each;
  each.node = std::move(node);
  each.number = score;
  return each;
}

Expectation expected(std::string node, What what, double value = 0.0) {
  Expectation each = expected(std::move(node), value);
  each.what = what;
  return each;
}

Case named(std::string name) {
  Case of;
  of.name = std::move(name);
  return of;
}

Case of(std::vector<CaseValue> given, std::vector<Expectation> expect) {
  Case each = named("a case");
  each.given = std::move(given);
  each.expect = std::move(expect);
  return each;
}

CaseRunner runner(std::vector<Case> cases, const PanelSource& panels = no_panels()) {
  return {parse_index(form_text()), std::move(cases), {}, panels};
}

CheckItem run(Case each, const PanelSource& panels = no_panels()) {
  return runner({std::move(each)}, panels).run(0);
}

std::string message(const CheckItem& item) {
  return item.findings.empty() ? "" : item.findings[0].problem.to_string();
}

/// Three units; published are the totals, of "c" 0.5 too much.
Panel panel() {
  Panel::Builder builder;
  const Size period = builder.period(Period(2023));
  const Size rate = builder.number_variable("rate");
  const Size plan = builder.category_variable("plan");
  const Size other = builder.number_variable("other");
  const Size published = builder.number_variable("published.form");
  const auto put = [&](const char* name, double r, const char* p, double o, double total) {
    const Size unit = builder.unit(name);
    builder.set(unit, rate, period, r);
    builder.set_category(unit, plan, period, p);
    builder.set(unit, other, period, o);
    builder.set(unit, published, period, total);
  };
  put("a", 95, "timely", 1, 4);  // 2 + 1 + 1
  put("b", 80, "late", 0, 1.5);  // 1 + 0.5 + 0
  put("c", 10, "none", 2, 2.5);  // 0 + 0 + 2
  return builder.build();
}

PanelSource one_panel() {
  return [](const std::string&, const std::string&) { return panel(); };
}

Case in_panel(std::string unit, std::vector<Expectation> expect) {
  Case each = named("in a panel");
  each.panel = "the panel";
  each.unit = std::move(unit);
  each.expect = std::move(expect);
  return each;
}

TEST(CasesTest, AValueGivesItsPoints) {
  const CheckItem item = run(of({number("rate", 92.3)}, {expected("rate", 2)}));

  EXPECT_EQ(item.outcome, CheckOutcome::passed) << message(item);
  EXPECT_EQ(item.kind, CheckKind::example);
  EXPECT_EQ(item.name, "a case");
  EXPECT_THAT(item.findings, IsEmpty());
}

TEST(CasesTest, OtherNodesNeedNotHaveAScore) {
  // `demanding` would be an error; nothing that is expected rests on it.
  EXPECT_EQ(run(of({number("rate", 80), word("plan", "late")},
                   {expected("work", 1.5), expected("rate", 1), expected("plan", 0.5)}))
                .outcome,
            CheckOutcome::passed);
}

TEST(CasesTest, AMissingChildThatIsDemandedIsAnErrorWhereItMatters) {
  const CheckItem item = run(of({number("rate", 80)}, {expected("demanding", 1)}));

  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_THAT(message(item), HasSubstr("'demanding' demands all of its children"));
}

TEST(CasesTest, TheFirstNodeThatDiffersFromTheLeavesUpIsNamedFirst) {
  const CheckItem item =
      run(of({number("rate", 80), word("plan", "timely"), number("other", 3)},
             {expected("", 6), expected("work", 3), expected("rate", 2), expected("plan", 1)}));

  ASSERT_EQ(item.outcome, CheckOutcome::failed);
  ASSERT_EQ(item.findings.size(), 3U);
  EXPECT_EQ(item.findings[0].subject, "rate");
  EXPECT_EQ(item.findings[1].subject, "work");
  EXPECT_EQ(item.findings[2].subject, "form");
  EXPECT_EQ(item.findings[0].problem.message, "expected 2, found 1 (-1)");
  EXPECT_EQ(item.findings[2].problem.message, "expected 6, found 5 (-1)");
  EXPECT_THAT(item.findings[0].details,
              ElementsAre("rate = 1  <- expected 2   [rate = 80; > 90: 2; [70, 90]: 1; < 70: 0]"));
  EXPECT_THAT(item.findings[2].details, IsEmpty()) << "the leaf explains it";
}

TEST(CasesTest, WhenOnlyTheCompositeIsExpectedTheWholeTreeIsShown) {
  const CheckItem item =
      run(of({number("rate", 80), word("plan", "timely"), number("other", 3)}, {expected("", 6)}));

  ASSERT_EQ(item.findings.size(), 1U);
  EXPECT_THAT(
      item.findings[0].details,
      ElementsAre("form = 5  <- expected 6   [sum]",  //
                  "├─ work = 2   [sum]",
                  "│  ├─ rate = 1   [rate = 80; > 90: 2; [70, 90]: 1; < 70: 0]",
                  "│  └─ plan = 1   [plan = timely; timely: 1; late: 0.5; none: 0]",
                  "└─ demanding = 3   [sum]", "   └─ other = 3   [other = 3; the value itself]"));
}

TEST(CasesTest, BranchesWithoutAValueAreCounted) {
  const CheckItem item = run(of({number("rate", 80)}, {expected("work", 1)}));

  ASSERT_EQ(item.findings.size(), 1U);
  EXPECT_EQ(item.findings[0].problem.message, "expected 1, found no score");
  EXPECT_THAT(item.findings[0].details, Contains("└─ 1 more without a score"));
}

TEST(CasesTest, MissingIsExpectedAndGiven) {
  CaseValue missing{"plan", CaseValue::Kind::missing, 0.0, {}, {}};

  EXPECT_EQ(run(of({number("rate", 80), missing}, {expected("work", What::missing)})).outcome,
            CheckOutcome::passed);
  EXPECT_EQ(message(run(of({number("rate", 80)}, {expected("rate", What::missing)}))),
            "rate: expected no score, found 1");
}

TEST(CasesTest, NeighboursOfAThresholdAreToldApart) {
  const double below = std::nextafter(70.0, 0.0);
  const double above = std::nextafter(90.0, 100.0);
  EXPECT_EQ(run(of({number("rate", below)}, {expected("rate", 0)})).outcome, CheckOutcome::passed);
  EXPECT_EQ(run(of({number("rate", 70)}, {expected("rate", 1)})).outcome, CheckOutcome::passed);
  EXPECT_EQ(run(of({number("rate", 90)}, {expected("rate", 1)})).outcome, CheckOutcome::passed);
  EXPECT_EQ(run(of({number("rate", above)}, {expected("rate", 2)})).outcome, CheckOutcome::passed);
}

TEST(CasesTest, TheNearestToleranceCounts) {
  const auto outcome = [](std::optional<Tolerance> of_node, std::optional<Tolerance> of_case,
                          const NodeTolerances& of_file) {
    Case each = of({number("rate", 80)}, {expected("rate", 1.25)});
    each.expect[0].tolerance = of_node;
    each.tolerance = of_case;
    return CaseRunner(parse_index(form_text()), {each}, of_file, no_panels()).run(0).outcome;
  };
  const Tolerance wide{0.25, 0.0};
  const Tolerance narrow{0.1, 0.0};

  EXPECT_EQ(outcome({}, {}, {}), CheckOutcome::failed);
  EXPECT_EQ(outcome({}, {}, {{"ra*", wide}}), CheckOutcome::passed);
  EXPECT_EQ(outcome({}, {}, {{"work", wide}}), CheckOutcome::failed);
  EXPECT_EQ(outcome({}, narrow, {{"ra*", wide}}), CheckOutcome::failed);
  EXPECT_EQ(outcome(wide, narrow, {}), CheckOutcome::passed);
}

TEST(CasesTest, AnErrorThatIsExpectedIsFound) {
  Case each = of({number("rate", 120)}, {});
  each.error = "120 is out of the range [0, 100]";
  EXPECT_EQ(run(each).outcome, CheckOutcome::passed) << message(run(each));

  each.error = "is not a category";
  const CheckItem other = run(each);
  EXPECT_EQ(other.outcome, CheckOutcome::failed);
  EXPECT_THAT(message(other), HasSubstr("found another"));
  EXPECT_THAT(other.findings[0].details, Contains(HasSubstr("120 is out of the range")));

  each.given = {number("rate", 80), number("other", 1), word("plan", "late")};
  EXPECT_THAT(message(run(each)), HasSubstr("expected an error with 'is not a category', found"));
}

TEST(CasesTest, AnErrorThatIsNotExpectedFailsTheCase) {
  const CheckItem item = run(of({word("plan", "tmely")}, {expected("plan", 1)}));

  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_EQ(message(item),
            "plan: 'tmely' is not a category (did you mean 'timely'?); use one of: none, late, "
            "timely");
}

TEST(CasesTest, ADemandedChildIsAnErrorThatCanBeExpected) {
  Case each = of({number("rate", 80)}, {});
  each.error = "'demanding' demands all of its children";
  EXPECT_EQ(run(each).outcome, CheckOutcome::passed) << message(run(each));
}

TEST(CasesTest, ScoresCanBeGivenToWhatTheCompositeIsMadeOf) {
  Case each = of({}, {expected("", 7.5)});
  each.scores = {{"work", 2.5, {}}, {"demanding", 5, {}}};
  EXPECT_EQ(run(each).outcome, CheckOutcome::passed) << message(run(each));
}

TEST(CasesTest, WhatTheIndexDoesNotHaveCannotBeRun) {
  const auto problem = [](const Case& each) {
    const CheckItem item = run(each);
    EXPECT_EQ(item.outcome, CheckOutcome::error);
    return message(item);
  };
  EXPECT_THAT(problem(of({number("rtae", 1)}, {expected("rate", 0)})),
              HasSubstr("form-1 reads no such variable (did you mean 'rate'?)"));
  EXPECT_THAT(problem(of({number("rate", 1)}, {expected("raet", 0)})),
              HasSubstr("form-1 has no such node (did you mean 'rate'?)"));
  EXPECT_THAT(problem(of({number("rate", 1)}, {})), HasSubstr("the case expects nothing"));
  EXPECT_THAT(problem(of({number("rate", 1)}, {expected("", What::rank, 1)})),
              HasSubstr("a rank needs the units of a panel"));
  Case both = of({number("rate", 1)}, {expected("rate", 0)});
  both.error = "no";
  EXPECT_THAT(problem(both), HasSubstr("expects scores and an error"));
  Case anchored = of({number("rate", 1)}, {expected("rate", 0)});
  anchored.anchors = {{"rate", 0, 1, {}}};
  EXPECT_THAT(problem(anchored), HasSubstr("has no anchors"));
  Case lone = of({number("rate", 1)}, {expected("rate", 0)});
  lone.unit = "a";
  EXPECT_THAT(problem(lone), HasSubstr("a unit ('a'), and no panel"));
  Case group = of({number("rate", 1)}, {expected("work", What::group)});
  EXPECT_THAT(problem(group), HasSubstr("only the composite has groups"));
}

TEST(CasesTest, ANameStandsOnce) {
  const Case each = of({number("rate", 1)}, {expected("rate", 0)});
  const CaseRunner two = runner({each, each});

  EXPECT_EQ(two.run(0).outcome, CheckOutcome::passed);
  EXPECT_EQ(two.run(1).outcome, CheckOutcome::error);
  EXPECT_THAT(message(two.run(1)), HasSubstr("the name stands twice"));
}

// ---- Panels ------------------------------------------------------------------------------------

TEST(CasesTest, AUnitOfAPanelHasScoreRankAndGroup) {
  // a 4, b 1.5, c 2.
  EXPECT_EQ(run(in_panel("a", {expected("", 4), expected("", What::rank, 1)}), one_panel()).outcome,
            CheckOutcome::passed);
  Case group = in_panel("b", {expected("", What::group), expected("", What::rank, 3)});
  group.expect[0].text = "B";
  EXPECT_EQ(run(group, one_panel()).outcome, CheckOutcome::passed);

  const CheckItem item = run(in_panel("b", {expected("", What::rank, 2)}), one_panel());
  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_THAT(message(item), HasSubstr("expected rank 2, found rank 3"));
  EXPECT_THAT(item.findings[0].details, Contains("  rank 2: c, 2"));
  EXPECT_THAT(item.findings[0].details, Contains("> rank 3: b, 1.5"));
}

TEST(CasesTest, ToleranceIsOfTheScoreAndNotOfTheRank) {
  Case each = in_panel("b", {expected("", 2), expected("", What::rank, 2)});
  for (Expectation& what : each.expect) what.tolerance = Tolerance{1.0, 0.0};

  const CheckItem item = run(each, one_panel());
  ASSERT_EQ(item.findings.size(), 1U);
  EXPECT_THAT(message(item), HasSubstr("expected rank 2, found rank 3"));
}

TEST(CasesTest, ValuesGivenReplaceThoseOfTheUnit) {
  Case each = in_panel("b", {expected("", 4.5), expected("", What::rank, 1)});
  each.given = {number("rate", 91), word("plan", "late"), number("other", 2)};  // 2 + 0.5 + 2
  EXPECT_EQ(run(each, one_panel()).outcome, CheckOutcome::passed)
      << message(run(each, one_panel()));

  each.given = {{"plan", CaseValue::Kind::not_applicable, 0.0, {}, {}}};
  each.expect = {expected("plan", What::missing), expected("rate", 1)};
  EXPECT_EQ(run(each, one_panel()).outcome, CheckOutcome::passed);
}

TEST(CasesTest, PublishedFiguresOfAllUnitsAreCompared) {
  const CheckItem item = run(in_panel("", {expected("", What::published)}), one_panel());
  ASSERT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_THAT(message(item), HasSubstr("1 of 3 units have another score than the published one"));
  EXPECT_THAT(item.findings[0].details, Contains("c: published 2.5, found 2 (-0.5)"));

  Case known = in_panel("", {expected("", What::published)});
  known.expect[0].except = {"c"};
  EXPECT_EQ(run(known, one_panel()).outcome, CheckOutcome::passed);
  Case one = in_panel("a", {expected("", What::published)});
  EXPECT_EQ(run(one, one_panel()).outcome, CheckOutcome::passed);
  Case wide = in_panel("", {expected("", What::published)});
  wide.expect[0].tolerance = Tolerance{0.5, 0.0};
  EXPECT_EQ(run(wide, one_panel()).outcome, CheckOutcome::passed);
  wide.expect[0].tolerance = Tolerance{0.0, 0.2};  // Of 2.5.
  EXPECT_EQ(run(wide, one_panel()).outcome, CheckOutcome::passed);
  wide.expect[0].tolerance = Tolerance{0.0, 0.19};
  EXPECT_EQ(run(wide, one_panel()).outcome, CheckOutcome::failed);
}

TEST(CasesTest, WhatThePanelDoesNotHaveCannotBeRun) {
  const auto problem = [](const Case& each, const PanelSource& panels = one_panel()) {
    const CheckItem item = run(each, panels);
    EXPECT_EQ(item.outcome, CheckOutcome::error);
    return message(item);
  };
  EXPECT_THAT(problem(in_panel("a", {expected("", 1)}), no_panels()),
              HasSubstr("there is no panel 'the panel'"));
  EXPECT_THAT(problem(in_panel("", {expected("", 1)})), HasSubstr("of which unit of the panel"));
  EXPECT_THAT(problem(in_panel("d", {expected("", 1)})), HasSubstr("'d'"));
  Case year = in_panel("a", {expected("", 1)});
  year.period = Period(2021);
  EXPECT_THAT(problem(year), HasSubstr("2021"));
  EXPECT_THAT(problem(in_panel("a", {expected("work", What::published)})),
              HasSubstr("does not say where its published figure stands"));
  Case except = in_panel("", {expected("", What::published)});
  except.expect[0].except = {"d"};
  EXPECT_THAT(problem(except), HasSubstr("has no unit 'd'"));
}

// ---- Anchors -----------------------------------------------------------------------------------

constexpr std::string_view normalised = R"(
chiso: 1
index: normalised
edition: "1"
periods: {from: 2020, to: 2024}
tree:
  code: both
  aggregation: arithmetic_mean
  children:
    - {code: x, rule: {min_max: {onto: [0, 10]}}}
    - {code: y, rule: {goalposts: {low: 0, high: 100, onto: [0, 10]}}}
)";

Panel two_units() {
  Panel::Builder builder;
  const Size period = builder.period(Period(2023));
  for (const auto& [name, x, y] : {std::tuple("low", 10.0, 0.0), std::tuple("high", 30.0, 50.0)}) {
    builder.set(builder.unit(name), builder.number_variable("x"), period, x);
    builder.set(builder.unit(name), builder.number_variable("y"), period, y);
  }
  return builder.build();
}

CheckItem run_normalised(const Case& each) {
  return CaseRunner(parse_index(std::string(normalised)), {each}, {},
                    [](const std::string&, const std::string&) { return two_units(); })
      .run(0);
}

TEST(CasesTest, ALoneUnitHasNoAnchorsOfAPeriod) {
  const CheckItem item = run_normalised(of({number("x", 20)}, {expected("x", 5)}));
  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_THAT(message(item), HasSubstr("x: the anchors of `min_max` are those of a period's data"));
  EXPECT_THAT(message(item), HasSubstr("`anchors: {x: [low, high]}`"));

  EXPECT_EQ(run_normalised(of({number("y", 40), number("x", 20)}, {expected("y", 4)})).outcome,
            CheckOutcome::passed)
      << "fixed posts, and nothing expected of x";
}

TEST(CasesTest, AnchorsAreHeldOrThoseOfAPanel) {
  Case held = of({number("x", 20), number("y", 40)}, {expected("both", 3), expected("x", 2)});
  held.anchors = {{"x", 0, 100, {}}};  // (20 - 0) / 100 * 10 = 2; (2 + 4) / 2 = 3
  EXPECT_EQ(run_normalised(held).outcome, CheckOutcome::passed) << message(run_normalised(held));

  Case own = of({number("x", 25), number("y", 40)}, {expected("x", 7.5)});
  own.panel = "two";  // (25 - 10) / 20 * 10 = 7.5
  EXPECT_EQ(run_normalised(own).outcome, CheckOutcome::passed) << message(run_normalised(own));

  Case replaced = of({number("x", 40)}, {expected("x", 15)});
  replaced.panel = "two";  // Held: (40 - 10) / 20 * 10 = 15, beyond the anchor.
  replaced.unit = "high";
  EXPECT_EQ(run_normalised(replaced).outcome, CheckOutcome::passed);
}

// ---- Formulas ----------------------------------------------------------------------------------

constexpr std::string_view by_formula = R"(
chiso: 1
index: formulas
edition: "1"
periods: {from: 2020, to: 2024}
variables: {rate: {range: [0, 100]}}
parameters: {threshold: {title: T, value: [{value: 80, to: 2022}, {value: 85, from: 2023}]}}
tree:
  code: rate_of
  maximum: 2
  rule: {formula: "if rate > prev(rate) then 2 else if rate >= threshold then 1 else 0"}
)";

CheckItem run_formula(const Case& each) {
  return CaseRunner(parse_index(std::string(by_formula)), {each}, {}, no_panels()).run(0);
}

TEST(CasesTest, FormulasReadTheValuesOfThePeriodBefore) {
  Case each = of({number("rate", 82)}, {expected("", 2)});
  each.previous = {number("rate", 81)};
  EXPECT_THAT(message(run_formula(each)), HasSubstr("the case names none")) << "which threshold?";
  each.period = Period(2023);
  EXPECT_EQ(run_formula(each).outcome, CheckOutcome::passed) << message(run_formula(each));
  each.previous = {number("rate", 83)};
  each.expect = {expected("", 0)};  // 82 < 85
  EXPECT_EQ(run_formula(each).outcome, CheckOutcome::passed);
  each.method = Period(2022);
  each.expect = {expected("", 1)};  // 82 >= 80
  EXPECT_EQ(run_formula(each).outcome, CheckOutcome::passed);
  each.previous.clear();
  each.expect = {expected("", What::missing)};
  EXPECT_EQ(run_formula(each).outcome, CheckOutcome::passed) << "nothing to compare with";
}

TEST(CasesTest, AFailureShowsTheFormulaWithItsValues) {
  Case each = of({number("rate", 82)}, {expected("", 1)});
  each.previous = {number("rate", 83)};
  each.period = Period(2023);
  const CheckItem item = run_formula(each);
  ASSERT_EQ(item.findings.size(), 1U);
  ASSERT_EQ(item.findings[0].details.size(), 1U);
  EXPECT_THAT(item.findings[0].details[0], HasSubstr("if 82 > 83 then 2"));
}

// ---- What changed copies show ------------------------------------------------------------------

TEST(CasesTest, AChangedCopyIsNoticedByTheFirstCaseThatDiffers) {
  Case seventy = of({number("rate", 70)}, {expected("rate", 1)});
  Case late = of({word("plan", "late")}, {expected("plan", 0.5)});
  late.name = "late";
  Case broken = of({number("rate", 70)}, {expected("rate", 2)});
  broken.name = "fails anyway";
  const CaseRunner cases = runner({broken, seventy, late});
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text = form_text();
    text.replace(text.find(from), from.size(), to);
    return parse_index(text);
  };

  EXPECT_EQ(cases.noticed_by(cases.index()), std::nullopt);
  EXPECT_EQ(cases.noticed_by(with("late: 0.5", "late: 0.6")), 2);
  EXPECT_EQ(cases.noticed_by(with("\"[70, 90]\", points: 1", "\"[70, 90]\", points: 0.9")), 1);
  EXPECT_EQ(cases.noticed_by(with("\"> 90\", points: 2", "\"> 90\", points: 1.5")), std::nullopt);
  EXPECT_EQ(cases.noticed_by(with("code: rate,", "code: other_rate, variable: rate,")), 1)
      << "the node is not there";
}

TEST(CasesTest, EvidenceNamesTheNodesThatACaseLooksAt) {
  const CaseRunner cases =
      runner({of({number("rate", 80), word("plan", "late")}, {expected("work", 1.5)})});
  const auto evidence = cases.evidence(0);
  ASSERT_TRUE(evidence);
  std::vector<std::string> codes;
  for (const Size node : evidence->nodes) codes.push_back(cases.index().node(node).code);
  EXPECT_THAT(codes, ElementsAre("work", "rate", "plan"));
  EXPECT_THAT(evidence->units, ElementsAre(0));
  EXPECT_EQ(evidence->scores.at("the case", "work"), 1.5);
}

}  // namespace
}  // namespace chiso
