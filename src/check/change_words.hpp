#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/model/index.hpp"

/// Parts of a definition, and what became of them, in words on one line.
namespace chiso {

/// "0.5", "0.5 up to 2015, 0.6 from 2016"; empty for nothing.
[[nodiscard]] std::string in_words(const Dated<double>& value);
[[nodiscard]] std::string in_words(const Dated<Rule>& rule);

/// "done / assigned times 100".
[[nodiscard]] std::string in_words(const Measure& measure);
[[nodiscard]] std::string in_words(const Aggregation& aggregation);
[[nodiscard]] std::string in_words(const Grouping& groups);
[[nodiscard]] std::string in_words(const Variable& variable);

/// What became of a rule, step by step and number by number where it stayed one of its kind: "the
/// bound 90 of step 1 now includes 90", "threshold 80 -> 70".
[[nodiscard]] std::string change_in_words(const Dated<Rule>& before, const Dated<Rule>& after);

/// Whether two dated values hold the same at every time; who says so is left aside.
template <class T>
[[nodiscard]] bool same_values(const Dated<T>& a, const Dated<T>& b) {
  const auto& x = a.entries();
  const auto& y = b.entries();
  if (x.size() != y.size()) return false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i].value == y[i].value) || !(x[i].in_force == y[i].in_force)) return false;
  }
  return true;
}

/// Whether rules are the same, but for who states their anchors.
[[nodiscard]] bool same_rules(const Dated<Rule>& a, const Dated<Rule>& b);

/// Whether rules are normalisers that differ in their anchors alone.
[[nodiscard]] bool differ_in_anchors(const Dated<Rule>& a, const Dated<Rule>& b);

}  // namespace chiso
