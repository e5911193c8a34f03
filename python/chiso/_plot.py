"""Pictures with matplotlib, which is imported only here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from chiso._scores import Explanation, Scores

_BLUE, _ORANGE, _RED = "#9db8d9", "#e07b39", "#c8553d"
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
