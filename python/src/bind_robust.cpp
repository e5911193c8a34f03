#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "any_source.hpp"
#include "bindings.hpp"
#include "chiso/optimize/rank_interval.hpp"
#include "chiso/uncertainty/leave_one_out.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "chiso/uncertainty/weight_stability.hpp"
#include "watch.hpp"

namespace chiso::python {

namespace {

/// @throws SpecError for a source that does not draw weights
std::vector<DrawWeights> weights_of(const std::vector<Source>& sources) {
  std::vector<DrawWeights> weights;
  Problems problems;
  for (const Source& source : sources) {
    if (const auto* drawn = std::get_if<DrawWeights>(&source)) {
      weights.push_back(*drawn);
    } else {
      problems.add({}, std::string(name(source)),
                   "expected weights: of other sources there are no exact rank intervals",
                   "draw them with `uncertainty`");
    }
  }
  problems.raise<SpecError>();
  return weights;
}

py::dict interval_columns(const RankIntervals& self) {
  using R = RankInterval;
  py::dict columns;
  columns["unit"] = gathered(self.units, &R::unit);
  columns["rank"] = gathered(self.units, &R::rank);
  columns["best"] = gathered(self.units, [](const R& x) { return x.best.rank; });
  columns["worst"] = gathered(self.units, [](const R& x) { return x.worst.rank; });
  columns["best bound"] = gathered(self.units, [](const R& x) { return x.best.bound; });
  columns["worst bound"] = gathered(self.units, [](const R& x) { return x.worst.bound; });
  return columns;
}

py::dict share_columns(const RankIntervals& self, Size row) {
  const RankInterval& interval = self.units.at(static_cast<std::size_t>(row));
  py::dict columns;
  columns["parent"] = self.parents;
  columns["node"] = self.nodes;
  columns["share"] = self.nominal;
  columns["best"] = interval.best.shares;
  columns["worst"] = interval.worst.shares;
  return columns;
}

void bind_intervals(py::module_& m) {
  using R = RankIntervals;
  py::class_<R>(m, "RankIntervals", "Best and worst ranks over all admissible weights.")
      .def_readonly("node", &R::node)
      .def_readonly("stopped", &R::stopped)
      .def_readonly("seconds", &R::seconds)
      .def_property_readonly("proven", &R::proven)
      .def("columns", &interval_columns, "One row a unit, by position.")
      .def("shares", &share_columns, "row"_a, "Those that give a unit its ends, by position.");
  m.def(
      "rank_intervals",
      [](const Scores& base, std::vector<AnySource> sources, std::vector<std::string> units,
         std::string node, double seconds, py::object progress) {
        RankIntervalOptions options;
        options.weights = weights_of(sources_of(std::move(sources)));
        options.units = std::move(units);
        options.node = std::move(node);
        options.seconds = seconds;
        Watch watch(std::move(progress));
        options.progress = [&watch](Size done, Size wanted) { return watch.go_on(done, wanted); };
        return watch.run([&] { return rank_intervals(base, options); });
      },
      "base"_a, "sources"_a, "units"_a, "node"_a, "seconds"_a, "progress"_a,
      "Raises NotFoundError, SpecError, DataError.");
}

py::dict stability_columns(const std::vector<WeightStability>& rows) {
  using W = WeightStability;
  py::dict columns;
  columns["node"] = gathered(rows, &W::node);
  columns["parent"] = gathered(rows, &W::parent);
  columns["share"] = gathered(rows, &W::share);
  columns["down"] = gathered(rows, [](const W& x) { return x.down.share; });
  columns["up"] = gathered(rows, [](const W& x) { return x.up.share; });
  columns["down riser"] = gathered(rows, [](const W& x) { return x.down.riser; });
  columns["down passed"] = gathered(rows, [](const W& x) { return x.down.passed; });
  columns["up riser"] = gathered(rows, [](const W& x) { return x.up.riser; });
  columns["up passed"] = gathered(rows, [](const W& x) { return x.up.passed; });
  return columns;
}

py::dict left_out_columns(LeaveOneOut found) {
  const Size units = found.base.units().size();
  const Size nodes = std::ssize(found.nodes);
  const auto table = [&](std::vector<double>& values) {
    return to_numpy(std::make_unique<std::vector<double>>(std::move(values)), units, nodes);
  };
  py::dict columns;
  columns["node"] = found.nodes;
  columns["mean shift"] = found.mean_shift;
  columns["greatest shift"] = found.greatest_shift;
  columns["overlap"] = found.overlap;
  columns["scores"] = table(found.scores);
  columns["ranks"] = table(found.ranks);
  columns["base ranks"] = found.base_ranks;
  return columns;
}

}  // namespace

void bind_robust(py::module_& m) {
  bind_intervals(m);

  py::enum_<WeightStabilityOptions::Watch>(m, "StabilityWatch", "What must not change.")
      .value("top_set", WeightStabilityOptions::Watch::top_set)
      .value("top_order", WeightStabilityOptions::Watch::top_order)
      .value("unit_rank", WeightStabilityOptions::Watch::unit_rank);
  m.def(
      "weight_stability",
      [](const Scores& base, WeightStabilityOptions::Watch watch, Size top, std::string unit,
         std::string nodes) {
        const WeightStabilityOptions options{watch, top, std::move(unit), std::move(nodes)};
        return stability_columns(weight_stability(base, options));
      },
      "base"_a, "watch"_a, "top"_a, "unit"_a, "nodes"_a,
      "By position; -1: nobody. Raises NotFoundError, SpecError, DataError.");
  m.def(
      "leave_one_out",
      [](const Scores& base, std::string_view nodes, Size top) {
        return left_out_columns(leave_one_out(base, nodes, top));
      },
      "base"_a, "nodes"_a, "top"_a, "Raises NotFoundError, SpecError.");
}

}  // namespace chiso::python
