#include "uncertainty/linear_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "evaluate/given.hpp"
#include "uncertainty/share_parts.hpp"

namespace chiso {
namespace {

constexpr const char* remedy = "vary the shares of other criteria only";

bool is_linear(Aggregation::Method method) {
  return method == Aggregation::Method::arithmetic_mean || method == Aggregation::Method::sum;
}

/// Least and greatest value by unit.
struct Extent {
  std::vector<double> low;
  std::vector<double> high;
};

class Builder {
 public:
  Builder(const Scores& base, Size root, std::vector<char> varies)
      : base_(base),
        compiled_(base.evaluator().compiled()),
        given_(base),
        root_(root),
        varies_(std::move(varies)),
        open_(varies_) {
    const Index& index = base.index();
    for (Size i = index.size() - 1; i > root; --i) {
      if (open_[at(i)] != 0) open_[at(index.parent(i))] = 1;
    }
    const auto column = base.column(root);
    for (Size u = 0; u < std::ssize(column); ++u) {
      if (!std::isnan(column[at(u)])) units_.push_back(u);
    }
    parts_.resize(at(index.size()));
  }

  /// @throws what the constructor of LinearTree says
  void check() {
    Problems problems;
    for (const CompiledCriterion& inner : compiled_.inner) {
      if (is_open(inner.node)) check_definition(inner, problems);
    }
    problems.raise<SpecError>();
    for (const CompiledCriterion& inner : compiled_.inner) {
      if (is_open(inner.node)) check_gaps(inner, problems);
    }
    problems.raise<DataError>();
    const bool capped = std::any_of(
        compiled_.inner.begin(), compiled_.inner.end(), [&](const CompiledCriterion& inner) {
          return is_open(inner.node) && std::isfinite(compiled_.cap[at(inner.node)]);
        });
    if (capped) static_cast<void>(extent(root_, problems));
    problems.raise<SpecError>();
  }

  /// Calls visit(node, flow's node, above) for what has a flow, then add(unit, flow, coefficient).
  template <class AddFlow, class AddTerm>
  void walk(Size node, Size flow, double multiplier, const std::vector<Size>& units,
            const AddFlow& add_flow, const AddTerm& add_term) const {
    const auto column = base_.column(node);
    std::vector<Size> below;
    for (const Size unit : units) {
      const bool ends = !is_open(node) || given_.has(node, units_[at(unit)]);
      if (ends) {
        add_term(unit, flow, multiplier * column[at(units_[at(unit)])]);
      } else {
        below.push_back(unit);
      }
    }
    if (!is_open(node)) return;
    const CompiledCriterion& inner = compiled_.inner[at(compiled_.inner_of[at(node)])];
    const ShareParts& parts = parts_[at(node)];
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const Size child = inner.children[k];
      if (inner.weights[k] == 0.0) continue;
      const bool shared = varies_[at(node)] != 0 && parts.share[k] > 0.0;
      const Size its = shared ? add_flow(child, flow, parts.share[k]) : flow;
      const double factor = shared ? parts.points[k] : whole(parts, k);
      walk(child, its, multiplier * factor, below, add_flow, add_term);
    }
  }

  [[nodiscard]] const std::vector<Size>& units() const noexcept { return units_; }

 private:
  [[nodiscard]] bool is_open(Size node) const {
    return open_[at(node)] != 0 && is_below_root(node);
  }

  [[nodiscard]] bool is_below_root(Size node) const {
    while (node > root_) node = base_.index().parent(node);
    return node == root_;
  }

  static double whole(const ShareParts& parts, std::size_t k) {
    return parts.share[k] * parts.points[k] + parts.fixed[k];
  }

  void check_definition(const CompiledCriterion& inner, Problems& problems) {
    const Criterion& node = base_.index().node(inner.node);
    const auto method = inner.aggregation.method;
    if (!is_linear(method)) {
      problems.add({}, node.code,
                   fmt::format("expected a mean or a sum above shares that vary, got {}: the score "
                               "is not linear in them",
                               name(method)),
                   remedy);
      return;
    }
    ShareParts parts = share_parts(inner);
    const bool varied = varies_[at(inner.node)] != 0;
    const auto is_nan = [](double share) { return std::isnan(share); };
    if (varied && std::any_of(parts.share.begin(), parts.share.end(), is_nan)) {
      problems.add({}, node.code,
                   "the shares of the parts of a sum are those of their maxima, and not all are "
                   "known",
                   "give the parts a `maximum`");
      return;
    }
    if (!varied) {
      for (std::size_t k = 0; k < parts.share.size(); ++k) {
        if (std::isnan(parts.share[k])) parts.share[k] = parts.points[k] = 0.0;
      }
    }
    parts_[at(inner.node)] = std::move(parts);
  }

  /// A child without a score in a parent with one: its weight went to others.
  void check_gaps(const CompiledCriterion& inner, Problems& problems) const {
    for (const Size u : units_) {
      if (is_replaced(inner.node, u)) continue;
      for (std::size_t k = 0; k < inner.children.size(); ++k) {
        if (inner.weights[k] == 0.0 || !std::isnan(base_.column(inner.children[k])[at(u)])) {
          continue;
        }
        problems.add(
            {}, fmt::format("{}, {}", base_.units()[u], base_.index().node(inner.children[k]).code),
            "has no score, and its weight is given to its siblings: the unit's score is "
            "not linear in the shares",
            "leave the unit out of the data, or let the criterion have no score "
            "(`missing: no_score`)");
        break;
      }
    }
  }

  /// Whether a score that was given to the node or above it stands in place of what is below.
  [[nodiscard]] bool is_replaced(Size node, Size u) const {
    for (; node >= root_; node = base_.index().parent(node)) {
      if (given_.has(node, u)) return true;
    }
    return false;
  }

  /// The scores of a node over all shares, whatever their bounds; adds the caps that may cut.
  Extent extent(Size node, Problems& problems) const {
    const auto column = base_.column(node);
    Extent result;
    for (const Size u : units_) result.low.push_back(column[at(u)]);
    result.high = result.low;
    if (!is_open(node)) return result;
    const CompiledCriterion& inner = compiled_.inner[at(compiled_.inner_of[at(node)])];
    const ShareParts& parts = parts_[at(node)];
    const bool varied = varies_[at(node)] != 0;
    std::vector<double> fixed_low(units_.size());
    std::vector<double> fixed_high(units_.size());
    std::vector<double> least(units_.size(), infinity);
    std::vector<double> most(units_.size(), -infinity);
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      if (inner.weights[k] == 0.0) continue;
      const Extent child = extent(inner.children[k], problems);
      const bool shared = varied && parts.share[k] > 0.0;
      const double factor = shared ? parts.points[k] : whole(parts, k);
      for (std::size_t u = 0; u < units_.size(); ++u) {
        double low = factor * child.low[u];
        double high = factor * child.high[u];
        if (high < low) std::swap(low, high);
        if (shared) {
          least[u] = std::min(least[u], low);
          most[u] = std::max(most[u], high);
        } else {
          fixed_low[u] += low;
          fixed_high[u] += high;
        }
      }
    }
    const double cap = compiled_.cap[at(node)];
    for (std::size_t u = 0; u < units_.size(); ++u) {
      if (given_.has(node, units_[u])) continue;
      result.low[u] = fixed_low[u] + (varied ? least[u] : 0.0);
      result.high[u] = fixed_high[u] + (varied ? most[u] : 0.0);
    }
    for (std::size_t u = 0; u < units_.size(); ++u) {
      // The nominal score itself may stand at the cap by rounding.
      if (given_.has(node, units_[u]) || !(result.high[u] > cap + 1e-9 * std::abs(cap))) continue;
      problems.add(
          {}, fmt::format("{}, {}", base_.units()[units_[u]], base_.index().node(node).code),
          fmt::format("the score may pass the cap of {} for some shares, and is not linear "
                      "in them",
                      to_string(cap)),
          remedy);
      break;
    }
    return result;
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  const Scores& base_;
  const Compiled& compiled_;
  GivenCells given_;
  Size root_;
  std::vector<char> varies_;  ///< By node.
  std::vector<char> open_;    ///< By node: varies, or something below does.
  std::vector<Size> units_;
  std::vector<ShareParts> parts_;  ///< By node; only of open criteria.
};

}  // namespace

LinearTree::LinearTree(const Scores& base, Size root, std::vector<char> varies) {
  Builder builder(base, root, std::move(varies));
  builder.check();
  units_ = builder.units();
  flow_of_.assign(at(base.index().size()), -1);
  nodes_ = {root};
  above_ = {-1};
  nominal_ = {1.0};
  flow_of_[at(root)] = 0;
  const auto add_flow = [&](Size node, Size above, double nominal) {
    nodes_.push_back(node);
    above_.push_back(above);
    nominal_.push_back(nominal);
    flow_of_[at(node)] = flows() - 1;
    return flows() - 1;
  };
  struct Term {
    Size unit;
    Size flow;
    double coefficient;
  };
  std::vector<Term> terms;
  std::vector<Size> all(units_.size());
  std::iota(all.begin(), all.end(), Size{0});
  builder.walk(root, 0, 1.0, all, add_flow, [&](Size unit, Size flow, double coefficient) {
    terms.push_back({unit, flow, coefficient});
  });
  for (Size i = root + 1; i < base.index().size(); ++i) {
    const Size parent = base.index().parent(i);
    if (parent >= root && flow_of_[at(i)] < 0) flow_of_[at(i)] = flow_of_[at(parent)];
  }
  coefficients_.assign(units_.size() * nodes_.size(), 0.0);
  for (const Term& term : terms) {
    coefficients_[at(term.unit * flows() + term.flow)] += term.coefficient;
  }
}

}  // namespace chiso
