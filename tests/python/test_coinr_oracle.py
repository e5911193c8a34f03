"""COINr's own results on its ASEM example, where a folder `shared` lies beside the checkout.

What each file holds and by which formula is told by the README in that folder.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import chiso
import numpy as np
import pandas as pd
import pytest

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "coinr"

pytestmark = pytest.mark.skipif(not ORACLE.is_dir(), reason="COINr's results are not beside us")

TIE = "of equal ranks any may be named"


def oracle(path: str, index: str | None = "uCode") -> pd.DataFrame:
    return pd.read_csv(ORACLE / path, index_col=index, keep_default_na=False, na_values=[""])


def metadata(weights: str = "equal", *, without: tuple[str, ...] = ()) -> pd.DataFrame:
    meta = oracle("raw/asem_iMeta.csv", None)
    given = oracle(f"weights/w_{weights}.csv", "iCode")["Weight"]
    meta["Weight"] = meta["iCode"].map(given).fillna(meta["Weight"])
    return meta[~meta["iCode"].isin(without)]


@cache
def score(
    normaliser: str,
    aggregation: tuple[str, ...] = ("arithmetic_mean",),
    weights: str = "equal",
    at_least: tuple[float, ...] = (),
    without: tuple[str, ...] = (),
    denominate: bool = False,
    directed: bool = True,
) -> chiso.Scores:
    meta = metadata(weights, without=without)
    if not directed:
        meta.loc[meta["Type"] == "Indicator", "Direction"] = 1
    index, panel = chiso.from_coinr(
        meta,
        ORACLE / "raw/asem_iData.csv",
        normaliser=normaliser,
        aggregation=aggregation,
        at_least=at_least,
        denominate=denominate,
    )
    assert panel is not None
    return index.score(panel, 2018)


def indicators() -> list[str]:
    return oracle("norm/minmax_0_100.csv").columns.tolist()


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Equal to 1e-12 of the value, or of the column where a value is next to nothing."""
    found = found.loc[expected.index, expected.columns]
    missing = expected.isna().to_numpy()
    np.testing.assert_array_equal(found.isna().to_numpy(), missing)
    values = expected.to_numpy(dtype=float)
    scale = np.maximum(np.abs(values), 1e-3 * np.nanmax(np.abs(values), axis=0))
    error = np.abs(found.to_numpy() - values) / np.where(scale > 0.0, scale, 1.0)
    assert np.nanmax(error, initial=0.0) <= 1e-12


def same_ranks(scores: chiso.Scores, expected: pd.DataFrame) -> None:
    for code in expected:
        found = scores.ranking(str(code))["rank"].astype("Float64")
        pd.testing.assert_series_equal(
            found.loc[expected.index], expected[code].astype("Float64"), check_names=False
        )


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        ("minmax_0_100", "{min_max: {onto: [0, 100]}}"),
        ("minmax_1_100", "{min_max: {onto: [1, 100]}}"),
        ("zscore_0_1", "z_score"),
        ("zscore_100_10", "{z_score: {mean: 100, deviation: 10}}"),
        ("scaled_0_100_100", "{scaled: {from: 0, to: 100, factor: 100}}"),
        ("dist2max", "distance_to_maximum"),
        ("dist2ref_DEU", "{distance_to_reference: {unit: DEU}}"),
        ("dist2ref_DEU_cap", "{distance_to_reference: {unit: DEU, cap: true}}"),
        ("dist2targ", "{distance_to_target: {target: 1}}"),
        ("dist2targ_cap", "{distance_to_target: {target: 1, cap: true}}"),
        ("rank_min", "rank"),
        ("rank_average", "{rank: {ties: average}}"),
        ("borda_min", "borda"),
        ("prank_min", "percentile_rank"),
        ("prank_average", "{percentile_rank: {ties: average}}"),
    ],
)
def test_normalisers(file: str, rule: str) -> None:
    same(score(rule).to_frame(), oracle(f"norm/{file}.csv"))


def test_fraction_of_maximum() -> None:
    # Reversed indicators of which some unit has nothing: the maximum is 0, and COINr's fractions
    # are infinite. Here that is an error which names them.
    words = {"NaN": np.nan, "Inf": np.inf, "-Inf": -np.inf}
    expected = oracle("norm/fracmax.csv").replace(words).astype(float)
    finite = [code for code in expected.columns if not np.isinf(expected[code]).any()]
    infinite = tuple(sorted(set(expected.columns) - set(finite)))
    with pytest.raises(chiso.DataError) as caught:
        score("fraction_of_maximum")

    assert tuple(sorted(problem.place for problem in caught.value.problems)) == infinite
    same(score("fraction_of_maximum", without=infinite).to_frame(), expected[finite])


def scored_with(rules: dict[str, str]) -> pd.DataFrame:
    base = score("{min_max: {onto: [0, 10]}}")
    table = base.index.to_table().set_index("code", drop=False)
    for code, rule in rules.items():
        table.loc[code, "rule"] = rule
    return chiso.Index.from_frame(table.reset_index(drop=True)).score(base.panel, 2018).to_frame()


@pytest.mark.parametrize(("file", "clamp"), [("trunc", "true"), ("notrunc", "false")])
def test_goalposts_of_each_indicator(file: str, clamp: str) -> None:
    posts = oracle("norm/parameters_target_goalposts.csv", "iCode")
    rules = {
        str(code): (
            f"{{goalposts: {{low: {row['goalpost_lower']!r}, high: {row['goalpost_upper']!r}, "
            f"onto: [0, {row['goalpost_scale']!r}], clamp: {clamp}}}}}"
        )
        for code, row in posts.astype(dict.fromkeys(posts.columns, object)).iterrows()
    }

    same(scored_with(rules), oracle(f"norm/goalposts_{file}.csv"))


def test_methods_of_their_own_for_some_indicators() -> None:
    rules = {
        "LPI": "{z_score: {mean: 5, deviation: 1}}",
        "CO2": "percentile_rank",
        "TIRcon": "identity",
    }

    same(scored_with(rules), oracle("norm/individual_LPI_zscore_CO2_prank_TIRcon_none.csv"))


AGGREGATED = {
    "minmax0_amean_equal": ("{min_max: {onto: [0, 100]}}", ("arithmetic_mean",), "equal", ()),
    "minmax0_amean_unequal": ("{min_max: {onto: [0, 100]}}", ("arithmetic_mean",), "unequal", ()),
    "minmax1_gmean_equal": ("{min_max: {onto: [1, 100]}}", ("geometric_mean",), "equal", ()),
    "minmax1_gmean_unequal": ("{min_max: {onto: [1, 100]}}", ("geometric_mean",), "unequal", ()),
    "minmax1_hmean_equal": ("{min_max: {onto: [1, 100]}}", ("harmonic_mean",), "equal", ()),
    "minmax1_hmean_unequal": ("{min_max: {onto: [1, 100]}}", ("harmonic_mean",), "unequal", ()),
    "minmax1_levels_gmean_amean_hmean_equal": (
        "{min_max: {onto: [1, 100]}}",
        ("geometric_mean", "arithmetic_mean", "harmonic_mean"),
        "equal",
        (),
    ),
    "minmax0_amean_equal_thresh_80_100_100": (
        "{min_max: {onto: [0, 100]}}",
        ("arithmetic_mean",),
        "equal",
        (0.8, 1.0, 1.0),
    ),
}


@pytest.mark.parametrize("file", AGGREGATED)
def test_aggregates_and_their_ranks(file: str) -> None:
    scores = score(*AGGREGATED[file])

    same(scores.to_frame(), oracle(f"agg/{file}.csv"))
    same_ranks(scores, oracle(f"ranks/{file}.csv"))


def test_two_indicators_left_out() -> None:
    scores = score("{min_max: {onto: [0, 100]}}", without=("LPI", "Forest"))

    same(scores.to_frame(), oracle("agg/minmax0_amean_equal_drop_LPI_Forest.csv"))


@pytest.mark.parametrize("weights", ["equal", "unequal"])
def test_shares_in_the_index(weights: str) -> None:
    tree = score("{min_max: {onto: [0, 100]}}", weights=weights).index.tree()
    share = {tree.index[0]: 1.0}
    for code, row in tree.iloc[1:].iterrows():
        share[str(code)] = share[row["parent"]] * row["share"]
    expected = oracle(f"weights/effective_w_{weights}.csv", "iCode")["EffWeight"]

    found = pd.Series(share).loc[expected.index]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("group", ["EurAsia_group", "GDP_group"])
def test_ranks_within_groups(group: str) -> None:
    scores = score(*AGGREGATED["minmax0_amean_equal"])
    expected = oracle(f"ranks/groupranks_{group}.csv")

    for code in ("Index", "Conn", "Sust"):
        ranking = scores.ranking(code, within=expected[group])
        found = ranking["rank"].loc[expected.index].tolist()
        assert found == expected[code].tolist()


def test_ranks_of_raw_values() -> None:
    expected = oracle("ranks/ranks_of_raw_no_direction.csv")

    same_ranks(score("identity", directed=False), expected)


def test_the_table_of_results() -> None:
    scores = score(*AGGREGATED["minmax0_amean_equal"])
    expected = oracle("ranks/results_full_round6.csv")
    ranking = scores.ranking()

    assert ranking.index.tolist() == expected.index.tolist()
    assert ranking["rank"].tolist() == expected["Rank"].tolist()
    values = expected.drop(columns="Rank")
    found = scores.to_frame().loc[values.index, values.columns]
    np.testing.assert_allclose(found, values, rtol=0.0, atol=5.0000001e-7)


@pytest.mark.parametrize("unit", ["DEU", "SGP", "BGD"])
def test_summary_strengths_and_weaknesses_of_a_unit(unit: str) -> None:
    explained = score(*AGGREGATED["minmax0_amean_equal"]).explain(unit).to_frame()

    summary = oracle(f"ranks/unit_summary_{unit}.csv", "Code")
    found = explained.loc[summary.index]
    np.testing.assert_allclose(found["score"], summary["Score"], rtol=0.0, atol=5.0000001e-7)
    assert found["rank"].tolist() == summary["Rank"].tolist()

    # COINr leaves out where the unit is at the very bottom: min-max gives it nothing.
    leaves = explained.loc[indicators()]
    ranks = leaves.loc[leaves["score"] > 0, "rank"].astype(int)
    raw = oracle("raw/raw_sorted.csv").loc[unit]
    for file, listed in (("strengths", ranks.sort_values()), ("weaknesses", ranks.sort_values())):
        expected = oracle(f"ranks/{file}_{unit}.csv", "Code")
        five = listed[:5] if file == "strengths" else listed[-5:]
        assert sorted(expected["Rank"]) == sorted(five), TIE
        assert ranks[expected.index].tolist() == expected["Rank"].tolist()
        np.testing.assert_allclose(raw[expected.index], expected["Value"], rtol=1e-5)


def test_comparison_of_two_methods() -> None:
    expected = oracle("ranks/compare_amean0_vs_gmean1_Index.csv")
    first = score(*AGGREGATED["minmax0_amean_equal"]).ranking()["rank"]
    second = score(*AGGREGATED["minmax1_gmean_equal"]).ranking()["rank"]

    assert first[expected.index].tolist() == expected["coin.1"].tolist()
    assert second[expected.index].tolist() == expected["coin.2"].tolist()
    assert (first - second)[expected.index].tolist() == expected["Diff"].tolist()


def test_denomination() -> None:
    meta = metadata().set_index("iCode")
    scores = score("identity", denominate=True).to_frame()[indicators()]
    directed = oracle("steps/denominated.csv") * meta.loc[indicators(), "Direction"]

    same(scores, directed)


def test_availability_of_groups() -> None:
    scores = score("identity")
    expected = oracle("steps/data_availability_groups.csv")

    same(scores.availability(), expected.astype(float))


def test_availability_of_units() -> None:
    table = chiso.describe(raw_panel(), by="unit")
    expected = oracle("steps/data_availability_units.csv").loc[table.index]

    missing = table["values"] - table["available"]
    zero = table["available"] - table["nonzero"]
    assert missing.tolist() == expected["N_missing"].tolist()
    assert zero.tolist() == expected["N_zero"].tolist()
    assert (missing + zero).tolist() == expected["N_miss_or_zero"].tolist()
    share = table["available"] / table["values"]
    np.testing.assert_allclose(share, expected["Dat_Avail"], rtol=1e-12)


def raw_panel() -> chiso.Panel:
    return chiso.Panel.from_frame(oracle("raw/raw_sorted.csv")[indicators()], period=2018)


def test_statistics() -> None:
    expected = oracle("steps/stats_raw.csv", "iCode")
    table = chiso.describe(raw_panel()).loc[expected.index]

    for name, theirs in {
        "minimum": "Min",
        "maximum": "Max",
        "mean": "Mean",
        "median": "Median",
        "deviation": "Std",
        "skewness": "Skew",
        "kurtosis": "Kurt",
    }.items():
        np.testing.assert_allclose(table[name], expected[theirs], rtol=1e-12, atol=1e-13)
    for name, theirs in {
        "available": "N.Avail",
        "nonzero": "N.NonZero",
        "unique": "N.Unique",
        "most_frequent": "N.Same",
    }.items():
        assert table[name].tolist() == expected[theirs].tolist(), theirs


def test_correlations() -> None:
    expected = oracle("steps/corr_raw_pearson.csv", "iCode")
    found = chiso.correlations(raw_panel()).loc[expected.index, expected.columns]

    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
