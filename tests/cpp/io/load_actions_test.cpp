#include "chiso/io/load_actions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "random_actions.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = TaskEffect::Kind;

constexpr std::string_view example =
    "chiso: 1\n"
    "name: demo\n"
    "title: {en: Demo, vi: Th\u1eed}\n"
    "status: illustrative\n"
    "currency: million VND\n"
    "time_unit: months\n"
    "work_unit: tasks\n"
    "capacities: {so-tc: 3, S\u1edf N\u1ed9i v\u1ee5: 2.5}\n"
    "actions:\n"
    "  - code: one-stop\n"
    "    title: One-stop shop\n"
    "    cost: 120\n"
    "    effects: [entry + 0.5 points, pci:days - 3, land = 8 points, pci:time = 5]\n"
    "    uses: {so-tc: 2}\n"
    "    duration: 6\n"
    "  - code: online\n"
    "    effects: {of: entry, add_points: 0.25}\n"
    "    uses: so-tc; S\u1edf N\u1ed9i v\u1ee5 = 0.5\n"
    "    needs: one-stop\n"
    "    excludes: [paper]\n"
    "    choice: must\n"
    "  - code: paper\n";

/// Everything that a text is refused for.
std::string problems(const std::string& text) {
  try {
    static_cast<void>(parse_actions(text, "a.yaml"));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

std::string with(std::string_view from, std::string_view to) {
  std::string text(example);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ParseActions, ReadsEveryPart) {
  const ActionSet set = parse_actions(example);
  const ActionDefinition& d = set.definition();
  EXPECT_EQ(d.name, "demo");
  EXPECT_EQ(d.title.vi, "Th\u1eed");
  EXPECT_EQ(d.provenance.status, Status::illustrative);
  EXPECT_EQ(d.currency, "million VND");
  EXPECT_THAT(d.capacities, ElementsAre(Capacity{"so-tc", 3.0, {}},
                                        Capacity{"S\u1edf N\u1ed9i v\u1ee5", 2.5, {}}));
  ASSERT_EQ(set.size(), 3);
  const Action& one_stop = set.action(0);
  EXPECT_EQ(one_stop.title.en, "One-stop shop");
  EXPECT_EQ(one_stop.cost, 120.0);
  EXPECT_EQ(one_stop.duration, 6.0);
  EXPECT_THAT(one_stop.effects, ElementsAre(TaskEffect{{"", "entry"}, Kind::add_points, 0.5},
                                            TaskEffect{{"pci", "days"}, Kind::add_value, -3.0},
                                            TaskEffect{{"", "land"}, Kind::set_points, 8.0},
                                            TaskEffect{{"pci", "time"}, Kind::set_value, 5.0}));
  const Action& online = set.action(1);
  EXPECT_THAT(online.effects, ElementsAre(TaskEffect{{"", "entry"}, Kind::add_points, 0.25}));
  EXPECT_THAT(online.uses,
              ElementsAre(Usage{"so-tc", 1.0}, Usage{"S\u1edf N\u1ed9i v\u1ee5", 0.5}));
  EXPECT_THAT(online.needs, ElementsAre("one-stop"));
  EXPECT_THAT(online.excludes, ElementsAre("paper"));
  EXPECT_EQ(online.choice, Action::Choice::must);
  EXPECT_EQ(set.action(2).location.line, 22);
}

TEST(ParseActions, WrongTextsAreNamedWithTheirPlaces) {
  EXPECT_THAT(problems(with("cost: 120", "cost: -120")),
              HasSubstr("a.yaml:10:5: one-stop: expected a cost that is finite and not negative"));
  EXPECT_THAT(problems(with("needs: one-stop", "needs: one-stpo")),
              HasSubstr("a.yaml:19:5: online: `needs`: there is no action 'one-stpo' (did you mean "
                        "'one-stop'?)"));
  EXPECT_THAT(problems(with("entry + 0.5 points", "entry 0.5")),
              HasSubstr("a.yaml:13:15: one-stop: expected an effect such as"));
  EXPECT_THAT(problems(with("entry + 0.5 points", "entry + half points")),
              HasSubstr("expected a number, found"));
  EXPECT_THAT(problems(with("S\u1edf N\u1ed9i v\u1ee5 = 0.5", "so-nv = much")),
              HasSubstr("a.yaml:18:11: online: expected a number"));
  EXPECT_THAT(problems(with("choice: must", "choice: musst")), HasSubstr("did you mean 'must'?"));
  EXPECT_THAT(problems(with("duration: 6", "durations: 6")),
              HasSubstr("unknown key 'durations' (did you mean 'duration'?)"));
  EXPECT_THAT(problems(with("chiso: 1\n", "")), HasSubstr("`chiso` is missing"));
  EXPECT_THAT(problems(with("so-tc: 3", "so-tc: -3")),
              HasSubstr("a.yaml:8:14: so-tc: expected a capacity"));
  EXPECT_THAT(problems("chiso: 1\n"), HasSubstr("`actions` is missing"));
}

TEST(ParseActions, AllProblemsComeAtOnce) {
  std::string text = with("cost: 120", "cost: x");
  text.replace(text.find("excludes: [paper]"), 17, "excludes: [papre]");
  EXPECT_THAT(problems(text), HasSubstr("expected a number"));
  EXPECT_THAT(problems(text), HasSubstr("there is no action 'papre'"));
}

TEST(ParseActions, RandomSetsSurviveYaml) {
  testing_io::RandomActions random(1);
  for (int i = 0; i < 500; ++i) {
    const ActionSet set = random.draw();
    const std::string text = to_yaml(set);
    ASSERT_EQ(parse_actions(text), set) << text;
  }
}

TEST(ParseActions, DamagedTextsAreRefusedWithLines) {
  testing_io::RandomActions random(2);
  std::mt19937_64 slip(3);
  const std::string_view typed = "{}[]:,-#'\"\n x1=;+";
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
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
      const ActionSet set = parse_actions(text, "a.yaml");
      ASSERT_EQ(parse_actions(to_yaml(set)), set) << text;
    } catch (const SpecError& error) {
      ++refused;
      for (const auto& problem : error.problems()) {
        ASSERT_GT(problem.location.line, 0) << problem.to_string() << '\n' << text;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

// ---- Tables ------------------------------------------------------------------------------------

TEST(ActionsFromTable, ReadsVietnameseHeadings) {
  const Table table = parse_csv(
      "STT,M\u00e3,Nhi\u1ec7m v\u1ee5,Kinh ph\u00ed (tri\u1ec7u \u0111\u1ed3ng),C\u01a1 quan "
      "ch\u1ee7 tr\u00ec,T\u00e1c \u0111\u1ed9ng,Th\u1eddi gian (th\u00e1ng),"
      "C\u1ea7n tr\u01b0\u1edbc,Lo\u1ea1i tr\u1eeb,L\u1ef1a ch\u1ecdn\n"
      ",t\u00ean:,,,,,,,,\n"
      "1,mot-cua,B\u1ed9 ph\u1eadn m\u1ed9t c\u1eeda,120,S\u1edf N\u1ed9i v\u1ee5 = 2; S\u1edf "
      "T\u00e0i ch\u00ednh,"
      "entry + 0.5 \u0111i\u1ec3m; time = 8,6,,,b\u1eaft bu\u1ed9c\n"
      "2,truc-tuyen,D\u1ecbch v\u1ee5 c\u00f4ng tr\u1ef1c tuy\u1ebfn,80,,entry + 0.25 "
      "\u0111i\u1ec3m,3,mot-cua,giay,\n"
      "3,giay,,,,,,,,kh\u00f4ng l\u00e0m\n",
      "actions.csv");
  try {
    static_cast<void>(actions_from_table(table));
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), HasSubstr("actions.csv:2:"));
    EXPECT_THAT(error.what(), HasSubstr("unknown key 't\u00ean:' of the head"));
  }
  std::string text = to_csv(table);
  text.replace(text.find("t\u00ean:,"), std::string("t\u00ean:,").size(), "name:,th\u1eed");
  const ActionSet set = actions_from_table(parse_csv(text));
  EXPECT_EQ(set.definition().name, "th\u1eed");
  EXPECT_EQ(set.definition().currency, "tri\u1ec7u \u0111\u1ed3ng");
  EXPECT_EQ(set.definition().time_unit, "th\u00e1ng");
  ASSERT_EQ(set.size(), 3);
  EXPECT_EQ(set.action(0).title.vi, "B\u1ed9 ph\u1eadn m\u1ed9t c\u1eeda");
  EXPECT_THAT(set.action(0).uses, ElementsAre(Usage{"S\u1edf N\u1ed9i v\u1ee5", 2.0},
                                              Usage{"S\u1edf T\u00e0i ch\u00ednh", 1.0}));
  EXPECT_THAT(set.action(0).effects, ElementsAre(TaskEffect{{"", "entry"}, Kind::add_points, 0.5},
                                                 TaskEffect{{"", "time"}, Kind::set_value, 8.0}));
  EXPECT_EQ(set.action(0).choice, Action::Choice::must);
  EXPECT_EQ(set.action(1).cost, 80.0);
  EXPECT_EQ(set.action(2).choice, Action::Choice::never);
}

TEST(ActionsFromTable, ProblemsNameTheirCells) {
  const std::vector<std::vector<std::string>> rows{
      {"Code", "Cost", "Agncy", "Needs"}, {"a", "1,200", "", "b"}, {"c", "-1", "", ""}};
  try {
    static_cast<void>(actions_from_table(Table("a.xlsx, sheet 1", rows)));
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("C1, Agncy: unknown column 'Agncy' (did you mean 'Agency'?)"));
    EXPECT_THAT(error.what(), HasSubstr("B2, a: expected a number, found"));
    EXPECT_THAT(error.what(),
                HasSubstr("c: expected a cost that is finite and not negative, got -1"));
  }
  EXPECT_THROW(static_cast<void>(actions_from_table(Table())), SpecError);
  EXPECT_THROW(static_cast<void>(actions_from_table(parse_csv("Title\nx\n"))), SpecError);
}

TEST(ActionsFromTable, RandomSetsSurviveTables) {
  testing_io::RandomActions random(4);
  for (int i = 0; i < 500; ++i) {
    const ActionSet set = random.draw();
    for (const Language language : {Language::en, Language::vi}) {
      const Table table = table_from_actions(set, language);
      ASSERT_EQ(actions_from_table(table), set) << to_csv(table);
      ASSERT_EQ(actions_from_table(parse_csv(to_csv(table))), set) << to_csv(table);
    }
  }
}

TEST(ActionsFromTable, DamagedTablesAreRefused) {
  testing_io::RandomActions random(5);
  std::mt19937_64 slip(6);
  const std::string_view typed = "{}[]:,-#'\"\n x1=;+";
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text = to_csv(table_from_actions(random.draw()));
    for (auto n = 1 + slip() % 3; n > 0; --n) {
      text.insert(slip() % text.size(), 1, typed[slip() % typed.size()]);
    }
    std::optional<Table> table;
    try {
      table = parse_csv(text);
    } catch (const DataError&) {
      continue;
    }
    try {
      const ActionSet set = actions_from_table(*table);
      ASSERT_EQ(actions_from_table(table_from_actions(set)), set) << text;
    } catch (const SpecError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

// ---- Files -------------------------------------------------------------------------------------

TEST(FindActions, ShippedSetsAreFoundByName) {
  const ActionSet set = load_actions(find_actions("thanh-hoa-pci-2019"));
  EXPECT_EQ(set.definition().name, "thanh-hoa-pci-2019");
  EXPECT_EQ(set.size(), 40);
  EXPECT_EQ(set.definition().provenance.status, Status::illustrative);
  EXPECT_EQ(find_actions("folder/mine.yaml"), std::filesystem::path("folder/mine.yaml"));
  try {
    static_cast<void>(find_actions("thanh-hoa-pci-2018"));
    ADD_FAILURE() << "found";
  } catch (const NotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'thanh-hoa-pci-2019'?"));
  }
}

TEST(SaveActions, WritesWhatLoadActionsReads) {
  const auto path = std::filesystem::temp_directory_path() / "chiso_actions_test.yaml";
  const ActionSet set = parse_actions(example);
  save_actions(set, path);
  EXPECT_EQ(load_actions(path), set);
  std::filesystem::remove(path);
  EXPECT_THROW(static_cast<void>(load_actions(path)), NotFoundError);
}

}  // namespace
}  // namespace chiso
