#include "uncertainty/share_group.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/scenario/edit.hpp"
#include "evaluate/compiled.hpp"
#include "model/shares.hpp"
#include "uncertainty/linear_tree.hpp"

namespace chiso {
namespace {

using Law = DrawWeights::Law;

class Groups {
 public:
  explicit Groups(const Scores& base) : base_(base), compiled_(base.evaluator().compiled()) {}

  void add(const DrawWeights& source, Size position) {
    source_ = &source;
    position_ = position;
    first_ = groups_.size();
    check_law();
    if (source.overall) {
      add_overall();
    } else {
      add_criteria();
    }
    for (const DrawWeights::Bound& bound : source.bounds) apply(bound);
    for (const auto& [heavier, lighter] : source.orders) apply(heavier, lighter);
    for (std::size_t g = first_; g < groups_.size(); ++g) {
      if (source.keep_order) keep_order(groups_[g]);
      check_bounds(groups_[g]);
    }
  }

  /// @throws every problem
  std::vector<ShareGroup> finish() {
    std::vector<char> taken(at(base_.index().size()), 0);
    for (const ShareGroup& group : groups_) {
      const std::vector<char> its = varied_criteria(base_.index(), {&group, 1});
      for (std::size_t i = 0; i < its.size(); ++i) {
        if (its[i] == 0) continue;
        if (taken[i] != 0) {
          problems_.add({}, base_.index().codes()[static_cast<Size>(i)], "its shares vary twice",
                        "let the patterns of the sources meet different criteria");
        }
        taken[i] = 1;
      }
    }
    problems_.raise<SpecError>();
    std::stable_sort(groups_.begin(), groups_.end(), [](const ShareGroup& a, const ShareGroup& b) {
      return a.criterion < b.criterion;
    });
    return std::move(groups_);
  }

 private:
  [[nodiscard]] const std::string& code(Size node) const { return base_.index().node(node).code; }

  [[nodiscard]] const CompiledCriterion& inner(Size node) const {
    return compiled_.inner[at(compiled_.inner_of[at(node)])];
  }

  void problem(std::string place, std::string message, std::string remedy = {}) {
    problems_.add({}, std::move(place), fmt::format("{}: {}", source_->name, message),
                  std::move(remedy));
  }

  void check_law() {
    const bool restricted =
        !source_->bounds.empty() || !source_->orders.empty() || source_->keep_order;
    if (restricted && source_->law != Law::uniform) {
      problem({}, "bounds and orders go with the law uniform only");
    }
    if (source_->law == Law::relative && !(source_->spread > 0.0 && source_->spread <= 1.0)) {
      problem({}, fmt::format("expected a spread above 0 and up to 1, got {}",
                              to_string(source_->spread)));
    }
  }

  [[nodiscard]] ShareGroup start(Size criterion) const {
    ShareGroup group;
    group.source = position_;
    group.criterion = criterion;
    group.spread = source_->law == Law::relative ? source_->spread : 0.0;
    return group;
  }

  static void add_member(ShareGroup& group, Size node, double nominal) {
    group.members.push_back(node);
    group.nominal.push_back(nominal);
    group.lowest.push_back(0.0);
    group.highest.push_back(1.0);
  }

  void add_criteria() {
    const Index& index = base_.index();
    const bool named = index.codes().find(source_->criteria).has_value();
    for (const CompiledCriterion& each : compiled_.inner) {
      const auto method = each.aggregation.method;
      const bool met = named ? code(each.node) == source_->criteria
                             : matches(source_->criteria, code(each.node));
      if (!met || (method != Aggregation::Method::sum && !has_shares(method))) continue;
      const ShareParts parts = share_parts(each);
      if (parts.varied() < 2) continue;
      ShareGroup group = start(each.node);
      for (std::size_t k = 0; k < each.children.size(); ++k) {
        if (parts.share[k] != 0.0) add_member(group, each.children[k], parts.share[k]);
      }
      groups_.push_back(std::move(group));
    }
    if (groups_.size() > first_) return;
    problem(source_->criteria,
            "meets no criterion with at least two children whose shares can vary",
            "name a mean or a sum, or a pattern such as *");
  }

  void add_overall() {
    const Size criterion = base_.index().at(source_->criteria);
    if (base_.index().is_leaf(criterion)) {
      problem(source_->criteria, "expected a criterion, got an indicator");
      return;
    }
    ShareGroup group = start(criterion);
    group.overall = true;
    add_below(criterion, 1.0, group);
    if (group.members.size() < 2) {
      problem(source_->criteria, "fewer than two indicators below it have shares that can vary");
      return;
    }
    groups_.push_back(std::move(group));
  }

  void add_below(Size node, double share, ShareGroup& group) {
    if (base_.index().is_leaf(node)) {
      add_member(group, node, share);
      return;
    }
    const ShareParts parts = share_parts(inner(node));
    for (std::size_t k = 0; k < parts.share.size(); ++k) {
      if (parts.share[k] != 0.0) add_below(inner(node).children[k], share * parts.share[k], group);
    }
  }

  /// The group of this source that a node is in, and its position there.
  std::pair<ShareGroup*, Size> find(const std::string& code) {
    const Size node = base_.index().at(code);
    for (std::size_t g = first_; g < groups_.size(); ++g) {
      const auto& members = groups_[g].members;
      const auto found = std::find(members.begin(), members.end(), node);
      if (found != members.end()) return {&groups_[g], found - members.begin()};
    }
    problem(code, "its share does not vary", "bounds and orders are of nodes whose shares do");
    return {nullptr, -1};
  }

  void apply(const DrawWeights::Bound& bound) {
    const auto [group, member] = find(bound.node);
    if (group == nullptr) return;
    if (!(bound.lowest >= 0.0 && bound.lowest <= bound.highest && bound.highest <= 1.0)) {
      problem(bound.node, fmt::format("expected bounds of a share in 0..1, got {} to {}",
                                      to_string(bound.lowest), to_string(bound.highest)));
      return;
    }
    group->lowest[at(member)] = std::max(group->lowest[at(member)], bound.lowest);
    group->highest[at(member)] = std::min(group->highest[at(member)], bound.highest);
  }

  void apply(const std::string& heavier, const std::string& lighter) {
    const auto [first, a] = find(heavier);
    const auto [second, b] = find(lighter);
    if (first == nullptr || second == nullptr) return;
    if (first != second) {
      problem(heavier, fmt::format("is in another group than '{}'", lighter),
              "orders are of shares in the same parent");
      return;
    }
    first->orders.emplace_back(a, b);
  }

  static void keep_order(ShareGroup& group) {
    // A sum whose parts' maxima are not known has no nominal shares; LinearTree says so.
    if (std::isnan(group.nominal[0])) return;
    std::vector<Size> order(group.members.size());
    std::iota(order.begin(), order.end(), Size{0});
    const auto share = [&](Size m) { return group.nominal[at(m)]; };
    std::stable_sort(order.begin(), order.end(),
                     [&](Size a, Size b) { return share(a) > share(b); });
    // Of each level with the next one; the levels after that follow.
    for (std::size_t i = 0; i < order.size();) {
      std::size_t next = i;
      while (next < order.size() && share(order[next]) == share(order[i])) ++next;
      std::size_t end = next;
      while (end < order.size() && share(order[end]) == share(order[next])) ++end;
      for (std::size_t a = i; a < next; ++a) {
        for (std::size_t b = next; b < end; ++b) group.orders.emplace_back(order[a], order[b]);
      }
      i = next;
    }
  }

  void check_bounds(const ShareGroup& group) {
    const double low = std::accumulate(group.lowest.begin(), group.lowest.end(), 0.0);
    const double high = std::accumulate(group.highest.begin(), group.highest.end(), 0.0);
    constexpr double room = 1e-12;
    if (low <= 1.0 + room && high >= 1.0 - room) return;
    problem(code(group.criterion),
            fmt::format("no shares keep to the bounds: they add up to at least {} and at most {}",
                        to_string(low), to_string(high)));
  }

  const Scores& base_;
  const Compiled& compiled_;
  std::vector<ShareGroup> groups_;
  Problems problems_;
  const DrawWeights* source_ = nullptr;
  Size position_ = 0;
  std::size_t first_ = 0;  ///< Group of the source.
};

}  // namespace

std::vector<ShareGroup> share_groups(const Scores& base, std::span<const DrawWeights> sources) {
  Groups groups(base);
  for (std::size_t s = 0; s < sources.size(); ++s) groups.add(sources[s], static_cast<Size>(s));
  return groups.finish();
}

std::vector<char> varied_criteria(const Index& index, std::span<const ShareGroup> groups) {
  std::vector<char> varies(at(index.size()), 0);
  for (const ShareGroup& group : groups) {
    varies[at(group.criterion)] = 1;
    if (!group.overall) continue;
    for (const Size member : group.members) {
      for (Size i = index.parent(member); i != group.criterion; i = index.parent(i)) {
        varies[at(i)] = 1;
      }
    }
  }
  return varies;
}

}  // namespace chiso
