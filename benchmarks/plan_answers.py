"""What a large plan answers, against the same by merges and group-bys in pandas.

10,000 tasks, 500 agencies (50 of them groups), 1,000 criteria. Both ways give the same numbers;
that is checked before anything is timed. Frames included: what is timed is what a reader calls.
"""

from __future__ import annotations

import chiso
import numpy as np
import pandas as pd
from timing import race, report

TASKS, AGENCIES, GROUPS, CRITERIA = 10_000, 500, 50, 1_000
ROLES = ["lead", "carry_out", "coordinate", "monitor"]
DAY = "2024-06-30"


def definition() -> str:
    """Return an index of 1,000 criteria with a maximum, in 40 branches."""
    lines = ["chiso: 1", "index: large", 'edition: "1"', "tree:"]
    lines += ["  code: large", "  aggregation: sum", "  children:"]
    for branch in range(40):
        lines += [f"    - code: b{branch}", "      aggregation: sum", "      children:"]
        lines += [
            f"        - {{code: c{k}, maximum: 10, rule: given}}"
            for k in range(branch, CRITERIA, 40)
        ]
    return "\n".join(lines) + "\n"


def plan_text(random: np.random.Generator) -> str:
    """Return a plan in which every task names one criterion and two to four agencies."""
    lines = ["chiso: 1", "plan: large", "unit: u0", "period: {from: 2022, to: 2025}"]
    lines += ["indices: {large: large}", "agencies:"]
    for a in range(AGENCIES - GROUPS):
        lines.append(f"  a{a}: {{title: {{en: Agency {a}}}, head: Head {a % 300}}}")
    for g in range(GROUPS):
        members = random.choice(AGENCIES - GROUPS, 8, replace=False)
        names = ", ".join(f"a{m}" for m in members)
        lines.append(f"  g{g}: {{title: {{en: Group {g}}}, members: [{names}]}}")
    lines.append("areas:")
    lines += [f"  area{k}: {{title: {{en: Area {k}}}}}" for k in range(40)]
    lines += ["targets:", "  - {of: large, rank: <= 10}", "tasks:"]
    days = random.integers(0, 365 * 3, TASKS)
    for t in range(TASKS):
        several = random.choice(AGENCIES, random.integers(2, 5), replace=False)
        roles = "".join(
            f"{role}: [{f'a{a}' if a < AGENCIES - GROUPS else f'g{a - AGENCIES + GROUPS}'}], "
            for role, a in zip(ROLES, several, strict=False)
        )
        due = np.datetime64("2022-06-01") + days[t]
        news = "news: [{date: 2024-05-01, status: done}], " if random.random() < 0.5 else ""
        lines.append(
            f"  - {{code: t{t}, title: {{en: Task {t}}}, area: area{t % 40}, "
            f"of: ['large:c{random.integers(CRITERIA)}'], {roles}{news}due: {due}}}"
        )
    return "\n".join(lines) + "\n"


def members_of(plan: chiso.Plan) -> pd.DataFrame:
    """Return who is meant by each agency: what a reader would prepare once."""
    rows = [(code, member) for code in plan.agencies().index for member in plan.members(code)]
    return pd.DataFrame(rows, columns=["agency", "member"])


class ByHand:
    """The same answers from frames, as one writes them in pandas."""

    def __init__(self, plan: chiso.Plan, lost: pd.Series[float]) -> None:
        self.assignments = plan.assignments()[["task", "agency", "letter"]]
        self.members = members_of(plan)
        tasks = plan.tasks()
        self.titles = plan.agencies()["title"]
        self.criterion = tasks["criteria"].rename("criterion")
        self.due = tasks["due"]
        self.news = plan.news()
        self.lost = lost

    def _expanded(self) -> pd.DataFrame:
        wide = self.assignments.merge(self.members, on="agency")
        wide["named"] = wide["agency"] == wide["member"]
        # "Leads, with all departments" means the other ones.
        named = wide.groupby(["task", "member"])["named"].transform("any")
        wide = wide[wide["named"] | ~named]
        return wide[["task", "member", "letter"]].drop_duplicates()

    def points(self) -> pd.DataFrame:
        """Points by agency: equally over a criterion's tasks, and within a task by RACI."""
        first = self._expanded()
        first["order"] = first["letter"].map({"A": 0, "R": 1, "C": 2, "I": 3})
        best = first.groupby("task")["order"].transform("min")
        parts = first[first["order"] == best][["task", "member"]].drop_duplicates()
        parts["part"] = 1.0 / parts.groupby("task")["member"].transform("size")
        of = self.criterion.to_frame()
        of["each"] = 1.0 / of.groupby("criterion")["criterion"].transform("size")
        parts = parts.merge(of, left_on="task", right_index=True)
        parts = parts.merge(self.lost.rename("lost"), left_on="criterion", right_index=True)
        parts["points"] = parts["part"] * parts["each"] * parts["lost"]
        found = parts.groupby("member")["points"].sum()
        return found.sort_values(ascending=False).to_frame().assign(title=self.titles)

    def matrix(self) -> pd.DataFrame:
        """Letters by agency and criterion."""
        wide = self._expanded().merge(self.criterion, left_on="task", right_index=True)
        cells = wide[["member", "criterion", "letter"]].drop_duplicates()
        cells = cells.sort_values("letter", key=lambda letters: letters.map("ARCI".index))
        return cells.pivot_table(
            index="member", columns="criterion", values="letter", aggfunc="".join, fill_value=""
        )

    def workload(self) -> pd.DataFrame:
        """Tasks by agency and letter."""
        wide = self._expanded()
        counts = pd.crosstab(wide["member"], wide["letter"])
        return counts.assign(tasks=wide.groupby("member")["task"].nunique(), title=self.titles)

    def agenda(self, agency: str) -> pd.DataFrame:
        """Tasks of one agency with their due dates."""
        wide = self._expanded()
        mine = wide[wide["member"] == agency].groupby("task")["letter"].agg("".join)
        return mine.to_frame().assign(due=self.due, criterion=self.criterion)

    def progress(self) -> pd.DataFrame:
        """Overdue tasks by agency."""
        last = self.news[self.news["date"] <= DAY].groupby("task")["status"].last()
        state = pd.DataFrame({"due": self.due, "status": last.reindex(self.due.index)})
        state["overdue"] = (state["due"] < DAY) & (state["status"] != "done")
        wide = self._expanded()[["task", "member"]].drop_duplicates()
        wide = wide.merge(state, left_on="task", right_index=True)
        return wide.groupby("member")["overdue"].sum().to_frame().assign(title=self.titles)


def main() -> None:
    """Check that both agree, then time them."""
    random = np.random.default_rng(20261124)
    index = chiso.Index.from_yaml(definition())
    points = random.uniform(0.0, 10.0, (2, CRITERIA)).round(2)
    table = pd.DataFrame(points, columns=index.variables).assign(unit=["u0", "u1"])
    scores = index.score(table, 2023)
    plan = chiso.Plan.from_yaml(plan_text(random))
    standings = chiso.Standings.of(plan, scores)

    lost = scores.lost_points("u0")["points"].iloc[1:]
    lost.index = "large:" + lost.index
    by_hand = ByHand(plan, lost)

    ours = plan.points_at_stake(scores)
    theirs = by_hand.points()
    answered = ours.drop(index="(nobody)", errors="ignore")["points"]
    answered = answered[answered > 0]
    pd.testing.assert_series_equal(
        answered.sort_index(), theirs["points"].sort_index(), check_names=False, rtol=1e-9
    )
    matrix = plan.responsibility_matrix().drop(columns="title").sort_index(axis=1)
    other = by_hand.matrix().sort_index(axis=1).loc[matrix.index]
    assert (matrix.to_numpy() == other.to_numpy()).all()
    load = plan.workload()
    counts = by_hand.workload()
    assert (load.loc[counts.index, "tasks"] == counts["tasks"]).all()
    assert (load.loc[counts.index, "accountable"] == counts["A"]).all()
    assert set(plan.agenda("a7").index) == set(by_hand.agenda("a7").index)
    overdue = plan.progress_by_agency(DAY)["overdue"]
    late = by_hand.progress()["overdue"]
    assert (overdue[late.index] == late).all()

    questions = {
        "points at stake by agency": (lambda: plan.points_at_stake(scores), by_hand.points),
        "points at stake by task": (lambda: plan.points_at_stake(scores, by="task"), None),
        "points at stake by criterion": (
            lambda: plan.points_at_stake(scores, by="criterion"), None
        ),
        "responsibility matrix": (plan.responsibility_matrix, by_hand.matrix),
        "points matrix": (lambda: plan.points_matrix(scores), None),
        "workload": (plan.workload, by_hand.workload),
        "agenda with points": (
            lambda: plan.agenda("a7", scores), lambda: by_hand.agenda("a7")
        ),
        "the four clear things": (lambda: plan.clarity(scores).to_frame(), None),
        "progress": (lambda: plan.progress(DAY), None),
        "progress by agency": (lambda: plan.progress_by_agency(DAY, scores), by_hand.progress),
        "scoreboard": (lambda: plan.scoreboard(standings), None),
    }  # fmt: skip
    for question, (answer, rival) in questions.items():
        rivals = {"chiso": answer} | ({} if rival is None else {"pandas by hand": rival})
        report(f"{TASKS} tasks: {question}", race(rivals, rounds=21), "chiso")


if __name__ == "__main__":
    main()
