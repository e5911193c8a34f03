#include "chiso/formula/program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "formula/assemble.hpp"
#include "formula/graph.hpp"
#include "formula/operations.hpp"
#include "formula/pass_loops.hpp"

namespace chiso {
namespace {

/// Rows that go through all passes together: as many as leave the scratch in the first-level cache,
/// but enough to make a pass worth its call.
constexpr std::size_t scratch_budget = 4096;
constexpr Size fewest_rows = 256;
constexpr Size most_rows = 1024;

/// Memory for one call: on the stack unless it is much.
template <class T, std::size_t few>
class Memory {
 public:
  explicit Memory(std::size_t count) {
    if (count > few) many_ = std::make_unique_for_overwrite<T[]>(count);
  }
  [[nodiscard]] T* data() noexcept { return many_ ? many_.get() : few_.data(); }

 private:
  std::array<T, few> few_;  // Written before it is read.
  std::unique_ptr<T[]> many_;
};

void run(const passes::Block& block, const Program& program) {
  if (block.pass.kind == PassKind::steps) {
    passes::run_steps(block, program.tables[static_cast<std::size_t>(block.pass.count)]);
  } else if (!passes::run_arithmetic(block) && !passes::run_choice(block) &&
             !passes::run_condition(block)) {
    passes::run_function(block);
  }
}

Size rows_of_block(const Program& program) {
  const auto rows = static_cast<Size>(scratch_budget / program.columns);
  return std::clamp(rows / 64 * 64, fewest_rows, most_rows);
}

}  // namespace

struct FormulaProgram::State {
  State(const Formula& of, const FormulaSymbols& symbols)
      : formula(of),
        graph(graph_of(of, symbols)),
        program(assemble(graph)),
        block(rows_of_block(program)) {}

  void expect_values(std::size_t count) const {
    if (count == graph.inputs.size()) return;
    throw DataError(
        fmt::format("the formula reads {} columns, got {}", graph.inputs.size(), count));
  }

  Formula formula;
  Graph graph;
  Program program;
  Size block;
};

FormulaProgram::FormulaProgram(const Formula& formula, const FormulaSymbols& symbols)
    : state_(std::make_shared<const State>(formula, symbols)) {}

const Formula& FormulaProgram::formula() const noexcept { return state_->formula; }

std::span<const FormulaInput> FormulaProgram::inputs() const noexcept {
  return state_->graph.inputs;
}

void FormulaProgram::evaluate(std::span<const double* const> columns, Size rows,
                              double* out) const {
  state_->expect_values(columns.size());
  const Program& program = state_->program;
  const Size block = std::min(state_->block, rows);
  // Columns a power of two apart would compete for the same lines of the cache.
  const std::size_t stride = rows > 1 ? at(block) + 8 : 1;

  Memory<const double*, 32> inputs(columns.size());
  Memory<double*, 32> scratch(program.columns);
  Memory<double, 512> values((program.columns - 1) * stride);
  for (std::size_t c = 1; c < program.columns; ++c) {
    scratch.data()[c] = values.data() + (c - 1) * stride;
  }
  for (Size first = 0; first < rows; first += block) {
    for (std::size_t c = 0; c < columns.size(); ++c) inputs.data()[c] = columns[c] + first;
    scratch.data()[0] = out + first;
    const Columns of_block{inputs.data(), scratch.data()};
    const Size n = std::min(block, rows - first);
    for (const Pass& pass : program.passes) run({pass, of_block, n}, program);
  }
}

double FormulaProgram::operator()(std::span<const double> values) const {
  Memory<const double*, 32> columns(values.size());
  for (std::size_t c = 0; c < values.size(); ++c) columns.data()[c] = &values[c];
  double result = operations::missing;
  evaluate({columns.data(), values.size()}, 1, &result);
  return result;
}

double FormulaProgram::trace(std::span<const double> values, std::span<double> nodes) const {
  state_->expect_values(values.size());
  const Graph& graph = state_->graph;
  if (nodes.size() != graph.of_node.size()) {
    throw DataError(fmt::format("the formula has {} nodes, got room for {}", graph.of_node.size(),
                                nodes.size()));
  }
  std::vector<double> results;
  results.reserve(graph.values.size());
  for (const Value& value : graph.values) {
    std::array<double, 3> operands{};
    for (std::size_t k = 0; k < operands_of(value.kind); ++k) {
      operands[k] = results[value.operands[k]];
    }
    if (value.kind == ValueKind::input) {
      operands[0] = values[static_cast<std::size_t>(value.constant)];
    }
    results.push_back(apply(value, operands[0], operands[1], operands[2]));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = results[graph.of_node[i]];
  return operations::finite(nodes.back());
}

}  // namespace chiso
