"""Checks of definitions, plans, scenarios: what ``chiso check`` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiso import _core
from chiso._convert import frame
from chiso._io import SHARE
from chiso._limits import core_limits

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    import pandas as pd

    from chiso._convert import Columns
    from chiso._limits import InputLimits

    PathLike = str | os.PathLike[str]


class CheckReport:
    """What was checked, and what came of it.

    Attributes
    ----------
    exit_code : int
        0: all passed; 1: a check failed; 2: something could not be run.
    """

    def __init__(self, core: _core.CheckReport) -> None:
        self._core = core

    @property
    def passed(self) -> bool:
        """Whether every check was run and passed."""
        return self._core.exit_code() == 0

    @property
    def exit_code(self) -> int:
        """What ``chiso check`` ends with."""
        return self._core.exit_code()

    @property
    def totals(self) -> dict[str, int]:
        """How many checks ``passed``, ``failed``, could not be run (``errors``) ..."""
        totals = self._core.totals()
        return {
            name: getattr(totals, name)
            for name in ("passed", "failed", "errors", "skipped", "warnings")
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a check.

        Returns
        -------
        DataFrame
            Columns `target` ("pci-2013"), `check` ("lint", "case" ...), `name`, `outcome`
            ("passed", "failed", "error", "skipped"), `message` (of the first finding), `file`,
            `line` (0: unknown) and `seconds`.
        """
        return frame(self._columns())

    def findings(self) -> pd.DataFrame:
        """Return one row a finding.

        Returns
        -------
        DataFrame
            Columns `target`, `check`, `name`, `severity`, `rule`, `place`, `message`, `remedy`,
            `file`, `line`, `details` (several lines: the tree of the computation).
        """
        columns: Columns = {
            name: []
            for name in (
                "target", "check", "name", "severity", "rule", "place", "message", "remedy",
                "file", "line", "details",
            )
        }  # fmt: skip
        for target in self._core.targets:
            for item in target.items:
                for finding in item.findings:
                    problem = finding.problem
                    row = (
                        target.name, item.kind, item.name, finding.severity, finding.rule,
                        problem.place, problem.message, problem.remedy, problem.file,
                        problem.line or 0, "\n".join(finding.details),
                    )  # fmt: skip
                    for cells, cell in zip(columns.values(), row, strict=True):
                        cells.append(cell)
        return frame(columns)

    def _columns(self) -> Columns:
        rows = [(target, item) for target in self._core.targets for item in target.items]
        return {
            "target": [target.name for target, _ in rows],
            "check": [item.kind for _, item in rows],
            "name": [item.name for _, item in rows],
            "outcome": [item.outcome for _, item in rows],
            "message": [
                item.findings[0].problem.message if item.findings else "" for _, item in rows
            ],
            "file": [item.file for _, item in rows],
            "line": [item.line for _, item in rows],
            "seconds": [item.seconds for _, item in rows],
        }

    def write(self, path: PathLike, form: str) -> None:
        """Write the report to a file, all or nothing.

        Parameters
        ----------
        path : path
            The file.
        form : {"text", "junit", "json", "github", "gitlab"}
            JUnit XML, JSON, or annotations as code hosting services read them.
        """
        _core.write_file(path, self._core.written(form))

    def __str__(self) -> str:
        return self._core.to_text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<CheckReport: {self._core.totals().to_text().strip()}>"


def check(
    paths: PathLike | Sequence[PathLike],
    *,
    only: str | Sequence[str] = (),
    mutation: bool = False,
    update: bool = False,
    select: str = "",
    threads: int = 1,
    progress: Callable[[_core.CheckTarget], Any] | None = None,
    limits: InputLimits | None = None,
) -> CheckReport:
    """Check definitions, plans, scenarios and sets of actions, as ``chiso check`` does.

    Parameters
    ----------
    paths : path or sequence of path
        Files and folders. A definition ``NAME.yaml`` comes with the ``NAME.check.yaml`` and
        ``NAME.check.csv`` beside it.
    only : str or sequence of str
        What to check: ``"lint"``, ``"case"``, ``"baseline"``, ``"coverage"``, ``"property"``,
        ``"mutation"``. Left out: all but mutation, which takes longer.
    mutation : bool
        Mutation too.
    update : bool
        Baselines are locked anew instead of compared with.
    select : str
        Only checks in whose name this stands: ``"pci-2013::case::all of 2019"``.
    threads : int
        Over files; 0: as many as the machine has. The report does not depend on it.
    progress : callable, optional
        Called with each file when it is done.
    limits : InputLimits, optional
        How much is read before a file is refused; left out, what each kind of file has itself.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> import chiso
    >>> from chiso._io import SHARE
    >>> chiso.check(SHARE / "indices" / "sipas", only="lint").passed
    True
    """
    many = [paths] if isinstance(paths, str) or hasattr(paths, "__fspath__") else paths
    return CheckReport(
        _core.check_paths(
            [Path(path) for path in many],
            only=[only] if isinstance(only, str) else list(only),
            mutation=mutation,
            update=update,
            select=select,
            threads=threads,
            share=SHARE,
            progress=progress,
            limits=None if limits is None else core_limits(limits, _core.check_limits),
        )
    )
