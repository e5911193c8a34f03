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
  std::string unit = {};              ///< Whose form it is: the only unit of the panels.
  Period period = {};                 ///< Of the panels; must be given.
  std::optional<Status> status = {};  ///< Left open: an import does not make a form official.
  MissingPolicy missing = MissingPolicy::no_score;
};

/// What was read, and what does not add up in it.
struct ScoringForm {
  /// A tree by the numbering: codes are the numbers ("1.1.2"; "II.1" where numbers begin anew in
  /// every section), leaves have `given` points, lines without a number are notes of the criterion
  /// above them. The maximum of a sum is left out where its parts add up to another.
  IndexDefinition definition;

  /// The points of the leaves, by column in the order of the form: "self", "appraised", "round 1",
  /// "round 2", "survey"; a column like one before under its own heading. Columns without any
  /// points are left out.
  std::vector<std::pair<std::string, Panel>> versions;

  /// What a reader of the form should look at: maxima and points that differ from the sum of their
  /// parts, points above the maximum or that are no numbers (and were left missing), gaps in the
  /// numbering, criteria without a maximum, columns and rows that were passed over.
  std::vector<Problem> findings;
};

/// Reads a scoring form. The heading is found by its words, one or two rows high, below any title
/// rows; numbers like 1.1.2, I., II.3, a) stand in a column of their own or before the text;
/// decimal commas and points are read; merged cells may be repeated or empty; rows of totals are
/// checked, not counted. Sections of bonus or penalty points (by their titles) are bonuses or
/// penalties.
///
/// @throws DataError with every problem where nothing sensible can be read: no heading with
///         criteria and most points (says what was looked for), no numbered rows, a number that
///         stands twice, a maximum that is no number, no unit, no period.
[[nodiscard]] ScoringForm read_scoring_form(const Table& table, const ScoringFormOptions& options);

}  // namespace chiso
