#include "chiso/scenario/edit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../evaluate/small.hpp"

namespace chiso {
namespace {

std::string words(Edit::What what) { return describe(Edit{std::move(what), {}}); }

TEST(ApplyTest, MakesOneNumberOfAnother) {
  EXPECT_EQ(apply(How::set, 3.0, 5.0), 5.0);
  EXPECT_EQ(apply(How::add, 3.0, -5.0), -2.0);
  EXPECT_EQ(apply(How::scale, 3.0, 0.5), 1.5);
  EXPECT_EQ(apply(How::at_most, 3.0, 2.0), 2.0);
  EXPECT_EQ(apply(How::at_most, 3.0, 4.0), 3.0);
  EXPECT_EQ(apply(How::at_least, 3.0, 4.0), 4.0);
  EXPECT_EQ(apply(How::at_least, 3.0, 2.0), 3.0);
}

TEST(ApplyTest, LeavesAMissingNumberMissingUnlessItIsSet) {
  for (const How how : {How::add, How::scale, How::at_most, How::at_least}) {
    EXPECT_TRUE(std::isnan(apply(how, small::missing, 1.0))) << name(how);
  }
  EXPECT_EQ(apply(How::set, small::missing, 1.0), 1.0);
  EXPECT_TRUE(std::isnan(apply(How::set, 1.0, small::missing)));
}

TEST(MatchesTest, StarStandsForAnyRunAndQuestionMarkForOneCharacter) {
  EXPECT_TRUE(matches("informal.*", "informal.bribes"));
  EXPECT_TRUE(matches("informal.*", "informal."));
  EXPECT_FALSE(matches("informal.*", "informal"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("?", "a"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("?", "ab"));
  EXPECT_TRUE(matches("*.days", "entry.days"));
  EXPECT_TRUE(matches("a*b*c", "aXbbXc"));
  EXPECT_FALSE(matches("a*b*c", "aXcXb"));
  EXPECT_TRUE(matches("a**c", "ac"));
  EXPECT_TRUE(matches("entry", "entry"));
  EXPECT_FALSE(matches("entry", "entry.days"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("", ""));
}

/// The meaning of a pattern, letter by letter.
bool meets(const std::string& pattern, const std::string& code, std::size_t p, std::size_t c) {
  if (p == pattern.size()) return c == code.size();
  if (pattern[p] == '*') {
    return meets(pattern, code, p + 1, c) || (c < code.size() && meets(pattern, code, p, c + 1));
  }
  return c < code.size() && (pattern[p] == '?' || pattern[p] == code[c]) &&
         meets(pattern, code, p + 1, c + 1);
}

TEST(MatchesTest, AgreesWithItsMeaningOnAllShortTexts) {
  // All patterns of up to 5 of "ab?*" with all codes of up to 5 of "ab".
  const auto texts = [](const std::string& letters) {
    std::vector<std::string> all{""};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].size() == 5) break;
      for (const char letter : letters) all.push_back(all[i] + letter);
    }
    return all;
  };
  int met = 0;
  for (const std::string& pattern : texts("ab?*")) {
    for (const std::string& code : texts("ab")) {
      const bool expected = meets(pattern, code, 0, 0);
      met += expected ? 1 : 0;
      ASSERT_EQ(matches(pattern, code), expected) << pattern << " on " << code;
    }
  }
  EXPECT_GT(met, 1000);
}

TEST(MatchesTest, DoesNotTakeForEverOverManyStars) {
  const std::string pattern(200, '*');
  EXPECT_FALSE(matches(pattern + "b", std::string(2000, 'a')));
}

TEST(DescribeEditTest, SaysValuesInOneLine) {
  EXPECT_EQ(words(ChangeValue{{"Thanh H\u00f3a"}, "entry", How::set, 8.0, ""}),
            "set entry of Thanh H\u00f3a to 8");
  EXPECT_EQ(words(ChangeValue{{}, "informal.*", How::scale, 0.9, ""}),
            "scale informal.* of all units by 0.9");
  EXPECT_EQ(words(ChangeValue{{"A", "B"}, "entry", How::add, -0.5, ""}),
            "add -0.5 to entry of A and B");
  EXPECT_EQ(words(ChangeValue{{"A"}, "entry", How::at_most, 10.0, ""}), "cap entry of A at 10");
  EXPECT_EQ(words(ChangeValue{{"A"}, "entry", How::at_least, 5.0, ""}),
            "raise entry of A to at least 5");
  EXPECT_EQ(words(ChangeValue{{"A"}, "grade", How::set, 0.0, "good"}), "set grade of A to 'good'");
  EXPECT_EQ(words(ChangeValue{{"A"}, "entry", How::set, small::missing, ""}),
            "make entry of A missing");
  EXPECT_EQ(words(ChangeValue{{"A", "B", "C", "D", "E"}, "entry", How::set, 1.0, ""}),
            "set entry of A, B, C and 2 more to 1");
  EXPECT_EQ(words(ChangeScore{{"A"}, "time", How::add, 1.0}), "add 1 to the score time of A");
}

TEST(DescribeEditTest, SaysDefinitionsAndUnitsInOneLine) {
  EXPECT_EQ(words(ChangeWeights{{{"time", 15.0}}, true}),
            "weight of time = 15, its siblings scaled");
  EXPECT_EQ(words(ChangeWeights{{{"time", 15.0}, {"entry", 5.0}}, false}),
            "weights time = 15, entry = 5");
  EXPECT_EQ(words(ChangeParameter{"threshold", How::set, 85.0}),
            "set the parameter threshold to 85");
  EXPECT_EQ(words(ChangeParameter{"t*", How::scale, 0.9}), "scale the parameter t* by 0.9");
  EXPECT_EQ(words(ReplaceRule{"a", FormulaRule{Formula("min(x,2)"), {}, {}}}),
            "rule of a: min(x, 2)");
  EXPECT_EQ(words(ReplaceRule{"entry", PerUnit{.points = 0.5, .cap = {}}}),
            "rule of entry: 0.5 for each unit");
  EXPECT_EQ(words(ReplaceAggregation{"pci", Aggregation::Method::power_mean, 2.0,
                                     MissingPolicy::renormalise}),
            "aggregate pci by power mean of order 2, missing: renormalise");
  EXPECT_EQ(words(DropNode{"land"}), "drop land");
  EXPECT_EQ(words(AddNode{"pci", small::weighted(10, small::leaf("green"))}),
            "add green to pci with weight 10");
  EXPECT_EQ(words(MergeUnits{{"A", "B", "C"}, "D", {2, 1, 1}, {"people"}}),
            "merge A, B and C into D (weights 2, 1, 1; totals: people)");
  EXPECT_EQ(words(SplitUnit{"A", {"B", "C"}, {}, {}}), "split A into B and C");
  EXPECT_EQ(words(UseMethod{Period(2013)}), "score with the method of 2013");
  EXPECT_EQ(words(UseIndex{small::index(small::leaf("x"))}), "score with small-1");
}

TEST(EditTest, IsEqualWhateverItsPlaceAndItsMissingAmount) {
  const ChangeValue missing{{"A"}, "x", How::set, small::missing, ""};
  EXPECT_EQ((Edit{missing, {"a.yaml", 3, 1}}), (Edit{missing, {"b.yaml", 7, 2}}));
  ChangeValue other = missing;
  other.amount = 1.0;
  EXPECT_FALSE((Edit{missing, {}}) == (Edit{other, {}}));
}

}  // namespace
}  // namespace chiso
