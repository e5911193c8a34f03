"""What stands whatever the weights, exactly: rank intervals, stability, leaving one out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import as_code, as_number, as_text, as_whole, as_word, frame, whole
from chiso._scenario import unit_names
from chiso._uncertainty import counting
from chiso._variation import Variation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._scenario import Units
    from chiso._scores import Scores

#: Whether to show how far a search is; or what is called now and then with how many ends of
#: intervals are done and wanted, and stops it by returning False.
IntervalProgressLike: TypeAlias = "bool | Callable[[int, int], bool | None]"

#: What must not change as a weight moves.
WatchLike: TypeAlias = "_core.StabilityWatch | Literal['top_set', 'top_order', 'unit_rank']"


class _Found(NamedTuple):
    """What the core found, as plain values: they can be sent and kept."""

    node: int
    proven: bool
    stopped: bool
    seconds: float
    columns: Columns  #: One row a unit, by position.
    shares: list[Columns]  #: By unit: those that give it its ends, by position.


class RankIntervals:
    """The best and the worst rank that units can have over all admissible weights.

    Made by `Scores.rank_intervals`. Not what some draws happen to show: each end is attained by
    weights that are given, and proven where `proven` says so. It can be pickled and copied.
    """

    __slots__ = ("_found", "scores", "varying")

    def __init__(self, core: _core.RankIntervals, scores: Scores, varying: Variation) -> None:
        columns = core.columns()
        shares = [core.shares(row) for row in range(len(columns["unit"]))]
        self._found = _Found(core.node, core.proven, core.stopped, core.seconds, columns, shares)
        #: The result whose ranks they are.
        self.scores = scores
        #: What is admissible.
        self.varying = varying

    @property
    def node(self) -> str:
        """The node whose scores are ranked."""
        return self.scores.index.codes[self._found.node]

    @property
    def proven(self) -> bool:
        """Whether all ends are."""
        return self._found.proven

    @property
    def stopped(self) -> bool:
        """Whether time was up, or `progress` stopped the search."""
        return self._found.stopped

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._found.seconds

    def to_frame(self) -> pd.DataFrame:
        """Return the intervals, in the order of the ranks.

        Returns
        -------
        DataFrame
            Index `unit`; columns `rank` (with the definition's weights), `best`, `worst` (attained
            by weights), `best bound`, `worst bound` (nothing is beyond; equal to the former where
            `proven`), `proven`.
        """
        columns = self.columns()
        for name in ("rank", "best", "worst", "best bound", "worst bound"):
            columns[name] = whole(columns[name])
        return frame(columns, index="unit")

    def columns(self) -> Columns:
        """Return what `to_frame` shows, without pandas."""
        columns = self._found.columns
        order = np.argsort(columns["rank"], kind="stable")
        shown = {name: values[order] for name, values in columns.items()}
        shown["unit"] = [self.scores.units[unit] for unit in shown["unit"]]
        best = shown["best"] == shown["best bound"]
        worst = shown["worst"] == shown["worst bound"]
        return {**shown, "proven": best & worst}

    def weights(self, unit: str, language: Language = "en") -> pd.DataFrame:
        """Return weights that give a unit its best and its worst rank.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `code`; columns `parent`, `title`, `share` (as the definition has it), `best`,
            `worst`: of `code` in `parent`.

        Raises
        ------
        NotFoundError
            If there is no such unit, or its interval was not asked for.
        """
        return frame(self.weight_columns(unit, language), index="code")

    def weight_columns(self, unit: str, language: Language = "en") -> Columns:
        """Return what `weights` shows, without pandas."""
        name = self.scores.unit(unit)
        units = [self.scores.units[u] for u in self._found.columns["unit"]]
        if name not in units:
            raise _core.NotFoundError(f"the rank interval of {name} was not looked for")
        columns = dict(self._found.shares[units.index(name)])
        index = self.scores.index
        parents, nodes = columns.pop("parent"), columns.pop("node")
        return {
            "code": [index.codes[node] for node in nodes],
            "parent": [index.codes[parent] for parent in parents],
            "title": _titles(self.scores, nodes, language),
            **columns,
        }

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self._found.columns["unit"])

    def __repr__(self) -> str:
        """Return how many there are and what is proven."""
        proof = "proven" if self.proven else "not all proven"
        of = f"{self.scores.index.name} {self.scores.period}"
        return f"<RankIntervals of {of}: {len(self)}, {proof}>"

    def _repr_html_(self) -> str:
        columns = self.columns()
        shown = {name: columns[name] for name in ("unit", "rank", "best", "worst")}
        return _html.numbers(repr(self).strip("<>"), shown)


def rank_intervals(
    scores: Scores,
    varying: Variation | None,
    units: Units,
    node: str | None,
    seconds: float | None,
    progress: IntervalProgressLike,
) -> RankIntervals:
    """Find what `Scores.rank_intervals` does."""
    if varying is None:
        varying = Variation().weights()
    if not isinstance(varying, Variation):
        raise TypeError(f"expected a Variation, got {varying!r}")
    names = [scores.unit(unit) for unit in unit_names(units)]
    limit = math.inf if seconds is None else as_number(seconds, "seconds")
    with counting(progress, "searching") as watch:
        core = _core.rank_intervals(
            scores._core, varying._cores(scores), names, as_code(node), limit, watch
        )
    return RankIntervals(core, scores, varying)


# ---- one weight ---------------------------------------------------------------------------------


def stability_columns(
    scores: Scores,
    top: int,
    unit: str | None,
    watch: Literal["set", "order"],
    nodes: str,
    language: Language = "en",
) -> Columns:
    """Return what `Scores.weight_stability` shows, without pandas."""
    if as_word(watch, ("set", "order"), "watch") == "order" and unit is not None:
        raise _core.SpecError(
            "watch: the order of the first units or the rank of one unit is watched, got "
            f"watch='order' and unit={unit!r}; leave one of them out"
        )
    kinds = _core.StabilityWatch.__members__
    kind = kinds["unit_rank" if unit is not None else f"top_{watch}"]
    name = "" if unit is None else scores.unit(unit)
    columns = _core.weight_stability(
        scores._core, kind, as_whole(top, "top"), name, as_text(nodes, "nodes")
    )
    found = columns.pop("node")
    parents = columns.pop("parent")

    def named(positions: Iterable[int]) -> list[str]:
        return [scores.units[u] if u >= 0 else "" for u in positions]

    codes = scores.index.codes
    return {
        "code": [codes[node] for node in found],
        "title": _titles(scores, found, language),
        "parent": [codes[parent] for parent in parents],
        **{name: columns[name] for name in ("share", "down", "up")},
        **{
            name: named(columns[name])
            for name in ("down riser", "down passed", "up riser", "up passed")
        },
    }


# ---- one node less ------------------------------------------------------------------------------


def left_out_columns(
    scores: Scores, nodes: str = "*", top: int = 10, language: Language = "en"
) -> Columns:
    """Return what `Scores.leave_one_out` shows by node, without pandas."""
    columns = _core.leave_one_out(scores._core, as_text(nodes, "nodes"), as_whole(top, "top"))
    base = np.asarray(columns["base ranks"])
    found, ranks = columns["node"], columns["ranks"]
    shift = np.abs(ranks - base[:, None])
    who = [
        "" if not greatest > 0 else scores.units[int(np.nanargmax(column))]
        for column, greatest in zip(shift.T, columns["greatest shift"], strict=True)
    ]
    return {
        "code": [scores.index.codes[node] for node in found],
        "title": _titles(scores, found, language),
        "mean shift": columns["mean shift"],
        "greatest shift": columns["greatest shift"],
        "unit": who,
        "top kept": columns["overlap"],
    }


def left_out_table(
    scores: Scores, nodes: str, top: int, what: Literal["scores", "ranks"]
) -> pd.DataFrame:
    """Return units x nodes: scores or ranks without each node."""
    import pandas as pd

    columns = _core.leave_one_out(scores._core, as_text(nodes, "nodes"), as_whole(top, "top"))
    codes = [scores.index.codes[node] for node in columns["node"]]
    units = pd.Index(scores.units, name="unit")
    table = pd.DataFrame(columns[what], index=units, columns=pd.Index(codes, name="without"))
    return table if what == "scores" else table.apply(whole_column)


def whole_column(ranks: pd.Series[float]) -> pd.Series[int]:
    """Return ranks, some of which are missing, as whole numbers."""
    return ranks.astype("Float64").astype("Int64")


def _titles(scores: Scores, nodes: Iterable[int], language: Language) -> list[str]:
    titles = scores.index.titles(language)
    return [titles[node] for node in nodes]
