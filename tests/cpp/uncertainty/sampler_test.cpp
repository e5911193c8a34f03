#include "uncertainty/sampler.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/fingerprint.hpp"
#include "samples.hpp"
#include "small_sources.hpp"

namespace chiso {
namespace {

using samples::Sample;
using ::testing::ElementsAre;

/// One source of each kind, with keys, rejection and all.
std::vector<Source> all_kinds() {
  DrawWeights bounded;
  bounded.name = "bounded";
  bounded.criteria = "w";
  bounded.bounds = {{"a", 0.2, 0.6}, {"c", 0.1, 0.3}};
  DrawWeights dirichlet;
  dirichlet.name = "dirichlet";
  dirichlet.criteria = "s";
  dirichlet.law = DrawWeights::Law::dirichlet;
  dirichlet.concentration = 2.0;
  DrawValues values;
  values.variables = "?";
  DrawValues points;
  points.name = "points";
  points.variables = "d";
  points.absolute = 1.0;
  DrawAnchors anchors;
  anchors.spread = 0.1;
  Choose choice;
  choice.alternatives.resize(3);
  return {bounded, values, dirichlet, anchors, choice, points};
}

std::string described(const Index& index, const VariedRow& row) {
  switch (row.kind) {
    case VariedRow::Kind::share:
      return index.node(row.parent).code + ">" + index.node(row.node).code;
    case VariedRow::Kind::overall_share:
      return index.node(row.parent).code + ">>" + index.node(row.node).code;
    case VariedRow::Kind::value:
      return index.variables()[static_cast<std::size_t>(row.variable)].code +
             std::to_string(row.unit);
    case VariedRow::Kind::low:
      return index.node(row.node).code + " low";
    case VariedRow::Kind::high:
      return index.node(row.node).code + " high";
    case VariedRow::Kind::choice:
      return "choice";
  }
  return "";
}

std::vector<std::string> rows_of(const Scores& base, const Source& source) {
  const std::vector<Source> sources{source};
  const Sampler sampler(base, sources, 1, best_kernels());
  std::vector<std::string> texts;
  for (const VariedRow& row : sampler.rows()) texts.push_back(described(base.index(), row));
  return texts;
}

std::vector<double> nominal_of(const Scores& base, const Source& source) {
  const std::vector<Source> sources{source};
  const Sampler sampler(base, sources, 1, best_kernels());
  std::vector<double> numbers;
  for (Size r = 0; r < std::ssize(sampler.rows()); ++r) numbers.push_back(sampler.nominal(r));
  return numbers;
}

TEST(SamplerTest, ADrawIsTheSameInAnyBlock) {
  const Scores base = small::uncertain();
  const auto sources = all_kinds();
  const Sampler sampler(base, sources, 7, best_kernels());
  const Size count = std::ssize(sources);
  const auto whole = samples::draw(sampler, count, 300);
  for (const Size block : {1, 7, 128, 131}) {
    for (Size first = 0; first < 300; first += block) {
      const Size length = std::min<Size>(block, 300 - first);
      const auto part = samples::draw(sampler, count, length, first);
      for (std::size_t r = 0; r < whole.size(); ++r) {
        const auto begin = whole[r].begin() + first;
        ASSERT_EQ(part[r], Sample(begin, begin + length)) << r << ' ' << first;
      }
      if (block == 1 && first > 20) break;
    }
  }
}

TEST(SamplerTest, ADrawDoesNotDependOnOtherSources) {
  const Scores base = small::uncertain();
  const auto sources = all_kinds();
  const Sampler together(base, sources, 7, best_kernels());
  const auto all = samples::draw(together, std::ssize(sources), 200);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const std::vector<Source> one{sources[s]};
    const Sampler alone(base, one, 7, best_kernels());
    const auto rows = samples::draw(alone, 1, 200);
    const Size first = together.first_row(static_cast<Size>(s));
    ASSERT_EQ(std::ssize(rows), together.row_count(static_cast<Size>(s)));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      EXPECT_EQ(rows[r], all[static_cast<std::size_t>(first) + r]) << s << ' ' << r;
      EXPECT_EQ(together.rows()[static_cast<std::size_t>(first) + r].source, static_cast<Size>(s));
    }
  }
}

TEST(SamplerTest, ADrawDependsOnSeedAndName) {
  const Scores base = small::uncertain();
  DrawAnchors source;
  source.spread = 0.1;
  const auto one = samples::draw(base, source, 10, 1);
  EXPECT_NE(one, samples::draw(base, source, 10, 2));
  source.name = "other";
  EXPECT_NE(one, samples::draw(base, source, 10, 1));
}

TEST(SamplerTest, TransformIsWhatDrawDoesWithItsOwnNumbers) {
  const Scores base = small::uncertain();
  const auto sources = all_kinds();
  const Sampler sampler(base, sources, 7, best_kernels());
  const auto drawn = samples::draw(sampler, std::ssize(sources), 150, 1000);
  for (Size s = 0; s < std::ssize(sources); ++s) {
    const std::vector<Source> one{sources[static_cast<std::size_t>(s)]};
    const std::string& own = name(one[0]);
    Fingerprint stream;
    stream.add(std::string_view(own));
    constexpr Size before = 2;
    DrawTable uniforms(before + sampler.dimensions(s), 150);
    best_kernels().uniforms(7, stream.number(), 1000, sampler.dimensions(s), 150, uniforms.stride(),
                            uniforms.row(before));
    DrawTable table(std::ssize(sampler.rows()), 150);
    sampler.transform(s, uniforms, before, table);
    for (Size r = 0; r < sampler.row_count(s); ++r) {
      const Size row = sampler.first_row(s) + r;
      EXPECT_EQ(Sample(table.row(row), table.row(row) + 150), drawn[static_cast<std::size_t>(row)]);
    }
  }
}

TEST(SamplerTest, ListsWhatItVaries) {
  const Scores base = small::uncertain();
  EXPECT_THAT(rows_of(base, DrawWeights{}),
              ElementsAre("r>w", "r>s", "w>a", "w>b", "w>c", "s>d", "s>e"));
  EXPECT_THAT(nominal_of(base, DrawWeights{}), ElementsAre(0.5, 0.5, 0.4, 0.3, 0.3, 0.25, 0.75));
  DrawWeights overall;
  overall.criteria = "r";
  overall.overall = true;
  EXPECT_THAT(rows_of(base, overall), ElementsAre("r>>a", "r>>b", "r>>c", "r>>d", "r>>e"));
  EXPECT_THAT(nominal_of(base, overall), ElementsAre(0.2, 0.15, 0.15, 0.125, 0.375));
  // South's a has an error of 0, west has no c, the others no errors.
  EXPECT_THAT(rows_of(base, DrawValues{}), ElementsAre("a0", "b0", "c0", "b1", "c1", "a2", "b2"));
  EXPECT_THAT(nominal_of(base, DrawValues{}), ElementsAre(20, 0.5, 10, 0.2, 20, 80, 0.9));
  DrawValues some;
  some.variables = "d";
  some.relative = 0.5;
  some.units = {"west", "north"};
  EXPECT_THAT(rows_of(base, some), ElementsAre("d0", "d2"));
  DrawAnchors anchors;
  anchors.spread = 0.1;
  EXPECT_THAT(rows_of(base, anchors), ElementsAre("a low", "a high", "b low", "b high"));
  EXPECT_THAT(nominal_of(base, anchors), ElementsAre(20, 80, 0.2, 0.9));
  Choose choice;
  choice.alternatives.resize(2);
  EXPECT_THAT(rows_of(base, choice), ElementsAre("choice"));
}

TEST(SamplerTest, ZerosThatAreMissingAndWhatIsReadOfTheYearBeforeAreNotDrawn) {
  IndexDefinition head = small::definition(small::inner("r", Aggregation::Method::arithmetic_mean,
                                                        {small::leaf("x"), small::leaf("y")}));
  head.tree.children[1].measure = {};
  head.tree.children[1].rule = Dated<Rule>(Rule(FormulaRule{Formula("prev(y) + x"), {}, {}, {}}));
  Variable x;
  x.code = "x";
  x.zero_is_missing = true;
  Variable y;
  y.code = "y";
  head.variables = {x, y};
  const Scores base = Evaluator(Index(head)).score(small::panel({"x", "y"}, {{0, 1}, {2, 3}}));
  DrawValues values;
  values.absolute = 0.1;
  EXPECT_THAT(rows_of(base, values), ElementsAre("x1"));
}

TEST(SamplerTest, AnchorsLieAroundTheBase) {
  const Scores base = small::uncertain();
  DrawAnchors source;
  source.nodes = "a";
  source.spread = 0.2;
  const auto uniform = samples::draw(base, source, 20'000);
  const auto evenly = [](double x) { return std::clamp((x - 8.0) / 24.0, 0.0, 1.0); };
  EXPECT_LT(samples::distance(uniform[0], evenly), samples::farthest);
  EXPECT_NEAR(samples::mean(uniform[1]), 80.0, 0.3);
  EXPECT_NEAR(samples::correlation(uniform[0], uniform[1]), 0.0, 0.03);
  source.law = DrawAnchors::Law::normal;
  source.spread = 0.1;
  const auto normal = samples::draw(base, source, 20'000);
  const auto law = [](double x) { return 0.5 * std::erfc((20.0 - x) / 6.0 / std::sqrt(2.0)); };
  EXPECT_LT(samples::distance(normal[0], law), samples::farthest);
  source.spread = 2.0;
  const auto wide = samples::draw(base, source, 20'000);
  for (std::size_t j = 0; j < wide[0].size(); ++j) ASSERT_LT(wide[0][j], wide[1][j]);
}

TEST(SamplerTest, ChoicesAreAsLikelyAsTheySay) {
  const Scores base = small::uncertain();
  Choose source;
  source.alternatives.resize(4);
  source.probabilities = {0.5, 0.0, 0.3, 0.2};
  const Sample row = samples::draw(base, source, 40'000)[0];
  const auto share = [&](double of) {
    return static_cast<double>(std::count(row.begin(), row.end(), of)) / 40'000.0;
  };
  EXPECT_NEAR(share(0), 0.5, 0.01);
  EXPECT_EQ(share(1), 0.0);
  EXPECT_NEAR(share(2), 0.3, 0.01);
  EXPECT_NEAR(share(3), 0.2, 0.01);
}

}  // namespace
}  // namespace chiso
