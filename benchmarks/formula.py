"""A million rows of typical scoring formulas: chiso, numexpr, NumPy and pandas, on one core.

Each formula is written as a user of each library would. All give the same numbers, which is checked
before anything is timed; there are no missing values, which only chiso would treat as such. pandas
has no `where` in its expressions, so branches are sums of conditions there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import chiso
import numexpr
import numpy as np
import pandas as pd
from timing import race

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000


class Rule(NamedTuple):
    """One formula in four ways."""

    title: str
    chiso: str
    numexpr: str
    numpy: Callable[[Any], Any]
    pandas: str | None = None


RULES = [
    Rule(
        "three branches",
        "if x > 90 then 2 else if x >= 70 then 1 else 0",
        "where(x > 90, 2.0, where(x >= 70, 1.0, 0.0))",
        lambda d: np.where(d.x > 90, 2.0, np.where(d.x >= 70, 1.0, 0.0)),
        "(x > 90) * 1.0 + (x >= 70) * 1.0",
    ),
    Rule(
        "six steps",
        "if x >= 90 then 5 else if x >= 80 then 4 else if x >= 70 then 3 "
        "else if x >= 60 then 2 else if x >= 50 then 1 else 0",
        "where(x >= 90, 5.0, where(x >= 80, 4.0, where(x >= 70, 3.0, "
        "where(x >= 60, 2.0, where(x >= 50, 1.0, 0.0)))))",
        lambda d: np.select(
            [d.x >= 90, d.x >= 80, d.x >= 70, d.x >= 60, d.x >= 50], [5.0, 4.0, 3.0, 2.0, 1.0], 0.0
        ),
        "(x >= 90) * 1.0 + (x >= 80) * 1.0 + (x >= 70) * 1.0 + (x >= 60) * 1.0 + (x >= 50) * 1.0",
    ),
    Rule(
        "proportional from a threshold",
        "if x >= 80 then x * 3 / 100 else 0",
        "where(x >= 80, x * 3 / 100, 0.0)",
        lambda d: np.where(d.x >= 80, d.x * 3 / 100, 0.0),
        "(x >= 80) * x * 3 / 100",
    ),
    Rule(
        "line between two levels",
        "if x < 70 then 0 else if x < 90 then (x - 70) / 20 * 5 else 5",
        "where(x < 70, 0.0, where(x < 90, (x - 70) / 20 * 5, 5.0))",
        lambda d: np.where(d.x < 70, 0.0, np.where(d.x < 90, (d.x - 70) / 20 * 5, 5.0)),
        "((x >= 70) & (x < 90)) * (x - 70) / 20 * 5 + (x >= 90) * 5.0",
    ),
    Rule(
        "deduction within bounds",
        "clamp(10 - 0.5 * y, 0, 10)",
        "minimum(maximum(10 - 0.5 * y, 0), 10)",
        lambda d: np.clip(10 - 0.5 * d.y, 0, 10),
    ),
    Rule(
        "ratio of sums",
        "(x + y + z) / (x + y + z + w)",
        "(x + y + z) / (x + y + z + w)",
        lambda d: (d.x + d.y + d.z) / (d.x + d.y + d.z + d.w),
        "(x + y + z) / (x + y + z + w)",
    ),
    Rule(
        "goalposts on logarithms",
        "10 * (log(x) - log(2)) / (log(100) - log(2))",
        "10 * (log(x) - log(2.0)) / (log(100.0) - log(2.0))",
        lambda d: 10 * (np.log(d.x) - np.log(2.0)) / (np.log(100.0) - np.log(2.0)),
        "10 * (log(x) - log(2.0)) / (log(100.0) - log(2.0))",
    ),
    Rule(
        "saturation",
        "10 * (1 - exp(-x / 25))",
        "10 * (1 - exp(-x / 25))",
        lambda d: 10 * (1 - np.exp(-d.x / 25)),
        "10 * (1 - exp(-x / 25))",
    ),
    Rule(
        "power",
        "10 * (x / 100)^0.7",
        "10 * (x / 100)**0.7",
        lambda d: 10 * (d.x / 100) ** 0.7,
        "10 * (x / 100)**0.7",
    ),
    Rule(
        "weighted mean of six",
        "0.25 * x + 0.25 * y + 0.2 * z + 0.1 * u + 0.1 * v + 0.1 * w",
        "0.25 * x + 0.25 * y + 0.2 * z + 0.1 * u + 0.1 * v + 0.1 * w",
        lambda d: 0.25 * d.x + 0.25 * d.y + 0.2 * d.z + 0.1 * d.u + 0.1 * d.v + 0.1 * d.w,
        "0.25 * x + 0.25 * y + 0.2 * z + 0.1 * u + 0.1 * v + 0.1 * w",
    ),
    Rule(
        "conditions joined",
        "if x >= 80 and y < 30 or z > 50 then 2 else if x >= 50 and y < 60 then 1 else 0",
        "where((x >= 80) & (y < 30) | (z > 50), 2.0, where((x >= 50) & (y < 60), 1.0, 0.0))",
        lambda d: np.where(
            (d.x >= 80) & (d.y < 30) | (d.z > 50), 2.0, np.where((d.x >= 50) & (d.y < 60), 1.0, 0.0)
        ),
        "((x >= 80) & (y < 30) | (z > 50)) * 2.0"
        " + ((x >= 50) & (y < 60) & ~((x >= 80) & (y < 30) | (z > 50))) * 1.0",
    ),
    Rule(
        "rounded to two decimals",  # NumPy's differs on halves; numexpr rounds to whole numbers.
        "round(x * y / 100, 2)",
        "round(x * y / 100 * 100) / 100",
        lambda d: np.round(d.x * d.y / 100, 2),
    ),
]


def compare(rule: Rule, frame: pd.DataFrame) -> dict[str, float]:
    """Return the median seconds of each way."""
    formula = chiso.Formula(rule.chiso)
    columns = {name: frame[name].to_numpy() for name in frame}
    rivals: dict[str, Callable[[], Any]] = {
        "chiso": lambda: formula.evaluate(columns),
        "numexpr": lambda: numexpr.evaluate(rule.numexpr, local_dict=columns),
        "NumPy": lambda: rule.numpy(arrays),
    }
    arrays = type("Arrays", (), columns)
    if rule.pandas is not None:
        expression = rule.pandas
        rivals["pandas.eval"] = lambda: frame.eval(expression)
    expected = rivals["chiso"]()
    for name, run in rivals.items():
        np.testing.assert_allclose(
            np.asarray(run()), expected, rtol=1e-12, atol=1e-14, err_msg=f"{rule.title}: {name}"
        )
    return race(rivals, rounds=21, calls=5)


def main() -> None:
    """Print nanoseconds a row, and how many times as long as chiso each way takes."""
    numexpr.set_num_threads(1)
    random = np.random.default_rng(20240229)
    frame = pd.DataFrame({name: random.uniform(1.0, 100.0, ROWS) for name in "xyzuvw"})
    ways = ["chiso", "numexpr", "NumPy", "pandas.eval"]
    print(f"{ROWS:,} rows, medians of 21 rounds in turn, ns a row (times chiso)")
    print(f"{'':<32}" + "".join(f"{way:>18}" for way in ways))
    for rule in RULES:
        medians = compare(rule, frame)
        cells = []
        for way in ways:
            seconds = medians.get(way)
            times = "" if seconds is None else f"({seconds / medians['chiso']:.1f})"
            cells.append("" if seconds is None else f"{seconds / ROWS * 1e9:9.2f} {times:>8}")
        print(f"{rule.title:<32}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
