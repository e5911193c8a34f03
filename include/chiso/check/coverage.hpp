#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/check/report.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/model/index.hpp"

/// Which parts of a definition no case touches.
namespace chiso {

/// What kind of part.
enum class CoverageKind {
  scored,            ///< The node has a score.
  piece,             ///< A step, or another piece of a points rule.
  bound,             ///< A number at which points jump, or one close to it on the other side.
  category,          ///< A category of a rule.
  end,               ///< A value at a minimum, a maximum or a post of a normaliser.
  cut,               ///< A value beyond a post, which is cut.
  decided,           ///< A child or a variable that alone is the lowest (highest).
  tie,               ///< Equal values of a rank normaliser.
  missing_child,     ///< What becomes of a node without one of its children.
  too_few,           ///< ... without more of them than it may lack.
  not_applicable,    ///< A leaf that does not apply to a unit and does not count as missing then.
  zero_is_missing,   ///< A zero that counts as missing.
  zero_denominator,  ///< A ratio over zero.
  cap,               ///< A score that the node's cap cuts, or one below it.
  role,              ///< A bonus or a penalty that gives points.
  dated,             ///< A dated weight, maximum, rule or anchor while it is in force.
  branch             ///< An outcome of a condition, or another alternative, in a formula.
};

/// A part of a definition that a case can touch.
struct CoveragePart {
  CoverageKind kind = CoverageKind::scored;
  Size node = 0;
  std::string id;    ///< Unique in its index, and stable: "1.1.4.step2", "1.1.4.just_below_70".
  std::string what;  ///< In words: "1 point on [70, 90]".
  std::string how;   ///< What a case must have: "plan.done = 80".
  Location location;
  bool touched = false;
  std::string by;  ///< What touched it first.
};

struct CoveragePlan;  // What touches which part; private.

/// The parts of an index, and which of them were touched. Parts that nothing can touch are not
/// among them: a bound at the end of a variable's range, steps outside of it, a policy that is
/// never asked.
class Coverage {
 public:
  /// @param methods periods whose dated values count; empty: all while the edition is in force
  explicit Coverage(Index index, std::span<const Period> methods = {});

  [[nodiscard]] const Index& index() const noexcept { return index_; }

  /// In the order of the nodes.
  [[nodiscard]] std::span<const CoveragePart> parts() const noexcept { return parts_; }

  /// Counts what some units of a result touch on the way to the nodes that somebody looks at.
  ///
  /// A node is looked at if it is in `nodes`, or if the score of its parent is looked at and
  /// depends on it: where the parent has no score, only children without one are the reason.
  /// @param units positions in scores.units(); empty: all
  /// @param nodes that a case expects something of; empty: the composite
  /// @param by name of the case
  /// @throws DataError if the scores are those of another index; one that differs only in that
  ///         missing children are no error is none, because cases are scored with it
  void add(const Scores& scores, std::span<const Size> units, std::span<const Size> nodes,
           std::string_view by);

  /// Counts what scoring refused: children that a parent with the policy `error` lacks.
  void add(const Error& refused, std::string_view by);

  /// Counts what another of the same index and methods has counted. @throws DataError otherwise
  void merge(const Coverage& other);

  [[nodiscard]] Size size() const noexcept { return std::ssize(parts_); }
  [[nodiscard]] Size touched() const noexcept;

  /// touched() / size(); 1 if there are no parts.
  [[nodiscard]] double share() const noexcept;

 private:
  void touch(Size part, std::string_view by);

  Index index_;
  Index relaxed_;  ///< No missing child is an error.
  std::vector<CoveragePart> parts_;
  std::shared_ptr<const CoveragePlan> plan_;
};

/// What a coverage says about a definition whose check file demands this: an item that fails if too
/// few parts are touched. Accepted parts do not count; those that do not exist, or are touched
/// after all, are warned about.
[[nodiscard]] CheckItem check_coverage(const Coverage& coverage, const CoverageCheck& demanded);

[[nodiscard]] std::string_view name(CoverageKind kind) noexcept;

}  // namespace chiso
