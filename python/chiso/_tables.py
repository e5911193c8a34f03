"""Tables of texts: CSV by the core, spreadsheets by openpyxl, frames."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiso import _core
from chiso._convert import cell_text

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pandas as pd

_SPREADSHEETS = {".xlsx", ".xlsm"}


def read_table(path: str | os.PathLike[str], sheet: str | None = None) -> _core.Table:
    """Read a CSV file, or a sheet of an Excel file, as texts with their places.

    Parameters
    ----------
    path : path
        ``.xlsx`` and ``.xlsm`` are Excel (needs openpyxl); anything else is CSV.
    sheet : str, optional
        Of an Excel file; the first if left out.
    """
    file = Path(path)
    if file.suffix.lower() not in _SPREADSHEETS:
        return _core.read_csv(file)
    if not file.exists():
        raise _core.NotFoundError(f"there is no file '{file}'")
    openpyxl = _openpyxl()
    try:
        book = openpyxl.load_workbook(file, data_only=True)
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise _core.DataError(f"{file} cannot be read as an Excel file: {error}") from error
    except Exception as error:  # zipfile and openpyxl have their own kinds.
        if type(error).__module__.partition(".")[0] in {"zipfile", "openpyxl"}:
            raise _core.DataError(f"{file} cannot be read as an Excel file: {error}") from error
        raise
    if sheet is not None and sheet not in book.sheetnames:
        raise _core.NotFoundError(
            f"{file} has no sheet '{sheet}'; it has {', '.join(book.sheetnames)}"
        )
    page = book[sheet] if sheet is not None else book.worksheets[0]
    rows = [[cell_text(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    source = f"{file.name}, sheet {page.title}" if len(book.sheetnames) > 1 else file.name
    return _core.Table(source, rows, page.min_row or 1, page.min_column or 1)


def rows_of_frame(table: pd.DataFrame) -> list[list[str]]:
    """Return a frame as rows of texts, its column names first."""
    heading = [str(name) for name in table.columns]
    body = table.astype(object).where(table.notna(), None)
    return [heading, *([cell_text(cell) for cell in row] for row in body.itertuples(index=False))]


def write_rows(rows: Sequence[Sequence[str]], path: str | os.PathLike[str]) -> None:
    """Write rows of texts to a CSV or Excel file, all of it or nothing."""
    file = Path(path)
    if file.suffix.lower() not in _SPREADSHEETS:
        _core.write_file(file, _core.to_csv(_core.Table("", rows)))
        return
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append([_cell(text) for text in row])
        for cell in page[page.max_row]:
            if cell.data_type == "f":  # Text that begins with "=" is text.
                cell.data_type = "s"
    page.freeze_panes = "A2"
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / file.name
        book.save(draft)
        _core.write_file(file, draft.read_bytes())


def _cell(text: str) -> str | float | int | None:
    """Return numbers as numbers where nothing is lost by it."""
    if text == "":
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return number if _core.number_text(number) == text else text


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise _core.Error(
            "Excel files need the package openpyxl: pip install 'chiso[excel]'"
        ) from None
    return openpyxl
