"""What is different between two definitions, and whose score that moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from chiso import _core
from chiso._convert import frame, optional_period, whole
from chiso._index import Index
from chiso._io import load_index

if TYPE_CHECKING:
    import os

    import pandas as pd

    from chiso._convert import Columns, PeriodLike
    from chiso._panel import Panel


class Difference:
    """How a definition became another one. Made by `diff`.

    Examples
    --------
    >>> import chiso
    >>> panel = chiso.read_panel("pci_scores")
    >>> difference = chiso.diff("pci-2009", "pci-2013", panel, period=2013)
    >>> difference
    <Difference: pci-2009 -> pci-2013, 3 changes; 2013: 63 of 63 units move>
    >>> difference.changes()[["change", "node", "units"]]
        change         node  units
    0  weights          pci     63
    1    added  policy_bias     63
    2  periods                   0
    """

    __slots__ = ("_core", "_why", "after", "before")

    def __init__(
        self,
        before: Index,
        after: Index,
        panel: Panel | None = None,
        period: PeriodLike | None = None,
        method: PeriodLike | None = None,
    ) -> None:
        #: The first definition.
        self.before = before
        #: The second one.
        self.after = after
        self._core = _core.difference(before._core, after._core)
        self._why: _core.Attribution | None = None
        if panel is not None:
            self._why = _core.attribute(
                self._core, panel._core, optional_period(period), optional_period(method)
            )

    @property
    def empty(self) -> bool:
        """Whether the definitions say the same, word by word."""
        return self._core.empty

    @property
    def exact(self) -> bool:
        """Whether parts are Shapley's values over all subsets of the changes.

        Otherwise, with more than eight, they are the means of the changes' order and its reverse:
        the same wherever no more than two changes act on each other.
        """
        return self._why is None or self._why.all_subsets

    def changes(self) -> pd.DataFrame:
        """Return what is different and may move results, node by node.

        Returns
        -------
        DataFrame
            Columns `change` (``added``, ``removed``, ``moved``, ``renamed``, ``weights``, ``rule``
            ...), `node` (a code; of a variable or parameter its code; empty: the head), `before`,
            `after` (in words), `text` (one line). With data also `edit` (changes that make no sense
            without each other have one number; missing: it changes nothing in that period), `units`
            (how many composites it moves), `largest` (the largest move), `unit` (whose), `ranks`
            (how many it moves).
        """
        columns = change_columns(self)
        if "edit" in columns:
            columns["edit"] = whole(columns["edit"])
        return frame(columns)

    def documentation(self) -> pd.DataFrame:
        """Return what is different and no result depends on: titles, sources, notes.

        Returns
        -------
        DataFrame
            Columns `node`, `text`.
        """
        columns = self._core.documentation()
        return frame({"node": columns["node"], "text": columns["text"]})

    def units(self, moved: bool = True) -> pd.DataFrame:
        """Return the units' composites, ranks and groups by both definitions.

        Parameters
        ----------
        moved : bool
            Only units of which one is different.

        Returns
        -------
        DataFrame
            Index `unit`; columns `before`, `after`, `change`, `rank_before`, `rank_after`,
            `group_before`, `group_after`. The largest move comes first.

        Raises
        ------
        DataError
            Without data.
        """
        columns = unit_columns(self, moved)
        for name in ("rank_before", "rank_after"):
            columns[name] = whole(columns[name])
        return frame(columns, index="unit")

    def parts(self, moved: bool = True) -> pd.DataFrame:
        """Return what each edit did to each unit.

        Parameters
        ----------
        moved : bool
            Only units of which something is different.

        Returns
        -------
        DataFrame
            Columns `unit`, `edit` (as in `changes`), `text`, `points` (of the composite; those of a
            unit add up to its `change`; NaN: the edit gives or takes its score), `places` (they add
            up to the change of its rank; negative is better). Only edits that move the unit.

        Raises
        ------
        DataError
            Without data.
        """
        return frame(part_columns(self, moved))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, for JSON."""
        return difference_data(self)

    def __bool__(self) -> bool:
        """Return whether anything is different."""
        return not self.empty

    def __str__(self) -> str:
        """Return a tree of the nodes that changed, and the units that move."""
        return self._core.to_text(self._why).rstrip("\n")

    def __repr__(self) -> str:
        """Return both names and how many changes there are."""
        count = len(self._core.changes()["text"])
        text = f"{self.before.name} -> {self.after.name}, {count} change{'s' * (count != 1)}"
        if self._why is not None:
            moved = self._why.units()["moved"]
            period = self._why.after.period.text
            text += f"; {period}: {int(np.sum(moved))} of {len(moved)} units move"
        return f"<Difference: {text}>"


def diff(
    before: Index | str | os.PathLike[str],
    after: Index | str | os.PathLike[str],
    panel: Panel | None = None,
    *,
    period: PeriodLike | None = None,
    method: PeriodLike | None = None,
) -> Difference:
    """Compare two definitions in their own terms, and whose scores and ranks that moves.

    Parameters
    ----------
    before, after : Index, or what `load_index` takes
        The definitions. Nodes are matched by code if anything else agrees too; else by what they
        read or their titles, so that a renumbered form is not another one.
    panel : Panel, optional
        Data, on which every change is made with and without the others.
    period : int or str, optional
        Of the panel; may be left out if it has only one.
    method : int or str, optional
        The period whose dated values are used, of both; left out, `period`, or the nearest in
        which a definition is in force.

    Raises
    ------
    DataError
        If a definition cannot be scored; it is named.

    Examples
    --------
    >>> import chiso
    >>> before = chiso.load_index("pci-2013")
    >>> text = before.to_yaml().replace("weight: 20", "weight: 19", 1).replace(
    ...     "weight: 5", "weight: 6", 1)
    >>> after = chiso.Index.from_yaml(text)
    >>> print(chiso.diff(before, after))
    pci-2013 -> pci-2013: 1 change
    pci (PCI)
      * weights: entry 5 -> 6, transparency 20 -> 19
    """
    return Difference(_index(before), _index(after), panel, period, method)


def _index(index: Index | str | os.PathLike[str]) -> Index:
    return index if isinstance(index, Index) else load_index(index)


# ---- columns, without pandas ---------------------------------------------------------------------


def change_columns(difference: Difference) -> Columns:
    """Return what `changes` shows."""
    columns = dict(difference._core.changes())
    why = difference._why
    if why is None:
        return columns
    count = len(columns["text"])
    edits = why.edits()
    edit_of = {change: e for e, list_ in enumerate(edits["changes"]) for change in list_}
    found = [edit_of.get(change) for change in range(count)]
    columns["edit"] = [None if e is None else e + 1 for e in found]
    columns["units"] = [0 if e is None else int(edits["units"][e]) for e in found]
    columns["largest"] = [0.0 if e is None else float(edits["largest"][e]) for e in found]
    columns["unit"] = ["" if e is None else edits["unit"][e] for e in found]
    columns["ranks"] = [0 if e is None else int(edits["ranks"][e]) for e in found]
    return columns


def edit_texts(difference: Difference) -> list[str]:
    """Return each edit in one line."""
    columns = difference._core.changes()
    names = [
        f"{node}: {text}" if node else text
        for node, text in zip(columns["node"], columns["text"], strict=True)
    ]
    edits = _attribution(difference).edits()["changes"]
    return ["; ".join(names[change] for change in changes) for changes in edits]


def unit_columns(difference: Difference, moved: bool = True) -> Columns:
    """Return what `units` shows."""
    columns = _attribution(difference).units()
    rows = _rows(columns, moved)
    taken = {name: [cells[row] for row in rows] for name, cells in columns.items()}
    return {
        "unit": taken["unit"],
        "before": taken["before"],
        "after": taken["after"],
        "change": [b - a for a, b in zip(taken["before"], taken["after"], strict=True)],
        "rank_before": taken["rank before"],
        "rank_after": taken["rank after"],
        "group_before": taken["group before"],
        "group_after": taken["group after"],
    }


def part_columns(difference: Difference, moved: bool = True) -> Columns:
    """Return what `parts` shows."""
    why = _attribution(difference)
    units = why.units()
    points, places = why.points(), why.places()
    names = edit_texts(difference)
    columns: Columns = {name: [] for name in ("unit", "edit", "text", "points", "places")}
    for row in _rows(units, moved):
        for edit, text in enumerate(names):
            if points[row, edit] == 0.0 and places[row, edit] == 0.0:
                continue
            cells = (units["unit"][row], edit + 1, text, points[row, edit], places[row, edit])
            for name, cell in zip(columns, cells, strict=True):
                columns[name].append(cell)
    return columns


def difference_data(difference: Difference) -> dict[str, Any]:
    """Return what `to_dict` returns."""
    changes = change_columns(difference)
    documentation = difference._core.documentation()
    data: dict[str, Any] = {
        "before": difference.before.name,
        "after": difference.after.name,
        "changes": _records(changes),
        "documentation": _records({"node": documentation["node"], "text": documentation["text"]}),
    }
    if difference._why is not None:
        data["period"] = difference._why.after.period.text
        data["exact"] = difference.exact
        data["units"] = _records(unit_columns(difference))
        data["parts"] = _records(part_columns(difference))
    return data


def _records(columns: Columns) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    return [{name: _plain(cell) for name, cell in zip(columns, row, strict=True)} for row in rows]


def _plain(cell: Any) -> Any:
    value = cell.item() if hasattr(cell, "item") else cell
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _attribution(difference: Difference) -> _core.Attribution:
    if difference._why is None:
        raise _core.DataError("the difference was made without data: chiso.diff(old, new, panel)")
    return difference._why


def _rows(columns: Columns, moved: bool) -> list[int]:
    """Return the units to show, the largest move first."""
    size = np.abs(np.asarray(columns["after"]) - np.asarray(columns["before"]))
    one_side = np.isnan(columns["after"]) != np.isnan(columns["before"])
    size = np.where(one_side, np.inf, np.nan_to_num(size))
    order = np.argsort(-size, kind="stable")
    return [int(row) for row in order if not moved or columns["moved"][row]]
