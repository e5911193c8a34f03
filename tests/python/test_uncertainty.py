"""How sure scores and ranks are: against theory, an independent NumPy run, and across machines."""

from __future__ import annotations

import concurrent.futures
import copy
import math
import os
import pickle
import signal
import unicodedata
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pytest
from chiso.cli import main
from click.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pd = pytest.importorskip("pandas")

TWO = """
chiso: 1
index: two
edition: "1"
title: {en: Two indicators}
tree:
  code: two
  aggregation: arithmetic_mean
  children:
    - {code: x, weight: 50, rule: identity}
    - {code: y, weight: 50, rule: identity}
"""


def two(rows: dict[str, tuple[float, float]]) -> chiso.Scores:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["x", "y"])
    frame.index.name = "unit"
    return chiso.Index.from_yaml(TWO).score(chiso.Panel.from_frame(frame, period=2020))


@pytest.fixture(scope="module")
def pci() -> chiso.Scores:
    index = chiso.load_index("pci", period=2019)
    return index.score(chiso.read_panel("pci_scores"), period=2019)


@pytest.fixture(scope="module")
def pci_sure(pci: chiso.Scores) -> chiso.Uncertainty:
    return pci.uncertainty(chiso.Variation().weights("pci"), draws=50_000, seed=3)


def counts(found: chiso.Uncertainty) -> bytes:
    return found._core.bytes()


def sent(result: Any) -> Any:
    return pickle.loads(pickle.dumps(result))


# ---- theory -------------------------------------------------------------------------------------


def test_two_units_and_uniform_weights_have_a_closed_form() -> None:
    # a beats b where 3 w > 1 (1 - w): on three quarters of the segment.
    scores = two({"a": (4.0, 1.0), "b": (1.0, 2.0)})

    found = scores.uncertainty(chiso.Variation().weights(), draws=200_000, seed=1)

    error = math.sqrt(0.75 * 0.25 / found.draws)
    assert found.beats().loc["a", "b"] == pytest.approx(0.75, abs=5 * error)
    assert found.beats().loc["b", "a"] == pytest.approx(0.25, abs=5 * error)
    assert found.top(1).loc["a", "top 1"] == pytest.approx(0.75, abs=5 * error)
    # The composite of a is 1 + 3 w with w uniform.
    row = found.distribution().loc["a"]
    assert row["mean"] == pytest.approx(2.5, abs=0.02)
    assert row["sd"] == pytest.approx(3 / math.sqrt(12), rel=0.01)
    assert row["5%"] == pytest.approx(1.15, abs=0.02)


def test_normal_errors_have_a_closed_form() -> None:
    scores = two({"a": (2.0, 2.0), "b": (1.0, 1.0)})

    found = scores.uncertainty(chiso.Variation().values(absolute=1.0), draws=200_000, seed=2)

    # The difference of two means of two: mean 1, variance 2 * (1/4 + 1/4).
    expected = 0.5 * (1 + math.erf(1 / math.sqrt(2)))
    assert found.beats().loc["a", "b"] == pytest.approx(expected, abs=0.005)


def test_an_independent_run_in_numpy_agrees(pci: chiso.Scores, pci_sure: chiso.Uncertainty) -> None:
    rng = np.random.default_rng(11)
    leaves = [pci.index.codes.index(code) for code in pci.index.codes[1:]]
    values = pci.values[:, leaves]
    weights = rng.dirichlet(np.ones(len(leaves)), size=50_000)
    # PCI is 100 times a mean of scores of 1 to 10, divided by 10.
    drawn = weights @ values.T
    places = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)

    ours = pci_sure.ranks(quantiles=(0.25, 0.5)).loc[pci.units]
    error = places.std(axis=0) / math.sqrt(50_000)
    assert np.all(np.abs(ours["mean"] - places.mean(axis=0)) < 7 * (error + 1e-9))
    assert np.all(np.abs(ours["50%"] - np.median(places, axis=0)) <= 1)
    top = (places <= 10).mean(axis=0)
    assert np.all(
        np.abs(pci_sure.top(10).loc[pci.units, "top 10"] - top)
        < 7 * np.sqrt((top * (1 - top) + 1e-4) / 50_000)
    )


def test_answers_fit_together(pci: chiso.Scores, pci_sure: chiso.Uncertainty) -> None:
    acceptability = pci_sure.acceptability()
    assert np.allclose(acceptability.sum(axis=1), 1.0)
    assert acceptability.index[0] == pci.ranking().index[0]
    top = pci_sure.top([1, 10])
    assert np.allclose(top["top 10"], acceptability.loc[:, :10].sum(axis=1))
    beats = pci_sure.beats()
    assert np.all(beats.to_numpy() + beats.to_numpy().T <= 1 + 1e-12)
    # Nobody's place is better than that of who beats all others.
    places = 1 + beats.to_numpy().sum(axis=0)
    assert np.allclose(places, pci_sure.ranks()["mean"].to_numpy(float))
    central = pci_sure.central_weights()
    assert np.allclose(central.sum(axis=1), 1.0)
    assert set(central.index) == set(top.index[top["top 1"] > 0])


def test_sources_alone_are_the_same_as_together(pci: chiso.Scores) -> None:
    both = chiso.Variation().weights("pci").values(relative=0.02)
    alone = pci.uncertainty(both.only("weights"), draws=2_000, seed=5)
    again = pci.uncertainty(chiso.Variation().weights("pci"), draws=2_000, seed=5)
    assert counts(alone) == counts(again)


def test_choices_are_scenarios(pci: chiso.Scores) -> None:
    varying = chiso.Variation().aggregations("pci", ["arithmetic_mean", "geometric_mean"])
    found = pci.uncertainty(varying, draws=20_000, seed=4)

    geometric = pci.what_if(chiso.Scenario().aggregation("pci", "geometric_mean")).after
    lowest = np.minimum(pci.values[:, 0], geometric.values[:, 0])
    table = found.distribution().loc[pci.units]
    assert np.allclose(table["min"], lowest, rtol=1e-12)
    middle = 0.5 * (pci.values[:, 0] + geometric.values[:, 0])
    assert np.allclose(table["mean"], middle, atol=0.1 * np.ptp(lowest) / 10)


# ---- real data ----------------------------------------------------------------------------------


def papi_2019() -> chiso.Scores:
    """PAPI's published totals of 2019 with their published standard errors."""
    papi = chiso.load_index("papi", period=2019).score(chiso.read_panel("papi_subdimensions"), 2019)
    errors = chiso.read_panel("papi_errors_2019").to_frame(2019)
    table = pd.DataFrame({"papi": papi.to_frame()["papi"], "papi.se": errors["papi.se"]})
    text = """
chiso: 1
index: papi-total
edition: "2019"
title: {en: PAPI as published}
variables: {papi: {range: [0, 80]}}
tree: {code: total, aggregation: sum, children: [{code: all, variable: papi, rule: identity}]}
"""
    return chiso.Index.from_yaml(text).score(chiso.Panel.from_frame(table, period=2019))


def test_papi_2019_with_its_published_errors() -> None:
    scores = papi_2019()
    found = scores.uncertainty(chiso.Variation().values(), draws=200_000, seed=7)

    ranks = found.ranks(quantiles=(0.05, 0.95))
    assert len(ranks) == 63
    assert (ranks["5%"] <= ranks["rank"]).all() or (ranks["5%"] <= ranks["95%"]).all()
    # Against a run of our own.
    rng = np.random.default_rng(5)
    frame = scores.panel.to_frame(2019)
    drawn = rng.normal(frame["papi"], frame["papi.se"], size=(100_000, 63))
    first_ten = (1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2) <= 10).mean(axis=0)
    ours = found.top(10).loc[list(frame.index), "top 10"]
    assert np.all(np.abs(ours - first_ten) < 0.01)


# ---- the same bits everywhere -------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixture() -> chiso.Variation:
    return (
        chiso.Variation()
        .weights("pci", law="relative", spread=0.3)
        .values(relative=0.03)
        .leave_out("*")
    )


def test_threads_do_not_matter(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    one, two, seven = (
        counts(pci.uncertainty(mixture, draws=10_000, seed=9, threads=threads))
        for threads in (1, 2, 7)
    )
    assert one == two == seven


def test_kernels_do_not_matter(
    pci: chiso.Scores, mixture: chiso.Variation, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = chiso.Variation().weights("pci")
    found = set()
    for level in ("portable", "x86-64-v2", "x86-64-v3", "x86-64-v4"):
        monkeypatch.setenv("CHISO_KERNELS", level)
        try:
            counted = [
                counts(pci.uncertainty(varying, draws=10_000, seed=9))
                for varying in (weights, mixture)
            ]
        except chiso.SpecError as error:
            assert level in str(error)  # noqa: PT017 - the processor does not have it
            continue
        found.add(tuple(counted))
    assert len(found) == 1

    monkeypatch.setenv("CHISO_KERNELS", "fast")
    with pytest.raises(chiso.SpecError, match=r"CHISO_KERNELS.*fast"):
        pci.uncertainty(weights, draws=1_000)


def test_executors_do_not_matter(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    alone = counts(pci.uncertainty(mixture, draws=10_000, seed=9, threads=1))
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert counts(pci.uncertainty(mixture, draws=10_000, seed=9, executor=pool)) == alone
    with concurrent.futures.ProcessPoolExecutor(2) as processes:
        found = pci.uncertainty(mixture, draws=10_000, seed=9, threads=1, executor=processes)
    assert counts(found) == alone


def test_precision_stops_at_the_same_draw(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    alone = pci.uncertainty(mixture, draws=200_000, seed=9, precision=0.005)
    assert 0 < alone.draws < 200_000
    assert not alone.stopped
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        far = pci.uncertainty(mixture, draws=200_000, seed=9, precision=0.005, executor=pool)
    assert counts(far) == counts(alone)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_a_cluster_gives_the_same_bits(
    cluster: Any, pci: chiso.Scores, mixture: chiso.Variation
) -> None:
    alone = counts(pci.uncertainty(mixture, draws=20_000, seed=9, threads=1))
    found = pci.uncertainty(
        mixture, draws=20_000, seed=9, threads=1, executor=cluster.get_executor()
    )
    assert counts(found) == alone


def test_a_worker_that_is_killed_loses_nothing(
    cluster: Any, pci: chiso.Scores, mixture: chiso.Variation
) -> None:
    alone = counts(pci.uncertainty(mixture, draws=60_000, seed=9, threads=1))
    killed: list[int] = []

    def kill(done: int, *_: float) -> None:
        if not killed and done > 4_096:
            pid = next(iter(cluster.run(os.getpid).values()))
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    found = pci.uncertainty(
        mixture,
        draws=60_000,
        seed=9,
        threads=1,
        executor=cluster.get_executor(),
        progress=kill,
    )
    assert killed
    assert counts(found) == alone


def test_scores_can_be_pickled(pci: chiso.Scores) -> None:
    edited = pci.what_if(chiso.Scenario().score("Thanh Hóa", "labor", 9.0)).after
    again = pickle.loads(pickle.dumps(edited))
    assert np.array_equal(again.values, edited.values, equal_nan=True)
    assert again.anchors == edited.anchors


@pytest.mark.parametrize("kept", [copy.copy, copy.deepcopy, sent])
def test_draws_can_be_kept(
    pci: chiso.Scores, mixture: chiso.Variation, kept: Callable[[Any], Any]
) -> None:
    found = pci.uncertainty(mixture, draws=2_000, seed=9, nodes=["labor"])
    again = kept(found)
    assert counts(again) == counts(found)
    assert again.varying == mixture
    pd.testing.assert_frame_equal(again.ranks("labor"), found.ranks("labor"))
    factors = [one.confidence_factors(1_000) for one in (found, again)]
    pd.testing.assert_series_equal(*factors)


def test_accents_of_names_can_be_typed_either_way(pci: chiso.Scores) -> None:
    composed, decomposed = (
        chiso.Variation().weights("pci", name=unicodedata.normalize(form, "trọng số"))
        for form in ("NFC", "NFD")
    )
    assert composed == decomposed
    assert counts(pci.uncertainty(composed, draws=1_000)) == counts(
        pci.uncertainty(decomposed, draws=1_000)
    )


def test_variations_are_values() -> None:
    varying = (
        chiso.Variation()
        .weights("pci", bounds={"labor": (0.1, 0.3)}, orders=[("labor", "legal")])
        .values("entry", units="Thanh Hóa", correlation=None, relative=0.1)
        .choose([chiso.Scenario("as it is"), chiso.Scenario("no labor").drop("labor")])
    )
    assert pickle.loads(pickle.dumps(varying)) == varying
    assert varying.only("choice") + varying.only("weights") != varying
    assert varying.without("choice").names == ["weights", "measurement"]
    with pytest.raises(chiso.SpecError, match="a source 'weights' already"):
        varying.weights("pci")
    with pytest.raises(chiso.NotFoundError, match="weights"):
        varying.only("weight")


# ---- stopping and bad input ---------------------------------------------------------------------


def test_progress_can_stop_the_draws(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, wanted: int, _: float) -> bool:
        seen.append((done, wanted))
        return False

    found = pci.uncertainty(mixture, draws=5_000_000, seed=1, progress=stop)
    assert found.stopped
    assert 0 < found.draws < 5_000_000
    assert seen[0][1] >= 5_000_000


def test_what_progress_raises_comes_out(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    def fail(*_: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pci.uncertainty(mixture, draws=5_000_000, progress=fail)


@pytest.mark.parametrize(
    ("varying", "options", "message"),
    [
        (chiso.Variation(), {}, "nothing"),
        (
            chiso.Variation().weights("pci", law="dirichlet", concentration=-1.0),
            {},
            "weights.*concentration",
        ),
        (chiso.Variation().values(), {}, "measurement.*standard error"),
        (chiso.Variation().weights("pcj"), {}, "pcj"),
        (chiso.Variation().choose([]), {}, "choice: expected at least two alternatives, got 0"),
        (
            chiso.Variation().choose({"less": chiso.Scenario().drop("labor")}),
            {},
            "choice: expected at least two alternatives, got 1; a scenario without edits",
        ),
        (chiso.Variation().weights("pci"), {"draws": 0}, "draws"),
        (chiso.Variation().weights("pci"), {"top": 64, "precision": 0.1}, "64"),
        (chiso.Variation().weights("pci"), {"nodes": ["laber"]}, "labor"),
        (
            chiso.Variation().values("e*", relative=0.1, correlation=[[1.0, 2.0], [2.0, 1.0]]),
            {},
            "correlation",
        ),
    ],
)
def test_bad_input_is_named(
    pci: chiso.Scores, varying: chiso.Variation, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(chiso.Error, match=message):
        pci.uncertainty(varying, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda nothing: nothing.weights(["pci"]), r"criteria: expected one code or pattern"),
        (lambda nothing: nothing.weights(spread="25%"), r"spread: expected a number, got '25%'"),
        (lambda nothing: nothing.weights(bounds={"x": 0.3}), r"\(lowest, highest\) of 'x'"),
        (lambda nothing: nothing.weights(bounds=[("x", 0, 1)]), "bounds: expected ranges by"),
        # A text of two letters must not be taken for a pair of codes.
        (lambda nothing: nothing.weights(orders=("D1", "D2")), r"orders: expected pairs"),
        (lambda nothing: nothing.weights(name=3), "name: expected a text, got 3"),
        (lambda nothing: nothing.values(["x"]), "variables: expected one code or pattern"),
        (lambda nothing: nothing.leave_out(["x"]), "nodes: expected one code or pattern"),
        (lambda nothing: nothing.choose({"a": "sum"}), "expected a Scenario, got 'sum'"),
        (lambda nothing: nothing.aggregations("pci", "sum"), "methods: expected a list"),
        (lambda nothing: nothing.rules("x", ["rank"]), "rules: expected rules by label"),
        (lambda nothing: nothing.weights(overall="yes"), "overall: expected True or False"),
        (lambda nothing: nothing.weights(keep_order=1), "keep_order: expected True or False"),
        (lambda nothing: nothing.weights(bounds=[]), "bounds: expected ranges by code"),
        (lambda nothing: nothing.weights(orders=[3]), "orders: expected pairs"),
        (lambda nothing: nothing.weights(spread=True), "spread: expected a number, got True"),
        (lambda nothing: nothing.values(truncate="no"), "truncate: expected True or False"),
        (lambda nothing: nothing.values(units=3), "units: expected a name or several, got 3"),
        (lambda nothing: nothing.values(correlation="no"), "correlation: expected numbers"),
        (lambda nothing: nothing.choose(3), "alternatives: expected one Scenario or several"),
        (lambda nothing: nothing.choose([], probabilities=1), "probabilities: expected a number"),
        (lambda nothing: nothing.aggregations(3, ["sum"]), "criteria: expected a code or several"),
        (lambda nothing: nothing.missing("pci", 3), "policies: expected a list"),
        (lambda nothing: nothing.rules(3, {"r": "rank"}), "nodes: expected a code or several"),
    ],
)
def test_what_is_not_of_its_kind_is_named(make: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make(chiso.Variation())


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"seed": -1}, chiso.SpecError, "seed: expected a whole number of 0 or more, got -1"),
        ({"seed": 2**64}, chiso.SpecError, "seed: expected a whole number up to 184467440737"),
        ({"draws": 10.5}, TypeError, r"draws: expected a whole number, got 10\.5"),
        ({"threads": 2**40}, chiso.SpecError, "threads: expected a whole number up to 2147483647"),
        ({"precision": "0.01"}, TypeError, "precision: expected a number"),
        ({"progress": "yes"}, TypeError, "progress: expected True, False or a function"),
        ({"refit": "yes"}, TypeError, "refit: expected True or False, got 'yes'"),
        ({"pairs": 1}, TypeError, "pairs: expected True or False, got 1"),
        ({"nodes": 3}, TypeError, "nodes: expected a code or several, got 3"),
        ({"executor": 3}, TypeError, "executor: expected one with a `submit`, got 3"),
        ({"draws": True}, TypeError, "draws: expected a whole number, got True"),
        ({"precision": math.nan}, chiso.SpecError, "precision: expected a standard error above 0"),
        ({"top": 0}, chiso.SpecError, "top: expected 1 to 63, the units, got 0"),
    ],
)
def test_options_that_do_not_fit_are_named(
    pci: chiso.Scores, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        pci.uncertainty(chiso.Variation().weights("pci"), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"second_order": "yes"}, "second_order: expected True or False, got 'yes'"),
        ({"refit": None}, "refit: expected True or False, got None"),
        ({"node": 3}, "node: expected one code, got 3"),
        ({"resamples": 1.5}, r"resamples: expected a whole number, got 1\.5"),
        ({"confidence": "95%"}, "confidence: expected a number, got '95%'"),
    ],
)
def test_options_of_sensitivity_that_do_not_fit_are_named(
    pci: chiso.Scores, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        pci.sensitivity(chiso.Variation().weights("pci"), base=16, **options)


def test_a_law_that_there_is_not_is_named() -> None:
    laws: Any = ["uniform"]
    with pytest.raises(ValueError, match=r"law: expected one of uniform, .*got \['uniform'\]"):
        chiso.Variation().weights(law=laws)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda sure: sure.ranks(3), "node: expected one code, got 3"),
        (lambda sure: sure.ranks(quantiles=0.5), r"quantiles: expected shares, 0 to 1, got 0\.5"),
        (lambda sure: sure.distribution(quantiles=["5%"]), "quantiles: expected a number"),
        (lambda sure: sure.top("10"), "places: expected one or several, got '10'"),
    ],
)
def test_questions_that_do_not_fit_are_named(
    pci_sure: chiso.Uncertainty, ask: Callable[[Any], Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        ask(pci_sure)


def test_numbers_of_numpy_and_powers_of_ten_are_numbers(pci: chiso.Scores) -> None:
    quarter: Any = np.float32(0.25)
    given: Any = {"draws": 1e3, "seed": np.uint64(2**64 - 1), "refit": np.bool_(False)}
    varying = chiso.Variation().weights("pci", law="relative", spread=quarter)
    found = pci.uncertainty(varying, nodes="labor", **given)
    assert found.draws == 1024
    assert found.nodes == ["pci", "labor"]
    three: Any = np.int64(3)
    assert "top 3" in found.top(three).columns


def test_a_correlation_by_code_is_taken_by_code(pci: chiso.Scores) -> None:
    codes = ["labor", "land", "legal"]
    table = pd.DataFrame(np.eye(3), index=codes, columns=codes)
    table.loc["labor", "legal"] = table.loc["legal", "labor"] = 0.9
    in_order = table.loc[["land", "labor", "legal"], ["land", "labor", "legal"]]

    def drawn(correlation: Any) -> bytes:
        varying = chiso.Variation().values("l*", relative=0.1, correlation=correlation)
        return counts(pci.uncertainty(varying, draws=1_000, pairs=False))

    assert drawn(table) == drawn(in_order.to_numpy()) != drawn(table.to_numpy())
    with pytest.raises(chiso.SpecError, match="does not meet: entry"):
        drawn(table.rename(index={"land": "entry"}, columns={"land": "entry"}))
    with pytest.raises(chiso.SpecError, match="the same codes down and across"):
        drawn(table.rename(index={"land": "entry"}))
    with pytest.raises(chiso.SpecError, match=r"shape \(3,\)"):
        drawn([1.0, 0.0, 0.0])


class _Failing:
    def submit(self, _: Any, /, *__: Any) -> Any:
        raise OSError("no machine")


def test_an_executor_that_fails_is_named(pci: chiso.Scores) -> None:
    with pytest.raises(RuntimeError, match=r"the executor failed after 0 draws.*no machine"):
        pci.uncertainty(chiso.Variation().weights("pci"), draws=2_000, executor=_Failing())


class _Answering:
    """Answers each task with the same, whether it is a future or not."""

    def __init__(self, future: Any) -> None:
        self.future = future

    def submit(self, _: Any, /, *__: Any) -> Any:
        return self.future


class _Done:
    def result(self) -> str:
        return "done"

    def cancel(self) -> None:
        pass


@pytest.mark.parametrize("future", [None, _Done()])
def test_an_executor_that_returns_something_else_is_named(pci: chiso.Scores, future: Any) -> None:
    with pytest.raises(RuntimeError, match="the executor failed after 0 draws"):
        pci.uncertainty(chiso.Variation().weights("pci"), draws=2_000, executor=_Answering(future))


def test_a_draw_that_cannot_be_scored_is_named(pci: chiso.Scores) -> None:
    varying = chiso.Variation().values(relative=0.5, truncate=False)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for executor in (None, pool):
            with pytest.raises(chiso.DataError, match="draw"):
                pci.uncertainty(varying, draws=10_000, executor=executor)


def test_more_places_than_units_are_refused(pci_sure: chiso.Uncertainty) -> None:
    with pytest.raises(chiso.SpecError, match="64"):
        pci_sure.top(64)


# ---- draw by draw -------------------------------------------------------------------------------


@pytest.mark.parametrize("straight", [True, False])
def test_replications_are_what_was_counted(
    pci: chiso.Scores, mixture: chiso.Variation, straight: bool
) -> None:
    varying = chiso.Variation().weights("pci") if straight else mixture
    found = pci.uncertainty(varying, draws=3_000, seed=9, nodes=["labor"])
    both: Any = found.replications(["pci", "labor"], show="both")

    assert both.columns.names == ["what", "node", "unit"]
    assert both.index.tolist() == list(range(3_072))
    for node in ("pci", "labor"):
        expected: Any = found.acceptability(node)
        ranks, scores = both["rank"][node], both["score"][node]
        for unit in pci.units:
            # Without the node there is no rank: 0 is none of the columns.
            counted = np.bincount(ranks[unit].fillna(0).to_numpy(int), minlength=64)[1:]
            assert list(counted / 3_072) == expected.loc[unit].tolist()
        table = found.distribution(node).loc[pci.units]
        assert scores.min().tolist() == table["min"].tolist()
        assert scores.max().tolist() == table["max"].tolist()
        np.testing.assert_allclose(scores.mean(), table["mean"], rtol=1e-12)
    pd.testing.assert_frame_equal(found.replications(), both["score"]["pci"], check_exact=True)
    pd.testing.assert_frame_equal(found.replications("labor", show="ranks"), both["rank"]["labor"])


def test_any_range_of_draws_can_be_had(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    found = pci.uncertainty(mixture, draws=1_024, seed=9, threads=1)
    more = pci.uncertainty(mixture, draws=4_000, seed=9, threads=2).replications(first=1_000)
    assert more.index[0] == 1_000
    assert len(more) == 3_096
    again = found.replications(first=1_000, draws=3_096)  # Past what was counted.
    pd.testing.assert_frame_equal(again, more, check_exact=True)
    assert sent(found).replications(first=1_020).equals(more.loc[1_020:1_023])
    outcome = found.replications(first=2_047, draws=1)
    pd.testing.assert_frame_equal(outcome, more.loc[[2_047]], check_exact=True)


def test_a_unit_without_a_score_has_no_rank_in_a_draw() -> None:
    scores = two({"a": (4.0, 1.0), "b": (1.0, math.nan)})
    found = scores.uncertainty(chiso.Variation().values(absolute=1.0), draws=1_000)
    both: Any = found.replications(show="both", draws=4)
    assert both["score"]["b"].isna().all()
    assert both["rank"]["b"].isna().all()
    assert both["rank"]["a"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"draws": 10**9}, chiso.SpecError, r"at most 4 GB .* 63 units need 630\.0 GB; take them"),
        ({"draws": 0}, chiso.SpecError, "draws: expected 1 to"),
        ({"first": -1}, chiso.SpecError, "first: expected the number of a draw"),
        ({"first": 10**6}, chiso.SpecError, "first: 50,176 draws were counted, got 1000000"),
        ({"nodes": "land"}, chiso.NotFoundError, "land were not counted, only those of pci"),
        ({"show": "all"}, ValueError, "show: expected one of scores, ranks, both, got 'all'"),
        ({"progress": "yes"}, TypeError, "progress: expected True or False"),
    ],
)
def test_replications_that_cannot_be_had_are_named(
    pci_sure: chiso.Uncertainty, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        pci_sure.replications(**options)


def test_the_command_line_writes_every_draw(
    pci: chiso.Scores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chiso import _cli_uncertainty

    monkeypatch.setattr(_cli_uncertainty, "_MOST_CELLS", 70_000)  # A grain at a time.
    call = ["uncertainty", "pci", "pci_scores", "--period", "2019", "--weights", "pci"]
    call += ["--draws", "3000", "--seed", "9", "--node", "labor", "--draws-to"]
    done = CliRunner().invoke(main, [*call, str(tmp_path / "draws.csv")])
    assert done.exit_code == 0, done.output
    assert [file.name for file in tmp_path.iterdir()] == ["draws.csv"]
    written = pd.read_csv(tmp_path / "draws.csv", dtype=str)
    found = pci.uncertainty(chiso.Variation().weights("pci"), draws=3_000, seed=9, nodes="labor")
    for what, show in (("score", "scores"), ("rank", "ranks")):
        expected = found.replications("labor", show=show)  # type: ignore[arg-type]
        assert written[what].map(float).tolist() == expected.to_numpy(float).ravel().tolist()
    assert written["draw"].iloc[-1] == "3071"

    lost = CliRunner().invoke(main, [*call, str(tmp_path / "no" / "draws.csv")])
    assert lost.exit_code == 2
    assert "there is no folder" in lost.output


# ---- which source matters -----------------------------------------------------------------------


def test_sensitivity_of_a_linear_index_is_known() -> None:
    scores = two({"a": (4.0, 1.0), "b": (1.0, 2.0)})
    varying = (
        chiso.Variation().values("x", absolute=2.0, name="x").values("y", absolute=1.0, name="y")
    )
    found = scores.sensitivity(varying, base=4_096, seed=1)
    assert found is not None
    table = found.to_frame("score", "a").set_index("source")
    assert table["first"].tolist() == pytest.approx([0.8, 0.2], abs=0.01)
    assert table["total"].tolist() == pytest.approx([0.8, 0.2], abs=0.01)
    assert (table["first low"] <= 0.8 + 0.2).all()


def test_sensitivity_of_pci(pci: chiso.Scores) -> None:
    varying = chiso.Variation().weights("pci").values(relative=0.02)
    found = pci.sensitivity(varying, base=2_048, seed=1, second_order=True)
    assert found is not None
    assert found.evaluations == 2_048 * 6
    table = found.to_frame()
    assert len(table) == (63 + 63 + 1) * 2
    # Of two sources, what one does alone and what the other does in all are everything.
    by_source = table[table["output"] == "score"].set_index(["unit", "source"]).unstack()
    both = by_source["first"]["weights"] + by_source["total"]["measurement"]
    assert np.allclose(both, 1.0, atol=0.1)
    assert len(found.pairs("rank shift")) == 1
    with pytest.raises(ValueError, match="of all units together"):
        found.to_frame("rank shift", "Thanh Hóa")
    again = pci.sensitivity(varying, base=2_048, seed=1, second_order=True, threads=1)
    assert again is not None
    pd.testing.assert_frame_equal(table, again.to_frame())


def test_sources_can_be_moved_together(pci: chiso.Scores, mixture: chiso.Variation) -> None:
    apart = pci.sensitivity(mixture, base=512, seed=1)
    found = pci.sensitivity(
        mixture, base=512, seed=1, factors={"index": ("weights", "leave out")}, second_order=True
    )
    assert apart is not None
    assert found is not None
    assert list(apart.factors) == mixture.names
    assert found.factors == {"index": ["weights", "leave out"], "measurement": ["measurement"]}
    assert found.evaluations == 512 * 6
    table = found.to_frame("rank shift").set_index("source")
    assert list(table.index) == ["index", "measurement"]
    assert found.pairs("rank shift")["source"].tolist() == ["index x measurement"]
    # Of two factors, what one does alone and what the other does in all are everything.
    assert table["first"]["index"] + table["total"]["measurement"] == pytest.approx(1, abs=0.05)
    named: Any = pci.sensitivity(mixture, base=512, seed=1, factors={"w": "weights"})
    pd.testing.assert_frame_equal(
        named.to_frame().drop(columns="source"), apart.to_frame().drop(columns="source")
    )
    assert list(sent(named).factors) == ["w", "measurement", "leave out"]


@pytest.mark.parametrize(
    ("factors", "kind", "message"),
    [
        ({"a": ["weight"]}, chiso.SpecError, "'a': there is no source 'weight'; there are: weig"),
        ({"a": ["weights"], "b": "weights"}, chiso.SpecError, "'weights' is in 'a' already"),
        ({"a": ["weights", "weights"]}, chiso.SpecError, "'weights' is in 'a' already"),
        ({"measurement": "weights"}, chiso.SpecError, "another factor has this name"),
        ({"a": []}, chiso.SpecError, "'a': expected the names of its sources, got none"),
        (["weights"], TypeError, "factors: expected names of sources by factor"),
        ({"a": 3}, TypeError, "factors: expected the name of a source or several, got 3"),
        ({3: "weights"}, TypeError, "factors: expected a text for a name, got 3"),
    ],
)
def test_factors_that_mean_nothing_are_named(
    pci: chiso.Scores,
    mixture: chiso.Variation,
    factors: Any,
    kind: type[Exception],
    message: str,
) -> None:
    with pytest.raises(kind, match=message):
        pci.sensitivity(mixture, base=16, factors=factors)


def test_a_constant_output_is_said_to_be_one(pci: chiso.Scores) -> None:
    varying = (
        chiso.Variation()
        .values(units="Thanh Hóa", relative=0.01, name="ours")
        .values(units="Hà Nội", relative=0.01, name="theirs")
    )
    found = pci.sensitivity(varying, base=64, seed=1)
    assert found is not None
    table = found.to_frame("score", "Đà Nẵng")
    assert set(table["state"]) == {"constant"}
    assert table["first"].isna().all()


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent])
def test_sensitivity_can_be_sent_and_copied(
    pci: chiso.Scores, mixture: chiso.Variation, again: Callable[[Any], Any]
) -> None:
    found = pci.sensitivity(mixture, base=32, seed=1, second_order=True)
    assert found is not None
    other = again(found)
    pd.testing.assert_frame_equal(other.to_frame(), found.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(other.pairs(), found.pairs(), check_exact=True)
    pd.testing.assert_frame_equal(other.outputs(), found.outputs(), check_exact=True)
    assert other.varying == mixture
    assert (other.rows, other.evaluations, other.method) == (
        found.rows, found.evaluations, found.method,
    )  # fmt: skip
    assert repr(other) == repr(found)
    assert np.array_equal(other.scores.values, pci.values)


def test_plots_are_drawn(pci: chiso.Scores, pci_sure: chiso.Uncertainty) -> None:
    pytest.importorskip("matplotlib")
    axes = pci_sure.plot(top=10, highlight="Thanh Hóa")
    assert len(axes.get_yticklabels()) == 11
    median = pci_sure.ranks(quantiles=[0.5])["50%"].iloc[0]
    line = pci_sure.plot(interval=0.0).get_lines()[0]
    assert np.array_equal(line.get_xdata(), [median, median])
    found = pci.sensitivity(chiso.Variation().weights("pci").values(relative=0.02), base=64, seed=1)
    assert found is not None
    assert found.plot("Thanh Hóa").get_title(loc="left")


def test_notebooks_show_tables(pci_sure: chiso.Uncertainty) -> None:
    assert "<table" in pci_sure._repr_html_()
    assert "draws" in repr(pci_sure)


def test_the_command_line_refuses_what_has_no_meaning() -> None:
    call = ["uncertainty", "pci", "pci_scores", "--period", "2019", "--weights", "pci"]
    refused = CliRunner().invoke(main, [*call, "--spread", "0.3"])
    assert refused.exit_code == 1
    assert "a spread has no meaning in the law uniform" in refused.output
    near = CliRunner().invoke(main, [*call, "--law", "relative", "--draws", "1000"])
    assert near.exit_code == 0
    far = CliRunner().invoke(main, [*call, "--top", "64"])
    assert far.exit_code == 2
    assert "a place of 1 to 63" in far.output


def test_the_command_moves_sources_together() -> None:
    call = ["sensitivity", "pci", "pci_scores", "--period", "2019", "--weights", "pci"]
    call += ["--noise", "0.05", "--base", "64"]
    together = [*call, "--aggregation", "arithmetic_mean", "--aggregation", "geometric_mean"]

    done = CliRunner().invoke(main, [*together, "--factor", "choices=weights, aggregation"])

    assert done.exit_code == 0
    assert "choices" in done.output
    assert "measurement" in done.output
    assert " weights " not in done.output
    for wrong, message in [
        ("=weights", "expected NAME=SOURCE"),
        ("weights", "expected NAME=SOURCE"),
        ("a=nobody", "there is no source 'nobody'; there are: weights, measurement"),
    ]:
        refused = CliRunner().invoke(main, [*call, "--factor", wrong])
        assert refused.exit_code != 0
        assert message in refused.output
    twice = CliRunner().invoke(main, [*call, "--factor", "a=weights", "--factor", "a=measurement"])
    assert "'a' is there twice" in twice.output
