#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/evaluate/anchors.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

struct Compiled;  // What an index is compiled to; private.

/// What to score, and with what.
struct ScoreOptions {
  /// The period of the panel to score; may be left out if the panel has only one.
  std::optional<Period> period = {};
  /// Score with the method of another period. Left out, the period's own: then it must lie in the
  /// edition's periods.
  std::optional<Period> method = {};
  /// Hold these anchors instead of fitting them to the panel.
  const Anchors* anchors = nullptr;
  /// Scores that are set directly, whatever the data say; a cap does not cut them. What is below
  /// such a node keeps its scores and counts no longer for the unit. Of two for one cell the last
  /// counts.
  std::span<const GivenScore> given = {};
};

/// Lowest and highest score that a node can reach; infinite where nothing limits it.
struct ScoreRange {
  double lowest;
  double highest;
};

/// Which columns an evaluation of plain arrays fills.
enum class Keep {
  all,       ///< Every node, in the order of the index.
  criteria,  ///< Inner nodes only, in the order of the index.
  root       ///< The composite only.
};

/// An index compiled for fast and repeated scoring. Immutable, safe to use from many threads;
/// copies are cheap.
class Evaluator {
 public:
  /// @param method resolves dated values; without it they are resolved for each period that is
  /// scored.
  /// @throws SpecError if a dated value is not in force in `method`, or two are.
  explicit Evaluator(Index index, std::optional<Period> method = {});

  [[nodiscard]] const Index& index() const noexcept;

  /// Scores of all units that have a row in the period. Nothing is changed if it throws.
  ///
  /// @throws DataError, all problems at once: variables that the panel does not have, text in the
  /// place of numbers or an unknown
  ///   category, a value out of its variable's range, all values equal where a normaliser needs a
  ///   spread, a formula that gives more than the maximum or less than 0, a missing child where the
  ///   policy is `error`, an unknown or ambiguous period, or a period that the edition is not in
  ///   force in (remedy: name the edition or `method`), a given score that is not finite or of a
  ///   unit or node that is not scored.
  [[nodiscard]] Scores score(const Panel& panel, const ScoreOptions& options = {}) const;

  /// Scores as they were computed before, by whatever version of the library, and stored: nothing
  /// is evaluated.
  /// @param values units that have a row in the period x nodes, column-major
  /// @throws DataError, SpecError if they cannot be scores of this index and panel: sizes that
  ///         differ, anchors and given scores of nodes or units that there are none of, infinite
  ///         values, a method that the edition is not in force in.
  [[nodiscard]] static Scores restore(const Index& index, const Panel& panel, const Period& period,
                                      const Period& method, Anchors anchors,
                                      std::vector<GivenScore> given,
                                      std::span<const double> values);

  /// The anchors that `score` would fit.
  [[nodiscard]] Anchors fit(const Panel& panel, const Period& period) const;

  // Plain arrays: units x variables, columns in the order of index().variables(), then those of
  // index().previous_variables() with the values of the period before; any memory order, NaN =
  // missing. For repeated evaluation; a category is the position of its word in the variable's
  // list.

  /// @throws DataError as `score` does.
  [[nodiscard]] Anchors fit(const MatrixIn& values) const;

  /// Nodes that `keep` stands for.
  [[nodiscard]] std::span<const Size> kept(Keep keep) const noexcept;

  /// Fills `out`, column-major, values.rows() x kept(keep).size().
  /// @throws DataError as `score` does; `out` is then undefined.
  void evaluate(const MatrixIn& values, const Anchors& anchors, Keep keep, double* out) const;

  /// Fits anchors to `values` and evaluates with them, reading what both need once. @returns the
  /// anchors.
  Anchors evaluate(const MatrixIn& values, Keep keep, double* out) const;

  // Single numbers, for explaining.

  /// Best and worst score of a node by the definition alone.
  [[nodiscard]] ScoreRange range(Size node) const;

  /// Share of a child in its parent when all siblings are present: normalised weight, or
  /// coefficient of a sum. 1 for the root.
  [[nodiscard]] double weight(Size node) const;

  /// The maximum of a node by definition or by its children; NaN if unknown.
  [[nodiscard]] double maximum(Size node) const;

  [[nodiscard]] const Compiled& compiled() const noexcept { return *compiled_; }

 private:
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace chiso
