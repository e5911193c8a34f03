#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "chiso/uncertainty/uncertainty.hpp"

namespace chiso {

/// Asks a watch from time to time, and remembers its answer. All but the counting is for the thread
/// that asked for the draws.
class Watcher {
 public:
  Watcher(const DrawWatch& watch, std::int64_t wanted) : watch_(watch) {
    progress_.wanted = wanted;
  }

  void add_grain() noexcept { done_ += draws_a_grain; }
  void set_standard_error(double error) noexcept { progress_.standard_error = error; }

  /// Asks, if it is time to.
  void look() {
    constexpr std::chrono::milliseconds interval(25);  // A block may take as long again.
    if (!watch_ || std::chrono::steady_clock::now() - last_ < interval) return;
    if (!ask()) stop_ = true;
    last_ = std::chrono::steady_clock::now();
  }

  /// Tells of the end, where nothing is left to be stopped.
  void finish() {
    if (watch_ && !stop_) static_cast<void>(ask());
  }

  [[nodiscard]] std::atomic<bool>& stop() noexcept { return stop_; }

 private:
  [[nodiscard]] bool ask() {
    progress_.done = done_;
    return watch_(progress_);
  }

  const DrawWatch& watch_;
  DrawProgress progress_{.standard_error = std::numeric_limits<double>::quiet_NaN()};
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<bool> stop_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace chiso
