"""People's spellings of periods, choices and tables, turned into what the core takes."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Iterable
from typing import (
    TYPE_CHECKING,
    Any,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    TypeGuard,
    TypeVar,
)

import numpy as np

from chiso import _core

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

PeriodLike: TypeAlias = "int | str | SupportsIndex | _core.Period | pd.Period"

#: A table without pandas: columns by name, all of one length.
Columns: TypeAlias = "dict[str, Any]"

#: A day: a date, a pandas Timestamp, or ISO text ("2024-06-30").
DayLike: TypeAlias = "datetime.date | pd.Timestamp | str"

_Item = TypeVar("_Item")
_Word = TypeVar("_Word", bound=str)
_Enum = TypeVar(
    "_Enum",
    _core.AggregationMethod,
    _core.AnchorLaw,
    _core.DifferenceScale,
    _core.How,
    _core.Keep,
    _core.MissingPolicy,
    _core.ProjectionKind,
    _core.TaskRole,
    _core.Ties,
    _core.Unsplit,
    _core.ValueLaw,
    _core.Volatility,
    _core.WeightLaw,
)


def as_period(value: PeriodLike) -> _core.Period:
    """Return `value` as a period; years may be numbers, also of NumPy."""
    if isinstance(value, _core.Period):
        return value
    if isinstance(value, str):
        return _core.Period(value)
    if hasattr(value, "freqstr"):  # pandas writes quarters as 2019Q3.
        text = str(value)
        return _core.Period(text.replace("Q", "-Q") if "-" not in text else text)
    if isinstance(value, float) and value.is_integer():
        return _core.Period(int(value))
    if not hasattr(value, "__index__"):
        raise TypeError(
            f"expected a period: a year (2019) or text (2019-Q3, 2019-07), got {value!r}"
        )
    return _core.Period(operator.index(value))


def optional_period(value: PeriodLike | None) -> _core.Period | None:
    """Return `value` as a period, or None."""
    return None if value is None else as_period(value)


def as_day(value: DayLike) -> datetime.date:
    """Return `value` as a date; of a moment its day.

    Raises
    ------
    SpecError
        For a text that is no ISO day, or a day that does not exist.
    """
    if isinstance(value, str):
        return _core.parse_date(value)
    if isinstance(value, datetime.datetime):  # pandas' Timestamp is one too.
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if hasattr(value, "item"):  # NumPy's days.
        return as_day(value.item())
    raise TypeError(f"expected a day: a date or text (2024-06-30), got {value!r}")


def as_choice(kind: type[_Enum], value: _Enum | str, what: str = "") -> _Enum:
    """Return a member of `kind`, given as itself or by its name."""
    if isinstance(value, kind):
        return value
    members: Mapping[str, _Enum] = kind.__members__
    return members[as_word(value, members, what)]


def as_word(value: object, words: Iterable[_Word], what: str = "") -> _Word:
    """Return the one of some words that was given."""
    known = list(words)
    if isinstance(value, str) and value in known:
        return known[known.index(value)]
    of = f"{what}: " if what else ""
    raise ValueError(f"{of}expected one of {', '.join(known)}, got {value!r}")


def in_vietnamese(language: str) -> bool:
    """Return whether texts are wanted in Vietnamese rather than in English."""
    return as_word(language, ("en", "vi"), "language") == "vi"


def as_flag(value: bool, what: str) -> bool:
    """Return True or False; also of NumPy. No text: "no" would be True."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{what}: expected True or False, got {value!r}")
    return bool(value)


def as_whole(value: SupportsIndex | float, what: str, last: int = 2**63 - 1) -> int:
    """Return a whole number that the core can hold, up to `last`; also of NumPy, and 1e6."""
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, bool) or not isinstance(number, SupportsIndex):
        raise TypeError(f"{what}: expected a whole number, got {value!r}")
    found = operator.index(number)
    if not -(2**31) <= found <= last:
        raise _core.SpecError(f"{what}: expected a whole number up to {last}, got {found}")
    return found


def as_number(value: SupportsFloat, what: str) -> float:
    """Return a number; also of NumPy. A text is none, since "25%" would not be one either."""
    if isinstance(value, str | bool | np.bool_) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{what}: expected a number, got {value!r}")
    return float(value)


def as_text(value: str, what: str, kind: str = "one code or pattern") -> str:
    """Return a text, where there can be one and no list."""
    if not isinstance(value, str):
        raise TypeError(f"{what}: expected {kind}, got {value!r}")
    return value


def as_code(value: str | None, what: str = "node") -> str:
    """Return the code of one node, empty for None: the composite."""
    return "" if value is None else as_text(value, what, "one code")


def as_list(given: Iterable[_Item], what: str, kind: str) -> list[_Item]:
    """Return a list of what a single text is none of."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise TypeError(f"{what}: expected {kind}, got {given!r}")
    return list(given)


def as_texts(given: str | Iterable[str], what: str, kind: str = "a code or several") -> list[str]:
    """Return one text, or several, as a list."""
    if isinstance(given, str):
        return [given]
    return [str(text) for text in as_list(given, what, kind)]


def matching(spelling: str, names: Sequence[str]) -> str:
    """Return the one of `names` that a spelling means: case, accents and blanks aside."""
    if as_text(spelling, "unit", "a name") in names:
        return spelling
    return _core.NameList([(name, []) for name in names]).at(spelling)


def is_frame(value: object) -> TypeGuard[pd.DataFrame]:
    """Whether `value` is a pandas DataFrame, without importing pandas."""
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def frame(columns: Columns, index: str | None = None) -> pd.DataFrame:
    """Return columns as a DataFrame, one of them as its index."""
    import pandas as pd

    if index is None:
        return pd.DataFrame(columns)
    rest = {name: values for name, values in columns.items() if name != index}
    return pd.DataFrame(rest, index=pd.Index(columns[index], name=index))


def whole(numbers: Any) -> Any:
    """Return whole numbers, some of which are missing, as pandas' Int64."""
    import pandas as pd

    return pd.array(list(numbers), dtype="Float64").astype("Int64")


def cell_text(cell: object) -> str:
    """Return a cell of a spreadsheet or frame as a table of texts has it; None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return "" if cell != cell else _core.number_text(cell)  # noqa: PLR0124 - NaN
    if hasattr(cell, "isoformat"):  # Midnight is how spreadsheets write days.
        return str(cell.isoformat()).removesuffix("T00:00:00")
    return str(cell)
