#include "chiso/optimize/least_change.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "optimize/choice_search.hpp"
#include "optimize/lever_model.hpp"
#include "optimize/lever_moves.hpp"
#include "reach/field.hpp"

namespace chiso {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
using Status = SearchResult::Status;

/// @throws SpecError for costs that are no costs, and levers of which one is another or below it.
void check_levers(const Scores& base, const std::vector<PricedLever>& priced,
                  const std::vector<FoundLever>& levers) {
  const Index& index = base.index();
  const Compiled& compiled = base.evaluator().compiled();
  Problems problems;
  for (const PricedLever& each : priced) {
    if (std::isfinite(each.cost) && each.cost > 0.0) continue;
    problems.add(
        {}, each.lever.code,
        fmt::format("expected a cost that is finite and positive, got {}", to_string(each.cost)),
        "leave out what is not to be moved");
  }
  const auto is_below = [&](Size node, Size above) {
    for (; node >= 0; node = index.parent(node)) {
      if (node == above) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < levers.size(); ++i) {
    for (std::size_t k = 0; k < levers.size(); ++k) {
      if (i == k || levers[i].kind != Lever::Kind::score) continue;
      if (levers[k].kind == Lever::Kind::score) {
        if (levers[i].position == levers[k].position) continue;
        if (!is_below(levers[k].position, levers[i].position)) continue;
      } else {
        const bool reads = std::any_of(
            compiled.leaves.begin(), compiled.leaves.end(), [&](const CompiledLeaf& leaf) {
              const auto is_it = [&](const auto& term) {
                return term.variable == levers[k].position;
              };
              const auto& read = leaf.measure;
              return is_below(leaf.node, levers[i].position) &&
                     (std::any_of(read.terms.begin(), read.terms.end(), is_it) ||
                      std::any_of(read.denominator.begin(), read.denominator.end(), is_it));
            });
        if (!reads) continue;
      }
      problems.add({}, priced[k].lever.code,
                   fmt::format("the lever is below another one, '{}'", priced[i].lever.code),
                   "move one of them only");
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (levers[i].kind != levers[k].kind || levers[i].position != levers[k].position) continue;
      problems.add({}, priced[i].lever.code, "the lever stands twice", "remove one");
    }
  }
  problems.raise<SpecError>();
  for (std::size_t i = 0; i < levers.size(); ++i) {
    if (!std::isnan(levers[i].now)) continue;
    problems.add({}, priced[i].lever.code, "is missing, so that it has no distance to anything",
                 "set it by a scenario first, or leave the lever out");
  }
  problems.raise<DataError>();
}

class Search {
 public:
  Search(const Scores& base, std::string_view unit, const Goal& goal, const Rivals& rivals,
         const std::vector<PricedLever>& priced, const LeastChangeOptions& options)
      : priced_(priced),
        options_(options),
        node_(goal.code.empty() ? Index::root() : base.index().at(goal.code)),
        needed_(needed_score(base, unit, goal, rivals)),
        field_(base.index().definition(), rivals),
        tree_(base, base.units().at(unit)),
        clock_(options.limits) {
    const double now = tree_.score(node_);
    if (std::isnan(now)) throw no_score(base, unit, node_);
    std::vector<Lever> plain;
    std::vector<double> costs;
    for (const PricedLever& each : priced) {
      plain.push_back(each.lever);
      costs.push_back(each.cost);
    }
    levers_ = find_levers(tree_, plain);
    check_levers(base, priced, levers_);
    moves_.emplace(tree_, levers_, std::move(costs), node_);
    answer_.result.assumptions = {rivals.assumption.empty() ? "others held constant"
                                                            : rivals.assumption};
    if (!base.anchors().empty()) answer_.result.assumptions.emplace_back("anchors held");
    describe_ = describe(goal);
  }

  LeastChange run() {
    LeverModel model(tree_, levers_, node_);
    for (std::size_t i = 0; i < levers_.size(); ++i) {
      marks_.emplace_back(model.marks(i).begin(), model.marks(i).end());
    }
    find_best(model);
    const std::vector<double>& start = moves_->start();
    if (moves_->cost(start) == 0.0 && moves_->score(start) >= needed_.score) {
      found_ = start;
      finish(Status::optimal, 0.0, "nothing has to move");
      return std::move(answer_);
    }
    if (model.holds()) {
      solve();
    } else {
      look_around();
    }
    return std::move(answer_);
  }

 private:
  /// The most that all levers together can do.
  void find_best(const LeverModel& model) {
    tops_ = climb(*moves_, marks_);
    top_ = tops_.front();
    answer_.best = moves_->score(top_);
    if (!model.holds()) return;
    LeverModel highest(tree_, levers_, node_);
    Expression least;
    least.add(-1.0, highest.score());
    highest.program().minimise(least.terms);
    for (int round = 0; round < most_rounds && !clock_.stopped(); ++round) {
      const MixedInteger::Answer found = highest.program().solve(limits());
      unbounded_ = found.status == MixedInteger::Status::unbounded;
      if (found.values.empty()) break;
      most_ = -(found.objective + least.constant);
      std::vector<double> places = highest.read(found.values);
      const double score = moves_->score(places);
      if (score > answer_.best) {
        answer_.best = score;
        top_ = std::move(places);
      }
      if (answer_.best >= most_ - 1e-9 * std::max(1.0, std::abs(most_)) ||
          !highest.refine(moves_->tree())) {
        break;
      }
    }
    if (unbounded_) answer_.best = std::numeric_limits<double>::infinity();
  }

  [[nodiscard]] MixedInteger::Limits limits() {
    MixedInteger::Limits made;
    made.seconds = std::max(clock_.left(), 1e-3);
    made.gap = clock_.gap();
    if (clock_.tells()) {
      made.progress = [this](double incumbent, double bound) {
        return clock_.go_on(incumbent, bound, true);
      };
    }
    return made;
  }

  /// The objective of what was found: the cost, or the number of levers.
  [[nodiscard]] double objective(const std::vector<double>& places) const {
    return options_.fewest ? moves_->moved(places) : moves_->cost(places);
  }

  /// Programs that miss nothing, each with more tangents where the last one went too far.
  void solve() {
    LeverModel model(tree_, levers_, node_);
    MixedInteger& program = model.program();
    const Expression& score = model.score();
    double scale = 1.0;
    for (const LinearTerm& term : score.terms) scale = std::max(scale, std::abs(term.coefficient));
    Expression scaled;
    scaled.add(1.0 / scale, score);
    program.add_row(scaled.terms, (needed_.score - score.constant) / scale, MixedInteger::infinity);
    std::vector<LinearTerm> costs;
    std::vector<LinearTerm> counts;
    bool counts_all = true;
    for (std::size_t i = 0; i < levers_.size(); ++i) {
      costs.push_back({model.up(i), priced_[i].cost});
      costs.push_back({model.down(i), priced_[i].cost});
      if (!options_.fewest) continue;
      const Size moves = program.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
      counts.push_back({moves, 1.0});
      const FoundLever& lever = levers_[i];
      // A lever without a bound is given a far one; then nothing is proven.
      const double far = 1e4 * std::max(1.0, std::abs(lever.now));
      const double up = lever.free_above ? far : std::max(0.0, lever.upper - lever.now);
      const double down = lever.free_below ? far : std::max(0.0, lever.now - lever.lower);
      counts_all = counts_all && !lever.free_above && !lever.free_below;
      const LinearTerm above[] = {{model.up(i), 1.0}, {moves, -up}};
      const LinearTerm below[] = {{model.down(i), 1.0}, {moves, -down}};
      program.add_row(above, -MixedInteger::infinity, 0.0);
      program.add_row(below, -MixedInteger::infinity, 0.0);
    }
    double bound = 0.0;
    bool proven = true;
    if (options_.fewest) {
      program.minimise(counts);
      proven = approach(model) && counts_all;
      bound = std::round(bound_);
      if (found_.empty()) {
        conclude(proven, bound);
        return;
      }
      program.add_row(counts, -MixedInteger::infinity, moves_->moved(found_) + 0.5);
      const std::vector<double> fewest = found_;
      program.minimise(costs);
      proven = approach(model) && proven;
      if (found_.empty() || moves_->moved(found_) > moves_->moved(fewest)) found_ = fewest;
      const double away = std::abs(moves_->cost(found_) - bound_);
      proven = proven && away <= tolerance * std::max(1.0, std::abs(bound_)) &&
               bound == moves_->moved(found_);
    } else {
      program.minimise(costs);
      proven = approach(model);
      bound = bound_;
      proven = proven && (found_.empty() || moves_->cost(found_) - bound <=
                                                tolerance * std::max(1.0, std::abs(bound)));
    }
    method_ = model.approaches() ? "outer approximation" : "mixed-integer program";
    conclude(proven, bound);
  }

  /// Solves, adds tangents, and solves again, until what is found is there in truth. @returns
  /// whether every program was solved to its end.
  bool approach(LeverModel& model) {
    found_.clear();
    bound_ = missing;
    for (int round = 0; round < most_rounds; ++round) {
      if (clock_.stopped()) return false;
      const MixedInteger::Answer found = model.program().solve(limits());
      if (found.status == MixedInteger::Status::infeasible) return true;
      if (found.values.empty()) return false;
      bound_ = found.bound;
      std::vector<double> places = model.read(found.values);
      const double score = moves_->score(places);
      const bool falls_short = !(score >= needed_.score - 1e-7 * std::max(1.0, std::abs(score)));
      const bool refined = falls_short && model.approaches() && model.refine(moves_->tree());
      if (refined) continue;
      if (moves_->settle(places, needed_.score)) found_ = std::move(places);
      return found.status == MixedInteger::Status::optimal && !found_.empty();
    }
    return false;
  }

  void conclude(bool proven, double bound) {
    if (!found_.empty()) {
      finish(proven ? Status::optimal : Status::feasible, bound, method_);
    } else if (answer_.best >= needed_.score) {
      look_around();
    } else {
      finish(proven ? Status::infeasible : Status::unknown, missing, method_);
    }
  }

  /// Trees that are no program: from the best, back.
  void look_around() {
    const auto go_on = [this](double cost) { return clock_.go_on(cost, missing, true); };
    tops_.push_back(top_);
    found_ = search_moves(*moves_, tops_, needed_.score, marks_, {options_.fewest, go_on});
    finish(found_.empty() ? Status::unknown : Status::feasible, missing, "search");
  }

  void finish(Status status, double bound, std::string method) {
    SearchResult& result = answer_.result;
    result.status = status;
    result.method = std::move(method);
    result.objective = found_.empty() ? missing : objective(found_);
    result.bound = found_.empty() ? missing : status == Status::optimal ? result.objective : bound;
    result.gap =
        std::abs(result.objective - result.bound) / std::max(std::abs(result.objective), 1e-9);
    answer_.score = answer_.rank = missing;
    if (found_.empty()) {
      result.reasons.push_back(
          fmt::format("{}: {} is needed ({}), and all levers together give {}{}", describe_,
                      to_string(needed_.score), needed_.what,
                      status == Status::infeasible ? "at most " : "", to_string(answer_.best)));
      for (std::size_t i = 0; i < levers_.size(); ++i) {
        if (top_[i] != levers_[i].upper && top_[i] != levers_[i].lower) continue;
        result.reasons.push_back(fmt::format("{} may be at {} {}", priced_[i].lever.code,
                                             top_[i] == levers_[i].upper ? "most" : "least",
                                             to_string(top_[i])));
      }
    } else {
      static_cast<void>(moves_->score(found_));
      answer_.score = moves_->tree().score();
      answer_.rank = field_.rank(moves_->tree().score(node_));
      for (std::size_t i = 0; i < levers_.size(); ++i) {
        if (found_[i] == levers_[i].now) continue;
        answer_.moved.push_back(
            {priced_[i].lever, levers_[i].now, found_[i], moves_->cost(i, found_[i])});
      }
    }
    result.seconds = clock_.seconds();
  }

  static constexpr int most_rounds = 200;
  static constexpr double tolerance = 1e-6;  ///< Of the solver.

  const std::vector<PricedLever>& priced_;
  const LeastChangeOptions& options_;
  Size node_;
  Needed needed_;
  Field field_;
  UnitTree tree_;
  SearchClock clock_;
  std::vector<FoundLever> levers_;
  std::optional<LeverMoves> moves_;
  std::vector<std::vector<double>> marks_;
  std::string describe_;
  std::string method_ = "mixed-integer program";
  std::vector<std::vector<double>> tops_;  ///< Where it is high.
  std::vector<double> top_;                ///< Where the score is highest, as far as known.
  std::vector<double> found_;              ///< Empty: nothing.
  double bound_ = missing;
  double most_ = missing;
  bool unbounded_ = false;
  LeastChange answer_;
};

}  // namespace

LeastChange least_change(const Scores& base, std::string_view unit, const Goal& goal,
                         const Rivals& rivals, const std::vector<PricedLever>& levers,
                         const LeastChangeOptions& options) {
  return Search(base, unit, goal, rivals, levers, options).run();
}

}  // namespace chiso
