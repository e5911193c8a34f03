#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/panel.hpp"
#include "model/panel_state.hpp"

namespace chiso {
namespace {

/// Whether a panel that was built would be laid out so; each finding says what is not.
class Layout {
 public:
  explicit Layout(const Panel::Parts& parts) : parts_(parts) {}

  void check() {
    expect_size(parts_.categories.size(), parts_.variables.size(),
                "lists of words, one a variable,");
    expect_size(parts_.slices.size(), parts_.periods.size(), "slices, one a period,");
    check_periods();
    for (std::size_t v = 0; v < parts_.categories.size(); ++v) check_words(v);
    for (std::size_t t = 0; t < parts_.slices.size(); ++t) check_slice(t);
    for (std::size_t v = 0; v < parts_.categories.size(); ++v) {
      if (!parts_.categories[v].empty()) check_codes(v);
    }
    check_cells();
  }

 private:
  [[noreturn]] static void refuse(const std::string& message, std::string place = {}) {
    throw DataError(message, std::move(place));
  }

  static void expect_size(std::size_t found, std::size_t wanted, std::string_view what) {
    if (found != wanted) refuse(fmt::format("expected {} {} got {}", wanted, what, found));
  }

  void check_periods() const {
    for (std::size_t t = 0; t < parts_.periods.size(); ++t) {
      if (parts_.periods[t].text().empty()) refuse("a period has no name");
      if (t > 0 && !(parts_.periods[t - 1] < parts_.periods[t])) {
        refuse("expected periods in ascending order, each once", parts_.periods[t].text());
      }
    }
  }

  void check_words(std::size_t v) const {
    const auto& words = parts_.categories[v];
    for (std::size_t w = 0; w < words.size(); ++w) {
      if (words[w].empty() || (w > 0 && !(words[w - 1] < words[w]))) {
        refuse("expected words sorted by their bytes, each once", parts_.variables[v]);
      }
    }
  }

  void check_slice(std::size_t t) const {
    const Panel::Parts::Slice& slice = parts_.slices[t];
    const std::size_t units = parts_.units.size();
    expect_size(slice.rows.size(), units, "marks of rows, one a unit,");
    expect_size(slice.errors.size(), parts_.variables.size(),
                "columns of standard errors, one a variable,");
    // Not units * variables: a product of sizes that somebody made up may be small again.
    if (units == 0 ? !slice.values.empty()
                   : slice.values.size() % units != 0 ||
                         slice.values.size() / units != parts_.variables.size()) {
      refuse(fmt::format("expected values of {} units and {} variables, got {} numbers", units,
                         parts_.variables.size(), slice.values.size()));
    }
    const bool all_rows =
        std::find(slice.rows.begin(), slice.rows.end(), false) == slice.rows.end();
    for (std::size_t v = 0; v < parts_.variables.size(); ++v) {
      const double* values = slice.values.data() + v * units;
      const bool any_infinite =
          std::any_of(values, values + units, [](double x) { return std::isinf(x); });
      for (std::size_t u = 0; u < units && (any_infinite || !all_rows); ++u) {
        if (std::isinf(values[u])) refuse("a value is infinite", cell_name(u, v, t));
        if (!slice.rows[u] && !std::isnan(values[u])) {
          refuse("the unit has a value and no row in the period", cell_name(u, v, t));
        }
      }
      check_errors(t, v);
    }
  }

  void check_errors(std::size_t t, std::size_t v) const {
    const auto& errors = parts_.slices[t].errors[v];
    if (errors.empty()) return;
    expect_size(errors.size(), parts_.units.size(), "standard errors, one a unit,");
    bool known = false;
    for (std::size_t u = 0; u < errors.size(); ++u) {
      if (std::isnan(errors[u])) continue;
      known = true;
      if (!(errors[u] >= 0.0) || std::isinf(errors[u])) {
        refuse(fmt::format("expected a standard error that is not negative, got {}",
                           to_string(errors[u])),
               cell_name(u, v, t));
      }
    }
    if (!known) refuse("a column of standard errors has none", parts_.variables[v]);
  }

  /// That a column of words holds positions of them, and each word stands somewhere.
  void check_codes(std::size_t v) const {
    const auto count = static_cast<double>(parts_.categories[v].size());
    std::vector<bool> used(parts_.categories[v].size(), false);
    for (std::size_t t = 0; t < parts_.slices.size(); ++t) {
      const double* values = parts_.slices[t].values.data() + v * parts_.units.size();
      for (std::size_t u = 0; u < parts_.units.size(); ++u) {
        if (std::isnan(values[u])) continue;
        if (!(values[u] >= 0.0 && values[u] < count) || values[u] != std::floor(values[u])) {
          refuse(fmt::format("{} is the position of no word", to_string(values[u])),
                 cell_name(u, v, t));
        }
        used[static_cast<std::size_t>(values[u])] = true;
      }
    }
    if (std::find(used.begin(), used.end(), false) != used.end()) {
      refuse("a word stands in no cell", parts_.variables[v]);
    }
  }

  void check_cells() const {
    const auto inside = [](Size i, std::size_t size) { return i >= 0 && index_of(i) < size; };
    for (std::size_t i = 0; i < parts_.not_applicable.size(); ++i) {
      const Panel::Cell& cell = parts_.not_applicable[i];
      if (!inside(cell.unit, parts_.units.size()) ||
          !inside(cell.variable, parts_.variables.size()) ||
          !inside(cell.period, parts_.periods.size())) {
        refuse("a cell that is not applicable is outside the data");
      }
      if (i > 0 && !before(parts_.not_applicable[i - 1], cell)) {
        refuse("expected cells that are not applicable by period, variable, unit, each once");
      }
      const auto& slice = parts_.slices[index_of(cell.period)];
      const std::size_t at = index_of(cell.variable) * parts_.units.size() + index_of(cell.unit);
      if (!std::isnan(slice.values[at]) || !slice.rows[index_of(cell.unit)]) {
        refuse("a cell that is not applicable has a value, or no row",
               cell_name(index_of(cell.unit), index_of(cell.variable), index_of(cell.period)));
      }
    }
  }

  [[nodiscard]] std::string cell_name(std::size_t u, std::size_t v, std::size_t t) const {
    return fmt::format("{}, {}, {}", parts_.units[u], parts_.variables[v],
                       parts_.periods[t].text());
  }

  const Panel::Parts& parts_;
};

}  // namespace

Panel::Panel(Parts parts) {
  Layout(parts).check();
  auto state = std::make_shared<State>();
  state->source = std::move(parts.source);
  state->unit_labels = std::make_shared<Labels>(std::move(parts.units), "unit");
  state->variable_labels = std::make_shared<Labels>(std::move(parts.variables), "variable");
  state->periods = std::move(parts.periods);
  state->categories = std::move(parts.categories);
  for (auto& slice : parts.slices) {
    state->slices.push_back(std::make_shared<State::Slice>(std::move(slice)));
  }
  state->not_applicable = std::move(parts.not_applicable);
  state_ = std::move(state);
}

}  // namespace chiso
