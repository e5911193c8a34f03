"""Which source of uncertainty matters: Sobol indices of all scores and ranks, against libraries.

63 units x 20 indicators, a weighted mean of min-max scores; the anchors of each indicator are a
factor (two numbers) whose uncertainty goes through the score. Base sample of 1,024 rows, 200
bootstrap resamples. chiso gives 63 scores, 63 ranks and the mean rank shift in one run.

Who takes part if it is there, all with one model vectorised by NumPy (all rows of a sample at once,
ranks by counting pairs) and indices that are compared with ours before anything is timed:

- SALib (`pip install SALib`): one output a call; factors of several numbers as groups.
- OpenTURNS (`pip install openturns`): several outputs a call, but intervals of their aggregate
  alone, hence one output a call too; groups, which it does not know, are handed to it ready made;
  second order without intervals.
- SciPy (`scipy.stats.sobol_indices`): all outputs a call; groups ready made; no second order.

pymcdm (1.4) and scikit-criteria (0.10) score and rank alternatives, but have no Sobol indices:
pymcdm shows what one parameter of a method, or one alternative left out, does to a ranking;
scikit-criteria tests rankings for reversals when alternatives are made worse, doubled or taken
apart.

Wall time needs an idle machine; processor time, of all threads together, hardly does. In the end
chiso alone with other factors: weights of 20 criteria, and measurement errors of 1,260 values.
"""

from __future__ import annotations

import os
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import chiso
import numpy as np
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS, FACTORS, ROWS, RESAMPLES = 63, 20, 1_024, 200
OUTPUTS = 2 * UNITS
SPREAD = 0.2
THREADS = os.cpu_count() or 1

#: First and total order, outputs x factors.
Indices: TypeAlias = "tuple[np.ndarray, np.ndarray]"


def base(values: np.ndarray, group: int = 1) -> chiso.Scores:
    """Return the scores of the index, its indicators in groups of so many."""
    rule = "rule: {min_max: {onto: [0, 100]}}"
    lines = ["chiso: 1", "index: benchmark", 'edition: "1"', "tree:", "  code: composite"]
    lines += ["  aggregation: arithmetic_mean", "  children:"]
    for k in range(values.shape[1] // group):
        if group == 1:
            lines.append(f"    - {{code: x{k}, {rule}}}")
            continue
        lines += [f"    - code: g{k}", "      aggregation: arithmetic_mean", "      children:"]
        lines += [f"        - {{code: x{group * k + i}, {rule}}}" for i in range(group)]
    index = chiso.Index.from_yaml("\n".join(lines) + "\n")
    names = [f"unit {u}" for u in range(UNITS)]
    panel = chiso.Panel.from_array(values, units=names, variables=index.variables, period=2020)
    return index.score(panel)


class ByHand:
    """The model in NumPy: rows of anchors in, scores and ranks out."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values
        self.low = values.min(axis=0)
        self.high = values.max(axis=0)
        distance = SPREAD * (self.high - self.low)
        nominal = np.column_stack([self.low, self.high]).ravel()
        around = np.repeat(distance, 2)
        self.bounds = np.column_stack([nominal - around, nominal + around])
        self.problem = {
            "num_vars": 2 * FACTORS,
            "names": [f"{end}{k}" for k in range(FACTORS) for end in ("low", "high")],
            "groups": [f"x{k}" for k in range(FACTORS) for _ in range(2)],
            "bounds": self.bounds.tolist(),
        }

    def scores(self, anchors: np.ndarray, chunk: int = 256) -> np.ndarray:
        """Return rows x units, in chunks that fit the cache."""
        found = np.empty((len(anchors), UNITS))
        for first in range(0, len(anchors), chunk):
            part = anchors[first : first + chunk]
            low, span = part[:, 0::2], part[:, 1::2] - part[:, 0::2]
            position = (self.values[None] - low[:, None]) / span[:, None]
            found[first : first + chunk] = np.clip(position, 0.0, 1.0).mean(axis=2) * 100.0
        return found

    @staticmethod
    def ranks(scores: np.ndarray, chunk: int = 256) -> np.ndarray:
        """Return competition ranks of each row."""
        found = np.empty(scores.shape)
        for first in range(0, len(scores), chunk):
            part = scores[first : first + chunk]
            found[first : first + chunk] = (part[:, None] > part[:, :, None]).sum(axis=2) + 1
        return found

    def outputs(self, anchors: np.ndarray, count: int) -> np.ndarray:
        """Return rows x the first so many of all scores and ranks."""
        scores = self.scores(anchors)
        if count <= UNITS:
            return scores[:, :count]
        return np.hstack([scores, self.ranks(scores)])[:, :count]

    def design(self, points: np.ndarray, second_order: bool) -> np.ndarray:
        """Return both samples, then one of them with each group from the other, and back."""
        low, high = self.bounds.T
        a = low + points[:, : 2 * FACTORS] * (high - low)
        b = low + points[:, 2 * FACTORS :] * (high - low)
        blocks = [a, b]
        for one, other in ((a, b), (b, a))[: 2 if second_order else 1]:
            for k in range(FACTORS):
                mixed = one.copy()
                mixed[:, 2 * k : 2 * k + 2] = other[:, 2 * k : 2 * k + 2]
                blocks.append(mixed)
        return np.vstack(blocks)


def salib_way(by_hand: ByHand) -> Callable[[bool, int], Indices]:
    """Return SALib's indices of so many outputs."""
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sample

    def run(second_order: bool, outputs: int) -> Indices:
        rows = sample.sample(by_hand.problem, ROWS, calc_second_order=second_order, seed=1)
        columns = by_hand.outputs(rows, outputs)
        found = [
            analysis.analyze(
                by_hand.problem,
                columns[:, output],
                calc_second_order=second_order,
                num_resamples=RESAMPLES,
                seed=1,
            )
            for output in range(outputs)
        ]
        return np.array([one["S1"] for one in found]), np.array([one["ST"] for one in found])

    return run


def openturns_way(by_hand: ByHand) -> Callable[[bool, int], Indices]:
    """Return OpenTURNS' indices of so many outputs."""
    import openturns as ot

    def run(second_order: bool, outputs: int) -> Indices:
        points = np.array(ot.SobolSequence(4 * FACTORS).generate(ROWS))
        rows = by_hand.design(points, second_order)
        columns = by_hand.outputs(rows, outputs)
        factors = ot.Sample(len(rows), FACTORS)  # Only their number is looked at.
        first, total = np.empty((outputs, FACTORS)), np.empty((outputs, FACTORS))
        for output in range(outputs):
            column = ot.Sample(columns[:, output : output + 1])
            found = ot.SaltelliSensitivityAlgorithm(factors, column, ROWS)
            found.setUseAsymptoticDistribution(False)
            found.setBootstrapSize(RESAMPLES)
            first[output] = found.getFirstOrderIndices()
            total[output] = found.getTotalOrderIndices()
            found.getFirstOrderIndicesInterval()
            found.getTotalOrderIndicesInterval()
            if second_order:
                found.getSecondOrderIndices()
        return first, total

    return run


def scipy_way(by_hand: ByHand) -> Callable[[bool, int], Indices]:
    """Return SciPy's indices of so many outputs."""
    from scipy.stats import qmc, sobol_indices

    def run(second_order: bool, outputs: int) -> Indices:
        assert not second_order
        rows = by_hand.design(qmc.Sobol(4 * FACTORS, seed=1).random(ROWS), second_order)
        a, b, *mixed = np.split(by_hand.outputs(rows, outputs), FACTORS + 2)
        values = {"f_A": a.T, "f_B": b.T, "f_AB": np.array([block.T for block in mixed])}
        found = sobol_indices(func=values, n=ROWS)
        found.bootstrap(confidence_level=0.95, n_resamples=RESAMPLES)
        return np.atleast_2d(found.first_order), np.atleast_2d(found.total_order)

    return run


def rivals(by_hand: ByHand) -> dict[str, Callable[[bool, int], Indices]]:
    """Return those that are installed."""
    ways = {"SALib": salib_way, "OpenTURNS": openturns_way, "SciPy": scipy_way}
    found = {}
    for name, way in ways.items():
        try:
            found[name] = way(by_hand)
        except ImportError:
            print(f"{name} is not installed (pip install {name}): left out")
    return found


def processor_time(run: Callable[[], object], rounds: int = 1) -> float:
    """Return the median seconds that all threads together take."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def analyse(
    scores: chiso.Scores, varying: chiso.Variation, second_order: bool = False, threads: int = 0
) -> chiso.Sensitivity:
    """Return chiso's indices of all outputs."""
    found = scores.sensitivity(
        varying, base=ROWS, resamples=RESAMPLES, second_order=second_order, threads=threads
    )
    assert found is not None
    return found


def against_libraries() -> None:
    """Check that all agree, then time them."""
    values = np.random.default_rng(20261129).uniform(0.0, 100.0, (UNITS, FACTORS))
    scores = base(values)
    varying = chiso.Variation()
    for k in range(FACTORS):
        varying = varying.anchors(f"x{k}", spread=SPREAD, name=f"x{k}")
    others = rivals(ByHand(values))

    found = analyse(scores, varying).columns("score", scores.units[0])
    for name, other in others.items():
        for order, expected in zip(("first", "total"), other(False, 1), strict=True):
            error = np.abs(np.array(found[order]) - expected[0]).max()
            print(f"{name}, {order} order: off by at most {error:.3f}")
            assert error < 0.1, (name, order, error)

    for second_order in (False, True):
        ours = f"chiso, {OUTPUTS + 1} outputs, {THREADS} threads"
        alone = f"chiso, {OUTPUTS + 1} outputs, one thread"
        analysis = partial(analyse, scores, varying, second_order)
        wall = race({ours: analysis, alone: partial(analysis, threads=1)}, rounds=5)
        processor = {ours: processor_time(analysis, rounds=5)}
        for name, other in others.items():
            if second_order and name == "SciPy":
                continue
            for outputs in (1, OUTPUTS):
                label = f"{name}, {outputs} output{'s' if outputs > 1 else ''}, once"
                start = time.perf_counter()
                processor[label] = processor_time(partial(other, second_order, outputs))
                wall[label] = time.perf_counter() - start
        what = "first, total and second order" if second_order else "first and total order"
        what = f"{FACTORS} factors, {ROWS} rows: {what}"
        report(what, wall, ours)
        report(f"{what}: processor time", processor, ours)


def other_factors() -> None:
    """Time chiso where shares, and where many values are drawn."""
    random = np.random.default_rng(20261129)
    weighted = base(random.uniform(0.0, 100.0, (UNITS, 3 * FACTORS)), group=3)
    measured = base(random.uniform(0.0, 100.0, (UNITS, FACTORS)))
    weights, values = chiso.Variation(), chiso.Variation()
    for k in range(FACTORS):
        weights = weights.weights(f"g{k}", name=f"g{k}")
        values = values.values(f"x{k}", absolute=5.0, name=f"x{k}")
    cases = {
        f"{FACTORS} criteria of 3 weights": lambda: analyse(weighted, weights),
        f"{FACTORS} indicators of {UNITS} measured values": lambda: analyse(measured, values),
    }
    title = f"chiso, {OUTPUTS + 1} outputs: first and total order"
    report(title, race(cases, 5), next(iter(cases)))
    processor = {name: processor_time(run, 5) for name, run in cases.items()}
    report(f"{title}: processor time", processor, next(iter(cases)))


if __name__ == "__main__":
    against_libraries()
    other_factors()
