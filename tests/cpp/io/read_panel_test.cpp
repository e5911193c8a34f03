#include "chiso/io/read_panel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/names.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::Not;
using testing::ThrowsMessage;

Panel panel(std::string text, const PanelOptions& options = {}) {
  return panel_from_table(parse_csv(std::move(text), "d.csv"), options);
}

template <class Matcher>
auto refused(const Matcher& matcher) {
  return ThrowsMessage<DataError>(matcher);
}

double value(const Panel& panel, std::string_view unit, std::string_view variable,
             std::string_view period) {
  const auto column =
      panel.column(panel.variables().at(variable), panel.period_position(Period(period)));
  return column[static_cast<std::size_t>(panel.units().at(unit))];
}

TEST(PanelTableTest, AWideTableHasOneRowAUnitAndPeriod) {
  const Panel data = panel("unit,period,a,b\nX,2020,1,2\nY,2020,3,4\nX,2021,5,6\n");
  EXPECT_THAT(data.units().names(), ElementsAre("X", "Y"));
  EXPECT_THAT(data.variables().names(), ElementsAre("a", "b"));
  EXPECT_THAT(data.periods(), ElementsAre(Period(2020), Period(2021)));
  EXPECT_EQ(value(data, "Y", "b", "2020"), 4.0);
  EXPECT_EQ(value(data, "X", "a", "2021"), 5.0);
  EXPECT_FALSE(data.has_unit(1, 1));
  EXPECT_EQ(data.source(), "d.csv");
}

TEST(PanelTableTest, HeadingsOfKeysAreFoundInAnyCaseAndOrder) {
  EXPECT_EQ(value(panel("a, Period ,UNIT\n1,2020-Q3,X\n"), "X", "a", "2020-Q3"), 1.0);
}

// Every unit, variable and period is mentioned once: 60 KB of text are places for 8 billion
// numbers.
TEST(PanelTableTest, ATableThatWouldFillTheMemoryIsRefused) {
  std::string text = "unit,period,variable,value\n";
  for (int i = 1; i <= 2000; ++i) {
    const std::string number = std::to_string(i);
    text +=
        "u" + number + "," + std::string(4 - number.size(), '0') + number + ",v" + number + ",1\n";
  }
  EXPECT_THAT([&] { (void)panel(text); },
              refused(HasSubstr("the table has 8004 cells, and its units, variables and periods "
                                "would need 8000000000 places")));
}

TEST(PanelTableTest, ALongTableHasOneRowAValue) {
  const Panel data = panel(
      "unit,period,variable,value,standard_error\nX,2020,a,1,0.5\nX,2020,b,good,\nY,2020,a,2,\n");
  EXPECT_THAT(data.variables().names(), ElementsAre("a", "b"));
  EXPECT_EQ(value(data, "Y", "a", "2020"), 2.0);
  EXPECT_THAT(data.categories(1), ElementsAre("good"));
  EXPECT_THAT(data.standard_errors(0, 0), ElementsAre(0.5, IsNan()));
}

TEST(PanelTableTest, WideAndLongFormsOfTheSameDataAreEqual) {
  EXPECT_EQ(panel("unit,period,a,b,a.se\nX,2020,1,u,0.1\nY,2020,2,v,0.2\n"),
            panel("unit,period,variable,value,standard_error\n"
                  "X,2020,a,1,0.1\nX,2020,b,u,\nY,2020,a,2,0.2\nY,2020,b,v,NA\n"));
}

TEST(PanelTableTest, StandardErrorsStandBesideTheirVariable) {
  const Panel data = panel("unit,period,a,a.se,b.se\nX,2020,1,0.25,7\n");
  EXPECT_THAT(data.variables().names(), ElementsAre("a", "b.se"));  // There is no b.
  EXPECT_THAT(data.standard_errors(0, 0), ElementsAre(0.25));
  EXPECT_EQ(value(data, "X", "b.se", "2020"), 7.0);
}

TEST(PanelTableTest, MissingIsMissingAndNotApplicableIsMarked) {
  const Panel data = panel(
      "unit,period,a\nA,2020,\nB,2020,NA\nC,2020,NaN\nD,2020,nan\nE,2020,\"  \"\n"
      "F,2020,Not applicable\nG,2020,KHÔNG ÁP DỤNG\nH,2020,0\n");
  EXPECT_THAT(data.column(0, 0),
              ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), IsNan(), IsNan(), IsNan(), 0.0));
  ASSERT_EQ(data.not_applicable().size(), 2U);
  EXPECT_EQ(data.not_applicable()[0].unit, 5);
  EXPECT_EQ(data.not_applicable()[1].unit, 6);
  EXPECT_THAT(data.categories(0), IsEmpty());
}

TEST(PanelTableTest, AColumnOfWordsIsOneOfCategories) {
  const Panel data = panel("unit,period,a\nX,2020,late\nY,2020,\nZ,2020,a little late\n");
  EXPECT_THAT(data.categories(0), ElementsAre("a little late", "late"));
  EXPECT_THAT(data.column(0, 0), ElementsAre(1.0, IsNan(), 0.0));
}

TEST(PanelTableTest, AColumnWithNothingIsOneOfNumbers) {
  const Panel data = panel("unit,period,a\nX,2020,\n");
  EXPECT_THAT(data.variables().names(), ElementsAre("a"));
  EXPECT_THAT(data.categories(0), IsEmpty());
  EXPECT_THAT(data.column(0, 0), ElementsAre(IsNan()));
}

TEST(PanelTableTest, ReadsDecimalCommas) {
  EXPECT_EQ(value(panel("unit;period;a\nX;2020;-1,5\n", {.decimal = ','}), "X", "a", "2020"), -1.5);
  EXPECT_THAT([] { (void)panel("unit;period;a\nX;2020;1.5\n", {.decimal = ','}); },
              refused(AllOf(HasSubstr("d.csv:2:8: a, X: expected a number with a decimal comma, "
                                      "found '1.5'"),
                            HasSubstr("decimal '.'"))));
  EXPECT_THAT([] { (void)panel("unit,period,a\nX,2020,1\n", {.decimal = ';'}); },
              refused(HasSubstr("expected '.' or ',' as decimal sign, got ';'")));
}

TEST(PanelTableTest, ThePeriodOfAWholeTableMayBeGiven) {
  EXPECT_EQ(value(panel("unit,a\nX,1\n", {.period = Period(2020)}), "X", "a", "2020"), 1.0);
  EXPECT_THAT([] { (void)panel("unit,a\nX,1\n"); },
              refused(HasSubstr("expected a column 'period', found 'unit', 'a'; add the column, or "
                                "say of which period")));
  EXPECT_THAT([] { (void)panel("unit,period,a\nX,2019,1\n", {.period = Period(2020)}); },
              refused(HasSubstr("the table has a column 'period', and yet the period 2020")));
}

TEST(PanelTableTest, UnitsGetTheirOfficialNames) {
  const NameList names({{"Thanh Hóa", {"TH"}}, {"Huế", {}}});
  const PanelOptions options{.names = &names};
  const Panel data = panel("unit,period,a\nThanh Hoá,2020,1\nTH,2021,2\nCả nước,2020,3\n", options);
  EXPECT_THAT(data.units().names(), ElementsAre("Thanh Hóa", "Cả nước"));
  EXPECT_EQ(value(data, "Thanh Hóa", "a", "2021"), 2.0);
}

TEST(PanelTableTest, UnknownUnitsMayBeErrorsWithTheNearestName) {
  const NameList names({{"Thanh Hóa", {}}, {"Huế", {}}});
  const PanelOptions options{.names = &names, .unknown_units = UnknownUnits::error};
  EXPECT_THAT([&] { (void)panel("unit,period,a\nThanh Hao,2020,1\nHuế,2020,2\n", options); },
              refused(AllOf(HasSubstr("d.csv:2:1: unit: there is no name 'Thanh Hao' (did you mean "
                                      "'Thanh Hóa'?)"),
                            Not(HasSubstr("d.csv:3")))));
}

TEST(PanelTableTest, ANameThatMatchesTwoUnitsIsRefused) {
  const NameList names({{"Thành", {}}, {"Thánh", {}}});
  const PanelOptions options{.names = &names};
  EXPECT_THAT([&] { (void)panel("unit,period,a\nThanh,2020,1\n", options); },
              refused(AllOf(HasSubstr("d.csv:2:1:"), HasSubstr("'Thanh' matches 2 names"))));
}

TEST(PanelTableTest, AUnitMustNotStandTwiceInAPeriod) {
  EXPECT_THAT([] { (void)panel("unit,period,a\nX,2020,1\nX,2021,1\n\nX,2020,2\n"); },
              refused(HasSubstr("d.csv:5:1: X, 2020: the unit stands twice, first in line 2")));
}

TEST(PanelTableTest, NorInTwoSpellings) {
  EXPECT_THAT([] { (void)panel("unit,period,a\nThanh Hóa,2020,1\nTHANH HOÁ,2020,2\n"); },
              refused(HasSubstr("d.csv:3:1: Thanh Hóa, 2020: 'THANH HOÁ' and 'Thanh Hóa' in line 2 "
                                "are the same unit")));
  const NameList names(std::vector<NameList::Entry>{{"Thanh Hóa", {"TH"}}});
  const PanelOptions options{.names = &names};
  EXPECT_THAT([&] { (void)panel("unit,period,a\nThanh Hóa,2020,1\nTH,2020,2\n", options); },
              refused(HasSubstr("'TH' and 'Thanh Hóa' in line 2 are the same unit")));
}

TEST(PanelTableTest, NorAVariableInALongTable) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,variable,value\nX,2020,a,1\nX,2020,b,1\nX,2020,a,2\n"); },
      refused(HasSubstr("d.csv:4:10: a, X: the value stands twice, first in line 2")));
}

TEST(PanelTableTest, NorAColumn) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,a,a,Unit\nX,2020,1,2,Y\n"); },
      refused(AllOf(HasSubstr("d.csv:1:15: a: the column 'a' stands twice, as columns 3 and 4"),
                    HasSubstr("the column 'unit' stands twice, as columns 1 and 5"))));
}

TEST(PanelTableTest, WordsAmongNumbersAreNamedByLineColumnAndUnit) {
  EXPECT_THAT([] { (void)panel("unit,period,a\nX,2020,1\nY,2020,high\nZ,2020,2\n"); },
              refused(AllOf(HasSubstr("d.csv:3:8: a, Y: expected a number, as in 2 other cells of "
                                      "'a', found 'high'"),
                            HasSubstr("write NA"))));
}

TEST(PanelTableTest, FiftyWordsAreNamedAndTheRestCounted) {
  std::string text = "unit,period,a\nfirst,2020,1\n";
  for (int i = 0; i < 57; ++i) text += "u" + std::to_string(i) + ",2020,w\n";
  try {
    (void)panel(text);
    FAIL();
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 51U);
    EXPECT_THAT(error.problems().back().message, HasSubstr("7 more cells"));
  }
}

TEST(PanelTableTest, SeparatorsOfThousandsAndPercentSignsAreRefusedWithARemedy) {
  EXPECT_THAT(
      [] { (void)panel("unit;period;a\nX;2020;1,234.5\nY;2020;1 234\nZ;2020;12%\nU;2020;1,5\n"); },
      refused(AllOf(HasSubstr("a, X: expected a number without separators of thousands, "
                              "found '1,234.5'; write its digits together"),
                    HasSubstr("found '1 234'"),
                    HasSubstr("found '12%' with a percent sign; write the bare number"),
                    HasSubstr("expected a number with a decimal point, found '1,5'; if ',' "
                              "is the decimal sign of the table, say so"))));
}

TEST(PanelTableTest, InfiniteNumbersAreRefused) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,a,b\nX,2020,inf,-Infinity\nY,2020,1e999,1\n"); },
      refused(AllOf(HasSubstr("d.csv:2:8: a, X: expected a finite number, found 'inf'"),
                    HasSubstr("d.csv:2:12: b, X:"),
                    HasSubstr("d.csv:3:8: a, Y: expected a finite number, found '1e999'"))));
}

TEST(PanelTableTest, UnknownPeriodsAreNamedByLine) {
  EXPECT_THAT([] { (void)panel("unit,period,a\nX,last year,1\nY,,1\n"); },
              refused(AllOf(HasSubstr("d.csv:2:3: period: expected a period: a year (2019)"),
                            HasSubstr("got 'last year'"), HasSubstr("d.csv:3:3:"))));
}

TEST(PanelTableTest, AMissingUnitColumnIsSaidWithWhatIsThere) {
  EXPECT_THAT([] { (void)panel("unti,period,a\nX,2020,1\n"); },
              refused(AllOf(HasSubstr("expected a column 'unit', found 'unti', 'period', 'a'"),
                            HasSubstr("did you mean 'unti'"))));
}

TEST(PanelTableTest, AColumnWithCellsNeedsAHeading) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,,a\nX,2020,,1\nY,2020,7,1\n"); },
      refused(HasSubstr("d.csv:1:13: column 3 has no heading, but cells (the first in line 3)")));
  EXPECT_THAT(panel("unit,period,a,\nX,2020,1,\n").variables().names(), ElementsAre("a"));
}

TEST(PanelTableTest, RowsWithNothingAreSkippedButThereMustBeSome) {
  EXPECT_EQ(panel("unit,period,a\n,,\nX,2020,1\n,,\n").units().size(), 1);
  EXPECT_THAT([] { (void)panel("unit,period,a\n"); },
              refused(HasSubstr("d.csv: expected rows below the heading, found none")));
  EXPECT_THAT([] { (void)panel("unit,period,a\n,,\n"); }, refused(HasSubstr("found none")));
}

TEST(PanelTableTest, ATableWithoutVariablesIsRefused) {
  EXPECT_THAT([] { (void)panel("unit,period\nX,2020\n"); },
              refused(HasSubstr("expected at least one column of a variable")));
}

TEST(PanelTableTest, ALongTableHasNoOtherColumns) {
  EXPECT_THAT([] { (void)panel("unit,period,variable,value,standard_eror\nX,2020,a,1,1\n"); },
              refused(HasSubstr("no column 'standard_eror' (did you mean 'standard_error'?)")));
}

TEST(PanelTableTest, StandardErrorsAreNumbersThatAreNotNegative) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,a,a.se\nX,2020,1,-0.5\nY,2020,1,big\n"); },
      refused(AllOf(HasSubstr("d.csv:2:10: standard error of a, X: expected a standard error "
                              "that is not negative, found -0.5"),
                    HasSubstr("d.csv:3:10: standard error of a, Y: expected a number, found "
                              "'big'"))));
  EXPECT_THAT([] { (void)panel("unit,period,a,a.se\nX,2020,good,0.5\n"); },
              refused(HasSubstr("a column of categories has no standard errors")));
}

TEST(PanelTableTest, AllProblemsComeAtOnceInTheOrderOfTheTable) {
  try {
    (void)panel("unit,period,a,b\nX,2020,1,1\nX,2020,1,1\n,2020,1,1\nZ,20,1,1\nU,2020,inf,x\n");
    FAIL();
  } catch (const DataError& error) {
    std::vector<int> lines;
    for (const Problem& problem : error.problems()) lines.push_back(problem.location.line);
    EXPECT_THAT(lines, ElementsAre(3, 4, 5, 6, 6));
  }
}

TEST(PanelTableTest, CellsOfASpreadsheetAreNamed) {
  const std::vector<std::vector<std::string>> rows{{"unit", "period", "a"}, {"X", "2020", "12%"}};
  EXPECT_THAT([&] { (void)panel_from_table(Table("s.xlsx", rows, 3, 2)); },
              refused(HasSubstr("s.xlsx:4:4: D4, a, X: expected a number")));
}

TEST(PanelVersionsTest, EveryVersionIsAPanelOfItsOwn) {
  const auto panels = panels_from_table(
      parse_csv("unit,period,version,a,b\nX,2020,self,1,\nX,2020,round 1,2,met\nY,2020,self,3,\n"));
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_EQ(panels[0].first, "self");
  EXPECT_EQ(panels[1].first, "round 1");
  EXPECT_EQ(value(panels[0].second, "Y", "a", "2020"), 3.0);
  EXPECT_EQ(value(panels[1].second, "X", "a", "2020"), 2.0);
  EXPECT_THAT(panels[1].second.categories(1), ElementsAre("met"));
  EXPECT_THAT(panels[0].second.variables().names(), ElementsAre("a", "b"));
}

TEST(PanelVersionsTest, AreRefusedWhereOnePanelIsWanted) {
  EXPECT_THAT(
      [] { (void)panel("unit,period,version,a\nX,2020,self,1\nX,2020,round 1,2\n"); },
      refused(AllOf(HasSubstr("expected one version of the data, found 2: 'self', 'round 1'"),
                    HasSubstr("read_panels"))));
  EXPECT_EQ(value(panel("unit,period,version,a\nX,2020,self,1\n"), "X", "a", "2020"), 1.0);
}

TEST(PanelVersionsTest, ATableWithoutThemHasOneWithoutAName) {
  const auto panels = panels_from_table(parse_csv("unit,period,a\nX,2020,1\n"));
  ASSERT_EQ(panels.size(), 1U);
  EXPECT_EQ(panels[0].first, "");
}

TEST(PanelVersionsTest, ARowNeedsTheNameOfItsVersion) {
  EXPECT_THAT([] { (void)panel("unit,period,version,a\nX,2020,,1\n"); },
              refused(HasSubstr("d.csv:2:8: version: expected the name of a version")));
}

TEST(ReadPanelTest, ReadsTheShippedFigures) {
  const NameList provinces = read_names("share/data/provinces.csv");
  const PanelOptions options{.names = &provinces, .unknown_units = UnknownUnits::error};
  const Panel pci = read_panel("share/data/pci_scores.csv", options);
  // The first row of the file: 2005, An Giang, entry 6.35584986.
  EXPECT_EQ(value(pci, "An Giang", "entry", "2005"), 6.35584986);
  EXPECT_TRUE(std::isnan(value(pci, "An Giang", "land", "2020")));

  const auto versions = read_panels("share/data/par_department_example.csv");
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_EQ(versions[0].first, "self");
  EXPECT_FALSE(versions[0].second.not_applicable().empty());
}

}  // namespace
}  // namespace chiso
