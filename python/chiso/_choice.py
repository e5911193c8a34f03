"""The cheapest set of actions that reaches targets, and what it can do for a budget."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

from chiso import _core, _html_reach
from chiso._actions import Actions, ActionsLike, as_actions, chosen_columns
from chiso._convert import frame
from chiso._plan import Plan
from chiso._reach import ProgressLike, no_answer, number_text, place_text, proof_text, watching
from chiso._scenario import Scenario
from chiso._targets import (
    RivalsLike,
    SomeResults,
    Target,
    Targets,
    Top,
    listed_targets,
    rivals_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._scores import Scores

PreferLike: TypeAlias = "Literal['cheapest', 'fewest']"

_Goal: TypeAlias = "tuple[int, _core.Goal, _core.Rivals]"


class _Question:
    """Results, actions and goals, brought together."""

    def __init__(
        self, scores: SomeResults, unit: str, actions: ActionsLike, rivals: RivalsLike
    ) -> None:
        self.actions = as_actions(actions)
        self.results = _results(scores, actions, self.actions)
        if not self.results:
            raise _core.DataError("expected at least one result")
        self.unit = next(iter(self.results.values())).unit(unit)
        self.keys = list(self.results)
        self.rivals = rivals
        self.effects = _core.ActionEffects(
            self.actions._core,
            [(key, result._core) for key, result in self.results.items()],
            self.unit,
        )

    def goals(self, targets: Targets | None) -> list[_Goal]:
        """Return what is to be reached in which result, against whom."""
        if targets is None:
            return []
        if not isinstance(targets, Mapping):
            if len(self.keys) > 1:
                raise TypeError(
                    f"there are {len(self.keys)} results: give targets by their keys "
                    f"({', '.join(self.keys)})"
                )
            targets = {self.keys[0]: targets}
        return [
            self.goal(key, target)
            for key, wanted in targets.items()
            for target in listed_targets(wanted)
        ]

    def goal(self, key: str, target: Target) -> _Goal:
        position = self.position(key)
        scores = self.results[self.keys[position]]
        rivals = rivals_of(self.rivals, key, scores, self.unit, target.of)
        return position, target._goal(), rivals

    def position(self, key: str | None) -> int:
        """Return the position of a result by its key; None: of the only one."""
        if key is None or (len(self.keys) == 1 and key == self.keys[0]):
            if len(self.keys) > 1:
                raise TypeError(f"which result? There are {', '.join(self.keys)}")
            return 0
        if key not in self.keys:
            raise _core.NotFoundError(
                f"there is no result '{key}'; there is {', '.join(self.keys)}"
            )
        return self.keys.index(key)

    def limits(
        self,
        budget: float | None,
        horizon: float | None,
        frozen: Iterable[str],
        most: int | None,
        capacities: bool,
    ) -> _core.ActionLimits:
        refs = [frozen] if isinstance(frozen, str) else list(frozen)
        return _core.ActionLimits(
            math.inf if budget is None else float(budget),
            math.inf if horizon is None else float(horizon),
            [self._reference(ref) for ref in refs],
            -1 if most is None else most,
            capacities,
        )

    def _reference(self, ref: str) -> tuple[str, str]:
        """Return key and code of "land" (of the only result), "pci:land" or "pci"."""
        key, colon, code = ref.partition(":")
        if colon:
            return key, code
        return (key, "") if key in self.keys else (self.keys[0] if len(self.keys) == 1 else "", key)


def _results(scores: SomeResults, given: ActionsLike, actions: Actions) -> dict[str, Scores]:
    if isinstance(scores, Mapping):
        return dict(scores)
    index = scores.index
    names = {index.name, index.family}
    if isinstance(given, Plan):
        for key, definition in given.indices.items():
            if definition in names:
                return {key: scores}
    keys = actions._core.index_keys()
    key = next((key for key in keys if key in names), index.family)
    return {key: scores}


class Answer:
    """A chosen set of actions, and what it does by a true evaluation.

    Made by `reach`, `best_actions` and `frontier`; prints as a sentence. `to_frame` has the
    actions, `reached` what becomes of the results, `indicators` of what the actions touch,
    `scenario` the same as a scenario.
    """

    __slots__ = ("_core", "_question")

    def __init__(self, core: _core.ActionChoice, question: _Question) -> None:
        self._core = core
        self._question = question

    # ---- how sure it is ---------------------------------------------------------------------

    @property
    def found(self) -> bool:
        """Whether there is an answer."""
        return self._core.result.has_answer

    @property
    def status(self) -> str:
        """``optimal`` (proven), ``feasible``, ``infeasible`` (proven) or ``unknown``."""
        return self._core.result.status

    @property
    def gap(self) -> float:
        """How far from the bound it may be, relative to it; NaN: not known."""
        return self._core.result.gap

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._core.result.seconds

    @property
    def method(self) -> str:
        """How it was found."""
        return self._core.result.method

    @property
    def assumptions(self) -> list[str]:
        """What it rests on: "others held constant (2019)" ..."""
        return self._core.result.assumptions

    @property
    def reasons(self) -> list[str]:
        """Why there is no answer, and what would help."""
        return self._core.result.reasons

    @property
    def binding(self) -> list[str]:
        """What stands in the way, or keeps the answer from being better."""
        return self._core.binding

    # ---- what it is -------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """Whose actions they are."""
        return self._question.unit

    @property
    def actions(self) -> list[str]:
        """Codes of the chosen actions."""
        codes = self._question.actions.codes
        return [codes[i] for i in self._core.actions]

    @property
    def cost(self) -> float:
        """Their costs together, in `currency`."""
        return self._core.cost

    @property
    def currency(self) -> str:
        """Unit of the costs; may be empty."""
        return self._question.actions.currency

    @property
    def finish(self) -> float:
        """When the last is done."""
        return self._core.finish

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return the chosen actions.

        Returns
        -------
        DataFrame
            Index `code`; columns as in `Actions.to_frame`.
        """
        return frame(self.columns(language), index="code")

    def columns(self, language: Language = "en") -> Columns:
        """Return what `to_frame` shows, without pandas."""
        return chosen_columns(self._question.actions, self._core.actions, language)

    def reached(self) -> pd.DataFrame:
        """Return what becomes of the results.

        Returns
        -------
        DataFrame
            Index `index` (key); columns `score before`, `score`, `rank before`, `rank`.
        """
        return frame(self.reached_columns(), index="index")

    def reached_columns(self) -> Columns:
        """Return what `reached` shows, without pandas."""
        return {"index": self._question.keys, **self._core.reached()}

    def indicators(self, language: Language = "en") -> pd.DataFrame:
        """Return what becomes of every indicator that any of the actions could change.

        Returns
        -------
        DataFrame
            Columns `index` (key), `code`, `title`, `value before`, `value` (NaN: not one
            number), `score before`, `score`.
        """
        columns: Columns = self._question.effects.indicators(self._core.actions)
        keys, results = self._question.keys, self._question.results
        places = list(zip(columns.pop("situation"), columns.pop("node"), strict=True))
        titles = {key: scores.index.titles(language) for key, scores in results.items()}
        return frame(
            {
                "index": [keys[s] for s, _ in places],
                "code": [results[keys[s]].index.codes[n] for s, n in places],
                "title": [titles[keys[s]][n] for s, n in places],
                **columns,
            }
        )

    def scenario(self, index: str | None = None) -> Scenario:
        """Return the chosen actions as a scenario for one of the results.

        Parameters
        ----------
        index : str, optional
            Key of the result; may be left out if there is only one.
        """
        question = self._question
        return Scenario._of(question.effects.scenario(question.position(index), self._core.actions))

    def __len__(self) -> int:
        """Return the number of chosen actions."""
        return len(self._core.actions)

    def __bool__(self) -> bool:
        """Return whether there is an answer."""
        return self.found

    def __repr__(self) -> str:
        """Return the answer in a sentence."""
        result = self._core.result
        if not result.has_answer:
            return no_answer(result, "no set of the actions does it")
        columns = self._core.reached()
        several = len(self._question.keys) > 1
        places = [
            (f"{key} " if several else "") + place_text(float(score), float(rank), scores)
            for (key, scores), score, rank in zip(
                self._question.results.items(), columns["score"], columns["rank"], strict=True
            )
        ]
        cost = number_text(self.cost) + (f" {self.currency}" if self.currency else "")
        size = f"{len(self)} of {len(self._question.actions)} actions"
        return f"{', '.join(places)} for {cost} ({size}), {proof_text(result)}"

    def _repr_html_(self) -> str:
        sentence = f"{self.unit}: {self!r}"
        if not self.found:
            return _html_reach.answer(sentence, _html_reach.notes(self.binding))
        columns = self.reached_columns()
        return _html_reach.answer(
            sentence,
            _html_reach.number_table(columns, 1),
            _html_reach.action_table(self.columns()),
            _html_reach.notes(self.binding),
        )


class Frontier(Sequence[Answer]):
    """The cheapest set of actions for every rank that can be reached, best ranks last.

    Made by `frontier`: a sequence of `Answer`. `complete` says whether all of it is proven.
    """

    __slots__ = ("_answers", "_key", "complete")

    def __init__(self, answers: list[Answer], key: int) -> None:
        self._answers = [answer for answer in answers if answer.found]
        self._key = key
        #: Whether all of it is proven; False: the search was stopped, better ranks may be possible.
        self.complete = all(answer.status == "optimal" for answer in answers)

    @overload
    def __getitem__(self, position: int) -> Answer: ...
    @overload
    def __getitem__(self, position: slice) -> list[Answer]: ...
    def __getitem__(self, position: int | slice) -> Answer | list[Answer]:
        """Return an answer by its position."""
        return self._answers[position]

    def __len__(self) -> int:
        """Return the number of ranks on it."""
        return len(self._answers)

    def __iter__(self) -> Iterator[Answer]:
        """Return the answers one by one."""
        return iter(self._answers)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw cost against rank, better ranks higher. Needs matplotlib.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        from chiso import _plot

        return _plot.frontier(self, ax=ax)

    def to_frame(self) -> pd.DataFrame:
        """Return cost against rank.

        Returns
        -------
        DataFrame
            Index `rank`; columns `score`, `cost`, `actions` (how many), `finish`, `status`,
            `chosen` (codes).
        """
        return frame(self.columns(), index="rank")

    def columns(self) -> Columns:
        """Return what `to_frame` shows, without pandas."""
        reached = [answer._core.reached() for answer in self]
        return {
            "rank": [float(columns["rank"][self._key]) for columns in reached],
            "score": [float(columns["score"][self._key]) for columns in reached],
            "cost": [answer.cost for answer in self],
            "actions": [len(answer) for answer in self],
            "finish": [answer.finish for answer in self],
            "status": [answer.status for answer in self],
            "chosen": ["; ".join(answer.actions) for answer in self],
        }

    def __repr__(self) -> str:
        """Return where it begins and ends."""
        if not self._answers:
            if self.complete:
                return "<Frontier: no better rank can be reached>"
            return "<Frontier: stopped before the first rank was reached or ruled out>"
        columns = self.columns()
        ranks, costs = columns["rank"], columns["cost"]
        return (
            f"<Frontier of {self[0].unit}: rank {ranks[0]:g} for {number_text(costs[0])} "
            f"... rank {ranks[-1]:g} for {number_text(costs[-1])}"
            f"{'' if self.complete else '; stopped, not all proven'}>"
        )

    def _repr_html_(self) -> str:
        columns = self.columns()
        shown = {name: columns[name] for name in ("chosen", "rank", "score", "cost", "finish")}
        return _html_reach.answer(repr(self).strip("<>"), _html_reach.number_table(shown, 1))


def reach(
    scores: SomeResults,
    unit: str,
    target: Targets,
    actions: ActionsLike,
    *,
    budget: float | None = None,
    horizon: float | None = None,
    frozen: Iterable[str] = (),
    most: int | None = None,
    capacities: bool = True,
    prefer: PreferLike = "cheapest",
    rivals: RivalsLike = None,
    seconds: float = 60.0,
    gap: float = 0.0,
    progress: ProgressLike = False,
) -> Answer:
    """Find the cheapest set of actions with which a unit reaches its targets.

    Proven by a mixed-integer program where the index allows it, and checked by a true evaluation;
    `Answer.status` says which. Anchors are held. Ctrl-C stops the search.

    Parameters
    ----------
    scores : Scores, or mapping of key to Scores
        Where it stands: of one index, or of several by the keys that effects begin with.
    unit : str
        Its name; case, accents and blanks aside.
    target : Top, AtLeast, Percent or Group; several; or a mapping of key to one or several
        What is to be reached. `goal_of` takes it from a plan.
    actions : Actions, Plan, path or DataFrame
        What may be done; of a plan its tasks that say what they are expected to do.
    budget : float, optional
        Most that they may cost together.
    horizon : float, optional
        When the last must be done.
    frozen : iterable of str
        Criteria that must not be touched, nor anything below them: ``"land"``, ``"pci:land"``.
    most : int, optional
        Largest number of actions.
    capacities : bool
        Whether what agencies can do in all counts.
    prefer : {"cheapest", "fewest"}
        Least cost, then fewest actions; or fewest actions, then least cost.
    rivals : Rivals, or mapping of key to Rivals, optional
        Against whom; the others as they are now if left out.
    seconds : float
        The best answer by then is given, with its gap.
    gap : float
        Stop when the answer is proven to be this close to the best, relative to it.
    progress : bool or callable
        Show how far it is; or be told (seconds, best cost so far, bound), and stop it by
        returning False.

    Returns
    -------
    Answer
        Also if the targets cannot be reached: it says why.

    Raises
    ------
    DataError
        If actions and results do not fit, with every problem; or a target makes no sense.
    NotFoundError
        If there is no such unit or key.
    SpecError
        For limits that are negative.

    Examples
    --------
    >>> import chiso
    >>> pci = chiso.load_index("pci", period=2019)
    >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
    >>> actions = chiso.Actions.from_yaml('''
    ... chiso: 1
    ... actions:
    ...   - {code: portal, cost: 3, effects: [{of: transparency, add: 1}]}
    ...   - {code: desk, cost: 2, effects: [{of: entry, add: 0.5}]}
    ... ''')
    >>> answer = chiso.reach(scores, "Thanh Hóa", chiso.AtLeast(66), actions)
    >>> answer.actions, answer.cost
    (['portal'], 3.0)
    """
    if prefer not in {"cheapest", "fewest"}:
        raise ValueError(f"expected 'cheapest' or 'fewest', got {prefer!r}")
    question = _Question(scores, unit, actions, rivals)
    goals = question.goals(target)
    limits = question.limits(budget, horizon, frozen, most, capacities)
    with watching(progress) as watch:
        core = _core.cheapest_actions(
            question.effects, goals, limits, prefer == "fewest", seconds, gap, watch
        )
    return Answer(core, question)


def best_actions(
    scores: SomeResults,
    unit: str,
    actions: ActionsLike,
    *,
    budget: float | None = None,
    index: str | None = None,
    node: str = "",
    target: Targets | None = None,
    horizon: float | None = None,
    frozen: Iterable[str] = (),
    most: int | None = None,
    capacities: bool = True,
    rivals: RivalsLike = None,
    seconds: float = 60.0,
    gap: float = 0.0,
    progress: ProgressLike = False,
) -> Answer:
    """Find the set of actions that lifts a score highest within a budget.

    Parameters that are not described here are those of `reach`.

    Parameters
    ----------
    scores, unit, actions, budget, horizon, frozen, most, capacities, rivals, seconds, gap, progress
        As in `reach`.
    index : str, optional
        Key of the result that is lifted; may be left out if there is only one.
    node : str
        Code of the node that is lifted; the composite if left out.
    target : as in `reach`, optional
        What must be reached besides.

    Returns
    -------
    Answer
        Of equal ones the cheapest.
    """
    question = _Question(scores, unit, actions, rivals)
    goals = question.goals(target)
    limits = question.limits(budget, horizon, frozen, most, capacities)
    with watching(progress) as watch:
        core = _core.best_actions(
            question.effects, question.position(index), node, goals, limits, seconds, gap, watch
        )
    return Answer(core, question)


def frontier(
    scores: SomeResults,
    unit: str,
    actions: ActionsLike,
    *,
    index: str | None = None,
    node: str = "",
    target: Targets | None = None,
    budget: float | None = None,
    horizon: float | None = None,
    frozen: Iterable[str] = (),
    most: int | None = None,
    capacities: bool = True,
    rivals: RivalsLike = None,
    seconds: float = 60.0,
    gap: float = 0.0,
    progress: ProgressLike = False,
) -> Frontier:
    """Find the cheapest set of actions for every rank that can be reached.

    Parameters that are not described here are those of `reach`.

    Parameters
    ----------
    scores, unit, actions, budget, horizon, frozen, most, capacities, rivals, seconds, gap, progress
        As in `reach`.
    index : str, optional
        Key of the result whose rank it is; may be left out if there is only one.
    node : str
        Code of the node whose rank it is; the composite if left out.
    target : as in `reach`, optional
        What every set must reach besides.

    Returns
    -------
    Frontier
        From the present rank (excluded) to the best; ranks that cost no less than a better one
        are left out.
    """
    question = _Question(scores, unit, actions, rivals)
    goals = question.goals(target)
    limits = question.limits(budget, horizon, frozen, most, capacities)
    position = question.position(index)
    first = question.goal(question.keys[position], Top(1, of=node))
    with watching(progress) as watch:
        found = _core.frontier(question.effects, first, goals, limits, seconds, gap, watch)
    return Frontier([Answer(core, question) for core in found], position)
