#include "uncertainty/kernel_levels.hpp"

#if CHISO_KERNEL_LEVELS

#include "uncertainty/kernel_table.hpp"

namespace chiso {

constexpr Kernels kernels_v4 = kernel_table("x86-64-v4");

}  // namespace chiso

#endif
