#include "chiso/evaluate/evaluator.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "chiso/base/error.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::NanSensitiveDoubleEq;
using testing::ThrowsMessage;
using Method = Aggregation::Method;

Normaliser min_max(double low, double high) {
  Normaliser normaliser;
  normaliser.onto_low = low;
  normaliser.onto_high = high;
  return normaliser;
}

Criterion two_pillars(MissingPolicy policy = MissingPolicy::no_score) {
  return inner("root", Method::arithmetic_mean,
               {weighted(0.75, inner("voice", Method::arithmetic_mean,
                                     {leaf("press"), leaf("vote")}, policy)),
                weighted(0.25, inner("law", Method::arithmetic_mean, {leaf("courts")}, policy))},
               policy);
}

TEST(EvaluatorTest, TakesWeightedMeansUpToTheRoot) {
  const Evaluator evaluator(index(two_pillars()));

  const Scores scores = evaluator.score(panel({"press", "vote", "courts"}, {{0.2, 0.6, 1.0}}));

  // By hand: voice = 0.4, law = 1, root = 0.75 * 0.4 + 0.25 * 1.
  EXPECT_DOUBLE_EQ(scores.at("a", "voice"), 0.4);
  EXPECT_DOUBLE_EQ(scores.at("a", "law"), 1.0);
  EXPECT_DOUBLE_EQ(scores.at("a", "root"), 0.55);
}

TEST(EvaluatorTest, FindsVariablesByNameNotByPosition) {
  const Evaluator evaluator(index(two_pillars()));

  const Scores scores =
      evaluator.score(panel({"courts", "unused", "vote", "press"}, {{1.0, 99.0, 0.6, 0.2}}));

  EXPECT_DOUBLE_EQ(scores.at("a", "root"), 0.55);
}

TEST(EvaluatorTest, GivesNoScoreWithoutAChildByDefault) {
  const Evaluator evaluator(index(two_pillars()));

  const Scores scores =
      evaluator.score(panel({"press", "vote", "courts"}, {{missing, 0.6, 1.0}, {0.2, 0.6, 1.0}}));

  EXPECT_THAT(column(scores, "voice"), ElementsAre(NanSensitiveDoubleEq(missing), DoubleEq(0.4)));
  EXPECT_THAT(column(scores, "root"), ElementsAre(NanSensitiveDoubleEq(missing), DoubleEq(0.55)));
}

TEST(EvaluatorTest, RenormalisesTheWeightsOfThePresentChildren) {
  const Evaluator evaluator(index(two_pillars(MissingPolicy::renormalise)));

  const Scores scores = evaluator.score(
      panel({"press", "vote", "courts"}, {{missing, 0.6, 1.0}, {missing, missing, 1.0}}));

  EXPECT_DOUBLE_EQ(scores.at("a", "voice"), 0.6);
  EXPECT_DOUBLE_EQ(scores.at("a", "root"), 0.75 * 0.6 + 0.25);
  EXPECT_DOUBLE_EQ(scores.at("b", "root"), 1.0);
}

TEST(EvaluatorTest, NamesUnitAndChildWhereThePolicyIsError) {
  const Evaluator evaluator(index(two_pillars(MissingPolicy::error)));

  EXPECT_THAT(
      [&] {
        (void)evaluator.score(
            panel({"press", "vote", "courts"}, {{0.1, 0.2, 0.3}, {0.1, missing, 1}}));
      },
      ThrowsMessage<DataError>(testing::AllOf(HasSubstr("b, vote"), HasSubstr("'voice' demands"))));
}

TEST(EvaluatorTest, DemandsAShareOfTheChildren) {
  Criterion tree =
      inner("root", Method::arithmetic_mean,
            {leaf("x"), leaf("y"), leaf("z"), leaf("u"), leaf("v")}, MissingPolicy::renormalise);
  tree.at_least = 0.8;  // Four of five.
  const Evaluator evaluator(index(tree));

  const Scores scores = evaluator.score(
      panel({"x", "y", "z", "u", "v"}, {{1, 2, 3, 4, missing}, {1, 2, 3, missing, missing}}));

  EXPECT_THAT(column(scores, "root"), ElementsAre(DoubleEq(2.5), NanSensitiveDoubleEq(missing)));
}

TEST(EvaluatorTest, ScalesPointsFromAReducedMaximum) {
  // 84 of 100 points remain when the survey is missing: 63 of 84 are 75 of 100.
  const Evaluator evaluator(
      index(inner("root", Method::sum,
                  {points("appraisal", 84, GivenPoints{}), points("survey", 16, GivenPoints{})},
                  MissingPolicy::reduce_maximum)));

  const Scores scores = evaluator.score(panel({"appraisal", "survey"}, {{63, missing}, {63, 10}}));

  EXPECT_THAT(column(scores, "root"), ElementsAre(DoubleEq(75.0), DoubleEq(73.0)));
}

TEST(EvaluatorTest, AddsBonusesAndSubtractsPenaltiesEachWithItsOwnCap) {
  Criterion bonus =
      inner("bonus", Method::sum, {points("b1", 4, GivenPoints{}), points("b2", 4, GivenPoints{})});
  bonus.role = Role::bonus;
  bonus.cap = 5.0;
  Criterion penalty = points("penalty", 10, GivenPoints{});
  penalty.role = Role::penalty;
  penalty.cap = 3.0;
  const Evaluator evaluator(
      index(inner("root", Method::sum, {points("part", 90, GivenPoints{}), bonus, penalty})));

  const Scores scores =
      evaluator.score(panel({"part", "b1", "b2", "penalty"}, {{80, 4, 3, 8}, {80, 1, 1, 1}}));

  // By hand: 80 + min(7, 5) - min(8, 3) = 82; 80 + 2 - 1 = 81.
  EXPECT_THAT(column(scores, "root"), ElementsAre(DoubleEq(82.0), DoubleEq(81.0)));
  EXPECT_DOUBLE_EQ(evaluator.maximum(Index::root()), 90.0);
}

TEST(EvaluatorTest, GivesAShareOfTheMaximum) {
  Criterion tree =
      inner("root", Method::sum, {points("x", 60, GivenPoints{}), points("y", 20, GivenPoints{})});
  tree.aggregation.scale_to = 100.0;
  const Evaluator evaluator(index(tree));

  EXPECT_DOUBLE_EQ(evaluator.score(panel({"x", "y"}, {{40, 20}})).at("a", "root"), 75.0);
  EXPECT_DOUBLE_EQ(evaluator.maximum(Index::root()), 100.0);
}

TEST(EvaluatorTest, NormalisesByTheExtremesOfThePeriodInBothDirections) {
  Criterion days = leaf("days", min_max(1, 10));
  days.polarity = Polarity::negative;
  const Evaluator evaluator(
      index(inner("root", Method::arithmetic_mean, {days, leaf("share", min_max(1, 10))})));

  const Scores scores = evaluator.score(panel({"days", "share"}, {{5, 0.5}, {20, 1.0}, {35, 0.0}}));

  // By hand: days 5..35: 1 + 9 * (35 - x) / 30 = 10, 5.5, 1.
  EXPECT_THAT(column(scores, "days"), ElementsAre(DoubleEq(10), DoubleEq(5.5), DoubleEq(1)));
  EXPECT_THAT(column(scores, "share"), ElementsAre(DoubleEq(5.5), DoubleEq(10), DoubleEq(1)));
  EXPECT_EQ(scores.anchors()[0].low, 5.0);
  EXPECT_EQ(scores.anchors()[0].high, 35.0);
  EXPECT_EQ(scores.anchors()[0].observations, 3);
}

TEST(EvaluatorTest, PoolsAnchorsOverThePeriodsSoFarAndNotBeyond) {
  Normaliser pooled = min_max(0, 1);
  pooled.low.source = pooled.high.source = Anchor::Source::pooled;
  pooled.high.reached = 50.0;
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const double values[3][2] = {{10, 20}, {0, 30}, {-70, 90}};
  for (int year = 0; year < 3; ++year) {
    const Size period = builder.period(Period(2020 + year));
    for (const Size unit : {builder.unit("a"), builder.unit("b")}) {
      builder.row(unit, period);
      builder.set(unit, x, period, values[year][unit]);
    }
  }
  const Panel data = builder.build();
  const Evaluator evaluator(index(leaf("x", pooled)));

  const Scores first = evaluator.score(data, {.period = Period(2020)});
  const Scores second = evaluator.score(data, {.period = Period(2021)});

  // By hand: 2020: 10..50, 2021: 0..50; 2022 is not yet known.
  EXPECT_THAT(column(first, "x"), ElementsAre(DoubleEq(0.0), DoubleEq(0.25)));
  EXPECT_THAT(column(second, "x"), ElementsAre(DoubleEq(0.0), DoubleEq(0.6)));
}

TEST(EvaluatorTest, HoldsAnchorsWhenToldTo) {
  const Evaluator evaluator(index(leaf("x", min_max(0, 100))));
  const Scores base = evaluator.score(panel({"x"}, {{0}, {10}}));
  const Anchors held = base.anchors();

  const Scores moved = evaluator.score(panel({"x"}, {{5}, {20}}), {.anchors = &held});

  EXPECT_THAT(column(moved, "x"), ElementsAre(DoubleEq(50), DoubleEq(200)));
}

TEST(EvaluatorTest, RefusesEqualValuesWhereANormaliserNeedsASpread) {
  const Evaluator evaluator(index(leaf("x", min_max(0, 100))));

  EXPECT_THAT(
      [&] {
        (void)evaluator.score(panel({"x"}, {{4}, {4}}));
      },
      ThrowsMessage<DataError>(
          testing::AllOf(HasSubstr("x"), HasSubstr("coincide"), HasSubstr("fixed anchors"))));
}

TEST(EvaluatorTest, RanksAgreeWithTheirDefinitions) {
  Normaliser rank;
  rank.method = Normaliser::Method::rank;
  Normaliser borda = rank;
  borda.method = Normaliser::Method::borda;
  Normaliser percentile = rank;
  percentile.method = Normaliser::Method::percentile_rank;
  percentile.ties = Normaliser::Ties::average;
  Criterion reversed = leaf("x", percentile);
  reversed.code = "reversed";
  reversed.polarity = Polarity::negative;
  Criterion second = leaf("x", borda);
  second.code = "borda";
  const Evaluator evaluator(
      index(inner("root", Method::arithmetic_mean, {leaf("x", rank), second, reversed})));

  const Scores scores = evaluator.score(panel({"x"}, {{3}, {1}, {3}, {7}, {missing}}));

  const auto gap = NanSensitiveDoubleEq(missing);
  EXPECT_THAT(column(scores, "x"),
              ElementsAre(DoubleEq(2), DoubleEq(1), DoubleEq(2), DoubleEq(4), gap));
  EXPECT_THAT(column(scores, "borda"),
              ElementsAre(DoubleEq(1), DoubleEq(0), DoubleEq(1), DoubleEq(3), gap));
  // Of -3, -1, -3, -7: places 2.5, 4, 2.5, 1 of 4.
  EXPECT_THAT(column(scores, "reversed"),
              ElementsAre(DoubleEq(0.5), DoubleEq(1), DoubleEq(0.5), DoubleEq(0), gap));
}

TEST(EvaluatorTest, NamesEveryValueOutOfRange) {
  IndexDefinition head = definition(inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")}));
  Variable x;
  x.code = "x";
  x.range = Interval::closed(1, 10);
  head.variables = {x};
  const Evaluator evaluator{Index(head)};

  try {
    (void)evaluator.score(panel({"x", "y"}, {{0.5, 99}, {10, 1}, {11, 1}}));
    FAIL();
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].place, "a, x");
    EXPECT_EQ(error.problems()[0].message, "0.5 is out of the range [1, 10]");
    EXPECT_EQ(error.problems()[1].place, "c, x");
  }
}

TEST(EvaluatorTest, RefusesAPeriodTheEditionIsNotInForceInUnlessTold) {
  IndexDefinition head = definition(leaf("x"));
  head.periods = {Period(2013), Period(2019)};
  const Evaluator evaluator{Index(head)};
  const Panel data = panel({"x"}, {{1}});

  EXPECT_THAT(
      [&] { (void)evaluator.score(data); },
      ThrowsMessage<DataError>(testing::AllOf(HasSubstr("2013"), HasSubstr("not in 2020"))));
  const Scores scores = evaluator.score(data, {.method = Period(2019)});
  EXPECT_EQ(scores.period(), Period(2020));
  EXPECT_EQ(scores.method(), Period(2019));
}

TEST(EvaluatorTest, UsesTheWeightsInForceInThePeriod) {
  Criterion x = leaf("x");
  x.weight = Dated<double>(std::vector<DatedEntry<double>>{
      {0.5, {Period(2000), Period(2019)}, {}, {}, {}}, {0.9, {Period(2020), {}}, {}, {}, {}}});
  Criterion y = leaf("y");
  y.weight = Dated<double>(std::vector<DatedEntry<double>>{
      {0.5, {Period(2000), Period(2019)}, {}, {}, {}}, {0.1, {Period(2020), {}}, {}, {}, {}}});
  const Evaluator evaluator(index(inner("root", Method::arithmetic_mean, {x, y})));
  const Panel data = panel({"x", "y"}, {{1, 0}});

  EXPECT_DOUBLE_EQ(evaluator.score(data).at("a", "root"), 0.9);
  EXPECT_DOUBLE_EQ(evaluator.score(data, {.method = Period(2010)}).at("a", "root"), 0.5);
}

TEST(EvaluatorTest, ListsAllVariablesTheDataLackWithTheNearestName) {
  const Evaluator evaluator(index(two_pillars()));

  EXPECT_THAT(
      [&] {
        (void)evaluator.score(panel({"pres", "courts"}, {{1, 1}}));
      },
      ThrowsMessage<DataError>(
          testing::AllOf(HasSubstr("'press' (did you mean 'pres'?)"), HasSubstr("'vote'"))));
}

TEST(EvaluatorTest, GivesFullPointsOrLeavesOutWhatDoesNotApply) {
  Criterion full = points("full", 20, GivenPoints{});
  full.not_applicable = NotApplicable::full_points;
  Criterion out = points("out", 20, GivenPoints{});
  out.not_applicable = NotApplicable::exclude;
  const Evaluator evaluator(
      index(inner("root", Method::sum, {full, out, points("rest", 60, GivenPoints{})})));
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  for (const char* unit : {"a", "b", "c"}) {
    const Size u = builder.unit(unit);
    builder.row(u, period);
    builder.set(u, builder.number_variable("full"), period, 10);
    builder.set(u, builder.number_variable("out"), period, 10);
    builder.set(u, builder.number_variable("rest"), period, 30);
  }
  builder.set_not_applicable(builder.unit("b"), builder.number_variable("full"), period);
  builder.set_not_applicable(builder.unit("c"), builder.number_variable("out"), period);

  const Scores scores = evaluator.score(builder.build());

  // By hand: 50; 20 + 10 + 30; (10 + 30) of 80 points, scaled to 100.
  EXPECT_THAT(column(scores, "root"), ElementsAre(DoubleEq(50), DoubleEq(60), DoubleEq(50)));
}

TEST(EvaluatorTest, TakesADeclaredZeroAsMissing) {
  IndexDefinition head = definition(inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")}));
  Variable x;
  x.code = "x";
  x.zero_is_missing = true;
  head.variables = {x};

  const Scores scores = Evaluator{Index(head)}.score(panel({"x", "y"}, {{0, 0}, {1, 0}}));

  EXPECT_THAT(column(scores, "root"), ElementsAre(NanSensitiveDoubleEq(missing), DoubleEq(0.5)));
}

TEST(EvaluatorTest, WorksOutRatiosAndConditions) {
  Criterion ratio = leaf("rate");
  ratio.measure = {Measure::Kind::ratio, {{"all", 1}, {"late", -1}}, {{"all", 1}}, 100.0};
  Criterion both = leaf("both");
  both.measure = {Measure::Kind::all_of, {{"p", 1}, {"q", 1}}, {}, 1.0};
  Criterion either = leaf("either");
  either.measure = {Measure::Kind::any_of, {{"p", 1}, {"q", 1}}, {}, 1.0};
  Criterion mean = leaf("mean");
  mean.measure = {Measure::Kind::mean, {{"p", 1}, {"q", 1}, {"all", 1}}, {}, 1.0};
  const Evaluator evaluator(index(inner("root", Method::sum, {ratio, both, either, mean})));

  const Scores scores = evaluator.score(
      panel({"all", "late", "p", "q"}, {{8, 2, 1, 0}, {0, 0, 1, 1}, {4, 1, missing, 1}}));

  const auto gap = NanSensitiveDoubleEq(missing);
  EXPECT_THAT(column(scores, "rate"), ElementsAre(DoubleEq(75), gap, DoubleEq(75)));
  EXPECT_THAT(column(scores, "both"), ElementsAre(DoubleEq(0), DoubleEq(1), gap));
  EXPECT_THAT(column(scores, "either"), ElementsAre(DoubleEq(1), DoubleEq(1), gap));
  EXPECT_THAT(column(scores, "mean"), ElementsAre(DoubleEq(3), DoubleEq(2.0 / 3.0), gap));
}

TEST(EvaluatorTest, PlainArraysGiveTheScoresOfThePanelInEitherMemoryOrder) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> uniform(0.0, 100.0);
  std::vector<Criterion> groups;
  std::vector<std::string> codes;
  for (int g = 0; g < 4; ++g) {
    std::vector<Criterion> leaves;
    for (int k = 0; k < 5; ++k) {
      codes.push_back(fmt::format("x{}{}", g, k));
      leaves.push_back(leaf(codes.back(), min_max(0, 100)));
    }
    groups.push_back(
        inner(fmt::format("g{}", g), Method::geometric_mean, leaves, MissingPolicy::renormalise));
  }
  const Evaluator evaluator(index(inner("root", Method::arithmetic_mean, groups)));
  // More units than one block holds, and not a multiple of it.
  const Size units = 5000;  // Too large to be turned at once.
  Eigen::MatrixXd values = Eigen::MatrixXd::NullaryExpr(units, 20, [&] { return uniform(engine); });
  values(17, 3) = missing;
  std::vector<std::string> names;
  for (Size u = 0; u < units; ++u) names.push_back(fmt::format("u{}", u));
  const Panel data(names, codes, values, Period(2020));
  const Scores scores = evaluator.score(data);
  const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = values;
  const MatrixIn row_major(
      Eigen::Map<const Eigen::MatrixXd, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>(
          rows.data(), units, 20, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(1, 20)));

  const Anchors anchors = evaluator.fit(values);
  std::vector<double> all(static_cast<std::size_t>(units * 25));
  std::vector<double> root(static_cast<std::size_t>(units));
  evaluator.evaluate(values, anchors, Keep::all, all.data());
  evaluator.evaluate(row_major, evaluator.fit(row_major), Keep::root, root.data());

  std::vector<double> in_one_go(static_cast<std::size_t>(units));
  EXPECT_EQ(evaluator.evaluate(row_major, Keep::root, in_one_go.data()), anchors);
  EXPECT_THAT(in_one_go, testing::Pointwise(NanSensitiveDoubleEq(), root));
  const MatrixIn few = row_major.topRows(40);
  std::vector<double> small_rows(40);
  std::vector<double> small_columns(40);
  evaluator.evaluate(few, anchors, Keep::root, small_rows.data());
  evaluator.evaluate(values.topRows(40), anchors, Keep::root, small_columns.data());
  EXPECT_THAT(small_rows, testing::Pointwise(NanSensitiveDoubleEq(), small_columns));

  EXPECT_EQ(anchors, scores.anchors());
  for (Size node = 0; node < 25; ++node) {
    for (Size u = 0; u < units; ++u) {
      const double expected = scores.column(node)[static_cast<std::size_t>(u)];
      const double got = all[static_cast<std::size_t>(node * units + u)];
      ASSERT_TRUE(expected == got || (std::isnan(expected) && std::isnan(got))) << node << " " << u;
    }
  }
  EXPECT_THAT(root, testing::Pointwise(NanSensitiveDoubleEq(), column(scores, "root")));
}

TEST(EvaluatorTest, GivesTheSameBitsWhetherOrNotTheLeavesAreKept) {
  // Spans of which some can be divided by multiplying and some cannot, cuts, gaps under both
  // policies.
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> uniform(-3.0, 17.0);
  std::vector<Criterion> groups;
  for (int g = 0; g < 6; ++g) {
    std::vector<Criterion> leaves;
    for (int k = 0; k < 7; ++k) {
      leaves.push_back(leaf(fmt::format("x{}{}", g, k), min_max(1, 10)));
      if (k % 2 == 0) leaves.back().polarity = Polarity::negative;
    }
    groups.push_back(inner(fmt::format("g{}", g),
                           g % 3 == 0 ? Method::sum : Method::arithmetic_mean, leaves,
                           g % 3 == 1 ? MissingPolicy::renormalise : MissingPolicy::no_score));
  }
  Criterion tree = inner("root", Method::arithmetic_mean, groups, MissingPolicy::renormalise);
  tree.aggregation.times = 10.0;
  const Evaluator evaluator(index(tree));
  const Size units = 700;
  Eigen::MatrixXd values = Eigen::MatrixXd::NullaryExpr(units, 42, [&] { return uniform(engine); });
  for (Size u = 0; u < units; u += 3) values(u, u % 42) = missing;
  const Anchors anchors = evaluator.fit(values);
  std::vector<double> all(static_cast<std::size_t>(units * 49));
  std::vector<double> criteria(static_cast<std::size_t>(units * 7));

  evaluator.evaluate(values, anchors, Keep::all, all.data());
  evaluator.evaluate(values, anchors, Keep::criteria, criteria.data());

  const auto kept = evaluator.kept(Keep::criteria);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    for (Size u = 0; u < units; ++u) {
      const double expected = all[static_cast<std::size_t>(kept[k] * units + u)];
      const double got =
          criteria[k * static_cast<std::size_t>(units) + static_cast<std::size_t>(u)];
      ASSERT_TRUE(expected == got || (std::isnan(expected) && std::isnan(got)));
    }
  }
}

TEST(EvaluatorTest, GivesNoScoreWhereTheResultIsTooLargeForANumber) {
  const Evaluator evaluator(index(inner("root", Method::sum, {leaf("x"), leaf("y")})));

  const Scores scores = evaluator.score(panel({"x", "y"}, {{1e308, 1e308}, {1, 2}}));

  EXPECT_THAT(column(scores, "root"), ElementsAre(NanSensitiveDoubleEq(missing), DoubleEq(3)));
  ASSERT_EQ(scores.treatments().size(), 1U);
  EXPECT_EQ(scores.treatments()[0].kind, Treatment::Kind::undefined);
}

TEST(EvaluatorTest, NamesInfiniteValuesOfPlainArrays) {
  const Evaluator evaluator(index(two_pillars(MissingPolicy::renormalise)));
  Eigen::MatrixXd values = Eigen::MatrixXd::Ones(3, 3);
  values(1, 2) = std::numeric_limits<double>::infinity();
  std::vector<double> out(3);

  EXPECT_THAT([&] { evaluator.evaluate(values, {}, Keep::root, out.data()); },
              ThrowsMessage<DataError>(HasSubstr("row 1, courts: the value is infinite")));
}

TEST(EvaluatorTest, NamesTheExpectedAndTheGivenShape) {
  const Evaluator evaluator(index(two_pillars()));

  EXPECT_THAT([&] { (void)evaluator.fit(Eigen::MatrixXd::Zero(4, 2)); },
              ThrowsMessage<DataError>(
                  testing::AllOf(HasSubstr("expected 3 columns"), HasSubstr("(4, 2)"))));
}

TEST(EvaluatorTest, LeavesOutUnitsThatHaveNoRowInThePeriod) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size old_period = builder.period(Period(2008));
  const Size new_period = builder.period(Period(2009));
  const Size kept = builder.unit("stays");
  const Size gone = builder.unit("merged");
  builder.row(kept, old_period);
  builder.row(gone, old_period);
  builder.row(kept, new_period);
  builder.set(kept, x, new_period, 2.0);

  const Scores scores =
      Evaluator(index(leaf("x"))).score(builder.build(), {.period = Period(2009)});

  EXPECT_EQ(scores.units().size(), 1);
  EXPECT_DOUBLE_EQ(scores.at("stays", "x"), 2.0);
}

TEST(EvaluatorTest, PermutingUnitsPermutesScores) {
  std::mt19937_64 engine(11);
  std::uniform_real_distribution<double> uniform(1.0, 9.0);
  const Evaluator evaluator(
      index(inner("root", Method::copeland,
                  {weighted(50, leaf("x")), weighted(30, leaf("y")), weighted(20, leaf("z"))})));
  std::vector<std::vector<double>> rows;
  for (int u = 0; u < 20; ++u) rows.push_back({uniform(engine), uniform(engine), uniform(engine)});
  const auto forward = column(evaluator.score(panel({"x", "y", "z"}, rows)), "root");
  std::reverse(rows.begin(), rows.end());
  auto backward = column(evaluator.score(panel({"x", "y", "z"}, rows)), "root");
  std::reverse(backward.begin(), backward.end());

  EXPECT_EQ(forward, backward);
}

TEST(EvaluatorTest, KnowsBestAndWorstScores) {
  Normaliser posts = min_max(0, 10);
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(0);
  posts.high = Anchor::fixed(5);
  posts.cut = true;
  Criterion tree =
      inner("root", Method::geometric_mean,
            {weighted(0.5, leaf("x", posts)), weighted(0.5, leaf("y", min_max(1, 9)))});
  tree.aggregation.times = 2.0;
  const Evaluator evaluator(index(tree));

  // By hand: 2 * sqrt(10 * 9) and 2 * sqrt(0 * 1).
  EXPECT_DOUBLE_EQ(evaluator.range(0).highest, 2.0 * std::sqrt(90.0));
  EXPECT_DOUBLE_EQ(evaluator.range(0).lowest, 0.0);
}

TEST(EvaluatorTest, DoesNotScaleWholeSumsWhoseMaximumIsTheCapOrHasAFactor) {
  // Parts of 60 and 60 points, capped at 100: 50 + 40 stay 90; 30 of 60 are 60 of 120.
  Criterion capped =
      inner("capped", Method::sum, {points("a", 60, GivenPoints{}), points("b", 60, GivenPoints{})},
            MissingPolicy::reduce_maximum);
  capped.cap = 100.0;
  capped.maximum = 100.0;
  EXPECT_THAT(column(Evaluator(index(capped)).score(panel({"a", "b"}, {{50, 40}, {30, missing}})),
                     "capped"),
              ElementsAre(DoubleEq(90.0), DoubleEq(60.0)));

  // Twice 10 + 5 is 30; without b, 10 of 10 are 20 of 20, twice that is 40.
  Criterion twice =
      inner("twice", Method::sum, {points("a", 10, GivenPoints{}), points("b", 10, GivenPoints{})},
            MissingPolicy::reduce_maximum);
  twice.aggregation.times = 2.0;
  twice.maximum = 40.0;
  EXPECT_THAT(
      column(Evaluator(index(twice)).score(panel({"a", "b"}, {{10, 5}, {10, missing}})), "twice"),
      ElementsAre(DoubleEq(30.0), DoubleEq(40.0)));
}

TEST(EvaluatorTest, LeavesBonusesAsTheyAreWhereAPartDoesNotApply) {
  // 30 of 60 points are 50 of 100; the bonus of 4 stays 4.
  Criterion survey = points("survey", 40, GivenPoints{});
  survey.not_applicable = NotApplicable::exclude;
  Criterion bonus = points("bonus", 5, GivenPoints{});
  bonus.role = Role::bonus;
  Panel::Builder builder;
  const Size unit = builder.unit("a");
  const Size period = builder.period(Period(2020));
  builder.set(unit, builder.number_variable("part"), period, 30.0);
  builder.set_not_applicable(unit, builder.number_variable("survey"), period);
  builder.set(unit, builder.number_variable("bonus"), period, 4.0);

  const Scores scores = Evaluator(index(inner("root", Method::sum,
                                              {points("part", 60, GivenPoints{}), survey, bonus})))
                            .score(builder.build());

  EXPECT_THAT(column(scores, "root"), ElementsAre(DoubleEq(54.0)));
}

TEST(EvaluatorTest, ComparesUnitsInTheChildrenThatApplyToBoth) {
  // y does not apply to b, which meets a and c in x alone: it loses to a and beats c.
  Criterion y = leaf("y");
  y.not_applicable = NotApplicable::exclude;
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size first = builder.number_variable("x");
  const Size second = builder.number_variable("y");
  const Size a = builder.unit("a");
  const Size b = builder.unit("b");
  const Size c = builder.unit("c");
  builder.set(a, first, period, 3.0);
  builder.set(b, first, period, 2.0);
  builder.set(c, first, period, 1.0);
  builder.set(a, second, period, 3.0);
  builder.set_not_applicable(b, second, period);
  builder.set(c, second, period, 1.0);

  const Scores scores =
      Evaluator(index(inner("root", Method::copeland, {leaf("x"), y}))).score(builder.build());

  EXPECT_THAT(column(scores, "root"), ElementsAre(2.0, 0.0, -2.0));
}

TEST(EvaluatorTest, GivesNoScoreWhereOnlyAChildWithoutWeightApplies) {
  Criterion y = weighted(1, leaf("y"));
  y.not_applicable = NotApplicable::exclude;
  Panel::Builder builder;
  const Size unit = builder.unit("a");
  const Size period = builder.period(Period(2020));
  builder.set(unit, builder.number_variable("x"), period, 3.0);
  builder.set_not_applicable(unit, builder.number_variable("y"), period);

  const Scores scores =
      Evaluator(index(inner("root", Method::arithmetic_mean, {weighted(0, leaf("x")), y})))
          .score(builder.build());

  EXPECT_TRUE(std::isnan(column(scores, "root")[0]));
}

TEST(EvaluatorTest, SaysWhichValuesAreNotInForceInAMethodOutsideTheEdition) {
  Criterion x = leaf("x", min_max(0, 100));
  DatedEntry<double> weight;
  weight.value = 1.0;
  weight.in_force = {Period(2000), Period(2100)};
  x.weight = Dated<double>({weight});
  const Index dated = index(inner("root", Method::arithmetic_mean, {x}));

  try {
    const Evaluator evaluator(dated, Period(1990));
    FAIL() << "nothing is in force in 1990";
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no weight is in force in 1990"));
  }
}

TEST(EvaluatorTest, KnowsNoLimitWhereUnlikeScoresCount) {
  // One child of 100 among nine of 1 gives 10.9 - 9 * 9.9^2 / 10.9 = -70.03: less than any of them.
  const auto range = [](bool upward) {
    Criterion node = inner("root", Method::mazziotta_pareto,
                           {leaf("x", min_max(1, 100)), leaf("y", min_max(1, 100))});
    node.aggregation.upward_penalty = upward;
    return Evaluator(index(node)).range(Index::root());
  };

  EXPECT_DOUBLE_EQ(range(false).highest, 100.0);
  EXPECT_TRUE(std::isinf(range(false).lowest));
  EXPECT_TRUE(std::isinf(range(true).highest));
  EXPECT_DOUBLE_EQ(range(true).lowest, 1.0);
}

TEST(EvaluatorTest, DoesNotMindWordsOfOtherPeriods) {
  // In 2019 the data said "overdue"; the edition of 2020 knows "late" and "timely" only.
  Variable report;
  report.code = "report";
  report.categories = {"late", "timely"};
  IndexDefinition head =
      definition(points("report", 2, CategoryRule{.points = {{"late", 0.5}, {"timely", 2.0}}}));
  head.variables = {report};
  Panel::Builder builder;
  const Size variable = builder.category_variable("report");
  const Size a = builder.unit("a");
  const Size before = builder.period(Period(2019));
  builder.set_category(a, variable, before, "overdue");
  builder.set_category(a, variable, builder.period(Period(2020)), "Timely");
  const Panel panel = builder.build();
  const Evaluator evaluator{Index(head)};

  EXPECT_THAT(column(evaluator.score(panel, {.period = Period(2020)}), "report"), ElementsAre(2.0));
  EXPECT_THROW(static_cast<void>(evaluator.score(panel, {.period = Period(2019)})), DataError);
}

TEST(EvaluatorTest, AnIndicatorWithoutAnyValueIsMissingWhereOneAnchorIsPooled) {
  Normaliser half_pooled = min_max(0, 100);
  half_pooled.low.source = Anchor::Source::pooled;
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size before = builder.period(Period(2019));
  const Size now = builder.period(Period(2020));
  for (const char* name : {"a", "b"}) {
    const Size unit = builder.unit(name);
    builder.set(unit, x, before, 1.0 + static_cast<double>(unit));
    builder.row(unit, now);
  }

  const Scores scores =
      Evaluator(index(leaf("x", half_pooled))).score(builder.build(), {.period = Period(2020)});

  EXPECT_THAT(column(scores, "x"),
              ElementsAre(NanSensitiveDoubleEq(missing), NanSensitiveDoubleEq(missing)));
}

}  // namespace
}  // namespace chiso
