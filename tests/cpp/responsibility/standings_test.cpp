#include "chiso/responsibility/standings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::Not;
using testing::Pointee;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Standing standing(std::string index, int year, std::string unit, double score = missing,
                  double rank = missing) {
  Standing row;
  row.index = std::move(index);
  row.period = Period(year);
  row.unit = std::move(unit);
  row.score = score;
  row.rank = rank;
  return row;
}

// ---- Finding rows

TEST(StandingsTest, FindsARowByItsNodePeriodAndUnit) {
  std::vector<Standing> rows{standing("par", 2021, "Hue", 89.32, 4), standing("pci", 2021, "Hue"),
                             standing("par", 2020, "Hue", 88.47, 3)};
  rows.push_back(rows[0]);
  rows.back().code = "F1";
  rows.back().score = 9.5;
  const Standings standings(rows);

  ASSERT_NE(standings.find("par", "", Period(2021), "Hue"), nullptr);
  EXPECT_EQ(standings.find("par", "", Period(2021), "Hue")->score, 89.32);
  EXPECT_EQ(standings.find("par", "", Period(2020), "Hue")->rank, 3.0);
  EXPECT_EQ(standings.find("par", "F1", Period(2021), "Hue")->score, 9.5);
  EXPECT_EQ(standings.find("par", "F2", Period(2021), "Hue"), nullptr);
  EXPECT_EQ(standings.find("par", "", Period(2019), "Hue"), nullptr);
  EXPECT_EQ(standings.find("par", "", Period(2022), "Hue"), nullptr);
  EXPECT_EQ(standings.find("par", "", Period(2021), "Ha Noi"), nullptr);
  EXPECT_EQ(standings.find("papi", "", Period(2021), "Hue"), nullptr);
}

TEST(StandingsTest, GivesPeriodsInTimeOrderAndUnitsInTheOrderOfTheRows) {
  const Standings standings({standing("par", 2021, "C"), standing("pci", 2005, "C"),
                             standing("par", 2012, "B"), standing("par", 2021, "A"),
                             standing("par", 2021, "B")});

  EXPECT_THAT(standings.periods("par", ""), ElementsAre(Period(2012), Period(2021)));
  EXPECT_THAT(standings.periods("par", "F1"), IsEmpty());
  const auto units = standings.units("par", "", Period(2021));
  EXPECT_THAT(units, ElementsAre(&standings.rows()[0], &standings.rows()[3], &standings.rows()[4]));
  EXPECT_THAT(standings.units("par", "", Period(2013)), IsEmpty());
  EXPECT_THAT(standings.nodes(), ElementsAre(CriterionRef{"par", ""}, CriterionRef{"pci", ""}));
}

TEST(StandingsTest, AnIndexAndACodeDoNotRunIntoEachOther) {
  std::vector<Standing> rows{standing("ab", 2021, "X"), standing("a", 2021, "X")};
  rows[0].code = "c";
  rows[1].code = "bc";
  const Standings standings(rows);

  EXPECT_EQ(standings.nodes().size(), 2U);
  EXPECT_EQ(standings.find("a", "bc", Period(2021), "X"), &standings.rows()[1]);
}

TEST(StandingsTest, NothingIsAlsoStandings) {
  EXPECT_THAT(Standings().rows(), IsEmpty());
  EXPECT_THAT(Standings().nodes(), IsEmpty());
  EXPECT_EQ(Standings().find("par", "", Period(2021), "A"), nullptr);
}

TEST(StandingsTest, NamesEveryRowThatStandsTwice) {
  std::vector<Standing> rows{standing("par", 2021, "A", 1), standing("par", 2021, "B"),
                             standing("par", 2021, "A", 2), standing("par", 2022, "A"),
                             standing("par", 2021, "B")};
  rows.push_back(standing("pci", 2021, "A"));
  rows.push_back(rows[0]);
  rows.back().code = "F1";
  try {
    const Standings standings(rows);
    FAIL() << "two rows stand twice";
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_THAT(error.what(), HasSubstr("'A' on par in 2021 stands twice (rows 1 and 3)"));
    EXPECT_THAT(error.what(), HasSubstr("'B' on par in 2021 stands twice (rows 2 and 5)"));
  }
}

TEST(StandingsTest, NamesThemInTheOrderOfTheRows) {
  try {
    const Standings standings({standing("par", 2021, "A"), standing("pci", 2021, "B"),
                               standing("pci", 2021, "B"), standing("par", 2021, "A")});
    FAIL() << "two rows stand twice";
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].place, "B");
    EXPECT_EQ(error.problems()[1].place, "A");
  }
}

// ---- The score that a rank needed

struct At {
  double score;
  double rank = missing;
};

double at_rank(const std::vector<At>& units, double rank) {
  std::vector<Standing> rows;
  for (const At& unit : units) rows.push_back(standing("par", 2021, "", unit.score, unit.rank));
  std::vector<const Standing*> pointers;
  for (const Standing& row : rows) pointers.push_back(&row);
  return score_at_rank(pointers, rank);
}

TEST(ScoreAtRankTest, IsTheScoreOfWhoHasTheRank) {
  EXPECT_EQ(at_rank({{70, 3}, {90, 1}, {80, 2}}, 1), 90.0);
  EXPECT_EQ(at_rank({{70, 3}, {90, 1}, {80, 2}}, 2), 80.0);
  EXPECT_EQ(at_rank({{70, 3}, {90, 1}, {80, 2}}, 3), 70.0);
}

TEST(ScoreAtRankTest, IsKnownBetweenHolesWhereSomebodyHasJustThatRank) {
  // PCI 2021 as published in the press has holes; the tenth is among those named.
  EXPECT_EQ(at_rank({{68.6, 10}, {73.02, 1}, {65.96, 21}}, 10), 68.6);
  EXPECT_THAT(at_rank({{68.6, 10}, {73.02, 1}, {65.96, 21}}, 9), IsNan());
  EXPECT_THAT(at_rank({{68.6, 10}, {73.02, 1}, {65.96, 21}}, 20), IsNan());
}

TEST(ScoreAtRankTest, IsNotKnownBelowTheLastRankThatWasPublished) {
  EXPECT_THAT(at_rank({{90, 1}, {80, 2}}, 3), IsNan());
  EXPECT_THAT(at_rank({}, 3), IsNan());
}

TEST(ScoreAtRankTest, TwoAtRankNineLeaveNobodyAtRankTen) {
  EXPECT_EQ(at_rank({{70, 9}, {70, 9}, {60, 11}}, 9), 70.0);
  EXPECT_EQ(at_rank({{70, 9}, {70, 9}, {60, 11}}, 10), 70.0);
  EXPECT_EQ(at_rank({{70, 9}, {70, 9}, {60, 11}}, 11), 60.0);
  EXPECT_THAT(at_rank({{70, 9}, {60, 11}}, 10), IsNan());
  EXPECT_THAT(at_rank({{70, 9}, {70, 9}}, 11), IsNan());
}

TEST(ScoreAtRankTest, OneOfEqualUnitsNeedsNoScoreOfItsOwn) {
  EXPECT_EQ(at_rank({{missing, 9}, {70, 9}}, 10), 70.0);
  // Equal as displayed, not in the last digits: the lower one was enough.
  EXPECT_EQ(at_rank({{70.004, 9}, {70.001, 9}}, 9), 70.001);
  EXPECT_EQ(at_rank({{70.001, 9}, {70.004, 9}}, 9), 70.001);
  EXPECT_EQ(at_rank({{70.001, 9}, {missing, 9}}, 9), 70.001);
}

TEST(ScoreAtRankTest, IsNotKnownIfTheScoreAtThatPlaceIsMissing) {
  // PAR INDEX 2022: Thanh Hoa was tenth, with which score was not published.
  EXPECT_THAT(at_rank({{90.10, 1}, {missing, 10}}, 10), IsNan());
}

TEST(ScoreAtRankTest, WithoutAnyRankTheScoresDecide) {
  EXPECT_EQ(at_rank({{70}, {90}, {80}}, 2), 80.0);
  EXPECT_EQ(at_rank({{70}, {90}, {70}, {missing}, {60}}, 3), 70.0);  // 1, 2, 2, 4.
  EXPECT_EQ(at_rank({{70}, {90}, {70}, {missing}, {60}}, 4), 60.0);
  EXPECT_EQ(at_rank({{70}, {90}, {missing}}, 10), 70.0);  // Both are among the first ten.
  EXPECT_THAT(at_rank({{missing}, {missing}}, 1), IsNan());
}

TEST(ScoreAtRankTest, BesideGivenRanksAScoreAloneDoesNotCount) {
  EXPECT_THAT(at_rank({{90, 1}, {80}}, 2), IsNan());
  EXPECT_EQ(at_rank({{90, 1}, {95}}, 1), 90.0);
}

TEST(ScoreAtRankTest, NobodyIsBetterThanTheFirst) {
  EXPECT_THAT(at_rank({{90, 1}}, 0), IsNan());
  EXPECT_THAT(at_rank({{90}}, 0.5), IsNan());
  EXPECT_THAT(at_rank({{90, 1}}, -3), IsNan());
}

TEST(ScoreAtRankTest, KnowsHalfRanks) {
  // Two at places 2 and 3 with the average rank.
  EXPECT_EQ(at_rank({{90, 1}, {80, 2.5}, {80, 2.5}}, 3), 80.0);
  EXPECT_EQ(at_rank({{90, 1}, {80, 2}, {70, 3}}, 2.5), 80.0);
}

// Of a whole ranking, the n-th score from the top is the lowest with rank n or better. When rows
// are left out, the answer is that or nothing.
TEST(ScoreAtRankTest, HolesOfAnyKindNeverGiveAnotherScore) {
  std::mt19937 random(211);
  int known = 0;
  int unknown = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<double> scores(1 + random() % 25);
    for (double& score : scores) score = static_cast<double>(random() % 20);
    std::vector<At> whole;
    for (const double score : scores) {
      const auto better =
          std::count_if(scores.begin(), scores.end(), [&](double s) { return s > score; });
      whole.push_back({score, static_cast<double>(better + 1)});
    }
    std::vector<At> part;
    for (At unit : whole) {
      if (random() % 5 == 0) continue;
      if (random() % 9 == 0) unit.score = missing;
      part.push_back(unit);
    }
    std::sort(scores.begin(), scores.end(), std::greater<>());
    for (std::size_t n = 1; n <= scores.size(); ++n) {
      ASSERT_EQ(at_rank(whole, static_cast<double>(n)), scores[n - 1]);
      const double found = at_rank(part, static_cast<double>(n));
      if (found == found) {
        ASSERT_EQ(found, scores[n - 1]);
        ++known;
      } else {
        ++unknown;
      }
    }
  }
  EXPECT_GT(known, 500);
  EXPECT_GT(unknown, 500);
}

// ---- From results

// total = a + b, at most 10 and nothing; free has no limit.
Scores results(std::vector<std::vector<double>> values, bool on_displayed = false) {
  using namespace small;
  IndexDefinition head =
      definition(inner("total", Aggregation::Method::sum,
                       {points("a", 10, Identity{}), points("b", 20, Identity{})}));
  head.decimals = 1;
  head.rank_on_displayed = on_displayed;
  return Evaluator(Index(std::move(head))).score(panel({"a", "b"}, std::move(values)));
}

PlanDefinition plan_of_small() {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.indices = {{"own", "small", {}}};
  return plan;
}

Target target_of(std::string code) {
  Target target;
  target.criterion = {"own", std::move(code)};
  target.range = Interval::closed(-std::numeric_limits<double>::infinity(), 10);
  return target;
}

TEST(StandingsOfTest, GivesAllUnitsOnTheCompositeUnderThePlansKey) {
  const PlannedScores planned(Plan(plan_of_small()), {results({{5, 7}, {6, 8}, {missing, 8}})});

  const auto rows = standings_of(planned);

  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0], (Standing{"own", "", Period(2020), "a", 12, 2, 30}));
  EXPECT_EQ(rows[1], (Standing{"own", "", Period(2020), "b", 14, 1, 30}));
  EXPECT_EQ(rows[2].unit, "c");
  EXPECT_THAT(rows[2].score, IsNan());
  EXPECT_THAT(rows[2].rank, IsNan());
  EXPECT_EQ(rows[2].maximum, 30.0);
}

TEST(StandingsOfTest, GivesTheNodesThatTargetsAndBaselineNameOnceEach) {
  PlanDefinition plan = plan_of_small();
  plan.targets = {target_of("b"), target_of("b"), target_of(""), target_of("nowhere")};
  plan.targets[1].quantity = Target::Quantity::score;
  Baseline baseline;
  baseline.criterion = {"own", "a"};
  baseline.period = Period(2020);
  baseline.score = 5;
  plan.baseline = {baseline};

  const auto rows = standings_of(PlannedScores(Plan(plan), {results({{5, 7}, {6, 8}})}));

  std::vector<std::pair<std::string, std::string>> found;
  for (const Standing& row : rows) found.emplace_back(row.code, row.unit);
  using P = std::pair<std::string, std::string>;
  EXPECT_THAT(found, ElementsAre(P{"", "a"}, P{"", "b"}, P{"b", "a"}, P{"b", "b"}, P{"a", "a"},
                                 P{"a", "b"}));
  EXPECT_EQ(rows[2], (Standing{"own", "b", Period(2020), "a", 7, 2, 20}));
  EXPECT_EQ(rows[5], (Standing{"own", "a", Period(2020), "b", 6, 1, 10}));
}

TEST(StandingsOfTest, RanksByCompetitionAndAsTheDefinitionDisplays) {
  const std::vector<std::vector<double>> values{{5, 7.02}, {5, 7.04}, {4, 4}};

  const auto exact = standings_of(PlannedScores(Plan(plan_of_small()), {results(values)}));
  const auto shown = standings_of(PlannedScores(Plan(plan_of_small()), {results(values, true)}));

  EXPECT_EQ(exact[0].rank, 2.0);
  EXPECT_EQ(exact[1].rank, 1.0);
  EXPECT_EQ(shown[0].rank, 1.0);  // Both are 12.0.
  EXPECT_EQ(shown[1].rank, 1.0);
  EXPECT_EQ(shown[2].rank, 3.0);
  EXPECT_EQ(shown[0].score, 5 + 7.02);  // The score itself is never rounded.
}

TEST(StandingsOfTest, WhatNothingLimitsHasNoMaximum) {
  using namespace small;
  const Index free(definition(leaf("x")));
  const Scores scores = Evaluator(free).score(panel({"x"}, {{3}}));

  const auto rows = standings_of(PlannedScores(Plan(plan_of_small()), {scores}));

  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0].maximum, IsNan());
}

}  // namespace
}  // namespace chiso
