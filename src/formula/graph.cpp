#include "formula/graph.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

#include "chiso/base/text.hpp"
#include "formula/operations.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;
using Kind = ValueKind;
using Position = std::uint32_t;

class Builder {
 public:
  Builder(const Formula& formula, const FormulaSymbols& symbols)
      : formula_(formula), symbols_(symbols), types_(formula_types(formula, symbols)) {}

  Graph build() {
    const auto nodes = formula_.nodes();
    graph_.of_node.reserve(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      // The name in prev(x) is not read by itself. It stands right before it.
      const bool of_previous =
          i + 1 < nodes.size() && nodes[i + 1].operation == Operation::previous;
      graph_.of_node.push_back(of_previous ? named(nodes[i], true) : value_of(nodes[i]));
    }
    return std::move(graph_);
  }

 private:
  const FormulaNode& node(Position i) const { return formula_.nodes()[i]; }
  Position value(const FormulaNode& of, std::size_t k) const {
    return graph_.of_node[of.operands[k]];
  }

  // ---- values, each once ------------------------------------------------------------------------

  Position add(const Value& value) {
    const auto key =
        std::tuple(value.kind, value.operands, std::bit_cast<std::uint64_t>(value.constant));
    const auto [found, is_new] =
        known_.try_emplace(key, static_cast<Position>(graph_.values.size()));
    if (is_new) graph_.values.push_back(value);
    return found->second;
  }

  Position constant(double number) {
    // All that is missing is one value.
    return add({Kind::constant, {}, number == number ? number : operations::missing});
  }

  bool is_constant(Position i) const { return graph_.values[i].kind == Kind::constant; }
  bool is(Position i, double number) const {
    return is_constant(i) && graph_.values[i].constant == number;
  }
  bool is_never_there(Position i) const {
    return is_constant(i) && graph_.values[i].constant != graph_.values[i].constant;
  }

  Position input(const std::string& variable, bool previous) {
    const FormulaInput wanted{variable, previous};
    auto& inputs = graph_.inputs;
    auto found = std::find(inputs.begin(), inputs.end(), wanted);
    if (found == inputs.end()) found = inputs.insert(found, wanted);
    return add({Kind::input, {}, static_cast<double>(found - inputs.begin())});
  }

  Position of_one(Kind kind, Position a, double parameter = 0.0) {
    const Value value{kind, {a}, parameter};
    if (is_constant(a)) return constant(apply(value, graph_.values[a].constant, 0.0, 0.0));
    return add(value);
  }

  /// Whose operands may change places.
  static bool commutes(Kind kind) {
    return kind == Kind::add || kind == Kind::multiply || kind == Kind::equal ||
           kind == Kind::not_equal || kind == Kind::logical_and || kind == Kind::logical_or;
  }

  Position of_two(Kind kind, Position a, Position b) {
    if (is_constant(a) && is_constant(b)) {
      const Value value{kind, {a, b}, 0.0};
      return constant(apply(value, graph_.values[a].constant, graph_.values[b].constant, 0.0));
    }
    if (commutes(kind) && (is_constant(a) || (!is_constant(b) && b < a))) std::swap(a, b);
    switch (kind) {
      case Kind::logical_and:
        if (is(b, 0.0)) return b;
        if (is(b, 1.0)) return a;
        break;
      case Kind::logical_or:
        if (is(b, 1.0)) return b;
        if (is(b, 0.0)) return a;
        break;
      case Kind::coalesce:
        if (is_constant(a)) return is_never_there(a) ? b : a;
        if (is_never_there(b)) return a;
        break;
      case Kind::power:
        if (is_never_there(a)) return a;
        if (is_constant(b)) return raised(a, b);
        break;
      default:
        if (is_never_there(a)) return a;
        if (is_never_there(b)) return b;
    }
    return add({kind, {a, b}, 0.0});
  }

  Position raised(Position a, Position exponent) {
    if (is_never_there(exponent)) return exponent;
    const double number = graph_.values[exponent].constant;
    if (number == 1.0) return a;
    return number == 2.0 ? of_two(Kind::multiply, a, a) : of_one(Kind::raise, a, number);
  }

  Position select(Position condition, Position a, Position b) {
    if (is_constant(condition)) {
      if (is_never_there(condition)) return condition;
      return is(condition, 1.0) ? a : b;
    }
    return add({Kind::select, {condition, a, b}, 0.0});
  }

  Position opposite(Position condition) {
    const Value of = graph_.values[condition];
    const auto [a, b, unused] = of.operands;
    switch (of.kind) {
      case Kind::less:
        return of_two(Kind::less_equal, b, a);
      case Kind::less_equal:
        return of_two(Kind::less, b, a);
      case Kind::equal:
        return of_two(Kind::not_equal, a, b);
      case Kind::not_equal:
        return of_two(Kind::equal, a, b);
      default:
        return of_two(Kind::subtract, constant(1.0), condition);
    }
  }

  // ---- nodes ------------------------------------------------------------------------------------

  /// a, b, c ... as ((a b) c) ...
  Position folded(const FormulaNode& of, Kind kind) {
    Position all = value(of, 0);
    for (std::size_t k = 1; k < of.operands.size(); ++k) all = of_two(kind, all, value(of, k));
    return all;
  }

  Position counted(const FormulaNode& of) {
    const bool conditions = types_[of.operands[0]] == FormulaType::truth;
    const Kind counts = conditions ? Kind::is_true : Kind::is_present;
    Position all = of_one(counts, value(of, 0));
    for (std::size_t k = 1; k < of.operands.size(); ++k) {
      all = of_two(Kind::add, all, of_one(counts, value(of, k)));
    }
    return all;
  }

  Position chosen(const FormulaNode& of) {
    Position result = value(of, of.operands.size() - 1);
    for (std::size_t k = of.operands.size() - 1; k > 0; k -= 2) {
      result = select(value(of, k - 2), value(of, k - 1), result);
    }
    return result;
  }

  Position named(const FormulaNode& of, bool previous) {
    const FormulaSymbol& symbol = symbols_.names.find(of.text)->second;
    return symbol.value ? constant(*symbol.value) : input(of.text, previous);
  }

  /// A category in quotes is its position among those of the variable that it is compared with.
  Position compared(const FormulaNode& of, std::size_t k) {
    const FormulaNode& literal = node(of.operands[k]);
    if (literal.operation != Operation::category) return value(of, k);
    const FormulaNode* other = &node(of.operands[1 - k]);
    if (other->operation == Operation::previous) other = &node(other->operands[0]);
    const auto& categories = symbols_.names.find(other->text)->second.categories;
    const auto found = std::find_if(categories.begin(), categories.end(), [&](const auto& each) {
      return match_key(each) == match_key(literal.text);
    });
    const Position position = constant(static_cast<double>(found - categories.begin()));
    graph_.of_node[of.operands[k]] = position;
    return position;
  }

  Position comparison(const FormulaNode& of, Kind kind, bool turned) {
    const Position a = compared(of, 0);
    const Position b = compared(of, 1);
    return turned ? of_two(kind, b, a) : of_two(kind, a, b);
  }

  Position value_of(const FormulaNode& of) {
    switch (of.operation) {
      case Operation::number:
      case Operation::truth:
        return constant(of.number);
      case Operation::category:  // Known when it is compared.
      case Operation::nothing:
        return constant(operations::missing);
      case Operation::name:
        return named(of, false);
      case Operation::previous:
        return value(of, 0);
      case Operation::highest:
        return constant(*symbols_.maximum);
      case Operation::negate:
        return of_one(Kind::negate, value(of, 0));
      case Operation::add:
        return folded(of, Kind::add);
      case Operation::subtract:
        return folded(of, Kind::subtract);
      case Operation::multiply:
        return folded(of, Kind::multiply);
      case Operation::divide:
        return folded(of, Kind::divide);
      case Operation::power:
        return folded(of, Kind::power);
      case Operation::less:
        return comparison(of, Kind::less, false);
      case Operation::less_equal:
        return comparison(of, Kind::less_equal, false);
      case Operation::greater:
        return comparison(of, Kind::less, true);
      case Operation::greater_equal:
        return comparison(of, Kind::less_equal, true);
      case Operation::equal:
        return comparison(of, Kind::equal, false);
      case Operation::not_equal:
        return comparison(of, Kind::not_equal, false);
      case Operation::logical_not:
        return opposite(value(of, 0));
      case Operation::logical_and:
        return folded(of, Kind::logical_and);
      case Operation::logical_or:
        return folded(of, Kind::logical_or);
      case Operation::choose:
        return chosen(of);
      case Operation::minimum:
        return folded(of, Kind::minimum);
      case Operation::maximum:
        return folded(of, Kind::maximum);
      case Operation::clamp:
        return of_two(Kind::minimum, of_two(Kind::maximum, value(of, 0), value(of, 1)),
                      value(of, 2));
      case Operation::absolute:
        return of_one(Kind::absolute, value(of, 0));
      case Operation::square_root:
        return of_one(Kind::square_root, value(of, 0));
      case Operation::logarithm:
        return of_one(Kind::logarithm, value(of, 0));
      case Operation::exponential:
        return of_one(Kind::exponential, value(of, 0));
      case Operation::round:
        return of_one(Kind::round, value(of, 0),
                      of.operands.size() > 1 ? node(of.operands[1]).number : 0.0);
      case Operation::floor:
        return of_one(Kind::floor, value(of, 0));
      case Operation::ceiling:
        return of_one(Kind::ceiling, value(of, 0));
      case Operation::sum:
        return folded(of, Kind::add);
      case Operation::mean:
        return of_two(Kind::divide, folded(of, Kind::add),
                      constant(static_cast<double>(of.operands.size())));
      case Operation::count:
        return counted(of);
      case Operation::is_missing:
        return of_one(Kind::is_missing, value(of, 0));
      case Operation::coalesce:
        return folded(of, Kind::coalesce);
      case Operation::between:
        // Of conditions, multiply is the `and` that wants to know both.
        return of_two(Kind::multiply, of_two(Kind::less_equal, value(of, 1), value(of, 0)),
                      of_two(Kind::less_equal, value(of, 0), value(of, 2)));
    }
    return constant(operations::missing);
  }

  const Formula& formula_;
  const FormulaSymbols& symbols_;
  std::vector<FormulaType> types_;
  Graph graph_;
  std::map<std::tuple<Kind, std::array<Position, 3>, std::uint64_t>, Position> known_;
};

}  // namespace

double apply(const Value& value, double a, double b, double c) noexcept {
  switch (value.kind) {
    case Kind::constant:
      return value.constant;
    case Kind::input:
      return a;
    case Kind::negate:
      return operations::negate(a);
    case Kind::absolute:
      return operations::absolute(a);
    case Kind::square_root:
      return operations::square_root(a);
    case Kind::logarithm:
      return operations::logarithm(a);
    case Kind::exponential:
      return operations::exponential(a);
    case Kind::floor:
      return operations::floor(a);
    case Kind::ceiling:
      return operations::ceiling(a);
    case Kind::round:
      return rounded(a, static_cast<int>(value.constant));
    case Kind::raise:
      return elementary::power(a, value.constant);
    case Kind::is_missing:
      return operations::is_missing(a);
    case Kind::is_present:
      return operations::is_present(a);
    case Kind::is_true:
      return operations::is_true(a);
    case Kind::add:
      return operations::add(a, b);
    case Kind::subtract:
      return operations::subtract(a, b);
    case Kind::multiply:
      return operations::multiply(a, b);
    case Kind::divide:
      return operations::divide(a, b);
    case Kind::power:
      return elementary::power(a, b);
    case Kind::minimum:
      return operations::minimum(a, b);
    case Kind::maximum:
      return operations::maximum(a, b);
    case Kind::less:
      return operations::less(a, b);
    case Kind::less_equal:
      return operations::less_equal(a, b);
    case Kind::equal:
      return operations::equal(a, b);
    case Kind::not_equal:
      return operations::not_equal(a, b);
    case Kind::logical_and:
      return operations::logical_and(a, b);
    case Kind::logical_or:
      return operations::logical_or(a, b);
    case Kind::coalesce:
      return operations::coalesce(a, b);
    case Kind::select:
      return operations::select(a, b, c);
  }
  return operations::missing;
}

Graph graph_of(const Formula& formula, const FormulaSymbols& symbols) {
  return Builder(formula, symbols).build();
}

}  // namespace chiso
