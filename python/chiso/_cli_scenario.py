"""The commands of scenarios and causes: ``chiso what-if`` and ``chiso causes``."""

# ruff: noqa: D301 - click wants the character itself

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from chiso import _causes, _outcome, _plan, _scenario
from chiso._cli import (
    Reading,
    about_scores,
    data_argument,
    decimals_of,
    displayed_texts,
    emit,
    format_option,
    indented_titles,
    index_argument,
    language_option,
    method_option,
    output_option,
    period_option,
    plain_number,
    reading_options,
    score_data,
    scoring,
)
from chiso._cli_plan import read_share
from chiso._outcome import Outcome
from chiso._scenario import Scenario
from chiso._scores import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chiso._causes import Causes
    from chiso._convert import Columns
    from chiso._index import Index, Language
    from chiso._scores import Scores

_ALL = "*"


# ---- what if ------------------------------------------------------------------------------------


def _cells(name: str, words: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        f"--{name}",
        name.replace("-", "_"),
        nargs=3,
        multiple=True,
        metavar="UNIT CODE NUMBER",
        help=words,
    )


def _edits(command: Callable[..., None]) -> Callable[..., None]:
    """Options for edits that fit a command line."""
    options: list[Callable[[Callable[..., None]], Callable[..., None]]] = [
        click.option(
            "--scenario",
            "-s",
            "files",
            multiple=True,
            type=click.Path(dir_okay=False),
            help="A file of scenarios: YAML, or a table as CSV or Excel.",
        ),
        _cells("set", "Give a raw value; a word for a variable of words, NA: missing."),
        _cells("add", "Add to a raw value."),
        _cells("scale", "Multiply a raw value."),
        click.option(
            "--weight", nargs=2, multiple=True, metavar="CODE NUMBER",
            help="Give a weight; the siblings are scaled to make room.",
        ),
        click.option(
            "--parameter", nargs=2, multiple=True, metavar="CODE NUMBER",
            help="Give a parameter of formulas another value.",
        ),
        click.option("--drop", multiple=True, metavar="CODE", help="Take a criterion out."),
        click.option("--refit", is_flag=True, help="Fit anchors to the edited data."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command("what-if")
@scoring
@_edits
@click.option(
    "--show",
    type=click.Choice(["ranking", "changes", "notices"]),
    default="ranking",
    show_default=True,
    help="Units before and after; every node that differs; what to know of the edits.",
)
@click.option("--unit", "-u", metavar="NAME", help="Only this unit, with all that differs.")
@click.option("--node", metavar="CODE", help="Rank by this node; the composite if left out.")
@click.option("--everything", is_flag=True, help="Also what does not differ.")
@language_option
def what_if(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    form: str | None,
    output: str | None,
    files: tuple[str, ...],
    show: str,
    unit: str | None,
    node: str | None,
    everything: bool,
    lang: Language,
    **edits: Any,
) -> None:
    """Edit data and definition, and show scores and ranks before and after.

    The data are never changed. UNIT "*" stands for all units, CODE may be a pattern. Several
    scenarios stand side by side.

    \b
      chiso what-if pci pci_scores -p 2019 --set "Thanh Hóa" entry 8 --weight time 15
      chiso what-if pci pci_scores -p 2019 --scale "*" "informal*" 0.9 --show changes
      chiso what-if pci pci_scores -p 2019 -s reforms.yaml --unit "Thanh Hóa"
    """
    scenarios = [one for file in files for one in _scenario.load_scenarios(file)]
    own = _own_edits(**edits)
    if len(own) > 0 or own.refit:
        scenarios = [one + own for one in scenarios] or [own]
    if not scenarios:
        raise click.UsageError("nothing is edited: --scenario FILE, --set UNIT CODE NUMBER ...")
    scores = score_data(index, data, period, method, reading)
    if len(scenarios) > 1:
        _side_by_side(scores, scenarios, node, unit, form, output)
        return
    (scenario,) = scenarios
    outcome = Outcome(scores, scenario)
    columns, shown = _shown(outcome, show, unit, node, everything, lang)
    notices = _outcome.notice_columns(outcome)["text"]
    header = f"{about_scores(scores)}\n{scenario}"
    footer = "" if show == "notices" else "\n".join(f"note: {text}" for text in notices)
    emit(columns, form, output, shown=shown, header=header, footer=footer)


def _own_edits(
    set: Sequence[tuple[str, str, str]],  # noqa: A002 - the option's name
    add: Sequence[tuple[str, str, str]],
    scale: Sequence[tuple[str, str, str]],
    weight: Sequence[tuple[str, str]],
    parameter: Sequence[tuple[str, str]],
    drop: Sequence[str],
    refit: bool,
) -> Scenario:
    """Return the edits of the command line: definition last, as it may drop what data name."""
    scenario = Scenario(refit=refit)
    for unit, code, text in set:
        value: float | str | None = None if text == "NA" else _number_or_word(text)
        scenario = scenario.set(_unit(unit), code, value)
    for unit, code, text in add:
        scenario = scenario.add(_unit(unit), code, _number(text, "--add"))
    for unit, code, text in scale:
        scenario = scenario.scale(_unit(unit), code, _number(text, "--scale"))
    if weight:
        weights = {code: _number(text, "--weight") for code, text in weight}
        scenario = scenario.weights(weights)
    for code, text in parameter:
        scenario = scenario.parameter(code, _number(text, "--parameter"))
    return scenario.drop(drop) if drop else scenario


def _unit(text: str) -> str | None:
    return None if text == _ALL else text


def _number_or_word(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.BadParameter(f"expected a number, got '{text}'", param_hint=option) from None


def _shown(
    outcome: Outcome,
    show: str,
    unit: str | None,
    node: str | None,
    everything: bool,
    language: Language,
) -> tuple[Columns, Columns]:
    """Return what is asked for, and as a table shows it."""
    index = outcome.after.index
    if show == "notices":
        columns = _outcome.notice_columns(outcome)
        numbers = {name: [plain_number(v) for v in columns[name]] for name in ("value", "anchor")}
        return columns, {**columns, **numbers}
    if show == "changes" or unit is not None:
        columns = _outcome.change_columns(outcome, unit, moved=not everything, language=language)
        if node is not None:
            rows = [i for i, code in enumerate(columns["code"]) if code == node]
            columns = {name: [cells[i] for i in rows] for name, cells in columns.items()}
    else:
        columns = _outcome.outcome_columns(outcome, node, moved=not everything)
    shown = {
        name: displayed_texts(cells, index)
        if name in {"before", "after", "difference"}
        else [plain_number(place) for place in cells]
        if name.startswith(("rank", "places"))
        else cells
        for name, cells in columns.items()
    }
    return columns, shown


def _side_by_side(
    scores: Scores,
    scenarios: Sequence[Scenario],
    node: str | None,
    unit: str | None,
    form: str | None,
    output: str | None,
) -> None:
    compared = _outcome.comparison_columns(scores, scenarios, node=node)
    columns = {" ".join(part for part in key if part): cells for key, cells in compared.items()}
    if unit is not None:
        place = columns["unit"].index(scores.unit(unit))
        columns = {name: cells[place : place + 1] for name, cells in columns.items()}
    shown = {
        name: cells
        if name == "unit"
        else [plain_number(c) for c in cells]
        if name.endswith(" rank")
        else displayed_texts(cells, scores.index)
        for name, cells in columns.items()
        if not name.endswith((" change", " gained"))
    }
    header = f"{about_scores(scores)}\n" + "\n".join(str(scenario) for scenario in scenarios)
    emit(columns, form, output, shown=shown, header=header)


# ---- causes -------------------------------------------------------------------------------------


@click.command()
@index_argument
@data_argument
@click.argument("unit", metavar="UNIT")
@period_option
@click.option("--to", metavar="P", help="The other period; its edition is the one in force then.")
@click.option("--other", metavar="UNIT", help="The other unit; left out, the same.")
@click.option(
    "--to-data", metavar="DATA", help="The other data: appraised instead of self-assessed ..."
)
@click.option("--to-version", metavar="NAME", help="The other version, if DATA hold several.")
@method_option
@click.option("--to-method", metavar="P", help="The method of the other; left out, as --method.")
@click.option(
    "--by",
    type=click.Choice(["criterion", "node", "kind", "cause", "agency"]),
    default="criterion",
    show_default=True,
    help="agency: by those who answer in --plan.",
)
@click.option(
    "--depth", type=click.IntRange(min=1), default=1, show_default=True, help="Of the criteria."
)
@click.option("--plan", metavar="PLAN", help="A shipped plan or a file.")
@click.option(
    "--share",
    metavar="RULE",
    default="raci",
    show_default=True,
    help="Who answers for a task: raci, lead, or weights: lead=2,coordinate=1.",
)
@reading_options
@language_option
@format_option
@output_option
def causes(
    index: str,
    data: str,
    unit: str,
    period: str | None,
    to: str | None,
    other: str | None,
    to_data: str | None,
    to_version: str | None,
    method: str | None,
    to_method: str | None,
    by: Literal["criterion", "node", "kind", "cause", "agency"],
    depth: int,
    plan: str | None,
    share: str,
    reading: Reading,
    lang: Language,
    form: str | None,
    output: str | None,
) -> None:
    """Say why a score is not another: of two periods, units, versions or methods.

    The points add up to the difference.

    \b
      chiso causes papi papi_subdimensions "Thanh Hóa" -p 2020 --to 2021
      chiso causes papi papi_subdimensions "Thanh Hóa" -p 2020 --to 2021 --depth 2
      chiso causes pci pci_scores "Thanh Hóa" -p 2019 --other "Quảng Ninh"
    """
    if not any((to, other, to_data, to_version, to_method)):
        raise click.UsageError(
            "one score has no causes: --to P, --other UNIT, --to-data DATA, --to-version NAME or "
            "--to-method P says which other one"
        )
    before = score_data(index, data, period, method, reading)
    second = reading if to_version is None else reading._replace(version=to_version)
    after = score_data(
        index, data if to_data is None else to_data, to or period, to_method or method, second
    )
    found = _causes.Causes(before, after, unit, other)
    if by == "agency" and plan is None:
        raise click.UsageError("agencies stand in a plan: --plan thanh-hoa-211")
    columns, shown = _causes_shown(found, by, depth, plan, share, lang)
    first, last = _causes.labels_of(found)
    decimals = decimals_of(found.after.index)
    scores = [display(score, decimals) for score in found.scores]
    difference = display(found.difference, decimals)
    sign = "+" if found.difference > 0 else ""
    header = f"{found.after.index.title}: {sign}{difference}\n"
    header += f"  {first}: {scores[0]}\n  {last}: {scores[1]}"
    if found.unit == found.other:
        rank = _causes.RankChange(before, after, found.unit)
        header += f"\n  rank {rank.before} to {rank.after}"
        if rank.before != rank.after:
            header += f": {rank.own:+g} by its own score, {rank.rivals:+g} by its rivals'"
    emit(columns, form, output, shown=shown, header=header)


def _causes_shown(
    found: Causes, by: str, depth: int, plan: str | None, share: str, language: Language
) -> tuple[Columns, Columns]:
    """Return what is asked for, and as a table shows it."""
    index = found.after.index
    if by == "cause":
        columns = _causes.cause_columns(found, language)
    elif by == "kind":
        columns = _causes.kind_columns(found, language)
    elif by == "agency":
        assert plan is not None
        columns = _causes.agency_columns(found, _plan.load_plan(plan), read_share(share), language)
    elif by == "node":
        columns = _causes.node_columns(found, language)
    else:
        columns = _causes.criterion_columns(found, depth, language)
        del columns["definition"]
    shown = {
        name: _points(cells, index)
        if name in {"points", "own"}
        else displayed_texts(cells, index)
        if name in {"before", "after"}
        else cells
        for name, cells in columns.items()
    }
    if by == "node":
        shown["title"] = indented_titles(columns["title"], columns["depth"])
        del shown["depth"]
    return columns, shown


def _points(values: Sequence[float], index: Index) -> list[str]:
    """Return points with their sign."""
    texts = displayed_texts(values, index)
    return [f"+{text}" if value > 0 else text for value, text in zip(values, texts, strict=True)]
