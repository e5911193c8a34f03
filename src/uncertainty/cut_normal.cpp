#include "uncertainty/cut_normal.hpp"

#include <algorithm>

#include "base/multiversion.hpp"
#include "uncertainty/normal_law.hpp"

namespace chiso {
namespace {

/// From all of 0..1 to the part that is inside.
CHISO_MULTIVERSION void narrow(Size count, double* p, double below, double inside) {
  // 1 itself would be infinitely far.
  constexpr double most = 1.0 - 0x1p-53;
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) {
    const double narrowed = below + p[i] * inside;
    p[i] = narrowed > most ? most : narrowed;
  }
}

CHISO_MULTIVERSION void place(Size count, double* x, double mean, double deviation, double lowest,
                              double highest) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) {
    double value = mean + deviation * x[i];
    value = value < lowest ? lowest : value;
    x[i] = value > highest ? highest : value;
  }
}

}  // namespace

CutNormal::CutNormal(double mean, double deviation, double lowest, double highest)
    : mean_(mean),
      deviation_(deviation),
      lowest_(lowest),
      highest_(highest),
      below_(normal_probability((lowest - mean) / deviation)),
      inside_(normal_probability((highest - mean) / deviation) - below_) {}

void CutNormal::draw(Size count, double* numbers) const {
  constexpr Size piece = 512;  // All steps while it is in the first cache.
  for (Size first = 0; first < count; first += piece) {
    const Size length = std::min(piece, count - first);
    narrow(length, numbers + first, below_, inside_);
    normal_quantiles(length, numbers + first);
    place(length, numbers + first, mean_, deviation_, lowest_, highest_);
  }
}

}  // namespace chiso
