// What is wrong with edits, and how it is said.

#include <gmock/gmock.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/scenario/outcome.hpp"
#include "small_scenarios.hpp"

namespace chiso {
namespace {

using small::min_max;
using small::provinces;
using small::scenario;
using small::set;
using small::weighted_mean;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

template <class ErrorType>
std::vector<Problem> problems(const Scores& base, const Scenario& of) {
  try {
    static_cast<void>(what_if(base, of));
  } catch (const ErrorType& error) {
    return error.problems();
  }
  ADD_FAILURE() << "not refused: " << describe(of);
  return {};
}

/// The only problem, as a line.
template <class ErrorType>
std::string problem(const Scores& base, Edit::What what) {
  const auto found = problems<ErrorType>(base, scenario({std::move(what)}));
  EXPECT_THAT(found, SizeIs(1));
  return found.empty() ? "" : found[0].to_string();
}

TEST(WhatIfProblemsTest, NamesScenarioEditPlaceAndTheNearestName) {
  Scenario wrong = scenario({set("a", "x", 3), set("b", "entri", 12)});
  wrong.edits[1].location = {"reform.yaml", 7, 5};
  const Criterion tree = small::inner("r", Aggregation::Method::arithmetic_mean,
                                      {small::leaf("x"), small::leaf("entry")});
  const Scores base =
      Evaluator(small::index(tree)).score(small::panel({"x", "entry"}, {{1, 2}, {3, 4}}));

  const auto found = problems<NotFoundError>(base, wrong);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].to_string(),
            "reform.yaml:7:5: scenario 'try', edit 2 (set entri of b to 12): there is no variable "
            "'entri' (did you mean 'entry'?)");
}

TEST(WhatIfProblemsTest, FindsAllProblemsOfAllEdits) {
  const auto found = problems<DataError>(
      min_max(),
      scenario({set("nowhere", "x", 1), ChangeScore{{"a"}, "s*", How::set, 5}, DropNode{"r"},
                ChangeWeights{{{"q", -1}}, true}, MergeUnits{{"a", "a"}, "d", {}, {}}}));

  ASSERT_THAT(found, SizeIs(6));
  EXPECT_THAT(found[0].message, HasSubstr("the data have no unit 'nowhere'; there are: a, b, c"));
  EXPECT_EQ(found[1].message, "the pattern 's*' meets no criterion or indicator");
  EXPECT_THAT(found[2].message, HasSubstr("'r' is the composite"));
  EXPECT_THAT(found[3].message, HasSubstr("there is no criterion or indicator 'q'"));
  EXPECT_THAT(found[4].message, HasSubstr("finite and not negative, got -1"));
  EXPECT_EQ(found[5].message, "a cannot be merged with itself");
}

TEST(WhatIfProblemsTest, ValuesStayInTheirRanges) {
  IndexDefinition definition = small::definition(small::leaf("x"));
  Variable x;
  x.code = "x";
  x.range = Interval::closed(0, 10);
  definition.variables = {x};
  const Scores base = Evaluator(Index(definition))
                          .score(small::panel({"x"}, {{6}, {7}, {8}, {9}, {10}, {6}, {7}, {1}}));

  EXPECT_EQ(problem<DataError>(base, set("b", "x", 12)),
            "scenario 'try', edit 1 (set x of b to 12): x of b would be 12, out of its range "
            "[0, 10]; choose another amount, or cap the value by a further edit");
  const auto many = problems<DataError>(base, scenario({ChangeValue{{}, "x", How::scale, 2, ""}}));
  ASSERT_THAT(many, SizeIs(6));  // Five of seven, and how many more.
  EXPECT_EQ(many[5].message, "and 2 more like this");
}

TEST(WhatIfProblemsTest, ScoresStayInTheRangeOfTheirNode) {
  EXPECT_THAT(problem<DataError>(min_max(), ChangeScore{{"a"}, "x", How::set, 101}),
              HasSubstr("the score x of a would be 101, and it can be [0, 100]"));
  EXPECT_THAT(problem<DataError>(min_max(), ChangeScore{{"b"}, "x", How::add, 1}),
              HasSubstr("would be 101"));
  EXPECT_THAT(problem<DataError>(min_max(), ChangeScore{{"a"}, "x", How::set, small::missing}),
              HasSubstr("expected a number"));
}

TEST(WhatIfProblemsTest, WordsAreNoNumbers) {
  const Scores base = provinces();
  EXPECT_THAT(problem<DataError>(base, ChangeValue{{"coast"}, "rate", How::set, 0, "high"}),
              HasSubstr("expected a number for 'rate', got the word 'high'"));
  EXPECT_THAT(problem<DataError>(base, set("coast", "grade", 3)),
              AllOf(HasSubstr("expected a word for 'grade', got the number 3"),
                    HasSubstr("use one of: low, high")));
  EXPECT_THAT(problem<DataError>(base, ChangeValue{{}, "grade", How::scale, 2, ""}),
              HasSubstr("'grade' holds words, which scale cannot change"));
  EXPECT_THAT(problem<NotFoundError>(base, ChangeValue{{}, "grade", How::set, 0, "hihg"}),
              HasSubstr("'hihg' is not a category of 'grade' (did you mean 'high'?)"));
  EXPECT_THAT(
      problem<DataError>(
          base, ChangeValue{{}, "rate", How::add, std::numeric_limits<double>::infinity(), ""}),
      HasSubstr("expected a number to add"));
}

TEST(WhatIfProblemsTest, UnitsAreMergedAndSplitSoundly) {
  const Scores base = provinces();
  EXPECT_THAT(problem<DataError>(base, MergeUnits{{"coast"}, "c", {}, {}}),
              HasSubstr("at least two units"));
  EXPECT_THAT(problem<DataError>(base, MergeUnits{{"coast", "hills"}, "NORTH", {}, {}}),
              HasSubstr("'north' is that of a unit which is not among them"));
  EXPECT_THAT(problem<DataError>(base, MergeUnits{{"coast", "hills"}, "c", {1}, {}}),
              HasSubstr("got 1 weights and 2 units"));
  EXPECT_THAT(problem<DataError>(base, MergeUnits{{"coast", "hills"}, "c", {0, 0}, {}}),
              HasSubstr("a sum above 0"));
  EXPECT_THAT(problem<DataError>(base, MergeUnits{{"coast", "hills"}, "c", {}, {"grade"}}),
              HasSubstr("words, which have no total"));
  EXPECT_THAT(problem<NotFoundError>(base, MergeUnits{{"coast", "hills"}, "c", {}, {"pepole"}}),
              HasSubstr("did you mean 'people'?"));
  EXPECT_THAT(problem<DataError>(base, SplitUnit{"coast", {"hills", "x"}, {}, {}}),
              HasSubstr("there is a unit 'hills' already"));
  EXPECT_THAT(problem<DataError>(base, SplitUnit{"coast", {"x", "X"}, {}, {}}),
              HasSubstr("'X' stands twice"));
  EXPECT_THAT(problem<DataError>(base, SplitUnit{"coast", {"x", "y"}, {0.5, 0.4}, {}}),
              HasSubstr("expected shares that add up to 1, got 0.9"));
}

TEST(WhatIfProblemsTest, DefinitionsAreEditedSoundly) {
  EXPECT_THAT(problem<DataError>(weighted_mean(), ChangeWeights{{{"a", 90}, {"b", 20}}, true}),
              HasSubstr("add up to 110, more than the 100 of all children of 'r'"));
  EXPECT_THAT(problem<DataError>(weighted_mean(), ReplaceRule{"r", Identity{}}),
              HasSubstr("'r' is a criterion, and rules are of indicators"));
  EXPECT_THAT(problem<DataError>(weighted_mean(), ReplaceAggregation{"a", {}, 2.0, {}}),
              HasSubstr("'a' is an indicator"));
  EXPECT_THAT(problem<DataError>(weighted_mean(), AddNode{"r", small::leaf("d")}),
              HasSubstr("the children of 'r' have weights, and 'd' has none"));
  EXPECT_THAT(problem<DataError>(weighted_mean(), UseMethod{Period(1990)}),
              HasSubstr("is in force in"));
  const Criterion chain =
      small::inner("r", Aggregation::Method::arithmetic_mean,
                   {small::inner("g", Aggregation::Method::arithmetic_mean, {small::leaf("x")}),
                    small::leaf("y")});
  const Scores base = Evaluator(small::index(chain)).score(small::panel({"x", "y"}, {{1, 2}}));
  EXPECT_THAT(problem<DataError>(base, DropNode{"x"}),
              AllOf(HasSubstr("'x' is the only child of 'g'"), HasSubstr("drop 'g'")));
}

TEST(WhatIfProblemsTest, WhatIsWrongInTheEditedDefinitionNamesTheEdit) {
  Scenario wrong = scenario({set("a", "a", 3), ChangeWeights{{{"a", 60}}, false}});
  wrong.edits[1].location = {"reform.yaml", 4, 3};
  const auto found = problems<SpecError>(weighted_mean(), wrong);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].location.line, 4);
  EXPECT_THAT(found[0].place, HasSubstr("edit 2 (weight of a = 60)"));
  EXPECT_THAT(found[0].message, AllOf(HasSubstr("r: "), HasSubstr("they add up to 110")));
}

TEST(WhatIfProblemsTest, ASpellingThatMayBeTwoUnitsIsNoneOfThem) {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size x = builder.number_variable("x");
  builder.set(builder.unit("H\u00e0 Giang"), x, period, 1);
  builder.set(builder.unit("H\u1ea1 Giang"), x, period, 2);
  const Scores base = Evaluator(small::index(small::leaf("x"))).score(builder.build());

  EXPECT_THAT(problem<DataError>(base, set("Ha Giang", "x", 1)),
              HasSubstr("'Ha Giang' may be H\u00e0 Giang or H\u1ea1 Giang"));
}

}  // namespace
}  // namespace chiso
