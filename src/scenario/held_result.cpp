#include "scenario/held_result.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "scenario/whole_result.hpp"

namespace chiso {
namespace {

/// At most so many edits are named in one error; the rest is counted.
constexpr std::size_t most_named = 50;

}  // namespace

HeldResult::HeldResult(Scores of)
    : base(std::move(of)), compiled(base.evaluator().compiled()), ranks(base) {
  if (comparing_node(compiled) >= 0) return;
  tree = std::make_unique<const HeldTree>(compiled, base.anchors());
  const Input input = input_of(compiled, base.panel(), base.panel().period_position(base.period()),
                               base.panel_positions());
  units.reserve(at(input.units));
  for (Size u = 0; u < input.units; ++u) units.push_back(tree->unit(base, input, u));
}

void HeldResult::expect_units(std::span<const Size> positions) const {
  for (const Size unit : positions) {
    if (unit >= 0 && unit < unit_count()) continue;
    throw DataError(fmt::format("expected positions of {} units, got {}", unit_count(), unit));
  }
}

void HeldResult::refuse(std::span<const CellEdit> edits) const {
  WholeResult whole(base);
  for (const CellEdit& edit : edits) whole.set(edit);
  static_cast<void>(whole.composites());
  throw DataError("the edited data do not fit the definition");
}

void HeldResult::report(std::span<const CellEdit> edits, Size first) const {
  Problems problems;
  std::size_t more = 0;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const CellEdit& edit = edits[i];
    if (fits(edit)) continue;
    if (problems.list().size() == most_named) {
      ++more;
      continue;
    }
    const std::string place =
        first < 0 ? std::string() : fmt::format("edit {}", first + static_cast<Size>(i));
    if (edit.unit < 0 || edit.unit >= unit_count()) {
      problems.add(
          {}, place,
          fmt::format("expected the position of one of {} units, got {}", unit_count(), edit.unit));
      continue;
    }
    if (edit.variable < 0 || edit.variable >= variable_count()) {
      problems.add({}, place,
                   fmt::format("expected the position of one of {} variables, got {}",
                               variable_count(), edit.variable));
      continue;
    }
    const Variable& variable = compiled.index.variables()[at(edit.variable)];
    const std::string cell = fmt::format("{}{}{}, {}", place, place.empty() ? "" : ": ",
                                         base.units()[edit.unit], variable.code);
    if (std::isinf(edit.value)) {
      problems.add({}, cell, "the value is infinite", "use a number, or NaN for a missing value");
    } else {
      problems.add({}, cell,
                   fmt::format("{} is out of the range {}", to_string(edit.value),
                               to_string(variable.range)),
                   "use a value that the variable can have");
    }
  }
  if (more > 0) problems.add({}, "", fmt::format("and {} more edits", more));
  problems.raise<DataError>();
  throw DataError("the edits do not fit the data");
}

}  // namespace chiso
