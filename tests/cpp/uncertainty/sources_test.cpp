#include "chiso/uncertainty/sources.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "small_sources.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(const Choose& choice) {
  std::vector<std::string> all;
  for (const Scenario& scenario : choice.alternatives) all.push_back(scenario.name);
  return all;
}

TEST(SourcesTest, HaveNames) {
  DrawAnchors anchors;
  EXPECT_EQ(name(DrawWeights{}), "weights");
  EXPECT_EQ(name(DrawValues{}), "measurement");
  EXPECT_EQ(name(anchors), "anchors");
  EXPECT_EQ(name(Choose{}), "choice");
}

TEST(SourcesTest, WeightsInWords) {
  DrawWeights source;
  EXPECT_EQ(describe(source), "shares below all criteria, uniform");
  source.criteria = "composite";
  source.bounds = {{"a", 0.1, 0.5}};
  source.orders = {{"a", "b"}, {"b", "c"}};
  source.keep_order = true;
  EXPECT_EQ(describe(source),
            "shares below composite, uniform, 1 bound, 2 orders, in the nominal order");
  DrawWeights dirichlet;
  dirichlet.overall = true;
  dirichlet.criteria = "r";
  dirichlet.law = DrawWeights::Law::dirichlet;
  dirichlet.concentration = 20;
  EXPECT_EQ(describe(dirichlet), "shares of all indicators below r, dirichlet of concentration 20");
  DrawWeights relative;
  relative.law = DrawWeights::Law::relative;
  relative.spread = 0.07;
  EXPECT_EQ(describe(relative), "shares below all criteria, +- 7 %");
  relative.law = DrawWeights::Law::normalised_uniform;
  EXPECT_EQ(describe(relative), "shares below all criteria, normalised uniform");
}

TEST(SourcesTest, ValuesInWords) {
  DrawValues source;
  EXPECT_EQ(describe(source), "errors of all variables, normal, the panel's");
  source.variables = "rate.*";
  source.units = {"north"};
  source.relative = 0.05;
  source.correlation = {1};
  source.truncate = false;
  EXPECT_EQ(describe(source),
            "errors of rate.* of 1 unit, normal, 5 % of the value, correlated, not truncated");
  DrawValues binomial;
  binomial.law = DrawValues::Law::binomial;
  binomial.sample = 400;
  EXPECT_EQ(describe(binomial), "errors of all variables, binomial of 400 answers");
  binomial.sample.reset();
  binomial.sample_variable = "asked";
  EXPECT_EQ(describe(binomial), "errors of all variables, binomial of as many answers as asked");
}

TEST(SourcesTest, AnchorsAndChoicesInWords) {
  DrawAnchors anchors;
  anchors.spread = 0.1;
  EXPECT_EQ(describe(anchors), "anchors of all indicators, uniform +- 10 % of their distance");
  anchors.law = DrawAnchors::Law::normal;
  EXPECT_EQ(describe(anchors), "anchors of all indicators, normal, 10 % of their distance");
  Choose choice;
  choice.alternatives.resize(3);
  choice.alternatives[1].name = "geometric";
  choice.alternatives[2].edits.push_back({DropNode{"a"}, {}});
  EXPECT_EQ(describe(choice), "one of 3: the base, geometric, alternative 3");
  choice.probabilities = {0.5, 0.25, 0.25};
  EXPECT_EQ(describe(choice), "one of 3: the base (50 %), geometric (25 %), alternative 3 (25 %)");
}

TEST(LeaveOutTest, IsTheBaseAndEachNodeThatThePatternMeets) {
  const Index index = small::uncertain().index();
  const Choose choice = leave_out(index, "?");
  EXPECT_EQ(choice.name, "leave out");
  EXPECT_TRUE(choice.alternatives[0].edits.empty());
  EXPECT_THAT(names(choice),
              ElementsAre("the base", "without w", "without a", "without b", "without c",
                          "without s", "without d", "without e", "without f"));
  const std::vector<Edit> without_a{Edit{DropNode{"a"}, {}}};
  EXPECT_EQ(choice.alternatives[2].edits, without_a);
  EXPECT_THAT(names(leave_out(index, "b", "indicator")), ElementsAre("the base", "without b"));
  EXPECT_EQ(leave_out(index, "b", "indicator").name, "indicator");
}

TEST(LeaveOutTest, AnOnlyChildStays) {
  const Index index = small::index(
      small::inner("r", Aggregation::Method::arithmetic_mean,
                   {small::inner("one", Aggregation::Method::arithmetic_mean, {small::leaf("x")}),
                    small::leaf("y")}));
  EXPECT_THAT(names(leave_out(index, "*")), ElementsAre("the base", "without one", "without y"));
  try {
    static_cast<void>(leave_out(index, "x"));
    FAIL();
  } catch (const NotFoundError& error) {
    EXPECT_STREQ(error.what(),
                 "leave out: 'x' meets nothing that could be left out: only nodes "
                 "with siblings can");
  }
  try {
    static_cast<void>(leave_out(index, "z*"));
    FAIL();
  } catch (const NotFoundError& error) {
    EXPECT_STREQ(error.what(), "leave out: the pattern 'z*' meets no criterion or indicator");
  }
}

}  // namespace
}  // namespace chiso
