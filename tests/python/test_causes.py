"""Why a score is not another, with parts that add up; why a rank is not another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import chiso
import numpy as np
import pytest
from chiso import DataError, NotFoundError, Scenario
from chiso._causes import Passed

if TYPE_CHECKING:
    import pandas as pd
    from chiso._causes import Step

#: Published dimensions of Thanh Hóa in PAPI, 2020 and 2021: share/data/papi_subdimensions.csv.
PAPI = {
    "D1": (4.84186065, 5.85475254),
    "D2": (5.43621397, 6.20339304),
    "D3": (4.7419228, 4.55969626),
    "D4": (7.18713057, 7.80963933),
    "D5": (7.36145031, 7.29884648),
    "D6": (7.0172652, 8.06986964),
    "D7": (3.79013586, 4.13880342),
    "D8": (2.78049207, 3.16658679),
}

#: The sub-dimensions of D5 from the same table.
D5 = {
    "D5.1": (1.72879589, 2.40782714),
    "D5.3": (1.82079446, 2.30572915),
    "D5.4": (1.90757716, 2.58529019),
}


@pytest.fixture(scope="module")
def papi() -> chiso.Causes:
    panel = chiso.read_panel("papi_subdimensions")
    before, after = (
        chiso.load_index("papi", period=year).score(panel, year) for year in (2020, 2021)
    )
    return before.causes(after, "thanh hoa")


@pytest.fixture(scope="module")
def base(small: chiso.Index, small_frame: pd.DataFrame) -> chiso.Scores:
    """By hand: A 60, 0, total 45. B 80, 50, total 72.5. C no total."""
    return small.score(small_frame, 2020)


# ---- PAPI, 24th in 2020 and 3rd in 2021 ---------------------------------------------------------


def test_papi_by_dimension(papi: chiso.Causes) -> None:
    table = papi.by_criterion()

    assert papi.difference == pytest.approx(47.1015875 - 43.1564714, abs=1e-5)
    assert table.index.tolist() == list(PAPI)
    for code, (before, after) in PAPI.items():
        assert table.loc[code, "before"] == pytest.approx(before, abs=5e-6)
        assert table.loc[code, "after"] == pytest.approx(after, abs=5e-6)
        assert table.loc[code, "points"] == pytest.approx(after - before, abs=1e-5)
    assert table["points"].sum() == pytest.approx(papi.difference, rel=1e-12)
    assert table.loc["D6", "title"] == "Public service delivery"
    assert papi.by_criterion(language="vi").loc["D6", "title"] == "Cung ứng dịch vụ công"


def test_papi_by_sub_dimension(papi: chiso.Causes) -> None:
    table = papi.by_criterion(depth=2)
    nodes = papi.by_node()

    assert len(table) == 30
    assert table["points"].sum() == pytest.approx(papi.difference, rel=1e-12)
    for code, (before, after) in D5.items():
        assert table.loc[code, "points"] == pytest.approx(after - before, abs=1e-7)
    # Construction permits went: that is the definition's.
    assert table["points"]["D5"] == pytest.approx(-1.90428281, abs=1e-7)
    assert table["title"]["D5"] == "Public administrative procedures: its definition"
    assert (table["points"]["D5.2"], table["before"]["D5.2"]) == (0.0, 1.90428281)
    assert np.isnan(table["after"]["D5.2"])
    for code in PAPI:
        below = [c for c in table.index if c.startswith(code)]
        assert table.loc[below, "points"].sum() == pytest.approx(
            nodes.loc[code, "points"], abs=1e-12
        )
    assert nodes.index[:3].tolist() == ["papi", "D1", "D1.1"]
    assert nodes.loc["D1.1", "criterion"] == "    Civic knowledge"
    assert nodes.loc["papi", "split"] == "linear"
    assert nodes.loc["D1.1", "split"] == ""


def test_papi_cause_by_cause(papi: chiso.Causes) -> None:
    causes = papi.to_frame()

    assert causes["points"].sum() == pytest.approx(papi.difference, rel=1e-12)
    assert set(causes["kind"]) == {"value", "structure"}
    gone = causes[causes["kind"] == "structure"]
    assert gone["points"].tolist() == pytest.approx([-1.90428281])
    assert gone[["code", "detail"]].to_numpy().tolist() == [["D5", "without D5.2"]]
    kinds = papi.by_kind()
    assert kinds.loc["value", "causes"] == 28
    assert kinds["points"].sum() == pytest.approx(papi.difference, rel=1e-12)
    assert repr(papi) == "<Causes: Thanh Hóa, 2020 (papi-2019) to 2021 (papi-2021): 43.16 to 47.10>"
    assert "+" not in papi._repr_html_()
    assert "3.95" in papi._repr_html_()


def test_causes_by_agency(papi: chiso.Causes) -> None:
    plan = chiso.load_plan("thanh-hoa-211")
    # The plan has no task for PAPI.
    assert papi.by_agency(plan)["points"].to_dict() == {"(nobody)": papi.difference}

    scores = chiso.load_index("par-fields-2021").score(chiso.read_panel("par_fields"), 2021)
    edit = Scenario().add("Thanh Hóa", ["F1", "F2"], 0.5)
    causes = scores.what_if(edit).causes("Thanh Hóa")
    table = causes.by_agency(plan)

    assert causes.difference == pytest.approx(1.0)
    assert table["points"].sum() == pytest.approx(1.0, rel=1e-12)
    assert set(table.index) <= {*plan.agencies().index, "(nobody)"}
    assert table["points"].drop("(nobody)", errors="ignore").is_monotonic_decreasing
    # Who answers for the points lost in the same two criteria answers for them in the same parts.
    alone = [
        scores.what_if(Scenario().add("Thanh Hóa", code, 0.5)).causes("Thanh Hóa").by_agency(plan)
        for code in ("F1", "F2")
    ]
    both = alone[0]["points"].add(alone[1]["points"], fill_value=0)
    np.testing.assert_allclose(table["points"], both[table.index], rtol=1e-9)


def test_papi_rank(papi: chiso.Causes) -> None:
    change = papi.before.rank_change(papi.after, "Thanh Hóa")

    assert (change.before, change.after) == (24, 3)
    assert change.own + change.rivals == -21
    table = change.to_frame()
    assert table["places"].sum() == pytest.approx(-21)
    assert set(table["what"]) <= {"passed", "passed by", "appeared", "vanished"}
    assert "24 to 3" in repr(change)


# ---- two units, definitions, scenarios ----------------------------------------------------------


def test_two_units_of_one_result(pci: chiso.Index, pci_2019: chiso.Scores) -> None:
    causes = pci_2019.causes(pci_2019, "Thanh Hóa", "quang ninh")
    table = causes.by_criterion()

    weights = pci.tree().loc[table.index, "share"]
    expected = 10 * weights * (table["after"] - table["before"])
    np.testing.assert_allclose(table["points"], expected, rtol=1e-12)
    assert causes.scores == (pci_2019["Thanh Hóa", "pci"], pci_2019["Quảng Ninh", "pci"])
    assert repr(causes) == "<Causes: Thanh Hóa, 2019 to Quảng Ninh, 2019: 65.64 to 73.40>"


def test_weights_are_a_cause_of_their_own(base: chiso.Scores) -> None:
    # B has 80 and 50: with shares of half and half it loses 0.25 * 80 and gains 0.25 * 50.
    causes = base.what_if(Scenario("even").weights({"law": 50})).causes("B")

    frame = causes.to_frame()
    assert frame["kind"].tolist() == ["weights"]
    assert frame["code"].tolist() == ["total"]
    assert frame["points"].tolist() == pytest.approx([-7.5])
    by_criterion = causes.by_criterion()
    assert by_criterion.loc["total", "title"] == "Total: its definition"
    assert by_criterion["points"].tolist() == pytest.approx([-7.5, 0, 0])
    assert repr(causes) == "<Causes: B, 2020 to even: 72.50 to 65.00>"


def test_what_an_edit_of_data_does_is_the_unit_s_own(base: chiso.Scores) -> None:
    # press 4 to 10 is 30 points of voice and 22.5 of the total.
    causes = base.what_if(Scenario().set("A", "press", 10)).causes("A")

    assert causes.to_frame()[["kind", "code"]].to_numpy().tolist() == [["value", "press"]]
    assert causes.difference == 22.5
    nodes = causes.by_node()
    assert nodes.index.tolist() == ["total", "voice", "press", "vote", "law"]
    assert nodes["points"].tolist() == pytest.approx([22.5, 22.5, 22.5, 0.0, 0.0])


def test_trees_that_are_not_linear_add_up_too(pci_2019: chiso.Scores) -> None:
    geometric = Scenario().aggregation("pci", "geometric_mean")
    outcome = pci_2019.what_if(geometric + Scenario().set("Thanh Hóa", ["entry", "land"], 9))

    for other in (None, "Quảng Ninh"):
        causes = outcome.causes("Thanh Hóa", other)
        frame = causes.to_frame()
        assert frame["points"].sum() == pytest.approx(causes.difference, rel=1e-12)
        assert "aggregation" in set(frame["kind"])
        assert causes.by_node().loc["pci", "split"] in {"shapley", "aumann_shapley"}
        assert causes.by_criterion()["points"].sum() == pytest.approx(causes.difference, rel=1e-12)


# ---- waterfalls ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["criterion", "kind", "agency"])
def test_a_waterfall_leads_from_one_score_to_the_other(papi: chiso.Causes, by: Step) -> None:
    table = papi.waterfall(by, plan=chiso.load_plan("thanh-hoa-211"), most=5)

    assert table.columns.tolist() == ["title", "start", "change", "end", "total"]
    assert table["total"].tolist() == [True, *[False] * (len(table) - 2), True]
    totals = table.loc[["(before)", "(after)"]]
    assert totals["start"].tolist() == [0.0, 0.0]
    assert totals["end"].tolist() == list(papi.scores)
    steps = table[~table["total"]]
    np.testing.assert_allclose(steps["end"] - steps["start"], steps["change"], rtol=1e-9)
    np.testing.assert_array_equal(steps["start"].iloc[1:], steps["end"].iloc[:-1])
    assert steps["start"].iloc[0] == papi.scores[0]
    assert steps["end"].iloc[-1] == pytest.approx(papi.scores[1], rel=1e-12)
    assert len(steps) <= 6


def test_small_steps_are_put_together(papi: chiso.Causes) -> None:
    whole, short = papi.waterfall(), papi.waterfall(most=3)

    # The largest of PAPI's eight, in their order; the rest is what is missing to the difference.
    assert short.index.tolist() == ["(before)", "D1", "D2", "D6", "(others)", "(after)"]
    others = [code for code in PAPI if code not in {"D1", "D2", "D6"}]
    assert short.loc["(others)", "change"] == pytest.approx(whole.loc[others, "change"].sum())
    with pytest.raises(TypeError, match="need a plan"):
        papi.waterfall("agency")
    with pytest.raises(ValueError, match="expected one of criterion, kind, agency"):
        papi.waterfall("year")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        papi.by_criterion(0)
    with pytest.raises(ValueError, match="0 or more steps"):
        papi.waterfall(most=-1)


def test_a_waterfall_is_drawn(papi: chiso.Causes) -> None:
    import matplotlib.pyplot as plt

    axes = papi.plot()

    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0].replace("\n", " ") == "Thanh Hóa, 2020 (papi-2019)"
    assert labels[-1] == "2021 (papi-2021)"
    assert len(labels) == 10
    numbers = [text.get_text() for text in axes.texts]
    assert numbers == [
        "43.16", "+1.01", "+0.77", "-0.18", "+0.62", "-0.06", "+1.05", "+0.35", "+0.39", "47.10",
    ]  # fmt: skip
    ends = [patch.get_extents().xmax for patch in axes.patches]
    bounds = axes.transData.inverted().transform([(end, 0) for end in ends])[:, 0]
    assert bounds[[0, -1]].tolist() == pytest.approx([43.1564714, 47.1015875], abs=1e-5)
    plt.close("all")


# ---- ranks --------------------------------------------------------------------------------------


def test_a_rank_changes_by_oneself_and_by_rivals(base: chiso.Scores) -> None:
    # A: 45 to 67.5. B: 72.5 to 0.75 * 50 + 12.5 = 50. Each alone changes nothing; together A is
    # ahead: half of the place is A's own.
    outcome = base.what_if(Scenario().set("A", "press", 10).set("B", "vote", 0))
    change = outcome.rank_change("A")

    assert (change.before, change.after, change.own, change.rivals) == (2, 1, -0.5, -0.5)
    assert change.scores == (45.0, 67.5)
    assert change.passings == [Passed("B", "passed", 72.5, 50.0, -1.0)]
    back = outcome.rank_change("B")
    assert [p.what for p in back.passings] == ["passed by"]
    assert (back.own, back.rivals) == (0.5, 0.5)


def test_rivals_appear_and_vanish(base: chiso.Scores) -> None:
    appeared = base.what_if(Scenario().set("C", "press", 10)).rank_change("A")
    assert (appeared.before, appeared.after, appeared.rivals) == (2, 3, 1.0)
    assert [(p.rival, p.what, p.places) for p in appeared.passings] == [("C", "appeared", 1.0)]

    vanished = base.what_if(Scenario().set("B", "press", None)).rank_change("A")
    assert (vanished.after, vanished.rivals) == (1, -1.0)
    assert [(p.rival, p.what) for p in vanished.passings] == [("B", "vanished")]


def test_ranks_of_a_criterion(pci_2019: chiso.Scores) -> None:
    outcome = pci_2019.what_if(Scenario().set("Thanh Hóa", "entry", 9))
    change = outcome.rank_change("thanh hoa", "entry")

    ranking = outcome.ranking("entry").loc["Thanh Hóa"]
    assert (change.before, change.after) == (ranking["rank before"], ranking["rank after"])
    assert len(change.passings) == change.before - change.after == -change.own


# ---- what does not fit --------------------------------------------------------------------------


def test_what_has_no_causes_says_why(base: chiso.Scores, papi: chiso.Causes) -> None:
    with pytest.raises(NotFoundError, match="there is no name 'D'"):
        base.causes(base, "D")
    with pytest.raises(DataError, match="C"):
        base.causes(base, "A", "C")
    with pytest.raises(DataError, match="C"):
        base.rank_change(base, "C")
    with pytest.raises(NotFoundError, match="'voise'"):
        base.rank_change(base, "A", "voise")
    plan = chiso.load_plan("thanh-hoa-211")
    with pytest.raises(DataError, match="small"):
        base.causes(base, "A", "B").by_agency(plan)
    with pytest.raises(ValueError, match="expected raci, lead"):
        papi.by_agency(plan, share="all")  # type: ignore[arg-type]
