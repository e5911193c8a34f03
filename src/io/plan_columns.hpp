#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"

/// The columns of a plan as a table, and what offices call them.
namespace chiso {

/// How the cells of a column are read.
enum class PlanCell {
  number,      ///< Of the row: "I", "1.2", "a)".
  code,        ///< Of the task.
  area,        ///< Code of the area; key of a row of the head.
  title,       ///< Of the task; `key` is "en" or "vi".
  criteria,    ///< "par:F1; papi".
  agencies,    ///< In the role `key`, or those that it is submitted to.
  when,        ///< Time and recurrence.
  recurrence,  ///< Alone.
  text,
  amount,         ///< A number.
  flow,           ///< As in YAML, on one line.
  points_before,  ///< What a criterion had in a year: a baseline.
  rank_before,
  target,
  target_rank,
  maximum  ///< Most points of a criterion: nothing that a plan can hold.
};

/// A kind of column.
struct PlanColumn {
  PlanCell cell;
  std::string_view key;  ///< In YAML, where the cell becomes the value of one key.
  std::string_view en;   ///< The heading that is written.
  std::string_view vi;
  /// Other headings that are read, in English and Vietnamese.
  std::vector<std::string_view> also_en = {};
  std::vector<std::string_view> also_vi = {};
};

/// All kinds in the order in which they are written.
[[nodiscard]] const std::vector<PlanColumn>& plan_columns();

/// Keys of the head whose values are named parts, a row each ("agencies.so-noi-vu"); lists, a row
/// an item; texts, which stand in their cells as they are.
[[nodiscard]] bool is_plan_section(std::string_view key);
[[nodiscard]] bool is_plan_list(std::string_view key);
[[nodiscard]] bool is_plan_text(std::string_view key);

/// What a heading says.
struct PlanHeading {
  const PlanColumn* column = nullptr;
  bool is_vietnamese = false;
  std::string year;  ///< "2021" of "points 2021"; "previous" of last year's; may be empty.
  std::string unit;  ///< "million dong" of "cost (million dong)"; may be empty.
};

/// Finds columns by their headings: case, blanks, punctuation aside, and without diacritics where
/// that is clear.
class PlanHeadings {
 public:
  PlanHeadings();

  [[nodiscard]] std::optional<PlanHeading> find(std::string_view heading) const;

  /// " (did you mean 'x'?)" or an empty text.
  [[nodiscard]] std::string near(std::string_view heading) const;

 private:
  [[nodiscard]] std::optional<PlanHeading> exact(std::string_view heading) const;

  NameList names_;
};

}  // namespace chiso
