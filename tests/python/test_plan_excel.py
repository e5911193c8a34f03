"""Plans through real Excel files: what a spreadsheet would take for something else stays a text."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import chiso

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "=1+1", "+84 37", "-3", "@home", "1.0", "007", "1e5", "12/2023", "2024-01-02", "15/12/2023",
    "TRUE", "NA", "'quoted", '"', "a, b", "Rà soát; báo cáo", "dòng một\ndòng hai", "Hòa",
    "100%", "#REF!",
]  # fmt: skip
ROLES = [role.name for role in chiso.TaskRole.__members__.values()]


def random_plan(dice: random.Random) -> chiso.Plan:
    """Return a plan whose texts are those that spreadsheets like to change."""

    def text() -> str:
        return dice.choice(TEXTS)

    agencies: dict[str, dict[str, object]] = {
        f"a{i}": {"title": {"vi": f"Sở {i}, ngành {i}"}} for i in range(dice.randint(1, 5))
    }
    agencies["all"] = {"title": {"vi": "Các sở"}, "members": list(agencies)}
    tasks = []
    for i in range(dice.randint(0, 5)):
        task: dict[str, object] = {"code": f"{i}.{i}", "title": {"vi": text(), "en": text()}}
        for key in ("product", "evidence", "note", "paragraph"):
            if dice.random() < 0.5:
                task[key] = text()
        for role in dice.sample(ROLES, dice.randint(0, 3)):
            task[role] = dice.sample(list(agencies), dice.randint(1, len(agencies)))
        if dice.random() < 0.5:
            task["due"] = f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        if dice.random() < 0.3:
            task["cost"] = dice.choice([0, 0.1, 1e6, 12345.678])
        if dice.random() < 0.3:
            task["of"] = ["par:F1", "par"]
        tasks.append(task)
    written = {
        "chiso": 1, "plan": "p", "title": {"vi": text()}, "unit": "Thanh Hóa", "note": text(),
        "indices": {"par": "par-fields"}, "agencies": agencies, "tasks": tasks,
        "targets": [{"of": "par", "rank": "<= 10", "by": 2025}],
    }  # fmt: skip
    return chiso.Plan.from_yaml(json.dumps(written, ensure_ascii=False))


def test_a_thousand_plans_are_the_same_after_excel(tmp_path: Path) -> None:
    dice = random.Random(3)
    path = tmp_path / "kế hoạch.xlsx"
    for _ in range(1000):
        plan = random_plan(dice)
        plan.to_table(path, language=dice.choice(("vi", "en")))

        assert chiso.load_plan(path) == plan
