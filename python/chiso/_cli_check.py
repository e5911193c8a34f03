"""``chiso check``."""

from __future__ import annotations

import sys

import click

from chiso import _core
from chiso._io import SHARE

_KINDS = ("lint", "case", "baseline", "coverage", "property", "mutation")


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_KINDS),
    help="Check this alone; may be given several times.",
)
@click.option(
    "--select", "-k", default="", metavar="TEXT", help="Only checks in whose name this stands."
)
@click.option("--jobs", "-j", default=0, show_default="all processors", help="Threads, over files.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error")
@click.option("--verbose", "-v", is_flag=True, help="Show passed checks and notes too.")
@click.option("--color/--no-color", default=None, help="Left out: at a terminal.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    select: str,
    jobs: int,
    fail_on: str,
    verbose: bool,
    color: bool | None,
) -> None:
    """Check definitions, plans, scenarios and sets of actions, in files and folders.

    A definition NAME.yaml is checked by itself and by the cases in NAME.check.yaml and
    NAME.check.csv beside it.

    \b
      chiso check share/indices
      chiso check pci.yaml -k "Thanh Hóa" -v

    Exit codes: 0; 1 if a check fails; 2 if something cannot be run.
    """
    inked = sys.stdout.isatty() if color is None else color

    def show(target: _core.CheckTarget) -> None:
        click.echo(target.to_text(color=inked, verbose=verbose), nl=False, color=inked)

    report = _core.check_paths(
        list(paths), only=list(only), select=select, threads=jobs, share=SHARE, progress=show
    )
    click.echo(report.totals().to_text(color=inked), nl=False, color=inked)
    ctx.exit(report.exit_code(warnings=fail_on == "warning"))
