#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/evaluate/availability.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/explain.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "chiso/evaluate/node_formula.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/evaluate/reconcile.hpp"
#include "chiso/rank/rank.hpp"

namespace chiso::python {

namespace {

/// Position of the unit in the panel, node, score.
using GivenCells = std::vector<std::tuple<Size, Size, double>>;

std::vector<GivenScore> given_scores(const GivenCells& cells) {
  std::vector<GivenScore> given;
  for (const auto& [unit, node, score] : cells) given.push_back({unit, node, score});
  return given;
}

/// A class of its own, so that anchors stay in C++ between a fit and its use.
struct FittedAnchors {
  Anchors values;
};

using AnchorFields = std::tuple<Size, double, double, int, int, Size>;

std::vector<AnchorFields> anchor_state(const FittedAnchors& anchors) {
  std::vector<AnchorFields> state;
  for (const FittedAnchor& a : anchors.values) {
    state.emplace_back(a.node, a.low, a.high, static_cast<int>(a.low_source),
                       static_cast<int>(a.high_source), a.observations);
  }
  return state;
}

/// @throws py::value_error for what is no state of anchors
FittedAnchors anchors_of(const std::vector<AnchorFields>& state) {
  FittedAnchors anchors;
  const auto source = [](int kind) {
    if (kind < 0 || kind > static_cast<int>(Anchor::Source::fixed)) {
      throw py::value_error("these are no pickled anchors");
    }
    return static_cast<Anchor::Source>(kind);
  };
  for (const auto& [node, low, high, low_source, high_source, observations] : state) {
    anchors.values.push_back(
        {node, low, high, source(low_source), source(high_source), observations});
  }
  return anchors;
}

const char* source_name(Anchor::Source source) {
  switch (source) {
    case Anchor::Source::period:
      return "period";
    case Anchor::Source::pooled:
      return "pooled";
    case Anchor::Source::fixed:
      return "fixed";
  }
  return "";
}

/// With the anchors that are held, or with those that fit the values.
void fill(const Evaluator& self, const MatrixIn& values, const FittedAnchors* held, Keep keep,
          double* out) {
  if (held != nullptr) {
    self.evaluate(values, held->values, keep, out);
  } else {
    self.evaluate(values, keep, out);
  }
}

py::array_t<double> evaluate(const Evaluator& self, const MatrixIn& values,
                             const FittedAnchors* anchors, Keep keep) {
  const Size columns = static_cast<Size>(self.kept(keep).size());
  auto out = uninitialised<double>(values.rows() * columns);
  {
    const py::gil_scoped_release release;
    fill(self, values, anchors, keep, out.get());
  }
  return to_numpy(std::move(out), values.rows(), columns);
}

py::tuple evaluate_and_rank(const Evaluator& self, const MatrixIn& values,
                            const FittedAnchors* anchors, Keep keep, Ties ties) {
  const Size columns = static_cast<Size>(self.kept(keep).size());
  const auto rows = static_cast<std::size_t>(values.rows());
  auto scores = uninitialised<double>(values.rows() * columns);
  auto ranks = uninitialised<double>(values.rows() * columns);
  {
    const py::gil_scoped_release release;
    fill(self, values, anchors, keep, scores.get());
    RankScratch scratch;
    for (Size c = 0; c < columns; ++c) {
      const Size first = c * values.rows();
      rank(std::span<const double>(scores.get() + first, rows), ties,
           std::span<double>(ranks.get() + first, rows), scratch);
    }
  }
  return py::make_tuple(to_numpy(std::move(scores), values.rows(), columns),
                        to_numpy(std::move(ranks), values.rows(), columns));
}

void bind_scores(py::module_& m) {
  py::enum_<Unsplit>(m, "Unsplit",
                     "What to do with points that are lost, but in which child nobody knows.")
      .value("apart", Unsplit::apart)
      .value("proportional", Unsplit::proportional);

  py::class_<Scores>(m, "Scores", "Scores of every node for every unit of one period.")
      .def_property_readonly("index", &Scores::index)
      .def_property_readonly("evaluator", &Scores::evaluator)
      .def_property_readonly("panel", &Scores::panel)
      .def_property_readonly("period", &Scores::period)
      .def_property_readonly("method", &Scores::method)
      .def_property_readonly("units",
                             [](const Scores& self) { return to_vector(self.units().names()); })
      .def_property_readonly(
          "values",
          [](const py::object& self) { return view(self.cast<const Scores&>().values(), self); },
          "Units x nodes, F-ordered, a read-only view.")
      .def("at", &Scores::at, "unit"_a, "code"_a)
      .def(
          "availability",
          [](const Scores& self) {
            auto shares = std::make_unique<std::vector<double>>(availability(self));
            return to_numpy(std::move(shares), self.units().size(), self.index().size());
          },
          "Units x nodes: share of the leaves below that have a score.")
      .def_property_readonly("anchors",
                             [](const Scores& self) { return FittedAnchors{self.anchors()}; })
      .def_property_readonly(
          "given",
          [](const Scores& self) {
            GivenCells cells;
            for (const GivenScore& g : self.given()) cells.emplace_back(g.unit, g.node, g.score);
            return cells;
          },
          "Scores that were set directly: position of the unit in the panel, node, score.")
      .def(
          "treatments",
          [](const Scores& self) {
            const std::vector<Treatment> list = [&] {
              const py::gil_scoped_release release;
              return self.treatments();
            }();
            py::dict columns;
            columns["unit"] = gathered(list, [](const Treatment& t) { return t.unit; });
            columns["node"] = gathered(list, [](const Treatment& t) { return t.node; });
            columns["kind"] = texts(list, [](const Treatment& t) { return name(t.kind); });
            columns["amount"] = gathered(list, [](const Treatment& t) { return t.amount; });
            columns["detail"] = texts(list, [](const Treatment& t) { return t.detail; });
            return columns;
          },
          "Columns unit, node (positions), kind, amount, detail.")
      .def(
          "explain",
          [](const Scores& self, const std::string& unit) {
            const std::vector<ExplainedNode> nodes = [&] {
              const py::gil_scoped_release release;
              return explain(self, unit);
            }();
            using N = ExplainedNode;
            py::dict columns;
            columns["weight"] = gathered(nodes, [](const N& n) { return n.weight; });
            columns["score"] = gathered(nodes, [](const N& n) { return n.score; });
            columns["lowest"] = gathered(nodes, [](const N& n) { return n.lowest; });
            columns["highest"] = gathered(nodes, [](const N& n) { return n.highest; });
            columns["contribution"] = gathered(nodes, [](const N& n) { return n.contribution; });
            columns["lost"] = gathered(nodes, [](const N& n) { return n.lost; });
            columns["at_stake"] = gathered(nodes, [](const N& n) { return n.at_stake; });
            columns["rank"] = gathered(nodes, [](const N& n) { return n.rank; });
            columns["measure"] = texts(nodes, [](const N& n) { return n.measure; });
            columns["rule"] = texts(nodes, [](const N& n) { return n.rule; });
            columns["remarks"] = texts(nodes, [](const N& n) { return n.remarks; });
            return columns;
          },
          "unit"_a, "Columns of one unit's tree, in the order of the nodes. Raises NotFoundError.")
      .def(
          "lost_points",
          [](const Scores& self, const std::string& unit, Unsplit unsplit) {
            const std::vector<LostPoints> nodes = [&] {
              const py::gil_scoped_release release;
              return lost_points(self, unit, unsplit);
            }();
            using L = LostPoints;
            py::dict columns;
            columns["points"] = gathered(nodes, [](const L& n) { return n.points; });
            columns["unsplit"] = gathered(nodes, [](const L& n) { return n.unsplit; });
            columns["assumed"] = gathered(nodes, [](const L& n) { return n.assumed; });
            return columns;
          },
          "unit"_a, "unsplit"_a, "One row a node. Raises NotFoundError, DataError.")
      .def(
          "reconcile", [](const Scores& self) { return reconcile(self); },
          "Every published node against what its parts give.");

  py::class_<Reconciliation> reconciliation(m, "Reconciliation",
                                            "Computed scores against the published ones.");
  reconciliation.def_readonly("node", &Reconciliation::node)
      .def_readonly("variable", &Reconciliation::variable)
      .def_readonly("tolerance", &Reconciliation::tolerance)
      .def_readonly("compared", &Reconciliation::compared)
      .def_readonly("largest", &Reconciliation::largest)
      .def_property_readonly(
          "gaps",
          [](const Reconciliation& self) {
            std::vector<std::tuple<Size, double, double>> gaps;
            for (const auto& gap : self.gaps) {
              gaps.emplace_back(gap.unit, gap.computed, gap.published);
            }
            return gaps;
          },
          "Unit (position), computed, published; largest difference first.");

  py::class_<Ranking>(m, "Ranking", "Units in order of a node's score, best first.")
      .def(py::init(
               [](const Scores& scores, Size node, Ties ties, std::optional<bool> on_displayed) {
                 return Ranking(scores, node, {ties, on_displayed});
               }),
           "scores"_a, "node"_a, "ties"_a, "on_displayed"_a)
      .def_property_readonly("scores", &Ranking::scores)
      .def_property_readonly("node", &Ranking::node)
      .def_property_readonly("ties", &Ranking::ties)
      .def_property_readonly("on_displayed", &Ranking::on_displayed)
      .def_property_readonly(
          "ranks",
          [](const py::object& self) { return view(self.cast<const Ranking&>().ranks(), self); },
          "In the order of the units; NaN: no score. A read-only view.")
      .def_property_readonly(
          "order",
          [](const py::object& self) { return view(self.cast<const Ranking&>().order(), self); },
          "Positions of the units, best first. A read-only view.")
      .def_property_readonly("ranked", &Ranking::ranked)
      .def_property_readonly("groups", &Ranking::groups)
      .def("rank_of", &Ranking::rank_of, "unit"_a);
}

}  // namespace

void bind_evaluate(py::module_& m) {
  py::enum_<Keep>(m, "Keep", "Which columns an evaluation of plain arrays fills.")
      .value("all", Keep::all, "Every node.")
      .value("criteria", Keep::criteria, "Inner nodes.")
      .value("root", Keep::root, "The composite.");

  py::class_<FittedAnchors>(m, "Anchors", "Parameters of the normalisers as they were used.")
      .def("__len__", [](const FittedAnchors& self) { return self.values.size(); })
      .def(
          "columns",
          [](const FittedAnchors& self) {
            const Anchors& a = self.values;
            using A = FittedAnchor;
            py::dict columns;
            columns["node"] = gathered(a, [](const A& x) { return x.node; });
            columns["low"] = gathered(a, [](const A& x) { return x.low; });
            columns["high"] = gathered(a, [](const A& x) { return x.high; });
            columns["low_source"] = texts(a, [](const A& x) { return source_name(x.low_source); });
            columns["high_source"] =
                texts(a, [](const A& x) { return source_name(x.high_source); });
            columns["observations"] = gathered(a, [](const A& x) { return x.observations; });
            return columns;
          },
          "Columns node (position), low, high, their sources, observations.")
      .def(
          "__eq__",
          [](const FittedAnchors& a, const FittedAnchors& b) { return a.values == b.values; },
          py::is_operator())
      .def(py::pickle(&anchor_state, &anchors_of));

  py::class_<Evaluator>(m, "Evaluator", "An index compiled for fast and repeated scoring.")
      .def(py::init<Index, std::optional<Period>>(), "index"_a, "method"_a = py::none())
      .def_property_readonly("index", &Evaluator::index)
      .def(
          "score",
          [](const Evaluator& self, const Panel& panel, std::optional<Period> period,
             std::optional<Period> method, const FittedAnchors* anchors, const GivenCells& given) {
            const auto set_directly = given_scores(given);
            const py::gil_scoped_release release;
            return self.score(panel,
                              {std::move(period), std::move(method),
                               anchors != nullptr ? &anchors->values : nullptr, set_directly});
          },
          "panel"_a, "period"_a = py::none(), "method"_a = py::none(), "anchors"_a = py::none(),
          "given"_a = GivenCells{},
          "Scores of all units that have a row in the period. Raises DataError.")
      .def(
          "formula",
          [](const Evaluator& self, Size node) -> std::optional<Formula> {
            if (node < 0 || node >= self.index().size()) throw py::index_error("no such node");
            auto found = node_formula(self, node);
            return found ? std::optional(std::move(found->formula)) : std::nullopt;
          },
          "node"_a, "How the score of a node comes about; None if a formula cannot say it.")
      .def(
          "fit_panel",
          [](const Evaluator& self, const Panel& panel, const Period& period) {
            const py::gil_scoped_release release;
            return FittedAnchors{self.fit(panel, period)};
          },
          "panel"_a, "period"_a)
      .def(
          "fit",
          [](const Evaluator& self, const MatrixIn& values) {
            const py::gil_scoped_release release;
            return FittedAnchors{self.fit(values)};
          },
          py::arg("values").noconvert())
      .def("evaluate", &evaluate, py::arg("values").noconvert(), "anchors"_a, "keep"_a,
           R"doc(Scores of plain arrays.

Parameters
----------
values : numpy.ndarray of float64, shape (units, variables)
    Columns in the order of the index's variables; NaN = missing. Any memory order, read in place.
anchors : Anchors or None
    None: fitted to `values`.
keep : Keep
    Which nodes.

Returns
-------
numpy.ndarray of float64, shape (units, nodes kept)
    F-ordered, owned by the caller.

Raises
------
DataError
    If the shape or a value does not fit.
TypeError
    If `values` is not a float64 array.

Notes
-----
The GIL is released; `values` must not be written to meanwhile.
)doc")
      .def("evaluate_and_rank", &evaluate_and_rank, py::arg("values").noconvert(), "anchors"_a,
           "keep"_a, "ties"_a, "Scores as `evaluate` gives them, and the ranks in each column.")
      .def(
          "kept", [](const Evaluator& self, Keep keep) { return to_vector(self.kept(keep)); },
          "keep"_a, "Positions of the nodes that `keep` stands for.")
      .def(
          "weights",
          [](const Evaluator& self) {
            std::vector<double> weights;
            for (Size i = 0; i < self.index().size(); ++i) weights.push_back(self.weight(i));
            return weights;
          },
          "Share of each node in its parent when all siblings are present.")
      .def(
          "maxima",
          [](const Evaluator& self) {
            std::vector<double> maxima;
            for (Size i = 0; i < self.index().size(); ++i) maxima.push_back(self.maximum(i));
            return maxima;
          },
          "Most points of each node; NaN: unknown.")
      .def(
          "ranges",
          [](const Evaluator& self) {
            std::vector<std::pair<double, double>> ranges;
            for (Size i = 0; i < self.index().size(); ++i) {
              ranges.emplace_back(self.range(i).lowest, self.range(i).highest);
            }
            return ranges;
          },
          "Worst and best score of each node by the definition alone.");

  bind_scores(m);
}

}  // namespace chiso::python
