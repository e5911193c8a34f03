"""The command line: ``chiso`` and ``python -m chiso``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from chiso import _core, _io, _scores, _tables
from chiso._cli import (
    Commands,
    Reading,
    about_scores,
    data_argument,
    decimal_option,
    decimals_of,
    displayed_texts,
    emit,
    exact_text,
    existing_data,
    format_of,
    format_option,
    headings_of,
    how_many,
    indented_titles,
    index_argument,
    language_option,
    load_definition,
    method_option,
    output_option,
    percent_text,
    period_of_table,
    period_option,
    plain_number,
    problem_text,
    reading_options,
    score_data,
    score_panel,
    scoring,
    sheet_option,
    span_text,
    whole_number,
)
from chiso._cli_check import check
from chiso._cli_diff import diff, lock
from chiso._cli_plan import plan
from chiso._cli_project import project_command
from chiso._cli_reach import reach_command
from chiso._cli_robust import robust
from chiso._cli_scenario import causes, what_if
from chiso._cli_snapshot import snapshot
from chiso._cli_uncertainty import sensitivity, uncertainty
from chiso._convert import as_period, optional_period
from chiso._index import formula_columns, tree_columns
from chiso._scores import display

if TYPE_CHECKING:
    from chiso._convert import Columns

_MARKS = {"official": "●", "derived": "◐", "illustrative": "○", "": " "}
_LEGEND = "● official  ◐ derived  ○ illustrative"


@click.group(
    cls=Commands,
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
      chiso what-if pci pci_scores --period 2019 --set "Thanh Hóa" entry 8
      chiso causes papi papi_subdimensions "Thanh Hóa" --period 2020 --to 2021
      chiso plan points thanh-hoa-211 --with pci pci_scores 2019
      chiso check share/indices
      chiso diff pci-2009 pci-2013 --data pci_scores --period 2013
      chiso snapshot save study.chiso --index pci --data pci_scores --period 2019

    Exit codes: 0; 1 for a problem in the input, with all that is wrong; 2 for wrong usage.
    """


# ---- what there is ------------------------------------------------------------------------------


@main.command()
@format_option
@output_option
def indices(form: str | None, output: str | None) -> None:
    """List the definitions that ship with chiso, and the tables of data."""
    columns = _io.catalogue_columns()
    shown = {
        "": [_MARKS[status] for status in columns["status"]],
        "name": columns["name"],
        "title": columns["title"],
        "in force": [span_text(a, b) for a, b in zip(columns["from"], columns["to"], strict=True)],
    }
    footer = f"{_LEGEND}\n\nTables of data: {', '.join(_io.tables())}"
    emit(columns, form, output, shown=shown, footer=footer)


@main.command()
@index_argument
@period_option
@language_option
@click.option("--formulas", is_flag=True, help="How each score comes about, as a formula.")
@format_option
@output_option
def show(
    index: str,
    period: str | None,
    lang: Literal["en", "vi"],
    formulas: bool,
    form: str | None,
    output: str | None,
) -> None:
    """Show an index: its tree with weights, maxima, rules, and how sure each part is.

    \b
      chiso show pci-2013
      chiso show papi --period 2019 --lang vi
      chiso show pci-2013 --format json
      chiso show par-department --formulas
    """
    loaded = load_definition(index, period)
    chosen = optional_period(period)
    if formulas:
        rows = formula_columns(loaded, chosen, lang)
        emit(rows, form, output, shown=rows)
        return
    columns = tree_columns(loaded, chosen)
    titles = loaded.titles(lang)
    shown = {
        "": [_MARKS[status] for status in columns["status"]],
        "criterion": indented_titles(titles, columns["depth"]),
        "code": columns["code"],
        "share": ["", *(percent_text(share) for share in columns["share"][1:])],
        "maximum": [plain_number(most) for most in columns["maximum"]],
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
        ("in force", span_text(first or "", last or "")),
        ("source", about.source),
        ("reference", about.reference),
        ("checked", about.checked or ""),
        ("note", about.note),
    ]
    header = f"{(core.title.vi if lang == 'vi' else '') or loaded.title} ({loaded.name})\n"
    header += "\n".join(f"  {name}: {text}" for name, text in lines if text)
    emit(columns, form, output, shown=shown, header=header, footer=_LEGEND)


# ---- scoring ------------------------------------------------------------------------------------


@main.command()
@scoring
@click.option("--depth", type=click.IntRange(min=0), help="Nodes down to this depth (table: 1).")
def score(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
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
    scores = score_data(index, data, period, method, reading)
    most = depth if depth is not None else 1 if format_of(form, output) == "table" else None
    nodes = [i for i, d in enumerate(scores.index._core.depths) if most is None or d <= most]
    values = scores.values
    codes = scores.index.codes
    columns: Columns = {"unit": scores.units, **{codes[i]: values[:, i] for i in nodes}}
    shown: Columns = {
        name: cells if name == "unit" else displayed_texts(cells, scores.index)
        for name, cells in columns.items()
    }
    emit(columns, form, output, shown=shown, header=about_scores(scores))


@main.command()
@scoring
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
    reading: Reading,
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
    scores = score_data(index, data, period, method, reading)
    columns = _scores.ranking_columns(scores, node, ties, on=on)  # type: ignore[arg-type]
    columns = {
        "rank": [None if math.isnan(place) else whole_number(place) for place in columns["rank"]],
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
        "rank": ["" if place is None else plain_number(place) for place in columns["rank"]],
        "score": displayed_texts(columns["score"], scores.index),
    }
    counted = sum(
        not math.isnan(s)
        for s in scores.values[:, scores.index._core.at(node or scores.index.codes[0])]
    )
    header = f"{about_scores(scores)}{f', {node}' if node else ''}: {counted} units ranked"
    emit(columns, form, output, shown=shown, header=header)


@main.command()
@index_argument
@data_argument
@click.argument("unit", metavar="UNIT")
@period_option
@method_option
@reading_options
@language_option
@click.option("--depth", type=click.IntRange(min=0), help="Only nodes down to this depth.")
@format_option
@output_option
def explain(
    index: str,
    data: str,
    unit: str,
    period: str | None,
    method: str | None,
    reading: Reading,
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
    explained = score_data(index, data, period, method, reading).explain(unit, lang)
    every = explained.columns
    rows = [i for i, d in enumerate(every["depth"]) if depth is None or d <= depth]
    columns: Columns = {name: [cells[i] for i in rows] for name, cells in every.items()}
    scores = explained.scores
    numbers = {
        name: displayed_texts(columns[name], scores.index)
        for name in ("score", "highest", "contribution", "lost", "at stake")
    }
    shown: Columns = {
        "criterion": indented_titles(columns["title"], columns["depth"]),
        "weight": [percent_text(weight) for weight in columns["weight"]],
        **numbers,
        "rank": [plain_number(place) for place in columns["rank"]],
        "measure": columns["measure"],
        "rule": columns["rule"],
    }
    if any(columns["remarks"]):
        shown["remarks"] = columns["remarks"]
    place = "no rank" if explained.rank is None else f"rank {explained.rank} of {explained.ranked}"
    points = display(explained.score, decimals_of(scores.index)) or "no score"
    header = f"{explained.unit}: {points}, {place}\n{about_scores(scores)}"
    emit(columns, form, output, shown=shown, header=header)


@main.command()
@scoring
def verify(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    form: str | None,
    output: str | None,
) -> None:
    """Compare computed scores with the published ones that the data hold.

    Lists every published value that is not what its parts give. That is a finding about the
    data, not an error: the exit code is 0.

    \b
      chiso verify pci pci_scores --period 2011
    """
    scores = score_data(index, data, period, method, reading)
    summary = _scores.reconciliation_columns(scores)
    gaps = _scores.gap_columns(scores)
    if not summary["code"]:
        raise _core.DataError(
            "there is nothing to compare: the data hold no published value of any node of "
            f"{scores.index.name}"
        )
    lines = [
        f"  {code}: {how_many(compared, 'unit')} compared, largest difference "
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
    header = about_scores(scores) + "\n" + "\n".join(lines)
    emit(gaps, form, output, shown=shown, header=header)


@main.command()
@scoring
def treatments(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    form: str | None,
    output: str | None,
) -> None:
    """List what policies for missing values, cuts and caps did, cell by cell."""
    scores = score_data(index, data, period, method, reading)
    columns = _scores.treatment_columns(scores)
    shown = {**columns, "amount": [plain_number(amount) for amount in columns["amount"]]}
    emit(columns, form, output, shown=shown, header=about_scores(scores))


@main.command()
@index_argument
@data_argument
@period_option
@sheet_option
@decimal_option
@format_option
@output_option
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
    loaded = load_definition(index, period)
    path = existing_data(data)
    panels = _io.read_panels(
        path,
        units=loaded._names(),
        period=period_of_table(headings_of(path, sheet), period),
        sheet=sheet,
        decimal=decimal,
    )
    columns: Columns = {}
    first: dict[str, tuple[float, float]] | None = None
    for name, panel in panels.items():
        ranking = _scores.ranking_columns(score_panel(loaded, panel, period, None))
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
        else [plain_number(c) for c in cells]
        if name.endswith((" rank", " gained"))
        else displayed_texts(cells, loaded)
        for name, cells in columns.items()
    }
    emit(columns, form, output, shown=shown)


# ---- definitions --------------------------------------------------------------------------------


@main.command()
@index_argument
@period_option
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="A .csv or .xlsx file; else printed."
)
def table(index: str, period: str | None, output: str | None) -> None:
    """Write a definition as a table, one row a node, to be edited in a spreadsheet.

    \b
      chiso table pci-2013 -o pci.xlsx
      chiso yaml pci.xlsx -o pci.yaml
    """
    definition = _core.table_from_index(load_definition(index, period)._core)
    if output is None:
        click.echo(_core.to_csv(definition), nl=False)
    else:
        _tables.write_rows(definition.rows, output)


@main.command()
@index_argument
@period_option
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file; else printed.")
def yaml(index: str, period: str | None, output: str | None) -> None:
    """Write a definition as YAML: from a table (CSV, Excel), or in chiso's own layout.

    \b
      chiso yaml pci.xlsx -o pci.yaml
    """
    text = load_definition(index, period).to_yaml()
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
        cells = [exact_text(values.get(code, math.nan)) for code in form.index.variables]
        rows.append([unit, as_period(period).text, version, *cells])
    _core.write_file(definition, form.index.to_yaml())
    _tables.write_rows(rows, points)
    click.echo(f"{definition}\n{points}")
    for finding in form.findings:
        click.echo(f"look at: {problem_text(finding)}", err=True)


main.add_command(check)
main.add_command(lock)
main.add_command(diff)
main.add_command(plan)
main.add_command(what_if)
main.add_command(causes)
main.add_command(reach_command)
main.add_command(uncertainty)
main.add_command(sensitivity)
main.add_command(robust)
main.add_command(project_command)
main.add_command(snapshot)
