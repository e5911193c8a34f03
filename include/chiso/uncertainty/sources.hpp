#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/scenario/scenario.hpp"

/// What is not known for certain. Every source has a name; sources are independent of each other,
/// and what one draws does not depend on which others there are.
///
/// Where a code may be a pattern, `*` stands for any run of characters and `?` for any one. A
/// pattern must meet something.
namespace chiso {

/// Shares of children in their parent: normalised weights of a mean; of a sum what each part's
/// maximum times its weight is of all of them. They are never negative and add up to 1. Bonuses and
/// penalties of a sum, and children of weight 0, do not vary.
struct DrawWeights {
  enum class Law {
    uniform,            ///< Every admissible vector of shares is as likely as any other.
    dirichlet,          ///< Around the nominal shares: their means are these.
    relative,           ///< Each share uniform within its own +- spread, then divided by their sum.
    normalised_uniform  ///< Uniform numbers of 0..1 divided by their sum: extreme shares are rarer
                        ///< than among all vectors, the more so the more children there are.
  };
  /// Bounds of one share.
  struct Bound {
    std::string node;
    double lowest = 0.0;
    double highest = 1.0;
    friend bool operator==(const Bound&, const Bound&) = default;
  };

  std::string name = "weights";
  /// Code or pattern of the criteria whose children's shares vary, group by group: those of one
  /// criterion do not depend on another's. A pattern meets criteria with weights and at least two
  /// children that can vary.
  std::string criteria = "*";
  /// One vector over all indicators below the criterion, in place of one a group: the shares of the
  /// indicators in it. `criteria` is then one code, and all below it are linear: sums or arithmetic
  /// means, without a cap.
  bool overall = false;
  Law law = Law::uniform;
  double concentration =
      0.0;                    ///< Of dirichlet, positive: its parameters are this times the shares.
  double spread = 0.0;        ///< Of relative, in (0, 1]: 0.25 is +- 25 %.
  std::vector<Bound> bounds;  ///< With uniform only, as the two below.
  std::vector<std::pair<std::string, std::string>> orders;  ///< The first at least as heavy.
  bool keep_order = false;  ///< Shares stay in the order of the nominal ones; equal ones are free.

  friend bool operator==(const DrawWeights&, const DrawWeights&) = default;
};

/// Raw values of the period that is scored, around the panel's. Missing values stay missing.
struct DrawValues {
  enum class Law {
    normal,
    binomial  ///< The value is a share of `sample` answers; of a variable with a range up to 100
              ///< percent, else 0..1.
  };
  std::string name = "measurement";
  std::string variables = "*";     ///< Code or pattern over the variables of numbers that are read.
  std::vector<std::string> units;  ///< Empty: all.
  Law law = Law::normal;

  /// Standard deviation of normal: a share of the value's size, or a number; neither: the panel's
  /// standard errors, and cells without one do not vary. A pattern must meet some that do.
  std::optional<double> relative;
  std::optional<double> absolute;

  /// Size of the sample of binomial, a whole number: itself, or a variable of the panel, and where
  /// that is missing the value does not vary.
  std::optional<double> sample;
  std::string sample_variable;

  /// Nothing is drawn outside the variable's range, nor a zero that would be taken as missing: the
  /// law is that under this condition, of correlated errors under the condition that all values of
  /// the unit are inside. Otherwise such a draw is an error when it is scored.
  bool truncate = true;

  /// Of normal: correlations of the errors of one unit between the variables that the pattern
  /// meets, in their order in the index; row by row. Empty: independent.
  std::vector<double> correlation;

  friend bool operator==(const DrawValues&, const DrawValues&) = default;
};

/// Both anchors of normalisers, each on its own, around the base's; numbers that the definition
/// fixes too. Not of the rank methods.
///
/// What a spread is a share of is high - low, of a z-score its deviation (the second anchor) and of
/// a fraction of the maximum this.
struct DrawAnchors {
  enum class Law { uniform, normal };
  std::string name = "anchors";
  std::string nodes = "*";  ///< Code or pattern over the indicators.
  Law law = Law::uniform;
  double spread = 0.0;  ///< Half the width of uniform, the deviation of normal. In (0, 0.5) for
                        ///< uniform, so that they do not cross; normal is cut off halfway.

  friend bool operator==(const DrawAnchors&, const DrawAnchors&) = default;
};

/// One of several ways to build the index: a rule or another, an aggregation, a policy for missing
/// data, with or without an indicator. Each is a scenario, applied to the base; one without edits
/// is the base as it is. Scenarios may not change which units there are. Those of several sources
/// are applied one after the other, in the order of the sources.
struct Choose {
  std::string name = "choice";
  std::vector<Scenario> alternatives;  ///< At least two.
  std::vector<double> probabilities;   ///< One an alternative, adding up to 1; empty: equal.

  friend bool operator==(const Choose&, const Choose&) = default;
};

using Source = std::variant<DrawWeights, DrawValues, DrawAnchors, Choose>;

[[nodiscard]] const std::string& name(const Source& source) noexcept;

/// On one line: "shares below composite, uniform", "errors of rate.*, normal, the panel's".
[[nodiscard]] std::string describe(const Source& source);

/// The index as it is, and without each node that the code or pattern meets, all equally likely.
/// The composite and an only child cannot be left out, and are no alternatives.
/// @throws NotFoundError if nothing is met that could be left out
[[nodiscard]] Choose leave_out(const Index& index, std::string_view nodes,
                               std::string name = "leave out");

}  // namespace chiso
