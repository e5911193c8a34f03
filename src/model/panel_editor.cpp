#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/panel.hpp"
#include "model/panel_state.hpp"

namespace chiso {

struct Panel::Editor::Changes {
  std::shared_ptr<State> state;
  std::vector<Size> text;                            // Variables whose words may be others now.
  std::vector<std::pair<Size, std::size_t>> errors;  // Variables and periods that lost one.

  // To be written: a copy, unless the panel that the editor shows is the only other holder.
  State& own(Panel& shown) {
    if (state.use_count() > 2) {
      state = std::make_shared<State>(*state);
      shown = Panel(state);
    }
    return *state;
  }

  static void check(const State& state, Size unit, Size variable, Size period) {
    check_position(unit, state.units().size(), "unit");
    check_position(variable, state.variables().size(), "variable");
    check_position(period, static_cast<Size>(state.periods.size()), "period");
  }

  static std::string place(const State& state, Size unit, Size variable, Size period) {
    return fmt::format("{}, {}, {}", state.units()[unit], state.variables()[variable],
                       state.periods[index_of(period)].text());
  }

  static void put(State& state, const Cell& cell, double value) {
    auto& slice = state.own_slice(index_of(cell.period));
    slice.rows[index_of(cell.unit)] = true;
    slice.values[index_of(cell.variable * state.units().size() + cell.unit)] = value;
    auto& marked = state.not_applicable;
    const auto mark = std::lower_bound(marked.begin(), marked.end(), cell, before);
    if (mark != marked.end() && *mark == cell) marked.erase(mark);
  }
};

Panel::Editor::Editor(Panel panel)
    : panel_(std::move(panel)), changes_(std::make_unique<Changes>()) {
  changes_->state = std::make_shared<State>(*panel_.state_);
  panel_ = Panel(changes_->state);
}
Panel::Editor::~Editor() = default;
Panel::Editor::Editor(Editor&&) noexcept = default;
Panel::Editor& Panel::Editor::operator=(Editor&&) noexcept = default;

const Panel& Panel::Editor::panel() const noexcept { return panel_; }

Size Panel::Editor::variable(std::string_view code) {
  if (const auto known = panel_.variables().find(code)) return *known;
  State& state = changes_->own(panel_);
  const auto old = state.variables().names();
  std::vector<std::string> names(old.begin(), old.end());
  names.emplace_back(code);
  state.variable_labels = std::make_shared<Labels>(std::move(names), "variable");
  state.categories.emplace_back();
  for (std::size_t t = 0; t < state.slices.size(); ++t) {
    auto& slice = state.own_slice(t);
    slice.values.resize(slice.values.size() + index_of(state.units().size()), kMissing);
    slice.errors.emplace_back();
  }
  return state.variables().size() - 1;
}

void Panel::Editor::set(Size unit, Size variable, Size period, double value) {
  const State& now = *changes_->state;
  Changes::check(now, unit, variable, period);
  const bool text = !now.categories[index_of(variable)].empty();
  if (text && !std::isnan(value)) {
    throw DataError(fmt::format("expected a word, got the number {}", to_string(value)),
                    Changes::place(now, unit, variable, period));
  }
  if (std::isinf(value)) {
    throw DataError(fmt::format("expected a finite number or NaN, got {}", to_string(value)),
                    Changes::place(now, unit, variable, period));
  }
  if (text) changes_->text.push_back(variable);
  Changes::put(changes_->own(panel_), {unit, variable, period},
               std::isnan(value) ? kMissing : value);
}

void Panel::Editor::set_category(Size unit, Size variable, Size period, std::string_view word) {
  const State& now = *changes_->state;
  Changes::check(now, unit, variable, period);
  if (now.categories[index_of(variable)].empty() && now.has_values(variable)) {
    throw DataError(fmt::format("expected a number, got the word '{}'", word),
                    Changes::place(now, unit, variable, period));
  }
  State& state = changes_->own(panel_);
  auto& words = state.categories[index_of(variable)];
  auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) found = words.insert(found, std::string(word));
  Changes::put(state, {unit, variable, period}, static_cast<double>(found - words.begin()));
  changes_->text.push_back(variable);
}

void Panel::Editor::set_standard_error(Size unit, Size variable, Size period, double error) {
  const State& now = *changes_->state;
  Changes::check(now, unit, variable, period);
  if (std::isinf(error) || error < 0.0) {
    throw DataError(fmt::format("expected a standard error that is finite and not negative, got {}",
                                to_string(error)),
                    Changes::place(now, unit, variable, period));
  }
  const std::size_t t = index_of(period);
  const bool none = now.slice(t).errors[index_of(variable)].empty();
  if (none && std::isnan(error)) return;
  State& state = changes_->own(panel_);
  auto& errors = state.own_slice(t).errors[index_of(variable)];
  errors.resize(index_of(state.units().size()), kMissing);
  errors[index_of(unit)] = error;
  if (std::isnan(error)) changes_->errors.emplace_back(variable, t);
}

Panel Panel::Editor::build() {
  auto& text = changes_->text;
  if (!text.empty() || !changes_->errors.empty()) {
    State& state = changes_->own(panel_);
    std::sort(text.begin(), text.end());
    text.erase(std::unique(text.begin(), text.end()), text.end());
    for (const Size variable : text) {
      const std::vector<std::string> words = state.categories[index_of(variable)];
      state.set_categories(variable, words);
    }
    for (const auto& [variable, t] : changes_->errors) state.drop_empty_errors(variable, t);
    text.clear();
    changes_->errors.clear();
  }
  return panel_;
}

}  // namespace chiso
