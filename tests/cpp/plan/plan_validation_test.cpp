#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "chiso/plan/plan.hpp"
#include "plans.hpp"

namespace chiso {
namespace {

using test::agency;
using test::baseline;
using test::faults;
using test::group;
using test::remedy;
using test::sound_plan;
using test::target;
using test::task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Against = Target::Against;
using Quantity = Target::Quantity;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What is wrong with the sound plan after a change.
template <class Change>
std::vector<std::string> after(const Change& change) {
  PlanDefinition plan = sound_plan();
  change(plan);
  return faults(plan);
}

// ---- All at once --------------------------------------------------------------------------------

TEST(PlanValidationTest, ASoundPlanHasNoFault) { EXPECT_THAT(faults(sound_plan()), IsEmpty()); }

TEST(PlanValidationTest, APlanMayBeEmptyButForItsName) {
  PlanDefinition plan;
  plan.plan = "211";
  EXPECT_THAT(faults(plan), IsEmpty());
}

TEST(PlanValidationTest, EveryFaultIsReportedInTheOrderOfTheText) {
  PlanDefinition plan = sound_plan();
  plan.location = {"plan.yaml", 1, 1};
  plan.plan = "";
  plan.tasks[0].location = {"plan.yaml", 40, 3};
  plan.tasks[0].area = "c";
  plan.tasks[0].cost = -1.0;
  plan.targets[0].location = {"plan.yaml", 50, 3};
  plan.targets[0].region = "Nam Bộ";
  plan.agencies[0].location = {"plan.yaml", 20, 3};
  plan.agencies[0].parent = "so-noi-vuu";
  plan.areas[1].criteria = {{"pci", ""}};  // Its line is not known: that of the plan.

  std::vector<std::string> lines;
  try {
    static_cast<void>(Plan(plan));
  } catch (const SpecError& error) {
    for (const auto& problem : error.problems()) lines.push_back(problem.to_string());
  }

  EXPECT_THAT(
      lines,
      ElementsAre("plan.yaml:1:1: plan: expected a name, got nothing",
                  "plan.yaml:1:1: b: `of`: there is no index 'pci'; there are: par, papi; declare "
                  "it under `indices`, or correct the key",
                  "plan.yaml:20:3: ubnd-tinh: `parent`: there is no agency 'so-noi-vuu' (did you "
                  "mean 'so-noi-vu'?); declare it under `agencies`, or correct the code",
                  "plan.yaml:40:3: II.1.a.1: `area`: there is no area 'c'; there are: a, b; "
                  "declare it under `areas`, or correct the code",
                  "plan.yaml:40:3: II.1.a.1: expected a cost that is finite and not negative, got "
                  "-1",
                  "plan.yaml:50:3: par.rank: `region`: there is no region 'Nam Bộ'; there are: "
                  "Bắc Trung Bộ; declare it under `regions`, or correct the name"));
}

// ---- Head ---------------------------------------------------------------------------------------

TEST(PlanValidationTest, TheNameOfAPlanIsPlain) {
  EXPECT_THAT(after([](auto& p) { p.plan = "kế hoạch"; }),
              ElementsAre("plan: expected letters, digits, '.', '_' and '-', got 'kế hoạch'"));
}

TEST(PlanValidationTest, ThePeriodRunsForward) {
  EXPECT_THAT(after([](auto& p) {
                p.period = {Period(2025), Period(2022)};
                p.tasks[0].due = Date{2023, 1, 1};  // Inside the one that is meant.
              }),
              ElementsAre("period: expected `from` before `to`, got from 2025 to 2022"));
  EXPECT_THAT(after([](auto& p) { p.period = {Period(2025), Period(2025)}; }), IsEmpty());
}

TEST(PlanValidationTest, DaysExist) {
  EXPECT_THAT(after([](auto& p) {
                p.issued = Date{2022, 2, 29};
                p.provenance.checked = Date{2022, 13, 1};
                p.agencies[0].provenance.checked = Date{2022, 4, 31};
                p.baseline[0].provenance.checked = Date{0, 1, 1};
                p.targets[0].provenance.checked = Date{10000, 1, 1};
                p.tasks[0].provenance.checked = Date{2022, 1, 257};
                p.tasks[0].due = Date{2023, 2, 29};
                p.tasks[0].news = {{Date{2023, 6, 31}, TaskStatus::done, {}, {}, {}}};
                p.tasks[1].due = Date{2022, 257, 1};  // Nor modulo 256.
              }),
              ElementsAre("issued: `issued`: the day 2022-02-29 does not exist",
                          "checked: `checked`: the day 2022-13-01 does not exist",
                          "ubnd-tinh: `checked`: the day 2022-04-31 does not exist",
                          "par: `checked`: the day 0000-01-01 does not exist",
                          "par.rank: `checked`: the day 10000-01-01 does not exist",
                          "II.1.a.1: `due`: the day 2023-02-29 does not exist",
                          "II.1.a.1: `news`: the day 2023-06-31 does not exist",
                          "II.1.a.1: `checked`: the day 2022-01-257 does not exist",
                          "II.1.a.2: `due`: the day 2022-257-01 does not exist"));
  EXPECT_THAT(after([](auto& p) { p.issued = Date{2024, 2, 29}; }), IsEmpty());
}

// ---- Codes --------------------------------------------------------------------------------------

TEST(PlanValidationTest, CodesAreThereAndDistinct) {
  PlanDefinition plan = sound_plan();
  plan.indices.push_back({"", "pci", {}});
  plan.indices.push_back({"par", "pci", {}});
  plan.agencies.push_back(agency("so-hoa"));
  plan.agencies.push_back(agency(""));
  plan.areas.push_back({"a", {}, {}, {}});
  plan.areas.push_back({"", {}, {}, {}});
  plan.targets.push_back(plan.targets[0]);
  plan.targets[0].code = plan.targets[1].code = "t";
  plan.tasks[1].location = {"plan.yaml", 12, 1};
  plan.tasks.push_back(task("II.1.a.2"));
  plan.tasks.push_back(task(""));

  EXPECT_THAT(
      faults(plan),
      ElementsAre(
          "index 3: the index has no key", "par: the index 'par' stands twice, first at position 1",
          "so-hoa: the agency 'so-hoa' stands twice, first at position 3",
          "agency 9: the agency has no code", "a: the area 'a' stands twice, first at position 1",
          "area 4: the area has no code",
          "II.1.a.2: the task 'II.1.a.2' stands twice, first in line 12",
          "task 5: the task has no code", "par: the definition 'pci' has two keys, '' and 'par'",
          "t: the target 't' stands twice, first at position 1"));
}

TEST(PlanValidationTest, CodesOfAnnexesAreAllowed) {
  EXPECT_THAT(after([](auto& p) {
                p.tasks = {task("1.2"), task("II.1.a.2"), task("12"), task("A_b-3")};
              }),
              IsEmpty());
}

TEST(PlanValidationTest, CodesHaveNoOtherCharacters) {
  PlanDefinition plan = sound_plan();
  plan.indices.push_back({"p:ar", "pci", {}});
  plan.agencies.push_back(agency("sở"));
  plan.areas.push_back({"c 1", {}, {}, {}});
  plan.targets[0].code = "t;u";
  plan.tasks.push_back(task("a\n1"));
  plan.tasks.push_back(task(std::string("a\0", 2)));
  plan.tasks.push_back(task("\x7f"));
  plan.tasks[0].criteria = {{"par", "F\t1"}, {"par", "a:b"}};

  EXPECT_THAT(
      faults(plan),
      ElementsAre("p:ar: expected letters, digits, '.', '_' and '-' in a key, got 'p:ar'",
                  "sở: expected letters, digits, '.', '_' and '-' in a code, got 'sở'",
                  "c 1: expected letters, digits, '.', '_' and '-' in a code, got 'c 1'",
                  "a\\x0a1: expected letters, digits, '.', '_' and '-' in a code, got 'a\\x0a1'",
                  "a\\x00: expected letters, digits, '.', '_' and '-' in a code, got 'a\\x00'",
                  "\\x7f: expected letters, digits, '.', '_' and '-' in a code, got '\\x7f'",
                  "t;u: expected letters, digits, '.', '_' and '-' in a code, got 't;u'",
                  "II.1.a.1: `of`: expected letters, digits, '.', '_' and '-' in the code of a "
                  "criterion, got 'F\\x091'",
                  "II.1.a.1: `of`: expected letters, digits, '.', '_' and '-' in the code of a "
                  "criterion, got 'a:b'"));
}

TEST(PlanValidationTest, EveryKeyNamesADefinitionOfItsOwn) {
  EXPECT_THAT(
      after([](auto& p) {
        p.indices = {
            {"par", "", {}}, {"papi", "papi", {}}, {"papi2", "papi", {}}, {"pci", "pci 2021", {}}};
        p.areas[0].criteria = {};
      }),
      ElementsAre("par: the key names no definition",
                  "papi2: the definition 'papi' has two keys, 'papi' and 'papi2'",
                  "pci: expected letters, digits, '.', '_' and '-' in the name of a definition, "
                  "got 'pci 2021'"));
}

TEST(PlanValidationTest, RegionsHaveNamesAndUnits) {
  EXPECT_THAT(after([](auto& p) {
                p.regions.push_back({"", {"Hà Nội"}, {}});
                p.regions.push_back({"Bắc Trung Bộ", {"Hà Nội"}, {}});
                p.regions.push_back({"Nam; Bộ", {}, {}});
                p.regions.push_back({"Bắc Bộ", {"Hà Nội", "", "Hà\nNam", "Hà Nội"}, {}});
              }),
              ElementsAre("region 2: the region has no name",
                          "Bắc Trung Bộ: the region 'Bắc Trung Bộ' stands twice, first at position "
                          "1",
                          "Nam; Bộ: the name 'Nam; Bộ' has ';' in it",
                          "Nam; Bộ: the region has no units", "Bắc Bộ: the name of a unit is empty",
                          "Bắc Bộ: the name 'Hà\\x0aNam' has a line break in it",
                          "Bắc Bộ: the unit 'Hà Nội' stands twice"));
}

// ---- Agencies -----------------------------------------------------------------------------------

TEST(PlanValidationTest, OneSpellingIsOfOneAgency) {
  PlanDefinition plan = sound_plan();
  plan.agencies[1].location = {"plan.yaml", 20, 3};
  // A code, a title and an alias of others, with another case and punctuation.
  plan.agencies.push_back(agency("x", {"", "Sở Nội Vụ"}));
  plan.agencies.push_back(agency("y", {"SO-HOA", ""}));
  plan.agencies.push_back(agency("z", {}, {"S.N.V."}));

  EXPECT_THAT(faults(plan),
              ElementsAre("x: 'Sở Nội Vụ' means two agencies, 'so-noi-vu' in line 20 and 'x'",
                          "y: 'SO-HOA' means two agencies, 'so-hoa' at position 3 and 'y'",
                          "z: 'S.N.V.' means two agencies, 'so-noi-vu' in line 20 and 'z'"));
}

TEST(PlanValidationTest, AnAgencyMayRepeatItsOwnName) {
  EXPECT_THAT(after([](auto& p) {
                p.agencies[1].title.en = "SNV";
                p.agencies[1].aliases = {"snv", "Sở Nội vụ", "So noi vu"};
              }),
              IsEmpty());
}

TEST(PlanValidationTest, NamesOfAgenciesCanStandInALineOfATable) {
  EXPECT_THAT(after([](auto& p) {
                p.agencies[0].title = {"A; B", "A\nB"};
                p.agencies[1].aliases = {"", "C\rD", "E\tF", "\xff"};
              }),
              ElementsAre("ubnd-tinh: the name 'A; B' has ';' in it",
                          "ubnd-tinh: the name 'A\\x0aB' has a line break in it",
                          "so-noi-vu: an alias is empty",
                          "so-noi-vu: the name 'C\\x0dD' has a line break in it",
                          "so-noi-vu: the name 'E\\x09F' has a control character in it",
                          "so-noi-vu: a name is not valid UTF-8"));
}

TEST(PlanValidationTest, OnlyGroupsHaveMembers) {
  EXPECT_THAT(after([](auto& p) { p.agencies[0].members = {"so-hoa"}; }),
              ElementsAre("ubnd-tinh: the agency has members, 'so-hoa' first, and is no group"));
}

TEST(PlanValidationTest, MembersAreDeclaredAndStandOnce) {
  EXPECT_THAT(
      after([](auto& p) {
        p.agencies[4].members = {"so-noi-vu", "so-noi-v", "", "so-noi-vu", "SNV"};
      }),
      ElementsAre("cac-so: `members`: there is no agency 'so-noi-v' (did you mean 'so-noi-vu'?)",
                  "cac-so: `members`: the code of an agency is empty",
                  "cac-so: `members`: the agency 'so-noi-vu' stands twice",
                  // Another spelling of a name is no code, but it is known whose it is.
                  "cac-so: `members`: there is no agency 'SNV' (did you mean 'so-noi-vu'?)"));
}

TEST(PlanValidationTest, CirclesOfGroupsAreShownAsAPath) {
  PlanDefinition plan = sound_plan();
  plan.agencies[4].members = {"so-hoa", "tat-ca"};  // tat-ca has cac-so.
  plan.agencies[6].members = {"cac-huyen"};
  EXPECT_THAT(faults(plan),
              ElementsAre("cac-so: the group contains itself: cac-so -> tat-ca -> cac-so",
                          "cac-huyen: the group contains itself: cac-huyen -> cac-huyen"));
}

TEST(PlanValidationTest, TwoCirclesThroughOneGroupAreBothShown) {
  PlanDefinition plan;
  plan.plan = "eight";
  plan.agencies = {group("a", {"b", "c"}), group("b", {"a"}), group("c", {"a"})};
  EXPECT_THAT(faults(plan), ElementsAre("a: the group contains itself: a -> b -> a",
                                        "a: the group contains itself: a -> c -> a"));
}

TEST(PlanValidationTest, CirclesOfParentsAreShownAsAPath) {
  EXPECT_THAT(after([](auto& p) {
                p.agencies[0].parent = "phong-cchc";
                p.agencies[2].parent = "so-hoa";
              }),
              ElementsAre("ubnd-tinh: the agency belongs to itself: ubnd-tinh -> phong-cchc -> "
                          "so-noi-vu -> ubnd-tinh",
                          "so-hoa: the agency belongs to itself: so-hoa -> so-hoa"));
}

TEST(PlanValidationTest, TheMiddleOfALongPathIsLeftOut) {
  PlanDefinition plan;
  plan.plan = "long";
  for (int i = 0; i < 20; ++i) {
    plan.agencies.push_back(group("g" + std::to_string(i), {"g" + std::to_string((i + 1) % 20)}));
  }
  EXPECT_THAT(faults(plan),
              ElementsAre("g0: the group contains itself: g0 -> g1 -> g2 -> g3 -> g4 -> g5 -> "
                          "(8 more) -> g14 -> g15 -> g16 -> g17 -> g18 -> g19 -> g0"));
}

// ---- Baseline and targets -----------------------------------------------------------------------

TEST(PlanValidationTest, BaselinesSaySomethingOnce) {
  EXPECT_THAT(after([](auto& p) {
                p.baseline = {baseline("par", 2021, 86.0, 14.0), baseline("par", 2021, 85.0, {}),
                              baseline("papi", 2021, {}, {}), baseline("papi", 2020, kNan, 0.5),
                              baseline("pra:F1", 2020, 1.0, kInfinity)};
                p.baseline.push_back(baseline("papi", 2019, 1.0, {}));
                p.baseline.back().period = Period();
              }),
              ElementsAre("par: the baseline of 2021 stands twice",
                          "papi: the baseline has neither a score nor a rank",
                          "papi: expected a finite score, got nan",
                          "papi: expected a rank of 1 or more, got 0.5",
                          "pra:F1: `of`: there is no index 'pra' (did you mean 'par'?)",
                          "pra:F1: expected a rank of 1 or more, got inf",
                          "papi: the baseline has no period"));
}

TEST(PlanValidationTest, ATargetPromisesSomethingThatCanBe) {
  const auto range = [](Quantity quantity, Interval given, Against against = Against::nothing) {
    return after([&](auto& p) {
      p.targets[0].quantity = quantity;
      p.targets[0].range = given;
      p.targets[0].against = against;
    });
  };
  EXPECT_THAT(range(Quantity::score, {70.0, 60.0, true, true}),
              ElementsAre("par.score: no number is in the range [70, 60]"));
  EXPECT_THAT(range(Quantity::score, {70.0, 70.0, true, false}),
              ElementsAre("par.score: no number is in the range [70, 70)"));
  EXPECT_THAT(range(Quantity::score, {kNan, 70.0, true, true}), SizeIs(1));
  EXPECT_THAT(range(Quantity::score, {}),
              ElementsAre("par.score: every number is in the range, so that nothing is promised"));
  EXPECT_THAT(range(Quantity::rank, parse_interval("< 1")),
              ElementsAre("par.rank: ranks begin with 1, and the range is < 1"));
  EXPECT_THAT(range(Quantity::rank, parse_interval("<= 0.5")), SizeIs(1));
  EXPECT_THAT(range(Quantity::rank, parse_interval("<= 1")), IsEmpty());
  EXPECT_THAT(range(Quantity::rank, parse_interval("<= 0"), Against::previous), IsEmpty());
  EXPECT_THAT(range(Quantity::percent, parse_interval("[-1, 101]")),
              ElementsAre("par.percent: expected 0 to 100 percent, got -1",
                          "par.percent: expected 0 to 100 percent, got 101"));
  EXPECT_THAT(range(Quantity::percent, parse_interval("[0, 100]")), IsEmpty());
  EXPECT_THAT(range(Quantity::percent, parse_interval(">= -2"), Against::previous), IsEmpty());
  EXPECT_THAT(range(Quantity::percent, parse_interval(">= -200"), Against::previous),
              ElementsAre("par.percent: expected -100 to 100 percent, got -200"));
  EXPECT_THAT(range(Quantity::score, parse_interval(">= 960")), IsEmpty());
}

TEST(PlanValidationTest, TargetsAreOfTheIndicesOfThePlan) {
  EXPECT_THAT(after([](auto& p) {
                p.targets = {target("pra", Quantity::rank, "<= 0", Against::baseline),
                             target("par", Quantity::rank, "<= 1")};
                p.targets[1].criterion.index = "";
              }),
              ElementsAre("pra.rank: `of`: there is no index 'pra' (did you mean 'par'?)",
                          ".rank: `of`: a criterion names no index"));
}

TEST(PlanValidationTest, RegionsAreForRanks) {
  EXPECT_THAT(after([](auto& p) {
                p.targets = {target("par", Quantity::score, ">= 1"),
                             target("par", Quantity::percent, ">= 1"),
                             target("par", Quantity::rank, "<= 1"),
                             target("papi", Quantity::rank, "<= 1")};
                for (auto& t : p.targets) t.region = "Bắc Trung Bộ";
                p.targets[3].region = "Bắc Trung bộ";
              }),
              ElementsAre("par.score: a region is for ranks, and the target is a score",
                          "par.percent: a region is for ranks, and the target is a percentage",
                          "papi.rank: `region`: there is no region 'Bắc Trung bộ' (did you mean "
                          "'Bắc Trung Bộ'?)"));
}

TEST(PlanValidationTest, WhatIsAgainstTheBaselineNeedsOne) {
  EXPECT_THAT(
      after([](auto& p) {
        p.baseline = {baseline("par", 2020, 84.0, 20.0), baseline("par", 2021, {}, 14.0),
                      baseline("papi", 2021, 44.0, {})};
        p.targets = {target("par", Quantity::rank, "<= 0", Against::baseline),
                     target("par", Quantity::score, "> 0", Against::baseline),
                     target("papi", Quantity::rank, "<= 0", Against::baseline),
                     target("papi", Quantity::percent, "> 0", Against::baseline),
                     target("par:F1", Quantity::rank, "<= 0", Against::baseline),
                     target("par:F1", Quantity::rank, "<= 0", Against::previous),
                     target("par", Quantity::rank, "<= 0", Against::baseline)};
        p.targets[6].region = "Bắc Trung Bộ";
      }),
      ElementsAre(
          "par.score: the target is against the baseline, and that of 'par' of 2021 has no score",
          "papi.rank: the target is against the baseline, and that of 'papi' of 2021 has no rank",
          "par-F1.rank: the target is against the baseline, and 'par:F1' has none",
          "par.rank-2: the target is against the baseline, whose rank is among all units"));
}

// ---- Tasks --------------------------------------------------------------------------------------

TEST(PlanValidationTest, TasksNameWhatIsDeclared) {
  EXPECT_THAT(
      after([](auto& p) {
        p.tasks[0].area = "aa";
        p.tasks[0].criteria = {{"par", "F1"}, {"", "F1"}, {"pappi", ""}};
        p.tasks[0].assignments = {{TaskRole::lead, "so-nội-vụ"}, {TaskRole::review, ""}};
        p.tasks[0].addressees = {"ubnd-tỉnh-thanh"};
        p.tasks[0].effects = {{{"pari", "F1"}, TaskEffect::Kind::add_points, 1.0}};
      }),
      ElementsAre("II.1.a.1: `area`: there is no area 'aa' (did you mean 'a'?)",
                  "II.1.a.1: `of`: a criterion names no index",
                  "II.1.a.1: `of`: there is no index 'pappi' (did you mean 'papi'?)",
                  "II.1.a.1: `lead`: there is no agency 'so-nội-vụ' (did you mean 'so-noi-vu'?)",
                  "II.1.a.1: `review`: the code of an agency is empty",
                  "II.1.a.1: `to`: there is no agency 'ubnd-tỉnh-thanh'; there are: ubnd-tinh, "
                  "so-noi-vu, so-hoa, phong-cchc, cac-so, tat-ca, cac-huyen",
                  "II.1.a.1: `effects`: there is no index 'pari' (did you mean 'par'?)"));
}

TEST(PlanValidationTest, RolesCriteriaAndAddresseesStandOnce) {
  EXPECT_THAT(after([](auto& p) {
                p.tasks[0].assignments = {{TaskRole::lead, "so-noi-vu"},
                                          {TaskRole::review, "so-noi-vu"},
                                          {TaskRole::lead, "so-hoa"},
                                          {TaskRole::lead, "so-noi-vu"}};
                p.tasks[0].criteria = {{"par", "F1"}, {"par", "F2"}, {"papi", "F1"},
                                       {"par", "F1"}, {"par", ""},   {"par", "F1"}};
                p.tasks[0].addressees = {"ubnd-tinh", "so-hoa", "ubnd-tinh"};
                p.areas[0].criteria = {{"papi", ""}, {"papi", ""}};
              }),
              ElementsAre("a: `of`: the criterion 'papi' stands twice",
                          "II.1.a.1: `of`: the criterion 'par:F1' stands twice",
                          "II.1.a.1: `lead`: the agency 'so-noi-vu' stands twice",
                          "II.1.a.1: `to`: the agency 'ubnd-tinh' stands twice"));
  // The same agency in the same role of two tasks.
  EXPECT_THAT(after([](auto& p) { p.tasks[1].assignments = p.tasks[0].assignments; }), IsEmpty());
}

TEST(PlanValidationTest, ARoleIsOneOfTheTwelve) {
  EXPECT_THAT(after([](auto& p) {
                p.tasks[0].assignments = {{static_cast<TaskRole>(12), "so-noi-vu"}};
              }),
              ElementsAre("II.1.a.1: expected a role from 0 to 11, got 12"));
}

TEST(PlanValidationTest, DueDatesLieInThePeriodOfThePlan) {
  const auto due = [](Date date, PeriodRange period) {
    return after([&](auto& p) {
      p.period = period;
      p.tasks[0].due = date;
    });
  };
  const PeriodRange years{Period(2022), Period(2025)};
  EXPECT_THAT(due({2021, 12, 31}, years),
              ElementsAre("II.1.a.1: the due date 2021-12-31 is outside the period of the plan "
                          "(2022 to 2025)"));
  EXPECT_THAT(due({2022, 1, 1}, years), IsEmpty());
  EXPECT_THAT(due({2025, 12, 31}, years), IsEmpty());
  EXPECT_THAT(due({2026, 1, 1}, years), SizeIs(1));
  EXPECT_THAT(due({2026, 1, 1}, {Period(2022), {}}), IsEmpty());
  EXPECT_THAT(due({2026, 1, 1}, {{}, Period(2025)}),
              ElementsAre("II.1.a.1: the due date 2026-01-01 is outside the period of the plan "
                          "(until 2025)"));
  EXPECT_THAT(due({1999, 1, 1}, {}), IsEmpty());
}

TEST(PlanValidationTest, WhatGoesOnAllTheTimeIsNeverDue) {
  EXPECT_THAT(after([](auto& p) {
                p.tasks[0].due = Date{2023, 1, 1};
                p.tasks[0].recurrence = Recurrence::continuous;
                p.tasks[1].due = Date{2023, 1, 1};
                p.tasks[1].recurrence = Recurrence::yearly;
                p.tasks[2].recurrence = Recurrence::continuous;
              }),
              ElementsAre("II.1.a.1: the task goes on all the time, and is due on 2023-01-01"));
}

TEST(PlanValidationTest, WhatIsDoneIsNotToBeStarted) {
  const auto history = [](std::vector<TaskNews> news, std::optional<Recurrence> recurrence = {}) {
    return after([&](auto& p) {
      p.tasks[0].news = std::move(news);
      p.tasks[0].recurrence = recurrence;
    });
  };
  const TaskNews done{Date{2023, 3, 1}, TaskStatus::done, {}, {}, {}};
  const TaskNews again{Date{2023, 5, 1}, TaskStatus::not_started, {}, {}, {}};
  const TaskNews between{Date{2023, 4, 1}, TaskStatus::in_progress, {}, {}, {}};
  const TaskNews before{Date{2023, 1, 1}, TaskStatus::not_started, {}, {}, {}};

  const std::string fault =
      "II.1.a.1: the task is done on 2023-03-01 and not started on 2023-05-01";
  EXPECT_THAT(history({done, again}), ElementsAre(fault));
  EXPECT_THAT(history({again, done}), ElementsAre(fault)) << "by date, not by place";
  EXPECT_THAT(history({done, between, again}), ElementsAre(fault));
  EXPECT_THAT(history({done, again}, Recurrence::once), ElementsAre(fault));
  EXPECT_THAT(history({done, again}, Recurrence::continuous), ElementsAre(fault));
  EXPECT_THAT(history({done, again}, Recurrence::quarterly), IsEmpty()) << "the next time";
  EXPECT_THAT(history({before, done}), IsEmpty());
  EXPECT_THAT(history({done, between}), IsEmpty()) << "taken up again";
}

TEST(PlanValidationTest, NumbersAreInTheirRange) {
  EXPECT_THAT(after([](auto& p) {
                const Date day{2023, 1, 1};
                p.tasks[0].cost = kNan;
                p.tasks[1].cost = kInfinity;
                p.tasks[1].effects = {{{"par", "F1"}, TaskEffect::Kind::add_points, kNan},
                                      {{"par", "F1"}, TaskEffect::Kind::add_value, -1.0}};
                p.tasks[2].cost = 0.0;
                p.tasks[2].news = {{day, TaskStatus::in_progress, -0.5, {}, {}},
                                   {day, TaskStatus::in_progress, 0.0, {}, {}},
                                   {day, TaskStatus::in_progress, 100.0, {}, {}},
                                   {day, TaskStatus::in_progress, 100.5, {}, {}},
                                   {day, TaskStatus::in_progress, kNan, {}, {}}};
              }),
              ElementsAre("II.1.a.1: expected a cost that is finite and not negative, got nan",
                          "II.1.a.2: expected a cost that is finite and not negative, got inf",
                          "II.1.a.2: `effects`: expected a finite amount, got nan",
                          "II.1.b.1: the news of 2023-01-01: expected 0 to 100 percent, got -0.5",
                          "II.1.b.1: the news of 2023-01-01: expected 0 to 100 percent, got 100.5",
                          "II.1.b.1: the news of 2023-01-01: expected 0 to 100 percent, got nan"));
}

// ---- Remedies -----------------------------------------------------------------------------------

TEST(PlanValidationTest, AFaultSaysWhatToDo) {
  const auto cure = [](const auto& change) {
    PlanDefinition plan = sound_plan();
    change(plan);
    return remedy(plan);
  };
  EXPECT_EQ(cure([](auto& p) { p.tasks[0].assignments[0].agency = "x"; }),
            "declare it under `agencies`, or correct the code");
  EXPECT_EQ(cure([](auto& p) { p.agencies[0].members = {"so-hoa"}; }),
            "make it a group, or remove its members");
  EXPECT_EQ(cure([](auto& p) {
              p.targets = {target("par:F1", Quantity::rank, "<= 0", Against::baseline)};
            }),
            "give its rank under `baseline`");
  EXPECT_EQ(cure([](auto& p) { p.tasks[1].code = p.tasks[0].code; }),
            "give every task a code of its own");
  EXPECT_THAT(cure([](auto& p) { p.agencies[0].aliases = {"a;b"}; }),
              HasSubstr("without ';': tables separate names by them"));
}

}  // namespace
}  // namespace chiso
