"""What a paper says, before it is set: a title and blocks of text, none of it markup.

Whatever people wrote stands in these records as it was written; only `pdf` makes a document of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; `level` is 1 for the sections of the paper, one more for what lies in them."""

    text: str
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Text:
    """Paragraphs, between them empty lines; a line break is kept. `quiet` is smaller and grey."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Labels, each with what it is about."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a header row; each row has as many cells as `head`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing as SVG, on a page of its own as wide as it needs; `alt` says it in words."""

    svg: str
    alt: str


Block = Heading | Text | Pairs | Table | Picture


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper: `title` and `subtitle` at its head, `foot` on each page beside the page's number.

    One that is `wide` lies on its long side.
    """

    title: str
    subtitle: str
    foot: str
    blocks: tuple[Block, ...]
    wide: bool = False
