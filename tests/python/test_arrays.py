"""NumPy in and out: layouts, lifetimes, views, threads."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chiso import DataError, Panel, _core

if TYPE_CHECKING:
    import chiso
    import pandas as pd
    from numpy.typing import NDArray

#: press, vote, law; by hand in conftest.
ROWS = np.array([[4.0, 8.0, 1.0], [10.0, 6.0, 3.0], [np.nan, 9.0, 5.0]])
TOTALS = [45.0, 72.5, np.nan]


def layouts() -> list[NDArray[np.float64]]:
    wide = np.full((6, 6), -1.0)
    wide[::2, ::2] = ROWS
    backwards = np.ascontiguousarray(ROWS[::-1, ::-1])[::-1, ::-1]
    return [ROWS, np.asfortranarray(ROWS), wide[::2, ::2], backwards]


@pytest.mark.parametrize("values", layouts(), ids=["C", "F", "strided", "reversed"])
def test_takes_any_memory_order(small: chiso.Index, values: NDArray[np.float64]) -> None:
    scores = small.evaluator().evaluate(values, keep="root")

    np.testing.assert_array_equal(scores[:, 0], TOTALS)


def test_takes_whole_numbers_and_lists_by_one_copy(small: chiso.Index) -> None:
    evaluator = small.evaluator()

    whole = evaluator.evaluate(np.array([[4, 8, 1], [10, 6, 3], [0, 0, 5]]), keep="root")

    np.testing.assert_array_equal(whole[:2, 0], TOTALS[:2])


def test_takes_plain_lists(small: chiso.Index) -> None:
    evaluator = small.evaluator()
    scores, ranks = evaluator.rank(ROWS.tolist())

    np.testing.assert_array_equal(scores[:, 0], TOTALS)
    np.testing.assert_array_equal(ranks[:, 0], [2.0, 1.0, np.nan])
    np.testing.assert_array_equal(evaluator.evaluate(ROWS.tolist(), keep="root"), scores)


def test_more_than_two_dimensions_are_refused(small: chiso.Index) -> None:
    with pytest.raises(DataError, match=r"shape \(1, 3, 3\)"):
        small.evaluator().evaluate(ROWS[np.newaxis])


def test_the_core_refuses_another_dtype_instead_of_copying(small: chiso.Index) -> None:
    core = small.evaluator()._core

    with pytest.raises(TypeError):
        core.evaluate(ROWS.astype(np.float32), None, _core.Keep.root)


def test_results_are_in_columns_owned_and_writable(small: chiso.Index) -> None:
    scores, ranks = small.evaluator().rank(ROWS, keep="all")

    for result in (scores, ranks):
        assert result.shape == (3, len(small))
        assert result.flags.f_contiguous
        assert result.flags.writeable
        result[:] = 0.0


def test_results_outlive_what_made_them(small: chiso.Index) -> None:
    evaluator = small.evaluator("2020")
    scores, ranks = evaluator.rank(ROWS)
    del evaluator
    gc.collect()

    np.testing.assert_array_equal(scores[:, 0], TOTALS)
    np.testing.assert_array_equal(ranks[:, 0], [2.0, 1.0, np.nan])


def test_kept_nodes_have_their_codes(small: chiso.Index) -> None:
    evaluator = small.evaluator()

    assert evaluator.codes("root") == ["total"]
    assert evaluator.codes("criteria") == ["total", "voice"]
    assert evaluator.codes() == small.codes
    assert evaluator.evaluate(ROWS, keep="criteria").shape == (3, 2)


def test_held_anchors_are_used_for_other_data(small: chiso.Index) -> None:
    evaluator = small.evaluator()
    anchors = evaluator.fit(ROWS)

    # Law 3 between the anchors 1 and 5 is 50, wherever it stands: 0.75 * 60 + 0.25 * 50.
    alone = evaluator.evaluate(np.array([[4.0, 8.0, 3.0]]), keep="root", anchors=anchors)

    assert alone[0, 0] == 57.5


def test_a_wrong_width_is_named(small: chiso.Index) -> None:
    with pytest.raises(DataError, match="3"):
        small.evaluator().evaluate(np.zeros((2, 5)))


def test_views_of_a_panel_are_read_only_and_keep_it_alive() -> None:
    panel = Panel.from_array(ROWS, units=["A", "B", "C"], variables=["x", "y", "z"], period=2020)
    values = panel.values()
    del panel
    gc.collect()

    np.testing.assert_array_equal(values, ROWS)
    assert values.flags.f_contiguous
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 1.0


def test_views_of_scores_are_read_only_and_keep_them_alive(
    small: chiso.Index, small_frame: pd.DataFrame
) -> None:
    values = small.score(small_frame, 2020).values
    gc.collect()

    np.testing.assert_array_equal(values[:, 0], TOTALS)
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 1.0


def test_a_frame_of_scores_is_the_callers(small: chiso.Index, small_frame: pd.DataFrame) -> None:
    scores = small.score(small_frame, 2020)
    table = scores.to_frame()
    table.loc["A", "total"] = 0.0

    assert scores["A", "total"] == 45.0


def test_threads_share_an_evaluator(small: chiso.Index) -> None:
    evaluator = small.evaluator()
    random = np.random.default_rng(7)
    inputs = [random.uniform(0.0, 10.0, (500, 3)) for _ in range(4)]
    expected = [evaluator.evaluate(values) for values in inputs]
    wrong: list[int] = []

    def work(which: int) -> None:
        results = [evaluator.evaluate(inputs[which]) for _ in range(50)]
        wrong.extend(which for found in results if not np.array_equal(found, expected[which]))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(inputs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_permuting_units_permutes_scores(pci: chiso.Index, pci_panel: chiso.Panel) -> None:
    frame = pci_panel.to_frame(2019)[pci.variables]
    order = np.random.default_rng(3).permutation(len(frame))
    evaluator = pci.evaluator()

    scores, ranks = evaluator.rank(frame)
    shuffled, reranked = evaluator.rank(frame.iloc[order])

    np.testing.assert_array_equal(shuffled.to_numpy(), scores.to_numpy()[order])
    np.testing.assert_array_equal(reranked.to_numpy(), ranks.to_numpy()[order])
