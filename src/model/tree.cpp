#include "model/tree.hpp"

namespace chiso {

Tree::Tree(const Criterion& root) {
  struct Open {
    const Criterion* criterion;
    Size parent;
  };
  std::vector<Open> open{{&root, -1}};
  while (!open.empty()) {
    const auto [criterion, parent] = open.back();
    open.pop_back();
    const Size i = size();
    nodes_.push_back(criterion);
    parents_.push_back(parent);
    depths_.push_back(parent < 0 ? 0 : depth(parent) + 1);
    if (criterion->is_leaf()) leaves_.push_back(i);
    for (auto child = criterion->children.rbegin(); child != criterion->children.rend(); ++child) {
      open.push_back({&*child, i});
    }
  }

  first_child_.assign(nodes_.size() + 1, 0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    first_child_[i + 1] = first_child_[i] + nodes_[i]->children.size();
  }
  children_.resize(nodes_.size() - 1);
  std::vector<std::size_t> next(first_child_.begin(), first_child_.end() - 1);
  for (Size i = 1; i < size(); ++i) children_[next[at(parent(i))]++] = i;
}

}  // namespace chiso
