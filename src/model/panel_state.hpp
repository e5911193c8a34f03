#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// While a panel is built, a cell that is not applicable is a NaN of its own: no list to keep, and
// the last call for a cell counts without a search.
inline constexpr std::uint64_t kNotApplicableBits = 0x7ff8'0000'0000'4e41;

inline bool is_not_applicable(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value) == kNotApplicableBits;
}

inline std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

// The order of not_applicable().
inline bool before(const Panel::Cell& a, const Panel::Cell& b) noexcept {
  return std::tie(a.period, a.variable, a.unit) < std::tie(b.period, b.variable, b.unit);
}

inline void check_position(Size i, Size size, std::string_view what) {
  if (i < 0 || i >= size) {
    throw NotFoundError(
        fmt::format("expected the position of a {} from 0 to {}, got {}", what, size - 1, i));
  }
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

struct Panel::State {
  using Slice = Panel::Parts::Slice;  // The cells of one period.

  std::string source;
  std::shared_ptr<const Labels> unit_labels;
  std::shared_ptr<const Labels> variable_labels;
  std::vector<Period> periods;
  std::vector<std::vector<std::string>> categories;  // By variable.
  std::vector<std::shared_ptr<Slice>> slices;        // By period; perhaps other panels' too.
  std::vector<Cell> not_applicable;

  [[nodiscard]] const Labels& units() const noexcept { return *unit_labels; }
  [[nodiscard]] const Labels& variables() const noexcept { return *variable_labels; }

  [[nodiscard]] const Slice& slice(std::size_t period) const { return *slices[period]; }

  // To be written: a copy, if other panels have it too.
  [[nodiscard]] Slice& own_slice(std::size_t period) {
    if (slices[period].use_count() > 1) slices[period] = std::make_shared<Slice>(*slices[period]);
    return *slices[period];
  }

  void add_empty_slice() { slices.push_back(std::make_shared<Slice>(empty_slice())); }

  [[nodiscard]] Slice empty_slice() const {
    const auto n = index_of(units().size());
    const auto m = index_of(variables().size());
    return {std::vector<double>(n * m, kMissing), std::vector<bool>(n, false),
            std::vector<std::vector<double>>(m)};
  }

  [[nodiscard]] double* own_column(Size variable, std::size_t period) {
    return own_slice(period).values.data() + variable * units().size();
  }
  [[nodiscard]] const double* column(Size variable, std::size_t period) const {
    return slice(period).values.data() + variable * units().size();
  }

  [[nodiscard]] bool has_values(Size variable) const {
    for (std::size_t t = 0; t < slices.size(); ++t) {
      const double* values = column(variable, t);
      if (std::any_of(values, values + units().size(), [](double x) { return !std::isnan(x); })) {
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
      for (Size u = 0; u < units().size(); ++u) {
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
    if (words == kept) return;
    for (std::size_t t = 0; t < slices.size(); ++t) {
      double* values = own_column(variable, t);
      for (Size u = 0; u < units().size(); ++u) {
        if (!std::isnan(values[u])) values[u] = renumbered[static_cast<std::size_t>(values[u])];
      }
    }
  }

  // A column has standard errors only if one is known.
  void drop_empty_errors() {
    for (std::size_t t = 0; t < slices.size(); ++t) {
      for (Size v = 0; v < variables().size(); ++v) drop_empty_errors(v, t);
    }
  }
  void drop_empty_errors(Size variable, std::size_t period) {
    const auto& errors = slice(period).errors[index_of(variable)];
    const auto unknown = [](double e) { return std::isnan(e); };
    if (errors.empty() || !std::all_of(errors.begin(), errors.end(), unknown)) return;
    own_slice(period).errors[index_of(variable)].clear();
  }

  // Puts the rows of `over`, its present cells and those that are not applicable in the place of
  // what is here. All its labels are here too. `words` are those that cells of text refer to, by
  // variable; new ones are added.
  void lay(const State& over, std::vector<Names>& words);
};

}  // namespace chiso
