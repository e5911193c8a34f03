"""Why one score is not another, and why one rank is not another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from chiso import _core, _html
from chiso._convert import frame, in_vietnamese
from chiso._scores import display

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._plan import Plan
    from chiso._responsibility import Share
    from chiso._scores import Scores

#: What a waterfall has a step for.
Step: TypeAlias = Literal["criterion", "kind", "agency"]

_WORDS = {
    "en": {"definition": "its definition", "others": "others", "nobody": "nobody's"},
    "vi": {"definition": "cách tính", "others": "còn lại", "nobody": "không của cơ quan nào"},
}

_KINDS = {
    "value": ("raw values", "số liệu"),
    "others": ("values of other units", "số liệu của đơn vị khác"),
    "given": ("scores set directly", "điểm cho trực tiếp"),
    "rule": ("rules", "quy tắc chấm điểm"),
    "anchors": ("anchors of normalisers", "mốc chuẩn hóa"),
    "parameters": ("parameters of formulas", "tham số của công thức"),
    "weights": ("weights", "trọng số"),
    "aggregation": ("aggregation", "cách tổng hợp"),
    "structure": ("criteria that only one has", "tiêu chí chỉ có ở một bên"),
    "whole": ("not to be told apart", "không tách được"),
}


class Causes:
    """Why one composite is not another. Made by `Scores.causes` or `Outcome.causes`.

    The parts add up to the difference exactly, for every aggregation. At each criterion the
    difference is split over its children and its own definition: by the change of each child times
    its share where nothing else is possible (``linear``), else by Shapley's value (``shapley``) or
    the integral of Aumann and Shapley (``aumann_shapley``); `by_node` says which.

    Examples
    --------
    >>> import chiso
    >>> panel = chiso.read_panel("papi_subdimensions")
    >>> before, after = (
    ...     chiso.load_index("papi", period=year).score(panel, year) for year in (2020, 2021)
    ... )
    >>> causes = before.causes(after, "Thanh Hóa")
    >>> causes
    <Causes: Thanh Hóa, 2020 (papi-2019) to 2021 (papi-2021): 43.16 to 47.10>
    >>> round(sum(causes.by_criterion()["points"]) - causes.difference, 12)
    0.0
    """

    __slots__ = ("_core", "after", "before", "name", "other", "unit")

    def __init__(
        self,
        before: Scores,
        after: Scores,
        unit: str,
        other: str | None = None,
        name: str = "",
    ) -> None:
        #: What the second score is called where unit, period and definition do not tell it apart.
        self.name = name or "with the changes"
        #: The result with the first score.
        self.before = before
        #: The result with the second score.
        self.after = after
        #: The unit in `before`.
        self.unit = before.unit(unit)
        #: The unit in `after`.
        self.other = after.unit(unit if other is None else other)
        self._core = _core.causes(before._core, after._core, self.unit, self.other)

    @property
    def scores(self) -> tuple[float, float]:
        """The two composites."""
        return self._core.before, self._core.after

    @property
    def difference(self) -> float:
        """The second composite less the first."""
        return self._core.after - self._core.before

    # ---- frames -----------------------------------------------------------------------------

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return the causes one by one.

        Parameters
        ----------
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Columns `kind` (``value``, ``others``, ``given``, ``rule``, ``anchors``, ``parameters``,
            ``weights``, ``aggregation``, ``structure``, ``whole``), `code`, `title`, `points`
            (of the composite; they add up to the difference), `detail`; by node, then kind.
        """
        return frame(cause_columns(self, language))

    def by_node(self, language: Language = "en") -> pd.DataFrame:
        """Return all nodes of both trees with what their change is to the composite.

        Returns
        -------
        DataFrame
            Index `code`; columns `criterion` (title, indented), `before`, `after` (scores),
            `points` (at and below the node; those of children and `own` add up to their parent's),
            `own` (a leaf's all, a criterion's definition), `split` (``linear``, ``shapley``,
            ``aumann_shapley`` or ``none``; empty for leaves).
        """
        columns = node_columns(self, language)
        titles = zip(columns.pop("depth"), columns.pop("title"), strict=True)
        criteria = ["  " * depth + title for depth, title in titles]
        code = columns.pop("code")
        return frame({"code": code, "criterion": criteria, **columns}, index="code")

    def by_criterion(self, depth: int = 1, language: Language = "en") -> pd.DataFrame:
        """Return the points rolled up to the criteria at a depth; they add up to the difference.

        Parameters
        ----------
        depth : int
            1: the composite's children; 2: their children, and so on; higher leaves stay.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `before`, `after`, `points`. What the definition of a
            criterion above did (weights, aggregation) has a row with its code.
        """
        columns = criterion_columns(self, depth, language)
        del columns["definition"]
        return frame(columns, index="code")

    def by_kind(self, language: Language = "en") -> pd.DataFrame:
        """Return the points by kind of cause; they add up to the difference.

        Returns
        -------
        DataFrame
            Index `kind`; columns `title`, `points`, `causes` (how many).
        """
        return frame(kind_columns(self, language), index="kind")

    def by_agency(
        self, plan: Plan, share: Share = "raci", language: Language = "en"
    ) -> pd.DataFrame:
        """Return the points by the agencies that answer for the criteria, through a plan.

        Parameters
        ----------
        plan : Plan
            Whose tasks name the criteria; one of its indices is that of `after`.
        share : {"raci", "lead"} or mapping of role to weight, or several of these
            As in `Plan.points_at_stake`.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `agency`; columns `title`, `points`, `tasks`, `criteria` (how many); most points
            first. Criteria without a task, and what definitions did, are ``(nobody)``'s.

        Raises
        ------
        DataError
            If the plan does not speak of the index.
        """
        return frame(agency_columns(self, plan, share, language), index="agency")

    def waterfall(
        self,
        by: Step = "criterion",
        depth: int = 1,
        *,
        most: int | None = None,
        plan: Plan | None = None,
        share: Share = "raci",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Return the way from the first composite to the second, ready for a waterfall chart.

        Parameters
        ----------
        by : {"criterion", "kind", "agency"}
            What a step is.
        depth : int
            Of the criteria.
        most : int, optional
            So many steps, the largest; the others are put together.
        plan : Plan, optional
            For steps by agency, with `share`.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `step` (codes); columns `title`, `start`, `change`, `end`, `total` (True in the
            first and last row, which are the composites).
        """
        columns = waterfall_columns(
            self, by, depth, most=most, plan=plan, share=share, language=language
        )
        return frame(columns, index="step")

    def plot(
        self,
        by: Step = "criterion",
        depth: int = 1,
        *,
        most: int | None = 12,
        plan: Plan | None = None,
        share: Share = "raci",
        language: Language = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the way from the first composite to the second. Needs matplotlib.

        Parameters are those of `waterfall`; `ax` says where to draw.
        """
        from chiso import _plot

        columns = waterfall_columns(
            self, by, depth, most=most, plan=plan, share=share, language=language
        )
        return _plot.waterfall(self, columns, ax=ax)

    def __repr__(self) -> str:
        """Return units, results and the two composites."""
        first, second = labels_of(self)
        decimals = self.after.index.decimals
        points = [display(score, 4 if decimals is None else decimals) for score in self.scores]
        return f"<Causes: {first} to {second}: {points[0]} to {points[1]}>"

    def _repr_html_(self) -> str:
        return _html.causes(self)


class Passed(NamedTuple):
    """A rival that a unit passed or that passed it, and what it does to the unit's rank."""

    rival: str
    what: str
    before: float
    after: float
    places: float


class RankChange:
    """Why a unit's rank is another one. Made by `Scores.rank_change` or `Outcome.rank_change`.

    Places are counted so that negative is better: -3 is three places up.

    Examples
    --------
    >>> import chiso
    >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
    >>> more = chiso.Scenario().set("Thanh Hóa", "entry", 9)
    >>> change = scores.what_if(more).rank_change("Thanh Hóa")
    >>> change.before, change.after, change.own, change.rivals
    (24, 22, -2.0, 0.0)
    """

    __slots__ = ("_core", "passings", "unit")

    def __init__(self, before: Scores, after: Scores, unit: str, node: str | None = None) -> None:
        #: The unit.
        self.unit = before.unit(unit)
        self._core = _core.rank_change(_ranking(before, node), _ranking(after, node), self.unit)
        columns = self._core.passings()
        #: Rivals passed and passing, the largest change of a rival's score first.
        self.passings = [
            Passed(rival, what.replace("_", " "), float(first), float(second), float(places))
            for rival, what, first, second, places in zip(*columns.values(), strict=True)
        ]

    @property
    def before(self) -> int:
        """The rank before."""
        return int(self._core.before)

    @property
    def after(self) -> int:
        """The rank afterwards."""
        return int(self._core.after)

    @property
    def own(self) -> float:
        """Places by the unit's own change of score."""
        return self._core.own

    @property
    def rivals(self) -> float:
        """Places by the changes of the others; `own` and `rivals` add up to the change of rank."""
        return self._core.rivals

    @property
    def scores(self) -> tuple[float, float]:
        """The unit's scores before and afterwards."""
        return self._core.score_before, self._core.score_after

    def to_frame(self) -> pd.DataFrame:
        """Return the rivals that were passed, or passed the unit.

        Returns
        -------
        DataFrame
            Index `rival`; columns `what` (``passed``, ``passed by``, ``appeared``, ``vanished``),
            `before`, `after` (the rival's scores), `places` (they add up to the change of rank).
        """
        return frame(rank_change_columns(self), index="rival")

    def __repr__(self) -> str:
        """Return the ranks and their two causes."""
        return (
            f"<RankChange of {self.unit}: {self.before} to {self.after}, places by itself "
            f"{self.own:+g}, by rivals {self.rivals:+g}>"
        )


def _ranking(scores: Scores, node: str | None) -> _core.Ranking:
    position = 0 if node is None else scores.index._core.at(node)
    return _core.Ranking(scores._core, position, _core.Ties.competition, None)


# ---- the same without pandas --------------------------------------------------------------------


def titles_of(causes: Causes, language: Language) -> dict[str, str]:
    """Return titles by code; of the second definition where both have the code."""
    titles: dict[str, str] = {}
    for scores in (causes.before, causes.after):
        titles |= zip(scores.index.codes, scores.index.titles(language), strict=True)
    return titles


def labels_of(causes: Causes) -> tuple[str, str]:
    """Return what tells the two scores apart: unit, period, definition, scenario."""
    first, second = causes.before, causes.after
    names = [first.index.name, second.index.name]
    methods = [
        "" if scores.method == scores.period else f"method of {scores.method}"
        for scores in (first, second)
    ]
    if names[0] == names[1]:
        details = methods if methods[0] != methods[1] else ["", ""]
    else:
        details = [
            ", ".join(part for part in pair if part) for pair in zip(names, methods, strict=True)
        ]
    labels = [
        scores.period + (f" ({detail})" if detail else "")
        for scores, detail in zip((first, second), details, strict=True)
    ]
    before = f"{causes.unit}, {labels[0]}"
    if causes.other != causes.unit:
        return before, f"{causes.other}, {labels[1]}"
    return before, causes.name if labels[0] == labels[1] else labels[1]


def cause_columns(causes: Causes, language: Language = "en") -> Columns:
    """Return what `Causes.to_frame` shows, without pandas."""
    columns: Columns = dict(causes._core.parts())
    titles = titles_of(causes, language)
    return {
        "kind": columns["kind"],
        "code": columns["code"],
        "title": [titles[code] for code in columns["code"]],
        "points": columns["points"],
        "detail": columns["detail"],
    }


def node_columns(causes: Causes, language: Language = "en") -> Columns:
    """Return what `Causes.by_node` shows, with `depth`, without pandas; parents first."""
    columns: Columns = dict(causes._core.nodes())
    titles = titles_of(causes, language)
    parent = columns.pop("parent")
    depth = np.zeros(len(parent), dtype=np.intp)
    for i in range(1, len(parent)):
        depth[i] = depth[parent[i]] + 1
    inner = set(parent.tolist())
    order = _depth_first(parent)
    split = [text if i in inner else "" for i, text in enumerate(columns["split"])]
    return {
        "code": [columns["code"][i] for i in order],
        "title": [titles[columns["code"][i]] for i in order],
        "depth": depth[order],
        **{name: columns[name][order] for name in ("before", "after", "points", "own")},
        "split": [split[i] for i in order],
    }


def _depth_first(parent: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return positions so that what is below a node follows it."""
    children: dict[int, list[int]] = {}
    for i, p in enumerate(parent.tolist()):
        children.setdefault(p, []).append(i)
    order, waiting = [], children.get(-1, [])[::-1]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += children.get(node, [])[::-1]
    return np.array(order, dtype=np.intp)


def criterion_columns(causes: Causes, depth: int, language: Language = "en") -> Columns:
    """Return what `Causes.by_criterion` shows, and whether a row is of a definition."""
    if depth < 1:
        raise ValueError(f"expected a depth of at least 1, got {depth}")
    nodes = node_columns(causes, language)
    depths, own = nodes["depth"], nodes["own"]
    inner = np.array([split != "" for split in nodes["split"]])
    above = inner & (depths < depth)
    rows = np.flatnonzero((depths == depth) | (above & (own != 0)) | (~inner & (depths < depth)))
    definition = above[rows]
    words = _WORDS[language]["definition"]
    return {
        "code": [nodes["code"][i] for i in rows],
        "title": [f"{nodes['title'][i]}: {words}" if above[i] else nodes["title"][i] for i in rows],
        "before": nodes["before"][rows],
        "after": nodes["after"][rows],
        "points": np.where(definition, own[rows], nodes["points"][rows]),
        "definition": definition,
    }


def kind_columns(causes: Causes, language: Language = "en") -> Columns:
    """Return what `Causes.by_kind` shows, without pandas."""
    parts = causes._core.parts()
    kinds = np.array(parts["kind"], dtype=object)
    found = [kind for kind in _KINDS if (kinds == kind).any()]
    return {
        "kind": found,
        "title": [_KINDS[kind][in_vietnamese(language)] for kind in found],
        "points": np.array([parts["points"][kinds == kind].sum() for kind in found]),
        "causes": [int((kinds == kind).sum()) for kind in found],
    }


def agency_columns(causes: Causes, plan: Plan, share: Share, language: Language = "en") -> Columns:
    """Return what `Causes.by_agency` shows, without pandas."""
    from chiso._responsibility import NOBODY, sharing

    planned = _core.PlannedScores(plan._core, [causes.after._core])
    key = plan._core.indices[planned.index_of(0)][0]
    rows = _core.causes_by_agency(plan._core, key, causes._core, sharing(share))
    agency, points = rows["agency"], rows["points"]
    order = np.lexsort((-points, agency < 0))
    codes = np.append(plan._codes("agencies"), NOBODY)
    titles = np.append(plan._titles("agencies", language), _WORDS[language]["nobody"])
    return {
        "agency": codes[agency[order]],
        "title": titles[agency[order]],
        "points": points[order],
        "tasks": rows["tasks"][order],
        "criteria": rows["criteria"][order],
    }


def waterfall_columns(
    causes: Causes,
    by: Step,
    depth: int,
    *,
    most: int | None,
    plan: Plan | None,
    share: Share,
    language: Language,
) -> Columns:
    """Return what `Causes.waterfall` shows, without pandas."""
    if by == "criterion":
        columns = criterion_columns(causes, depth, language)
    elif by == "kind":
        columns = kind_columns(causes, language)
    elif by == "agency":
        if plan is None:
            raise TypeError("steps by agency need a plan: plan=...")
        columns = agency_columns(causes, plan, share, language)
    else:
        raise ValueError(f"expected one of {', '.join(get_args(Step))}, got {by!r}")
    if most is not None and most < 0:
        raise ValueError(f"expected 0 or more steps, got {most}")
    steps, titles = list(columns[next(iter(columns))]), list(columns["title"])
    points = np.asarray(columns["points"], dtype=np.float64)
    if most is not None and len(points) > most:
        kept = np.sort(np.argsort(-np.abs(points), kind="stable")[:most])
        rest = points.sum() - points[kept].sum()
        steps = [*(steps[i] for i in kept), "(others)"]
        titles = [*(titles[i] for i in kept), _WORDS[language]["others"]]
        points = np.append(points[kept], rest)
    before, after = causes.scores
    end = before + np.cumsum(points)
    first, second = labels_of(causes)
    return {
        "step": ["(before)", *steps, "(after)"],
        "title": [first, *titles, second],
        "start": np.array([0.0, *([before, *end[:-1]] if len(end) else []), 0.0]),
        "change": np.array([before, *points, after]),
        "end": np.array([before, *end, after]),
        "total": np.array([True, *[False] * len(points), True]),
    }


def rank_change_columns(change: RankChange) -> Columns:
    """Return the passings of a change of rank as columns."""
    return {
        name: [passing[i] for passing in change.passings] for i, name in enumerate(Passed._fields)
    }
