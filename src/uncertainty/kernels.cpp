#include "uncertainty/kernels.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "uncertainty/kernel_levels.hpp"

namespace chiso {
namespace {

#if CHISO_KERNEL_LEVELS
// Of each level what compilers use and what tells its processors from older ones. The levels by
// name are newer than some compilers that we are built with.
bool has_v2() {
  return __builtin_cpu_supports("ssse3") != 0 && __builtin_cpu_supports("sse4.1") != 0 &&
         __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

bool has_v3() {
  return has_v2() && __builtin_cpu_supports("avx") != 0 && __builtin_cpu_supports("avx2") != 0 &&
         __builtin_cpu_supports("fma") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("bmi2") != 0;
}

bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") != 0 &&
         __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}
#endif

std::vector<const Kernels*> find_available() {
  std::vector<const Kernels*> found;
#if CHISO_KERNEL_LEVELS
  __builtin_cpu_init();
  if (has_v4()) found.push_back(&kernels_v4);
  if (has_v3()) found.push_back(&kernels_v3);
  if (has_v2()) found.push_back(&kernels_v2);
#endif
  found.push_back(&kernels_portable);
  return found;
}

std::string names(std::span<const Kernels* const> kernels) {
  std::string list;
  for (const Kernels* one : kernels) {
    if (!list.empty()) list += ", ";
    list += one->level;
  }
  return list;
}

}  // namespace

std::span<const Kernels* const> available_kernels() {
  static const std::vector<const Kernels*> available = find_available();
  return available;
}

const Kernels& best_kernels() {
  const std::span<const Kernels* const> available = available_kernels();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read only; nobody sets the environment meanwhile.
  const char* const wanted = std::getenv("CHISO_KERNELS");
  if (wanted == nullptr || *wanted == '\0') return *available.front();
  for (const Kernels* one : available) {
    if (one->level == wanted) return *one;
  }
  throw SpecError(
      fmt::format("expected one of {} in the environment variable CHISO_KERNELS, which are what "
                  "this processor can run, got '{}'",
                  names(available), wanted));
}

}  // namespace chiso
