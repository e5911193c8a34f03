"""Writes the C++ reference from what Doxygen read: one section a header, folder by folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = {
    "base": "Nothing here knows what an index is.",
    "formula": "Rules that people write: read, shown, worked out, proven.",
    "normalize": "Raw numbers to comparable ones.",
    "score": "A fact to points.",
    "aggregate": "Children to their parent.",
    "rank": "Scores to places and groups.",
    "model": "What a person defines, and the data.",
    "plan": "Who does what for which criterion, until when.",
    "evaluate": "Where model and kernels meet.",
    "scenario": "What if, and why not the same.",
    "uncertainty": "How sure a rank is, and where it will be.",
    "check": "Cases, locked results, differences, and how good the cases are.",
    "responsibility": "Who answers for which points.",
    "reach": "What a target needs.",
    "snapshot": "Studies, and whether they come out the same.",
    "optimize": "The cheapest way; needs `chiso::optimize`.",
    "io": "Files; needs `chiso::io`.",
    "serialization": "Studies as files that last; needs `chiso::serialization`.",
}
# Many members need no words: a bound, a size.
MEMBERS = (":members:", ":undoc-members:")
DIRECTIVES = {
    "function": "doxygenfunction",
    "enum": "doxygenenum",
    "typedef": "doxygentypedef",
    "variable": "doxygenvariable",
}


def entry(directive: str, name: str, *options: str) -> str:
    """Return one Breathe directive."""
    return "\n".join([f"```{{{directive}}} {name}", *options, "```", ""])


def declarations(xml: Path) -> dict[str, list[tuple[int, str]]]:
    """Return by header, with their lines, the directives for all that `xml` says it declares."""
    found: dict[str, list[tuple[int, str]]] = {}

    def add(element: ET.Element, text: str) -> None:
        where = element.find("location")
        if where is not None and text not in (t for _, t in found.get(where.attrib["file"], [])):
            found.setdefault(where.attrib["file"], []).append((int(where.attrib["line"]), text))

    kinds = ("class", "struct", "namespace")
    for file in sorted(path for kind in kinds for path in xml.glob(f"{kind}*.xml")):
        for compound in ET.parse(file).getroot().iter("compounddef"):
            name = compound.findtext("compoundname", "")
            if compound.attrib["kind"] in {"class", "struct"}:
                # A nested class is shown with the class around it.
                if compound.attrib.get("prot") == "public" and re.fullmatch(r"chiso::\w+", name):
                    add(compound, entry("doxygen" + compound.attrib["kind"], name, *MEMBERS))
                continue
            for member in compound.iter("memberdef"):
                directive = DIRECTIVES.get(member.attrib["kind"])
                if directive and name.startswith("chiso") and "detail" not in name:
                    full = f"{name}::{member.findtext('name')}"
                    if directive == "doxygenfunction":
                        arguments = member.findtext("argsstring", "")
                        full += re.sub(r"\)\s*(const|noexcept|=).*$", ")", arguments)
                    add(member, entry(directive, full))
    return found


def write(root: Path) -> None:
    """Write docs/reference-cpp.md below `root`."""
    found = declarations(root / ".dev" / "doxygen" / "xml")
    page = [
        "# C++ reference\n",
        "Everything is in namespace `chiso`; a folder may use itself and those above it here.\n",
    ]
    for folder, what in FOLDERS.items():
        page += [f"## {folder}\n", f"{what}\n"]
        for header in sorted(name for name in found if f"/chiso/{folder}/" in f"/{name}"):
            page += [f"### {header.removeprefix('include/')}\n"]
            page += [text for _, text in sorted(found[header])]
    target = root / "docs" / "reference-cpp.md"
    target.write_text("\n".join(page), "utf-8")
