"""The commands ``chiso uncertainty`` and ``chiso sensitivity``: how sure a rank is, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from chiso import _core
from chiso._cli import (
    Reading,
    about_scores,
    displayed_texts,
    emit,
    exact_text,
    percent_text,
    plain_number,
    score_data,
    scoring,
    with_options,
)
from chiso._variation import Variation

if TYPE_CHECKING:
    from chiso._convert import Columns
    from chiso._sensitivity import OutputLike
    from chiso._uncertainty import Uncertainty

#: Scores that are held while draws are written, or a grain's if these are more.
_MOST_CELLS = 4_000_000

_LAWS = ["uniform", "dirichlet", "relative", "normalised_uniform"]
_VARYING = (
    click.option("--weights", metavar="CODE", help="Draw shares of children; code or pattern."),
    click.option("--law", type=click.Choice(_LAWS), default="uniform", show_default=True),
    click.option("--spread", type=float, help="Of relative; 0.25 if left out."),
    click.option("--concentration", type=float, help="Of dirichlet; 50 if left out."),
    click.option(
        "--keep-order", is_flag=True, help="Shares stay in the order of the nominal ones."
    ),
    click.option("--errors", is_flag=True, help="Draw values by the standard errors of the data."),
    click.option("--noise", type=float, metavar="X", help="Draw values within a share X of them."),
    click.option("--anchors", type=float, metavar="X", help="Draw anchors within X of their span."),
    click.option(
        "--aggregation",
        "aggregations",
        multiple=True,
        metavar="METHOD",
        help="One of several ways to put criteria together; repeatable.",
    ),
    click.option(
        "--criteria", default="*", show_default=True, help="Whose aggregation; code or pattern."
    ),
    click.option("--leave-out", metavar="CODE", help="Without one of these nodes, or with all."),
)
_RUNNING = (
    click.option("--seed", type=int, default=0, show_default=True),
    click.option("--refit", is_flag=True, help="Fit the anchors to the drawn values."),
    click.option("--threads", type=int, default=0, help="As many as the machine has if left out."),
    click.option("--progress", is_flag=True, help="Show how far it is."),
)


@click.command()
@scoring
@with_options(*_VARYING, *_RUNNING)
@click.option("--draws", type=int, default=100_000, show_default=True)
@click.option("--precision", type=float, metavar="S", help="Stop at this standard error of --top.")
@click.option(
    "--top", type=int, default=10, show_default=True, help="Chance of a place up to here."
)
@click.option("--node", metavar="CODE", help="Of this node instead of the composite.")
@click.option(
    "--draws-to",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write every draw too, as CSV: draw, unit, score, rank.",
)
@click.option(
    "--show",
    type=click.Choice(["ranks", "scores", "acceptability", "weights"]),
    default="ranks",
    show_default=True,
)
def uncertainty(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    draws: int,
    precision: float | None,
    top: int,
    node: str | None,
    draws_to: str | None,
    show: Literal["ranks", "scores", "acceptability", "weights"],
    seed: int,
    refit: bool,
    threads: int,
    progress: bool,
    form: str | None,
    output: str | None,
    **what: Any,
) -> None:
    """Draw what is uncertain: the distribution of every unit's score and rank.

    \b
      chiso uncertainty pci pci_scores --period 2019 --weights pci --draws 1000000 --seed 7
      chiso uncertainty pci pci_scores --period 2019 --weights pci --top 10
      chiso uncertainty pci pci_scores --period 2019 --weights pci --law relative --spread 0.2
    """  # noqa: D301 - click wants the character itself
    scores = score_data(index, data, period, method, reading)
    if not 1 <= top <= len(scores.units):
        raise click.UsageError(
            f"expected a place of 1 to {len(scores.units)}, the units, for --top"
        )
    if draws_to is not None and not _core.existing_path(Path(draws_to).parent).is_dir():
        raise click.UsageError(f"there is no folder {Path(draws_to).parent} for --draws-to")
    found = scores.uncertainty(
        _varying(**what),
        draws=draws,
        seed=seed,
        nodes=() if node is None else (node,),
        refit=refit,
        pairs=False,
        precision=precision,
        top=top,
        threads=threads,
        progress=progress,
    )
    if draws_to is not None:
        _write_draws(found, node, Path(draws_to))
    columns, shown = _answers(found, show, top, node)
    shift = found.shift(node)
    header = (
        f"{found.draws:,} draws of {', '.join(found.varying.names)}, seed {seed}\n"
        f"{about_scores(scores)}"
    )
    footer = f"Ranks shift by {shift['mean']:.2f} places on average."
    emit(columns, form, output, shown=shown, header=header, footer=footer)


def _factors(texts: tuple[str, ...]) -> dict[str, list[str]] | None:
    """Return the sources of each factor that is written NAME=SOURCE,SOURCE; none: each its own."""
    factors: dict[str, list[str]] = {}
    for text in texts:
        name, equals, sources = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--factor: expected NAME=SOURCE,SOURCE, got {text!r}")
        if name.strip() in factors:
            raise click.UsageError(f"--factor: {name.strip()!r} is there twice")
        factors[name.strip()] = [source.strip() for source in sources.split(",")]
    return factors or None


@click.command()
@scoring
@with_options(*_VARYING, *_RUNNING)
@click.option("--base", type=int, default=1_024, show_default=True, help="Rows of the sample.")
@click.option("--node", metavar="CODE", help="Of this node instead of the composite.")
@click.option("--unit", help="Of this unit's score and rank instead of the mean rank shift.")
@click.option("--all", "whole", is_flag=True, help="Of every unit's score and rank.")
@click.option(
    "--factor",
    "factors",
    metavar="NAME=SOURCE,...",
    multiple=True,
    help="Move several sources together, as one factor. Repeatable.",
)
def sensitivity(
    index: str,
    data: str,
    period: str | None,
    method: str | None,
    reading: Reading,
    base: int,
    node: str | None,
    unit: str | None,
    whole: bool,
    factors: tuple[str, ...],
    seed: int,
    refit: bool,
    threads: int,
    progress: bool,
    form: str | None,
    output: str | None,
    **what: Any,
) -> None:
    """Say which source of uncertainty matters: Sobol indices of scores and ranks.

    \b
      chiso sensitivity pci pci_scores --period 2019 --weights pci --noise 0.05
      chiso sensitivity pci pci_scores --period 2019 --weights pci --noise 0.05 --unit "Thanh Hóa"
      chiso sensitivity pci pci_scores --weights pci --noise 0.05 --factor all=weights,measurement
    """  # noqa: D301 - click wants the character itself
    scores = score_data(index, data, period, method, reading)
    found = scores.sensitivity(
        _varying(**what),
        base=base,
        seed=seed,
        node=node,
        factors=_factors(factors),
        refit=refit,
        threads=threads,
        progress=progress,
    )
    assert found is not None  # Nobody stops it here but Ctrl-C, which raises.
    shift: OutputLike = "rank shift"
    columns = found.columns(None if whole or unit else shift, unit)
    shown = {
        name: [plain_number(round(float(value), 3)) for value in values]
        if name.split()[0] in {"first", "total"}
        else values
        for name, values in columns.items()
    }
    header = (
        f"Shares of the variance by source, {found.evaluations:,} evaluations\n"
        f"{about_scores(scores)}"
    )
    emit(columns, form, output, shown=shown, header=header, footer=found.method)


def _varying(
    weights: str | None,
    law: Literal["uniform", "dirichlet", "relative", "normalised_uniform"],
    spread: float | None,
    concentration: float | None,
    keep_order: bool,
    errors: bool,
    noise: float | None,
    anchors: float | None,
    aggregations: tuple[str, ...],
    criteria: str,
    leave_out: str | None,
) -> Variation:
    varying = Variation()
    if weights is not None:
        varying = varying.weights(
            weights,
            law=law,
            # Given for another law they are passed on, to be refused there.
            spread=spread if spread is not None else 0.25 * (law == "relative"),
            concentration=concentration
            if concentration is not None
            else 50.0 * (law == "dirichlet"),
            keep_order=keep_order,
        )
    if errors and noise is not None:
        raise click.UsageError("expected --errors or --noise, not both")
    if errors or noise is not None:
        varying = varying.values(relative=noise)
    if anchors is not None:
        varying = varying.anchors(spread=anchors)
    if aggregations:
        varying = varying.aggregations(criteria, aggregations)
    if leave_out is not None:
        varying = varying.leave_out(leave_out)
    if not len(varying):
        raise click.UsageError(
            "nothing varies: give --weights, --errors, --noise, --anchors, --aggregation or "
            "--leave-out"
        )
    return varying


def _write_draws(found: Uncertainty, node: str | None, path: Path) -> None:
    """Write every draw as CSV, a part after the other: all of them, or nothing."""
    units = [_core.csv_cell(unit) for unit in found.scores.units]
    step = max(1, _MOST_CELLS // (_core.draws_a_grain * len(units))) * _core.draws_a_grain
    code = found.scores.index.codes[0] if node is None else node
    file = _core.AtomicFile(path)
    try:
        file.write("draw,unit,score,rank\n")
        for first in range(0, found.draws, step):
            count = min(step, found.draws - first)
            scores, ranks = found.replication_arrays([code], first, count)
            for draw in range(count):
                cells = zip(units, scores[draw].tolist(), ranks[draw].tolist(), strict=True)
                file.write(
                    "".join(
                        f"{first + draw},{unit},{exact_text(score)},{rank or ''}\n"
                        for unit, score, rank in cells
                    )
                )
        file.commit()
    finally:
        file.discard()


def _answers(found: Uncertainty, show: str, top: int, node: str | None) -> tuple[Columns, Columns]:
    """Return columns as they are and as they are shown."""
    if show == "scores":
        columns = found.distribution_columns(node)
        shown = {
            name: values
            if name == "unit"
            else [percent_text(share) for share in values]
            if name == "scored"
            else displayed_texts(values, found.scores.index)
            for name, values in columns.items()
        }
        return columns, shown
    if show == "acceptability":
        columns = found.acceptability_columns(node)
        return columns, {
            name: values if name == "unit" else [percent_text(round(v, 4)) for v in values]
            for name, values in columns.items()
        }
    if show == "weights":
        columns = found.central_weight_columns()
        return columns, {
            name: [plain_number(round(v, 4)) for v in values] if name == "share" else values
            for name, values in columns.items()
        }
    chance = f"top {top}"
    columns = found.rank_columns(node)
    columns[chance] = found.top_columns(top, node)[chance]
    shown = {
        name: values
        if name == "unit"
        else [percent_text(round(v, 4)) for v in values]
        if name == chance
        else [plain_number(round(v, 2)) for v in values]
        for name, values in columns.items()
    }
    return columns, shown
