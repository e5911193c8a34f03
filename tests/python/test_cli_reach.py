"""The command `chiso reach`: what it prints and writes, and what it says of wrong input."""

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

#: town = press + vote. A has 14 points, C 15.5, D 17, B 18.
INDEX = """
chiso: 1
index: town
edition: "1"
decimals: 2
variables: {press: {range: [0, 10]}, vote: {range: [0, 10]}}
tree:
  code: town
  aggregation: sum
  children:
    - {code: press, title: {en: Answers, vi: Trả lời}, maximum: 10, rule: given}
    - {code: vote, title: Votes, maximum: 10, rule: given}
"""
DATA = "unit,period,press,vote\nA,2023,6,8\nB,2023,9,9\nC,2023,7,8.5\nD,2023,8,9\n"
ACTIONS = """
chiso: 1
currency: dong
actions:
  - {code: portal, title: {en: A portal}, cost: 3, effects: [press + 1]}
  - {code: visit, cost: 2, effects: [vote + 1]}
  - {code: desk, title: {en: A desk, vi: Bàn tiếp}, cost: 4, effects: [press = 9]}
"""


@pytest.fixture
def town(tmp_path: Path) -> tuple[str, ...]:
    """Index, data and unit; the actions are beside them."""
    for name, text in (("town.yaml", INDEX), ("data.csv", DATA), ("actions.yaml", ACTIONS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "town.yaml"), str(tmp_path / "data.csv"), "A"


@pytest.fixture
def actions(town: tuple[str, ...]) -> tuple[str, str]:
    return "--actions", town[0].replace("town.yaml", "actions.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reach", *arguments])


def printed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_without_actions_it_says_what_each_number_must_be(town: tuple[str, ...]) -> None:
    # 17 points: press 9; vote has 10 at most, and gives 16 points, the third place.
    text = printed(*town, "--top", "2")

    lines = text.splitlines()
    assert lines[0] == "A: rank <= 2, by one number alone: 1 of 2 can"
    assert lines[1] == "town-1 (town-1), 2023; others held constant"
    answers = next(line for line in lines if line.startswith("Answers"))
    assert answers.split() == ["Answers", "6", "9", "3", "2"]
    assert "best" in next(line for line in lines if line.startswith("Votes"))


def test_numbers_are_written_in_full(town: tuple[str, ...]) -> None:
    table = rows(printed(*town, "--at-least", "15", "--format", "csv", "--lang", "vi"))

    assert [row["lever"] for row in table] == ["press", "vote"]
    assert [row["title"] for row in table] == ["Trả lời", "Votes"]
    assert [float(row["needed"]) for row in table] == pytest.approx([7.0, 9.0])


def test_levers_may_be_named_and_be_scores(town: tuple[str, ...]) -> None:
    table = rows(printed(*town, "--percent", "75", "--lever", "vote", "--on", "score", "-f", "csv"))

    assert [row["lever"] for row in table] == ["vote"]
    assert float(table[0]["needed"]) == pytest.approx(9.0)


def test_the_least_change_of_all(town: tuple[str, ...]) -> None:
    text = printed(*town, "--at-least", "19.5", "--least")

    assert text.startswith("A: ")
    assert "19.50 points) by moving 2 numbers, cost 5.5, proven optimal" in text


def test_the_cheapest_actions(town: tuple[str, ...], actions: tuple[str, str]) -> None:
    text = printed(*town, *actions, "--top", "3")

    assert text.startswith("A: rank 2 (17.00 points) for 4 dong (1 of 3 actions), proven optimal")
    assert "A desk" in text
    record = json.loads(printed(*town, *actions, "--top", "3", "--format", "json", "--lang", "vi"))
    assert [(row["code"], row["title"], row["cost"]) for row in record] == [
        ("desk", "Bàn tiếp", 4.0)
    ]


def test_limits_are_kept(town: tuple[str, ...], actions: tuple[str, str]) -> None:
    text = printed(*town, *actions, "--top", "3", "--frozen", "press")
    assert "cannot be reached (proven)" in text
    text = printed(*town, *actions, "--top", "3", "--budget", "3.5")
    assert "cannot be reached (proven)" in text
    text = printed(*town, *actions, "--top", "3", "--most", "1", "--fewest", "--no-capacities")
    assert "rank 2" in text


def test_the_best_for_a_budget(town: tuple[str, ...], actions: tuple[str, str]) -> None:
    # One point by the visit for 2, or by the portal for 3.
    assert "15.00 points) for 2 dong (1 of 3 actions)" in printed(*town, *actions, "--budget", "3")


def test_the_whole_frontier(
    town: tuple[str, ...], actions: tuple[str, str], tmp_path: Path
) -> None:
    table = rows(printed(*town, *actions, "--frontier", "--format", "csv"))

    assert [(row["rank"], row["cost"], row["chosen"]) for row in table] == [
        ("2", "4", "desk"),
        ("1", "6", "visit; desk"),
    ]
    assert "A: cost against rank" in printed(*town, *actions, "--frontier", "--top", "1")
    file = tmp_path / "frontier.xlsx"
    assert printed(*town, *actions, "--frontier", "-o", str(file)) == ""
    assert file.stat().st_size > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "expected a target"),
        (("--top", "2", "--at-least", "3"), "expected one target"),
        (("--frontier",), "expected a target"),
        (("--frontier", "--top", "1"), "needs --actions"),
        (("--actions", "x.yaml", "--top", "2", "--least"), "leave out --actions"),
    ],
)
def test_wrong_usage_is_said(town: tuple[str, ...], options: tuple[str, ...], message: str) -> None:
    result = run(*town, *options)

    assert result.exit_code == 2
    assert message in result.output


def test_actions_alone_need_a_budget(town: tuple[str, ...], actions: tuple[str, str]) -> None:
    result = run(*town, *actions)

    assert result.exit_code == 2
    assert "a --budget" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--top", "9"), "9"),
        (("--top", "2", "--lever", "pres"), "did you mean 'press'"),
        (("--group", "A"), "A"),
        (("--top", "2", "--actions", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_problems_of_the_input_are_said(
    town: tuple[str, ...], options: tuple[str, ...], message: str
) -> None:
    result = run(*town, *options)

    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_the_shipped_example() -> None:
    text = printed("pci", "pci_scores", "thanh hoa", "--period", "2019", "--top", "10")
    assert text.startswith("Thanh Hóa: rank <= 10, by one number alone:")

    scores = chiso.load_index("pci", period=2019).score(chiso.read_panel("pci_scores"), 2019)
    answer = chiso.reach(scores, "Thanh Hóa", chiso.Top(10), "thanh-hoa-pci-2019")
    text = printed(
        *("pci", "pci_scores", "Thanh Hóa", "--period", "2019", "--top", "10"),
        *("-a", "thanh-hoa-pci-2019"),
    )
    assert text.splitlines()[0] == f"Thanh Hóa: {answer!r}"
    assert all(code in text for code in answer.actions)
