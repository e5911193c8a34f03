#include "formula/linear_form.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace chiso {
namespace {

bool is_zero(const Bounds& coefficient) noexcept {
  return coefficient.lowest == 0.0 && coefficient.highest == 0.0;
}

Bounds off_by_a_rounding(Bounds coefficient) noexcept {
  constexpr double part = 0x1p-52;
  coefficient.lowest -= std::fabs(coefficient.lowest) * part;
  coefficient.highest += std::fabs(coefficient.highest) * part;
  return coefficient;
}

}  // namespace

LinearForm LinearForm::of_constant(double value) {
  LinearForm form;
  form.constant = Bounds::only(value);
  return form;
}

LinearForm LinearForm::of_part(std::uint32_t part, std::uint32_t node) {
  LinearForm form;
  form.terms.push_back({part, node, Bounds::only(1.0)});
  return form;
}

const LinearTerm* LinearForm::find(std::uint32_t part) const noexcept {
  const auto found =
      std::lower_bound(terms.begin(), terms.end(), part,
                       [](const LinearTerm& term, std::uint32_t key) { return term.part < key; });
  return found != terms.end() && found->part == part ? &*found : nullptr;
}

LinearForm combined(const LinearForm& a, const Bounds& factor, const LinearForm& b) {
  LinearForm result;
  result.constant = real_sum(a.constant, real_product(factor, b.constant));
  result.terms.reserve(a.terms.size() + b.terms.size());
  auto left = a.terms.begin();
  auto right = b.terms.begin();
  while (left != a.terms.end() || right != b.terms.end()) {
    if (right == b.terms.end() || (left != a.terms.end() && left->part < right->part)) {
      result.terms.push_back(*left++);
    } else if (left == a.terms.end() || right->part < left->part) {
      result.terms.push_back({right->part, right->node, real_product(factor, right->coefficient)});
      ++right;
    } else {
      const Bounds both = real_sum(left->coefficient, real_product(factor, right->coefficient));
      if (!is_zero(both)) result.terms.push_back({left->part, left->node, both});
      ++left;
      ++right;
    }
  }
  return result;
}

LinearForm scaled(const LinearForm& form, const Bounds& factor) {
  return combined(LinearForm{}, factor, form);
}

LinearForm rounded_once(LinearForm form) {
  for (auto& term : form.terms) term.coefficient = off_by_a_rounding(term.coefficient);
  form.constant = off_by_a_rounding(form.constant);
  return form;
}

LinearForm exactly_combined(double s, const LinearForm& a, double t, const LinearForm& b) {
  constexpr double dust = 0x1p-46;
  const auto middle = [](const Bounds& of) {
    return of.contains(0.0) ? 0.0 : of.lowest / 2.0 + of.highest / 2.0;
  };
  const auto plain = [&](LinearForm form, double times) {
    for (auto& term : form.terms) {
      term.coefficient = Bounds::only(times * middle(term.coefficient));
    }
    form.constant = Bounds::only(times * middle(form.constant));
    return form;
  };
  const LinearForm left = plain(a, s);
  const LinearForm right = plain(b, t);
  LinearForm result = combined(left, Bounds::only(1.0), right);
  for (auto& term : result.terms) {
    const LinearTerm* one = left.find(term.part);
    const LinearTerm* other = right.find(term.part);
    if (one == nullptr || other == nullptr) continue;
    const double size = std::fabs(one->coefficient.lowest) + std::fabs(other->coefficient.lowest);
    if (std::fabs(middle(term.coefficient)) <= dust * size) term.coefficient = Bounds::only(0.0);
  }
  std::erase_if(result.terms, [](const LinearTerm& term) { return is_zero(term.coefficient); });
  const double size = std::fabs(left.constant.lowest) + std::fabs(right.constant.lowest);
  if (std::fabs(middle(result.constant)) <= dust * size) result.constant = Bounds::only(0.0);
  return result;
}

bool share_part(const LinearForm& a, const LinearForm& b) noexcept {
  return std::any_of(a.terms.begin(), a.terms.end(),
                     [&b](const LinearTerm& term) { return b.find(term.part) != nullptr; });
}

}  // namespace chiso
