"""Files: odd names, folders and pipes in their place, full disks, and being killed while saving.

Run as a script, this file is the other process of some of its tests.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chiso
import numpy as np
import pytest
from chiso import _core, _tables
from chiso.cli import main
from click.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARE = Path(chiso.__file__).parent / "share"

# ---- everything that saves, and what reads it ----------------------------------------------------


def command(*arguments: str) -> None:
    """Run the command line; what it says is the error."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exit_code != 0:
        raise chiso.Error(result.output)


class Things:
    """Something of every kind that is saved; made when it is first needed."""

    def __init__(self) -> None:
        self.index = chiso.load_index("pci-2013")
        self.panel = chiso.read_panel("pci_scores")
        self.plan = chiso.load_plan("thanh-hoa-211")
        self.actions = chiso.load_actions("thanh-hoa-pci-2019")
        self.scenario = chiso.Scenario("x").set("Thanh Hóa", "entry", 8.0)
        self.baseline = chiso.lock(self.index, self.panel, periods=[2019])
        self.study = chiso.Study(index=self.index, panel=self.panel, baseline=self.baseline)

    def savers(self) -> dict[str, Callable[[Path], Any]]:
        """Everything that writes a file, by the ending of the file."""
        score = ("score", "pci", "pci_scores", "-p", "2019", "-o")
        draws = ("uncertainty", "pci", "pci_scores", "-p", "2019", "--weights", "pci")
        return {
            "index.yaml": lambda path: command("yaml", "pci-2013", "-o", str(path)),
            "index.csv": self.index.to_table,
            "index.xlsx": self.index.to_table,
            "plan.yaml": self.plan.save,
            "plan.csv": self.plan.save,
            "plan.xlsx": self.plan.save,
            "actions.yaml": self.actions.save,
            "actions.csv": self.actions.save,
            "scenarios.yaml": lambda path: chiso.save_scenarios(self.scenario, path),
            "scenarios.csv": lambda path: chiso.save_scenarios(self.scenario, path),
            "baseline.lock": self.baseline.save,
            "study.chiso": self.study.save,
            "study.xml": self.study.save,
            "scores.csv": lambda path: command(*score, str(path)),
            "scores.json": lambda path: command(*score, str(path)),
            "scores.xlsx": lambda path: command(*score, str(path)),
            "draws.csv": lambda path: command(*draws, "--draws", "10", "--draws-to", str(path)),
            "report.xml": lambda path: chiso.check(SHARE / "indices" / "sipas", only="lint").write(
                path, "junit"
            ),
        }

    def loaders(self) -> dict[str, Callable[[Path], Any]]:
        return {
            "index.yaml": chiso.load_index,
            "index.csv": chiso.load_index,
            "index.xlsx": chiso.load_index,
            "plan.yaml": chiso.load_plan,
            "plan.csv": chiso.load_plan,
            "plan.xlsx": chiso.load_plan,
            "actions.yaml": chiso.load_actions,
            "actions.csv": chiso.load_actions,
            "scenarios.yaml": chiso.load_scenarios,
            "scenarios.csv": chiso.load_scenarios,
            "baseline.lock": chiso.load_baseline,
            "study.chiso": chiso.load_snapshot,
            "study.xml": chiso.load_snapshot,
            "panel.csv": chiso.read_panel,
            "panel.xlsx": chiso.read_panel,
            "standings.csv": chiso.read_standings,
            "names.csv": chiso.read_names,
            "form.csv": lambda path: chiso.read_scoring_form(path, unit="A", period=2020),
        }


@pytest.fixture(scope="module")
def things() -> Things:
    return Things()


def left_in(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


# ---- names --------------------------------------------------------------------------------------

COMPOSED = unicodedata.normalize("NFC", "Chỉ số Thanh Hóa")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
NAMES = [
    "with blanks", COMPOSED, DECOMPOSED, "quote's \"and\" `ticks`", "two\nlines", "-dash", "=1+1",
    "a;b|c&d$(e)", "%s {} \\n", "*.?", " ", "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_saved_and_loaded(things: Things, tmp_path: Path, name: str) -> None:
    savers, loaders = things.savers(), things.loaders()
    for kind, save in savers.items():
        path = tmp_path / f"{name}.{kind}"
        save(path)
        assert path.is_file()
        if kind in loaders:
            loaders[kind](path)
    assert len(left_in(tmp_path)) == len(savers)


def test_the_longest_name_can_be_replaced(things: Things, tmp_path: Path) -> None:
    for kind, save in things.savers().items():
        ending = kind.encode()[kind.index(".") :].decode()
        path = tmp_path / ("ố" * ((255 - len(ending)) // 3) + ending)
        save(path)
        save(path)
        too_long = tmp_path / ("x" * 256 + ending)
        with pytest.raises(chiso.Error, match="File name too long"):
            save(too_long)
    assert not [name for name in left_in(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".yaml", "ố" * 200 + ".csv"])
def test_names_that_cannot_be_are_errors(things: Things, tmp_path: Path, name: str) -> None:
    for kind, load in things.loaders().items():
        with pytest.raises(chiso.Error):
            load(tmp_path / f"{name}.{kind}")
        with pytest.raises(chiso.Error):
            load(f"{name}.{kind}")  # type: ignore[arg-type]


def test_a_name_that_is_no_unicode(things: Things, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    savers = things.savers()
    for kind, load in things.loaders().items():
        path = tmp_path / f"{name}.{kind}"
        with pytest.raises(chiso.NotFoundError, match=r"caf\\xe9"):
            load(path)
        if kind in savers and not kind.startswith("index.y"):
            savers[kind](path)
            load(path)


@pytest.mark.parametrize(("there", "asked"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_composition_does_not_matter(
    things: Things, tmp_path: Path, there: str, asked: str
) -> None:
    folder, otherwise = tmp_path / there / "tệp", tmp_path / asked / "tệp"
    folder.mkdir(parents=True)
    savers, loaders = things.savers(), things.loaders()
    for kind, save in savers.items():
        save(folder / f"{there}.{kind}")
        if kind in loaders:
            loaders[kind](otherwise / f"{asked}.{kind}")
        save(otherwise / f"{asked}.{kind}")  # The same file, not one that looks the same beside it.
    assert left_in(folder) == sorted(f"{there}.{kind}" for kind in savers)
    assert left_in(tmp_path) == [there]
    shutil.copy(SHARE / "data" / "pci_scores.csv", folder / f"{there}.panel.csv")
    command("rank", "pci", str(otherwise / f"{asked}.panel.csv"), "-p", "2019")
    assert chiso.check(otherwise / f"{asked}.index.yaml", only="lint").passed


def test_paths_in_files_find_what_is_composed_otherwise(tmp_path: Path) -> None:
    """YAML is read in composed letters; the disk of a Mac has the others."""
    (tmp_path / f"{DECOMPOSED}.yaml").write_text(
        "chiso: 1\nindex: a\nedition: '1'\ntree: {code: t, aggregation: sum, children: [{code: x, "
        "rule: identity}, {code: y, rule: identity}]}\n",
        encoding="utf-8",
    )
    (tmp_path / f"{DECOMPOSED}.csv").write_text("unit,period,x,y\nA,2020,1,2\n", encoding="utf-8")
    (tmp_path / f"{DECOMPOSED}.check.yaml").write_text(
        f"chiso: 1\ndefinition: {COMPOSED}.yaml\nbaseline: {{panel: {COMPOSED}.csv}}\n",
        encoding="utf-8",
    )
    (tmp_path / "s.yaml").write_text(
        f"chiso: 1\nscenarios: [{{name: s, edits: [{{index: {COMPOSED}.yaml}}]}}]\n",
        encoding="utf-8",
    )

    assert len(chiso.load_scenarios(tmp_path / "s.yaml")) == 1
    command("lock", str(tmp_path / f"{COMPOSED}.yaml"))
    report = chiso.check(tmp_path / f"{COMPOSED}.yaml", only=["lint", "baseline"])
    assert report.passed, report
    assert f"{DECOMPOSED}.yaml" in left_in(tmp_path)


def test_problems_stay_one_line(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines.yaml"
    with pytest.raises(chiso.NotFoundError, match=r"two\\x0alines") as missing:
        chiso.load_index(path)
    assert "\n" not in str(missing.value)
    path.write_text("chiso: 1\nindex: [\n", encoding="utf-8")
    with pytest.raises(chiso.SpecError) as wrong:
        chiso.load_index(path)
    assert "\n" not in str(wrong.value)


# ---- what is no file ----------------------------------------------------------------------------


def test_folders_in_the_place_of_files(things: Things, tmp_path: Path) -> None:
    for kind, load in things.loaders().items():
        path = tmp_path / f"folder.{kind}"
        path.mkdir()
        with pytest.raises(chiso.Error, match="folder"):
            load(path)
    for kind, save in things.savers().items():
        path = tmp_path / f"folder.{kind}"
        path.mkdir(exist_ok=True)
        with pytest.raises(chiso.Error, match=r"folder|directory"):
            save(path)
        with pytest.raises(chiso.Error, match="folder"):
            save(tmp_path / "none" / f"x.{kind}")
    assert not any(left_in(path) for path in tmp_path.iterdir())


def test_links(things: Things, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    loaders = things.loaders()
    for kind, save in things.savers().items():
        link = tmp_path / f"link.{kind}"
        link.symlink_to(f"elsewhere/{kind}")  # Leads nowhere yet.
        if kind in loaders:
            with pytest.raises(chiso.NotFoundError):
                loaders[kind](link)
        save(link)
        save(link)
        assert link.is_symlink()
        assert (elsewhere / kind).is_file()
        if kind in loaders:
            loaders[kind](link)

        circle = tmp_path / f"circle.{kind}"
        circle.symlink_to(circle.name)
        lost = tmp_path / f"lost.{kind}"
        lost.symlink_to("none/none")
        for path in (circle, lost):
            with pytest.raises(chiso.Error):
                save(path)
            if kind in loaders:
                with pytest.raises(chiso.Error):
                    loaders[kind](path)
    assert left_in(elsewhere) == sorted(things.savers())
    assert not [name for name in left_in(tmp_path) if name.startswith(".")]


def test_pipes_are_read_and_written(things: Things, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(things.index.to_yaml().encode(),))
    writer.start()
    assert chiso.load_index(pipe) == things.index
    writer.join()

    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    for _ in range(1000):  # Until the reader has opened it.
        try:
            things.plan.save(pipe)
        except chiso.Error:
            time.sleep(0.01)
        else:
            break
    reader.join()
    assert got == [things.plan.to_yaml().encode()]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_forgotten_pipes_do_not_stop_the_program(things: Things, tmp_path: Path) -> None:
    for kind, save in things.savers().items():
        pipe = tmp_path / f"pipe.{kind}"
        os.mkfifo(pipe)
        with pytest.raises(chiso.Error, match="nobody reads"):
            save(pipe)
    started = time.monotonic()
    failures: list[Exception] = []

    def load(kind: str, loader: Callable[[Path], Any]) -> None:
        pipe = tmp_path / f"pipe.{kind}"
        if not pipe.exists():
            os.mkfifo(pipe)
        try:
            loader(pipe)
        except chiso.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=load, args=item) for item in things.loaders().items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == len(threads)
    assert all("nobody writes" in str(failure) for failure in failures)
    assert time.monotonic() - started < 30


def test_devices_stay_what_they_are(things: Things) -> None:
    for kind, save in things.savers().items():
        if not kind.endswith((".yaml", ".lock", ".json", ".xml")):
            continue  # The ending says what is written; a device has none.
        save(Path("/dev/null"))
        with pytest.raises(chiso.Error, match="No space left"):
            save(Path("/dev/full"))
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)  # noqa: PTH116
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116
    with pytest.raises(chiso.Error, match="definition_bytes"):
        chiso.load_plan("/dev/zero")


# ---- in another process -------------------------------------------------------------------------


def run_again(*arguments: str, before: tuple[str, ...] = (), **options: Any) -> str:
    """Run this file as a script; return what it says."""
    environment = {**os.environ, "PYTHONPATH": str(Path(chiso.__file__).parents[1])}
    done = subprocess.run(
        [*before, sys.executable, __file__, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def fails_whole(things: Things, folder: Path, *matches: str) -> None:
    """Every saver fails with a clear error, and leaves what was there."""
    for kind, save in things.savers().items():
        path = folder / kind
        before = path.read_bytes() if path.exists() else None
        with pytest.raises(chiso.Error) as failure:
            save(path)
        message = str(failure.value)
        assert any(match in message for match in matches), f"{kind}: {message}"
        assert kind in message, f"{kind}: {message}"
        assert (path.read_bytes() if path.exists() else None) == before, kind
        hidden = [name for name in left_in(folder) if name.startswith(".")]
        assert not hidden, f"{kind}: {hidden}"


def in_a_read_only_folder(folder: Path) -> None:
    things = Things()
    for kind, save in things.savers().items():
        save(folder / kind)
    things.baseline.save(folder / "baseline.lock")
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.setuid(65534)
    fails_whole(things, folder, "Permission denied", "not writable")
    if not os.access(folder.parent, os.W_OK):
        fails_whole(things, folder.parent, "Permission denied", "not writable")


def on_a_full_disk(folder: Path) -> None:
    things = Things()
    for kind, save in things.savers().items():
        save(folder / kind)
    with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
    fails_whole(things, folder, "No space left on device")
    for kind in things.savers():
        (folder / kind).unlink()
    with contextlib.suppress(OSError), (folder / "filler").open("ab", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
    fails_whole(things, folder, "No space left on device")


def with_small_files_only(folder: Path) -> None:
    things = Things()
    for kind, save in things.savers().items():
        save(folder / kind)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    fails_whole(things, folder, "File too large")


def test_read_only_folders() -> None:
    """Root may write everywhere, so somebody else does it, who must be able to enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "folder")
        folder.mkdir()
        folder.parent.chmod(0o755)
        if os.geteuid() == 0:
            for path in (folder, Path(__file__).resolve(), Path(chiso.__file__).resolve()):
                for parent in path.parents:
                    if not parent.stat().st_mode & 0o001:
                        pytest.skip(f"root may write everywhere, and others may not enter {parent}")
        run_again("in_a_read_only_folder", str(folder))


def test_a_full_disk(tmp_path: Path) -> None:
    mount = (
        "unshare", *(() if os.geteuid() == 0 else ("-r",)), "-m", "sh", "-c",
        'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"', str(tmp_path),
    )  # fmt: skip
    if shutil.which("unshare") is None or subprocess.run([*mount, "true"], check=False).returncode:
        pytest.skip("a small disk can be mounted by root or in a namespace of one's own only")
    run_again("on_a_full_disk", str(tmp_path), before=mount)


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    run_again("with_small_files_only", str(tmp_path))


# ---- killed while saving ------------------------------------------------------------------------


def versions_of(what: str) -> tuple[Callable[[Path], Any], Callable[[Path], Any]]:
    """Return savers of two versions of something; to be added to for each format."""
    if what == "text":
        return (
            lambda path: _core.write_file(path, b"old" * 200_000),
            lambda path: _core.write_file(path, b"new" * 300_000),
        )
    if what == "index":
        old = chiso.load_index("pci-2013")
        new = chiso.load_index("pci-2009")
        return (
            lambda path: _core.write_file(path, old.to_yaml()),
            lambda path: _core.write_file(path, new.to_yaml()),
        )
    if what == "table":
        rows = _core.table_from_plan(chiso.load_plan("thanh-hoa-211")._core, False).rows
        return (
            lambda path: _tables.write_rows(rows, path),
            lambda path: _tables.write_rows(rows[:-9], path),
        )
    if what == "snapshot":
        # Large enough to be written in several pieces, and its head after them.
        units = [f"unit {i}" for i in range(1_000)]
        variables = [f"variable {i}" for i in range(200)]
        one, two = (
            chiso.Panel.from_array(
                np.full((1_000, 200), value), units=units, variables=variables, period=2020
            )
            for value in (1.0, 2.0)
        )
        return (
            lambda path: chiso.save_snapshot(path, one),
            lambda path: chiso.save_snapshot(path, two),
        )
    assert what == "baseline"
    index, panel = chiso.load_index("pci-2013"), chiso.read_panel("pci_scores")
    return (
        chiso.lock(index, panel, periods=[2019]).save,
        chiso.lock(index, panel, periods=[2017, 2019]).save,
    )


def killed(folder: Path, what: str, times: str) -> None:
    """Kill processes that save at random moments; what was saved is whole each time."""
    dice = random.Random(1)
    path = folder / "file.csv"
    save_old, save_new = versions_of(what)
    save_new(path)
    new = path.read_bytes()
    save_old(path)
    old = path.read_bytes()
    assert old != new
    seen = {old: 0, new: 0}
    drafts = 0
    for _ in range(int(times)):
        child = os.fork()
        if child == 0:
            while True:
                save_new(path)
                save_old(path)
        time.sleep(dice.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        content = path.read_bytes()
        assert content in seen, f"{len(content)} bytes that nobody saved"
        seen[content] += 1
        rest = [name for name in left_in(folder) if name != path.name]
        assert all(name.startswith(".chiso-") and name.endswith(".tmp") for name in rest), rest
        drafts = max(drafts, len(rest))
    assert min(seen.values()) > 0
    save_new(path)  # Whoever saves next tidies up.
    assert left_in(folder) == [path.name]
    sys.stdout.write(f"{seen[old]} old, {seen[new]} new, {drafts} temporary files at most\n")


@pytest.mark.parametrize(
    ("what", "times"),
    [("text", 200), ("snapshot", 200), ("index", 50), ("table", 50), ("baseline", 50)],
)
def test_killed_while_saving(tmp_path: Path, what: str, times: int) -> None:
    run_again("killed", str(tmp_path), what, str(times))


def test_what_a_killed_process_left_is_no_data(tmp_path: Path) -> None:
    shutil.copy(SHARE / "indices" / "pci" / "2013.yaml", tmp_path / "a.yaml")
    (tmp_path / ".chiso-1-1-0.tmp").write_text("chiso: 1\nindex: half", encoding="utf-8")
    held = tmp_path / ".chiso-2-2-0.tmp"
    held.write_text("of somebody who still writes", encoding="utf-8")

    assert chiso.check(tmp_path, only="lint").passed
    assert [entry.family for entry in _core.Catalogue(tmp_path).entries] == ["pci"]
    with locked(held):
        _core.write_file(tmp_path / "b.txt", "x")
        assert left_in(tmp_path) == [held.name, "a.yaml", "b.txt"]
    _core.write_file(tmp_path / "b.txt", "x")
    assert left_in(tmp_path) == ["a.yaml", "b.txt"]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
