#include "chiso/model/panel.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/fingerprint.hpp"
#include "base/same_number.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "model/panel_state.hpp"

namespace chiso {

namespace {

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_number);
}

}  // namespace

void Panel::State::lay(const State& over, std::vector<Names>& words) {
  std::vector<std::size_t> unit_of;
  for (const auto& name : over.units().names()) unit_of.push_back(index_of(units().at(name)));
  std::vector<std::size_t> period_of;
  for (const auto& period : over.periods) {
    const auto found = std::lower_bound(periods.begin(), periods.end(), period);
    period_of.push_back(static_cast<std::size_t>(found - periods.begin()));
  }
  std::vector<Size> variable_of;
  for (const auto& name : over.variables().names()) variable_of.push_back(variables().at(name));

  for (std::size_t t = 0; t < over.periods.size(); ++t) {
    auto& rows = own_slice(period_of[t]).rows;
    for (std::size_t u = 0; u < unit_of.size(); ++u) {
      if (over.slice(t).rows[u]) rows[unit_of[u]] = true;
    }
  }
  for (Size v = 0; v < over.variables().size(); ++v) {
    const Size variable = variable_of[index_of(v)];
    std::vector<double> word_of;
    for (const auto& word : over.categories[index_of(v)]) {
      word_of.push_back(static_cast<double>(words[index_of(variable)].mention(word).first));
    }
    for (std::size_t t = 0; t < over.periods.size(); ++t) {
      const double* from = over.column(v, t);
      const auto& from_errors = over.slice(t).errors[index_of(v)];
      double* to = own_column(variable, period_of[t]);
      auto& errors = own_slice(period_of[t]).errors[index_of(variable)];
      if (!from_errors.empty()) errors.resize(index_of(units().size()), kMissing);
      for (std::size_t u = 0; u < unit_of.size(); ++u) {
        if (std::isnan(from[u])) {
          // An error may be known of a value that is not: nothing is lost.
          const bool adds = !from_errors.empty() && !std::isnan(from_errors[u]);
          if (adds && std::isnan(to[unit_of[u]])) errors[unit_of[u]] = from_errors[u];
          continue;
        }
        to[unit_of[u]] = word_of.empty() ? from[u] : word_of[static_cast<std::size_t>(from[u])];
        // The error of a value that is gone would be a lie about the new one.
        if (errors.empty()) continue;
        errors[unit_of[u]] = from_errors.empty() ? kMissing : from_errors[u];
      }
    }
  }

  std::erase_if(not_applicable, [this](const Cell& cell) {
    return !std::isnan(column(cell.variable, index_of(cell.period))[cell.unit]);
  });
  for (const auto& [u, v, t] : over.not_applicable) {
    const std::size_t unit = unit_of[index_of(u)];
    const Size variable = variable_of[index_of(v)];
    const std::size_t period = period_of[index_of(t)];
    own_column(variable, period)[unit] = kMissing;
    auto& errors = own_slice(period).errors[index_of(variable)];
    if (!errors.empty()) errors[unit] = kMissing;
    not_applicable.push_back({static_cast<Size>(unit), variable, static_cast<Size>(period)});
  }
  std::sort(not_applicable.begin(), not_applicable.end(), before);
  const auto twice = std::unique(not_applicable.begin(), not_applicable.end());
  not_applicable.erase(twice, not_applicable.end());
}

Panel::Panel(std::vector<std::string> units, std::vector<std::string> variables,
             const MatrixIn& values, Period period) {
  auto state = std::make_shared<State>();
  state->unit_labels = std::make_shared<Labels>(std::move(units), "unit");
  state->variable_labels = std::make_shared<Labels>(std::move(variables), "variable");
  if (values.rows() != state->units().size() || values.cols() != state->variables().size()) {
    throw DataError(fmt::format(
        "expected values of shape ({}, {}): one row a unit, one column a variable; got ({}, {})",
        state->units().size(), state->variables().size(), values.rows(), values.cols()));
  }
  state->periods.push_back(std::move(period));
  state->categories.resize(index_of(state->variables().size()));
  state->add_empty_slice();
  state->own_slice(0).rows.assign(index_of(state->units().size()), true);
  Problems problems;
  for (Size v = 0; v < values.cols(); ++v) {
    double* column = state->own_column(v, 0);
    for (Size u = 0; u < values.rows(); ++u) {
      column[u] = values(u, v);
      if (std::isinf(column[u]) && problems.list().size() < 100) {
        problems.add({}, fmt::format("{}, {}", state->units()[u], state->variables()[v]),
                     fmt::format("expected a finite number or NaN, got {}", to_string(column[u])));
      }
    }
  }
  problems.raise<DataError>();
  state_ = std::move(state);
}

const Labels& Panel::units() const noexcept { return state_->units(); }
const Labels& Panel::variables() const noexcept { return state_->variables(); }
std::span<const Period> Panel::periods() const noexcept { return state_->periods; }
const std::string& Panel::source() const noexcept { return state_->source; }
std::span<const Panel::Cell> Panel::not_applicable() const noexcept {
  return state_->not_applicable;
}

Size Panel::period_position(const Period& period) const {
  const auto& periods = state_->periods;
  const auto found = std::lower_bound(periods.begin(), periods.end(), period);
  if (found != periods.end() && *found == period) return found - periods.begin();
  std::string known;
  for (const auto& each : periods) known += (known.empty() ? "" : ", ") + each.text();
  throw NotFoundError(
      known.empty() ? "the data have no periods"
                    : fmt::format("no period '{}' in the data; they have {}", period.text(), known),
      period.text());
}

std::span<const double> Panel::column(Size variable, Size period) const {
  check_position(variable, state_->variables().size(), "variable");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return {state_->column(variable, index_of(period)), index_of(state_->units().size())};
}

MatrixView Panel::values(Size period) const {
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return {state_->slice(index_of(period)).values.data(), state_->units().size(),
          state_->variables().size()};
}

bool Panel::has_unit(Size unit, Size period) const {
  check_position(unit, state_->units().size(), "unit");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return state_->slice(index_of(period)).rows[index_of(unit)];
}

std::span<const double> Panel::standard_errors(Size variable, Size period) const {
  check_position(variable, state_->variables().size(), "variable");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return state_->slice(index_of(period)).errors[index_of(variable)];
}

std::span<const std::string> Panel::categories(Size variable) const {
  check_position(variable, state_->variables().size(), "variable");
  return state_->categories[index_of(variable)];
}

Panel Panel::overlay(const Panel& over) const {
  const State& below = *state_;
  const State& above = *over.state_;

  Names unit_names;
  Names variable_names;
  for (const State* part : {&below, &above}) {
    for (const auto& name : part->units().names()) unit_names.mention(name);
    for (const auto& name : part->variables().names()) variable_names.mention(name);
  }

  Problems problems;
  for (Size v = 0; v < above.variables().size(); ++v) {
    const auto same = below.variables().find(above.variables()[v]);
    if (!same) continue;
    const bool text_below = !below.categories[index_of(*same)].empty();
    const bool text_above = !above.categories[index_of(v)].empty();
    if (text_below == text_above) continue;
    if (text_below ? !above.has_values(v) : !below.has_values(*same)) continue;
    problems.add({}, above.variables()[v],
                 fmt::format("expected {} as in the data below, got {} in the data on top",
                             text_below ? "text" : "numbers", text_above ? "text" : "numbers"));
  }
  problems.raise<DataError>();

  auto state = std::make_shared<State>();
  state->source = below.source.empty() || below.source == above.source ? above.source
                  : above.source.empty()                               ? below.source
                                         : below.source + ", " + above.source;
  state->unit_labels = std::make_shared<Labels>(std::move(unit_names.list), "unit");
  state->variable_labels = std::make_shared<Labels>(std::move(variable_names.list), "variable");
  std::set_union(below.periods.begin(), below.periods.end(), above.periods.begin(),
                 above.periods.end(), std::back_inserter(state->periods));
  state->categories.resize(index_of(state->variables().size()));
  for (std::size_t t = 0; t < state->periods.size(); ++t) {
    state->add_empty_slice();
  }
  std::vector<Names> words(index_of(state->variables().size()));
  state->lay(below, words);
  state->lay(above, words);
  for (Size v = 0; v < state->variables().size(); ++v) {
    if (!words[index_of(v)].list.empty()) state->set_categories(v, words[index_of(v)].list);
  }
  state->drop_empty_errors();
  return Panel(std::move(state));
}

Panel Panel::select_units(std::span<const std::string> units) const {
  const State& all = *state_;
  Problems problems;
  std::vector<Size> chosen;
  std::vector<Size> place(index_of(all.units().size()), -1);
  for (const auto& unit : units) {
    if (const auto found = all.units().find(unit)) {
      place[index_of(*found)] = static_cast<Size>(chosen.size());
      chosen.push_back(*found);
    } else {
      problems.add(
          {}, unit,
          fmt::format("no unit '{}' in the data{}", unit, suggestion(unit, all.units().names())));
    }
  }
  problems.raise<NotFoundError>();

  auto state = std::make_shared<State>();
  state->source = all.source;
  state->unit_labels =
      std::make_shared<Labels>(std::vector<std::string>(units.begin(), units.end()), "unit");
  state->variable_labels = all.variable_labels;
  state->periods = all.periods;
  state->categories.resize(all.categories.size());
  for (std::size_t t = 0; t < all.periods.size(); ++t) {
    state->add_empty_slice();
    auto& slice = state->own_slice(t);
    for (std::size_t u = 0; u < chosen.size(); ++u) {
      slice.rows[u] = all.slice(t).rows[index_of(chosen[u])];
    }
    for (Size v = 0; v < all.variables().size(); ++v) {
      const double* from = all.column(v, t);
      double* to = state->own_column(v, t);
      for (std::size_t u = 0; u < chosen.size(); ++u) to[u] = from[chosen[u]];
      const auto& errors = all.slice(t).errors[index_of(v)];
      if (errors.empty()) continue;
      auto& kept = slice.errors[index_of(v)];
      for (const Size u : chosen) kept.push_back(errors[index_of(u)]);
    }
  }
  for (auto cell : all.not_applicable) {
    cell.unit = place[index_of(cell.unit)];
    if (cell.unit >= 0) state->not_applicable.push_back(cell);
  }
  std::sort(state->not_applicable.begin(), state->not_applicable.end(), before);
  for (Size v = 0; v < all.variables().size(); ++v) {
    if (!all.categories[index_of(v)].empty()) {
      state->set_categories(v, all.categories[index_of(v)]);
    }
  }
  state->drop_empty_errors();
  return Panel(std::move(state));
}

std::string Panel::fingerprint() const {
  Fingerprint print;
  const auto add_names = [&print](std::span<const std::string> names) {
    print.add(std::uint64_t{names.size()});
    for (const auto& name : names) print.add(std::string_view(name));
  };
  add_names(state_->units().names());
  add_names(state_->variables().names());
  for (const auto& words : state_->categories) add_names(words);
  print.add(std::uint64_t{state_->periods.size()});
  for (std::size_t t = 0; t < state_->periods.size(); ++t) {
    print.add(std::string_view(state_->periods[t].text()));
    const auto& slice = state_->slice(t);
    for (const bool row : slice.rows) print.add(std::uint64_t{row});
    for (const double value : slice.values) print.add(value);
    for (const auto& errors : slice.errors) {
      print.add(std::uint64_t{errors.size()});
      for (const double error : errors) print.add(error);
    }
  }
  for (const auto& cell : state_->not_applicable) {
    for (const Size i : {cell.unit, cell.variable, cell.period}) {
      print.add(static_cast<std::uint64_t>(i));
    }
  }
  return print.text();
}

bool operator==(const Panel& a, const Panel& b) {
  if (a.state_ == b.state_) return true;
  const auto& x = *a.state_;
  const auto& y = *b.state_;
  if (x.units() != y.units() || x.variables() != y.variables() || x.periods != y.periods ||
      x.categories != y.categories || x.not_applicable != y.not_applicable) {
    return false;
  }
  for (std::size_t t = 0; t < x.slices.size(); ++t) {
    const auto& left = x.slice(t);
    const auto& right = y.slice(t);
    if (left.rows != right.rows || !same_numbers(left.values, right.values) ||
        !std::equal(left.errors.begin(), left.errors.end(), right.errors.begin(), same_numbers)) {
      return false;
    }
  }
  return true;
}

}  // namespace chiso
