// What sources are refused for, and in which words.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "samples.hpp"
#include "small_sources.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "place: message" of every problem; the remedies too if they are asked for.
template <class ErrorType = SpecError>
std::vector<std::string> problems(const std::vector<Source>& sources, const Scores& base) {
  std::vector<std::string> texts;
  try {
    static_cast<void>(Sampler(base, sources, 1, best_kernels()));
  } catch (const ErrorType& error) {
    for (const Problem& each : error.problems()) texts.push_back(each.place + ": " + each.message);
  }
  return texts;
}

template <class ErrorType = SpecError>
std::vector<std::string> problems(const Source& source) {
  return problems<ErrorType>(std::vector<Source>{source}, small::uncertain());
}

TEST(SourceProblemsTest, OfLaws) {
  DrawWeights weights;
  weights.law = DrawWeights::Law::dirichlet;
  weights.concentration = -1;
  EXPECT_THAT(problems(weights),
              ElementsAre("weights: expected a concentration that is positive and finite, got -1"));
  weights.concentration = 3;
  weights.spread = 0.1;
  weights.bounds = {{"a", 0, 1}};
  EXPECT_THAT(problems(weights),
              ElementsAre("weights: a spread has no meaning in the law dirichlet",
                          "weights: bounds and orders have no meaning in the law dirichlet"));
  DrawWeights relative;
  relative.law = DrawWeights::Law::relative;
  relative.spread = 1.5;
  relative.concentration = 2;
  EXPECT_THAT(problems(relative),
              ElementsAre("weights: a concentration has no meaning in the law relative",
                          "weights: expected a spread above 0 and at most 1, got 1.5"));
  DrawWeights even;
  even.law = DrawWeights::Law::normalised_uniform;
  even.keep_order = true;
  EXPECT_THAT(
      problems(even),
      ElementsAre("weights: bounds and orders have no meaning in the law normalised_uniform"));
  DrawAnchors anchors;
  EXPECT_THAT(problems(anchors),
              ElementsAre("anchors: expected a spread above 0 and below 0.5, got 0"));
  anchors.law = DrawAnchors::Law::normal;
  anchors.spread = -0.1;
  EXPECT_THAT(problems(anchors),
              ElementsAre("anchors: expected a spread that is positive and finite, got -0.1"));
}

TEST(SourceProblemsTest, OfBoundsAndOrders) {
  DrawWeights weights;
  weights.bounds = {{"a", 0.1, 1.2}, {"b", 0.6, 0.5}, {"c", 0, 0.5}, {"c", 0, 0.4}};
  EXPECT_THAT(
      problems(weights),
      ElementsAre(
          "weights: expected bounds of 'a' with 0 <= lowest <= highest <= 1, got 0.1 and 1.2",
          "weights: expected bounds of 'b' with 0 <= lowest <= highest <= 1, got 0.6 and 0.5",
          "weights: 'c' has two bounds"));
  weights.bounds = {{"a", 0.7, 1}, {"b", 0.5, 1}};
  EXPECT_THAT(problems(weights), ElementsAre("weights: the lowest shares add up to 1.2, more than "
                                             "1 (a in [0.7, 1], b in [0.5, 1])"));
  weights.bounds.clear();
  weights.orders = {{"a", "d"}, {"f", "d"}, {"r", "w"}};
  EXPECT_THAT(problems(weights),
              ElementsAre("weights: 'a' and 'd' are no siblings: their shares are not of one whole",
                          "weights: the share of 'f' does not vary here",
                          "weights: the share of 'r' does not vary here"));
  weights.orders = {{"a", "b"}, {"b", "a"}};
  EXPECT_THAT(problems(weights),
              ElementsAre("weights: the orders go round in a circle: a >= b >= a"));
  weights.orders = {{"b", "a"}};
  weights.keep_order = true;
  EXPECT_THAT(problems(weights),
              ElementsAre("weights: the orders go round in a circle: a >= b >= a"));
  weights.orders = {{"aa", "b"}};
  EXPECT_THAT(problems<NotFoundError>(weights),
              ElementsAre(testing::StartsWith("weights: there is no criterion or indicator 'aa'")));
}

TEST(SourceProblemsTest, OfCriteria) {
  DrawWeights weights;
  weights.criteria = "x*";
  EXPECT_THAT(problems<NotFoundError>(weights),
              ElementsAre("weights: the pattern 'x*' meets no criterion"));
  weights.criteria = "[a-c]";
  EXPECT_THAT(problems<NotFoundError>(weights),
              ElementsAre(testing::StartsWith("weights: there is no criterion '[a-c]'")));
  weights.criteria = "a";
  EXPECT_THAT(
      problems(weights),
      ElementsAre("weights: 'a' is an indicator: it has no children whose shares could vary"));

  const auto tree = [](Aggregation::Method method) {
    return Evaluator(small::index(small::inner(
                         "r", Aggregation::Method::arithmetic_mean,
                         {small::inner("low", method, {small::leaf("x"), small::leaf("y")}),
                          small::inner("one", Aggregation::Method::arithmetic_mean,
                                       {small::leaf("z")})})))
        .score(small::panel({"x", "y", "z"}, {{1, 2, 3}}));
  };
  const Scores base = tree(Aggregation::Method::minimum);
  weights.criteria = "low";
  EXPECT_THAT(problems(std::vector<Source>{weights}, base),
              ElementsAre("weights: 'low' aggregates by minimum, which knows no weights"));
  weights.criteria = "one";
  EXPECT_THAT(problems(std::vector<Source>{weights}, base),
              ElementsAre("weights: below 'one' there are fewer than two shares that could vary"));
  weights.criteria = "?ne";
  EXPECT_THAT(problems<NotFoundError>(std::vector<Source>{weights}, base),
              ElementsAre("weights: the pattern '?ne' meets no criterion with weights and two "
                          "children that can vary"));
  weights.criteria = "r";
  weights.overall = true;
  EXPECT_THAT(problems(std::vector<Source>{weights}, base),
              ElementsAre("weights: 'low' aggregates by minimum, which knows no weights"));
  EXPECT_THAT(
      problems(std::vector<Source>{weights}, tree(Aggregation::Method::geometric_mean)),
      ElementsAre("weights: 'low' aggregates by geometric_mean: shares of all indicators are only "
                  "those of a score that is linear in them"));
  EXPECT_THAT(problems(std::vector<Source>{weights}, tree(Aggregation::Method::sum)),
              ElementsAre("weights: the maximum of 'x' is not known, and so not its share in "
                          "'low'"));
}

TEST(SourceProblemsTest, OfValues) {
  DrawValues values;
  values.variables = "d";
  EXPECT_THAT(problems<DataError>(values),
              ElementsAre("measurement: the data have no standard errors of d"));
  values.variables = "z*";
  EXPECT_THAT(problems<NotFoundError>(values),
              ElementsAre("measurement: the pattern 'z*' meets no variable of numbers that is "
                          "read"));
  values.variables = "*";
  values.units = {"nort"};
  EXPECT_THAT(problems<NotFoundError>(values),
              ElementsAre("measurement: there is no unit 'nort' (did you mean 'north'?)"));
  values.units.clear();
  values.relative = 0.1;
  values.absolute = -2;
  values.sample = 10;
  EXPECT_THAT(problems(values),
              ElementsAre("measurement: expected an absolute error that is positive and finite, "
                          "got -2",
                          "measurement: the error is given twice, relative and absolute",
                          "measurement: a sample has no meaning in the law normal"));
}

TEST(SourceProblemsTest, OfSamples) {
  DrawValues values;
  values.law = DrawValues::Law::binomial;
  values.variables = "b";
  EXPECT_THAT(problems(values),
              ElementsAre("measurement: the law binomial needs the size of the sample"));
  for (const double sample : {0.0, -3.0, 2.5}) {
    values.sample = sample;
    EXPECT_THAT(problems(values),
                ElementsAre("measurement: expected a sample that is a whole number of answers from "
                            "1 to 1000000000, got " +
                            to_string(sample)));
  }
  values.sample = 10;
  values.relative = 0.1;
  values.correlation = {1};
  EXPECT_THAT(
      problems(values),
      ElementsAre("measurement: an error has no meaning in the law binomial: it follows from the "
                  "sample",
                  "measurement: a correlation has no meaning in the law binomial"));
  values.relative.reset();
  values.correlation.clear();
  values.sample_variable = "asked";
  EXPECT_THAT(problems(values),
              ElementsAre("measurement: the sample is given twice, as a number and as a variable"));
  values.sample.reset();
  values.sample_variable = "askd";
  EXPECT_THAT(problems<NotFoundError>(values),
              ElementsAre("measurement: there is no variable of the data 'askd' (did you mean "
                          "'asked'?)"));
  values.sample_variable = "f";  // North 1, south 0, west 2.
  EXPECT_THAT(problems<DataError>(values),
              ElementsAre("measurement: the sample f of south is 0, and it is a whole number of "
                          "answers from 1 to 1000000000"));
  values.sample_variable.clear();
  values.sample = 10;
  values.variables = "c";
  EXPECT_THAT(problems<DataError>(values),
              ElementsAre("measurement: c of north is 10, and shares of answers are in 0..1",
                          "measurement: c of south is 20, and shares of answers are in 0..1"));
}

TEST(SourceProblemsTest, OfCorrelations) {
  const auto xy =
      Evaluator(small::index(small::inner("r", Aggregation::Method::arithmetic_mean,
                                          {small::leaf("x"), small::leaf("y"), small::leaf("z")})))
          .score(small::panel({"x", "y", "z"}, {{1, 2, 3}}));
  DrawValues values;
  values.absolute = 1;
  const auto said = [&] { return problems(std::vector<Source>{values}, xy); };
  values.correlation = {1, 0, 0, 1};
  EXPECT_THAT(said(), ElementsAre("measurement: expected 9 correlations, row by row, of what the "
                                  "pattern meets (x, y, z), got 4"));
  values.correlation = {1, 0, 0, 0, 4, 0, 0, 0, 1};
  EXPECT_THAT(said(),
              ElementsAre("measurement: expected 1 as the correlation of y with itself, got 4"));
  values.correlation = {1, 0.5, 0, 0.4, 1, 0, 0, 0, 1};
  EXPECT_THAT(said(),
              ElementsAre("measurement: the correlation of x and y is given as 0.5 and as 0.4"));
  values.correlation = {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1};
  EXPECT_THAT(said(),
              ElementsAre("measurement: the correlations are not positive definite: no errors have "
                          "them, or one follows from the others"));
}

TEST(SourceProblemsTest, OfAnchorsAndChoices) {
  DrawAnchors anchors;
  anchors.spread = 0.1;
  anchors.nodes = "c";
  EXPECT_THAT(problems(anchors), ElementsAre("anchors: 'c' has no anchors"));
  anchors.nodes = "d*";
  EXPECT_THAT(problems<NotFoundError>(anchors),
              ElementsAre("anchors: the pattern 'd*' meets no indicator with anchors"));
  Choose choice;
  EXPECT_THAT(problems(choice), ElementsAre("choice: expected at least two alternatives, got 0"));
  choice.alternatives.resize(2);
  choice.probabilities = {1};
  EXPECT_THAT(problems(choice),
              ElementsAre("choice: expected one probability for each of 2 alternatives, got 1"));
  choice.probabilities = {0.5, -0.5};
  EXPECT_THAT(problems(choice),
              ElementsAre("choice: expected a probability of alternative 2 in 0..1, got -0.5"));
  choice.probabilities = {0.5, 0.25};
  EXPECT_THAT(problems(choice), ElementsAre("choice: the probabilities of the alternatives add up "
                                            "to 0.75, not to 1"));
}

TEST(SourceProblemsTest, OfSeveralSources) {
  DrawWeights all;
  DrawWeights some;
  some.criteria = "w";
  DrawValues unnamed;
  unnamed.name = "";
  EXPECT_THAT(problems({all, some, unnamed}, small::uncertain()),
              ElementsAre("weights: two sources have this name", "source 3: a source has no name",
                          "weights: the shares below 'w' vary by 'weights' too"));
  some.name = "some";
  some.criteria = "r";
  some.overall = true;
  all.criteria = "s";
  EXPECT_THAT(problems({all, some}, small::uncertain()),
              ElementsAre("some: the shares below 's' vary by 'weights' too"));
  DrawValues values;
  DrawValues rates;
  rates.name = "rates";
  rates.variables = "b";
  rates.absolute = 0.01;
  EXPECT_THAT(problems({values, rates}, small::uncertain()),
              ElementsAre("rates: the values of 'b' vary by 'measurement' too"));
}

TEST(SourceProblemsTest, AllAreSaidAtOnce) {
  DrawWeights weights;
  weights.criteria = "x*";
  DrawValues values;
  values.variables = "d";
  Choose choice;
  EXPECT_THAT(problems<DataError>({weights, values, choice}, small::uncertain()),
              ElementsAre("weights: the pattern 'x*' meets no criterion",
                          "measurement: the data have no standard errors of d",
                          "choice: expected at least two alternatives, got 0"));
}

TEST(SourceProblemsTest, RangesThatLeaveNoRoomForCorrelatedErrors) {
  // Two errors that nearly cancel, both values at the lower end of their range.
  const auto base = Evaluator([] {
                      IndexDefinition head =
                          small::definition(small::inner("r", Aggregation::Method::arithmetic_mean,
                                                         {small::leaf("x"), small::leaf("y")}));
                      for (const char* code : {"x", "y"}) {
                        Variable variable;
                        variable.code = code;
                        variable.range = Interval::closed(0, 1);
                        head.variables.push_back(variable);
                      }
                      return Index(head);
                    }())
                        .score(small::panel({"x", "y"}, {{0, 0}}));
  DrawValues values;
  values.absolute = 1;
  values.correlation = {1, -0.999999, -0.999999, 1};
  EXPECT_THAT(problems<DataError>({values}, base),
              ElementsAre("measurement: fewer than one in a thousand vectors of correlated errors "
                          "of a lie in the ranges of all variables"));
  values.truncate = false;
  EXPECT_THAT(problems<DataError>({values}, base), IsEmpty());
}

}  // namespace
}  // namespace chiso
