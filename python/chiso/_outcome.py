"""What scenarios make of a result: outcomes, many of them side by side, sweeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import frame, whole
from chiso._scenario import Scenario, Units, listed_scenarios, unit_names
from chiso._scores import Scores, ranking_columns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from chiso._causes import Causes, RankChange
    from chiso._convert import Columns
    from chiso._index import Language

#: What a sweep moves: the raw value of units (None: all) in a variable, or the number of the one
#: edit of a scenario.
Axis: TypeAlias = "tuple[Units, str] | Scenario"


class Outcome:
    """A result, and what a scenario makes of it. Made by `Scores.what_if` or `Index.what_if`."""

    __slots__ = ("_core", "after", "before", "scenario")

    def __init__(self, before: Scores, scenario: Scenario) -> None:
        from chiso._index import Index
        from chiso._panel import Panel

        #: The scenario.
        self.scenario = scenario
        #: The base, as it was.
        self.before = before
        self._core = _core.what_if(before._core, scenario._core)
        after, index = self._core.after, before.index
        same = after.index == index._core
        #: The scores with the scenario.
        self.after = Scores(
            after, index if same else Index(after.index, index._folder), Panel(after.panel)
        )

    def changes(
        self, unit: str | None = None, *, moved: bool = True, language: Language = "en"
    ) -> pd.DataFrame:
        """Return the scores and ranks that differ, node by node.

        Parameters
        ----------
        unit : str, optional
            Only of this one.
        moved : bool
            Only where score or rank differs; otherwise every node of every unit.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Columns `unit`, `code`, `title`, `before`, `after`, `difference`, `rank before`,
            `rank after`; by unit, then node.
        """
        table = frame(change_columns(self, unit, moved=moved, language=language))
        for name in ("rank before", "rank after"):
            table[name] = whole(table[name])
        return table

    def ranking(self, node: str | None = None, *, moved: bool = False) -> pd.DataFrame:
        """Return all units before and after, those that are best afterwards first.

        Parameters
        ----------
        node : str, optional
            Code; the composite if left out.
        moved : bool
            Only units whose score or rank differs.

        Returns
        -------
        DataFrame
            Index `unit`; columns `before`, `after`, `difference` (scores), `rank before`,
            `rank after`, `places gained`.
        """
        table = frame(outcome_columns(self, node, moved=moved), index="unit")
        for name in ("rank before", "rank after", "places gained"):
            table[name] = whole(table[name])
        return table

    def notices(self) -> pd.DataFrame:
        """Return what a reader should know of the edits.

        Returns
        -------
        DataFrame
            Columns `edit` (in words), `kind` (``beyond anchor``: a value passes an anchor that was
            held; ``no change``: an edit left every number as it was), `unit`, `code`, `value`,
            `anchor`, `text`.
        """
        return frame(notice_columns(self))

    def causes(self, unit: str, other: str | None = None) -> Causes:
        """Return why a unit's score is another one with the scenario.

        Parameters
        ----------
        unit : str
            Before.
        other : str, optional
            Afterwards; left out, the same.
        """
        from chiso._causes import Causes

        return Causes(self.before, self.after, unit, other, self.scenario.name)

    def rank_change(self, unit: str, node: str | None = None) -> RankChange:
        """Return why a unit's rank is another one with the scenario; see `Scores.rank_change`."""
        return self.before.rank_change(self.after, unit, node)

    def plot(
        self,
        node: str | None = None,
        *,
        top: int | None = None,
        highlight: str | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw every unit's score before and after, best afterwards on top. Needs matplotlib.

        Parameters
        ----------
        node : str, optional
            Code; the composite if left out.
        top : int, optional
            Only so many; `highlight` is added if it is not among them.
        highlight : str, optional
            A unit in another colour.
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        from chiso import _plot

        return _plot.outcome(self, node, top=top, highlight=highlight, ax=ax)

    def __repr__(self) -> str:
        """Return scenario, index and how many units moved."""
        moved = len(outcome_columns(self, None, moved=True)["unit"])
        units = len(outcome_columns(self)["unit"])  # A merged one stands on one side only.
        notices = len(self._core.notices()["edit"])
        said = "" if notices == 0 else f", {notices} notice{'' if notices == 1 else 's'}"
        return (
            f"<Outcome of {self.scenario.name or '(no name)'} on {self.before.index.name}, "
            f"{self.before.period}: {moved} of {units} units moved{said}>"
        )

    def _repr_html_(self) -> str:
        return _html.outcome(self)


def compare(
    scores: Scores,
    scenarios: Iterable[Scenario] | Mapping[str, Scenario],
    *,
    units: Units = None,
    node: str | None = None,
) -> pd.DataFrame:
    """Put many scenarios of one base side by side.

    Parameters
    ----------
    scores : Scores
        The base.
    scenarios : iterable of Scenario, or mapping of name to Scenario
        What to compare, each applied to the base on its own.
    units : str or iterable of str, optional
        Only these; left out, all, those that only a scenario has last.
    node : str, optional
        Code; the composite if left out.

    Returns
    -------
    DataFrame
        Index `unit`; columns (scenario, what): `score` and `rank` in the base and in each
        scenario and, of scenarios, `change` of the score and `places gained`.

    Examples
    --------
    >>> import chiso
    >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
    >>> more = chiso.Scenario("entry 8").set("Thanh Hóa", "entry", 8)
    >>> fewer = chiso.Scenario("no land").drop("land")
    >>> table = chiso.compare(scores, [more, fewer], units="Thanh Hóa")
    >>> table["entry 8"]["change"].round(3).tolist()
    [0.153]
    """
    import pandas as pd

    columns = comparison_columns(scores, scenarios, node=node)
    table = pd.DataFrame(
        {key: cells for key, cells in columns.items() if key != ("", "unit")},
        index=pd.Index(columns["", "unit"], name="unit"),
    )
    table.columns = table.columns.set_names(["scenario", "what"])
    for key in table.columns:
        if key[1] in {"rank", "places gained"}:
            table[key] = whole(table[key])
    if units is None:
        return table
    known = list(table.index)
    from chiso._convert import matching

    return table.loc[[matching(unit, known) for unit in unit_names(units)]]


def sweep_columns(
    scores: Scores,
    axes: Mapping[Any, Iterable[float]] | None,
    weights: Mapping[str, Iterable[float]] | None,
    units: Units,
    refit: bool,
) -> Columns:
    """Return what `Scores.sweep` shows, without pandas."""
    edits: list[tuple[str, _core.Edit, list[float]]] = []
    for key, amounts in (axes or {}).items():
        edits.append(("", _axis_edit(scores, key), _floats(amounts)))
    for code, amounts in (weights or {}).items():
        edits.append(("", _core.Edit.weights([(code, 0.0)], True), _floats(amounts)))
    wanted = [scores.unit(unit) for unit in unit_names(units)]
    names, amounts_of, columns = _core.sweep(scores._core, edits, wanted, refit)
    if len(set(names)) < len(names):
        raise _core.SpecError(f"both axes are '{names[0]}'; sweep two different numbers")
    unit = np.array(scores.units, dtype=object)[columns["unit"]]
    return {
        **dict(zip(names, amounts_of, strict=True)),
        "unit": unit,
        "score": columns["score"],
        "rank": columns["rank"],
    }


def _axis_edit(scores: Scores, key: Any) -> _core.Edit:
    """Return the edit whose number a sweep moves."""
    if isinstance(key, Scenario):
        edits = key._core.edits
        if len(edits) != 1:
            raise _core.SpecError(
                f"expected a scenario of one edit to sweep, got {len(edits)} in {key!r}"
            )
        return edits[0]
    match key:
        case (units, str(code)):
            names = [scores.unit(unit) for unit in unit_names(units)]
            return _core.Edit.value(names, code, _core.How.set, 0.0, "")
    raise TypeError(f"expected (unit, code) or a Scenario of one edit, got {key!r}")


def _floats(amounts: Iterable[float]) -> list[float]:
    return [float(amount) for amount in amounts]


# ---- the same without pandas --------------------------------------------------------------------


def _titles(*results: Scores, language: Language) -> dict[str, str]:
    """Return titles by code, of the last result that has the code."""
    titles: dict[str, str] = {}
    for result in results:
        titles |= zip(result.index.codes, result.index.titles(language), strict=True)
    return titles


def change_columns(
    outcome: Outcome, unit: str | None = None, *, moved: bool = True, language: Language = "en"
) -> Columns:
    """Return what `Outcome.changes` shows, without pandas."""
    before, after = outcome.before, outcome.after
    found = _core.changes(before._core, after._core, moved)
    titles = _titles(before, after, language=language)
    units, codes = found["unit"], found["code"]
    rows: NDArray[np.intp] = np.arange(len(units))
    if unit is not None:
        chosen = unit_of_either(outcome, unit)
        rows = np.array([i for i in rows if units[i] == chosen], dtype=np.intp)
    return {
        "unit": [units[i] for i in rows],
        "code": [codes[i] for i in rows],
        "title": [titles[codes[i]] for i in rows],
        "before": found["before"][rows],
        "after": found["after"][rows],
        "difference": (found["after"] - found["before"])[rows],
        "rank before": found["rank_before"][rows],
        "rank after": found["rank_after"][rows],
    }


def unit_of_either(outcome: Outcome, spelling: str) -> str:
    """Return the unit that a spelling means, before or after."""
    try:
        return outcome.after.unit(spelling)
    except _core.NotFoundError:
        return outcome.before.unit(spelling)


def _placed(scores: Scores, node: str | None) -> dict[str, tuple[float, float]]:
    """Return score and rank by unit, best first; nothing if there is no such node."""
    if node is not None and node not in scores.index.codes:
        return {}
    columns = ranking_columns(scores, node, groups=False)
    names = (columns["unit"], columns["score"].tolist(), columns["rank"].tolist())
    return {unit: (score, rank) for unit, score, rank in zip(*names, strict=True)}


_NOTHING = (float("nan"), float("nan"))


def _require_node(node: str | None, *results: Scores) -> None:
    if node is not None and not any(node in result.index.codes for result in results):
        results[-1].index._core.at(node)  # Raises with the nearest code.


def outcome_columns(outcome: Outcome, node: str | None = None, *, moved: bool = False) -> Columns:
    """Return what `Outcome.ranking` shows, without pandas."""
    _require_node(node, outcome.before, outcome.after)
    before, after = _placed(outcome.before, node), _placed(outcome.after, node)
    units = [*after, *(unit for unit in before if unit not in after)]
    cells = np.array(
        [(*before.get(unit, _NOTHING), *after.get(unit, _NOTHING)) for unit in units]
    ).reshape(-1, 4)
    if moved:
        first, second = cells[:, :2], cells[:, 2:]
        differs = ((first != second) & ~(np.isnan(first) & np.isnan(second))).any(axis=1)
        units, cells = [u for u, d in zip(units, differs, strict=True) if d], cells[differs]
    score, rank, new_score, new_rank = cells.T
    return {
        "unit": units,
        "before": score,
        "after": new_score,
        "difference": new_score - score,
        "rank before": rank,
        "rank after": new_rank,
        "places gained": rank - new_rank,
    }


def notice_columns(outcome: Outcome) -> Columns:
    """Return what `Outcome.notices` shows, without pandas."""
    columns = outcome._core.notices()
    edits = outcome.scenario.edits
    return {**columns, "edit": [edits[i] for i in columns["edit"]]}


def comparison_columns(
    scores: Scores,
    scenarios: Iterable[Scenario] | Mapping[str, Scenario],
    *,
    node: str | None = None,
) -> dict[tuple[str, str], Any]:
    """Return what `compare` shows by (scenario, what), without pandas; the first are the units."""
    named = named_scenarios(scenarios)
    results = {name: Outcome(scores, one).after for name, one in named.items()}
    _require_node(node, scores, *results.values())
    base = _placed(scores, node)
    placed = {name: _placed(result, node) for name, result in results.items()}
    units = list(dict.fromkeys([*scores.units, *(u for found in placed.values() for u in found)]))

    def columns_of(found: dict[str, tuple[float, float]]) -> NDArray[np.float64]:
        return np.array([found.get(unit, _NOTHING) for unit in units]).reshape(-1, 2)

    first = columns_of(base)
    columns: dict[tuple[str, str], Any] = {("", "unit"): units}
    columns["base", "score"], columns["base", "rank"] = first.T
    for name, found in placed.items():
        cells = columns_of(found)
        columns[name, "score"], columns[name, "rank"] = cells.T
        columns[name, "change"] = cells[:, 0] - first[:, 0]
        columns[name, "places gained"] = first[:, 1] - cells[:, 1]
    return columns


def named_scenarios(
    scenarios: Iterable[Scenario] | Mapping[str, Scenario],
) -> dict[str, Scenario]:
    """Return scenarios by name; those that have none are numbered."""
    if isinstance(scenarios, Mapping):
        return {str(name): one for name, one in scenarios.items()}
    named: dict[str, Scenario] = {}
    for number, one in enumerate(listed_scenarios(scenarios), start=1):
        name = one.name or f"scenario {number}"
        if name in named or name == "base":
            raise _core.DataError(
                f"two columns would be called '{name}'; rename one: scenario.renamed(...), or give "
                "a mapping of names to scenarios"
            )
        named[name] = one
    return named
