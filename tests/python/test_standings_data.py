"""The shipped standings: each from the table of its index, none left out, ranks beside them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "share" / "data"
FOUND = ROOT.parent / "shared" / "data"

Rows = list[dict[str, str]]
Key = tuple[str, str, str]


class Figure(NamedTuple):
    """What a source says of a unit, digit for digit; an empty text is nothing."""

    score: str
    rank: str
    certainty: str
    source: str


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def standings() -> dict[Key, Figure]:
    return {
        (row["index"], row["period"], row["unit"]): Figure(
            row["score"], row["rank"], row["certainty"], row["source"]
        )
        for row in read(SHIPPED / "standings.csv")
    }


def wide(index: str, name: str, score: str, rank: str) -> Iterator[tuple[Key, Figure]]:
    """Totals of a table with one column a node."""
    for row in read(SHIPPED / f"{name}.csv"):
        figure = Figure(row[score], row.get(rank, ""), "seen", "")
        if figure.score or figure.rank:
            yield (index, row["period"], row["unit"]), figure


def long(index: str, name: str) -> Iterator[tuple[Key, Figure]]:
    """Totals of a table with one row a figure; those that another report contradicts too."""
    for row in read(SHIPPED / f"{name}.csv"):
        if row["component"] == "total":
            yield (
                (index, row["period"], row["unit"]),
                Figure(row["value"], row["rank"], row["certainty"], row["source"]),
            )


SOURCES: dict[str, Callable[[], list[tuple[Key, Figure]]]] = {
    "pci": lambda: list(wide("pci", "pci_scores", "published.pci", "published.pci.rank")),
    "papi": lambda: list(wide("papi", "papi_subdimensions", "published.papi", "")),
    "par": lambda: list(long("par", "par_index")),
    "sipas": lambda: list(long("sipas", "sipas")),
}

#: Ranks of Thanh Hóa that no table has: by the plan of 2022 and by the press.
ONLY_RANKS = {
    ("pci", "2021"): "43",
    ("papi", "2021"): "3",
    ("papi", "2022"): "3",
    ("papi", "2023"): "13",
    ("papi", "2024"): "13",
    ("pci", "2024"): "21",
}


@pytest.mark.parametrize("index", SOURCES)
def test_every_total_that_nobody_contradicts_is_there_digit_for_digit(index: str) -> None:
    shipped = standings()
    plain = [(key, figure) for key, figure in SOURCES[index]() if "conflict" not in figure[2]]
    assert len({key for key, _ in plain}) == len(plain)
    for key, figure in plain:
        known = shipped[key]
        assert known.score == figure.score, key
        assert known.rank == figure.rank or ((key[0], key[1]) in ONLY_RANKS and not figure.rank)
        assert known.source.startswith(figure.source), key
        assert known.certainty in {figure.certainty, f"{figure.certainty}-conflict"}


def test_there_is_nothing_else_but_the_ranks_of_the_plan_and_the_press() -> None:
    sources = {key: figure for read_all in SOURCES.values() for key, figure in read_all()}
    others = {
        (index, period): figure.rank
        for (index, period, unit), figure in standings().items()
        if (index, period, unit) not in sources or figure.rank != sources[index, period, unit].rank
        if unit == "Thanh Hóa"
    }
    assert others == ONLY_RANKS
    added = {key: figure for key, figure in standings().items() if key not in sources}
    assert {unit for _, _, unit in added} == {"Thanh Hóa"}
    assert {figure.score for figure in added.values()} == {""}


def test_reports_that_contradict_each_other_are_named_beside_the_one_that_was_taken() -> None:
    shipped = standings()
    contradicted = [
        (key, figure)
        for index in ("par", "sipas")
        for key, figure in SOURCES[index]()
        if "conflict" in figure.certainty
    ]
    assert {key for key, _ in contradicted} == {
        key for key, figure in shipped.items() if figure.certainty == "seen-conflict"
    }
    for key, figure in contradicted:
        assert shipped[key].score != figure.score
        assert figure.score in shipped[key].source
    # Worked out from both reports of 2023, so neither was taken.
    assert shipped["par", "2022", "Hải Phòng"][:2] == ("", "2")
    assert shipped["par", "2023", "Hải Phòng"][:2] == ("91.87", "2")
    assert shipped["par", "2023", "Hòa Bình"][:2] == ("86.76", "35")


def test_thanh_hoa_stands_where_its_plan_and_the_press_say() -> None:
    ranks = {
        (index, period): int(figure.rank)
        for (index, period, unit), figure in standings().items()
        if unit == "Thanh Hóa" and figure.rank and period >= "2021"
    }
    assert ranks == {
        ("pci", "2021"): 43,
        ("papi", "2021"): 3,
        ("sipas", "2021"): 24,
        ("par", "2021"): 14,
        ("papi", "2022"): 3,
        ("sipas", "2022"): 5,
        ("par", "2022"): 10,
        ("papi", "2023"): 13,
        ("sipas", "2023"): 13,
        ("par", "2023"): 25,
        ("papi", "2024"): 13,
        ("pci", "2024"): 21,
        ("sipas", "2024"): 22,
        ("par", "2024"): 24,
    }


def test_rows_are_sorted_by_index_period_rank_and_unit() -> None:
    keys = [
        (row["index"], row["period"], row["rank"] == "", int(row["rank"] or 0), row["unit"])
        for row in read(SHIPPED / "standings.csv")
    ]
    assert keys == sorted(keys)
    assert len(keys) == len(standings())


def test_units_have_their_official_names_and_every_row_says_something() -> None:
    official = {row["name"] for row in read(SHIPPED / "provinces.csv")}
    assert {unit for _, _, unit in standings()} <= official
    for key, figure in standings().items():
        assert figure.score or figure.rank, key
        assert figure.certainty in {"seen", "derived", "seen-conflict"}, key
        assert figure.source, key


def test_a_better_rank_never_has_a_lower_score() -> None:
    best_first: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for (index, period, _), figure in standings().items():
        if figure.score and figure.rank:
            place = (int(figure.rank), float(figure.score))
            best_first.setdefault((index, period), []).append(place)
    for where, places in best_first.items():
        scores = [score for _, score in sorted(places, key=lambda each: (each[0], -each[1]))]
        assert scores == sorted(scores, reverse=True), where


class TestAsFound:
    """The ranks of Thanh Hóa against the figures as they were found, beside the checkout."""

    __test__ = FOUND.is_dir()

    def test_baseline_and_results_are_the_ones_found(self) -> None:
        names = {"PAR INDEX": "par", "PAPI": "papi", "PCI": "pci", "SIPAS": "sipas"}
        found = [
            row
            for row in read(FOUND / "plan_targets.csv")
            if row["province"] == "Thanh Hóa" and row["kind"] in {"baseline", "result"}
        ]
        assert len(found) == 14
        for row in found:
            figure = standings()[names[row["index"]], row["year"], "Thanh Hóa"]
            assert figure.rank == row["value"], row
