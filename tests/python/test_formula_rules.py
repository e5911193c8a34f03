"""Indicators whose rule is a formula: read, scored, explained, edited, written again."""

from __future__ import annotations

import csv
import io
import math
import pickle
import random
from typing import TYPE_CHECKING

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso import DataError, Scenario, SpecError
from chiso.cli import main
from click.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

YAML = """
chiso: 1
index: demo
edition: "2024"
periods: {from: 2019, to: 2026}
variables:
  rate: {title: {en: Share of files on time, vi: Tỷ lệ hồ sơ đúng hạn}, range: [0, 100]}
  late: {range: [0, null]}
  grade: {categories: [poor, fair, good]}
parameters:
  threshold:
    {title: Threshold, unit: percent, value: [{value: 70, to: 2021}, {value: 80, from: 2022}]}
  fine: 0.25
tree:
  code: total
  aggregation: sum
  missing: reduce_maximum
  children:
    - code: files
      title: {en: Files, vi: Hồ sơ}
      maximum: 5
      rule: {formula: "if rate >= threshold then rate * maximum / 100 else 0", rises_with: [rate]}
    - code: delay
      maximum: 2
      rule: {formula: "max(0, maximum - fine * late)", falls_with: late}
    - code: progress
      maximum: 1
      not_applicable: exclude
      rule: {formula: "if rate > prev(rate) or grade == \\"good\\" then 1 else 0"}
"""


@pytest.fixture(scope="module")
def demo() -> chiso.Index:
    return chiso.Index.from_yaml(YAML)


def frame(rows: list[tuple[str, int, float | None, float | None, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "period", "rate", "late", "grade"])


@pytest.fixture(scope="module")
def panel() -> chiso.Panel:
    return chiso.Panel.from_frame(
        frame(
            [
                ("A", 2021, 75, 2, "fair"),
                ("A", 2022, 90, 4, "fair"),
                ("B", 2021, 90, 0, "poor"),
                ("B", 2022, 75, 20, "good"),
                ("C", 2022, 85, None, "poor"),
            ]
        )
    )


def test_scores_follow_the_formulas_of_the_period(demo: chiso.Index, panel: chiso.Panel) -> None:
    # 2021: the threshold is 70. A: 75 * 5 / 100, 2 - 0.5; nothing before and not good: unknown.
    before = demo.score(panel, 2021)
    assert before["A", "files"] == 3.75
    assert before["A", "delay"] == 1.5
    assert math.isnan(before["A", "progress"])
    # 5.25 of 7 points of the parts that are there, of 8.
    assert before["A", "total"] == 6.0

    # 2022: 80. B: 75 is below; 20 late files leave nothing; no progress, but good.
    now = demo.score(panel, 2022)
    assert now["A", "files"] == 4.5
    assert [now["B", code] for code in ("files", "delay", "progress")] == [0.0, 0.0, 1.0]
    # C: no row before, and poor: it is not known whether it made progress.
    assert now["C", "files"] == 4.25
    assert math.isnan(now["C", "progress"])
    assert now["A", "progress"] == 1.0


def test_the_method_of_another_year_has_its_parameters(
    demo: chiso.Index, panel: chiso.Panel
) -> None:
    assert demo.score(panel, 2022, method=2021)["B", "files"] == 3.75


def test_what_it_is(demo: chiso.Index) -> None:
    assert demo.variables == ["rate", "late", "grade"]
    assert demo.is_dated
    assert demo.parameters().reset_index().to_dict("records") == [
        {
            "parameter": "threshold", "value": 70.0, "from": "", "to": "2021",
            "title": "Threshold", "title_vi": "", "unit": "percent", "status": "", "source": "",
        },
        {
            "parameter": "threshold", "value": 80.0, "from": "2022", "to": "",
            "title": "Threshold", "title_vi": "", "unit": "percent", "status": "", "source": "",
        },
        {
            "parameter": "fine", "value": 0.25, "from": "", "to": "",
            "title": "", "title_vi": "", "unit": "", "status": "", "source": "",
        },
    ]  # fmt: skip
    assert demo.parameters(2022)["value"].to_dict() == {"threshold": 80.0, "fine": 0.25}
    tree = demo.tree(2022)
    assert tree.loc["files", "how"] == "if rate >= threshold then rate * maximum / 100 else 0"
    assert tree.loc["progress", "variables"] == "rate, grade"


def test_every_node_has_a_formula(demo: chiso.Index) -> None:
    files = demo.formula("files", 2022)
    assert files == chiso.Formula("if rate >= threshold then rate * maximum / 100 else 0")
    assert str(demo.formula("total", 2022)).startswith("if count(files, delay, progress) == 3 then")
    formulas = demo.formulas(2022, language="vi")
    assert formulas.loc["files", "title"] == "Hồ sơ"
    assert "Tỷ lệ hồ sơ đúng hạn" in str(formulas.loc["files", "words"])
    with pytest.raises(SpecError, match="depend on the period"):
        demo.formula("files")
    pci = chiso.load_index("pci-2013")
    assert pci.formula("pci") is not None
    assert chiso.load_index("papi", 2021).formulas()["formula"].iloc[0] != ""


def test_a_formula_gives_the_score_of_its_node(demo: chiso.Index, panel: chiso.Panel) -> None:
    scores = demo.score(panel, 2022)
    table = pd.DataFrame({"rate": [90.0, 75.0, 85.0], "late": [4.0, 20.0, np.nan]})
    parameters = {"threshold": 80.0, "fine": 0.25}
    for code, maximum in (("files", 5.0), ("delay", 2.0)):
        formula = demo.formula(code, 2022)
        assert formula is not None
        named = {name: value for name, value in parameters.items() if name in formula.names}
        values = formula.evaluate(table, named, maximum=maximum)
        np.testing.assert_array_equal(values, scores.values[:, demo.codes.index(code)])


def test_scores_of_random_data_are_those_of_python(demo: chiso.Index) -> None:
    # The formulas written once more, with None for missing.
    dice = random.Random(5)

    def files(rate: float | None) -> float | None:
        return None if rate is None else rate * 5 / 100 if rate >= 80 else 0.0

    def delay(late: float | None) -> float | None:
        return None if late is None else max(0.0, 2 - 0.25 * late)

    def progress(rate: float | None, old: float | None, grade: str | None) -> float | None:
        rose = None if rate is None or old is None else rate > old
        good = None if grade is None else grade == "good"
        if rose or good:
            return 1.0
        return None if rose is None or good is None else 0.0

    rows = []
    expected = []
    for i in range(400):
        old, rate, late = (
            None if dice.random() < 0.15 else round(dice.uniform(60, 100), 1) for _ in range(3)
        )
        late = None if late is None else float(int(late) % 11)
        grade = dice.choice(["poor", "fair", "good", None])
        unit = f"u{i:03}"
        rows += [(unit, 2021, old, 1.0, "fair"), (unit, 2022, rate, late, grade)]
        expected.append([files(rate), delay(late), progress(rate, old, grade)])
    scores = demo.score(chiso.Panel.from_frame(frame(rows)), 2022)

    np.testing.assert_array_equal(scores.values[:, 1:], np.array(expected, dtype=float))


def test_prepared_arrays_have_columns_of_the_period_before(
    demo: chiso.Index, panel: chiso.Panel
) -> None:
    evaluator = demo.evaluator(2022)
    assert evaluator.variables == ["rate", "late", "grade", "prev(rate)"]
    table = pd.DataFrame(
        {
            "prev(rate)": [75.0, 90.0],
            "grade": [1.0, 2.0],
            "rate": [90.0, 75.0],
            "late": [4.0, 20.0],
        },
        index=["A", "B"],
    )
    scores = evaluator.evaluate(table)
    whole = demo.score(panel, 2022)
    for unit in ("A", "B"):
        assert [scores.loc[unit, code] for code in demo.codes] == [
            whole[unit, code] for code in demo.codes
        ]
    with pytest.raises(DataError, match=r"no column prev\(rate\)"):
        evaluator.evaluate(table[["rate", "late", "grade"]])


def test_an_explanation_shows_the_values_put_in(demo: chiso.Index, panel: chiso.Panel) -> None:
    why = demo.score(panel, 2022).explain("A").to_frame()
    assert why.loc["files", "measure"] == "if 90 >= 80 then 90 * 5 / 100 else 0: 4.5"
    assert why.loc["progress", "measure"] == 'if 90 > 75 or fair == "good" then 1 else 0: 1'


def test_points_beyond_the_maximum_are_refused(panel: chiso.Panel) -> None:
    index = chiso.Index.from_yaml(YAML.replace("fine * late)", "fine * late) + 1"))
    with pytest.raises(DataError) as error:
        index.score(panel, 2021)
    assert (
        "B, delay: the formula gives 3, and points lie between 0 and the maximum of 2: "
        "max(0, maximum - fine * late) + 1 with late = 0, fine = 0.25, maximum = 2"
    ) in str(error.value)


# ---- reading and writing ------------------------------------------------------------------------


def test_is_written_and_read_back(demo: chiso.Index) -> None:
    assert chiso.Index.from_yaml(demo.to_yaml()) == demo
    assert chiso.Index.from_frame(demo.to_table()) == demo
    assert pickle.loads(pickle.dumps(demo)) == demo
    table = demo.to_table().set_index("code")
    assert str(table.loc["files", "rule"]).startswith("{formula: if rate >= threshold")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_survives_a_file(demo: chiso.Index, tmp_path: Path, form: str) -> None:
    demo.to_table(tmp_path / f"demo.{form}")
    again = chiso.load_index(tmp_path / f"demo.{form}") if form == "yaml" else None
    if again is None:
        read = (
            pd.read_csv(tmp_path / "demo.csv", dtype=str, keep_default_na=False)
            if form == "csv"
            else pd.read_excel(tmp_path / "demo.xlsx", dtype=str, keep_default_na=False)
        )
        again = chiso.Index.from_frame(read)
    assert again == demo


def test_mistakes_are_said_at_their_letters() -> None:
    text = YAML.replace("rate > prev(rate)", "rte > prev(late)").replace("fine * late)", "fine * )")
    with pytest.raises(SpecError) as error:
        chiso.Index.from_yaml(text)
    problems = str(error.value)
    # The reader finds what is no formula; the names of the others are looked at all the same.
    line = text.splitlines().index(next(x for x in text.splitlines() if "fine * )" in x)) + 1
    column = text.splitlines()[line - 1].index("* )") + 3
    assert f"line {line}, column {column}: delay: " in problems
    assert "nothing is named 'rte' (did you mean 'rate'?)" in problems


# ---- scenarios and causes -----------------------------------------------------------------------


def test_a_threshold_is_moved_by_a_scenario(demo: chiso.Index, panel: chiso.Panel) -> None:
    scores = demo.score(panel, 2022)
    reform = Scenario("lower threshold").parameter("threshold", 75)
    outcome = scores.what_if(reform)
    # Only B: 75 * 5 / 100.
    assert outcome.after["B", "files"] == 3.75
    assert outcome.after["A", "total"] == scores["A", "total"]
    causes = outcome.causes("B").to_frame()
    assert causes["kind"].to_list() == ["parameters"]
    assert causes["detail"].to_list() == ["threshold 80 -> 75"]
    assert causes["points"].to_list() == [3.75]

    assert Scenario.from_yaml(reform.to_yaml()) == reform
    assert "parameter: threshold" in reform.to_yaml()
    assert reform.to_frame()["edit"].to_list() == ["set parameter"]
    with pytest.raises(chiso.NotFoundError, match=r"no parameter 'treshold'.*threshold"):
        scores.what_if(Scenario("x").parameter("treshold", 75))


def test_another_formula_is_a_rule(demo: chiso.Index, panel: chiso.Panel) -> None:
    scores = demo.score(panel, 2022)
    outcome = scores.what_if(
        Scenario("kinder").rule("files", {"formula": "max(rate, 50) * maximum / 100"})
    )
    assert outcome.after["B", "files"] == 3.75
    assert "threshold" not in outcome.after.index.parameters().index
    causes = outcome.causes("B").to_frame()
    assert causes["kind"].to_list() == ["rule"]


def test_a_year_is_split_into_data_and_threshold(demo: chiso.Index, panel: chiso.Panel) -> None:
    before, after = demo.score(panel, 2021), demo.score(panel, 2022)
    causes = before.causes(after, "B")
    table = causes.to_frame()
    # Shapley over value (90 -> 75) and threshold (70 -> 80). With both old 4.5, both new 0,
    # new value alone 3.75, new threshold alone 4.5: the value -0.75 and -4.5, on average -2.625;
    # the threshold 0 and -3.75, on average -1.875. Times 8 / 7 where progress was not known.
    files = table[table["code"] == "files"].set_index("kind")["points"]
    assert files["value"] / files["parameters"] == pytest.approx(2.625 / 1.875)
    moved = after["B", "total"] - before["B", "total"]
    assert table["points"].sum() == pytest.approx(moved)


def test_what_a_goal_needs_of_a_threshold(demo: chiso.Index, panel: chiso.Panel) -> None:
    scores = demo.score(panel, 2022)
    table = chiso.goal_seek(scores, "B", chiso.AtLeast(5), levers=["rate"])
    # 1 point is there; 4 of 5 are reached at 80, where the points begin.
    assert table["needed"].to_list() == [80.0]


# ---- the command line ---------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "demo.yaml").write_text(YAML, "utf-8")
    frame([("A", 2022, 90, 4, "fair"), ("B", 2022, 75, 20, "good")]).to_csv(
        tmp_path / "data.csv", index=False
    )
    return str(tmp_path / "demo.yaml"), str(tmp_path / "data.csv")


def records(*arguments: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(main, [*arguments, "--format", "csv"])
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_show_has_the_formulas(files: tuple[str, str]) -> None:
    rows = records("show", files[0], "--period", "2022", "--formulas")
    assert rows[2]["code"] == "delay"
    assert rows[2]["formula"] == "max(0, maximum - fine * late)"
    assert rows[2]["words"] != ""
    shipped = records("show", "par-department", "--formulas")
    assert all(row["formula"] for row in shipped)


def test_what_if_moves_a_parameter(files: tuple[str, str]) -> None:
    rows = records("what-if", *files, "-p", "2022", "--parameter", "threshold", "75")
    after = {row["unit"]: float(row["after"]) for row in rows}
    assert after["B"] == 3.75 + 0 + 1
