#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/at.hpp"
#include "base/multiversion.hpp"
#include "chiso/base/size.hpp"

/// The vectors that the kernels compute with: as wide as what the file is compiled for.
///
/// This and the other kernel_*.hpp are compiled once a level. So everything in them is in the
/// anonymous namespace, and what they call of other headers is inlined: the linker keeps one of the
/// equal functions of two files, and it might keep the one with instructions that a processor does
/// not have.
namespace chiso {
namespace {

#if defined(__AVX512F__)
inline constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX2__)
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif

/// Vectors of GCC and Clang: arithmetic and comparisons are lane by lane.
using Doubles [[gnu::vector_size(vector_bytes)]] = double;
using Words [[gnu::vector_size(vector_bytes)]] = std::uint64_t;

inline constexpr Size lanes = vector_bytes / sizeof(double);

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Rows are padded to it, see Kernels.
inline constexpr Size row_unit = 16;

CHISO_INLINE Size padded(Size draws) noexcept {
  return (draws + row_unit - 1) / row_unit * row_unit;
}

CHISO_INLINE Doubles load(const double* from) noexcept {
  return *reinterpret_cast<const Doubles*>(from);
}

CHISO_INLINE void store(double* to, const Doubles& x) noexcept {
  *reinterpret_cast<Doubles*>(to) = x;
}

}  // namespace
}  // namespace chiso
