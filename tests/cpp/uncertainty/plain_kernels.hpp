#pragma once

#include <Random123/threefry.h>

#include <cstdint>

#include "base/elementary.hpp"
#include "uncertainty/kernels.hpp"

/// The kernels that a sampler needs, as their contract says and without any haste.
namespace chiso::plain {

inline void uniforms(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, Size rows,
                     Size draws, Size stride, double* out) {
  for (Size r = 0; r < rows; ++r) {
    for (Size j = 0; j < draws; ++j) {
      const threefry2x64_ctr_t counter{
          {first + static_cast<std::uint64_t>(j), static_cast<std::uint64_t>(r / 2)}};
      const threefry2x64_key_t key{{seed, stream}};
      const threefry2x64_ctr_t words = threefry2x64_R(20, counter, key);
      const std::uint64_t word = words.v[r % 2];
      out[r * stride + j] = (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
    }
  }
}

inline void negative_logs(Size count, double* x) {
  for (Size i = 0; i < count; ++i) x[i] = -elementary::log(x[i]);
}

inline constexpr Kernels kernels{"plain", uniforms, negative_logs, nullptr, nullptr, nullptr};

}  // namespace chiso::plain
