#include "formula/box_values.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace chiso {

using Operation = FormulaOperation;

BoxValues::BoxValues(const Subject& subject, Work& work)
    : subject_(subject),
      work_(work),
      values_(subject.size()),
      reached_(subject.size(), 0),
      undecided_(subject.inputs().size(), 0) {}

void BoxValues::watch(std::size_t input) {
  watched_ = static_cast<Size>(input);
  changes_.assign(subject_.size(), Change{});
  depends_.assign(subject_.size(), 0);
  for (Node i : subject_.inputs()[input].places) {
    for (; depends_[i] == 0; i = subject_.parent(i)) depends_[i] = 1;
  }
}

void BoxValues::back_to(const Mark& mark) {
  for (; trail_.size() > mark.trail; trail_.pop_back()) {
    box_[trail_.back().first] = trail_.back().second;
  }
  facts_.resize(mark.facts);
}

void BoxValues::set(std::size_t input, const Bounds& bounds) {
  trail_.emplace_back(input, box_[input]);
  box_[input] = bounds;
}

const Bounds& BoxValues::evaluate(const Box& box) { return evaluate(box, subject_.root()); }

const Bounds& BoxValues::evaluate(const Box& box, std::size_t i) {
  box_ = box;
  trail_.clear();
  facts_.clear();
  std::fill(undecided_.begin(), undecided_.end(), char{0});
  ++turn_;
  return value(i);
}

const Bounds& BoxValues::value(std::size_t i) {
  --work_.left;
  reached_[i] = turn_;
  const Size input = subject_.input_of(i);
  if (watched_ >= 0) changes_[i] = Change{};
  if (subject_.constant(i)) return values_[i] = Bounds::only(subject_.value(i));
  if (input >= 0) {
    values_[i] = box_[static_cast<std::size_t>(input)];
    if (input == watched_) changes_[i] = {0.0, values_[i].width(), 1.0, 1.0, true};
    return values_[i];
  }
  values_[i] = work_out(i);
  if (watched_ >= 0 && subject_.node(i).operation != Operation::choose && depends(i)) {
    changes_[i] = change_of(i);
  }
  return values_[i];
}

Bounds BoxValues::work_out(std::size_t i) {
  const FormulaNode& node = subject_.node(i);
  switch (node.operation) {
    case Operation::choose:
      return choose(i);
    case Operation::coalesce:
      return coalesce(i);
    case Operation::count:
      return count(i);
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal:
      value(node.operands[0]);
      value(node.operands[1]);
      return compared(i);
    case Operation::between:
    case Operation::logical_not:
    case Operation::logical_and:
    case Operation::logical_or:
    case Operation::is_missing:
      for (const Node operand : node.operands) value(operand);
      return condition(i);
    default:
      break;
  }
  // Most have one operand or two.
  std::array<Bounds, 4> few;
  std::vector<Bounds> many;
  const std::size_t count = node.operands.size();
  if (count > few.size()) many.resize(count);
  const std::span<Bounds> operands =
      count > few.size() ? std::span<Bounds>(many) : std::span<Bounds>(few).first(count);
  for (std::size_t k = 0; k < count; ++k) operands[k] = value(node.operands[k]);
  Bounds bounds = bounds_of(node.operation, operands);
  if (!subject_.related(i) && facts_.empty()) return bounds;
  switch (node.operation) {
    case Operation::add:
    case Operation::subtract:
    case Operation::sum:
    case Operation::mean:
      tighten_sum(i, bounds);
      break;
    case Operation::divide:
      tighten_quotient(i, bounds);
      break;
    case Operation::multiply:
      // A square.
      if (subject_.part(node.operands[0]) == subject_.part(node.operands[1])) {
        bounds.meet(0.0, std::numeric_limits<double>::infinity());
      }
      break;
    default:
      break;
  }
  return bounds;
}

Bounds BoxValues::choose(std::size_t i) {
  const auto& operands = subject_.node(i).operands;
  const Mark before = mark();
  std::vector<Branch> branches;
  Bounds result;
  const auto take = [&](std::size_t k, Size condition) {
    const Node branch = operands[k];
    const Bounds& of = value(branch);
    result.join(of);
    if (watched_ < 0) return;
    Branch& added = branches.emplace_back();
    added.condition = condition;
    added.bounds = of;
    added.change = changes_[branch];
    added.place = k;
    compare_with_others(i, added);
  };
  bool goes_on = true;
  for (std::size_t k = 0; goes_on && k + 1 < operands.size(); k += 2) {
    const Node condition = operands[k];
    const Bounds truth = value(condition);
    result.missing = result.missing || truth.missing;
    const bool decided = !truth.missing && truth.single();
    if (!decided) note_undecided(condition);
    if (truth.can_be_true()) {
      const Mark inside = mark();
      if (decided || narrow_truth(condition, true)) take(k + 1, static_cast<Size>(condition));
      back_to(inside);
    }
    goes_on = truth.can_be_false() && (decided || narrow_truth(condition, false));
  }
  if (goes_on) take(operands.size() - 1, -1);
  back_to(before);
  if (watched_ >= 0) changes_[i] = depends(i) ? change_of_branches(branches) : Change{};
  if (watched_ >= 0 && depends(i)) {
    changes_[i].fall = std::min(changes_[i].fall, result.width());
    changes_[i].rise = std::min(changes_[i].rise, result.width());
  }
  return result;
}

void BoxValues::note_undecided(std::size_t condition) {
  for (std::size_t i = subject_.first(condition); i <= condition; ++i) {
    if (const Size input = subject_.input_of(i); input >= 0) {
      undecided_[static_cast<std::size_t>(input)] = 1;
    }
  }
}

Bounds BoxValues::coalesce(std::size_t i) {
  const Mark before = mark();
  Bounds result;
  for (const Node operand : subject_.node(i).operands) {
    const Bounds of = value(operand);
    result.join(of);
    result.missing = of.missing;
    if (!of.missing) break;
    if (of.present()) note_undecided(operand);
    if (!narrow_missing(operand, true)) break;
  }
  back_to(before);
  return result;
}

Bounds BoxValues::count(std::size_t i) {
  double fewest = 0.0;
  double most = 0.0;
  for (const Node operand : subject_.node(i).operands) {
    const Bounds& of = value(operand);
    if (subject_.type(operand) == FormulaType::truth) {
      if (of.missing || !of.single()) note_undecided(operand);
      fewest += !of.missing && !of.can_be_false() ? 1.0 : 0.0;
      most += of.can_be_true() ? 1.0 : 0.0;
    } else {
      fewest += of.missing ? 0.0 : 1.0;
      most += of.present() ? 1.0 : 0.0;
    }
  }
  return {fewest, most, false};
}

Bounds BoxValues::condition(std::size_t i) {
  const FormulaNode& node = subject_.node(i);
  const Bounds& first = values_[node.operands[0]];
  if (node.operation == Operation::is_missing) {
    return Bounds::truth(first.missing, first.present(), false);
  }
  if (node.operation == Operation::logical_not) {
    return Bounds::truth(first.can_be_false(), first.can_be_true(), first.missing);
  }
  if (node.operation == Operation::between) {
    const Bounds& low = values_[node.operands[1]];
    const Bounds& high = values_[node.operands[2]];
    const bool missing = first.missing || low.missing || high.missing;
    if (!first.present() || !low.present() || !high.present()) return Bounds::nothing();
    const bool inside =
        first.highest >= low.lowest && first.lowest <= high.highest && low.lowest <= high.highest;
    const bool outside = first.lowest < low.highest || first.highest > high.lowest;
    return Bounds::truth(inside, outside, missing);
  }
  // One operand can decide: a false one of `and`, a true one of `or`.
  const bool deciding = node.operation == Operation::logical_or;
  bool can_decide = false;
  bool must_decide = false;
  bool all_other = true;  // No operand decides, and none is missing.
  bool missing = false;
  for (const Node operand : node.operands) {
    const Bounds& of = values_[operand];
    const bool decides = deciding ? of.can_be_true() : of.can_be_false();
    const bool other = deciding ? of.can_be_false() : of.can_be_true();
    can_decide = can_decide || decides;
    must_decide = must_decide || (decides && !other && !of.missing);
    all_other = all_other && other;
    missing = missing || of.missing;
  }
  missing = missing && !must_decide;
  return deciding ? Bounds::truth(can_decide, all_other, missing)
                  : Bounds::truth(all_other, can_decide, missing);
}

Bounds BoxValues::compared(std::size_t i) {
  const FormulaNode& node = subject_.node(i);
  const Node left = node.operands[0];
  const Node right = node.operands[1];
  const Bounds& a = values_[left];
  const Bounds& b = values_[right];
  if (!a.present() || !b.present()) return Bounds::nothing();
  bool less = a.lowest < b.highest;
  bool greater = a.highest > b.lowest;
  bool equal = a.lowest <= b.highest && b.lowest <= a.highest;
  if (less && greater && (subject_.related(i) || !facts_.empty())) {
    if (subject_.part(left) == subject_.part(right)) {
      less = greater = false;
    } else {
      const auto& form_a = subject_.form(left);
      const auto& form_b = subject_.form(right);
      const double most = this->highest(combined(form_a, Bounds::only(-1.0), form_b));
      const double least = -this->highest(combined(form_b, Bounds::only(-1.0), form_a));
      greater = most > 0.0;
      less = least < 0.0;
      equal = least <= 0.0 && most >= 0.0;
    }
  }
  const bool missing = a.missing || b.missing;
  switch (node.operation) {
    case Operation::less:
      return Bounds::truth(less, equal || greater, missing);
    case Operation::less_equal:
      return Bounds::truth(less || equal, greater, missing);
    case Operation::greater:
      return Bounds::truth(greater, equal || less, missing);
    case Operation::greater_equal:
      return Bounds::truth(greater || equal, less, missing);
    case Operation::equal:
      return Bounds::truth(equal, less || greater, missing);
    default:
      return Bounds::truth(less || greater, equal, missing);
  }
}

double BoxValues::largest() const {
  double result = 0.0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!reached(i) || !values_[i].present()) continue;
    result = std::max({result, -values_[i].lowest, values_[i].highest});
  }
  return result;
}

BoxValues::Node BoxValues::decided() const {
  Node i = subject_.root();
  while (subject_.node(i).operation == Operation::choose && !subject_.constant(i)) {
    const auto& operands = subject_.node(i).operands;
    Node only = i;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const bool branch = k % 2 == 1 || k + 1 == operands.size();
      if (!branch) {
        if (reached(operands[k]) && values_[operands[k]].missing) return i;
      } else if (reached(operands[k])) {
        if (only != i) return i;
        only = operands[k];
      }
    }
    if (only == i) return i;
    i = only;
  }
  return i;
}

}  // namespace chiso
