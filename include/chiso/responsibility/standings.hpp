#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/responsibility/planned_scores.hpp"

namespace chiso {

/// Where a unit stood on a node of an index in a period. NaN: not known.
struct Standing {
  std::string index;  ///< Key in a plan, or name or family of a definition.
  std::string code;   ///< Node; empty: the composite.
  Period period;
  std::string unit;
  double score = std::numeric_limits<double>::quiet_NaN();
  double rank = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();  ///< Of the node.

  friend bool operator==(const Standing& a, const Standing& b) = default;
};

/// Published or computed standings of many units over the years; holes are normal.
class Standings {
 public:
  Standings() = default;

  /// @throws DataError that lists every row that stands twice.
  explicit Standings(std::vector<Standing> rows);

  [[nodiscard]] std::span<const Standing> rows() const noexcept { return rows_; }

  /// Every node that a row is of, in the order of the rows: `index` as the rows spell it.
  [[nodiscard]] std::vector<CriterionRef> nodes() const;

  /// Periods with a row of this node, in time order.
  [[nodiscard]] std::vector<Period> periods(std::string_view index, std::string_view code) const;

  /// nullptr: no row.
  [[nodiscard]] const Standing* find(std::string_view index, std::string_view code,
                                     const Period& period, std::string_view unit) const;

  /// All units of a node in a period, in the order of the rows.
  [[nodiscard]] std::vector<const Standing*> units(std::string_view index, std::string_view code,
                                                   const Period& period) const;

 private:
  /// Rows of one node by period, then unit; nothing for a node that no row is of.
  [[nodiscard]] std::span<const Size> of_node(std::string_view index, std::string_view code) const;
  [[nodiscard]] std::span<const Size> of_period(std::string_view index, std::string_view code,
                                                const Period& period) const;

  std::vector<Standing> rows_;
  std::vector<std::vector<Size>> by_node_;         ///< In the order of nodes().
  std::unordered_map<std::string, Size> node_at_;  ///< By index and code.
};

/// The standings of all units on the composite and on every node that the plan's targets and
/// baseline name, of one result after the other. `index` is the plan's key, `code` as the plan
/// writes it; a node that the index does not have is left out. Ranks are by competition, on rounded
/// scores if the definition says so; `maximum` is the highest score that the node can have.
[[nodiscard]] std::vector<Standing> standings_of(const PlannedScores& planned);

/// The lowest score that has rank `rank` or better among `units`: what that rank needed.
///
/// Ranks are those given; where none are, `units` are all there are and have the ranks of their
/// scores (competition). It is known if somebody has just that rank, or if the units of a better
/// one share all places down to it: two at rank 9 leave nobody at rank 10. Below a hole (only the
/// first ten were published) it is not.
///
/// @returns NaN if it is not known, or if the score of the units at that place is missing.
[[nodiscard]] double score_at_rank(std::span<const Standing* const> units, double rank);

}  // namespace chiso
