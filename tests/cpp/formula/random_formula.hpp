#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/formula/formula.hpp"

namespace chiso::testing_formula {

/// Draws syntax trees that use every operation, of the right types.
class RandomFormula {
 public:
  using Operation = FormulaOperation;

  struct Vocabulary {
    std::vector<std::string> names;
    std::vector<std::string> categories;
    std::vector<double> numbers;
  };

  RandomFormula(std::uint64_t seed, Vocabulary vocabulary)
      : random_(seed), vocabulary_(std::move(vocabulary)) {}

  /// Nodes of a formula that is a number, at most `depth` operations above each other. An `if` is
  /// never the last branch of another.
  std::vector<FormulaNode> draw(int depth) {
    nodes_.clear();
    number(depth);
    return std::move(nodes_);
  }

 private:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

  std::uint32_t add(Operation operation, std::vector<std::uint32_t> operands = {},
                    double value = 0.0, std::string text = {}) {
    FormulaNode node;
    node.operation = operation;
    node.operands = std::move(operands);
    node.number = value;
    node.text = std::move(text);
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  std::uint32_t name() { return add(Operation::name, {}, 0.0, one_of(vocabulary_.names)); }
  std::uint32_t literal() { return add(Operation::number, {}, one_of(vocabulary_.numbers)); }
  std::uint32_t previous() { return add(Operation::previous, {name()}); }

  std::uint32_t leaf() {
    switch (below(8)) {
      case 0:
        return add(Operation::highest);
      case 1:
        return previous();
      case 2:
      case 3:
      case 4:
        return literal();
      default:
        return name();
    }
  }

  std::vector<std::uint32_t> several(int depth, std::size_t fewest) {
    std::vector<std::uint32_t> operands;
    for (std::size_t n = fewest + below(3); n > 0; --n) operands.push_back(number(depth - 1));
    return operands;
  }

  std::uint32_t of_numbers(Operation operation, int depth, std::size_t count) {
    std::vector<std::uint32_t> operands;
    for (; count > 0; --count) operands.push_back(number(depth - 1));
    return add(operation, std::move(operands));
  }

  std::uint32_t of_conditions(Operation operation, int depth, std::size_t count) {
    std::vector<std::uint32_t> operands;
    for (; count > 0; --count) operands.push_back(condition(depth - 1));
    return add(operation, std::move(operands));
  }

  template <class Branch>
  std::uint32_t choose(int depth, Branch&& branch) {
    std::vector<std::uint32_t> operands;
    for (std::size_t n = 1 + below(3); n > 0; --n) {
      operands.push_back(condition(depth - 1));
      operands.push_back(below(10) == 0 ? add(Operation::nothing) : branch());
    }
    operands.push_back(branch());
    const std::uint32_t last = operands.back();
    if (nodes_[last].operation == Operation::choose) {
      operands.back() = add(Operation::absolute, {last});
    }
    return add(Operation::choose, std::move(operands));
  }

  std::uint32_t number(int depth) {
    if (depth <= 0) return leaf();
    switch (below(26)) {
      case 0:
      case 1:
        return of_numbers(Operation::add, depth, 2);
      case 2:
      case 3:
        return of_numbers(Operation::subtract, depth, 2);
      case 4:
      case 5:
        return of_numbers(Operation::multiply, depth, 2);
      case 6:
      case 7:
        return of_numbers(Operation::divide, depth, 2);
      case 8:
        return of_numbers(Operation::power, depth, 2);
      case 9:
        return of_numbers(Operation::negate, depth, 1);
      case 10:
      case 11:
        return choose(depth, [&] { return number(depth - 1); });
      case 12:
        return add(Operation::minimum, several(depth, 2));
      case 13:
        return add(Operation::maximum, several(depth, 2));
      case 14:
        return of_numbers(Operation::clamp, depth, 3);
      case 15:
        return of_numbers(Operation::absolute, depth, 1);
      case 16:
        return of_numbers(Operation::square_root, depth, 1);
      case 17:
        return of_numbers(Operation::logarithm, depth, 1);
      case 18:
        return of_numbers(Operation::exponential, depth, 1);
      case 19: {
        std::vector<std::uint32_t> operands{number(depth - 1)};
        if (below(2) == 0) {
          operands.push_back(add(Operation::number, {}, static_cast<double>(below(16))));
        }
        return add(Operation::round, std::move(operands));
      }
      case 20:
        return of_numbers(Operation::floor, depth, 1);
      case 21:
        return of_numbers(Operation::ceiling, depth, 1);
      case 22:
        return add(below(2) == 0 ? Operation::sum : Operation::mean, several(depth, 2));
      case 23:
        if (below(2) == 0) return of_conditions(Operation::count, depth, 2 + below(3));
        return add(Operation::count, several(depth, 2));
      case 24:
        return add(Operation::coalesce, several(depth, 2));
      default:
        return leaf();
    }
  }

  std::uint32_t comparison(int depth) {
    const auto operation =
        static_cast<Operation>(static_cast<std::size_t>(Operation::less) + below(6));
    if (below(6) > 0) return of_numbers(operation, depth, 2);
    const std::uint32_t a = below(3) > 0 ? name() : previous();
    const std::uint32_t b = add(Operation::category, {}, 0.0, one_of(vocabulary_.categories));
    return add(operation, {a, b});
  }

  std::uint32_t condition(int depth) {
    if (depth <= 0) return add(Operation::is_missing, {name()});
    switch (below(12)) {
      case 0:
        return of_conditions(Operation::logical_not, depth, 1);
      case 1:
      case 2:
        return of_conditions(Operation::logical_and, depth, 2);
      case 3:
      case 4:
        return of_conditions(Operation::logical_or, depth, 2);
      case 5:
        return of_numbers(Operation::between, depth, 3);
      case 6:
        return of_numbers(Operation::is_missing, depth, 1);
      case 7:
        return add(Operation::truth, {}, below(2) == 0 ? 1.0 : 0.0);
      case 8:
        // Two bounds of one variable.
        return bounds();
      case 9:
        if (below(3) == 0) return of_conditions(Operation::coalesce, depth, 2 + below(3));
        if (below(3) == 0) {
          std::vector<std::uint32_t> operands{condition(depth - 1), condition(depth - 1),
                                              add(Operation::truth, {}, 1.0)};
          return add(Operation::choose, std::move(operands));
        }
        return comparison(depth);
      default:
        return comparison(depth);
    }
  }

  std::uint32_t bounds() {
    const std::string text = one_of(vocabulary_.names);
    std::vector<std::uint32_t> both;
    for (int k = 0; k < 2; ++k) {
      const auto operation =
          static_cast<Operation>(static_cast<std::size_t>(Operation::less) + below(4));
      std::uint32_t a = add(Operation::name, {}, 0.0, text);
      std::uint32_t b = literal();
      if (below(3) == 0) {
        std::swap(nodes_[a], nodes_[b]);
        std::swap(a, b);
        both.push_back(add(operation, {b, a}));
      } else {
        both.push_back(add(operation, {a, b}));
      }
    }
    return add(Operation::logical_and, std::move(both));
  }

  std::mt19937_64 random_;
  Vocabulary vocabulary_;
  std::vector<FormulaNode> nodes_;
};

}  // namespace chiso::testing_formula
