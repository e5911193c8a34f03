#include "chiso/model/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// While a panel is built, a cell that is not applicable is a NaN of its own: no list to keep, and
// the last call for a cell counts without a search.
constexpr std::uint64_t kNotApplicableBits = 0x7ff8'0000'0000'4e41;

bool is_not_applicable(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value) == kNotApplicableBits;
}

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

// The order of not_applicable().
bool before(const Panel::Cell& a, const Panel::Cell& b) noexcept {
  return std::tie(a.period, a.variable, a.unit) < std::tie(b.period, b.variable, b.unit);
}

void check_position(Size i, Size size, std::string_view what) {
  if (i < 0 || i >= size) {
    throw NotFoundError(
        fmt::format("expected the position of a {} from 0 to {}, got {}", what, size - 1, i));
  }
}

bool same_number(double a, double b) noexcept { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_number);
}

struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const noexcept {
    return std::hash<std::string_view>{}(name);
  }
};

// Names in the order of first mention.
struct Names {
  std::vector<std::string> list;
  std::unordered_map<std::string, Size, NameHash, std::equal_to<>> position;

  // The position of a name and whether it is new.
  std::pair<Size, bool> mention(std::string_view name) {
    if (const auto known = position.find(name); known != position.end()) {
      return {known->second, false};
    }
    const auto next = static_cast<Size>(list.size());
    list.emplace_back(name);
    position.emplace(list.back(), next);
    return {next, true};
  }
};

// FNV-1a, 64 bits, over bytes in a fixed order.
class Fingerprint {
 public:
  void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8) byte((number >> shift) & 0xff);
  }
  void add(std::string_view text) noexcept {
    add(std::uint64_t{text.size()});
    for (const char letter : text) byte(static_cast<unsigned char>(letter));
  }
  // Zeros of either sign are equal, and so are all NaN.
  void add(double number) noexcept {
    add(std::isnan(number) ? kNotApplicableBits : std::bit_cast<std::uint64_t>(number + 0.0));
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  void byte(std::uint64_t value) noexcept { hash_ = (hash_ ^ value) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

struct Panel::State {
  // The cells of one period.
  struct Slice {
    std::vector<double> values;               // Column after column.
    std::vector<bool> rows;                   // By unit: whether it has a row.
    std::vector<std::vector<double>> errors;  // By variable; empty where there are none.
  };

  std::string source;
  Labels units;
  Labels variables;
  std::vector<Period> periods;
  std::vector<std::vector<std::string>> categories;  // By variable.
  std::vector<Slice> slices;                         // By period.
  std::vector<Cell> not_applicable;

  [[nodiscard]] Slice empty_slice() const {
    const auto n = index_of(units.size());
    const auto m = index_of(variables.size());
    return {std::vector<double>(n * m, kMissing), std::vector<bool>(n, false),
            std::vector<std::vector<double>>(m)};
  }

  [[nodiscard]] double* column(Size variable, std::size_t period) {
    return slices[period].values.data() + variable * units.size();
  }
  [[nodiscard]] const double* column(Size variable, std::size_t period) const {
    return slices[period].values.data() + variable * units.size();
  }

  [[nodiscard]] bool has_values(Size variable) const {
    for (std::size_t t = 0; t < slices.size(); ++t) {
      const double* values = column(variable, t);
      if (std::any_of(values, values + units.size(), [](double x) { return !std::isnan(x); })) {
        return true;
      }
    }
    return false;
  }

  // Keeps the words that stand in a column, sorted by their bytes, so that the same cells make the
  // same panel in whatever order they came. `words` are the words that its cells refer to now.
  void set_categories(Size variable, const std::vector<std::string>& words) {
    std::vector<bool> used(words.size(), false);
    for (std::size_t t = 0; t < slices.size(); ++t) {
      const double* values = column(variable, t);
      for (Size u = 0; u < units.size(); ++u) {
        if (!std::isnan(values[u])) used[static_cast<std::size_t>(values[u])] = true;
      }
    }
    std::vector<std::size_t> order;
    for (std::size_t w = 0; w < words.size(); ++w) {
      if (used[w]) order.push_back(w);
    }
    std::sort(order.begin(), order.end(),
              [&words](std::size_t a, std::size_t b) { return words[a] < words[b]; });
    std::vector<double> renumbered(words.size(), kMissing);
    auto& kept = categories[index_of(variable)];
    kept.clear();
    for (const std::size_t w : order) {
      renumbered[w] = static_cast<double>(kept.size());
      kept.push_back(words[w]);
    }
    for (std::size_t t = 0; t < slices.size(); ++t) {
      double* values = column(variable, t);
      for (Size u = 0; u < units.size(); ++u) {
        if (!std::isnan(values[u])) values[u] = renumbered[static_cast<std::size_t>(values[u])];
      }
    }
  }

  // A column has standard errors only if one is known.
  void drop_empty_errors() {
    for (auto& slice : slices) {
      for (auto& errors : slice.errors) {
        if (std::all_of(errors.begin(), errors.end(), [](double e) { return std::isnan(e); })) {
          errors.clear();
        }
      }
    }
  }

  // Puts the rows of `over`, its present cells and those that are not applicable in the place of
  // what is here. All its labels are here too. `words` are those that cells of text refer to, by
  // variable; new ones are added.
  void lay(const State& over, std::vector<Names>& words) {
    std::vector<std::size_t> unit_of;
    for (const auto& name : over.units.names()) unit_of.push_back(index_of(units.at(name)));
    std::vector<std::size_t> period_of;
    for (const auto& period : over.periods) {
      const auto found = std::lower_bound(periods.begin(), periods.end(), period);
      period_of.push_back(static_cast<std::size_t>(found - periods.begin()));
    }
    std::vector<Size> variable_of;
    for (const auto& name : over.variables.names()) variable_of.push_back(variables.at(name));

    for (std::size_t t = 0; t < over.periods.size(); ++t) {
      auto& rows = slices[period_of[t]].rows;
      for (std::size_t u = 0; u < unit_of.size(); ++u) {
        if (over.slices[t].rows[u]) rows[unit_of[u]] = true;
      }
    }
    for (Size v = 0; v < over.variables.size(); ++v) {
      const Size variable = variable_of[index_of(v)];
      std::vector<double> word_of;
      for (const auto& word : over.categories[index_of(v)]) {
        word_of.push_back(static_cast<double>(words[index_of(variable)].mention(word).first));
      }
      for (std::size_t t = 0; t < over.periods.size(); ++t) {
        const double* from = over.column(v, t);
        const auto& from_errors = over.slices[t].errors[index_of(v)];
        double* to = column(variable, period_of[t]);
        auto& errors = slices[period_of[t]].errors[index_of(variable)];
        if (!from_errors.empty()) errors.resize(index_of(units.size()), kMissing);
        for (std::size_t u = 0; u < unit_of.size(); ++u) {
          if (std::isnan(from[u])) continue;
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
      column(variable, period)[unit] = kMissing;
      auto& errors = slices[period].errors[index_of(variable)];
      if (!errors.empty()) errors[unit] = kMissing;
      not_applicable.push_back({static_cast<Size>(unit), variable, static_cast<Size>(period)});
    }
    std::sort(not_applicable.begin(), not_applicable.end(), before);
    const auto twice = std::unique(not_applicable.begin(), not_applicable.end());
    not_applicable.erase(twice, not_applicable.end());
  }
};

Panel::Panel(std::vector<std::string> units, std::vector<std::string> variables,
             const MatrixIn& values, Period period) {
  auto state = std::make_shared<State>();
  state->units = Labels(std::move(units), "unit");
  state->variables = Labels(std::move(variables), "variable");
  if (values.rows() != state->units.size() || values.cols() != state->variables.size()) {
    throw DataError(fmt::format(
        "expected values of shape ({}, {}): one row a unit, one column a variable; got ({}, {})",
        state->units.size(), state->variables.size(), values.rows(), values.cols()));
  }
  state->periods.push_back(std::move(period));
  state->categories.resize(index_of(state->variables.size()));
  state->slices.push_back(state->empty_slice());
  state->slices[0].rows.assign(index_of(state->units.size()), true);
  Problems problems;
  for (Size v = 0; v < values.cols(); ++v) {
    double* column = state->column(v, 0);
    for (Size u = 0; u < values.rows(); ++u) {
      column[u] = values(u, v);
      if (std::isinf(column[u]) && problems.list().size() < 100) {
        problems.add({}, fmt::format("{}, {}", state->units[u], state->variables[v]),
                     fmt::format("expected a finite number or NaN, got {}", to_string(column[u])));
      }
    }
  }
  problems.raise<DataError>();
  state_ = std::move(state);
}

const Labels& Panel::units() const noexcept { return state_->units; }
const Labels& Panel::variables() const noexcept { return state_->variables; }
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
  check_position(variable, state_->variables.size(), "variable");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return {std::as_const(*state_).column(variable, index_of(period)),
          index_of(state_->units.size())};
}

MatrixView Panel::values(Size period) const {
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return {state_->slices[index_of(period)].values.data(), state_->units.size(),
          state_->variables.size()};
}

bool Panel::has_unit(Size unit, Size period) const {
  check_position(unit, state_->units.size(), "unit");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return state_->slices[index_of(period)].rows[index_of(unit)];
}

std::span<const double> Panel::standard_errors(Size variable, Size period) const {
  check_position(variable, state_->variables.size(), "variable");
  check_position(period, static_cast<Size>(state_->periods.size()), "period");
  return state_->slices[index_of(period)].errors[index_of(variable)];
}

std::span<const std::string> Panel::categories(Size variable) const {
  check_position(variable, state_->variables.size(), "variable");
  return state_->categories[index_of(variable)];
}

Panel Panel::overlay(const Panel& over) const {
  const State& below = *state_;
  const State& above = *over.state_;

  Names unit_names;
  Names variable_names;
  for (const State* part : {&below, &above}) {
    for (const auto& name : part->units.names()) unit_names.mention(name);
    for (const auto& name : part->variables.names()) variable_names.mention(name);
  }

  Problems problems;
  for (Size v = 0; v < above.variables.size(); ++v) {
    const auto same = below.variables.find(above.variables[v]);
    if (!same) continue;
    const bool text_below = !below.categories[index_of(*same)].empty();
    const bool text_above = !above.categories[index_of(v)].empty();
    if (text_below == text_above) continue;
    if (text_below ? !above.has_values(v) : !below.has_values(*same)) continue;
    problems.add({}, above.variables[v],
                 fmt::format("expected {} as in the data below, got {} in the data on top",
                             text_below ? "text" : "numbers", text_above ? "text" : "numbers"));
  }
  problems.raise<DataError>();

  auto state = std::make_shared<State>();
  state->source = below.source.empty() || below.source == above.source ? above.source
                  : above.source.empty()                               ? below.source
                                         : below.source + ", " + above.source;
  state->units = Labels(std::move(unit_names.list), "unit");
  state->variables = Labels(std::move(variable_names.list), "variable");
  std::set_union(below.periods.begin(), below.periods.end(), above.periods.begin(),
                 above.periods.end(), std::back_inserter(state->periods));
  state->categories.resize(index_of(state->variables.size()));
  for (std::size_t t = 0; t < state->periods.size(); ++t) {
    state->slices.push_back(state->empty_slice());
  }
  std::vector<Names> words(index_of(state->variables.size()));
  state->lay(below, words);
  state->lay(above, words);
  for (Size v = 0; v < state->variables.size(); ++v) {
    if (!words[index_of(v)].list.empty()) state->set_categories(v, words[index_of(v)].list);
  }
  state->drop_empty_errors();
  return Panel(std::move(state));
}

Panel Panel::select_units(std::span<const std::string> units) const {
  const State& all = *state_;
  Problems problems;
  std::vector<Size> chosen;
  std::vector<Size> place(index_of(all.units.size()), -1);
  for (const auto& unit : units) {
    if (const auto found = all.units.find(unit)) {
      place[index_of(*found)] = static_cast<Size>(chosen.size());
      chosen.push_back(*found);
    } else {
      problems.add(
          {}, unit,
          fmt::format("no unit '{}' in the data{}", unit, suggestion(unit, all.units.names())));
    }
  }
  problems.raise<NotFoundError>();

  auto state = std::make_shared<State>();
  state->source = all.source;
  state->units = Labels({units.begin(), units.end()}, "unit");
  state->variables = all.variables;
  state->periods = all.periods;
  state->categories.resize(all.categories.size());
  for (std::size_t t = 0; t < all.periods.size(); ++t) {
    state->slices.push_back(state->empty_slice());
    auto& slice = state->slices.back();
    for (std::size_t u = 0; u < chosen.size(); ++u) {
      slice.rows[u] = all.slices[t].rows[index_of(chosen[u])];
    }
    for (Size v = 0; v < all.variables.size(); ++v) {
      const double* from = all.column(v, t);
      double* to = state->column(v, t);
      for (std::size_t u = 0; u < chosen.size(); ++u) to[u] = from[chosen[u]];
      const auto& errors = all.slices[t].errors[index_of(v)];
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
  for (Size v = 0; v < all.variables.size(); ++v) {
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
  add_names(state_->units.names());
  add_names(state_->variables.names());
  for (const auto& words : state_->categories) add_names(words);
  print.add(std::uint64_t{state_->periods.size()});
  for (std::size_t t = 0; t < state_->periods.size(); ++t) {
    print.add(std::string_view(state_->periods[t].text()));
    const auto& slice = state_->slices[t];
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
  return fmt::format("{:016x}", print.value());
}

bool operator==(const Panel& a, const Panel& b) {
  if (a.state_ == b.state_) return true;
  const auto& x = *a.state_;
  const auto& y = *b.state_;
  if (x.units != y.units || x.variables != y.variables || x.periods != y.periods ||
      x.categories != y.categories || x.not_applicable != y.not_applicable) {
    return false;
  }
  for (std::size_t t = 0; t < x.slices.size(); ++t) {
    const auto& left = x.slices[t];
    const auto& right = y.slices[t];
    if (left.rows != right.rows || !same_numbers(left.values, right.values) ||
        !std::equal(left.errors.begin(), left.errors.end(), right.errors.begin(), same_numbers)) {
      return false;
    }
  }
  return true;
}

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
  panel->units = Labels(state_->units.list, "unit");
  panel->variables = Labels(state_->variables.list, "variable");
  panel->source = std::move(state_->source);
  panel->categories.resize(index_of(panel->variables.size()));

  for (const auto& [period, position] : state_->period_position) {
    panel->periods.push_back(period);
    const auto t = static_cast<Size>(panel->slices.size());
    panel->slices.push_back(panel->empty_slice());
    auto& slice = panel->slices.back();
    auto& from = state_->slices[index_of(position)];
    std::copy(from.rows.begin(), from.rows.end(), slice.rows.begin());
    for (std::size_t v = 0; v < from.columns.size(); ++v) {
      auto& column = from.columns[v];
      const auto variable = static_cast<Size>(v);
      double* to = panel->column(variable, index_of(t));
      for (std::size_t u = 0; u < column.values.size(); ++u) {
        if (is_not_applicable(column.values[u])) {
          panel->not_applicable.push_back({static_cast<Size>(u), variable, t});
        } else {
          to[u] = column.values[u];
        }
      }
      if (!column.errors.empty()) {
        column.errors.resize(index_of(panel->units.size()), kMissing);
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
