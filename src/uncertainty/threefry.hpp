#pragma once

#include <Random123/threefry.h>

#include <array>
#include <cstdint>

namespace chiso {

/// Two random words of a counter, for where they are wanted one by one; many draws at once are
/// Kernels::uniforms. Threefry2x64 with 20 rounds and the key (seed, stream).
/// Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
[[nodiscard]] inline std::array<std::uint64_t, 2> threefry(std::uint64_t seed, std::uint64_t stream,
                                                           std::uint64_t counter,
                                                           std::uint64_t second) noexcept {
  const threefry2x64_ctr_t words =
      threefry2x64_R(20, threefry2x64_ctr_t{{counter, second}}, threefry2x64_key_t{{seed, stream}});
  return {words.v[0], words.v[1]};
}

/// In (0, 1), an odd multiple of 2^-53: what Kernels::uniforms makes of a random word.
[[nodiscard]] inline double unit_interval(std::uint64_t word) noexcept {
  return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
}

}  // namespace chiso
