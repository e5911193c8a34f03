#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../base/rounds.hpp"
#include "../evaluate/small.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "chiso/scenario/outcome.hpp"
#include "levers.hpp"

namespace chiso {
namespace {

using small::inner;
using small::leaf;
using small::weighted;
using testing::ElementsAre;
using testing::HasSubstr;

/// The rank of a unit with one cell changed, the long way; nothing if the value is refused.
std::optional<double> rank_with(const Scores& base, Size unit, const std::string& variable,
                                double value) {
  const auto edited = levers::scored_with(base, unit, variable, value);
  if (!edited) return {};
  return Ranking(*edited).ranks()[static_cast<std::size_t>(unit)];
}

/// Whether the last bits decide who is ahead: there squares and roots may round either way.
bool is_close(const Scores& base, Size unit, const std::string& variable, double value) {
  const auto edited = levers::scored_with(base, unit, variable, value);
  if (!edited) return false;
  const auto scores = edited->column(Index::root());
  const double own = scores[static_cast<std::size_t>(unit)];
  for (Size u = 0; u < std::ssize(scores); ++u) {
    const double rival = scores[static_cast<std::size_t>(u)];
    if (u != unit && std::abs(rival - own) < 1e-12 * (1.0 + std::abs(own))) return true;
  }
  return false;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// By counting: every change is one, and between two of them there is none.
void check(const Scores& base, Size unit, const std::string& variable, const Interval& range,
           bool zero_is_missing) {
  const std::string name = base.units()[unit];
  const auto changes =
      break_even(base, name, {Lever::Kind::value, variable}, rivals_now(base, name));
  for (const BreakEven& change : changes) {
    EXPECT_FALSE(same(change.rank_before, change.rank_after));
    const auto after = rank_with(base, unit, variable, change.value);
    ASSERT_TRUE(after);
    EXPECT_TRUE(same(*after, change.rank_after)) << *after << " at " << change.value;
    const auto before = rank_with(base, unit, variable, std::nextafter(change.value, -1e300));
    // Behind a gap of the rule the value just below is refused.
    if (before && change.value > std::max(range.lower, -1e100) && !zero_is_missing) {
      EXPECT_TRUE(same(*before, change.rank_before)) << *before << " below " << change.value;
    }
    const bool known = !std::isnan(change.rank_before) && !std::isnan(change.rank_after);
    if (known) {
      EXPECT_GE(static_cast<double>(change.rivals.size()),
                std::abs(change.rank_after - change.rank_before));
    }
  }
  EXPECT_TRUE(
      std::is_sorted(changes.begin(), changes.end(),
                     [](const BreakEven& a, const BreakEven& b) { return a.value < b.value; }));
  // The rank at any x is that after the last change up to it.
  std::optional<double> first;
  for (const double x : levers::grid(range.lower, range.upper)) {
    if (!range.contains(x) || (x == 0.0 && zero_is_missing)) continue;
    if (is_close(base, unit, variable, x)) continue;
    const auto rank = rank_with(base, unit, variable, x);
    if (!rank) continue;
    const auto next = std::partition_point(changes.begin(), changes.end(),
                                           [x](const BreakEven& each) { return each.value <= x; });
    if (next != changes.begin()) {
      ASSERT_TRUE(same(*rank, std::prev(next)->rank_after)) << *rank << " at " << x;
    } else if (!changes.empty()) {
      ASSERT_TRUE(same(*rank, changes.front().rank_before)) << *rank << " at " << x;
    } else {
      if (!first) first = rank;
      ASSERT_TRUE(same(*rank, *first)) << *rank << " at " << x;
    }
  }
}

TEST(BreakEven, IsEveryChangeOfRankOnRandomTrees) {
  int checked = 0;
  for (unsigned seed = 0; seed < rounds(250U); ++seed) {
    const auto base = levers::random_result(seed, seed % 4 == 0);
    if (!base) continue;
    const Size unit = static_cast<Size>(seed % static_cast<unsigned>(base->units().size()));
    const std::string name = base->units()[unit];
    if (std::isnan(base->column(0)[static_cast<std::size_t>(unit)])) continue;
    const auto reaches = goal_seek(*base, name, Goal::top(1), rivals_now(*base, name));
    for (std::size_t v = 0; v < reaches.size(); ++v) {
      if (!reaches[v].exact) continue;
      const Variable& variable = base->index().variables()[v];
      SCOPED_TRACE(testing::Message()
                   << "seed " << seed << " unit " << name << " lever " << variable.code);
      check(*base, unit, variable.code, variable.range, variable.zero_is_missing);
      ++checked;
    }
  }
  EXPECT_GT(checked, rounds(500));
}

TEST(BreakEven, NamesWhoIsPassed) {
  // a has (x + 2) / 2; b has 3, c 5, d 5: level with b from 4 on, with c and d from 8 on.
  const auto index = small::index(inner("all", Aggregation::Method::arithmetic_mean,
                                        {weighted(0.5, leaf("x")), weighted(0.5, leaf("y"))}));
  const Scores base =
      Evaluator(index).score(small::panel({"x", "y"}, {{0, 2}, {3, 3}, {5, 5}, {4, 6}}));
  const auto changes = break_even(base, "a", {Lever::Kind::value, "x"}, rivals_now(base, "a"));
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_DOUBLE_EQ(changes[0].value, 4.0);
  EXPECT_EQ(changes[0].rank_before, 4);
  EXPECT_EQ(changes[0].rank_after, 3);
  EXPECT_THAT(changes[0].rivals, ElementsAre("b"));
  EXPECT_DOUBLE_EQ(changes[1].value, 8.0);
  EXPECT_EQ(changes[1].rank_after, 1);
  EXPECT_THAT(changes[1].rivals, ElementsAre("c", "d"));

  // Where less is better, the first value with the worse standing: just above the other's.
  Criterion burden = leaf("x");
  burden.polarity = Polarity::negative;
  const Scores fewer = Evaluator(small::index(inner("all", Aggregation::Method::arithmetic_mean,
                                                    {weighted(1, burden)})))
                           .score(small::panel({"x"}, {{1}, {2}}));
  const auto worse = break_even(fewer, "a", {Lever::Kind::value, "x"}, rivals_now(fewer, "a"));
  ASSERT_EQ(worse.size(), 1u);
  EXPECT_EQ(worse[0].value, std::nextafter(2.0, 3.0));
  EXPECT_EQ(worse[0].rank_before, 1);
  EXPECT_EQ(worse[0].rank_after, 2);

  // The score of a criterion can be the lever too, inside bounds.
  const auto bounded =
      break_even(base, "a", {Lever::Kind::score, "x", 0, 7}, rivals_now(base, "a"));
  ASSERT_EQ(bounded.size(), 1u);
  EXPECT_DOUBLE_EQ(bounded[0].value, 4.0);
}

TEST(BreakEven, OfAWeightIsWhereTwoCompositesMeet) {
  // With weight w of x out of 100: a = (10 w + 2 (100 - w)) / 100, b = 6 at any weight,
  // c = (0 w + 8 (100 - w)) / 100. a meets b at w = 50, c at 10 w + 200 - 2 w = 800 - 8 w: 37.5.
  Criterion tree = inner("all", Aggregation::Method::arithmetic_mean,
                         {weighted(20, leaf("x")), weighted(80, leaf("y"))});
  const Scores base =
      Evaluator(small::index(tree)).score(small::panel({"x", "y"}, {{10, 2}, {6, 6}, {0, 8}}));
  const auto changes = break_even_weight(base, "a", "x");
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_NEAR(changes[0].value, 37.5, 1e-12);
  EXPECT_THAT(changes[0].rivals, ElementsAre("c"));
  EXPECT_EQ(changes[0].rank_before, 3);
  EXPECT_EQ(changes[0].rank_after, 2);
  EXPECT_NEAR(changes[1].value, 50.0, 1e-12);
  EXPECT_THAT(changes[1].rivals, ElementsAre("b"));
  EXPECT_EQ(changes[1].rank_after, 1);
}

/// Everybody's rank if the definition had this weight: edited and scored.
double rank_by_weight(const Scores& base, const std::string& unit, const std::string& node,
                      double weight) {
  const Scenario scenario{"", "", {Edit{ChangeWeights{{{node, weight}}, true}, {}}}, false};
  const Scores edited = what_if(base, scenario).after;
  const auto scores = edited.column(Index::root());
  const double own = scores[static_cast<std::size_t>(base.units().at(unit))];
  return 1.0 + static_cast<double>(std::count_if(scores.begin(), scores.end(),
                                                 [own](double s) { return s > own; }));
}

TEST(BreakEven, OfAWeightHoldsInTheEditedDefinition) {
  const Scores base = Evaluator(load_index("share/indices/pci/2013.yaml"))
                          .score(read_panel("share/data/pci_scores.csv"), {.period = Period(2019)});
  const std::string unit = "Thanh H\u00f3a";
  int found = 0;
  for (const std::string node : {"labor", "policy_bias", "entry"}) {
    double last = -1.0;
    for (const BreakEven& change : break_even_weight(base, unit, node)) {
      EXPECT_GT(change.value, last);
      last = change.value;
      EXPECT_EQ(rank_by_weight(base, unit, node, change.value), change.rank_after);
      EXPECT_EQ(rank_by_weight(base, unit, node, std::nextafter(change.value, 0.0)),
                change.rank_before);
      EXPECT_FALSE(change.rivals.empty());
      ++found;
    }
    // Between two changes nothing does: the rank at even steps is that after the last one.
    const auto changes = break_even_weight(base, unit, node);
    for (double weight = 0.0; weight <= 100.0; weight += 12.5) {
      const auto next =
          std::partition_point(changes.begin(), changes.end(),
                               [&](const BreakEven& each) { return each.value <= weight; });
      ASSERT_FALSE(changes.empty());
      const double expected =
          next == changes.begin() ? changes.front().rank_before : std::prev(next)->rank_after;
      EXPECT_EQ(rank_by_weight(base, unit, node, weight), expected) << node << " " << weight;
    }
  }
  EXPECT_GT(found, 30);
}

std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(BreakEven, OfAWeightIsRefusedWhereTheCompositeIsNotLinear) {
  const auto refused = [](const Criterion& tree, std::vector<std::vector<double>> rows,
                          const std::string& node) {
    const Scores base = Evaluator(small::index(tree)).score(small::panel({"x", "y"}, rows));
    return message_of([&] { static_cast<void>(break_even_weight(base, "a", node)); });
  };
  using Method = Aggregation::Method;
  const auto of = [](Method method) {
    return inner("all", method, {weighted(0.5, leaf("x")), weighted(0.5, leaf("y"))});
  };
  EXPECT_THAT(refused(of(Method::geometric_mean), {{1, 2}, {2, 1}}, "x"),
              HasSubstr("all is a geometric_mean"));
  EXPECT_THAT(refused(of(Method::arithmetic_mean), {{1, 2}, {2, 1}}, "all"),
              HasSubstr("has no siblings"));
  EXPECT_THAT(refused(of(Method::arithmetic_mean), {{small::missing, 2}, {2, 1}}, "x"),
              HasSubstr("has no composite score"));
  Criterion capped = of(Method::arithmetic_mean);
  capped.cap = 3;
  EXPECT_THAT(refused(capped, {{1, 2}, {2, 1}}, "x"), HasSubstr("cut at its cap"));
  Criterion forgiving = of(Method::arithmetic_mean);
  forgiving.missing = MissingPolicy::renormalise;
  EXPECT_THAT(refused(forgiving, {{1, 2}, {2, small::missing}}, "x"),
              HasSubstr("b goes without y in all"));
}

}  // namespace
}  // namespace chiso
