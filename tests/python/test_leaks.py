"""What the extension hands out is given back: nothing grows when everything is done again."""

from __future__ import annotations

import gc
import runpy
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import chiso
import numpy as np
import pytest

EXERCISE = runpy.run_path(str(Path(__file__).parents[1] / "leaks" / "exercise.py"))

ROUNDS = 200


def resident() -> int:
    """Bytes that the process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_does_not_grow() -> None:
    """Two hundred rounds of the parts that are quick, after some that fill caches."""
    index = chiso.load_index("pci-2013")
    text = index.to_yaml()
    panel = chiso.read_panel("pci_scores")
    scores = index.score(panel, 2019)

    def round_of_all() -> None:
        again = chiso.Index.from_yaml(text)
        found = again.score(panel, 2019)
        views = [found.values, found.values.T, panel.values(2019)]
        found.explain("Thanh Hóa")
        with pytest.raises(chiso.SpecError):
            chiso.Index.from_yaml(text.replace("chiso: 1", "chiso: 1\nwrong: 2"))
        with pytest.raises(chiso.NotFoundError):
            found.explain("Nowhere")
        with pytest.raises(chiso.SpecError):
            chiso.Formula("1 + (")
        assert EXERCISE["copies_of"](again)
        assert all(np.isfinite(view).any() for view in views)

    for _ in range(30):
        round_of_all()
    gc.collect()
    tracemalloc.start()
    before, before_python = resident(), tracemalloc.get_traced_memory()[0]
    for _ in range(ROUNDS):
        round_of_all()
    gc.collect()
    grown, grown_python = resident() - before, tracemalloc.get_traced_memory()[0] - before_python
    tracemalloc.stop()
    # A leaked definition (its text alone has 20 KiB) would be 4 MiB and more, a leaked result 20.
    assert grown < 3 << 20, f"{grown} bytes more"
    assert grown_python < 100_000, f"{grown_python} bytes of Python more"
    assert scores.units


def test_references_are_given_back() -> None:
    """Arguments, arrays, callbacks and errors have as many references after as before."""
    index, panel = chiso.load_index("pci-2013"), chiso.read_panel("pci_scores")
    scores = index.score(panel, 2019)
    values = np.asfortranarray(panel.values(2019))
    evaluator = index.evaluator(2019)

    class Stop(Exception):  # noqa: N818 - no error
        pass

    def stop(*_: Any) -> None:
        raise Stop

    def use() -> None:
        with pytest.raises((TypeError, ValueError, chiso.Error)):
            evaluator.evaluate(values[:, :1])
        with pytest.raises(Stop):
            chiso.check(Path(__file__).parent, progress=stop)
        view = scores.values
        del view
        scores.explain("Thanh Hóa")

    counted: list[object] = [index._core, panel._core, scores._core, values, stop, Stop, None]
    for _ in range(3):
        use()
    gc.collect()
    before = [sys.getrefcount(thing) for thing in counted[:-1]]
    for _ in range(50):
        use()
    gc.collect()
    assert [sys.getrefcount(thing) for thing in counted[:-1]] == before


def test_a_view_keeps_what_it_views() -> None:
    view = chiso.load_index("pci-2013").score(chiso.read_panel("pci_scores"), 2019).values
    copy = view.copy()
    gc.collect()
    chiso.load_index("pci-2009").score(chiso.read_panel("pci_scores"), 2011)

    assert np.array_equal(view, copy, equal_nan=True)


def test_the_exercise_runs() -> None:
    EXERCISE["once"]()
