#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bindings.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/responsibility/caused.hpp"
#include "chiso/scenario/causes.hpp"
#include "chiso/scenario/outcome.hpp"
#include "chiso/scenario/rank_change.hpp"
#include "chiso/scenario/sweep.hpp"
#include "chiso/scenario/what_if.hpp"

namespace chiso::python {

namespace {

using Names = std::vector<std::string>;
using Numbers = py::array_t<double, py::array::c_style>;
using Positions = py::array_t<Size, py::array::c_style>;

template <class T>
std::span<const T> span_of(const py::array_t<T, py::array::c_style>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

// ---- scenarios ----------------------------------------------------------------------------------

template <class What>
Edit edit(What what) {
  return {std::move(what), {}};
}

void bind_edits(py::module_& m) {
  py::enum_<How>(m, "How", "What an edit makes of a number.")
      .value("set", How::set)
      .value("add", How::add)
      .value("scale", How::scale)
      .value("at_most", How::at_most)
      .value("at_least", How::at_least);
  using Method = Aggregation::Method;
  py::enum_<Method> method(m, "AggregationMethod", "How the scores of children are put together.");
  for (int i = 0; i <= static_cast<int>(Method::copeland); ++i) {
    const auto value = static_cast<Method>(i);
    method.value(std::string(name(value)).c_str(), value);
  }

  py::class_<Edit>(m, "Edit", "One step of a scenario.")
      .def_static(
          "value",
          [](Names units, std::string variables, How how, double amount, std::string category) {
            return edit(ChangeValue{std::move(units), std::move(variables), how, amount,
                                    std::move(category)});
          },
          "units"_a, "variables"_a, "how"_a, "amount"_a, "category"_a)
      .def_static(
          "score",
          [](Names units, std::string nodes, How how, double amount) {
            return edit(ChangeScore{std::move(units), std::move(nodes), how, amount});
          },
          "units"_a, "nodes"_a, "how"_a, "amount"_a)
      .def_static(
          "weights",
          [](std::vector<std::pair<std::string, double>> weights, bool redistribute) {
            return edit(ChangeWeights{std::move(weights), redistribute});
          },
          "weights"_a, "redistribute"_a)
      .def_static(
          "parameter",
          [](std::string parameter, How how, double amount) {
            return edit(ChangeParameter{std::move(parameter), how, amount});
          },
          "parameter"_a, "how"_a, "amount"_a)
      .def_static(
          "rule",
          [](std::string nodes, const std::string& rule) {
            return edit(ReplaceRule{std::move(nodes), parse_rule(rule)});
          },
          "nodes"_a, "rule"_a, "The rule as YAML. Raises SpecError.")
      .def_static(
          "aggregation",
          [](std::string nodes, std::optional<Method> how, std::optional<double> power,
             std::optional<MissingPolicy> missing) {
            return edit(ReplaceAggregation{std::move(nodes), how, power, missing});
          },
          "nodes"_a, "method"_a, "power"_a, "missing"_a)
      .def_static(
          "drop", [](std::string node) { return edit(DropNode{std::move(node)}); }, "node"_a)
      .def_static(
          "add_node",
          [](std::string parent, const Criterion& criterion) {
            return edit(AddNode{std::move(parent), criterion});
          },
          "parent"_a, "criterion"_a)
      .def_static(
          "merge",
          [](Names units, std::string into, std::vector<double> weights, Names totals) {
            return edit(MergeUnits{std::move(units), std::move(into), std::move(weights),
                                   std::move(totals)});
          },
          "units"_a, "into"_a, "weights"_a, "totals"_a)
      .def_static(
          "split",
          [](std::string unit, Names into, std::vector<double> shares, Names totals) {
            return edit(
                SplitUnit{std::move(unit), std::move(into), std::move(shares), std::move(totals)});
          },
          "unit"_a, "into"_a, "shares"_a, "totals"_a)
      .def_static(
          "method", [](const Period& period) { return edit(UseMethod{period}); }, "period"_a)
      .def_static(
          "index", [](const Index& index) { return edit(UseIndex{index}); }, "index"_a)
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def(
          "__hash__", [](const Edit& self) { return self.what.index(); },
          "Of its kind: equal edits have equal ones.")
      .def("__str__", [](const Edit& self) { return describe(self); });
}

void bind_scenarios(py::module_& m) {
  py::class_<Scenario>(m, "Scenario", "A named list of edits.")
      .def(py::init([](std::string name, std::string note, std::vector<Edit> edits, bool refit) {
             return Scenario{std::move(name), std::move(note), std::move(edits), refit};
           }),
           "name"_a, "note"_a, "edits"_a, "refit"_a)
      .def_readonly("name", &Scenario::name)
      .def_readonly("note", &Scenario::note)
      .def_readonly("edits", &Scenario::edits)
      .def_readonly("refit", &Scenario::refit)
      .def("then", &Scenario::then, "next"_a)
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression)
      .def(
          "__hash__",
          [](const Scenario& self) {
            return py::hash(py::make_tuple(self.name, self.edits.size()));
          },
          "Equal scenarios have equal ones.")
      .def("__str__", [](const Scenario& self) { return describe(self); });
}

// ---- outcomes -----------------------------------------------------------------------------------

std::string_view name(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::beyond_anchor:
      return "beyond anchor";
    case Notice::Kind::no_change:
      return "no change";
  }
  return {};
}

py::dict notice_columns(const Outcome& self) {
  using N = Notice;
  const auto& list = self.notices;
  py::dict columns;
  columns["edit"] = gathered(list, &N::edit);
  columns["kind"] = texts(list, [](const N& n) { return name(n.kind); });
  columns["unit"] = texts(list, &N::unit);
  columns["code"] = texts(list, &N::code);
  columns["value"] = gathered(list, &N::value);
  columns["anchor"] = gathered(list, &N::anchor);
  columns["text"] = texts(list, &N::text);
  return columns;
}

py::dict change_columns(const Scores& before, const Scores& after, bool moved) {
  const std::vector<Change> list = [&] {
    const py::gil_scoped_release release;
    return changes(before, after, moved);
  }();
  using C = Change;
  py::dict columns;
  columns["unit"] = texts(list, &C::unit);
  columns["code"] = texts(list, &C::code);
  columns["before"] = gathered(list, &C::before);
  columns["after"] = gathered(list, &C::after);
  columns["rank_before"] = gathered(list, &C::rank_before);
  columns["rank_after"] = gathered(list, &C::rank_after);
  return columns;
}

using Axis = std::tuple<std::string, Edit, std::vector<double>>;

py::tuple sweep_columns(const Scores& base, const std::vector<Axis>& given, const Names& units,
                        bool refit) {
  std::vector<SweepAxis> axes;
  for (const auto& [name, edit, amounts] : given) axes.push_back({name, edit, amounts});
  const std::vector<SweepPoint> points = [&] {
    const py::gil_scoped_release release;
    return sweep(base, axes, units, refit);
  }();
  using P = SweepPoint;
  py::list names;
  py::list amounts;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    names.append(axis_name(axes[i]));
    amounts.append(gathered(points, [i](const P& p) { return p.amounts[i]; }));
  }
  py::dict columns;
  columns["unit"] = gathered(points, &P::unit);
  columns["score"] = gathered(points, &P::score);
  columns["rank"] = gathered(points, &P::rank);
  return py::make_tuple(names, amounts, columns);
}

void bind_outcomes(py::module_& m) {
  py::class_<Outcome>(m, "Outcome", "A result and what a scenario makes of it.")
      .def_readonly("before", &Outcome::before)
      .def_readonly("after", &Outcome::after)
      .def("notices", &notice_columns,
           "Columns edit (position), kind, unit, code, value, anchor, text.");
  m.def(
      "what_if",
      [](const Scores& base, const Scenario& scenario) {
        const py::gil_scoped_release release;
        return what_if(base, scenario);
      },
      "base"_a, "scenario"_a, "Raises DataError, NotFoundError, SpecError.");
  m.def("changes", &change_columns, "before"_a, "after"_a, "moved"_a,
        "Columns unit, code, before, after, rank_before, rank_after.");
  m.def("sweep", &sweep_columns, "base"_a, "axes"_a, "units"_a, "refit"_a,
        "Names of the axes, one array of amounts an axis, columns unit (position), score, rank.");
}

// ---- many small what-ifs ------------------------------------------------------------------------

py::tuple placed(const Placed& found) {
  if (std::isnan(found.rank)) return py::make_tuple(found.score, py::none());
  return py::make_tuple(found.score, static_cast<Size>(found.rank));
}

/// By name: exact look-ups, what a slider does at each of its moves.
py::tuple set_one(const WhatIf& self, std::string_view unit, std::string_view variable,
                  double value) {
  const Scores& base = self.base();
  return placed(
      self.of(CellEdit{base.units().at(unit), base.index().variable_codes().at(variable), value}));
}

std::vector<CellEdit> cells(const Positions& units, const Positions& variables,
                            const Numbers& values) {
  if (units.size() != values.size() || variables.size() != values.size()) {
    throw DataError("expected as many units and variables as values");
  }
  std::vector<CellEdit> edits;
  edits.reserve(static_cast<std::size_t>(values.size()));
  for (py::ssize_t i = 0; i < values.size(); ++i) {
    edits.push_back({units.data()[i], variables.data()[i], values.data()[i]});
  }
  return edits;
}

py::tuple edit_several(const WhatIf& self, const Positions& units, const Positions& variables,
                       const Numbers& values) {
  const std::vector<CellEdit> edits = cells(units, variables, values);
  const Size n = self.base().units().size();
  const auto size = static_cast<std::size_t>(n);
  auto scores = uninitialised<double>(n);
  auto ranks = uninitialised<std::int32_t>(n);
  {
    const py::gil_scoped_release release;
    self.of(edits, {scores.get(), size}, {ranks.get(), size});
  }
  return py::make_tuple(to_numpy(std::move(scores), n), to_numpy(std::move(ranks), n));
}

py::tuple each_cell(const WhatIf& self, const MatrixIn& values) {
  const Size units = self.base().units().size();
  const Size variables = self.base().index().variable_codes().size();
  const auto size = static_cast<std::size_t>(units * variables);
  auto scores = uninitialised<double>(units * variables);
  auto ranks = uninitialised<double>(units * variables);
  {
    const py::gil_scoped_release release;
    self.each(values, {scores.get(), size}, {ranks.get(), size});
  }
  return py::make_tuple(to_numpy(std::move(scores), units, variables),
                        to_numpy(std::move(ranks), units, variables));
}

/// Scenarios x edits of plain arrays, handed to the library in blocks, so that the edits of a
/// million scenarios need not stand in memory a second time.
class EditTable {
 public:
  EditTable(const Positions& units, const Positions& variables, const Numbers& values)
      : units_(span_of(units)), variables_(span_of(variables)), values_(span_of(values)) {
    if (values.ndim() != 2) throw DataError("expected scenarios x edits");
    rows_ = values.shape(0);
    width_ = values.shape(1);
    for (const Positions* positions : {&units, &variables}) {
      if (positions->size() != width_ && positions->size() != rows_ * width_) {
        throw DataError("expected one position an edit, or one a scenario and edit");
      }
    }
  }

  [[nodiscard]] Size rows() const noexcept { return rows_; }

  /// The edits of the rows [first, last); a missing value is no edit.
  void take(Size first, Size last, std::vector<Size>& starts, std::vector<CellEdit>& edits) const {
    starts.clear();
    edits.clear();
    for (Size row = first; row < last; ++row) {
      starts.push_back(static_cast<Size>(edits.size()));
      for (Size column = 0; column < width_; ++column) {
        const double value = values_[static_cast<std::size_t>(row * width_ + column)];
        if (std::isnan(value)) continue;
        edits.push_back({position(units_, row, column), position(variables_, row, column), value});
      }
    }
    starts.push_back(static_cast<Size>(edits.size()));
  }

 private:
  [[nodiscard]] Size position(std::span<const Size> list, Size row, Size column) const {
    const bool is_shared = static_cast<Size>(list.size()) == width_;
    return list[static_cast<std::size_t>(is_shared ? column : row * width_ + column)];
  }

  std::span<const Size> units_;
  std::span<const Size> variables_;
  std::span<const double> values_;
  Size rows_ = 0;
  Size width_ = 0;
};

template <class T>
py::array_t<T> by_rows(std::unique_ptr<T[]> memory, Size rows, Size columns) {
  return to_numpy(std::move(memory), rows * columns).reshape({rows, columns});
}

py::tuple many(const WhatIf& self, const Positions& units, const Positions& variables,
               const Numbers& values, const Positions& of, int threads) {
  constexpr Size block = 1 << 16;
  const EditTable table(units, variables, values);
  const Size asked = of.size() > 0 ? of.size() : self.base().units().size();
  auto scores = uninitialised<double>(table.rows() * asked);
  auto ranks = uninitialised<std::int32_t>(table.rows() * asked);
  {
    const py::gil_scoped_release release;
    std::vector<Size> starts;
    std::vector<CellEdit> edits;
    for (Size first = 0; first < table.rows(); first += block) {
      const Size last = std::min(first + block, table.rows());
      table.take(first, last, starts, edits);
      const auto size = static_cast<std::size_t>((last - first) * asked);
      self.many(starts, edits, span_of(of), {scores.get() + first * asked, size},
                {ranks.get() + first * asked, size}, threads);
    }
  }
  return py::make_tuple(by_rows(std::move(scores), table.rows(), asked),
                        by_rows(std::move(ranks), table.rows(), asked));
}

void bind_what_if(py::module_& m) {
  py::class_<WhatIf>(m, "WhatIf", "A result made ready for many small what-ifs.")
      .def(py::init([](const Scores& base) {
             const py::gil_scoped_release release;
             return WhatIf(base);
           }),
           "base"_a)
      .def("set", &set_one, "unit"_a, "variable"_a, "value"_a,
           "Score and rank (None: no score) of the unit. Raises NotFoundError, DataError.")
      .def(
          "of",
          [](const WhatIf& self, Size unit, Size variable, double value) {
            return placed(self.of(CellEdit{unit, variable, value}));
          },
          "unit"_a, "variable"_a, "value"_a, "The same by positions. Raises DataError.")
      .def("edited", &edit_several, "units"_a, "variables"_a, "values"_a,
           "Scores and ranks (0: none) of all units after all edits.")
      .def("each", &each_cell, py::arg("values").noconvert(),
           "Scores and ranks, units x variables, of each cell on its own; NaN: left out.")
      .def("many", &many, py::arg("units").noconvert(), py::arg("variables").noconvert(),
           py::arg("values").noconvert(), py::arg("of").noconvert(), "threads"_a,
           "Scores and ranks (0: none), scenarios x units asked for, C-ordered. NaN: no edit.");
}

// ---- causes -------------------------------------------------------------------------------------

py::dict part_columns(const Causes& self) {
  py::dict columns;
  columns["kind"] = texts(self.parts, [](const Cause& c) { return name(c.kind); });
  columns["code"] = texts(self.parts, &Cause::code);
  columns["points"] = gathered(self.parts, &Cause::points);
  columns["detail"] = texts(self.parts, &Cause::detail);
  return columns;
}

py::dict node_columns(const Causes& self) {
  using N = CausedNode;
  py::dict columns;
  columns["code"] = texts(self.nodes, &N::code);
  columns["parent"] = gathered(self.nodes, &N::parent);
  columns["before"] = gathered(self.nodes, &N::before);
  columns["after"] = gathered(self.nodes, &N::after);
  columns["points"] = gathered(self.nodes, &N::points);
  columns["own"] = gathered(self.nodes, &N::own);
  columns["split"] = texts(self.nodes, [](const N& n) { return name(n.split); });
  return columns;
}

py::dict agency_columns(const Plan& plan, const std::string& index, const Causes& found,
                        const Sharing& sharing) {
  const std::vector<StakeRow> rows = [&] {
    const py::gil_scoped_release release;
    return causes_by_agency(plan, index, found, sharing);
  }();
  py::dict columns;
  columns["agency"] = gathered(rows, &StakeRow::key);
  columns["points"] = gathered(rows, &StakeRow::points);
  columns["tasks"] = gathered(rows, &StakeRow::tasks);
  columns["criteria"] = gathered(rows, &StakeRow::criteria);
  return columns;
}

py::dict passing_columns(const RankChange& self) {
  using P = Passing;
  const auto& list = self.passings;
  py::dict columns;
  columns["rival"] = texts(list, &P::rival);
  columns["what"] = texts(list, [](const P& p) { return name(p.kind); });
  columns["before"] = gathered(list, &P::before);
  columns["after"] = gathered(list, &P::after);
  columns["places"] = gathered(list, &P::places);
  return columns;
}

void bind_causes(py::module_& m) {
  py::class_<Causes>(m, "Causes", "The difference of two composites and its causes.")
      .def_readonly("before", &Causes::before)
      .def_readonly("after", &Causes::after)
      .def("parts", &part_columns, "Columns kind, code, points, detail.")
      .def("nodes", &node_columns,
           "Columns code, parent (position), before, after, points, own, split.");
  m.def(
      "causes",
      [](const Scores& before, const Scores& after, const std::string& unit,
         const std::string& other) {
        const py::gil_scoped_release release;
        return causes(before, after, unit, other);
      },
      "before"_a, "after"_a, "unit"_a, "other"_a, "Raises NotFoundError, DataError.");
  m.def("causes_by_agency", &agency_columns, "plan"_a, "index"_a, "causes"_a, "sharing"_a,
        "Columns agency (position; -1: nobody), points, tasks, criteria.");

  py::class_<RankChange>(m, "RankChange", "Why a unit's rank is another one.")
      .def_readonly("before", &RankChange::before)
      .def_readonly("after", &RankChange::after)
      .def_readonly("own", &RankChange::own)
      .def_readonly("rivals", &RankChange::rivals)
      .def_readonly("score_before", &RankChange::score_before)
      .def_readonly("score_after", &RankChange::score_after)
      .def("passings", &passing_columns, "Columns rival, what, before, after, places.");
  m.def(
      "rank_change",
      [](const Ranking& before, const Ranking& after, const std::string& unit) {
        const py::gil_scoped_release release;
        return rank_change(before, after, unit);
      },
      "before"_a, "after"_a, "unit"_a, "Raises NotFoundError, DataError.");
}

}  // namespace

void bind_scenario(py::module_& m) {
  bind_edits(m);
  bind_scenarios(m);
  bind_outcomes(m);
  bind_what_if(m);
  bind_causes(m);
}

}  // namespace chiso::python
