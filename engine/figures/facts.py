"""The facts of one case, as its history tells them: what every figure is counted from."""

from dataclasses import dataclass
from datetime import date
from typing import Final

RAISER: Final = "raiser"
RESPONDENT: Final = "respondent"


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A step of the case: a task, or a box with a due date of its own. Days are London's.

    `post` and, where it is one of a team, `team` were asked first; `whose` time it is follows from
    it. `state` is one of `asked.STATES`. `working_days` are those from the day it began, which is
    day 0, to the day of the answer, on the council's calendar; None where none came. `silent_on` is
    the day on which a due date first passed without an answer. `first` marks the case's first stay
    in the stage, of what is no side step. `seen_by` are the only posts that may see it, if any.
    """

    element: str
    stage: str
    post: str
    whose: str
    received_on: date
    ended_on: date | None
    original_due: date | None
    due: date | None
    state: str
    silent_on: date | None
    working_days: int | None
    extensions: int
    first: bool
    seen_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that happened: one of `asked.HAPPENINGS`, on a day in London."""

    kind: str
    day: date
    stage: str
    element: str
    detail: str = ""
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action that was asked for, or decided in a meeting, by its place in the case (X-39).

    `said_on` is the day on which was last said what became of it, `done` what, `changed` whether it
    was said what changed for the child. From `over_on` on nothing is open about it: it was said for
    the last time, or given up.
    """

    place: int
    agreed_on: date
    said_on: date | None
    done: str
    changed: bool
    over_on: date | None


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """A case. `entries` is how long its history was when these were read, `made_with` how.

    `raiser_id` is the person who has it now. `status` are the child's legal statuses on the day of
    opening; `entry` is the stage with which it began, and `raised_formally` whether that was a
    formal one. `formal_on` is the day of the first formal stage, `stopped_on` that on which the
    formal clock stopped; `days_formal` the working days between, and whose they were. Days are
    London's; those of the formal clock are counted as its limit is.
    """

    case_id: int
    entries: int
    made_with: str
    council: str
    procedure: str
    version: int
    team: str
    raiser_id: int
    status: str
    entry: str
    raised_formally: bool
    outcome: str
    opened_on: date
    formal_on: date | None
    stopped_on: date | None
    closed_on: date | None
    days_to_close: int | None
    days_formal: int | None
    days_respondents: int
    days_raiser: int
    themes: tuple[str, ...]
    stays: tuple[Stay, ...]
    marks: tuple[Mark, ...]
    actions: tuple[Action, ...]
