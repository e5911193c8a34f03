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

#include "chiso/base/error.hpp"

namespace chiso {

namespace {

using Who = StakeRow::Who;

std::size_t at(Size i) noexcept { return static_cast<std::size_t>(i); }

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

// Who has which part in a task by a rule of sharing.
class Takers {
 public:
  Takers(const Plan& plan, const Sharing& sharing)
      : plan_(plan), sharing_(sharing), met_(plan.agencies().size()), place_(met_size()) {}

  [[nodiscard]] bool has_any(Size task) const {
    const auto assigned = plan_.assigned(task);
    return std::any_of(sharing_.rounds().begin(), sharing_.rounds().end(), [&](const auto& round) {
      return std::any_of(assigned.begin(), assigned.end(),
                         [&](const auto& each) { return round[at_role(each.role)] > 0.0; });
    });
  }

  // Each agency once, in the order of mention; valid until the next call.
  std::span<const Part> of(Size task) {
    parts_.clear();
    for (const auto& round : sharing_.rounds()) {
      ++round_;
      for (const auto& [role, agency] : plan_.assigned(task)) {
        const double weight = round[at_role(role)];
        if (weight > 0.0) add(agency, weight);
      }
      if (!parts_.empty()) break;
    }
    divide();
    return parts_;
  }

 private:
  static std::size_t at_role(TaskRole role) noexcept { return static_cast<std::size_t>(role); }

  [[nodiscard]] std::size_t met_size() const { return at(plan_.agencies().size()); }

  void add(Size agency, double weight) {
    for (const Size member : plan_.members(agency)) {
      if (met_.first(member, round_)) {
        place_[at(member)] = parts_.size();
        parts_.push_back({member, weight});
      } else {
        double& known = parts_[place_[at(member)]].share;
        known = std::max(known, weight);
      }
    }
  }

  // From weights to shares; by the greatest first, so that no sum is too large for a number.
  void divide() {
    double most = 0.0;
    for (const Part& part : parts_) most = std::max(most, part.share);
    double all = 0.0;
    for (Part& part : parts_) all += part.share /= most;
    for (Part& part : parts_) part.share /= all;
  }

  const Plan& plan_;
  const Sharing& sharing_;
  Once met_;
  Size round_ = 0;
  std::vector<std::size_t> place_;  // By agency: its position in parts_.
  std::vector<Part> parts_;
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
std::vector<NodeTasks> tasks_of(const PlannedScores& planned, const Takers& takers) {
  std::vector<NodeTasks> found;
  for (const Scores& scores : planned.scores()) {
    found.emplace_back().taken.resize(at(scores.index().size()));
  }
  const Plan& plan = planned.plan();
  for (Size task = 0; task < plan.tasks().size(); ++task) {
    const bool is_taken = takers.has_any(task);
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

void find_parts(Takers& takers, Size agencies, std::vector<Pool>& pools) {
  std::vector<double> share(at(agencies), 0.0);
  std::vector<Size> met;
  for (Pool& pool : pools) {
    const auto tasks = static_cast<double>(pool.tasks.size());
    for (const Size task : pool.tasks) {
      for (const Part& part : takers.of(task)) {
        double& sum = share[at(part.agency)];
        if (sum == 0.0 && part.share > 0.0) met.push_back(part.agency);
        sum += part.share;
      }
    }
    std::sort(met.begin(), met.end());
    pool.parts.reserve(met.size());
    for (const Size agency : met) {
      pool.parts.push_back({agency, std::exchange(share[at(agency)], 0.0) / tasks});
    }
    met.clear();
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
      : planned(std::move(given)), options(std::move(with)), heads(heads_of(planned.plan())) {
    const Plan& plan = planned.plan();
    if (unit.empty()) unit = plan.definition().unit;
    if (unit.empty()) {
      throw DataError({Problem{plan.definition().location, plan.name(),
                               "expected whose points were lost, and the plan is of no unit",
                               "name the unit"}});
    }
    planned.require_known_criteria();
    Takers takers(plan, options.sharing);
    auto tasks = tasks_of(planned, takers);
    for (std::size_t s = 0; s < tasks.size(); ++s) {
      const Scores& scores = planned.scores()[s];
      Result& result = results.emplace_back();
      result.nodes = lost_points(scores, unit, options.unsplit);
      find_losses(scores.index(), tasks[s], result);
      find_parts(takers, plan.agencies().size(), result.pools);
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
    Takers takers(plan, options.sharing);
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
      Once in_task(keys);
      for (const Size task : answering(result)) {
        for (const Part& part : takers.of(task)) {
          const Size key = key_of[at(part.agency)];
          if (in_task.first(key, task)) ++sums[key].tasks;
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
  std::vector<double> points(tasks * state_->results.size(), 0.0);
  Takers takers(plan, options().sharing);
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    for (const Pool& pool : state_->results[s].pools) {
      const double each = pool.points / static_cast<double>(pool.tasks.size());
      for (const Size task : pool.tasks) {
        const auto parts = takers.of(task);
        const auto own = std::find_if(parts.begin(), parts.end(),
                                      [agency](const Part& part) { return part.agency == agency; });
        if (own != parts.end()) points[s * tasks + at(task)] += each * own->share;
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
  const auto agencies = at(plan.agencies().size());
  std::vector<double> points(agencies * state_->results.size(), 0.0);
  Takers takers(plan, options().sharing);
  for (std::size_t s = 0; s < state_->results.size(); ++s) {
    for (const Pool& pool : state_->results[s].pools) {
      const double each = pool.points / static_cast<double>(pool.tasks.size());
      for (const Size task : pool.tasks) {
        if (!tasks[at(task)]) continue;
        for (const Part& part : takers.of(task)) {
          points[s * agencies + at(part.agency)] += each * part.share;
        }
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
