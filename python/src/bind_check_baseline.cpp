#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/check/attribution.hpp"
#include "chiso/check/baseline.hpp"
#include "chiso/check/baseline_comparison.hpp"
#include "chiso/check/difference.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/lock_files.hpp"

namespace chiso::python {

namespace {

namespace fs = std::filesystem;

// ---- differences --------------------------------------------------------------------------------

py::dict change_columns(const std::vector<DefinitionChange>& changes) {
  using C = DefinitionChange;
  py::dict columns;
  columns["change"] = texts(changes, [](const C& c) { return name(c.kind); });
  columns["node"] = texts(changes, &C::node);
  columns["before"] = texts(changes, &C::before);
  columns["after"] = texts(changes, &C::after);
  columns["text"] = texts(changes, &C::text);
  return columns;
}

py::dict edit_columns(const Attribution& self) {
  using E = EditEffect;
  py::dict columns;
  py::list changes;
  for (const E& edit : self.edits) changes.append(py::cast(edit.changes));
  columns["changes"] = std::move(changes);
  columns["units"] = gathered(self.edits, &E::units);
  columns["largest"] = gathered(self.edits, &E::largest);
  columns["unit"] = texts(self.edits, &E::unit);
  columns["ranks"] = gathered(self.edits, &E::ranks);
  return columns;
}

/// The columns of moves that `of` gives for each element.
template <class Range, class Of>
py::dict move_columns(const Range& range, const Of& of) {
  using T = typename Range::value_type;
  py::dict columns;
  columns["unit"] = texts(range, [&](const T& e) -> const std::string& { return of(e).unit; });
  columns["before"] = gathered(range, [&](const T& e) { return of(e).before; });
  columns["after"] = gathered(range, [&](const T& e) { return of(e).after; });
  columns["rank before"] = gathered(range, [&](const T& e) { return of(e).rank_before; });
  columns["rank after"] = gathered(range, [&](const T& e) { return of(e).rank_after; });
  columns["group before"] =
      texts(range, [&](const T& e) -> const std::string& { return of(e).group_before; });
  columns["group after"] =
      texts(range, [&](const T& e) -> const std::string& { return of(e).group_after; });
  columns["moved"] = gathered(range, [&](const T& e) { return of(e).moved(); });
  return columns;
}

/// Units x edits.
template <class Field>
py::array_t<double> parts(const Attribution& self, Field field) {
  const auto rows = static_cast<Size>(self.units.size());
  const auto columns = static_cast<Size>(self.edits.size());
  auto memory = uninitialised<double>(rows * columns);
  for (Size u = 0; u < rows; ++u) {
    const auto& of = std::invoke(field, self.units[static_cast<std::size_t>(u)]);
    for (Size e = 0; e < columns; ++e)
      memory[static_cast<std::size_t>(e * rows + u)] = of[static_cast<std::size_t>(e)];
  }
  return to_numpy(std::move(memory), rows, columns);
}

void bind_differences(py::module_& m) {
  py::class_<DefinitionDifference>(m, "DefinitionDifference", "How a definition became another.")
      .def_readonly("before", &DefinitionDifference::before)
      .def_readonly("after", &DefinitionDifference::after)
      .def_property_readonly("empty", &DefinitionDifference::empty)
      .def(
          "changes", [](const DefinitionDifference& self) { return change_columns(self.changes); },
          "Columns change, node, before, after, text.")
      .def(
          "documentation",
          [](const DefinitionDifference& self) { return change_columns(self.documentation); },
          "The same of changes that no result depends on.")
      .def(
          "with_changes",
          [](const DefinitionDifference& self, const std::vector<Size>& changes,
             const std::optional<Period>& method) { return with_changes(self, changes, method); },
          "changes"_a, "method"_a = py::none(), "Raises SpecError.")
      .def(
          "to_text",
          [](const DefinitionDifference& self, const Attribution* why) {
            return to_text(self, why);
          },
          "why"_a = py::none());
  m.def("difference", &difference, "before"_a, "after"_a, py::call_guard<py::gil_scoped_release>());

  py::class_<Attribution>(m, "Attribution", "Which change moved which unit by how much.")
      .def_readonly("before", &Attribution::before)
      .def_readonly("after", &Attribution::after)
      .def_readonly("all_subsets", &Attribution::all_subsets)
      .def("edits", &edit_columns,
           "Columns changes (positions), units (how many it moves), largest, unit, ranks.")
      .def(
          "units",
          [](const Attribution& self) {
            return move_columns(self.units,
                                [](const UnitMove& move) -> const UnitMove& { return move; });
          },
          "Columns unit, before, after, rank before, rank after, group before, group after, moved.")
      .def(
          "points", [](const Attribution& self) { return parts(self, &UnitMove::points); },
          "Units x edits.")
      .def(
          "places", [](const Attribution& self) { return parts(self, &UnitMove::places); },
          "Units x edits.");
  m.def("attribute", &attribute, "difference"_a, "panel"_a, "period"_a = py::none(),
        "method"_a = py::none(), py::call_guard<py::gil_scoped_release>(), "Raises DataError.");
}

// ---- baselines ----------------------------------------------------------------------------------

BaselineCheck what_of(std::string panel, std::string version, std::vector<Period> periods,
                      std::optional<Period> method) {
  BaselineCheck what;
  what.panel = std::move(panel);
  what.version = std::move(version);
  what.periods = std::move(periods);
  what.method = std::move(method);
  return what;
}

py::dict result_columns(const LockedResults& self) {
  py::list periods;
  py::list units;
  py::list groups;
  std::vector<double> ranks;
  std::vector<std::vector<double>> scores(static_cast<std::size_t>(self.index.size()));
  for (const LockedPeriod& each : self.periods) {
    for (std::size_t u = 0; u < each.units.size(); ++u) {
      periods.append(each.period.text());
      units.append(each.units[u]);
      groups.append(each.groups[u]);
      ranks.push_back(each.ranks[u]);
      for (std::size_t n = 0; n < scores.size(); ++n) {
        scores[n].push_back(each.score(static_cast<Size>(u), static_cast<Size>(n)));
      }
    }
  }
  py::dict columns;
  columns["period"] = std::move(periods);
  columns["unit"] = std::move(units);
  columns["rank"] = gathered(ranks, [](double rank) { return rank; });
  columns["group"] = std::move(groups);
  py::list by_node;
  for (const auto& column : scores) {
    by_node.append(gathered(column, [](double score) { return score; }));
  }
  columns["scores"] = std::move(by_node);
  return columns;
}

NodeTolerances tolerances_of(const std::vector<std::pair<std::string, double>>& tolerances) {
  NodeTolerances found;
  for (const auto& [code, absolute] : tolerances) {
    found.emplace_back(code, Tolerance{absolute, 0.0});
  }
  return found;
}

py::dict node_columns(const BaselineComparison& self) {
  using N = MovedNode;
  py::dict columns;
  columns["node"] = texts(self.nodes, &N::code);
  columns["follows"] = gathered(self.nodes, &N::follows);
  py::list changes;
  py::list rules;
  for (const N& node : self.nodes) {
    py::list own;
    for (const Size change : node.changes) {
      own.append(self.difference.changes[static_cast<std::size_t>(change)].text);
    }
    changes.append(std::move(own));
    rules.append(py::cast(node.rules));
  }
  columns["changes"] = std::move(changes);
  columns["scores"] = gathered(self.nodes, &N::scores);
  columns["largest"] = gathered(self.nodes, &N::largest);
  columns["unit"] = texts(self.nodes, &N::unit);
  columns["period"] =
      texts(self.nodes, [](const N& n) -> std::string_view { return n.period.text(); });
  columns["rules"] = std::move(rules);
  return columns;
}

/// One entry a period: period, whether data are others, columns of its units, parts by edit.
py::list period_moves(const BaselineComparison& self) {
  py::list periods;
  for (const ComparedPeriod& period : self.periods) {
    py::dict columns = move_columns(
        period.units, [](const MovedUnit& unit) -> const UnitMove& { return unit.move; });
    columns["rest"] = gathered(period.units, &MovedUnit::rest);
    py::list parts_of;
    for (const MovedUnit& unit : period.units) {
      py::list of_unit;
      for (std::size_t e = 0; period.why && e < unit.move.points.size(); ++e) {
        of_unit.append(py::make_tuple(py::cast(period.why->edits[e].changes), unit.move.points[e],
                                      unit.move.places[e]));
      }
      parts_of.append(std::move(of_unit));
    }
    columns["parts"] = std::move(parts_of);
    periods.append(
        py::make_tuple(period.period.text(), period.other_data, columns, period.not_attributed));
  }
  return periods;
}

void bind_baselines(py::module_& m) {
  py::class_<LockedResults>(m, "LockedResults", "What a definition gave on a panel.")
      .def_readonly("index", &LockedResults::index)
      .def_readonly("panel", &LockedResults::panel)
      .def_readonly("version", &LockedResults::version)
      .def_property_readonly("periods",
                             [](const LockedResults& self) {
                               py::list periods;
                               for (const auto& each : self.periods)
                                 periods.append(each.period.text());
                               return periods;
                             })
      .def("results", &result_columns, "Columns period, unit, rank, group; scores by node.")
      .def("to_text", [](const LockedResults& self) { return to_text(self); })
      .def(
          "save",
          [](const LockedResults& self, const fs::path& path) { save_baseline(self, path); },
          "path"_a);
  m.def(
      "lock",
      [](const Index& index, const Panel& panel, std::string name, std::string version,
         std::vector<Period> periods, std::optional<Period> method) {
        const py::gil_scoped_release release;
        return lock(
            index, panel,
            what_of(std::move(name), std::move(version), std::move(periods), std::move(method)));
      },
      "index"_a, "panel"_a, py::kw_only(), "name"_a = "", "version"_a = "",
      "periods"_a = py::list(), "method"_a = py::none(), "Raises DataError, NotFoundError.");
  m.def(
      "load_baseline",
      [](const fs::path& path, const InputLimits& limits) { return load_baseline(path, limits); },
      "path"_a, "limits"_a = InputLimits{}, py::call_guard<py::gil_scoped_release>(),
      "Raises DataError, NotFoundError, SpecError.");

  py::class_<BaselineComparison>(m, "BaselineComparison", "Results against locked ones.")
      .def_readonly("difference", &BaselineComparison::difference)
      .def_property_readonly("same", &BaselineComparison::same)
      .def("nodes", &node_columns,
           "Columns node, follows, changes (texts), scores, largest, unit, period, rules (texts).")
      .def("periods", &period_moves,
           "By period: period, whether the data are others, columns of units, why not attributed.")
      .def("problems", [](const BaselineComparison& self) { return to_problems(self.problems); })
      .def("findings", [](const BaselineComparison& self) { return findings(self); });
  m.def(
      "compare_baseline",
      [](const LockedResults& locked, const Index& index, const Panel& panel,
         const std::vector<std::pair<std::string, double>>& tolerances) {
        const py::gil_scoped_release release;
        return compare(locked, index, panel, tolerances_of(tolerances));
      },
      "locked"_a, "index"_a, "panel"_a, "tolerances"_a);

  py::class_<LockResult>(m, "LockResult", "What became of a definition that was to be locked.")
      .def_readonly("file", &LockResult::file)
      .def_property_readonly("state", [](const LockResult& self) { return name(self.state); })
      .def_readonly("baseline", &LockResult::baseline)
      .def_readonly("findings", &LockResult::findings);
  m.def(
      "files_to_lock",
      [](const std::vector<fs::path>& paths, const std::optional<InputLimits>& limits) {
        return files_to_lock(paths, limits);
      },
      "paths"_a, "limits"_a = py::none(), py::call_guard<py::gil_scoped_release>());
  m.def(
      "lock_file",
      [](const fs::path& path, std::string panel, std::string version, std::vector<Period> periods,
         std::optional<Period> method, fs::path output, bool update, fs::path share,
         const std::optional<InputLimits>& limits) {
        const py::gil_scoped_release release;
        LockRequest request{path, {}, std::move(output), update, limits};
        if (!panel.empty()) {
          request.what =
              what_of(std::move(panel), std::move(version), std::move(periods), std::move(method));
        }
        return lock_file(request, PanelShelf(std::move(share), limits.value_or(InputLimits{})));
      },
      "path"_a, py::kw_only(), "panel"_a = "", "version"_a = "", "periods"_a = py::list(),
      "method"_a = py::none(), "output"_a = "", "update"_a = false, "share"_a,
      "limits"_a = py::none());
}

}  // namespace

void bind_check_baseline(py::module_& m) {
  bind_differences(m);
  bind_baselines(m);
}

}  // namespace chiso::python
