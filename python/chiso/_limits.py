"""How much of a file is read."""

from __future__ import annotations

import dataclasses
import operator

from chiso import _core


@dataclasses.dataclass(frozen=True, kw_only=True)
class InputLimits:
    """How much is read before a file is refused; what is left out stays as it is.

    A wrong or hostile file is refused in bounded time and memory. What is refused says which limit
    it was, so a file that is meant to be so large is read with that limit raised.

    Parameters
    ----------
    definition_bytes : int, optional
        Of a YAML file; 4 MiB, of plans and check files 32 MiB.
    table_bytes : int, optional
        Of a CSV or Excel file, or a baseline; 1 GiB.
    depth : int, optional
        Nesting of lists and mappings of YAML; 100. At most 480.
    values : int, optional
        Of YAML: lists, mappings, numbers, texts and keys; 500 000, of plans and check files
        3 000 000.
    text_bytes : int, optional
        Of one text of YAML; 64 KiB.
    rows, columns, cells : int, optional
        Of a table; 50 000 000, 20 000 and 100 000 000.
    cell_bytes : int, optional
        Of one cell; 64 KiB.
    unpacked_bytes : int, optional
        Of all parts of an Excel file, which is packed; 256 MiB.
    formula_bytes, formula_nodes, formula_depth : int, optional
        Of each formula; 64 KiB, 10 000 parts, nested 250 deep (at most 500).
    snapshot_bytes, snapshot_text_bytes, snapshot_values : int, optional
        Of a snapshot; 8 GiB, in XML 256 MiB, 10 000 definitions, panels, results.

    Raises
    ------
    TypeError, ValueError
        For what is no whole number, or negative.

    Examples
    --------
    >>> import chiso
    >>> limits = chiso.InputLimits(definition_bytes=64 << 20, values=10_000_000)
    >>> chiso.load_index("pci-2013", limits=limits).name
    'pci-2013'
    """

    definition_bytes: int | None = None
    table_bytes: int | None = None
    depth: int | None = None
    values: int | None = None
    text_bytes: int | None = None
    rows: int | None = None
    columns: int | None = None
    cells: int | None = None
    cell_bytes: int | None = None
    unpacked_bytes: int | None = None
    formula_bytes: int | None = None
    formula_nodes: int | None = None
    formula_depth: int | None = None
    snapshot_bytes: int | None = None
    snapshot_text_bytes: int | None = None
    snapshot_values: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of anything."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None and operator.index(value) < 0:
                raise ValueError(f"{field.name}: expected 0 or more, got {value}")


def core_limits(
    limits: InputLimits | None, otherwise: _core.InputLimits | None = None
) -> _core.InputLimits:
    """Return limits as the core takes them, over those that hold `otherwise`."""
    found = _core.InputLimits() if otherwise is None else _core.InputLimits(otherwise)
    for field in dataclasses.fields(InputLimits):
        value = None if limits is None else getattr(limits, field.name)
        if value is not None:
            most = 2**31 - 1 if field.name.endswith("depth") else 2**62
            setattr(found, field.name, min(operator.index(value), most))
    return found
