"""Composite governance indices: from a definition to a ranking."""

from __future__ import annotations

from chiso._core import __version__

__all__ = ["__version__"]
