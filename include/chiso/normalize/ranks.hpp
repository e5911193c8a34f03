#pragma once

#include <span>

namespace chiso {

/// Which place units with equal values get: the lowest of theirs, the mean, or the highest.
enum class PlaceTies { lowest, average, highest };

/// Places counted from the worst = 1: the normaliser `rank`. Ties are exact (== on doubles, so -0
/// ties with 0). Missing stays missing and takes no place. `values` and `out` must not overlap.
/// @throws DataError if the lengths differ.
void places(std::span<const double> values, PlaceTies ties, std::span<double> out);

/// Place - 1: the number of units that are worse. Otherwise as `places`.
/// Source: de Borda (1784), as in OECD and JRC, Handbook on Constructing Composite Indicators
/// (2008).
void borda(std::span<const double> values, PlaceTies ties, std::span<double> out);

/// (place - 1) / (n - 1) with n values present, 0..1. A single value has none: it stays missing.
/// Otherwise as `places`.
void percentile_rank(std::span<const double> values, PlaceTies ties, std::span<double> out);

}  // namespace chiso
