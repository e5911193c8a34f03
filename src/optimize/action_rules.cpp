#include "optimize/action_rules.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double infinity = MixedInteger::infinity;

void check(const ActionLimits& limits) {
  Problems problems;
  const auto not_negative = [&](double limit, const char* what) {
    if (limit >= 0.0) return;
    problems.add({}, what,
                 fmt::format("expected a number that is not negative, got {}", to_string(limit)));
  };
  not_negative(limits.budget, "budget");
  not_negative(limits.horizon, "horizon");
  if (limits.most < -1) {
    problems.add({}, "most",
                 fmt::format("expected a number of actions, or -1 for any, got {}", limits.most));
  }
  problems.raise<SpecError>();
}

Size situation_of(const ActionEffects& effects, const std::string& key) {
  const auto situations = effects.situations();
  if (key.empty() && situations.size() == 1) return 0;
  for (std::size_t s = 0; s < situations.size(); ++s) {
    if (situations[s].key == key) return static_cast<Size>(s);
  }
  std::string known;
  for (const Situation& each : situations) {
    known += (known.empty() ? "`" : ", `") + each.key + "`";
  }
  throw DataError(fmt::format("expected the key of a result ({}), got `{}`", known, key), "frozen");
}

/// By situation and node: whether it is frozen.
std::vector<std::vector<char>> frozen_nodes(const ActionEffects& effects,
                                            const ActionLimits& limits) {
  std::vector<std::vector<char>> frozen;
  for (const Situation& each : effects.situations()) {
    frozen.emplace_back(at(each.base.index().size()), char{0});
  }
  for (const CriterionRef& ref : limits.frozen) {
    const Size s = situation_of(effects, ref.index);
    const Index& index = effects.situations()[at(s)].base.index();
    frozen[at(s)][at(ref.code.empty() ? Index::root() : index.at(ref.code))] = 1;
  }
  for (std::size_t s = 0; s < frozen.size(); ++s) {
    const Index& index = effects.situations()[s].base.index();
    for (Size node = 1; node < index.size(); ++node) {  // Parents come first.
      if (frozen[s][at(index.parent(node))] != 0) frozen[s][at(node)] = 1;
    }
  }
  return frozen;
}

}  // namespace

ActionRules::ActionRules(const ActionEffects& effects, const ActionLimits& limits, const Lift& lift)
    : actions_(effects.actions()), limits_(limits) {
  check(limits);
  using What = Lift::What;
  if (lift.what == What::budget) limits_.budget = infinity;
  if (lift.what == What::horizon) limits_.horizon = infinity;
  if (lift.what == What::most) limits_.most = -1;
  if (lift.what == What::frozen) limits_.frozen.clear();
  exclusions_ = lift.what != What::exclusions;
  filter(effects, lift);
  close();
  for (const Capacity& capacity : actions_.definition().capacities) {
    if (!limits.capacities) break;
    if (lift.what == What::capacity && lift.agency == capacity.agency) continue;
    Limit limit{capacity.agency, capacity.amount, std::vector<double>(at(actions_.size()), 0.0)};
    bool any = false;
    for (Size i = 0; i < actions_.size(); ++i) {
      for (const Usage& usage : actions_.action(i).uses) {
        if (usage.agency != capacity.agency) continue;
        limit.uses[at(i)] += usage.amount;
        any = any || usage.amount > 0.0;
      }
    }
    if (any) capacities_.push_back(std::move(limit));
  }
}

/// What rules an action out by itself.
void ActionRules::filter(const ActionEffects& effects, const Lift& lift) {
  const auto frozen = frozen_nodes(effects, limits_);
  fates_.assign(at(actions_.size()), Fate::open);
  why_out_.resize(fates_.size());
  const auto rule_out = [&](Size i, std::string why) {
    if (fates_[at(i)] == Fate::out) return;
    fates_[at(i)] = Fate::out;
    why_out_[at(i)] = std::move(why);
  };
  for (Size i = 0; i < actions_.size(); ++i) {
    const Action& action = actions_.action(i);
    if (action.choice == Action::Choice::never && lift.what != Lift::What::never) {
      rule_out(i, "it is never to be done");
    }
    if (!at_most(actions_.finish(i), limits_.horizon)) {
      rule_out(i, fmt::format("it is finished at {}, the horizon is {}",
                              to_string(actions_.finish(i)), to_string(limits_.horizon)));
    }
  }
  for (const ActionEffects::Found& effect : effects.effects()) {
    if (frozen[at(effect.situation)][at(effect.node)] == 0) continue;
    const Situation& situation = effects.situations()[at(effect.situation)];
    rule_out(effect.action, fmt::format("it acts on {}, which is frozen",
                                        situation.base.index().node(effect.node).code));
  }
}

/// What needs something that is ruled out is ruled out; what something that must be done needs must
/// be done.
void ActionRules::close() {
  for (Size i = 0; i < actions_.size(); ++i) {
    for (const Size needed : actions_.needs(i)) {
      if (fates_[at(needed)] != Fate::out || fates_[at(i)] == Fate::out) continue;
      fates_[at(i)] = Fate::out;
      why_out_[at(i)] =
          fmt::format("it needs {}, and {}", actions_.codes()[needed], why_out_[at(needed)]);
    }
  }
  const auto require = [&](Size i, Size because) {
    if (fates_[at(i)] != Fate::out) {
      fates_[at(i)] = Fate::in;
      return;
    }
    if (!contradiction_.empty()) return;
    const std::string& code = actions_.codes()[i];
    contradiction_ = i == because ? fmt::format("{} must be done, but {}", code, why_out_[at(i)])
                                  : fmt::format("{} must be done and needs {}, but {}",
                                                actions_.codes()[because], code, why_out_[at(i)]);
  };
  for (Size i = 0; i < actions_.size(); ++i) {
    if (actions_.action(i).choice != Action::Choice::must) continue;
    require(i, i);
    for (const Size needed : actions_.needs(i)) require(needed, i);
  }
  if (!exclusions_) return;
  for (const ActionSet::Pair& pair : actions_.exclusions()) {
    const auto excluded_by = [&](Size i, Size by) {
      if (fates_[at(by)] != Fate::in) return;
      if (fates_[at(i)] == Fate::in && contradiction_.empty()) {
        contradiction_ = fmt::format("{} and {} must both be done, but exclude each other",
                                     actions_.codes()[i], actions_.codes()[by]);
      }
    };
    excluded_by(pair.a, pair.b);
  }
}

bool ActionRules::at_most(double sum, double limit) {
  return sum <= limit + 1e-9 * std::max(1.0, std::abs(limit));
}

void ActionRules::put_into(MixedInteger& program) const {
  std::vector<LinearTerm> costs;
  std::vector<LinearTerm> count;
  for (Size i = 0; i < actions_.size(); ++i) {
    const Fate fate = fates_[at(i)];
    program.add_variable(fate == Fate::in ? 1.0 : 0.0, fate == Fate::out ? 0.0 : 1.0,
                         MixedInteger::Kind::whole);
    costs.push_back({i, actions_.action(i).cost});
    count.push_back({i, 1.0});
  }
  const auto limit = [&](const std::vector<LinearTerm>& terms, double amount) {
    if (std::isinf(amount)) return;
    program.add_row(terms, -infinity, amount + 1e-9 * std::max(1.0, amount));
  };
  limit(costs, limits_.budget);
  if (limits_.most >= 0) limit(count, static_cast<double>(limits_.most));
  for (const Limit& capacity : capacities_) {
    std::vector<LinearTerm> terms;
    for (Size i = 0; i < actions_.size(); ++i) {
      if (capacity.uses[at(i)] != 0.0) terms.push_back({i, capacity.uses[at(i)]});
    }
    limit(terms, capacity.amount);
  }
  for (Size i = 0; i < actions_.size(); ++i) {
    for (const std::string& code : actions_.action(i).needs) {
      const LinearTerm needs[] = {{i, 1.0}, {actions_.codes().at(code), -1.0}};
      program.add_row(needs, -infinity, 0.0);
    }
  }
  if (!exclusions_) return;
  for (const ActionSet::Pair& pair : actions_.exclusions()) {
    const LinearTerm both[] = {{pair.a, 1.0}, {pair.b, 1.0}};
    program.add_row(both, -infinity, 1.0);
  }
}

double ActionRules::cost(const std::vector<bool>& chosen) const {
  double sum = 0.0;
  for (Size i = 0; i < actions_.size(); ++i) {
    if (chosen[at(i)]) sum += actions_.action(i).cost;
  }
  return sum;
}

bool ActionRules::allow(const std::vector<bool>& chosen, std::vector<Size>* too_many) const {
  const auto all_with = [&](auto&& takes_part) {
    if (too_many == nullptr) return;
    too_many->clear();
    for (Size i = 0; i < actions_.size(); ++i) {
      if (chosen[at(i)] && takes_part(i)) too_many->push_back(i);
    }
  };
  if (!at_most(cost(chosen), limits_.budget)) {
    all_with([&](Size i) { return actions_.action(i).cost > 0.0; });
    return false;
  }
  const auto count = std::count(chosen.begin(), chosen.end(), true);
  if (limits_.most >= 0 && count > limits_.most) {
    all_with([](Size) { return true; });
    return false;
  }
  for (const Limit& capacity : capacities_) {
    double used = 0.0;
    for (Size i = 0; i < actions_.size(); ++i) used += chosen[at(i)] ? capacity.uses[at(i)] : 0.0;
    if (at_most(used, capacity.amount)) continue;
    all_with([&](Size i) { return capacity.uses[at(i)] > 0.0; });
    return false;
  }
  return true;
}

}  // namespace chiso
