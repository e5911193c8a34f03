#include "chiso/formula/analysis.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

#include "chiso/base/interval.hpp"
#include "formula/findings.hpp"

namespace chiso {
namespace {

/// The variable of "x" or "prev(x)"; nullptr if there is none.
const FormulaSymbol* symbol_of(std::string_view label, const FormulaSymbols& symbols) {
  auto found = symbols.names.find(label);
  constexpr std::string_view begin = "prev(";
  if (found == symbols.names.end() && label.starts_with(begin) && label.ends_with(')')) {
    label.remove_prefix(begin.size());
    label.remove_suffix(1);
    found = symbols.names.find(label);
  }
  return found == symbols.names.end() ? nullptr : &found->second;
}

std::string value_text(const FormulaSymbol* symbol, double value) {
  if (std::isnan(value)) return "missing";
  if (symbol != nullptr && value >= 0.0 && value < static_cast<double>(symbol->categories.size())) {
    return fmt::format("\"{}\"", symbol->categories[static_cast<std::size_t>(value)]);
  }
  return to_string(value);
}

}  // namespace

std::string to_string(const FormulaExample& example, const FormulaSymbols& symbols) {
  std::string text;
  for (const auto& [label, value] : example) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", label,
                        value_text(symbol_of(label, symbols), value));
  }
  return text;
}

std::string_view name(FormulaFinding::Kind kind) noexcept {
  switch (kind) {
    case FormulaFinding::Kind::missing_slips:
      return "missing_slips";
    case FormulaFinding::Kind::divides_by_zero:
      return "divides_by_zero";
    case FormulaFinding::Kind::no_real_number:
      return "no_real_number";
    case FormulaFinding::Kind::overflows:
      return "overflows";
    case FormulaFinding::Kind::never_runs:
      return "never_runs";
    case FormulaFinding::Kind::always_decided:
      return "always_decided";
    case FormulaFinding::Kind::gap:
      return "gap";
    case FormulaFinding::Kind::overlap:
      return "overlap";
    case FormulaFinding::Kind::unused:
      return "unused";
  }
  return "";
}

void Findings::add(FormulaFinding::Kind kind, std::size_t node, std::string message,
                   std::string remedy, const Point& point) {
  FormulaFinding finding;
  finding.kind = kind;
  finding.span = subject_.node(node).span;
  finding.message = std::move(message);
  finding.remedy = std::move(remedy);
  if (!point.empty()) finding.example = example_of(subject_, point);
  all_.push_back(std::move(finding));
}

std::vector<FormulaFinding> Findings::take() && {
  std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.span.begin, a.kind, a.span.end) <
           std::tuple(b.span.begin, b.kind, b.span.end);
  });
  return std::move(all_);
}

std::vector<FormulaFinding> check_formula(const Formula& formula, const FormulaSymbols& symbols,
                                          const AnalysisBudget& budget) {
  constexpr Size nodes_of_box = 40;  // That one box may cost on average in each check.
  const Subject subject(formula, symbols);
  const Work work{budget.boxes * nodes_of_box};
  Findings findings(subject);
  check_values(subject, work, findings);
  check_missing(subject, work, findings);
  check_branches(subject, work, findings);
  check_tables(subject, work, findings);
  check_unused(subject, work, findings);
  return std::move(findings).take();
}

}  // namespace chiso
