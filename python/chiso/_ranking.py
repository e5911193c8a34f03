"""A ranking as a value: what can be stored beside the scores that it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from chiso import _core, _html
from chiso._convert import as_choice, as_code, as_word, frame
from chiso._stored import Stored

if TYPE_CHECKING:
    import pandas as pd

    from chiso._convert import Columns
    from chiso._scores import Scores, TiesLike


class Ranking(Stored):
    """Units in order of a node's score, best first: `Scores.ranking` as a value to be kept.

    Parameters
    ----------
    scores : Scores
        What is ranked.
    node : str, optional
        Code; the composite if left out.
    ties : {"competition", "dense", "average", "ordinal"}
        1, 1, 3; 1, 1, 2; 1.5, 1.5, 3; or 1, 2, 3.
    on : {"unrounded", "displayed"}, optional
        Rank unrounded scores or those that are displayed; left out, what the definition says.

    Raises
    ------
    NotFoundError
        If there is no such node; with the nearest.

    Examples
    --------
    >>> import chiso
    >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
    >>> ranking = chiso.Ranking(scores)
    >>> ranking
    <Ranking of pci-2013, 2019, by pci: 63 of 63 units ranked>
    >>> ranking.to_frame().index[:3].tolist()
    ['Quảng Ninh', 'Đồng Tháp', 'Vĩnh Long']
    """

    __slots__ = ("_core", "scores")

    def __init__(
        self,
        scores: Scores,
        node: str | None = None,
        ties: TiesLike = "competition",
        *,
        on: Literal["unrounded", "displayed"] | None = None,
    ) -> None:
        code = as_code(node)
        self._core = _core.Ranking(
            scores._core,
            scores.index._core.at(code) if code else 0,
            as_choice(_core.Ties, ties, "ties"),
            None if on is None else as_word(on, ("unrounded", "displayed"), "on") == "displayed",
        )
        #: The scores that are ranked.
        self.scores = scores

    @property
    def node(self) -> str:
        """The code of the node whose scores are ranked."""
        return self.scores.index.codes[self._core.node]

    @property
    def ties(self) -> str:
        """What becomes of equal scores."""
        return self._core.ties.name

    @property
    def on(self) -> str:
        """Which scores are ranked: ``"unrounded"`` or ``"displayed"``."""
        return "displayed" if self._core.on_displayed else "unrounded"

    def to_frame(self) -> pd.DataFrame:
        """Return what `Scores.ranking` returns.

        Returns
        -------
        DataFrame
            Index `unit`; columns `score`, `rank` and, of a composite with groups, `group`.
        """
        import pandas as pd

        columns = ranked_columns(self._core, self.scores)
        ranks = np.asarray(columns["rank"], dtype=np.float64)
        table = frame(columns, index="unit")
        if self._core.ties != _core.Ties.average:
            table["rank"] = pd.array(ranks, dtype="Float64").astype("Int64")
        return table

    def __eq__(self, other: object) -> bool:
        """Return whether the same units have the same ranks and groups, by the same rule."""
        return isinstance(other, Ranking) and (
            (self.node, self.ties, self.on, self.scores.units, self._core.groups)
            == (other.node, other.ties, other.on, other.scores.units, other._core.groups)
            and np.array_equal(self._core.ranks, other._core.ranks, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.scores.units)

    def __repr__(self) -> str:
        """Return what is ranked."""
        scores, count = self.scores, len(self)
        return (
            f"<Ranking of {scores.index.name}, {scores.period}, by {self.node}: "
            f"{self._core.ranked} of {count} unit{'' if count == 1 else 's'} ranked>"
        )

    def _repr_html_(self) -> str:
        return _html.numbers(repr(self), ranked_columns(self._core, self.scores))

    def _made_of(self) -> tuple[Stored, ...]:
        return (self.scores,)

    @classmethod
    def _of(cls, core: Any, *made_of: Any) -> Self:
        made = cls.__new__(cls)
        made._core = core
        (made.scores,) = made_of
        return made


def ranked_columns(ranking: _core.Ranking, scores: Scores, groups: bool | None = None) -> Columns:
    """Return a ranking, best first, without pandas; a rank is NaN without a score.

    Parameters
    ----------
    groups : bool, optional
        With the definition's groups; left out, if it is of a composite that has any.
    """
    order = ranking.order
    if groups is None:
        groups = ranking.node == 0 and bool(scores.index._core.groups.names)
    return {
        "unit": [scores.units[u] for u in order],
        "score": scores.values[order, ranking.node],
        "rank": ranking.ranks[order],
        **({"group": [ranking.groups[u] for u in order]} if groups else {}),
    }
