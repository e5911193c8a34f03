"""Every shipped definition has a check file, and passes it: cases, coverage, mutation."""

from __future__ import annotations

import re
from pathlib import Path

import chiso
import numpy as np
import pytest
import yaml

INDICES = Path(__file__).resolve().parents[2] / "share" / "indices"
DEFINITIONS = sorted(
    path for path in INDICES.glob("*/*.yaml") if not path.name.endswith(".check.yaml")
)
FORM = INDICES / "par-department" / "illustrative"
FORMULAS = INDICES / "par-department-formulas" / "illustrative"


def test_there_are_definitions_to_check() -> None:
    assert len(DEFINITIONS) >= 22


@pytest.mark.parametrize(
    "path", DEFINITIONS, ids=lambda path: path.relative_to(INDICES).with_suffix("").as_posix()
)
def test_a_shipped_definition_passes_its_checks(path: Path) -> None:
    # What the file demands is what is checked, so it must demand enough.
    demanded = yaml.safe_load(path.with_suffix(".check.yaml").read_text("utf-8"))
    assert demanded["coverage"] == {"at_least": 100}
    assert demanded["mutation"]["at_least"] >= 95
    explained = demanded["mutation"].get("survivors", [])
    assert all(len(survivor["why"]) > 20 for survivor in explained)

    report = chiso.check(path, only=["lint", "case", "coverage", "mutation"])

    assert report.passed, str(report)
    assert report.totals["warnings"] == 0, str(report)
    # Those that are explained are not noticed either.
    found = report.findings()
    said = found[found["check"] == "mutation"]["message"].iloc[0]
    noticed, tried, accepted = map(
        int, re.findall(r"(\d+) of (\d+) mutants noticed .* (\d+) explained", said)[0]
    )
    assert accepted == len(explained)
    assert noticed >= 0.95 * (tried + accepted)
    kinds = report.to_frame()["check"]
    assert {"lint", "case", "coverage", "mutation"} == set(kinds)


@pytest.mark.parametrize("version", ["self", "round 1", "round 2"])
def test_the_form_in_formulas_gives_what_the_form_gives(version: str) -> None:
    panel = chiso.read_panel("par_department_example", version=version)
    scores = chiso.load_index(f"{FORM}.yaml").score(panel, "2024")

    by_formulas = chiso.load_index(f"{FORMULAS}.yaml").score(panel, "2024")

    expected = scores.to_frame()
    found = by_formulas.to_frame()
    assert expected.shape == found.shape
    assert list(expected.columns) == list(found.columns)
    numbers = expected.select_dtypes("number")
    assert numbers.size > 500
    np.testing.assert_allclose(
        found[numbers.columns], numbers, rtol=1e-12, atol=1e-12, equal_nan=True
    )


def test_the_form_in_formulas_has_the_cases_of_the_form() -> None:
    def cases(path: Path) -> dict[str, tuple[object, object, object]]:
        found = yaml.safe_load(path.with_suffix(".check.yaml").read_text("utf-8"))["cases"]
        return {
            case["name"]: (case.get("given"), case.get("scores"), case["expect"]) for case in found
        }

    form = cases(FORM.with_suffix(".yaml"))
    formulas = cases(FORMULAS.with_suffix(".yaml"))

    assert len(form) > 300
    assert {name: formulas.get(name) for name in form} == form
