#pragma once

#include "uncertainty/kernels.hpp"

/// Whether kernels_v2.cpp, kernels_v3.cpp and kernels_v4.cpp are compiled for their levels.
#if defined(__x86_64__) && defined(__GNUC__)
#define CHISO_KERNEL_LEVELS 1
#else
#define CHISO_KERNEL_LEVELS 0
#endif

namespace chiso {

extern const Kernels kernels_portable;
#if CHISO_KERNEL_LEVELS
extern const Kernels kernels_v2;
extern const Kernels kernels_v3;
extern const Kernels kernels_v4;
#endif

}  // namespace chiso
