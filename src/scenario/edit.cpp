#include "chiso/scenario/edit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/blanks.hpp"
#include "base/same_number.hpp"
#include "chiso/base/interval.hpp"
#include "model/names.hpp"

namespace chiso {

namespace {

/// "a", "a and b", "a, b and c"; the last ones of a long list are counted.
std::string in_words(std::span<const std::string> names) {
  constexpr std::size_t most = 4;
  const std::size_t shown = names.size() > most ? most - 1 : names.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string of_units(const std::vector<std::string>& units) {
  return units.empty() ? "all units" : in_words(units);
}

std::string numbers(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + to_string(value);
  return text;
}

/// What is said of a number of a thing: "set <thing> to 8".
std::string change(How how, const std::string& thing, double amount) {
  const std::string number = to_string(amount);
  switch (how) {
    case How::set:
      return std::isnan(amount) ? fmt::format("make {} missing", thing)
                                : fmt::format("set {} to {}", thing, number);
    case How::add:
      return fmt::format("add {} to {}", number, thing);
    case How::scale:
      return fmt::format("scale {} by {}", thing, number);
    case How::at_most:
      return fmt::format("cap {} at {}", thing, number);
    case How::at_least:
      return fmt::format("raise {} to at least {}", thing, number);
  }
  return {};
}

/// " (weights 2, 1; totals: population)"; nothing if there is nothing to say.
std::string in_brackets(std::string_view what, const std::vector<double>& values,
                        const std::vector<std::string>& totals) {
  std::string text;
  if (!values.empty()) text = fmt::format("{} {}", what, numbers(values));
  if (!totals.empty()) {
    text += fmt::format("{}totals: {}", text.empty() ? "" : "; ", in_words(totals));
  }
  return text.empty() ? text : " (" + text + ")";
}

struct InWords {
  std::string operator()(const ChangeValue& edit) const {
    const std::string thing = fmt::format("{} of {}", edit.variables, of_units(edit.units));
    if (!edit.category.empty()) return fmt::format("set {} to '{}'", thing, edit.category);
    return change(edit.how, thing, edit.amount);
  }

  std::string operator()(const ChangeScore& edit) const {
    return change(edit.how, fmt::format("the score {} of {}", edit.nodes, of_units(edit.units)),
                  edit.amount);
  }

  std::string operator()(const ChangeWeights& edit) const {
    const bool one = edit.weights.size() == 1;
    std::string text = one ? "weight of " : "weights ";
    for (std::size_t i = 0; i < edit.weights.size(); ++i) {
      const auto& [code, weight] = edit.weights[i];
      text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", code, to_string(weight));
    }
    if (edit.redistribute) text += one ? ", its siblings scaled" : ", their siblings scaled";
    return text;
  }

  std::string operator()(const ChangeParameter& edit) const {
    return change(edit.how, "the parameter " + edit.parameter, edit.amount);
  }

  std::string operator()(const ReplaceRule& edit) const {
    return fmt::format("rule of {}: {}", edit.nodes, describe(edit.rule));
  }

  std::string operator()(const ReplaceAggregation& edit) const {
    std::string text = "aggregate " + edit.nodes;
    if (edit.method) text += " by " + with_blanks(chiso::name(*edit.method));
    if (edit.power) text += fmt::format(" of order {}", to_string(*edit.power));
    if (edit.missing) text += fmt::format(", missing: {}", chiso::name(*edit.missing));
    return text;
  }

  std::string operator()(const DropNode& edit) const { return "drop " + edit.node; }

  std::string operator()(const AddNode& edit) const {
    std::string text = fmt::format("add {} to {}", edit.criterion.code, edit.parent);
    const auto& weight = edit.criterion.weight;
    if (!weight.empty() && !weight.is_dated()) {
      text += fmt::format(" with weight {}", to_string(weight.entries()[0].value));
    }
    return text;
  }

  std::string operator()(const MergeUnits& edit) const {
    return fmt::format("merge {} into {}", in_words(edit.units), edit.into) +
           in_brackets("weights", edit.weights, edit.totals);
  }

  std::string operator()(const SplitUnit& edit) const {
    return fmt::format("split {} into {}", edit.unit, in_words(edit.into)) +
           in_brackets("shares", edit.shares, edit.totals);
  }

  std::string operator()(const UseMethod& edit) const {
    return "score with the method of " + edit.period.text();
  }

  std::string operator()(const UseIndex& edit) const { return "score with " + edit.index.name(); }
};

}  // namespace

bool operator==(const ChangeValue& a, const ChangeValue& b) {
  return a.units == b.units && a.variables == b.variables && a.how == b.how &&
         same_number(a.amount, b.amount) && a.category == b.category;
}

std::string_view name(How how) noexcept {
  switch (how) {
    case How::set:
      return "set";
    case How::add:
      return "add";
    case How::scale:
      return "scale";
    case How::at_most:
      return "at_most";
    case How::at_least:
      return "at_least";
  }
  return "";
}

double apply(How how, double value, double amount) noexcept {
  switch (how) {
    case How::set:
      return amount;
    case How::add:
      return value + amount;
    case How::scale:
      return value * amount;
    case How::at_most:  // False for NaN, which stays.
      return value > amount ? amount : value;
    case How::at_least:
      return value < amount ? amount : value;
  }
  return value;
}

std::string describe(const Edit& edit) { return std::visit(InWords{}, edit.what); }

bool matches(std::string_view pattern, std::string_view code) noexcept {
  // Only the last '*' needs to be gone back to: an earlier one that takes more helps nothing.
  std::size_t p = 0;
  std::size_t c = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (c < code.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = c;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == code[c])) {
      ++p;
      ++c;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      c = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace chiso
