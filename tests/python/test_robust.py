"""Rank intervals, weight stability and leaving one out: closed forms, draws, and scoring anew."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso.cli import main
from click.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

#: total = (x + 3 y) / 4.
PAIR = """
chiso: 1
index: pair
edition: "1"
variables: {x: {}, y: {}}
tree:
  code: total
  aggregation: arithmetic_mean
  children:
    - {code: x, title: First, weight: 25, rule: identity}
    - {code: y, title: Second, weight: 75, rule: identity}
"""

NEAR = chiso.Variation().weights("pci", law="relative", spread=0.25)


def pair(rows: dict[str, tuple[float, float]]) -> chiso.Scores:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["x", "y"]).rename_axis("unit")
    return chiso.Index.from_yaml(PAIR).score(chiso.Panel.from_frame(frame, period=2020))


@pytest.fixture(scope="module")
def pci() -> chiso.Scores:
    index = chiso.load_index("pci", period=2019)
    return index.score(chiso.read_panel("pci_scores"), period=2019)


@pytest.fixture(scope="module")
def papi() -> chiso.Scores:
    index = chiso.load_index("papi", period=2019)
    return index.score(chiso.read_panel("papi_subdimensions"), period=2019)


def leaves_of(scores: chiso.Scores) -> NDArray[np.float64]:
    """Return units x indicators."""
    return scores.values[:, scores.index._core.leaves]


def ranks_of(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return ranks by competition of each column."""
    ahead = values[None, :, :] > values[:, None, :] + 1e-9
    ranks: NDArray[np.int64] = 1 + ahead.sum(axis=1)
    return ranks


# ---- rank intervals -----------------------------------------------------------------------------


def test_two_units_that_are_each_best_at_something() -> None:
    scores = pair({"A": (1.0, 0.0), "B": (0.0, 1.0)})

    anything = scores.rank_intervals()
    bounded = scores.rank_intervals(chiso.Variation().weights(bounds={"x": (0.6, 1.0)}))

    assert anything.proven
    assert anything.node == "total"
    assert len(anything) == 2
    table = anything.to_frame()
    assert table.index.tolist() == ["B", "A"]  # By rank.
    assert table[["rank", "best", "worst"]].to_numpy().tolist() == [[1, 1, 2], [2, 1, 2]]
    assert bounded.to_frame().loc[["A", "B"], "best"].tolist() == [1, 2]
    assert bounded.to_frame().loc[["A", "B"], "worst"].tolist() == [1, 2]
    weights: Any = anything.weights("a")
    assert weights["share"].tolist() == [0.25, 0.75]
    assert weights["parent"].tolist() == ["total", "total"]
    assert weights["title"].tolist() == ["First", "Second"]
    assert weights.loc["x", "best"] > 0.5 > weights.loc["x", "worst"]


def test_pci_intervals_hold_for_draws_and_are_attained(pci: chiso.Scores) -> None:
    found = pci.rank_intervals(NEAR)
    table = found.to_frame().reindex(pci.units)
    leaves = leaves_of(pci)
    nominal = found.weights("Thanh Hóa")["share"].to_numpy()
    rng = np.random.default_rng(1)
    drawn = nominal * rng.uniform(0.75, 1.25, size=(20_000, len(nominal)))

    ranks = ranks_of(leaves @ drawn.T[:, :2_000])

    assert found.proven
    assert not found.stopped
    assert (ranks.min(axis=1) >= table["best"]).all()
    assert (ranks.max(axis=1) <= table["worst"]).all()
    assert table["rank"].tolist() == pci.ranking()["rank"].reindex(pci.units).tolist()
    for end in ("best", "worst"):
        weights = found.weights("Thanh Hoa")[end]
        after = pci.what_if(chiso.Scenario().weights(100 * weights)).after
        assert after.ranking()["rank"]["Thanh Hóa"] == table[end]["Thanh Hóa"]


def test_thanh_hoa_over_any_weights(pci: chiso.Scores) -> None:
    """It is best of all in nothing, and can still come far up and down."""
    found = pci.rank_intervals(units="Thanh Hóa")
    ends = found.to_frame().loc["Thanh Hóa"]
    leaves = leaves_of(pci)
    position = pci.units.index("Thanh Hóa")

    alone = ranks_of(leaves)[position]  # With all weight on one sub-index.

    assert found.proven
    assert ends["best"] <= alone.min()
    assert ends["worst"] >= alone.max()
    with pytest.raises(chiso.NotFoundError, match="not looked for"):
        found.weights("Hà Nội")


def test_papi_intervals_hold_for_draws(papi: chiso.Scores) -> None:
    """Two levels: shares of dimensions, and of sub-dimensions in them."""
    index = papi.index
    top = chiso.Variation().weights("papi", law="relative", spread=0.2, name="dimensions")
    below = chiso.Variation().weights("D?", law="relative", spread=0.2, name="sub-dimensions")
    found = papi.rank_intervals(top + below)
    table = found.to_frame()
    tree = index.tree(2019)
    leaves = tree.index[index._core.leaves]
    shares = found.weights(table.index[0])["share"]
    rng = np.random.default_rng(2)
    draws = 2_000

    def drawn(codes: pd.Index[str]) -> NDArray[np.float64]:
        weights = shares[codes].to_numpy()[:, None] * rng.uniform(0.8, 1.2, (len(codes), draws))
        divided: NDArray[np.float64] = weights / weights.sum(axis=0)
        return divided

    dimension = pd.Index(tree.loc[leaves, "parent"].unique())
    over = dict(zip(dimension, drawn(dimension), strict=True))
    scores = np.zeros((len(papi.units), draws))
    for code in dimension:
        its = leaves[tree.loc[leaves, "parent"] == code]
        for leaf, share in zip(its, drawn(its), strict=True):
            full = tree.loc[leaf, "maximum"]
            values = papi.values[:, papi.index.codes.index(leaf)]
            scores += over[code] * share * values[:, None] / full
    scored = ~np.isnan(scores).any(axis=1)
    ranks = ranks_of(scores[scored])
    ends = table.reindex(np.array(papi.units)[scored])

    assert found.proven
    assert (ranks.min(axis=1) >= ends["best"]).all()
    assert (ranks.max(axis=1) <= ends["worst"]).all()


def test_intervals_stop_and_tell(pci: chiso.Scores) -> None:
    seen: list[tuple[int, int]] = []

    def watch(done: int, wanted: int) -> bool:
        seen.append((done, wanted))
        return len(seen) < 5

    found = pci.rank_intervals(progress=watch)

    assert found.stopped
    assert not found.proven
    assert seen[0][1] == 126
    assert seen == sorted(seen)
    table = found.to_frame()
    assert (table["best bound"] <= table["best"]).all()
    assert (table["worst bound"] >= table["worst"]).all()
    assert "not all proven" in repr(found)
    assert "Bắc Ninh" in found._repr_html_()

    def fails(*_: int) -> bool:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        pci.rank_intervals(progress=fails)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda found: pickle.loads(pickle.dumps(found))]
)
def test_intervals_can_be_sent_and_copied(pci: chiso.Scores, again: Callable[[Any], Any]) -> None:
    found = pci.rank_intervals(NEAR, units=["Thanh Hóa", "Hà Nội"])
    other = again(found)

    pd.testing.assert_frame_equal(other.to_frame(), found.to_frame(), check_exact=True)
    for unit in ("Thanh Hóa", "Hà Nội"):
        pd.testing.assert_frame_equal(other.weights(unit), found.weights(unit), check_exact=True)
    assert other.varying == NEAR
    assert (other.node, other.proven, other.stopped, other.seconds) == (
        found.node, found.proven, found.stopped, found.seconds,
    )  # fmt: skip


def test_intervals_refuse_what_they_cannot_answer(pci: chiso.Scores) -> None:
    with pytest.raises(TypeError, match="node: expected one code, got 3"):
        pci.rank_intervals(node=3)  # type: ignore[arg-type]
    with pytest.raises(chiso.SpecError, match="expected weights"):
        pci.rank_intervals(chiso.Variation().values(relative=0.1))
    with pytest.raises(chiso.SpecError, match=r"add up to 1\.2, more than 1"):
        pci.rank_intervals(
            chiso.Variation().weights(bounds={"entry": (0.6, 1.0), "land": (0.6, 1.0)})
        )
    with pytest.raises(chiso.NotFoundError, match="Thanh"):
        pci.rank_intervals(units="Thanh Hoaa")
    geometric = pci.what_if(chiso.Scenario().aggregation("pci", "geometric_mean")).after
    with pytest.raises(chiso.SpecError, match="geometric_mean"):
        geometric.rank_intervals()


# ---- weight stability ---------------------------------------------------------------------------


def test_two_units_pass_where_they_meet() -> None:
    table: Any = pair({"A": (1.0, 0.0), "B": (0.0, 1.0)}).weight_stability(top=1)

    assert table.loc["x", ["share", "down", "up"]].tolist() == [0.25, 0.0, 0.5]
    assert table.loc["x", ["up riser", "up passed", "down riser"]].tolist() == ["A", "B", ""]
    assert table.loc["y", ["share", "down", "up"]].tolist() == [0.75, 0.5, 1.0]


@pytest.mark.parametrize("options", [{}, {"watch": "order", "top": 3}, {"unit": "Thanh Hóa"}])
def test_pci_changes_at_the_ends_and_not_before(pci: chiso.Scores, options: dict[str, Any]) -> None:
    top = int(options.get("top", 10))

    def watched(scores: chiso.Scores) -> object:
        ranks = scores.ranking()["rank"].sort_index()
        if "unit" in options:
            return ranks[options["unit"]]
        first = ranks[ranks <= top]
        return first.to_dict() if "watch" in options else set(first.index)

    def moved(code: str, share: float) -> chiso.Scores:
        return pci.what_if(chiso.Scenario().weights({code: 100 * share})).after

    now = watched(pci)
    table = pci.weight_stability(**options)

    assert len(table) == 10
    for code, row in table.iterrows():
        for end, sign in (("down", -1), ("up", 1)):
            inside = row["share"] + 0.999 * (row[end] - row["share"])
            assert watched(moved(str(code), inside)) == now
            beyond = row[end] + sign * 1e-7
            if row[f"{end} riser"] and 0 <= beyond <= 1:
                assert watched(moved(str(code), beyond)) != now


@pytest.mark.parametrize(
    "ask",
    [
        lambda scores: scores.weight_stability(language="fr"),
        lambda scores: scores.leave_one_out(language="fr"),
        lambda scores: scores.rank_intervals(NEAR, units="Hà Nội").weights("Hà Nội", "fr"),
    ],
)
def test_a_language_without_titles_is_refused(
    pci: chiso.Scores, ask: Callable[[chiso.Scores], object]
) -> None:
    with pytest.raises(ValueError, match="language: expected one of en, vi, got 'fr'"):
        ask(pci)


def test_stability_refuses_what_it_cannot_answer(pci: chiso.Scores) -> None:
    with pytest.raises(chiso.SpecError, match=r"watch='order' and unit='Hà Nội'; leave one"):
        pci.weight_stability(unit="Hà Nội", watch="order")
    with pytest.raises(TypeError, match="unit: expected a name, got 3"):
        pci.weight_stability(unit=3)  # type: ignore[arg-type]
    with pytest.raises(chiso.SpecError, match="from 1 to 63"):
        pci.weight_stability(top=64)
    with pytest.raises(ValueError, match="watch: expected one of set, order, got 'all'"):
        pci.weight_stability(watch="all")  # type: ignore[arg-type]
    with pytest.raises(chiso.NotFoundError, match="no criterion or indicator 'entri'"):
        pci.weight_stability(nodes="entri")


# ---- leaving one out ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pci", "papi"])
def test_leaving_out_is_what_the_scenario_gives(name: str, request: pytest.FixtureRequest) -> None:
    scores: chiso.Scores = request.getfixturevalue(name)
    table = scores.leave_one_out()
    composites = scores.leave_one_out(show="scores")
    ranks = scores.leave_one_out(show="ranks")
    before = scores.ranking()["rank"].reindex(scores.units)

    assert table.index.tolist() == composites.columns.tolist() == scores.index.codes[1:]
    for code in table.index:
        after = scores.what_if(chiso.Scenario().drop(code)).after
        np.testing.assert_array_equal(composites[code], after.values[:, 0])
        expected = after.ranking()["rank"].reindex(scores.units)
        assert ranks[code].tolist() == expected.tolist()
        shift = (expected - before).abs()
        assert table.loc[code, "mean shift"] == pytest.approx(shift.mean())
        assert table.loc[code, "greatest shift"] == shift.max()
        first = before <= 10
        assert table.loc[code, "top kept"] == pytest.approx((expected[first] <= 10).mean())


def test_leaving_out_refuses_what_it_cannot_answer(pci: chiso.Scores) -> None:
    with pytest.raises(chiso.NotFoundError, match="can be left out"):
        pci.leave_one_out("pci")
    with pytest.raises(chiso.SpecError, match="from 1 to 63"):
        pci.leave_one_out(top=0)
    with pytest.raises(ValueError, match="show: expected one of nodes, ranks, scores"):
        pci.leave_one_out(show="everything")  # type: ignore[arg-type]


# ---- command line -------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["robust", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


PCI = ("pci", "pci_scores", "--period", "2019")


def test_commands_show_what_python_gives(pci: chiso.Scores) -> None:
    ranks = json.loads(run("ranks", *PCI, "--spread", "0.25", "--unit", "Thanh Hóa", "-f", "json"))
    weights = run("ranks", *PCI, "--spread", "0.25", "--weights", "Thanh Hóa")
    stable = json.loads(run("weights", *PCI, "-f", "json"))
    without = run("leave-one-out", *PCI, "--nodes", "l*")

    ends = pci.rank_intervals(NEAR, units="Thanh Hóa").to_frame().loc["Thanh Hóa"]
    assert (ranks[0]["best"], ranks[0]["worst"]) == (ends["best"], ends["worst"])
    assert f"Thanh Hóa: place {ends['best']} to {ends['worst']}" in weights
    assert [row["up"] for row in stable] == pci.weight_stability()["up"].tolist()
    assert "Labour training" in without
    assert "Entry costs" not in without
    assert "The first 10 stay while a weight is between" in run("weights", *PCI)
    assert "The rank of Thanh Hóa stays while" in run("weights", *PCI, "--unit", "Thanh Hóa")


def test_commands_say_when_time_was_up() -> None:
    text = run("ranks", *PCI, "--seconds", "0")

    assert "Time was up" in text
    failed = CliRunner().invoke(main, ["robust", "weights", *PCI, "--nodes", "nothing"])
    assert failed.exit_code == 1
    assert "no criterion or indicator 'nothing'" in failed.output
