#include "chiso/evaluate/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "chiso/base/error.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::HasSubstr;
using Method = Aggregation::Method;

const ExplainedNode& find(const std::vector<ExplainedNode>& nodes, const Scores& scores,
                          const std::string& code) {
  return nodes[static_cast<std::size_t>(scores.index().at(code))];
}

/// As the provincial competitiveness index does: 10 times a weighted mean of sub-indices on 1..10.
Index competitiveness() {
  Criterion tree = inner("pci", Method::arithmetic_mean,
                         {weighted(20, leaf("entry")), weighted(80, leaf("land"))});
  tree.aggregation.times = 10.0;
  IndexDefinition head = definition(tree);
  for (const char* code : {"entry", "land"}) {
    Variable variable;
    variable.code = code;
    variable.range = Interval::closed(1, 10);
    head.variables.push_back(variable);
  }
  return Index(head);
}

TEST(ExplainTest, SplitsALinearScoreAndItsLossOverTheLeaves) {
  const Scores scores =
      Evaluator(competitiveness()).score(panel({"entry", "land"}, {{7, 6}, {8, 5}}));

  const auto nodes = explain(scores, "a");

  // By hand: 10 * (0.2 * 7 + 0.8 * 6) = 62 of 100.
  EXPECT_DOUBLE_EQ(find(nodes, scores, "pci").score, 62.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "pci").highest, 100.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "pci").lost, 38.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "entry").contribution, 14.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "land").contribution, 48.0);
  EXPECT_NEAR(find(nodes, scores, "entry").at_stake, 6.0, 1e-12);
  EXPECT_NEAR(find(nodes, scores, "land").at_stake, 32.0, 1e-12);
  EXPECT_EQ(find(nodes, scores, "entry").rank, 2.0);
  EXPECT_EQ(find(nodes, scores, "land").rank, 1.0);
  EXPECT_EQ(find(nodes, scores, "land").measure, "land = 6");
  EXPECT_DOUBLE_EQ(find(nodes, scores, "land").weight, 0.8);
}

TEST(ExplainTest, ContributionsAddUpForEveryAggregation) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(1.0, 9.0);
  for (const Method method : {Method::sum, Method::arithmetic_mean, Method::geometric_mean,
                              Method::harmonic_mean, Method::power_mean, Method::median,
                              Method::minimum, Method::maximum, Method::mazziotta_pareto}) {
    for (int round = 0; round < 20; ++round) {
      Criterion group = inner("g", method, {leaf("x"), leaf("y"), leaf("z"), leaf("u")});
      if (method == Method::power_mean) group.aggregation.power = 3.0;
      group.aggregation.upward_penalty = method == Method::mazziotta_pareto && round % 2 == 0;
      Criterion tree =
          inner("root", Method::geometric_mean, {weighted(0.4, group), weighted(0.6, leaf("v"))});
      tree.aggregation.times = 5.0;
      const Scores scores = Evaluator(index(tree))
                                .score(panel({"x", "y", "z", "u", "v"},
                                             {{uniform(engine), uniform(engine), uniform(engine),
                                               uniform(engine), uniform(engine)}}));

      const auto nodes = explain(scores, "a");

      double leaves = 0.0;
      double group_leaves = 0.0;
      for (const char* code : {"x", "y", "z", "u"})
        group_leaves += find(nodes, scores, code).contribution;
      leaves = group_leaves + find(nodes, scores, "v").contribution;
      const double total = scores.at("a", "root");
      EXPECT_NEAR(leaves, total, 1e-12 * total) << name(method);
      EXPECT_NEAR(group_leaves, find(nodes, scores, "g").contribution, 1e-12 * total)
          << name(method);
    }
  }
}

TEST(ExplainTest, SaysWhatIsAtStakeByScoringAgain) {
  // A geometric mean of 4 and 9 is 6; with 9 raised to its best of 16 it is 8.
  IndexDefinition head = definition(inner("root", Method::geometric_mean, {leaf("x"), leaf("y")}));
  Variable y;
  y.code = "y";
  y.range = Interval::closed(0, 16);
  head.variables = {y};
  const Scores scores = Evaluator(Index(head)).score(panel({"x", "y"}, {{4, 9}}));

  const auto nodes = explain(scores, "a");

  EXPECT_NEAR(find(nodes, scores, "y").at_stake, 2.0, 1e-12);
  EXPECT_TRUE(std::isnan(find(nodes, scores, "x").at_stake)) << "nothing limits x";
}

TEST(ExplainTest, TellsWhatPoliciesDid) {
  const Scores scores =
      Evaluator(
          index(inner("root", Method::sum,
                      {points("appraisal", 84, GivenPoints{}), points("survey", 16, GivenPoints{})},
                      MissingPolicy::reduce_maximum)))
          .score(panel({"appraisal", "survey"}, {{63, missing}}));

  const auto nodes = explain(scores, "a");

  EXPECT_THAT(nodes[0].remarks, HasSubstr("reduced maximum (84 % remained): without survey"));
  EXPECT_DOUBLE_EQ(find(nodes, scores, "appraisal").contribution, 75.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "survey").contribution, 0.0);
  EXPECT_TRUE(std::isnan(find(nodes, scores, "survey").weight));
}

TEST(ExplainTest, ShowsTheAnchorsThatWereUsed) {
  Criterion days = leaf("days", Normaliser{});
  days.polarity = Polarity::negative;
  const Scores scores = Evaluator(index(days)).score(panel({"days"}, {{5}, {35}}));

  const auto nodes = explain(scores, "a");

  EXPECT_THAT(nodes[0].rule,
              testing::AllOf(HasSubstr("from 5"), HasSubstr("to 35"), HasSubstr("less is better")));
}

TEST(ExplainTest, SuggestsTheNearestUnit) {
  const Scores scores = Evaluator(index(leaf("x"))).score(panel({"x"}, {{5}}));

  EXPECT_THROW((void)explain(scores, "aa"), NotFoundError);
}

TEST(ExplainTest, TheBestOfAPenaltyIsNone) {
  // 80 - 2 of at most 5: without the penalty the composite has 2 more, not 3 less.
  Criterion penalty = points("penalty", 5, GivenPoints{});
  penalty.role = Role::penalty;
  const Scores scores =
      Evaluator(index(inner("root", Method::sum, {points("part", 90, GivenPoints{}), penalty})))
          .score(panel({"part", "penalty"}, {{80, 2}}));

  const auto nodes = explain(scores, "a");

  EXPECT_DOUBLE_EQ(find(nodes, scores, "penalty").at_stake, 2.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "penalty").lost, 2.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "penalty").contribution, -2.0);
  EXPECT_DOUBLE_EQ(find(nodes, scores, "part").at_stake, 10.0);
}

TEST(ExplainTest, NothingIsAtStakeBelowACriterionThatStaysWithoutAScore) {
  // y alone gives p no score, whatever y is; the root goes on without p.
  Normaliser posts;
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(0);
  posts.high = Anchor::fixed(10);
  posts.cut = true;
  const Scores scores =
      Evaluator(index(inner(
                    "root", Method::arithmetic_mean,
                    {inner("p", Method::arithmetic_mean, {leaf("x"), leaf("y", posts)}), leaf("z")},
                    MissingPolicy::renormalise)))
          .score(panel({"x", "y", "z"}, {{missing, 4, 3}}));

  EXPECT_DOUBLE_EQ(find(explain(scores, "a"), scores, "y").at_stake, 0.0);
}

TEST(ExplainTest, AZeroBringsNothingToAPowerMeanBelowOne) {
  // ((sqrt(0) + sqrt(16)) / 2)^2 = 4, all of it from y.
  Criterion tree = inner("root", Method::power_mean, {leaf("x"), leaf("y")});
  tree.aggregation.power = 0.5;
  const Scores scores = Evaluator(index(tree)).score(panel({"x", "y"}, {{0, 16}}));

  const auto nodes = explain(scores, "a");

  EXPECT_EQ(find(nodes, scores, "x").contribution, 0.0);
  EXPECT_NEAR(find(nodes, scores, "y").contribution, 4.0, 1e-12);
}

}  // namespace
}  // namespace chiso
