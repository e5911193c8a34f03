#include "chiso/io/read_standings.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Standings read(const std::string& csv, const NameList* names = nullptr) {
  return standings_from_table(parse_csv(csv, "s.csv"), names);
}

std::string errors_of(const std::string& csv, const NameList* names = nullptr) {
  try {
    static_cast<void>(read(csv, names));
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ReadStandingsTest, ReadsScoresRanksAndMaximaOfNodes) {
  const Standings standings = read(
      "source,Index,code,period,unit,score,rank,maximum\n"
      "press,par,,2021,Thanh Hóa,86.5,14,100\n"
      "press,par,F1,2022-Q3,Nghệ An,,,9.5\n");

  ASSERT_EQ(standings.rows().size(), 2U);
  EXPECT_EQ(standings.rows()[0],
            (Standing{"par", "", Period(2021), "Thanh Hóa", 86.5, 14.0, 100.0}));
  const Standing* hole = standings.find("par", "F1", Period("2022-Q3"), "Nghệ An");
  ASSERT_NE(hole, nullptr);
  EXPECT_TRUE(std::isnan(hole->score));
  EXPECT_TRUE(std::isnan(hole->rank));
  EXPECT_EQ(hole->maximum, 9.5);
}

TEST(ReadStandingsTest, EitherOfScoreAndRankIsEnough) {
  EXPECT_EQ(read("index,period,unit,rank\npapi,2021,Thanh Hóa,3\n").rows()[0].rank, 3.0);
  EXPECT_EQ(read("index,period,unit,score\npapi,2021,Thanh Hóa,-0.5\n").rows()[0].score, -0.5);
  EXPECT_THAT(errors_of("index,period,unit,scor\npapi,2021,Thanh Hóa,3\n"),
              AllOf(HasSubstr("expected a column 'score' or 'rank', found 'index', 'period', "
                              "'unit', 'scor'"),
                    HasSubstr("is it 'scor'?")));
}

TEST(ReadStandingsTest, UnitsComeOutUnderTheirOfficialName) {
  const NameList names(std::vector<NameList::Entry>{{"Thanh Hóa", {"tỉnh Thanh Hóa"}}});
  const Standings standings = read(
      "index,period,unit,rank\n"
      "a,2021,Tỉnh Thanh Hoá,1\na,2022,THANH HOA,2\na,2022,Nghệ An,3\na,2023,nghệ an,4\n",
      &names);

  std::vector<std::string> units;
  for (const Standing& row : standings.rows()) units.push_back(row.unit);
  EXPECT_THAT(units, testing::ElementsAre("Thanh Hóa", "Thanh Hóa", "Nghệ An", "Nghệ An"));
}

TEST(ReadStandingsTest, ARowThatStandsTwiceIsNamedWithBothLines) {
  EXPECT_THAT(errors_of("index,code,period,unit,rank\n"
                        "a,,2021,Thanh Hóa,1\na,x,2021,Thanh Hóa,1\na,,2021,Thanh Hoá,2\n"),
              AllOf(HasSubstr("s.csv:4:9: a, 2021, Thanh Hóa: the standing is given twice, first "
                              "in line 2"),
                    Not(HasSubstr("s.csv:3"))));
}

TEST(ReadStandingsTest, EveryCellThatCannotBeReadIsNamed) {
  const std::string errors = errors_of(
      "index,period,unit,score,rank,maximum\n"
      "a,21,Thanh Hóa,high,0.5,0\n"
      ",2021,,\"1,5\",NA,\n");

  EXPECT_THAT(errors, HasSubstr("s.csv:2:3: period: expected a period: a year (2019)"));
  EXPECT_THAT(errors, HasSubstr("s.csv:2:16: score: expected a number, found 'high'"));
  EXPECT_THAT(errors, HasSubstr("rank: expected a rank that is at least 1, found 0.5"));
  EXPECT_THAT(errors, HasSubstr("maximum: expected a maximum that is more than 0, found 0"));
  EXPECT_THAT(errors, HasSubstr("s.csv:3:1: index: expected the name of the index"));
  EXPECT_THAT(errors, HasSubstr("unit: expected the name of the unit, found nothing"));
  EXPECT_THAT(errors, HasSubstr("expected a number with a decimal point, found '1,5'"));
}

TEST(ReadStandingsTest, CellsOfASpreadsheetAreNamed) {
  const std::vector<std::vector<std::string>> rows{{"index", "period", "unit", "rank"},
                                                   {"a", "2021", "Thanh Hóa", "third"}};
  try {
    static_cast<void>(standings_from_table(Table("s.xlsx, sheet 1", rows, 4, 2)));
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.where(), "E5, rank");
  }
}

TEST(ReadStandingsTest, AUnitThatTwoNamesMatchIsNoGuess) {
  const NameList names(std::vector<NameList::Entry>{{"Hòa Bình", {}}, {"Hóa Bình", {}}});
  EXPECT_THAT(errors_of("index,period,unit,rank\na,2021,Hoa Binh,1\n", &names),
              HasSubstr("'Hoa Binh' matches 2 names"));
}

TEST(ReadStandingsTest, AHeadingNeedsItsColumnsAndRows) {
  EXPECT_THAT(errors_of("unit\nThanh Hóa\n"),
              AllOf(HasSubstr("expected a column 'index'"), HasSubstr("expected a column 'period'"),
                    HasSubstr("'score' or 'rank'")));
  EXPECT_THAT(errors_of("index,period,unit,rank,rank\na,2021,b,1,1\n"),
              HasSubstr("the column 'rank' stands twice, as columns 4 and 5"));
  EXPECT_THAT(errors_of("index,period,unit,rank\n"), HasSubstr("expected rows below the heading"));
}

TEST(ReadStandingsTest, ReadsAFile) {
  const auto path = std::filesystem::temp_directory_path() / "chiso_read_standings_test.csv";
  std::ofstream(path) << "index;period;unit;rank\npci;2023;Thanh Hóa;30\n";
  const Standings standings = read_standings(path);
  std::filesystem::remove(path);

  EXPECT_EQ(standings.rows()[0].rank, 30.0);
  EXPECT_THROW(static_cast<void>(read_standings(path)), NotFoundError);
}

}  // namespace
}  // namespace chiso
