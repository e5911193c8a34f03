"""Many small what-ifs: one cell by name, every cell on its own, many scenarios, sliders."""

from __future__ import annotations

import sys
import types
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso import DataError, NotFoundError, Scenario

WORDS = """
chiso: 1
index: report
edition: "1"
variables: {report: {categories: [none, late, timely]}, pages: {range: ">= 0"}}
tree:
  code: report-total
  aggregation: sum
  children:
    - {code: report, maximum: 2, rule: {categories: {none: 0, late: 1, timely: 2}}}
    - {code: pages, maximum: 10, rule: given}
"""


@pytest.fixture(scope="module")
def w(pci_2019: chiso.Scores) -> chiso.WhatIf:
    return chiso.WhatIf(pci_2019)


@pytest.fixture(scope="module")
def words() -> chiso.WhatIf:
    data = pd.DataFrame({"report": ["timely", "late", None], "pages": [1, 2, 3]}, list("ABC"))
    return chiso.WhatIf(chiso.Index.from_yaml(WORDS).score(data, 2020))


def test_one_cell_is_what_its_scenario_gives(w: chiso.WhatIf) -> None:
    random = np.random.default_rng(7)
    base = w.base
    for _ in range(100):
        unit = str(random.choice(base.units))
        code = str(random.choice(base.index.variables))
        value = float(random.uniform(1, 10))

        found = w.set(unit, code, value)

        outcome = base.what_if(Scenario().set(unit, code, value))
        assert found.score == outcome.after[unit, "pci"]
        assert found.rank == outcome.ranking().loc[unit, "rank after"]


def test_units_may_be_spelled_otherwise(w: chiso.WhatIf) -> None:
    assert w.set("thanh hoa", "entry", 9) == w.set("Thanh Hóa", "entry", 9)
    assert w.set("THANH HÓA", "entry", 9).rank == 22


def test_words_and_missing_values(words: chiso.WhatIf) -> None:
    # A: 2 + 1, B: 1 + 2, C: none.
    assert words.set("B", "report", "timely") == (4.0, 1)
    assert words.set("A", "report", "none") == (1.0, 2)
    assert words.set("C", "report", "late") == (4.0, 1)
    gone = words.set("A", "pages", None)
    assert np.isnan(gone.score)
    assert gone.rank is None
    ranking = words.ranking({("C", "report"): "none", ("A", "pages"): None})
    assert ranking.index.tolist() == ["B", "C", "A"]
    assert ranking["score"].tolist()[:2] == [3.0, 3.0]
    assert ranking["rank"].tolist()[:2] == [1, 1]
    assert ranking["rank"].isna().tolist() == [False, False, True]


def test_several_edits_and_everybody(w: chiso.WhatIf) -> None:
    edits = {("Thanh Hóa", "entry"): 9.0, ("nghe an", "labor"): 1.0, ("Hà Nội", "land"): 10.0}
    scenario = Scenario()
    for (unit, code), value in edits.items():
        scenario = scenario.set(unit, code, value)

    found = w.ranking(edits)

    expected = w.base.what_if(scenario).ranking()
    assert found.index.tolist() == expected.index.tolist()
    np.testing.assert_array_equal(found["score"], expected["after"])
    np.testing.assert_array_equal(found["rank"], expected["rank after"])
    np.testing.assert_array_equal(found["places gained"], expected["places gained"])
    assert w.ranking({})["places gained"].tolist() == [0] * 63


def test_every_cell_on_its_own(w: chiso.WhatIf, pci_panel: chiso.Panel) -> None:
    codes = w.base.index.variables
    values = (pci_panel.to_frame(2019)[codes] + 1).clip(upper=10)
    scores, ranks = w.each(values)

    for unit in ("Thanh Hóa", "Quảng Ninh", "Bình Phước"):
        for code in codes:
            assert (scores.loc[unit, code], ranks.loc[unit, code]) == w.set(
                unit, code, float(values[code][unit])
            )
    as_array = w.each(values.loc[w.base.units].to_numpy())
    np.testing.assert_array_equal(as_array[0], scores.loc[w.base.units])
    np.testing.assert_array_equal(as_array[1], ranks.loc[w.base.units])
    backwards = w.each(values.loc[w.base.units].to_numpy()[::-1, ::-1])
    np.testing.assert_array_equal(np.isnan(backwards[0]), False)


def test_cells_that_are_left_out_have_no_answer(w: chiso.WhatIf) -> None:
    some = pd.DataFrame(
        {"land": [np.nan, 9.0], "entry": [9.0, np.nan]},
        index=pd.Index(["thanh hoa", "Nghệ An"], name="unit"),
    )
    scores, ranks = w.each(some)

    assert scores.isna().to_numpy().tolist() == [[True, False], [False, True]]
    assert ranks.loc["thanh hoa", "entry"] == 22
    assert list(scores.columns) == ["land", "entry"]
    pd.testing.assert_frame_equal(w.each(some.reset_index())[0], scores)


def test_many_scenarios(w: chiso.WhatIf) -> None:
    random = np.random.default_rng(11)
    cells = [("Thanh Hóa", "entry"), ("Thanh Hóa", "labor"), ("Nghệ An", "time")]
    values = random.uniform(1, 10, (50, 3))
    values[::7, 1] = np.nan  # As it is.
    asked = ["Nghệ An", "thanh hoa"]

    scores, ranks = w.many(values, cells, of=asked)

    assert scores.shape == ranks.shape == (50, 2)
    for row in (0, 1, 7, 49):
        edits = {c: v for c, v in zip(cells, values[row], strict=True) if not np.isnan(v)}
        found = w.ranking(edits)
        assert scores[row].tolist() == found["score"][["Nghệ An", "Thanh Hóa"]].tolist()
        assert ranks[row].tolist() == found["rank"][["Nghệ An", "Thanh Hóa"]].tolist()
    everybody = w.many(values, cells, threads=2)
    assert everybody[0].shape == (50, 63)
    place = w.base.units.index("Thanh Hóa")
    np.testing.assert_array_equal(everybody[0][:, place], scores[:, 1])

    frame = pd.DataFrame(values, columns=pd.MultiIndex.from_tuples(cells), index=range(100, 150))
    labelled = w.many(frame, of=asked)
    assert labelled[0].columns.tolist() == ["Nghệ An", "Thanh Hóa"]
    assert labelled[1].index.tolist() == list(range(100, 150))
    np.testing.assert_array_equal(labelled[1], ranks)


def test_many_scenarios_by_positions(w: chiso.WhatIf) -> None:
    random = np.random.default_rng(3)
    units = random.integers(0, 63, (200, 5))
    codes = random.integers(0, 10, (200, 5))
    values = random.uniform(1, 10, (200, 5))

    scores, ranks = w.many(values, (units, codes), of="Thanh Hóa")

    names, variables = w.base.units, w.base.index.variables
    for row in (0, 123, 199):
        edits = {
            (names[u], variables[c]): v
            for u, c, v in zip(units[row], codes[row], values[row], strict=True)
        }
        found = w.ranking(edits).loc["Thanh Hóa"]
        assert (scores[row, 0], ranks[row, 0]) == (found["score"], found["rank"])


def test_more_scenarios_than_fit_a_block(w: chiso.WhatIf) -> None:
    values = np.linspace(1, 10, 70_001).reshape(-1, 1)
    scores, ranks = w.many(values, [("Thanh Hóa", "entry")], of="Thanh Hóa", threads=2)

    assert (np.diff(scores[:, 0]) >= 0).all()
    assert (np.diff(ranks[:, 0]) <= 0).all()
    for row in (0, 65_535, 65_536, 70_000):
        assert (scores[row, 0], ranks[row, 0]) == w.set("Thanh Hóa", "entry", values[row, 0])


def test_threads_share_it(w: chiso.WhatIf) -> None:
    values = np.linspace(1, 10, 500)

    def answers(unit: str) -> list[chiso.Placed]:
        return [w.set(unit, "entry", float(value)) for value in values]

    units = ["Thanh Hóa", "Nghệ An", "Hà Nội", "Lai Châu"]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answers, units)) == [answers(unit) for unit in units]


def test_what_does_not_fit_says_why(w: chiso.WhatIf) -> None:
    with pytest.raises(NotFoundError, match="did you mean 'Thanh Hóa'"):
        w.set("Thanh Hox", "entry", 9)
    with pytest.raises(NotFoundError, match="did you mean 'entry'"):
        w.set("Thanh Hóa", "entri", 9)
    with pytest.raises(DataError, match=r"11 is out of the range \[1, 10\]"):
        w.set("Thanh Hóa", "entry", 11)
    with pytest.raises(DataError, match="expected a number for entry, got 'good'"):
        w.set("Thanh Hóa", "entry", "good")
    with pytest.raises(DataError, match="expected 63 units x 10 variables"):
        w.each(np.zeros((2, 2)))
    with pytest.raises(DataError, match=r"\[1, 10\]"):
        w.each(np.zeros((63, 10)))
    with pytest.raises(DataError, match=r"\[1, 10\]"):
        w.many(np.array([[2.0], [11.0]]), [("Thanh Hóa", "entry")])
    with pytest.raises(DataError, match="from 0 to 62"):
        w.many(np.ones((1, 1)), (np.array([63]), np.array([0])))
    with pytest.raises(DataError, match=r"of shape \(1,\) or \(2, 1\)"):
        w.many(np.ones((2, 1)), (np.array([1, 2, 3]), np.array([0])))
    with pytest.raises(TypeError, match="expected `cells`"):
        w.many(np.ones((1, 1)))


def test_a_word_that_is_unknown_says_so(words: chiso.WhatIf) -> None:
    with pytest.raises(NotFoundError, match="did you mean 'timely'"):
        words.set("A", "report", "timly")


# ---- sliders: a stand-in for the package shows what it would be given ---------------------------


class Widget:
    def __init__(self, *children: Any, **options: Any) -> None:
        self.options = options
        self.children = children[0] if children else ()
        self.value: Any = options.get("value", children[0] if children else None)
        self._followers: list[Any] = []

    def observe(self, follower: Any, names: str) -> None:
        assert names == "value"
        self._followers.append(follower)

    def move(self, value: Any) -> None:
        self.value = value
        for follower in self._followers:
            follower({"new": value})


@pytest.fixture
def ipywidgets(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("ipywidgets")
    for name in ("HTML", "VBox", "FloatSlider", "Dropdown"):
        setattr(module, name, Widget)
    monkeypatch.setitem(sys.modules, "ipywidgets", module)


@pytest.mark.usefixtures("ipywidgets")
def test_a_slider_shows_the_score_at_once(w: chiso.WhatIf) -> None:
    panel = w.slider("thanh hoa", ["entry", "land"])
    shown, entry, land = panel.children

    assert shown.value == "<b>Thanh Hóa</b>: 65.64, rank 24"
    assert (entry.options["min"], entry.options["max"]) == (1.0, 10.0)
    assert entry.value == pytest.approx(7.69438887)
    assert entry.options["description"] == "entry"
    entry.move(9.0)
    assert shown.value == "<b>Thanh Hóa</b>: 66.29, rank 22 (+0.65, +2 places)"
    land.move(10.0)
    both = w.ranking({("Thanh Hóa", "entry"): 9, ("Thanh Hóa", "land"): 10}).loc["Thanh Hóa"]
    assert f"rank {both['rank']:.0f} " in shown.value
    assert len(w.slider("Thanh Hóa", "entry").children) == 2
    assert len(w.slider("Thanh Hóa").children) == 11


@pytest.mark.usefixtures("ipywidgets")
def test_sliders_of_words_and_of_missing_values(words: chiso.WhatIf) -> None:
    shown, report, pages = words.slider("C").children

    assert report.options["options"] == [("none", 0.0), ("late", 1.0), ("timely", 2.0)]
    assert report.value is None
    assert shown.value == "<b>C</b>: no score, no rank"
    report.move(2.0)
    assert shown.value == "<b>C</b>: 5, rank 1"
    assert (pages.options["min"], pages.options["max"]) == (0.0, 3.0)
    assert words.slider("B", "report").children[1].value == 1.0


def test_a_slider_says_what_it_needs(w: chiso.WhatIf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(chiso.Error, match="pip install ipywidgets"):
        w.slider("Thanh Hóa", "entry")
