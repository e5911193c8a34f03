"""Draws the pictures of the documentation: `python docs/images/draw.py`."""

from __future__ import annotations

from pathlib import Path

import chiso
import matplotlib as mpl
import matplotlib.pyplot as plt

FOLDER = Path(__file__).parent


def lost_points(family: str, data: str, period: int, unit: str) -> None:
    """Draw the points that a unit lost, by criterion."""
    index = chiso.load_index(family, period=period)
    scores = index.score(chiso.read_panel(data, units="provinces"), period)
    explained = scores.explain(unit)

    figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
    explained.plot(ax=axes)
    axes.set_title("", loc="left")
    figure.suptitle(
        f"{explained.unit}, {index.titles()[0]} {period}: {explained.score:.2f} points, "
        f"rank {explained.rank} of {explained.ranked}. Points lost, by sub-index",
        x=0.01,
        ha="left",
        fontsize="medium",
        fontweight="bold",
    )
    figure.supxlabel(f"Figures: {index.publisher}", x=0.01, ha="left", fontsize="small")
    figure.savefig(
        FOLDER / f"thanh-hoa-{family}-{period}.svg", metadata={"Date": None, "Creator": None}
    )


# Text as shapes: the same picture wherever it is looked at; ids that do not change.
mpl.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "chiso", "figure.facecolor": "white"})
lost_points("pci", "pci_scores", 2019, "Thanh Hóa")
