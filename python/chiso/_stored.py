"""What all values have in common: they cannot change, and their pickles hold snapshots."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from chiso import _core

if TYPE_CHECKING:
    from collections.abc import Callable


class Stored:
    """A value that can be stored alone or in a study, pickled and copied."""

    __slots__ = ()

    def _made_of(self) -> tuple[Stored, ...]:
        """Return the values that its constructor takes behind its core.

        A pickle holds each of them once, however many values are made of it.
        """
        return ()

    @classmethod
    def _of(cls, core: Any, *made_of: Any) -> Self:
        """Return the value of a core."""
        make: Callable[..., Self] = cls
        return make(core, *made_of)

    def __copy__(self) -> Self:
        """Return itself: it cannot change."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: it cannot change."""
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Pickle as a snapshot of the value without those that it is made of."""
        made_of = self._made_of()
        return (_restored, (type(self), snapshot_of(self, made_of, protocol), *made_of))


def core_of(value: Stored) -> Any:
    """Return the core, of which each class knows the type."""
    return value._core  # type: ignore[attr-defined]


def snapshot_of(value: Stored, made_of: tuple[Stored, ...], protocol: SupportsIndex) -> Any:
    """Return bytes, as something that new protocols may send beside the pickle."""
    snapshot = _core.to_bytes(core_of(value), [core_of(one) for one in made_of])
    return pickle.PickleBuffer(snapshot) if protocol.__index__() >= 5 else snapshot


def _restored(kind: type[Stored], snapshot: Any, *made_of: Stored) -> Stored:
    core = _core.from_bytes(snapshot, [core_of(one) for one in made_of])
    return kind._of(core, *made_of)
