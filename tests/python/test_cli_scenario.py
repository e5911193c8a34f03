"""The commands of scenarios and causes: what they print and write, and what they say of errors."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import chiso
import pytest
from chiso.cli import main
from click.testing import CliRunner, Result

if TYPE_CHECKING:
    from pathlib import Path

PCI = ("pci", "pci_scores", "-p", "2019")
PAPI = ("papi", "papi_subdimensions", "Thanh Hóa", "-p", "2020", "--to", "2021")
ENTRY = ("--set", "thanh hoa", "entry", "9")

SCENARIOS = """
chiso: 1
scenarios:
  - {name: entry, edits: [{value: entry, of: Thanh Hóa, set: 9}]}
  - {name: no land, edits: [{drop: land}]}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def records(*arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done(*arguments, "--format", "csv"))))


@pytest.fixture
def scenarios(tmp_path: Path) -> str:
    path = tmp_path / "scenarios.yaml"
    path.write_text(SCENARIOS, encoding="utf-8")
    return str(path)


# ---- what-if ------------------------------------------------------------------------------------


def test_units_before_and_after(pci_2019: chiso.Scores) -> None:
    rows = records("what-if", *PCI, *ENTRY)

    assert [row["unit"] for row in rows] == ["Thanh Hóa", "Lâm Đồng", "Đồng Nai"]
    found = rows[0]
    assert float(found["before"]) == pci_2019["Thanh Hóa", "pci"]
    assert float(found["after"]) == chiso.WhatIf(pci_2019).set("Thanh Hóa", "entry", 9).score
    assert (found["rank before"], found["rank after"]) == ("24", "22")
    assert len(records("what-if", *PCI, *ENTRY, "--everything")) == 63


def test_a_table_says_what_was_edited() -> None:
    text = done("what-if", *PCI, *ENTRY, "--weight", "time", "15", "--drop", "land")

    assert "set entry of thanh hoa to 9" in text
    assert "weight of time = 15, its siblings scaled" in text
    assert "drop land" in text
    assert "places gained" in text


def test_one_unit_node_by_node() -> None:
    rows = records("what-if", *PCI, *ENTRY, "--unit", "THANH HOA")
    assert [(row["unit"], row["code"]) for row in rows] == [
        ("Thanh Hóa", "pci"),
        ("Thanh Hóa", "entry"),
    ]
    rows = records("what-if", *PCI, *ENTRY, "--unit", "thanh hoa", "--node", "entry")
    assert [row["title"] for row in rows] == ["Entry costs"]
    vietnamese = records("what-if", *PCI, *ENTRY, "--show", "changes", "--lang", "vi")
    assert "Chi phí gia nhập thị trường" in {row["title"] for row in vietnamese}


def test_all_units_and_patterns() -> None:
    scaled = records("what-if", *PCI, "--scale", "*", "informal*", "0.9", "--show", "changes")
    informal = [row for row in scaled if row["code"] == "informal"]
    assert len(informal) == 63
    for row in informal:
        assert float(row["after"]) == pytest.approx(0.9 * float(row["before"]), rel=1e-14)
    added = records("what-if", *PCI, "--add", "Thanh Hóa", "land", "-1", "--node", "land")
    found = next(row for row in added if row["unit"] == "Thanh Hóa")
    assert float(found["difference"]) == pytest.approx(-1, abs=1e-14)
    missing = records("what-if", *PCI, "--set", "Thanh Hóa", "land", "NA")
    assert next(row for row in missing if row["unit"] == "Thanh Hóa")["after"] == ""


def test_notices_are_shown() -> None:
    text = done("what-if", *PCI, "--scale", "Thanh Hóa", "entry", "1")
    assert "note: edit 1 (scale entry of Thanh Hóa by 1): every number stays" in text
    (notice,) = records("what-if", *PCI, "--scale", "*", "entry", "1", "--show", "notices")
    assert notice["kind"] == "no change"


def test_scenarios_of_files_stand_side_by_side(scenarios: str, tmp_path: Path) -> None:
    rows = records("what-if", *PCI, "-s", scenarios, "--unit", "thanh hoa")
    (row,) = rows
    assert row["entry rank"] == "22"
    assert row["entry places gained"] == "2"
    assert "no land change" in row
    text = done("what-if", *PCI, "-s", scenarios)
    assert "no land\n  drop land" in text
    assert "places gained" not in text

    # With an edit of the command line: it comes after those of each file.
    both = records("what-if", *PCI, "-s", scenarios, *ENTRY)
    assert float(both[0]["base rank"]) > 0
    file = tmp_path / "one.csv"
    file.write_text("scenario,edit,unit,code,amount\none,set,Thanh Hóa,entry,9\n", "utf-8")
    assert records("what-if", *PCI, "-s", str(file)) == records("what-if", *PCI, *ENTRY)


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    done("what-if", *PCI, *ENTRY, "-o", str(tmp_path / "out.json"))
    rows = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert rows[0]["places gained"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "nothing is edited"),
        (("--set", "Thanh Hox", "entry", "9"), 1, "did you mean 'Thanh Hóa'"),
        (("--set", "Thanh Hóa", "entri", "9"), 1, "did you mean 'entry'"),
        (("--set", "Thanh Hóa", "entry", "99"), 1, "out of its range [1, 10]"),
        (("--scale", "Thanh Hóa", "entry", "much"), 2, "expected a number, got 'much'"),
        (("--weight", "time", "many"), 2, "expected a number, got 'many'"),
        (("-s", "nowhere.yaml"), 1, "nowhere.yaml"),
        ((*ENTRY, "--node", "entri"), 1, "did you mean 'entry'"),
        ((*ENTRY, "--unit", "Thanh Hox"), 1, "did you mean 'Thanh Hóa'"),
    ],
)
def test_what_if_says_what_is_wrong(arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run("what-if", *PCI, *arguments)

    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""


# ---- causes -------------------------------------------------------------------------------------


def test_two_years() -> None:
    rows = records("causes", *PAPI)

    assert [row["code"] for row in rows] == [f"D{i}" for i in range(1, 9)]
    # Published: 4.84186065 and 5.85475254.
    assert float(rows[0]["points"]) == pytest.approx(1.01289189, abs=1e-5)
    assert sum(float(row["points"]) for row in rows) == pytest.approx(3.9451161, abs=2e-5)
    text = done("causes", *PAPI)
    assert text.startswith(
        "Provincial Governance and Public Administration Performance Index: +3.95\n"
        "  Thanh Hóa, 2020 (papi-2019): 43.16\n"
        "  2021 (papi-2021): 47.10\n"
        "  rank 24 to 3: "
    )
    assert "+1.01" in text
    assert len(records("causes", *PAPI, "--depth", "2")) == 30


@pytest.mark.parametrize("by", ["node", "kind", "cause", "agency", "criterion"])
def test_whatever_the_rows_they_add_up(by: str) -> None:
    rows = records("causes", *PAPI, "--by", by, "--plan", "thanh-hoa-211")
    points = [float(row["own" if by == "node" else "points"]) for row in rows]

    assert sum(points) == pytest.approx(3.9451161, abs=2e-5)


def test_two_units() -> None:
    rows = records("causes", *PCI[:2], "thanh hoa", "-p", "2019", "--other", "quang ninh")
    # 73.3964844 - 65.6363297, as published.
    assert sum(float(row["points"]) for row in rows) == pytest.approx(7.7601547, abs=2e-5)


def test_two_tables_of_data(tmp_path: Path) -> None:
    definition = tmp_path / "town.yaml"
    definition.write_text(
        'chiso: 1\nindex: town\nedition: "1"\ntree:\n  code: town\n  aggregation: sum\n'
        "  children:\n    - {code: press, maximum: 10, rule: given}\n"
        "    - {code: vote, maximum: 10, rule: given}\n",
        "utf-8",
    )
    versions = "unit,period,version,press,vote\nA,2023,self,8,9\nA,2023,appraised,6,9\n"
    (tmp_path / "data.csv").write_text(versions, "utf-8")
    (tmp_path / "other.csv").write_text("unit,period,press,vote\nA,2023,6,10\n", "utf-8")
    town = ("causes", str(definition), str(tmp_path / "data.csv"), "A", "--version", "self")

    rows = records(*town, "--to-version", "appraised", "--by", "cause")
    assert [(row["code"], float(row["points"])) for row in rows] == [("press", -2.0)]
    other = ("causes", str(definition), str(tmp_path / "other.csv"), "A")
    result = run(*other, "--to-data", str(tmp_path / "data.csv"), "-p", "2023")
    assert result.exit_code == 1
    assert "say which one with --version" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (PAPI[:5], 2, "one score has no causes"),
        ((*PAPI, "--by", "agency"), 2, "--plan thanh-hoa-211"),
        ((*PAPI, "--by", "agency", "--plan", "nowhere"), 1, "nowhere"),
        ((*PAPI, "--other", "Thanh Hox"), 1, "did you mean 'Thanh Hóa'"),
        ((*PAPI[:2], "Thanh Hox", *PAPI[3:]), 1, "did you mean 'Thanh Hóa'"),
        ((*PAPI[:5], "--to", "2050"), 1, "2050"),
    ],
)
def test_causes_says_what_is_wrong(arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run("causes", *arguments)

    assert result.exit_code == code
    assert words in result.stderr
