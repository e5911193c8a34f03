#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/last_digit.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/mutation.hpp"
#include "chiso/formula/symbols.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/rule.hpp"

namespace chiso {

/// A rule with one thing wrong.
struct RuleSlip {
  MutantKind kind = MutantKind::number;
  std::string place;   ///< What is wrong, as it ends the id of a mutant: "step2.lower:opened".
  std::string change;  ///< In words.
  Rule rule;
  Location location = {};  ///< If it is not that of the rule.
};

/// @param node of the rule
/// @param in_force when it is
[[nodiscard]] std::vector<RuleSlip> rule_slips(const Rule& rule, const Index& index, Size node,
                                               const PeriodRange& in_force);

/// @param symbols at all times at which the formula is in force
[[nodiscard]] std::vector<RuleSlip> formula_slips(const FormulaRule& rule, const Index& index,
                                                  std::span<const FormulaSymbols> symbols);

/// All slips in a definition, valid or not, in the order of the text; some may change nothing.
[[nodiscard]] std::vector<Mutant> all_slips(const Index& index);

/// A number off by one unit in its last written digit.
struct DigitSlip {
  char sign = '+';
  double value = 0.0;
};

/// Up and down, where the result is above `above`.
[[nodiscard]] inline std::vector<DigitSlip> digit_slips(
    double value, double above = -std::numeric_limits<double>::infinity()) {
  std::vector<DigitSlip> slips;
  for (const bool up : {true, false}) {
    const double next = next_digit(value, up);
    if (next > above) slips.push_back({up ? '+' : '-', next});
  }
  return slips;
}

/// What digit_slips() is to be above so that 0 remains possible.
inline constexpr double below_zero = -std::numeric_limits<double>::denorm_min();

/// "2 -> 3".
[[nodiscard]] inline std::string becomes(double was, double is) {
  return to_string(was) + " -> " + to_string(is);
}

/// A text as a part of an id: nothing in it that YAML would read as more than a plain word.
[[nodiscard]] inline std::string id_word(std::string_view text) {
  std::string word(text);
  for (char& c : word) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-' || byte >= 0x80;
    if (!plain) c = '_';
  }
  return word;
}

}  // namespace chiso
