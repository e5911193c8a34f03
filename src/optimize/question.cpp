#include "optimize/question.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

void require_situation(const ActionEffects& effects, Size situation) {
  const Size count = std::ssize(effects.situations());
  if (situation >= 0 && situation < count) return;
  throw DataError(
      fmt::format("expected the position of one of {} results, got {}", count, situation),
      "situation");
}

/// A number as people read it: what is shown need not read back.
std::string short_text(double value) { return fmt::format("{:.6g}", value); }

}  // namespace

Aim Question::aim_at(const ActionEffects& effects, Size situation, std::string_view code) {
  require_situation(effects, situation);
  const Index& index = effects.situations()[at(situation)].base.index();
  return {situation, code.empty() ? Index::root() : index.at(code), -infinity};
}

Question::Question(const ActionEffects& effects, const std::vector<SituatedGoal>& goals)
    : effects_(effects), goals_(goals) {
  if (effects.actions().size() == 0) {
    throw DataError(
        "there are no actions to choose from; give at least one (of a plan, a task that says what "
        "it is expected to do)",
        "actions");
  }
  const auto assume = [&](const std::string& text) {
    const bool known =
        std::find(assumptions_.begin(), assumptions_.end(), text) != assumptions_.end();
    if (!text.empty() && !known) assumptions_.push_back(text);
  };
  for (const SituatedGoal& goal : goals_) assume(goal.rivals.assumption);
  for (const SituatedGoal& goal : goals_) {
    aims_.push_back(aim_at(effects, goal.situation, goal.goal.code));
    const Scores& base = effects.situations()[at(goal.situation)].base;
    needed_.push_back(needed_score(base, effects.unit(), goal.goal, goal.rivals));
    aims_.back().threshold = needed_.back().score;
    goal_fields_.emplace_back(base.index().definition(), goal.rivals);
  }
  for (Size s = 0; s < std::ssize(effects.situations()); ++s) {
    const Scores& base = effects.situations()[at(s)].base;
    std::size_t g = 0;
    while (g < goals_.size() && (aims_[g].situation != s || aims_[g].node != Index::root())) ++g;
    if (g < goals_.size() && !goals_[g].rivals.units.empty()) {
      fields_.push_back(goal_fields_[g]);
    } else {
      const Rivals now = rivals_now(base, effects.unit());
      fields_.emplace_back(base.index().definition(), now);
      // Ranks are told of this result too.
      assume(now.assumption);
    }
  }
  const auto situations = effects.situations();
  if (std::any_of(situations.begin(), situations.end(),
                  [](const Situation& each) { return !each.base.anchors().empty(); })) {
    assume("anchors held");
  }
}

std::string Question::place(Size situation, Size node) const {
  const Situation& where = effects_.situations()[at(situation)];
  const std::string& key = where.key.empty() ? where.base.index().name() : where.key;
  if (node == Index::root()) return key;
  const std::string& code = where.base.index().codes()[node];
  return effects_.situations().size() == 1 ? code : fmt::format("{}:{}", key, code);
}

std::string Question::goal_text(std::size_t goal) const {
  const Aim& aim = aims_[goal];
  Goal plain = goals_[goal].goal;
  plain.code.clear();
  return fmt::format("{}: {}", place(aim.situation, aim.node), describe(plain));
}

std::string Question::shortfall(std::size_t goal, double score) const {
  if (std::isnan(score)) return "no score";
  std::string text = short_text(score);
  const double rank = goal_fields_[goal].rank(score);
  if (goals_[goal].goal.quantity == Goal::Quantity::rank) {
    text += fmt::format(" (rank {})", rank);
  }
  return fmt::format("{}, and {} is needed ({})", text, short_text(aims_[goal].threshold),
                     needed_[goal].what);
}

double Question::rank(Size situation, double score) const {
  return fields_[at(situation)].rank(score);
}

ActionChoice Question::answer(const FoundSet& found, const ActionRules& rules,
                              const SearchClock& clock, bool approximates) const {
  ActionChoice choice;
  choice.result.status = found.status;
  choice.result.objective = found.chosen.empty() && found.status != SearchResult::Status::optimal
                                ? unknown
                                : found.objective;
  choice.result.bound = found.bound;
  choice.result.gap = std::abs(choice.result.objective - found.bound) /
                      std::max(std::abs(choice.result.objective), 1e-9);
  choice.result.seconds = clock.seconds();
  choice.result.method =
      approximates ? "mixed-integer program, outer approximation" : "mixed-integer program";
  choice.result.assumptions = assumptions_;
  const bool any = choice.result.has_answer();
  std::vector<bool> chosen = found.chosen;
  chosen.resize(at(effects_.actions().size()), false);
  for (Size i = 0; i < std::ssize(chosen); ++i) {
    if (!chosen[at(i)]) continue;
    choice.actions.push_back(i);
    choice.finish = std::max(choice.finish, effects_.actions().finish(i));
  }
  choice.cost = any ? rules.cost(chosen) : unknown;
  if (!any) choice.finish = unknown;
  const std::vector<bool> nothing(chosen.size(), false);
  for (Size s = 0; s < std::ssize(effects_.situations()); ++s) {
    ActionChoice::Reached reached;
    reached.score_before = effects_.scores(s, nothing)[0];
    reached.score = any ? effects_.scores(s, chosen)[0] : unknown;
    reached.rank_before = rank(s, reached.score_before);
    reached.rank = rank(s, reached.score);
    choice.reached.push_back(reached);
  }
  if (any) choice.binding = binding(chosen, rules);
  return choice;
}

std::vector<std::string> Question::binding(const std::vector<bool>& chosen,
                                           const ActionRules& rules) const {
  std::vector<std::string> found;
  for (std::size_t g = 0; g < goals_.size(); ++g) {
    if (std::isinf(aims_[g].threshold)) continue;
    const double score = effects_.scores(aims_[g].situation, chosen)[at(aims_[g].node)];
    found.push_back(fmt::format("{}: {} of {}, {} to spare", goal_text(g), short_text(score),
                                short_text(aims_[g].threshold),
                                short_text(score - aims_[g].threshold)));
  }
  const ActionDefinition& definition = rules.actions().definition();
  const auto unit = [](const std::string& text) { return text.empty() ? "" : " " + text; };
  const auto is_left = [&](Size i) { return !chosen[at(i)] && rules.fates()[at(i)] != Fate::out; };

  // A limit binds if no action that is left would fit in.
  double cheapest = infinity;
  bool any_left = false;
  for (Size i = 0; i < rules.actions().size(); ++i) {
    if (!is_left(i)) continue;
    any_left = true;
    cheapest = std::min(cheapest, rules.actions().action(i).cost);
  }
  const double cost = rules.cost(chosen);
  if (any_left && !ActionRules::at_most(cost + cheapest, rules.limits().budget)) {
    found.push_back(fmt::format("budget: {} of {}{}", short_text(cost),
                                short_text(rules.limits().budget), unit(definition.currency)));
  }
  const auto count = std::count(chosen.begin(), chosen.end(), true);
  if (any_left && count == rules.limits().most) {
    found.push_back(fmt::format("number of actions: {}", count));
  }
  for (const ActionRules::Limit& capacity : rules.capacities()) {
    double used = 0.0;
    double least = infinity;
    for (Size i = 0; i < rules.actions().size(); ++i) {
      const double amount = capacity.uses[at(i)];
      if (chosen[at(i)]) used += amount;
      if (is_left(i) && amount > 0.0) least = std::min(least, amount);
    }
    if (std::isinf(least) || ActionRules::at_most(used + least, capacity.amount)) continue;
    found.push_back(fmt::format("capacity of {}: {} of {}{}", capacity.agency, short_text(used),
                                short_text(capacity.amount), unit(definition.work_unit)));
  }
  return found;
}

}  // namespace chiso
