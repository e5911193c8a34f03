"""The shipped tables: their form, and that nothing was lost or changed on the way into them."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "share" / "data"
FOUND = ROOT.parent / "shared" / "data"

Rows = list[dict[str, str]]
Cell = tuple[str, str, str]

PANELS = (
    "pci_scores",
    "pci_informal_charges",
    "papi_subdimensions",
    "papi_indicators_2019",
    "papi_errors_2019",
    "par_parts",
    "par_fields",
    "sipas_national",
    "par_department_example",
)


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(rows: Rows) -> Iterator[tuple[Cell, str]]:
    """Every filled cell of a wide table: (period, unit, column), text."""
    for row in rows:
        for column, text in row.items():
            if column not in ("period", "unit") and text != "":
                yield (row["period"], row["unit"], column), text


def wide(name: str) -> dict[Cell, str]:
    return dict(cells(read(SHIPPED / f"{name}.csv")))


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_names_each_unit_once_a_period_and_is_sorted(name: str) -> None:
    rows = read(SHIPPED / f"{name}.csv")
    keys = [(row["period"], row["unit"]) for row in rows]
    if "version" in rows[0]:
        order = {"self": "0", "round 1": "1", "round 2": "2"}
        keys = [
            (*key, order[row["version"]])  # type: ignore[misc]
            for key, row in zip(keys, rows, strict=True)
        ]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.csv")), ids=lambda path: path.stem)
def test_text_is_composed_unicode_and_every_row_has_every_column(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    widths = {len(row) for row in csv.reader(text.splitlines())}
    assert len(widths) == 1


def test_every_table_is_described() -> None:
    described = set(
        re.findall(r"^\| `(\w+\.csv)`", (SHIPPED / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    assert described == {path.name for path in SHIPPED.glob("*.csv")}


def plain(name: str) -> str:
    """A name as it is matched: letters and digits only, without case and diacritics."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum())


def test_no_spelling_belongs_to_two_provinces() -> None:
    owner: dict[str, str] = {}
    for row in read(SHIPPED / "provinces.csv"):
        for spelling in [row["name"], *filter(None, row["aliases"].split("|"))]:
            assert owner.setdefault(plain(spelling), row["name"]) == row["name"], spelling


def test_provinces_are_the_63_and_ha_tay_and_cover_the_panels() -> None:
    names = {row["name"] for row in read(SHIPPED / "provinces.csv")}
    assert len(names) == 64
    assert "Hà Tây" in names
    for panel in ("pci_scores", "papi_subdimensions", "pci_informal_charges", "par_parts"):
        assert {row["unit"] for row in read(SHIPPED / f"{panel}.csv")} <= names


def test_zero_never_stands_for_a_missing_score() -> None:
    scores = {
        **wide("pci_scores"),
        **wide("papi_subdimensions"),
        **{key: text for key, text in wide("pci_informal_charges").items() if "informal" in key[2]},
    }
    assert min(float(text) for text in scores.values()) > 0


def test_the_indicator_table_repeats_the_subdimensions_of_its_year() -> None:
    repeated = wide("papi_indicators_2019")
    original = {key: text for key, text in wide("papi_subdimensions").items() if key[0] == "2019"}
    assert {key: repeated[key] for key in original} == original


def test_tables_to_score_say_what_the_long_tables_say() -> None:
    long_par = read(SHIPPED / "par_index.csv")
    long_sipas = read(SHIPPED / "sipas.csv")
    assert panel_as_long("par_parts", long_par)
    assert panel_as_long("par_fields", long_par)
    assert panel_as_long("sipas_national", long_sipas)


def panel_as_long(name: str, rows: Rows) -> bool:
    """Whether each cell of the panel is a value or rank of a row of its unit and period."""
    known = {
        (row["period"], row["unit"], text) for row in rows for text in (row["value"], row["rank"])
    }
    return all((period, unit, text) in known for (period, unit, _), text in wide(name).items())


def found(name: str) -> Rows:
    return read(FOUND / f"{name}.csv")


def published(component: str) -> str:
    return {
        "total_weighted": "published.pci",
        "total_unweighted": "published.unweighted",
        "SUBINDEX_published": "published.informal",
        "SUBINDEX_recomputed": "recomputed.informal",
    }.get(component, component)


def papi_column(component: str, numbering: dict[tuple[str, str], str], year: str) -> str:
    if re.fullmatch(r"D\d", component):
        return f"published.{component}"
    if match := re.match(r"(D\d\.\d) ", component):
        return numbering[year, match[1]]
    totals = {"total_unweighted": "published.papi", "total_weighted": "published.papi_weighted"}
    if component in totals:
        return totals[component]
    if component == "n_observations":
        return "observations"
    stem, _, ending = component.replace("_ci_", "_").rpartition("_")
    return totals.get(stem, stem).removeprefix("published.") + f".{ending}"


class TestAsFound:
    """Every value against the figures as they were found, which lie beside the checkout."""

    __test__ = FOUND.is_dir()

    def test_pci_scores_are_the_ones_found(self) -> None:
        expected = {}
        for row in found("pci_scores"):
            key = (row["year"], row["province"], published(row["component"]))
            expected[key] = row["value"]
            if row["rank"]:
                expected[(*key[:2], "published.pci.rank")] = row["rank"]
        assert wide("pci_scores") == expected

    def test_informal_charges_are_the_ones_found(self) -> None:
        expected = {
            (row["year"], row["province"], published(row["item"])): row["value"]
            for row in found("pci_informal_charges_indicators")
        }
        assert wide("pci_informal_charges") == expected

    def test_papi_scores_are_the_ones_found(self) -> None:
        numbering = {
            (year, number): row["variable"]
            for row in read(SHIPPED / "papi_numbering.csv")
            for year, number in row.items()
            if year != "variable" and number
        }
        expected = {
            (
                row["year"],
                row["province"],
                papi_column(row["component"], numbering, row["year"]),
            ): row["value"]
            for row in found("papi_scores")
        }
        assert wide("papi_subdimensions") | wide("papi_errors_2019") == expected

    def test_papi_indicators_are_the_ones_found(self) -> None:
        titles = {
            (row["subdimension"], row["title_vi"], row["scale"]): row["variable"]
            for row in read(SHIPPED / "papi_indicator_titles_2019.csv")
        }
        expected = {
            (
                row["year"],
                row["province"],
                titles[row["subdimension"], row["indicator_vi"], row["scale"]],
            ): row["value"]
            for row in found("papi_indicators_2019")
        }
        shipped = wide("papi_indicators_2019")
        assert {key: text for key, text in shipped.items() if key[2] in titles.values()} == expected

    @pytest.mark.parametrize(
        ("name", "original", "unit"),
        [
            ("par_index", "par_index_results", "province"),
            ("sipas", "sipas_results", "province"),
            ("thanhhoa_departments_2024", "thanhhoa_so_par2024", "agency"),
        ],
    )
    def test_collected_figures_keep_value_rank_and_certainty(
        self, name: str, original: str, unit: str
    ) -> None:
        expected = [
            (
                row["year"],
                row[unit],
                row.get("component"),
                row["value"],
                row["rank"],
                row["source"].partition("]")[0].removeprefix("["),
            )
            for row in found(original)
        ]
        shipped = [
            (
                row["period"],
                row["unit"],
                row.get("component"),
                row["value"],
                row["rank"],
                row["certainty"],
            )
            for row in read(SHIPPED / f"{name}.csv")
        ]
        assert shipped == expected

    @pytest.mark.parametrize(
        "name", ["pci_weights", "pci_informal_charges_anchors", "scoring_rules", "legal_basis"]
    )
    def test_tables_taken_over_as_they_are(self, name: str) -> None:
        assert read(SHIPPED / f"{name}.csv") == found(name)
