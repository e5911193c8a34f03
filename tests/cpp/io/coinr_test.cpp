#include "chiso/io/coinr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

constexpr std::string_view kHeading =
    "Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type\n";

constexpr std::string_view kRows =
    "1,roads,Paved roads,1,1,km,40,area,access,Indicator\n"
    "1,delay,Delay,-1,3,days,2,,access,Indicator\n"
    "1,trust,Trust,1,1,points,9,,people,Indicator\n"
    "2,access,Access,1,1,,,,index,Aggregate\n"
    "2,people,People,1,2,,,,index,Aggregate\n"
    "3,index,The index,1,1,,,,,Aggregate\n"
    ",area,Area,,,km2,,,,Denominator\n"
    ",region,Region,,,,,,,Group\n";

Table meta(std::string_view rows) {
  return parse_csv(std::string(kHeading) + std::string(rows), "meta.csv", {.delimiter = ','});
}

template <class Matcher>
auto refused(const Matcher& matcher) {
  return ThrowsMessage<SpecError>(matcher);
}

const Criterion& child(const Criterion& node, std::size_t i) { return node.children.at(i); }

TEST(CoinrMetaTest, RowsBecomeATreeInTheirOrder) {
  const IndexDefinition definition = definition_from_coinr(meta(kRows));
  const Criterion& root = definition.tree;
  EXPECT_EQ(root.code, "index");
  EXPECT_EQ(root.title.en, "The index");
  EXPECT_TRUE(root.weight.empty());
  EXPECT_EQ(root.missing, MissingPolicy::renormalise);
  EXPECT_EQ(root.aggregation.weights, Aggregation::Weights::relative);
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(child(root, 1).code, "people");
  EXPECT_EQ(*child(root, 1).weight.find({}), 2.0);
  const Criterion& delay = child(child(root, 0), 1);
  EXPECT_EQ(delay.code, "delay");
  EXPECT_EQ(delay.polarity, Polarity::negative);
  EXPECT_EQ(*delay.weight.find({}), 3.0);
  EXPECT_EQ(delay.measure, Measure::of("delay"));
  EXPECT_EQ(delay.location.line, 3);
  ASSERT_EQ(definition.variables.size(), 3U);
  EXPECT_EQ(definition.variables[1].unit, "days");
  EXPECT_EQ(Index(definition).name(), "coinr-imported");
}

TEST(CoinrMetaTest, DenominatorsDivideIfAsked) {
  const IndexDefinition definition = definition_from_coinr(meta(kRows), {.denominate = true});
  const Measure& roads = child(child(definition.tree, 0), 0).measure;
  EXPECT_EQ(roads.kind, Measure::Kind::ratio);
  ASSERT_EQ(roads.denominator.size(), 1U);
  EXPECT_EQ(roads.denominator[0].variable, "area");
  EXPECT_EQ(definition.variables.size(), 4U);
  EXPECT_EQ(child(child(definition.tree, 0), 1).measure, Measure::of("delay"));
}

TEST(CoinrMetaTest, ADistanceToTargetTakesTheTargetOfItsRow) {
  Normaliser normaliser;
  normaliser.method = Normaliser::Method::distance_to_target;
  const IndexDefinition definition = definition_from_coinr(meta(kRows), {.normaliser = normaliser});
  const Rule& rule = *child(child(definition.tree, 0), 1).rule.find({});
  EXPECT_EQ(std::get<Normaliser>(rule).high, Anchor::fixed(2.0));
  EXPECT_THAT(
      [&] {
        (void)definition_from_coinr(meta("1,a,,1,1,,,,i,Indicator\n2,i,,1,1,,,,,Aggregate\n"),
                                    {.normaliser = normaliser});
      },
      refused(HasSubstr("meta.csv:2:11: a: expected a number in the column 'Target'")));
}

TEST(CoinrMetaTest, EveryLevelHasItsAggregationAndThreshold) {
  Aggregation geometric;
  geometric.method = Aggregation::Method::geometric_mean;
  Aggregation median;
  median.method = Aggregation::Method::median;
  const IndexDefinition definition = definition_from_coinr(
      meta(kRows), {.aggregations = {geometric, median}, .at_least = {0.8, 1.0}});
  const Criterion& root = definition.tree;
  EXPECT_EQ(root.aggregation.method, Aggregation::Method::median);
  EXPECT_EQ(root.at_least, 1.0);
  EXPECT_TRUE(child(root, 0).weight.empty());  // A median has no weights.
  EXPECT_EQ(child(root, 0).aggregation.method, Aggregation::Method::geometric_mean);
  EXPECT_EQ(child(root, 0).at_least, 0.8);
  EXPECT_NO_THROW((void)Index(definition));
}

TEST(CoinrMetaTest, MissingColumnsAreNamedTogether) {
  EXPECT_THAT(
      [] { (void)definition_from_coinr(parse_csv("iCode,Typ,Level,Weight\na,Indicator,1,1\n")); },
      refused(AllOf(HasSubstr("expected a column 'Type', found 'iCode', 'Typ'"),
                    HasSubstr("(did you mean 'Typ'?)"), HasSubstr("expected a column 'Parent'"),
                    HasSubstr("expected a column 'Direction'"),
                    Not(HasSubstr("column 'Weight',")))));
}

TEST(CoinrMetaTest, CodesHaveNoSpacesAndTheOneToUseIsSaid) {
  EXPECT_THAT(
      [] {
        (void)definition_from_coinr(
            meta("1,paved roads,,1,1,,,,i,Indicator\n2,i,,1,1,,,,,Aggregate\n"));
      },
      refused(
          HasSubstr("meta.csv:2:3: paved roads: expected letters, digits, '.', '_' and '-' in a "
                    "code, found 'paved roads'; write 'paved_roads', in iMeta and iData")));
}

TEST(CoinrMetaTest, UnknownParentsAndDenominatorsGetTheNearestCode) {
  EXPECT_THAT(
      [] {
        (void)definition_from_coinr(
            meta("1,a,,1,1,,,Popluation,pilar,Indicator\n"
                 "2,pillar,,1,1,,,,,Aggregate\n"
                 ",Population,,,,,,,,Denominator\n"));
      },
      refused(
          AllOf(HasSubstr("meta.csv:2:23: a: there is no parent 'pilar' (did you mean 'pillar'?)"),
                HasSubstr("there is no code 'Popluation' (did you mean 'Population'?)"))));
}

TEST(CoinrMetaTest, WhateverElseIsWrongIsNamedAtOnce) {
  EXPECT_THAT(
      [] {
        (void)definition_from_coinr(
            meta("1,a,,2,x,,,,i,Indicator\n"
                 "1,a,,1,-1,,,,i,Indicator\n"
                 "1,,,1,1,,,,i,Indicator\n"
                 "1,b,,1,,,,,j,Indicator\n"
                 "1,c,,1,1,,,,i,Indikator\n"
                 "1,d,,1,1,,,,a,Indicator\n"
                 "2,e,,1,1,,,,i,Indicator\n"
                 "2.5,f,,1,1,,,,i,Indicator\n"
                 "2,i,,1,1,,,,,Aggregate\n"
                 "3,j,,1,1,,,,,Aggregate\n"));
      },
      refused(AllOf(
          HasSubstr("meta.csv:2:6: a: expected 1 or -1, found 2"),
          HasSubstr("meta.csv:2:8: a: expected a number, found 'x'"),
          HasSubstr("meta.csv:3:3: a: the code 'a' stands twice, first in line 2"),
          HasSubstr("meta.csv:3:8: a: expected a weight that is not negative, found -1"),
          HasSubstr("meta.csv:4:3: expected a code, found nothing"),
          HasSubstr("meta.csv:5:8: b: expected a number in the column 'Weight', found nothing"),
          HasSubstr("b: expected a parent one level above, found 'j' of level 3 above level 1"),
          HasSubstr("c: expected one of Indicator, Aggregate, Denominator, Group, Other, found "
                    "'Indikator' (did you mean 'Indicator'?)"),
          HasSubstr("d: the parent 'a' is an indicator"),
          HasSubstr("e: expected level 1 for an indicator, found 2"),
          HasSubstr("f: expected a whole number from 1 to 100, found 2.5"),
          HasSubstr("i: 2 rows have no Parent"), HasSubstr("j: 2 rows have no Parent"))));
}

TEST(CoinrMetaTest, ARingHasNoRoot) {
  EXPECT_THAT(
      [] {
        (void)definition_from_coinr(meta("2,a,,1,1,,,,b,Aggregate\n3,b,,1,1,,,,a,Aggregate\n"));
      },
      refused(AllOf(HasSubstr("expected one row of type Aggregate without a Parent, found none"),
                    HasSubstr("b: expected a parent one level above"))));
}

TEST(CoinrMetaTest, AnAggregateHasParts) {
  EXPECT_THAT([] { (void)definition_from_coinr(meta("2,i,,1,1,,,,,Aggregate\n")); },
              refused(HasSubstr("i: no row has the parent 'i'")));
}

TEST(CoinrDataTest, UnitsAreCodesOrNamesAndTextIsLeftOut) {
  const Table data =
      parse_csv("uName,uCode,Region,Time,a\nAland,ALD,north,2018,1\nBland,BLD,,2018,NA\n");
  const Panel panel = panel_from_coinr(data);
  EXPECT_THAT(panel.units().names(), ElementsAre("ALD", "BLD"));
  EXPECT_THAT(panel.variables().names(), ElementsAre("a"));
  EXPECT_EQ(panel.periods()[0], Period(2018));
  EXPECT_TRUE(std::isnan(panel.column(0, 0)[1]));

  const Panel named = panel_from_coinr(data, {.units_by_name = true, .keep_text = true});
  EXPECT_THAT(named.units().names(), ElementsAre("Aland", "Bland"));
  EXPECT_THAT(named.variables().names(), ElementsAre("Region", "a"));
  EXPECT_THAT(named.categories(0), ElementsAre("north"));
}

TEST(CoinrDataTest, DataWithoutTimeNeedAPeriod) {
  const Table data = parse_csv("uCode,a\nALD,1\n");
  EXPECT_EQ(panel_from_coinr(data, {.period = Period(2018)}).periods()[0], Period(2018));
  EXPECT_THAT([&] { (void)panel_from_coinr(data); },
              ThrowsMessage<DataError>(HasSubstr("expected a column 'Time', found 'uCode', 'a'")));
  EXPECT_THAT([] { (void)panel_from_coinr(parse_csv("a,Time\n1,2018\n")); },
              ThrowsMessage<DataError>(HasSubstr("expected a column 'uCode', found 'a', 'Time'")));
}

TEST(CoinrDataTest, MetaAndDataTogetherAreScored) {
  // By hand, min-max 0..100 over the two units, A best in roads, B in delay (2 days) and trust:
  // access = (1 * roads + 3 * delay) / 4: A = 25, B = 75; people: A = 0, B = 100.
  // index = (1 * access + 2 * people) / 3: A = 25 / 3, B = 275 / 3.
  const Evaluator evaluator{Index(definition_from_coinr(meta(kRows)))};
  const Scores scores = evaluator.score(panel_from_coinr(
      parse_csv("uCode,Time,roads,delay,trust,area\nA,2018,9,5,1,1\nB,2018,8,2,7,2\n")));
  EXPECT_DOUBLE_EQ(scores.at("A", "access"), 25.0);
  EXPECT_DOUBLE_EQ(scores.at("A", "index"), 25.0 / 3.0);
  EXPECT_DOUBLE_EQ(scores.at("B", "index"), 275.0 / 3.0);
}

// COINr's own example, where its tables lie beside the checkout.
class CoinrOracleTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("../shared/oracles/coinr")) {
      GTEST_SKIP() << "the folder ../shared is absent";
    }
  }

  static void expect_equal(const Scores& scores, const std::string& file) {
    const Table table = read_csv("../shared/oracles/coinr/" + file);
    Size compared = 0;
    for (Size row = 1; row < table.rows(); ++row) {
      for (Size column = 1; column < table.columns(); ++column) {
        const double found = scores.at(table(row, 0), table(0, column));
        double expected = std::nan("");
        if (!parse_number(table(row, column), expected)) {
          EXPECT_TRUE(std::isnan(found)) << table(row, 0) << ", " << table(0, column);
          continue;
        }
        EXPECT_NEAR(found, expected, 1e-12 * std::max(1.0, std::abs(expected)))
            << table(row, 0) << ", " << table(0, column);
        ++compared;
      }
    }
    EXPECT_GT(compared, 500);
  }

  static Scores score(const CoinrOptions& options) {
    const Evaluator evaluator{Index(
        definition_from_coinr(read_csv("../shared/oracles/coinr/raw/asem_iMeta.csv"), options))};
    return evaluator.score(
        panel_from_coinr(read_csv("../shared/oracles/coinr/raw/asem_iData.csv")));
  }
};

TEST_F(CoinrOracleTest, MinMaxAndArithmeticMeansAreCoinrs) {
  expect_equal(score({}), "agg/minmax0_amean_equal.csv");
}

TEST_F(CoinrOracleTest, ThresholdsOfAvailabilityAreCoinrs) {
  expect_equal(score({.at_least = {0.8, 1.0}}), "agg/minmax0_amean_equal_thresh_80_100_100.csv");
}

TEST_F(CoinrOracleTest, DistancesToTargetAreCoinrs) {
  Normaliser normaliser;
  normaliser.method = Normaliser::Method::distance_to_target;
  normaliser.onto_high = 1.0;
  expect_equal(score({.normaliser = normaliser}), "norm/dist2targ.csv");
}

}  // namespace
}  // namespace chiso
