#include "io/check_values.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/doubles.hpp"
#include "chiso/base/interval.hpp"
#include "io/cells.hpp"

namespace chiso {

std::optional<double> neighbour_of(std::string_view text) {
  constexpr std::string_view below = "just below ";
  constexpr std::string_view above = "just above ";
  const bool is_below = text.starts_with(below);
  if (!is_below && !text.starts_with(above)) return {};
  const std::string_view number = without_blanks(text.substr(below.size()));
  double value = 0.0;
  if (!parse_number(number, value)) {
    throw SpecError(fmt::format("expected a number behind '{}', found '{}'",
                                is_below ? "just below" : "just above", number));
  }
  return is_below ? next_down(value) : next_up(value);
}

CaseValue case_value(std::string variable, std::string_view text, Location location) {
  CaseValue value;
  value.variable = std::move(variable);
  value.location = std::move(location);
  text = without_blanks(text);
  if (const auto neighbour = neighbour_of(text)) {
    value.kind = CaseValue::Kind::number;
    value.number = *neighbour;
    return value;
  }
  if (says_not_applicable(text)) {
    value.kind = CaseValue::Kind::not_applicable;
    return value;
  }
  const CellKind kind = read_cell(text, '.', value.number);
  switch (kind) {
    case CellKind::number:
      value.kind = CaseValue::Kind::number;
      return value;
    case CellKind::missing:
      value.kind = CaseValue::Kind::missing;
      break;
    case CellKind::text:
      value.kind = text == "missing" ? CaseValue::Kind::missing : CaseValue::Kind::category;
      break;
    case CellKind::infinite:
    case CellKind::separated:
    case CellKind::percent: {
      const Problem problem = not_a_number(text, kind, '.');
      throw SpecError({problem});
    }
  }
  value.number = 0.0;
  if (value.kind == CaseValue::Kind::category) value.category = text;
  return value;
}

}  // namespace chiso
