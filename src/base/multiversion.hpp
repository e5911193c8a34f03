#pragma once

#include <cstddef>

/// CHISO_MULTIVERSION in front of a function's definition: GCC compiles it for three x86-64 levels
/// (SSE2, AVX2, AVX-512) and the loader takes the best that the processor has. The results are the
/// same bits, since nothing is contracted or reassociated; only speed differs. CHISO_INLINE marks
/// what such a function calls in its loops and what must be compiled with it.
///
/// CHISO_INDEPENDENT in front of a loop says that no iteration reads what another writes, even if
/// pointers are equal.
///
/// Elsewhere, and under sanitizers (which are not ready when the loader asks), it means nothing.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CHISO_MULTIVERSION \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CHISO_MULTIVERSION
#endif

#if defined(__GNUC__)
#define CHISO_INLINE inline __attribute__((always_inline))
#else
#define CHISO_INLINE inline
#endif

#if defined(__GNUC__) && !defined(__clang__)
#define CHISO_INDEPENDENT _Pragma("GCC ivdep")
#else
#define CHISO_INDEPENDENT
#endif
