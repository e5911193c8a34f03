#include "chiso/io/load_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "chiso/base/error.hpp"
#include "schema_keys.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using What = Expectation::What;

std::string problems_of(const std::string& yaml) {
  try {
    (void)parse_checks(yaml, "x.check.yaml");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no problem";
}

std::string problems_of_table(std::string csv) {
  try {
    (void)cases_from_table(parse_csv(std::move(csv), "x.check.csv", {.pad_short_rows = true}));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no problem";
}

TEST(LoadChecksTest, ReadsACaseWithAllItsKeys) {
  const CheckFile file = parse_checks(R"(
chiso: 1
definition: other.yaml
tolerances: {pci: 0.01, "a.*": {relative: 0.001}}
cases:
  - name: all of it
    source: the decision, page 3
    reference: 211/KH-UBND
    note: a note
    period: 2021
    method: 2020
    panel: pci_scores
    version: round 1
    unit: Thanh Hóa
    given: {rate: 92.5, plan: timely, a: missing, b: not applicable, c: just below 70, d: just above 90, e: "12", f: "missing"}
    previous: {rate: 91}
    scores: {x: 2}
    anchors: {y: [1, 10]}
    tolerance: 0
    expect:
      pci: {score: 65.64, rank: 24, group: A, tolerance: 0.005}
      1.1: 2
      1.2: missing
      1.3: published
      1.4: {published: true, except: [a, b]}
      1.5: {score: missing}
)");

  EXPECT_EQ(file.definition, "other.yaml");
  ASSERT_EQ(file.tolerances.size(), 2U);
  EXPECT_EQ(file.tolerances[0].second.absolute, 0.01);
  EXPECT_EQ(file.tolerances[1].second, (Tolerance{0.0, 0.001}));
  ASSERT_EQ(file.cases.size(), 1U);
  const Case& of = file.cases[0];
  EXPECT_EQ(of.name, "all of it");
  EXPECT_EQ(of.source, "the decision, page 3");
  EXPECT_EQ(of.reference, "211/KH-UBND");
  EXPECT_EQ(of.period, Period(2021));
  EXPECT_EQ(of.method, Period(2020));
  EXPECT_EQ(of.panel, "pci_scores");
  EXPECT_EQ(of.version, "round 1");
  EXPECT_EQ(of.unit, "Thanh Hóa");
  EXPECT_EQ(of.location.line, 6);
  EXPECT_EQ(of.tolerance, (Tolerance{0.0, 0.0}));
  ASSERT_EQ(of.given.size(), 8U);
  EXPECT_EQ(of.given[0].number, 92.5);
  EXPECT_EQ(of.given[1].category, "timely");
  EXPECT_EQ(of.given[2].kind, CaseValue::Kind::missing);
  EXPECT_EQ(of.given[3].kind, CaseValue::Kind::not_applicable);
  EXPECT_EQ(of.given[4].number, std::nextafter(70.0, 0.0));
  EXPECT_EQ(of.given[5].number, std::nextafter(90.0, 100.0));
  EXPECT_EQ(of.given[6].kind, CaseValue::Kind::category) << "a word that looks like a number";
  EXPECT_EQ(of.given[7].category, "missing") << "a word in quotes";
  EXPECT_EQ(of.previous[0].number, 91);
  EXPECT_EQ(of.scores[0].score, 2);
  EXPECT_EQ(of.anchors[0].low, 1);
  EXPECT_EQ(of.anchors[0].high, 10);
  ASSERT_EQ(of.expect.size(), 8U);
  EXPECT_EQ(of.expect[0].number, 65.64);
  EXPECT_EQ(of.expect[0].tolerance->absolute, 0.005);
  EXPECT_EQ(of.expect[1].what, What::rank);
  EXPECT_EQ(of.expect[2].text, "A");
  EXPECT_EQ(of.expect[3].node, "1.1");
  EXPECT_EQ(of.expect[4].what, What::missing);
  EXPECT_EQ(of.expect[5].what, What::published);
  EXPECT_THAT(of.expect[6].except, ElementsAre("a", "b"));
  EXPECT_EQ(of.expect[7].what, What::missing);
}

TEST(LoadChecksTest, AScoreAloneIsThatOfTheComposite) {
  const CheckFile file = parse_checks("chiso: 1\ncases:\n  - {name: a, expect: 65.64}\n");
  EXPECT_EQ(file.cases[0].expect[0].node, "");
  EXPECT_EQ(file.cases[0].expect[0].number, 65.64);
}

TEST(LoadChecksTest, SeveralPeriodsAreSeveralCases) {
  const CheckFile file = parse_checks(
      "chiso: 1\ncases:\n  - {name: totals, panel: p, period: [2013, 2014], expect: published}\n");
  ASSERT_EQ(file.cases.size(), 2U);
  EXPECT_EQ(file.cases[0].name, "totals, 2013");
  EXPECT_EQ(file.cases[1].period, Period(2014));
}

TEST(LoadChecksTest, ReadsTheSections) {
  const CheckFile file = parse_checks(R"(
chiso: 1
baseline: {panel: p, version: v, period: [2019, 2020], method: 2018}
coverage:
  at_least: 90
  untouched: [{part: "x: step 2", why: no such value}]
mutation:
  at_least: 95
  survivors: [{mutant: x.weight+, why: the same sum}]
properties:
  continuous: [x, "y.*"]
  rises_with: {x: rate}
  falls_with: {x: [late, overdue]}
  tries: 5000
)");

  ASSERT_TRUE(file.baseline && file.coverage && file.mutation && file.properties);
  EXPECT_EQ(file.baseline->panel, "p");
  EXPECT_THAT(file.baseline->periods, ElementsAre(Period(2019), Period(2020)));
  EXPECT_EQ(file.baseline->method, Period(2018));
  EXPECT_EQ(file.coverage->at_least, 0.9);
  EXPECT_EQ(file.coverage->untouched[0].what, "x: step 2");
  EXPECT_EQ(file.mutation->at_least, 0.95);
  EXPECT_EQ(file.mutation->survivors[0].why, "the same sum");
  EXPECT_THAT(file.properties->continuous, ElementsAre("x", "y.*"));
  EXPECT_EQ(file.properties->rises_with[0].second, "rate");
  EXPECT_EQ(file.properties->falls_with[1].second, "overdue");
  EXPECT_EQ(file.properties->tries, 5000);
  EXPECT_THAT(file.cases, IsEmpty());
}

TEST(LoadChecksTest, SaysAllThatIsWrongAtOnceEachWithItsPlace) {
  const std::string said = problems_of(R"(
chiso: 1
casses: []
tolerances: {x: -1}
cases:
  - given: {rate: "92,5 %"}
    expct: 2
  - name: b
    given: {rate: 92,5, a: just below x, b: [1]}
    expect: {a: mising, b: {score: x}, c: {except: [d], rank: 2}, d:}
mutation: {at_least: 120}
coverage: {untouched: [{part: x}]}
)");
  EXPECT_THAT(said, HasSubstr("x.check.yaml:3:1: unknown key 'casses' (did you mean 'cases'?)"));
  EXPECT_THAT(said, HasSubstr("expected a tolerance of 0 or more, found -1"));
  EXPECT_THAT(said, HasSubstr("`name` is missing from a case"));
  EXPECT_THAT(said, HasSubstr("unknown key 'expct' (did you mean 'expect'?)"));
  EXPECT_THAT(said, HasSubstr("expected a number behind 'just below', found 'x'"));
  EXPECT_THAT(said, HasSubstr("did you mean 'missing'?"));
  EXPECT_THAT(said, HasSubstr("`except` belongs to `published: true`"));
  EXPECT_THAT(said, HasSubstr("nothing stands behind the colon"));
  EXPECT_THAT(said, HasSubstr("a percentage from 0 to 100"));
  EXPECT_THAT(said, HasSubstr("`why` is missing"));
}

TEST(LoadChecksTest, RefusesWhatIsNoCheckFile) {
  EXPECT_THAT(problems_of(""), HasSubstr("x.check.yaml"));
  EXPECT_THAT(problems_of("chiso: 2\n"), HasSubstr("a newer chiso reads it"));
  EXPECT_THAT(problems_of("cases: []\n"), HasSubstr("`chiso` is missing"));
  EXPECT_THAT(problems_of("chiso: 1\ncases: &a [*a]\n"), HasSubstr("anchor"));
  EXPECT_THAT(problems_of("chiso: 1\ncases: {a: 1}\n"), HasSubstr("a list of cases"));
}

// ---- Tables ------------------------------------------------------------------------------------

TEST(LoadChecksTest, ATableHasOneCaseARow) {
  const std::vector<Case> cases = cases_from_table(parse_csv(
      "Case,Source,rate,plan,previous: rate,given score: a,score: work,rank: pci,=> b,group: pci,"
      "Unit,Panel,Period,tolerance,error\n"
      "first,page 3,just below 70,late,60,2.5,1.5,3,missing,A,Huế,pci_scores,2019,0.01,\n"
      ",,,not applicable,,,published,,,,,,,,\n"
      "\n"
      ",,120,,,,,,,,,,,,out of the range\n",
      "x.check.csv"));

  ASSERT_EQ(cases.size(), 3U);
  const Case& first = cases[0];
  EXPECT_EQ(first.name, "first");
  EXPECT_EQ(first.source, "page 3");
  ASSERT_EQ(first.given.size(), 2U);
  EXPECT_EQ(first.given[0].number, std::nextafter(70.0, 0.0));
  EXPECT_EQ(first.given[1].category, "late");
  EXPECT_EQ(first.previous[0].variable, "rate");
  EXPECT_EQ(first.scores[0].node, "a");
  ASSERT_EQ(first.expect.size(), 4U);
  EXPECT_EQ(first.expect[0].node, "work");
  EXPECT_EQ(first.expect[0].number, 1.5);
  EXPECT_EQ(first.expect[1].what, What::rank);
  EXPECT_EQ(first.expect[2].what, What::missing);
  EXPECT_EQ(first.expect[2].node, "b");
  EXPECT_EQ(first.expect[3].text, "A");
  EXPECT_EQ(first.unit, "Huế");
  EXPECT_EQ(first.period, Period(2019));
  EXPECT_EQ(first.tolerance->absolute, 0.01);
  EXPECT_EQ(cases[1].name, "x.check.csv line 3");
  EXPECT_EQ(cases[1].given[0].kind, CaseValue::Kind::not_applicable);
  EXPECT_EQ(cases[1].expect[0].what, What::published);
  EXPECT_EQ(cases[2].error, "out of the range");
  EXPECT_EQ(cases[2].location.line, 5);
}

TEST(LoadChecksTest, HeadingsMayBeVietnamese) {
  const std::vector<Case> cases = cases_from_table(
      parse_csv("Trường hợp,Đơn vị,rate,Điểm: work,Xếp hạng: pci,Kỳ trước: rate\na,Huế,1,2,3,4\n"));
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].unit, "Huế");
  EXPECT_EQ(cases[0].expect[0].number, 2);
  EXPECT_EQ(cases[0].expect[1].what, What::rank);
  EXPECT_EQ(cases[0].previous[0].number, 4);
}

TEST(LoadChecksTest, SaysWhatIsWrongInATableCellByCell) {
  EXPECT_THAT(problems_of_table("case,rate,rate\na,1,2\n"), HasSubstr("the heading stands twice"));
  EXPECT_THAT(problems_of_table("case,rate,\na,1,2\n"), HasSubstr("the column has no heading"));
  EXPECT_THAT(problems_of_table("case,rate\n"), HasSubstr("found none"));
  const std::string said =
      problems_of_table("case,rate,score: x,period\na,\"92,5\",2 points,yes\n");
  EXPECT_THAT(said, HasSubstr("x.check.csv:2"));
  EXPECT_THAT(said, HasSubstr("92,5"));
  EXPECT_THAT(said, HasSubstr("2 points"));
  EXPECT_THAT(said, HasSubstr("yes"));
}

TEST(LoadChecksTest, ACheckFileNamesTables) {
  const std::filesystem::path folder = ::testing::TempDir() + "load_checks_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "cases.csv") << "case,rate,score: rate\na,80,1\nb,95,2\n";
  std::ofstream(folder / "x.check.yaml")
      << "chiso: 1\ncases:\n  - {name: c, expect: 1}\n  - {table: cases.csv, source: page 3}\n";

  const CheckFile file = load_checks(folder / "x.check.yaml");

  ASSERT_EQ(file.cases.size(), 3U);
  EXPECT_EQ(file.cases[1].name, "a");
  EXPECT_EQ(file.cases[1].source, "page 3");
  EXPECT_THAT(problems_of("chiso: 1\ncases: missing.csv\n"), HasSubstr("missing.csv"));
}

// ---- The schema --------------------------------------------------------------------------------

TEST(CheckKeysTest, AreThoseOfTheSchema) {
  test::expect_keys_of_schema(check_keys(), "share/schema/check.schema.json");
}

}  // namespace
}  // namespace chiso
