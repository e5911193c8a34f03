#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "check/formula_reach.hpp"
#include "check/slips.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

namespace {

using Op = FormulaOperation;

/// What an operation is called in ids.
std::string_view word(Op operation) noexcept {
  switch (operation) {
    case Op::negate:
      return "minus";
    case Op::add:
      return "add";
    case Op::subtract:
      return "subtract";
    case Op::multiply:
      return "multiply";
    case Op::divide:
      return "divide";
    case Op::less:
      return "less";
    case Op::less_equal:
      return "less_equal";
    case Op::greater:
      return "greater";
    case Op::greater_equal:
      return "greater_equal";
    case Op::equal:
      return "equal";
    case Op::not_equal:
      return "not_equal";
    default:
      return name(operation);
  }
}

/// Another operator that is easily written instead.
std::optional<Op> mistaken(Op operation) noexcept {
  switch (operation) {
    case Op::add:
      return Op::subtract;
    case Op::subtract:
      return Op::add;
    case Op::multiply:
      return Op::divide;
    case Op::divide:
      return Op::multiply;
    case Op::less:
      return Op::less_equal;
    case Op::less_equal:
      return Op::less;
    case Op::greater:
      return Op::greater_equal;
    case Op::greater_equal:
      return Op::greater;
    case Op::equal:
      return Op::not_equal;
    case Op::not_equal:
      return Op::equal;
    case Op::logical_and:
      return Op::logical_or;
    case Op::logical_or:
      return Op::logical_and;
    case Op::minimum:
      return Op::maximum;
    case Op::maximum:
      return Op::minimum;
    case Op::floor:
      return Op::ceiling;
    case Op::ceiling:
      return Op::floor;
    case Op::sum:
      return Op::mean;
    case Op::mean:
      return Op::sum;
    default:
      return {};
  }
}

/// Whether one operand more or less makes sense.
bool takes_any_number(Op operation) noexcept {
  switch (operation) {
    case Op::minimum:
    case Op::maximum:
    case Op::sum:
    case Op::mean:
    case Op::count:
    case Op::coalesce:
    case Op::logical_and:
    case Op::logical_or:
      return true;
    default:
      return false;
  }
}

/// Whether the operation can be left out with its operand staying.
bool can_be_forgotten(Op operation) noexcept {
  return operation == Op::negate || operation == Op::logical_not || operation == Op::absolute ||
         operation == Op::previous;
}

class FormulaSlips {
 public:
  FormulaSlips(const FormulaRule& rule, const Index& index, std::span<const FormulaSymbols> symbols)
      : rule_(rule),
        formula_(rule.formula),
        nodes_(formula_.nodes()),
        index_(index),
        reach_(formula_, symbols) {
    parents_.assign(nodes_.size(), -1);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      for (const std::uint32_t operand : nodes_[i].operands) {
        parents_[operand] = static_cast<Size>(i);
      }
    }
  }

  std::vector<RuleSlip> list() {
    // In the order of the text.
    std::vector<std::size_t> order(nodes_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return nodes_[a].span.begin < nodes_[b].span.begin;
    });
    for (const std::size_t i : order) node(i);
    return std::move(slips_);
  }

 private:
  using Position = FormulaBuilder::Position;
  using Replace = FormulaBuilder::Replace;

  /// A node with another operation, number or text.
  Position changed(std::size_t i, FormulaBuilder& out,
                   const std::function<void(FormulaNode&)>& change) const {
    FormulaNode node = nodes_[i];
    for (Position& operand : node.operands) operand = out.copy(formula_, operand);
    change(node);
    return out.add(std::move(node));
  }

  /// The text of the part that shows a slip best: the operation that a literal or name is part of.
  [[nodiscard]] std::size_t context(std::size_t i) const {
    return nodes_[i].operands.empty() && parents_[i] >= 0 ? static_cast<std::size_t>(parents_[i])
                                                          : i;
  }

  /// A formula in which something stands in place of a node, and all of it or a part.
  [[nodiscard]] Formula with_instead(std::size_t root, std::size_t i, const Replace& with) const {
    FormulaBuilder out;
    out.copy(formula_, root, i, with);
    return out.build();
  }

  void add(MutantKind kind, std::size_t i, std::string place, const Replace& with) {
    try {
      FormulaRule wrong = rule_;
      wrong.formula = with_instead(formula_.root(), i, with);
      if (reach_.same(i, with)) return;
      const std::size_t shown = context(i);
      slips_.push_back({kind, "formula." + std::move(place),
                        fmt::format("{} -> {}", to_string(formula_, shown),
                                    to_string(with_instead(shown, i, with))),
                        Rule(std::move(wrong)),
                        rule_.place.of(location_of(formula_, nodes_[i].span))});
    } catch (const SpecError&) {
      // More digits to round to than there are, or too few operands: not even a formula.
    }
  }

  void add_change(MutantKind kind, std::size_t i, std::string place,
                  const std::function<void(FormulaNode&)>& change) {
    add(kind, i, std::move(place), [&](FormulaBuilder& out) { return changed(i, out, change); });
  }

  void node(std::size_t i) {
    const FormulaNode& here = nodes_[i];
    const std::string own(word(here.operation));
    switch (here.operation) {
      case Op::number:
        number(i);
        return;
      case Op::name:
        other_name(i);
        return;
      case Op::category:
        other_category(i);
        return;
      case Op::choose:
        choose(i);
        return;
      default:
        break;
    }
    if (const auto other = mistaken(here.operation)) {
      add_change(MutantKind::formula, i, fmt::format("{}:{}", own, word(*other)),
                 [&](FormulaNode& wrong) { wrong.operation = *other; });
    }
    if (can_be_forgotten(here.operation)) {
      const auto sign_of = [&](FormulaBuilder& out) {
        return out.add(Op::less, {out.copy(formula_, here.operands[0]), out.number(0.0)});
      };
      if (here.operation != Op::absolute || !reach_.never(i, sign_of)) {
        add(MutantKind::formula, i, own + ":dropped",
            [&](FormulaBuilder& out) { return out.copy(formula_, here.operands[0]); });
      }
    }
    if (!takes_any_number(here.operation) || here.operands.size() < 2) return;
    for (std::size_t k = 0; k < here.operands.size(); ++k) {
      if (never_decides(i, k)) continue;
      add(MutantKind::dropped, i, fmt::format("{}.{}:dropped", own, k + 1),
          [&](FormulaBuilder& out) { return without(i, k, out); });
    }
  }

  /// Whether a constant operand of a minimum or a maximum is never the one.
  [[nodiscard]] bool never_decides(std::size_t i, std::size_t operand) const {
    const FormulaNode& here = nodes_[i];
    if (here.operation != Op::minimum && here.operation != Op::maximum) return false;
    if (nodes_[here.operands[operand]].operation != Op::number) return false;
    return reach_.never(i, [&](FormulaBuilder& out) { return reach_.decides(out, i, operand); });
  }

  /// An operation without one of its operands; of two the other alone, where it is the same.
  Position without(std::size_t i, std::size_t operand, FormulaBuilder& out) const {
    const auto& all = nodes_[i].operands;
    std::vector<Position> kept;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (k != operand) kept.push_back(out.copy(formula_, all[k]));
    }
    if (kept.size() == 1 && nodes_[i].operation != Op::count) return kept[0];
    return out.add(nodes_[i].operation, std::move(kept));
  }

  // ---- Literals and names

  [[nodiscard]] bool is_operand_of(std::size_t i, std::span<const Op> operations) const {
    return parents_[i] >= 0 && std::find(operations.begin(), operations.end(),
                                         nodes_[at(parents_[i])].operation) != operations.end();
  }

  void number(std::size_t i) {
    const double value = nodes_[i].number;
    const std::string text = to_string(value);
    const auto with = [&](MutantKind kind, const std::string& place, double to) {
      add_change(kind, i, text + place, [to](FormulaNode& wrong) { wrong.number = to; });
    };
    for (const auto& slip : digit_slips(value)) {
      with(MutantKind::number, std::string(1, slip.sign), slip.value);
    }
    if (const auto up = other_side(i)) {
      with(MutantKind::threshold, *up ? ":next_up" : ":next_down",
           *up ? next_up(value) : next_down(value));
    }
    if (is_operand_of(i, std::array{Op::between}) && nodes_[at(parents_[i])].operands[0] != i) {
      with(MutantKind::bound, ":next_up", next_up(value));
      with(MutantKind::bound, ":next_down", next_down(value));
    }
  }

  /// Which way the bound of a comparison is moved by one double without becoming what another
  /// operator makes of it: x >= 90 is x > 89.99999999999999, so down. Nothing where no number is
  /// compared.
  [[nodiscard]] std::optional<bool> other_side(std::size_t i) const {
    if (parents_[i] < 0) return {};
    const FormulaNode& parent = nodes_[at(parents_[i])];
    const bool left = parent.operands[0] == i;
    switch (parent.operation) {
      case Op::greater_equal:
      case Op::less:
        return left;
      case Op::less_equal:
      case Op::greater:
        return !left;
      default:
        return {};
    }
  }

  [[nodiscard]] const Variable* variable(const std::string& code) const {
    const auto position = index_.variable_codes().find(code);
    return position ? &index_.variables()[at(*position)] : nullptr;
  }

  /// The next variable of the formula that may hold the same values.
  void other_name(std::size_t i) {
    const Variable* mine = variable(nodes_[i].text);
    if (mine == nullptr) return;  // A parameter.
    const auto names = formula_.names();
    const auto own = std::find(names.begin(), names.end(), mine->code) - names.begin();
    for (std::size_t step = 1; step < names.size(); ++step) {
      const Variable* other = variable(names[(at(own) + step) % names.size()]);
      if (other == nullptr || other->range != mine->range ||
          other->categories != mine->categories) {
        continue;
      }
      add_change(MutantKind::variable, i,
                 fmt::format("{}:{}", id_word(mine->code), id_word(other->code)),
                 [other](FormulaNode& wrong) { wrong.text = other->code; });
      return;
    }
  }

  /// The next category of the variable that it is compared with.
  void other_category(std::size_t i) {
    if (parents_[i] < 0) return;
    for (const std::uint32_t operand : nodes_[at(parents_[i])].operands) {
      std::size_t of = operand;
      if (nodes_[of].operation == Op::previous) of = nodes_[of].operands[0];
      if (nodes_[of].operation != Op::name) continue;
      const Variable* compared = variable(nodes_[of].text);
      if (compared == nullptr) continue;
      const auto& words = compared->categories;
      const auto own = std::find(words.begin(), words.end(), nodes_[i].text);
      if (own == words.end() || words.size() < 2) continue;
      const std::string& next = own + 1 == words.end() ? words.front() : *(own + 1);
      add_change(MutantKind::formula, i,
                 fmt::format("{}:{}", id_word(nodes_[i].text), id_word(next)),
                 [&next](FormulaNode& wrong) { wrong.text = next; });
      return;
    }
  }

  // ---- Branches

  /// Each branch exchanged with the next; conditions negated. With one condition these are the
  /// same.
  void choose(std::size_t i) {
    const auto& operands = nodes_[i].operands;
    const std::size_t conditions = operands.size() / 2;
    const auto value = [&](std::size_t branch) {
      return branch < conditions ? 2 * branch + 1 : 2 * conditions;
    };
    for (std::size_t c = 0; c < conditions; ++c) {
      add(MutantKind::swap, i, fmt::format("if.{}<>{}", c + 1, c + 2), [&](FormulaBuilder& out) {
        auto order = operands;
        std::swap(order[value(c)], order[value(c + 1)]);
        for (Position& operand : order) operand = out.copy(formula_, operand);
        return out.add(Op::choose, std::move(order));
      });
      if (conditions == 1) continue;
      add(MutantKind::formula, i, fmt::format("if.{}:negated", c + 1), [&](FormulaBuilder& out) {
        auto all = operands;
        for (std::size_t k = 0; k < all.size(); ++k) {
          all[k] = out.copy(formula_, all[k]);
          if (k == 2 * c) all[k] = out.add(Op::logical_not, {all[k]});
        }
        return out.add(Op::choose, std::move(all));
      });
    }
  }

  const FormulaRule& rule_;
  const Formula& formula_;
  std::span<const FormulaNode> nodes_;
  const Index& index_;
  FormulaReach reach_;
  std::vector<Size> parents_;  ///< By node; -1: the root.
  std::vector<RuleSlip> slips_;
};

}  // namespace

std::vector<RuleSlip> formula_slips(const FormulaRule& rule, const Index& index,
                                    std::span<const FormulaSymbols> symbols) {
  return FormulaSlips(rule, index, symbols).list();
}

}  // namespace chiso
