"""Scenarios: values, applied to a base that never changes; their outcomes, side by side."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso import DataError, NotFoundError, Scenario, SpecError

if TYPE_CHECKING:
    from pathlib import Path

#: 10 points of weight 5 of 100, times 10: one point of entry is half a point of the composite.
ENTRY = 7.69438887
PCI = 65.6363297

TITLES = ["before", "after", "difference", "rank before", "rank after", "places gained"]


@pytest.fixture(scope="module")
def base(small: chiso.Index, small_frame: pd.DataFrame) -> chiso.Scores:
    """By hand: A 60, 0, total 45. B 80, 50, total 72.5. C no total."""
    return small.score(small_frame, 2020)


def total(outcome: chiso.Outcome, unit: str) -> float:
    return outcome.after[unit, "total"]


# ---- a value ------------------------------------------------------------------------------------


def test_every_edit_gives_a_new_scenario() -> None:
    empty = Scenario("reform")
    one = empty.set("A", "press", 10)
    two = one.scale(["A", "B"], "law", 0.5)

    assert [len(empty), len(one), len(two)] == [0, 1, 2]
    assert empty == Scenario("reform")
    assert one.edits == ["set press of A to 10"]
    assert str(two) == "reform\n  set press of A to 10\n  scale law of A and B by 0.5"
    assert repr(two) == "<Scenario reform: 2 edits>"
    assert "scale law of A and B by 0.5" in two._repr_html_()


def test_scenarios_are_compared_by_what_they_do() -> None:
    one = Scenario("x").set("A", "press", None)
    same = Scenario("x").set("A", "press", float("nan"))

    assert one == same
    assert len({one, same, Scenario("x").set("A", "press", 0.0)}) == 2
    assert one != Scenario("y").set("A", "press", None)
    assert one != Scenario("x", refit=True).set("A", "press", None)
    assert one.renamed("y") == Scenario("y").set("A", "press", None)
    assert one.refitted() == Scenario("x", refit=True).set("A", "press", None)
    assert one != "x"


def test_scenarios_are_put_together_in_their_order() -> None:
    first = Scenario("first").set("A", "press", 1)
    second = Scenario("second", refit=True).add("A", "press", 2)
    both = first + second

    assert both.name == "first + second"
    assert both.edits == first.edits + second.edits
    assert both.refit
    assert len(first) == 1
    with pytest.raises(TypeError):
        first + "second"  # type: ignore[operator]


EVERY = (
    Scenario("every kind", "of edit", refit=True)
    .set("Thanh Hóa", ["entry", "land"], 8)
    .set(None, "time", None)
    .set("A", "report", "late")
    .add(["A", "B"], "x", -1)
    .at_most(None, "y*", 9)
    .at_least(None, "y?", 1)
    .score("A", "voice", 0.5, "scale")
    .weights({"time": 15, "land": 10}, redistribute=False)
    .rule("law", {"min_max": {"onto": [1, 10]}})
    .aggregation("pci", "power_mean", power=2, missing="renormalise")
    .drop(["press", "vote"])
    .add_criterion("pci", {"code": "green", "title": "Xanh", "weight": 10, "rule": "identity"})
    .merge(["A", "B"], "AB", weights={"B": 2, "A": 1}, totals="people*")
    .split("C", ["C1", "C2"], shares=[0.25, 0.75], totals=["people", "area"])
    .method(2005)
    .index("pci-2013")
)


def test_every_kind_of_edit_survives_files_and_pickling(tmp_path: Path) -> None:
    assert len(EVERY) == 18
    assert pickle.loads(pickle.dumps(EVERY)) == EVERY
    assert copy.deepcopy(EVERY) == EVERY
    assert Scenario.from_yaml(EVERY.to_yaml()) == EVERY

    others = [EVERY, Scenario("nothing"), Scenario("one").drop("land")]
    for name in ("s.yaml", "s.csv", "s.xlsx"):
        chiso.save_scenarios(others, tmp_path / name)
        assert chiso.load_scenarios(tmp_path / name) == others, name
    assert chiso.load_scenarios(EVERY.to_frame()) == [EVERY]


def test_a_definition_of_one_s_own_stands_in_the_file(small: chiso.Index) -> None:
    scenario = Scenario("other method").index(small).weights({"law": 50})

    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert "code: voice" in scenario.to_yaml()


def test_frames_of_new_values_become_edits() -> None:
    frame = pd.DataFrame({"press": [1.0, np.nan], "report": ["late", None]}, index=["A", "B"])
    named = frame.rename_axis("unit").reset_index()

    expected = Scenario().set("A", "press", 1).set("A", "report", "late")
    assert Scenario().set_values(frame) == expected
    assert Scenario().set_values(named) == expected


def test_what_is_no_edit_is_refused_at_once() -> None:
    with pytest.raises(SpecError, match="min_maxx"):
        Scenario().rule("law", "{min_maxx: {}}")
    with pytest.raises(ValueError, match=r"expected one of sum, .*, got 'mean'"):
        Scenario().aggregation("total", "mean")
    with pytest.raises(TypeError, match="expected a method, a power or a policy"):
        Scenario().aggregation("total")
    with pytest.raises(SpecError, match="`rule` is missing"):
        Scenario().add_criterion("total", {"code": "green"})
    with pytest.raises(DataError, match="None stands for all"):
        Scenario().set([], "press", 1)
    with pytest.raises(DataError, match="at least one code"):
        Scenario().set("A", [], 1)
    with pytest.raises(TypeError, match="expected a number for a score, got None"):
        Scenario().score("A", "law", None)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="expected a number for each of A, B, got A, C"):
        Scenario().merge(["A", "B"], "AB", weights={"A": 1, "C": 2})
    with pytest.raises(NotFoundError, match="pci-2013"):
        Scenario().index("pci-2031")
    with pytest.raises(SpecError, match="expected one scenario, got 2"):
        Scenario.from_yaml("{chiso: 1, scenarios: [{name: a, edits: []}, {name: b, edits: []}]}")


# ---- by hand ------------------------------------------------------------------------------------


def test_raw_values(base: chiso.Scores) -> None:
    # voice = (10 + 8) / 20, total = 0.75 * 90 + 0.25 * 0.
    assert total(base.what_if(Scenario().set("A", "press", 10)), "A") == 67.5
    # voice = (4 + 9) / 20 = 65.
    assert total(base.what_if(Scenario().add("A", "vote", 1)), "A") == 48.75
    # Both have voice 30 and 40: (2 + 4) / 20, (5 + 3) / 20.
    halved = base.what_if(Scenario().scale(None, ["press", "vote"], 0.5))
    assert [total(halved, "A"), total(halved, "B")] == [22.5, 42.5]
    # B: (5 + 6) / 20 = 55, and 12.5 from law; A stays.
    capped = base.what_if(Scenario().at_most(None, "press", 5))
    assert [total(capped, "A"), total(capped, "B")] == pytest.approx([45.0, 53.75])
    # A: (7 + 8) / 20 = 75.
    assert total(base.what_if(Scenario().at_least(None, "press", 7)), "A") == 56.25
    # C: (10 + 9) / 20 = 95, law 100.
    found = base.what_if(Scenario().set("C", "press", 10))
    assert total(found, "C") == 96.25
    assert found.ranking()["rank after"].to_dict() == {"C": 1, "B": 2, "A": 3}
    gone = base.what_if(Scenario().set("A", "press", None))
    assert np.isnan(total(gone, "A"))
    assert gone.ranking()["rank after"].isna().tolist() == [False, True, True]


def test_anchors_stay_unless_they_are_fitted_anew(base: chiso.Scores) -> None:
    edit = Scenario("beyond").set("A", "law", 6)

    # Held at 1 and 5: (6 - 1) / 4.
    held = base.what_if(edit)
    assert total(held, "A") == 76.25
    notices = held.notices()
    assert notices["kind"].tolist() == ["beyond anchor"]
    assert (notices["unit"][0], notices["code"][0]) == ("A", "law")
    assert (notices["value"][0], notices["anchor"][0]) == (6.0, 5.0)
    assert notices["edit"].tolist() == ["set law of A to 6"]
    assert "1 notice" in repr(held)

    # Fitted to 3, 5 and 6: B is the lowest now.
    anew = base.what_if(edit.refitted())
    assert anew.after["A", "law"] == 100.0
    assert anew.after["B", "law"] == 0.0
    assert anew.notices().empty


def test_scores_weights_and_the_tree(base: chiso.Scores) -> None:
    assert total(base.what_if(Scenario().score("A", "voice", 100)), "A") == 75.0
    assert total(base.what_if(Scenario().score("A", "voice", 0.5, how="scale")), "A") == 22.5
    # Half and half.
    even = base.what_if(Scenario().weights({"law": 50}))
    assert [total(even, "A"), total(even, "B")] == [30.0, 65.0]
    alone = base.what_if(Scenario().drop("law"))
    assert [total(alone, "A"), total(alone, "B")] == [60.0, 80.0]
    assert "law" not in alone.after.index.codes
    # Onto 10 instead of 100: B has 5 of law.
    rule = base.what_if(Scenario().rule("law", {"min_max": {"onto": [0, 10]}}))
    assert total(rule, "B") == 61.25
    # sqrt(80 * 50) with equal shares.
    product = Scenario().weights({"law": 50}).aggregation("total", "geometric_mean")
    assert total(base.what_if(product), "B") == pytest.approx(np.sqrt(4000.0), rel=1e-14)
    # voice 60, law 20, green 20 of 100: 0.6 * 60 + 0.2 * 0 + 0.2 * 4.
    leaf = {"code": "green", "weight": 20, "variable": "press", "rule": "identity"}
    assert total(base.what_if(Scenario().add_criterion("total", leaf)), "A") == pytest.approx(36.8)
    other = chiso.Index.from_yaml(base.index.to_yaml().replace("small", "large"))
    taken = base.what_if(Scenario().drop("law").add_criterion("total", other.node("law")))
    assert taken.after.index.codes == base.index.codes


def test_units_are_merged_and_split(base: chiso.Scores) -> None:
    # 7, 7 and 2: voice 70, law (2 - 1) / 4.
    merged = base.what_if(Scenario().merge(["A", "B"], "AB"))
    assert merged.after.units == ["AB", "C"]
    assert total(merged, "AB") == 58.75
    assert "3 of 4 units moved" in repr(merged)  # A and B go, AB comes; C stays without a total.
    # 1 : 3 is 8.5, 6.5 and 2.5: voice 75, law 37.5.
    weighted = base.what_if(Scenario().merge(["A", "B"], "AB", weights=pd.Series({"B": 3, "A": 1})))
    assert total(weighted, "AB") == 65.625
    divided = base.what_if(Scenario().split("A", ["A1", "A2"]))
    assert divided.after.units == ["A1", "A2", "B", "C"]
    assert [total(divided, "A1"), total(divided, "A2")] == [45.0, 45.0]

    # Units that only one of the two has stand in the frames with what is known of them.
    ranking = merged.ranking()
    assert ranking.index.tolist() == ["AB", "C", "B", "A"]
    assert ranking.isna().to_numpy()[-1].tolist() == [False, True, True, False, True, True]
    assert set(merged.changes()["unit"]) == {"A", "B", "AB"}


def test_another_definition_and_another_method(base: chiso.Scores) -> None:
    text = base.index.to_yaml().replace("weight: 75", "weight: 60")
    text = text.replace("weight: 25", "weight: 40").replace("small", "other")
    other = chiso.Index.from_yaml(text)
    outcome = base.what_if(Scenario().index(other))

    assert outcome.after.index == other
    np.testing.assert_array_equal(outcome.after.values, other.score(base.panel, 2020).values)
    assert outcome.before.index.name == "small-1"
    dated = base.index.to_yaml()
    for now, then in ((75, 60), (25, 40)):
        entries = f"[{{value: {then}, to: 2019}}, {{value: {now}, from: 2020}}]"
        dated = dated.replace(f"weight: {now}", f"weight: {entries}")
    scores = chiso.Index.from_yaml(dated).score(base.panel, 2020)
    earlier = scores.what_if(Scenario().method(2019))
    assert earlier.after.method == "2019"
    assert [scores["B", "total"], total(earlier, "B")] == [72.5, 68.0]
    with pytest.raises(NotFoundError, match="did you mean 'voice'"):
        base.what_if(Scenario().index(other).weights({"voise": 1}))


# ---- on published data --------------------------------------------------------------------------


def test_thanh_hoa_with_a_better_entry(pci_2019: chiso.Scores) -> None:
    outcome = pci_2019.what_if(Scenario("easier entry").set("thanh hoa", "entry", 9))
    moved = outcome.ranking(moved=True)

    # By hand: half a point a point, and the published totals of the two that are passed.
    after = PCI + 0.5 * (9 - ENTRY)
    assert 66.2276306 < after < 66.4446259  # Lâm Đồng was 22nd, An Giang 21st.
    assert moved.index.tolist() == ["Thanh Hóa", "Lâm Đồng", "Đồng Nai"]
    assert moved.columns.tolist() == TITLES
    assert moved.loc["Thanh Hóa", "after"] == pytest.approx(after, abs=1e-5)
    assert moved["rank before"].tolist() == [24, 22, 23]
    assert moved["rank after"].tolist() == [22, 23, 24]
    assert moved["places gained"].tolist() == [2, -1, -1]
    assert str(moved["rank after"].dtype) == "Int64"
    assert repr(outcome) == "<Outcome of easier entry on pci-2013, 2019: 3 of 63 units moved>"
    assert "3 of 63 units moved" in outcome._repr_html_()

    changes = outcome.changes("THANH HÓA")
    assert changes.columns.tolist() == [
        "unit", "code", "title", "before", "after", "difference", "rank before", "rank after",
    ]  # fmt: skip
    assert changes["code"].tolist() == ["pci", "entry"]
    assert changes["title"].tolist() == ["PCI", "Entry costs"]
    assert changes["difference"].tolist() == pytest.approx([0.5 * (9 - ENTRY), 9 - ENTRY])
    assert len(outcome.changes(moved=False)) == 63 * 11
    assert outcome.changes("Thanh Hóa", language="vi")["title"].iloc[1] == (
        "Chi phí gia nhập thị trường"
    )


def test_a_base_is_never_changed(pci_2019: chiso.Scores) -> None:
    values, data = pci_2019.values.copy(), pci_2019.panel.fingerprint

    pci_2019.what_if(Scenario().scale(None, "*", 0.9).weights({"time": 50}).drop("land"))
    pci_2019.what_if(Scenario().merge(["Thanh Hóa", "Nghệ An"], "Thanh Nghệ"))

    np.testing.assert_array_equal(pci_2019.values, values)
    assert pci_2019.panel.fingerprint == data
    assert "land" in pci_2019.index.codes


def test_the_same_bits_as_editing_by_hand(pci: chiso.Index, pci_panel: chiso.Panel) -> None:
    frame = pci_panel.to_frame(2019)
    frame.loc["Thanh Hóa", "entry"] = 8.25
    frame["informal"] = frame["informal"] * 0.9
    lines = pci.to_yaml().splitlines()
    for code, old, new in (("time", 5, 15), ("labor", 20, 10)):
        at = next(i for i, line in enumerate(lines) if line.endswith(f"code: {code}")) + 2
        assert f"weight: {old}" in lines[at]
        lines[at] = lines[at].replace(f"weight: {old}", f"weight: {new}")
    by_hand = chiso.Index.from_yaml("\n".join(lines)).score(
        chiso.Panel.from_frame(frame, period=2019), 2019
    )

    outcome = pci.what_if(
        pci_panel,
        Scenario()
        .set("Thanh Hóa", "entry", 8.25)
        .scale(None, "informal", 0.9)
        .weights({"time": 15, "labor": 10}, redistribute=False),
        period=2019,
    )

    np.testing.assert_array_equal(outcome.after.values, by_hand.values)
    assert outcome.after.units == by_hand.units


# ---- side by side -------------------------------------------------------------------------------


def test_scenarios_side_by_side(pci_2019: chiso.Scores) -> None:
    entry = Scenario("entry 9").set("Thanh Hóa", "entry", 9)
    merged = Scenario().merge(["Thanh Hóa", "Nghệ An"], "Thanh Nghệ")
    table = chiso.compare(pci_2019, [entry, merged], units=["thanh hoa", "Thanh Nghệ"])

    assert table.columns.names == ["scenario", "what"]
    assert list(dict.fromkeys(table.columns.get_level_values(0))) == [
        "base", "entry 9", "scenario 2",
    ]  # fmt: skip
    row: dict[Any, Any] = table.loc["Thanh Hóa"].to_dict()
    assert row["base", "score"] == pytest.approx(PCI, abs=1e-5)
    assert row["entry 9", "change"] == pytest.approx(0.5 * (9 - ENTRY))
    assert (row["entry 9", "rank"], row["entry 9", "places gained"]) == (22, 2)
    known = table.notna().to_numpy().tolist()
    assert known == [[True] * 6 + [False] * 4, [False] * 6 + [True, True, False, False]]
    # The plain mean of two composites, as the tree is linear in what is merged.
    mean = (pci_2019["Thanh Hóa", "pci"] + pci_2019["Nghệ An", "pci"]) / 2
    assert table.loc["Thanh Nghệ", ("scenario 2", "score")] == pytest.approx(mean)

    assert len(chiso.compare(pci_2019, [entry, merged])) == 64
    assert len(chiso.compare(pci_2019, {"a": entry, "b": entry}, node="entry").columns) == 10
    with pytest.raises(DataError, match="two columns would be called 'entry 9'"):
        chiso.compare(pci_2019, [entry, entry])
    with pytest.raises(NotFoundError, match="did you mean 'entry'"):
        chiso.compare(pci_2019, [entry], node="entri")
    with pytest.raises(TypeError, match="expected a Scenario"):
        chiso.compare(pci_2019, ["entry"])  # type: ignore[list-item]


# ---- sweeps -------------------------------------------------------------------------------------


def test_a_sweep_is_what_every_point_alone_gives(pci_2019: chiso.Scores) -> None:
    amounts = np.linspace(5, 9, 9)
    table = pci_2019.sweep({("thanh hoa", "entry"): amounts}, units="Thanh Hóa")

    assert table.columns.tolist() == ["Thanh Hóa entry", "unit", "score", "rank"]
    assert table["Thanh Hóa entry"].tolist() == amounts.tolist()
    assert set(table["unit"]) == {"Thanh Hóa"}
    for amount, score, rank in zip(amounts, table["score"], table["rank"], strict=True):
        outcome = pci_2019.what_if(Scenario().set("Thanh Hóa", "entry", amount))
        assert score == outcome.after["Thanh Hóa", "pci"]
        assert rank == outcome.ranking().loc["Thanh Hóa", "rank after"]


def test_a_sweep_of_two(pci_2019: chiso.Scores) -> None:
    all_informal = Scenario().scale(None, "informal*", 1)
    table = pci_2019.sweep({all_informal: [0.5, 1]}, weights={"time": [0, 5, 50]})
    first, second = table.columns[:2]

    assert len(table) == 2 * 3 * 63
    assert table[second].tolist()[: 3 * 63] == [0.0] * 63 + [5.0] * 63 + [50.0] * 63
    as_it_is = table[(table[first] == 1) & (table[second] == 5)].set_index("unit")
    np.testing.assert_allclose(as_it_is["score"], pci_2019.values[:, 0], rtol=1e-14)
    np.testing.assert_array_equal(
        as_it_is["rank"], pci_2019.ranking()["rank"].loc[pci_2019.units].astype(float)
    )
    edited = all_informal + Scenario().scale(None, "informal*", 0.5).weights({"time": 50})
    corner = table[(table[first] == 0.5) & (table[second] == 50)].set_index("unit")
    np.testing.assert_array_equal(corner["score"], pci_2019.what_if(edited).after.values[:, 0])


def test_sweeps_hold_anchors_or_fit_them(base: chiso.Scores) -> None:
    # Held at 1 and 5; fitted, A has 100 as the highest: 45 + 25.
    axis = {("A", "law"): [6.0]}
    assert base.sweep(axis, units="A")["score"].tolist() == [76.25]
    assert base.sweep(axis, units="A", refit=True)["score"].tolist() == [70.0]


def test_what_cannot_be_swept_says_so(base: chiso.Scores) -> None:
    axis = ("A", "press")
    with pytest.raises(SpecError, match="two"):
        base.sweep({axis: [1], ("A", "vote"): [1], ("A", "law"): [1]})
    with pytest.raises(SpecError):
        base.sweep()
    with pytest.raises(SpecError, match="expected a scenario of one edit to sweep, got 2"):
        base.sweep({Scenario().set(*axis, 1).drop("law"): [1]})
    with pytest.raises(TypeError, match=r"expected \(unit, code\) or a Scenario"):
        base.sweep({"press": [1]})
    with pytest.raises(NotFoundError, match="did you mean 'press'"):
        base.sweep({("A", "pres"): [1]})
    with pytest.raises(NotFoundError, match="there is no name 'Z'"):
        base.sweep({axis: [1]}, units="Z")
    with pytest.raises(SpecError, match="both axes are 'A press'"):
        base.sweep({axis: [1], ("a", "press"): [2]})


# ---- what does not fit --------------------------------------------------------------------------


def test_every_problem_of_the_edits_is_named(pci_2019: chiso.Scores) -> None:
    wrong = (
        Scenario()
        .set("Thanh Hoà Bình", "entry", 8)
        .set("Thanh Hóa", "entri", 8)
        .scale(None, "zz*", 2)
        .drop("lands")
    )
    with pytest.raises(NotFoundError) as caught:
        pci_2019.what_if(wrong)

    problems = [problem.message for problem in caught.value.problems]
    assert len(problems) == 4
    assert "did you mean 'entry'" in problems[1]
    assert "the pattern 'zz*' meets no variable" in problems[2]
    assert "did you mean 'land'" in problems[3]


@pytest.mark.parametrize(
    ("scenario", "kind", "words"),
    [
        (Scenario().set("Thanh Hóa", "entry", 11), DataError, r"out of its range \[1, 10\]"),
        (Scenario().set("Thanh Hóa", "entry", "good"), DataError, "entry"),
        (Scenario().weights({"time": -1}), DataError, "not negative, got -1"),
        (Scenario().weights({"time": 200}), DataError, "add up to 200, more than the 100"),
        (Scenario().drop("pci"), DataError, "nothing would be left"),
        (Scenario().aggregation("entry", "sum"), DataError, "nothing to aggregate"),
        (Scenario().merge(["Thanh Hóa", "Nghệ An"], "Hà Nội"), DataError, "Hà Nội"),
        (Scenario().split("Hà Nội", ["a", "b"], shares=[0.5, 0.6]), DataError, "1"),
    ],
)
def test_an_edit_that_does_not_fit_says_why(
    pci_2019: chiso.Scores, scenario: Scenario, kind: type[chiso.Error], words: str
) -> None:
    with pytest.raises(kind, match=words):
        pci_2019.what_if(scenario)


# ---- pictures -----------------------------------------------------------------------------------


def test_an_outcome_is_drawn(pci_2019: chiso.Scores) -> None:
    import matplotlib.pyplot as plt

    outcome = pci_2019.what_if(Scenario("easier entry").set("Thanh Hóa", "entry", 9))
    axes = outcome.plot(top=5, highlight="thanh hoa")

    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) == 6
    assert labels[-1] == "Thanh Hóa  22 (was 24)"
    assert "easier entry" in axes.get_title("left")
    plt.close("all")
