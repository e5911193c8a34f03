#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

/// Whether a formula can make something of a value that is not there.
[[nodiscard]] bool asks_for_missing(const Formula& formula);

/// Nodes of a formula that is being put together, each behind its operands.
class FormulaBuilder {
 public:
  using Position = std::uint32_t;
  /// Puts something in place of a node that is copied.
  using Replace = std::function<Position(FormulaBuilder&)>;

  Position add(FormulaNode node);
  Position add(FormulaOperation operation, std::vector<Position> operands);
  Position number(double value);

  /// A node with all below it; one of them replaced, if `with` is given.
  Position copy(const Formula& formula, std::size_t node);
  Position copy(const Formula& formula, std::size_t node, std::size_t replaced,
                const Replace& with);

  /// All of some conditions; true if there are none.
  Position all(std::vector<Position> conditions);

  [[nodiscard]] std::span<const FormulaNode> nodes() const noexcept { return nodes_; }

  /// The formula whose root was added last. @throws SpecError as Formula does
  [[nodiscard]] Formula build();

 private:
  std::vector<FormulaNode> nodes_;
};

/// What can happen in a formula, by the ranges of its variables.
class FormulaReach {
 public:
  using Position = FormulaBuilder::Position;
  using Condition = std::function<Position(FormulaBuilder&)>;

  /// @param symbols of all times that count
  FormulaReach(const Formula& formula, std::span<const FormulaSymbols> symbols);

  /// Whether it is proven that a condition never holds while the formula's result rests on the
  /// node. A missing value never makes true what no present one does, except where formulas ask for
  /// it; then nothing is proven.
  [[nodiscard]] bool never(std::size_t node, const Condition& condition) const;

  /// That one operand of a minimum, a maximum, `and` or `or` alone makes the result what it is.
  Position decides(FormulaBuilder& out, std::size_t node, std::size_t operand) const;

  /// Whether it is proven that another formula, which has something else in place of `replaced`,
  /// always gives the same. @throws SpecError if it is no formula
  [[nodiscard]] bool same(std::size_t replaced, const FormulaBuilder::Replace& with) const;

  [[nodiscard]] std::ptrdiff_t parent(std::size_t node) const { return parents_[node]; }

 private:
  [[nodiscard]] bool makes_missing(std::size_t node) const;
  [[nodiscard]] std::optional<std::size_t> guarded_by(std::size_t condition) const;
  [[nodiscard]] bool same_names(std::size_t replaced, const FormulaBuilder::Replace& with) const;
  void add_path(FormulaBuilder& out, std::size_t node, std::vector<Position>& conditions,
                std::size_t replaced, const FormulaBuilder::Replace& with, bool alone) const;
  /// Whether some conditions never hold together; or not where a value is there.
  [[nodiscard]] bool never_true(FormulaBuilder& out, std::vector<Position> conditions,
                                std::optional<Position> value = {}) const;

  const Formula& formula_;
  std::span<const FormulaSymbols> symbols_;
  std::vector<std::ptrdiff_t> parents_;  ///< By node; -1: the root.
};

}  // namespace chiso
