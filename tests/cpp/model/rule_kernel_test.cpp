#include "chiso/model/rule_kernel.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;

double points(const Rule& rule, double x, std::optional<double> maximum = {}) {
  return std::get<Piecewise>(rule_kernel(rule, maximum))(x);
}

std::vector<double> points_of(const Rule& rule, std::vector<std::string> categories,
                              std::optional<double> maximum = {}) {
  const auto kernel = std::get<CategoryPoints>(rule_kernel(rule, maximum, categories));
  return {kernel.points().begin(), kernel.points().end()};
}

TEST(RuleKernelTest, StepsAreWhatTheySay) {
  const Rule rule = Steps{{{parse_interval("> 90"), 2.0},
                           {parse_interval("[70, 90]"), 1.0},
                           {parse_interval("< 70"), 0.0}}};
  EXPECT_EQ(points(rule, 90.0), 1.0);
  EXPECT_EQ(points(rule, std::nextafter(90.0, 91.0)), 2.0);
  EXPECT_EQ(points(rule, 70.0), 1.0);
  EXPECT_EQ(points(rule, 69.9), 0.0);
}

TEST(RuleKernelTest, GivenPointsLieBetweenZeroAndTheMaximum) {
  EXPECT_EQ(points(GivenPoints{}, 1.5, 2.0), 1.5);
  EXPECT_TRUE(std::isnan(points(GivenPoints{}, 2.5, 2.0)));
  EXPECT_TRUE(std::isnan(points(GivenPoints{}, -0.5, 2.0)));
  // Without a maximum the upper end is open.
  EXPECT_EQ(points(GivenPoints{}, 1e6), 1e6);
  EXPECT_TRUE(std::isnan(points(GivenPoints{}, -0.5)));
}

TEST(RuleKernelTest, RulesRelativeToTheMaximumUseIt) {
  // 2 * 85 / 100; 0 below the threshold.
  EXPECT_EQ(points(Proportional{100.0, 80.0}, 85.0, 2.0), 1.7);
  EXPECT_EQ(points(Proportional{100.0, 80.0}, 79.0, 2.0), 0.0);
  // 2 less three halves.
  EXPECT_EQ(points(Deduct{0.5, 1.0}, 3.0, 2.0), 0.5);
  // The maximum caps where no cap is given.
  EXPECT_EQ(points(PerUnit{0.5, {}}, 10.0, 2.0), 2.0);
  EXPECT_EQ(points(PerUnit{0.5, 1.5}, 10.0, 2.0), 1.5);
  // 1 + 2 * 0.25 at 30; 1 + 4 * 0.25 at 40 and no more.
  EXPECT_EQ(points(Increments{10.0, 1.0, 20.0, 5.0, 0.25, {}}, 30.0, 2.0), 1.5);
  EXPECT_EQ(points(Increments{10.0, 1.0, 20.0, 5.0, 0.25, {}}, 90.0, 2.0), 2.0);
}

TEST(RuleKernelTest, CategoriesAreInTheOrderOfTheVariable) {
  const Rule rule = CategoryRule{{{"timely", 1.0}, {"Late", 0.5}, {"not issued", 0.0}}, false};
  EXPECT_THAT(points_of(rule, {"not issued", "late", "timely"}), ElementsAre(0.0, 0.5, 1.0));
}

TEST(RuleKernelTest, GradesArePercentOfTheMaximum) {
  const Rule rule = CategoryRule{{{"excellent", 100.0}, {"good", 75.0}, {"done", 50.0}}, true};
  EXPECT_THAT(points_of(rule, {"done", "good", "excellent"}, 2.0), ElementsAre(1.0, 1.5, 2.0));
}

TEST(RuleKernelTest, FixedPointsAreTheSameForAll) {
  EXPECT_EQ(points(FixedPoints{3.0}, -7.0), 3.0);
  EXPECT_THAT(points_of(FixedPoints{3.0}, {"no", "yes"}), ElementsAre(3.0, 3.0));
}

TEST(RuleKernelTest, RefusesWhatItCannotCompute) {
  const std::vector<std::string> words = {"no", "yes"};
  EXPECT_THROW(static_cast<void>(rule_kernel(Identity{}, 1.0)), SpecError);
  EXPECT_THROW(static_cast<void>(rule_kernel(Normaliser{}, 1.0)), SpecError);
  EXPECT_THROW(static_cast<void>(rule_kernel(CategoryRule{}, 1.0)), SpecError);
  EXPECT_THROW(static_cast<void>(rule_kernel(PerUnit{0.5, 1.0}, 1.0, words)), SpecError);
  EXPECT_THROW(static_cast<void>(rule_kernel(Proportional{}, {})), SpecError);
  EXPECT_THROW(static_cast<void>(rule_kernel(CategoryRule{{{"no", 0.0}}, false}, {}, words)),
               SpecError);
}

TEST(RuleKernelTest, KnowsWhichRulesNeedAMaximum) {
  for (const Rule& rule : std::vector<Rule>{Proportional{}, Deduct{}, PerUnit{}, Increments{},
                                            CategoryRule{{}, true}}) {
    EXPECT_TRUE(needs_maximum(rule)) << describe(rule);
  }
  for (const Rule& rule : std::vector<Rule>{Identity{}, FixedPoints{}, GivenPoints{}, Steps{},
                                            PerUnit{0.5, 1.0}, CategoryRule{}, Normaliser{}}) {
    EXPECT_FALSE(needs_maximum(rule)) << describe(rule);
  }
}

TEST(RuleKernelTest, KnowsTheMostThatRulesGiveByThemselves) {
  EXPECT_EQ(implied_maximum(FixedPoints{3.0}), 3.0);
  EXPECT_EQ(implied_maximum(Steps{{{{}, 1.0}, {{}, 2.0}, {{}, 0.0}}}), 2.0);
  EXPECT_EQ(implied_maximum(PerUnit{0.5, 1.5}), 1.5);
  EXPECT_EQ(implied_maximum(Increments{10.0, 1.0, 20.0, 5.0, 0.25, 2.0}), 2.0);
  EXPECT_EQ(implied_maximum(CategoryRule{{{"a", 1.0}, {"b", 0.5}}, false}), 1.0);
  for (const Rule& rule :
       std::vector<Rule>{Identity{}, GivenPoints{}, Proportional{}, PerUnit{}, Deduct{},
                         CategoryRule{{{"a", 50.0}}, true}, Normaliser{}}) {
    EXPECT_EQ(implied_maximum(rule), std::nullopt) << describe(rule);
  }
}

}  // namespace
}  // namespace chiso
