#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "evaluate/state.hpp"
#include "scenario/mixed_definition.hpp"
#include "scenario/node_split.hpp"
#include "scenario/shapley.hpp"
#include "scenario/straight_way.hpp"

namespace chiso {
namespace {

using Kind = Cause::Kind;
using Sides = MixedDefinition::Sides;

/// With more players than this the children go the straight way.
constexpr std::size_t most_players = 12;

/// A child on one side.
struct Child {
  Size node = -1;
  std::size_t common = none;  ///< Position among the children that both sides have.
  double score = 0.0;
  bool excluded = false;
  std::vector<double> column;  ///< Scores of all units, if units are compared.

  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
};

/// Units of two results side by side: the compared one with the compared one, the others by name.
/// Where two units of one result are compared they stand in for each other.
std::optional<std::vector<Size>> aligned(const Side& before, const Side& after) {
  const Labels& was = before.scores.units();
  const Labels& is = after.scores.units();
  if (was.size() != is.size()) return {};
  const std::string& from = was[before.one.unit()];
  const std::string& to = is[after.one.unit()];
  std::vector<Size> positions;
  for (const std::string& unit : was.names()) {
    const auto found = is.find(unit == from ? to : unit == to ? from : unit);
    if (!found) return {};
    positions.push_back(*found);
  }
  return positions;
}

/// Which of the players have changed are a coalition; its bits are the children that move, in their
/// order, then the parts of the definition.
class Game {
 public:
  Game(const Side& before, const Side& after, const CompiledCriterion& was,
       const CompiledCriterion& is)
      : before_(before),
        after_(after),
        was_(was),
        is_(is),
        common_(common_children(before, after, was.node, is.node)),
        children_(children_of_both()),
        definition_(was, before.compiled().cap[at(was.node)], is, after.compiled().cap[at(is.node)],
                    has_other_children(), has_other_weights()),
        from_(before.one.score(was.node)),
        to_(after.one.score(is.node)) {}

  NodeSplit split(const std::vector<char>& wanted) {
    if (std::isnan(from_) || std::isnan(to_)) {
      return whole(fmt::format("{}: {}", moved_text(from_, to_), gaps()));
    }
    if (definition_.compares()) {
      const std::string why = line_up();
      if (!why.empty()) return whole(why);
    }
    find_moves();
    NodeSplit found = split_over_players(wanted);
    found.moved = std::move(moved_);
    found.moved.resize(common_.size(), Moved::own);
    return found;
  }

 private:
  // ---- The two sides ---------------------------------------------------------------------------

  /// The children of both sides, and where the common ones stand.
  [[nodiscard]] std::array<std::vector<Child>, 2> children_of_both() {
    std::array<std::vector<Child>, 2> both;
    for (std::size_t side = 0; side < 2; ++side) {
      const Side& of = side == 0 ? before_ : after_;
      std::vector<std::pair<Size, std::size_t>> found;  // By node.
      for (std::size_t c = 0; c < common_.size(); ++c) {
        found.emplace_back(side == 0 ? common_[c].first : common_[c].second, c);
      }
      std::sort(found.begin(), found.end());
      place_[side].resize(common_.size());
      for (const Size node : (side == 0 ? was_ : is_).children) {
        Child& child = both[side].emplace_back();
        child.node = node;
        child.score = of.one.score(node);
        child.excluded = of.one.is_excluded(node);
        const auto at_node =
            std::lower_bound(found.begin(), found.end(), std::pair(node, std::size_t{0}));
        if (at_node == found.end() || at_node->first != node) continue;
        child.common = at_node->second;
        place_[side][child.common] = both[side].size() - 1;
      }
    }
    return both;
  }

  [[nodiscard]] bool has_other_children() const {
    return children_[0].size() != common_.size() || children_[1].size() != common_.size();
  }

  /// Position of a common child among the children of a side.
  [[nodiscard]] std::size_t place(std::size_t side, std::size_t common) const {
    return place_[side][common];
  }
  [[nodiscard]] const Child& child(std::size_t side, std::size_t common) const {
    return children_[side][place(side, common)];
  }

  [[nodiscard]] bool has_other_weights() const {
    if (!same(was_.full, is_.full)) return true;
    for (std::size_t c = 0; c < common_.size(); ++c) {
      const std::size_t a = place(0, c);
      const std::size_t b = place(1, c);
      if (was_.weights[a] != is_.weights[b] || was_.roles[a] != is_.roles[b]) return true;
      if (!was_.maxima.empty() && !is_.maxima.empty() && !same(was_.maxima[a], is_.maxima[b])) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] NodeSplit whole(std::string why) const {
    return unsplit(Kind::whole, to_ - from_, std::move(why), common_.size());
  }

  [[nodiscard]] std::string gaps() const {
    std::string text;
    for (std::size_t side = 0; side < 2; ++side) {
      std::string codes;
      for (const Child& each : children_[side]) {
        if (!std::isnan(each.score) || each.excluded) continue;
        codes +=
            (codes.empty() ? "" : ", ") + (side == 0 ? before_ : after_).criterion(each.node).code;
      }
      if (codes.empty()) continue;
      text += fmt::format("{}{} without {}", text.empty() ? "" : "; ",
                          side == 0 ? "before" : "after", codes);
    }
    return text.empty() ? "the aggregate is not defined" : text;
  }

  /// Columns of all units for those aggregations that need them. @returns why there are none.
  std::string line_up() {
    const auto positions = aligned(before_, after_);
    if (!positions) {
      return "units are compared with each other, and the two results are not of the same units";
    }
    for (std::size_t side = 0; side < 2; ++side) {
      const Side& of = side == 0 ? before_ : after_;
      const auto excluded = excluded_units(of.compiled(), of.one.input(), GivenCells(of.scores));
      for (Child& each : children_[side]) {
        if (!excluded.empty() && !excluded[at(each.node)].empty()) {
          return "units are compared with each other, and some go without a child";
        }
        const auto column = of.scores.column(each.node);
        if (side == 0) {
          each.column.assign(column.begin(), column.end());
        } else {
          for (const Size unit : *positions) each.column.push_back(column[at(unit)]);
        }
      }
    }
    return {};
  }

  void find_moves() {
    for (std::size_t c = 0; c < common_.size(); ++c) {
      const Child& a = child(0, c);
      const Child& b = child(1, c);
      const bool own = !same(a.score, b.score) || a.excluded != b.excluded;
      bool others = false;
      for (std::size_t u = 0; u < a.column.size(); ++u) {
        others = others || (at(before_.one.unit()) != u && !same(a.column[u], b.column[u]));
      }
      moved_.push_back(!others ? Moved::own : own ? Moved::both : Moved::others);
      if (!own && !others) continue;
      movers_.push_back(c);
      const bool flips = std::isnan(a.score) != std::isnan(b.score) || a.excluded != b.excluded;
      if (flips) flips_.push_back(c);
    }
  }

  // ---- The score of a mixture ------------------------------------------------------------------

  /// By common child: whether it is as it is after.
  using Choice = std::vector<char>;

  [[nodiscard]] const Child& chosen(std::size_t side, std::size_t k, const Choice& choice) const {
    const Child& own = children_[side][k];
    if (own.common == Child::none) return own;
    return child(choice[own.common] != 0 ? 1 : 0, own.common);
  }

  [[nodiscard]] std::vector<double> scores_of(const Sides& sides, const Choice& choice) const {
    std::vector<double> scores;
    for (std::size_t k = 0; k < children_[sides.weights].size(); ++k) {
      scores.push_back(chosen(sides.weights, k, choice).score);
    }
    return scores;
  }

  [[nodiscard]] std::vector<char> mask_of(const Sides& sides, const Choice& choice) const {
    std::vector<char> mask;
    for (std::size_t k = 0; k < children_[sides.weights].size(); ++k) {
      mask.push_back(chosen(sides.weights, k, choice).excluded ? char{1} : char{0});
    }
    return mask;
  }

  [[nodiscard]] double finished(const Sides& sides, double score) const {
    if (std::isinf(score)) return missing_value;
    const double cap = definition_.cap(sides);
    return score > cap ? cap : score;
  }

  [[nodiscard]] double score(const Sides& sides, const Choice& choice) const {
    std::vector<const double*> columns;
    const std::size_t count = children_[sides.weights].size();
    Size units = 1;
    for (std::size_t k = 0; k < count; ++k) {
      const Child& of = chosen(sides.weights, k, choice);
      columns.push_back(of.column.empty() ? &of.score : of.column.data());
      units = of.column.empty() ? 1 : std::ssize(of.column);
    }
    std::vector<double> result(at(units));
    aggregate(definition_[sides], columns, mask_of(sides, choice), units, result.data());
    return finished(sides, result[units == 1 ? 0 : at(before_.one.unit())]);
  }

  [[nodiscard]] std::vector<double> slopes(const Sides& sides, const Choice& choice) const {
    return slopes_at(definition_[sides], definition_.cap(sides), scores_of(sides, choice),
                     mask_of(sides, choice));
  }

  [[nodiscard]] bool has_masks() const {
    const auto masked = [](const Child& each) { return each.excluded; };
    return std::any_of(children_[0].begin(), children_[0].end(), masked) ||
           std::any_of(children_[1].begin(), children_[1].end(), masked);
  }

  /// The score for every coalition of `movers`, the others as before.
  void all_scores(const Sides& sides, const std::vector<std::size_t>& movers, Choice choice,
                  double* out) const {
    const std::size_t rows = std::size_t{1} << movers.size();
    if (definition_.compares() || has_masks()) {
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < movers.size(); ++i) choice[movers[i]] = (row >> i) & 1;
        out[row] = score(sides, choice);
      }
      return;
    }
    // All at once: a row of the block is a coalition.
    const std::size_t count = children_[sides.weights].size();
    std::vector<double> block(count * rows);
    std::vector<const double*> columns;
    for (std::size_t k = 0; k < count; ++k) {
      double* const column = block.data() + k * rows;
      columns.push_back(column);
      const std::size_t c = children_[sides.weights][k].common;
      const auto mover = std::find(movers.begin(), movers.end(), c);
      if (c == Child::none || mover == movers.end()) {
        std::fill_n(column, rows, chosen(sides.weights, k, choice).score);
        continue;
      }
      const auto bit = static_cast<std::size_t>(mover - movers.begin());
      const std::array<double, 2> scores{child(0, c).score, child(1, c).score};
      for (std::size_t row = 0; row < rows; ++row) column[row] = scores[(row >> bit) & 1];
    }
    aggregate(definition_[sides], columns, {}, static_cast<Size>(rows), out);
    for (std::size_t row = 0; row < rows; ++row) out[row] = finished(sides, out[row]);
  }

  [[nodiscard]] static bool any_missing(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
  }

  // ---- Splits ----------------------------------------------------------------------------------

  NodeSplit split_over_players(const std::vector<char>& wanted) {
    const std::size_t parts = definition_.players().size();
    if (definition_.adds() && flips_.empty() && is_linear()) return split_linear();
    if (movers_.size() + parts <= most_players) return split_by_subsets(wanted);
    if (definition_.compares()) {
      return whole(
          fmt::format("units are compared with each other by {} children that changed, "
                      "too many to tell their parts from each other",
                      movers_.size()));
    }
    if (flips_.size() + parts + 1 > most_players) {
      return whole(
          fmt::format("{} children have a score only before or only after, too many to "
                      "tell their parts from each other",
                      flips_.size()));
    }
    return split_on_the_way();
  }

  [[nodiscard]] NodeSplit empty_split(Split split) const {
    NodeSplit found;
    found.split = split;
    found.children.assign(common_.size(), 0.0);
    found.slopes.assign(common_.size(), 0.0);
    return found;
  }

  void add_own(NodeSplit& found, std::size_t player, double points) const {
    const Kind kind = definition_.players()[player];
    std::string text = kind == Kind::structure ? structure_text(before_, after_, was_, is_)
                       : kind == Kind::weights ? weights_text(before_, after_, was_, is_)
                                               : aggregation_text(before_, after_, was_, is_);
    found.own.push_back({kind, points, std::move(text)});
  }

  /// Whether the score is a sum of the children's in every mixture: no cap cuts any.
  [[nodiscard]] bool is_linear() const {
    const Choice none(common_.size(), 0);
    for (std::size_t d = 0; d < std::size_t{1} << definition_.players().size(); ++d) {
      const Sides sides = definition_.sides(d);
      if (std::isnan(score(sides, none))) return false;
      const double cap = definition_.cap(sides);
      if (std::isinf(cap)) continue;
      const auto slope = coefficients(sides);
      double most = 0.0;
      for (std::size_t k = 0; k < slope.size(); ++k) {
        const Child& own = children_[sides.weights][k];
        const bool only = own.common == Child::none;
        const double a = slope[k] * (only ? own.score : child(0, own.common).score);
        const double b = slope[k] * (only ? own.score : child(1, own.common).score);
        if (slope[k] != 0.0) most += std::max(a, b);
      }
      if (!(most <= cap)) return false;
    }
    return true;
  }

  /// What a point of each child brings, of a criterion that adds up.
  [[nodiscard]] std::vector<double> coefficients(const Sides& sides) const {
    const Choice none(common_.size(), 0);
    return slopes_at(definition_[sides], std::numeric_limits<double>::infinity(),
                     scores_of(sides, none), mask_of(sides, none));
  }

  /// In closed form. Every term is a product of a child's score, its weight and what is done to all
  /// of them, a game of at most three players; values of games add up.
  NodeSplit split_linear() {
    NodeSplit found = empty_split(Split::linear);
    const std::size_t players = definition_.players().size();
    const std::size_t mixtures = std::size_t{1} << players;
    const std::size_t bit = mixtures;  // Of the child.
    const auto weights = coalition_weights(players + 1);
    std::vector<double> own(players, 0.0);
    std::vector<std::vector<double>> slopes;
    for (std::size_t d = 0; d < mixtures; ++d) slopes.push_back(coefficients(definition_.sides(d)));
    const auto slope_of = [&](std::size_t d, std::size_t common) {
      return slopes[d][place(definition_.sides(d).weights, common)];
    };
    std::vector<double> worth(2 * mixtures);
    const auto add = [&] {
      const auto values = shapley(players + 1, worth);
      for (std::size_t i = 0; i < players; ++i) own[i] += values[i];
    };
    for (std::size_t c = 0; c < common_.size(); ++c) {
      for (std::size_t d = 0; d < mixtures; ++d) {
        found.slopes[c] += weights[size_of(d)] * slope_of(d, c);
      }
      const double from = child(0, c).score;
      const double to = child(1, c).score;
      if (std::isnan(from)) continue;
      found.children[c] = found.slopes[c] * (to - from);
      if (players == 0) continue;
      for (std::size_t d = 0; d < mixtures; ++d) {
        worth[d] = slope_of(d, c) * from;
        worth[d | bit] = slope_of(d, c) * to;
      }
      add();
    }
    for (std::size_t side = 0; side < 2 && players > 0; ++side) {
      for (std::size_t k = 0; k < children_[side].size(); ++k) {
        const Child& only = children_[side][k];
        if (only.common != Child::none || std::isnan(only.score)) continue;
        for (std::size_t d = 0; d < mixtures; ++d) {
          const bool there = definition_.sides(d).weights == side;
          worth[d] = worth[d | bit] = there ? slopes[d][k] * only.score : 0.0;
        }
        add();
      }
    }
    for (std::size_t i = 0; i < players; ++i) add_own(found, i, own[i]);
    return found;
  }

  NodeSplit split_by_subsets(const std::vector<char>& wanted) {
    const std::size_t parts = definition_.players().size();
    const std::size_t players = movers_.size() + parts;
    std::vector<double> worth(std::size_t{1} << players);
    for (std::size_t d = 0; d < std::size_t{1} << parts; ++d) {
      all_scores(definition_.sides(d), movers_, Choice(common_.size(), 0),
                 worth.data() + (d << movers_.size()));
    }
    if (any_missing(worth)) return whole(undefined_text());
    const auto values = shapley(players, worth);
    NodeSplit found = empty_split(Split::shapley);
    for (std::size_t i = 0; i < movers_.size(); ++i) found.children[movers_[i]] = values[i];
    for (std::size_t i = 0; i < parts; ++i) add_own(found, i, values[movers_.size() + i]);
    if (definition_.compares()) return found;  // Goes in steps: a very small change is none.
    for (std::size_t c = 0; c < common_.size(); ++c) {
      if (wanted[c] != 0 && !std::isnan(child(0, c).score)) found.slopes[c] = mean_slope(c);
    }
    return found;
  }

  /// The mean slope of one child over all coalitions of the others.
  [[nodiscard]] double mean_slope(std::size_t of) const {
    std::vector<std::size_t> others = movers_;
    others.erase(std::remove(others.begin(), others.end(), of), others.end());
    const std::size_t parts = definition_.players().size();
    const auto weights = coalition_weights(others.size() + parts + 1);
    double mean = 0.0;
    Choice choice(common_.size(), 0);
    for (std::size_t s = 0; s < std::size_t{1} << (others.size() + parts); ++s) {
      for (std::size_t i = 0; i < others.size(); ++i) choice[others[i]] = (s >> i) & 1;
      const Sides sides = definition_.sides(s >> others.size());
      const double slope = slopes(sides, choice)[place(sides.weights, of)];
      if (std::isfinite(slope)) mean += weights[size_of(s)] * slope;
    }
    return mean;
  }

  /// Children whose scores move go together along the straight way, as one player among those that
  /// appear or disappear and the parts of the definition; what it is given is split along the way.
  NodeSplit split_on_the_way() {
    std::vector<std::size_t> smooth;
    std::set_difference(movers_.begin(), movers_.end(), flips_.begin(), flips_.end(),
                        std::back_inserter(smooth));
    const std::size_t parts = definition_.players().size();
    const std::size_t others = flips_.size() + parts;
    const std::size_t bit = std::size_t{1} << others;
    std::vector<double> worth(2 * bit);
    NodeSplit found = empty_split(Split::aumann_shapley);
    const auto weights = coalition_weights(others + 1);
    for (std::size_t s = 0; s < bit; ++s) {
      Choice first(common_.size(), 0);
      for (std::size_t i = 0; i < flips_.size(); ++i) first[flips_[i]] = (s >> i) & 1;
      Choice last = first;
      for (const std::size_t c : smooth) last[c] = 1;
      const Sides sides = definition_.sides(s >> flips_.size());
      worth[s] = score(sides, first);
      worth[s | bit] = score(sides, last);
      if (std::isnan(worth[s]) || std::isnan(worth[s | bit])) return whole(undefined_text());
      const auto from = scores_of(sides, first);
      const auto to = scores_of(sides, last);
      const auto mask = mask_of(sides, first);
      const auto slope = mean_slopes({definition_[sides], definition_.cap(sides), from, to, mask});
      const auto share = shares_on_the_way(from, to, slope, worth[s | bit] - worth[s]);
      for (std::size_t k = 0; k < slope.size(); ++k) {
        const std::size_t c = children_[sides.weights][k].common;
        if (c == Child::none) continue;
        found.slopes[c] += weights[size_of(s)] * slope[k];
        found.children[c] += weights[size_of(s)] * share[k];
      }
    }
    const auto values = shapley(others + 1, worth);
    for (std::size_t i = 0; i < flips_.size(); ++i) found.children[flips_[i]] = values[i];
    for (std::size_t i = 0; i < parts; ++i) add_own(found, i, values[flips_.size() + i]);
    return found;
  }

  /// By child. What is lost of slopes without bound at the ends, where a score is 0, belongs to
  /// those that have them: in proportion.
  static std::vector<double> shares_on_the_way(const std::vector<double>& from,
                                               const std::vector<double>& to,
                                               const std::vector<double>& slope, double change) {
    std::vector<double> share(from.size(), 0.0);
    double all = 0.0;
    double steep = 0.0;
    const auto is_steep = [&](std::size_t k) { return from[k] == 0.0 || to[k] == 0.0; };
    for (std::size_t k = 0; k < share.size(); ++k) {
      if (from[k] == to[k] || std::isnan(from[k])) continue;
      share[k] = slope[k] * (to[k] - from[k]);
      all += share[k];
      if (is_steep(k)) steep += std::fabs(share[k]);
    }
    if (!(steep > 0.0)) return share;
    for (std::size_t k = 0; k < share.size(); ++k) {
      if (is_steep(k)) share[k] += (change - all) * (std::fabs(share[k]) / steep);
    }
    return share;
  }

  [[nodiscard]] std::string undefined_text() const {
    return fmt::format("{}: half way between the two there is no score", moved_text(from_, to_));
  }

  const Side& before_;
  const Side& after_;
  const CompiledCriterion& was_;
  const CompiledCriterion& is_;
  std::vector<std::pair<Size, Size>> common_;
  std::array<std::vector<std::size_t>, 2> place_;  ///< By common child.
  std::array<std::vector<Child>, 2> children_;
  MixedDefinition definition_;
  double from_;
  double to_;
  std::vector<Moved> moved_;
  std::vector<std::size_t> movers_;  ///< Common children that changed, ascending.
  std::vector<std::size_t> flips_;   ///< Of them those with a score only on one side.
};

}  // namespace

std::vector<std::pair<Size, Size>> common_children(const Side& before, const Side& after, Size was,
                                                   Size is) {
  std::vector<std::pair<Size, Size>> common;
  const Index& old = before.compiled().index;
  for (const Size child : after.compiled().index.children(is)) {
    const auto found = old.codes().find(after.criterion(child).code);
    if (found && *found != Index::root() && old.parent(*found) == was) {
      common.emplace_back(*found, child);
    }
  }
  return common;
}

NodeSplit split_criterion(const Side& before, const Side& after, const CompiledCriterion& was,
                          const CompiledCriterion& is, const std::vector<char>& wanted) {
  return Game(before, after, was, is).split(wanted);
}

}  // namespace chiso
