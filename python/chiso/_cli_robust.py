"""The command ``chiso robust``: what stands whatever the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from chiso import _robust
from chiso._cli import (
    Commands,
    about_scores,
    emit,
    language_option,
    percent_text,
    plain_number,
    score_data,
    scoring,
    with_options,
)
from chiso._variation import Variation

if TYPE_CHECKING:
    from chiso._cli import Reading
    from chiso._convert import Columns

_NODES = click.option(
    "--nodes", metavar="CODE", default="*", show_default=True, help="Code or pattern."
)
_TOP = click.option("--top", type=int, default=10, show_default=True, help="The first so many.")
_admissible = with_options(
    click.option(
        "--criteria",
        metavar="CODE",
        default="*",
        show_default=True,
        help="Whose children's weights vary; code or pattern.",
    ),
    click.option("--spread", type=float, metavar="X", help="Each within a share X of its own."),
    click.option(
        "--bound",
        "bounds",
        type=(str, float, float),
        multiple=True,
        metavar="CODE LOW HIGH",
        help="Of a share in its parent, 0 to 1; repeatable.",
    ),
    click.option("--keep-order", is_flag=True, help="In the order of the definition's."),
    click.option("--overall", is_flag=True, help="Of all indicators below the criterion together."),
)


@click.group(cls=Commands)
def robust() -> None:
    """Say what stands whatever the weights. Exact, not by draws."""


@robust.command()
@scoring
@_admissible
@click.option("--unit", "units", multiple=True, metavar="NAME", help="Only these; repeatable.")
@click.option("--node", metavar="CODE", help="Ranks of this node instead of the composite.")
@click.option("--seconds", type=float, metavar="S", help="Then stop, with what is proven so far.")
@click.option("--weights", "of", metavar="UNIT", help="Weights that give UNIT its extreme ranks.")
@click.option("--progress", is_flag=True, help="Show how far it is.")
@language_option
def ranks(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    criteria: str,
    spread: float | None,
    bounds: tuple[tuple[str, float, float], ...],
    keep_order: bool,
    overall: bool,
    units: tuple[str, ...],
    node: str | None,
    seconds: float | None,
    of: str | None,
    progress: bool,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    """Find the best and the worst rank of every unit over all admissible weights.

    \b
      chiso robust ranks pci pci_scores --period 2019
      chiso robust ranks pci pci_scores --period 2019 --spread 0.25 --unit "Thanh Hóa"
      chiso robust ranks pci pci_scores --period 2019 --bound labor 0.1 0.2 --weights "Thanh Hóa"
    """  # noqa: D301 - click wants the character itself
    scores = score_data(index, data, period, method, reading)
    varying = Variation().weights(
        criteria,
        law="uniform" if spread is None else "relative",
        spread=spread or 0.0,
        overall=overall,
        bounds={code: (low, high) for code, low, high in bounds},
        keep_order=keep_order,
    )
    asked = (of,) if of is not None else units
    found = scores.rank_intervals(
        varying, units=asked or None, node=node, seconds=seconds, progress=progress
    )
    if of is not None:
        _show_weights(found, of, lang, form, output)
        return
    columns = found.columns()
    shown: Columns = {"unit": columns["unit"]}
    for name in ("rank", "best", "worst"):
        shown[name] = [plain_number(value) for value in columns[name]]
    if not found.proven:
        shown["proven"] = ["yes" if proven else "" for proven in columns["proven"]]
    header = f"Ranks over all admissible weights\n{about_scores(scores)}"
    footer = "" if found.proven else "Time was up: what is not proven may be wider."
    emit(columns, form, output, shown=shown, header=header, footer=footer)


def _show_weights(
    found: _robust.RankIntervals,
    unit: str,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    columns = found.weight_columns(unit, lang)
    shown = {
        "parent": columns["parent"],
        "weight of": columns["title"],
        **{
            name: [percent_text(round(float(share), 6)) for share in columns[name]]
            for name in ("share", "best", "worst")
        },
    }
    ends = found.columns()
    header = (
        f"{ends['unit'][0]}: place {ends['best'][0]:g} to {ends['worst'][0]:g}\n"
        f"{about_scores(found.scores)}"
    )
    emit(columns, form, output, shown=shown, header=header)


@robust.command()
@scoring
@_TOP
@click.option("--unit", metavar="NAME", help="The rank of this unit must stay instead.")
@click.option("--order", is_flag=True, help="The ranks of the first must stay too.")
@_NODES
@language_option
def weights(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    top: int,
    unit: str | None,
    order: bool,
    nodes: str,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    """Find how far each weight can move before the first units change, and who passes whom.

    \b
      chiso robust weights pci pci_scores --period 2019 --top 10
      chiso robust weights pci pci_scores --period 2019 --unit "Thanh Hóa"
    """  # noqa: D301 - click wants the character itself
    scores = score_data(index, data, period, method, reading)
    watch: Literal["set", "order"] = "order" if order else "set"
    columns = _robust.stability_columns(scores, top, unit, watch, nodes, lang)

    def passing(end: str) -> list[str]:
        pairs = zip(columns[f"{end} riser"], columns[f"{end} passed"], strict=True)
        return [f"{riser} passes {passed}" if riser else "" for riser, passed in pairs]

    shown = {
        "weight of": columns["title"],
        **{
            name: [percent_text(round(float(share), 6)) for share in columns[name]]
            for name in ("down", "share", "up")
        },
        "below": passing("down"),
        "above": passing("up"),
    }
    if unit is not None:
        what = f"The rank of {scores.unit(unit)} stays"
    else:
        what = f"The first {top} stay{' in their order' if order else ''}"
    header = f"{what} while a weight is between\n{about_scores(scores)}"
    emit(columns, form, output, shown=shown, header=header)


@robust.command(name="leave-one-out")
@scoring
@_TOP
@_NODES
@language_option
def leave_one_out(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    top: int,
    nodes: str,
    lang: Literal["en", "vi"],
    form: str | None,
    output: str | None,
) -> None:
    """Leave out nodes one at a time, and say how far ranks shift.

    \b
      chiso robust leave-one-out pci pci_scores --period 2019
      chiso robust leave-one-out papi papi_subdimensions --period 2019 --nodes "D?"
    """  # noqa: D301 - click wants the character itself
    scores = score_data(index, data, period, method, reading)
    columns = _robust.left_out_columns(scores, nodes, top, lang)
    shown = {
        "without": columns["title"],
        "mean shift": [f"{shift:.2f}" for shift in columns["mean shift"]],
        "greatest shift": [plain_number(shift) for shift in columns["greatest shift"]],
        "unit": columns["unit"],
        f"of the first {top} stay": [percent_text(share) for share in columns["top kept"]],
    }
    header = f"Ranks without one node\n{about_scores(scores)}"
    emit(columns, form, output, shown=shown, header=header)
