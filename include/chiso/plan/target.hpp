#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/period.hpp"
#include "chiso/model/provenance.hpp"
#include "chiso/plan/task.hpp"

namespace chiso {

/// What a plan promises: that a number of a criterion lies in an interval by a period.
///
///     points or percent of at least x     score               [x, inf)
///     percent of a field's maximum        percent of maximum  [x, inf)
///     among the first n                   rank                (-inf, n]
///     rank band, 10th to 15th             rank                [10, 15]
///     third in the region                 rank in a region    (-inf, 3]
///     keep the rank                       rank against the baseline    (-inf, 0]
///     keep (raise) the score              score against the baseline   [0, inf)  ((0, inf))
///     change on last year of at least x   score against the year before  [x, inf)
struct Target {
  enum class Quantity {
    score,
    percent,  ///< Score in percent of the maximum of the node.
    rank
  };
  enum class Against {
    nothing,
    baseline,  ///< The value less that of the baseline.
    previous   ///< The value less that of the period before.
  };
  std::string code;  ///< Empty: made from the criterion and the quantity.
  Title title;
  CriterionRef criterion;
  Quantity quantity = Quantity::rank;
  Against against = Against::nothing;
  Interval range;
  std::string region;        ///< Of a rank: among the units of this region of the plan only.
  std::optional<Period> by;  ///< Left out: by the end of the plan.
  Provenance provenance;
  Location location;

  friend bool operator==(const Target& a, const Target& b);
};

[[nodiscard]] std::string_view name(Target::Quantity quantity) noexcept;
[[nodiscard]] std::string_view name(Target::Against against) noexcept;

/// The range of a change with which a number is kept (the same or better), or raised (better).
[[nodiscard]] Interval kept(Target::Quantity quantity) noexcept;
[[nodiscard]] Interval raised(Target::Quantity quantity) noexcept;

/// A target in words: "rank <= 10", "score kept", "rank in Bac Trung Bo <= 3".
[[nodiscard]] std::string describe(const Target& target);

/// Where the plan starts from, as the document says.
struct Baseline {
  CriterionRef criterion;
  Period period;
  std::optional<double> score;
  std::optional<double> rank;
  Provenance provenance;
  Location location;

  friend bool operator==(const Baseline& a, const Baseline& b);
};

}  // namespace chiso
