"""Which source of uncertainty matters: Sobol indices of all scores and ranks, against SALib.

63 units x 20 indicators, a weighted mean of min-max scores; the anchors of each indicator are a
factor (two numbers) whose uncertainty goes through the score. Base sample of 1,024 rows, 200
bootstrap resamples. SALib (`pip install SALib`) takes part if it is there, with a model vectorised
by NumPy: all rows of its sample at once, ranks by counting pairs. It knows one output a call and no
factors of several numbers but as groups; the model here gives it the same 20 groups of two.

The indices of both are compared before anything is timed. chiso gives 63 scores, 63 ranks and the
mean rank shift in one run, SALib one output or, called again and again, all of them.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import chiso
import numpy as np
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS, FACTORS, ROWS, RESAMPLES = 63, 20, 1_024, 200
SPREAD = 0.2
THREADS = os.cpu_count() or 1


def base(values: np.ndarray) -> chiso.Scores:
    """Return the scores of the index."""
    lines = ["chiso: 1", "index: benchmark", 'edition: "1"', "tree:", "  code: composite"]
    lines += ["  aggregation: arithmetic_mean", "  children:"]
    lines += [
        f"    - {{code: x{k}, rule: {{min_max: {{onto: [0, 100]}}}}}}" for k in range(FACTORS)
    ]
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
        self.problem = {
            "num_vars": 2 * FACTORS,
            "names": [f"{end}{k}" for k in range(FACTORS) for end in ("low", "high")],
            "groups": [f"x{k}" for k in range(FACTORS) for _ in range(2)],
            "bounds": np.column_stack([nominal - around, nominal + around]).tolist(),
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


def library_way(by_hand: ByHand) -> Callable[[bool, int], list[dict[str, np.ndarray]]] | None:
    """Return SALib's indices of so many outputs; nothing if it is not installed."""
    try:
        from SALib.analyze import sobol as analysis
        from SALib.sample import sobol as sample
    except ImportError:
        print("SALib is not installed (pip install SALib): left out")
        return None

    def run(second_order: bool, outputs: int) -> list[dict[str, np.ndarray]]:
        rows = sample.sample(by_hand.problem, ROWS, calc_second_order=second_order, seed=1)
        scores = by_hand.scores(rows)
        columns = scores if outputs <= UNITS else np.hstack([scores, by_hand.ranks(scores)])
        return [
            analysis.analyze(
                by_hand.problem,
                columns[:, output],
                calc_second_order=second_order,
                num_resamples=RESAMPLES,
                seed=1,
            )
            for output in range(outputs)
        ]

    return run


def main() -> None:
    """Check that both agree, then time them."""
    values = np.random.default_rng(20261129).uniform(0.0, 100.0, (UNITS, FACTORS))
    scores = base(values)
    by_hand = ByHand(values)
    varying = chiso.Variation()
    for k in range(FACTORS):
        varying = varying.anchors(f"x{k}", spread=SPREAD, name=f"x{k}")

    def ours(second_order: bool = False, threads: int = 0) -> chiso.Sensitivity:
        found = scores.sensitivity(
            varying,
            base=ROWS,
            resamples=RESAMPLES,
            second_order=second_order,
            threads=threads,
        )
        assert found is not None
        return found

    theirs = library_way(by_hand)
    if theirs is not None:
        expected = theirs(False, 1)[0]
        found = ours().columns("score", scores.units[0])
        for order, key in (("first", "S1"), ("total", "ST")):
            error = np.abs(np.array(found[order]) - expected[key]).max()
            print(f"{order} order: off by at most {error:.3f}")
            assert error < 0.1, (order, error)

    for second_order in (False, True):
        rivals: dict[str, Callable[[], object]] = {
            f"chiso, 127 outputs, {THREADS} threads": lambda s=second_order: ours(s),
            "chiso, 127 outputs, one thread": lambda s=second_order: ours(s, 1),
        }
        medians = race(rivals, rounds=5)
        if theirs is not None:
            for outputs in (1, 2 * UNITS):
                start = time.perf_counter()
                theirs(second_order, outputs)
                medians[f"SALib, {outputs} outputs, once"] = time.perf_counter() - start
        what = "first, total and second order" if second_order else "first and total order"
        report(f"{FACTORS} factors, {ROWS} rows: {what}", medians, next(iter(rivals)))


if __name__ == "__main__":
    main()
