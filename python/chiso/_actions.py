"""Sets of actions: what may be done, at which cost, by whom."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from chiso import _core, _html_reach, _tables
from chiso._convert import frame, in_vietnamese, is_frame
from chiso._io import SHARE
from chiso._limits import core_limits
from chiso._plan import Plan
from chiso._stored import Stored

if TYPE_CHECKING:
    import os

    import pandas as pd

    from chiso._convert import Columns
    from chiso._index import Language
    from chiso._limits import InputLimits

_TABLES = {".csv", ".xlsx", ".xlsm"}


class Actions(Stored):
    """Actions of which some are to be chosen: immutable and validated.

    Made by `load_actions`, `Actions.from_yaml`, `Actions.from_frame` or `Actions.of`. An action
    raises indicators or their points, costs money, takes time and the work of agencies, needs or
    excludes others. Whether its indicators exist is looked at when it meets results.

    Examples
    --------
    >>> import chiso
    >>> actions = chiso.Actions.from_yaml('''
    ... chiso: 1
    ... actions:
    ...   - {code: desk, cost: 3, effects: [{of: entry, add_points: 0.5}]}
    ... ''')
    >>> actions
    <Actions: 1 action>
    >>> actions.to_frame()["cost"].tolist()
    [3.0]
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.ActionSet) -> None:
        self._core = core

    @property
    def name(self) -> str:
        """Its name; may be empty."""
        return self._core.name

    @property
    def title(self) -> str:
        """Title in English if there is one, else in Vietnamese, else the name."""
        return self._core.title.en or self._core.title.vi or self.name

    @property
    def codes(self) -> list[str]:
        """Codes of the actions in their order."""
        return self._core.codes

    @property
    def currency(self) -> str:
        """Unit of the costs; may be empty."""
        return self._core.currency

    @property
    def time_unit(self) -> str:
        """Unit of durations; may be empty."""
        return self._core.time_unit

    @property
    def work_unit(self) -> str:
        """Unit of capacities; may be empty."""
        return self._core.work_unit

    @property
    def capacities(self) -> dict[str, float]:
        """How much an agency can do in all; those that are not named have no limit."""
        return dict(self._core.capacities)

    @property
    def provenance(self) -> _core.Provenance:
        """Status, source, reference, day of the last check, note."""
        return self._core.provenance

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return the actions in their order, for reading; see `to_table` for writing.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `cost`, `effects` (in words), `agencies`, `duration`,
            `needs`, `excludes`, `choice` (``free``, ``must``, ``never``).
        """
        return frame(self._core.columns(in_vietnamese(language)), index="code")

    # ---- reading and writing ----------------------------------------------------------------

    def to_yaml(self) -> str:
        """Return the actions as YAML text, which `Actions.from_yaml` reads back unchanged."""
        return _core.actions_to_yaml(self._core)

    def to_table(
        self, path: str | os.PathLike[str] | None = None, language: Language = "en"
    ) -> pd.DataFrame:
        """Return the actions as a table, one row an action; write it to a file if one is named.

        `load_actions` and `Actions.from_frame` read it back unchanged.

        Parameters
        ----------
        path : path, optional
            ``.csv`` or ``.xlsx``; replaced atomically.
        language : {"en", "vi"}
            Of the headings.
        """
        rows = _core.table_from_actions(self._core, in_vietnamese(language)).rows
        if path is not None:
            _tables.write_rows(rows, path)
        return frame({name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])})

    def save(self, path: str | os.PathLike[str], language: Language = "en") -> None:
        """Write the actions to a file, all or nothing: by its ending a table, else YAML.

        Parameters
        ----------
        path : path
            ``.csv`` and ``.xlsx`` are tables.
        language : {"en", "vi"}
            Of a table's headings.
        """
        if Path(path).suffix.lower() in _TABLES:
            _tables.write_rows(
                _core.table_from_actions(self._core, in_vietnamese(language)).rows, path
            )
        else:
            _core.write_file(path, self.to_yaml())

    @staticmethod
    def from_yaml(text: str, *, limits: InputLimits | None = None) -> Actions:
        """Read actions from YAML text.

        Raises
        ------
        SpecError
            With every problem, each with line and column.
        """
        return Actions(_core.parse_actions(text, core_limits(limits)))

    @staticmethod
    def from_frame(table: pd.DataFrame, *, limits: InputLimits | None = None) -> Actions:
        """Read actions from a table, one row an action, as `to_table` gives it.

        Parameters
        ----------
        table : DataFrame
            One row an action.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem, each with its cell.
        """
        rows = _tables.rows_of_frame(table)
        return Actions(
            _core.actions_from_table(_core.Table("table", rows, limits=core_limits(limits)))
        )

    @staticmethod
    def of(plan: Plan) -> Actions:
        """Return the tasks of a plan that say what they are expected to do, as actions.

        Tasks that are done or cancelled are left out; a task without a cost costs nothing.

        Parameters
        ----------
        plan : Plan
            Whose tasks.
        """
        return Actions(_core.ActionSet.of_plan(plan._core))

    # ---- as a value -------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return the number of actions."""
        return len(self._core)

    def __contains__(self, code: object) -> bool:
        """Return whether there is an action with this code."""
        return code in self.codes

    def __eq__(self, other: object) -> bool:
        """Return whether the actions say the same."""
        return isinstance(other, Actions) and self._core == other._core

    def __hash__(self) -> int:
        """Hash as equal sets do."""
        return hash(self._core)

    def __repr__(self) -> str:
        """Return name and size."""
        size = f"{len(self)} action{'' if len(self) == 1 else 's'}"
        return f"<Actions{' ' + self.name if self.name else ''}: {size}>"

    def _repr_html_(self) -> str:
        return _html_reach.actions(self)


#: What may be chosen: actions, the tasks of a plan, or what `load_actions` takes.
ActionsLike: TypeAlias = "Actions | Plan | str | os.PathLike[str] | pd.DataFrame"


def load_actions(
    source: str | os.PathLike[str] | pd.DataFrame,
    *,
    sheet: str | None = None,
    limits: InputLimits | None = None,
) -> Actions:
    """Load a set of actions that ships with the package, or from a file or a frame.

    Parameters
    ----------
    source : str, path or DataFrame
        A shipped set; a YAML file; or a table (``.csv``, ``.xlsx``, a frame), one row an action.
    sheet : str, optional
        Of an Excel file; the first if left out.
    limits : InputLimits, optional
        How much is read before a file is refused.

    Raises
    ------
    NotFoundError
        If there is none; with the nearest.
    SpecError
        With everything that is wrong, each with its line or cell.
    """
    if is_frame(source):
        return Actions.from_frame(source, limits=limits)
    text = str(cast("str | os.PathLike[str]", source))
    file = Path(text)
    if file.suffix.lower() in _TABLES:
        return Actions(_core.actions_from_table(_tables.read_table(file, sheet, limits)))
    if file.suffix.lower() in {".yaml", ".yml"} or len(file.parts) > 1 or _core.is_file(file):
        return Actions(_core.load_actions(file, core_limits(limits)))
    shipped = {entry.name: entry.path for entry in _core.actions_in(SHARE / "actions")}
    if text in shipped:
        return Actions(_core.load_actions(shipped[text], core_limits(limits)))
    near = difflib.get_close_matches(text, shipped, 1)
    known = f"; there is {', '.join(shipped)}" if shipped else ""
    raise _core.NotFoundError(
        f"there is no file and no shipped set of actions '{text}'"
        + (f" (did you mean '{near[0]}'?)" if near else known)
    )


def as_actions(actions: ActionsLike) -> Actions:
    """Return whatever is meant as actions."""
    if isinstance(actions, Actions):
        return actions
    if isinstance(actions, Plan):
        return Actions.of(actions)
    return load_actions(actions)


def chosen_columns(actions: Actions, positions: list[int], language: Language) -> Columns:
    """Return some of the actions as columns, without pandas."""
    columns: Columns = actions._core.columns(in_vietnamese(language))
    return {name: [cells[i] for i in positions] for name, cells in columns.items()}
