#include "chiso/check/properties.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/catalogue.hpp"
#include "small_checks.hpp"

namespace chiso {
namespace {

using test::index_of;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const PropertyRun& run_of(const std::vector<PropertyRun>& runs, Property property) {
  return runs.at(static_cast<std::size_t>(property));
}

/// All failures as "property code: message".
std::vector<std::string> failures(const Index& index, const PropertyCheck& demanded = {}) {
  std::vector<std::string> all;
  for (const auto& run : try_properties(index, demanded)) {
    for (const auto& failure : run.failures) {
      all.push_back(std::string(name(failure.property)) + " " + index.node(failure.node).code +
                    ": " + failure.message);
    }
  }
  return all;
}

std::vector<std::string> example(const Index& index, Property property,
                                 const PropertyCheck& demanded = {}) {
  const auto runs = try_properties(index, demanded);
  const auto& found = run_of(runs, property).failures;
  return found.empty() ? std::vector<std::string>() : found[0].example;
}

/// A sum of a sound indicator and one with something wrong.
Index with(const std::string& variables, const std::string& leaf) {
  return index_of("variables: {good: {range: [0, 1]}, " + variables +
                  "}\ntree:\n  code: all\n  aggregation: sum\n  missing: no_score\n  children:\n"
                  "    - {code: good, rule: identity}\n    - " +
                  leaf + "\n");
}

TEST(Properties, hold_of_what_is_sound) {
  const Index index = index_of(R"yaml(variables:
  a: {range: [0, 100]}
  b: {range: [0, null]}
  c: {categories: [poor, fair, good]}
  d: {range: [0, 1], zero_is_missing: true}
tree:
  code: all
  aggregation: arithmetic_mean
  weights: relative
  missing: renormalise
  children:
    - {code: a, weight: 2, rule: {min_max: {onto: [0, 10]}}}
    - {code: b, weight: 1, polarity: negative, rule: {z_score: {mean: 100, deviation: 10}}}
    - {code: c, weight: 1, maximum: 3, rule: {categories: {poor: 0, fair: 1, good: 3}}}
    - {code: d, weight: 3, rule: rank}
)yaml");
  EXPECT_THAT(failures(index), IsEmpty());
  for (const auto& run : try_properties(index, {})) {
    if (run.property == Property::continuous) continue;  // Not demanded of any node.
    EXPECT_GT(run.inputs, 0) << name(run.property);
  }
}

TEST(Properties, range_finds_a_score_above_the_maximum) {
  // The value itself, up to 10, and a maximum of 5.
  const Index index =
      with("x: {range: [0, 10]}", "{code: bad, maximum: 5, variable: x, rule: identity}");
  EXPECT_THAT(failures(index), ElementsAre("range bad: 10 is above the maximum 5"));
  // One unit, no other variable; 10 is the shortest number above 5 but for 6 to 9, which are not
  // tried.
  EXPECT_THAT(example(index, Property::range),
              ElementsAre("- name: \"range of bad\"", "  given: {x: 10}",
                          "  expect: {bad: 10}  # what it gives now"));
}

TEST(Properties, range_finds_values_beyond_posts_that_do_not_cut) {
  const Index index = with(
      "x: {range: [0, 10]}",
      "{code: bad, variable: x, rule: {goalposts: {low: 0, high: 5, onto: [0, 1], clamp: false}}}");
  // 10 is twice as far as the post.
  EXPECT_THAT(failures(index),
              ElementsAre("range bad: 2 is above 1, the most that the definition allows"));
}

TEST(Properties, range_finds_points_that_a_formula_may_not_give) {
  // 100 / 40 = 2.5 is above 2.
  const Index index =
      with("x: {range: [0, 100]}", "{code: bad, maximum: 2, rule: {formula: x / 40}}");
  const auto found = failures(index);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("range bad: "));
  EXPECT_THAT(example(index, Property::range),
              ElementsAre("- name: \"range of bad\"", "  given: {x: 100}", HasSubstr("  error: ")));
}

TEST(Properties, monotone_finds_a_formula_that_falls_where_it_is_said_to_rise) {
  // Up to 50 one for one, from there on half of it.
  const Index index = with(
      "x: {range: [0, 100]}",
      R"yaml({code: bad, maximum: 100, rule: {formula: "if x < 50 then x else x / 2", rises_with: [x]}})yaml");
  const auto runs = try_properties(index, {});
  const auto& found = run_of(runs, Property::monotone).failures;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(index.node(found[0].node).code, "bad");
  EXPECT_THAT(found[0].message, HasSubstr("the score falls: "));
  // Two cases, which differ in x alone.
  ASSERT_EQ(found[0].example.size(), 6U);
  EXPECT_EQ(found[0].example[0], "- name: \"monotone of bad, lower\"");
  EXPECT_THAT(found[0].example[1], HasSubstr("given: {x: "));
  EXPECT_EQ(found[0].example[3], "- name: \"monotone of bad, higher\"");
}

TEST(Properties, monotone_finds_steps_in_the_wrong_order_only_where_a_direction_is_said) {
  const Index index = with(
      "x: {range: [0, 100]}",
      R"yaml({code: bad, maximum: 2, variable: x, rule: {steps: [{when: "< 50", points: 1}, {when: "[50, 80)", points: 2}, {when: ">= 80", points: 0}]}})yaml");
  EXPECT_THAT(failures(index), IsEmpty());
  PropertyCheck demanded;
  demanded.rises_with = {{"bad", "x"}};
  const auto found = failures(index, demanded);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("monotone bad: the score falls: "));
}

TEST(Properties, monotone_knows_penalties_and_polarity) {
  // More of the penalty's variable is less of the composite.
  const Index index = index_of(R"yaml(variables: {x: {range: [0, 10]}, y: {range: [0, 10]}}
tree:
  code: all
  aggregation: sum
  missing: no_score
  children:
    - {code: part, variable: x, polarity: negative, rule: {goalposts: {low: 0, high: 10, onto: [0, 1], clamp: true}}}
    - {code: minus, role: penalty, maximum: 3, variable: y, rule: {per_unit: {points: 1}}}
)yaml");
  EXPECT_THAT(failures(index), IsEmpty());
  PropertyCheck wrong;
  wrong.rises_with = {{"all", "y"}, {"part", "x"}};
  EXPECT_THAT(failures(index, wrong), ElementsAre(HasSubstr("monotone all: the score falls"),
                                                  HasSubstr("monotone part: the score falls")));
}

TEST(Properties, continuous_finds_a_jump_and_the_doubles_beside_it) {
  const Index index = with(
      "x: {range: [0, 100]}",
      "{code: bad, maximum: 10, variable: x, rule: {proportional: {full_at: 100, threshold: 80}}}");
  EXPECT_THAT(failures(index), IsEmpty());
  PropertyCheck demanded;
  demanded.continuous = {"*"};
  // 8 of 10 points at 80, none at the double below.
  EXPECT_THAT(failures(index, demanded),
              ElementsAre("continuous bad: the score jumps: 0 -> 8 where x goes "
                          "79.99999999999999 -> 80"));
  EXPECT_THAT(example(index, Property::continuous, demanded),
              ElementsAre("- name: \"continuous of bad, lower\"", "  given: {x: 79.99999999999999}",
                          "  expect: {bad: 0}  # what it gives now",
                          "- name: \"continuous of bad, higher\"", "  given: {x: 80}",
                          "  expect: {bad: 8}  # what it gives now"));
}

TEST(Properties, continuous_finds_a_jump_that_no_number_of_the_definition_names) {
  // floor jumps at every whole number; also where x is 3 times something.
  const Index index = with("x: {range: [0, 10]}",
                           R"yaml({code: bad, maximum: 10, rule: {formula: "floor(x / 3)"}})yaml");
  PropertyCheck demanded;
  demanded.continuous = {"bad"};
  const auto found = failures(index, demanded);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("continuous bad: the score jumps: "));
  // A rule without a jump has none.
  const Index smooth =
      with("x: {range: [0, 100]}",
           "{code: bad, maximum: 10, variable: x, rule: {proportional: {full_at: 80}}}");
  EXPECT_THAT(failures(smooth, demanded), IsEmpty());
}

TEST(Properties, a_failure_is_said_of_the_lowest_node) {
  // The jump of the leaf is one of the composite too.
  const Index index = with(
      "x: {range: [0, 100]}",
      R"yaml({code: bad, maximum: 2, variable: x, rule: {steps: [{when: "< 50", points: 1}, {when: ">= 50", points: 2}]}})yaml");
  PropertyCheck demanded;
  demanded.continuous = {"all", "bad"};
  EXPECT_THAT(failures(index, demanded),
              ElementsAre("continuous bad: the score jumps: 1 -> 2 where x goes "
                          "49.99999999999999 -> 50"));
  // Of the composite alone the composite.
  demanded.continuous = {"all"};
  EXPECT_THAT(failures(index, demanded), ElementsAre(HasSubstr("continuous all: the score jumps")));
  // Nothing but x is needed, but then the composite has no score: the other value stays.
  EXPECT_THAT(example(index, Property::continuous, demanded)[1],
              AllOf(HasSubstr("good: 0"), HasSubstr("x: 49.99999999999999")));
}

TEST(Properties, are_the_same_for_the_same_seed) {
  const Index index =
      with("x: {range: [0, 10]}", "{code: bad, maximum: 5, variable: x, rule: identity}");
  const auto once = try_properties(index, {}, {.seed = 3, .tries = 50});
  const auto again = try_properties(index, {}, {.seed = 3, .tries = 50});
  for (std::size_t p = 0; p < once.size(); ++p) {
    EXPECT_EQ(once[p].inputs, again[p].inputs);
    ASSERT_EQ(once[p].failures.size(), again[p].failures.size());
    for (std::size_t f = 0; f < once[p].failures.size(); ++f) {
      EXPECT_EQ(once[p].failures[f].example, again[p].failures[f].example);
    }
  }
}

TEST(Properties, of_unknown_names_are_refused) {
  PropertyCheck demanded;
  demanded.continuous = {"goood"};
  demanded.falls_with = {{"all", "z"}};
  try {
    static_cast<void>(
        try_properties(with("x: {range: [0, 1]}", "{code: x, rule: identity}"), demanded));
    FAIL();
  } catch (const NotFoundError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_THAT(error.what(), HasSubstr("there is no node 'goood' (did you mean 'good'?)"));
    EXPECT_THAT(error.what(), HasSubstr("there is no variable 'z'"));
  }
}

TEST(Properties, of_several_units_are_shown_as_a_table) {
  // Places count the units, so the composite jumps only where there is another one.
  const Index index = index_of(
      "variables: {x: {range: [0, 1]}}\n"
      "tree: {code: a, variable: x, rule: rank}\n");
  PropertyCheck demanded;
  demanded.continuous = {"a"};
  const auto shown = example(index, Property::continuous, demanded);
  ASSERT_GE(shown.size(), 3U);
  EXPECT_EQ(shown[0], "unit,x");
  EXPECT_EQ(shown.size(), 3U);  // Two units are enough.
}

TEST(CheckProperties, is_an_item_with_what_fails) {
  const Index index =
      with("x: {range: [0, 10]}", "{code: bad, maximum: 5, variable: x, rule: identity}");
  const CheckItem failed = check_properties(index, {});
  EXPECT_EQ(failed.outcome, CheckOutcome::failed);
  EXPECT_EQ(failed.findings[0].rule, "property-range");
  EXPECT_EQ(failed.findings[0].subject, "bad");
  EXPECT_GT(failed.findings[0].problem.location.line, 0);
  EXPECT_EQ(failed.findings[0].details[1], "  given: {x: 10}");
  const CheckItem passed =
      check_properties(with("x: {range: [0, 1]}", "{code: x, rule: identity}"), {});
  EXPECT_EQ(passed.outcome, CheckOutcome::passed);
}

TEST(ShippedDefinitions, have_all_properties) {
  const Catalogue shipped = Catalogue::shipped();
  for (const auto& entry : shipped.entries()) {
    const Index index = load_index(entry.path);
    EXPECT_THAT(failures(index), IsEmpty()) << entry.name;
    const auto runs = try_properties(index, {}, {.seed = 1, .tries = 20});
    EXPECT_GT(run_of(runs, Property::range).inputs, 0) << entry.name;
    EXPECT_GT(run_of(runs, Property::monotone).inputs, 0) << entry.name;
  }
}

}  // namespace
}  // namespace chiso
