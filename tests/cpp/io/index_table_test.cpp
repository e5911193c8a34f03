#include "chiso/io/index_table.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "chiso/base/error.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/save_index.hpp"
#include "random_index.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const std::string kHead =
    "code,parent,title,weight,aggregation,rule\n"
    ",chiso,1,,,\n"
    ",index,a,,,\n"
    ",edition,2013,,,\n";

std::string errors_of(const std::string& csv) {
  try {
    static_cast<void>(index_from_table(parse_csv(csv, "a.csv")));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(IndexTableTest, LettersAreComposed) {
  const Index index = index_from_table(
      parse_csv(kHead + "root,,Chi\u0309 so\u0302\u0301,,sum,\nx,root,,,,identity\n", "a.csv"));
  EXPECT_EQ(index.node(0).title.en, "Ch\u1ec9 s\u1ed1");
}

TEST(IndexTableTest, TextsKeepBlanksAndQuotesAtTheirEnds) {
  const Index index = parse_index(
      "chiso: 1\nindex: a\nedition: b\npublisher: \" x: \"\n"
      "tree: {code: t, title: '\"one\" and \"two\"', aggregation: sum, children:\n"
      "  [{code: x, note: '\"said\"', rule: identity}]}\n");
  const Table table = table_from_index(index);
  EXPECT_EQ(index_from_table(table), index);
  EXPECT_EQ(index_from_table(parse_csv(to_csv(table))), index);
  // As a person writes it.
  const Index plain = index_from_table(
      parse_csv(kHead + "root,,\"\"\"one\"\" and \"\"two\"\"\",,sum,\nx,root,,,,identity\n"));
  EXPECT_EQ(plain.node(0).title.en, "\"one\" and \"two\"");
}

TEST(IndexTableTest, ManyUnknownParentsAreNamedAndTheFirstHundredExplained) {
  std::string csv = kHead + "root,,,,sum,\n";
  for (int i = 0; i < 200; ++i) {
    csv += "n" + std::to_string(i) + ",rooot,,,,identity\n";
  }
  const std::string said = errors_of(csv);
  const auto count = [&said](const std::string& text) {
    int found = 0;
    for (auto at = said.find(text); at != std::string::npos; at = said.find(text, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("there is no node 'rooot'"), 200);
  EXPECT_EQ(count("did you mean 'root'?"), 100);
}

TEST(IndexTableTest, ReadsWhatYamlWouldSay) {
  const Index index = index_from_table(
      parse_csv("code,parent,title,title_vi,weight,aggregation,variable,measure,rule\n"
                ",chiso,1,,,,,,\n"
                ",index,a,,,,,,\n"
                ",edition,2013,,,,,,\n"
                ",title,\"Trade, etc.: an index\",,,,,,\n"
                ",title_vi,Thương mại,,,,,,\n"
                ",periods,\"{from: 2013, to: 2021}\",,,,,,\n"
                ",variables.v,\"{range: [0, 100]}\",,,,,,\n"
                "root,,Root,Gốc,,arithmetic_mean,,,\n"
                "x,root,,,40,,v,,\"{min_max: {onto: [1, 10]}}\"\n"
                "y,root,,,60,,,\"{mean: [p, q]}\",identity\n"));

  EXPECT_EQ(
      index,
      parse_index("chiso: 1\n"
                  "index: a\n"
                  "edition: '2013'\n"
                  "title: {en: 'Trade, etc.: an index', vi: Thương mại}\n"
                  "periods: {from: 2013, to: 2021}\n"
                  "variables: {v: {range: [0, 100]}}\n"
                  "tree:\n"
                  "  code: root\n"
                  "  title: {en: Root, vi: Gốc}\n"
                  "  aggregation: arithmetic_mean\n"
                  "  children:\n"
                  "    - {code: x, weight: 40, variable: v, rule: {min_max: {onto: [1, 10]}}}\n"
                  "    - {code: y, weight: 60, measure: {mean: [p, q]}, rule: identity}\n"));
}

TEST(IndexTableTest, ParentsMayComeAfterTheirChildren) {
  const Index index = index_from_table(
      parse_csv(kHead + "x,root,,,,identity\nroot,,,,arithmetic_mean,\ny,root,,,,identity\n"));

  EXPECT_EQ(index.node(0).code, "root");
  EXPECT_EQ(index.node(1).code, "x");
  EXPECT_EQ(index.node(2).code, "y");
}

TEST(IndexTableTest, WritesWhatItReads) {
  for (const auto& entry : fs::recursive_directory_iterator("share/indices")) {
    if (entry.path().extension() != ".yaml") continue;
    if (entry.path().stem().extension() == ".check") continue;
    const Index index = load_index(entry.path());
    const std::string csv = to_csv(table_from_index(index));
    EXPECT_EQ(index_from_table(parse_csv(csv, "printed")), index) << csv;
  }
}

TEST(IndexTableTest, RandomDefinitionsComeBackEqual) {
  testing_io::RandomIndex random(9);
  for (int i = 0; i < 200; ++i) {
    const Index index = random.draw();
    const Index back = index_from_table(table_from_index(index));
    ASSERT_EQ(back, index) << to_yaml(index) << "\n---\n" << to_yaml(back);
  }
}

TEST(IndexTableTest, CyclesAreShownAsAPath) {
  EXPECT_THAT(errors_of(kHead + "root,,,,arithmetic_mean,\nx,root,,,,identity\n"
                                "a,b,,,sum,\nb,c,,,sum,\nc,a,,,sum,\n"),
              HasSubstr("a.csv:7:3: a: a node is its own ancestor: a -> b -> c -> a"));
  EXPECT_THAT(errors_of(kHead + "a,a,,,sum,\n"),
              HasSubstr("a: a node is its own ancestor: a -> a"));
}

TEST(IndexTableTest, EveryFaultOfTheTreeIsNamed) {
  const std::string errors =
      errors_of(kHead +
                "root,,,,arithmetic_mean,\nx,rot,,,,identity\nx,root,,,,identity\n"
                "other,,,,,identity\n");

  EXPECT_THAT(errors, HasSubstr("a.csv:6:3: x: there is no node 'rot' (did you mean 'root'?)"));
  EXPECT_THAT(errors, HasSubstr("a.csv:7:1: x: the code 'x' stands twice, first in line 6"));
  EXPECT_THAT(errors, HasSubstr("other: a second root beside 'root'"));
}

TEST(IndexTableTest, CellsThatCannotBeReadAreNamed) {
  EXPECT_THAT(errors_of(kHead + "root,,,,arithmetic_mean,\nx,root,,five,,idntity\n"),
              AllOf(HasSubstr("a.csv:6:9: x: expected a number, found the text 'five'"),
                    HasSubstr("did you mean 'identity'?")));
  EXPECT_THAT(errors_of(kHead + "root,,,,arithmetic_mean,\nx,root,,,,\"{min_max: {\"\n"),
              HasSubstr("found a mapping; look for a bracket that is not closed"));
  EXPECT_THAT(errors_of(kHead + "root,,,,arithmetic_mean,\nx,root,,\"4,5\",,identity\n"),
              HasSubstr("write a decimal fraction with a point: 4.5"));
}

TEST(IndexTableTest, TheModelsOwnProblemsHaveTheirLines) {
  EXPECT_THAT(
      errors_of(kHead + "root,,,,arithmetic_mean,\nx,root,,40,,identity\ny,root,,50,,identity\n"),
      AllOf(HasSubstr("a.csv:5:1: root:"), HasSubstr("add up to 90")));
}

TEST(IndexTableTest, ColumnsAndKeysAreKnown) {
  EXPECT_THAT(errors_of("code,parent,title,wieght\n"),
              HasSubstr("a.csv:1:19: unknown column 'wieght' (did you mean 'weight'?)"));
  EXPECT_THAT(errors_of("code,title,title\n"), AllOf(HasSubstr("the column 'title' stands twice"),
                                                     HasSubstr("the column 'parent' is missing")));
  EXPECT_THAT(errors_of("code,parent,title,rule\n,chiso,1,\n,indx,a,\n,edition,b,\nx,,,identity\n"),
              AllOf(HasSubstr("unknown key 'indx' (did you mean 'index'?)"),
                    HasSubstr("`index` is missing")));
  EXPECT_THAT(errors_of(kHead + ",note,,,,\nx,,,,,identity\n"), HasSubstr("the key has no value"));
  EXPECT_THAT(errors_of(kHead + ",edition,2014,,,\nx,,,,,identity\n"),
              HasSubstr("the key 'edition' stands twice"));
  EXPECT_THAT(errors_of(kHead + ",note,a,7,,\nx,,,,,identity\n"),
              HasSubstr("has its value in the column 'title', and no other"));
}

TEST(IndexTableTest, ATableWithoutNodesIsAnError) {
  EXPECT_THAT(errors_of(kHead), HasSubstr("the table has no nodes"));
  EXPECT_THROW(static_cast<void>(index_from_table(Table())), SpecError);
}

TEST(IndexTableTest, ATableThatIsTooDeepIsAnError) {
  std::string csv = kHead + "n0,,,,sum,\n";
  for (int i = 1; i < 20'000; ++i) {
    csv += "n" + std::to_string(i) + ",n" + std::to_string(i - 1) + ",,,sum,\n";
  }
  EXPECT_THAT(errors_of(csv), HasSubstr("n50: the index is deeper than 50 levels"));
}

}  // namespace
}  // namespace chiso
