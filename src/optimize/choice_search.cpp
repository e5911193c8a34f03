#include "optimize/choice_search.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

using Proof = SearchResult::Status;

double sum_of(const std::vector<double>& weights, const std::vector<bool>& chosen) {
  double sum = 0.0;
  for (std::size_t i = 0; i < chosen.size(); ++i) sum += chosen[i] ? weights[i] : 0.0;
  return sum;
}

/// Two sums of which the first is to be least, and then the second, as one: where both are sums of
/// whole numbers (of cents, of thousands), that is the first times more than the second can be.
class OneAfterTheOther {
 public:
  OneAfterTheOther(const std::vector<double>& first, const std::vector<double>& second) {
    const double a = unit_of(first);
    const double b = unit_of(second);
    if (a == 0.0 || b == 0.0) return;
    const auto sum = [](const std::vector<double>& all) {
      return std::accumulate(all.begin(), all.end(), 0.0);
    };
    most_second_ = sum(second) / b;
    factor_ = (most_second_ + 1.0) / a;
    // Beyond that the solver does not tell neighbours apart.
    if (factor_ * sum(first) > 1e8) return;
    for (std::size_t i = 0; i < first.size(); ++i) {
      weights_.push_back(std::round(first[i] / a) * (std::round(most_second_) + 1.0) +
                         std::round(second[i] / b));
    }
  }

  [[nodiscard]] bool possible() const noexcept { return !weights_.empty(); }
  [[nodiscard]] const std::vector<double>& weights() const noexcept { return weights_; }
  [[nodiscard]] double unit() const noexcept { return factor_; }

  /// What the first sum is at least, if both together are.
  [[nodiscard]] double first_of(double both) const {
    return std::max(0.0, (both - most_second_) / factor_);
  }

 private:
  /// The largest power of ten of which all are multiples; 0: none.
  static double unit_of(const std::vector<double>& all) {
    for (int exponent = 9; exponent >= -4; --exponent) {
      const double unit = std::pow(10.0, exponent);
      if (std::all_of(all.begin(), all.end(), [unit](double x) {
            return std::abs(x / unit - std::round(x / unit)) <= 1e-9 * (x / unit);
          })) {
        return unit;
      }
    }
    return 0.0;
  }

  std::vector<double> weights_;
  double factor_ = 1.0;
  double most_second_ = 0.0;
};

double relative_slack(double size) { return 1e-9 * std::max(1.0, std::abs(size)); }

}  // namespace

SearchClock::SearchClock(const SearchLimits& limits)
    : limits_(limits), start_(std::chrono::steady_clock::now()) {
  Problems problems;
  const auto not_negative = [&](double limit, const char* what) {
    if (limit >= 0.0) return;
    problems.add({}, what,
                 fmt::format("expected a number that is not negative, got {}", to_string(limit)));
  };
  not_negative(limits.seconds, "seconds");
  not_negative(limits.gap, "gap");
  problems.raise<SpecError>();
}

double SearchClock::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

double SearchClock::left() const { return limits_.seconds - seconds(); }

bool SearchClock::go_on(double incumbent, double bound, bool sparing) {
  if (stopped_) return false;
  if (!limits_.progress) return true;
  const double now = seconds();
  if (sparing && now - last_told_ < 0.05) return true;
  last_told_ = now;
  stopped_ = !limits_.progress({now, incumbent, std::isinf(bound) ? unknown : bound});
  return !stopped_;
}

ChoiceSearch::ChoiceSearch(const ActionEffects& effects, const ActionRules& rules,
                           std::vector<Aim> aims, SearchClock& clock)
    : effects_(effects), rules_(rules), clock_(clock), aims_(std::move(aims)) {
  rules_.put_into(program_);
  surveys_.resize(effects.situations().size());
  models_.resize(surveys_.size());
  for (Size s = 0; s < std::ssize(surveys_); ++s) trees_.push_back(effects.tree(s));
  for (const Aim& aim : aims_) {
    auto& survey = surveys_[at(aim.situation)];
    auto& model = models_[at(aim.situation)];
    if (!survey) {
      survey = std::make_unique<Survey>(effects, aim.situation, rules.fates());
      model = std::make_unique<ScoreModel>(*survey, program_);
    }
    holds_.push_back(model->hold(aim.node));
    model->set(holds_.back(), aim.threshold);
    if (!survey->node(aim.node).possible) impossible_ = true;
  }
  const ActionSet& actions = effects.actions();
  by_cost_.resize(at(actions.size()));
  std::iota(by_cost_.begin(), by_cost_.end(), Size{0});
  std::stable_sort(by_cost_.begin(), by_cost_.end(),
                   [&](Size a, Size b) { return actions.action(a).cost < actions.action(b).cost; });
  std::vector<LinearTerm> costs;
  std::vector<LinearTerm> count;
  for (Size i = 0; i < actions.size(); ++i) {
    costs.push_back({i, actions.action(i).cost});
    count.push_back({i, 1.0});
  }
  cost_row_ = program_.add_row(costs, -infinity, infinity);
  count_row_ = program_.add_row(count, -infinity, infinity);
  if (!rules_.contradiction().empty()) impossible_ = true;
}

void ChoiceSearch::raise(std::size_t aim, double threshold) {
  aims_[aim].threshold = threshold;
  models_[at(aims_[aim].situation)]->set(holds_[aim], threshold);
}

bool ChoiceSearch::approximates() const {
  return std::any_of(models_.begin(), models_.end(),
                     [](const auto& model) { return model && model->approximates(); });
}

void ChoiceSearch::set_objective(const std::vector<double>& weights) {
  std::vector<LinearTerm> terms;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    terms.push_back({static_cast<Size>(i), weights[i]});
  }
  program_.minimise(terms);
}

std::vector<bool> ChoiceSearch::read(const MixedInteger::Answer& answer) const {
  std::vector<bool> chosen(at(effects_.actions().size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = answer.values[i] > 0.5;
  return chosen;
}

ChoiceSearch::Checked ChoiceSearch::check(const std::vector<bool>& chosen) const {
  Checked checked;
  checked.scores.resize(surveys_.size());
  checked.holds = rules_.allow(chosen);
  for (const Aim& aim : aims_) {
    auto& scores = checked.scores[at(aim.situation)];
    if (scores.empty()) scores = effects_.scores(aim.situation, chosen);
    // Not the other way round: no score reaches nothing.
    if (!(scores[at(aim.node)] >= aim.threshold)) checked.holds = false;
  }
  return checked;
}

/// @param told from the program's objective to what is told of it.
MixedInteger::Answer ChoiceSearch::solve(double told, double step) {
  MixedInteger::Limits limits;
  limits.seconds = clock_.left();
  limits.gap = clock_.gap();
  limits.step = step;
  if (clock_.tells()) {
    limits.progress = [this, told](double incumbent, double bound) {
      return clock_.go_on(told * incumbent, told * bound, true);
    };
  }
  return program_.solve(limits);
}

bool ChoiceSearch::falls_short(const Aim& aim, const std::vector<bool>& chosen, bool not_above) {
  UnitTree& tree = trees_[at(aim.situation)];
  effects_.apply(aim.situation, chosen, tree);
  const double score = tree.score(aim.node);
  return not_above ? !(score > aim.threshold) : !(score >= aim.threshold);
}

/// A set falls short of an aim. So do all that differ from it only by what cannot help; the more
/// is found not to help, the more the row rules out. @returns the row; -1 if nothing is left.
Size ChoiceSearch::cut(const std::vector<bool>& chosen, const Aim& aim, bool not_above) {
  const NodeSurvey& seen = surveys_[at(aim.situation)]->node(aim.node);
  std::vector<bool> most = chosen;
  std::vector<char> help(chosen.size(), char{0});
  std::vector<char> both(chosen.size(), char{0});
  for (std::size_t k = 0; k < seen.actions.size(); ++k) {
    const Moves moves = seen.moves[k];
    const std::size_t i = at(seen.actions[k]);
    both[i] = moves.up && moves.down ? char{1} : char{0};
    help[i] = both[i] != 0 || (most[i] ? moves.down : moves.up) ? char{1} : char{0};
  }
  for (const Size i : by_cost_) {
    if (help[at(i)] == 0 || both[at(i)] != 0) continue;
    most[at(i)] = !most[at(i)];
    if (falls_short(aim, most, not_above)) {
      help[at(i)] = 0;
    } else {
      most[at(i)] = !most[at(i)];
    }
  }
  free_of_mixed(most, aim, not_above, help, both);
  std::vector<LinearTerm> terms;
  double needed = 1.0;
  for (std::size_t i = 0; i < help.size(); ++i) {
    if (help[i] == 0) continue;
    terms.push_back({static_cast<Size>(i), most[i] ? -1.0 : 1.0});
    if (most[i]) needed -= 1.0;
  }
  if (terms.empty()) return -1;
  return program_.add_row(terms, needed, infinity);
}

/// Actions that may help or harm do not matter either if the set falls short however they are
/// chosen; that is tried while there are few of them.
void ChoiceSearch::free_of_mixed(const std::vector<bool>& chosen, const Aim& aim, bool not_above,
                                 std::vector<char>& help, const std::vector<char>& mixed) {
  constexpr std::size_t most_freed = 8;
  std::vector<std::size_t> freed;
  for (std::size_t i = 0; i < mixed.size() && freed.size() < most_freed; ++i) {
    if (mixed[i] == 0) continue;
    bool matters = false;
    for (std::size_t subset = 0; !matters && subset < (std::size_t{1} << freed.size()); ++subset) {
      std::vector<bool> other = chosen;
      other[i] = !other[i];
      for (std::size_t k = 0; k < freed.size(); ++k) {
        if (((subset >> k) & 1U) != 0) other[freed[k]] = !other[freed[k]];
      }
      matters = !falls_short(aim, other, not_above);
    }
    if (matters) continue;
    freed.push_back(i);
    help[i] = 0;
  }
}

void ChoiceSearch::rule_out(const std::vector<bool>& chosen, const Checked& checked) {
  std::vector<Size> too_many;
  if (!rules_.allow(chosen, &too_many)) {
    std::vector<LinearTerm> terms;
    for (const Size i : too_many) terms.push_back({i, 1.0});
    program_.add_row(terms, -infinity, static_cast<double>(terms.size()) - 1.0);
  }
  for (const Aim& aim : aims_) {
    if (checked.scores[at(aim.situation)][at(aim.node)] >= aim.threshold) continue;
    if (cut(chosen, aim, false) < 0) impossible_ = true;
  }
  for (std::size_t s = 0; s < models_.size(); ++s) {
    if (models_[s]) models_[s]->refine(checked.scores[s]);
  }
}

/// What falls short even with all that helps is out of reach, and needs no program.
void ChoiceSearch::rule_out_at_start() {
  if (impossible_) return;
  std::vector<bool> nothing;
  for (const Fate fate : rules_.fates()) nothing.push_back(fate == Fate::in);
  const Checked checked = check(nothing);
  for (const Aim& aim : aims_) {
    if (checked.scores[at(aim.situation)][at(aim.node)] >= aim.threshold) continue;
    if (cut(nothing, aim, false) < 0) impossible_ = true;
  }
}

/// Least sum of weights among the sets that hold.
FoundSet ChoiceSearch::first_that_holds(const std::vector<double>& weights, double told_in,
                                        double step) {
  set_objective(weights);
  double bound = -infinity;
  FoundSet found{Proof::unknown, {}, unknown, unknown};
  while (true) {
    if (impossible_) {
      found.status = Proof::infeasible;
      return found;
    }
    if (!clock_.go_on(unknown, bound / told_in, false) || clock_.stopped()) break;
    const MixedInteger::Answer answer = solve(1.0 / told_in, step);
    bound = std::max(bound, answer.bound);
    if (answer.status == MixedInteger::Status::infeasible) {
      found.status = Proof::infeasible;
      return found;
    }
    if (answer.values.empty()) break;
    const std::vector<bool> chosen = read(answer);
    const Checked checked = check(chosen);
    if (checked.holds) {
      found.chosen = chosen;
      found.objective = sum_of(weights, chosen);
      const bool proven = answer.status == MixedInteger::Status::optimal;
      found.status = proven && answer.bound >= found.objective - relative_slack(found.objective)
                         ? Proof::optimal
                         : Proof::feasible;
      found.bound = std::min(bound, found.objective);
      return found;
    }
    rule_out(chosen, checked);
  }
  if (std::isfinite(bound)) found.bound = bound;
  return found;
}

FoundSet ChoiceSearch::cheapest(Prefer prefer, double at_least) {
  std::vector<double> costs;
  const ActionSet& actions = effects_.actions();
  for (Size i = 0; i < actions.size(); ++i) costs.push_back(actions.action(i).cost);
  const std::vector<double> ones(costs.size(), 1.0);
  const bool by_cost = prefer == Prefer::cheapest;
  const std::vector<double>& first = by_cost ? costs : ones;
  const std::vector<double>& second = by_cost ? ones : costs;
  rule_out_at_start();
  const Size row = by_cost ? cost_row_ : count_row_;
  program_.set_row_bounds(row, at_least - relative_slack(at_least), infinity);
  FoundSet found;
  if (const OneAfterTheOther both(first, second); both.possible()) {
    found = first_that_holds(both.weights(), both.unit(), 1.0);
    if (!std::isnan(found.bound)) found.bound = both.first_of(found.bound);
    if (!found.chosen.empty()) {
      found.objective = sum_of(first, found.chosen);
      found.bound =
          found.status == Proof::optimal ? found.objective : std::min(found.bound, found.objective);
    }
  } else {
    found = first_that_holds(first, 1.0, 0.0);
    // Of those that are as good, the best in the other way.
    if (found.status == Proof::optimal) {
      program_.set_row_bounds(row, -infinity, found.objective + relative_slack(found.objective));
      FoundSet then = first_that_holds(second, 1.0, 0.0);
      if (then.status != Proof::optimal) found.status = Proof::feasible;
      if (!then.chosen.empty()) found.chosen = std::move(then.chosen);
    }
  }
  program_.set_row_bounds(row, -infinity, infinity);
  return found;
}

FoundSet ChoiceSearch::best(std::size_t which) {
  const Aim aim = aims_[which];
  ScoreModel& model = *models_[at(aim.situation)];
  FoundSet found{Proof::unknown, {}, unknown, unknown};
  const Expression rising = model.rising_with(aim.node);
  const NodeSurvey& seen = surveys_[at(aim.situation)]->node(aim.node);
  std::vector<LinearTerm> terms;
  double size = 1e-3;
  for (const LinearTerm& term : rising.terms) size = std::max(size, std::abs(term.coefficient));
  for (const LinearTerm& term : rising.terms) {
    terms.push_back({term.variable, -term.coefficient / size});
  }
  // Without a bound on the score the first program could not end.
  if (!std::isfinite(seen.highest)) terms.clear();
  program_.minimise(terms);

  double bound = seen.highest;
  std::vector<Size> not_better;
  Aim beaten = aim;
  const auto learn = [&](const std::vector<bool>& chosen) {
    const Size row = cut(chosen, beaten, true);
    if (row >= 0) not_better.push_back(row);
    return row >= 0;
  };
  bool proven = false;
  while (true) {
    if (impossible_) {
      proven = true;
      break;
    }
    if (!clock_.go_on(found.objective, bound, false) || clock_.stopped()) break;
    const MixedInteger::Answer answer = solve(-1.0, 0.0);
    if (answer.status == MixedInteger::Status::infeasible) {
      proven = true;
      break;
    }
    if (!terms.empty() && std::isfinite(answer.bound)) {
      const double highest = model.score_of(aim.node, rising.constant - size * answer.bound);
      bound = std::min(bound,
                       std::isnan(found.objective) ? highest : std::max(highest, found.objective));
    }
    if (answer.values.empty()) break;
    const std::vector<bool> chosen = read(answer);
    const Checked checked = check(chosen);
    const double score = checked.scores[at(aim.situation)][at(aim.node)];
    if (checked.holds && !(score <= found.objective)) {
      found.objective = score;
      found.chosen = chosen;
      beaten.threshold = score;
      model.set(holds_[which], score);
    }
    const bool best_possible = answer.status == MixedInteger::Status::optimal &&
                               bound <= found.objective + relative_slack(found.objective);
    if (!checked.holds) {
      rule_out(chosen, checked);
    } else if (best_possible || !learn(chosen)) {
      proven = true;
      break;
    }
  }
  for (const Size row : not_better) program_.set_row_bounds(row, -infinity, infinity);
  model.set(holds_[which], aim.threshold);
  if (proven) {
    found.status = found.chosen.empty() ? Proof::infeasible : Proof::optimal;
    found.bound = found.objective;
  } else {
    if (!found.chosen.empty()) found.status = Proof::feasible;
    if (std::isfinite(bound)) found.bound = bound;
  }
  return found;
}

}  // namespace chiso
