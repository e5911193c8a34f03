#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Scores two_leaves() {
  return Evaluator(small::index(small::inner("r", Aggregation::Method::arithmetic_mean,
                                             {small::leaf("x", Normaliser{}), small::leaf("y")})))
      .score(small::panel({"x", "y"}, {{1, 10}, {3, 20}, {small::missing, 5}}));
}

std::vector<double> values_of(const Scores& scores) {
  return {scores.values().data(), scores.values().data() + scores.values().size()};
}

Scores restored(const Scores& scores, Anchors anchors, std::vector<GivenScore> given,
                const std::vector<double>& values, const Period& period = Period(2020)) {
  return Evaluator::restore(scores.index(), scores.panel(), period, scores.method(),
                            std::move(anchors), std::move(given), values);
}

TEST(RestoreTest, ScoresAreWhatWasStoredAndNotWhatIsComputed) {
  const Scores scores = two_leaves();
  std::vector<double> values = values_of(scores);
  values[0] = 12.25;

  const Scores again = restored(scores, scores.anchors(), {{1, 2, 20.0}}, values);

  EXPECT_EQ(again.at("a", "r"), 12.25);
  EXPECT_EQ(again.anchors(), scores.anchors());
  EXPECT_EQ(again.given().size(), 1);
  EXPECT_EQ(again.units(), scores.units());
}

TEST(RestoreTest, WhatCannotBeScoresIsRefused) {
  const Scores scores = two_leaves();
  const std::vector<double> values = values_of(scores);
  const auto expect = [&](const std::string& message, auto make) {
    EXPECT_THAT(make, ThrowsMessage<Error>(HasSubstr(message)));
  };
  expect("got 8 numbers", [&] {
    (void)restored(scores, scores.anchors(), {}, {values.begin(), values.end() - 1});
  });
  expect("infinite", [&] {
    std::vector<double> wrong = values;
    wrong[3] = std::numeric_limits<double>::infinity();
    (void)restored(scores, scores.anchors(), {}, wrong);
  });
  for (const Size node : {Size{-1}, Size{0}, Size{3}}) {
    expect("anchors of indicators", [&] {
      Anchors wrong = scores.anchors();
      wrong[0].node = node;
      (void)restored(scores, wrong, {}, values);
    });
  }
  expect("given for one cell", [&] {
    (void)restored(scores, scores.anchors(), {{0, 1, 1.0}, {0, 1, 2.0}}, values);
  });
  expect("no such place", [&] { (void)restored(scores, {}, {{7, 1, 1.0}}, values); });
  expect("no period '2021'", [&] { (void)restored(scores, {}, {}, values, Period(2021)); });
  expect("not in force in 1999", [&] {
    (void)Evaluator::restore(scores.index(), scores.panel(), Period(2020), Period(1999), {}, {},
                             values);
  });
}

TEST(RestoreTest, ARankingIsWhatWasStored) {
  const Scores scores = two_leaves();
  const Ranking ranking(scores);
  const std::vector<double> ranks(ranking.ranks().begin(), ranking.ranks().end());

  const Ranking again =
      Ranking::restore(scores, 0, {Ties::competition, false}, ranks, {"x", "", "y"});

  EXPECT_EQ(again.groups()[0], "x");
  EXPECT_EQ(again.ranked(), 2);
  EXPECT_EQ(std::vector<Size>(again.order().begin(), again.order().end()),
            std::vector<Size>(ranking.order().begin(), ranking.order().end()));
}

TEST(RestoreTest, WhatCannotBeARankingIsRefused) {
  const Scores scores = two_leaves();  // b is first, a second, c has no score.
  const std::vector<std::string> groups(3);
  const auto expect = [&](const std::string& message, std::vector<double> ranks, Size node = 0) {
    EXPECT_THAT(
        [&] {
          (void)Ranking::restore(scores, node, {Ties::competition, false}, ranks, groups);
        },
        ThrowsMessage<DataError>(HasSubstr(message)));
  };
  expect("does not fit the score", {2, 1, 3});
  expect("does not fit the score", {2, small::missing, small::missing});
  expect("does not fit the score", {4, 1, small::missing});
  expect("does not fit the score", {0, 1, small::missing});
  expect("above a unit that has more", {1, 2, small::missing});
  expect("ranks and groups of 3 units", {2, 1});
  expect("of a node that the index has not", {2, 1, small::missing}, 3);
}

}  // namespace
}  // namespace chiso
