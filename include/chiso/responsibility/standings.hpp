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

  /// Periods with a row of this node, in time order.
  [[nodiscard]] std::vector<Period> periods(std::string_view index, std::string_view code) const;

  /// nullptr: no row.
  [[nodiscard]] const Standing* find(std::string_view index, std::string_view code,
                                     const Period& period, std::string_view unit) const;

  /// All units of a node in a period, in the order of the rows.
  [[nodiscard]] std::vector<const Standing*> units(std::string_view index, std::string_view code,
                                                   const Period& period) const;

 private:
  std::vector<Standing> rows_;
  std::unordered_map<std::string, std::vector<Size>> by_node_;
};

/// The standings of all units on the composite and on every node that the plan's targets and
/// baseline name, of one result after the other. `index` is the plan's key.
[[nodiscard]] std::vector<Standing> standings_of(const PlannedScores& planned);

/// The lowest score that has rank `rank` or better among `units`; NaN if it is not known: the
/// score of the last unit of that rank is missing.
///
/// Ranks are those given; where none are, those of the scores (competition).
[[nodiscard]] double score_at_rank(std::span<const Standing* const> units, double rank);

}  // namespace chiso
