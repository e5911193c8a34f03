#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/program.hpp"

namespace chiso::testing_formula {

/// Works a formula out with 64 bits in place of 53, so that the difference shows what rounding did.
/// Names that are no inputs take their value from `nodes`, as do conditions of categories.
class LongDoubleFormula {
 public:
  using Number = long double;
  using Operation = FormulaOperation;

  LongDoubleFormula(const FormulaProgram& program, std::span<const double> row,
                    std::span<const double> nodes)
      : program_(program), row_(row), nodes_(nodes) {}

  Number result() const { return value(program_.formula().root()); }

 private:
  static constexpr Number missing = std::numeric_limits<Number>::quiet_NaN();

  static Number truth(bool yes) { return yes ? 1.0L : 0.0L; }

  Number input(std::size_t i, bool previous, const std::string& name) const {
    const auto inputs = program_.inputs();
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (inputs[k].variable == name && inputs[k].previous == previous) return row_[k];
    }
    return nodes_[i];
  }

  Number value(std::size_t i) const {
    const FormulaNode& node = program_.formula().nodes()[i];
    const auto of = [&](std::size_t k) { return value(node.operands[k]); };
    const auto fold = [&](auto&& combine) {
      Number all = of(0);
      for (std::size_t k = 1; k < node.operands.size(); ++k) {
        const Number next = of(k);
        all = std::isnan(all) || std::isnan(next) ? missing : combine(all, next);
      }
      return all;
    };
    const auto compare = [&](auto&& holds) {
      const Number a = of(0);
      const Number b = of(1);
      return std::isnan(a) || std::isnan(b) ? missing : truth(holds(a, b));
    };
    const auto add = [](Number a, Number b) { return a + b; };
    switch (node.operation) {
      case Operation::name:
        return input(i, false, node.text);
      case Operation::previous:
        return input(i, true, program_.formula().nodes()[node.operands[0]].text);
      case Operation::negate:
        return -of(0);
      case Operation::add:
      case Operation::sum:
        return fold(add);
      case Operation::mean:
        return fold(add) / static_cast<Number>(node.operands.size());
      case Operation::subtract:
        return of(0) - of(1);
      case Operation::multiply:
        return of(0) * of(1);
      case Operation::divide:
        return of(1) == 0.0L ? missing : of(0) / of(1);
      case Operation::power: {
        const Number base = of(0);
        const Number exponent = of(1);
        return base == 0.0L && exponent < 0.0L ? missing : std::pow(base, exponent);
      }
      case Operation::less:
        return compare([](Number a, Number b) { return a < b; });
      case Operation::less_equal:
        return compare([](Number a, Number b) { return a <= b; });
      case Operation::greater:
        return compare([](Number a, Number b) { return a > b; });
      case Operation::greater_equal:
        return compare([](Number a, Number b) { return a >= b; });
      case Operation::equal:
        return compare([](Number a, Number b) { return a == b; });
      case Operation::not_equal:
        return compare([](Number a, Number b) { return a != b; });
      case Operation::between: {
        const Number x = of(0);
        const Number low = of(1);
        const Number high = of(2);
        const bool known = !std::isnan(x) && !std::isnan(low) && !std::isnan(high);
        return known ? truth(low <= x && x <= high) : missing;
      }
      case Operation::logical_not:
        return 1.0L - of(0);
      case Operation::logical_and:
      case Operation::logical_or: {
        const Number deciding = truth(node.operation == Operation::logical_or);
        const Number a = of(0);
        const Number b = of(1);
        if (a == deciding || b == deciding) return deciding;
        return std::isnan(a) || std::isnan(b) ? missing : 1.0L - deciding;
      }
      case Operation::choose:
        for (std::size_t k = 0; k + 1 < node.operands.size(); k += 2) {
          const Number condition = of(k);
          if (std::isnan(condition)) return missing;
          if (condition == 1.0L) return of(k + 1);
        }
        return of(node.operands.size() - 1);
      case Operation::minimum:
        return fold([](Number a, Number b) { return std::min(a, b); });
      case Operation::maximum:
        return fold([](Number a, Number b) { return std::max(a, b); });
      case Operation::clamp: {
        const Number x = of(0);
        const Number low = of(1);
        const Number high = of(2);
        const bool known = !std::isnan(x) && !std::isnan(low) && !std::isnan(high);
        return known ? std::min(std::max(x, low), high) : missing;
      }
      case Operation::absolute:
        return std::fabs(of(0));
      case Operation::square_root:
        return std::sqrt(of(0));
      case Operation::logarithm: {
        const Number x = of(0);
        return x > 0.0L ? std::log(x) : missing;
      }
      case Operation::exponential:
        return std::exp(of(0));
      case Operation::round: {
        const Number scale = node.operands.size() < 2 ? 1.0L : std::pow(10.0L, of(1));
        return std::round(of(0) * scale) / scale;
      }
      case Operation::floor:
        return std::floor(of(0));
      case Operation::ceiling:
        return std::ceil(of(0));
      case Operation::count: {
        Number count = 0.0L;
        for (std::size_t k = 0; k < node.operands.size(); ++k) {
          const Number each = of(k);
          count += std::isnan(each) ? 0.0L : is_condition(node.operands[k]) ? each : 1.0L;
        }
        return count;
      }
      case Operation::is_missing:
        return truth(std::isnan(of(0)));
      case Operation::coalesce:
        for (std::size_t k = 0; k < node.operands.size(); ++k) {
          if (const Number each = of(k); !std::isnan(each)) return each;
        }
        return missing;
      default:  // A constant.
        return nodes_[i];
    }
  }

  bool is_condition(std::size_t i) const {
    const FormulaNode& node = program_.formula().nodes()[i];
    switch (node.operation) {
      case Operation::choose:
        return is_condition(node.operands[1]);
      case Operation::coalesce:
        return is_condition(node.operands[0]);
      case Operation::truth:
      case Operation::is_missing:
      case Operation::between:
        return true;
      default:
        return node.operation >= Operation::less && node.operation <= Operation::logical_or;
    }
  }

  const FormulaProgram& program_;
  std::span<const double> row_;
  std::span<const double> nodes_;
};

}  // namespace chiso::testing_formula
