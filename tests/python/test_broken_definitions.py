"""Copies of shipped definitions with one slip in each: checks catch it and name where it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import chiso
import pytest

INDICES = Path(__file__).resolve().parents[2] / "share" / "indices"

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Slip:
    """What is wrong in a copy, and the node that a report must name first.

    A slip in what a node does with its children (a weight, a role, an aggregation) is one of that
    node, wherever it is written. Where no valid definition is left, lint names the node; where
    cases speak of a node that is gone, they cannot be run, and name it.
    """

    what: str
    definition: str
    node: str
    edits: Edits
    behind: str = (
        ""  # Edits are made behind this text, each to the next place where its words stand.
    )
    exit_code: int = 1  # 2: cases cannot be run.
    by: str = "case"

    def text(self) -> str:
        """Return the text of the copy."""
        text = (INDICES / f"{self.definition}.yaml").read_text("utf-8")
        begin = 0
        if self.behind:
            assert text.count(self.behind) == 1, f"{self.behind!r} is not in one place"
            begin = text.index(self.behind)
        for old, new in self.edits:
            if not self.behind:
                assert text.count(old) == 1, f"{old!r} is not in one place"
            at = text.index(old, begin)
            text = text[:at] + new + text[at + len(old) :]
        return text


FORM = "par-department/illustrative"
FORMULAS = "par-department-formulas/illustrative"
PCI = "pci/2013"
PAPI = "papi/2019"
INDICATORS = "papi-indicators/2019"
INFORMAL = "pci-informal-charges/2014"


def steps_of_plan(first: str, second: str, third: str) -> Edits:
    """Other steps of 1.1.4, which the form gives as > 90: 2; [70, 90]: 1; < 70: 0."""
    old = '{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}, {when: "< 70", points: 0}'
    new = ", ".join(
        f'{{when: "{when}", points: {points}}}'
        for when, points in (step.split(": ") for step in (first, second, third))
    )
    return ((old, new),)


def one(old: str, new: str) -> Edits:
    return ((old, new),)


SLIPS = [
    # Thresholds and bounds.
    Slip(
        "a threshold moved by the smallest step",
        FORM,
        "1.1.4",
        steps_of_plan("> 90: 2", "[70.00000000000001, 90]: 1", "< 70.00000000000001: 0"),
    ),
    Slip(
        "the other threshold moved by the smallest step",
        FORM,
        "1.1.4",
        steps_of_plan("> 90.00000000000001: 2", "[70, 90.00000000000001]: 1", "< 70: 0"),
    ),
    Slip("a bound opened", FORM, "1.1.4", steps_of_plan("> 90: 2", "(70, 90]: 1", "<= 70: 0")),
    Slip("a bound closed", FORM, "1.1.4", steps_of_plan(">= 90: 2", "[70, 90): 1", "< 70: 0")),
    Slip("points swapped", FORM, "1.1.4", steps_of_plan("> 90: 1", "[70, 90]: 2", "< 70: 0")),
    Slip("points of a step", FORM, "2.5", one("points: 2.75", "points: 2.5"), 'code: "2.5"'),
    Slip(
        "two steps made one",
        FORM,
        "2.4",
        (('"[95, 100)", points: 1.75}, {when: "[80, 95)"', '"[80, 100)"'),),
        'code: "2.4"',
    ),
    Slip("a gap between steps", FORM, "2.2", one('"< 1"', '"< 0"'), 'code: "2.2"', by="lint"),
    Slip(
        "the threshold of a rate moved by the smallest step",
        FORM,
        "1.5",
        one("threshold: 80", "threshold: 80.00000000000001"),
        'code: "1.5"',
    ),
    Slip("a threshold left out", FORM, "4.3", one(", threshold: 80", ""), 'code: "4.3"'),
    Slip("full points too late", FORM, "3.3.a", one("full_at: 80", "full_at: 81")),
    Slip("increments too rare", FORM, "3.5", one("every: 5", "every: 6")),
    Slip("increments from elsewhere", FORM, "3.5", one("from: 20", "from: 25")),
    Slip(
        "the start of increments moved by the smallest step",
        FORM,
        "3.5",
        one("start: 10", "start: 10.000000000000002"),
    ),
    Slip("points of a unit", FORM, "3.4", one("points: 0.5", "points: 0.4"), 'code: "3.4"'),
    Slip("a deduction doubled", FORM, "5.5", one("per: 2", "per: 1")),
    Slip("the limit of a group", FORM, "par_department", one("{A: 90,", "{A: 91,")),
    Slip(
        "the limit of a group moved by the smallest step",
        FORM,
        "par_department",
        one("B: 80,", "B: 80.00000000000001,"),
    ),
    # Categories.
    Slip(
        "points of categories swapped",
        FORM,
        "1.1.1",
        one("{timely: 1, late: 0.5,", "{timely: 0.5, late: 1,"),
    ),
    Slip("points of a category", FORM, "7.3", one("partial: 1,", "partial: 1.5,")),
    Slip("a grade", FORM, "5.2", one("minor: 50", "minor: 40")),
    Slip(
        "a category renamed",
        FORM,
        "plan.issued",
        (("late, timely]", "late, punctual]"), ("{timely:", "{punctual:")),
    ),
    Slip(
        "a category renamed where it is declared",
        FORM,
        "1.1.1",
        one("late, timely]", "late, punctual]"),
        by="lint",
    ),
    # What is measured.
    Slip("any of two instead of all", FORM, "1.2.1", one("all_of: [report", "any_of: [report")),
    Slip("a term left out", FORM, "1.4", one(", periodic.on_time]", "]")),
    Slip("a coefficient", FORM, "5.1", one("discipline.serious: 3}", "discipline.serious: 2}")),
    Slip("a sign flipped", FORM, "3.2", one("overdue: -1}", "overdue: 1}")),
    Slip("what is not yet due counted", FORM, "6.3", one(", audit.not_due: -1}", "}")),
    Slip(
        "a ratio upside down",
        FORM,
        "3.1",
        one(
            "numerator: [files.on_time], denominator: [files.received]",
            "numerator: [files.received], denominator: [files.on_time]",
        ),
    ),
    Slip(
        "growth against the wrong year",
        FORM,
        "8.2",
        one("numerator: {output.now: 1, output.before", "numerator: {output.now: 1, output.target"),
    ),
    Slip("a mean made a sum", FORM, "S.2", one("measure: {mean:", "measure: {sum:")),
    Slip("a variable mixed up", FORM, "4.1", one("deputies.breaches\n", "structure.breaches\n")),
    Slip(
        "a variable of a sibling", PCI, "land", one("{code: land,", "{code: land, variable: entry,")
    ),
    Slip(
        "two variables mixed up",
        PAPI,
        "D1.1",
        (
            (" civic_knowledge, rule", " the_other, rule"),
            (" participation, rule", " civic_knowledge, rule"),
            (" the_other, rule", " participation, rule"),
        ),
    ),
    Slip(
        "more is worse",
        PCI,
        "informal",
        one("{code: informal,", "{code: informal, polarity: negative,"),
    ),
    Slip(
        "less is better no longer",
        INFORMAL,
        "harassment",
        one("polarity: negative", "polarity: positive"),
        "code: harassment",
    ),
    Slip(
        "a zero counts",
        PAPI,
        "D1.1",
        one(
            "civic_knowledge: {unit: points, range: [0.25, 2.5], zero_is_missing: true}",
            "civic_knowledge: {unit: points, range: [0, 2.5]}",
        ),
    ),
    # What is missing or does not apply.
    Slip(
        "no full points where it does not apply",
        FORM,
        "2.3",
        one("not_applicable: full_points", "not_applicable: exclude"),
        'code: "2.3"',
    ),
    Slip(
        "what does not apply is missing",
        FORM,
        "form",
        one("          not_applicable: exclude\n", ""),
        "code: S.1",
    ),
    Slip(
        "a formula alone gives no score",
        FORM,
        "3.3",
        one("missing: renormalise", "missing: no_score"),
    ),
    Slip(
        "a sub-index may be missing", PCI, "pci", one("missing: no_score", "missing: renormalise")
    ),
    # Weights, maxima, caps, roles, aggregations.
    Slip(
        "weights swapped",
        PCI,
        "pci",
        (
            ("weight: 5,", "weight: 20,"),
            (
                "weight: 20, rule: identity}\n    - {code: time",
                "weight: 5, rule: identity}\n    - {code: time",
            ),
        ),
        "{code: land,",
    ),
    Slip(
        "a little more weight",
        PCI,
        "pci",
        (("weight: 5,", "weight: 6,"), ("weight: 5,", "weight: 4,")),
        "{code: entry,",
    ),
    Slip("the last digit of a weight", "pci/2005", "pci", one("0.17099", "0.17098")),
    Slip(
        "the last digit of a coefficient",
        "papi-weighted/2019",
        "papi_weighted",
        one("0.510643", "0.510644"),
    ),
    Slip(
        "the weights of another year",
        "sipas/2022",
        "sipas",
        (
            ("value: 0.5\n", "value: 0.65\n"),
            ("value: 0.65\n          from: 2023", "value: 0.5\n          from: 2023"),
            ("value: 0.5, from: 2022", "value: 0.35, from: 2022"),
            ("value: 0.35, from: 2023", "value: 0.5, from: 2023"),
        ),
    ),
    Slip(
        "a year too long",
        "sipas/2022",
        "sipas",
        (
            ("          to: 2022", "          to: 2023"),
            ("          from: 2023", "          from: 2024"),
        ),
        by="lint",
    ),
    Slip("not times 10", PCI, "pci", one("  times: 10\n", "")),
    Slip("a factor", INDICATORS, "D3.2", one("times: 0.33\n", "times: 0.34\n"), "code: D3.2"),
    Slip(
        "a sum made a mean",
        PAPI,
        "D2",
        one("aggregation: sum", "aggregation: arithmetic_mean"),
        "code: D2\n",
    ),
    Slip(
        "a mean made a geometric one",
        "sipas-service/2024",
        "service",
        one("arithmetic_mean", "geometric_mean"),
    ),
    Slip(
        "the highest made the lowest",
        FORM,
        "3.3",
        one("aggregation: maximum", "aggregation: minimum"),
    ),
    Slip("a cap left out", FORM, "bonus", one("      cap: 5\n", "")),
    Slip("a cap raised", FORM, "penalty", one("      cap: 3\n", "      cap: 4\n")),
    Slip("a penalty that adds", FORM, "par_department", one("role: penalty", "role: bonus")),
    Slip("points scaled to another total", FORM, "form", one("scale_to: 100\n", "scale_to: 10\n")),
    Slip(
        "maxima swapped",
        "par-parts/2021",
        "appraisal",
        (("maximum: 60.5", "maximum: 23.50"), ("maximum: 23.5,", "maximum: 60.5,")),
    ),
    Slip("a maximum too low", "par-fields/2022", "F1", one("maximum: 9.5", "maximum: 9.4")),
    Slip(
        "parts that no longer add up",
        FORM,
        "appraisal",
        one("maximum: 80\n", "maximum: 81\n"),
        by="lint",
    ),
    # Anchors.
    Slip("an upper limit", INDICATORS, "p1_1_1", one("high: 2,", "high: 1,")),
    Slip("onto another scale", INDICATORS, "p3_2_1", one("[1, 10]", "[0, 10]"), "code: p3_2_1"),
    Slip("an anchor reached before", INFORMAL, "over10pct_revenue", one("0.34375", "0.34376")),
    Slip(
        "anchors of the year alone",
        INFORMAL,
        "peers_pay_informal",
        one("min: {pooled: 0.2077922}, max: {pooled: 0.846153846}", "min: period, max: period"),
    ),
    # Formulas and parameters.
    Slip("an operator", FORMULAS, "1.1.4", one("plan.done > plan_full", "plan.done >= plan_full")),
    Slip(
        "or instead of and",
        FORMULAS,
        "1.2.1",
        one('report.full == "met" and', 'report.full == "met" or'),
    ),
    Slip(
        "plus instead of minus",
        FORMULAS,
        "3.2",
        one(
            "complaints.not_satisfied - complaints.overdue",
            "complaints.not_satisfied + complaints.overdue",
        ),
        by="lint",
    ),  # It rises with what it should fall with.
    Slip(
        "the lowest made the highest",
        FORMULAS,
        "3.4",
        one("min(0.5 * regulations.valid", "max(0.5 * regulations.valid"),
    ),
    Slip("a number in a formula", FORMULAS, "3.5", one("1 + 0.25 *", "1 + 0.2 *")),
    Slip(
        "a parameter",
        FORMULAS,
        "1.1.4",
        one("reference: CM-1.1.4, value: 90", "reference: CM-1.1.4, value: 91"),
    ),
    Slip(
        "a parameter moved by the smallest step",
        FORMULAS,
        "7.1",
        one(
            "digital_threshold: {unit: percent, value: 70}",
            "digital_threshold: {unit: percent, value: 70.00000000000001}",
        ),
    ),
    Slip(
        "how much a case counts",
        FORMULAS,
        "5.1",
        one("PT-III.3.1, value: 3", "PT-III.3.1, value: 2"),
    ),
    Slip(
        "the parameter of another year",
        FORMULAS,
        "1.5",
        one(
            "{value: 75, from: 2023, to: 2023}, {value: 80,",
            "{value: 80, from: 2023, to: 2023}, {value: 75,",
        ),
    ),
    Slip(
        "a parameter a year too long",
        FORMULAS,
        "1.5",
        one("to: 2023}, {value: 80, from: 2024", "to: 2024}, {value: 80, from: 2025"),
    ),
    Slip(
        "a name misspelt",
        FORMULAS,
        "3.4",
        one("0.5 * regulations.valid", "0.5 * regulation.valid"),
        by="lint",
    ),
    # What is left out.
    Slip(
        "a sub-index dropped",
        "sipas/2017",
        "feedback",
        one("    - {code: feedback,", "    # - {code: feedback,"),
        exit_code=2,
    ),
    Slip(
        "a sub-dimension dropped",
        PAPI,
        "D1.4",
        one("        - {code: D1.4,", "        # - {code: D1.4,"),
        exit_code=2,
    ),
    Slip("a criterion renamed", FORM, "7.3", one('code: "7.3"', 'code: "7.4"'), exit_code=2),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.what)
def test_a_slip_is_caught_where_it_is(slip: Slip, tmp_path: Path) -> None:
    original = INDICES / f"{slip.definition}.yaml"
    for beside in original.parent.glob(f"{original.stem}.*"):
        if beside != original:
            shutil.copy(beside, tmp_path)
    copy = tmp_path / original.name
    copy.write_text(slip.text(), "utf-8")

    report = chiso.check(copy, only=["lint", "case"])

    assert report.exit_code == slip.exit_code, str(report)
    found = report.findings()
    first = found[found["severity"] == "error"].iloc[0]
    assert (first["check"], first["place"]) == (slip.by, slip.node), str(report)


def test_at_least_forty_slips() -> None:
    assert len({slip.text() for slip in SLIPS}) == len(SLIPS) >= 40
    assert len({slip.what for slip in SLIPS}) == len(SLIPS)
