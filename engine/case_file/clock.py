"""Where the working days of a case went: to whoever had it in hand when each of them began.

A procedure gives each respondent days of their own and the whole case a limit; every day that the
raiser takes to decide moves the two apart (A-NEL-4). So each elapsed day is put down to one post.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.calendars import Calendar, end_of_day
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams.diagram import Diagram
from engine.procedures import LIMIT
from engine.store.cases import CaseRow
from engine.store.deadlines import DeadlineRow
from engine.store.handovers import Handover
from engine.store.tasks import TaskRow

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A time in which a step waited for `post`: from `starts` to `ends`, both aware instants.

    `ends` is None while it still waits.
    """

    post: str
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, kw_only=True)
class ElapsedDay:
    """A working day of the case, and the post that had it in hand; None where nobody had."""

    day: date
    post: str | None


def attribute_days(
    calendar: Calendar, held: Iterable[Held], *, started: datetime, until: datetime
) -> tuple[ElapsedDay, ...]:
    """The working days after the day of `started`, up to and with that of `until`, in London.

    A day belongs to the post that had the case when the day began: whoever gets it during a day
    has that day as day 0 (X-1), and whoever answers on the last day used it. Where a respondent
    and the raiser both have something open, as after a silence, the day is the respondent's: it is
    their answer that is missing. Closure days count, as they do for the limit (X-5).
    """
    intervals = sorted(held, key=lambda each: each.post == RAISER)
    days: list[ElapsedDay] = []
    day, last = in_london(started).date() + _ONE_DAY, in_london(until).date()
    while day <= last:
        if calendar.is_working_day(day, statutory=True):
            days.append(ElapsedDay(day=day, post=_holder(intervals, end_of_day(day - _ONE_DAY))))
        day += _ONE_DAY
    return tuple(days)


def _holder(intervals: Iterable[Held], at: datetime) -> str | None:
    for each in intervals:
        if each.starts <= at and (each.ends is None or at < each.ends):
            return each.post
    return None


def held_by(
    diagram: Diagram,
    tasks: Iterable[TaskRow],
    asked: Mapping[int, str],
    moves: Mapping[int, list[Handover]],
) -> Iterator[Held]:
    """Whose each step of a stage was and when, of those that are no side steps.

    `asked` is the post that each task waits for, or waited for at its end; `moves` are its
    handovers, by the task's id.
    """
    for task in tasks:
        if task.stage and not diagram.is_beside(task.element):
            starts = task.opened_at
            for move in moves.get(task.id, []):
                yield Held(post=move.posts[0][0], starts=starts, ends=move.at)
                starts = move.at
            yield Held(post=asked[task.id], starts=starts, ends=task.closed_at)


def count_days(days: Iterable[ElapsedDay]) -> dict[str | None, int]:
    """How many of the days each post had, in the order in which they first had one."""
    counted: dict[str | None, int] = {}
    for each in days:
        counted[each.post] = counted.get(each.post, 0) + 1
    return counted


@dataclass(frozen=True, kw_only=True)
class CaseClock:
    """The clock of the whole case: the working days so far, and whose each of them was.

    `limit` is its working days in all, `due` the end of the last of them. `to_decide` is how many
    the stages leave the raiser to decide in (A-LIN-2): shown, and added to nobody's time; None
    where the procedure says nothing of it. `stopped_at` is set once what it measures is over.
    `called` is what the council calls the limit. Instants are aware, in UTC.
    """

    started_at: datetime
    due: datetime
    limit: int
    days: tuple[ElapsedDay, ...]
    stopped_at: datetime | None
    to_decide: int | None = None
    called: str = LIMIT

    @property
    def day(self) -> int:
        """The working days that have begun since the day on which it started, which is day 0."""
        return len(self.days)

    @property
    def is_over(self) -> bool:
        """Whether more days have begun than the limit allows."""
        return self.day > self.limit

    @property
    def raisers_days(self) -> int:
        """How many of its days the raiser had."""
        return sum(each.post == RAISER for each in self.days)


def read_clock(
    calendar: Calendar,
    case: CaseRow,
    deadlines: Iterable[DeadlineRow],
    held: Iterable[Held],
    at: datetime,
    to_decide: int | None = None,
    called: str = LIMIT,
) -> CaseClock | None:
    """The clock of a case at an aware instant, from all its deadlines; None before it starts.

    `to_decide` is the raiser's share of its days, and `called` the limit's name, as the procedure
    says them.
    """
    rows = [row for row in deadlines if row.case_limit]
    started = case.clock_started_at
    if not rows or started is None:
        return None
    limit = rows[-1]
    stopped = limit.closed_at or case.closed_at
    first, last = in_london(limit.received_at).date(), in_london(limit.original_due).date()
    return CaseClock(
        started_at=started,
        due=limit.due,
        limit=calendar.working_days_between(first, last, statutory=limit.statutory),
        days=attribute_days(calendar, held, started=started, until=stopped or at),
        stopped_at=stopped,
        to_decide=to_decide,
        called=called,
    )
