"""What the commands share: options, loading, and showing tables."""

from __future__ import annotations

import difflib
import functools
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from chiso import _core, _io, _tables
from chiso._scores import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chiso._convert import Columns
    from chiso._index import Index
    from chiso._panel import Panel
    from chiso._scores import Scores

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]

_STYLES = {"●": "green", "◐": "yellow", "○": "red"}


class Commands(click.Group):
    """Turns what chiso raises into one clear message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (_core.Error, OSError) as error:
            raise Failure(error) from error


class Reading(NamedTuple):
    """How a file of data is to be read."""

    sheet: str | None
    decimal: str
    version: str | None


class Failure(click.ClickException):
    """One problem a line, the first after "Error:"."""

    exit_code = 1

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))


# ---- options that several commands share --------------------------------------------------------

index_argument = click.argument("index", metavar="INDEX")
data_argument = click.argument("data", metavar="DATA")
period_option = click.option(
    "--period", "-p", metavar="P", help="Period to score: 2019, 2019-Q3 ..."
)
method_option = click.option(
    "--method", metavar="P", help="Score with the method in force in another period."
)
format_option = click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default=None,
    help="Left out: by the ending of -o (.csv, .json, .xlsx), else a table. CSV and JSON are in "
    "full precision.",
)
output_option = click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="Write to a file, all or nothing."
)
decimal_option = click.option(
    "--decimal", type=click.Choice([".", ","]), default=".", help="The decimal sign of DATA."
)
sheet_option = click.option(
    "--sheet", metavar="NAME", help="Of an Excel file; the first if left out."
)
version_option = click.option(
    "--version", metavar="NAME", help='Which one, if DATA hold several (a column "version").'
)
language_option = click.option(
    "--lang", type=click.Choice(["en", "vi"]), default="en", help="Language of titles."
)


def with_options(*options: Decorator) -> Decorator:
    """Return one decorator for several; help shows them in this order."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Hand over how DATA are to be read as one argument, `reading`."""

    @functools.wraps(command)
    def read(*args: Any, sheet: str | None, decimal: str, version: str | None, **rest: Any) -> None:
        command(*args, reading=Reading(sheet, decimal, version), **rest)

    return version_option(sheet_option(decimal_option(read)))


#: What every command takes that scores INDEX with DATA.
scoring = with_options(
    index_argument,
    data_argument,
    period_option,
    method_option,
    reading_options,
    format_option,
    output_option,
)


# ---- loading ------------------------------------------------------------------------------------


def load_definition(name: str, period: str | None) -> Index:
    return _io.load_index(name, period)


def score_data(
    index: str, data: str, period: str | None, method: str | None, reading: Reading
) -> Scores:
    loaded = load_definition(index, method if method is not None else period)
    path = existing_data(data)
    heading = headings_of(path, reading.sheet)
    if "version" in heading and reading.version is None:
        names = _io.read_panels(
            path,
            period=period_of_table(heading, period),
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
        period=period_of_table(heading, period),
        version=reading.version,
        sheet=reading.sheet,
        decimal=reading.decimal,
    )
    note_unknown_units(panel, loaded)
    return score_panel(loaded, panel, period, method)


def score_panel(index: Index, panel: Panel, period: str | None, method: str | None) -> Scores:
    return index.score(panel, period, method=method)


def note_unknown_units(panel: Panel, index: Index) -> None:
    """Say which units kept their name: one may be misspelt, and then be ranked twice or missed."""
    known = index._names()
    if known is None:
        return
    for unit in panel.units:
        try:
            known.at(unit)
        except _core.NotFoundError as error:
            click.echo(f"note: '{index._core.units}': {error.problems[0].message}", err=True)


def existing_data(data: str) -> Path:
    path = _io.data_path(data)
    if not _core.is_file(path) and not path.suffix and len(path.parts) == 1:
        near = difflib.get_close_matches(data, _io.tables(), 1)
        raise _core.NotFoundError(
            f"there is no file and no shipped table '{data}'"
            + (f" (did you mean '{near[0]}'?)" if near else "; `chiso indices` lists the tables")
        )
    return path


def headings_of(path: Path, sheet: str | None) -> set[str]:
    return {name.strip().lower() for name in _tables.read_table(path, sheet).heading}


def period_of_table(heading: set[str], period: str | None) -> str | None:
    """Return `period` for a table that does not say of which period it is."""
    return None if "period" in heading else period


# ---- showing ------------------------------------------------------------------------------------


def about_scores(scores: Scores) -> str:
    method = "" if scores.method == scores.period else f" by the method of {scores.method}"
    return f"{scores.index.title} ({scores.index.name}), {scores.period}{method}"


def problem_text(problem: _core.Problem) -> str:
    place = f"{problem.place}: " if problem.place else ""
    return f"{place}{problem.message}" + (f"; {problem.remedy}" if problem.remedy else "")


def how_many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def span_text(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def decimals_of(index: Index) -> int:
    return 4 if index.decimals is None else index.decimals


def displayed_texts(values: Sequence[float], index: Index) -> list[str]:
    return [display(float(v), decimals_of(index)) if math.isfinite(v) else "" for v in values]


def whole_number(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def plain_number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""


def percent_text(share: float) -> str:
    return f"{100 * share:.4g}%" if math.isfinite(share) else ""


def exact_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):  # NumPy's numbers too.
        return "" if math.isnan(value) else _core.number_text(value)
    return str(value)


def indented_titles(titles: Sequence[str], depths: Sequence[int]) -> list[str]:
    return ["  " * depth + title for title, depth in zip(titles, depths, strict=True)]


def format_of(form: str | None, output: str | None) -> str:
    if form is not None:
        return form
    ending = Path(output).suffix.lower() if output is not None else ""
    return {".csv": "csv", ".json": "json", ".xlsx": "excel"}.get(ending, "table")


def emit(
    columns: Columns,
    form: str | None,
    output: str | None,
    *,
    shown: Columns,
    header: str = "",
    footer: str = "",
) -> None:
    """Print or write columns: as they are (CSV, JSON) or as they are shown (a table)."""
    chosen = format_of(form, output)
    if chosen == "excel" and output is not None:
        _tables.write_rows(
            [list(columns), *([exact_text(c) for c in row] for row in rows_of(columns))], output
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


def rows_of(columns: Columns) -> list[tuple[Any, ...]]:
    return list(zip(*columns.values(), strict=True))


def _csv(columns: Columns) -> str:
    return _tables.csv_text(
        [list(columns), *([exact_text(cell) for cell in row] for row in rows_of(columns))]
    )


def _json(columns: Columns) -> str:
    def cell(value: Any) -> Any:
        if hasattr(value, "item"):
            value = value.item()
        return None if isinstance(value, float) and not math.isfinite(value) else value

    records = [
        {name: cell(value) for name, value in zip(columns, row, strict=True)}
        for row in rows_of(columns)
    ]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _is_number(cells: Sequence[str]) -> bool:
    digits = "0123456789"
    return any(cells) and all(
        cell[0] in digits + "+-" and cell[-1] in digits + "%" for cell in cells if cell
    )


def _table_text(columns: Columns, header: str, footer: str) -> str:
    """Return a table for pipes and files: no colours, nothing cut off."""
    rows = [[str(cell) for cell in row] for row in rows_of(columns)]
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
    rows = [[str(cell) for cell in row] for row in rows_of(columns)]
    for i, name in enumerate(columns):
        number = _is_number([row[i] for row in rows])
        table.add_column(name, justify="right" if number else "left", no_wrap=number)
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    if rows:
        console.print(table)
    if footer:
        console.print(Text(footer, style="dim"))
