"""The documentation as a site: `./dev docs`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import cpp_reference  # noqa: E402
import plan_tasks  # noqa: E402

project = "chiso"
author = "The chiso developers"
project_copyright = "2026, The chiso developers"
version = release = re.findall(
    r'header_version = "([0-9.]+)"', (ROOT / "include/chiso/version.hpp").read_text("utf-8")
)[0]

extensions = ["breathe", "myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
exclude_patterns = ["README.md", "plans/*.tasks.md"]
html_theme = "furo"
html_title = f"chiso {version}"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Notebooks are text (jupytext's MyST form) and run with every build, so they cannot be wrong.
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True

# C++: Doxygen reads the headers, Breathe shows what it found.
cpp_reference.write(ROOT)
breathe_projects = {"chiso": str(ROOT / ".dev" / "doxygen" / "xml")}
breathe_default_project = "chiso"
breathe_default_members = ("members",)

# Shipped plans: their tasks, paragraph by paragraph.
plan_tasks.write(ROOT, "thanh-hoa-211")

# Python: numpydoc's docstrings, types from the annotations.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
# Instances come from functions; what a constructor takes is our own business.
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "__init__, __new__"}
numpydoc_show_class_members = False
