"""Who may include whom: a folder sees itself and what its line names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KERNELS = {"normalize", "score", "aggregate", "rank"}
SCENARIOS = {"base", "formula", "model", "evaluate", "scenario", *KERNELS}
VALUES = {*SCENARIOS, "plan", "responsibility", "reach", "check"}
SEES = {
    "base": set(),
    **{kernel: {"base"} for kernel in KERNELS},
    "formula": {"base"},
    "model": {"base", "formula", "score"},
    "plan": {"base", "model"},
    "evaluate": {"base", "formula", "model", *KERNELS},
    "scenario": {"base", "formula", "model", "evaluate", *KERNELS},
    "uncertainty": {"base", "formula", "model", "evaluate", "scenario", *KERNELS},
    "responsibility": {"base", "model", "plan", "evaluate", "scenario", "uncertainty", "rank"},
    "reach": {*SCENARIOS, "plan"},
    "check": {*SCENARIOS, "plan"},
    "optimize": {*SCENARIOS, "plan", "uncertainty", "reach"},
    "snapshot": {*VALUES, "uncertainty"},
    "io": VALUES,
    "serialization": {*VALUES, "uncertainty", "snapshot", "io"},
}

# "chiso/<folder>/<name>.hpp" is public, "<folder>/<name>.hpp" private to src/.
INCLUDE = re.compile(r'^#include [<"](?:chiso/)?(\w+)/\w+\.hpp[">]', re.MULTILINE)
UMBRELLA = re.compile(r'^#include [<"]chiso/chiso\.hpp[">]', re.MULTILINE)


def breaches(root: Path) -> list[str]:
    """Return the includes under `root`/include/chiso and `root`/src that go up or sideways."""
    found = []
    for base in (root / "include" / "chiso", root / "src"):
        for source in sorted(base.glob("*/**/*.[hc]pp")):
            folder = source.relative_to(base).parts[0]
            text = source.read_text("utf-8")
            if folder not in SEES:
                found.append(f"{folder}/ has no floor")
                continue
            if UMBRELLA.search(text):
                found.append(f"{source.relative_to(root)} may not see everything (chiso.hpp)")
            for used in sorted(set(INCLUDE.findall(text)) - {folder}):
                if used in SEES and used not in SEES[folder]:
                    found.append(f"{source.relative_to(root)} may not see {used}/")
                elif used not in SEES and (root / "include" / "chiso" / used).is_dir():
                    found.append(f"{used}/ has no floor")
    return found
