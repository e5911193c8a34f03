#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/model/criterion.hpp"

namespace chiso {

/// The criteria of a definition in the order of the text, parents before their children. Refers to
/// them.
class Tree {
 public:
  explicit Tree(const Criterion& root);

  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(nodes_.size()); }
  [[nodiscard]] const Criterion& node(Size i) const { return *nodes_[at(i)]; }
  [[nodiscard]] Size parent(Size i) const { return parents_[at(i)]; }
  [[nodiscard]] int depth(Size i) const { return depths_[at(i)]; }
  [[nodiscard]] std::span<const Size> children(Size i) const {
    return std::span(children_).subspan(first_child_[at(i)],
                                        first_child_[at(i) + 1] - first_child_[at(i)]);
  }
  [[nodiscard]] std::span<const Size> leaves() const noexcept { return leaves_; }

 private:
  static std::size_t at(Size i) noexcept { return static_cast<std::size_t>(i); }

  std::vector<const Criterion*> nodes_;
  std::vector<Size> parents_;
  std::vector<int> depths_;
  std::vector<Size> children_;            // Of node 0, of node 1 ...
  std::vector<std::size_t> first_child_;  // By node, and the end.
  std::vector<Size> leaves_;
};

}  // namespace chiso
