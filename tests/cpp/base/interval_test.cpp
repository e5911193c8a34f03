#include "chiso/base/interval.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string message_of(std::string_view text) {
  try {
    static_cast<void>(parse_interval(text));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(IntervalTest, ContainsItsClosedBoundsOnly) {
  const Interval interval{70.0, 90.0, true, false};

  EXPECT_TRUE(interval.contains(70.0));
  EXPECT_FALSE(interval.contains(90.0));
  EXPECT_FALSE(interval.contains(std::nextafter(70.0, 0.0)));
  EXPECT_FALSE(interval.contains(kNan));
}

TEST(IntervalTest, ReadsEveryForm) {
  EXPECT_EQ(parse_interval("> 90"), (Interval{90.0, kInfinity, false, false}));
  EXPECT_EQ(parse_interval(">=90"), (Interval{90.0, kInfinity, true, false}));
  EXPECT_EQ(parse_interval("< 70"), (Interval{-kInfinity, 70.0, false, false}));
  EXPECT_EQ(parse_interval(" <= -0.5 "), (Interval{-kInfinity, -0.5, false, true}));
  EXPECT_EQ(parse_interval("= 3"), (Interval{3.0, 3.0, true, true}));
  EXPECT_EQ(parse_interval("3"), (Interval{3.0, 3.0, true, true}));
  EXPECT_EQ(parse_interval("[70, 90]"), (Interval{70.0, 90.0, true, true}));
  EXPECT_EQ(parse_interval("(90,100]"), (Interval{90.0, 100.0, false, true}));
  EXPECT_EQ(parse_interval("[ 95 , 100 )"), (Interval{95.0, 100.0, true, false}));
  EXPECT_EQ(parse_interval("(-inf, inf)"), Interval{});
}

TEST(IntervalTest, RefusesOtherFormsAndSaysWhy) {
  EXPECT_THAT(message_of(""), HasSubstr("expected an interval such as '> 90'"));
  EXPECT_THAT(message_of(">"), HasSubstr("a number is missing"));
  EXPECT_THAT(message_of("> ninety"), HasSubstr("'ninety' is not a number"));
  EXPECT_THAT(message_of("[70, 90"), HasSubstr("it should end with ')' or ']'"));
  EXPECT_THAT(message_of("["), HasSubstr("it should end with ')' or ']'"));
  EXPECT_THAT(message_of("[70 90]"), HasSubstr("two numbers with a comma"));
  EXPECT_THAT(message_of("[70,5, 90,5]"), HasSubstr("a point in decimal fractions"));
  EXPECT_THAT(message_of("[-inf, 3]"), HasSubstr("infinity is never inside"));
  EXPECT_THAT(message_of("[90, 70]"), HasSubstr("exchange its bounds"));
  EXPECT_THAT(message_of("(3, 3]"), HasSubstr("no number is in it"));
  EXPECT_THAT(message_of("=> 3"), HasSubstr("'> 3' is not a number"));
  EXPECT_THAT(message_of("> 1e999"), HasSubstr("'1e999' is not a number"));
}

TEST(IntervalTest, PrintsTheShortestForm) {
  EXPECT_EQ(to_string(Interval{90.0, kInfinity, false, false}), "> 90");
  EXPECT_EQ(to_string(Interval{-kInfinity, 70.5, false, true}), "<= 70.5");
  EXPECT_EQ(to_string(Interval::closed(3.0, 3.0)), "= 3");
  EXPECT_EQ(to_string(Interval{95.0, 100.0, true, false}), "[95, 100)");
  EXPECT_EQ(to_string(Interval{}), "(-inf, inf)");
}

TEST(IntervalTest, ReadsBackWhatItPrints) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> number(-1000.0, 1000.0);
  for (int i = 0; i < 1000; ++i) {
    const double low = number(random);
    const double high = low + std::abs(number(random)) + 1e-9;
    const Interval interval{i % 5 == 0 ? -kInfinity : low, i % 7 == 0 ? kInfinity : high,
                            i % 2 == 0 && i % 5 != 0, i % 3 == 0 && i % 7 != 0};
    EXPECT_EQ(parse_interval(to_string(interval)), interval) << to_string(interval);
  }
}

TEST(NumberTest, PrintsNoMoreDigitsThanNeeded) {
  EXPECT_EQ(to_string(0.1), "0.1");
  EXPECT_EQ(to_string(5.0), "5");
  EXPECT_EQ(to_string(100000.0), "100000");
  EXPECT_EQ(to_string(1e-5), "0.00001");
  EXPECT_EQ(to_string(-2.5e-7), "-2.5e-07");
  EXPECT_EQ(to_string(1e300), "1e+300");
  EXPECT_EQ(to_string(kInfinity), "inf");
  EXPECT_EQ(to_string(-kInfinity), "-inf");
  EXPECT_EQ(to_string(-kNan), "nan");
}

TEST(NumberTest, ReadsBackEveryDoubleItPrints) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    double read = 0.0;
    ASSERT_TRUE(parse_number(to_string(value), read)) << to_string(value);
    EXPECT_EQ(read, value);
  }
}

TEST(NumberTest, ReadsDecimalNumbersWhole) {
  double value = 0.0;
  EXPECT_TRUE(parse_number(" 12.5 ", value));
  EXPECT_EQ(value, 12.5);
  EXPECT_TRUE(parse_number("+3e2", value));
  EXPECT_EQ(value, 300.0);
  EXPECT_TRUE(parse_number("-.5", value));
  EXPECT_EQ(value, -0.5);
}

TEST(NumberTest, RefusesWhatIsNotANumberAndLeavesTheValueAlone) {
  for (const char* text : {"", " ", "-", "+", "+-5", "1,5", "1.2.3", "12 %", "0x10", "inf", "nan",
                           "-inf", "1e999", "-1e999", "1e", "one", "1 2", "e5", "."}) {
    double value = 42.0;
    EXPECT_FALSE(parse_number(text, value)) << text;
    EXPECT_EQ(value, 42.0);
  }
}

TEST(NumberTest, ANumberTooSmallForADoubleIsZero) {
  double value = 42.0;
  EXPECT_TRUE(parse_number("1e-999", value));
  EXPECT_EQ(value, 0.0);
  EXPECT_TRUE(parse_number("0.001e-99999999999999999999", value));
  EXPECT_EQ(value, 0.0);
  EXPECT_FALSE(parse_number("1e99999999999999999999", value));
}

}  // namespace
}  // namespace chiso
