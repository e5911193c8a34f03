"""The command line, in process and as people start it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import chiso
import pandas as pd
import pytest
from chiso._cli_plan import plan
from chiso._cli_robust import robust
from chiso._cli_snapshot import snapshot
from chiso.cli import main
from click.testing import CliRunner, Result

if TYPE_CHECKING:
    from pathlib import Path

PCI = ("pci", "pci_scores", "--period", "2019")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_help_names_every_command_and_each_command_explains_itself() -> None:
    groups = {plan, robust, snapshot}
    keep = snapshot.commands["save"]  # Writes a file of its own kind.
    for path, group in ([], main), *(([of.name or ""], of) for of in groups):
        overview = done(*path, "--help")
        for name, command in group.commands.items():
            assert name in overview
            assert command.help
            text = done(*path, name, "--help")
            assert "--output" in text or command in {*groups, keep}


def test_indices_lists_what_ships() -> None:
    text = done("indices")

    for name in ("pci-2013", "papi-2019", "sipas-2022", "par-parts-2021"):
        assert name in text
    assert "pci_scores" in text
    names = {row["name"] for row in records(done("indices", "--format", "csv"))}
    assert "pci-2013" in names


def test_show_tells_weights_rules_and_provenance() -> None:
    text = done("show", "pci-2013")

    assert "VCCI" in text
    assert "Transparency" in text
    assert "20%" in text
    assert "◐" in text
    assert "Tính minh bạch" in done("show", "pci-2013", "--lang", "vi")


def test_score_in_full_precision(pci_2019: chiso.Scores) -> None:
    rows = records(done("score", *PCI, "--format", "csv"))

    assert [row["unit"] for row in rows] == pci_2019.units
    for row in rows:
        assert float(row["pci"]) == pci_2019[row["unit"], "pci"]


def test_score_as_json_has_null_for_no_score() -> None:
    rows = json.loads(done("score", "papi", "papi_subdimensions", "-p", "2018", "-f", "json"))

    by_unit = {row["unit"]: row["papi"] for row in rows}
    assert by_unit["Đồng Tháp"] is None
    assert by_unit["Thanh Hóa"] > 0


def test_score_by_the_method_of_another_period() -> None:
    wrong = run("score", "pci-2013", "pci_scores", "--period", "2012")
    assert wrong.exit_code == 1

    text = done("score", "pci", "pci_scores", "--period", "2012", "--method", "2019")
    assert "pci-2013" in text
    assert "by the method of 2019" in text


def test_rank_top_and_around(pci_2019: chiso.Scores) -> None:
    top = records(done("rank", *PCI, "--top", "10", "-f", "csv"))
    assert [row["rank"] for row in top] == [str(place) for place in range(1, 11)]

    around = records(done("rank", *PCI, "--around", "thanh hoa", "--neighbours", "2", "-f", "csv"))
    place = pci_2019.explain("Thanh Hóa").rank
    assert place is not None
    assert around[2]["unit"] == "Thanh Hóa"
    assert [int(row["rank"]) for row in around] == list(range(place - 2, place + 3))


def test_rank_by_a_node_with_ties() -> None:
    rows = records(done("rank", *PCI, "--node", "entry", "--ties", "average", "-f", "csv"))

    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_units_without_a_score_have_no_rank() -> None:
    rows = records(done("rank", "papi", "papi_subdimensions", "-p", "2018", "-f", "csv"))

    without = {row["unit"] for row in rows if not row["rank"]}
    assert without == {"Đồng Tháp", "Quảng Ninh"}
    assert {row["unit"] for row in rows[-2:]} == without


def test_explain_goes_down_to_rules_and_raw_values(pci_panel: chiso.Panel) -> None:
    text = done("explain", "pci", "pci_scores", "thanh hoa", "--period", "2019")

    assert text.startswith("Thanh Hóa")
    raw = float(pci_panel.to_frame(2019)["entry"]["Thanh Hóa"])
    assert f"{raw:.3f}"[:-1] in text
    rows = records(done("explain", *PCI[:2], "Thanh Hóa", *PCI[2:], "-f", "csv"))
    parts = sum(float(row["contribution"]) for row in rows if row["depth"] == "1")
    assert parts == pytest.approx(float(rows[0]["score"]), rel=1e-12)


def test_verify_reports_inconsistent_published_totals() -> None:
    text = done("verify", "pci", "pci_scores", "--period", "2011")
    gaps = records(done("verify", "pci", "pci_scores", "--period", "2011", "-f", "csv"))

    # VCCI 2011: the totals rest on another version of the labour sub-index; Vĩnh Long most.
    assert len(gaps) == 63
    assert gaps[0]["unit"] == "Vĩnh Long"
    assert abs(float(gaps[0]["difference"])) == pytest.approx(0.552, abs=5e-4)
    assert "63" in text


def test_treatments_are_listed() -> None:
    rows = records(done("treatments", "papi", "papi_subdimensions", "-p", "2018", "-f", "csv"))

    assert {"Đồng Tháp", "Quảng Ninh"} <= {row["unit"] for row in rows}
    assert "no score" in {row["kind"] for row in rows}


def test_versions_stand_side_by_side() -> None:
    rows = records(
        done("versions", "par-department-illustrative", "par_department_example", "-f", "csv")
    )

    assert {"unit", "self score", "round 1 change", "round 2 places gained"} <= set(rows[0])


def test_a_definition_goes_to_a_spreadsheet_and_back(tmp_path: Path) -> None:
    for ending in ("csv", "xlsx"):
        sheet, text = tmp_path / f"pci.{ending}", tmp_path / "pci.yaml"
        done("table", "pci-2013", "-o", str(sheet))
        done("yaml", str(sheet), "-o", str(text))

        assert chiso.load_index(text) == chiso.load_index("pci-2013")


def test_the_format_follows_the_ending(tmp_path: Path) -> None:
    for ending, begins in (("csv", "rank,unit"), ("json", "["), ("txt", "Provincial")):
        path = tmp_path / f"ranking.{ending}"
        assert done("rank", *PCI, "-o", str(path)) == ""
        assert path.read_text(encoding="utf-8").startswith(begins)


def test_nothing_is_cut_off_or_coloured_in_a_pipe() -> None:
    command = [sys.executable, "-m", "chiso", "show", "papi-2019"]
    text = subprocess.run(
        command, capture_output=True, check=True, timeout=60, env=os.environ | {"COLUMNS": "40"}
    ).stdout.decode("utf-8")

    assert "\x1b" not in text
    assert "…" not in text
    assert "Transparency in local decision-making" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "pcj"), "pci"),
        (("show", "nowhere.yaml"), "nowhere.yaml"),
        (("show", "pci", "--period", "1999"), "1999"),
        (("show", "pci", "--period", "soon"), "soon"),
        (("score", "pci-2013", "nowhere.csv"), "nowhere.csv"),
        (("score", "pci-2013", "pci_scores"), "2019"),
        (("explain", "pci", "pci_scores", "Thanh Hoaa", "-p", "2019"), "Thanh Hóa"),
        (("rank", *PCI, "--node", "entri"), "entry"),
        (("score", "pci-2013", "pci_scores", "-p", "2019", "-o", "no/such/folder.csv"), "no/such"),
    ],
)
def test_a_problem_in_the_input_is_one_clear_error(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_an_excel_file_is_one(tmp_path: Path, pci_2019: chiso.Scores) -> None:
    file = tmp_path / "scores.xlsx"
    assert done("score", *PCI, "-o", str(file)) == ""

    frame = pd.read_excel(file, index_col="unit")
    assert frame.index.tolist() == pci_2019.units
    scores = [pci_2019[unit, "pci"] for unit in pci_2019.units]
    assert frame["pci"].tolist() == pytest.approx(scores, rel=1e-15)  # 16 digits are stored.


def test_decimal_commas_are_read_if_so_declared(tmp_path: Path) -> None:
    index, data = tmp_path / "x.yaml", tmp_path / "x.csv"
    index.write_text("{chiso: 1, index: x, edition: e, tree: {code: a, rule: identity}}")
    data.write_text("unit;a\r\nA;1,5\r\n")
    refused = run("score", str(index), str(data), "-p", "2020")

    assert refused.exit_code == 1
    assert "decimal" in refused.stderr
    text = done("score", str(index), str(data), "-p", "2020", "--decimal", ",", "-f", "csv")
    assert text == "unit,a\nA,1.5\n"


def test_one_of_several_versions_is_chosen_by_name() -> None:
    form = ("par-department-illustrative", "par_department_example")
    result = run("score", *form)

    assert result.exit_code == 1
    assert "self, round 1, round 2" in result.stderr
    assert "--version" in result.stderr
    beside = {
        row["unit"]: row["round 1 score"] for row in records(done("versions", *form, "-f", "csv"))
    }
    alone = records(done("rank", *form, "--version", "round 1", "-f", "csv"))
    assert {row["unit"]: row["score"] for row in alone} == beside


def test_a_unit_that_the_declared_names_do_not_have_is_noted(tmp_path: Path) -> None:
    index, data = tmp_path / "x.yaml", tmp_path / "x.csv"
    index.write_text(
        "{chiso: 1, index: x, edition: e, units: provinces, tree: {code: a, rule: identity}}"
    )
    data.write_text("unit,a\nThanh Hoá,1\nNghe Am,2\n", encoding="utf-8")
    result = run("score", str(index), str(data), "-p", "2020", "-f", "csv")

    assert result.exit_code == 0
    assert result.stdout == "unit,a\nThanh Hóa,1\nNghe Am,2\n"
    assert "'Nghe Am' (did you mean 'Nghệ An'?)" in result.stderr
    assert "Thanh" not in result.stderr


def test_a_misspelt_table_brings_the_nearest() -> None:
    result = run("score", "papi", "papi_subdimension", "-p", "2019")

    assert result.exit_code == 1
    assert "did you mean 'papi_subdimensions'?" in result.stderr


def test_all_problems_of_a_definition_are_shown(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("chiso: 1\nindex: x\nedition: '1'\ntree: {code: a, wieght: 1, rulee: given}\n")
    result = run("show", str(bad))

    assert result.exit_code == 1
    assert "wieght" in result.stderr
    assert "rulee" in result.stderr
    assert "bad.yaml:4" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("nothing",), ("rank",), ("rank", *PCI, "--ties", "sparse"), ("score", "pci")]
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_it_starts_as_a_module() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "chiso", "--version"], capture_output=True, text=True, check=True
    )
    assert chiso.__version__ in found.stdout
