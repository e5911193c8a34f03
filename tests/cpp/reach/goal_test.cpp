#include "chiso/reach/goal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/evaluate/ranking.hpp"

namespace chiso {
namespace {

using small::inner;
using small::leaf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One indicator x, so that a unit's composite is what the data say.
Scores plain(std::vector<double> values, const IndexDefinition& head) {
  std::vector<std::vector<double>> rows;
  for (const double value : values) rows.push_back({value});
  return Evaluator(Index(head)).score(small::panel({"x"}, rows));
}

IndexDefinition head() {
  return small::definition(
      inner("all", Aggregation::Method::arithmetic_mean, {small::weighted(1, leaf("x"))}));
}

std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Goal, IsWordedWithItsCriterion) {
  EXPECT_EQ(describe(Goal::top(10)), "rank <= 10");
  EXPECT_EQ(describe(Goal::score(65)), "score >= 65");
  EXPECT_EQ(describe(Goal::percent(80)), "percent of maximum >= 80");
  EXPECT_EQ(describe(Goal::in_group("A")), "group A");
  EXPECT_EQ(describe(Goal{Goal::Quantity::percent, 90, {}, "F1"}), "percent of F1 >= 90");
  EXPECT_EQ(describe(Goal{Goal::Quantity::rank, 3, {}, "F1"}), "rank of F1 <= 3");
}

/// A plan with one target of "pci" and a baseline of 65.64 points and rank 24.
Goal goal_of_target(Target target) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.indices = {{"pci", "pci", {}}};
  plan.baseline = {test::baseline("pci", 2019, 65.64, 24), test::baseline("pci:F1", 2019, {}, 5)};
  plan.targets = {std::move(target)};
  return goal_of(Plan(plan), 0);
}

TEST(Goal, OfATargetIsItsWorstAllowedNumber) {
  using Quantity = Target::Quantity;
  const auto baseline = Target::Against::baseline;
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "<= 10")), Goal::top(10));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "[10, 15]")), Goal::top(15));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "< 10")), Goal::top(9));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::score, ">= 68")), Goal::score(68));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::score, "> 68")),
            Goal::score(std::nextafter(68.0, 69.0)));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::percent, ">= 80")), Goal::percent(80));
  // Kept: not behind rank 24, not below 65.64. Three places up: 21.
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "<= 0", baseline)), Goal::top(24));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "<= -3", baseline)), Goal::top(21));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::rank, "< 0", baseline)), Goal::top(23));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::score, ">= 0", baseline)),
            Goal::score(65.64));
  EXPECT_EQ(goal_of_target(test::target("pci", Quantity::percent, ">= 0", baseline)),
            Goal::score(65.64));
  EXPECT_EQ(goal_of_target(test::target("pci:F1", Quantity::rank, "<= 0", baseline)),
            (Goal{Goal::Quantity::rank, 5, {}, "F1"}));
}

TEST(Goal, OfATargetWithoutSuchANumberIsRefused) {
  using Quantity = Target::Quantity;
  const auto refused = [](Target target) {
    return message_of([&] { static_cast<void>(goal_of_target(std::move(target))); });
  };
  EXPECT_THAT(refused(test::target("pci", Quantity::score, "<= 70")), HasSubstr("no least score"));
  EXPECT_THAT(refused(test::target("pci", Quantity::rank, ">= 5")), HasSubstr("no last rank"));
  EXPECT_THAT(refused(test::target("pci", Quantity::score, ">= 1", Target::Against::previous)),
              HasSubstr("against the year before"));
  EXPECT_THAT(refused(test::target("pci", Quantity::percent, ">= 5", Target::Against::baseline)),
              HasSubstr("points, not percent"));
}

TEST(Rivals, NowAreTheOthersAsTheyAre) {
  const Scores scores = plain({3, 1, small::missing, 2}, head());
  const Rivals rivals = rivals_now(scores, "b");
  EXPECT_THAT(rivals.units, ElementsAre("a", "c", "d"));
  EXPECT_EQ(rivals.scores[0], 3);
  EXPECT_TRUE(std::isnan(rivals.scores[1]));
  EXPECT_EQ(rivals.scores[2], 2);
  EXPECT_EQ(rivals.assumption, "others held constant (2020)");
  EXPECT_THAT(message_of([&] { static_cast<void>(rivals_now(scores, "bb")); }), HasSubstr("bb"));
  EXPECT_THROW(static_cast<void>(rivals_now(scores, "b", "y")), NotFoundError);
}

/// Results of 2015, 2016, 2018 and 2019: a on a line, b scattered, c with two scores, d with none.
std::vector<Scores> history() {
  IndexDefinition definition = head();
  definition.variables.push_back({});
  definition.variables.back().code = "x";
  definition.variables.back().range = Interval::closed(0, 10);
  const Evaluator evaluator((Index(definition)));
  const std::vector<std::pair<int, std::vector<double>>> years = {
      {2018, {7, 5, small::missing, small::missing, 1}},
      {2015, {4, 2, 3, small::missing, 1}},
      {2019, {8, 1, 9, small::missing, 1}},
      {2016, {5, 4, small::missing, small::missing, 1}}};
  std::vector<Scores> results;
  for (const auto& [year, values] : years) {
    Panel::Builder builder;
    const Size period = builder.period(Period(year));
    const Size x = builder.number_variable("x");
    for (std::size_t u = 0; u < values.size(); ++u) {
      const Size unit = builder.unit(std::string(1, static_cast<char>('a' + u)));
      builder.row(unit, period);
      builder.set(unit, x, period, values[u]);
    }
    results.push_back(evaluator.score(builder.build()));
  }
  return results;
}

TEST(Rivals, ByTrendGoOnOnTheirOwnLines) {
  const auto results = history();
  const Rivals rivals = rivals_by_trend(results, Period(2020), "e");
  EXPECT_THAT(rivals.units, ElementsAre("a", "b", "c", "d"));
  // a: x = year - 2011. b: mean year 2017, mean 3; sum of (dt dx) = -2(-1) + -1(1) + 1(2) + 2(-2)
  // = -1, of dt^2 = 10, so 3 - 0.1 * 3. c keeps its latest; d has none.
  EXPECT_NEAR(rivals.scores[0], 9.0, 1e-12);
  EXPECT_NEAR(rivals.scores[1], 2.7, 1e-12);
  EXPECT_EQ(rivals.scores[2], 9.0);
  EXPECT_TRUE(std::isnan(rivals.scores[3]));
  EXPECT_EQ(rivals.assumption,
            "others on their own straight line of 2015 to 2019 (least squares) in 2020; 1 with "
            "fewer than 3 scores keeps the latest");
  // Nobody has more than 10 points.
  EXPECT_EQ(rivals_by_trend(results, Period(2030), "e").scores[0], 10.0);
}

TEST(Rivals, ByTrendNeedPeriodsOfOneLine) {
  const auto results = history();
  const auto refused = [&](std::span<const Scores> past, const Period& when) {
    return message_of([&] { static_cast<void>(rivals_by_trend(past, when, "e")); });
  };
  EXPECT_THAT(refused({}, Period(2020)), HasSubstr("got none"));
  EXPECT_THAT(refused(results, Period(2019)), HasSubstr("after the last result"));
  EXPECT_THAT(refused(results, Period("2020-Q1")), HasSubstr("not on one line with 2020-Q1"));
  const std::vector<Scores> twice{results[0], results[0]};
  EXPECT_THAT(refused(twice, Period(2020)), HasSubstr("two results"));
  EXPECT_THROW(static_cast<void>(rivals_by_trend(results, Period(2020), "f")), NotFoundError);
}

TEST(NeededScore, OfARankIsThatOfTheRivalWhoHasIt) {
  const Scores scores = plain({5, 9, 7, 7, 3, small::missing}, head());
  const Rivals rivals = rivals_now(scores, "a");
  const auto needed = [&](double rank) {
    return needed_score(scores, "a", Goal::top(rank), rivals);
  };
  EXPECT_EQ(needed(1).score, 9);
  EXPECT_EQ(needed(1).what, "b, rank 1, 9");
  EXPECT_EQ(needed(2).score, 7);
  EXPECT_EQ(needed(3).score, 7);
  EXPECT_EQ(needed(4).score, 3);
  EXPECT_EQ(needed(5).score, -infinity);
  EXPECT_EQ(needed(6).score, -infinity);
  EXPECT_THAT(message_of([&] { needed(7); }), HasSubstr("from 1 to 6"));
  EXPECT_THAT(message_of([&] { needed(0.5); }), HasSubstr("from 1 to 6"));
  EXPECT_THROW(needed(small::missing), DataError);
}

/// The rank, or group, of unit a if it had this score, by scoring and ranking everybody.
Ranking with(const std::vector<double>& values, double own, const IndexDefinition& definition) {
  std::vector<double> all = values;
  all[0] = own;
  return Ranking(plain(all, definition));
}

TEST(NeededScore, IsTheLeastDoubleByTheRankingItself) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    IndexDefinition definition = head();
    definition.rank_on_displayed = random() % 2 == 0;
    if (random() % 4 != 0) definition.decimals = static_cast<int>(random() % 4);
    std::vector<double> values{0.0};
    const std::size_t units = 2 + random() % 6;
    while (values.size() < units) {
      values.push_back(static_cast<double>(random() % 4000) / 80.0 - 10.0);
    }
    const Scores scores = plain(values, definition);
    const Rivals rivals = rivals_now(scores, "a");
    const double rank = 1.0 + static_cast<double>(random() % (units - 1));
    const double needed = needed_score(scores, "a", Goal::top(rank), rivals).score;
    EXPECT_LE(with(values, needed, definition).ranks()[0], rank);
    EXPECT_GT(with(values, std::nextafter(needed, -infinity), definition).ranks()[0], rank);
  }
}

TEST(NeededScore, OfAGroupIsTheLeastDoubleByTheGroupingItself) {
  std::mt19937 random(12);
  for (int round = 0; round < 300; ++round) {
    IndexDefinition definition = head();
    definition.rank_on_displayed = random() % 2 == 0;
    definition.decimals = 1;
    definition.groups.names = {"A", "B", "C"};
    const bool limits = random() % 2 == 0;
    definition.groups.kind = limits ? Grouping::Kind::limits : Grouping::Kind::quantiles;
    if (limits) {
      definition.groups.limits = {30.05, 20.0, 3.333};
      definition.groups.below = "D";
    }
    std::vector<double> values{0.0};
    const std::size_t units = 2 + random() % 9;
    while (values.size() < units) values.push_back(static_cast<double>(random() % 800) / 20.0);
    const Scores scores = plain(values, definition);
    const Rivals rivals = rivals_now(scores, "a");
    const std::string wanted = definition.groups.names[random() % 3];
    const double needed = needed_score(scores, "a", Goal::in_group(wanted), rivals).score;
    const auto group = [&](double own) { return with(values, own, definition).groups()[0]; };
    if (needed == -infinity) {
      EXPECT_LE(group(-1e9), wanted);
    } else {
      EXPECT_LE(group(needed), wanted);
      EXPECT_GT(group(std::nextafter(needed, -infinity)), wanted);
    }
  }
}

TEST(NeededScore, OfPercentIsOfTheHighestScore) {
  IndexDefinition definition = head();
  definition.tree.children[0] = small::points("x", 7, GivenPoints{});
  const Scores scores = plain({5, 6}, definition);
  const Rivals rivals = rivals_now(scores, "a");
  const Needed needed = needed_score(scores, "a", Goal::percent(90), rivals);
  EXPECT_NEAR(needed.score, 6.3, 1e-12);
  EXPECT_GE(100.0 * needed.score / 7.0, 90.0);
  EXPECT_LT(100.0 * std::nextafter(needed.score, 0.0) / 7.0, 90.0);
  EXPECT_EQ(needed.what, "90 percent of 7");
  const Scores open = plain({5, 6}, head());
  EXPECT_THAT(
      message_of([&] { static_cast<void>(needed_score(open, "a", Goal::percent(90), rivals)); }),
      HasSubstr("highest score of all is not known"));
}

TEST(NeededScore, NamesWhatIsWrongWithAGroup) {
  IndexDefinition definition = head();
  const auto refused = [&](const Goal& goal) {
    const Scores scores = plain({5, 6, 7}, definition);
    const Rivals rivals = rivals_now(scores, "a");
    return message_of([&] { static_cast<void>(needed_score(scores, "a", goal, rivals)); });
  };
  EXPECT_THAT(refused(Goal::in_group("A")), HasSubstr("into no groups"));
  definition.groups.kind = Grouping::Kind::limits;
  definition.groups.names = {"good", "fair"};
  definition.groups.limits = {80, 60};
  definition.groups.below = "poor";
  EXPECT_THAT(refused(Goal::in_group("goood")), HasSubstr("did you mean 'good'"));
  EXPECT_THAT(refused(Goal{Goal::Quantity::group, 0, "good", "x"}), HasSubstr("of the composite"));
  const Scores scores = plain({5, 6, 7}, definition);
  const Rivals rivals = rivals_now(scores, "a");
  EXPECT_EQ(needed_score(scores, "a", Goal::in_group("poor"), rivals).score, -infinity);
  EXPECT_EQ(needed_score(scores, "a", Goal::in_group("fair"), rivals).what, "group fair from 60");
  definition.groups.kind = Grouping::Kind::natural_breaks;
  definition.groups.limits = {};
  definition.groups.below = "";
  EXPECT_THAT(refused(Goal::in_group("good")), HasSubstr("give the goal as a rank or a score"));
}

}  // namespace
}  // namespace chiso
