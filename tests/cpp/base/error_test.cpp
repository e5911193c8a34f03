#include "chiso/base/error.hpp"

#include <gmock/gmock.h>

#include <string>
#include <type_traits>

namespace chiso {
namespace {

using testing::ElementsAre;

TEST(LocationTest, SaysWhatIsKnown) {
  EXPECT_EQ((Location{"pci.yaml", 12, 3}).to_string(), "pci.yaml:12:3");
  EXPECT_EQ((Location{"pci.yaml", 12, 0}).to_string(), "pci.yaml:12");
  EXPECT_EQ((Location{"pci.yaml", 0, 0}).to_string(), "pci.yaml");
  EXPECT_EQ((Location{"", 12, 3}).to_string(), "line 12, column 3");
  EXPECT_EQ(Location{}.to_string(), "");
}

TEST(ProblemTest, PutsPlaceMessageAndRemedyInOneLine) {
  const Problem problem{{"pci.yaml", 12, 3}, "entry", "expected a number, found 'x'", "write one"};

  EXPECT_EQ(problem.to_string(), "pci.yaml:12:3: entry: expected a number, found 'x'; write one");
  EXPECT_EQ((Problem{{}, "", "it is empty", ""}).to_string(), "it is empty");
}

TEST(ErrorTest, HoldsTheSameAsTextAndAsData) {
  const SpecError error("expected a number", "entry");

  EXPECT_STREQ(error.what(), "entry: expected a number");
  EXPECT_EQ(error.where(), "entry");
  ASSERT_EQ(error.problems().size(), 1u);
  EXPECT_EQ(error.problems()[0].message, "expected a number");
}

TEST(ErrorTest, ShowsOneLineAProblem) {
  const DataError error({{{"a.csv", 2, 1}, "", "first", ""}, {{"a.csv", 3, 1}, "", "second", ""}});

  EXPECT_STREQ(error.what(), "a.csv:2:1: first\na.csv:3:1: second");
}

TEST(ErrorTest, EveryKindIsAnErrorAndARuntimeError) {
  EXPECT_THROW(throw SpecError("x"), Error);
  EXPECT_THROW(throw DataError("x"), Error);
  EXPECT_THROW(throw NotFoundError("x"), Error);
  EXPECT_TRUE((std::is_base_of_v<std::runtime_error, Error>));
}

TEST(ProblemsTest, RaisesNothingWithoutAProblem) {
  Problems problems;

  EXPECT_TRUE(problems.empty());
  EXPECT_NO_THROW(problems.raise<SpecError>());
}

TEST(ProblemsTest, RaisesAllInTheOrderOfTheText) {
  Problems problems;
  problems.add({"a", 9, 1}, "", "third");
  problems.add({"a", 2, 7}, "", "second");
  problems.add({"a", 2, 3}, "", "first");
  problems.add({"a", 9, 1}, "", "fourth, found later in the same place");

  try {
    problems.raise<SpecError>();
    FAIL() << "nothing was thrown";
  } catch (const SpecError& error) {
    std::vector<std::string> messages;
    for (const Problem& problem : error.problems()) messages.push_back(problem.message);
    EXPECT_THAT(messages,
                ElementsAre("first", "second", "third", "fourth, found later in the same place"));
  }
}

}  // namespace
}  // namespace chiso
