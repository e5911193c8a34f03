"""Run `exercise.py` under GCC's LeakSanitizer, and say what the extension leaks.

The sanitizer needs nothing compiled for it. Python keeps much until the process ends, and much of
that from within calls of the extension; so the exercise is run once and three times, and what grew
is a leak.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

EXERCISE = Path(__file__).with_name("exercise.py")

_LEAK = re.compile(r"(?:Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object\(s\)")


def leaks(times: int) -> dict[str, int]:
    """Return objects that nothing points to any more when the process ends, by stack."""
    library = subprocess.run(
        ["gcc", "-print-file-name=liblsan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    done = subprocess.run(
        [sys.executable, str(EXERCISE), str(times)],
        env={
            **os.environ,
            "LD_PRELOAD": library,
            "PYTHONMALLOC": "malloc",
            "LSAN_OPTIONS": "exitcode=0:fast_unwind_on_malloc=0:malloc_context_size=25",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or "LeakSanitizer has encountered" in done.stderr:
        raise SystemExit(done.stdout + done.stderr)
    found: dict[str, int] = {}
    for block in done.stderr.split("\n\n"):
        if leak := _LEAK.search(block):
            stack = "\n".join(
                line.split(maxsplit=2)[-1]
                for line in block.splitlines()
                if line.lstrip().startswith("#")
            )
            found[stack] = found.get(stack, 0) + int(leak[2])
    return found


def main() -> None:
    """Compare one round with three."""
    once, thrice = leaks(1), leaks(3)
    grown = {
        stack: objects - once.get(stack, 0)
        for stack, objects in thrice.items()
        if objects > once.get(stack, 0) and "_core.cpython" in stack
    }
    for stack, objects in grown.items():
        sys.stdout.write(f"{objects} objects more after two more rounds:\n{stack}\n\n")
    sys.stdout.write(
        f"{sum(once.values())} objects left after one round, {sum(thrice.values())} after three; "
        f"{sum(grown.values())} more of the extension\n"
    )
    raise SystemExit(bool(grown))


if __name__ == "__main__":
    main()
