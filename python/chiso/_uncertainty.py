"""How sure scores and ranks are: their distribution over draws of what is uncertain."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Protocol, SupportsIndex, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import (
    as_flag,
    as_list,
    as_number,
    as_text,
    as_texts,
    as_whole,
    as_word,
    frame,
    whole,
)
from chiso._scores import display
from chiso._stored import Stored
from chiso._variation import Variation, variation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from chiso._convert import Columns
    from chiso._scores import Scores

#: Whether to show how far the draws are; or what is called now and then with the draws done, the
#: draws wanted and the largest standard error (NaN unless `precision` is asked for), and stops them
#: by returning False.
DrawProgressLike: TypeAlias = "bool | Callable[[int, int, float], bool | None]"

#: What `_experiment` takes.
_Recipe: TypeAlias = (
    "tuple[Scores, Variation, int, int, int, list[str], bool, bool, float | None, int]"
)

#: Units whose pairs are counted unless that is refused: time and memory grow with their square.
_MOST_PAIRED = 256

#: What `ranks` and `distribution` show between the ends.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class _Future(Protocol):
    def result(self) -> Any: ...
    def cancel(self) -> Any: ...


class Executor(Protocol):
    """What `concurrent.futures` calls an executor, as far as it is needed."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:
        """Return a future."""
        ...


class Uncertainty(Stored):
    """Distribution of the scores and ranks of all units over draws of what is uncertain.

    Made by `Scores.uncertainty`. Probabilities are shares of all draws; ranks are by competition
    (1, 1, 3). A unit without a score in a draw has no rank in it.
    """

    __slots__ = ("_core", "nodes", "scores", "varying")

    def __init__(
        self, core: _core.Uncertainty, scores: Scores, varying: Variation | None = None
    ) -> None:
        self._core = core
        #: The result that varies.
        self.scores = scores
        #: What varies; of a result from a snapshot, as it was meant for these scores.
        self.varying = variation_of(core.sources) if varying is None else varying
        #: Codes of the nodes whose scores and ranks were counted.
        self.nodes = [scores.index.codes[node] for node in core.nodes]

    @property
    def draws(self) -> int:
        """How many were drawn."""
        return self._core.draws

    @property
    def stopped(self) -> bool:
        """Whether `progress` stopped the draws before all was drawn."""
        return self._core.stopped

    # ---- scores and ranks -------------------------------------------------------------------

    def ranks(
        self, node: str | None = None, quantiles: Iterable[float] = QUANTILES
    ) -> pd.DataFrame:
        """Return the distribution of each unit's rank, in the order of the ranking.

        Parameters
        ----------
        node : str, optional
            One of `nodes`; the composite if left out.
        quantiles : iterable of float
            Shares, 0 to 1: the least rank that so many draws do not pass.

        Returns
        -------
        DataFrame
            Index `unit`; columns `rank` (without uncertainty), `mean`, `sd`, `best` and `worst`
            rank seen, and one a quantile: ``5%``, ``50%`` ...
        """
        columns = self.rank_columns(node, quantiles)
        for name in columns.keys() - {"unit", "mean", "sd"}:
            columns[name] = whole(columns[name])
        return frame(columns, index="unit")

    def rank_columns(
        self, node: str | None = None, quantiles: Iterable[float] = QUANTILES
    ) -> Columns:
        """Return what `ranks` shows, without pandas."""
        position, core = self._position(node), self._core
        columns: Columns = {
            "rank": self._nominal(position),
            "mean": core.mean_rank(position),
            "sd": core.rank_deviation(position),
            "best": core.rank_quantile(position, 0.0),
            **{_percent(q): core.rank_quantile(position, q) for q in _shares(quantiles)},
            "worst": core.rank_quantile(position, 1.0),
        }
        return self._by_unit(position, columns)

    def distribution(
        self, node: str | None = None, quantiles: Iterable[float] = QUANTILES
    ) -> pd.DataFrame:
        """Return the distribution of each unit's score, in the order of the ranking.

        Parameters
        ----------
        node : str, optional
            One of `nodes`; the composite if left out.
        quantiles : iterable of float
            Shares, 0 to 1; from a histogram of 2,048 bins.

        Returns
        -------
        DataFrame
            Index `unit`; columns `score` (without uncertainty), `scored` (share of draws with a
            score), `mean`, `sd`, `min`, `max`, and one a quantile.
        """
        return frame(self.distribution_columns(node, quantiles), index="unit")

    def distribution_columns(
        self, node: str | None = None, quantiles: Iterable[float] = QUANTILES
    ) -> Columns:
        """Return what `distribution` shows, without pandas."""
        position, core = self._position(node), self._core
        columns: Columns = {
            "score": np.array(self.scores.values[:, position]),
            "scored": core.scored(position),
            "mean": core.mean(position),
            "sd": core.deviation(position),
            "min": core.minimum(position),
            **{_percent(q): core.quantile(position, q) for q in _shares(quantiles)},
            "max": core.maximum(position),
        }
        return self._by_unit(position, columns)

    def top(self, places: int | Iterable[int] = 10, node: str | None = None) -> pd.DataFrame:
        """Return the probability of a place among the first, in the order of the ranking.

        Parameters
        ----------
        places : int or iterable of int
            Among the first how many.
        node : str, optional
            One of `nodes`; the composite if left out.

        Returns
        -------
        DataFrame
            Index `unit`; columns `rank` (without uncertainty), and one a number of places:
            ``top 10``.
        """
        columns = self.top_columns(places, node)
        columns["rank"] = whole(columns["rank"])
        return frame(columns, index="unit")

    def top_columns(self, places: int | Iterable[int] = 10, node: str | None = None) -> Columns:
        """Return what `top` shows, without pandas."""
        position = self._position(node)
        given = places if isinstance(places, Iterable) else [places]
        wanted = [as_whole(k, "places") for k in as_list(given, "places", "one or several")]
        columns: Columns = {"rank": self._nominal(position)}
        columns.update({f"top {k}": self._core.top(position, k) for k in wanted})
        return self._by_unit(position, columns)

    def acceptability(self, node: str | None = None) -> pd.DataFrame:
        """Return units x ranks: the probability of each rank, units in the order of the ranking."""
        import pandas as pd

        table = frame(self.acceptability_columns(node), index="unit")
        table.columns = pd.RangeIndex(1, len(self.scores.units) + 1, name="rank")
        return table

    def acceptability_columns(self, node: str | None = None) -> Columns:
        """Return what `acceptability` shows, without pandas."""
        position = self._position(node)
        shares = self._core.acceptability(position)
        columns: Columns = {str(r + 1): shares[:, r] for r in range(len(self.scores.units))}
        return self._by_unit(position, columns)

    def beats(self, node: str | None = None) -> pd.DataFrame:
        """Return units x units: the probability that the row has more than the column.

        Raises
        ------
        SpecError
            If pairs were not counted.
        """
        import pandas as pd

        position = self._position(node)
        order = self._order(position)
        units = [self.scores.units[i] for i in order]
        return pd.DataFrame(
            self._core.beats(position)[np.ix_(order, order)],
            index=pd.Index(units, name="unit"),
            columns=pd.Index(units, name="other"),
        )

    def groups(self) -> pd.DataFrame:
        """Return units x groups of the definition: the probability of each.

        Raises
        ------
        SpecError
            If the definition has no groups.
        """
        import pandas as pd

        groups = self.scores.index._core.groups
        names = groups.names + [groups.below] * (groups.kind == _core.Grouping.Kind.limits)
        if not names:
            raise _core.SpecError(f"{self.scores.index.name} has no groups")
        order = self._order(0)
        return pd.DataFrame(
            self._core.groups()[order],
            index=pd.Index([self.scores.units[i] for i in order], name="unit"),
            columns=pd.Index(names, name="group"),
        )

    def shift(self, node: str | None = None) -> dict[str, float]:
        """Return how far ranks move: the mean over the units of the distance from the nominal rank.

        Returns
        -------
        dict
            `mean`, `sd` and `median` over the draws (Saisana, Saltelli and Tarantola 2005).
        """
        mean, deviation, median = self._core.shift(self._position(node))
        return {"mean": mean, "sd": deviation, "median": median}

    # ---- draw by draw -----------------------------------------------------------------------

    def replications(
        self,
        nodes: str | Iterable[str] | None = None,
        *,
        show: Literal["scores", "ranks", "both"] = "scores",
        first: int = 0,
        draws: int | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Return the scores or ranks of single draws, drawn again: to the bit what was counted.

        A draw depends on the seed and its number alone, so that any range of them can be had at any
        time, on any machine, also past those that were counted. Memory is 10 bytes a draw, unit and
        node while drawing, and 8 or 9 in the frame.

        Parameters
        ----------
        nodes : str or iterable of str, optional
            Of `nodes`; the composite if left out.
        show : {"scores", "ranks", "both"}
            Ranks are by competition, missing without a score.
        first : int
            Number of the first draw, 0 or more.
        draws : int, optional
            How many; left out, as many as were counted from `first` on.
        progress : bool
            Show how far it is.

        Returns
        -------
        DataFrame
            Index `draw`; one column a `unit`. Above it stands `node` if several nodes are given,
            and `what` (``score``, ``rank``) if both are shown.

        Raises
        ------
        NotFoundError
            If a node was not counted.
        SpecError
            If the draws need more than 4 GB; or if `first` is past those that were counted and
            `draws` is left out.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> sure = scores.uncertainty(chiso.Variation().weights("pci"), draws=2_000, seed=7)
        >>> ranks = sure.replications(show="ranks")
        >>> bool((ranks["Quảng Ninh"] <= 3).mean() == sure.top(3).loc["Quảng Ninh", "top 3"])
        True
        """
        import pandas as pd

        as_word(show, ("scores", "ranks", "both"), "show")
        codes = [self.scores.index.codes[0]] if nodes is None else as_texts(nodes, "nodes")
        with counting(as_flag(progress, "progress"), "drawing") as watch:
            scores, ranks = self.replication_arrays(codes, first, draws, watch)
        start = as_whole(first, "first")
        index = pd.RangeIndex(start, start + len(scores), name="draw")
        units = self.scores.units
        labels: pd.Index[Any] = pd.Index(units, name="unit")
        if nodes is not None and not isinstance(nodes, str):
            labels = pd.MultiIndex.from_product([codes, units], names=["node", "unit"])
        tables = {}
        if show != "ranks":
            tables["score"] = pd.DataFrame(scores, index=index, columns=labels, copy=False)
        if show != "scores":
            places = [pd.arrays.IntegerArray(r.astype(np.int64), r == 0) for r in ranks.T]
            table = pd.DataFrame(dict(enumerate(places)), index=index)
            tables["rank"] = table.set_axis(labels, axis="columns")
        if show != "both":
            return next(iter(tables.values()))
        return pd.concat(tables, axis="columns", names=["what"])

    def replication_arrays(
        self,
        codes: list[str],
        first: int = 0,
        draws: int | None = None,
        watch: Callable[..., Any] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
        """Return scores and ranks (0: none) of draws: draws x units of each node, no pandas."""
        start = as_whole(first, "first")
        if draws is None and start >= self.draws:
            raise _core.SpecError(
                f"first: {self.draws:,} draws were counted, got {start} for the first; say how "
                "many `draws` to take from there"
            )
        count = self.draws - start if draws is None else as_whole(draws, "draws")
        positions = [self._position(code) for code in codes]
        return self._core.replications(positions, start, count, watch)

    # ---- which weights ----------------------------------------------------------------------

    def central_weights(self) -> pd.DataFrame:
        """Return the mean of the shares with which each unit is first; those never first left out.

        Returns
        -------
        DataFrame
            Index `unit`; columns `parent`, `code`, one a drawn share, which is of `code` in
            `parent` (Lahdelma and Salminen's central weights).
        """
        columns = self.central_weight_columns()
        table = frame(columns).pivot_table(index="unit", columns=["parent", "code"], values="share")
        order = dict.fromkeys(columns["unit"])
        across = dict.fromkeys(zip(columns["parent"], columns["code"], strict=True))
        return table.loc[list(order), list(across)]

    def central_weight_columns(self) -> Columns:
        """Return the same as columns `unit`, `parent`, `code`, `share`, without pandas."""
        parents, nodes, weights = self._core.central_weights()
        codes, units = self.scores.index.codes, self.scores.units
        first = [i for i in self._order(0) if not np.isnan(weights[i]).all()] if nodes else []
        return {
            "unit": [units[i] for i in first for _ in nodes],
            "parent": [codes[p] for p in parents] * len(first),
            "code": [codes[n] for n in nodes] * len(first),
            "share": weights[first].ravel(),
        }

    def confidence_factors(
        self, draws: int = 10_000, *, progress: DrawProgressLike = False
    ) -> pd.Series[float]:
        """Return the probability of being first with one's own central weights, all else varying.

        Parameters
        ----------
        draws : int
            For each unit that is ever first.
        progress : bool or callable
            As in `Scores.uncertainty`.

        Returns
        -------
        Series
            By unit; units that are never first are left out.
        """
        import pandas as pd

        with counting(progress, "drawing") as watch:
            factors = self._core.confidence_factors(as_whole(draws, "draws"), watch)
        table = pd.Series(
            factors, index=pd.Index(self.scores.units, name="unit"), name="confidence factor"
        )
        return table.dropna()

    # ---- shown ------------------------------------------------------------------------------

    def plot(
        self,
        node: str | None = None,
        *,
        interval: float = 0.9,
        top: int | None = None,
        highlight: str | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the interval of each unit's rank, best on top, with its rank as it is.

        Parameters
        ----------
        node : str, optional
            One of `nodes`; the composite if left out.
        interval : float
            Share of draws inside, 0 to 1.
        top : int, optional
            Only the first so many units, and `highlight`.
        highlight : str, optional
            A unit to point out.
        ax : matplotlib Axes, optional
            Where to draw; a new figure if left out.
        """
        from chiso import _plot

        return _plot.rank_intervals(self, node, interval, top=top, highlight=highlight, ax=ax)

    def __repr__(self) -> str:
        """Return what varied, the number of draws and the mean rank shift."""
        index, shift = self.scores.index, self.shift()
        return (
            f"<Uncertainty of {index.name}, {self.scores.period}: {', '.join(self.varying.names)}; "
            f"{self.draws:,} draws, ranks shift by {display(shift['mean'], 2)} on average>"
        )

    def _repr_html_(self) -> str:
        return _html.numbers(repr(self), self.rank_columns())

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Pickle as a snapshot, and what varies as it was given."""
        return (*super().__reduce_ex__(protocol), self.varying)

    def __setstate__(self, varying: Variation) -> None:
        """Take what varies as it was given."""
        self.varying = varying

    def _made_of(self) -> tuple[Stored, ...]:
        return (self.scores,)

    def _position(self, node: str | None) -> int:
        if node is None:
            return 0
        return self.scores.index._core.at(as_text(node, "node", "one code"))

    def _nominal(self, position: int) -> NDArray[np.float64]:
        return _ranking(self.scores, position).ranks

    def _order(self, position: int) -> NDArray[np.int64]:
        return _ranking(self.scores, position).order

    def _by_unit(self, position: int, columns: Columns) -> Columns:
        order = self._order(position)
        units = [self.scores.units[i] for i in order]
        return {"unit": units, **{name: values[order] for name, values in columns.items()}}


def uncertainty(
    scores: Scores,
    varying: Variation,
    *,
    draws: int,
    seed: int,
    nodes: Iterable[str],
    refit: bool,
    pairs: bool | None,
    precision: float | None,
    top: int,
    threads: int,
    executor: Executor | None,
    progress: DrawProgressLike,
) -> Uncertainty:
    """Draw; see `Scores.uncertainty`."""
    if not isinstance(varying, Variation):
        raise TypeError(f"expected a Variation, got {varying!r}")
    recipe: _Recipe = (
        scores,
        varying,
        as_whole(draws, "draws"),
        as_seed(seed),
        as_whole(threads, "threads", 2**31 - 1),
        as_texts(nodes, "nodes"),
        as_flag(refit, "refit"),
        len(scores.units) <= _MOST_PAIRED if pairs is None else as_flag(pairs, "pairs"),
        None if precision is None else as_number(precision, "precision"),
        as_whole(top, "top"),
    )
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(f"executor: expected one with a `submit`, got {executor!r}")
    experiment = _experiment(*recipe)
    with counting(progress, "drawing") as watch:
        if executor is None:
            found = experiment.run(watch)
        else:
            found = _by_executor(experiment, pickle.dumps(recipe), executor, precision, watch)
    return Uncertainty(found, scores, varying)


# ---- elsewhere ----------------------------------------------------------------------------------

#: Tasks that an executor is given at least, if there are so many grains: enough for a cluster.
_TASKS = 64

#: Most grains of a task: a second or so, because a task that has begun cannot be stopped.
_MOST_GRAINS = 64


def _by_executor(
    experiment: _core.Experiment,
    recipe: bytes,
    executor: Executor,
    precision: float | None,
    watch: Callable[[int, int, float], Any] | None,
) -> _core.Uncertainty:
    """Return the draws of an experiment, made by others: the same bits as one thread has."""
    stages = experiment.stages()
    wanted = stages[-1] * _core.draws_a_grain
    found: _core.Uncertainty | None = None
    for first, last in pairwise([0, *stages]):
        size = min(-(-(last - first) // _TASKS), _MOST_GRAINS)
        futures: list[_Future] = []
        try:
            with _explained(found):
                futures.extend(
                    executor.submit(_grains, recipe, start, min(size, last - start))
                    for start in range(first, last, size)
                )
            for future in futures:
                with _explained(found):
                    part = experiment.read(future.result())
                if found is None:
                    found = part
                else:
                    found.merge(part)
                error = math.nan if precision is None else found.standard_error
                if watch is not None and watch(found.draws, wanted, error) is False:
                    if found.draws < wanted:
                        found.stop()
                    return found
        finally:
            for future in futures:
                with suppress(Exception):  # An executor that failed may not even do this.
                    future.cancel()
        if precision is not None and found is not None and found.standard_error <= precision:
            break
    assert found is not None  # There is a grain at least.
    return found


@contextmanager
def _explained(found: _core.Uncertainty | None) -> Iterator[None]:
    """Say how far the draws are when an executor fails; an error of ours is said as it is."""
    try:
        yield
    except _core.Error:
        raise
    except Exception as failure:
        done = 0 if found is None else found.draws
        raise RuntimeError(
            f"the executor failed after {done:,} draws: {failure!r}; what is drawn depends on "
            "the seed alone: run it again, or without an executor"
        ) from failure


def _grains(recipe: bytes, first: int, count: int) -> bytes:
    """Return the counts of some grains, in whatever process this is."""
    return _unpacked(recipe).grains(first, count).bytes()


@lru_cache(maxsize=2)
def _unpacked(recipe: bytes) -> _core.Experiment:
    """Return an experiment; kept, because a worker is given many tasks of one."""
    return _experiment(*pickle.loads(recipe))


def _experiment(
    scores: Scores,
    varying: Variation,
    draws: int,
    seed: int,
    threads: int,
    nodes: list[str],
    refit: bool,
    pairs: bool,
    precision: float | None,
    top: int,
) -> _core.Experiment:
    return _core.Experiment(
        scores._core,
        varying._cores(scores),
        draws,
        seed,
        threads,
        nodes,
        refit,
        pairs,
        precision,
        top,
    )


# ---- watching -----------------------------------------------------------------------------------


@contextmanager
def counting(
    progress: bool | Callable[..., bool | None], what: str
) -> Iterator[Callable[..., Any] | None]:
    """Show how much is done of what is wanted, if that is asked for: "drawing", "searching"."""
    if progress is not True:
        yield as_callback(progress)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, wanted: int, *_: float) -> None:
            bar.update(task, completed=done, total=wanted)

        yield show


def as_callback(progress: bool | Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what is to be called, if anything is."""
    if not progress:
        return None
    if not callable(progress):
        raise TypeError(f"progress: expected True, False or a function, got {progress!r}")
    return progress


def as_seed(seed: int) -> int:
    """Return a seed: all that 64 bits hold."""
    found = as_whole(seed, "seed", 2**64 - 1)
    if found < 0:
        raise _core.SpecError(f"seed: expected a whole number of 0 or more, got {found}")
    return found


def _ranking(scores: Scores, position: int) -> _core.Ranking:
    return _core.Ranking(scores._core, position, _core.Ties.competition, None)


def _shares(quantiles: Iterable[float]) -> list[float]:
    return [as_number(q, "quantiles") for q in as_list(quantiles, "quantiles", "shares, 0 to 1")]


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
