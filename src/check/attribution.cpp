#include "chiso/check/attribution.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "base/at.hpp"
#include "check/blend.hpp"
#include "check/locked_rules.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "scenario/shapley.hpp"

namespace chiso {

namespace {

using Kind = DefinitionChange::Kind;

/// Twice as many definitions are looked at for each edit more.
constexpr std::size_t most_for_all_subsets = 8;

/// Below this share of a score, and below this part of a place, a part is rounding.
constexpr double rounding = 1e-14;
constexpr double rounding_of_places = 1e-9;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Period method_of(const Index& index, const Period& period, const std::optional<Period>& method) {
  if (method) return *method;
  const PeriodRange& in_force = index.definition().periods;
  if (in_force.contains(period)) return period;
  const auto& [from, to] = in_force;
  return from && period.last_day() < from->first_day() ? *from : to.value_or(period);
}

Scores scored(const Index& index, std::string_view which, const Panel& panel,
              const std::optional<Period>& period, const std::optional<Period>& method) {
  try {
    const Size only = period                        ? panel.period_position(*period)
                      : panel.periods().size() == 1 ? 0
                                                    : -1;
    // Without one that is clear, scoring says what is wrong.
    if (only < 0) return Evaluator(index).score(panel, {.period = period, .method = method});
    const Period& of = panel.periods()[at(only)];
    return Evaluator(index).score(panel, {.period = of, .method = method_of(index, of, method)});
  } catch (const DataError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) {
      problem.place =
          fmt::format("{} definition{}{}", which, problem.place.empty() ? "" : ", ", problem.place);
    }
    throw DataError(std::move(problems));
  }
}

/// Gives the last rounding to the largest part, where it changes least.
void settle(std::vector<double>& parts, double whole, double noise) {
  double* largest = nullptr;
  for (double& part : parts) {
    if (largest == nullptr || std::fabs(part) > std::fabs(*largest)) largest = &part;
  }
  if (largest == nullptr) return;
  for (double& part : parts) {
    if (&part != largest && std::fabs(part) <= noise) part = 0.0;
  }
  double rest = whole;
  for (const double part : parts) rest -= part;
  *largest += rest;
}

class Attributor {
 public:
  Attributor(const DefinitionDifference& difference, const Panel& panel,
             const std::optional<Period>& period, const std::optional<Period>& method)
      : difference_(difference),
        panel_(panel),
        before_(scored(difference.before, "first", panel, period, method)),
        after_(scored(difference.after, "second", panel, period, method)),
        blend_(difference, before_.method(), after_.method(), Blend::Codes::numbers) {}

  Attribution attribute() {
    choose_players();
    put_together();
    std::vector<UnitMove> units = moves();
    const bool all = edits_.size() <= most_for_all_subsets;
    give_out(units, all);
    std::vector<EditEffect> effects = effects_on(units);
    return {before_, after_, std::move(effects), std::move(units), all};
  }

 private:
  /// Composite and rank of all units.
  struct Column {
    std::vector<double> scores;
    std::vector<double> ranks;
  };
  /// By edit: whether it is made.
  using Made = std::vector<char>;

  // ---- Who plays

  /// Changes that change nothing in the definitions that are in force do not.
  void choose_players() {
    const auto& changes = difference_.changes;
    const bool ranks_displayed = difference_.before.definition().rank_on_displayed ||
                                 difference_.after.definition().rank_on_displayed;
    std::vector<char> none(changes.size(), 0);
    std::vector<char> all(changes.size(), 1);
    const IndexDefinition first = blend_.with(none);
    const IndexDefinition last = blend_.with(all);
    for (std::size_t c = 0; c < changes.size(); ++c) {
      const Kind kind = changes[c].kind;
      if (kind == Kind::renamed || kind == Kind::groups || kind == Kind::periods ||
          (kind == Kind::display && !ranks_displayed)) {
        continue;
      }
      none[c] = 1;
      all[c] = 0;
      if (differs(none, first) || differs(all, last)) edits_.push_back({static_cast<Size>(c)});
      none[c] = 0;
      all[c] = 1;
    }
  }

  [[nodiscard]] bool differs(const std::vector<char>& made, const IndexDefinition& from) const {
    try {
      return !(blend_.with(made) == from);
    } catch (const SpecError&) {
      return true;
    }
  }

  // ---- What comes of some edits

  /// Nothing if they make no sound definition, or one that cannot be scored.
  const Column* column(const Made& made) {
    std::string key(difference_.changes.size(), '0');
    for (std::size_t e = 0; e < edits_.size(); ++e) {
      if (made[e] == 0) continue;
      for (const Size change : edits_[e]) key[at(change)] = '1';
    }
    auto [known, is_new] = columns_.try_emplace(std::move(key));
    if (is_new) known->second = work_out(made);
    return known->second.get();
  }

  [[nodiscard]] std::unique_ptr<const Column> work_out(const Made& made) const {
    const auto count = static_cast<std::size_t>(std::count(made.begin(), made.end(), char{1}));
    if (count == 0) return column_of(before_);
    if (count == made.size()) return column_of(after_);
    std::vector<char> changes(difference_.changes.size(), 0);
    for (std::size_t e = 0; e < edits_.size(); ++e) {
      for (const Size change : edits_[e]) changes[at(change)] = made[e];
    }
    try {
      const Evaluator evaluator{Index(blend_.with(changes))};
      const Scores scores = evaluator.score(panel_, {.period = before_.period()});
      auto found = column_of(scores);
      // A unit that has a score before and after must have one on the way.
      for (Size u = 0; u < scores.units().size(); ++u) {
        if (std::isnan(found->scores[at(u)]) && has_both(u)) return nullptr;
      }
      return found;
    } catch (const SpecError&) {
      return nullptr;
    } catch (const DataError&) {
      return nullptr;
    }
  }

  static std::unique_ptr<const Column> column_of(const Scores& scores) {
    const Ranking ranking(scores);
    const auto column = scores.column(Index::root());
    return std::make_unique<const Column>(
        Column{{column.begin(), column.end()}, {ranking.ranks().begin(), ranking.ranks().end()}});
  }

  [[nodiscard]] bool has_both(Size unit) const {
    return !std::isnan(before_.column(Index::root())[at(unit)]) &&
           !std::isnan(after_.column(Index::root())[at(unit)]);
  }

  // ---- Which edits belong together

  void put_together() {
    while (edits_.size() > 1) {
      const auto together = conflict();
      if (!together) return;
      auto [i, j] = std::minmax(together->first, together->second);
      edits_[i].insert(edits_[i].end(), edits_[j].begin(), edits_[j].end());
      std::sort(edits_[i].begin(), edits_[i].end());
      edits_.erase(edits_.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }

  /// Two edits of which one makes no sense without the other.
  std::optional<std::pair<std::size_t, std::size_t>> conflict() {
    const std::size_t n = edits_.size();
    for (std::size_t i = 0; i < n; ++i) {
      Made alone(n, 0);
      alone[i] = 1;
      Made others(n, 1);
      others[i] = 0;
      if (column(alone) != nullptr && column(others) != nullptr) continue;
      std::vector<std::tuple<int, std::size_t, std::size_t>> near;
      for (std::size_t j = 0; j < n; ++j) {
        if (j != i) near.emplace_back(distance(i, j), i < j ? j - i : i - j, j);
      }
      std::sort(near.begin(), near.end());
      for (const auto& [far, places, j] : near) {
        alone[j] = 1;
        others[j] = 0;
        if (column(alone) != nullptr && column(others) != nullptr) return std::pair(i, j);
        alone[j] = 0;
        others[j] = 1;
      }
      return std::pair(i, std::get<2>(near.front()));
    }
    return n <= most_for_all_subsets ? conflict_in_subsets() : conflict_in_orders();
  }

  std::optional<std::pair<std::size_t, std::size_t>> conflict_in_subsets() {
    const std::size_t n = edits_.size();
    for (std::size_t subset = 1; subset < std::size_t{1} << n; ++subset) {
      if (column(made_of(subset)) != nullptr) continue;
      std::vector<std::size_t> in;
      for (std::size_t i = 0; i < n; ++i) {
        if ((subset >> i & 1) != 0) in.push_back(i);
      }
      return std::pair(in[0], in[1]);
    }
    return {};
  }

  std::optional<std::pair<std::size_t, std::size_t>> conflict_in_orders() {
    const std::size_t n = edits_.size();
    for (std::size_t i = 1; i + 1 < n; ++i) {
      if (column(first(i + 1)) == nullptr) return std::pair(i, i - 1);
      if (column(without_first(i)) == nullptr) return std::pair(i, i + 1);
    }
    return {};
  }

  [[nodiscard]] Made made_of(std::size_t subset) const {
    Made made(edits_.size(), 0);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>(subset >> i & 1);
    return made;
  }
  [[nodiscard]] Made first(std::size_t count) const {
    Made made(edits_.size(), 0);
    std::fill_n(made.begin(), count, char{1});
    return made;
  }
  [[nodiscard]] Made without_first(std::size_t count) const {
    Made made(edits_.size(), 1);
    std::fill_n(made.begin(), count, char{0});
    return made;
  }

  /// 0: at one node; 1: one above the other; 2: elsewhere.
  [[nodiscard]] int distance(std::size_t i, std::size_t j) const {
    int least = 2;
    for (const Size a : edits_[i]) {
      for (const Size b : edits_[j]) {
        const Size one = difference_.changes[at(a)].pair;
        const Size other = difference_.changes[at(b)].pair;
        if (one == other) return 0;
        if (one < 0 || other < 0) continue;
        if (is_above(one, other) || is_above(other, one)) least = 1;
      }
    }
    return least;
  }

  [[nodiscard]] bool is_above(Size pair, Size other) const {
    const auto [before, after] = difference_.pairs[at(pair)];
    auto [up_before, up_after] = difference_.pairs[at(other)];
    while (up_before > before) up_before = difference_.before.parent(up_before);
    while (up_after > after) up_after = difference_.after.parent(up_after);
    return (before >= 0 && up_before == before) || (after >= 0 && up_after == after);
  }

  // ---- What is due to whom

  [[nodiscard]] std::vector<UnitMove> moves() const {
    const Ranking was(before_);
    const Ranking is(after_);
    std::vector<UnitMove> units;
    for (Size u = 0; u < before_.units().size(); ++u) {
      UnitMove& move = units.emplace_back();
      move.unit = before_.units()[u];
      move.before = before_.column(Index::root())[at(u)];
      move.after = after_.column(Index::root())[at(u)];
      move.rank_before = was.ranks()[at(u)];
      move.rank_after = is.ranks()[at(u)];
      move.group_before = was.groups()[at(u)];
      move.group_after = is.groups()[at(u)];
    }
    return units;
  }

  void give_out(std::vector<UnitMove>& units, bool all) {
    for (std::size_t u = 0; u < units.size(); ++u) {
      UnitMove& move = units[u];
      const auto score = [u](const Column& column) { return column.scores[u]; };
      const auto rank = [u](const Column& column) { return column.ranks[u]; };
      const auto is_there = [u](const Column& column) {
        return std::isnan(column.scores[u]) ? 0.0 : 1.0;
      };
      const bool was = !std::isnan(move.before);
      const bool is = !std::isnan(move.after);
      if (was && is) {
        const double size = std::max(std::fabs(move.before), std::fabs(move.after));
        move.points = shares(all, score);
        settle(move.points, move.after - move.before, rounding * size);
        move.places = shares(all, rank);
        settle(move.places, move.rank_after - move.rank_before, rounding_of_places);
        continue;
      }
      move.points = was == is ? std::vector<double>(edits_.size(), 0.0) : shares(all, is_there);
      for (double& part : move.points) part = std::fabs(part) > rounding_of_places ? nothing : 0.0;
      move.places = move.points;
    }
  }

  /// What each edit adds to a number, on the mean of the orders in which they can be made.
  template <class Of>
  std::vector<double> shares(bool all, const Of& of) {
    const std::size_t n = edits_.size();
    if (all) {
      std::vector<double> worth;
      for (std::size_t subset = 0; subset < std::size_t{1} << n; ++subset) {
        worth.push_back(of(*column(made_of(subset))));
      }
      return shapley(n, worth);
    }
    std::vector<double> parts;
    for (std::size_t i = 0; i < n; ++i) {
      const double forth = of(*column(first(i + 1))) - of(*column(first(i)));
      const double back = of(*column(without_first(i))) - of(*column(without_first(i + 1)));
      parts.push_back(0.5 * (forth + back));
    }
    return parts;
  }

  [[nodiscard]] std::vector<EditEffect> effects_on(const std::vector<UnitMove>& units) const {
    std::vector<EditEffect> effects;
    for (std::size_t e = 0; e < edits_.size(); ++e) {
      EditEffect& effect = effects.emplace_back();
      effect.changes = edits_[e];
      for (const UnitMove& move : units) {
        const double points = move.points[e];
        if (points != 0.0) ++effect.units;  // NaN too.
        if (move.places[e] != 0.0) ++effect.ranks;
        if (std::fabs(points) > std::fabs(effect.largest)) {
          effect.largest = points;
          effect.unit = move.unit;
        }
      }
    }
    return effects;
  }

  const DefinitionDifference& difference_;
  const Panel& panel_;
  Scores before_;
  Scores after_;
  Blend blend_;
  std::vector<std::vector<Size>> edits_;
  std::map<std::string, std::unique_ptr<const Column>> columns_;
};

}  // namespace

bool UnitMove::moved() const noexcept {
  return !same_number(before, after) || !same_number(rank_before, rank_after) ||
         group_before != group_after;
}

Attribution attribute(const DefinitionDifference& difference, const Panel& panel,
                      const std::optional<Period>& period, const std::optional<Period>& method) {
  return Attributor(difference, panel, period, method).attribute();
}

}  // namespace chiso
