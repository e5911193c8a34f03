"""The JSON Schema that editors complete and check definitions by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

SHARE = Path(__file__).parents[2] / "share"
DEFINITIONS = sorted((SHARE / "indices").rglob("*.yaml"))


class Loader(yaml.SafeLoader):
    """YAML as editors read it for a schema: a day is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Any:
    return yaml.load(text, Loader=Loader)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((SHARE / "schema" / "index.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_shipped_definition_is_valid(
    validator: jsonschema.Draft202012Validator, path: Path
) -> None:
    errors = [error.message for error in validator.iter_errors(read(path.read_text("utf-8")))]

    assert errors == []


def test_there_are_shipped_definitions() -> None:
    assert len(DEFINITIONS) >= 20


GOOD = """
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
def test_what_is_wrong_is_refused(
    validator: jsonschema.Draft202012Validator, line: str, instead: str
) -> None:
    assert line in GOOD
    assert validator.is_valid(read(GOOD))

    assert not validator.is_valid(read(GOOD.replace(line, instead)))
