"""Many small what-ifs on one result: a slider, every cell on its own, a million draws."""

from __future__ import annotations

import importlib
import math
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np

from chiso import _core
from chiso._convert import frame, is_frame, matching
from chiso._scores import display

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from chiso._scores import Scores

    Array: TypeAlias = NDArray[np.float64]
    Positions: TypeAlias = NDArray[np.int64]


class Placed(NamedTuple):
    """A composite score and its rank; NaN and None: no score."""

    score: float
    rank: int | None


class WhatIf:
    """A result made ready for many small edits of raw values, with the anchors held.

    One edit recomputes only the path from its indicators to the composite, and the rank. The
    answers are those of scoring the edited data, bit for bit; ranks are by competition on the
    composite, of displayed scores if the definition says so. Safe to use from many threads.

    Parameters
    ----------
    scores : Scores
        The base; it is never changed.

    Examples
    --------
    >>> import chiso
    >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
    >>> w = chiso.WhatIf(scores)
    >>> w.set("Thanh Hóa", "entry", 9.0).rank
    22
    """

    __slots__ = ("_core", "_meant", "_unit_at", "_variable_at", "base")

    def __init__(self, scores: Scores) -> None:
        #: The base.
        self.base = scores
        self._core = _core.WhatIf(scores._core)
        self._meant: dict[str, str] = {}  # Other spellings: matching one takes a while.
        self._unit_at = {unit: i for i, unit in enumerate(scores.units)}
        self._variable_at = {code: i for i, code in enumerate(scores.index.variables)}

    def set(self, unit: str, code: str, value: float | str | None) -> Placed:
        """Return a unit's score and rank if one of its raw values were another.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        code : str
            A variable.
        value : float, str or None
            A word for a variable of words; None: missing.

        Raises
        ------
        NotFoundError
            If there is no such unit, variable or word; with the nearest.
        DataError
            If the value is outside the variable's range.
        """
        if value is None or isinstance(value, str):
            value = self._number(code, value)
        try:
            return Placed(*self._core.set(unit, code, value))
        except _core.NotFoundError:
            if unit not in self._meant:
                self._meant[unit] = self.base.unit(unit)
            return Placed(*self._core.set(self._meant[unit], code, value))

    def ranking(self, edits: Mapping[tuple[str, str], float | str | None]) -> pd.DataFrame:
        """Return all units after several edits, best first.

        Parameters
        ----------
        edits : mapping of (unit, code) to value
            Raw values, as `set` takes them.

        Returns
        -------
        DataFrame
            Index `unit`; columns `score`, `rank`, `places gained`.
        """
        from chiso._convert import whole

        scores, ranks = self._edited(edits)
        places = np.where(ranks > 0, ranks.astype(np.float64), np.nan)
        gained = self._base_ranks() - places
        order = np.lexsort((np.arange(len(ranks)), np.where(ranks > 0, ranks, len(ranks) + 1)))
        table = frame(
            {
                "unit": [self.base.units[i] for i in order],
                "score": scores[order],
                "rank": places[order],
                "places gained": gained[order],
            },
            index="unit",
        )
        for name in ("rank", "places gained"):
            table[name] = whole(table[name])
        return table

    def each(self, values: Array | pd.DataFrame) -> tuple[Any, Any]:
        """Return what every cell on its own would do to the score and rank of its unit.

        Parameters
        ----------
        values : DataFrame or numpy.ndarray
            Units x variables: what each cell would be, the others staying as they are. NaN: the
            cell is left out. A frame may have some of the units and variables only; an array has
            all, in the order of `Scores.units` and `Index.variables`.

        Returns
        -------
        scores, ranks : DataFrame or numpy.ndarray
            Composite and rank of the cell's unit; NaN where a cell is left out.

        Raises
        ------
        DataError
            If a shape or a value does not fit.
        """
        shape = (len(self._unit_at), len(self._variable_at))
        if not is_frame(values):
            array = np.asarray(values, dtype=np.float64)
            if array.shape != shape:
                raise _core.DataError(
                    f"expected {shape[0]} units x {shape[1]} variables, got an array of shape "
                    f"{array.shape}"
                )
            if min(array.strides, default=0) < 0:  # The core reads forward only.
                array = np.ascontiguousarray(array)
            return self._core.each(array)
        table = values.set_index("unit") if "unit" in values.columns else values
        rows, columns = self._units(table.index), self._variables(table.columns)
        cells = np.full(shape, np.nan, order="F")
        cells[np.ix_(rows, columns)] = table.to_numpy(dtype=np.float64, na_value=np.nan)
        scores, ranks = self._core.each(cells)
        import pandas as pd

        block = np.ix_(rows, columns)
        return (
            pd.DataFrame(scores[block], index=table.index, columns=table.columns),
            pd.DataFrame(ranks[block], index=table.index, columns=table.columns),
        )

    def many(
        self,
        values: Array | pd.DataFrame,
        cells: Sequence[tuple[str, str]] | tuple[Positions, Positions] | None = None,
        *,
        of: str | Iterable[str] | None = None,
        threads: int = 1,
    ) -> tuple[Any, Any]:
        """Return the composites and ranks of many scenarios of several edits each.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (scenarios, edits), or DataFrame
            One row a scenario: raw values; NaN: the cell stays as it is. The columns of a frame
            are (unit, code), unless `cells` says otherwise.
        cells : sequence of (unit, code), or two arrays of int64, optional
            What each column edits. Two arrays hold the positions of units and variables: one an
            edit, or one a scenario and edit (of the shape of `values`).
        of : str or iterable of str, optional
            The units whose answers are wanted; left out, all.
        threads : int
            How many may work; 0: as many as the machine has. The answer does not depend on it.

        Returns
        -------
        scores, ranks : DataFrame, or numpy.ndarray of float64 and int32
            Scenarios x units. Rank 0: no score.

        Raises
        ------
        DataError
            If shapes do not fit, or a value is outside its variable's range.
        """
        frame_of = values if is_frame(values) else None
        if cells is None:
            if frame_of is None:
                raise TypeError("expected `cells` to say what the columns of an array edit")
            cells = cast("list[tuple[str, str]]", list(frame_of.columns))
        array = np.ascontiguousarray(values, dtype=np.float64)
        if array.ndim != 2:
            raise _core.DataError(f"expected scenarios x edits, got shape {array.shape}")
        units, variables = self._cells(cells, array.shape)
        names = None if of is None else [of] if isinstance(of, str) else list(of)
        asked = np.arange(len(self._unit_at)) if names is None else self._units(names)
        scores, ranks = self._core.many(units, variables, array, asked, threads)
        if frame_of is None:
            return scores, ranks
        import pandas as pd

        labels = pd.Index([self.base.units[i] for i in asked], name="unit")
        return (
            pd.DataFrame(scores, index=frame_of.index, columns=labels),
            pd.DataFrame(ranks, index=frame_of.index, columns=labels),
        )

    def slider(self, unit: str, codes: Iterable[str] | str | None = None) -> Any:
        """Return a panel of sliders that show a unit's score and rank at once. Needs ipywidgets.

        Parameters
        ----------
        unit : str
            Whose raw values are moved.
        codes : str or iterable of str, optional
            Which variables; left out, all that the index reads. A cell without a value counts only
            once it is moved.

        Returns
        -------
        ipywidgets.VBox
            For a notebook: the last line of a cell shows it.
        """
        try:
            widgets = importlib.import_module("ipywidgets")
        except ImportError:
            raise _core.Error(
                "sliders need the package ipywidgets: pip install ipywidgets"
            ) from None
        chosen = self.base.unit(unit)
        wanted = [codes] if isinstance(codes, str) else list(codes or self._variable_at)
        places = self._variables(wanted)
        now = self._raw(chosen)[places]
        # Only what was moved is edited, so the panel begins with the base.
        moved: dict[tuple[str, str], float] = {}
        shown = widgets.HTML(self._standing(chosen, moved))
        controls = [
            self._control(widgets, int(place), float(value))
            for place, value in zip(places, now, strict=True)
        ]

        def follow(place: int) -> Any:
            def move(change: Any) -> None:
                moved[chosen, self.base.index.variables[place]] = float(change["new"])
                shown.value = self._standing(chosen, moved)

            return move

        for place, control in zip(places, controls, strict=True):
            control.observe(follow(int(place)), names="value")
        return widgets.VBox([shown, *controls])

    def __repr__(self) -> str:
        """Return what it is about."""
        return f"<WhatIf on {self.base!r}>"

    # ---- names and numbers ------------------------------------------------------------------

    def _units(self, names: Iterable[Any]) -> Positions:
        at = self._unit_at
        found = [at[n] if n in at else at[self.base.unit(str(n))] for n in names]
        return np.array(found, dtype=np.int64)

    def _variables(self, codes: Iterable[Any]) -> Positions:
        at = self._variable_at
        known = list(at)
        found = [at[c] if c in at else at[matching(str(c), known)] for c in codes]
        return np.array(found, dtype=np.int64)

    def _cells(self, cells: Any, shape: tuple[int, ...]) -> tuple[Positions, Positions]:
        if isinstance(cells, tuple) and all(hasattr(part, "dtype") for part in cells):
            units, variables = (np.ascontiguousarray(part, dtype=np.int64) for part in cells)
        else:
            units = self._units(unit for unit, _ in cells)
            variables = self._variables(code for _, code in cells)
        for positions, size, what in (
            (units, len(self._unit_at), "units"),
            (variables, len(self._variable_at), "variables"),
        ):
            if positions.shape not in {shape, shape[1:]}:
                raise _core.DataError(
                    f"expected positions of {what} of shape {shape[1:]} or {shape}, "
                    f"got {positions.shape}"
                )
            if positions.size and (positions.min() < 0 or positions.max() >= size):
                raise _core.DataError(f"expected positions of {what} from 0 to {size - 1}")
        return units, variables

    def _number(self, code: str, value: str | None) -> float:
        if value is None:
            return math.nan
        (place,) = self._variables([code])
        words = self.base.index._core.variables[place].categories
        if not words:
            raise _core.DataError(f"expected a number for {code}, got '{value}'")
        return float(words.index(matching(value, words)))

    def _edited(
        self, edits: Mapping[tuple[str, str], float | str | None]
    ) -> tuple[Array, NDArray[np.int32]]:
        values = [
            self._number(code, value) if value is None or isinstance(value, str) else float(value)
            for (_, code), value in edits.items()
        ]
        units = self._units(unit for unit, _ in edits)
        variables = self._variables(code for _, code in edits)
        return self._core.edited(units, variables, np.array(values, dtype=np.float64))

    def _base_ranks(self) -> Array:
        return _core.Ranking(self.base._core, 0, _core.Ties.competition, None).ranks

    def _raw(self, unit: str | None = None) -> Array:
        """Return the raw values of the period, units x variables, or of one unit; NaN: missing."""
        panel, core = self.base.panel, self.base.panel._core
        period = core.period_position(self.base._core.period)
        rows = [panel.units.index(u) for u in ([unit] if unit else self.base.units)]
        values = np.full((len(rows), len(self._variable_at)), np.nan)
        for code, place in self._variable_at.items():
            if code not in panel.variables:
                continue
            values[:, place] = core.column(panel.variables.index(code), period)[rows]
            if words := self.base.index._core.variables[place].categories:
                # Panels number the words of a column by the alphabet, definitions by their worth.
                worth = np.array([words.index(word) for word in panel.categories(code)], float)
                known = ~np.isnan(values[:, place])
                values[known, place] = worth[values[known, place].astype(np.intp)]
        return values[0] if unit else values

    # ---- a panel of sliders -----------------------------------------------------------------

    def _control(self, widgets: Any, place: int, value: float) -> Any:
        variable = self.base.index._core.variables[place]
        label = variable.title.en or variable.title.vi or variable.code
        wide = {"style": {"description_width": "14em"}, "layout": {"width": "40em"}}
        if variable.categories:
            options = [(word, float(i)) for i, word in enumerate(variable.categories)]
            start = None if math.isnan(value) else value
            return widgets.Dropdown(options=options, value=start, description=label, **wide)
        low, high = variable.bounds
        seen = self._raw()[:, place]
        if np.isnan(seen).all():
            seen = np.array([0.0, 1.0])
        low = low if math.isfinite(low) else float(np.nanmin(seen))
        high = high if math.isfinite(high) else float(np.nanmax(seen))
        high = high if high > low else low + 1.0
        start = (low + high) / 2 if math.isnan(value) else value
        return widgets.FloatSlider(
            value=start, min=low, max=high, step=(high - low) / 200, description=label,
            readout_format=".4g", **wide,
        )  # fmt: skip

    def _standing(self, unit: str, moved: Mapping[tuple[str, str], float]) -> str:
        """Return a unit's score and rank after what was moved, as HTML."""
        scores, ranks = self._edited(moved)
        at = self._unit_at[unit]
        decimals = self.base.index.decimals
        before = Placed(float(self.base.values[at, 0]), None)
        points = display(float(scores[at]), decimals) or "no score"
        place = f"rank {ranks[at]}" if ranks[at] > 0 else "no rank"
        gained = self._base_ranks()[at] - ranks[at]
        change = float(scores[at]) - before.score
        moves = f"{change:+.{2 if decimals is None else decimals}f}, {gained:+.0f} places"
        same = math.isnan(change) or (change == 0.0 and gained == 0.0)
        return f"<b>{escape(unit)}</b>: {points}, {place}" + ("" if same else f" ({moves})")
