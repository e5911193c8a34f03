"""The rank distribution over a million draws of all weights, against NumPy.

63 units x 100 indicators in 8 groups; the shares of all indicators in the composite are drawn
uniformly from the simplex, and for every unit it is counted how often it takes each rank. All
rivals draw as many weights and count ranks in double precision; their distributions are compared
before anything is timed.

The specialist's NumPy is the fastest known to us: exponential variates by the ziggurat, not divided
by their sum, because a common factor does not change ranks; products by BLAS in pieces that stay in
the cache; the unit packed into the lowest bits of its score's bits, so that one sort of whole
numbers (vectorised in NumPy 2) gives the order; one bincount. In two threads, each with a generator
of its own. The obvious NumPy is what one writes down who thinks in arrays: Dirichlet weights, a
product, ranks by sorting twice, a bincount a unit, in pieces that memory can hold. Many scripts of
analysts go draw by draw instead: Dirichlet weights, a product, ranks by sorting twice or by pandas.
What takes long is timed on a part of the draws and scaled, as the report says.

chiso counts more in the same time, which no rival does: the scores (mean, deviation, extremes,
quantiles), the mean rank shift, and the mean shares of the draws in which a unit is first.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

# Before NumPy is loaded, in favour of the rivals: the specialist has threads already, and where
# cores are busy the threads of BLAS wait for one another longer than such small products take.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import chiso
import numpy as np
import pandas as pd
from one_evaluation import INDICATORS, UNITS, definition
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
THREADS = os.cpu_count() or 1
SEED = 7


def base(units: int = UNITS, indicators: int = INDICATORS) -> chiso.Scores:
    """Return random scores of the index."""
    index = chiso.Index.from_yaml(definition(indicators))
    values = np.random.default_rng(1).random((units, indicators))
    names = [f"unit {i}" for i in range(units)]
    variables = [f"x{k}" for k in range(indicators)]
    panel = chiso.Panel.from_array(values, units=names, variables=variables, period=2020)
    return index.score(panel)


def leaf_scores(scores: chiso.Scores) -> np.ndarray:
    """Return units x indicators."""
    return np.ascontiguousarray(scores.values[:, scores.index._core.leaves])


def obvious(leaves: np.ndarray, draws: int) -> np.ndarray:
    """Return rank counts as one writes them down."""
    rng = np.random.default_rng(SEED)
    units = len(leaves)
    counts = np.zeros((units, units), dtype=np.int64)
    for _ in range(0, draws, 10_000):
        weights = rng.dirichlet(np.ones(leaves.shape[1]), size=10_000)
        scores = weights @ leaves.T
        ranks = (-scores).argsort(axis=1).argsort(axis=1)
        for unit in range(units):
            counts[unit] += np.bincount(ranks[:, unit], minlength=units)
    return counts


def ranks_by_sorting(scores: np.ndarray) -> np.ndarray:
    """Return ranks from 1, by NumPy."""
    return (-scores).argsort().argsort() + 1


def ranks_by_pandas(scores: np.ndarray) -> np.ndarray:
    """Return ranks from 1, those of ties by competition."""
    return pd.Series(scores).rank(ascending=False, method="min").to_numpy(dtype=np.int64)


def draw_by_draw(
    leaves: np.ndarray, draws: int, ranks: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return rank counts by a loop over draws."""
    rng = np.random.default_rng(SEED)
    units, terms = leaves.shape
    every_unit = np.arange(units)
    counts = np.zeros((units, units), dtype=np.int64)
    for _ in range(draws):
        weights = rng.dirichlet(np.ones(terms))
        counts[every_unit, ranks(leaves @ weights) - 1] += 1
    return counts


def specialist(leaves: np.ndarray, draws: int, piece: int = 4_096) -> np.ndarray:
    """Return rank counts by one thread: exponentials, BLAS, a packed sort, one bincount."""
    rng = np.random.default_rng(SEED)
    units, terms = leaves.shape
    bits = int(units - 1).bit_length()
    mask = np.int64(-1) << bits
    unit = np.arange(units, dtype=np.int64)
    weights = np.empty((piece, terms))
    scores = np.empty((piece, units))
    keys = scores.view(np.int64)
    places = np.arange(units, dtype=np.int64)
    counts = np.zeros(units * units, dtype=np.int64)
    for first in range(0, draws, piece):
        count = min(piece, draws - first)
        rng.standard_exponential(out=weights)
        np.matmul(weights, leaves.T, out=scores)
        np.bitwise_and(keys, mask, out=keys)
        np.bitwise_or(keys, unit, out=keys)
        keys.sort(axis=1)
        np.bitwise_and(keys, ~mask, out=keys)
        np.multiply(keys, units, out=keys)
        np.add(keys, places, out=keys)
        counts += np.bincount(keys[:count].ravel(), minlength=units * units)
    return counts.reshape(units, units)[:, ::-1]


def specialist_in_threads(leaves: np.ndarray, draws: int) -> np.ndarray:
    """Return rank counts by all cores."""
    share = -(-draws // THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda _: specialist(leaves, share), range(THREADS)))  # type: ignore[return-value]


def main() -> None:
    """Check that all agree, then time them."""
    scores = base()
    leaves = leaf_scores(scores)
    varying = chiso.Variation().weights(scores.index.codes[0], overall=True)

    def ours(draws: int = DRAWS, threads: int = 0) -> np.ndarray:
        found = scores.uncertainty(varying, draws=draws, seed=SEED, pairs=False, threads=threads)
        return found._core.acceptability(0)

    few = 100_000
    expected = ours(few)
    loop_in_numpy = partial(draw_by_draw, ranks=ranks_by_sorting)
    loop_with_pandas = partial(draw_by_draw, ranks=ranks_by_pandas)
    for rival in (obvious, loop_in_numpy, loop_with_pandas, specialist, specialist_in_threads):
        counts = rival(leaves, few)
        assert np.abs(counts / counts.sum(axis=1, keepdims=True) - expected).max() < 0.01, rival

    rivals = {
        f"chiso, {THREADS} threads": ours,
        f"specialist's NumPy, {THREADS} threads": lambda: specialist_in_threads(leaves, DRAWS),
        "specialist's NumPy, one thread": lambda: specialist(leaves, DRAWS),
    }
    medians = race(rivals, rounds=5)
    for name, rival, part in (
        ("obvious NumPy", obvious, 10),
        ("draw by draw in NumPy", loop_in_numpy, 50),
        ("draw by draw, ranks by pandas", loop_with_pandas, 200),
    ):
        once = race({name: partial(rival, leaves, DRAWS // part)}, rounds=3)
        medians[f"{name} (1/{part}, scaled)"] = part * once[name]
    report(f"{DRAWS:,} draws, {UNITS} units x {INDICATORS} indicators", medians, next(iter(rivals)))

    print("\nCost of a draw by the number of units (100 indicators)")
    for units in (63, 125, 250, 500, 1_000):
        many = base(units)
        draws = 51_200
        seconds = race(
            {"": lambda: many.uncertainty(varying, draws=draws, pairs=False)},  # noqa: B023
            rounds=3,
        )[""]
        print(f"  {units:5} units {1e9 * seconds / draws / units:8.2f} ns a draw and unit")
    large = base(3_000, 200)
    seconds = race({"": lambda: large.uncertainty(varying, draws=100_000, pairs=False)}, rounds=1)[
        ""
    ]
    print(f"  3,000 units x 200 indicators x 100,000 draws: {seconds:.1f} s")


if __name__ == "__main__":
    main()
