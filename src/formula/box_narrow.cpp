#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/doubles.hpp"
#include "base/elementary.hpp"
#include "formula/box_values.hpp"

/// From what a condition says back to the inputs.
namespace chiso {

using Operation = FormulaOperation;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// For inverse functions that are only nearly exact.
Bounds a_little_wider(Bounds bounds) noexcept {
  constexpr double part = 0x1p-40;
  bounds.lowest -= std::fabs(bounds.lowest) * part;
  bounds.highest += std::fabs(bounds.highest) * part;
  if (std::isnan(bounds.lowest)) bounds.lowest = -infinity;
  if (std::isnan(bounds.highest)) bounds.highest = infinity;
  return bounds;
}

Operation opposite(Operation operation) noexcept {
  switch (operation) {
    case Operation::less:
      return Operation::greater_equal;
    case Operation::less_equal:
      return Operation::greater;
    case Operation::greater:
      return Operation::less_equal;
    case Operation::greater_equal:
      return Operation::less;
    case Operation::equal:
      return Operation::not_equal;
    default:
      return Operation::equal;
  }
}

}  // namespace

bool BoxValues::narrow_input(std::size_t input, double low, double high) {
  Bounds bounds = box_[input];
  bounds.meet(low, high);
  bounds.missing = false;
  subject_.settle(input, bounds);
  if (!bounds.present()) return false;
  set(input, bounds);
  return true;
}

/// To where a node is present and within [low, high].
bool BoxValues::narrow(std::size_t i, double low, double high) {
  --work_.left;
  if (subject_.constant(i)) return low <= subject_.value(i) && subject_.value(i) <= high;
  if (const Size input = subject_.input_of(i); input >= 0) {
    return narrow_input(static_cast<std::size_t>(input), low, high);
  }
  Bounds to = values_[i];
  to.meet(low, high);
  return to.present() && narrow_operation(i, to);
}

bool BoxValues::narrow_operation(std::size_t i, const Bounds& to) {
  const FormulaNode& node = subject_.node(i);
  const auto& operands = node.operands;
  const auto of = [&](std::size_t k) -> Bounds {
    const Size input = subject_.input_of(operands[k]);
    return input >= 0 ? box_[static_cast<std::size_t>(input)] : values_[operands[k]];
  };
  const auto within = [&](std::size_t k, const Bounds& bounds) {
    return narrow(operands[k], bounds.lowest, bounds.highest);
  };
  const Bounds real = before_rounding(to);
  switch (node.operation) {
    case Operation::negate:
      return narrow(operands[0], -to.highest, -to.lowest);
    case Operation::add:
      return within(0, real_difference(real, of(1))) && within(1, real_difference(real, of(0)));
    case Operation::subtract:
      return within(0, real_sum(real, of(1))) && within(1, real_difference(of(0), real));
    case Operation::multiply:
      return within(0, real_quotient(real, of(1))) && within(1, real_quotient(real, of(0)));
    case Operation::divide: {
      Bounds divisor = of(1);
      if (divisor.lowest == 0.0) divisor.lowest = std::numeric_limits<double>::denorm_min();
      if (divisor.highest == 0.0) divisor.highest = -std::numeric_limits<double>::denorm_min();
      if (!within(1, divisor) || !within(0, real_product(real, divisor))) return false;
      return real.contains(0.0) || within(1, real_quotient(of(0), real));
    }
    case Operation::power: {
      const Bounds base = of(0);
      const Bounds exponent = of(1);
      if (!exponent.single() || exponent.lowest <= 0.0 || base.lowest < 0.0 || to.lowest < 0.0) {
        return narrow_each(i, true);
      }
      const double inverse = 1.0 / exponent.lowest;
      return within(0, a_little_wider({elementary::power(to.lowest, inverse),
                                       elementary::power(to.highest, inverse), false}));
    }
    case Operation::sum:
    case Operation::mean:
      return narrow_sum(i, to);
    case Operation::minimum:
    case Operation::maximum:
      return narrow_extreme(i, to);
    case Operation::clamp:
      if (!narrow_each(i, true)) return false;
      if (to.lowest > of(1).highest && !narrow(operands[0], to.lowest, infinity)) return false;
      return to.highest >= of(2).lowest || narrow(operands[0], -infinity, to.highest);
    case Operation::absolute: {
      const double least = std::max(to.lowest, 0.0);
      const bool positive = of(0).lowest > -least;
      const bool negative = of(0).highest < least;
      return narrow(operands[0], positive ? least : -to.highest, negative ? -least : to.highest);
    }
    case Operation::square_root: {
      const double least = std::max(to.lowest, 0.0);
      const Bounds square = a_little_wider({least * least, to.highest * to.highest, false});
      return narrow(operands[0], std::max(square.lowest, 0.0), square.highest);
    }
    case Operation::logarithm:
      return narrow(operands[0],
                    std::max(a_little_wider({elementary::exp(to.lowest), 0.0, false}).lowest,
                             std::numeric_limits<double>::denorm_min()),
                    a_little_wider({0.0, elementary::exp(to.highest), false}).highest);
    case Operation::exponential: {
      const auto log = [](double x) {
        return x <= 0.0 ? -infinity : x == infinity ? infinity : elementary::log(x);
      };
      const Bounds inverse = a_little_wider({log(to.lowest), log(to.highest), false});
      return narrow(operands[0], inverse.lowest - 0x1p-40, inverse.highest + 0x1p-40);
    }
    case Operation::floor:
      return narrow(operands[0], std::ceil(to.lowest), next_down(std::floor(to.highest) + 1.0));
    case Operation::ceiling:
      return narrow(operands[0], next_up(std::ceil(to.lowest) - 1.0), std::floor(to.highest));
    case Operation::round: {
      const double digits = operands.size() < 2 ? 0.0 : of(1).lowest;
      const double half = 0.5 * elementary::power(10.0, -digits);
      const Bounds wide = a_little_wider({to.lowest - half, to.highest + half, false});
      return within(0, wide);
    }
    case Operation::count: {
      // All of them; else any.
      const auto all = static_cast<double>(operands.size());
      if (to.lowest < all) return true;
      for (const Node operand : operands) {
        if (subject_.type(operand) == FormulaType::truth ? !narrow_truth(operand, true)
                                                         : !narrow_missing(operand, false)) {
          return false;
        }
      }
      return true;
    }
    case Operation::coalesce:
      return of(0).missing || within(0, to);
    default:
      return true;
  }
}

bool BoxValues::narrow_sum(std::size_t i, const Bounds& to) {
  const auto& operands = subject_.node(i).operands;
  const auto count = static_cast<double>(operands.size());
  Bounds all{0.0, 0.0, false};
  double size = 0.0;
  for (const Node operand : operands) {
    const Bounds& of = values_[operand];
    all.lowest += of.lowest;
    all.highest += of.highest;
    size += std::max(std::fabs(of.lowest), std::fabs(of.highest));
  }
  const double times = subject_.node(i).operation == Operation::mean ? count : 1.0;
  // What all additions together can round.
  const double slack = size * count * 0x1p-50;
  if (!std::isfinite(size)) return narrow_each(i, true);
  return std::all_of(operands.begin(), operands.end(), [&](Node operand) {
    const Bounds& of = values_[operand];
    return narrow(operand, to.lowest * times - (all.highest - of.highest) - slack,
                  to.highest * times - (all.lowest - of.lowest) + slack);
  });
}

bool BoxValues::narrow_extreme(std::size_t i, const Bounds& to) {
  const FormulaNode& node = subject_.node(i);
  const bool least = node.operation == Operation::minimum;
  // All lie on one side, and one reaches the other.
  Node reaching = 0;
  int count = 0;
  for (const Node operand : node.operands) {
    const Bounds& of = values_[operand];
    if (least ? of.lowest <= to.highest : of.highest >= to.lowest) {
      reaching = operand;
      ++count;
    }
  }
  for (const Node operand : node.operands) {
    const bool alone = count == 1 && operand == reaching;
    const double low = least || alone ? to.lowest : -infinity;
    const double high = !least || alone ? to.highest : infinity;
    if (!narrow(operand, low, high)) return false;
  }
  return true;
}

/// All operands: conditions to `truth`, numbers to where they are present.
bool BoxValues::narrow_each(std::size_t i, bool truth) {
  const auto& operands = subject_.node(i).operands;
  return std::all_of(operands.begin(), operands.end(), [&](Node operand) {
    return subject_.type(operand) == FormulaType::truth ? narrow_truth(operand, truth)
                                                        : narrow(operand, -infinity, infinity);
  });
}

/// To where at least one operand is `truth`: around all that can be.
bool BoxValues::narrow_any(std::size_t i, bool truth) {
  constexpr std::size_t most = 8;
  const auto& operands = subject_.node(i).operands;
  if (operands.size() > most) return true;
  std::vector<Node> candidates;
  for (const Node operand : operands) {
    const Bounds& of = values_[operand];
    if (truth ? of.can_be_true() : of.can_be_false()) candidates.push_back(operand);
  }
  if (candidates.size() == 1) return narrow_truth(candidates.front(), truth);
  Box around;
  for (const Node operand : candidates) {
    const Mark inside = mark();
    if (narrow_truth(operand, truth)) {
      if (around.empty()) {
        around = box_;
      } else {
        for (std::size_t k = 0; k < around.size(); ++k) around[k].join(box_[k]);
      }
    }
    back_to(inside);
  }
  if (around.empty()) return false;
  for (std::size_t k = 0; k < around.size(); ++k) {
    const Bounds& now = box_[k];
    if (around[k].lowest != now.lowest || around[k].highest != now.highest ||
        around[k].missing != now.missing) {
      set(k, around[k]);
    }
  }
  return true;
}

bool BoxValues::narrow_missing(std::size_t i, bool missing) {
  if (!missing) return narrow(i, -infinity, infinity);
  if (!values_[i].missing) return false;
  if (const Size input = subject_.input_of(i); input >= 0) {
    set(static_cast<std::size_t>(input), Bounds::nothing());
  }
  return true;
}

bool BoxValues::narrow_truth(std::size_t i, bool truth) {
  --work_.left;
  const Bounds& of = values_[i];
  if (truth ? !of.can_be_true() : !of.can_be_false()) return false;
  if (subject_.constant(i)) return true;
  const FormulaNode& node = subject_.node(i);
  switch (node.operation) {
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal:
      return narrow_comparison(node.operation, node.operands[0], node.operands[1], truth);
    case Operation::between: {
      const auto [x, low, high] = std::array{node.operands[0], node.operands[1], node.operands[2]};
      if (truth) {
        return narrow_comparison(Operation::greater_equal, x, low, true) &&
               narrow_comparison(Operation::less_equal, x, high, true);
      }
      // Outside, where only one side is left.
      if (values_[x].lowest >= values_[low].highest) {
        return narrow_comparison(Operation::greater, x, high, true);
      }
      if (values_[x].highest <= values_[high].lowest) {
        return narrow_comparison(Operation::less, x, low, true);
      }
      return narrow_each(i, true);
    }
    case Operation::logical_not:
      return narrow_truth(node.operands[0], !truth);
    case Operation::logical_and:
      return truth ? narrow_each(i, true) : narrow_any(i, false);
    case Operation::logical_or:
      return truth ? narrow_any(i, true) : narrow_each(i, false);
    case Operation::is_missing:
      return narrow_missing(node.operands[0], truth);
    default:
      return true;
  }
}

bool BoxValues::narrow_comparison(Operation operation, std::size_t a, std::size_t b, bool truth) {
  const auto now = [this](std::size_t i) -> Bounds {
    const Size input = subject_.input_of(i);
    return input >= 0 ? box_[static_cast<std::size_t>(input)] : values_[i];
  };
  switch (truth ? operation : opposite(operation)) {
    case Operation::less:
      if (!narrow(a, -infinity, next_down(now(b).highest)) ||
          !narrow(b, next_up(now(a).lowest), infinity)) {
        return false;
      }
      learn_order(a, b);
      return true;
    case Operation::less_equal:
      if (!narrow(a, -infinity, now(b).highest) || !narrow(b, now(a).lowest, infinity)) {
        return false;
      }
      learn_order(a, b);
      return true;
    case Operation::greater:
      return narrow_comparison(Operation::less, b, a, true);
    case Operation::greater_equal:
      return narrow_comparison(Operation::less_equal, b, a, true);
    case Operation::equal: {
      const Bounds of_a = now(a);
      const Bounds of_b = now(b);
      if (!narrow(a, of_b.lowest, of_b.highest) || !narrow(b, of_a.lowest, of_a.highest)) {
        return false;
      }
      learn_order(a, b);
      learn_order(b, a);
      return true;
    }
    default: {
      // Unequal to one number takes away no more than an end.
      const auto without = [&](std::size_t i, const Bounds& other) {
        const Bounds of = now(i);
        const bool low = other.single() && of.lowest == other.lowest;
        const bool high = other.single() && of.highest == other.lowest;
        return narrow(i, low ? next_up(of.lowest) : -infinity,
                      high ? next_down(of.highest) : infinity);
      };
      return without(a, now(b)) && without(b, now(a));
    }
  }
}

bool BoxValues::follow(std::size_t from, std::size_t target) {
  if (from == target) {
    value(target);
    return true;
  }
  const FormulaNode& node = subject_.node(from);
  std::size_t k = 0;
  while (node.operands[k] < target) ++k;
  if (node.operation == Operation::choose) {
    for (std::size_t j = 0; j < k; j += 2) {
      value(node.operands[j]);
      const bool own = j + 1 == k;
      if (!narrow_truth(node.operands[j], own)) return false;
    }
  } else if (node.operation == Operation::coalesce) {
    for (std::size_t j = 0; j < k; ++j) {
      value(node.operands[j]);
      if (!narrow_missing(node.operands[j], true)) return false;
    }
  }
  return follow(node.operands[k], target);
}

bool BoxValues::possible(const Box& box, std::size_t condition, bool truth) {
  evaluate(box, condition);
  return narrow_truth(condition, truth);
}

bool BoxValues::aim(Box& box, std::size_t target, const std::optional<Bounds>& within) {
  box_ = box;
  trail_.clear();
  facts_.clear();
  ++turn_;
  if (!follow(subject_.root(), target)) return false;
  if (within && !narrow(target, within->lowest, within->highest)) return false;
  box = box_;
  return true;
}

}  // namespace chiso
