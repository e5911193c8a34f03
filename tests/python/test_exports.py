"""What is exported stays text in a spreadsheet, and reads back as it was."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import chiso
import openpyxl
import pandas as pd
import pytest
from chiso import _core, _tables
from chiso.cli import main
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

#: What strangers may call things: formulas, calls of programs, and what only looks like them.
EVIL = [
    "=1+1", "=HYPERLINK(\"http://x.example\",\"more\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
    " =1", "\u00a0=1", "\uff1d1", "'=1", "''=1", "- Sở Nội vụ", "+84 237; =2", "#N/A", "-x",
]  # fmt: skip
UNITS = ["=1+1", "@SUM(1)", "-2+3", "+x|y!z", "- Sở Nội vụ", "'=9", "A"]
HARMLESS = ["-3.5", "+3", "-1,5", "-12.5%", "-", "'a", "O'Neill", "1e5", "007", "TRUE", "a=b"]

_NUMBER = re.compile(r"\s*[-+](inf|[\d.,]+(e[-+]?\d+)?)\s*%?\s*")


def is_dangerous(cell: str) -> bool:
    """Whether a spreadsheet would run a cell: the rule in other words than the core's."""
    body = cell.lstrip()
    return cell[:1] in {"\t", "\r", "\n"} or (
        body[:1] in {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}
        and len(body.rstrip()) > 1
        and not _NUMBER.fullmatch(body)
    )


def is_safe(text: str) -> bool:
    return not any(is_dangerous(cell) for row in csv.reader(io.StringIO(text)) for cell in row)


def formulas_in(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    cells = (cell for page in book.worksheets for row in page.iter_rows() for cell in row)
    return [cell.coordinate for cell in cells if cell.data_type == "f"]


letters = st.text(
    st.one_of(
        st.sampled_from("='+-@ \t\r\n\"',;%1.x\u00a0\uff1d_x0D"),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    max_size=12,
)
tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(letters, min_size=n, max_size=n), min_size=1, max_size=5)
)


@given(tables)
def test_csv_is_safe_and_reads_back(rows: list[list[str]]) -> None:
    text = _tables.csv_text(rows)

    assert is_safe(text)
    assert csv_rows(text) == rows


def csv_rows(text: str) -> list[list[str]]:
    return _core.parse_csv(text).rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(rows=tables)
def test_excel_keeps_every_text(tmp_path: Path, rows: list[list[str]]) -> None:
    rows = [["heading"] * len(rows[0]), *rows, ["end"] * len(rows[0])]
    path = tmp_path / "t.xlsx"
    _tables.write_rows(rows, path)

    assert not formulas_in(path)
    assert _tables.read_table(path).rows == rows


@pytest.mark.parametrize("text", [*EVIL, *HARMLESS, "_x000D_", "a\rb", "_x005F_", "inf", "nan"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_texts_read_back(tmp_path: Path, text: str, ending: str) -> None:
    path = tmp_path / f"t.{ending}"
    _tables.write_rows([["x", "y"], [text, "1"]], path)

    assert _tables.read_table(path).rows == [["x", "y"], [text, "1"]]
    if ending == "csv":
        assert is_safe(path.read_text(encoding="utf-8"))
        guard = "'" if is_dangerous(text.lstrip("'")) else ""
        assert (guard + text in path.read_text(encoding="utf-8")) or '"' in text or "\r" in text
    else:
        assert not formulas_in(path)
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        assert sheet["A2"].quotePrefix == is_dangerous(text)


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    for ending in ("csv", "xlsx"):
        _tables.write_rows([["x"], ["-3.5"], ["-1e-05"]], tmp_path / f"t.{ending}")
    assert pd.read_csv(tmp_path / "t.csv")["x"].tolist() == [-3.5, -1e-05]
    assert pd.read_excel(tmp_path / "t.xlsx")["x"].tolist() == [-3.5, -1e-05]


def test_what_excel_cannot_hold_is_an_error_and_not_cut_off(tmp_path: Path) -> None:
    for text, message in (("x" * 32_768, "32767 letters"), ("a\ufffe", r"U\+FFFE")):
        with pytest.raises(chiso.DataError, match=message):
            _tables.write_rows([["x"], [text]], tmp_path / "t.xlsx")
    with pytest.raises(chiso.DataError, match="16384 columns"):
        _tables.write_rows([["x"] * 16_385], tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


# ---- All writers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a definition and data that are called like formulas throughout."""
    folder = tmp_path_factory.mktemp("evil")
    title = "{en: '=1+1', vi: '@x'}"
    leaves = "\n".join(
        f"    - {{code: c{i}, title: {{en: {json.dumps(EVIL[i])}, vi: '-y'}}, maximum: 10, "
        "rule: given, source: '=s', note: '+n'}"
        for i in range(4)
    )
    (folder / "evil.yaml").write_text(
        f"chiso: 1\nindex: evil\nedition: '1'\ntitle: {title}\nsource: '=2'\nnote: '-note'\n"
        f"tree:\n  code: total\n  title: {title}\n  aggregation: sum\n  children:\n{leaves}\n",
        encoding="utf-8",
    )
    _tables.write_rows(
        [["unit", "period", "c0", "c1", "c2", "c3"]]
        + [
            [unit, str(year), *(str((7 * u + 3 * c + year) % 10 + 0.5) for c in range(4))]
            for year in range(2017, 2022)
            for u, unit in enumerate(UNITS)
        ],
        folder / "data.csv",
    )
    (folder / "plan.yaml").write_text(
        f"chiso: 1\nplan: p\ntitle: {title}\nunit: '=1+1'\nnote: '@n'\nindices: {{evil: evil}}\n"
        f"agencies: {{a: {{title: {title}}}}}\n"
        "tasks:\n  - {code: '1', title: {vi: '=1+1', en: '-t'}, lead: a, of: ['evil:c0'], "
        "product: '+p', note: '@n', due: 2021-05-01}\n",
        encoding="utf-8",
    )
    (folder / "scenarios.yaml").write_text(
        "chiso: 1\nscenarios:\n  - name: '=s'\n    note: '-n'\n"
        "    edits: [{value: c0, of: '=1+1', set: 9}]\n",
        encoding="utf-8",
    )
    (folder / "actions.yaml").write_text(
        "chiso: 1\nname: actions\ncurrency: '=c'\nactions:\n"
        f"  - {{code: one, title: {title}, cost: 1, effects: [c0 + 1]}}\n",
        encoding="utf-8",
    )
    return folder


def save_all(folder: Path, ending: str, to: Path) -> None:
    """Write everything that has a writer of its own, and read it back."""
    index = chiso.load_index(folder / "evil.yaml")
    index.to_table(to / f"index.{ending}")
    assert chiso.load_index(to / f"index.{ending}") == index
    plan = chiso.load_plan(folder / "plan.yaml")
    actions = chiso.load_actions(folder / "actions.yaml")
    scenarios = chiso.load_scenarios(folder / "scenarios.yaml")
    for language in ("en", "vi"):
        plan.save(to / f"plan-{language}.{ending}", language)
        assert chiso.load_plan(to / f"plan-{language}.{ending}") == plan
        actions.save(to / f"actions-{language}.{ending}", language)
        assert chiso.load_actions(to / f"actions-{language}.{ending}") == actions
        chiso.save_scenarios(scenarios, to / f"scenarios-{language}.{ending}", language=language)
        assert chiso.load_scenarios(to / f"scenarios-{language}.{ending}") == scenarios


#: Every command that writes tables, without `-f csv` and `-o`.
COMMANDS = [
    "rank evil.yaml data.csv -p 2020",
    "score evil.yaml data.csv -p 2020",
    "explain evil.yaml data.csv =1+1 -p 2020",
    "treatments evil.yaml data.csv -p 2020",
    "show evil.yaml",
    "table evil.yaml",
    "causes evil.yaml data.csv =1+1 -p 2020 --to 2021",
    "what-if evil.yaml data.csv -p 2020 -s scenarios.yaml",
    "what-if evil.yaml data.csv -p 2020 -s scenarios.yaml --show changes",
    "reach evil.yaml data.csv =1+1 -p 2020 --top 1",
    "reach evil.yaml data.csv =1+1 -p 2020 --top 1 --least",
    "reach evil.yaml data.csv =1+1 -p 2020 -a actions.yaml --budget 5",
    "uncertainty evil.yaml data.csv -p 2020 --weights total --draws 100 --top 3",
    "sensitivity evil.yaml data.csv -p 2020 --weights total --noise 0.01 --base 64",
    "robust ranks evil.yaml data.csv -p 2020",
    "robust weights evil.yaml data.csv -p 2020 --top 3",
    "robust leave-one-out evil.yaml data.csv -p 2020 --top 3",
    "project evil.yaml --data data.csv --to 2022 --top 3",
    "plan show plan.yaml",
    "plan table plan.yaml",
    "plan agenda plan.yaml a",
    "plan matrix plan.yaml",
    "plan progress plan.yaml",
    "plan workload plan.yaml",
    "plan check plan.yaml",
    "plan points plan.yaml --with evil.yaml data.csv 2020",
]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_writer_of_files(evil: Path, tmp_path: Path, ending: str) -> None:
    save_all(evil, ending, tmp_path)
    for path in tmp_path.iterdir():
        if ending == "csv":
            assert is_safe(path.read_text(encoding="utf-8"))
        else:
            assert not formulas_in(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command(
    evil: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(evil)
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"out.{ending}"
        result = CliRunner().invoke(main, [*command.split(), "-o", str(path)])
        assert result.exit_code == 0, result.output
        if ending == "csv":
            assert is_safe(path.read_text(encoding="utf-8"))
        else:
            assert not formulas_in(path)


def test_draws_are_safe(evil: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(evil)
    path = tmp_path / "draws.csv"
    command = "uncertainty evil.yaml data.csv -p 2020 --weights total --draws 10 --top 3"
    result = CliRunner().invoke(main, [*command.split(), "--draws-to", str(path)])

    assert result.exit_code == 0, result.output
    text = path.read_text(encoding="utf-8")
    assert is_safe(text)
    assert [row[1] for row in csv_rows(text)[1:]] == UNITS * 1024  # Draws come by the grain.
