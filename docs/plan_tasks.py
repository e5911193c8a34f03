"""Writes what a page on a shipped plan shows: each paragraph of the document and its tasks."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

#: Lists of a task that are no roles.
NO_ROLES = {"of", "to", "effects", "news"}


def write(root: Path, name: str) -> None:
    """Write docs/plans/<name>.tasks.md below `root` from the plan and text in share/plans."""
    share = root / "share" / "plans"
    plan = yaml.safe_load((share / f"{name}.yaml").read_text("utf-8"))
    document = (share / f"{name}.txt").read_text("utf-8").splitlines()
    titles = {code: agency["title"]["en"] for code, agency in plan["agencies"].items()}

    page: list[str] = []
    for paragraph, group in groupby(plan["tasks"], lambda task: task["paragraph"]):
        tasks = list(group)
        words = next(line for line in document if tasks[0]["title"]["vi"] in line)
        page += [f"### {paragraph}\n", f"> {words.strip().removeprefix('- ')}\n"]
        page += ["| code | task | who | to | every |", "| --- | --- | --- | --- | --- |"]
        page += ["| " + " | ".join(row(task, titles)) + " |" for task in tasks]
        page += [f"\n{task['code']}: {task['note']}" for task in tasks if "note" in task]
        page += [""]
    (root / "docs" / "plans" / f"{name}.tasks.md").write_text("\n".join(page), "utf-8")


def row(task: dict[str, Any], titles: dict[str, str]) -> list[str]:
    """Return the cells of a task: code, English title, agencies by role, addressees, how often."""
    # Roles of the same agencies are told together.
    by_agencies: dict[tuple[str, ...], list[str]] = {}
    for key, codes in task.items():
        if isinstance(codes, list) and key not in NO_ROLES:
            by_agencies.setdefault(tuple(codes), []).append(key.replace("_", " "))
    return [
        task["code"],
        task["title"]["en"],
        "<br>".join(
            f"*{', '.join(roles)}*: {'; '.join(titles[code] for code in codes)}"
            for codes, roles in by_agencies.items()
        ),
        "; ".join(titles[code] for code in task.get("to", ())),
        task.get("every", ""),
    ]
