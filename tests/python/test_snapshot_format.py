"""The format of snapshots as docs/snapshots.md has it, read without chiso."""

from __future__ import annotations

import base64
import struct
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Fields of each class, in their order: what the page lists. A name in capitals is a class; LIST,
# MAYBE and PAIR say of what; ONE_OF has classes by kind.
LIST, MAYBE, PAIR, ONE_OF = "list", "maybe", "pair", "one of"
TEXT_VALUE = [("text", "text")]
CLASSES: dict[str, list[tuple[str, Any]]] = {
    "STUDY": [
        ("provenance", "PROVENANCE"),
        ("values", (LIST, (ONE_OF, "VALUES"))),
        ("parts", (LIST, "PART")),
    ],
    "PROVENANCE": [
        ("version", "text"),
        ("date", "text"),
        ("note", "text"),
        ("documents", (LIST, "DOCUMENT")),
    ],
    "DOCUMENT": [("name", "text"), ("text", "text")],
    "PART": [("name", "text"), ("value", "whole")],
    "TEXT": TEXT_VALUE,
    "PANEL": [
        ("source", "text"),
        ("units", (LIST, "text")),
        ("variables", (LIST, "text")),
        ("periods", (LIST, "text")),
        ("categories", (LIST, (LIST, "text"))),
        ("slices", (LIST, "SLICE")),
        ("not_applicable", (LIST, "CELL")),
    ],
    "SLICE": [
        ("without_row", (LIST, "whole")),
        ("values", "reals"),
        ("errors", (LIST, "ERRORS")),
    ],
    "ERRORS": [("variable", "whole"), ("values", "reals")],
    "CELL": [("unit", "whole"), ("variable", "whole"), ("period", "whole")],
    "STANDINGS": [("rows", (LIST, "STANDING"))],
    "STANDING": [
        ("index", "text"),
        ("code", "text"),
        ("period", "text"),
        ("unit", "text"),
        ("score", "real"),
        ("rank", "real"),
        ("maximum", "real"),
    ],
    "SCORES": [
        ("index", "whole"),
        ("panel", "whole"),
        ("period", "text"),
        ("method", "text"),
        ("anchors", (LIST, "ANCHOR")),
        ("given", (LIST, "GIVEN")),
        ("values", "reals"),
    ],
    "ANCHOR": [
        ("node", "whole"),
        ("low", "real"),
        ("high", "real"),
        ("low_source", "text"),
        ("high_source", "text"),
        ("observations", "whole"),
    ],
    "GIVEN": [("unit", "whole"), ("node", "whole"), ("score", "real")],
    "RANKING": [
        ("scores", "whole"),
        ("node", "whole"),
        ("ties", "text"),
        ("on_displayed", "whole"),
        ("ranks", "reals"),
        ("groups", (LIST, "text")),
    ],
    "UNCERTAINTY": [
        ("scores", "whole"),
        ("sources", (LIST, (ONE_OF, "SOURCES"))),
        ("options", "OPTIONS"),
        ("counts", "bytes"),
    ],
    "OPTIONS": [
        ("draws", "whole"),
        ("seed", "whole"),
        ("nodes", (LIST, "text")),
        ("refit", "whole"),
        ("pairs", "whole"),
        ("precision", (MAYBE, "real")),
        ("top", "whole"),
    ],
    "WEIGHTS": [
        ("name", "text"),
        ("criteria", "text"),
        ("overall", "whole"),
        ("law", "text"),
        ("concentration", "real"),
        ("spread", "real"),
        ("bounds", (LIST, "BOUND")),
        ("orders", (LIST, (PAIR, "text"))),
        ("keep_order", "whole"),
    ],
    "BOUND": [("node", "text"), ("lowest", "real"), ("highest", "real")],
    "MEASUREMENT": [
        ("name", "text"),
        ("variables", "text"),
        ("units", (LIST, "text")),
        ("law", "text"),
        ("relative", (MAYBE, "real")),
        ("absolute", (MAYBE, "real")),
        ("sample", (MAYBE, "real")),
        ("sample_variable", "text"),
        ("truncate", "whole"),
        ("correlation", "reals"),
    ],
    "ANCHORS": [("name", "text"), ("nodes", "text"), ("law", "text"), ("spread", "real")],
    "CHOICE": [
        ("name", "text"),
        ("alternatives", (LIST, "text")),
        ("probabilities", "reals"),
    ],
    "SENSITIVITY": [
        ("scores", "whole"),
        ("sources", (LIST, (ONE_OF, "SOURCES"))),
        ("factors", (LIST, "FACTOR")),
        ("node", "whole"),
        ("outputs", (LIST, "OUTPUT")),
        ("first", "INDICES"),
        ("total", "INDICES"),
        ("pairs", (LIST, (PAIR, "whole"))),
        ("second", "INDICES"),
        ("rows", "whole"),
        ("evaluations", "whole"),
        ("confidence", "real"),
        ("seed", "whole"),
        ("refit", "whole"),
        ("resamples", "whole"),
        ("method", "text"),
    ],
    "FACTOR": [("name", "text"), ("sources", (LIST, "whole"))],
    "OUTPUT": [
        ("kind", "text"),
        ("unit", "whole"),
        ("state", "text"),
        ("mean", "real"),
        ("variance", "real"),
    ],
    "INDICES": [("value", "reals"), ("low", "reals"), ("high", "reals")],
}
KINDS = {
    "VALUES": {
        "index": "TEXT",
        "panel": "PANEL",
        "plan": "TEXT",
        "scenario": "TEXT",
        "actions": "TEXT",
        "standings": "STANDINGS",
        "scores": "SCORES",
        "ranking": "RANKING",
        "uncertainty": "UNCERTAINTY",
        "sensitivity": "SENSITIVITY",
        "baseline": "TEXT",
    },
    "SOURCES": {
        "weights": "WEIGHTS",
        "measurement": "MEASUREMENT",
        "anchors": "ANCHORS",
        "choice": "CHOICE",
    },
}


class Binary:
    """Reads the body of the binary form."""

    def __init__(self, body: bytes) -> None:
        self.left = memoryview(body)

    def take(self, count: int) -> memoryview:
        taken, self.left = self.left[:count], self.left[count:]
        assert len(taken) == count
        return taken

    def number(self, code: str) -> Any:
        return struct.unpack("<" + code, self.take(struct.calcsize(code)))[0]

    def read(self, what: Any) -> Any:
        if what == "whole":
            return self.number("q")
        if what == "real":
            return self.number("d")
        if what == "text":
            return str(self.take(self.number("q")), "utf-8")
        if what == "bytes":
            return bytes(self.take(self.number("q")))
        if what == "reals":
            return np.frombuffer(self.take(8 * self.number("q")), "<f8")
        if isinstance(what, str):
            assert self.number("I") == 1  # The version of the class.
            return {name: self.read(field) for name, field in CLASSES[what]}
        form, item = what
        if form == LIST:
            return [self.read(item) for _ in range(self.number("q"))]
        if form == MAYBE:
            return self.read(item) if self.number("B") else None
        if form == PAIR:
            return (self.read(item), self.read(item))
        kind = self.read("text")
        return kind, self.read(KINDS[item][kind])


class Xml:
    """Reads an element of the XML form."""

    def read(self, at: ET.Element, what: Any) -> Any:
        text = at.text or ""
        if what == "whole":
            return int(text)
        if what == "real":
            return float(text)
        if what in {"text", "bytes"}:
            encoded = at.get("encoding") == "base64"
            found = base64.b64decode(text) if encoded else text.encode()
            return found if what == "bytes" else found.decode()
        if what == "reals":
            return np.array([float(number) for number in text.split()])
        if isinstance(what, str):
            assert at.get("version") == "1"
            assert [child.tag for child in at] == [name for name, _ in CLASSES[what]]
            return {
                name: self.read(child, field)
                for child, (name, field) in zip(at, CLASSES[what], strict=True)
            }
        form, item = what
        if form == LIST:
            assert {child.tag for child in at} <= {"item"}
            return [self.read(child, item) for child in at]
        if form == MAYBE:
            return None if at.get("absent") == "yes" else self.read(at, item)
        if form == PAIR:
            assert [child.tag for child in at] == ["first", "second"]
            return (self.read(at[0], item), self.read(at[1], item))
        (one,) = at
        return one.tag, self.read(one, KINDS[item][one.tag])


def read_binary(path: Path) -> Any:
    whole = path.read_bytes()
    magic, form, zero, length, _ = struct.unpack("<8sIIQQ", whole[:32])
    assert magic == bytes.fromhex("89 43 48 53 0D 0A 1A 0A")
    assert (form, zero, length) == (1, 0, len(whole) - 32)
    body = Binary(whole[32:])
    study = body.read("STUDY")
    assert not body.left
    return study


def read_xml(path: Path) -> Any:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == '<?xml version="1.0" encoding="UTF-8"?>'
    assert lines[1].startswith('<chiso-snapshot format="1" checksum="')
    root = ET.fromstring(path.read_text("utf-8"))
    (study,) = root
    assert study.tag == "study"
    return Xml().read(study, "STUDY")


@pytest.fixture(scope="module")
def panel() -> chiso.Panel:
    """Two periods, a word, a missing value, standard errors, a unit without a row."""
    table = pd.DataFrame(
        {
            "unit": ["A", "B", "A", "B", "C"],
            "period": [2020, 2020, 2021, 2021, 2021],
            "press": [1.0, 2.5, 3.0, float("nan"), 9.0],
            "press.se": [0.1, float("nan"), 0.3, float("nan"), 0.2],
            "vote": [4.0, 8.0, 2.0, 1.0, 9.0],
            "kind": ["rural", "urban", "not applicable", "urban", "rural"],
        }
    )
    return chiso.Panel.from_frame(table, source="made up")


@pytest.fixture(scope="module")
def study(panel: chiso.Panel) -> chiso.Study:
    index = chiso.Index.from_yaml(
        """
chiso: 1
index: town
edition: "1"
tree:
  code: town
  aggregation: sum
  children:
    - {code: press, maximum: 10, rule: given}
    - {code: vote, maximum: 10, rule: {min_max: {onto: [0, 10]}}}
"""
    )
    scores = index.score(panel, 2021)
    varying = (
        chiso.Variation()
        .weights("*", law="relative", spread=0.25, name="shares")
        .values("press", units="a", relative=0.1)
        .anchors("vote", spread=0.1)
        .choose([chiso.Scenario("as it is"), chiso.Scenario("no vote").drop("vote")])
    )
    why = scores.sensitivity(varying, base=8, seed=3, second_order=True)
    assert why is not None
    return chiso.Study(
        {"scores of 2021": scores},
        panel=panel,
        ranking=chiso.Ranking(scores, ties="average"),
        sure=scores.uncertainty(varying, draws=1_000, seed=2**64 - 1),
        why=why,
        standings=chiso.Standings.from_frame(
            pd.DataFrame({"index": ["town"], "period": ["2020"], "unit": ["A"], "rank": [2]})
        ),
        scenario=chiso.Scenario("more").add("A", "press", 1),
        date="2026-11-29T12:00:00Z",
        note="a ]]> note\nof two lines",
        documents={"town.yaml": "# a comment\tand a tab\n"},
    )


@pytest.mark.parametrize(("ending", "read"), [(".chiso", read_binary), (".xml", read_xml)])
def test_the_page_says_how_to_read_snapshots(
    study: chiso.Study, tmp_path: Path, ending: str, read: Callable[[Path], Any]
) -> None:
    path = tmp_path / f"study{ending}"
    study.save(path)
    found = read(path)

    where = found["provenance"]
    assert where["version"] == chiso.__version__
    assert (where["date"], where["note"]) == (study.date, study.note)
    assert where["documents"] == [{"name": "town.yaml", "text": "# a comment\tand a tab\n"}]
    values = {part["name"]: found["values"][part["value"]] for part in found["parts"]}
    assert list(values) == study.names

    kind, panel = values["panel"]
    expected = study["panel"]
    assert kind == "panel"
    assert (panel["source"], panel["units"]) == ("made up", ["A", "B", "C"])
    assert panel["variables"] == expected.variables
    assert panel["periods"] == ["2020", "2021"]
    assert panel["categories"] == [[], [], ["rural", "urban"]]
    assert panel["not_applicable"] == [{"unit": 0, "variable": 2, "period": 1}]
    assert [part["without_row"] for part in panel["slices"]] == [[2], []]
    for period, part in zip(panel["periods"], panel["slices"], strict=True):
        by_unit = part["values"].reshape(3, 3, order="F")
        assert np.array_equal(by_unit, expected.values(period), equal_nan=True)
        (errors,) = part["errors"]
        assert errors["variable"] == 0
        known = expected.standard_errors("press", period)
        assert np.array_equal(errors["values"], known, equal_nan=True)

    kind, scores = values["scores of 2021"]
    assert kind == "scores"
    assert found["values"][scores["panel"]][1] is panel  # It is there once.
    kind, definition = found["values"][scores["index"]]
    assert (kind, definition["text"]) == ("index", study["scores of 2021"].index.to_yaml())
    table = scores["values"].reshape(3, 3, order="F")
    assert np.array_equal(table, study["scores of 2021"].values, equal_nan=True)
    # vote: (x - 1) / 8 * 10 of 2, 1 and 9; press is given; town is their sum.
    assert table[0].tolist() == [4.25, 3.0, 1.25]
    assert scores["anchors"] == [
        {
            "node": 2,
            "low": 1.0,
            "high": 9.0,
            "low_source": "period",
            "high_source": "period",
            "observations": 3,
        }
    ]

    assert values["ranking"][1]["ties"] == "average"
    assert found["values"][values["ranking"][1]["scores"]][1] is scores
    assert [kind for kind, _ in values["sure"][1]["sources"]] == [
        "weights", "measurement", "anchors", "choice",
    ]  # fmt: skip
    assert values["sure"][1]["options"]["seed"] in {-1, 2**64 - 1}  # 64 bits, with a sign or not.
    first = values["why"][1]["first"]["value"]
    assert len(first) == 4 * len(values["why"][1]["outputs"])
    assert values["standings"][1]["rows"][0]["rank"] == 2.0
    assert np.isnan(values["standings"][1]["rows"][0]["score"])
    assert "add:" in values["scenario"][1]["text"]


def test_the_checksum_is_xxh3_of_body_and_head(study: chiso.Study, tmp_path: Path) -> None:
    xxhash = pytest.importorskip("xxhash")
    study.save(tmp_path / "study.chiso")
    whole = (tmp_path / "study.chiso").read_bytes()
    sealed = xxhash.xxh3_64_intdigest(whole[32:] + whole[:24])
    assert struct.unpack("<Q", whole[24:32])[0] == sealed

    study.save(tmp_path / "study.xml")
    _, head, rest = (tmp_path / "study.xml").read_bytes().split(b"\n", 2)
    assert f'checksum="{xxhash.xxh3_64_hexdigest(rest)}"'.encode() in head


def test_a_value_alone_is_called_value(tmp_path: Path) -> None:
    panel = chiso.Panel.from_array([[1.5]], units=["A"], variables=["x"], period=2020)
    chiso.save_snapshot(tmp_path / "panel.chiso", panel)
    found = read_binary(tmp_path / "panel.chiso")
    assert found["provenance"] == {"version": "", "date": "", "note": "", "documents": []}
    assert found["parts"] == [{"name": "value", "value": 0}]
    assert found["values"][0][1]["slices"][0]["values"].tolist() == [1.5]
