#include "chiso/check/coverage.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/check/cases.hpp"
#include "chiso/io/catalogue.hpp"
#include "small_checks.hpp"

namespace chiso {
namespace {

using test::index_of;
using test::panel_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const double missing = std::nan("");

std::vector<std::string> ids(const Coverage& coverage) {
  std::vector<std::string> all;
  for (const auto& part : coverage.parts()) all.push_back(part.id);
  return all;
}

std::vector<std::string> touched(const Coverage& coverage) {
  std::vector<std::string> all;
  for (const auto& part : coverage.parts()) {
    if (part.touched) all.push_back(part.id);
  }
  return all;
}

const CoveragePart& part(const Coverage& coverage, const std::string& id) {
  for (const auto& each : coverage.parts()) {
    if (each.id == id) return each;
  }
  throw std::runtime_error("no part " + id);
}

/// What the units of a panel touch if their composite is looked at.
std::vector<std::string> touched(const Index& index, const std::vector<std::string>& variables,
                                 const std::vector<std::vector<double>>& rows) {
  Coverage coverage(index);
  coverage.add(Evaluator(index).score(panel_of(variables, rows)), {}, {}, "rows");
  return touched(coverage);
}

Index three_steps() {
  return index_of(R"yaml(variables: {x: {range: [0, 100]}}
tree:
  code: a
  maximum: 2
  variable: x
  rule: {steps: [{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}, {when: "< 70", points: 0}]}
)yaml");
}

TEST(Coverage, of_steps_is_each_step_and_both_sides_of_each_bound) {
  const Coverage coverage(three_steps());
  EXPECT_THAT(ids(coverage), ElementsAre("a.scored", "a.step3", "a.at_70", "a.just_below_70",
                                         "a.step2", "a.at_90", "a.just_above_90", "a.step1"));
  EXPECT_EQ(part(coverage, "a.step2").what, "1 point on [70, 90]");
  EXPECT_EQ(part(coverage, "a.step2").how, "x = 80");
  EXPECT_EQ(part(coverage, "a.just_above_90").what, "2 points just above 90");
  EXPECT_EQ(part(coverage, "a.just_above_90").how, "x = 91, or nearer to 90");
  EXPECT_EQ(part(coverage, "a.step2").location.line, 10);
  EXPECT_EQ(coverage.share(), 0.0);
}

TEST(Coverage, counts_what_a_value_touches) {
  // 69 is one unit of the last digit below 70, 68.9 is not close; 90 belongs to the middle step.
  EXPECT_THAT(touched(three_steps(), {"x"}, {{70}}),
              UnorderedElementsAre("a.scored", "a.step2", "a.at_70"));
  EXPECT_THAT(touched(three_steps(), {"x"}, {{69}}),
              UnorderedElementsAre("a.scored", "a.step3", "a.just_below_70"));
  EXPECT_THAT(touched(three_steps(), {"x"}, {{68.9}}), UnorderedElementsAre("a.scored", "a.step3"));
  EXPECT_THAT(touched(three_steps(), {"x"}, {{90}}),
              UnorderedElementsAre("a.scored", "a.step2", "a.at_90"));
  EXPECT_THAT(touched(three_steps(), {"x"}, {{90.5}, {missing}}),
              UnorderedElementsAre("a.scored", "a.step1", "a.just_above_90"));
}

TEST(Coverage, can_reach_all_of_it) {
  const Index index = three_steps();
  Coverage coverage(index);
  coverage.add(Evaluator(index).score(panel_of({"x"}, {{69}, {70}, {90}, {91}})), {}, {}, "rows");
  EXPECT_EQ(coverage.share(), 1.0);
  EXPECT_EQ(part(coverage, "a.at_70").by, "rows");
}

TEST(Coverage, leaves_out_what_cannot_happen) {
  // Shares from 0 to 1: nothing is below 0, and 1 is where full points begin without a jump.
  EXPECT_THAT(ids(Coverage(index_of(R"yaml(variables: {x: {range: [0, 1]}}
tree: {code: a, maximum: 2, variable: x, rule: {proportional: {full_at: 1}}}
)yaml"))),
              ElementsAre("a.scored", "a.rising", "a.full"));
  // Full points beyond what x can be; a jump at the threshold.
  EXPECT_THAT(ids(Coverage(index_of(R"yaml(variables: {x: {range: [0, 1]}}
tree: {code: a, maximum: 2, variable: x, rule: {proportional: {full_at: 2, threshold: 0.5}}}
)yaml"))),
              ElementsAre("a.scored", "a.none", "a.at_0.5", "a.just_below_0.5", "a.rising"));
  // The sum of three shares is from 0 to 3.
  EXPECT_THAT(ids(Coverage(index_of(
                  R"yaml(variables: {x: {range: [0, 1]}, y: {range: [0, 1]}, z: {range: [0, 1]}}
tree: {code: a, measure: {sum: [x, y, z]}, rule: {steps: [{when: "> 3", points: 2}, {when: "<= 3", points: 1}]}}
)yaml"))),
              ElementsAre("a.scored", "a.step2"));
}

TEST(Coverage, of_a_ratio_knows_its_range) {
  // Numerator and denominator are not negative, so neither is the ratio; it may be over 0.
  EXPECT_THAT(ids(Coverage(index_of(R"yaml(variables: {x: {range: [0, null]}, y: {range: [0, null]}}
tree: {code: a, maximum: 2, measure: {ratio: {numerator: [x], denominator: [y]}, times: 100}, rule: {proportional: {full_at: 100}}}
)yaml"))),
              ElementsAre("a.scored", "a.rising", "a.full", "a.zero_denominator"));
  // x - y may be negative, and y is never 0.
  EXPECT_THAT(ids(Coverage(index_of(R"yaml(variables: {x: {range: [0, null]}, y: {range: [1, null]}}
tree: {code: a, maximum: 2, measure: {ratio: {numerator: {x: 1, y: -1}, denominator: [y]}}, rule: {proportional: {full_at: 1}}}
)yaml"))),
              ElementsAre("a.scored", "a.none", "a.rising", "a.full"));
}

Index mean_of_two(const std::string& policy) {
  return index_of("tree:\n  code: all\n  aggregation: arithmetic_mean\n  missing: " + policy +
                  "\n  children: [{code: a, rule: identity}, {code: b, rule: identity}]\n");
}

TEST(Coverage, of_a_policy_needs_a_child_that_is_there) {
  for (const std::string policy : {"no_score", "renormalise"}) {
    const Index index = mean_of_two(policy);
    EXPECT_THAT(ids(Coverage(index)), Contains("all.missing_child"));
    EXPECT_THAT(touched(index, {"a", "b"}, {{1, missing}}), Contains("all.missing_child"));
    // Without any child no policy has anything to say.
    EXPECT_THAT(touched(index, {"a", "b"}, {{missing, missing}, {1, 2}}),
                Not(Contains("all.missing_child")));
  }
}

TEST(Coverage, of_the_policy_error_is_what_scoring_refuses) {
  const Index index = mean_of_two("error");
  Coverage coverage(index);
  try {
    static_cast<void>(Evaluator(index).score(panel_of({"a", "b"}, {{1, missing}})));
    FAIL();
  } catch (const DataError& error) {
    coverage.add(error, "an error");
  }
  EXPECT_THAT(touched(coverage), ElementsAre("all.missing_child"));
}

TEST(Coverage, counts_only_what_the_result_rests_on) {
  // b is missing, so the composite has no score whatever a is: nobody looked at a.
  const Index index = mean_of_two("no_score");
  EXPECT_THAT(touched(index, {"a", "b"}, {{1, missing}}), ElementsAre("all.missing_child"));
  // With a looked at by itself it counts.
  Coverage coverage(index);
  const std::vector<Size> nodes{0, 1};
  coverage.add(Evaluator(index).score(panel_of({"a", "b"}, {{1, missing}})), {}, nodes, "both");
  EXPECT_THAT(touched(coverage), UnorderedElementsAre("all.missing_child", "a.scored"));
}

TEST(Coverage, counts_only_the_units_and_nodes_that_a_case_looks_at) {
  const Index index = mean_of_two("no_score");
  const Scores scores = Evaluator(index).score(panel_of({"a", "b"}, {{1, missing}, {1, 2}}));
  const std::vector<Size> second{1};
  const std::vector<Size> b{2};
  Coverage coverage(index);
  coverage.add(scores, second, b, "the second");
  EXPECT_THAT(touched(coverage), ElementsAre("b.scored"));
  Coverage other(index);
  const std::vector<Size> first{0};
  const std::vector<Size> root{0};
  other.add(scores, first, root, "the first");
  coverage.merge(other);
  EXPECT_THAT(touched(coverage), UnorderedElementsAre("all.missing_child", "b.scored"));
  EXPECT_EQ(part(coverage, "b.scored").by, "the second");
  EXPECT_EQ(part(coverage, "all.missing_child").by, "the first");
  EXPECT_THROW(coverage.merge(Coverage(three_steps())), DataError);
  EXPECT_THROW(coverage.add(Evaluator(three_steps()).score(panel_of({"x"}, {{1}})), {}, {}, ""),
               DataError);
}

TEST(Coverage, of_caps_bonuses_and_penalties) {
  const Index index = index_of(R"yaml(variables: {x: {range: [0, null]}, y: {range: [0, null]}}
tree:
  code: all
  aggregation: sum
  missing: no_score
  children:
    - {code: plus, role: bonus, cap: 2, maximum: 3, variable: x, rule: {per_unit: {points: 1}}}
    - {code: minus, role: penalty, cap: 5, maximum: 3, variable: y, rule: {per_unit: {points: 1}}}
)yaml");
  // A penalty of at most 3 never meets its cap of 5.
  EXPECT_THAT(ids(Coverage(index)),
              ElementsAre("all.scored", "all.missing_child", "plus.scored", "plus.rising",
                          "plus.full", "plus.cap", "plus.below_cap", "plus.adds", "minus.scored",
                          "minus.rising", "minus.full", "minus.below_cap", "minus.subtracts"));
  EXPECT_THAT(touched(index, {"x", "y"}, {{2.5, 0}}),
              UnorderedElementsAre("all.scored", "plus.scored", "plus.rising", "plus.cap",
                                   "plus.adds", "minus.scored", "minus.rising", "minus.below_cap"));
}

TEST(Coverage, of_minima_is_each_child_that_alone_decides) {
  const Index index = index_of(R"yaml(variables:
  p: {categories: [no, yes]}
  q: {categories: [no, yes]}
tree:
  code: all
  aggregation: minimum
  missing: renormalise
  children:
    - {code: a, rule: identity}
    - {code: k, measure: {all_of: [p, q]}, rule: {categories: {"no": 0, "yes": 3}}}
)yaml");
  EXPECT_THAT(
      ids(Coverage(index)),
      ElementsAre("all.scored", "all.missing_child", "all.decided_by.a", "all.decided_by.k",
                  "a.scored", "k.scored", "k.no", "k.yes", "k.decided_by.p", "k.decided_by.q"));
  Panel::Builder builder;
  const Size when = builder.period(Period(2020));
  const auto row = [&](const std::string& unit, double a, const char* p, const char* q) {
    const Size u = builder.unit(unit);
    builder.set(u, builder.number_variable("a"), when, a);
    builder.set_category(u, builder.category_variable("p"), when, p);
    builder.set_category(u, builder.category_variable("q"), when, q);
  };
  row("one", 1, "yes", "no");   // k = 0, by q.
  row("two", 3, "yes", "yes");  // Both are 3, and both words the same: nothing decides alone.
  row("three", 1, "yes", "yes");
  const Scores scores = Evaluator(index).score(builder.build());
  const auto of = [&](Size unit) {
    Coverage coverage(index);
    const std::vector<Size> units{unit};
    coverage.add(scores, units, {}, "unit");
    return touched(coverage);
  };
  EXPECT_THAT(of(0), UnorderedElementsAre("all.scored", "all.decided_by.k", "a.scored", "k.scored",
                                          "k.no", "k.decided_by.q"));
  EXPECT_THAT(of(1), UnorderedElementsAre("all.scored", "a.scored", "k.scored", "k.yes"));
  EXPECT_THAT(of(2), UnorderedElementsAre("all.scored", "all.decided_by.a", "a.scored", "k.scored",
                                          "k.yes"));
}

TEST(Coverage, of_normalisers_is_their_ends_and_cuts) {
  const auto index = [](const std::string& rule) {
    return index_of("variables: {x: {range: [0, 5]}}\ntree: {code: a, variable: x, rule: " + rule +
                    "}\n");
  };
  const Index fitted = index("{min_max: {onto: [1, 10]}}");
  EXPECT_THAT(touched(fitted, {"x"}, {{1}, {2}, {4}}),
              UnorderedElementsAre("a.scored", "a.at_low", "a.at_high"));
  const Index posts = index("{goalposts: {low: 1, high: 5, onto: [0, 1], clamp: true}}");
  // Nothing is above 5, the end of the range.
  EXPECT_THAT(ids(Coverage(posts)),
              ElementsAre("a.scored", "a.at_low", "a.at_high", "a.beyond_low"));
  EXPECT_THAT(touched(posts, {"x"}, {{0.5}}), UnorderedElementsAre("a.scored", "a.beyond_low"));
  EXPECT_THAT(ids(Coverage(index("{goalposts: {low: -1, high: 9, onto: [0, 1], clamp: false}}"))),
              ElementsAre("a.scored"));
  EXPECT_THAT(touched(index("rank"), {"x"}, {{1}, {2}, {2}}),
              UnorderedElementsAre("a.scored", "a.tie"));
  EXPECT_THAT(touched(index("rank"), {"x"}, {{1}, {2}, {3}}), ElementsAre("a.scored"));
}

TEST(Coverage, of_zeros_that_count_as_missing) {
  const Index index = index_of(R"yaml(variables: {x: {range: [1, 10], zero_is_missing: true}}
tree: {code: a, variable: x, rule: identity}
)yaml");
  EXPECT_THAT(ids(Coverage(index)), ElementsAre("a.scored", "a.zero.x"));
  EXPECT_THAT(touched(index, {"x"}, {{0}}), ElementsAre("a.zero.x"));
}

TEST(Coverage, of_dated_values_is_each_while_it_is_in_force) {
  const Index index = parse_index(R"yaml(chiso: 1
index: small
edition: 1
status: illustrative
periods: {from: 2019, to: 2024}
tree:
  code: all
  aggregation: arithmetic_mean
  missing: no_score
  children:
    - code: a
      weight: [{value: 0.5, from: 2019, to: 2021}, {value: 0.6, from: 2022, to: 2024}]
      rule: identity
    - code: b
      weight: [{value: 0.5, from: 2019, to: 2021}, {value: 0.4, from: 2022, to: 2024}]
      rule: identity
)yaml");
  EXPECT_THAT(ids(Coverage(index)),
              ElementsAre("all.scored", "all.missing_child", "a.scored", "a.weight@2019",
                          "a.weight@2022", "b.scored", "b.weight@2019", "b.weight@2022"));
  const std::vector<Period> methods{Period(2023)};
  EXPECT_THAT(ids(Coverage(index, methods)),
              ElementsAre("all.scored", "all.missing_child", "a.scored", "a.weight@2022",
                          "b.scored", "b.weight@2022"));
  EXPECT_THAT(
      touched(index, {"a", "b"}, {{1, 2}}),  // Of 2020.
      UnorderedElementsAre("all.scored", "a.scored", "a.weight@2019", "b.scored", "b.weight@2019"));
}

TEST(Coverage, of_a_formula_is_each_outcome_and_side) {
  const Index index = index_of(R"yaml(parameters: {threshold: 80}
variables: {rate: {range: [0, 100]}, late: {range: [0, null]}}
tree:
  code: a
  maximum: 2
  rule: {formula: "if rate >= threshold and late < 3 then min(2, rate / 45) else clamp(rate / 100, 0.1, 0.5)"}
)yaml");
  const Coverage coverage(index);
  EXPECT_THAT(ids(coverage),
              UnorderedElementsAre(
                  "a.scored", "a.formula.if.1:true", "a.formula.if.1:false", "a.formula.and.1",
                  "a.formula.and.2", "a.formula.at_threshold", "a.formula.just_below_threshold",
                  "a.formula.at_3", "a.formula.just_below_3", "a.formula.min.1", "a.formula.min.2",
                  "a.formula.clamp:low", "a.formula.clamp:inside", "a.formula.clamp:high"));
  EXPECT_EQ(part(coverage, "a.formula.at_3").what, "`late` = 3");
  EXPECT_EQ(part(coverage, "a.formula.at_3").location.line, 10);
  // rate 80 and late 0: the condition holds and 1.78 is less than 2. late 0 is not close to 3.
  EXPECT_THAT(touched(index, {"rate", "late"}, {{80, 0}}),
              UnorderedElementsAre("a.scored", "a.formula.if.1:true", "a.formula.at_threshold",
                                   "a.formula.min.2"));
  // 79.5 is close to 80, 2 to 3: the first condition alone is false; 0.795 is cut to 0.5.
  EXPECT_THAT(touched(index, {"rate", "late"}, {{79.5, 2}}),
              UnorderedElementsAre("a.scored", "a.formula.if.1:false", "a.formula.and.1",
                                   "a.formula.just_below_threshold", "a.formula.just_below_3",
                                   "a.formula.clamp:high"));
  EXPECT_THAT(touched(index, {"rate", "late"}, {{90, 3}, {0, 0}, {20, 4}, {100, 0}}),
              UnorderedElementsAre("a.scored", "a.formula.if.1:true", "a.formula.if.1:false",
                                   "a.formula.min.1", "a.formula.and.1", "a.formula.and.2",
                                   "a.formula.at_3", "a.formula.clamp:high", "a.formula.clamp:low",
                                   "a.formula.clamp:inside"));
}

TEST(CheckCoverage, names_what_is_left_and_what_was_accepted_in_vain) {
  const Index index = three_steps();
  Coverage coverage(index);
  coverage.add(Evaluator(index).score(panel_of({"x"}, {{69}, {70}, {90}})), {}, {}, "rows");
  CoverageCheck demanded;
  demanded.untouched = {{"a.step1", "nobody is that good", {}}};
  const CheckItem failed = check_coverage(coverage, demanded);
  EXPECT_EQ(failed.outcome, CheckOutcome::failed);
  ASSERT_EQ(failed.findings.size(), 2U);
  // 8 parts, one of them accepted; step 1 and the side above 90 are not touched.
  EXPECT_THAT(failed.findings[0].problem.message, HasSubstr("6 of 7 parts touched (85.7 percent"));
  EXPECT_EQ(failed.findings[1].subject, "a.just_above_90");
  EXPECT_EQ(failed.findings[1].problem.message, "no case touches: 2 points just above 90");
  EXPECT_EQ(failed.findings[1].problem.remedy, "add a case with x = 91, or nearer to 90");

  demanded.untouched.push_back({"a.just_above_90", "nobody is that good", {}});
  demanded.untouched.push_back({"a.at_70", "touched", {}});
  demanded.untouched.push_back({"a.at_71", "not there", {}});
  const CheckItem passed = check_coverage(coverage, demanded);
  EXPECT_EQ(passed.outcome, CheckOutcome::passed);
  std::vector<std::string> warnings;
  for (const auto& finding : passed.findings) {
    if (finding.severity == Severity::warning) warnings.push_back(finding.problem.message);
  }
  EXPECT_THAT(warnings, ElementsAre("the case 'rows' touches this part", "there is no such part"));
}

TEST(ShippedDefinitions, have_parts_with_names_of_their_own) {
  const Catalogue shipped = Catalogue::shipped();
  for (const auto& entry : shipped.entries()) {
    const Coverage coverage(load_index(entry.path));
    std::set<std::string> names;
    for (const auto& part : coverage.parts()) {
      EXPECT_TRUE(names.insert(part.id).second) << entry.name << " " << part.id;
      EXPECT_GT(part.location.line, 0) << entry.name << " " << part.id;
      EXPECT_FALSE(part.what.empty());
      EXPECT_FALSE(part.how.empty());
    }
  }
}

}  // namespace
}  // namespace chiso
