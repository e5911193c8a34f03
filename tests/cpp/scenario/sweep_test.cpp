#include "chiso/scenario/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/scenario/outcome.hpp"
#include "chiso/scenario/unit_tree.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using testing::ElementsAre;
using testing::HasSubstr;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Composites: a 3, b 5, c 4.
Scores three_units() {
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  return Evaluator(index(tree)).score(panel({"x", "y"}, {{2, 4}, {6, 4}, {4, 4}}));
}

SweepAxis values(std::vector<std::string> units, std::string variables, How how,
                 std::vector<double> amounts) {
  return {{},
          {ChangeValue{std::move(units), std::move(variables), how, 0.0, {}}, {}},
          std::move(amounts)};
}

std::vector<double> scores_of(const std::vector<SweepPoint>& points) {
  std::vector<double> scores;
  for (const SweepPoint& point : points) scores.push_back(point.score);
  return scores;
}

std::vector<double> ranks_of(const std::vector<SweepPoint>& points) {
  std::vector<double> ranks;
  for (const SweepPoint& point : points) ranks.push_back(point.rank);
  return ranks;
}

TEST(Sweep, OneValueOfOneUnit) {
  const auto points = sweep(three_units(), {values({"a"}, "x", How::set, {2, 4, 7})}, {"a"});
  EXPECT_THAT(scores_of(points), ElementsAre(3, 4, 5.5));
  EXPECT_THAT(ranks_of(points), ElementsAre(3, 2, 1));
  EXPECT_THAT(points[1].amounts, ElementsAre(4));
  EXPECT_EQ(points[1].unit, 0);
}

TEST(Sweep, AllUnitsAtEachPointInTheirOrder) {
  const auto points = sweep(three_units(), {values({"a"}, "x", How::add, {0, 10})});
  ASSERT_EQ(points.size(), 6U);
  EXPECT_THAT(scores_of(points), ElementsAre(3, 5, 4, 8, 5, 4));
  EXPECT_THAT(ranks_of(points), ElementsAre(3, 1, 2, 1, 2, 3));
  EXPECT_EQ(points[5].unit, 2);
}

TEST(Sweep, TheLastOfTwoAxesRunsFastest) {
  const auto points =
      sweep(three_units(),
            {values({"a"}, "x", How::set, {2, 4}), values({"a"}, "y", How::set, {0, 8})}, {"a"});
  EXPECT_THAT(scores_of(points), ElementsAre(1, 5, 2, 6));
  EXPECT_THAT(points[1].amounts, ElementsAre(2, 8));
  EXPECT_THAT(points[2].amounts, ElementsAre(4, 0));
}

TEST(Sweep, TheSecondAxisBeginsWithWhatTheFirstMade) {
  // x of a: set to 2 or 6, of all units then doubled.
  const auto points = sweep(
      three_units(), {values({"a"}, "x", How::set, {2, 6}), values({}, "x", How::scale, {1, 2})});
  EXPECT_THAT(scores_of(points), ElementsAre(3, 5, 4,  // a: (2 + 4) / 2
                                             4, 8, 6,  // a: (4 + 4) / 2, b: (12 + 4) / 2
                                             5, 5, 4,  // a: (6 + 4) / 2
                                             8, 8, 6));
}

TEST(Sweep, AWeightAndAPower) {
  Criterion tree = inner("root", Method::power_mean, {leaf("x"), leaf("y")});
  tree.aggregation.power = 1.0;
  tree.aggregation.weights = Aggregation::Weights::relative;
  tree.children[0].weight = 1.0;
  tree.children[1].weight = 1.0;
  const Scores base = Evaluator(index(tree)).score(panel({"x", "y"}, {{1, 3}, {3, 2}}));
  const SweepAxis weight{{}, {ChangeWeights{{{"x", 0.0}}, false}, {}}, {1, 3}};
  EXPECT_THAT(scores_of(sweep(base, {weight}, {"a"})), ElementsAre(2, 1.5));  // (3 * 1 + 3) / 4
  ReplaceAggregation power;
  power.nodes = "root";
  power.power = 1.0;
  const auto points = sweep(base, {{{}, {power, {}}, {1, 2}}}, {"a"});
  EXPECT_EQ(points[0].score, 2.0);
  EXPECT_NEAR(points[1].score, std::sqrt(5.0), 1e-15);  // (1 + 9) / 2
  EXPECT_THAT(ranks_of(points), ElementsAre(2, 2));     // b: 2.5, sqrt(6.5).
}

TEST(Sweep, AScoreSetDirectly) {
  const SweepAxis score{{}, {ChangeScore{{"c"}, "x", How::set, 0.0}, {}}, {0, 20}};
  const auto points = sweep(three_units(), {score}, {"c"});
  EXPECT_THAT(scores_of(points), ElementsAre(2, 12));
  EXPECT_THAT(ranks_of(points), ElementsAre(3, 1));
}

TEST(Sweep, RefitsAnchorsIfAsked) {
  const Criterion tree =
      inner("root", Method::arithmetic_mean, {leaf("x", Normaliser{})});  // Onto 0..100.
  const Scores base = Evaluator(index(tree)).score(panel({"x"}, {{0}, {10}, {5}}));
  const SweepAxis axis = values({"b"}, "x", How::set, {20});
  const double top = base.column(Index::root())[1];
  EXPECT_EQ(sweep(base, {axis}, {"b"})[0].score, 2.0 * top);
  EXPECT_EQ(sweep(base, {axis}, {"b"}, true)[0].score, top);
  EXPECT_EQ(sweep(base, {axis}, {"c"}, true)[0].score, top / 4.0);  // 5 of 20.
}

TEST(Sweep, NamesAxesByTheirEdits) {
  EXPECT_EQ(axis_name(values({"Hue"}, "entry", How::set, {})), "Hue entry");
  EXPECT_EQ(axis_name(values({}, "entry", How::scale, {})), "entry (scale)");
  EXPECT_EQ(axis_name({{}, {ChangeWeights{{{"time", 1.0}}, true}, {}}, {}}), "weight of time");
  EXPECT_EQ(axis_name({{}, {ChangeScore{{"Hue"}, "F1", How::set, 1.0}, {}}, {}}),
            "Hue score of F1");
  EXPECT_EQ(axis_name({"own", {DropNode{"x"}, {}}, {}}), "own");
}

TEST(Sweep, RefusesEditsWithoutANumberAndTooManyAxes) {
  const Scores base = three_units();
  EXPECT_THROW(static_cast<void>(sweep(base, {})), SpecError);
  const SweepAxis axis = values({"a"}, "x", How::set, {1});
  EXPECT_THROW(static_cast<void>(sweep(base, {axis, axis, axis})), SpecError);
  const std::vector<Edit> edits{{DropNode{"x"}, {}},
                                {ChangeWeights{{{"x", 1.0}, {"y", 2.0}}, true}, {}},
                                {ReplaceAggregation{"root", Method::median, {}, {}}, {}}};
  for (const Edit& edit : edits) {
    try {
      static_cast<void>(sweep(base, {{{}, edit, {1.0}}}));
      FAIL() << "swept an edit without a number";
    } catch (const SpecError& error) {
      EXPECT_THAT(error.what(), HasSubstr("no single number"));
    }
  }
}

TEST(Sweep, SaysWhatWhatIfSaysOfWrongPoints) {
  const Scores base = three_units();
  EXPECT_THROW(static_cast<void>(sweep(base, {values({"a"}, "z", How::set, {1})})), NotFoundError);
  EXPECT_THROW(static_cast<void>(sweep(base, {values({"q"}, "x", How::set, {1})})), NotFoundError);
  EXPECT_THROW(static_cast<void>(sweep(base, {values({"a"}, "x", How::set, {1})}, {"q"})),
               NotFoundError);
  EXPECT_THROW(static_cast<void>(sweep(base, {values({"a"}, "x", How::add, {1, missing})})),
               DataError);
  EXPECT_TRUE(sweep(base, {values({"a"}, "x", How::set, {})}).empty());
}

/// Random trees and sweeps of one or two axes: what what_if() makes of each point.
TEST(Sweep, EveryPointHasTheAnswerOfItsScenario) {
  int compared = 0;
  int comparing = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    random_case::Case given = random_case::Generator(seed).make();
    if (seed % 3 == 0) random_case::put_formulas(given, seed);
    std::optional<Scores> base;
    try {
      base = Evaluator(random_case::index(given)).score(panel_of(given));
    } catch (const DataError&) {
      continue;
    }
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    std::vector<SweepAxis> axes;
    for (std::size_t k = 1 + below(2); k > 0; --k) {
      std::vector<std::string> units;
      if (below(3) > 0) units.push_back("u" + std::to_string(below(given.units)));
      const auto how = static_cast<How>(below(5));
      const bool all = below(4) == 0;
      const std::string code = all ? "x*" : given.variables[below(given.variables.size())];
      std::vector<double> amounts{0.25 * static_cast<double>(below(8)), 1.0};
      if (how == How::set && below(3) == 0) amounts.push_back(missing);
      axes.push_back(values(units, code, how, amounts));
    }
    Scenario scenario;
    for (const SweepAxis& axis : axes) scenario.edits.push_back(axis.edit);
    std::vector<SweepPoint> points;
    try {
      points = sweep(*base, axes);
    } catch (const DataError&) {
      continue;
    }
    comparing += compares_units(base->index()) ? 1 : 0;
    std::optional<Ranking> ranking;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i % given.units == 0) {
        for (std::size_t a = 0; a < axes.size(); ++a) {
          std::get<ChangeValue>(scenario.edits[a].what).amount = points[i].amounts[a];
        }
        ranking.emplace(what_if(*base, scenario).after);
      }
      const auto unit = static_cast<std::size_t>(points[i].unit);
      ASSERT_TRUE(same(points[i].score, ranking->scores().column(Index::root())[unit]))
          << "seed " << seed << ", point " << i;
      ASSERT_TRUE(same(points[i].rank, ranking->ranks()[unit]))
          << "seed " << seed << ", point " << i;
      ++compared;
    }
  }
  EXPECT_GT(compared, 3000);
  EXPECT_GT(comparing, 50);
}

}  // namespace
}  // namespace chiso
