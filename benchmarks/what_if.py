"""What-ifs on one result against what a user would write in NumPy, and scikit-criteria.

63 units x 100 indicators in 8 groups: min-max with the anchors of the base held, weighted mean of
each group, mean of the groups, competition ranks. All rivals give the same scores and ranks; that
is checked before anything is timed. NumPy knows that the tree is linear and uses it; chiso is not
told.

scikit-criteria (`pip install scikit-criteria`) takes part if it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import chiso
import numpy as np
from one_evaluation import GROUPS, INDICATORS, UNITS, definition
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

SCENARIOS, EDITS = 1_000_000, 5


class ByHand:
    """The index in plain NumPy, with the anchors of the base."""

    def __init__(self, values: np.ndarray, variables: list[str]) -> None:
        self.values = values
        self.low = values.min(axis=0)
        self.span = values.max(axis=0) - self.low
        self.weights = np.empty(INDICATORS)
        group_of = np.array([int(name[1:]) % GROUPS for name in variables])
        for group in range(GROUPS):
            members = np.flatnonzero(group_of == group)
            self.weights[members] = 100.0 / GROUPS / len(members)
        self.scores = self.normalised(values) @ self.weights

    def normalised(self, values: np.ndarray) -> np.ndarray:
        """Return the values on 0..1 of the base."""
        return (values - self.low) / self.span

    @staticmethod
    def ranks(scores: np.ndarray) -> np.ndarray:
        """Return competition ranks along the last axis, by comparing all pairs."""
        return (scores[..., None, :] > scores[..., :, None]).sum(axis=-1) + 1

    def anew(self, unit: int, variable: int, value: float) -> tuple[float, int]:
        """Score and rank everything with one cell edited."""
        edited = self.values.copy()
        edited[unit, variable] = value
        scores = self.normalised(edited) @ self.weights
        return scores[unit], int((scores > scores[unit]).sum()) + 1

    def each_by_loop(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Edit cell by cell: each time the edited unit's score, and all ranks."""
        found, places = np.empty_like(values), np.empty_like(values)
        scores = self.scores.copy()
        for unit in range(UNITS):
            row = self.normalised(self.values[unit])
            for variable in range(INDICATORS):
                kept = row[variable]
                row[variable] = (values[unit, variable] - self.low[variable]) / self.span[variable]
                scores[unit] = row @ self.weights
                row[variable] = kept
                found[unit, variable] = scores[unit]
                places[unit, variable] = self.ranks(scores)[unit]
            scores[unit] = self.scores[unit]
        return found, places

    def each_score(self, values: np.ndarray) -> np.ndarray:
        """Return the score of the edited unit, cell by cell: what a linear tree allows."""
        return self.scores[:, None] + (values - self.values) / self.span * self.weights

    def each(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All cells at once: score and rank of the edited unit."""
        scores = self.each_score(values)
        above = (self.scores > scores[..., None]).sum(axis=-1)
        return scores, above - (self.scores[:, None] > scores) + 1

    def each_with_all_ranks(self, values: np.ndarray) -> np.ndarray:
        """All cells at once: the ranks of all units, cells x units, in chunks of one variable."""
        scores = self.each_score(values)
        units = np.arange(UNITS)
        ranks = np.empty((INDICATORS, UNITS, UNITS), np.int32)
        for variable in range(INDICATORS):
            everyone = np.tile(self.scores, (UNITS, 1))
            everyone[units, units] = scores[:, variable]
            ranks[variable] = self.ranks(everyone)
        return ranks

    def many(
        self, units: np.ndarray, variables: np.ndarray, values: np.ndarray, chunk: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Scenarios in chunks that fit the cache: all scores and ranks."""
        scores = np.empty((len(values), UNITS))
        ranks = np.empty((len(values), UNITS), np.int32)
        for first in range(0, len(values), chunk):
            part = slice(first, first + chunk)
            u, v = units[part], variables[part]
            change = (values[part] - self.values[u, v]) / self.span[v] * self.weights[v]
            everyone = np.tile(self.scores, (len(u), 1))
            np.add.at(everyone, (np.arange(len(u))[:, None], u), change)
            scores[part] = everyone
            ranks[part] = self.ranks(everyone)
        return scores, ranks


def criteria_way(by_hand: ByHand) -> Callable[[int, int, float], int] | None:
    """Return one what-if in scikit-criteria: the rank; nothing if it is not installed."""
    try:
        import skcriteria
        from skcriteria.agg.simple import WeightedSumModel
    except ImportError:
        print("scikit-criteria is not installed (pip install scikit-criteria): left out")
        return None
    normalised = by_hand.normalised(by_hand.values)
    model = WeightedSumModel()

    def edit(unit: int, variable: int, value: float) -> int:
        matrix = normalised.copy()
        matrix[unit, variable] = (value - by_hand.low[variable]) / by_hand.span[variable]
        decision = skcriteria.mkdm(matrix, [max] * INDICATORS, weights=by_hand.weights)
        return int(model.evaluate(decision).rank_[unit])

    return edit


def one_edit(what_if: chiso.WhatIf, by_hand: ByHand, random: np.random.Generator) -> None:
    """Time one edit of one cell."""
    unit, variable = 5, 42
    value = float(random.uniform(by_hand.low[variable], by_hand.low[variable] + 50.0))
    name, code = what_if.base.units[unit], what_if.base.index.variables[variable]
    rivals: dict[str, Callable[[], object]] = {
        "chiso": lambda: what_if.set(name, code, value),
        "NumPy, everything anew": lambda: by_hand.anew(unit, variable, value),
    }
    score, rank = by_hand.anew(unit, variable, value)
    placed = what_if.set(name, code, value)
    np.testing.assert_allclose(placed.score, score, rtol=1e-12)
    assert placed.rank == rank
    if (criteria := criteria_way(by_hand)) is not None:
        assert criteria(unit, variable, value) == rank
        rivals["scikit-criteria"] = lambda: criteria(unit, variable, value)
    report(f"{UNITS} x {INDICATORS}, one edit: score and rank", race(rivals, rounds=201), "chiso")


def every_cell(what_if: chiso.WhatIf, by_hand: ByHand, random: np.random.Generator) -> None:
    """Time all cells, each on its own."""
    values = np.asfortranarray(by_hand.values + random.uniform(-5.0, 5.0, by_hand.values.shape))
    scores, ranks = what_if.each(values)
    for other, places in (by_hand.each(values), by_hand.each_by_loop(values)):
        np.testing.assert_allclose(scores, other, rtol=1e-12)
        np.testing.assert_array_equal(ranks, places)
    report(
        f"all {UNITS * INDICATORS} single-cell what-ifs: score and rank of the edited unit",
        race(
            {
                "chiso": lambda: what_if.each(values),
                "NumPy, vectorised by hand": lambda: by_hand.each(values),
                "NumPy, a loop": lambda: by_hand.each_by_loop(values),
            },
            rounds=7,
        ),
        "chiso",
    )
    variables, units = np.divmod(np.arange(UNITS * INDICATORS), UNITS)
    cells = (units[:, None], variables[:, None])
    column = values.T.reshape(-1, 1)
    places = what_if.many(column, cells)[1].reshape(INDICATORS, UNITS, UNITS)
    np.testing.assert_array_equal(places, by_hand.each_with_all_ranks(values))
    report(
        f"all {UNITS * INDICATORS} single-cell what-ifs: ranks of all units",
        race(
            {
                "chiso": lambda: what_if.many(column, cells),
                "NumPy, vectorised by hand": lambda: by_hand.each_with_all_ranks(values),
            },
            rounds=51,
        ),
        "chiso",
    )


def many(what_if: chiso.WhatIf, by_hand: ByHand, random: np.random.Generator) -> None:
    """Time a million scenarios of five edits, each of another unit."""
    steps = random.integers(1, UNITS // EDITS, (SCENARIOS, EDITS))
    units = steps.cumsum(axis=1) % UNITS
    variables = random.integers(0, INDICATORS, (SCENARIOS, EDITS))
    values = random.uniform(0.0, 100.0, (SCENARIOS, EDITS))
    some = slice(0, 10_000)
    scores, ranks = what_if.many(values[some], (units[some], variables[some]))
    other, places = by_hand.many(units[some], variables[some], values[some], 100)
    np.testing.assert_allclose(scores, other, rtol=1e-12)
    np.testing.assert_array_equal(ranks, places)
    one = what_if.base.units[5]
    report(
        f"{SCENARIOS} scenarios of {EDITS} edits: scores and ranks of all {UNITS} units",
        race(
            {
                "chiso, two threads": lambda: what_if.many(values, (units, variables), threads=2),
                "chiso, one thread": lambda: what_if.many(values, (units, variables)),
                "chiso, two threads, one unit": lambda: what_if.many(
                    values, (units, variables), of=one, threads=2
                ),
                "NumPy, in chunks": lambda: by_hand.many(units, variables, values, 100),
            },
            rounds=3,
        ),
        "chiso, two threads",
    )


def main() -> None:
    """Check that all agree, then time them."""
    random = np.random.default_rng(20261124)
    values = random.uniform(0.0, 100.0, (UNITS, INDICATORS))
    index = chiso.Index.from_yaml(definition())
    names = [f"unit {u}" for u in range(UNITS)]
    panel = chiso.Panel.from_array(values, units=names, variables=index.variables, period=2020)
    what_if = chiso.WhatIf(index.score(panel))
    by_hand = ByHand(values, index.variables)
    one_edit(what_if, by_hand, random)
    every_cell(what_if, by_hand, random)
    many(what_if, by_hand, random)


if __name__ == "__main__":
    main()
