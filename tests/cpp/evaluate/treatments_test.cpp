#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chiso/evaluate/scores.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using Kind = Treatment::Kind;
using Method = Aggregation::Method;

struct Row {
  std::string unit;
  std::string node;
  Kind kind;
  friend bool operator==(const Row&, const Row&) = default;
  friend void PrintTo(const Row& row, std::ostream* out) {
    *out << row.unit << " " << row.node << " " << name(row.kind);
  }
};

std::vector<Row> rows(const Scores& scores) {
  std::vector<Row> found;
  for (const auto& treatment : scores.treatments()) {
    found.push_back(
        {scores.units()[treatment.unit], scores.index().node(treatment.node).code, treatment.kind});
  }
  return found;
}

TEST(TreatmentsTest, AreEmptyWhereNothingHappened) {
  const Scores scores =
      Evaluator(index(inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")})))
          .score(panel({"x", "y"}, {{1, 2}, {3, 4}}));

  EXPECT_TRUE(scores.treatments().empty());
}

TEST(TreatmentsTest, FollowAGapFromTheLeafToTheRoot) {
  const Scores scores =
      Evaluator(index(inner("root", Method::arithmetic_mean,
                            {inner("p", Method::arithmetic_mean, {leaf("x"), leaf("y")},
                                   MissingPolicy::renormalise),
                             leaf("z")})))
          .score(panel({"x", "y", "z"}, {{missing, 2, 3}, {missing, missing, 3}}));

  EXPECT_THAT(rows(scores),
              testing::ElementsAre(Row{"a", "p", Kind::renormalised}, Row{"a", "x", Kind::missing},
                                   Row{"b", "root", Kind::no_score}, Row{"b", "p", Kind::no_score},
                                   Row{"b", "x", Kind::missing}, Row{"b", "y", Kind::missing}));
  EXPECT_DOUBLE_EQ(scores.treatments()[0].amount, 0.5);
  EXPECT_EQ(scores.treatments()[0].detail, "without x");
}

TEST(TreatmentsTest, NameAnUndefinedMeanThoughAllChildrenArePresent) {
  const Scores scores =
      Evaluator(index(inner("root", Method::harmonic_mean, {leaf("x"), leaf("y")})))
          .score(panel({"x", "y"}, {{0, 2}}));

  EXPECT_THAT(rows(scores), testing::ElementsAre(Row{"a", "root", Kind::undefined}));
}

TEST(TreatmentsTest, TellHowMuchWasCutAndCapped) {
  Normaliser posts;
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(0);
  posts.high = Anchor::fixed(10);
  posts.onto_low = 0;
  posts.onto_high = 100;
  posts.cut = true;
  Criterion tree = inner("root", Method::sum, {leaf("x", posts), leaf("y")});
  tree.cap = 110.0;
  const Scores scores =
      Evaluator(index(tree)).score(panel({"x", "y"}, {{12, 30}, {10, 10}, {5, 30}}));

  ASSERT_THAT(rows(scores),
              testing::ElementsAre(Row{"a", "root", Kind::capped}, Row{"a", "x", Kind::cut}));
  EXPECT_DOUBLE_EQ(scores.treatments()[0].amount, 130.0);
  EXPECT_DOUBLE_EQ(scores.treatments()[1].amount, 120.0);
}

TEST(TreatmentsTest, TellZeroThatMeansMissingFromAnEmptyDenominator) {
  Criterion rate = leaf("rate");
  rate.measure = {Measure::Kind::ratio, {{"done", 1}}, {{"due", 1}}, 100.0};
  IndexDefinition head = definition(inner("root", Method::arithmetic_mean, {leaf("x"), rate}));
  Variable x;
  x.code = "x";
  x.zero_is_missing = true;
  head.variables = {x};
  const Scores scores =
      Evaluator(Index(head)).score(panel({"x", "done", "due"}, {{0, 1, 2}, {1, 0, 0}}));

  EXPECT_THAT(rows(scores), testing::ElementsAre(Row{"a", "root", Kind::no_score},
                                                 Row{"a", "x", Kind::zero_is_missing},
                                                 Row{"b", "root", Kind::no_score},
                                                 Row{"b", "rate", Kind::zero_denominator}));
}

TEST(TreatmentsTest, TellTooFewChildrenFromNone) {
  Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y"), leaf("z")},
                         MissingPolicy::renormalise);
  tree.at_least = 0.6;
  const Scores scores =
      Evaluator(index(tree))
          .score(panel({"x", "y", "z"}, {{1, missing, missing}, {1, 2, missing}}));

  EXPECT_THAT(rows(scores), testing::ElementsAre(
                                Row{"a", "root", Kind::too_few}, Row{"a", "y", Kind::missing},
                                Row{"a", "z", Kind::missing}, Row{"b", "root", Kind::renormalised},
                                Row{"b", "z", Kind::missing}));
}

TEST(TreatmentsTest, DoNotMissAChildWithoutWeight) {
  const Scores scores = Evaluator(index(inner("root", Method::arithmetic_mean,
                                              {weighted(0, leaf("x")), weighted(1, leaf("y"))})))
                            .score(panel({"x", "y"}, {{missing, 2}}));

  EXPECT_THAT(rows(scores), testing::ElementsAre(Row{"a", "x", Kind::missing}));
}

TEST(TreatmentsTest, NameAnUndefinedMeanOfThePresentChildren) {
  const Scores scores = Evaluator(index(inner("root", Method::harmonic_mean, {leaf("x"), leaf("y")},
                                              MissingPolicy::renormalise)))
                            .score(panel({"x", "y"}, {{0, missing}}));

  EXPECT_THAT(rows(scores), testing::ElementsAre(Row{"a", "root", Kind::undefined},
                                                 Row{"a", "y", Kind::missing}));
}

}  // namespace
}  // namespace chiso
