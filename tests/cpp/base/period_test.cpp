#include "chiso/base/period.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;

TEST(DateTest, ReadsAndPrintsADay) {
  EXPECT_EQ(parse_date("2022-08-26"), (Date{2022, 8, 26}));
  EXPECT_EQ(to_string(Date{987, 1, 2}), "0987-01-02");
}

TEST(DateTest, KnowsLeapYears) {
  EXPECT_EQ(parse_date("2024-02-29"), (Date{2024, 2, 29}));
  EXPECT_EQ(parse_date("2000-02-29"), (Date{2000, 2, 29}));
  EXPECT_THROW(static_cast<void>(parse_date("2023-02-29")), SpecError);
  EXPECT_THROW(static_cast<void>(parse_date("1900-02-29")), SpecError);
}

TEST(DateTest, RefusesOtherForms) {
  for (const char* text : {"", "2022", "26/08/2022", "2022-8-26", "2022-13-01", "2022-00-10",
                           "2022-04-31", "0000-01-01", "2022-08-26 ", "2022-08-2x"}) {
    EXPECT_THROW(static_cast<void>(parse_date(text)), SpecError) << text;
  }
}

TEST(PeriodTest, ReadsYearsHalvesQuartersMonthsAndDays) {
  const auto days = [](std::string_view text) {
    const Period period(text);
    return to_string(period.first_day()) + " " + to_string(period.last_day());
  };

  EXPECT_EQ(days("2019"), "2019-01-01 2019-12-31");
  EXPECT_EQ(days("2019-H1"), "2019-01-01 2019-06-30");
  EXPECT_EQ(days("2019-H2"), "2019-07-01 2019-12-31");
  EXPECT_EQ(days("2019-Q1"), "2019-01-01 2019-03-31");
  EXPECT_EQ(days("2019-Q4"), "2019-10-01 2019-12-31");
  EXPECT_EQ(days("2020-02"), "2020-02-01 2020-02-29");
  EXPECT_EQ(days("2019-07-15"), "2019-07-15 2019-07-15");
  EXPECT_EQ(Period(2019), Period("2019"));
}

TEST(PeriodTest, RefusesOtherForms) {
  for (const char* text :
       {"", "19", "0000", "2019-H3", "2019-H0", "2019-Q5", "2019-13", "2019-00", "2019-W1",
        "2019-07-32", "2019 ", "two", "2019-H", "2019-H12", "-2019"}) {
    EXPECT_THROW(Period{std::string_view(text)}, SpecError) << text;
  }
  EXPECT_THROW(Period{0}, SpecError);
  EXPECT_THROW(Period{10000}, SpecError);
}

TEST(PeriodTest, IsOrderedByFirstDayLongerFirst) {
  std::vector<Period> periods{Period("2020"), Period("2019-01-01"), Period("2019-H2"),
                              Period("2019-Q1"), Period("2019")};
  std::sort(periods.begin(), periods.end());

  std::vector<std::string> texts;
  for (const Period& period : periods) texts.push_back(period.text());
  EXPECT_THAT(texts, ElementsAre("2019", "2019-Q1", "2019-01-01", "2019-H2", "2020"));
}

TEST(PeriodRangeTest, ContainsPeriodsThatCloseInIt) {
  const PeriodRange range{Period("2013"), Period("2021")};

  EXPECT_TRUE(range.contains(Period("2013")));
  EXPECT_TRUE(range.contains(Period("2021")));
  EXPECT_TRUE(range.contains(Period("2013-Q1")));
  EXPECT_FALSE(range.contains(Period("2012")));
  EXPECT_FALSE(range.contains(Period("2022-H1")));
}

TEST(PeriodRangeTest, WhatIsInForceWhenThePeriodClosesCounts) {
  const PeriodRange from_august{Period("2022-08-26"), {}};

  EXPECT_TRUE(from_august.contains(Period("2022")));
  EXPECT_FALSE(from_august.contains(Period("2022-H1")));
}

TEST(PeriodRangeTest, AnEndThatIsNotGivenIsOpen) {
  EXPECT_TRUE((PeriodRange{{}, Period(2010)}).contains(Period(1)));
  EXPECT_TRUE((PeriodRange{Period(2010), {}}).contains(Period(9999)));
  EXPECT_TRUE(PeriodRange{}.contains(Period(2019)));
}

TEST(PeriodRangeTest, SpeaksPlainly) {
  EXPECT_EQ((PeriodRange{Period(2013), Period(2021)}).to_string(), "2013 to 2021");
  EXPECT_EQ((PeriodRange{Period(2013), Period(2013)}).to_string(), "2013");
  EXPECT_EQ((PeriodRange{Period(2013), {}}).to_string(), "from 2013");
  EXPECT_EQ((PeriodRange{{}, Period(2013)}).to_string(), "until 2013");
  EXPECT_EQ(PeriodRange{}.to_string(), "always");
}

TEST(PeriodTest, EveryPeriodButTheFirstHasOneBeforeItOfItsKind) {
  const auto before = [](std::string_view text) {
    const auto previous = Period(text).previous();
    return previous ? previous->text() : std::string("none");
  };
  EXPECT_EQ(before("2020"), "2019");
  EXPECT_EQ(before("2020-H2"), "2020-H1");
  EXPECT_EQ(before("2020-H1"), "2019-H2");
  EXPECT_EQ(before("2020-Q3"), "2020-Q2");
  EXPECT_EQ(before("2020-Q1"), "2019-Q4");
  EXPECT_EQ(before("2020-07"), "2020-06");
  EXPECT_EQ(before("2020-01"), "2019-12");
  EXPECT_EQ(before("2020-11"), "2020-10");
  EXPECT_EQ(before("2020-03-01"), "2020-02-29");
  EXPECT_EQ(before("2021-01-01"), "2020-12-31");
  EXPECT_EQ(before("1000"), "0999");
  for (const char* first : {"0001", "0001-H1", "0001-Q1", "0001-01", "0001-01-01"}) {
    EXPECT_EQ(before(first), "none") << first;
  }
  EXPECT_FALSE(Period().previous());
}

}  // namespace
}  // namespace chiso
