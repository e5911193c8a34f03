"""`chiso check`, `chiso.check`, the pytest plugin: thin faces of one thing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import chiso
import jsonschema
import pytest
import yaml
from chiso.cli import main
from click.testing import CliRunner, Result

ROOT = Path(__file__).parents[2]

DEFINITION = """\
chiso: 1
index: service
edition: "1"
variables:
  rate: {unit: percent, range: [0, 100]}
tree:
  code: service
  maximum: 2
  variable: rate
  rule:
    steps:
      - {when: "> 90", points: 2}
      - {when: "[70, 90]", points: 1}
      - {when: "< 70", points: 0}
"""
CASES = """\
chiso: 1
cases:
  - {name: seventy, given: {rate: 70}, expect: 1}
  - {name: ninety, given: {rate: 90}, expect: 2}
  - {name: no unit, panel: pci_scores, period: 2019, unit: Hanoy, expect: 1}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A definition; of its cases one passes, one fails, one cannot be run."""
    (tmp_path / "service.yaml").write_text(DEFINITION, "utf-8")
    (tmp_path / "service.check.yaml").write_text(CASES, "utf-8")
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


# ---- Python -------------------------------------------------------------------------------------


def test_a_report_says_what_passed(folder: Path) -> None:
    seen: list[str] = []
    report = chiso.check(folder, progress=lambda target: seen.append(target.name))

    assert seen == ["service-1"]
    assert not report.passed
    assert report.exit_code == 2
    assert report.totals == {"passed": 2, "failed": 1, "errors": 1, "skipped": 0, "warnings": 0}
    frame = report.to_frame()
    assert list(frame["outcome"]) == ["passed", "passed", "failed", "error"]
    assert list(frame["check"]) == ["lint", "case", "case", "case"]
    assert frame["message"][2] == "expected 2, found 1 (-1)"
    assert frame["line"][2] == 4
    findings = report.findings()
    assert findings["details"][0] == (
        "service = 1  <- expected 2   [rate = 90; > 90: 2; [70, 90]: 1; < 70: 0]"
    )
    assert "service-1" in str(report)
    assert "1 failed" in repr(report)


def test_checks_are_selected(folder: Path) -> None:
    assert chiso.check([folder / "service.yaml"], select="::seventy").passed
    assert list(chiso.check(folder, only="lint").to_frame()["check"]) == ["lint"]
    assert list(chiso.check(folder, only="mutation").to_frame()["check"]) == ["mutation"]
    with pytest.raises(chiso.NotFoundError, match="there is no check 'lnit'"):
        chiso.check(folder, only="lnit")


def test_what_the_progress_function_throws_is_thrown(folder: Path) -> None:
    def stop(_: object) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        chiso.check(folder, progress=stop, threads=3)


def test_a_report_is_written(folder: Path, tmp_path: Path) -> None:
    chiso.check(folder).write(tmp_path / "report.json", "json")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["exit_code"] == 2
    assert report["targets"][0]["items"][2]["findings"][0]["line"] == 4


# ---- The command line ---------------------------------------------------------------------------


def test_the_command_shows_what_is_wrong(folder: Path) -> None:
    result = run(folder)

    assert result.exit_code == 2
    assert "FAILED  case: ninety" in result.stdout
    assert "service.check.yaml:4:" in result.stdout
    assert "service = 1  <- expected 2" in result.stdout
    assert "did you mean 'Hà Nội'?" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 failed, 1 could not be run, 2 passed"
    assert "\x1b" not in result.stdout
    assert "\x1b[" in run(folder, "--color").stdout


def test_exit_codes(folder: Path) -> None:
    assert run(folder, "-k", "seventy").exit_code == 0
    assert run(folder, "-k", "ninety").exit_code == 1
    assert run(folder, "-k", "telepathy").exit_code == 2
    assert run(folder / "nothing").exit_code == 2
    assert run(folder, "-k", "seventy", "-o", folder / "nothing" / "checks.txt").exit_code == 2
    assert run().exit_code == 2
    (folder / "service.yaml").write_text(
        DEFINITION.replace("tree:", "  unused: {}\ntree:"), "utf-8"
    )
    assert run(folder, "--only", "lint").exit_code == 0
    assert run(folder, "--only", "lint", "--fail-on-warning").exit_code == 1


def test_formats(folder: Path, tmp_path: Path) -> None:
    assert json.loads(run(folder, "-f", "json").stdout)["totals"]["failed"] == 1
    assert run(folder, "-f", "github").stdout.count("::error file=") == 2
    quality = json.loads(run(folder, "-f", "gitlab").stdout)
    assert {entry["severity"] for entry in quality} == {"major"}
    assert len({entry["fingerprint"] for entry in quality}) == 2
    result = run(folder, "-f", "junit", "-o", tmp_path / "checks.xml")
    assert "FAILED" in result.stdout
    assert ET.parse(tmp_path / "checks.xml").getroot().tag == "testsuites"
    text = run(folder, "-o", tmp_path / "checks.txt")
    assert text.stdout == ""
    assert "1 failed" in (tmp_path / "checks.txt").read_text("utf-8")


# Elements with their attributes (* must be there) and children, by the schema of Jenkins' xUnit
# plugin (junit-10.xsd), which services read.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"*name", "*tests", "*failures", "*errors", "time", "skipped", "file"},
        {"testcase"},
    ),
    "testcase": (
        {"*name", "time", "classname"},
        {"failure", "error", "skipped", "system-out"},
    ),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def test_junit_is_valid(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(DEFINITION.replace("70", "7o"), "utf-8")
    (folder / "wrong.check.yaml").write_text(CASES, "utf-8")
    root = ET.fromstring(run(folder, "-f", "junit").stdout)

    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) <= {name.lstrip("*") for name in attributes}
        assert {name[1:] for name in attributes if name[0] == "*"} <= set(element.attrib)
        assert {child.tag for child in element} <= children
    for suite in root:
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.attrib["tests"])
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            found = [case for case in cases if case.find(tag) is not None]
            assert len(found) == int(suite.attrib[count])
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)


# ---- pytest -------------------------------------------------------------------------------------


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "chiso.pytest_plugin", "-p", "no:cacheprovider",
            "-p", "no:xdist", *arguments, str(folder),
        ],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip


def test_each_check_is_a_test_of_pytest(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    done = run_pytest(folder, "-v", "-rfs")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "service.check.yaml::case: seventy PASSED" in done.stdout
    assert "service.check.yaml::case: ninety FAILED" in done.stdout
    assert "service = 1  <- expected 2" in done.stdout
    assert "Traceback" not in done.stdout
    assert "2 failed, 2 passed" in done.stdout
    assert "::case: ninety - error: service: expected 2" in done.stdout

    collected = run_pytest(folder, "--collect-only", "-q")
    assert collected.stdout.count("service.check.yaml::") == 4
    assert run_pytest(folder, "-k", "seventy").returncode == 0


def test_pytest_takes_the_checks_that_are_configured(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nchiso_checks = mutation\n", "utf-8")
    done = run_pytest(folder, "-v")
    assert "service.check.yaml::mutation PASSED" in done.stdout
    assert "1 passed" in done.stdout


def test_a_table_alone_is_collected(folder: Path) -> None:
    (folder / "service.check.yaml").unlink()
    (folder / "service.check.csv").write_text("case,rate,score: service\na,70,1\n", "utf-8")
    done = run_pytest(folder, "-v")
    assert "service.check.csv::case: a PASSED" in done.stdout
    assert done.returncode == 0


# ---- The schema ---------------------------------------------------------------------------------

EVERYTHING = """
chiso: 1
definition: other.yaml
tolerances: {pci: 0.01, "a.*": {relative: 0.001}}
cases:
  - name: all of it
    source: page 3
    reference: 211/KH-UBND
    note: a note
    period: [2021, 2020-Q3]
    method: 2020
    panel: pci_scores
    version: round 1
    unit: Thanh Hóa
    given: {rate: 92.5, plan: timely, c: just below 70}
    previous: {rate: 91}
    scores: {x: 2}
    anchors: {y: [1, 10]}
    tolerance: 0
    expect: {pci: {score: 65.64, rank: 24, group: A, tolerance: 0.005}, a: missing,
             b: {published: true, except: [x]}}
  - {name: short, expect: 65.6}
  - {name: wrong, given: {rate: 120}, error: out of the range}
  - {table: more.csv, source: page 4}
baseline: {panel: p, version: v, period: [2019, 2020], method: 2018}
coverage: {at_least: 90, untouched: [{part: x, why: y}]}
mutation: {at_least: 95, survivors: [{mutant: x, why: y}]}
properties: {continuous: [x], rises_with: {x: rate}, falls_with: {x: [late]}, tries: 5}
"""


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = (ROOT / "share" / "schema" / "check.schema.json").read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


def test_the_schema_takes_what_is_documented(schema: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in schema.iter_errors(yaml.safe_load(EVERYTHING))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "cases: []",
        "{chiso: 1, casses: []}",
        "{chiso: 1, cases: [{expect: 1}]}",
        "{chiso: 1, cases: [{name: a, expect: mising}]}",
        "{chiso: 1, coverage: {at_least: 101}}",
        "{chiso: 1, mutation: {survivors: [{mutant: x}]}}",
    ],
)
def test_the_schema_refuses(schema: jsonschema.Draft202012Validator, wrong: str) -> None:
    assert not schema.is_valid(yaml.safe_load(wrong))


def test_lint_says_nothing_of_what_ships() -> None:
    report = chiso.check(ROOT / "share", only="lint", threads=0)
    assert report.passed
    assert report.totals["warnings"] == 0
    assert report.totals["passed"] >= 23


CHECKS = sorted((ROOT / "share").rglob("*.check.yaml"))


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_every_shipped_check_file_is_valid(
    schema: jsonschema.Draft202012Validator, path: Path
) -> None:
    found = schema.iter_errors(yaml.safe_load(path.read_text("utf-8")))
    assert [f"{error.json_path}: {error.message}" for error in found] == []
