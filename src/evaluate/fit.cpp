#include "evaluate/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chiso/base/error.hpp"
#include "chiso/normalize/statistics.hpp"

namespace chiso {
namespace {

using Method = Normaliser::Method;

/// What the data say about one leaf's measure, in raw direction.
struct Observed {
  Statistics of_period;
  Statistics pooled;

  [[nodiscard]] const Statistics& by(Anchor::Source source) const {
    return source == Anchor::Source::pooled ? pooled : of_period;
  }
};

/// Mean and spread cost two passes; most normalisers need the extremes only.
Statistics observe(Method method, std::span<const double> values) {
  if (method == Method::z_score) return statistics(values);
  const Extremes ends = extremes(values);
  Statistics result;
  result.count = ends.count;
  result.infinite = ends.infinite;
  result.minimum = ends.minimum;
  result.maximum = ends.maximum;
  return result;
}

Observed observe(const LeafPlan& leaf, Method method, bool pooled,
                 std::span<const Input* const> inputs) {
  Observed observed;
  std::vector<double> scratch;
  observed.of_period = observe(method, inputs.back()->measure(leaf.measure, scratch));
  observed.pooled = observed.of_period;
  if (pooled) {
    for (const Input* input : inputs.first(inputs.size() - 1)) {
      observed.pooled =
          merge(observed.pooled, observe(method, input->measure(leaf.measure, scratch)));
    }
  }
  return observed;
}

bool is_pooled(const Normaliser& normaliser) {
  return normaliser.low.source == Anchor::Source::pooled ||
         normaliser.high.source == Anchor::Source::pooled;
}

/// For methods with one statement for both ends (`over`).
Anchor::Source source_of(const Normaliser& normaliser) {
  return is_pooled(normaliser) ? Anchor::Source::pooled : Anchor::Source::period;
}

FittedAnchor fit_leaf(const Plan& plan, const LeafPlan& leaf, const NormaliserPlan& how,
                      std::span<const Input* const> inputs, Problems& problems) {
  const Normaliser& n = *how.normaliser;
  FittedAnchor fitted;
  fitted.node = leaf.node;
  fitted.low = how.low;
  fitted.high = how.high;
  fitted.low_source = n.low.source;
  fitted.high_source = n.high.source;
  if (!how.fits()) return fitted;

  const Observed observed = observe(leaf, n.method, is_pooled(n), inputs);
  const Statistics& both = observed.by(source_of(n));
  fitted.observations = is_pooled(n) ? observed.pooled.count : observed.of_period.count;
  const Criterion& node = plan.index.node(leaf.node);
  if (observed.pooled.infinite > 0) {
    problems.add({}, node.code, "the measure is infinite for some unit", "correct the data");
    return fitted;
  }

  const double worst = leaf.sign > 0.0 ? both.minimum : both.maximum;
  switch (n.method) {
    case Method::min_max: {
      if (n.low.source != Anchor::Source::fixed) {
        fitted.low = observed.by(n.low.source).minimum;
        if (n.low.reached) fitted.low = std::fmin(fitted.low, *n.low.reached);
      }
      if (n.high.source != Anchor::Source::fixed) {
        fitted.high = observed.by(n.high.source).maximum;
        if (n.high.reached) fitted.high = std::fmax(fitted.high, *n.high.reached);
      }
      break;
    }
    case Method::z_score:
      fitted.low = both.mean;
      fitted.high = both.deviation();
      break;
    case Method::distance_to_maximum:
      fitted.low = both.minimum;
      fitted.high = both.maximum;
      break;
    case Method::distance_to_target:
      fitted.low = worst;
      break;
    case Method::distance_to_reference: {
      fitted.low = worst;
      fitted.high = missing_value;
      fitted.high_source = Anchor::Source::period;
      const Size reference = inputs.back()->find_unit(n.reference_unit);
      if (reference < 0) {
        problems.add({}, node.code,
                     fmt::format("the reference unit '{}' is not in the data", n.reference_unit),
                     "name a unit of the period that is scored");
        break;
      }
      std::vector<double> scratch;
      fitted.high =
          inputs.back()->measure(leaf.measure, scratch)[static_cast<std::size_t>(reference)];
      if (std::isnan(fitted.high) && fitted.observations > 0) {
        problems.add({}, node.code,
                     fmt::format("the reference unit '{}' has no value", n.reference_unit),
                     "choose a reference with complete data");
      }
      break;
    }
    case Method::fraction_of_maximum:
      fitted.low = missing_value;
      fitted.high = leaf.sign > 0.0 ? both.maximum : both.minimum;
      break;
    case Method::adjusted_goalposts: {
      const double reach = (both.maximum - both.minimum) / 2.0;
      fitted.low = how.low - reach;
      fitted.high = how.low + reach;
      fitted.low_source = fitted.high_source = source_of(n);
      break;
    }
    case Method::goalposts:
    case Method::scaled:
    case Method::rank:
    case Method::borda:
    case Method::percentile_rank:
      break;
  }
  return fitted;
}

}  // namespace

Anchors fit_anchors(const Plan& plan, std::span<const Input* const> inputs) {
  Problems problems;
  Anchors anchors;
  anchors.reserve(static_cast<std::size_t>(plan.anchor_count));
  for (const LeafPlan& leaf : plan.leaves) {
    const auto* how = std::get_if<NormaliserPlan>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    anchors.push_back(fit_leaf(plan, leaf, *how, inputs, problems));
  }
  problems.raise<DataError>();
  return anchors;
}

std::vector<LinearMap> maps_of(const Plan& plan, const Anchors& anchors) {
  if (static_cast<Size>(anchors.size()) != plan.anchor_count) {
    throw DataError(fmt::format("{} needs {} anchors, {} were given", plan.index.name(),
                                plan.anchor_count, anchors.size()));
  }
  Problems problems;
  std::vector<LinearMap> maps(plan.leaves.size());
  for (std::size_t l = 0; l < plan.leaves.size(); ++l) {
    const LeafPlan& leaf = plan.leaves[l];
    if (const auto* linear = std::get_if<LinearMap>(&leaf.rule)) maps[l] = *linear;
    const auto* how = std::get_if<NormaliserPlan>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    const FittedAnchor& anchor = anchors[static_cast<std::size_t>(how->anchor)];
    const Criterion& node = plan.index.node(leaf.node);
    if (anchor.node != leaf.node) {
      problems.add({}, node.code, "the anchors are those of another definition",
                   "fit them with this one");
      continue;
    }
    maps[l] = how->map(leaf.sign, anchor);
    const bool unobserved = how->fits() && anchor.observations == 0 && std::isnan(maps[l].span);
    if (unobserved || !maps[l].is_degenerate()) continue;
    if (how->normaliser->method == Method::z_score && anchor.observations == 1) {
      problems.add({}, node.code, "a single value has no spread",
                   "score more units, or choose a normaliser with fixed anchors");
    } else {
      problems.add({}, node.code,
                   fmt::format("{} cannot normalise: its anchors coincide ({})",
                               name(how->normaliser->method),
                               to_string(std::isnan(anchor.low) ? anchor.high : anchor.low)),
                   "all values are equal; leave the indicator out or give it fixed anchors");
    }
  }
  problems.raise<DataError>();
  return maps;
}

}  // namespace chiso
