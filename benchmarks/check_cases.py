"""1,000 cases by `chiso check`, against the same as 1,000 tests of pytest.

A form of eight indicators with points by steps; each case gives their values and expects the score
of every node. What is timed are whole programs, from the start of the process to its exit code.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import race, report

CASES, INDICATORS = 1000, 8
STEPS = (
    '{steps: [{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}, {when: "< 70", points: 0}]}'
)

PYTEST = """
import json
import pathlib

import chiso
import pandas as pd
import pytest

HERE = pathlib.Path(__file__).parent
INDEX = chiso.load_index(HERE / "form.yaml")


@pytest.mark.parametrize("case", json.loads((HERE / "cases.json").read_text()))
def test_case(case):
    panel = chiso.Panel.from_frame(pd.DataFrame([case["given"]], index=["unit"]), period=2024)
    scores = INDEX.score(panel)
    for code, score in case["expect"].items():
        assert scores["unit", code] == pytest.approx(score, rel=1e-9)
"""


def write_cases(folder: Path) -> None:
    """Write a definition, its cases for chiso, and the same for pytest."""
    codes = [f"x{k}" for k in range(INDICATORS)]
    lines = ["chiso: 1", "index: form", 'edition: "1"', "variables:"]
    lines += [f"  {code}: {{range: [0, 100]}}" for code in codes]
    lines += ["tree:", "  code: form", "  aggregation: sum", "  children:"]
    lines += [f"    - {{code: {code}, maximum: 2, rule: {STEPS}}}" for code in codes]
    (folder / "form.yaml").write_text("\n".join(lines) + "\n", "utf-8")

    draw = random.Random(20261124)
    lines = ["chiso: 1", "cases:"]
    rows = []
    for number in range(CASES):
        given = {code: round(draw.uniform(0, 100), 1) for code in codes}
        expect = {c: 2.0 if v > 90 else 1.0 if v >= 70 else 0.0 for c, v in given.items()}
        expect["form"] = sum(expect.values())
        rows.append({"given": given, "expect": expect})
        lines.append(f"  - {{name: case {number}, given: {_flow(given)}, expect: {_flow(expect)}}}")
    (folder / "form.check.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "cases.json").write_text(json.dumps(rows), "utf-8")
    (folder / "test_form.py").write_text(PYTEST, "utf-8")


def _flow(values: dict[str, float]) -> str:
    return "{" + ", ".join(f"{code}: {value}" for code, value in values.items()) + "}"


def run(folder: Path, *command: str) -> None:
    """Run a program, which must find that everything passes."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0 or f"{CASES} passed" not in done.stdout.replace(
        str(CASES + 1), str(CASES)
    ):
        raise SystemExit((done.stdout + done.stderr)[-2000:])


def main() -> None:
    """Check that both ways agree, then time them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_cases(folder)
        checked = ("chiso", "check", "form.yaml")
        plain = ("-p", "no:cacheprovider", "-p", "no:xdist")
        medians = race(
            {
                "chiso check": lambda: run(folder, *checked),
                "pytest, Python API": lambda: run(folder, "pytest", "-q", *plain, "test_form.py"),
                "pytest, check file": lambda: run(
                    folder, "pytest", "-q", *plain, "-p", "chiso.pytest_plugin", "form.check.yaml"
                ),
            },
            rounds=5,
        )
    report(f"{CASES} cases, start of the program included", medians, "chiso check")


if __name__ == "__main__":
    main()
