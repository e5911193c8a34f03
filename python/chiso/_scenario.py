"""Scenarios: named lists of edits that can be put together, compared, printed, read and written."""

from __future__ import annotations

import json
import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, cast

from chiso import _core, _html, _tables
from chiso._convert import as_choice, as_list, as_period, as_texts, frame, in_vietnamese, is_frame
from chiso._io import SHARE
from chiso._limits import core_limits
from chiso._stored import Stored

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from chiso._convert import PeriodLike
    from chiso._index import Index, Language
    from chiso._limits import InputLimits

#: Units: one, several, or all (None).
Units: TypeAlias = "str | Iterable[str] | None"

#: Codes or patterns (``"informal*"``): one or several.
Codes: TypeAlias = "str | Iterable[str]"

#: A number, a word of a variable of words, or None: missing.
Value: TypeAlias = "float | str | None"

HowLike: TypeAlias = "_core.How | Literal['set', 'add', 'scale', 'at_most', 'at_least']"

_CATALOGUE = SHARE / "indices"
_TABLES = {".csv", ".xlsx", ".xlsm"}


class Scenario(Stored):
    """A named list of edits, applied in their order to a result that they never change.

    A value: every method that edits returns a new scenario. Two are put together with ``+``,
    compared with ``==``, printed with ``print``, kept in sets, pickled. Units are named as people
    do (case, accents and blanks aside), None means all of them; codes may be patterns, ``*`` for
    any run of characters and ``?`` for any one. Whether there are such units and codes is found
    when a scenario is applied, by `Scores.what_if`.

    Parameters
    ----------
    name : str
        What it is called in tables.
    note : str
        For readers.
    refit : bool
        Fit the anchors of normalisers to the edited data. Otherwise the base's stay, and the
        outcome says which values pass one.

    Examples
    --------
    >>> import chiso
    >>> reform = (chiso.Scenario("less waiting")
    ...           .set("Thanh Hóa", "entry", 8)
    ...           .scale("Thanh Hóa", "informal*", 1.1))
    >>> print(reform)
    less waiting
      set entry of Thanh Hóa to 8
      scale informal* of Thanh Hóa by 1.1
    >>> len(reform + chiso.Scenario("time counts").weights({"time": 15}))
    3
    """

    __slots__ = ("_core",)

    def __init__(self, name: str = "", note: str = "", *, refit: bool = False) -> None:
        self._core = _core.Scenario(name, note, [], refit)

    # ---- what it is -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What it is called; may be empty."""
        return self._core.name

    @property
    def note(self) -> str:
        """For readers; may be empty."""
        return self._core.note

    @property
    def refit(self) -> bool:
        """Whether anchors are fitted to the edited data."""
        return self._core.refit

    @property
    def edits(self) -> list[str]:
        """The edits in words."""
        return [str(edit) for edit in self._core.edits]

    # ---- raw values -------------------------------------------------------------------------

    def set(self, units: Units, codes: Codes, value: Value) -> Scenario:
        """Give raw values; None makes them missing.

        Parameters
        ----------
        units : str, iterable of str, or None
            None: all.
        codes : str or iterable of str
            Variables: codes or patterns.
        value : float, str or None
            A word for variables of words. A cell that is not applicable is so no longer.
        """
        amount, category = _amount(value)
        return self._values(units, codes, _core.How.set, amount, category)

    def add(self, units: Units, codes: Codes, amount: float) -> Scenario:
        """Add to raw values; a missing one stays missing. Parameters are those of `set`."""
        return self._values(units, codes, _core.How.add, float(amount))

    def scale(self, units: Units, codes: Codes, factor: float) -> Scenario:
        """Multiply raw values; a missing one stays missing. Parameters are those of `set`."""
        return self._values(units, codes, _core.How.scale, float(factor))

    def at_most(self, units: Units, codes: Codes, most: float) -> Scenario:
        """Cut raw values from above. Parameters are those of `set`."""
        return self._values(units, codes, _core.How.at_most, float(most))

    def at_least(self, units: Units, codes: Codes, least: float) -> Scenario:
        """Cut raw values from below. Parameters are those of `set`."""
        return self._values(units, codes, _core.How.at_least, float(least))

    def set_values(self, values: pd.DataFrame) -> Scenario:
        """Give the raw values that stand in a frame, one edit a cell.

        Parameters
        ----------
        values : DataFrame
            Units x variables: units are the index or a column ``unit``. Missing cells are left as
            they are.
        """
        table = values.set_index("unit") if "unit" in values.columns else values
        kept = table.notna().to_numpy()
        edits = [
            _core.Edit.value([str(unit)], str(code), _core.How.set, *_amount(cell))
            for row, unit in enumerate(table.index)
            for column, (code, cell) in enumerate(
                zip(table.columns, table.iloc[row].tolist(), strict=True)
            )
            if kept[row, column]
        ]
        return self._with(*edits)

    def _values(
        self, units: Units, codes: Codes, how: _core.How, amount: float, category: str = ""
    ) -> Scenario:
        names = unit_names(units)
        return self._with(
            *(_core.Edit.value(names, code, how, amount, category) for code in _codes(codes))
        )

    # ---- scores -----------------------------------------------------------------------------

    def score(self, units: Units, nodes: Codes, amount: float, how: HowLike = "set") -> Scenario:
        """Set scores directly, of indicators or criteria: what is below them counts no longer.

        Parameters
        ----------
        units : str, iterable of str, or None
            None: all.
        nodes : str or iterable of str
            Codes of nodes, or patterns.
        amount : float
            A score cannot be set to nothing; make the raw values missing instead.
        how : {"set", "add", "scale", "at_most", "at_least"}
            What it makes of the score as it is after the edits before.
        """
        number, word = _amount(amount)
        if word or math.isnan(number):
            raise TypeError(f"expected a number for a score, got {amount!r}")
        names, kind = unit_names(units), as_choice(_core.How, how)
        return self._with(*(_core.Edit.score(names, node, kind, number) for node in _codes(nodes)))

    # ---- the definition ---------------------------------------------------------------------

    def weights(
        self, weights: Mapping[str, float] | pd.Series[float], *, redistribute: bool = True
    ) -> Scenario:
        """Give weights in the parent, as the definition states them.

        Parameters
        ----------
        weights : mapping or Series of code to weight
            Siblings that are not named keep theirs, or share what remains.
        redistribute : bool
            Scale the siblings that are not named so that the sum over all stays what it was.
        """
        given = [(str(code), float(weight)) for code, weight in weights.items()]
        return self._with(_core.Edit.weights(given, redistribute))

    def parameter(self, codes: Codes, amount: float, how: HowLike = "set") -> Scenario:
        """Move parameters of formulas, such as a threshold.

        Parameters
        ----------
        codes : str or iterable of str
            Of parameters, or patterns.
        amount : float
            The number itself; what is added, multiplied ... as `how` says.
        how : {"set", "add", "scale", "at_most", "at_least"}
            What it makes of the value in force; dated values become that one.
        """
        number, word = _amount(amount)
        if word or math.isnan(number):
            raise TypeError(f"expected a number for a parameter, got {amount!r}")
        kind = as_choice(_core.How, how)
        return self._with(*(_core.Edit.parameter(code, kind, number) for code in _codes(codes)))

    def rule(self, nodes: Codes, rule: str | Mapping[str, Any]) -> Scenario:
        """Give indicators another rule.

        Parameters
        ----------
        nodes : str or iterable of str
            Codes of indicators, or patterns.
        rule : str or mapping
            As a definition writes it: ``"given"``, ``{"min_max": {"onto": [1, 10]}}``,
            ``{"formula": "min(rate / 10, maximum)"}``.

        Raises
        ------
        SpecError
            If it is no rule.
        """
        text = rule if isinstance(rule, str) else _flow(rule)
        return self._with(*(_core.Edit.rule(node, text) for node in _codes(nodes)))

    def aggregation(
        self,
        nodes: Codes,
        method: _core.AggregationMethod | str | None = None,
        *,
        power: float | None = None,
        missing: _core.MissingPolicy
        | Literal["error", "no_score", "renormalise", "reduce_maximum"]
        | None = None,
    ) -> Scenario:
        """Put the children of criteria together otherwise; what is left out stays.

        Parameters
        ----------
        nodes : str or iterable of str
            Codes of criteria, or patterns.
        method : str, optional
            ``"geometric_mean"``, ``"power_mean"`` ... as definitions write it.
        power : float, optional
            Of a power mean.
        missing : {"error", "no_score", "renormalise", "reduce_maximum"}, optional
            What a missing child does.
        """
        chosen = None if method is None else as_choice(_core.AggregationMethod, method)
        policy = None if missing is None else as_choice(_core.MissingPolicy, missing)
        if chosen is None and power is None and policy is None:
            raise TypeError("expected a method, a power or a policy for missing children")
        return self._with(
            *(_core.Edit.aggregation(node, chosen, power, policy) for node in _codes(nodes))
        )

    def drop(self, nodes: Codes) -> Scenario:
        """Take nodes out, with all below them; their siblings share their weight."""
        return self._with(*(_core.Edit.drop(node) for node in _codes(nodes)))

    def add_criterion(
        self, parent: str, criterion: _core.Criterion | str | Mapping[str, Any]
    ) -> Scenario:
        """Put a node last among the children of another; its siblings make room for its weight.

        Parameters
        ----------
        parent : str
            Code of a criterion.
        criterion : Criterion, str or mapping
            A leaf or a whole branch: of another index (`Index.node`), or as a definition writes
            it: ``{"code": "green", "weight": 10, "rule": "identity"}``.

        Raises
        ------
        SpecError
            If it is no criterion.
        """
        if isinstance(criterion, _core.Criterion):
            return self._with(_core.Edit.add_node(parent, criterion))
        node = criterion if isinstance(criterion, str) else _flow(criterion)
        edit = f"chiso: 1\nedits:\n- add_to: {json.dumps(parent)}\n  criterion:\n"
        text = edit + textwrap.indent(textwrap.dedent(node), "    ")
        (found,) = _core.parse_scenarios(text, _CATALOGUE)
        return self._with(*found.edits)

    def method(self, period: PeriodLike) -> Scenario:
        """Score with the method of another period of the same definition."""
        return self._with(_core.Edit.method(as_period(period)))

    def index(self, index: Index | str | os.PathLike[str]) -> Scenario:
        """Score with another definition; edits that follow speak of its codes.

        Parameters
        ----------
        index : Index, str or path
            A name or a file is loaded now.
        """
        from chiso import _index, _io

        chosen = index if isinstance(index, _index.Index) else _io.load_index(index)
        return self._with(_core.Edit.index(chosen._core))

    # ---- units ------------------------------------------------------------------------------

    def merge(
        self,
        units: Iterable[str],
        into: str,
        *,
        weights: Iterable[float] | Mapping[str, float] | pd.Series[float] | None = None,
        totals: Codes = (),
    ) -> Scenario:
        """Make one unit of several, in every period of the data.

        Parameters
        ----------
        units : iterable of str
            What becomes one.
        into : str
            A new name, or that of one of them.
        weights : iterable of float, or mapping or Series of unit to float, optional
            Each variable is the mean with these weights (populations ...); left out, the plain
            mean. It is missing if it is missing in any of them.
        totals : str or iterable of str
            Variables that are added up instead; codes or patterns.
        """
        names = unit_names(units)
        return self._with(_core.Edit.merge(names, into, _shares(weights, names), _names(totals)))

    def split(
        self,
        unit: str,
        into: Iterable[str],
        *,
        shares: Iterable[float] | Mapping[str, float] | pd.Series[float] | None = None,
        totals: Codes = (),
    ) -> Scenario:
        """Make several units of one, each with its values.

        Parameters
        ----------
        unit : str
            What is split.
        into : iterable of str
            The new names.
        shares : iterable of float, or mapping or Series of new name to float, optional
            By which `totals` are divided; they add up to 1. Left out: equal.
        totals : str or iterable of str
            Variables that are divided; codes or patterns.
        """
        names = unit_names(into)
        return self._with(_core.Edit.split(unit, names, _shares(shares, names), _names(totals)))

    # ---- put together, read and written -----------------------------------------------------

    def renamed(self, name: str, note: str | None = None) -> Scenario:
        """Return the same edits under another name, and perhaps with another note."""
        core = self._core
        return Scenario._of(
            _core.Scenario(name, core.note if note is None else note, core.edits, core.refit)
        )

    def refitted(self, refit: bool = True) -> Scenario:
        """Return the same edits with anchors fitted anew, or held."""
        core = self._core
        return Scenario._of(_core.Scenario(core.name, core.note, core.edits, refit))

    def __add__(self, other: Scenario) -> Scenario:
        """Return this scenario and then the other."""
        if not isinstance(other, Scenario):
            raise TypeError(f"expected a Scenario to put after {self!r}, got {other!r}")
        return Scenario._of(self._core.then(other._core))

    def to_yaml(self) -> str:
        """Return YAML text, which `Scenario.from_yaml` reads back unchanged."""
        return _core.scenarios_to_yaml([self._core], _CATALOGUE)

    @staticmethod
    def from_yaml(text: str, *, limits: InputLimits | None = None) -> Scenario:
        """Read one scenario from YAML text.

        Parameters
        ----------
        text : str
            What a file would hold.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem, each with line and column; or if there is not exactly one.
        """
        return _only(_core.parse_scenarios(text, _CATALOGUE, core_limits(limits)))

    def to_frame(self) -> pd.DataFrame:
        """Return one row an edit, as `load_scenarios` reads it from a frame or table."""
        heading, *rows = _core.table_from_scenarios([self._core], False, _CATALOGUE).rows
        return frame({name: [row[i] for row in rows] for i, name in enumerate(heading)})

    def __eq__(self, other: object) -> bool:
        """Return whether names, notes and edits are the same."""
        return isinstance(other, Scenario) and self._core == other._core

    def __hash__(self) -> int:
        """Hash as equal scenarios do."""
        return hash(self._core)

    def __len__(self) -> int:
        """Return the number of edits."""
        return len(self._core.edits)

    def __bool__(self) -> bool:
        """Return True: a scenario without edits is one too."""
        return True

    def __str__(self) -> str:
        """Return the name and the edits, one a line."""
        return str(self._core)

    def __repr__(self) -> str:
        """Return name and size."""
        count = len(self)
        edits = "1 edit" if count == 1 else f"{count} edits"
        return f"<Scenario {self.name or '(no name)'}: {edits}{', refit' if self.refit else ''}>"

    def _repr_html_(self) -> str:
        return _html.scenario(self)

    @classmethod
    def _of(cls, core: _core.Scenario, *_: Any) -> Self:
        made = cls.__new__(cls)
        made._core = core
        return made

    def _with(self, *edits: _core.Edit) -> Scenario:
        core = self._core
        return Scenario._of(_core.Scenario(core.name, core.note, [*core.edits, *edits], core.refit))


def load_scenarios(
    source: str | os.PathLike[str] | pd.DataFrame,
    *,
    sheet: str | None = None,
    limits: InputLimits | None = None,
) -> list[Scenario]:
    """Read scenarios from a file or a frame.

    Parameters
    ----------
    source : path or DataFrame
        YAML; or a table (``.csv``, ``.xlsx``, a frame), one row an edit, as `save_scenarios`
        writes and `Scenario.to_frame` returns it.
    sheet : str, optional
        Of an Excel file; the first if left out.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    SpecError
        With every problem, each with its line or cell.
    NotFoundError
        If there is no such file.
    """
    if is_frame(source):
        table = _core.Table("scenarios", _tables.rows_of_frame(source), limits=core_limits(limits))
        return [Scenario._of(core) for core in _core.scenarios_from_table(table, _CATALOGUE)]
    path = Path(cast("str | os.PathLike[str]", source))
    if path.suffix.lower() in _TABLES:
        found = _core.scenarios_from_table(_tables.read_table(path, sheet, limits), _CATALOGUE)
    else:
        found = _core.load_scenarios(path, _CATALOGUE, core_limits(limits))
    return [Scenario._of(core) for core in found]


def save_scenarios(
    scenarios: Scenario | Iterable[Scenario],
    path: str | os.PathLike[str],
    *,
    language: Language = "en",
) -> None:
    """Write scenarios to a file, all or nothing; `load_scenarios` reads them back.

    Parameters
    ----------
    scenarios : Scenario or iterable of Scenario
        What to write; in a table each has a name of its own.
    path : path
        ``.csv`` and ``.xlsx`` are tables; anything else is YAML.
    language : {"en", "vi"}
        Of a table's headings.
    """
    cores = [one._core for one in listed_scenarios(scenarios)]
    if Path(path).suffix.lower() in _TABLES:
        _tables.write_rows(
            _core.table_from_scenarios(cores, in_vietnamese(language), _CATALOGUE).rows, path
        )
    else:
        _core.write_file(path, _core.scenarios_to_yaml(cores, _CATALOGUE))


def listed_scenarios(
    scenarios: Scenario | Iterable[Scenario], what: str = "scenarios"
) -> list[Scenario]:
    """Return one or several scenarios as a list."""
    if isinstance(scenarios, Scenario):
        return [scenarios]
    found = as_list(scenarios, what, "one Scenario or several")
    for one in found:
        if not isinstance(one, Scenario):
            raise TypeError(f"expected a Scenario, got {one!r}")
    return found


def _only(found: list[_core.Scenario]) -> Scenario:
    if len(found) != 1:
        raise _core.SpecError(f"expected one scenario, got {len(found)}")
    return Scenario._of(found[0])


# ---- what people give ---------------------------------------------------------------------------


def unit_names(units: Units) -> list[str]:
    if units is None:
        return []
    names = as_texts(units, "units", "a name or several")
    if not names:
        raise _core.DataError("expected at least one unit; None stands for all of them")
    return names


def _codes(codes: Codes) -> list[str]:
    found = _names(codes)
    if not found:
        raise _core.DataError("expected at least one code")
    return found


def _names(codes: Codes) -> list[str]:
    return as_texts(codes, "codes")


def _amount(value: object) -> tuple[float, str]:
    """Return a value as a number, and as a word if it is one."""
    if value is None:
        return float("nan"), ""
    if isinstance(value, str):
        return 0.0, value
    return float(value), ""  # type: ignore[arg-type]


def _shares(
    given: Iterable[float] | Mapping[str, float] | pd.Series[float] | None, names: list[str]
) -> list[float]:
    if given is None:
        return []
    items = getattr(given, "items", None)  # Of mappings and Series.
    if items is None:
        return [float(share) for share in given]
    shares = {str(name): float(share) for name, share in items()}
    unknown = [name for name in names if name not in shares]
    if unknown or len(shares) != len(names):
        raise _core.DataError(
            f"expected a number for each of {', '.join(names)}, got {', '.join(shares)}"
        )
    return [shares[name] for name in names]


def _flow(value: Mapping[str, Any]) -> str:
    """Return nested values as YAML on one line."""
    return json.dumps(value, ensure_ascii=False)
