#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/reach/action.hpp"
#include "chiso/reach/action_effects.hpp"
#include "chiso/reach/goal.hpp"
#include "chiso/reach/goal_seek.hpp"

namespace chiso::python {

namespace {

// ---- goals and rivals ---------------------------------------------------------------------------

std::string_view name(Goal::Quantity quantity) {
  switch (quantity) {
    case Goal::Quantity::score:
      return "score";
    case Goal::Quantity::percent:
      return "percent";
    case Goal::Quantity::rank:
      return "rank";
    case Goal::Quantity::group:
      return "group";
  }
  return {};
}

template <Goal::Quantity quantity>
Goal goal(double value, std::string code) {
  return {quantity, value, {}, std::move(code)};
}

Size checked_target(const Plan& plan, Size target) {
  if (target < 0 || target >= plan.targets().size()) throw py::index_error("no such target");
  return target;
}

void bind_goals(py::module_& m) {
  using Quantity = Goal::Quantity;
  py::class_<Goal>(m, "Goal", "What is to be reached on one node of one result.")
      .def_static("score", &goal<Quantity::score>, "value"_a, "code"_a = "")
      .def_static("percent", &goal<Quantity::percent>, "value"_a, "code"_a = "")
      .def_static("rank", &goal<Quantity::rank>, "value"_a, "code"_a = "")
      .def_static("in_group", &Goal::in_group, "name"_a)
      .def_property_readonly("quantity", [](const Goal& self) { return name(self.quantity); })
      .def_readonly("value", &Goal::value)
      .def_readonly("group", &Goal::group)
      .def_readonly("code", &Goal::code)
      .def("__str__", [](const Goal& self) { return describe(self); });
  m.def(
      "goal_of",
      [](const Plan& plan, Size target) { return goal_of(plan, checked_target(plan, target)); },
      "plan"_a, "target"_a, "What a target (by position) means. Raises DataError.");

  py::class_<Rivals>(m, "Rivals", "Whom a unit is compared with.")
      .def_readonly("units", &Rivals::units)
      .def_readonly("scores", &Rivals::scores)
      .def_readonly("assumption", &Rivals::assumption);
  m.def("rivals_now", &rivals_now, "scores"_a, "unit"_a, "code"_a,
        "The others as they are in a result. Raises NotFoundError.");
  m.def(
      "rivals_by_trend",
      [](const std::vector<Scores>& history, const Period& at, const std::string& unit,
         const std::string& code) {
        const py::gil_scoped_release release;
        return rivals_by_trend(history, at, unit, code);
      },
      "history"_a, "at"_a, "unit"_a, "code"_a,
      "The others moved on by their own past. Raises DataError, NotFoundError.");
  m.def(
      "needed_score",
      [](const Scores& base, const std::string& unit, const Goal& goal, const Rivals& rivals) {
        const Needed needed = needed_score(base, unit, goal, rivals);
        return py::make_tuple(needed.score, needed.what);
      },
      "base"_a, "unit"_a, "goal"_a, "rivals"_a,
      "The lowest score that reaches a goal, and what sets it. Raises DataError.");
}

// ---- one lever ----------------------------------------------------------------------------------

py::dict goal_seek_columns(const Scores& base, const std::string& unit, const Goal& goal,
                           const Rivals& rivals, const std::vector<Lever>& levers) {
  const std::vector<Reach> found = [&] {
    const py::gil_scoped_release release;
    return goal_seek(base, unit, goal, rivals, levers);
  }();
  using R = Reach;
  py::dict columns;
  columns["lever"] = texts(found, [](const R& r) -> std::string_view { return r.lever.code; });
  columns["now"] = gathered(found, &R::now);
  columns["needed"] = gathered(found, &R::value);
  columns["change"] = gathered(found, &R::change);
  columns["score"] = gathered(found, &R::score);
  columns["rank"] = gathered(found, &R::rank);
  columns["reached"] = gathered(found, &R::reached);
  columns["already"] = gathered(found, &R::already);
  columns["best"] = gathered(found, &R::best);
  columns["best value"] = gathered(found, &R::best_value);
  columns["best rank"] = gathered(found, &R::best_rank);
  columns["obstacle"] = texts(found, &R::obstacle);
  columns["exact"] = gathered(found, &R::exact);
  return columns;
}

py::dict columns_of(const std::vector<BreakEven>& found) {
  using B = BreakEven;
  py::dict columns;
  columns["value"] = gathered(found, &B::value);
  columns["rank before"] = gathered(found, &B::rank_before);
  columns["rank after"] = gathered(found, &B::rank_after);
  py::list rivals;
  for (const B& each : found) rivals.append(py::cast(each.rivals));
  columns["rivals"] = rivals;
  return columns;
}

void bind_levers(py::module_& m) {
  py::class_<Lever>(m, "Lever", "One number of one unit that may be moved.")
      .def(py::init([](bool is_score, std::string code, double lower, double upper) {
             return Lever{is_score ? Lever::Kind::score : Lever::Kind::value, std::move(code),
                          lower, upper};
           }),
           "is_score"_a, "code"_a, "lower"_a, "upper"_a,
           "A raw variable, or the score of a node in place of what is below it.")
      .def_property_readonly("is_score",
                             [](const Lever& self) { return self.kind == Lever::Kind::score; })
      .def_readonly("code", &Lever::code)
      .def_readonly("lower", &Lever::lower)
      .def_readonly("upper", &Lever::upper);
  m.def("goal_seek", &goal_seek_columns, "base"_a, "unit"_a, "goal"_a, "rivals"_a, "levers"_a,
        "One row a lever; no levers: every number that the index reads.");
  m.def(
      "break_even",
      [](const Scores& base, const std::string& unit, const Lever& lever, const Rivals& rivals) {
        const auto found = [&] {
          const py::gil_scoped_release release;
          return break_even(base, unit, lever, rivals);
        }();
        return columns_of(found);
      },
      "base"_a, "unit"_a, "lever"_a, "rivals"_a, "Columns value, rank before, rank after, rivals.");
  m.def(
      "break_even_weight",
      [](const Scores& base, const std::string& unit, const std::string& node) {
        const auto found = [&] {
          const py::gil_scoped_release release;
          return break_even_weight(base, unit, node);
        }();
        return columns_of(found);
      },
      "base"_a, "unit"_a, "node"_a, "The same of the weight of a node.");
}

// ---- actions ------------------------------------------------------------------------------------

std::string_view name(Action::Choice choice) {
  switch (choice) {
    case Action::Choice::free:
      return "free";
    case Action::Choice::must:
      return "must";
    case Action::Choice::never:
      return "never";
  }
  return {};
}

/// As files of actions write it: "entry + 0.5 points", "days = 5".
std::string in_words(const TaskEffect& effect) {
  using Kind = TaskEffect::Kind;
  const CriterionRef& on = effect.criterion;
  const bool sets = effect.kind == Kind::set_value || effect.kind == Kind::set_points;
  const bool is_points = effect.kind == Kind::add_points || effect.kind == Kind::set_points;
  const bool less = !sets && effect.amount < 0.0;
  return (on.index.empty() ? on.code : to_string(on)) +
         (sets   ? " = "
          : less ? " - "
                 : " + ") +
         to_string(less ? -effect.amount : effect.amount) + (is_points ? " points" : "");
}

template <class Range, class Field>
std::string joined(const Range& range, Field field) {
  std::string text;
  for (const auto& element : range) {
    if (!text.empty()) text += "; ";
    text += field(element);
  }
  return text;
}

py::dict action_columns(const ActionSet& self, bool vi) {
  using A = Action;
  const auto& list = self.definition().actions;
  const auto same = [](const std::string& text) -> const std::string& { return text; };
  py::dict columns;
  columns["code"] = texts(list, &A::code);
  columns["title"] = texts(list, [vi](const A& a) -> std::string_view {
    return vi && !a.title.vi.empty() ? a.title.vi : a.title.text(a.code);
  });
  columns["cost"] = gathered(list, &A::cost);
  columns["effects"] = texts(list, [](const A& a) { return joined(a.effects, in_words); });
  columns["agencies"] = texts(list, [](const A& a) {
    return joined(a.uses, [](const Usage& use) -> const std::string& { return use.agency; });
  });
  columns["duration"] = gathered(list, &A::duration);
  columns["needs"] = texts(list, [&](const A& a) { return joined(a.needs, same); });
  columns["excludes"] = texts(list, [&](const A& a) { return joined(a.excludes, same); });
  columns["choice"] = texts(list, [](const A& a) { return name(a.choice); });
  return columns;
}

std::vector<bool> as_choice(const ActionSet& actions, const std::vector<Size>& positions) {
  std::vector<bool> chosen(static_cast<std::size_t>(actions.size()));
  for (const Size position : positions) {
    if (position < 0 || position >= actions.size()) throw py::index_error("no such action");
    chosen[static_cast<std::size_t>(position)] = true;
  }
  return chosen;
}

Size checked_situation(const ActionEffects& self, Size situation) {
  if (situation < 0 || situation >= static_cast<Size>(self.situations().size())) {
    throw py::index_error("no such result");
  }
  return situation;
}

/// What becomes of every indicator that some action changes.
py::dict indicator_columns(const ActionEffects& self, const std::vector<Size>& positions) {
  struct Row {
    Size situation;
    Size node;
    ActionEffects::Indicator before;
    ActionEffects::Indicator after;
  };
  const std::vector<bool> none = as_choice(self.actions(), {});
  const std::vector<bool> chosen = as_choice(self.actions(), positions);
  std::vector<Row> rows;
  for (const ActionEffects::Found& effect : self.effects()) {  // By situation, then node.
    const bool known = !rows.empty() && rows.back().situation == effect.situation &&
                       rows.back().node == effect.node;
    if (known) continue;
    rows.push_back({effect.situation, effect.node,
                    self.indicator(effect.situation, effect.node, none),
                    self.indicator(effect.situation, effect.node, chosen)});
  }
  py::dict columns;
  columns["situation"] = gathered(rows, &Row::situation);
  columns["node"] = gathered(rows, &Row::node);
  columns["value before"] = gathered(rows, [](const Row& r) { return r.before.value; });
  columns["value"] = gathered(rows, [](const Row& r) { return r.after.value; });
  columns["score before"] = gathered(rows, [](const Row& r) { return r.before.score; });
  columns["score"] = gathered(rows, [](const Row& r) { return r.after.score; });
  return columns;
}

void bind_actions(py::module_& m) {
  py::class_<ActionSet>(m, "ActionSet", "Actions of which some are to be chosen; validated.")
      .def_static(
          "of_plan", [](const Plan& plan) { return ActionSet(actions_of(plan)); }, "plan"_a,
          "The tasks that say what they are expected to do. Raises SpecError.")
      .def_property_readonly("name", [](const ActionSet& self) { return self.definition().name; })
      .def_property_readonly("title", [](const ActionSet& self) { return self.definition().title; })
      .def_property_readonly("currency",
                             [](const ActionSet& self) { return self.definition().currency; })
      .def_property_readonly("time_unit",
                             [](const ActionSet& self) { return self.definition().time_unit; })
      .def_property_readonly("work_unit",
                             [](const ActionSet& self) { return self.definition().work_unit; })
      .def_property_readonly("provenance",
                             [](const ActionSet& self) { return self.definition().provenance; })
      .def_property_readonly("codes",
                             [](const ActionSet& self) { return to_vector(self.codes().names()); })
      .def_property_readonly("capacities",
                             [](const ActionSet& self) {
                               py::dict capacities;
                               for (const Capacity& each : self.definition().capacities) {
                                 capacities[py::str(each.agency)] = each.amount;
                               }
                               return capacities;
                             })
      .def("columns", &action_columns, "vi"_a, "One row an action.")
      .def(
          "index_keys",
          [](const ActionSet& self) {
            std::vector<std::string> keys;
            for (const Action& action : self.definition().actions) {
              for (const TaskEffect& effect : action.effects) {
                const std::string& key = effect.criterion.index;
                if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
              }
            }
            return keys;
          },
          "The keys of the effects in their order; may be empty texts.")
      .def("__len__", [](const ActionSet& self) { return self.size(); })
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def("__hash__", [](const ActionSet& self) {
        return py::hash(py::make_tuple(self.definition().name, self.size()));
      });

  py::class_<ActionEffects>(m, "ActionEffects", "What sets of actions do, by true evaluation.")
      .def(py::init([](ActionSet actions, std::vector<std::pair<std::string, Scores>> results,
                       std::string unit) {
             std::vector<Situation> situations;
             for (auto& [key, scores] : results) {
               situations.push_back({std::move(key), std::move(scores)});
             }
             const py::gil_scoped_release release;
             return ActionEffects(std::move(actions), std::move(situations), std::move(unit));
           }),
           "actions"_a, "results"_a, "unit"_a, "Results by key. Raises DataError.")
      .def_property_readonly("actions", &ActionEffects::actions)
      .def("indicators", &indicator_columns, "chosen"_a,
           "Columns situation, node (positions), value before, value, score before, score.")
      .def(
          "scores",
          [](const ActionEffects& self, Size situation, const std::vector<Size>& chosen) {
            return self.scores(checked_situation(self, situation),
                               as_choice(self.actions(), chosen));
          },
          "situation"_a, "chosen"_a, "Of all nodes of the unit.")
      .def(
          "scenario",
          [](const ActionEffects& self, Size situation, const std::vector<Size>& chosen) {
            return self.scenario(checked_situation(self, situation),
                                 as_choice(self.actions(), chosen));
          },
          "situation"_a, "chosen"_a, "The chosen actions as a scenario for a result.");
}

void bind_action_files(py::module_& m) {
  py::class_<ActionsEntry>(m, "ActionsEntry", "What the head of a file of actions says.")
      .def_readonly("name", &ActionsEntry::name)
      .def_readonly("title", &ActionsEntry::title)
      .def_readonly("path", &ActionsEntry::path);
  m.def("actions_in", &actions_in, "folder"_a, "limits"_a = InputLimits{},
        "The sets in a folder. Raises SpecError.");
  m.def(
      "load_actions",
      [](const std::filesystem::path& path, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return load_actions(path, limits);
      },
      "path"_a, "limits"_a = InputLimits{},
      "Actions in a YAML file. Raises SpecError with every problem.");
  m.def(
      "parse_actions",
      [](const std::string& yaml, const InputLimits& limits) {
        const py::gil_scoped_release release;
        return parse_actions(yaml, "text", limits);
      },
      "yaml"_a, "limits"_a = InputLimits{}, "The same from a text.");
  m.def(
      "actions_to_yaml", [](const ActionSet& actions) { return to_yaml(actions); }, "actions"_a);
  m.def(
      "actions_from_table", [](const Table& table) { return actions_from_table(table); }, "table"_a,
      "One row an action. Raises SpecError with every problem.");
  m.def(
      "table_from_actions",
      [](const ActionSet& actions, bool vi) {
        return table_from_actions(actions, vi ? Language::vi : Language::en);
      },
      "actions"_a, "vi"_a);
}

}  // namespace

void bind_reach(py::module_& m) {
  bind_goals(m);
  bind_levers(m);
  bind_actions(m);
  bind_action_files(m);
}

}  // namespace chiso::python
