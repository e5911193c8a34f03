#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "formula/box_values.hpp"

/// What several inputs have to do with each other: bounds of linear forms, and what conditions say
/// of them.
namespace chiso {

using Operation = FormulaOperation;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int most_steps = 3;  // Facts and extremes used one after the other.

LinearForm negated(const LinearForm& form) { return scaled(form, Bounds::only(-1.0)); }

bool is_finite(const Bounds& bounds) noexcept {
  return std::isfinite(bounds.lowest) && std::isfinite(bounds.highest);
}

}  // namespace

Bounds BoxValues::bounds_of_term(const LinearTerm& term) const {
  const Size input = subject_.input_of(term.node);
  const Bounds& bounds = input >= 0 ? box_[static_cast<std::size_t>(input)] : values_[term.node];
  const bool known = bounds.present() && (input >= 0 || reached(term.node));
  return known ? bounds : Bounds::anything();
}

double BoxValues::plain_highest(const LinearForm& form) const {
  double sum = form.constant.highest;
  for (const auto& term : form.terms) {
    const Bounds most = real_product(term.coefficient, bounds_of_term(term));
    sum = real_sum({sum, sum, false}, {most.highest, most.highest, false}).highest;
  }
  return std::isnan(sum) ? infinity : sum;
}

double BoxValues::highest(const LinearForm& form) const { return highest(form, most_steps, 0); }

double BoxValues::highest(const LinearForm& form, int steps, std::uint64_t used) const {
  work_.left -= static_cast<Size>(form.terms.size()) + 1;
  double best = plain_highest(form);
  if (steps == 0 || form.terms.empty() || work_.done()) return best;

  // An extreme of several parts stands for one of them: for any that suits us if it is on our side,
  // else for each.
  for (const auto& term : form.terms) {
    const FormulaNode& node = subject_.node(term.node);
    const bool is_least = node.operation == Operation::minimum;
    const bool is_most = node.operation == Operation::maximum;
    const bool is_clamp = node.operation == Operation::clamp;
    if (!is_least && !is_most && !is_clamp) continue;
    if (!reached(term.node) || term.coefficient.contains(0.0) || node.operands.size() > 4) continue;
    LinearForm rest = form;
    rest.terms.erase(rest.terms.begin() + (&term - form.terms.data()));
    const auto with = [&](Node operand) {
      return highest(combined(rest, term.coefficient, subject_.form(operand)), steps - 1, used);
    };
    const bool up = term.coefficient.lowest > 0.0;
    double found = 0.0;
    if (is_clamp) {
      const double x = with(node.operands[0]);
      const double low = with(node.operands[1]);
      const double high = with(node.operands[2]);
      found = up ? std::min(std::max(x, low), high) : std::max(std::min(x, low), high);
    } else {
      const bool any = is_least == up;
      found = any ? infinity : -infinity;
      for (const Node operand : node.operands) {
        found = any ? std::min(found, with(operand)) : std::max(found, with(operand));
      }
    }
    best = std::min(best, found);
    break;
  }

  // A fact is at least 0, so a positive multiple may be added: one that takes away a part.
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    const std::uint64_t bit = std::uint64_t{1} << f;
    if ((used & bit) != 0) continue;
    for (const auto& term : form.terms) {
      const LinearTerm* same = facts_[f].find(term.part);
      if (same == nullptr || term.coefficient.contains(0.0) || same->coefficient.contains(0.0)) {
        continue;
      }
      if ((term.coefficient.lowest > 0.0) == (same->coefficient.lowest > 0.0)) continue;
      // Rather a little too much of it if that makes the rest negative.
      const bool above = bounds_of_term(term).lowest >= 0.0;
      const Bounds ratio =
          real_quotient(real_product(term.coefficient, Bounds::only(-1.0)), same->coefficient);
      const bool more = above == (term.coefficient.lowest > 0.0);
      const double times = more ? ratio.highest : ratio.lowest;
      best = std::min(
          best, highest(combined(form, Bounds::only(times), facts_[f]), steps - 1, used | bit));
    }
  }
  return best;
}

void BoxValues::learn(const LinearForm& at_least_zero) {
  constexpr std::size_t most_facts = 8;
  if (facts_.size() >= most_facts || at_least_zero.terms.empty()) return;
  if (at_least_zero.terms.size() > 1) {
    facts_.push_back(at_least_zero);
    return;
  }
  // c a / b + k >= 0 says something of a and b.
  const LinearTerm& term = at_least_zero.terms.front();
  const FormulaNode& node = subject_.node(term.node);
  if (node.operation != Operation::divide || !reached(term.node)) return;
  const Bounds& divisor = values_[node.operands[1]];
  const bool positive = divisor.lowest >= 0.0;
  if (!positive && divisor.highest > 0.0) return;
  if (!is_finite(divisor) || !is_finite(values_[node.operands[0]])) return;
  LinearForm fact = rounded_once(scaled(subject_.form(node.operands[0]), term.coefficient));
  fact = combined(fact, at_least_zero.constant, subject_.form(node.operands[1]));
  if (!fact.terms.empty()) facts_.push_back(positive ? std::move(fact) : negated(fact));
}

void BoxValues::learn_order(std::size_t not_above, std::size_t not_below) {
  if (!is_finite(values_[not_above]) || !is_finite(values_[not_below])) return;
  learn(combined(subject_.form(not_below), Bounds::only(-1.0), subject_.form(not_above)));
}

void BoxValues::tighten_sum(std::size_t i, Bounds& bounds) const {
  const LinearForm& form = subject_.form(i);
  if (form.terms.size() == 1 && form.terms.front().node == i) return;
  if (!is_finite(bounds)) return;
  bounds.meet(-highest(negated(form)), highest(form));
}

/// The form, and the forms with the operands of its first extreme in place of that.
std::vector<LinearForm> BoxValues::pieces_of(const LinearForm& form) const {
  constexpr std::size_t most_operands = 4;
  std::vector<LinearForm> all{form};
  for (const auto& term : form.terms) {
    const FormulaNode& node = subject_.node(term.node);
    const bool extreme = node.operation == Operation::minimum ||
                         node.operation == Operation::maximum || node.operation == Operation::clamp;
    if (!extreme || node.operands.size() > most_operands) continue;
    LinearForm rest = form;
    rest.terms.erase(rest.terms.begin() + (&term - form.terms.data()));
    for (const Node operand : node.operands) {
      all.push_back(combined(rest, term.coefficient, subject_.form(operand)));
    }
    break;
  }
  return all;
}

/// An upper bound of a / b, b > 0: a number k for which a - k b is nowhere positive. Such numbers
/// are the ratios of what a and b have in common.
double BoxValues::highest_quotient(const LinearForm& a, const LinearForm& b) const {
  constexpr std::size_t most_candidates = 16;
  std::vector<double> candidates;
  // A little more than the ratio, so that what is left has a sign: of `size`, where it is a
  // difference.
  const auto add = [&](const Bounds& ratio, double size = 0.0) {
    if (candidates.size() < most_candidates && std::isfinite(ratio.highest)) {
      candidates.push_back(ratio.highest + std::max(std::fabs(ratio.highest), size) * 0x1p-48);
    }
  };
  const auto add_shared = [&](const LinearForm& above, const LinearForm& below) {
    for (const auto& term : above.terms) {
      const LinearTerm* same = below.find(term.part);
      if (same != nullptr) add(real_quotient(term.coefficient, same->coefficient));
    }
  };
  // Also what stands in an extreme.
  const auto above = pieces_of(a);
  const auto below = pieces_of(b);
  for (const auto& each : above) {
    for (const auto& other : below) add_shared(each, other);
  }
  for (const auto& fact : facts_) {
    for (const auto& each : above) {
      for (const auto& term : each.terms) {
        const LinearTerm* in_fact = fact.find(term.part);
        if (in_fact == nullptr) continue;
        const Bounds times = real_quotient(term.coefficient, in_fact->coefficient);
        for (const auto& other : b.terms) {
          const LinearTerm* also = fact.find(other.part);
          if (also == nullptr || also == in_fact) continue;
          // a - k b + l fact, l = -times, without either part.
          const LinearTerm* own = each.find(other.part);
          const Bounds of_a = own == nullptr ? Bounds::only(0.0) : own->coefficient;
          add(real_quotient(real_difference(of_a, real_product(times, also->coefficient)),
                            other.coefficient),
              std::fabs(of_a.highest / other.coefficient.highest));
        }
      }
    }
  }
  std::sort(candidates.begin(), candidates.end());
  for (const double each : candidates) {
    if (highest(combined(a, Bounds::only(-each), b)) <= 0.0) return each;
  }
  return infinity;
}

void BoxValues::tighten_quotient(std::size_t i, Bounds& bounds) const {
  const auto& operands = subject_.node(i).operands;
  const Bounds& divisor = values_[operands[1]];
  const bool positive = divisor.lowest >= 0.0;
  if (!positive && divisor.highest > 0.0) return;
  if (!is_finite(values_[operands[0]]) || !is_finite(divisor)) return;
  const LinearForm& a = subject_.form(operands[0]);
  const LinearForm b = positive ? subject_.form(operands[1]) : negated(subject_.form(operands[1]));
  const LinearForm minus_a = negated(a);
  const double most = highest_quotient(positive ? a : minus_a, b);
  const double least = -highest_quotient(positive ? minus_a : a, b);
  bounds.meet(least, most);
}

}  // namespace chiso
