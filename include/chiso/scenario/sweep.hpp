#pragma once

#include <string>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/edit.hpp"

namespace chiso {

/// A parameter of a sweep: an edit whose number takes each of these values in turn. The edit is one
/// of values, scores, weights (of one node) or of an aggregation's power.
struct SweepAxis {
  std::string name;  ///< Empty: made from the edit.
  Edit edit;
  std::vector<double> amounts;
};

/// One point of a sweep for one unit.
struct SweepPoint {
  std::vector<double> amounts;  ///< One an axis.
  Size unit = 0;                ///< Position in base.units().
  double score = 0.0;           ///< Of the composite.
  double rank = 0.0;            ///< NaN: no score.
};

/// Every combination of the axes (the last one running fastest), with all units at each point.
/// @param units names; empty: all.
/// @param refit whether anchors are fitted anew at each point.
/// @throws as what_if does; SpecError for an edit without a number, or no or more than two axes.
[[nodiscard]] std::vector<SweepPoint> sweep(const Scores& base, const std::vector<SweepAxis>& axes,
                                            const std::vector<std::string>& units = {},
                                            bool refit = false);

/// The name of an axis: its own, or made from its edit ("Thanh Hoa entry", "weight of time").
[[nodiscard]] std::string axis_name(const SweepAxis& axis);

}  // namespace chiso
