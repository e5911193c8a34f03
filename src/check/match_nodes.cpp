#include "check/match_nodes.hpp"

#include <algorithm>
#include <string>
#include <tuple>

#include "base/at.hpp"

namespace chiso {

namespace {

/// The names in a leaf's formulas; a leaf without has none.
std::vector<std::string> formula_names(const Criterion& leaf) {
  std::vector<std::string> names;
  for (const auto& entry : leaf.rule.entries()) {
    const auto* rule = std::get_if<FormulaRule>(&entry.value);
    if (rule == nullptr) continue;
    const auto more = rule->formula.names();
    names.insert(names.end(), more.begin(), more.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool reads_the_same(const Criterion& b, const Criterion& a) {
  if (!(b.measure == a.measure)) return false;
  return !b.measure.terms.empty() || formula_names(b) == formula_names(a);
}

class Matcher {
 public:
  Matcher(const Index& before, const Index& after)
      : before_(before),
        after_(after),
        to_after_(at(before.size()), -1),
        to_before_(at(after.size()), -1) {}

  std::vector<NodePair> match() {
    join(Index::root(), Index::root());
    same_code([this](Size b, Size a) { return alike(b, a); });
    by_likeness(true);
    by_likeness(false);
    same_code([this](Size b, Size a) { return before_.is_leaf(b) == after_.is_leaf(a); });
    std::vector<NodePair> pairs;
    for (Size a = 0; a < after_.size(); ++a) pairs.push_back({to_before_[at(a)], a});
    for (Size b = 0; b < before_.size(); ++b) {
      if (to_after_[at(b)] < 0) pairs.push_back({b, -1});
    }
    return pairs;
  }

 private:
  void join(Size before, Size after) {
    to_after_[at(before)] = after;
    to_before_[at(after)] = before;
  }

  [[nodiscard]] bool is_open(Size before, Size after) const {
    return to_after_[at(before)] < 0 && to_before_[at(after)] < 0;
  }

  template <class Accept>
  void same_code(const Accept& accept) {
    for (Size b = 0; b < before_.size(); ++b) {
      const auto a = after_.codes().find(before_.codes()[b]);
      if (a && is_open(b, *a) && accept(b, *a)) join(b, *a);
    }
  }

  static bool same_title(const Criterion& b, const Criterion& a) {
    return (!b.title.en.empty() && b.title.en == a.title.en) ||
           (!b.title.vi.empty() && b.title.vi == a.title.vi);
  }

  /// Whether two nodes of one code have anything else in common.
  [[nodiscard]] bool alike(Size before, Size after) const {
    const Criterion& b = before_.node(before);
    const Criterion& a = after_.node(after);
    if (b.is_leaf() != a.is_leaf()) return false;
    if (same_title(b, a)) return true;
    if (b.is_leaf()) return reads_the_same(b, a);
    return std::any_of(b.children.begin(), b.children.end(), [&](const Criterion& child) {
      return std::any_of(a.children.begin(), a.children.end(),
                         [&](const Criterion& other) { return other.code == child.code; });
    });
  }

  /// How much two nodes have in common; 0: too little.
  [[nodiscard]] Size likeness(Size before, Size after) const {
    const Criterion& b = before_.node(before);
    const Criterion& a = after_.node(after);
    Size points = same_title(b, a) ? 4 : 0;
    if (b.is_leaf()) {
      if (reads_the_same(b, a)) points += 5;
      if (points > 0 && b.rule == a.rule) points += 2;
    } else {
      const auto [common, most] = common_leaves(before, after);
      if (2 * common > most) points += 1 + 5 * common / most;
    }
    if (points == 0) return 0;
    const Size parent = before_.parent(before);
    const bool same_parent = parent >= 0 && to_after_[at(parent)] == after_.parent(after);
    return 2 * points + (same_parent ? 1 : 0);
  }

  /// Indicators below two criteria that are the same, and how many are below the larger one.
  [[nodiscard]] std::pair<Size, Size> common_leaves(Size before, Size after) const {
    const auto below = leaves_below(before_, before);
    const auto other = leaves_below(after_, after);
    const Size common = std::count_if(below.begin(), below.end(), [&](Size leaf) {
      return std::find(other.begin(), other.end(), to_after_[at(leaf)]) != other.end();
    });
    return {common, std::max(std::ssize(below), std::ssize(other))};
  }

  static std::vector<Size> leaves_below(const Index& index, Size node) {
    std::vector<Size> leaves;
    std::vector<Size> open{node};
    while (!open.empty()) {
      const Size next = open.back();
      open.pop_back();
      const auto children = index.children(next);
      if (children.empty()) leaves.push_back(next);
      open.insert(open.end(), children.begin(), children.end());
    }
    return leaves;
  }

  /// The most alike first.
  void by_likeness(bool leaves) {
    std::vector<std::tuple<Size, Size, Size>> found;
    for (Size b = 0; b < before_.size(); ++b) {
      if (before_.is_leaf(b) != leaves) continue;
      for (Size a = 0; a < after_.size(); ++a) {
        if (after_.is_leaf(a) != leaves || !is_open(b, a)) continue;
        if (const Size points = likeness(b, a); points > 0) found.emplace_back(-points, b, a);
      }
    }
    std::sort(found.begin(), found.end());
    for (const auto& [points, b, a] : found) {
      if (is_open(b, a)) join(b, a);
    }
  }

  const Index& before_;
  const Index& after_;
  std::vector<Size> to_after_;
  std::vector<Size> to_before_;
};

}  // namespace

std::vector<NodePair> match_nodes(const Index& before, const Index& after) {
  return Matcher(before, after).match();
}

}  // namespace chiso
