"""Snapshots: values and studies as files that last."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from chiso import _core, _html
from chiso._actions import Actions
from chiso._baseline import Baseline
from chiso._convert import as_text, as_whole, frame
from chiso._index import Index
from chiso._limits import core_limits
from chiso._panel import Panel
from chiso._plan import Plan
from chiso._ranking import Ranking
from chiso._responsibility import Standings
from chiso._scenario import Scenario
from chiso._scores import Scores
from chiso._sensitivity import Sensitivity
from chiso._stored import Stored
from chiso._uncertainty import Uncertainty

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, ValuesView

    import pandas as pd

    from chiso._convert import Columns
    from chiso._limits import InputLimits

#: What can be stored.
StudyValue: TypeAlias = (
    Index
    | Panel
    | Plan
    | Scenario
    | Actions
    | Standings
    | Scores
    | Ranking
    | Uncertainty
    | Sensitivity
    | Baseline
)

_Value = TypeVar("_Value", bound=Stored)

#: By the type of the core: the class, and where the core has what it is made of.
_KINDS: dict[type, tuple[type[Stored], tuple[str, ...]]] = {
    _core.Index: (Index, ()),
    _core.Panel: (Panel, ()),
    _core.Plan: (Plan, ()),
    _core.Scenario: (Scenario, ()),
    _core.ActionSet: (Actions, ()),
    _core.Standings: (Standings, ()),
    _core.LockedResults: (Baseline, ()),
    _core.Scores: (Scores, ("index", "panel")),
    _core.Ranking: (Ranking, ("scores",)),
    _core.Uncertainty: (Uncertainty, ("base",)),
    _core.Sensitivity: (Sensitivity, ("base",)),
}

#: What the part is called that is stored alone.
_ALONE = "value"


class Study:
    """Definitions, data and what came of them, kept together and with where they come from.

    Holds its parts by name, in their order. Immutable; what parts have in common (the panel of
    several scores, the scores of a ranking) is there once, in memory and in a file.

    Parameters
    ----------
    parts : mapping of str to value, optional
        Index, Panel, Plan, Scenario, Actions, Standings, Scores, Ranking, Uncertainty, Sensitivity
        or Baseline, by a name of your own.
    note : str
        For readers.
    documents : mapping of str to str, optional
        Texts that the study came from, as their authors wrote them, by the name of their file: a
        definition with its comments, a script.
    date : str or datetime, optional
        When it was made, to the second; without a time zone it is UTC. Left out: now, or what
        ``SOURCE_DATE_EPOCH`` says; ``""``: no date.
    **named : value
        More parts.

    Raises
    ------
    SpecError
        For a name that is empty or stands twice; for a date that is none.
    TypeError
        For what cannot be stored.

    Examples
    --------
    >>> import chiso
    >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
    >>> study = chiso.Study(scores=scores, ranking=chiso.Ranking(scores), note="as published")
    >>> study.to_frame()["what"].tolist()
    ['pci-2013, 2019: 63 units x 11 nodes', 'pci-2013, 2019, by pci: 63 of 63 units ranked']
    >>> study.save("pci.chiso")  # doctest: +SKIP
    >>> chiso.load_snapshot("pci.chiso")["scores"]["Thanh Hóa", "pci"]  # doctest: +SKIP
    65.644...
    """

    __slots__ = ("_core", "_parts")

    def __init__(
        self,
        parts: Mapping[str, StudyValue] | None = None,
        /,
        *,
        note: str = "",
        documents: Mapping[str, str] | None = None,
        date: str | datetime.datetime | None = None,
        **named: StudyValue,
    ) -> None:
        listed = [*_items(parts, "parts"), *named.items()]
        for name, value in listed:
            as_text(name, "parts", "a text for a name")
            _expect_value(name, value)
        texts = _items(documents, "documents")
        for name, text in texts:
            as_text(name, "documents", "a text for a name")
            as_text(text, f"documents, {name!r}", "its text")
        self._core = _core.Study(
            [(name, value._core) for name, value in listed],
            _core.__version__,
            _date_text(date),
            as_text(note, "note", "a text"),
            texts,
        )
        self._parts: dict[str, Any] = dict(listed)

    @staticmethod
    def load(path: str | os.PathLike[str], *, limits: InputLimits | None = None) -> Study:
        """Read a snapshot as a study, also if it holds one value alone (called ``"value"``).

        Parameters
        ----------
        path : path
            Of either form.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        NotFoundError, Error
            If there is no such file; if it cannot be read.
        ArchiveError
            If it is no snapshot, cut off, damaged, of a newer format, or holds what cannot be.
        """
        return Study._of(_core.load_study(_path(path), core_limits(limits)))

    # ---- where it comes from ----------------------------------------------------------------

    @property
    def version(self) -> str:
        """Version of chiso that made it; may be empty."""
        return self._core.version

    @property
    def date(self) -> str:
        """When it was made: ``"2026-11-29T12:00:00Z"``; may be empty."""
        return self._core.date

    @property
    def note(self) -> str:
        """For readers; may be empty."""
        return self._core.note

    @property
    def documents(self) -> dict[str, str]:
        """Texts that it came from, by name."""
        return dict(self._core.documents)

    @property
    def definitions(self) -> dict[str, str]:
        """YAML of the definition of each part that is one or is made from one, by the part."""
        return {
            name: index.to_yaml()
            for name, value in self._parts.items()
            if (index := _found_in(value, Index)) is not None
        }

    @property
    def fingerprints(self) -> dict[str, str]:
        """`Panel.fingerprint` of each part that is a panel or is made from one, by the part."""
        return {
            name: panel.fingerprint
            for name, value in self._parts.items()
            if (panel := _found_in(value, Panel)) is not None
        }

    # ---- what is in it ----------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return list(self._parts)

    def __getitem__(self, name: str) -> Any:
        """Return a part.

        Raises
        ------
        NotFoundError
            If there is none of that name; with the nearest.
        """
        if as_text(name, "part", "a name") not in self._parts:
            self._core.at(name)  # Says which is near.
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        """Return an iterator over the names."""
        return iter(self._parts)

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a part of that name."""
        return name in self._parts

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._parts.keys()

    def values(self) -> ValuesView[Any]:
        """Return the parts."""
        return self._parts.values()

    def items(self) -> ItemsView[str, Any]:
        """Return names and parts."""
        return self._parts.items()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a part.

        Returns
        -------
        DataFrame
            Index `name`; columns `kind`, `what` (in words), `fingerprint` (of its data; empty:
            there are none).
        """
        return frame(part_columns(self), index="name")

    # ---- what can be done with it -----------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, which is replaced as a whole or not at all.

        Parameters
        ----------
        path : path
            With the ending ``.xml`` it is written to be read and compared line by line.

        Raises
        ------
        NotFoundError, Error
            If the folder does not exist; if the file cannot be written.
        """
        self._core.save(_path(path))

    def verify(self, *, threads: int = 0) -> pd.DataFrame:
        """Compute every result anew, from the definitions, data and seeds that are in the study.

        The same version of chiso gives the same bits; another may have mended a fault.

        Parameters
        ----------
        threads : int
            Of draws; 0: as many as the machine has.

        Returns
        -------
        DataFrame
            Index `part`; columns `computed` (False: it is no result), `holds`, `finding`.
        """
        return frame(verify_columns(self, threads), index="part")

    def diff(self, other: Study, *, most: int = 1_000) -> pd.DataFrame:
        """Return everything in which another study differs.

        Parts are compared with those of the same name; numbers are the same if they have the same
        bits, all missing ones being one.

        Parameters
        ----------
        other : Study
            The other one: what is there now.
        most : int
            Changes of one part that are listed; a last row counts the others.

        Returns
        -------
        DataFrame
            Columns `part` (empty: where it comes from), `place`, `what`, `before`, `after` (texts;
            empty: not there), `change` (of numbers).
        """
        return frame(diff_columns(self, other, most))

    # ---- the rest ---------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Return whether all parts, and where they come from, are the same."""
        return isinstance(other, Study) and self._core.to_bytes() == other._core.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        """Return itself: it cannot change."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: it cannot change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a snapshot."""
        return (_study_from, (self._core.to_bytes(),))

    def __repr__(self) -> str:
        """Return the parts and the day."""
        day = f", {self.date[:10]}" if self.date else ""
        count = f"{len(self)} part{'' if len(self) == 1 else 's'}"
        names = f" ({', '.join(self)})" if self._parts else ""
        return f"<Study: {count}{names}{day}>"

    def _repr_html_(self) -> str:
        return _html.numbers(repr(self), part_columns(self))

    @classmethod
    def _of(cls, core: _core.Study) -> Self:
        made = cls.__new__(cls)
        made._core = core
        wrapping = _Wrapping()
        made._parts = {name: wrapping.of(part) for name, part in core.parts}
        return made

    def _is_value_alone(self) -> bool:
        where = (self.version, self.date, self.note)
        return self.names == [_ALONE] and not any(where) and not self._core.documents


def save_snapshot(path: str | os.PathLike[str], value: StudyValue | Study) -> None:
    """Write one value alone, or a study, to a file, which is replaced as a whole or not at all.

    Parameters
    ----------
    path : path
        With the ending ``.xml`` it is written to be read and compared line by line.
    value : Study, Index, Panel, Scores ...
        What is made from other values is written with them: scores with their index and panel. A
        value alone has no note and no date; make a `Study` of it for these.

    Raises
    ------
    NotFoundError, Error
        If the folder does not exist; if the file cannot be written.
    TypeError
        If `value` is something else.

    Examples
    --------
    >>> import chiso
    >>> chiso.save_snapshot("pci.chiso", chiso.load_index("pci-2013"))  # doctest: +SKIP
    >>> chiso.load_snapshot("pci.chiso")  # doctest: +SKIP
    <Index pci-2013: 10 indicators>
    """
    if isinstance(value, Study):
        value.save(path)
        return
    _expect_value("", value)
    _core.Study([(_ALONE, value._core)], "", "", "", []).save(_path(path))


def load_snapshot(path: str | os.PathLike[str], *, limits: InputLimits | None = None) -> Any:
    """Read what `save_snapshot` or ``chiso snapshot save`` wrote, here or in C++.

    Parameters
    ----------
    path : path
        Of either form.
    limits : InputLimits, optional
        How much is read before it is refused.

    Returns
    -------
    Study, Index, Panel, Scores ...
        The value that was saved alone, or the study.

    Raises
    ------
    NotFoundError, Error
        If there is no such file; if it cannot be read.
    ArchiveError
        If it is no snapshot, cut off, damaged, of a newer format, or holds what cannot be. Nothing
        of it is used then.
    """
    study = Study.load(path, limits=limits)
    return study[_ALONE] if study._is_value_alone() else study


# ---- the same without pandas --------------------------------------------------------------------


def part_columns(study: Study) -> Columns:
    """Return what `Study.to_frame` shows."""
    fingerprints = study.fingerprints
    return {
        "name": study.names,
        "kind": study._core.kinds,
        "what": study._core.descriptions(),
        "fingerprint": [fingerprints.get(name, "") for name in study],
    }


def verify_columns(study: Study, threads: int) -> Columns:
    """Return what `Study.verify` shows."""
    return study._core.verify(as_whole(threads, "threads", 2**31 - 1))


def diff_columns(study: Study, other: Study, most: int) -> Columns:
    """Return what `Study.diff` shows."""
    if not isinstance(other, Study):
        raise TypeError(f"expected a Study to compare with, got {other!r}")
    listed = as_whole(most, "most")
    if listed < 0:
        raise _core.SpecError(f"most: expected a whole number of 0 or more, got {listed}")
    return study._core.difference(other._core, listed)


# ---- from the core and to it --------------------------------------------------------------------


class _Wrapping:
    """Makes values of cores: one value of all copies of a core."""

    def __init__(self) -> None:
        self._made: dict[int, Stored] = {}

    def of(self, core: Any) -> Stored:
        place = _core.place_of(core)
        if place in self._made:
            return self._made[place]
        kind, names = _KINDS[type(core)]
        made = kind._of(core, *(self.of(getattr(core, name)) for name in names))
        if place:
            self._made[place] = made
        return made


def _study_from(snapshot: bytes) -> Study:
    return Study._of(_core.study_from_bytes(snapshot))


def _found_in(value: Stored, kind: type[_Value]) -> _Value | None:
    """Return the index or panel that a value is, or is made of."""
    if isinstance(value, kind):
        return value
    if isinstance(value, Baseline):
        return _found_in(value.index, kind)
    for part in value._made_of():
        if (found := _found_in(part, kind)) is not None:
            return found
    return None


def _expect_value(name: str, value: object) -> None:
    if isinstance(value, StudyValue):
        return
    of = f"{name}: " if name else ""
    kinds = ", ".join(kind.__name__ for kind, _ in _KINDS.values())
    raise TypeError(f"{of}expected a value that can be stored ({kinds}), got {value!r}")


def _items(given: Mapping[str, Any] | None, what: str) -> list[tuple[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, Mapping | Study):
        raise TypeError(f"{what}: expected what it is by name, {{'name': ...}}, got {given!r}")
    return list(given.items())


def _path(path: str | os.PathLike[str]) -> str | os.PathLike[str]:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path: expected the path of a file, got {path!r}")
    return path


def _date_text(date: str | datetime.datetime | None) -> str:
    """Return a moment in UTC, as all studies have it."""
    if date == "":
        return ""
    if date is None:
        date = _now()
    elif isinstance(date, str):
        try:
            date = datetime.datetime.fromisoformat(date)
        except ValueError:
            raise _core.SpecError(
                f"date: expected a moment as 2026-11-29T12:00:00Z, got {date!r}"
            ) from None
    elif not isinstance(date, datetime.datetime):
        raise TypeError(f"date: expected a moment or its text, got {date!r}")
    if date.tzinfo is not None:
        date = date.astimezone(datetime.UTC)
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def _now() -> datetime.datetime:
    """Return the time, or the one that makes builds reproducible."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.datetime.now(datetime.UTC)
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise _core.SpecError(
            f"SOURCE_DATE_EPOCH: expected seconds since 1970, got {epoch!r}"
        ) from None
