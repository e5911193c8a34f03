"""The JSON Schema that editors complete and check sets of actions by."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTIONS = sorted((ROOT / "share" / "actions").rglob("*.yaml"))

EXAMPLE = """
chiso: 1
name: demo
title: {en: Demo}
status: illustrative
time_unit: months
capacities: {so-tc: 3}
actions:
  - code: one-stop
    title: One-stop shop
    cost: 120
    effects: [entry + 0.5 points, pci:days - 3]
    uses: {so-tc: 2}
    duration: 6
  - code: online
    effects: {of: entry, add_points: 0.25}
    uses: so-tc
    needs: one-stop
    excludes: [paper]
    choice: must
  - code: paper
"""


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = (ROOT / "share" / "schema" / "actions.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator
    validator.check_schema(json.loads(text))
    return validator(json.loads(text))


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.stem)
def test_every_shipped_set_is_valid(schema: jsonschema.Draft202012Validator, path: Path) -> None:
    found = schema.iter_errors(yaml.safe_load(path.read_text("utf-8")))
    assert [f"{error.json_path}: {error.message}" for error in found] == []


def test_there_is_a_shipped_set() -> None:
    assert ACTIONS


def test_the_actions_of_the_documentation_are_valid(
    schema: jsonschema.Draft202012Validator,
) -> None:
    page = (ROOT / "docs" / "reaching-a-target.md").read_text("utf-8")
    example = re.search(r"```yaml\n(chiso: 1\nname: .*?)```", page, re.DOTALL)
    assert example is not None

    assert schema.is_valid(yaml.safe_load(example[1]))


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("chiso: 1", "chiso: 2"),
        ("cost: 120", "cost: -1"),
        ("cost: 120", "costs: 120"),
        ("duration: 6", "duration: long"),
        ("entry + 0.5 points", "entry 0.5"),
        ("entry + 0.5 points", "entry + half"),
        ("{of: entry, add_points: 0.25}", "{of: entry}"),
        ("{of: entry, add_points: 0.25}", "{of: entry, add: 1, to: 2}"),
        ("uses: {so-tc: 2}", "uses: {so-tc: -2}"),
        ("choice: must", "choice: perhaps"),
        ("needs: one-stop", "needs: one stop"),
        ("- code: paper", "- title: paper"),
    ],
)
def test_wrong_actions_are_refused(
    schema: jsonschema.Draft202012Validator, line: str, instead: str
) -> None:
    assert schema.is_valid(yaml.safe_load(EXAMPLE))
    assert line in EXAMPLE
    assert not schema.is_valid(yaml.safe_load(EXAMPLE.replace(line, instead)))
