#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/scores.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"

namespace chiso {

struct Scores::State {
  State(Evaluator by, Panel data, Period of, Period with)
      : evaluator(std::move(by)),
        panel(std::move(data)),
        period(std::move(of)),
        method(std::move(with)) {}

  /// Takes the units that have a row in a period of the panel, by its position.
  void take_units(Size period_position);

  Evaluator evaluator;
  Panel panel;
  Period period;
  Period method;
  std::vector<Size> units;       ///< Positions in the panel.
  std::optional<Labels> labels;  ///< Nothing if they are all units of the panel.
  Anchors anchors;
  std::vector<GivenScore> given;     ///< By unit, then node; each cell once.
  std::unique_ptr<double[]> values;  ///< Units x nodes, column-major; written once, not cleared.
};

/// Scores of every node: `out` is input.units x nodes, column-major.
/// @throws DataError that names the cells that cannot be scored.
void evaluate(const Compiled& compiled, const Input& input, const Anchors& anchors,
              const GivenCells& given, double* out);

/// @throws SpecError if dated values still wait for a period.
void require_resolved(const Compiled& compiled);

/// By node: units (ascending) that go without it; empty if there is no such cell at all. Nobody
/// goes without a score that was given.
[[nodiscard]] std::vector<std::vector<Size>> excluded_units(const Compiled& compiled,
                                                            const Input& input,
                                                            const GivenCells& given);

/// The units of [first, last) that go without some child of `inner`, with a mask over the children.
[[nodiscard]] std::vector<std::pair<Size, std::vector<char>>> excluded_children(
    const CompiledCriterion& inner, const std::vector<std::vector<Size>>& excluded, Size first,
    Size last);

}  // namespace chiso
