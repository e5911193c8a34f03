"""Where units will stand: projections from their history, and how such ones did in the past."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np

from chiso import _core
from chiso._convert import (
    as_choice,
    as_flag,
    as_list,
    as_number,
    as_period,
    as_text,
    as_whole,
    frame,
    is_frame,
    matching,
)
from chiso._targets import AtLeast, Top
from chiso._uncertainty import as_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from chiso._convert import Columns, PeriodLike
    from chiso._plan import Plan
    from chiso._responsibility import Standings
    from chiso._scores import Scores

    Array: TypeAlias = NDArray[np.float64]

#: How units move against each other.
Kind: TypeAlias = "Literal['random_walk', 'drift', 'local_level', 'mean_reversion']"
#: Whether they share one variance.
Volatility: TypeAlias = "Literal['pooled', 'by_unit']"
#: What their differences are measured in.
Scale: TypeAlias = "Literal['standardised', 'as_published']"

#: What a projection is made from.
HistoryLike: TypeAlias = "History | pd.DataFrame | Iterable[Scores]"
#: One period or several.
Periods: TypeAlias = "PeriodLike | Iterable[PeriodLike]"


class History:
    """Scores of one node of many units over the periods; holes are normal.

    Made by `History.of`, `History.from_frame` or `History.from_standings`.
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.History) -> None:
        self._core = core

    @property
    def node(self) -> str:
        """What is scored."""
        return self._core.node

    @property
    def units(self) -> list[str]:
        """Names, in the order in which they appeared."""
        return self._core.units

    @property
    def periods(self) -> list[str]:
        """In time order."""
        return [period.text for period in self._core.periods]

    @staticmethod
    def of(results: Iterable[Scores], node: str = "") -> History:
        """Return the history of a node from results of an index in several periods.

        Parameters
        ----------
        results : iterable of Scores
            In any order; editions may differ.
        node : str
            Code; the composite if left out.

        Raises
        ------
        NotFoundError
            If a result has no such node.
        DataError
            If two are of one period, or of different kinds (years and quarters).
        """
        from chiso._scores import Scores

        listed = as_list(results, "results", "Scores of several periods")
        for scores in listed:
            if not isinstance(scores, Scores):
                raise TypeError(f"expected Scores of a period, got {scores!r}")
        return History(_core.History.of([scores._core for scores in listed], node))

    @staticmethod
    def from_frame(table: pd.DataFrame, node: str = "score") -> History:
        """Return a history from a frame.

        Parameters
        ----------
        table : DataFrame
            Either long (columns `unit`, `period`, `score`) or wide: one row a unit, its name the
            index, one column a period.
        node : str
            What is scored, for messages. Projections of different nodes take different random
            numbers.

        Raises
        ------
        DataError
            With every problem: a unit and period twice, a unit or period without a score.
        """
        if {"unit", "period", "score"} <= set(table.columns):
            twice = table[table.duplicated(["unit", "period"])]
            if len(twice):
                raise _core.DataError(
                    "\n".join(
                        f"{row.unit}, {row.period}: stands twice; give one score a unit and period"
                        for row in twice.itertuples()
                    )
                )
            table = table.pivot_table(index="unit", columns="period", values="score")
            table = table.dropna(axis="index", how="all").dropna(axis="columns", how="all")
        units = [str(unit) for unit in table.index]
        periods = [as_period(period) for period in table.columns]
        values = np.asarray(table.to_numpy(dtype=float, na_value=math.nan))
        return History(_core.History(node, units, periods, values))

    @staticmethod
    def from_standings(standings: Standings, index: str, node: str = "") -> History:
        """Return the history of a node from standings, published or computed.

        Parameters
        ----------
        standings : Standings
            For instance `read_standings()`.
        index : str
            As the standings spell it: ``"pci"``.
        node : str
            Code; the composite if left out.

        Raises
        ------
        NotFoundError
            If no row is of the node.
        """
        return History(_core.history_of(standings._core, index, node))

    def to_frame(self) -> pd.DataFrame:
        """Return the scores.

        Returns
        -------
        DataFrame
            Index `unit`; one column a period.
        """
        import pandas as pd

        return pd.DataFrame(
            self._core.values(),
            index=pd.Index(self.units, name="unit"),
            columns=pd.Index(self.periods, name="period"),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as its parts."""
        return (_history_from, (self.node, self.units, self.periods, self._core.values()))

    def __repr__(self) -> str:
        """Return the size."""
        periods = self.periods
        return (
            f"<History of {self.node}: {len(self.units)} units, {len(periods)} periods, "
            f"{periods[0]}-{periods[-1]}>"
        )


def _history_from(node: str, units: list[str], periods: list[str], values: Array) -> History:
    return History(_core.History(node, units, [as_period(text) for text in periods], values))


def as_history(source: HistoryLike, node: str = "") -> History:
    """Return what a projection is made from as a history."""
    as_text(node, "node", "one code")
    if isinstance(source, History):
        if node not in ("", source.node):
            raise _core.SpecError(
                f"node: the history is of {source.node}, got {node!r}; make one of that node"
            )
        return source
    if is_frame(source):
        return History.from_frame(source, node or "score")
    kind = "a History, a frame or results of several periods"
    return History.of(as_list(cast("Iterable[Scores]", source), "history", kind), node)


def _options(
    *,
    model: Kind = "mean_reversion",
    volatility: Volatility = "pooled",
    scale: Scale = "standardised",
    common_drift: bool = False,
    draws: int = 10_000,
    seed: int = 0,
    threads: int = 0,
    least_known: float = 0.5,
    all_units: int = 0,
) -> _core.ProjectionOptions:
    stated = _core.ProjectionModel(
        as_choice(_core.ProjectionKind, model, "model"),
        as_choice(_core.Volatility, volatility, "volatility"),
        as_choice(_core.DifferenceScale, scale, "scale"),
        as_flag(common_drift, "common_drift"),
    )
    return _core.ProjectionOptions(
        stated,
        as_whole(draws, "draws"),
        as_seed(seed),
        as_whole(threads, "threads", 2**31 - 1),
        as_number(least_known, "least_known"),
        as_whole(all_units, "all_units"),
    )


def _listed(periods: Periods) -> list[_core.Period]:
    if isinstance(periods, str) or not isinstance(periods, Iterable):
        return [as_period(periods)]
    return [as_period(period) for period in periods]


def project(
    history: HistoryLike,
    periods: Periods,
    *,
    node: str = "",
    model: Kind = "mean_reversion",
    volatility: Volatility = "pooled",
    scale: Scale = "standardised",
    common_drift: bool = False,
    draws: int = 10_000,
    seed: int = 0,
    threads: int = 0,
    least_known: float = 0.5,
    all_units: int = 0,
) -> Projection:
    """Project scores and ranks of all units to coming periods.

    A score is the level of its period, which all units share and which walks at random, plus what
    a unit has more or less than it, which follows a stated model. What the model's parameters
    might be is part of the answer: few years give wide intervals. `docs/projection.md` states the
    models and how they did on past years.

    Parameters
    ----------
    history : History, DataFrame or iterable of Scores
        See `History.from_frame` and `History.of`.
    periods : period or iterable of periods
        After the history's last.
    node : str
        Code of the node of `Scores`; the composite if left out.
    model : {"mean_reversion", "local_level", "random_walk", "drift"}
        How units move against each other: back to a lasting difference of their own, as a walk
        with noise on it, as a walk, or as a walk with a slope of their own.
    volatility : {"pooled", "by_unit"}
        One variance, or one a unit, shrunk to a common one.
    scale : {"standardised", "as_published"}
        Whether differences are taken in standard deviations of their period, which later periods
        have as the latest one has it.
    common_drift : bool
        Whether the level has a drift. No rank depends on it.
    draws : int
        How many futures are drawn; memory is 12 bytes a draw, unit and period.
    seed : int
        The result depends on it alone, not on `threads` (0: as many as the machine has).
    least_known : float
        A period in which a smaller share of the units has a score is left out: who is published
        when few are is no accident.
    all_units : int
        How many units there are, if the history does not have all.

    Raises
    ------
    DataError
        With every problem: fewer than three periods that can be used, periods that are not after
        the history, scores that never move.
    SpecError
        If an option is out of its range, or the draws need more than 4 GB.

    Examples
    --------
    >>> import chiso
    >>> papi = chiso.History.from_standings(chiso.read_standings(), "papi")
    >>> projection = chiso.project(papi, 2023, draws=2_000)
    >>> float(projection.top(10).loc["Thanh Hóa", "2023"]) > 0.4
    True
    """
    options = _options(
        model=model,
        volatility=volatility,
        scale=scale,
        common_drift=common_drift,
        draws=draws,
        seed=seed,
        threads=threads,
        least_known=least_known,
        all_units=all_units,
    )
    return Projection(_core.Projection(as_history(history, node)._core, _listed(periods), options))


class Projection:
    """Scores and ranks of units in coming periods; made by `project`.

    Ranks are by competition among the units that are projected: those with a score in one of the
    last two periods that are used. It can be pickled and copied.
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.Projection) -> None:
        self._core = core

    @property
    def history(self) -> History:
        """What it was made from."""
        return History(self._core.history)

    @property
    def model(self) -> str:
        """The model in words."""
        return str(self._core.options.model)

    @property
    def periods(self) -> list[str]:
        """That are projected, in time order."""
        return [period.text for period in self._core.periods]

    @property
    def units(self) -> list[str]:
        """That are projected."""
        return self._core.units

    @property
    def used(self) -> list[str]:
        """Periods of the history that were learned from."""
        return [period.text for period in self._core.used]

    @property
    def left_out(self) -> list[str]:
        """Periods of the history that were not, since too few units have a score."""
        return [period.text for period in self._core.left_out]

    @property
    def units_left_out(self) -> list[str]:
        """Units of the history without a score in the last two periods that were used."""
        return self._core.units_left_out

    @property
    def learned(self) -> dict[str, float]:
        """What the model learned: means of the posterior.

        `deviation` (of a step of a walk, or of a whole difference if it reverts; in the unit of
        the scale), `lasting` and `noise` (shares of that variance), `persistence` (what is left
        of a deviation after a step), `slopes`, `freedom` (degrees of freedom of the variance),
        `level step` and `level drift` (in points).
        """
        return self._core.learned()

    def unit(self, spelling: str) -> str:
        """Return the projected unit that a spelling means: case, accents and blanks aside.

        Raises
        ------
        NotFoundError
            If it means none; with the nearest.
        """
        return matching(spelling, self.units)

    def ranks(self, period: PeriodLike | None = None, level: float = 0.8) -> pd.DataFrame:
        """Return ranks with central intervals.

        Parameters
        ----------
        period : period, optional
            One of `periods`; all if left out.
        level : float
            Of the intervals.

        Returns
        -------
        DataFrame
            Index `unit` (`period` and `unit`, if no period was given), best mean rank first;
            columns `rank` (median), `lower`, `upper`, `mean`.
        """
        return frame_by(self.rank_columns(period, level), period)

    def rank_columns(self, period: PeriodLike | None, level: float) -> Columns:
        """Return what `ranks` shows, without pandas."""
        core = self._core

        def of(p: int) -> dict[str, Array]:
            low, high = _bounds(level)
            return {
                "rank": core.rank_quantile(p, 0.5),
                "lower": core.rank_quantile(p, low),
                "upper": core.rank_quantile(p, high),
                "mean": core.mean_rank(p),
            }

        return self._columns(period, of)

    def scores(self, period: PeriodLike | None = None, level: float = 0.8) -> pd.DataFrame:
        """Return scores with central intervals; they are not cut to a range.

        Parameters are those of `ranks`.

        Returns
        -------
        DataFrame
            Index as of `ranks`; columns `score` (median), `lower`, `upper`.
        """
        return frame_by(self.score_columns(period, level), period)

    def score_columns(self, period: PeriodLike | None, level: float) -> Columns:
        """Return what `scores` shows, without pandas."""
        core = self._core

        def of(p: int) -> dict[str, Array]:
            low, high = _bounds(level)
            return {
                "score": core.quantile(p, 0.5),
                "lower": core.quantile(p, low),
                "upper": core.quantile(p, high),
            }

        return self._columns(period, of)

    def top(self, k: int) -> pd.DataFrame:
        """Return the probability to be among the first `k`.

        Returns
        -------
        DataFrame
            Index `unit`, most probable in the last period first; one column a period.

        Raises
        ------
        SpecError
            If `k` is not in 1 .. number of units.
        """
        places = as_whole(k, "k")
        shares = [self._core.top(p, places) for p in range(len(self.periods))]
        order = np.argsort(-shares[-1], kind="stable")
        columns: Columns = {"unit": [self.units[i] for i in order]}
        for period, share in zip(self.periods, shares, strict=True):
            columns[period] = share[order]
        return frame(columns, index="unit")

    def acceptability(self, period: PeriodLike) -> pd.DataFrame:
        """Return how probable each rank of each unit is.

        Returns
        -------
        DataFrame
            Index `unit`, best mean rank first; one column a rank.
        """
        import pandas as pd

        position = self._core.position(as_period(period))
        order = np.argsort(self._core.mean_rank(position), kind="stable")
        return pd.DataFrame(
            self._core.acceptability(position)[order],
            index=pd.Index([self.units[i] for i in order], name="unit"),
            columns=pd.RangeIndex(1, len(self.units) + 1, name="rank"),
        )

    def draws(self, period: PeriodLike) -> pd.DataFrame:
        """Return the drawn scores of a period: one row a unit, one column a draw."""
        import pandas as pd

        scores = self._core.draws(self._core.position(as_period(period)))
        return pd.DataFrame(scores.copy(), index=pd.Index(self.units, name="unit"))

    def probability(
        self, unit: str, target: Top | AtLeast, by: PeriodLike, *, ever: bool = False
    ) -> float:
        """Return how probable it is that a unit reaches a target.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        target : Top or AtLeast
            A place or points; of the node that is projected.
        by : period
            One of `periods`.
        ever : bool
            In any of the projected periods up to `by`, not only in that one.
        """
        period = as_period(by)
        if isinstance(target, Top):
            goal = _core.ProjectedGoal.rank(target.places, period)
        elif isinstance(target, AtLeast):
            goal = _core.ProjectedGoal.score(target.points, period)
        else:
            raise TypeError(f"expected Top or AtLeast, got {target!r}")
        if target.of not in ("", self._core.history.node):
            raise _core.DataError(
                f"expected a target of {self._core.history.node}, which is projected, got {target}"
            )
        goal.any = as_flag(ever, "ever")
        return self._core.probability(self.unit(unit), goal)

    def plot(
        self,
        unit: str,
        *,
        of: Literal["rank", "score"] = "rank",
        levels: Sequence[float] = (0.5, 0.8, 0.95),
        ax: Axes | None = None,
    ) -> Axes:
        """Draw what was and what is to be expected of a unit: a fan of central intervals.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        of : {"rank", "score"}
            What is drawn.
        levels : sequence of float
            Of the intervals.
        ax : Axes, optional
            Where; a new figure if left out.
        """
        from chiso import _plot

        return _plot.fan(self, self.unit(unit), of, levels, ax=ax)

    def _columns(self, period: PeriodLike | None, of: Any) -> Columns:
        """Return columns of one period, or of all one below the other."""
        chosen = (
            range(len(self.periods)) if period is None else [self._core.position(as_period(period))]
        )
        units, names, parts = [], [], []
        for p in chosen:
            order = np.argsort(self._core.mean_rank(p), kind="stable")
            parts.append({name: values[order] for name, values in of(p).items()})
            units += [self.units[i] for i in order]
            names += [self.periods[p]] * len(order)
        columns: Columns = {"period": names} if period is None else {}
        columns["unit"] = units
        for name in parts[0]:
            columns[name] = np.concatenate([part[name] for part in parts])
        return columns

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as what it was made from; it is drawn again, to the same bits."""
        return (_projected, (self.history, self._core.periods, self._core.options))

    def __repr__(self) -> str:
        """Return what it is of."""
        return (
            f"<Projection of {self._core.history.node} to {', '.join(self.periods)}: "
            f"{len(self.units)} units, {self._core.options.draws:,} draws; {self.model}>"
        )


def _projected(
    history: History, periods: list[_core.Period], options: _core.ProjectionOptions
) -> Projection:
    """Return a projection from what `Projection.__reduce__` kept."""
    return Projection(_core.Projection(history._core, periods, options))


def _bounds(level: float) -> tuple[float, float]:
    """Return the two probabilities of a central interval."""
    if not 0 < as_number(level, "level") < 1:
        raise _core.SpecError(f"expected a level between 0 and 1, got {level}")
    return 0.5 - level / 2, 0.5 + level / 2


def frame_by(columns: Columns, period: PeriodLike | None) -> pd.DataFrame:
    """Return columns by unit, or by period and unit."""
    if period is not None:
        return frame(columns, index="unit")
    return frame(columns).set_index(["period", "unit"])


# ---- how such projections did -------------------------------------------------------------------


def back_test(
    history: HistoryLike,
    *,
    node: str = "",
    model: Kind = "mean_reversion",
    volatility: Volatility = "pooled",
    scale: Scale = "standardised",
    common_drift: bool = False,
    fewest: int = 3,
    top: int = 10,
    levels: Sequence[float] = (0.5, 0.8, 0.95),
    draws: int = 2_000,
    seed: int = 0,
    threads: int = 0,
    least_known: float = 0.5,
    all_units: int = 0,
) -> BackTest:
    """Project from past periods as if nothing later were known, and compare with what happened.

    Parameters
    ----------
    history, node, model, volatility, scale, common_drift, draws, seed, threads, least_known, \
    all_units
        As of `project`.
    fewest : int
        Periods that a projection must have to learn from; at least 3.
    top : int
        Of the probability to be among the first so many.
    levels : sequence of float
        Of the central intervals.

    Raises
    ------
    DataError
        If no period has enough before it and one after it.
    """
    options = _options(
        model=model,
        volatility=volatility,
        scale=scale,
        common_drift=common_drift,
        draws=draws,
        seed=seed,
        threads=threads,
        least_known=least_known,
        all_units=all_units,
    )
    core = as_history(history, node)._core
    shares = [as_number(level, "levels") for level in as_list(levels, "levels", "several levels")]
    places = as_whole(top, "top")
    return BackTest(
        _core.back_test(core, options, as_whole(fewest, "fewest"), places, shares), places
    )


class BackTest:
    """Projections from past periods, against what happened; made by `back_test`.

    It can be pickled and copied.
    """

    __slots__ = ("_core", "top")

    def __init__(self, core: _core.BackTest, top: int) -> None:
        self._core = core
        #: The places whose probability is tested.
        self.top = top

    @property
    def model(self) -> str:
        """The model in words."""
        return str(self._core.model)

    def to_frame(self) -> pd.DataFrame:
        """Return what was projected from each period for each later one.

        Returns
        -------
        DataFrame
            Index `origin`, `target`; columns `steps` (between them), `units` (compared); for each
            level, say 80, the shares of what happened that lay in the intervals: `score 80`,
            `relative 80` (scores less the mean of the units), `rank 80`, and what the last should
            be, `rank 80 expected` (above the level, as ranks are whole), `rank 80 width`;
            `rank error` (mean distance of the median rank from it) and `naive rank error` (if ranks
            stayed);
            `brier` (mean square error of the probability to be in the top), `naive brier` (if the
            top stayed), `base brier` (if all had the same probability).
        """
        return frame(self.columns()).set_index(["origin", "target"])

    def columns(self) -> Columns:
        """Return what `to_frame` shows, without pandas."""
        return _flat(self._core.columns())

    def summary(self, steps: Mapping[str, tuple[float, float]] | None = None) -> pd.DataFrame:
        """Return the same for ranges of steps ahead, each unit counting the same.

        Parameters
        ----------
        steps : mapping of name to (from, to), optional
            Left out: one step ahead, two, three to five, more, and all; those that there are.

        Returns
        -------
        DataFrame
            Index `ahead`; columns `projections` (pairs of periods), then those of `to_frame`.
        """
        return frame(self.summary_columns(steps), index="ahead")

    def summary_columns(self, steps: Mapping[str, tuple[float, float]] | None = None) -> Columns:
        """Return what `summary` shows, without pandas."""
        taken = np.asarray(self._core.columns()["steps"])
        ranges = {
            name: bounds
            for name, bounds in (_AHEAD if steps is None else _ranges(steps)).items()
            if steps is not None or bool(((taken >= bounds[0]) & (taken <= bounds[1])).any())
        }
        columns = _flat(self._core.over(list(ranges.values())))
        counts = [int(((taken >= low) & (taken <= high)).sum()) for low, high in ranges.values()]
        for name in ("origin", "target"):
            del columns[name]
        return {"ahead": list(ranges), "projections": counts, **columns}

    def __repr__(self) -> str:
        """Return what it is of."""
        return f"<BackTest: {len(self._core.columns()['steps'])} projections; {self.model}>"


def _ranges(steps: Any) -> dict[str, tuple[float, float]]:
    """Return ranges of steps by name."""
    kind = "ranges by name, {'far': (5, 9)}"
    if not isinstance(steps, Mapping):
        raise TypeError(f"steps: expected {kind}, got {steps!r}")
    ranges = {}
    for name, ends in steps.items():
        both = [as_number(end, f"steps of {name!r}") for end in as_list(ends, "steps", kind)]
        if len(both) != 2:
            raise TypeError(f"steps: expected (from, to) of {name!r}, got {ends!r}")
        ranges[str(name)] = (both[0], both[1])
    return ranges


_AHEAD = {
    "1": (1.0, 1.0),
    "2": (2.0, 2.0),
    "3-5": (3.0, 5.0),
    "6 and more": (6.0, math.inf),
    "all": (0.0, math.inf),
}


def _flat(columns: Columns) -> Columns:
    """Return the columns of a back-test with those of its levels among them."""
    flat: Columns = {name: columns[name] for name in ("origin", "target", "steps", "units")}
    for of_level in columns["coverage"]:
        percent = f"{100 * of_level['level']:g}"
        for name in ("score", "relative", "rank"):
            flat[f"{name} {percent}"] = of_level[name]
        flat[f"rank {percent} expected"] = of_level["rank expected"]
        flat[f"rank {percent} width"] = of_level["rank width"]
    last = ("rank error", "naive rank error", "brier", "naive brier", "base brier")
    return flat | {name: columns[name] for name in last}


# ---- targets of a plan --------------------------------------------------------------------------


def target_columns(
    plan: Plan,
    standings: Standings,
    unit: str,
    *,
    ever: bool,
    **options: Any,
) -> Columns:
    """Return what `Plan.target_probabilities` shows but titles, without pandas."""
    given = _options(**{"all_units": len(standings.units), **options})
    rows: list[dict[str, Any]] = []
    for position, code in enumerate(plan._core.targets):
        row: dict[str, Any] = {
            "target": code, "last": "", "steps": math.nan, "probability": math.nan,
            "why": "",
        }  # fmt: skip
        rows.append(row)
        try:
            history = _core.history_of_target(plan._core, standings._core, position)
            goal = _core.ProjectedGoal.of_target(plan._core, standings._core, position)
            goal.any = ever
            projection = _core.Projection(history, goal.periods(history), given)
            row["last"] = projection.used[-1].text
            row["steps"] = projection.steps(projection.position(goal.by))
            row["probability"] = projection.probability(unit, goal)
        except _core.Error as error:
            row["why"] = "; ".join(problem.message for problem in error.problems)
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
