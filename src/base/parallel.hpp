#pragma once

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// Calls work(first, last) for pieces of 0 ... count - 1, each in a thread of its own.
///
/// If pieces throw, what the first of them threw is thrown: where a piece stops at its first
/// failure, that is the first failure of all, whatever the number of threads.
/// @param threads 0: as many as the machine has
template <class Work>
void in_pieces(Size count, int threads, Work work) {
  Size pieces = threads > 0 ? threads : static_cast<Size>(std::thread::hardware_concurrency());
  pieces = std::max<Size>(1, std::min(pieces, count));
  std::vector<std::exception_ptr> failures(at(pieces));
  const auto run = [&](Size piece) noexcept {
    try {
      work(count * piece / pieces, count * (piece + 1) / pieces);
    } catch (...) {
      failures[at(piece)] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    others.reserve(at(pieces - 1));
    for (Size piece = 1; piece < pieces; ++piece) others.emplace_back(run, piece);
    run(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace chiso
