"""Results: scores of every node, their ranking, and what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from chiso import _core, _html
from chiso._convert import as_choice, as_word, frame, matching
from chiso._ranking import ranked_columns
from chiso._stored import Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from chiso._causes import Causes, RankChange
    from chiso._convert import Columns
    from chiso._index import Index, Language
    from chiso._outcome import Outcome
    from chiso._panel import Panel
    from chiso._robust import IntervalProgressLike, RankIntervals
    from chiso._scenario import Scenario, Units
    from chiso._sensitivity import Sensitivity
    from chiso._uncertainty import DrawProgressLike, Executor, Uncertainty
    from chiso._variation import Variation

TiesLike: TypeAlias = "_core.Ties | Literal['competition', 'dense', 'average', 'ordinal']"


class Anchors:
    """The parameters of the normalisers as they were used, leaf by leaf.

    To hold them in a what-if, score with those of the base: ``index.score(data, anchors=...)``.
    """

    __slots__ = ("_core", "index")

    def __init__(self, core: _core.Anchors, index: Index) -> None:
        self._core = core
        #: The index that they belong to.
        self.index = index

    def to_frame(self) -> pd.DataFrame:
        """Return one row a leaf with a normaliser.

        Returns
        -------
        DataFrame
            Index `code`; columns `low`, `high` (minimum and maximum, mean and deviation ...),
            `low_source`, `high_source` (``period``, ``pooled`` or ``fixed``), `observations`.
        """
        columns: Columns = dict(self._core.columns())
        codes = [self.index.codes[node] for node in columns.pop("node")]
        return frame({"code": codes, **columns}, index="code")

    def __len__(self) -> int:
        """Return the number of leaves with a normaliser."""
        return len(self._core)

    def __eq__(self, other: object) -> bool:
        """Return whether all parameters are the same."""
        return isinstance(other, Anchors) and self._core == other._core

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return their number and index."""
        return f"<Anchors of {self.index.name}: {len(self)}>"


class Scores(Stored):
    """Scores of every node of an index for every unit of one period. NaN: no score.

    Made by `Index.score`.
    """

    __slots__ = ("_core", "index", "panel", "units")

    def __init__(self, core: _core.Scores, index: Index, panel: Panel) -> None:
        self._core = core
        #: The index that was scored.
        self.index = index
        #: The data that were scored.
        self.panel = panel
        #: Units that have a row in the period.
        self.units: list[str] = core.units

    @property
    def period(self) -> str:
        """The period of the data."""
        return self._core.period.text

    @property
    def method(self) -> str:
        """The period whose method was used; `period` unless another was chosen."""
        return self._core.method.text

    @property
    def values(self) -> NDArray[np.float64]:
        """Units x nodes: a read-only view, F-ordered."""
        return self._core.values

    @property
    def anchors(self) -> Anchors:
        """The parameters of the normalisers that were used."""
        return Anchors(self._core.anchors, self.index)

    def __getitem__(self, cell: tuple[str, str]) -> float:
        """Return the score of a unit on a node: ``scores["Thanh Hóa", "pci"]``.

        The unit may be spelled otherwise; see `unit`.

        Raises
        ------
        NotFoundError
            If there is no such unit or code; with the nearest.
        """
        unit, code = cell
        try:
            return self._core.at(unit, code)
        except _core.NotFoundError:
            return self._core.at(self.unit(unit), code)

    def unit(self, spelling: str) -> str:
        """Return the unit that a spelling means: case, accents and blanks aside.

        Raises
        ------
        NotFoundError
            If it means none of the units; with the nearest.
        DataError
            If it means two.
        """
        return matching(spelling, self.units)

    # ---- frames -----------------------------------------------------------------------------

    def to_frame(self) -> pd.DataFrame:
        """Return units x codes."""
        return self._frame(np.array(self.values, order="F"))

    def _frame(self, values: NDArray[np.float64]) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(
            values,
            index=pd.Index(self.units, name="unit"),
            columns=pd.Index(self.index.codes, name="code"),
            copy=False,
        )

    def availability(self) -> pd.DataFrame:
        """Return units x codes: share of the indicators below that have a score, 0 to 1."""
        return self._frame(self._core.availability())

    def ranking(
        self,
        node: str | None = None,
        ties: TiesLike = "competition",
        *,
        on: Literal["unrounded", "displayed"] | None = None,
        groups: bool | None = None,
        within: Mapping[str, str] | pd.Series[str] | None = None,
    ) -> pd.DataFrame:
        """Rank the units by a node, best first; units without a score come last and have no rank.

        Parameters
        ----------
        node : str, optional
            Code; the composite if left out.
        ties : {"competition", "dense", "average", "ordinal"}
            1, 1, 3 (a top ten has ten); 1, 1, 2; 1.5, 1.5, 3; or 1, 2, 3.
        on : {"unrounded", "displayed"}, optional
            Rank unrounded scores or those that are displayed; left out, what the definition says.
        groups : bool, optional
            With the definition's groups; left out, if it has any.
        within : mapping or Series of unit to group, optional
            Rank the units of each group with each other; the group becomes a column.

        Returns
        -------
        DataFrame
            Index `unit`; columns `score`, `rank` and perhaps `group`.
        """
        import pandas as pd

        columns = ranking_columns(self, node, ties, on=on, groups=groups, within=within)
        ranks = np.asarray(columns["rank"], dtype=np.float64)
        table = frame(columns, index="unit")
        if as_choice(_core.Ties, ties) != _core.Ties.average:
            table["rank"] = pd.array(ranks, dtype="Float64").astype("Int64")
        return table

    def treatments(self) -> pd.DataFrame:
        """Return what policies, cuts and caps did, cell by cell.

        Returns
        -------
        DataFrame
            Columns `unit`, `code`, `kind`, `amount` (share that remained, or the value before it
            was cut), `detail`; by unit, then node.
        """
        return frame(treatment_columns(self))

    def reconcile(self) -> pd.DataFrame:
        """Compare with the published values, where the definition says which these are.

        Published data contain errors: they are reported, never repaired. See `gaps`.

        Returns
        -------
        DataFrame
            Index `code`; columns `variable`, `tolerance`, `compared` (units), `beyond` (units
            outside the tolerance, or with one value only), `largest` (absolute difference).
        """
        return frame(reconciliation_columns(self), index="code")

    def gaps(self) -> pd.DataFrame:
        """Return the published values that are not what their parts give.

        Returns
        -------
        DataFrame
            Columns `code`, `unit`, `computed`, `published`, `difference`; largest first in each
            code.
        """
        return frame(gap_columns(self))

    def lost_points(
        self,
        unit: str,
        unsplit: Literal["apart", "proportional"] | _core.Unsplit = "apart",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Divide what a unit lacks of the best composite over the criteria that lose it.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        unsplit : {"apart", "proportional"}
            Points that are lost for certain, but in which child nobody knows, because nothing
            limits the best score of some: they stay with the parent, or are divided as if each
            of these children had lost the same share of its maximum, which is an assumption.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `code`; columns `criterion` (title, indented), `points` (of the composite; the
            points of siblings and what their parent has not split add up to the parent's),
            `unsplit`, `assumed` (whether the points rest on the assumption).

        Raises
        ------
        NotFoundError
            If there is no such unit; with the nearest.
        DataError
            If the unit has no score, or nothing limits the composite.
        """
        columns = self._core.lost_points(self.unit(unit), as_choice(_core.Unsplit, unsplit))
        titles = zip(self.index._core.depths, self.index.titles(language), strict=True)
        criteria = ["  " * depth + title for depth, title in titles]
        return frame({"code": self.index.codes, "criterion": criteria, **columns}, index="code")

    def explain(self, unit: str, language: Language = "en") -> Explanation:
        """Explain one unit's scores: contributions and lost points down to rules and raw values.

        Parameters
        ----------
        unit : str
            Its name; case, accents and blanks aside.
        language : {"en", "vi"}
            Of the titles.

        Raises
        ------
        NotFoundError
            If there is no such unit; with the nearest.
        """
        return Explanation(self, self.unit(unit), language)

    # ---- how sure ---------------------------------------------------------------------------

    def uncertainty(
        self,
        varying: Variation,
        *,
        draws: int = 100_000,
        seed: int = 0,
        nodes: Iterable[str] = (),
        refit: bool = False,
        pairs: bool | None = None,
        precision: float | None = None,
        top: int = 10,
        threads: int = 0,
        executor: Executor | None = None,
        progress: DrawProgressLike = False,
    ) -> Uncertainty:
        """Draw what is uncertain, and see how sure all scores and ranks are.

        A draw is what scoring an edited definition and edited data gives. It depends on the seed,
        its number and the names of the sources alone: the same bits for any number of threads,
        processes or machines.

        Parameters
        ----------
        varying : Variation
            What is uncertain.
        draws : int
            How many; rounded up to whole grains of 1,024.
        seed : int
            Of the random numbers.
        nodes : iterable of str
            Codes whose scores and ranks are counted beside the composite's.
        refit : bool
            Fit the anchors of normalisers to the drawn values; otherwise these scores' stay.
        pairs : bool, optional
            Count who beats whom; units x units. Left out: of up to 256 units.
        precision : float, optional
            Stop when no unit's probability to be among the first `top` has a standard error above
            this; looked at after 8, 16, 32 ... grains.
        top : int
            See `precision`.
        threads : int
            0: as many as the machine has.
        executor : optional
            Draws elsewhere: whatever has `submit` as `concurrent.futures` has it, such as a
            ``ProcessPoolExecutor`` or ``dask.distributed``'s ``Client.get_executor()``. The same
            bits as without; `threads` is then of each worker.
        progress : bool or callable
            Show how far it is; or what is called now and then with the draws done, the draws
            wanted and the largest standard error, and stops by returning False.

        Returns
        -------
        Uncertainty
            Distributions of scores and ranks.

        Raises
        ------
        NotFoundError, DataError, SpecError
            With everything that is wrong with the sources, each with its name; or with the number
            of a draw that cannot be scored.
        RuntimeError
            If the executor fails.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> sure = scores.uncertainty(chiso.Variation().weights("pci"), draws=10_000, seed=7)
        >>> sure.draws
        10240
        >>> bool(sure.ranks().loc["Thanh Hóa", "worst"] > 24)
        True
        """
        from chiso._uncertainty import uncertainty

        return uncertainty(
            self,
            varying,
            draws=draws,
            seed=seed,
            nodes=nodes,
            refit=refit,
            pairs=pairs,
            precision=precision,
            top=top,
            threads=threads,
            executor=executor,
            progress=progress,
        )

    def sensitivity(
        self,
        varying: Variation,
        *,
        base: int = 1_024,
        seed: int = 0,
        node: str | None = None,
        refit: bool = False,
        second_order: bool = False,
        resamples: int = 200,
        confidence: float = 0.95,
        factors: Mapping[str, str | Iterable[str]] | None = None,
        threads: int = 0,
        progress: DrawProgressLike = False,
    ) -> Sensitivity | None:
        """Find which source of uncertainty matters, for all scores and ranks at once.

        Sobol indices: first order by Saltelli and others (2010), total order by Jansen (1999), of
        scrambled Sobol points, with bootstrap intervals. Each source is a factor, however many
        numbers it draws, unless `factors` puts several together.

        Parameters
        ----------
        varying : Variation
            What is uncertain.
        base : int
            Rows of the base sample, rounded up to a power of two; the index is scored
            ``base * (factors + 2)`` times.
        seed : int
            Of the scrambling and the bootstrap.
        node : str, optional
            Whose scores and ranks; the composite if left out.
        refit : bool
            Fit the anchors of normalisers to the drawn values.
        second_order : bool
            Look at pairs of factors too: ``base * (2 * factors + 2)`` evaluations.
        resamples : int
            Of the bootstrap; 0: no intervals.
        confidence : float
            Of the intervals.
        factors : mapping of str to names of sources, optional
            Sources that are moved together as one factor, by its name; every other source, and
            left out each, is a factor of its own.
        threads : int
            0: as many as the machine has; the result does not depend on it.
        progress : bool or callable
            As in `uncertainty`, of evaluations.

        Returns
        -------
        Sensitivity or None
            None if `progress` stopped it: half a sample has no indices.

        Raises
        ------
        NotFoundError, DataError, SpecError
            As `uncertainty`; and for factors of sources that there are not, or that are in another.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> varying = chiso.Variation().weights("pci").values(relative=0.05)
        >>> found = scores.sensitivity(varying, base=256, seed=1)
        >>> shift = found.to_frame("rank shift").set_index("source")
        >>> bool(shift.loc["weights", "total"] > shift.loc["weights", "first"])
        True
        """
        from chiso._sensitivity import sensitivity

        return sensitivity(
            self,
            varying,
            base=base,
            seed=seed,
            node=node,
            refit=refit,
            second_order=second_order,
            resamples=resamples,
            confidence=confidence,
            factors=factors,
            threads=threads,
            progress=progress,
        )

    # ---- what stands whatever the weights ---------------------------------------------------

    def rank_intervals(
        self,
        varying: Variation | None = None,
        *,
        units: Units = None,
        node: str | None = None,
        seconds: float | None = None,
        progress: IntervalProgressLike = False,
    ) -> RankIntervals:
        """Find the best and the worst rank of units over all admissible weights.

        Exact, by mixed-integer programs: not the extremes of some draws, which miss the corners.
        A rank is 1 + how many units have more; scores that differ by less than 1e-9 of the greatest
        difference that a weight can make are equal. Ranks are of scores as they are computed, also
        where the definition ranks rounded ones.

        Parameters
        ----------
        varying : Variation, optional
            Its weights: every vector of shares that they could draw is admissible, however
            unlikely. Left out: any weights of the children of any criterion.
        units : str or iterable of str, optional
            Whose ranks; None: all.
        node : str, optional
            Whose scores are ranked; the composite if left out.
        seconds : float, optional
            Then what was found so far is given, with what is proven of it.
        progress : bool or callable
            Show how far it is; or what is called now and then with how many ends of intervals are
            done and wanted, and stops by returning False.

        Returns
        -------
        RankIntervals
            Ends, proofs, and weights that attain them.

        Raises
        ------
        NotFoundError
            If there is no such unit or code; with the nearest.
        SpecError
            If bounds and orders leave no weights, if something else than weights varies, or if the
            score is not linear in the weights: names the criterion that is in the way.
        DataError
            If a unit's missing values give their weights to others, or a unit has no score.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> found = scores.rank_intervals(units="Thanh Hóa")
        >>> found.to_frame().loc["Thanh Hóa", ["rank", "best", "worst"]].tolist()
        [24, 1, 63]
        """
        from chiso._robust import rank_intervals

        return rank_intervals(self, varying, units, node, seconds, progress)

    def weight_stability(
        self,
        top: int = 10,
        *,
        unit: str | None = None,
        watch: Literal["set", "order"] = "set",
        nodes: str = "*",
        language: Language = "en",
    ) -> pd.DataFrame:
        """Find how far each weight can move before the ranking changes where it matters.

        The share of one node in its parent moves and its siblings are scaled in proportion. Exact:
        composites are linear in one share, so that it is known where two units meet.

        Parameters
        ----------
        top : int
            The first so many must stay.
        unit : str, optional
            The rank of this unit must stay, in place of the first ones.
        watch : {"set", "order"}
            Which units are among the first, or their ranks too; not with `unit`.
        nodes : str
            Code or pattern of the nodes whose shares move.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `parent`, `share`, `down` and `up` (nothing changes
            strictly between; 0 and 1 where it never does), `down riser` and `down passed`, `up
            riser` and `up passed` (who passes whom there; empty: nobody).

        Raises
        ------
        NotFoundError
            If there is no such unit, or no node is met.
        SpecError
            If the composite is not linear in a share: names the criterion that is in the way. If
            both `unit` and the order are to be watched.
        DataError
            If a unit's missing values give their weights to others.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> stable = scores.weight_stability(top=10)
        >>> bool((stable["down"] <= stable["share"]).all())
        True
        """
        from chiso._robust import stability_columns

        return frame(stability_columns(self, top, unit, watch, nodes, language), index="code")

    def leave_one_out(
        self,
        nodes: str = "*",
        *,
        show: Literal["nodes", "ranks", "scores"] = "nodes",
        top: int = 10,
        language: Language = "en",
    ) -> pd.DataFrame:
        """Leave out nodes one at a time, with the anchors held, and see how ranks shift.

        What a scenario that drops the node gives, to the bit. Nodes that are an only child, or
        whose siblings have no weight, are passed over.

        Parameters
        ----------
        nodes : str
            Code or pattern.
        show : {"nodes", "ranks", "scores"}
            What leaving out a node does, or every unit's rank or composite without it.
        top : int
            Of `top kept`.
        language : {"en", "vi"}
            Of the titles.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `mean shift` (of the ranks, in places), `greatest shift`
            and its `unit`, `top kept` (share of the first `top` that stay there). Or units x codes.

        Raises
        ------
        NotFoundError
            If the pattern meets no node that can be left out.
        SpecError
            If there are not as many units as `top`.

        Examples
        --------
        >>> import chiso
        >>> pci = chiso.load_index("pci", period=2019)
        >>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
        >>> scores.leave_one_out()["mean shift"].idxmax()
        'labor'
        """
        from chiso._robust import left_out_columns, left_out_table

        as_word(show, ("nodes", "ranks", "scores"), "show")
        if show == "nodes":
            return frame(left_out_columns(self, nodes, top, language), index="code")
        return left_out_table(self, nodes, top, show)

    # ---- what if, and why -------------------------------------------------------------------

    def what_if(self, scenario: Scenario) -> Outcome:
        """Apply a scenario; these scores stay as they are.

        The same, bit for bit, as editing the definition and the data by hand and scoring them,
        with these anchors unless the scenario fits them anew.

        Parameters
        ----------
        scenario : Scenario
            What is edited.

        Returns
        -------
        Outcome
            Scores and ranks before and after.

        Raises
        ------
        DataError, NotFoundError
            With every edit that does not fit: unknown units and codes, with the nearest; values
            outside their variable's range.
        SpecError
            With what is wrong in the edited definition.

        Examples
        --------
        >>> import chiso
        >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
        >>> outcome = scores.what_if(chiso.Scenario().set("Thanh Hóa", "entry", 9))
        >>> outcome.ranking(moved=True)["rank after"].tolist()
        [22, 23, 24]
        """
        from chiso._outcome import Outcome

        return Outcome(self, scenario)

    def sweep(
        self,
        axes: Mapping[Any, Iterable[float]] | None = None,
        *,
        weights: Mapping[str, Iterable[float]] | None = None,
        units: str | Iterable[str] | None = None,
        refit: bool = False,
    ) -> pd.DataFrame:
        """Move one or two numbers over a range, and see every unit's score and rank.

        Parameters
        ----------
        axes : mapping of (unit, code) or Scenario to iterable of float, optional
            Raw values to take in turn: of one unit, several (a tuple of names) or all (None). A
            scenario of one edit moves the number of that edit, whatever it does:
            ``{chiso.Scenario().scale(None, "informal*", 1): [0.8, 1, 1.2]}``.
        weights : mapping of code to iterable of float, optional
            Weights to take in turn, as the definition states them; the siblings are scaled to
            make room.
        units : str or iterable of str, optional
            Only these in the table; left out, all.
        refit : bool
            Fit the anchors of normalisers anew at each point, instead of holding them.

        Returns
        -------
        DataFrame
            Tidy: one column an axis, `unit`, `score`, `rank` (NaN: no score); the last axis runs
            fastest.

        Raises
        ------
        SpecError
            If there is no axis, or more than two.

        Examples
        --------
        >>> import chiso
        >>> scores = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019)
        >>> scores.sweep({("Thanh Hóa", "entry"): [7, 8, 9]}, units="Thanh Hóa")["rank"].tolist()
        [31.0, 24.0, 22.0]
        """
        from chiso import _outcome

        return frame(_outcome.sweep_columns(self, axes, weights, units, refit))

    def causes(self, after: Scores, unit: str, other: str | None = None) -> Causes:
        """Return why a composite in another result is not the one in this.

        Parameters
        ----------
        after : Scores
            The other result: another year, a scenario, other data, another definition; these
            scores themselves to compare two units.
        unit : str
            The unit in these scores.
        other : str, optional
            The unit in `after`; left out, the same.

        Raises
        ------
        NotFoundError
            If there is no such unit; with the nearest.
        DataError
            If one of the two has no composite score, with the reason.
        """
        from chiso._causes import Causes

        return Causes(self, after, unit, other)

    def rank_change(self, after: Scores, unit: str, node: str | None = None) -> RankChange:
        """Return why a unit's rank in another result is not the one in this.

        Parameters
        ----------
        after : Scores
            The other result.
        unit : str
            The unit, in both.
        node : str, optional
            Code; the composite if left out.

        Raises
        ------
        NotFoundError
            If there is no such unit; with the nearest.
        DataError
            If the unit has no rank in one of them.
        """
        from chiso._causes import RankChange

        return RankChange(self, after, unit, node)

    # ---- looking at it ----------------------------------------------------------------------

    def plot(
        self,
        node: str | None = None,
        *,
        top: int | None = None,
        highlight: str | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the ranking as bars, best on top. Needs matplotlib.

        Parameters
        ----------
        node : str, optional
            Code; the composite if left out.
        top : int, optional
            Only so many; `highlight` is added if it is not among them.
        highlight : str, optional
            A unit in another colour.
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        from chiso import _plot

        return _plot.ranking(self, node, top=top, highlight=highlight, ax=ax)

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.units)

    def __repr__(self) -> str:
        """Return what was scored."""
        method = "" if self.method == self.period else f" by the method of {self.method}"
        return (
            f"<Scores of {self.index.name}, {self.period}{method}: "
            f"{len(self.units)} units x {len(self.index)} nodes>"
        )

    def _repr_html_(self) -> str:
        return _html.scores(self)

    def _made_of(self) -> tuple[Stored, ...]:
        return (self.index, self.panel)


class Explanation:
    """One unit's tree of contributions and lost points. Made by `Scores.explain`."""

    __slots__ = ("columns", "scores", "unit")

    def __init__(self, scores: Scores, unit: str, language: Language = "en") -> None:
        #: The scores that are explained.
        self.scores = scores
        #: The unit.
        self.unit = unit
        #: What `to_frame` shows, without pandas.
        self.columns: Columns = explanation_columns(scores, unit, language)

    @property
    def score(self) -> float:
        """Score of the composite; NaN: none."""
        return float(self.columns["score"][0])

    @property
    def rank(self) -> int | None:
        """Rank on the composite; None: no score."""
        rank = float(self.columns["rank"][0])
        return None if np.isnan(rank) else int(rank)

    def to_frame(self) -> pd.DataFrame:
        """Return the tree as a frame, one row a node.

        Returns
        -------
        DataFrame
            Index `code`; columns `criterion` (title, indented), `weight` (share in its parent as
            it was used), `score`, `highest` (that it can have), `contribution` (points of the
            composite; siblings add up to their parent), `lost` (on its own scale), `at stake`
            (points of the composite, if it alone reached its highest), `rank`, `measure`, `rule`,
            `remarks`.
        """
        import pandas as pd

        columns = {k: v for k, v in self.columns.items() if k not in {"depth", "title", "lowest"}}
        titles = zip(self.columns["depth"], self.columns["title"], strict=True)
        table = frame(
            {
                "code": columns.pop("code"),
                "criterion": ["  " * d + t for d, t in titles],
                **columns,
            },
            index="code",
        )
        table["rank"] = pd.array(table["rank"].to_numpy(), dtype="Float64").astype("Int64")
        return table

    def plot(self, *, leaves: bool = False, ax: Axes | None = None) -> Axes:
        """Draw the points at stake by criterion, most first. Needs matplotlib.

        Parameters
        ----------
        leaves : bool
            By indicator instead of by the composite's children.
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        from chiso import _plot

        return _plot.explanation(self, leaves=leaves, ax=ax)

    def __repr__(self) -> str:
        """Return unit, index, score and rank."""
        index = self.scores.index
        place = "no rank" if self.rank is None else f"rank {self.rank} of {self.ranked}"
        score = display(self.score, index.decimals) or "no score"
        return f"<Explanation of {self.unit}, {index.name}, {self.scores.period}: {score}, {place}>"

    @property
    def ranked(self) -> int:
        """Number of units with a rank."""
        return int(np.count_nonzero(~np.isnan(self.scores.values[:, 0])))

    def _repr_html_(self) -> str:
        return _html.explanation(self)


def versions(
    panels: Mapping[str, Panel], index: Index, period: str | int | None = None
) -> pd.DataFrame:
    """Score several versions of the same data side by side: self-assessed, round 1, round 2.

    Parameters
    ----------
    panels : mapping of str to Panel
        By name of the version, in their order; `read_panels` gives them.
    index : Index
        What to score with.
    period : int or str, optional
        Which period; may be left out if there is only one.

    Returns
    -------
    DataFrame
        Index `unit`; columns (version, what): `score` and `rank` in each version and, from the
        second on, `change` of the score and `places gained` against the first.
    """
    import pandas as pd

    columns: dict[tuple[str, str], pd.Series[Any]] = {}
    first: tuple[pd.Series[Any], pd.Series[Any]] | None = None
    for name, panel in panels.items():
        ranking = index.score(panel, period).ranking(groups=False)
        score, rank = ranking["score"], ranking["rank"]
        columns[name, "score"], columns[name, "rank"] = score, rank
        if first is None:
            first = (score, rank)
        else:
            columns[name, "change"] = score - first[0]
            columns[name, "places gained"] = first[1] - rank
    if first is None:
        raise _core.DataError("there is no version to score")
    table = pd.DataFrame(columns).rename_axis(index="unit", columns=["version", "what"])
    return table.loc[[u for p in panels.values() for u in p.units if u in table.index]].pipe(
        lambda rows: rows[~rows.index.duplicated()]
    )


# ---- the same without pandas --------------------------------------------------------------------


def display(value: float, decimals: int | None) -> str:
    """Return a number as it is displayed; an empty text if it is missing."""
    if np.isnan(value):
        return ""
    if decimals is None:
        return _core.number_text(value)
    shown = float(_core.displayed(np.array([value]), decimals)[0])
    return f"{shown:.{max(decimals, 0)}f}"


def ranking_columns(
    scores: Scores,
    node: str | None = None,
    ties: TiesLike = "competition",
    *,
    on: str | None = None,
    groups: bool | None = None,
    within: Mapping[str, str] | pd.Series[str] | None = None,
) -> Columns:
    """Return what `Scores.ranking` shows, without pandas; a rank is NaN without a score."""
    if on not in {None, "unrounded", "displayed"}:
        raise ValueError(f"expected one of unrounded, displayed, got {on!r}")
    position = 0 if node is None else scores.index._core.at(node)
    kind = as_choice(_core.Ties, ties)
    ranking = _core.Ranking(scores._core, position, kind, None if on is None else on == "displayed")
    if within is None:
        return ranked_columns(ranking, scores, groups)
    values = scores.values[:, position]
    order, ranks, extra = _ranked_within(scores, values, ranking, kind, within)
    return {
        "unit": [scores.units[u] for u in order],
        "score": values[order],
        "rank": ranks[order],
        **extra,
    }


def _ranked_within(
    scores: Scores,
    values: NDArray[np.float64],
    ranking: _core.Ranking,
    ties: _core.Ties,
    within: Mapping[str, str] | pd.Series[str],
) -> tuple[NDArray[np.intp], NDArray[np.float64], Columns]:
    given = dict(within.items())
    names = sorted({str(group) for group in given.values()})
    group_of = [str(given[unit]) if unit in given else "" for unit in scores.units]
    codes = np.array([names.index(g) if g else -1 for g in group_of], dtype=np.int32)
    ranked = np.ascontiguousarray(values)
    decimals = scores.index.decimals
    if ranking.on_displayed and decimals is not None:
        ranked = _core.displayed(ranked, decimals)
    ranks = _core.rank_within(ranked, codes, ties)
    by_group = np.where(codes < 0, len(names), codes)[ranking.order]
    order = ranking.order[np.argsort(by_group, kind="stable")]
    return order, ranks, {"group": [group_of[u] for u in order]}


def treatment_columns(scores: Scores) -> Columns:
    """Return what `Scores.treatments` shows, without pandas."""
    columns: Columns = dict(scores._core.treatments())
    units, nodes = columns.pop("unit"), columns.pop("node")
    return {
        "unit": [scores.units[u] for u in units],
        "code": [scores.index.codes[n] for n in nodes],
        **columns,
    }


def reconciliation_columns(scores: Scores) -> Columns:
    """Return what `Scores.reconcile` shows, without pandas."""
    found = scores._core.reconcile()
    return {
        "code": [scores.index.codes[r.node] for r in found],
        "variable": [r.variable for r in found],
        "tolerance": [r.tolerance for r in found],
        "compared": [r.compared for r in found],
        "beyond": [len(r.gaps) for r in found],
        "largest": [r.largest for r in found],
    }


def gap_columns(scores: Scores) -> Columns:
    """Return what `Scores.gaps` shows, without pandas."""
    gaps = [
        (scores.index.codes[r.node], scores.units[unit], computed, published)
        for r in scores._core.reconcile()
        for unit, computed, published in r.gaps
    ]
    return {
        "code": [gap[0] for gap in gaps],
        "unit": [gap[1] for gap in gaps],
        "computed": [gap[2] for gap in gaps],
        "published": [gap[3] for gap in gaps],
        "difference": [gap[2] - gap[3] for gap in gaps],
    }


def explanation_columns(scores: Scores, unit: str, language: Language = "en") -> Columns:
    """Return one unit's tree, one row a node."""
    columns = scores._core.explain(unit)
    stake = columns.pop("at_stake")
    lost = columns.pop("lost")
    return {
        "code": scores.index.codes,
        "title": scores.index.titles(language),
        "depth": scores.index._core.depths,
        "weight": columns["weight"],
        "score": columns["score"],
        "lowest": columns["lowest"],
        "highest": columns["highest"],
        "contribution": columns["contribution"],
        "lost": lost,
        "at stake": stake,
        "rank": columns["rank"],
        "measure": columns["measure"],
        "rule": columns["rule"],
        "remarks": columns["remarks"],
    }
