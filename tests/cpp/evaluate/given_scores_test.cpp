// Scores that are set directly.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/explain.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "random_case.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Method = Aggregation::Method;

/// r = mean of g and c, g = mean of a and b, in points of 10 each.
Index two_levels() {
  Criterion tree = small::inner(
      "r", Method::arithmetic_mean,
      {small::inner("g", Method::arithmetic_mean,
                    {small::points("a", 10, GivenPoints{}), small::points("b", 10, GivenPoints{})}),
       small::points("c", 10, GivenPoints{})});
  return small::index(tree);
}

Panel two_units() { return small::panel({"a", "b", "c"}, {{2, 4, 6}, {8, small::missing, 10}}); }

Scores scored(const std::vector<GivenScore>& given) {
  return Evaluator(two_levels()).score(two_units(), {.given = given});
}

TEST(GivenScoresTest, StandInPlaceOfWhatIsBelow) {
  const Scores scores = scored({{0, 1, 9.0}, {1, 1, 5.0}});

  // (9 + 6) / 2 and (5 + 10) / 2; the second unit had none, as b is missing.
  EXPECT_THAT(small::column(scores, "g"), ElementsAre(9.0, 5.0));
  EXPECT_THAT(small::column(scores, "r"), ElementsAre(7.5, 7.5));
  EXPECT_THAT(small::column(scores, "a"), ElementsAre(2.0, 8.0));
}

TEST(GivenScoresTest, LeaveOtherUnitsAlone) {
  const Scores scores = scored({{1, 3, 6.0}});

  EXPECT_THAT(small::column(scores, "b"), ElementsAre(4.0, 6.0));
  EXPECT_THAT(small::column(scores, "r"), ElementsAre(4.5, 8.5));
}

TEST(GivenScoresTest, AreListedByUnitThenNodeEachCellOnce) {
  const Scores scores = scored({{1, 3, 6.0}, {0, 2, 1.0}, {1, 3, 7.0}, {1, 0, 5.0}});

  EXPECT_THAT(scores.given(),
              ElementsAre(GivenScore{0, 2, 1.0}, GivenScore{1, 0, 5.0}, GivenScore{1, 3, 7.0}));
  EXPECT_THAT(small::column(scores, "b"), ElementsAre(4.0, 7.0));
}

TEST(GivenScoresTest, OfTheCompositeCountsWhateverItsChildrenAre) {
  EXPECT_THAT(small::column(scored({{1, 0, 3.0}}), "r"), ElementsAre(4.5, 3.0));
}

TEST(GivenScoresTest, ACapDoesNotCut) {
  Criterion tree = small::inner("r", Method::arithmetic_mean, {small::leaf("a"), small::leaf("b")});
  tree.cap = 5.0;
  const std::vector<GivenScore> given{{0, 0, 7.0}};
  const Scores scores = Evaluator(small::index(tree))
                            .score(small::panel({"a", "b"}, {{9, 9}, {9, 9}}), {.given = given});

  EXPECT_THAT(small::column(scores, "r"), ElementsAre(7.0, 5.0));
}

TEST(GivenScoresTest, AUnitWithoutARowInThePeriodShiftsNothing) {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  builder.unit("elsewhere");
  const Size unit = builder.unit("here");
  builder.set(unit, builder.number_variable("a"), period, 4.0);
  const std::vector<GivenScore> given{{unit, 0, 8.0}};
  const Scores scores =
      Evaluator(small::index(small::leaf("a"))).score(builder.build(), {.given = given});

  EXPECT_THAT(scores.units().names(), ElementsAre("here"));
  EXPECT_THAT(small::column(scores, "a"), ElementsAre(8.0));
}

TEST(GivenScoresTest, FillWhatACriterionDemands) {
  Criterion tree = small::inner("r", Method::arithmetic_mean, {small::leaf("a"), small::leaf("b")},
                                MissingPolicy::error);
  const Evaluator evaluator{small::index(tree)};
  const Panel panel = small::panel({"a", "b"}, {{2, small::missing}});
  EXPECT_THROW(static_cast<void>(evaluator.score(panel)), DataError);

  const std::vector<GivenScore> child{{0, 2, 6.0}};
  const std::vector<GivenScore> itself{{0, 0, 3.0}};
  EXPECT_THAT(small::column(evaluator.score(panel, {.given = child}), "r"), ElementsAre(4.0));
  EXPECT_THAT(small::column(evaluator.score(panel, {.given = itself}), "r"), ElementsAre(3.0));
}

TEST(GivenScoresTest, CountInACriterionThatWouldGoWithoutThem) {
  Criterion leaf = small::points("b", 10, GivenPoints{});
  leaf.not_applicable = NotApplicable::exclude;
  const Criterion tree = small::inner("r", Method::arithmetic_mean, {small::leaf("a"), leaf});
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size unit = builder.unit("a");
  builder.set(unit, builder.number_variable("a"), period, 2.0);
  builder.set_not_applicable(unit, builder.number_variable("b"), period);
  const Panel panel = builder.build();
  const Evaluator evaluator{small::index(tree)};
  const std::vector<GivenScore> given{{0, 2, 8.0}};

  EXPECT_THAT(small::column(evaluator.score(panel), "r"), ElementsAre(2.0));
  EXPECT_THAT(small::column(evaluator.score(panel, {.given = given}), "r"), ElementsAre(5.0));
}

TEST(GivenScoresTest, MoveTheOthersInCopeland) {
  // a beats b and c in both children; given a score of 0 in x it beats them in y alone: no
  // majority.
  const Criterion tree = small::inner("r", Method::copeland, {small::leaf("x"), small::leaf("y")});
  const Panel panel = small::panel({"x", "y"}, {{3, 3}, {2, 2}, {1, 1}});
  const Evaluator evaluator{small::index(tree)};
  const std::vector<GivenScore> given{{0, 1, 0.0}};

  EXPECT_THAT(small::column(evaluator.score(panel), "r"), ElementsAre(2.0, 0.0, -2.0));
  EXPECT_THAT(small::column(evaluator.score(panel, {.given = given}), "r"),
              ElementsAre(0.0, 1.0, -1.0));
}

TEST(GivenScoresTest, RefuseWhatIsNoScoreOrHasNoPlaceAllAtOnce) {
  try {
    static_cast<void>(scored({{0, 1, small::missing}, {7, 1, 2.0}, {0, 9, 2.0}}));
    FAIL();
  } catch (const DataError& error) {
    ASSERT_THAT(error.problems(), SizeIs(3));
    EXPECT_EQ(error.problems()[0].place, "a, g");
    EXPECT_THAT(error.problems()[0].message, HasSubstr("expected a given score that is a number"));
    EXPECT_EQ(error.problems()[1].place, "unit 7, g");
    EXPECT_EQ(error.problems()[2].place, "a, node 9");
  }
}

TEST(GivenScoresTest, AreTreatmentsAndNothingElseIsSaidOfTheCell) {
  const auto treatments = scored({{1, 1, 5.0}, {1, 3, 2.0}}).treatments();

  ASSERT_THAT(treatments, SizeIs(2));
  EXPECT_EQ(treatments[0].kind, Treatment::Kind::given);
  EXPECT_EQ(treatments[0].node, 1);
  EXPECT_EQ(treatments[1].kind, Treatment::Kind::given);
  EXPECT_EQ(name(treatments[1].kind), "given");
}

TEST(GivenScoresTest, AreExplainedAsSetWithChildrenThatBringNothing) {
  const auto nodes = explain(scored({{0, 1, 9.0}, {0, 4, 8.0}}), "a");

  EXPECT_EQ(nodes[1].rule, "set directly");
  EXPECT_EQ(nodes[4].rule, "set directly");
  EXPECT_DOUBLE_EQ(nodes[1].contribution, 4.5);
  EXPECT_DOUBLE_EQ(nodes[4].contribution, 4.0);
  for (const std::size_t child : {2U, 3U}) {
    EXPECT_EQ(nodes[child].contribution, 0.0);
    EXPECT_EQ(nodes[child].at_stake, 0.0);
    EXPECT_TRUE(std::isnan(nodes[child].weight));
  }
  // One point of ten to be had in g, of which half counts.
  EXPECT_DOUBLE_EQ(nodes[1].at_stake, 0.5);
  EXPECT_EQ(nodes[1].remarks, "given");
}

TEST(GivenScoresTest, LosePointsThemselvesNotTheirChildren) {
  const auto lost = lost_points(scored({{0, 1, 9.0}}), "a");

  // 10 - (9 + 6) / 2 = 2.5: 0.5 by g, 2 by c.
  EXPECT_DOUBLE_EQ(lost[0].points, 2.5);
  EXPECT_DOUBLE_EQ(lost[1].points, 0.5);
  EXPECT_DOUBLE_EQ(lost[1].unsplit, 0.5);
  EXPECT_EQ(lost[2].points, 0.0);
  EXPECT_EQ(lost[3].points, 0.0);
  EXPECT_DOUBLE_EQ(lost[4].points, 2.0);
}

// ---- Random trees

Criterion* find(Criterion& from, const std::string& code) {
  if (from.code == code) return &from;
  for (Criterion& child : from.children) {
    if (Criterion* found = find(child, code)) return found;
  }
  return nullptr;
}

/// The definition with the node as an indicator whose scores the data hold.
IndexDefinition with_published(const Scores& scores, Size node) {
  IndexDefinition definition = scores.index().definition();
  Criterion& given = *find(definition.tree, scores.index().node(node).code);
  Criterion leaf = small::leaf(given.code);
  leaf.measure = Measure::of("published");
  leaf.weight = given.weight;
  leaf.role = given.role;
  leaf.not_applicable = NotApplicable::exclude;
  const double maximum = scores.evaluator().maximum(node);
  if (std::isfinite(maximum)) leaf.maximum = maximum;
  given = leaf;
  return definition;
}

/// The panel with the scores of the node as a variable, not applicable where the node is not.
Panel with_published(const Scores& scores, Size node, const std::vector<GivenScore>& given) {
  Panel::Builder builder;
  const Size period = builder.period(scores.period());
  const Size variable = builder.number_variable("published");
  std::vector<double> values(scores.column(node).begin(), scores.column(node).end());
  std::set<Size> without;
  for (const Treatment& treatment : scores.treatments()) {
    if (treatment.kind == Treatment::Kind::excluded && treatment.node == node) {
      without.insert(treatment.unit);
    }
  }
  for (const GivenScore& each : given) {
    values[static_cast<std::size_t>(each.unit)] = each.score;
    without.erase(each.unit);
  }
  for (Size u = 0; u < scores.units().size(); ++u) {
    const Size unit = builder.unit(scores.units()[u]);
    if (without.count(u) != 0) {
      builder.set_not_applicable(unit, variable, period);
    } else {
      builder.set(unit, variable, period, values[static_cast<std::size_t>(u)]);
    }
  }
  return scores.panel().overlay(builder.build());
}

TEST(GivenScoresTest, AreAsIfTheNodeWereAnIndicatorWithThem) {
  int compared = 0;
  for (unsigned seed = 0; seed < 900; ++seed) {
    const auto base = random_case::limited_scores(seed);
    if (!base) continue;
    std::mt19937 random(seed);
    const auto nodes = static_cast<unsigned long>(base->index().size());
    const auto node = static_cast<Size>(random() % nodes);
    const auto units = static_cast<unsigned long>(base->units().size());
    std::vector<GivenScore> given;
    for (Size u = 0; u < base->units().size(); ++u) {
      if (random() % units < 2)
        given.push_back({u, node, 0.25 * static_cast<double>(random() % 40)});
    }
    std::optional<Evaluator> other;
    try {
      other.emplace(Index(with_published(*base, node)));
    } catch (const SpecError&) {
      continue;  // A maximum that is not positive.
    }
    const Scores scores = base->evaluator().score(base->panel(), {.given = given});
    const Scores expected = other->score(with_published(*base, node, given));

    for (Size i = 0; i < expected.index().size(); ++i) {
      const std::string& code = expected.index().node(i).code;
      const auto column = small::column(scores, code);
      const auto wanted = small::column(expected, code);
      for (std::size_t u = 0; u < column.size(); ++u) {
        EXPECT_TRUE(column[u] == wanted[u] || (std::isnan(column[u]) && std::isnan(wanted[u])))
            << seed << ", " << code << ": " << column[u] << " and " << wanted[u];
      }
    }
    ++compared;
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 400);
}

bool compares(const Index& index) {
  for (Size i = 0; i < index.size(); ++i) {
    if (!index.is_leaf(i) && index.node(i).aggregation.method == Method::copeland) return true;
  }
  return false;
}

TEST(GivenScoresTest, LeaveContributionsAndLostPointsThatAddUp) {
  int explained = 0;
  int lost = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    const auto base = random_case::limited_scores(seed);
    if (!base || compares(base->index())) continue;
    const Index& index = base->index();
    std::mt19937 random(seed);
    const auto node = static_cast<Size>(random() % static_cast<unsigned long>(index.size()));
    const double worst = base->evaluator().range(node).lowest;
    const std::vector<GivenScore> given{{0, node, std::isfinite(worst) ? worst + 0.5 : 2.0}};
    const Scores scores = base->evaluator().score(base->panel(), {.given = given});
    if (std::isnan(scores.column(0)[0])) continue;
    const auto nodes = explain(scores, scores.units()[0]);
    std::vector<LostPoints> points;
    try {
      points = lost_points(scores, scores.units()[0]);
    } catch (const DataError&) {  // Nothing limits the composite.
    }
    for (Size i = 0; i < index.size(); ++i) {
      if (index.is_leaf(i)) continue;
      double brought = 0.0;
      double missed = points.empty() ? 0.0 : points[static_cast<std::size_t>(i)].unsplit;
      for (const Size child : index.children(i)) {
        const auto at = static_cast<std::size_t>(child);
        brought += nodes[at].contribution;
        if (!points.empty() && !std::isnan(points[at].points)) missed += points[at].points;
      }
      const double whole = i == node ? 0.0 : nodes[static_cast<std::size_t>(i)].contribution;
      EXPECT_NEAR(brought, whole, 1e-9 * (1.0 + std::abs(whole))) << seed << ", " << i;
      if (points.empty() || std::isnan(points[static_cast<std::size_t>(i)].points)) continue;
      const double of_node = points[static_cast<std::size_t>(i)].points;
      EXPECT_NEAR(missed, of_node, 1e-9 * (1.0 + of_node)) << seed << ", " << i;
    }
    ++explained;
    lost += points.empty() ? 0 : 1;
  }
  EXPECT_GT(explained, 150);
  EXPECT_GT(lost, 50);
}

}  // namespace
}  // namespace chiso
