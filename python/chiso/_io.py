"""Definitions and data, shipped or from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiso import _core
from chiso._convert import as_choice, as_period, frame, optional_period
from chiso._index import Index
from chiso._limits import core_limits
from chiso._panel import Panel
from chiso._tables import read_table, rows_of_frame

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from chiso._convert import Columns, PeriodLike
    from chiso._limits import InputLimits
    from chiso._panel import NamesLike

#: What ships with the package: ``indices``, ``data``, ``schema``.
SHARE = Path(__file__).parent / "share"


def load_index(
    name: str | os.PathLike[str],
    period: PeriodLike | None = None,
    *,
    limits: InputLimits | None = None,
) -> Index:
    """Load a definition that ships with the package, or from a file.

    Parameters
    ----------
    name : str or path
        An edition (``"pci-2013"``); a family (``"pci"``), whose edition in force in `period` is
        taken; or a file: YAML, or a table as CSV or Excel.
    period : int or str, optional
        Of which a family's edition is wanted.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    NotFoundError
        If there is none; lists what there is.
    SpecError
        With everything that is wrong in the definition, or if two editions are in force.

    Examples
    --------
    >>> import chiso
    >>> chiso.load_index("pci", period=2019).name
    'pci-2013'
    """
    text = str(name)
    chosen = optional_period(period)
    ending = Path(text).suffix.lower()
    if ending in {".csv", ".xlsx", ".xlsm"}:
        return Index(
            _core.index_from_table(read_table(text, limits=limits)), Path(text).absolute().parent
        )
    if ending in {".yaml", ".yml"} or len(Path(text).parts) > 1 or _core.is_file(text):
        return Index(_core.load_index(text, core_limits(limits)), Path(text).absolute().parent)
    found = _core.Catalogue(SHARE / "indices").find(text, chosen).path
    return Index(_core.load_index(found, core_limits(limits)))


def catalogue_columns() -> Columns:
    """Return what `indices` shows, without pandas."""
    found = _core.Catalogue(SHARE / "indices").entries
    spans = [entry.periods for entry in found]
    return {
        "name": [entry.name for entry in found],
        "title": [entry.title.en or entry.title.vi for entry in found],
        "from": [first.text if first else "" for first, _ in spans],
        "to": [last.text if last else "" for _, last in spans],
        "status": [entry.status.name if entry.status else "" for entry in found],
    }


def indices() -> pd.DataFrame:
    """Return the definitions that ship with the package.

    Returns
    -------
    DataFrame
        Index `name`; columns `title`, `from`, `to` (periods in force), `status`.
    """
    return frame(catalogue_columns(), index="name")


def tables() -> list[str]:
    """Return the names of the shipped data that `read_panel` reads."""
    return sorted(path.stem for path in (SHARE / "data").glob("*.csv"))


def data_path(name: str | os.PathLike[str]) -> Path:
    """Return a data file by its path, or a shipped one by its name."""
    path = Path(name)
    shipped = SHARE / "data" / f"{name}.csv"
    found = _core.existing_path(path)
    if path.name == str(name) and not _core.is_file(found) and _core.is_file(shipped):
        return shipped
    return found


def read_names(name: NamesLike, *, limits: InputLimits | None = None) -> _core.NameList:
    """Read official names with their aliases: a shipped list (``"provinces"``) or a file."""
    if isinstance(name, _core.NameList):
        return name
    return _core.names_from_table(read_table(data_path(name), limits=limits))


def read_panel(
    path: str | os.PathLike[str],
    *,
    units: NamesLike | None = None,
    period: PeriodLike | None = None,
    version: str | None = None,
    sheet: str | None = None,
    decimal: str = ".",
    strict: bool = False,
    limits: InputLimits | None = None,
) -> Panel:
    """Read data from a CSV or Excel file, or a table that ships with the package.

    Parameters
    ----------
    path : path or str
        A file, or the name of a shipped table (``"pci_scores"``). Wide: one row a unit and
        period, one column a variable, or long; see the documentation of data.
    units : str, path or NameList, optional
        Official names and aliases (``"provinces"``): units come out under their official names.
    period : int or str, optional
        Of a table without a column ``period``.
    version : str, optional
        Which one, where the table holds several.
    sheet : str, optional
        Of an Excel file; the first if left out.
    decimal : {".", ","}
        The decimal sign.
    strict : bool
        A unit that `units` does not have is an error; otherwise it keeps its name.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    DataError
        With everything that is wrong, each with its line or cell.
    NotFoundError
        If there is no such file, sheet or version.

    Examples
    --------
    >>> import chiso
    >>> chiso.read_panel("pci_scores").periods[-1]
    '2022'
    """
    if version is not None:
        panels = read_panels(
            path,
            units=units,
            period=period,
            sheet=sheet,
            decimal=decimal,
            strict=strict,
            limits=limits,
        )
        if version not in panels:
            raise _core.NotFoundError(
                f"there is no version '{version}'; there are {', '.join(panels)}"
            )
        return panels[version]
    core = _core.panel_from_table(
        read_table(data_path(path), sheet, limits),
        names=None if units is None else read_names(units, limits=limits),
        strict=strict,
        decimal=decimal,
        period=optional_period(period),
    )
    return Panel(core)


def read_panels(
    path: str | os.PathLike[str],
    *,
    units: NamesLike | None = None,
    period: PeriodLike | None = None,
    sheet: str | None = None,
    decimal: str = ".",
    strict: bool = False,
    limits: InputLimits | None = None,
) -> dict[str, Panel]:
    """Read data with a column ``version``: self-assessed, round 1, round 2 ...

    Parameters are those of `read_panel`.

    Returns
    -------
    dict of str to Panel
        By version, in the order of first mention; ``""`` if there is no such column.
    """
    found = _core.panels_from_table(
        read_table(data_path(path), sheet, limits),
        names=None if units is None else read_names(units, limits=limits),
        strict=strict,
        decimal=decimal,
        period=optional_period(period),
    )
    return {version: Panel(core) for version, core in found}


def from_coinr(
    i_meta: pd.DataFrame | str | os.PathLike[str],
    i_data: pd.DataFrame | str | os.PathLike[str] | None = None,
    *,
    normaliser: str = "min_max",
    aggregation: str | Sequence[str] = "arithmetic_mean",
    missing: _core.MissingPolicy | str = "renormalise",
    at_least: Sequence[float] = (),
    denominate: bool = False,
    index: str = "coinr",
    edition: str = "imported",
    title: str = "",
    period: PeriodLike | None = None,
    units_by_name: bool = False,
    limits: InputLimits | None = None,
) -> tuple[Index, Panel | None]:
    """Take over an index from the two tables of the R package COINr.

    Parameters
    ----------
    i_meta, i_data : DataFrame or path
        COINr's iMeta, and iData if there is one.
    normaliser : str
        The rule of every indicator, as a definition writes it: ``"z_score"``,
        ``"{min_max: {onto: [1, 100]}}"``; its polarity is iMeta's Direction.
    aggregation : str or sequence of str
        By level: the first makes the second level from the indicators, the last serves all above.
    missing : str
        What a missing child does; COINr renormalises weights.
    at_least : sequence of float
        By level: share of the children that must be present.
    denominate : bool
        Divide the indicators that iMeta gives a Denominator by it.
    index, edition, title : str
        What the definition is called.
    period : int or str, optional
        Of data without a column Time.
    units_by_name : bool
        Call units by uName instead of uCode.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Returns
    -------
    Index, Panel or None
        The panel is None without `i_data`.

    Raises
    ------
    SpecError, DataError
        With every problem of the tables, by line.
    """
    aggregations = [aggregation] if isinstance(aggregation, str) else list(aggregation)
    core = _core.index_from_coinr(
        _table_of(i_meta, "iMeta", limits),
        index=index,
        edition=edition,
        title=title,
        normaliser=normaliser,
        aggregations=aggregations,
        missing=as_choice(_core.MissingPolicy, missing),
        at_least=list(at_least),
        denominate=denominate,
    )
    if i_data is None:
        return Index(core), None
    panel = _core.panel_from_coinr(
        _table_of(i_data, "iData", limits),
        period=optional_period(period),
        units_by_name=units_by_name,
    )
    return Index(core), Panel(panel)


class ScoringForm:
    """A scoring table of public administration reform, as `read_scoring_form` found it."""

    __slots__ = ("findings", "index", "versions")

    def __init__(
        self, index: Index, versions: Mapping[str, Panel], findings: list[_core.Problem]
    ) -> None:
        #: Criteria and most points; codes are the numbers of the form.
        self.index = index
        #: Points by column of the form: ``"self"``, ``"appraised"``, ``"round 1"`` ...
        self.versions = dict(versions)
        #: What does not add up in the form, for its reader to look at.
        self.findings = findings

    def __repr__(self) -> str:
        """Return what was found."""
        return (
            f"<ScoringForm: {len(self.index._core.leaves)} criteria, "
            f"{', '.join(self.versions)}, {len(self.findings)} findings>"
        )


def read_scoring_form(
    path: str | os.PathLike[str],
    *,
    unit: str,
    period: PeriodLike,
    index: str = "par-form",
    edition: str = "imported",
    sheet: str | None = None,
    limits: InputLimits | None = None,
) -> ScoringForm:
    """Read an official scoring table as an office has it, from Excel or CSV.

    Parameters
    ----------
    path : path
        The file: criteria, most points, own score, scores of appraisal.
    unit : str
        Whose form it is.
    period : int or str
        Of which period.
    index, edition : str
        What the definition is called.
    sheet : str, optional
        Of an Excel file; the first if left out.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    DataError, SpecError
        With every problem, each with its cell.
    """
    found = _core.read_scoring_form(
        read_table(path, sheet, limits),
        unit=unit,
        period=as_period(period),
        index=index,
        edition=edition,
    )
    versions = {name: Panel(core) for name, core in found.versions}
    return ScoringForm(Index(found.index), versions, found.findings)


def _table_of(table: Any, source: str, limits: InputLimits | None) -> _core.Table:
    if hasattr(table, "columns"):
        return _core.Table(source, rows_of_frame(table), limits=core_limits(limits))
    return read_table(table, limits=limits)
