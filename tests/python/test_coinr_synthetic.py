"""COINr's methods on a case of our own, worked out again with NumPy, one unit at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import chiso
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

UNITS = 40
PILLARS = {"P1": ["a", "b", "c"], "P2": ["d", "e"], "P3": ["f", "g", "h", "i"]}
GROUPS = {"S1": ["P1", "P2"], "S2": ["P3"]}
CODES = [code for codes in PILLARS.values() for code in codes]
DIRECTION = dict(zip(CODES, [1, -1, 1, 1, -1, -1, 1, 1, -1], strict=True))
WEIGHT = dict(zip(CODES, [1, 2, 3, 1, 1, 0.5, 2, 1, 1.5], strict=True)) | {
    "P1": 2.0,
    "P2": 1.0,
    "P3": 1.0,
    "S1": 3.0,
    "S2": 1.0,
}


def meta() -> pd.DataFrame:
    parent = {code: pillar for pillar, codes in PILLARS.items() for code in codes}
    parent |= {pillar: group for group, pillars in GROUPS.items() for pillar in pillars}
    parent |= dict.fromkeys(GROUPS, "Index")
    level = {**dict.fromkeys(CODES, 1), **dict.fromkeys(PILLARS, 2), **dict.fromkeys(GROUPS, 3)}
    rows = [
        {
            "iCode": code,
            "Type": "Indicator" if level[code] == 1 else "Aggregate",
            "Level": level[code],
            "Parent": parent[code],
            "Weight": WEIGHT[code],
            "Direction": DIRECTION.get(code, 1),
        }
        for code in level
    ]
    top = {"iCode": "Index", "Type": "Aggregate", "Level": 4, "Weight": 1, "Direction": 1}
    return pd.DataFrame([*rows, top])


def data() -> pd.DataFrame:
    random = np.random.default_rng(2024)
    values = random.uniform(1.0, 50.0, (UNITS, len(CODES)))
    values[:, 3] = np.round(values[:, 3] / 10.0)  # Ties.
    values[random.uniform(size=values.shape) < 0.06] = np.nan
    return pd.DataFrame(values, columns=CODES).assign(uCode=[f"U{i:02d}" for i in range(UNITS)])


def places(x: Array, tied: str) -> Array:
    """Position from the lowest = 1, counted cell by cell."""
    out = np.full(len(x), np.nan)
    for i, value in enumerate(x):
        if not np.isnan(value):
            below, equal = np.sum(x < value), np.sum(x == value)
            out[i] = below + 1 if tied == "lowest" else below + (equal + 1) / 2
    return out


def minmax(x: Array) -> Array:
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    return 1 + 99 * (x - low) / (high - low)


def zscore(x: Array) -> Array:
    return (x - float(np.nanmean(x))) / float(np.nanstd(x, ddof=1))


NORMALISERS: dict[str, Callable[[Array], Array]] = {
    "{min_max: {onto: [1, 100]}}": minmax,
    "{z_score: {mean: 0, deviation: 1}}": zscore,
    "{scaled: {from: 2, to: 12, factor: 10}}": lambda x: 10 * (x - 2) / 10,
    "distance_to_maximum": lambda x: 1 - (np.nanmax(x) - x) / (np.nanmax(x) - np.nanmin(x)),
    "{distance_to_reference: {unit: U00}}": lambda x: 1 - (x[0] - x) / (x[0] - np.nanmin(x)),
    "{distance_to_reference: {unit: U00, cap: true}}": lambda x: np.minimum(
        1 - (x[0] - x) / (x[0] - np.nanmin(x)), 1
    ),
    "fraction_of_maximum": lambda x: x / np.nanmax(x),
    "rank": lambda x: places(x, "lowest"),
    "{rank: {ties: average}}": lambda x: places(x, "average"),
    "borda": lambda x: places(x, "lowest") - 1,
    "percentile_rank": lambda x: (places(x, "lowest") - 1) / (np.sum(~np.isnan(x)) - 1),
}


def score(
    rule: str, aggregation: str, at_least: tuple[float, ...] = (), complete_first: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    raw = data()
    if complete_first:
        raw.loc[0, CODES] = np.linspace(20.0, 40.0, len(CODES))
    index, panel = chiso.from_coinr(
        meta(), raw, normaliser=rule, aggregation=aggregation, at_least=at_least, period=2020
    )
    assert panel is not None
    return index.score(panel).to_frame(), raw.set_index("uCode")


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    np.testing.assert_allclose(
        found.loc[expected.index, expected.columns], expected, rtol=1e-12, atol=1e-13
    )


@pytest.mark.parametrize("rule", NORMALISERS)
def test_normalisers(rule: str) -> None:
    found, raw = score(rule, "arithmetic_mean", complete_first=True)
    directed = raw * pd.Series(DIRECTION)

    same(found, directed.apply(lambda x: pd.Series(NORMALISERS[rule](x.to_numpy()), x.index)))


def mean(kind: str, x: Array, w: Array) -> float:
    if kind == "geometric_mean":
        return float(np.exp(np.sum(w * np.log(x)) / np.sum(w)))
    if kind == "harmonic_mean":
        return float(np.sum(w) / np.sum(w / x))
    return float(np.sum(w * x) / np.sum(w))


def aggregated(scores: pd.DataFrame, kind: str, at_least: tuple[float, ...]) -> pd.DataFrame:
    table = scores.copy()
    levels = [PILLARS, GROUPS, {"Index": list(GROUPS)}]
    for level, nodes in enumerate(levels):
        for node, children in nodes.items():
            column = []
            for _, row in table.iterrows():
                x = row[children].to_numpy(dtype=float)
                here = ~np.isnan(x)
                w = np.array([WEIGHT[child] for child in children])
                enough = here.mean() >= at_least[level] if at_least else here.any()
                column.append(mean(kind, x[here], w[here]) if enough else np.nan)
            table[node] = column
    return table


@pytest.mark.parametrize("at_least", [(), (0.8, 1.0, 1.0)], ids=["any", "threshold"])
@pytest.mark.parametrize("kind", ["arithmetic_mean", "geometric_mean", "harmonic_mean"])
def test_aggregations(kind: str, at_least: tuple[float, ...]) -> None:
    found, raw = score("{min_max: {onto: [1, 100]}}", kind, at_least)
    directed = raw * pd.Series(DIRECTION)
    leaves = directed.apply(lambda x: pd.Series(minmax(x.to_numpy()), x.index))
    expected = aggregated(leaves, kind, at_least)

    same(found, expected)
    assert found["Index"].isna().any() == bool(at_least)


def test_denominators() -> None:
    table = meta()
    table["Denominator"] = [None] * len(table)
    table.loc[table["iCode"] == "a", "Denominator"] = "people"
    people = {"iCode": "people", "Type": "Denominator"}
    raw = data().assign(people=np.arange(1.0, UNITS + 1))

    index, panel = chiso.from_coinr(
        pd.concat([table, pd.DataFrame([people])]),
        raw,
        normaliser="identity",
        denominate=True,
        period=2020,
    )
    assert panel is not None
    found = index.score(panel).to_frame()["a"].to_numpy()

    np.testing.assert_allclose(found, raw["a"] / raw["people"], rtol=1e-15)
