"""The text of a digest: sections of lines, plain enough to be read aloud by a machine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 30
"""What more there is of a kind is counted: nobody reads a message of five hundred lines."""

_IN_SHORT: Final = {"Overdue": "overdue", "Due today": "due today", "Due soon": "due soon"}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading and its lines, as text; `title` and `count` for the digest's subject."""

    title: str
    count: int
    text: str


def bulleted(words: str, link: str) -> str:
    """A line of a section, with the address where to read on."""
    return f"- {words}\n  {link}"


def section(title: str, lines: Iterable[str], whom: str = "") -> list[Section]:
    """A section, or none where it has no lines. `whom` is somebody who is away that day."""
    every = list(lines)
    if not every:
        return []
    heading = f"{title} – for {whom}, who is away" if whom else title
    shown = every[:MOST_LINES]
    if more := len(every) - len(shown):
        shown.append(f"- and {more} more, when you sign in")
    return [Section(title=title, count=len(every), text="\n".join([heading, "", *shown]))]


def in_short(sections: Sequence[Section]) -> str:
    """What the digest holds, for its subject: `2 overdue, 1 due today`, or that there is news."""
    counts: dict[str, int] = {}
    for each in sections:
        if each.title in _IN_SHORT:
            counts[each.title] = counts.get(each.title, 0) + each.count
    said = [f"{counts[title]} {words}" for title, words in _IN_SHORT.items() if title in counts]
    return ", ".join(said) or "what happened in your cases"
