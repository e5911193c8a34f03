#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/dated.hpp"
#include "chiso/model/measure.hpp"
#include "chiso/model/provenance.hpp"
#include "chiso/model/rule.hpp"

namespace chiso {

/// How the scores of children become their parent's.
struct Aggregation {
  enum class Method {
    sum,  ///< Parts (times their weight) plus bonuses less penalties.
    arithmetic_mean,
    geometric_mean,  ///< 0 if a child is 0; undefined for a negative child.
    harmonic_mean,   ///< Undefined for a child <= 0.
    power_mean,
    median,
    minimum,
    maximum,
    mazziotta_pareto,  ///< Mean less (plus) deviation times coefficient of variation.
    adjusted_mazziotta_pareto,
    copeland  ///< Units beaten less units that beat, by weighted majority of the children.
  };
  enum class Weights {
    shares,   ///< Add up to 1 or to 100.
    relative  ///< Divided by their sum.
  };

  Method method = Method::arithmetic_mean;
  double power = 1.0;           ///< Of power_mean.
  bool upward_penalty = false;  ///< Of the two Mazziotta-Pareto forms: added instead of subtracted.
  Weights weights = Weights::shares;
  double times = 1.0;              ///< Factor on the aggregate.
  std::optional<double> scale_to;  ///< Of sum: points as a share of the maximum, times this.

  friend bool operator==(const Aggregation&, const Aggregation&) = default;
};

/// The name of a method as definitions write it.
[[nodiscard]] std::string_view name(Aggregation::Method method) noexcept;

/// What a missing child does to its parent.
enum class MissingPolicy {
  error,          ///< Scoring stops with an error that names unit and child.
  no_score,       ///< The parent has no score.
  renormalise,    ///< The weights of the present children are scaled up.
  reduce_maximum  ///< Of sum: the points are scaled from the present children's maximum to the full
                  ///< one.
};

/// What a leaf does with a cell that the data mark as not applicable.
enum class NotApplicable {
  missing,      ///< The same as a missing value.
  full_points,  ///< The maximum is given.
  exclude       ///< The parent goes without it, whatever its policy for missing children.
};

/// What a child is to a sum.
enum class Role { part, bonus, penalty };

enum class Polarity { positive, negative };

/// Where the data hold the published value of a node, to be compared with the computed one.
struct Published {
  std::string variable;
  double tolerance = 0.0;  ///< Largest absolute difference that is not a finding.

  friend bool operator==(const Published&, const Published&) = default;
};

/// One node of an index as a person defines it: an inner criterion if it has children, else an
/// indicator.
struct Criterion {
  std::string code;
  Title title;
  Provenance provenance;
  Dated<double> weight;   ///< Empty: not given.
  Dated<double> maximum;  ///< Empty: not given.
  Role role = Role::part;
  std::optional<double> cap;
  std::optional<Published> published;  ///< Never used for computing.

  // Inner nodes.
  std::vector<Criterion> children;
  Aggregation aggregation;
  MissingPolicy missing = MissingPolicy::no_score;
  std::optional<double> at_least;  ///< Share of children that must be present, 0..1.

  // Leaves.
  Measure measure;
  Dated<Rule> rule = Dated<Rule>(Rule(Identity{}));
  Polarity polarity = Polarity::positive;
  NotApplicable not_applicable = NotApplicable::missing;

  Location location;

  [[nodiscard]] bool is_leaf() const noexcept { return children.empty(); }

  /// Where it was written is not part of the value.
  friend bool operator==(const Criterion& a, const Criterion& b);
};

}  // namespace chiso
