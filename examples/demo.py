"""Scores one province on published figures: its score, its rank, and where it loses points.

Then what the top ten would take: one number alone, the least change, the cheapest of some example
actions; how sure the rank is; and what a rise was made of. Then a plan: who answers for the lost
points, for which of them nobody does, what is clear in it, and what became of its targets.

Run it as `./dev demo`, or for another province as `python examples/demo.py "Quảng Ninh"`.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import chiso
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

console = Console(highlight=False)


def text(cell: object) -> str:
    """Return a cell as it is printed: numbers with two decimals, nothing where none is known."""
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.2f}"
    return str(cell)


def show(title: str, table: pd.DataFrame, marked: str = "") -> None:
    """Print a frame; the row whose label is `marked` in bold."""
    view = Table(title=title, title_justify="left", title_style="italic", box=None, pad_edge=False)
    view.add_column(table.index.name)
    for column in table:
        view.add_column(column, justify="right")
    for label, *cells in table.itertuples():
        view.add_row(label, *map(text, cells), style="bold" if label == marked else None)
    console.print(view, "")


def neighbours(scores: chiso.Scores, unit: str) -> None:
    """Print the two units above and below, and how far the top ten is."""
    ranking = scores.ranking()[["rank", "score"]]
    ranking["difference"] = ranking["score"] - ranking["score"][unit]
    place = ranking.index.get_loc(unit)
    show("Neighbours in the ranking", ranking.iloc[max(place - 2, 0) : place + 3], marked=unit)
    tenth = ranking[ranking["rank"] <= 10].iloc[-1]
    if ranking["rank"][unit] > 10:
        console.print(f"{tenth.difference:.2f} points are missing to rank 10 ({tenth.name}).\n")


def lost_points(explained: chiso.Explanation) -> None:
    """Print the composite's criteria, those with most to gain first."""
    index = explained.scores.index
    tree = explained.to_frame()[index.tree(explained.scores.period)["depth"] == 1]
    table = tree.sort_values("at stake", ascending=False)
    table["criterion"] = table["criterion"].str.strip()
    table = table.set_index("criterion").rename(columns={"at stake": "points lost"})
    show("Where it loses points", table[["score", "highest", "rank", "points lost"]])


def published(scores: chiso.Scores) -> str:
    """Return how the computed totals compare with the published ones."""
    check = scores.reconcile().iloc[0]
    if check["beyond"] == 0:
        return f"All {check['compared']} published totals follow from their parts."
    return (
        f"{check['beyond']} of {check['compared']} published totals do not follow from their "
        f"parts; the largest gap is {check['largest']:.3f} points."
    )


def score(family: str, data: str, period: int) -> chiso.Scores:
    """Score a period of a shipped table with the edition in force in it."""
    index = chiso.load_index(family, period=period)
    return index.score(chiso.read_panel(data, units="provinces"), period)


def explain(scores: chiso.Scores, unit: str) -> None:
    """Print a unit's score and rank, its neighbours, and where it loses points."""
    console.rule(f"[bold]{scores.index.title}, {scores.period}", align="left")
    if unit not in scores.units:
        console.print(f"{unit} is not among the {len(scores)} units of the data.\n")
        return
    explained = scores.explain(unit)
    if explained.rank is None:
        console.print(f"{unit}: {explained.to_frame()['remarks'].iloc[0]}.\n")
        return
    console.print(
        f"[bold]{unit}: {explained.score:.2f} points, "
        f"rank {explained.rank} of {explained.ranked}.[/] {published(scores)}\n"
    )
    neighbours(scores, unit)
    lost_points(explained)


def what_it_takes(scores: chiso.Scores, unit: str) -> None:
    """Print what a unit needs for the top ten: alone, at least, and by actions."""
    top_ten = chiso.Top(10)
    console.rule(f"[bold]{scores.index.title}, {scores.period}: into the top ten", align="left")
    if unit not in scores.units or scores.explain(unit).rank is None:
        console.print(f"{unit} has no rank in the data.\n")
        return
    alone = chiso.goal_seek(scores, unit, top_ten)
    if alone["already"].all():
        console.print(f"{unit} is there already.\n")
        return
    best = scores.to_frame().max()
    alone["best of all"] = best[alone.index]
    alone = alone.set_index("title").rename_axis("one criterion alone")
    table = alone.loc[alone["reached"], ["now", "needed", "best of all"]]
    show("What it would have to be", table)
    console.print(f"The other {len(alone) - len(table)} cannot do it alone.\n")

    bounds = {code: (None, best[code]) for code in scores.index.variables if code in best}
    least = chiso.least_change(scores, unit, top_ten, bounds=bounds)
    console.print(f"Least change, nothing better than the best province has: {least!r}.\n")
    actions = chiso.load_actions("thanh-hoa-pci-2019")
    answer = chiso.reach(scores, unit, top_ten, actions)
    console.print(f"[italic]{actions.title}.[/]\n{answer!r}.\n")
    if answer.found:
        share = scores.what_if(answer.scenario()).causes(unit).by_criterion()
        share = share[share["points"] > 0].sort_values("points", ascending=False)
        share = share.set_index("title").rename_axis("criterion")
        show("What they do", share[["before", "after", "points"]])


def how_sure(scores: chiso.Scores, unit: str) -> None:
    """Print what is left of a rank if weights may move, by draws and for certain."""
    console.rule(f"[bold]{scores.index.title}, {scores.period}: how sure is the rank", align="left")
    varying = chiso.Variation().weights(law="relative", spread=0.25)
    drawn = scores.uncertainty(varying, draws=1_000_000, seed=7)
    table = drawn.ranks(quantiles=(0.05, 0.95))
    table["top 10"] = [f"{100 * chance:.1f}%" for chance in drawn.top(10)["top 10"]]
    place = table.index.get_loc(unit)
    shown = table.iloc[max(place - 2, 0) : place + 3]
    show("A million draws of all weights, each +- 25 %", shown, marked=unit)


def how_it_rose(unit: str) -> None:
    """Print what made a unit's PAPI of 2021 differ from that of 2020."""
    before, after = (score("papi", "papi_subdimensions", year) for year in (2020, 2021))
    console.rule(f"[bold]{after.index.title}: 2020 to 2021", align="left")
    if not all(unit in result.units and result.explain(unit).rank for result in (before, after)):
        console.print(f"{unit} has no rank in one of the two years.\n")
        return
    rise = before.causes(after, unit=unit)
    console.print(f"{before.rank_change(after, unit=unit)!r}\n{rise!r}\n")
    parts = rise.by_criterion().sort_values("points", ascending=False)
    parts = parts.set_index("title").rename_axis("dimension")
    show("What it is made of", parts[["before", "after", "points"]])


def responsibilities(plan: chiso.Plan) -> None:
    """Print who answers for the points that a plan's province lost, and for which nobody does."""
    scores = score("par-fields", "par_fields", 2021)
    lost = scores.lost_points(plan.unit)["points"].iloc[0]
    console.rule(f"[bold]{plan.provenance.reference}: who answers for what", align="left")
    console.print(
        f"{plan!r}\n{plan.unit} lost {lost:.2f} points of {scores.index.title} {scores.period}.\n"
        "[italic]The most that a field can have is not published. What follows is as if every "
        "field had lost the same share of its maximum: an assumption.[/]\n"
    )
    stake = plan.points_at_stake(scores, by="agency", unsplit="proportional")
    several = stake.index.isin(["(nobody)"]) | (stake["points"] >= 0.15)
    table = stake[several].set_index("title").rename_axis("agency")
    table["share"] = (100 * table["share"]).map("{:.1f}%".format)
    show("Points at stake by agency", table[["points", "share", "tasks"]])
    rest = stake[~several & (stake["points"] > 0)]["points"]
    console.print(f"and {len(rest)} more agencies with {rest.sum():.2f} points together.\n")

    fields = plan.points_at_stake(scores, by="criterion", unsplit="proportional")
    fields = fields[fields["tasks"] == 0].set_index("title").rename_axis("criterion")
    show("Nobody answers for", fields[["points"]])
    for others in (score("pci", "pci_scores", 2019), score("papi", "papi_subdimensions", 2021)):
        given = plan.points_at_stake(others)
        nobody = given["points"].get("(nobody)", 0.0)
        console.print(
            f"{others.index.title} {others.period}: of {given['points'].sum():.2f} lost points "
            f"nobody answers for {nobody:.2f}."
        )
    console.print(f"[italic]{plan.provenance.note.split('. ')[0]}.[/]\n")


def clear(plan: chiso.Plan) -> None:
    """Print in how many tasks person, task, responsibility and time are clear."""
    show("Tasks in which it is clear", plan.clarity().summary())


def promises(plan: chiso.Plan) -> None:
    """Print the ranks of a plan's indices over the years, and what became of its targets."""
    console.rule(f"[bold]{plan.provenance.reference}: what was promised", align="left")
    standings = chiso.read_standings(units="provinces")
    history = plan.target_history(standings)
    criteria = plan.targets()["criterion"]
    ranks = history.assign(index=history["target"].map(criteria)).pivot_table(
        index="index", columns="period", values="rank", aggfunc="first", sort=False
    )
    ranks = ranks[[str(year) for year in range(2020, 2025)]].map("{:.0f}".format).replace("nan", "")
    show(f"Published ranks of {plan.unit}", ranks)

    board = plan.scoreboard(standings)
    board["status"] = board["status"].str.replace("_", " ")
    columns = ["promised", "by", "latest", "status", "met in", "lost again"]
    show("Targets", board.set_index("title").rename_axis("target")[columns])


def main(unit: str = "Thanh Hóa") -> None:
    """Explain one province on PCI and PAPI, what published figures get wrong, a target, a plan."""
    unit = chiso.read_names("provinces").at(unit)
    explain(score("pci", "pci_scores", 2019), unit)
    explain(score("papi", "papi_subdimensions", 2020), unit)
    explain(score("papi", "papi_subdimensions", 2021), unit)

    wrong = score("pci", "pci_scores", 2011)
    console.rule(f"[bold]{wrong.index.title}, {wrong.period}", align="left")
    console.print(f"{published(wrong)}\n")
    show("The largest gaps", wrong.gaps().head(3).set_index("unit").drop(columns="code"))

    what_it_takes(score("pci", "pci_scores", 2019), unit)
    how_sure(score("pci", "pci_scores", 2019), unit)
    how_it_rose(unit)

    plan = chiso.load_plan("thanh-hoa-211")
    responsibilities(plan)
    clear(plan)
    promises(plan)


if __name__ == "__main__":
    main(*sys.argv[1:])
