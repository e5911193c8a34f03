"""What one looks at before a variable enters an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chiso import _core
from chiso._convert import frame

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from chiso._convert import PeriodLike
    from chiso._panel import Panel

_FIELDS = (
    "units",
    "available",
    "nonzero",
    "unique",
    "most_frequent",
    "minimum",
    "maximum",
    "mean",
    "median",
    "deviation",
    "skewness",
    "kurtosis",
)


def describe(panel: Panel, period: PeriodLike | None = None) -> pd.DataFrame:
    """Return statistics of each variable of numbers; missing values are left out.

    Returns
    -------
    DataFrame
        Index `variable`; columns `units`, `available`, `nonzero`, `unique`, `most_frequent` (how
        often the most frequent value stands there), `minimum`, `maximum`, `mean`, `median`,
        `deviation` (n - 1), `skewness` and `kurtosis` (excess; both corrected for bias).
    """
    values, numbers = _numbers(panel, period)
    found = [_core.describe(values[:, v]) for v in numbers]
    columns = {field: [getattr(d, field) for d in found] for field in _FIELDS}
    return frame({"variable": [panel.variables[v] for v in numbers], **columns}, index="variable")


def correlations(panel: Panel, period: PeriodLike | None = None) -> pd.DataFrame:
    """Return Pearson's correlations of the variables of numbers, over the units with both."""
    import pandas as pd

    values, numbers = _numbers(panel, period)
    table = np.eye(len(numbers))
    for i, first in enumerate(numbers):
        for j, second in enumerate(numbers[: i + 1]):
            r = _core.correlation(values[:, first], values[:, second])
            table[i, j] = table[j, i] = r
    names = pd.Index([panel.variables[v] for v in numbers], name="variable")
    return pd.DataFrame(table, index=names, columns=names)


def _numbers(panel: Panel, period: PeriodLike | None) -> tuple[NDArray[np.float64], list[int]]:
    """Return the rows that a period has, in columns, and which columns are numbers."""
    position = panel._position(period)
    present = panel._core.has_units(position)
    values = np.asfortranarray(panel._core.values(position)[present])
    return values, [v for v, code in enumerate(panel.variables) if not panel.categories(code)]
