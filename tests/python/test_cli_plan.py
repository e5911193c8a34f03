"""The commands of plans: what they print and write, and what they say of wrong input."""

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

SHIPPED = "thanh-hoa-211"
PAR = ("--with", "par-fields", "par_fields", "2021")

#: By hand: "press" is missing 4 of 10 points and half of it is worked at; "vote" is missing 2.
INDEX = """
chiso: 1
index: town
edition: "1"
tree:
  code: town
  aggregation: sum
  children:
    - {code: press, maximum: 10, rule: given}
    - {code: vote, maximum: 10, rule: given}
"""
PLAN = """
chiso: 1
plan: town-plan
unit: A
period: {from: 2023, to: 2025}
indices: {town: town}
agencies:
  home: {title: {en: Home Affairs, vi: Sở Nội vụ}}
  justice: {title: {en: Justice, vi: Sở Tư pháp}}
targets: [{code: first, of: town, rank: <= 1}]
tasks:
  - {code: t1, title: {en: Answer}, of: ["town:press"], lead: [home], due: 2024-06-30}
  - {code: t2, title: {en: Inform}, of: ["town:press"], lead: [justice], coordinate: [home],
     due: 2024-12-15, news: [{date: 2024-06-01, status: done}]}
"""
DATA = "unit,period,press,vote\nA,2023,6,8\nB,2023,9,9\n"


@pytest.fixture
def town(tmp_path: Path) -> tuple[str, tuple[str, ...]]:
    """A plan, and the options that hold it against results."""
    for name, text in (("town.yaml", INDEX), ("plan.yaml", PLAN), ("data.csv", DATA)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    results = (str(tmp_path / "town.yaml"), str(tmp_path / "data.csv"), "2023")
    return str(tmp_path / "plan.yaml"), ("--with", *results)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", *arguments])


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def records(*arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done(*arguments, "--format", "csv"))))


def test_what_ships_is_listed_and_shown() -> None:
    assert SHIPPED in {row["name"] for row in records("list")}

    text = done("show", SHIPPED)
    assert "211/KH-UBND" in text
    assert "Department of Home Affairs" in text
    assert "Sở Nội vụ" in done("show", SHIPPED, "--lang", "vi")
    tasks = records("show", SHIPPED)
    assert [row["code"] for row in tasks] == list(chiso.load_plan(SHIPPED).tasks().index)


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [
        ("agencies", "title", "Department of Justice"),
        ("areas", "criteria", "par:F1"),
        ("targets", "promised", "rank <= 10"),
        ("baseline", "rank", "14"),
        ("roles", "role", "carry_out"),
    ],
)
def test_parts_of_a_plan_are_shown(part: str, column: str, value: str) -> None:
    rows = records("show", SHIPPED, "--part", part)

    assert value in {row[column].removesuffix(".0") for row in rows}
    assert value in done("show", SHIPPED, "--part", part)


def test_points_add_up_to_the_loss(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town
    rows = records("points", plan, *results)

    # press: 4 points over two tasks; vote: 2 points, nobody.
    assert {row["agency"]: float(row["points"]) for row in rows} == pytest.approx(
        {"home": 2.0, "justice": 2.0, "(nobody)": 2.0}
    )
    text = done("points", plan, *results, "--lang", "vi")
    assert text.startswith("A: town-plan\n")
    assert "6 points lost" in text
    assert "Sở Nội vụ" in text
    assert "33.3%" in text


def test_points_by_another_rule_and_for_another_unit(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town

    weighted = records("points", plan, *results, "--share", "lead=1,coordinate=3")
    # t1: home; t2: three quarters home, one quarter justice.
    assert {row["agency"]: float(row["points"]) for row in weighted} == pytest.approx(
        {"home": 3.5, "(nobody)": 2.0, "justice": 0.5}
    )
    other = records("points", plan, *results, "--unit", "b", "--by", "criterion")
    assert {row["criterion"]: float(row["points"]) for row in other} == pytest.approx(
        {"town:press": 1.0, "town:vote": 1.0}
    )


def test_an_assumption_is_said() -> None:
    assumed = done("points", SHIPPED, *PAR, "--unsplit", "proportional")
    assert "Assumed" in assumed
    apart = done("points", SHIPPED, *PAR)
    assert "Assumed" not in apart
    assert "(not split)" in apart


def test_points_of_several_indices_name_their_index() -> None:
    pci = ("--with", "pci", "pci_scores", "2019")
    rows = records("points", SHIPPED, *PAR, *pci)

    assert {row["index"] for row in rows} == {"par", "pci"}
    assert "PCI" in done("points", SHIPPED, *PAR, *pci)


def test_check_counts_what_is_clear_and_lists_what_is_not(
    town: tuple[str, tuple[str, ...]],
) -> None:
    plan, results = town
    text = done("check", plan, *results)

    assert "responsibility: clear in 2 of 2 tasks" in text
    assert "task: clear in 0 of 2 tasks" in text
    assert "town:vote" in text
    errors = [row for row in records("check", plan, *results) if row["severity"] == "error"]
    assert [(row["finding"], row["place"], row["points"]) for row in errors] == [
        ("no_task", "town:vote", "2")
    ]


def test_check_shows_only_what_is_severe_enough(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town
    severe = records("check", plan, *results, "--severity", "error")
    every = records("check", plan, *results)

    assert severe == [row for row in every if row["severity"] == "error"]
    assert len(severe) < len(every)
    text = done("check", plan, *results, "--severity", "error")
    # Two lead what is done for the press; neither task has a product.
    assert text.endswith("1 error, 1 warning, 2 notes\n")


def test_check_fails_only_where_it_is_asked_to(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town

    assert run("check", plan, *results, "--strict").exit_code == 1
    assert run("check", plan, "--strict").exit_code == 0  # Without results no error is seen.


def test_matrix_workload_and_agenda(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town

    assert records("matrix", plan) == [
        {"agency": "home", "title": "Home Affairs", "town:press": "AC"},
        {"agency": "justice", "title": "Justice", "town:press": "A"},
    ]
    load = {row["agency"]: row["tasks"] for row in records("workload", plan)}
    assert load == {"home": "2", "justice": "1"}
    agenda = records("agenda", plan, "so noi vu", *results)
    assert [(row["task"], row["letters"], row["due"]) for row in agenda] == [
        ("t1", "A", "2024-06-30"),
        ("t2", "C", "2024-12-15"),
    ]
    assert [float(row["points town"]) for row in agenda] == [2.0, 0.0]
    assert "Home Affairs: 2 tasks" in done("agenda", plan, "home")


def test_targets_hold_the_plan_against_published_standings() -> None:
    rows = {row["target"]: row for row in records("targets", SHIPPED)}

    # Ranks of PAR INDEX: 14 in 2021, 10 in 2022, 25 in 2023.
    assert rows["par-top-10"]["met in"] == "2022"
    assert rows["par-top-10"]["lost again"] == "2023"
    history = records("targets", SHIPPED, "--history")
    ranks = {row["period"]: row["rank"] for row in history if row["target"] == "par-top-10"}
    assert [ranks[year] for year in ("2021", "2022", "2023")] == ["14", "10", "25"]
    assert "no" in done("targets", SHIPPED, "--history")


def test_targets_hold_the_plan_against_results(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town
    (row,) = records("targets", plan, *results)

    # A has 14 and is second, B has 18.
    assert (row["value"], row["gap"], row["latest"]) == ("2", "4", "2023")


def test_progress_on_a_day(town: tuple[str, tuple[str, ...]]) -> None:
    plan, results = town
    day = ("--date", "2024-07-10")

    states = {
        row["task"]: (row["state"], row["days left"]) for row in records("progress", plan, *day)
    }
    assert states["t1"] == ("overdue", "-10")
    assert states["t2"][0] == "done"
    assert "1 overdue, 1 done" in done("progress", plan, *day)
    rows = records("progress", plan, *day, "--by-agency", *results)
    overdue = {row["agency"]: (row["overdue"], row["points overdue town"]) for row in rows}
    assert overdue == {"(all)": ("1", "2"), "home": ("1", "2"), "justice": ("0", "0")}
    assert "done" in done("progress", plan)  # Today.


def test_a_plan_goes_to_a_spreadsheet_and_back(tmp_path: Path) -> None:
    for ending in ("csv", "xlsx"):
        sheet, text = tmp_path / f"plan.{ending}", tmp_path / "plan.yaml"
        done("table", SHIPPED, "-o", str(sheet))
        done("yaml", str(sheet), "-o", str(text))

        assert chiso.load_plan(text) == chiso.load_plan(SHIPPED)
    assert "plan: thanh-hoa-211" in done("yaml", SHIPPED)
    assert "Home Affairs" in done("table", SHIPPED, "--lang", "en")


def test_an_annex_gets_a_name_and_a_unit(tmp_path: Path) -> None:
    annex = tmp_path / "annex.csv"
    annex.write_text("STT,Nhiệm vụ,Cơ quan chủ trì\n1,Rà soát,Sở Tư pháp\n", encoding="utf-8")
    options = ("--name", "mine", "--unit", "Thanh Hóa", "--issued", "2024-01-02")
    plan = chiso.Plan.from_yaml(done("yaml", str(annex), *options))

    assert (plan.name, plan.unit, str(plan.issued)) == ("mine", "Thanh Hóa", "2024-01-02")


def test_a_column_of_an_annex_is_passed_over_if_that_is_said(tmp_path: Path) -> None:
    annex = tmp_path / "annex.csv"
    annex.write_text("STT,Nhiệm vụ,Điểm tối đa\n1,Rà soát,2\n", encoding="utf-8")

    plan = chiso.Plan.from_yaml(done("yaml", str(annex), "--ignore", "điểm tối đa"))

    assert plan.tasks("vi")["title"].tolist() == ["Rà soát"]
    with pytest.raises(chiso.SpecError, match="Điểm tối đa"):
        chiso.load_plan(annex)


def test_the_format_follows_the_ending(tmp_path: Path) -> None:
    for ending, begins in (("csv", "agency,title"), ("json", "["), ("txt", SHIPPED)):
        path = tmp_path / f"workload.{ending}"
        assert done("workload", SHIPPED, "-o", str(path)) == ""
        assert path.read_text(encoding="utf-8").startswith(begins)
    rows = json.loads(done("show", SHIPPED, "--format", "json"))
    assert rows[0]["due"] == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "thanh-hoa-212"), 1, "thanh-hoa-211"),
        (("show", "nowhere.yaml"), 1, "nowhere.yaml"),
        (("points", SHIPPED), 2, "--with INDEX DATA PERIOD"),
        (("points", SHIPPED, *PAR, "--share", "all"), 2, "raci, lead"),
        (("points", SHIPPED, *PAR, "--share", "leed=1"), 2, "lead, standing_agency"),
        (("points", SHIPPED, *PAR, "--share", "lead=much"), 2, "much"),
        (("points", SHIPPED, *PAR, "--unit", "Hà Nội"), 1, "Hà Nội"),
        (("points", SHIPPED, "-w", "pci", "pci_scores", "1999"), 1, "1999"),
        (("points", SHIPPED, "-w", "par-parts", "par_parts", "2021"), 1, "par-parts-2021"),
        (("agenda", SHIPPED, "Sở Nội vục"), 1, "Sở Nội vụ"),
        (("progress", SHIPPED, "--date", "2024-02-30"), 1, "2024-02-30"),
        (("targets", SHIPPED, "--standings", "nowhere.csv"), 1, "nowhere.csv"),
        (("table", SHIPPED, "-o", "no/such/folder.csv"), 1, "no/such"),
    ],
)
def test_a_problem_in_the_input_is_one_clear_error(
    arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output
