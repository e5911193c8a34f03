"""A small index that is easy to work by hand, and shipped ones with their data."""

from __future__ import annotations

import chiso
import pandas as pd
import pytest

#: total = 0.75 voice + 0.25 law; voice = press + vote with at most 10 each.
SMALL = """
chiso: 1
index: small
edition: "1"
title: {en: Small, vi: Nhỏ}
publisher: nobody
status: illustrative
source: made up for this test
decimals: 2
tree:
  code: total
  title: {en: Total, vi: Tổng}
  aggregation: arithmetic_mean
  children:
    - code: voice
      title: {en: Voice, vi: Tiếng nói}
      weight: 75
      aggregation: sum
      scale_to: 100
      children:
        - {code: press, title: Press, maximum: 10, rule: given}
        - {code: vote, title: Vote, maximum: 10, rule: given}
    - code: law
      title: {en: Law, vi: Luật}
      weight: 25
      rule: {min_max: {onto: [0, 100]}}
"""


@pytest.fixture(scope="session")
def small() -> chiso.Index:
    return chiso.Index.from_yaml(SMALL)


@pytest.fixture(scope="session")
def small_frame() -> pd.DataFrame:
    """By hand: voice = 5 (press + vote), law = (x - 1) / 4 * 100 = 0, 50, 100.

    A: voice 60, law 0, total 45. B: voice 80, law 50, total 72.5. C: no press, so no total.
    """
    return pd.DataFrame(
        {"press": [4.0, 10.0, float("nan")], "vote": [8.0, 6.0, 9.0], "law": [1.0, 3.0, 5.0]},
        index=pd.Index(["A", "B", "C"], name="unit"),
    )


@pytest.fixture(scope="session")
def pci() -> chiso.Index:
    return chiso.load_index("pci-2013")


@pytest.fixture(scope="session")
def pci_panel() -> chiso.Panel:
    return chiso.read_panel("pci_scores")


@pytest.fixture(scope="session")
def pci_2019(pci: chiso.Index, pci_panel: chiso.Panel) -> chiso.Scores:
    return pci.score(pci_panel, 2019)
