"""``python -m chiso.selftest``: whether an installation computes what was published."""

from __future__ import annotations

import sys

import chiso


def run() -> list[str]:
    """Score shipped figures and compare them with the published ones.

    Returns
    -------
    list of str
        What is wrong; empty if all is well.
    """
    problems = []
    for family, table, period in (
        ("pci", "pci_scores", 2019),
        ("papi", "papi_subdimensions", 2019),
    ):
        index = chiso.load_index(family, period=period)
        found = index.score(chiso.read_panel(table), period)._core.reconcile()
        compared = sum(node.compared for node in found)
        if compared == 0:
            problems.append(f"{index.name}: no published figure was compared")
        problems += [
            f"{index.name}, {index.codes[node.node]}: {len(node.gaps)} published figures differ"
            for node in found
            if node.gaps
        ]
    return problems


def main() -> None:
    """Print the verdict; exit with 1 if anything is wrong."""
    problems = run()
    for problem in problems:
        sys.stderr.write(problem + "\n")
    if problems:
        sys.exit(1)
    sys.stdout.write(f"chiso {chiso.__version__}: PCI and PAPI 2019 as published\n")


if __name__ == "__main__":
    main()
