#include "chiso/uncertainty/projection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "histories.hpp"

namespace chiso {
namespace {

using testing::DoubleEq;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = ProjectionModel::Kind;
using Scale = ProjectionModel::Scale;
using Quantity = ProjectedGoal::Quantity;
using Against = ProjectedGoal::Against;

ProjectionOptions options_of(Kind kind, std::int64_t draws = 4'000) {
  ProjectionOptions options;
  options.model.kind = kind;
  options.model.scale = Scale::as_published;
  options.draws = draws;
  options.threads = 1;
  return options;
}

History walks(Size units, Size periods, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  return history_of(random_walks(units, periods, 2.0, 1.0, random));
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// Five standard errors of a share of draws.
double noise(double share, double draws) { return 5.0 * std::sqrt(share * (1 - share) / draws); }

Interval at_most(double x) { return Interval::closed(-std::numeric_limits<double>::infinity(), x); }
Interval at_least(double x) { return Interval::closed(x, std::numeric_limits<double>::infinity()); }

/// Steps of many units tell the variance nearly exactly: who is ahead is a matter of one normal
/// number.
TEST(ProjectionTest, OneWalkOvertakesAnotherWithTheNormalProbability) {
  constexpr Size units = 200;
  constexpr Size periods = 6;
  const History history = walks(units, periods);
  double squares = 0.0;
  for (Size p = 1; p < periods; ++p) {
    std::vector<double> steps;
    double mean = 0.0;
    for (Size u = 0; u < units; ++u) {
      steps.push_back(history.column(p)[at(u)] - history.column(p - 1)[at(u)]);
      mean += steps.back() / double{units};
    }
    for (const double each : steps) squares += (each - mean) * (each - mean);
  }
  const double variance = squares / ((units - 1) * (periods - 1));
  const Projection projection(history, {Period(2007), Period(2010)}, options_of(Kind::random_walk));
  const auto last = history.column(periods - 1);

  for (const auto& [a, b] : {std::pair{0, 1}, {2, 7}, {150, 30}, {77, 199}}) {
    for (const int ahead : {1, 4}) {
      ProjectedGoal first;
      first.range = at_most(1);
      first.among = {history.units()[a], history.units()[b]};
      first.by = Period(2006 + ahead);
      const double expected =
          normal_cdf((last[at(a)] - last[at(b)]) / std::sqrt(2.0 * ahead * variance));
      EXPECT_NEAR(projection.probability(history.units()[a], first), expected,
                  noise(expected, 4000) + 2e-3);
    }
  }
}

/// Two steps of the level tell its variance by two degrees of freedom: Student's distribution has a
/// closed form there. Units that never move against each other by much show the level.
TEST(ProjectionTest, TheLevelMovesByStudentsDistribution) {
  Eigen::MatrixXd scores(4, 3);
  scores << 10.0, 13.0, 12.0, 20.0, 23.001, 22.0, 30.0, 33.0, 32.001, 40.0, 43.0, 42.0;
  const double step = std::sqrt((9.0 + 1.0) / 2.0);
  const Projection projection(history_of(scores), {Period(2004), Period(2007)},
                              options_of(Kind::random_walk, 20'000));

  for (const int ahead : {1, 4}) {
    for (const double up : {-5.0, -1.0, 0.5, 2.0, 8.0}) {
      ProjectedGoal goal;
      goal.quantity = Quantity::score;
      goal.range = at_least(32.0 + up);
      goal.by = Period(2003 + ahead);
      const double t = up / (step * std::sqrt(ahead));
      const double expected = 0.5 - t / (2.0 * std::sqrt(2.0 + t * t));
      EXPECT_NEAR(projection.probability("u2", goal), expected, noise(expected, 20'000) + 1e-3);
    }
  }
  EXPECT_NEAR(projection.learned().level_step, step, 1e-3);
}

/// With a drift one degree of freedom is left (Cauchy's distribution), and the drift's own error
/// grows with the square of the steps ahead.
TEST(ProjectionTest, ADriftingLevelIsUncertainOfItsDrift) {
  Eigen::MatrixXd scores(4, 3);
  scores << 10.0, 13.0, 14.0, 20.0, 23.001, 24.0, 30.0, 33.0, 34.001, 40.0, 43.0, 44.0;
  ProjectionOptions options = options_of(Kind::random_walk, 20'000);
  options.model.common_drift = true;
  const Projection projection(history_of(scores), {Period(2006)}, options);
  // Steps of 3 and 1: drift 2, variance 1 + 1 over one degree of freedom.
  const double scale = std::sqrt(2.0 * (3.0 + 9.0 / 2.0));

  for (const double up : {-6.0, 0.0, 4.0, 10.0}) {
    ProjectedGoal goal;
    goal.quantity = Quantity::score;
    goal.range = at_least(34.0 + 6.0 + up);
    goal.by = Period(2006);
    const double expected = 0.5 - std::atan(up / scale) / 3.14159265358979;
    EXPECT_NEAR(projection.probability("u2", goal), expected, noise(expected, 20'000) + 1e-3);
  }
  EXPECT_NEAR(projection.learned().level_drift, 2.0, 1e-3);
}

TEST(ProjectionTest, DependsOnTheSeedAloneNotOnThreads) {
  const History history = walks(12, 5);
  ProjectionOptions options;
  options.draws = 1'001;
  options.threads = 1;
  const Projection one(history, {Period(2006), Period(2008)}, options);

  for (const int threads : {2, 7}) {
    options.threads = threads;
    const Projection other(history, {Period(2008), Period(2006)}, options);
    for (const Size p : {0, 1}) {
      EXPECT_TRUE(std::ranges::equal(one.scores(p), other.scores(p)));
      EXPECT_TRUE(std::ranges::equal(one.ranks(p), other.ranks(p)));
    }
  }
  options.seed = 1;
  const Projection other(history, {Period(2006), Period(2008)}, options);
  EXPECT_FALSE(std::ranges::equal(one.scores(0), other.scores(0)));
}

TEST(ProjectionTest, NodesTakeDifferentNumbers) {
  std::mt19937_64 random(3);
  const Eigen::MatrixXd scores = random_walks(12, 5, 2.0, 1.0, random);
  const Projection a(history_of(scores, "a"), {Period(2006)});
  const Projection b(history_of(scores, "b"), {Period(2006)});

  EXPECT_FALSE(std::ranges::equal(a.scores(0), b.scores(0)));
}

TEST(ProjectionTest, FewestDrawsAndAllAnswersAgree) {
  const Projection projection(walks(9, 5), {Period(2006)}, options_of(Kind::mean_reversion, 999));
  const Size units = projection.units().size();
  const std::vector<double> shares = projection.acceptability(0);
  const std::vector<double> means = projection.mean_rank(0);

  for (Size u = 0; u < units; ++u) {
    double all = 0.0;
    double mean = 0.0;
    for (Size r = 0; r < units; ++r) {
      all += shares[at(r * units + u)];
      mean += shares[at(r * units + u)] * static_cast<double>(r + 1);
      EXPECT_NEAR(projection.top(0, r + 1)[at(u)], all, 1e-12);
      ProjectedGoal goal;
      goal.range = at_most(static_cast<double>(r + 1));
      goal.by = Period(2006);
      EXPECT_EQ(projection.probability(projection.units()[u], goal),
                projection.top(0, r + 1)[at(u)]);
    }
    EXPECT_NEAR(all, 1.0, 1e-12);
    EXPECT_NEAR(means[at(u)], mean, 1e-9);
    std::vector<double> own;
    for (std::int64_t d = 0; d < 999; ++d) own.push_back(projection.ranks(0)[at(d * units + u)]);
    std::ranges::sort(own);
    EXPECT_EQ(projection.rank_quantile(0, 0.5)[at(u)], own[499]);
    EXPECT_EQ(projection.rank_quantile(0, 0.0)[at(u)], own.front());
    EXPECT_EQ(projection.rank_quantile(0, 1.0)[at(u)], own.back());
  }
}

TEST(ProjectionTest, LearnsWhatHistoriesWereMadeOf) {
  constexpr Size units = 400;
  constexpr Size periods = 12;
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd scores(units, periods);
  for (Size u = 0; u < units; ++u) {  // Variances 4 lasting, 4 fading by 0.7 a step, 2 noise.
    const double lasting = 2.0 * normal(random);
    double fading = 2.0 * normal(random);
    for (Size p = 0; p < periods; ++p) {
      if (p > 0) fading = 0.7 * fading + 2.0 * std::sqrt(1.0 - 0.49) * normal(random);
      scores(u, p) =
          50.0 + static_cast<double>(p) + lasting + fading + std::sqrt(2.0) * normal(random);
    }
  }
  const LearnedModel learned =
      Projection(history_of(scores), {Period(2013)}, options_of(Kind::mean_reversion, 10))
          .learned();

  EXPECT_NEAR(learned.deviation, std::sqrt(10.0), 0.25);
  EXPECT_NEAR(learned.lasting, 0.4, 0.12);
  EXPECT_NEAR(learned.noise, 0.2, 0.07);
  EXPECT_NEAR(learned.persistence, 0.7, 0.1);
}

TEST(ProjectionTest, LearnsOwnSlopesAndNoise) {
  constexpr Size units = 300;
  std::mt19937_64 random(12);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd sloping = random_walks(units, 8, 1.0, 0.5, random);
  Eigen::MatrixXd noisy = sloping;
  for (Size u = 0; u < units; ++u) {
    const double slope = 0.8 * normal(random);
    for (Size p = 0; p < 8; ++p) {
      sloping(u, p) += slope * static_cast<double>(p);
      noisy(u, p) += 2.0 * normal(random);
    }
  }
  const LearnedModel drift =
      Projection(history_of(sloping), {Period(2009)}, options_of(Kind::drift, 10)).learned();
  const LearnedModel level =
      Projection(history_of(noisy), {Period(2009)}, options_of(Kind::local_level, 10)).learned();

  EXPECT_NEAR(drift.slopes, 0.8, 0.15);
  EXPECT_NEAR(drift.deviation, 1.0, 0.1);
  EXPECT_NEAR(level.noise, 4.0 / 5.0, 0.08);
  EXPECT_NEAR(level.deviation, std::sqrt(5.0), 0.2);
}

TEST(ProjectionTest, VolatilityByUnitTellsCalmFromRestless) {
  constexpr Size units = 60;
  std::mt19937_64 random(13);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd scores(units, 12);
  for (Size u = 0; u < units; ++u) {
    double place = 50.0;
    for (Size p = 0; p < 12; ++p) {
      place += (u % 2 == 0 ? 0.3 : 3.0) * normal(random);
      scores(u, p) = place;
    }
  }
  ProjectionOptions options = options_of(Kind::random_walk);
  const auto widths = [&] {
    const Projection projection(history_of(scores), {Period(2013)}, options);
    const auto upper = projection.quantile(0, 0.9);
    const auto lower = projection.quantile(0, 0.1);
    double calm = 0.0;
    double restless = 0.0;
    for (Size u = 0; u < units; ++u) (u % 2 == 0 ? calm : restless) += upper[at(u)] - lower[at(u)];
    return restless / calm;
  };
  const double pooled = widths();
  options.model.volatility = ProjectionModel::Volatility::by_unit;
  const double by_unit = widths();

  EXPECT_NEAR(pooled, 1.0, 0.05);
  EXPECT_GT(by_unit, 2.0);
}

TEST(ProjectionTest, StandardisedRanksIgnoreWhatAPeriodIsMeasuredIn) {
  std::mt19937_64 random(5);
  const Eigen::MatrixXd scores = random_walks(15, 6, 2.0, 1.0, random);
  Eigen::MatrixXd scaled = scores;
  scaled.col(2) = 3.0 * scaled.col(2).array() - 40.0;
  ProjectionOptions options = options_of(Kind::mean_reversion);
  options.model.scale = Scale::standardised;
  const auto plain = Projection(history_of(scores), {Period(2008)}, options).top(0, 3);
  const auto same = Projection(history_of(scaled), {Period(2008)}, options).top(0, 3);

  for (std::size_t u = 0; u < plain.size(); ++u) EXPECT_NEAR(plain[u], same[u], 1e-3);
}

TEST(ProjectionTest, AUnitGoesOnFromItsOwnLastScore) {
  Eigen::MatrixXd scores = [] {
    std::mt19937_64 random(6);
    return random_walks(40, 8, 2.0, 0.5, random);
  }();
  scores(0, 7) = nan;                 // Not published last year.
  scores(1, 6) = scores(1, 7) = nan;  // Gone.
  const Projection projection(history_of(scores), {Period(2009)}, options_of(Kind::random_walk));

  EXPECT_THAT(projection.units_left_out(), ElementsAre("u1"));
  EXPECT_EQ(projection.units().size(), 39);
  const auto upper = projection.quantile(0, 0.9);
  const auto lower = projection.quantile(0, 0.1);
  // Variances of two steps and of one; the level's is in both.
  EXPECT_GT(upper[at(0)] - lower[at(0)], 1.15 * (upper[at(5)] - lower[at(5)]));
  EXPECT_THROW(static_cast<void>(projection.probability(
                   "u1", {.range = at_most(1), .among = {}, .by = Period(2009)})),
               NotFoundError);
}

TEST(ProjectionTest, LeavesOutPeriodsOfWhichLittleIsKnown) {
  Eigen::MatrixXd scores = [] {
    std::mt19937_64 random(6);
    return random_walks(10, 5, 2.0, 0.5, random);
  }();
  for (Size u = 0; u < 6; ++u) scores(u, 4) = nan;
  ProjectionOptions options = options_of(Kind::random_walk);
  const Projection without(history_of(scores), {Period(2006)}, options);
  options.least_known = 0.4;
  const Projection with(history_of(scores), {Period(2006)}, options);

  EXPECT_THAT(without.left_out(), ElementsAre(Period(2005)));
  EXPECT_EQ(without.used().size(), 4U);
  EXPECT_EQ(with.used().size(), 5U);
}

TEST(ProjectionTest, AnswersGoals) {
  const Projection projection(walks(10, 6), {Period(2007), Period(2008), Period(2010)},
                              options_of(Kind::random_walk));
  const auto share = [&](const ProjectedGoal& goal, const auto& holds) {
    double count = 0.0;
    for (std::int64_t d = 0; d < 4000; ++d) count += holds(d) ? 1.0 : 0.0;
    EXPECT_EQ(projection.probability("u3", goal), count / 4000.0);
  };
  const auto score = [&](Size p, std::int64_t d) { return projection.scores(p)[at(d * 10 + 3)]; };
  const auto rank = [&](Size p, std::int64_t d) { return projection.ranks(p)[at(d * 10 + 3)]; };
  const auto known = projection.history().column(5);
  const double last = known[at(3)];
  const double last_rank =
      1.0 + static_cast<double>(std::ranges::count_if(known, [&](double x) { return x > last; }));

  ProjectedGoal goal;
  goal.by = Period(2008);
  goal.range = Interval::closed(3, 5);
  share(goal, [&](auto d) { return rank(1, d) >= 3 && rank(1, d) <= 5; });
  goal.any = true;
  share(goal, [&](auto d) {
    return (rank(1, d) >= 3 && rank(1, d) <= 5) || (rank(0, d) >= 3 && rank(0, d) <= 5);
  });
  goal.any = false;
  goal.quantity = Quantity::score;
  goal.against = Against::number;
  goal.reference = last;
  goal.range = at_least(1.5);
  share(goal, [&](auto d) { return score(1, d) - last >= 1.5; });
  goal.against = Against::previous;
  share(goal, [&](auto d) { return score(1, d) - score(0, d) >= 1.5; });
  goal.by = Period(2007);
  share(goal, [&](auto d) { return score(0, d) - last >= 1.5; });
  goal.quantity = Quantity::rank;
  goal.range = at_most(0);
  share(goal, [&](auto d) { return rank(0, d) - last_rank <= 0; });
  goal.against = Against::nothing;
  goal.range = at_most(1);
  goal.among = {"u3", "u4", "u5"};
  share(goal, [&](auto d) {
    return score(0, d) >=
           std::max(projection.scores(0)[at(d * 10 + 4)], projection.scores(0)[at(d * 10 + 5)]);
  });
}

TEST(ProjectionTest, RefusesGoalsWithoutAnAnswer) {
  const Projection projection(walks(10, 6), {Period(2008)}, options_of(Kind::random_walk, 10));
  const auto refused = [&](ProjectedGoal goal) {
    static_cast<void>(projection.probability("u3", goal));
  };
  ProjectedGoal goal;
  goal.range = at_most(3);
  goal.by = Period(2009);
  EXPECT_THROW(refused(goal), NotFoundError);
  goal.by = Period(2008);
  EXPECT_NO_THROW(refused(goal));
  EXPECT_THROW(static_cast<void>(projection.probability("nobody", goal)), NotFoundError);
  goal.against = Against::previous;  // 2007 is neither known nor projected.
  EXPECT_THROW(refused(goal), DataError);
  goal.against = Against::number;
  goal.reference = nan;
  EXPECT_THROW(refused(goal), SpecError);
  goal.against = Against::nothing;
  goal.among = {"u4", "u5"};
  EXPECT_THROW(refused(goal), DataError);
  goal.among = {"u3", "nobody"};
  EXPECT_THROW(refused(goal), NotFoundError);
  goal.among = {};
  goal.range = Interval::closed(3, 2);
  EXPECT_THROW(refused(goal), SpecError);
  EXPECT_THROW(static_cast<void>(projection.top(0, 0)), SpecError);
  EXPECT_THROW(static_cast<void>(projection.top(0, 11)), SpecError);
  EXPECT_THROW(static_cast<void>(projection.quantile(0, 1.1)), SpecError);
  EXPECT_THROW(static_cast<void>(projection.rank_quantile(0, -0.1)), SpecError);
}

TEST(ProjectionTest, SaysWhichPeriodsAGoalNeeds) {
  const History history = walks(5, 4);  // To 2004.
  ProjectedGoal goal;
  goal.by = Period(2007);
  EXPECT_THAT(periods_needed(history, goal), ElementsAre(Period(2007)));
  goal.against = Against::previous;
  EXPECT_THAT(periods_needed(history, goal), ElementsAre(Period(2006), Period(2007)));
  goal.any = true;
  EXPECT_THAT(periods_needed(history, goal), ElementsAre(Period(2005), Period(2006), Period(2007)));
  goal.any = false;
  goal.by = Period(2005);
  EXPECT_THAT(periods_needed(history, goal), ElementsAre(Period(2005)));
  goal.by = Period(2004);
  EXPECT_THROW(static_cast<void>(periods_needed(history, goal)), DataError);
}

template <class Refused>
void expect_refused(const History& history, std::vector<Period> periods,
                    const ProjectionOptions& options, const std::string& part) {
  try {
    const Projection projection(history, std::move(periods), options);
    FAIL() << "expected: " << part;
  } catch (const Refused& error) {
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(ProjectionTest, RefusesWhatCannotBeProjected) {
  const ProjectionOptions options = options_of(Kind::mean_reversion, 10);
  const std::vector<Period> next{Period(2020)};
  const History good = walks(5, 4);
  expect_refused<DataError>(walks(5, 2), next, options, "expected at least 3 periods");
  expect_refused<DataError>(good, {}, options, "expected periods to project to");
  expect_refused<DataError>(good, {Period(2004)}, options, "after the last of the history, 2004");
  expect_refused<DataError>(good, {Period("2020-Q1")}, options, "not on one line");
  expect_refused<DataError>(good, {Period(2020), Period(2020)}, options, "stands twice");
  expect_refused<DataError>(walks(1, 6), next, options, "expected at least 3 periods");
  ProjectionOptions wrong = options;
  wrong.draws = 0;
  wrong.least_known = 1.5;
  expect_refused<SpecError>(good, next, wrong, "draws: expected at least one, got 0");
  expect_refused<SpecError>(good, next, wrong, "least known: expected a share");

  Eigen::MatrixXd same = Eigen::MatrixXd::Constant(4, 4, 7.0);
  expect_refused<DataError>(history_of(same), next, options, "all units have the same score");
  same.row(1).array() += 1.0;  // The same order for ever.
  expect_refused<DataError>(history_of(same), next, options_of(Kind::random_walk, 10),
                            "no unit ever moves against the others");

  Eigen::MatrixXd apart = Eigen::MatrixXd::Constant(4, 4, nan);
  for (Size p = 0; p < 4; ++p) {
    for (const Size u : {0, 1}) apart(p < 2 ? u : u + 2, p) = static_cast<double>(1 + u + p);
  }
  expect_refused<DataError>(history_of(apart), next, options, "no units in common");
}

/// Data that a model makes are covered as often as it says: parameters from the prior, a history
/// and what follows from them (Cook, Gelman and Rubin, Journal of Computational and Graphical
/// Statistics 15, 2006).
class CoverageTest : public testing::TestWithParam<Kind> {};

TEST_P(CoverageTest, IntervalsOfSimulatedHistoriesCoverAsTheySay) {
  const Kind kind = GetParam();
  constexpr Size units = 24;
  constexpr Size periods = 5;
  constexpr int rounds = 60;
  std::mt19937_64 random(17);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  double half = 0.0;
  double most = 0.0;
  for (int round = 0; round < rounds; ++round) {
    const double lasting = uniform(random);
    const double noise_share = (1.0 - lasting) * uniform(random);
    const double factor = uniform(random);
    const double share = uniform(random);
    double level = 50.0;
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(units, periods + 2);
    for (Size u = 0; u < units; ++u) {
      const double start = 4.0 * normal(random);
      const double slope = std::sqrt(share) * normal(random);
      double fading = normal(random);
      double place = start;
      for (Size p = 0; p < all.cols(); ++p) {
        if (kind == Kind::mean_reversion) {
          const double fade = std::sqrt(1.0 - factor * factor) * normal(random);
          if (p > 0) fading = factor * fading + fade;
          all(u, p) = std::sqrt(lasting) * start / 4.0 + std::sqrt(noise_share) * normal(random) +
                      std::sqrt(1.0 - lasting - noise_share) * fading;
        } else {
          const double step = kind == Kind::random_walk ? 1.0 : std::sqrt(1.0 - share);
          if (p > 0) place += step * normal(random);
          all(u, p) = place;
          if (kind == Kind::drift) all(u, p) += slope * static_cast<double>(p);
          if (kind == Kind::local_level) all(u, p) += std::sqrt(share) * normal(random);
        }
      }
    }
    for (Size p = 0; p < all.cols(); ++p) {
      level += normal(random);
      all.col(p).array() += level;
    }
    const Projection projection(history_of(all.leftCols(periods)), {Period(2007)},
                                options_of(kind, 400));
    const std::vector<double> shares = projection.acceptability(0);
    for (double* sum : {&half, &most}) {
      const double level_of = sum == &half ? 0.5 : 0.9;
      const auto upper = projection.rank_quantile(0, 0.5 + level_of / 2.0);
      const auto lower = projection.rank_quantile(0, 0.5 - level_of / 2.0);
      for (Size u = 0; u < units; ++u) {
        const auto ahead = (all.col(periods + 1).array() > all(u, periods + 1)).count();
        const double rank = 1.0 + static_cast<double>(ahead);
        *sum += rank >= lower[at(u)] && rank <= upper[at(u)] ? 1.0 : 0.0;
        for (double r = lower[at(u)]; r <= upper[at(u)]; r += 1.0) {
          *sum -= shares[at((static_cast<Size>(r) - 1) * units + u)];
        }
      }
    }
  }

  // Less what was promised, which is above the level because ranks are whole. Four standard errors
  // of 60 x 24 ranks, taken as independent.
  EXPECT_NEAR(half / (units * rounds), 0.0, 0.053);
  EXPECT_NEAR(most / (units * rounds), 0.0, 0.032);
}

INSTANTIATE_TEST_SUITE_P(AllKinds, CoverageTest,
                         testing::Values(Kind::random_walk, Kind::drift, Kind::local_level,
                                         Kind::mean_reversion),
                         [](const auto& each) { return std::string(name(each.param)); });

TEST(ProjectionTest, SaysWhatItsModelIs) {
  EXPECT_EQ(describe(ProjectionModel{}),
            "mean reversion, volatility pooled, differences standardised, level without drift");
}

}  // namespace
}  // namespace chiso
