"""Scoring prepared arrays again and again, and frames whose columns are matched once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np

from chiso import _core
from chiso._convert import as_choice, is_frame
from chiso._scores import Anchors

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from chiso._index import Index

    Array: TypeAlias = NDArray[np.float64]

KeepLike: TypeAlias = "_core.Keep | Literal['all', 'criteria', 'root']"
TiesLike: TypeAlias = "_core.Ties | Literal['competition', 'dense', 'average', 'ordinal']"


class Evaluator:
    """An index compiled for fast and repeated scoring.

    Takes arrays of units x variables, columns in the order of `variables`, or frames with these
    columns in any order. A category is the position of its word in the variable's list. What
    formulas read of the period before are columns of their own behind the variables,
    ``"prev(rate)"``. Safe to use from many threads at once; the GIL is released while it works.

    Examples
    --------
    >>> import chiso, numpy as np
    >>> evaluator = chiso.load_index("pci-2013").evaluator()
    >>> scores, ranks = evaluator.rank(np.array([[5.0] * 10, [6.0] * 10]))
    >>> scores.ravel(), ranks.ravel()
    (array([50., 60.]), array([2., 1.]))
    """

    __slots__ = ("_codes", "_core", "_labels", "_matched", "variables")

    def __init__(self, core: _core.Evaluator) -> None:
        self._core = core
        codes = core.index.variable_codes
        #: Variables in the order of the columns of arrays, with those of the period before.
        self.variables: list[str] = [
            *codes,
            *(f"prev({codes[place]})" for place in core.index.previous_variables),
        ]
        self._codes: dict[_core.Keep, list[str]] = {}
        self._labels: dict[_core.Keep, pd.Index] = {}
        self._matched: tuple[Any, NDArray[np.intp] | None] = (None, None)

    @property
    def index(self) -> Index:
        """The index that was compiled."""
        from chiso._index import Index

        return Index(self._core.index)

    def codes(self, keep: KeepLike = "all") -> list[str]:
        """Return the codes of the nodes that `keep` stands for: the columns of results."""
        kept = as_choice(_core.Keep, keep)
        if kept not in self._codes:
            codes = self._core.index.codes
            self._codes[kept] = [codes[node] for node in self._core.kept(kept)]
        return self._codes[kept]

    def fit(self, data: Array | pd.DataFrame) -> Anchors:
        """Return the anchors that scoring these data would use, to hold them elsewhere."""
        return Anchors(self._core.fit(self._values(data)), self.index)

    @overload
    def evaluate(
        self, data: Array, keep: KeepLike = "all", anchors: Anchors | None = None
    ) -> Array: ...

    @overload
    def evaluate(
        self, data: pd.DataFrame, keep: KeepLike = "all", anchors: Anchors | None = None
    ) -> pd.DataFrame: ...

    def evaluate(
        self, data: Array | pd.DataFrame, keep: KeepLike = "all", anchors: Anchors | None = None
    ) -> Array | pd.DataFrame:
        """Score units.

        Parameters
        ----------
        data : numpy.ndarray or DataFrame
            Units x variables; NaN = missing. A float64 array is read in place, whatever its memory
            order; it must not be written to meanwhile. Anything else is copied once.
        keep : {"all", "criteria", "root"}
            Score all nodes, the inner ones, or the composite only.
        anchors : Anchors, optional
            Left out, they are fitted to `data`.

        Returns
        -------
        numpy.ndarray or DataFrame
            Units x nodes; NaN: no score. With the index of the frame and the nodes' codes if a
            frame was given.

        Raises
        ------
        DataError
            With everything in the data that does not fit the definition.
        """
        kept = as_choice(_core.Keep, keep)
        held = None if anchors is None else anchors._core
        scores = self._core.evaluate(self._values(data), held, kept)
        return self._labelled(scores, data, kept) if is_frame(data) else scores

    @overload
    def rank(
        self,
        data: Array,
        keep: KeepLike = "root",
        ties: TiesLike = "competition",
        anchors: Anchors | None = None,
    ) -> tuple[Array, Array]: ...

    @overload
    def rank(
        self,
        data: pd.DataFrame,
        keep: KeepLike = "root",
        ties: TiesLike = "competition",
        anchors: Anchors | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]: ...

    def rank(
        self,
        data: Array | pd.DataFrame,
        keep: KeepLike = "root",
        ties: TiesLike = "competition",
        anchors: Anchors | None = None,
    ) -> tuple[Array | pd.DataFrame, Array | pd.DataFrame]:
        """Score units and rank them in each column, on unrounded scores.

        Parameters
        ----------
        data, keep, anchors
            As in `evaluate`; `keep` is the composite if left out.
        ties : {"competition", "dense", "average", "ordinal"}
            1, 1, 3; 1, 1, 2; 1.5, 1.5, 3; or 1, 2, 3.

        Returns
        -------
        scores, ranks : numpy.ndarray or DataFrame
            As `evaluate` returns them; a rank is NaN without a score.
        """
        kept = as_choice(_core.Keep, keep)
        held = None if anchors is None else anchors._core
        scores, ranks = self._core.evaluate_and_rank(
            self._values(data), held, kept, as_choice(_core.Ties, ties)
        )
        if not is_frame(data):
            return scores, ranks
        return self._labelled(scores, data, kept), self._labelled(ranks, data, kept)

    def __repr__(self) -> str:
        """Return what it evaluates."""
        return f"<Evaluator of {self._core.index.name}: {len(self.variables)} variables>"

    def _values(self, data: Array | pd.DataFrame) -> Array:
        if isinstance(data, np.ndarray):
            values = data
        elif is_frame(data):
            values = self._columns_of(data)
        else:
            values = np.asarray(data, dtype=np.float64)
        if values.dtype != np.float64 or values.ndim != 2:
            values = np.atleast_2d(np.asarray(values, dtype=np.float64))
        if values.ndim != 2:
            raise _core.DataError(
                f"expected units x {len(self.variables)} variables, "
                f"got an array of shape {values.shape}"
            )
        if min(values.strides, default=0) < 0:  # The core reads forward only.
            values = np.ascontiguousarray(values)
        return values

    def _columns_of(self, data: pd.DataFrame) -> Array:
        # Frames of one loop share their columns: matching by name is done once for them.
        columns = data.columns
        matched, positions = self._matched
        if matched is not columns:
            positions = self._positions(columns)
            self._matched = (columns, positions)
        values: Array = data.to_numpy()
        return values if positions is None else values[:, positions]

    def _positions(self, columns: pd.Index) -> NDArray[np.intp] | None:
        import pandas as pd

        if list(columns) == self.variables:
            return None
        positions = columns.get_indexer(pd.Index(self.variables))
        missing = [v for v, at in zip(self.variables, positions, strict=True) if at < 0]
        if missing:
            raise _core.DataError(
                f"the frame has no column {', '.join(missing)}; it needs one for each of the "
                f"{len(self.variables)} variables of {self._core.index.name}"
            )
        return positions

    def _labelled(self, values: Array, data: pd.DataFrame, kept: _core.Keep) -> pd.DataFrame:
        import pandas as pd

        if kept not in self._labels:
            self._labels[kept] = pd.Index(self.codes(kept), name="code")
        return pd.DataFrame(values, index=data.index, columns=self._labels[kept], copy=False)
