from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def version() -> str:
    header = (ROOT / "include/chiso/version.hpp").read_text("utf-8")
    found = re.search(r'header_version = "([0-9.]+)"', header)
    assert found
    return found[1]


def test_vcpkg_has_the_version_of_the_header() -> None:
    assert json.loads((ROOT / "vcpkg.json").read_text())["version-semver"] == version()


def test_the_changelog_starts_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert headings[0] == version()


def test_the_wheel_takes_its_version_from_the_header() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rule = project["tool"]["scikit-build"]["metadata"]["version"]

    found = re.search(rule["regex"], (ROOT / rule["input"]).read_text("utf-8"))

    assert found
    assert found["value"] == version()


def test_what_runs_the_package_is_in_the_environment_of_its_developers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert set(project["project"]["dependencies"]) == set(project["dependency-groups"]["run"])
