#include "uncertainty/share_groups.hpp"

#include <fmt/core.h>

#include <cmath>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "evaluate/compiled.hpp"
#include "model/shares.hpp"
#include "uncertainty/share_parts.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

/// @param why says what keeps a criterion's shares from varying; empty: nothing
ShareGroup group_of(const Compiled& compiled, Size criterion, std::string& why) {
  ShareGroup group;
  group.criterion = criterion;
  why.clear();
  const std::string& code = compiled.index.node(criterion).code;
  if (compiled.index.is_leaf(criterion)) {
    why = fmt::format("'{}' is an indicator: it has no children whose shares could vary", code);
    return group;
  }
  const auto& inner = compiled.inner[at(compiled.inner_of[at(criterion)])];
  const Method method = inner.aggregation.method;
  if (method != Method::sum && !has_shares(method)) {
    why = fmt::format("'{}' aggregates by {}, which knows no weights", code, name(method));
    return group;
  }
  const ShareParts parts = share_parts(inner);
  for (std::size_t k = 0; k < inner.children.size(); ++k) {
    if (parts.share[k] == 0.0) continue;
    if (method == Method::sum && std::isnan(inner.maxima[k])) {
      why = fmt::format("the maximum of '{}' is not known, and so not its share in '{}'",
                        compiled.index.node(inner.children[k]).code, code);
      return group;
    }
    group.nodes.push_back(inner.children[k]);
    group.nominal.push_back(parts.share[k]);
  }
  return group;
}

void expect_several(const Compiled& compiled, const ShareGroup& group, std::string& why) {
  if (!why.empty() || group.nodes.size() >= 2) return;
  why = fmt::format("below '{}' there are fewer than two shares that could vary",
                    compiled.index.node(group.criterion).code);
}

/// What keeps a criterion from being a sum of shares times scores; empty: nothing.
std::string not_linear(const Compiled& compiled, Size criterion, Size top) {
  const auto& inner = compiled.inner[at(compiled.inner_of[at(criterion)])];
  const Method method = inner.aggregation.method;
  const std::string& code = compiled.index.node(criterion).code;
  if (method != Method::sum && method != Method::arithmetic_mean) {
    return fmt::format("'{}' aggregates by {}", code, name(method));
  }
  if (criterion != top && std::isfinite(compiled.cap[at(criterion)])) {
    return fmt::format("'{}' has a cap", code);
  }
  return {};
}

std::vector<ShareGroup> overall_group(const Compiled& compiled, Size top,
                                      SourceProblems& problems) {
  ShareGroup all;
  all.criterion = top;
  all.overall = true;
  bool sound = true;
  std::string why;
  // Depth first, so that indicators come in the order of the index.
  std::vector<std::pair<Size, double>> open{{top, 1.0}};
  while (!open.empty()) {
    const auto [node, share] = open.back();
    open.pop_back();
    if (compiled.index.is_leaf(node) && node != top) {
      all.nodes.push_back(node);
      all.nominal.push_back(share);
      continue;
    }
    const ShareGroup group = group_of(compiled, node, why);
    if (why.empty()) {
      why = not_linear(compiled, node, top);
      if (!why.empty()) {
        why += ": shares of all indicators are only those of a score that is linear in them";
      }
    }
    if (!why.empty()) {
      problems.spec(why, "vary the shares group by group: leave out `overall`");
      sound = false;
      continue;
    }
    for (std::size_t k = group.nodes.size(); k-- > 0;) {
      open.emplace_back(group.nodes[k], share * group.nominal[k]);
    }
  }
  if (!sound) return {};
  expect_several(compiled, all, why);
  if (!why.empty()) {
    problems.spec(why);
    return {};
  }
  return {std::move(all)};
}

}  // namespace

std::vector<ShareGroup> share_groups(const Scores& base, const DrawWeights& source,
                                     SourceProblems& problems) {
  const Compiled& compiled = base.evaluator().compiled();
  const Labels& codes = compiled.index.codes();
  if (source.overall) {
    const Size top = known(source.criteria, codes, "criterion", problems);
    return top < 0 ? std::vector<ShareGroup>{} : overall_group(compiled, top, problems);
  }
  const bool one = codes.find(source.criteria).has_value();
  std::vector<ShareGroup> groups;
  std::string why;
  const auto met = met_by(source.criteria, codes, "criterion", problems);
  for (const Size criterion : met) {
    ShareGroup group = group_of(compiled, criterion, why);
    expect_several(compiled, group, why);
    if (why.empty()) {
      groups.push_back(std::move(group));
    } else if (one) {
      problems.spec(why);
    }
  }
  if (groups.empty() && !one && !met.empty()) {
    problems.not_found(
        fmt::format("the pattern '{}' meets no criterion with weights and two children that can "
                    "vary",
                    source.criteria));
  }
  return groups;
}

std::vector<VariedRow> rows_of(const ShareGroup& group) {
  std::vector<VariedRow> rows;
  for (const Size node : group.nodes) {
    VariedRow& row = rows.emplace_back();
    row.kind = group.overall ? VariedRow::Kind::overall_share : VariedRow::Kind::share;
    row.node = node;
    row.parent = group.criterion;
  }
  return rows;
}

}  // namespace chiso
