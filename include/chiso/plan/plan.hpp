#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/size.hpp"
#include "chiso/plan/agency.hpp"
#include "chiso/plan/target.hpp"
#include "chiso/plan/task.hpp"

namespace chiso {

/// An index that the plan speaks of.
struct PlanIndex {
  std::string key;         ///< What references begin with: "par".
  std::string definition;  ///< A family ("par-fields"), or one edition of it ("par-fields-2021").
  Location location;

  friend bool operator==(const PlanIndex& a, const PlanIndex& b) {
    return a.key == b.key && a.definition == b.definition;
  }
};

/// A part of the plan: "a) Direction of the reform".
struct PlanArea {
  std::string code;
  Title title;
  std::vector<CriterionRef> criteria;  ///< In one index or several; whole branches too.
  Location location;

  friend bool operator==(const PlanArea& a, const PlanArea& b) {
    return a.code == b.code && a.title == b.title && a.criteria == b.criteria;
  }
};

/// Units that are compared with each other apart from the others.
struct PlanRegion {
  std::string name;
  std::vector<std::string> units;
  Location location;

  friend bool operator==(const PlanRegion& a, const PlanRegion& b) {
    return a.name == b.name && a.units == b.units;
  }
};

/// A plan as a person writes it; it may be wrong. `Plan` is the validated form.
struct PlanDefinition {
  std::string plan;  ///< Its name: "thanh-hoa-211".
  Title title;
  std::string unit;       ///< Whose plan it is; may be empty.
  std::string authority;  ///< Who issued it.
  std::optional<Date> issued;
  PeriodRange period;
  Provenance provenance;  ///< `reference` is the legal reference.
  std::string currency;   ///< Unit of the costs; may be empty.
  std::vector<PlanIndex> indices;
  std::vector<PlanRegion> regions;
  std::vector<Agency> agencies;
  std::vector<PlanArea> areas;
  std::vector<Baseline> baseline;
  std::vector<Target> targets;
  std::vector<Task> tasks;
  Location location;

  friend bool operator==(const PlanDefinition& a, const PlanDefinition& b);
};

/// Who does what for which criterion until when: immutable and validated; copies are cheap.
///
/// Agencies, areas and tasks are numbered in the order of the text. Whether the criteria exist is
/// for the answers to say, which see the indices.
class Plan {
 public:
  /// Puts the roles of a task in the order of the enumeration and its news by date; nothing else is
  /// changed. Codes and keys have letters, digits, '.', '_' and '-'.
  ///
  /// @throws SpecError with every problem: codes and names that are empty, stand twice
  ///         or have characters that a code may not have; agencies, areas,
  ///         indices, regions that are not declared (with the nearest); one definition under two
  ///         keys; regions without units; groups that contain themselves and parents in a circle
  ///         (as a path); members of what is no group; one spelling for two agencies, or names with
  ///         ';' or a control character such as a line break (tables separate names by them); the
  ///         same role, addressee, member or criterion twice; days that do not exist; a due date
  ///         outside the plan's period, or with `continuous`; news after which a task that does not
  ///         come again is done and then not started; percentages outside 0..100, ranks below 1,
  ///         costs that are negative, numbers that are not finite; a range without numbers, or with
  ///         all; a region of something that is no rank; a target against a baseline that there is
  ///         none of (the latest has no such number, or the target is a rank in a region); a
  ///         baseline without numbers; targets with one code. Where one key of a part is at fault,
  ///         the message begins with it: "`lead`: ...".
  explicit Plan(PlanDefinition definition);

  [[nodiscard]] const PlanDefinition& definition() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return definition().plan; }

  [[nodiscard]] const Labels& indices() const noexcept;  ///< Keys.
  [[nodiscard]] const Labels& agencies() const noexcept;
  [[nodiscard]] const Labels& areas() const noexcept;

  /// Given codes, or those made up from criterion and quantity: "par.rank", "par-F1.percent",
  /// "par.rank-2".
  [[nodiscard]] const Labels& targets() const noexcept;
  [[nodiscard]] const Labels& tasks() const noexcept;

  [[nodiscard]] const Agency& agency(Size i) const;
  [[nodiscard]] const PlanArea& area(Size i) const;
  [[nodiscard]] const Target& target(Size i) const;
  [[nodiscard]] const Task& task(Size i) const;

  /// The agency of a code, title or alias; case, punctuation, blanks and the place of tone marks
  /// aside, or with diacritics left out.
  /// @throws NotFoundError with the nearest, DataError if it means two when its diacritics are left
  ///         out.
  [[nodiscard]] Size find_agency(std::string_view spelling) const;

  /// Who is meant by an agency: the members of a group down to the last, each once and in the order
  /// of mention; the agency itself if it is no group or its members are not known.
  [[nodiscard]] std::span<const Size> members(Size agency) const;

  /// The agency that it belongs to in the end: itself, or its parent's top.
  [[nodiscard]] Size top(Size agency) const;

  /// An assignment by position.
  struct Assigned {
    TaskRole role;
    Size agency;
  };
  [[nodiscard]] std::span<const Assigned> assigned(Size task) const;

  /// Position of the task's area; -1: none.
  [[nodiscard]] Size area_of(Size task) const;

  /// The task's own criteria, else those of its area.
  [[nodiscard]] std::span<const CriterionRef> criteria(Size task) const;

  /// The baseline of a criterion: the latest, if there are several periods; nullptr if none.
  [[nodiscard]] const Baseline* baseline(const CriterionRef& criterion) const;

  friend bool operator==(const Plan& a, const Plan& b) {
    return a.state_ == b.state_ || a.definition() == b.definition();
  }

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
