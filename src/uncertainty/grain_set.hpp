#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// Which grains were drawn: runs of whole numbers, ascending and apart.
class GrainSet {
 public:
  struct Run {
    std::int64_t first = 0;
    std::int64_t end = 0;  ///< One past the last.
    friend bool operator==(const Run&, const Run&) = default;
  };

  /// @param grain greater than all in the set
  void append(std::int64_t grain);

  /// All of the other's as well, if none is in both. @returns false if one is; nothing has changed
  /// then.
  [[nodiscard]] bool unite(const GrainSet& other);

  /// @returns false, with nothing changed, if the runs are not ascending and apart, or not in
  /// 0 ... end - 1.
  [[nodiscard]] bool assign(std::span<const Run> runs, std::int64_t end);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] std::span<const Run> runs() const noexcept { return runs_; }

  friend bool operator==(const GrainSet&, const GrainSet&) = default;

 private:
  std::vector<Run> runs_;
  std::int64_t count_ = 0;
};

}  // namespace chiso
