#include "chiso/io/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const Table& table) {
  Rows rows;
  for (Size r = 0; r < table.rows(); ++r) {
    rows.emplace_back();
    for (Size c = 0; c < table.columns(); ++c) rows.back().emplace_back(table(r, c));
  }
  return rows;
}

Rows parsed(std::string text, const CsvOptions& options = {}) {
  return rows_of(parse_csv(std::move(text), "t.csv", options));
}

TEST(CsvTest, SplitsRowsAndCells) {
  EXPECT_THAT(parsed("a,b\n1,\n,2\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", ""), ElementsAre("", "2")));
}

TEST(CsvTest, NeedsNoLineEndAfterTheLastRow) {
  EXPECT_THAT(parsed("a,b\n1,2"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_THAT(parsed("a,b\n1,"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "")));
}

TEST(CsvTest, ReadsAllLineEndsAndSkipsAByteOrderMark) {
  const Rows expected{{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(parsed("\xef\xbb\xbf"
                   "a,b\r\n1,2\r\n"),
            expected);
  EXPECT_EQ(parsed("a,b\r1,2\r"), expected);
}

TEST(CsvTest, QuotedCellsHoldDelimitersQuotesAndLineBreaks) {
  EXPECT_THAT(
      parsed("a,b\n\"x, \"\"y\"\"\",\"1\n2\"\n\"\"\"\",\"\"\n"),
      ElementsAre(ElementsAre("a", "b"), ElementsAre("x, \"y\"", "1\n2"), ElementsAre("\"", "")));
}

TEST(CsvTest, AQuoteInsideAnUnquotedCellIsText) {
  EXPECT_THAT(parsed("a,b\nthe \"best\" one,2\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("the \"best\" one", "2")));
}

TEST(CsvTest, SkipsLinesWithNothing) {
  EXPECT_THAT(parsed("\na,b\n\n  \n1,2\n\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
}

TEST(CsvTest, AQuotedNothingIsACell) {
  EXPECT_THAT(parsed("a\n\"\"\n"), ElementsAre(ElementsAre("a"), ElementsAre("")));
}

TEST(CsvTest, FindsTheDelimiter) {
  EXPECT_THAT(
      parsed("a;b\n1,5;2,5\n3,5;4\n"),
      ElementsAre(ElementsAre("a", "b"), ElementsAre("1,5", "2,5"), ElementsAre("3,5", "4")));
  EXPECT_THAT(parsed("a\tb\n1,5\t2;5\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1,5", "2;5")));
  EXPECT_THAT(parsed("name,aliases\nx,p;q\n"),
              ElementsAre(ElementsAre("name", "aliases"), ElementsAre("x", "p;q")));
  EXPECT_THAT(parsed("\"a;b;c\",d\n\"1;2;3\",4\n"),
              ElementsAre(ElementsAre("a;b;c", "d"), ElementsAre("1;2;3", "4")));
  EXPECT_THAT(parsed("a\n1\n"), ElementsAre(ElementsAre("a"), ElementsAre("1")));
}

TEST(CsvTest, TheDelimiterMayBeGivenOrAnnouncedByExcel) {
  EXPECT_THAT(parsed("a;b,c\n", {.delimiter = ';'}), ElementsAre(ElementsAre("a", "b,c")));
  EXPECT_THAT(parsed("sep=;\na;b,c,d\n"), ElementsAre(ElementsAre("a", "b,c,d")));
  EXPECT_THAT(
      [] { (void)parsed("a", {.delimiter = '|'}); },
      ThrowsMessage<DataError>(HasSubstr("expected one of , ; and tab as delimiter, got '|'")));
}

TEST(CsvTest, CellsKnowLineAndColumnAlsoBehindQuotesAndLineBreaks) {
  const Table table = parse_csv("a,b,c\n\"x\"\"y\",\"\xe1\xba\xa1\n2\",z\nu,v,w\n", "t.csv");
  EXPECT_EQ(table.location(0, 2), (Location{"t.csv", 1, 5}));
  EXPECT_EQ(table.location(1, 0), (Location{"t.csv", 2, 1}));
  // Line 2 is: "x""y","<one letter of three bytes>
  EXPECT_EQ(table.location(1, 1), (Location{"t.csv", 2, 8}));
  EXPECT_EQ(table.location(1, 2), (Location{"t.csv", 3, 4}));
  EXPECT_EQ(table.location(2, 0), (Location{"t.csv", 4, 1}));
}

TEST(CsvTest, NamesEveryRaggedRow) {
  EXPECT_THAT([] { (void)parsed("a,b,c\n1,2\n1,2,3\n1,2,3,4\n"); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("t.csv:2: expected 3 cells, as many as in line 1, found 2"),
                        HasSubstr("t.csv:4: expected 3 cells, as many as in line 1, found 4; put "
                                  "texts that contain ',' in quotes"),
                        Not(HasSubstr("t.csv:3")))));
}

TEST(CsvTest, NamesFiftyRaggedRowsAndCountsTheRest) {
  std::string text = "a,b\n";
  for (int i = 0; i < 60; ++i) text += "1\n";
  try {
    (void)parsed(text, {.delimiter = ','});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.problems().size(), 51U);
    EXPECT_EQ(error.problems().back().message, "so have 10 more rows");
  }
}

TEST(CsvTest, PadsShortRowsIfAsked) {
  EXPECT_THAT(parsed("title\na,b,c\n1,2\n", {.pad_short_rows = true}),
              ElementsAre(ElementsAre("title", "", ""), ElementsAre("a", "b", "c"),
                          ElementsAre("1", "2", "")));
}

TEST(CsvTest, RowsMayGetLongerAndLonger) {
  EXPECT_THAT(
      parsed("1\n\"a\",2\n1,2,3\n", {.pad_short_rows = true}),
      ElementsAre(ElementsAre("1", "", ""), ElementsAre("a", "2", ""), ElementsAre("1", "2", "3")));
}

// 100 KB of text would be a table of 950 million cells.
TEST(CsvTest, ALongRowAmongManyShortOnesIsRefused) {
  std::string text = std::string(19'000, ',') + "\n";
  for (int i = 0; i < 50'000; ++i) text += "a\n";
  EXPECT_THAT([&] { (void)parsed(text, {.delimiter = ',', .pad_short_rows = true}); },
              ThrowsMessage<DataError>(HasSubstr(
                  "t.csv:116: with 19001 columns in every row the table has more than 2190010 "
                  "cells by this line; look for a row that is much longer than the others")));
}

TEST(CsvTest, AQuoteThatIsNotClosedIsNamedWhereItOpens) {
  EXPECT_THAT(
      [] { (void)parsed("a,b\n1,\"x\ny\nz\n"); },
      ThrowsMessage<DataError>(HasSubstr("t.csv:2:3: the quote that opens here is not closed")));
}

TEST(CsvTest, TextAfterAClosingQuoteIsRefused) {
  EXPECT_THAT(
      [] { (void)parsed("a,b\n1,\"x\"y\n"); },
      ThrowsMessage<DataError>(HasSubstr("t.csv:2:6: expected ',' or the end of the line")));
}

TEST(CsvTest, RefusesWhatIsNotUtf8WithLineColumnAndByte) {
  EXPECT_THAT(
      [] {
        (void)parsed(
            "a,b\nx,Thanh H\xf3"
            "a\n");
      },
      ThrowsMessage<DataError>(
          AllOf(HasSubstr("t.csv:2:10:"), HasSubstr("UTF-8"), HasSubstr("byte 13"))));
  EXPECT_THAT(
      [] {
        (void)parsed(
            std::string("\xff\xfe"
                        "a\0",
                        4));
      },
      ThrowsMessage<DataError>(HasSubstr("UTF-16")));
}

TEST(CsvTest, RefusesNulBytes) {
  EXPECT_THAT([] { (void)parsed(std::string("a,b\n1,\0\n", 8)); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("t.csv:2:3:"), HasSubstr("0x00"))));
}

TEST(CsvTest, RefusesNothingAtAll) {
  for (const char* text : {"", "\xef\xbb\xbf", "\n\n", "  \n"}) {
    EXPECT_THAT(
        [&] { (void)parsed(text); },
        ThrowsMessage<DataError>(HasSubstr("t.csv: expected a table, found nothing at all")));
  }
}

TEST(CsvTest, RefusesMoreThanTheLimits) {
  CsvOptions options;
  options.limits.table_bytes = 5;
  EXPECT_THAT([&] { (void)parsed("a,b,c\n", options); },
              ThrowsMessage<DataError>(HasSubstr("at most 5 bytes, got 6")));
  EXPECT_THAT([] { (void)parsed("a,b,c\n", {.limits = {.columns = 2}}); },
              ThrowsMessage<DataError>(
                  HasSubstr("more than 2 columns; if it is meant to be so, raise `columns` of")));
  EXPECT_THAT([] { (void)parsed("a\n1\n2\n", {.limits = {.rows = 2}}); },
              ThrowsMessage<DataError>(HasSubstr("t.csv:3: the table has more than 2 rows")));
  EXPECT_THAT([] { (void)parsed("a,b\n1,12345\n", {.limits = {.cell_bytes = 4}}); },
              ThrowsMessage<DataError>(HasSubstr("t.csv:2: a cell that ends here has 5 bytes")));
}

TEST(CsvTest, ReadsAMillionCellsOfAFileWithoutAMillionAllocations) {
  const std::string path = testing::TempDir() + "chiso_table_test.csv";
  std::string text = "a,b,c,d\n";
  for (int i = 0; i < 250'000; ++i) text += "1,22,333,4444\n";
  std::ofstream(path, std::ios::binary) << text;

  const Table table = read_csv(path);

  EXPECT_EQ(table.rows(), 250'001);
  EXPECT_EQ(table.columns(), 4);
  EXPECT_EQ(table(250'000, 3), "4444");
  EXPECT_EQ(table.location(250'000, 3), (Location{path, 250'001, 10}));
}

TEST(CsvTest, AFileThatIsNotThereIsNotFound) {
  EXPECT_THAT([] { (void)read_csv("no/such.csv"); },
              ThrowsMessage<NotFoundError>(HasSubstr("there is no file 'no/such.csv'")));
}

TEST(TableTest, CellsOfASpreadsheetHaveTheNamesOfTheSheet) {
  const Rows rows{{"x"}, {"1", "2"}};
  const Table table("scores.xlsx, sheet PCI", rows, 6, 2);
  EXPECT_EQ(table.cell_name(1, 0), "B7");
  EXPECT_EQ(table.cell_name(1, 1), "C7");
  EXPECT_EQ(table.location(1, 0), (Location{"scores.xlsx, sheet PCI", 7, 2}));
  EXPECT_THAT(rows_of(table), ElementsAre(ElementsAre("x", ""), ElementsAre("1", "2")));
  // 26 letters, then 26 * 26 pairs of them.
  EXPECT_EQ(Table("", rows, 1, 26).cell_name(0, 0), "Z1");
  EXPECT_EQ(Table("", rows, 1, 27).cell_name(0, 0), "AA1");
  EXPECT_EQ(Table("", rows, 1, 702).cell_name(0, 0), "ZZ1");
  EXPECT_EQ(Table("", rows, 1, 703).cell_name(0, 0), "AAA1");
}

TEST(TableTest, NamesCellsThatAreNotText) {
  const Rows rows{{"x", "\xff"}};
  EXPECT_THAT([&] { Table("s", rows); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("s:1:2: B1:"), HasSubstr("UTF-8"))));
}

TEST(CsvWriterTest, WritesNumbersThatReadBackAndMissingOnesAsNothing) {
  CsvWriter writer;
  writer.cell("x").cell(0.1).cell(1e300).cell(std::numeric_limits<double>::quiet_NaN());
  writer.end_row();
  EXPECT_EQ(writer.text(), "x,0.1,1e+300,\n");
}

TEST(CsvWriterTest, WhatIsWrittenReadsBackTheSame) {
  const Rows rows{{"sep=;", " a ", "b,c"},
                  {"d\"e", "f\ng", "h;i"},
                  {"", "", ""},
                  {"\xef\xbb\xbf", "=1+1", "\t"},
                  {"\"", "\r\n", ""}};
  for (const char delimiter : {',', ';', '\t'}) {
    const std::string text = to_csv(Table("", rows), {.delimiter = delimiter});
    EXPECT_EQ(parsed(text, {.delimiter = delimiter}), rows) << text;
  }
  const Rows one_column{{"a"}, {""}, {" "}, {"b"}};
  EXPECT_EQ(parsed(to_csv(Table("", one_column))), one_column);
}

TEST(CsvWriterTest, WritesTextsThatLookLikeFormulasAsTextsThatReadBack) {
  const Rows rows{{"=1+1", "+cmd", "-x", "@y", "-1.5", "+3", "-1,5", "a=b", "'=1", "'a"}};
  const std::string text = to_csv(Table("", rows), {.delimiter = ';'});
  EXPECT_EQ(text, "'=1+1;'+cmd;'-x;'@y;-1.5;+3;-1,5;a=b;''=1;'a\n");
  EXPECT_EQ(parsed(text, {.delimiter = ';'}), rows);
}

TEST(TableTest, PlacesBehindAGuardedCellAreThoseOfTheText) {
  const Table table = parse_csv("'=a,\"'=b,c\",d\n", "s");
  EXPECT_EQ(table(0, 1), "=b,c");
  EXPECT_EQ(table.location(0, 1), (Location{"s", 1, 5}));
  EXPECT_EQ(table.location(0, 2), (Location{"s", 1, 13}));
}

}  // namespace
}  // namespace chiso
