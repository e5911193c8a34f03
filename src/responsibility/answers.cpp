#include "responsibility/answers.hpp"

#include <string>
#include <unordered_map>

#include "responsibility/agency_tasks.hpp"

namespace chiso {

// Finds the teams, task by task.
class TeamFinder {
 public:
  TeamFinder(const Plan& plan, const Sharing& sharing, Teams& teams)
      : plan_(plan),
        teams_(teams),
        named_by_(at(plan.agencies().size()), -1),
        met_(plan.agencies().size()) {
    place_.resize(at(plan.agencies().size()));
    teams_.team_of_.reserve(at(plan.tasks().size()));
    for (Size task = 0; task < plan.tasks().size(); ++task)
      teams_.team_of_.push_back(find(task, sharing));
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
    const auto [known, is_new] = known_.try_emplace(std::move(key), teams_.count());
    if (is_new) add(known->second);
    return known->second;
  }

  void add(Size team) {
    const std::size_t begin = teams_.parts_.size();
    double most = 0.0;
    for (const auto& [agency, weight] : weights_) {
      most = std::max(most, weight);
      for (const Size member : plan_.members(agency)) {
        if (!is_meant(member, agency)) continue;
        if (met_.first(member, team)) {
          place_[at(member)] = teams_.parts_.size();
          teams_.parts_.push_back({member, weight});
        } else {
          double& greatest = teams_.parts_[place_[at(member)]].share;
          greatest = std::max(greatest, weight);
        }
      }
    }
    teams_.begins_.push_back(teams_.parts_.size());
    // By the greatest first, so that no sum is too large for a number.
    const auto own = std::span(teams_.parts_).subspan(begin);
    double all = 0.0;
    for (Part& part : own) all += part.share /= most;
    for (Part& part : own) part.share /= all;
  }

  const Plan& plan_;
  Teams& teams_;
  std::unordered_map<std::string, Size> known_;
  Size task_ = -1;              // At work.
  std::vector<Size> named_;     // In it: agencies that are named themselves, each once.
  std::vector<Size> named_by_;  // By agency: the last task that did.
  std::vector<Part> weights_;   // Of a round, groups not yet their members.
  Once met_;
  std::vector<std::size_t> place_;  // By agency: its part in the team at work.
};

namespace {

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

// Agencies with a role in one of the tasks; groups not yet their members.
std::vector<char> involved(const Plan& plan, std::span<const Size> tasks) {
  std::vector<char> agencies(at(plan.agencies().size()), 0);
  for (const Size task : tasks) {
    for (const auto& each : plan.assigned(task)) agencies[at(each.agency)] = 1;
  }
  return agencies;
}

}  // namespace

Teams::Teams(const Plan& plan, const Sharing& sharing) { TeamFinder(plan, sharing, *this); }

Answers::Answers(NodeTasks tasks, std::span<const Size> parents)
    : tasks_(std::move(tasks)), pool_of_(parents.size(), -1) {
  for (Size i = 0; i < std::ssize(parents); ++i) {
    const Size parent = parents[at(i)];
    level_.push_back(!tasks_.taken[at(i)].empty() ? i : parent >= 0 ? level_[at(parent)] : -1);
  }
}

void Answers::add(Size node, double points, Size otherwise) {
  OwnPoints own{node, points, otherwise};
  if (const Size by = level_[at(node)]; by >= 0) {
    if (pool_of_[at(by)] < 0) {
      pool_of_[at(by)] = std::ssize(pools_);
      pools_.emplace_back().tasks = tasks_.taken[at(by)];
    }
    own.pool = pool_of_[at(by)];
    Pool& pool = pools_[at(own.pool)];
    pool.points += points;
    ++pool.criteria;
  }
  own_.push_back(own);
}

void Answers::share(const Teams& teams, Size agencies) { find_parts(teams, agencies, pools_); }

std::vector<Size> Answers::answering(const Plan& plan) const {
  Once met(plan.tasks().size());
  std::vector<Size> tasks;
  for (const Pool& pool : pools_) {
    for (const Size task : pool.tasks) {
      if (met.first(task, 0)) tasks.push_back(task);
    }
  }
  return tasks;
}

void add_unanswered(const Answers& answers, Sums& sums) {
  for (const OwnPoints& own : answers.own()) {
    if (own.pool >= 0) continue;
    StakeRow& row = sums[own.pool];
    row.points += own.points;
    ++row.criteria;
  }
}

std::vector<StakeRow> rows_by(const Plan& plan, const Teams& teams, const Answers& answers,
                              std::span<const Size> key_of, Size keys, Size scores) {
  Sums sums(keys);
  const auto agencies = involved(plan, answers.tasks());
  for (Size agency = 0; agency < plan.agencies().size(); ++agency) {
    if (agencies[at(agency)] == 0) continue;
    for (const Size member : plan.members(agency)) sums[key_of[at(member)]];
  }
  Once in_pool(keys);
  const auto pools = answers.pools();
  for (std::size_t p = 0; p < pools.size(); ++p) {
    const Pool& pool = pools[p];
    for (const Part& part : pool.parts) {
      const Size key = key_of[at(part.agency)];
      StakeRow& row = sums[key];
      row.points += pool.points * part.share;
      if (in_pool.first(key, static_cast<Size>(p))) row.criteria += pool.criteria;
    }
  }
  std::vector<Size> tasks(at(teams.count()), 0);
  for (const Size task : answers.answering(plan)) ++tasks[at(teams.of(task))];
  Once in_team(keys);
  for (Size team = 0; team < teams.count(); ++team) {
    if (tasks[at(team)] == 0) continue;
    for (const Part& part : teams.parts(team)) {
      const Size key = key_of[at(part.agency)];
      if (in_team.first(key, team)) sums[key].tasks += tasks[at(team)];
    }
  }
  add_unanswered(answers, sums);
  std::vector<StakeRow> rows;
  sums.move_to(rows, scores);
  return rows;
}

}  // namespace chiso
