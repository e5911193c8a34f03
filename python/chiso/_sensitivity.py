"""Which uncertainty matters: Sobol indices of scores, ranks and the mean rank shift."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import as_code, as_flag, as_number, as_text, as_texts, as_whole, frame
from chiso._stored import Stored
from chiso._uncertainty import as_seed, counting
from chiso._variation import Variation, variation_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes

    from chiso._convert import Columns
    from chiso._scores import Scores
    from chiso._uncertainty import DrawProgressLike

_SOURCES = "the name of a source or several"

#: What indices are of.
OutputLike: TypeAlias = "Literal['score', 'rank', 'rank shift']"


#: Values, low ends, high ends: outputs x factors or pairs.
_Indices: TypeAlias = "tuple[_core._Array, _core._Array, _core._Array]"


class Sensitivity(Stored):
    """How much of the variance of scores and ranks comes from each source of uncertainty.

    Made by `Scores.sensitivity`. Of each output and source: `first`, the share of the variance
    that would go if the source were known; `total`, the share that would stay if all others were.
    Estimates may be a little below 0 or above 1.
    """

    __slots__ = ("_core", "scores", "varying")

    def __init__(
        self, core: _core.Sensitivity, scores: Scores, varying: Variation | None = None
    ) -> None:
        self._core = core
        #: The result that varies.
        self.scores = scores
        #: What varies; of a result from a snapshot, as it was meant for these scores.
        self.varying = variation_of(core.sources) if varying is None else varying

    @property
    def factors(self) -> dict[str, list[str]]:
        """The factors, and the sources that each moves: itself, unless it was told otherwise."""
        return dict(self._core.factors)

    @property
    def rows(self) -> int:
        """Rows of the base sample."""
        return self._core.rows

    @property
    def evaluations(self) -> int:
        """How often the index was scored."""
        return self._core.evaluations

    @property
    def method(self) -> str:
        """Points, estimators and intervals in words."""
        return self._core.method

    def to_frame(self, output: OutputLike | None = None, unit: str | None = None) -> pd.DataFrame:
        """Return indices with their intervals, one row an output and source.

        Parameters
        ----------
        output : {"score", "rank", "rank shift"}, optional
            Of these alone.
        unit : str, optional
            Of this unit alone; case, accents and blanks aside.

        Returns
        -------
        DataFrame
            Columns `output`, `unit` (empty: rank shift), `source` (or factor), `first`,
            `first low`, `first high`, `total`, `total low`, `total high`, `state` (``varies``,
            ``constant`` or ``missing``: then there are no indices).
        """
        return frame(self.columns(output, unit))

    def columns(self, output: OutputLike | None = None, unit: str | None = None) -> Columns:
        """Return what `to_frame` shows, without pandas."""
        return self._rows(
            list(self.factors),
            {"first": self._core.first, "total": self._core.total},
            output,
            unit,
        )

    def pairs(self, output: OutputLike | None = None, unit: str | None = None) -> pd.DataFrame:
        """Return what two sources do together beyond what each does alone (second order).

        Parameters
        ----------
        output, unit
            As in `to_frame`.

        Returns
        -------
        DataFrame
            Columns `output`, `unit`, `source` (``"weights x anchors"``), `second`, `second low`,
            `second high`, `state`.

        Raises
        ------
        SpecError
            If second order was not asked for.
        """
        if not self._core.pairs:
            raise _core.SpecError("pairs were not looked at; ask for second_order=True")
        names = list(self.factors)
        labels = [f"{names[a]} x {names[b]}" for a, b in self._core.pairs]
        return frame(self._rows(labels, {"second": self._core.second}, output, unit))

    def outputs(self) -> pd.DataFrame:
        """Return mean and variance of each output.

        Returns
        -------
        DataFrame
            Columns `output`, `unit`, `mean`, `variance`, `state`.
        """
        found = self._core.outputs
        return frame(
            {
                "output": found["kind"],
                "unit": self._units(),
                "mean": found["mean"],
                "variance": found["variance"],
                "state": found["state"],
            }
        )

    def plot(
        self, unit: str | None = None, output: OutputLike = "rank", *, ax: Axes | None = None
    ) -> Axes:
        """Draw first and total order of each source with their intervals.

        Parameters
        ----------
        unit : str, optional
            Whose score or rank; left out: the mean rank shift.
        output : {"score", "rank"}
            Of the unit.
        ax : matplotlib Axes, optional
            Where to draw; a new figure if left out.
        """
        from chiso import _plot

        chosen: OutputLike = "rank shift" if unit is None else output
        name = "" if unit is None else self.scores.unit(unit)
        return _plot.sensitivity(self, self.columns(chosen, unit), name, chosen, ax=ax)

    def __repr__(self) -> str:
        """Return the sources and the cost."""
        index = self.scores.index
        return (
            f"<Sensitivity of {index.name}, {self.scores.period}: {', '.join(self.factors)}; "
            f"{self.rows:,} rows, {self.evaluations:,} evaluations>"
        )

    def _repr_html_(self) -> str:
        return _html.numbers(repr(self), self.columns("rank shift"))

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Pickle as a snapshot, and what varies as it was given."""
        return (*super().__reduce_ex__(protocol), self.varying)

    def __setstate__(self, varying: Variation) -> None:
        """Take what varies as it was given."""
        self.varying = varying

    def _made_of(self) -> tuple[Stored, ...]:
        return (self.scores,)

    def _units(self) -> list[str]:
        units = self.scores.units
        return ["" if u < 0 else units[u] for u in self._core.outputs["unit"]]

    def _rows(
        self,
        factors: list[str],
        indices: dict[str, _Indices],
        output: OutputLike | None,
        unit: str | None,
    ) -> Columns:
        found, units = self._core.outputs, self._units()
        if output is not None and output not in found["kind"]:
            known = ", ".join(dict.fromkeys(found["kind"]))
            raise ValueError(f"expected one of {known} for an output, got {output!r}")
        if output == "rank shift" and unit is not None:
            raise ValueError("the rank shift is of all units together; leave out the unit")
        name = None if unit is None else self.scores.unit(unit)
        chosen = [
            i
            for i, kind in enumerate(found["kind"])
            if output in (None, kind) and name in (None, units[i])
        ]
        count = len(factors)
        columns: Columns = {
            "output": [found["kind"][i] for i in chosen for _ in factors],
            "unit": [units[i] for i in chosen for _ in factors],
            "source": factors * len(chosen),
        }
        for order, (value, low, high) in indices.items():
            for ending, table in (("", value), (" low", low), (" high", high)):
                columns[order + ending] = table[chosen].ravel() if count else np.empty(0)
        columns["state"] = [found["state"][i] for i in chosen for _ in factors]
        return columns


def sensitivity(
    scores: Scores,
    varying: Variation,
    *,
    base: int,
    seed: int,
    node: str | None,
    refit: bool,
    second_order: bool,
    resamples: int,
    confidence: float,
    factors: Mapping[str, str | Iterable[str]] | None,
    threads: int,
    progress: DrawProgressLike,
) -> Sensitivity | None:
    """Estimate; see `Scores.sensitivity`."""
    if not isinstance(varying, Variation):
        raise TypeError(f"expected a Variation, got {varying!r}")
    with counting(progress, "drawing") as watch:
        found = _core.sensitivity(
            scores._core,
            varying._cores(scores),
            as_whole(base, "base"),
            as_seed(seed),
            as_whole(threads, "threads", 2**31 - 1),
            as_code(node),
            as_flag(refit, "refit"),
            as_flag(second_order, "second_order"),
            as_whole(resamples, "resamples"),
            as_number(confidence, "confidence"),
            [] if factors is None else _groups(factors),
            watch,
        )
    return None if found is None else Sensitivity(found, scores, varying)


def _groups(factors: Any) -> list[tuple[str, list[str]]]:
    """Return factors in rows; their names are spelled as those of sources are."""
    if not isinstance(factors, Mapping):
        raise TypeError(
            f"factors: expected names of sources by factor, {{'data': ['a', 'b']}}, got {factors!r}"
        )
    return [
        (_composed(name), [_composed(source) for source in as_texts(sources, "factors", _SOURCES)])
        for name, sources in factors.items()
    ]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", as_text(name, "factors", "a text for a name"))
