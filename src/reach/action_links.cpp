#include "reach/action_links.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "base/code.hpp"
#include "base/nearest.hpp"
#include "base/shown.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

/// A search for the nearest name costs as much as a thousand look-ups: these are for a person.
constexpr int most_suggestions = 100;
/// Needs of needs: a long chain in a short text could fill any memory.
constexpr Size most_needs = 10'000'000;
/// Codes of a path that are shown.
constexpr std::size_t most_of_path = 12;

class Linker {
 public:
  explicit Linker(const ActionDefinition& definition) : definition_(definition) {}

  ActionLinks run() {
    capacities();
    codes();
    for (const Action& action : definition_.actions) this->action(action);
    // What follows walks along needs: they have to be there, and to lead somewhere.
    problems_.raise<SpecError>();
    order();
    problems_.raise<SpecError>();
    expand();
    contradictions();
    problems_.raise<SpecError>();
    return std::move(links_);
  }

 private:
  [[nodiscard]] const Action& of(Size i) const { return definition_.actions[at(i)]; }

  void fault(const Action& action, std::string message, std::string remedy = {}) {
    problems_.add(action.location, shown(action.code), std::move(message), std::move(remedy));
  }

  // ---- Each by itself ---------------------------------------------------------------------------

  /// Whether a name can be an agency's; what is wrong with it is said.
  template <class Fault>
  static void agency(const std::string& name, const Fault& fault) {
    if (name.empty()) {
      fault("an agency has no name", "");
    } else if (name.find(';') != std::string::npos ||
               std::any_of(name.begin(), name.end(), is_control)) {
      fault(fmt::format("the agency '{}' has a ';' or a control character such as a line break in "
                        "its name, by which tables separate names",
                        shown(name)),
            "leave it out");
    }
  }

  static bool is_amount(double amount) { return std::isfinite(amount) && amount >= 0.0; }

  void capacities() {
    std::unordered_set<std::string_view> seen;
    for (const Capacity& capacity : definition_.capacities) {
      const auto fault = [&](std::string message, std::string remedy) {
        problems_.add(capacity.location, shown(capacity.agency), std::move(message),
                      std::move(remedy));
      };
      agency(capacity.agency, fault);
      if (!is_amount(capacity.amount)) {
        fault(fmt::format("expected a capacity that is finite and not negative, got {}",
                          to_string(capacity.amount)),
              "leave out an agency that has no limit");
      }
      if (!seen.insert(capacity.agency).second) {
        fault(fmt::format("the capacity of '{}' stands twice", shown(capacity.agency)),
              "remove one");
      }
    }
  }

  void codes() {
    for (Size i = 0; i < std::ssize(definition_.actions); ++i) {
      const Action& action = of(i);
      if (action.code.empty()) {
        fault(action, fmt::format("the action at position {} has no code", i + 1),
              "give every action a code of its own");
        continue;
      }
      if (!is_code(action.code)) {
        fault(action, fmt::format("expected letters, digits, '.', '_' and '-' in a code, got '{}'",
                                  shown(action.code)));
      }
      const auto [first, is_new] = positions_.emplace(action.code, i);
      if (is_new) {
        names_.push_back(action.code);
        continue;
      }
      const Location& before = of(first->second).location;
      fault(action,
            fmt::format("the code '{}' stands twice, first {}", shown(action.code),
                        before.line > 0 ? fmt::format("in line {}", before.line)
                                        : fmt::format("at position {}", first->second + 1)),
            "give every action a code of its own");
    }
  }

  void action(const Action& action) {
    const auto fault = [&](std::string message, std::string remedy) {
      this->fault(action, std::move(message), std::move(remedy));
    };
    if (!is_amount(action.cost)) {
      fault(fmt::format("expected a cost that is finite and not negative, got {}",
                        to_string(action.cost)),
            "");
    }
    if (!is_amount(action.duration)) {
      fault(fmt::format("expected a duration that is finite and not negative, got {}",
                        to_string(action.duration)),
            "");
    }
    std::unordered_set<std::string_view> agencies;
    for (const Usage& usage : action.uses) {
      agency(usage.agency, fault);
      if (!is_amount(usage.amount)) {
        fault(fmt::format("`uses`: expected an amount of '{}' that is finite and not negative, got "
                          "{}",
                          shown(usage.agency), to_string(usage.amount)),
              "");
      }
      if (!agencies.insert(usage.agency).second) {
        fault(fmt::format("`uses`: the agency '{}' stands twice", shown(usage.agency)),
              "add the two amounts up");
      }
    }
    for (const TaskEffect& effect : action.effects) this->effect(effect, fault);
    needs_.push_back(named(action, action.needs, "needs", fault));
    excludes_.push_back(named(action, action.excludes, "excludes", fault));
  }

  template <class Fault>
  static void effect(const TaskEffect& effect, const Fault& fault) {
    const CriterionRef& on = effect.criterion;
    if (on.code.empty()) {
      fault(on.index.empty()
                ? std::string("`effects`: an effect names no indicator")
                : fmt::format("`effects`: an effect on '{}' names no indicator", shown(on.index)),
            "write it as key:code, or as the code alone");
    } else if (!is_code(on.code) || !(on.index.empty() || is_code(on.index))) {
      fault(fmt::format("`effects`: expected letters, digits, '.', '_' and '-' in the code of an "
                        "indicator, got '{}'",
                        shown(on.index.empty() ? on.code : to_string(on))),
            "");
    }
    if (!std::isfinite(effect.amount)) {
      fault(fmt::format("`effects`: expected a finite amount, got {}", to_string(effect.amount)),
            "");
    }
  }

  /// The actions of a list of codes.
  template <class Fault>
  std::vector<Size> named(const Action& action, const std::vector<std::string>& codes,
                          std::string_view key, const Fault& fault) {
    std::vector<Size> found;
    std::unordered_set<std::string_view> seen;
    for (const std::string& code : codes) {
      if (!seen.insert(code).second) {
        fault(fmt::format("`{}`: the action '{}' stands twice", key, shown(code)), "remove one");
        continue;
      }
      const auto known = positions_.find(code);
      if (known == positions_.end()) {
        const bool suggests = ++suggestions_ <= most_suggestions;
        fault(fmt::format("`{}`: there is no action '{}'{}", key, shown(code),
                          suggests ? nearest_or_all(code, names_) : ""),
              "correct the code, or add the action");
      } else if (code == action.code) {
        fault(fmt::format("`{}`: the action names itself", key), "remove it");
      } else {
        found.push_back(known->second);
      }
    }
    return found;
  }

  // ---- Together ---------------------------------------------------------------------------------

  /// Every action behind what it needs.
  void order() {
    Lists<Size> graph;
    for (const auto& list : needs_) {
      for (const Size need : list) graph.add(need);
      graph.close();
    }
    order_ = walk(graph, [this](std::span<const Size> circle) {
      std::string path;
      for (std::size_t i = 0; i < std::min(circle.size(), most_of_path); ++i) {
        path += of(circle[i]).code + " -> ";
      }
      if (circle.size() > most_of_path) path += "... -> ";
      path += of(circle[0]).code;
      fault(of(circle[0]), fmt::format("actions need each other in a circle: {}", path),
            "remove one of these needs");
    });
  }

  void expand() {
    const auto count = definition_.actions.size();
    std::vector<std::vector<Size>> all(count);
    std::vector<Size> mark(count, -1);
    links_.finish.resize(count);
    Size total = 0;
    for (const Size i : order_) {
      auto& of_this = all[at(i)];
      const auto add = [&](Size need) {
        if (std::exchange(mark[at(need)], i) != i) of_this.push_back(need);
      };
      double begin = 0.0;
      for (const Size need : needs_[at(i)]) {
        add(need);
        for (const Size further : all[at(need)]) add(further);
        begin = std::max(begin, links_.finish[at(need)]);
      }
      std::sort(of_this.begin(), of_this.end());
      links_.finish[at(i)] = begin + of(i).duration;
      total += std::ssize(of_this);
      if (total > most_needs) {
        fault(of(i),
              fmt::format("the actions need more than {} others in all, counted down to the "
                          "last",
                          most_needs),
              "split the set");
        problems_.raise<SpecError>();
      }
    }
    for (const auto& list : all) {
      for (const Size need : list) links_.needs.add(need);
      links_.needs.close();
    }
  }

  void contradictions() {
    const Size count = std::ssize(definition_.actions);
    std::vector<std::vector<Size>> against(at(count));  // Both ways.
    for (Size a = 0; a < count; ++a) {
      for (const Size b : excludes_[at(a)]) {
        against[at(a)].push_back(b);
        against[at(b)].push_back(a);
      }
    }
    for (Size a = 0; a < count; ++a) {
      auto& list = against[at(a)];
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
      for (const Size b : list) {
        if (a < b) links_.exclusions.push_back({a, b});
      }
    }
    std::vector<Size> mark(at(count), -1);
    std::vector<bool> broken(at(count), false);
    // Pairs that exclude each other among those marked. Above what is broken already, nothing new
    // is said.
    const auto clashes = [&](std::span<const Size> among, Size round, const auto& found) {
      for (const Size a : among) {
        for (const Size b : against[at(a)]) {
          if (a < b && mark[at(b)] == round) found(a, b);
        }
      }
    };
    std::vector<Size> together;
    for (const Size i : order_) {
      together.assign(links_.needs[i].begin(), links_.needs[i].end());
      together.push_back(i);
      const bool known = std::any_of(needs_[at(i)].begin(), needs_[at(i)].end(),
                                     [&](Size need) { return broken[at(need)]; });
      broken[at(i)] = known;
      if (known) continue;
      for (const Size each : together) mark[at(each)] = i;
      clashes(together, i, [&](Size a, Size b) {
        broken[at(i)] = true;
        const bool self = a == i || b == i;
        fault(of(i),
              self ? fmt::format("the action needs '{}', and one excludes the other",
                                 of(a == i ? b : a).code)
                   : fmt::format("the action needs '{}' and '{}', which exclude each other",
                                 of(a).code, of(b).code),
              "remove the need or the exclusion");
      });
    }
    decided(broken, clashes, mark);
  }

  /// What must be done, with all that it needs.
  template <class Clashes>
  void decided(const std::vector<bool>& broken, const Clashes& clashes, std::vector<Size>& mark) {
    const Size count = std::ssize(definition_.actions);
    std::vector<Size> because(at(count), -1);  // The first that must be done and needs it.
    std::vector<Size> decided;
    for (Size i = 0; i < count; ++i) {
      if (of(i).choice != Action::Choice::must || broken[at(i)]) continue;
      const auto take = [&](Size each) {
        if (because[at(each)] >= 0) return;
        because[at(each)] = i;
        mark[at(each)] = count;
        decided.push_back(each);
      };
      for (const Size need : links_.needs[i]) {
        if (of(need).choice == Action::Choice::never) {
          fault(of(i),
                fmt::format("the action must be done and needs '{}', which never may be",
                            of(need).code),
                "leave one of them free");
        }
        take(need);
      }
      take(i);
    }
    const auto why = [&](Size each) {
      return of(each).choice == Action::Choice::must
                 ? fmt::format("'{}' must be done", of(each).code)
                 : fmt::format("'{}' must be done and needs '{}'", of(because[at(each)]).code,
                               of(each).code);
    };
    clashes(decided, count, [&](Size a, Size b) {
      fault(of(std::max(a, b)),
            fmt::format("{}, {}, and '{}' and '{}' exclude each other", why(a), why(b), of(a).code,
                        of(b).code),
            "leave one of them free");
    });
  }

  const ActionDefinition& definition_;
  Problems problems_;
  std::unordered_map<std::string_view, Size> positions_;
  std::vector<std::string> names_;
  int suggestions_ = 0;
  std::vector<std::vector<Size>> needs_;  // By action: those that it names.
  std::vector<std::vector<Size>> excludes_;
  std::vector<Size> order_;
  ActionLinks links_;
};

}  // namespace

ActionLinks link(const ActionDefinition& definition) { return Linker(definition).run(); }

}  // namespace chiso
