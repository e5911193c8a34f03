"""What is proven of a formula, and what its author should know: small results for notebooks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeAlias, overload

from chiso import _core, _html
from chiso._convert import frame
from chiso._formula_table import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from chiso._convert import Columns

#: Values by variable, of the period before by ``"prev(x)"``; categories by their names. None is
#: missing.
Example: TypeAlias = "dict[str, float | str | None]"

#: What the data may hold: lowest and highest value (None: no bound), or text such as ``"> 0"``.
RangeLike: TypeAlias = "tuple[float | None, float | None] | str"


@dataclass(frozen=True, slots=True, repr=False)
class FormulaRange:
    """The values that a formula can have when no variable is missing.

    Attributes
    ----------
    lowest, highest : float
        No value is beyond; infinite if no bound is known.
    maximum : float or None
        The criterion's.
    inside : {"proven", "refuted", "open"}
        Whether all values lie within 0 and the maximum; open too if there is none.
    example : dict
        If refuted: under which values the formula lies outside.
    value : float
        What the formula gives there; NaN without an example.
    """

    lowest: float
    highest: float
    maximum: float | None
    inside: str
    example: Example
    value: float
    _where: str

    def __repr__(self) -> str:
        """Return the range and what is proven of it in a line."""
        text = f"from {_number(self.lowest)} to {_number(self.highest)}"
        if self.maximum is None:
            return text
        limits = f"0 and the maximum {_number(self.maximum)}"
        if self.inside == "refuted":
            return f"{text}: {_number(self.value)}{_if(self._where)}, which is not within {limits}"
        return f"{text}: {'' if self.inside == 'proven' else 'not '}proven to be within {limits}"


@dataclass(frozen=True, slots=True, repr=False)
class FormulaTrend:
    """Whether a formula only rises, or only falls, with a variable while all others stay.

    Attributes
    ----------
    variable : str
        What moves.
    direction : {"rises", "falls"}
        How the formula should move when the variable rises.
    proof : {"proven", "refuted", "open"}
        Of that it never moves the other way.
    lower, upper : dict
        If refuted: two points that differ in the variable alone.
    at_lower, at_upper : float
        What the formula gives there; NaN without an example.
    """

    variable: str
    direction: str
    proof: str
    lower: Example
    upper: Example
    at_lower: float
    at_upper: float
    _where: tuple[str, str]

    def __repr__(self) -> str:
        """Return what is proven in a line."""
        other = "falls" if self.direction == "rises" else "rises"
        if self.proof == "refuted":
            steps = zip((self.at_lower, self.at_upper), self._where, strict=True)
            return f"{other} as {self.variable} rises: " + ", then ".join(
                f"{_number(value)}{_if(where)}" for value, where in steps
            )
        claim = f"never {other} as {self.variable} rises"
        return claim if self.proof == "proven" else f"{claim}: neither proven nor refuted"


@dataclass(frozen=True, slots=True, repr=False)
class FormulaFinding:
    """Something in a formula that its author should know.

    Attributes
    ----------
    kind : str
        Such as ``"divides by zero"``.
    part : str
        Of the formula's text.
    line, column : int
        Where it begins, from 1.
    message, remedy : str
        What is so, and what to do about it.
    example : dict
        Values under which it happens; empty if none is needed or known.
    """

    kind: str
    part: str
    line: int
    column: int
    message: str
    remedy: str
    example: Example
    _where: str

    def __repr__(self) -> str:
        """Return place, message, example and remedy in a line."""
        example = f" ({self._where})" if self._where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"line {self.line}, column {self.column}: {self.message}{example}{remedy}"


class FormulaFindings(Sequence[FormulaFinding]):
    """All findings in a formula, in the order of its text."""

    __slots__ = ("_findings",)

    def __init__(self, findings: list[FormulaFinding]) -> None:
        self._findings = findings

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._findings)

    @overload
    def __getitem__(self, i: int) -> FormulaFinding: ...
    @overload
    def __getitem__(self, i: slice) -> FormulaFindings: ...
    def __getitem__(self, i: int | slice) -> FormulaFinding | FormulaFindings:
        """Return one finding, or some."""
        found = self._findings[i]
        return FormulaFindings(found) if isinstance(found, list) else found

    def __repr__(self) -> str:
        """Return one line a finding."""
        return "\n".join(map(repr, self._findings)) or "nothing found"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding.

        Returns
        -------
        DataFrame
            Columns `kind`, `part`, `line`, `column`, `message`, `remedy`, `example`.
        """
        return frame(self.columns())

    def columns(self) -> Columns:
        """Return what `to_frame` shows, without pandas."""
        names = ("kind", "part", "line", "column", "message", "remedy")
        columns: Columns = {name: [getattr(each, name) for each in self] for name in names}
        return {**columns, "example": [each._where for each in self]}

    def _repr_html_(self) -> str:
        rows = [
            [f"<code>{escape(each.part)}</code>"]
            + [escape(text) for text in (each.kind, each.message, each._where, each.remedy)]
            for each in self
        ]
        names = ["part", "kind", "message", "example", "remedy"]
        return _html._table(names, rows, len(names)) if rows else repr(self)


# ---- made of a formula --------------------------------------------------------------------------


class Declared:
    """What the names of a formula are declared to be."""

    def __init__(
        self,
        names: Sequence[str],
        ranges: Mapping[str, RangeLike] | None,
        parameters: Mapping[str, float] | None,
        maximum: float | None,
        categories: Mapping[str, Sequence[str]] | None,
    ) -> None:
        self._categories = {name: list(order) for name, order in (categories or {}).items()}
        self._maximum = None if maximum is None else float(maximum)
        given = parameters or {}
        for name in ranges or {}:
            if name in given or name not in names:
                what = "is a parameter" if name in given else "is not in the formula"
                raise _core.NotFoundError(
                    f"there is a range of '{name}', which {what}{nearest(name, names)}"
                )
        self._symbols = _core.FormulaSymbols()
        self._symbols.maximum = self._maximum
        for name in names:
            if name in given:
                self._symbols.parameter(name, float(given[name]))
            else:
                bounds = _range_text((ranges or {}).get(name, ""))
                self._symbols.variable(name, bounds, self._categories.get(name, []))

    def range(self, formula: _core.Formula) -> FormulaRange:
        """Return what the formula can be."""
        lowest, highest, inside, (example, where), value = _core.formula_range(
            formula, self._symbols
        )
        known = inside == "refuted"
        return FormulaRange(
            lowest, highest, self._maximum, inside, self._example(example),
            value if known else math.nan, where,
        )  # fmt: skip

    def trend(self, formula: _core.Formula, variable: str, direction: str) -> FormulaTrend:
        """Return how the formula moves with a variable."""
        if direction not in {"rises", "falls"}:
            raise ValueError(f"expected 'rises' or 'falls', got {direction!r}")
        proof, (lower, at), (upper, then), at_lower, at_upper = _core.formula_trend(
            formula, self._symbols, variable, direction == "falls"
        )
        values = (at_lower, at_upper) if proof == "refuted" else (math.nan, math.nan)
        return FormulaTrend(
            variable, direction, proof, self._example(lower), self._example(upper), *values,
            (at, then),
        )  # fmt: skip

    def findings(self, formula: _core.Formula) -> FormulaFindings:
        """Return what the formula's author should know."""
        return FormulaFindings(
            [
                FormulaFinding(
                    kind, part, line, column, message, remedy, self._example(example), where
                )
                for kind, part, line, column, message, remedy, (
                    example,
                    where,
                ) in _core.check_formula(formula, self._symbols)
            ]
        )

    def _example(self, pairs: list[tuple[str, float]]) -> Example:
        return {name: self._shown(name, value) for name, value in pairs}

    def _shown(self, name: str, value: float) -> float | str | None:
        if math.isnan(value):
            return None
        if name.startswith("prev("):
            name = name.removeprefix("prev(").removesuffix(")")
        order = self._categories.get(name)
        return order[int(value)] if order else value


def _range_text(bounds: RangeLike) -> str:
    """Return a range as the core reads it; empty is any number."""
    if isinstance(bounds, str):
        return bounds
    lower, upper = (None if each is None or math.isinf(each) else float(each) for each in bounds)
    if lower is None:
        return "" if upper is None else f"<= {upper!r}"
    return f">= {lower!r}" if upper is None else f"[{lower!r}, {upper!r}]"


def _number(value: float) -> str:
    return _core.number_text(value)


def _if(where: str) -> str:
    return f" if {where}" if where else ""
