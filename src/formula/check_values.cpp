#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "formula/findings.hpp"
#include "formula/point_search.hpp"
#include "formula/simplify.hpp"
#include "formula/trace.hpp"

/// Where all variables have a value and the score is missing none the less.
namespace chiso {

using Operation = FormulaOperation;
using Kind = FormulaFinding::Kind;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Numbers beyond this are no data: that they overflow is not worth a word.
constexpr double largest_plausible = 1e15;

bool is_partial(Operation operation) noexcept {
  return operation == Operation::divide || operation == Operation::square_root ||
         operation == Operation::logarithm || operation == Operation::power;
}

class ValueCheck {
 public:
  ValueCheck(const Subject& subject, Work& work, Findings& findings)
      : subject_(subject), work_(work), findings_(findings) {}

  void run() {
    look_at_points();
    for (std::size_t i = 0; i < subject_.size() && !work_.done(); ++i) {
      if (is_partial(subject_.node(i).operation) && !subject_.constant(i)) aim_at(i);
    }
  }

 private:
  void look_at_points() {
    constexpr Size most_points = 1000;
    constexpr Size most_traces = 200;
    const Size share = work_.left / 4 / static_cast<Size>(subject_.size());
    const Points points = points_worth_trying(subject_, std::clamp<Size>(share, 50, most_points));
    const auto results = results_of(subject_, points, work_);
    Size traces = 0;
    for (Size k = 0; k < points.count && traces < most_traces; ++k) {
      if (!std::isnan(results[at(k)])) continue;
      if (work_.done()) return;
      ++traces;
      report(points[k]);
    }
  }

  /// Where the operand is that the node has no value for.
  void aim_at(std::size_t i) {
    const FormulaNode& node = subject_.node(i);
    const bool divides = node.operation == Operation::divide;
    if (known_.contains(subject_.part(i))) return;
    Aim aim;
    aim.node = divides ? node.operands[1] : node.operands[0];
    if (subject_.constant(aim.node)) return;
    const double highest = node.operation == Operation::logarithm || divides ? 0.0 : -1e-300;
    aim.within = Bounds{divides ? 0.0 : -infinity, highest, false};
    if (const auto point = point_at(subject_, aim, work_)) report(*point);
    if (node.operation != Operation::power || known_.contains(subject_.part(i))) return;
    aim.within = Bounds{0.0, 0.0, false};
    if (const auto point = point_at(subject_, aim, work_)) report(*point);
  }

  /// A node in which a score gets lost: its operands have values.
  struct Loss {
    std::size_t node = 0;
    Kind kind = Kind::divides_by_zero;

    friend bool operator==(const Loss&, const Loss&) = default;
  };

  [[nodiscard]] std::vector<Loss> losses_at(const Point& point) {
    work_.left -= static_cast<Size>(subject_.size());
    const Trace trace = trace_of(subject_, point);
    std::vector<Loss> losses;
    if (!std::isnan(trace.result)) return losses;
    for (std::size_t i = 0; i < subject_.size(); ++i) {
      if (trace.taken[i] == 0 || subject_.constant(i) || subject_.input_of(i) >= 0) continue;
      if (const auto kind = loss_in(i, trace); kind && is_felt(i, trace)) {
        losses.push_back({i, *kind});
      }
    }
    return losses;
  }

  [[nodiscard]] std::optional<Kind> loss_in(std::size_t i, const Trace& trace) const {
    const FormulaNode& node = subject_.node(i);
    const double value = trace.values[i];
    const auto all_of = [&](auto&& test) {
      return std::all_of(node.operands.begin(), node.operands.end(),
                         [&](auto operand) { return test(trace.values[operand]); });
    };
    if (std::isinf(value)) {
      const bool here = all_of([](double x) { return std::isfinite(x); });
      return here ? std::optional(Kind::overflows) : std::nullopt;
    }
    if (!std::isnan(value) || !is_partial(node.operation)) return {};
    if (!all_of([](double x) { return !std::isnan(x); })) return {};
    if (node.operation != Operation::divide) return Kind::no_real_number;
    if (trace.values[node.operands[1]] == 0.0) return Kind::divides_by_zero;
    return {};
  }

  /// Whether nothing on the way to the result makes up for it.
  [[nodiscard]] bool is_felt(std::size_t i, const Trace& trace) const {
    while (i != subject_.root()) {
      i = subject_.parent(i);
      if (std::isfinite(trace.values[i])) return false;
    }
    return true;
  }

  [[nodiscard]] static bool is_plausible(const Point& point) {
    return std::all_of(point.begin(), point.end(),
                       [](double x) { return std::fabs(x) <= largest_plausible; });
  }

  void report(const Point& point) {
    for (const Loss& loss : losses_at(point)) {
      if (loss.kind == Kind::overflows && !is_plausible(point)) continue;
      if (!known_.insert(subject_.part(loss.node)).second) continue;
      const Point simple = simplified(subject_, point, work_, [&](const Point& each) {
        const auto losses = losses_at(each);
        return std::find(losses.begin(), losses.end(), loss) != losses.end();
      });
      const auto [message, remedy] = words(loss);
      findings_.add(loss.kind, loss.node, message, remedy, simple);
    }
  }

  [[nodiscard]] std::pair<std::string, std::string> words(const Loss& loss) const {
    const FormulaNode& node = subject_.node(loss.node);
    const std::string whole = subject_.quoted(loss.node);
    const std::string first = subject_.quoted(node.operands[0]);
    const auto instead = [&](const std::string& condition) {
      return fmt::format("say what holds then: if {} then ... else {}", condition, whole);
    };
    if (loss.kind == Kind::overflows) {
      return {
          fmt::format("`{}` can be beyond the range of numbers, and then there is no score", whole),
          "bound what goes into it: min(x, ...)"};
    }
    switch (node.operation) {
      case Operation::divide: {
        const std::string divisor = subject_.quoted(node.operands[1]);
        const bool is_input = subject_.input_of(node.operands[1]) >= 0;
        return {fmt::format("`{}` can be 0, and then `{}` gives no score", divisor, whole),
                instead(divisor + " == 0") +
                    (is_input ? fmt::format("; or state a range of `{}` without 0", divisor) : "")};
      }
      case Operation::square_root:
        return {fmt::format("`{}` can be below 0, and then `{}` gives no score", first, whole),
                fmt::format("write sqrt(max(0, {})), or {}", first, instead(first + " < 0"))};
      case Operation::logarithm:
        return {fmt::format("`{}` can be 0 or less, and then `{}` gives no score", first, whole),
                instead(first + " <= 0")};
      default:
        return {fmt::format("`{}` is not always a real number, and then there is no score", whole),
                fmt::format("say what holds where `{}` is 0 or less", first)};
    }
  }

  const Subject& subject_;
  Work& work_;
  Findings& findings_;
  std::set<std::uint32_t> known_;  ///< Parts that are reported.
};

}  // namespace

void check_values(const Subject& subject, Work work, Findings& findings) {
  ValueCheck(subject, work, findings).run();
}

}  // namespace chiso
