// Any text is either refused or a plan: it is printed and read again, as YAML and as tables in both
// languages, and answers everything that can be asked without scores.

#include <string>

#include "chiso/io/load_plan.hpp"
#include "chiso/io/plan_table.hpp"
#include "chiso/reach/action.hpp"
#include "chiso/responsibility/clarity.hpp"
#include "chiso/responsibility/matrix.hpp"
#include "chiso/responsibility/progress.hpp"
#include "chiso/responsibility/scoreboard.hpp"
#include "fuzz.hpp"

namespace {

using chiso::Plan;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

void print(const Plan& plan) {
  const std::string text = chiso::to_yaml(plan);
  const Plan again = chiso::parse_plan(text);
  must(again == plan, "printed and read, it is another");
  must(chiso::to_yaml(again) == text, "printed twice, it is another text");
  for (const auto language : {chiso::Language::en, chiso::Language::vi}) {
    const chiso::Table table = chiso::table_from_plan(plan, language);
    must(chiso::plan_from_table(table) == plan, "as a table, it is another");
    must(chiso::plan_from_table(chiso::parse_csv(chiso::to_csv(table))) == plan,
         "as the text of a table, it is another");
  }
}

void ask(const Plan& plan) {
  const chiso::Clarity clarity = chiso::clarity(chiso::PlannedScores(plan, {}));
  for (const chiso::ClarityCount& count : clarity.summary) {
    must(count.clear >= 0 && count.clear <= count.tasks, "more tasks are clear than there are");
  }
  (void)chiso::responsibility_matrix(plan, true);
  (void)chiso::responsibility_matrix(plan, false);
  must(std::ssize(chiso::workload(plan)) == plan.agencies().size(), "an agency is left out");
  for (chiso::Size i = 0; i < plan.agencies().size(); ++i) {
    (void)chiso::agenda(plan, i);
    (void)accepted([&] { return plan.find_agency(plan.agency(i).title.en); });
    must(plan.top(i) >= 0, "an agency belongs to none");
  }
  for (const chiso::Date& day : {chiso::Date{2022, 8, 26}, chiso::Date{2024, 2, 29}}) {
    const auto tasks = chiso::progress(plan, day);
    must(std::ssize(tasks) == plan.tasks().size(), "a task is left out");
    (void)chiso::progress_by_agency(plan, tasks);
  }
  (void)accepted([&] { return chiso::ActionSet(chiso::actions_of(plan)); });
}

/// Places of the plan's criteria in two years, as they are published.
chiso::Standings standings_of(const Plan& plan) {
  std::vector<chiso::Standing> rows;
  for (const chiso::PlanIndex& index : plan.definition().indices) {
    for (const int year : {2021, 2022}) {
      rows.push_back({index.key, {}, chiso::Period(year), "An", 60.0 + year % 10, 2.0, 100.0});
      rows.push_back({index.key, {}, chiso::Period(year), "Em", 70.0, 1.0, 100.0});
    }
  }
  return chiso::Standings(std::move(rows));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto plan = accepted([&] { return chiso::parse_plan(text, "text"); });
  if (!plan) return 0;
  print(*plan);
  ask(*plan);
  (void)accepted([&] { return chiso::scoreboard(*plan, standings_of(*plan), "An"); });
  return 0;
}
