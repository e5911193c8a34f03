"""What a target needs of numbers: one at a time, or several moved as little as possible."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from chiso import _core, _html_reach
from chiso._convert import frame
from chiso._scenario import Scenario
from chiso._scores import display
from chiso._targets import RivalsLike, Target, rivals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._scores import Scores

#: What a lever moves: a raw variable, or the score of a node in place of what is below it.
On: TypeAlias = "Literal['value', 'score']"

#: Lowest and highest number that a lever may have, by code; None: no bound of its own.
Bounds: TypeAlias = "Mapping[str, tuple[float | None, float | None]]"

#: Whether to show how far a search is; or what is called now and then with seconds, the best
#: objective so far and its bound, and stops the search by returning False.
ProgressLike: TypeAlias = "bool | Callable[[float, float, float], bool | None]"

_INFINITY = math.inf


# ---- one number ---------------------------------------------------------------------------------


def goal_seek(
    scores: Scores,
    unit: str,
    target: Target,
    *,
    levers: Iterable[str] | None = None,
    on: On = "value",
    bounds: Bounds | None = None,
    rivals: RivalsLike = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Find what each number alone would have to be for a unit to reach a target.

    Exact, to the last bit, through steps, thresholds, caps and every aggregation: the value
    nearest to the present one that reaches the target. Anchors are held.

    Parameters
    ----------
    scores : Scores
        Where it stands.
    unit : str
        Its name; case, accents and blanks aside.
    target : Top, AtLeast, Percent or Group
        What is to be reached.
    levers : iterable of str, optional
        Codes: of variables, or of nodes if `on` is ``"score"``. Left out: every number that the
        index reads, or every indicator.
    on : {"value", "score"}
        Whether raw values move, or scores in place of what is below them.
    bounds : mapping of code to (lowest, highest), optional
        Of the unit's own; the variable's range counts too.
    rivals : Rivals, optional
        Against whom; the others as they are now if left out.
    language : {"en", "vi"}
        Of the titles.

    Returns
    -------
    DataFrame
        Index `lever`; columns `title`, `now`, `needed`, `change` (NaN: it cannot be reached so),
        `score` of the target's node and its `rank` then, `reached`, `already` (without any change),
        `best` (the most that it can do for the target's node), `best value`, `best rank`,
        `obstacle` (in words), `exact` (False: a search that might have missed a nearer value).

    Raises
    ------
    NotFoundError
        If there is no such unit or code; with the nearest.
    DataError
        If a target or bounds make no sense, or units depend on each other.

    Examples
    --------
    >>> import chiso
    >>> pci = chiso.load_index("pci", period=2019)
    >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
    >>> seek = chiso.goal_seek(scores, "Thanh Hóa", chiso.Top(10))
    >>> bool(seek.loc["labor", "reached"])
    True
    """
    return frame(
        goal_seek_columns(scores, unit, target, levers, on, bounds, rivals, language), index="lever"
    )


def goal_seek_columns(
    scores: Scores,
    unit: str,
    target: Target,
    levers: Iterable[str] | None = None,
    on: On = "value",
    bounds: Bounds | None = None,
    rivals: RivalsLike = None,
    language: Language = "en",
) -> Columns:
    """Return what `goal_seek` shows, without pandas."""
    name = scores.unit(unit)
    moved = _levers(scores, levers, on, bounds)
    columns = _core.goal_seek(
        scores._core, name, target._goal(), rivals_of(rivals, "", scores, name, target.of), moved
    )
    titles = lever_titles(scores, columns["lever"], language)
    return {"lever": columns.pop("lever"), "title": titles, **columns}


def break_even(
    scores: Scores,
    unit: str,
    code: str,
    *,
    on: On | Literal["weight"] = "value",
    bounds: tuple[float | None, float | None] = (None, None),
    rivals: RivalsLike = None,
) -> pd.DataFrame:
    """Find every value of a number at which a unit's rank changes hands: exactly, not by a grid.

    Parameters
    ----------
    scores : Scores
        Where it stands.
    unit : str
        Its name; case, accents and blanks aside.
    code : str
        Of a variable; of a node for a score or weight.
    on : {"value", "score", "weight"}
        What moves. Of a weight its siblings are scaled to leave the sum.
    bounds : (float, float)
        Lowest and highest value that is looked at; None: as far as the range goes.
    rivals : Rivals, optional
        Against whom; the others as they are now if left out. A weight moves all of them.

    Returns
    -------
    DataFrame
        Columns `value` (the first, coming from below, with the new rank), `rank before`,
        `rank after`, `rivals` (who is passed, passes, or is level now).

    Raises
    ------
    NotFoundError
        If there is no such unit or code; with the nearest.
    DataError
        If the composite is not linear in a weight; names the criterion that is in the way.

    Examples
    --------
    >>> import chiso
    >>> pci = chiso.load_index("pci", period=2019)
    >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
    >>> found = chiso.break_even(scores, "Thanh Hóa", "transparency")
    >>> bool(found["value"].is_monotonic_increasing)
    True
    """
    return frame(break_even_columns(scores, unit, code, on, bounds, rivals))


def break_even_columns(
    scores: Scores,
    unit: str,
    code: str,
    on: On | Literal["weight"] = "value",
    bounds: tuple[float | None, float | None] = (None, None),
    rivals: RivalsLike = None,
) -> Columns:
    """Return what `break_even` shows, without pandas."""
    name = scores.unit(unit)
    if on == "weight":
        if rivals is not None or bounds != (None, None):
            raise TypeError("a weight moves all units: it has neither rivals nor bounds")
        return _core.break_even_weight(scores._core, name, code)
    lever = _lever(code, on, {code: bounds})
    return _core.break_even(scores._core, name, lever, rivals_of(rivals, "", scores, name, ""))


# ---- several numbers ----------------------------------------------------------------------------


class LeastChange:
    """The cheapest improvement over several numbers that reaches a target.

    Made by `least_change`; prints as a sentence. `to_frame` has what moves.
    """

    __slots__ = ("_core", "on", "scores", "target", "unit")

    def __init__(
        self, core: _core.LeastChange, scores: Scores, unit: str, target: Target, on: On
    ) -> None:
        self._core = core
        #: Where it begins.
        self.scores = scores
        #: Whose numbers move.
        self.unit = unit
        #: What was to be reached.
        self.target = target
        #: What moves: ``"value"`` or ``"score"``.
        self.on = on

    @property
    def found(self) -> bool:
        """Whether there is an answer."""
        return self._core.result.has_answer

    @property
    def status(self) -> str:
        """``optimal`` (proven), ``feasible``, ``infeasible`` (proven) or ``unknown``."""
        return self._core.result.status

    @property
    def cost(self) -> float:
        """Costs of all changes together; NaN without an answer."""
        return self._core.result.objective

    @property
    def score(self) -> float:
        """The composite afterwards, by a true evaluation."""
        return self._core.score

    @property
    def rank(self) -> float:
        """The rank afterwards."""
        return self._core.rank

    @property
    def best(self) -> float:
        """The most that all levers together can give the target's node."""
        return self._core.best

    @property
    def assumptions(self) -> list[str]:
        """What the answer rests on."""
        return self._core.result.assumptions

    @property
    def reasons(self) -> list[str]:
        """Why there is no answer, and what would help."""
        return self._core.result.reasons

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return what moves.

        Returns
        -------
        DataFrame
            Index `lever`; columns `title`, `before`, `after`, `change`, `cost`.
        """
        return frame(self.columns(language), index="lever")

    def columns(self, language: Language = "en") -> Columns:
        """Return what `to_frame` shows, without pandas."""
        columns = self._core.columns()
        titles = lever_titles(self.scores, columns["lever"], language)
        return {"lever": columns.pop("lever"), "title": titles, **columns}

    def scenario(self, name: str = "least change") -> Scenario:
        """Return the changes as a scenario for the result that they begin with."""
        made = Scenario(name)
        columns = self._core.columns()
        for code, after in zip(columns["lever"], columns["after"], strict=True):
            amount = float(after)
            edit = made.score if self.on == "score" else made.set
            made = edit(self.unit, code, amount)
        return made

    def __repr__(self) -> str:
        """Return the answer in a sentence."""
        result = self._core.result
        if not result.has_answer:
            return no_answer(result, f"{self.target} by the numbers that may move")
        count = len(self._core.columns()["lever"])
        what = f"{count} number{'' if count == 1 else 's'}"
        place = place_text(self.score, self.rank, self.scores)
        return f"{place} by moving {what}, cost {number_text(self.cost)}, {proof_text(result)}"

    def _repr_html_(self) -> str:
        columns = {k: v for k, v in self.columns().items() if k != "lever"}
        table = _html_reach.number_table(columns, 1) if self.found else ""
        return _html_reach.answer(f"{self.unit}: {self!r}", table)


def least_change(
    scores: Scores,
    unit: str,
    target: Target,
    *,
    levers: Iterable[str] | Mapping[str, float] | None = None,
    on: On = "value",
    bounds: Bounds | None = None,
    fewest: bool = False,
    rivals: RivalsLike = None,
    seconds: float = 60.0,
    progress: ProgressLike = False,
) -> LeastChange:
    """Move several numbers as little as possible until a unit reaches a target.

    Least is the sum of costs: of each number its distance times its cost. Anchors are held.

    Parameters
    ----------
    scores : Scores
        Where it stands.
    unit : str
        Its name; case, accents and blanks aside.
    target : Top, AtLeast, Percent or Group
        What is to be reached.
    levers : iterable of str, or mapping of str to float, optional
        Codes; of a mapping with the cost of one unit of change, which is 1 otherwise. Left out:
        every number that the index reads, or every indicator.
    on : {"value", "score"}
        Whether raw values move, or scores in place of what is below them.
    bounds : mapping of code to (lowest, highest), optional
        Of the unit's own; the variable's range counts too.
    fewest : bool
        Move as few as possible, and then as cheaply.
    rivals : Rivals, optional
        Against whom; the others as they are now if left out.
    seconds : float
        The best answer by then is given, with its gap.
    progress : bool or callable
        Show how far it is; or be told.

    Returns
    -------
    LeastChange

    Raises
    ------
    NotFoundError, DataError
        As `goal_seek`.
    SpecError
        For a cost that is not positive, or a lever below another.

    Examples
    --------
    >>> import chiso
    >>> pci = chiso.load_index("pci", period=2019)
    >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
    >>> least = chiso.least_change(scores, "Thanh Hóa", chiso.Top(10))
    >>> least.status, int(least.rank)
    ('optimal', 10)
    """
    name = scores.unit(unit)
    costs = levers if isinstance(levers, Mapping) else None
    moved = _levers(scores, levers, on, bounds)
    if not moved:
        moved = [_lever(code, on, bounds or {}) for code in _numbers(scores)]
    priced = [(lever, 1.0 if costs is None else float(costs[lever.code])) for lever in moved]
    rivals_now = rivals_of(rivals, "", scores, name, target.of)
    with watching(progress) as watch:
        core = _core.least_change(
            scores._core, name, target._goal(), rivals_now, priced, fewest, seconds, 0.0, watch
        )
    return LeastChange(core, scores, name, target, on)


# ---- what both have -----------------------------------------------------------------------------


def _lever(code: str, on: str, bounds: Bounds) -> _core.Lever:
    if on not in {"value", "score"}:
        raise ValueError(f"expected 'value' or 'score', got {on!r}")
    lower, upper = bounds.get(code, (None, None))
    return _core.Lever(
        on == "score",
        code,
        -_INFINITY if lower is None else float(lower),
        _INFINITY if upper is None else float(upper),
    )


def _levers(
    scores: Scores, levers: Iterable[str] | None, on: str, bounds: Bounds | None
) -> list[_core.Lever]:
    """Return what was named; for values without names nothing, which is all of them."""
    if levers is None:
        if on == "value" and not bounds:
            return []
        index = scores.index
        levers = (
            _numbers(scores)
            if on == "value"
            else [index.codes[leaf] for leaf in index._core.leaves]
        )
    codes = [levers] if isinstance(levers, str) else list(levers)
    if not codes:
        raise _core.DataError("expected at least one number that may move")
    unknown = [code for code in bounds or {} if code not in codes]
    if unknown:
        near = difflib.get_close_matches(unknown[0], codes, 1)
        raise _core.NotFoundError(
            f"there are bounds for '{unknown[0]}', which may not move"
            + (f" (did you mean '{near[0]}'?)" if near else "")
        )
    return [_lever(code, on, bounds or {}) for code in codes]


def _numbers(scores: Scores) -> list[str]:
    """Return the variables that are numbers."""
    return [v.code for v in scores.index._core.variables if not v.categories]


def lever_titles(scores: Scores, codes: Iterable[str], language: Language) -> list[str]:
    """Return what numbers are called: the node of that code, else the variable, else the code."""
    index = scores.index
    titles = {v.code: v.title.en or v.title.vi or v.code for v in index._core.variables}
    titles.update(zip(index.codes, index.titles(language), strict=True))
    return [titles.get(code, code) for code in codes]


# ---- in words -----------------------------------------------------------------------------------


def number_text(value: float) -> str:
    """Return a number for people: 1,240."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def place_text(score: float, rank: float, scores: Scores) -> str:
    """Return "rank 10 (68.73 points)"."""
    points = display(score, 2 if scores.index.decimals is None else scores.index.decimals)
    return f"rank {rank:g} ({points} points)" if not np.isnan(rank) else f"{points} points"


def proof_text(result: _core.SearchResult) -> str:
    """Return how sure an answer is, and what it rests on."""
    if result.status == "optimal":
        sure = "proven optimal"
    elif math.isfinite(result.gap):
        sure = f"not proven optimal (within {100 * result.gap:.2g}%)"
    else:
        sure = "not proven optimal"
    assumed = ", ".join(result.assumptions)
    return f"{sure}; assumes {assumed}" if assumed else sure


def no_answer(result: _core.SearchResult, what: str) -> str:
    """Return why there is no answer."""
    if result.status != "infeasible":
        return f"stopped after {result.seconds:.3g} s: neither reached nor ruled out so far"
    return f"cannot be reached (proven): {what}" + "".join(f"; {why}" for why in result.reasons)


# ---- watching -----------------------------------------------------------------------------------


@contextmanager
def watching(progress: ProgressLike) -> Iterator[Callable[[float, float, float], Any] | None]:
    """Show how far a search is while it runs, if that is wanted."""
    if progress is not True:
        yield progress or None
        return
    from rich.console import Console
    from rich.status import Status

    with Status("searching", console=Console(stderr=True)) as status:

        def show(seconds: float, incumbent: float, bound: float) -> None:
            best = "no answer yet" if math.isnan(incumbent) else f"best {number_text(incumbent)}"
            least = "" if math.isnan(bound) else f", none below {number_text(bound)}"
            status.update(f"searching for {seconds:.0f} s: {best}{least}")

        yield show
