#include "chiso/check/mutation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/catalogue.hpp"
#include "small_checks.hpp"

namespace chiso {
namespace {

using test::by_examples;
using test::Example;
using test::index_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> ids(const std::vector<Mutant>& mutants) {
  std::vector<std::string> all;
  for (const auto& mutant : mutants) all.push_back(mutant.id);
  return all;
}

std::vector<std::string> ids(const Index& index) { return ids(mutants(index)); }

const Mutant& find(const std::vector<Mutant>& mutants, const std::string& id) {
  for (const auto& mutant : mutants) {
    if (mutant.id == id) return mutant;
  }
  throw std::runtime_error("no mutant " + id);
}

std::map<std::string, std::string> fates(const MutationResult& result) {
  std::map<std::string, std::string> all;
  for (const auto& outcome : result.outcomes) {
    all[outcome.mutant.id] = outcome.fate == MutantFate::killed
                                 ? outcome.by
                                 : "(" + std::string(name(outcome.fate)) + ")";
  }
  return all;
}

/// Two steps, alone.
Index two_steps() {
  return index_of(R"yaml(variables: {x: {range: [0, 100]}}
tree:
  code: a
  maximum: 2
  variable: x
  rule: {steps: [{when: "< 70", points: 0}, {when: ">= 70", points: 2}]}
)yaml");
}

TEST(Mutants, of_two_steps_are_exactly_these) {
  // Not among them: a maximum of 3, which no score of a single leaf depends on; points below 0.
  EXPECT_THAT(ids(two_steps()),
              ElementsAre("a.maximum-", "a.step1.points+", "a.step2.points+", "a.step2.points-",
                          "a.step2.lower:opened", "a.step2.lower:next_down", "a.step2.lower+",
                          "a.step2.lower-"));
}

TEST(Mutants, say_where_they_are_and_what_they_change) {
  const Index index = two_steps();
  const auto all = mutants(index);
  const Mutant& opened = find(all, "a.step2.lower:opened");
  EXPECT_EQ(opened.kind, MutantKind::bound);
  EXPECT_EQ(opened.change, "70 itself gets 2 -> 0");
  EXPECT_EQ(opened.location.line, 10);
  const Mutant& moved = find(all, "a.step2.lower:next_down");
  EXPECT_EQ(moved.kind, MutantKind::threshold);
  EXPECT_EQ(moved.change, "bound 70 -> 69.99999999999999");
  EXPECT_EQ(describe(mutated(index, moved).node(0).rule.entries()[0].value),
            "< 69.99999999999999: 0; >= 69.99999999999999: 2");
  EXPECT_EQ(describe(mutated(index, opened).node(0).rule.entries()[0].value), "<= 70: 0; > 70: 2");
  EXPECT_THROW(static_cast<void>(mutated(index, find(all, "a.step2.points+"))), SpecError);
}

TEST(Mutation, each_case_notices_what_its_value_is_touched_by) {
  // 70 is the only number whose points change when the bound opens; and 71 the only bound in whole
  // numbers that 70 does not reach. 69 sees the points below and the bound 69.
  const auto result = run_mutation(
      two_steps(), by_examples({{"at the bound", {{"x", 70}}, 2}, {"below", {{"x", 69}}, 0}}));
  const std::map<std::string, std::string> expected{{"a.maximum-", "(invalid)"},
                                                    {"a.step1.points+", "below"},
                                                    {"a.step2.points+", "(invalid)"},
                                                    {"a.step2.points-", "at the bound"},
                                                    {"a.step2.lower:opened", "at the bound"},
                                                    {"a.step2.lower:next_down", "(survived)"},
                                                    {"a.step2.lower+", "at the bound"},
                                                    {"a.step2.lower-", "below"}};
  EXPECT_EQ(fates(result), expected);
  EXPECT_EQ(result.count(MutantFate::killed), 5);
  EXPECT_EQ(result.score(), 5.0 / 6.0);
}

TEST(Mutation, the_double_next_to_a_bound_notices_the_smallest_step) {
  const auto result = run_mutation(
      two_steps(),
      by_examples({{"at", {{"x", 70}}, 2}, {"just below", {{"x", std::nextafter(70, 0)}}, 0}}));
  EXPECT_EQ(fates(result).at("a.step2.lower:next_down"), "just below");
  EXPECT_EQ(result.score(), 1.0);
}

TEST(Mutants, that_change_nothing_are_left_out) {
  // Equal points on both sides of 50; a bound at the end of the range of x, where 100 is the only
  // number of the last step; a weight that is the only one.
  const Index index = index_of(R"yaml(variables: {x: {range: [0, 100]}}
tree:
  code: all
  aggregation: arithmetic_mean
  missing: no_score
  children:
    - code: a
      weight: 1
      variable: x
      rule: {steps: [{when: "< 50", points: 1}, {when: "[50, 100)", points: 1}, {when: ">= 100", points: 2}]
}
)yaml");
  const auto all = ids(index);
  for (const char* id :
       {"a.step2.lower:opened", "a.step2.lower:next_down", "a.step2.lower+", "a.step2.lower-",
        "a.weight+", "all.missing:renormalise", "all.aggregation:geometric_mean"}) {
    EXPECT_THAT(all, Not(Contains(id))) << id;
  }
  // 100 itself; beyond it there is nothing, so that 101 and 200 as bound are the same.
  EXPECT_THAT(all, Contains("a.step3.lower:opened"));
  EXPECT_THAT(all, Contains("a.step3.lower+"));
  EXPECT_THAT(all, Contains("all.missing:error"));
}

TEST(Mutants, of_weights_keep_their_sum) {
  const Index index = index_of(R"yaml(tree:
  code: all
  aggregation: arithmetic_mean
  missing: no_score
  children:
    - {code: a, weight: 0.35, rule: identity}
    - {code: b, weight: 0.4, rule: identity}
    - {code: c, weight: 0.25, rule: identity}
)yaml");
  const auto all = mutants(index);
  // One unit of the last digit that either is written with: 0.4 counts as 0.40.
  EXPECT_EQ(find(all, "a.weight+").change, "weight 0.35 -> 0.36, that of 'b' 0.4 -> 0.39");
  EXPECT_EQ(find(all, "c.weight+").change, "weight 0.25 -> 0.26, that of 'a' 0.35 -> 0.34");
  EXPECT_EQ(find(all, "a.weight<>b").change, "weights 0.35 and 0.4 of 'b' exchanged");
  const Index shifted = mutated(index, find(all, "a.weight+"));
  EXPECT_EQ(shifted.node(1).weight.entries()[0].value, 0.36);
  EXPECT_EQ(shifted.node(2).weight.entries()[0].value, 0.39);
  EXPECT_EQ(shifted.node(3).weight.entries()[0].value, 0.25);
  // Without b the others share its weight: 0.35 / 0.6 and 0.25 / 0.6.
  const Index dropped = mutated(index, find(all, "b:dropped"));
  EXPECT_NEAR(dropped.node(1).weight.entries()[0].value, 0.35 / 0.6, 1e-15);
  EXPECT_NEAR(dropped.node(2).weight.entries()[0].value, 0.25 / 0.6, 1e-15);
  EXPECT_THAT(ids(all),
              UnorderedElementsAre("a.weight+", "b.weight+", "c.weight+", "a.weight<>b",
                                   "b.weight<>c", "c.weight<>a", "a:dropped", "b:dropped",
                                   "c:dropped", "a.variable:b", "b.variable:c", "c.variable:a",
                                   "a.polarity:negative", "b.polarity:negative",
                                   "c.polarity:negative", "all.aggregation:geometric_mean",
                                   "all.missing:error", "all.missing:renormalise"));
}

TEST(Mutants, of_each_part_of_a_definition_are_there) {
  const Index index = index_of(R"yaml(groups: {limits: {A: 90}}
variables:
  v: {range: [0, 10], zero_is_missing: true}
  w: {range: [0, 10]}
  p: {categories: [no, some, yes]}
  q: {categories: [no, some, yes]}
tree:
  code: all
  aggregation: sum
  scale_to: 100
  missing: no_score
  children:
    - code: m
      maximum: 4
      aggregation: minimum
      missing: renormalise
      at_least: 0.5
      children:
        - {code: m1, maximum: 4, variable: v, rule: {proportional: {full_at: 8, threshold: 2}}}
        - {code: m2, maximum: 4, variable: w, rule: {increments: {start: 1, points: 1, from: 1, every: 2, add: 0.5, cap: 3}}}
    - {code: k, maximum: 3, measure: {all_of: [p, q]}, not_applicable: exclude, rule: {categories: {"no": 0, some: 1, "yes": 3}}}
    - {code: r, maximum: 2, measure: {ratio: {numerator: {v: 1, w: -2}, denominator: [w]}, times: 10}, rule: {deduct: {points: 0.5, per: 3}}}
    - {code: bonus, role: bonus, cap: 1, maximum: 2, variable: w, rule: {per_unit: {points: 0.5}}}
    - {code: minus, role: penalty, maximum: 1, variable: w, rule: {fixed: 0.5}}
)yaml");
  const auto all = ids(index);
  for (const char* id : {"groups.A:opened",
                         "groups.A:next_down",
                         "groups.A+",
                         "groups.A-",
                         "v.zero_is_missing:false",
                         "k.categories.no<>some",
                         "k.categories.some<>yes",
                         "all.scale_to+",
                         "all.missing:error",
                         "all.missing:reduce_maximum",
                         "m.aggregation:maximum",
                         "m.missing:no_score",
                         "m.missing:error",
                         "m1.full_at+",
                         "m1.full_at-",
                         "m1.threshold+",
                         "m1.threshold:opened",
                         "m1.threshold:next_down",
                         "m1.maximum+",
                         "m1:dropped",
                         "m2.start:opened",
                         "m2.start:next_down",
                         "m2.from+",
                         "m2.every-",
                         "m2.add+",
                         "m2.cap-",
                         "m2.points+",
                         "k.points.some+",
                         "k.points.no<>some",
                         "k.points.some<>yes",
                         "k.not_applicable:missing",
                         "k.not_applicable:full_points",
                         "k.measure:any_of",
                         "k.terms.p:dropped",
                         "k.maximum+",
                         "r.measure:inverted",
                         "r.numerator.w:negated",
                         "r.numerator.w+",
                         "r.numerator.v:dropped",
                         "r.denominator.w:negated",
                         "r.times+",
                         "r.points-",
                         "r.per+",
                         "bonus.role:penalty",
                         "bonus.cap+",
                         "bonus.cap-",
                         "minus.role:bonus",
                         "minus.points+",
                         "bonus:dropped",
                         "k.role:penalty"}) {
    EXPECT_THAT(all, Contains(id)) << id;
  }
  // A minimum of two with one that must be there at least: 0.4 of two is one child too.
  EXPECT_THAT(all, Not(Contains("m.at_least-")));
  // 0.6 of two is two children.
  EXPECT_THAT(all, Contains("m.at_least+"));
  // There is no jump where full points begin, so one double is not looked at.
  EXPECT_THAT(all, Not(Contains("m1.full_at:next_down")));
  // The order of the categories counts only where several variables are compared.
  const auto plain = ids(index_of(R"yaml(variables: {p: {categories: [no, yes]}}
tree: {code: k, variable: p, rule: {categories: {"no": 0, "yes": 3}}}
)yaml"));
  EXPECT_THAT(plain, UnorderedElementsAre("k.points.no+", "k.points.yes+", "k.points.yes-",
                                          "k.points.no<>yes"));
}

TEST(Mutants, of_normalisers) {
  const auto of = [](const std::string& rule) {
    return ids(index_of(
        "variables: {x: {range: [0, 5]}}\ntree: {code: a, variable: x, rule: " + rule + "}\n"));
  };
  EXPECT_THAT(of("{min_max: {onto: [1, 10], min: {pooled: 2}, max: period}}"),
              UnorderedElementsAre("a.polarity:negative", "a.onto_low+", "a.onto_low-",
                                   "a.onto_high+", "a.onto_high-", "a.low.reached+",
                                   "a.low.reached-", "a.low:period", "a.high:pooled"));
  // The range of x ends where the posts are, so that nothing is beyond them to be cut.
  EXPECT_THAT(
      of("{goalposts: {low: 0, high: 5, onto: [0, 1], clamp: true}}"),
      UnorderedElementsAre("a.polarity:negative", "a.onto_low+", "a.onto_low-", "a.onto_high+",
                           "a.onto_high-", "a.low+", "a.low-", "a.high+", "a.high-"));
  EXPECT_THAT(of("{goalposts: {low: 1, high: 5, onto: [0, 1], clamp: true}}"),
              Contains("a.cut:false"));
  EXPECT_THAT(of("{rank: {ties: lowest}}"),
              UnorderedElementsAre("a.polarity:negative", "a.ties:average"));
  EXPECT_THAT(of("{z_score: {mean: 100, deviation: 10}}"),
              UnorderedElementsAre("a.polarity:negative", "a.onto_low+", "a.onto_low-",
                                   "a.onto_high+", "a.onto_high-", "a.over:pooled"));
}

TEST(Mutants, of_dated_values_mix_up_the_years) {
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
  const auto all = mutants(index);
  for (const char* id :
       {"a.weight@2019+", "a.weight@2022+", "b.weight@2022+", "a.weight@2022<>b",
        "all.weights@2019<>2022", "all.weights@2022:year_later", "all.weights@2022:year_earlier"}) {
    EXPECT_THAT(ids(all), Contains(id)) << id;
  }
  EXPECT_THAT(ids(all), Not(Contains("a.weight@2019<>b")));  // Equal weights.
  const Index later = mutated(index, find(all, "all.weights@2022:year_later"));
  EXPECT_EQ(*later.node(1).weight.find(Period(2022)), 0.5);
  EXPECT_EQ(*later.node(2).weight.find(Period(2022)), 0.5);
  EXPECT_EQ(*later.node(1).weight.find(Period(2023)), 0.6);
  const Index exchanged = mutated(index, find(all, "all.weights@2019<>2022"));
  EXPECT_EQ(*exchanged.node(1).weight.find(Period(2020)), 0.6);
  EXPECT_EQ(*exchanged.node(2).weight.find(Period(2023)), 0.5);
}

TEST(Mutants, of_formulas_are_other_operators_numbers_and_branches) {
  const Index index = index_of(R"yaml(parameters: {threshold: 80}
variables: {rate: {range: [0, 100]}, late: {range: [0, null]}}
tree:
  code: a
  rule: {formula: "if rate >= threshold then 2 else rate / 40 - max(late, 1)"}
)yaml");
  const auto all = mutants(index);
  // Of the parameter, which is compared; then in the order of the text. A quotient of 40 and not
  // `rate * 40`; `late` alone, and 1 alone, are the maximum with one operand dropped.
  EXPECT_THAT(ids(all),
              UnorderedElementsAre(
                  "threshold+", "threshold-", "threshold:next_up", "threshold:next_down",
                  "a.formula.if.1<>2", "a.formula.greater_equal:greater", "a.formula.2+",
                  "a.formula.2-", "a.formula.subtract:add", "a.formula.divide:multiply",
                  "a.formula.40+", "a.formula.40-", "a.formula.max:min", "a.formula.max.1:dropped",
                  "a.formula.max.2:dropped", "a.formula.1+", "a.formula.1-"));
  EXPECT_EQ(find(all, "threshold+").change, "parameter 'threshold' 80 -> 81");
  EXPECT_EQ(find(all, "a.formula.greater_equal:greater").change,
            "rate >= threshold -> rate > threshold");
  EXPECT_EQ(find(all, "a.formula.40-").change, "rate / 40 -> rate / 39");
  EXPECT_EQ(find(all, "a.formula.max.1:dropped").change, "max(late, 1) -> 1");
  const Mutant& swapped = find(all, "a.formula.if.1<>2");
  EXPECT_EQ(swapped.kind, MutantKind::swap);
  EXPECT_EQ(describe(mutated(index, swapped).node(0).rule.entries()[0].value),
            "if rate >= threshold then rate / 40 - max(late, 1) else 2");
  // Where the letter stands: the formula begins at column 20.
  EXPECT_EQ(find(all, "a.formula.2+").location.line, 9);
  EXPECT_EQ(find(all, "a.formula.2+").location.column, 20 + 26);
}

TEST(Mutants, of_bounds_in_formulas_are_not_there_twice) {
  const auto of = [](const std::string& formula) {
    std::vector<std::string> found;
    for (const auto& id :
         ids(index_of("variables: {x: {range: [0, 100]}}\ntree: {code: a, rule: {formula: \"" +
                      formula + "\"}}\n"))) {
      if (id.find("90") != std::string::npos || id.find(":less") != std::string::npos ||
          id.find(":greater") != std::string::npos) {
        found.push_back(id);
      }
    }
    return found;
  };
  // x >= 90 with the operator > is x >= 90.00000000000001: only the other side is a bound of its
  // own.
  EXPECT_THAT(of("if x >= 90 then 2 else 1"),
              UnorderedElementsAre("a.formula.90+", "a.formula.90-", "a.formula.90:next_down",
                                   "a.formula.greater_equal:greater"));
  EXPECT_THAT(of("if x > 90 then 2 else 1"),
              UnorderedElementsAre("a.formula.90+", "a.formula.90-", "a.formula.90:next_up",
                                   "a.formula.greater:greater_equal"));
  EXPECT_THAT(of("if 90 <= x then 2 else 1"),
              UnorderedElementsAre("a.formula.90+", "a.formula.90-", "a.formula.90:next_down",
                                   "a.formula.less_equal:less"));
  EXPECT_THAT(of("if x < 90 then 2 else 1"),
              UnorderedElementsAre("a.formula.90+", "a.formula.90-", "a.formula.90:next_down",
                                   "a.formula.less:less_equal"));
  EXPECT_THAT(of("if between(x, 10, 90) then 2 else 1"),
              UnorderedElementsAre("a.formula.90+", "a.formula.90-", "a.formula.90:next_up",
                                   "a.formula.90:next_down"));
}

TEST(Mutants, of_formulas_that_provably_change_nothing_are_left_out) {
  const auto of = [](const std::string& formula) {
    return ids(
        index_of("variables: {x: {range: [0, 100]}, y: {range: [-1, 1]}}\ntree: {code: a, rule: "
                 "{formula: \"" +
                 formula + "\"}}\n"));
  };
  // x is at most 100: 201 and 199 are as far away as 200.
  EXPECT_THAT(of("min(x, 200)"),
              UnorderedElementsAre("a.formula.min:max", "a.formula.min.1:dropped"));
  // x is never below 0.
  EXPECT_THAT(of("abs(x)"), IsEmpty());
  EXPECT_THAT(of("abs(y)"), UnorderedElementsAre("a.formula.abs:dropped"));
  // Nothing is beyond 100, so the branch never runs and its bound makes no difference; but x = 100
  // gets there if the bound is included.
  EXPECT_THAT(of("if x > 100 then 7 else x"),
              UnorderedElementsAre("a.formula.if.1<>2", "a.formula.greater:greater_equal",
                                   "a.formula.100-"));
  // 5 and 6 are as good where the other is 5 at most.
  EXPECT_THAT(of("min(5, x / 20)"), Not(Contains("a.formula.5+")));
  EXPECT_THAT(of("clamp(x / 20, 0, 5)"),
              UnorderedElementsAre("a.formula.divide:multiply", "a.formula.20+", "a.formula.20-",
                                   "a.formula.0+", "a.formula.5-"));
  // A branch that the minimum hides is seen when the condition is another one.
  EXPECT_THAT(of("min(4, if x > 50 then 5 else 3)"),
              IsSupersetOf({"a.formula.50+", "a.formula.50-", "a.formula.50:next_up"}));
  // By 0 the division is missing, whether or not the guard says so.
  EXPECT_THAT(of("if x == 0 then missing else y / x"),
              UnorderedElementsAre("a.formula.if.1<>2", "a.formula.equal:not_equal", "a.formula.0+",
                                   "a.formula.divide:multiply"));
  EXPECT_THAT(
      of("if x > 0 then y / x else missing"),
      UnorderedElementsAre("a.formula.if.1<>2", "a.formula.0+", "a.formula.divide:multiply"));
  EXPECT_THAT(of("if x == 0 then 0 else y / x"), Contains("a.formula.0-"));
  // Nothing divided by 1 is above 200, and by 0 it is missing.
  EXPECT_THAT(of("if x / 1 > 200 then 1 else 2"), Contains("a.formula.1-"));
  // Missing values may get to a branch that others do not.
  EXPECT_THAT(of("if missing(x) then 7 else x"), Contains("a.formula.7+"));
}

TEST(Mutants, of_categories_and_previous_values_in_formulas) {
  const Index index = index_of(R"yaml(variables:
  x: {range: [0, 100]}
  w: {categories: [poor, fair, good]}
tree:
  code: a
  rule: {formula: 'if w >= "fair" and not (x < prev(x)) then 2 else coalesce(prev(x), 1)'}
)yaml");
  const auto all = ids(index);
  for (const char* id :
       {"a.formula.fair:good", "a.formula.and:or", "a.formula.and.1:dropped",
        "a.formula.and.2:dropped", "a.formula.not:dropped", "a.formula.less:less_equal",
        "a.formula.prev:dropped", "a.formula.prev:dropped#2", "a.formula.coalesce.1:dropped",
        "a.formula.coalesce.2:dropped", "a.categories.poor<>fair", "a.categories.fair<>good"}) {
    EXPECT_THAT(all, Contains(id)) << id;
  }
}

TEST(Mutation, of_a_formula_is_noticed_by_its_cases) {
  const Index index = index_of(R"yaml(variables: {x: {range: [0, 100]}}
tree:
  code: a
  maximum: 2
  rule: {formula: "if x >= 90 then 2 else x / 50"}
)yaml");
  // 90: 2 of 2; 89: 1.78; just below 90.
  const auto result = run_mutation(
      index,
      by_examples({{"at", {{"x", 90}}, 2},
                   {"below", {{"x", 89}}, 1.78},
                   {"just below", {{"x", std::nextafter(90, 0)}}, std::nextafter(90, 0) / 50}}));
  EXPECT_EQ(fates(result).at("a.formula.greater_equal:greater"), "at");
  EXPECT_EQ(fates(result).at("a.formula.90-"), "below");
  EXPECT_EQ(fates(result).at("a.formula.90:next_down"), "just below");
  EXPECT_EQ(fates(result).at("a.formula.50+"), "below");
  for (const auto& [id, fate] : fates(result)) EXPECT_NE(fate, "(survived)") << id;
  EXPECT_EQ(result.score(), 1.0);
}

TEST(Mutation, is_the_same_with_threads) {
  const Index index = load_index(find_definition("pci-2013"));
  // Some are noticed, by what they are called.
  const Noticed some = [](const Index&, const Mutant& mutant) -> std::optional<std::string> {
    if (mutant.id.size() % 3 == 0) return {};
    return "case " + std::to_string(mutant.id.size());
  };
  const auto one = run_mutation(index, some, {.threads = 1, .progress = {}});
  const auto many = run_mutation(index, some, {.threads = 7, .progress = {}});
  EXPECT_GT(one.count(MutantFate::killed), 0);
  EXPECT_GT(one.count(MutantFate::survived), 0);
  ASSERT_EQ(one.outcomes.size(), many.outcomes.size());
  for (std::size_t m = 0; m < one.outcomes.size(); ++m) {
    EXPECT_EQ(one.outcomes[m].mutant.id, many.outcomes[m].mutant.id);
    EXPECT_EQ(one.outcomes[m].fate, many.outcomes[m].fate);
    EXPECT_EQ(one.outcomes[m].by, many.outcomes[m].by);
  }
}

TEST(Mutation, stops_when_told_and_passes_on_what_cases_throw) {
  const Noticed never = [](const Index&, const Mutant&) { return std::optional<std::string>(); };
  const auto result = run_mutation(
      two_steps(), never, {.threads = 1, .progress = [](Size done, Size) { return done < 3; }});
  EXPECT_GT(result.count(MutantFate::pending), 0);
  EXPECT_THAT(check_mutation(result, {}).findings.back().problem.message, HasSubstr("stopped"));

  // The first of several, whatever the threads.
  const Noticed fails = [](const Index&, const Mutant& mutant) -> std::optional<std::string> {
    if (mutant.kind == MutantKind::number) return "a case";
    throw DataError("broken by " + mutant.id);
  };
  for (const int threads : {1, 4}) {
    try {
      static_cast<void>(run_mutation(two_steps(), fails, {.threads = threads, .progress = {}}));
      FAIL();
    } catch (const DataError& error) {
      EXPECT_STREQ(error.what(), "broken by a.step2.lower:opened");
    }
  }
}

TEST(CheckMutation, asks_for_explained_survivors) {
  const auto result = run_mutation(
      two_steps(), by_examples({{"at the bound", {{"x", 70}}, 2}, {"below", {{"x", 69}}, 0}}));
  MutationCheck demanded;
  demanded.at_least = 1.0;
  const CheckItem failed = check_mutation(result, demanded);
  EXPECT_EQ(failed.outcome, CheckOutcome::failed);
  ASSERT_EQ(failed.findings.size(), 2U);
  // 5 of 6: 83.3 percent.
  EXPECT_THAT(failed.findings[0].problem.message,
              HasSubstr("5 of 6 mutants noticed (83.3 percent"));
  EXPECT_EQ(failed.findings[1].subject, "a.step2.lower:next_down");
  EXPECT_EQ(failed.findings[1].problem.location.line, 10);
  EXPECT_EQ(failed.findings[1].problem.message, "no case notices: bound 70 -> 69.99999999999999");

  demanded.survivors = {{"a.step2.lower:next_down", "shares have two decimals", {}}};
  const CheckItem passed = check_mutation(result, demanded);
  EXPECT_EQ(passed.outcome, CheckOutcome::passed);
  EXPECT_THAT(passed.findings[0].problem.message, HasSubstr("5 of 5 mutants noticed"));

  demanded.survivors.push_back({"a.step2.lower:next_dawn", "a slip of the pen", {}});
  demanded.survivors.push_back({"a.step2.lower+", "is noticed", {}});
  const CheckItem warned = check_mutation(result, demanded);
  EXPECT_EQ(warned.outcome, CheckOutcome::passed);
  std::vector<std::string> warnings;
  for (const auto& finding : warned.findings) {
    if (finding.severity == Severity::warning) warnings.push_back(finding.problem.to_string());
  }
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("there is no such mutant"),
                                    HasSubstr("the case 'at the bound' notices")));
  demanded = {};
  demanded.at_least = 0.8;
  EXPECT_EQ(check_mutation(result, demanded).outcome, CheckOutcome::passed);
}

TEST(NearestNodes, begins_at_the_node_and_goes_up) {
  const Index index = index_of(R"yaml(tree:
  code: all
  aggregation: sum
  missing: no_score
  children:
    - {code: a, rule: identity}
    - code: b
      aggregation: sum
      missing: no_score
      children: [{code: b1, rule: identity}, {code: b2, rule: identity}]
)yaml");
  // all 0, a 1, b 2, b1 3, b2 4
  EXPECT_THAT(nearest_nodes(index, 4), ElementsAre(4, 2, 0, 1, 3));
}

TEST(ShippedDefinitions, have_mutants_with_names_of_their_own) {
  const Catalogue shipped = Catalogue::shipped();
  for (const auto& entry : shipped.entries()) {
    const Index index = load_index(entry.path);
    const auto all = mutants(index);
    std::set<std::string> names;
    Size valid = 0;
    for (const auto& mutant : all) {
      EXPECT_TRUE(names.insert(mutant.id).second) << entry.name << " " << mutant.id;
      EXPECT_FALSE(mutant.change.empty()) << mutant.id;
      EXPECT_GT(mutant.location.line, 0) << entry.name << " " << mutant.id;
      try {
        const Index changed = mutated(index, mutant);
        EXPECT_FALSE(changed == index) << entry.name << " " << mutant.id;
        ++valid;
      } catch (const SpecError&) {
        // Lint catches it.
      }
    }
    EXPECT_GT(valid, index.size()) << entry.name;
  }
}

}  // namespace
}  // namespace chiso
