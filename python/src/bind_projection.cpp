#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/responsibility/projected_targets.hpp"
#include "chiso/uncertainty/back_test.hpp"
#include "chiso/uncertainty/history.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace chiso::python {

namespace {

/// A plain struct of its members, as pickles keep them.
template <class T, class Parts>
T made_of(const Parts& parts) {
  return std::apply([](const auto&... part) { return T{part...}; }, parts);
}

void bind_history(py::module_& m) {
  py::class_<History>(m, "History", "Scores of one node of many units over the periods.")
      .def(py::init([](std::string node, std::vector<std::string> units,
                       std::vector<Period> periods, const MatrixIn& values) {
             return History(std::move(node), Labels(std::move(units), "unit"), std::move(periods),
                            values);
           }),
           "node"_a, "units"_a, "periods"_a, "values"_a.noconvert(),
           "Units x periods; NaN: not known. Raises DataError.")
      .def_static(
          "of",
          [](const std::vector<Scores>& results, const std::string& code) {
            return History::of(results, code);
          },
          "results"_a, "code"_a, "Raises NotFoundError, DataError.")
      .def_property_readonly("node", &History::node)
      .def_property_readonly("units",
                             [](const History& self) { return to_vector(self.units().names()); })
      .def_property_readonly("periods",
                             [](const History& self) { return to_vector(self.periods()); })
      .def(
          "values",
          [](const History& self) {
            const auto units = self.units().size();
            const auto periods = std::ssize(self.periods());
            auto memory = uninitialised<double>(units * periods);
            for (Size p = 0; p < periods; ++p) {
              const auto column = self.column(p);
              std::copy(column.begin(), column.end(), memory.get() + p * units);
            }
            return to_numpy(std::move(memory), units, periods);
          },
          "Units x periods.");
  m.def(
      "history_of",
      [](const Standings& standings, const std::string& index, const std::string& code) {
        return history_of(standings, index, code);
      },
      "standings"_a, "index"_a, "code"_a, "Raises NotFoundError, DataError.");
  m.def(
      "history_of_target",
      [](const Plan& plan, const Standings& standings, Size target) {
        return history_of(plan, standings, plan.target(target).criterion);
      },
      "plan"_a, "standings"_a, "target"_a, "Of what a target (by position) is about.");
}

using ModelParts =
    std::tuple<ProjectionModel::Kind, ProjectionModel::Volatility, ProjectionModel::Scale, bool>;
using OptionParts = std::tuple<ProjectionModel, std::int64_t, std::uint64_t, int, double, Size>;

void bind_models(py::module_& m) {
  using Model = ProjectionModel;
  py::enum_<Model::Kind>(m, "ProjectionKind", "How units move against each other.")
      .value("random_walk", Model::Kind::random_walk)
      .value("drift", Model::Kind::drift)
      .value("local_level", Model::Kind::local_level)
      .value("mean_reversion", Model::Kind::mean_reversion);
  py::enum_<Model::Volatility>(m, "Volatility", "Whether units share one variance.")
      .value("pooled", Model::Volatility::pooled)
      .value("by_unit", Model::Volatility::by_unit);
  py::enum_<Model::Scale>(m, "DifferenceScale", "What units' differences are measured in.")
      .value("as_published", Model::Scale::as_published)
      .value("standardised", Model::Scale::standardised);
  py::class_<Model>(m, "ProjectionModel", "How scores are taken to move.")
      .def(py::init<Model::Kind, Model::Volatility, Model::Scale, bool>(), "kind"_a, "volatility"_a,
           "scale"_a, "common_drift"_a)
      .def_readonly("kind", &Model::kind)
      .def_readonly("volatility", &Model::volatility)
      .def_readonly("scale", &Model::scale)
      .def_readonly("common_drift", &Model::common_drift)
      .def(py::pickle(
          [](const Model& self) {
            return ModelParts(self.kind, self.volatility, self.scale, self.common_drift);
          },
          [](const ModelParts& parts) { return made_of<Model>(parts); }))
      .def("__str__", [](const Model& self) { return describe(self); });
  py::class_<ProjectionOptions>(m, "ProjectionOptions", "How a projection is drawn.")
      .def(py::init([](const Model& model, std::int64_t draws, std::uint64_t seed, int threads,
                       double least_known, Size all_units) {
             return ProjectionOptions{model, draws, seed, threads, least_known, all_units};
           }),
           "model"_a, "draws"_a, "seed"_a, "threads"_a, "least_known"_a, "all_units"_a)
      .def_readonly("model", &ProjectionOptions::model)
      .def_readonly("draws", &ProjectionOptions::draws)
      .def_readonly("seed", &ProjectionOptions::seed)
      .def(py::pickle(
          [](const ProjectionOptions& self) {
            return OptionParts(self.model, self.draws, self.seed, self.threads, self.least_known,
                               self.all_units);
          },
          [](const OptionParts& parts) { return made_of<ProjectionOptions>(parts); }));
}

ProjectedGoal simple_goal(ProjectedGoal::Quantity quantity, Interval range, const Period& by) {
  ProjectedGoal goal;
  goal.quantity = quantity;
  goal.range = range;
  goal.by = by;
  return goal;
}

void bind_goals(py::module_& m) {
  using Goal = ProjectedGoal;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  py::class_<Goal>(m, "ProjectedGoal", "What is asked of a projected unit.")
      .def_static(
          "rank",
          [](double places, const Period& by) {
            return simple_goal(Goal::Quantity::rank, Interval::closed(-infinity, places), by);
          },
          "places"_a, "by"_a)
      .def_static(
          "score",
          [](double points, const Period& by) {
            return simple_goal(Goal::Quantity::score, Interval::closed(points, infinity), by);
          },
          "points"_a, "by"_a)
      .def_static(
          "of_target",
          [](const Plan& plan, const Standings& standings, Size target) {
            return projected_goal(plan, target, standings);
          },
          "plan"_a, "standings"_a, "target"_a, "Of a plan's target. Raises DataError.")
      .def_readonly("by", &Goal::by)
      .def_readwrite("any", &Goal::any)
      .def(
          "periods",
          [](const Goal& self, const History& history) { return periods_needed(history, self); },
          "history"_a, "Those that a projection must have. Raises DataError.");
}

py::dict learned_columns(const Projection& self) {
  const LearnedModel& learned = self.learned();
  py::dict columns;
  columns["deviation"] = learned.deviation;
  columns["lasting"] = learned.lasting;
  columns["noise"] = learned.noise;
  columns["persistence"] = learned.persistence;
  columns["slopes"] = learned.slopes;
  columns["freedom"] = learned.freedom;
  columns["level step"] = learned.level_step;
  columns["level drift"] = learned.level_drift;
  return columns;
}

template <class Answer>
py::array_t<double> as_array(Answer answer) {
  std::vector<double> values = [&] {
    const py::gil_scoped_release release;
    return answer();
  }();
  return gathered(values, [](double x) { return x; });
}

Size checked_period(const Projection& self, Size period) {
  if (period < 0 || period >= std::ssize(self.periods())) throw py::index_error("no such period");
  return period;
}

void bind_projections(py::module_& m) {
  py::class_<Projection>(m, "Projection", "Scores and ranks of units in coming periods.")
      .def(py::init([](History history, std::vector<Period> periods, ProjectionOptions options) {
             const py::gil_scoped_release release;
             return Projection(std::move(history), std::move(periods), std::move(options));
           }),
           "history"_a, "periods"_a, "options"_a, "Raises DataError, SpecError.")
      .def_property_readonly("history", &Projection::history)
      .def_property_readonly("options", &Projection::options)
      .def_property_readonly("periods",
                             [](const Projection& self) { return to_vector(self.periods()); })
      .def_property_readonly("units",
                             [](const Projection& self) { return to_vector(self.units().names()); })
      .def_property_readonly("used", [](const Projection& self) { return to_vector(self.used()); })
      .def_property_readonly("left_out",
                             [](const Projection& self) { return to_vector(self.left_out()); })
      .def_property_readonly(
          "units_left_out", [](const Projection& self) { return to_vector(self.units_left_out()); })
      .def("learned", &learned_columns, "Means of the posterior.")
      .def("position", &Projection::position, "period"_a, "Raises NotFoundError.")
      .def(
          "steps",
          [](const Projection& self, Size period) {
            return self.steps(checked_period(self, period));
          },
          "period"_a, "From the last period that is used.")
      .def(
          "quantile",
          [](const Projection& self, Size period, double q) {
            return as_array([&] { return self.quantile(checked_period(self, period), q); });
          },
          "period"_a, "q"_a)
      .def(
          "rank_quantile",
          [](const Projection& self, Size period, double q) {
            return as_array([&] { return self.rank_quantile(checked_period(self, period), q); });
          },
          "period"_a, "q"_a)
      .def(
          "mean_rank",
          [](const Projection& self, Size period) {
            return as_array([&] { return self.mean_rank(checked_period(self, period)); });
          },
          "period"_a)
      .def(
          "top",
          [](const Projection& self, Size period, Size k) {
            return as_array([&] { return self.top(checked_period(self, period), k); });
          },
          "period"_a, "k"_a)
      .def(
          "acceptability",
          [](const Projection& self, Size period) {
            const Size units = self.units().size();
            auto shares = std::make_unique<std::vector<double>>(
                self.acceptability(checked_period(self, period)));
            return to_numpy(std::move(shares), units, units);
          },
          "period"_a, "Units x ranks.")
      .def(
          "draws",
          [](const py::object& self, Size period) {
            const auto& projection = self.cast<const Projection&>();
            const auto scores = projection.scores(checked_period(projection, period));
            // By draw, then unit: a transposed table.
            return view(MatrixView(scores.data(), projection.units().size(),
                                   static_cast<Size>(projection.options().draws)),
                        self);
          },
          "period"_a, "Scores, units x draws; read-only.")
      .def(
          "probability",
          [](const Projection& self, const std::string& unit, const ProjectedGoal& goal) {
            const py::gil_scoped_release release;
            return self.probability(unit, goal);
          },
          "unit"_a, "goal"_a, "Raises NotFoundError, DataError.");
}

py::dict row_columns(const std::vector<BackTestRow>& rows) {
  using R = BackTestRow;
  py::dict columns;
  columns["origin"] = texts(rows, [](const R& r) -> std::string_view { return r.origin.text(); });
  columns["target"] = texts(rows, [](const R& r) -> std::string_view { return r.target.text(); });
  columns["steps"] = gathered(rows, &R::steps);
  columns["units"] = gathered(rows, &R::units);
  const std::size_t levels = rows.empty() ? 0 : rows.front().coverage.size();
  py::list coverage;
  for (std::size_t l = 0; l < levels; ++l) {
    const auto field = [&](double IntervalCoverage::*which) {
      return gathered(rows, [&](const R& r) { return r.coverage[l].*which; });
    };
    py::dict of_level;
    of_level["level"] = rows.front().coverage[l].level;
    of_level["score"] = field(&IntervalCoverage::score);
    of_level["relative"] = field(&IntervalCoverage::relative);
    of_level["rank"] = field(&IntervalCoverage::rank);
    of_level["rank expected"] = field(&IntervalCoverage::rank_expected);
    of_level["rank width"] = field(&IntervalCoverage::rank_width);
    coverage.append(of_level);
  }
  columns["coverage"] = coverage;
  columns["rank error"] = gathered(rows, &R::rank_error);
  columns["naive rank error"] = gathered(rows, &R::naive_rank_error);
  columns["brier"] = gathered(rows, &R::brier);
  columns["naive brier"] = gathered(rows, &R::naive_brier);
  columns["base brier"] = gathered(rows, &R::base_brier);
  return columns;
}

using CoverageParts = std::tuple<double, double, double, double, double, double>;
using RowParts = std::tuple<Period, Period, double, Size, std::vector<CoverageParts>, double,
                            double, double, double, double>;
using BackTestParts = std::tuple<ProjectionModel, std::vector<RowParts>>;

RowParts parts_of(const BackTestRow& row) {
  std::vector<CoverageParts> levels;
  for (const IntervalCoverage& c : row.coverage) {
    levels.emplace_back(c.level, c.score, c.relative, c.rank, c.rank_expected, c.rank_width);
  }
  return {row.origin,     row.target,           row.steps, row.units,       std::move(levels),
          row.rank_error, row.naive_rank_error, row.brier, row.naive_brier, row.base_brier};
}

BackTestRow row_from(const RowParts& parts) {
  return std::apply(
      [](const Period& origin, const Period& target, double steps, Size units,
         const std::vector<CoverageParts>& levels, auto... errors) {
        std::vector<IntervalCoverage> coverage;
        for (const CoverageParts& level : levels) {
          coverage.push_back(made_of<IntervalCoverage>(level));
        }
        return BackTestRow{origin, target, steps, units, std::move(coverage), errors...};
      },
      parts);
}

void bind_back_test(py::module_& m) {
  py::class_<BackTest>(m, "BackTest", "Projections from past periods, against what happened.")
      .def_property_readonly("model", [](const BackTest& self) { return self.model; })
      .def(
          "columns", [](const BackTest& self) { return row_columns(self.rows); },
          "One row an origin and target; coverage: one dict a level.")
      .def(
          "over",
          [](const BackTest& self, const std::vector<std::pair<double, double>>& ranges) {
            std::vector<BackTestRow> rows;
            for (const auto& [from, to] : ranges) rows.push_back(self.over(from, to));
            return row_columns(rows);
          },
          "ranges"_a, "The same, one row a range of steps.")
      .def(py::pickle(
          [](const BackTest& self) {
            std::vector<RowParts> rows;
            for (const BackTestRow& row : self.rows) rows.push_back(parts_of(row));
            return BackTestParts(self.model, std::move(rows));
          },
          [](const BackTestParts& parts) {
            BackTest self{std::get<0>(parts), {}};
            for (const RowParts& row : std::get<1>(parts)) self.rows.push_back(row_from(row));
            return self;
          }));
  m.def(
      "back_test",
      [](const History& history, ProjectionOptions options, Size fewest, Size top,
         std::vector<double> levels) {
        const py::gil_scoped_release release;
        return back_test(history, {std::move(options), fewest, top, std::move(levels)});
      },
      "history"_a, "options"_a, "fewest"_a, "top"_a, "levels"_a, "Raises DataError, SpecError.");
}

}  // namespace

void bind_projection(py::module_& m) {
  bind_history(m);
  bind_models(m);
  bind_goals(m);
  bind_projections(m);
  bind_back_test(m);
}

}  // namespace chiso::python
