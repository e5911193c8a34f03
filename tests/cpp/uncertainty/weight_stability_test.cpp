#include "chiso/uncertainty/weight_stability.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/shipped.hpp"
#include "chiso/scenario/outcome.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using Watch = WeightStabilityOptions::Watch;
using testing::HasSubstr;

Scores two_criteria(std::vector<std::vector<double>> rows) {
  Criterion root = inner("root", Method::arithmetic_mean,
                         {weighted(0.25, leaf("x")), weighted(0.75, leaf("y"))});
  return Evaluator(index(root)).score(panel({"x", "y"}, std::move(rows)));
}

TEST(WeightStability, OfTwoUnitsIsWhereTheyMeet) {
  // t against 1 - t: level at a half.
  const Scores base = two_criteria({{1, 0}, {0, 1}});
  const auto found = weight_stability(base, {.top = 1, .unit = {}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].share, 0.25);
  EXPECT_EQ(found[0].down.share, 0.0);
  EXPECT_EQ(found[0].down.riser, -1);
  EXPECT_DOUBLE_EQ(found[0].up.share, 0.5);
  EXPECT_EQ(found[0].up.riser, 0);
  EXPECT_EQ(found[0].up.passed, 1);
  EXPECT_DOUBLE_EQ(found[1].down.share, 0.5);
  EXPECT_EQ(found[1].down.riser, 0);
  EXPECT_EQ(found[1].up.share, 1.0);
  EXPECT_EQ(found[1].up.riser, -1);
  EXPECT_FALSE(found[0].always());
}

TEST(WeightStability, WhatIsWatchedMatters) {
  // b > c > a at 0.25. a passes c at t: t = 0.4 (1 - t) + ..., see below.
  const Scores base = two_criteria({{1, 0}, {0, 1}, {0.5, 0.4}});
  // a: t; b: 1 - t; c: 0.4 + 0.1 t. a meets c at 4/9, b meets c at 6/11, a meets b at 1/2.
  const auto up = [&](const WeightStabilityOptions& options) {
    return weight_stability(base, options)[0].up;
  };
  EXPECT_DOUBLE_EQ(up({.top = 1, .unit = {}}).share, 0.5);
  EXPECT_DOUBLE_EQ(up({.top = 2, .unit = {}}).share, 4.0 / 9.0);
  EXPECT_DOUBLE_EQ(up({.watch = Watch::top_order, .top = 1, .unit = {}}).share, 0.5);
  EXPECT_DOUBLE_EQ(up({.watch = Watch::top_order, .top = 3, .unit = {}}).share, 4.0 / 9.0);
  EXPECT_DOUBLE_EQ(up({.watch = Watch::unit_rank, .unit = "b"}).share, 0.5);
  EXPECT_DOUBLE_EQ(up({.watch = Watch::unit_rank, .unit = "c"}).share, 4.0 / 9.0);
  // All three are in, whatever the weights.
  EXPECT_TRUE(weight_stability(base, {.top = 3, .unit = {}})[0].always());
}

TEST(WeightStability, TiedUnitsPartAtOnce) {
  // 0.25 * 3 = 0.75 * 1: level at the share as it is.
  const Scores base = two_criteria({{3, 0}, {0, 1}});
  const auto one = weight_stability(base, {.top = 1, .unit = {}})[0];
  EXPECT_EQ(one.up.share, 0.25);
  EXPECT_EQ(one.up.riser, 0);
  EXPECT_EQ(one.down.share, 0.25);
  EXPECT_EQ(one.down.riser, 1);
  // Two places for two: nobody can drop out.
  EXPECT_TRUE(weight_stability(base, {.top = 2, .unit = {}})[0].always());
}

/// Some index of means and sums on two levels.
Criterion random_tree(std::mt19937& random) {
  std::vector<Criterion> pillars;
  int next = 0;
  for (int p = 0; p < 3; ++p) {
    std::vector<Criterion> children;
    const bool sum = p == 1;
    const int n = 2 + static_cast<int>(random() % 3);
    for (int k = 0; k < n; ++k) {
      Criterion child = leaf("x" + std::to_string(next++));
      if (sum) child.maximum = 10.0;
      children.push_back(weighted(1.0 + static_cast<double>(random() % 4), std::move(child)));
    }
    Criterion pillar = inner("p" + std::to_string(p), sum ? Method::sum : Method::arithmetic_mean,
                             std::move(children));
    if (!sum) pillar.aggregation.weights = Aggregation::Weights::relative;
    pillars.push_back(weighted(1.0 + static_cast<double>(random() % 4), std::move(pillar)));
  }
  Criterion root = inner("root", Method::arithmetic_mean, std::move(pillars));
  root.aggregation.weights = Aggregation::Weights::relative;
  root.aggregation.times = 3.0;
  return root;
}

/// The result if the share of a node in its parent were another.
Scores moved(const Scores& base, const WeightStability& of, double share) {
  const Index& index = base.index();
  const Evaluator& evaluator = base.evaluator();
  ChangeWeights edit;
  edit.redistribute = false;
  const bool sum = index.node(of.parent).aggregation.method == Method::sum;
  double all = 0.0;
  for (const Size child : index.children(of.parent)) {
    all += sum ? evaluator.weight(child) * evaluator.maximum(child) : evaluator.weight(child);
  }
  for (const Size child : index.children(of.parent)) {
    const double unit = sum ? evaluator.maximum(child) : 1.0;
    const double now = evaluator.weight(child) * unit / all;
    const double then = child == of.node ? share : now * (1.0 - share) / (1.0 - of.share);
    edit.weights.emplace_back(index.node(child).code, then * all / unit);
  }
  Scenario scenario;
  scenario.edits.push_back({edit, {}});
  return what_if(base, scenario).after;
}

std::vector<double> watched(const Scores& scores, const WeightStabilityOptions& options) {
  const Ranking ranking(scores);
  std::vector<double> seen;
  for (Size u = 0; u < scores.units().size(); ++u) {
    const double rank = ranking.ranks()[static_cast<std::size_t>(u)];
    const bool in = rank <= static_cast<double>(options.top);
    if (options.watch == Watch::top_set) seen.push_back(in ? 1.0 : 0.0);
    if (options.watch == Watch::top_order) seen.push_back(in ? rank : 0.0);
    if (options.watch == Watch::unit_rank && scores.units()[u] == options.unit) {
      seen.push_back(rank);
    }
  }
  return seen;
}

TEST(WeightStability, NothingChangesInsideAndSomethingBeyond) {
  std::mt19937 random(21);
  int ends = 0;
  for (int round = 0; round < 60; ++round) {
    const Index tree = index(random_tree(random));
    std::vector<std::string> codes;
    for (const Size node : tree.leaves()) codes.push_back(tree.node(node).code);
    std::vector<std::vector<double>> rows(8, std::vector<double>(codes.size()));
    for (auto& row : rows) {
      for (double& value : row) value = static_cast<double>(random() % 1000) / 100.0;
    }
    const Scores base = Evaluator(tree).score(panel(codes, rows));
    WeightStabilityOptions options{.top = 3, .unit = {}};
    options.watch = round % 3 == 0   ? Watch::top_set
                    : round % 3 == 1 ? Watch::top_order
                                     : Watch::unit_rank;
    if (options.watch == Watch::unit_rank) options.unit = "d";
    const auto all = weight_stability(base, options);
    EXPECT_EQ(static_cast<Size>(all.size()), tree.size() - 1);
    const auto now = watched(base, options);
    for (const WeightStability& each : all) {
      for (const WeightStability::End* end : {&each.down, &each.up}) {
        const double gap = end->share - each.share;
        for (const double part : {0.01, 0.3, 0.7, 0.999}) {
          EXPECT_EQ(watched(moved(base, each, each.share + part * gap), options), now);
        }
        if (end->riser < 0) {
          EXPECT_EQ(end->share, gap > 0.0 ? 1.0 : 0.0);
          continue;
        }
        ++ends;
        const double beyond = end->share + (gap > 0.0 ? 1e-9 : -1e-9);
        if (beyond < 0.0 || beyond > 1.0) continue;
        const Scores after = moved(base, each, beyond);
        EXPECT_NE(watched(after, options), now);
        const auto composites = after.column(0);
        EXPECT_GT(composites[static_cast<std::size_t>(end->riser)],
                  composites[static_cast<std::size_t>(end->passed)]);
        const Scores level = moved(base, each, end->share);
        EXPECT_NEAR(level.column(0)[static_cast<std::size_t>(end->riser)],
                    level.column(0)[static_cast<std::size_t>(end->passed)], 1e-10);
      }
    }
  }
  EXPECT_GT(ends, 300);
}

TEST(WeightStability, RefusesWhatItCannotAnswer) {
  Criterion root = inner("root", Method::arithmetic_mean,
                         {weighted(0.5, inner("p", Method::geometric_mean, {leaf("x"), leaf("y")})),
                          weighted(0.5, inner("q", Method::minimum, {leaf("z"), leaf("u")}))});
  const Scores base =
      Evaluator(index(root)).score(panel({"x", "y", "z", "u"}, {{1, 2, 3, 4}, {2, 2, 1, 5}}));
  const auto message = [&](const WeightStabilityOptions& options) -> std::string {
    try {
      static_cast<void>(weight_stability(base, options));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message({.top = 1, .unit = {}}), HasSubstr("p: expected a mean or a sum"));
  // The pillars' own shares can be asked for; a minimum has no shares.
  EXPECT_EQ(weight_stability(base, {.top = 1, .unit = {}, .nodes = "p"}).size(), 1U);
  EXPECT_TRUE(weight_stability(base, {.top = 1, .unit = {}, .nodes = "z"}).empty());
  EXPECT_THAT(message({.top = 3, .unit = {}, .nodes = "p"}), HasSubstr("from 1 to 2"));
  EXPECT_THAT(message({.top = 0, .unit = {}, .nodes = "p"}), HasSubstr("from 1 to 2"));
  EXPECT_THAT(message({.top = 1, .unit = {}, .nodes = "w*"}),
              HasSubstr("the pattern 'w*' meets no"));
  EXPECT_THROW(static_cast<void>(weight_stability(
                   base, {.watch = Watch::unit_rank, .unit = "nobody", .nodes = "p"})),
               NotFoundError);
}

TEST(WeightStability, OfThePci) {
  const Index pci = load_index(shipped_folder() / "indices" / "pci" / "2013.yaml");
  const Panel data = read_panel(shipped_folder() / "data" / "pci_scores.csv");
  const Scores base = Evaluator(pci).score(data, {.period = Period(2019)});
  const auto found = weight_stability(base);
  ASSERT_EQ(found.size(), 10U);
  for (const WeightStability& each : found) {
    EXPECT_LE(each.down.share, each.share);
    EXPECT_GE(each.up.share, each.share);
  }
}

}  // namespace
}  // namespace chiso
