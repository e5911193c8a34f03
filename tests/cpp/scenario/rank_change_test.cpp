#include "chiso/scenario/rank_change.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"

namespace chiso {
namespace {

using Passed = Passing::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scores scores_of(const std::vector<double>& values, std::optional<int> decimals = {}) {
  IndexDefinition head =
      small::definition(small::inner("root", Aggregation::Method::sum, {small::leaf("x")}));
  head.decimals = decimals;
  head.rank_on_displayed = decimals.has_value();
  std::vector<std::vector<double>> rows;
  for (const double value : values) rows.push_back({value});
  return Evaluator(Index(head)).score(small::panel({"x"}, rows));
}

RankChange change(const std::vector<double>& before, const std::vector<double>& after) {
  return rank_change(Ranking(scores_of(before)), Ranking(scores_of(after)), "a");
}

/// "b passed -1".
std::vector<std::string> texts(const RankChange& of) {
  std::vector<std::string> lines;
  for (const Passing& each : of.passings) {
    lines.push_back(each.rival + " " + std::string(name(each.kind)) + " " +
                    std::to_string(static_cast<int>(each.places)));
  }
  return lines;
}

TEST(RankChangeTest, AloneItPassesRivalsByItself) {
  const RankChange found = change({5, 6, 7, 4}, {6.5, 6, 7, 4});

  EXPECT_EQ(found.before, 3.0);
  EXPECT_EQ(found.after, 2.0);
  EXPECT_EQ(found.own, -1.0);
  EXPECT_EQ(found.rivals, 0.0);
  EXPECT_THAT(texts(found), ElementsAre("b passed -1"));
}

TEST(RankChangeTest, RivalsPassWhoStandsStill) {
  const RankChange found = change({5, 4, 3, 6}, {5, 5.5, 8, 4});

  // 2 -> 3: c rose by 5, d fell by 2, b rose by 1.5.
  EXPECT_EQ(found.own, 0.0);
  EXPECT_EQ(found.rivals, 1.0);
  EXPECT_THAT(texts(found), ElementsAre("c passed_by 1", "d passed -1", "b passed_by 1"));
}

TEST(RankChangeTest, BothCountAtTheMeanOfTheirOrders) {
  const RankChange found = change({5, 6, 7}, {6.5, 6.75, 6.25});

  // 3 -> 2. Own first: 3 -> 2, then rivals: 2 -> 2. Rivals first: 3 -> 3, then own: 3 -> 2.
  EXPECT_EQ(found.own, -1.0);
  EXPECT_EQ(found.rivals, 0.0);
  const RankChange mixed = change({5, 6}, {6.5, 4});
  // 2 -> 1 whoever moves first: half each.
  EXPECT_EQ(mixed.own, -0.5);
  EXPECT_EQ(mixed.rivals, -0.5);
}

TEST(RankChangeTest, TiesCountAsTheRankCountsThem) {
  // Ahead to level is a place; level to behind is none, but it is passed.
  EXPECT_THAT(texts(change({5, 6}, {6, 6})), ElementsAre("b passed -1"));
  EXPECT_THAT(texts(change({6, 6}, {7, 6})), ElementsAre("b passed 0"));
  EXPECT_THAT(texts(change({6, 6}, {5, 6})), ElementsAre("b passed_by 1"));
  EXPECT_THAT(texts(change({6, 5}, {6, 6})), ElementsAre("b passed_by 0"));
  EXPECT_THAT(texts(change({6, 6}, {7, 7})), IsEmpty());
}

TEST(RankChangeTest, UnitsComeAndGo) {
  const RankChange found = change({5, 6, small::missing, 4}, {5, small::missing, 7, 4});
  EXPECT_EQ(found.before, 2.0);
  EXPECT_EQ(found.after, 2.0);
  EXPECT_THAT(texts(found), ElementsAre("b vanished -1", "c appeared 1"));
  EXPECT_TRUE(std::isnan(found.passings[0].after));

  EXPECT_THAT(texts(change({5}, {5, 6})), ElementsAre("b appeared 1"));
  EXPECT_THAT(texts(change({5, 4}, {5})), IsEmpty());
}

TEST(RankChangeTest, RoundedScoresAreComparedWhereTheyAreRanked) {
  const Ranking before(scores_of({5.04, 5.01}, 1));
  const Ranking after(scores_of({5.04, 5.09}, 1));
  const RankChange found = rank_change(before, after, "a");

  EXPECT_EQ(found.before, 1.0);  // 5.0 and 5.0
  EXPECT_EQ(found.after, 2.0);   // 5.0 and 5.1
  EXPECT_EQ(found.rivals, 1.0);
  EXPECT_THAT(texts(found), ElementsAre("b passed_by 1"));
}

TEST(RankChangeTest, AddsUpForRandomFieldsWithTies) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t units = 1 + random() % 20;
    std::vector<double> sides[2];
    for (auto& side : sides) {
      for (std::size_t u = 0; u < units; ++u) {
        const bool gap = u > 0 && random() % 8 == 0;
        side.push_back(gap ? small::missing : static_cast<double>(random() % 10));
      }
    }
    const RankChange there = change(sides[0], sides[1]);
    const RankChange back = change(sides[1], sides[0]);
    double places = 0.0;
    for (const Passing& each : there.passings) places += each.places;
    ASSERT_EQ(there.own + there.rivals, there.after - there.before);
    ASSERT_EQ(places, there.after - there.before);
    ASSERT_EQ(there.own, -back.own);
  }
}

TEST(RankChangeTest, ThanhHoaFrom24thToThirdOnPapi) {
  const Panel panel = read_panel("share/data/papi_subdimensions.csv");
  const Scores was =
      Evaluator(load_index("share/indices/papi/2019.yaml")).score(panel, {.period = Period(2020)});
  const Scores is =
      Evaluator(load_index("share/indices/papi/2021.yaml")).score(panel, {.period = Period(2021)});
  const RankChange found = rank_change(Ranking(was), Ranking(is), "Thanh H\u00f3a");

  EXPECT_EQ(found.before, 24.0);
  EXPECT_EQ(found.after, 3.0);
  EXPECT_EQ(found.own + found.rivals, -21.0);
  EXPECT_LT(found.own, -15.0);
}

TEST(RankChangeTest, SaysWhatIsWrongWithTheQuestion) {
  const Scores scores = scores_of({1, 2, small::missing});
  const Ranking fine(scores);
  EXPECT_THROW(static_cast<void>(rank_change(fine, fine, "nobody")), NotFoundError);
  EXPECT_THROW(static_cast<void>(rank_change(fine, fine, "c")), DataError);
  const Ranking dense(scores, 0, {.ties = Ties::dense, .on_displayed = {}});
  EXPECT_THROW(static_cast<void>(rank_change(fine, dense, "a")), DataError);
  EXPECT_THROW(static_cast<void>(rank_change(fine, Ranking(scores, 1), "a")), DataError);
}

}  // namespace
}  // namespace chiso
