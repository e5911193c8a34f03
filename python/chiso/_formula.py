"""Formulas: read, shown and worked out on tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from chiso import _core
from chiso._convert import in_vietnamese
from chiso._formula_analysis import Declared
from chiso._formula_table import FormulaTable
from chiso._limits import core_limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from chiso._formula_analysis import FormulaFindings, FormulaRange, FormulaTrend, RangeLike
    from chiso._index import Language
    from chiso._limits import InputLimits

#: Values by name: a DataFrame, or arrays, Series and numbers by name.
DataLike: TypeAlias = "pd.DataFrame | Mapping[str, Any]"

#: Categories of variables, from worst to best.
CategoriesLike: TypeAlias = "Mapping[str, Sequence[str]]"


class Formula:
    """A formula over variables and parameters: read once, then shown, checked and worked out.

    Immutable. Two formulas are equal if they are the same tree, however they were written.

    Parameters
    ----------
    text : str
        Such as ``"if rate >= threshold then rate * maximum / 100 else 0"``. Excel's
        ``if(a, b, c)``, ``=``, ``<>`` and the signs ``≤ ≥ ≠ × ÷`` are read too.
    limits : InputLimits, optional
        How much is read before it is refused: `formula_bytes`, `formula_nodes`, `formula_depth`.

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

    def __init__(self, text: str, *, limits: InputLimits | None = None) -> None:
        self._core = _core.Formula(text, core_limits(limits))
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

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by its text."""
        return (_from_state, (self.text,))

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
        return self._core.to_latex(in_vietnamese(language), dict(titles or {}))

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
        return self._core.to_words(in_vietnamese(language), dict(titles or {}))

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
        table = FormulaTable(data, previous, categories or {})
        symbols = table.symbols(self.names, parameters or {}, maximum)
        program = _core.FormulaProgram(self._core, symbols)
        columns = [table.column(name, is_previous) for name, is_previous in program.inputs]
        return table.result(program.evaluate(columns, table.rows))

    # ---- analysed ---------------------------------------------------------------------------

    def range(
        self,
        ranges: Mapping[str, RangeLike] | None = None,
        *,
        parameters: Mapping[str, float] | None = None,
        maximum: float | None = None,
        categories: CategoriesLike | None = None,
    ) -> FormulaRange:
        """Find which values the formula can have when no variable is missing.

        Parameters
        ----------
        ranges : mapping of str to (lowest, highest) or str, optional
            What the variables may hold; None is no bound. Text may leave a bound out:
            ``"(0, 100]"``, ``"> 0"``. Any number if left out.
        parameters : mapping of str to float, optional
            Values of the names that are parameters.
        maximum : float, optional
            The criterion's; the values are proven to lie within 0 and it, or there is an example.
        categories : mapping of str to sequence of str, optional
            Categories of variables, from worst to best.

        Returns
        -------
        FormulaRange

        Raises
        ------
        SpecError
            If types do not fit, or a range makes no sense.
        NotFoundError
            For a range of what is no variable.

        Examples
        --------
        >>> import chiso
        >>> rule = chiso.Formula("rate / 10")
        >>> rule.range({"rate": (0, 100)}, maximum=10)
        from 0 to 10: proven to be within 0 and the maximum 10
        >>> rule.range({"rate": (0, 120)}, maximum=10).value > 10
        True
        """
        return Declared(self.names, ranges, parameters, maximum, categories).range(self._core)

    def trend(
        self,
        variable: str,
        direction: Literal["rises", "falls"] = "rises",
        ranges: Mapping[str, RangeLike] | None = None,
        *,
        parameters: Mapping[str, float] | None = None,
        maximum: float | None = None,
        categories: CategoriesLike | None = None,
    ) -> FormulaTrend:
        """Find whether the formula only rises, or only falls, with a variable.

        Parameters
        ----------
        variable : str
            What rises while all others stay.
        direction : {"rises", "falls"}
            How the formula should move then; staying the same is always allowed.
        ranges, parameters, maximum, categories
            As in `range`.

        Returns
        -------
        FormulaTrend

        Raises
        ------
        SpecError, NotFoundError
            As `range`; if there is no such variable.

        Examples
        --------
        >>> import chiso
        >>> rule = chiso.Formula("if rate > 90 then 1 else rate / 50")
        >>> rule.trend("rate", ranges={"rate": (0, 90)})
        never falls as rate rises
        >>> rule.trend("rate", ranges={"rate": (0, 100)}).proof
        'refuted'
        """
        declared = Declared(self.names, ranges, parameters, maximum, categories)
        return declared.trend(self._core, variable, direction)

    def check(
        self,
        ranges: Mapping[str, RangeLike] | None = None,
        *,
        parameters: Mapping[str, float] | None = None,
        maximum: float | None = None,
        categories: CategoriesLike | None = None,
    ) -> FormulaFindings:
        """Find what the author of the formula should know.

        Divisions by zero, branches that never run, gaps and overlaps in tables, missing values
        that slip through, parts that cannot matter.

        Parameters
        ----------
        ranges, parameters, maximum, categories
            As in `range`.

        Returns
        -------
        FormulaFindings

        Raises
        ------
        SpecError, NotFoundError
            As `range`.

        Examples
        --------
        >>> import chiso
        >>> found = chiso.Formula("done / planned").check({"planned": (0, None)})
        >>> [each.kind for each in found]
        ['divides_by_zero']
        >>> found[0].example["planned"]
        0.0
        """
        return Declared(self.names, ranges, parameters, maximum, categories).findings(self._core)


def _from_state(text: str) -> Formula:
    """Return a formula from what `Formula.__reduce__` kept."""
    return Formula._of(_core.Formula(text, _core.no_limits))
