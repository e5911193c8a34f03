"""The command line: ``chiso`` and ``python -m chiso``."""

from __future__ import annotations

import csv
import difflib
import functools
import io
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from chiso import _core, _io, _scores, _tables
from chiso._convert import as_period, optional_period
from chiso._index import Index, tree_columns
from chiso._scores import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chiso._convert import Columns
    from chiso._panel import Panel
    from chiso._scores import Scores

_MARKS = {"official": "●", "derived": "◐", "illustrative": "○", "": " "}
_LEGEND = "● official  ◐ derived  ○ illustrative"
_STYLES = {"●": "green", "◐": "yellow", "○": "red"}


class _Commands(click.Group):
    """Turns what chiso raises into one clear message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (_core.Error, OSError) as error:
            raise _Failure(error) from error


class _Reading(NamedTuple):
    """How a file of data is to be read."""

    sheet: str | None
    decimal: str
    version: str | None


class _Failure(click.ClickException):
    """One problem a line, the first after "Error:"."""

    exit_code = 1

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))


# ---- options that several commands share --------------------------------------------------------

_index = click.argument("index", metavar="INDEX")
_data = click.argument("data", metavar="DATA")
_period = click.option("--period", "-p", metavar="P", help="Period to score: 2019, 2019-Q3 ...")
_method = click.option(
    "--method", metavar="P", help="Score with the method in force in another period."
)
_format = click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default=None,
    help="Left out: by the ending of -o (.csv, .json, .xlsx), else a table. CSV and JSON are in "
    "full precision.",
)
_output = click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="Write to a file, all or nothing."
)
_decimal = click.option(
    "--decimal", type=click.Choice([".", ","]), default=".", help="The decimal sign of DATA."
)
_sheet = click.option("--sheet", metavar="NAME", help="Of an Excel file; the first if left out.")
_version = click.option(
    "--version", metavar="NAME", help='Which one, if DATA hold several (a column "version").'
)
_language = click.option(
    "--lang", type=click.Choice(["en", "vi"]), default="en", help="Language of titles."
)


def _scoring(command: Callable[..., None]) -> Callable[..., None]:
    for decorate in (_output, _format, _reading, _method, _period, _data, _index):
        command = decorate(command)
    return command


def _reading(command: Callable[..., None]) -> Callable[..., None]:
    """Hand over how DATA are to be read as one argument, `reading`."""

    @functools.wraps(command)
    def read(*args: Any, sheet: str | None, decimal: str, version: str | None, **rest: Any) -> None:
        command(*args, reading=_Reading(sheet, decimal, version), **rest)

    return _version(_sheet(_decimal(read)))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(_core.__version__, "-V", "--version", prog_name="chiso")
def main() -> None:
    """Composite indices: from a definition to a ranking, and why.

    INDEX is a shipped edition (pci-2013), a family (pci: the edition in force in --period is
    taken) or a file (YAML, or a table as CSV or Excel). DATA is a CSV or Excel file, or a
    shipped table (pci_scores).

    \b
      chiso indices
      chiso show pci-2013
      chiso rank pci pci_scores --period 2019 --top 10
      chiso rank pci pci_scores --period 2019 --around "Thanh Hóa" --neighbours 3
      chiso explain pci pci_scores "Thanh Hóa" --period 2019
      chiso score papi papi_subdimensions --period 2019 -o scores.csv

    Exit codes: 0; 1 for a problem in the input, with all that is wrong; 2 for wrong usage.
    """


# ---- what there is ------------------------------------------------------------------------------


@main.command()
@_format
@_output
def indices(form: str | None, output: str | None) -> None:
    """List the definitions that ship with chiso, and the tables of data."""
    columns = _io.catalogue_columns()
    shown = {
        "": [_MARKS[status] for status in columns["status"]],
        "name": columns["name"],
        "title": columns["title"],
        "in force": [_span(a, b) for a, b in zip(columns["from"], columns["to"], strict=True)],
    }
    footer = f"{_LEGEND}\n\nTables of data: {', '.join(_io.tables())}"
    _emit(columns, form, output, shown=shown, footer=footer)


@main.command()
@_index
@_period
@_language
@_format
@_output
def show(
    index: str,
    period: str | None,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    """Show an index: its tree with weights, maxima, rules, and how sure each part is.

    \b
      chiso show pci-2013
      chiso show papi --period 2019 --lang vi
      chiso show pci-2013 --format json
    """
    loaded = _load(index, period)
    chosen = optional_period(period)
    columns = tree_columns(loaded, chosen)
    titles = loaded.titles(lang)
    shown = {
        "": [_MARKS[status] for status in columns["status"]],
        "criterion": _indented(titles, columns["depth"]),
        "code": columns["code"],
        "share": ["", *(_percent(share) for share in columns["share"][1:])],
        "maximum": [_plain(most) for most in columns["maximum"]],
        "how": columns["how"],
        "reads": [
            "" if variables == code else variables
            for variables, code in zip(columns["variables"], columns["code"], strict=True)
        ],
    }
    core = loaded._core
    about = loaded.provenance
    first, last = loaded.periods
    lines = [
        ("published by", loaded.publisher),
        ("in force", _span(first or "", last or "")),
        ("source", about.source),
        ("reference", about.reference),
        ("checked", about.checked or ""),
        ("note", about.note),
    ]
    header = f"{(core.title.vi if lang == 'vi' else '') or loaded.title} ({loaded.name})\n"
    header += "\n".join(f"  {name}: {text}" for name, text in lines if text)
    _emit(columns, form, output, shown=shown, header=header, footer=_LEGEND)


# ---- scoring ------------------------------------------------------------------------------------


@main.command()
@_scoring
@click.option("--depth", type=click.IntRange(min=0), help="Nodes down to this depth (table: 1).")
def score(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: _Reading,
    form: str | None,
    output: str | None,
    depth: int | None,
) -> None:
    """Score every unit on every node.

    \b
      chiso score pci pci_scores --period 2019
      chiso score my_index.yaml my_data.xlsx --format json
      chiso score pci pci_scores --period 2005 --method 2019
    """
    scores = _score(index, data, period, method, reading)
    most = depth if depth is not None else 1 if _form(form, output) == "table" else None
    nodes = [i for i, d in enumerate(scores.index._core.depths) if most is None or d <= most]
    values = scores.values
    codes = scores.index.codes
    columns: Columns = {"unit": scores.units, **{codes[i]: values[:, i] for i in nodes}}
    shown: Columns = {
        name: cells if name == "unit" else _displayed(cells, scores.index)
        for name, cells in columns.items()
    }
    _emit(columns, form, output, shown=shown, header=_about(scores))


@main.command()
@_scoring
@click.option("--node", metavar="CODE", help="Rank by this node; the composite if left out.")
@click.option(
    "--ties",
    type=click.Choice(list(_core.Ties.__members__)),
    default="competition",
    show_default=True,
    help="1 1 3, 1 1 2, 1.5 1.5 3 or 1 2 3.",
)
@click.option(
    "--on",
    type=click.Choice(["unrounded", "displayed"]),
    help="Rank unrounded or displayed scores; left out: what the definition says.",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the best N.")
@click.option("--around", metavar="UNIT", help="Only a unit and its neighbours.")
@click.option("--neighbours", type=click.IntRange(min=0), default=3, show_default=True, metavar="N")
def rank(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: _Reading,
    form: str | None,
    output: str | None,
    node: str | None,
    ties: str,
    on: str | None,
    top: int | None,
    around: str | None,
    neighbours: int,
) -> None:
    """Rank the units, best first; units without a score come last and have no rank.

    \b
      chiso rank pci pci_scores --period 2019 --top 10
      chiso rank pci pci_scores --period 2019 --around "Thanh Hóa" --neighbours 3
      chiso rank papi papi_subdimensions --period 2019 --node D4
    """
    scores = _score(index, data, period, method, reading)
    columns = _scores.ranking_columns(scores, node, ties, on=on)  # type: ignore[arg-type]
    columns = {
        "rank": [None if math.isnan(place) else _whole(place) for place in columns["rank"]],
        "unit": columns["unit"],
        **{name: cells for name, cells in columns.items() if name not in {"rank", "unit"}},
    }
    rows = slice(0, top)
    if around is not None:
        place = columns["unit"].index(scores.unit(around))
        rows = slice(max(place - neighbours, 0), place + neighbours + 1)
    columns = {name: cells[rows] for name, cells in columns.items()}
    shown = {
        **columns,
        "rank": ["" if place is None else _plain(place) for place in columns["rank"]],
        "score": _displayed(columns["score"], scores.index),
    }
    counted = sum(
        not math.isnan(s)
        for s in scores.values[:, scores.index._core.at(node or scores.index.codes[0])]
    )
    header = f"{_about(scores)}{f', {node}' if node else ''}: {counted} units ranked"
    _emit(columns, form, output, shown=shown, header=header)


@main.command()
@_index
@_data
@click.argument("unit", metavar="UNIT")
@_period
@_method
@_reading
@_language
@click.option("--depth", type=click.IntRange(min=0), help="Only nodes down to this depth.")
@_format
@_output
def explain(
    index: str,
    data: str,
    unit: str,
    period: str | None,
    method: str | None,
    reading: _Reading,
    lang: Literal["en", "vi"],
    depth: int | None,
    form: str | None,
    output: str | None,
) -> None:
    """Explain one unit: contributions and lost points, down to rules and raw values.

    "contribution" is what a criterion brings to the composite; siblings add up to their parent.
    "at stake" is what the composite would gain if this criterion alone were at its highest.

    \b
      chiso explain pci pci_scores "Thanh Hóa" --period 2019
      chiso explain pci pci_scores "thanh hoa" --period 2019 --lang vi
    """
    explained = _score(index, data, period, method, reading).explain(unit, lang)
    every = explained.columns
    rows = [i for i, d in enumerate(every["depth"]) if depth is None or d <= depth]
    columns: Columns = {name: [cells[i] for i in rows] for name, cells in every.items()}
    scores = explained.scores
    numbers = {
        name: _displayed(columns[name], scores.index)
        for name in ("score", "highest", "contribution", "lost", "at stake")
    }
    shown: Columns = {
        "criterion": _indented(columns["title"], columns["depth"]),
        "weight": [_percent(weight) for weight in columns["weight"]],
        **numbers,
        "rank": [_plain(place) for place in columns["rank"]],
        "measure": columns["measure"],
        "rule": columns["rule"],
    }
    if any(columns["remarks"]):
        shown["remarks"] = columns["remarks"]
    place = "no rank" if explained.rank is None else f"rank {explained.rank} of {explained.ranked}"
    points = display(explained.score, _decimals(scores.index)) or "no score"
    header = f"{explained.unit}: {points}, {place}\n{_about(scores)}"
    _emit(columns, form, output, shown=shown, header=header)


@main.command()
@_scoring
def verify(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: _Reading,
    form: str | None,
    output: str | None,
) -> None:
    """Compare computed scores with the published ones that the data hold.

    Lists every published value that is not what its parts give. That is a finding about the
    data, not an error: the exit code is 0.

    \b
      chiso verify pci pci_scores --period 2011
    """
    scores = _score(index, data, period, method, reading)
    summary = _scores.reconciliation_columns(scores)
    gaps = _scores.gap_columns(scores)
    if not summary["code"]:
        raise _core.DataError(
            "there is nothing to compare: the data hold no published value of any node of "
            f"{scores.index.name}"
        )
    lines = [
        f"  {code}: {_count(compared, 'unit')} compared, largest difference "
        f"{largest:.2g} (tolerance {tolerance:g}), {beyond or 'none'} beyond"
        for code, tolerance, compared, beyond, largest in zip(
            *(summary[k] for k in ("code", "tolerance", "compared", "beyond", "largest")),
            strict=True,
        )
    ]
    shown: Columns = {
        "code": gaps["code"],
        "unit": gaps["unit"],
        **{
            name: [f"{v:.6g}" if not math.isnan(v) else "" for v in gaps[name]]
            for name in ("computed", "published", "difference")
        },
    }
    header = _about(scores) + "\n" + "\n".join(lines)
    _emit(gaps, form, output, shown=shown, header=header)


@main.command()
@_scoring
def treatments(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: _Reading,
    form: str | None,
    output: str | None,
) -> None:
    """List what policies for missing values, cuts and caps did, cell by cell."""
    scores = _score(index, data, period, method, reading)
    columns = _scores.treatment_columns(scores)
    shown = {**columns, "amount": [_plain(amount) for amount in columns["amount"]]}
    _emit(columns, form, output, shown=shown, header=_about(scores))


@main.command()
@_index
@_data
@_period
@_sheet
@_decimal
@_format
@_output
def versions(
    index: str,
    data: str,
    period: str | None,
    sheet: str | None,
    decimal: str,
    form: str | None,
    output: str | None,
) -> None:
    """Compare versions side by side: self-assessed, round 1, round 2 (a column "version").

    The change of the score and the places gained are against the first version.
    """
    loaded = _load(index, period)
    path = _data_path(data)
    panels = _io.read_panels(
        path,
        units=loaded._names(),
        period=_period_of_table(_headings(path, sheet), period),
        sheet=sheet,
        decimal=decimal,
    )
    columns: Columns = {}
    first: dict[str, tuple[float, float]] | None = None
    for name, panel in panels.items():
        ranking = _scores.ranking_columns(_score_panel(loaded, panel, period, None))
        found = {
            unit: (float(score), float(place))
            for unit, score, place in zip(
                ranking["unit"], ranking["score"], ranking["rank"], strict=True
            )
        }
        if first is None:
            first = found
            columns["unit"] = list(found)
        nothing = (math.nan, math.nan)
        cells = [found.get(unit, nothing) for unit in columns["unit"]]
        columns[f"{name} score"] = [cell[0] for cell in cells]
        columns[f"{name} rank"] = [cell[1] for cell in cells]
        if found is not first:
            columns[f"{name} change"] = [
                cell[0] - first[unit][0] for unit, cell in zip(columns["unit"], cells, strict=True)
            ]
            columns[f"{name} places gained"] = [
                first[unit][1] - cell[1] for unit, cell in zip(columns["unit"], cells, strict=True)
            ]
    shown = {
        name: cells
        if name == "unit"
        else [_plain(c) for c in cells]
        if name.endswith((" rank", " gained"))
        else _displayed(cells, loaded)
        for name, cells in columns.items()
    }
    _emit(columns, form, output, shown=shown)


# ---- definitions --------------------------------------------------------------------------------


@main.command()
@_index
@_period
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="A .csv or .xlsx file; else printed."
)
def table(index: str, period: str | None, output: str | None) -> None:
    """Write a definition as a table, one row a node, to be edited in a spreadsheet.

    \b
      chiso table pci-2013 -o pci.xlsx
      chiso yaml pci.xlsx -o pci.yaml
    """
    definition = _core.table_from_index(_load(index, period)._core)
    if output is None:
        click.echo(_core.to_csv(definition), nl=False)
    else:
        _tables.write_rows(definition.rows, output)


@main.command()
@_index
@_period
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file; else printed.")
def yaml(index: str, period: str | None, output: str | None) -> None:
    """Write a definition as YAML: from a table (CSV, Excel), or in chiso's own layout.

    \b
      chiso yaml pci.xlsx -o pci.yaml
    """
    text = _load(index, period).to_yaml()
    if output is None:
        click.echo(text, nl=False)
    else:
        _core.write_file(output, text)


@main.command("import-form")
@click.argument("form_file", metavar="FORM", type=click.Path(dir_okay=False))
@click.option("--unit", required=True, help="Whose form it is.")
@click.option("--period", "-p", required=True, metavar="P", help="Of which period.")
@click.option("--index", "name", default="par-form", show_default=True, help="Name of the index.")
@click.option("--edition", default="imported", show_default=True)
@click.option("--sheet", help="Of an Excel file; the first if left out.")
@click.option(
    "--output", "-o", required=True, type=click.Path(file_okay=False), help="Folder to write to."
)
def import_form(
    form_file: str, unit: str, period: str, name: str, edition: str, sheet: str | None, output: str
) -> None:
    """Take over an official PAR scoring table (Excel or CSV) as a definition and data.

    Writes INDEX-EDITION.yaml and one table with a column "version" (self, appraised ...). What
    does not add up in the form is listed.

    \b
      chiso import-form form.xlsx --unit "Sở Nội vụ" --period 2024 -o imported
    """
    form = _io.read_scoring_form(
        form_file, unit=unit, period=period, index=name, edition=edition, sheet=sheet
    )
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    definition = folder / f"{form.index.name}.yaml"
    points = folder / f"{form.index.name}.csv"
    rows: list[list[str]] = []
    for version, panel in form.versions.items():
        if not rows:
            rows.append(["unit", "period", "version", *form.index.variables])
        values = {code: panel.values(period)[0, v] for v, code in enumerate(panel.variables)}
        cells = [_exact(values.get(code, math.nan)) for code in form.index.variables]
        rows.append([unit, as_period(period).text, version, *cells])
    _core.write_file(definition, form.index.to_yaml())
    _core.write_file(points, _core.to_csv(_core.Table("", rows)))
    click.echo(f"{definition}\n{points}")
    for finding in form.findings:
        click.echo(f"look at: {_problem(finding)}", err=True)


# ---- loading ------------------------------------------------------------------------------------


def _load(name: str, period: str | None) -> Index:
    return _io.load_index(name, period)


def _score(
    index: str, data: str, period: str | None, method: str | None, reading: _Reading
) -> Scores:
    loaded = _load(index, method if method is not None else period)
    path = _data_path(data)
    heading = _headings(path, reading.sheet)
    if "version" in heading and reading.version is None:
        names = _io.read_panels(
            path,
            period=_period_of_table(heading, period),
            sheet=reading.sheet,
            decimal=reading.decimal,
        )
        if len(names) > 1:
            raise _core.DataError(
                f"{data} holds {len(names)} versions: {', '.join(names)}; say which one with "
                "--version, or compare them with `chiso versions`"
            )
    panel = _io.read_panel(
        path,
        units=loaded._names(),
        period=_period_of_table(heading, period),
        version=reading.version,
        sheet=reading.sheet,
        decimal=reading.decimal,
    )
    _note_unknown_units(panel, loaded)
    return _score_panel(loaded, panel, period, method)


def _score_panel(index: Index, panel: Panel, period: str | None, method: str | None) -> Scores:
    return index.score(panel, period, method=method)


def _note_unknown_units(panel: Panel, index: Index) -> None:
    """Say which units kept their name: one may be misspelt, and then be ranked twice or missed."""
    known = index._names()
    if known is None:
        return
    for unit in panel.units:
        try:
            known.at(unit)
        except _core.NotFoundError as error:
            click.echo(f"note: '{index._core.units}': {error.problems[0].message}", err=True)


def _data_path(data: str) -> Path:
    path = _io.data_path(data)
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        near = difflib.get_close_matches(data, _io.tables(), 1)
        raise _core.NotFoundError(
            f"there is no file and no shipped table '{data}'"
            + (f" (did you mean '{near[0]}'?)" if near else "; `chiso indices` lists the tables")
        )
    return path


def _headings(path: Path, sheet: str | None) -> set[str]:
    return {name.strip().lower() for name in _tables.read_table(path, sheet).heading}


def _period_of_table(heading: set[str], period: str | None) -> str | None:
    """Return `period` for a table that does not say of which period it is."""
    return None if "period" in heading else period


# ---- showing ------------------------------------------------------------------------------------


def _about(scores: Scores) -> str:
    method = "" if scores.method == scores.period else f" by the method of {scores.method}"
    return f"{scores.index.title} ({scores.index.name}), {scores.period}{method}"


def _problem(problem: _core.Problem) -> str:
    place = f"{problem.place}: " if problem.place else ""
    return f"{place}{problem.message}" + (f"; {problem.remedy}" if problem.remedy else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def _decimals(index: Index) -> int:
    return 4 if index.decimals is None else index.decimals


def _displayed(values: Sequence[float], index: Index) -> list[str]:
    return [display(float(v), _decimals(index)) if math.isfinite(v) else "" for v in values]


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def _plain(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%" if math.isfinite(share) else ""


def _exact(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):  # NumPy's numbers too.
        return "" if math.isnan(value) else _core.number_text(value)
    return str(value)


def _indented(titles: Sequence[str], depths: Sequence[int]) -> list[str]:
    return ["  " * depth + title for title, depth in zip(titles, depths, strict=True)]


def _form(form: str | None, output: str | None) -> str:
    if form is not None:
        return form
    ending = Path(output).suffix.lower() if output is not None else ""
    return {".csv": "csv", ".json": "json", ".xlsx": "excel"}.get(ending, "table")


def _emit(
    columns: Columns,
    form: str | None,
    output: str | None,
    *,
    shown: Columns,
    header: str = "",
    footer: str = "",
) -> None:
    """Print or write columns: as they are (CSV, JSON) or as they are shown (a table)."""
    chosen = _form(form, output)
    if chosen == "excel" and output is not None:
        _tables.write_rows(
            [list(columns), *([_exact(c) for c in row] for row in _rows(columns))], output
        )
        return
    if chosen == "csv":
        text = _csv(columns)
    elif chosen == "json":
        text = _json(columns)
    elif output is None and sys.stdout.isatty():
        _print_table(shown, header, footer)
        return
    else:
        text = _table_text(shown, header, footer)
    if output is None:
        click.echo(text, nl=False)
    else:
        _core.write_file(output, text)


def _rows(columns: Columns) -> list[tuple[Any, ...]]:
    return list(zip(*columns.values(), strict=True))


def _csv(columns: Columns) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_exact(cell) for cell in row] for row in _rows(columns))
    return text.getvalue()


def _json(columns: Columns) -> str:
    def cell(value: Any) -> Any:
        if hasattr(value, "item"):
            value = value.item()
        return None if isinstance(value, float) and not math.isfinite(value) else value

    records = [
        {name: cell(value) for name, value in zip(columns, row, strict=True)}
        for row in _rows(columns)
    ]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _is_number(cells: Sequence[str]) -> bool:
    digits = "0123456789"
    return any(cells) and all(
        cell[0] in digits + "-" and cell[-1] in digits + "%" for cell in cells if cell
    )


def _table_text(columns: Columns, header: str, footer: str) -> str:
    """Return a table for pipes and files: no colours, nothing cut off."""
    rows = [[str(cell) for cell in row] for row in _rows(columns)]
    names = list(columns)
    right = [_is_number([row[i] for row in rows]) for i in range(len(names))]
    width = [max(_core.display_width(row[i]) for row in [names, *rows]) for i in range(len(names))]

    def line(row: Sequence[str]) -> str:
        cells = []
        for i, cell in enumerate(row):
            blanks = " " * (width[i] - _core.display_width(cell))
            cells.append(blanks + cell if right[i] else cell + blanks)
        return "  ".join(cells).rstrip()

    table = [line(names), line(["-" * w for w in width]), *map(line, rows)] if rows else []
    parts = [header, "\n".join(table), footer]
    return "\n\n".join(part for part in parts if part) + "\n"


def _print_table(columns: Columns, header: str, footer: str) -> None:
    """Print a table for people at a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if header:
        first, _, rest = header.partition("\n")
        console.print(Text(first, style="bold"))
        if rest:
            console.print(Text(rest, style="dim"))
    table = Table(box=None, header_style="dim", pad_edge=False)
    rows = [[str(cell) for cell in row] for row in _rows(columns)]
    for i, name in enumerate(columns):
        number = _is_number([row[i] for row in rows])
        table.add_column(name, justify="right" if number else "left", no_wrap=number)
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    if rows:
        console.print(table)
    if footer:
        console.print(Text(footer, style="dim"))
