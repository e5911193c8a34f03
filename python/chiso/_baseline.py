"""Locked results, and what moved from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chiso import _core
from chiso._convert import as_period, frame, optional_period, whole
from chiso._index import Index
from chiso._limits import core_limits
from chiso._stored import Stored

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from chiso._convert import Columns, PeriodLike
    from chiso._limits import InputLimits
    from chiso._panel import Panel


class Baseline(Stored):
    """What a definition gave on data: locked, so that a change of it is noticed.

    Holds by period the scores of all nodes, ranks, groups and anchors; what rules give at their
    bounds and at the numbers next to them; and the definition itself. Made by `lock` or
    `load_baseline`; ``chiso check`` compares with the one beside a definition.

    Examples
    --------
    >>> import chiso
    >>> pci, panel = chiso.load_index("pci-2013"), chiso.read_panel("pci_scores")
    >>> baseline = chiso.lock(pci, panel, periods=[2017, 2019], name="pci_scores")
    >>> baseline
    <Baseline: pci-2013 on pci_scores, 2017, 2019>
    >>> baseline.compare(pci, panel).same
    True
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.LockedResults) -> None:
        self._core = core

    @property
    def index(self) -> Index:
        """The definition with which it was made."""
        return Index(self._core.index)

    @property
    def periods(self) -> list[str]:
        """The periods whose results are locked."""
        return self._core.periods

    def to_frame(self) -> pd.DataFrame:
        """Return the results.

        Returns
        -------
        DataFrame
            Index `period`, `unit`; columns `rank`, `group`, then the scores by code.
        """
        columns = self._core.results()
        scores = columns.pop("scores")
        columns["rank"] = whole(columns["rank"])
        table = frame({**columns, **dict(zip(self._core.index.codes, scores, strict=True))})
        return table.set_index(["period", "unit"])

    def to_text(self) -> str:
        """Return the text that a file of it holds: one line a unit and period."""
        return self._core.to_text()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, which is replaced as a whole or not at all.

        Raises
        ------
        NotFoundError, Error
            If the folder does not exist; if the file cannot be written.
        """
        self._core.save(path)

    def compare(
        self,
        index: Index,
        panel: Panel,
        *,
        tolerances: Mapping[str, float] | None = None,
    ) -> BaselineComparison:
        """Compare with what a definition gives now.

        Parameters
        ----------
        index : Index
            The definition as it is now.
        panel : Panel
            The data as they are now.
        tolerances : mapping of str to float, optional
            By code or pattern: how far a score may be from the locked one. Exact where none is
            stated; ranks and groups always.
        """
        return BaselineComparison(self, index, panel, tolerances or {})

    def __eq__(self, other: object) -> bool:
        """Return whether the same is locked."""
        return isinstance(other, Baseline) and self.to_text() == other.to_text()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return definition, data and periods."""
        on = f" on {self._core.panel}" if self._core.panel else ""
        return f"<Baseline: {self._core.index.name}{on}, {', '.join(self.periods)}>"


class BaselineComparison:
    """What moved from locked results, and why. Made by `Baseline.compare`."""

    __slots__ = ("_core",)

    def __init__(
        self, baseline: Baseline, index: Index, panel: Panel, tolerances: Mapping[str, float]
    ) -> None:
        self._core = _core.compare_baseline(
            baseline._core, index._core, panel._core, [(k, float(v)) for k, v in tolerances.items()]
        )

    @property
    def same(self) -> bool:
        """Whether nothing moved, and no change of the definition could move anything."""
        return self._core.same

    def nodes(self) -> pd.DataFrame:
        """Return the nodes of which something moved.

        Returns
        -------
        DataFrame
            Index `node`: first those whose own definition changed, the deepest first; then those
            that moved by other data; then those that only follow. Columns `follows`, `changes` (of
            its own definition), `scores` (how many moved), `largest` (move), `unit`, `period`
            (whose and when), `rules` (what its rule, its weights, its anchors give now).
        """
        columns = self._core.nodes()
        for name in ("changes", "rules"):
            columns[name] = ["; ".join(texts) for texts in columns[name]]
        return frame(columns, index="node")

    def units(self) -> pd.DataFrame:
        """Return the units whose composite, rank or group moved.

        Returns
        -------
        DataFrame
            Index `period`, `unit`; columns `before`, `after`, `change`, `rank_before`,
            `rank_after`, `group_before`, `group_after`, then `by definition` and `by data` (points
            of the change; by data also what another version of chiso does).
        """
        columns = unit_columns(self._core)
        for name in ("rank_before", "rank_after"):
            columns[name] = whole(columns[name])
        return frame(columns).set_index(["period", "unit"])

    def parts(self) -> pd.DataFrame:
        """Return what each edit of the definition did to each unit.

        Returns
        -------
        DataFrame
            Columns `period`, `unit`, `text` (the edit), `points`, `places`.
        """
        return frame(part_columns(self._core))

    def __str__(self) -> str:
        """Return the findings, line by line."""
        return findings_text(self._core.findings()) or "nothing moved"

    def __repr__(self) -> str:
        """Return whether anything moved, and what first."""
        found = self._core.findings()
        told = "the same" if not found else f"{found[0].subject}: {found[0].problem.message}"
        return f"<BaselineComparison: {told}>"


def lock(
    index: Index,
    panel: Panel,
    *,
    periods: Sequence[PeriodLike] = (),
    method: PeriodLike | None = None,
    name: str = "",
    version: str = "",
) -> Baseline:
    """Lock what a definition gives on data.

    Parameters
    ----------
    index : Index
        The definition.
    panel : Panel
        The data.
    periods : sequence of int or str
        Left out: all of the panel in which the definition is in force.
    method : int or str, optional
        The period whose dated values are used; left out, each period's own.
    name, version : str
        What the data are called, for those who read the file.

    Raises
    ------
    DataError
        If a period cannot be scored, with everything that is wrong; if there is none.

    Examples
    --------
    >>> import chiso
    >>> baseline = chiso.lock(chiso.load_index("pci-2013"), chiso.read_panel("pci_scores"))
    >>> baseline.periods
    ['2013', '2014', '2016', '2017', '2019', '2020', '2021']
    """
    core = _core.lock(
        index._core,
        panel._core,
        name=name,
        version=version,
        periods=[as_period(period) for period in periods],
        method=optional_period(method),
    )
    return Baseline(core)


def load_baseline(path: str | os.PathLike[str], *, limits: InputLimits | None = None) -> Baseline:
    """Read a baseline that `Baseline.save` or ``chiso lock`` wrote.

    Parameters
    ----------
    path : path
        The file.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    DataError
        With the line, if it is none, is cut off or was edited by hand.
    NotFoundError
        If there is no such file.
    """
    return Baseline(_core.load_baseline(path, core_limits(limits)))


# ---- columns, without pandas ---------------------------------------------------------------------


def unit_columns(comparison: _core.BaselineComparison) -> Columns:
    """Return what `units` shows."""
    columns: Columns = {
        name: []
        for name in (
            "period", "unit", "before", "after", "change", "rank_before", "rank_after",
            "group_before", "group_after", "by definition", "by data",
        )
    }  # fmt: skip
    for period, _, moves, _ in comparison.periods():
        for row, unit in enumerate(moves["unit"]):
            change = moves["after"][row] - moves["before"][row]
            rest = moves["rest"][row]
            cells = (
                period, unit, moves["before"][row], moves["after"][row], change,
                moves["rank before"][row], moves["rank after"][row],
                moves["group before"][row], moves["group after"][row],
                sum(part[1] for part in moves["parts"][row]), rest,
            )  # fmt: skip
            for name, cell in zip(columns, cells, strict=True):
                columns[name].append(cell)
    return columns


def part_columns(comparison: _core.BaselineComparison) -> Columns:
    """Return what `parts` shows."""
    changes = comparison.difference.changes()
    names = [
        f"{node}: {text}" if node else text
        for node, text in zip(changes["node"], changes["text"], strict=True)
    ]
    columns: Columns = {name: [] for name in ("period", "unit", "text", "points", "places")}
    for period, _, moves, _ in comparison.periods():
        for unit, parts in zip(moves["unit"], moves["parts"], strict=True):
            for edit, points, places in parts:
                if points == 0.0 and places == 0.0:
                    continue
                text = "; ".join(names[change] for change in edit)
                for name, cell in zip(columns, (period, unit, text, points, places), strict=True):
                    columns[name].append(cell)
    return columns


def findings_text(findings: Sequence[_core.CheckFinding]) -> str:
    """Return findings as people read them: a line each, details indented below."""
    lines = []
    for finding in findings:
        problem = finding.problem
        place = f"{problem.place}: " if problem.place else ""
        lines.append(f"{place}{problem.message}")
        lines += [f"    {line}" for line in finding.details]
    return "\n".join(lines)
