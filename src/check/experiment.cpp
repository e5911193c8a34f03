#include "check/experiment.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {

namespace {

const Failing* find(const std::vector<Failing>& failing, Size node) {
  const auto found = std::find_if(failing.begin(), failing.end(),
                                  [node](const Failing& each) { return each.node == node; });
  return found == failing.end() ? nullptr : &*found;
}

class Simplifier {
 public:
  Simplifier(const Trials& trials, Experiment experiment, Size node, const Look& look)
      : trials_(trials), best_(std::move(experiment)), node_(node), look_(look) {}

  Experiment simplest() {
    fewer_units();
    constexpr int most_rounds = 4;
    for (int round = 0; round < most_rounds; ++round) {
      bool simpler = fewer_values();
      simpler = shorter_values() || simpler;
      if (!simpler) break;
    }
    if (best_.anchors) shorter_anchors();
    return std::move(best_);
  }

 private:
  bool still(const Experiment& experiment) const {
    try {
      return find(look_(experiment), node_) != nullptr;
    } catch (const Error&) {
      return false;
    }
  }

  bool take(Experiment candidate) {
    if (!still(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  void fewer_units() {
    const std::size_t kept = best_.column >= 0 ? 1 : 0;  // The first is looked at.
    for (std::size_t u = best_.units.size(); u-- > kept;) {
      if (best_.units.size() == 1) return;
      Experiment candidate = best_;
      candidate.units.erase(candidate.units.begin() + static_cast<std::ptrdiff_t>(u));
      static_cast<void>(take(std::move(candidate)));
    }
  }

  bool fewer_values() {
    bool simpler = false;
    for (Size c = 0; c < trials_.columns(); ++c) {
      if (c == best_.column) continue;
      Experiment candidate = best_;
      bool any = false;
      for (auto& unit : candidate.units) {
        any = any || !std::isnan(unit[at(c)]);
        unit[at(c)] = missing_value;
      }
      if (any && take(std::move(candidate))) {
        simpler = true;
        continue;
      }
      for (std::size_t u = 0; u < best_.units.size(); ++u) {
        if (std::isnan(best_.units[u][at(c)])) continue;
        candidate = best_;
        candidate.units[u][at(c)] = missing_value;
        simpler = take(std::move(candidate)) || simpler;
      }
    }
    return simpler;
  }

  static std::size_t length(double value) { return to_string(std::abs(value)).size(); }

  /// Puts the first simpler value in its place with which the property still fails.
  template <class Set>
  bool shorten(Size column, double value, const Set& set) {
    if (std::isnan(value) || trials_.is_category(column)) return false;
    std::vector<double> simpler{0.0, 1.0, 10.0, 100.0};
    constexpr int most_digits = 16;
    for (int digits = 1; digits <= most_digits; ++digits) {
      simpler.push_back(significant(value, digits));
    }
    for (const double candidate : simpler) {
      // Shorter, and of two of one length the smaller one.
      const bool is_simpler =
          length(candidate) < length(value) ||
          (length(candidate) == length(value) && std::abs(candidate) < std::abs(value));
      if (!is_simpler || !trials_.allows(column, candidate)) continue;
      Experiment changed = best_;
      set(changed, candidate);
      if (take(std::move(changed))) return true;
    }
    return false;
  }

  bool shorter_values() {
    bool simpler = false;
    for (std::size_t u = 0; u < best_.units.size(); ++u) {
      for (Size c = 0; c < trials_.columns(); ++c) {
        if (c == best_.column && u == 0 && best_.exact) continue;
        simpler =
            shorten(c, best_.units[u][at(c)],
                    [&](Experiment& changed, double value) { changed.units[u][at(c)] = value; }) ||
            simpler;
      }
    }
    if (best_.column >= 0 && !best_.exact) {
      simpler = shorten(best_.column, best_.other,
                        [](Experiment& changed, double value) { changed.other = value; }) ||
                simpler;
    }
    return simpler;
  }

  void shorter_anchors() {
    for (std::size_t a = 0; a < best_.anchors->size(); ++a) {
      for (double FittedAnchor::*end : {&FittedAnchor::low, &FittedAnchor::high}) {
        const double value = (*best_.anchors)[a].*end;
        constexpr int most_digits = 6;
        for (int digits = 1; digits <= most_digits && std::isfinite(value); ++digits) {
          Experiment changed = best_;
          (*changed.anchors)[a].*end = significant(value, digits);
          if (take(std::move(changed))) break;
        }
      }
    }
  }

  const Trials& trials_;
  Experiment best_;
  Size node_;
  const Look& look_;
};

// ---- Written -----------------------------------------------------------------------------------

/// A text that YAML reads as it is.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// A key of YAML: quotes only where they are needed.
std::string key(const std::string& code) {
  const bool plain = std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
  const bool letter =
      !code.empty() && ((code[0] >= 'a' && code[0] <= 'z') || (code[0] >= 'A' && code[0] <= 'Z'));
  return plain && letter ? code : quoted(code);
}

class CaseText {
 public:
  CaseText(const Trials& trials, Size node) : trials_(trials), node_(node) {}

  std::vector<std::string> one_unit(const Experiment& experiment, const std::string& title) const {
    std::vector<std::string> lines;
    if (experiment.column < 0) {
      add(lines, title, experiment, experiment.units[0]);
      return lines;
    }
    auto other = experiment.units[0];
    other[at(experiment.column)] = experiment.other;
    const bool rises = experiment.units[0][at(experiment.column)] < experiment.other;
    add(lines, title + ", lower", experiment, rises ? experiment.units[0] : other);
    add(lines, title + ", higher", experiment, rises ? other : experiment.units[0]);
    return lines;
  }

  std::vector<std::string> table(const Experiment& experiment) const {
    std::vector<std::string> lines{"unit"};
    std::vector<Size> shown;
    for (Size c = 0; c < trials_.columns(); ++c) {
      const bool any =
          std::any_of(experiment.units.begin(), experiment.units.end(),
                      [c](const std::vector<double>& unit) { return !std::isnan(unit[at(c)]); });
      if (!any) continue;
      shown.push_back(c);
      lines[0] += "," + trials_.compiled().column_name(c);
    }
    for (std::size_t u = 0; u < experiment.units.size(); ++u) {
      std::string line = fmt::format("unit {}", u + 1);
      for (const Size c : shown) {
        const double value = experiment.units[u][at(c)];
        line += "," + (std::isnan(value) ? std::string() : text(c, value));
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  [[nodiscard]] std::string text(Size column, double value) const {
    if (!trials_.is_category(column)) return to_string(value);
    return trials_.compiled().variable_of(column).categories[at(static_cast<Size>(value))];
  }

  [[nodiscard]] std::string values(const std::vector<double>& unit, bool previous) const {
    std::string list;
    for (Size c = 0; c < trials_.columns(); ++c) {
      if (trials_.compiled().columns[at(c)].previous != previous || std::isnan(unit[at(c)])) {
        continue;
      }
      const std::string value =
          trials_.is_category(c) ? quoted(text(c, unit[at(c)])) : text(c, unit[at(c)]);
      list += fmt::format("{}{}: {}", list.empty() ? "" : ", ",
                          key(trials_.compiled().variable_of(c).code), value);
    }
    return list;
  }

  /// Those of leaves that have a value.
  [[nodiscard]] std::string anchors(const Anchors& all, const std::vector<double>& scores) const {
    std::string list;
    for (const FittedAnchor& anchor : all) {
      if (std::isnan(scores[at(anchor.node)])) continue;
      list += fmt::format("{}{}: [{}, {}]", list.empty() ? "" : ", ",
                          key(trials_.index().node(anchor.node).code), to_string(anchor.low),
                          to_string(anchor.high));
    }
    return list;
  }

  void add(std::vector<std::string>& lines, const std::string& title, const Experiment& experiment,
           const std::vector<double>& unit) const {
    lines.push_back("- name: " + quoted(title));
    lines.push_back(fmt::format("  given: {{{}}}", values(unit, false)));
    const std::string before = values(unit, true);
    if (!before.empty()) lines.push_back(fmt::format("  previous: {{{}}}", before));
    if (trials_.method()) lines.push_back("  method: " + trials_.method()->text());
    const Anchors fitted = experiment.anchors ? *experiment.anchors : trials_.fit({unit});
    std::vector<double> scores;
    try {
      scores = trials_.score({unit}, fitted);
    } catch (const Error& error) {
      lines.push_back("  error: " + quoted(error.problems()[0].message));
      return;
    }
    const std::string held = anchors(fitted, scores);
    if (experiment.anchors && !held.empty()) {
      lines.push_back(fmt::format("  anchors: {{{}}}", held));
    }
    const double score = scores[at(node_)];
    lines.push_back(fmt::format("  expect: {{{}: {}}}  # what it gives now",
                                key(trials_.index().node(node_).code),
                                std::isnan(score) ? std::string("missing") : to_string(score)));
  }

  const Trials& trials_;
  Size node_;
};

}  // namespace

std::vector<Failing> lowest(const Index& index, std::vector<Failing> failing) {
  const std::vector<Failing> all = failing;
  const auto is_above = [&index](Size upper, Size lower) {
    for (Size i = index.parent(lower); i >= 0; i = index.parent(i)) {
      if (i == upper) return true;
    }
    return false;
  };
  std::erase_if(failing, [&](const Failing& each) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Failing& other) { return is_above(each.node, other.node); });
  });
  return failing;
}

Experiment simplest(const Trials& trials, Experiment experiment, Size node, const Look& look) {
  return Simplifier(trials, std::move(experiment), node, look).simplest();
}

std::vector<std::string> written_case(const Trials& trials, const Experiment& experiment, Size node,
                                      const std::string& title, const Look& look) {
  const CaseText text(trials, node);
  if (experiment.units.size() == 1) return text.one_unit(experiment, title);
  // With the anchors that the units give one of them may be enough.
  if (!experiment.anchors) {
    const Anchors anchors = trials.fit(experiment.units);
    for (const auto& unit : experiment.units) {
      Experiment alone = experiment;
      alone.units = {unit};
      alone.anchors = anchors;
      try {
        if (find(look(alone), node) != nullptr) return text.one_unit(alone, title);
      } catch (const Error&) {
        continue;
      }
    }
  }
  return text.table(experiment);
}

}  // namespace chiso
