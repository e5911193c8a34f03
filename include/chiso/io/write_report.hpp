#pragma once

#include <string>
#include <string_view>

#include "chiso/check/report.hpp"

/// Reports of checks, for people and for programs.
namespace chiso {

struct ReportStyle {
  bool color = false;    ///< With the escape sequences of terminals.
  bool verbose = false;  ///< Passed checks and notes too.
};

/// For people: a file with what is wrong in it; one line if nothing is.
[[nodiscard]] std::string to_text(const CheckTarget& target, const ReportStyle& style = {});

/// One line: "FAILED: 2 failed, 40 passed, 1 warning".
[[nodiscard]] std::string to_text(const CheckTotals& totals, const ReportStyle& style = {});

/// All files, then the totals.
[[nodiscard]] std::string to_text(const CheckReport& report, const ReportStyle& style = {});

/// JUnit XML, as continuous integration reads it: a file is a test suite, a check a test case;
/// warnings and notes are its output. Valid by the schema that Jenkins uses (junit-10.xsd).
[[nodiscard]] std::string to_junit(const CheckReport& report);

/// Everything, as JSON: `exit_code`, `totals`, and `targets` with their `items` and `findings`.
[[nodiscard]] std::string to_json(const CheckReport& report);

/// One workflow command an error or warning ("::error file=...,line=...,title=...::message"), by
/// which GitHub Actions marks lines of changed files.
[[nodiscard]] std::string to_github(const CheckReport& report);

/// The code quality report of GitLab, one entry an error or warning.
[[nodiscard]] std::string to_gitlab(const CheckReport& report);

enum class ReportFormat { text, junit, json, github, gitlab };

/// The format with this name: "text", "junit", "json", "github", "gitlab".
/// @throws NotFoundError that lists them.
[[nodiscard]] ReportFormat report_format(std::string_view name);

/// @param style of text only
[[nodiscard]] std::string written(const CheckReport& report, ReportFormat format,
                                  const ReportStyle& style = {});

}  // namespace chiso
