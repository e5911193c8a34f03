"""Excel files, versions and the importer of scoring forms, as an office has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import chiso
import numpy as np
import pytest
from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Rows: TypeAlias = list[list[Any]]

ROWS: Rows = [
    ["unit", "period", "x", "report"],
    ["Thanh Hóa", 2020, 7.5, "late"],
    ["Nghệ An", 2020, None, "timely"],
    ["Hà Tĩnh", 2020, "not applicable", None],
]


def workbook(
    path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), title: str = "Data"
) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    book.save(path)
    return path


def test_excel_is_read_as_csv_is(tmp_path: Path) -> None:
    excel = chiso.read_panel(workbook(tmp_path / "data.xlsx", ROWS))
    plain = tmp_path / "data.csv"
    plain.write_text(
        "\n".join(",".join("" if c is None else str(c) for c in row) for row in ROWS),
        encoding="utf-8",
    )

    assert excel == chiso.read_panel(plain)
    assert excel.not_applicable().values.tolist() == [["Hà Tĩnh", "x", "2020"]]


def test_a_bad_cell_is_named_as_the_spreadsheet_names_it(tmp_path: Path) -> None:
    rows: Rows = [[*row[:2], *row[3:], "5" if i else "y"] for i, row in enumerate(ROWS)]
    rows[2][3] = "five"
    path = workbook(tmp_path / "data.xlsx", rows)

    with pytest.raises(chiso.DataError, match=r"data\.xlsx.*D3|D3.*data\.xlsx"):
        chiso.read_panel(path)


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "data.xlsx", ROWS, title="Bảng 1")

    assert chiso.read_panel(path, sheet="Bảng 1").units[0] == "Thanh Hóa"
    with pytest.raises(chiso.NotFoundError, match="Bảng 1"):
        chiso.read_panel(path, sheet="Bảng 2")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"unit,x\nA,1\n"])
def test_what_is_not_a_workbook_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(content)

    with pytest.raises(chiso.DataError, match=r"data\.xlsx"):
        chiso.read_panel(path)


def test_versions_are_read_by_name(tmp_path: Path) -> None:
    rows: Rows = [
        ["unit", "period", "version", "x"],
        ["A", 2020, "self", 9],
        ["B", 2020, "self", 8],
        ["A", 2020, "round 1", 7],
    ]
    path = workbook(tmp_path / "data.xlsx", rows)

    panels = chiso.read_panels(path)
    assert list(panels) == ["self", "round 1"]
    assert chiso.read_panel(path, version="round 1").values().tolist() == [[7.0]]
    with pytest.raises(chiso.DataError, match="round 1"):
        chiso.read_panel(path)
    with pytest.raises(chiso.NotFoundError, match="self, round 1"):
        chiso.read_panel(path, version="round 9")


def test_units_are_matched_to_official_names(tmp_path: Path) -> None:
    rows: Rows = [[row[0].upper() if i else row[0], *row[1:]] for i, row in enumerate(ROWS)]
    path = workbook(tmp_path / "data.xlsx", rows)

    assert chiso.read_panel(path, units="provinces").units == ["Thanh Hóa", "Nghệ An", "Hà Tĩnh"]
    rows[1][0] = "Thanh Hoaa"
    path = workbook(tmp_path / "data.xlsx", rows)
    assert chiso.read_panel(path, units="provinces").units[0] == "Thanh Hoaa"
    with pytest.raises(chiso.DataError, match="Thanh Hóa"):
        chiso.read_panel(path, units="provinces", strict=True)


def test_a_scoring_form_becomes_an_index_and_its_versions(tmp_path: Path) -> None:
    rows: Rows = [
        ["BẢNG TỰ CHẤM ĐIỂM", None, None, None, None],
        ["TT", "Tiêu chí", "Điểm tối đa", "Điểm tự chấm", "Điểm thẩm định"],
        ["1", "Công tác chỉ đạo, điều hành", 3, "2,75", 2.25],
        ["1.1", "Kế hoạch", 1, 1, "0,5"],
        ["1.2", "Báo cáo", 2, "1,75", 1.75],
        ["2", "Thể chế", 2, 2, 2],
        ["2.1", "Văn bản", 2, 2, 2],
    ]
    form = chiso.read_scoring_form(
        workbook(tmp_path / "form.xlsx", rows, merged=["A1:E1"]), unit="Sở Nội vụ", period=2024
    )

    assert list(form.versions) == ["self", "appraised"]
    numbered = [code for code in form.index.codes if code[0].isdigit()]
    assert numbered == ["1", "1.1", "1.2", "2", "2.1"]
    own = form.index.score(form.versions["self"], 2024)
    given = form.index.score(form.versions["appraised"], 2024)
    # By hand: 1 + 1.75 + 2 and 0.5 + 1.75 + 2.
    root = form.index.codes[0]
    assert own["Sở Nội vụ", root] == 4.75
    assert given["Sở Nội vụ", root] == 4.25
    assert form.index.tree().loc[root, "maximum"] == 5.0


def test_a_form_from_the_command_line(tmp_path: Path) -> None:
    from chiso.cli import main
    from click.testing import CliRunner

    rows: Rows = [
        ["TT", "Tiêu chí", "Điểm tối đa", "Điểm tự chấm"],
        ["1", "Kế hoạch", 2, 1],
        ["2", "Báo cáo", 2, 1.5],
    ]
    path = workbook(tmp_path / "form.xlsx", rows)
    folder = tmp_path / "imported"
    result = CliRunner().invoke(
        main,
        ["import-form", str(path), "--unit", "Sở Nội vụ", "-p", "2024", "-o", str(folder)],
    )

    assert result.exit_code == 0, result.output
    index = chiso.load_index(folder / "par-form-imported.yaml")
    panel = chiso.read_panel(folder / "par-form-imported.csv", version="self")
    assert index.score(panel)["Sở Nội vụ", index.codes[0]] == 2.5


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    from chiso._tables import read_table, write_rows

    rows = [["code", "title"], ["a", "=1+1"], ["b", "0010"], ["c", "2.5"]]
    path = tmp_path / "table.xlsx"
    write_rows(rows, path)

    assert read_table(path).rows == rows


def test_describe_leaves_missing_values_out() -> None:
    panel = chiso.Panel.from_array(
        [[1.0, 0.0], [2.0, np.nan], [3.0, 5.0], [6.0, 5.0]],
        units=list("ABCD"),
        variables=["x", "y"],
        period=2020,
    )

    table = chiso.describe(panel)
    assert table[["values", "available", "nonzero", "unique"]].T["y"].tolist() == [4, 3, 2, 2]
    assert table[["mean", "median"]].T["x"].tolist() == [3.0, 2.5]
    # By hand: sum of squares 4 + 1 + 0 + 9 = 14, over 3.
    assert table.loc["x", "deviation"] == pytest.approx((14 / 3) ** 0.5)
    # x over A, C, D: -7/3, -1/3, 8/3; y: -10/3, 5/3, 5/3.
    r = (70 / 9 - 5 / 9 + 40 / 9) * 9 / ((49 + 1 + 64) ** 0.5 * (100 + 25 + 25) ** 0.5)
    assert chiso.correlations(panel).loc["x", "y"] == pytest.approx(r / 3 * 3)
