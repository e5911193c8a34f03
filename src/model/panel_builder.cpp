#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/panel.hpp"
#include "model/panel_state.hpp"

namespace chiso {

struct Panel::Builder::State {
  // A variable in a period: as long as the last unit that has a value needs.
  struct Column {
    std::vector<double> values;
    std::vector<double> errors;
  };
  struct Slice {
    std::vector<Column> columns;  // By variable, as far as it has values.
    std::vector<bool> rows;
  };

  std::string source;
  Names units;
  Names variables;
  std::vector<bool> is_text;  // By variable.
  std::vector<Names> words;   // By variable.
  std::vector<Period> periods;
  std::map<Period, Size> period_position;
  std::vector<Slice> slices;

  Size variable(std::string_view code, bool text) {
    const auto [position, is_new] = variables.mention(code);
    if (is_new) {
      is_text.push_back(text);
      words.emplace_back();
    } else if (is_text[index_of(position)] != text) {
      throw DataError("a variable holds numbers or words, not both", std::string(code));
    }
    return position;
  }

  void check(Size unit, Size variable, Size period) const {
    check_position(unit, static_cast<Size>(units.list.size()), "unit");
    check_position(variable, static_cast<Size>(variables.list.size()), "variable");
    check_position(period, static_cast<Size>(periods.size()), "period");
  }

  bool mark(Size unit, Size period) {
    auto& rows = slices[index_of(period)].rows;
    if (index_of(unit) >= rows.size()) rows.resize(index_of(unit) + 1, false);
    const bool is_new = !rows[index_of(unit)];
    rows[index_of(unit)] = true;
    return is_new;
  }

  Column& column(Size variable, Size period) {
    auto& columns = slices[index_of(period)].columns;
    if (index_of(variable) >= columns.size()) columns.resize(index_of(variable) + 1);
    return columns[index_of(variable)];
  }

  static void put(std::vector<double>& values, Size unit, double value) {
    if (index_of(unit) >= values.size()) values.resize(index_of(unit) + 1, kMissing);
    values[index_of(unit)] = value;
  }

  void put(Size unit, Size variable, Size period, double value) {
    mark(unit, period);
    put(column(variable, period).values, unit, value);
  }

  [[nodiscard]] std::string place(Size unit, Size variable, Size period) const {
    return fmt::format("{}, {}, {}", units.list[index_of(unit)], variables.list[index_of(variable)],
                       periods[index_of(period)].text());
  }
};

Panel::Builder::Builder(std::string source) : state_(std::make_unique<State>()) {
  state_->source = std::move(source);
}
Panel::Builder::~Builder() = default;
Panel::Builder::Builder(Builder&&) noexcept = default;
Panel::Builder& Panel::Builder::operator=(Builder&&) noexcept = default;

Size Panel::Builder::unit(std::string_view name) { return state_->units.mention(name).first; }

Size Panel::Builder::period(const Period& period) {
  const auto [found, is_new] =
      state_->period_position.emplace(period, static_cast<Size>(state_->periods.size()));
  if (is_new) {
    state_->periods.push_back(period);
    state_->slices.emplace_back();
  }
  return found->second;
}

Size Panel::Builder::number_variable(std::string_view code) {
  return state_->variable(code, false);
}
Size Panel::Builder::category_variable(std::string_view code) {
  return state_->variable(code, true);
}

bool Panel::Builder::row(Size unit, Size period) {
  check_position(unit, static_cast<Size>(state_->units.list.size()), "unit");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return state_->mark(unit, period);
}

void Panel::Builder::set(Size unit, Size variable, Size period, double value) {
  state_->check(unit, variable, period);
  if (state_->is_text[index_of(variable)]) {
    throw DataError(fmt::format("expected a word, got the number {}", to_string(value)),
                    state_->place(unit, variable, period));
  }
  if (std::isinf(value)) {
    throw DataError(fmt::format("expected a finite number or NaN, got {}", to_string(value)),
                    state_->place(unit, variable, period));
  }
  state_->put(unit, variable, period, std::isnan(value) ? kMissing : value);
}

void Panel::Builder::set_category(Size unit, Size variable, Size period, std::string_view word) {
  state_->check(unit, variable, period);
  if (!state_->is_text[index_of(variable)]) {
    throw DataError(fmt::format("expected a number, got the word '{}'", word),
                    state_->place(unit, variable, period));
  }
  const Size position = state_->words[index_of(variable)].mention(word).first;
  state_->put(unit, variable, period, static_cast<double>(position));
}

void Panel::Builder::set_not_applicable(Size unit, Size variable, Size period) {
  state_->check(unit, variable, period);
  state_->put(unit, variable, period, std::bit_cast<double>(kNotApplicableBits));
}

void Panel::Builder::set_standard_error(Size unit, Size variable, Size period, double error) {
  state_->check(unit, variable, period);
  if (std::isinf(error) || error < 0.0) {
    throw DataError(fmt::format("expected a standard error that is finite and not negative, got {}",
                                to_string(error)),
                    state_->place(unit, variable, period));
  }
  state_->mark(unit, period);
  State::put(state_->column(variable, period).errors, unit, error);
}

bool Panel::Builder::is_set(Size unit, Size variable, Size period) const {
  state_->check(unit, variable, period);
  const auto& columns = state_->slices[index_of(period)].columns;
  if (index_of(variable) >= columns.size()) return false;
  const auto& values = columns[index_of(variable)].values;
  if (index_of(unit) >= values.size()) return false;
  const double value = values[index_of(unit)];
  return !std::isnan(value) || is_not_applicable(value);
}

Panel Panel::Builder::build() {
  auto panel = std::make_shared<Panel::State>();
  // The only statements that can refuse come first: the builder is whole if they do.
  panel->unit_labels = std::make_shared<Labels>(state_->units.list, "unit");
  panel->variable_labels = std::make_shared<Labels>(state_->variables.list, "variable");
  panel->source = std::move(state_->source);
  panel->categories.resize(index_of(panel->variables().size()));

  for (const auto& [period, position] : state_->period_position) {
    panel->periods.push_back(period);
    const auto t = static_cast<Size>(panel->slices.size());
    panel->add_empty_slice();
    auto& slice = panel->own_slice(index_of(t));
    auto& from = state_->slices[index_of(position)];
    std::copy(from.rows.begin(), from.rows.end(), slice.rows.begin());
    for (std::size_t v = 0; v < from.columns.size(); ++v) {
      auto& column = from.columns[v];
      const auto variable = static_cast<Size>(v);
      double* to = panel->own_column(variable, index_of(t));
      for (std::size_t u = 0; u < column.values.size(); ++u) {
        if (is_not_applicable(column.values[u])) {
          panel->not_applicable.push_back({static_cast<Size>(u), variable, t});
        } else {
          to[u] = column.values[u];
        }
      }
      if (!column.errors.empty()) {
        column.errors.resize(index_of(panel->units().size()), kMissing);
        slice.errors[v] = std::move(column.errors);
      }
      column = {};  // Given back now: at no time are all cells held twice.
    }
  }
  for (std::size_t v = 0; v < state_->words.size(); ++v) {
    if (state_->is_text[v]) {
      panel->set_categories(static_cast<Size>(v), state_->words[v].list);
    }
  }
  panel->drop_empty_errors();
  state_ = std::make_unique<State>();
  return Panel(std::move(panel));
}

}  // namespace chiso
