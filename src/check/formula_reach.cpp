#include "check/formula_reach.hpp"

#include <algorithm>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/formula/analysis.hpp"

namespace chiso {

namespace {

using Op = FormulaOperation;
using Position = FormulaBuilder::Position;

bool is_condition(Op operation) noexcept {
  switch (operation) {
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
    case Op::between:
    case Op::logical_and:
    case Op::logical_or:
    case Op::logical_not:
      return true;
    default:
      return false;
  }
}

/// Whether a node makes something of a value that is not there.
bool asks_for_missing(const FormulaNode& node) noexcept {
  return node.operation == Op::is_missing || node.operation == Op::coalesce ||
         node.operation == Op::count || node.operation == Op::nothing;
}

}  // namespace

bool asks_for_missing(const Formula& formula) {
  const auto nodes = formula.nodes();
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const FormulaNode& node) { return asks_for_missing(node); });
}

Position FormulaBuilder::add(FormulaNode node) {
  nodes_.push_back(std::move(node));
  return static_cast<Position>(nodes_.size() - 1);
}

Position FormulaBuilder::add(FormulaOperation operation, std::vector<Position> operands) {
  FormulaNode node;
  node.operation = operation;
  node.operands = std::move(operands);
  return add(std::move(node));
}

Position FormulaBuilder::number(double value) {
  FormulaNode node;
  node.operation = Op::number;
  node.number = value;
  return add(std::move(node));
}

Position FormulaBuilder::copy(const Formula& formula, std::size_t node) {
  return copy(formula, node, formula.nodes().size(), {});
}

Position FormulaBuilder::copy(const Formula& formula, std::size_t node, std::size_t replaced,
                              const Replace& with) {
  if (node == replaced) return with(*this);
  FormulaNode copied = formula.nodes()[node];
  for (Position& operand : copied.operands) operand = copy(formula, operand, replaced, with);
  return add(std::move(copied));
}

Position FormulaBuilder::all(std::vector<Position> conditions) {
  if (conditions.empty()) {
    FormulaNode truth;
    truth.operation = Op::truth;
    truth.number = 1.0;
    return add(std::move(truth));
  }
  if (conditions.size() == 1) return conditions[0];
  return add(Op::logical_and, std::move(conditions));
}

Formula FormulaBuilder::build() { return Formula(std::move(nodes_)); }

FormulaReach::FormulaReach(const Formula& formula, std::span<const FormulaSymbols> symbols)
    : formula_(formula), symbols_(symbols), parents_(formula.nodes().size(), -1) {
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    for (const Position operand : formula.nodes()[i].operands) {
      parents_[operand] = static_cast<std::ptrdiff_t>(i);
    }
  }
}

/// What holds where the result rests on a node: conditions of the branches that it is in; and of
/// the nearest minimum, that nothing else is lower; of the nearest clamp, that the value is beyond
/// its bound. Of one only: what blocks a node in one of several could be another one for the
/// changed formula, with another result.
/// @param alone whether what is as low as the node stands for it
void FormulaReach::add_path(FormulaBuilder& out, std::size_t node,
                            std::vector<Position>& conditions, std::size_t replaced,
                            const FormulaBuilder::Replace& with, bool alone) const {
  const auto nodes = formula_.nodes();
  const auto copy = [&](std::size_t i) { return out.copy(formula_, i, replaced, with); };
  bool chosen = false;
  for (std::size_t i = node; parents_[i] >= 0; i = static_cast<std::size_t>(parents_[i])) {
    const FormulaNode& parent = nodes[static_cast<std::size_t>(parents_[i])];
    const auto own = static_cast<std::size_t>(
        std::find(parent.operands.begin(), parent.operands.end(), i) - parent.operands.begin());
    if (parent.operation == Op::choose) {
      // Conditions stand at even places, but for what is last.
      for (std::size_t k = 0; k + 1 < own; k += 2) {
        conditions.push_back(out.add(Op::logical_not, {copy(parent.operands[k])}));
      }
      const bool value = own % 2 == 1;
      if (value) conditions.push_back(copy(parent.operands[own - 1]));
    } else if (!chosen && (parent.operation == Op::minimum || parent.operation == Op::maximum)) {
      chosen = true;
      const bool lower = parent.operation == Op::minimum;
      const Op within =
          lower ? (alone ? Op::less : Op::less_equal) : (alone ? Op::greater : Op::greater_equal);
      for (std::size_t k = 0; k < parent.operands.size(); ++k) {
        if (k == own) continue;
        const Position mine = copy(parent.operands[own]);
        conditions.push_back(out.add(within, {mine, copy(parent.operands[k])}));
      }
    } else if (!chosen && alone && parent.operation == Op::clamp && own > 0) {
      chosen = true;
      const Op beyond = own == 1 ? Op::less : Op::greater;
      std::vector<Position> either;
      for (const std::size_t k : {std::size_t{0}, 3 - own}) {  // The value, or the other bound.
        const Position theirs = copy(parent.operands[k]);
        either.push_back(out.add(beyond, {theirs, copy(parent.operands[own])}));
      }
      conditions.push_back(out.add(Op::logical_or, std::move(either)));
    }
  }
}

bool FormulaReach::never_true(FormulaBuilder& out, std::vector<Position> conditions,
                              std::optional<Position> value) const {
  if (std::any_of(out.nodes().begin(), out.nodes().end(),
                  [](const FormulaNode& node) { return asks_for_missing(node); })) {
    return false;
  }
  const Position condition = out.all(std::move(conditions));
  const Position then = value ? *value : out.number(1.0);
  out.add(Op::choose, {condition, then, out.add(Op::nothing, {})});
  try {
    const Formula formula = out.build();
    constexpr AnalysisBudget budget{.boxes = 2'000};
    return std::all_of(symbols_.begin(), symbols_.end(), [&](const FormulaSymbols& symbols) {
      const FormulaRange range = formula_range(formula, symbols, budget);
      return range.lowest > range.highest;
    });
  } catch (const SpecError&) {
    return false;  // Too large to be looked into.
  }
}

bool FormulaReach::never(std::size_t node, const Condition& condition) const {
  FormulaBuilder out;
  std::vector<Position> conditions;
  add_path(out, node, conditions, formula_.nodes().size(), {}, false);
  conditions.push_back(condition(out));
  return never_true(out, std::move(conditions));
}

Position FormulaReach::decides(FormulaBuilder& out, std::size_t node, std::size_t operand) const {
  const FormulaNode& of = formula_.nodes()[node];
  const bool all_true = of.operation == Op::logical_and;
  std::vector<Position> conditions;
  for (std::size_t k = 0; k < of.operands.size(); ++k) {
    const bool own = k == operand;
    if (of.operation == Op::minimum || of.operation == Op::maximum) {
      if (own) continue;
      const Position mine = out.copy(formula_, of.operands[operand]);
      const Position theirs = out.copy(formula_, of.operands[k]);
      conditions.push_back(
          out.add(of.operation == Op::minimum ? Op::less : Op::greater, {mine, theirs}));
    } else {
      const Position condition = out.copy(formula_, of.operands[k]);
      conditions.push_back(own == all_true ? out.add(Op::logical_not, {condition}) : condition);
    }
  }
  return out.all(std::move(conditions));
}

/// With the same variables, so that nothing becomes missing that was not.
bool FormulaReach::same_names(std::size_t replaced, const FormulaBuilder::Replace& with) const {
  FormulaBuilder out;
  out.copy(formula_, formula_.root(), replaced, with);
  auto before = formula_.names();
  auto after = out.build().names();
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  return before == after;
}

/// Whether the node is a divisor or the like, of which another one may make no number.
bool FormulaReach::makes_missing(std::size_t node) const {
  for (std::size_t i = node; parents_[i] >= 0; i = static_cast<std::size_t>(parents_[i])) {
    const FormulaNode& parent = formula_.nodes()[static_cast<std::size_t>(parents_[i])];
    switch (parent.operation) {
      case Op::divide:
        if (parent.operands[1] == i) return true;
        break;
      case Op::power:
      case Op::square_root:
      case Op::logarithm:
        return true;
      default:
        break;
    }
  }
  return false;
}

/// The value that a condition gives where it does not give `missing`: the guard of a division.
std::optional<std::size_t> FormulaReach::guarded_by(std::size_t condition) const {
  if (parents_[condition] < 0) return {};
  const auto nodes = formula_.nodes();
  const FormulaNode& choose = nodes[static_cast<std::size_t>(parents_[condition])];
  if (choose.operation != Op::choose || choose.operands.size() != 3 ||
      choose.operands[0] != condition) {
    return {};
  }
  const auto is_nothing = [&](std::size_t k) {
    return nodes[choose.operands[k]].operation == Op::nothing;
  };
  if (is_nothing(1)) return choose.operands[2];
  return is_nothing(2) ? std::optional<std::size_t>(choose.operands[1]) : std::nullopt;
}

bool FormulaReach::same(std::size_t replaced, const FormulaBuilder::Replace& with) const {
  if (!same_names(replaced, with) || makes_missing(replaced)) return false;
  const auto nodes = formula_.nodes();
  std::optional<std::size_t> decides;  // The condition that it is in.
  for (auto i = static_cast<std::ptrdiff_t>(replaced); i >= 0 && !decides;
       i = parents_[static_cast<std::size_t>(i)]) {
    if (is_condition(nodes[static_cast<std::size_t>(i)].operation)) {
      decides = static_cast<std::size_t>(i);
    }
  }
  // Nothing rests on it, neither as it is nor as it would be; or on what the condition decides.
  const auto rests = [&](std::size_t without, const FormulaBuilder::Replace& instead,
                         std::optional<bool> was) {
    FormulaBuilder out;
    std::vector<Position> conditions;
    std::optional<Position> value;  // Where it is missing too, all is the same.
    add_path(out, decides.value_or(replaced), conditions, without, instead, true);
    if (was) {
      const Position before = out.copy(formula_, *decides);
      const Position after = out.copy(formula_, *decides, replaced, with);
      conditions.push_back(*was ? before : after);
      conditions.push_back(out.add(Op::logical_not, {*was ? after : before}));
      if (const auto guarded = guarded_by(*decides)) value = out.copy(formula_, *guarded);
    }
    return conditions.empty() || !never_true(out, std::move(conditions), value);
  };
  const std::vector<std::optional<bool>> ways =
      decides ? std::vector<std::optional<bool>>{true, false}
              : std::vector<std::optional<bool>>{std::nullopt};
  return std::none_of(ways.begin(), ways.end(), [&](const std::optional<bool>& was) {
    return rests(nodes.size(), {}, was) || rests(replaced, with, was);
  });
}

}  // namespace chiso
