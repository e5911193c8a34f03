#pragma once

#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/model/index.hpp"
#include "chiso/normalize/linear_map.hpp"
#include "chiso/normalize/ranks.hpp"
#include "chiso/score/category_points.hpp"
#include "chiso/score/piecewise.hpp"

namespace chiso {

inline constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();

/// A column that an evaluation reads: a variable of the index, in the period that is scored or in
/// the one before.
struct CompiledColumn {
  Size variable = 0;
  bool previous = false;
};

/// A measure with its variables as positions in Compiled::columns, of which the first are
/// Index::variables(). The value of a formula is a measure too: then `terms` are what it reads.
struct CompiledMeasure {
  struct Term {
    Size variable;
    double coefficient;
  };
  Measure::Kind kind = Measure::Kind::variable;
  std::vector<Term> terms;
  std::vector<Term> denominator;
  double times = 1.0;
  std::optional<FormulaProgram> formula = {};  ///< Its inputs are `terms`, in their order.

  [[nodiscard]] bool is_variable() const noexcept {
    return kind == Measure::Kind::variable && !formula;
  }
};

/// A normaliser whose parameters are numbers as far as the definition fixes them; NaN: from the
/// data.
struct CompiledNormaliser {
  const Normaliser* normaliser = nullptr;  ///< Lives in the index.
  double low = missing_value;
  double high = missing_value;
  Size anchor = -1;  ///< Position in Anchors; -1 for the rank methods.

  /// Whether data fix anything.
  [[nodiscard]] bool fits() const noexcept;

  /// The map for a value of this sign, once its anchor is known.
  [[nodiscard]] LinearMap map(double sign, const FittedAnchor& fitted) const;
};

struct CompiledLeaf {
  Size node = 0;
  CompiledMeasure measure;
  double sign = 1.0;
  NotApplicable not_applicable = NotApplicable::missing;
  /// From the measure to the score. Of a formula: which of its values are points, or any.
  std::variant<LinearMap, Piecewise, CategoryPoints, CompiledNormaliser> rule;
};

struct CompiledCriterion {
  Size node = 0;
  std::vector<Size> children;
  std::vector<Role> roles;
  std::vector<double> weights;  ///< Normalised to sum 1 (means); signed coefficients (sum).
  std::vector<double>
      maxima;  ///< Of children times weight, for sum; 0 for bonus and penalty; NaN unknown.
  double full = missing_value;  ///< Of sum: all points that parts can give, before any factor.
  Aggregation aggregation;
  MissingPolicy missing = MissingPolicy::no_score;
  double at_least = 0.0;
};

/// What a variable's values are compared with, both ends closed: its range, and that they are
/// finite.
struct VariableLimit {
  double lower;
  double upper;
  bool ranged;  ///< The definition gives a range; else only infinite values are outside.
};

/// An index compiled for one method period.
struct Compiled {
  Compiled(Index of, std::optional<Period> with) : index(std::move(of)), method(std::move(with)) {}

  Index index;
  std::optional<Period> method;
  bool resolved = true;  ///< False: dated values wait for the period that is scored.

  std::vector<CompiledColumn> columns;  ///< All variables of the index in their order, then others.
  std::vector<VariableLimit> limits;    ///< By column.
  std::vector<CompiledLeaf> leaves;     ///< In the order of the nodes.
  std::vector<CompiledCriterion> inner;  ///< Children before parents.
  std::vector<Size> leaf_of;             ///< By node: position in leaves, or -1.
  std::vector<Size> inner_of;            ///< By node: position in inner, or -1.
  std::vector<double> weight;            ///< By node: share in its parent.
  std::vector<double> maximum;           ///< By node; NaN unknown.
  std::vector<double> cap;               ///< By node; infinity: none.
  std::vector<ScoreRange> range;         ///< By node.
  std::vector<Size> all_nodes;
  std::vector<Size> criteria_nodes;
  std::vector<Size> root_node;
  Size anchor_count = 0;
  bool compares_units = false;  ///< Some node (Copeland) needs all units at once.

  [[nodiscard]] const Variable& variable_of(Size column) const {
    return index
        .variables()[static_cast<std::size_t>(columns[static_cast<std::size_t>(column)].variable)];
  }

  /// The one variable of the index that a leaf reads, in the period that is scored; -1: several,
  /// none, or more than its value.
  [[nodiscard]] Size only_variable(const CompiledLeaf& leaf) const noexcept {
    const CompiledMeasure& read = leaf.measure;
    const bool one = read.is_variable() || (read.formula && read.terms.size() == 1);
    return one && read.terms[0].variable < std::ssize(index.variables()) ? read.terms[0].variable
                                                                         : -1;
  }

  /// A column as messages name it: "rate", "prev(rate)".
  [[nodiscard]] std::string column_name(Size column) const {
    const std::string& code = variable_of(column).code;
    return columns[static_cast<std::size_t>(column)].previous ? "prev(" + code + ")" : code;
  }
};

/// What the parts of a sum can give, and maximum and range of an inner node, from those of its
/// children and its weights; the latter two into `compiled`, cut to the node's cap.
/// @param declared maximum by the definition; NaN: none
void set_limits(Compiled& compiled, CompiledCriterion& inner, double declared);

/// Cuts maximum and range of a node to its cap.
void cut_limits(Compiled& compiled, Size node);

/// @throws SpecError if a dated value has not exactly one entry in force in `method`.
[[nodiscard]] Compiled compile(Index index, std::optional<Period> method);

/// The points of a sum on the scale that it is to have.
[[nodiscard]] inline double to_scale(const CompiledCriterion& compiled, double points) {
  const auto& scale = compiled.aggregation.scale_to;
  return scale ? points / compiled.full * *scale : points;
}

/// What takes the points of the parts that a sum goes with to the points of all parts: 1 if all
/// that count are there, NaN if none is or a maximum is not known.
[[nodiscard]] double part_factor(const CompiledCriterion& compiled, std::span<const char> left_out);

/// The aggregate of one node for `units` units, before its cap.
///
/// @param columns one pointer a child, each to `units` scores; positions as in compiled.children
/// @param excluded children (by position) that do not apply; empty: none. Not for Copeland, which
///   compares units that go without different children.
void aggregate(const CompiledCriterion& compiled, std::span<const double* const> columns,
               std::span<const char> excluded, Size units, double* out);

}  // namespace chiso
