#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "formula/findings.hpp"
#include "formula/simplify.hpp"
#include "formula/trace.hpp"

/// Scores that are given although a variable is missing.
///
/// `if` and the three-valued `and` and `or` give a score without a variable only where no value of
/// it would change the score, so most of what a formula does not need is not worth a word. Two
/// things are: a count of conditions takes a missing one for one that does not hold; and of two
/// alternatives, a or b, one wins points although nobody has looked at the other one.
namespace chiso {

using Operation = FormulaOperation;
using Kind = FormulaFinding::Kind;

namespace {

constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();

class MissingCheck {
 public:
  MissingCheck(const Subject& subject, Work& work, Findings& findings)
      : subject_(subject), work_(work), findings_(findings) {}

  void run() {
    if (!has_absorbing_node()) return;
    constexpr Size most_points = 400;
    const Size cost =
        static_cast<Size>(subject_.size()) * std::max<Size>(1, std::ssize(subject_.inputs()));
    points_ =
        points_worth_trying(subject_, std::clamp<Size>(work_.left / cost / 2, 20, most_points));
    lowest_ = std::numeric_limits<double>::infinity();
    for (const double result : results_of(subject_, points_, work_)) {
      lowest_ = std::fmin(lowest_, result);
    }
    for (std::size_t i = 0; i < subject_.inputs().size() && !work_.done(); ++i) {
      if (!asked_for(i)) look_without(i);
    }
    for (const auto& [node, slip] : slips_) report(node, slip);
  }

 private:
  [[nodiscard]] bool absorbs(std::size_t i) const {
    const FormulaNode& node = subject_.node(i);
    return node.operation == Operation::logical_or ||
           (node.operation == Operation::count &&
            subject_.type(node.operands[0]) == FormulaType::truth);
  }

  [[nodiscard]] bool has_absorbing_node() const {
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      if (absorbs(i)) return true;
    }
    return false;
  }

  /// Whether missing(), coalesce() or a count of numbers says what holds without the input.
  [[nodiscard]] bool asked_for(std::size_t input) const {
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      const FormulaNode& node = subject_.node(i);
      const bool asks = node.operation == Operation::is_missing ||
                        node.operation == Operation::coalesce ||
                        (node.operation == Operation::count && !absorbs(i));
      if (!asks) continue;
      // What is the last resort of a coalesce is not asked for.
      const std::size_t count = node.operands.size();
      const std::size_t last = node.operation == Operation::coalesce ? count - 1 : count;
      for (std::size_t k = 0; k < last; ++k) {
        if (subject_.reads(node.operands[k], input)) return true;
      }
    }
    return false;
  }

  void look_without(std::size_t input) {
    Points without = points_;
    without.columns[input].assign(at(without.count), missing_value);
    const auto results = results_of(subject_, without, work_);
    for (Size k = 0; k < without.count && !work_.done(); ++k) {
      if (std::isnan(results[at(k)])) continue;
      const Point point = without[k];
      const auto node = slip_at(point, input);
      if (!node) continue;
      Slip& slip = slips_[*node];
      slip.labels.push_back(subject_.label(input));
      if (slip.labels.size() > 1) return;
      slip.point = simplified(subject_, point, work_,
                              [&](const Point& each) { return slip_at(each, input) == node; });
      return;
    }
  }

  /// A node, what may be missing there, and a point at which the first of that is.
  struct Slip {
    std::vector<std::string> labels;
    Point point;
  };

  /// The node that lets a score pass without the input.
  [[nodiscard]] std::optional<std::size_t> slip_at(const Point& point, std::size_t input) {
    work_.left -= static_cast<Size>(subject_.size());
    const Trace trace = trace_of(subject_, point);
    if (std::isnan(trace.result)) return {};
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      if (trace.taken[i] == 0 || !absorbs(i) || std::isnan(trace.values[i])) continue;
      const auto& operands = subject_.node(i).operands;
      const auto lost = std::find_if(operands.begin(), operands.end(), [&](auto operand) {
        return std::isnan(trace.values[operand]) && subject_.reads(operand, input);
      });
      if (lost == operands.end()) continue;
      if (subject_.node(i).operation == Operation::count) {
        if (would_matter(point, input, trace.result)) return i;
        continue;
      }
      if (!(trace.result > lowest_)) continue;
      const bool guarded = std::any_of(operands.begin(), operands.end(), [&](auto operand) {
        return !std::isnan(trace.values[operand]) && share_input(operand, *lost);
      });
      if (!guarded) return i;
    }
    return {};
  }

  /// Whether one part asks about a variable of the other, as in `all == 0 or done >= all`.
  [[nodiscard]] bool share_input(std::size_t a, std::size_t b) const {
    for (std::size_t input = 0; input < subject_.inputs().size(); ++input) {
      if (subject_.reads(a, input) && subject_.reads(b, input)) return true;
    }
    return false;
  }

  /// Whether the score would be another one for some value.
  [[nodiscard]] bool would_matter(Point point, std::size_t input, double result) {
    for (const double value : values_worth_trying(subject_, input)) {
      work_.left -= static_cast<Size>(subject_.size());
      point[input] = value;
      const double with = subject_.program()(point);
      if (!std::isnan(with) && with != result) return true;
    }
    return false;
  }

  void report(std::size_t node, const Slip& slip) {
    constexpr std::size_t most_named = 3;
    const std::size_t named = std::min(slip.labels.size(), most_named);
    std::string which;
    for (std::size_t k = 0; k < named; ++k) {
      which += fmt::format("{}`{}`", k == 0 ? "" : k + 1 == named ? " or " : ", ", slip.labels[k]);
    }
    if (named < slip.labels.size()) {
      which += fmt::format(" (or another of {})", slip.labels.size());
    }
    const bool counts = subject_.node(node).operation == Operation::count;
    const std::string& label = slip.labels.front();
    findings_.add(
        Kind::missing_slips, node,
        fmt::format("where {} is missing, `{}` {}, and there still is a score", which,
                    subject_.quoted(node),
                    counts ? "takes that for not met" : "can hold without it"),
        fmt::format("if that is meant, say so with {}; else begin with `if missing({}) then "
                    "missing else`",
                    counts ? fmt::format("coalesce({}, ...)", label)
                           : fmt::format("missing({0}) or coalesce({0}, ...)", label),
                    label),
        slip.point);
  }

  const Subject& subject_;
  Work& work_;
  Findings& findings_;
  Points points_;
  double lowest_ = 0.0;
  std::map<std::size_t, Slip> slips_;  ///< By node.
};

}  // namespace

void check_missing(const Subject& subject, Work work, Findings& findings) {
  MissingCheck(subject, work, findings).run();
}

}  // namespace chiso
