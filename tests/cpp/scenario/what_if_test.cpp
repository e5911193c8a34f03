#include "chiso/scenario/what_if.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/rank/rank.hpp"
#include "chiso/scenario/unit_tree.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using random_case::Case;
using random_case::Cell;
using testing::ElementsAre;
using testing::HasSubstr;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::size_t at(Size i) { return static_cast<std::size_t>(i); }

/// Composites: a 3, b 5, c 4.
Scores three_units() {
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  return Evaluator(index(tree)).score(panel({"x", "y"}, {{2, 4}, {6, 4}, {4, 4}}));
}

struct Everyone {
  explicit Everyone(const WhatIf& what_if, const std::vector<CellEdit>& edits)
      : scores(at(what_if.base().units().size())), ranks(scores.size()) {
    what_if.of(edits, scores, ranks);
  }
  std::vector<double> scores;
  std::vector<std::int32_t> ranks;
};

TEST(WhatIf, OneCellMovesItsUnit) {
  const WhatIf what_if(three_units());
  const Placed placed = what_if.of({0, 0, 5.0});
  EXPECT_EQ(placed.score, 4.5);  // (5 + 4) / 2
  EXPECT_EQ(placed.rank, 2.0);
}

TEST(WhatIf, TiesTakeTheBetterRank) {
  const WhatIf what_if(three_units());
  EXPECT_EQ(what_if.of({0, 0, 4.0}).rank, 2.0);  // Level with c.
  const Everyone level(what_if, {{0, 0, 6.0}});  // Level with b.
  EXPECT_THAT(level.ranks, ElementsAre(1, 1, 3));
  EXPECT_THAT(level.scores, ElementsAre(5, 5, 4));
}

TEST(WhatIf, AUnitWithoutAScoreHasNoRankAndTakesNone) {
  const WhatIf what_if(three_units());
  const Placed placed = what_if.of({1, 0, missing});
  EXPECT_TRUE(std::isnan(placed.score));
  EXPECT_TRUE(std::isnan(placed.rank));
  EXPECT_THAT(Everyone(what_if, {{1, 0, missing}}).ranks, ElementsAre(2, 0, 1));
}

TEST(WhatIf, ACellThatIsEditedTwiceHasTheLastValue) {
  const WhatIf what_if(three_units());
  const Everyone after(what_if, {{0, 0, 100.0}, {2, 1, 9.0}, {0, 0, 2.5}});
  EXPECT_THAT(after.scores, ElementsAre(3.25, 5, 6.5));
  EXPECT_THAT(after.ranks, ElementsAre(3, 2, 1));
}

TEST(WhatIf, NoEditsLeaveTheBase) {
  const Everyone after(WhatIf(three_units()), {});
  EXPECT_THAT(after.scores, ElementsAre(3, 5, 4));
  EXPECT_THAT(after.ranks, ElementsAre(3, 1, 2));
}

TEST(WhatIf, RanksRoundedScoresWhereTheDefinitionDoes) {
  IndexDefinition head = definition(inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")}));
  head.decimals = 0;
  head.rank_on_displayed = true;
  const Scores base = Evaluator(Index(head)).score(panel({"x", "y"}, {{2, 4}, {6, 4}, {4, 4}}));
  const WhatIf what_if(base);
  EXPECT_EQ(what_if.of({0, 0, 5.0}).score, 4.5);
  EXPECT_EQ(what_if.of({0, 0, 5.0}).rank, 1.0);  // 4.5 is displayed as 5, as b is.
  EXPECT_THAT(Everyone(what_if, {{0, 0, 5.0}}).ranks, ElementsAre(1, 1, 3));
}

TEST(WhatIf, EachCellOnItsOwnAndGapsLeftOut) {
  const WhatIf what_if(three_units());
  Eigen::MatrixXd values(3, 2);
  values << 5, missing, missing, 0, 4, 8;
  std::vector<double> scores(6);
  std::vector<double> ranks(6);
  what_if.each(values, scores, ranks);
  const std::vector<double> expected_scores{4.5, missing, 4, missing, 3, 6};
  const std::vector<double> expected_ranks{2, missing, 2, missing, 2, 1};  // b is level with a.
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(same(scores[i], expected_scores[i])) << i << ": " << scores[i];
    EXPECT_TRUE(same(ranks[i], expected_ranks[i])) << i << ": " << ranks[i];
  }
}

template <class Call>
std::vector<Problem> problems_of(Call call) {
  try {
    call();
  } catch (const DataError& error) {
    return error.problems();
  }
  ADD_FAILURE() << "expected a DataError";
  return {};
}

Scores with_range() {
  IndexDefinition head = definition(inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")}));
  Variable x;
  x.code = "x";
  x.range = Interval::closed(0, 10);
  head.variables = {x};
  return Evaluator(Index(head)).score(panel({"x", "y"}, {{2, 4}, {6, 4}}));
}

TEST(WhatIf, NamesEveryEditThatDoesNotFit) {
  const WhatIf what_if(with_range());
  const double infinity = std::numeric_limits<double>::infinity();
  const auto problems = problems_of([&] {
    const Everyone after(what_if,
                         {{0, 0, 11.0}, {0, 1, infinity}, {0, 0, 3.0}, {2, 0, 1.0}, {1, 7, 1.0}});
  });
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_EQ(problems[0].place, "edit 0: a, x");
  EXPECT_THAT(problems[0].message, HasSubstr("11 is out of the range [0, 10]"));
  EXPECT_EQ(problems[1].place, "edit 1: a, y");
  EXPECT_THAT(problems[1].message, HasSubstr("infinite"));
  EXPECT_EQ(problems[2].place, "edit 3");
  EXPECT_THAT(problems[2].message, HasSubstr("one of 2 units, got 2"));
  EXPECT_EQ(problems[3].place, "edit 4");
  EXPECT_THAT(problems[3].message, HasSubstr("one of 2 variables, got 7"));

  EXPECT_EQ(problems_of([&] { static_cast<void>(what_if.of({1, 0, -1.0})); })[0].place, "b, x");
  Eigen::MatrixXd values = Eigen::MatrixXd::Constant(2, 2, 11.0);
  std::vector<double> scores(4);
  EXPECT_EQ(problems_of([&] { what_if.each(values, scores, {}); }).size(), 2U);
}

TEST(WhatIf, RefusesRoomOfAnotherSize) {
  const WhatIf what_if(three_units());
  std::vector<double> scores(2);
  std::vector<std::int32_t> ranks(4);
  const std::vector<CellEdit> edits{{0, 0, 1.0}};
  EXPECT_THROW(what_if.of(edits, scores, {}), DataError);
  EXPECT_THROW(what_if.of(edits, {}, ranks), DataError);
  EXPECT_THROW(what_if.each(Eigen::MatrixXd::Zero(2, 3), scores, {}), DataError);
  EXPECT_THROW(what_if.each(Eigen::MatrixXd::Zero(3, 2), scores, {}), DataError);
  const std::vector<Size> falling{1, 0};
  const std::vector<Size> beyond{0, 2};
  const std::vector<Size> one{0, 1};
  const std::vector<Size> nobody{3};
  EXPECT_THROW(what_if.many(falling, edits, {}, {}, {}), DataError);
  EXPECT_THROW(what_if.many(beyond, edits, {}, {}, {}), DataError);
  EXPECT_THROW(what_if.many(one, edits, nobody, {}, {}), DataError);
  EXPECT_THROW(what_if.many(one, edits, {}, scores, {}), DataError);
  EXPECT_THROW(what_if.many(one, edits, {}, {}, {}, -1), DataError);
}

TEST(WhatIf, RefusesWhatScoringRefuses) {
  const Criterion tree =
      inner("root", Method::sum, {points("x", 5.0, GivenPoints{}), points("y", 5.0, GivenPoints{})},
            MissingPolicy::error);
  const Scores base = Evaluator(index(tree)).score(panel({"x", "y"}, {{1, 2}, {3, 4}}));
  const WhatIf what_if(base);
  const auto gap = problems_of([&] { static_cast<void>(what_if.of({1, 0, missing})); });
  EXPECT_EQ(gap[0].place, "b, x");
  EXPECT_THAT(gap[0].message, HasSubstr("demands all of its children"));
  const auto beyond = problems_of([&] { const Everyone after(what_if, {{0, 1, 6.0}}); });
  EXPECT_EQ(beyond[0].place, "a, y");
  EXPECT_THAT(beyond[0].message, HasSubstr("the rule says nothing about 6"));
  // Refused while it stands, not if a later edit mends it.
  EXPECT_THAT(Everyone(what_if, {{0, 1, 6.0}, {0, 1, 5.0}}).scores, ElementsAre(6, 7));
}

TEST(WhatIf, TheFirstScenarioThatFailsIsReportedWhateverTheThreads) {
  const WhatIf what_if(with_range());
  std::vector<CellEdit> edits;
  std::vector<Size> starts{0};
  for (int i = 0; i < 100; ++i) {
    edits.push_back({0, 0, i == 40 || i == 41 || i == 90 ? 11.0 : 1.0});
    starts.push_back(std::ssize(edits));
  }
  std::vector<double> scores(200);
  for (const int threads : {1, 2, 7}) {
    const auto problems =
        problems_of([&] { what_if.many(starts, edits, {}, scores, {}, threads); });
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].place, "edit 40: a, x");
  }
}

/// A random case with a base, and random edits of it.
class Random {
 public:
  explicit Random(unsigned seed) : given_(random_case::Generator(seed).make()), engine_(seed) {
    if (seed % 3 == 0) random_case::put_formulas(given_, seed);
    IndexDefinition head = random_case::definition(given_);
    if (seed % 2 == 0) {
      head.decimals = 0;
      head.rank_on_displayed = seed % 4 == 0;
    }
    evaluator_.emplace(Index(head));
    try {
      base_ = evaluator_->score(panel_of(given_));
    } catch (const DataError&) {
      // No spread, or the policy is `error`.
    }
  }

  [[nodiscard]] const std::optional<Scores>& base() const { return base_; }
  [[nodiscard]] std::size_t below(std::size_t n) { return engine_() % n; }
  [[nodiscard]] Size units() const { return static_cast<Size>(given_.units); }
  [[nodiscard]] Size variables() const { return std::ssize(given_.variables); }
  [[nodiscard]] const Evaluator& evaluator() const { return *evaluator_; }

  CellEdit edit() {
    const auto variable = static_cast<Size>(below(given_.variables.size()));
    const double value = 0.25 * static_cast<double>(below(49)) - (below(4) == 0 ? 2.0 : 0.0);
    return {static_cast<Size>(below(given_.units)), variable, below(5) == 0 ? missing : value};
  }

  /// All units scored with the edits; nothing if scoring refuses.
  [[nodiscard]] std::optional<Scores> scored(std::span<const CellEdit> edits) const {
    Case edited = given_;
    for (const CellEdit& edit : edits) {
      const std::string& code = evaluator_->index().variable_codes()[edit.variable];
      const auto v = static_cast<std::size_t>(
          std::find(edited.variables.begin(), edited.variables.end(), code) -
          edited.variables.begin());
      edited.cells[v][at(edit.unit)] = std::isnan(edit.value) ? Cell::empty : Cell::present;
      edited.values[v][at(edit.unit)] = edit.value;
    }
    const Anchors anchors = base_->anchors();
    try {
      return evaluator_->score(panel_of(edited), {.anchors = &anchors});
    } catch (const DataError&) {
      return {};
    }
  }

 private:
  Case given_;
  std::mt19937 engine_;
  std::optional<Evaluator> evaluator_;
  std::optional<Scores> base_;
};

/// How many of the random answers were compared, and in how many trees units compare each other.
struct Tally {
  int compared = 0;
  int refused = 0;
  int comparing = 0;
};

TEST(WhatIf, AScenarioHasTheBitsAndRanksOfScoringTheEditedPanel) {
  Tally tally;
  for (unsigned seed = 0; seed < 1200; ++seed) {
    Random random(seed);
    if (!random.base()) continue;
    tally.comparing += compares_units(random.base()->index()) ? 1 : 0;
    const WhatIf what_if(*random.base());
    for (int scenario = 0; scenario < 4; ++scenario) {
      std::vector<CellEdit> edits;
      for (std::size_t k = random.below(6); k > 0; --k) edits.push_back(random.edit());
      const auto expected = random.scored(edits);
      if (!expected) {
        EXPECT_THROW(Everyone(what_if, edits), DataError) << "seed " << seed;
        ++tally.refused;
        continue;
      }
      const Everyone after(what_if, edits);
      const Ranking ranking(*expected);
      for (Size u = 0; u < random.units(); ++u) {
        const double rank = ranking.ranks()[at(u)];
        ASSERT_TRUE(same(after.scores[at(u)], expected->column(Index::root())[at(u)]))
            << "seed " << seed << ", unit " << u;
        ASSERT_EQ(after.ranks[at(u)], std::isnan(rank) ? 0 : static_cast<std::int32_t>(rank))
            << "seed " << seed << ", unit " << u;
      }
      ++tally.compared;
    }
  }
  EXPECT_GT(tally.compared, 2000);
  EXPECT_GT(tally.refused, 20);
  EXPECT_GT(tally.comparing, 100);
}

TEST(WhatIf, EveryCellHasTheAnswerOfItsOwnScenario) {
  int compared = 0;
  for (unsigned seed = 2000; seed < 2400; ++seed) {
    Random random(seed);
    if (!random.base()) continue;
    const WhatIf what_if(*random.base());
    Eigen::MatrixXd values = Eigen::MatrixXd::Constant(random.units(), random.variables(), missing);
    for (int k = 0; k < 8; ++k) {
      const CellEdit edit = random.edit();
      if (random.scored({&edit, 1})) values(edit.unit, edit.variable) = edit.value;
    }
    std::vector<double> scores(at(values.size()));
    std::vector<double> ranks(scores.size());
    what_if.each(values, scores, ranks);
    for (Size v = 0; v < values.cols(); ++v) {
      for (Size u = 0; u < values.rows(); ++u) {
        const std::size_t cell = at(v * values.rows() + u);
        if (std::isnan(values(u, v))) {
          ASSERT_TRUE(std::isnan(scores[cell]) && std::isnan(ranks[cell]));
          continue;
        }
        const CellEdit edit{u, v, values(u, v)};
        const Scores expected = *random.scored({&edit, 1});
        ASSERT_TRUE(same(scores[cell], expected.column(Index::root())[at(u)])) << "seed " << seed;
        ASSERT_TRUE(same(ranks[cell], Ranking(expected).ranks()[at(u)])) << "seed " << seed;
        const Placed one = what_if.of(edit);
        ASSERT_TRUE(same(one.score, scores[cell]) && same(one.rank, ranks[cell]));
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(WhatIf, ManyScenariosAnswerAsEachOfThemForAnyNumberOfThreads) {
  int trees = 0;
  for (unsigned seed = 3000; seed < 3150; ++seed) {
    Random random(seed);
    if (!random.base()) continue;
    ++trees;
    const WhatIf what_if(*random.base());
    std::vector<CellEdit> edits;
    std::vector<Size> starts{0};
    for (int i = 0; i < 40; ++i) {
      std::vector<CellEdit> own;
      for (std::size_t k = random.below(6); k > 0; --k) own.push_back(random.edit());
      if (!random.scored(own)) continue;
      edits.insert(edits.end(), own.begin(), own.end());
      starts.push_back(std::ssize(edits));
    }
    const std::size_t count = starts.size() - 1;
    const std::size_t units = at(random.units());
    const std::vector<Size> wanted{random.units() - 1, 0};
    for (const int threads : {1, 2, 7}) {
      std::vector<double> scores(count * units);
      std::vector<std::int32_t> ranks(scores.size());
      std::vector<double> some_scores(count * 2);
      std::vector<std::int32_t> some_ranks(some_scores.size());
      what_if.many(starts, edits, {}, scores, ranks, threads);
      what_if.many(starts, edits, wanted, some_scores, some_ranks, threads);
      for (std::size_t i = 0; i < count; ++i) {
        const Everyone one(what_if, {edits.begin() + starts[i], edits.begin() + starts[i + 1]});
        for (std::size_t u = 0; u < units; ++u) {
          ASSERT_TRUE(same(scores[i * units + u], one.scores[u])) << "seed " << seed;
          ASSERT_EQ(ranks[i * units + u], one.ranks[u]) << "seed " << seed;
        }
        for (std::size_t k = 0; k < 2; ++k) {
          ASSERT_TRUE(same(some_scores[i * 2 + k], one.scores[at(wanted[k])])) << "seed " << seed;
          ASSERT_EQ(some_ranks[i * 2 + k], one.ranks[at(wanted[k])]) << "seed " << seed;
        }
      }
    }
  }
  EXPECT_GT(trees, 80);
}

/// More units than are ranked side by side in one piece, with many ties.
TEST(WhatIf, RanksOfManyUnitsAreThoseOfRankingThemAnew) {
  std::mt19937 random(7);
  for (const std::size_t units : {15U, 16U, 17U, 63U, 64U, 300U}) {
    std::vector<std::vector<double>> rows;
    for (std::size_t u = 0; u < units; ++u) {
      rows.push_back({static_cast<double>(random() % 12), static_cast<double>(random() % 12)});
      if (random() % 10 == 0) rows.back()[0] = missing;
    }
    Panel::Builder builder;
    const Size period = builder.period(Period(2020));
    for (std::size_t u = 0; u < units; ++u) {
      const Size unit = builder.unit("u" + std::to_string(u));
      builder.set(unit, builder.number_variable("x"), period, rows[u][0]);
      builder.set(unit, builder.number_variable("y"), period, rows[u][1]);
    }
    const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
    const WhatIf what_if(Evaluator(index(tree)).score(builder.build()));
    for (int scenario = 0; scenario < 20; ++scenario) {
      std::vector<CellEdit> edits;
      for (int k = 0; k < 5; ++k) {
        const double value = random() % 6 == 0 ? missing : static_cast<double>(random() % 12);
        edits.push_back(
            {static_cast<Size>(random() % units), static_cast<Size>(random() % 2), value});
      }
      const Everyone after(what_if, edits);
      std::vector<std::int32_t> ranks(units);
      rank(after.scores, Ties::competition, std::span<std::int32_t>(ranks));
      ASSERT_EQ(after.ranks, ranks) << units << " units, scenario " << scenario;
    }
  }
}

TEST(WhatIf, ScoresThatWereGivenStay) {
  const Criterion tree = inner("root", Method::arithmetic_mean,
                               {inner("g", Method::arithmetic_mean, {leaf("x")}), leaf("y")});
  const Evaluator evaluator(index(tree));
  const std::vector<GivenScore> given{{1, evaluator.index().at("g"), 10.0}};
  const Scores base = evaluator.score(panel({"x", "y"}, {{2, 4}, {6, 4}}), {.given = given});
  const WhatIf what_if(base);
  EXPECT_EQ(what_if.of({1, 0, 100.0}).score, 7.0);  // (10 + 4) / 2
  EXPECT_EQ(what_if.of({1, 1, 6.0}).score, 8.0);
}

}  // namespace
}  // namespace chiso
