#include "chiso/scenario/causes.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../base/rounds.hpp"
#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"

namespace chiso {
namespace {

using Kind = Cause::Kind;
using Method = Aggregation::Method;
using ::testing::HasSubstr;

const char* const thanh_hoa = "Thanh H\u00f3a";

const CausedNode& node_of(const Causes& causes, const std::string& code) {
  const auto found = std::find_if(causes.nodes.begin(), causes.nodes.end(),
                                  [&code](const CausedNode& each) { return each.code == code; });
  if (found == causes.nodes.end()) throw NotFoundError("no node " + code);
  return *found;
}

double points_of(const Causes& causes, const std::string& code, Kind kind) {
  double sum = 0.0;
  for (const Cause& cause : causes.parts) {
    if (cause.code == code && cause.kind == kind) sum += cause.points;
  }
  return sum;
}

std::string detail_of(const Causes& causes, const std::string& code, Kind kind) {
  for (const Cause& cause : causes.parts) {
    if (cause.code == code && cause.kind == kind) return cause.detail;
  }
  return "";
}

/// What is promised of every answer.
void check_sums(const Causes& causes) {
  double scale = std::max(std::fabs(causes.before), std::fabs(causes.after));
  // Two scores of 0 may have causes that cancel each other out.
  for (const Cause& cause : causes.parts) scale = std::max(scale, std::fabs(cause.points));
  const double near = 1e-12 * scale;
  double all = 0.0;
  std::map<std::string, double> own;
  for (const Cause& cause : causes.parts) {
    EXPECT_TRUE(std::isfinite(cause.points)) << cause.code;
    EXPECT_NE(cause.points, 0.0) << cause.code;
    EXPECT_FALSE(cause.detail.empty()) << cause.code << " " << name(cause.kind);
    all += cause.points;
    own[cause.code] += cause.points;
  }
  EXPECT_NEAR(all, causes.after - causes.before, near);
  std::vector<double> below(causes.nodes.size(), 0.0);
  for (const CausedNode& node : causes.nodes) {
    if (node.parent >= 0) below[static_cast<std::size_t>(node.parent)] += node.points;
  }
  for (std::size_t i = 0; i < causes.nodes.size(); ++i) {
    const CausedNode& node = causes.nodes[i];
    EXPECT_LT(node.parent, static_cast<Size>(i));
    EXPECT_NEAR(below[i] + node.own, node.points, near) << node.code;
    if (node.own != 0.0) {
      EXPECT_NEAR(own[node.code], node.own, near) << node.code;
    }
  }
}

// ---- By hand ------------------------------------------------------------------------------------

Scores scored(const Criterion& tree, const std::vector<std::string>& variables,
              const std::vector<std::vector<double>>& rows, ScoreOptions options = {}) {
  return Evaluator(small::index(tree)).score(small::panel(variables, rows), options);
}

Criterion weighted_mean(double x, double y) {
  return small::inner("root", Method::arithmetic_mean,
                      {small::weighted(x, small::leaf("x")), small::weighted(y, small::leaf("y"))});
}

TEST(CausesTest, OfASumAreTheChangesTimesTheirShares) {
  const Criterion tree = weighted_mean(25, 75);
  const Causes found =
      causes(scored(tree, {"x", "y"}, {{2, 4}}), scored(tree, {"x", "y"}, {{6, 3}}), "a");

  EXPECT_EQ(found.before, 3.5);
  EXPECT_EQ(found.after, 3.75);
  ASSERT_EQ(found.parts.size(), 2u);
  EXPECT_EQ(found.parts[0].points, 1.0);    // 0.25 * (6 - 2)
  EXPECT_EQ(found.parts[1].points, -0.75);  // 0.75 * (3 - 4)
  EXPECT_EQ(found.parts[0].detail, "x 2 -> 6");
  EXPECT_EQ(node_of(found, "root").split, Split::linear);
  EXPECT_EQ(node_of(found, "root").own, 0.0);
}

TEST(CausesTest, WeightsCountAtTheMeanOfBothScores) {
  const Causes found = causes(scored(weighted_mean(25, 75), {"x", "y"}, {{2, 4}}),
                              scored(weighted_mean(50, 50), {"x", "y"}, {{6, 3}}), "a");

  // x: mean share 0.375 * 4; y: 0.625 * -1; weights: 0.25 * (2 + 6) / 2 - 0.25 * (4 + 3) / 2.
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::value), 1.5);
  EXPECT_DOUBLE_EQ(points_of(found, "y", Kind::value), -0.625);
  EXPECT_DOUBLE_EQ(points_of(found, "root", Kind::weights), 0.125);
  EXPECT_EQ(detail_of(found, "root", Kind::weights), "weights: x 25 -> 50, y 75 -> 50");
  check_sums(found);
}

TEST(CausesTest, OfAMinimumGoToWhoHoldsItDown) {
  const Criterion tree =
      small::inner("root", Method::minimum, {small::leaf("x"), small::leaf("y")});
  const Causes found =
      causes(scored(tree, {"x", "y"}, {{1, 4}}), scored(tree, {"x", "y"}, {{5, 3}}), "a");

  // 1 -> 3. x first: 1 -> 4, then y: 4 -> 3. y first: 1 -> 1, then x: 1 -> 3.
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::value), 2.5);
  EXPECT_DOUBLE_EQ(points_of(found, "y", Kind::value), -0.5);
  EXPECT_EQ(node_of(found, "root").split, Split::shapley);
}

Criterion min_max_leaf(const std::string& code, double low, double high) {
  Normaliser how;
  how.method = Normaliser::Method::goalposts;
  how.low = Anchor::fixed(low);
  how.high = Anchor::fixed(high);
  how.onto_low = 0;
  how.onto_high = 10;
  return small::leaf(code, how);
}

TEST(CausesTest, OfALeafAreItsValueAndItsAnchors) {
  const Criterion was =
      small::inner("root", Method::arithmetic_mean, {min_max_leaf("x", 0, 10), small::leaf("y")});
  const Criterion is =
      small::inner("root", Method::arithmetic_mean, {min_max_leaf("x", 0, 20), small::leaf("y")});
  const Causes found =
      causes(scored(was, {"x", "y"}, {{4, 1}}), scored(is, {"x", "y"}, {{10, 1}}), "a");

  // Scores 4 -> 5. Value first: 4 -> 10, then posts: 10 -> 5. Posts first: 4 -> 2, then 2 -> 5.
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::value), 0.5 * (6.0 + 3.0) / 2.0);
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::anchors), 0.5 * (-5.0 - 2.0) / 2.0);
  EXPECT_EQ(detail_of(found, "x", Kind::anchors), "high post 10 -> 20");
  check_sums(found);
}

TEST(CausesTest, ThatCancelEachOtherOutBelowShowAndAddUpToNothing) {
  // The inner mean stays at 3; in the geometric mean above its slope is 0.5 * g / 3 with
  // g = sqrt(3 * 12) = 6.
  const Criterion tree = small::inner(
      "root", Method::geometric_mean,
      {small::inner("m", Method::arithmetic_mean, {small::leaf("x"), small::leaf("y")}),
       small::leaf("z")});
  const Causes found = causes(scored(tree, {"x", "y", "z"}, {{2, 4, 12}}),
                              scored(tree, {"x", "y", "z"}, {{5, 1, 12}}), "a");

  EXPECT_NEAR(points_of(found, "x", Kind::value), 1.5, 1e-14);  // slope 1 * 0.5 * 3
  EXPECT_NEAR(points_of(found, "y", Kind::value), -1.5, 1e-14);
  EXPECT_EQ(node_of(found, "m").points, 0.0);
  check_sums(found);
}

TEST(CausesTest, SplitNearlyCancellingCausesAsThoseThatCancel) {
  const Criterion tree = small::inner(
      "root", Method::geometric_mean,
      {small::inner("m", Method::arithmetic_mean, {small::leaf("x"), small::leaf("y")}),
       small::leaf("z"), small::leaf("w")});
  const auto share_of_x = [&tree](double by) {
    const Causes found = causes(scored(tree, {"x", "y", "z", "w"}, {{2, 4, 12, 3}}),
                                scored(tree, {"x", "y", "z", "w"}, {{5, 1 + by, 6, 9}}), "a");
    check_sums(found);
    return points_of(found, "x", Kind::value);
  };
  const double limit = share_of_x(0.0);
  EXPECT_GT(limit, 0.5);
  for (const double by : {1e-5, 1e-6, 1e-7, 3e-8, 1e-9, 1e-12, -1e-12, -1e-7, -1e-5}) {
    EXPECT_NEAR(share_of_x(by), limit, 2.0 * std::fabs(by) + 2e-8) << by;
  }
}

TEST(CausesTest, ChildrenOfOneSideAreStructure) {
  Criterion wider = small::inner("root", Method::sum, {small::leaf("x"), small::leaf("y")});
  const Criterion narrow = small::inner("root", Method::sum, {small::leaf("x")});
  const Causes found =
      causes(scored(narrow, {"x", "y"}, {{1, 5}}), scored(wider, {"x", "y"}, {{3, 7}}), "a");

  EXPECT_EQ(points_of(found, "x", Kind::value), 2.0);
  EXPECT_EQ(points_of(found, "root", Kind::structure), 7.0);
  EXPECT_EQ(detail_of(found, "root", Kind::structure), "with y");
  EXPECT_TRUE(std::isnan(node_of(found, "y").before));
  EXPECT_EQ(node_of(found, "y").points, 0.0);
}

TEST(CausesTest, AnotherAggregationIsNamed) {
  const Criterion mean =
      small::inner("root", Method::arithmetic_mean, {small::leaf("x"), small::leaf("y")});
  const Criterion geometric =
      small::inner("root", Method::geometric_mean, {small::leaf("x"), small::leaf("y")});
  const Causes found =
      causes(scored(mean, {"x", "y"}, {{2, 8}}), scored(geometric, {"x", "y"}, {{2, 8}}), "a");

  ASSERT_EQ(found.parts.size(), 1u);
  EXPECT_EQ(found.parts[0].kind, Kind::aggregation);
  EXPECT_NEAR(found.parts[0].points, -1.0, 1e-14);  // 5 -> 4
  EXPECT_EQ(found.parts[0].detail, "arithmetic mean -> geometric mean");
}

TEST(CausesTest, WeightsThatTheOtherAggregationDoesNotKnowGoWithTheirOwn) {
  const Criterion least =
      small::inner("root", Method::minimum, {small::leaf("x"), small::leaf("y")});
  const Causes found = causes(scored(weighted_mean(25, 75), {"x", "y"}, {{2, 4}}),
                              scored(least, {"x", "y"}, {{2, 4}}), "a");

  ASSERT_EQ(found.parts.size(), 1u);
  EXPECT_EQ(found.parts[0].kind, Kind::aggregation);
  EXPECT_EQ(found.parts[0].points, -1.5);  // 3.5 -> 2
}

TEST(CausesTest, AGivenScoreIsItsOwnCause) {
  const Criterion tree = small::inner(
      "root", Method::arithmetic_mean,
      {small::inner("m", Method::arithmetic_mean, {small::leaf("x")}), small::leaf("y")});
  const GivenScore given{0, 1, 8.0};
  ScoreOptions options;
  options.given = {&given, 1};
  const Causes found =
      causes(scored(tree, {"x", "y"}, {{2, 4}}), scored(tree, {"x", "y"}, {{3, 4}}, options), "a");

  ASSERT_EQ(found.parts.size(), 1u);
  EXPECT_EQ(found.parts[0].kind, Kind::given);
  EXPECT_EQ(found.parts[0].code, "m");
  EXPECT_EQ(found.parts[0].points, 3.0);
  EXPECT_EQ(found.parts[0].detail, "2 -> 8, set directly");
}

TEST(CausesTest, AMissingChildMovesAsOne) {
  const Criterion tree =
      small::inner("root", Method::arithmetic_mean, {small::leaf("x"), small::leaf("y")},
                   MissingPolicy::renormalise);
  const Causes found = causes(scored(tree, {"x", "y"}, {{2, small::missing}}),
                              scored(tree, {"x", "y"}, {{4, 8}}), "a");

  // 2 -> 6. x first: 2 -> 4, then y: 4 -> 6. y first: 2 -> 5, then x: 5 -> 6.
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::value), 1.5);
  EXPECT_DOUBLE_EQ(points_of(found, "y", Kind::value), 2.5);
  EXPECT_EQ(detail_of(found, "y", Kind::value), "y missing -> 8");
}

TEST(CausesTest, WhatHasNoScoreHalfWayIsNotSplit) {
  // Given points lie between 0 and the maximum: 8 of 5 is none.
  Criterion was = small::inner("root", Method::sum, {small::points("x", 5, GivenPoints{})});
  Criterion is = small::inner("root", Method::sum, {small::points("x", 5, GivenPoints{})});
  was.children[0].rule = Dated<Rule>(Rule(Steps{{{Interval::closed(0, 5), 1.0}}}));
  is.children[0].rule = Dated<Rule>(Rule(Steps{{{Interval::closed(6, 9), 3.0}}}));
  const auto with_range = [](const Criterion& tree, double low, double high) {
    IndexDefinition head = small::definition(tree);
    Variable x;
    x.code = "x";
    x.range = Interval::closed(low, high);
    head.variables.push_back(x);
    return Evaluator(Index(head));
  };
  const Causes found = causes(with_range(was, 0, 5).score(small::panel({"x"}, {{4}})),
                              with_range(is, 6, 9).score(small::panel({"x"}, {{8}})), "a");

  ASSERT_EQ(found.parts.size(), 1u);
  EXPECT_EQ(found.parts[0].kind, Kind::whole);
  EXPECT_EQ(found.parts[0].points, 2.0);
  EXPECT_THAT(found.parts[0].detail, HasSubstr("there is no score with only this changed"));
}

TEST(CausesTest, OfARankAreTheValueAndTheOthers) {
  Normaliser rank;
  rank.method = Normaliser::Method::borda;
  const Criterion tree =
      small::inner("root", Method::arithmetic_mean, {small::leaf("x", rank), small::leaf("y")});
  // "a" beats one of three, then two.
  const Causes found = causes(scored(tree, {"x", "y"}, {{5, 0}, {4, 0}, {6, 0}, {7, 0}}),
                              scored(tree, {"x", "y"}, {{6.5, 0}, {4, 0}, {6, 0}, {6.25, 0}}), "a");

  // Places 1 -> 3. Value first: 1 -> 2, then others: 2 -> 3. Others first: 1 -> 1, then value: 1
  // -> 3. Halves in the mean above.
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::value), 0.75);
  EXPECT_DOUBLE_EQ(points_of(found, "x", Kind::others), 0.25);
}

TEST(CausesTest, BelowCopelandOnlyOwnChangesAreSplit) {
  const Criterion tree = small::inner(
      "root", Method::copeland,
      {small::inner("m", Method::sum, {small::leaf("x"), small::leaf("y")}), small::leaf("z")});
  const std::vector<std::string> variables{"x", "y", "z"};
  const Scores was = scored(tree, variables, {{1, 1, 1}, {2, 1, 2}, {4, 4, 0}});
  const Scores own = scored(tree, variables, {{3, 2, 1}, {2, 1, 2}, {4, 4, 0}});
  const Scores others = scored(tree, variables, {{1, 1, 1}, {1, 0, 2}, {4, 4, 0}});

  // Against b 0:2 -> 1:1, so -1 -> 0; against c 1:1 stays.
  const Causes by_own = causes(was, own, "a");
  EXPECT_EQ(by_own.after - by_own.before, 1.0);
  EXPECT_DOUBLE_EQ(points_of(by_own, "x", Kind::value), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(points_of(by_own, "y", Kind::value), 1.0 / 3.0);

  const Causes by_others = causes(was, others, "a");
  EXPECT_EQ(points_of(by_others, "m", Kind::others), 1.0);
  check_sums(by_others);
}

TEST(CausesTest, OfTwoUnitsOfOneResultAreTheirValues) {
  const Scores scores = scored(weighted_mean(25, 75), {"x", "y"}, {{2, 4}, {6, 3}});
  const Causes found = causes(scores, scores, "a", "b");

  EXPECT_EQ(points_of(found, "x", Kind::value), 1.0);
  EXPECT_EQ(points_of(found, "y", Kind::value), -0.75);
}

TEST(CausesTest, SayWhatIsWrongWithTheQuestion) {
  const Criterion tree = weighted_mean(25, 75);
  const Scores fine = scored(tree, {"x", "y"}, {{2, 4}});
  const Scores gap = scored(tree, {"x", "y"}, {{2, small::missing}});

  try {
    static_cast<void>(causes(fine, gap, "a"));
    FAIL() << "a result without a score";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it fails at y"));
  }
  EXPECT_THROW(static_cast<void>(causes(fine, fine, "nobody")), NotFoundError);
}

// ---- Published data -----------------------------------------------------------------------------

TEST(CausesTest, OfPapi2020To2021AreThePublishedDifferences) {
  const Panel panel = read_panel("share/data/papi_subdimensions.csv");
  const Scores was =
      Evaluator(load_index("share/indices/papi/2019.yaml")).score(panel, {.period = Period(2020)});
  const Scores is =
      Evaluator(load_index("share/indices/papi/2021.yaml")).score(panel, {.period = Period(2021)});
  const Causes found = causes(was, is, thanh_hoa);
  check_sums(found);

  // Published dimensions of 2020 and 2021, row of Thanh Hoa.
  const double published[8][2] = {{4.84186065, 5.85475254}, {5.43621397, 6.20339304},
                                  {4.7419228, 4.55969626},  {7.18713057, 7.80963933},
                                  {7.36145031, 7.29884648}, {7.0172652, 8.06986964},
                                  {3.79013586, 4.13880342}, {2.78049207, 3.16658679}};
  for (int d = 0; d < 8; ++d) {
    EXPECT_NEAR(node_of(found, "D" + std::to_string(d + 1)).points,
                published[d][1] - published[d][0], 1e-5);
  }
  EXPECT_NEAR(node_of(found, "papi").points, 47.1015875 - 43.1564714, 1e-5);
  EXPECT_EQ(node_of(found, "papi").own, 0.0);
  // Construction permits left the index: what they brought in 2020 is gone.
  EXPECT_DOUBLE_EQ(points_of(found, "D5", Kind::structure), -was.at(thanh_hoa, "D5.2"));
  EXPECT_EQ(detail_of(found, "D5", Kind::structure), "without D5.2");
}

TEST(CausesTest, OfPci2012To2013TellScoresFromTheNewWeights) {
  const Panel panel = read_panel("share/data/pci_scores.csv");
  const Scores was =
      Evaluator(load_index("share/indices/pci/2009.yaml")).score(panel, {.period = Period(2012)});
  const Scores is =
      Evaluator(load_index("share/indices/pci/2013.yaml")).score(panel, {.period = Period(2013)});
  const Causes found = causes(was, is, thanh_hoa);
  check_sums(found);

  // Entry 10 % -> 5 %, so 7.5 % on the mean: 0.75 * (8.846343 - 5.869234).
  EXPECT_NEAR(points_of(found, "entry", Kind::value), 2.23283175, 1e-9);
  // Labour 20 % before and after: 2 * (6.300608 - 4.951241).
  EXPECT_NEAR(points_of(found, "labor", Kind::value), 2.698734, 1e-9);
  // Entry -0.5 * 7.3577885, time -1 * 6.1354685, proactivity -0.5 * 4.871945, business support
  // 1.5 * 5.8928315 (means of both scores), policy bias 0.5 * 3.983996.
  EXPECT_NEAR(points_of(found, "pci", Kind::structure), -1.41909, 1e-9);
  EXPECT_EQ(detail_of(found, "pci", Kind::structure),
            "with policy_bias; weights: entry 10 -> 5, time 15 -> 5, proactivity 10 -> 5, "
            "business_support 5 -> 20");
}

// ---- By brute force -----------------------------------------------------------------------------

/// Numbers of one seed, the same everywhere.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t under(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  double quarters(int low, int high) {
    return low + 0.25 * static_cast<double>(under(static_cast<std::size_t>(4 * (high - low) + 1)));
  }

 private:
  std::mt19937 random_;
};

/// A criterion over identity leaves: what the definition says, apart from the data.
struct Flat {
  std::vector<double> values;
  std::vector<double> weights;
  Aggregation how;
  std::optional<double> cap;

  [[nodiscard]] double score() const {
    Criterion tree = small::inner("root", how.method, {});
    tree.aggregation = how;
    std::vector<std::string> codes;
    for (std::size_t k = 0; k < values.size(); ++k) {
      codes.push_back("x" + std::to_string(k));
      Criterion leaf = small::leaf(codes.back());
      if (!weights.empty()) leaf.weight = weights[k];
      tree.children.push_back(leaf);
    }
    tree.cap = cap;
    return of(tree, codes).column(0)[0];
  }

  [[nodiscard]] Scores scores() const {
    Criterion tree = small::inner("root", how.method, {});
    tree.aggregation = how;
    std::vector<std::string> codes;
    for (std::size_t k = 0; k < values.size(); ++k) {
      codes.push_back("x" + std::to_string(k));
      Criterion leaf = small::leaf(codes.back());
      if (!weights.empty()) leaf.weight = weights[k];
      tree.children.push_back(leaf);
    }
    tree.cap = cap;
    return of(tree, codes);
  }

 private:
  [[nodiscard]] Scores of(const Criterion& tree, const std::vector<std::string>& codes) const {
    return Evaluator(small::index(tree)).score(small::panel(codes, {values}));
  }
};

constexpr Method all_methods[] = {
    Method::sum,           Method::arithmetic_mean, Method::geometric_mean,
    Method::harmonic_mean, Method::power_mean,      Method::median,
    Method::minimum,       Method::maximum,         Method::mazziotta_pareto};

bool weighs(Method method) {
  return method == Method::sum || method == Method::arithmetic_mean ||
         method == Method::geometric_mean || method == Method::harmonic_mean ||
         method == Method::power_mean;
}

TEST(CausesTest, OfSmallNodesAreTheMeanOverAllOrders) {
  Dice dice(7);
  for (int round = 0; round < 300; ++round) {
    const Method method = all_methods[dice.under(9)];
    SCOPED_TRACE(std::string(name(method)) + " " + std::to_string(round));
    const std::size_t children = 1 + dice.under(3);
    Flat sides[2];
    for (Flat& side : sides) {
      side.how.method = method;
      side.how.power = 2.0;
      for (std::size_t k = 0; k < children; ++k) {
        side.values.push_back(dice.quarters(1, 9));
        if (weighs(method)) side.weights.push_back(dice.quarters(1, 4));
      }
      if (method != Method::sum && weighs(method)) {
        side.how.weights = Aggregation::Weights::relative;
      }
      side.how.times = dice.chance(50) ? 1.0 : 2.5;
      if (dice.chance(30)) side.cap = dice.quarters(3, 9);
    }
    // Players: each child, the weights, the aggregation.
    const std::size_t players = children + 2;
    std::vector<double> worth(std::size_t{1} << players);
    for (std::size_t s = 0; s < worth.size(); ++s) {
      Flat mixed = sides[0];
      for (std::size_t k = 0; k < children; ++k) {
        if (((s >> k) & 1) != 0) mixed.values[k] = sides[1].values[k];
      }
      if (((s >> children) & 1) != 0) mixed.weights = sides[1].weights;
      if (((s >> (children + 1)) & 1) != 0) {
        mixed.how = sides[1].how;
        mixed.cap = sides[1].cap;
      }
      worth[s] = mixed.score();
    }
    std::vector<std::size_t> order(players);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> expected(players, 0.0);
    double orders = 0.0;
    do {
      std::size_t coalition = 0;
      for (const std::size_t player : order) {
        const std::size_t next = coalition | (std::size_t{1} << player);
        expected[player] += worth[next] - worth[coalition];
        coalition = next;
      }
      ++orders;
    } while (std::next_permutation(order.begin(), order.end()));

    const Causes found = causes(sides[0].scores(), sides[1].scores(), "a");
    check_sums(found);
    for (std::size_t k = 0; k < children; ++k) {
      EXPECT_NEAR(points_of(found, "x" + std::to_string(k), Kind::value), expected[k] / orders,
                  1e-11);
    }
    EXPECT_NEAR(points_of(found, "root", Kind::weights), expected[children] / orders, 1e-11);
    EXPECT_NEAR(points_of(found, "root", Kind::aggregation), expected[children + 1] / orders,
                1e-11);
    if (HasFailure()) return;
  }
}

// ---- Along the straight way ---------------------------------------------------------------------

TEST(CausesTest, OfManyChildrenOfAMinimumAreExactBetweenTheCrossings) {
  Flat was;
  was.how.method = Method::minimum;
  was.values = {0, 4};
  Flat is = was;
  is.values = {10, 6};
  for (int k = 0; k < 12; ++k) {
    was.values.push_back(20 + k);
    is.values.push_back(40 - k);
  }
  const Causes found = causes(was.scores(), is.scores(), "a");

  // 10 t and 4 + 2 t meet half way at 5: from 0 to 5 the first child, from 5 to 6 the second.
  EXPECT_DOUBLE_EQ(points_of(found, "x0", Kind::value), 5.0);
  EXPECT_DOUBLE_EQ(points_of(found, "x1", Kind::value), 1.0);
  EXPECT_EQ(found.parts.size(), 2u);
  EXPECT_EQ(node_of(found, "root").split, Split::aumann_shapley);
}

TEST(CausesTest, OfManyChildrenThatBeginAtNothingAreInProportionToTheirWeights) {
  Flat was;
  was.how.method = Method::geometric_mean;
  was.how.weights = Aggregation::Weights::relative;
  Flat is = was;
  double all = 0.0;
  for (int k = 0; k < 14; ++k) {
    was.values.push_back(0.0);
    is.values.push_back(1.0 + k);
    was.weights.push_back(1.0 + k % 3);
    is.weights.push_back(1.0 + k % 3);
    all += 1.0 + k % 3;
  }
  const Causes found = causes(was.scores(), is.scores(), "a");

  // The score is t times the last one, and child k has weight * score / t all the way.
  for (int k = 0; k < 14; ++k) {
    EXPECT_NEAR(points_of(found, "x" + std::to_string(k), Kind::value),
                found.after * (1.0 + k % 3) / all, 1e-12);
  }
}

/// By Simpson's rule, written down once more: the mean change that each child brings on the way.
double along_the_way(const Flat& from, const Flat& to, std::size_t child) {
  constexpr int steps = 2000;
  const auto slope = [&](double t) {
    double mean = 0.0;
    const auto n = static_cast<double>(from.values.size());
    for (std::size_t k = 0; k < from.values.size(); ++k) {
      mean += std::log(from.values[k] + t * (to.values[k] - from.values[k])) / n;
    }
    return std::exp(mean) / n / (from.values[child] + t * (to.values[child] - from.values[child]));
  };
  double sum = slope(0.0) + slope(1.0);
  for (int i = 1; i < steps; ++i)
    sum += slope(static_cast<double>(i) / steps) * (i % 2 == 1 ? 4 : 2);
  return sum / (3.0 * steps) * (to.values[child] - from.values[child]);
}

TEST(CausesTest, OfManyChildrenOfAGeometricMeanAreTheIntegralOfItsSlopes) {
  Dice dice(11);
  Flat was;
  was.how.method = Method::geometric_mean;
  Flat is = was;
  for (int k = 0; k < 15; ++k) {
    was.values.push_back(dice.quarters(1, 9));
    is.values.push_back(dice.quarters(1, 9) + 0.125);
  }
  const Causes found = causes(was.scores(), is.scores(), "a");

  check_sums(found);
  for (std::size_t k = 0; k < 15; ++k) {
    EXPECT_NEAR(points_of(found, "x" + std::to_string(k), Kind::value), along_the_way(was, is, k),
                1e-11);
  }
}

TEST(CausesTest, OfManyChildrenOfEveryAggregationAddUpBeforeTheLastRounding) {
  // Changing one half of the children only, then the other: shares of the two ways are those of two
  // games, and each must add up by itself.
  Dice dice(13);
  for (int round = 0; round < 200; ++round) {
    const Method method = all_methods[dice.under(9)];
    SCOPED_TRACE(std::string(name(method)) + " " + std::to_string(round));
    Flat sides[2];
    const double powers[] = {-1.5, 0.5, 2.0, 3.0};
    const double power = powers[dice.under(4)];
    for (Flat& side : sides) {
      side.how.method = method;
      side.how.power = power;
      if (weighs(method) && method != Method::sum) {
        side.how.weights = Aggregation::Weights::relative;
      }
      for (int k = 0; k < 16; ++k) {
        side.values.push_back(dice.quarters(1, 9));
        if (weighs(method)) side.weights.push_back(dice.quarters(1, 4));
      }
      if (dice.chance(40)) side.cap = dice.quarters(3, 6);
      side.how.times = dice.chance(50) ? 1.0 : 1.5;
    }
    const Causes there = causes(sides[0].scores(), sides[1].scores(), "a");
    const Causes back = causes(sides[1].scores(), sides[0].scores(), "a");
    check_sums(there);
    for (const CausedNode& node : there.nodes) {
      EXPECT_NEAR(node.points, -node_of(back, node.code).points, 1e-11) << node.code;
    }
    if (HasFailure()) return;
  }
}

// ---- Random pairs -------------------------------------------------------------------------------

/// Changes a random case here and there.
class Changer {
 public:
  Changer(Dice& dice, random_case::Case& of) : dice_(dice), case_(of) {}

  void change() {
    for (std::size_t v = 0; v < case_.values.size(); ++v) {
      for (std::size_t u = 0; u < case_.units; ++u) {
        if (dice_.chance(30))
          case_.values[v][u] = std::fabs(case_.values[v][(u + 1) % case_.units]);
        if (dice_.chance(5)) case_.cells[v][u] = random_case::Cell::present;
        if (dice_.chance(5)) case_.cells[v][u] = random_case::Cell::empty;
        if (dice_.chance(3)) case_.cells[v][u] = random_case::Cell::not_applicable;
      }
    }
    if (dice_.chance(60)) change(case_.tree);
  }

 private:
  void change(Criterion& node) {
    if (node.is_leaf()) {
      change_leaf(node);
      return;
    }
    for (Criterion& child : node.children) change(child);
    if (node.aggregation.method == Method::sum && !node.aggregation.scale_to) node.maximum = {};
    const bool has_weights = !node.children[0].weight.empty();
    for (Criterion& child : node.children) {
      if (has_weights && dice_.chance(20)) child.weight = dice_.quarters(1, 4);
    }
    if (node.children.size() > 1 && dice_.chance(12)) node.children.pop_back();
    if (dice_.chance(12)) {
      Criterion extra = small::leaf(case_.variables[0]);
      extra.code = "extra" + node.code;
      if (has_weights) extra.weight = 1.0;
      if (node.aggregation.method != Method::sum) node.children.push_back(extra);
    }
    if (dice_.chance(10)) node.aggregation.times = 1.5;
    if (dice_.chance(10)) node.cap = 7.0;
    if (dice_.chance(10)) node.missing = MissingPolicy::no_score;
    const bool is_mean = weighs(node.aggregation.method) && node.aggregation.method != Method::sum;
    if (is_mean && dice_.chance(12)) node.aggregation.method = all_methods[1 + dice_.under(4)];
    if (!has_weights && is_mean && dice_.chance(10)) {
      node.aggregation.method = all_methods[5 + dice_.under(4)];
      node.aggregation.weights = Aggregation::Weights::shares;
    }
  }

  void change_leaf(Criterion& leaf) {
    const Rule rule = *leaf.rule.find(Period(2020));
    if (const auto* normaliser = std::get_if<Normaliser>(&rule)) {
      Normaliser other = *normaliser;
      if (dice_.chance(20)) other.onto_high += 5.0;
      if (dice_.chance(20) && other.method == Normaliser::Method::goalposts) {
        other.high = Anchor::fixed(11);
      }
      leaf.rule = Dated<Rule>(Rule(other));
    } else if (std::holds_alternative<FormulaRule>(rule) && dice_.chance(40)) {
      // Another formula of the same variables.
      random_case::Formulated& of = case_.formulas[leaf.code];
      if (random_case::reads_second(of.kind)) of.kind = leaf.maximum.empty() ? 6 : 2;
      leaf.rule = Dated<Rule>(Rule(FormulaRule{Formula(formula_text(of)), {}, {}}));
    } else if (std::holds_alternative<PerUnit>(rule) && dice_.chance(40)) {
      leaf.rule = Dated<Rule>(Rule(PerUnit{.points = 2.0, .cap = {}}));
    } else if (dice_.chance(10)) {
      leaf.cap = 3.0;
    }
  }

  Dice& dice_;
  random_case::Case& case_;
};

/// Sometimes with other parameters.
IndexDefinition definition_of(const random_case::Case& of, Dice& dice) {
  IndexDefinition head = random_case::definition(of);
  for (Parameter& parameter : head.parameters) {
    if (dice.chance(40)) parameter.value = Dated<double>(dice.quarters(1, 3));
  }
  return head;
}

std::optional<Scores> score(const random_case::Case& of, Dice& dice) {
  try {
    const Index index(definition_of(of, dice));
    std::vector<GivenScore> given;
    if (dice.chance(20)) {
      given.push_back({static_cast<Size>(dice.under(of.units)),
                       static_cast<Size>(dice.under(static_cast<std::size_t>(index.size()))),
                       dice.quarters(1, 9)});
    }
    ScoreOptions options;
    options.given = given;
    return Evaluator(index).score(random_case::panel_of(of), options);
  } catch (const Error&) {
    return {};
  }
}

TEST(CausesTest, OfRandomPairsAddUpAtEveryNodeAndTurnRoundWithTheQuestion) {
  Dice dice(17);
  int checked = 0;
  std::map<Kind, int> kinds;
  std::map<Split, int> splits;
  for (unsigned seed = 1; seed <= rounds(6000U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_case::Case given = random_case::Generator(seed).make();
    if (seed % 2 == 0) random_case::put_formulas(given, seed);
    const auto before = score(given, dice);
    Changer(dice, given).change();
    const auto after = score(given, dice);
    if (!before || !after) continue;
    for (Size u = 0; u < before->units().size(); ++u) {
      const std::string unit = before->units()[u];
      const std::string other = dice.chance(70) ? unit : "u0";
      if (std::isnan(before->column(0)[static_cast<std::size_t>(u)]) ||
          std::isnan(after->column(0)[static_cast<std::size_t>(after->units().at(other))])) {
        continue;
      }
      const Causes there = causes(*before, *after, unit, other);
      const Causes back = causes(*after, *before, other, unit);
      check_sums(there);
      check_sums(back);
      const double scale = std::max({std::fabs(there.before), std::fabs(there.after), 1e-3});
      for (const CausedNode& node : there.nodes) {
        const CausedNode& turned = node_of(back, node.code);
        EXPECT_NEAR(node.points, -turned.points, 1e-8 * scale) << node.code;
        EXPECT_NEAR(node.own, -turned.own, 1e-8 * scale) << node.code;
        if (node.points != 0.0) ++splits[node.split];
      }
      for (const Cause& cause : there.parts) ++kinds[cause.kind];
      ++checked;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(checked, rounds(8000));
  for (const Kind kind :
       {Kind::value, Kind::others, Kind::given, Kind::rule, Kind::anchors, Kind::parameters,
        Kind::weights, Kind::aggregation, Kind::structure, Kind::whole}) {
    EXPECT_GT(kinds[kind], rounds(50)) << name(kind);
  }
  EXPECT_GT(splits[Split::linear], rounds(500));
  EXPECT_GT(splits[Split::shapley], rounds(500));
}

}  // namespace
}  // namespace chiso
