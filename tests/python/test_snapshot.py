"""Snapshots: values and studies as files, pickles and copies."""

from __future__ import annotations

import concurrent.futures
import copy
import datetime
import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

#: The same without types: for arguments that are wrong.
given: Any = chiso

VARYING = (
    chiso.Variation()
    .weights("pci", law="relative", spread=0.25)
    .values("l*", units="thanh hoa", relative=0.05)
    .leave_out("labor")
)
ACTIONS = """
chiso: 1
actions:
  - {code: desk, cost: 3, effects: [{of: entry, add_points: 0.5}]}
"""


@pytest.fixture(scope="module")
def scores(pci: chiso.Index) -> chiso.Scores:
    return pci.score(chiso.read_panel("pci_scores"), 2019)


@pytest.fixture(scope="module")
def values(scores: chiso.Scores) -> dict[str, Any]:
    """One value of each kind."""
    sensitivity = scores.sensitivity(VARYING, base=32, seed=1, second_order=True)
    return {
        "index": scores.index,
        "panel": scores.panel,
        "plan": chiso.load_plan("thanh-hoa-211"),
        "scenario": chiso.Scenario("less waiting", "a note", refit=True).set(None, "entry", 8),
        "actions": chiso.Actions.from_yaml(ACTIONS),
        "standings": chiso.read_standings(),
        "scores": scores,
        "ranking": chiso.Ranking(scores, "labor", "average", on="displayed"),
        "uncertainty": scores.uncertainty(VARYING, draws=2_000, seed=7, nodes=["labor"]),
        "sensitivity": sensitivity,
        "baseline": chiso.lock(scores.index, scores.panel, periods=[2017, 2019]),
    }


def meant(value: Any) -> list[str]:
    """What varies, as it was meant for the scores: a snapshot does not know how it was given."""
    return [str(source) for source in value._core.sources]


def told(value: Any) -> Any:
    """What a value says, to be compared to the last bit."""
    if isinstance(value, chiso.Scores):
        where = (value.index, value.panel, value.period, value.method, value.units)
        return where, value.values.tobytes(), value.anchors.to_frame().to_csv()
    if isinstance(value, chiso.Uncertainty):
        drawn = [value.draws, value.stopped, value.nodes, meant(value)]
        return told(value.scores), drawn, value._core.bytes(), value.ranks("labor").to_csv()
    if isinstance(value, chiso.Sensitivity):
        tables = (value.to_frame(), value.pairs(), value.outputs())
        return told(value.scores), [table.to_csv() for table in tables], meant(value), repr(value)
    if isinstance(value, chiso.Standings):
        return value.to_frame().to_csv()
    return value


KINDS = [
    "index", "panel", "plan", "scenario", "actions", "standings", "scores", "ranking",
    "uncertainty", "sensitivity", "baseline",
]  # fmt: skip


# ---- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["chiso", "xml"])
def test_every_value_comes_back_alone(
    values: dict[str, Any], tmp_path: Path, kind: str, ending: str
) -> None:
    path = tmp_path / f"value.{ending}"
    chiso.save_snapshot(path, values[kind])
    again = chiso.load_snapshot(path)
    assert type(again) is type(values[kind])
    assert told(again) == told(values[kind])
    chiso.save_snapshot(tmp_path / "again", again)
    chiso.save_snapshot(tmp_path / "first", values[kind])
    assert (tmp_path / "again").read_bytes() == (tmp_path / "first").read_bytes()


def test_a_study_comes_back_with_where_it_is_from(values: dict[str, Any], tmp_path: Path) -> None:
    study = chiso.Study(
        values,
        note="of June",
        documents={"a.yaml": "# why\n", "ghi chú.txt": "Tiếng Việt\r\n"},
        date="2026-11-29T19:00:00+07:00",
    )
    study.save(tmp_path / "study.chiso")
    again = chiso.load_snapshot(tmp_path / "study.chiso")
    assert isinstance(again, chiso.Study)
    assert again == study
    assert (again.version, again.date) == (chiso.__version__, "2026-11-29T12:00:00Z")
    assert again.note == "of June"
    assert again.documents == {"a.yaml": "# why\n", "ghi chú.txt": "Tiếng Việt\r\n"}
    assert list(again) == again.names == list(again.keys()) == KINDS
    assert len(again) == len(KINDS)
    assert "plan" in again
    assert "plans" not in again
    for name, value in again.items():
        assert told(value) == told(values[name])
    assert again.diff(study).empty


def test_what_parts_share_is_shared_again(values: dict[str, Any], tmp_path: Path) -> None:
    study = chiso.Study(values)
    study.save(tmp_path / "study.chiso")
    again = chiso.Study.load(tmp_path / "study.chiso")
    scores = again["scores"]
    assert scores.panel is again["panel"]
    assert scores.index is again["index"]
    for name in ("ranking", "uncertainty", "sensitivity"):
        assert again[name].scores is scores
    alone = tmp_path / "panel.chiso"
    chiso.save_snapshot(alone, values["panel"])
    once = alone.stat().st_size
    chiso.Study(
        {str(p): values["index"].score(values["panel"], p) for p in (2017, 2019, 2020)}
    ).save(tmp_path / "three.chiso")
    # 63 units x 11 nodes x 3 results, a definition, and no second panel.
    assert (tmp_path / "three.chiso").stat().st_size < once + 3 * 63 * 11 * 8 + 10_000


def test_results_from_a_file_answer_as_the_first_do(values: dict[str, Any], tmp_path: Path) -> None:
    chiso.Study(values).save(tmp_path / "study.chiso")
    again = chiso.Study.load(tmp_path / "study.chiso")
    scores, sure = again["scores"], again["uncertainty"]
    assert scores["thanh hoa", "pci"] == values["scores"]["thanh hoa", "pci"]
    pd.testing.assert_frame_equal(
        sure.replications(draws=100), values["uncertainty"].replications(draws=100)
    )
    # The sources can be used again: as they were meant for this result.
    assert sure.varying.names == VARYING.names
    more = scores.uncertainty(sure.varying, draws=2_000, seed=7, nodes=["labor"])
    assert more._core.bytes() == sure._core.bytes()
    pd.testing.assert_frame_equal(again["ranking"].to_frame(), scores.ranking(
        "labor", "average", on="displayed"
    ))  # fmt: skip
    edited = scores.what_if(chiso.Scenario().score("Thanh Hóa", "labor", 9.0)).after
    chiso.save_snapshot(tmp_path / "edited", edited)
    assert told(chiso.load_snapshot(tmp_path / "edited")) == told(edited)


def test_a_study_says_what_it_holds(values: dict[str, Any]) -> None:
    study = chiso.Study(values)
    table = study.to_frame()
    assert table["kind"].tolist() == KINDS
    assert table.loc["scores", "what"] == "pci-2013, 2019: 63 units x 11 nodes"
    print_of_panel = values["panel"].fingerprint
    assert study.fingerprints == dict.fromkeys(
        ["panel", "scores", "ranking", "uncertainty", "sensitivity"], print_of_panel
    )
    assert table.loc["plan", "fingerprint"] == ""
    assert study.definitions["uncertainty"] == values["index"].to_yaml()
    assert "baseline" in study.definitions
    assert "plan" not in study.definitions
    assert "63 units" in study._repr_html_()
    assert repr(chiso.Study(index=values["index"], date="2026-11-29")) == (
        "<Study: 1 part (index), 2026-11-29>"
    )


def test_dates_are_those_of_the_build(
    values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = values["index"]
    assert chiso.Study(index=index, date="").date == ""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert chiso.Study(index=index).date == "2023-11-14T22:13:20Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(chiso.SpecError, match="SOURCE_DATE_EPOCH: expected seconds"):
        chiso.Study(index=index)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    made = datetime.datetime.fromisoformat(chiso.Study(index=index).date)
    assert before <= made <= datetime.datetime.now(datetime.UTC)
    given = datetime.datetime(2026, 1, 2, 3, 4, 5)
    assert chiso.Study(index=index, date=given).date == "2026-01-02T03:04:05Z"


def test_a_lone_value_with_a_note_stays_a_study(values: dict[str, Any], tmp_path: Path) -> None:
    chiso.Study(value=values["index"], note="mine", date="").save(tmp_path / "study")
    again = chiso.load_snapshot(tmp_path / "study")
    assert isinstance(again, chiso.Study)
    assert again.note == "mine"
    assert chiso.Study.load(tmp_path / "study")["value"] == values["index"]


def test_differences_are_named(values: dict[str, Any]) -> None:
    index, panel = values["index"], values["panel"]
    before = chiso.Study(panel=panel, scores=values["scores"], plan=values["plan"], date="")
    table = panel.to_frame()
    table.loc[("2019", "Thanh Hóa"), "labor"] = 9.0
    edited = chiso.Panel.from_frame(table, source=panel.source)
    after = chiso.Study(panel=edited, scores=index.score(edited, 2019), note="new", date="")
    found = before.diff(after)
    old = panel.to_frame().loc[("2019", "Thanh Hóa"), "labor"]
    row = found[(found["part"] == "panel") & (found["what"] == "value")].iloc[0]
    assert row["place"] == "Thanh Hóa, labor, 2019"
    assert row["after"] == "9"
    assert row["change"] == 9.0 - old
    assert "Thanh Hóa, pci" in found.loc[found["what"] == "score", "place"].tolist()
    assert found[found["part"] == ""]["what"].tolist() == ["note"]
    assert found[found["part"] == "plan"]["what"].tolist() == ["removed"]
    assert len(before.diff(after, most=1).query("part == 'scores'")) == 2
    with pytest.raises(TypeError, match="expected a Study to compare with"):
        before.diff(panel)


def test_everything_is_computed_anew(values: dict[str, Any]) -> None:
    found = chiso.Study(values).verify(threads=1)
    assert found.index.tolist() == KINDS
    assert found["holds"].all()
    assert found.index[found["computed"]].tolist() == [
        "scores", "ranking", "uncertainty", "sensitivity", "baseline",
    ]  # fmt: skip


def test_draws_that_were_stopped_are_verified(scores: chiso.Scores) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for executor in (None, pool):
            found = scores.uncertainty(
                VARYING, draws=200_000, threads=1, executor=executor, progress=lambda *_: False
            )
            assert found.stopped
            assert found.draws < 200_000
            assert chiso.Study(found=found).verify()["holds"].all()
            again = pickle.loads(pickle.dumps(found))
            assert again.stopped
            assert again.draws == found.draws


# ---- pickles and copies -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_every_value_can_be_pickled(values: dict[str, Any], kind: str, protocol: int) -> None:
    pickled = pickle.dumps(values[kind], protocol)
    again = pickle.loads(pickled)
    assert type(again) is type(values[kind])
    assert told(again) == told(values[kind])
    if kind in {"uncertainty", "sensitivity"}:
        assert again.varying == VARYING
    # What hashes pickles, as caches do, finds equal values equal.
    assert pickle.dumps(again, protocol) == pickled


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_the_value(
    values: dict[str, Any], kind: str, copied: Callable[[Any], Any]
) -> None:
    assert copied(values[kind]) is values[kind]


def test_pickles_hold_what_is_shared_once(values: dict[str, Any]) -> None:
    index, panel = values["index"], values["panel"]
    ten = [index.score(panel, 2019) for _ in range(10)]
    sizes = [len(pickle.dumps(what)) for what in ([panel, index], ten)]
    assert sizes[1] < sizes[0] + 10 * (63 * 11 * 8 + 1_000)
    again = pickle.loads(pickle.dumps([panel, *ten]))
    assert {id(one.panel) for one in again[1:]} == {id(again[0])}
    of_one = [ten[0], chiso.Ranking(ten[0]), values["uncertainty"]]
    again = pickle.loads(pickle.dumps(of_one))
    assert again[1].scores is again[0]


def test_panels_can_go_beside_a_pickle(values: dict[str, Any]) -> None:
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(values["panel"], 5, buffer_callback=buffers.append)
    assert len(pickled) < 1_000
    (buffer,) = buffers
    assert buffer.raw().nbytes > 8 * values["panel"].values(2019).size
    memory = bytearray(buffer)  # As it arrives elsewhere.
    assert pickle.loads(pickled, buffers=[memory]) == values["panel"]


def test_a_study_can_be_pickled(values: dict[str, Any]) -> None:
    study = chiso.Study(values, note="of June")
    again = pickle.loads(pickle.dumps(study))
    assert again == study
    assert again["scores"].panel is again["panel"]
    assert copy.deepcopy(study) is study


def test_an_index_remembers_its_folder(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,aliases\nThanh Hóa,TH\n", encoding="utf-8")
    (tmp_path / "index.yaml").write_text(
        "chiso: 1\nindex: a\nedition: '1'\nunits: names.csv\n"
        "tree: {code: a, aggregation: sum, children: [{code: x, maximum: 1, rule: given}]}\n",
        encoding="utf-8",
    )
    index = chiso.load_index(tmp_path / "index.yaml")
    again = pickle.loads(pickle.dumps(index))
    frame = pd.DataFrame({"x": [1.0]}, index=pd.Index(["TH"], name="unit"))
    assert again.score(frame, 2020).units == index.score(frame, 2020).units == ["Thanh Hóa"]


def place(scores: chiso.Scores, unit: str) -> tuple[str, float]:
    """What a worker finds."""
    return scores.panel.fingerprint, scores[unit, "pci"]


def same(value: Any) -> Any:
    return value


def test_values_go_to_other_processes(values: dict[str, Any]) -> None:
    scores = values["scores"]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, context) as pool:
        there = pool.submit(place, scores, "Thanh Hóa").result()
        assert there == (scores.panel.fingerprint, scores["Thanh Hóa", "pci"])
        for kind in ("uncertainty", "plan", "baseline"):
            assert told(pool.submit(same, values[kind]).result()) == told(values[kind])
    with context.Pool(1) as workers:
        assert workers.map(len, [scores, scores.units]) == [63, 63]


def test_dask_knows_equal_values(values: dict[str, Any]) -> None:
    base = pytest.importorskip("dask.base")
    scores = values["scores"]
    again = pickle.loads(pickle.dumps(scores))
    assert base.tokenize(again) == base.tokenize(scores)
    assert base.tokenize(scores.panel) != base.tokenize(scores.panel.select(["Thanh Hóa"]))
    protocol = pytest.importorskip("distributed.protocol")
    header, frames = protocol.serialize(scores.panel)
    assert protocol.deserialize(header, [bytearray(f) for f in frames]) == scores.panel


def test_joblib_knows_equal_values(values: dict[str, Any]) -> None:
    joblib = pytest.importorskip("joblib")
    scores = values["scores"]
    again = pickle.loads(pickle.dumps(scores))
    assert joblib.hash(again) == joblib.hash(scores)


# ---- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"unit,press\nA,1\n", "it is no snapshot: it does not begin as one"),
        (b"\x89CHS\r\n", "cut off in its head"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "it is no snapshot"),
        (b"\x89CHS\r\n\x1a\n" + bytes(24), "damaged"),
        (b"<?xml version='1.0'?><svg/>", "it is no snapshot"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "study.chiso"
    path.write_bytes(content)
    with pytest.raises(chiso.ArchiveError, match=message) as caught:
        chiso.load_snapshot(path)
    assert caught.value.problems[0].file == str(path)
    assert isinstance(caught.value, ValueError)


def test_a_file_that_was_cut_or_changed_is_refused(values: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "study.chiso"
    chiso.save_snapshot(path, values["scores"])
    whole = path.read_bytes()
    for content, message in (
        (whole[:-1], "cut off"),
        (whole + b" ", "has something behind it"),
        (whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], "its checksum is not"),
        (whole[:8] + b"\x02" + whole[9:], "format 2.*update chiso"),
    ):
        path.write_bytes(content)
        with pytest.raises(chiso.ArchiveError, match=message):
            chiso.load_snapshot(path)


def test_what_is_no_file_is_named(values: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(chiso.NotFoundError, match="nowhere"):
        chiso.load_snapshot(tmp_path / "nowhere")
    with pytest.raises(chiso.Error):
        chiso.load_snapshot(tmp_path)
    with pytest.raises(chiso.NotFoundError, match="folder"):
        chiso.save_snapshot(tmp_path / "nowhere" / "a", values["index"])
    with pytest.raises(TypeError, match="path: expected the path of a file, got 3"):
        chiso.load_snapshot(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda v: given.Study(a=v["scores"].to_frame()), TypeError, "a: expected a value that"),
        (lambda v: given.Study([v["index"]]), TypeError, "parts: expected"),
        (lambda v: given.Study({1: v["index"]}), TypeError, "parts: expected a text for a name"),
        (lambda v: given.Study({"": v["index"]}), chiso.SpecError, "has no name"),
        (lambda v: given.Study({"a": v["index"]}, a=v["panel"]), chiso.SpecError, "called 'a'"),
        (lambda v: given.Study(a=v["index"], note=3), TypeError, "note: expected a text"),
        (lambda v: given.Study(a=v["index"], documents=["a"]), TypeError, "documents: expected"),
        (lambda v: given.Study(a=v["index"], documents={"a": b"x"}), TypeError, "'a': expected"),
        (lambda v: given.Study(a=v["index"], date="June"), chiso.SpecError, "date: expected a"),
        (lambda v: given.Study(a=v["index"], date=2026), TypeError, "date: expected a moment"),
        (lambda v: given.Study(scores=v["scores"])["score"], chiso.NotFoundError, "'scores'"),
        (lambda v: given.Study(scores=v["scores"])[0], TypeError, "part: expected a name"),
        (lambda _: given.save_snapshot("a", {"a": 1}), TypeError, "can be stored"),
        (lambda v: given.Ranking(v["scores"], "labour"), chiso.NotFoundError, "labor"),
        (lambda v: given.Ranking(v["scores"], ties="first"), ValueError, "ties: expected one of"),
        (lambda v: given.Study(a=v["index"]).verify(threads="all"), TypeError, "threads"),
    ],
)
def test_wrong_arguments_are_named(
    values: dict[str, Any], call: Callable[[Any], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        call(values)


def test_values_are_loaded_without_the_packages_of_frames(
    values: dict[str, Any], tmp_path: Path
) -> None:
    chiso.Study(values).save(tmp_path / "study.chiso")
    code = (
        "import sys, chiso; study = chiso.load_snapshot(sys.argv[1]); "
        "assert 'pandas' not in sys.modules; print(len(study))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "study.chiso"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert run.stdout == f"{len(KINDS)}\n"


def test_missing_values_keep_being_missing(tmp_path: Path) -> None:
    odd = np.array([[np.nan, 5e-324], [-0.0, 1.7976931348623157e308]])
    panel = chiso.Panel.from_array(odd, units=["A", "B"], variables=["x", "y"], period="2020-Q3")
    for ending in ("chiso", "xml"):
        chiso.save_snapshot(tmp_path / f"a.{ending}", panel)
        again = chiso.load_snapshot(tmp_path / f"a.{ending}").values()
        assert np.array_equal(again, odd, equal_nan=True)
        assert np.signbit(again[1, 0])


ARCHIVES = sorted((Path(__file__).parents[1] / "data" / "snapshots").glob("*/*"))


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_archives_of_all_releases_are_read(path: Path) -> None:
    study = chiso.load_snapshot(path)
    assert isinstance(study, chiso.Study)
    assert len(study.to_frame()) == len(study) > 0
    assert study.verify(threads=1)["holds"].all()
    assert pickle.loads(pickle.dumps(study)) == study
    for value in study.values():
        assert repr(value)
        assert type(pickle.loads(pickle.dumps(value))) is type(value)
