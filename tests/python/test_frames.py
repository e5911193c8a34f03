"""Labels in and out: frames, long and wide, text, standard errors, names."""

from __future__ import annotations

import pickle
import unicodedata
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso import DataError, NotFoundError, Panel

if TYPE_CHECKING:
    from pathlib import Path

WIDE = pd.DataFrame(
    {
        "unit": ["Thanh Hóa", "Nghệ An", "Thanh Hóa", "Nghệ An"],
        "period": [2019, 2019, 2020, 2020],
        "x": [1.0, 2.0, 3.0, np.nan],
        "y": [10, 20, 30, 40],
    }
)


def test_a_wide_frame_comes_back_as_it_went_in() -> None:
    panel = Panel.from_frame(WIDE)

    assert panel.units == ["Thanh Hóa", "Nghệ An"]
    assert panel.periods == ["2019", "2020"]
    frame = panel.to_frame(2020)
    assert frame.index.name == "unit"
    assert list(frame.columns) == ["x", "y"]
    assert frame.loc["Thanh Hóa", "y"] == 30.0
    assert np.isnan(frame["x"]["Nghệ An"])
    assert Panel.from_frame(panel.to_frame()) == panel


def test_units_may_be_the_index_and_periods_a_level_of_it() -> None:
    by_index = Panel.from_frame(WIDE.set_index(["period", "unit"]))
    without_names = WIDE[WIDE["period"] == 2019].set_index("unit").rename_axis(None)

    assert by_index == Panel.from_frame(WIDE)
    assert Panel.from_frame(without_names[["x", "y"]], period=2019).units == by_index.units


def test_a_long_frame_is_the_same_panel() -> None:
    long = WIDE.melt(id_vars=["unit", "period"])

    assert Panel.from_frame(long) == Panel.from_frame(WIDE)


def test_standard_errors_stand_beside_their_variable() -> None:
    wide = WIDE.assign(**{"x.se": [0.1, 0.2, np.nan, 0.4]})
    panel = Panel.from_frame(wide)
    errors = panel.standard_errors("x", 2019)

    assert panel.variables == ["x", "y"]
    assert errors is not None
    np.testing.assert_array_equal(errors, [0.1, 0.2])
    assert panel.standard_errors("y", 2019) is None
    assert Panel.from_frame(panel.to_frame()) == panel

    long = wide.drop(columns="x.se").melt(id_vars=["unit", "period"])
    long["standard_error"] = [0.1, 0.2, np.nan, 0.4] + [np.nan] * 4
    assert Panel.from_frame(long) == panel


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_text_becomes_categories(dtype: Any) -> None:
    words = pd.Series(["timely", "late", None, "timely"], dtype=dtype)
    panel = Panel.from_frame(WIDE.assign(report=words))

    assert panel.categories("report") == ["late", "timely"]
    report = panel.to_frame()["report"]
    assert report.iloc[0] == "timely"
    assert report.isna().tolist() == [False, False, True, False]


def test_words_that_a_file_would_not_take_as_text_are_not_text_here_either() -> None:
    cells = pd.Series(["1.5", "not applicable", "NA", ""], dtype=object)
    panel = Panel.from_frame(WIDE.assign(z=cells))

    assert panel.categories("z") == []
    assert panel.to_frame(2019).loc["Thanh Hóa", "z"] == 1.5
    marked = panel.not_applicable()
    assert marked.values.tolist() == [["Nghệ An", "z", "2019"]]


def test_nullable_and_mixed_columns_are_numbers() -> None:
    panel = Panel.from_frame(
        WIDE.assign(
            a=pd.array([1, None, 3, 4], dtype="Int64"),
            b=pd.Series([1, None, 2.5, np.nan], dtype=object),
            c=[True, False, True, True],
        )
    )

    frame = panel.to_frame(2019)
    assert frame["a"].isna().tolist() == [False, True]
    assert frame["b"].isna().tolist() == [False, True]
    assert frame["c"].tolist() == [1.0, 0.0]


def test_official_names_replace_other_spellings() -> None:
    spelled = pd.DataFrame({"unit": ["thanh hoa", "TP. Hồ Chí Minh"], "x": [1.0, 2.0]})
    panel = Panel.from_frame(spelled, period=2020, units="provinces")

    assert panel.units[0] == "Thanh Hóa"
    with pytest.raises(NotFoundError, match="Thanh Hóa"):
        Panel.from_frame(spelled.replace("thanh hoa", "Thanh Hoaa"), period=2020, units="provinces")


def test_every_unknown_unit_is_named_or_keeps_its_name() -> None:
    spelled = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=["thanh hoa", "Thanh Hao", "Atlantis"])
    with pytest.raises(NotFoundError) as raised:
        Panel.from_frame(spelled, period=2020, units="provinces")

    assert "'Thanh Hao' (did you mean 'Thanh Hóa'?)" in str(raised.value)
    assert "'Atlantis'" in str(raised.value)
    panel = Panel.from_frame(spelled, period=2020, units="provinces", strict=False)
    assert panel.units == ["Thanh Hóa", "Thanh Hao", "Atlantis"]


def test_a_frame_is_scored_under_the_names_that_the_definition_declares() -> None:
    index = chiso.Index.from_yaml(
        "{chiso: 1, index: x, edition: e, units: provinces, tree: {code: a, rule: identity}}"
    )
    spelled = pd.DataFrame({"a": [1.0, 2.0]}, index=["Thanh Hoá", "HCMC"])
    scores = index.score(spelled, 2020)

    assert scores.units == ["Thanh Hóa", "TP. Hồ Chí Minh"]
    assert scores["thanh hoa", "a"] == 1.0  # Any spelling, as `explain` takes it.
    with pytest.raises(NotFoundError, match="'b'"):
        scores["thanh hoa", "b"]
    with pytest.raises(DataError, match="more than one row"):
        index.score(spelled.rename({"HCMC": "Thanh Hóa"}), 2020)


def test_a_list_of_names_lies_beside_its_definition(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("{chiso: 1, index: x, edition: e, units: n.csv, tree: {code: a, rule: rank}}")
    (tmp_path / "n.csv").write_text("name,aliases\nFirst,F|1st\n")
    frame = pd.DataFrame({"a": [1.0]}, index=["1st"])
    index = chiso.load_index(file)

    assert index.score(frame, 2020).units == ["First"]
    assert pickle.loads(pickle.dumps(index)).score(frame, 2020).units == ["First"]
    (tmp_path / "n.csv").unlink()
    with pytest.raises(NotFoundError, match=r"x-e: its `units` name 'n.csv'"):
        index.score(frame, 2020)


def test_one_name_in_two_compositions_is_a_unit_twice() -> None:
    names = [unicodedata.normalize(form, "Thanh Hóa") for form in ("NFC", "NFD")]
    with pytest.raises(DataError, match="stands twice"):
        Panel.from_frame(pd.DataFrame({"a": [1.0, 2.0]}, index=names), period=2020)


def test_levels_without_names_are_not_taken_for_units() -> None:
    unnamed = WIDE.set_index(["unit", "period"]).rename_axis([None, None])
    with pytest.raises(DataError, match="several levels"):
        Panel.from_frame(unnamed, period=2020)


@pytest.mark.parametrize("data", [WIDE["x"], {"x": [1.0]}, [[1.0]], None], ids=type)
def test_what_is_no_frame_is_refused(small: chiso.Index, data: Any) -> None:
    with pytest.raises(TypeError, match="expected a pandas DataFrame, got " + type(data).__name__):
        small.score(data, 2020)


@pytest.mark.parametrize("period", [pd.Timestamp("2020-01-01"), 2020.5, [2020]], ids=repr)
def test_what_is_no_period_is_refused(period: Any) -> None:
    with pytest.raises(TypeError, match="expected a period"):
        Panel.from_frame(WIDE[["unit", "x"]].iloc[:2], period=period)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (WIDE.drop(columns="period"), "more than one row"),
        (WIDE.drop(columns="period").iloc[:2], "which period"),
        (WIDE.assign(version="self"), "version"),
        (WIDE.assign(x=[1.0, np.inf, 2.0, 3.0]), "inf"),
        (WIDE.assign(unit=pd.Series(["A", None, "C", "D"])), "row 2"),
        (pd.concat([WIDE, WIDE[["x"]]], axis=1), "'x'"),
        (WIDE.assign(period="soon"), "period"),
        (pd.concat([WIDE, WIDE]).melt(id_vars=["unit", "period"]), "twice"),
        (WIDE.assign(t=["1", "two", "3", "4"]), "two"),
    ],
    ids=[
        *("unit twice", "no period", "versions", "infinite", "no unit", "column twice"),
        *("bad period", "cell twice", "text among numbers"),
    ],
)
def test_what_is_wrong_in_a_frame_is_named(frame: pd.DataFrame, message: str) -> None:
    needs_period = "period" not in frame.columns and "more" in message
    with pytest.raises(chiso.Error, match=message):
        Panel.from_frame(frame, period=2020 if needs_period else None)


def test_scores_carry_the_units_and_codes(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    scores = small.score(small_frame, 2020)
    table = scores.to_frame()

    assert table.index.tolist() == ["A", "B", "C"]
    assert table.columns.tolist() == ["total", "voice", "press", "vote", "law"]
    assert table.T["A"].tolist() == [45.0, 60.0, 4.0, 8.0, 0.0]
    assert scores["B", "total"] == 72.5
    assert np.isnan(scores["C", "total"])


def test_a_ranking_is_best_first_and_gives_no_rank_without_a_score(
    small: chiso.Index, small_frame: pd.DataFrame
) -> None:
    ranking = small.score(small_frame, 2020).ranking()

    assert ranking.index.tolist() == ["B", "A", "C"]
    assert ranking["rank"].tolist()[:2] == [1, 2]
    assert ranking["rank"].isna().tolist() == [False, False, True]
    assert ranking["rank"].dtype == "Int64"


def test_ties_on_displayed_scores(small: chiso.Index) -> None:
    # A and B differ by less than a hundredth: equal where displayed scores are ranked.
    frame = pd.DataFrame(
        {"press": [8.0, 8.0001, 2.0], "vote": [8.0, 8.0, 2.0], "law": [5.0, 5.0, 1.0]},
        index=["A", "B", "C"],
    )
    scores = small.score(frame, 2020)

    assert scores.ranking(on="unrounded")["rank"].to_dict() == {"B": 1, "A": 2, "C": 3}
    assert scores.ranking(on="displayed")["rank"].to_dict() == {"A": 1, "B": 1, "C": 3}
    dense = scores.ranking(on="displayed", ties="dense")["rank"].to_dict()
    assert dense == {"A": 1, "B": 1, "C": 2}
    average = scores.ranking(on="displayed", ties="average")["rank"].to_dict()
    assert average == {"A": 1.5, "B": 1.5, "C": 3.0}


def test_the_column_of_groups_depends_on_the_definition_not_on_the_data() -> None:
    index = chiso.Index.from_yaml(
        "{chiso: 1, index: x, edition: e, groups: {natural_breaks: [high, low]}, "
        "tree: {code: a, rule: identity}}"
    )
    equal = pd.DataFrame({"a": [1.0, 1.0]}, index=["A", "B"])
    ranking = index.score(equal, 2020).ranking()

    assert ranking["group"].tolist() == ["", ""]  # Equal scores have no breaks.
    ranking = index.score(equal.assign(a=[1.0, 2.0]), 2020).ranking()
    assert ranking["group"].to_dict() == {"A": "low", "B": "high"}


def test_ranks_within_groups(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    scores = small.score(small_frame.fillna(0.0), 2020)
    ranking = scores.ranking("law", within={"A": "north", "B": "south", "C": "north"})

    # Law 0, 50, 100: C before A in the north, B alone in the south.
    assert ranking["rank"].to_dict() == {"C": 1, "A": 2, "B": 1}
    assert ranking["group"].to_dict() == {"C": "north", "A": "north", "B": "south"}


def test_an_evaluator_matches_columns_by_name(
    small: chiso.Index, small_frame: pd.DataFrame
) -> None:
    evaluator = small.evaluator()
    scores, ranks = evaluator.rank(small_frame[["law", "vote", "press"]])

    assert scores.index.tolist() == ["A", "B", "C"]
    assert scores.columns.tolist() == ["total"]
    assert scores["total"].tolist()[:2] == [45.0, 72.5]
    assert ranks["total"].tolist()[:2] == [2.0, 1.0]
    again = evaluator.evaluate(small_frame, keep="criteria")
    assert again.columns.tolist() == ["total", "voice"]
    with pytest.raises(DataError, match="vote"):
        evaluator.evaluate(small_frame.drop(columns="vote"))


def test_several_versions_side_by_side(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    own = Panel.from_frame(small_frame.fillna(9.0), period=2020)
    # A is given 2 for the press instead of 4: voice 50, total 37.5; C 0 instead of 9.
    appraised = own.overlay(
        Panel.from_frame(pd.DataFrame({"press": [2.0, 0.0]}, index=["A", "C"]), period=2020)
    )

    table = chiso.versions({"self": own, "round 1": appraised}, small)

    assert table["self", "score"].to_dict() == {"A": 45.0, "B": 72.5, "C": 92.5}
    assert table["round 1", "score"].to_dict() == {"A": 37.5, "B": 72.5, "C": 58.75}
    assert table["round 1", "change"].to_dict() == {"A": -7.5, "B": 0.0, "C": -33.75}
    assert table["round 1", "places gained"].to_dict() == {"A": 0, "B": 1, "C": -1}


def test_treatments_and_anchors_are_listed(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    scores = small.score(small_frame, 2020)

    treated = scores.treatments()
    assert treated[["unit", "code", "kind"]].values.tolist() == [
        ["C", "total", "no score"],
        ["C", "voice", "no score"],
        ["C", "press", "missing"],
    ]
    anchors = scores.anchors.to_frame()
    assert anchors[["low", "high", "observations"]].T["law"].tolist() == [1.0, 5.0, 3]
    assert anchors.loc["law", "low_source"] == "period"


def test_an_explanation_adds_up(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    explained = small.score(small_frame, 2020).explain("b")

    assert (explained.unit, explained.score, explained.rank, explained.ranked) == ("B", 72.5, 1, 2)
    table = explained.to_frame()
    # B: voice 80 of 100 with 3/4, law 50 of 100 with 1/4.
    assert table["contribution"].to_dict() == pytest.approx(
        {"total": 72.5, "voice": 60.0, "press": 37.5, "vote": 22.5, "law": 12.5}
    )
    assert table["at stake"].drop("voice").to_dict() == pytest.approx(
        {"total": 27.5, "press": 0.0, "vote": 15.0, "law": 12.5}
    )
    assert table.loc["vote", "criterion"] == "    Vote"
    vietnamese = small.score(small_frame, 2020).explain("B", "vi").to_frame()
    assert vietnamese["criterion"].tolist()[1] == "  Tiếng nói"


def test_repr_html_is_small_escaped_and_self_contained(
    small: chiso.Index, small_frame: pd.DataFrame
) -> None:
    hostile = small_frame.rename(index={"B": "<script>B</script>"})
    scores = small.score(hostile, 2020)
    shown = [
        small._repr_html_(),
        scores.panel._repr_html_(),
        scores._repr_html_(),
        scores.explain("<script>B</script>")._repr_html_(),
    ]

    for html in shown:
        assert "<table" in html
        assert "<script" not in html
        assert "http" not in html
        assert len(html) < 20_000
    assert "72.50" in shown[2]


def test_an_index_survives_yaml_tables_and_frames(small: chiso.Index, tmp_path: Path) -> None:
    assert chiso.Index.from_yaml(small.to_yaml()) == small
    assert chiso.Index.from_frame(small.to_table()) == small
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"small.{ending}"
        small.to_table(path)
        assert chiso.load_index(path) == small


def test_the_tree_tells_weights_rules_and_provenance(pci: chiso.Index) -> None:
    tree = pci.tree()

    assert tree.loc["transparency", "share"] == 0.2
    assert tree.loc["transparency", "parent"] == "pci"
    assert tree.loc["transparency", "title_vi"] == "Tính minh bạch"
    assert tree.loc["transparency", "status"] == "derived"
    assert tree["share"].drop("pci").sum() == pytest.approx(1.0)


def test_pictures_show_every_unit_and_criterion(pci_2019: chiso.Scores) -> None:
    axes = pci_2019.plot(top=10, highlight="thanh hoa")
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) == 11
    assert labels[-1].startswith("Thanh Hóa")

    lost = pci_2019.explain("Thanh Hóa").plot()
    assert len(lost.get_yticklabels()) == 10

    import matplotlib.pyplot as plt

    plt.close("all")
