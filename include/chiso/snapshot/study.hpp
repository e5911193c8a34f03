#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/check/baseline.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"
#include "chiso/plan/plan.hpp"
#include "chiso/reach/action.hpp"
#include "chiso/responsibility/standings.hpp"
#include "chiso/scenario/scenario.hpp"
#include "chiso/uncertainty/sensitivity.hpp"
#include "chiso/uncertainty/uncertainty.hpp"

namespace chiso {

/// What can be stored.
using StudyValue = std::variant<Index, Panel, Plan, Scenario, ActionSet, Standings, Scores, Ranking,
                                Uncertainty, Sensitivity, LockedResults>;

/// "index", "panel", "plan", "scenario", "actions", "standings", "scores", "ranking",
/// "uncertainty", "sensitivity", "baseline".
[[nodiscard]] std::string_view kind_of(const StudyValue& value) noexcept;

/// A value on one line: "pci-2013: 10 indicators", "63 units x 10 variables, 2006 to 2021".
[[nodiscard]] std::string describe(const StudyValue& value);

/// One value of a study, by a name of the user's own.
struct StudyPart {
  std::string name;
  StudyValue value;
};

/// A text that the study came from, as its author wrote it: a definition with its comments, a
/// script.
struct StudyDocument {
  std::string name;  ///< That of its file, as a rule.
  std::string text;

  friend bool operator==(const StudyDocument&, const StudyDocument&) = default;
};

/// Where a study comes from. Any of it may be empty.
struct StudyProvenance {
  std::string version;  ///< Of the library that made it.
  std::string date;     ///< "2026-11-29T12:00:00Z"
  std::string note;
  std::vector<StudyDocument> documents;

  friend bool operator==(const StudyProvenance&, const StudyProvenance&) = default;
};

/// Definitions, data and what came of them, kept together. A value; copies are cheap.
///
/// Parts that are made from each other (scores from an index and a panel, a ranking from scores)
/// share them, in memory and in a file.
class Study {
 public:
  Study() = default;

  /// @throws SpecError for a name that is empty or stands twice.
  explicit Study(std::vector<StudyPart> parts, StudyProvenance provenance = {});

  [[nodiscard]] const std::vector<StudyPart>& parts() const noexcept { return parts_; }
  [[nodiscard]] const StudyProvenance& provenance() const noexcept { return provenance_; }

  /// nullptr: there is none.
  [[nodiscard]] const StudyValue* find(std::string_view name) const noexcept;

  /// @throws NotFoundError with the nearest name.
  [[nodiscard]] const StudyValue& at(std::string_view name) const;

  /// @throws NotFoundError with the nearest name, DataError if the part is of another kind.
  template <class T>
  [[nodiscard]] const T& get(std::string_view name) const {
    const StudyValue& value = at(name);
    if (const T* found = std::get_if<T>(&value)) return *found;
    throw wrong_kind(name, value);
  }

 private:
  [[nodiscard]] static DataError wrong_kind(std::string_view name, const StudyValue& value);

  std::vector<StudyPart> parts_;
  StudyProvenance provenance_;
};

}  // namespace chiso
