#include "chiso/snapshot/study.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

namespace chiso {
namespace {

std::string counted(Size count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

template <class Periods, class Text>
std::string span_of(const Periods& periods, Text text) {
  if (periods.empty()) return "no period";
  const std::string first = text(*periods.begin());
  const std::string last = text(*(periods.end() - 1));
  return periods.size() == 1 ? first : fmt::format("{} to {}", first, last);
}

std::string result_of(const Scores& scores) {
  return fmt::format("{}, {}", scores.index().name(), scores.period().text());
}

struct Describe {
  std::string operator()(const Index& index) const {
    return fmt::format("{}: {}", index.name(), counted(std::ssize(index.leaves()), "indicator"));
  }
  std::string operator()(const Panel& panel) const {
    return fmt::format("{} x {}, {}", counted(panel.units().size(), "unit"),
                       counted(panel.variables().size(), "variable"),
                       span_of(panel.periods(), [](const Period& p) { return p.text(); }));
  }
  std::string operator()(const Plan& plan) const {
    return fmt::format("{}: {}", plan.name(), counted(plan.tasks().size(), "task"));
  }
  std::string operator()(const Scenario& scenario) const {
    return fmt::format("{}: {}", scenario.name.empty() ? "(no name)" : scenario.name,
                       counted(std::ssize(scenario.edits), "edit"));
  }
  std::string operator()(const ActionSet& actions) const {
    const std::string& name = actions.definition().name;
    return fmt::format("{}: {}", name.empty() ? "(no name)" : name,
                       counted(actions.size(), "action"));
  }
  std::string operator()(const Standings& standings) const {
    return counted(std::ssize(standings.rows()), "row");
  }
  std::string operator()(const Scores& scores) const {
    return fmt::format("{}: {} x {}", result_of(scores), counted(scores.units().size(), "unit"),
                       counted(scores.index().size(), "node"));
  }
  std::string operator()(const Ranking& ranking) const {
    return fmt::format("{}, by {}: {} of {} ranked", result_of(ranking.scores()),
                       ranking.scores().index().codes()[ranking.node()], ranking.ranked(),
                       counted(ranking.scores().units().size(), "unit"));
  }
  std::string operator()(const Uncertainty& uncertainty) const {
    return fmt::format("{}: {} draws, seed {}", result_of(uncertainty.experiment().base()),
                       uncertainty.draws(), uncertainty.experiment().options().seed);
  }
  std::string operator()(const Sensitivity& sensitivity) const {
    return fmt::format("{}: {}, {} evaluations, seed {}", result_of(sensitivity.base),
                       counted(std::ssize(sensitivity.factors), "factor"), sensitivity.evaluations,
                       sensitivity.seed);
  }
  std::string operator()(const LockedResults& baseline) const {
    return fmt::format(
        "{}: {}", baseline.index.name(),
        span_of(baseline.periods, [](const LockedPeriod& p) { return p.period.text(); }));
  }
};

}  // namespace

std::string_view kind_of(const StudyValue& value) noexcept {
  constexpr std::array<std::string_view, std::variant_size_v<StudyValue>> kinds{
      "index",  "panel",   "plan",        "scenario",    "actions", "standings",
      "scores", "ranking", "uncertainty", "sensitivity", "baseline"};
  return kinds[value.index()];
}

std::string describe(const StudyValue& value) { return std::visit(Describe{}, value); }

Study::Study(std::vector<StudyPart> parts, StudyProvenance provenance)
    : parts_(std::move(parts)), provenance_(std::move(provenance)) {
  std::vector<std::string_view> names;
  for (const StudyPart& part : parts_) names.emplace_back(part.name);
  std::sort(names.begin(), names.end());
  if (!names.empty() && names.front().empty()) {
    throw SpecError("a part of a study has no name");
  }
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    throw SpecError(fmt::format("two parts of a study are called '{}'", *twice),
                    std::string(*twice));
  }
}

const StudyValue* Study::find(std::string_view name) const noexcept {
  const auto found = std::find_if(parts_.begin(), parts_.end(),
                                  [name](const StudyPart& part) { return part.name == name; });
  return found == parts_.end() ? nullptr : &found->value;
}

const StudyValue& Study::at(std::string_view name) const {
  if (const StudyValue* found = find(name)) return *found;
  std::vector<std::string> names;
  for (const StudyPart& part : parts_) names.push_back(part.name);
  throw NotFoundError(fmt::format("no part '{}' in the study{}", name, suggestion(name, names)),
                      std::string(name));
}

DataError Study::wrong_kind(std::string_view name, const StudyValue& value) {
  return DataError(
      fmt::format("the part is of kind {}, which is not the one that is wanted", kind_of(value)),
      std::string(name));
}

}  // namespace chiso
