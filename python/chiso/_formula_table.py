"""Data for a formula: columns of doubles out of frames, arrays and numbers, and back."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from chiso import _core
from chiso._convert import is_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray


class FormulaTable:
    """Data as columns of doubles, and what makes of a column what the data were."""

    def __init__(self, data: Any, previous: Any, categories: Mapping[str, Sequence[str]]) -> None:
        self._data = data
        self._previous = {} if previous is None else previous
        self._categories = {name: list(order) for name, order in categories.items()}
        self._columns: dict[tuple[str, bool], NDArray[np.float64]] = {}
        #: Of a table, or of the first column that is not a number; None: all are numbers.
        self._shape: tuple[int, ...] | None = None
        self._index: pd.Index[Any] | None = None
        if is_frame(data):
            self._index, self._shape = data.index, (len(data),)
            return
        for each in self._data.values():
            if not isinstance(each, str) and np.ndim(each) > 0:
                self._index, self._shape = _index(each), np.shape(each)
                break

    def symbols(
        self, names: Iterable[str], parameters: Mapping[str, float], maximum: float | None
    ) -> _core.FormulaSymbols:
        """Return what the names of a formula stand for, and read the columns among them."""
        symbols = _core.FormulaSymbols()
        symbols.maximum = None if maximum is None else float(maximum)
        here = [name for name in names if _has(self._data, name)]
        before = [name for name in names if _has(self._previous, name)]
        for name in here:
            self._read(name, False, self._data[name])
        for name in before:
            if name not in parameters:
                self._read(name, True, self._previous[name])
        for name in names:
            if name in parameters:
                if name in here:
                    raise _core.DataError(f"'{name}' is a parameter and a column of the data")
                symbols.parameter(name, float(parameters[name]))
            elif name in here or name in before:
                symbols.variable(name, "", self._categories.get(name, []))
            else:
                raise _core.NotFoundError(
                    f"neither the data nor the parameters have '{name}'"
                    + nearest(name, [*_names(self._data), *parameters])
                )
        return symbols

    @property
    def rows(self) -> int:
        """The number of rows; 1 for numbers."""
        return int(np.prod(self._shape)) if self._shape is not None else 1

    def column(self, name: str, previous: bool) -> NDArray[np.float64]:
        """Return one column; of the period before NaN if there is none."""
        column = self._columns.get((name, previous))
        if column is None:
            if not previous:
                raise _core.NotFoundError(f"the data have no '{name}', only the period before has")
            column = np.array(np.nan)
        if column.ndim == 0:
            return np.full(self.rows, column)
        return np.ascontiguousarray(column).reshape(-1)

    def result(self, values: NDArray[np.float64]) -> Any:
        """Return values as the data are."""
        if self._shape is None:
            return float(values[0])
        if self._index is not None:
            import pandas as pd

            return pd.Series(values, index=self._index)
        return values.reshape(self._shape)

    def _read(self, name: str, previous: bool, values: Any) -> None:
        index = _index(values)
        if self._index is not None and index is not None and not index.equals(self._index):
            values = self._aligned(values, name, previous)
        column = self._numbers(values, name)
        if column.ndim > 0 and column.shape != self._shape:
            others = "single numbers" if self._shape is None else f"columns of shape {self._shape}"
            raise _core.DataError(f"expected {others}, and '{name}' has shape {column.shape}")
        self._columns[name, previous] = column

    def _aligned(self, values: pd.Series[Any], name: str, previous: bool) -> pd.Series[Any]:
        """Return last period's values for this period's rows."""
        if not previous:
            raise _core.DataError(f"the rows of '{name}' have other labels than the first column")
        if not values.index.is_unique:
            raise _core.DataError(f"the period before has rows with the same label ('{name}')")
        return values.reindex(self._index)

    def _numbers(self, values: Any, name: str) -> NDArray[np.float64]:
        """Return a column as doubles, categories as their positions."""
        order = self._categories.get(name)
        dtype = getattr(values, "dtype", None)
        if order is None and dtype is not None and getattr(dtype, "ordered", False):
            self._categories[name] = [str(each) for each in dtype.categories]
            codes = np.asarray(getattr(values, "cat", values).codes, dtype=np.float64)
            return np.where(codes < 0, np.nan, codes)
        if order is not None:
            return _positions(values, order, name)
        if hasattr(values, "to_numpy"):
            if getattr(dtype, "kind", "O") in "fiub" and hasattr(dtype, "na_value"):
                return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
            values = values.to_numpy()
        array = np.asarray(values)
        if array.dtype.kind in "fiub":
            return array.astype(np.float64, copy=False)
        if array.dtype.kind == "O":
            cells = [np.nan if _is_missing(each) else each for each in array.flat]
            if all(isinstance(each, int | float | np.number) for each in cells):
                return np.array(cells, dtype=np.float64).reshape(array.shape)
        raise _core.DataError(
            f"expected numbers in '{name}', got {array.dtype}; "
            "a variable with categories needs them, from worst to best, in `categories`"
        )


def _positions(values: Any, order: Sequence[str], name: str) -> NDArray[np.float64]:
    """Return texts as positions among categories."""
    cells = np.asarray(values, dtype=object)
    known = _core.NameList([(each, []) for each in order])
    position = {each: float(i) for i, each in enumerate(order)}
    found: dict[str, float] = {}

    def position_of(cell: object) -> float:
        if _is_missing(cell):
            return np.nan
        if not isinstance(cell, str):
            raise _core.DataError(f"expected the text of a category in '{name}', got {cell!r}")
        if cell not in found:
            official = known.find(cell)
            if official is None:
                raise _core.DataError(
                    f"'{name}' has no category '{cell}'{nearest(cell, order)}; "
                    f"its categories are {', '.join(order)}"
                )
            found[cell] = position[official]
        return found[cell]

    return np.array([position_of(cell) for cell in cells.flat], dtype=np.float64).reshape(
        cells.shape
    )


def _is_missing(cell: object) -> bool:
    """Whether a cell is None, NaN, or what pandas has for them."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(cell, float) and cell != cell  # noqa: PLR0124 - NaN


def _index(values: Any) -> pd.Index[Any] | None:
    """Return the labels of a frame's or Series' rows. Lists have a method of that name."""
    index = getattr(values, "index", None)
    return None if callable(index) else index


def _names(data: Any) -> list[str]:
    return [str(each) for each in (data.columns if is_frame(data) else data)]


def _has(data: Any, name: str) -> bool:
    return name in (data.columns if is_frame(data) else data)


def nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""
