#include "formula/subject.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/doubles.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();
constexpr double farthest = 1e100;
constexpr double nearest = 1e-100;

double largest_of(double end) noexcept {
  return std::fabs(end) < farthest || std::isinf(end) ? farthest
                                                      : std::numeric_limits<double>::max();
}

/// The numbers of a declared range, both ends closed.
Bounds numbers_of(const Interval& range) noexcept {
  const double most = std::max(largest_of(range.lower), largest_of(range.upper));
  Bounds bounds{std::max(range.lower, -most), std::min(range.upper, most), false};
  if (!range.lower_closed && bounds.lowest == range.lower) bounds.lowest = next_up(range.lower);
  if (!range.upper_closed && bounds.highest == range.upper) bounds.highest = next_down(range.upper);
  return bounds;
}

bool is_tiny(double end) noexcept { return end != 0.0 && std::fabs(end) < nearest; }

/// Words for the table of equal parts.
using Key = std::vector<std::uint64_t>;

bool order_is_free(Operation operation) noexcept {
  return operation == Operation::add || operation == Operation::multiply ||
         operation == Operation::minimum || operation == Operation::maximum ||
         operation == Operation::equal || operation == Operation::not_equal ||
         operation == Operation::logical_and || operation == Operation::logical_or;
}

}  // namespace

Subject::Subject(const Formula& formula, const FormulaSymbols& symbols)
    : program_(formula, symbols),
      types_(formula_types(formula, symbols)),
      maximum_(symbols.maximum),
      facts_(formula.nodes().size()) {
  find_parents();
  find_inputs(symbols);
  find_constants();
  find_parts();
  find_forms();
  find_relations();
  find_cuts();
  find_counts(symbols);
}

void Subject::find_parents() {
  facts_.back().parent = root();
  for (std::size_t i = 0; i < size(); ++i) {
    facts_[i].first = static_cast<Node>(i);
    for (const Node operand : node(i).operands) {
      facts_[operand].parent = static_cast<Node>(i);
      facts_[i].first = std::min(facts_[i].first, facts_[operand].first);
    }
  }
}

void Subject::find_inputs(const FormulaSymbols& symbols) {
  std::map<std::pair<std::string_view, bool>, std::size_t> known;
  for (const auto& column : program_.inputs()) {
    const FormulaSymbol& symbol = symbols.names.find(column.variable)->second;
    Input input;
    input.column = column;
    input.category = input.whole = !symbol.categories.empty();
    input.range = input.whole
                      ? Bounds{0.0, static_cast<double>(symbol.categories.size() - 1), false}
                      : numbers_of(symbol.range);
    if (!input.range.present()) {
      throw SpecError(fmt::format("the range of '{}', {}, has no numbers", column.variable,
                                  to_string(symbol.range)));
    }
    const bool tiny = is_tiny(symbol.range.lower) || is_tiny(symbol.range.upper);
    input.smallest = tiny ? std::numeric_limits<double>::denorm_min() : nearest;
    known.emplace(std::pair(std::string_view(column.variable), column.previous), inputs_.size());
    inputs_.push_back(std::move(input));
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) settle(i, inputs_[i].range);
  for (std::size_t i = 0; i < size(); ++i) {
    const bool previous = node(i).operation == Operation::previous;
    if (!previous && node(i).operation != Operation::name) continue;
    // The name within prev() is not read itself.
    if (!previous && node(facts_[i].parent).operation == Operation::previous) continue;
    const std::string& text = previous ? node(node(i).operands[0]).text : node(i).text;
    const auto found = known.find({std::string_view(text), previous});
    if (found == known.end()) continue;  // A parameter.
    facts_[i].input = static_cast<Size>(found->second);
    inputs_[found->second].places.push_back(static_cast<Node>(i));
  }
}

void Subject::find_constants() {
  // Constants come out the same whatever the inputs are.
  const std::vector<double> row(inputs_.size(), missing_value);
  std::vector<double> values(size());
  program_.trace(row, values);
  for (std::size_t i = 0; i < size(); ++i) {
    Facts& facts = facts_[i];
    facts.value = values[i];
    facts.constant = facts.input < 0;
    if (node(i).operation == Operation::previous) continue;
    for (const Node operand : node(i).operands) {
      facts.constant = facts.constant && facts_[operand].constant;
    }
  }
}

void Subject::find_parts() {
  std::map<Key, std::uint32_t> known;
  for (std::size_t i = 0; i < size(); ++i) {
    Key key;
    if (facts_[i].constant) {
      key = {0, std::bit_cast<std::uint64_t>(facts_[i].value),
             static_cast<std::uint64_t>(types_[i])};
    } else if (facts_[i].input >= 0) {
      key = {1, static_cast<std::uint64_t>(facts_[i].input)};
    } else {
      key = {2, static_cast<std::uint64_t>(node(i).operation)};
      for (const Node operand : node(i).operands) key.push_back(facts_[operand].part);
      if (order_is_free(node(i).operation)) std::sort(key.begin() + 2, key.end());
    }
    facts_[i].part =
        known.emplace(std::move(key), static_cast<std::uint32_t>(known.size())).first->second;
  }
}

LinearForm Subject::form_of(std::size_t i) const {
  constexpr std::size_t most_terms = 24;
  const auto& operands = node(i).operands;
  const auto itself = [&] { return LinearForm::of_part(part(i), static_cast<Node>(i)); };
  if (constant(i)) return std::isfinite(value(i)) ? LinearForm::of_constant(value(i)) : itself();
  if (input_of(i) >= 0) return itself();
  const auto factor = [&](std::size_t k) { return Bounds::only(value(operands[k])); };
  const auto finite = [&](std::size_t k) {
    return constant(operands[k]) && std::isfinite(value(operands[k]));
  };
  LinearForm form;
  switch (node(i).operation) {
    case Operation::negate:
      return scaled(forms_[operands[0]], Bounds::only(-1.0));
    case Operation::add:
    case Operation::subtract:
      form = rounded_once(combined(forms_[operands[0]],
                                   Bounds::only(node(i).operation == Operation::add ? 1.0 : -1.0),
                                   forms_[operands[1]]));
      break;
    case Operation::sum:
    case Operation::mean: {
      if (operands.size() > most_terms) return itself();
      form = forms_[operands[0]];
      for (std::size_t k = 1; k < operands.size(); ++k) {
        form = rounded_once(combined(form, Bounds::only(1.0), forms_[operands[k]]));
      }
      if (node(i).operation == Operation::mean) {
        const auto count = Bounds::only(static_cast<double>(operands.size()));
        form = rounded_once(scaled(form, real_quotient(Bounds::only(1.0), count)));
      }
      break;
    }
    case Operation::multiply:
      if (!finite(0) && !finite(1)) return itself();
      form = finite(0) ? scaled(forms_[operands[1]], factor(0))
                       : scaled(forms_[operands[0]], factor(1));
      form = rounded_once(std::move(form));
      break;
    case Operation::divide:
      if (!finite(1) || value(operands[1]) == 0.0) return itself();
      form = rounded_once(scaled(forms_[operands[0]], real_quotient(Bounds::only(1.0), factor(1))));
      break;
    default:
      return itself();
  }
  return form.terms.size() > most_terms ? itself() : form;
}

void Subject::find_forms() {
  forms_.resize(size());
  for (std::size_t i = 0; i < size(); ++i) forms_[i] = form_of(i);
}

bool Subject::reads(std::size_t i, std::size_t input) const {
  const auto& places = inputs_[input].places;
  const auto found = std::lower_bound(places.begin(), places.end(), first(i));
  return found != places.end() && *found <= i;
}

void Subject::find_relations() {
  // Of a comparison, a quotient ...: an input of one operand that stands in another one too.
  struct Reader {
    std::size_t node = 0;  // Counted from 1.
    Node operand = 0;
  };
  std::vector<Reader> last(inputs_.size());
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& operands = node(i).operands;
    if (operands.size() < 2 || node(i).operation == Operation::choose) continue;
    for (const Node operand : operands) {
      for (Node leaf = first(operand); leaf <= operand; ++leaf) {
        const Size input = input_of(leaf);
        if (input < 0) continue;
        Reader& reader = last[static_cast<std::size_t>(input)];
        if (reader.node == i + 1 && reader.operand != operand) facts_[i].related = true;
        reader = {i + 1, operand};
      }
    }
  }
}

void Subject::add_cut(const LinearForm& zero) {
  constexpr std::size_t most_terms = 4;
  // x + y == 0 asks whether x == 0 if y is not negative: the others at one end of what they can be.
  for (const auto& own : zero.terms) {
    if (zero.terms.size() == 1 || zero.terms.size() > most_terms) break;
    Bounds rest = zero.constant;
    for (const auto& term : zero.terms) {
      const Size of = input_of(term.node);
      if (term.part == own.part) continue;
      rest = real_sum(rest, of < 0 ? Bounds::anything()
                                   : real_product(term.coefficient,
                                                  inputs_[static_cast<std::size_t>(of)].range));
    }
    for (const double end : {rest.lowest, rest.highest}) {
      if (!(std::fabs(end) < 1e50)) continue;
      LinearForm alone;
      alone.terms.push_back(own);
      alone.constant = Bounds::only(end);
      add_cut(alone);
    }
  }
  if (zero.terms.size() != 1) return;
  const LinearTerm& term = zero.terms.front();
  const Size of = input_of(term.node);
  if (of < 0 || term.coefficient.contains(0.0)) return;
  Input& input = inputs_[static_cast<std::size_t>(of)];
  const auto add = [&input](double at) {
    if (input.range.contains(at)) input.cuts.push_back(at);
  };
  const Bounds at = real_quotient(scaled(zero, Bounds::only(-1.0)).constant, term.coefficient);
  const bool exact = term.coefficient.single() && std::fabs(term.coefficient.lowest) == 1.0 &&
                     zero.constant.single();
  if (exact) {
    add(-zero.constant.lowest / term.coefficient.lowest);
    return;
  }
  // Somewhere between; and the number that a person would expect.
  add(at.lowest);
  add(at.highest);
  const double middle = at.lowest / 2.0 + at.highest / 2.0;
  double plain = 0.0;
  if (parse_number(fmt::format("{:.12g}", middle), plain) && at.contains(plain)) add(plain);
}

void Subject::find_cuts() {
  const auto against = [this](Node a, Node b) {
    add_cut(combined(forms_[a], Bounds::only(-1.0), forms_[b]));
    // max(x, y) > 3 asks whether x > 3.
    const bool extreme =
        node(a).operation == Operation::minimum || node(a).operation == Operation::maximum;
    if (!extreme) return;
    for (const Node each : node(a).operands) {
      add_cut(combined(forms_[each], Bounds::only(-1.0), forms_[b]));
    }
  };
  for (std::size_t i = 0; i < size(); ++i) {
    if (constant(i)) continue;
    const auto& operands = node(i).operands;
    switch (node(i).operation) {
      case Operation::less:
      case Operation::less_equal:
      case Operation::greater:
      case Operation::greater_equal:
      case Operation::equal:
      case Operation::not_equal:
      case Operation::between:
      case Operation::clamp:
      case Operation::minimum:
      case Operation::maximum:
        for (std::size_t k = 1; k < std::min<std::size_t>(operands.size(), 8); ++k) {
          against(operands[0], operands[k]);
        }
        break;
      case Operation::divide:
        add_cut(forms_[operands[1]]);
        break;
      case Operation::absolute:
      case Operation::power:
      case Operation::square_root:
      case Operation::logarithm:
        add_cut(forms_[operands[0]]);
        break;
      default:
        break;
    }
  }
  for (auto& input : inputs_) {
    std::sort(input.cuts.begin(), input.cuts.end());
    input.cuts.erase(std::unique(input.cuts.begin(), input.cuts.end()), input.cuts.end());
  }
}

void Subject::find_counts(const FormulaSymbols& symbols) {
  const auto is_whole = [](double x) { return x == std::floor(x); };
  for (std::size_t i = 0; i < size(); ++i) {
    if (node(i).operation != Operation::equal) continue;
    for (const bool turned : {false, true}) {
      const Node of = node(i).operands[turned ? 1 : 0];
      const Node with = node(i).operands[turned ? 0 : 1];
      if (input_of(of) < 0 || !constant(with)) continue;
      Input& input = inputs_[static_cast<std::size_t>(input_of(of))];
      const Interval& range = symbols.names.find(input.column.variable)->second.range;
      const double x = value(with);
      input.whole = input.whole || (is_whole(x) && x > range.lower && x < range.upper &&
                                    std::isfinite(range.lower) && is_whole(range.lower) &&
                                    std::all_of(input.cuts.begin(), input.cuts.end(), is_whole));
    }
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].whole) settle(i, inputs_[i].range);
  }
}

std::vector<std::string> Subject::counted() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].whole && !inputs_[i].category) names.push_back(label(i));
  }
  return names;
}

Box Subject::everything() const {
  Box box;
  box.reserve(inputs_.size());
  for (const auto& input : inputs_) box.push_back(input.range);
  return box;
}

void Subject::settle(std::size_t input, Bounds& bounds) const {
  const Input& of = inputs_[input];
  if (of.whole) {
    bounds.lowest = std::ceil(bounds.lowest);
    bounds.highest = std::floor(bounds.highest);
    return;
  }
  const double least = of.smallest;
  if (bounds.lowest > -least && bounds.lowest < least && bounds.lowest != 0.0) {
    bounds.lowest = bounds.lowest > 0.0 ? least : 0.0;
  }
  if (bounds.highest > -least && bounds.highest < least && bounds.highest != 0.0) {
    bounds.highest = bounds.highest > 0.0 ? 0.0 : -least;
  }
}

double Subject::above(std::size_t input, double value) const {
  Bounds rest{next_up(value), inputs_[input].range.highest, false};
  settle(input, rest);
  return rest.present() ? rest.lowest : value;
}

double Subject::below(std::size_t input, double value) const {
  Bounds rest{inputs_[input].range.lowest, next_down(value), false};
  settle(input, rest);
  return rest.present() ? rest.highest : value;
}

std::string Subject::quoted(std::size_t i) const {
  constexpr std::size_t most = 100;
  std::string text = to_string(formula(), i);
  if (text.size() > most) {
    std::size_t end = most;
    while ((static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    text = text.substr(0, end) + " ...";
  }
  return text;
}

std::string Subject::label(std::size_t input) const {
  const FormulaInput& column = inputs_[input].column;
  return column.previous ? "prev(" + column.variable + ")" : column.variable;
}

}  // namespace chiso
