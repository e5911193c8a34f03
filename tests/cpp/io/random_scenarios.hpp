#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "chiso/scenario/scenario.hpp"
#include "random_index.hpp"

namespace chiso::testing_io {

/// Draws scenarios that use every part of the format, with names that other readers of YAML and of
/// tables take for something else. Whether they fit any data is nobody's concern here.
class RandomScenarios {
 public:
  explicit RandomScenarios(std::uint64_t seed) : random_(seed), indices_(seed) {}

  std::vector<Scenario> draw() {
    std::vector<Scenario> scenarios;
    for (auto n = below(5); n > 0; --n) {
      Scenario scenario;
      scenario.name = name() + " " + std::to_string(++counter_);
      if (coin()) scenario.note = name();
      scenario.refit = coin();
      for (auto e = below(6); e > 0; --e) scenario.edits.push_back({what(), {}});
      scenarios.push_back(std::move(scenario));
    }
    return scenarios;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }
  double number() { return (static_cast<double>(below(2001)) - 1000.0) / 7.0; }
  How how() { return How{static_cast<int>(below(5))}; }

  template <class T>
  T one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  std::string name() {
    return one_of<std::string>(
        {"Thanh Hóa", "2013",       "a; b",     "yes",     "#1",       "'q'",  "\"x\"",
         "[a]",       "> 90",       "-5",       "{x}",     "1,5",      "null", "~",
         "*",         "two\nlines", "50%",      "=1+2",    "- dash",   "A\tB", "a: b",
         "@x",        "back\\sl",   " blanks ", "missing", "NA",       "nan",  "x:",
         "...",       "---",        "!tag",     "1e400",   "1 000",    "set",  "có",
         "-",         "?",          "Huế",      "a, b",    "\"x\": y", "inf",  "not applicable"});
  }

  std::string code() {
    return one_of<std::string>({"entry", "informal.*", "*", "1.1", "2013", "a-b", "?x", "1e5", "no",
                                "null", "-", "0x1", "true", "missing"});
  }

  std::vector<std::string> names(std::uint64_t least, std::uint64_t most) {
    std::vector<std::string> list;
    for (auto n = least + below(most - least + 1); n > 0; --n) {
      list.push_back(name() + (least > 0 ? std::to_string(++counter_) : ""));
    }
    return list;
  }

  std::vector<std::string> codes() {
    std::vector<std::string> list;
    for (auto n = below(3); n > 0; --n) list.push_back(code());
    return list;
  }

  std::vector<double> numbers(std::size_t count) {
    std::vector<double> list;
    if (coin()) {
      for (std::size_t i = 0; i < count; ++i) list.push_back(number());
    }
    return list;
  }

  Rule rule() {
    const Index index = indices_.draw();
    const auto leaves = index.leaves();
    return index.node(leaves[below(leaves.size())]).rule.entries().front().value;
  }

  Edit::What what() {
    switch (below(12)) {
      case 0: {
        ChangeValue e{names(0, 3), code(), how(), number(), {}};
        if (e.how == How::set && coin()) {
          e.amount = 0.0;
          e.category = name();
        } else if (e.how == How::set && coin()) {
          e.amount = std::numeric_limits<double>::quiet_NaN();
        }
        return e;
      }
      case 1:
        return ChangeScore{names(0, 3), code(), how(), number()};
      case 2: {
        ChangeWeights e;
        for (const std::string& each : {code(), code() + ".2"})
          e.weights.emplace_back(each, number());
        e.redistribute = coin();
        return e;
      }
      case 11:
        return ChangeParameter{code(), how(), number()};
      case 3:
        return ReplaceRule{code(), rule()};
      case 4: {
        ReplaceAggregation e{code(), {}, {}, MissingPolicy{static_cast<int>(below(4))}};
        if (coin()) e.method = Aggregation::Method{static_cast<int>(below(11))};
        if (coin()) e.power = number();
        if (e.method && coin()) e.missing.reset();
        return e;
      }
      case 5:
        return DropNode{code()};
      case 6: {
        const Index index = indices_.draw();
        return AddNode{code(), index.definition().tree.children.front()};
      }
      case 7: {
        MergeUnits e{names(2, 4), name(), {}, codes()};
        e.weights = numbers(e.units.size());
        return e;
      }
      case 8: {
        SplitUnit e{name(), names(2, 3), {}, codes()};
        e.shares = numbers(e.into.size());
        return e;
      }
      case 9:
        return UseMethod{one_of<Period>({Period(2013), Period("2019-Q3"), Period("2019-07"),
                                         Period("2019-07-01"), Period("2020-H2")})};
      default:
        return UseIndex{indices_.draw()};
    }
  }

  std::mt19937_64 random_;
  RandomIndex indices_;
  int counter_ = 0;
};

}  // namespace chiso::testing_io
