"""Exact answers about weights against what is done without them.

Rank intervals over any weights: random sampling in NumPy, the usual way, misses the corners of the
simplex. It is told how long the exact answer took, and what it found by then is compared; and how
many ends it has found after ten and a hundred times as many draws.

Weight stability: bisection on each weight with a ranking in NumPy at each step, which is what one
writes; it sees only the first change that its steps meet.

Leaving one out: a ranking in NumPy for each column left out, for the same numbers.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import chiso
import numpy as np
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

YEARS = (2013, 2017, 2019)


def pci(year: int) -> chiso.Scores:
    """Return the scores of a year."""
    index = chiso.load_index("pci", period=year)
    return index.score(chiso.read_panel("pci_scores"), period=year)


def parts(scores: chiso.Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return units x sub-indices, and their shares."""
    leaves = np.ascontiguousarray(scores.values[:, scores.index._core.leaves])
    shares = scores.index.tree(scores.period)["share"].to_numpy()[1:].astype(np.float64)
    return leaves, shares


def sampled(
    leaves: NDArray[np.float64], go_on: Callable[[int], bool]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return the best and worst ranks that random weights show, and how many there were."""
    rng = np.random.default_rng(7)
    units = len(leaves)
    best, worst = np.full(units, units), np.ones(units, dtype=np.int64)
    done = 0
    places = np.arange(1, units + 1)
    while go_on(done):
        weights = rng.standard_exponential((4_096, leaves.shape[1]))
        order = np.argsort(-(weights @ leaves.T), axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, places[None, :], axis=1)
        best = np.minimum(best, ranks.min(axis=0))
        worst = np.maximum(worst, ranks.max(axis=0))
        done += 4_096
    return best, worst, done


def intervals() -> None:
    """Compare rank intervals with what as much time of sampling finds."""
    print("\nRank intervals over any weights of ten sub-indices: exact against random sampling")
    for year in YEARS:
        scores = pci(year)
        leaves, _ = parts(scores)
        seconds = race({"": scores.rank_intervals}, rounds=3)[""]
        found = scores.rank_intervals()
        table = found.to_frame().reindex(scores.units)
        exact = np.concatenate([table["best"], table["worst"]]).astype(int)

        def right(best: NDArray[np.int64], worst: NDArray[np.int64]) -> tuple[int, float]:
            gaps = np.abs(exact - np.concatenate([best, worst]))  # noqa: B023
            return int((gaps == 0).sum()), float(gaps.mean())

        print(f"  PCI {year}, {len(scores)} units: {seconds:.2f} s, all proven: {found.proven}")
        end = time.perf_counter() + seconds
        *ends, draws = sampled(leaves, lambda _: time.perf_counter() < end)  # noqa: B023
        same, gap = right(*ends)
        text = f"of {len(exact)} ends, {gap:.2f} places off on average"
        print(f"    sampling as long, {draws:,} draws: {same} {text}")
        start = time.perf_counter()
        *ends, draws = sampled(leaves, lambda done: done < 5_000_000)
        same, gap = right(*ends)
        longer = (time.perf_counter() - start) / seconds
        text = f"of {len(exact)} ends, {gap:.2f} places off on average"
        print(f"    sampling {longer:.1f} x as long, {draws:,} draws: {same} {text}")

    index = chiso.load_index("papi", period=2019)
    papi = index.score(chiso.read_panel("papi_subdimensions"), period=2019)
    seconds = race({"": papi.rank_intervals}, rounds=3)[""]
    proven = papi.rank_intervals().proven
    print(f"  PAPI 2019, shares on two levels, {seconds:.2f} s, all proven: {proven}")


def bisected(leaves: NDArray[np.float64], shares: NDArray[np.float64], top: int) -> list[float]:
    """Return how far up and down each share can move, to 1e-9."""

    def first(weights: NDArray[np.float64]) -> frozenset[int]:
        return frozenset(np.argsort(-(leaves @ weights), kind="stable")[:top].tolist())

    now = first(shares)
    ends = []
    for k, share in enumerate(shares):
        for limit in (0.0, 1.0):
            inside, outside = share, limit

            def at(t: float, k: int = k, share: float = share) -> frozenset[int]:
                weights = shares * (1.0 - t) / (1.0 - share)
                weights[k] = t
                return first(weights)

            # A grid first: a change may be undone further out.
            for t in np.linspace(share, limit, 101)[1:]:
                if at(t) != now:
                    outside = t
                    break
                inside = t
            if inside == limit:
                ends.append(limit)
                continue
            while abs(outside - inside) > 1e-9:
                middle = (inside + outside) / 2.0
                inside, outside = (middle, outside) if at(middle) == now else (inside, middle)
            ends.append(outside)
    return ends


def one_weight() -> None:
    """Compare weight stability with bisection."""
    scores = pci(2019)
    leaves, shares = parts(scores)
    from chiso._robust import stability_columns

    def ours() -> list[float]:
        columns = stability_columns(scores, 10, None, "set", "*")
        return np.stack([columns["down"], columns["up"]], axis=1).ravel().tolist()

    np.testing.assert_allclose(ours(), bisected(leaves, shares, 10), atol=1e-8)
    rivals = {"chiso": ours, "NumPy, grid and bisection": lambda: bisected(leaves, shares, 10)}
    report("Weight stability of the first ten, PCI 2019", race(rivals, rounds=21), "chiso")


def left_out(leaves: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return ranks without each column."""
    ranks = np.empty((len(leaves), len(shares)), dtype=np.int64)
    for k in range(len(shares)):
        weights = shares.copy()
        weights[k] = 0.0
        scores = leaves @ (weights / weights.sum())
        ranks[:, k] = 1 + (scores[None, :] > scores[:, None]).sum(axis=1)
    return ranks


def one_less() -> None:
    """Compare leaving one out with NumPy and with scenarios."""
    scores = pci(2019)
    leaves, shares = parts(scores)

    def ours() -> NDArray[np.float64]:
        return chiso._core.leave_one_out(scores._core, "*", 10)["ranks"]

    np.testing.assert_array_equal(ours(), left_out(leaves, shares))

    def by_scenarios() -> None:
        for code in scores.index.codes[1:]:
            scores.what_if(chiso.Scenario().drop(code)).after.ranking()

    rivals = {
        "chiso": ours,
        "NumPy": lambda: left_out(leaves, shares),
        "chiso's scenarios, one by one": by_scenarios,
    }
    report("Ranks without each of ten sub-indices, PCI 2019", race(rivals, rounds=21), "chiso")


if __name__ == "__main__":
    intervals()
    one_weight()
    one_less()
