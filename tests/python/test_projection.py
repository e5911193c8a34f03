"""Projections from history: labels, answers against the drawn numbers, plans, wrong input."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import pickle
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso.cli import main
from click.testing import CliRunner, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def standings() -> chiso.Standings:
    return chiso.read_standings(units="provinces")


@pytest.fixture(scope="module")
def papi(standings: chiso.Standings) -> chiso.History:
    return chiso.History.from_standings(standings, "papi")


@pytest.fixture(scope="module")
def projection(papi: chiso.History) -> chiso.Projection:
    return chiso.project(papi, [2023, 2025], draws=2_000, seed=3)


def sent(result: Any) -> Any:
    return pickle.loads(pickle.dumps(result))


def walk(units: int = 8, periods: int = 6) -> pd.DataFrame:
    """Return random walks, units x years."""
    steps = np.random.default_rng(1).normal(size=(units, periods))
    return pd.DataFrame(
        50 + 5 * np.cumsum(steps, axis=1),
        index=[f"u{i}" for i in range(units)],
        columns=range(2015, 2015 + periods),
    )


# ---- history ------------------------------------------------------------------------------------


def test_a_history_is_made_from_a_wide_or_a_long_frame() -> None:
    wide = walk()
    wide.iloc[2, 4] = np.nan
    long = wide.rename_axis(index="unit").reset_index().melt("unit", None, "period", "score")
    long = long.sample(frac=1, random_state=1)

    one = chiso.History.from_frame(wide)
    two = chiso.History.from_frame(long)

    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    assert one.periods == ["2015", "2016", "2017", "2018", "2019", "2020"]
    assert math.isnan(one.to_frame()["2019"]["u2"])


def test_a_history_is_made_from_results() -> None:
    pci = chiso.load_index("pci-2013")
    panel = chiso.read_panel("pci_scores")
    results = [pci.score(panel, period=year) for year in (2019, 2014, 2016)]

    total = chiso.History.of(results)
    labor = chiso.History.of(results, "labor")

    assert total.node == "pci"
    assert total.periods == ["2014", "2016", "2019"]
    assert total.to_frame().loc["Thanh Hóa", "2019"] == results[0]["Thanh Hóa", "pci"]
    assert labor.to_frame().loc["Thanh Hóa", "2014"] == results[1]["Thanh Hóa", "labor"]


def test_standings_without_a_score_are_no_history(papi: chiso.History) -> None:
    assert papi.periods[-1] == "2021"  # 2022-2024 have one rank each.
    assert len(papi.units) == 63


def test_a_history_can_be_pickled(papi: chiso.History) -> None:
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(papi)).to_frame(), papi.to_frame())
    assert copy.deepcopy(papi).units == papi.units
    assert repr(papi) == "<History of papi: 63 units, 9 periods, 2011-2021>"


def test_a_history_says_everything_that_is_wrong() -> None:
    table = pd.DataFrame(
        {"unit": ["a", "a", "b"], "period": [2019, 2019, 2020], "score": [1.0, 2.0, 3.0]}
    )
    with pytest.raises(chiso.DataError, match="a, 2019: stands twice"):
        chiso.History.from_frame(table)
    wide = walk()
    wide.iloc[3] = np.nan
    wide[2016] = np.nan
    with pytest.raises(chiso.DataError, match=r"2016: no unit has a score.*\n.*u3: has no score"):
        chiso.History.from_frame(wide)


# ---- projection ---------------------------------------------------------------------------------


def test_answers_are_those_of_the_draws(projection: chiso.Projection) -> None:
    drawn = projection.draws(2025)
    ranks = drawn.rank(ascending=False, method="min")

    top = projection.top(10)["2025"]
    scores = projection.scores(2025, 0.9)
    intervals = projection.ranks(2025, 0.9)

    assert drawn.shape == (63, 2000)
    expected = (ranks <= 10).mean(axis=1)
    pd.testing.assert_series_equal(
        top, expected.loc[top.index], check_names=False, check_exact=False
    )
    np.testing.assert_allclose(
        scores["upper"], drawn.quantile(0.95, axis=1).loc[scores.index], rtol=1e-12
    )
    lower = ranks.quantile(0.05, axis=1, interpolation="lower").loc[intervals.index]
    assert (abs(lower - intervals["lower"]) <= 1).all()
    np.testing.assert_allclose(intervals["mean"], ranks.mean(axis=1).loc[intervals.index])
    assert intervals["mean"].is_monotonic_increasing


def test_all_periods_stand_below_each_other(projection: chiso.Projection) -> None:
    every: Any = projection.ranks()

    assert every.index.names == ["period", "unit"]
    pd.testing.assert_frame_equal(every.loc["2023"], projection.ranks(2023))
    acceptability = projection.acceptability(2023)
    np.testing.assert_allclose(acceptability.sum(axis=1), 1.0)
    np.testing.assert_allclose(acceptability.sum(axis=0), 1.0)


def test_the_seed_alone_decides(papi: chiso.History, projection: chiso.Projection) -> None:
    for threads in (1, 3):
        again = chiso.project(papi, [2023, 2025], draws=2_000, seed=3, threads=threads)
        pd.testing.assert_frame_equal(again.draws(2025), projection.draws(2025), check_exact=True)
    other = chiso.project(papi, [2023, 2025], draws=2_000, seed=4)
    assert not other.draws(2025).equals(projection.draws(2025))


def test_probabilities_of_targets(projection: chiso.Projection) -> None:
    top = projection.top(10)
    in_2025 = projection.probability("thanh hoa", chiso.Top(10), 2025)
    ever = projection.probability("Thanh Hóa", chiso.Top(10), 2025, ever=True)
    score = projection.probability("Thanh Hóa", chiso.AtLeast(45), 2023)

    assert in_2025 == top.loc["Thanh Hóa", "2025"]
    assert max(top.loc["Thanh Hóa"]) < ever < sum(top.loc["Thanh Hóa"])
    assert score == (projection.draws(2023).loc["Thanh Hóa"] >= 45).mean()


def test_a_projection_says_what_it_is(projection: chiso.Projection) -> None:
    assert projection.model.startswith("mean reversion, volatility pooled")
    assert projection.periods == ["2023", "2025"]
    assert projection.used[0] == "2011"
    assert projection.left_out == []
    learned = projection.learned
    assert 0 < learned["lasting"] + learned["noise"] < 1
    assert 0 < learned["persistence"] < 1
    assert "63 units, 2,000 draws" in repr(projection)


def test_few_known_units_are_left_out_and_said(standings: chiso.Standings) -> None:
    pci = chiso.History.from_standings(standings, "pci")
    projected = chiso.project(pci, 2025, draws=100)

    assert projected.left_out == ["2021", "2022"]
    assert projected.used[-1] == "2020"
    assert projected.units_left_out == ["Hà Tây"]
    assert chiso.project(pci, 2025, draws=100, least_known=0.3).left_out == ["2022"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: chiso.project(walk(periods=2), 2030), chiso.DataError, "at least 3 periods"),
        (lambda: chiso.project(walk(), 2020), chiso.DataError, "after the last of the history"),
        (lambda: chiso.project(walk(), "2030-Q1"), chiso.DataError, "not on one line"),
        (lambda: chiso.project(walk(), [2030, 2030]), chiso.DataError, "stands twice"),
        (lambda: chiso.project(walk(), []), chiso.DataError, "got none"),
        (lambda: chiso.project(walk(), 2030, draws=0), chiso.SpecError, "draws"),
        (lambda: chiso.project(walk(), 2030, least_known=2), chiso.SpecError, "least known"),
        (
            lambda: chiso.project(walk(), 2030, model="arima"),  # type: ignore[arg-type]
            ValueError,
            "expected one of random",
        ),
        (lambda: chiso.project(walk(), 2030).top(9), chiso.SpecError, r"1\.\.8"),
        (lambda: chiso.project(walk(), 2030).ranks(2031), chiso.NotFoundError, "2031"),
        (lambda: chiso.project(walk(), 2030).scores(2030, 1.5), chiso.SpecError, "level"),
        (
            lambda: chiso.project(walk(), 2030).probability("u9", chiso.Top(1), 2030),
            chiso.NotFoundError,
            "u9",
        ),
        (
            lambda: chiso.project(walk(), 2030).probability("u1", chiso.Top(1, "labor"), 2030),
            chiso.DataError,
            "labor",
        ),
        (
            lambda: chiso.project(walk(), 2030, common_drift="yes"),  # type: ignore[arg-type]
            TypeError,
            "common_drift: expected True or False",
        ),
        (lambda: chiso.project(walk(), 2030, draws=1.5), TypeError, "draws: expected a whole"),  # type: ignore[arg-type]
        (lambda: chiso.project(walk(), 2030, seed=-1), chiso.SpecError, "seed: expected a whole"),
        (
            lambda: chiso.project(walk(), 2030, draws=10**9),
            chiso.SpecError,
            r"at most 4 GB of memory; 1000000000 draws of 8 units in 1 periods need 96\.0 GB",
        ),
        (lambda: chiso.project(walk(), 2030, threads=-1), chiso.SpecError, "threads: expected 1"),
        (lambda: chiso.project(walk(), 2030, all_units=-1), chiso.SpecError, "all units: expected"),
        (lambda: chiso.project("walk", 2030), TypeError, "history: expected a History, a frame"),  # type: ignore[arg-type]
        (lambda: chiso.project([3], 2030), TypeError, "expected Scores of a period, got 3"),  # type: ignore[list-item]
        (
            lambda: chiso.project(chiso.History.from_frame(walk(), "x"), 2030, node="y"),
            chiso.SpecError,
            "node: the history is of x, got 'y'",
        ),
        (lambda: chiso.project(walk(), 2030).ranks(2030, "80%"), TypeError, "level: expected a"),  # type: ignore[arg-type]
        (lambda: chiso.back_test(walk(), top=3, least_known=2), chiso.SpecError, "least known"),
        (lambda: chiso.back_test(walk(), top=3, levels=0.8), TypeError, "levels: expected several"),  # type: ignore[arg-type]
        (
            lambda: chiso.back_test(walk(), top=3).summary({"far": 5}),  # type: ignore[dict-item]
            TypeError,
            "steps: expected ranges by name",
        ),
        (lambda: chiso.back_test(walk(periods=3), top=3), chiso.DataError, "more than 3 periods"),
        (lambda: chiso.back_test(walk(), top=9), chiso.SpecError, "top"),
        (lambda: chiso.back_test(walk(), top=3, levels=[1.2]), chiso.SpecError, "level"),
    ],
)
def test_wrong_input_is_said(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()


# ---- back-test ----------------------------------------------------------------------------------


def test_intervals_of_papi_and_pci_hold_nearly_what_they_promise(
    standings: chiso.Standings,
) -> None:
    # Definitions changed in these years (PAPI most of all in 2018), which no model knows of.
    for index, short in (("papi", 0.09), ("pci", 0.03)):
        tested = chiso.back_test(chiso.History.from_standings(standings, index), draws=500)
        total = tested.summary().loc["all"]

        assert -short < total["rank 80"] - total["rank 80 expected"] < 0.03
        assert -short / 1.5 < total["rank 95"] - total["rank 95 expected"] < 0.03
        assert total["rank error"] < total["naive rank error"]
        assert total["brier"] < total["base brier"] < total["naive brier"]


def test_a_back_test_knows_nothing_of_later_years(papi: chiso.History) -> None:
    table = chiso.back_test(papi, draws=200, seed=5).to_frame()
    changed = papi.to_frame()
    changed["2021"] = changed["2021"].to_numpy()[::-1]
    again = chiso.back_test(chiso.History.from_frame(changed, "papi"), draws=200, seed=5).to_frame()
    early = table.index.get_level_values("target") < "2021"

    assert table.index[0] == ("2014", "2015")
    assert set(table["steps"]) == {1, 2, 3, 4, 5, 6, 7}
    pd.testing.assert_frame_equal(table[early], again[early], check_exact=True)
    assert not table[~early].equals(again[~early])
    summary = chiso.back_test(papi, draws=200).summary({"far": (5, 9)})
    assert list(summary.index) == ["far"]
    assert summary.loc["far", "projections"] == (table["steps"] >= 5).sum()


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent])
def test_projections_can_be_sent_and_copied(again: Callable[[Any], Any]) -> None:
    history = chiso.History.from_frame(walk(units=12, periods=8), "walk")
    found = chiso.project(
        history, [2024, 2026], model="drift", volatility="by_unit", draws=200, seed=2**64 - 1
    )
    other = again(found)
    pd.testing.assert_frame_equal(other.draws(2026), found.draws(2026), check_exact=True)
    pd.testing.assert_frame_equal(other.history.to_frame(), history.to_frame(), check_exact=True)
    assert repr(other) == repr(found)

    tested = chiso.back_test(history, draws=100, top=3, levels=[0.8])
    other = again(tested)
    pd.testing.assert_frame_equal(other.to_frame(), tested.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(other.summary(), tested.summary(), check_exact=True)
    assert (other.top, repr(other)) == (3, repr(tested))


# ---- a plan -------------------------------------------------------------------------------------


def test_targets_of_a_plan(standings: chiso.Standings) -> None:
    plan = chiso.load_plan("thanh-hoa-211")
    table: Any = plan.target_probabilities(standings, draws=2_000)

    assert list(table.index) == list(plan.targets().index)
    assert table.loc["pci-top-10", "last"] == "2020"
    assert table.loc["pci-top-10", "steps"] == 5
    pci = chiso.project(
        chiso.History.from_standings(standings, "pci"), 2025, draws=2_000, all_units=64
    )
    assert table.loc["pci-top-10", "probability"] == pci.top(10)["2025"]["Thanh Hóa"]
    assert table.loc["papi-keep", "last"] == "2021"
    assert 0 < table.loc["papi-keep", "probability"] < table.loc["papi-raise", "probability"]
    # Too few provinces are published of these: no number is made up.
    assert table.loc[["par-top-10", "sipas-top-10"], "probability"].isna().all()
    assert table.loc["par-top-10", "why"].startswith("expected at least 3 periods")
    ever = plan.target_probabilities(standings, draws=2_000, ever=True)
    assert (ever["probability"] >= table["probability"])[["pci-top-10", "papi-keep"]].all()


def test_a_target_whose_year_is_known_is_not_projected(standings: chiso.Standings) -> None:
    text = chiso.load_plan("thanh-hoa-211").to_yaml().replace("by: 2025", "by: 2020")
    if "by: 2020" not in text:
        text = text.replace("by: '2025'", "by: 2020").replace('by: "2025"', "by: 2020")
    plan = chiso.Plan.from_yaml(text)
    row: Any = plan.target_probabilities(standings, draws=100).loc["pci-top-10"]

    assert math.isnan(row["probability"])
    assert "after the last that is known" in row["why"]


# ---- pictures and the command line --------------------------------------------------------------


def test_a_fan_is_drawn(projection: chiso.Projection) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    for of in ("rank", "score"):
        axes = projection.plot("thanh hoa", of=of)
        assert axes.get_title(loc="left").startswith("Thanh Hóa")
        assert len(axes.collections) == 3
        plt.close("all")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["project", *arguments])


def test_the_command_projects() -> None:
    result = run("papi", "--to", "2023", "--unit", "thanh hoa", "--draws", "500", "-f", "csv")

    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(io.StringIO(result.output))
    table = chiso.project(
        chiso.History.from_standings(chiso.read_standings(), "papi"), 2023, draws=500
    )
    assert float(row["top 10"]) == table.top(10).loc["Thanh Hóa", "2023"]
    assert float(row["rank upper"]) == table.ranks(2023).loc["Thanh Hóa", "upper"]
    shown = run("papi", "--to", "2023", "--draws", "100").output
    assert "medians and 80% intervals of 63 units" in shown


def test_the_command_scores_data_first(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(
        "chiso: 1\nindex: town\nedition: '1'\ntree:\n  code: town\n  aggregation: sum\n"
        "  children:\n    - {code: press, maximum: 90, rule: given}\n"
        "    - {code: vote, maximum: 90, rule: given}\n",
        "utf-8",
    )
    table = walk().rename_axis(index="unit").reset_index().melt("unit", None, "period", "press")
    table["vote"] = 10.0
    table.to_csv(tmp_path / "data.csv", index=False)
    town = (str(tmp_path / "town.yaml"), "--data", str(tmp_path / "data.csv"))

    total = run(*town, "--to", "2022", "--top", "3", "-f", "json")
    press = run(*town, "--of", "press", "--to", "2022", "--top", "3", "-f", "json")

    assert total.exit_code == 0, total.output
    assert {row["unit"] for row in json.loads(total.output)} == {f"u{i}" for i in range(8)}
    assert total.output != press.output


def test_the_command_tests_back() -> None:
    result = run("papi", "--back-test", "--draws", "100")

    assert result.exit_code == 0, result.output
    assert "past projections" in result.output


def test_the_command_answers_for_a_plan() -> None:
    result = run("--plan", "thanh-hoa-211", "--draws", "200", "-f", "csv")

    assert result.exit_code == 0, result.output
    rows = {row["target"]: row for row in csv.DictReader(io.StringIO(result.output))}
    assert 0 <= float(rows["pci-top-10"]["probability"]) <= 1
    assert rows["par-top-10"]["probability"] == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "expected INDEX, or --plan"),
        (("papi",), 2, "--back-test"),
        (("papi", "--to", "2023", "--back-test"), 2, "--back-test"),
        (("papa", "--to", "2023"), 1, "there are no standings of 'papa'"),
        (("papi", "--to", "2019"), 1, "after the last of the history"),
        (("papi", "--to", "2023", "--unit", "Nowhere"), 1, "Nowhere"),
        (("pci", "--data", "pci_scores", "--standings", "standings", "--to", "2030"), 2, "one"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == code, result.output
    assert message in result.output
