"""Which clauses of its council's text a procedure's scenarios and its drawing name."""

import re
from collections.abc import Iterable
from pathlib import Path

from engine.play import read_scenario
from engine.procedures import read_package

_NUMBER = r"(?:S\d|\d+(?:\.\d)?)-\d+"
_FOLLOWED = re.compile(rf"\b({_NUMBER})(?: to ({_NUMBER}))?")


def shown_by(procedure: Path) -> set[str]:
    """The clauses that the scenarios in the procedure's folder name."""
    files = (procedure / "scenarios").glob("*.toml")
    return {clause for file in files for clause in read_scenario(file.read_bytes(), "").shows}


def drawn_in(procedure: Path, council: str) -> set[str]:
    """The clauses that the drawing names, with what “4.1-1 to 4.1-9” leaves out written out."""
    elements = read_package(procedure).diagram.elements.values()
    return named_in((element.documentation or "" for element in elements), council)


def named_in(texts: Iterable[str], council: str) -> set[str]:
    """The clauses in lists like `LEI-4.1-1, 4.1-2, A-LEI-7, LEI-S1-1 to S1-8, X-9`.

    `council` is the letters by which the text's clauses are known, as `LEI`.
    """
    found: set[str] = set()
    for text in texts:
        plain = re.sub(r"\b(?:A-[A-Z]+|X)-\d+", "", text)
        for first, last in _FOLLOWED.findall(plain):
            section, begin = first.rsplit("-", 1)
            end = int(last.rsplit("-", 1)[1]) if last else int(begin)
            found |= {f"{council}-{section}-{n}" for n in range(int(begin), end + 1)}
        found |= set(re.findall(rf"\b(?:A-{council}|X)-\d+", text))
    return found
