"""``chiso lock`` and ``chiso diff``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from chiso import _baseline, _core, _diff, _io
from chiso._cli import (
    Failure,
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
    version_option,
)
from chiso._convert import as_period, optional_period

if TYPE_CHECKING:
    from chiso._convert import Columns


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--data", metavar="DATA", help="A CSV file or a shipped table; left out: what check files say."
)
@click.option(
    "--period",
    "-p",
    "periods",
    multiple=True,
    metavar="P",
    help="Several may be named; left out: all in which the definition is in force.",
)
@method_option
@version_option
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="Of one PATH; left out: NAME.lock."
)
@click.option("--update", is_flag=True, help="Take over what moved.")
@click.pass_context
def lock(
    ctx: click.Context,
    paths: tuple[str, ...],
    data: str | None,
    periods: tuple[str, ...],
    method: str | None,
    version: str | None,
    output: str | None,
    update: bool,
) -> None:
    """Lock the results of definitions, for `chiso check` to compare with.

    Of a definition NAME.yaml results are written to NAME.lock beside it, a text to be read and kept
    under version control. On which data, its NAME.check.yaml says:

    \b
      chiso: 1
      baseline: {panel: pci_scores, period: [2017, 2019]}

    What moved from a NAME.lock that is there already is shown, and taken over with --update only.

    \b
      chiso lock share/indices
      chiso lock my_index.yaml --data my_data.csv
      chiso lock my_index.yaml --update

    Exit codes: 0; 1 if something moved and is not taken over, or cannot be locked.
    """  # noqa: D301 - click wants the character itself
    if data is None and (periods or method or version):
        raise click.UsageError("--period, --method and --version are of --data")
    files = _core.files_to_lock(list(paths))
    if output is not None and len(files) > 1:
        raise click.UsageError(f"--output is of one file, and there are {len(files)}")
    wanted = [as_period(period) for period in periods]
    refused = broken = False
    for file in files:
        try:
            result = _core.lock_file(
                file,
                panel=data or "",
                version=version or "",
                periods=wanted,
                method=optional_period(method),
                output=output or "",
                update=update,
                share=_io.SHARE,
            )
        except _core.Error as error:  # The other files are locked still.
            Failure(error).show()
            broken = True
            continue
        locked = result.baseline
        told = how_many(len(locked.periods), "period")
        click.echo(f"{result.file}: {result.state}, {locked.index.name}, {told} of {locked.panel}")
        if result.findings:
            click.echo(_baseline.findings_text(result.findings))
        refused = refused or result.state == "refused"
    if refused:
        click.echo("Nothing was written where results moved: --update takes them over.", err=True)
    if refused or broken:
        ctx.exit(1)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--data", metavar="DATA", help="A CSV or Excel file, or a shipped table.")
@click.option("--period", "-p", metavar="P", help="Period to score: 2019, 2019-Q3 ...")
@method_option
@reading_options
@click.option(
    "--show",
    type=click.Choice(["tree", "changes", "units", "parts"]),
    default="tree",
    show_default=True,
    help="Changes and units as a tree, or one of their tables.",
)
@format_option
@output_option
def diff(
    old: str,
    new: str,
    data: str | None,
    period: str | None,
    method: str | None,
    reading: Reading,
    show: str,
    form: str | None,
    output: str | None,
) -> None:
    """Say what is different between two definitions, and whose scores and ranks that moves.

    With DATA each change is made with and without the others; the parts of a unit add up to its
    move. JSON holds everything.

    \b
      chiso diff pci-2009 pci-2013
      chiso diff pci-2009 pci-2013 --data pci_scores -p 2013
      chiso diff old.yaml new.yaml --data data.csv --show parts -f csv
    """  # noqa: D301 - click wants the character itself
    before, after = (load_definition(name, None) for name in (old, new))
    panel = None
    if data is None:
        if show in {"units", "parts"}:
            raise click.UsageError(f"--show {show} is of data: --data DATA")
    else:
        path = existing_data(data)
        panel = _io.read_panel(
            path,
            units=after._names(),
            period=period_of_table(headings_of(path, reading.sheet), period),
            version=reading.version,
            sheet=reading.sheet,
            decimal=reading.decimal,
        )
        note_unknown_units(panel, after)
    found = _diff.Difference(before, after, panel, period, method)
    chosen = format_of(form, output)
    if chosen == "json":
        text = json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n"
    elif show == "tree" and chosen == "table":
        text = f"{found}\n"
    else:
        columns, shown = _shown(found, "changes" if show == "tree" else show)
        emit(columns, form, output, shown=shown, header=f"{before.name} -> {after.name}")
        return
    if output is None:
        click.echo(text, nl=False)
    else:
        _core.write_file(output, text)


def _shown(found: _diff.Difference, show: str) -> tuple[Columns, Columns]:
    """Return what is asked for, and as a table shows it."""
    if show == "units":
        columns = _diff.unit_columns(found)
        shown = {
            name: displayed_texts(cells, found.after)
            if name in {"before", "after", "change"}
            else [plain_number(place) for place in cells]
            if name.startswith("rank")
            else cells
            for name, cells in columns.items()
        }
        return columns, shown
    columns = _diff.part_columns(found) if show == "parts" else _diff.change_columns(found)
    shown = {
        name: [plain_number(number) for number in cells]
        if name in {"points", "places", "largest"}
        else ["" if cell is None else str(cell) for cell in cells]
        for name, cells in columns.items()
        if name not in {"before", "after"}
    }
    return columns, shown
