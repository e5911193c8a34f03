#include "chiso/optimize/rank_interval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
#include "with_shares.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;
using testing::ElementsAre;
using testing::HasSubstr;

/// A mean of identities x0, x1 ... with relative weights.
Criterion mean_of(std::string code, const std::vector<double>& weights, int first = 0) {
  std::vector<Criterion> children;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    children.push_back(
        weighted(weights[k], leaf("x" + std::to_string(first + static_cast<int>(k)))));
  }
  Criterion node = inner(std::move(code), Method::arithmetic_mean, std::move(children));
  node.aggregation.weights = Aggregation::Weights::relative;
  return node;
}

Scores scored(const Criterion& tree, const std::vector<std::vector<double>>& rows) {
  std::vector<std::string> codes;
  for (std::size_t k = 0; k < rows[0].size(); ++k) codes.push_back("x" + std::to_string(k));
  return Evaluator(index(tree)).score(panel(codes, rows));
}

std::vector<double> best(const RankIntervals& intervals) {
  std::vector<double> ranks;
  for (const RankInterval& unit : intervals.units) ranks.push_back(unit.best.rank);
  return ranks;
}

std::vector<double> worst(const RankIntervals& intervals) {
  std::vector<double> ranks;
  for (const RankInterval& unit : intervals.units) ranks.push_back(unit.worst.rank);
  return ranks;
}

/// What RankIntervals says of equal scores.
constexpr double tie = 1e-8;

double rank_in(std::span<const double> scores, Size unit) {
  double rank = 1.0;
  for (const double score : scores) {
    if (score > scores[static_cast<std::size_t>(unit)] + tie) rank += 1.0;
  }
  return rank;
}

/// Scoring the definition with the weights that are said to give a rank gives it.
void expect_attained(const RankIntervals& intervals) {
  for (const RankInterval& unit : intervals.units) {
    for (const RankInterval::End* end : {&unit.best, &unit.worst}) {
      EXPECT_TRUE(end->proven());
      const Scores after =
          with_shares(intervals.base, intervals.parents, intervals.nodes, end->shares);
      EXPECT_EQ(rank_in(after.column(intervals.node), unit.unit), end->rank)
          << intervals.base.units()[unit.unit];
    }
  }
}

TEST(RankInterval, TwoUnitsThatAreEachBestAtSomething) {
  const Scores base = scored(mean_of("root", {1, 3}), {{1, 0}, {0, 1}});
  const RankIntervals any = rank_intervals(base);
  EXPECT_THAT(best(any), ElementsAre(1, 1));
  EXPECT_THAT(worst(any), ElementsAre(2, 2));
  EXPECT_EQ(any.units[0].rank, 2.0);
  EXPECT_THAT(any.nominal, ElementsAre(0.25, 0.75));
  expect_attained(any);

  // x0 at least 0.6: a is always ahead. At least 0.5: they may be level, which puts nobody down.
  for (const double lowest : {0.6, 0.5}) {
    RankIntervalOptions options;
    options.weights.emplace_back();
    options.weights[0].bounds.push_back({.node = "x0", .lowest = lowest, .highest = 1.0});
    const RankIntervals bounded = rank_intervals(base, options);
    EXPECT_THAT(best(bounded), ElementsAre(1, lowest == 0.5 ? 1 : 2));
    EXPECT_THAT(worst(bounded), ElementsAre(1, 2));
    expect_attained(bounded);
  }
}

TEST(RankInterval, EqualUnitsShareTheirRanks) {
  const Scores base = scored(mean_of("root", {1, 1}), {{1, 2}, {1, 2}, {1, 0}});
  const RankIntervals any = rank_intervals(base);
  // c is level with the others where x0 has everything, and only there.
  EXPECT_THAT(best(any), ElementsAre(1, 1, 1));
  EXPECT_THAT(worst(any), ElementsAre(1, 1, 3));
  expect_attained(any);
}

TEST(RankInterval, AMiddlingUnitIsNeverFirst) {
  // max(t, 1 - t) >= 0.5 > 0.4, and next to t = 1 only one is above.
  const Scores base = scored(mean_of("root", {1, 1}), {{1, 0}, {0, 1}, {0.4, 0.4}});
  const RankIntervals any = rank_intervals(base);
  EXPECT_THAT(best(any), ElementsAre(1, 1, 2));
  EXPECT_THAT(worst(any), ElementsAre(3, 3, 3));
  expect_attained(any);
}

TEST(RankInterval, UnitsThatOnlyTieAreNotAbove) {
  // b and c are never both above a at once: x0 > x1 for one, x1 > x0 for the other; at x0 = x1 all
  // are level. A program with rows that hold with equality would count two.
  const Scores base = scored(mean_of("root", {1, 1}), {{1, 1}, {2, 0}, {0, 2}});
  const RankIntervals any = rank_intervals(base);
  EXPECT_THAT(best(any), ElementsAre(1, 1, 1));
  EXPECT_THAT(worst(any), ElementsAre(2, 3, 3));
  expect_attained(any);
}

/// Weights at which all ranks that there are can be seen, for three criteria: corners of the cells
/// in which the order does not change, and inner points of the cells.
std::vector<std::array<double, 3>> telling_weights(const std::vector<std::vector<double>>& rows) {
  std::vector<std::array<double, 3>> lines{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  for (std::size_t a = 0; a < rows.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      lines.push_back({rows[a][0] - rows[b][0], rows[a][1] - rows[b][1], rows[a][2] - rows[b][2]});
    }
  }
  std::vector<std::array<double, 3>> corners;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const auto& p = lines[i];
      const auto& q = lines[k];
      std::array<double, 3> w{p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2],
                              p[0] * q[1] - p[1] * q[0]};
      const double sum = w[0] + w[1] + w[2];
      if (std::abs(sum) < 1e-9) continue;
      for (double& each : w) each /= sum;
      if (*std::min_element(w.begin(), w.end()) < -1e-12) continue;
      for (double& each : w) each = std::max(each, 0.0);
      const auto same = [&](const auto& o) {
        return std::abs(o[0] - w[0]) + std::abs(o[1] - w[1]) < 1e-9;
      };
      if (std::none_of(corners.begin(), corners.end(), same)) corners.push_back(w);
    }
  }
  // A cell is the hull of its corners: the mean of three that are not in line lies inside.
  std::vector<std::array<double, 3>> all = corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      for (std::size_t l = 0; l < k; ++l) {
        std::array<double, 3> w{};
        for (std::size_t d = 0; d < 3; ++d) {
          w[d] = (corners[i][d] + corners[k][d] + corners[l][d]) / 3.0;
        }
        all.push_back(w);
      }
    }
  }
  return all;
}

TEST(RankInterval, OfSmallCasesIsWhatEnumerationFinds) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const std::size_t units = 2 + random() % 4;
    std::vector<std::vector<double>> rows(units, std::vector<double>(3));
    // Few different values: ties everywhere.
    const unsigned levels = round % 2 == 0 ? 4 : 1000;
    for (auto& row : rows) {
      for (double& value : row) value = static_cast<double>(random() % levels);
    }
    const Scores base = scored(mean_of("root", {1, 2, 3}), rows);
    const RankIntervals any = rank_intervals(base);
    ASSERT_TRUE(any.proven()) << round;
    std::vector<double> low(units, 99.0);
    std::vector<double> high(units, 0.0);
    for (const auto& w : telling_weights(rows)) {
      std::vector<double> scores;
      for (const auto& row : rows) scores.push_back(w[0] * row[0] + w[1] * row[1] + w[2] * row[2]);
      for (std::size_t u = 0; u < units; ++u) {
        const double rank = rank_in(scores, static_cast<Size>(u));
        low[u] = std::min(low[u], rank);
        high[u] = std::max(high[u], rank);
      }
    }
    EXPECT_EQ(best(any), low) << round;
    EXPECT_EQ(worst(any), high) << round;
    expect_attained(any);
  }
}

/// Shares of n siblings, uniform on the simplex.
std::vector<double> drawn_shares(std::mt19937& random, std::size_t n) {
  std::vector<double> shares(n);
  double sum = 0.0;
  for (double& share : shares) {
    share = -std::log((static_cast<double>(random() % 1'000'000) + 0.5) * 1e-6);
    sum += share;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

/// Two pillars of a mean, of three and two indicators.
Criterion two_levels() {
  Criterion root =
      inner("root", Method::arithmetic_mean,
            {weighted(0.7, mean_of("p", {1, 2, 2})), weighted(0.3, mean_of("q", {1, 1}, 3))});
  root.children[0].aggregation.times = 10;
  root.children[1].aggregation.times = 10;
  return root;
}

std::vector<std::vector<double>> random_rows(std::mt19937& random, std::size_t units,
                                             std::size_t values) {
  std::vector<std::vector<double>> rows(units, std::vector<double>(values));
  for (auto& row : rows) {
    for (double& value : row) value = static_cast<double>(random() % 1000) / 100.0;
  }
  return rows;
}

TEST(RankInterval, HoldsForEveryVectorOfAdmissibleShares) {
  std::mt19937 random(5);
  int admissible_draws = 0;
  for (int round = 0; round < 40; ++round) {
    const Scores base = scored(two_levels(), random_rows(random, 7, 5));
    RankIntervalOptions options;
    DrawWeights weights;
    const int kind = round % 5;
    if (kind == 1) {
      weights.bounds = {{"x0", 0.1, 0.5}, {"p", 0.5, 0.8}};
    } else if (kind == 2) {
      weights.keep_order = true;
    } else if (kind == 3) {
      weights.law = DrawWeights::Law::relative;
      weights.spread = 0.4;
    } else if (kind == 4) {
      weights.overall = true;
      weights.criteria = "root";
      weights.orders = {{"x0", "x3"}};
      weights.bounds = {{"x4", 0.05, 0.4}};
    }
    options.weights = {weights};
    const RankIntervals intervals = rank_intervals(base, options);
    expect_attained(intervals);
    for (int draw = 0; draw < 200; ++draw) {
      // In the order of the rows: root's, p's, q's; or the indicators'.
      std::vector<double> shares;
      bool fits = true;
      if (kind == 4) {
        shares = drawn_shares(random, 5);
        fits = shares[0] >= shares[3] && shares[4] >= 0.05 && shares[4] <= 0.4;
      } else if (kind == 3) {
        for (std::size_t k = 0; k < intervals.nominal.size(); ++k) {
          shares.push_back(intervals.nominal[k] *
                           (1.0 + 0.4 * (static_cast<double>(random() % 2001) / 1000.0 - 1.0)));
        }
        for (std::size_t k = 0; k < shares.size(); ++k) {
          double sum = 0.0;
          for (std::size_t l = 0; l < shares.size(); ++l) {
            if (intervals.parents[l] == intervals.parents[k]) sum += shares[l];
          }
          // Those of one parent follow one another; the first of them divides all.
          if (std::abs(sum - 1.0) < 1e-15) continue;
          for (std::size_t l = k; l < shares.size(); ++l) {
            if (intervals.parents[l] == intervals.parents[k]) shares[l] /= sum;
          }
        }
      } else {
        for (const std::size_t n : {std::size_t{2}, std::size_t{3}, std::size_t{2}}) {
          const auto group = drawn_shares(random, n);
          shares.insert(shares.end(), group.begin(), group.end());
        }
        if (kind == 1) {
          fits = shares[0] >= 0.5 && shares[0] <= 0.8 && shares[2] >= 0.1 && shares[2] <= 0.5;
        }
        if (kind == 2) {
          fits = shares[0] >= shares[1] && shares[2] <= shares[3] && shares[2] <= shares[4];
        }
      }
      if (!fits) continue;
      ++admissible_draws;
      const Scores after = with_shares(base, intervals.parents, intervals.nodes, shares);
      for (const RankInterval& unit : intervals.units) {
        const double rank = rank_in(after.column(0), unit.unit);
        EXPECT_LE(unit.best.rank, rank) << round;
        EXPECT_GE(unit.worst.rank, rank) << round;
      }
    }
  }
  EXPECT_GT(admissible_draws, 2000);
}

TEST(RankInterval, OfASumAreSharesOfItsMaximum) {
  // 40 and 60 points, and a bonus that stays: a is ahead by 2 points of bonus, b by a tenth of all
  // points in x1 and level in x0.
  Criterion root = inner("root", Method::sum,
                         {points("x0", 40, Identity{}), points("x1", 60, Identity{}), leaf("x2")});
  root.children[2].role = Role::bonus;
  root.maximum = 100.0;
  const Scores base = scored(root, {{20, 30, 2}, {20, 36, 0}});
  const RankIntervals any = rank_intervals(base);
  EXPECT_THAT(any.nominal, ElementsAre(0.4, 0.6));
  EXPECT_THAT(best(any), ElementsAre(1, 1));
  EXPECT_THAT(worst(any), ElementsAre(2, 2));
  // The share of x1 at which 10 points of it are worth 2: a fifth.
  RankIntervalOptions options;
  options.weights.emplace_back();
  options.weights[0].bounds.push_back({"x1", 0.0, 0.199});
  EXPECT_THAT(worst(rank_intervals(base, options)), ElementsAre(1, 2));
  options.weights[0].bounds[0].highest = 0.201;
  EXPECT_THAT(worst(rank_intervals(base, options)), ElementsAre(2, 2));
}

TEST(RankInterval, OfAnInnerNodeAndOfSomeUnits) {
  std::mt19937 random(3);
  const Scores base = scored(two_levels(), random_rows(random, 6, 5));
  const RankIntervals all = rank_intervals(base);
  RankIntervalOptions options;
  options.units = {"c", "a"};
  const RankIntervals some = rank_intervals(base, options);
  ASSERT_EQ(some.units.size(), 2U);
  EXPECT_EQ(some.units[0].unit, 0);
  EXPECT_EQ(some.units[1].unit, 2);
  EXPECT_EQ(some.units[1].best.rank, all.units[2].best.rank);
  EXPECT_EQ(some.units[1].worst.rank, all.units[2].worst.rank);
  options.units.clear();
  options.node = "q";
  const RankIntervals inner_node = rank_intervals(base, options);
  EXPECT_EQ(inner_node.nodes.size(), 2U);
  expect_attained(inner_node);
}

TEST(RankInterval, GivenScoresAndUnitsWithoutAScore) {
  Evaluator evaluator(index(two_levels()));
  const Panel data = panel({"x0", "x1", "x2", "x3", "x4"},
                           {{1, 2, 3, 1, 1}, {5, 4, 3, 9, 8}, {missing, 9, 9, 9, 9}});
  const std::vector<GivenScore> given{{.unit = 0, .node = evaluator.index().at("p"), .score = 100}};
  ScoreOptions options;
  options.given = given;
  const Scores base = evaluator.score(data, options);
  const RankIntervals any = rank_intervals(base);
  ASSERT_EQ(any.units.size(), 2U);
  EXPECT_THAT(best(any), ElementsAre(1, 1));
  EXPECT_THAT(worst(any), ElementsAre(2, 2));
  RankIntervalOptions pillars;
  pillars.weights.emplace_back();
  // 100 p + 10 q against at most 50 p + 90 q: level at p = 8/13.
  pillars.weights[0].bounds.push_back({"p", 0.62, 1.0});
  EXPECT_THAT(worst(rank_intervals(base, pillars)), ElementsAre(1, 2));
  pillars.weights[0].bounds[0].lowest = 0.61;
  EXPECT_THAT(worst(rank_intervals(base, pillars)), ElementsAre(2, 2));
}

TEST(RankInterval, RefusesWhatIsNotLinear) {
  const auto message = [](const Scores& base, const RankIntervalOptions& options) -> std::string {
    try {
      static_cast<void>(rank_intervals(base, options));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  Criterion geometric = two_levels();
  geometric.aggregation.method = Method::geometric_mean;
  const std::vector<std::vector<double>> rows{{1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}};
  EXPECT_THAT(message(scored(geometric, rows), {}), HasSubstr("geometric_mean"));
  // Below it nothing has to be linear if nothing varies there.
  Criterion below = two_levels();
  below.children[0].aggregation.method = Method::geometric_mean;
  RankIntervalOptions top;
  top.weights.emplace_back();
  top.weights[0].criteria = "root";
  EXPECT_EQ(message(scored(below, rows), top), "");
  EXPECT_THAT(message(scored(below, rows), {}), HasSubstr("p: expected a mean or a sum"));

  Criterion capped = two_levels();
  capped.cap = 40.0;
  EXPECT_THAT(message(scored(capped, rows), {}), HasSubstr("cap of 40"));
  capped.cap = 50.0;
  EXPECT_EQ(message(scored(capped, rows), {}), "");

  Criterion gaps = two_levels();
  gaps.children[1].missing = MissingPolicy::renormalise;
  EXPECT_THAT(message(scored(gaps, {{1, 2, 3, missing, 5}, {5, 4, 3, 2, 1}}), {}),
              HasSubstr("a, x3: has no score"));

  const Scores base = scored(two_levels(), rows);
  RankIntervalOptions options;
  options.weights.resize(2);
  EXPECT_THAT(message(base, options), HasSubstr("vary by"));
  options.weights.resize(1);
  options.weights[0].criteria = "x*";
  EXPECT_THAT(message(base, options), HasSubstr("meets no criterion"));
  options.weights[0].criteria = "*";
  options.weights[0].bounds = {{"x0", 0.5, 0.2}};
  EXPECT_THAT(message(base, options), HasSubstr("expected bounds of"));
  options.weights[0].bounds = {{"x0", 0.6, 1.0}, {"x1", 0.6, 1.0}};
  EXPECT_THAT(message(base, options), HasSubstr("add up to 1.2, more than 1"));
  options.weights[0].bounds = {{"x0", 0.6, 1.0}};
  options.weights[0].orders = {{"x1", "x0"}};
  EXPECT_THAT(message(base, options), HasSubstr("x1"));
  options.weights[0].bounds.clear();
  options.weights[0].orders = {{"x1", "x3"}};
  EXPECT_THAT(message(base, options), HasSubstr("are no siblings"));
  options.weights.clear();
  options.units = {"d"};
  EXPECT_THROW(static_cast<void>(rank_intervals(base, options)), NotFoundError);
}

TEST(RankInterval, StopsAndSaysWhatIsProven) {
  std::mt19937 random(9);
  const Scores base = scored(mean_of("root", {1, 1, 1, 1}), random_rows(random, 25, 4));
  RankIntervalOptions options;
  options.seconds = 0.0;
  const RankIntervals quick = rank_intervals(base, options);
  const RankIntervals exact = rank_intervals(base);
  EXPECT_TRUE(quick.stopped);
  EXPECT_FALSE(exact.stopped);
  EXPECT_FALSE(quick.proven());
  EXPECT_TRUE(exact.proven());
  for (std::size_t u = 0; u < exact.units.size(); ++u) {
    EXPECT_LE(quick.units[u].best.bound, exact.units[u].best.rank);
    EXPECT_GE(quick.units[u].best.rank, exact.units[u].best.rank);
    EXPECT_GE(quick.units[u].worst.bound, exact.units[u].worst.rank);
    EXPECT_LE(quick.units[u].worst.rank, exact.units[u].worst.rank);
  }
  Size calls = 0;
  options.seconds = 60.0;
  options.progress = [&](Size, Size wanted) {
    EXPECT_EQ(wanted, 50);
    return ++calls < 3;
  };
  EXPECT_TRUE(rank_intervals(base, options).stopped);
}

/// PCI 2019, any weights of the ten sub-indices: all 126 ends are proven and scored anew.
TEST(RankInterval, OfThePci) {
  const Index pci = load_index(shipped_folder() / "indices" / "pci" / "2013.yaml");
  const Panel data = read_panel(shipped_folder() / "data" / "pci_scores.csv");
  const Scores base = Evaluator(pci).score(data, {.period = Period(2019)});
  const RankIntervals any = rank_intervals(base);
  ASSERT_EQ(any.units.size(), 63U);
  expect_attained(any);
  const Ranking ranking(base);
  for (const RankInterval& unit : any.units) {
    EXPECT_LE(unit.best.rank, unit.rank);
    EXPECT_LE(unit.rank, unit.worst.rank);
    EXPECT_EQ(unit.rank, ranking.ranks()[static_cast<std::size_t>(unit.unit)]);
  }
  // Nobody leads in everything, and who is best in one sub-index can be first.
  for (const Size leaf_node : pci.leaves()) {
    const auto column_of = base.column(leaf_node);
    const auto first = std::max_element(column_of.begin(), column_of.end()) - column_of.begin();
    EXPECT_EQ(any.units[static_cast<std::size_t>(first)].best.rank, 1.0);
  }
}

/// PAPI 2019, any shares of the dimensions and of the sub-dimensions in them: sums on two levels.
TEST(RankInterval, OfThePapi) {
  const Index papi = load_index(shipped_folder() / "indices" / "papi" / "2019.yaml");
  const Panel data = read_panel(shipped_folder() / "data" / "papi_subdimensions.csv");
  const Scores base = Evaluator(papi).score(data, {.period = Period(2019)});
  const RankIntervals any = rank_intervals(base);
  EXPECT_TRUE(any.proven());
  ASSERT_FALSE(any.units.empty());
  std::mt19937 random(1);
  for (int draw = 0; draw < 500; ++draw) {
    // Sums: points of a sub-dimension by its share of the maximum.
    std::vector<double> shares;
    for (std::size_t k = 0; k < any.nodes.size();) {
      std::size_t next = k;
      while (next < any.nodes.size() && any.parents[next] == any.parents[k]) ++next;
      const auto group = drawn_shares(random, next - k);
      shares.insert(shares.end(), group.begin(), group.end());
      k = next;
    }
    std::vector<double> scores(static_cast<std::size_t>(base.units().size()), 0.0);
    const Evaluator& evaluator = base.evaluator();
    for (std::size_t k = 0; k < any.nodes.size(); ++k) {
      if (!papi.is_leaf(any.nodes[k])) continue;
      double share = shares[k];
      for (std::size_t l = 0; l < any.nodes.size(); ++l) {
        if (any.nodes[l] == any.parents[k]) share *= shares[l];
      }
      const auto values = base.column(any.nodes[k]);
      for (std::size_t u = 0; u < scores.size(); ++u) {
        scores[u] += 80.0 * share * values[u] / evaluator.maximum(any.nodes[k]);
      }
    }
    for (const RankInterval& unit : any.units) {
      const double rank = rank_in(scores, unit.unit);
      EXPECT_LE(unit.best.rank, rank);
      EXPECT_GE(unit.worst.rank, rank);
    }
  }
}

}  // namespace
}  // namespace chiso
