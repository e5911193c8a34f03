"""Fair timing on a noisy machine: rivals take turns, and medians of many rounds are compared."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def race(
    rivals: dict[str, Callable[[], object]], rounds: int = 101, calls: int = 1
) -> dict[str, float]:
    """Return the median seconds of one call of each rival.

    Each round calls every rival `calls` times in turn, so that a slow minute of the machine falls
    on all of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for run in rivals.values():
        run()
    for _ in range(rounds):
        for name, run in rivals.items():
            start = time.perf_counter()
            for _ in range(calls):
                run()
            seconds[name].append((time.perf_counter() - start) / calls)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def report(title: str, medians: dict[str, float], ours: str) -> None:
    """Print medians and how many times faster `ours` is than each rival."""
    print(f"\n{title}")
    for name, seconds in medians.items():
        ratio = "" if name == ours else f"   {seconds / medians[ours]:6.2f} x ours"
        print(f"  {name:<44}{seconds * 1e6:12.1f} us{ratio}")
