#include "../../../src/optimize/mixed_integer.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

namespace chiso {
namespace {

using Kind = MixedInteger::Kind;
using Status = MixedInteger::Status;

constexpr double infinity = MixedInteger::infinity;

TEST(MixedInteger, SolvesByHand) {
  // Most of 5 x + 4 y with 6 x + 4 y <= 24 and x + 2 y <= 6: 21 at (3, 1.5); in whole numbers 20 at
  // (4, 0).
  for (const Kind kind : {Kind::continuous, Kind::whole}) {
    MixedInteger program;
    const Size x = program.add_variable(0.0, 10.0, kind);
    const Size y = program.add_variable(0.0, 10.0, kind);
    const LinearTerm first[] = {{x, 6.0}, {y, 4.0}};
    const LinearTerm second[] = {{y, 2.0}, {x, 1.0}};
    const LinearTerm gain[] = {{x, -5.0}, {y, -4.0}};
    program.add_row(first, -infinity, 24.0);
    program.add_row(second, -infinity, 6.0);
    program.minimise(gain);
    const auto answer = program.solve();
    EXPECT_EQ(answer.status, Status::optimal);
    EXPECT_NEAR(answer.objective, kind == Kind::whole ? -20.0 : -21.0, 1e-9);
    EXPECT_NEAR(answer.bound, answer.objective, 1e-9);
    EXPECT_NEAR(answer.values.at(0), kind == Kind::whole ? 4.0 : 3.0, 1e-9);
    EXPECT_NEAR(answer.values.at(1), kind == Kind::whole ? 0.0 : 1.5, 1e-9);
  }
}

TEST(MixedInteger, AddsTermsOfOneVariable) {
  MixedInteger program;
  const Size x = program.add_variable(0.0, 10.0);
  const LinearTerm terms[] = {{x, 1.0}, {x, 3.0}};
  const Size row = program.add_row(terms, 8.0, infinity);
  program.minimise(terms);
  EXPECT_NEAR(program.solve().values.at(0), 2.0, 1e-9);
  program.set_row_bounds(row, 12.0, infinity);
  EXPECT_NEAR(program.solve().values.at(0), 3.0, 1e-9);
  program.set_bounds(x, 5.0, 6.0);
  EXPECT_NEAR(program.solve().values.at(0), 5.0, 1e-9);
}

TEST(MixedInteger, SaysThatThereIsNoAnswer) {
  MixedInteger program;
  const Size x = program.add_variable(0.0, 10.0, Kind::whole);
  const LinearTerm once[] = {{x, 2.0}};
  program.add_row(once, 3.0, 3.0);  // Half a number too many.
  EXPECT_EQ(program.solve().status, Status::infeasible);
  EXPECT_TRUE(std::isnan(program.solve().objective));
  EXPECT_TRUE(program.solve().values.empty());
  program.set_row_bounds(0, 30.0, infinity);
  EXPECT_EQ(program.solve().status, Status::infeasible);
}

TEST(MixedInteger, SaysThatNothingLimitsIt) {
  MixedInteger program;
  const Size x = program.add_variable(0.0, infinity);
  const LinearTerm gain[] = {{x, -1.0}};
  program.minimise(gain);
  EXPECT_EQ(program.solve().status, Status::unbounded);
}

TEST(MixedInteger, EqualsTryingEveryAnswer) {
  std::mt19937 random(3);
  const auto below = [&](unsigned n) { return static_cast<double>(random() % n); };
  int infeasible = 0;
  for (int draw = 0; draw < 1000; ++draw) {
    constexpr int count = 8;
    MixedInteger program;
    std::vector<LinearTerm> cost;
    std::vector<std::vector<LinearTerm>> rows(3);
    for (Size i = 0; i < count; ++i) {
      program.add_variable(0.0, 1.0, Kind::whole);
      cost.push_back({i, 0.01 * (1.0 + below(800))});
      for (auto& row : rows) row.push_back({i, below(5)});
    }
    const double need[] = {3.0 + below(15), 3.0 + below(15), below(20)};
    program.add_row(rows[0], need[0], infinity);
    program.add_row(rows[1], need[1], infinity);
    program.add_row(rows[2], -infinity, need[2]);
    program.minimise(cost);
    double best = infinity;
    for (unsigned subset = 0; subset < (1u << count); ++subset) {
      double sums[4] = {};
      for (unsigned i = 0; i < count; ++i) {
        if (((subset >> i) & 1u) == 0) continue;
        for (int r = 0; r < 3; ++r) sums[r] += rows[static_cast<std::size_t>(r)][i].coefficient;
        sums[3] += cost[i].coefficient;
      }
      if (sums[0] >= need[0] && sums[1] >= need[1] && sums[2] <= need[2]) {
        best = std::min(best, sums[3]);
      }
    }
    const auto answer = program.solve();
    if (std::isinf(best)) {
      ++infeasible;
      ASSERT_EQ(answer.status, Status::infeasible) << draw;
    } else {
      ASSERT_EQ(answer.status, Status::optimal) << draw;
      ASSERT_NEAR(answer.objective, best, 1e-9) << draw;
    }
  }
  EXPECT_GT(infeasible, 100);
  EXPECT_LT(infeasible, 900);
}

/// Equal weights, and half a unit too much: there is no answer, and nothing but a search says so.
MixedInteger hard() {
  MixedInteger program;
  std::vector<LinearTerm> sum;
  std::mt19937 random(1);
  for (Size i = 0; i < 40; ++i) {
    program.add_variable(0.0, 1.0, Kind::whole);
    sum.push_back({i, 1000.0 + static_cast<double>(random() % 1000u)});
  }
  const double half = 30'000.25;
  program.add_row(sum, half, half);
  program.minimise(sum);
  return program;
}

TEST(MixedInteger, StopsWhenTimeIsUp) {
  MixedInteger::Limits limits;
  limits.seconds = 0.05;
  EXPECT_EQ(hard().solve(limits).status, Status::stopped);
}

TEST(MixedInteger, StopsWhenTold) {
  int calls = 0;
  MixedInteger::Limits limits;
  limits.seconds = 20.0;
  limits.progress = [&](double, double) { return ++calls < 3; };
  EXPECT_EQ(hard().solve(limits).status, Status::stopped);
  EXPECT_EQ(calls, 3);
}

TEST(MixedInteger, PassesOnWhatTheProgressThrows) {
  MixedInteger::Limits limits;
  limits.progress = [](double, double) -> bool { throw std::runtime_error("enough"); };
  EXPECT_THROW((void)hard().solve(limits), std::runtime_error);
}

TEST(MixedInteger, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  MixedInteger::Limits limits;
  limits.seconds = 0.05;
  (void)hard().solve(limits);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace chiso
