#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/responsibility/clarity.hpp"
#include "chiso/responsibility/matrix.hpp"
#include "chiso/responsibility/planned_scores.hpp"
#include "chiso/responsibility/points_at_stake.hpp"
#include "chiso/responsibility/progress.hpp"
#include "chiso/responsibility/scoreboard.hpp"
#include "chiso/responsibility/sharing.hpp"
#include "chiso/responsibility/standings.hpp"

namespace chiso::python {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string period_text(const std::optional<Period>& period) {
  return period ? period->text() : std::string();
}

std::string joined(const std::vector<Period>& periods) {
  std::string text;
  for (const Period& period : periods) text += (text.empty() ? "" : ", ") + period.text();
  return text;
}

std::string words(RoleSet set) {
  std::string text;
  for (const TaskRole role : set.roles()) {
    if (!text.empty()) text += ", ";
    text += name(role);
  }
  return text;
}

/// What is clear, and what is not: the columns of the findings and one tuple a count.
py::tuple clarity_columns(const PlannedScores& planned, const std::string& unit) {
  const Clarity found = [&] {
    const py::gil_scoped_release release;
    return clarity(planned, unit);
  }();
  using F = PlanFinding;
  const auto& list = found.findings;
  py::dict columns;
  columns["severity"] = texts(list, [](const F& f) { return name(f.severity); });
  columns["finding"] = texts(list, [](const F& f) { return name(f.kind); });
  columns["subject"] = texts(list, &F::subject);
  columns["place"] = texts(list, &F::place);
  columns["points"] = gathered(list, &F::points);
  columns["message"] = texts(list, &F::message);
  columns["remedy"] = texts(list, &F::remedy);
  columns["file"] = texts(list, [](const F& f) -> std::string_view { return f.location.file; });
  columns["line"] = gathered(list, [](const F& f) { return Size{f.location.line}; });
  using C = ClarityCount;
  py::dict summary;
  summary["what"] = texts(found.summary, [](const C& c) { return name(c.what); });
  summary["clear"] = gathered(found.summary, &C::clear);
  summary["tasks"] = gathered(found.summary, &C::tasks);
  return py::make_tuple(columns, summary);
}

using StakeRows = std::vector<StakeRow> (PointsAtStake::*)() const;

/// One of the ways to sum, as columns.
template <StakeRows Rows>
py::dict stake_columns(const PointsAtStake& self) {
  const std::vector<StakeRow> rows = [&] {
    const py::gil_scoped_release release;
    return (self.*Rows)();
  }();
  py::dict columns;
  columns["scores"] = gathered(rows, &StakeRow::scores);
  columns["key"] = gathered(rows, &StakeRow::key);
  columns["points"] = gathered(rows, &StakeRow::points);
  columns["tasks"] = gathered(rows, &StakeRow::tasks);
  columns["criteria"] = gathered(rows, &StakeRow::criteria);
  return columns;
}

py::dict cell_columns(const PointsAtStake& self) {
  using C = PointsAtStake::Cell;
  const std::vector<C> cells = [&] {
    const py::gil_scoped_release release;
    return self.cells();
  }();
  py::dict columns;
  columns["scores"] = gathered(cells, &C::scores);
  columns["node"] = gathered(cells, &C::node);
  columns["agency"] = gathered(cells, &C::agency);
  columns["points"] = gathered(cells, &C::points);
  return columns;
}

Size checked_scores(const PointsAtStake& self, Size scores) {
  if (scores < 0 || scores >= static_cast<Size>(self.planned().scores().size())) {
    throw py::index_error("no such result");
  }
  return scores;
}

void bind_points(py::module_& m) {
  py::class_<Sharing>(m, "Sharing", "Who answers for the points of a task, and in which parts.")
      .def(py::init<std::string, std::vector<Sharing::Weights>>(), "name"_a, "rounds"_a,
           "Rounds of weights, one a role. Raises SpecError.")
      .def_static("lead", &Sharing::lead)
      .def_static("raci", &Sharing::raci)
      .def_static(
          "weighted",
          [](const std::vector<std::pair<TaskRole, double>>& weights) {
            return Sharing::weighted(weights);
          },
          "weights"_a, "One round. Raises SpecError.")
      .def_property_readonly("name", &Sharing::name)
      .def_property_readonly("rounds", &Sharing::rounds);

  py::class_<PointsAtStake>(m, "PointsAtStake", "Lost points, given to those who answer for them.")
      .def(py::init([](PlannedScores planned, const std::string& unit, Sharing sharing,
                       Unsplit unsplit) {
             const py::gil_scoped_release release;
             return PointsAtStake(std::move(planned), unit, {std::move(sharing), unsplit});
           }),
           "planned"_a, "unit"_a, "sharing"_a, "unsplit"_a, "Raises DataError, NotFoundError.")
      .def(
          "lost",
          [](const PointsAtStake& self, Size scores) {
            return self.lost(checked_scores(self, scores));
          },
          "scores"_a, "What the unit lost in a result.")
      .def_property_readonly(
          "heads", [](const PointsAtStake& self) { return to_vector(self.heads().names()); })
      .def("by_agency", &stake_columns<&PointsAtStake::by_agency>)
      .def("by_top_agency", &stake_columns<&PointsAtStake::by_top_agency>)
      .def("by_head", &stake_columns<&PointsAtStake::by_head>)
      .def("by_area", &stake_columns<&PointsAtStake::by_area>)
      .def("by_criterion", &stake_columns<&PointsAtStake::by_criterion>)
      .def("by_task", &stake_columns<&PointsAtStake::by_task>)
      .def("cells", &cell_columns, "Columns scores, node, agency, points.")
      .def(
          "of_agency",
          [](const PointsAtStake& self, Size agency) {
            const Plan& plan = self.planned().plan();
            if (agency < 0 || agency >= plan.agencies().size()) {
              throw py::index_error("no such agency");
            }
            return to_numpy(std::make_unique<std::vector<double>>(self.of_agency(agency)),
                            plan.tasks().size(), static_cast<Size>(self.planned().scores().size()));
          },
          "agency"_a, "Tasks x results: points that a task brings an agency.");
}

py::tuple matrix_columns(const Plan& plan, bool expand_groups) {
  const ResponsibilityMatrix matrix = [&] {
    const py::gil_scoped_release release;
    return responsibility_matrix(plan, expand_groups);
  }();
  using C = MatrixCell;
  py::dict columns;
  columns["agency"] = gathered(matrix.cells, &C::agency);
  columns["criterion"] = gathered(matrix.cells, &C::criterion);
  columns["letters"] = texts(matrix.cells, [](const C& c) { return c.roles.letters(); });
  columns["roles"] = texts(matrix.cells, [](const C& c) { return words(c.roles); });
  columns["tasks"] = gathered(matrix.cells, &C::tasks);
  const auto criteria =
      texts(matrix.criteria, [](const CriterionRef& ref) { return to_string(ref); });
  return py::make_tuple(criteria, columns);
}

py::dict workload_columns(const Plan& plan) {
  const std::vector<Workload> rows = [&] {
    const py::gil_scoped_release release;
    return workload(plan);
  }();
  using W = Workload;
  py::dict columns;
  columns["agency"] = gathered(rows, &W::agency);
  columns["tasks"] = gathered(rows, &W::tasks);
  columns["accountable"] = gathered(rows, &W::accountable);
  columns["responsible"] = gathered(rows, &W::responsible);
  columns["consulted"] = gathered(rows, &W::consulted);
  columns["informed"] = gathered(rows, &W::informed);
  columns["by group"] = gathered(rows, &W::by_group);
  columns["submitted to it"] = gathered(rows, &W::addressed);
  columns["without due date"] = gathered(rows, &W::without_due);
  return columns;
}

py::dict agenda_columns(const Plan& plan, Size agency) {
  if (agency < 0 || agency >= plan.agencies().size()) throw py::index_error("no such agency");
  const std::vector<AgendaItem> items = [&] {
    const py::gil_scoped_release release;
    return agenda(plan, agency);
  }();
  using I = AgendaItem;
  py::dict columns;
  columns["task"] = gathered(items, &I::task);
  columns["roles"] = texts(items, [](const I& i) { return words(i.roles); });
  columns["letters"] = texts(items, [](const I& i) { return i.roles.letters(); });
  columns["via"] = gathered(items, &I::via);
  return columns;
}

void bind_matrix(py::module_& m) {
  m.def("responsibility_matrix", &matrix_columns, "plan"_a, "expand_groups"_a,
        "Criteria, and columns agency, criterion (positions), letters, roles, tasks.");
  m.def("workload", &workload_columns, "plan"_a, "One row an agency.");
  m.def("agenda", &agenda_columns, "plan"_a, "agency"_a,
        "Columns task (position), roles, letters, via (position of a group; -1: named itself).");
}

/// Where the tasks of a plan stand on a day.
struct PlanProgress {
  Plan plan;
  std::vector<TaskProgress> tasks;
};

py::dict progress_columns(const PlanProgress& self) {
  using T = TaskProgress;
  const auto& list = self.tasks;
  py::dict columns;
  columns["task"] = gathered(list, &T::task);
  columns["state"] = texts(list, [](const T& t) { return name(t.state); });
  columns["status"] = texts(list, [](const T& t) { return name(t.status); });
  columns["percent"] = gathered(list, [](const T& t) { return t.percent.value_or(nan); });
  columns["due"] = days(list, &T::due);
  columns["days left"] = gathered(
      list, [](const T& t) { return t.days_left ? static_cast<double>(*t.days_left) : nan; });
  columns["last news"] = days(list, &T::last_news);
  columns["without news"] = gathered(list, &T::without_news);
  return columns;
}

py::dict agency_progress_columns(const PlanProgress& self, const PointsAtStake* stake) {
  const std::vector<AgencyProgress> rows = [&] {
    const py::gil_scoped_release release;
    return progress_by_agency(self.plan, self.tasks, stake);
  }();
  using A = AgencyProgress;
  py::dict columns;
  columns["agency"] = gathered(rows, &A::agency);
  columns["tasks"] = gathered(rows, &A::tasks);
  columns["done"] = gathered(rows, &A::done);
  columns["overdue"] = gathered(rows, &A::overdue);
  columns["due soon"] = gathered(rows, &A::due_soon);
  columns["open"] = gathered(rows, &A::open);
  columns["cancelled"] = gathered(rows, &A::cancelled);
  columns["without news"] = gathered(rows, &A::without_news);
  const std::size_t results = stake != nullptr ? stake->planned().scores().size() : 0;
  py::list points;
  for (std::size_t s = 0; s < results; ++s) {
    points.append(gathered(rows, [s](const A& a) { return a.points_overdue[s]; }));
  }
  columns["points overdue"] = points;
  return columns;
}

void bind_progress(py::module_& m) {
  py::class_<PlanProgress>(m, "PlanProgress", "Where the tasks of a plan stand on a day.")
      .def(py::init([](Plan plan, const py::handle& day, int soon_days, int silent_days) {
             const Date date = from_date(day);
             const py::gil_scoped_release release;
             std::vector<TaskProgress> tasks = progress(plan, date, {soon_days, silent_days});
             return PlanProgress{std::move(plan), std::move(tasks)};
           }),
           "plan"_a, "day"_a, "soon_days"_a, "silent_days"_a)
      .def("columns", &progress_columns, "One row a task.")
      .def("by_agency", &agency_progress_columns, "stake"_a = py::none(),
           "One row an agency, -1 for all tasks together; points overdue: one array a result.");
}

py::tuple scoreboard_columns(const Plan& plan, const Standings& standings,
                             const std::string& unit) {
  const Scoreboard board = [&] {
    const py::gil_scoped_release release;
    return scoreboard(plan, standings, unit);
  }();
  using R = TargetReport;
  py::dict targets;
  const auto& reports = board.targets;
  targets["target"] = gathered(reports, &R::target);
  targets["status"] = texts(reports, [](const R& r) { return name(r.status); });
  targets["baseline"] = gathered(reports, &R::baseline);
  targets["latest"] = texts(reports, [](const R& r) { return period_text(r.latest); });
  targets["value"] = gathered(reports, &R::value);
  targets["expected"] = gathered(reports, &R::expected);
  targets["gap"] = gathered(reports, &R::gap);
  targets["gap period"] = texts(reports, [](const R& r) { return period_text(r.gap_period); });
  targets["met in"] = texts(reports, [](const R& r) { return joined(r.met); });
  targets["lost again"] = texts(reports, [](const R& r) { return joined(r.lost_again); });

  using P = TargetPeriod;
  py::dict periods;
  periods["target"] = gathered(board.periods, &P::target);
  periods["period"] =
      texts(board.periods, [](const P& p) -> std::string_view { return p.period.text(); });
  periods["score"] = gathered(board.periods, &P::score);
  periods["rank"] = gathered(board.periods, &P::rank);
  periods["value"] = gathered(board.periods, &P::value);
  periods["needed"] = gathered(board.periods, &P::needed);
  periods["gap"] = gathered(board.periods, &P::gap);
  py::list met;
  for (const P& p : board.periods) met.append(p.met);
  periods["met"] = met;
  return py::make_tuple(targets, periods);
}

void bind_standings(py::module_& m) {
  py::class_<Standings>(m, "Standings", "Where units stood on nodes of indices over the years.")
      .def(py::init([](const std::vector<std::string>& index, const std::vector<std::string>& code,
                       const std::vector<Period>& period, const std::vector<std::string>& unit,
                       const std::vector<double>& score, const std::vector<double>& rank,
                       const std::vector<double>& maximum) {
             std::vector<Standing> rows;
             for (std::size_t i = 0; i < index.size(); ++i) {
               rows.push_back({index[i], code.at(i), period.at(i), unit.at(i), score.at(i),
                               rank.at(i), maximum.at(i)});
             }
             return Standings(std::move(rows));
           }),
           "index"_a, "code"_a, "period"_a, "unit"_a, "score"_a, "rank"_a, "maximum"_a,
           "Columns of one length. Raises DataError.")
      .def("__len__", [](const Standings& self) { return self.rows().size(); })
      .def(
          "columns",
          [](const Standings& self) {
            using S = Standing;
            const auto rows = self.rows();
            py::dict columns;
            columns["index"] = texts(rows, &S::index);
            columns["code"] = texts(rows, &S::code);
            columns["period"] =
                texts(rows, [](const S& s) -> std::string_view { return s.period.text(); });
            columns["unit"] = texts(rows, &S::unit);
            columns["score"] = gathered(rows, &S::score);
            columns["rank"] = gathered(rows, &S::rank);
            columns["maximum"] = gathered(rows, &S::maximum);
            return columns;
          },
          "Columns index, code, period, unit, score, rank, maximum.")
      .def(
          "joined",
          [](const Standings& self, const Standings& other) {
            std::vector<Standing> rows = to_vector(self.rows());
            rows.insert(rows.end(), other.rows().begin(), other.rows().end());
            return Standings(std::move(rows));
          },
          "other"_a, "The rows of both. Raises DataError if one stands twice.");

  m.def(
      "standings_of", [](const PlannedScores& planned) { return Standings(standings_of(planned)); },
      "planned"_a, "Where all units stand on what the plan's targets name.");
  m.def("scoreboard", &scoreboard_columns, "plan"_a, "standings"_a, "unit"_a,
        "Columns of the targets, and of the targets' periods. Raises NotFoundError, DataError.");
}

}  // namespace

void bind_responsibility(py::module_& m) {
  py::class_<PlannedScores>(m, "PlannedScores", "Results beside the plan that speaks of them.")
      .def(py::init<Plan, std::vector<Scores>>(), "plan"_a, "scores"_a, "Raises DataError.")
      .def_property_readonly("plan", &PlannedScores::plan)
      .def(
          "index_of",
          [](const PlannedScores& self, Size scores) {
            if (scores < 0 || scores >= static_cast<Size>(self.scores().size())) {
              throw py::index_error("no such result");
            }
            return self.index_of(scores);
          },
          "scores"_a, "Which of the plan's indices a result is of.");

  m.def("clarity", &clarity_columns, "planned"_a, "unit"_a,
        "Columns of the findings, and of the four counts.");
  bind_points(m);
  bind_matrix(m);
  bind_progress(m);
  bind_standings(m);
}

}  // namespace chiso::python
