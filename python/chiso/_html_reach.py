"""Answers to "what would it take?" for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from chiso._html import _heading, _note, _number, _table

if TYPE_CHECKING:
    from chiso._actions import Actions
    from chiso._convert import Columns

_ROWS = 40


def actions(actions: Actions) -> str:
    """Return what may be done."""
    size = f"{len(actions)} actions"
    about = [size, *([f"costs in {actions.currency}"] if actions.currency else [])]
    return _heading(actions.title or "Actions", *about) + action_table(actions._core.columns(False))


def action_table(columns: Columns) -> str:
    """Return actions with cost, effects and agencies."""
    names = ("title", "agencies", "effects")
    rows = [
        [f"<code>{escape(code)}</code>", *(escape(cell) for cell in cells), f"{cost:,.10g}"]
        for code, *cells, cost in zip(
            columns["code"], *(columns[name] for name in names), columns["cost"], strict=True
        )
    ]
    rest = len(rows) - _ROWS
    table = _table(["action", *names, "cost"], rows[:_ROWS], 4) if rows else ""
    return table + _note(f"{rest} more actions" if rest > 0 else "")


def number_table(columns: Columns, left: int) -> str:
    """Return columns of texts (the first `left`) and numbers."""
    rows = [
        [escape(str(cell)) if i < left else _number(float(cell), 6) for i, cell in enumerate(row)]
        for row in zip(*columns.values(), strict=True)
    ]
    return _table([escape(name) for name in columns], rows, left)


def answer(sentence: str, *parts: str) -> str:
    """Return the answer in a sentence, and what belongs to it."""
    return _heading(sentence) + "".join(parts)


def notes(lines: list[str]) -> str:
    """Return lines of small print."""
    return "".join(_note(line) for line in lines)
