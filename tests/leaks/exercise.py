"""Everything that the extension hands to Python and takes back, once around, for a leak checker.

Run by `./dev check leaks` under LeakSanitizer; `test_leaks.py` runs it for growth.
"""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import tempfile
from pathlib import Path

import chiso
import numpy as np
from chiso import _core


def load(folder: Path) -> chiso.Scores:
    """Read a definition, data, a plan, actions, scenarios; from and to every kind of file."""
    index = chiso.load_index("pci-2013")
    panel = chiso.read_panel("pci_scores", units="provinces")
    plan = chiso.load_plan("thanh-hoa-211")
    actions = chiso.load_actions("thanh-hoa-pci-2019")
    assert chiso.Index.from_yaml(index.to_yaml()) == index
    table = _core.table_from_index(index._core)
    assert _core.index_from_table(table) == index._core
    _core.write_file(folder / "index.csv", _core.to_csv(table))
    assert chiso.load_index(folder / "index.csv") == index
    plan.save(folder / "plan.yaml")
    assert chiso.load_plan(folder / "plan.yaml") == plan
    scenario = chiso.Scenario("x").set("Thanh Hóa", "entry", 8.0)
    chiso.save_scenarios(scenario, folder / "s.yaml")
    assert chiso.load_scenarios(folder / "s.yaml") == [scenario]
    baseline = chiso.lock(index, panel, periods=[2019])
    baseline.save(folder / "b.lock")
    assert chiso.load_baseline(folder / "b.lock").to_text() == baseline.to_text()
    assert len(plan._core.tasks) > 0
    assert len(actions) == 40
    return index.score(panel, 2019)


def score(scores: chiso.Scores) -> None:
    """Score, rank, explain, ask what if, draw; with arrays that outlive what they are views of."""
    panel, index = scores.panel, scores.index
    columns = [index._core.variables, panel.units, panel.periods]
    views = [panel.values(2019), scores.values, scores.values.T]
    evaluator = index.evaluator(2019)
    values = np.asfortranarray(np.random.default_rng(1).uniform(2, 9, (50, 10)))
    views.append(evaluator.evaluate(values))
    views.extend(evaluator.rank(values))
    why = scores.explain("Thanh Hóa")
    assert str(why)
    assert scores.treatments() is not None
    assert scores.ranking() is not None
    scenario = chiso.Scenario("x").set("Thanh Hóa", "entry", 8.0)
    outcome = scores.what_if(scenario)
    assert outcome.after["Thanh Hóa", "pci"] > scores["Thanh Hóa", "pci"]
    found = scores.uncertainty(chiso.Variation().weights("pci"), draws=1024, seed=1, threads=2)
    views.append(np.asarray(found.rank_columns()["mean"]))
    assert chiso.diff(chiso.load_index("pci-2009"), index)
    del found, outcome, why
    assert all(view.sum() is not None for view in views)
    assert all(columns)


def keep(scores: chiso.Scores, folder: Path) -> None:
    """Keep a study as files of both forms and as pickles, and compare and verify it."""
    found = scores.uncertainty(chiso.Variation().weights("pci"), draws=1024, seed=1, threads=2)
    study = chiso.Study(scores=scores, ranking=chiso.Ranking(scores), sure=found, note="x")
    for name in ("study.chiso", "study.xml"):
        study.save(folder / name)
        again = chiso.load_snapshot(folder / name)
        assert again == study
        assert again.diff(study).empty
        assert again.verify()["holds"].all()
    assert pickle.loads(pickle.dumps(study)) == study
    (folder / "cut.chiso").write_bytes((folder / "study.chiso").read_bytes()[:500])
    try:
        chiso.load_snapshot(folder / "cut.chiso")
    except chiso.ArchiveError:
        pass
    else:
        raise AssertionError("a snapshot that is cut off was read")


def fail(folder: Path) -> None:
    """Raise every kind of error, also from callbacks and out of half of a conversion."""
    (folder / "bad.yaml").write_text("chiso: 1\nindex: [\n", encoding="utf-8")
    (folder / "bad.csv").write_text("unit,period,x\nA,2019,1\nA,2019,2\n", encoding="utf-8")
    attempts = [
        lambda: chiso.load_index(folder / "bad.yaml"),
        lambda: chiso.load_index(folder / "none.yaml"),
        lambda: chiso.load_index(folder),
        lambda: chiso.read_panel(folder / "bad.csv"),
        lambda: chiso.Index.from_yaml("chiso: 1\ntree: {code: 1}"),
        lambda: chiso.Index.from_yaml(
            chiso.load_index("pci-2013").to_yaml(), limits=chiso.InputLimits(values=10)
        ),
        lambda: chiso.Formula("1 +"),
        lambda: chiso.Formula("(" * 5000),
        lambda: _core.Table("", [["\ud800"]]),
        lambda: _core.Table("", [["a"], [1]]),  # type: ignore[list-item]
        lambda: chiso.load_plan("none"),
        lambda: chiso.Period("x"),
        lambda: _core.write_file(folder / "none" / "x", "x"),
        lambda: pickle.loads(pickle.dumps(chiso.load_index("pci-2013"))[:-20]),
        lambda: chiso.check(folder, progress=lambda _: 1 / 0),
    ]
    for attempt in attempts:
        try:
            attempt()
        except Exception as error:
            pickle.dumps(error.args)
        else:
            raise AssertionError("no error")


def send(scores: chiso.Scores) -> None:
    """Copy and pickle everything."""
    thing: object
    for thing in (
        scores, scores.index, scores.panel, chiso.load_plan("thanh-hoa-211"), chiso.Formula("a+b"),
        chiso.load_actions("thanh-hoa-pci-2019"), chiso.Scenario("x").set("A", "entry", 1.0),
        chiso.Period(2019), chiso.Variation().weights("pci"),
    ):  # fmt: skip
        pickle.loads(pickle.dumps(thing))
        copy.copy(thing)
        copy.deepcopy(thing)


def copies_of(thing: object) -> bool:
    """Return whether a thing comes back equal."""
    return bool(pickle.loads(pickle.dumps(thing)) == thing == copy.deepcopy(thing))


def once() -> None:
    """Do all of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scores = load(folder)
        score(scores)
        keep(scores, folder)
        fail(folder)
        send(scores)


if __name__ == "__main__":
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        once()
    gc.collect()
