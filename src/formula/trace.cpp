#include "formula/trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace chiso {

using Operation = FormulaOperation;

namespace {

class Tracer {
 public:
  Tracer(const Subject& subject, Trace& trace) : subject_(subject), trace_(trace) {}

  void take(std::size_t i) {
    trace_.taken[i] = 1;
    const FormulaNode& node = subject_.node(i);
    if (node.operation == Operation::choose) return take_branch(node);
    for (const auto operand : node.operands) {
      take(operand);
      const bool found = !std::isnan(trace_.values[operand]);
      if (node.operation == Operation::coalesce && found) return;
    }
  }

 private:
  void take_branch(const FormulaNode& node) {
    for (std::size_t k = 0; k + 1 < node.operands.size(); k += 2) {
      const auto condition = node.operands[k];
      take(condition);
      const double truth = trace_.values[condition];
      if (std::isnan(truth)) return;
      if (truth != 0.0) return take(node.operands[k + 1]);
    }
    take(node.operands.back());
  }

  const Subject& subject_;
  Trace& trace_;
};

}  // namespace

Trace trace_of(const Subject& subject, const Point& point) {
  Trace trace;
  trace.values.resize(subject.size());
  trace.taken.assign(subject.size(), 0);
  trace.result = subject.program().trace(point, trace.values);
  Tracer(subject, trace).take(subject.root());
  return trace;
}

double rounding_at(const Subject& subject, const Point& point) {
  constexpr double part = 0x1p-45;
  const Trace trace = trace_of(subject, point);
  double largest = 0.0;
  for (std::size_t i = 0; i < trace.values.size(); ++i) {
    const double size = std::fabs(trace.values[i]);
    if (trace.taken[i] != 0 && std::isfinite(size)) largest = std::max(largest, size);
  }
  return largest * part;
}

}  // namespace chiso
