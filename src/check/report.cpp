#include "chiso/check/report.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/nearest.hpp"

namespace chiso {

void CheckItem::add(CheckFinding finding) {
  if (finding.severity == Severity::error && outcome == CheckOutcome::passed) {
    outcome = CheckOutcome::failed;
  }
  findings.push_back(std::move(finding));
}

void CheckItem::stop(const Error& error, std::string_view rule) {
  outcome = CheckOutcome::error;
  for (const Problem& problem : error.problems()) {
    findings.push_back({Severity::error, std::string(rule), problem.place, problem, {}});
  }
}

CheckTotals CheckReport::totals() const {
  CheckTotals totals;
  for (const CheckTarget& target : targets) {
    for (const CheckItem& item : target.items) {
      switch (item.outcome) {
        case CheckOutcome::passed:
          ++totals.passed;
          break;
        case CheckOutcome::failed:
          ++totals.failed;
          break;
        case CheckOutcome::error:
          ++totals.errors;
          break;
        case CheckOutcome::skipped:
          ++totals.skipped;
          break;
      }
      for (const CheckFinding& finding : item.findings) {
        if (finding.severity == Severity::warning) ++totals.warnings;
      }
    }
  }
  return totals;
}

int CheckReport::exit_code(Severity fail_on) const {
  int code = 0;
  for (const CheckTarget& target : targets) {
    for (const CheckItem& item : target.items) {
      if (item.outcome == CheckOutcome::error) return 2;
      if (item.outcome == CheckOutcome::failed) code = 1;
      for (const CheckFinding& finding : item.findings) {
        if (finding.severity <= fail_on) code = 1;
      }
    }
  }
  return code;
}

std::string_view name(CheckKind kind) noexcept {
  switch (kind) {
    case CheckKind::lint:
      return "lint";
    case CheckKind::example:
      return "case";
    case CheckKind::baseline:
      return "baseline";
    case CheckKind::coverage:
      return "coverage";
    case CheckKind::mutation:
      return "mutation";
    case CheckKind::property:
      return "property";
  }
  return {};
}

CheckKind check_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const CheckKind kind : {CheckKind::lint, CheckKind::example, CheckKind::baseline,
                               CheckKind::coverage, CheckKind::mutation, CheckKind::property}) {
    if (chiso::name(kind) == name) return kind;
    names.emplace_back(chiso::name(kind));
  }
  throw NotFoundError(fmt::format("there is no check '{}'{}", name, nearest_or_all(name, names)));
}

std::string_view name(CheckOutcome outcome) noexcept {
  switch (outcome) {
    case CheckOutcome::passed:
      return "passed";
    case CheckOutcome::failed:
      return "failed";
    case CheckOutcome::error:
      return "error";
    case CheckOutcome::skipped:
      return "skipped";
  }
  return {};
}

}  // namespace chiso
