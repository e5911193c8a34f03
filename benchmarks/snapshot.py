"""Snapshots against what else keeps tables: time and size, and of large panels memory.

A study of 63 units x 100 indicators x 15 years: definition, panel, scores of each year with all
nodes, a ranking, and 100,000 draws of the weights. Beside it what others can keep of it, which is
its tables alone: panel and scores, as arrays of NumPy (pickle, np.save) and as frames of pandas
(pickle, Parquet, Feather; the last two if pyarrow is installed). No definition, no draws, nothing
that says what came from what; nothing is checked when they are read. The panel alone is what all of
them keep alike.

Snapshots are flushed to the disk before they replace a file, so the others are flushed too. By
default files lie in memory (/dev/shm), so that it is not the disk that is measured; --folder is
another place.

--large: a panel of 1 GB, what saving and loading it take, and how much memory beside the panel. To
the disk of --folder, with the kernel's cache of files as it is.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import pickle
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pandas as pd
from timing import race, report

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import pyarrow  # noqa: F401

    ARROW = True
except ImportError:
    ARROW = False

UNITS, INDICATORS, YEARS = 63, 100, range(2009, 2024)
LARGE_UNITS, LARGE_VARIABLES = 125_000, 1_000


def definition() -> chiso.Index:
    """Return ten pillars of ten indicators each."""
    lines = ["chiso: 1", "index: benchmark", 'edition: "1"', "tree:", "  code: composite"]
    lines += ["  aggregation: arithmetic_mean", "  children:"]
    for pillar in range(INDICATORS // 10):
        lines += [f"    - code: p{pillar}", "      aggregation: arithmetic_mean"]
        lines += ["      children:"]
        for k in range(10 * pillar, 10 * pillar + 10):
            lines.append(f"        - {{code: x{k}, rule: {{min_max: {{onto: [0, 100]}}}}}}")
    return chiso.Index.from_yaml("\n".join(lines) + "\n")


def data() -> pd.DataFrame:
    """Return a row a year and unit, one value in twenty missing."""
    rng = np.random.default_rng(7)
    values = rng.normal(50, 10, (len(YEARS) * UNITS, INDICATORS))
    values[rng.random(values.shape) < 0.05] = np.nan
    values[::UNITS] = 50.0  # Something of each indicator in each year.
    values[1::UNITS] = 60.0
    rows = pd.MultiIndex.from_product(
        [[str(year) for year in YEARS], [f"Tỉnh {u}" for u in range(UNITS)]],
        names=["period", "unit"],
    )
    return pd.DataFrame(values, index=rows, columns=[f"x{k}" for k in range(INDICATORS)])


def flushed(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


class Rivals:
    """Ways to write and read the same thing, each with a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saves: dict[str, Callable[[], object]] = {}
        self.loads: dict[str, Callable[[], object]] = {}
        self.files: dict[str, list[Path]] = {}

    def add(
        self, name: str, things: list[Any], save: Any, load: Any, *, ours: bool = False
    ) -> None:
        """Add one that writes each thing to a file; ours are flushed already."""
        stem = "".join(c if c.isalnum() else "_" for c in name)
        paths = [self.folder / f"{stem}_{i}" for i in range(len(things))]

        def save_all() -> None:
            for path, thing in zip(paths, things, strict=True):
                save(path, thing)
                if not ours:
                    flushed(path)

        self.saves[name] = save_all
        self.loads[name] = lambda: [load(path) for path in paths]
        self.files[name] = paths

    def add_tables(self, arrays: list[Any], frames: list[pd.DataFrame]) -> None:
        """Add what others do with tables."""
        self.add("pickle 5 of arrays", [arrays], dump, undump)
        self.add("np.save", [np.concatenate([a.ravel() for a in arrays])], save_array, load_array)
        self.add("pickle 5 of frames", [frames], dump, undump)
        if ARROW:
            flat = [frame.reset_index() for frame in frames]
            self.add("Parquet", flat, lambda p, f: f.to_parquet(p), pd.read_parquet)
            self.add("Feather", flat, lambda p, f: f.to_feather(p), pd.read_feather)

    def race(self, title: str, ours: str, rounds: int) -> None:
        """Print times and sizes."""
        report(f"{title}: saving", race(self.saves, rounds), ours)
        report(f"{title}: loading", race(self.loads, rounds), ours)
        sizes = {
            name: sum(path.stat().st_size for path in paths) for name, paths in self.files.items()
        }
        print(f"\n{title}: size")
        for name, size in sizes.items():
            ratio = "" if name == ours else f"   {size / sizes[ours]:6.2f} x ours"
            print(f"  {name:<44}{size:12,} bytes{ratio}")


def dump(path: Path, what: object) -> None:
    """Pickle."""
    with path.open("wb") as file:
        pickle.dump(what, file, 5)


def undump(path: Path) -> object:
    """Unpickle."""
    with path.open("rb") as file:
        return pickle.load(file)


def save_array(path: Path, array: Any) -> None:
    """Write as NumPy does."""
    with path.open("wb") as file:
        np.save(file, array)


def load_array(path: Path) -> Any:
    """Read as NumPy does."""
    with path.open("rb") as file:
        return np.load(file)


def small(folder: Path, rounds: int) -> None:
    """Race over a study."""
    index, table = definition(), data()
    panel = chiso.Panel.from_frame(table)
    by_year = index.score_periods(panel)
    last = by_year[str(YEARS[-1])]
    varying = chiso.Variation().weights(law="relative", spread=0.25)
    start = time.perf_counter()
    sure = last.uncertainty(varying, draws=100_000, seed=7)
    print(f"100,000 draws in {time.perf_counter() - start:.2f} s")
    parts: dict[str, Any] = {f"scores {year}": scores for year, scores in by_year.items()}
    study = chiso.Study(
        {"index": index, "panel": panel, **parts, "ranking": chiso.Ranking(last), "sure": sure}
    )
    frames = [table, pd.concat({year: scores.to_frame() for year, scores in by_year.items()})]
    values = [np.asarray(panel.values(year)) for year in YEARS]
    results = [np.asarray(scores.values) for scores in by_year.values()]
    raw = sum(array.nbytes for array in [*values, *results])
    print(f"panel and scores are {raw:,} bytes of numbers; the study has {len(study)} parts")

    # What is timed is right: all of it comes back.
    study.save(folder / "check")
    assert chiso.load_snapshot(folder / "check") == study
    assert study.verify(threads=1)["holds"].all()

    rivals = Rivals(folder)
    ours = "chiso: the panel"
    rivals.add(ours, [panel], chiso.save_snapshot, chiso.load_snapshot, ours=True)
    rivals.add_tables(values, frames[:1])
    rivals.race("The panel", ours, rounds)

    rivals = Rivals(folder)
    ours = "chiso: the whole study"
    rivals.add(ours, [study], chiso.save_snapshot, chiso.load_snapshot, ours=True)
    tables = {"panel": panel, **parts}
    name = "chiso: definition, panel, scores"
    rivals.add(name, [chiso.Study(tables)], chiso.save_snapshot, chiso.load_snapshot, ours=True)
    rivals.add("chiso: pickle 5 of the study", [study], dump, undump)
    rivals.add_tables([*values, *results], frames)
    rivals.race("The study", ours, rounds)


# ---- large --------------------------------------------------------------------------------------


def memory(what: str) -> int:
    """Return bytes of memory, now (VmRSS) or at most (VmHWM)."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith(what):
            return int(line.split()[1]) * 1_024
    raise RuntimeError(what)


def measured(run: Callable[[], Any]) -> tuple[float, int, Any]:
    """Return seconds, the most memory that was taken beside what there was, and the answer."""
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", "utf-8")  # The most memory is that of now.
    before = memory("VmRSS")
    start = time.perf_counter()
    found = run()
    return time.perf_counter() - start, memory("VmHWM") - before, found


def large_values() -> Any:
    """Return the values of a large panel, variable by variable."""
    return np.random.default_rng(7).normal(size=(LARGE_VARIABLES, LARGE_UNITS)).T


def saved(name: str, path: Path) -> tuple[float, int]:
    """Write in a process of its own."""
    if name.startswith("chiso"):
        panel = chiso.Panel.from_array(
            large_values(),
            units=[f"unit {u}" for u in range(LARGE_UNITS)],
            variables=[f"x{v}" for v in range(LARGE_VARIABLES)],
            period=2024,
        )
        if name == "chiso":
            return measured(lambda: chiso.save_snapshot(path, panel))[:2]
        return measured(lambda: (dump(path, panel), flushed(path)))[:2]
    values = large_values()
    if name == "np.save":
        return measured(lambda: (save_array(path, values), flushed(path)))[:2]
    if name == "pickle 5 of an array":
        return measured(lambda: (dump(path, values), flushed(path)))[:2]
    table = pd.DataFrame(values, columns=[f"x{v}" for v in range(LARGE_VARIABLES)])
    table.insert(0, "unit", [f"unit {u}" for u in range(LARGE_UNITS)])
    write = table.to_parquet if name == "Parquet" else table.to_feather
    return measured(lambda: (write(path), flushed(path)))[:2]


def loaded(name: str, path: Path) -> tuple[float, int]:
    """Read in a process of its own."""
    read: dict[str, Callable[[Path], Any]] = {
        "chiso": chiso.load_snapshot,
        "np.save": load_array,
        "Parquet": pd.read_parquet,
        "Feather": pd.read_feather,
    }
    return measured(lambda: read.get(name, undump)(path))[:2]


def large(folder: Path, rounds: int) -> None:
    """Measure a large panel."""
    raw = LARGE_UNITS * LARGE_VARIABLES * 8
    print(f"A panel of {raw / 1e9:.2f} GB: MB/s, and memory beside it in GB (medians)")
    names = ["chiso", "np.save", "pickle 5 of an array", "chiso: pickle 5 of the panel"]
    names += ["Parquet", "Feather"] * ARROW
    path = folder / "large"
    found: dict[tuple[str, str], list[tuple[float, int]]] = {}
    sizes = {}
    context = multiprocessing.get_context("spawn")
    for _ in range(rounds):
        for name in names:
            for what, run in (("save", saved), ("load", loaded)):
                with context.Pool(1) as pool:
                    found.setdefault((name, what), []).append(pool.apply(run, (name, path)))
            sizes[name] = path.stat().st_size
            path.unlink()
    for name in names:
        line = f"  {name:<30}"
        for what in ("save", "load"):
            seconds, most = (float(np.median(x)) for x in zip(*found[name, what], strict=True))
            line += f"{what} {raw / seconds / 1e6:7.0f} MB/s {most / 1e9:5.2f} GB   "
        print(f"{line}size {sizes[name] / raw:.3f} x the numbers")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--large", action="store_true", help="a panel of 1 GB")
    parser.add_argument("--folder", type=Path, help="where files are written")
    parser.add_argument("--rounds", type=int, help="of each rival")
    given = parser.parse_args()
    memory_folder = Path("/dev/shm")
    place = given.folder or (memory_folder if memory_folder.is_dir() and not given.large else None)
    with tempfile.TemporaryDirectory(dir=place) as name:
        if given.large:
            large(Path(name), given.rounds or 3)
        else:
            small(Path(name), given.rounds or 51)


if __name__ == "__main__":
    main()
