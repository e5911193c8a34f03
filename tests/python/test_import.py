"""What `import chiso` costs and brings along."""

from __future__ import annotations

import subprocess
import sys
import time

import chiso
import pytest


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_pandas_and_matplotlib_are_not_imported() -> None:
    heavy = "pandas matplotlib openpyxl rich click yaml scipy"
    loaded = run(f"import sys, chiso; print([m for m in '{heavy}'.split() if m in sys.modules])")

    assert loaded == "[]"


def test_scoring_and_ranking_do_without_pandas() -> None:
    code = """
import sys
sys.modules["pandas"] = None
import chiso
scores = chiso.load_index("pci", 2019).score(chiso.read_panel("pci_scores"), 2019)
print(scores["Thanh Hóa", "pci"] > 0, repr(scores.explain("Thanh Hóa")) != "")
"""
    assert run(code) == "True True"


def test_import_takes_less_than_a_fifth_of_a_second() -> None:
    code = "import time; t = time.process_time(); import chiso; print(time.process_time() - t)"
    # Time of the processor, the best of several: the package, not the load of the machine.
    times: list[float] = []
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline and len(times) < 10 and min(times, default=1.0) > 0.2:
        times.append(float(run(code)))

    assert min(times) < 0.2


def test_the_version_is_that_of_the_core() -> None:
    assert chiso.__version__ == chiso._core.__version__


def test_everything_public_is_there_and_documented() -> None:
    for name in chiso.__all__:
        thing = getattr(chiso, name)
        assert name == "__version__" or thing.__doc__, name


def test_the_package_is_typed() -> None:
    from importlib.resources import files

    assert (files("chiso") / "py.typed").is_file()
    assert (files("chiso") / "_core.pyi").is_file()


@pytest.mark.parametrize("module", ["chiso.selftest"])
def test_the_self_test_passes(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert "as published" in done.stdout
