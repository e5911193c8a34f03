#include "chiso/rank/rank.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> ranks(const std::vector<double>& scores, Ties ties) {
  std::vector<double> out(scores.size());
  rank(scores, ties, out);
  return out;
}

TEST(RankTest, TreatsTiesAsAsked) {
  const std::vector<double> scores{7.0, 9.0, nan, 7.0, 5.0, 9.0};

  EXPECT_THAT(ranks(scores, Ties::competition), ElementsAre(3.0, 1.0, IsNan(), 3.0, 5.0, 1.0));
  EXPECT_THAT(ranks(scores, Ties::dense), ElementsAre(2.0, 1.0, IsNan(), 2.0, 3.0, 1.0));
  EXPECT_THAT(ranks(scores, Ties::average), ElementsAre(3.5, 1.5, IsNan(), 3.5, 5.0, 1.5));
  EXPECT_THAT(ranks(scores, Ties::ordinal), ElementsAre(3.0, 1.0, IsNan(), 4.0, 5.0, 2.0));
}

TEST(RankTest, GivesWholeNumbersWhereRanksAreWhole) {
  const std::vector<double> scores{7.0, nan, 9.0, 7.0};
  std::vector<std::int32_t> out(4);

  rank(scores, Ties::competition, out);
  EXPECT_THAT(out, ElementsAre(2, 0, 1, 2));
  EXPECT_THROW(rank(scores, Ties::average, out), SpecError);
}

TEST(RankTest, ZeroTiesWithMinusZero) {
  EXPECT_THAT(ranks({0.0, -0.0, 1.0}, Ties::competition), ElementsAre(2.0, 2.0, 1.0));
  EXPECT_THAT(ranks({-0.0, 0.0, 1.0}, Ties::ordinal), ElementsAre(2.0, 3.0, 1.0));
}

TEST(RankTest, NobodyAndOneUnitAreNoSpecialCases) {
  EXPECT_TRUE(ranks({}, Ties::dense).empty());
  EXPECT_THAT(ranks({4.0}, Ties::average), ElementsAre(1.0));
  EXPECT_THAT(ranks({nan}, Ties::ordinal), ElementsAre(IsNan()));
}

TEST(RankTest, ShortAndLongColumnsFollowTheDefinition) {
  std::mt19937_64 random(21);
  RankScratch scratch;
  for (const std::size_t n : {2U, 63U, 255U, 256U, 257U, 900U}) {
    std::vector<double> scores(n);
    for (double& x : scores)
      x = random() % 11 == 0 ? nan : static_cast<double>(random() % 50) - 25.0;
    for (double& x : scores) x = x == 0.0 && random() % 2 == 0 ? -0.0 : x;
    for (const Ties ties : {Ties::competition, Ties::dense, Ties::average, Ties::ordinal}) {
      std::vector<double> out(n);
      rank(scores, ties, out, scratch);
      for (std::size_t i = 0; i < n; ++i) {
        if (std::isnan(scores[i])) {
          ASSERT_TRUE(std::isnan(out[i]));
          continue;
        }
        double above = 0.0;
        double equal = 0.0;
        double equal_before = 0.0;
        std::set<double> distinct;
        for (std::size_t j = 0; j < n; ++j) {
          above += scores[j] > scores[i] ? 1.0 : 0.0;
          if (scores[j] > scores[i]) distinct.insert(scores[j]);
          equal += scores[j] == scores[i] ? 1.0 : 0.0;
          equal_before += j < i && scores[j] == scores[i] ? 1.0 : 0.0;
        }
        const double expected = ties == Ties::competition ? above + 1.0
                                : ties == Ties::dense   ? static_cast<double>(distinct.size()) + 1.0
                                : ties == Ties::average ? above + (equal + 1.0) / 2.0
                                                        : above + equal_before + 1.0;
        ASSERT_EQ(out[i], expected) << n;
      }
    }
  }
}

TEST(RankTest, RanksInsideGroups) {
  const std::vector<double> scores{1.0, 5.0, 3.0, 4.0, nan, 9.0};
  const std::vector<std::int32_t> groups{7, 7, 0, 0, 0, -1};
  std::vector<double> out(6);

  rank_within(scores, groups, Ties::competition, out);
  EXPECT_THAT(out, ElementsAre(2.0, 1.0, 2.0, 1.0, IsNan(), IsNan()));
}

TEST(RankTest, RefusesColumnsOfDifferentLengths) {
  std::vector<double> out(2);
  const std::vector<double> scores(3);
  const std::vector<std::int32_t> groups(2);

  EXPECT_THROW(rank(scores, Ties::dense, out), DataError);
  EXPECT_THROW(rank_within(scores, groups, Ties::dense, out), DataError);
  EXPECT_THROW(displayed(scores, 2, out), DataError);
}

TEST(DisplayedTest, RoundsTheWrittenNumberHalfAwayFromZero) {
  // The double 2.675 is 2.67499999999999982236431605997495353221893310546875.
  EXPECT_EQ(displayed(2.675, 2), 2.68);
  EXPECT_EQ(displayed(-2.675, 2), -2.68);
  EXPECT_EQ(displayed(1.005, 2), 1.01);
  EXPECT_EQ(displayed(2.665, 2), 2.67);
  EXPECT_EQ(displayed(2.674999, 2), 2.67);
  EXPECT_EQ(displayed(0.5, 0), 1.0);
  EXPECT_EQ(displayed(-0.5, 0), -1.0);
  EXPECT_EQ(displayed(0.05, 1), 0.1);
  EXPECT_EQ(displayed(0.049, 1), 0.0);
}

TEST(DisplayedTest, CarriesThroughNines) {
  EXPECT_EQ(displayed(9.995, 2), 10.0);
  EXPECT_EQ(displayed(99.9996, 3), 100.0);
  EXPECT_EQ(displayed(0.996, 2), 1.0);
}

TEST(DisplayedTest, KeepsWhatHasNoMoreDecimals) {
  for (const double x : {0.1, 63.94, 1e22, 123456789.25, 1.0 / 3.0, 5e-324}) {
    EXPECT_EQ(displayed(x, 1100), x);
  }
  EXPECT_EQ(displayed(63.94, 2), 63.94);
  EXPECT_EQ(displayed(1e300, 2), 1e300);
}

TEST(DisplayedTest, RoundsToTensAndHundreds) {
  EXPECT_EQ(displayed(1250.0, -2), 1300.0);
  EXPECT_EQ(displayed(49.0, -2), 0.0);
  EXPECT_EQ(displayed(50.0, -2), 100.0);
  EXPECT_EQ(displayed(4.0, -2), 0.0);
}

TEST(DisplayedTest, IsNeverMinusZeroAndPassesWhatIsNoNumber) {
  EXPECT_FALSE(std::signbit(displayed(-0.001, 2)));
  EXPECT_FALSE(std::signbit(displayed(-0.0, 2)));
  EXPECT_TRUE(std::isnan(displayed(nan, 2)));
  EXPECT_EQ(displayed(std::numeric_limits<double>::infinity(), 2),
            std::numeric_limits<double>::infinity());
}

TEST(DisplayedTest, IsWithinHalfAUnitAndStaysWhereItIs) {
  std::mt19937_64 random(22);
  std::uniform_real_distribution<double> any(-200.0, 200.0);
  for (int trial = 0; trial < 20'000; ++trial) {
    const double x = any(random);
    const int decimals = static_cast<int>(random() % 6);
    const double shown = displayed(x, decimals);

    ASSERT_LE(std::abs(shown - x), 0.5 * std::pow(10.0, -decimals) + 1e-12);
    ASSERT_EQ(displayed(shown, decimals), shown);
  }
}

TEST(DisplayedTest, MakesTiesOfScoresThatLookAlike) {
  const std::vector<double> scores{63.944, 63.936, 63.9};
  std::vector<double> shown(3);
  displayed(scores, 2, shown);

  EXPECT_THAT(ranks(shown, Ties::competition), ElementsAre(1.0, 1.0, 3.0));
}

}  // namespace
}  // namespace chiso
