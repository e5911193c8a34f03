"""Errors across the border: types, texts, places, pickles."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import chiso
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

BAD = """\
chiso: 1
index: bad
edition: "1"
tree:
  code: total
  agregation: sum
  children:
    - {code: a, rule: given, maximum: ten}
    - {code: a}
"""


def spec_error() -> chiso.Error:
    with pytest.raises(chiso.SpecError) as caught:
        chiso.Index.from_yaml(BAD)
    return caught.value


def test_each_type_has_its_builtin_base() -> None:
    assert issubclass(chiso.SpecError, chiso.Error)
    assert issubclass(chiso.SpecError, ValueError)
    assert issubclass(chiso.DataError, chiso.Error)
    assert issubclass(chiso.DataError, ValueError)
    assert issubclass(chiso.NotFoundError, chiso.Error)
    assert issubclass(chiso.NotFoundError, LookupError)
    assert not issubclass(chiso.DataError, chiso.SpecError)


def test_all_problems_of_a_definition_come_at_once_with_their_lines() -> None:
    error = spec_error()

    lines = {problem.line for problem in error.problems}
    assert {6, 8} <= lines
    assert "aggregation" in str(error)  # Suggested for the misspelt key.
    assert all(problem.message in str(error) for problem in error.problems)


def test_a_name_that_is_not_there_brings_the_nearest(pci_2019: chiso.Scores) -> None:
    with pytest.raises(chiso.NotFoundError, match="Thanh Hóa"):
        pci_2019.explain("Thanh Hoaa")
    with pytest.raises(LookupError, match="entry"):
        pci_2019["Thanh Hóa", "entri"]


def test_errors_raised_in_python_have_the_same_attributes() -> None:
    error = chiso.DataError("text")

    assert error.where == ""
    assert list(error.problems) == []


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_pickling(protocol: int) -> None:
    error = spec_error()
    again = pickle.loads(pickle.dumps(error, protocol))

    assert type(again) is chiso.SpecError
    assert str(again) == str(error)
    assert again.where == error.where
    assert again.problems == error.problems


def again_by_pickle(value: object) -> object:
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("again", [again_by_pickle, copy.copy, copy.deepcopy])
def test_values_survive_pickling_and_copying(
    again: Callable[[object], object], small: chiso.Index, pci_panel: chiso.Panel
) -> None:
    assert again(small) == small
    assert again(pci_panel) == pci_panel
    assert again(chiso.Period("2019-Q3")) == chiso.Period("2019-Q3")


def test_a_choice_lists_the_choices(pci_2019: chiso.Scores) -> None:
    with pytest.raises(ValueError, match="competition, dense, average, ordinal"):
        pci_2019.ranking(ties="sparse")  # type: ignore[arg-type]


def test_choices_are_taken_as_members_or_names(pci_2019: chiso.Scores) -> None:
    by_name = pci_2019.ranking(ties="dense")
    by_member = pci_2019.ranking(ties=chiso.Ties.dense)

    assert by_name.equals(by_member)


def test_a_language_that_nobody_speaks_here_is_refused() -> None:
    index = chiso.load_index("pci", period=2019)
    plan = chiso.load_plan("thanh-hoa-211")
    calls: list[Callable[[Any], object]] = [
        index.titles,
        lambda language: index.formulas(language=language),
        chiso.Formula("1 + x").to_words,
        lambda language: plan.agencies(language=language),
    ]
    for call in calls:
        call("vi")
        with pytest.raises(ValueError, match="language: expected one of en, vi, got 'fr'"):
            call("fr")
