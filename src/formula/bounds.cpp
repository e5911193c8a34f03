#include "formula/bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/doubles.hpp"
#include "base/elementary.hpp"
#include "base/rounded.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

/// Takes in one value that can come out; NaN is missing.
void take_in(Bounds& bounds, double value) noexcept { bounds.join(Bounds::only(value)); }

/// Of a function that never falls.
template <class Function>
Bounds rising(const Bounds& of, Function&& function) {
  return {function(of.lowest), function(of.highest), of.missing};
}

/// A few units in the last place wider: for functions that are only that exact.
Bounds loosened(Bounds bounds) noexcept {
  constexpr double part = 0x1p-50;
  bounds.lowest -= std::fabs(bounds.lowest) * part;
  bounds.highest += std::fabs(bounds.highest) * part;
  if (std::isnan(bounds.lowest)) bounds.lowest = -infinity;
  if (std::isnan(bounds.highest)) bounds.highest = infinity;
  return bounds;
}

Bounds part_above_zero(Bounds bounds) noexcept {
  bounds.meet(smallest, infinity);
  return bounds;
}

Bounds part_below_zero(Bounds bounds) noexcept {
  bounds.meet(-infinity, -smallest);
  return bounds;
}

Bounds negated(const Bounds& of) noexcept { return {-of.highest, -of.lowest, of.missing}; }

/// All four corners: of an operation that is monotone in each operand while the other stays.
/// Infinities that cancel are missing; what lies beside them is in another corner.
template <class Function>
Bounds corners(const Bounds& a, const Bounds& b, Function&& function) {
  Bounds result;
  for (const double x : {a.lowest, a.highest}) {
    for (const double y : {b.lowest, b.highest}) take_in(result, function(x, y));
  }
  return result;
}

Bounds sum_of(const Bounds& a, const Bounds& b) noexcept {
  Bounds result{a.lowest + b.lowest, a.highest + b.highest, false};
  if (std::isnan(result.lowest)) {
    result.lowest = -infinity;
    result.missing = true;
  }
  if (std::isnan(result.highest)) {
    result.highest = infinity;
    result.missing = true;
  }
  // Infinities of opposite signs are missing, wherever they stand.
  result.missing = result.missing || (a.highest == infinity && b.lowest == -infinity) ||
                   (a.lowest == -infinity && b.highest == infinity);
  return result;
}

Bounds product_of(const Bounds& a, const Bounds& b) noexcept {
  Bounds result = corners(a, b, [](double x, double y) { return x * y; });
  // 0 times infinity, inside.
  const auto infinite = [](const Bounds& x) {
    return x.lowest == -infinity || x.highest == infinity;
  };
  if ((a.contains(0.0) && infinite(b)) || (b.contains(0.0) && infinite(a))) {
    take_in(result, 0.0);
    result.missing = true;
  }
  return result;
}

Bounds quotient_of(const Bounds& a, const Bounds& b) noexcept {
  const auto divided = [](double x, double y) { return x / y; };
  Bounds result;
  result.missing = b.contains(0.0);
  const Bounds above = part_above_zero(b);
  const Bounds below = part_below_zero(b);
  if (above.present()) result.join(corners(a, above, divided));
  if (below.present()) result.join(corners(a, below, divided));
  return result;
}

/// |a|^b with the sign of a negative base.
Bounds power_of(const Bounds& base, const Bounds& exponent) noexcept {
  const auto raised = [](double x, double y) { return elementary::power(x, y); };
  Bounds result;
  if (base.contains(0.0)) {
    result.missing = exponent.lowest < 0.0;
    if (exponent.highest > 0.0) take_in(result, 0.0);
    if (exponent.contains(0.0)) take_in(result, 1.0);
  }
  if (const Bounds above = part_above_zero(base); above.present()) {
    result.join(corners(above, exponent, raised));
  }
  if (const Bounds below = part_below_zero(base); below.present()) {
    if (exponent.single()) {
      result.join(corners(below, exponent, raised));
    } else {
      const Bounds size = corners(negated(below), exponent, raised);
      result.join({-size.highest, size.highest, true});
    }
  }
  const bool exact = exponent.single() && elementary::is_multiplied(exponent.lowest);
  return exact ? result : loosened(result);
}

Bounds logarithm_of(const Bounds& of) noexcept {
  const auto log = [](double x) { return x == infinity ? infinity : elementary::log(x); };
  Bounds result;
  if (const Bounds above = part_above_zero(of); above.present()) {
    result = loosened(rising(above, log));
    // log(1) is 0 exactly, and so is no number around it negative.
    if (above.lowest >= 1.0) result.lowest = std::max(result.lowest, 0.0);
  }
  result.missing = of.lowest <= 0.0;
  return result;
}

Bounds absolute_of(const Bounds& of) noexcept {
  if (of.lowest >= 0.0) return of;
  if (of.highest <= 0.0) return negated(of);
  return {0.0, std::max(-of.lowest, of.highest), of.missing};
}

Bounds sum_of_all(std::span<const Bounds> operands) noexcept {
  Bounds result = operands[0];
  for (const auto& operand : operands.subspan(1)) {
    const bool missing = result.missing;
    result = sum_of(result, operand);
    result.missing = result.missing || missing;
  }
  return result;
}

/// With operands that can be present.
Bounds of_present(Operation operation, std::span<const Bounds> operands) {
  const Bounds& a = operands[0];
  switch (operation) {
    case Operation::negate:
      return negated(a);
    case Operation::add:
      return sum_of(a, operands[1]);
    case Operation::subtract:
      return sum_of(a, negated(operands[1]));
    case Operation::multiply:
      return product_of(a, operands[1]);
    case Operation::divide:
      return quotient_of(a, operands[1]);
    case Operation::power:
      return power_of(a, operands[1]);
    case Operation::minimum:
    case Operation::maximum: {
      Bounds result = a;
      for (const auto& each : operands.subspan(1)) {
        const bool least = operation == Operation::minimum;
        result.lowest =
            least ? std::min(result.lowest, each.lowest) : std::max(result.lowest, each.lowest);
        result.highest =
            least ? std::min(result.highest, each.highest) : std::max(result.highest, each.highest);
      }
      return result;
    }
    case Operation::clamp:
      return {std::min(std::max(a.lowest, operands[1].lowest), operands[2].lowest),
              std::min(std::max(a.highest, operands[1].highest), operands[2].highest), false};
    case Operation::absolute:
      return absolute_of(a);
    case Operation::square_root: {
      Bounds result = a;
      result.meet(0.0, infinity);
      if (result.present()) result = rising(result, [](double x) { return std::sqrt(x); });
      result.missing = a.lowest < 0.0;
      return result;
    }
    case Operation::logarithm:
      return logarithm_of(a);
    case Operation::exponential:
      return loosened(rising(a, [](double x) { return elementary::exp(x); }));
    case Operation::round: {
      const int digits = operands.size() < 2 ? 0 : static_cast<int>(operands[1].lowest);
      return rising(a, [digits](double x) { return rounded(x, digits); });
    }
    case Operation::floor:
      return rising(a, [](double x) { return std::floor(x); });
    case Operation::ceiling:
      return rising(a, [](double x) { return std::ceil(x); });
    case Operation::sum:
      return sum_of_all(operands);
    case Operation::mean: {
      const Bounds sum = sum_of_all(operands);
      const auto count = static_cast<double>(operands.size());
      return {sum.lowest / count, sum.highest / count, sum.missing};
    }
    default:
      return Bounds::anything();
  }
}

}  // namespace

Bounds bounds_of(Operation operation, std::span<const Bounds> operands) {
  bool missing = false;
  bool present = true;
  for (const auto& operand : operands) {
    missing = missing || operand.missing;
    present = present && operand.present();
  }
  if (!present) return Bounds::nothing();
  Bounds result = of_present(operation, operands);
  result.missing = result.missing || missing;
  return result;
}

Bounds before_rounding(const Bounds& bounds) noexcept {
  return {next_down(bounds.lowest), next_up(bounds.highest), bounds.missing};
}

namespace {

/// Takes in a real number that was rounded to `value`, unless that is exact.
void take_in_rounded(Bounds& bounds, double value, bool exact) noexcept {
  if (std::isnan(value)) {
    bounds.join({-infinity, infinity, false});
  } else if (exact) {
    bounds.join({value, value, false});
  } else {
    bounds.join({next_down(value), next_up(value), false});
  }
}

/// A sum whose rounding error is 0.
bool exact_sum(double a, double b, double sum) noexcept {
  const double of_b = sum - a;
  return (a - (sum - of_b)) + (b - of_b) == 0.0;
}

}  // namespace

Bounds real_sum(const Bounds& a, const Bounds& b) noexcept {
  Bounds result;
  const double low = a.lowest + b.lowest;
  const double high = a.highest + b.highest;
  take_in_rounded(result, low, exact_sum(a.lowest, b.lowest, low));
  Bounds upper;
  take_in_rounded(upper, high, exact_sum(a.highest, b.highest, high));
  return {result.lowest, upper.highest, false};
}

Bounds real_difference(const Bounds& a, const Bounds& b) noexcept {
  return real_sum(a, negated(b));
}

Bounds real_product(const Bounds& a, const Bounds& b) noexcept {
  Bounds result;
  for (const double x : {a.lowest, a.highest}) {
    for (const double y : {b.lowest, b.highest}) {
      // An infinite end stands for numbers without end: 0 times any of them is 0.
      const double product = x == 0.0 || y == 0.0 ? 0.0 : x * y;
      const bool exact =
          x == 0.0 || y == 0.0 || (product != 0.0 && std::fma(x, y, -product) == 0.0);
      take_in_rounded(result, product, exact);
    }
  }
  return result;
}

Bounds real_quotient(const Bounds& a, const Bounds& b) noexcept {
  if (b.contains(0.0)) return {-infinity, infinity, false};
  Bounds result;
  for (const double x : {a.lowest, a.highest}) {
    for (const double y : {b.lowest, b.highest}) {
      const double quotient = x / y;
      const bool exact = x == 0.0 || (quotient != 0.0 && std::fma(quotient, y, -x) == 0.0);
      take_in_rounded(result, quotient, exact);
    }
  }
  return result;
}

}  // namespace chiso
