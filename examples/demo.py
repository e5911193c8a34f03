"""Says which chiso this is."""

from __future__ import annotations

import chiso

print(f"chiso {chiso.__version__}")
