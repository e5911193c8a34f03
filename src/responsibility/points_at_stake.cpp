#include "chiso/responsibility/points_at_stake.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "responsibility/answers.hpp"

namespace chiso {

namespace {

using Who = StakeRow::Who;

struct Result {
  std::vector<LostPoints> nodes;
  Answers answers;
};

// By result.
std::vector<NodeTasks> tasks_of(const PlannedScores& planned, const Teams& teams) {
  std::vector<NodeTasks> found;
  for (const Scores& scores : planned.scores()) {
    found.emplace_back().taken.resize(at(scores.index().size()));
  }
  const Plan& plan = planned.plan();
  for (Size task = 0; task < plan.tasks().size(); ++task) {
    const bool is_taken = teams.of(task) >= 0;
    for (const CriterionRef& criterion : plan.criteria(task)) {
      const Size scores = planned.find(criterion.index);
      if (scores < 0) continue;
      NodeTasks& of = found[at(scores)];
      const auto add = [task](std::vector<Size>& tasks) {
        if (tasks.empty() || tasks.back() != task) tasks.push_back(task);
      };
      add(of.all);
      if (is_taken) add(of.taken[at(planned.node(scores, criterion))]);
    }
  }
  return found;
}

// By node: whether its points are lost in children of which some have tasks, nobody knows which.
std::vector<char> waiting_below(const Index& index, const std::vector<LostPoints>& lost,
                                const NodeTasks& tasks) {
  std::vector<char> waiting(lost.size(), 0);
  for (Size i = index.size() - 1; i > 0; --i) {
    if (!std::isnan(lost[at(i)].points)) continue;
    if (waiting[at(i)] != 0 || !tasks.taken[at(i)].empty()) waiting[at(index.parent(i))] = 1;
  }
  return waiting;
}

Answers answers_for(const Index& index, const std::vector<LostPoints>& lost, NodeTasks tasks) {
  const auto waiting = waiting_below(index, lost, tasks);
  std::vector<Size> parents;
  parents.reserve(lost.size());
  for (Size i = 0; i < index.size(); ++i) parents.push_back(index.parent(i));
  Answers answers(std::move(tasks), parents);
  for (Size i = 0; i < index.size(); ++i) {
    const double own = index.is_leaf(i) ? lost[at(i)].points : lost[at(i)].unsplit;
    if (!(own > 0.0)) continue;  // Not known: its parent has them.
    answers.add(i, own, waiting[at(i)] != 0 ? Who::not_split : Who::nobody);
  }
  return answers;
}

// By agency: position of its head.
struct Heads {
  Labels names;
  std::vector<Size> of;
};

Heads heads_of(const Plan& plan) {
  Heads heads;
  std::vector<std::string> names;
  std::unordered_map<std::string, Size> known;
  std::unordered_set<std::string> persons;
  for (const Agency& agency : plan.definition().agencies) persons.insert(agency.head);
  for (const Agency& agency : plan.definition().agencies) {
    std::string name = agency.head;
    if (name.empty()) {
      name = agency.title.text(agency.code);
      // Another agency, or a person, may be called the same.
      while (known.contains(name) || persons.contains(name)) name += " (" + agency.code + ")";
    }
    const auto [same, is_new] = known.emplace(name, std::ssize(names));
    if (is_new) names.push_back(std::move(name));
    heads.of.push_back(same->second);
  }
  heads.names = Labels(std::move(names), "head");
  return heads;
}

}  // namespace

struct PointsAtStake::State {
  State(PlannedScores given, std::string_view unit, StakeOptions with)
      : planned(std::move(given)),
        options(std::move(with)),
        heads(heads_of(planned.plan())),
        teams(planned.plan(), options.sharing) {
    const Plan& plan = planned.plan();
    if (unit.empty()) unit = plan.definition().unit;
    if (unit.empty()) {
      throw DataError({Problem{plan.definition().location, plan.name(),
                               "expected whose points were lost, and the plan is of no unit",
                               "name the unit"}});
    }
    planned.require_known_criteria();
    auto tasks = tasks_of(planned, teams);
    for (std::size_t s = 0; s < tasks.size(); ++s) {
      const Scores& scores = planned.scores()[s];
      Result& result = results.emplace_back();
      result.nodes = lost_points(scores, unit, options.unsplit);
      result.answers = answers_for(scores.index(), result.nodes, std::move(tasks[s]));
      result.answers.share(teams, plan.agencies().size());
    }
  }

  [[nodiscard]] const Result& result(Size scores) const {
    if (scores < 0 || scores >= std::ssize(results)) {
      throw NotFoundError(
          fmt::format("there is no result number {}, but {}", scores, results.size()));
    }
    return results[at(scores)];
  }

  // @param key_of by agency
  [[nodiscard]] std::vector<StakeRow> rows_by_agency(std::span<const Size> key_of,
                                                     Size keys) const {
    std::vector<StakeRow> rows;
    for (Size s = 0; s < std::ssize(results); ++s) {
      const auto of = rows_by(planned.plan(), teams, results[at(s)].answers, key_of, keys, s);
      rows.insert(rows.end(), of.begin(), of.end());
    }
    return rows;
  }

  // @param key_of of a task: a key, or Who
  template <class KeyOf>
  [[nodiscard]] std::vector<StakeRow> rows_by_task(const KeyOf& key_of, Size keys) const {
    std::vector<StakeRow> rows;
    for (std::size_t s = 0; s < results.size(); ++s) {
      const Answers& answers = results[s].answers;
      Sums sums(keys);
      for (const Size task : answers.tasks()) sums[key_of(task)];
      Once in_pool(keys + 1);  // One more for what is no key.
      for (std::size_t p = 0; p < answers.pools().size(); ++p) {
        const Pool& pool = answers.pools()[p];
        const double points = pool.points / static_cast<double>(pool.tasks.size());
        for (const Size task : pool.tasks) {
          const Size key = key_of(task);
          StakeRow& row = sums[key];
          row.points += points;
          if (in_pool.first(key >= 0 ? key : keys, static_cast<Size>(p))) {
            row.criteria += pool.criteria;
          }
        }
      }
      for (const Size task : answers.answering(planned.plan())) ++sums[key_of(task)].tasks;
      add_unanswered(answers, sums);
      sums.move_to(rows, static_cast<Size>(s));
    }
    return rows;
  }

  PlannedScores planned;
  StakeOptions options;
  Heads heads;
  Teams teams;
  std::vector<Result> results;
};

PointsAtStake::PointsAtStake(PlannedScores planned, std::string_view unit, StakeOptions options)
    : state_(std::make_shared<const State>(std::move(planned), unit, std::move(options))) {}

const PlannedScores& PointsAtStake::planned() const noexcept { return state_->planned; }

const StakeOptions& PointsAtStake::options() const noexcept { return state_->options; }

const Labels& PointsAtStake::heads() const noexcept { return state_->heads.names; }

double PointsAtStake::lost(Size scores) const {
  return state_->result(scores).nodes.front().points;
}

std::span<const LostPoints> PointsAtStake::nodes(Size scores) const {
  return state_->result(scores).nodes;
}

std::vector<StakeRow> PointsAtStake::by_agency() const {
  std::vector<Size> itself(at(planned().plan().agencies().size()));
  std::iota(itself.begin(), itself.end(), Size{0});
  return state_->rows_by_agency(itself, std::ssize(itself));
}

std::vector<StakeRow> PointsAtStake::by_top_agency() const {
  const Plan& plan = planned().plan();
  std::vector<Size> top;
  top.reserve(at(plan.agencies().size()));
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) top.push_back(plan.top(agency));
  return state_->rows_by_agency(top, std::ssize(top));
}

std::vector<StakeRow> PointsAtStake::by_head() const {
  return state_->rows_by_agency(state_->heads.of, heads().size());
}

std::vector<StakeRow> PointsAtStake::by_area() const {
  const Plan& plan = planned().plan();
  const auto area_of = [&plan](Size task) {
    const Size area = plan.area_of(task);
    return area >= 0 ? area : Size{Who::no_area};
  };
  return state_->rows_by_task(area_of, plan.areas().size());
}

std::vector<StakeRow> PointsAtStake::by_task() const {
  const auto itself = [](Size task) { return task; };
  return state_->rows_by_task(itself, planned().plan().tasks().size());
}

std::vector<StakeRow> PointsAtStake::by_criterion() const {
  std::vector<StakeRow> rows;
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    const Answers& answers = state_->results[s].answers;
    for (const OwnPoints& loss : answers.own()) {
      const Size tasks = loss.pool < 0 ? 0 : std::ssize(answers.pools()[at(loss.pool)].tasks);
      rows.push_back({static_cast<Size>(s), loss.node, loss.points, tasks, 1});
    }
  }
  return rows;
}

std::vector<double> PointsAtStake::of_agency(Size agency) const {
  const Plan& plan = planned().plan();
  static_cast<void>(plan.agency(agency));  // That there is one.
  const auto tasks = at(plan.tasks().size());
  const Teams& teams = state_->teams;
  std::vector<double> share(at(teams.count()), 0.0);
  for (Size team = 0; team < teams.count(); ++team) {
    for (const Part& part : teams.parts(team)) {
      if (part.agency == agency) share[at(team)] = part.share;
    }
  }
  std::vector<double> points(tasks * state_->results.size(), 0.0);
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    for (const Pool& pool : state_->results[s].answers.pools()) {
      const double each = pool.points / static_cast<double>(pool.tasks.size());
      for (const Size task : pool.tasks) {
        points[s * tasks + at(task)] += each * share[at(teams.of(task))];
      }
    }
  }
  return points;
}

std::vector<double> PointsAtStake::of_tasks(const std::vector<bool>& tasks) const {
  const Plan& plan = planned().plan();
  if (std::ssize(tasks) != plan.tasks().size()) {
    throw DataError(fmt::format("expected one value for each of {} tasks, got {}",
                                plan.tasks().size(), tasks.size()));
  }
  const Teams& teams = state_->teams;
  const auto agencies = at(plan.agencies().size());
  std::vector<double> points(agencies * state_->results.size(), 0.0);
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    std::vector<double> of_team(at(teams.count()), 0.0);
    for (const Pool& pool : state_->results[s].answers.pools()) {
      const double each = pool.points / static_cast<double>(pool.tasks.size());
      for (const Size task : pool.tasks) {
        if (tasks[at(task)]) of_team[at(teams.of(task))] += each;
      }
    }
    for (Size team = 0; team < teams.count(); ++team) {
      if (of_team[at(team)] == 0.0) continue;
      for (const Part& part : teams.parts(team)) {
        points[s * agencies + at(part.agency)] += of_team[at(team)] * part.share;
      }
    }
  }
  return points;
}

std::vector<PointsAtStake::Cell> PointsAtStake::cells() const {
  std::vector<Cell> cells;
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    const Answers& answers = state_->results[s].answers;
    const auto scores = static_cast<Size>(s);
    for (const OwnPoints& loss : answers.own()) {
      if (loss.pool < 0) {
        cells.push_back({scores, loss.node, loss.pool, loss.points});
        continue;
      }
      for (const Part& part : answers.pools()[at(loss.pool)].parts) {
        cells.push_back({scores, loss.node, part.agency, loss.points * part.share});
      }
    }
  }
  return cells;
}

}  // namespace chiso
