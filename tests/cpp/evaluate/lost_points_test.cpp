#include "chiso/evaluate/lost_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/explain.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"
#include "random_case.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::AllOf;
using testing::HasSubstr;
using Method = Aggregation::Method;

/// What unit "a" loses, by code.
class Lost {
 public:
  Lost(const Scores& scores, std::string_view unit, Unsplit unsplit = Unsplit::apart)
      : scores_(scores), nodes_(lost_points(scores, unit, unsplit)) {}

  const LostPoints& operator()(const std::string& code) const {
    return nodes_[static_cast<std::size_t>(scores_.index().at(code))];
  }
  double points(const std::string& code) const { return (*this)(code).points; }

 private:
  const Scores& scores_;
  std::vector<LostPoints> nodes_;
};

Scores score_of(Criterion tree, std::vector<std::string> variables,
                std::vector<std::vector<double>> rows) {
  return Evaluator(index(std::move(tree))).score(panel(std::move(variables), std::move(rows)));
}

Criterion given(const std::string& code, double maximum) {
  return points(code, maximum, GivenPoints{});
}

Criterion with_role(Role role, Criterion node) {
  node.role = role;
  return node;
}

/// An identity of a variable with a known range.
Scores ranged(Criterion tree, const std::vector<std::string>& variables, double highest,
              std::vector<double> row) {
  IndexDefinition head = definition(std::move(tree));
  for (const std::string& code : variables) {
    Variable variable;
    variable.code = code;
    variable.range = Interval::closed(0, highest);
    head.variables.push_back(variable);
  }
  return Evaluator(Index(head)).score(panel(variables, {std::move(row)}));
}

// ---- Linear trees

TEST(LostPointsTest, OfALinearTreeAreWhatIsAtStake) {
  // Weights 0.2 and 0.8, times 10: 10 * 0.2 * (10 - 7) = 6 and 10 * 0.8 * (10 - 6) = 32 of 100.
  Criterion tree = inner("pci", Method::arithmetic_mean,
                         {weighted(20, leaf("entry")), weighted(80, leaf("land"))});
  tree.aggregation.times = 10.0;
  const Scores scores = ranged(tree, {"entry", "land"}, 10, {7, 6});

  const Lost lost(scores, "a");

  EXPECT_NEAR(lost.points("pci"), 38.0, 1e-12);
  EXPECT_NEAR(lost.points("entry"), 6.0, 1e-12);
  EXPECT_NEAR(lost.points("land"), 32.0, 1e-12);
  EXPECT_EQ(lost("pci").unsplit, 0.0);
}

TEST(LostPointsTest, OfThanhHoaInThePci2019) {
  const Scores scores =
      Evaluator(load_index("share/indices/pci/2013.yaml"))
          .score(read_panel("share/data/pci_scores.csv"), {.period = Period(2019)});

  const Lost lost(scores, "Thanh H\u00f3a");

  // The published score: 65.6363297 of 100, to five decimals.
  EXPECT_NEAR(lost.points("pci"), 100.0 - 65.6363297, 1e-5);
  EXPECT_NEAR(lost.points("entry"), 0.05 * (100.0 - 76.9438887), 1e-12);
  EXPECT_NEAR(lost.points("transparency"), 0.20 * (100.0 - 69.0926361), 1e-12);
  double leaves = 0.0;
  for (const Size leaf : scores.index().leaves()) {
    leaves += lost.points(scores.index().node(leaf).code);
  }
  EXPECT_NEAR(leaves, lost.points("pci"), 1e-12);
}

void expect_papi(const std::string& edition, int year, double highest, double published,
                 double civic_knowledge) {
  const Scores scores =
      Evaluator(load_index("share/indices/papi/" + edition + ".yaml"))
          .score(read_panel("share/data/papi_subdimensions.csv"), {.period = Period(year)});

  const Lost lost(scores, "Thanh H\u00f3a");

  EXPECT_NEAR(lost.points("papi"), highest - published, 5e-6);
  EXPECT_NEAR(lost.points("D1.1"), 2.5 - civic_knowledge, 1e-12);
  double leaves = 0.0;
  for (const Size leaf : scores.index().leaves()) {
    leaves += lost.points(scores.index().node(leaf).code);
  }
  EXPECT_NEAR(leaves, lost.points("papi"), 1e-12);
}

TEST(LostPointsTest, OfThanhHoaInThePapi) {
  // Of 2020, D5 is 4 * 2.5 points, of 2021 3 * 3.33 as D3, D7 and D8 are; the others are 10.
  expect_papi("2019", 2020, 79.97, 43.1564714, 0.772831559);
  expect_papi("2021", 2021, 79.96, 47.1015875, 0.85375905);
}

TEST(LostPointsTest, ThatRoundingAloneMadeAreNone) {
  // A maximum as it comes out of some sum: two steps of a double above 1.
  Criterion tree = inner("root", Method::sum, {given("x", 0.5), given("y", 0.5)});
  tree.maximum = 1.0 + 0x1p-51;
  const Scores scores = score_of(tree, {"x", "y"}, {{0.5, 0.5}});
  ASSERT_LT(scores.at("a", "root"), scores.evaluator().maximum(0));

  EXPECT_EQ(Lost(scores, "a").points("root"), 0.0);
  EXPECT_EQ(Lost(scores, "a").points("x"), 0.0);
}

// ---- No maximum

TEST(LostPointsTest, StayWithTheCompositeWhereNoFieldHasAMaximum) {
  const Scores scores =
      Evaluator(load_index("share/indices/par-fields/2021.yaml"))
          .score(read_panel("share/data/par_fields.csv"), {.period = Period(2021)});

  const Lost lost(scores, "Thanh H\u00f3a");

  // 7.82 + 8.93 + 12.7 + 9.23 + 11.49 + 9.88 + 14.18 + 13.61 = 87.84 of 100; published are 87.83,
  // the sum of fields with more decimals.
  EXPECT_NEAR(lost.points("par"), 12.16, 1e-12);
  EXPECT_NEAR(lost("par").unsplit, 12.16, 1e-12);
  EXPECT_FALSE(lost("par").assumed);
  for (const char* field : {"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"}) {
    EXPECT_TRUE(std::isnan(lost.points(field))) << field;
    EXPECT_EQ(lost(field).unsplit, 0.0) << field;
  }
}

TEST(LostPointsTest, AreGivenInProportionIfThatIsAskedFor) {
  const Scores scores =
      Evaluator(load_index("share/indices/par-fields/2021.yaml"))
          .score(read_panel("share/data/par_fields.csv"), {.period = Period(2021)});

  const Lost lost(scores, "Thanh H\u00f3a", Unsplit::proportional);

  EXPECT_NEAR(lost.points("F1"), 12.16 * 7.82 / 87.84, 1e-12);
  EXPECT_NEAR(lost.points("F7"), 12.16 * 14.18 / 87.84, 1e-12);
  EXPECT_TRUE(lost("F1").assumed);
  EXPECT_EQ(lost("par").unsplit, 0.0);
  EXPECT_FALSE(lost("par").assumed) << "what the composite lost is certain";
}

TEST(LostPointsTest, AreKnownOfTheChildrenThatHaveAMaximum) {
  // 4 of 6 and 3 of nobody knows how many, of 10 together: 2 are lost in x, 1 in y.
  Criterion tree = inner("root", Method::sum, {given("x", 6), leaf("y", GivenPoints{})});
  tree.maximum = 10.0;
  const Scores scores = score_of(tree, {"x", "y"}, {{4, 3}});

  const Lost apart(scores, "a");
  EXPECT_NEAR(apart.points("x"), 2.0, 1e-12);
  EXPECT_TRUE(std::isnan(apart.points("y")));
  EXPECT_NEAR(apart("root").unsplit, 1.0, 1e-12);

  const Lost proportional(scores, "a", Unsplit::proportional);
  EXPECT_NEAR(proportional.points("x"), 2.0, 1e-12);
  EXPECT_FALSE(proportional("x").assumed);
  EXPECT_NEAR(proportional.points("y"), 1.0, 1e-12);
  EXPECT_TRUE(proportional("y").assumed);
  EXPECT_EQ(proportional("root").unsplit, 0.0);
}

TEST(LostPointsTest, LeaveNothingToChildrenWithoutAMaximumIfTheOthersLostThemAll) {
  // 5 of 6 and 4 of unknown, of 10 together: x lost the one that is missing.
  Criterion tree = inner("root", Method::sum, {given("x", 6), leaf("y", GivenPoints{})});
  tree.maximum = 10.0;
  const Scores scores = score_of(tree, {"x", "y"}, {{5, 4}});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("x"), 1.0, 1e-12);
  EXPECT_EQ(lost.points("y"), 0.0);
  EXPECT_EQ(lost("root").unsplit, 0.0);
}

TEST(LostPointsTest, GoDownThroughWhatIsAssumed) {
  // root = a + 2 b of 12, b = c + d: 4 + 2 * (1.5 + 1) = 9, so 3 are lost. a (4 of 4) lost none, so
  // b all 3: c (1.5 of 2, twice) 1, and d the rest of 2.
  Criterion tree =
      inner("root", Method::sum,
            {given("a", 4),
             weighted(2, inner("b", Method::sum, {given("c", 2), leaf("d", GivenPoints{})}))});
  tree.maximum = 12.0;
  const Scores scores = score_of(tree, {"a", "c", "d"}, {{4, 1.5, 1}});

  const Lost proportional(scores, "a", Unsplit::proportional);
  EXPECT_NEAR(proportional.points("b"), 3.0, 1e-12);
  EXPECT_NEAR(proportional.points("c"), 1.0, 1e-12);
  EXPECT_NEAR(proportional.points("d"), 2.0, 1e-12);
  EXPECT_TRUE(proportional("c").assumed) << "it is a part of something assumed";

  const Lost apart(scores, "a");
  EXPECT_NEAR(apart("root").unsplit, 3.0, 1e-12);
  EXPECT_TRUE(std::isnan(apart.points("c"))) << "in b, of which nothing is known";
}

TEST(LostPointsTest, OfAChildThatBringsNothingCannotBeInProportion) {
  Criterion tree = inner("root", Method::sum, {leaf("x", GivenPoints{}), leaf("y", GivenPoints{})});
  tree.maximum = 10.0;

  const Scores one = score_of(tree, {"x", "y"}, {{0, 4}});
  EXPECT_EQ(Lost(one, "a", Unsplit::proportional).points("x"), 0.0);
  EXPECT_NEAR(Lost(one, "a", Unsplit::proportional).points("y"), 6.0, 1e-12);

  const Scores none = score_of(tree, {"x", "y"}, {{0, 0}});
  EXPECT_NEAR(Lost(none, "a", Unsplit::proportional)("root").unsplit, 10.0, 1e-12);
}

// ---- Other trees

TEST(LostPointsTest, OfAGeometricMeanAreInProportionToWhatEachChildAloneWouldBring) {
  // sqrt(4 * 9) = 6 of 16. x alone: sqrt(16 * 9) = 12, 6 more; y alone: sqrt(4 * 16) = 8, 2 more.
  const Scores scores =
      ranged(inner("root", Method::geometric_mean, {leaf("x"), leaf("y")}), {"x", "y"}, 16, {4, 9});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 10.0, 1e-12);
  EXPECT_NEAR(lost.points("x"), 7.5, 1e-12);
  EXPECT_NEAR(lost.points("y"), 2.5, 1e-12);
}

TEST(LostPointsTest, OfAMinimumAreTheLowestChilds) {
  const auto of = [](std::vector<double> row) {
    return ranged(inner("root", Method::minimum, {leaf("x"), leaf("y"), leaf("z")}),
                  {"x", "y", "z"}, 10, std::move(row));
  };
  const Scores one = of({4, 7, 10});
  EXPECT_NEAR(Lost(one, "a").points("x"), 6.0, 1e-12);
  EXPECT_EQ(Lost(one, "a").points("y"), 0.0);

  const Scores two = of({4, 4, 10});  // Neither alone would raise it.
  EXPECT_NEAR(Lost(two, "a").points("x"), 3.0, 1e-12);
  EXPECT_NEAR(Lost(two, "a").points("y"), 3.0, 1e-12);
  EXPECT_EQ(Lost(two, "a").points("z"), 0.0);
}

TEST(LostPointsTest, BelowAMinimumAreSplitByWhatTheChildItselfWouldGain) {
  // min(10 + 40, 60) = 50 of 100. Either part of p alone brings the composite to 60, but p itself
  // gains 40 by the first and 10 by the second.
  Criterion tree =
      inner("root", Method::minimum,
            {inner("p", Method::sum, {given("first", 50), given("second", 50)}), given("q", 100)});
  const Scores scores = score_of(tree, {"first", "second", "q"}, {{10, 40, 60}});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("p"), 50.0, 1e-12);
  EXPECT_NEAR(lost.points("first"), 40.0, 1e-12);
  EXPECT_NEAR(lost.points("second"), 10.0, 1e-12);
  EXPECT_EQ(lost.points("q"), 0.0);
}

TEST(LostPointsTest, BelowACapStopThere) {
  // 2 + 3 of 6 + 6, capped at 10: 5 are lost. x alone: 6 + 3, 4 more; y alone: 2 + 6, 3 more.
  Criterion tree = inner("root", Method::sum, {given("x", 6), given("y", 6)});
  tree.cap = 10.0;
  const Scores scores = score_of(tree, {"x", "y"}, {{2, 3}});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 5.0, 1e-12);
  EXPECT_NEAR(lost.points("x"), 20.0 / 7.0, 1e-12);
  EXPECT_NEAR(lost.points("y"), 15.0 / 7.0, 1e-12);
}

TEST(LostPointsTest, ArePenaltiesToo) {
  // 80 of 90, less 1 of at most 3 and 0 of at most 2: 12 - 1 = 11 of 90 are lost.
  const Scores scores = score_of(
      inner("root", Method::sum,
            {given("part", 90),
             with_role(Role::penalty,
                       inner("penalty", Method::sum, {given("late", 3), given("wrong", 2)}))}),
      {"part", "late", "wrong"}, {{80, 1, 0}});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 11.0, 1e-12);
  EXPECT_NEAR(lost.points("part"), 10.0, 1e-12);
  EXPECT_NEAR(lost.points("penalty"), 1.0, 1e-12);
  EXPECT_NEAR(lost.points("late"), 1.0, 1e-12);
  EXPECT_EQ(lost.points("wrong"), 0.0);
}

TEST(LostPointsTest, AreNoBonusesThatWereNotGiven) {
  Criterion tree =
      inner("root", Method::sum, {given("part", 90), with_role(Role::bonus, given("bonus", 5))});

  const Scores less = score_of(tree, {"part", "bonus"}, {{80, 3}});
  EXPECT_NEAR(Lost(less, "a").points("root"), 7.0, 1e-12);
  EXPECT_NEAR(Lost(less, "a").points("part"), 7.0, 1e-12) << "the bonus makes good for 3 of 10";
  EXPECT_EQ(Lost(less, "a").points("bonus"), 0.0);

  const Scores more = score_of(tree, {"part", "bonus"}, {{89, 5}});
  EXPECT_EQ(Lost(more, "a").points("root"), 0.0);
  EXPECT_EQ(Lost(more, "a").points("part"), 0.0);
}

TEST(LostPointsTest, OfAMaximumThatNoChildCanReachAreNotSplit) {
  // A mean of 10 and 10 where the definition says 12.
  Criterion tree = inner("root", Method::arithmetic_mean, {leaf("x"), leaf("y")});
  tree.maximum = 12.0;
  const Scores scores = ranged(tree, {"x", "y"}, 10, {10, 10});

  EXPECT_NEAR(Lost(scores, "a")("root").unsplit, 2.0, 1e-12);
  EXPECT_EQ(Lost(scores, "a").points("x"), 0.0);
}

// ---- Missing and not applicable

TEST(LostPointsTest, AreNoneOfAChildThatIsLeftOut) {
  Criterion tree = inner("root", Method::arithmetic_mean,
                         {leaf("x"), inner("p", Method::arithmetic_mean, {leaf("y"), leaf("z")})},
                         MissingPolicy::renormalise);
  const Scores scores = ranged(tree, {"x", "y", "z"}, 10, {4, missing, 3});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 6.0, 1e-12);
  EXPECT_NEAR(lost.points("x"), 6.0, 1e-12);
  EXPECT_EQ(lost.points("p"), 0.0);
  EXPECT_EQ(lost.points("z"), 0.0) << "its parent has no score, whatever it is";
}

TEST(LostPointsTest, OfAReducedMaximumCountInFull) {
  // 63 of 84 is 75 of 100.
  const Scores scores =
      score_of(inner("root", Method::sum, {given("appraisal", 84), given("survey", 16)},
                     MissingPolicy::reduce_maximum),
               {"appraisal", "survey"}, {{63, missing}});

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 25.0, 1e-12);
  EXPECT_NEAR(lost.points("appraisal"), 25.0, 1e-12);
  EXPECT_EQ(lost.points("survey"), 0.0);
}

TEST(LostPointsTest, AreNoneOfWhatDoesNotApply) {
  // 3 of 5 is 6 of 10 without y.
  Criterion y = given("y", 5);
  y.not_applicable = NotApplicable::exclude;
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size unit = builder.unit("a");
  builder.row(unit, period);
  builder.set(unit, builder.number_variable("x"), period, 3);
  builder.set_not_applicable(unit, builder.number_variable("y"), period);
  const Scores scores =
      Evaluator(index(inner("root", Method::sum, {given("x", 5), y}))).score(builder.build());

  const Lost lost(scores, "a");
  EXPECT_NEAR(lost.points("root"), 4.0, 1e-12);
  EXPECT_NEAR(lost.points("x"), 4.0, 1e-12);
  EXPECT_EQ(lost.points("y"), 0.0);
}

// ---- Copeland

TEST(LostPointsTest, StayWithCopelandWhoseChildrenAreNotComparable) {
  // x has 4 of 6; the duel of y is won: 1 point, of nobody knows how many; 10 together.
  Criterion tree =
      inner("root", Method::sum, {given("x", 6), inner("duel", Method::copeland, {leaf("y")})});
  tree.maximum = 10.0;
  const Scores scores = score_of(tree, {"x", "y"}, {{4, 2}, {1, 1}});

  const Lost apart(scores, "a");
  EXPECT_NEAR(apart("root").unsplit, 3.0, 1e-12);
  EXPECT_TRUE(std::isnan(apart.points("duel")));

  const Lost proportional(scores, "a", Unsplit::proportional);
  EXPECT_NEAR(proportional.points("duel"), 3.0, 1e-12);
  EXPECT_NEAR(proportional("duel").unsplit, 3.0, 1e-12);
  EXPECT_TRUE(proportional("duel").assumed);
  EXPECT_TRUE(std::isnan(proportional.points("y")));
}

// ---- Nothing can be said

template <class Exception>
Problem problem_of(const Scores& scores, std::string_view unit) {
  try {
    (void)lost_points(scores, unit);
  } catch (const Exception& error) {
    EXPECT_EQ(error.problems().size(), 1U);
    return error.problems().front();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(LostPointsTest, NeedACompositeScore) {
  const Scores scores = score_of(
      inner("root", Method::sum, {given("x", 6), inner("p", Method::sum, {given("y", 4)})}),
      {"x", "y"}, {{4, missing}});

  const Problem problem = problem_of<DataError>(scores, "a");
  EXPECT_EQ(problem.place, "a");
  EXPECT_THAT(problem.message, AllOf(HasSubstr("small-1"), HasSubstr("2020")));
  EXPECT_THAT(problem.remedy, HasSubstr("it fails at y;"));
}

TEST(LostPointsTest, NeedALimitOfTheComposite) {
  const Scores scores = score_of(
      inner("root", Method::sum, {given("x", 6), leaf("y", GivenPoints{})}), {"x", "y"}, {{4, 3}});

  const Problem problem = problem_of<DataError>(scores, "a");
  EXPECT_EQ(problem.place, "root");
  EXPECT_THAT(problem.message, HasSubstr("nothing limits the best score of 'small-1'"));
  EXPECT_THAT(problem.remedy, HasSubstr("give it a maximum, or y ("));
}

TEST(LostPointsTest, SuggestTheNearestUnit) {
  const Scores scores = score_of(given("x", 6), {"x"}, {{5}});
  EXPECT_NEAR(lost_points(scores, "a")[0].points, 1.0, 1e-12) << "an index of a single leaf";

  EXPECT_THAT(problem_of<NotFoundError>(scores, "b").message,
              AllOf(HasSubstr("small-1 of "), HasSubstr("has no unit 'b'")));
}

// ---- Random trees

struct Counts {
  int units = 0;
  int not_known = 0;
  int unsplit = 0;
  int assumed = 0;
};

void check_parts(const Scores& scores, const std::vector<ExplainedNode>& explained,
                 const std::vector<LostPoints>& lost, Counts& counts) {
  const Index& index = scores.index();
  const auto at = [](Size i) { return static_cast<std::size_t>(i); };
  const double scale = std::max(std::fabs(explained[0].highest), std::fabs(explained[0].score));
  ASSERT_NEAR(lost[0].points, std::max(0.0, explained[0].lost), 1e-12 * scale);
  double own = 0.0;
  for (Size i = 0; i < index.size(); ++i) {
    const LostPoints& node = lost[at(i)];
    SCOPED_TRACE(index.node(i).code);
    ASSERT_TRUE(node.unsplit >= 0.0 && std::isfinite(node.unsplit));
    if (std::isnan(node.points)) {
      const LostPoints& parent = lost[at(index.parent(i))];
      ASSERT_TRUE(std::isnan(parent.points) || parent.unsplit > 0.0);
      ASSERT_EQ(node.unsplit, 0.0);
      ++counts.not_known;
      continue;
    }
    ASSERT_TRUE(node.points >= 0.0 && std::isfinite(node.points));
    counts.unsplit += node.unsplit > 0.0 ? 1 : 0;
    counts.assumed += node.assumed ? 1 : 0;
    if (index.is_leaf(i)) {
      ASSERT_EQ(node.unsplit, 0.0);
      own += node.points;
      continue;
    }
    own += node.unsplit;
    double parts = node.unsplit;
    for (const Size child : index.children(i)) {
      const LostPoints& part = lost[at(child)];
      if (!std::isnan(part.points)) parts += part.points;
      const double weight = explained[at(child)].weight;
      const bool is_bonus = index.node(child).role == Role::bonus && i == Index::root();
      if (is_bonus || std::isnan(weight) || weight == 0.0) {
        ASSERT_EQ(part.points, 0.0);
      }
    }
    ASSERT_NEAR(parts, node.points, 1e-12 * scale);
  }
  ASSERT_NEAR(own, lost[0].points, 1e-12 * scale);
  ++counts.units;
}

TEST(LostPointsTest, OfChildrenAddUpToTheirParentsInEveryTree) {
  Counts apart;
  Counts proportional;
  int refused = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    const auto scores = random_case::limited_scores(seed);
    if (!scores) continue;
    for (Size u = 0; u < scores->units().size(); u += 2) {
      const std::string& unit = scores->units()[u];
      SCOPED_TRACE("seed " + std::to_string(seed) + ", unit " + unit);
      const auto explained = explain(*scores, unit);
      if (std::isnan(explained[0].lost)) {
        EXPECT_THROW((void)lost_points(*scores, unit), DataError);
        ++refused;
        continue;
      }
      const auto lost = lost_points(*scores, unit);
      ASSERT_NO_FATAL_FAILURE(check_parts(*scores, explained, lost, apart));
      ASSERT_NO_FATAL_FAILURE(check_parts(
          *scores, explained, lost_points(*scores, unit, Unsplit::proportional), proportional));
    }
  }
  EXPECT_GT(apart.units, 3000);
  EXPECT_GT(refused, 1000);
  EXPECT_GT(apart.not_known, 1000);
  EXPECT_GT(apart.unsplit, 1000);
  EXPECT_EQ(apart.assumed, 0);
  EXPECT_GT(proportional.assumed, 1000);
  EXPECT_LT(proportional.unsplit, apart.unsplit);
}

/// Whether a score of the node was used, and those of all above it.
bool took_part(const Index& index, const std::vector<ExplainedNode>& explained, Size node) {
  for (; node >= 0; node = index.parent(node)) {
    const double weight = explained[static_cast<std::size_t>(node)].weight;
    if (std::isnan(weight) || weight == 0.0) return false;
  }
  return true;
}

TEST(LostPointsTest, OfRandomTreesAgreeWithWhatIsAtStake) {
  int linear = 0;
  int others = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    const auto scores = random_case::limited_scores(seed);
    if (!scores) continue;
    const Index& index = scores->index();
    // Without bonuses and caps, and no penalty that nobody can escape.
    bool is_linear = true;
    for (Size i = 0; i < index.size(); ++i) {
      const Criterion& node = index.node(i);
      const Method method = node.aggregation.method;
      const bool adds = method == Method::sum || method == Method::arithmetic_mean;
      const bool escapes = node.role == Role::part || (node.role == Role::penalty &&
                                                       scores->evaluator().range(i).lowest == 0.0);
      is_linear = is_linear && escapes && (node.is_leaf() || (adds && !node.cap));
    }
    for (Size u = 0; u < scores->units().size(); u += 2) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", unit " + std::to_string(u));
      const auto explained = explain(*scores, scores->units()[u]);
      if (!(explained[0].lost > 1e-9)) continue;
      const auto lost = lost_points(*scores, scores->units()[u]);
      // The children of the root: their gain is the composite's.
      double gains = 0.0;
      bool all_known = true;
      std::vector<double> gain;
      for (const Size child : index.children(0)) {
        const bool counts =
            took_part(index, explained, child) && index.node(child).role != Role::bonus;
        const double at_stake = explained[static_cast<std::size_t>(child)].at_stake;
        all_known = all_known && !(counts && std::isnan(at_stake));
        gain.push_back(counts ? std::max(0.0, at_stake) : 0.0);
        gains += gain.back();
      }
      if (!all_known || !(gains > 1e-9)) continue;
      const double scale = std::max(1.0, std::fabs(explained[0].highest));
      for (std::size_t k = 0; k < gain.size(); ++k) {
        const auto child = static_cast<std::size_t>(index.children(0)[k]);
        ASSERT_NEAR(lost[child].points, gain[k] / gains * explained[0].lost, 1e-9 * scale);
        ++others;
      }
      if (!is_linear || std::fabs(gains - explained[0].lost) > 1e-9 * scale) continue;
      for (Size i = 1; i < index.size(); ++i) {
        const double points = lost[static_cast<std::size_t>(i)].points;
        const double at_stake = explained[static_cast<std::size_t>(i)].at_stake;
        if (!took_part(index, explained, i) || std::isnan(points)) continue;
        ASSERT_NEAR(points, at_stake, 1e-9 * scale) << index.node(i).code;
        ++linear;
      }
    }
  }
  EXPECT_GT(others, 1000);
  EXPECT_GT(linear, 500);
}

}  // namespace
}  // namespace chiso
