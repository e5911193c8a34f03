#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/elementary.hpp"
#include "formula/box_values.hpp"

/// How nodes change with one input: composed from how their operands do; and where two operands
/// work against each other, by the slope.
namespace chiso {

using Operation = FormulaOperation;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// 0 times anything is 0.
double times(double a, double b) noexcept { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

/// The most that the product of a number within bounds and one from `low` to `high` can be, if
/// positive.
double most_of_product(const Bounds& a, double low, double high) noexcept {
  return std::max({0.0, times(a.lowest, low), times(a.lowest, high), times(a.highest, low),
                   times(a.highest, high)});
}

Bounds slope_of(const Change& change) noexcept {
  return {change.slope_low, change.slope_high, false};
}

Bounds product(const Bounds& a, const Bounds& b) noexcept {
  Bounds result;
  for (const double x : {a.lowest, a.highest}) {
    for (const double y : {b.lowest, b.highest}) result.join(Bounds::only(times(x, y)));
  }
  result.missing = false;
  return result;
}

void set_slope(Change& change, const Bounds& slope) noexcept {
  change.slope_low = slope.lowest;
  change.slope_high = slope.highest;
  change.smooth = !std::isnan(slope.lowest) && !std::isnan(slope.highest) && slope.present();
}

Change turned(const Change& of) noexcept {
  return {of.rise, of.fall, -of.slope_high, -of.slope_low, of.smooth};
}

bool only_one_way(const Change& change) noexcept {
  return change.fall == 0.0 || change.rise == 0.0;
}

/// Of a function of one operand that never falls; `factor`: its slope there.
Change through(const Change& of, const Bounds& bounds, std::optional<Bounds> factor) noexcept {
  Change change;
  change.fall = of.fall == 0.0 ? 0.0 : bounds.width();
  change.rise = of.rise == 0.0 ? 0.0 : bounds.width();
  change.smooth = false;
  if (of.smooth && factor) set_slope(change, product(slope_of(of), *factor));
  return change;
}

/// Takes in another operand of an extreme.
void join(Change& change, const Change& other) noexcept {
  change.fall = std::max(change.fall, other.fall);
  change.rise = std::max(change.rise, other.rise);
  change.slope_low = std::min(change.slope_low, other.slope_low);
  change.slope_high = std::max(change.slope_high, other.slope_high);
  change.smooth = change.smooth && other.smooth;
}

Change jumps(double width) noexcept { return {width, width, 0.0, 0.0, false}; }

}  // namespace

Change BoxValues::change_of(std::size_t i) const {
  const FormulaNode& node = subject_.node(i);
  const Bounds& bounds = values_[i];
  Change change;
  switch (node.operation) {
    case Operation::negate:
    case Operation::add:
    case Operation::subtract:
    case Operation::sum:
    case Operation::mean:
      change = change_of_sum(i);
      break;
    case Operation::multiply:
      change = change_of_product(i);
      break;
    case Operation::divide:
      change = change_of_quotient(i);
      break;
    case Operation::power:
      change = change_of_power(i);
      break;
    case Operation::minimum:
    case Operation::maximum:
    case Operation::clamp:
      change = changes_[node.operands[0]];
      for (const Node operand : node.operands) join(change, changes_[operand]);
      break;
    case Operation::absolute: {
      const Bounds& of = values_[node.operands[0]];
      const Change& inner = changes_[node.operands[0]];
      change = of.highest <= 0.0 ? turned(inner) : inner;
      if (of.lowest < 0.0 && of.highest > 0.0) join(change, turned(inner));
      break;
    }
    case Operation::square_root:
    case Operation::logarithm:
    case Operation::exponential: {
      const Bounds& of = values_[node.operands[0]];
      const Change& inner = changes_[node.operands[0]];
      Bounds factor = bounds;
      if (node.operation == Operation::square_root) {
        factor = {0.5 / bounds.highest, 0.5 / bounds.lowest, false};
      } else if (node.operation == Operation::logarithm) {
        factor = {1.0 / of.highest, of.lowest > 0.0 ? 1.0 / of.lowest : infinity, false};
      }
      // Between two points where it is present it is present, if the operand goes one way.
      const bool whole = of.lowest >= 0.0 || node.operation == Operation::exponential;
      change = through(inner, bounds,
                       whole || only_one_way(inner) ? std::optional(factor) : std::nullopt);
      break;
    }
    case Operation::round:
    case Operation::floor:
    case Operation::ceiling:
      change = through(changes_[node.operands[0]], bounds, {});
      break;
    case Operation::coalesce:
      change =
          values_[node.operands[0]].missing ? jumps(bounds.width()) : changes_[node.operands[0]];
      break;
    case Operation::count:
      for (const Node operand : node.operands) {
        const bool steady = subject_.type(operand) == FormulaType::truth &&
                            !(values_[operand].missing && depends(operand));
        change.fall += steady ? changes_[operand].fall : bounds.width();
        change.rise += steady ? changes_[operand].rise : bounds.width();
      }
      change.smooth = false;
      break;
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::between:
    case Operation::logical_not:
    case Operation::logical_and:
    case Operation::logical_or:
      change = change_of_condition(i);
      break;
    default:
      change = jumps(bounds.width());
      break;
  }
  if (change.smooth) {
    const double run = box_[static_cast<std::size_t>(watched_)].width();
    change.fall = std::min(change.fall, times(std::max(0.0, -change.slope_low), run));
    change.rise = std::min(change.rise, times(std::max(0.0, change.slope_high), run));
  }
  change.fall = std::min(change.fall, bounds.width());
  change.rise = std::min(change.rise, bounds.width());
  return change;
}

/// The slope of a form in which the watched input stands plainly, and nothing else depends on it.
std::optional<double> BoxValues::plain_slope(const LinearForm& form) const {
  double slope = 0.0;
  for (const auto& term : form.terms) {
    if (!depends(term.node)) continue;
    if (subject_.input_of(term.node) != watched_) return {};
    // What is 0 but for rounding is 0.
    const Bounds& coefficient = term.coefficient;
    slope = coefficient.contains(0.0) ? 0.0 : coefficient.lowest / 2.0 + coefficient.highest / 2.0;
  }
  return slope;
}

Change BoxValues::change_of_sum(std::size_t i) const {
  const FormulaNode& node = subject_.node(i);
  Change change;
  Bounds slope{0.0, 0.0, false};
  bool first = true;
  for (const Node operand : node.operands) {
    const bool minus =
        node.operation == Operation::negate || (node.operation == Operation::subtract && !first);
    const Change of = minus ? turned(changes_[operand]) : changes_[operand];
    change.fall += of.fall;
    change.rise += of.rise;
    slope.lowest += of.slope_low;
    slope.highest += of.slope_high;
    change.smooth = change.smooth && of.smooth;
    first = false;
  }
  if (node.operation == Operation::mean) {
    const auto count = static_cast<double>(node.operands.size());
    change.fall /= count;
    change.rise /= count;
    slope.lowest /= count;
    slope.highest /= count;
  }
  if (const auto plain = plain_slope(subject_.form(i))) slope = Bounds::only(*plain);
  if (change.smooth) set_slope(change, slope);
  return change;
}

Change BoxValues::change_of_product(std::size_t i) const {
  const auto& operands = subject_.node(i).operands;
  const Bounds& a = values_[operands[0]];
  const Bounds& b = values_[operands[1]];
  const Change& of_a = changes_[operands[0]];
  const Change& of_b = changes_[operands[1]];
  // a1 b1 - a2 b2 = a1 (b1 - b2) + b2 (a1 - a2)
  Change change;
  change.fall =
      most_of_product(a, -of_b.rise, of_b.fall) + most_of_product(b, -of_a.rise, of_a.fall);
  change.rise =
      most_of_product(a, -of_b.fall, of_b.rise) + most_of_product(b, -of_a.fall, of_a.rise);
  change.smooth = of_a.smooth && of_b.smooth;
  if (!change.smooth) return change;
  const Bounds left = product(slope_of(of_a), b);
  const Bounds right = product(slope_of(of_b), a);
  set_slope(change, {left.lowest + right.lowest, left.highest + right.highest, false});
  return change;
}

Change BoxValues::change_of_quotient(std::size_t i) const {
  const auto& operands = subject_.node(i).operands;
  const Bounds& a = values_[operands[0]];
  Bounds b = values_[operands[1]];
  const Change& of_a = changes_[operands[0]];
  const Change& of_b = changes_[operands[1]];
  const bool may_be_zero = b.contains(0.0);
  if (b.lowest < 0.0 && b.highest > 0.0) return jumps(values_[i].width());
  if (b.lowest >= 0.0) {
    b.lowest = std::max(b.lowest, std::numeric_limits<double>::min());
  } else {
    b.highest = std::min(b.highest, -std::numeric_limits<double>::min());
  }
  // a1/b1 - a2/b2 = (a1 - a2) / b1 + a2 (b2 - b1) / (b1 b2)
  const Bounds inverse{1.0 / b.highest, 1.0 / b.lowest, false};
  Bounds inverse_square = product(inverse, inverse);
  inverse_square.lowest = std::max(inverse_square.lowest, 0.0);
  const Bounds share = product(a, inverse_square);
  Change change;
  change.fall = most_of_product(inverse, -of_a.rise, of_a.fall) +
                most_of_product(share, -of_b.fall, of_b.rise);
  change.rise = most_of_product(inverse, -of_a.fall, of_a.rise) +
                most_of_product(share, -of_b.rise, of_b.fall);
  change.smooth = of_a.smooth && of_b.smooth && (!may_be_zero || only_one_way(of_b));
  if (!change.smooth) return change;
  // (a' b - a b') / b^2
  const LinearForm& form_a = subject_.form(operands[0]);
  const LinearForm& form_b = subject_.form(operands[1]);
  const auto plain = slope_above(form_a, form_b);
  const Bounds left = product(slope_of(of_a), b);
  const Bounds right = product(slope_of(of_b), a);
  const Bounds above =
      plain ? *plain : Bounds{left.lowest - right.highest, left.highest - right.lowest, false};
  set_slope(change, product(above, inverse_square));
  return change;
}

/// a' b - a b' where both are plain, or each of their pieces is.
std::optional<Bounds> BoxValues::slope_above(const LinearForm& a, const LinearForm& b) const {
  const auto plain = [this](const LinearForm& form) {
    std::vector<LinearForm> pieces;
    if (plain_slope(form)) return std::vector{form};
    pieces = pieces_of(form);
    pieces.erase(pieces.begin());  // The form itself.
    return pieces;
  };
  Bounds result;
  for (const LinearForm& above : plain(a)) {
    for (const LinearForm& below : plain(b)) {
      const auto slope_a = plain_slope(above);
      const auto slope_b = plain_slope(below);
      if (!slope_a || !slope_b) return {};
      const LinearForm form = exactly_combined(*slope_a, below, -*slope_b, above);
      result.join({-highest(scaled(form, Bounds::only(-1.0))), highest(form), false});
    }
  }
  return result.present() ? std::optional(result) : std::nullopt;
}

Change BoxValues::change_of_power(std::size_t i) const {
  const auto& operands = subject_.node(i).operands;
  const Bounds& base = values_[operands[0]];
  const Bounds& exponent = values_[operands[1]];
  const Bounds& bounds = values_[i];
  const Change& of_base = changes_[operands[0]];
  const Change& of_exponent = changes_[operands[1]];
  if (!depends(operands[1]) && exponent.single()) {
    const double n = exponent.lowest;
    const bool whole = elementary::is_multiplied(n);
    const bool odd = whole && static_cast<int>(n) % 2 != 0;
    const auto slope_at = [n](double x) { return n * elementary::power(x, n - 1.0); };
    Bounds factor;
    for (const double x : {base.lowest, base.highest}) factor.join(Bounds::only(slope_at(x)));
    if (base.contains(0.0) && n > 1.0) factor.join(Bounds::only(0.0));
    // Between two points where it is present it is present, if the base does not pass 0.
    const bool known = of_base.smooth && !factor.missing && (n >= 1.0 || base.lowest > 0.0);
    Change change = jumps(bounds.width());
    if (base.lowest >= 0.0 || (odd && n > 0.0)) {
      change = through(n >= 0.0 ? of_base : turned(of_base), bounds, {});
    }
    if (known) set_slope(change, product(slope_of(of_base), factor));
    return change;
  }
  if (!depends(operands[0]) && base.lowest > 0.0) {
    if (base.lowest >= 1.0) return through(of_exponent, bounds, {});
    if (base.highest <= 1.0) return through(turned(of_exponent), bounds, {});
  }
  return jumps(bounds.width());
}

Change BoxValues::change_of_condition(std::size_t i) const {
  const FormulaNode& node = subject_.node(i);
  const auto truth = [](bool can_fall, bool can_rise) {
    return Change{can_fall ? 1.0 : 0.0, can_rise ? 1.0 : 0.0, 0.0, 0.0, false};
  };
  switch (node.operation) {
    case Operation::less:
    case Operation::less_equal: {
      const Ways ways = ways_of_difference(node.operands[0], node.operands[1]);
      return truth(ways.up, ways.down);
    }
    case Operation::greater:
    case Operation::greater_equal: {
      const Ways ways = ways_of_difference(node.operands[0], node.operands[1]);
      return truth(ways.down, ways.up);
    }
    case Operation::between: {
      // x >= low and x <= high; of one that always holds nothing changes.
      const Bounds& x = values_[node.operands[0]];
      Ways low = ways_of_difference(node.operands[0], node.operands[1]);
      Ways high = ways_of_difference(node.operands[0], node.operands[2]);
      if (x.lowest >= values_[node.operands[1]].highest) low = {false, false};
      if (x.highest <= values_[node.operands[2]].lowest) high = {false, false};
      return truth(low.down || high.up, low.up || high.down);
    }
    case Operation::equal:
    case Operation::not_equal: {
      const Ways ways = ways_of_difference(node.operands[0], node.operands[1]);
      Ways equal{ways.up || ways.down, ways.up || ways.down};
      // Where one is never above the other, equal is the same as not below.
      if (is_never_above(node.operands[0], node.operands[1])) equal = ways;
      if (is_never_above(node.operands[1], node.operands[0])) equal = {ways.down, ways.up};
      return node.operation == Operation::equal ? truth(equal.down, equal.up)
                                                : truth(equal.up, equal.down);
    }
    case Operation::logical_not:
      return turned(changes_[node.operands[0]]);
    default:
      break;
  }
  Change change;
  for (const Node operand : node.operands) {
    join(change, values_[operand].missing && depends(operand) ? jumps(1.0) : changes_[operand]);
  }
  change.smooth = false;
  return change;
}

bool BoxValues::is_never_above(std::size_t a, std::size_t b) const {
  if (values_[a].highest <= values_[b].lowest) return true;
  return highest(combined(subject_.form(a), Bounds::only(-1.0), subject_.form(b))) <= 0.0;
}

/// Which ways a - b can go.
BoxValues::Ways BoxValues::ways_of_difference(std::size_t a, std::size_t b) const {
  const Change& of_a = changes_[a];
  const Change& of_b = changes_[b];
  Ways ways{of_a.rise > 0.0 || of_b.fall > 0.0, of_a.fall > 0.0 || of_b.rise > 0.0};
  if (!of_a.smooth || !of_b.smooth || !ways.up || !ways.down) return ways;
  const auto difference = combined(subject_.form(a), Bounds::only(-1.0), subject_.form(b));
  const auto plain = plain_slope(difference);
  const double low = plain ? *plain : of_a.slope_low - of_b.slope_high;
  const double high = plain ? *plain : of_a.slope_high - of_b.slope_low;
  return {high > 0.0, low < 0.0};
}

/// Of branches that are plain in the inputs and so have a value everywhere.
std::optional<BoxValues::Comparison> BoxValues::compare(const LinearForm& own,
                                                        const LinearForm& other) const {
  for (const auto& term : other.terms) {
    if (subject_.input_of(term.node) < 0) return {};
  }
  const auto slope = plain_slope(other);
  if (!slope) return {};
  return Comparison{highest(combined(own, Bounds::only(-1.0), other)),
                    highest(combined(other, Bounds::only(-1.0), own)), Bounds::only(*slope)};
}

void BoxValues::compare_with_others(std::size_t choose, Branch& branch) const {
  constexpr std::size_t most_operands = 17;
  const auto& operands = subject_.node(choose).operands;
  if (operands.size() > most_operands) return;
  branch.others.resize(operands.size());
  for (std::size_t j = 0; j < operands.size(); ++j) {
    const bool is_condition = j % 2 == 0 && j + 1 < operands.size();
    if (is_condition || j == branch.place) continue;
    branch.others[j] = compare(subject_.form(operands[branch.place]), subject_.form(operands[j]));
  }
}

/// What happens where a branch gives way to another one as the condition of the first changes.
void BoxValues::join_steps(Change& change, const Change& truth, const Branch& branch,
                           const Branch& other) {
  // In general one is at its highest and the other at its lowest. If both have a value at either
  // point and moving one to the point of the other does not help, they may be compared there.
  double rise_down = std::max(0.0, other.bounds.highest - branch.bounds.lowest);
  double rise_up = std::max(0.0, branch.bounds.highest - other.bounds.lowest);
  double fall_down = rise_down;
  double fall_up = rise_up;
  const auto use = [](double& step, bool applies, double at_one_point) {
    if (applies) step = std::min(step, std::max(0.0, at_one_point));
  };
  if (!branch.others.empty() && branch.others[other.place]) {
    const Comparison& at_branch = *branch.others[other.place];
    const bool rises = at_branch.slope.lowest >= 0.0;
    const bool falls = at_branch.slope.highest <= 0.0;
    use(rise_down, rises, at_branch.below);
    use(rise_up, falls, at_branch.above);
    use(fall_up, rises, at_branch.above);
    use(fall_down, falls, at_branch.below);
  }
  if (!other.others.empty() && other.others[branch.place]) {
    const Comparison& at_other = *other.others[branch.place];
    const bool rises = at_other.slope.lowest >= 0.0;
    const bool falls = at_other.slope.highest <= 0.0;
    use(rise_down, rises, at_other.above);
    use(rise_up, falls, at_other.below);
    use(fall_up, rises, at_other.below);
    use(fall_down, falls, at_other.above);
  }
  if (truth.rise > 0.0) {  // From the other to the branch.
    change.fall = std::max(change.fall, rise_down);
    change.rise = std::max(change.rise, rise_up);
  }
  if (truth.fall > 0.0) {
    change.fall = std::max(change.fall, fall_up);
    change.rise = std::max(change.rise, fall_down);
  }
}

Change BoxValues::change_of_branches(std::span<const Branch> branches) const {
  // Each condition chooses between its branch and all behind it: one by one, or together if they
  // are many.
  constexpr std::size_t most_single = 32;
  Change change;
  Branch rest;
  bool first = true;
  for (std::size_t k = branches.size(); k-- > 0;) {
    const Branch& branch = branches[k];
    if (!branch.bounds.present()) continue;
    if (first) {
      change = branch.change;
    } else {
      join(change, branch.change);
    }
    first = false;
    const auto condition = static_cast<std::size_t>(branch.condition);
    if (branch.condition >= 0 && depends(condition) && rest.bounds.present()) {
      change.smooth = false;
      const bool together = branches.size() > most_single;
      if (together) join_steps(change, changes_[condition], branch, rest);
      for (std::size_t j = k + 1; !together && j < branches.size(); ++j) {
        if (!branches[j].bounds.present()) continue;
        join_steps(change, changes_[condition], branch, branches[j]);
      }
    }
    rest.bounds.join(branch.bounds);
  }
  return change;
}

}  // namespace chiso
