"""What is to be reached, and against whom."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from chiso import _core
from chiso._convert import as_period, frame

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from chiso._convert import PeriodLike
    from chiso._plan import Plan
    from chiso._scores import Scores


@dataclass(frozen=True, slots=True)
class Top:
    """A place among the units: ``Top(10)`` is the tenth or better.

    Parameters
    ----------
    places : float
        The worst place that will do.
    of : str
        Code of the node whose rank counts; the composite if left out.
    """

    places: float
    of: str = ""

    def _goal(self) -> _core.Goal:
        return _core.Goal.rank(self.places, self.of)

    def __str__(self) -> str:
        """Return it in words."""
        return str(self._goal())


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many points: ``AtLeast(65)``.

    Parameters
    ----------
    points : float
        The lowest score that will do.
    of : str
        Code of the node whose score counts; the composite if left out.
    """

    points: float
    of: str = ""

    def _goal(self) -> _core.Goal:
        return _core.Goal.score(self.points, self.of)

    def __str__(self) -> str:
        """Return it in words."""
        return str(self._goal())


@dataclass(frozen=True, slots=True)
class Percent:
    """So many percent of the highest score that a node can have: ``Percent(90, of="F1")``.

    Parameters
    ----------
    percent : float
        The least that will do, 0 to 100.
    of : str
        Code of the node; the composite if left out.
    """

    percent: float
    of: str = ""

    def _goal(self) -> _core.Goal:
        return _core.Goal.percent(self.percent, self.of)

    def __str__(self) -> str:
        """Return it in words."""
        return str(self._goal())


@dataclass(frozen=True, slots=True)
class Group:
    """One of the groups that a definition puts units into, or a better one: ``Group("A")``.

    Parameters
    ----------
    name : str
        The group.
    """

    name: str

    @property
    def of(self) -> str:
        """Groups are made by the composite."""
        return ""

    def _goal(self) -> _core.Goal:
        return _core.Goal.in_group(self.name)

    def __str__(self) -> str:
        """Return it in words."""
        return str(self._goal())


#: What is to be reached in one result.
Target: TypeAlias = "Top | AtLeast | Percent | Group"

#: One result, or several by the keys that effects of actions begin with.
SomeResults: TypeAlias = "Scores | Mapping[str, Scores]"

#: Targets of one result, or of several by key.
Targets: TypeAlias = "Target | Iterable[Target] | Mapping[str, Target | Iterable[Target]]"


def goal_of(plan: Plan, target: str) -> Target:
    """Return what a target of a plan asks of one period: ``Top(10)`` of "rank <= 10".

    A band of ranks means its worse end; keeping a rank or a score means that of the baseline.

    Parameters
    ----------
    plan : Plan
        Whose target.
    target : str
        Its code, as `Plan.targets` lists them.

    Raises
    ------
    NotFoundError
        If there is no such target; with the nearest.
    DataError
        If it is no such goal: a bound on the wrong side, against the year before, in a region,
        or against a baseline that does not have the number.

    Examples
    --------
    >>> import chiso
    >>> plan = chiso.load_plan("thanh-hoa-211")
    >>> chiso.goal_of(plan, plan.targets().index[0])
    Top(places=10.0, of='')
    """
    codes = plan._core.targets
    if target not in codes:
        near = difflib.get_close_matches(target, codes, 1)
        raise _core.NotFoundError(
            f"{plan.name} has no target '{target}'"
            + (f" (did you mean '{near[0]}'?)" if near else f"; it has {', '.join(codes)}")
        )
    goal = _core.goal_of(plan._core, codes.index(target))
    made: dict[str, Callable[[float, str], Target]] = {
        "rank": Top,
        "score": AtLeast,
        "percent": Percent,
    }
    return made[goal.quantity](goal.value, goal.code)


class Rivals:
    """Whom a unit is compared with when a rank is to be reached.

    `Rivals.now` (what holds if nothing is said): the others as they are. `Rivals.given`: the
    others as in another result, of a projection or a worse case. `Rivals.trend`: the others moved
    on by their own past. Every answer says which.
    """

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[Scores, str, str], _core.Rivals]) -> None:
        self._find = find

    @staticmethod
    def now() -> Rivals:
        """Return the others held as they are in the result that is to be improved."""
        return Rivals(lambda scores, unit, code: _core.rivals_now(scores._core, unit, code))

    @staticmethod
    def given(scores: Scores) -> Rivals:
        """Return the others as they are in another result.

        Parameters
        ----------
        scores : Scores
            Of another panel, or of a scenario (``base.what_if(scenario).after``).
        """
        return Rivals(lambda _, unit, code: _core.rivals_now(scores._core, unit, code))

    @staticmethod
    def trend(history: Iterable[Scores], at: PeriodLike) -> Rivals:
        """Return the others on straight lines through their past scores, read off at a period.

        Least squares; a rival with scores in fewer than three periods keeps its latest. Scores
        are cut to the node's range.

        Parameters
        ----------
        history : iterable of Scores
            Of the same index in several periods, in any order; editions may differ.
        at : period
            The period that is meant, after the last of `history`.
        """
        results = [scores._core for scores in history]
        period = as_period(at)
        return Rivals(lambda _, unit, code: _core.rivals_by_trend(results, period, unit, code))

    def to_frame(self, scores: Scores, unit: str, node: str = "") -> pd.DataFrame:
        """Return the scores of the others.

        Parameters
        ----------
        scores : Scores
            The result that is to be improved.
        unit : str
            Who is compared with them.
        node : str
            Code; the composite if left out.

        Returns
        -------
        DataFrame
            Index `unit`; column `score`.
        """
        found = self._find(scores, scores.unit(unit), node)
        return frame({"unit": found.units, "score": found.scores}, index="unit")


#: Rivals of one result, or of several by key; None: the others as they are now.
RivalsLike: TypeAlias = "Rivals | Mapping[str, Rivals] | None"


def listed_targets(targets: Target | Iterable[Target]) -> list[Target]:
    """Return one or several targets as a list."""
    kinds = Top | AtLeast | Percent | Group
    listed = [targets] if isinstance(targets, kinds) else list(targets)
    for each in listed:
        if not isinstance(each, kinds):
            raise TypeError(f"expected Top, AtLeast, Percent or Group, got {targets!r}")
    return listed


def rivals_of(rivals: RivalsLike, key: str, scores: Scores, unit: str, code: str) -> _core.Rivals:
    """Return the rivals in one result on one node."""
    chosen = rivals.get(key) if isinstance(rivals, Mapping) else rivals
    return (chosen or Rivals.now())._find(scores, unit, code)
