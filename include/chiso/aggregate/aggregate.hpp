#pragma once

#include <span>

#include "chiso/base/size.hpp"

/// The score of a parent from the scores of its children, for many units at once.
///
/// `columns[k]` points to the scores of child k, one a unit, as many as `out` is long; `weights[k]`
/// is its weight. `out` overlaps no column. Weights are finite and not negative and, for means, add
/// up to 1.
///
/// A child of weight 0 is left out as if it were not there, missing or not. Without any child left,
/// every unit is missing. `minimum`, `maximum` and `count_present` know no weights.
///
/// A child that is missing (NaN) makes the parent missing (`propagate`), or the parent goes without
/// it
/// (`skip`): weights are scaled up to what they were together, and a unit without any child is
/// missing. A unit whose children are all there gets the same bits either way.
///
/// Sums run over the children in their order, unit by unit, whatever the processor: results do not
/// depend on the order or number of units. Logarithms and powers are our own for the same reason.
///
/// Where a method is not defined for a unit's values (a negative value in a geometric mean) the
/// unit is missing, and the function returns how many units that befell. All throw DataError if
/// `columns` and `weights` differ in length and SpecError if a weight is negative or not finite.
namespace chiso {

enum class MissingChild { propagate, skip };

/// Whether unbalanced scores cost points (downward) or add them (upward, for indices of something
/// bad).
enum class Penalty { downward, upward };

using Columns = std::span<const double* const>;

/// How many children are present, for each of `present.size()` units. Exact: counts as doubles.
void count_present(Columns columns, std::span<double> present);

/// Sum of coefficient * score. Coefficients may be negative (penalties). With `skip` the sum over
/// the present children is scaled by all absolute coefficients over the present ones.
Size weighted_sum(Columns columns, std::span<const double> coefficients, MissingChild missing,
                  std::span<double> out);

/// Sum of coefficient * points over the present children, times the sum of all maxima over the sum
/// of the present children's maxima (84 of 100 points become 100). A child of maximum 0 (a bonus, a
/// penalty) takes no part in that: its points are added as they are, or not at all if it is
/// missing. A unit without any present maximum is missing.
/// @throws SpecError if a maximum is negative or not finite.
Size reduced_maximum_sum(Columns columns, std::span<const double> coefficients,
                         std::span<const double> maxima, std::span<double> out);

/// Sum of weight * score.
Size arithmetic_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                     std::span<double> out);

/// Product of score^weight. 0 if a score is 0; undefined for a negative score.
Size geometric_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                    std::span<double> out);

/// 1 / sum of weight / score. Undefined for a score <= 0.
Size harmonic_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                   std::span<double> out);

/// (sum of weight * score^p)^(1/p) for a finite p; p = 0 is the geometric mean. For p > 0 a score
/// of 0 adds nothing; for p < 0 it is undefined. A negative score is undefined but for whole p > 0,
/// where an odd p takes the root with the sign of the sum. Scores are divided by the greatest (p <
/// 0: least) magnitude first, so a large p neither overflows nor underflows.
/// @throws SpecError if p is not finite.
Size power_mean(Columns columns, std::span<const double> weights, double p, MissingChild missing,
                std::span<double> out);

/// The middle score; the mean of the two in the middle if their number is even. With unequal
/// weights: the least score at which the weight of the scores up to it is more than half of all;
/// where it is exactly half, the mean of that score and the next. Halves that differ by rounding
/// only are exact.
Size median(Columns columns, std::span<const double> weights, MissingChild missing,
            std::span<double> out);

Size minimum(Columns columns, MissingChild missing, std::span<double> out);
Size maximum(Columns columns, MissingChild missing, std::span<double> out);

/// M - S * cv (downward) or M + S * cv (upward), with the weighted mean M, the weighted standard
/// deviation S (over n, not n - 1) and cv = S / M. Undefined for M <= 0. Over adjusted goalposts
/// this is the adjusted index. Source: De Muro, Mazziotta and Pareto, Social Indicators Research
/// 104 (2011); Mazziotta and Pareto, Social Indicators Research 127 (2016).
Size mazziotta_pareto(Columns columns, std::span<const double> weights, Penalty penalty,
                      MissingChild missing, std::span<double> out);

/// Units beaten less units that beat: i beats j if the children in which i is better weigh more
/// than those in which j is. With `skip` only children present in both count, and a unit without
/// any value is missing; with `propagate` a unit with a gap is missing and meets nobody. Exact ties
/// of weights that round differently (0.1 + 0.2 against 0.3) are ties. Symmetric; takes units^2 *
/// children steps. Source: Copeland (1951), as in OECD and JRC, Handbook on Constructing Composite
/// Indicators (2008), step 6.
Size copeland(Columns columns, std::span<const double> weights, MissingChild missing,
              std::span<double> out);

}  // namespace chiso
