"""A case as other tools are told of it: no child, no person, no words that somebody wrote.

What a transition is called in XES is that of its standard lifecycle (IEEE 1849, the lifecycle
extension); what has none there is a step of its own that is complete at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

Value = str | bool | int | float
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text with a sign for each of its letters that XML cannot hold (XML 1.0, 2.2)."""
    return _NO_TEXT.sub("\ufffd", text)


OPENED: Final = "opened"
CLAIMED: Final = "claimed"
HANDED_BACK: Final = "handed back"
COMPLETED: Final = "completed"
WITHDRAWN: Final = "withdrawn"
REASSIGNED: Final = "reassigned"
HAPPENED: Final = "happened"
DEADLINE_PASSED: Final = "deadline passed"

LIFECYCLE: Final[Mapping[str, str]] = {
    OPENED: "assign",
    CLAIMED: "start",
    HANDED_BACK: "suspend",
    COMPLETED: "complete",
    WITHDRAWN: "withdraw",
    REASSIGNED: "reassign",
    HAPPENED: "complete",
    DEADLINE_PASSED: "complete",
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; `at` and `due` are aware, in UTC.

    `number` counts the events of the case from 1; `entry` is the place in the case's history, which
    several events may share. `token` is the task's or, at a deadline, that of what it sits on.
    `post` did it, or is asked; empty where it was the clock. `working_days` are those since the
    task was opened. `answers` are what was chosen, of what the diagram asks. `raises` and `settles`
    are concerns by their places. `version` is the number of the version that the case was on.
    """

    number: int
    entry: int
    version: int
    at: datetime
    activity: str
    element: str
    transition: str
    token: int | None
    post: str
    stage: str
    due: datetime | None
    late: bool | None
    standing_in: bool
    working_days: int | None
    answers: Mapping[str, Value]
    raises: tuple[int, ...]
    settles: tuple[int, ...]

    @property
    def lifecycle(self) -> str:
        """The transition in XES's own words."""
        return LIFECYCLE[self.transition]


@dataclass(frozen=True, kw_only=True)
class TaskTrace:
    """A task of the case. `how` is completed or withdrawn; empty while it waits.

    Completed is one that was answered, though the case had gone on without it (X-33): `closed_at`
    is when the answer came. `late` says that it came after the due date, or is overdue.
    """

    token: int
    element: str
    name: str
    stage: str
    post: str
    opened_at: datetime
    original_due: datetime | None
    due: datetime | None
    closed_at: datetime | None
    how: str
    late: bool
    working_days: int | None


@dataclass(frozen=True, kw_only=True)
class ConcernTrace:
    """A concern of the case by its place: themes and outcome are chosen, its words are left out."""

    place: int
    themes: str
    stage: str
    outcome: str
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A case. `key` stands in for its number, `linked_to` for that of the case that it follows.

    `entry` are the elements that it opened first. `working_days` are those from the start of the
    formal stages to the end, as the limit of the whole case counts them; None before.
    """

    key: str
    council: str
    procedure: str
    version: int
    entry: str
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    working_days: int | None
    linked_to: str
    tasks: tuple[TaskTrace, ...]
    concerns: tuple[ConcernTrace, ...]
    events: tuple[Event, ...]
