"""Composite governance indices: from a definition to a ranking.

Examples
--------
>>> import chiso
>>> pci = chiso.load_index("pci", period=2019)
>>> scores = pci.score(chiso.read_panel("pci_scores"), period=2019)
>>> round(scores["Thanh Hóa", "pci"], 2)
65.64
"""

from __future__ import annotations

from chiso._causes import Causes, RankChange
from chiso._core import (
    DataError,
    Error,
    Keep,
    MissingPolicy,
    NameList,
    NotApplicable,
    NotFoundError,
    Period,
    Polarity,
    Problem,
    Role,
    SpecError,
    Status,
    TaskRole,
    Ties,
    Unsplit,
    __version__,
)
from chiso._evaluator import Evaluator
from chiso._index import Index
from chiso._io import (
    ScoringForm,
    from_coinr,
    indices,
    load_index,
    read_names,
    read_panel,
    read_panels,
    read_scoring_form,
    tables,
)
from chiso._outcome import Outcome, compare
from chiso._panel import Panel
from chiso._plan import Plan, load_plan, plans, read_standings, task_roles
from chiso._responsibility import Clarity, Standings
from chiso._scenario import Scenario, load_scenarios, save_scenarios
from chiso._scores import Anchors, Explanation, Scores, versions
from chiso._statistics import correlations, describe
from chiso._what_if import Placed, WhatIf

__all__ = [
    "Anchors",
    "Causes",
    "Clarity",
    "DataError",
    "Error",
    "Evaluator",
    "Explanation",
    "Index",
    "Keep",
    "MissingPolicy",
    "NameList",
    "NotApplicable",
    "NotFoundError",
    "Outcome",
    "Panel",
    "Period",
    "Placed",
    "Plan",
    "Polarity",
    "Problem",
    "RankChange",
    "Role",
    "Scenario",
    "Scores",
    "ScoringForm",
    "SpecError",
    "Standings",
    "Status",
    "TaskRole",
    "Ties",
    "Unsplit",
    "WhatIf",
    "__version__",
    "compare",
    "correlations",
    "describe",
    "from_coinr",
    "indices",
    "load_index",
    "load_plan",
    "load_scenarios",
    "plans",
    "read_names",
    "read_panel",
    "read_panels",
    "read_scoring_form",
    "read_standings",
    "save_scenarios",
    "tables",
    "task_roles",
    "versions",
]
