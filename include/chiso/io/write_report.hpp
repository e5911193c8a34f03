#pragma once

#include <string>

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

}  // namespace chiso
