#pragma once

#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/what_if.hpp"
#include "scenario/base_ranks.hpp"
#include "scenario/held_tree.hpp"

namespace chiso {

/// A result taken apart for edits of raw values: its ranks, and the numbers of each unit.
struct HeldResult {
  explicit HeldResult(Scores of);

  [[nodiscard]] Size unit_count() const noexcept { return std::ssize(ranks.keys()); }
  [[nodiscard]] Size variable_count() const noexcept {
    return std::ssize(compiled.index.variables());
  }

  /// Whether an edit names a cell that is there, and a value that its variable can have.
  [[nodiscard]] bool fits(const CellEdit& edit) const noexcept {
    if (edit.unit < 0 || edit.unit >= unit_count() || edit.variable < 0 ||
        edit.variable >= variable_count()) {
      return false;
    }
    const VariableLimit& limit = compiled.limits[at(edit.variable)];
    return (edit.value >= limit.lower && edit.value <= limit.upper) || is_missing(edit);
  }

  [[nodiscard]] bool is_missing(const CellEdit& edit) const noexcept {
    const Variable& variable = compiled.index.variables()[at(edit.variable)];
    return std::isnan(edit.value) || (variable.zero_is_missing && edit.value == 0.0);
  }

  /// @param first number of the first edit, for messages; -1: they have none
  /// @throws DataError with every edit that does not fit
  void expect_fit(std::span<const CellEdit> edits, Size first) const {
    for (const CellEdit& edit : edits) {
      if (!fits(edit)) report(edits, first);
    }
  }

  /// @throws DataError for a position of no unit
  void expect_units(std::span<const Size> positions) const;

  /// For edits that fit and cannot be scored. @throws DataError as scoring does
  [[noreturn]] void refuse(std::span<const CellEdit> edits) const;

  Scores base;
  const Compiled& compiled;
  BaseRanks ranks;
  std::unique_ptr<const HeldTree> tree;  ///< Nothing if units are compared with each other.
  std::vector<HeldUnit> units;           ///< With the tree.

 private:
  [[noreturn]] void report(std::span<const CellEdit> edits, Size first) const;
};

}  // namespace chiso
