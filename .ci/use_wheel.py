"""What must work with the wheel and its hard dependencies alone, without pandas or matplotlib."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec

start = time.perf_counter()
import chiso  # noqa: E402

took = time.perf_counter() - start

assert find_spec("pandas") is None, "the environment is not clean"
assert "pandas" not in sys.modules
assert took < 0.5, f"import chiso took {took:.2f} s"  # 0.2 s is promised; a busy machine gets more

print(f"chiso {chiso.__version__} imported in {took:.2f} s")
