"""What one looks at before a variable enters an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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


def describe(
    panel: Panel,
    period: PeriodLike | None = None,
    *,
    by: Literal["variable", "unit"] = "variable",
) -> pd.DataFrame:
    """Return statistics of each variable of numbers, or of each unit over them.

    Parameters
    ----------
    panel : Panel
        What to look at.
    period : int or str, optional
        Which period; may be left out if there is only one.
    by : {"variable", "unit"}
        By unit to see where data are missing.

    Returns
    -------
    DataFrame
        Index `variable` or `unit`; columns `values` (how many there could be), `available`,
        `nonzero`, `unique`, `most_frequent` (how often the most frequent value stands there),
        `minimum`, `maximum`, `mean`, `median`, `deviation` (n - 1), `skewness` and `kurtosis`
        (excess; both corrected for bias). Missing values are left out.
    """
    values, units, variables = _numbers(panel, period)
    if by == "unit":
        values = np.asfortranarray(values.T)
    found = [_core.describe(column) for column in values.T]
    columns = {field: [getattr(d, field) for d in found] for field in _FIELDS}
    columns = {"values": columns.pop("units"), **columns}
    return frame({by: units if by == "unit" else variables, **columns}, index=by)


def correlations(panel: Panel, period: PeriodLike | None = None) -> pd.DataFrame:
    """Return Pearson's correlations of the variables of numbers, over the units with both."""
    import pandas as pd

    values, _, variables = _numbers(panel, period)
    table = np.ones((len(variables), len(variables)))
    for i in range(len(variables)):
        for j in range(i):
            table[i, j] = table[j, i] = _core.correlation(values[:, i], values[:, j])
    names = pd.Index(variables, name="variable")
    return pd.DataFrame(table, index=names, columns=names)


def _numbers(
    panel: Panel, period: PeriodLike | None
) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """Return the rows that a period has, in columns of numbers, with their labels."""
    position = panel._position(period)
    rows = np.flatnonzero(panel._core.has_units(position))
    numbers = [v for v in range(len(panel.variables)) if not panel._core.categories(v)]
    values = np.asfortranarray(panel._core.values(position)[rows][:, numbers])
    return values, [panel.units[u] for u in rows], [panel.variables[v] for v in numbers]
