#include "check/formula_parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "check/formula_reach.hpp"
#include "check/slips.hpp"

namespace chiso {

namespace {

using Op = FormulaOperation;
using What = FormulaPart::What;

class Parts {
 public:
  Parts(const Formula& formula, const FormulaSymbols& symbols)
      : formula_(formula),
        nodes_(formula.nodes()),
        symbols_(symbols),
        reach_(formula, std::span(&symbols, 1)) {}

  std::vector<FormulaPart> list() {
    std::vector<std::size_t> order(nodes_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return nodes_[a].span.begin < nodes_[b].span.begin;
    });
    for (const std::size_t i : order) node(i);
    std::erase_if(parts_, [&](const FormulaPart& part) { return never(part); });
    return std::move(parts_);
  }

 private:
  void add(What what, std::size_t node, std::size_t operand, std::string place, std::string words) {
    parts_.push_back({what, static_cast<std::uint32_t>(node), operand, true, std::move(place),
                      std::move(words)});
  }

  // ---- What cannot happen

  [[nodiscard]] bool never(const FormulaPart& part) const {
    const auto& operands = nodes_[part.node].operands;
    switch (part.what) {
      case What::condition_true:
      case What::condition_false: {
        const std::size_t condition = operands[2 * part.operand];
        return reach_.never(condition, [&](FormulaBuilder& out) {
          const auto copied = out.copy(formula_, condition);
          return part.what == What::condition_true ? copied : out.add(Op::logical_not, {copied});
        });
      }
      case What::decides:
        return nodes_[part.node].operation != Op::coalesce &&
               reach_.never(part.node, [&](FormulaBuilder& out) {
                 return reach_.decides(out, part.node, part.operand);
               });
      case What::clamped_low:
        return compared(part, 0, Op::less, 1);
      case What::clamped_high:
        return compared(part, 0, Op::greater, 2);
      case What::not_clamped:
        return reach_.never(part.node, [&](FormulaBuilder& out) {
          return out.add(Op::between,
                         {out.copy(formula_, operands[0]), out.copy(formula_, operands[1]),
                          out.copy(formula_, operands[2])});
        });
      case What::at_bound:
        return compared(part, part.operand == 0 ? 1 : 0, Op::equal, part.operand);
      case What::near_bound:
        return reach_.never(part.node, [&](FormulaBuilder& out) { return beside(out, part); });
    }
    return false;
  }

  [[nodiscard]] bool compared(const FormulaPart& part, std::size_t a, Op operation,
                              std::size_t b) const {
    const auto& operands = nodes_[part.node].operands;
    return reach_.never(part.node, [&](FormulaBuilder& out) {
      const auto first = out.copy(formula_, operands[a]);
      return out.add(operation, {first, out.copy(formula_, operands[b])});
    });
  }

  FormulaBuilder::Position beside(FormulaBuilder& out, const FormulaPart& part) const {
    const auto& operands = nodes_[part.node].operands;
    const std::size_t value = operands[part.operand == 0 ? 1 : 0];
    const double bound = fixed(operands[part.operand]).value_or(0.0);
    const double near = next_digit(bound, !part.below);
    const auto inner = out.add(part.below ? Op::less : Op::greater,
                               {out.copy(formula_, value), out.number(bound)});
    const auto outer = out.add(part.below ? Op::greater_equal : Op::less_equal,
                               {out.copy(formula_, value), out.number(near)});
    return out.all({inner, outer});
  }

  [[nodiscard]] std::string text(std::size_t node) const {
    constexpr std::size_t longest = 60;
    std::string whole = to_string(formula_, node);
    return whole.size() <= longest ? whole : std::string(name(nodes_[node].operation)) + " ...";
  }

  void node(std::size_t i) {
    const FormulaNode& here = nodes_[i];
    switch (here.operation) {
      case Op::choose:
        for (std::size_t c = 0; 2 * c + 1 < here.operands.size(); ++c) {
          const std::string condition = text(here.operands[2 * c]);
          add(What::condition_true, i, c, fmt::format("if.{}:true", c + 1),
              fmt::format("`{}` is true", condition));
          add(What::condition_false, i, c, fmt::format("if.{}:false", c + 1),
              fmt::format("`{}` is false", condition));
        }
        return;
      case Op::minimum:
      case Op::maximum:
      case Op::logical_and:
      case Op::logical_or:
      case Op::coalesce:
        alternatives(i);
        return;
      case Op::clamp:
        add(What::clamped_low, i, 1, "clamp:low", fmt::format("`{}` is cut from below", text(i)));
        add(What::not_clamped, i, 0, "clamp:inside", fmt::format("`{}` cuts nothing", text(i)));
        add(What::clamped_high, i, 2, "clamp:high", fmt::format("`{}` is cut from above", text(i)));
        return;
      case Op::less:
      case Op::greater_equal:
        bound(i, 0, 1, true);
        bound(i, 1, 0, false);
        return;
      case Op::less_equal:
      case Op::greater:
        bound(i, 0, 1, false);
        bound(i, 1, 0, true);
        return;
      case Op::between:
        bound(i, 0, 1, true);
        bound(i, 0, 2, false);
        return;
      default:
        return;
    }
  }

  void alternatives(std::size_t i) {
    const FormulaNode& here = nodes_[i];
    if (here.operands.size() < 2) return;
    for (std::size_t k = 0; k < here.operands.size(); ++k) {
      const std::string operand = text(here.operands[k]);
      std::string words;
      if (here.operation == Op::coalesce) {
        words = fmt::format("`{}` is the first that is there", operand);
      } else if (here.operation == Op::minimum || here.operation == Op::maximum) {
        words = fmt::format("`{}` alone is the {}", operand,
                            here.operation == Op::minimum ? "lowest" : "highest");
      } else {
        words = fmt::format("`{}` alone is {}", operand,
                            here.operation == Op::logical_and ? "false" : "true");
      }
      add(What::decides, i, k, fmt::format("{}.{}", name(here.operation), k + 1), std::move(words));
    }
  }

  /// The number of a node that is the same for all units.
  [[nodiscard]] std::optional<double> fixed(std::size_t node) const {
    if (nodes_[node].operation == Op::number) return nodes_[node].number;
    if (nodes_[node].operation != Op::name) return {};
    const auto symbol = symbols_.names.find(nodes_[node].text);
    return symbol == symbols_.names.end() ? std::nullopt : symbol->second.value;
  }

  /// A value that is compared with a fixed one.
  /// @param below whether the outcome changes below the bound
  void bound(std::size_t i, std::size_t value, std::size_t fixed_one, bool below) {
    const std::size_t of = nodes_[i].operands[value];
    const std::size_t to = nodes_[i].operands[fixed_one];
    const auto number = fixed(to);
    if (!number || fixed(of)) return;
    const std::string label =
        nodes_[to].operation == Op::number ? to_string(*number) : id_word(nodes_[to].text);
    const std::string what = text(of);
    const std::string side = below ? "below" : "above";
    add(What::at_bound, i, fixed_one, "at_" + label, fmt::format("`{}` = {}", what, label));
    add(What::near_bound, i, fixed_one, fmt::format("just_{}_{}", side, label),
        fmt::format("`{}` just {} {}", what, side, label));
    parts_.back().below = below;
  }

  const Formula& formula_;
  std::span<const FormulaNode> nodes_;
  const FormulaSymbols& symbols_;
  FormulaReach reach_;
  std::vector<FormulaPart> parts_;
};

/// Which nodes the result rests on: of branches only the one that is taken.
std::vector<char> live_nodes(const Formula& formula, std::span<const double> values) {
  const auto nodes = formula.nodes();
  std::vector<char> live(nodes.size(), 0);
  live[formula.root()] = 1;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (live[i] == 0) continue;
    const auto& operands = nodes[i].operands;
    if (nodes[i].operation == Op::choose) {
      for (std::size_t k = 0; k < operands.size(); k += 2) {
        live[operands[k]] = 1;  // A condition, or what is left if none is true.
        if (k + 1 == operands.size() || std::isnan(values[operands[k]])) break;
        if (values[operands[k]] == 0.0) continue;
        live[operands[k + 1]] = 1;
        break;
      }
    } else if (nodes[i].operation == Op::coalesce) {
      for (const std::uint32_t operand : operands) {
        live[operand] = 1;
        if (!std::isnan(values[operand])) break;
      }
    } else {
      for (const std::uint32_t operand : operands) live[operand] = 1;
    }
  }
  return live;
}

/// Whether one operand alone makes the result what it is.
bool decides(const FormulaNode& node, std::size_t operand, std::span<const double> values) {
  const double own = values[node.operands[operand]];
  if (std::isnan(own)) return false;
  for (std::size_t k = 0; k < node.operands.size(); ++k) {
    if (k == operand) continue;
    const double other = values[node.operands[k]];
    switch (node.operation) {
      case Op::minimum:
        if (!(own < other)) return false;
        break;
      case Op::maximum:
        if (!(own > other)) return false;
        break;
      case Op::logical_and:
        if (own != 0.0 || !(other != 0.0) || std::isnan(other)) return false;
        break;
      case Op::logical_or:
        if (own == 0.0 || other != 0.0) return false;
        break;
      case Op::coalesce:
        if (k < operand && !std::isnan(other)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

bool happens(const FormulaNode& node, const FormulaPart& part, std::span<const double> values,
             std::span<const char> live) {
  const auto value = [&](std::size_t operand) { return values[node.operands[operand]]; };
  switch (part.what) {
    case What::condition_true:
      return live[node.operands[2 * part.operand]] != 0 && value(2 * part.operand) == 1.0;
    case What::condition_false:
      return live[node.operands[2 * part.operand]] != 0 && value(2 * part.operand) == 0.0;
    case What::decides:
      return decides(node, part.operand, values);
    case What::clamped_low:
      return value(0) < value(1);
    case What::not_clamped:
      return value(0) >= value(1) && value(0) <= value(2);
    case What::clamped_high:
      return value(0) > value(2);
    case What::at_bound:
    case What::near_bound: {
      const double bound = value(part.operand);
      const double compared = value(part.operand == 0 ? 1 : 0);
      if (part.what == What::at_bound) return compared == bound;
      return part.below ? compared < bound && compared >= next_digit(bound, false)
                        : compared > bound && compared <= next_digit(bound, true);
    }
  }
  return false;
}

}  // namespace

std::vector<FormulaPart> formula_parts(const Formula& formula, const FormulaSymbols& symbols) {
  return Parts(formula, symbols).list();
}

std::vector<char> happening(const Formula& formula, std::span<const FormulaPart> parts,
                            std::span<const double> values) {
  const auto live = live_nodes(formula, values);
  std::vector<char> found(parts.size(), 0);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const FormulaNode& node = formula.nodes()[parts[p].node];
    if (live[parts[p].node] != 0 && happens(node, parts[p], values, live)) found[p] = 1;
  }
  return found;
}

}  // namespace chiso
