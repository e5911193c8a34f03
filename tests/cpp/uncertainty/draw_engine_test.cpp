#include "uncertainty/draw_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numeric>

#include "../base/rounds.hpp"
#include "chiso/rank/rank.hpp"
#include "random_draws.hpp"
#include "uncertainty/kernels.hpp"

namespace chiso {
namespace {

using random_draws::at;
using random_draws::ByHand;
using random_draws::Drawn;
using random_draws::Kind;
using random_draws::Which;

/// How often a matrix product was asked for.
int products = 0;

void counted_sums(const double* values, Size units, Size terms, const double* weights, Size draws,
                  Size stride, double* out) {
  ++products;
  best_kernels().weighted_sums(values, units, terms, weights, draws, stride, out);
}

const Kernels& counting_kernels() {
  static const Kernels kernels = [] {
    Kernels counting = best_kernels();
    counting.weighted_sums = counted_sums;
    return counting;
  }();
  return kernels;
}

std::vector<Size> all_nodes(const Scores& base) {
  std::vector<Size> nodes(at(base.index().size()));
  std::iota(nodes.begin(), nodes.end(), Size{0});
  return nodes;
}

DrawnBlock run(const DrawEngine& engine, const DrawTable& draws, Size first = 0) {
  DrawnBlock block;
  const auto scratch = engine.scratch();
  engine.run(draws, first, *scratch, block);
  return block;
}

/// Draws [first, first + count) of a table.
DrawTable part(const DrawTable& draws, Size first, Size count) {
  DrawTable some(draws.rows(), count);
  for (Size r = 0; r < draws.rows(); ++r) std::copy_n(draws.row(r) + first, count, some.row(r));
  return some;
}

bool same_bits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

/// Equal up to rounding of sums whose terms are not larger than `size`.
bool nearly(double a, double b, double size) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= 1e-13 * std::max(size, std::max(std::abs(a), std::abs(b)));
}

struct Counts {
  int draws = 0;
  int products = 0;
  int refused = 0;
  int not_a_definition = 0;
};

/// Draw by draw against the same by hand: to the bit but for matrix products.
class Comparison {
 public:
  explicit Comparison(Which which, bool refit = false) : which_(which), refit_(refit) {}

  Counts over(unsigned seeds) {
    for (unsigned seed = 0; seed < seeds && !testing::Test::HasFatalFailure(); ++seed) {
      seed_ = seed;
      const auto base = random_scenario::make_scores(seed);
      if (!base) continue;
      const Drawn drawn = random_draws::Maker(*base, seed + 77).make(which_, draws);
      if (drawn.rows.empty()) continue;
      compare(*base, drawn, all_nodes(*base));
      // Alone a node may be a matrix product that others are not.
      compare(*base, drawn, {Index::root()});
    }
    return counts_;
  }

 private:
  static constexpr Size draws = 6;

  void compare(const Scores& base, const Drawn& drawn, const std::vector<Size>& nodes) {
    std::optional<DrawEngine> engine;
    try {
      engine.emplace(base, drawn.sources, drawn.rows, nodes, refit_, counting_kernels());
    } catch (const SpecError&) {
      ++counts_.not_a_definition;  // Of an alternative.
      return;
    }
    ByHand by_hand(base, drawn, refit_);
    for (Size j = 0; j < draws; ++j) {
      std::optional<Scores> expected;
      try {
        expected = by_hand.score(j);
      } catch (const SpecError&) {
        ++counts_.not_a_definition;  // A maximum that is stated and no longer what parts give.
        continue;
      } catch (const DataError&) {
        EXPECT_THROW(run(*engine, part(drawn.draws, j, 1)), DataError) << seed_ << ", draw " << j;
        ++counts_.refused;
        continue;
      }
      const int before = products;
      const DrawnBlock block = run(*engine, part(drawn.draws, j, 1));
      const bool exact = products == before;
      ++counts_.draws;
      counts_.products += exact ? 0 : 1;
      for (std::size_t w = 0; w < nodes.size(); ++w) {
        expect_same(base, nodes[w], block.scores[w], *expected, exact);
      }
    }
  }

  void expect_same(const Scores& base, Size node, const DrawTable& got, const Scores& expected,
                   bool exact) const {
    const std::string& code = base.index().node(node).code;
    const auto here = expected.index().codes().find(code);
    for (Size u = 0; u < base.units().size(); ++u) {
      const double wanted = here ? expected.column(*here)[at(u)] : small::missing;
      const double score = got.row(u)[0];
      ASSERT_TRUE(exact ? same_bits(score, wanted) : nearly(score, wanted, 10.0))
          << "seed " << seed_ << ", " << code << ", unit " << u << ": " << score << " and not "
          << wanted;
    }
  }

  Which which_;
  bool refit_;
  unsigned seed_ = 0;
  Counts counts_;
};

TEST(DrawEngineRandomTest, ScoresDrawnSharesAsByHand) {
  const Counts counts = Comparison({.shares = true}).over(rounds(400));

  EXPECT_GT(counts.draws, rounds(1'500));
  EXPECT_GT(counts.products, rounds(100));
}

TEST(DrawEngineRandomTest, ScoresDrawnValuesAsByHand) {
  const Counts counts = Comparison({.values = true}).over(rounds(400));

  EXPECT_GT(counts.draws, rounds(1'500));
  EXPECT_GT(counts.refused, rounds(10));
  EXPECT_EQ(counts.products, 0);
}

TEST(DrawEngineRandomTest, FitsAnchorsToDrawnValuesAsByHand) {
  EXPECT_GT(Comparison({.values = true}, true).over(rounds(400)).draws, rounds(1'500));
}

TEST(DrawEngineRandomTest, ScoresWithDrawnAnchorsAsByHand) {
  EXPECT_GT(Comparison({.anchors = true}).over(rounds(400)).draws, rounds(500));
}

TEST(DrawEngineRandomTest, ScoresChosenVariantsAsByHand) {
  EXPECT_GT(Comparison({.choices = true}).over(rounds(300)).draws, rounds(1'000));
}

TEST(DrawEngineRandomTest, ScoresSharesInChosenVariantsAsByHand) {
  const Counts counts = Comparison({.shares = true, .choices = true}).over(rounds(400));

  EXPECT_GT(counts.draws, rounds(1'000));
  EXPECT_GT(counts.products, rounds(100));
}

TEST(DrawEngineRandomTest, ScoresAllKindsTogetherAsByHand) {
  const Which all{.shares = true, .values = true, .anchors = true, .choices = true};

  EXPECT_GT(Comparison(all).over(rounds(300)).draws, rounds(500));
  EXPECT_GT(Comparison(all, true).over(rounds(300)).draws, rounds(500));
}

// ---- One thing at a time ------------------------------------------------------------------------

using Method = Aggregation::Method;

VariedRow share_of(const Scores& base, const std::string& node) {
  VariedRow row;
  row.kind = Kind::share;
  row.node = base.index().at(node);
  row.parent = base.index().parent(row.node);
  return row;
}

VariedRow overall_share_of(const Scores& base, const std::string& node, const std::string& parent) {
  VariedRow row = share_of(base, node);
  row.kind = Kind::overall_share;
  row.parent = base.index().at(parent);
  return row;
}

VariedRow choice_of(Size source) {
  VariedRow row;
  row.kind = Kind::choice;
  row.source = source;
  return row;
}

VariedRow value_of(Size variable, Size unit) {
  VariedRow row;
  row.kind = Kind::value;
  row.variable = variable;
  row.unit = unit;
  return row;
}

/// One row of numbers a row of draws.
DrawTable table(const std::vector<std::vector<double>>& rows) {
  DrawTable draws(std::ssize(rows), std::ssize(rows[0]));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::copy(rows[r].begin(), rows[r].end(), draws.row(static_cast<Size>(r)));
  }
  return draws;
}

std::vector<double> row(const DrawTable& scores, Size unit) {
  return {scores.row(unit), scores.row(unit) + scores.draws()};
}

Scenario without(const std::string& node) {
  Scenario scenario;
  scenario.name = "without " + node;
  scenario.edits.push_back({DropNode{node}, {}});
  return scenario;
}

/// Two groups, of two indicators and one, of one unit more than there are numbers to think of.
Scores two_groups(Method method, MissingPolicy policy = MissingPolicy::no_score) {
  const auto points = [](const std::string& code, double maximum) {
    return small::points(code, maximum, GivenPoints{});
  };
  Criterion tree =
      small::inner("all", method,
                   {small::inner("left", method, {points("a", 10), points("b", 20)}, policy),
                    small::inner("right", method, {points("c", 20), points("d", 50)}, policy)},
                   policy);
  return Evaluator(small::index(tree))
      .score(small::panel({"a", "b", "c", "d"}, {{10, 0, 5, 50}, {4, 20, 20, 10}}));
}

DrawEngine engine_of(const Scores& base, const std::vector<Source>& sources,
                     const std::vector<VariedRow>& rows, const std::vector<Size>& nodes = {0}) {
  return {base, sources, rows, nodes, false, counting_kernels()};
}

TEST(DrawEngineTest, TakesSharesOfAMeanForItsWeights) {
  const Scores base = two_groups(Method::arithmetic_mean);
  const auto engine =
      engine_of(base, {DrawWeights{}}, {share_of(base, "left"), share_of(base, "right")});

  const auto block = run(engine, table({{0.25, 1.0}, {0.75, 0.0}}));

  // left: (10 + 0) / 2 = 5, (4 + 20) / 2 = 12; right: 27.5, 15.
  EXPECT_THAT(row(block.scores[0], 0), testing::ElementsAre(0.25 * 5 + 0.75 * 27.5, 5.0));
  EXPECT_THAT(row(block.scores[0], 1), testing::ElementsAre(0.25 * 12 + 0.75 * 15, 12.0));
}

TEST(DrawEngineTest, TakesSharesOfASumForPartsOfItsMaximum) {
  const Scores base = two_groups(Method::sum);
  const auto engine = engine_of(base, {DrawWeights{}}, {share_of(base, "a"), share_of(base, "b")});

  const auto block = run(engine, table({{0.5}, {0.5}}));

  // Each counts for 15 of the 30 points of the left: a times 1.5, b times 0.75.
  EXPECT_THAT(row(block.scores[0], 0), testing::ElementsAre(15.0 + 55.0));
  EXPECT_THAT(row(block.scores[0], 1), testing::ElementsAre(6.0 + 15.0 + 30.0));
}

TEST(DrawEngineTest, TakesOverallSharesForThoseOfTheIndicators) {
  const Scores base = two_groups(Method::arithmetic_mean);
  const std::vector<VariedRow> rows{
      overall_share_of(base, "a", "all"), overall_share_of(base, "b", "all"),
      overall_share_of(base, "c", "all"), overall_share_of(base, "d", "all")};
  const auto engine = engine_of(base, {DrawWeights{}}, rows, {0, base.index().at("left")});

  const auto block = run(engine, table({{0.125}, {0.25}, {0.5}, {0.125}}));

  EXPECT_DOUBLE_EQ(block.scores[0].row(0)[0], 1.25 + 0.0 + 2.5 + 6.25);
  EXPECT_DOUBLE_EQ(block.scores[0].row(1)[0], 0.5 + 5.0 + 10.0 + 1.25);
  // In the group they are what they are of each other: a third and two thirds.
  EXPECT_DOUBLE_EQ(block.scores[1].row(1)[0], 4.0 / 3 + 40.0 / 3);
}

TEST(DrawEngineTest, TakesOverallSharesOfASumForPartsOfItsMaximum) {
  const Scores base = two_groups(Method::sum);
  const std::vector<VariedRow> rows{
      overall_share_of(base, "a", "all"), overall_share_of(base, "b", "all"),
      overall_share_of(base, "c", "all"), overall_share_of(base, "d", "all")};
  const auto engine = engine_of(base, {DrawWeights{}}, rows);

  const auto block = run(engine, table({{0.125}, {0.25}, {0.5}, {0.125}}));

  // Of 100 points: 12.5, 25, 50 and 12.5.
  EXPECT_DOUBLE_EQ(block.scores[0].row(0)[0], 12.5 + 0.0 + 12.5 + 12.5);
  EXPECT_DOUBLE_EQ(block.scores[0].row(1)[0], 5.0 + 25.0 + 50.0 + 2.5);
}

TEST(DrawEngineTest, ScalesOverallSharesWhereAnIndicatorIsLeftOut) {
  const Scores base = two_groups(Method::arithmetic_mean);
  const std::vector<VariedRow> rows{
      overall_share_of(base, "a", "all"), overall_share_of(base, "b", "all"),
      overall_share_of(base, "c", "all"), overall_share_of(base, "d", "all"), choice_of(1)};
  const std::vector<Source> sources{DrawWeights{}, Choose{"out", {{}, without("b")}, {}}};
  const auto engine = engine_of(base, sources, rows, {0, base.index().at("b")});

  const auto block =
      run(engine, table({{0.125, 0.125}, {0.25, 0.25}, {0.5, 0.5}, {0.125, 0.125}, {0.0, 1.0}}));

  EXPECT_DOUBLE_EQ(block.scores[0].row(1)[0], 0.5 + 5.0 + 10.0 + 1.25);
  EXPECT_DOUBLE_EQ(block.scores[0].row(1)[1], (0.5 + 10.0 + 1.25) / 0.75);
  EXPECT_EQ(block.scores[1].row(1)[0], 20.0);
  EXPECT_TRUE(std::isnan(block.scores[1].row(1)[1]));
  EXPECT_EQ(block.ranks[1][1], 0);
}

/// The general way must agree: a drawn value that is the one there is makes nothing else.
TEST(DrawEngineTest, GivesOverallSharesTheSameMeaningDrawByDraw) {
  for (const Method method : {Method::arithmetic_mean, Method::sum}) {
    const Scores base = two_groups(method);
    std::vector<VariedRow> rows{
        overall_share_of(base, "a", "all"), overall_share_of(base, "b", "all"),
        overall_share_of(base, "c", "all"), overall_share_of(base, "d", "all"), choice_of(1)};
    const std::vector<Source> sources{DrawWeights{}, Choose{"out", {{}, without("b")}, {}},
                                      DrawValues{}};
    const DrawTable straight = table({{0.125, 0.3, 0.125, 0.3},
                                      {0.25, 0.1, 0.25, 0.1},
                                      {0.5, 0.2, 0.5, 0.2},
                                      {0.125, 0.4, 0.125, 0.4},
                                      {0.0, 0.0, 1.0, 1.0},
                                      {5.0, 5.0, 5.0, 5.0}});
    const auto expected = run(engine_of(base, sources, rows, all_nodes(base)), straight);
    rows.push_back(value_of(2, 0));

    const auto block = run(engine_of(base, sources, rows, all_nodes(base)), straight);

    for (const Size node : all_nodes(base)) {
      for (Size u = 0; u < 2; ++u) {
        for (Size j = 0; j < 4; ++j) {
          EXPECT_TRUE(
              nearly(block.scores[at(node)].row(u)[j], expected.scores[at(node)].row(u)[j], 1.0))
              << node << " " << u << " " << j;
        }
      }
    }
  }
}

TEST(DrawEngineTest, GivesTheSameBitsForAnyBlocks) {
  const Which all{.shares = true, .values = true, .anchors = true, .choices = true};
  for (unsigned seed = 0; seed < 60; ++seed) {
    const auto base = random_scenario::make_scores(seed);
    if (!base) continue;
    const Which which = seed % 2 == 0 ? Which{.shares = true, .choices = true} : all;
    const Drawn drawn = random_draws::Maker(*base, seed).make(which, 37);
    if (drawn.rows.empty()) continue;
    std::optional<DrawEngine> engine;
    DrawnBlock whole;
    try {
      engine.emplace(*base, drawn.sources, drawn.rows, all_nodes(*base), false, counting_kernels());
      whole = run(*engine, drawn.draws);
    } catch (const Error&) {
      continue;
    }
    const auto scratch = engine->scratch();
    DrawnBlock block;
    for (const Size size : {1, 5, 16}) {
      for (Size first = 0; first < 37; first += size) {
        const Size count = std::min(size, 37 - first);
        engine->run(part(drawn.draws, first, count), first, *scratch, block);
        for (std::size_t w = 0; w < block.scores.size(); ++w) {
          for (Size u = 0; u < base->units().size(); ++u) {
            for (Size j = 0; j < count; ++j) {
              ASSERT_TRUE(same_bits(block.scores[w].row(u)[j], whole.scores[w].row(u)[first + j]));
              ASSERT_EQ(block.ranks[w][at(u * block.scores[w].stride() + j)],
                        whole.ranks[w][at(u * whole.scores[w].stride() + first + j)]);
            }
          }
        }
      }
    }
  }
}

TEST(DrawEngineTest, RanksDisplayedScoresWhereTheIndexSaysSo) {
  IndexDefinition definition = small::definition(
      small::inner("all", Method::arithmetic_mean, {small::leaf("x"), small::leaf("y")}));
  definition.decimals = 0;
  const Panel panel = small::panel({"x", "y"}, {{1.0, 2.0}, {1.2, 2.0}, {1.0, small::missing}});
  for (const bool on_displayed : {false, true}) {
    definition.rank_on_displayed = on_displayed;
    const Scores base = Evaluator(Index(definition)).score(panel);
    const auto engine =
        engine_of(base, {DrawWeights{}}, {share_of(base, "x"), share_of(base, "y")});

    const auto block = run(engine, table({{0.5}, {0.5}}));

    const Size stride = block.scores[0].stride();
    EXPECT_EQ(block.ranks[0][0], on_displayed ? 1 : 2);
    EXPECT_EQ(block.ranks[0][at(stride)], 1);
    EXPECT_EQ(block.ranks[0][at(2 * stride)], 0);
    EXPECT_EQ(block.scores[0].row(0)[0], 1.5);
  }
}

// ---- Errors -------------------------------------------------------------------------------------

template <class ErrorType, class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "no such error";
}

TEST(DrawEngineErrorTest, NamesTheFirstDrawThatCannotBeScored) {
  const Scores base = two_groups(Method::sum);
  const std::vector<Source> sources{DrawValues{}, Choose{"out", {{}, without("b")}, {}}};
  const auto engine = engine_of(base, sources, {value_of(0, 1), choice_of(1)});
  const auto scratch = engine.scratch();
  DrawnBlock block;

  // Draws of the second alternative are worked out after those of the first.
  const DrawTable draws = table({{1.0, 2.0, 11.0, 3.0, 12.0}, {0.0, 0.0, 1.0, 1.0, 0.0}});
  const std::string error = error_of<DataError>([&] { engine.run(draws, 40, *scratch, block); });

  EXPECT_THAT(error, testing::HasSubstr("draw 42: b, a: the rule says nothing about 11"));
}

TEST(DrawEngineErrorTest, NamesTheAlternativeThatCannotBeApplied) {
  const Scores base = two_groups(Method::sum);
  Scenario merge;
  merge.name = "one";
  merge.edits.push_back({MergeUnits{{"a", "b"}, "a", {}, {}}, {}});
  const std::vector<Source> sources{Choose{"ways", {{}, without("e"), merge}, {}}};

  const std::string error = error_of<SpecError>([&] { engine_of(base, sources, {choice_of(0)}); });

  EXPECT_THAT(error, testing::HasSubstr("ways, alternative 'without e': "));
  EXPECT_THAT(error, testing::HasSubstr("there is no criterion or indicator 'e'"));
  EXPECT_THAT(error, testing::HasSubstr(
                         "ways, alternative 'one': the scenario changes which units there are"));
}

TEST(DrawEngineErrorTest, RefusesMoreCombinationsThanItCanKeep) {
  const Scores base = two_groups(Method::sum);
  const std::vector<Scenario> many(101);
  const std::vector<Source> sources{Choose{"one", many, {}}, Choose{"other", many, {}}};

  const std::string error = error_of<SpecError>([&] {
    engine_of(base, sources, {choice_of(0), choice_of(1)});
  });

  EXPECT_THAT(error, testing::HasSubstr("'one' (101), 'other' (101)"));
}

TEST(DrawEngineErrorTest, NeedsTheMaximumOfASumsPartInEveryAlternative) {
  const Scores base = Evaluator(small::index(small::inner("all", Method::arithmetic_mean,
                                                          {small::leaf("x"), small::leaf("y")})))
                          .score(small::panel({"x", "y"}, {{1, 2}, {3, 4}}));
  Scenario add_up;
  add_up.name = "add up";
  add_up.edits.push_back({ReplaceAggregation{"all", Method::sum, {}, {}}, {}});
  const std::vector<Source> sources{DrawWeights{}, Choose{"ways", {{}, add_up}, {}}};

  const std::string error = error_of<SpecError>([&] {
    engine_of(base, sources, {share_of(base, "x"), share_of(base, "y"), choice_of(1)});
  });

  EXPECT_THAT(error, testing::HasSubstr("ways, alternative 'add up': weights: the share of 'x' in "
                                        "the sum 'all' needs its maximum, which is not known"));
}

}  // namespace
}  // namespace chiso
