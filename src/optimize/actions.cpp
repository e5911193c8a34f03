#include "chiso/optimize/actions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "optimize/choice_search.hpp"
#include "optimize/question.hpp"

namespace chiso {
namespace {

using Proof = SearchResult::Status;

}  // namespace

ActionChoice cheapest_actions(const ActionEffects& effects, const std::vector<SituatedGoal>& goals,
                              const ActionLimits& limits, Prefer prefer,
                              const SearchLimits& search) {
  SearchClock clock(search);
  const Question question(effects, goals);
  const ActionRules rules(effects, limits);
  ChoiceSearch choices(effects, rules, question.aims(), clock);
  const FoundSet found = choices.cheapest(prefer);
  ActionChoice choice = question.answer(found, rules, clock, choices.approximates());
  if (found.status == Proof::infeasible) {
    explain_failure(choice, question, rules, limits, prefer, clock);
    choice.result.seconds = clock.seconds();
  }
  return choice;
}

ActionChoice best_actions(const ActionEffects& effects, Size situation, std::string_view code,
                          const std::vector<SituatedGoal>& goals, const ActionLimits& limits,
                          const SearchLimits& search) {
  SearchClock clock(search);
  const Question question(effects, goals);
  const ActionRules rules(effects, limits);
  std::vector<Aim> aims = question.aims();
  const std::size_t which = aims.size();
  const Aim aim = Question::aim_at(effects, situation, code);
  aims.push_back(aim);
  ChoiceSearch choices(effects, rules, aims, clock);
  FoundSet found = choices.best(which);
  if (found.status == Proof::optimal) {
    // The cheapest of those that come to the same, but for rounding.
    choices.raise(which, found.objective - 1e-12 * std::max(1.0, std::abs(found.objective)));
    const FoundSet cheapest = choices.cheapest(Prefer::cheapest);
    if (cheapest.status != Proof::optimal) found.status = Proof::feasible;
    if (!cheapest.chosen.empty()) found.chosen = cheapest.chosen;
    found.objective = effects.scores(situation, found.chosen)[at(aim.node)];
    found.bound = std::max(found.bound, found.objective);
  }
  ActionChoice choice = question.answer(found, rules, clock, choices.approximates());
  if (found.status == Proof::infeasible) {
    explain_failure(choice, question, rules, limits, Prefer::cheapest, clock);
    choice.result.seconds = clock.seconds();
  }
  return choice;
}

std::vector<ActionChoice> frontier(const ActionEffects& effects, const SituatedGoal& first,
                                   const std::vector<SituatedGoal>& goals,
                                   const ActionLimits& limits, const SearchLimits& search) {
  SearchClock clock(search);
  const Aim aim = Question::aim_at(effects, first.situation, first.goal.code);
  const Scores& base = effects.situations()[at(first.situation)].base;
  const Field field(base.index().definition(), first.rivals);
  const auto goal_of_rank = [&](double rank) {
    SituatedGoal goal = first;
    goal.goal = Goal::top(rank);
    goal.goal.code = first.goal.code;
    return goal;
  };
  const std::vector<bool> nothing(at(effects.actions().size()), false);
  double rank = field.rank(effects.scores(aim.situation, nothing)[at(aim.node)]);
  if (std::isnan(rank)) rank = static_cast<double>(field.scores().size()) + 2.0;

  const ActionRules rules(effects, limits);
  std::vector<SituatedGoal> all = goals;
  all.insert(all.begin(), goal_of_rank(std::max(1.0, rank - 1.0)));
  std::vector<Aim> aims = Question(effects, all).aims();
  ChoiceSearch choices(effects, rules, aims, clock);

  // From the next rank up: a set that goes further than it must settles the ranks between, since
  // none of them can cost more than it does, nor less.
  std::vector<ActionChoice> found;
  double least = 0.0;
  while (rank > 1.0) {
    all[0] = goal_of_rank(rank - 1.0);
    const Question question(effects, all);
    choices.raise(0, question.aims()[0].threshold);
    const FoundSet next = choices.cheapest(Prefer::cheapest, least);
    if (next.chosen.empty()) {
      if (next.status == Proof::unknown) {
        found.push_back(question.answer(next, rules, clock, choices.approximates()));
      }
      break;
    }
    rank =
        std::min(rank - 1.0, field.rank(effects.scores(aim.situation, next.chosen)[at(aim.node)]));
    // A better rank for no more makes the one before it idle.
    while (!found.empty() && ActionRules::at_most(rules.cost(next.chosen), found.back().cost)) {
      found.pop_back();
    }
    found.push_back(question.answer(next, rules, clock, choices.approximates()));
    if (next.status != Proof::optimal) break;
    least = next.objective;
  }
  return found;
}

}  // namespace chiso
