"""Who answers for which points: what plans answer, as columns without pandas."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from chiso import _core, _html
from chiso._convert import as_choice, as_day, frame, in_vietnamese, matching
from chiso._scores import Scores
from chiso._stored import Stored

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from chiso._convert import Columns, DayLike
    from chiso._index import Language
    from chiso._plan import Plan

#: By whom or what points at stake are summed.
By: TypeAlias = Literal["agency", "top agency", "head", "area", "criterion", "task"]

#: One role and its weight, or several.
Weights: TypeAlias = "Mapping[str, float] | Mapping[_core.TaskRole, float]"

#: Who answers for the points of a task: a rule by name, weights by role, or rounds of weights, of
#: which the first with any agency gives it everything.
Share: TypeAlias = "Literal['raci', 'lead'] | Weights | Sequence[Weights]"

UnsplitLike: TypeAlias = "Literal['apart', 'proportional'] | _core.Unsplit"

#: Results of one or several indices.
SomeScores: TypeAlias = "Scores | Iterable[Scores]"

NOBODY = "(nobody)"
NOT_SPLIT = "(not split)"
NO_AREA = "(no area)"

_TITLES = {
    "en": {
        NOBODY: "nobody answers for it",
        NOT_SPLIT: "lost, but not known in which criterion",
        NO_AREA: "by tasks of no area",
    },
    "vi": {
        NOBODY: "chưa có ai chịu trách nhiệm",
        NOT_SPLIT: "mất điểm, nhưng không rõ ở tiêu chí nào",
        NO_AREA: "nhiệm vụ không thuộc lĩnh vực nào",
    },
}


class Standings(Stored):
    """Where units stood on the nodes of indices over the years, published or computed.

    Made by `read_standings`, `Standings.from_frame` or `Standings.of`; holes are normal. Two of
    them are put together with ``+``.
    """

    __slots__ = ("_core", "units")

    def __init__(self, core: _core.Standings) -> None:
        self._core = core
        #: Units with a row, in the order of first mention.
        self.units: list[str] = list(dict.fromkeys(core.columns()["unit"]))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, node and period.

        Returns
        -------
        DataFrame
            Columns `index`, `code` (empty: the composite), `period`, `unit`, `score`, `rank`,
            `maximum` (of the node).
        """
        return frame(self._core.columns())

    @staticmethod
    def from_frame(table: pd.DataFrame) -> Standings:
        """Read standings from a frame with the columns that `to_frame` gives.

        Parameters
        ----------
        table : DataFrame
            `index`, `period`, `unit`, and `score` or `rank` or both; `code` and `maximum` may be
            left out, other columns are ignored.

        Raises
        ------
        DataError
            With every problem, each with its line.
        """
        from chiso import _tables

        rows = _core.Table("standings", _tables.rows_of_frame(table), limits=_core.no_limits)
        return Standings(_core.standings_from_table(rows))

    @staticmethod
    def of(plan: Plan, scores: SomeScores) -> Standings:
        """Return where all units stand by results, on whatever the plan's targets name.

        Parameters
        ----------
        plan : Plan
            Whose targets and baseline say which nodes.
        scores : Scores or iterable of Scores
            Of the plan's indices, in as many periods as there are.
        """
        rows = Standings(_core.Standings([], [], [], [], [], [], []))
        for result in listed(scores):
            found = _core.standings_of(_core.PlannedScores(plan._core, [result._core]))
            rows += Standings(found)
        return rows

    def unit(self, spelling: str) -> str:
        """Return the unit that a spelling means: case, accents and blanks aside.

        Raises
        ------
        NotFoundError
            If it means none of the units; with the nearest.
        DataError
            If it means two.
        """
        return matching(spelling, self.units)

    def __add__(self, other: Standings) -> Standings:
        """Return the rows of both.

        Raises
        ------
        DataError
            If a row stands in both.
        """
        return Standings(self._core.joined(other._core))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._core)

    def __repr__(self) -> str:
        """Return the size."""
        columns = self._core.columns()
        indices, periods = dict.fromkeys(columns["index"]), sorted(set(columns["period"]))
        span = f", {periods[0]}-{periods[-1]}" if periods else ""
        return (
            f"<Standings: {len(self)} rows of {len(self.units)} units, "
            f"{', '.join(indices) or 'no index'}{span}>"
        )


class Clarity:
    """What is clear in a plan and what is not: the four "rõ". Made by `Plan.clarity`."""

    __slots__ = ("columns", "counts", "plan")

    def __init__(self, plan: Plan, scores: SomeScores = (), unit: str | None = None) -> None:
        results = listed(scores)
        planned = _core.PlannedScores(plan._core, [result._core for result in results])
        #: The plan that was looked at.
        self.plan = plan
        #: What `to_frame` and `summary` show, without pandas.
        self.columns: Columns
        self.counts: Columns
        chosen = _unit_of(plan, results, unit) if unit is not None else ""
        self.columns, self.counts = _core.clarity(planned, chosen)

    @property
    def errors(self) -> int:
        """Number of findings that are errors."""
        return sum(severity == "error" for severity in self.columns["severity"])

    def to_frame(self) -> pd.DataFrame:
        """Return the findings, one row each, errors first.

        Returns
        -------
        DataFrame
            Columns `severity` (``error``, ``warning`` or ``note``), `finding` (its kind),
            `subject` (``task``, ``criterion``, ``agency`` or ``index``), `place` (code), `points`
            (lost in a criterion without a task), `message`, `remedy`, `file`, `line`.
        """
        return frame(self.columns)

    def summary(self) -> pd.DataFrame:
        """Count the tasks in which each of the four is clear.

        Returns
        -------
        DataFrame
            Index `what` (``person``, ``task``, ``responsibility``, ``time``); columns `clear` and
            `tasks`.
        """
        return frame(self.counts, index="what")

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.columns["finding"])

    def __repr__(self) -> str:
        """Return the four counts and the number of findings."""
        counts = ", ".join(f"{what} {clear}/{tasks}" for what, clear, tasks in self._counts())
        return f"<Clarity of {self.plan.name}: {counts}; {len(self)} findings>"

    def _counts(self) -> list[tuple[str, int, int]]:
        return list(zip(*(list(self.counts[k]) for k in ("what", "clear", "tasks")), strict=True))

    def _repr_html_(self) -> str:
        return _html.clarity(self)


# ---- what people give ---------------------------------------------------------------------------


def listed(scores: SomeScores) -> list[Scores]:
    """Return one or several results as a list."""
    found = [scores] if isinstance(scores, Scores) else list(scores)
    for result in found:
        if not isinstance(result, Scores):
            raise TypeError(f"expected Scores, got {result!r}")
    return found


def sharing(share: Share) -> _core.Sharing:
    """Return the rule that people mean."""
    if isinstance(share, str):
        if share == "raci":
            return _core.Sharing.raci()
        if share == "lead":
            return _core.Sharing.lead()
        raise ValueError(f"expected raci, lead or weights by role, got {share!r}")
    if isinstance(share, Mapping):
        return _core.Sharing.weighted(_weights(share))
    names = list(_core.TaskRole.__members__)
    rounds = []
    for weights in share:
        row = [0.0] * len(names)
        for role, weight in _weights(weights):
            row[names.index(role.name)] = weight
        rounds.append(row)
    return _core.Sharing("weights", rounds)


def _weights(weights: Weights) -> list[tuple[_core.TaskRole, float]]:
    return [(as_choice(_core.TaskRole, role), float(w)) for role, w in weights.items()]


def _unit_of(plan: Plan, results: Sequence[Scores], unit: str | None) -> str:
    """Return the unit that is asked for, or else the plan's."""
    chosen = unit or plan.unit
    if not chosen:
        raise _core.DataError(f"the plan {plan.name} is nobody's: say of which unit, unit=...")
    missing: _core.NotFoundError | None = None
    for result in results:
        try:
            return result.unit(chosen)
        except _core.NotFoundError as error:
            missing = missing or error
    if missing is not None:
        raise missing
    return chosen


# ---- points at stake ----------------------------------------------------------------------------


class Stake:
    """Points at stake in the core, with the words for what it counts."""

    def __init__(
        self,
        plan: Plan,
        scores: SomeScores,
        unit: str | None = None,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
    ) -> None:
        self.plan = plan
        self.results = listed(scores)
        if not self.results:
            raise _core.DataError("points at stake need results: give Scores of a plan's index")
        planned = _core.PlannedScores(plan._core, [result._core for result in self.results])
        self.unit = _unit_of(plan, self.results, unit)
        self.core = _core.PointsAtStake(
            planned, self.unit, sharing(share), as_choice(_core.Unsplit, unsplit)
        )
        keys = [key for key, _ in plan._core.indices]
        #: Key of the plan's index, by result.
        self.keys = [keys[planned.index_of(s)] for s in range(len(self.results))]
        #: Points lost, by result.
        self.lost = np.array([self.core.lost(s) for s in range(len(self.results))])

    def columns(self, by: str, language: Language) -> Columns:
        """Return the rows of one way to sum, those with most points first."""
        if by not in get_args(By):
            raise ValueError(f"expected one of {', '.join(get_args(By))}, got {by!r}")
        rows = getattr(self.core, f"by_{by.replace(' ', '_')}")()
        result, key, points = rows["scores"], rows["key"], rows["points"]
        last = np.select([key >= 0, key == -3, key == -1], [0, 1, 2], 3)
        order = np.lexsort((-points, last, result))
        result, key, points = result[order], key[order], points[order]
        labels, titles = self._words(by, language)
        place = key + self._offsets[result] if by == "criterion" else key
        with np.errstate(invalid="ignore", divide="ignore"):
            share = points / self.lost[result]
        return {
            by.removeprefix("top "): labels[place],
            "index": np.array(self.keys, dtype=object)[result],
            **({} if by == "head" else {"title": titles[place]}),
            "points": points,
            "share": share,
            "tasks": rows["tasks"][order],
            "criteria": rows["criteria"][order],
        }

    def _words(
        self, by: str, language: Language
    ) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Return labels and titles by position; from the end: nobody, not split, no area."""
        plan = self.plan
        last = [NO_AREA, NOT_SPLIT, NOBODY]
        codes: Sequence[str] | NDArray[np.object_]
        titles: Sequence[str] | NDArray[np.object_]
        if by == "criterion":
            codes, titles = self._nodes(language)
        elif by == "head":
            codes = titles = self.core.heads
        else:
            kind = {
                "agency": "agencies",
                "top agency": "agencies",
                "area": "areas",
                "task": "tasks",
            }
            codes, titles = plan._codes(kind[by]), plan._titles(kind[by], language)
        words = _TITLES[language]
        return (
            np.array([*codes, *last], dtype=object),
            np.array([*titles, *(words[name] for name in last)], dtype=object),
        )

    @property
    def _offsets(self) -> NDArray[np.intp]:
        """Where the nodes of each result begin in a list of all of them."""
        return np.cumsum([0, *(len(result.index) for result in self.results[:-1])])

    def _nodes(self, language: Language) -> tuple[list[str], list[str]]:
        codes: list[str] = []
        titles: list[str] = []
        for key, result in zip(self.keys, self.results, strict=True):
            codes += [key, *(f"{key}:{code}" for code in result.index.codes[1:])]
            titles += result.index.titles(language)
        return codes, titles

    def matrix(self, language: Language) -> tuple[Columns, list[str], NDArray[np.float64]]:
        """Return agencies, criteria, and the points that each has in each; NaN: none."""
        cells = self.core.cells()
        agency, place = cells["agency"], cells["node"] + self._offsets[cells["scores"]]
        agencies = np.unique(agency)
        agencies = np.concatenate([agencies[agencies >= 0], agencies[agencies < 0][::-1]])
        places = np.unique(place)
        row = {int(a): i for i, a in enumerate(agencies)}
        points = np.full((len(agencies), len(places)), np.nan)
        points[[row[int(a)] for a in agency], np.searchsorted(places, place)] = cells["points"]
        labels, titles = self._words("agency", language)
        codes = self._nodes(language)[0]
        return (
            {"agency": labels[agencies], "title": titles[agencies]},
            [codes[p] for p in places],
            points,
        )

    def of_agency(self, agency: int, tasks: NDArray[np.intp]) -> Columns:
        """Return one column a result: the points that tasks bring an agency."""
        points = self.core.of_agency(agency)
        return {f"points {key}": points[tasks, s] for s, key in enumerate(self.keys)}


# ---- matrix, workload, agenda -------------------------------------------------------------------


def matrix_columns(
    plan: Plan, expand_groups: bool, show: str, language: Language
) -> tuple[Columns, list[str], NDArray[np.object_]]:
    """Return agencies with a role, criteria, and what each agency is to each criterion."""
    if show not in {"letters", "roles", "tasks"}:
        raise ValueError(f"expected one of letters, roles, tasks, got {show!r}")
    criteria, cells = _core.responsibility_matrix(plan._core, expand_groups)
    agencies, row = np.unique(cells["agency"], return_inverse=True)
    table = np.full((len(agencies), len(criteria)), 0 if show == "tasks" else "", dtype=object)
    table[row, cells["criterion"]] = cells[show]
    codes, titles = plan._codes("agencies"), plan._titles("agencies", language)
    return {"agency": codes[agencies], "title": titles[agencies]}, criteria, table


def workload_columns(plan: Plan, language: Language) -> Columns:
    """Return what `Plan.workload` shows, without pandas."""
    columns: Columns = dict(_core.workload(plan._core))
    agency = columns.pop("agency")
    return {
        "agency": plan._codes("agencies")[agency],
        "title": plan._titles("agencies", language)[agency],
        **columns,
    }


def agenda_columns(
    plan: Plan, agency: str, stake: Stake | None, language: Language
) -> tuple[int, Columns]:
    """Return which agency is meant, and what `Plan.agenda` shows, without pandas."""
    position = plan._core.find_agency(agency)
    items = _core.agenda(plan._core, position)
    task, via = items["task"], items["via"]
    every = plan._task_columns(language)
    groups = np.append(plan._titles("agencies", language), "")
    columns: Columns = {
        "task": plan._codes("tasks")[task],
        "title": plan._titles("tasks", language)[task],
        "roles": items["roles"],
        "letters": items["letters"],
        "as member of": groups[via],
        "due": every["due"][task],
        **{
            name: [every[name][t] for t in task]
            for name in ("every", "product", "criteria", "area", "area title")
        },
    }
    if stake is not None:
        columns |= stake.of_agency(position, task)
    return position, columns


# ---- targets ------------------------------------------------------------------------------------


def _standings(plan: Plan, source: Standings | Scores | Iterable[Standings | Scores]) -> Standings:
    """Return published standings and results as one."""
    given = [source] if isinstance(source, Standings | Scores) else list(source)
    parts = [part if isinstance(part, Standings) else Standings.of(plan, part) for part in given]
    if not parts:
        raise _core.DataError("a scoreboard needs Standings or Scores")
    whole, *rest = parts
    for part in rest:
        whole += part
    return whole


def known_standings(
    plan: Plan,
    source: Standings | Scores | Iterable[Standings | Scores],
    unit: str | None,
) -> tuple[Standings, str]:
    """Return standings and results as one, and the unit, or the plan's, as they spell it."""
    standings = _standings(plan, source)
    return standings, standings.unit(_unit_of(plan, [], unit))


def scoreboard_columns(
    plan: Plan,
    source: Standings | Scores | Iterable[Standings | Scores],
    unit: str | None,
    language: Language,
) -> tuple[Columns, Columns]:
    """Return what `Plan.scoreboard` and `Plan.target_history` show, without pandas."""
    standings, chosen = known_standings(plan, source, unit)
    reports, periods = _core.scoreboard(plan._core, standings._core, chosen)
    promised = target_columns(plan, language)
    position = reports["target"]
    targets: Columns = {
        "target": plan._codes("targets")[position],
        "criterion": [promised["criterion"][i] for i in position],
        "title": [promised["title"][i] for i in position],
        "promised": [promised["promised"][i] for i in position],
        "by": [promised["by"][i] for i in position],
        **{
            name: reports[name]
            for name in (
                "baseline", "latest", "value", "expected", "status", "met in", "lost again", "gap",
                "gap period",
            )
        },
    }  # fmt: skip
    position = periods["target"]
    history: Columns = {
        "target": plan._codes("targets")[position],
        **{name: periods[name] for name in ("period", "score", "rank", "value", "needed", "gap")},
        "met": periods["met"],
    }
    return targets, history


def target_columns(plan: Plan, language: Language) -> Columns:
    """Return what `Plan.targets` shows, without pandas."""
    columns: Columns = dict(plan._core.target_columns(in_vietnamese(language)))
    named = plan._criterion_titles(columns["criterion"], language)
    titles = [own or of for own, of in zip(columns["title"], named, strict=True)]
    columns["promised"] = columns.pop("target")
    ends = plan.period[1] or ""
    columns["by"] = [by or ends for by in columns["by"]]
    first = ("code", "criterion", "title", "promised", "by")
    columns["title"] = titles
    return {name: columns[name] for name in (*first, *(c for c in columns if c not in first))}


# ---- progress -----------------------------------------------------------------------------------


def progress_on(plan: Plan, day: DayLike | None, soon: int, silent: int) -> _core.PlanProgress:
    """Return where the tasks stand on a day, or today."""
    on = datetime.datetime.now().astimezone().date() if day is None else as_day(day)
    return _core.PlanProgress(plan._core, on, soon, silent)


def progress_columns(plan: Plan, progress: _core.PlanProgress, language: Language) -> Columns:
    """Return what `Plan.progress` shows, without pandas."""
    columns: Columns = dict(progress.columns())
    task = columns.pop("task")
    who = plan._core.who(in_vietnamese(language))
    return {
        "task": plan._codes("tasks")[task],
        "title": plan._titles("tasks", language)[task],
        "who": [who[t] for t in task],
        **columns,
    }


def agency_progress_columns(
    plan: Plan, progress: _core.PlanProgress, stake: Stake | None, language: Language
) -> Columns:
    """Return what `Plan.progress_by_agency` shows, without pandas; the first row is all tasks."""
    columns: Columns = dict(progress.by_agency(None if stake is None else stake.core))
    agency, points = columns.pop("agency"), columns.pop("points overdue")
    everything = "all tasks" if language == "en" else "mọi nhiệm vụ"
    codes = np.append(plan._codes("agencies"), "(all)")
    titles = np.append(plan._titles("agencies", language), everything)
    keys = [] if stake is None else stake.keys
    return {
        "agency": codes[agency],
        "title": titles[agency],
        **columns,
        **{f"points overdue {key}": p for key, p in zip(keys, points, strict=True)},
    }
