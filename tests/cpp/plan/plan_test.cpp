#include "chiso/plan/plan.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "plans.hpp"

namespace chiso {
namespace {

using test::agency;
using test::group;
using test::sound_plan;
using test::target;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Against = Target::Against;
using Quantity = Target::Quantity;

template <class ErrorType, class Call>
std::string message_of(const Call& call) {
  try {
    static_cast<void>(call());
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "no error of this type";
}

std::vector<std::string> codes(const Plan& plan, std::span<const Size> agencies) {
  std::vector<std::string> texts;
  for (const Size i : agencies) texts.push_back(plan.agencies()[i]);
  return texts;
}

// ---- What is in it ------------------------------------------------------------------------------

TEST(PlanTest, PartsAreNumberedInTheOrderOfTheText) {
  const Plan plan(sound_plan());

  EXPECT_EQ(plan.name(), "demo");
  EXPECT_THAT(plan.indices().names(), ElementsAre("par", "papi"));
  EXPECT_THAT(plan.areas().names(), ElementsAre("a", "b"));
  EXPECT_THAT(plan.tasks().names(), ElementsAre("II.1.a.1", "II.1.a.2", "II.1.b.1"));
  EXPECT_EQ(plan.agencies().size(), 7);
  EXPECT_EQ(plan.agency(3).title.vi, "Phòng Cải cách hành chính");
  EXPECT_EQ(plan.area(0).criteria.size(), 2U);
  EXPECT_EQ(plan.target(0).quantity, Quantity::rank);
  EXPECT_EQ(plan.task(1).area, "a");
}

TEST(PlanTest, APositionOutsideIsNotFound) {
  const Plan plan(sound_plan());

  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.task(3); }),
              HasSubstr("expected the number of task from 0 to 2, got 3"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.agency(-1); }),
              HasSubstr("from 0 to 6, got -1"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.members(7).size(); }), HasSubstr("7"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.top(7); }), HasSubstr("7"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.area(2); }), HasSubstr("2"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.area_of(3); }), HasSubstr("3"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.criteria(3).size(); }), HasSubstr("3"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.assigned(-1).size(); }), HasSubstr("-1"));
  PlanDefinition empty;
  empty.plan = "empty";
  EXPECT_THAT(message_of<NotFoundError>([&] { return Plan(empty).target(0); }),
              HasSubstr("the plan has no target, got number 0"));
}

TEST(PlanTest, RolesStandInTheOrderOfTheEnumeration) {
  PlanDefinition given = sound_plan();
  given.tasks[0].assignments = {{TaskRole::coordinate, "so-hoa"},
                                {TaskRole::lead, "so-noi-vu"},
                                {TaskRole::coordinate, "cac-huyen"},
                                {TaskRole::lead, "so-hoa"}};
  const Plan plan(given);

  const auto& ordered = plan.definition().tasks[0].assignments;
  EXPECT_THAT(ordered, ElementsAre(Assignment{TaskRole::lead, "so-noi-vu"},
                                   Assignment{TaskRole::lead, "so-hoa"},
                                   Assignment{TaskRole::coordinate, "so-hoa"},
                                   Assignment{TaskRole::coordinate, "cac-huyen"}));
  const auto assigned = plan.assigned(0);
  ASSERT_EQ(assigned.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(assigned[i].role, ordered[i].role);
    EXPECT_EQ(plan.agencies()[assigned[i].agency], ordered[i].agency);
  }
  EXPECT_THAT(plan.assigned(1), SizeIs(1));
  EXPECT_THAT(plan.assigned(2), IsEmpty());
}

TEST(PlanTest, NewsStandsByDateAndOfOneDayInTheOrderOfTheText) {
  PlanDefinition given = sound_plan();
  given.tasks[0].news = {{Date{2023, 6, 30}, TaskStatus::done, {}, "3", {}},
                         {Date{2023, 3, 31}, TaskStatus::in_progress, {}, "1", {}},
                         {Date{2023, 6, 30}, TaskStatus::done, {}, "4", {}},
                         {Date{2023, 4, 1}, TaskStatus::in_progress, {}, "2", {}}};
  const Plan plan(given);

  std::string order;
  for (const auto& news : plan.task(0).news) order += news.evidence;
  EXPECT_EQ(order, "1234");
}

TEST(PlanTest, ATaskHasTheCriteriaOfItsAreaUnlessItHasItsOwn) {
  const Plan plan(sound_plan());

  EXPECT_EQ(plan.area_of(0), 0);
  EXPECT_THAT(plan.criteria(0), ElementsAre(CriterionRef{"par", "F1"}, CriterionRef{"papi", ""}));
  EXPECT_THAT(plan.criteria(1), ElementsAre(CriterionRef{"par", "F2"}));
  EXPECT_EQ(plan.area_of(2), 1);
  EXPECT_THAT(plan.criteria(2), IsEmpty());

  PlanDefinition given = sound_plan();
  given.tasks[0].area = "";
  EXPECT_EQ(Plan(given).area_of(0), -1);
  EXPECT_THAT(Plan(given).criteria(0), IsEmpty());
}

TEST(PlanTest, TheBaselineOfACriterionIsTheLatest) {
  const Plan plan(sound_plan());

  ASSERT_NE(plan.baseline({"par", ""}), nullptr);
  EXPECT_EQ(plan.baseline({"par", ""})->rank, 14.0);
  EXPECT_EQ(plan.baseline({"papi", ""})->rank, 3.0);
  EXPECT_EQ(plan.baseline({"par", "F1"}), nullptr);

  PlanDefinition given = sound_plan();
  std::swap(given.baseline[0], given.baseline[1]);
  EXPECT_EQ(Plan(given).baseline({"par", ""})->rank, 14.0);
}

TEST(PlanTest, TargetsWithoutACodeAreNamedByWhatTheyAreOf) {
  PlanDefinition given = sound_plan();
  given.targets = {target("par", Quantity::rank, "<= 10"),
                   target("par:F1", Quantity::percent, ">= 96"),
                   target("par", Quantity::rank, "<= 0", Against::baseline),
                   target("par", Quantity::score, "> 0", Against::previous),
                   target("par", Quantity::rank, "<= 5"),
                   target("papi", Quantity::rank, "<= 3")};
  given.targets[5].code = "par.rank-2";
  const Plan plan(given);

  EXPECT_THAT(plan.targets().names(), ElementsAre("par.rank", "par-F1.percent", "par.rank-3",
                                                  "par.score", "par.rank-4", "par.rank-2"));
  EXPECT_EQ(plan.definition().targets[0].code, "") << "the text is not changed";
}

// ---- Who is meant -------------------------------------------------------------------------------

TEST(PlanTest, GroupsStandForTheirMembersDownToTheLast) {
  const Plan plan(sound_plan());

  EXPECT_THAT(codes(plan, plan.members(1)), ElementsAre("so-noi-vu")) << "no group: itself";
  EXPECT_THAT(codes(plan, plan.members(4)), ElementsAre("so-noi-vu", "so-hoa"));
  EXPECT_THAT(codes(plan, plan.members(6)), ElementsAre("cac-huyen")) << "members not known";
  // so-hoa is named itself and is in cac-so.
  EXPECT_THAT(codes(plan, plan.members(5)),
              ElementsAre("so-hoa", "so-noi-vu", "cac-huyen", "ubnd-tinh"));
}

TEST(PlanTest, AnAgencyBelongsToTheTopOfItsParents) {
  const Plan plan(sound_plan());

  EXPECT_EQ(plan.top(0), 0);
  EXPECT_EQ(plan.top(1), 0);
  EXPECT_EQ(plan.top(3), 0) << "phong-cchc, so-noi-vu, ubnd-tinh";
  EXPECT_EQ(plan.top(2), 2);
}

TEST(PlanTest, AChainOfAHundredThousandGroupsOfOneNeedsNoDeepStack) {
  PlanDefinition given;
  given.plan = "deep";
  constexpr int count = 100'000;
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> members;
    if (i + 1 < count) members.push_back("g" + std::to_string(i + 1));
    given.agencies.push_back(group("g" + std::to_string(i), members));
    if (i > 0) given.agencies.back().parent = "g" + std::to_string(i - 1);
  }
  const Plan plan(std::move(given));

  EXPECT_THAT(plan.members(0), ElementsAre(count - 1));
  EXPECT_EQ(plan.top(count - 1), 0);
}

TEST(PlanTest, GroupsThatWouldFillTheMemoryAreRefused) {
  PlanDefinition given;
  given.plan = "wide";
  given.agencies.push_back(group("all", {}));
  for (int i = 0; i < 30'000; ++i) {
    given.agencies.push_back(agency("a" + std::to_string(i)));
    given.agencies[0].members.push_back(given.agencies.back().code);
  }
  // 30,000 members in `all` and in 333 groups of it: 10,020,000.
  for (int i = 0; i < 333; ++i) {
    given.agencies.push_back(group("g" + std::to_string(i), {"all"}));
  }

  EXPECT_THAT(message_of<SpecError>([&] { return Plan(given); }),
              HasSubstr("the groups have more than 10000000 members"));
}

TEST(PlanTest, AgenciesAreFoundByEverySpellingOfTheirNames) {
  const Plan plan(sound_plan());

  for (const char* spelling : {"so-noi-vu", "SO-NOI-VU", "so noi vu", "Department of Home Affairs",
                               "department of home affairs", "Sở Nội vụ", "SỞ NỘI VỤ", "Sở  Nội-vụ",
                               "So Noi vu", "SNV", "snv", "S.N.V."}) {
    EXPECT_EQ(plan.find_agency(spelling), 1) << spelling;
  }
  EXPECT_EQ(plan.find_agency("Sở Hoá chất"), 2) << "the tone mark on the other vowel";
  EXPECT_EQ(plan.find_agency("So\u031b\u0309 Ho\u0301a cha\u0302\u0301t"), 2) << "decomposed";
  EXPECT_EQ(plan.find_agency("ubnd tinh"), 0);
}

TEST(PlanTest, AnUnknownAgencyIsNotFoundAndTheNearestNamed) {
  const Plan plan(sound_plan());

  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.find_agency("Sở Nội vụ t"); }),
              HasSubstr("there is no agency 'Sở Nội vụ t' (did you mean 'so-noi-vu'?)"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.find_agency("Sờ Hóa chất"); }),
              HasSubstr("there is no agency 'Sờ Hóa chất' (did you mean 'Sở Hóa chất'?)"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.find_agency("Quốc hội"); }),
              HasSubstr("there is no agency 'Quốc hội'"));
  EXPECT_THAT(message_of<NotFoundError>([&] { return plan.find_agency(""); }),
              HasSubstr("there is no agency ''"));
}

TEST(PlanTest, ASpellingWithoutMarksThatMeansTwoAgenciesIsAnError) {
  PlanDefinition given = sound_plan();
  given.agencies.push_back(agency("xa-1", {"", "Xã Hòa An"}));
  given.agencies.push_back(agency("xa-2", {"", "Xã Hóa An"}));
  const Plan plan(given);

  EXPECT_EQ(plan.find_agency("xã hoà an"), 7);
  EXPECT_EQ(plan.find_agency("xã hoá an"), 8);
  EXPECT_THAT(message_of<DataError>([&] { return plan.find_agency("Xa Hoa An"); }),
              HasSubstr("'Xa Hoa An' matches 2 names: xa-1, xa-2"));
}

// ---- Equality -----------------------------------------------------------------------------------

TEST(PlanTest, CopiesShareWhatTheyAre) {
  const Plan plan(sound_plan());
  const Plan copy = plan;

  EXPECT_EQ(&copy.definition(), &plan.definition());
  EXPECT_EQ(copy, plan);
}

TEST(PlanTest, WhereItStandsIsNoPartOfAPlan) {
  PlanDefinition moved = sound_plan();
  const Location here{"annex.csv", 7, 1};
  moved.location = moved.indices[0].location = moved.regions[0].location = here;
  moved.agencies[0].location = moved.areas[0].location = moved.baseline[0].location = here;
  moved.targets[0].location = moved.tasks[0].location = here;

  EXPECT_EQ(Plan(moved), Plan(sound_plan()));
}

TEST(PlanTest, EverythingElseIs) {
  const std::vector<std::function<void(PlanDefinition&)>> changes{
      [](PlanDefinition& p) { p.plan = "other"; },
      [](PlanDefinition& p) { p.title.en = "other"; },
      [](PlanDefinition& p) { p.unit = "Nghệ An"; },
      [](PlanDefinition& p) { p.authority = "other"; },
      [](PlanDefinition& p) {
        p.issued = Date{2022, 8, 26};
      },
      [](PlanDefinition& p) { p.period.to = Period(2026); },
      [](PlanDefinition& p) { p.provenance.reference = "211/KH-UBND"; },
      [](PlanDefinition& p) { p.currency = "VND"; },
      [](PlanDefinition& p) { p.indices[0].definition = "par"; },
      [](PlanDefinition& p) { p.regions[0].units.pop_back(); },
      [](PlanDefinition& p) { p.regions[0].name = "other"; },
      [](PlanDefinition& p) { p.agencies[0].head = "other"; },
      [](PlanDefinition& p) { p.areas[0].criteria.pop_back(); },
      [](PlanDefinition& p) { p.areas[0].title.vi = "other"; },
      [](PlanDefinition& p) { p.baseline[0].rank = 15.0; },
      [](PlanDefinition& p) { p.targets[0].title.vi = "other"; },
      [](PlanDefinition& p) { p.tasks[0].product = "other"; },
      [](PlanDefinition& p) { std::swap(p.tasks[0], p.tasks[1]); },
  };
  const Plan plan(sound_plan());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    PlanDefinition changed = sound_plan();
    changes[i](changed);
    EXPECT_FALSE(Plan(changed) == plan) << "change " << i;
  }
}

}  // namespace
}  // namespace chiso
