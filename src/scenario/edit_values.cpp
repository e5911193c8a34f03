// Edits of values and of scores.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "evaluate/compiled.hpp"
#include "scenario/cells.hpp"
#include "scenario/draft.hpp"

namespace chiso {

namespace {

/// The standard error of what `how` made of a value that had the error `old`.
double error_after(How how, double amount, double old) {
  switch (how) {
    case How::add:
      return old;
    case How::scale:
      return std::fabs(amount) * old;
    default:
      return missing_value;
  }
}

bool holds_words(const Panel& panel, std::string_view code) {
  const auto position = panel.variables().find(code);
  return position && !panel.categories(*position).empty();
}

}  // namespace

bool Draft::apply(const ChangeValue& edit) {
  const auto read = variables_read();
  std::vector<std::string> codes;
  for (const Variable& variable : read) codes.push_back(variable.code);
  std::vector<std::string> wanted;
  if (panel_.panel().variables().find(edit.variables)) {
    wanted = {edit.variables};
  } else {
    wanted = met(edit.variables, codes, "variable");
  }
  const auto chosen = units(edit.units);

  std::vector<Variable> variables;
  for (const std::string& code : wanted) {
    const auto known =
        std::find_if(read.begin(), read.end(), [&](const Variable& v) { return v.code == code; });
    Variable variable;
    variable.code = code;
    if (known != read.end()) variable = *known;
    if (!panel_.panel().variables().find(code) && edit.how != How::set) {
      fault(Fault::data, fmt::format("the data have no values of '{}' to {}", code, name(edit.how)),
            "set it first");
    } else if (fits(edit, variable)) {
      variables.push_back(std::move(variable));
    }
  }
  if (!chosen || variables.size() != wanted.size()) return false;

  bool any = false;
  for (const Variable& variable : variables) {
    const Size position = panel_.variable(variable.code);
    const bool words = variable.is_category() || holds_words(panel_.panel(), variable.code);
    for (const Size unit : *chosen) {
      const bool changed = words ? put_word(edit, variable, unit, position)
                                 : change_cell(edit, variable, unit, position);
      if (!changed) continue;
      cells_.push_back({unit, position, edit_});
      any = true;
    }
  }
  return any;
}

/// Words for words, numbers for numbers.
bool Draft::fits(const ChangeValue& edit, const Variable& variable) {
  const bool words = variable.is_category() || holds_words(panel_.panel(), variable.code);
  const auto remedy = [&] {
    return variable.is_category() ? fmt::format("use one of: {}", join(variable.categories, ", "))
                                  : std::string();
  };
  if (!words) {
    if (!edit.category.empty()) {
      fault(Fault::data, fmt::format("expected a number for '{}', got the word '{}'", variable.code,
                                     edit.category));
    } else if (std::isinf(edit.amount) || (std::isnan(edit.amount) && edit.how != How::set)) {
      fault(Fault::data, fmt::format("expected a number to {} '{}' with, got {}", name(edit.how),
                                     variable.code, to_string(edit.amount)));
    } else {
      return true;
    }
    return false;
  }
  if (edit.how != How::set) {
    fault(Fault::data,
          fmt::format("'{}' holds words, which {} cannot change", variable.code, name(edit.how)),
          "set it to one of its words");
    return false;
  }
  if (edit.category.empty()) {
    if (std::isnan(edit.amount)) return true;
    fault(Fault::data,
          fmt::format("expected a word for '{}', got the number {}", variable.code,
                      to_string(edit.amount)),
          remedy());
    return false;
  }
  const std::string key = match_key(edit.category);
  const auto same = [&](const std::string& category) { return match_key(category) == key; };
  const auto& categories = variable.categories;
  if (!variable.is_category() || std::any_of(categories.begin(), categories.end(), same)) {
    return true;
  }
  fault(Fault::not_found,
        fmt::format("'{}' is not a category of '{}'{}", edit.category, variable.code,
                    suggestion(edit.category, categories)),
        remedy());
  return false;
}

bool Draft::change_cell(const ChangeValue& edit, const Variable& variable, Size unit,
                        Size position) {
  const Panel& panel = panel_.panel();
  const Panel::Cell cell{unit, position, period_};
  const double old = panel.column(position, period_)[at(unit)];
  const bool marked = std::isnan(old) && is_marked(panel, cell);
  const double value = chiso::apply(edit.how, old, edit.amount);
  if (std::isinf(value)) {
    fault(Fault::data,
          fmt::format("{} of {} is too large a number then", variable.code, panel.units()[unit]));
    return false;
  }
  const bool same = value == old || (std::isnan(value) && std::isnan(old));
  if (same && !(marked && edit.how == How::set)) return false;
  const double error = error_after(edit.how, edit.amount, standard_error(panel, cell));
  panel_.set(unit, position, period_, value);
  panel_.set_standard_error(unit, position, period_, error);
  return true;
}

bool Draft::put_word(const ChangeValue& edit, const Variable& variable, Size unit, Size position) {
  const Panel& panel = panel_.panel();
  const Panel::Cell cell{unit, position, period_};
  const double old = panel.column(position, period_)[at(unit)];
  if (edit.category.empty()) {
    if (std::isnan(old) && !is_marked(panel, cell)) return false;
    panel_.set(unit, position, period_, missing_value);
    return true;
  }
  // As the definition spells it, whichever way the edit does.
  const std::string key = match_key(edit.category);
  const auto spelled = std::find_if(variable.categories.begin(), variable.categories.end(),
                                    [&](const auto& word) { return match_key(word) == key; });
  const std::string& word = spelled == variable.categories.end() ? edit.category : *spelled;
  if (!std::isnan(old) &&
      match_key(panel.categories(position)[static_cast<std::size_t>(old)]) == key) {
    return false;
  }
  panel_.set_category(unit, position, period_, word);
  return true;
}

bool Draft::apply(const ChangeScore& edit) {
  const auto wanted = met(edit.nodes, codes(), "criterion or indicator");
  const auto chosen = units(edit.units);
  const bool finite = std::isfinite(edit.amount);
  if (!finite) {
    fault(Fault::data, fmt::format("expected a number to {} a score with, got {}", name(edit.how),
                                   to_string(edit.amount)));
  }
  if (wanted.empty() || !chosen || !finite) return false;

  if (edit.how == How::set) {
    std::map<std::pair<Size, std::string_view>, double> before;
    for (const Given& each : given_) before[{each.unit, each.code}] = each.score;
    std::vector<Given> added;
    for (const std::string& code : wanted) {
      for (const Size unit : *chosen) {
        const auto known = before.find({unit, code});
        if (known != before.end() && known->second == edit.amount) continue;
        added.push_back({unit, code, edit.amount, edit_});
      }
    }
    given_.insert(given_.end(), added.begin(), added.end());
    return !added.empty();
  }

  // Problems so far would only come again.
  if (!problems_.empty()) return true;
  std::optional<Scores> so_far;
  try {
    so_far = now();
  } catch (const Error& error) {
    fault(Fault::data,
          fmt::format("it begins with the scores after the edits before it, and there are none: {}",
                      error.problems()[0].message),
          "set the scores, or put the edit first");
    return false;
  }
  const auto rows = so_far->panel_positions();
  bool any = false;
  for (const std::string& code : wanted) {
    const auto column = so_far->column(so_far->index().at(code));
    for (const Size unit : *chosen) {
      const auto row = std::lower_bound(rows.begin(), rows.end(), unit) - rows.begin();
      const double old = column[at(row)];
      const double score = chiso::apply(edit.how, old, edit.amount);
      if (std::isnan(old) || score == old) continue;
      given_.push_back({unit, code, score, edit_});
      any = true;
    }
  }
  return any;
}

}  // namespace chiso
