"""Limits of what is read: each refuses in bounded time, says which it is, and can be raised."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chiso
import pytest
from chiso import InputLimits, _core, _tables
from chiso._limits import core_limits

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
FIELDS = [field.name for field in dataclasses.fields(InputLimits)]

INDEX = """
chiso: 1
index: a
edition: '1'
variables: {r: {range: [0, 100]}}
tree: {code: t, aggregation: sum, children: [{code: x, rule: {formula: "((1 + r)) * 2"}}]}
"""
PLAN = """
chiso: 1
plan: p
title: {vi: t}
agencies: {a: {title: {vi: a}}}
tasks: [{code: '1', title: {vi: x}, lead: a}]
"""
ACTIONS = "chiso: 1\nname: n\nactions: [{code: a, cost: 1, effects: [x + 1]}]\n"
SCENARIOS = "chiso: 1\nscenarios: [{name: s, edits: [{value: x, of: A, set: 1}]}]\n"
PANEL = "unit,period,x\nA,2020,1\nB,2020,2\n"
STANDINGS = "index,period,unit,score\npci,2020,A,1\n"
NAMES = "name,aliases\nA,B\n"


def test_the_fields_are_those_of_the_core() -> None:
    core = [name for name in vars(_core.InputLimits) if not name.startswith("_")]
    assert sorted(core) == sorted(FIELDS)
    header = (ROOT / "include/chiso/io/limits.hpp").read_text(encoding="utf-8")
    assert re.findall(r"^  (?:Size|int) (\w+) = ", header, re.MULTILINE) == FIELDS


def test_what_is_left_out_stays() -> None:
    plan = core_limits(InputLimits(depth=7), _core.plan_limits)
    assert (plan.depth, plan.values) == (7, 3_000_000)
    assert core_limits(None).values == 500_000
    assert core_limits(InputLimits(values=10**30, depth=10**30)).values == 2**62
    for wrong in (-1, 1.5, "7"):
        with pytest.raises((TypeError, ValueError)):
            InputLimits(values=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        InputLimits(nothing=1)  # type: ignore[call-arg]


def xlsx(path: Path, text: str) -> Path:
    _tables.write_rows([line.split(",") for line in text.splitlines()], path)
    return path


def loaders(folder: Path) -> dict[str, tuple[Callable[..., Any], list[str]]]:
    """Every reader with the limits that bind it, on a small file of its kind."""
    yaml = ["definition_bytes", "depth", "values", "text_bytes"]
    formula = ["formula_bytes", "formula_nodes", "formula_depth"]
    table = ["table_bytes", "rows", "columns", "cells", "cell_bytes"]
    texts = {
        "index.yaml": INDEX, "plan.yaml": PLAN, "actions.yaml": ACTIONS, "s.yaml": SCENARIOS,
        "panel.csv": PANEL, "standings.csv": STANDINGS, "names.csv": NAMES,
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("panel", "standings", "names"):
        xlsx(folder / f"{name}.xlsx", texts[f"{name}.csv"])
    index = chiso.Index.from_yaml(INDEX.replace('"((1 + r)) * 2"', "'r'"))
    index.to_table(folder / "index.csv")
    (folder / "r.csv").write_text(PANEL.replace(",x", ",r"), encoding="utf-8")
    panel = chiso.read_panel(folder / "r.csv")
    chiso.lock(index, panel).save(folder / "b.lock")
    plan = chiso.Plan.from_yaml(PLAN)
    plan.save(folder / "plan.csv")
    plan.save(folder / "plan.xlsx")
    chiso.Actions.from_yaml(ACTIONS).save(folder / "actions.csv")
    chiso.save_scenarios(chiso.load_scenarios(folder / "s.yaml"), folder / "s.csv")
    for name in ("study.chiso", "study.xml"):
        chiso.Study(index=index, panel=panel).save(folder / name)
    excel = [*table[:-1], "cell_bytes", "unpacked_bytes"]

    def of(function: Callable[..., Any], source: Any) -> Callable[..., Any]:
        return lambda limits=None: function(source, limits=limits)

    return {
        "load_index": (of(chiso.load_index, folder / "index.yaml"), yaml + formula),
        "Index.from_yaml": (of(chiso.Index.from_yaml, INDEX), yaml + formula),
        "load_index, table": (of(chiso.load_index, folder / "index.csv"), table),
        "Index.from_frame": (of(chiso.Index.from_frame, index.to_table()), ["cell_bytes"]),
        "load_plan": (of(chiso.load_plan, folder / "plan.yaml"), yaml),
        "load_plan, table": (of(chiso.load_plan, folder / "plan.csv"), table),
        "load_plan, Excel": (of(chiso.load_plan, folder / "plan.xlsx"), excel),
        "Plan.from_yaml": (of(chiso.Plan.from_yaml, PLAN), yaml),
        "Plan.from_frame": (of(chiso.Plan.from_frame, plan.to_table()), ["cell_bytes"]),
        "load_actions": (of(chiso.load_actions, folder / "actions.yaml"), yaml),
        "load_actions, table": (of(chiso.load_actions, folder / "actions.csv"), table),
        "Actions.from_yaml": (of(chiso.Actions.from_yaml, ACTIONS), yaml),
        "load_scenarios": (of(chiso.load_scenarios, folder / "s.yaml"), yaml),
        "load_scenarios, table": (of(chiso.load_scenarios, folder / "s.csv"), table),
        "Scenario.from_yaml": (of(chiso.Scenario.from_yaml, SCENARIOS), yaml),
        "load_baseline": (of(chiso.load_baseline, folder / "b.lock"), ["table_bytes", *yaml[1:]]),
        "read_panel": (of(chiso.read_panel, folder / "panel.csv"), table),
        "read_panel, Excel": (of(chiso.read_panel, folder / "panel.xlsx"), excel),
        "read_panels": (of(chiso.read_panels, folder / "panel.csv"), table),
        "read_standings": (of(chiso.read_standings, folder / "standings.csv"), table),
        "read_standings, Excel": (of(chiso.read_standings, folder / "standings.xlsx"), excel),
        "read_names": (of(chiso.read_names, folder / "names.csv"), table),
        "Formula": (of(chiso.Formula, "(1 + 2) * 3"), formula),
        "load_snapshot": (
            of(chiso.load_snapshot, folder / "study.chiso"),
            ["snapshot_bytes", "snapshot_values"],
        ),
        "load_snapshot, XML": (
            of(chiso.load_snapshot, folder / "study.xml"),
            ["snapshot_text_bytes", "snapshot_values"],
        ),
    }


def test_every_limit_of_every_reader_refuses_and_can_be_raised(tmp_path: Path) -> None:
    used = set()
    for name, (read, limits) in loaders(tmp_path).items():
        read()
        for limit in limits:
            used.add(limit)
            try:
                read(InputLimits(**{limit: 1}))
            except chiso.Error as error:
                message = str(error)
            else:
                message = ""
            assert re.search(f"raise .*`{limit}`", message), (name, limit, message)
            assert "InputLimits" in message, (name, limit)
            # The limit itself, or the size that was found.
            assert re.search(r"\b1\b", message), (name, limit, message)
        read(InputLimits(**dict.fromkeys(FIELDS, 10**9)))
    assert used == set(FIELDS)


def test_limits_can_be_raised_beyond_the_defaults(tmp_path: Path) -> None:
    long = "x" * (70 << 10)
    index = INDEX.replace("edition:", f"note: {long}\nedition:")
    with pytest.raises(chiso.SpecError, match="`text_bytes` of InputLimits"):
        chiso.Index.from_yaml(index)
    found = chiso.Index.from_yaml(index, limits=InputLimits(text_bytes=1 << 20))
    assert pickle.loads(pickle.dumps(found)) == found

    sums = "+".join(["sum(" + ", ".join(["1"] * 1000) + ")"] * 12)
    with pytest.raises(chiso.SpecError, match="`formula_nodes` of InputLimits"):
        chiso.Formula(sums)
    formula = chiso.Formula(sums, limits=InputLimits(formula_nodes=20_000))
    assert pickle.loads(pickle.dumps(formula)) == formula

    deep = INDEX.replace("edition:", "note: " + "[" * 150 + "]" * 150 + "\nedition:")
    with pytest.raises(chiso.SpecError, match="nested deeper than 100"):
        chiso.Index.from_yaml(deep)
    with pytest.raises(chiso.SpecError, match="note"):  # Read, and then no note.
        chiso.Index.from_yaml(deep, limits=InputLimits(depth=200))

    (tmp_path / "t.csv").write_text(f"unit,period,x\n{long},2020,1\n", encoding="utf-8")
    with pytest.raises(chiso.DataError, match="`cell_bytes` of InputLimits"):
        chiso.read_panel(tmp_path / "t.csv")
    limits = InputLimits(cell_bytes=1 << 20)
    assert chiso.read_panel(tmp_path / "t.csv", limits=limits).units == [long]

    tasks = ", ".join(f"{{code: 't{i}', title: {{vi: x}}}}" for i in range(100))
    plan = PLAN.replace("tasks: [", f"tasks: [{tasks}, ")
    small = InputLimits(values=100)
    with pytest.raises(chiso.SpecError, match="`values` of InputLimits"):
        chiso.Plan.from_yaml(plan, limits=small)
    loaded = chiso.Plan.from_yaml(plan)
    assert pickle.loads(pickle.dumps(loaded)) == loaded


def test_nothing_that_is_wished_exhausts_the_stack() -> None:
    most = InputLimits(**dict.fromkeys(FIELDS, 10**9))
    for text in ("[" * 100_000, "{a: " * 100_000, "- " * 100_000):
        with pytest.raises(chiso.SpecError, match=r"deeper than 480|the colon|illegal block"):
            chiso.Index.from_yaml("note: " + text, limits=most)
    for text in (
        "(" * 100_000,
        "-" * 100_000,
        "not " * 100_000,
        "if a then " * 100_000,
        "2^" * 10**5,
    ):
        with pytest.raises(chiso.SpecError, match=r"500 deep|InputLimits"):
            chiso.Formula(text + "1", limits=most)
    deep = "(" * 700 + "x" + ")" * 700
    assert str(chiso.Formula(deep, limits=most)) == "x"
    tree = "{code: c0, rule: identity}"
    for i in range(1, 230):
        tree = f"{{code: c{i}, aggregation: sum, children: [{tree}]}}"
    text = f"chiso: 1\nindex: a\nedition: '1'\ntree: {tree}\n"
    index = chiso.Index.from_yaml(text, limits=most)
    assert pickle.loads(pickle.dumps(index)) == index
    assert index.score(chiso.Panel.from_frame(_frame()), 2020)["A", "c229"] == 1.0


def _frame() -> Any:
    import pandas as pd

    return pd.DataFrame({"unit": ["A"], "period": [2020], "c0": [1.0]})


# ---- Excel --------------------------------------------------------------------------------------


def repacked(path: Path, part: str, content: bytes | None, **others: bytes) -> Path:
    """Write a workbook with a part of it replaced."""
    xlsx(path, PANEL)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    if content is not None:
        parts[part] = content
    parts.update(others)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


def sheet(cells: bytes) -> bytes:
    return _HEAD + cells + _TAIL


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook of less than a MiB that unpacks to more than 256."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.xlsx"
    return repacked(path, "xl/media/image.bin", bytes(257 << 20))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, bomb: Path) -> None:
    assert bomb.stat().st_size < 2 << 20
    with pytest.raises(chiso.DataError, match=r"unpacks to 2\d{8} bytes.*`unpacked_bytes`"):
        chiso.read_panel(bomb)
    small = repacked(tmp_path / "small.xlsx", "xl/media/image.bin", bytes(2 << 20))
    with pytest.raises(chiso.DataError, match="`unpacked_bytes`"):
        chiso.read_panel(small, limits=InputLimits(unpacked_bytes=1 << 20))
    assert chiso.read_panel(small).units == ["A", "B"]


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = repacked(tmp_path / "lie.xlsx", SHEET, sheet(b"<row>" + b" " * (30 << 20) + b"</row>"))
    content = bytearray(path.read_bytes())
    size = (len(_HEAD) + len(_TAIL) + 11 + (30 << 20)).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(chiso.DataError, match="cannot be read as an Excel file"):
        chiso.read_panel(path)


ONE = b'<c r="%s" t="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (b'<row r="1048576">' + ONE % b"XFD1048576" + b"</row>", "cells"),
        (
            b'<row r="1">' + ONE % b"A1" + b"</row>"
            b'<row r="1048576">' + ONE % b"XFD1048576" + b"</row>",
            "cells",
        ),
        (b'<row r="99999999999">' + ONE % b"A99999999999" + b"</row>", "1048576 rows|cells"),
        (b'<row r="1">' + ONE % b"ZZZ1" + b"</row>", "cannot be read|x"),
    ],
)  # fmt: skip
def test_cells_far_away_cost_nothing(tmp_path: Path, cells: bytes, message: str) -> None:
    path = repacked(tmp_path / "far.xlsx", SHEET, sheet(cells))
    with pytest.raises(chiso.Error, match=message):
        chiso.read_panel(path, limits=InputLimits(cells=1_000_000, rows=2_000_000))


def test_entities_are_refused(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (i + 1, b"&%c;" % i * 10) for i in range(97, 110)
    )
    for text in (laughs + b"]>" + sheet(b"&n;"), (laughs + b"]>").decode().encode("utf-16")):
        path = repacked(tmp_path / "laughs.xlsx", SHEET, text)
        with pytest.raises(chiso.DataError, match="document type"):
            chiso.read_panel(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    others = {f"xl/{i}.bin": b"" for i in range(11_000)}
    path = repacked(tmp_path / "parts.xlsx", SHEET, None, **others)
    with pytest.raises(chiso.DataError, match="more than 10000 parts"):
        chiso.read_panel(path)


@pytest.mark.parametrize("seed", range(20))
def test_broken_workbooks_are_errors(tmp_path: Path, seed: int) -> None:
    import random

    dice = random.Random(seed)
    path = xlsx(tmp_path / "broken.xlsx", PANEL)
    content = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 30)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content[: dice.randint(1, len(content))] if seed % 2 else content)
    with contextlib.suppress(chiso.Error):  # A byte may not matter.
        chiso.read_panel(path)


def test_what_is_hostile_takes_bounded_memory(tmp_path: Path, bomb: Path) -> None:
    """Each is refused in a process that has 1.5 GiB of addresses."""
    repacked(tmp_path / "far.xlsx", SHEET, sheet(b'<row r="1">' + ONE % b"A1" + b"</row>"
             + b'<row r="1048576">' + ONE % b"XFD1048576" + b"</row>"))  # fmt: skip
    (tmp_path / "commas.csv").write_bytes(b"," * (16 << 20))
    (tmp_path / "quote.csv").write_bytes(b'a\n"' + b"x" * (16 << 20))
    (tmp_path / "values.yaml").write_bytes(b"- " * (2 << 20))
    (tmp_path / "flat.yaml").write_bytes(b"[" + b"1," * (1 << 20) + b"1]")
    script = """
import resource, sys, chiso
import openpyxl
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
for name in sys.argv[1:]:
    try:
        (chiso.load_plan if name.endswith("yaml") else chiso.read_panel)(name)
    except chiso.Error as error:
        print(name, error)
    else:
        raise SystemExit(name + " was read")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(bomb), *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.count("InputLimits") >= 4, done.stdout[-2000:]


# ---- the page -----------------------------------------------------------------------------------


def test_the_page_says_what_holds() -> None:
    """Docs/limits.md has every limit with its default."""
    page = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))
    assert list(rows) == FIELDS
    units = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

    def number(text: str) -> int:
        value, _, unit = text.replace(",", "").strip().partition(" ")
        return int(value) * units.get(unit, 1)

    for field, cell in rows.items():
        plain, _, bigger = cell.partition(";")
        assert number(plain) == getattr(_core.InputLimits(), field), field
        if bigger:
            found = re.fullmatch(r" ([\d,]+(?: \w+)?) for plans and check files", bigger.rstrip())
            assert found, bigger
            assert number(found[1]) == getattr(_core.plan_limits, field), field
            assert number(found[1]) == getattr(_core.check_limits, field), field
        else:
            assert getattr(_core.plan_limits, field) == getattr(_core.InputLimits(), field)
