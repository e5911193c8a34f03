#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chiso/formula/analysis.hpp"
#include "formula/box_values.hpp"
#include "formula/points.hpp"
#include "formula/subject.hpp"

namespace chiso {

/// Collects what the checks of one formula find.
class Findings {
 public:
  explicit Findings(const Subject& subject) : subject_(subject) {}

  /// @param point where it shows; empty if none is needed
  void add(FormulaFinding::Kind kind, std::size_t node, std::string message, std::string remedy,
           const Point& point = {});

  /// In the order of the text.
  [[nodiscard]] std::vector<FormulaFinding> take() &&;

 private:
  const Subject& subject_;
  std::vector<FormulaFinding> all_;
};

/// divides_by_zero, no_real_number, overflows
void check_values(const Subject& subject, Work work, Findings& findings);

/// missing_slips
void check_missing(const Subject& subject, Work work, Findings& findings);

/// never_runs, always_decided
void check_branches(const Subject& subject, Work work, Findings& findings);

/// gap, overlap
void check_tables(const Subject& subject, Work work, Findings& findings);

/// unused
void check_unused(const Subject& subject, Work work, Findings& findings);

}  // namespace chiso
