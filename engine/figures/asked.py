"""What is asked of the figures, and how each figure leads to the cases that it counts."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

# What is counted of cases, on the day named:
OPENED: Final = "opened"
"""Cases raised; day of opening."""
RAISED_INFORMALLY: Final = "raised-informally"
"""Cases raised that did not begin with a formal stage; day of opening."""
RAISED_FORMALLY: Final = "raised-formally"
"""Cases raised that began with a formal stage; day of opening."""
BECAME_FORMAL: Final = "became-formal"
"""Cases that began otherwise and came to their first formal stage; day of that stage."""
BEGAN_AT: Final = "began-at"
"""Of OPENED those that began with the stage `detail`."""
WITH_STATUS: Final = "with-status"
"""Of OPENED those whose child had the legal statuses `detail` on that day."""
CLOSED: Final = "closed"
"""Cases that closed; day of closing. `detail` is the outcome."""
OPEN: Final = "open"
"""Cases raised and not closed by the end of the period."""
STOPPED: Final = "stopped"
"""Cases whose formal clock stopped; the day of that. Durations of the whole case are of these."""
# What happened in cases, on the day on which it did:
REACHED: Final = "reached"
"""Cases that came to a stage for the first time: the rungs of the funnel."""
EXTENDED: Final = "extended"
"""Times that more time was given."""
RETURNED: Final = "returned"
"""Answers that the raiser returned (X-34)."""
PASSED_OVER: Final = "passed-over"
"""Moves to a formal stage past one that the case had not been at. `detail` is GIVEN or MISSING."""
OVER_LIMIT: Final = "over-limit"
"""Cases that reached the limit of the whole case unresolved (20 working days)."""
CONSIDERED: Final = "cafcass-considered"
"""Cases in which a referral to CAFCASS was considered for the first time."""
REFERRED: Final = "cafcass-made"
"""Cases in which a referral to CAFCASS was begun for the first time."""
URGENT: Final = "cafcass-urgent"
"""Of REFERRED those for which the stages were cut short."""
WITHDRAWN: Final = "withdrawn"
"""Cases that the raiser withdrew."""
OVERTAKEN: Final = "overtaken"
"""Cases closed as overtaken by events."""
AGREED: Final = "action-agreed"
"""Actions asked for or decided, on the day on which they were first written down."""
DONE: Final = "action-done"
PARTLY: Final = "action-partly-done"
NOT_DONE: Final = "action-not-done"
"""Actions of which that was last said (X-39), on the day on which it was."""
DONE_IN_WORDS: Final = {DONE: "done", PARTLY: "partly", NOT_DONE: "not done"}
"""As the history says it."""
CHANGED: Final = "child-changed"
"""Actions of which was said what changed for the child, on the day of the last time."""
ACTIONS_OPEN: Final = "action-open"
"""Actions agreed by the end of the period and neither said to be done then, nor given up."""
# What became of each stay at a step, by the day on which the step began:
ASKED: Final = "asked"
"""Stays at steps."""
ON_TIME: Final = "on-time"
"""Answered by the due date as it then stood."""
LATE: Final = "late"
"""Answered after it."""
NEVER: Final = "never"
"""Not answered by it, nor before the matter moved on."""
NOT_NEEDED: Final = "not-needed"
"""The matter moved on before the due date, or the step had none, and no answer came."""
WAITING: Final = "waiting"
"""Waits, and is not late."""
OVERDUE: Final = "overdue"
"""Waits, and its due date has passed."""
DONE_UNTIMED: Final = "done"
"""Answered; the step has no due date."""
AFTERWARDS: Final = "afterwards"
"""Answered after the matter had moved on (X-33), but before a due date, or without one."""
SILENT: Final = "silent"
"""Stays whose due date passed without an answer at least once, however they ended."""

GIVEN: Final = "reason given"
MISSING: Final = "no reason yet"
OF_CASES: Final = (
    OPENED,
    RAISED_INFORMALLY,
    RAISED_FORMALLY,
    BECAME_FORMAL,
    CLOSED,
    OPEN,
    STOPPED,
)
BY_DETAIL: Final = (BEGAN_AT, WITH_STATUS)
HAPPENINGS: Final = (
    EXTENDED,
    RETURNED,
    PASSED_OVER,
    OVER_LIMIT,
    CONSIDERED,
    REFERRED,
    URGENT,
    WITHDRAWN,
    OVERTAKEN,
)
OF_ACTIONS: Final = (AGREED, DONE, PARTLY, NOT_DONE, CHANGED, ACTIONS_OPEN)
STATES: Final = (ON_TIME, LATE, NEVER, NOT_NEEDED, WAITING, OVERDUE, DONE_UNTIMED, AFTERWARDS)
OF_STAYS: Final = (ASKED, SILENT, *STATES)
MEASURES: Final = (*OF_CASES, *BY_DETAIL, REACHED, *HAPPENINGS, *OF_ACTIONS, *OF_STAYS)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which cases and days figures are asked for.

    `first` and `last` are days in Europe/London, both part of it, None without a bound; of a period
    is counted what happened in it, so the figures of three months add up to those of their quarter.
    `procedure` is a key, `versions` its version numbers, `team`, `theme` and `post` as they are
    kept, `stage` a stage of the diagram; empty for all. `raiser_id` asks for one raiser's (X-25).
    """

    council: str
    first: date | None = None
    last: date | None = None
    procedure: str = ""
    versions: tuple[int, ...] = ()
    stage: str = ""
    team: str = ""
    theme: str = ""
    post: str = ""
    raiser_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Which:
    """The way from a figure to its cases: one of MEASURES, of what was asked for.

    `element` is a step of the diagram; `detail` an outcome, or what else a measure is told by. Of
    stays those of respondents are meant, unless a step or a post is asked for.
    """

    measure: str
    asked: Asked
    element: str = ""
    detail: str = ""

    def of(self, measure: str) -> "Which":
        """The same cases, by another measure."""
        return replace(self, measure=measure)

    def narrowed(self, **changes: object) -> "Which":
        """The same, with some of what is asked changed: `which.narrowed(stage="2")`."""
        return replace(self, asked=replace(self.asked, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Count:
    """A figure: how many, and which cases they are. Several may be of one case."""

    value: int
    which: Which
