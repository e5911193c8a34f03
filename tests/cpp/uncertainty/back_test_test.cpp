#include "chiso/uncertainty/back_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "histories.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;
using Kind = ProjectionModel::Kind;

BackTestOptions options_of(Kind kind, std::int64_t draws = 500) {
  BackTestOptions options;
  options.projection.model.kind = kind;
  options.projection.model.scale = ProjectionModel::Scale::as_published;
  options.projection.draws = draws;
  options.projection.threads = 1;
  options.top = 3;
  return options;
}

Eigen::MatrixXd walks(Size units, Size periods, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  return random_walks(units, periods, 2.0, 1.0, random);
}

TEST(BackTestTest, LooksBackFromEveryPeriodWithEnoughBeforeIt) {
  BackTestOptions options = options_of(Kind::random_walk, 50);
  options.fewest = 4;
  const BackTest tested = back_test(history_of(walks(8, 6, 1)), options);

  ASSERT_EQ(tested.rows.size(), 3U);
  EXPECT_EQ(tested.rows[0].origin, Period(2004));
  EXPECT_EQ(tested.rows[0].target, Period(2005));
  EXPECT_EQ(tested.rows[1].target, Period(2006));
  EXPECT_EQ(tested.rows[1].steps, 2.0);
  EXPECT_EQ(tested.rows[2].origin, Period(2005));
  EXPECT_EQ(tested.rows[2].units, 8);
  EXPECT_EQ(tested.rows[2].coverage.size(), 3U);
}

/// Ranks 1 2 3 4 become 2 1 4 3: each is off by one. With the first two as the top nobody leaves
/// it; with the first alone two are wrong for certain.
TEST(BackTestTest, ComparesWithRanksThatStay) {
  Eigen::MatrixXd scores(4, 4);
  scores << 40.0, 41.0, 40.0, 30.0,  //
      30.0, 30.5, 31.0, 40.0,        //
      20.0, 21.0, 20.5, 10.0,        //
      10.0, 10.5, 11.0, 20.0;
  BackTestOptions options = options_of(Kind::random_walk, 50);
  options.top = 2;
  const BackTestRow two = back_test(history_of(scores), options).rows.front();
  options.top = 1;
  const BackTestRow one = back_test(history_of(scores), options).rows.front();

  EXPECT_EQ(two.naive_rank_error, 1.0);
  EXPECT_EQ(two.naive_brier, 0.0);
  EXPECT_EQ(two.base_brier, 0.25);
  EXPECT_EQ(one.naive_brier, 0.5);
  EXPECT_EQ(one.base_brier, (0.75 * 0.75 + 3.0 * 0.25 * 0.25) / 4.0);
  // The steps so far were of about half a point, and ten lie between neighbours: all is certain,
  // and wrong.
  EXPECT_EQ(one.rank_error, 1.0);
  EXPECT_EQ(one.brier, 0.5);
  EXPECT_EQ(one.coverage.back().rank, 0.0);
  EXPECT_EQ(one.coverage.back().rank_expected, 1.0);
  EXPECT_EQ(one.coverage.back().rank_width, 0.0);
  EXPECT_EQ(one.coverage.back().relative, 0.0);
}

TEST(BackTestTest, WhatComesLaterIsNotKnown) {
  Eigen::MatrixXd scores = walks(8, 6, 2);
  const BackTest before = back_test(history_of(scores), options_of(Kind::mean_reversion, 50));
  scores.col(5).reverseInPlace();
  const BackTest after = back_test(history_of(scores), options_of(Kind::mean_reversion, 50));

  for (std::size_t r = 0; r < before.rows.size(); ++r) {
    if (before.rows[r].target == Period(2006)) {
      EXPECT_EQ(before.rows[r].coverage[1].rank_width, after.rows[r].coverage[1].rank_width);
    } else {
      EXPECT_EQ(before.rows[r].brier, after.rows[r].brier);
      EXPECT_EQ(before.rows[r].rank_error, after.rows[r].rank_error);
      EXPECT_EQ(before.rows[r].coverage[1].score, after.rows[r].coverage[1].score);
    }
  }
}

TEST(BackTestTest, ComparesUnitsThatHaveScoresInBoth) {
  Eigen::MatrixXd scores = walks(8, 5, 3);
  scores(2, 4) = nan;
  scores(5, 2) = scores(5, 3) = scores(5, 4) = nan;
  const BackTest tested = back_test(history_of(scores), options_of(Kind::random_walk, 50));

  ASSERT_EQ(tested.rows.size(), 3U);
  EXPECT_EQ(tested.rows[0].units, 7);  // 2003 for 2004: without u5.
  EXPECT_EQ(tested.rows[1].units, 6);  // 2003 for 2005: without u2 too.
}

TEST(BackTestTest, CoversSimulatedHistoriesAsItSays) {
  double units = 0.0;
  double relative = 0.0;
  double rank = 0.0;
  double expected = 0.0;
  double brier = 0.0;
  double base = 0.0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const BackTest tested =
        back_test(history_of(walks(30, 7, seed)), options_of(Kind::random_walk));
    const BackTestRow all = tested.over(1, 2);
    const auto weight = static_cast<double>(all.units);
    units += weight;
    relative += weight * all.coverage[1].relative;
    rank += weight * all.coverage[1].rank;
    expected += weight * all.coverage[1].rank_expected;
    brier += weight * all.brier;
    base += weight * all.base_brier;
  }

  EXPECT_NEAR(relative / units, 0.8, 0.025);
  EXPECT_NEAR(rank / units, expected / units, 0.025);
  EXPECT_LT(brier, 0.8 * base);
}

TEST(BackTestTest, AddsRowsUpByTheirUnits) {
  Eigen::MatrixXd scores = walks(8, 5, 4);
  scores(2, 4) = nan;
  const BackTest tested = back_test(history_of(scores), options_of(Kind::random_walk, 50));
  const BackTestRow one = tested.over(1, 1);  // 2003 for 2004 with 8, 2004 for 2005 with 7.

  EXPECT_EQ(one.units, 15);
  EXPECT_EQ(one.steps, 1.0);
  EXPECT_EQ(one.origin, Period(2003));
  EXPECT_EQ(one.target, Period(2005));
  EXPECT_DOUBLE_EQ(one.brier, (8.0 * tested.rows[0].brier + 7.0 * tested.rows[2].brier) / 15.0);
  EXPECT_DOUBLE_EQ(
      one.coverage[0].rank,
      (8.0 * tested.rows[0].coverage[0].rank + 7.0 * tested.rows[2].coverage[0].rank) / 15.0);
  const BackTestRow none = tested.over(7, 9);
  EXPECT_EQ(none.units, 0);
  EXPECT_TRUE(std::isnan(none.brier));
  EXPECT_TRUE(std::isnan(none.coverage[0].rank));
}

TEST(BackTestTest, DoesNotDependOnThreads) {
  BackTestOptions options = options_of(Kind::mean_reversion, 101);
  const History history = history_of(walks(9, 5, 5));
  const BackTest one = back_test(history, options);
  options.projection.threads = 3;
  const BackTest three = back_test(history, options);

  for (std::size_t r = 0; r < one.rows.size(); ++r) {
    EXPECT_EQ(one.rows[r].brier, three.rows[r].brier);
    EXPECT_EQ(one.rows[r].coverage[2].relative, three.rows[r].coverage[2].relative);
  }
}

TEST(BackTestTest, RefusesWhatCannotBeTested) {
  BackTestOptions options = options_of(Kind::random_walk, 10);
  const History history = history_of(walks(8, 5, 6));
  const auto message = [&](const History& tested) -> std::string {
    try {
      static_cast<void>(back_test(tested, options));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message(history_of(walks(8, 3, 6))), HasSubstr("expected more than 3 periods"));
  options.fewest = 2;
  options.top = 9;
  options.levels = {0.5, 1.0};
  EXPECT_THAT(message(history), HasSubstr("fewest: expected at least 3 periods"));
  EXPECT_THAT(message(history), HasSubstr("top: expected a place in 1..8"));
  EXPECT_THAT(message(history), HasSubstr("levels: expected a level between 0 and 1, got 1"));
}

}  // namespace
}  // namespace chiso
