#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/anchors.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// A score of one node of one unit that stands in place of what its data and rule, or its children,
/// give.
struct GivenScore {
  Size unit = 0;  ///< Position in the panel.
  Size node = 0;
  double score = 0.0;

  friend bool operator==(const GivenScore&, const GivenScore&) = default;
};

/// Something that happened to one cell of the result other than plain computing.
struct Treatment {
  enum class Kind {
    given,             ///< The score was set directly.
    missing,           ///< A leaf has no value.
    zero_is_missing,   ///< A zero was taken as missing, as its variable declares.
    zero_denominator,  ///< A ratio over zero has no value.
    not_applicable,    ///< A leaf does not apply to the unit.
    full_points,       ///< ... and was given its maximum.
    excluded,          ///< ... and its parent goes without it.
    no_score,          ///< A criterion has no score because a child has none.
    too_few,           ///< ... because less than the demanded share of its children is present.
    renormalised,      ///< Weights were scaled up over the present children.
    reduced_maximum,   ///< Points were scaled from a reduced maximum.
    undefined,  ///< The aggregation (a zero or negative value) or the formula has no value here.
    cut,        ///< A value beyond a normaliser's posts was cut to them.
    capped      ///< A score was cut to the node's cap.
  };
  Kind kind = Kind::missing;
  Size unit = 0;
  Size node = 0;
  /// The share of children (weight or maximum) that remained, for renormalised and reduced_maximum;
  /// the value before it was cut, for cut and capped; else NaN.
  double amount = 0.0;
  std::string detail;  ///< In words, with the codes of the children or variables concerned.
};

/// The name of a kind, with blanks: "reduced maximum".
[[nodiscard]] std::string_view name(Treatment::Kind kind) noexcept;

class Evaluator;

/// Scores of every node of an index for every unit of one period: units x nodes. NaN: no score.
///
/// Holds what it was made from (index, panel, anchors); copies are cheap.
class Scores {
 public:
  [[nodiscard]] const Index& index() const noexcept;
  [[nodiscard]] const Evaluator& evaluator() const noexcept;
  [[nodiscard]] const Panel& panel() const noexcept;
  [[nodiscard]] const Period& period() const noexcept;

  /// The period whose method was used; the same as `period()` unless the caller chose another.
  [[nodiscard]] const Period& method() const noexcept;

  /// The units that have a row in the period.
  [[nodiscard]] const Labels& units() const noexcept;

  /// Position in the panel of each unit.
  [[nodiscard]] std::span<const Size> panel_positions() const noexcept;

  /// One score a unit.
  [[nodiscard]] std::span<const double> column(Size node) const;

  /// Units x nodes, column-major.
  [[nodiscard]] MatrixView values() const noexcept;

  /// @throws NotFoundError for an unknown unit or code, with the nearest.
  [[nodiscard]] double at(std::string_view unit, std::string_view code) const;

  [[nodiscard]] const Anchors& anchors() const noexcept;

  /// The scores that were set directly, by unit, then node; each cell once.
  [[nodiscard]] std::span<const GivenScore> given() const noexcept;

  /// Every cell that a policy, a cap or a cut touched, by unit, then node. Worked out anew at each
  /// call.
  [[nodiscard]] std::vector<Treatment> treatments() const;

 private:
  friend class Evaluator;
  struct State;
  explicit Scores(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
