"""The time: the only module that reads it.

Inside the product an instant is an aware `datetime` in UTC. At the edges, where a person writes or
reads a time, it is Europe/London.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.errors import StepladderError

LONDON = ZoneInfo("Europe/London")

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


class BadInstant(StepladderError):
    """A text or a value that names no single instant."""


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that shows what somebody set, for scenarios, the demonstration and tests."""

    def __init__(self, at: datetime) -> None:
        """`at` is an aware instant in any zone. Raises BadInstant when it has no zone."""
        self._at = _in_utc(at)

    def now(self) -> datetime:
        """The instant that was set, aware, in UTC; it stands still until it is moved."""
        return self._at

    def set(self, at: datetime) -> None:
        """Show `at`, an aware instant in any zone. Raises BadInstant when it has no zone."""
        self._at = _in_utc(at)

    def advance(self, by: timedelta) -> None:
        """Move on by `by` of elapsed time (a day is 24 hours, also when the clocks change)."""
        self._at += by


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise BadInstant(
            f"{instant.isoformat()} has no time zone. Give an aware instant, as parse_instant does."
        )
    return instant.astimezone(UTC)


def in_london(instant: datetime) -> datetime:
    """The aware `instant` as the clock on a wall in London shows it.

    Raises BadInstant when `instant` has no time zone.
    """
    return _in_utc(instant).astimezone(LONDON)


def parse_instant(text: str) -> datetime:
    """The instant that an ISO 8601 text names, aware, in UTC.

    Without an offset the text is a time in Europe/London; a date alone is the start of that day.
    When the clocks go back, 01:30 happens twice: without an offset it is the first of the two, so
    that no deadline is later for the doubt. When they go forward, 01:30 never happens: refused.
    Raises BadInstant for anything else, with a sentence that shows how to write it.
    """
    written = text.strip()
    if not _ISO.fullmatch(written):
        raise BadInstant(
            f"{_shown(text)} is not a date and time. "
            "Write it as 2026-03-27T16:00 (London time) or 2026-03-27T16:00:00Z."
        )
    try:
        instant = datetime.fromisoformat(written)
        if instant.tzinfo is None:
            return _from_london(instant)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInstant(
            f"{_shown(text)} is not in the calendar. Check the day, the month and the time."
        ) from error


def _from_london(wall: datetime) -> datetime:
    instant = wall.replace(tzinfo=LONDON, fold=0).astimezone(UTC)
    # Only a wall time that the spring change skips comes back as another one.
    if instant.astimezone(LONDON).replace(tzinfo=None) != wall:
        raise BadInstant(
            f"{wall:%H:%M} on {wall:%Y-%m-%d} did not happen: the clocks went forward. "
            "Write a time one hour later."
        )
    return instant


def _shown(text: str) -> str:
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
