#pragma once

#include <utility>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// Which of some shares are at least as heavy as which: a partial order, with all that follows.
class ShareOrder {
 public:
  explicit ShareOrder(Size count)
      : count_(count), above_(static_cast<std::size_t>(count * count)) {}

  /// The first is at least as heavy as the second.
  void add(Size heavy, Size light) { above_[position(heavy, light)] = 1; }

  /// Adds what follows. @returns shares of a circle, each at least as heavy as the next and the
  /// last as the first; empty: there is none.
  [[nodiscard]] std::vector<Size> close();

  [[nodiscard]] bool is_above(Size heavy, Size light) const {
    return above_[position(heavy, light)] != 0;
  }
  [[nodiscard]] Size size() const noexcept { return count_; }

  /// Pairs with nothing between them: all others follow from these.
  [[nodiscard]] std::vector<std::pair<Size, Size>> covers() const;

  /// The order among some of the shares.
  [[nodiscard]] ShareOrder among(const std::vector<Size>& shares) const;

  /// Shares whose order is a ranking with ties: every share of a level is at least as heavy as
  /// every one of the next level; those of one level are free among themselves.
  struct Ranking {
    std::vector<std::vector<Size>> levels;
  };

  /// The order as rankings of disjoint shares, of at least two levels each, with nothing between
  /// them.
  /// @returns whether it is of this kind
  [[nodiscard]] bool rankings(std::vector<Ranking>& out) const;

 private:
  [[nodiscard]] std::size_t position(Size heavy, Size light) const noexcept {
    return static_cast<std::size_t>(heavy * count_ + light);
  }

  Size count_;
  std::vector<char> above_;
};

}  // namespace chiso
