"""Working days in England: deadlines counted in them, and why a day is skipped.

Weekends and the bank holidays of England are left out for every clock (X-5). What a council adds
for itself, its closure days and its daily cut-off (X-3), holds for its stage clocks only: the
statutory clock, the 20 working days of the IRO Handbook 6.2, ignores both, for no local rule may
lengthen it. Vector V9 of the procedures says so of closure days; the 20-day columns of V3 and V6,
the rows with a cut-off, are stage clocks of 20 working days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from engine.clock import LONDON, in_london
from engine.errors import StepladderError

FIRST_YEAR = 2000
# The `holidays` package knows England's bank holidays to 2100.
LAST_YEAR = 2099
MOST_WORKING_DAYS = 1000

_ONE_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


class BadWorkingDays(StepladderError):
    """A number of working days that no deadline can have."""


class OutsideCalendar(StepladderError):
    """A day in a year for which the bank holidays are not known."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A day that did not count, and why: "Saturday", "Good Friday", "closed: Christmas closure"."""

    day: date
    why: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How a due instant came about.

    `due` is aware, in UTC. Each day after the day on which the thing came, up to the due day,
    stands either in `days` (it counted; the last one is the due day) or in `skipped`.
    """

    due: datetime
    days: tuple[date, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One council's working days: `closure_days` by date with their names, and an optional cut-off.

    `cut_off` is a clock time in London. What comes after it, or on a day that is not a working day,
    counts as received on the next working day; without a cut-off the day it came is day 0.
    `statutory`, wherever it is asked, leaves both out.
    """

    closure_days: Mapping[date, str] = field(default_factory=dict, hash=False)
    cut_off: time | None = None

    def why_not(self, day: date, *, statutory: bool = False) -> str | None:
        """Why `day` is no working day, or None when it is one. Raises OutsideCalendar."""
        bank_holiday = _bank_holidays(day.year).get(day)
        if bank_holiday is not None:
            return bank_holiday
        if day.weekday() >= 5:
            return f"{day:%A}"
        if not statutory and day in self.closure_days:
            return f"closed: {self.closure_days[day]}"
        return None

    def is_working_day(self, day: date, *, statutory: bool = False) -> bool:
        """Whether `day` counts; `statutory` leaves closure days out. Raises OutsideCalendar."""
        return self.why_not(day, statutory=statutory) is None

    def due(self, received: datetime, working_days: int, *, statutory: bool = False) -> datetime:
        """The last second of the n-th working day after receipt (X-1, X-3).

        `received` is an aware instant, the result too, in UTC: due on Mon 30 Mar 2026 gives
        2026-03-30T22:59:59Z. Raises BadWorkingDays, OutsideCalendar, and BadInstant without a zone.
        """
        return self.count(received, working_days, statutory=statutory).due

    def count(self, received: datetime, working_days: int, *, statutory: bool = False) -> Counted:
        """As `due`, with the days that counted and the days that were skipped."""
        if not 1 <= working_days <= MOST_WORKING_DAYS:
            raise BadWorkingDays(
                f"A deadline cannot be {working_days} working days away. "
                f"Give a whole number from 1 to {MOST_WORKING_DAYS}."
            )
        day, skipped = self._received_on(received, statutory)
        days: list[date] = []
        while len(days) < working_days:
            day += _ONE_DAY
            why = self.why_not(day, statutory=statutory)
            if why is None:
                days.append(day)
            else:
                skipped.append(Skipped(day=day, why=why))
        return Counted(due=end_of_day(day), days=tuple(days), skipped=tuple(skipped))

    def same_time_next_working_day(
        self, received: datetime, *, statutory: bool = False
    ) -> datetime:
        """24 working hours: the clock time of `received` on the next working day (A-ROT-5).

        Both instants are aware; the result is in UTC. A cut-off does not matter here, since the
        clock time itself is kept. The next working day is never a Sunday, so no change of the
        clocks falls into it. Raises OutsideCalendar, and BadInstant without a zone.
        """
        local = _in_calendar(received)
        day = self._next_working_day(local.date(), statutory=statutory)
        return datetime.combine(day, local.time(), LONDON).astimezone(UTC)

    def working_days_between(self, a: date, b: date, *, statutory: bool = False) -> int:
        """How many working days come after day `a`, up to and with day `b`.

        Negative when `b` is before `a`. Raises OutsideCalendar.
        """
        if b < a:
            return -self.working_days_between(b, a, statutory=statutory)
        days = (a + timedelta(days=past) for past in range(1, (b - a).days + 1))
        return sum(self.is_working_day(day, statutory=statutory) for day in days)

    def _received_on(self, received: datetime, statutory: bool) -> tuple[date, list[Skipped]]:
        """Day 0, and the days that the cut-off pushed past (day 0 among them, as it was moved)."""
        local = _in_calendar(received)
        came = local.date()
        if self.cut_off is None or statutory:
            return came, []
        if local.time() <= self.cut_off and self.is_working_day(came):
            return came, []
        counts_from = self._next_working_day(came, statutory=False)
        skipped: list[Skipped] = []
        for past in range(1, (counts_from - came).days + 1):
            day = came + timedelta(days=past)
            why = self.why_not(day) or f"day of receipt: cut-off {self.cut_off:%H:%M}"
            skipped.append(Skipped(day=day, why=why))
        return counts_from, skipped

    def _next_working_day(self, day: date, *, statutory: bool) -> date:
        day += _ONE_DAY
        while not self.is_working_day(day, statutory=statutory):
            day += _ONE_DAY
        return day


def end_of_day(day: date) -> datetime:
    """The last second of `day` in London, as an aware instant in UTC."""
    return datetime.combine(day, _LAST_SECOND, LONDON).astimezone(UTC)


def _in_calendar(received: datetime) -> datetime:
    # Asked before the zone is changed: at the ends of time that overflows.
    _check_year(received.year)
    return in_london(received)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar(
            f"The bank holidays of {year} are not known. "
            f"Use dates from {FIRST_YEAR} to {LAST_YEAR}."
        )


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def _bank_holidays(year: int) -> Mapping[date, str]:
    _check_year(year)
    # Imported late: it takes 0.2 s, which most commands can do without.
    import holidays

    # Without the subdivision, Easter Monday and the August holiday are missing.
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return {
        day: name.replace("(observed)", "(substitute day)")
        for day, name in found.items()
        if day.weekday() < 5
    }
