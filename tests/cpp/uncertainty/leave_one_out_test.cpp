#include "chiso/uncertainty/leave_one_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "../scenario/random_scenario.hpp"
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

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// What the scenarios give, to the bit.
void expect_as_scenarios(const LeaveOneOut& found) {
  const Scores& base = found.base;
  const auto units = static_cast<std::size_t>(base.units().size());
  const Ranking before(base);
  for (std::size_t k = 0; k < found.nodes.size(); ++k) {
    const std::string& code = base.index().node(found.nodes[k]).code;
    Scenario scenario;
    scenario.edits.push_back({DropNode{code}, {}});
    const Scores after = what_if(base, scenario).after;
    const Ranking ranking(after);
    double total = 0.0;
    double greatest = 0.0;
    double count = 0.0;
    double in = 0.0;
    double stay = 0.0;
    for (std::size_t u = 0; u < units; ++u) {
      EXPECT_TRUE(same(found.scores[k * units + u], after.column(0)[u]))
          << code << " " << base.units()[static_cast<Size>(u)] << " " << found.scores[k * units + u]
          << " " << after.column(0)[u];
      const double rank = ranking.ranks()[u];
      EXPECT_TRUE(same(found.ranks[k * units + u], rank)) << code;
      EXPECT_TRUE(same(found.base_ranks[u], before.ranks()[u]));
      const double top = static_cast<double>(found.top);
      if (before.ranks()[u] <= top) {
        in += 1.0;
        if (rank <= top) stay += 1.0;
      }
      if (std::isnan(rank) || std::isnan(before.ranks()[u])) continue;
      const double shift = std::abs(rank - before.ranks()[u]);
      total += shift;
      greatest = std::max(greatest, shift);
      count += 1.0;
    }
    EXPECT_TRUE(same(found.mean_shift[k], total / count)) << code;
    EXPECT_TRUE(same(found.greatest_shift[k], count > 0.0 ? greatest : missing)) << code;
    EXPECT_TRUE(same(found.overlap[k], stay / in)) << code;
  }
}

TEST(LeaveOneOut, OfAMeanIsTheMeanOfTheOthers) {
  Criterion root =
      inner("root", Method::arithmetic_mean,
            {weighted(50, leaf("x")), weighted(25, leaf("y")), weighted(25, leaf("z"))});
  const Scores base =
      Evaluator(index(root)).score(panel({"x", "y", "z"}, {{8, 0, 4}, {4, 4, 4}, {0, 6, 8}}));
  const LeaveOneOut found = leave_one_out(base, "*", 1);
  ASSERT_EQ(found.nodes.size(), 3U);
  const std::vector<double> expected{2, 4, 7, 20.0 / 3, 4, 8.0 / 3, 16.0 / 3, 4, 2};
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(found.scores[i], expected[i], 1e-14);
  EXPECT_EQ(found.base_ranks[0], 1.0);
  EXPECT_EQ(found.overlap, (std::vector<double>{0, 1, 1}));
  expect_as_scenarios(found);
}

TEST(LeaveOneOut, IsWhatTheScenariosGive) {
  int nodes = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    const auto base = random_scenario::make_scores(seed);
    if (!base) continue;
    try {
      const LeaveOneOut found = leave_one_out(*base, "*", 1);
      nodes += static_cast<int>(found.nodes.size());
      expect_as_scenarios(found);
    } catch (const NotFoundError&) {
      // Only children all the way down.
    } catch (const SpecError&) {
      // Some definition without a node is not sound.
    }
  }
  EXPECT_GT(nodes, 500);
}

TEST(LeaveOneOut, OfThePciAndThePapi) {
  const std::filesystem::path shipped = shipped_folder();
  const Scores pci =
      Evaluator(load_index(shipped / "indices" / "pci" / "2013.yaml"))
          .score(read_panel(shipped / "data" / "pci_scores.csv"), {.period = Period(2019)});
  const LeaveOneOut found = leave_one_out(pci);
  EXPECT_EQ(found.nodes.size(), 10U);
  expect_as_scenarios(found);
}

TEST(LeaveOneOut, RefusesWhatItCannotAnswer) {
  Criterion root =
      inner("root", Method::arithmetic_mean, {inner("p", Method::minimum, {leaf("x")})});
  const Scores base = Evaluator(index(root)).score(panel({"x"}, {{1}, {2}}));
  EXPECT_THROW(static_cast<void>(leave_one_out(base, "*", 1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(leave_one_out(base, "y", 1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(leave_one_out(base, "*", 3)), SpecError);
}

}  // namespace
}  // namespace chiso
