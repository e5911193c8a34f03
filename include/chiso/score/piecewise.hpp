#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// One piece of a points rule: intercept + rise * x / run on an interval.
///
/// A slope is kept as rise over run, because 3 * 70 / 100 is the number that a person computes and
/// 0.03 * 70 is not.
struct Piece {
  Interval on;
  double intercept = 0.0;
  double rise = 0.0;
  double run = 1.0;

  /// The value on the line, whether or not x is on the interval.
  [[nodiscard]] double at(double x) const noexcept {
    return rise == 0.0 ? intercept : intercept + rise * x / run;
  }

  friend bool operator==(const Piece&, const Piece&) = default;
};

/// A part of the line about which the pieces of a rule say nothing, or more than one thing.
struct CoverageFault {
  enum class Kind { gap, overlap };
  Kind kind = Kind::gap;
  Interval where;

  friend bool operator==(const CoverageFault&, const CoverageFault&) = default;
};

/// All gaps and overlaps of intervals over a domain, from left to right; empty if every number of
/// the domain is in exactly one interval. Intervals may stand in any order; parts outside the
/// domain do not count as gaps, and do count as overlaps.
[[nodiscard]] std::vector<CoverageFault> coverage_faults(std::span<const Interval> intervals,
                                                         const Interval& domain);

/// The lowest or highest value of a rule, and whether some x has it or it is only approached.
struct Extreme {
  double value = 0.0;
  bool attained = true;

  friend bool operator==(const Extreme&, const Extreme&) = default;
};

/// The x from which on (or up to which) a rule gives certain points, and whether x itself has them:
/// for "> 90" the bound 90 has not.
struct Preimage {
  double value = 0.0;
  bool attained = true;

  friend bool operator==(const Preimage&, const Preimage&) = default;
};

/// Which way a function runs; equal values count for both ways.
enum class Trend { constant, increasing, decreasing, neither };

/// Every points rule on a number: a function that is linear on each of finitely many intervals.
///
/// Immutable. The pieces are sorted and do not overlap; they may leave gaps. A value outside all
/// pieces has no points (NaN), and so has a missing one. Results are cut to [floor, ceiling], which
/// are infinite unless a factory says otherwise.
class Piecewise {
 public:
  /// The most pieces that a rule may have.
  static constexpr Size most_pieces = 10'000;

  /// @throws SpecError if there is no piece, if a piece is empty or has a number that is not finite
  /// (bounds may be infinite), if two overlap, or if there are more than most_pieces.
  explicit Piecewise(std::vector<Piece> pieces);

  /// Points by interval.
  [[nodiscard]] static Piecewise steps(std::span<const std::pair<Interval, double>> steps);

  /// maximum * x / full_at from the threshold (included) to full_at, the maximum from there on, 0
  /// below the threshold. Needs full_at > 0 and 0 <= threshold <= full_at, and maximum >= 0.
  [[nodiscard]] static Piecewise proportional(double maximum, double full_at,
                                              double threshold = 0.0);

  /// points * x, at most `cap`; 0 for x < 0. Needs points > 0 and cap >= 0.
  [[nodiscard]] static Piecewise per_unit(double points, double cap);

  /// 0 below `start`; from there on `points`, and `add` more for every full `every` above `from`,
  /// at most `cap`. Needs every > 0, add > 0, points <= cap. The steps stand at from + k * every,
  /// worked out in decimals: three full tenths are 0.3.
  [[nodiscard]] static Piecewise increments(double start, double points, double from, double every,
                                            double add, double cap);

  /// maximum - points * x / per, not below 0; the maximum for x < 0. Needs points > 0, per > 0,
  /// maximum >= 0.
  [[nodiscard]] static Piecewise deduction(double maximum, double points, double per = 1.0);

  /// The same points for every x.
  [[nodiscard]] static Piecewise fixed(double points);

  /// x itself on [0, maximum], nothing elsewhere. Needs maximum >= 0.
  [[nodiscard]] static Piecewise given(double maximum);

  /// The same function with values cut to [floor, ceiling] too.
  /// @throws SpecError if nothing is between the two, or one is NaN.
  [[nodiscard]] Piecewise clamped(double floor, double ceiling) const;

  [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
  [[nodiscard]] double floor() const noexcept { return floor_; }
  [[nodiscard]] double ceiling() const noexcept { return ceiling_; }

  /// The points for x; NaN for NaN and where no piece is.
  [[nodiscard]] double operator()(double x) const noexcept;

  /// The points of a column, the same bits as one by one; `in` and `out` may be the same memory.
  /// @returns how many values are present but on no piece (their points are NaN).
  /// @throws DataError if the lengths differ.
  Size evaluate(std::span<const double> in, std::span<double> out) const;

  /// Where nothing is said inside the domain, from left to right.
  [[nodiscard]] std::vector<Interval> gaps(const Interval& domain) const;

  [[nodiscard]] bool covers(const Interval& domain) const { return gaps(domain).empty(); }

  /// The lowest points over a domain; infinite and not attained if there is no lowest; empty if no
  /// piece meets the domain.
  [[nodiscard]] std::optional<Extreme> minimum(const Interval& domain = {}) const;

  /// The highest points over a domain; otherwise as minimum().
  [[nodiscard]] std::optional<Extreme> maximum(const Interval& domain = {}) const;

  /// Which way the points run over a domain, gaps left out; values that differ by rounding only are
  /// equal. Constant if no piece meets the domain.
  [[nodiscard]] Trend trend(const Interval& domain = {}) const;

  /// The least x of the domain that has at least these points; -infinity (not attained) if there is
  /// no least one; empty if none has. For an increasing rule this is the goal to reach.
  [[nodiscard]] std::optional<Preimage> least_reaching(double points,
                                                       const Interval& domain = {}) const;

  /// The greatest x of the domain that has at least these points: the goal where less is better.
  [[nodiscard]] std::optional<Preimage> greatest_reaching(double points,
                                                          const Interval& domain = {}) const;

  friend bool operator==(const Piecewise& a, const Piecewise& b) {
    return a.pieces_ == b.pieces_ && a.floor_ == b.floor_ && a.ceiling_ == b.ceiling_;
  }

 private:
  [[nodiscard]] double cut(double points) const noexcept;
  [[nodiscard]] std::optional<Extreme> extreme(const Interval& domain, bool highest) const;

  std::vector<Piece> pieces_;
  // What evaluation reads: closed bounds (an open bound is moved to the next double).
  std::vector<double> first_;
  std::vector<double> last_;
  double floor_;
  double ceiling_;
};

}  // namespace chiso
