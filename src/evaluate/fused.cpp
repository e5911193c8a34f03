#include "evaluate/fused.hpp"

#include <algorithm>
#include <utility>

#include "base/multiversion.hpp"

namespace chiso {
namespace {

/// The score of an exact map without cuts; whether it divides is known before the loop.
template <bool divides>
CHISO_INLINE double score(const PreparedMap& map, double x) noexcept {
  if constexpr (divides) {
    return map.low + map.rise * ((x - map.origin) / map.span);
  } else {
    return plain_score(map, x);
  }
}

template <bool divides>
CHISO_INLINE void add_one(const MappedColumn& column, Size units, double* sums) {
  const double* x = column.values;
  const PreparedMap map = column.map;
  const double w = column.weight;
  for (Size i = 0; i < units; ++i) sums[i] += w * score<divides>(map, x[i]);
}

/// Four columns a pass: a quarter of the traffic with `sums`. Bit k of `divides` is for column k.
template <int divides>
CHISO_INLINE void add_four(const MappedColumn* columns, Size units, double* sums) {
  const double* x0 = columns[0].values;
  const double* x1 = columns[1].values;
  const double* x2 = columns[2].values;
  const double* x3 = columns[3].values;
  const PreparedMap m0 = columns[0].map, m1 = columns[1].map;
  const PreparedMap m2 = columns[2].map, m3 = columns[3].map;
  const double w0 = columns[0].weight, w1 = columns[1].weight;
  const double w2 = columns[2].weight, w3 = columns[3].weight;
  for (Size i = 0; i < units; ++i) {
    double s = sums[i];
    s += w0 * score<(divides & 1) != 0>(m0, x0[i]);
    s += w1 * score<(divides & 2) != 0>(m1, x1[i]);
    s += w2 * score<(divides & 4) != 0>(m2, x2[i]);
    s += w3 * score<(divides & 8) != 0>(m3, x3[i]);
    sums[i] = s;
  }
}

/// Picks the one of the sixteen that these four columns need.
template <int... divides>
CHISO_INLINE void add_four(std::integer_sequence<int, divides...>, const MappedColumn* columns,
                           Size units, double* sums) {
  const int which = (columns[0].map.divides ? 1 : 0) | (columns[1].map.divides ? 2 : 0) |
                    (columns[2].map.divides ? 4 : 0) | (columns[3].map.divides ? 8 : 0);
  ((which == divides ? add_four<divides>(columns, units, sums) : void()), ...);
}

}  // namespace

CHISO_MULTIVERSION
void add_mapped(std::span<const MappedColumn> columns, Size units, double* sums) {
  for (Size i = 0; i < units; ++i) sums[i] = 0.0;
  std::size_t k = 0;
  for (; k + 4 <= columns.size(); k += 4) {
    add_four(std::make_integer_sequence<int, 16>(), &columns[k], units, sums);
  }
  for (; k < columns.size(); ++k) {
    if (columns[k].map.divides) {
      add_one<true>(columns[k], units, sums);
    } else {
      add_one<false>(columns[k], units, sums);
    }
  }
}

CHISO_MULTIVERSION
bool all_inside(const double* values, Size units, double lower, double upper) {
  // Eight results side by side: a single one could not be kept in a vector.
  constexpr Size lanes = 8;
  double least[lanes];
  double greatest[lanes];
  for (Size k = 0; k < lanes; ++k) least[k] = greatest[k] = lower;
  const auto see = [&](Size lane, double x) {
    least[lane] = x < least[lane] ? x : least[lane];
    greatest[lane] = x > greatest[lane] ? x : greatest[lane];
  };
  Size i = 0;
  for (; i + lanes <= units; i += lanes) {
    for (Size k = 0; k < lanes; ++k) see(k, values[i + k]);
  }
  for (; i < units; ++i) see(i % lanes, values[i]);
  bool inside = true;
  for (Size k = 0; k < lanes; ++k) inside = inside && least[k] >= lower && greatest[k] <= upper;
  return inside;
}

CHISO_MULTIVERSION
bool all_finite(const double* values, Size units) {
  Size others = 0;
  for (Size i = 0; i < units; ++i) others += values[i] - values[i] == 0.0 ? 0 : 1;
  return others == 0;
}

CHISO_MULTIVERSION
void transpose(const double* rows, Size stride, Size units, Size columns, double* out) {
  // Eight columns are one cache line of a row: each line is read once.
  constexpr Size tile = 8;
  for (Size first = 0; first < columns; first += tile) {
    const Size width = std::min(tile, columns - first);
    const double* source = rows + first;
    double* target = out + first * units;
    if (width == tile) {
      for (Size r = 0; r < units; ++r) {
        for (Size c = 0; c < tile; ++c) target[c * units + r] = source[r * stride + c];
      }
    } else {
      for (Size r = 0; r < units; ++r) {
        for (Size c = 0; c < width; ++c) target[c * units + r] = source[r * stride + c];
      }
    }
  }
}

}  // namespace chiso
