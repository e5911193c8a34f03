"""``python -m chiso``: the command line."""

from __future__ import annotations

from chiso.cli import main

if __name__ == "__main__":
    main(prog_name="chiso")
