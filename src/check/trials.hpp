#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// Values of some units in one period, by unit and then by column of Compiled::columns.
using TrialUnits = std::vector<std::vector<double>>;

/// A number with so many significant digits.
[[nodiscard]] double significant(double value, int digits);

/// Draws numbers from a seed, the same on every machine.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(seed) {}

  /// From 0 to below 1.
  [[nodiscard]] double share() { return static_cast<double>(generator_() >> 11U) * 0x1p-53; }
  /// From 0 to below `count`.
  [[nodiscard]] Size position(Size count) {
    return static_cast<Size>(share() * static_cast<double>(count));
  }
  [[nodiscard]] bool chance(double share_of) { return share() < share_of; }

 private:
  std::mt19937_64 generator_;
};

/// An index with the method of one day, and the inputs that are worth trying with it.
class Trials {
 public:
  Trials(const Index& index, const std::optional<Period>& method);

  [[nodiscard]] const Evaluator& evaluator() const noexcept { return evaluator_; }
  [[nodiscard]] const Compiled& compiled() const noexcept { return evaluator_.compiled(); }
  [[nodiscard]] const Index& index() const noexcept { return evaluator_.index(); }
  [[nodiscard]] const std::optional<Period>& method() const noexcept { return method_; }
  [[nodiscard]] Size columns() const noexcept { return std::ssize(columns_); }

  /// A value that a column may have.
  [[nodiscard]] double draw(Size column, Draws& draws) const;

  /// @param missing how often a value is missing
  [[nodiscard]] TrialUnits draw(Size units, double missing, Draws& draws) const;

  /// Ascending: where something may happen, bounds with the doubles beside them.
  [[nodiscard]] std::span<const double> special(Size column) const;

  /// Whether a column may have the value.
  [[nodiscard]] bool allows(Size column, double value) const;
  [[nodiscard]] bool is_category(Size column) const;

  /// Anchors fitted to the units. @throws DataError
  [[nodiscard]] Anchors fit(const TrialUnits& units) const;

  /// Units x nodes, column-major. @throws DataError
  [[nodiscard]] std::vector<double> score(const TrialUnits& units, const Anchors& anchors) const;

 private:
  struct Column {
    double lower = 0.0;  ///< Both ends included.
    double upper = 0.0;
    double typical = 100.0;       ///< Where an open range begins to be far.
    std::vector<double> special;  ///< Of a category: all positions.
    Size categories = 0;
  };

  void limit(const CompiledLeaf& leaf);
  void look_at(const CompiledLeaf& leaf);
  void add_bound(Size column, double value);

  std::optional<Period> method_;
  Evaluator evaluator_;
  std::vector<Column> columns_;
  bool has_reference_ = false;  ///< Some normaliser measures the distance to a unit.
};

}  // namespace chiso
