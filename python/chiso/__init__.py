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
from chiso._panel import Panel
from chiso._plan import Plan, load_plan, plans, read_standings, task_roles
from chiso._responsibility import Clarity, Standings
from chiso._scores import Anchors, Explanation, Scores, versions
from chiso._statistics import correlations, describe

__all__ = [
    "Anchors",
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
    "Panel",
    "Period",
    "Plan",
    "Polarity",
    "Problem",
    "Role",
    "Scores",
    "ScoringForm",
    "SpecError",
    "Standings",
    "Status",
    "TaskRole",
    "Ties",
    "Unsplit",
    "__version__",
    "correlations",
    "describe",
    "from_coinr",
    "indices",
    "load_index",
    "load_plan",
    "plans",
    "read_names",
    "read_panel",
    "read_panels",
    "read_scoring_form",
    "read_standings",
    "tables",
    "task_roles",
    "versions",
]
