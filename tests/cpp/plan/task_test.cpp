#include "chiso/plan/task.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace chiso {
namespace {

using ::testing::HasSubstr;

TEST(CriterionRefTest, IsAKeyAndACode) {
  EXPECT_EQ(parse_criterion_ref("par:F1"), (CriterionRef{"par", "F1"}));
  EXPECT_EQ(parse_criterion_ref("par-index_1.x:1.2.3"), (CriterionRef{"par-index_1.x", "1.2.3"}));
}

TEST(CriterionRefTest, TheKeyAloneIsTheWholeIndex) {
  EXPECT_EQ(parse_criterion_ref("papi"), (CriterionRef{"papi", ""}));
}

TEST(CriterionRefTest, IsWrittenAsItIsRead) {
  for (const std::string text : {"par:F1", "papi", "a:1.2-3_4"}) {
    EXPECT_EQ(to_string(parse_criterion_ref(text)), text);
  }
}

TEST(CriterionRefTest, AnotherFormIsAnErrorThatShowsIt) {
  for (const std::string text : {"", ":", ":F1", "par:", "par:F1:x", "par F1", "par: F1", " par",
                                 "par\n:F1", "chỉ số:F1", "par;papi"}) {
    try {
      static_cast<void>(parse_criterion_ref(text));
      ADD_FAILURE() << "'" << text << "' was read";
    } catch (const SpecError& error) {
      EXPECT_THAT(error.what(), HasSubstr("expected a criterion in the form key:code"));
      EXPECT_THAT(error.what(), HasSubstr("got '" + text + "'"));
    }
  }
}

TEST(TaskTest, RecurrencesAndStatesHaveTheNamesOfTheirEnumerators) {
  EXPECT_EQ(name(Recurrence::once), "once");
  EXPECT_EQ(name(Recurrence::yearly), "yearly");
  EXPECT_EQ(name(Recurrence::half_yearly), "half_yearly");
  EXPECT_EQ(name(Recurrence::quarterly), "quarterly");
  EXPECT_EQ(name(Recurrence::monthly), "monthly");
  EXPECT_EQ(name(Recurrence::continuous), "continuous");
  EXPECT_EQ(name(TaskStatus::not_started), "not_started");
  EXPECT_EQ(name(TaskStatus::in_progress), "in_progress");
  EXPECT_EQ(name(TaskStatus::done), "done");
  EXPECT_EQ(name(TaskStatus::cancelled), "cancelled");
}

Task full() {
  Task task;
  task.code = "a.1";
  task.title = {"Review", "Rà soát"};
  task.paragraph = "II.1.a.1";
  task.area = "a";
  task.criteria = {{"par", "F1"}};
  task.assignments = {{TaskRole::lead, "so-noi-vu"}};
  task.addressees = {"ubnd"};
  task.due = Date{2023, 12, 15};
  task.recurrence = Recurrence::yearly;
  task.product = "report";
  task.evidence = "number";
  task.cost = 120.0;
  task.effects = {{{"par", "F1"}, TaskEffect::Kind::add_points, 0.5}};
  task.news = {{Date{2023, 3, 31}, TaskStatus::in_progress, 40.0, "12/BC", "late"}};
  task.provenance.source = "here";
  task.location = {"plan.yaml", 3, 5};
  return task;
}

TEST(TaskTest, WhereItStandsIsNoPartOfIt) {
  Task other = full();
  other.location = {"annex.csv", 9, 1};
  EXPECT_EQ(full(), other);
}

TEST(TaskTest, EverythingElseIs) {
  const std::vector<std::function<void(Task&)>> changes{
      [](Task& t) { t.code = "b"; },
      [](Task& t) { t.title.en = "b"; },
      [](Task& t) { t.paragraph = "b"; },
      [](Task& t) { t.area = "b"; },
      [](Task& t) { t.criteria[0].code = "F2"; },
      [](Task& t) { t.criteria[0].index = "papi"; },
      [](Task& t) { t.assignments[0].role = TaskRole::guide; },
      [](Task& t) { t.assignments[0].agency = "b"; },
      [](Task& t) { t.addressees.clear(); },
      [](Task& t) { t.due.reset(); },
      [](Task& t) { t.recurrence = Recurrence::once; },
      [](Task& t) { t.recurrence.reset(); },
      [](Task& t) { t.product = "b"; },
      [](Task& t) { t.evidence = "b"; },
      [](Task& t) { t.cost.reset(); },
      [](Task& t) { t.effects[0].kind = TaskEffect::Kind::set_points; },
      [](Task& t) { t.effects[0].amount = 0.25; },
      [](Task& t) { t.effects[0].criterion.code = "F2"; },
      [](Task& t) { t.news[0].date.day = 30; },
      [](Task& t) { t.news[0].status = TaskStatus::done; },
      [](Task& t) { t.news[0].percent = 41.0; },
      [](Task& t) { t.news[0].evidence = "b"; },
      [](Task& t) { t.news[0].note = "b"; },
      [](Task& t) { t.provenance.note = "b"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Task other = full();
    changes[i](other);
    EXPECT_FALSE(full() == other) << "change " << i;
  }
}

}  // namespace
}  // namespace chiso
