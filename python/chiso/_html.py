"""Small tables for notebooks: plain HTML, nothing loaded from elsewhere."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chiso._causes import Causes
    from chiso._convert import Columns
    from chiso._index import Index
    from chiso._outcome import Outcome
    from chiso._panel import Panel
    from chiso._plan import Plan
    from chiso._responsibility import Clarity
    from chiso._scenario import Scenario
    from chiso._scores import Explanation, Scores

_ROWS = 10
_CELL = "padding:2px 10px;border-bottom:1px solid rgba(128,128,128,.2)"
_BAR = "display:inline-block;height:.7em;border-radius:2px;background:"
_BLUE, _RED = "#3b7dd8", "#d8603b"


def index(index: Index) -> str:
    """Return the tree with shares, rules and where each node comes from."""
    from chiso._index import tree_columns

    tree = tree_columns(index, None)
    rows = []
    for i, code in enumerate(index.codes):
        share = tree["share"][i]
        rows.append(
            [
                _indented(tree["title"][i], tree["depth"][i]),
                f"<code>{escape(code)}</code>",
                "" if i == 0 else _number(share, 4),
                _number(tree["maximum"][i], 4),
                escape(tree["how"][i]),
                escape(tree["status"][i]),
            ]
        )
    first, last = index.periods
    span = first if first == last and first else f"{first or '…'} – {last or '…'}"
    heading = _heading(
        index.title, index.name, index.publisher, f"in force {span}" if first or last else ""
    )
    return heading + _table(["criterion", "code", "share", "maximum", "how", "status"], rows, 2)


def panel(panel: Panel) -> str:
    """Return size, share of missing values, and the first rows of the last period."""
    from chiso._panel import panel_columns

    core = panel._core
    periods = panel.periods
    if not periods:
        return _heading("Panel", "empty")
    last = len(periods) - 1
    present = int(core.has_units(last).sum())
    span = periods[0] if last == 0 else f"{periods[0]} – {periods[-1]}"
    heading = _heading(
        "Panel",
        f"{len(panel.units)} units × {len(panel.variables)} variables × {len(periods)} periods",
        span,
        Path(panel.source).name,
    )
    columns = panel_columns(panel, last, _ROWS)
    names = list(columns)
    rows = [
        [_number(cell, 6) if isinstance(cell, float) else escape(str(cell)) for cell in row]
        for row in zip(*columns.values(), strict=True)
    ]
    more = max(present - _ROWS, 0), max(len(panel.variables) - _ROWS, 0)
    note = f"{periods[last]}" + (f", {more[0]} more units" if more[0] else "")
    note += f", {more[1]} more variables" if more[1] else ""
    return heading + _table([escape(name) for name in names], rows, 1) + _note(note)


def scores(scores: Scores) -> str:
    """Return the best units with bars."""
    from chiso._scores import display, ranking_columns

    ranking = ranking_columns(scores)
    values = [float(v) for v in ranking["score"]]
    known = [v for v in values if not math.isnan(v)]
    most = max(known, default=0.0)
    rows = []
    for i, unit in enumerate(ranking["unit"][:_ROWS]):
        share = values[i] / most if most > 0 and values[i] > 0 else 0.0
        row = [
            _number(float(ranking["rank"][i]), 6),
            escape(unit),
            display(values[i], scores.index.decimals),
            _bar(share, _BLUE),
        ]
        rows.append(row + ([escape(ranking["group"][i])] if "group" in ranking else []))
    method = "" if scores.method == scores.period else f"method of {scores.method}"
    heading = _heading(scores.index.title, scores.index.name, scores.period, method)
    names = ["rank", "unit", "score", ""] + (["group"] if "group" in ranking else [])
    rest = len(values) - _ROWS
    note = _note(f"{rest} more units" if rest > 0 else "")
    return heading + _table(names, rows, 2) + note


def explanation(explanation: Explanation) -> str:
    """Return one unit's tree with what each criterion brings and loses."""
    from chiso._scores import display

    columns = explanation.columns
    stakes = [float(s) for s in columns["at stake"]]
    most = max((s for s in stakes[1:] if s > 0), default=0.0)
    decimals = explanation.scores.index.decimals
    rows = []
    for i, title in enumerate(columns["title"]):
        how = " · ".join(
            escape(text) for text in (columns["measure"][i], columns["rule"][i]) if text
        )
        if columns["remarks"][i]:
            how += f" <i>{escape(columns['remarks'][i])}</i>"
        rows.append(
            [
                _indented(title, columns["depth"][i]),
                display(float(columns["score"][i]), decimals),
                _number(float(columns["highest"][i]), 6),
                display(float(columns["contribution"][i]), decimals),
                display(stakes[i], decimals),
                _bar(stakes[i] / most if i > 0 and most > 0 and stakes[i] > 0 else 0.0, _RED),
                _number(float(columns["rank"][i]), 6),
                how,
            ]
        )
    place = (
        "no rank"
        if explanation.rank is None
        else (f"rank {explanation.rank} of {explanation.ranked}")
    )
    scored = explanation.scores
    heading = _heading(explanation.unit, scored.index.title, scored.period, place)
    names = ["criterion", "score", "highest", "contribution", "at stake", "", "rank", "how"]
    return heading + _table(names, rows, 1)


def plan(plan: Plan) -> str:
    """Return what a plan promises, and its parts with their numbers of tasks."""
    from chiso._responsibility import target_columns

    core = plan._core
    first, last = plan.period
    span = f"{first or '…'} – {last or '…'}" if first or last else ""
    size = f"{len(core.tasks)} tasks, {len(core.agencies)} agencies"
    heading = _heading(plan.title, plan.provenance.reference, plan.unit, span, size)
    columns = target_columns(plan, "en")
    names = ("title", "promised", "by")
    rows = [
        [f"<code>{escape(code)}</code>", *(escape(cell) for cell in cells)]
        for code, *cells in zip(columns["code"], *(columns[n] for n in names), strict=True)
    ]
    promised = _table(["target", "", "promised", "by"], rows, 4) if rows else ""
    areas = core.area_columns(False)
    rows = [
        [f"<code>{escape(code)}</code>", escape(title), escape(criteria), str(tasks)]
        for code, title, criteria, tasks in zip(
            *(areas[name] for name in ("code", "title", "criteria", "tasks")), strict=True
        )
    ]
    parts = _table(["area", "", "criteria", "tasks"], rows, 3) if rows else ""
    return heading + promised + parts


def clarity(clarity: Clarity) -> str:
    """Return the four counts as bars, and the first findings."""
    heading = _heading(clarity.plan.title, f"{len(clarity)} findings, {clarity.errors} errors")
    rows = [
        [what, f"{clear} of {tasks}", _bar(clear / tasks if tasks else 0.0, _BLUE)]
        for what, clear, tasks in clarity._counts()
    ]
    counts = _table(["clear", "tasks", ""], rows, 1)
    names = ("severity", "subject", "place", "message", "remedy")
    columns = [clarity.columns[name][:_ROWS] for name in names]
    found = [[escape(cell) for cell in row] for row in zip(*columns, strict=True)]
    findings = _table(names, found, len(names)) if found else ""
    rest = len(clarity) - _ROWS
    return heading + counts + findings + _note(f"{rest} more findings" if rest > 0 else "")


def scenario(scenario: Scenario) -> str:
    """Return the edits of a scenario as a list."""
    heading = _heading(
        scenario.name or "Scenario", scenario.note, "anchors fitted anew" if scenario.refit else ""
    )
    return heading + "<ol>" + "".join(f"<li>{escape(e)}</li>" for e in scenario.edits) + "</ol>"


def outcome(outcome: Outcome) -> str:
    """Return the units that moved on the composite, and the notices."""
    from chiso._outcome import notice_columns, outcome_columns
    from chiso._scores import display

    columns = outcome_columns(outcome, None, moved=True)
    decimals = outcome.after.index.decimals
    moved = len(columns["unit"])
    names = ("unit", "before", "after", "difference", "rank before", "rank after")
    rows = [
        [
            escape(unit),
            *(display(float(score), decimals) for score in scores),
            *(_number(float(rank), 6) for rank in ranks),
        ]
        for unit, *scores, ranks in (
            (*row[:4], row[4:])
            for row in zip(*(columns[name][:_ROWS] for name in names), strict=True)
        )
    ]
    base = outcome.before
    heading = _heading(
        outcome.scenario.name or "Outcome", base.index.title, base.period,
        f"{moved} of {len(outcome_columns(outcome)['unit'])} units moved",
    )  # fmt: skip
    rest = _note(f"{moved - _ROWS} more units" if moved > _ROWS else "")
    notices = "".join(_note(text) for text in notice_columns(outcome)["text"][:_ROWS])
    return heading + (_table(names, rows, 1) if rows else "") + rest + notices


def causes(causes: Causes) -> str:
    """Return the causes by the composite's children, with bars."""
    from chiso._causes import criterion_columns, labels_of
    from chiso._scores import display

    columns = criterion_columns(causes, 1)
    decimals = causes.after.index.decimals
    first, second = labels_of(causes)
    before, after = (display(score, decimals) for score in causes.scores)
    points = [float(p) for p in columns["points"]]
    most = max((abs(p) for p in points), default=0.0)
    rows = []
    for i, title in enumerate(columns["title"]):
        scores = ["", ""]
        if not columns["definition"][i]:
            scores = [display(float(columns[name][i]), decimals) for name in ("before", "after")]
        rows.append(
            [
                escape(title),
                *scores,
                display(points[i], decimals),
                _bar(abs(points[i]) / most if most else 0.0, _BLUE if points[i] > 0 else _RED),
            ]
        )
    total = display(causes.difference, decimals)
    rows.append(["<b>difference</b>", before, after, f"<b>{total}</b>", ""])
    heading = _heading(f"{first} → {second}", causes.after.index.title)
    return heading + _table(["criterion", "before", "after", "points", ""], rows, 1)


def numbers(title: str, columns: Columns) -> str:
    """Return a heading and the first rows of columns of numbers."""
    names = list(columns)
    count = len(next(iter(columns.values()), ()))

    def shown(value: object) -> str:
        return _number(value, 4) if isinstance(value, float) else escape(str(value))

    rows = [[shown(columns[name][i]) for name in names] for i in range(min(count, _ROWS))]
    texts = sum(1 for name in names if count and not isinstance(columns[name][0], float))
    more = f"... {count - _ROWS} more" if count > _ROWS else ""
    return _heading(title) + _table(names, rows, texts) + _note(more)


def _heading(title: str, *details: str) -> str:
    rest = " · ".join(escape(detail) for detail in details if detail)
    return f"<div><b>{escape(title)}</b> <span style='opacity:.7'>{rest}</span></div>"


def _note(text: str) -> str:
    return f"<div style='opacity:.7'>{escape(text)}</div>" if text else ""


def _indented(text: str, depth: int) -> str:
    return f"<span style='padding-left:{1.2 * depth:.1f}em'>{escape(text)}</span>"


def _bar(share: float, colour: str) -> str:
    return f"<span style='{_BAR}{colour};width:{6 * share:.2f}em'></span>" if share > 0 else ""


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if math.isfinite(value) else ""


def _table(names: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> str:
    """Return a table; the first `left` columns are text, later ones of numbers to the right."""

    def cells(row: Sequence[str], tag: str) -> str:
        parts = []
        for i, cell in enumerate(row):
            number = i >= left and cell[:1] in "0123456789-"
            align = "right" if number and "<" not in cell else "left"
            parts.append(f"<{tag} style='{_CELL};text-align:{align}'>{cell}</{tag}>")
        return "".join(parts)

    head = f"<thead><tr>{cells(names, 'th')}</tr></thead>"
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table style='border-collapse:collapse'>{head}<tbody>{body}</tbody></table>"
