#include "reach/formula_course.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/doubles.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// More cuts are not made.
constexpr std::size_t most_cuts = 400;

int sign(double x) noexcept { return x > 0.0 ? 1 : x < 0.0 ? -1 : 0; }

bool is_whole(double x) noexcept { return std::floor(x) == x; }

}  // namespace

FormulaCourse::FormulaCourse(const FormulaProgram& program, std::span<const double> values,
                             std::size_t lever)
    : program_(program), values_(values.begin(), values.end()), lever_(lever) {
  const Formula& formula = program_.formula();
  const std::string& name = program_.inputs()[lever].variable;
  const auto nodes = formula.nodes();
  varies_.assign(nodes.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].operation == Operation::name) varies_[i] = nodes[i].text == name ? 1 : 0;
    if (nodes[i].operation == Operation::previous) continue;  // Of the period before: stays.
    for (const auto operand : nodes[i].operands) {
      if (varies_[operand] != 0) varies_[i] = 1;
    }
  }
  low_.resize(nodes.size());
  high_.resize(nodes.size());
  probe_.resize(nodes.size());
}

void FormulaCourse::trace(double x, std::vector<double>& nodes) {
  values_[lever_] = x;
  program_.trace(values_, nodes);
}

std::optional<double> FormulaCourse::cut(double lower, double upper) {
  lower_ = lower;
  upper_ = upper;
  trace(lower, low_);
  trace(upper, high_);
  cut_.reset();
  form_ = Form::constant;
  if (!(lower < upper)) return {};
  form_ = cuts_ < most_cuts ? follow(program_.formula().root()).form : Form::unknown;
  if (cut_) ++cuts_;
  return cut_;
}

FormulaCourse::Parts FormulaCourse::parts(double lower, double upper) {
  Parts found;
  std::vector<std::pair<double, double>> open{{lower, upper}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    if (const auto x = cut(first, last)) {
      open.emplace_back(*x, last);
      open.emplace_back(first, next_down(*x));
      continue;
    }
    found.lines = found.lines && (form_ == Form::constant || form_ == Form::linear);
    if (first > lower) found.begins.push_back(first);
  }
  return found;
}

template <class Holds>
void FormulaCourse::cut_where(Holds holds) {
  if (cut_) return;
  const bool above = holds(high_);
  if (holds(low_) == above) return;
  cut_ = frontier(lower_, upper_, [&](double x) {
    trace(x, probe_);
    return holds(probe_) == above;
  });
}

void FormulaCourse::cut_at_zero(std::size_t node) {
  if (varies_[node] == 0) return;
  cut_where([node](const auto& nodes) { return nodes[node] >= 0.0; });
  cut_where([node](const auto& nodes) { return nodes[node] > 0.0; });
}

bool FormulaCourse::ordered(const Run& a, const Run& b) noexcept {
  if (a.form == Form::unknown || b.form == Form::unknown) return false;
  const bool lines = a.form != Form::monotone && b.form != Form::monotone;
  return lines || a.direction * b.direction <= 0;
}

FormulaCourse::Run FormulaCourse::line_by_ends(std::size_t node, Form form) const noexcept {
  return {form, sign(high_[node] - low_[node])};
}

/// Of a node that does not change its sign on the stretch; 0 if it is 0.
int FormulaCourse::sign_of(std::size_t node) const noexcept {
  return low_[node] != 0.0 ? sign(low_[node]) : sign(high_[node]);
}

FormulaCourse::Run FormulaCourse::follow(std::size_t node) {
  if (varies_[node] == 0 || cut_) return {};
  const Run run = follow_varying(node);
  if (cut_ || run.form == Form::unknown) return run;
  // Where it begins to be missing, as a quotient or a root does.
  cut_where([node](const auto& nodes) { return std::isnan(nodes[node]); });
  return std::isnan(low_[node]) ? Run{} : run;
}

FormulaCourse::Run FormulaCourse::follow_varying(std::size_t node) {
  const FormulaNode& of = program_.formula().nodes()[node];
  const auto& operands = of.operands;
  switch (of.operation) {
    case Operation::name:
      return {Form::linear, 1};
    case Operation::negate: {
      const Run run = follow(operands[0]);
      return {run.form, -run.direction};
    }
    case Operation::add:
    case Operation::sum:
    case Operation::mean:
      return added(operands, false);
    case Operation::subtract:
      return added(operands, true);
    case Operation::multiply:
      return product(operands[0], operands[1]);
    case Operation::divide:
      return quotient(operands[0], operands[1]);
    case Operation::power:
      return power(operands[0], operands[1]);
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::between:
      return compared(node);
    case Operation::logical_not:
    case Operation::logical_and:
    case Operation::logical_or:
      return condition(node);
    case Operation::choose:
      return chosen(node);
    case Operation::minimum:
      return extreme(node, 1.0);
    case Operation::maximum:
      return extreme(node, -1.0);
    case Operation::clamp:
      return clamped(node);
    case Operation::absolute: {
      const Run run = follow(operands[0]);
      cut_at_zero(operands[0]);
      return {run.form, run.direction * sign_of(operands[0])};
    }
    case Operation::square_root:
    case Operation::logarithm:
    case Operation::exponential:
    case Operation::round:
    case Operation::floor:
    case Operation::ceiling: {
      const Run run = follow(operands[0]);
      if (of.operation == Operation::square_root) {
        cut_where([&](const auto& nodes) { return nodes[operands[0]] >= 0.0; });
      } else if (of.operation == Operation::logarithm) {
        cut_where([&](const auto& nodes) { return nodes[operands[0]] > 0.0; });
      }
      return {run.form == Form::linear ? Form::monotone : run.form, run.direction};
    }
    case Operation::count:
    case Operation::is_missing: {
      bool known = true;
      for (const auto operand : operands) known = follow(operand).form != Form::unknown && known;
      return {known ? Form::constant : Form::unknown, 0};
    }
    case Operation::coalesce:
      for (const auto operand : operands) {
        const Run run = follow(operand);
        if (cut_ || run.form == Form::unknown || !std::isnan(low_[operand])) return run;
      }
      return {};
    case Operation::number:
    case Operation::truth:
    case Operation::category:
    case Operation::highest:
    case Operation::nothing:
    case Operation::previous:
      break;
  }
  return {};
}

FormulaCourse::Run FormulaCourse::added(std::span<const std::uint32_t> operands, bool subtract) {
  bool lines = true;
  bool rises = false;
  bool falls = false;
  double change = 0.0;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Run run = follow(operands[k]);
    if (cut_ || run.form == Form::unknown) return {Form::unknown, 0};
    const bool negative = subtract && k == 1;
    const int direction = negative ? -run.direction : run.direction;
    lines = lines && run.form != Form::monotone;
    rises = rises || direction > 0;
    falls = falls || direction < 0;
    const double own = high_[operands[k]] - low_[operands[k]];
    change += negative ? -own : own;
  }
  if (!rises && !falls) return {};
  if (lines) return {Form::linear, sign(change)};
  if (rises && falls) return {Form::unknown, 0};
  return {Form::monotone, rises ? 1 : -1};
}

FormulaCourse::Run FormulaCourse::product(std::size_t a, std::size_t b) {
  const Run of_a = follow(a);
  const Run of_b = follow(b);
  if (cut_ || of_a.form == Form::unknown || of_b.form == Form::unknown) return {Form::unknown, 0};
  if (of_b.form == Form::constant) return {of_a.form, of_a.direction * sign_of(b)};
  if (of_a.form == Form::constant) return {of_b.form, of_b.direction * sign_of(a)};
  cut_at_zero(a);
  cut_at_zero(b);
  const int sign_a = sign_of(a);
  const int sign_b = sign_of(b);
  // Both factors away from zero, or both towards it.
  const int away_a = of_a.direction * sign_a;
  const int away_b = of_b.direction * sign_b;
  if (away_a * away_b < 0) return {Form::unknown, 0};
  return {Form::monotone, (away_a != 0 ? away_a : away_b) * sign_a * sign_b};
}

FormulaCourse::Run FormulaCourse::quotient(std::size_t a, std::size_t b) {
  const Run of_a = follow(a);
  const Run of_b = follow(b);
  if (cut_ || of_a.form == Form::unknown || of_b.form == Form::unknown) return {Form::unknown, 0};
  if (of_b.form == Form::constant) return {of_a.form, of_a.direction * sign_of(b)};
  cut_at_zero(b);
  if (cut_) return {};
  const int sign_b = sign_of(b);
  if (of_a.form == Form::constant) {
    // 1 / b falls as b rises, on either side of 0.
    return {Form::monotone, -of_b.direction * sign_of(a)};
  }
  if (of_a.form == Form::linear && of_b.form == Form::linear) {
    // A quotient of lines turns nowhere but at the zero of the lower one.
    const double first = low_[a] / low_[b];
    const double last = high_[a] / high_[b];
    return {Form::monotone, sign(last - first)};
  }
  cut_at_zero(a);
  const int sign_a = sign_of(a);
  const int away_a = of_a.direction * sign_a;
  const int away_b = of_b.direction * sign_b;
  if (away_a * away_b > 0) return {Form::unknown, 0};
  return {Form::monotone, (away_a != 0 ? away_a : -away_b) * sign_a * sign_b};
}

FormulaCourse::Run FormulaCourse::power(std::size_t a, std::size_t b) {
  const Run of_a = follow(a);
  const Run of_b = follow(b);
  if (cut_ || of_a.form == Form::unknown || of_b.form == Form::unknown) return {Form::unknown, 0};
  if (of_b.form == Form::constant) {
    const double exponent = low_[b];
    if (exponent == 1.0) return of_a;
    cut_at_zero(a);
    const int sign_a = sign_of(a);
    if (sign_a >= 0) return {Form::monotone, of_a.direction * sign(exponent)};
    if (!is_whole(exponent)) return {};  // No real number.
    const bool even = std::fmod(exponent, 2.0) == 0.0;
    // |a| to the power, turned round where the exponent is odd.
    const int magnitude = -of_a.direction * sign(exponent);
    return {Form::monotone, even ? magnitude : -magnitude};
  }
  if (of_a.form == Form::constant && low_[a] > 0.0) {
    return {Form::monotone, of_b.direction * sign(low_[a] - 1.0)};
  }
  return {Form::unknown, 0};
}

/// The least of the operands (sign 1), or the greatest (sign -1).
FormulaCourse::Run FormulaCourse::extreme(std::size_t node, double sign_of_extreme) {
  const auto& operands = program_.formula().nodes()[node].operands;
  std::vector<Run> runs;
  int direction = 0;
  bool agree = true;
  for (const auto operand : operands) {
    runs.push_back(follow(operand));
    if (cut_ || runs.back().form == Form::unknown) return {Form::unknown, 0};
    if (std::isnan(low_[operand])) return {};
    agree = agree && direction * runs.back().direction >= 0;
    if (runs.back().direction != 0) direction = runs.back().direction;
  }
  const auto is_best = [&](const std::vector<double>& nodes, std::size_t k) {
    return std::all_of(operands.begin(), operands.end(), [&](auto other) {
      return sign_of_extreme * nodes[operands[k]] <= sign_of_extreme * nodes[other];
    });
  };
  std::size_t first = operands.size();
  std::size_t last = operands.size();
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const bool at_first = is_best(low_, k);
    const bool at_last = is_best(high_, k);
    if (at_first && at_last) {
      first = last = k;
      break;
    }
    if (at_first && first == operands.size()) first = k;
    if (at_last && last == operands.size()) last = k;
  }
  const Run whole{Form::monotone, direction};
  if (first == last) {
    const bool stays = std::all_of(runs.begin(), runs.end(),
                                   [&](const Run& run) { return ordered(runs[first], run); });
    if (stays) return runs[first];
    return agree ? whole : Run{Form::unknown, 0};
  }
  if (ordered(runs[first], runs[last])) {
    cut_where([&](const auto& nodes) {
      return sign_of_extreme * nodes[operands[first]] <= sign_of_extreme * nodes[operands[last]];
    });
    if (cut_) return {};
  }
  return agree ? whole : Run{Form::unknown, 0};
}

FormulaCourse::Run FormulaCourse::clamped(std::size_t node) {
  const auto& operands = program_.formula().nodes()[node].operands;
  const Run x = follow(operands[0]);
  const Run low = follow(operands[1]);
  const Run high = follow(operands[2]);
  if (cut_ || x.form == Form::unknown || low.form == Form::unknown || high.form == Form::unknown) {
    return {Form::unknown, 0};
  }
  if (ordered(x, low) && ordered(x, high)) {
    cut_where([&](const auto& n) { return n[operands[0]] >= n[operands[1]]; });
    cut_where([&](const auto& n) { return n[operands[0]] > n[operands[2]]; });
    if (cut_) return {};
    if (low_[node] == low_[operands[0]] && high_[node] == high_[operands[0]]) return x;
    if (low_[node] == low_[operands[1]] && high_[node] == high_[operands[1]]) return low;
    return high;
  }
  const bool agree = x.direction * low.direction >= 0 && x.direction * high.direction >= 0 &&
                     low.direction * high.direction >= 0;
  const int direction = x.direction != 0     ? x.direction
                        : low.direction != 0 ? low.direction
                                             : high.direction;
  return agree ? Run{Form::monotone, direction} : Run{Form::unknown, 0};
}

FormulaCourse::Run FormulaCourse::compared(std::size_t node) {
  const auto& operands = program_.formula().nodes()[node].operands;
  std::vector<Run> runs;
  for (const auto operand : operands) runs.push_back(follow(operand));
  if (cut_) return {};
  for (std::size_t k = 1; k < operands.size(); ++k) {
    if (!ordered(runs[0], runs[k])) return {Form::unknown, 0};
    const std::size_t a = operands[0];
    const std::size_t b = operands[k];
    cut_where([a, b](const auto& nodes) { return nodes[a] >= nodes[b]; });
    cut_where([a, b](const auto& nodes) { return nodes[a] > nodes[b]; });
  }
  return {};
}

/// Of conditions: constant where what decides is.
FormulaCourse::Run FormulaCourse::condition(std::size_t node) {
  const FormulaNode& of = program_.formula().nodes()[node];
  const double decides = of.operation == Operation::logical_or ? 1.0 : 0.0;
  bool known = true;
  for (const auto operand : of.operands) {
    const Run run = follow(operand);
    if (cut_) return {};
    const bool is_known = run.form != Form::unknown;
    if (is_known && of.operation != Operation::logical_not && low_[operand] == decides) return {};
    known = known && is_known;
  }
  return {known ? Form::constant : Form::unknown, 0};
}

FormulaCourse::Run FormulaCourse::chosen(std::size_t node) {
  const auto& operands = program_.formula().nodes()[node].operands;
  for (std::size_t k = 0; k + 1 < operands.size(); k += 2) {
    const Run run = follow(operands[k]);
    if (cut_ || run.form == Form::unknown) return {Form::unknown, 0};
    const double holds = low_[operands[k]];
    if (std::isnan(holds)) return {};
    if (holds != 0.0) return follow(operands[k + 1]);
  }
  return follow(operands.back());
}

}  // namespace chiso
