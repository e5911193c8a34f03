"""The command ``chiso reach``: what a target needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

import click

from chiso import _reach
from chiso._actions import load_actions
from chiso._choice import Answer, best_actions, frontier, reach
from chiso._cli import (
    Reading,
    about_scores,
    data_argument,
    displayed_texts,
    emit,
    format_option,
    index_argument,
    language_option,
    method_option,
    output_option,
    period_option,
    plain_number,
    reading_options,
    score_data,
    with_options,
)
from chiso._targets import AtLeast, Group, Percent, Top

if TYPE_CHECKING:
    from chiso._convert import Columns
    from chiso._scores import Scores
    from chiso._targets import Target

_TARGETS = (
    click.option("--top", type=float, metavar="N", help="The N-th place or better."),
    click.option("--at-least", type=float, metavar="X", help="At least X points."),
    click.option("--percent", type=float, metavar="P", help="P percent of the highest score."),
    click.option("--group", metavar="NAME", help="This group of the definition, or better."),
    click.option("--of", metavar="CODE", default="", help="Of this node instead of the composite."),
)
_CHOICES = (
    click.option("--actions", "-a", metavar="FILE", help="Choose among these (YAML, CSV, Excel)."),
    click.option("--budget", type=float, metavar="B", help="Most that actions may cost together."),
    click.option("--horizon", type=float, metavar="T", help="When the last action must be done."),
    click.option("--frozen", multiple=True, metavar="CODE", help="Not to be touched; repeatable."),
    click.option("--most", type=click.IntRange(min=0), metavar="N", help="At most N actions."),
    click.option("--fewest", is_flag=True, help="Few actions or numbers first, then low cost."),
    click.option("--no-capacities", is_flag=True, help="Whatever agencies can do in all."),
    click.option("--frontier", "whole", is_flag=True, help="The cheapest set for every rank."),
    click.option("--seconds", type=float, default=60.0, show_default=True, help="Then stop."),
    click.option("--progress", is_flag=True, help="Show how far the search is."),
)
_LEVERS = (
    click.option("--least", is_flag=True, help="Move several numbers, together as little as can."),
    click.option(
        "--on",
        type=click.Choice(["value", "score"]),
        default="value",
        show_default=True,
        help="Without actions: move raw values, or scores of indicators.",
    ),
    click.option("--lever", "levers", multiple=True, metavar="CODE", help="Only these may move."),
)


class _Moved(TypedDict):
    levers: tuple[str, ...] | None
    on: Literal["value", "score"]


class _Limits(TypedDict):
    budget: float | None
    horizon: float | None
    frozen: tuple[str, ...]
    most: int | None
    capacities: bool
    seconds: float
    progress: bool


@click.command(name="reach")
@index_argument
@data_argument
@click.argument("unit", metavar="UNIT")
@period_option
@method_option
@reading_options
@with_options(*_TARGETS, *_LEVERS, *_CHOICES)
@language_option
@format_option
@output_option
def reach_command(
    index: str,
    data: str,
    unit: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    top: float | None,
    at_least: float | None,
    percent: float | None,
    group: str | None,
    of: str,
    least: bool,
    on: Literal["value", "score"],
    levers: tuple[str, ...],
    actions: str | None,
    budget: float | None,
    horizon: float | None,
    frozen: tuple[str, ...],
    most: int | None,
    fewest: bool,
    no_capacities: bool,
    whole: bool,
    seconds: float,
    progress: bool,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    """Say what a unit needs to reach a target: by one number, by several, or by actions.

    Without --actions: what each number alone would have to be; with --least, the least change of
    all of them together. With --actions: the cheapest set that reaches the target; without a
    target, the best for the --budget; with --frontier, the cheapest set for every rank.

    \b
      chiso reach pci pci_scores "Thanh Hóa" --period 2019 --top 10
      chiso reach pci pci_scores "Thanh Hóa" --period 2019 --top 10 --least
      chiso reach pci pci_scores "Thanh Hóa" --period 2019 --top 10 -a thanh-hoa-pci-2019
      chiso reach pci pci_scores "Thanh Hóa" --period 2019 -a thanh-hoa-pci-2019 --frontier
    """  # noqa: D301 - click wants the character itself
    target = _target(top, at_least, percent, group, of)
    scores = score_data(index, data, period, method, reading)
    if actions is None:
        if target is None:
            raise click.UsageError("expected a target: --top, --at-least, --percent or --group")
        if whole:
            raise click.UsageError("--frontier needs --actions")
        moved: _Moved = {"levers": levers or None, "on": on}
        if least:
            found = _reach.least_change(
                scores, unit, target, fewest=fewest, seconds=seconds, progress=progress, **moved
            )
            _show_change(found, lang, form, output)
        else:
            columns = _reach.goal_seek_columns(scores, unit, target, language=lang, **moved)
            _show_levers(columns, scores, unit, target, form, output)
        return
    if least or levers:
        raise click.UsageError("--least and --lever move numbers: leave out --actions")
    chosen = load_actions(actions)
    limits: _Limits = {
        "budget": budget,
        "horizon": horizon,
        "frozen": frozen,
        "most": most,
        "capacities": not no_capacities,
        "seconds": seconds,
        "progress": progress,
    }
    if whole:
        answers = frontier(scores, unit, chosen, node=of, target=target, **limits)
        columns = answers.columns()
        shown = {
            "rank": [plain_number(rank) for rank in columns["rank"]],
            "score": displayed_texts(columns["score"], scores.index),
            "cost": [_reach.number_text(cost) for cost in columns["cost"]],
            "status": columns["status"],
            "chosen": columns["chosen"],
        }
        header = f"{scores.unit(unit)}: cost against rank\n{about_scores(scores)}"
        emit(columns, form, output, shown=shown, header=header)
    elif target is None:
        if budget is None:
            raise click.UsageError("expected a target (--top ...), a --budget, or --frontier")
        best = best_actions(scores, unit, chosen, node=of, **limits)
        _show_answer(best, scores, lang, form, output)
    else:
        prefer: Literal["cheapest", "fewest"] = "fewest" if fewest else "cheapest"
        answer = reach(scores, unit, target, chosen, prefer=prefer, **limits)
        _show_answer(answer, scores, lang, form, output)


def _target(
    top: float | None, at_least: float | None, percent: float | None, group: str | None, of: str
) -> Target | None:
    given: list[Target] = []
    if top is not None:
        given.append(Top(top, of))
    if at_least is not None:
        given.append(AtLeast(at_least, of))
    if percent is not None:
        given.append(Percent(percent, of))
    if group is not None:
        given.append(Group(group))
    if len(given) > 1:
        raise click.UsageError("expected one target, got several")
    return given[0] if given else None


def _show_levers(
    columns: Columns,
    scores: Scores,
    unit: str,
    target: Target,
    form: str | None,
    output: str | None,
) -> None:
    reached = columns["reached"]
    shown: Columns = {
        "number": columns["title"],
        "now": [plain_number(value) for value in columns["now"]],
        "needed": [plain_number(value) for value in columns["needed"]],
        "change": [plain_number(value) for value in columns["change"]],
        "rank": [
            plain_number(rank) if done else ""
            for rank, done in zip(columns["rank"], reached, strict=True)
        ],
        "obstacle": columns["obstacle"],
    }
    count = sum(bool(done) for done in reached)
    header = (
        f"{scores.unit(unit)}: {target}, by one number alone: {count} of {len(reached)} can\n"
        f"{about_scores(scores)}; others held constant"
    )
    emit(columns, form, output, shown=shown, header=header)


def _show_change(
    found: _reach.LeastChange, lang: Literal["en", "vi"], form: str | None, output: str | None
) -> None:
    columns = found.columns(lang)
    shown = {
        "number": columns["title"],
        **{
            name: [plain_number(value) for value in columns[name]]
            for name in ("before", "after", "change", "cost")
        },
    }
    header = f"{found.unit}: {found!r}\n{about_scores(found.scores)}"
    emit(columns, form, output, shown=shown, header=header)


def _show_answer(
    answer: Answer,
    scores: Scores,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    columns = answer.columns(lang)
    shown = {
        "code": columns["code"],
        "action": columns["title"],
        "agencies": columns["agencies"],
        "effects": columns["effects"],
        "cost": [_reach.number_text(cost) for cost in columns["cost"]],
    }
    header = f"{answer.unit}: {answer!r}\n{about_scores(scores)}"
    footer = "\n".join(answer.binding)
    emit(columns, form, output, shown=shown, header=header, footer=footer)
