"""A report as it is kept: sections of words and tables, the same on each day that it is opened."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

Cell = str | int | float | date | None
"""None stands for a number that is hidden (X-27)."""

EVERYBODY: Final = ""
KEPT_INFORMED: Final = "kept informed"
OTHERS: Final = "others"
"""Whom a section is for: of two of the same key everybody who reads the report has one (X-25)."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; each row has as many cells as `head`. `of_cases` says that rows begin with a case's
    number, which leads to it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    of_cases: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a report: what is to be read above its tables, and they."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    whom: str = EVERYBODY

    def is_for(self, *, kept_informed: bool) -> bool:
        """Whether it is read by those who are kept informed, or by the others."""
        return self.whom in (EVERYBODY, KEPT_INFORMED if kept_informed else OTHERS)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a report says. `words` stand at its head: what it is, and up to when it counts."""

    words: tuple[str, ...]
    sections: tuple[Section, ...] = field(default=())

    def read_by(self, *, kept_informed: bool) -> "Report":
        """What of it is for those who are kept informed, or for the others."""
        sections = (s for s in self.sections if s.is_for(kept_informed=kept_informed))
        return Report(words=self.words, sections=tuple(sections))

    @property
    def tables(self) -> Iterator[tuple[Section, Table]]:
        """Every table, with the section in which it stands."""
        for section in self.sections:
            for table in section.tables:
                yield section, table


def to_json(report: Report) -> str:
    """The report as a text to be kept."""
    return json.dumps(report, default=_as_json, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Report:
    """What `to_json` was given."""
    found = json.loads(text)
    return Report(words=tuple(found["words"]), sections=tuple(map(_section, found["sections"])))


def _as_json(value: object) -> object:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return vars(value)


def _section(found: Mapping[str, Any]) -> Section:
    return Section(
        key=found["key"],
        title=found["title"],
        words=tuple(found["words"]),
        tables=tuple(map(_table, found["tables"])),
        whom=found["whom"],
    )


def _table(found: Mapping[str, Any]) -> Table:
    return Table(
        title=found["title"],
        head=tuple(found["head"]),
        rows=tuple(tuple(map(_cell, row)) for row in found["rows"]),
        of_cases=found["of_cases"],
    )


def _cell(found: Any) -> Cell:
    return date.fromisoformat(found["day"]) if isinstance(found, dict) else found
