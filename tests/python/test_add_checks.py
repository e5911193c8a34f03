"""`chiso_add_checks`, with a stand-in for the program; tests/consumer runs the real one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES NONE)
enable_testing()
add_executable(chiso::chiso-check IMPORTED)
set_target_properties(chiso::chiso-check PROPERTIES IMPORTED_LOCATION "${CMAKE_COMMAND}")
include("%s/cmake/ChisoAddChecks.cmake")
chiso_add_checks(all PATHS %s)
"""
pytestmark = pytest.mark.skipif(shutil.which("ctest") is None, reason="needs CMake")


def registered(folder: Path, paths: str, *files: str) -> list[str]:
    """Names of the tests of a project with these files."""
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("chiso: 1\n", "utf-8")
    (folder / "CMakeLists.txt").write_text(PROJECT % (ROOT, paths), "utf-8")
    build = folder / ".build"
    commands: tuple[list[str | Path], ...] = (
        ["cmake", "-S", folder, "-B", build, "-G", "Unix Makefiles"],
        ["ctest", "--test-dir", build, "--show-only"],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return [line.split("all.", 1)[1] for line in done.stdout.splitlines() if " all." in line]


def test_check_files_come_with_their_definitions(tmp_path: Path) -> None:
    files = ("a/x.yaml", "a/x.check.yaml", "a/x.check.csv", "a/y.yml", "a/y.check.yml")
    assert registered(tmp_path, "a", *files) == ["x", "y"]


def test_check_files_without_a_definition_beside_them_are_tests_too(tmp_path: Path) -> None:
    files = ("a/x.check.yaml", "a/x.check.csv", "a/y.check.csv")
    assert registered(tmp_path, "a", *files) == ["x.check", "y.check"]


def test_what_begins_with_a_dot_is_left_alone(tmp_path: Path) -> None:
    assert registered(tmp_path, ".", "x.yaml", ".x.yaml", ".venv/y.yaml") == ["x"]


def test_files_of_one_name_in_several_paths(tmp_path: Path) -> None:
    files = ("a/x.yaml", "b/x.yaml", "b/x.yml", "b/c/y.yaml")
    names = registered(tmp_path, "a/x.yaml a b/c b", *files)
    assert names == ["x", "y", "b/x.yaml", "b/x.yml"]
