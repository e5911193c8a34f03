#include "chiso/scenario/unit_tree.hpp"

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

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using random_case::Case;
using random_case::Cell;
using testing::HasSubstr;

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

/// The same bits; any NaN is missing.
bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || bits(a) == bits(b); }

Scores scored(const Criterion& tree, const Panel& panel) {
  return Evaluator(index(tree)).score(panel);
}

/// A mean of two groups: a = mean(x, y), b = x alone again as a share of z.
Criterion shared_variable() {
  Criterion ratio = leaf("r");
  ratio.measure.kind = Measure::Kind::ratio;
  ratio.measure.terms = {{"x", 1.0}};
  ratio.measure.denominator = {{"z", 1.0}};
  return inner("root", Method::arithmetic_mean,
               {inner("a", Method::arithmetic_mean, {leaf("x"), leaf("y")}),
                inner("b", Method::arithmetic_mean, {ratio})});
}

TEST(UnitTree, BeginsAsTheUnitStandsInTheBase) {
  const Scores base = scored(shared_variable(), panel({"x", "y", "z"}, {{1, 2, 4}, {3, 5, 6}}));
  const UnitTree tree(base, 1);
  EXPECT_EQ(tree.unit(), 1);
  EXPECT_EQ(tree.value(base.index().variable_codes().at("z")), 6.0);
  EXPECT_EQ(tree.score(base.index().at("a")), 4.0);  // (3 + 5) / 2
  EXPECT_EQ(tree.score(base.index().at("r")), 0.5);  // 3 / 6
  EXPECT_EQ(tree.score(), 2.25);                     // (4 + 0.5) / 2
}

TEST(UnitTree, RecomputesEveryLeafThatReadsTheVariable) {
  const Scores base = scored(shared_variable(), panel({"x", "y", "z"}, {{1, 2, 4}, {3, 5, 6}}));
  UnitTree tree(base, 1);
  tree.set_value(base.index().variable_codes().at("x"), 9.0);
  EXPECT_EQ(tree.score(base.index().at("a")), 7.0);  // (9 + 5) / 2
  EXPECT_EQ(tree.score(base.index().at("r")), 1.5);  // 9 / 6
  EXPECT_EQ(tree.score(), 4.25);
  tree.reset();
  EXPECT_EQ(tree.score(), 2.25);
}

TEST(UnitTree, CopiesAreIndependent) {
  const Scores base = scored(shared_variable(), panel({"x", "y", "z"}, {{1, 2, 4}}));
  UnitTree tree(base, 0);
  UnitTree copy = tree;
  copy.set_value(0, 5.0);
  copy.set_score(base.index().at("b"), 1.0);
  EXPECT_EQ(tree.score(), 0.875);  // ((1 + 2) / 2 + 1 / 4) / 2
  EXPECT_EQ(copy.score(), 2.25);   // ((5 + 2) / 2 + 1) / 2
}

TEST(UnitTree, AGivenScoreHidesWhatIsBelowUntilItIsTakenBack) {
  const Scores base = scored(shared_variable(), panel({"x", "y", "z"}, {{1, 3, 4}}));
  UnitTree tree(base, 0);
  const Size a = base.index().at("a");
  tree.set_score(a, 10.0);
  EXPECT_EQ(tree.score(), 5.125);  // (10 + 0.25) / 2
  tree.set_value(base.index().variable_codes().at("y"), 7.0);
  EXPECT_EQ(tree.score(), 5.125);
  EXPECT_EQ(tree.score(base.index().at("y")), 7.0);
  tree.set_score(a, missing);
  EXPECT_EQ(tree.score(a), 4.0);   // (1 + 7) / 2
  EXPECT_EQ(tree.score(), 2.125);  // (4 + 0.25) / 2
  tree.set_score(Index::root(), 3.0);
  tree.set_value(base.index().variable_codes().at("x"), 3.0);
  EXPECT_EQ(tree.score(), 3.0);
}

TEST(UnitTree, ADeclaredZeroIsMissing) {
  IndexDefinition head = definition(
      inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")}, MissingPolicy::renormalise));
  Variable x;
  x.code = "x";
  x.zero_is_missing = true;
  head.variables = {x};
  const Scores base = Evaluator(Index(head)).score(panel({"x", "y"}, {{0, 3}, {5, 7}}));
  UnitTree tree(base, 0);
  EXPECT_TRUE(std::isnan(tree.value(0)));
  EXPECT_EQ(tree.score(), 3.0);
  tree.set_value(0, 1.0);
  EXPECT_EQ(tree.score(), 2.0);
  tree.set_value(0, 0.0);
  EXPECT_TRUE(std::isnan(tree.value(0)));
  EXPECT_EQ(tree.score(), 3.0);
}

TEST(UnitTree, WordsArePositionsInTheDefinitionsCategories) {
  IndexDefinition head = definition(
      inner("root", Method::sum,
            {points("x", 5.0, CategoryRule{{{"poor", 0.0}, {"fair", 2.0}, {"good", 5.0}}})}));
  Variable x;
  x.code = "x";
  x.categories = {"poor", "fair", "good"};
  head.variables = {x};
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  builder.set_category(builder.unit("a"), builder.category_variable("x"), period, "good");
  builder.set_category(builder.unit("b"), builder.category_variable("x"), period, "fair");
  const Scores base = Evaluator(Index(head)).score(builder.build());
  UnitTree tree(base, 1);
  EXPECT_EQ(tree.value(0), 1.0);  // The panel's own words are sorted: fair is its first.
  EXPECT_EQ(tree.score(), 2.0);
  tree.set_value(0, 2.0);
  EXPECT_EQ(tree.score(), 5.0);
}

TEST(UnitTree, RefusesUnitsThatAreComparedWithEachOther) {
  Normaliser ranked;
  ranked.method = Normaliser::Method::rank;
  const Criterion trees[] = {inner("root", Method::arithmetic_mean, {leaf("x", ranked), leaf("y")}),
                             inner("root", Method::arithmetic_mean,
                                   {inner("x2", Method::copeland, {leaf("x")}), leaf("y")})};
  const char* const nodes[] = {"x", "x2"};
  for (std::size_t k = 0; k < 2; ++k) {
    const Scores base = scored(trees[k], panel({"x", "y"}, {{1, 2}, {3, 4}}));
    EXPECT_TRUE(compares_units(base.index()));
    try {
      const UnitTree tree(base, 0);
      FAIL() << "made a tree of a unit that depends on others";
    } catch (const DataError& error) {
      ASSERT_EQ(error.problems().size(), 1U);
      EXPECT_EQ(error.problems()[0].place, nodes[k]);
      EXPECT_THAT(error.what(), HasSubstr("depend on the other units"));
    }
  }
  EXPECT_FALSE(compares_units(index(shared_variable())));
}

TEST(UnitTree, RefusesAUnitThatIsNotThere) {
  const Scores base = scored(shared_variable(), panel({"x", "y", "z"}, {{1, 2, 4}}));
  EXPECT_THROW(UnitTree(base, 1), DataError);
  EXPECT_THROW(UnitTree(base, -1), DataError);
}

TEST(UnitTree, KnowsTheRuleOfALeafAlone) {
  Criterion capped = points("p", 10.0, Proportional{.full_at = 4.0, .threshold = 1.0});
  capped.cap = 8.0;
  const Scores base = scored(inner("root", Method::sum, {capped}), panel({"p"}, {{2}}));
  const UnitTree tree(base, 0);
  const Size leaf = base.index().at("p");
  EXPECT_EQ(tree.rule(leaf, 0.5), 0.0);
  EXPECT_EQ(tree.rule(leaf, 2.0), 5.0);
  EXPECT_EQ(tree.rule(leaf, 4.0), 8.0);
  EXPECT_TRUE(std::isnan(tree.rule(leaf, missing)));
}

/// Random trees, data and edits: every node after every edit has the bits that scoring the edited
/// panel with the base's anchors gives it.
TEST(UnitTree, GivesTheBitsOfScoringTheEditedPanel) {
  int compared = 0;
  int alone = 0;
  int not_applicable = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Case given = random_case::Generator(seed).make();
    if (seed % 2 == 0) random_case::put_formulas(given, seed);
    std::optional<Scores> base;
    const Evaluator evaluator(random_case::index(given));
    try {
      base = evaluator.score(panel_of(given));
    } catch (const DataError&) {
      continue;  // No spread, or the policy is `error`.
    }
    if (compares_units(evaluator.index())) continue;
    ++alone;
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    const std::size_t unit = below(given.units);
    UnitTree tree(*base, static_cast<Size>(unit));
    for (int edit = 0; edit < 6; ++edit) {
      const std::size_t v = below(given.variables.size());
      const bool gap = below(5) == 0;
      if (given.cells[v][unit] == Cell::not_applicable) ++not_applicable;
      given.cells[v][unit] = gap ? Cell::empty : Cell::present;
      given.values[v][unit] = 0.25 * static_cast<double>(below(49)) - (below(4) == 0 ? 2.0 : 0.0);
      tree.set_value(evaluator.index().variable_codes().at(given.variables[v]),
                     gap ? missing : given.values[v][unit]);
      try {
        const Anchors anchors = base->anchors();
        const Scores after = evaluator.score(panel_of(given), {.anchors = &anchors});
        for (Size node = 0; node < evaluator.index().size(); ++node) {
          const double expected = after.column(node)[unit];
          ASSERT_TRUE(same(tree.score(node), expected))
              << "seed " << seed << ", edit " << edit << ", node "
              << evaluator.index().node(node).code << ": " << tree.score(node) << " instead of "
              << expected;
        }
        ++compared;
      } catch (const DataError&) {
        continue;  // The edited panel cannot be scored; the next edit may mend it.
      }
    }
    tree.reset();
    for (Size node = 0; node < evaluator.index().size(); ++node) {
      ASSERT_TRUE(same(tree.score(node), base->column(node)[unit]));
    }
  }
  EXPECT_GT(alone, 1000);
  EXPECT_GT(compared, 4000);
  EXPECT_GT(not_applicable, 200);
}

/// Given scores, of the base and set later, where cells may not apply.
TEST(UnitTree, GivesTheBitsOfScoringWithGivenScores) {
  int compared = 0;
  for (unsigned seed = 5000; seed < 7000; ++seed) {
    Case given = random_case::Generator(seed).make();
    if (seed % 2 == 0) random_case::put_formulas(given, seed);
    const Evaluator evaluator(random_case::index(given));
    if (compares_units(evaluator.index())) continue;
    const Panel data = panel_of(given);
    std::mt19937 random(seed);
    const auto unit = static_cast<Size>(random() % given.units);
    const auto node = [&] {
      return static_cast<Size>(random() % static_cast<unsigned>(evaluator.index().size()));
    };
    const auto score = [&] { return 0.5 * static_cast<double>(random() % 20); };
    std::vector<GivenScore> scores{{unit, node(), score()}};
    std::optional<Scores> base;
    try {
      base = evaluator.score(data, {.given = scores});
    } catch (const DataError&) {
      continue;
    }
    UnitTree tree(*base, unit);
    for (int edit = 0; edit < 4; ++edit) {
      const GivenScore next{unit, node(), score()};
      std::erase_if(scores, [&](const GivenScore& each) { return each.node == next.node; });
      const bool takes_back = random() % 3 == 0;
      if (!takes_back) scores.push_back(next);
      tree.set_score(next.node, takes_back ? missing : next.score);
      const Anchors anchors = base->anchors();
      try {
        const Scores after = evaluator.score(data, {.anchors = &anchors, .given = scores});
        for (Size i = 0; i < evaluator.index().size(); ++i) {
          ASSERT_TRUE(same(tree.score(i), after.column(i)[static_cast<std::size_t>(unit)]))
              << "seed " << seed << ", edit " << edit << ", node "
              << evaluator.index().node(i).code;
        }
        ++compared;
      } catch (const DataError&) {
        continue;
      }
    }
  }
  EXPECT_GT(compared, 2000);
}

}  // namespace
}  // namespace chiso
