#include "chiso/evaluate/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chiso/base/error.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::NanSensitiveDoubleEq;

Scores scores_of(std::vector<double> values, IndexDefinition head) {
  std::vector<std::vector<double>> rows;
  for (const double value : values) rows.push_back({value});
  return Evaluator(Index(std::move(head))).score(panel({"x"}, rows));
}

TEST(RankingTest, SharesTheBestPlaceAndLeavesTheNextOnesOut) {
  const Ranking ranking(scores_of({5, 7, missing, 7, 1}, definition(leaf("x"))));

  EXPECT_THAT(std::vector(ranking.ranks().begin(), ranking.ranks().end()),
              ElementsAre(DoubleEq(3), DoubleEq(1), NanSensitiveDoubleEq(missing), DoubleEq(1),
                          DoubleEq(4)));
  EXPECT_THAT(std::vector(ranking.order().begin(), ranking.order().end()),
              ElementsAre(1, 3, 0, 4, 2));
  EXPECT_EQ(ranking.ranked(), 4);
  EXPECT_EQ(ranking.rank_of("d"), 1.0);
  EXPECT_THROW((void)ranking.rank_of("z"), NotFoundError);
}

TEST(RankingTest, RanksDisplayedValuesOnlyWhenToldTo) {
  IndexDefinition head = definition(leaf("x"));
  head.decimals = 1;
  const Scores scores = scores_of({5.04, 5.03}, head);

  EXPECT_EQ(Ranking(scores).rank_of("b"), 2.0);
  EXPECT_EQ(Ranking(scores, 0, {.on_displayed = true}).rank_of("b"), 1.0);
  head.rank_on_displayed = true;
  EXPECT_EQ(Ranking(scores_of({5.04, 5.03}, head)).rank_of("b"), 1.0);
}

TEST(RankingTest, GroupsByLimitsThatBelongToTheUpperGroup) {
  IndexDefinition head = definition(leaf("x"));
  head.groups = {Grouping::Kind::limits, {"A", "B"}, {90, 80}, "C"};

  EXPECT_THAT(Ranking(scores_of({90, 89.99, 80, 79, missing}, head)).groups(),
              ElementsAre("A", "B", "B", "C", ""));
}

TEST(RankingTest, GroupsByQuartiles) {
  IndexDefinition head = definition(leaf("x"));
  head.groups = {Grouping::Kind::quantiles, {"high", "upper", "lower", "low"}, {}, ""};

  EXPECT_THAT(Ranking(scores_of({1, 2, 3, 4, 5, 6, 7, 8}, head)).groups(),
              ElementsAre("low", "low", "lower", "lower", "upper", "upper", "high", "high"));
}

TEST(RankingTest, GroupsByNaturalBreaks) {
  IndexDefinition head = definition(leaf("x"));
  head.groups = {Grouping::Kind::natural_breaks, {"good", "poor"}, {}, ""};

  EXPECT_THAT(Ranking(scores_of({1, 2, 9, 10, 3}, head)).groups(),
              ElementsAre("poor", "poor", "good", "good", "poor"));
}

}  // namespace
}  // namespace chiso
