#include "check/relaxed.hpp"

#include <utility>

namespace chiso {
namespace {

void relax(Criterion& node) {
  if (node.missing == MissingPolicy::error) node.missing = MissingPolicy::no_score;
  for (Criterion& child : node.children) relax(child);
}

}  // namespace

bool has_demands(const Index& index) {
  for (Size i = 0; i < index.size(); ++i) {
    if (index.node(i).missing == MissingPolicy::error) return true;
  }
  return false;
}

Index relaxed(const Index& index) {
  if (!has_demands(index)) return index;
  IndexDefinition definition = index.definition();
  relax(definition.tree);
  return Index(std::move(definition));
}

}  // namespace chiso
