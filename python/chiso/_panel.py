"""Data: units x variables x periods, from frames and back to frames."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import as_period, cell_text, frame, is_frame, optional_period
from chiso._stored import Stored

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from chiso._convert import Columns, PeriodLike

NamesLike: TypeAlias = "_core.NameList | str | os.PathLike[str]"

_SUFFIX = ".se"


class Panel(Stored):
    """Data of units x variables x periods, with missing values and standard errors.

    Immutable. Made by `read_panel`, `Panel.from_frame` or `Panel.from_array`; labels come out as
    they went in. A missing value is NaN and never anything else.

    Examples
    --------
    >>> import chiso
    >>> panel = chiso.Panel.from_array([[1.0, 2.0]], units=["Thanh Hóa"], variables=["a", "b"],
    ...                                period=2020)
    >>> panel
    <Panel: 1 unit x 2 variables, 2020>
    """

    __slots__ = ("_core", "units", "variables")

    def __init__(self, core: _core.Panel) -> None:
        self._core = core
        #: Names of the units.
        self.units: list[str] = core.units
        #: Codes of the variables.
        self.variables: list[str] = core.variables

    @staticmethod
    def from_array(
        values: Any,
        *,
        units: Sequence[str],
        variables: Sequence[str],
        period: PeriodLike,
    ) -> Panel:
        """Make a panel of one period from numbers.

        Parameters
        ----------
        values : array_like of float, shape (units, variables)
            NaN = missing. Copied once.
        units, variables : sequence of str
            Names of the rows and columns.
        period : int or str
            What the values are of.

        Raises
        ------
        DataError
            If shapes differ, a value is infinite, or a name stands twice.
        """
        array = np.asarray(values, dtype=np.float64)
        if array.ndim != 2:
            raise _core.DataError(
                f"expected a table of {len(units)} units x {len(variables)} variables, "
                f"got an array of shape {array.shape}"
            )
        if min(array.strides, default=0) < 0:  # The core reads forward only.
            array = np.ascontiguousarray(array)
        return Panel(_core.Panel(list(units), list(variables), array, as_period(period)))

    @staticmethod
    def from_frame(
        data: pd.DataFrame,
        *,
        period: PeriodLike | None = None,
        units: NamesLike | None = None,
        source: str = "",
        strict: bool = True,
    ) -> Panel:
        """Make a panel from a frame.

        Parameters
        ----------
        data : DataFrame
            Wide: one row a unit (and period), one column a variable. The units are a column
            ``unit`` or the index; the periods a column or index level ``period``. Or long: columns
            ``unit``, ``variable``, ``value``, perhaps ``period`` and ``standard_error``. A column
            ``x.se`` beside ``x`` holds its standard errors. Columns of text and categoricals are
            categories; text is read as in a file: empty, ``NA`` and ``NaN`` are missing,
            ``not applicable`` is not applicable.
        period : int or str, optional
            Of all rows, where the frame does not say.
        units : str, path or NameList, optional
            Official names and aliases (``"provinces"``); the units get their official names.
        source : str
            Where the data come from, for messages.
        strict : bool
            A unit that `units` does not have is an error; otherwise it keeps its name.

        Raises
        ------
        DataError
            With everything that is wrong in the frame: a unit twice, no period, infinite values.
        NotFoundError
            With every unit that `units` does not have, if `strict`.
        TypeError
            If `data` is no frame.
        """
        if not is_frame(data):
            raise TypeError(
                f"expected a pandas DataFrame, got {type(data).__name__}; `Panel.from_array` takes "
                "numbers with their labels"
            )
        return _FrameReader(data, period, units, source, strict).panel()

    # ---- what it holds ----------------------------------------------------------------------

    @property
    def periods(self) -> list[str]:
        """The periods, ascending."""
        return [period.text for period in self._core.periods]

    @property
    def source(self) -> str:
        """Where the data come from; may be empty."""
        return self._core.source

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that differ when any label or value does."""
        return self._core.fingerprint

    def only_period(self) -> str:
        """Return the period, if there is one only.

        Raises
        ------
        DataError
            If there are several.
        """
        periods = self.periods
        if len(periods) != 1:
            raise _core.DataError(
                f"the data have {len(periods)} periods: {', '.join(periods)}; say which"
            )
        return periods[0]

    def values(self, period: PeriodLike | None = None) -> NDArray[np.float64]:
        """Return units x variables of one period: a read-only view, F-ordered, NaN = missing.

        A category is the position of its word among the sorted words of its column.
        """
        return self._core.values(self._position(period))

    def standard_errors(
        self, variable: str, period: PeriodLike | None = None
    ) -> NDArray[np.float64] | None:
        """Return one standard error a unit (a read-only view), or None if there are none."""
        return self._core.standard_errors(self._variable(variable), self._position(period))

    def categories(self, variable: str) -> list[str]:
        """Return the words of a column of text, sorted; empty for numbers."""
        return self._core.categories(self._variable(variable))

    def not_applicable(self) -> pd.DataFrame:
        """Return the cells that are marked as not applicable: columns unit, variable, period."""
        cells = self._core.not_applicable()
        periods = self.periods
        return frame(
            {
                "unit": [self.units[u] for u in cells[:, 0]],
                "variable": [self.variables[v] for v in cells[:, 1]],
                "period": [periods[p] for p in cells[:, 2]],
            }
        )

    # ---- other panels of it -----------------------------------------------------------------

    def overlay(self, over: Panel) -> Panel:
        """Return this panel with the cells that `over` has put in place of its own.

        An appraised table laid over a self-assessed one, say. Units, variables and periods of both.

        Raises
        ------
        DataError
            If a column is text in one and numbers in the other.
        """
        return Panel(self._core.overlay(over._core))

    def select(self, units: Iterable[str]) -> Panel:
        """Return the panel with only these units, in this order.

        Raises
        ------
        NotFoundError
            If there is no such unit; with the nearest.
        """
        return Panel(self._core.select_units(list(units)))

    def to_frame(self, period: PeriodLike | None = None) -> pd.DataFrame:
        """Return the data as a wide frame, which `Panel.from_frame` reads back.

        Parameters
        ----------
        period : int or str, optional
            Only this one. Left out and there are several, the index is (period, unit).

        Returns
        -------
        DataFrame
            One row a unit that the period has, one column a variable; text as categoricals;
            standard errors as columns ``x.se``. Cells that are not applicable are missing; see
            `not_applicable`.
        """
        import pandas as pd

        if period is not None or len(self.periods) == 1:
            return self._frame_of(self._position(period))
        names = self.periods
        frames = [self._frame_of(position) for position in range(len(names))]
        return pd.concat(frames, keys=names, names=["period", "unit"])

    def _frame_of(self, position: int) -> pd.DataFrame:
        import pandas as pd

        rows = np.flatnonzero(self._core.has_units(position))
        units = pd.Index([self.units[row] for row in rows], name="unit")
        values = self._core.values(position)[rows]
        columns: dict[str, Any] = {}
        for v, variable in enumerate(self.variables):
            words = self._core.categories(v)
            if words:
                codes = np.where(np.isnan(values[:, v]), -1.0, values[:, v]).astype(np.int64)
                columns[variable] = pd.Categorical.from_codes(
                    codes, categories=pd.Index(words), ordered=False
                )
            else:
                columns[variable] = values[:, v]
            errors = self._core.standard_errors(v, position)
            if errors is not None:
                columns[variable + _SUFFIX] = errors[rows]
        return pd.DataFrame(columns, index=units)

    # ---- the rest ---------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Return whether labels and values are the same; NaN equals NaN."""
        return isinstance(other, Panel) and self._core == other._core

    def __hash__(self) -> int:
        """Return a hash of the content."""
        return hash(self._core)

    def __repr__(self) -> str:
        """Return the size and the periods."""
        periods = self.periods
        span = periods[0] if len(periods) == 1 else f"{len(periods)} periods"
        if len(periods) > 1:
            span += f" ({periods[0]} to {periods[-1]})"
        return (
            f"<Panel: {len(self.units)} unit{'' if len(self.units) == 1 else 's'} x "
            f"{len(self.variables)} variable{'' if len(self.variables) == 1 else 's'}, {span}>"
        )

    def _repr_html_(self) -> str:
        return _html.panel(self)

    def _position(self, period: PeriodLike | None) -> int:
        return self._core.period_position(
            as_period(self.only_period() if period is None else period)
        )

    def _variable(self, code: str) -> int:
        return self._core.variable_position(code)


class _FrameReader:
    """Reads one frame: finds units and periods, then hands over column by column."""

    def __init__(
        self,
        data: pd.DataFrame,
        period: PeriodLike | None,
        units: NamesLike | None,
        source: str,
        strict: bool,
    ) -> None:
        named = [name for name in data.index.names if name in {"unit", "period"}]
        if named:
            data = data.reset_index(level=named)
        if "unit" not in data.columns:
            if data.index.nlevels > 1:
                levels = ", ".join(repr(name) for name in data.index.names)
                raise _core.DataError(
                    f"the index has several levels ({levels}), none of them is called 'unit'; "
                    "name the levels of units and periods 'unit' and 'period'"
                )
            data = data.assign(unit=data.index)
        twice = data.columns[data.columns.duplicated()]
        if len(twice):
            raise _core.DataError(f"the frame has more than one column {next(iter(twice))!r}")
        if "version" in data.columns:
            raise _core.DataError(
                "the frame holds several versions (column 'version'); make a panel of each"
            )
        self._data = data
        self._period = optional_period(period)
        self._names = units
        self._source = source
        self._strict = strict

    def panel(self) -> Panel:
        data = self._data
        unit_of_row, units = self._factorised("unit")
        unit_names = self._official([str(unit) for unit in units])
        period_of_row, periods = self._periods()
        keys = period_of_row * len(unit_names) + unit_of_row
        if {"variable", "value"} <= set(data.columns):
            rows, row_of_cell = np.unique(keys, return_inverse=True)
            period_of_row, unit_of_row = np.divmod(rows, len(unit_names))
            columns = self._long_columns(row_of_cell, len(rows))
        else:
            columns = self._wide_columns()
        return self._read(columns, unit_names, unit_of_row, periods, period_of_row)

    def _read(
        self,
        columns: dict[str, pd.Series[Any]],
        units: list[str],
        unit_of_row: NDArray[np.int64],
        periods: list[_core.Period],
        period_of_row: NDArray[np.int64],
    ) -> Panel:
        reader = _core.ColumnReader(self._source, units, unit_of_row, periods, period_of_row)
        texts: dict[str, list[str]] = {}
        for code, column in columns.items():
            base = code.removesuffix(_SUFFIX)
            if base != code and base in columns:
                reader.standard_errors(base, _numbers(column, code))
            elif _is_text(column):
                filled = column.astype(object).where(column.notna(), "")
                texts[code] = [cell_text(cell) for cell in filled]
            else:
                _read_column(reader, code, column)
        numbers = reader.build()
        if not texts:
            return Panel(numbers)
        # Text is read as in a file, so that a word means the same in both.
        heading = ["unit", "period", *texts]
        labels = [units[u] for u in unit_of_row], [periods[p].text for p in period_of_row]
        rows = zip(*labels, *texts.values(), strict=True)
        table = _core.Table(
            self._source or "frame", [heading, *map(list, rows)], limits=_core.no_limits
        )
        return Panel(numbers.overlay(_core.panel_from_table(table)))

    def _wide_columns(self) -> dict[str, pd.Series[Any]]:
        data = self._data
        return {str(code): data[code] for code in data.columns if code not in {"unit", "period"}}

    def _long_columns(self, row_of_cell: NDArray[np.intp], rows: int) -> dict[str, pd.Series[Any]]:
        import pandas as pd

        data = self._data
        columns: dict[str, pd.Series[Any]] = {}
        codes, variables = pd.factorize(data["variable"])
        for v, variable in enumerate(variables):
            cells = np.flatnonzero(codes == v)
            at = pd.Index(row_of_cell[cells])
            if at.has_duplicates:
                first = data.iloc[cells[np.flatnonzero(at.duplicated())[0]]]
                raise _core.DataError(
                    f"{first['unit']}, {variable}: the cell stands twice; keep one"
                )
            for suffix, name in (("", "value"), (_SUFFIX, "standard_error")):
                if name in data.columns:
                    column = data[name].iloc[cells].set_axis(at).reindex(range(rows))
                    column = column.infer_objects()
                    if not suffix or column.notna().any():
                        columns[str(variable) + suffix] = column
        return columns

    def _factorised(self, column: str) -> tuple[NDArray[np.int64], list[Any]]:
        import pandas as pd

        codes, values = pd.factorize(self._data[column])
        if (codes < 0).any():
            row = int(np.flatnonzero(codes < 0)[0]) + 1
            raise _core.DataError(f"row {row} of the frame has no {column}")
        return codes.astype(np.int64), list(values)

    def _official(self, units: list[str]) -> list[str]:
        if self._names is None:
            return _composed_differently(units)
        names = _names(self._names)
        found = [names.find(unit) for unit in units]
        if self._strict and None in found:
            raise _core.NotFoundError(
                "\n".join(
                    _message(names, unit)
                    for unit, name in zip(units, found, strict=True)
                    if name is None
                )
            )
        return [name or unit for unit, name in zip(units, found, strict=True)]

    def _periods(self) -> tuple[NDArray[np.int64], list[_core.Period]]:
        if "period" in self._data.columns:
            codes, values = self._factorised("period")
            return codes, [as_period(value) for value in values]
        if self._period is None:
            raise _core.DataError(
                "the frame does not say of which period it is; give `period`, or a column 'period'"
            )
        return np.zeros(len(self._data), dtype=np.int64), [self._period]


def _composed_differently(units: list[str]) -> list[str]:
    """Return `units`, none of which may be another one in other code points (NFC and NFD)."""
    if not all(unit.isascii() for unit in units):
        first: dict[str, str] = {}
        for unit in units:
            known = first.setdefault(unicodedata.normalize("NFC", unit), unit)
            if known != unit:
                raise _core.DataError(
                    f"'{unit}' stands twice, composed differently (Unicode NFC and NFD); "
                    "keep one, or normalise the names"
                )
    return units


def _message(names: _core.NameList, unit: str) -> str:
    try:
        return names.at(unit)
    except _core.NotFoundError as error:
        return error.problems[0].message if error.problems else str(error)


def _names(names: NamesLike) -> _core.NameList:
    if isinstance(names, _core.NameList):
        return names
    from chiso._io import read_names

    return read_names(names)


def _numbers(column: pd.Series[Any], code: str) -> NDArray[np.float64]:
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise _core.DataError(f"column {code!r} should hold numbers") from None


def _is_text(column: pd.Series[Any]) -> bool:
    import pandas as pd

    return column.dtype.kind not in "biuf" and not isinstance(column.dtype, pd.CategoricalDtype)


def _read_column(reader: _core.ColumnReader, code: str, column: pd.Series[Any]) -> None:
    """Hand over a column of numbers or a categorical."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        words = [str(word) for word in column.cat.categories]
        reader.categories(code, words, column.cat.codes.to_numpy().astype(np.int64))
    else:
        reader.numbers(code, _numbers(column, code))


def whole_columns(panel: Panel) -> Columns:
    """Return all cells, one row a unit and period, without standard errors."""
    periods = panel.periods
    found = [
        panel_columns(panel, p, len(panel.units), len(panel.variables)) for p in range(len(periods))
    ]
    rows = [len(columns["unit"]) for columns in found]
    return {
        "period": [text for text, count in zip(periods, rows, strict=True) for _ in range(count)],
        **{
            name: [c for columns in found for c in columns[name]]
            for name in ["unit", *panel.variables]
        },
    }


def panel_columns(panel: Panel, position: int, first: int, most: int | None = None) -> Columns:
    """Return the first rows and columns of a period, for a short look."""
    rows = np.flatnonzero(panel._core.has_units(position))[:first]
    values = panel._core.values(position)
    columns: Columns = {"unit": [panel.units[row] for row in rows]}
    for v, variable in enumerate(panel.variables[: first if most is None else most]):
        words = panel._core.categories(v)
        cells = values[rows, v]
        columns[variable] = (
            ["" if np.isnan(cell) else words[int(cell)] for cell in cells]
            if words
            else cells.tolist()
        )
    return columns
