#include "uncertainty/draw_variants.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/scenario/outcome.hpp"

namespace chiso {
namespace {

/// More would take too much memory: each is a definition, compiled, with its scores.
constexpr Size most_variants = 10'000;

std::string name_of(const Scenario& alternative, std::size_t position) {
  return alternative.name.empty() ? fmt::format("{}", position + 1) : alternative.name;
}

bool has_units_of(const Scores& scores, const Scores& base) {
  const auto ours = scores.units().names();
  const auto theirs = base.units().names();
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end());
}

}  // namespace

DrawVariants::DrawVariants(const Scores& base, std::span<const Source> sources,
                           std::span<const VariedRow> rows, std::span<const Size> nodes, bool refit)
    : base_(base),
      sources_(sources.begin(), sources.end()),
      rows_(rows.begin(), rows.end()),
      nodes_(nodes.begin(), nodes.end()),
      refit_(refit) {
  find_choices();
  check_alternatives();
}

const std::vector<Scenario>& DrawVariants::alternatives(const Choice& choice) const {
  return std::get<Choose>(sources_[chiso::at(choice.source)]).alternatives;
}

void DrawVariants::find_choices() {
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (rows_[r].kind != VariedRow::Kind::choice) continue;
    const Size source = rows_[r].source;
    const auto& choose = std::get<Choose>(sources_[chiso::at(source)]);
    choices_.push_back({static_cast<Size>(r), source, std::ssize(choose.alternatives), 1});
  }
  std::sort(choices_.begin(), choices_.end(),
            [](const Choice& a, const Choice& b) { return a.source < b.source; });
  Size count = 1;
  for (Choice& choice : choices_) {
    choice.step = count;
    count = std::min(count * choice.alternatives, most_variants + 1);
  }
  if (count > most_variants) {
    std::vector<std::string> names;
    for (const Choice& choice : choices_) {
      names.push_back(fmt::format("'{}' ({})",
                                  std::get<Choose>(sources_[chiso::at(choice.source)]).name,
                                  choice.alternatives));
    }
    throw SpecError(
        fmt::format("the alternatives of {} can be combined in more than {} ways; "
                    "leave out a source or some alternatives",
                    join(names, ", "), most_variants));
  }
  places_ = std::make_unique<Place[]>(chiso::at(count));
}

/// Each alone, so that most errors come before any draw. With a single choice these are the
/// variants.
void DrawVariants::check_alternatives() const {
  Problems problems;
  for (const Choice& choice : choices_) {
    const auto& list = alternatives(choice);
    for (std::size_t a = 0; a < list.size(); ++a) {
      try {
        if (choices_.size() == 1) {
          static_cast<void>(at(static_cast<Size>(a)));
        } else {
          static_cast<void>(make(list[a]));
        }
      } catch (const Error& error) {
        const std::string place = fmt::format(
            "{}, alternative '{}'", std::get<Choose>(sources_[chiso::at(choice.source)]).name,
            name_of(list[a], a));
        for (Problem problem : error.problems()) {
          problem.place = problem.place.empty() ? place : place + ": " + problem.place;
          problems.add(std::move(problem));
        }
      }
    }
  }
  problems.raise<SpecError>();
  if (choices_.empty()) static_cast<void>(at(0));
}

Size DrawVariants::number(const DrawTable& draws, Size draw) const noexcept {
  Size number = 0;
  for (const Choice& choice : choices_) {
    number += static_cast<Size>(draws.row(choice.row)[draw]) * choice.step;
  }
  return number;
}

const PreparedVariant& DrawVariants::at(Size number) const {
  Place& place = places_[chiso::at(number)];
  std::call_once(place.made, [&] {
    Scenario scenario;
    for (const Choice& choice : choices_) {
      const Size alternative = number / choice.step % choice.alternatives;
      const Scenario& chosen = alternatives(choice)[chiso::at(alternative)];
      scenario = scenario.edits.empty() && !scenario.refit ? chosen : scenario.then(chosen);
    }
    place.variant = make(scenario);
  });
  return *place.variant;
}

Scores DrawVariants::scores_of(const Scenario& scenario) const {
  if (scenario.edits.empty() && !scenario.refit && !refit_) return base_;
  Scenario with_anchors = scenario;
  with_anchors.refit = scenario.refit || refit_;
  return what_if(base_, with_anchors).after;
}

std::unique_ptr<const PreparedVariant> DrawVariants::make(const Scenario& scenario) const {
  const Scores scores = scores_of(scenario);
  if (!has_units_of(scores, base_)) {
    throw SpecError({Problem{{},
                             "",
                             "the scenario changes which units there are",
                             "merge or split units before, in the base"}});
  }
  auto made = std::make_unique<PreparedVariant>(
      PreparedVariant{DrawVariant(base_, scores, sources_, rows_, nodes_, refit_), {}});
  const DrawVariant& variant = made->variant;
  for (const Size node : variant.wanted) {
    auto& straight = made->straight.emplace_back();
    if (node < 0 || variant.varies[chiso::at(node)] == 0) continue;
    straight = StraightDraws::make(variant, node);
    if (straight) continue;
    made->straight.clear();
    break;
  }
  return made;
}

}  // namespace chiso
