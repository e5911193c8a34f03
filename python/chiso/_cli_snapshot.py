"""The commands of snapshots: ``chiso snapshot ...``."""

# ruff: noqa: D301 - click wants the character itself

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chiso import _core, _io, _ranking, _snapshot
from chiso._actions import Actions, load_actions
from chiso._baseline import Baseline, load_baseline
from chiso._cli import (
    Commands,
    Reading,
    displayed_texts,
    emit,
    existing_data,
    format_of,
    format_option,
    headings_of,
    how_many,
    load_definition,
    method_option,
    note_unknown_units,
    output_option,
    period_of_table,
    plain_number,
    reading_options,
    rows_of,
)
from chiso._convert import as_period
from chiso._index import Index
from chiso._panel import Panel, whole_columns
from chiso._plan import Plan, load_plan, read_standings
from chiso._ranking import Ranking
from chiso._responsibility import Standings
from chiso._scenario import Scenario, load_scenarios
from chiso._scores import Scores
from chiso._sensitivity import Sensitivity
from chiso._snapshot import Study
from chiso._uncertainty import Uncertainty
from chiso._variation import Variation

if TYPE_CHECKING:
    from chiso._convert import Columns

_SPREADSHEETS = {".xlsx", ".xlsm"}
_file_argument = click.argument("file", metavar="FILE", type=click.Path())


@click.group(cls=Commands)
def snapshot() -> None:
    """Keep definitions, data and results together in one file, and look into such files.

    \b
      chiso snapshot save study.chiso --index pci --data pci_scores --period 2019
      chiso snapshot show study.chiso
      chiso snapshot verify study.chiso
      chiso snapshot diff study.chiso other.chiso
    """


# ---- save ---------------------------------------------------------------------------------------


@snapshot.command()
@click.argument("out", metavar="OUT", type=click.Path(dir_okay=False))
@click.option("--index", metavar="INDEX", help="A shipped edition or family, or a file.")
@click.option("--data", metavar="DATA", help="A CSV or Excel file, or a shipped table.")
@click.option(
    "--period",
    "-p",
    "periods",
    multiple=True,
    metavar="P",
    help="To be scored; may be given several times. Left out: all of the data in which the "
    "definition is in force.",
)
@method_option
@reading_options
@click.option("--plan", metavar="PLAN", help="A shipped plan, or a file.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="FILE",
    help="A file of scenarios; may be given several times.",
)
@click.option("--actions", metavar="FILE", help="A shipped set of actions, or a file.")
@click.option("--standings", metavar="DATA", help="Published places: a file or a shipped table.")
@click.option("--baseline", metavar="FILE", help="Results that `chiso lock` locked.")
@click.option("--draws", type=click.IntRange(min=1), metavar="N", help="Draw the weights, too.")
@click.option("--seed", type=int, default=None, metavar="N", help="Of the draws; 0 if left out.")
@click.option(
    "--vary",
    type=float,
    default=None,
    metavar="X",
    help="Every weight within X percent of it; 25 if left out.",
)
@click.option("--note", default="", metavar="TEXT", help="For readers.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def save(
    out: str,
    index: str | None,
    data: str | None,
    periods: tuple[str, ...],
    method: str | None,
    reading: Reading,
    draws: int | None,
    seed: int | None,
    vary: float | None,
    note: str,
    force: bool,
    **others: Any,
) -> None:
    """Write a study: what is named, the results that come of it, and the texts of its files.

    With INDEX and DATA, all units are scored and ranked; with --draws it is drawn how sure that is.
    OUT is XML with the ending .xml, to be read and compared line by line.

    \b
      chiso snapshot save study.chiso --index pci --data pci_scores --period 2019
      chiso snapshot save study.chiso --index pci --data pci_scores -p 2019 --draws 100000 --seed 7
      chiso snapshot save plan.chiso --plan thanh-hoa-211 --standings standings --note "of June"
    """
    without_results = index is None or data is None
    if without_results and (periods or method):
        raise click.UsageError("--period and --method are of results: name --index and --data too")
    if without_results and draws is not None:
        raise click.UsageError("--draws are of results: name --index and --data too")
    if draws is None and (seed is not None or vary is not None):
        raise click.UsageError("--seed and --vary are of --draws")
    if Path(out).exists() and not force:
        raise click.UsageError(f"{out} exists; --force replaces it")
    found = _Gathered()
    loaded = panel = None
    if index is not None:
        of = method or (periods[0] if periods else None)
        loaded = load_definition(index, of)
        found.add("index", loaded, _definition_file(index, of))
    if data is not None:
        panel = _panel(data, loaded, periods, reading)
        found.add("panel", panel)
    if loaded is not None and panel is not None:
        chosen = list(periods) or _in_force(loaded, panel, method)
        for period in chosen:
            ending = f" {as_period(period).text}" if len(chosen) > 1 else ""
            scores = loaded.score(panel, period, method=method)
            found.add(f"scores{ending}", scores)
            found.add(f"ranking{ending}", Ranking(scores))
            if draws is not None:
                spread = (25.0 if vary is None else vary) / 100
                varying = Variation().weights(law="relative", spread=spread)
                drawn = scores.uncertainty(varying, draws=draws, seed=seed or 0)
                found.add(f"uncertainty{ending}", drawn)
    _gather_others(found, **others)
    if not found.parts:
        raise click.UsageError("there is nothing to save: --index, --data, --plan ...")
    study = Study(found.parts, note=note, documents=found.documents)
    study.save(out)
    click.echo(f"{out}: {how_many(len(study), 'part')}, {Path(out).stat().st_size:,} bytes")


def _gather_others(
    found: _Gathered,
    plan: str | None,
    scenarios: tuple[str, ...],
    actions: str | None,
    standings: str | None,
    baseline: str | None,
) -> None:
    if plan is not None:
        found.add("plan", load_plan(plan), _file_of(plan, "plans"))
    several = [(Path(file), one) for file in scenarios for one in load_scenarios(file)]
    for number, (file, one) in enumerate(several, 1):
        name = f"scenario {one.name or number}" if len(several) > 1 else "scenario"
        found.add(name, one, file)
    if actions is not None:
        found.add("actions", load_actions(actions), _file_of(actions, "actions"))
    if standings is not None:
        found.add("standings", read_standings(standings))
    if baseline is not None:
        found.add("baseline", load_baseline(baseline))


class _Gathered:
    """Parts of a study, and the texts of the files that people wrote them in."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.documents: dict[str, str] = {}

    def add(self, name: str, value: Any, file: Path | None = None) -> None:
        if name in self.parts:
            raise _core.SpecError(f"two parts would be called '{name}'; give them other names")
        self.parts[name] = value
        if file is not None and file.suffix.lower() not in _SPREADSHEETS and file.is_file():
            shipped = file.is_relative_to(_io.SHARE)
            label = file.relative_to(_io.SHARE).as_posix() if shipped else file.name
            text = file.read_bytes().decode("utf-8-sig")
            if self.documents.setdefault(label, text) != text:
                self.documents[f"{name}: {label}"] = text


def _file_of(name: str, shelf: str) -> Path:
    """Return the file of what ships on a shelf, or is a file itself."""
    return Path(name) if Path(name).is_file() else _io.SHARE / shelf / f"{name}.yaml"


def _definition_file(name: str, period: str | None) -> Path:
    """Return the file of what `load_index` loads by a name."""
    if Path(name).is_file():
        return Path(name)
    chosen = None if period is None else as_period(period)
    return Path(_core.Catalogue(_io.SHARE / "indices").find(name, chosen).path)


def _panel(data: str, index: Index | None, periods: tuple[str, ...], reading: Reading) -> Panel:
    path = existing_data(data)
    heading = headings_of(path, reading.sheet)
    if "period" not in heading and len(periods) > 1:
        raise click.UsageError(f"{data} does not say of which period it is; name one --period")
    panel = _io.read_panel(
        path,
        units=None if index is None else index._names(),
        period=period_of_table(heading, periods[0] if periods else None),
        version=reading.version,
        sheet=reading.sheet,
        decimal=reading.decimal,
    )
    if index is not None:
        note_unknown_units(panel, index)
    return panel


def _in_force(index: Index, panel: Panel, method: str | None) -> list[str]:
    """Return the periods of a panel in which an edition is in force; with a method, all."""
    if method is not None:
        return panel.periods
    first, last = (None if text is None else as_period(text) for text in index.periods)
    found = [
        period.text
        for period in panel._core.periods
        if (first is None or first.first_day <= period.first_day)
        and (last is None or period.last_day <= last.last_day)
    ]
    if not found:
        raise _core.DataError(
            f"{index.name} is in force in no period of the data: {', '.join(panel.periods)}; score "
            "them with --method, by the method of another period"
        )
    return found


# ---- show ---------------------------------------------------------------------------------------


@snapshot.command()
@_file_argument
@click.option("--part", metavar="NAME", help="This part: its scores, its table, its text.")
@click.option("--document", metavar="NAME", help="This document, as its author wrote it.")
@format_option
@output_option
def show(
    file: str, part: str | None, document: str | None, form: str | None, output: str | None
) -> None:
    """Show what a snapshot holds and where it comes from.

    With --part, one part is printed: scores as a ranking, data as a table, definitions as YAML.

    \b
      chiso snapshot show study.chiso
      chiso snapshot show study.chiso --part scores
      chiso snapshot show study.chiso --part index -o index.yaml
      chiso snapshot show study.chiso --document indices/pci/2013.yaml
    """
    if part is not None and document is not None:
        raise click.UsageError("--part and --document are two things to show; name one")
    form_of_file, number, size, checksum = _core.snapshot_head(file)
    study = Study.load(file)
    if document is not None:
        if document not in study.documents:
            known = ", ".join(study.documents) or "none at all"
            raise _core.NotFoundError(f"no document '{document}' in {file}; it has {known}")
        _write(study.documents[document], output)
        return
    if part is not None:
        _show_part(study[part], form, output)
        return
    columns = _snapshot.part_columns(study)
    documents = {name: len(text.encode()) for name, text in study.documents.items()}
    if format_of(form, output) == "json":
        found = {
            "file": {
                "form": form_of_file, "format": number, "bytes": size, "checksum": checksum or None,
            },
            "version": study.version,
            "date": study.date,
            "note": study.note,
            "documents": [{"name": name, "bytes": count} for name, count in documents.items()],
            "parts": [dict(zip(columns, row, strict=True)) for row in rows_of(columns)],
        }  # fmt: skip
        _write(json.dumps(found, ensure_ascii=False, indent=1) + "\n", output)
        return
    lines = [
        ("made by chiso", study.version),
        ("on", study.date),
        ("note", study.note),
        ("documents", ", ".join(f"{name} ({count:,} bytes)" for name, count in documents.items())),
        ("checksum", checksum or "none: it was taken out, to edit the file"),
    ]
    header = f"{file}: snapshot of format {number}, {form_of_file}, {size:,} bytes\n"
    header += "\n".join(f"  {name}: {text}" for name, text in lines if text)
    emit(columns, form, output, shown=columns, header=header)


def _show_part(part: Any, form: str | None, output: str | None) -> None:
    if isinstance(part, Index | Plan | Scenario | Actions | Baseline):
        if form is not None:
            raise click.UsageError("this part is a text and no table; leave out --format")
        _write(part.to_text() if isinstance(part, Baseline) else part.to_yaml(), output)
        return
    columns, shown = _part_columns(part)
    emit(columns, form, output, shown=shown, header=repr(part).strip("<>"))


def _part_columns(part: Any) -> tuple[Columns, Columns]:
    """Return a part as columns, and as a table shows it."""
    if isinstance(part, Scores):
        part = Ranking(part)
    if isinstance(part, Ranking):
        columns = _ranking.ranked_columns(part._core, part.scores)
        scores = displayed_texts(columns["score"], part.scores.index)
        return columns, {
            **columns,
            "score": scores,
            "rank": [plain_number(rank) for rank in columns["rank"]],
        }
    if isinstance(part, Panel):
        columns = whole_columns(part)
    elif isinstance(part, Standings):
        columns = part._core.columns()
    elif isinstance(part, Uncertainty):
        columns = part.rank_columns()
    else:
        assert isinstance(part, Sensitivity)
        columns = part.columns()
    return columns, {
        name: [plain_number(cell) if isinstance(cell, float) else cell for cell in cells]
        for name, cells in columns.items()
    }


def _write(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _core.write_file(output, text)


# ---- compare and check --------------------------------------------------------------------------


@snapshot.command()
@click.argument("old", metavar="OLD", type=click.Path())
@click.argument("new", metavar="NEW", type=click.Path())
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Changes of one part that are listed.",
)
@format_option
@output_option
@click.pass_context
def diff(
    ctx: click.Context, old: str, new: str, most: int, form: str | None, output: str | None
) -> None:
    """Name everything in which two snapshots differ: cells, rules, scores, ranks, notes.

    \b
      chiso snapshot diff june.chiso july.chiso
      chiso snapshot diff june.chiso july.chiso --format csv

    Exit codes: 0 if they are the same, 1 if not.
    """
    before, after = Study.load(old), Study.load(new)
    columns = _snapshot.diff_columns(before, after, most)
    shown = {
        **columns,
        "part": [part or "(study)" for part in columns["part"]],
        "change": [plain_number(change) for change in columns["change"]],
    }
    count = len(columns["part"])
    header = f"{old} -> {new}: {how_many(count, 'difference') if count else 'the same'}"
    emit(columns, form, output, shown=shown, header=header)
    if count:
        ctx.exit(1)


@snapshot.command()
@_file_argument
@click.option("--threads", type=click.IntRange(min=0), default=0, help="All processors: 0.")
@format_option
@output_option
@click.pass_context
def verify(
    ctx: click.Context, file: str, threads: int, form: str | None, output: str | None
) -> None:
    """Check a snapshot, and compute every result in it anew.

    The file is checked as a whole; then scores, ranks, draws and indices are computed from the
    definitions, data and seeds that it holds, and compared to the last bit.

    \b
      chiso snapshot verify study.chiso

    Exit codes: 0 if everything holds, 1 if not.
    """
    study = Study.load(file)
    columns = _snapshot.verify_columns(study, threads)
    broken = sum(not holds for holds in columns["holds"])
    shown = {
        "part": columns["part"],
        "": [
            "-" if not computed else "holds" if holds else "DIFFERS"
            for computed, holds in zip(columns["computed"], columns["holds"], strict=True)
        ],
        "finding": columns["finding"],
    }
    made = f", made by chiso {study.version}" if study.version else ""
    told = f"{how_many(broken, 'result')} of it differ" if broken else "everything holds"
    emit(columns, form, output, shown=shown, header=f"{file}{made}: {told}")
    if broken:
        ctx.exit(1)
