#pragma once

#include <new>

#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

/// Room for numbers while a kernel runs, for vectors to lie in. Not a std::vector, whose functions
/// would be compiled for a level, see kernel_vector.hpp.
class KernelMemory {
 public:
  explicit KernelMemory(Size count)
      : memory_(static_cast<double*>(
            ::operator new(static_cast<std::size_t>(count) * sizeof(double), alignment))) {}
  ~KernelMemory() { ::operator delete(memory_, alignment); }
  KernelMemory(const KernelMemory&) = delete;
  KernelMemory& operator=(const KernelMemory&) = delete;

  [[nodiscard]] double* data() noexcept { return memory_; }

 private:
  static constexpr std::align_val_t alignment{64};

  double* memory_;
};

}  // namespace
}  // namespace chiso
