#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "any_source.hpp"
#include "bindings.hpp"
#include "chiso/uncertainty/replications.hpp"
#include "chiso/uncertainty/sensitivity.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "chiso/uncertainty/uncertainty.hpp"
#include "watch.hpp"

namespace chiso::python {

namespace {

using Names = std::vector<std::string>;

// ---- what varies --------------------------------------------------------------------------------

std::vector<DrawWeights::Bound> bounds_of(
    std::vector<std::tuple<std::string, double, double>> bounds) {
  std::vector<DrawWeights::Bound> list;
  for (auto& [node, lowest, highest] : bounds) list.push_back({std::move(node), lowest, highest});
  return list;
}

void bind_laws(py::module_& m) {
  py::enum_<DrawWeights::Law>(m, "WeightLaw", "How shares of children in their parent vary.")
      .value("uniform", DrawWeights::Law::uniform)
      .value("dirichlet", DrawWeights::Law::dirichlet)
      .value("relative", DrawWeights::Law::relative)
      .value("normalised_uniform", DrawWeights::Law::normalised_uniform);
  py::enum_<DrawValues::Law>(m, "ValueLaw", "How raw values vary.")
      .value("normal", DrawValues::Law::normal)
      .value("binomial", DrawValues::Law::binomial);
  py::enum_<DrawAnchors::Law>(m, "AnchorLaw", "How anchors of normalisers vary.")
      .value("uniform", DrawAnchors::Law::uniform)
      .value("normal", DrawAnchors::Law::normal);
}

/// A source as what makes it takes it.
struct Given {
  py::tuple operator()(const DrawWeights& s) const {
    py::list bounds;
    for (const auto& bound : s.bounds) {
      bounds.append(py::make_tuple(bound.node, bound.lowest, bound.highest));
    }
    return py::make_tuple("weights", py::make_tuple(s.criteria, s.overall, s.law, s.concentration,
                                                    s.spread, bounds, s.orders, s.keep_order));
  }
  py::tuple operator()(const DrawValues& s) const {
    return py::make_tuple(
        "values", py::make_tuple(s.variables, s.units, s.law, s.relative, s.absolute, s.sample,
                                 s.sample_variable, s.truncate, s.correlation));
  }
  py::tuple operator()(const DrawAnchors& s) const {
    return py::make_tuple("anchors", py::make_tuple(s.nodes, s.law, s.spread));
  }
  py::tuple operator()(const Choose& s) const {
    return py::make_tuple("choose", py::make_tuple(s.alternatives, s.probabilities));
  }
};

/// One a source, in their order.
template <class Sources>
py::list listed(const Sources& sources) {
  py::list list;
  for (const Source& source : sources) list.append(AnySource{source});
  return list;
}

void bind_sources(py::module_& m) {
  py::class_<AnySource>(m, "Source", "Something that is not known for certain.")
      .def_static(
          "weights",
          [](std::string name, std::string criteria, bool overall, DrawWeights::Law law,
             double concentration, double spread,
             std::vector<std::tuple<std::string, double, double>> bounds,
             std::vector<std::pair<std::string, std::string>> orders,
             bool keep_order) -> AnySource {
            return {DrawWeights{std::move(name), std::move(criteria), overall, law, concentration,
                                spread, bounds_of(std::move(bounds)), std::move(orders),
                                keep_order}};
          },
          "name"_a, "criteria"_a, "overall"_a, "law"_a, "concentration"_a, "spread"_a, "bounds"_a,
          "orders"_a, "keep_order"_a)
      .def_static(
          "values",
          [](std::string name, std::string variables, Names units, DrawValues::Law law,
             std::optional<double> relative, std::optional<double> absolute,
             std::optional<double> sample, std::string sample_variable, bool truncate,
             std::vector<double> correlation) -> AnySource {
            return {DrawValues{std::move(name), std::move(variables), std::move(units), law,
                               relative, absolute, sample, std::move(sample_variable), truncate,
                               std::move(correlation)}};
          },
          "name"_a, "variables"_a, "units"_a, "law"_a, "relative"_a, "absolute"_a, "sample"_a,
          "sample_variable"_a, "truncate"_a, "correlation"_a)
      .def_static(
          "anchors",
          [](std::string name, std::string nodes, DrawAnchors::Law law,
             double spread) -> AnySource {
            return {DrawAnchors{std::move(name), std::move(nodes), law, spread}};
          },
          "name"_a, "nodes"_a, "law"_a, "spread"_a)
      .def_static(
          "choose",
          [](std::string name, std::vector<Scenario> alternatives,
             std::vector<double> probabilities) -> AnySource {
            return {Choose{std::move(name), std::move(alternatives), std::move(probabilities)}};
          },
          "name"_a, "alternatives"_a, "probabilities"_a)
      .def_property_readonly("name", [](const AnySource& self) { return name(self.what); })
      .def_property_readonly(
          "given", [](const AnySource& self) { return std::visit(Given{}, self.what); },
          "Which of the functions above makes it, and what that takes behind the name.")
      .def("__str__", [](const AnySource& self) { return describe(self.what); })
      .def(
          "__eq__", [](const AnySource& a, const AnySource& b) { return a.what == b.what; },
          py::is_operator());
  m.def(
      "leave_out",
      [](const Index& index, std::string_view nodes) {
        return leave_out(index, nodes).alternatives;
      },
      "index"_a, "nodes"_a, "The index as it is, then one scenario a node. Raises NotFoundError.");
}

// ---- what comes out -----------------------------------------------------------------------------

using Memory = std::unique_ptr<std::vector<double>>;

py::array_t<double> table(std::vector<double> values, Size rows) {
  const Size columns = rows == 0 ? 0 : std::ssize(values) / rows;
  return to_numpy(Memory(new std::vector<double>(std::move(values))), rows, columns);
}

py::array_t<double> list(std::vector<double> values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

Size units_of(const Uncertainty& self) { return self.experiment().base().units().size(); }

DrawWatch watch_of(Watch& watch) {
  return [&watch](const DrawProgress& at) {
    return watch.go_on(at.done, at.wanted, at.standard_error);
  };
}

void bind_uncertain(py::module_& m) {
  py::class_<Experiment>(m, "Experiment", "A result and what about it is uncertain, checked.")
      .def(py::init([](const Scores& base, std::vector<AnySource> sources, std::int64_t draws,
                       std::uint64_t seed, int threads, Names nodes, bool refit, bool pairs,
                       std::optional<double> precision, Size top) {
             UncertaintyOptions options;
             options.draws = draws;
             options.seed = seed;
             options.threads = threads;
             options.nodes = std::move(nodes);
             options.refit = refit;
             options.pairs = pairs;
             options.precision = precision;
             options.top = top;
             const py::gil_scoped_release release;
             return Experiment(base, sources_of(std::move(sources)), std::move(options));
           }),
           "base"_a, "sources"_a, "draws"_a, "seed"_a, "threads"_a, "nodes"_a, "refit"_a, "pairs"_a,
           "precision"_a, "top"_a, "Raises SpecError, DataError, NotFoundError.")
      .def_property_readonly(
          "nodes", [](const Experiment& self) { return to_vector(self.nodes()); }, "Positions.")
      .def("stages", &Experiment::stages, "Numbers of grains after which the draws may end.")
      .def(
          "run",
          [](const Experiment& self, py::object progress) {
            Watch watch(std::move(progress));
            return watch.run([&] { return uncertainty(self, watch_of(watch)); });
          },
          "progress"_a, "All draws. Raises DataError.")
      .def(
          "grains",
          [](const Experiment& self, std::int64_t first, std::int64_t count) {
            const py::gil_scoped_release release;
            return Uncertainty::of_grains(self, first, count);
          },
          "first"_a, "count"_a, "The draws of some grains. Raises DataError.")
      .def(
          "read",
          [](const Experiment& self, const py::bytes& bytes) {
            const std::string_view text = bytes;
            const py::gil_scoped_release release;
            return Uncertainty::from_bytes(self, text);
          },
          "counts"_a, "What `Uncertainty.bytes` wrote. Raises DataError.");

  using U = Uncertainty;
  const auto by_unit = [](auto answer) {
    return [answer](const U& self, Size node) { return list((self.*answer)(node)); };
  };
  const auto by_share = [](auto answer) {
    return [answer](const U& self, Size node, double q) { return list((self.*answer)(node, q)); };
  };
  py::class_<U>(m, "Uncertainty", "Distribution of scores and ranks over draws.")
      .def_property_readonly("draws", &U::draws)
      .def_property_readonly("stopped", &U::stopped)
      .def_property_readonly("standard_error", &U::standard_error)
      .def_property_readonly(
          "nodes", [](const U& self) { return to_vector(self.experiment().nodes()); }, "Positions.")
      .def("merge", &U::merge, "other"_a, py::call_guard<py::gil_scoped_release>(),
           "Adds the draws of other grains. Raises DataError.")
      .def("stop", &U::stop, "Says that the draws end here by somebody's will.")
      .def_property_readonly("base", [](const U& self) { return self.experiment().base(); })
      .def_property_readonly("sources",
                             [](const U& self) { return listed(self.experiment().sources()); })
      .def(
          "bytes", [](const U& self) { return py::bytes(self.bytes()); },
          "The counts, for `Experiment.read`.")
      .def("scored", by_unit(&U::scored), "node"_a)
      .def("mean", by_unit(&U::mean), "node"_a)
      .def("deviation", by_unit(&U::deviation), "node"_a)
      .def("minimum", by_unit(&U::minimum), "node"_a)
      .def("maximum", by_unit(&U::maximum), "node"_a)
      .def("quantile", by_share(&U::quantile), "node"_a, "q"_a)
      .def("mean_rank", by_unit(&U::mean_rank), "node"_a)
      .def("rank_deviation", by_unit(&U::rank_deviation), "node"_a)
      .def("rank_quantile", by_share(&U::rank_quantile), "node"_a, "q"_a)
      .def(
          "top", [](const U& self, Size node, Size k) { return list(self.top(node, k)); }, "node"_a,
          "k"_a)
      .def(
          "acceptability",
          [](const U& self, Size node) { return table(self.acceptability(node), units_of(self)); },
          "node"_a, "Units x ranks.")
      .def(
          "beats", [](const U& self, Size node) { return table(self.beats(node), units_of(self)); },
          "node"_a, "Units x units.")
      .def(
          "groups", [](const U& self) { return table(self.groups(), units_of(self)); },
          "Units x groups.")
      .def(
          "shift",
          [](const U& self, Size node) {
            const auto shift = self.shift(node);
            return std::tuple(shift.mean, shift.deviation, shift.median);
          },
          "node"_a, "Mean, deviation, median.")
      .def(
          "central_weights",
          [](const U& self) {
            auto found = self.central_weights();
            return py::make_tuple(found.parents, found.nodes,
                                  table(std::move(found.weights), units_of(self)));
          },
          "Parents, nodes; units x rows.")
      .def(
          "replications",
          [](const U& self, const std::vector<Size>& nodes, std::int64_t first, std::int64_t draws,
             py::object progress) {
            Watch watch(std::move(progress));
            // Nothing was found only if the watch raised, which `run` does again.
            Replications found = watch.run([&] {
              return replications(self.experiment(), nodes, first, draws, watch_of(watch))
                  .value_or(Replications{});
            });
            auto ranks = std::make_unique<std::vector<std::uint16_t>>(std::move(found.ranks));
            const Size columns = std::ssize(nodes) * units_of(self);
            return py::make_tuple(table(std::move(found.scores), draws),
                                  to_numpy(std::move(ranks), draws, columns));
          },
          "nodes"_a, "first"_a, "draws"_a, "progress"_a,
          "Scores and ranks (0: none), both draws x units of each node. Raises NotFoundError, "
          "SpecError, DataError.")
      .def(
          "confidence_factors",
          [](const U& self, std::int64_t draws, py::object progress) {
            Watch watch(std::move(progress));
            return list(watch.run([&] { return self.confidence_factors(draws, watch_of(watch)); }));
          },
          "draws"_a, "progress"_a);
  m.attr("draws_a_grain") = draws_a_grain;
}

// ---- what matters -------------------------------------------------------------------------------

std::string_view name(Sensitivity::Output::Kind kind) {
  switch (kind) {
    case Sensitivity::Output::Kind::score:
      return "score";
    case Sensitivity::Output::Kind::rank:
      return "rank";
    case Sensitivity::Output::Kind::rank_shift:
      return "rank shift";
  }
  return {};
}

std::string_view name(Sensitivity::Output::State state) {
  switch (state) {
    case Sensitivity::Output::State::varies:
      return "varies";
    case Sensitivity::Output::State::constant:
      return "constant";
    case Sensitivity::Output::State::missing:
      return "missing";
  }
  return {};
}

py::tuple tables(const SobolIndices& indices, Size outputs) {
  return py::make_tuple(table(indices.value, outputs), table(indices.low, outputs),
                        table(indices.high, outputs));
}

void bind_sensitivity(py::module_& m) {
  using S = Sensitivity;
  py::class_<S>(m, "Sensitivity", "Sobol indices of scores, ranks and the mean rank shift.")
      .def_readonly("rows", &S::rows)
      .def_readonly("evaluations", &S::evaluations)
      .def_readonly("confidence", &S::confidence)
      .def_readonly("method", &S::method)
      .def_readonly("node", &S::node)
      .def_readonly("base", &S::base)
      .def_property_readonly("sources", [](const S& self) { return listed(self.sources); })
      .def_property_readonly(
          "factors",
          [](const S& self) {
            py::list list;
            for (const SensitivityFactor& factor : self.factors) {
              Names sources;
              for (const Size s : factor.sources) {
                sources.push_back(name(self.sources[static_cast<std::size_t>(s)]));
              }
              list.append(py::make_tuple(factor.name, sources));
            }
            return list;
          },
          "Names, and the names of their sources.")
      .def_readonly("pairs", &S::pairs)
      .def_property_readonly(
          "outputs",
          [](const S& self) {
            using O = S::Output;
            py::dict columns;
            columns["kind"] = texts(self.outputs, [](const O& o) { return name(o.kind); });
            columns["unit"] = gathered(self.outputs, &O::unit);
            columns["state"] = texts(self.outputs, [](const O& o) { return name(o.state); });
            columns["mean"] = gathered(self.outputs, &O::mean);
            columns["variance"] = gathered(self.outputs, &O::variance);
            return columns;
          },
          "Columns kind, unit (position; -1: none), state, mean, variance.")
      .def_property_readonly(
          "first", [](const S& self) { return tables(self.first, std::ssize(self.outputs)); },
          "Value, low, high: outputs x factors.")
      .def_property_readonly(
          "total", [](const S& self) { return tables(self.total, std::ssize(self.outputs)); },
          "Value, low, high: outputs x factors.")
      .def_property_readonly(
          "second", [](const S& self) { return tables(self.second, std::ssize(self.outputs)); },
          "Value, low, high: outputs x pairs.");
  m.def(
      "sensitivity",
      [](const Scores& base, std::vector<AnySource> sources, std::int64_t rows, std::uint64_t seed,
         int threads, std::string node, bool refit, bool second_order, Size resamples,
         double confidence, std::vector<std::pair<std::string, Names>> groups,
         py::object progress) {
        Watch watch(std::move(progress));
        SensitivityOptions options;
        options.base = rows;
        options.seed = seed;
        options.threads = threads;
        options.node = std::move(node);
        options.refit = refit;
        options.second_order = second_order;
        options.resamples = resamples;
        options.confidence = confidence;
        for (auto& [name, members] : groups) {
          options.groups.push_back({std::move(name), std::move(members)});
        }
        options.watch = watch_of(watch);
        return watch.run(
            [&] { return sensitivity(base, sources_of(std::move(sources)), options); });
      },
      "base"_a, "sources"_a, "rows"_a, "seed"_a, "threads"_a, "node"_a, "refit"_a, "second_order"_a,
      "resamples"_a, "confidence"_a, "groups"_a, "progress"_a,
      "None if it was stopped. Raises SpecError, DataError, NotFoundError.");
}

}  // namespace

void bind_draws(py::module_& m) {
  bind_laws(m);
  bind_sources(m);
  bind_uncertain(m);
  bind_sensitivity(m);
}

}  // namespace chiso::python
