"""The commands of plans: ``chiso plan ...``."""

# ruff: noqa: D301 - click wants the character itself

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import click
import numpy as np

from chiso import _core, _plan, _responsibility, _tables
from chiso._cli import (
    Commands,
    Reading,
    emit,
    format_option,
    how_many,
    language_option,
    output_option,
    plain_number,
    score_data,
    span_text,
)
from chiso._responsibility import By, Stake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._plan import Plan
    from chiso._responsibility import Share
    from chiso._scores import Scores

_SEVERITIES = ["error", "warning", "note"]
_PARTS = ("tasks", "agencies", "areas", "targets", "baseline", "roles", "news")


class _Given(NamedTuple):
    """Results that a plan is held against."""

    scores: list[Scores]
    unit: str | None


class _Sharing(NamedTuple):
    """Who answers for points."""

    share: Share
    unsplit: Literal["apart", "proportional"]


# ---- options that several commands share --------------------------------------------------------

_plan_argument = click.argument("plan", metavar="PLAN")
_sheet = click.option("--sheet", metavar="NAME", help="Of an Excel file; the first if left out.")


def _results(command: Callable[..., None]) -> Callable[..., None]:
    """Hand over scored results and their unit as one argument, `given`."""

    @functools.wraps(command)
    def read(
        *args: Any, results: tuple[tuple[str, str, str], ...], unit: str | None, **rest: Any
    ) -> None:
        reading = Reading(None, ".", None)
        scores = [score_data(index, data, period, None, reading) for index, data, period in results]
        command(*args, given=_Given(scores, unit), **rest)

    with_results = click.option(
        "--with",
        "-w",
        "results",
        nargs=3,
        multiple=True,
        metavar="INDEX DATA PERIOD",
        help="Results to hold it against, as `chiso score INDEX DATA -p PERIOD` gives them; may "
        "be given several times.",
    )
    of_unit = click.option("--unit", "-u", metavar="NAME", help="Left out: the plan's.")
    return with_results(of_unit(read))


def _sharing(command: Callable[..., None]) -> Callable[..., None]:
    """Hand over who answers for points as one argument, `sharing`."""

    @functools.wraps(command)
    def read(
        *args: Any, share: str, unsplit: Literal["apart", "proportional"], **rest: Any
    ) -> None:
        command(*args, sharing=_Sharing(read_share(share), unsplit), **rest)

    by_rule = click.option(
        "--share",
        metavar="RULE",
        default="raci",
        show_default=True,
        help="Who answers for a task's points: raci (those accountable, else responsible, else "
        "consulted ...), lead (nobody else), or weights: lead=2,coordinate=1.",
    )
    split = click.option(
        "--unsplit",
        type=click.Choice(["apart", "proportional"]),
        default="apart",
        show_default=True,
        help="Points lost in nobody knows which criterion: apart, or as if each of them had lost "
        "the same share of its maximum (an assumption).",
    )
    return by_rule(split(read))


def read_share(text: str) -> Share:
    """Read a rule: its name, or weights by role."""
    if "=" not in text:
        if text not in {"raci", "lead"}:
            raise click.BadParameter(
                f"expected raci, lead or weights (lead=2,coordinate=1), got '{text}'",
                param_hint="--share",
            )
        return "lead" if text == "lead" else "raci"
    weights = {}
    for part in text.split(","):
        role, _, weight = part.partition("=")
        name = role.strip().replace(" ", "_").replace("-", "_")
        if name not in _core.TaskRole.__members__:
            roles = ", ".join(_core.TaskRole.__members__)
            raise click.BadParameter(f"expected one of {roles}, got '{name}'", param_hint="--share")
        try:
            weights[name] = float(weight)
        except ValueError:
            raise click.BadParameter(
                f"expected a weight for {name}, got '{weight}'", param_hint="--share"
            ) from None
    return weights


@click.group(cls=Commands)
def plan() -> None:
    """Plans: who answers for which points, until when.

    PLAN is a shipped plan (thanh-hoa-211) or a file: YAML, or a table as CSV or Excel, also the
    annex of a plan as an office has it.

    \b
      chiso plan list
      chiso plan show thanh-hoa-211
      chiso plan check thanh-hoa-211 --with par-fields par_fields 2021
      chiso plan points thanh-hoa-211 --with par-fields par_fields 2021 --unsplit proportional
      chiso plan targets thanh-hoa-211
    """


# ---- what there is ------------------------------------------------------------------------------


@plan.command("list")
@format_option
@output_option
def list_plans(form: str | None, output: str | None) -> None:
    """List the plans that ship with chiso."""
    columns = _plan.plan_columns()
    shown = {name: columns[name] for name in ("name", "unit", "title")}
    emit(columns, form, output, shown=shown)


@plan.command()
@_plan_argument
@click.option(
    "--part",
    type=click.Choice(_PARTS),
    default="tasks",
    show_default=True,
    help="Which part; roles: who has which role in which task.",
)
@language_option
@_sheet
@format_option
@output_option
def show(
    plan: str, part: str, lang: Language, sheet: str | None, form: str | None, output: str | None
) -> None:
    """Show a plan: what it is, and its tasks or another part.

    \b
      chiso plan show thanh-hoa-211 --lang vi
      chiso plan show thanh-hoa-211 --part targets
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    columns = _part(loaded, part, lang)
    shown = columns
    if part == "tasks":
        who = loaded._core.who(lang == "vi")
        shown = {
            "code": columns["code"],
            "title": columns["title"],
            "who": [_shortened(names, 60) for names in who],
            "criteria": columns["criteria"],
            "due": columns["due"],
            "every": columns["every"],
        }
    emit(columns, form, output, shown=_without_empty(shown), header=_about(loaded, lang))


def _part(plan: Plan, part: str, language: Language) -> Columns:
    """Return one part of a plan as columns."""
    core, vi = plan._core, language == "vi"
    if part == "targets":
        return _responsibility.target_columns(plan, language)
    if part == "roles":
        return _plan.assignment_columns(plan, language)
    if part == "news":
        return _texts(_plan.news_columns(plan))
    if part == "baseline":
        return _plan.baseline_columns(plan, language)
    read = {
        "tasks": core.task_columns, "agencies": core.agency_columns, "areas": core.area_columns
    }[part]  # fmt: skip
    return _texts(read(vi))


# ---- who answers --------------------------------------------------------------------------------


@plan.command()
@_plan_argument
@_results
@_sheet
@click.option(
    "--severity", type=click.Choice(_SEVERITIES), default="note", show_default=True,
    help="Only findings that are at least so severe.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit code 1 if there is an error among the findings.")
@format_option
@output_option
@click.pass_context
def check(
    context: click.Context,
    plan: str,
    given: _Given,
    sheet: str | None,
    severity: str,
    strict: bool,
    form: str | None,
    output: str | None,
) -> None:
    """Say what is clear and what is not: person, task, responsibility, time (the four "rõ").

    With results also: criteria that the index does not have, and criteria that lose points though
    no task is for them. Findings are not failures: the exit code is 0 unless --strict.

    \b
      chiso plan check thanh-hoa-211 --severity warning
      chiso plan check thanh-hoa-211 --with par-fields par_fields 2021 --strict
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    found = loaded.clarity(given.scores, given.unit)
    wanted = _SEVERITIES[: _SEVERITIES.index(severity) + 1]
    rows = [i for i, word in enumerate(found.columns["severity"]) if word in wanted]
    columns = {name: [cells[i] for i in rows] for name, cells in found.columns.items()}
    shown = {name: columns[name] for name in ("severity", "place", "message", "remedy")}
    lines = [
        f"  {what}: clear in {clear} of {how_many(tasks, 'task')}"
        for what, clear, tasks in found._counts()
    ]
    header = "\n".join([_head(loaded), *lines])
    counts = [found.columns["severity"].count(word) for word in _SEVERITIES]
    number = ", ".join(how_many(n, word) for n, word in zip(counts, _SEVERITIES, strict=True))
    emit(columns, form, output, shown=shown, header=header, footer=number)
    if strict and found.errors:
        context.exit(1)


@plan.command()
@_plan_argument
@_results
@_sharing
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="agency",
    show_default=True,
    help="What a row is.",
)
@language_option
@_sheet
@format_option
@output_option
def points(
    plan: str,
    given: _Given,
    sharing: _Sharing,
    by: By,
    lang: Language,
    sheet: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Give the points that a unit lost to those who answer for them.

    The points of an index add up to what was lost. What nobody answers for has its own row.

    \b
      chiso plan points thanh-hoa-211 -w pci pci_scores 2019
      chiso plan points thanh-hoa-211 -w par-fields par_fields 2021 --unsplit proportional
      chiso plan points thanh-hoa-211 -w papi papi_subdimensions 2021 --by criterion --lang vi
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    stake = _stake(loaded, given, sharing)
    columns = stake.columns(by, lang)
    label = next(iter(columns))
    shown = {
        **({"title": columns["title"]} if "title" in columns else {}),
        label: columns[label],
        "index": columns["index"],
        "points": _points(columns["points"]),
        "share": [f"{100 * s:.1f}%" if math.isfinite(s) else "" for s in columns["share"]],
        "tasks": columns["tasks"],
        "criteria": columns["criteria"],
    }
    if len(stake.keys) == 1:
        del shown["index"]
    lines = [
        f"  {result.index.titles(lang)[0]} ({result.index.name}), {result.period}: "
        f"{plain_number(lost)} points lost"
        for result, lost in zip(stake.results, stake.lost, strict=True)
    ]
    header = "\n".join([f"{stake.unit}: {_head(loaded)}", *lines])
    emit(columns, form, output, shown=shown, header=header, footer=_assumption(stake, sharing))


@plan.command()
@_plan_argument
@click.option("--keep-groups", is_flag=True, help="Groups have their own row.")
@click.option(
    "--cells",
    type=click.Choice(["letters", "roles", "tasks"]),
    default="letters",
    show_default=True,
    help="RACI letters, roles in words, or the number of tasks.",
)
@language_option
@_sheet
@format_option
@output_option
def matrix(
    plan: str,
    keep_groups: bool,
    cells: str,
    lang: Language,
    sheet: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Show what each agency is to each criterion, in letters (RACI).

    A accountable, R responsible, C consulted, I informed.
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    labels, criteria, table = _responsibility.matrix_columns(loaded, not keep_groups, cells, lang)
    answers: Columns = {ref: table[:, i] for i, ref in enumerate(criteria)}
    titles = loaded._criterion_titles(criteria, lang)
    legend = [f"  {ref}: {title}" for ref, title in zip(criteria, titles, strict=True) if title]
    emit(
        {**labels, **answers},
        form,
        output,
        shown={"agency": labels["title"], **answers},
        header=_head(loaded),
        footer="\n".join(legend),
    )


@plan.command()
@_plan_argument
@language_option
@_sheet
@format_option
@output_option
def workload(
    plan: str, lang: Language, sheet: str | None, form: str | None, output: str | None
) -> None:
    """Count what each agency has to do."""
    loaded = _plan.load_plan(plan, sheet=sheet)
    columns = _responsibility.workload_columns(loaded, lang)
    rows = [i for i, n in enumerate(columns["tasks"]) if n or columns["submitted to it"][i]]
    rows.sort(key=lambda i: -columns["tasks"][i])
    shown = {name: [cells[i] for i in rows] for name, cells in columns.items() if name != "agency"}
    emit(columns, form, output, shown=shown, header=_head(loaded))


@plan.command()
@_plan_argument
@click.argument("agency", metavar="AGENCY")
@_results
@_sharing
@language_option
@_sheet
@format_option
@output_option
def agenda(
    plan: str,
    agency: str,
    given: _Given,
    sharing: _Sharing,
    lang: Language,
    sheet: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """List what one agency must do, by when, and with results what it is worth.

    AGENCY is a code, a title or another spelling of its name.

    \b
      chiso plan agenda thanh-hoa-211 "Sở Nội vụ" -w par-fields par_fields 2021
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    stake = _stake(loaded, given, sharing) if given.scores else None
    position, columns = _responsibility.agenda_columns(loaded, agency, stake, lang)
    columns = _texts(columns)
    names = ("task", "title", "letters", "as member of", "due", "every", "product", "criteria")
    shown: Columns = {name: columns[name] for name in names}
    shown |= {n: _points(cells) for n, cells in columns.items() if n.startswith("points ")}
    title = loaded._titles("agencies", lang)[position]
    header = f"{title}: {how_many(len(columns['task']), 'task')}\n{_head(loaded)}"
    footer = "" if stake is None else _assumption(stake, sharing)
    emit(columns, form, output, shown=_without_empty(shown), header=header, footer=footer)


# ---- how it goes --------------------------------------------------------------------------------


@plan.command()
@_plan_argument
@click.option(
    "--standings",
    metavar="FILE",
    default=None,
    help="Where units stood; left out: the published standings that ship, unless --with is given.",
)
@_results
@click.option("--history", is_flag=True, help="One row a target and period.")
@language_option
@_sheet
@format_option
@output_option
def targets(
    plan: str,
    standings: str | None,
    given: _Given,
    history: bool,
    lang: Language,
    sheet: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Hold every target against what is known: reached, on track, at risk, missed.

    "gap" are the points that were missing; of a rank, to the score that the rank needed.

    \b
      chiso plan targets thanh-hoa-211
      chiso plan targets thanh-hoa-211 --history -f csv
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    source: list[Any] = list(given.scores)
    if standings is not None or not source:
        source.append(_plan.read_standings(standings or "standings", units="provinces"))
    board, periods = _responsibility.scoreboard_columns(loaded, source, given.unit, lang)
    columns = periods if history else board
    numbers = {"score", "rank", "value", "needed", "gap", "baseline", "expected"}
    shown: Columns = {
        name: _rounded(cells) if name in numbers else cells
        for name, cells in columns.items()
        if name != "criterion"
    }
    if history:
        words = {True: "yes", False: "no", None: ""}
        shown["met"] = [words[met] for met in columns["met"]]
        known = [i for i, row in enumerate(zip(*shown.values(), strict=True)) if any(row[2:])]
        shown = {name: [cells[i] for i in known] for name, cells in shown.items()}
    else:
        against = loaded._core.target_columns(False)["against"]
        for name in ("value", "expected"):  # A change has a sign.
            shown[name] = [
                cell if other == "nothing" or cell[:1] in {"", "-"} or cell == "0" else f"+{cell}"
                for cell, other in zip(shown[name], against, strict=True)
            ]
    unit = given.unit or loaded.unit
    emit(columns, form, output, shown=shown, header=f"{unit}: {_head(loaded)}")


@plan.command()
@_plan_argument
@click.option("--date", metavar="DAY", help="The day, 2024-06-30; today if left out.")
@click.option(
    "--soon", type=click.IntRange(min=0), default=30, show_default=True, metavar="DAYS",
    help="Due within so many days is due soon.",
)  # fmt: skip
@click.option(
    "--silent", type=click.IntRange(min=0), default=90, show_default=True, metavar="DAYS",
    help="Without news for so many days is without news.",
)  # fmt: skip
@click.option("--by-agency", is_flag=True, help="Count by agency.")
@_results
@_sharing
@language_option
@_sheet
@format_option
@output_option
def progress(
    plan: str,
    date: str | None,
    soon: int,
    silent: int,
    by_agency: bool,
    given: _Given,
    sharing: _Sharing,
    lang: Language,
    sheet: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Say where the tasks stand on a day: done, overdue, due soon, without news.

    \b
      chiso plan progress plan.yaml --date 2024-06-30
      chiso plan progress plan.yaml --by-agency -w par-fields par_fields 2021
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    found = _responsibility.progress_on(loaded, date, soon, silent)
    columns = _responsibility.progress_columns(loaded, found, lang)
    states = [str(state) for state in columns["state"]]
    counts = ", ".join(f"{states.count(s)} {s.replace('_', ' ')}" for s in dict.fromkeys(states))
    silence = int(np.count_nonzero(columns["without news"]))
    header = f"{_head(loaded)}\n  {counts}; {silence} without news"
    footer = ""
    if by_agency:
        stake = _stake(loaded, given, sharing) if given.scores else None
        columns = _responsibility.agency_progress_columns(loaded, found, stake, lang)
        shown: Columns = {
            name: _points(cells) if name.startswith("points ") else cells
            for name, cells in columns.items()
            if name != "agency"
        }
        footer = "" if stake is None else _assumption(stake, sharing)
    else:
        columns = _texts(columns)
        shown = {
            **columns,
            "who": [_shortened(names, 40) for names in columns["who"]],
            "percent": [plain_number(p) for p in columns["percent"]],
            "days left": [plain_number(d) for d in columns["days left"]],
            "without news": ["yes" if silent else "" for silent in columns["without news"]],
        }
        urgent = ["overdue", "due_soon", "open", "done", "cancelled"]
        left = [float("inf") if math.isnan(d) else d for d in columns["days left"]]
        order = sorted(range(len(states)), key=lambda i: (urgent.index(states[i]), left[i]))
        shown = {name: [cells[i] for i in order] for name, cells in shown.items()}
    emit(columns, form, output, shown=_without_empty(shown), header=header, footer=footer)


# ---- writing it ---------------------------------------------------------------------------------


@plan.command()
@_plan_argument
@click.option(
    "--lang", type=click.Choice(["en", "vi"]), default="vi", show_default=True,
    help="Of the headings.",
)  # fmt: skip
@_sheet
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="A .csv or .xlsx file; else printed."
)
def table(plan: str, lang: Language, sheet: str | None, output: str | None) -> None:
    """Write a plan as a table, one row a task, to be edited in a spreadsheet.

    \b
      chiso plan table thanh-hoa-211 -o plan.xlsx
      chiso plan yaml plan.xlsx -o plan.yaml
    """
    loaded = _plan.load_plan(plan, sheet=sheet)
    if output is None:
        click.echo(_core.to_csv(_core.table_from_plan(loaded._core, lang == "vi")), nl=False)
    else:
        _tables.write_rows(loaded._rows(lang), output)


@plan.command()
@_plan_argument
@click.option("--name", default="imported", show_default=True, help="What an annex is called.")
@click.option("--unit", default="", metavar="NAME", help="Whose an annex is.")
@click.option("--issued", metavar="DAY", help="When an annex was issued: 2022-08-26.")
@click.option(
    "--ignore", metavar="HEADING", multiple=True, help="A column of an annex to pass over."
)
@_sheet
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file; else printed.")
def yaml(
    plan: str,
    name: str,
    unit: str,
    issued: str | None,
    ignore: tuple[str, ...],
    sheet: str | None,
    output: str | None,
) -> None:
    """Write a plan as YAML: from a table or an annex (CSV, Excel), or in chiso's own layout.

    \b
      chiso plan yaml annex.xlsx --name my-plan --unit "Thanh Hóa" -o my-plan.yaml
    """
    loaded = _plan.load_plan(
        plan, sheet=sheet, called=name, unit=unit, issued=issued, ignore=ignore
    )
    text = loaded.to_yaml()
    if output is None:
        click.echo(text, nl=False)
    else:
        _core.write_file(output, text)


# ---- showing ------------------------------------------------------------------------------------


def _stake(plan: Plan, given: _Given, sharing: _Sharing) -> Stake:
    if not given.scores:
        raise click.UsageError(
            "points need results: --with INDEX DATA PERIOD (--with par-fields par_fields 2021)"
        )
    return Stake(plan, given.scores, given.unit, sharing.share, sharing.unsplit)


def _assumption(stake: Stake, sharing: _Sharing) -> str:
    """Say what the points rest on."""
    assumed = sharing.unsplit == "proportional" and any(
        np.any(result._core.lost_points(stake.unit, _core.Unsplit.proportional)["assumed"])
        for result in stake.results
    )
    if not assumed:
        return ""
    return (
        "Assumed: criteria whose maximum is not published have lost the same share of it as their "
        "siblings."
    )


def _head(plan: Plan) -> str:
    reference = plan.provenance.reference
    return f"{plan.name} ({reference})" if reference else plan.name


def _about(plan: Plan, language: Language) -> str:
    """Return what a plan is, one line a fact."""
    core = plan._core
    first, last = plan.period
    lines = [
        ("of", plan.unit),
        ("issued", " ".join(str(part) for part in (plan.issued, plan.authority) if part)),
        ("period", span_text(first or "", last or "")),
        ("reference", plan.provenance.reference),
        ("source", plan.provenance.source),
        ("note", plan.provenance.note),
        (
            "holds",
            f"{how_many(len(core.tasks), 'task')}, {len(core.agencies)} agencies, "
            f"{how_many(len(core.targets), 'target')}",
        ),
    ]
    facts = [f"  {name}: {text}" for name, text in lines if text]
    title = (plan.title_vi if language == "vi" else "") or plan.title
    return "\n".join([f"{title} ({plan.name})", *facts])


def _texts(columns: Columns) -> Columns:
    """Return columns with days as ISO text, empty where there is none."""
    return {
        name: ["" if np.isnat(day) else str(day) for day in cells]
        if getattr(cells, "dtype", np.dtype(object)).kind == "M"
        else cells
        for name, cells in columns.items()
    }


def _without_empty(columns: Columns) -> Columns:
    """Leave out columns in which nothing stands."""
    return {
        name: cells
        for name, cells in columns.items()
        if len(cells) == 0 or any(str(cell) not in {"", "nan"} for cell in cells)
    }


def _points(values: Sequence[float]) -> list[str]:
    """Return points with as many decimals as the largest needs."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    decimals = 2 if largest >= 1 else 4
    return [f"{v:.{decimals}f}" if math.isfinite(v) else "" for v in values]


def _rounded(values: Sequence[float]) -> list[str]:
    """Return ranks as they are and scores to two decimals."""
    return [f"{round(v, 2):.10g}" if math.isfinite(v) else "" for v in values]


def _shortened(text: str, most: int) -> str:
    """Return a list of names with as many of them as there is room for."""
    names = text.split("; ")
    shown = names[:1]
    for name in names[1:]:
        if sum(len(other) + 2 for other in shown) + len(name) > most:
            return f"{'; '.join(shown)} +{len(names) - len(shown)}"
        shown.append(name)
    return "; ".join(shown)
