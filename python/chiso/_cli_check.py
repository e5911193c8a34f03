"""``chiso check``."""

from __future__ import annotations

import sys
from typing import Any

import click

from chiso import _core
from chiso._cli import Failure, output_option
from chiso._io import SHARE

KINDS = ("lint", "case", "baseline", "coverage", "property", "mutation")


class CannotRun(Failure):
    """No check failed; something could not be run, or the report not be written."""

    exit_code = 2


class Checks(click.Command):
    """Has an exit code of its own for what cannot be run."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (_core.Error, OSError) as error:
            raise CannotRun(error) from error


@click.command(cls=Checks)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["text", "junit", "json", "github", "gitlab"]),
    default="text",
    help="JUnit XML, JSON, annotations for GitHub, or the code quality report of GitLab.",
)
@output_option
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(KINDS),
    help="Check this alone; may be given several times.",
)
@click.option(
    "--select", "-k", default="", metavar="TEXT", help="Only checks in whose name this stands."
)
@click.option("--mutation", is_flag=True, help="Change definitions bit by bit: does a case notice?")
@click.option("--update", is_flag=True, help="Lock baselines anew instead of comparing with them.")
@click.option(
    "--jobs", "-j", default=0, type=click.IntRange(0, 1024), help="Threads; 0: all processors."
)
@click.option("--fail-on-warning", is_flag=True, help="Warnings fail a check.")
@click.option("--verbose", "-v", is_flag=True, help="Show passed checks and notes too.")
@click.option("--color/--no-color", default=None, help="Left out: at a terminal.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    only: tuple[str, ...],
    select: str,
    mutation: bool,
    update: bool,
    jobs: int,
    fail_on_warning: bool,
    verbose: bool,
    color: bool | None,
) -> None:
    """Check definitions, plans, scenarios and sets of actions, in files and folders.

    A definition NAME.yaml is checked by itself and by what NAME.check.yaml and NAME.check.csv
    beside it say. With -o the report goes to a file, and the text for people is printed.

    \b
      chiso check share/indices
      chiso check pci.yaml -k "Thanh Hóa" -v
      chiso check . --mutation -f junit -o checks.xml

    Exit codes: 0; 1 if a check fails; 2 if something cannot be run.
    """
    shows_text = (form == "text") == (output is None)
    inked = sys.stdout.isatty() if color is None else color

    def show(target: _core.CheckTarget) -> None:
        click.echo(target.to_text(color=inked, verbose=verbose), nl=False, color=inked)

    report = _core.check_paths(
        list(paths),
        only=list(only),
        mutation=mutation,
        update=update,
        select=select,
        threads=jobs,
        share=SHARE,
        progress=show if shows_text else None,
    )
    if shows_text:
        click.echo(report.totals().to_text(color=inked), nl=False, color=inked)
    if output is not None:
        _core.write_file(output, report.written(form, verbose=verbose))
    elif form != "text":
        click.echo(report.written(form), nl=False)
    ctx.exit(report.exit_code(warnings=fail_on_warning))
