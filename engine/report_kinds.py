"""The reports that a council's texts ask for by name (X-25): what each consists of, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from engine.council_file import Table

Every = Literal["week", "month", "quarter", "half-year", "year"]

NUMBERS: Final = "numbers"
STAGES: Final = "stages"
THEMES: Final = "themes"
TEAMS: Final = "teams"
ANSWERS: Final = "answers in time"
DAYS: Final = "days taken"
DEPARTURES: Final = "extensions and bypasses"
ENDINGS: Final = "outcomes"
CAFCASS: Final = "cafcass"
INFORMAL: Final = "informal concerns"
TRACKER: Final = "tracker"
ACHIEVED: Final = "outcomes achieved"
FORMAL_CASES: Final = "formal cases"
AT_STAGES: Final = "cases at stages"
RAISERS: Final = "raisers"
CONCERNS: Final = "general concerns"
PRACTICE: Final = "good practice"
AUDITS: Final = "audit findings"

COUNTING: Final = (
    NUMBERS, STAGES, THEMES, TEAMS, ANSWERS, DAYS, DEPARTURES, ENDINGS, CAFCASS, INFORMAL
)  # fmt: skip
"""What counts cases and names none: this much may leave the service."""
SECTIONS: Final = (
    *COUNTING, TRACKER, ACHIEVED, FORMAL_CASES, AT_STAGES, RAISERS, CONCERNS, PRACTICE, AUDITS
)  # fmt: skip

_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LATEST: Final = 20


@dataclass(frozen=True, kw_only=True)
class ReportKind:
    """A report of the council: its name, its sections in order, whom it is for, when it is made.

    It is made of each `every` that is over, on that one's `made_on`-th working day after the end.
    `readers` are posts. One that `leaves_service` has its small numbers suppressed (X-27).
    `stages` are those of its section AT_STAGES. `clauses` are those that ask for it.
    """

    key: str
    title: str
    about: str
    every: Every
    made_on: int
    readers: tuple[str, ...]
    consists_of: tuple[str, ...]
    leaves_service: bool
    stages: tuple[str, ...]
    clauses: tuple[str, ...]


def read_report_kinds(section: Table, posts: Mapping[str, object]) -> dict[str, ReportKind]:
    """The reports of `[reports]`; `posts` by key. Raises `BadCouncil`."""
    kinds = {key: _kind(section, key, posts) for key in section.content}
    leaving = [key for key, kind in kinds.items() if kind.leaves_service]
    if len(leaving) > 1:
        raise section.wrong(
            leaving[1],
            f"Only one report may leave the service, and {leaving[0]} does: two side by side would "
            "tell what each hides. Write leaves_the_service = false for one of them.",
        )
    return kinds


def _kind(reports: Table, key: str, posts: Mapping[str, object]) -> ReportKind:
    if not _KEY.fullmatch(key):
        raise reports.wrong(key, "Name a report with small letters, digits and underscores.")
    table = reports.section(key)
    table.allow(
        "title", "about", "every", "made_on", "for", "consists_of", "leaves_the_service",
        "stages", "clauses",
    )  # fmt: skip
    every = table.one_of("every", dict.fromkeys(get_args(Every)))
    return ReportKind(
        key=key,
        title=table.text("title"),
        about=table.text("about"),
        every=next(each for each in get_args(Every) if each == every),
        made_on=_made_on(table),
        readers=_readers(table, posts),
        consists_of=_sections(table),
        leaves_service=table.flag("leaves_the_service"),
        stages=table.several("stages"),
        clauses=table.several("clauses"),
    )


def _made_on(table: Table) -> int:
    day = table.content.get("made_on", 1)
    if type(day) is not int or not 1 <= day <= _LATEST:
        raise table.wrong(
            "made_on",
            f"Write on which working day after its end it is made, from 1 to {_LATEST}: "
            "made_on = 1.",
        )
    return day


def _readers(table: Table, posts: Mapping[str, object]) -> tuple[str, ...]:
    readers = table.several("for", posts)
    if not readers:
        raise table.wrong("for", 'Name the posts that it is for: for = ["…"].')
    return readers


def _sections(table: Table) -> tuple[str, ...]:
    sections = table.several("consists_of", SECTIONS)
    if not sections:
        first = ", ".join(f'"{each}"' for each in SECTIONS[:2])
        raise table.wrong("consists_of", f"Name what it consists of: consists_of = [{first}].")
    named = [each for each in sections if each not in COUNTING]
    if table.flag("leaves_the_service") and named:
        raise table.wrong(
            "consists_of",
            f'"{named[0]}" names cases or people, and this report leaves the service. Take it '
            f"away, or use only: {', '.join(COUNTING)}.",
        )
    if bool(table.content.get("stages")) != (AT_STAGES in sections):
        raise table.wrong(
            "stages",
            f'Stages belong to the section "{AT_STAGES}", which needs them. Write both, or none.',
        )
    return sections
