#include "chiso/io/load_scenarios.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"
#include "random_scenarios.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Every kind of edit, each on a line of its own.
constexpr std::string_view kAll =
    "chiso: 1\n"
    "scenarios:\n"
    "  - name: less waiting\n"
    "    note: an example\n"
    "    refit: true\n"
    "    edits:\n"
    "      - {value: entry, of: Thanh Hóa, set: 8}\n"
    "      - {value: informal*, scale: 0.9}\n"
    "      - {value: time, of: [Thanh Hóa, Nghệ An], add: -0.5}\n"
    "      - {value: labor, at_most: 7}\n"
    "      - {value: land, at_least: 2}\n"
    "      - {value: grade, of: Huế, set: good}\n"
    "      - {value: grade, of: Huế, set: \"5\"}\n"
    "      - {value: entry, of: Huế, set: missing}\n"
    "      - {score: F1, of: Huế, set: 2.5}\n"
    "      - {weights: {time: 15, land: 10}}\n"
    "      - {weights: {time: 15}, redistribute: false}\n"
    "      - {parameter: threshold, set: 85}\n"
    "      - {parameter: t*, scale: 0.9}\n"
    "      - {rule: entry, with: {min_max: {onto: [1, 10]}}}\n"
    "      - {rule: land, with: {formula: \"min(land, 10)\", rises_with: land}}\n"
    "      - {aggregation: pci, method: power_mean, power: 0.5, missing: renormalise}\n"
    "      - {drop: land}\n"
    "      - {add_to: pci, criterion: {code: new, weight: 10, rule: identity}}\n"
    "      - {merge: [Hà Nam, Nam Định], into: Ninh Bình}\n"
    "      - {merge: {Hà Nam: 0.9, Nam Định: 1.8}, into: Nam Định, totals: [people, area*]}\n"
    "      - {split: Huế, into: [North, South]}\n"
    "      - {split: Huế, into: {North: 0.6, South: 0.4}, totals: people}\n"
    "      - {method_of: 2013}\n"
    "      - {index: pci-2013}\n"
    "  - {name: nothing, edits: []}\n";

// What kAll says.
std::vector<Scenario> all_scenarios() {
  Criterion added;
  added.code = "new";
  added.weight = Dated<double>(10.0);
  added.measure = Measure::of("new");
  Normaliser rule;
  rule.onto_low = 1.0;
  rule.onto_high = 10.0;
  const std::vector<Edit::What> edits{
      ChangeValue{{"Thanh Hóa"}, "entry", How::set, 8.0, {}},
      ChangeValue{{}, "informal*", How::scale, 0.9, {}},
      ChangeValue{{"Thanh Hóa", "Nghệ An"}, "time", How::add, -0.5, {}},
      ChangeValue{{}, "labor", How::at_most, 7.0, {}},
      ChangeValue{{}, "land", How::at_least, 2.0, {}},
      ChangeValue{{"Huế"}, "grade", How::set, 0.0, "good"},
      ChangeValue{{"Huế"}, "grade", How::set, 0.0, "5"},
      ChangeValue{{"Huế"}, "entry", How::set, kMissing, {}},
      ChangeScore{{"Huế"}, "F1", How::set, 2.5},
      ChangeWeights{{{"time", 15.0}, {"land", 10.0}}, true},
      ChangeWeights{{{"time", 15.0}}, false},
      ChangeParameter{"threshold", How::set, 85.0},
      ChangeParameter{"t*", How::scale, 0.9},
      ReplaceRule{"entry", rule},
      ReplaceRule{"land", FormulaRule{Formula("min(land, 10)"), {"land"}, {}}},
      ReplaceAggregation{"pci", Aggregation::Method::power_mean, 0.5, MissingPolicy::renormalise},
      DropNode{"land"},
      AddNode{"pci", added},
      MergeUnits{{"Hà Nam", "Nam Định"}, "Ninh Bình", {}, {}},
      MergeUnits{{"Hà Nam", "Nam Định"}, "Nam Định", {0.9, 1.8}, {"people", "area*"}},
      SplitUnit{"Huế", {"North", "South"}, {}, {}},
      SplitUnit{"Huế", {"North", "South"}, {0.6, 0.4}, {"people"}},
      UseMethod{Period(2013)},
      UseIndex{load_index("share/indices/pci/2013.yaml")}};
  Scenario first{"less waiting", "an example", {}, true};
  for (const auto& what : edits) first.edits.push_back({what, {}});
  return {first, {"nothing", "", {}, false}};
}

std::string errors_of(std::string_view yaml) {
  try {
    static_cast<void>(parse_scenarios(yaml, "s.yaml"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

// The problems of one edit, of which each begins "s.yaml:5:".
std::string errors_of_edit(const std::string& edit) {
  return errors_of("chiso: 1\nscenarios:\n- name: x\n  edits:\n  - " + edit + "\n");
}

// ---- YAML --------------------------------------------------------------------------------------

TEST(ParseScenariosTest, ReadsEveryKindOfEdit) {
  const auto scenarios = parse_scenarios(kAll);
  const auto expected = all_scenarios();

  ASSERT_EQ(scenarios.size(), 2U);
  ASSERT_EQ(scenarios[0].edits.size(), expected[0].edits.size());
  for (std::size_t i = 0; i < expected[0].edits.size(); ++i) {
    EXPECT_EQ(scenarios[0].edits[i], expected[0].edits[i]) << i;
  }
  EXPECT_EQ(scenarios, expected);
}

TEST(ParseScenariosTest, KnowsWhereAnEditStands) {
  const auto scenarios = parse_scenarios(kAll, "s.yaml");

  EXPECT_EQ(scenarios[0].edits[0].location, (Location{"s.yaml", 7, 9}));
  EXPECT_EQ(scenarios[0].edits[13].location, (Location{"s.yaml", 20, 9}));
}

TEST(ParseScenariosTest, ReadsOneScenarioWithoutAList) {
  const auto scenarios =
      parse_scenarios("chiso: 1\nname: x\nrefit: false\nedits: [{drop: land}]\n");

  EXPECT_THAT(scenarios, ElementsAre(Scenario{"x", "", {{DropNode{"land"}, {}}}, false}));
}

TEST(ParseScenariosTest, EmptyTextsOfALargerDocumentAreRefused) {
  EXPECT_THAT(errors_of(""), Not("no error"));
  EXPECT_THAT(errors_of("[]"), HasSubstr("expected a file of scenarios"));
  EXPECT_THAT(errors_of("chiso: 1\n"), HasSubstr("`scenarios` is missing"));
  EXPECT_THAT(errors_of("scenarios: []\n"), HasSubstr("`chiso` is missing"));
  EXPECT_THAT(errors_of("chiso: 2\nscenarios: []\n"),
              HasSubstr("s.yaml:1:8: expected format 1, found 2; a newer chiso reads it"));
}

TEST(ParseScenariosTest, SaysAllProblemsAtOnceInTheirOrder) {
  const std::string errors = errors_of(
      "chiso: 1\n"
      "scenarios:\n"
      "- name: a\n"
      "  edit: []\n"
      "- name: b\n"
      "  refit: perhaps\n"
      "  edits:\n"
      "  - {valu: entry, set: 3}\n"
      "  - {value: entry, sett: 3}\n"
      "- name: a\n"
      "  edits: 3\n");

  EXPECT_EQ(errors,
            "s.yaml:3:3: a: `edits` is missing from a scenario\n"
            "s.yaml:4:3: a: unknown key 'edit' (did you mean 'edits'?)\n"
            "s.yaml:6:10: b: expected true or false, found the text 'perhaps'\n"
            "s.yaml:8:6: b: unknown key 'valu' (did you mean 'value'?)\n"
            "s.yaml:9:20: b: unknown key 'sett' (did you mean 'set'?)\n"
            "s.yaml:10:9: a: the name stands twice, first in line 3; give every scenario a name of "
            "its own\n"
            "s.yaml:11:10: a: expected a list of edits (`- {value: code, of: unit, set: 8}`), "
            "found the number 3");
}

TEST(ParseScenariosTest, SaysWhatIsWrongWithAnEdit) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"8", "expected an edit ({value: code, of: unit, set: 8}), found the number 8"},
      {"{}", "expected an edit with one of the keys value, score"},
      {"{set: entry, to: 8}",
       "found `set`, `to`; a raw value is changed by {value: code, of: unit, set: 8}"},
      {"{drop: a, rule: b}", "an edit does one thing, and this one has `rule` and `drop`"},
      {"{value: a}", "expected one of set, add, scale, at_most, at_least, found none"},
      {"{value: a, set: 1, add: 2}", "expected one of set, add, scale, at_most, at_least, found "},
      {"{value: a, add: good}", "5:21: x: expected a number, found the text 'good'"},
      {"{value: a, set: NA}", "write `missing`"},
      {"{value: a, set: [1]}", "expected a number, found the list [1]"},
      {"{value: a, set: }", "`set` has no value"},
      {"{value: a, of: [], set: 1}", "expected at least one, found an empty list"},
      {"{value: a, unit: Huế, set: 1}", "unknown key 'unit'"},
      {"{score: a, set: missing}", "expected a number, found the text 'missing'"},
      {"{weights: [time]}", "expected the weight of every node that gets another one"},
      {"{weights: {time: x}}", "expected a number, found the text 'x'"},
      {"{rule: a}", "`with` is missing from an edit with `rule`"},
      {"{rule: a, with: min_mx}", "did you mean 'min_max'?"},
      {"{rule: a, with: {steps: [{when: '> 9', point: 1}]}}", "did you mean 'points'?"},
      {"{aggregation: a}", "nothing changes; add `method`, `power` or `missing`"},
      {"{aggregation: a, method: geometric_men}", "did you mean 'geometric_mean'?"},
      {"{aggregation: a, missing: renormalize}", "did you mean 'renormalise'?"},
      {"{drop: [a, b]}", "expected a text, found the list [a, b]"},
      {"{add_to: a}", "`criterion` is missing"},
      {"{add_to: a, criterion: {code: b}}", "`rule` is missing"},
      {"{merge: Huế, into: b}", "expected a list of units, or a mapping with a number for each"},
      {"{merge: {a: 1, b: x}, into: c}", "expected a number, found the text 'x'"},
      {"{split: a, into: b}", "expected a list of units"},
      {"{split: a}", "`into` is missing"},
      {"{method_of: last}", "5:17: x:"},
      {"{index: pci-2031}", "there is no index 'pci-2031'"},
      {"{index: nowhere/a.yaml}", "nowhere/a.yaml"},
      {"{index: {index: a, edition: b}}", "`tree` is missing"},
  };
  for (const auto& [edit, message] : wrong) {
    EXPECT_THAT(errors_of_edit(edit), AllOf(StartsWith("s.yaml:5:"), HasSubstr(message))) << edit;
  }
}

TEST(ParseScenariosTest, ReadsDefinitionsBesideTheFile) {
  const fs::path folder = fs::temp_directory_path() / ("chiso-" + std::to_string(getpid()));
  fs::create_directories(folder / "own");
  write_file_atomically(folder / "own" / "a.yaml",
                        "chiso: 1\nindex: a\nedition: b\ntree: {code: x, rule: identity}\n");
  write_file_atomically(folder / "s.yaml",
                        "chiso: 1\nscenarios: [{name: x, edits: [{index: own/a.yaml}]}]\n");
  const auto scenarios = load_scenarios(folder / "s.yaml");
  fs::remove_all(folder);

  ASSERT_EQ(scenarios.size(), 1U);
  ASSERT_EQ(scenarios[0].edits.size(), 1U);
  EXPECT_EQ(std::get<UseIndex>(scenarios[0].edits[0].what).index.name(), "a-b");
}

TEST(ParseScenariosTest, WrongDefinitionsAreReportedWhereTheyAreWrong) {
  const fs::path folder = fs::temp_directory_path() / ("chiso-w-" + std::to_string(getpid()));
  fs::create_directories(folder);
  write_file_atomically(folder / "a.yaml", "chiso: 1\nindex: a\nedition: b\ntree: {code: x}\n");
  write_file_atomically(folder / "s.yaml", "chiso: 1\nname: x\nedits: [{index: a.yaml}]\n");
  std::string errors;
  try {
    static_cast<void>(load_scenarios(folder / "s.yaml"));
  } catch (const SpecError& error) {
    errors = error.what();
  }
  fs::remove_all(folder);

  EXPECT_THAT(errors, HasSubstr("a.yaml:4:7: x: `rule` is missing"));
}

TEST(ParseScenariosTest, LimitsAreKept) {
  InputLimits limits;
  limits.definition_bytes = 100;
  EXPECT_THROW(static_cast<void>(parse_scenarios(kAll, "s", limits)), SpecError);
}

TEST(LoadScenariosTest, FilesThatAreNotThereAreNotFound) {
  EXPECT_THROW(static_cast<void>(load_scenarios("no/such.yaml")), NotFoundError);
}

TEST(ScenariosToYamlTest, IsTheFormThatWasRead) {
  std::string expected(kAll);
  const std::string_view flow =
      "      - {add_to: pci, criterion: {code: new, weight: 10, rule: identity}}\n";
  expected.replace(expected.find(flow), flow.size(),
                   "      - add_to: pci\n"
                   "        criterion:\n"
                   "          code: new\n"
                   "          weight: 10\n"
                   "          rule: identity\n");

  EXPECT_EQ(to_yaml(parse_scenarios(kAll)), expected);
}

TEST(ScenariosToYamlTest, RandomScenariosComeBackEqual) {
  testing_io::RandomScenarios random(7);
  std::set<std::size_t> kinds;
  for (int i = 0; i < 300; ++i) {
    const auto scenarios = random.draw();
    for (const auto& scenario : scenarios) {
      for (const auto& edit : scenario.edits) kinds.insert(edit.what.index());
    }
    const std::string yaml = to_yaml(scenarios);
    try {
      EXPECT_EQ(parse_scenarios(yaml), scenarios) << yaml;
    } catch (const Error& error) {
      FAIL() << error.what() << "\n" << yaml;
    }
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Edit::What>);
}

TEST(ParseScenariosTest, DamagedTextsAreReadOrRefused) {
  std::mt19937_64 random(11);
  const std::string good(kAll);
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string bad = good;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      const auto at = random() % bad.size();
      switch (random() % 3) {
        case 0:
          bad.erase(at, 1 + random() % 20);
          break;
        case 1:
          bad[at] = static_cast<char>(random() % 256);
          break;
        default:
          bad.insert(at, bad.substr(random() % bad.size(), random() % 30));
      }
      if (bad.empty()) bad = "x";
    }
    try {
      static_cast<void>(parse_scenarios(bad));
    } catch (const SpecError& error) {
      EXPECT_FALSE(error.problems().empty());
      ++refused;
    }
  }
  EXPECT_GT(refused, 200);
}

// ---- Tables ------------------------------------------------------------------------------------

using Rows = std::vector<std::vector<std::string>>;

std::string errors_of_table(const Rows& rows) {
  try {
    static_cast<void>(scenarios_from_table(Table("t.xlsx", rows)));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ScenariosFromTableTest, ReadsOneRowAnEdit) {
  const auto scenarios = scenarios_from_table(
      parse_csv("Scenario,Note,Refit,Edit,Unit,Code,Amount,Into,Totals,Details\n"
                "a,why,yes,set,Thanh Hóa,entry,8,,,\n"
                ",,,At most,,labor,7,,,\n"
                ",,,set,Huế; Nghệ An,entry,missing,,,\n"
                ",,,set,Huế,grade,\"\"\"5\"\"\",,,\n"
                "b,,,add score,Huế,F1,0.5,,,\n"
                ",,,weights,,time; land,15; 10,,,{redistribute: false}\n"
                ",,,set parameter,,threshold,85,,,\n"
                ",,,rule,,entry,,,,{proportional: {full_at: 90}}\n"
                ",,,aggregation,,pci,geometric_mean,,,\n"
                ",,,merge,A; B,,2; 1,C,people; area,\n"
                ",,,split,A,,,D; E,,\n"
                "a,,,method of,,,2013,,,\n"
                "c,,,,,,,,,\n"));

  const Scenario a{"a",
                   "why",
                   {{ChangeValue{{"Thanh Hóa"}, "entry", How::set, 8.0, {}}, {}},
                    {ChangeValue{{}, "labor", How::at_most, 7.0, {}}, {}},
                    {ChangeValue{{"Huế", "Nghệ An"}, "entry", How::set, kMissing, {}}, {}},
                    {ChangeValue{{"Huế"}, "grade", How::set, 0.0, "5"}, {}},
                    {UseMethod{Period(2013)}, {}}},
                   true};
  const Scenario b{"b",
                   "",
                   {{ChangeScore{{"Huế"}, "F1", How::add, 0.5}, {}},
                    {ChangeWeights{{{"time", 15.0}, {"land", 10.0}}, false}, {}},
                    {ChangeParameter{"threshold", How::set, 85.0}, {}},
                    {ReplaceRule{"entry", Proportional{90.0, 0.0}}, {}},
                    {ReplaceAggregation{"pci", Aggregation::Method::geometric_mean, {}, {}}, {}},
                    {MergeUnits{{"A", "B"}, "C", {2.0, 1.0}, {"people", "area"}}, {}},
                    {SplitUnit{"A", {"D", "E"}, {}, {}}, {}}},
                   false};
  EXPECT_THAT(scenarios, ElementsAre(a, b, Scenario{"c", "", {}, false}));
  EXPECT_EQ(scenarios[0].edits[1].location.line, 3);
}

TEST(ScenariosFromTableTest, ReadsVietnamese) {
  const auto scenarios =
      scenarios_from_table(parse_csv("Kịch bản,Thay đổi,Đơn vị,Mã,Giá trị,Tính lại mốc\n"
                                     "giảm chờ,Đặt,Thanh Hóa,entry,8,có\n"
                                     ",Trọng số,,time,15,\n"));

  EXPECT_THAT(scenarios,
              ElementsAre(Scenario{"giảm chờ",
                                   "",
                                   {{ChangeValue{{"Thanh Hóa"}, "entry", How::set, 8.0, {}}, {}},
                                    {ChangeWeights{{{"time", 15.0}}, true}, {}}},
                                   true}));
}

TEST(ScenariosFromTableTest, SaysAllProblemsAtOnceWithTheirCells) {
  const std::string errors =
      errors_of_table({{"scenario", "edit", "unit", "code", "amount", "details"},
                       {"a", "sett", "Huế", "entry", "8", ""},
                       {"", "set", "Huế", "", "8", ""},
                       {"", "set", "Huế", "entry", "1,5", ""},
                       {"", "set", "Huế", "entry", "", ""},
                       {"", "drop", "Huế", "land", "", ""},
                       {"", "weights", "", "a; b", "1", ""},
                       {"", "rule", "", "entry", "", "{min_mx: {}}"},
                       {"", "rule", "", "entry", "", "{a"},
                       {"", "add", "", "entry", "much", ""},
                       {"", "", "", "entry", "", ""}});

  EXPECT_EQ(
      errors,
      "t.xlsx:2:2: B2, a: unknown kind of edit 'sett' (did you mean 'set'?)\n"
      "t.xlsx:3:4: D3, a: the edit 'set' needs the code, and the cell is empty\n"
      "t.xlsx:4:5: E4, a: expected a number with a decimal point, found '1,5'; if ',' is the "
      "decimal sign of the table, say so (decimal ','); if it separates thousands, leave it out\n"
      "t.xlsx:5:5: E5, a: the edit 'set' needs the amount, and the cell is empty; `missing` takes "
      "a value away\n"
      "t.xlsx:6:3: C6, a: the edit 'drop' has no unit; empty the cell, or correct the kind of "
      "edit\n"
      "t.xlsx:7:5: E7, a: expected as many amounts as names (2), found 1; separate them by ';'\n"
      "t.xlsx:8:6: F8, a: expected one of identity, fixed, given, steps, proportional, per_unit, "
      "increments, deduct, categories, grades, formula, min_max, goalposts, z_score, scaled, "
      "distance_to_maximum, distance_to_reference, distance_to_target, fraction_of_maximum, "
      "adjusted_goalposts, rank, borda, percentile_rank, found the text 'min_mx' (did you mean "
      "'min_max'?)\n"
      "t.xlsx:9:6: F9, a: expected a word before the colon, found a mapping; look for a bracket "
      "that is not closed\n"
      "t.xlsx:10:5: E10, a: expected a number, found the text 'much'\n"
      "t.xlsx:11:2: B11, a: expected the kind of edit, found an empty cell; set, add, scale, "
      "weights, rule ...");
}

TEST(ScenariosFromTableTest, SaysWhatIsWrongWithTheHeading) {
  EXPECT_THAT(errors_of_table({}), HasSubstr("the table is empty"));
  EXPECT_THAT(errors_of_table({{"scenario", "edti", "unit", "unit"}}),
              AllOf(HasSubstr("unknown column 'edti' (did you mean 'edit'?)"),
                    HasSubstr("the column 'unit' stands twice"),
                    HasSubstr("the column 'edit' is missing")));
}

TEST(ScenarioTableTest, ScenariosComeBackEqualInBothLanguages) {
  const auto expected = all_scenarios();
  for (const auto language : {Language::en, Language::vi}) {
    EXPECT_EQ(scenarios_from_table(table_from_scenarios(expected, language)), expected);
  }
}

TEST(ScenarioTableTest, RandomScenariosComeBackEqual) {
  testing_io::RandomScenarios random(23);
  for (int i = 0; i < 200; ++i) {
    const auto scenarios = random.draw();
    const Table table = table_from_scenarios(scenarios, i % 2 == 0 ? Language::en : Language::vi);
    const std::string csv = to_csv(table);
    try {
      EXPECT_EQ(scenarios_from_table(table), scenarios) << csv;
      EXPECT_EQ(scenarios_from_table(parse_csv(csv)), scenarios) << csv;
    } catch (const Error& error) {
      FAIL() << error.what() << "\n" << csv;
    }
  }
}

TEST(ScenarioTableTest, OnlyColumnsThatSaySomethingAreWritten) {
  const Table table = table_from_scenarios({{"a", "", {{DropNode{"land"}, {}}}, false}});

  EXPECT_EQ(to_csv(table), "scenario,edit,code\na,drop,land\n");
}

TEST(ScenarioTableTest, ScenariosNeedNamesOfTheirOwn) {
  EXPECT_THROW(
      static_cast<void>(table_from_scenarios({{"a", "", {}, false}, {"a", "", {}, false}})),
      SpecError);
  EXPECT_THROW(static_cast<void>(table_from_scenarios({{"a", "", {}, false}, {"", "", {}, false}})),
               SpecError);
  EXPECT_EQ(scenarios_from_table(table_from_scenarios({{"", "", {{DropNode{"b"}, {}}}, false}})),
            (std::vector<Scenario>{{"", "", {{DropNode{"b"}, {}}}, false}}));
}

TEST(ScenarioTableTest, OneThatSaysNothingComesBack) {
  const std::vector<Scenario> nothing(1);
  for (const Language language : {Language::en, Language::vi}) {
    const Table table = table_from_scenarios(nothing, language);
    EXPECT_EQ(scenarios_from_table(table), nothing);
    EXPECT_EQ(scenarios_from_table(parse_csv(to_csv(table))), nothing);
  }
}

TEST(ScenarioTableTest, WhatStandsUnderNoHeadingIsNoScenario) {
  EXPECT_TRUE(scenarios_from_table(parse_csv("scenario,edit,\n,,see above\n")).empty());
}

TEST(ScenarioTableTest, DamagedTablesAreReadOrRefused) {
  std::mt19937_64 random(5);
  testing_io::RandomScenarios scenarios(5);
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const Table table = table_from_scenarios(scenarios.draw());
    Rows rows;
    for (Size r = 0; r < table.rows(); ++r) {
      auto& row = rows.emplace_back();
      for (Size c = 0; c < table.columns(); ++c) {
        row.emplace_back(table(r, c));
        if (random() % 20 == 0) row.back() = row.back().substr(0, row.back().size() / 2);
        if (random() % 20 == 0) row.back() = std::string(table(r, table.columns() - 1 - c));
      }
    }
    try {
      static_cast<void>(scenarios_from_table(Table("t", rows)));
    } catch (const SpecError& error) {
      EXPECT_FALSE(error.problems().empty());
      ++refused;
    } catch (const DataError&) {  // A letter was cut in two: no table.
    }
  }
  EXPECT_GT(refused, 50);
}

// ---- Keys --------------------------------------------------------------------------------------

// JSON is YAML.
TEST(ScenarioKeysTest, AreThoseOfTheSchema) {
  const std::string path = "share/schema/scenarios.schema.json";
  const Node schema = parse_document(read_file(path, 1 << 20), path);
  const Node* kinds = schema.find("$defs");
  ASSERT_NE(kinds, nullptr);

  std::set<std::string_view> known;
  for (const auto& [kind, keys] : scenario_keys()) {
    known.insert(kind);
    const Node* in_schema = kinds->find(kind);
    ASSERT_NE(in_schema, nullptr) << kind;
    const Node* properties = in_schema->find("properties");
    ASSERT_NE(properties, nullptr) << kind;
    std::set<std::string> found;
    for (const Node& key : properties->keys) found.insert(key.text);
    EXPECT_EQ(found, (std::set<std::string>(keys.begin(), keys.end()))) << kind;
  }
  for (std::size_t i = 0; i < kinds->keys.size(); ++i) {
    EXPECT_EQ(known.contains(kinds->keys[i].text), kinds->items[i].find("properties") != nullptr)
        << kinds->keys[i].text;
  }
}

}  // namespace
}  // namespace chiso
