"""Runs check files under pytest: each case and each other check is a test.

Loaded by pytest where the package is installed. A file ``NAME.check.yaml`` (or
``NAME.check.csv``, if there is only that) is collected together with the definition beside it.
Which checks become tests is set by ``chiso_checks`` in pytest's configuration; all but mutation,
which takes longer, if it is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chiso import _core

_ENDINGS = (".check.yaml", ".check.yml", ".check.csv")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `chiso_checks`."""
    parser.addini(
        "chiso_checks",
        "Which checks of check files become tests: lint, case, baseline, coverage, property, "
        "mutation.",
        type="args",
        default=[],
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect check files."""
    name = file_path.name
    if not name.endswith(_ENDINGS):
        return None
    if name.endswith(".csv") and any(
        file_path.with_suffix(ending).exists() for ending in (".yaml", ".yml")
    ):
        return None  # The table comes with the other file.
    return CheckFile.from_parent(parent, path=file_path)


class CheckFailedError(Exception):
    """A check failed, or could not be run."""


class CheckFile(pytest.File):
    """A check file with its definition."""

    def collect(self) -> Iterator[pytest.Item]:
        """Return one test a check."""
        from chiso import _core
        from chiso._io import SHARE

        session = _core.CheckSession(
            self.path, only=self.config.getini("chiso_checks"), select="", share=SHARE
        )
        for position, (kind, name, _, line) in enumerate(session.entries()):
            title = kind if name == kind else f"{kind}: {name}"
            yield CheckTest.from_parent(
                self, name=title, session_of=session, position=position, line=line
            )


class CheckTest(pytest.Item):
    """One check."""

    def __init__(
        self, *, session_of: _core.CheckSession, position: int, line: int, **rest: Any
    ) -> None:
        super().__init__(**rest)
        self._session = session_of
        self._position = position
        self._line = line

    def runtest(self) -> None:
        """Run the check."""
        item = self._session.run(self._position)
        text = "\n".join(_lines(item))
        if item.outcome == "skipped":
            pytest.skip(item.findings[0].problem.message if item.findings else "")
        if item.outcome in {"failed", "error"}:
            raise CheckFailedError(text)
        if text:
            self.add_report_section("call", "findings", text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what was found, the tree of the computation with it."""
        if isinstance(excinfo.value, CheckFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the check is written."""
        return self.path, max(self._line - 1, 0), self.name


def _lines(item: _core.CheckItem) -> Iterator[str]:
    for finding in item.findings:
        problem = finding.problem
        yield (  # First: pytest's summary shows the first line.
            f"{finding.severity}: "
            + (f"{problem.place}: " if problem.place else "")
            + problem.message
            + (f"; {problem.remedy}" if problem.remedy else "")
        )
        place = [problem.file, str(problem.line or ""), str(problem.column or "")]
        if problem.file:
            yield ":".join(part for part in place if part)
        yield from (f"  {line}" for line in finding.details)
