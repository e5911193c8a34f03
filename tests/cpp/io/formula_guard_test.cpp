#include "chiso/io/formula_guard.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "chiso/io/table.hpp"

namespace chiso {
namespace {

TEST(FormulaGuardTest, KnowsWhatASpreadsheetWouldRun) {
  for (const std::string text : {"=1+1",
                                 "+1+cmd|' /C calc'!A0",
                                 "-2+3",
                                 "@SUM(1)",
                                 " =1",
                                 "\t=1",
                                 "\tx",
                                 "\rx",
                                 "\nx",
                                 "\xc2\xa0=1",
                                 "\xe2\x80\x8b=1",
                                 "\xef\xbb\xbf=1",
                                 "\xef\xbc\x9d"
                                 "1",
                                 "\xef\xbc\xa0x",
                                 "-x",
                                 "- x",
                                 "=-1",
                                 "-1e",
                                 "-1%2",
                                 "+",
                                 "--1"}) {
    EXPECT_EQ(looks_like_formula(text), text != "+") << text;
    EXPECT_EQ(guarded(text), (text == "+" ? "" : "'") + text);
  }
}

TEST(FormulaGuardTest, LeavesNumbersAndWordsAlone) {
  for (const std::string text :
       {"",       "-",      "- ",      "-3.5",    "+3",   "-1,5", "-1.234,5",
        " -3.5 ", "-12.5%", "-12.5 %", "-1e-05",  "-inf", "1-2",  "a=b",
        "'",      "'a",     "''",      "O'Neill", "x@y",  "(=1)", "\"=1"}) {
    EXPECT_FALSE(looks_like_formula(text)) << text;
    EXPECT_EQ(guarded(text), text);
    EXPECT_EQ(unguarded(text), text);
  }
}

TEST(FormulaGuardTest, EveryTextComesBack) {
  std::mt19937 random(1);
  const std::vector<std::string> parts = {
      "'",  "''", "=",  "+",  "-", "@", "1", ".5",           "x",       " ",
      "\t", "\r", "\n", "\"", ",", ";", "%", "\xef\xbc\x9d", "\xc2\xa0"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (auto n = random() % 6; n > 0; --n) text += parts[random() % parts.size()];
    const std::string cell = guarded(text);
    ASSERT_EQ(unguarded(cell), text);
    ASSERT_FALSE(looks_like_formula(cell)) << cell;
    CsvWriter writer;
    writer.cell(text).cell(text).end_row();
    const Table table = parse_csv(writer.text(), {}, {.delimiter = ','});
    ASSERT_EQ(table(0, 0), text) << writer.text();
    ASSERT_EQ(table(0, 1), text) << writer.text();
  }
}

}  // namespace
}  // namespace chiso
