#include "uncertainty/anchor_draws.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

/// Indicators with an anchor, with their codes.
struct Anchored {
  Labels codes;
  std::vector<const FittedAnchor*> anchors;
};

Anchored anchored(const Scores& base) {
  std::vector<std::string> codes;
  std::vector<const FittedAnchor*> anchors;
  for (const FittedAnchor& anchor : base.anchors()) {
    // Nothing to fit to: the indicator is missing for everybody.
    if (std::isnan(anchor.high)) continue;
    codes.push_back(base.index().node(anchor.node).code);
    anchors.push_back(&anchor);
  }
  return {Labels(std::move(codes), "indicator"), std::move(anchors)};
}

/// What a spread is a share of.
double size_of(const CompiledNormaliser& normaliser, const FittedAnchor& anchor) {
  // The second one of a z-score is a deviation, and a fraction of the maximum has no first one.
  const bool alone =
      normaliser.normaliser->method == Normaliser::Method::z_score || std::isnan(anchor.low);
  return std::abs(alone ? anchor.high : anchor.high - anchor.low);
}

bool are_sound(const DrawAnchors& source, SourceProblems& problems) {
  const bool uniform = source.law == DrawAnchors::Law::uniform;
  if (source.spread > 0.0 && std::isfinite(source.spread) && (!uniform || source.spread < 0.5)) {
    return true;
  }
  problems.spec(uniform ? fmt::format("expected a spread above 0 and below 0.5, got {}",
                                      to_string(source.spread))
                        : fmt::format("expected a spread that is positive and finite, got {}",
                                      to_string(source.spread)),
                "0.1 is a tenth of the way from one anchor to the other");
  return false;
}

}  // namespace

AnchorDraws::AnchorDraws(const Scores& base, const DrawAnchors& source, SourceProblems& problems) {
  const bool sound = are_sound(source, problems);
  const Anchored all = anchored(base);
  const Compiled& compiled = base.evaluator().compiled();
  const auto node = compiled.index.codes().find(source.nodes);
  if (node && !all.codes.find(source.nodes)) {
    problems.spec(fmt::format("'{}' has no anchors", source.nodes),
                  "name indicators whose rule is a normaliser other than a rank");
    return;
  }
  for (const Size met : met_by(source.nodes, all.codes, "indicator with anchors", problems)) {
    if (!sound) return;
    const FittedAnchor& anchor = *all.anchors[at(met)];
    const CompiledLeaf& leaf = compiled.leaves[at(compiled.leaf_of[at(anchor.node)])];
    const double size = size_of(std::get<CompiledNormaliser>(leaf.rule), anchor);
    if (!std::isnan(anchor.low)) add(anchor.node, VariedRow::Kind::low, anchor.low, size, source);
    add(anchor.node, VariedRow::Kind::high, anchor.high, size, source);
  }
}

void AnchorDraws::add(Size node, VariedRow::Kind kind, double anchor, double size,
                      const DrawAnchors& source) {
  VariedRow row;
  row.kind = kind;
  row.node = node;
  rows_.push_back(row);
  nominal_.push_back(anchor);
  const double width = source.spread * size;
  if (source.law == DrawAnchors::Law::uniform) {
    width_.push_back(width);
  } else {
    // Up to the middle between both: they do not cross. A little less: they do not meet.
    const double reach = 0.499 * size;
    normal_.emplace_back(anchor, width, anchor - reach, anchor + reach);
  }
}

void AnchorDraws::draw(Size draws, double* rows, Size stride) const {
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    double* row = rows + static_cast<Size>(r) * stride;
    if (!normal_.empty()) {
      normal_[r].draw(draws, row);
      continue;
    }
    for (Size j = 0; j < draws; ++j) {
      row[j] = nominal_[r] + width_[r] * (2.0 * row[j] - 1.0);
    }
  }
}

}  // namespace chiso
