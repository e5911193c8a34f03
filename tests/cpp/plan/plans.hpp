#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/plan/plan.hpp"

/// A small sound plan for tests to make one thing wrong in.
namespace chiso::test {

inline Agency agency(std::string code, Title title = {}, std::vector<std::string> aliases = {}) {
  Agency made;
  made.code = std::move(code);
  made.title = std::move(title);
  made.aliases = std::move(aliases);
  return made;
}

inline Agency group(std::string code, std::vector<std::string> members) {
  Agency made = agency(std::move(code));
  made.is_group = true;
  made.members = std::move(members);
  return made;
}

inline Target target(std::string criterion, Target::Quantity quantity, std::string_view range,
                     Target::Against against = Target::Against::nothing) {
  Target made;
  made.criterion = parse_criterion_ref(criterion);
  made.quantity = quantity;
  made.against = against;
  made.range = parse_interval(range);
  return made;
}

inline Baseline baseline(std::string criterion, int year, std::optional<double> score,
                         std::optional<double> rank) {
  Baseline made;
  made.criterion = parse_criterion_ref(criterion);
  made.period = Period(year);
  made.score = score;
  made.rank = rank;
  return made;
}

inline Task task(std::string code, std::vector<Assignment> assignments = {}) {
  Task made;
  made.code = std::move(code);
  made.assignments = std::move(assignments);
  return made;
}

/// Two indices, a region, seven agencies (three of them groups, one of those without known
/// members), two areas, baselines, a target and three tasks.
inline PlanDefinition sound_plan() {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.unit = "Thanh Hóa";
  plan.period = {Period(2022), Period(2025)};
  plan.indices = {{"par", "par-fields-2021", {}}, {"papi", "papi", {}}};
  plan.regions = {{"Bắc Trung Bộ", {"Thanh Hóa", "Nghệ An", "Hà Tĩnh"}, {}}};
  plan.agencies = {
      agency("ubnd-tinh", {"", "UBND tỉnh"}),
      agency("so-noi-vu", {"Department of Home Affairs", "Sở Nội vụ"}, {"SNV"}),
      agency("so-hoa", {"", "Sở Hóa chất"}),
      agency("phong-cchc", {"", "Phòng Cải cách hành chính"}),
      group("cac-so", {"so-noi-vu", "so-hoa"}),
      group("tat-ca", {"so-hoa", "cac-so", "cac-huyen", "ubnd-tinh"}),
      group("cac-huyen", {}),
  };
  plan.agencies[1].parent = "ubnd-tinh";
  plan.agencies[3].parent = "so-noi-vu";
  plan.areas = {{"a", {}, {{"par", "F1"}, {"papi", ""}}, {}}, {"b", {}, {}, {}}};
  plan.baseline = {baseline("par", 2021, 86.2, 14.0), baseline("par", 2020, 84.1, 20.0),
                   baseline("papi", 2021, {}, 3.0)};
  plan.targets = {target("par", Target::Quantity::rank, "<= 10")};
  plan.tasks = {task("II.1.a.1", {{TaskRole::lead, "so-noi-vu"}, {TaskRole::coordinate, "cac-so"}}),
                task("II.1.a.2", {{TaskRole::lead, "so-hoa"}}), task("II.1.b.1")};
  plan.tasks[0].area = "a";
  plan.tasks[1].area = "a";
  plan.tasks[1].criteria = {{"par", "F2"}};
  plan.tasks[2].area = "b";
  return plan;
}

/// "place: message" of every problem; none for a sound plan.
inline std::vector<std::string> faults(const PlanDefinition& plan) {
  std::vector<std::string> texts;
  try {
    static_cast<void>(Plan(plan));
  } catch (const SpecError& error) {
    for (const auto& problem : error.problems()) {
      texts.push_back(problem.place + ": " + problem.message);
    }
  }
  return texts;
}

/// What is to be done about the first problem.
inline std::string remedy(const PlanDefinition& plan) {
  try {
    static_cast<void>(Plan(plan));
  } catch (const SpecError& error) {
    return error.problems()[0].remedy;
  }
  return "nothing is wrong";
}

}  // namespace chiso::test
