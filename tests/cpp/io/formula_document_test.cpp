// Formulas and parameters in definitions: reading, writing, and where mistakes are.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/index_table.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/save_index.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::string document(const std::string& leaf, const std::string& head = "") {
  return "chiso: 1\nindex: x\nedition: y\n"
         "variables: {rate: {range: [0, 100]}, done: {}, level: {categories: [low, high]}}\n" +
         head + "tree:\n  code: a\n  maximum: 2\n" + leaf;
}

Index read(const std::string& leaf, const std::string& head = "") {
  return parse_index(document(leaf, head), "x.yaml");
}

std::vector<std::string> faults(const std::string& leaf, const std::string& head = "") {
  std::vector<std::string> found;
  try {
    static_cast<void>(read(leaf, head));
  } catch (const SpecError& error) {
    for (const Problem& problem : error.problems()) found.push_back(problem.to_string());
  }
  return found;
}

const FormulaRule& rule_of(const Index& index) {
  return std::get<FormulaRule>(index.node(0).rule.entries()[0].value);
}

TEST(FormulaDocumentTest, ReadsDirectionsAndParameters) {
  const Index index = read(
      "  rule:\n    formula: if rate >= threshold then rate * maximum / 100 else -0 * done\n"
      "    rises_with: [rate]\n    falls_with: done\n",
      "parameters: {threshold: 80}\n");
  EXPECT_EQ(to_string(rule_of(index).formula),
            "if rate >= threshold then rate * maximum / 100 else -0 * done");
  EXPECT_THAT(rule_of(index).rises_with, ElementsAre("rate"));
  EXPECT_THAT(rule_of(index).falls_with, ElementsAre("done"));
  EXPECT_EQ(formula_symbols(index, 0).names.at("threshold").value, 80.0);
  EXPECT_TRUE(index.node(0).measure.terms.empty());
}

TEST(FormulaDocumentTest, ReadsParametersWithAllThatIsKnownOfThem) {
  const Index index = read("  rule: {formula: \"min(rate, cap) + floor1\"}\n",
                           "parameters:\n"
                           "  cap:\n"
                           "    title: {en: Cap, vi: Trần}\n"
                           "    unit: percent\n"
                           "    source: a decision\n"
                           "    value: [{value: 50, to: 2019}, {value: 60, from: 2020}]\n"
                           "  floor1: [{value: 1, to: 2019, source: another}, {value: 2, from: "
                           "2020}]\n");
  const Parameter& cap = index.parameters()[0];
  EXPECT_EQ(cap.title.vi, "Trần");
  EXPECT_EQ(cap.unit, "percent");
  EXPECT_EQ(cap.provenance.source, "a decision");
  EXPECT_EQ(*cap.value.find(Period(2021)), 60.0);
  EXPECT_EQ(index.parameters()[1].value.entries()[0].provenance.source, "another");
  EXPECT_TRUE(parse_index(to_yaml(index), "again.yaml") == index);
}

TEST(FormulaDocumentTest, IsWrittenInCanonicalFormAndReadBack) {
  const Index index =
      read("  rule: {formula: 'IF(level = \"high\", rate, `done`)', rises_with: [rate]}\n");
  const std::string yaml = to_yaml(index);
  EXPECT_THAT(yaml, HasSubstr("if level == \\\"high\\\" then rate else done"));
  EXPECT_TRUE(parse_index(yaml, "again.yaml") == index);
}

TEST(FormulaDocumentTest, MayBeDatedAndMixedWithOtherRules) {
  const Index index = read(
      "  rule: [{value: {steps: [{when: \"> 90\", points: 2}, {when: \"<= 90\", points: 0}]}, to: "
      "2019}, {value: {formula: \"min(rate / 50, maximum)\"}, from: 2020}]\n"
      "  variable: done\n");
  EXPECT_THAT(index.variable_codes().names(), ElementsAre("rate", "done"));
  EXPECT_TRUE(parse_index(to_yaml(index), "again.yaml") == index);
}

TEST(FormulaDocumentTest, AMistakeHasItsLineAndColumn) {
  // Behind the 18 letters of `  rule: {formula: ` and 7 of the formula; in quotes one later.
  EXPECT_THAT(faults("  rule: {formula: rate * rte}\n"),
              ElementsAre(AllOf(HasSubstr("x.yaml:8:26: a: "), HasSubstr("'rte'"))));
  EXPECT_THAT(faults("  rule: {formula: \"rate * rte\"}\n"),
              ElementsAre(HasSubstr("x.yaml:8:27: a: ")));
  EXPECT_THAT(faults("  rule: {formula: 'rate * rte'}\n"),
              ElementsAre(HasSubstr("x.yaml:8:27: a: ")));
  // What is no formula is found by the reader, with the same place.
  EXPECT_THAT(faults("  rule: {formula: \"rate * * 2\"}\n"),
              ElementsAre(HasSubstr("x.yaml:8:27: a: ")));
}

TEST(FormulaDocumentTest, LettersWrittenAsTwoCount) {
  // 19 letters, 12 to the first quote, 2 + 4 + 2 of the word in quotes, 6 of ` then `.
  EXPECT_THAT(faults("  rule: {formula: \"if level == \\\"high\\\" then rte else 0\"}\n"),
              ElementsAre(HasSubstr("x.yaml:8:46: a: ")));
}

TEST(FormulaDocumentTest, BlocksAndFoldedLinesAreFollowed) {
  const std::string folded =
      "  rule:\n"
      "    formula: >\n"
      "      if rate >= 50\n"
      "      then rte\n"
      "      else 0\n";
  EXPECT_THAT(faults(folded), ElementsAre(HasSubstr("x.yaml:11:12: a: ")));
  const std::string literal =
      "  rule:\n"
      "    formula: |-\n"
      "      if rate >= 50 then\n"
      "        2\n"
      "      else\n"
      "        rte\n";
  EXPECT_THAT(faults(literal), ElementsAre(HasSubstr("x.yaml:13:9: a: ")));
  const std::string plain =
      "  rule:\n"
      "    formula: if rate >= 50\n"
      "      then 2\n"
      "      else rte\n";
  EXPECT_THAT(faults(plain), ElementsAre(HasSubstr("x.yaml:11:12: a: ")));
  const std::string quoted =
      "  rule: {formula: \"if rate >= 50\n"
      "    then 2 else\n"
      "    rte\"}\n";
  EXPECT_THAT(faults(quoted), ElementsAre(HasSubstr("x.yaml:10:5: a: ")));
  // Letters of more than one byte count as one.
  EXPECT_THAT(faults("  rule: {formula: \"if `tỷ lệ` > 1 then 1 else 0\"}\n"),
              ElementsAre(HasSubstr("x.yaml:8:23: a: ")));
}

TEST(FormulaDocumentTest, AllMistakesAreSaidAtOnce) {
  EXPECT_THAT(
      faults("  rule: {formula: \"rte + * 2\", rises: [rate]}\n  variable: rate\n",
             "parameters: {t: x, u: 2}\n"),
      UnorderedElementsAre(HasSubstr("x.yaml:5:17: t: expected a number"),
                           HasSubstr("x.yaml:9:26: a: "), HasSubstr("unknown key 'rises'")));
  EXPECT_THAT(faults("  rule: {formula: \"rte\"}\n  weight: 1\n", "parameters: {t: 1}\n"),
              UnorderedElementsAre(HasSubstr("t: no formula uses"), HasSubstr("'rte'"),
                                   HasSubstr("no siblings")));
}

TEST(FormulaDocumentTest, AFormulaStandsAlone) {
  EXPECT_THAT(faults("  variable: rate\n  rule: {formula: rate}\n"),
              ElementsAre(AllOf(HasSubstr("x.yaml:8:13"), HasSubstr("`variable` says it too"))));
  EXPECT_THAT(faults("  measure: {sum: [rate, done]}\n  rule: {formula: rate}\n"),
              ElementsAre(HasSubstr("`measure` says it too")));
  EXPECT_THAT(faults("  rule: formula\n"), ElementsAre(HasSubstr("`formula` needs parameters")));
  EXPECT_THAT(faults("  rule: {formula: [1, 2]}\n"), ElementsAre(HasSubstr("expected a formula")));
}

TEST(FormulaDocumentTest, ATableHoldsFormulasAndParameters) {
  const Index index = read("  rule: {formula: \"min(rate, t) + 2 * done\", rises_with: [rate]}\n",
                           "parameters: {t: {value: 50, title: Top}}\n");
  const Table table = table_from_index(index);
  EXPECT_TRUE(index_from_table(table) == index);
}

}  // namespace
}  // namespace chiso
