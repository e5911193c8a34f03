#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "formula/findings.hpp"
#include "formula/point_search.hpp"
#include "formula/split.hpp"
#include "formula/trace.hpp"

/// Branches that no values reach, and conditions that are always true or always false. Said only
/// where it is proven, with variables that may be missing.
namespace chiso {

using Operation = FormulaOperation;
using Kind = FormulaFinding::Kind;

namespace {

bool is_comparison(Operation operation) noexcept {
  return (operation >= Operation::less && operation <= Operation::not_equal) ||
         operation == Operation::between;
}

class BranchCheck {
 public:
  BranchCheck(const Subject& subject, Work& work, Findings& findings)
      : subject_(subject), work_(work), findings_(findings), values_(subject, work) {
    everything_ = subject.everything();
    for (auto& bounds : everything_) bounds.missing = true;
  }

  void run() {
    find_targets();
    drop_reached();
    drop_aimed_at();
    drop_possible();
    for (const std::size_t branch : targets_) report_branch(branch);
    for (std::size_t i = 0; i < subject_.size() && !work_.done(); ++i) check_condition(i);
  }

 private:
  // ---- Branches ----

  void find_targets() {
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      const auto& operands = subject_.node(i).operands;
      if (subject_.node(i).operation != Operation::choose || subject_.constant(i)) continue;
      bool by_parameters = false;  // What holds in one period need not in another.
      for (std::size_t k = 0; k < operands.size(); ++k) {
        const bool condition = k % 2 == 0 && k + 1 < operands.size();
        if (condition) {
          by_parameters = by_parameters || asks_parameters_only(operands[k]);
        } else if (!by_parameters) {
          targets_.push_back(operands[k]);
        }
      }
    }
  }

  [[nodiscard]] bool asks_parameters_only(std::size_t condition) const {
    for (std::size_t i = subject_.first(condition); i <= condition; ++i) {
      if (subject_.type(i) == FormulaType::truth && subject_.constant(i)) return true;
    }
    return false;
  }

  template <class Reached>
  void drop(Reached&& reached) {
    std::erase_if(targets_, reached);
  }

  void drop_reached() {
    constexpr Size most_points = 300;
    if (targets_.empty()) return;
    const Size share = work_.left / 8 / static_cast<Size>(subject_.size());
    const Points points = points_worth_trying(subject_, std::clamp<Size>(share, 20, most_points));
    for (Size k = 0; k < points.count && !targets_.empty() && !work_.done(); ++k) {
      work_.left -= static_cast<Size>(subject_.size());
      const Trace trace = trace_of(subject_, points[k]);
      drop([&](std::size_t branch) { return trace.taken[branch] != 0; });
    }
  }

  void drop_aimed_at() {
    const auto all = targets_;
    for (const std::size_t branch : all) {
      if (work_.done()) return;
      const auto point = point_at(subject_, {branch, {}, true}, work_);
      if (!point) continue;
      const Trace trace = trace_of(subject_, *point);
      drop([&](std::size_t each) { return trace.taken[each] != 0; });
    }
  }

  /// Cuts boxes until none reaches a branch; what is reached in the end may run.
  void drop_possible() {
    constexpr Size most_boxes = 2000;
    std::vector<Box> open{everything_};
    for (Size n = 0; !open.empty() && !targets_.empty(); ++n) {
      const Box box = std::move(open.back());
      open.pop_back();
      values_.evaluate(box);
      const auto reached = [&](std::size_t branch) { return values_.reached(branch); };
      if (std::none_of(targets_.begin(), targets_.end(), reached)) continue;
      const auto undecided = values_.undecided();
      const auto parts =
          n < most_boxes && !work_.done() ? split(subject_, box, undecided) : std::nullopt;
      if (!parts) {
        drop(reached);
        continue;
      }
      for (const Bounds& half : {parts->lower, parts->upper}) {
        open.push_back(box);
        open.back()[parts->input] = half;
      }
    }
  }

  [[nodiscard]] bool is_target(std::size_t i) const {
    return std::find(targets_.begin(), targets_.end(), i) != targets_.end();
  }

  void report_branch(std::size_t branch) {
    for (std::size_t i = subject_.parent(branch);; i = subject_.parent(i)) {
      if (is_target(i)) return;  // All of that does not run.
      if (i == subject_.root()) break;
    }
    const auto& operands = subject_.node(subject_.parent(branch)).operands;
    const auto k = static_cast<std::size_t>(std::find(operands.begin(), operands.end(), branch) -
                                            operands.begin());
    const bool last = k + 1 == operands.size();
    const std::string text = subject_.quoted(branch);
    const std::size_t before = last ? k - 2 : k - 3;  // The condition that must not hold.
    const bool first = !last && k == 1;
    const bool covered = !first && always(operands[before], true);
    // One finding for all that comes behind a condition that always holds.
    if (!first && !covered && is_target(operands[last ? k - 1 : k - 2]) &&
        covered_earlier(operands, k)) {
      return;
    }
    if (last) {
      // A table whose conditions leave nothing to its last branch is complete, not wrong; and
      // `else missing` is there to be safe.
      const bool no_score = subject_.node(branch).operation == Operation::nothing;
      if (no_score || (subject_.constant(branch) && !covered)) return;
      findings_.add(Kind::never_runs, branch,
                    fmt::format("`{}` never runs: {}", text,
                                covered ? fmt::format("`{}` before it always holds",
                                                      subject_.quoted(operands[before]))
                                        : "the conditions before it leave nothing"),
                    covered ? "remove the condition, or correct it"
                            : "remove it: the last condition becomes `else`");
      return;
    }
    const std::size_t condition = operands[k - 1];
    const std::string own = subject_.quoted(condition);
    const bool never = first || !values_.possible(everything_, condition, true);
    findings_.add(
        Kind::never_runs, branch,
        fmt::format(
            "`{}` never runs: {}", text,
            covered ? fmt::format("`{}` before it always holds", subject_.quoted(operands[before]))
            : never ? fmt::format("`{}` is never true", own)
                    : fmt::format("where `{}` is true, a condition before it is", own)),
        covered || never ? "correct the condition, or remove the branch"
                         : "put the narrower condition first, or remove the branch");
  }

  /// Whether a condition before that of branch k always holds.
  template <class Operands>
  [[nodiscard]] bool covered_earlier(const Operands& operands, std::size_t k) {
    for (std::size_t j = 0; j + 1 < k; j += 2) {
      if (always(operands[j], true)) return true;
    }
    return false;
  }

  /// Whether a condition is always true (false) wherever it is not missing.
  [[nodiscard]] bool always(std::size_t condition, bool truth) {
    return values_.possible(everything_, condition, truth) &&
           !values_.possible(everything_, condition, !truth);
  }

  // ---- Parts of conditions ----

  void check_condition(std::size_t i) {
    if (subject_.type(i) != FormulaType::truth || subject_.constant(i) || i == subject_.root()) {
      return;
    }
    const auto parent = subject_.parent(i);
    const Operation joins = subject_.node(parent).operation;
    const bool true_matters = joins == Operation::logical_and || joins == Operation::count;
    const bool false_matters = joins == Operation::logical_or || joins == Operation::count;
    if (!true_matters && !false_matters) return;
    const auto report = [&](std::string_view which, std::string_view adds) {
      findings_.add(Kind::always_decided, i,
                    fmt::format("`{}` is always {}", subject_.quoted(i), which),
                    fmt::format("correct it, or leave it out: it {}", adds));
    };
    if (true_matters && always(i, true) && !is_usual(i, parent)) {
      report("true", joins == Operation::count ? "is counted every time" : "excludes nothing");
    } else if (false_matters && always(i, false)) {
      report("false", joins == Operation::count ? "is never counted" : "adds nothing");
    }
  }

  /// What people write though it always holds: the far end of an interval, as in
  /// `x >= 90 and x <= 100`, and a guard against 0.
  [[nodiscard]] bool is_usual(std::size_t i, std::size_t parent) const {
    const FormulaNode& node = subject_.node(i);
    if (!is_comparison(node.operation)) return false;
    for (const auto operand : node.operands) {
      if (subject_.constant(operand) && subject_.value(operand) == 0.0) return true;
    }
    // All operands of the whole chain of `and`.
    const Operation joins = subject_.node(parent).operation;
    if (joins != Operation::logical_and) return false;
    std::size_t top = parent;
    while (top != subject_.root() && subject_.node(subject_.parent(top)).operation == joins) {
      top = subject_.parent(top);
    }
    for (std::size_t other = subject_.first(top); other < top; ++other) {
      if (other == i || !is_comparison(subject_.node(other).operation)) continue;
      for (const auto mine : node.operands) {
        for (const auto theirs : subject_.node(other).operands) {
          if (!subject_.constant(mine) && subject_.part(mine) == subject_.part(theirs)) return true;
        }
      }
    }
    return false;
  }

  const Subject& subject_;
  Work& work_;
  Findings& findings_;
  BoxValues values_;
  Box everything_;
  std::vector<std::size_t> targets_;  ///< Branches that may never run.
};

}  // namespace

void check_branches(const Subject& subject, Work work, Findings& findings) {
  BranchCheck(subject, work, findings).run();
}

}  // namespace chiso
