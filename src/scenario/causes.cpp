#include "chiso/scenario/causes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "scenario/node_split.hpp"

namespace chiso {
namespace {

using Kind = Cause::Kind;

/// Below this share of its causes a net change is too small to be divided by: half of the digits.
constexpr double tiny = 1e-8;

/// Below this share of the composite a cause is rounding.
constexpr double rounding = 1e-14;

class Comparison {
 public:
  Comparison(const Scores& before, Size unit, const Scores& after, Size other)
      : before_(before, unit), after_(after, other) {
    found_.before = before_.one.score(Index::root());
    found_.after = after_.one.score(Index::root());
  }

  Causes compare() {
    require_scores();
    match(Index::root(), Index::root(), -1);
    splits_.resize(pairs_.size());
    // Children come after their parents: backwards, what is below a node is known.
    for (Size i = std::ssize(pairs_) - 1; i >= 0; --i) splits_[at(i)] = split(pairs_[at(i)]);
    give_out();
    return std::move(found_);
  }

 private:
  /// A node of the two trees; -1 where one has it not.
  struct Pair {
    Size before;
    Size after;
    std::vector<Size> children;  ///< Common ones, as positions.
  };

  void require_scores() const {
    Problems problems;
    for (const Side* side : {&before_, &after_}) {
      const Scores& scores = side->scores;
      if (!std::isnan(side->one.score(Index::root()))) continue;
      problems.add(
          {scores.panel().source(), 0, 0}, scores.units()[side->one.unit()],
          fmt::format("expected a score of '{}' in {}, and there is none, so that nothing "
                      "can be said of causes",
                      scores.index().name(), scores.period().text()),
          fmt::format("it fails at {}; the treatments of the scores say why", side->one.failing()));
    }
    problems.raise<DataError>();
  }

  /// Lays out both trees as one, in the order of the second; what only the first has comes last
  /// among its siblings.
  Size match(Size before, Size after, Size parent) {
    const Size position = std::ssize(pairs_);
    pairs_.push_back({before, after, {}});
    CausedNode& node = found_.nodes.emplace_back();
    node.code = after >= 0 ? after_.criterion(after).code : before_.criterion(before).code;
    node.parent = parent;
    node.before = before >= 0 ? before_.one.score(before) : missing_value;
    node.after = after >= 0 ? after_.one.score(after) : missing_value;
    node.split = Split::none;
    const auto of = [](const Side& side, Size at_node) {
      return at_node >= 0 ? side.compiled().index.children(at_node) : std::span<const Size>{};
    };
    std::vector<std::pair<Size, Size>> common;
    if (before >= 0 && after >= 0) common = common_children(before_, after_, before, after);
    auto next = common.begin();
    for (const Size child : of(after_, after)) {
      if (next != common.end() && next->second == child) {
        const Size found = match(next->first, child, position);
        pairs_[at(position)].children.push_back(found);
        ++next;
      } else {
        match(-1, child, position);
      }
    }
    std::sort(common.begin(), common.end());
    next = common.begin();
    for (const Size child : of(before_, before)) {
      if (next != common.end() && next->first == child) {
        ++next;
      } else {
        match(child, -1, position);
      }
    }
    return position;
  }

  [[nodiscard]] NodeSplit split(const Pair& pair) const {
    if (pair.before < 0 || pair.after < 0) return {};
    const double from = before_.one.score(pair.before);
    const double to = after_.one.score(pair.after);
    const bool was_given = before_.one.is_given(pair.before);
    const bool is_given = after_.one.is_given(pair.after);
    if (was_given || is_given) {
      return unsplit(Kind::given, to - from,
                     fmt::format("{}, {}", moved_text(from, to),
                                 !is_given    ? "was set directly"
                                 : !was_given ? "set directly"
                                              : "both set directly"),
                     pair.children.size());
    }
    const Compiled& was = before_.compiled();
    const Compiled& is = after_.compiled();
    const Size leaf_was = was.leaf_of[at(pair.before)];
    const Size leaf_is = is.leaf_of[at(pair.after)];
    if ((leaf_was < 0) != (leaf_is < 0)) {
      return unsplit(Kind::whole, to - from,
                     fmt::format("{}, {}", moved_text(from, to),
                                 leaf_is < 0 ? "an indicator before, a criterion now"
                                             : "a criterion before, an indicator now"));
    }
    if (leaf_was >= 0) {
      return split_leaf(before_, after_, was.leaves[at(leaf_was)], is.leaves[at(leaf_is)]);
    }
    std::vector<char> wanted;
    for (const Size child : pair.children) wanted.push_back(cancels(child) ? char{1} : char{0});
    return split_criterion(before_, after_, was.inner[at(was.inner_of[at(pair.before)])],
                           is.inner[at(is.inner_of[at(pair.after)])], wanted);
  }

  /// Whether the causes at and below a node leave nothing of each other, or next to nothing.
  [[nodiscard]] bool cancels(Size i) const {
    const CausedNode& node = found_.nodes[at(i)];
    const double size = splits_[at(i)].size();
    return size > 0.0 && std::fabs(node.after - node.before) < tiny * size;
  }

  /// Whether the parts of a node, at this rate, come to its points. Not so where what is above goes
  /// in steps, and the node moves a step by next to nothing.
  [[nodiscard]] bool explains(Size i, double rate) const {
    const CausedNode& node = found_.nodes[at(i)];
    const double change = node.after - node.before;
    if (std::isnan(change) || node.points == 0.0) return true;
    const double size = std::max(splits_[at(i)].size(), std::fabs(change));
    return splits_[at(i)].size() > 0.0 &&
           std::fabs(node.points - rate * change) <= 1e-6 * std::fabs(rate) * size;
  }

  /// From the composite down: a node's points over its children and itself.
  void give_out() {
    const auto count = found_.nodes.size();
    std::vector<double> slope(count, 0.0);  // Points of the composite for one of the node.
    std::vector<char> adds_up(count, 1);    // Whether a point brings the same everywhere.
    std::vector<Moved> moved(count, Moved::own);
    slope[0] = 1.0;
    found_.nodes[0].points = found_.after - found_.before;
    const double noise = rounding * std::max(std::fabs(found_.before), std::fabs(found_.after));
    for (Size i = 0; i < std::ssize(pairs_); ++i) {
      CausedNode& node = found_.nodes[at(i)];
      if (moved[at(i)] != Moved::own) {
        own_only(node, moved[at(i)]);
        continue;
      }
      const double change = node.after - node.before;
      double rate = slope[at(i)];
      const bool divides = !std::isnan(change) && change != 0.0 && !cancels(i);
      if (divides && !adds_up[at(i)]) rate = node.points / change;
      if (!explains(i, rate)) {
        splits_[at(i)] = unsplit(Kind::whole, missing_value,
                                 fmt::format("{}, of causes that nearly cancel each other out",
                                             moved_text(node.before, node.after)),
                                 pairs_[at(i)].children.size());
        rate = 0.0;
      }
      const NodeSplit& split = splits_[at(i)];
      node.split = split.split;
      const auto& children = pairs_[at(i)].children;
      std::vector<double> points;
      std::vector<double> own;
      for (const OwnCause& cause : split.own) {
        own.push_back(std::isnan(cause.points) ? node.points : cause.points * rate);
      }
      for (std::size_t c = 0; c < children.size(); ++c) points.push_back(split.children[c] * rate);
      settle(node.points, noise, points, own);
      for (std::size_t c = 0; c < children.size(); ++c) {
        found_.nodes[at(children[c])].points = points[c];
        slope[at(children[c])] = split.slopes.empty() ? 0.0 : rate * split.slopes[c];
        adds_up[at(children[c])] = split.split == Split::linear ? 1 : 0;
        if (!split.moved.empty()) moved[at(children[c])] = split.moved[c];
      }
      for (const double part : own) node.own += part;
      for (std::size_t k = 0; k < own.size(); ++k) {
        if (own[k] == 0.0) continue;
        found_.parts.push_back({split.own[k].kind, node.code, own[k], split.own[k].detail});
      }
    }
  }

  /// The last rounding goes to the largest part, where it changes least; so do causes at the node
  /// itself that are nothing but rounding.
  static void settle(double points, double noise, std::vector<double>& children,
                     std::vector<double>& own) {
    double* largest = nullptr;
    for (auto* parts : {&children, &own}) {
      for (double& part : *parts) {
        if (largest == nullptr || std::fabs(part) > std::fabs(*largest)) largest = &part;
      }
    }
    for (double& part : own) {
      if (&part != largest && std::fabs(part) <= noise) part = 0.0;
    }
    double rest = points;
    for (const auto* parts : {&children, &own}) {
      for (const double part : *parts) rest -= part;
    }
    if (largest != nullptr) *largest += rest;
  }

  /// A node that is compared with those of other units: what its own change did and what theirs did
  /// cannot be told from each other.
  void own_only(CausedNode& node, Moved what) {
    node.own = node.points;
    if (node.points == 0.0) return;
    const bool others = what == Moved::others;
    found_.parts.push_back({others ? Kind::others : Kind::whole, node.code, node.points,
                            others ? "the scores of other units, with which it is compared"
                                   : moved_text(node.before, node.after) +
                                         ", and the scores of other units, with which it is "
                                         "compared"});
  }

  Side before_;
  Side after_;
  Causes found_;
  std::vector<Pair> pairs_;  ///< As found_.nodes.
  std::vector<NodeSplit> splits_;
};

}  // namespace

double NodeSplit::size() const noexcept {
  double sum = 0.0;
  for (const double part : children) sum += std::fabs(part);
  for (const OwnCause& part : own) sum += std::fabs(part.points);
  return sum;
}

NodeSplit unsplit(Cause::Kind kind, double points, std::string detail, std::size_t children) {
  NodeSplit found;
  found.children.assign(children, 0.0);
  if (points != 0.0) found.own.push_back({kind, points, std::move(detail)});
  return found;
}

Causes causes(const Scores& before, const Scores& after, std::string_view unit,
              std::string_view other) {
  const Size was = position_of(before, unit);
  const Size is = position_of(after, other.empty() ? unit : other);
  return Comparison(before, was, after, is).compare();
}

std::string_view name(Cause::Kind kind) noexcept {
  switch (kind) {
    case Cause::Kind::value:
      return "value";
    case Cause::Kind::others:
      return "others";
    case Cause::Kind::given:
      return "given";
    case Cause::Kind::rule:
      return "rule";
    case Cause::Kind::anchors:
      return "anchors";
    case Cause::Kind::parameters:
      return "parameters";
    case Cause::Kind::weights:
      return "weights";
    case Cause::Kind::aggregation:
      return "aggregation";
    case Cause::Kind::structure:
      return "structure";
    case Cause::Kind::whole:
      return "whole";
  }
  return "";
}

std::string_view name(Split split) noexcept {
  switch (split) {
    case Split::linear:
      return "linear";
    case Split::shapley:
      return "shapley";
    case Split::aumann_shapley:
      return "aumann_shapley";
    case Split::none:
      return "none";
  }
  return "";
}

}  // namespace chiso
