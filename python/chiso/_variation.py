"""What is uncertain about a result: weights, measurement, anchors, and ways to build the index."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from chiso import _core
from chiso._convert import (
    as_choice,
    as_flag,
    as_list,
    as_number,
    as_text,
    as_texts,
    is_frame,
)
from chiso._scenario import Scenario, listed_scenarios, unit_names

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from chiso._scenario import Codes, Units
    from chiso._scores import Scores

#: Alternatives: scenarios by label, or scenarios that have names.
Alternatives: TypeAlias = "Mapping[str, Scenario] | Iterable[Scenario]"

WeightLawLike: TypeAlias = (
    "_core.WeightLaw | Literal['uniform', 'dirichlet', 'relative', 'normalised_uniform']"
)

_AT_LEAST_TWO = "a list of at least two"


class Variation:
    """What is not known for certain, source by source; each has a name and can stand alone.

    A value: every method that adds a source returns a new variation. Two are put together with
    ``+``, compared with ``==``, printed with ``print``, pickled. Codes may be patterns, ``*`` for
    any run of characters and ``?`` for any one. Whether there are such codes is found when the
    variation is used, by `Scores.uncertainty` and `Scores.sensitivity`.

    What one source draws depends on the seed and its name, not on which others there are: switch
    them on one by one, and the draws of each stay the same.

    Examples
    --------
    >>> import chiso
    >>> varying = (chiso.Variation()
    ...            .weights("pci", law="relative", spread=0.25)
    ...            .values(relative=0.05)
    ...            .aggregations("pci", ["arithmetic_mean", "geometric_mean"]))
    >>> varying.names
    ['weights', 'measurement', 'aggregation']
    >>> varying.only("weights").names
    ['weights']
    """

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: tuple[_Source, ...] = ()

    # ---- what it is -------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of the sources, in their order."""
        return [source.name for source in self._sources]

    def only(self, *names: str) -> Variation:
        """Return these sources alone.

        Raises
        ------
        NotFoundError
            If there is no source of that name; with the nearest.
        """
        wanted = {self._named(name) for name in names}
        return _variation(tuple(s for s in self._sources if s.name in wanted))

    def without(self, *names: str) -> Variation:
        """Return all other sources; a name that is not there is an error as in `only`."""
        left = {self._named(name) for name in names}
        return _variation(tuple(s for s in self._sources if s.name not in left))

    # ---- sources ----------------------------------------------------------------------------

    def weights(
        self,
        criteria: str = "*",
        *,
        law: WeightLawLike = "uniform",
        spread: float = 0.0,
        concentration: float = 0.0,
        overall: bool = False,
        bounds: Mapping[str, tuple[float, float]] | None = None,
        orders: Iterable[tuple[str, str]] = (),
        keep_order: bool = False,
        name: str = "weights",
    ) -> Variation:
        """Draw shares of children in their parent, which add up to 1, group by group.

        A share is a normalised weight; in a sum, what a part's maximum times its weight is of all
        of them.

        Parameters
        ----------
        criteria : str
            Code or pattern of the criteria whose children's shares vary.
        law : {"uniform", "dirichlet", "relative", "normalised_uniform"}
            Every admissible vector of shares as likely as any other; around the nominal shares
            with `concentration`; each share within its own +- `spread`; or uniform numbers divided
            by their sum, which avoid the extremes.
        spread : float
            Of ``relative``: 0.25 is +- 25 %.
        concentration : float
            Of ``dirichlet``: how strongly the draws keep to the nominal shares.
        overall : bool
            One vector over all indicators below the criterion in place of one a group; all that
            is below must be linear.
        bounds : mapping of code to (lowest, highest), optional
            Of shares, with ``uniform``.
        orders : iterable of (code, code)
            The first of each pair is at least as heavy, with ``uniform``.
        keep_order : bool
            The shares stay in the order of the nominal ones, with ``uniform``.
        name : str
            Of the source.
        """
        given = (
            as_text(criteria, "criteria"),
            as_flag(overall, "overall"),
            as_choice(_core.WeightLaw, law, "law").name,
            as_number(concentration, "concentration"),
            as_number(spread, "spread"),
            _limits({} if bounds is None else bounds),
            _code_pairs(orders),
            as_flag(keep_order, "keep_order"),
        )
        return self._with(_Source("weights", name, given))

    def values(
        self,
        variables: str = "*",
        *,
        units: Units = None,
        law: Literal["normal", "binomial"] = "normal",
        relative: float | None = None,
        absolute: float | None = None,
        sample: float | str | None = None,
        correlation: ArrayLike | pd.DataFrame | None = None,
        truncate: bool = True,
        name: str = "measurement",
    ) -> Variation:
        """Draw raw values around those of the data; missing ones stay missing.

        Parameters
        ----------
        variables : str
            Code or pattern over the variables of numbers.
        units : str, iterable of str, or None
            None: all.
        law : {"normal", "binomial"}
            Normal errors; or shares of `sample` answers, in percent if the variable's range goes up
            to 100.
        relative, absolute : float, optional
            Standard deviation of normal errors: a share of the value, or a number. Neither: the
            standard errors of the data, and values without one do not vary.
        sample : float or str, optional
            Of ``binomial``: its size, or the variable that holds it.
        correlation : array, optional
            Of the errors of one unit, variables x variables, in the order of the index, or a
            DataFrame by code. Left out: independent.
        truncate : bool
            Nothing is drawn outside the variable's range; otherwise such a draw is an error.
        name : str
            Of the source.
        """
        given = (
            as_text(variables, "variables"),
            unit_names(units),
            as_choice(_core.ValueLaw, law, "law").name,
            None if relative is None else as_number(relative, "relative"),
            None if absolute is None else as_number(absolute, "absolute"),
            None if sample is None or isinstance(sample, str) else as_number(sample, "sample"),
            sample if isinstance(sample, str) else "",
            as_flag(truncate, "truncate"),
            *_matrix(correlation),
        )
        return self._with(_Source("values", name, given))

    def anchors(
        self,
        nodes: str = "*",
        *,
        spread: float,
        law: Literal["uniform", "normal"] = "uniform",
        name: str = "anchors",
    ) -> Variation:
        """Draw both anchors of normalisers around those that were used.

        Parameters
        ----------
        nodes : str
            Code or pattern over the indicators.
        spread : float
            As a share of the distance between the anchors: half the width of ``uniform``, the
            standard deviation of ``normal``.
        law : {"uniform", "normal"}
            How they vary.
        name : str
            Of the source.
        """
        kind = as_choice(_core.AnchorLaw, law, "law").name
        given = (as_text(nodes, "nodes"), kind, as_number(spread, "spread"))
        return self._with(_Source("anchors", name, given))

    def choose(
        self,
        alternatives: Alternatives,
        *,
        probabilities: Iterable[float] = (),
        name: str = "choice",
    ) -> Variation:
        """Draw one of several ways to build the index, each a scenario.

        Parameters
        ----------
        alternatives : mapping of str to Scenario, or iterable of Scenario
            At least two. One without edits is the index as it is.
        probabilities : iterable of float
            One an alternative, adding up to 1; left out: equal.
        name : str
            Of the source.
        """
        if isinstance(alternatives, Mapping):
            scenarios = listed_scenarios(alternatives.values(), "alternatives")
            labels = [str(label) for label in alternatives]
            listed = [one.renamed(label) for label, one in zip(labels, scenarios, strict=True)]
        else:
            listed = listed_scenarios(alternatives, "alternatives")
        numbers = as_list(probabilities, "probabilities", "a number for each alternative")
        chances = [as_number(chance, "probabilities") for chance in numbers]
        return self._with(_Source("choose", name, (listed, chances)))

    def aggregations(
        self,
        criteria: Codes,
        methods: Iterable[str],
        *,
        probabilities: Iterable[float] = (),
        name: str = "aggregation",
    ) -> Variation:
        """Draw how the children of criteria are put together: one method for all of them.

        Parameters
        ----------
        criteria : str or iterable of str
            Codes of criteria, or patterns.
        methods : iterable of str
            ``"arithmetic_mean"``, ``"geometric_mean"`` ... as definitions write them.
        probabilities : iterable of float
            One a method, adding up to 1; left out: equal.
        name : str
            Of the source.
        """
        codes = as_texts(criteria, "criteria")
        ways = {
            method: Scenario().aggregation(codes, method)
            for method in as_list(methods, "methods", _AT_LEAST_TWO)
        }
        return self.choose(ways, probabilities=probabilities, name=name)

    def missing(
        self,
        criteria: Codes,
        policies: Iterable[Literal["no_score", "renormalise", "reduce_maximum"]],
        *,
        probabilities: Iterable[float] = (),
        name: str = "missing data",
    ) -> Variation:
        """Draw what a missing child does to criteria: one policy for all of them.

        Parameters
        ----------
        criteria : str or iterable of str
            Codes of criteria, or patterns.
        policies : iterable of {"no_score", "renormalise", "reduce_maximum"}
            As definitions write them.
        probabilities : iterable of float
            One a policy, adding up to 1; left out: equal.
        name : str
            Of the source.
        """
        codes = as_texts(criteria, "criteria")
        ways: dict[str, Scenario] = {
            policy: Scenario().aggregation(codes, missing=policy)
            for policy in as_list(policies, "policies", _AT_LEAST_TWO)
        }
        return self.choose(ways, probabilities=probabilities, name=name)

    def rules(
        self,
        nodes: Codes,
        rules: Mapping[str, str | Mapping[str, Any]],
        *,
        probabilities: Iterable[float] = (),
        name: str = "rule",
    ) -> Variation:
        """Draw the rule of indicators, such as the normaliser: one for all of them.

        Parameters
        ----------
        nodes : str or iterable of str
            Codes of indicators, or patterns.
        rules : mapping of str to rule
            By label; as a definition writes them: ``{"min_max": {"onto": [1, 10]}}``. Anchors are
            fitted.
        probabilities : iterable of float
            One a rule, adding up to 1; left out: equal.
        name : str
            Of the source.
        """
        if not isinstance(rules, Mapping):
            raise TypeError(f"rules: expected rules by label, {{'z': 'z_score'}}, got {rules!r}")
        codes = as_texts(nodes, "nodes")
        ways = {str(label): Scenario().rule(codes, rule) for label, rule in rules.items()}
        return self.choose(ways, probabilities=probabilities, name=name)

    def leave_out(self, nodes: str = "*", *, name: str = "leave out") -> Variation:
        """Draw which node is left out, with all below it: none of them, or one.

        Parameters
        ----------
        nodes : str
            Code or pattern; nodes that are an only child are passed over.
        name : str
            Of the source.
        """
        return self._with(_Source("leave_out", name, (as_text(nodes, "nodes"),)))

    # ---- put together -----------------------------------------------------------------------

    def __add__(self, other: Variation) -> Variation:
        """Return the sources of both; of one name there can be only one."""
        if not isinstance(other, Variation):
            raise TypeError(f"expected a Variation to put beside {self!r}, got {other!r}")
        return self._with(*other._sources)

    def __eq__(self, other: object) -> bool:
        """Return whether the sources are the same, in the same order."""
        return isinstance(other, Variation) and self._sources == other._sources

    def __hash__(self) -> int:
        """Hash as equal variations do."""
        return hash(tuple(self.names))

    def __len__(self) -> int:
        """Return the number of sources."""
        return len(self._sources)

    def __bool__(self) -> bool:
        """Return True: a variation without sources is one too."""
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as what was given."""
        return (_from_state, ([(s.kind, s.name, s.given) for s in self._sources],))

    def __repr__(self) -> str:
        """Return the names of the sources."""
        return f"<Variation: {', '.join(self.names) or 'nothing varies'}>"

    def _with(self, *sources: _Source) -> Variation:
        for source in sources:
            if source.name in self.names:
                raise _core.SpecError(
                    f"there is a source {source.name!r} already; give this one a `name` of its own"
                )
        return _variation((*self._sources, *sources))

    def _named(self, name: str) -> str:
        if name in self.names:
            return name
        return _core.NameList([(one, []) for one in self.names]).at(name)

    def _cores(self, scores: Scores) -> list[_core.Source]:
        """Return the sources for a result."""
        return [source.core(scores) for source in self._sources]


class _Source:
    """A source as it was given: its kind, name, and the rest for the core."""

    __slots__ = ("given", "kind", "name")

    def __init__(self, kind: str, name: str, given: tuple[Any, ...]) -> None:
        self.kind = kind
        # Draws depend on the name: not on how an accent of it was typed.
        self.name = unicodedata.normalize("NFC", as_text(name, "name", "a text"))
        self.given = given

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and (self.kind, self.name, self.given) == (
            other.kind,
            other.name,
            other.given,
        )

    __hash__ = None  # type: ignore[assignment]

    def core(self, scores: Scores) -> _core.Source:
        given: Any = self.given
        if self.kind == "weights":
            criteria, overall, law, *rest = given
            chosen = _core.WeightLaw.__members__[law]
            return _core.Source.weights(self.name, criteria, overall, chosen, *rest)
        if self.kind == "values":
            variables, units, law, *rest = given[:-2]
            codes, matrix = given[-2:]
            value_law = _core.ValueLaw.__members__[law]
            names = [scores.unit(unit) for unit in units]
            if codes:
                matrix = _in_order(codes, matrix, scores.index.variables, variables, self.name)
            return _core.Source.values(self.name, variables, names, value_law, *rest, *[matrix])
        if self.kind == "anchors":
            nodes, law, spread = given
            anchor_law = _core.AnchorLaw.__members__[law]
            return _core.Source.anchors(self.name, nodes, anchor_law, spread)
        if self.kind == "leave_out":
            found = _core.leave_out(scores.index._core, given[0])
            return _core.Source.choose(self.name, found, [])
        alternatives, probabilities = given
        return _core.Source.choose(self.name, [a._core for a in alternatives], probabilities)


# ---- what people give ---------------------------------------------------------------------------


def _limits(bounds: Any) -> list[tuple[str, float, float]]:
    """Return bounds in rows."""
    if not isinstance(bounds, Mapping):
        raise TypeError(f"bounds: expected ranges by code, {{'a': (0.1, 0.3)}}, got {bounds!r}")
    rows = []
    for code, ends in bounds.items():
        if isinstance(ends, str) or not isinstance(ends, Iterable) or len(both := list(ends)) != 2:
            raise TypeError(f"bounds: expected (lowest, highest) of {code!r}, got {ends!r}")
        lowest, highest = (as_number(end, f"bounds of {code!r}") for end in both)
        rows.append((str(code), lowest, highest))
    return rows


def _code_pairs(orders: Iterable[Any]) -> list[tuple[str, str]]:
    """Return pairs of codes; a text of two letters is none."""
    pairs = []
    kind = "pairs (heavier, lighter) of codes"
    for pair in as_list(orders, "orders", kind):
        if len(both := [str(code) for code in as_list(pair, "orders", kind)]) != 2:
            raise TypeError(f"orders: expected {kind}, got {pair!r}")
        pairs.append((both[0], both[1]))
    return pairs


def _matrix(correlation: ArrayLike | pd.DataFrame | None) -> tuple[tuple[str, ...], list[float]]:
    """Return codes, if there are any, and numbers row by row."""
    if correlation is None:
        return (), []
    try:
        matrix = np.asarray(correlation, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"correlation: expected numbers, variables x variables, got {correlation!r}"
        ) from None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise _core.SpecError(
            f"correlation: expected variables x variables, got an array of shape {matrix.shape}"
        )
    codes: tuple[str, ...] = ()
    if is_frame(correlation) and all(isinstance(name, str) for name in correlation.columns):
        codes = tuple(correlation.columns)
        if list(correlation.index) != list(codes):
            raise _core.SpecError(
                "correlation: expected the same codes down and across, in one order; got "
                f"{list(correlation.index)} and {list(codes)}"
            )
    return codes, matrix.ravel().tolist()


def _in_order(
    codes: tuple[str, ...], matrix: list[float], variables: list[str], pattern: str, source: str
) -> list[float]:
    """Return a matrix by code in the order of the variables that a pattern meets."""
    met = [code for code in variables if code in codes and fnmatchcase(code, pattern)]
    if len(met) != len(codes):
        strange = ", ".join(code for code in codes if code not in met)
        raise _core.SpecError(
            f"{source}: correlations of what the pattern {pattern!r} does not meet: {strange}; "
            "leave them out, or widen the pattern"
        )
    places = [codes.index(code) for code in met]
    return [matrix[row * len(codes) + column] for row in places for column in places]


def _variation(sources: tuple[_Source, ...]) -> Variation:
    made = Variation()
    made._sources = sources
    return made


def _from_state(state: list[tuple[str, str, tuple[Any, ...]]]) -> Variation:
    return _variation(tuple(_Source(*source) for source in state))


def variation_of(cores: list[_core.Source]) -> Variation:
    """Return what varies by the sources that a result was made with.

    What depends on the result is said as it was meant there: nodes to leave out as scenarios, units
    by their names.
    """
    return _variation(tuple(_source_of(core) for core in cores))


def _source_of(core: _core.Source) -> _Source:
    kind, (first, *rest) = core.given
    if kind == "weights":
        overall, law, *others = rest
        return _Source(kind, core.name, (first, overall, law.name, *others))
    if kind == "values":
        units, law, *others, matrix = rest
        return _Source(kind, core.name, (first, units, law.name, *others, (), matrix))
    if kind == "anchors":
        law, spread = rest
        return _Source(kind, core.name, (first, law.name, spread))
    return _Source(kind, core.name, ([Scenario._of(one) for one in first], *rest))
