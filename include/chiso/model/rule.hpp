#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/base/size.hpp"
#include "chiso/base/text_place.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/model/dated.hpp"

/// How a leaf turns its measure into a score, as a person states it. What computes is made from it
/// when an index is compiled: a piecewise linear function, a table of categories, a linear map, a
/// rank, a program.
namespace chiso {

/// The score is the measure itself (times its polarity).
struct Identity {
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// The same points for everybody.
struct FixedPoints {
  double points = 0.0;
  friend bool operator==(const FixedPoints&, const FixedPoints&) = default;
};

/// The data hold the points awarded: between 0 and the maximum.
struct GivenPoints {
  friend bool operator==(const GivenPoints&, const GivenPoints&) = default;
};

/// Points by interval; together the intervals cover the measure's range, each number once.
struct Steps {
  struct Step {
    Interval when;
    double points = 0.0;
    friend bool operator==(const Step&, const Step&) = default;
  };
  std::vector<Step> steps;
  friend bool operator==(const Steps&, const Steps&) = default;
};

/// maximum * x / full_at from the threshold (included) on, at most the maximum; 0 below.
struct Proportional {
  double full_at = 100.0;
  double threshold = 0.0;
  friend bool operator==(const Proportional&, const Proportional&) = default;
};

/// `points` for each unit, at most `cap` (the maximum if not given).
struct PerUnit {
  double points = 0.0;
  std::optional<double> cap;
  friend bool operator==(const PerUnit&, const PerUnit&) = default;
};

/// `points` from `start` on, `add` more for every full `every` above `from`, at most `cap`; 0 below
/// `start`.
struct Increments {
  double start = 0.0;
  double points = 0.0;
  double from = 0.0;
  double every = 1.0;
  double add = 0.0;
  std::optional<double> cap;
  friend bool operator==(const Increments&, const Increments&) = default;
};

/// The maximum less `points` for every `per` (in proportion), not below 0.
struct Deduct {
  double points = 0.0;
  double per = 1.0;
  friend bool operator==(const Deduct&, const Deduct&) = default;
};

/// Points by category of the variable; with `percent` in percent of the maximum ("grades").
struct CategoryRule {
  std::vector<std::pair<std::string, double>> points;
  bool percent = false;
  friend bool operator==(const CategoryRule&, const CategoryRule&) = default;
};

/// A parameter of a normaliser that data may fix.
struct Anchor {
  enum class Source {
    period,  ///< Of the units of the period that is scored.
    pooled,  ///< Of all periods of the panel up to that one.
    fixed    ///< A number of the definition.
  };
  Source source = Source::period;
  Dated<double> value;            ///< If fixed.
  std::optional<double> reached;  ///< If pooled: the extreme reached before the panel begins.

  [[nodiscard]] static Anchor fixed(double value) {
    return {Source::fixed, Dated<double>(value), {}};
  }
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

/// A normaliser: what `low`, `high` and the numbers mean depends on the method; x is the measure
/// times its polarity, and so are fixed minima, maxima, goalposts and targets, which are written as
/// raw values.
///
/// Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step 5; the names
/// and conventions are COINr's where it has the method.
struct Normaliser {
  enum class Method {
    min_max,                ///< onto_low + (onto_high - onto_low) (x - min) / (max - min)
    goalposts,              ///< the same between fixed posts; `cut`: not beyond them
    z_score,                ///< onto_low + onto_high (x - mean) / sd: mean and deviation wanted
    scaled,                 ///< onto_high (x - low) / (high - low)
    distance_to_maximum,    ///< 1 - (max - x) / (max - min)
    distance_to_reference,  ///< 1 - (x_ref - x) / (x_ref - min); `cut`: at most 1
    distance_to_target,     ///< (x - min) / (target - min); `cut`: at most 1
    fraction_of_maximum,    ///< x / max
    adjusted_goalposts,  ///< 70 + 60 (x - (low - d / 2)) / d with d = max - min, low the reference
    rank,                ///< place counted from the lowest = 1
    borda,               ///< place - 1
    percentile_rank      ///< (place - 1) / (n - 1)
  };
  enum class Ties { lowest, average };  ///< What units with equal values get as place.

  Method method = Method::min_max;
  Anchor low;   ///< Minimum, low post, `from`, reference value; the mean of z_score.
  Anchor high;  ///< Maximum, high post, `to`, target; the deviation of z_score.
  double onto_low = 0.0;
  double onto_high = 100.0;
  bool cut = false;
  std::string reference_unit;  ///< Of distance_to_reference.
  Ties ties = Ties::lowest;

  [[nodiscard]] bool ranks() const noexcept { return method >= Method::rank; }

  friend bool operator==(const Normaliser&, const Normaliser&) = default;
};

/// A formula over variables and parameters of the index, which says itself what it reads: an
/// indicator whose rules are all formulas has no measure.
///
/// With a maximum the formula gives points: from 0 to the maximum, anything else is refused (but
/// for rounding in the last digits, which is cut off; above the maximum a cap cuts). Without one
/// its value is the score.
struct FormulaRule {
  Formula formula;
  std::vector<std::string> rises_with;  ///< Variables with which the score is meant never to fall.
  std::vector<std::string> falls_with;  ///< ... and never to rise.
  TextPlace place = {};                 ///< Where the formula's text stands.

  /// Where it was written is not part of the value.
  friend bool operator==(const FormulaRule& a, const FormulaRule& b) {
    return a.formula == b.formula && a.rises_with == b.rises_with && a.falls_with == b.falls_with;
  }
};

using Rule = std::variant<Identity, FixedPoints, GivenPoints, Steps, Proportional, PerUnit,
                          Increments, Deduct, CategoryRule, Normaliser, FormulaRule>;

/// Whether the rule always gives points, as opposed to a normalised value; a formula may give
/// either.
[[nodiscard]] bool is_points_rule(const Rule& rule) noexcept;

/// The rule in words, on one line: "> 90: 2; [70, 90]: 1; < 70: 0", "min-max onto [1, 10], pooled".
[[nodiscard]] std::string describe(const Rule& rule);

/// The name of a normaliser as definitions write it.
[[nodiscard]] std::string_view name(Normaliser::Method method) noexcept;

}  // namespace chiso
