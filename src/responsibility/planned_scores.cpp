#include "chiso/responsibility/planned_scores.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

// "pci-2021 of 2019".
std::string described(const Scores& scores) {
  return fmt::format("{} of {}", scores.index().name(), scores.period().text());
}

// Whether `definition` is an edition of the family.
bool is_edition_of(std::string_view definition, std::string_view family) {
  return definition.size() > family.size() + 1 && definition.starts_with(family) &&
         definition[family.size()] == '-';
}

// Finds the index of a plan that a result is of.
class Matcher {
 public:
  explicit Matcher(const Plan& plan) : indices_(plan.definition().indices) {}

  // The one whose edition it is, else the one whose family it is of; -1: none.
  [[nodiscard]] Size find(const Index& index) const {
    const Size edition = find_definition(index.name());
    return edition >= 0 ? edition : find_definition(index.definition().index);
  }

  [[nodiscard]] Problem unknown(const Scores& scores) const {
    const Index& index = scores.index();
    const auto other =
        std::find_if(indices_.begin(), indices_.end(), [&index](const PlanIndex& each) {
          return is_edition_of(each.definition, index.definition().index);
        });
    if (other != indices_.end()) {
      return {other->location, other->key,
              fmt::format("the plan is for '{}', and the result is of another edition, '{}'",
                          other->definition, index.name()),
              fmt::format("score with '{}', or let the plan name the family '{}'",
                          other->definition, index.definition().index)};
    }
    std::vector<std::string> known;
    for (const PlanIndex& each : indices_) known.push_back(each.definition);
    std::string near = suggestion(index.definition().index, known);
    if (near.empty() && !known.empty()) near = fmt::format(": {}", join(known, ", "));
    return {{},
            index.name(),
            fmt::format("'{}' is none of the plan's indices{}", index.name(), near),
            "leave the result out, or name its index under `indices` of the plan"};
  }

 private:
  [[nodiscard]] Size find_definition(std::string_view name) const {
    const auto found =
        std::find_if(indices_.begin(), indices_.end(),
                     [name](const PlanIndex& each) { return each.definition == name; });
    return found == indices_.end() ? -1 : found - indices_.begin();
  }

  const std::vector<PlanIndex>& indices_;
};

// Collects criteria that an index does not have.
class UnknownCriteria {
 public:
  UnknownCriteria(const PlannedScores& planned, Problems& problems)
      : planned_(planned), problems_(problems) {}

  void look_at(const std::vector<CriterionRef>& criteria, const Location& location,
               std::string_view what, const std::string& code) {
    for (const CriterionRef& criterion : criteria) {
      const Size scores = planned_.find(criterion.index);
      if (scores < 0 || planned_.node(scores, criterion) >= 0) continue;
      const Plan& plan = planned_.plan();
      const Size index = planned_.index_of(scores);
      const std::string& scored = planned_.scores()[at(scores)].index().name();
      problems_.add(
          location.line > 0 ? location : plan.definition().location,
          fmt::format("{} {}", what, code),
          fmt::format("there is no criterion '{}' in {}, which was scored{}", criterion.code,
                      scored, nearest(scores, criterion)),
          fmt::format("the plan is for '{}': correct the criterion, or score with the edition that "
                      "the plan was written for",
                      plan.definition().indices[at(index)].definition));
    }
  }

 private:
  // Looked for once a criterion, and not in a plan in which everything is wrong.
  const std::string& nearest(Size scores, const CriterionRef& criterion) {
    constexpr std::size_t most = 50;
    const auto [known, is_new] = near_.try_emplace(to_string(criterion));
    if (is_new && near_.size() <= most) {
      const auto& codes = planned_.scores()[at(scores)].index().codes();
      known->second = suggestion(criterion.code, codes.names());
    }
    return known->second;
  }

  const PlannedScores& planned_;
  Problems& problems_;
  std::unordered_map<std::string, std::string> near_;
};

}  // namespace

PlannedScores::PlannedScores(Plan plan, std::vector<Scores> scores)
    : plan_(std::move(plan)), scores_(std::move(scores)) {
  const Matcher matcher(plan_);
  result_of_.assign(at(plan_.indices().size()), -1);
  Problems problems;
  for (Size s = 0; s < std::ssize(scores_); ++s) {
    const Scores& given = scores_[at(s)];
    const Size index = matcher.find(given.index());
    index_of_.push_back(index);
    if (index < 0) {
      problems.add(matcher.unknown(given));
      continue;
    }
    Size& first = result_of_[at(index)];
    if (first < 0) {
      first = s;
      continue;
    }
    problems.add({}, plan_.indices()[index],
                 fmt::format("expected one result of each index, got {} and {}",
                             described(scores_[at(first)]), described(given)),
                 "leave one of them out");
  }
  problems.raise<DataError>();
}

Size PlannedScores::find(std::string_view key) const {
  const auto index = plan_.indices().find(key);
  return index ? result_of_[at(*index)] : -1;
}

Size PlannedScores::node(Size scores, const CriterionRef& criterion) const {
  if (criterion.index != plan_.indices()[index_of(scores)]) return -1;
  if (criterion.code.empty()) return Index::root();
  return scores_[at(scores)].index().codes().find(criterion.code).value_or(-1);
}

void PlannedScores::require_known_criteria() const {
  Problems problems;
  UnknownCriteria unknown(*this, problems);
  for (const PlanArea& area : plan_.definition().areas) {
    unknown.look_at(area.criteria, area.location, "area", area.code);
  }
  for (const Task& task : plan_.definition().tasks) {
    unknown.look_at(task.criteria, task.location, "task", task.code);
  }
  problems.raise<DataError>();
}

}  // namespace chiso
