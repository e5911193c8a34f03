#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "check/leaf_function.hpp"
#include "check/locked_rules.hpp"
#include "check/same_results.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/baseline_comparison.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"

namespace chiso {

namespace {

using Kind = DefinitionChange::Kind;

constexpr Tolerance exact{0.0, 0.0};
constexpr double rounding = 1e-12;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string text_of(double value) { return std::isnan(value) ? "none" : to_string(value); }

std::string moved_text(std::string_view what, double before, double after) {
  return fmt::format("{}: {} -> {}", what, text_of(before), text_of(after));
}

/// The size of a move for the order: that of a score that comes or goes is beyond all.
double size_of(double move) {
  return std::isnan(move) ? std::numeric_limits<double>::infinity() : std::fabs(move);
}

class Comparer {
 public:
  Comparer(const LockedResults& locked, const Index& index, const Panel& panel,
           const NodeTolerances& tolerances)
      : locked_(locked),
        panel_(panel),
        now_(index),
        found_{chiso::difference(locked.index, index), {}, {}, {}, {}},
        moved_(found_.difference.pairs.size()) {
    for (const NodePair& pair : pairs()) {
      const std::string& code =
          pair.after >= 0 ? index.node(pair.after).code : locked.index.node(pair.before).code;
      tolerance_.push_back(tolerance_of(tolerances, code, exact));
    }
    pair_of_before_.assign(at(locked.index.size()), -1);
    pair_of_after_.assign(at(index.size()), -1);
    for (Size p = 0; p < std::ssize(pairs()); ++p) {
      if (pairs()[at(p)].before >= 0) pair_of_before_[at(pairs()[at(p)].before)] = p;
      if (pairs()[at(p)].after >= 0) pair_of_after_[at(pairs()[at(p)].after)] = p;
    }
  }

  BaselineComparison compare() {
    for (const LockedPeriod& period : locked_.periods) results(period);
    rules();
    if (any_definition_change()) attribute();
    name_nodes();
    unseen();
    return std::move(found_);
  }

 private:
  /// What moved at a node.
  struct Moved {
    Size scores = 0;
    Size ranks = 0;
    double largest = 0.0;
    double before = 0.0;
    double after = 0.0;
    std::string unit;
    Period period;
    std::vector<std::string> rules;

    [[nodiscard]] bool any() const noexcept { return scores > 0 || ranks > 0 || !rules.empty(); }
  };

  [[nodiscard]] const Index& before() const noexcept { return found_.difference.before; }
  [[nodiscard]] const Index& after() const noexcept { return found_.difference.after; }
  [[nodiscard]] const std::vector<NodePair>& pairs() const noexcept {
    return found_.difference.pairs;
  }

  // ---- Scores, ranks, groups, anchors

  void results(const LockedPeriod& period) {
    ComparedPeriod& compared = found_.periods.emplace_back();
    compared.period = period.period;
    try {
      const auto method = period.method == period.period ? std::optional<Period>() : period.method;
      const Scores scores = now_.score(panel_, {.period = period.period, .method = method});
      compared.other_data = data_fingerprint(before(), panel_, period.period) != period.data;
      compare_scores(period, scores);
      compare_anchors(period, scores);
      compare_units(period, scores, compared);
      evaluators_.try_emplace(period.method.text(), scores.evaluator());
    } catch (const Error& error) {
      for (Problem problem : error.problems()) {
        problem.place = fmt::format("{}{}{}", period.period.text(),
                                    problem.place.empty() ? "" : ", ", problem.place);
        found_.problems.push_back(std::move(problem));
      }
    }
  }

  void compare_scores(const LockedPeriod& period, const Scores& scores) {
    for (Size p = 0; p < std::ssize(pairs()); ++p) {
      const auto [old_node, new_node] = pairs()[at(p)];
      if (old_node < 0) continue;
      for (Size u = 0; u < std::ssize(period.units); ++u) {
        const auto unit = scores.units().find(period.units[at(u)]);
        const double was = period.score(u, old_node);
        const double is = unit && new_node >= 0 ? scores.column(new_node)[at(*unit)] : nothing;
        if (tolerance_[at(p)].agree(is, was)) continue;
        Moved& moved = moved_[at(p)];
        ++moved.scores;
        if (moved.scores > 1 && !(size_of(is - was) > size_of(moved.largest))) continue;
        moved.largest = is - was;
        moved.before = was;
        moved.after = is;
        moved.unit = period.units[at(u)];
        moved.period = period.period;
      }
    }
  }

  void compare_anchors(const LockedPeriod& period, const Scores& scores) {
    for (const LockedAnchor& was : period.anchors) {
      const Size p = pair_of_before_[at(was.node)];
      const auto& anchors = scores.anchors();
      const auto is = std::find_if(anchors.begin(), anchors.end(), [&](const FittedAnchor& each) {
        return each.node == pairs()[at(p)].after;
      });
      if (is == anchors.end()) continue;
      const auto note = [&](std::string_view what, double from, double to) {
        if (tolerance_[at(p)].agree(to, from)) return;
        moved_[at(p)].rules.push_back(
            moved_text(fmt::format("{} anchor of {}", what, period.period.text()), from, to));
      };
      note("low", was.low, is->low);
      note("high", was.high, is->high);
    }
  }

  void compare_units(const LockedPeriod& period, const Scores& scores, ComparedPeriod& compared) {
    const Ranking ranking(scores);
    std::set<std::string> seen;
    const auto add = [&](const std::string& name, Size was, Size is) {
      MovedUnit unit;
      UnitMove& move = unit.move;
      move.unit = name;
      move.before = was < 0 ? nothing : period.score(was, Index::root());
      move.after = is < 0 ? nothing : scores.column(Index::root())[at(is)];
      move.rank_before = was < 0 ? nothing : period.ranks[at(was)];
      move.rank_after = is < 0 ? nothing : ranking.ranks()[at(is)];
      move.group_before = was < 0 ? std::string() : period.groups[at(was)];
      move.group_after = is < 0 ? std::string() : ranking.groups()[at(is)];
      const bool places =
          !same_number(move.rank_before, move.rank_after) || move.group_before != move.group_after;
      if (places) ++moved_.front().ranks;
      if (!places && tolerance_[0].agree(move.after, move.before)) return;
      unit.rest = move.after - move.before;
      unit.rest_of_places = move.rank_after - move.rank_before;
      compared.units.push_back(std::move(unit));
    };
    for (Size u = 0; u < std::ssize(period.units); ++u) {
      const std::string& name = period.units[at(u)];
      seen.insert(name);
      const auto is = scores.units().find(name);
      if (!is) {
        found_.problems.push_back({{panel_.source(), 0, 0},
                                   fmt::format("{}, {}", period.period.text(), name),
                                   "the data have no such unit any longer",
                                   {}});
      }
      add(name, u, is.value_or(-1));
    }
    for (Size u = 0; u < scores.units().size(); ++u) {
      const std::string& name = scores.units()[u];
      if (seen.contains(name)) continue;
      found_.problems.push_back({{panel_.source(), 0, 0},
                                 fmt::format("{}, {}", period.period.text(), name),
                                 "the data have a unit of which nothing was locked",
                                 {}});
      add(name, -1, u);
    }
    std::stable_sort(
        compared.units.begin(), compared.units.end(), [](const MovedUnit& a, const MovedUnit& b) {
          return size_of(a.move.after - a.move.before) > size_of(b.move.after - b.move.before);
        });
  }

  // ---- Rules

  void rules() {
    std::map<Size, std::vector<const LockedBound*>> bounds;
    std::map<Size, std::vector<const LockedNode*>> limits;
    for (const LockedBound& each : locked_.bounds) bounds[each.node].push_back(&each);
    for (const LockedNode& each : locked_.nodes) limits[each.node].push_back(&each);
    std::set<std::string> told;
    for (const LockedPeriod& period : locked_.periods) {
      const auto now = evaluators_.find(period.method.text());
      if (now == evaluators_.end() || !told.insert(period.method.text()).second) continue;
      const std::optional<Evaluator> was = evaluator_before(period.method);
      for (Size p = 0; p < std::ssize(pairs()); ++p) {
        const auto [old_node, new_node] = pairs()[at(p)];
        if (old_node < 0 || new_node < 0) continue;
        compare_limits(p, in_force(limits[old_node], period), now->second, period.method);
        if (!before().is_leaf(old_node) || !after().is_leaf(new_node)) continue;
        compare_bounds(p, in_force(bounds[old_node], period), was, now->second);
      }
    }
  }

  /// Those of the last method at or before that of a period. They were locked in the order of the
  /// periods, each with the first for which it holds.
  template <class Locked>
  std::vector<const Locked*> in_force(const std::vector<const Locked*>& all,
                                      const LockedPeriod& period) const {
    std::vector<const Locked*> found;
    for (const LockedPeriod& each : locked_.periods) {
      std::vector<const Locked*> begin_here;
      for (const Locked* one : all) {
        if (one->method == each.method) begin_here.push_back(one);
      }
      if (!begin_here.empty()) found = std::move(begin_here);
      if (&each == &period) break;
    }
    return found;
  }

  [[nodiscard]] std::optional<Evaluator> evaluator_before(const Period& method) const {
    try {
      return Evaluator(before(), method);
    } catch (const SpecError&) {
      return {};
    }
  }

  void compare_limits(Size p, const std::vector<const LockedNode*>& locked,
                      const Evaluator& evaluator, const Period& method) {
    if (locked.empty()) return;
    const LockedNode& was = *locked.front();
    const LockedNode is = limits_of(evaluator, pairs()[at(p)].after, method);
    // What nodes can reach is added up from below, and that rounds.
    const Tolerance& stated = tolerance_[at(p)];
    const Tolerance tolerance{stated.absolute, std::max(stated.relative, rounding)};
    const auto note = [&](std::string_view what, double from, double to) {
      if (!tolerance.agree(to, from)) add_rule(p, moved_text(what, from, to));
    };
    // What a node weighs is its parent's to say.
    const Size parent = after().parent(pairs()[at(p)].after);
    if (parent >= 0 && !tolerance_[at(p)].agree(is.weight, was.weight)) {
      add_rule(pair_of_after_[at(parent)],
               moved_text("weight of " + after().node(pairs()[at(p)].after).code, was.weight,
                          is.weight));
    }
    note("maximum", was.maximum, is.maximum);
    note("lowest score", was.lowest, is.lowest);
    note("highest score", was.highest, is.highest);
  }

  void compare_bounds(Size p, const std::vector<const LockedBound*>& locked,
                      const std::optional<Evaluator>& was, const Evaluator& now) {
    const Size leaf = now.compiled().leaf_of[at(pairs()[at(p)].after)];
    const auto is = LeafFunction::of(now.compiled(), leaf);
    if (!is) return;
    const auto note = [&](std::string_view side, const std::string& bound, double from, double to) {
      if (tolerance_[at(p)].agree(to, from)) return;
      add_rule(p, moved_text(fmt::format("{} {}", side, bound), from, to));
    };
    std::set<double> known;
    for (const LockedBound* each : locked) {
      if (!each->word.empty()) {
        const auto words = is->categories();
        const auto place = std::find(words.begin(), words.end(), each->word);
        note("at", each->word, each->score,
             place == words.end() ? nothing : (*is)(static_cast<double>(place - words.begin())));
        continue;
      }
      if (!is->categories().empty()) return;
      known.insert(each->at);
      const std::string bound = to_string(each->at);
      note("just below", bound, each->below, (*is)(next_down(each->at)));
      note("at", bound, each->score, (*is)(each->at));
      note("just above", bound, each->above, (*is)(next_up(each->at)));
    }
    // Bounds that the rule has only now: what the locked one gives there.
    if (!was || !is->categories().empty() || locked.empty()) return;
    const Size old_leaf = was->compiled().leaf_of[at(pairs()[at(p)].before)];
    const auto then = LeafFunction::of(was->compiled(), old_leaf);
    if (!then) return;
    for (const double bound : is->bounds()) {
      if (known.contains(bound)) continue;
      const std::string text = to_string(bound);
      note("just below", text, (*then)(next_down(bound)), (*is)(next_down(bound)));
      note("at", text, (*then)(bound), (*is)(bound));
      note("just above", text, (*then)(next_up(bound)), (*is)(next_up(bound)));
    }
  }

  /// Once, if several methods have it.
  void add_rule(Size p, std::string line) {
    auto& lines = moved_[at(p)].rules;
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(std::move(line));
    }
  }

  // ---- Why

  [[nodiscard]] bool any_definition_change() const { return !found_.difference.changes.empty(); }

  void attribute() {
    for (std::size_t i = 0; i < found_.periods.size(); ++i) {
      ComparedPeriod& compared = found_.periods[i];
      if (compared.units.empty()) continue;
      const Period& method = locked_.periods[i].method;
      try {
        compared.why = chiso::attribute(
            found_.difference, panel_, compared.period,
            method == compared.period ? std::optional<Period>() : std::optional(method));
      } catch (const Error& error) {
        compared.not_attributed = error.problems().front().to_string();
        if (error.problems().size() > 1) {
          compared.not_attributed += fmt::format(", and {} more", error.problems().size() - 1);
        }
        continue;
      }
      for (MovedUnit& unit : compared.units) {
        const auto& units = compared.why->units;
        const auto parts = std::find_if(units.begin(), units.end(), [&](const UnitMove& each) {
          return each.unit == unit.move.unit;
        });
        if (parts == units.end()) continue;
        unit.move.points = parts->points;
        unit.move.places = parts->places;
        unit.rest =
            same_number(parts->before, unit.move.before) ? 0.0 : parts->before - unit.move.before;
        unit.rest_of_places = same_number(parts->rank_before, unit.move.rank_before)
                                  ? 0.0
                                  : parts->rank_before - unit.move.rank_before;
      }
    }
  }

  // ---- Which nodes

  /// The changes of a node's own definition, and of the variables that it reads.
  [[nodiscard]] std::vector<Size> changes_of(Size p) const {
    std::vector<Size> own;
    const auto& changes = found_.difference.changes;
    for (Size c = 0; c < std::ssize(changes); ++c) {
      const DefinitionChange& change = changes[at(c)];
      const bool of_head = change.kind == Kind::groups || change.kind == Kind::display ||
                           change.kind == Kind::periods;
      if (change.kind == Kind::renamed) continue;
      if (change.pair == p || (of_head && p == 0)) own.push_back(c);
      if (change.kind == Kind::variable || change.kind == Kind::parameter) {
        if (reads(p, change.node)) own.push_back(c);
      }
    }
    return own;
  }

  [[nodiscard]] bool reads(Size p, const std::string& code) const {
    const auto [old_node, new_node] = pairs()[at(p)];
    const auto in = [&](const Index& index, Size node) {
      if (node < 0 || !index.is_leaf(node)) return false;
      const Criterion& leaf = index.node(node);
      for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
        for (const auto& term : *terms) {
          if (term.variable == code) return true;
        }
      }
      for (const auto& entry : leaf.rule.entries()) {
        const auto* rule = std::get_if<FormulaRule>(&entry.value);
        if (rule == nullptr) continue;
        const auto names = rule->formula.names();
        if (std::find(names.begin(), names.end(), code) != names.end()) return true;
      }
      return false;
    };
    return in(before(), old_node) || in(after(), new_node);
  }

  [[nodiscard]] bool moved_below(Size p) const {
    const auto below = [&](const Index& index, Size node, const std::vector<Size>& pair_of) {
      if (node < 0) return false;
      const auto children = index.children(node);
      return std::any_of(children.begin(), children.end(), [&](Size child) {
        const Size of = pair_of[at(child)];
        return moved_[at(of)].any() || came(of);
      });
    };
    const auto [old_node, new_node] = pairs()[at(p)];
    return below(before(), old_node, pair_of_before_) || below(after(), new_node, pair_of_after_);
  }

  /// Of a node that came nothing is locked: what it does is to be seen above it.
  [[nodiscard]] bool came(Size p) const {
    return pairs()[at(p)].before < 0 && moved_.front().any() && !changes_of(p).empty();
  }

  void name_nodes() {
    for (Size p = 0; p < std::ssize(pairs()); ++p) {
      const Moved& moved = moved_[at(p)];
      const auto [old_node, new_node] = pairs()[at(p)];
      if (!moved.any() && !came(p)) continue;
      MovedNode& node = found_.nodes.emplace_back();
      node.code = new_node >= 0 ? after().node(new_node).code : before().node(old_node).code;
      node.depth = new_node >= 0 ? after().depth(new_node) : before().depth(old_node);
      node.changes = changes_of(p);
      node.follows = node.changes.empty() && moved_below(p);
      node.scores = moved.scores;
      node.ranks = moved.ranks;
      node.largest = moved.largest;
      node.before = moved.before;
      node.after = moved.after;
      node.unit = moved.unit;
      node.period = moved.period;
      node.rules = moved.rules;
      if (came(p)) node.largest = nothing;
      // Of a branch that is gone the node that was taken out is the one.
      if (new_node < 0 && node.changes.empty()) node.follows = true;
    }
    const auto key = [](const MovedNode& node) {
      const int kind = !node.changes.empty() ? 0 : !node.follows ? 1 : 2;
      return std::tuple(kind, kind == 2 ? 0 : -node.depth, -size_of(node.largest));
    };
    std::stable_sort(found_.nodes.begin(), found_.nodes.end(),
                     [&](const MovedNode& a, const MovedNode& b) { return key(a) < key(b); });
  }

  /// Whether no locked number says what a change does.
  void unseen() {
    if (!any_definition_change() || same_results(before(), after())) return;
    std::set<Size> seen;
    for (const MovedNode& node : found_.nodes)
      seen.insert(node.changes.begin(), node.changes.end());
    for (const ComparedPeriod& period : found_.periods) {
      if (!period.why) continue;
      for (const EditEffect& edit : period.why->edits) {
        if (edit.units > 0 || edit.ranks > 0) {
          seen.insert(edit.changes.begin(), edit.changes.end());
        }
      }
    }
    const auto& changes = found_.difference.changes;
    for (Size c = 0; c < std::ssize(changes); ++c) {
      if (changes[at(c)].kind == Kind::renamed || seen.contains(c)) continue;
      found_.unseen.push_back(c);
    }
  }

  const LockedResults& locked_;
  const Panel& panel_;
  Evaluator now_;
  BaselineComparison found_;
  std::vector<Moved> moved_;          ///< By pair.
  std::vector<Tolerance> tolerance_;  ///< By pair.
  std::vector<Size> pair_of_before_;
  std::vector<Size> pair_of_after_;
  std::map<std::string, Evaluator> evaluators_;  ///< By method, as it is now.
};

}  // namespace

bool BaselineComparison::same() const noexcept {
  return nodes.empty() && unseen.empty() && problems.empty() &&
         std::all_of(periods.begin(), periods.end(),
                     [](const ComparedPeriod& period) { return period.units.empty(); });
}

BaselineComparison compare(const LockedResults& locked, const Index& index, const Panel& panel,
                           const NodeTolerances& tolerances) {
  return Comparer(locked, index, panel, tolerances).compare();
}

}  // namespace chiso
