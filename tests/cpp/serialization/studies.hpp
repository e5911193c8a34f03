#pragma once

#include <string>
#include <vector>

#include "../plan/plans.hpp"
#include "../uncertainty/small_sources.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/serialization/snapshot.hpp"
#include "chiso/snapshot/study.hpp"

/// A small study that has one of everything, and what is awkward of each.
namespace chiso::test {

/// Two periods, of which one lacks a unit; words, standard errors, cells that do not apply, names
/// that have to be escaped somewhere.
inline Panel awkward_panel() {
  Panel::Builder builder("a \"b\" <c>.csv");
  const Size first = builder.period(Period("2019-Q3"));
  const Size second = builder.period(Period(2020));
  const Size x = builder.number_variable("x");
  const Size grade = builder.category_variable("grade");
  const Size last = builder.number_variable("]]>");
  const Size hoa = builder.unit("Thanh Hóa");
  const Size tab = builder.unit("tab\there\nline\rend");
  const Size bell = builder.unit(" bell \x07 ");
  builder.set(hoa, x, first, -0.0);
  builder.set(tab, x, first, 5e-324);
  builder.set(bell, x, first, 0.1);
  builder.set(hoa, x, second, -1.7976931348623157e308);
  builder.row(bell, second);
  builder.set_category(hoa, grade, first, "late & <early>");
  builder.set_category(tab, grade, first, "early");
  builder.set_not_applicable(bell, grade, first);
  builder.set_not_applicable(hoa, last, second);
  builder.set_standard_error(hoa, x, first, 0.25);
  return builder.build();
}

inline std::vector<Source> sources() {
  DrawWeights weights;
  weights.bounds = {{"a", 0.2, 0.6}};
  weights.orders = {{"a", "b"}};
  weights.criteria = "w";
  DrawValues values;
  values.variables = "a";
  values.relative = 0.1;
  DrawAnchors anchors;
  anchors.spread = 0.05;
  Scenario without;
  without.name = "without c";
  without.edits.push_back({DropNode{"c"}, {}});
  Scenario base;
  base.name = "as it is";
  return {weights, values, anchors, Choose{"form", {base, without}, {0.75, 0.25}}};
}

inline Uncertainty drawn(const Scores& scores) {
  UncertaintyOptions options;
  options.draws = 2 * draws_a_grain;
  options.seed = 0xfedcba9876543210;
  options.nodes = {"w"};
  options.threads = 2;
  return uncertainty(Experiment(scores, sources(), options));
}

inline Sensitivity sobol(const Scores& scores) {
  SensitivityOptions options;
  options.base = 64;
  options.seed = 3;
  options.second_order = true;
  options.resamples = 20;
  options.groups = {{"both", {"weights", "anchors"}}};
  return *sensitivity(scores, sources(), options);
}

inline ActionSet actions() {
  ActionDefinition definition;
  definition.name = "few";
  Action action;
  action.code = "A1";
  action.cost = 2.5;
  definition.actions.push_back(action);
  return ActionSet(definition);
}

inline Standings standings() {
  return Standings({{"par", "", Period(2020), "Thanh Hóa", 86.2, 14.0, 100.0},
                    {"par", "F1", Period(2021), "Nghệ An"}});
}

/// An edit that has a whole definition in it, which no shipped one is.
inline Scenario scenario() {
  Scenario made;
  made.name = "other form";
  made.note = "> 90: \"quoted\"";
  made.edits.push_back({UseIndex{small::index(small::leaf("only"))}, {}});
  made.edits.push_back({ChangeValue{{"north"}, "only", How::set, small::missing, {}}, {}});
  made.refit = true;
  return made;
}

inline Study whole_study() {
  const Scores scores = small::uncertain();
  StudyProvenance provenance;
  provenance.version = "0.1.0";
  provenance.date = "2026-11-29T12:00:00Z";
  provenance.note = "for tests";
  provenance.documents = {{"small.yaml", "index: small  # as written\n"}};
  return Study({{"index", scores.index()},
                {"panel", scores.panel()},
                {"awkward", awkward_panel()},
                {"plan", Plan(sound_plan())},
                {"scenario", scenario()},
                {"actions", actions()},
                {"standings", standings()},
                {"scores", scores},
                {"ranking", Ranking(scores, 0, {.ties = Ties::average})},
                {"uncertainty", drawn(scores)},
                {"sensitivity", sobol(scores)},
                {"baseline", lock(scores.index(), scores.panel())}},
               provenance);
}

}  // namespace chiso::test
