#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// Lists of positions, one after the other in one array.
template <class T>
class Lists {
 public:
  void add(const T& item) { items_.push_back(item); }
  void close() { ends_.push_back(items_.size()); }

  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(ends_.size()); }
  [[nodiscard]] std::span<const T> operator[](Size i) const noexcept {
    const auto k = static_cast<std::size_t>(i);
    const std::size_t begin = k == 0 ? 0 : ends_[k - 1];
    return std::span(items_).subspan(begin, ends_[k] - begin);
  }

 private:
  std::vector<T> items_;
  std::vector<std::size_t> ends_;
};

/// Walks a graph depth first, without recursion.
///
/// @param to where each node leads.
/// @param on_circle called with a path whose last node leads back to its first: at least once if
///        there is a circle, and for no two circles with the same nodes at both ends.
/// @returns the nodes so that each stands behind those it leads to, circles aside.
template <class OnCircle>
std::vector<Size> walk(const Lists<Size>& to, const OnCircle& on_circle) {
  constexpr Size unseen = -1;
  constexpr Size left = -2;
  const auto at = [](Size i) { return static_cast<std::size_t>(i); };
  std::vector<Size> depth(at(to.size()), unseen);  // On the path.
  std::vector<bool> in_circle(at(to.size()), false);
  std::vector<Size> path;
  std::vector<std::size_t> next;  // By node of the path: which of its edges.
  std::vector<Size> order;
  order.reserve(at(to.size()));
  const auto enter = [&](Size node) {
    depth[at(node)] = std::ssize(path);
    path.push_back(node);
    next.push_back(0);
  };
  for (Size root = 0; root < to.size(); ++root) {
    if (depth[at(root)] == unseen) enter(root);
    while (!path.empty()) {
      const Size node = path.back();
      if (next.back() == to[node].size()) {
        depth[at(node)] = left;
        order.push_back(node);
        path.pop_back();
        next.pop_back();
        continue;
      }
      const Size target = to[node][next.back()++];
      if (depth[at(target)] == unseen) {
        enter(target);
      } else if (depth[at(target)] >= 0 && !(in_circle[at(target)] && in_circle[at(node)])) {
        in_circle[at(target)] = true;
        in_circle[at(node)] = true;
        on_circle(std::span<const Size>(path).subspan(at(depth[at(target)])));
      }
    }
  }
  return order;
}

}  // namespace chiso
