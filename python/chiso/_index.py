"""An index: a validated definition that can be read, scored and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, SupportsIndex

from chiso import _core, _html
from chiso._convert import as_period, frame, in_vietnamese, optional_period
from chiso._evaluator import Evaluator
from chiso._formula import Formula
from chiso._limits import core_limits
from chiso._panel import Panel
from chiso._scores import Anchors, Scores
from chiso._stored import Stored

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd

    from chiso._convert import Columns, PeriodLike
    from chiso._limits import InputLimits
    from chiso._outcome import Outcome
    from chiso._scenario import Scenario

Language = Literal["en", "vi"]


class Index(Stored):
    """A composite index: an immutable tree of weighted criteria.

    Made by `load_index`, `Index.from_yaml`, `Index.from_frame` or `from_coinr`; an invalid one
    cannot exist. Nodes are numbered in the order of the definition, parents before their
    children; node 0 is the composite.

    Examples
    --------
    >>> import chiso
    >>> pci = chiso.load_index("pci-2013")
    >>> pci.title
    'Provincial Competitiveness Index'
    >>> pci.codes[:3]
    ['pci', 'entry', 'land']
    """

    __slots__ = ("_core", "_evaluator", "_folder", "codes")

    def __init__(self, core: _core.Index, folder: Path | None = None) -> None:
        self._core = core
        self._folder = folder
        self._evaluator: Evaluator | None = None
        #: Codes of the nodes, the composite first.
        self.codes: list[str] = core.codes

    # ---- what it is -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Family and edition: ``"pci-2013"``."""
        return self._core.name

    @property
    def family(self) -> str:
        """What the editions have in common: ``"pci"``."""
        return self._core.family

    @property
    def edition(self) -> str:
        """The edition: ``"2013"``."""
        return self._core.edition

    @property
    def title(self) -> str:
        """Title in English if there is one, else in Vietnamese, else the name."""
        return self._core.title.en or self._core.title.vi or self.name

    @property
    def title_vi(self) -> str:
        """Title in Vietnamese; may be empty."""
        return self._core.title.vi

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        return self._core.publisher

    @property
    def periods(self) -> tuple[str | None, str | None]:
        """First and last period in which the edition is in force; None: open."""
        first, last = self._core.periods
        return (first.text if first else None, last.text if last else None)

    @property
    def provenance(self) -> _core.Provenance:
        """Status, source, reference, day of the last check, note."""
        return self._core.provenance(0)

    @property
    def variables(self) -> list[str]:
        """Codes of the variables that it reads, in the order of prepared arrays."""
        return self._core.variable_codes

    @property
    def decimals(self) -> int | None:
        """Decimals with which scores are displayed; None: as they are."""
        return self._core.decimals

    @property
    def is_dated(self) -> bool:
        """Whether a weight, maximum, rule or anchor depends on the period."""
        return self._core.is_dated

    def parameters(self, period: PeriodLike | None = None) -> pd.DataFrame:
        """Return the parameters of formulas as a frame, one row a value.

        Parameters
        ----------
        period : int or str, optional
            Only the values that are in force in it.

        Returns
        -------
        DataFrame
            Index `parameter`; columns `value`, `from`, `to` (empty: open), `title`, `title_vi`,
            `unit`, `status`, `source`.
        """
        return frame(parameter_columns(self, optional_period(period)), index="parameter")

    def formula(self, code: str, period: PeriodLike | None = None) -> Formula | None:
        """Return how the score of a node comes about, as a formula.

        Of an indicator it is its rule with its measure, of a criterion its aggregation over the
        codes of its children; both with the node's cap. It gives the very score, bit by bit. None
        where no formula says it: normalisers, medians, Copeland and the like.

        Parameters
        ----------
        code : str
            Of the node.
        period : int or str, optional
            Whose method is used where values are dated; needed only then.

        Raises
        ------
        NotFoundError
            If there is no such code; with the nearest.

        Examples
        --------
        >>> import chiso
        >>> par = chiso.load_index("par-department")
        >>> print(par.formula("1.1.4"))
        if plan.done > 90 then 2 else if plan.done >= 70 then 1 else 0
        >>> print(par.formula("bonus"))
        min(5, B.1 + B.2 + B.3)
        """
        core = self.evaluator(period)._core.formula(self._core.at(code))
        return None if core is None else Formula._of(core)

    def formulas(
        self, period: PeriodLike | None = None, *, language: Language = "en"
    ) -> pd.DataFrame:
        """Return the formulas of all nodes as a frame; see `formula`.

        Parameters
        ----------
        period : int or str, optional
            Whose method is used where values are dated; needed only then.
        language : {"en", "vi"}
            Of the words, and of the titles in them.

        Returns
        -------
        DataFrame
            Index `code`; columns `title`, `formula` and `words`, empty where there is none.
        """
        return frame(formula_columns(self, optional_period(period), language), index="code")

    def node(self, code: str) -> _core.Criterion:
        """Return one node as the definition states it.

        Raises
        ------
        NotFoundError
            If there is no such code; with the nearest.
        """
        return self._core.node(self._core.at(code))

    def titles(self, language: Language = "en") -> list[str]:
        """Return the nodes' titles in a language, else in the other, else their codes."""
        vietnamese = in_vietnamese(language)
        titles = []
        for position, code in enumerate(self.codes):
            title = self._core.node(position).title
            first, second = (title.vi, title.en) if vietnamese else (title.en, title.vi)
            titles.append(first or second or code)
        return titles

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self._core)

    def __contains__(self, code: object) -> bool:
        """Return whether there is a node with this code."""
        return code in self.codes

    def __eq__(self, other: object) -> bool:
        """Return whether the definitions say the same."""
        return isinstance(other, Index) and self._core == other._core

    def __hash__(self) -> int:
        """Return a hash of the name."""
        return hash(self._core)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Pickle as a snapshot, and where its file lies."""
        return (*super().__reduce_ex__(protocol), self._folder)

    def __setstate__(self, folder: Path) -> None:
        """Take where its file lies."""
        self._folder = folder

    def __repr__(self) -> str:
        """Return the name and the size."""
        count = len(self._core.leaves)
        return f"<Index {self.name}: {count} indicator{'' if count == 1 else 's'}>"

    def _repr_html_(self) -> str:
        return _html.index(self)

    # ---- scoring ----------------------------------------------------------------------------

    def evaluator(self, period: PeriodLike | None = None) -> Evaluator:
        """Return the compiled index, for scoring prepared arrays again and again.

        Parameters
        ----------
        period : int or str, optional
            Whose method is used where values are dated; needed only then.

        Raises
        ------
        SpecError
            If a dated value is not in force in that period, or two are.
        """
        if period is not None:
            return Evaluator(_core.Evaluator(self._core, as_period(period)))
        if self._evaluator is None:
            self._evaluator = Evaluator(_core.Evaluator(self._core))
        return self._evaluator

    def score(
        self,
        data: Panel | pd.DataFrame,
        period: PeriodLike | None = None,
        *,
        method: PeriodLike | None = None,
        anchors: Anchors | None = None,
    ) -> Scores:
        """Score every unit that has a row in a period.

        Parameters
        ----------
        data : Panel or DataFrame
            A frame is read as `Panel.from_frame` does, by the list of names that the definition
            declares (`units`): other spellings get the official name, unknown names stay.
        period : int or str, optional
            Which period of the data; may be left out if there is only one.
        method : int or str, optional
            Score with the method of another period. Left out, the period's own: then the edition
            must be in force in it.
        anchors : Anchors, optional
            Hold these anchors instead of fitting them to the data.

        Returns
        -------
        Scores
            Of every node for every unit.

        Raises
        ------
        DataError
            With everything in the data that does not fit the definition.
        """
        panel = (
            data
            if isinstance(data, Panel)
            else Panel.from_frame(data, period=period, units=self._names(), strict=False)
        )
        core = self.evaluator()._core.score(
            panel._core,
            optional_period(period),
            optional_period(method),
            anchors._core if anchors is not None else None,
        )
        return Scores(core, self, panel)

    def _names(self) -> _core.NameList | None:
        """Return the list of names that the definition declares; a path is seen from its file."""
        declared = self._core.units
        if not declared:
            return None
        from chiso import _io

        beside = None if self._folder is None else self._folder / declared
        try:
            return _io.read_names(beside if beside and _core.is_file(beside) else declared)
        except _core.NotFoundError:
            raise _core.NotFoundError(
                f"{self.name}: its `units` name '{declared}', which is neither a list that ships "
                "nor a file; correct it, or leave it out"
            ) from None

    def score_periods(self, panel: Panel, *, method: PeriodLike | None = None) -> dict[str, Scores]:
        """Score each period of a panel; the edition (or `method`) must be in force in all.

        Returns
        -------
        dict of str to Scores
            By period, ascending.
        """
        return {period: self.score(panel, period, method=method) for period in panel.periods}

    def what_if(
        self,
        data: Panel | pd.DataFrame,
        scenario: Scenario,
        *,
        period: PeriodLike | None = None,
        method: PeriodLike | None = None,
        anchors: Anchors | None = None,
    ) -> Outcome:
        """Score data and apply a scenario to the result.

        Parameters
        ----------
        data, period, method, anchors
            As in `score`.
        scenario : Scenario
            What is edited; see `Scores.what_if`.

        Returns
        -------
        Outcome
            Scores and ranks before and after.
        """
        return self.score(data, period, method=method, anchors=anchors).what_if(scenario)

    def fit(self, panel: Panel, period: PeriodLike | None = None) -> Anchors:
        """Return the anchors that scoring a period of this panel would use."""
        chosen = as_period(period if period is not None else panel.only_period())
        return Anchors(self.evaluator()._core.fit_panel(panel._core, chosen), self)

    # ---- reading it -------------------------------------------------------------------------

    def tree(self, period: PeriodLike | None = None) -> pd.DataFrame:
        """Return the nodes as a frame.

        Parameters
        ----------
        period : int or str, optional
            For which dated values are resolved. Left out, a dated index shows no shares.

        Returns
        -------
        DataFrame
            Index `code`; columns `parent`, `depth`, `title`, `title_vi`, `share` (of its parent
            when all siblings are present), `maximum` (points; NaN: none), `how` (rule or
            aggregation in words), `variables`, `missing`, `status`, `source`.
        """
        return frame(tree_columns(self, optional_period(period)), index="code")

    def to_yaml(self) -> str:
        """Return the definition as YAML text, which `Index.from_yaml` reads back unchanged."""
        return _core.to_yaml(self._core)

    def to_table(self, path: str | os.PathLike[str] | None = None) -> pd.DataFrame:
        """Return the definition as a table, one row a node; write it to a file if one is named.

        Parameters
        ----------
        path : path, optional
            ``.csv`` or ``.xlsx``; replaced atomically.
        """
        from chiso import _tables

        rows = _core.table_from_index(self._core).rows
        if path is not None:
            _tables.write_rows(rows, path)
        return frame({name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])})

    @staticmethod
    def from_yaml(text: str, *, limits: InputLimits | None = None) -> Index:
        """Read a definition from YAML text.

        Parameters
        ----------
        text : str
            What a file would hold.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem, each with line and column.
        """
        return Index(_core.parse_index(text, limits=core_limits(limits)))

    @staticmethod
    def from_frame(table: pd.DataFrame, *, limits: InputLimits | None = None) -> Index:
        """Read a definition from a table, as `to_table` gives it.

        Parameters
        ----------
        table : DataFrame
            One row a node.
        limits : InputLimits, optional
            How much is read before it is refused.

        Raises
        ------
        SpecError
            With every problem of the table.
        """
        from chiso import _tables

        rows = _tables.rows_of_frame(table)
        return Index(_core.index_from_table(_core.Table("table", rows, limits=core_limits(limits))))


def how_in_words(node: _core.Criterion, period: _core.Period | None) -> str:
    """Return a leaf's rule or an inner node's aggregation, in words."""
    if node.is_leaf:
        rules = [rule for rule in node.rule if period is None or rule.holds(period)]
        return "; ".join(_dated_words(str(rule.value), rule) for rule in rules)
    how = node.aggregation
    words = how.method.replace("_", " ")
    if how.method == "power_mean":
        words += f" of {_core.number_text(how.power)}"
    if how.upward_penalty:
        words += ", penalty upward"
    if how.times != 1.0:
        words += f", times {_core.number_text(how.times)}"
    if how.scale_to is not None:
        words += f", scaled to {_core.number_text(how.scale_to)}"
    return words


def _dated_words(words: str, entry: _core.DatedRule | _core.DatedNumber) -> str:
    first, last = entry.in_force
    if first is None and last is None:
        return words
    span = f"{first.text if first else ''}-{last.text if last else ''}"
    return f"{words} ({span})"


def parameter_columns(index: Index, period: _core.Period | None) -> Columns:
    """Return what `Index.parameters` shows, without pandas."""
    rows = [
        (parameter, entry)
        for parameter in index._core.parameters
        for entry in parameter.value
        if period is None or entry.holds(period)
    ]
    provenances = [
        (entry.provenance if entry.provenance.source else parameter.provenance)
        for parameter, entry in rows
    ]
    return {
        "parameter": [parameter.code for parameter, _ in rows],
        "value": [entry.value for _, entry in rows],
        "from": [first.text if (first := entry.in_force[0]) else "" for _, entry in rows],
        "to": [last.text if (last := entry.in_force[1]) else "" for _, entry in rows],
        "title": [parameter.title.en for parameter, _ in rows],
        "title_vi": [parameter.title.vi for parameter, _ in rows],
        "unit": [parameter.unit for parameter, _ in rows],
        "status": [p.status.name if p.status else "" for p in provenances],
        "source": [p.source for p in provenances],
    }


def formula_columns(index: Index, period: _core.Period | None, language: Language) -> Columns:
    """Return what `Index.formulas` shows, without pandas."""
    core = index._core
    evaluator = _core.Evaluator(core, period) if period else index.evaluator()._core
    formulas = [evaluator.formula(i) for i in range(len(core))]
    titles = index.titles(language)
    names = dict(zip(index.codes, titles, strict=True))
    named = [(each.code, each.title) for each in core.parameters]
    named += [(each.code, each.title) for each in core.variables]
    vietnamese = in_vietnamese(language)
    for code, title in named:
        first, second = (title.vi, title.en) if vietnamese else (title.en, title.vi)
        if first or second:
            names[code] = first or second
    return {
        "code": index.codes,
        "title": titles,
        "formula": [str(formula) if formula else "" for formula in formulas],
        "words": [formula.to_words(vietnamese, names) if formula else "" for formula in formulas],
    }


def tree_columns(index: Index, period: _core.Period | None) -> Columns:
    """Return what `Index.tree` shows, without pandas."""
    core = index._core
    nodes = [core.node(i) for i in range(len(core))]
    evaluator = _core.Evaluator(core, period)
    nan = float("nan")
    resolved = period is not None or not core.is_dated
    shares = evaluator.weights() if resolved else [nan] * len(nodes)
    maxima = evaluator.maxima() if resolved else [nan] * len(nodes)
    provenances = [core.provenance(i) for i in range(len(nodes))]
    return {
        "code": index.codes,
        "parent": [index.codes[p] if p >= 0 else "" for p in core.parents],
        "depth": core.depths,
        "title": index.titles(),
        "title_vi": [node.title.vi for node in nodes],
        "share": shares,
        "maximum": maxima,
        "how": [how_in_words(node, period) for node in nodes],
        "variables": [", ".join(core.reads(i)) for i in range(len(nodes))],
        "missing": ["" if node.is_leaf else node.missing.name for node in nodes],
        "status": [p.status.name if p.status else "" for p in provenances],
        "source": [p.source for p in provenances],
    }
