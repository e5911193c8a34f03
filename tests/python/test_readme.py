"""The README's example in Python prints what is shown; the one in C++ is tests/consumer/readme."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_python_example_prints_what_is_shown() -> None:
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found is not None
    code, shown = found.groups()

    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "README.md", "exec"), {})

    # pandas fills lines with blanks, which an editor would take away.
    printed = [line.rstrip() for line in output.getvalue().splitlines()]
    assert printed == shown.splitlines()
