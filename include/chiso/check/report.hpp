#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/severity.hpp"
#include "chiso/base/size.hpp"

/// What checks found, for whoever shows it: text for people, JUnit, JSON, annotations.
namespace chiso {

/// One thing that a check found.
struct CheckFinding {
  Severity severity = Severity::error;
  std::string rule;     ///< What kind of thing, for machines: "score", "divides-by-zero".
  std::string subject;  ///< What it is about: a node's code, a unit, a mutant; may be empty.
  Problem problem;
  std::vector<std::string> details;  ///< Lines to show below it: the tree of a computation.
};

/// What is checked.
enum class CheckKind {
  lint,      ///< The definition, plan ... by itself.
  example,   ///< One case of a check file.
  baseline,  ///< Results against locked ones.
  coverage,
  mutation,
  property
};

enum class CheckOutcome {
  passed,
  failed,
  error,  ///< It could not be run: the check itself, or what it needs, is wrong.
  skipped
};

/// One check that was run: what a test is to a test report.
struct CheckItem {
  CheckKind kind = CheckKind::lint;
  std::string name;  ///< Of a case its own; unique among the items of its kind in a file.
  CheckOutcome outcome = CheckOutcome::passed;
  std::vector<CheckFinding> findings;  ///< Warnings and notes stand on passed items too.
  Location location;                   ///< Where the check is written.
  double seconds = 0.0;

  /// Adds a finding; one of severity error makes a passed item a failed one.
  void add(CheckFinding finding);

  /// Adds what was thrown as findings, and makes the item one that could not be run.
  void stop(const Error& error, std::string_view rule);
};

/// One file with all that was checked of it.
struct CheckTarget {
  std::string file;  ///< As it was given or found.
  std::string name;  ///< Of what stands in it: "pci-2013"; the file's name if that is not known.
  std::vector<CheckItem> items;
};

struct CheckTotals {
  Size passed = 0;
  Size failed = 0;
  Size errors = 0;  ///< Items that could not be run.
  Size skipped = 0;
  Size warnings = 0;  ///< Findings, of all items.

  [[nodiscard]] Size items() const noexcept { return passed + failed + errors + skipped; }
  friend bool operator==(const CheckTotals&, const CheckTotals&) = default;
};

struct CheckReport {
  std::vector<CheckTarget> targets;

  [[nodiscard]] CheckTotals totals() const;

  /// 0: all passed; 1: a check failed; 2: something could not be run.
  /// @param fail_on findings at least as severe fail a check: with Severity::warning warnings too
  [[nodiscard]] int exit_code(Severity fail_on = Severity::error) const;
};

/// "lint", "case", "baseline", "coverage", "mutation", "property".
[[nodiscard]] std::string_view name(CheckKind kind) noexcept;
/// The kind with this name. @throws NotFoundError that lists them.
[[nodiscard]] CheckKind check_kind(std::string_view name);
/// "passed", "failed", "error", "skipped".
[[nodiscard]] std::string_view name(CheckOutcome outcome) noexcept;

}  // namespace chiso
