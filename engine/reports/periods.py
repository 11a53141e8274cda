"""Periods of which reports are made, and the days on which they are.

A week begins on Monday; quarters, halves and years are those of the financial year, from April on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.calendars import FIRST_YEAR, LAST_YEAR
from engine.clock import LONDON, in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.report_kinds import Every, ReportKind

MOST_CAUGHT_UP: Final = 12
"""How many periods that were missed are still made, the latest ones."""
LONGEST: Final = timedelta(days=5 * 366)
_MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_APRIL: Final = 4
_DAY: Final = timedelta(days=1)


class BadPeriod(StepladderError):
    """Days of which no report can be made."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days from `first` to `last`, both part of it, in Europe/London."""

    first: date
    last: date

    @property
    def in_words(self) -> str:
        """`1 to 31 March 2026`, `29 December 2025 to 4 January 2026`, `23 March 2026`."""
        last = f"{self.last.day} {self.last:%B %Y}"
        if self.first == self.last:
            return last
        if self.first.year != self.last.year:
            return f"{self.first.day} {self.first:%B %Y} to {last}"
        if self.first.month != self.last.month:
            return f"{self.first.day} {self.first:%B} to {last}"
        return f"{self.first.day} to {last}"


def period_with(every: Every, day: date) -> Period:
    """The week, month, quarter, half-year or year in which the day lies."""
    if every == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first=first, last=first + timedelta(days=6))
    months = _MONTHS[every]
    past = (day.month - _APRIL) % months
    first = _months_later(day.replace(day=1), -past)
    return Period(first=first, last=_months_later(first, months) - _DAY)


def period_before(every: Every, period: Period) -> Period:
    """The one before that."""
    return period_with(every, period.first - _DAY)


def made_at(kind: ReportKind, council: Council, period: Period) -> datetime:
    """When the report of a period is made: on its working day after the end, as digests are.

    Aware, in UTC. Raises `OutsideCalendar`.
    """
    day, left = period.last, kind.made_on
    while left:
        day += _DAY
        left -= council.calendar.is_working_day(day)
    return datetime.combine(day, council.digest_at, LONDON).astimezone(UTC)


def periods_due(
    kind: ReportKind, council: Council, now: datetime, made: date | None
) -> tuple[Period, ...]:
    """The periods whose report is to be made by `now`, an aware instant; the oldest first.

    `made` is the last day of the latest one that is made. Where none is, the latest period alone is
    due; of those that were missed while no worker ran, the latest MOST_CAUGHT_UP.
    """
    found: list[Period] = []
    for period in _backwards(kind.every, in_london(now).date()):
        if (made is not None and period.last <= made) or len(found) == MOST_CAUGHT_UP:
            break
        if made_at(kind, council, period) <= now:
            found.append(period)
            if made is None:
                break
    return tuple(reversed(found))


def next_made_at(kind: ReportKind, council: Council, now: datetime) -> datetime:
    """When the next report of that kind is made, after `now`; both aware, in UTC."""
    period = period_before(kind.every, period_with(kind.every, in_london(now).date()))
    while (at := made_at(kind, council, period)) <= now:
        period = period_with(kind.every, period.last + _DAY)
    return at


def demand_period(first: date, last: date, today: date, *, whole: Every | None = None) -> Period:
    """The days that somebody asks a report of; `whole` asks for one such time that is over.

    Raises `BadPeriod`.
    """
    if last < first:
        raise BadPeriod("The last day is before the first one. Change one of them.")
    if last > today:
        raise BadPeriod("The last day is still to come. Enter today or a day before.")
    if last - first > LONGEST:
        raise BadPeriod("That is longer than five years. Enter a shorter time.")
    period = Period(first=first, last=last)
    if whole is not None and (period != period_with(whole, first) or last == today):
        latest = period_before(whole, period_with(whole, today))
        raise BadPeriod(
            "This report may leave the service. Of other days it would tell, beside the reports "
            f"that there are, what these hide. Enter a {whole} that is over: for example, "
            f"{latest.in_words}."
        )
    return period


def _backwards(every: Every, day: date) -> Iterator[Period]:
    period = period_before(every, period_with(every, day))
    while period.first.year > FIRST_YEAR and period.last.year < LAST_YEAR:
        yield period
        period = period_before(every, period)


def _months_later(first_of_month: date, months: int) -> date:
    past = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(past // 12, past % 12 + 1, 1)
