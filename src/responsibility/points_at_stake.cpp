#include "chiso/responsibility/points_at_stake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "responsibility/agency_tasks.hpp"

namespace chiso {

namespace {

using Who = StakeRow::Who;

// Tells the first time that something is met in a round.
class Once {
 public:
  explicit Once(Size count) : last_(at(count), -1) {}

  bool first(Size what, Size round) { return std::exchange(last_[at(what)], round) != round; }

 private:
  std::vector<Size> last_;
};

// An agency's part in something; the parts add up to 1.
struct Part {
  Size agency;
  double share;
};

// Who has which part in each task by a rule of sharing. Tasks with the same takers have one team.
class Teams {
 public:
  Teams(const Plan& plan, const Sharing& sharing)
      : plan_(plan), named_by_(at(plan.agencies().size()), -1), met_(plan.agencies().size()) {
    place_.resize(at(plan.agencies().size()));
    team_of_.reserve(at(plan.tasks().size()));
    for (Size task = 0; task < plan.tasks().size(); ++task) team_of_.push_back(find(task, sharing));
    known_.clear();
  }

  [[nodiscard]] Size count() const noexcept { return std::ssize(begins_) - 1; }

  // -1: nobody has a part in the task.
  [[nodiscard]] Size of(Size task) const { return team_of_[at(task)]; }

  // Each agency once.
  [[nodiscard]] std::span<const Part> parts(Size team) const {
    const auto begin = begins_[at(team)];
    return std::span(parts_).subspan(begin, begins_[at(team) + 1] - begin);
  }

 private:
  // By the first round in which somebody has a weight.
  Size find(Size task, const Sharing& sharing) {
    named_.clear();
    for (const auto& [role, agency] : plan_.assigned(task)) {
      if (AgencyTasks::is_made_of_others(plan_, agency)) continue;
      if (std::exchange(named_by_[at(agency)], task) != task) named_.push_back(agency);
    }
    task_ = task;
    for (const Sharing::Weights& round : sharing.rounds()) {
      weights_.clear();
      for (const auto& [role, agency] : plan_.assigned(task)) {
        const double weight = round[static_cast<std::size_t>(role)];
        if (weight > 0.0 && means_somebody(agency)) weights_.push_back({agency, weight});
      }
      if (!weights_.empty()) return intern();
    }
    return -1;
  }

  // A group is the members that the task does not name themselves.
  [[nodiscard]] bool is_meant(Size member, Size agency) const {
    return member == agency || named_by_[at(member)] != task_;
  }

  [[nodiscard]] bool means_somebody(Size agency) const {
    const auto members = plan_.members(agency);
    return std::any_of(members.begin(), members.end(),
                       [&](Size member) { return is_meant(member, agency); });
  }

  Size intern() {
    std::string key;
    const auto append = [&key](const auto& value) {
      key.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    bool has_group = false;
    for (const Part& each : weights_) {
      append(each.agency);
      has_group = has_group || AgencyTasks::is_made_of_others(plan_, each.agency);
      // Alone, it has everything, whatever its weight.
      if (weights_.size() > 1) append(each.share);
    }
    if (has_group) {
      for (const Size agency : named_) append(agency);
      append(std::ssize(named_));  // Tells them from the others.
    }
    const auto [known, is_new] = known_.try_emplace(std::move(key), count());
    if (is_new) add(known->second);
    return known->second;
  }

  void add(Size team) {
    const std::size_t begin = parts_.size();
    double most = 0.0;
    for (const auto& [agency, weight] : weights_) {
      most = std::max(most, weight);
      for (const Size member : plan_.members(agency)) {
        if (!is_meant(member, agency)) continue;
        if (met_.first(member, team)) {
          place_[at(member)] = parts_.size();
          parts_.push_back({member, weight});
        } else {
          double& greatest = parts_[place_[at(member)]].share;
          greatest = std::max(greatest, weight);
        }
      }
    }
    begins_.push_back(parts_.size());
    // By the greatest first, so that no sum is too large for a number.
    const auto own = std::span(parts_).subspan(begin);
    double all = 0.0;
    for (Part& part : own) all += part.share /= most;
    for (Part& part : own) part.share /= all;
  }

  const Plan& plan_;
  std::vector<Size> team_of_;           // By task.
  std::vector<std::size_t> begins_{0};  // By team: where its parts begin; one more.
  std::vector<Part> parts_;
  std::unordered_map<std::string, Size> known_;
  Size task_ = -1;              // At work.
  std::vector<Size> named_;     // In it: agencies that are named themselves, each once.
  std::vector<Size> named_by_;  // By agency: the last task that did.
  std::vector<Part> weights_;   // Of a round, groups not yet their members.
  Once met_;
  std::vector<std::size_t> place_;  // By agency: its part in the team at work.
};

// A criterion whose tasks answer: for itself, and for those below it that have none.
struct Pool {
  double points = 0.0;
  Size criteria = 0;
  std::vector<Size> tasks;  // Ascending; in all of them somebody has a part.
  std::vector<Part> parts;  // Of all tasks together, by agency.
};

// Points that a node lost itself, not its children.
struct Loss {
  Size node;
  double points;
  Size pool;  // Or Who.
};

struct Result {
  std::vector<LostPoints> nodes;
  std::vector<Loss> losses;  // In the order of the nodes.
  std::vector<Pool> pools;
  std::vector<Size> tasks;  // For any criterion of the index, ascending.
};

// The tasks for every node of a result.
struct NodeTasks {
  std::vector<std::vector<Size>> taken;  // By node: tasks in which somebody has a part.
  std::vector<Size> all;                 // For any node.
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
std::vector<char> waiting_below(const Index& index, const Result& result, const NodeTasks& tasks) {
  std::vector<char> waiting(result.nodes.size(), 0);
  for (Size i = index.size() - 1; i > 0; --i) {
    if (!std::isnan(result.nodes[at(i)].points)) continue;
    if (waiting[at(i)] != 0 || !tasks.taken[at(i)].empty()) waiting[at(index.parent(i))] = 1;
  }
  return waiting;
}

void find_losses(const Index& index, NodeTasks& tasks, Result& result) {
  const auto waiting = waiting_below(index, result, tasks);
  std::vector<Size> pool_of(at(index.size()), -1);  // By level.
  std::vector<Size> level(at(index.size()), -1);    // By node: the first with a taker, upwards.
  for (Size i = 0; i < index.size(); ++i) {
    level[at(i)] = !tasks.taken[at(i)].empty() ? i : i > 0 ? level[at(index.parent(i))] : -1;
    const LostPoints& lost = result.nodes[at(i)];
    const double own = index.is_leaf(i) ? lost.points : lost.unsplit;
    if (!(own > 0.0)) continue;  // Not known: its parent has them.
    Loss loss{i, own, waiting[at(i)] != 0 ? Who::not_split : Who::nobody};
    if (const Size by = level[at(i)]; by >= 0) {
      if (pool_of[at(by)] < 0) {
        pool_of[at(by)] = std::ssize(result.pools);
        result.pools.emplace_back().tasks = std::move(tasks.taken[at(by)]);
      }
      loss.pool = pool_of[at(by)];
      Pool& pool = result.pools[at(loss.pool)];
      pool.points += own;
      ++pool.criteria;
    }
    result.losses.push_back(loss);
  }
}

void find_parts(const Teams& teams, Size agencies, std::vector<Pool>& pools) {
  std::vector<double> tasks_of(at(teams.count()), 0.0);
  std::vector<double> share(at(agencies), 0.0);
  std::vector<Size> at_work;
  for (Pool& pool : pools) {
    for (const Size task : pool.tasks) {
      const Size team = teams.of(task);
      if (tasks_of[at(team)]++ == 0.0) at_work.push_back(team);
    }
    for (const Size team : at_work) {
      const double tasks = std::exchange(tasks_of[at(team)], 0.0);
      for (const Part& part : teams.parts(team)) {
        share[at(part.agency)] += tasks * part.share;
      }
    }
    const auto tasks = static_cast<double>(pool.tasks.size());
    for (Size agency = 0; agency < agencies; ++agency) {
      const double sum = std::exchange(share[at(agency)], 0.0);
      if (sum > 0.0) pool.parts.push_back({agency, sum / tasks});
    }
    at_work.clear();
  }
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

// Sums of one result by key, the Who behind the keys.
class Sums {
 public:
  explicit Sums(Size keys) : keys_(keys), rows_(at(keys + 3)), stands_(rows_.size(), 0) {}

  StakeRow& operator[](Size key) {
    const std::size_t place = place_of(key);
    stands_[place] = 1;
    return rows_[place];
  }

  void move_to(std::vector<StakeRow>& rows, Size scores) {
    for (std::size_t place = 0; place < rows_.size(); ++place) {
      if (stands_[place] == 0) continue;
      rows_[place].scores = scores;
      rows_[place].key = key_at(place);
      rows.push_back(rows_[place]);
    }
  }

 private:
  static constexpr std::array<Size, 3> order{Who::no_area, Who::nobody, Who::not_split};

  [[nodiscard]] std::size_t place_of(Size key) const {
    if (key >= 0) return at(key);
    return at(keys_ + (std::find(order.begin(), order.end(), key) - order.begin()));
  }

  [[nodiscard]] Size key_at(std::size_t place) const {
    const auto key = static_cast<Size>(place);
    return key < keys_ ? key : order[at(key - keys_)];
  }

  Size keys_;
  std::vector<StakeRow> rows_;
  std::vector<char> stands_;
};

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
      find_losses(scores.index(), tasks[s], result);
      find_parts(teams, plan.agencies().size(), result.pools);
      result.tasks = std::move(tasks[s].all);
    }
  }

  [[nodiscard]] const Result& result(Size scores) const {
    if (scores < 0 || scores >= std::ssize(results)) {
      throw NotFoundError(
          fmt::format("there is no result number {}, but {}", scores, results.size()));
    }
    return results[at(scores)];
  }

  // Puts points that no task answers for where they belong.
  static void add_unanswered(const Result& result, Sums& sums) {
    for (const Loss& loss : result.losses) {
      if (loss.pool >= 0) continue;
      StakeRow& row = sums[loss.pool];
      row.points += loss.points;
      ++row.criteria;
    }
  }

  // Tasks that bring points, each once.
  [[nodiscard]] std::vector<Size> answering(const Result& result) const {
    Once met(planned.plan().tasks().size());
    std::vector<Size> tasks;
    for (const Pool& pool : result.pools) {
      for (const Size task : pool.tasks) {
        if (met.first(task, 0)) tasks.push_back(task);
      }
    }
    return tasks;
  }

  // Agencies with a role in a task of the result; groups not yet their members.
  [[nodiscard]] std::vector<char> involved(const Result& result) const {
    std::vector<char> agencies(at(planned.plan().agencies().size()), 0);
    for (const Size task : result.tasks) {
      for (const auto& each : planned.plan().assigned(task)) agencies[at(each.agency)] = 1;
    }
    return agencies;
  }

  // @param key_of by agency
  [[nodiscard]] std::vector<StakeRow> rows_by(std::span<const Size> key_of, Size keys) const {
    const Plan& plan = planned.plan();
    std::vector<StakeRow> rows;
    for (std::size_t s = 0; s < results.size(); ++s) {
      const Result& result = results[s];
      Sums sums(keys);
      const auto agencies = involved(result);
      for (Size agency = 0; agency < plan.agencies().size(); ++agency) {
        if (agencies[at(agency)] == 0) continue;
        for (const Size member : plan.members(agency)) sums[key_of[at(member)]];
      }
      Once in_pool(keys);
      for (std::size_t p = 0; p < result.pools.size(); ++p) {
        const Pool& pool = result.pools[p];
        for (const Part& part : pool.parts) {
          const Size key = key_of[at(part.agency)];
          StakeRow& row = sums[key];
          row.points += pool.points * part.share;
          if (in_pool.first(key, static_cast<Size>(p))) row.criteria += pool.criteria;
        }
      }
      std::vector<Size> tasks(at(teams.count()), 0);
      for (const Size task : answering(result)) ++tasks[at(teams.of(task))];
      Once in_team(keys);
      for (Size team = 0; team < teams.count(); ++team) {
        if (tasks[at(team)] == 0) continue;
        for (const Part& part : teams.parts(team)) {
          const Size key = key_of[at(part.agency)];
          if (in_team.first(key, team)) sums[key].tasks += tasks[at(team)];
        }
      }
      add_unanswered(result, sums);
      sums.move_to(rows, static_cast<Size>(s));
    }
    return rows;
  }

  // @param key_of of a task: a key, or Who
  template <class KeyOf>
  [[nodiscard]] std::vector<StakeRow> rows_by_task(const KeyOf& key_of, Size keys) const {
    std::vector<StakeRow> rows;
    for (std::size_t s = 0; s < results.size(); ++s) {
      const Result& result = results[s];
      Sums sums(keys);
      for (const Size task : result.tasks) sums[key_of(task)];
      Once in_pool(keys + 1);  // One more for what is no key.
      for (std::size_t p = 0; p < result.pools.size(); ++p) {
        const Pool& pool = result.pools[p];
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
      for (const Size task : answering(result)) ++sums[key_of(task)].tasks;
      add_unanswered(result, sums);
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
  return state_->rows_by(itself, std::ssize(itself));
}

std::vector<StakeRow> PointsAtStake::by_top_agency() const {
  const Plan& plan = planned().plan();
  std::vector<Size> top;
  top.reserve(at(plan.agencies().size()));
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) top.push_back(plan.top(agency));
  return state_->rows_by(top, std::ssize(top));
}

std::vector<StakeRow> PointsAtStake::by_head() const {
  return state_->rows_by(state_->heads.of, heads().size());
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
    const Result& result = state_->results[s];
    for (const Loss& loss : result.losses) {
      const Size tasks = loss.pool < 0 ? 0 : std::ssize(result.pools[at(loss.pool)].tasks);
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
    for (const Pool& pool : state_->results[s].pools) {
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
    for (const Pool& pool : state_->results[s].pools) {
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
    const Result& result = state_->results[s];
    const auto scores = static_cast<Size>(s);
    for (const Loss& loss : result.losses) {
      if (loss.pool < 0) {
        cells.push_back({scores, loss.node, loss.pool, loss.points});
        continue;
      }
      for (const Part& part : result.pools[at(loss.pool)].parts) {
        cells.push_back({scores, loss.node, part.agency, loss.points * part.share});
      }
    }
  }
  return cells;
}

}  // namespace chiso
