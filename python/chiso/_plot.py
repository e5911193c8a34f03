"""Pictures with matplotlib, which is imported only here."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Literal

from chiso._convert import as_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from chiso._causes import Causes
    from chiso._choice import Frontier
    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._outcome import Outcome
    from chiso._plan import Plan
    from chiso._projection import History, Projection
    from chiso._responsibility import Stake
    from chiso._scores import Explanation, Scores
    from chiso._sensitivity import Sensitivity
    from chiso._uncertainty import Uncertainty

_BLUE, _ORANGE, _RED, _GREY = "#9db8d9", "#e07b39", "#c8553d", "#b0b0b0"
_GREEN = "#5b9e6f"
_LINE = 0.24  # Inches a bar.


def ranking(
    scores: Scores,
    node: str | None,
    *,
    top: int | None,
    highlight: str | None,
    ax: Axes | None,
) -> Axes:
    """Draw a ranking as bars, best on top."""
    from chiso._scores import display, ranking_columns

    columns = ranking_columns(scores, node)
    chosen = None if highlight is None else scores.unit(highlight)
    rows = [
        (unit, float(score), float(rank))
        for unit, score, rank in zip(
            columns["unit"], columns["score"], columns["rank"], strict=True
        )
        if not math.isnan(score)
    ]
    shown = rows if top is None else rows[:top]
    shown = shown + [row for row in rows[len(shown) :] if row[0] == chosen]
    axes = _axes(ax, len(shown))
    places = range(len(shown))
    colours = [_ORANGE if unit == chosen else _BLUE for unit, _, _ in shown]
    axes.barh(places, [score for _, score, _ in shown], color=colours, height=0.75)
    axes.set_yticks(places, [f"{unit}  {rank:g}" for unit, _, rank in shown])
    for place, (unit, score, _) in enumerate(shown):
        axes.annotate(
            display(score, scores.index.decimals),
            (score, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            fontweight="bold" if unit == chosen else "normal",
        )
    position = 0 if node is None else scores.index._core.at(node)
    axes.set_title(f"{scores.index.titles()[position]}, {scores.period}", loc="left")
    return _finished(axes)


def explanation(explained: Explanation, *, leaves: bool, ax: Axes | None) -> Axes:
    """Draw the points at stake by criterion, most first."""
    from chiso._scores import display

    columns = explained.columns
    index = explained.scores.index
    wanted = index._core.leaves if leaves else [i for i, d in enumerate(columns["depth"]) if d == 1]
    rows = [(columns["title"][i], float(columns["at stake"][i])) for i in wanted]
    rows = sorted((row for row in rows if not math.isnan(row[1])), key=lambda row: -row[1])
    axes = _axes(ax, len(rows))
    places = range(len(rows))
    axes.barh(places, [stake for _, stake in rows], color=_RED, height=0.75)
    axes.set_yticks(places, [title for title, _ in rows])
    for place, (_, stake) in enumerate(rows):
        axes.annotate(
            display(stake, index.decimals),
            (stake, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    axes.set_title(
        f"{explained.unit}: points of {index.titles()[0]} lost, by criterion", loc="left"
    )
    return _finished(axes)


def stake(stake: Stake, by: str, language: Language, *, top: int | None, ax: Axes | None) -> Axes:
    """Draw the points at stake of one index, most first; what nobody answers for in grey."""
    from chiso._responsibility import NO_AREA, NOBODY, NOT_SPLIT
    from chiso._scores import display

    if len(stake.results) != 1:
        raise ValueError("points of different indices are not on one scale: draw one at a time")
    index = stake.results[0].index
    columns = stake.columns(by, language)
    special = {NOBODY, NOT_SPLIT, NO_AREA}
    labels = next(iter(columns.values()))
    rows = [
        (label, title, float(points))
        for label, title, points in zip(
            labels, columns.get("title", labels), columns["points"], strict=True
        )
        if points > 0
    ]
    shown = [row for row in rows if row[0] not in special][:top]
    shown += [row for row in rows if row[0] in special]
    names = [textwrap.fill(title, 40) for _, title, _ in shown]
    axes = _axes(ax, sum(name.count("\n") + 1 for name in names))
    places = range(len(shown))
    colours = [_GREY if label in special else _RED for label, _, _ in shown]
    axes.barh(places, [points for _, _, points in shown], color=colours, height=0.75)
    axes.set_yticks(places, names)
    for place, (_, _, points) in enumerate(shown):
        axes.annotate(
            display(points, 2 if index.decimals is None else index.decimals),
            (points, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    what = index.titles(language)[0]
    axes.set_title(
        f"{stake.unit}, {what} {stake.results[0].period}:\npoints at stake by {by}", loc="left"
    )
    return _finished(axes)


def waterfall(causes: Causes, columns: Columns, *, ax: Axes | None) -> Axes:
    """Draw the way from one composite to another, from top to bottom."""
    from chiso._scores import display

    decimals = 2 if causes.after.index.decimals is None else causes.after.index.decimals
    starts, ends = [float(v) for v in columns["start"]], [float(v) for v in columns["end"]]
    totals = [bool(v) for v in columns["total"]]
    names = [textwrap.fill(title, 44) for title in columns["title"]]
    lines = 1 + max(name.count("\n") for name in names)
    axes = _axes(ax, round(len(names) * (0.4 + 0.7 * lines)))
    # The composites would dwarf what changed: the axis begins a little below the lowest point.
    lowest, highest = min(ends), max(ends)
    span = (highest - lowest) or abs(highest) or 1.0
    left = lowest - 0.35 * span
    if lowest >= 0.0 and left < 0.0:
        left = 0.0
    for place, (start, end, total) in enumerate(zip(starts, ends, totals, strict=True)):
        first = left if total else start
        colour = _GREY if total else _GREEN if end >= first else _RED
        axes.barh(place, end - first, left=first, color=colour, height=0.7)
        change = float(columns["change"][place])
        text = display(change, decimals)
        axes.annotate(
            text if total or change < 0 else f"+{text}",
            (max(first, end), place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            fontweight="bold" if total else "normal",
        )
        if place + 1 < len(ends):
            axes.plot([end, end], [place, place + 1], color=_GREY, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(names)), names)
    for place, total in enumerate(totals):
        axes.get_yticklabels()[place].set_fontweight("bold" if total else "normal")
    who = causes.unit if causes.unit == causes.other else f"{causes.unit} and {causes.other}"
    axes.set_title(f"{who}: what changed {causes.after.index.titles()[0]}", loc="left")
    _finished(axes)
    axes.set_xlim(left, highest + 0.18 * span)
    return axes


def outcome(
    outcome: Outcome,
    node: str | None,
    *,
    top: int | None,
    highlight: str | None,
    ax: Axes | None,
) -> Axes:
    """Draw every unit's score before and after, best afterwards on top."""
    from chiso._outcome import outcome_columns, unit_of_either

    columns = outcome_columns(outcome, node)
    chosen = None if highlight is None else unit_of_either(outcome, highlight)
    names = ("unit", "before", "after", "rank before", "rank after")
    rows = [
        row
        for row in zip(*(columns[name] for name in names), strict=True)
        if not math.isnan(row[2])
    ]
    shown = rows if top is None else rows[:top]
    shown = shown + [row for row in rows[len(shown) :] if row[0] == chosen]
    axes = _axes(ax, len(shown))
    labels = []
    for place, (unit, before, after, old, new) in enumerate(shown):
        colour = _ORANGE if unit == chosen else _GREEN if after > before else _RED
        if after == before:
            colour = _ORANGE if unit == chosen else _GREY
        if not math.isnan(before):
            axes.plot([before, after], [place, place], color=colour, linewidth=2, zorder=1)
            axes.scatter([before], [place], s=18, facecolors="white", edgecolors=colour, zorder=2)
        axes.scatter([after], [place], s=22, color=colour, zorder=3)
        moved = "" if old == new or math.isnan(old) else f" (was {old:g})"
        labels.append(f"{unit}  {new:g}{moved}")
    axes.set_yticks(range(len(shown)), labels)
    after_scores = outcome.after
    position = 0 if node is None else after_scores.index._core.at(node)
    name = outcome.scenario.name or "the scenario"
    title = after_scores.index.titles()[position]
    axes.set_title(f"{title}, {after_scores.period}:\nbefore and after {name}", loc="left")
    _finished(axes)
    axes.xaxis.set_visible(True)
    axes.grid(axis="x", color="#e5e5e5", linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def frontier(frontier: Frontier, *, ax: Axes | None) -> Axes:
    """Draw cost against rank, better ranks higher."""
    columns = frontier.columns()
    axes = _axes(ax, 14)
    axes.step(columns["cost"], columns["rank"], where="post", color=_BLUE, linewidth=2)
    axes.plot(columns["cost"], columns["rank"], "o", color=_ORANGE)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    currency = frontier[0].currency if len(frontier) else ""
    axes.set_xlabel(f"cost, {currency}" if currency else "cost")
    axes.set_ylabel("rank")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(frontier[0].unit if len(frontier) else "no better rank", loc="left")
    return axes


def rank_intervals(
    sure: Uncertainty,
    node: str | None,
    interval: float,
    *,
    top: int | None,
    highlight: str | None,
    ax: Axes | None,
) -> Axes:
    """Draw the interval of every unit's rank, best on top."""
    from matplotlib.ticker import MaxNLocator

    if not 0.0 <= interval <= 1.0:
        raise ValueError(f"expected a share between 0 and 1 for the interval, got {interval!r}")
    low, high = (1 - interval) / 2, (1 + interval) / 2
    columns = sure.rank_columns(node, (low, high))
    ends = list(columns)[-3:-1] if interval > 0 else [list(columns)[-2]] * 2
    chosen = None if highlight is None else sure.scores.unit(highlight)
    rows = [
        row
        for row in zip(*(columns[name] for name in ("unit", "rank", *ends)), strict=True)
        if not math.isnan(row[1])
    ]
    shown = rows if top is None else rows[:top]
    shown = shown + [row for row in rows[len(shown) :] if row[0] == chosen]
    axes = _axes(ax, len(shown))
    for place, (unit, rank, best, worst) in enumerate(shown):
        colour = _ORANGE if unit == chosen else _BLUE
        axes.plot([best, worst], [place, place], color=colour, linewidth=5, zorder=1)
        axes.scatter([rank], [place], s=16, color="black", zorder=2)
    axes.set_yticks(range(len(shown)), [f"{unit}  {rank:g}" for unit, rank, _, _ in shown])
    position = 0 if node is None else sure.scores.index._core.at(node)
    title = sure.scores.index.titles()[position]
    axes.set_title(
        f"{title}, {sure.scores.period}:\nrank, and where {100 * interval:g}% of draws lie",
        loc="left",
    )
    _finished(axes)
    axes.xaxis.set_visible(True)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="x", color="#e5e5e5", linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def sensitivity(
    found: Sensitivity, columns: Columns, unit: str, output: str, *, ax: Axes | None
) -> Axes:
    """Draw first and total order of each source."""
    sources = columns["source"]
    axes = _axes(ax, 2 * len(sources))
    for shift, order, colour in ((-0.18, "first", _BLUE), (0.18, "total", _ORANGE)):
        places = [place + shift for place in range(len(sources))]
        axes.barh(places, columns[order], height=0.34, color=colour, label=order)
        ends = zip(places, columns[f"{order} low"], columns[f"{order} high"], strict=True)
        for place, low, high in ends:
            axes.plot([low, high], [place, place], color="black", linewidth=1)
    axes.set_yticks(range(len(sources)), sources)
    of = f"the {output} of {unit}" if unit else "the mean rank shift"
    axes.set_title(
        f"{found.scores.index.titles()[0]}, {found.scores.period}:\nvariance of {of} by source",
        loc="left",
    )
    axes.legend(frameon=False)
    _finished(axes)
    axes.xaxis.set_visible(True)
    axes.axvline(0, color=_GREY, linewidth=0.8)
    return axes


def scoreboard(
    plan: Plan, targets: Columns, history: Columns, *, axes: Sequence[Axes] | None
) -> Figure:
    """Draw every target over the years against what it asks for."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    promised = plan._core.target_columns(False)
    bounds = dict(
        zip(
            promised["code"],
            zip(promised["quantity"], promised["lower"], promised["upper"], strict=True),
            strict=True,
        )
    )
    codes = list(targets["target"])
    panels = _panels(len(codes)) if axes is None else list(axes)
    for i, (code, ax) in enumerate(zip(codes, panels, strict=True)):
        quantity, lower, upper = bounds[code]
        rows = [
            (_year(period), value, met)
            for target, period, value, met in zip(
                *(history[name] for name in ("target", "period", "value", "met")), strict=True
            )
            if target == code and not math.isnan(value)
        ]
        years, values = [year for year, _, _ in rows], [value for _, value, _ in rows]
        for bound in {lower, upper}:
            if math.isfinite(bound):
                ax.axhline(bound, color=_ORANGE, linestyle="--", linewidth=1)
        ax.plot(years, values, color=_BLUE, zorder=1)
        colours = [_BLUE if met else "white" for _, _, met in rows]
        ax.scatter(years, values, zorder=2, edgecolors=_BLUE, facecolors=colours)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
        if quantity == "rank":
            ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
            ax.invert_yaxis()
        title = textwrap.fill(targets["title"][i] or code, 44)
        ax.set_title(f"{title}\n{targets['promised'][i]}", loc="left", fontsize="medium")
        ax.spines[["top", "right"]].set_visible(False)
    figure = panels[0].get_figure(root=True) if panels else Figure()
    assert isinstance(figure, Figure)
    return figure


def fan(
    projection: Projection,
    unit: str,
    of: Literal["rank", "score"],
    levels: Sequence[float],
    *,
    ax: Axes | None,
) -> Axes:
    """Draw a unit's past as a line and its projection as a fan of intervals."""
    history = projection.history
    past = _past(history, unit, of, projection.used)
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(7, 3.6), layout="constrained")[1]
    years = [_year(period) for period in projection.periods]
    last, known = past[-1]
    answer = projection.rank_columns if of == "rank" else projection.score_columns
    middle: list[float] = []
    for level in sorted(levels, reverse=True):
        columns = answer(None, level)
        rows = [i for i, name in enumerate(columns["unit"]) if name == unit]
        lower, upper, middle = (
            [float(columns[name][i]) for i in rows] for name in ("lower", "upper", of)
        )
        ax.fill_between(
            [last, *years],
            [known, *lower],
            [known, *upper],
            color=_BLUE,
            alpha=0.25 + 0.35 * (1 - level),
            linewidth=0,
            label=f"{100 * level:g} %",
        )
    ax.plot([last, *years], [known, *middle], color=_ORANGE, linestyle="--")
    ax.plot([year for year, _ in past], [value for _, value in past], color=_BLUE, marker="o")
    if of == "rank":
        ax.set_ylim(len(projection.units) + 1, 0)
    ax.legend(frameon=False, fontsize="small", loc="upper left")
    ax.set_title(f"{unit}: {of}, {history.node}", loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _past(
    history: History, unit: str, of: Literal["rank", "score"], used: Sequence[str]
) -> list[tuple[float, float]]:
    """Return where a unit stood in the periods that were learned from."""
    from chiso import _core

    values = history._core.values()
    row = history.units.index(unit)
    past = []
    for column, period in enumerate(history.periods):
        scores = values[:, column]
        if period in used and not math.isnan(scores[row]):
            ranks = _core.rank(scores.copy(), _core.Ties.competition)
            past.append((_year(period), float((ranks if of == "rank" else scores)[row])))
    return past


def _year(period: str) -> float:
    """Return where a period begins on an axis of years."""
    first = as_period(period).first_day
    return first.year + (first.timetuple().tm_yday - 1) / 366


def _panels(count: int) -> list[Axes]:
    """Return so many axes, at most three in a row."""
    import matplotlib.pyplot as plt

    if count == 0:
        return []
    across = min(count, 2 if count in {2, 4} else 3)
    down = -(-count // across)
    size = (4 * across, 2.6 * down)
    grid = plt.subplots(down, across, figsize=size, layout="constrained", squeeze=False)[1]
    panels: list[Axes] = list(grid.flat)
    for ax in panels[count:]:
        ax.set_visible(False)
    return panels[:count]


def _axes(ax: Axes | None, bars: int) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(7, 1 + _LINE * bars), layout="constrained")[1]


def _finished(axes: Axes) -> Axes:
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.01)
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.xaxis.set_visible(False)
    return axes
