"""The JSON Schemas that editors complete and check definitions and plans by."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import chiso
import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SHARE = ROOT / "share"
DEFINITIONS = [
    path
    for path in sorted((SHARE / "indices").rglob("*.yaml"))
    if not path.name.endswith(".check.yaml")
]
PLANS = sorted((SHARE / "plans").rglob("*.yaml"))

Validator = jsonschema.Draft202012Validator


class Loader(yaml.SafeLoader):
    """YAML as editors read it for a schema: a day is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Any:
    return yaml.load(text, Loader=Loader)


def errors(validator: Validator, text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(read(text))]


def validator_of(kind: str, *beside: str) -> Validator:
    """The validator of a schema, with those beside it that it names put into it."""
    schema = schema_of(kind)
    for other in beside:
        name = f"{other}.schema.json"
        schema["$defs"][name] = {"$id": name, **schema_of(other)}
    Validator.check_schema(schema)
    return Validator(schema)


def schema_of(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        (SHARE / "schema" / f"{kind}.schema.json").read_text("utf-8")
    )
    return schema


@pytest.fixture(scope="module")
def index_schema() -> Validator:
    return validator_of("index")


@pytest.fixture(scope="module")
def plan_schema() -> Validator:
    return validator_of("plan")


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_shipped_definition_is_valid(index_schema: Validator, path: Path) -> None:
    assert errors(index_schema, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_shipped_plan_is_valid(plan_schema: Validator, path: Path) -> None:
    assert errors(plan_schema, path.read_text("utf-8")) == []


def test_there_are_shipped_definitions_and_plans() -> None:
    assert len(DEFINITIONS) >= 20
    assert PLANS


def test_the_plan_of_the_documentation_is_valid(plan_schema: Validator) -> None:
    page = (ROOT / "docs" / "plans.md").read_text("utf-8")
    example = re.search(r"```yaml\n(chiso: 1\n.*?)```", page, re.DOTALL)
    assert example is not None

    assert errors(plan_schema, example[1]) == []


INDEX = """
chiso: 1
index: a
edition: b
tree: {code: x, maximum: 2, rule: {proportional: {full_at: 100}}}
"""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("chiso: 1", ""),
        ("chiso: 1", "chiso: 2"),
        ("index: a", "index: a b"),
        ("edition: b", "editon: b"),
        ("code: x, ", ""),
        ("maximum: 2", "maximum: two"),
        ("maximum: 2", "missing: error"),
        ("proportional", "proportionl"),
        ("full_at: 100", "full_at: 0"),
        ("rule: {proportional: {full_at: 100}}", "rule: proportional"),
        ("rule: {proportional: {full_at: 100}}", "children: []"),
        (
            "rule: {proportional: {full_at: 100}}",
            "children: [{code: y, rule: identity}]",
        ),
    ],
)
def test_a_wrong_definition_is_refused(index_schema: Validator, line: str, instead: str) -> None:
    assert line in INDEX
    assert index_schema.is_valid(read(INDEX))

    assert not index_schema.is_valid(read(INDEX.replace(line, instead)))


PLAN = """
chiso: 1
plan: a
issued: 2022-08-26
period: {from: 2022, to: 2025}
indices: {par: par-fields}
regions: {north: [x, y]}
agencies:
  home: {title: Home Affairs, aliases: [DHA]}
  all: {group: true}
areas: {a: {of: "par:F1"}}
baseline: [{of: par, period: 2021, rank: 14}]
targets: [{of: par, rank: <= 10, against: previous}]
tasks:
  - code: a.1
    lead: home
    to: [all]
    due: 2023-12-15
    every: year
    cost: 3
    effects: [{of: "par:F1", add_points: 0.5}]
    news: [{date: 2023-03-31, status: done, percent: 100}]
"""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("chiso: 1", "chiso: 2"),
        ("plan: a", ""),
        ("plan: a", "plan: a b"),
        ("issued: 2022-08-26", "issued: 26/8/2022"),
        ("period: {from: 2022, to: 2025}", "period: 2022"),
        ("par: par-fields", "par: [par-fields]"),
        ("[x, y]", "[]"),
        ("aliases: [DHA]", "alias: [DHA]"),
        ("group: true", "group: 1"),
        ('of: "par:F1"}}', 'of: "par F1"}}'),
        ("of: par, period: 2021, ", "of: par, "),
        ("period: 2021, rank: 14", "period: 2021"),
        ("rank: <= 10", "rank: <= 10, score: keep"),
        ("rank: <= 10", "rank: kept"),
        ("rank: <= 10, ", ""),
        ("against: previous", "against: last"),
        ("code: a.1", "title: a.1"),
        ("lead: home", "leads: home"),
        ("lead: home", "lead: []"),
        ("due: 2023-12-15", "due: 2023"),
        ("every: year", "every: yearly"),
        ("cost: 3", "cost: -3"),
        ("add_points: 0.5", "add_points: 0.5, to: 3"),
        (", add_points: 0.5", ""),
        ("status: done", "status: finished"),
        ("percent: 100", "percent: 101"),
    ],
)
def test_a_wrong_plan_is_refused(plan_schema: Validator, line: str, instead: str) -> None:
    assert line in PLAN
    assert errors(plan_schema, PLAN) == []

    assert not plan_schema.is_valid(read(PLAN.replace(line, instead)))


@pytest.fixture(scope="module")
def scenarios_schema() -> Validator:
    return validator_of("scenarios", "index")


def test_the_scenarios_of_the_documentation_are_valid(
    scenarios_schema: Validator, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(chiso: 1\n.*?)```", page, re.DOTALL)
    assert len(examples) >= 2

    for example in examples:
        assert errors(scenarios_schema, example) == []
        (tmp_path / "s.yaml").write_text(example, "utf-8")
        assert chiso.load_scenarios(tmp_path / "s.yaml")


SCENARIOS = """
chiso: 1
scenarios:
  - name: a
    refit: false
    edits:
      - {value: x, of: [A, B], set: 8}
      - {score: y, add: 0.5}
      - {weights: {time: 15}, redistribute: false}
      - {rule: x, with: {min_max: {onto: [1, 10]}}}
      - {aggregation: p, method: geometric_mean, missing: error}
      - {drop: z}
      - {add_to: p, criterion: {code: n, rule: identity}}
      - {merge: {A: 1, B: 2}, into: C, totals: people}
      - {split: A, into: [D, E]}
      - {method_of: 2019-Q3}
      - {index: pci-2013}
"""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("chiso: 1", ""),
        ("name: a", "names: a"),
        ("refit: false", "refit: 1"),
        ("value: x, ", "value: x, score: y, "),
        ("value: x, ", ""),
        (", set: 8", ""),
        (", set: 8", ", set: 8, add: 1"),
        ("of: [A, B]", "of: []"),
        ("add: 0.5", "add: half"),
        ("time: 15", "time: much"),
        (", with: {min_max: {onto: [1, 10]}}", ""),
        ("min_max", "min_mx"),
        (", method: geometric_mean, missing: error", ""),
        ("geometric_mean", "geometric"),
        ("drop: z", "drop: [z]"),
        ("code: n, rule: identity", "code: n"),
        ("{A: 1, B: 2}", "A"),
        (", into: C", ""),
        ("2019-Q3", "2019-Q5"),
        ("index: pci-2013", "index: {index: pci}"),
    ],
)
def test_a_wrong_scenario_is_refused(scenarios_schema: Validator, line: str, instead: str) -> None:
    assert line in SCENARIOS
    assert errors(scenarios_schema, SCENARIOS) == []

    assert not scenarios_schema.is_valid(read(SCENARIOS.replace(line, instead, 1)))


def test_a_file_of_one_scenario_is_valid(scenarios_schema: Validator) -> None:
    assert errors(scenarios_schema, "chiso: 1\nname: a\nedits: [{drop: b}]\n") == []
    assert not scenarios_schema.is_valid(read("name: a\nedits: [{drop: b}]\n"))
