#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

#include "base/parallel.hpp"

namespace chiso {

/// Calls work(thread, number) for each number of first ... end - 1; a thread that is free takes the
/// next. Thread 0 is the calling one.
///
/// If some fail, what the smallest of them threw is thrown, whatever the number of threads: all
/// smaller ones have been taken before, and are finished.
/// @param threads at least 1
/// @param stop once it is true, no number is taken any more
template <class Work>
void claim_in_threads(std::int64_t first, std::int64_t end, int threads, std::atomic<bool>& stop,
                      Work work) {
  std::atomic<std::int64_t> next = first;
  std::mutex failing;
  std::exception_ptr failure;
  std::int64_t failed = end;
  const auto run = [&](Size thread, Size) {
    while (!stop) {
      const std::int64_t number = next.fetch_add(1);
      if (number >= end) return;
      try {
        work(thread, number);
      } catch (...) {
        const std::scoped_lock lock(failing);
        stop = true;
        if (number < failed) {
          failed = number;
          failure = std::current_exception();
        }
      }
    }
  };
  in_pieces(threads, threads, run);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace chiso
