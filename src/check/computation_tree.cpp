#include "check/computation_tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/evaluate/explain.hpp"

namespace chiso {
namespace {

constexpr Size most_lines = 80;

class Drawing {
 public:
  Drawing(const Scores& scores, Size unit, const std::map<Size, std::string>& remarks)
      : index_(scores.index()),
        nodes_(explain(scores, scores.units()[unit])),
        remarks_(remarks),
        shown_(nodes_.size(), 0) {
    // Children stand behind their parents.
    for (Size i = index_.size() - 1; i >= 0; --i) {
      if (!std::isnan(nodes_[at(i)].score) || remarks_.contains(i)) shown_[at(i)] = 1;
      if (shown_[at(i)] != 0 && i > 0) shown_[at(index_.parent(i))] = 1;
    }
  }

  std::vector<std::string> draw(Size top) {
    add(top, "", "");
    if (std::ssize(lines_) > most_lines) {
      const Size more = std::ssize(lines_) - most_lines;
      lines_.resize(at(most_lines));
      lines_.push_back(fmt::format("... {} more lines", more));
    }
    return std::move(lines_);
  }

 private:
  void add(Size node, const std::string& lead, const std::string& below) {
    lines_.push_back(lead + text(node));
    std::vector<Size> children;
    Size silent = 0;
    for (const Size child : index_.children(node)) {
      if (shown_[at(child)] != 0) {
        children.push_back(child);
      } else {
        ++silent;
      }
    }
    for (std::size_t k = 0; k < children.size(); ++k) {
      const bool last = k + 1 == children.size() && silent == 0;
      add(children[k], below + (last ? "\u2514\u2500 " : "\u251c\u2500 "),
          below + (last ? "   " : "\u2502  "));
    }
    if (silent > 0) {
      lines_.push_back(fmt::format("{}\u2514\u2500 {}{} without a score", below, silent,
                                   children.empty() ? "" : " more"));
    }
  }

  [[nodiscard]] std::string text(Size node) const {
    const ExplainedNode& each = nodes_[at(node)];
    std::string line = index_.node(node).code;
    line += std::isnan(each.score) ? " has no score" : " = " + to_string(each.score);
    if (const auto remark = remarks_.find(node); remark != remarks_.end()) {
      line += fmt::format("  <- {}", remark->second);
    }
    std::string how;
    const auto append = [&](const std::string& part) {
      if (!part.empty()) how += (how.empty() ? "" : "; ") + part;
    };
    append(each.measure);
    append(each.rule);
    if (node != Index::root() && !std::isnan(each.weight) && each.weight != 1.0) {
      append(fmt::format("weight {:.6g}", each.weight));
    }
    append(each.remarks);
    return how.empty() ? line : line + "   [" + how + "]";
  }

  const Index& index_;
  std::vector<ExplainedNode> nodes_;
  const std::map<Size, std::string>& remarks_;
  std::vector<char> shown_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> computation_tree(const Scores& scores, Size unit, Size top,
                                          const std::map<Size, std::string>& remarks) {
  return Drawing(scores, unit, remarks).draw(top);
}

}  // namespace chiso
