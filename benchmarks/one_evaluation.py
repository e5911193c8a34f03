"""One evaluation of an index against what a user would write in NumPy and in pandas.

63 units x 100 indicators in 8 groups: min-max of every indicator, weighted mean of each group,
weighted mean of the groups, competition ranks. All rivals give the same scores and ranks; that is
checked before anything is timed.
"""

from __future__ import annotations

import chiso
import numpy as np
import pandas as pd
from timing import race, report

UNITS, INDICATORS, GROUPS = 63, 100, 8


def definition(indicators: int = INDICATORS) -> str:
    """Return the index as a definition: indicator k belongs to group k mod 8, equal weights."""
    lines = ["chiso: 1", "index: benchmark", 'edition: "1"', "tree:", "  code: composite"]
    lines += ["  aggregation: arithmetic_mean", "  children:"]
    for group in range(GROUPS):
        lines += [f"    - code: g{group}", "      aggregation: arithmetic_mean", "      children:"]
        lines += [
            f"        - {{code: x{k}, rule: {{min_max: {{onto: [0, 100]}}}}}}"
            for k in range(group, indicators, GROUPS)
        ]
    return "\n".join(lines) + "\n"


def numpy_way(
    values: np.ndarray, members: list[np.ndarray], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Score and rank as one writes it in plain NumPy."""
    low = values.min(axis=0)
    normalised = (values - low) / (values.max(axis=0) - low) * 100.0
    groups = np.column_stack([normalised[:, member].mean(axis=1) for member in members])
    scores = groups @ weights
    return scores, (scores[None, :] > scores[:, None]).sum(axis=1) + 1.0


def numpy_specialist(values: np.ndarray, effective: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score and rank as a specialist does: one matrix product, ties by comparison of all pairs."""
    low = values.min(axis=0)
    normalised = (values - low) / (values.max(axis=0) - low)
    scores = normalised @ effective
    return scores, (scores[None, :] > scores[:, None]).sum(axis=1) + 1.0


def pandas_way(frame: pd.DataFrame, groups: list[str], weights: pd.Series) -> pd.DataFrame:
    """Score and rank as one writes it in pandas, labels in and out."""
    normalised = (frame - frame.min()) / (frame.max() - frame.min()) * 100.0
    by_group = normalised.T.groupby(groups).mean().T
    scores = (by_group * weights).sum(axis=1)
    return pd.DataFrame({"score": scores, "rank": scores.rank(ascending=False, method="min")})


def main() -> None:
    """Check that all agree, then time them."""
    random = np.random.default_rng(20261123)
    index = chiso.Index.from_yaml(definition())
    evaluator = index.evaluator()
    variables = evaluator.variables
    values = random.uniform(0.0, 100.0, (UNITS, INDICATORS))
    frame = pd.DataFrame(values, index=[f"unit {u}" for u in range(UNITS)], columns=variables)
    groups = [f"g{int(name[1:]) % GROUPS}" for name in variables]
    members = [np.flatnonzero(np.array(groups) == f"g{g}") for g in range(GROUPS)]
    group_weights = np.full(GROUPS, 1.0 / GROUPS)
    effective = np.empty(INDICATORS)
    for member in members:
        effective[member] = 100.0 / GROUPS / len(member)
    labelled_weights = pd.Series(group_weights, index=[f"g{g}" for g in range(GROUPS)])

    scores, ranks = evaluator.rank(values)
    for other, places in (
        numpy_way(values, members, group_weights),
        numpy_specialist(values, effective),
    ):
        np.testing.assert_allclose(scores.ravel(), other, rtol=1e-12)
        np.testing.assert_array_equal(ranks.ravel(), places)
    labelled = pandas_way(frame, groups, labelled_weights)
    np.testing.assert_allclose(scores.ravel(), labelled["score"], rtol=1e-12)
    np.testing.assert_array_equal(ranks.ravel(), labelled["rank"])

    columns = np.asfortranarray(values)
    report(
        f"{UNITS} x {INDICATORS}, prepared arrays, scores and ranks",
        race(
            {
                "chiso": lambda: evaluator.rank(values),
                "chiso, column-major array": lambda: evaluator.rank(columns),
                "NumPy": lambda: numpy_way(values, members, group_weights),
                "NumPy, one matrix product": lambda: numpy_specialist(values, effective),
            },
            rounds=201,
            calls=20,
        ),
        "chiso",
    )
    report(
        f"{UNITS} x {INDICATORS}, labelled frame in, labelled scores and ranks out",
        race(
            {
                "chiso": lambda: evaluator.rank(frame),
                "pandas": lambda: pandas_way(frame, groups, labelled_weights),
            },
            rounds=51,
            calls=5,
        ),
        "chiso",
    )


if __name__ == "__main__":
    main()
