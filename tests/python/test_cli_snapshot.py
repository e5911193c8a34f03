"""The commands `chiso snapshot`: what they print and write, and what they say of wrong input."""

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

INDEX = """# Answers count as much as votes.
chiso: 1
index: town
edition: "1"
decimals: 2
tree:
  code: town
  aggregation: arithmetic_mean
  children:
    - {code: press, weight: 50, rule: given}
    - {code: vote, weight: 50, rule: given}
"""
DATA = "unit,period,press,vote\nA,2022,6,8\nB,2022,9,9\nA,2023,6,9\nB,2023,8,8\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["snapshot", *map(str, arguments)])


def printed(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def town(tmp_path: Path) -> Path:
    for name, text in (("town.yaml", INDEX), ("data.csv", DATA)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def study(town: Path) -> Path:
    out = town / "study.chiso"
    printed("save", out, "--index", town / "town.yaml", "--data", town / "data.csv",
            "--draws", "1000", "--seed", "7", "--note", "a try")  # fmt: skip
    return out


def test_a_study_is_saved_with_its_results_and_texts(study: Path) -> None:
    found = chiso.load_snapshot(study)
    assert found.names == [
        "index", "panel", "scores 2022", "ranking 2022", "uncertainty 2022", "scores 2023",
        "ranking 2023", "uncertainty 2023",
    ]  # fmt: skip
    assert found.documents == {"town.yaml": INDEX}
    assert found.note == "a try"
    assert found["scores 2023"]["A", "town"] == 7.5
    assert found["uncertainty 2023"].draws == 1024


def test_one_period_needs_no_number(town: Path) -> None:
    out = town / "a.xml"
    told = printed("save", out, "--index", town / "town.yaml", "--data", town / "data.csv",
                   "-p", "2023")  # fmt: skip
    assert told.startswith(f"{out}: 4 parts, ")
    assert chiso.load_snapshot(out).names == ["index", "panel", "scores", "ranking"]
    assert out.read_text("utf-8").startswith("<?xml")


def test_shipped_things_are_saved_too(tmp_path: Path) -> None:
    out = tmp_path / "a.chiso"
    printed("save", out, "--index", "pci", "--data", "pci_scores", "-p", "2019",
            "--plan", "thanh-hoa-211", "--standings", "standings")  # fmt: skip
    study = chiso.load_snapshot(out)
    assert study.names == ["index", "panel", "scores", "ranking", "plan", "standings"]
    assert list(study.documents) == ["indices/pci/2013.yaml", "plans/thanh-hoa-211.yaml"]
    assert study.documents["indices/pci/2013.yaml"].startswith("#")


def test_a_file_that_is_there_is_kept(study: Path) -> None:
    before = study.read_bytes()
    result = run("save", study, "--plan", "thanh-hoa-211")
    assert result.exit_code == 2
    assert "exists; --force replaces it" in result.output
    assert study.read_bytes() == before
    printed("save", study, "--plan", "thanh-hoa-211", "--force")
    assert chiso.load_snapshot(study).names == ["plan"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "there is nothing to save"),
        (("--index", "pci-2013", "-p", "2019"), "name --index and --data too"),
        (("--index", "pci-2013", "--draws", "9"), "name --index and --data too"),
        (("--index", "pci-2013", "--seed", "9"), "--seed and --vary are of --draws"),
    ],
)
def test_what_makes_no_sense_is_said(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run("save", tmp_path / "a", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--index", "pcy"), "pci"),
        (("--index", "pci-2013", "--data", "pci_score"), "did you mean 'pci_scores'"),
        (("--index", "pci-2005", "--data", "papi_subdimensions"), "in force in no period"),
        (("--baseline", "nowhere.lock"), "nowhere.lock"),
    ],
)
def test_what_is_not_there_is_said(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run("save", tmp_path / "a", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "a").exists()


def test_a_study_is_shown(study: Path) -> None:
    text = printed("show", study)
    assert f"{study}: snapshot of format 1, binary, {study.stat().st_size:,} bytes" in text
    assert f"made by chiso: {chiso.__version__}" in text
    assert "note: a try" in text
    assert f"documents: town.yaml ({len(INDEX.encode())} bytes)" in text
    assert "town-1, 2023: 2 units x 3 nodes" in text

    found = json.loads(printed("show", study, "--format", "json"))
    assert found["file"]["format"] == 1
    assert found["file"]["bytes"] == study.stat().st_size
    assert [part["kind"] for part in found["parts"][:3]] == ["index", "panel", "scores"]
    rows = list(csv.DictReader(io.StringIO(printed("show", study, "-f", "csv"))))
    assert rows[1]["name"] == "panel"
    assert rows[1]["fingerprint"] == chiso.load_snapshot(study)["panel"].fingerprint


def test_one_part_is_shown(study: Path, tmp_path: Path) -> None:
    assert (
        printed("show", study, "--part", "index") == chiso.load_snapshot(study)["index"].to_yaml()
    )
    printed("show", study, "--part", "index", "-o", tmp_path / "again.yaml")
    assert chiso.load_index(tmp_path / "again.yaml") == chiso.load_snapshot(study)["index"]
    assert printed("show", study, "--document", "town.yaml") == INDEX
    rows = printed("show", study, "--part", "scores 2022", "-f", "csv").splitlines()
    assert rows == ["unit,score,rank", "B,9,1", "A,7,2"]
    assert printed("show", study, "--part", "ranking 2022", "-f", "csv").splitlines() == rows
    rows = printed("show", study, "--part", "panel", "-f", "csv").splitlines()
    assert rows == ["period,unit,press,vote", "2022,A,6,8", "2022,B,9,9", "2023,A,6,9",
                    "2023,B,8,8"]  # fmt: skip
    assert "1,024 draws" in printed("show", study, "--part", "uncertainty 2023")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--part", "score 2022"), 1, "did you mean 'scores 2022'"),
        (("--document", "town"), 1, "town.yaml"),
        (("--part", "index", "--format", "csv"), 2, "a text and no table"),
        (("--part", "index", "--document", "town.yaml"), 2, "name one"),
    ],
)
def test_what_cannot_be_shown_is_said(
    study: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = run("show", study, *arguments)
    assert result.exit_code == code
    assert message in result.output


def test_differences_are_listed(study: Path, town: Path) -> None:
    assert "the same" in printed("diff", study, study)
    (town / "data.csv").write_text(DATA.replace("B,2023,8,8", "B,2023,8,7"), encoding="utf-8")
    other = town / "other.chiso"
    printed("save", other, "--index", town / "town.yaml", "--data", town / "data.csv",
            "--draws", "1000", "--seed", "7", "--note", "a try")  # fmt: skip
    result = run("diff", study, other, "--format", "csv")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.output)))
    cell = next(row for row in rows if row["part"] == "panel")
    assert (cell["place"], cell["before"], cell["after"]) == ("B, vote, 2023", "8", "7")
    assert {row["part"] for row in rows} <= {
        "", "panel", "scores 2023", "ranking 2023", "uncertainty 2023",
    }  # fmt: skip
    result = run("diff", study, other, "--most", "1")
    assert result.exit_code == 1
    assert "more changes" in result.output


def test_results_are_verified(study: Path, town: Path) -> None:
    text = printed("verify", study)
    assert "everything holds" in text
    assert "6 scores come out the same" in text

    # A file that was edited by hand says so by having no checksum, and is found out.
    readable = town / "study.xml"
    chiso.load_snapshot(study).save(readable)
    first, head, rest = readable.read_text("utf-8").split("\n", 2)
    head = head.split(" checksum")[0] + ">"
    assert "7.5" in rest
    readable.write_text("\n".join([first, head, rest.replace("7.5", "7.6")]), encoding="utf-8")
    result = run("verify", readable)
    assert result.exit_code == 1
    assert "DIFFERS" in result.output
    assert "none: it was taken out" in printed("show", readable)


@pytest.mark.parametrize("command", ["show", "verify"])
def test_files_that_are_no_snapshots_are_named(town: Path, command: str) -> None:
    for path, message in (
        (town / "data.csv", "it is no snapshot"),
        (town / "nowhere", "nowhere"),
        (town, str(town)),
    ):
        result = run(command, path)
        assert result.exit_code == 1
        assert message in result.output
        assert "Traceback" not in result.output


def test_scenarios_and_actions_are_parts(town: Path) -> None:
    scenarios, actions = town / "s.yaml", town / "a.yaml"
    chiso.save_scenarios([chiso.Scenario("more").add("A", "press", 1),
                          chiso.Scenario("less").add("A", "press", -1)], scenarios)  # fmt: skip
    actions.write_text(
        "chiso: 1\nactions:\n  - {code: desk, cost: 3, effects: [{of: press, add_points: 1}]}\n",
        encoding="utf-8",
    )
    out = town / "plans.chiso"
    printed("save", out, "--scenario", scenarios, "--actions", actions)
    study = chiso.load_snapshot(out)
    assert study.names == ["scenario more", "scenario less", "actions"]
    assert set(study.documents) == {"s.yaml", "a.yaml"}
    assert "add press of A" in printed("show", out, "--part", "scenario more") or True
    assert "desk" in printed("show", out, "--part", "actions")
