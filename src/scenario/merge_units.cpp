// Units become one, or one becomes several.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "evaluate/compiled.hpp"
#include "model/shares.hpp"
#include "scenario/cells.hpp"
#include "scenario/draft.hpp"

namespace chiso {

namespace {

/// One cell of several units of a panel, put together.
struct Joined {
  double value = missing_value;  ///< Of words: the position of the one that all have.
  double error = missing_value;
  bool applies = true;
};

class Joiner {
 public:
  /// @param zero_is_missing by variable of the panel
  Joiner(const Panel& panel, const std::vector<char>& totals, std::vector<char> zero_is_missing)
      : panel_(panel), totals_(totals), zero_is_missing_(std::move(zero_is_missing)) {}

  Joined join(const std::vector<Size>& units, const std::vector<double>& weights, double share,
              Size variable, Size period) const {
    const auto column = panel_.column(variable, period);
    std::vector<double> values;
    std::vector<double> of_values;
    std::vector<double> weight;
    for (std::size_t k = 0; k < units.size(); ++k) {
      const Size unit = units[k];
      const Panel::Cell cell{unit, variable, period};
      if (is_marked(panel_, cell)) continue;
      double value = column[at(unit)];
      // A zero that stands for a gap must not count as a number.
      if (units.size() > 1 && zero_is_missing_[at(variable)] != 0 && value == 0.0) {
        value = missing_value;
      }
      values.push_back(value);
      of_values.push_back(standard_error(panel_, cell));
      weight.push_back(weights[k]);
    }
    if (values.empty()) return {missing_value, missing_value, false};
    const bool total = totals_[at(variable)] != 0;
    if (units.size() == 1 && !total) return {values[0], of_values[0], true};
    if (!panel_.categories(variable).empty()) {
      const bool one = std::all_of(values.begin(), values.end(),
                                   [&](double value) { return value == values[0]; });
      return {one ? values[0] : missing_value, missing_value, true};
    }
    if (total) {
      const double sum = std::accumulate(values.begin(), values.end(), 0.0);
      return {share * sum, share * length(of_values), true};
    }
    return mean(values, of_values, weight);
  }

 private:
  static double length(const std::vector<double>& parts) {
    if (parts.size() == 1) return parts[0];
    double sum = 0.0;
    for (const double part : parts) sum += part * part;
    return std::sqrt(sum);
  }

  static Joined mean(const std::vector<double>& values, std::vector<double> errors,
                     const std::vector<double>& weights) {
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    // Where only units of weight 0 have a value, there is no mean of it.
    if (all == 0.0) return {};
    double sum = 0.0;
    double lowest = values[0];
    double highest = values[0];
    for (std::size_t k = 0; k < values.size(); ++k) {
      sum += weights[k] * values[k];
      lowest = std::fmin(lowest, values[k]);
      highest = std::fmax(highest, values[k]);
      errors[k] *= weights[k] / all;
    }
    const double mean = sum / all;
    // Rounding must not take it out of a range that all values lie in.
    return {std::isnan(mean) ? mean : std::clamp(mean, lowest, highest), length(errors), true};
  }

  const Panel& panel_;
  const std::vector<char>& totals_;
  std::vector<char> zero_is_missing_;
};

}  // namespace

/// The panel with these units in the place of its own, and what is known of cells and given scores.
void Draft::regroup(const std::vector<Group>& groups, const std::vector<char>& totals) {
  const Panel panel = panel_.build();
  const Labels& variables = panel.variables();
  std::vector<char> zero_is_missing(at(variables.size()), 0);
  for (const Variable& variable : variables_read()) {
    const auto position = variables.find(variable.code);
    if (position && variable.zero_is_missing) zero_is_missing[at(*position)] = 1;
  }
  const Joiner joiner(panel, totals, std::move(zero_is_missing));

  Panel::Builder builder(panel.source());
  for (const Group& group : groups) builder.unit(group.name);
  for (Size v = 0; v < variables.size(); ++v) {
    panel.categories(v).empty() ? builder.number_variable(variables[v])
                                : builder.category_variable(variables[v]);
  }
  for (Size t = 0; t < std::ssize(panel.periods()); ++t) {
    builder.period(panel.periods()[at(t)]);
    for (Size g = 0; g < std::ssize(groups); ++g) {
      const Group& group = groups[at(g)];
      const auto has_row = [&](Size unit) { return panel.has_unit(unit, t); };
      if (!std::any_of(group.units.begin(), group.units.end(), has_row)) continue;
      builder.row(g, t);
      for (Size v = 0; v < variables.size(); ++v) {
        const Joined cell = joiner.join(group.units, group.weights, group.share, v, t);
        if (!cell.applies) {
          builder.set_not_applicable(g, v, t);
          continue;
        }
        const auto words = panel.categories(v);
        if (words.empty()) {
          builder.set(g, v, t, cell.value);
        } else if (!std::isnan(cell.value)) {
          builder.set_category(g, v, t, words[static_cast<std::size_t>(cell.value)]);
        }
        if (!std::isnan(cell.error)) builder.set_standard_error(g, v, t, cell.error);
      }
    }
  }

  std::vector<Size> place(at(panel.units().size()), -1);
  for (Size g = 0; g < std::ssize(groups); ++g) {
    const Group& group = groups[at(g)];
    if (!group.is_new) place[at(group.units[0])] = g;
  }
  for (Cell& cell : cells_) cell.unit = place[at(cell.unit)];
  std::erase_if(cells_, [](const Cell& cell) { return cell.unit < 0; });
  for (Size g = 0; g < std::ssize(groups); ++g) {
    if (!groups[at(g)].is_new) continue;
    for (Size v = 0; v < variables.size(); ++v) cells_.push_back({g, v, edit_});
  }
  carry_given(groups);
  panel_ = Panel::Editor(builder.build());
}

/// A score that all units of a group were given is given to it: their mean.
void Draft::carry_given(const std::vector<Group>& groups) {
  std::map<std::pair<Size, std::string_view>, const Given*> last;
  for (const Given& each : given_) last[{each.unit, each.code}] = &each;
  std::vector<Given> carried;
  for (Size g = 0; g < std::ssize(groups); ++g) {
    const Group& group = groups[at(g)];
    const auto [unit, weight] = std::pair(group.units[0], group.weights[0]);
    for (auto each = last.lower_bound({unit, ""}); each != last.end() && each->first.first == unit;
         ++each) {
      Given joint = *each->second;
      joint.unit = g;
      double sum = weight * joint.score;
      double all = weight;
      bool in_all = true;
      for (std::size_t k = 1; k < group.units.size(); ++k) {
        const auto other = last.find({group.units[k], joint.code});
        in_all = in_all && other != last.end();
        if (!in_all) break;
        sum += group.weights[k] * other->second->score;
        all += group.weights[k];
        joint.edit = edit_;
      }
      if (group.units.size() > 1) joint.score = sum / all;
      if (in_all) carried.push_back(std::move(joint));
    }
  }
  given_ = std::move(carried);
}

/// By variable of the panel: whether it is divided and added up.
std::optional<std::vector<char>> Draft::totals_of(const std::vector<std::string>& codes) {
  const Panel& panel = panel_.panel();
  const auto names = panel.variables().names();
  const std::vector<std::string> all(names.begin(), names.end());
  std::vector<char> totals(all.size(), 0);
  bool sound = true;
  for (const std::string& code : codes) {
    const auto found = met(code, all, "variable of the data");
    sound = sound && !found.empty();
    for (const std::string& each : found) {
      const Size v = panel.variables().at(each);
      if (panel.categories(v).empty()) {
        totals[at(v)] = 1;
      } else {
        fault(Fault::data, fmt::format("'{}' holds words, which have no total", each));
        sound = false;
      }
    }
  }
  if (!sound) return {};
  return totals;
}

bool Draft::apply(const MergeUnits& edit) {
  const Panel& panel = panel_.panel();
  const Labels& labels = panel.units();
  std::vector<Size> merged;
  bool sound = true;
  if (edit.units.size() < 2) {
    fault(Fault::data,
          fmt::format("expected at least two units to merge, got {}", edit.units.size()));
    sound = false;
  }
  for (const std::string& spelling : edit.units) {
    const auto found = unit(spelling);
    if (!found) {
      sound = false;
    } else if (std::find(merged.begin(), merged.end(), *found) != merged.end()) {
      fault(Fault::data, fmt::format("{} cannot be merged with itself", labels[*found]),
            "name every unit once");
      sound = false;
    } else {
      merged.push_back(*found);
    }
  }
  double all = 0.0;
  for (const double weight : edit.weights) {
    if (!std::isfinite(weight) || weight < 0.0) {
      fault(Fault::data, fmt::format("expected weights that are finite and not negative, got {}",
                                     to_string(weight)));
      sound = false;
    }
    all += weight;
  }
  if (!edit.weights.empty() && edit.weights.size() != edit.units.size()) {
    fault(Fault::data, fmt::format("expected one weight a unit, got {} weights and {} units",
                                   edit.weights.size(), edit.units.size()));
    sound = false;
  } else if (!edit.weights.empty() && sound && !(all > 0.0 && std::isfinite(all))) {
    fault(Fault::data, "expected weights with a sum above 0");
    sound = false;
  }
  // The name of one of them, however spelled, is the name that it has.
  std::string into = edit.into;
  const std::string key = match_key(into);
  if (key.empty()) {
    fault(Fault::data, "expected a name for the merged unit, got none");
    sound = false;
  }
  for (Size u = 0; u < labels.size(); ++u) {
    if (labels[u] != into && match_key(labels[u]) != key) continue;
    if (std::find(merged.begin(), merged.end(), u) != merged.end()) {
      into = labels[u];
    } else {
      fault(Fault::data,
            fmt::format("the name '{}' is that of a unit which is not among them", labels[u]),
            "choose another name, or merge it too");
      sound = false;
    }
    break;
  }
  const auto totals = totals_of(edit.totals);
  if (!sound || !totals) return false;

  Group joint{into, merged, edit.weights, 1.0, true};
  if (joint.weights.empty()) joint.weights.assign(merged.size(), 1.0);
  const Size first = *std::min_element(merged.begin(), merged.end());
  std::vector<Group> groups;
  for (Size u = 0; u < labels.size(); ++u) {
    if (u == first) groups.push_back(joint);
    if (std::find(merged.begin(), merged.end(), u) != merged.end()) continue;
    groups.push_back({labels[u], {u}, {1.0}, 1.0, false});
  }
  regroup(groups, *totals);
  return true;
}

bool Draft::apply(const SplitUnit& edit) {
  const Panel& panel = panel_.panel();
  const Labels& labels = panel.units();
  const auto divided = unit(edit.unit);
  bool sound = divided.has_value();
  if (edit.into.size() < 2) {
    fault(Fault::data,
          fmt::format("expected the names of at least two units, got {}", edit.into.size()));
    sound = false;
  }
  std::vector<std::string> keys;
  for (const std::string& name : edit.into) {
    const std::string key = match_key(name);
    if (key.empty()) {
      fault(Fault::data, "the name of a new unit is empty");
      sound = false;
      continue;
    }
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      fault(Fault::data, fmt::format("'{}' stands twice among the new units", name));
      sound = false;
    }
    keys.push_back(key);
    for (Size u = 0; u < labels.size(); ++u) {
      if (divided == u || (labels[u] != name && match_key(labels[u]) != key)) continue;
      fault(Fault::data, fmt::format("there is a unit '{}' already", labels[u]),
            "choose another name");
      sound = false;
    }
  }
  if (!edit.shares.empty()) {
    double all = 0.0;
    bool valid = true;
    for (const double share : edit.shares) {
      valid = valid && std::isfinite(share) && share >= 0.0;
      all += share;
    }
    if (edit.shares.size() != edit.into.size()) {
      fault(Fault::data, fmt::format("expected one share a new unit, got {} shares and {} units",
                                     edit.shares.size(), edit.into.size()));
      sound = false;
    } else if (!valid || !adds_up(all, 1.0)) {
      fault(Fault::data, valid ? fmt::format("expected shares that add up to 1, got {:.12g}", all)
                               : "expected shares that are finite and not negative");
      sound = false;
    }
  }
  const auto totals = totals_of(edit.totals);
  if (!sound || !totals) return false;

  std::vector<Group> groups;
  for (Size u = 0; u < labels.size(); ++u) {
    if (u != *divided) {
      groups.push_back({labels[u], {u}, {1.0}, 1.0, false});
      continue;
    }
    for (std::size_t k = 0; k < edit.into.size(); ++k) {
      const double share =
          edit.shares.empty() ? 1.0 / static_cast<double>(edit.into.size()) : edit.shares[k];
      groups.push_back({edit.into[k], {u}, {1.0}, share, true});
    }
  }
  regroup(groups, *totals);
  return true;
}

}  // namespace chiso
