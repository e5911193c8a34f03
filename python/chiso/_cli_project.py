"""The command ``chiso project``: where units will stand, and how such projections did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from chiso import _io, _plan, _projection
from chiso._cli import (
    Reading,
    emit,
    existing_data,
    format_option,
    how_many,
    language_option,
    output_option,
    percent_text,
    plain_number,
    reading_options,
    score_data,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._projection import History

_KINDS = ["mean_reversion", "local_level", "random_walk", "drift"]
_MODEL = (
    click.option(
        "--model", type=click.Choice(_KINDS), default=_KINDS[0], show_default=True,
        help="How units move against each other.",
    ),
    click.option(
        "--volatility", type=click.Choice(["pooled", "by_unit"]), default="pooled",
        show_default=True, help="One variance, or one a unit.",
    ),
    click.option(
        "--scale", type=click.Choice(["standardised", "as_published"]), default="standardised",
        show_default=True, help="Differences in standard deviations of their period, or in points.",
    ),
    click.option("--common-drift", is_flag=True, help="The level that all share has a drift."),
    click.option("--draws", type=click.IntRange(min=1), metavar="N", help="How many are drawn."),
    click.option("--seed", type=click.IntRange(min=0), default=0, metavar="S", help="Of draws."),
    click.option(
        "--least-known", type=click.FloatRange(0, 1), default=0.5, show_default=True, metavar="X",
        help="Leave out periods in which a smaller share of the units has a score.",
    ),
)  # fmt: skip


def _model_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_MODEL):
        command = option(command)
    return command


@click.command(name="project")
@click.argument("index", metavar="INDEX", required=False)
@click.option("--to", "periods", multiple=True, metavar="P", help="Project to it; repeatable.")
@click.option("--back-test", "tested", is_flag=True, help="How such projections did in the past.")
@click.option("--plan", "plan", metavar="PLAN", help="How probable the targets of a plan are.")
@click.option("--standings", metavar="FILE", help="Scores over the years; else the shipped.")
@click.option("--data", metavar="DATA", help="Score INDEX on these instead, in all their periods.")
@click.option("--of", "node", metavar="CODE", default="", help="Of this node, not the composite.")
@click.option("--unit", "units", multiple=True, metavar="UNIT", help="Show only it; repeatable.")
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, metavar="K",
    help="Probability to be among the first K.",
)  # fmt: skip
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.8,
    show_default=True, metavar="X", help="Of the intervals.",
)  # fmt: skip
@click.option("--ever", is_flag=True, help="Targets: in any year up to theirs.")
@_model_options
@reading_options
@language_option
@format_option
@output_option
def project_command(
    index: str | None,
    periods: tuple[str, ...],
    tested: bool,
    plan: str | None,
    standings: str | None,
    data: str | None,
    node: str,
    units: tuple[str, ...],
    top: int,
    level: float,
    ever: bool,
    draws: int | None,
    reading: Reading,
    lang: Language,
    form: str | None,
    output: str | None,
    **model: Any,
) -> None:
    """Project ranks and scores to coming periods from the past of all units.

    INDEX is how the standings spell it; with --data, a definition. --back-test says how often
    intervals of past projections held what came.

    \b
      chiso project pci --to 2023 --unit "Thanh Hóa"
      chiso project papi --back-test
      chiso project pci --data pci_scores --of labor --to 2021
      chiso project --plan thanh-hoa-211
    """  # noqa: D301 - click wants the character itself
    if draws is not None:
        model["draws"] = draws
    if plan is not None:
        _show_plan(plan, standings, units, ever, lang, form, output, model)
        return
    if index is None:
        raise click.UsageError("expected INDEX, or --plan")
    if tested == bool(periods):
        raise click.UsageError("expected a period (--to 2025) or --back-test")
    history = _history(index, node, standings, data, reading)
    if tested:
        found = _projection.back_test(history, top=top, levels=_levels(level), **model)
        columns = found.summary_columns()
        shown: Columns = {
            name: [_test_text(name, cell) for cell in cells] for name, cells in columns.items()
        }
        about = how_many(len(history.units), "unit")
        emit(columns, form, output, shown=shown,
             header=f"{history.node}, {about}: past projections\n{found.model}")  # fmt: skip
        return
    _show(_projection.project(history, periods, **model), units, top, level, form, output)


def _levels(level: float) -> Sequence[float]:
    return sorted({0.5, 0.8, 0.95, level})


def _history(
    index: str, node: str, standings: str | None, data: str | None, reading: Reading
) -> History:
    if data is None:
        known = _plan.read_standings(standings or "standings", units="provinces")
        return _projection.History.from_standings(known, index, node)
    if standings is not None:
        raise click.UsageError("--data are scored, --standings are read: give one of them")
    panel = _io.read_panel(
        existing_data(data), version=reading.version, sheet=reading.sheet, decimal=reading.decimal
    )
    scores = [score_data(index, data, period, None, reading) for period in panel.periods]
    return _projection.History.of(scores, node)


def _show(
    projection: _projection.Projection,
    units: tuple[str, ...],
    top: int,
    level: float,
    form: str | None,
    output: str | None,
) -> None:
    chosen = {projection.unit(unit) for unit in units}
    ranks = projection.rank_columns(None, level)
    scores = projection.score_columns(None, level)
    share = {
        (period, unit): float(value)
        for p, period in enumerate(projection.periods)
        for unit, value in zip(projection.units, projection._core.top(p, top), strict=True)
    }
    columns: Columns = {
        "period": ranks["period"],
        "unit": ranks["unit"],
        "rank": ranks["rank"],
        "rank lower": ranks["lower"],
        "rank upper": ranks["upper"],
        f"top {top}": [share[key] for key in zip(ranks["period"], ranks["unit"], strict=True)],
        "score": scores["score"],
        "score lower": scores["lower"],
        "score upper": scores["upper"],
    }
    if chosen:
        kept = [i for i, unit in enumerate(columns["unit"]) if unit in chosen]
        columns = {name: [cells[i] for i in kept] for name, cells in columns.items()}
    shown: Columns = {
        "period": columns["period"],
        "unit": columns["unit"],
        **{
            name: [f"{cell:.0f}" for cell in columns[name]]
            for name in ("rank", "rank lower", "rank upper")
        },
        f"top {top}": [percent_text(cell) for cell in columns[f"top {top}"]],
        **{
            name: [f"{cell:.2f}" for cell in columns[name]]
            for name in ("score", "score lower", "score upper")
        },
    }
    used = f"from {', '.join(projection.used)}"
    if projection.left_out:
        used += f"; too few units in {', '.join(projection.left_out)}"
    header = (
        f"{projection.history.node}: medians and {100 * level:g}% intervals of "
        f"{how_many(len(projection.units), 'unit')}\n{used}\n{projection.model}"
    )
    emit(columns, form, output, shown=shown, header=header)


def _show_plan(
    name: str,
    standings: str | None,
    units: tuple[str, ...],
    ever: bool,
    lang: Language,
    form: str | None,
    output: str | None,
    model: dict[str, Any],
) -> None:
    if len(units) > 1:
        raise click.UsageError("targets are of one unit: give --unit once")
    plan = _plan.load_plan(name)
    known = _plan.read_standings(standings or "standings", units="provinces")
    columns = plan.target_probability_columns(
        known, units[0] if units else None, ever=ever, language=lang, **model
    )
    shown: Columns = {
        **{key: columns[key] for key in ("target", "promised", "by", "last")},
        "steps": [plain_number(steps) for steps in columns["steps"]],
        "probability": [percent_text(share) for share in columns["probability"]],
        "why": columns["why"],
    }
    emit(columns, form, output, shown=shown, header=f"{units[0] if units else plan.unit}: {name}")


def _test_text(name: str, cell: Any) -> str:
    if name in ("ahead", "projections", "units"):
        return str(cell)
    if not math.isfinite(cell):
        return ""
    if "brier" in name:
        return f"{cell:.3f}"
    is_share = not any(word in name for word in ("width", "error", "steps"))
    return percent_text(round(cell, 3)) if is_share else f"{cell:.1f}"
