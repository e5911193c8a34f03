#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/io/table.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

/// The scoring table of public administration reform as an office has it: criteria with the most
/// points, the office's own score, the scores of one or more rounds of appraisal.
namespace chiso {

struct ScoringFormOptions {
  std::string index = "par-form";
  std::string edition = "imported";
  std::string unit;              ///< Whose form it is; names the only unit of the panels.
  Period period{1};              ///< Of the panels; must be given.
  std::optional<Status> status;  ///< Left open by default: an import does not make a form official.
  MissingPolicy missing = MissingPolicy::no_score;
};

/// What was read, and what does not add up in it.
struct ScoringForm {
  /// A tree by the numbering: codes are the numbers ("1.1.2"), leaves have `given` points.
  IndexDefinition definition;

  /// The points of the leaves, by column in the order of the form: "self", "appraised", "round 1",
  /// "round 2", "survey".
  std::vector<std::pair<std::string, Panel>> versions;

  /// What a reader of the form should look at: maxima and points that differ from the sum of their
  /// parts, points above the maximum, gaps in the numbering, rows that were passed over.
  std::vector<Problem> findings;
};

/// Reads a scoring form. The heading is found by its words, one or two rows high, below any title
/// rows; numbers like 1.1.2, I., II.3, a) stand in a column of their own or before the text;
/// decimal commas and points are read; merged cells may be repeated or empty; rows of totals are
/// checked, not counted.
///
/// @throws DataError with every problem where nothing sensible can be read: no heading with
/// criteria
///         and most points (says what was looked for), no numbered rows, a number that stands
///         twice, points that are no numbers.
[[nodiscard]] ScoringForm read_scoring_form(const Table& table, const ScoringFormOptions& options);

}  // namespace chiso
