"""Where the working days of a case went: to whoever had it in hand when each of them began.

A procedure gives each respondent days of their own and the whole case a limit; every day that the
raiser takes to decide moves the two apart (A-NEL-4). So each elapsed day is put down to one post.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.calendars import Calendar, end_of_day
from engine.clock import in_london
from engine.councils import RAISER

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


def count_days(days: Iterable[ElapsedDay]) -> dict[str | None, int]:
    """How many of the days each post had, in the order in which they first had one."""
    counted: dict[str | None, int] = {}
    for each in days:
        counted[each.post] = counted.get(each.post, 0) + 1
    return counted
