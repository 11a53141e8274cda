"""Dates and times as people write them in a form's parts."""

import re
from datetime import date, time

from engine.clock import BadInstant, parse_instant

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DIGITS = re.compile(r"\d{1,4}", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?", re.ASCII)
_SPOKEN = {"midday": time(12), "noon": time(12), "midnight": time(0)}
_EARLIEST, _LATEST = 1900, 2199


class Wrong(Exception):
    """An answer that cannot be kept: the sentence that is shown at its field."""


def read_date(named: str, day: str, month: str, year: str) -> date:
    """The date of the three parts; a month may be its name. `named` begins the error's sentence.

    Raises `Wrong` for parts that are missing, and for what is no date from 1900 to 2199.
    """
    parts = (("a day", day), ("a month", month), ("a year", year))
    missing = [part for part, text in parts if not text]
    if missing:
        wanted = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        raise Wrong(f"{named} must include {wanted}")
    numbers = [_number(day), _month(month), _number(year)]
    if _number(year) is not None and len(year) != 4:
        raise Wrong(f"{named} must have a year of 4 numbers, like 2026")
    try:
        found = date(*(_demanded(number) for number in reversed(numbers)))
    except ValueError as error:
        raise Wrong(f"{named} must be a real date, like 27 3 2026") from error
    if not _EARLIEST <= found.year <= _LATEST:
        raise Wrong(f"{named} must be between {_EARLIEST} and {_LATEST}")
    return found


def _number(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) else None


def _month(text: str) -> int | None:
    word = text.lower().rstrip(".")
    if len(word) >= 3:
        for number, name in enumerate(_MONTHS, 1):
            if name.startswith(word):
                return number
    return _number(text)


def _demanded(number: int | None) -> int:
    if number is None:
        raise ValueError("not a number")
    return number


def read_time(named: str, text: str) -> time:
    """The time of a text like 9:30, 16.00 or 4:30pm. Raises `Wrong` for anything else."""
    written = text.strip().lower()
    if written in _SPOKEN:
        return _SPOKEN[written]
    found = _TIME.fullmatch(written)
    hour, minute, half = found.groups() if found else (None, None, None)
    if hour is not None and (minute or half):
        try:
            return time(_hour(int(hour), half), int(minute or 0))
        except ValueError:
            pass
    raise Wrong(f"{named} must be a time, like 9:30am or 16:30")


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half == "pm" else 0)


def read_datetime(named: str, day: date, text: str) -> str:
    """`day` and the time in `text` as ISO text in London's time, "2026-03-27T16:00".

    Raises `Wrong` without a time, and for one that the spring change of the clocks skips.
    """
    if not text:
        raise Wrong(f"{named} must include a time")
    written = f"{day.isoformat()}T{read_time(named, text):%H:%M}"
    try:
        parse_instant(written)
    except BadInstant as error:
        raise Wrong(f"{named} must be a real time: {error}") from error
    return written
