"""A plan: who does what for which criterion until when, and what it promises."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from chiso import _core, _html, _tables
from chiso._convert import as_day, frame, in_vietnamese
from chiso._index import Index
from chiso._io import SHARE, data_path, read_names
from chiso._limits import core_limits
from chiso._responsibility import (
    By,
    Clarity,
    Share,
    Stake,
    Standings,
    UnsplitLike,
    agency_progress_columns,
    agenda_columns,
    known_standings,
    matrix_columns,
    progress_columns,
    progress_on,
    scoreboard_columns,
    target_columns,
    workload_columns,
)
from chiso._stored import Stored

if TYPE_CHECKING:
    import datetime
    import os
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from chiso._convert import Columns, DayLike
    from chiso._index import Language
    from chiso._limits import InputLimits
    from chiso._panel import NamesLike
    from chiso._responsibility import SomeScores
    from chiso._scores import Scores

_TABLES = {".csv", ".xlsx", ".xlsm"}


class Plan(Stored):
    """Who does what for which criterion until when, and what it promises: immutable.

    Made by `load_plan`, `Plan.from_yaml` or `Plan.from_frame`; an invalid one cannot exist.
    Whether its criteria exist is looked at when it meets results. Frames have titles in English
    or Vietnamese (`language`): those that there are, else the other's, else the codes.

    Examples
    --------
    >>> import chiso
    >>> plan = chiso.load_plan("thanh-hoa-211")
    >>> plan.unit, plan.period
    ('Thanh Hóa', ('2022', '2025'))
    >>> plan.targets()["promised"].tolist()[:2]
    ['rank <= 10', 'rank <= 10']
    """

    __slots__ = ("_cache", "_core")

    def __init__(self, core: _core.Plan) -> None:
        self._core = core
        self._cache: dict[Any, Any] = {}

    # ---- what it is -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Its name: ``"thanh-hoa-211"``."""
        return self._core.name

    @property
    def title(self) -> str:
        """Title in English if there is one, else in Vietnamese, else the name."""
        return self._core.title.en or self._core.title.vi or self.name

    @property
    def title_vi(self) -> str:
        """Title in Vietnamese; may be empty."""
        return self._core.title.vi

    @property
    def unit(self) -> str:
        """Whose plan it is; may be empty."""
        return self._core.unit

    @property
    def authority(self) -> str:
        """Who issued it; may be empty."""
        return self._core.authority

    @property
    def issued(self) -> datetime.date | None:
        """Day on which it was issued."""
        return self._core.issued

    @property
    def period(self) -> tuple[str | None, str | None]:
        """First and last period of the plan; None: open."""
        first, last = self._core.period
        return (first.text if first else None, last.text if last else None)

    @property
    def provenance(self) -> _core.Provenance:
        """Status, source, reference (its number), day of the last check, note."""
        return self._core.provenance

    @property
    def currency(self) -> str:
        """Unit of the costs; may be empty."""
        return self._core.currency

    @property
    def indices(self) -> dict[str, str]:
        """The indices that it speaks of: key in references, and family or edition."""
        return dict(self._core.indices)

    @property
    def regions(self) -> dict[str, list[str]]:
        """Units that are compared with each other, by the name of their region."""
        return self._core.regions

    # ---- its parts as frames ----------------------------------------------------------------

    def tasks(self, language: Language = "en") -> pd.DataFrame:
        """Return the tasks in the order of the plan.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `paragraph` (of the document), `area`, `area title`,
            `criteria` (its own, else its area's), one column a role that occurs (`lead`,
            `advise` ...: titles of the agencies), `submitted to`, `due`, `every`, `product`,
            `evidence`, `cost`, `status`, `source`.
        """
        return frame(self._task_columns(language), index="code")

    def assignments(self, language: Language = "en") -> pd.DataFrame:
        """Return who has which role in which task, one row each.

        Returns
        -------
        DataFrame
            Columns `task`, `agency` (codes), `title` (of the agency), `role`, `letter` (RACI).
        """
        return frame(assignment_columns(self, language))

    def agencies(self, language: Language = "en") -> pd.DataFrame:
        """Return the agencies in the order of the plan.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `head`, `parent`, `group` (whether it is one),
            `members` (codes), `also called`.
        """
        return frame(self._core.agency_columns(in_vietnamese(language)), index="code")

    def areas(self, language: Language = "en") -> pd.DataFrame:
        """Return the parts of the plan.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `criteria`, `tasks` (how many).
        """
        return frame(self._core.area_columns(in_vietnamese(language)), index="code")

    def targets(self, language: Language = "en") -> pd.DataFrame:
        """Return what the plan promises.

        Returns
        -------
        DataFrame
            Index `code`; columns `criterion`, `title` (the target's own, else the criterion's),
            `promised` (in words), `by` (period), `quantity` (``score``, ``percent``, ``rank``),
            `against` (``nothing``, ``baseline``, ``previous``), `lower`, `upper`, `region`,
            `status`, `source`.
        """
        return frame(target_columns(self, language), index="code")

    def baseline(self, language: Language = "en") -> pd.DataFrame:
        """Return where the plan starts from.

        Returns
        -------
        DataFrame
            Index `criterion`; columns `title`, `period`, `score`, `rank`, `source`.
        """
        return frame(baseline_columns(self, language), index="criterion")

    def news(self) -> pd.DataFrame:
        """Return what was reported of tasks.

        Returns
        -------
        DataFrame
            Columns `task` (code), `date`, `status`, `percent`, `evidence`, `note`; by task, then
            date.
        """
        return frame(news_columns(self))

    def effects(self) -> pd.DataFrame:
        """Return what tasks are expected to do to indicators; never used for scoring.

        Returns
        -------
        DataFrame
            Columns `task` (code), `criterion`, `effect` (``add`` and ``to`` a raw value,
            ``add_points`` and ``to_points`` a score), `amount`.
        """
        columns: Columns = dict(self._core.effects())
        return frame({**columns, "task": self._codes("tasks")[columns["task"]]})

    def members(self, agency: str) -> list[str]:
        """Return who is meant by an agency: of a group its members, down to the last; else itself.

        Parameters
        ----------
        agency : str
            Code, title or another spelling of its name; case, accents and blanks aside.

        Returns
        -------
        list of str
            Codes.

        Raises
        ------
        NotFoundError
            If there is no such agency; with the nearest.
        """
        codes = self._core.agencies
        return [codes[i] for i in self._core.members(self._core.find_agency(agency))]

    # ---- who answers ------------------------------------------------------------------------

    def clarity(self, scores: SomeScores = (), unit: str | None = None) -> Clarity:
        """Look for what is not clear: person, task, responsibility, time (the four "rõ").

        Parameters
        ----------
        scores : Scores or iterable of Scores
            Of the plan's indices: whether its criteria exist, and which of them lose points
            though no task is for them. Left out, these are not looked at.
        unit : str, optional
            Whose losses count; left out, the plan's.

        Returns
        -------
        Clarity
            Findings (`to_frame`) and the four counts (`summary`).
        """
        return Clarity(self, scores, unit)

    def points_at_stake(
        self,
        scores: SomeScores,
        unit: str | None = None,
        by: By = "agency",
        *,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Give the points that a unit lost to those who answer for them.

        Every criterion looks for its tasks: those that name it, else those that name its parent,
        and so on. Its points are divided equally among these tasks, and within a task by `share`.
        The points of an index add up to what the unit lost, whatever `by`.

        Parameters
        ----------
        scores : Scores or iterable of Scores
            Of one or several of the plan's indices.
        unit : str, optional
            Whose losses; left out, the plan's.
        by : {"agency", "top agency", "head", "area", "criterion", "task"}
            Of what a row is. An agency's top is the one that it belongs to in the end.
        share : {"raci", "lead"} or mapping of role to weight, or several of these
            ``"raci"``: those who are accountable in equal parts; without any, those responsible,
            then those consulted, then those informed. ``"lead"``: those who lead, nobody else.
            Weights by role: ``{"lead": 2, "coordinate": 1}``. A list of weights: the first with
            an agency gives it everything.
        unsplit : {"apart", "proportional"}
            Points that are lost for certain, but in which criterion nobody knows, because the
            most that it can have is not known: a row of their own, or divided as if every one
            of these criteria had lost the same share of its maximum, which is an assumption.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index by what was asked for (codes; heads by name, without a title); columns `index`
            (key), `title`, `points`, `share` (of what was lost), `tasks`, `criteria` (how many);
            most points first, then ``(no area)``, ``(nobody)`` and ``(not split)``.

        Raises
        ------
        DataError
            If tasks name criteria that the scored edition does not have, or results are of
            indices that the plan does not name; names both.
        """
        stake = Stake(self, scores, unit, share, unsplit)
        return frame(stake.columns(by, language), index=by.removeprefix("top "))

    def points_matrix(
        self,
        scores: SomeScores,
        unit: str | None = None,
        *,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Return who answers for how many lost points of which criterion.

        Parameters are those of `points_at_stake`.

        Returns
        -------
        DataFrame
            Index `agency`; column `title`, then one column a criterion that lost points; NaN:
            none of it.
        """
        stake = Stake(self, scores, unit, share, unsplit)
        return _matrix(*stake.matrix(language))

    def responsibility_matrix(
        self,
        *,
        expand_groups: bool = True,
        show: Literal["letters", "roles", "tasks"] = "letters",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Return what each agency is to each criterion.

        Parameters
        ----------
        expand_groups : bool
            Give a group's roles to its members; otherwise the group has its own row.
        show : {"letters", "roles", "tasks"}
            RACI letters (accountable, responsible, consulted, informed), roles in words, or the
            number of tasks.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `agency`, those with a role; column `title`, then one column a criterion.
        """
        return _matrix(*matrix_columns(self, expand_groups, show, language))

    def workload(self, language: Language = "en") -> pd.DataFrame:
        """Count what each agency has to do; members of groups have the group's tasks.

        Returns
        -------
        DataFrame
            Index `agency`; columns `title`, `tasks`, `accountable`, `responsible`, `consulted`,
            `informed` (tasks with each letter), `by group` (tasks that it has only as a member),
            `submitted to it`, `without due date`.
        """
        return frame(workload_columns(self, language), index="agency")

    def agenda(
        self,
        agency: str,
        scores: SomeScores | None = None,
        unit: str | None = None,
        *,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Return what one agency must do, by when, and what it is worth.

        Parameters
        ----------
        agency : str
            Code, title or another spelling of its name; case, accents and blanks aside.
        scores : Scores or iterable of Scores, optional
            For the points that each task brings the agency, as `points_at_stake` gives them.
        unit, share, unsplit
            As in `points_at_stake`.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `task`; columns `title`, `roles`, `letters`, `as member of` (the group through
            which it has the task), `due`, `every`, `product`, `criteria`, `area`, `area title`,
            and with scores ``points <index>``.

        Raises
        ------
        NotFoundError
            If there is no such agency; with the nearest.
        """
        stake = None if scores is None else Stake(self, scores, unit, share, unsplit)
        return frame(agenda_columns(self, agency, stake, language)[1], index="task")

    # ---- how it goes ------------------------------------------------------------------------

    def scoreboard(
        self,
        standings: Standings | Scores | Iterable[Standings | Scores],
        unit: str | None = None,
        language: Language = "en",
    ) -> pd.DataFrame:
        """Hold every target against what is known, over all indices and years.

        Parameters
        ----------
        standings : Standings or Scores, or several of these
            Published standings (`read_standings`), results, or both; of as many periods as there
            are.
        unit : str, optional
            Left out, the plan's.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `target`; columns `criterion`, `title`, `promised`, `by`, `baseline`, `latest`
            (last period that is known), `value` (in it: score, rank, or its change), `expected`
            (on the straight line from baseline to target), `status` (``reached``, ``on_track``,
            ``at_risk``, ``missed``, ``unknown``), `met in` (periods), `lost again` (periods in
            which it was not met right after one in which it was), `gap` (points that were
            missing; of a rank: to the score that it needed), `gap period` (the last in which it
            is known).
        """
        return frame(scoreboard_columns(self, standings, unit, language)[0], index="target")

    def target_history(
        self,
        standings: Standings | Scores | Iterable[Standings | Scores],
        unit: str | None = None,
    ) -> pd.DataFrame:
        """Return every target in every period that is known.

        Parameters are those of `scoreboard`.

        Returns
        -------
        DataFrame
            Columns `target`, `period`, `score`, `rank`, `value` (what the target is about),
            `needed` (score), `gap` (needed less score), `met` (boolean; NA: not known); one row
            a target and period: ``.pivot(index="target", columns="period", values="value")``.
        """
        table = frame(scoreboard_columns(self, standings, unit, "en")[1])
        return table.astype({"met": "boolean"})

    def target_probabilities(
        self,
        standings: Standings | Scores | Iterable[Standings | Scores],
        unit: str | None = None,
        *,
        ever: bool = False,
        language: Language = "en",
        **model: Any,
    ) -> pd.DataFrame:
        """Return how probable it is that each target is reached in its period, by projection.

        Each criterion is projected on its own, from the scores of all units (see `project`).

        Parameters
        ----------
        standings : Standings or Scores, or several of these
            As of `scoreboard`. A criterion is projected from the periods in which at least half
            of the units of all of them have a score.
        unit : str, optional
            Left out, the plan's.
        ever : bool
            In any period after those that are known and up to the target's, not only in its own.
        language : {"en", "vi"}
            Of the titles.
        **model
            Other options of `project`: `model`, `scale`, `draws`, `seed`, `least_known` ...

        Returns
        -------
        DataFrame
            Index `target`; columns `criterion`, `title`, `promised`, `by`, `last` (period that was
            learned from), `steps` (from it to `by`), `probability`, `why` (if there is none).
        """
        columns = self.target_probability_columns(
            standings, unit, ever=ever, language=language, **model
        )
        return frame(columns, index="target")

    def target_probability_columns(
        self,
        standings: Standings | Scores | Iterable[Standings | Scores],
        unit: str | None = None,
        *,
        ever: bool = False,
        language: Language = "en",
        **model: Any,
    ) -> Columns:
        """Return what `target_probabilities` shows, without pandas."""
        from chiso import _projection

        known, chosen = known_standings(self, standings, unit)
        found = _projection.target_columns(self, known, chosen, ever=ever, **model)
        promised = target_columns(self, language)
        return {
            "target": found["target"],
            **{name: promised[name] for name in ("criterion", "title", "promised", "by")},
            **{name: found[name] for name in ("last", "steps", "probability", "why")},
        }

    def progress(
        self,
        date: DayLike | None = None,
        *,
        soon: int = 30,
        silent: int = 90,
        language: Language = "en",
    ) -> pd.DataFrame:
        """Return where each task stands on a day, by the news up to it.

        Parameters
        ----------
        date : date, Timestamp or ISO text, optional
            The day; today if left out.
        soon : int
            Due within so many days is `due_soon`.
        silent : int
            No news for so many days is `without news`.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `task`; columns `title`, `who` (accountable or responsible), `state` (``done``,
            ``overdue``, ``due_soon``, ``open``, ``cancelled``), `status` and `percent` (last
            reported), `due`, `days left` (negative: overdue by so many), `last news`,
            `without news`.
        """
        progress = progress_on(self, date, soon, silent)
        table = frame(progress_columns(self, progress, language), index="task")
        return table.astype({"days left": "Int64"})

    def progress_by_agency(
        self,
        date: DayLike | None = None,
        scores: SomeScores | None = None,
        unit: str | None = None,
        *,
        soon: int = 30,
        silent: int = 90,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Count where the tasks of each agency stand, and the points behind the overdue ones.

        Parameters
        ----------
        date, soon, silent
            As in `progress`.
        scores, unit, share, unsplit
            As in `points_at_stake`; without scores there are no points.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `agency`, first ``(all)``; columns `title`, `tasks`, `done`, `overdue`,
            `due soon`, `open`, `cancelled`, `without news`, and with scores
            ``points overdue <index>``.
        """
        progress = progress_on(self, date, soon, silent)
        stake = None if scores is None else Stake(self, scores, unit, share, unsplit)
        return frame(agency_progress_columns(self, progress, stake, language), index="agency")

    # ---- looking at it ----------------------------------------------------------------------

    def plot_points_at_stake(
        self,
        scores: SomeScores,
        unit: str | None = None,
        by: By = "agency",
        *,
        share: Share = "raci",
        unsplit: UnsplitLike = "apart",
        top: int | None = 15,
        language: Language = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the points at stake as bars, most first. Needs matplotlib.

        Parameters
        ----------
        scores : Scores or iterable of one
            Of one index: points of different indices are not on one scale.
        unit, by, share, unsplit, language
            As in `points_at_stake`.
        top : int, optional
            Only so many; what nobody answers for and what is not split stand below.
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        from chiso import _plot

        stake = Stake(self, scores, unit, share, unsplit)
        return _plot.stake(stake, by, language, top=top, ax=ax)

    def plot_scoreboard(
        self,
        standings: Standings | Scores | Iterable[Standings | Scores],
        unit: str | None = None,
        *,
        language: Language = "en",
        axes: Sequence[Axes] | None = None,
    ) -> Figure:
        """Draw every target over the years against what it asks for. Needs matplotlib.

        Filled points met the target; ranks count downwards.

        Parameters
        ----------
        standings, unit, language
            As in `scoreboard`.
        axes : sequence of matplotlib.axes.Axes, optional
            Where to draw, one a target.
        """
        from chiso import _plot

        columns = scoreboard_columns(self, standings, unit, language)
        return _plot.scoreboard(self, *columns, axes=axes)

    # ---- writing it -------------------------------------------------------------------------

    def to_yaml(self) -> str:
        """Return the plan as YAML text, which `Plan.from_yaml` reads back unchanged."""
        return _core.plan_to_yaml(self._core)

    def to_table(
        self, path: str | os.PathLike[str] | None = None, language: Language = "vi"
    ) -> pd.DataFrame:
        """Return the plan as a table, one row a task; write it to a file if one is named.

        `load_plan` and `Plan.from_frame` read it back unchanged.

        Parameters
        ----------
        path : path, optional
            ``.csv`` or ``.xlsx``; replaced atomically.
        language : {"en", "vi"}
            Of the headings.
        """
        rows = self._rows(language)
        if path is not None:
            _tables.write_rows(rows, path)
        return frame({name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])})

    def save(self, path: str | os.PathLike[str], language: Language = "vi") -> None:
        """Write the plan to a file, all or nothing: by its ending a table, else YAML.

        Parameters
        ----------
        path : path
            ``.csv`` and ``.xlsx`` are tables.
        language : {"en", "vi"}
            Of a table's headings.
        """
        if Path(path).suffix.lower() in _TABLES:
            _tables.write_rows(self._rows(language), path)
        else:
            _core.write_file(path, self.to_yaml())

    def _rows(self, language: Language) -> list[list[str]]:
        return _core.table_from_plan(self._core, in_vietnamese(language)).rows

    @staticmethod
    def from_yaml(text: str, *, limits: InputLimits | None = None) -> Plan:
        """Read a plan from YAML text.

        Parameters
        ----------
        text : str
            What a file would hold.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem, each with line and column.
        """
        return Plan(_core.parse_plan(text, limits=core_limits(limits, _core.plan_limits)))

    @staticmethod
    def from_frame(
        table: pd.DataFrame,
        *,
        name: str = "imported",
        unit: str = "",
        issued: DayLike | None = None,
        ignore: Sequence[str] = (),
        limits: InputLimits | None = None,
    ) -> Plan:
        """Read a plan from a table, as `to_table` gives it, or as an office has it.

        Parameters
        ----------
        table : DataFrame
            One row a task; see the documentation of plans.
        name, unit, issued : str, str, date
            What an annex does not say itself.
        ignore : sequence of str
            Headings of an annex's columns that are to be passed over.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem of the table.
        """
        rows = _core.Table("table", _tables.rows_of_frame(table), limits=core_limits(limits))
        return _from_table(rows, name, unit, issued, ignore)

    def __eq__(self, other: object) -> bool:
        """Return whether the plans say the same."""
        return isinstance(other, Plan) and self._core == other._core

    def __hash__(self) -> int:
        """Return a hash of the name."""
        return hash(self._core)

    def __repr__(self) -> str:
        """Return the name and the size."""
        core = self._core
        sizes = ((core.tasks, "task"), (core.targets, "target"))
        counts = [f"{len(of)} {what}{'' if len(of) == 1 else 's'}" for of, what in sizes]
        agencies = len(core.agencies)
        counts.insert(1, f"{agencies} agenc{'y' if agencies == 1 else 'ies'}")
        return f"<Plan {self.name}: {', '.join(counts)}>"

    def _repr_html_(self) -> str:
        return _html.plan(self)

    # ---- what answers are labelled with -----------------------------------------------------

    def _codes(self, kind: str) -> NDArray[np.object_]:
        """Return the codes of ``"agencies"``, ``"areas"``, ``"targets"`` or ``"tasks"``."""
        if kind not in self._cache:
            self._cache[kind] = np.array(getattr(self._core, kind), dtype=object)
        codes: NDArray[np.object_] = self._cache[kind]
        return codes

    def _titles(self, kind: str, language: Language) -> NDArray[np.object_]:
        """Return their titles."""
        key = (kind, language)
        if key not in self._cache:
            read = {
                "agencies": self._core.agency_titles,
                "areas": self._core.area_titles,
                "tasks": self._core.task_titles,
            }[kind]
            self._cache[key] = np.array(read(in_vietnamese(language)), dtype=object)
        titles: NDArray[np.object_] = self._cache[key]
        return titles

    def _task_columns(self, language: Language) -> Columns:
        key = ("task columns", language)
        if key not in self._cache:
            self._cache[key] = self._core.task_columns(in_vietnamese(language))
        columns: Columns = self._cache[key]
        return columns

    def _criterion_titles(self, refs: Iterable[str], language: Language) -> list[str]:
        """Return what criteria are called in the shipped definitions; "" where none says."""
        titles = []
        for ref in refs:
            key, _, code = ref.partition(":")
            index = self._definition(key)
            known = {} if index is None else dict(zip(index.codes, index.titles(language)))  # noqa: B905
            titles.append(known.get(code or (index.codes[0] if index else ""), ""))
        return titles

    def _definition(self, key: str) -> Index | None:
        """Return the shipped definition of an index of the plan; of a family one in the period."""
        if ("definition", key) not in self._cache:
            self._cache["definition", key] = _shipped(self.indices.get(key, ""), self._core.period)
        found: Index | None = self._cache["definition", key]
        return found


def _shipped(
    definition: str, period: tuple[_core.Period | None, _core.Period | None]
) -> Index | None:
    catalogue = _core.Catalogue(SHARE / "indices")
    for wanted in (*period, None):
        try:
            return Index(_core.load_index(catalogue.find(definition, wanted).path))
        except (_core.NotFoundError, _core.SpecError):
            continue
    editions = [entry for entry in catalogue.entries if entry.family == definition]
    return Index(_core.load_index(editions[-1].path)) if editions else None


def _matrix(labels: Columns, criteria: list[str], cells: NDArray[Any]) -> pd.DataFrame:
    """Return agencies x criteria behind a column of titles."""
    import pandas as pd

    agencies = pd.Index(labels["agency"], name="agency")
    table = pd.DataFrame(cells, index=agencies, columns=criteria, dtype=cells.dtype)
    table.insert(0, "title", labels["title"])
    return table


# ---- the same without pandas --------------------------------------------------------------------


def assignment_columns(plan: Plan, language: Language) -> Columns:
    """Return what `Plan.assignments` shows, without pandas."""
    columns: Columns = dict(plan._core.assignments())
    agency = columns["agency"]
    return {
        "task": plan._codes("tasks")[columns["task"]],
        "agency": plan._codes("agencies")[agency],
        "title": plan._titles("agencies", language)[agency],
        "role": columns["role"],
        "letter": columns["letter"],
    }


def baseline_columns(plan: Plan, language: Language) -> Columns:
    """Return what `Plan.baseline` shows, without pandas."""
    columns: Columns = dict(plan._core.baseline_columns())
    criteria = columns.pop("criterion")
    titles = plan._criterion_titles(criteria, language)
    return {"criterion": criteria, "title": titles, **columns}


def news_columns(plan: Plan) -> Columns:
    """Return what `Plan.news` shows, without pandas."""
    columns: Columns = dict(plan._core.news())
    return {**columns, "task": plan._codes("tasks")[columns["task"]]}


# ---- loading ------------------------------------------------------------------------------------


def plan_columns() -> Columns:
    """Return what `plans` shows, without pandas."""
    found = _core.plans_in(SHARE / "plans")
    return {
        "name": [entry.name for entry in found],
        "title": [entry.title.en or entry.title.vi for entry in found],
        "title_vi": [entry.title.vi for entry in found],
        "unit": [entry.unit for entry in found],
    }


def plans() -> pd.DataFrame:
    """Return the plans that ship with the package.

    Returns
    -------
    DataFrame
        Index `name`; columns `title`, `title_vi`, `unit` (whose it is).
    """
    return frame(plan_columns(), index="name")


def load_plan(
    name: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    called: str = "imported",
    unit: str = "",
    issued: DayLike | None = None,
    ignore: Sequence[str] = (),
    limits: InputLimits | None = None,
) -> Plan:
    """Load a plan that ships with the package, or from a file.

    Parameters
    ----------
    name : str or path
        A shipped plan (``"thanh-hoa-211"``); or a file: YAML, or a table as CSV or Excel, also
        the annex of a plan as an office has it.
    sheet : str, optional
        Of an Excel file; the first if left out.
    called, unit, issued : str, str, date
        What an annex does not say itself: what the plan is called, whose it is, and when it was
        issued.
    ignore : sequence of str
        Headings of an annex's columns that are to be passed over: of what a plan cannot hold.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    NotFoundError
        If there is none; with the nearest.
    SpecError
        With everything that is wrong in the plan, each with its line or cell.

    Examples
    --------
    >>> import chiso
    >>> chiso.load_plan("thanh-hoa-211").provenance.reference
    '211/KH-UBND'
    """
    text = str(name)
    file = Path(text)
    if file.suffix.lower() in _TABLES:
        return _from_table(_tables.read_table(file, sheet, limits), called, unit, issued, ignore)
    most = core_limits(limits, _core.plan_limits)
    shipped = SHARE / "plans" / f"{text}.yaml"
    if file.suffix.lower() in {".yaml", ".yml"} or len(file.parts) > 1 or _core.is_file(file):
        return Plan(_core.load_plan(file, most))
    if _core.is_file(shipped):
        return Plan(_core.load_plan(shipped, most))
    names = plan_columns()["name"]
    near = difflib.get_close_matches(text, names, 1)
    raise _core.NotFoundError(
        f"there is no file and no shipped plan '{text}'"
        + (f" (did you mean '{near[0]}'?)" if near else f"; there is {', '.join(names)}")
    )


def _from_table(
    table: _core.Table, name: str, unit: str, issued: DayLike | None, ignore: Sequence[str]
) -> Plan:
    day = None if issued is None else as_day(issued)
    return Plan(_core.plan_from_table(table, name, unit, day, list(ignore)))


def read_standings(
    path: str | os.PathLike[str] = "standings",
    *,
    units: NamesLike | None = None,
    sheet: str | None = None,
    limits: InputLimits | None = None,
) -> Standings:
    """Read where units stood on indices over the years, from a CSV or Excel file.

    Parameters
    ----------
    path : path or str
        A file, or the name of a shipped table; left out, the published standings that ship.
        Columns `index`, `period`, `unit`, and `score` or `rank` or both; `code` and `maximum`
        may be left out, other columns are ignored.
    units : str, path or NameList, optional
        Official names and aliases (``"provinces"``): units come out under their official names.
    sheet : str, optional
        Of an Excel file; the first if left out.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    DataError
        With everything that is wrong, each with its line or cell.
    """
    table = _tables.read_table(data_path(path), sheet, limits)
    names = None if units is None else read_names(units, limits=limits)
    return Standings(_core.standings_from_table(table, names))


def task_roles() -> pd.DataFrame:
    """Return the roles that agencies can have in a task.

    Returns
    -------
    DataFrame
        Index `role` (as plans write it); columns `en`, `vi` (names), `letter` (RACI).
    """
    return frame(_core.task_role_columns(), index="role")
