#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/check/coverage.hpp"
#include "chiso/check/report.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// Finds the panel that a check file names, in one of its versions if it has several.
/// @throws NotFoundError, DataError.
using PanelSource = std::function<Panel(const std::string& panel, const std::string& version)>;

/// What a case looked at.
struct CaseEvidence {
  Scores scores;
  std::vector<Size> units;  ///< Positions in scores.units() that the case expects something of.
  std::vector<Size> nodes;  ///< Those it expects something of and all that they rest on, ascending.
};

/// The cases of an index with their data put together, ready to be run: against the index itself,
/// and again and again against changed copies of it. Immutable, safe to use from many threads.
class CaseRunner {
 public:
  /// A case that makes no sense for the index (a node or variable that it does not have, a unit
  /// that is not in the panel) cannot be run and says so when it is; nothing is thrown here.
  CaseRunner(Index index, std::vector<Case> cases, const NodeTolerances& tolerances,
             const PanelSource& panels);

  [[nodiscard]] const Index& index() const noexcept;
  [[nodiscard]] std::span<const Case> cases() const noexcept;

  /// Runs one case; a failure shows the tree of the computation.
  [[nodiscard]] CheckItem run(Size position) const;

  /// Nothing if the case cannot be run, or expects an error.
  [[nodiscard]] std::optional<CaseEvidence> evidence(Size position) const;

  /// Which parts of the index the cases touch.
  [[nodiscard]] Coverage coverage() const;

  /// A case that passes with the index itself and fails with a changed copy of it; nothing if no
  /// case notices. Copies read the same variables or fewer and have the same nodes or fewer.
  /// @param node where it was changed: cases that look at it are tried first
  [[nodiscard]] std::optional<Size> noticed_by(const Index& changed,
                                               Size node = Index::root()) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
