"""What is different between definitions, in Python and on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso.cli import main
from click.testing import CliRunner

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parents[2]
FORM = "par-department-illustrative"
STEPS = '[{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}'
DATA = "par_department_example"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def small(tree: str) -> chiso.Index:
    return chiso.Index.from_yaml(f'chiso: 1\nindex: small\nedition: "1"\ntree:\n{tree}')


def mean(time: float, land: float) -> chiso.Index:
    return small(
        "  code: total\n  aggregation: arithmetic_mean\n  children:\n"
        f"    - {{code: time, weight: {time}, rule: identity}}\n"
        f"    - {{code: land, weight: {land}, rule: identity}}\n"
    )


@pytest.fixture(scope="module")
def form_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form with 97 instead of 90 as the threshold of 1.1.4."""
    source = ROOT / "share/indices/par-department/illustrative.yaml"
    text = source.read_text("utf-8")
    assert STEPS in text
    path: Path = tmp_path_factory.mktemp("form") / "form.yaml"
    path.write_text(text.replace(STEPS, STEPS.replace("90", "97"), 1), "utf-8")
    return path


def test_a_threshold_of_the_form_moves_two_departments(form_file: Path) -> None:
    # Of the figures of round 2 only 96.3 (C) and 94.3 (L) lie above 90 and not above 97: a point
    # less; L has no survey, so that its 80 points count 100: 1.25.
    panel = chiso.read_panel(DATA, version="round 2")

    difference = chiso.diff(FORM, form_file, panel)

    changes = difference.changes()
    assert list(changes["change"]) == ["rule"]
    assert list(changes["node"]) == ["1.1.4"]
    assert list(changes["text"]) == ["the bound 90 of step 1 moved: 90 -> 97"]
    assert list(changes["units"]) == [2]
    assert list(changes["ranks"]) == [0]
    units = difference.units()
    assert list(units.index) == ["Sở L (ví dụ)", "Sở C (ví dụ)"]
    np.testing.assert_allclose(units["change"], [-1.25, -1.0], atol=1e-12)
    assert (units["rank_before"] == units["rank_after"]).all()
    np.testing.assert_allclose(difference.parts()["points"], [-1.25, -1.0], atol=1e-12)


def test_the_command_shows_the_two_departments_and_why(form_file: Path) -> None:
    result = run("diff", FORM, str(form_file), "--data", DATA, "--version", "round 2")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "            * the bound 90 of step 1 moved: 90 -> 97" in lines
    assert "2024: 2 of 12 units move" in lines
    assert lines[-2:] == [
        "  Sở L (ví dụ): 97.3323 -> 96.0823 (-1.25); by 1.1.4 rule -1.25",
        "  Sở C (ví dụ): 93.1211 -> 92.1211 (-1); by 1.1.4 rule -1",
    ]


def test_parts_add_up_to_the_moves_of_scores_and_ranks() -> None:
    difference = chiso.diff("pci-2009", "pci-2013", chiso.read_panel("pci_scores"), period=2013)

    units, parts = difference.units(), difference.parts()
    sums = parts.groupby("unit")[["points", "places"]].sum().reindex(units.index).fillna(0)
    np.testing.assert_allclose(sums["points"], units["change"], atol=1e-12)
    moved = (units["rank_after"] - units["rank_before"]).astype(float)
    np.testing.assert_allclose(sums["places"], moved, atol=1e-9)
    assert difference.exact


def test_composites_are_those_of_both_definitions() -> None:
    panel = chiso.read_panel("pci_scores")

    units = chiso.diff("pci-2009", "pci-2013", panel, period=2013).units(moved=False)

    after = chiso.load_index("pci-2013").score(panel, 2013)
    before = chiso.load_index("pci-2009").score(panel, 2013, method=2012)
    for unit in ("Thanh Hóa", "Đà Nẵng"):
        assert units.loc[unit, "before"] == before[unit, "pci"]
        assert units.loc[unit, "after"] == after[unit, "pci"]


def test_two_changes_share_what_they_do_together() -> None:
    # In test AttributionTest of C++ by hand; here over both orders.
    def tree(weight: float, full_at: float) -> chiso.Index:
        return small(
            "  code: total\n  aggregation: arithmetic_mean\n  children:\n"
            f"    - {{code: x, weight: {weight}, maximum: 4, "
            f"rule: {{proportional: {{full_at: {full_at}}}}}}}\n"
            f"    - {{code: y, weight: {1 - weight}, rule: identity}}\n"
        )

    panel = chiso.Panel.from_array([[5.0, 0.0]], units=["a"], variables=["x", "y"], period=2020)
    difference = chiso.diff(tree(0.5, 10), tree(0.25, 5), panel)

    assert difference.units().empty
    parts = difference.parts(moved=False)
    assert list(parts["points"]) == [-0.75, 0.75]
    assert list(parts["edit"]) == [1, 2]


def test_without_data_there_are_changes_alone() -> None:
    difference = chiso.diff(mean(0.5, 0.5), mean(0.25, 0.75))

    assert list(difference.changes().columns) == ["change", "node", "before", "after", "text"]
    with pytest.raises(chiso.DataError, match="without data"):
        difference.units()
    assert difference
    assert not chiso.diff(mean(0.5, 0.5), mean(0.5, 0.5))


def test_documentation_is_apart() -> None:
    one = small("  {code: total, rule: identity}\n")
    other = small("  {code: total, title: The total, rule: identity}\n")

    difference = chiso.diff(one, other)

    assert difference.changes().empty
    assert list(difference.documentation()["text"]) == ["title none -> The total"]
    assert not difference.empty


def test_a_definition_that_cannot_be_scored_is_named() -> None:
    panel = chiso.Panel.from_array([[1.0]], units=["a"], variables=["time"], period=2020)
    only = small("  {code: total, variable: time, rule: identity}\n")

    with pytest.raises(chiso.DataError, match=r"second definition.*land"):
        chiso.diff(only, mean(0.5, 0.5), panel)


def test_json_holds_everything() -> None:
    result = run("diff", "pci-2009", "pci-2013", "--data", "pci_scores", "-p", "2013", "-f", "json")

    data = json.loads(result.stdout)
    assert data["before"] == "pci-2009"
    assert data["period"] == "2013"
    assert data["exact"] is True
    assert [change["change"] for change in data["changes"]] == ["weights", "added", "periods"]
    assert data["changes"][2]["edit"] is None
    assert len(data["units"]) == 63
    unit = data["units"][0]
    points = [part["points"] for part in data["parts"] if part["unit"] == unit["unit"]]
    assert abs(sum(points) - unit["change"]) < 1e-12
    assert data["documentation"]


def test_tables_are_in_full_precision(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    arguments = ("diff", "pci-2009", "pci-2013", "--data", "pci_scores", "-p", "2013")

    assert run(*arguments, "--show", "units", "-o", str(path)).exit_code == 0
    changes = run(*arguments, "--show", "changes", "-f", "csv")
    shown = run(*arguments, "--show", "parts")

    written = pd.read_csv(path)
    panel = chiso.read_panel("pci_scores")
    units = chiso.diff("pci-2009", "pci-2013", panel, period=2013).units()
    assert list(written["unit"]) == list(units.index)
    assert list(written["after"]) == list(units["after"])
    rows = list(csv.DictReader(io.StringIO(changes.stdout)))
    assert [row["change"] for row in rows] == ["weights", "added", "periods"]
    assert "places" in shown.stdout


def test_parts_need_data() -> None:
    result = run("diff", "pci-2009", "pci-2013", "--show", "parts")

    assert result.exit_code == 2
    assert "--data" in result.stderr


def test_equal_definitions_have_no_difference() -> None:
    result = run("diff", "pci-2013", "pci-2013")

    assert result.exit_code == 0
    assert result.stdout == "pci-2013 -> pci-2013: no difference\n"


def test_definitions_may_come_from_tables(tmp_path: Path) -> None:
    path = tmp_path / "pci.csv"
    assert run("table", "pci-2013", "-o", str(path)).exit_code == 0

    result = run("diff", "pci-2013", str(path))

    assert "no difference" in result.stdout, result.output
