#include "chiso/scenario/what_if.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/at.hpp"
#include "base/order_counts.hpp"
#include "base/parallel.hpp"
#include "chiso/base/error.hpp"
#include "scenario/base_ranks.hpp"
#include "scenario/held_columns.hpp"
#include "scenario/held_result.hpp"
#include "scenario/held_tree.hpp"
#include "scenario/whole_result.hpp"

namespace chiso {
namespace {

/// Scores and ranks of one scenario, where they are wanted.
struct Answer {
  std::span<double> scores;
  std::span<std::int32_t> ranks;
};

/// One unit and what a single edit makes of it.
class OneUnitEdited {
 public:
  OneUnitEdited(const HeldResult& held, Size unit)
      : held_(held), now_(held.units[at(unit)]), row_(held.tree->row(now_)) {}
  OneUnitEdited(const OneUnitEdited&) = delete;
  OneUnitEdited& operator=(const OneUnitEdited&) = delete;

  /// Of an edit that fits.
  [[nodiscard]] Placed placed(const CellEdit& edit) {
    held_.tree->set_value(row_, edit.variable, edit.value);
    if (held_.tree->refuses(row_, edit.variable)) held_.refuse({&edit, 1});
    const double score = row_.scores[HeldTree::root()];
    return {score, held_.ranks.rank(edit.unit, held_.ranks.key(score))};
  }

 private:
  const HeldResult& held_;
  HeldUnit now_;
  HeldRow row_;
};

/// Every unit with another value of one variable, each on its own.
class EveryUnit {
 public:
  explicit EveryUnit(const HeldResult& held)
      : held_(held),
        columns_(held),
        values_(at(held.unit_count())),
        keys_(values_),
        ranks_(values_) {}

  /// @param values one a unit; they fit. The answers to missing ones are nonsense.
  void place(Size variable, std::span<const double> values, std::span<Placed> answers) {
    for (std::size_t u = 0; u < values.size(); ++u) {
      const bool gap = held_.is_missing({static_cast<Size>(u), variable, values[u]});
      values_[u] = gap ? missing_value : values[u];
    }
    const auto scores = columns_.composites(variable, values_);
    if (!scores.empty()) rank_all(scores, answers);
    for (Size u = 0; u < held_.unit_count(); ++u) {
      const bool known = !scores.empty() && columns_.holds_for(u);
      if (known || std::isnan(values[at(u)])) continue;
      answers[at(u)] = OneUnitEdited(held_, u).placed({u, variable, values[at(u)]});
    }
  }

 private:
  void rank_all(std::span<const double> scores, std::span<Placed> answers) {
    for (std::size_t u = 0; u < scores.size(); ++u) keys_[u] = held_.ranks.key(scores[u]);
    if (std::ssize(scores) <= most_compared) {
      ranks_alone(held_.ranks.keys().data(), keys_.data(), std::ssize(scores), ranks_.data());
    } else {
      for (std::size_t u = 0; u < scores.size(); ++u) {
        ranks_[u] = held_.ranks.rank(static_cast<Size>(u), keys_[u]);
      }
    }
    for (std::size_t u = 0; u < scores.size(); ++u) answers[u] = {scores[u], ranks_[u]};
  }

  const HeldResult& held_;
  HeldColumns columns_;
  std::vector<double> values_;
  std::vector<double> keys_;
  std::vector<double> ranks_;
};

/// Works scenarios out one after the other, by paths: keeps a copy of the units that were edited,
/// which it puts back as they were.
class Paths {
 public:
  explicit Paths(const HeldResult& held)
      : held_(held),
        tree_(*held.tree),
        rows_(at(held.unit_count())),
        is_changed_(at(held.unit_count()), 0),
        keys_(held.ranks.keys().begin(), held.ranks.keys().end()) {}

  /// @param first number of the first edit, for messages
  /// @param wanted units; empty: all
  void run(std::span<const CellEdit> edits, Size first, std::span<const Size> wanted,
           const Answer& answer) {
    held_.expect_fit(edits, first);
    for (const CellEdit& edit : edits) {
      if (is_changed_[at(edit.unit)] == 0) add_changed(edit.unit);
      tree_.set_value(tree_.row(rows_[at(edit.unit)]), edit.variable, edit.value);
    }
    for (const CellEdit& edit : edits) {
      if (tree_.refuses(tree_.row(rows_[at(edit.unit)]), edit.variable)) held_.refuse(edits);
    }
    key_changes_.clear();
    for (const Size unit : changed_) {
      const double key = held_.ranks.key(composite(unit));
      key_changes_.push_back({keys_[at(unit)], key});
      keys_[at(unit)] = key;
    }
    if (wanted.empty()) {
      answer_all(answer);
    } else {
      answer_some(wanted, answer);
    }
    take_back(edits);
  }

 private:
  void add_changed(Size unit) {
    HeldUnit& row = rows_[at(unit)];
    if (row.numbers.empty()) row = held_.units[at(unit)];
    is_changed_[at(unit)] = 1;
    changed_.push_back(unit);
  }

  [[nodiscard]] double composite(Size unit) const {
    return tree_.score(rows_[at(unit)], HeldTree::root());
  }

  void answer_all(const Answer& answer) const {
    if (!answer.scores.empty()) {
      const auto base = held_.base.column(Index::root());
      std::copy(base.begin(), base.end(), answer.scores.begin());
      for (const Size unit : changed_) answer.scores[at(unit)] = composite(unit);
    }
    if (!answer.ranks.empty()) {
      const Size units = held_.unit_count();
      shift_ranks(keys_.data(), held_.ranks.ranks().data(), units, key_changes_,
                  answer.ranks.data());
      for (const Size unit : changed_) {
        answer.ranks[at(unit)] = rank_among(keys_.data(), units, keys_[at(unit)]);
      }
    }
  }

  void answer_some(std::span<const Size> wanted, const Answer& answer) const {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Size unit = wanted[i];
      const bool changed = is_changed_[at(unit)] != 0;
      if (!answer.scores.empty()) {
        answer.scores[i] = changed ? composite(unit) : held_.base.column(Index::root())[at(unit)];
      }
      if (answer.ranks.empty()) continue;
      const double key = keys_[at(unit)];
      if (std::isnan(key)) {
        answer.ranks[i] = 0;
        continue;
      }
      Size rank =
          changed ? held_.ranks.above(key) + 1 : static_cast<Size>(held_.ranks.ranks()[at(unit)]);
      for (const KeyChange& change : key_changes_) {
        rank += (change.after > key ? 1 : 0) - (change.before > key ? 1 : 0);
      }
      answer.ranks[i] = static_cast<std::int32_t>(rank);
    }
  }

  void take_back(std::span<const CellEdit> edits) {
    for (const CellEdit& edit : edits) {
      const std::size_t unit = at(edit.unit);
      tree_.restore(tree_.row(rows_[unit]), held_.units[unit], edit.variable);
    }
    for (const Size unit : changed_) {
      is_changed_[at(unit)] = 0;
      keys_[at(unit)] = held_.ranks.keys()[at(unit)];
    }
    changed_.clear();
  }

  const HeldResult& held_;
  const HeldTree& tree_;
  std::vector<HeldUnit> rows_;  ///< Empty: not edited so far.
  std::vector<char> is_changed_;
  std::vector<Size> changed_;
  std::vector<double> keys_;
  std::vector<KeyChange> key_changes_;
};

/// Works scenarios out one after the other, each by scoring all units.
class Wholes {
 public:
  explicit Wholes(const HeldResult& held) : held_(held), whole_(held.base) {
    keys_.resize(at(held.unit_count()));
    ranks_.resize(keys_.size());
  }

  void run(std::span<const CellEdit> edits, Size first, std::span<const Size> wanted,
           const Answer& answer) {
    held_.expect_fit(edits, first);
    for (const CellEdit& edit : edits) whole_.set(edit);
    const auto scores = whole_.composites();
    for (const CellEdit& edit : edits) whole_.restore(edit);
    if (!answer.ranks.empty()) {
      std::transform(scores.begin(), scores.end(), keys_.begin(),
                     [this](double score) { return held_.ranks.key(score); });
      rank(keys_, Ties::competition, std::span<std::int32_t>(ranks_), scratch_);
    }
    const std::size_t count = wanted.empty() ? scores.size() : wanted.size();
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t unit = wanted.empty() ? i : at(wanted[i]);
      if (!answer.scores.empty()) answer.scores[i] = scores[unit];
      if (!answer.ranks.empty()) answer.ranks[i] = ranks_[unit];
    }
  }

  /// Of an edit that fits.
  [[nodiscard]] Placed placed(const CellEdit& edit) {
    double score = missing_value;
    std::int32_t rank = 0;
    run({&edit, 1}, -1, {&edit.unit, 1}, {{&score, 1}, {&rank, 1}});
    return {score, rank > 0 ? static_cast<double>(rank) : missing_value};
  }

 private:
  const HeldResult& held_;
  WholeResult whole_;
  std::vector<double> keys_;
  std::vector<std::int32_t> ranks_;
  RankScratch scratch_;
};

/// The same for either way.
template <class Work>
void with_worker(const HeldResult& held, Work work) {
  if (held.tree) {
    work(Paths(held));
  } else {
    work(Wholes(held));
  }
}

void expect_room(std::string_view what, std::size_t got, Size rows, Size columns) {
  if (static_cast<Size>(got) == rows * columns) return;
  throw DataError(fmt::format("expected room for {} x {} {}, got {}", rows, columns, what, got));
}

void expect_starts(std::span<const Size> starts, Size edits) {
  const bool inside = starts.empty() || (starts.front() >= 0 && starts.back() <= edits);
  if (inside && std::is_sorted(starts.begin(), starts.end())) return;
  throw DataError(fmt::format(
      "expected where each scenario's edits start, ascending from 0 to {}, the number of edits",
      edits));
}

/// Whether the positions are 0 ... count - 1.
bool are_all(std::span<const Size> positions, Size count) {
  if (std::ssize(positions) != count) return false;
  for (Size i = 0; i < count; ++i) {
    if (positions[at(i)] != i) return false;
  }
  return true;
}

/// The part of a scenario; nothing of nothing.
template <class T>
std::span<T> part(std::span<T> all, Size scenario, Size width) {
  return all.empty() ? all : all.subspan(at(scenario * width), at(width));
}

constexpr Placed nowhere{missing_value, missing_value};

}  // namespace

struct WhatIf::State : HeldResult {
  using HeldResult::HeldResult;
};

WhatIf::WhatIf(Scores base) : state_(std::make_shared<const State>(std::move(base))) {}

const Scores& WhatIf::base() const noexcept { return state_->base; }

Placed WhatIf::of(const CellEdit& edit) const {
  state_->expect_fit({&edit, 1}, -1);
  return state_->tree ? OneUnitEdited(*state_, edit.unit).placed(edit)
                      : Wholes(*state_).placed(edit);
}

void WhatIf::of(std::span<const CellEdit> edits, std::span<double> scores,
                std::span<std::int32_t> ranks) const {
  const Size units = state_->unit_count();
  if (!scores.empty()) expect_room("scores", scores.size(), 1, units);
  if (!ranks.empty()) expect_room("ranks", ranks.size(), 1, units);
  with_worker(*state_, [&](auto&& worker) { worker.run(edits, 0, {}, {scores, ranks}); });
}

void WhatIf::each(const MatrixIn& values, std::span<double> scores, std::span<double> ranks) const {
  const State& state = *state_;
  const Size units = state.unit_count();
  const Size variables = state.variable_count();
  if (values.rows() != units || values.cols() != variables) {
    throw DataError(fmt::format("expected {} units x {} variables, got an array of shape ({}, {})",
                                units, variables, values.rows(), values.cols()));
  }
  if (!scores.empty()) expect_room("scores", scores.size(), units, variables);
  if (!ranks.empty()) expect_room("ranks", ranks.size(), units, variables);
  std::vector<CellEdit> wrong;
  for (Size v = 0; v < variables; ++v) {
    for (Size u = 0; u < units; ++u) {
      const CellEdit edit{u, v, values(u, v)};
      if (!state.fits(edit)) wrong.push_back(edit);
    }
  }
  state.expect_fit(wrong, -1);

  std::vector<double> column(at(units));
  std::vector<Placed> answers(column.size());
  std::optional<EveryUnit> every;
  std::optional<Wholes> wholes;
  if (state.tree) {
    every.emplace(state);
  } else {
    wholes.emplace(state);
  }
  for (Size v = 0; v < variables; ++v) {
    for (Size u = 0; u < units; ++u) column[at(u)] = values(u, v);
    if (every) {
      every->place(v, column, answers);
    } else {
      for (Size u = 0; u < units; ++u) {
        const CellEdit edit{u, v, column[at(u)]};
        if (!std::isnan(edit.value)) answers[at(u)] = wholes->placed(edit);
      }
    }
    for (Size u = 0; u < units; ++u) {
      const std::size_t cell = at(v * units + u);
      const Placed& placed = std::isnan(column[at(u)]) ? nowhere : answers[at(u)];
      if (!scores.empty()) scores[cell] = placed.score;
      if (!ranks.empty()) ranks[cell] = placed.rank;
    }
  }
}

void WhatIf::many(std::span<const Size> starts, std::span<const CellEdit> edits,
                  std::span<const Size> units, std::span<double> scores,
                  std::span<std::int32_t> ranks, int threads) const {
  const State& state = *state_;
  const Size count = std::max<Size>(0, std::ssize(starts) - 1);
  const Size width = units.empty() ? state.unit_count() : std::ssize(units);
  expect_starts(starts, std::ssize(edits));
  state.expect_units(units);
  if (threads < 0) throw DataError(fmt::format("expected 0 or more threads, got {}", threads));
  if (!scores.empty()) expect_room("scores", scores.size(), count, width);
  if (!ranks.empty()) expect_room("ranks", ranks.size(), count, width);
  // All of them are answered side by side.
  if (are_all(units, state.unit_count())) units = {};
  in_pieces(count, threads, [&](Size first, Size last) {
    with_worker(state, [&](auto&& worker) {
      for (Size i = first; i < last; ++i) {
        const Size begin = starts[at(i)];
        const auto own = edits.subspan(at(begin), at(starts[at(i + 1)] - begin));
        worker.run(own, begin, units, {part(scores, i, width), part(ranks, i, width)});
      }
    });
  });
}

}  // namespace chiso
