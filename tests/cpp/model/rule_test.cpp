#include "chiso/model/rule.hpp"

#include <gtest/gtest.h>

namespace chiso {
namespace {

using Norm = Normaliser::Method;

Normaliser normaliser(Norm method) {
  Normaliser rule;
  rule.method = method;
  return rule;
}

TEST(RuleTest, PointsRulesAreAllButIdentityAndNormalisers) {
  const std::vector<Rule> points = {FixedPoints{}, GivenPoints{}, Steps{},  Proportional{},
                                    PerUnit{},     Increments{},  Deduct{}, CategoryRule{}};
  for (const auto& rule : points) EXPECT_TRUE(is_points_rule(rule)) << describe(rule);
  EXPECT_FALSE(is_points_rule(Identity{}));
  EXPECT_FALSE(is_points_rule(Normaliser{}));
}

TEST(RuleTest, PointsRulesAreDescribedInWords) {
  EXPECT_EQ(describe(Identity{}), "the value itself");
  EXPECT_EQ(describe(FixedPoints{0.1}), "always 0.1");
  EXPECT_EQ(describe(GivenPoints{}), "the points given");
  EXPECT_EQ(describe(Steps{{{parse_interval("> 90"), 2.0},
                            {parse_interval("[70, 90]"), 1.0},
                            {parse_interval("< 70"), 0.0}}}),
            "> 90: 2; [70, 90]: 1; < 70: 0");
  EXPECT_EQ(describe(Proportional{100.0, 0.0}), "the maximum at 100, in proportion below");
  EXPECT_EQ(describe(Proportional{100.0, 80.0}),
            "the maximum at 100, in proportion below; 0 below 80");
  EXPECT_EQ(describe(PerUnit{0.5, {}}), "0.5 for each unit");
  EXPECT_EQ(describe(PerUnit{0.5, 2.0}), "0.5 for each unit, at most 2");
  EXPECT_EQ(describe(Increments{10.0, 1.0, 20.0, 5.0, 0.25, 2.0}),
            "1 from 10 on, 0.25 more for every full 5 above 20, at most 2");
  EXPECT_EQ(describe(Deduct{0.5, 1.0}), "the maximum less 0.5 for every 1");
  EXPECT_EQ(describe(CategoryRule{{{"timely", 1.0}, {"late", 0.5}}, false}),
            "timely: 1; late: 0.5");
  EXPECT_EQ(describe(CategoryRule{{{"excellent", 100.0}, {"good", 75.0}}, true}),
            "excellent: 100%; good: 75%");
}

TEST(RuleTest, NormalisersAreDescribedWithTheirAnchors) {
  Normaliser rule = normaliser(Norm::min_max);
  rule.onto_low = 1.0;
  rule.onto_high = 10.0;
  EXPECT_EQ(describe(rule), "min-max onto [1, 10]");
  rule.low.source = rule.high.source = Anchor::Source::pooled;
  EXPECT_EQ(describe(rule), "min-max onto [1, 10], pooled");
  rule.low = Anchor::fixed(0.0);
  rule.high.reached = 0.2077;
  EXPECT_EQ(describe(rule), "min-max onto [1, 10], min 0, max pooled, 0.2077 reached before");

  rule = normaliser(Norm::goalposts);
  rule.low = Anchor::fixed(20.0);
  rule.high = Anchor::fixed(85.0);
  rule.onto_high = 1.0;
  rule.cut = true;
  EXPECT_EQ(describe(rule), "goalposts 20 and 85 onto [0, 1], cut");

  rule = normaliser(Norm::z_score);
  rule.onto_high = 1.0;
  EXPECT_EQ(describe(rule), "z-score with mean 0 and deviation 1");

  rule = normaliser(Norm::distance_to_reference);
  rule.reference_unit = "DEU";
  rule.cut = true;
  EXPECT_EQ(describe(rule), "distance to DEU, at most 1");

  rule = normaliser(Norm::rank);
  rule.ties = Normaliser::Ties::average;
  EXPECT_EQ(describe(rule), "rank, ties average");
}

TEST(RuleTest, DatedNumbersAreDescribedWithTheirPeriods) {
  Normaliser rule = normaliser(Norm::goalposts);
  rule.low = Anchor::fixed(0.0);
  rule.high = Anchor::fixed(0.0);
  const PeriodRange first{{}, Period(2016)};
  const PeriodRange second{Period(2017), {}};
  rule.high.value = Dated<double>({{5.0, first, {}, {}, {}}, {10.0, second, {}, {}, {}}});

  EXPECT_EQ(describe(rule), "goalposts 0 and 5 (" + first.to_string() + "), 10 (" +
                                second.to_string() + ") onto [0, 100]");
}

TEST(RuleTest, EveryNormaliserHasADistinctNameAndDescription) {
  std::vector<std::string> all;
  for (int i = 0; i <= static_cast<int>(Norm::percentile_rank); ++i) {
    const auto method = static_cast<Norm>(i);
    all.emplace_back(name(method));
    EXPECT_FALSE(describe(normaliser(method)).empty()) << i;
  }
  EXPECT_EQ(all, (std::vector<std::string>{
                     "min_max", "goalposts", "z_score", "scaled", "distance_to_maximum",
                     "distance_to_reference", "distance_to_target", "fraction_of_maximum",
                     "adjusted_goalposts", "rank", "borda", "percentile_rank"}));
}

}  // namespace
}  // namespace chiso
