#include "chiso/model/panel.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> names(const Labels& labels) {
  return {labels.names().begin(), labels.names().end()};
}

std::vector<double> numbers(std::span<const double> values) {
  return {values.begin(), values.end()};
}

// Two units, a number and a column of words, in one year.
Panel::Builder self_scores() {
  Panel::Builder builder("self.csv");
  const Size year = builder.period(Period(2020));
  const Size rate = builder.number_variable("rate");
  const Size report = builder.category_variable("report");
  const Size an = builder.unit("An");
  const Size ba = builder.unit("Ba");
  builder.set(an, rate, year, 80.0);
  builder.set(ba, rate, year, 90.0);
  builder.set_category(an, report, year, "timely");
  builder.set_category(ba, report, year, "late");
  return builder;
}

std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.problems()[0].place + ": " + error.problems()[0].message;
  }
  return "nothing thrown";
}

TEST(PanelTest, KeepsLabelsAndValuesOfAMatrix) {
  Eigen::MatrixXd values(2, 3);
  values << 1.0, 2.0, kNan, 4.0, 5.0, 6.0;

  const Panel panel({"An", "Ba"}, {"x", "y", "z"}, values, Period(2020));

  EXPECT_THAT(names(panel.units()), ElementsAre("An", "Ba"));
  EXPECT_THAT(names(panel.variables()), ElementsAre("x", "y", "z"));
  EXPECT_THAT(numbers(panel.column(1, 0)), ElementsAre(2.0, 5.0));
  EXPECT_THAT(numbers(panel.column(2, 0)), ElementsAre(IsNan(), 6.0));
  EXPECT_EQ(panel.values(0)(1, 0), 4.0);
  EXPECT_TRUE(panel.has_unit(1, 0));
  EXPECT_THAT(panel.not_applicable(), IsEmpty());
  EXPECT_THAT(panel.standard_errors(0, 0), IsEmpty());
  EXPECT_THAT(panel.categories(0), IsEmpty());
}

TEST(PanelTest, ReadsAMatrixInAnyMemoryOrder) {
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows(2, 2);
  rows << 1.0, 2.0, 3.0, 4.0;
  const Eigen::Map<const Eigen::MatrixXd, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> map(
      rows.data(), 2, 2, {1, 2});

  const Panel panel({"An", "Ba"}, {"x", "y"}, map, Period(2020));

  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(1.0, 3.0));
  EXPECT_THAT(numbers(panel.column(1, 0)), ElementsAre(2.0, 4.0));
}

TEST(PanelTest, RefusesAMatrixThatDoesNotFit) {
  const Eigen::MatrixXd values = Eigen::MatrixXd::Zero(2, 3);

  EXPECT_THAT(message([&] {
                Panel({"An", "Ba"}, {"x", "y"}, values, Period(2020));
              }),
              HasSubstr("expected values of shape (2, 2): one row a unit, one column a variable; "
                        "got (2, 3)"));
  EXPECT_THROW(Panel({"An", "An"}, {"x", "y", "z"}, values, Period(2020)), DataError);
  EXPECT_THROW(Panel({"An", "Ba"}, {"x", "y", "x"}, values, Period(2020)), DataError);
}

TEST(PanelTest, NamesEveryInfiniteValue) {
  Eigen::MatrixXd values(2, 1);
  values << kInfinity, -kInfinity;
  try {
    Panel({"An", "Ba"}, {"x"}, values, Period(2020));
    FAIL() << "infinite values were taken";
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].place, "An, x");
    EXPECT_EQ(error.problems()[1].message, "expected a finite number or NaN, got -inf");
  }
}

TEST(PanelTest, MayBeEmpty) {
  const Panel panel = Panel::Builder().build();

  EXPECT_EQ(panel.units().size(), 0);
  EXPECT_EQ(panel.variables().size(), 0);
  EXPECT_THAT(panel.periods(), IsEmpty());
  EXPECT_TRUE(panel == Panel::Builder().build());
  EXPECT_THAT(message([&] { static_cast<void>(panel.period_position(Period(2020))); }),
              HasSubstr("the data have no periods"));
}

TEST(PanelTest, RefusesPositionsThatAreNotThere) {
  const Panel panel = self_scores().build();

  EXPECT_THROW(static_cast<void>(panel.column(2, 0)), NotFoundError);
  EXPECT_THROW(static_cast<void>(panel.column(0, 1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(panel.values(-1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(panel.has_unit(2, 0)), NotFoundError);
  EXPECT_THROW(static_cast<void>(panel.categories(2)), NotFoundError);
}

TEST(PanelTest, FindsPeriodsAndListsThemOtherwise) {
  Panel::Builder builder;
  for (const int year : {2021, 2019, 2020}) builder.period(Period(year));
  const Panel panel = builder.build();

  EXPECT_EQ(panel.period_position(Period(2020)), 1);
  EXPECT_EQ(message([&] { static_cast<void>(panel.period_position(Period(2018))); }),
            "2018: no period '2018' in the data; they have 2019, 2020, 2021");
}

// ---- Builder

TEST(PanelBuilderTest, PutsPeriodsInOrderWhateverOrderTheyComeIn) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size an = builder.unit("An");
  builder.set(an, x, builder.period(Period(2021)), 21.0);
  builder.set(an, x, builder.period(Period(2019)), 19.0);
  const Size ba = builder.unit("Ba");
  builder.set(ba, x, builder.period(Period(2019)), 119.0);

  const Panel panel = builder.build();

  EXPECT_EQ(panel.periods()[0], Period(2019));
  EXPECT_EQ(panel.periods()[1], Period(2021));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(19.0, 119.0));
  EXPECT_THAT(numbers(panel.column(0, 1)), ElementsAre(21.0, IsNan()));
  EXPECT_TRUE(panel.has_unit(1, 0));
  EXPECT_FALSE(panel.has_unit(1, 1));
}

TEST(PanelBuilderTest, GivesTheSameNameTheSamePosition) {
  Panel::Builder builder;
  EXPECT_EQ(builder.unit("An"), 0);
  EXPECT_EQ(builder.unit("Ba"), 1);
  EXPECT_EQ(builder.unit("An"), 0);
  EXPECT_EQ(builder.number_variable("x"), 0);
  EXPECT_EQ(builder.category_variable("y"), 1);
  EXPECT_EQ(builder.number_variable("x"), 0);
  EXPECT_EQ(builder.period(Period(2020)), 0);
  EXPECT_EQ(builder.period(Period("2020")), 0);
}

TEST(PanelBuilderTest, TellsWhetherARowIsNew) {
  Panel::Builder builder;
  const Size an = builder.unit("An");
  const Size year = builder.period(Period(2020));

  EXPECT_TRUE(builder.row(an, year));
  EXPECT_FALSE(builder.row(an, year));
  EXPECT_TRUE(builder.build().has_unit(0, 0));
}

TEST(PanelBuilderTest, TakesTheLastCallForACell) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size year = builder.period(Period(2020));
  const Size an = builder.unit("An");
  const Size ba = builder.unit("Ba");
  builder.set(an, x, year, 1.0);
  builder.set(an, x, year, 2.0);
  builder.set_not_applicable(an, x, year);
  builder.set_not_applicable(ba, x, year);
  builder.set(ba, x, year, 3.0);

  const Panel panel = builder.build();

  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(IsNan(), 3.0));
  EXPECT_THAT(panel.not_applicable(), ElementsAre(Panel::Cell{0, 0, 0}));
}

TEST(PanelBuilderTest, TellsWhetherACellIsSet) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size year = builder.period(Period(2020));
  const Size an = builder.unit("An");

  EXPECT_FALSE(builder.is_set(an, x, year));
  builder.set(an, x, year, kNan);
  EXPECT_FALSE(builder.is_set(an, x, year));
  builder.set_not_applicable(an, x, year);
  EXPECT_TRUE(builder.is_set(an, x, year));
  builder.set(an, x, year, 0.0);
  EXPECT_TRUE(builder.is_set(an, x, year));
}

TEST(PanelBuilderTest, ListsCellsThatAreNotApplicableByPeriodVariableAndUnit) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size y = builder.category_variable("y");
  const Size late = builder.period(Period(2021));
  const Size early = builder.period(Period(2020));
  const Size an = builder.unit("An");
  const Size ba = builder.unit("Ba");
  builder.set_not_applicable(an, y, early);
  builder.set_not_applicable(an, x, late);
  builder.set_not_applicable(ba, x, early);
  builder.set_not_applicable(an, x, early);

  const Panel panel = builder.build();

  EXPECT_THAT(panel.not_applicable(), ElementsAre(Panel::Cell{an, x, 0}, Panel::Cell{ba, x, 0},
                                                  Panel::Cell{an, y, 0}, Panel::Cell{an, x, 1}));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(IsNan(), IsNan()));
}

TEST(PanelBuilderTest, SortsTheWordsThatStandInAColumn) {
  Panel::Builder builder;
  const Size x = builder.category_variable("x");
  const Size year = builder.period(Period(2020));
  builder.set_category(builder.unit("An"), x, year, "replaced");
  builder.set_category(builder.unit("An"), x, year, "timely");
  builder.set_category(builder.unit("Ba"), x, year, "late");
  builder.set_category(builder.unit("Ca"), x, year, "timely");

  const Panel panel = builder.build();

  EXPECT_THAT(panel.categories(0), ElementsAre("late", "timely"));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(1.0, 0.0, 1.0));
}

TEST(PanelBuilderTest, KeepsStandardErrorsOfTheVariablesThatHaveThem) {
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size y = builder.number_variable("y");
  const Size year = builder.period(Period(2020));
  const Size an = builder.unit("An");
  const Size ba = builder.unit("Ba");
  builder.set(an, x, year, 1.0);
  builder.set(ba, x, year, 2.0);
  builder.set_standard_error(an, x, year, 0.5);
  builder.set_standard_error(an, y, year, kNan);

  const Panel panel = builder.build();

  EXPECT_THAT(numbers(panel.standard_errors(x, 0)), ElementsAre(0.5, IsNan()));
  EXPECT_THAT(panel.standard_errors(y, 0), IsEmpty());
}

TEST(PanelBuilderTest, RefusesWhatIsNoValueAndNamesTheCell) {
  Panel::Builder builder = self_scores();
  const Size rate = builder.number_variable("rate");
  const Size report = builder.category_variable("report");

  EXPECT_EQ(message([&] { builder.set(0, rate, 0, kInfinity); }),
            "An, rate, 2020: expected a finite number or NaN, got inf");
  EXPECT_EQ(message([&] { builder.set(1, report, 0, 3.0); }),
            "Ba, report, 2020: expected a word, got the number 3");
  EXPECT_EQ(message([&] { builder.set_category(1, rate, 0, "late"); }),
            "Ba, rate, 2020: expected a number, got the word 'late'");
  EXPECT_EQ(message([&] { builder.set_standard_error(0, rate, 0, -0.1); }),
            "An, rate, 2020: expected a standard error that is finite and not negative, got -0.1");
  EXPECT_EQ(message([&] { builder.category_variable("rate"); }),
            "rate: a variable holds numbers or words, not both");
  EXPECT_THROW(builder.set(2, rate, 0, 1.0), NotFoundError);
  EXPECT_THROW(builder.set(0, 2, 0, 1.0), NotFoundError);
  EXPECT_THROW(builder.set(0, rate, 1, 1.0), NotFoundError);
  // A call that throws changes nothing.
  EXPECT_TRUE(builder.build() == self_scores().build());
}

TEST(PanelBuilderTest, IsWholeAfterARefusedBuildAndEmptyAfterABuild) {
  Panel::Builder builder = self_scores();
  builder.unit("");
  EXPECT_THROW(static_cast<void>(builder.build()), DataError);
  EXPECT_TRUE(builder.is_set(0, 0, 0));

  Panel::Builder other = self_scores();
  EXPECT_EQ(other.build().units().size(), 2);
  EXPECT_EQ(other.build().units().size(), 0);
}

TEST(PanelBuilderTest, TakesAMillionCellsInAnyOrderInLinearTime) {
  constexpr Size units = 10'000;
  constexpr Size variables = 100;
  Panel::Builder builder;
  const Size year = builder.period(Period(2020));
  for (Size v = 0; v < variables; ++v) builder.number_variable("v" + std::to_string(v));
  // From the last unit to the first: the worst order for columns that grow.
  for (Size u = 0; u < units; ++u) builder.unit("u" + std::to_string(u));
  for (Size u = units - 1; u >= 0; --u) {
    for (Size v = 0; v < variables; ++v) {
      builder.set(u, v, year, static_cast<double>(u * variables + v));
    }
  }

  const Panel panel = builder.build();

  EXPECT_EQ(panel.values(0)(1234, 56), 1234.0 * 100.0 + 56.0);
  // 0 + 1 + ... + 999,999
  EXPECT_EQ(panel.values(0).sum(), 499999500000.0);
}

// ---- Overlay

TEST(PanelOverlayTest, PutsWhatIsPresentInThePlaceOfWhatWas) {
  Panel::Builder appraised("round1.csv");
  const Size year = appraised.period(Period(2020));
  const Size report = appraised.category_variable("report");
  const Size rate = appraised.number_variable("rate");
  const Size ca = appraised.unit("Ca");
  const Size an = appraised.unit("An");
  appraised.set_category(an, report, year, "not issued");
  appraised.set(an, rate, year, kNan);
  appraised.set(ca, rate, year, 70.0);

  const Panel panel = self_scores().build().overlay(appraised.build());

  EXPECT_THAT(names(panel.units()), ElementsAre("An", "Ba", "Ca"));
  EXPECT_THAT(names(panel.variables()), ElementsAre("rate", "report"));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(80.0, 90.0, 70.0));
  // "timely" stands nowhere any more.
  EXPECT_THAT(panel.categories(1), ElementsAre("late", "not issued"));
  EXPECT_THAT(numbers(panel.column(1, 0)), ElementsAre(1.0, 0.0, IsNan()));
  EXPECT_TRUE(panel.has_unit(2, 0));
  EXPECT_EQ(panel.source(), "self.csv, round1.csv");
}

TEST(PanelOverlayTest, HasThePeriodsAndVariablesOfBoth) {
  Panel::Builder below;
  below.set(below.unit("An"), below.number_variable("x"), below.period(Period(2021)), 1.0);
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("y"), above.period(Period(2020)), 2.0);

  const Panel panel = below.build().overlay(above.build());

  EXPECT_EQ(panel.periods()[0], Period(2020));
  EXPECT_THAT(names(panel.variables()), ElementsAre("x", "y"));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(IsNan()));
  EXPECT_THAT(numbers(panel.column(1, 0)), ElementsAre(2.0));
  EXPECT_THAT(numbers(panel.column(0, 1)), ElementsAre(1.0));
  EXPECT_THAT(numbers(panel.column(1, 1)), ElementsAre(IsNan()));
}

TEST(PanelOverlayTest, PutsNotApplicableAndPresentInPlaceOfEachOther) {
  Panel::Builder below = self_scores();
  below.set_not_applicable(0, 0, 0);
  Panel::Builder above;
  const Size year = above.period(Period(2020));
  const Size rate = above.number_variable("rate");
  above.set(above.unit("An"), rate, year, 85.0);
  above.set_not_applicable(above.unit("Ba"), rate, year);

  const Panel panel = below.build().overlay(above.build());

  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(85.0, IsNan()));
  EXPECT_THAT(panel.not_applicable(), ElementsAre(Panel::Cell{1, 0, 0}));
}

TEST(PanelOverlayTest, KeepsWhatIsNotApplicableUnderAMissingCell) {
  Panel::Builder below = self_scores();
  below.set_not_applicable(0, 0, 0);
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("rate"), above.period(Period(2020)), kNan);

  const Panel panel = below.build().overlay(above.build());

  EXPECT_THAT(panel.not_applicable(), ElementsAre(Panel::Cell{0, 0, 0}));
}

TEST(PanelOverlayTest, TakesTheStandardErrorWithTheValue) {
  Panel::Builder below = self_scores();
  below.set_standard_error(0, 0, 0, 1.0);
  below.set_standard_error(1, 0, 0, 2.0);
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("rate"), above.period(Period(2020)), 85.0);

  const Panel panel = below.build().overlay(above.build());

  // The new value of An has no standard error; the old one would be a lie about it.
  EXPECT_THAT(numbers(panel.standard_errors(0, 0)), ElementsAre(IsNan(), 2.0));
}

TEST(PanelOverlayTest, HasNoStandardErrorsWhereNoneIsLeft) {
  Panel::Builder below = self_scores();
  below.set_standard_error(0, 0, 0, 1.0);
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("rate"), above.period(Period(2020)), 85.0);

  const Panel panel = below.build().overlay(above.build());

  EXPECT_THAT(panel.standard_errors(0, 0), IsEmpty());
}

TEST(PanelOverlayTest, RefusesTextOnNumbersAndNumbersOnText) {
  Panel::Builder above;
  const Size year = above.period(Period(2020));
  const Size an = above.unit("An");
  above.set_category(an, above.category_variable("rate"), year, "high");
  above.set(an, above.number_variable("report"), year, 1.0);
  const Panel over = above.build();
  try {
    static_cast<void>(self_scores().build().overlay(over));
    FAIL() << "text was mixed with numbers";
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].place, "rate");
    EXPECT_EQ(error.problems()[0].message,
              "expected numbers as in the data below, got text in the data on top");
    EXPECT_EQ(error.problems()[1].message,
              "expected text as in the data below, got numbers in the data on top");
  }
}

TEST(PanelOverlayTest, TakesAnEmptyColumnForEitherKind) {
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("report"), above.period(Period(2020)), kNan);
  const Panel self = self_scores().build();

  EXPECT_TRUE(self.overlay(above.build()) == self);
}

TEST(PanelOverlayTest, ChangesNeitherPanel) {
  const Panel self = self_scores().build();
  Panel::Builder above;
  above.set(above.unit("An"), above.number_variable("rate"), above.period(Period(2020)), 1.0);
  const Panel over = above.build();

  static_cast<void>(self.overlay(over));

  EXPECT_TRUE(self == self_scores().build());
  EXPECT_TRUE(self.overlay(self) == self);
}

// ---- Selection, equality, fingerprint

TEST(PanelSelectTest, KeepsTheseUnitsInThisOrder) {
  Panel::Builder builder = self_scores();
  const Size ca = builder.unit("Ca");
  builder.set_not_applicable(ca, 0, 0);
  builder.set_standard_error(1, 0, 0, 2.0);
  const Panel all = builder.build();
  const std::vector<std::string> chosen = {"Ca", "Ba"};

  const Panel panel = all.select_units(chosen);

  EXPECT_THAT(names(panel.units()), ElementsAre("Ca", "Ba"));
  EXPECT_THAT(numbers(panel.column(0, 0)), ElementsAre(IsNan(), 90.0));
  EXPECT_THAT(panel.categories(1), ElementsAre("late"));
  EXPECT_THAT(numbers(panel.standard_errors(0, 0)), ElementsAre(IsNan(), 2.0));
  EXPECT_THAT(panel.not_applicable(), ElementsAre(Panel::Cell{0, 0, 0}));
  EXPECT_EQ(panel.source(), "self.csv");
}

TEST(PanelSelectTest, NamesEveryUnitThatIsNotThere) {
  const Panel panel = self_scores().build();
  const std::vector<std::string> chosen = {"An", "Da", "Ea"};
  try {
    static_cast<void>(panel.select_units(chosen));
    FAIL() << "unknown units were found";
  } catch (const NotFoundError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[1].place, "Ea");
  }
  const std::vector<std::string> twice = {"An", "An"};
  EXPECT_THROW(static_cast<void>(panel.select_units(twice)), DataError);
}

TEST(PanelEqualityTest, DoesNotDependOnTheOrderOfCells) {
  Panel::Builder other;
  other.unit("An");
  other.unit("Ba");
  other.number_variable("rate");
  other.category_variable("report");
  const Size year = other.period(Period(2020));
  other.set_category(1, 1, year, "late");
  other.set(1, 0, year, 90.0);
  other.set_category(0, 1, year, "timely");
  other.set(0, 0, year, 80.0);

  const Panel a = self_scores().build();
  const Panel b = other.build();

  EXPECT_TRUE(a == b);
  EXPECT_EQ(a.fingerprint(), b.fingerprint());
}

TEST(PanelEqualityTest, SeesEveryDifference) {
  const Panel panel = self_scores().build();
  const auto changed = [](const auto& change) {
    Panel::Builder builder = self_scores();
    change(builder);
    return builder.build();
  };
  const std::vector<Panel> others = {
      changed([](auto& b) { b.set(0, 0, 0, 80.5); }),
      changed([](auto& b) { b.set(0, 0, 0, kNan); }),
      changed([](auto& b) { b.set_not_applicable(0, 0, 0); }),
      changed([](auto& b) { b.set_category(0, 1, 0, "early"); }),
      changed([](auto& b) { b.set_standard_error(0, 0, 0, 1.0); }),
      changed([](auto& b) { b.unit("Ca"); }),
      changed([](auto& b) { b.row(b.unit("Ca"), 0); }),
      changed([](auto& b) { b.number_variable("more"); }),
      changed([](auto& b) { b.period(Period(2021)); }),
  };
  std::vector<std::string> prints = {panel.fingerprint()};
  for (const auto& other : others) {
    EXPECT_FALSE(other == panel);
    prints.push_back(other.fingerprint());
  }
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::unique(prints.begin(), prints.end()), prints.end());
}

TEST(PanelEqualityTest, NanEqualsNanAndZeroMinusZero) {
  const auto of = [](double x, double y) {
    Eigen::MatrixXd values(1, 2);
    values << x, y;
    return Panel({"An"}, {"x", "y"}, values, Period(2020));
  };

  EXPECT_TRUE(of(kNan, 0.0) == of(-kNan, -0.0));
  EXPECT_EQ(of(kNan, 0.0).fingerprint(), of(-kNan, -0.0).fingerprint());
  EXPECT_FALSE(of(kNan, 0.0) == of(0.0, kNan));
}

TEST(PanelEqualityTest, FingerprintsAreSixteenHexadecimalDigits) {
  EXPECT_THAT(self_scores().build().fingerprint(), ::testing::MatchesRegex("[0-9a-f]{16}"));
  // An empty panel is three counts of zero (units, variables, periods), eight zero bytes each; a
  // zero byte multiplies the hash by the prime.
  std::uint64_t expected = 0xcbf29ce484222325;
  for (int byte = 0; byte < 24; ++byte) expected *= 0x100000001b3;
  std::string text(16, '0');
  for (std::size_t digit = 16; digit-- > 0; expected >>= 4) {
    text[digit] = "0123456789abcdef"[expected & 0xf];
  }
  EXPECT_EQ(Panel::Builder().build().fingerprint(), text);
}

TEST(PanelOverlayTest, AnErrorThatIsKnownOfAMissingValueIsKept) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size x = builder.number_variable("x");
  builder.set(builder.unit("a"), x, period, 1.0);
  builder.set_standard_error(builder.unit("b"), x, period, 0.5);
  const Panel panel = builder.build();
  ASSERT_TRUE(std::isnan(panel.column(x, period)[1]));

  EXPECT_EQ(panel.overlay(panel), panel);

  const Panel over(std::vector<std::string>{"b"}, {"x"}, Eigen::MatrixXd{{nan}}, Period(2020));
  EXPECT_EQ(panel.overlay(over).standard_errors(x, period)[1], 0.5);
}

}  // namespace
}  // namespace chiso
