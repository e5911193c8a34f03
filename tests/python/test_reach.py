"""What a target needs: numbers, actions, rivals, answers in words; worked by hand."""

from __future__ import annotations

import copy
import math
import os
import pickle
import signal
import threading
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: town = press + vote, each 0 to 10.
TOWN = """
chiso: 1
index: town
edition: "1"
decimals: 2
groups: {limits: {good: 16, fair: 12}, below: poor}
variables: {press: {range: [0, 10]}, vote: {range: [0, 10]}}
tree:
  code: town
  aggregation: sum
  children:
    - {code: press, title: {en: Answers, vi: Trả lời}, maximum: 10, rule: given}
    - {code: vote, title: Votes, maximum: 10, rule: given}
"""

#: For A, who has press 6 and vote 8. desk alone gives 17 for 4; portal and talk 15.5 for 4 too.
ACTIONS = """
chiso: 1
name: town-actions
currency: dong
time_unit: months
capacities: {home: 2}
actions:
  - {code: portal, title: {en: A portal}, cost: 3, effects: [press + 1], duration: 6,
     uses: {home: 1}}
  - {code: visit, cost: 2, effects: [vote + 1]}
  - {code: desk, title: {en: A desk, vi: Bàn tiếp}, cost: 4, effects: [press = 9], duration: 9}
  - {code: talk, cost: 1, effects: [vote + 0.5], needs: portal}
"""


def town_frame(shift: float = 0.0) -> pd.DataFrame:
    """B 18, D 17, C 15.5, A 14."""
    return pd.DataFrame(
        {
            "press": [6.0, 9.0 + shift, 7.0, 8.0],
            "vote": [8.0, 9.0, 8.5, 9.0],
        },
        index=pd.Index(["A", "B", "C", "D"], name="unit"),
    )


@pytest.fixture(scope="module")
def town() -> chiso.Index:
    return chiso.Index.from_yaml(TOWN)


@pytest.fixture(scope="module")
def scores(town: chiso.Index) -> chiso.Scores:
    return town.score(chiso.Panel.from_frame(town_frame(), period=2023))


@pytest.fixture(scope="module")
def actions() -> chiso.Actions:
    return chiso.Actions.from_yaml(ACTIONS)


def cells(table: pd.DataFrame, key: str, *names: str) -> list[Any]:
    """Some cells of a row."""
    record: dict[Any, Any] = table.loc[[key]].to_dict("records")[0]
    return [record[name] for name in names]


# ---- targets and rivals -------------------------------------------------------------------------


def test_targets_are_values_that_read_well() -> None:
    assert chiso.Top(10) == chiso.Top(10.0)
    assert chiso.Top(10) != chiso.Top(10, of="F1")
    assert str(chiso.Top(10)) == "rank <= 10"
    assert str(chiso.AtLeast(65)) == "score >= 65"
    assert str(chiso.Percent(90, of="F1")) == "percent of F1 >= 90"
    assert str(chiso.Group("A")) == "group A"
    assert len({chiso.Top(1), chiso.Top(1), chiso.Group("A")}) == 2


def test_targets_are_taken_from_a_plan() -> None:
    plan = chiso.load_plan("thanh-hoa-211")
    codes = plan.targets().index

    assert chiso.goal_of(plan, codes[0]) == chiso.Top(10)
    with pytest.raises(chiso.NotFoundError, match="did you mean"):
        chiso.goal_of(plan, codes[0] + "x")


def test_rivals_are_the_others_as_they_are(scores: chiso.Scores) -> None:
    rivals = chiso.Rivals.now().to_frame(scores, "A")

    assert rivals["score"].to_dict() == {"B": 18.0, "C": 15.5, "D": 17.0}


def test_rivals_of_another_result(town: chiso.Index, scores: chiso.Scores) -> None:
    panel = chiso.Panel.from_frame(town_frame(shift=1.0), period=2023)
    rivals = chiso.Rivals.given(town.score(panel))

    assert rivals.to_frame(scores, "A")["score"].to_dict() == {"B": 19.0, "C": 15.5, "D": 17.0}


def test_rivals_follow_their_trend(town: chiso.Index, scores: chiso.Scores) -> None:
    # B has 16, 17 and 18 points in three years, hence 19 in the next; the others stay.
    history = [
        town.score(chiso.Panel.from_frame(town_frame(shift), period=year))
        for year, shift in ((2021, -2.0), (2022, -1.0), (2023, 0.0))
    ]
    rivals = chiso.Rivals.trend(history, at=2024).to_frame(scores, "A")

    assert rivals["score"].to_dict() == pytest.approx({"B": 19.0, "C": 15.5, "D": 17.0})
    with pytest.raises(chiso.DataError):
        chiso.Rivals.trend(history, at=2023).to_frame(scores, "A")


# ---- one number ---------------------------------------------------------------------------------


def test_goal_seek_says_what_each_number_must_be(scores: chiso.Scores) -> None:
    # The third place is C's 15.5, so 1.5 points are missing; each number has at most 10. What is
    # needed is exact to the last bit: 7.5 less one bit and 8 are 15.5 too.
    found = chiso.goal_seek(scores, "A", chiso.Top(3))

    assert found.index.tolist() == ["press", "vote"]
    assert found["title"].tolist() == ["Answers", "Votes"]
    assert found["now"].tolist() == [6.0, 8.0]
    assert found["needed"].tolist() == pytest.approx([7.5, 9.5], rel=1e-15)
    assert found["change"].tolist() == pytest.approx([1.5, 1.5], rel=1e-14)
    assert found["score"].tolist() == [15.5, 15.5]
    assert found["rank"].tolist() == [3.0, 3.0]
    assert found["reached"].all()
    assert found["exact"].all()
    assert not found["already"].any()


def test_goal_seek_says_what_is_the_best_where_it_is_not_enough(scores: chiso.Scores) -> None:
    # 17 points: press 9 gives them; vote 10 only 16, which is the third place.
    found = chiso.goal_seek(scores, "A", chiso.Top(2), language="vi")

    assert found["reached"].tolist() == [True, False]
    assert cells(found, "press", "needed") == pytest.approx([9.0], rel=1e-15)
    assert math.isnan(cells(found, "vote", "needed")[0])
    assert cells(found, "vote", "best", "best value", "best rank") == [16.0, 10.0, 3.0]
    assert "best" in cells(found, "vote", "obstacle")[0]
    assert cells(found, "press", "title") == ["Trả lời"]


def test_goal_seek_has_other_targets_levers_and_bounds(scores: chiso.Scores) -> None:
    def needed(target: Any, **options: Any) -> list[float]:
        column = chiso.goal_seek(scores, "A", target, **options)["needed"]
        return [round(float(value), 12) for value in column]

    assert needed(chiso.AtLeast(15)) == [7.0, 9.0]
    assert needed(chiso.Percent(80)) == [8.0, 10.0]  # Of 20.
    assert needed(chiso.Group("good")) == [8.0, 10.0]
    assert needed(chiso.AtLeast(8, of="press"), levers=["press"]) == [8.0]
    assert needed(chiso.AtLeast(15), on="score") == [7.0, 9.0]
    bounded = needed(chiso.AtLeast(15), bounds={"press": (None, 6.5)})
    assert math.isnan(bounded[0])
    assert bounded[1] == 9.0


def test_goal_seek_says_what_is_wrong(scores: chiso.Scores) -> None:
    with pytest.raises(chiso.NotFoundError, match="press"):
        chiso.goal_seek(scores, "A", chiso.Top(3), levers=["pres"])
    with pytest.raises(chiso.NotFoundError):
        chiso.goal_seek(scores, "nobody at all", chiso.Top(3))
    with pytest.raises(chiso.NotFoundError, match="vote"):
        chiso.goal_seek(scores, "A", chiso.Top(3), levers=["press"], bounds={"vote": (0, 1)})
    with pytest.raises(chiso.DataError, match="10"):
        chiso.goal_seek(scores, "A", chiso.Top(10))
    with pytest.raises(chiso.DataError, match="good"):
        chiso.goal_seek(scores, "A", chiso.Group("god"))
    with pytest.raises(ValueError, match="'value' or 'score'"):
        chiso.goal_seek(scores, "A", chiso.Top(3), levers=["press"], on="rank")  # type: ignore[arg-type]


def test_break_even_finds_where_the_rank_changes_hands(scores: chiso.Scores) -> None:
    # With 8 votes A is level with C at 7.5, with D at 9, with B at 10.
    found = chiso.break_even(scores, "A", "press")

    assert found["value"].tolist() == pytest.approx([7.5, 9.0, 10.0], rel=1e-15)
    assert found["rank before"].tolist() == [4.0, 3.0, 2.0]
    assert found["rank after"].tolist() == [3.0, 2.0, 1.0]
    assert found["rivals"].tolist() == [["C"], ["D"], ["B"]]
    bounded = chiso.break_even(scores, "A", "press", bounds=(8, 9.5))
    assert bounded["value"].tolist() == pytest.approx([9.0], rel=1e-15)


def test_break_even_of_a_weight() -> None:
    # 10 w of A against 8 (1 - w) of B: level at w = 8/18.
    index = chiso.Index.from_yaml(
        """
        chiso: 1
        index: two
        edition: "1"
        tree:
          code: two
          aggregation: arithmetic_mean
          children:
            - {code: x, weight: 20, rule: identity}
            - {code: y, weight: 80, rule: identity}
        """
    )
    table = pd.DataFrame({"unit": ["A", "B"], "x": [10.0, 0.0], "y": [0.0, 8.0]})
    found = chiso.break_even(
        index.score(chiso.Panel.from_frame(table, period=2023)), "A", "x", on="weight"
    )

    assert found["value"].tolist() == pytest.approx([100 * 8 / 18])
    assert found["rank after"].tolist() == [1.0]
    with pytest.raises(TypeError, match="moves all units"):
        chiso.break_even(
            index.score(chiso.Panel.from_frame(table, period=2023)),
            "A",
            "x",
            on="weight",
            bounds=(0, 1),
        )


# ---- several numbers ----------------------------------------------------------------------------


def test_least_change_moves_the_cheaper_number_first(scores: chiso.Scores) -> None:
    # 3 points to 17: press may rise by 4 at 1 each; vote costs 2 each.
    least = chiso.least_change(scores, "A", chiso.Top(2), levers={"press": 1.0, "vote": 2.0})

    assert least.found
    assert least.status == "optimal"
    assert least.cost == pytest.approx(3.0)
    assert least.rank == 2.0
    table = least.to_frame()
    assert table["after"].to_dict() == pytest.approx({"press": 9.0})
    assert "rank 2 (17.00 points) by moving 1 number, cost 3, proven optimal" in repr(least)
    after = scores.what_if(least.scenario()).after
    assert after["A", "town"] == pytest.approx(17.0)
    assert "rank 2" in least._repr_html_()


def test_least_change_says_what_cannot_be(scores: chiso.Scores) -> None:
    least = chiso.least_change(
        scores, "A", chiso.AtLeast(19), bounds={"press": (0, 8)}, levers=["press", "vote"]
    )

    assert not least.found
    assert least.status == "infeasible"
    assert least.best == pytest.approx(18.0)
    assert repr(least).startswith("cannot be reached (proven)")
    assert len(least.to_frame()) == 0


# ---- actions ------------------------------------------------------------------------------------


def test_actions_come_back_equal(actions: chiso.Actions, tmp_path: Path) -> None:
    assert chiso.Actions.from_yaml(actions.to_yaml()) == actions
    assert chiso.Actions.from_frame(actions.to_table()) == actions
    assert pickle.loads(pickle.dumps(actions)) == actions
    assert copy.deepcopy(actions) is actions
    for name in ("a.yaml", "a.csv", "a.xlsx"):
        actions.save(tmp_path / name)
        assert chiso.load_actions(tmp_path / name) == actions
    actions.to_table(tmp_path / "b.xlsx", language="vi")
    assert chiso.load_actions(tmp_path / "b.xlsx") == actions


def test_actions_are_shown(actions: chiso.Actions) -> None:
    assert repr(actions) == "<Actions town-actions: 4 actions>"
    assert len(actions) == 4
    assert "desk" in actions
    assert actions.currency == "dong"
    assert actions.capacities == {"home": 2.0}
    table = actions.to_frame("vi")
    assert cells(table, "desk", "title", "cost", "effects") == ["Bàn tiếp", 4.0, "press = 9"]
    assert cells(table, "talk", "needs") == ["portal"]
    assert cells(table, "portal", "agencies") == ["home"]
    assert "A portal" in actions._repr_html_()


def test_wrong_actions_are_refused_with_every_problem() -> None:
    with pytest.raises(chiso.SpecError) as caught:
        chiso.Actions.from_yaml(
            "chiso: 1\nactions:\n"
            "  - {code: a, cost: -1, effects: [x + 1], needs: bb}\n"
            "  - {code: b, cost: 1, effects: [x + 1], needs: b}\n"
        )
    assert len(caught.value.problems) >= 3
    with pytest.raises(chiso.NotFoundError, match="no shipped set of actions"):
        chiso.load_actions("nothing")


def test_the_tasks_of_a_plan_are_actions() -> None:
    plan = chiso.Plan.from_yaml(
        """
        chiso: 1
        plan: p
        unit: A
        indices: {t: town}
        agencies: {home: {title: Home}}
        targets: [{code: third, of: t, rank: <= 3}]
        tasks:
          - {code: one, lead: home, cost: 5, effects: [{of: "t:press", add: 2}]}
          - {code: two, lead: home, of: t}
        """
    )
    assert chiso.Actions.of(plan).codes == ["one"]
    scores = chiso.Index.from_yaml(TOWN).score(chiso.Panel.from_frame(town_frame(), period=2023))
    answer = chiso.reach(scores, "A", chiso.goal_of(plan, "third"), plan)
    assert answer.actions == ["one"]
    assert answer.cost == 5.0


# ---- choosing actions ---------------------------------------------------------------------------


def test_reach_finds_the_cheapest_set(scores: chiso.Scores, actions: chiso.Actions) -> None:
    # 1.5 points: desk for 4, or portal and talk for 4; of equal costs the fewest actions.
    answer = chiso.reach(scores, "A", chiso.Top(3), actions)

    assert answer
    assert answer.status == "optimal"
    assert answer.actions == ["desk"]
    assert answer.cost == 4.0
    assert answer.finish == 9.0
    assert cells(answer.to_frame(), "desk", "title") == ["A desk"]
    reached = answer.reached()
    assert reached.index.tolist() == ["town"]
    assert reached.iloc[0].tolist() == [14.0, 17.0, 4.0, 2.0]
    indicators = answer.indicators().set_index("code")
    assert cells(indicators, "press", "value before", "value") == [6.0, 9.0]
    assert cells(indicators, "vote", "score before", "score") == [8.0, 8.0]
    assert scores.what_if(answer.scenario()).after["A", "town"] == 17.0
    text = repr(answer)
    assert text.startswith("rank 2 (17.00 points) for 4 dong (1 of 4 actions), proven optimal")
    assert "assumes" in text
    assert "others" in text
    assert "A desk" in answer._repr_html_()


@pytest.mark.parametrize(
    ("limits", "chosen"),
    [
        ({"horizon": 8}, {"portal", "talk"}),  # desk takes 9 months.
        ({"prefer": "fewest"}, {"desk"}),
        ({"most": 1}, {"desk"}),
        ({"budget": 4}, {"desk"}),
        ({"frozen": ["vote"]}, {"desk"}),
        ({"frozen": ["town:vote"], "rivals": chiso.Rivals.now()}, {"desk"}),
        ({"capacities": False, "seconds": 20, "gap": 0.01}, {"desk"}),
    ],
)
def test_reach_keeps_limits(
    scores: chiso.Scores, actions: chiso.Actions, limits: dict[str, Any], chosen: set[str]
) -> None:
    answer = chiso.reach(scores, "A", chiso.Top(3), actions, **limits)

    assert set(answer.actions) == chosen
    assert answer.status == "optimal"


@pytest.mark.parametrize(
    "limits", [{"budget": 3.9}, {"frozen": ["press"]}, {"frozen": "town"}, {"most": 0}]
)
def test_what_cannot_be_reached_says_why(
    scores: chiso.Scores, actions: chiso.Actions, limits: dict[str, Any]
) -> None:
    answer = chiso.reach(scores, "A", chiso.Top(3), actions, **limits)

    assert not answer
    assert not answer.found
    assert answer.status == "infeasible"
    assert answer.reasons
    assert repr(answer).startswith("cannot be reached (proven)")
    assert answer._repr_html_()


def test_reach_takes_several_targets_and_results(actions: chiso.Actions) -> None:
    # In the village A has 5 + 8 = 13 against 14: one more vote there, for which visit does not do.
    town = chiso.Index.from_yaml(TOWN)
    village = chiso.Index.from_yaml(TOWN.replace("index: town", "index: village"))
    results = {
        "town": town.score(chiso.Panel.from_frame(town_frame(), period=2023)),
        "village": village.score(
            chiso.Panel.from_frame(
                pd.DataFrame({"unit": ["A", "E"], "press": [5.0, 6.0], "vote": [8.0, 8.0]}),
                period=2023,
            )
        ),
    }
    both = chiso.Actions.from_yaml(
        """
        chiso: 1
        actions:
          - {code: a, cost: 3, effects: ["town:press + 1.5", "village:press + 1"]}
          - {code: b, cost: 1, effects: ["town:press + 1.5"]}
          - {code: c, cost: 1.5, effects: ["village:press + 1"]}
        """
    )
    targets: dict[str, Any] = {
        "town": chiso.Top(3),
        "village": [chiso.Top(1), chiso.AtLeast(6, of="press")],
    }
    answer = chiso.reach(results, "A", targets, both)

    assert answer.actions == ["b", "c"]
    assert answer.cost == 2.5
    assert repr(answer).startswith("town rank 3 (15.50 points), village rank 1 (14.00 points) for")
    assert answer.scenario("village").edits
    with pytest.raises(TypeError, match="by their keys"):
        chiso.reach(results, "A", chiso.Top(3), both)
    with pytest.raises(TypeError, match="which result"):
        answer.scenario()
    with pytest.raises(chiso.NotFoundError, match="hamlet"):
        chiso.reach(results, "A", {"hamlet": chiso.Top(3)}, both)
    with pytest.raises(chiso.DataError):
        chiso.reach(results, "A", targets, actions)  # Which result is meant by "press"?


def test_best_actions_for_a_budget(scores: chiso.Scores, actions: chiso.Actions) -> None:
    # portal for 3 and visit for 2 both bring one point; visit is cheaper.
    best = chiso.best_actions(scores, "A", actions, budget=3)

    assert best.actions == ["visit"]
    assert best.cost == 2.0
    assert best.reached()["score"].tolist() == [15.0]


def test_frontier_is_cost_against_rank(scores: chiso.Scores, actions: chiso.Actions) -> None:
    # Rank 3 costs as much as rank 2, and so is left out: desk for 4; desk and visit for 6.
    front = chiso.frontier(scores, "A", actions)

    table = front.to_frame()
    assert table.index.tolist() == [2.0, 1.0]
    assert table["cost"].tolist() == [4.0, 6.0]
    assert table["score"].tolist() == [17.0, 18.0]
    assert table["actions"].tolist() == [1, 2]
    assert [answer.actions for answer in front] == [["desk"], ["visit", "desk"]]
    assert front[-1].cost == 6.0
    assert len(front[:1]) == 1
    assert repr(front) == "<Frontier of A: rank 2 for 4 ... rank 1 for 6>"
    assert "<table" in front._repr_html_()
    axes = front.plot()
    points = np.asarray(axes.lines[1].get_xydata(), dtype=float)
    assert points.tolist() == [[4.0, 2.0], [6.0, 1.0]]
    assert axes.get_xlabel() == "cost, dong"
    assert axes.yaxis.get_inverted()
    import matplotlib.pyplot as plt

    plt.close("all")


def test_rivals_count_in_choices(
    town: chiso.Index, scores: chiso.Scores, actions: chiso.Actions
) -> None:
    # C has 17 points in the other result, D too: third place needs 17.
    table = town_frame()
    table.loc["C", "press"] = 8.5
    rivals = chiso.Rivals.given(town.score(chiso.Panel.from_frame(table, period=2023)))
    answer = chiso.reach(scores, "A", chiso.Top(3), actions, rivals={"town": rivals}, horizon=8)

    assert not answer.found


def test_a_search_tells_how_far_it_is_and_can_be_stopped(
    scores: chiso.Scores, actions: chiso.Actions
) -> None:
    class EnoughError(Exception):
        pass

    def stop(seconds: float, incumbent: float, bound: float) -> bool:
        assert seconds >= 0.0
        assert np.isnan(incumbent) or incumbent >= 0.0
        assert isinstance(bound, float)
        raise EnoughError

    many, start = _knapsack()
    with pytest.raises(EnoughError):
        chiso.reach(start, "A", chiso.AtLeast(4000), many, progress=stop)
    stopped = chiso.reach(start, "A", chiso.AtLeast(4000), many, progress=lambda *_: False)
    assert stopped.status in {"feasible", "unknown"}
    assert not repr(stopped).endswith("proven optimal")
    shown = chiso.reach(scores, "A", chiso.Top(3), actions, progress=True)
    assert shown.actions == ["desk"]


def test_a_stopped_frontier_does_not_say_that_nothing_is_possible(
    scores: chiso.Scores, actions: chiso.Actions
) -> None:
    stopped = chiso.frontier(scores, "A", actions, seconds=0.0)
    assert len(stopped) == 0
    assert not stopped.complete
    assert "stopped" in repr(stopped)
    nothing = chiso.frontier(scores, "A", actions, budget=0.0)
    assert nothing.complete
    assert "no better rank" in repr(nothing)


def test_what_makes_no_sense_to_a_search_is_said(
    scores: chiso.Scores, actions: chiso.Actions
) -> None:
    for seconds in (-1.0, math.nan):
        with pytest.raises(chiso.SpecError, match="not negative"):
            chiso.reach(scores, "A", chiso.Top(3), actions, seconds=seconds)
    with pytest.raises(chiso.SpecError, match="not negative"):
        chiso.reach(scores, "A", chiso.Top(3), actions, gap=-0.1)
    none = chiso.Actions.from_yaml("chiso: 1\nactions: []\n")
    with pytest.raises(chiso.DataError, match="no actions"):
        chiso.reach(scores, "A", chiso.Top(3), none)
    with pytest.raises(chiso.DataError, match="at least one number"):
        chiso.least_change(scores, "A", chiso.Top(3), levers={})
    wrong: Any = "top 3"
    with pytest.raises(TypeError, match="expected Top"):
        chiso.reach(scores, "A", wrong, actions)


def test_the_best_says_what_it_assumes(scores: chiso.Scores, actions: chiso.Actions) -> None:
    best = chiso.best_actions(scores, "A", actions, budget=4)
    assert best.assumptions == ["others held constant (2023)"]


def test_ctrl_c_stops_a_search() -> None:
    many, start = _knapsack()

    def search() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        chiso.frontier(start, "A", many, seconds=60)
        threading.Event().wait(5)  # On a machine that was done before.

    # A shell's background job starts with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            search()
    finally:
        signal.signal(signal.SIGINT, before)


def _knapsack() -> tuple[chiso.Actions, chiso.Scores]:
    """Many actions with nearly the same price for their effect: hard to choose from."""
    rng = np.random.default_rng(3)
    points = rng.integers(100, 200, 60)
    lines = [
        f"  - {{code: a{i}, cost: {p + int(rng.integers(0, 3))}, effects: [x + {p}]}}"
        for i, p in enumerate(points)
    ]
    actions = chiso.Actions.from_yaml("chiso: 1\nactions:\n" + "\n".join(lines) + "\n")
    index = chiso.Index.from_yaml(
        "chiso: 1\nindex: k\nedition: '1'\ntree:\n  code: k\n  aggregation: arithmetic_mean\n"
        "  children: [{code: x, rule: identity}]\n"
    )
    units = ["A", *(f"B{i}" for i in range(40))]
    table = pd.DataFrame({"unit": units, "x": [0.0, *(150.0 * i + 77 for i in range(40))]})
    return actions, index.score(chiso.Panel.from_frame(table, period=2023))


# ---- shipped data -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pci_2019() -> chiso.Scores:
    pci = chiso.load_index("pci", period=2019)
    return pci.score(chiso.read_panel("pci_scores"), 2019)


def place(scores: chiso.Scores) -> int:
    return int(scores.ranking()["rank"]["Thanh Hóa"])


def test_what_each_subindex_alone_would_need_is_true(pci_2019: chiso.Scores) -> None:
    found = chiso.goal_seek(pci_2019, "Thanh Hóa", chiso.Top(10))
    reached = found[found["reached"]]
    assert len(reached) > 0
    for code, needed in reached["needed"].items():
        scenario = chiso.Scenario().set("Thanh Hóa", str(code), float(needed))
        after = pci_2019.what_if(scenario).after
        assert place(after) == 10
        just_less = chiso.Scenario().set(
            "Thanh Hóa", str(code), float(np.nextafter(needed, -math.inf))
        )
        assert place(pci_2019.what_if(just_less).after) > 10


def test_the_example_actions_bring_thanh_hoa_into_the_top_ten(pci_2019: chiso.Scores) -> None:
    answer = chiso.reach(pci_2019, "Thanh Hóa", chiso.Top(10), "thanh-hoa-pci-2019")

    assert answer.status == "optimal"
    after = pci_2019.what_if(answer.scenario()).after
    assert place(after) <= 10
    assert answer.reached()["score"].tolist() == [after["Thanh Hóa", "pci"]]
    assert answer.reached()["rank before"].tolist() == [place(pci_2019)]
