#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/optimize/actions.hpp"
#include "chiso/optimize/least_change.hpp"
#include "chiso/optimize/search.hpp"
#include "watch.hpp"

namespace chiso::python {

namespace {

/// Limits of a search that asks a watch whether to go on.
SearchLimits search_limits(Watch& watch, double seconds, double gap) {
  return {seconds, gap, [&watch](const SearchProgress& at) {
            return watch.go_on(at.seconds, at.incumbent, at.bound);
          }};
}

using Goals = std::vector<std::tuple<Size, Goal, Rivals>>;

std::vector<SituatedGoal> situated(const Goals& goals) {
  std::vector<SituatedGoal> list;
  for (const auto& [situation, goal, rivals] : goals) list.push_back({situation, goal, rivals});
  return list;
}

ActionLimits action_limits(double budget, double horizon,
                           const std::vector<std::pair<std::string, std::string>>& frozen,
                           Size most, bool capacities) {
  ActionLimits limits;
  limits.budget = budget;
  limits.horizon = horizon;
  for (const auto& [key, code] : frozen) limits.frozen.push_back({key, code});
  limits.most = most;
  limits.capacities = capacities;
  return limits;
}

py::dict reached_columns(const ActionChoice& self) {
  using R = ActionChoice::Reached;
  py::dict columns;
  columns["score before"] = gathered(self.reached, &R::score_before);
  columns["score"] = gathered(self.reached, &R::score);
  columns["rank before"] = gathered(self.reached, &R::rank_before);
  columns["rank"] = gathered(self.reached, &R::rank);
  return columns;
}

void bind_results(py::module_& m) {
  using R = SearchResult;
  py::class_<R>(m, "SearchResult", "What became of a search.")
      .def_property_readonly("status", [](const R& self) { return name(self.status); })
      .def_property_readonly("has_answer", &R::has_answer)
      .def_readonly("objective", &R::objective)
      .def_readonly("bound", &R::bound)
      .def_readonly("gap", &R::gap)
      .def_readonly("seconds", &R::seconds)
      .def_readonly("method", &R::method)
      .def_readonly("assumptions", &R::assumptions)
      .def_readonly("reasons", &R::reasons);

  using C = ActionChoice;
  py::class_<C>(m, "ActionChoice", "A chosen set of actions and what it does.")
      .def_readonly("result", &C::result)
      .def_readonly("actions", &C::actions)
      .def_readonly("cost", &C::cost)
      .def_readonly("finish", &C::finish)
      .def_readonly("binding", &C::binding)
      .def("reached", &reached_columns, "One row a result.");

  using L = LeastChange;
  py::class_<L>(m, "LeastChange", "The cheapest improvement over several levers.")
      .def_readonly("result", &L::result)
      .def_readonly("score", &L::score)
      .def_readonly("rank", &L::rank)
      .def_readonly("best", &L::best)
      .def(
          "columns",
          [](const L& self) {
            using M = Moved;
            py::dict columns;
            columns["lever"] =
                texts(self.moved, [](const M& x) -> std::string_view { return x.lever.code; });
            columns["before"] = gathered(self.moved, &M::before);
            columns["after"] = gathered(self.moved, &M::after);
            columns["change"] = gathered(self.moved, [](const M& x) { return x.after - x.before; });
            columns["cost"] = gathered(self.moved, &M::cost);
            return columns;
          },
          "One row a lever that moves.");
}

}  // namespace

void bind_optimize(py::module_& m) {
  bind_results(m);

  py::class_<ActionLimits>(m, "ActionLimits", "What may be chosen.")
      .def(py::init(&action_limits), "budget"_a, "horizon"_a, "frozen"_a, "most"_a, "capacities"_a);

  m.def(
      "cheapest_actions",
      [](const ActionEffects& effects, const Goals& goals, const ActionLimits& limits, bool fewest,
         double seconds, double gap, py::object progress) {
        const auto wanted = situated(goals);
        Watch watch(std::move(progress));
        const SearchLimits search = search_limits(watch, seconds, gap);
        return watch.run([&] {
          return cheapest_actions(effects, wanted, limits,
                                  fewest ? Prefer::fewest : Prefer::cheapest, search);
        });
      },
      "effects"_a, "goals"_a, "limits"_a, "fewest"_a, "seconds"_a, "gap"_a, "progress"_a,
      "Goals are (position of the result, goal, rivals). Raises DataError, SpecError.");
  m.def(
      "best_actions",
      [](const ActionEffects& effects, Size situation, const std::string& code, const Goals& goals,
         const ActionLimits& limits, double seconds, double gap, py::object progress) {
        const auto wanted = situated(goals);
        Watch watch(std::move(progress));
        const SearchLimits search = search_limits(watch, seconds, gap);
        return watch.run(
            [&] { return best_actions(effects, situation, code, wanted, limits, search); });
      },
      "effects"_a, "situation"_a, "code"_a, "goals"_a, "limits"_a, "seconds"_a, "gap"_a,
      "progress"_a);
  m.def(
      "frontier",
      [](const ActionEffects& effects, const std::tuple<Size, Goal, Rivals>& first,
         const Goals& goals, const ActionLimits& limits, double seconds, double gap,
         py::object progress) {
        const auto wanted = situated(goals);
        const SituatedGoal lead = situated({first}).front();
        Watch watch(std::move(progress));
        const SearchLimits search = search_limits(watch, seconds, gap);
        return watch.run([&] { return frontier(effects, lead, wanted, limits, search); });
      },
      "effects"_a, "first"_a, "goals"_a, "limits"_a, "seconds"_a, "gap"_a, "progress"_a);
  m.def(
      "least_change",
      [](const Scores& base, const std::string& unit, const Goal& goal, const Rivals& rivals,
         const std::vector<std::pair<Lever, double>>& levers, bool fewest, double seconds,
         double gap, py::object progress) {
        std::vector<PricedLever> priced;
        for (const auto& [lever, cost] : levers) priced.push_back({lever, cost});
        Watch watch(std::move(progress));
        const LeastChangeOptions options{fewest, search_limits(watch, seconds, gap)};
        return watch.run([&] { return least_change(base, unit, goal, rivals, priced, options); });
      },
      "base"_a, "unit"_a, "goal"_a, "rivals"_a, "levers"_a, "fewest"_a, "seconds"_a, "gap"_a,
      "progress"_a, "Levers with their costs. Raises NotFoundError, DataError, SpecError.");
}

}  // namespace chiso::python
