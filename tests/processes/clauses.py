"""Every clause of the councils' texts, where the product meets it, and what shows it.

The clauses of a procedure stand in its clauses.toml, those of the rules for all councils in
processes/clauses.toml. `python -m tests.processes.clauses` writes them as a table into
processes/README.md.

A *place* is what meets a clause:

* `stage1_due`, an element or an arrow of the diagram; `stage1_due.tell`, one of its properties;
* `forms/raise.form#wishes`, a question; `messages/chase.md`, a message;
* `procedure.toml#limit.time`, `council.toml#wording.form`, a setting;
* `engine.acts.tasks:complete_task`, a function of the program.

What *shows* it is a scenario of the procedure by name, or a test: `tests/x/test_y.py::test_z`.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.play import read_scenario
from engine.procedures import find_folders, read_package

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
README = PROCESSES / "README.md"
BEGIN = "<!-- The clauses, written by: python -m tests.processes.clauses -->"
END = "<!-- The end of the clauses -->"
STRENGTHS = {
    "M": "must",
    "S": "should",
    "P": "may",
    "I": "for reading",
    "A": "left open",
    "X": "rule",
}

_NUMBER = r"(?:(?:[A-Z]\d?|\d+)(?:\.\w)?-[A-Z]?\d+|\d+\.[A-Z]\b)"
_FOLLOWED = re.compile(rf"\b(?:([A-Z]{{3}})-)?({_NUMBER})(?: to (?:[A-Z]{{3}}-)?({_NUMBER}))?")
_CHOICES = re.compile(r"\b(A-[A-Z]{3}|X)-(\d+)(?: to (?:\1-)?(\d+)\b)?")


class BadClauses(Exception):
    """A clauses.toml that cannot be read as one."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause of a council's text, restated in a line.

    `folder` is the procedure whose diagram and scenarios its places and tests name. `outside` says
    why nothing of the product meets it: it is done elsewhere, or not yet.
    """

    id: str
    strength: str
    asks: str
    folder: Path
    by: tuple[str, ...]
    shown: tuple[str, ...]
    outside: str

    @property
    def whole(self) -> bool:
        """Whether something meets it and something shows that."""
        return bool(self.by and self.shown)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The clauses of one file, in its order."""

    file: Path
    title: str
    clauses: tuple[Clause, ...]


def read_all(processes: Path = PROCESSES) -> list[Listed]:
    """All clauses, a list for each procedure and the last for the rules that hold for all."""
    files = [folder / "clauses.toml" for folder in find_folders(processes)]
    return [read_clauses(file) for file in [*files, processes / "clauses.toml"] if file.is_file()]


def read_clauses(file: Path) -> Listed:
    """The clauses of the file. Raises `BadClauses` with the line that is not as it should be."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    title, procedure = str(entries.pop("title", "")), str(entries.pop("procedure", "."))
    folder = (file.parent / procedure).resolve()
    return Listed(
        file=file,
        title=title or read_package(folder).title,
        clauses=tuple(_clause(key, dict(entry), folder) for key, entry in entries.items()),
    )


def _clause(key: str, entry: dict[str, object], folder: Path) -> Clause:
    strength, asks = str(entry.pop("strength", "")), str(entry.pop("asks", ""))
    by, shown = (_texts(entry.pop(name, [])) for name in ("by", "shown"))
    outside = str(entry.pop("outside", ""))
    if entry or strength not in STRENGTHS or not asks:
        raise BadClauses(f"{key}: needs strength and asks, and may have by, shown and outside.")
    return Clause(
        id=key, strength=strength, asks=asks, folder=folder, by=by, shown=shown, outside=outside
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)


# What scenarios and drawings name


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

    `council` is the letters by which the text's clauses are known, as `LEI`; other letters hold
    for what follows them in a text.
    """
    found: set[str] = set()
    for text in texts:
        letters = council
        for named, first, last in _FOLLOWED.findall(re.sub(r"\b(?:A-[A-Z]+|X)-\d+", "", text)):
            letters = named or letters
            found |= {f"{letters}-{number}" for number in _between(first, last)}
        for choice, first, last in _CHOICES.findall(text):
            found |= {f"{choice}-{n}" for n in range(int(first), int(last or first) + 1)}
    return found


def _between(first: str, last: str) -> Iterable[str]:
    """`4.1-1` and `4.1-3` with what lies between; `4-C1` to `4-C3` too."""
    if not last:
        return [first]
    begin, end = (re.sub(r"^.*\D", "", number) for number in (first, last))
    section = first.removesuffix(begin)
    return [f"{section}{n}" for n in range(int(begin), int(end) + 1)]


# The table


def table(lists: Iterable[Listed]) -> str:
    """All clauses in Markdown, folded by procedure."""
    return "\n".join(line for listed in lists for line in _folded(listed))


def _folded(listed: Listed) -> list[str]:
    place = listed.file.parent.relative_to(PROCESSES).as_posix()
    where = "" if place == "." else f" (`{place}`)"
    return [
        "<details>",
        f"<summary>{listed.title}{where}: {len(listed.clauses)}</summary>",
        "",
        "| clause | strength | what it asks | where it is | shown by |",
        "|---|---|---|---|---|",
        *map(_row, listed.clauses),
        "",
        "</details>",
        "",
    ]


def _row(clause: Clause) -> str:
    where = ", ".join(f"`{place}`" for place in clause.by)
    where = "; ".join(each for each in (where, clause.outside) if each)
    shown = ", ".join(f"`{test}`" for test in clause.shown)
    cells = [clause.id, STRENGTHS[clause.strength], clause.asks, where, shown]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def written(readme: str, lists: Iterable[Listed]) -> str:
    """The text of the README with the table of the lists between its two marks."""
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table(lists)}\n{END}{after}"


def main() -> None:
    """Write the table into processes/README.md."""
    lists = read_all()
    README.write_text(written(README.read_text(encoding="utf-8"), lists), encoding="utf-8")
    sys.stdout.write(f"{sum(len(listed.clauses) for listed in lists)} clauses written.\n")


if __name__ == "__main__":
    main()
