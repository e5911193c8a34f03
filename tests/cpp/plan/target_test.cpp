#include "chiso/plan/target.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "plans.hpp"

namespace chiso {
namespace {

using test::target;
using Against = Target::Against;
using Quantity = Target::Quantity;

std::string words(Quantity quantity, std::string_view range, Against against = Against::nothing,
                  std::string region = {}) {
  Target made = target("par", quantity, range, against);
  made.region = std::move(region);
  return describe(made);
}

TEST(TargetTest, ItsRangeIsSaidInWords) {
  EXPECT_EQ(words(Quantity::rank, "<= 10"), "rank <= 10");
  EXPECT_EQ(words(Quantity::rank, "= 1"), "rank = 1");
  EXPECT_EQ(words(Quantity::rank, "[10, 15]"), "rank within [10, 15]");
  EXPECT_EQ(words(Quantity::score, ">= 68.5"), "score >= 68.5");
  EXPECT_EQ(words(Quantity::score, "(60, 70]"), "score within (60, 70]");
  EXPECT_EQ(words(Quantity::percent, ">= 96"), "percent of maximum >= 96");
}

TEST(TargetTest, SoIsTheRegion) {
  EXPECT_EQ(words(Quantity::rank, "<= 3", Against::nothing, "Bắc Trung Bộ"),
            "rank in Bắc Trung Bộ <= 3");
  EXPECT_EQ(words(Quantity::rank, "[1, 3]", Against::nothing, "Bắc Trung Bộ"),
            "rank in Bắc Trung Bộ within [1, 3]");
}

TEST(TargetTest, ToKeepAndToRaiseAreAgainstTheBaseline) {
  EXPECT_EQ(words(Quantity::rank, "<= 0", Against::baseline), "rank kept");
  EXPECT_EQ(words(Quantity::rank, "< 0", Against::baseline), "rank raised");
  EXPECT_EQ(words(Quantity::score, ">= 0", Against::baseline), "score kept");
  EXPECT_EQ(words(Quantity::score, "> 0", Against::baseline), "score raised");
  EXPECT_EQ(words(Quantity::percent, "> 0", Against::baseline), "percent of maximum raised");
}

TEST(TargetTest, BetterIsMoreOfAScoreAndLessOfARank) {
  EXPECT_EQ(kept(Quantity::rank), parse_interval("<= 0"));
  EXPECT_EQ(raised(Quantity::rank), parse_interval("< 0"));
  for (const Quantity quantity : {Quantity::score, Quantity::percent}) {
    EXPECT_EQ(kept(quantity), parse_interval(">= 0"));
    EXPECT_EQ(raised(quantity), parse_interval("> 0"));
  }
}

TEST(TargetTest, AnotherChangeSaysAgainstWhat) {
  EXPECT_EQ(words(Quantity::score, ">= 0.5", Against::previous),
            "score >= 0.5 against the previous period");
  EXPECT_EQ(words(Quantity::score, ">= 0.5", Against::baseline),
            "score >= 0.5 against the baseline");
  EXPECT_EQ(words(Quantity::rank, "<= 0", Against::previous),
            "rank kept against the previous period");
  EXPECT_EQ(words(Quantity::score, "> 0", Against::previous),
            "score raised against the previous period");
  // Better for a score is worse for a rank.
  EXPECT_EQ(words(Quantity::rank, ">= 0", Against::baseline), "rank >= 0 against the baseline");
  EXPECT_EQ(words(Quantity::score, "<= 0", Against::baseline), "score <= 0 against the baseline");
}

TEST(TargetTest, ZeroAloneIsNoWord) {
  EXPECT_EQ(words(Quantity::score, ">= 0"), "score >= 0");
  EXPECT_EQ(words(Quantity::rank, "<= 0"), "rank <= 0");
}

TEST(TargetTest, QuantitiesAndReferencesHaveTheNamesOfTheirEnumerators) {
  EXPECT_EQ(name(Quantity::score), "score");
  EXPECT_EQ(name(Quantity::percent), "percent");
  EXPECT_EQ(name(Quantity::rank), "rank");
  EXPECT_EQ(name(Against::nothing), "nothing");
  EXPECT_EQ(name(Against::baseline), "baseline");
  EXPECT_EQ(name(Against::previous), "previous");
}

TEST(TargetTest, WhereItStandsIsNoPartOfIt) {
  Target other = target("par", Quantity::rank, "<= 10");
  other.location = {"annex.csv", 9, 1};
  EXPECT_EQ(target("par", Quantity::rank, "<= 10"), other);
}

TEST(TargetTest, EverythingElseIs) {
  const std::vector<std::function<void(Target&)>> changes{
      [](Target& t) { t.code = "b"; },
      [](Target& t) { t.title.vi = "b"; },
      [](Target& t) { t.criterion.code = "F2"; },
      [](Target& t) { t.quantity = Quantity::score; },
      [](Target& t) { t.against = Against::previous; },
      [](Target& t) { t.range.upper = 11.0; },
      [](Target& t) { t.range.upper_closed = false; },
      [](Target& t) { t.region = "b"; },
      [](Target& t) { t.by = Period(2025); },
      [](Target& t) { t.provenance.note = "b"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Target other = target("par", Quantity::rank, "<= 10");
    changes[i](other);
    EXPECT_FALSE(target("par", Quantity::rank, "<= 10") == other) << "change " << i;
  }
}

TEST(BaselineTest, IsEqualButForWhereItStands) {
  const Baseline given = test::baseline("par", 2021, 86.0, 14.0);
  Baseline other = given;
  other.location = {"annex.csv", 9, 1};
  EXPECT_EQ(given, other);

  const std::vector<std::function<void(Baseline&)>> changes{
      [](Baseline& b) { b.criterion.index = "papi"; },
      [](Baseline& b) { b.period = Period(2020); },
      [](Baseline& b) { b.score.reset(); },
      [](Baseline& b) { b.rank = 13.0; },
      [](Baseline& b) { b.provenance.source = "b"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    other = given;
    changes[i](other);
    EXPECT_FALSE(given == other) << "change " << i;
  }
}

}  // namespace
}  // namespace chiso
