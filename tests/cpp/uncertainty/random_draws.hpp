#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../scenario/random_scenario.hpp"
#include "chiso/base/error.hpp"
#include "chiso/scenario/outcome.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"

/// Random rows of every kind for a result, with random draws of them.
namespace chiso::random_draws {

using random_scenario::Dice;
using Kind = VariedRow::Kind;

struct Which {
  bool shares = false;
  bool values = false;
  bool anchors = false;
  bool choices = false;
};

inline std::size_t at(Size i) { return static_cast<std::size_t>(i); }

inline bool knows_shares(Aggregation::Method method) {
  using Method = Aggregation::Method;
  return method == Method::sum || method == Method::arithmetic_mean ||
         method == Method::geometric_mean || method == Method::harmonic_mean ||
         method == Method::power_mean || method == Method::copeland;
}

/// What each part of a criterion is of it; empty if that is not known.
inline std::map<Size, double> nominal_shares(const Scores& base, Size criterion) {
  const Index& index = base.index();
  const Evaluator& evaluator = base.evaluator();
  const auto method = index.node(criterion).aggregation.method;
  std::map<Size, double> shares;
  if (index.is_leaf(criterion) || !knows_shares(method)) return shares;
  double total = 0.0;
  for (const Size child : index.children(criterion)) {
    if (index.node(child).role != Role::part) continue;
    double share = evaluator.weight(child);
    if (method == Aggregation::Method::sum && share > 0.0) share *= evaluator.maximum(child);
    if (std::isnan(share)) return {};
    if (share == 0.0) continue;
    shares[child] = share;
    total += share;
  }
  for (auto& [child, share] : shares) share /= total;
  return shares;
}

struct Drawn {
  std::vector<Source> sources;
  std::vector<VariedRow> rows;
  DrawTable draws;
};

class Maker {
 public:
  Maker(const Scores& base, unsigned seed) : base_(base), seed_(seed), dice_(seed) {}

  Drawn make(const Which& which, Size draws) {
    count_ = draws;
    if (which.choices) add_choices();
    if (which.shares) add_shares();
    if (which.values) add_values();
    if (which.anchors) add_anchors();
    made_.draws = DrawTable(std::ssize(made_.rows), draws);
    for (std::size_t r = 0; r < columns_.size(); ++r) {
      std::copy(columns_[r].begin(), columns_[r].end(), made_.draws.row(static_cast<Size>(r)));
    }
    return std::move(made_);
  }

 private:
  double uniform() { return (dice_.between(0, 999'999) + 0.5) / 1e6; }

  std::vector<double>& add_row(const VariedRow& row) {
    made_.rows.push_back(row);
    return columns_.emplace_back(static_cast<std::size_t>(count_));
  }

  void add_choices() {
    const int choices = dice_.between(1, 2);
    for (int c = 0; c < choices; ++c) {
      Choose choose;
      choose.name = "choice " + std::to_string(c);
      choose.alternatives.emplace_back();
      for (int a = 0; a < 2; ++a) {
        const Scenario scenario =
            random_scenario::make_scenario(base_, seed_ * 16 + static_cast<unsigned>(c * 2 + a));
        try {
          const Scores after = what_if(base_, scenario).after;
          if (after.units().names().size() != base_.units().names().size()) continue;
          bool same = true;
          for (Size u = 0; u < base_.units().size(); ++u) {
            same = same && after.units()[u] == base_.units()[u];
          }
          if (same) choose.alternatives.push_back(scenario);
        } catch (const Error&) {
          continue;
        }
      }
      VariedRow row;
      row.kind = Kind::choice;
      row.source = std::ssize(made_.sources);
      auto& column = add_row(row);
      for (double& value : column) {
        value = static_cast<double>(dice_.below(choose.alternatives.size()));
      }
      made_.sources.emplace_back(choose);
    }
  }

  void add_shares() {
    const Size source = std::ssize(made_.sources);
    made_.sources.emplace_back(DrawWeights{});
    for (Size node = 0; node < base_.index().size(); ++node) {
      const auto shares = nominal_shares(base_, node);
      if (shares.size() < 2 || dice_.chance(20)) continue;
      const std::size_t first = columns_.size();
      for (const auto& [child, share] : shares) {
        VariedRow row;
        row.kind = Kind::share;
        row.source = source;
        row.node = child;
        row.parent = node;
        add_row(row);
      }
      for (std::size_t j = 0; j < at(count_); ++j) {
        double total = 0.0;
        for (std::size_t r = first; r < columns_.size(); ++r) {
          total += columns_[r][j] = -std::log(uniform());
        }
        for (std::size_t r = first; r < columns_.size(); ++r) columns_[r][j] /= total;
      }
    }
  }

  void add_values() {
    const Size source = std::ssize(made_.sources);
    made_.sources.emplace_back(DrawValues{});
    const Panel& panel = base_.panel();
    const Size period = panel.period_position(base_.period());
    const auto variables = base_.index().variables();
    for (Size v = 0; v < std::ssize(variables); ++v) {
      if (variables[at(v)].is_category() || dice_.chance(50)) continue;
      const auto values = panel.column(panel.variables().at(variables[at(v)].code), period);
      for (Size u = 0; u < base_.units().size(); ++u) {
        const double value = values[at(base_.panel_positions()[at(u)])];
        if (std::isnan(value) || dice_.chance(30)) continue;
        VariedRow row;
        row.kind = Kind::value;
        row.source = source;
        row.unit = u;
        row.variable = v;
        auto& column = add_row(row);
        for (double& drawn : column) {
          // Near the value, that of another unit, or now and then one that may not be.
          const double other = values[dice_.below(values.size())];
          drawn = dice_.chance(60) || std::isnan(other) ? value * (0.75 + 0.25 * uniform()) : other;
          if (dice_.chance(1)) drawn = 20.0 * uniform();
        }
      }
    }
  }

  void add_anchors() {
    const Size source = std::ssize(made_.sources);
    made_.sources.emplace_back(DrawAnchors{});
    for (const FittedAnchor& anchor : base_.anchors()) {
      if (std::isnan(anchor.high) || dice_.chance(30)) continue;
      for (const Kind kind : {Kind::low, Kind::high}) {
        const double nominal = kind == Kind::low ? anchor.low : anchor.high;
        if (std::isnan(nominal)) continue;
        VariedRow row;
        row.kind = kind;
        row.source = source;
        row.node = anchor.node;
        auto& column = add_row(row);
        for (double& drawn : column) drawn = nominal + 0.5 * (uniform() - 0.5);
      }
    }
  }

  const Scores& base_;
  unsigned seed_;
  Dice dice_;
  Size count_ = 0;
  Drawn made_;
  std::vector<std::vector<double>> columns_;
};

/// One draw as a person would score it: the definition with the drawn weights, the table with the
/// drawn values.
class ByHand {
 public:
  ByHand(const Scores& base, const Drawn& drawn, bool refit)
      : base_(base), drawn_(drawn), refit_(refit) {}

  /// @throws SpecError if the definition that comes out is not sound, DataError if it cannot be
  ///   scored, or alternatives do not go together
  Scores score(Size draw) {
    const Scores chosen = after(scenario(draw));
    definition_ = chosen.index().definition();
    for (const auto& [parent, shares] : shares_by_parent(draw)) put_shares(chosen, parent, shares);
    const Evaluator evaluator(Index(definition_), chosen.method());
    const Panel panel = table(chosen, draw);
    Anchors anchors = refit_ ? evaluator.fit(panel, chosen.period()) : chosen.anchors();
    for (std::size_t r = 0; r < drawn_.rows.size(); ++r) {
      const VariedRow& row = drawn_.rows[r];
      if (row.kind != Kind::low && row.kind != Kind::high) continue;
      const std::string& code = base_.index().node(row.node).code;
      for (FittedAnchor& anchor : anchors) {
        if (chosen.index().node(anchor.node).code != code) continue;
        if (!same_rule(chosen, row.node, anchor.node)) continue;
        (row.kind == Kind::low ? anchor.low : anchor.high) = value(r, draw);
      }
    }
    const std::vector<GivenScore> given(chosen.given().begin(), chosen.given().end());
    return evaluator.score(panel, {.period = chosen.period(),
                                   .method = chosen.method(),
                                   .anchors = &anchors,
                                   .given = given});
  }

 private:
  double value(std::size_t row, Size draw) const {
    return drawn_.draws.row(static_cast<Size>(row))[draw];
  }

  Scores after(const Scenario& scenario) const {
    try {
      return what_if(base_, scenario).after;
    } catch (const Error& error) {
      throw DataError(error.what());
    }
  }

  Scenario scenario(Size draw) const {
    Scenario all;
    all.refit = refit_;
    for (std::size_t r = 0; r < drawn_.rows.size(); ++r) {
      if (drawn_.rows[r].kind != Kind::choice) continue;
      const auto& choose = std::get<Choose>(drawn_.sources[at(drawn_.rows[r].source)]);
      all = all.then(choose.alternatives[static_cast<std::size_t>(value(r, draw))]);
    }
    return all;
  }

  std::map<std::string, std::map<std::string, double>> shares_by_parent(Size draw) const {
    std::map<std::string, std::map<std::string, double>> found;
    for (std::size_t r = 0; r < drawn_.rows.size(); ++r) {
      const VariedRow& row = drawn_.rows[r];
      if (row.kind != Kind::share) continue;
      const Index& index = base_.index();
      found[index.node(row.parent).code][index.node(row.node).code] = value(r, draw);
    }
    return found;
  }

  static Criterion* find(Criterion& from, const std::string& code) {
    if (from.code == code) return &from;
    for (Criterion& child : from.children) {
      if (Criterion* found = find(child, code)) return found;
    }
    return nullptr;
  }

  void put_shares(const Scores& chosen, const std::string& code,
                  const std::map<std::string, double>& shares) {
    Criterion* const parent = find(definition_.tree, code);
    if (parent == nullptr || parent->is_leaf()) return;
    if (!knows_shares(parent->aggregation.method)) return;
    const bool sum = parent->aggregation.method == Aggregation::Method::sum;
    const Evaluator& evaluator = chosen.evaluator();
    const auto weight = [&](const Criterion& child) {
      return evaluator.weight(chosen.index().at(child.code));
    };
    const auto varies = [&](const Criterion& child) {
      return child.role == Role::part && shares.count(child.code) != 0 && weight(child) > 0.0;
    };
    std::size_t present = 0;
    double left = 0.0;
    double fixed = 0.0;
    double points = 0.0;
    for (const Criterion& child : parent->children) {
      if (!varies(child)) {
        if (!sum) fixed += weight(child);
        continue;
      }
      ++present;
      left += shares.at(child.code);
      points += weight(child) * evaluator.maximum(chosen.index().at(child.code));
    }
    if (present == 0) return;
    const bool whole = present == shares.size() && fixed == 0.0;
    const double factor = whole ? 1.0 : (1.0 - fixed) / left;
    if (!sum) parent->aggregation.weights = Aggregation::Weights::relative;
    for (Criterion& child : parent->children) {
      const Size node = chosen.index().at(child.code);
      double drawn = std::abs(weight(child));
      if (varies(child)) {
        drawn = shares.at(child.code) * factor * (sum ? points / evaluator.maximum(node) : 1.0);
      }
      child.weight = drawn;
    }
  }

  Panel table(const Scores& chosen, Size draw) const {
    Panel::Editor editor(chosen.panel());
    const Size period = chosen.panel().period_position(chosen.period());
    const Labels& read = chosen.index().variable_codes();
    for (std::size_t r = 0; r < drawn_.rows.size(); ++r) {
      const VariedRow& row = drawn_.rows[r];
      if (row.kind != Kind::value) continue;
      const std::string& code = base_.index().variable_codes()[row.variable];
      if (!read.find(code)) continue;
      const Size variable = chosen.panel().variables().at(code);
      const Size unit = chosen.panel_positions()[at(row.unit)];
      if (std::isnan(chosen.panel().column(variable, period)[at(unit)])) continue;
      editor.set(unit, variable, period, value(r, draw));
    }
    return editor.build();
  }

  /// Whether an indicator is what it is in the base: then its anchors mean the same.
  bool same_rule(const Scores& chosen, Size before, Size now) const {
    const Criterion& was = base_.index().node(before);
    const Criterion& is = chosen.index().node(now);
    const Rule* old = was.rule.find(base_.method());
    const Rule* rule = is.rule.find(chosen.method());
    return was.measure == is.measure && was.polarity == is.polarity && *old == *rule;
  }

  const Scores& base_;
  const Drawn& drawn_;
  bool refit_;
  IndexDefinition definition_;
};

}  // namespace chiso::random_draws
