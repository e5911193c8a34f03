"""Tables of texts: CSV by the core, spreadsheets by openpyxl, frames."""

from __future__ import annotations

import io
import math
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiso import _core
from chiso._convert import cell_text
from chiso._limits import core_limits

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from chiso._limits import InputLimits

_SPREADSHEETS = {".xlsx", ".xlsm"}

#: Sheets, styles, pictures ...: a workbook has some dozens.
_MOST_PARTS = 10_000

# What a sheet of Excel holds; openpyxl cuts off longer texts without a word.
_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 1_048_576, 16_384, 32_767
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x(005F|000D)_")


def read_table(
    path: str | os.PathLike[str], sheet: str | None = None, limits: InputLimits | None = None
) -> _core.Table:
    """Read a CSV file, or a sheet of an Excel file, as texts with their places.

    Parameters
    ----------
    path : path
        ``.xlsx`` and ``.xlsm`` are Excel (needs openpyxl); anything else is CSV.
    sheet : str, optional
        Of an Excel file; the first if left out.
    limits : InputLimits, optional
        How much is read before a file is refused.
    """
    file = Path(path)
    most = core_limits(limits)
    if file.suffix.lower() not in _SPREADSHEETS:
        return _core.read_csv(file, most)
    openpyxl = _openpyxl()
    content = _core.read_file(file, most.table_bytes, "table_bytes")
    try:
        _check_package(content, most)
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        return _read_sheet(book, file, sheet, most)
    except _core.Error as error:
        if not error.where:
            raise type(error)(f"{_shown(file)}: {error}") from None
        raise
    except RecursionError as error:
        raise _core.DataError(f"{_shown(file)} cannot be read as an Excel file: {error}") from error
    except Exception as error:  # zipfile, openpyxl and expat raise whatever comes up.
        if isinstance(error, MemoryError):
            raise
        what = str(error) or type(error).__name__
        raise _core.DataError(f"{_shown(file)} cannot be read as an Excel file: {what}") from error


def _check_package(content: bytes, most: _core.InputLimits) -> None:
    """Refuse what would unpack to more than is wanted, before anything else looks at it."""
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise _core.DataError(f"the package has more than {_MOST_PARTS} parts")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        # No part gives more than it declares: reading stops there.
        unpacked = sum(part.file_size for part in parts)
        if unpacked > most.unpacked_bytes:
            raise _core.DataError(
                f"the file unpacks to {unpacked} bytes, and no more than {most.unpacked_bytes} are "
                "read; if it is meant to be so, raise `unpacked_bytes` of InputLimits"
            )
        for part in parts:  # Whatever they are called: relations may lead to any.
            _check_part(package, part)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse documents that define entities, which may stand for any amount of text."""
    before = b""
    with package.open(part) as file:
        while piece := file.read(1 << 20):
            # UTF-16 has zeros between the letters.
            text = (before + piece).replace(b"\0", b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise _core.DataError(f"the part {part.filename} declares a document type")
            before = piece[-32:]


def _read_sheet(book: Any, file: Path, sheet: str | None, most: _core.InputLimits) -> _core.Table:
    pages = {page.title: page for page in book.worksheets}
    if sheet is not None and sheet not in pages:
        raise _core.NotFoundError(
            f"{_shown(file)} has no sheet '{sheet}'; it has {', '.join(pages)}",
        )
    if not pages:
        raise _core.DataError("there is no sheet of cells in it")
    page = pages[sheet] if sheet is not None else next(iter(pages.values()))
    page.reset_dimensions()  # What the file says of its size may be wrong.
    rows: list[list[str]] = []
    cells = empty = 0
    for row in page.iter_rows(values_only=True):
        texts = [_unescaped(cell_text(cell)) for cell in row]
        while texts and not texts[-1]:
            del texts[-1]
        if not texts:  # Counted, not kept, until it is clear that something follows.
            empty += 1
            if len(rows) + empty > _MOST_ROWS:
                raise _core.DataError(f"a sheet of Excel has no more than {_MOST_ROWS} rows")
        for name, found, limit in (
            ("rows", len(rows) + empty + bool(texts), most.rows),
            ("columns", len(texts), most.columns),
            ("cells", cells + empty + len(texts), most.cells),
        ):
            if found > limit:
                raise _core.DataError(
                    f"the sheet {page.title} has more than {limit} {name}; if it is meant to be "
                    f"so, raise `{name}` of InputLimits"
                )
        if texts:
            rows.extend([] for _ in range(empty))
            rows.append(texts)
            cells += len(texts) + empty
            empty = 0
    width = max((len(row) for row in rows), default=0)
    if len(rows) * width > most.cells:
        raise _core.DataError(
            f"the sheet {page.title} has {len(rows)} rows of {width} cells, and no more than "
            f"{most.cells} cells are read; if it is meant to be so, raise `cells` of InputLimits"
        )
    top = next((r for r, row in enumerate(rows) if row), 0)
    left = min((next(c for c, t in enumerate(row) if t) for row in rows if row), default=0)
    name = _shown(Path(file.name))[1:-1]
    source = f"{name}, sheet {page.title}" if len(pages) > 1 else name
    return _core.Table(source, [row[left:] for row in rows[top:]], top + 1, left + 1, most)


def rows_of_frame(table: pd.DataFrame) -> list[list[str]]:
    """Return a frame as rows of texts, its column names first."""
    heading = [str(name) for name in table.columns]
    body = table.astype(object).where(table.notna(), None)
    return [heading, *([cell_text(cell) for cell in row] for row in body.itertuples(index=False))]


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of texts as CSV, which no spreadsheet takes for formulas."""
    return _core.to_csv(_core.Table("", [list(row) for row in rows], limits=_core.no_limits))


def write_rows(rows: Sequence[Sequence[str]], path: str | os.PathLike[str]) -> None:
    """Write rows of texts to a CSV or Excel file, all of it or nothing."""
    file = Path(path)
    if file.suffix.lower() not in _SPREADSHEETS:
        _core.write_file(file, csv_text(rows))
        return
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    page = book.active
    most_columns = max((len(row) for row in rows), default=0)
    if len(rows) > _MOST_ROWS or most_columns > _MOST_COLUMNS:
        raise _core.DataError(
            f"a sheet of Excel has at most {_MOST_ROWS} rows and {_MOST_COLUMNS} columns, and the "
            f"table has {len(rows)} and {most_columns}; write it as .csv"
        )
    for r, row in enumerate(rows, 1):
        for c, text in enumerate(row, 1):
            _set_cell(page, r, c, text)
    page.freeze_panes = "A2"
    content = io.BytesIO()
    try:
        book.save(content)
    except OSError as error:  # It makes files for its own use meanwhile.
        raise _core.Error(f"cannot write {_shown(file)}: {error}") from error
    _core.write_file(file, content.getvalue())


def _set_cell(page: Any, row: int, column: int, text: str) -> None:
    """Write numbers as numbers where nothing is lost by it, and texts as texts, never formulas."""
    if text == "":
        return
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number) and _core.number_text(number) == text:
        page.cell(row, column).value = number
        return
    if len(text) > _MOST_LETTERS:
        raise _core.DataError(
            f"row {row}, column {column}: a cell of Excel holds at most {_MOST_LETTERS} letters, "
            f"and the text has {len(text)}; write the table as .csv"
        )
    if found := _NOT_IN_XML.search(text):
        raise _core.DataError(
            f"row {row}, column {column}: the text has the character U+{ord(found[0]):04X}, which "
            "a cell of Excel cannot hold; write the table as .csv"
        )
    cell = page.cell(row, column)
    cell.value = _escaped(text)
    cell.data_type = "s"  # Also what begins with "=" or is called like an error.
    if _core.looks_like_formula(text):
        cell.quotePrefix = True  # Who edits the cell does not make it one either.


def _shown(file: Path) -> str:
    """Return a path in one line."""
    return "'" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(file)) + "'"


def _escaped(text: str) -> str:
    """Return a text as Excel stores it: `_xHHHH_` is a character, and XML has no CR."""
    return _LIKE_ESCAPED.sub("_x005F_", text).replace("\r", "_x000D_")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "_" if found[1] == "005F" else "\r", text)


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise _core.Error(
            "Excel files need the package openpyxl: pip install 'chiso[excel]'"
        ) from None
    return openpyxl
