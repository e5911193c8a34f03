from __future__ import annotations

import re
import runpy
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "include" / "chiso"
FOLDERS = sorted(p.parent.name for p in (ROOT / "src").glob("*/CMakeLists.txt"))


@cache
def committed_texts() -> dict[str, str]:
    """Return path and text of every file that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    texts = {}
    for name in listing.stdout.splitlines():
        if name.startswith("tests/fuzz/corpus/"):  # What the fuzzer begins with is any bytes.
            continue
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in data:
            texts[name] = data.decode("utf-8")
    return texts


def sources(*suffixes: str) -> dict[str, str]:
    """Return the library's own files with one of the suffixes."""
    return {
        name: text
        for name, text in committed_texts().items()
        if name.startswith(("include/", "src/")) and name.endswith(suffixes)
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_a_folder_is_in_its_cmake_lists(folder: str) -> None:
    lists = (ROOT / "src" / folder / "CMakeLists.txt").read_text("utf-8")
    listed = set(re.findall(r"[\w/]*?(\w+\.[hc]pp)\b", lists))
    there = {p.name for p in (ROOT / "src" / folder).glob("*.cpp")}
    there |= {p.name for p in (PUBLIC / folder).glob("*.hpp")}

    assert there <= listed, f"not in src/{folder}/CMakeLists.txt: {sorted(there - listed)}"


def test_every_public_folder_is_built() -> None:
    assert {p.name for p in PUBLIC.iterdir() if p.is_dir()} == set(FOLDERS)


def test_the_library_is_written_in_ascii() -> None:
    strays = [name for name, text in sources(".hpp", ".cpp", ".in").items() if not text.isascii()]

    assert strays == []


def test_headers_are_guarded_by_pragma_once() -> None:
    bare = [
        name
        for name, text in sources(".hpp", ".hpp.in").items()
        if not text.startswith("#pragma once\n")
    ]

    assert bare == []


def test_the_library_prints_nothing_and_leaves_the_locale_alone() -> None:
    pattern = re.compile(r"#include <(iostream|cstdio|print|clocale)>|\b(printf|puts|setlocale)\(")
    found = [name for name, text in sources(".hpp", ".cpp").items() if pattern.search(text)]

    assert found == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK|NotImpl" r"emented)\b")
    found = [name for name, text in committed_texts().items() if marks.search(text)]

    assert found == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    # Not after a letter, dot or slash: that is a part of an address or of a relative path.
    pattern = re.compile(r"(?<![\w.:/$}>~-])/(?:work|root|home|tmp|opt|Users)/\w")
    found = [name for name, text in committed_texts().items() if pattern.search(text)]

    assert found == []


def test_every_test_names_what_it_tests() -> None:
    """tests/cpp/<folder>/<name>_test.cpp mirrors include/chiso/<folder>/."""
    folders = {p.name for p in (ROOT / "tests" / "cpp").iterdir() if any(p.glob("*_test.cpp"))}

    assert folders <= {*FOLDERS, "threads", "version"}


def test_the_reference_has_every_folder() -> None:
    folders = runpy.run_path(str(ROOT / "docs" / "cpp_reference.py"))["FOLDERS"]

    assert set(folders) == set(FOLDERS)
