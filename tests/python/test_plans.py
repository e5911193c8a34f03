"""Plans in Python: frames, answers worked by hand, files, and what goes wrong."""

from __future__ import annotations

import copy
import datetime
import pickle
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest
from chiso import DataError, NotFoundError, Plan, SpecError, Standings

if TYPE_CHECKING:
    from pathlib import Path

#: Beside the small index of conftest: nobody has a task for its criterion `law`.
PLAN = """
chiso: 1
plan: small-plan
title: {en: A small plan, vi: Kế hoạch nhỏ}
unit: A
issued: 2022-08-26
period: {from: 2023, to: 2025}
reference: 1/KH
indices: {small: small}
agencies:
  home: {title: {en: Home Affairs, vi: Sở Nội vụ}, aliases: [SNV], head: Director H}
  justice: {title: {en: Justice, vi: Sở Tư pháp}, parent: home}
  offices: {title: {en: All offices, vi: Các sở}, members: [home, justice]}
areas:
  x: {title: {en: The press, vi: Báo chí}, of: ["small:press"]}
baseline:
  - {of: small, period: 2022, rank: 2}
targets:
  - {code: first, of: small, rank: <= 1, by: 2025}
  - {code: heard, of: "small:voice", percent: ">= 70"}
tasks:
  - code: t1
    title: {en: Answer the press, vi: Trả lời báo chí}
    area: x
    lead: [home]
    coordinate: [justice]
    due: 2024-06-30
    product: a report
    news: [{date: 2024-03-01, status: in_progress, percent: 40, evidence: 12/BC}]
    effects: [{of: "small:press", add_points: 0.5}]
  - {code: t2, title: {en: Inform}, area: x, carry_out: [offices], to: [home], due: 2024-08-01}
  - {code: t3, title: {en: Listen}, of: ["small:voice"], lead: [justice], every: always}
"""

#: What A loses, by hand: press 6 of 10 and vote 2 of 10, times 5 (scale_to 100 of 20) times 0.75;
#: law all of 100 times 0.25.
PRESS, VOTE, LAW = 22.5, 7.5, 25.0


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.from_yaml(PLAN)


@pytest.fixture(scope="module")
def scores(small: chiso.Index, small_frame: pd.DataFrame) -> chiso.Scores:
    return small.score(small_frame, 2023)


@pytest.fixture(scope="module")
def shipped() -> Plan:
    return chiso.load_plan("thanh-hoa-211")


@pytest.fixture(scope="module")
def years(small: chiso.Index, small_frame: pd.DataFrame) -> list[chiso.Scores]:
    """A second in 2023 and 2025 (45 against 72.5), first in 2024, when both have changed places."""
    swapped = small_frame.rename(index={"A": "B", "B": "A"})
    return [small.score(small_frame if y != 2024 else swapped, y) for y in (2023, 2024, 2025)]


def series(frame: pd.DataFrame, column: str) -> dict[Any, Any]:
    return dict(frame[column])


# ---- what it says -------------------------------------------------------------------------------


def test_a_plan_says_what_it_is(plan: Plan) -> None:
    assert plan.name == "small-plan"
    assert (plan.title, plan.title_vi) == ("A small plan", "Kế hoạch nhỏ")
    assert plan.unit == "A"
    assert plan.issued == datetime.date(2022, 8, 26)
    assert plan.period == ("2023", "2025")
    assert plan.provenance.reference == "1/KH"
    assert plan.indices == {"small": "small"}
    assert repr(plan) == "<Plan small-plan: 3 tasks, 3 agencies, 2 targets>"


def test_tasks_name_their_agencies_by_title_and_keep_days_as_days(plan: Plan) -> None:
    tasks = plan.tasks()

    assert list(tasks.index) == ["t1", "t2", "t3"]
    assert list(tasks.loc["t1", ["lead", "coordinate"]]) == ["Home Affairs", "Justice"]
    assert tasks["carry_out"]["t2"] == "All offices"
    assert tasks["submitted to"]["t2"] == "Home Affairs"
    assert "advise" not in tasks  # Nobody has the role.
    assert series(tasks, "criteria") == {
        "t1": "small:press", "t2": "small:press", "t3": "small:voice",
    }  # fmt: skip
    assert tasks["area title"].tolist() == ["The press", "The press", ""]
    assert tasks["due"].dtype.kind == "M"
    assert tasks["due"]["t1"] == pd.Timestamp("2024-06-30")
    assert pd.isna(tasks["due"]["t3"])
    assert plan.tasks("vi")["title"].tolist() == ["Trả lời báo chí", "Inform", "Listen"]


def test_the_other_parts_are_frames(plan: Plan) -> None:
    agencies = plan.agencies("vi")
    assert agencies["title"].tolist() == ["Sở Nội vụ", "Sở Tư pháp", "Các sở"]
    assert agencies["group"].tolist() == [False, False, True]
    assert agencies["members"]["offices"] == "home, justice"
    assert agencies["parent"]["justice"] == "home"
    assert plan.members("cac so") == ["home", "justice"]
    assert plan.members("SNV") == ["home"]

    targets = plan.targets()
    assert targets["promised"]["first"] == "rank <= 1"
    assert targets["by"].tolist() == ["2025", "2025"]  # The second by the end of the plan.
    assert targets["upper"]["first"] == 1.0
    assert plan.baseline()["rank"]["small"] == 2.0
    assert plan.areas()["tasks"]["x"] == 2

    news = plan.news().iloc[0]
    assert (news["task"], news["date"]) == ("t1", pd.Timestamp("2024-03-01"))
    assert (news["percent"], news["evidence"]) == (40.0, "12/BC")
    assert plan.effects().iloc[0].tolist() == ["t1", "small:press", "add_points", 0.5]

    roles = plan.assignments()
    assert roles.values.tolist() == [
        ["t1", "home", "Home Affairs", "lead", "A"],
        ["t1", "justice", "Justice", "coordinate", "C"],
        ["t2", "offices", "All offices", "carry_out", "R"],
        ["t3", "justice", "Justice", "lead", "A"],
    ]
    assert chiso.task_roles()["vi"]["coordinate"] == "phối hợp"


def test_titles_of_criteria_come_from_the_definition_that_ships(shipped: Plan) -> None:
    assert shipped.baseline()["title"]["par"].startswith("P")
    areas = shipped.responsibility_matrix()
    assert list(areas) == ["title", "par:F1", "par:F2", "par:F3", "par:F4", "par:F5"]
    titles = ["Công tác chỉ đạo, điều hành", ""]  # Of 2021, as the shipped definition has it.
    assert shipped._criterion_titles(["par:F1", "par:none"], "vi") == titles


# ---- points at stake ----------------------------------------------------------------------------


def test_points_go_to_those_who_answer_for_them(plan: Plan, scores: chiso.Scores) -> None:
    # press: half to t1, whose lead is home; half to t2, which both carry out. vote: nobody has a
    # task for it, so t3 for voice answers. law: nobody.
    stake = plan.points_at_stake(scores)

    assert stake.index.name == "agency"
    assert list(stake.index) == ["home", "justice", "(nobody)"]
    assert series(stake, "points") == pytest.approx(
        {"home": 0.75 * PRESS, "justice": 0.25 * PRESS + VOTE, "(nobody)": LAW}
    )
    assert stake["share"].sum() == pytest.approx(1.0)
    assert stake["title"]["home"] == "Home Affairs"
    assert set(stake["index"]) == {"small"}
    assert stake["criteria"]["(nobody)"] == 1
    assert plan.points_at_stake(scores, language="vi")["title"]["justice"] == "Sở Tư pháp"


def test_another_rule_of_sharing(plan: Plan, scores: chiso.Scores) -> None:
    # Nobody leads t2, so t1 has all of press.
    lead = plan.points_at_stake(scores, share="lead")
    assert series(lead, "points") == pytest.approx(
        {"home": PRESS, "justice": VOTE, "(nobody)": LAW}
    )

    weights = {"lead": 2.0, "coordinate": 1.0}
    shared = {"home": PRESS * 2 / 3, "justice": PRESS / 3 + VOTE, "(nobody)": LAW}
    for share in (weights, [weights], {chiso.TaskRole.lead: 4, chiso.TaskRole.coordinate: 2}):
        stake = plan.points_at_stake(scores, share=share)
        assert series(stake, "points") == pytest.approx(shared)

    rounds = plan.points_at_stake(scores, share=[{"coordinate": 1}, {"lead": 1}])
    assert rounds["points"]["home"] == 0.0
    assert rounds["points"]["justice"] == pytest.approx(PRESS + VOTE)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("top agency", {"home": PRESS + VOTE, "(nobody)": LAW}),
        (
            "head",
            {"Director H": 0.75 * PRESS, "Justice": 0.25 * PRESS + VOTE, "(nobody)": LAW},
        ),
        ("area", {"x": PRESS, "(no area)": VOTE, "(nobody)": LAW}),
        ("criterion", {"small:law": LAW, "small:press": PRESS, "small:vote": VOTE}),
        ("task", {"t1": PRESS / 2, "t2": PRESS / 2, "t3": VOTE, "(nobody)": LAW}),
    ],
)
def test_points_by_whatever_is_asked_for(
    plan: Plan, scores: chiso.Scores, by: Any, expected: dict[str, float]
) -> None:
    stake = plan.points_at_stake(scores, by=by)

    assert stake.index.name == by.removeprefix("top ")
    assert list(stake.index) == list(expected)
    assert series(stake, "points") == pytest.approx(expected)
    assert ("title" in stake) == (by != "head")


def test_the_loss_of_another_unit_spelt_otherwise(plan: Plan, scores: chiso.Scores) -> None:
    # B: press has all, vote 6 of 10, law 50 of 100.
    stake = plan.points_at_stake(scores, unit=" b ")

    assert series(stake, "points") == pytest.approx({"justice": 15.0, "home": 0, "(nobody)": 12.5})


def test_points_as_a_matrix_add_up_to_the_loss(plan: Plan, scores: chiso.Scores) -> None:
    matrix = plan.points_matrix(scores)

    assert matrix["title"]["(nobody)"] == "nobody answers for it"
    points = matrix.drop(columns="title")
    assert points.sum().to_dict() == pytest.approx(
        {"small:press": PRESS, "small:vote": VOTE, "small:law": LAW}
    )
    assert np.isnan(points["small:law"]["home"])


def test_results_of_several_indices_stand_side_by_side(shipped: Plan) -> None:
    pci = chiso.load_index("pci", 2019).score(chiso.read_panel("pci_scores"), 2019)
    papi = chiso.load_index("papi", 2021).score(chiso.read_panel("papi_subdimensions"), 2021)
    stake = shipped.points_at_stake([pci, papi])

    # Of neither does the text of the plan that is at hand say anything.
    nobody = stake.loc[["(nobody)"]].set_index("index")["points"]
    for key, scores in (("pci", pci), ("papi", papi)):
        explained = scores.explain("Thanh Hóa")
        lost = explained.to_frame()["highest"].iloc[0] - explained.score
        assert nobody[key] == pytest.approx(lost)


def test_what_is_lost_nobody_knows_where_stays_apart_or_is_assumed(shipped: Plan) -> None:
    par = chiso.load_index("par-fields", 2021).score(chiso.read_panel("par_fields"), 2021)
    lost = 100 - 87.84  # The fields of 2021 add up to 87.84.

    apart = shipped.points_at_stake(par)
    assert apart["points"]["(not split)"] == pytest.approx(lost)
    assumed = shipped.points_at_stake(par, by="criterion", unsplit="proportional")
    # In proportion to the scores, among them F1 7.82 and F7 14.18.
    assert assumed["points"]["par:F1"] == pytest.approx(lost * 7.82 / 87.84)
    assert assumed["points"]["par:F7"] == pytest.approx(lost * 14.18 / 87.84)
    assert assumed["points"].sum() == pytest.approx(lost)
    assert assumed["tasks"]["par:F7"] == 0

    nodes = par.lost_points("thanh hoa", "proportional")
    assert nodes["points"]["F1"] == pytest.approx(lost * 7.82 / 87.84)
    assert nodes["assumed"]["F1"]
    assert par.lost_points("Thanh Hóa")["unsplit"].iloc[0] == pytest.approx(lost)


@pytest.mark.parametrize("share", ["raci", "lead", {"advise": 3, "carry_out": 1, "monitor": 2}])
@pytest.mark.parametrize("unsplit", ["apart", "proportional"])
def test_points_add_up_to_the_loss_whatever_is_asked(
    shipped: Plan, share: Any, unsplit: Any
) -> None:
    results = [
        chiso.load_index(family, year).score(chiso.read_panel(data, units="provinces"), year)
        for family, data, year in (
            ("par-fields", "par_fields", 2021),
            ("pci", "pci_scores", 2019),
            ("papi", "papi_subdimensions", 2021),
        )
    ]
    lost = [scores.lost_points("Thanh Hóa")["points"].iloc[0] for scores in results]
    ways: tuple[Any, ...] = ("agency", "top agency", "head", "area", "criterion", "task")
    for by in ways:
        stake = shipped.points_at_stake(results, by=by, share=share, unsplit=unsplit)
        sums = stake.groupby("index", sort=False)["points"].sum()
        assert sums.to_dict() == pytest.approx(dict(zip(["par", "pci", "papi"], lost, strict=True)))


# ---- matrix, workload, agenda -------------------------------------------------------------------


def test_the_matrix_has_letters_of_agencies_and_criteria(plan: Plan) -> None:
    matrix = plan.responsibility_matrix()
    assert matrix.to_dict("index") == {
        "home": {"title": "Home Affairs", "small:press": "AR", "small:voice": ""},
        "justice": {"title": "Justice", "small:press": "RC", "small:voice": "A"},
    }

    groups = plan.responsibility_matrix(expand_groups=False)
    assert groups["small:press"].to_dict() == {"home": "A", "justice": "C", "offices": "R"}
    tasks = plan.responsibility_matrix(show="tasks")
    assert tasks["small:press"].tolist() == [2, 2]
    roles = plan.responsibility_matrix(show="roles", language="vi")
    assert list(roles.loc["justice"]) == ["Sở Tư pháp", "carry_out, coordinate", "lead"]


def test_workload_counts_tasks_by_letter(plan: Plan) -> None:
    load = plan.workload()

    names = ["tasks", "accountable", "responsible", "consulted", "informed", "by group"]
    assert list(load.loc["home", names]) == [2, 1, 1, 0, 0, 1]
    assert list(load.loc["justice", names]) == [3, 1, 1, 1, 0, 1]
    assert load["submitted to it"]["home"] == 1


def test_an_agenda_says_what_by_when_and_what_it_is_worth(plan: Plan, scores: chiso.Scores) -> None:
    agenda = plan.agenda("so tu phap", scores)

    assert agenda["letters"].to_dict() == {"t1": "C", "t2": "R", "t3": "A"}
    assert agenda["as member of"].tolist() == ["", "All offices", ""]
    assert agenda["due"]["t1"] == pd.Timestamp("2024-06-30")
    assert agenda["points small"].to_dict() == pytest.approx(
        {"t1": 0.0, "t2": PRESS / 4, "t3": VOTE}
    )
    assert "points small" not in plan.agenda("justice")


# ---- the four things that have to be clear ------------------------------------------------------


def test_clarity_finds_what_is_not_clear(plan: Plan, scores: chiso.Scores) -> None:
    clarity = plan.clarity(scores)

    summary = clarity.summary()
    assert summary["tasks"].tolist() == [3, 3, 3, 3]
    # Only t1 has a product; nobody leads t2.
    assert summary["clear"].to_dict() == {"person": 3, "task": 1, "responsibility": 2, "time": 3}

    found = clarity.to_frame()
    errors = found[found["severity"] == "error"]
    assert errors[["finding", "place"]].values.tolist() == [["no_task", "small:law"]]
    assert errors["points"].tolist() == pytest.approx([LAW])
    assert clarity.errors == 1
    assert len(clarity) == len(found)
    assert ["no_lead", "t2"] in found[["finding", "place"]].values.tolist()
    assert repr(clarity).startswith("<Clarity of small-plan: person 3/3, task 1/3")
    assert plan.clarity().errors == 0  # Without results no losses are known.


def test_a_unit_that_only_some_results_have_is_looked_at_there(shipped: Plan) -> None:
    par = chiso.load_index("par-fields", 2021).score(chiso.read_panel("par_fields"), 2021)
    pci = chiso.load_index("pci", 2019).score(chiso.read_panel("pci_scores"), 2019)
    assert "Nghệ An" not in par.units

    found = shipped.clarity([par, pci], unit="nghe an").to_frame()

    lost = pci.lost_points("Nghệ An")["points"].iloc[0]
    nobody = found[(found["finding"] == "no_task") & found["place"].str.startswith("pci")]
    assert nobody["points"].sum() == pytest.approx(lost)
    with pytest.raises(NotFoundError, match="Nghệ Am"):
        shipped.clarity([par, pci], unit="Nghệ Am")


# ---- targets ------------------------------------------------------------------------------------


def test_the_scoreboard_says_what_was_reached_and_lost_again(
    plan: Plan, years: list[chiso.Scores]
) -> None:
    board = plan.scoreboard(years)

    first = board.loc["first"]
    assert first["promised"] == "rank <= 1"
    assert first["status"] == "missed"  # Second in 2025, when it is due.
    assert (first["baseline"], first["value"], first["latest"]) == (2.0, 2.0, "2025")
    assert (first["met in"], first["lost again"]) == ("2024", "2025")
    # First in 2025 had 72.5, A has 45.
    assert (first["gap"], first["gap period"]) == (pytest.approx(27.5), "2025")
    # Voice of A is 60 of 100 in 2023 and 2025, 80 in 2024.
    assert board["value"]["heard"] == pytest.approx(60.0)
    assert board["gap"]["heard"] == pytest.approx(10.0)
    assert plan.scoreboard(years[:2])["status"]["first"] == "on_track"


def test_the_history_of_targets_can_be_pivoted(plan: Plan, years: list[chiso.Scores]) -> None:
    history = plan.target_history(years)

    wide = history.pivot_table(index="target", columns="period", values="value")
    assert list(wide.loc["first"]) == [2.0, 1.0, 2.0]
    assert list(wide.loc["heard"]) == pytest.approx([60.0, 80.0, 60.0])
    assert history["met"].dtype == "boolean"
    assert history[history["target"] == "heard"]["met"].tolist() == [False, True, False]


def test_standings_are_results_too(plan: Plan, years: list[chiso.Scores], tmp_path: Path) -> None:
    standings = Standings.of(plan, years)

    assert standings.units == ["A", "B", "C"]
    table = standings.to_frame()
    assert {"small"} == set(table["index"])
    assert "small" in repr(standings)
    board = plan.scoreboard(years)
    pd.testing.assert_frame_equal(plan.scoreboard(standings), board)
    pd.testing.assert_frame_equal(plan.scoreboard(Standings.from_frame(table)), board)
    pd.testing.assert_frame_equal(plan.scoreboard(pickle.loads(pickle.dumps(standings))), board)
    table.to_csv(tmp_path / "standings.csv", index=False)
    read = chiso.read_standings(tmp_path / "standings.csv")
    pd.testing.assert_frame_equal(plan.scoreboard(read), board)

    part = Standings.of(plan, years[0])
    pd.testing.assert_frame_equal(plan.scoreboard([part, *years[1:]]), board)
    with pytest.raises(DataError):
        part + part


def test_what_became_of_the_targets_of_thanh_hoa(shipped: Plan) -> None:
    standings = chiso.read_standings(units="provinces")
    history = shipped.target_history(standings, unit="thanh hoa")

    ranks = history.pivot_table(index="target", columns="period", values="rank")
    # As published by the Ministry of Home Affairs and VCCI.
    years = ["2021", "2022", "2023", "2024"]
    assert list(ranks.loc["par-top-10", ["2020", *years]]) == [29, 14, 10, 25, 24]
    assert list(ranks.loc["sipas-top-10", years]) == [24, 5, 13, 22]
    board = shipped.scoreboard(standings)
    for target in ("par-top-10", "sipas-top-10"):
        assert board["met in"][target] == "2022"
        assert board["lost again"][target] == "2023"


# ---- progress -----------------------------------------------------------------------------------


def test_progress_on_a_day(plan: Plan) -> None:
    # t1 was due 15 days ago and last heard of 136 days ago; t2 is due in 17 days.
    day = datetime.date(2024, 7, 15)
    progress = plan.progress(day)

    assert progress["state"].to_dict() == {"t1": "overdue", "t2": "due_soon", "t3": "open"}
    assert progress["days left"].tolist()[:2] == [-15, 17]
    assert pd.isna(progress["days left"]["t3"])
    assert progress["percent"]["t1"] == 40.0
    assert progress["last news"]["t1"] == pd.Timestamp("2024-03-01")
    assert progress["without news"].all()
    assert progress["who"].tolist() == ["Home Affairs", "All offices", "Justice"]

    for same in ("2024-07-15", pd.Timestamp("2024-07-15 08:00"), np.datetime64("2024-07-15")):
        pd.testing.assert_frame_equal(plan.progress(same), progress)  # type: ignore[arg-type]
    later = plan.progress(day, soon=16, silent=200)
    assert later["state"]["t2"] == "open"
    assert not later["without news"]["t1"]
    assert len(plan.progress()) == 3  # Today.


def test_progress_by_agency_with_the_points_behind(plan: Plan, scores: chiso.Scores) -> None:
    counts = plan.progress_by_agency("2024-07-15", scores)

    assert list(counts.index) == ["(all)", "home", "justice"]
    assert counts["tasks"].tolist() == [3, 2, 3]
    assert counts["overdue"].tolist() == [1, 1, 1]
    assert counts["due soon"].tolist() == [1, 1, 1]
    assert counts["points overdue small"].to_dict() == pytest.approx(
        {"(all)": PRESS / 2, "home": PRESS / 2, "justice": 0.0}
    )
    assert "points overdue small" not in plan.progress_by_agency("2024-07-15")


# ---- files --------------------------------------------------------------------------------------


def test_a_plan_survives_every_way_out_and_in(plan: Plan, shipped: Plan, tmp_path: Path) -> None:
    for one in (plan, shipped):
        assert Plan.from_yaml(one.to_yaml()) == one
        assert pickle.loads(pickle.dumps(one)) == one
        for name in ("plan.yaml", "plan.csv", "plan.xlsx"):
            one.save(tmp_path / name)
            assert chiso.load_plan(tmp_path / name) == one
        for language in ("en", "vi"):
            table = one.to_table(tmp_path / "table.xlsx", language=language)
            assert Plan.from_frame(table) == one
            assert chiso.load_plan(tmp_path / "table.xlsx") == one
    assert copy.copy(plan) is plan
    assert copy.deepcopy(plan) is plan
    assert hash(pickle.loads(pickle.dumps(plan))) == hash(plan)
    assert plan != shipped


def test_an_annex_as_an_office_has_it() -> None:
    annex = pd.DataFrame(
        {
            "STT": ["1", "2"],
            "Nhiệm vụ": ["Rà soát thủ tục hành chính", "Báo cáo kết quả"],
            "Cơ quan chủ trì": ["Sở Tư pháp", "Sở Nội vụ"],
            "Cơ quan phối hợp": ["Sở Nội vụ", ""],
            "Thời gian hoàn thành": ["30/6/2024", "15/12/2024"],
        }
    )
    plan = Plan.from_frame(annex, name="annex", unit="Thanh Hóa", issued="2024-01-02")

    assert plan.name == "annex"
    assert plan.unit == "Thanh Hóa"
    tasks = plan.tasks("vi")
    assert tasks["lead"].tolist() == ["Sở Tư pháp", "Sở Nội vụ"]
    assert tasks["due"].tolist() == [pd.Timestamp("2024-06-30"), pd.Timestamp("2024-12-15")]


def test_a_column_that_a_plan_cannot_hold_is_passed_over_if_that_is_said() -> None:
    annex = pd.DataFrame({"Nhiệm vụ": ["Rà soát"], "Điểm tối đa": [2.0]})

    assert len(Plan.from_frame(annex, ignore=["Điểm tối đa"]).tasks()) == 1
    with pytest.raises(chiso.SpecError, match="Điểm tối đa"):
        Plan.from_frame(annex)


def test_shipped_plans_are_listed() -> None:
    listed = chiso.plans()

    assert listed["unit"]["thanh-hoa-211"] == "Thanh Hóa"
    for name in listed.index:
        assert chiso.load_plan(name).name == name


# ---- looking at it ------------------------------------------------------------------------------


def test_pictures(plan: Plan, scores: chiso.Scores, years: list[chiso.Scores]) -> None:
    axes = plan.plot_points_at_stake(scores, language="vi")
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["Sở Nội vụ", "Sở Tư pháp", "chưa có ai chịu trách nhiệm"]
    widths = [bar.get_width() for bar in axes.patches]  # type: ignore[attr-defined]
    assert widths == pytest.approx([0.75 * PRESS, 0.25 * PRESS + VOTE, LAW])

    figure = plan.plot_scoreboard(years)
    first, heard = figure.axes
    assert first.yaxis_inverted()
    assert not heard.yaxis_inverted()
    assert list(first.lines[-1].get_ydata()) == [2.0, 1.0, 2.0]  # type: ignore[arg-type]


def test_notebooks_show_tables(plan: Plan, scores: chiso.Scores) -> None:
    html = plan._repr_html_()
    assert "A small plan" in html
    assert "rank &lt;= 1" in html
    found = plan.clarity(scores)._repr_html_()
    assert "small:law" in found
    assert "2 of 3" in found


def test_a_plan_of_next_to_nothing_has_empty_frames(scores: chiso.Scores) -> None:
    empty = Plan.from_yaml("chiso: 1\nplan: empty\nunit: A\nindices: {small: small}\n")

    for frame in (empty.tasks(), empty.agencies(), empty.targets(), empty.progress("2024-01-01")):
        assert len(frame) == 0
    assert empty.points_at_stake(scores)["points"].to_dict() == {"(nobody)": pytest.approx(55.0)}
    assert empty.responsibility_matrix().shape == (0, 1)
    assert empty._repr_html_()
    assert empty.plot_scoreboard(Standings.of(empty, scores)).axes == []


# ---- what goes wrong ----------------------------------------------------------------------------


def test_everything_wrong_in_a_plan_is_told_at_once() -> None:
    wrong = PLAN.replace("2024-06-30", "2024-06-31").replace("lead: [justice]", "leed: [justice]")

    with pytest.raises(SpecError) as caught:
        Plan.from_yaml(wrong)

    told = {problem.line: problem.message for problem in caught.value.problems}
    assert len(told) == 2
    assert any("2024-06-31" in message for message in told.values())
    assert any("leed" in message for message in told.values())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"by": "office"}, ValueError, "top agency"),
        ({"share": "half"}, ValueError, "raci, lead"),
        ({"share": {"leader": 1}}, ValueError, "lead, standing"),
        ({"share": {"lead": -1}}, SpecError, "-1"),
        ({"unsplit": "no"}, ValueError, "apart, proportional"),
        ({"unit": "Thanh Hóa"}, NotFoundError, "Thanh Hóa"),
        ({"scores": []}, DataError, "Scores"),
        ({"scores": ["small"]}, TypeError, "expected Scores"),
    ],
)
def test_a_wrong_question_is_told_what_was_expected(
    plan: Plan,
    scores: chiso.Scores,
    options: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        plan.points_at_stake(**{"scores": scores, **options})


def test_what_there_is_not_is_named(plan: Plan, scores: chiso.Scores) -> None:
    with pytest.raises(DataError, match="small"):
        plan.points_at_stake([scores, scores])
    with pytest.raises(NotFoundError, match="Sở Nội vụ"):
        plan.agenda("Sở Nội vục")
    with pytest.raises(ValueError, match="letters, roles, tasks"):
        plan.responsibility_matrix(show="all")  # type: ignore[arg-type]
    with pytest.raises(SpecError, match="2024-02-30"):
        plan.progress("2024-02-30")
    with pytest.raises(TypeError, match="expected a day"):
        plan.progress(2024)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="Standings"):
        plan.scoreboard([])
    with pytest.raises(NotFoundError, match="X"):
        plan.scoreboard(scores, unit="X")
    with pytest.raises(NotFoundError, match="thanh-hoa-211"):
        chiso.load_plan("thanh-hoa-212")
    with pytest.raises(NotFoundError, match=r"nowhere\.yaml"):
        chiso.load_plan("nowhere.yaml")


def test_results_of_another_index_are_refused_with_both_names(
    plan: Plan, pci_2019: chiso.Scores
) -> None:
    with pytest.raises(DataError, match="pci") as caught:
        plan.points_at_stake(pci_2019, unit="Thanh Hóa")
    assert "small" in str(caught.value)


def test_criteria_that_the_edition_does_not_have_are_named(scores: chiso.Scores) -> None:
    other = Plan.from_yaml(PLAN.replace('"small:voice"], lead', '"small:voices"], lead'))

    with pytest.raises(DataError, match="voices") as caught:
        other.points_at_stake(scores)
    assert "voice" in str(caught.value)
    assert "unknown_code" in other.clarity(scores).to_frame()["finding"].tolist()


def test_a_plan_of_nobody_needs_a_unit(scores: chiso.Scores) -> None:
    nobodys = Plan.from_yaml(PLAN.replace("unit: A\n", ""))

    with pytest.raises(DataError, match="unit"):
        nobodys.points_at_stake(scores)
    assert nobodys.points_at_stake(scores, "A")["points"].sum() == pytest.approx(55.0)
