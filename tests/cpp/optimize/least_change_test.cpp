#include "chiso/optimize/least_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "../base/rounds.hpp"
#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/shipped.hpp"
#include "chiso/scenario/unit_tree.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using Status = SearchResult::Status;
using testing::HasSubstr;

PricedLever value(std::string code, double cost, double lower, double upper) {
  return {{Lever::Kind::value, std::move(code), lower, upper}, cost};
}

Rivals nobody() { return {{}, {}, "others held constant (test)"}; }

/// The composite of unit "a" with the levers at these places.
double composite(UnitTree tree, const std::vector<PricedLever>& levers,
                 const std::vector<double>& places) {
  const Scores& base = tree.base();
  for (std::size_t i = 0; i < levers.size(); ++i) {
    if (levers[i].lever.kind == Lever::Kind::value) {
      tree.set_value(base.index().variable_codes().at(levers[i].lever.code), places[i]);
    } else {
      tree.set_score(base.index().at(levers[i].lever.code), places[i]);
    }
  }
  return tree.score();
}

double composite(const Scores& base, const std::vector<PricedLever>& levers,
                 const std::vector<double>& places) {
  return composite(UnitTree(base, base.units().at("a")), levers, places);
}

/// What an answer says is so.
void expect_true(const LeastChange& answer, const Scores& base, double needed,
                 const std::vector<PricedLever>& levers) {
  ASSERT_TRUE(answer.result.has_answer()) << answer.result.reasons.size();
  std::vector<double> places;
  double cost = 0.0;
  for (const PricedLever& each : levers) {
    const auto moved = std::find_if(answer.moved.begin(), answer.moved.end(),
                                    [&](const Moved& m) { return m.lever == each.lever; });
    const UnitTree tree(base, base.units().at("a"));
    const double now = each.lever.kind == Lever::Kind::value
                           ? tree.value(base.index().variable_codes().at(each.lever.code))
                           : tree.score(base.index().at(each.lever.code));
    places.push_back(moved == answer.moved.end() ? now : moved->after);
    EXPECT_GE(places.back(), each.lever.lower);
    EXPECT_LE(places.back(), each.lever.upper);
    cost += each.cost * std::abs(places.back() - now);
  }
  EXPECT_GE(composite(base, levers, places), needed);
  EXPECT_EQ(composite(base, levers, places), answer.score);
  double said = 0.0;
  for (const Moved& moved : answer.moved) said += moved.cost;
  EXPECT_NEAR(said, cost, 1e-9 * std::max(1.0, cost));
}

/// A weighted mean of n identities.
Scores linear(const std::vector<double>& weights, const std::vector<double>& values) {
  std::vector<Criterion> children;
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    codes.push_back("x" + std::to_string(i));
    children.push_back(weighted(weights[i], leaf(codes.back())));
  }
  Criterion root = inner("root", Method::arithmetic_mean, children);
  root.aggregation.weights = Aggregation::Weights::relative;
  return Evaluator(index(root)).score(panel(codes, {values}));
}

TEST(LeastChange, OfALinearIndexIsTheFractionalKnapsack) {
  std::mt19937 random(7);
  const auto draw = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() % 10007) / 10006.0;
  };
  int reached = 0;
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random() % 8;
    std::vector<double> weights;
    std::vector<double> values;
    std::vector<PricedLever> levers;
    for (std::size_t i = 0; i < n; ++i) {
      weights.push_back(draw(0.5, 4));
      values.push_back(draw(0, 5));
      levers.push_back(
          value("x" + std::to_string(i), draw(0.5, 3), 0.0, values.back() + draw(0, 5)));
    }
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    const Scores base = linear(weights, values);
    const double now = base.column(0)[0];
    const double needed = now + draw(0.01, 3);
    // Greedy by gain per cost: what is added last is added in part.
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return weights[a] / levers[a].cost > weights[b] / levers[b].cost;
    });
    double left = needed - now;
    double cost = 0.0;
    for (const std::size_t i : order) {
      const double gain = weights[i] / all;
      const double step = std::min(levers[i].lever.upper - values[i], left / gain);
      left -= step * gain;
      cost += step * levers[i].cost;
      if (left <= 1e-12) break;
    }
    const LeastChange answer = least_change(base, "a", Goal::score(needed), nobody(), levers);
    if (left > 1e-9) {
      EXPECT_EQ(answer.result.status, Status::infeasible) << round;
      EXPECT_FALSE(answer.result.reasons.empty());
      EXPECT_NEAR(answer.best, needed - left, 1e-9);
      continue;
    }
    ++reached;
    EXPECT_EQ(answer.result.status, Status::optimal) << round;
    EXPECT_NEAR(answer.result.objective, cost, 1e-9 * std::max(1.0, cost)) << round;
    expect_true(answer, base, needed, levers);
  }
  EXPECT_GT(reached, 50);
  EXPECT_LT(reached, 200);
}

TEST(LeastChange, TheLastBitsAreTheTruths) {
  const Scores base = linear({1, 1, 1}, {0.1, 0.2, 0.3});
  const std::vector<PricedLever> levers = {value("x0", 1.0, 0.0, 10.0)};
  const double needed = 0.7;
  const LeastChange answer = least_change(base, "a", Goal::score(needed), nobody(), levers);
  ASSERT_EQ(answer.moved.size(), 1U);
  const double after = answer.moved[0].after;
  EXPECT_GE(composite(base, levers, {after}), needed);
  EXPECT_LT(composite(base, levers, {std::nextafter(after, 0.0)}), needed);
}

TEST(LeastChange, StepsAreTakenWhole) {
  // x: 1 point from 50 on, 4 above 70. y: a tenth of a point each, at most 3.
  const Criterion x = points("x", 4.0,
                             Steps{{{parse_interval("< 50"), 0.0},
                                    {parse_interval("[50, 70]"), 1.0},
                                    {parse_interval("> 70"), 4.0}}});
  const Criterion y = points("y", 3.0, PerUnit{.points = 0.1, .cap = {}});
  const Scores base =
      Evaluator(index(inner("root", Method::sum, {x, y}))).score(panel({"x", "y"}, {{40, 5}}));
  ASSERT_EQ(base.column(0)[0], 0.5);
  const std::vector<PricedLever> levers = {value("x", 1.0, 0, 100), value("y", 2.0, 0, 100)};
  // 1.4: nine of y for 18, or ten of x for 10.
  const LeastChange one = least_change(base, "a", Goal::score(1.4), nobody(), levers);
  EXPECT_EQ(one.result.status, Status::optimal);
  ASSERT_EQ(one.moved.size(), 1U);
  EXPECT_EQ(one.moved[0].after, 50.0);
  // 3.5: 25 of y and 10 of x for 60, or x just above 70 for 30 (4.5 points).
  const LeastChange jump = least_change(base, "a", Goal::score(3.5), nobody(), levers);
  ASSERT_EQ(jump.moved.size(), 1U);
  EXPECT_EQ(jump.moved[0].after, std::nextafter(70.0, 71.0));
  EXPECT_EQ(jump.score, 4.5);
  EXPECT_EQ(jump.result.status, Status::optimal);
  // 7: all of it; more is out of reach.
  EXPECT_EQ(least_change(base, "a", Goal::score(7), nobody(), levers).score, 7.0);
  const LeastChange none = least_change(base, "a", Goal::score(7.5), nobody(), levers);
  EXPECT_EQ(none.result.status, Status::infeasible);
  EXPECT_EQ(none.best, 7.0);
  EXPECT_TRUE(none.moved.empty());
}

TEST(LeastChange, FewestMovesOneLeverWhereTheCheapestMovesTwo) {
  const Scores base = linear({1, 1}, {0, 0});
  // One more of the mean: two of x0 at 1 (not more than 1.5), or x1 at 3.
  const std::vector<PricedLever> levers = {value("x0", 1.0, 0, 1.5), value("x1", 3.0, 0, 9)};
  const LeastChange cheap = least_change(base, "a", Goal::score(1), nobody(), levers);
  EXPECT_EQ(cheap.moved.size(), 2U);
  EXPECT_NEAR(cheap.result.objective, 1.5 + 3 * 0.5, 1e-9);
  const LeastChange few =
      least_change(base, "a", Goal::score(1), nobody(), levers, {.fewest = true});
  ASSERT_EQ(few.moved.size(), 1U);
  EXPECT_EQ(few.moved[0].after, 2.0);
  EXPECT_EQ(few.result.objective, 1.0);
  EXPECT_EQ(few.result.status, Status::optimal);
}

TEST(LeastChange, NothingMovesWhereTheGoalIsReached) {
  const Scores base = linear({1, 1}, {4, 4});
  const LeastChange answer =
      least_change(base, "a", Goal::score(3), nobody(), {value("x0", 1, 0, 9)});
  EXPECT_EQ(answer.result.status, Status::optimal);
  EXPECT_EQ(answer.result.objective, 0.0);
  EXPECT_TRUE(answer.moved.empty());
}

/// The least cost on a grid of two or three levers.
double on_a_grid(const Scores& base, const std::vector<PricedLever>& levers,
                 const std::vector<double>& now, double needed, int parts) {
  double best = std::numeric_limits<double>::infinity();
  std::vector<int> step(levers.size(), 0);
  const UnitTree tree(base, base.units().at("a"));
  while (true) {
    std::vector<double> places;
    double cost = 0.0;
    for (std::size_t i = 0; i < levers.size(); ++i) {
      const Lever& lever = levers[i].lever;
      places.push_back(lever.lower + (lever.upper - lever.lower) * step[i] / parts);
      cost += levers[i].cost * std::abs(places.back() - now[i]);
    }
    if (cost < best && composite(tree, levers, places) >= needed) best = cost;
    std::size_t i = 0;
    while (i < step.size() && ++step[i] > parts) step[i++] = 0;
    if (i == step.size()) return best;
  }
}

/// Costs of one step of the grid together: no grid is nearer to the truth.
double grid_error(const std::vector<PricedLever>& levers, int parts) {
  double sum = 0.0;
  for (const PricedLever& each : levers) {
    sum += each.cost * (each.lever.upper - each.lever.lower) / parts;
  }
  return sum;
}

TEST(LeastChange, IsNoDearerThanAnyGridOnTreesOfEveryKind) {
  std::mt19937 random(21);
  const auto quarter = [&](int low, int high) {
    return low + 0.25 * static_cast<double>(random() % static_cast<unsigned>(4 * (high - low) + 1));
  };
  const Method methods[] = {
      Method::arithmetic_mean, Method::geometric_mean,   Method::harmonic_mean, Method::power_mean,
      Method::minimum,         Method::mazziotta_pareto, Method::sum,           Method::maximum,
      Method::median};
  int proven = 0;
  int searched = 0;
  for (int round = 0; round < rounds(180); ++round) {
    const Method method = methods[round % 9];
    std::vector<Criterion> children;
    std::vector<PricedLever> levers;
    std::vector<double> now;
    std::vector<std::string> codes;
    for (int i = 0; i < 3; ++i) {
      const std::string code = "x" + std::to_string(i);
      codes.push_back(code);
      now.push_back(quarter(1, 5));
      Criterion child = leaf(code);
      const int kind = static_cast<int>(random() % 4);
      if (kind == 1) child = points(code, 9.0, PerUnit{.points = 1.5, .cap = 6.0});
      if (kind == 2) {
        child = points(code, 8.0,
                       Steps{{{parse_interval("< 3"), 1.0},
                              {parse_interval("[3, 6)"), 4.0},
                              {parse_interval(">= 6"), 8.0}}});
      }
      children.push_back(child);
      levers.push_back(value(code, quarter(1, 3), 0.0, 8.0));
    }
    Criterion root = inner("root", method, children);
    if (method == Method::power_mean) root.aggregation.power = 0.5;
    const Scores base = Evaluator(index(root)).score(panel(codes, {now}));
    if (std::isnan(base.column(0)[0])) continue;
    const double needed = base.column(0)[0] + quarter(0, 3);
    const int parts = 32;  // Steps of a quarter: the places of the rules are on the grid.
    const double grid = on_a_grid(base, levers, now, needed, parts);
    const LeastChange answer = least_change(base, "a", Goal::score(needed), nobody(), levers);
    if (std::isinf(grid)) {
      if (answer.result.has_answer()) expect_true(answer, base, needed, levers);
      continue;
    }
    ASSERT_TRUE(answer.result.has_answer()) << round << name(method);
    expect_true(answer, base, needed, levers);
    const double slack = 1e-6 * std::max(1.0, grid);
    if (answer.result.status == Status::optimal) {
      ++proven;
      EXPECT_LE(answer.result.objective, grid + slack) << round << name(method);
      EXPECT_GE(answer.result.objective, grid - grid_error(levers, parts) - slack)
          << round << name(method);
    } else {
      ++searched;
      EXPECT_LE(answer.result.objective, 1.1 * grid + slack) << round << name(method);
    }
  }
  EXPECT_GT(proven, rounds(80));
  EXPECT_GT(searched, rounds(10));
}

TEST(LeastChange, ScoresOfCriteriaMoveToo) {
  const Scores base =
      Evaluator(
          index(inner("root", Method::arithmetic_mean,
                      {inner("g", Method::arithmetic_mean, {leaf("x"), leaf("y")}), leaf("z")})))
          .score(panel({"x", "y", "z"}, {{2, 4, 5}}));
  const std::vector<PricedLever> levers = {{{Lever::Kind::score, "g", 0.0, 6.0}, 1.0},
                                           value("z", 2.0, 0, 10)};
  // 4 now; 6 wanted: g to 6 gives 5.5, then z by one.
  const LeastChange answer = least_change(base, "a", Goal::score(6), nobody(), levers);
  EXPECT_EQ(answer.result.status, Status::optimal);
  EXPECT_NEAR(answer.result.objective, 3.0 + 2.0 * 1.0, 1e-9);
  expect_true(answer, base, 6.0, levers);
}

TEST(LeastChange, WrongLeversAreRefused) {
  const Scores base =
      Evaluator(
          index(inner("root", Method::arithmetic_mean,
                      {inner("g", Method::arithmetic_mean, {leaf("x"), leaf("y")}), leaf("z")})))
          .score(panel({"x", "y", "z"}, {{2, 4, 5}}));
  const auto refused = [&](const std::vector<PricedLever>& levers) -> std::string {
    try {
      static_cast<void>(least_change(base, "a", Goal::score(6), nobody(), levers));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const PricedLever g{{Lever::Kind::score, "g", 0, 9}, 1.0};
  EXPECT_THAT(refused({value("x", 0.0, 0, 9)}), HasSubstr("a cost that is finite and positive"));
  EXPECT_THAT(refused({value("x", 1, 0, 9), value("x", 2, 0, 9)}), HasSubstr("stands twice"));
  EXPECT_THAT(refused({g, value("x", 1, 0, 9)}),
              HasSubstr("x: the lever is below another one, 'g'"));
  EXPECT_EQ(refused({g, value("z", 1, 0, 9)}), "");
  EXPECT_THAT(refused({value("zz", 1, 0, 9)}), HasSubstr("zz"));
  EXPECT_THAT(refused({value("x", 1, 5, 4)}), HasSubstr("leave nothing"));
}

/// PCI 2019, Thanh Hoa into the top ten: a point of every sub-index costs the same, and none may go
/// beyond the best province's.
TEST(LeastChange, OfThanhHoaIntoTheTopTenIsTheKnapsack) {
  const Index pci = load_index(shipped_folder() / "indices" / "pci" / "2013.yaml");
  const Panel panel = read_panel(shipped_folder() / "data" / "pci_scores.csv");
  const Scores base = Evaluator(pci).score(panel, {.period = Period(2019)});
  const std::string unit = "Thanh H\u00f3a";
  const Goal goal = Goal::top(10);
  const Rivals rivals = rivals_now(base, unit);
  std::vector<PricedLever> levers;
  struct Item {
    double gain;  // Of the composite by a point.
    double room;
  };
  std::vector<Item> items;
  for (const Size leaf : pci.leaves()) {
    const auto scores = base.column(leaf);
    double best = 0.0;
    for (const double score : scores) best = std::max(best, std::isnan(score) ? 0.0 : score);
    const std::string& code = pci.node(leaf).code;
    levers.push_back(value(code, 1.0, 1.0, best));
    const double now = base.at(unit, code);
    items.push_back({10.0 * base.evaluator().weight(leaf), best - now});
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.gain > b.gain; });
  // The tenth of the others is the one to be level with.
  std::vector<double> others = rivals.scores;
  std::sort(others.begin(), others.end(), std::greater<>());
  const double now = base.at(unit, pci.codes()[0]);
  double left = others[9] - now;
  double cost = 0.0;
  for (const Item& item : items) {
    const double step = std::min(item.room, left / item.gain);
    cost += step;
    left -= step * item.gain;
    if (left <= 1e-12) break;
  }
  const LeastChange answer = least_change(base, unit, goal, rivals, levers);
  EXPECT_EQ(answer.result.status, Status::optimal);
  EXPECT_NEAR(answer.result.objective, cost, 1e-9);
  EXPECT_EQ(answer.rank, 10.0);
  EXPECT_GE(answer.score, others[9]);
  EXPECT_NEAR(answer.score, others[9], 1e-9);
}

}  // namespace
}  // namespace chiso
