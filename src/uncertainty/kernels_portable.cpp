#include "uncertainty/kernel_table.hpp"

namespace chiso {

constexpr Kernels kernels_portable = kernel_table("portable");

}  // namespace chiso
