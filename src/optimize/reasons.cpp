// Why no set of actions reaches the goals.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/at.hpp"
#include "optimize/question.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Proof = SearchResult::Status;

/// Each limit that may be thought away, with its name in words.
std::vector<std::pair<Lift, std::string>> lifts(const ActionRules& rules) {
  using What = Lift::What;
  const ActionLimits& limits = rules.limits();
  const ActionDefinition& definition = rules.actions().definition();
  const auto unit = [](const std::string& text) { return text.empty() ? "" : " " + text; };
  std::vector<std::pair<Lift, std::string>> found;
  if (std::isfinite(limits.budget)) {
    found.push_back(
        {{What::budget, {}},
         fmt::format("the budget of {:.6g}{}", limits.budget, unit(definition.currency))});
  }
  if (std::isfinite(limits.horizon)) {
    found.push_back(
        {{What::horizon, {}},
         fmt::format("the horizon of {:.6g}{}", limits.horizon, unit(definition.time_unit))});
  }
  for (const ActionRules::Limit& capacity : rules.capacities()) {
    found.push_back({{What::capacity, capacity.agency},
                     fmt::format("the capacity of {} of {:.6g}{}", capacity.agency, capacity.amount,
                                 unit(definition.work_unit))});
  }
  if (!limits.frozen.empty()) found.push_back({{What::frozen, {}}, "the frozen criteria"});
  if (limits.most >= 0) {
    found.push_back({{What::most, {}}, fmt::format("the limit of {} actions", limits.most)});
  }
  if (!rules.actions().exclusions().empty()) {
    found.push_back({{What::exclusions, {}}, "the exclusions"});
  }
  const auto& actions = definition.actions;
  if (std::any_of(actions.begin(), actions.end(),
                  [](const Action& action) { return action.choice == Action::Choice::never; })) {
    found.push_back({{What::never, {}}, "what is never to be done"});
  }
  return found;
}

/// The score of a goal's node at its best, without limits that are shared between actions.
double highest(const Question& question, std::size_t goal, const ActionLimits& limits,
               SearchClock& clock) {
  const ActionEffects& effects = question.effects();
  ActionLimits free = limits;
  free.budget = infinity;
  free.most = -1;
  free.capacities = false;
  const ActionRules rules(effects, free, {Lift::What::exclusions, {}});
  Aim aim = question.aims()[goal];
  aim.threshold = -infinity;
  ChoiceSearch search(effects, rules, {aim}, clock);
  const FoundSet found = search.best(0);
  return found.chosen.empty() ? std::nan("") : found.objective;
}

}  // namespace

void explain_failure(ActionChoice& choice, const Question& question, const ActionRules& rules,
                     const ActionLimits& limits, Prefer prefer, SearchClock& clock) {
  auto& reasons = choice.result.reasons;
  if (!rules.contradiction().empty()) {
    reasons.push_back(rules.contradiction());
    choice.binding.push_back(rules.contradiction());
  }
  bool hopeless = false;
  const bool any_set = rules.contradiction().empty();
  for (std::size_t g = 0; any_set && g < question.aims().size() && !clock.stopped(); ++g) {
    const double most = highest(question, g, limits, clock);
    if (clock.stopped() || most >= question.aims()[g].threshold) continue;
    hopeless = true;
    reasons.push_back(
        fmt::format("{}: whatever is chosen of the actions that may be done, it comes to {}",
                    question.goal_text(g), question.shortfall(g, most)));
    choice.binding.push_back(question.goal_text(g));
  }
  for (const auto& [lift, text] : lifts(rules)) {
    if (clock.stopped()) return;
    using What = Lift::What;
    // What all actions together do not reach is not reached with a larger budget either.
    const bool adds_actions =
        lift.what == What::horizon || lift.what == What::frozen || lift.what == What::never;
    if (hopeless && !adds_actions) continue;
    const ActionRules without(question.effects(), limits, lift);
    ChoiceSearch search(question.effects(), without, question.aims(), clock);
    const FoundSet found = search.cheapest(prefer);
    if (found.chosen.empty()) continue;
    const std::string& currency = rules.actions().definition().currency;
    reasons.push_back(fmt::format("without {} it is possible for {:.6g}{}", text,
                                  without.cost(found.chosen),
                                  currency.empty() ? "" : " " + currency));
    choice.binding.push_back(text);
  }
  if (reasons.empty() && !clock.stopped()) {
    reasons.emplace_back("no single limit stands in the way, but all together do");
  }
}

}  // namespace chiso
