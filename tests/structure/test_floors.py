from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
breaches = runpy.run_path(str(ROOT / "tests" / "floors.py"))["breaches"]


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_every_folder_sees_only_what_its_floor_allows() -> None:
    assert breaches(ROOT) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("include/chiso/rank/rank.hpp", '#include "chiso/model/index.hpp"'),
        ("src/model/index.cpp", '#include "evaluate/plan.hpp"'),
        ("src/base/text.cpp", '#include "chiso/chiso.hpp"'),
        ("include/chiso/helpers/all.hpp", ""),
    ],
)
def test_a_breach_is_found(tmp_path: Path, path: str, line: str) -> None:
    write(tmp_path, path, f"#pragma once\n\n{line}\n")

    assert len(breaches(tmp_path)) == 1


def test_a_look_down_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, "src/evaluate/plan.cpp", '#include "chiso/model/index.hpp"\n')

    assert breaches(tmp_path) == []
