"""Locked results, in Python and on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import chiso
import numpy as np
import pytest
from chiso.cli import main
from click.testing import CliRunner, Result

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the edition of 2013 that says what is to be locked."""
    shutil.copy(ROOT / "share/indices/pci/2013.yaml", tmp_path / "pci.yaml")
    checks = "chiso: 1\nbaseline: {panel: pci_scores, period: [2017, 2019]}\n"
    (tmp_path / "pci.check.yaml").write_text(checks, "utf-8")
    return tmp_path


def exchange_weights(folder: Path) -> None:
    """Labour 20 and legal 5 the other way round."""
    path = folder / "pci.yaml"
    text = path.read_text("utf-8")
    first, second = text.rfind("weight: 20"), text.rfind("weight: 5")
    assert -1 < first < second
    text = (
        text[:first] + "weight: 5" + text[first + 10 : second] + "weight: 20" + text[second + 9 :]
    )
    path.write_text(text, "utf-8")


def test_a_baseline_holds_what_scoring_gives(pci: chiso.Index, pci_panel: chiso.Panel) -> None:
    baseline = chiso.lock(pci, pci_panel, periods=[2017, 2019], name="pci_scores")

    table = baseline.to_frame()
    scores = pci.score(pci_panel, 2019)
    assert baseline.periods == ["2017", "2019"]
    assert len(table) == 126
    for code in pci.codes:
        assert table.loc[("2019", "Thanh Hóa"), code] == scores["Thanh Hóa", code]
    assert table.loc[("2019", "Thanh Hóa"), "rank"] == 24
    assert baseline.index == pci


def test_it_is_written_and_read(tmp_path: Path, pci: chiso.Index, pci_panel: chiso.Panel) -> None:
    baseline = chiso.lock(pci, pci_panel, periods=[2019])
    path = tmp_path / "pci.lock"

    baseline.save(path)

    assert chiso.load_baseline(path) == baseline
    assert path.read_text("utf-8") == baseline.to_text()
    assert "\n2019,Thanh Hóa,24,," in baseline.to_text()


def test_an_edited_file_is_refused_with_its_line(
    tmp_path: Path, pci: chiso.Index, pci_panel: chiso.Panel
) -> None:
    path = tmp_path / "pci.lock"
    text = chiso.lock(pci, pci_panel, periods=[2019]).to_text()
    edited = text.replace("2019,Thanh Hóa,24", "2019,Thanh Hóa,23")
    path.write_text(edited, "utf-8")
    heading = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("[results]"))

    with pytest.raises(chiso.DataError, match="not as they were written") as refused:
        chiso.load_baseline(path)

    assert refused.value.problems[0].line == heading + 1


def test_what_moved_is_put_down_to_the_definition(
    folder: Path, pci: chiso.Index, pci_panel: chiso.Panel
) -> None:
    baseline = chiso.lock(pci, pci_panel, periods=[2019])
    exchange_weights(folder)
    other = chiso.load_index(folder / "pci.yaml")

    comparison = baseline.compare(other, pci_panel)

    nodes, units, parts = comparison.nodes(), comparison.units(), comparison.parts()
    assert not comparison.same
    assert list(nodes.index) == ["pci"]
    assert nodes.loc["pci", "changes"] == "weights: labor 20 -> 5, legal 5 -> 20"
    # Weights are percent, and the mean is taken times 10: 1.5 times the difference of the two.
    values = pci.score(pci_panel, 2019)
    for unit in ("Thanh Hóa", "Quảng Ninh"):
        expected = 1.5 * (values[unit, "legal"] - values[unit, "labor"])
        assert units.loc[("2019", unit), "change"] == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(units["by definition"], units["change"], atol=1e-12)
    assert (units["by data"] == 0).all()
    assert len(parts) >= len(units) - 1
    assert "labor 20 -> 5" in str(comparison)


def test_tolerances_are_by_node(pci: chiso.Index, pci_panel: chiso.Panel) -> None:
    def data(entry: float) -> chiso.Panel:
        values = pci_panel.values(2019).copy()
        values[0, pci_panel.variables.index("entry")] += entry
        names = {"units": pci_panel.units, "variables": pci_panel.variables}
        return chiso.Panel.from_array(values, **names, period=2019)

    baseline, moved = chiso.lock(pci, data(0.0)), data(1e-6)

    assert not baseline.compare(pci, moved).same
    assert baseline.compare(pci, moved, tolerances={"*": 1e-3}).same
    assert not baseline.compare(pci, moved, tolerances={"pci": 1e-3}).same
    assert list(baseline.compare(pci, moved).nodes().index) == ["entry", "pci"]
    assert baseline.compare(pci, moved).units()["by data"].iloc[0] > 0


def test_the_command_locks_compares_and_takes_over(folder: Path) -> None:
    definition, lock = str(folder / "pci.yaml"), folder / "pci.lock"

    first = run("lock", definition)
    assert first.exit_code == 0, first.output
    assert first.stdout == f"{lock}: created, pci-2013, 2 periods of pci_scores\n"
    assert run("check", definition, "--only", "baseline").exit_code == 0
    assert "unchanged" in run("lock", str(folder)).stdout

    exchange_weights(folder)
    before = lock.read_text("utf-8")
    refused = run("lock", definition)
    checked = run("check", definition, "--only", "baseline")
    assert refused.exit_code == 1
    assert "weights: labor 20 -> 5, legal 5 -> 20" in refused.stdout
    assert "--update" in refused.stderr
    assert lock.read_text("utf-8") == before
    assert checked.exit_code == 1
    assert "weights: labor 20 -> 5, legal 5 -> 20" in checked.stdout

    updated = run("lock", definition, "--update")
    assert updated.exit_code == 0
    assert "updated" in updated.stdout
    assert "labor 20 -> 5" in updated.stdout
    assert run("check", definition, "--only", "baseline").exit_code == 0


def test_data_may_be_named(tmp_path: Path) -> None:
    shutil.copy(ROOT / "share/indices/pci/2013.yaml", tmp_path / "pci.yaml")
    path = tmp_path / "other.lock"

    nothing = run("lock", str(tmp_path / "pci.yaml"))
    result = run(
        "lock", str(tmp_path / "pci.yaml"), "--data", "pci_scores", "-p", "2019", "-o", str(path)
    )

    assert nothing.exit_code == 1
    assert "pci.check.yaml" in nothing.stderr
    assert result.exit_code == 0, result.output
    assert chiso.load_baseline(path).periods == ["2019"]


def test_what_cannot_be_locked_does_not_keep_the_others_from_it(folder: Path) -> None:
    (folder / "broken.yaml").write_text("chiso: 1\nindex: x\n", "utf-8")
    shutil.copy(folder / "pci.check.yaml", folder / "broken.check.yaml")

    result = run("lock", str(folder))

    assert result.exit_code == 1
    assert "broken.yaml" in result.stderr
    assert result.stdout == f"{folder / 'pci.lock'}: created, pci-2013, 2 periods of pci_scores\n"


def test_wrong_usage_is_said(folder: Path) -> None:
    shutil.copy(folder / "pci.yaml", folder / "two.yaml")

    period = run("lock", str(folder / "pci.yaml"), "-p", "2019")
    output = run("lock", str(folder / "pci.yaml"), str(folder / "two.yaml"), "-o", "x.lock")
    none = run("lock", str(folder / "none.yaml"))

    assert period.exit_code == 2
    assert output.exit_code == 2
    assert none.exit_code == 1
    assert "there is no file" in none.stderr
