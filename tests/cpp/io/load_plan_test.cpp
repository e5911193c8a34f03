#include "chiso/io/load_plan.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "random_plan.hpp"
#include "schema_keys.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Line by line; tests change one.
const std::vector<std::string> kGood{
    "chiso: 1",
    "plan: thanh-hoa-211",
    "title: {en: Plan, vi: Kế hoạch}",
    "unit: Thanh Hóa",
    "authority: Chủ tịch UBND tỉnh",
    "issued: 2022-08-26",
    "period: {from: 2022, to: 2025}",
    "status: official",
    "source: the document",
    "reference: 211/KH-UBND",
    "checked: 2026-11-23",
    "note: a note",
    "currency: triệu đồng",
    "indices: {par: par-fields, papi: papi-2021}",
    "regions:",
    "  Bắc Trung Bộ: [Thanh Hóa, Nghệ An]",
    "agencies:",
    "  ubnd-tinh:",
    "  so-noi-vu: {title: {en: Home Affairs, vi: Sở Nội vụ}, aliases: [SNV], head: Director, "
    "parent: "
    "ubnd-tinh, note: x}",
    "  so-tu-phap: {title: Justice}",
    "  cac-so: {members: [so-noi-vu, so-tu-phap]}",
    "  cac-huyen: {group: true}",
    "areas:",
    "  a: {title: {vi: Chỉ đạo}, of: [\"par:F1\", papi]}",
    "  b:",
    "baseline:",
    "  - {of: par, period: 2021, rank: 14, source: the opening}",
    "  - {of: papi, period: 2021, rank: 3, score: 47.1}",
    "targets:",
    "  - {of: par, rank: <= 10, by: 2023, note: y}",
    "  - {of: \"par:F1\", percent: \">= 96\"}",
    "  - {of: papi, rank: keep}",
    "  - {of: papi, score: raise}",
    "  - {of: papi, score: \">= 0.5\", against: previous}",
    "  - {code: region, title: R, of: papi, rank: \"[1, 3]\", region: Bắc Trung Bộ}",
    "tasks:",
    "  - code: a.1",
    "    title: {vi: Việc, en: Work}",
    "    paragraph: II.1.a.1",
    "    area: a",
    "    of: [\"par:F1\", papi]",
    "    lead: [so-noi-vu]",
    "    coordinate: [cac-so, cac-huyen]",
    "    to: ubnd-tinh",
    "    due: 2023-12-15",
    "    every: year",
    "    product: a report",
    "    evidence: its number",
    "    cost: 120.5",
    "    effects: [{of: \"par:F1\", add: 1}, {of: \"par:F2\", to: 90}, {of: papi, add_points: "
    "0.5}, "
    "{of: papi, to_points: 7}]",
    "    news:",
    "      - {date: 2023-03-31, status: in_progress, percent: 40, evidence: 12/BC, note: slow}",
    "      - {date: 2023-06-30, status: done}",
    "    source: somebody",
    "  - code: a.2",
};

std::string text_with(std::string_view line, std::string_view instead) {
  std::string text;
  bool found = false;
  for (const auto& each : kGood) {
    const bool is_it = each == line;
    found = found || is_it;
    if (is_it && instead.empty()) continue;
    text += (is_it ? std::string(instead) : each) + "\n";
  }
  EXPECT_TRUE(found) << "no such line: " << line;
  return text;
}

std::string good() { return text_with("chiso: 1", "chiso: 1"); }

std::string errors_of(std::string_view yaml) {
  try {
    static_cast<void>(parse_plan(yaml, "a.yaml"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

std::string errors_with(std::string_view line, std::string_view instead) {
  return errors_of(text_with(line, instead));
}

// What is wrong with a task of these lines, in a plan in which all else is well.
std::string errors_of_task(std::string_view lines) { return errors_with("  - code: a.2", lines); }

std::string errors_of_target(std::string_view target) {
  return errors_with("  - {of: papi, rank: keep}", target);
}

// ---- Every key ---------------------------------------------------------------------------------

TEST(LoadPlanTest, ReadsTheHead) {
  const Plan plan = parse_plan(good(), "a.yaml");
  const PlanDefinition& d = plan.definition();

  EXPECT_EQ(plan.name(), "thanh-hoa-211");
  EXPECT_EQ(d.title, (Title{"Plan", "Kế hoạch"}));
  EXPECT_EQ(d.unit, "Thanh Hóa");
  EXPECT_EQ(d.authority, "Chủ tịch UBND tỉnh");
  EXPECT_EQ(d.issued, (Date{2022, 8, 26}));
  EXPECT_EQ(d.period, (PeriodRange{Period(2022), Period(2025)}));
  EXPECT_EQ(d.provenance, (Provenance{Status::official, "the document", "211/KH-UBND",
                                      Date{2026, 11, 23}, "a note"}));
  EXPECT_EQ(d.currency, "triệu đồng");
}

TEST(LoadPlanTest, ReadsWhatIsDeclared) {
  const PlanDefinition d = parse_plan(good(), "a.yaml").definition();

  EXPECT_EQ(d.indices,
            (std::vector<PlanIndex>{{"par", "par-fields", {}}, {"papi", "papi-2021", {}}}));
  EXPECT_EQ(d.regions, (std::vector<PlanRegion>{{"Bắc Trung Bộ", {"Thanh Hóa", "Nghệ An"}, {}}}));
  ASSERT_EQ(d.agencies.size(), 5u);
  Agency nothing_but_a_code;
  nothing_but_a_code.code = "ubnd-tinh";
  EXPECT_EQ(d.agencies[0], nothing_but_a_code);
  const Agency& department = d.agencies[1];
  EXPECT_EQ(department.code, "so-noi-vu");
  EXPECT_EQ(department.title, (Title{"Home Affairs", "Sở Nội vụ"}));
  EXPECT_EQ(department.aliases, std::vector<std::string>{"SNV"});
  EXPECT_EQ(department.head, "Director");
  EXPECT_EQ(department.parent, "ubnd-tinh");
  EXPECT_FALSE(department.is_group);
  EXPECT_EQ(department.provenance.note, "x");
  EXPECT_EQ(d.agencies[2].title, (Title{"Justice", ""}));
  EXPECT_TRUE(d.agencies[3].is_group);
  EXPECT_EQ(d.agencies[3].members, (std::vector<std::string>{"so-noi-vu", "so-tu-phap"}));
  EXPECT_TRUE(d.agencies[4].is_group);
  EXPECT_TRUE(d.agencies[4].members.empty());
  EXPECT_EQ(d.areas,
            (std::vector<PlanArea>{{"a", {"", "Chỉ đạo"}, {{"par", "F1"}, {"papi", ""}}, {}},
                                   {"b", {}, {}, {}}}));
  ASSERT_EQ(d.baseline.size(), 2u);
  EXPECT_EQ(d.baseline[0].criterion, (CriterionRef{"par", ""}));
  EXPECT_EQ(d.baseline[0].period, Period(2021));
  EXPECT_EQ(d.baseline[0].rank, 14.0);
  EXPECT_FALSE(d.baseline[0].score.has_value());
  EXPECT_EQ(d.baseline[0].provenance.source, "the opening");
  EXPECT_EQ(d.baseline[1].score, 47.1);
}

TEST(LoadPlanTest, ReadsTargets) {
  using Quantity = Target::Quantity;
  using Against = Target::Against;
  const std::vector<Target> targets = parse_plan(good(), "a.yaml").definition().targets;

  ASSERT_EQ(targets.size(), 6u);
  EXPECT_EQ(targets[0].criterion, (CriterionRef{"par", ""}));
  EXPECT_EQ(targets[0].quantity, Quantity::rank);
  EXPECT_EQ(targets[0].against, Against::nothing);
  EXPECT_EQ(targets[0].range, Interval::closed(-kInfinity, 10.0));
  EXPECT_EQ(targets[0].by, Period(2023));
  EXPECT_EQ(targets[0].provenance.note, "y");
  EXPECT_EQ(targets[1].criterion, (CriterionRef{"par", "F1"}));
  EXPECT_EQ(targets[1].quantity, Quantity::percent);
  EXPECT_EQ(targets[1].range, Interval::closed(96.0, kInfinity));
  EXPECT_EQ(targets[2].quantity, Quantity::rank);
  EXPECT_EQ(targets[2].against, Against::baseline);
  EXPECT_EQ(targets[2].range, Interval::closed(-kInfinity, 0.0));
  EXPECT_EQ(targets[3].quantity, Quantity::score);
  EXPECT_EQ(targets[3].against, Against::baseline);
  EXPECT_EQ(targets[3].range, (Interval{0.0, kInfinity, false, false}));
  EXPECT_EQ(targets[4].against, Against::previous);
  EXPECT_EQ(targets[4].range, Interval::closed(0.5, kInfinity));
  EXPECT_EQ(targets[5].code, "region");
  EXPECT_EQ(targets[5].title.en, "R");
  EXPECT_EQ(targets[5].region, "Bắc Trung Bộ");
  EXPECT_EQ(targets[5].range, Interval::closed(1.0, 3.0));
}

TEST(LoadPlanTest, ReadsTasks) {
  using Kind = TaskEffect::Kind;
  const std::vector<Task> tasks = parse_plan(good(), "a.yaml").definition().tasks;

  ASSERT_EQ(tasks.size(), 2u);
  const Task& task = tasks[0];
  EXPECT_EQ(task.code, "a.1");
  EXPECT_EQ(task.title, (Title{"Work", "Việc"}));
  EXPECT_EQ(task.paragraph, "II.1.a.1");
  EXPECT_EQ(task.area, "a");
  EXPECT_EQ(task.criteria, (std::vector<CriterionRef>{{"par", "F1"}, {"papi", ""}}));
  EXPECT_EQ(task.assignments, (std::vector<Assignment>{{TaskRole::lead, "so-noi-vu"},
                                                       {TaskRole::coordinate, "cac-so"},
                                                       {TaskRole::coordinate, "cac-huyen"}}));
  EXPECT_EQ(task.addressees, std::vector<std::string>{"ubnd-tinh"});
  EXPECT_EQ(task.due, (Date{2023, 12, 15}));
  EXPECT_EQ(task.recurrence, Recurrence::yearly);
  EXPECT_EQ(task.product, "a report");
  EXPECT_EQ(task.evidence, "its number");
  EXPECT_EQ(task.cost, 120.5);
  EXPECT_EQ(task.effects, (std::vector<TaskEffect>{{{"par", "F1"}, Kind::add_value, 1.0},
                                                   {{"par", "F2"}, Kind::set_value, 90.0},
                                                   {{"papi", ""}, Kind::add_points, 0.5},
                                                   {{"papi", ""}, Kind::set_points, 7.0}}));
  EXPECT_EQ(task.news, (std::vector<TaskNews>{
                           {Date{2023, 3, 31}, TaskStatus::in_progress, 40.0, "12/BC", "slow"},
                           {Date{2023, 6, 30}, TaskStatus::done, {}, "", ""}}));
  EXPECT_EQ(task.provenance.source, "somebody");
  Task nothing_but_a_code;
  nothing_but_a_code.code = "a.2";
  EXPECT_EQ(tasks[1], nothing_but_a_code);
}

TEST(LoadPlanTest, EveryRoleIsAKey) {
  for (const auto& role : task_roles()) {
    const std::string key(role.word);
    const Plan plan = parse_plan(
        text_with("  - code: a.2", "  - {code: a.2, " + key + ": [so-noi-vu, so-tu-phap]}"));
    EXPECT_EQ(plan.task(1).assignments,
              (std::vector<Assignment>{{role.role, "so-noi-vu"}, {role.role, "so-tu-phap"}}))
        << key;
  }
}

TEST(LoadPlanTest, EveryWordForHowOften) {
  const std::vector<std::pair<std::string, Recurrence>> words{
      {"once", Recurrence::once},
      {"year", Recurrence::yearly},
      {"half_year", Recurrence::half_yearly},
      {"quarter", Recurrence::quarterly},
      {"month", Recurrence::monthly},
      {"always", Recurrence::continuous}};
  for (const auto& [word, recurrence] : words) {
    const Plan plan =
        parse_plan(text_with("  - code: a.2", "  - {code: a.2, every: " + word + "}"));
    EXPECT_EQ(plan.task(1).recurrence, recurrence) << word;
  }
}

TEST(LoadPlanTest, EveryStatusOfNews) {
  for (const TaskStatus status : {TaskStatus::not_started, TaskStatus::in_progress,
                                  TaskStatus::done, TaskStatus::cancelled}) {
    const Plan plan = parse_plan(text_with(
        "  - code: a.2",
        "  - {code: a.2, news: [{date: 2023-01-02, status: " + std::string(name(status)) + "}]}"));
    EXPECT_EQ(plan.task(1).news[0].status, status);
  }
}

TEST(LoadPlanTest, WordsForTargetsAreRangesOfAChange) {
  const auto range_of = [](const std::string& promise) {
    const Plan plan =
        parse_plan(text_with("  - {of: papi, rank: keep}", "  - {of: papi, " + promise + "}"));
    return std::pair(plan.target(2).against, plan.target(2).range);
  };
  using Against = Target::Against;
  const Interval not_worse = Interval::closed(0.0, kInfinity);
  const Interval better{0.0, kInfinity, false, false};

  EXPECT_EQ(range_of("rank: keep"),
            std::pair(Against::baseline, Interval::closed(-kInfinity, 0.0)));
  EXPECT_EQ(range_of("rank: raise"),
            std::pair(Against::baseline, (Interval{-kInfinity, 0.0, false, false})));
  EXPECT_EQ(range_of("score: keep"), std::pair(Against::baseline, not_worse));
  EXPECT_EQ(range_of("score: raise"), std::pair(Against::baseline, better));
  EXPECT_EQ(range_of("percent: keep"), std::pair(Against::baseline, not_worse));
  EXPECT_EQ(range_of("percent: raise"), std::pair(Against::baseline, better));
  EXPECT_EQ(range_of("score: keep, against: previous"), std::pair(Against::previous, not_worse));
  EXPECT_EQ(range_of("against: previous, score: raise"), std::pair(Against::previous, better));
}

TEST(LoadPlanTest, AListOfOneMayBeTheOne) {
  const Plan one = parse_plan(text_with("    lead: [so-noi-vu]", "    lead: so-noi-vu"));

  EXPECT_EQ(one, parse_plan(good()));
}

TEST(LoadPlanTest, TellsWhereEveryPartStands) {
  const PlanDefinition d = parse_plan(good(), "a.yaml").definition();

  EXPECT_EQ(d.location, (Location{"a.yaml", 1, 1}));
  EXPECT_EQ(d.indices[1].location, (Location{"a.yaml", 14, 28}));
  EXPECT_EQ(d.regions[0].location, (Location{"a.yaml", 16, 3}));
  EXPECT_EQ(d.agencies[1].location, (Location{"a.yaml", 19, 3}));
  EXPECT_EQ(d.areas[0].location, (Location{"a.yaml", 24, 3}));
  EXPECT_EQ(d.baseline[1].location, (Location{"a.yaml", 28, 5}));
  EXPECT_EQ(d.targets[0].location, (Location{"a.yaml", 30, 5}));
  EXPECT_EQ(d.tasks[0].location, (Location{"a.yaml", 37, 5}));
}

TEST(LoadPlanTest, APlanNeedsANameOnly) {
  EXPECT_EQ(parse_plan("chiso: 1\nplan: x\n").name(), "x");
  EXPECT_EQ(errors_of("chiso: 1\n"), "a.yaml:1:1: `plan` is missing from a plan");
  EXPECT_EQ(errors_of("plan: x\n"), "a.yaml:1:1: `chiso` is missing from a plan");
}

// ---- What is wrong -----------------------------------------------------------------------------

TEST(LoadPlanTest, UnknownKeysComeWithTheNearest) {
  EXPECT_EQ(errors_of_task("  - {code: a.2, coordnate: [so-noi-vu]}"),
            "a.yaml:55:17: a.2: unknown key 'coordnate' (did you mean 'coordinate'?)");
  EXPECT_THAT(errors_of_task("  - {code: a.2, xyz: 1}"),
              AllOf(StartsWith("a.yaml:55:17: a.2: unknown key 'xyz'; a task has the keys: code,"),
                    HasSubstr("standing_agency")));
  EXPECT_EQ(errors_with("unit: Thanh Hóa", "unitt: Thanh Hóa"),
            "a.yaml:4:1: unknown key 'unitt' (did you mean 'unit'?)");
  EXPECT_THAT(errors_with("  cac-huyen: {group: true}", "  cac-huyen: {grup: true}"),
              HasSubstr("a.yaml:22:15: cac-huyen: unknown key 'grup' (did you mean 'group'?)"));
  EXPECT_THAT(errors_with("  b:", "  b: {off: par}"),
              HasSubstr("a.yaml:25:7: b: unknown key 'off' (did you mean 'of'?)"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, news: [{date: 2023-01-02, stats: done}]}"),
              HasSubstr("a.2: unknown key 'stats' (did you mean 'status'?)"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, effects: [{of: par, ad: 1}]}"),
              AllOf(HasSubstr("a.2: unknown key 'ad' (did you mean 'add'?)"),
                    Not(HasSubstr("expected one of"))));
  EXPECT_THAT(errors_of_target("  - {of: papi, rnk: keep}"),
              AllOf(HasSubstr("papi: unknown key 'rnk' (did you mean 'rank'?)"),
                    Not(HasSubstr("expected one of"))));
}

TEST(LoadPlanTest, UnknownWordsComeWithTheNearest) {
  EXPECT_EQ(errors_of_task("  - {code: a.2, every: yaer}"),
            "a.yaml:55:24: a.2: expected one of once, year, half_year, quarter, month, always, "
            "found the text 'yaer' (did you mean 'year'?)");
  EXPECT_THAT(errors_of_task("  - {code: a.2, news: [{date: 2023-01-02, status: finished}]}"),
              HasSubstr("a.2: expected one of not_started, in_progress, done, cancelled, found the "
                        "text 'finished'"));
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: kep}"),
              HasSubstr("a.yaml:32:22: papi: expected one of a range such as '<= 10', keep, raise, "
                        "found the text 'kep' (did you mean 'keep'?)"));
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: <= 3, against: lastyear}"),
              HasSubstr("expected one of baseline, previous, found the text 'lastyear'"));
  EXPECT_THAT(errors_with("status: official", "status: offical"),
              HasSubstr("a.yaml:8:9: status: expected one of official"));
}

TEST(LoadPlanTest, DaysAndPeriodsThatDoNotExistAreNamed) {
  EXPECT_THAT(errors_of_task("  - {code: a.2, due: 2023-02-29}"),
              AllOf(StartsWith("a.yaml:55:22: a.2:"), HasSubstr("2023-02-29")));
  EXPECT_THAT(errors_of_task("  - {code: a.2, due: 15/12/2023}"),
              AllOf(StartsWith("a.yaml:55:22: a.2:"), HasSubstr("15/12/2023")));
  EXPECT_THAT(errors_with("issued: 2022-08-26", "issued: 2022-13-01"),
              AllOf(StartsWith("a.yaml:6:9: issued:"), HasSubstr("2022-13-01")));
  EXPECT_THAT(errors_of_task("  - {code: a.2, news: [{date: 2023-04-31, status: done}]}"),
              AllOf(StartsWith("a.yaml:55:31: a.2:"), HasSubstr("2023-04-31")));
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: keep, by: 2023-Q5}"),
              AllOf(StartsWith("a.yaml:32:32: papi:"), HasSubstr("2023-Q5")));
  EXPECT_THAT(errors_with("period: {from: 2022, to: 2025}", "period: 2022"),
              HasSubstr("a.yaml:7:9: period: expected a range of periods (a mapping with keys), "
                        "found the number 2022"));
}

TEST(LoadPlanTest, ValuesOfAnotherKindAreNamed) {
  EXPECT_THAT(errors_of_task("  - {code: a.2, cost: 1,5}"), HasSubstr("unknown key '5'"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, cost: cheap}"),
              HasSubstr("a.2: expected a number, found the text 'cheap'"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, lead: {a: b}}"),
              HasSubstr("a.2: expected a text, found the mapping {a: b}"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, lead: []}"),
              HasSubstr("a.2: expected at least one, found an empty list"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, lead: }"), HasSubstr("`lead` has no value"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, of: \"par F1\"}"),
              HasSubstr("a.2: expected a criterion in the form key:code"));
  EXPECT_THAT(errors_of_task("  - a.2"),
              HasSubstr("expected a task (a mapping with keys), found the text 'a.2'"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, effects: {of: par}}"),
              HasSubstr("a.2: expected a list of effects"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, news: done}"),
              HasSubstr("a.2: expected a list of news"));
  EXPECT_THAT(errors_with("  cac-huyen: {group: true}", "  cac-huyen: {group: 1}"),
              HasSubstr("cac-huyen: expected true or false, found the number 1"));
  EXPECT_THAT(errors_with("  cac-huyen: {group: true}", "  cac-huyen: group"),
              HasSubstr("cac-huyen: expected an agency (a mapping with keys)"));
  EXPECT_THAT(errors_with("  b:", "  b: par"),
              HasSubstr("b: expected an area (a mapping with keys)"));
  EXPECT_THAT(errors_of_target("  - papi"), HasSubstr("expected a target (a mapping with keys)"));
}

TEST(LoadPlanTest, PartsThatAreMissingAreNamed) {
  EXPECT_EQ(errors_of_task("  - {title: x}"), "a.yaml:55:5: `code` is missing from a task");
  EXPECT_EQ(errors_of_target("  - {rank: <= 3}"), "a.yaml:32:5: `of` is missing from a target");
  EXPECT_EQ(
      errors_with("  - {of: par, period: 2021, rank: 14, source: the opening}", "  - {rank: 14}"),
      "a.yaml:27:5: `of` is missing from a baseline\n"
      "a.yaml:27:5: `period` is missing from a baseline");
  EXPECT_THAT(errors_of_task("  - {code: a.2, news: [{percent: 3}]}"),
              AllOf(HasSubstr("a.2: `date` is missing from news"),
                    HasSubstr("a.2: `status` is missing from news")));
  EXPECT_THAT(errors_of_task("  - {code: a.2, effects: [{add: 3}]}"),
              HasSubstr("a.2: `of` is missing from an effect"));
}

TEST(LoadPlanTest, ATargetPromisesOneThing) {
  EXPECT_EQ(errors_of_target("  - {of: papi}"),
            "a.yaml:32:5: papi: expected one of score, percent, rank, found none");
  EXPECT_EQ(errors_of_target("  - {of: papi, rank: keep, score: keep}"),
            "a.yaml:32:5: papi: expected one of score, percent, rank, found several");
  EXPECT_THAT(errors_of_task("  - {code: a.2, effects: [{of: par, add: 3, to: 2}]}"),
              HasSubstr("a.2: expected one of add, to, add_points, to_points, found several"));
}

TEST(LoadPlanTest, ARangeIsReadAsInSteps) {
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: =< 3}"),
              HasSubstr("papi: expected an interval such as '> 90'"));
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: \"[15, 10]\"}"),
              HasSubstr("no number is in it; exchange its bounds"));
  EXPECT_THAT(
      errors_of_target("  - {of: papi, rank: [10, 15]}"),
      HasSubstr("expected an interval such as \"> 90\" or \"[70, 90]\", found the list [10, "
                "15]; put it into quotes"));
  EXPECT_THAT(errors_of_target("  - {of: papi, rank: >= 3}"),
              AllOf(HasSubstr("not YAML"), EndsWith("needs quotes: \">= 90\"")));
  EXPECT_THAT(errors_of_target("  - of: papi\n    rank: >= 3"),
              AllOf(HasSubstr("not YAML"), EndsWith("needs quotes: \">= 90\"")));
}

TEST(LoadPlanTest, AMissingAgencyComesWithTheNearest) {
  EXPECT_EQ(errors_of_task("  - {code: a.2, lead: so-noi-vuu}"),
            "a.yaml:55:17: a.2: `lead`: there is no agency 'so-noi-vuu' (did you mean "
            "'so-noi-vu'?); declare it under `agencies`, or correct the code");
  for (const char* spelling : {"Sở Nội Vụ", "sở nội vụ", "SNV", "Home affairs", "so-noi vu"}) {
    EXPECT_THAT(errors_of_task(std::string("  - {code: a.2, to: [") + spelling + "]}"),
                HasSubstr("a.2: `to`: there is no agency '" + std::string(spelling) +
                          "' (did you mean 'so-noi-vu'?)"));
  }
}

TEST(LoadPlanTest, ThePlansOwnProblemsHaveTheirLines) {
  EXPECT_THAT(errors_of_task("  - {code: a.1}"),
              StartsWith("a.yaml:55:5: a.1: the task 'a.1' stands twice, first in line 37"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, due: 2026-01-01}"),
              StartsWith("a.yaml:55:5: a.2: the due date 2026-01-01 is outside the period"));
  EXPECT_THAT(errors_of_task("  - {code: a.2, of: \"pci:x\"}"),
              StartsWith("a.yaml:55:17: a.2: `of`: there is no index 'pci'"));
  EXPECT_THAT(errors_with("plan: thanh-hoa-211", "plan: thanh hoa"),
              StartsWith("a.yaml:2:1: plan: expected letters, digits"));
  EXPECT_THAT(errors_with("period: {from: 2022, to: 2025}", "period: {from: 2025, to: 2022}"),
              StartsWith("a.yaml:7:1: period: expected `from` before `to`"));
  EXPECT_THAT(
      errors_with("  cac-so: {members: [so-noi-vu, so-tu-phap]}", "  cac-so: {members: [cac-so]}"),
      AllOf(StartsWith("a.yaml:21:3: cac-so:"), HasSubstr("cac-so -> cac-so")));
  EXPECT_THAT(errors_with("  cac-so: {members: [so-noi-vu, so-tu-phap]}",
                          "  cac-so: {group: false, members: [so-noi-vu]}"),
              StartsWith("a.yaml:21:3: cac-so: the agency has members"));
  EXPECT_THAT(errors_with("  cac-so: {members: [so-noi-vu, so-tu-phap]}",
                          "  cac-so: {members: [so-noi-vu], group: false}"),
              StartsWith("a.yaml:21:3: cac-so: the agency has members"));
}

TEST(LoadPlanTest, AllProblemsAreSaidAtOnceInTheOrderOfTheText) {
  std::string text = text_with("    every: year", "    every: weekly");
  text += "    leed: so-noi-vu\n  - {code: a.3, lead: so-noi}\n";
  text.replace(text.find("issued: 2022"), 12, "issued: 20x2");

  const std::string errors = errors_of(text);

  const auto date = errors.find("a.yaml:6:9: issued:");
  const auto word = errors.find("a.yaml:46:12: a.1: expected one of once");
  const auto key = errors.find("a.yaml:56:5: a.2: unknown key 'leed' (did you mean 'lead'?)");
  const auto agency = errors.find("a.yaml:57:17: a.3: `lead`: there is no agency 'so-noi'");
  EXPECT_NE(date, std::string::npos) << errors;
  EXPECT_LT(date, word);
  EXPECT_LT(word, key);
  EXPECT_LT(key, agency);
  EXPECT_NE(agency, std::string::npos) << errors;
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 3) << errors;
}

// What follows from a problem that was noted is not said again.
TEST(LoadPlanTest, WhatFollowsIsNotSaid) {
  // Nobody is declared, so that nobody can be named.
  EXPECT_EQ(errors_with("agencies:", "agences:"),
            "a.yaml:17:1: unknown key 'agences' (did you mean 'agencies'?)");
  EXPECT_THAT(errors_with("indices: {par: par-fields, papi: papi-2021}", "indices: [par]"),
              AllOf(StartsWith("a.yaml:14:10: indices: expected the indices as a mapping"),
                    Not(HasSubstr("\n"))));
  EXPECT_THAT(errors_with("  Bắc Trung Bộ: [Thanh Hóa, Nghệ An]", "  - Bắc Trung Bộ"),
              AllOf(HasSubstr("regions: expected the regions as a mapping"), Not(HasSubstr("\n"))));
  // A baseline that cannot be read is not one that is missing.
  EXPECT_EQ(errors_with("  - {of: papi, period: 2021, rank: 3, score: 47.1}",
                        "  - {of: papi, period: 20x1, rank: 3, score: 47.1}")
                .find('\n'),
            std::string::npos);
  EXPECT_EQ(errors_with("baseline:", "base:").find('\n'), std::string::npos);
  // Of a key that could not be read nothing more is said; of the others of its part all the same.
  EXPECT_EQ(errors_of_task("  - {code: a.2, of: [par, \"x y\"]}").find('\n'), std::string::npos);
  EXPECT_EQ(errors_of_task("  - {code: a.2, effects: [{add: 1}]}").find('\n'), std::string::npos);
  EXPECT_EQ(errors_of_task("  - {title: x, due: 2020-01-01}"),
            "a.yaml:55:5: `code` is missing from a task");
  EXPECT_EQ(errors_of_task("  - {code: a.2, cost: much, lead: x, to: so-noi-v}"),
            "a.yaml:55:23: a.2: expected a number, found the text 'much'\n"
            "a.yaml:55:29: a.2: `lead`: there is no agency 'x'; there are: ubnd-tinh, so-noi-vu, "
            "so-tu-phap, cac-so, cac-huyen; declare it under `agencies`, or correct the code\n"
            "a.yaml:55:38: a.2: `to`: there is no agency 'so-noi-v' (did you mean 'so-noi-vu'?); "
            "declare it under `agencies`, or correct the code");
  EXPECT_THAT(errors_with("  cac-huyen: {group: true}", "  cac-huyen: {group: 1, members: [x]}"),
              AllOf(StartsWith("a.yaml:22:22: cac-huyen: expected true or false"),
                    HasSubstr("\na.yaml:22:25: cac-huyen: `members`: there is no agency 'x'"),
                    Not(HasSubstr("is no group"))));
}

// A task and an area of one code are two things.
TEST(LoadPlanTest, OfTwoPartsWithOneCodeOneCanBeWrong) {
  const std::string errors = errors_with("  - code: a.2", "  - {code: b, lead: x}");

  EXPECT_THAT(errors, HasSubstr("there is no agency 'x'"));
  std::string text = text_with("  - code: a.2", "  - {code: b, lead: x}");
  text.replace(text.find("  b:\n"), 5, "  b: {off: par}\n");
  EXPECT_THAT(errors_of(text),
              AllOf(HasSubstr("unknown key 'off'"), HasSubstr("there is no agency 'x'")));
}

TEST(LoadPlanTest, RefusesWhatIsNoPlan) {
  EXPECT_THAT(errors_of(""), HasSubstr("the file is empty"));
  EXPECT_THAT(errors_of("a\n"), HasSubstr("expected a plan (a mapping with keys)"));
  EXPECT_THAT(errors_of("- a\n"), HasSubstr("found the list [a]"));
  EXPECT_EQ(errors_with("chiso: 1", "chiso: 2"),
            "a.yaml:1:8: chiso: expected format 1, found 2; a newer chiso reads it");
  EXPECT_THAT(errors_of("chiso: 1\nplan: x\nunit: a\nunit: b\n"),
              HasSubstr("a.yaml:4:1: 'unit' stands twice, first in line 3"));
  EXPECT_THAT(errors_of("chiso: 1\nplan: x\ntasks: x\n"),
              HasSubstr("a.yaml:3:8: tasks: expected a list of tasks"));
  EXPECT_THAT(errors_of("chiso: 1\nplan: x\nbaseline: 3\ntargets: {a: b}\n"),
              AllOf(HasSubstr("a.yaml:3:11: baseline: expected a list"),
                    HasSubstr("a.yaml:4:10: targets: expected a list of targets")));
  EXPECT_THAT(errors_of("chiso: 1\nplan: x\nareas: [a]\n"),
              HasSubstr("a.yaml:3:8: areas: expected the areas as a mapping"));
  EXPECT_THAT(errors_of("chiso: 1\nplan: x\nagencies: a\n"),
              HasSubstr("a.yaml:3:11: agencies: expected the agencies as a mapping"));
}

TEST(LoadPlanTest, RefusesMoreThanTheLimits) {
  const auto with = [](const InputLimits& limits) {
    try {
      static_cast<void>(parse_plan(good(), "a.yaml", limits));
    } catch (const SpecError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };

  EXPECT_EQ(with(plan_limits), "no error");
  EXPECT_THAT(with({.definition_bytes = 100}), HasSubstr("no more than 100 are read"));
  EXPECT_THAT(with({.values = 20}), HasSubstr("more than 20 values"));
  EXPECT_THAT(with({.text_bytes = 10}), HasSubstr("no more than 10 are read"));
  EXPECT_THAT(with({.depth = 3}), HasSubstr("nested deeper than 3"));
}

// Whatever a slip of the hand makes of a plan: it is read as what it says, or every problem has a
// line.
TEST(LoadPlanTest, DamagedPlansAreRefusedWithLines) {
  testing_io::RandomPlan random(11);
  std::mt19937_64 slip(12);
  const std::string_view typed = "{}[]:,-#'\"\n x1";
  int refused = 0;
  for (int i = 0; i < 1'000; ++i) {
    std::string text = to_yaml(random.draw());
    for (auto n = 1 + slip() % 3; n > 0; --n) {
      const auto at = slip() % text.size();
      if (slip() % 2 == 0) {
        text.erase(at, 1 + slip() % 8);
      } else {
        text.insert(at, 1, typed[slip() % typed.size()]);
      }
    }
    try {
      const Plan plan = parse_plan(text, "a.yaml");
      ASSERT_EQ(parse_plan(to_yaml(plan)), plan) << text;
    } catch (const SpecError& error) {
      ++refused;
      for (const auto& problem : error.problems()) {
        EXPECT_GT(problem.location.line, 0) << problem.to_string() << text;
      }
    }
  }
  EXPECT_GT(refused, 500);
}

TEST(LoadPlanTest, NamesAFileThatIsNotThere) {
  EXPECT_THROW(static_cast<void>(load_plan("share/plans/none.yaml")), NotFoundError);
  EXPECT_THROW(static_cast<void>(load_plan("share/plans")), Error);
}

// ---- Writing -----------------------------------------------------------------------------------

TEST(PlanToYamlTest, SaysNothingThatHoldsAnyway) {
  const Plan plan = parse_plan(
      "tasks:\n"
      "  - to: [a]\n"
      "    inspect: [b, a]\n"
      "    lead: [a]   # a comment\n"
      "    news: [{status: done, date: 2023-02-01}, {date: 2023-01-01, status: in_progress}]\n"
      "    of: [\"par:F1\"]\n"
      "    code: t\n"
      "targets:\n"
      "  - {against: baseline, rank: \"<= 0\", of: par}\n"
      "  - {against: baseline, rank: \"< 0\", of: par}\n"
      "  - {against: previous, rank: \"<= 0\", of: par}\n"
      "  - {against: baseline, rank: \"<= -1\", of: par}\n"
      "baseline: [{rank: 14.0, of: par, period: 2021}]\n"
      "areas: {x: }\n"
      "agencies: {a: , b: {group: false}, c: {group: true, members: [b]}}\n"
      "indices: {par: par-fields}\n"
      "period: {to: 2025}\n"
      "plan: p\n"
      "chiso: 1\n");

  EXPECT_EQ(to_yaml(plan),
            "chiso: 1\n"
            "plan: p\n"
            "period: {to: 2025}\n"
            "indices:\n"
            "  par: par-fields\n"
            "agencies:\n"
            "  a: {}\n"
            "  b: {}\n"
            "  c: {members: b}\n"
            "areas:\n"
            "  x: {}\n"
            "baseline:\n"
            "  - {of: par, period: 2021, rank: 14}\n"
            "targets:\n"
            "  - {of: par, rank: keep}\n"
            "  - {of: par, rank: raise}\n"
            "  - {of: par, rank: \"<= 0\", against: previous}\n"
            "  - {of: par, rank: \"<= -1\", against: baseline}\n"
            "tasks:\n"
            "  - code: t\n"
            "    of: par:F1\n"
            "    lead: a\n"
            "    inspect: [b, a]\n"
            "    to: a\n"
            "    news: [{date: 2023-01-01, status: in_progress}, {date: 2023-02-01, status: "
            "done}]\n");
}

TEST(PlanToYamlTest, WritesEveryKeyThatItReads) {
  const Plan plan = parse_plan(good());

  EXPECT_EQ(parse_plan(to_yaml(plan)), plan);
  const Node written = parse_document(to_yaml(plan), {});
  const Node read = parse_document(good(), {});
  for (const Node& key : read.keys) EXPECT_NE(written.find(key.text), nullptr) << key.text;
  for (const Node& key : read.find("tasks")->items[0].keys) {
    EXPECT_NE(written.find("tasks")->items[0].find(key.text), nullptr) << key.text;
  }
}

TEST(PlanToYamlTest, RandomPlansComeBackEqual) {
  testing_io::RandomPlan random(3);
  for (int i = 0; i < 1'000; ++i) {
    const Plan plan = random.draw();
    const std::string yaml = to_yaml(plan);
    ASSERT_EQ(parse_plan(yaml, "printed"), plan) << yaml;
    ASSERT_EQ(to_yaml(parse_plan(yaml)), yaml);
  }
}

TEST(PlanToYamlTest, ShippedPlansComeBackEqual) {
  int count = 0;
  for (const auto& [name, title, unit, path] : plans_in("share/plans")) {
    const Plan plan = load_plan(path);
    EXPECT_EQ(parse_plan(to_yaml(plan)), plan) << path;
    ++count;
  }
  EXPECT_GE(count, 1);
}

TEST(PlanToYamlTest, ThePlanOfTheDocumentationIsOne) {
  const std::string page = read_file("docs/plans.md", 1 << 20);
  const auto begin = page.find("```yaml\nchiso: 1\n");
  ASSERT_NE(begin, std::string::npos);
  const std::string text = page.substr(begin + 8, page.find("```", begin + 8) - begin - 8);

  const Plan plan = parse_plan(text, "docs/plans.md");

  EXPECT_EQ(plan.name(), "thanh-hoa-211");
  EXPECT_EQ(parse_plan(to_yaml(plan)), plan);
}

TEST(PlanToYamlTest, TenThousandTasks) {
  PlanDefinition d;
  d.plan = "large";
  d.indices.push_back({"par", "par-fields", {}});
  for (int i = 0; i < 500; ++i) {
    Agency& agency = d.agencies.emplace_back();
    agency.code = "agency-" + std::to_string(i);
    agency.title.vi = "Cơ quan " + std::to_string(i);
  }
  for (int i = 0; i < 10'000; ++i) {
    Task& task = d.tasks.emplace_back();
    task.code = "t." + std::to_string(i);
    task.title.vi = "Xây dựng, trình ban hành kế hoạch số " + std::to_string(i);
    task.criteria = {{"par", "F" + std::to_string(i % 1'000)}};
    task.assignments = {{TaskRole::lead, d.agencies[static_cast<std::size_t>(i % 500)].code},
                        {TaskRole::coordinate, d.agencies[static_cast<std::size_t>(i % 499)].code}};
    task.due = Date{2023, 1 + i % 12, 1 + i % 28};
  }
  const Plan plan{std::move(d)};
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const std::string yaml = to_yaml(plan);
  const auto written = Clock::now();
  const Plan read = parse_plan(yaml);
  const auto end = Clock::now();

  EXPECT_EQ(read, plan);
  using Milliseconds = std::chrono::duration<double, std::milli>;
  std::cout << "10,000 tasks, " << yaml.size() << " bytes: written in "
            << Milliseconds(written - start).count() << " ms, read in "
            << Milliseconds(end - written).count() << " ms\n";
}

TEST(SavePlanTest, WritesWhatLoadPlanReads) {
  const fs::path path =
      fs::temp_directory_path() / ("chiso_save_plan_" + std::to_string(::getpid()) + ".yaml");
  const Plan plan = parse_plan(good());

  save_plan(plan, path);

  EXPECT_EQ(load_plan(path), plan);
  fs::remove(path);
  EXPECT_THROW(save_plan(plan, "no/such/folder/a.yaml"), NotFoundError);
}

// ---- Which plans there are ---------------------------------------------------------------------

class PlansInTest : public testing::Test {
 protected:
  PlansInTest()
      : folder_(fs::temp_directory_path() / ("chiso_plans_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~PlansInTest() override { fs::remove_all(folder_); }

  void put(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file) << text;
  }

  fs::path folder_;  // NOLINT(misc-non-private-member-variables-in-classes): of a fixture.
};

TEST_F(PlansInTest, AreThereByName) {
  put("1.yaml", "chiso: 1\nplan: b\ntitle: B\nunit: Thanh Hóa\n");
  put("2.yaml", "chiso: 1\nplan: a\n");
  put("3.txt", "nothing");

  const auto plans = plans_in(folder_);

  ASSERT_EQ(plans.size(), 2u);
  EXPECT_EQ(plans[0].name, "a");
  EXPECT_EQ(plans[1].name, "b");
  EXPECT_EQ(plans[1].title.en, "B");
  EXPECT_EQ(plans[1].unit, "Thanh Hóa");
  EXPECT_EQ(plans[1].path, folder_ / "1.yaml");
  EXPECT_TRUE(plans_in(folder_ / "none").empty());
}

TEST_F(PlansInTest, HeadsAloneAreRead) {
  put("1.yaml", "chiso: 1\nplan: a\ntasks: [{cod: x}]\nagencies: []\nbaseline: x\n");

  EXPECT_EQ(plans_in(folder_).at(0).name, "a");

  put("1.yaml", "chiso: 1\nplan: [a]\n");
  EXPECT_THROW(static_cast<void>(plans_in(folder_)), SpecError);
}

TEST_F(PlansInTest, TwoOfOneNameAreRefused) {
  put("1.yaml", "chiso: 1\nplan: a\n");
  put("2.yaml", "chiso: 1\nplan: a\n");
  try {
    static_cast<void>(plans_in(folder_));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("2.yaml: a: the same name as '"),
                                    HasSubstr("1.yaml'; give every plan a name of its own")));
  }
}

TEST(FindPlanTest, FindsPathsAndShippedNames) {
  EXPECT_EQ(find_plan("a.yaml"), "a.yaml");
  EXPECT_EQ(find_plan("folder/a"), "folder/a");
  EXPECT_EQ(load_plan(find_plan("thanh-hoa-211")).name(), "thanh-hoa-211");
}

TEST(FindPlanTest, AnUnknownNameComesWithTheNearest) {
  const auto message = [](std::string_view name) {
    try {
      static_cast<void>(find_plan(name));
    } catch (const NotFoundError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };

  EXPECT_THAT(message("thanh-hoa-121"),
              EndsWith("there is no plan 'thanh-hoa-121' (did you mean 'thanh-hoa-211'?)"));
  EXPECT_THAT(message("x"), HasSubstr("there is no plan 'x'; there are: "));
}

// ---- The schema for editors --------------------------------------------------------------------

TEST(PlanKeysTest, AreThoseOfTheSchema) {
  test::expect_keys_of_schema(plan_keys(), "share/schema/plan.schema.json");
}

}  // namespace
}  // namespace chiso
