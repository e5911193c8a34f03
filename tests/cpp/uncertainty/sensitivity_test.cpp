#include "chiso/uncertainty/sensitivity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "../evaluate/small.hpp"
#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using namespace small;
using Kind = Sensitivity::Output::Kind;
using State = Sensitivity::Output::State;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::Not;
using Method = Aggregation::Method;

/// Three units, the arithmetic mean of x and y with equal weights: 3, 5, 8.
Scores three_units() {
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  return Evaluator(index(tree)).score(panel({"x", "y"}, {{2, 4}, {4, 6}, {6, 10}}));
}

DrawValues errors(std::string name, std::string variables, double deviation) {
  DrawValues source;
  source.name = std::move(name);
  source.variables = std::move(variables);
  source.absolute = deviation;
  source.truncate = false;
  return source;
}

DrawWeights uniform_weights() { return {}; }

/// With a variable of every unit higher by an amount, or as it is.
Choose raise(std::string variable, double amount, std::vector<double> probabilities = {}) {
  Choose choice;
  Scenario raised;
  raised.name = "raised";
  raised.edits = {{ChangeValue{{}, std::move(variable), How::add, amount, {}}, {}}};
  Scenario base;
  base.name = "base";
  choice.alternatives = {base, raised};
  choice.probabilities = std::move(probabilities);
  return choice;
}

Sensitivity run(const Scores& base, std::vector<Source> sources, SensitivityOptions options = {}) {
  const auto result = sensitivity(base, std::move(sources), options);
  if (!result) throw std::runtime_error("stopped");
  return *result;
}

/// Of the pth output and the qth column.
double at_cell(const Sensitivity& of, const std::vector<double>& values, Size output, Size column) {
  return values[at(column * std::ssize(of.outputs) + output)];
}

TEST(Sensitivity, OutputsAreScoresThenRanksThenTheShift) {
  const Sensitivity found = run(three_units(), {errors("x", "x", 1.0), errors("y", "y", 2.0)});
  ASSERT_EQ(found.outputs.size(), 7U);
  EXPECT_EQ(found.outputs[2].kind, Kind::score);
  EXPECT_EQ(found.outputs[2].unit, 2);
  EXPECT_EQ(found.outputs[3].kind, Kind::rank);
  EXPECT_EQ(found.outputs[3].unit, 0);
  EXPECT_EQ(found.outputs[6].kind, Kind::rank_shift);
  EXPECT_EQ(found.outputs[6].unit, -1);
  EXPECT_EQ(found.first.value.size(), 14U);
  EXPECT_EQ(found.total.high.size(), 14U);
  EXPECT_THAT(found.pairs, IsEmpty());
  EXPECT_THAT(found.second.value, IsEmpty());
  EXPECT_EQ(found.factors.size(), 2U);
  EXPECT_EQ(found.rows, 1'024);
  EXPECT_EQ(found.evaluations, 4'096);
}

/// A score (x + y) / 2 with errors of deviation s and t: variances s^2 / 4 and t^2 / 4.
TEST(Sensitivity, OfIndependentErrorsIsTheirShareOfTheVariance) {
  const Sensitivity found = run(three_units(), {errors("x", "x", 1.0), errors("y", "y", 2.0)});
  for (Size unit = 0; unit < 3; ++unit) {
    EXPECT_NEAR(found.outputs[at(unit)].variance, 1.25, 0.02);
    EXPECT_NEAR(found.outputs[at(unit)].mean, found.base.column(0)[at(unit)], 0.01);
    for (const auto& [values, tolerance] :
         {std::pair(&found.first.value, 0.02), std::pair(&found.total.value, 0.02)}) {
      EXPECT_NEAR(at_cell(found, *values, unit, 0), 0.2, tolerance);
      EXPECT_NEAR(at_cell(found, *values, unit, 1), 0.8, tolerance);
    }
  }
}

/// w x + (1 - w) y with w uniform in 0..1, x normal around m with deviation s:
/// V(w) = (m - y)^2 / 12, V(x) = s^2 / 4, V(w, x) = s^2 / 12.
TEST(Sensitivity, OfWeightsAndValuesHasTheInteractionInClosedForm) {
  const Sensitivity found = run(three_units(), {uniform_weights(), errors("x", "x", 1.5)},
                                {.base = 8'192, .second_order = true});
  ASSERT_EQ(found.pairs.size(), 1U);
  EXPECT_EQ(found.evaluations, 8'192 * 6);
  const std::vector<double> distance = {2.0, 2.0, 4.0};
  for (Size unit = 0; unit < 3; ++unit) {
    const double weights = distance[at(unit)] * distance[at(unit)] / 12.0;
    const double values = 1.5 * 1.5 / 4.0;
    const double both = 1.5 * 1.5 / 12.0;
    const double all = weights + values + both;
    EXPECT_NEAR(found.outputs[at(unit)].variance, all, 0.02 * all);
    EXPECT_NEAR(at_cell(found, found.first.value, unit, 0), weights / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.first.value, unit, 1), values / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.total.value, unit, 0), (weights + both) / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.total.value, unit, 1), (values + both) / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.second.value, unit, 0), both / all, 0.02);
    EXPECT_LT(at_cell(found, found.second.low, unit, 0), both / all);
    EXPECT_GT(at_cell(found, found.second.high, unit, 0), both / all);
  }
}

/// A choice with probability p moves the score by d / 2: variance p (1 - p) d^2 / 4.
TEST(Sensitivity, OfAChoice) {
  const Sensitivity found =
      run(three_units(), {raise("x", 2.0, {0.75, 0.25}), errors("y", "y", 1.0)});
  const double choice = 0.25 * 0.75;
  const double all = choice + 0.25;
  for (Size unit = 0; unit < 3; ++unit) {
    EXPECT_NEAR(at_cell(found, found.first.value, unit, 0), choice / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.total.value, unit, 0), choice / all, 0.02);
    EXPECT_NEAR(at_cell(found, found.first.value, unit, 1), 0.25 / all, 0.02);
  }
}

/// With one source all of the variance is its own, of ranks and of the shift too.
TEST(Sensitivity, SourcesInAGroupAreOneFactor) {
  // A mean of four with errors of variance 16, 4, 1 and 1: x and z together are 17 of 22.
  const Criterion tree =
      inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y"), leaf("z"), leaf("w")});
  const Scores base =
      Evaluator(index(tree)).score(panel({"x", "y", "z", "w"}, {{2, 4, 1, 1}, {4, 6, 2, 3}}));
  const std::vector<Source> sources{errors("x", "x", 4.0), errors("y", "y", 2.0),
                                    errors("z", "z", 1.0), errors("w", "w", 1.0)};
  const SensitivityOptions apart{.base = 4'096, .seed = 3, .second_order = true};
  SensitivityOptions together = apart;
  together.groups = {{"odd", {"z", "x"}}};

  const Sensitivity each = run(base, sources, apart);
  const Sensitivity found = run(base, sources, together);

  ASSERT_EQ(found.factors.size(), 3U);
  EXPECT_EQ(found.factors[0].name, "odd");
  EXPECT_EQ(found.factors[0].sources, (std::vector<Size>{0, 2}));
  EXPECT_EQ(found.factors[1].name, "y");
  EXPECT_EQ(found.factors[2].sources, (std::vector<Size>{3}));
  EXPECT_EQ(found.pairs.size(), 3U);
  EXPECT_EQ(found.evaluations, 4'096 * 8);
  const Size outputs = std::ssize(found.outputs);
  EXPECT_NEAR(found.first.value[0], 17.0 / 22.0, 0.02);
  EXPECT_NEAR(found.total.value[0], 17.0 / 22.0, 0.02);
  // The points are the same, and so is what is asked of a source that stays alone.
  EXPECT_EQ(found.outputs[0].variance, each.outputs[0].variance);
  EXPECT_EQ(found.first.value[at(outputs)], each.first.value[at(outputs)]);
  EXPECT_EQ(found.total.value[at(2 * outputs)], each.total.value[at(3 * outputs)]);
}

TEST(Sensitivity, AGroupOfOneIsItsSource) {
  const std::vector<Source> sources{errors("x", "x", 1.0), errors("y", "y", 2.0)};
  SensitivityOptions options{.base = 64};
  const Sensitivity alone = run(three_units(), sources, options);
  options.groups = {{"second", {"y"}}};
  const Sensitivity named = run(three_units(), sources, options);
  EXPECT_EQ(named.factors[1].name, "second");
  EXPECT_EQ(named.first.value, alone.first.value);
  EXPECT_EQ(named.total.low, alone.total.low);
}

TEST(Sensitivity, OfOneSourceIsAll) {
  const Sensitivity found = run(three_units(), {errors("errors", "*", 3.0)});
  for (Size output = 0; output < 7; ++output) {
    EXPECT_NEAR(at_cell(found, found.first.value, output, 0), 1.0, 0.03);
    EXPECT_NEAR(at_cell(found, found.total.value, output, 0), 1.0, 0.03);
  }
}

/// Unit b is at 5, and c at 8, too far away from a for the ranks of both to move. The shift is
/// 2 / 3 if a overtakes b, else 0.
TEST(Sensitivity, OfRanksAndTheirShift) {
  DrawValues of_a = errors("a", "x", 4.0);
  of_a.units = {"a"};
  DrawValues of_b = errors("b", "y", 2.0);
  of_b.units = {"b"};
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  const Scores base = Evaluator(index(tree)).score(panel({"x", "y"}, {{2, 4}, {4, 6}, {60, 100}}));
  const Sensitivity found = run(base, {of_a, of_b}, {.base = 4'096});
  // b - a is 2 with a variance of (16 + 4) / 4.
  const double p = 0.5 * std::erfc(2.0 / std::sqrt(5.0) / std::sqrt(2.0));
  EXPECT_NEAR(found.outputs[3].mean, 3.0 - p, 0.01);
  EXPECT_NEAR(found.outputs[4].mean, 2.0 + p, 0.01);
  EXPECT_NEAR(found.outputs[6].mean, 2.0 * p / 3.0, 0.01);
  EXPECT_NEAR(found.outputs[6].variance, 4.0 / 9.0 * p * (1.0 - p), 0.01);
  EXPECT_EQ(found.outputs[5].state, State::constant);
  EXPECT_EQ(found.outputs[5].mean, 1.0);
  EXPECT_EQ(found.outputs[2].state, State::constant);
  EXPECT_THAT(at_cell(found, found.first.value, 2, 0), IsNan());
  // One event makes all three.
  for (const Size column : {0, 1}) {
    EXPECT_NEAR(at_cell(found, found.total.value, 3, column),
                at_cell(found, found.total.value, 6, column), 1e-9);
  }
}

TEST(Sensitivity, AScoreThatAllWeightsGiveIsConstant) {
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  const Scores base =
      Evaluator(index(tree)).score(panel({"x", "y"}, {{0.1, 0.1}, {4, 6}, {60, 10}}));
  const Sensitivity found = run(base, {uniform_weights()});
  EXPECT_EQ(found.outputs[0].state, State::constant);
  EXPECT_EQ(found.outputs[1].state, State::varies);
}

TEST(Sensitivity, AUnitWithoutAScoreHasNoIndicesAndTheOthersHave) {
  const Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  const Scores base =
      Evaluator(index(tree)).score(panel({"x", "y"}, {{1, 2}, {missing, 6}, {1.5, 2}}));
  const Sensitivity found = run(base, {errors("x", "x", 1.0), errors("y", "y", 1.0)});
  EXPECT_EQ(found.outputs[1].state, State::missing);
  EXPECT_EQ(found.outputs[4].state, State::missing);
  EXPECT_THAT(found.outputs[4].mean, IsNan());
  EXPECT_THAT(at_cell(found, found.total.value, 1, 0), IsNan());
  EXPECT_EQ(found.outputs[0].state, State::varies);
  EXPECT_EQ(found.outputs[6].state, State::varies);
  EXPECT_NEAR(at_cell(found, found.first.value, 0, 0), 0.5, 0.02);
}

TEST(Sensitivity, OfANodeBelowTheComposite) {
  const Criterion tree =
      inner("root", Method::arithmetic_mean,
            {inner("left", Method::arithmetic_mean, {leaf("x"), leaf("y")}), leaf("z")});
  const Scores base =
      Evaluator(index(tree)).score(panel({"x", "y", "z"}, {{2, 4, 1}, {4, 6, 1}, {6, 10, 1}}));
  const Sensitivity found =
      run(base, {errors("x", "x", 1.0), errors("z", "z", 1.0)}, {.node = "left"});
  EXPECT_EQ(found.node, base.index().at("left"));
  EXPECT_NEAR(at_cell(found, found.first.value, 0, 0), 1.0, 0.01);
  EXPECT_EQ(at_cell(found, found.total.value, 0, 1), 0.0);
}

/// Equal, and NaN where the other is.
void expect_same(const SobolIndices& a, const SobolIndices& b) {
  const auto same = [](const std::vector<double>& one, const std::vector<double>& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](double x, double y) {
      return x == y || (std::isnan(x) && std::isnan(y));
    });
  };
  EXPECT_TRUE(same(a.value, b.value));
  EXPECT_TRUE(same(a.low, b.low));
  EXPECT_TRUE(same(a.high, b.high));
}

TEST(Sensitivity, ThreadsChangeNoBit) {
  const std::vector<Source> sources = {uniform_weights(), errors("y", "y", 1.5), raise("x", 1.0)};
  SensitivityOptions options{.base = 2'048, .threads = 1, .second_order = true};
  const Sensitivity one = run(three_units(), sources, options);
  for (const int threads : {2, 7}) {
    options.threads = threads;
    const Sensitivity found = run(three_units(), sources, options);
    expect_same(found.first, one.first);
    expect_same(found.total, one.total);
    expect_same(found.second, one.second);
  }
  options.seed = 1;
  EXPECT_NE(run(three_units(), sources, options).first.value[0], one.first.value[0]);
}

TEST(Sensitivity, TheOrderOfTheSourcesChangesNothing) {
  const Sensitivity one = run(three_units(), {uniform_weights(), errors("x", "x", 1.5)});
  const Sensitivity other = run(three_units(), {errors("x", "x", 1.5), uniform_weights()});
  for (Size output = 0; output < 7; ++output) {
    for (const Size column : {0, 1}) {
      EXPECT_NEAR(at_cell(one, one.first.value, output, column),
                  at_cell(other, other.first.value, output, 1 - column), 1e-12);
      EXPECT_NEAR(at_cell(one, one.total.high, output, column),
                  at_cell(other, other.total.high, output, 1 - column), 1e-12);
    }
  }
}

TEST(Sensitivity, TheBaseIsRoundedUpToAPowerOfTwo) {
  const Sensitivity found = run(three_units(), {errors("x", "x", 1.0)}, {.base = 1'500});
  EXPECT_EQ(found.rows, 2'048);
  EXPECT_EQ(found.evaluations, 2'048 * 3);
  EXPECT_EQ(run(three_units(), {errors("x", "x", 1.0)}, {.base = 2}).rows, 2);
}

/// More numbers than a Sobol sequence has dimensions for: 200 units with 10 variables.
TEST(Sensitivity, SourcesThatTakeTooManyNumbersDrawPseudoRandomOnes) {
  std::vector<Criterion> leaves;
  Panel::Builder builder("many.csv");
  const Size period = builder.period(Period(2020));
  for (int v = 0; v < 10; ++v) leaves.push_back(leaf("v" + std::to_string(v)));
  leaves.push_back(leaf("z"));
  for (int u = 0; u < 200; ++u) {
    const Size unit = builder.unit("unit " + std::to_string(u));
    builder.row(unit, period);
    for (int v = 0; v < 10; ++v) {
      builder.set(unit, builder.number_variable("v" + std::to_string(v)), period, u + v);
    }
    builder.set(unit, builder.number_variable("z"), period, 1.0);
  }
  const Scores base =
      Evaluator(index(inner("root", Method::arithmetic_mean, leaves))).score(builder.build());
  const Sensitivity found =
      run(base, {errors("errors", "v?", 2.0), raise("z", 4.0)}, {.base = 1'024, .resamples = 0});
  EXPECT_THAT(found.method, HasSubstr("scrambled Sobol points of 2 dimensions"));
  EXPECT_THAT(found.method, HasSubstr("pseudo-random numbers for 'errors' (2000)"));
  EXPECT_THAT(found.first.low[0], IsNan());
  // Of 121 times the variance: errors 10 times 2^2, the choice 4^2 (1 / 2) (1 / 2).
  double errors_share = 0.0;
  for (Size u = 0; u < 200; ++u) errors_share += at_cell(found, found.total.value, u, 0) / 200.0;
  EXPECT_NEAR(errors_share, 40.0 / 44.0, 0.02);
}

TEST(Sensitivity, TheMethodIsToldInWords) {
  const Sensitivity found = run(three_units(), {uniform_weights(), errors("x", "x", 1.0)},
                                {.base = 64, .second_order = true, .resamples = 20});
  EXPECT_THAT(found.method, HasSubstr("64 rows of scrambled Sobol points"));
  EXPECT_THAT(found.method, HasSubstr("Saltelli (2002)"));
  EXPECT_THAT(found.method, HasSubstr("20 bootstrap resamples"));
  EXPECT_THAT(found.method, Not(HasSubstr("pseudo-random")));
}

TEST(Sensitivity, TheWatchIsToldInTheThreadOfTheCallerAndCanStop) {
  const auto caller = std::this_thread::get_id();
  std::int64_t last = 0;
  SensitivityOptions options{.base = 4'096, .threads = 1};
  options.watch = [&](const DrawProgress& progress) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_GE(progress.done, last);
    EXPECT_EQ(progress.wanted, 4'096 * 3);
    last = progress.done;
    return true;
  };
  EXPECT_TRUE(sensitivity(three_units(), {errors("x", "x", 1.0)}, options));
  EXPECT_EQ(last, 4'096 * 3);
  int calls = 0;
  options.threads = 2;
  options.watch = [&](const DrawProgress&) { return ++calls < 3; };
  EXPECT_FALSE(sensitivity(three_units(), {errors("x", "x", 1.0)}, options));
  EXPECT_EQ(calls, 3);
}

TEST(Sensitivity, TheWatchCanStopTheDrawingOfResamples) {
  int calls = 0;
  SensitivityOptions options{.base = 65'536, .threads = 1, .resamples = 1'000};
  options.watch = [&](const DrawProgress& progress) {
    EXPECT_EQ(progress.done, 0);
    return ++calls < 2;
  };
  EXPECT_FALSE(sensitivity(three_units(), {errors("x", "x", 1.0)}, options));
  EXPECT_EQ(calls, 2);
}

TEST(Sensitivity, TheWatchCanStopTheIntervals) {
  const auto told = [](int enough) {
    int calls = 0;
    SensitivityOptions options{.base = 64, .threads = 1};
    options.watch = [&](const DrawProgress&) { return ++calls < enough; };
    const bool found = sensitivity(three_units(), {errors("x", "x", 1.0)}, options).has_value();
    return std::pair(found, calls);
  };
  const auto [whole, calls] = told(1'000'000);
  EXPECT_TRUE(whole);
  EXPECT_EQ(told(calls - 1), std::pair(false, calls - 1));  // After all is drawn and added up.
}

TEST(Sensitivity, TheWatchCanStopTheBootstrapToo) {
  int calls_at_the_end = 0;
  SensitivityOptions options{.base = 128, .threads = 1};
  options.watch = [&](const DrawProgress& progress) {
    if (progress.done == progress.wanted) ++calls_at_the_end;
    return calls_at_the_end < 3;
  };

  EXPECT_FALSE(sensitivity(three_units(), {errors("x", "x", 1.0)}, options));

  EXPECT_EQ(calls_at_the_end, 3);
}

template <class ErrorType>
std::string message(std::vector<Source> sources, const SensitivityOptions& options) {
  try {
    static_cast<void>(sensitivity(three_units(), std::move(sources), options));
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "";
}

TEST(Sensitivity, NumbersOutOfTheirRangeAreAllReported) {
  const std::string text = message<SpecError>(
      {errors("x", "x", 1.0)},
      {.base = 1, .threads = -1, .second_order = true, .resamples = -1, .confidence = 1.0});
  EXPECT_THAT(text, HasSubstr("base: expected 2 to 1073741824 rows of the base sample, got 1"));
  EXPECT_THAT(text, HasSubstr("resamples: expected a number of resamples, got -1"));
  EXPECT_THAT(text, HasSubstr("confidence: expected a confidence between 0 and 1, got 1"));
  EXPECT_THAT(text, HasSubstr("threads: expected 1 or more, or 0"));
  EXPECT_THAT(text, HasSubstr("second_order: expected at least two factors"));
  EXPECT_THAT(message<SpecError>({}, {}), HasSubstr("expected at least one source"));
  EXPECT_THAT(message<SpecError>({errors("x", "x", 1.0)},
                                 {.confidence = std::numeric_limits<double>::quiet_NaN()}),
              HasSubstr("confidence"));
  EXPECT_THAT(message<NotFoundError>({errors("x", "x", 1.0)}, {.node = "rot"}), HasSubstr("root"));
}

TEST(Sensitivity, GroupsThatMeanNothingAreAllReported) {
  const std::vector<Source> sources{errors("x", "x", 1.0), errors("y", "y", 1.0)};
  const auto said = [&](std::vector<SensitivityOptions::Group> groups) {
    return message<SpecError>(sources, {.groups = std::move(groups)});
  };
  const std::string text = said({{"a", {"x", "z"}}, {"b", {"x"}}, {"", {"y"}}, {"c", {}}});
  EXPECT_THAT(text, HasSubstr("factors, 'a': there is no source 'z'; there are: x, y"));
  EXPECT_THAT(text, HasSubstr("factors, 'b': the source 'x' is in 'a' already"));
  EXPECT_THAT(text, HasSubstr("factors, '': a factor has no name"));
  EXPECT_THAT(text, HasSubstr("factors, 'c': expected the names of its sources, got none"));
  EXPECT_THAT(said({{"y", {"x"}}}), HasSubstr("factors, 'y': another factor has this name"));
  EXPECT_THAT(message<SpecError>(sources, {.second_order = true, .groups = {{"a", {"x", "y"}}}}),
              HasSubstr("second_order: expected at least two factors for pairs of them, got one"));
}

TEST(Sensitivity, MemoryThatNobodyHasIsAnErrorBeforeAnythingIsDone) {
  EXPECT_THAT(message<SpecError>({errors("x", "x", 1.0)}, {.resamples = 100'000'000}),
              HasSubstr("expected to need at most 4 GB of memory"));
}

}  // namespace
}  // namespace chiso
