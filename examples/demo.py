"""Scores one province on published figures: its score, its rank, and where it loses points.

Run it as `./dev demo`, or for another province as `python examples/demo.py "Quảng Ninh"`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import chiso
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

console = Console(highlight=False)


def show(title: str, table: pd.DataFrame, marked: str = "") -> None:
    """Print a frame; the row whose label is `marked` in bold."""
    view = Table(title=title, title_justify="left", title_style="italic", box=None, pad_edge=False)
    view.add_column(table.index.name)
    for column in table:
        view.add_column(column, justify="right")
    for label, *cells in table.itertuples():
        texts = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        view.add_row(label, *texts, style="bold" if label == marked else None)
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


def main(unit: str = "Thanh Hóa") -> None:
    """Explain one province on PCI and PAPI, and show what the published figures get wrong."""
    unit = chiso.read_names("provinces").at(unit)
    explain(score("pci", "pci_scores", 2019), unit)
    explain(score("papi", "papi_subdimensions", 2020), unit)
    explain(score("papi", "papi_subdimensions", 2021), unit)

    wrong = score("pci", "pci_scores", 2011)
    console.rule(f"[bold]{wrong.index.title}, {wrong.period}", align="left")
    console.print(f"{published(wrong)}\n")
    show("The largest gaps", wrong.gaps().head(3).set_index("unit").drop(columns="code"))


if __name__ == "__main__":
    main(*sys.argv[1:])
