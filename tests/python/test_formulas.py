"""Formulas: 100,000 random ones against an evaluator written here, and what the class does."""

from __future__ import annotations

import copy
import math
import pickle
import random
import struct
import threading
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from chiso import DataError, Formula, NotFoundError, SpecError
from chiso._formula_table import FormulaTable

if TYPE_CHECKING:
    from collections.abc import Callable

NAN = math.nan
INFINITY = math.inf

CHUNKS, FORMULAS, ROWS = 40, 2_500, 4

#: log, exp and ^ are chiso's own and differ from the C library's in the last places: by less than
#: two units each, whole powers up to 64 (products) by 64. Between them and the result stand only
#: operations that keep relative errors small, a few of them.
RELATIVE_ERROR = 1e-13

NUMBERS = ["x", "y", "tỷ_lệ", "1.1"]
GRADES = ["C", "B", "A"]
LIMIT, MAXIMUM = 80.0, 10.0
POOL = [
    0.0, -0.0, 1.0, 2.0, 3.0, 10.0, 70.0, 80.0, 90.0, -1.0, 0.1, 0.5, -0.5, 2.5, 2.675, 0.125,
    1.005, 5e-324, 1e-310, 1e308, -1e308, 1e16, 79.99999999999999, 80.00000000000001, 123456.785,
    1e-200, 4503599627370497.5, 0.30000000000000004,
]  # fmt: skip
LITERALS = [
    0.0,
    1.0,
    2.0,
    3.0,
    10.0,
    70.0,
    80.0,
    90.0,
    -1.0,
    0.5,
    0.1,
    1e-3,
    1e10,
    1e300,
    2.5,
    -3.0,
]


# ---- trees --------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Node:
    """One operation; `value` is the number, name or category of a leaf."""

    kind: str
    operands: tuple[Node, ...] = ()
    value: Any = None


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


class Writer:
    """Random trees. log, exp and ^ stand only at their top, where nothing compares or rounds."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def below(self, n: int) -> int:
        return int(self.random.random() * n)

    def one_of(self, choices: list[Any]) -> Any:
        return choices[self.below(len(choices))]

    def formula(self) -> tuple[Node, bool]:
        """Return a tree, and whether its value is exact."""
        depth = 2 + self.below(3)
        return (self.rough(depth), False) if self.below(3) == 0 else (self.number(depth), True)

    def literal(self) -> Node:
        return Node("number", value=self.one_of(LITERALS))

    def variable(self) -> Node:
        return Node("name", value=self.one_of(NUMBERS))

    def leaf(self) -> Node:
        which = self.below(10)
        if which == 0:
            return Node("maximum")
        if which == 1:
            return Node("name", value="limit")
        if which == 2 and self.below(2):
            return Node("missing")
        if which == 3:
            return Node("prev", (self.variable(),))
        return self.literal() if which < 6 else self.variable()

    def several(self, depth: int, most: int) -> tuple[Node, ...]:
        return tuple(self.number(depth) for _ in range(2 + self.below(most - 1)))

    def number(self, depth: int) -> Node:
        which = self.below(15) if depth > 0 else 99
        depth -= 1
        if which <= 4:
            return Node(self.one_of(["+", "-", "*", "/"]), (self.number(depth), self.number(depth)))
        if which == 5:
            return Node("negate", (self.number(depth),))
        if which == 6:
            return Node(self.one_of(["abs", "sqrt", "floor", "ceil"]), (self.number(depth),))
        if which == 7:
            digits = (Node("number", value=float(self.below(16))),) if self.below(2) else ()
            return Node("round", (self.number(depth), *digits))
        if which == 8:
            return Node(self.one_of(["min", "max", "sum", "mean"]), self.several(depth, 4))
        if which == 9:
            return Node("coalesce", self.several(depth, 3))
        if which == 10:
            return Node("clamp", tuple(self.number(depth) for _ in range(3)))
        if which == 11:
            counted = self.several(depth, 3)
            if self.below(2):
                counted = tuple(self.comparison(depth) for _ in counted)
            return Node("count", counted)
        if which <= 13:
            return self.choice(depth, self.number)
        return self.leaf()

    def choice(self, depth: int, branch: Callable[[int], Node]) -> Node:
        operands: list[Node] = []
        for _ in range(1 + self.below(3)):
            operands += [self.condition(depth), branch(depth)]
        return Node("if", (*operands, branch(depth)))

    def comparison(self, depth: int) -> Node:
        kind = self.one_of(list(COMPARISONS))
        if self.below(8) == 0:
            grade = Node("name", value="grade")
            if self.below(3) == 0:
                grade = Node("prev", (grade,))
            return Node(kind, (grade, Node("category", value=self.one_of(GRADES))))
        if self.below(3):
            return Node(kind, (self.variable(), self.literal()))
        # Not `missing` itself, which cannot be compared.
        return Node(kind, (Node("negate", (self.number(depth),)), self.variable()))

    def condition(self, depth: int) -> Node:
        which = self.below(10) if depth > 0 else 99
        depth -= 1
        if which == 0:
            return Node("not", (self.condition(depth),))
        if which <= 2:
            return Node(self.one_of(["and", "or"]), (self.condition(depth), self.condition(depth)))
        if which == 3:
            return Node(
                "missing(", (self.condition(depth) if self.below(3) == 0 else self.number(depth),)
            )
        if which == 4:
            return Node("between", tuple(self.number(depth) for _ in range(3)))
        if which == 5 and self.below(2):
            return Node("truth", value=self.below(2) == 1)
        if which == 6 and self.below(2):
            return self.choice(depth, self.condition)
        return self.comparison(depth)

    def rough(self, depth: int) -> Node:
        """Return a number with log, exp or ^ on top of exact ones."""
        which = self.below(9) if depth > 0 else self.below(3)
        depth -= 1
        if which == 0:
            return Node("log", (self.number(depth),))
        if which == 1:
            return Node("exp", (self.number(depth),))
        if which == 2:
            exponent = [0.5, 1.5, 2.0, 3.0, -1.0, -2.0, 0.0, 1 / 3, 7.0, 64.0, 65.0, -0.25]
            by = (
                self.variable()
                if self.below(4) == 0
                else Node("number", value=self.one_of(exponent))
            )
            return Node("^", (self.number(depth), by))
        if which == 3:
            return Node(self.one_of(["*", "/"]), (self.rough(depth), self.literal()))
        if which == 4:
            return Node(self.one_of(["min", "max"]), (self.rough(depth), self.number(depth)))
        if which == 5:
            return Node("coalesce", (self.rough(depth), self.number(depth)))
        if which == 6:
            parts = (Node("abs", (self.rough(depth),)), Node("abs", (self.rough(depth),)))
            return Node(self.one_of(["sum", "mean", "+"]), parts)
        if which == 7:
            return Node("negate", (self.rough(depth),))
        return self.choice(depth, self.rough)


# ---- the printer: the same tree in many spellings -----------------------------------------------

LEVELS = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6,
          "/": 6, "negate": 7, "^": 8}  # fmt: skip
SPELLINGS = {
    "<=": ["<=", "≤"], ">=": [">=", "≥"], "!=": ["!=", "≠", "<>"], "==": ["==", "="],
    "*": ["*", "×"], "/": ["/", "÷"], "-": ["-", "−"], "negate": ["-", "−"],  # noqa: RUF001
}  # fmt: skip


class Printer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def rarely(self) -> bool:
        return self.random.random() < 0.08

    def word(self, word: str) -> str:
        if not self.rarely():
            return word
        return word.upper() if self.random.random() < 0.5 else word.capitalize()

    def sign(self, kind: str) -> str:
        spellings = SPELLINGS.get(kind, [kind])
        return self.random.choice(spellings) if self.rarely() else spellings[0]

    def blank(self) -> str:
        return self.random.choice(["", "  ", "\n"]) if self.rarely() else " "

    def text(self, node: Node, level: int = 0) -> str:
        """Return the text of a node, in parentheses where an operator of `level` needs them."""
        text, own = self.spelled(node)
        return f"({text})" if own < level or self.rarely() else text

    def spelled(self, node: Node) -> tuple[str, int]:
        kind, operands = node.kind, node.operands
        if kind == "number":
            text = repr(node.value).removesuffix(".0")
            return text, 7 if text.startswith("-") else 9
        if kind == "truth":
            return self.word(str(node.value).lower()), 9
        if kind == "category":
            return f'"{node.value}"', 9
        if kind == "name":
            return f"`{node.value}`" if node.value == "1.1" or self.rarely() else node.value, 9
        if kind in {"maximum", "missing"}:
            return self.word(kind), 9
        if kind == "if":
            return self.chosen(operands)
        if kind == "negate":
            # -3 would be a number.
            level = 10 if operands[0].kind == "number" else 7
            return self.sign("negate") + self.text(operands[0], level), 7
        if kind == "not":
            return f"{self.word('not')} {self.text(operands[0], 3)}", 3
        if kind == "^":
            # To the right: a ^ (b ^ c), a ^ -b; not -a ^ b.
            return f"{self.text(operands[0], 9)}^{self.text(operands[1], 7)}", 8
        if kind in LEVELS:
            level = LEVELS[kind]
            left = self.text(operands[0], level + 1 if level == 4 else level)
            right = self.text(operands[1], level + 1)
            blank = " " if level <= 2 else self.blank()
            sign = self.word(kind) if level <= 2 else self.sign(kind)
            return f"{left}{blank}{sign}{blank}{right}", level
        arguments = f",{self.blank()}".join(self.text(each) for each in operands)
        return f"{self.word(kind.removesuffix('('))}({arguments})", 9

    def chosen(self, operands: tuple[Node, ...]) -> tuple[str, int]:
        if len(operands) == 3 and self.random.random() < 0.3:
            return f"{self.word('if')}({', '.join(self.text(each) for each in operands)})", 9
        text = ""
        for k in range(0, len(operands) - 1, 2):
            text += f"{self.word('if')} {self.text(operands[k])} {self.word('then')} "
            text += f"{self.text(operands[k + 1], 1)} {self.word('else')} "
        return text + self.text(operands[-1], 1), 0


# ---- the evaluator ------------------------------------------------------------------------------

EXACT = Context(prec=1_200)


class BlurredError(Exception):
    """A rough value where relative errors are not small."""


def truth(yes: bool) -> float:
    return 1.0 if yes else 0.0


def whole(x: float, to_whole: Callable[[float], int]) -> float:
    return x if math.isinf(x) else math.copysign(float(abs(to_whole(x))), x)


def rounded(x: float, digits: int) -> float:
    if math.isinf(x):
        return x
    return (
        float(EXACT.quantize(Decimal(repr(x)), Decimal(1).scaleb(-digits)).copy_abs())
        * (-1.0 if x < 0 else 1.0)
        + 0.0
    )


EXACT.rounding = ROUND_HALF_UP


def clear(value: float) -> float:
    """Return a rough value if it is far from where numbers end."""
    if not 1e-280 < abs(value) < 1e280:
        raise BlurredError
    return value


def power(x: float, y: float) -> float:
    if (x == 0.0 and y < 0.0) or (x < 0.0 and not float(y).is_integer()):
        return NAN
    if x == 0.0 or math.isinf(x):
        return math.pow(x, y)
    try:
        # A product may leave the range of numbers before its inverse comes back.
        return clear(1.0 / clear(math.pow(x, -y))) if y < 0.0 else clear(math.pow(x, y))
    except OverflowError:
        raise BlurredError from None


def exponential(x: float) -> float:
    if abs(x) > 1_000.0:
        return INFINITY if x > 0.0 else 0.0
    try:
        return clear(math.exp(x))
    except OverflowError:
        raise BlurredError from None


def clamp(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


STRICT: dict[str, Callable[..., float]] = {
    "negate": lambda a: -a,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b != 0.0 else NAN,
    "^": power,
    "not": lambda a: 1.0 - a,
    "abs": abs,
    "sqrt": lambda a: math.sqrt(a) if a >= 0.0 else NAN,
    "log": lambda a: math.log(a) if a > 0.0 else NAN,
    "exp": exponential,
    "floor": lambda a: whole(a, math.floor),
    "ceil": lambda a: whole(a, math.ceil),
    "round": lambda a, digits=0.0: rounded(a, int(digits)),
    "min": lambda *a: min(a),
    "max": lambda *a: max(a),
    "sum": lambda *a: reduce(lambda x, y: x + y, a),
    "mean": lambda *a: reduce(lambda x, y: x + y, a) / len(a),
    "clamp": clamp,
    "between": lambda a, low, high: truth(low <= a <= high),
    **{sign: lambda a, b, f=f: truth(f(a, b)) for sign, f in COMPARISONS.items()},
}
CONDITIONS = {*COMPARISONS, "and", "or", "not", "missing(", "between", "truth"}

Row = dict[str, float]


def is_condition(node: Node) -> bool:
    return node.kind in CONDITIONS or (node.kind == "if" and is_condition(node.operands[-1]))


def evaluate(node: Node, row: Row) -> float:
    """Return the value of a node; NaN is missing, a condition 1, 0 or missing."""
    kind, operands = node.kind, node.operands
    if kind in {"number", "truth"}:
        return float(node.value)
    if kind == "name":
        return row[node.value]
    if kind == "category":
        return float(GRADES.index(node.value))
    if kind == "prev":
        return row["prev " + operands[0].value]
    if kind == "maximum":
        return MAXIMUM
    if kind == "missing":
        return NAN
    if kind == "if":
        for k in range(0, len(operands) - 1, 2):
            condition = evaluate(operands[k], row)
            if math.isnan(condition):
                return NAN
            if condition:
                return evaluate(operands[k + 1], row)
        return evaluate(operands[-1], row)
    values = [evaluate(each, row) for each in operands]
    there = [value for value in values if not math.isnan(value)]
    if kind == "coalesce":
        return there[0] if there else NAN
    if kind == "count":
        return float(there.count(1.0) if is_condition(operands[0]) else len(there))
    if kind == "missing(":
        return truth(not there)
    if kind == "and":
        return 0.0 if 0.0 in there else truth(True) if len(there) == len(values) else NAN
    if kind == "or":
        return 1.0 if 1.0 in there else truth(False) if len(there) == len(values) else NAN
    return STRICT[kind](*values) if len(there) == len(values) else NAN


# ---- data ---------------------------------------------------------------------------------------


def datum(source: random.Random) -> float:
    which = source.random()
    if which < 0.15:
        return NAN
    if which < 0.6:
        return source.choice(POOL)
    return round(source.uniform(-50, 150), 2) if which < 0.9 else source.uniform(-120, 120)


def table(source: random.Random) -> list[Row]:
    rows = []
    for _ in range(ROWS):
        row = {name: datum(source) for name in NUMBERS}
        row |= {f"prev {name}": datum(source) for name in NUMBERS}
        row |= {name: source.choice([0.0, 1.0, 2.0, NAN]) for name in ("grade", "prev grade")}
        rows.append({**row, "limit": LIMIT})
    return rows


def columns(rows: list[Row], prefix: str) -> dict[str, Any]:
    grade = prefix + "grade"
    numbers = {name: np.array([row[prefix + name] for row in rows]) for name in NUMBERS}
    grades = [None if math.isnan(row[grade]) else GRADES[int(row[grade])] for row in rows]
    return {**numbers, "grade": grades}


def agree(found: float, expected: float, exact: bool) -> bool:
    if not math.isfinite(expected):
        return math.isnan(found)
    if exact:
        return struct.pack("d", found) == struct.pack("d", expected)
    return abs(found - expected) <= RELATIVE_ERROR * abs(expected)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_formulas_are_what_an_evaluator_in_python_makes_of_them(chunk: int) -> None:
    source = random.Random(1_000 + chunk)
    tables = [table(source) for _ in range(20)]
    data = [(columns(rows, ""), columns(rows, "prev ")) for rows in tables]
    writer, printer = Writer(2_000 + chunk), Printer(3_000 + chunk)
    compared = blurred = numbers = 0
    for k in range(FORMULAS):
        tree, exact = writer.formula()
        text = printer.text(tree)
        formula = Formula(text)
        rows = tables[k % len(tables)]
        now, before = data[k % len(data)]
        found = formula.evaluate(
            now, {"limit": LIMIT}, maximum=MAXIMUM, categories={"grade": GRADES}, previous=before
        )

        for row, value in zip(rows, np.broadcast_to(found, ROWS).tolist(), strict=True):
            try:
                expected = evaluate(tree, row)
            except BlurredError:
                blurred += 1
                continue
            assert agree(value, expected, exact), (text, row, value, expected)
            compared += 1
            numbers += math.isfinite(expected)
        canonical = str(formula)
        again = Formula(canonical)
        assert (again, str(again)) == (formula, canonical), text

    assert compared + blurred == FORMULAS * ROWS
    assert blurred < compared / 20
    assert numbers > compared / 3


# ---- the class ----------------------------------------------------------------------------------

RULE = Formula("if rate >= threshold then rate * maximum / 100 else 0")
FRAME = pd.DataFrame({"rate": [85.0, 60.0, NAN]}, index=pd.Index(["A", "B", "C"], name="unit"))


def test_a_frame_gives_a_series_with_its_labels() -> None:
    found = RULE.evaluate(FRAME, {"threshold": 80}, maximum=2)

    pd.testing.assert_series_equal(found, pd.Series([1.7, 0.0, NAN], index=FRAME.index))


def test_a_mapping_gives_what_it_holds() -> None:
    f = Formula("x + y")

    assert f.evaluate({"x": 1, "y": 2.5}) == 3.5
    assert isinstance(f.evaluate({"x": np.float64(1), "y": np.array(2)}), float)
    np.testing.assert_array_equal(f.evaluate({"x": [1, None], "y": 2}), [3.0, NAN])
    np.testing.assert_array_equal(
        f.evaluate({"x": 1, "y": np.arange(4).reshape(2, 2)}), [[1, 2], [3, 4]]
    )
    series = f.evaluate({"x": pd.Series([1.0], index=["A"]), "y": [1]})
    pd.testing.assert_series_equal(series, pd.Series([2.0], index=["A"]))


def test_a_constant_has_as_many_rows_as_the_data() -> None:
    np.testing.assert_array_equal(Formula("1 / 2").evaluate({"x": [1, 2]}), [0.5, 0.5])
    assert Formula("2").evaluate(FRAME).tolist() == [2.0, 2.0, 2.0]
    assert Formula("maximum / 4").evaluate({}, maximum=10) == 2.5


def test_no_rows_are_no_results() -> None:
    assert Formula("x * 2").evaluate({"x": []}).shape == (0,)
    assert RULE.evaluate(FRAME.iloc[:0], {"threshold": 80}, maximum=2).empty


@pytest.mark.parametrize(
    "column",
    [
        np.array([1, 0, 3]),
        np.array([1, 0, 3], dtype=np.float32),
        np.array([1.0, 9.0, 0.0, 9.0, 3.0])[::2],
        np.array([3.0, 0.0, 1.0])[::-1],
        [1, 0.0, 3],
        (True, False, 3),
        pd.Series([1, 0, 3]),
        pd.Series([1, 0, 3], dtype="Int64"),
        pd.Series([1, 0, 3], dtype=object),
        np.array([1.0, 0.0, 3.0], dtype=">f8"),
    ],
    ids=str,
)
def test_numbers_of_any_kind_are_read(column: Any) -> None:
    found = Formula("10 * x").evaluate({"x": column})

    assert list(found) == [10.0, 0.0, 30.0]


def test_what_is_missing_in_any_spelling_is_missing() -> None:
    f = Formula("coalesce(x, -1)")

    assert list(f.evaluate({"x": [None, NAN, 2]})) == [-1.0, -1.0, 2.0]
    assert list(f.evaluate({"x": pd.Series([pd.NA, 2], dtype="Int64")})) == [-1.0, 2.0]
    assert list(f.evaluate({"x": pd.Series([pd.NA, 2], dtype=object)})) == [-1.0, 2.0]


def test_categories_are_read_by_their_texts_or_by_pandas_order() -> None:
    f = Formula('if missing(grade) then -1 else if grade >= "Khá" then 1 else 0')
    order = ["Trung bình", "Khá", "Giỏi"]
    texts = ["giỏi", "Khá", "Trung bình", None]

    assert list(f.evaluate({"grade": texts}, categories={"grade": order})) == [1.0, 1.0, 0.0, -1.0]
    ordered = pd.Series(pd.Categorical(["Giỏi", None, "Khá"], order, ordered=True))
    assert list(f.evaluate({"grade": ordered})) == [1.0, -1.0, 1.0]
    assert f.evaluate({"grade": "Khá"}, categories={"grade": order}) == 1.0


def test_the_period_before_is_found_by_label() -> None:
    f = Formula("x - prev(x)")
    now = pd.DataFrame({"x": [5.0, 6.0, 7.0]}, index=["A", "B", "C"])
    before = pd.DataFrame({"x": [1.0, 2.0]}, index=["C", "A"])

    assert f.evaluate(now, previous=before).tolist()[::2] == [3.0, 6.0]
    assert math.isnan(f.evaluate(now, previous=before)["B"])
    assert f.evaluate(now).isna().all()
    assert list(f.evaluate({"x": [5, 6]}, previous={"x": 1})) == [4.0, 5.0]
    assert f.evaluate({"x": 5}, previous={"x": 3}) == 2.0


def test_contiguous_columns_are_read_in_place() -> None:
    values = np.arange(5.0)
    column = FormulaTable({"x": values}, None, {})
    column.symbols(["x"], {}, None)

    assert np.shares_memory(column.column("x", False), values)


@pytest.mark.parametrize(
    ("error", "message", "data", "options"),
    [
        (NotFoundError, "'rat'.*did you mean 'rate'", {"rate": 1}, {}),
        (DataError, "'rat' is a parameter and a column", {"rat": 1}, {"parameters": {"rat": 1}}),
        (DataError, "expected numbers in 'rat', got <U1", {"rat": ["a"]}, {}),
        (
            DataError,
            "expected numbers in 'rat', got datetime64",
            {"rat": np.array(["2020"], "M8[Y]")},
            {},
        ),
        (DataError, "expected numbers in 'rat', got object", {"rat": [1, "2", None]}, {}),
        (SpecError, "`maximum`", {"rat": 1}, {}),
    ],
)
def test_what_does_not_fit_is_named(
    error: type[Exception], message: str, data: dict[str, Any], options: dict[str, Any]
) -> None:
    with pytest.raises(error, match=message):
        Formula("rat * maximum").evaluate(data, **options)


def test_columns_of_different_lengths_or_labels_are_refused() -> None:
    f = Formula("x + y")

    with pytest.raises(DataError, match=r"shape \(2,\), and 'y' has shape \(3,\)"):
        f.evaluate({"x": [1, 2], "y": [1, 2, 3]})
    with pytest.raises(DataError, match="'y' have other labels"):
        f.evaluate({"x": pd.Series([1], ["A"]), "y": pd.Series([1], ["B"])})
    with pytest.raises(DataError, match="same label"):
        Formula("prev(rate)").evaluate(FRAME, previous=FRAME.iloc[[0, 0]])
    with pytest.raises(DataError, match="no category 'Yếu'; its categories are B, A"):
        Formula('if x == "A" then 1 else 0').evaluate({"x": ["Yếu"]}, categories={"x": ["B", "A"]})
    with pytest.raises(DataError, match="text of a category in 'x', got 3"):
        Formula('if x == "A" then 1 else 0').evaluate({"x": [3]}, categories={"x": ["B", "A"]})
    with pytest.raises(NotFoundError, match="only the period before has"):
        f.evaluate({"x": 1}, previous={"y": 2})


def test_mistakes_point_at_the_character() -> None:
    with pytest.raises(SpecError) as caught:
        Formula("if rate >= 80 than 2 else 0")

    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (1, 15)


def test_equal_formulas_are_equal_however_they_were_written() -> None:
    a, b = Formula("if( x≥80 , 1 , 0 )"), Formula("IF x >= 80.0 THEN 1 ELSE 0")

    assert a == b
    assert hash(a) == hash(b)
    assert a != Formula("x")
    assert a != "if x >= 80 then 1 else 0"
    assert str(a) == str(b) == "if x >= 80 then 1 else 0"
    assert a.text == "if( x≥80 , 1 , 0 )"
    assert eval(repr(a)) == a
    assert pickle.loads(pickle.dumps(a)).text == a.text
    assert copy.deepcopy(a) == a


def test_shown_with_titles() -> None:
    f = Formula("if rate >= 80 then 2 else 0")
    titles = {"rate": "tỷ lệ"}

    assert f.names == ["rate"]
    assert "rate is at least 80" in f.to_words()
    assert "tỷ lệ" in f.to_words("vi", titles)
    assert r"\mathrm{rate}" in f.to_latex()
    assert "tỷ lệ" in f.to_latex(titles)
    assert f._repr_latex_().startswith(r"$\displaystyle \begin{cases}")


def test_threads_share_a_formula() -> None:
    f = Formula("if x > 0.5 then log(x) * y else x^1.5 - y")
    source = np.random.default_rng(7)
    inputs = [{"x": source.random(5_000), "y": source.random(5_000)} for _ in range(4)]
    expected = [f.evaluate(each) for each in inputs]
    wrong: list[int] = []

    def work(which: int) -> None:
        results = [f.evaluate(inputs[which]) for _ in range(50)]
        wrong.extend(which for found in results if not np.array_equal(found, expected[which]))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(inputs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


# ---- what is proven -----------------------------------------------------------------------------


def test_a_range_is_proven_or_refuted_by_an_example() -> None:
    inside = Formula("rate * maximum / 100").range({"rate": (0, 100)}, maximum=2)
    outside = Formula('if grade == "A" then 3 else 1').range(
        categories={"grade": ["C", "B", "A"]}, maximum=2
    )

    assert (inside.lowest, inside.highest, inside.inside) == (0.0, 2.0, "proven")
    assert math.isnan(inside.value)
    assert (outside.inside, outside.example, outside.value) == ("refuted", {"grade": "A"}, 3.0)
    assert repr(outside) == 'from 1 to 3: 3 if grade = "A", which is not within 0 and the maximum 2'
    assert repr(Formula("3").range()) == "from 3 to 3"


def test_an_example_of_a_range_is_one() -> None:
    rule = Formula("clamp(a, 0, 5) + prev(b) * weight")
    found = rule.range({"a": (None, None), "b": "[0, 3]"}, parameters={"weight": 3}, maximum=10)

    now = {name: x for name, x in found.example.items() if not name.startswith("prev")}
    before = {"b": found.example["prev(b)"]}
    again = rule.evaluate({"b": 0.0, **now}, {"weight": 3}, previous=before)

    assert found.inside == "refuted"
    assert again == found.value
    assert found.value > 10
    assert (found.lowest, found.highest) == (0.0, 14.0)  # 5 + 3 * 3


def test_a_trend_is_proven_or_refuted_by_two_points() -> None:
    rule = Formula("if rate > 90 then 1 else rate / 50")
    ranges = {"rate": (0, 100)}
    falls = rule.trend("rate", ranges=ranges)

    assert rule.trend("rate", ranges={"rate": (0, 90)}).proof == "proven"
    assert falls.proof == "refuted"
    assert falls.lower["rate"] < falls.upper["rate"]  # type: ignore[operator]
    assert falls.at_lower == rule.evaluate(falls.lower)
    assert falls.at_upper == rule.evaluate(falls.upper)
    assert falls.at_lower > falls.at_upper
    assert repr(falls).startswith("falls as rate rises: ")
    assert Formula("-x").trend("x", "falls").proof == "proven"
    with pytest.raises(ValueError, match="expected 'rises' or 'falls'"):
        rule.trend("rate", "up", ranges)  # type: ignore[arg-type]


def test_findings_are_a_sequence_and_a_frame() -> None:
    found = Formula("if x > 5 then 1 else if x > 6 then 2 else 1 / y").check({"y": (0, 1)})
    table = found.to_frame()

    assert [each.kind for each in found] == ["never runs", "divides by zero"]
    assert (found[1].part, found[1].line, found[1].column) == ("1 / y", 1, 43)
    assert found[1].example["y"] == 0.0
    assert table["kind"].tolist() == ["never runs", "divides by zero"]
    assert list(table.columns)[-1] == "example"
    assert repr(found).count("\n") == 1
    assert "<code>1 / y</code>" in found._repr_html_()
    assert len(found[:1]) == 1
    assert repr(Formula("2").check()) == "nothing found"


def test_ranges_of_what_is_no_variable_are_refused() -> None:
    rule = Formula("rate * weight")

    with pytest.raises(NotFoundError, match=r"'rat', which is not in the formula.*'rate'"):
        rule.range({"rat": (0, 1)}, parameters={"weight": 1})
    with pytest.raises(NotFoundError, match="'weight', which is a parameter"):
        rule.check({"weight": (0, 1)}, parameters={"weight": 1})
    with pytest.raises(SpecError, match="no number is in it"):
        rule.range({"rate": (1, 0)})
