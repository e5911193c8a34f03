"""The examples in the documentation do what the pages say."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import chiso
import pytest

ROOT = Path(__file__).parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text("utf-8")
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}
SESSIONS = [name for name, text in PAGES.items() if ">>> " in text]
COMMAND = re.compile(r"^```text\n\$ (.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = dict(example for text in PAGES.values() for example in COMMAND.findall(text))
TESTS = SHOWN.pop("./dev test")


def test_examples_are_found() -> None:
    assert {"docs/missing-data.md", "docs/ranking.md", "docs/tables.md"} <= set(SESSIONS)
    assert "./dev demo" in SHOWN


@pytest.mark.parametrize("name", SESSIONS)
def test_sessions_print_what_is_shown(name: str) -> None:
    # All examples of a page share their names; fences are blanked so that none is an output.
    text = re.sub(r"^```.*$", "", PAGES[name], flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    report: list[str] = []

    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)

    assert result.attempted > 0
    assert result.failed == 0, "".join(report)


@pytest.mark.parametrize("command", SHOWN)
def test_commands_print_what_is_shown(command: str) -> None:
    program, *arguments = shlex.split(command)
    run = {"./dev": ["examples/demo.py"], "chiso": ["-m", "chiso", *arguments]}[program]
    environment = {**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1", "TERM": "dumb"}
    printed = subprocess.run(
        [sys.executable, *run],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout

    # Every line that is shown was printed, in this order; "..." stands for what is left out.
    lines = iter(line.rstrip() for line in printed.splitlines())
    for line in SHOWN[command].splitlines():
        assert line == "..." or line in lines, f"not printed: {line}"


def test_links_lead_somewhere() -> None:
    for name, text in PAGES.items():
        page = ROOT / name
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            assert (page.parent / target).exists(), f"{name}: {target}"
        for target in re.findall(r"\{doc\}`(?:[^<`]*<)?([^>`]+)>?`", text):
            assert (page.parent / f"{target}.md").exists(), f"{name}: {target}"


def test_everything_public_is_in_the_reference() -> None:
    described = re.findall(
        r"^\.\. auto\w+:: chiso\.(\w+)$", PAGES["docs/reference-python.md"], re.MULTILINE
    )

    assert sorted(described) == sorted(set(chiso.__all__) - {"__version__"})


def test_the_steps_that_are_shown_are_those_of_the_tests() -> None:
    found = re.search(r"run_steps ([a-z ]+) ;;", (ROOT / "dev").read_text("utf-8"))
    assert found is not None
    steps = found.group(1).split()

    assert re.findall(r"^(\w+) +ok ", TESTS, re.MULTILINE) == steps
    assert f"0 of {len(steps)} steps failed" in TESTS
