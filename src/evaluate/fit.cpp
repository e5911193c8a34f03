#include "evaluate/fit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "chiso/base/error.hpp"
#include "chiso/normalize/statistics.hpp"
#include "evaluate/fused.hpp"

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

Statistics from_extremes(const Extremes& ends) {
  Statistics result;
  result.count = ends.count;
  result.infinite = ends.infinite;
  result.minimum = ends.minimum;
  result.maximum = ends.maximum;
  return result;
}

/// Mean and spread cost two passes; most normalisers need the extremes only.
Statistics observe(Method method, std::span<const double> values) {
  return method == Method::z_score ? statistics(values) : from_extremes(extremes(values));
}

/// Extremes of every variable of a row-major array, block after block: column after column would
/// read all of it for each.
std::vector<Extremes> extremes_by_rows(const Input& input) {
  constexpr Size block = 256;
  const auto count = static_cast<Size>(input.columns.size());
  std::vector<Extremes> found(input.columns.size());
  std::vector<double> columns(static_cast<std::size_t>(block * count));
  for (Size first = 0; first < input.units; first += block) {
    const Size units = std::min(block, input.units - first);
    transpose(input.rows + first * input.row_stride, input.row_stride, units, count,
              columns.data());
    for (std::size_t v = 0; v < found.size(); ++v) {
      const std::span<double> column(columns.data() + static_cast<Size>(v) * units,
                                     static_cast<std::size_t>(units));
      if (input.columns[v].zero_is_missing) {
        for (double& value : column) value = value == 0.0 ? missing_value : value;
      }
      found[v] = merge(found[v], extremes(column));
    }
  }
  return found;
}

Observed observe(const CompiledLeaf& leaf, Method method, bool pooled,
                 std::span<const Input* const> inputs, std::span<const Extremes> by_rows) {
  Observed observed;
  std::vector<double> scratch;
  if (!by_rows.empty() && leaf.measure.is_variable() && method != Method::z_score) {
    observed.of_period =
        from_extremes(by_rows[static_cast<std::size_t>(leaf.measure.terms[0].variable)]);
  } else {
    observed.of_period = observe(method, inputs.back()->measure(leaf.measure, scratch));
  }
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

FittedAnchor fit_leaf(const Compiled& compiled, const CompiledLeaf& leaf,
                      const CompiledNormaliser& how, std::span<const Input* const> inputs,
                      std::span<const Extremes> by_rows, Problems& problems) {
  const Normaliser& n = *how.normaliser;
  FittedAnchor fitted;
  fitted.node = leaf.node;
  fitted.low = how.low;
  fitted.high = how.high;
  fitted.low_source = n.low.source;
  fitted.high_source = n.high.source;
  if (!how.fits()) return fitted;

  const Observed observed = observe(leaf, n.method, is_pooled(n), inputs, by_rows);
  const Statistics& both = observed.by(source_of(n));
  fitted.observations = is_pooled(n) ? observed.pooled.count : observed.of_period.count;
  const Criterion& node = compiled.index.node(leaf.node);
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

Anchors fit_anchors(const Compiled& compiled, std::span<const Input* const> inputs,
                    std::span<const char> wanted) {
  Problems problems;
  Anchors anchors;
  std::vector<Extremes> by_rows;
  if (inputs.back()->rows != nullptr) by_rows = extremes_by_rows(*inputs.back());
  anchors.reserve(static_cast<std::size_t>(compiled.anchor_count));
  for (const CompiledLeaf& leaf : compiled.leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    if (!wanted.empty() && wanted[static_cast<std::size_t>(how->anchor)] == 0) {
      anchors.emplace_back().node = leaf.node;
      continue;
    }
    anchors.push_back(fit_leaf(compiled, leaf, *how, inputs, by_rows, problems));
  }
  problems.raise<DataError>();
  return anchors;
}

bool fits_pooled(const Compiled& compiled, std::span<const char> wanted) {
  return std::any_of(compiled.leaves.begin(), compiled.leaves.end(), [&](const CompiledLeaf& leaf) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->anchor < 0 || !is_pooled(*how->normaliser)) return false;
    return wanted.empty() || wanted[static_cast<std::size_t>(how->anchor)] != 0;
  });
}

Anchors fit_anchors(const Compiled& compiled, const Panel& panel, Size period,
                    std::span<const char> wanted) {
  const bool pooled = fits_pooled(compiled, wanted);
  std::vector<std::vector<Size>> units;  // An input only refers to its units.
  std::vector<Input> inputs;
  for (Size p = pooled ? 0 : period; p <= period; ++p) {
    units.push_back(units_of_period(panel, p));
    inputs.push_back(input_of(compiled, panel, p, units.back()));
  }
  std::vector<const Input*> pointers;
  for (const Input& input : inputs) pointers.push_back(&input);
  return fit_anchors(compiled, pointers, wanted);
}

LinearMap map_of(const Compiled& compiled, std::size_t leaf, const FittedAnchor& anchor,
                 Problems& problems) {
  const CompiledLeaf& of = compiled.leaves[leaf];
  const auto& how = std::get<CompiledNormaliser>(of.rule);
  const Criterion& node = compiled.index.node(of.node);
  if (anchor.node != of.node) {
    problems.add({}, node.code, "the anchors are those of another definition",
                 "fit them with this one");
    return {};
  }
  const LinearMap map = how.map(of.sign, anchor);
  if (!map.is_degenerate()) return map;
  const bool single = how.normaliser->method == Method::z_score && anchor.observations == 1;
  // Nothing to fit to: the indicator is missing for everybody.
  if (how.fits() && std::isnan(map.span) && !single) return map;
  if (single) {
    problems.add({}, node.code, "a single value has no spread",
                 "score more units, or choose a normaliser with fixed anchors");
  } else {
    problems.add(
        {}, node.code,
        fmt::format("{} cannot normalise: its anchors coincide ({})", name(how.normaliser->method),
                    to_string(std::isnan(anchor.low) ? anchor.high : anchor.low)),
        "all values are equal; leave the indicator out or give it fixed anchors");
  }
  return map;
}

std::vector<LinearMap> maps_of(const Compiled& compiled, const Anchors& anchors) {
  if (static_cast<Size>(anchors.size()) != compiled.anchor_count) {
    throw DataError(fmt::format("{} needs {} anchors, {} were given", compiled.index.name(),
                                compiled.anchor_count, anchors.size()));
  }
  Problems problems;
  std::vector<LinearMap> maps(compiled.leaves.size());
  for (std::size_t l = 0; l < compiled.leaves.size(); ++l) {
    const CompiledLeaf& leaf = compiled.leaves[l];
    if (const auto* linear = std::get_if<LinearMap>(&leaf.rule)) maps[l] = *linear;
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    maps[l] = map_of(compiled, l, anchors[static_cast<std::size_t>(how->anchor)], problems);
  }
  problems.raise<DataError>();
  return maps;
}

}  // namespace chiso
