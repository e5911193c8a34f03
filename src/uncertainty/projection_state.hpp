#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace chiso {

/// @throws SpecError with every option that is out of its range
void expect_sound(const ProjectionOptions& options);

/// Periods of the history in which at least two units and the least share of all have a score.
[[nodiscard]] std::vector<Size> used_periods(const History& history,
                                             const ProjectionOptions& options);

struct Projection::State {
  State(History given, std::vector<Period> later, const ProjectionOptions& chosen);

  [[nodiscard]] Size count() const noexcept { return units.size(); }
  [[nodiscard]] double score_of(Size period, Size unit, std::int64_t draw) const {
    return scores[at(period)][at(draw * count() + unit)];
  }
  [[nodiscard]] std::int32_t rank_of(Size period, Size unit, std::int64_t draw) const {
    return ranks[at(period)][at(draw * count() + unit)];
  }
  /// How many draws have each rank; units x ranks, column-major.
  [[nodiscard]] std::vector<std::int64_t> rank_counts(Size period) const;

  History history;
  ProjectionOptions options;
  std::vector<Period> periods;
  std::vector<Size> used_positions;  ///< In the history.
  std::vector<Period> used;
  std::vector<Period> left_out;
  Labels units;
  std::vector<Size> unit_positions;  ///< In the history.
  std::vector<std::string> units_left_out;
  LearnedModel learned;
  std::vector<std::vector<double>> scores;       ///< By period: by draw, then unit.
  std::vector<std::vector<std::int32_t>> ranks;  ///< The same.

 private:
  void choose();
  void run();
};

}  // namespace chiso
