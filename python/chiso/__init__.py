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

from chiso._actions import Actions, load_actions
from chiso._baseline import Baseline, BaselineComparison, load_baseline, lock
from chiso._causes import Causes, RankChange
from chiso._check import CheckReport, check
from chiso._choice import Answer, Frontier, best_actions, frontier, reach
from chiso._core import (
    ArchiveError,
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
from chiso._diff import Difference, diff
from chiso._evaluator import Evaluator
from chiso._formula import Formula
from chiso._formula_analysis import FormulaFinding, FormulaFindings, FormulaRange, FormulaTrend
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
from chiso._limits import InputLimits
from chiso._outcome import Outcome, compare
from chiso._panel import Panel
from chiso._plan import Plan, load_plan, plans, read_standings, task_roles
from chiso._projection import BackTest, History, Projection, back_test, project
from chiso._ranking import Ranking
from chiso._reach import LeastChange, break_even, goal_seek, least_change
from chiso._responsibility import Clarity, Standings
from chiso._robust import RankIntervals
from chiso._scenario import Scenario, load_scenarios, save_scenarios
from chiso._scores import Anchors, Explanation, Scores, versions
from chiso._sensitivity import Sensitivity
from chiso._snapshot import Study, load_snapshot, save_snapshot
from chiso._statistics import correlations, describe
from chiso._targets import AtLeast, Group, Percent, Rivals, Top, goal_of
from chiso._uncertainty import Uncertainty
from chiso._variation import Variation
from chiso._what_if import Placed, WhatIf

__all__ = [
    "Actions",
    "Anchors",
    "Answer",
    "ArchiveError",
    "AtLeast",
    "BackTest",
    "Baseline",
    "BaselineComparison",
    "Causes",
    "CheckReport",
    "Clarity",
    "DataError",
    "Difference",
    "Error",
    "Evaluator",
    "Explanation",
    "Formula",
    "FormulaFinding",
    "FormulaFindings",
    "FormulaRange",
    "FormulaTrend",
    "Frontier",
    "Group",
    "History",
    "Index",
    "InputLimits",
    "Keep",
    "LeastChange",
    "MissingPolicy",
    "NameList",
    "NotApplicable",
    "NotFoundError",
    "Outcome",
    "Panel",
    "Percent",
    "Period",
    "Placed",
    "Plan",
    "Polarity",
    "Problem",
    "Projection",
    "RankChange",
    "RankIntervals",
    "Ranking",
    "Rivals",
    "Role",
    "Scenario",
    "Scores",
    "ScoringForm",
    "Sensitivity",
    "SpecError",
    "Standings",
    "Status",
    "Study",
    "TaskRole",
    "Ties",
    "Top",
    "Uncertainty",
    "Unsplit",
    "Variation",
    "WhatIf",
    "__version__",
    "back_test",
    "best_actions",
    "break_even",
    "check",
    "compare",
    "correlations",
    "describe",
    "diff",
    "from_coinr",
    "frontier",
    "goal_of",
    "goal_seek",
    "indices",
    "least_change",
    "load_actions",
    "load_baseline",
    "load_index",
    "load_plan",
    "load_scenarios",
    "load_snapshot",
    "lock",
    "plans",
    "project",
    "reach",
    "read_names",
    "read_panel",
    "read_panels",
    "read_scoring_form",
    "read_standings",
    "save_scenarios",
    "save_snapshot",
    "tables",
    "task_roles",
    "versions",
]
