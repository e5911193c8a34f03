#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/reach/action.hpp"

namespace chiso::testing_io {

/// Draws valid sets of actions that use every part of the format, with texts that other readers of
/// YAML and of tables take for something else.
class RandomActions {
 public:
  explicit RandomActions(std::uint64_t seed) : random_(seed) {}

  ActionSet draw() {
    ActionDefinition d;
    d.name = coin() ? text() : "";
    d.title = {text(), text()};
    d.currency = text();
    d.time_unit = text();
    d.work_unit = text();
    if (coin()) d.provenance.status = Status{static_cast<int>(below(3))};
    d.provenance.source = text();
    d.provenance.reference = text();
    if (coin()) d.provenance.checked = Date{2026, 11, 23};
    d.provenance.note = text();
    for (auto n = below(4); n > 0; --n) d.capacities.push_back({agency(), number(), {}});
    for (auto n = below(9); n > 0; --n) d.actions.push_back(action(d.actions));
    return ActionSet(std::move(d));
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }
  double number() {
    return coin() ? static_cast<double>(below(20)) : static_cast<double>(below(1000)) / 7.0;
  }
  std::string count() { return std::to_string(10'000 + ++counter_).substr(1); }

  template <class T>
  T one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  std::string code() {
    const std::vector<std::string> stems{"a.", "one-stop.", "1.",  "-",     "2022-08-",
                                         "0x", "1e",        "no_", "null.", "II.1.a."};
    return one_of(stems) + count();
  }

  std::string text() {
    const std::vector<std::string> texts{"",       "",        "",           "plain words",
                                         "2013",   "a: b, c", "yes",        "#1",
                                         "'q'",    "\"x\"",   "[a]",        "Ch\u1ec9 s\u1ed1",
                                         "> 90",   "-5",      "{x}",        "1,5",
                                         "null",   "~",       "two\nlines", "a; b",
                                         "=1+2",   "|",       "A\tB",       "x:",
                                         "---",    "!tag",    " blank ",    "{",
                                         "\"open", "cost:",   "%",          "title:"};
    return one_of(texts);
  }

  /// A name that may stand in a list.
  std::string agency() {
    const std::vector<std::string> stems{"so-tc",  "S\u1edf N\u1ed9i v\u1ee5",
                                         "a, b",   "a: b",
                                         "#",      "\"x\"",
                                         "true",   "a = b",
                                         "-",      "2022",
                                         "[a",     "{a",
                                         " blank", "=",
                                         "x = 3"};
    return one_of(stems) + " n" + count();
  }

  Action action(const std::vector<Action>& before) {
    Action a;
    a.code = code();
    a.title = {text(), text()};
    if (coin()) a.cost = number();
    if (coin()) a.duration = number();
    for (auto n = below(4); n > 0; --n) {
      const CriterionRef on{coin() ? "" : code(), code()};
      const double sign = coin() ? 1.0 : -1.0;
      a.effects.push_back({on, static_cast<TaskEffect::Kind>(below(4)), sign * number()});
    }
    for (auto n = below(3); n > 0; --n) a.uses.push_back({agency(), number()});
    // Needs of the first kind only and exclusions of the second: nothing contradicts itself.
    for (const Action& other : before) {
      const auto which = below(4);
      if (which == 0 && other.excludes.empty()) a.needs.push_back(other.code);
      if (which == 1 && other.needs.empty() && a.needs.empty()) a.excludes.push_back(other.code);
    }
    if (!a.needs.empty()) a.excludes.clear();
    if (below(6) == 0) a.choice = Action::Choice::never;
    return a;
  }

  std::mt19937_64 random_;
  int counter_ = 0;
};

}  // namespace chiso::testing_io
