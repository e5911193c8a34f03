"""Formulas: read, shown and worked out on tables."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from chiso import _core
from chiso._convert import is_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from chiso._index import Language

#: Values by name: a DataFrame, or arrays, Series and numbers by name.
DataLike: TypeAlias = "pd.DataFrame | Mapping[str, Any]"

#: Categories of variables, from worst to best.
CategoriesLike: TypeAlias = "Mapping[str, Sequence[str]]"

_INFINITY = float("inf")


class Formula:
    """A formula over variables and parameters: read once, then shown, checked and worked out.

    Immutable. Two formulas are equal if they are the same tree, however they were written.

    Parameters
    ----------
    text : str
        Such as ``"if rate >= threshold then rate * maximum / 100 else 0"``. Excel's
        ``if(a, b, c)``, ``=``, ``<>`` and the signs ``≤ ≥ ≠ × ÷`` are read too.

    Raises
    ------
    SpecError
        If it is no formula; points at the character.

    Examples
    --------
    >>> import chiso
    >>> formula = chiso.Formula("IF(rate ≥ 80, rate, 0)")
    >>> print(formula)
    if rate >= 80 then rate else 0
    >>> formula.names
    ['rate']
    >>> formula.evaluate({"rate": 85})
    85.0
    >>> print(formula.to_words())
    rate if rate is at least 80; otherwise 0
    """

    __slots__ = ("_core", "names", "text")

    def __init__(self, text: str) -> None:
        self._core = _core.Formula(text)
        #: As it was written.
        self.text: str = self._core.text
        #: Variables and parameters in order of first use.
        self.names: list[str] = self._core.names

    @classmethod
    def _of(cls, core: _core.Formula) -> Formula:
        """Return the formula of a core."""
        formula = cls.__new__(cls)
        formula._core = core
        formula.text = core.text
        formula.names = core.names
        return formula

    def __str__(self) -> str:
        """Return the canonical form; reading it gives the same formula."""
        return str(self._core)

    def __repr__(self) -> str:
        """Return how it was made."""
        return f"Formula({self.text!r})"

    def __eq__(self, other: object) -> bool:
        """Whether both are the same tree."""
        return isinstance(other, Formula) and self._core == other._core

    def __hash__(self) -> int:
        """Return a hash of the tree."""
        return hash(self._core)

    def __reduce__(self) -> tuple[type[Formula], tuple[str]]:
        """Pickle by its text."""
        return Formula, (self.text,)

    # ---- shown ------------------------------------------------------------------------------

    def to_latex(
        self, titles: Mapping[str, str] | None = None, *, language: Language = "en"
    ) -> str:
        r"""Return the formula in LaTeX, for math mode.

        Parameters
        ----------
        titles : mapping of str to str, optional
            What stands for names; the names themselves if left out.
        language : {"en", "vi"}
            Of the words in it.

        Examples
        --------
        >>> import chiso
        >>> print(chiso.Formula("done / planned").to_latex())
        \frac{\mathrm{done}}{\mathrm{planned}}
        """
        return self._core.to_latex(language == "vi", dict(titles or {}))

    def to_words(self, language: Language = "en", titles: Mapping[str, str] | None = None) -> str:
        """Return the formula as a sentence without its full stop.

        Parameters
        ----------
        language : {"en", "vi"}
            Of the words.
        titles : mapping of str to str, optional
            What stands for names; the names themselves if left out.

        Examples
        --------
        >>> import chiso
        >>> rule = chiso.Formula("if rate > 90 then 2 else if rate >= 70 then 1 else 0")
        >>> print(rule.to_words(titles={"rate": "the share of tasks done"}))
        2 if the share of tasks done is above 90; otherwise 1 if the share of tasks done is at \
least 70; otherwise 0
        """
        return self._core.to_words(language == "vi", dict(titles or {}))

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    # ---- worked out -------------------------------------------------------------------------

    def evaluate(
        self,
        data: DataLike,
        parameters: Mapping[str, float] | None = None,
        *,
        maximum: float | None = None,
        categories: CategoriesLike | None = None,
        previous: DataLike | None = None,
    ) -> Any:
        """Work the formula out on every row.

        Contiguous columns of doubles are read in place; the interpreter's lock is released. Data
        must not be changed by other threads meanwhile.

        Parameters
        ----------
        data : DataFrame or mapping of str to array_like or float
            Columns by the names in the formula; NaN and None are missing. Columns of texts need
            `categories`, pandas' ordered categories do not. Numbers stand for whole columns.
        parameters : mapping of str to float, optional
            Values of the names that are parameters.
        maximum : float, optional
            What ``maximum`` stands for.
        categories : mapping of str to sequence of str, optional
            Categories of variables, from worst to best. Spellings may differ in case and accents.
        previous : DataFrame or mapping, optional
            The period before, for ``prev(x)``; missing if left out. Of two frames rows with the
            same label belong together.

        Returns
        -------
        Series, array or float
            As the data are: a Series for a DataFrame or Series, with their index; a float if all
            are numbers. What has no finite value is NaN.

        Raises
        ------
        NotFoundError
            If a name is neither in the data nor a parameter; with the nearest.
        SpecError
            If types do not fit; points at the character.
        DataError
            If columns differ in length, or hold what they should not.

        Examples
        --------
        >>> import chiso
        >>> import pandas as pd
        >>> rule = chiso.Formula("if rate >= threshold then rate * maximum / 100 else 0")
        >>> frame = pd.DataFrame({"rate": [85.0, 60.0, None]}, index=["A", "B", "C"])
        >>> rule.evaluate(frame, {"threshold": 80}, maximum=2)
        A    1.7
        B    0.0
        C    NaN
        dtype: float64
        >>> growth = chiso.Formula("(x - prev(x)) / prev(x)")
        >>> growth.evaluate({"x": [3.0, 4.0]}, previous={"x": [2.0, 4.0]})
        array([0.5, 0. ])
        """
        table = _Table(data, previous, categories or {})
        symbols = table.symbols(self.names, parameters or {}, maximum)
        program = _core.FormulaProgram(self._core, symbols)
        columns = [table.column(name, is_previous) for name, is_previous in program.inputs]
        return table.result(program.evaluate(columns, table.rows))


# ---- columns ------------------------------------------------------------------------------------


class _Table:
    """Data as columns of doubles, and what makes of a column what the data were."""

    def __init__(self, data: Any, previous: Any, categories: CategoriesLike) -> None:
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
                symbols.variable(name, -_INFINITY, _INFINITY, self._categories.get(name, []))
            else:
                raise _core.NotFoundError(
                    f"neither the data nor the parameters have '{name}'"
                    + _nearest(name, [*_names(self._data), *parameters])
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
                    f"'{name}' has no category '{cell}'{_nearest(cell, order)}; "
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


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""
