#include "chiso/model/dated.hpp"

#include <gtest/gtest.h>

#include "definitions.hpp"

namespace chiso {
namespace {

using test::entry;
using test::since;
using test::until;
using test::years;

TEST(DatedTest, APlainValueAlwaysHolds) {
  const Dated<double> weight(5.0);

  EXPECT_FALSE(weight.is_dated());
  EXPECT_EQ(*weight.find(std::nullopt), 5.0);
  EXPECT_EQ(*weight.find(Period(1900)), 5.0);
}

TEST(DatedTest, FindsTheValueInForceWhenThePeriodCloses) {
  const Dated<double> weight({entry(5.0, until(2016)), entry(10.0, since(2017))});

  EXPECT_TRUE(weight.is_dated());
  EXPECT_EQ(*weight.find(Period(2016)), 5.0);
  EXPECT_EQ(*weight.find(Period("2016-Q4")), 5.0);
  EXPECT_EQ(*weight.find(Period(2017)), 10.0);
  // From the middle of a year on: in force when the year closes.
  const Dated<double> changed({entry(1.0, {Period("2016-07"), {}})});
  EXPECT_EQ(*changed.find(Period(2016)), 1.0);
  EXPECT_EQ(changed.find(Period("2016-Q2")), nullptr);
}

TEST(DatedTest, FindsNothingWithoutAPeriodOrASingleEntry) {
  const Dated<double> weight({entry(5.0, years(2013, 2016)), entry(10.0, years(2016, 2017))});

  EXPECT_EQ(weight.find(std::nullopt), nullptr);
  EXPECT_EQ(weight.find(Period(2012)), nullptr);
  EXPECT_EQ(weight.find(Period(2016)), nullptr);
  EXPECT_EQ(weight.in_force(Period(2016)).size(), 2U);
  EXPECT_EQ(Dated<double>().find(std::nullopt), nullptr);
  EXPECT_TRUE(Dated<double>().empty());
}

TEST(DatedTest, EqualityLooksAtEverythingButTheLocation) {
  const Dated<double> weight({entry(5.0, until(2016), 3)});

  EXPECT_TRUE(weight == Dated<double>({entry(5.0, until(2016), 30)}));
  EXPECT_FALSE(weight == Dated<double>({entry(6.0, until(2016), 3)}));
  EXPECT_FALSE(weight == Dated<double>({entry(5.0, until(2017), 3)}));
  DatedEntry<double> other = entry(5.0, until(2016), 3);
  other.published = Date{2013, 3, 14};
  EXPECT_FALSE(weight == Dated<double>({other}));
}

}  // namespace
}  // namespace chiso
