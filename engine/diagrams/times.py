"""Times as people write them on a diagram: `5 working days`, `24 hours`, `answer_by`.

What a text may say (case and the plural do not matter):

* `5 working days`: by the council's calendar, due at the end of the day (X-3);
* `10 days`: calendar days, due at the end of the day;
* `24 hours`, `30 minutes`: elapsed time, also over a change of the clocks;
* `same time next working day`: 24 working hours, to the same clock time (A-ROT-5);
* ISO 8601: `P5D` is `5 days`, `P1W` is `7 days`, `PT24H` is `24 hours`, `PT1H30M` is `90 minutes`;
* `2026-04-07T17:00` is that instant (London, without an offset), `2026-04-07` the end of that day;
* `answer_by`: the date or instant in that routing value, a date meaning the end of that day;
* after any amount: ` from contacted_at`, counted from that value, or from receipt while it is empty
  (A-NEL-2: a contact may be back-dated);
* at the end: `, or answer_by if earlier`, which has no effect while that value is empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from engine.calendars import MOST_WORKING_DAYS, Calendar, end_of_day
from engine.clock import BadInstant, in_london, parse_instant
from engine.diagrams import time_habits
from engine.diagrams.values import NAME, Value, iso_date
from engine.errors import StepladderError

_LONGEST = 200


_ADVICE = 'Write for example "5 working days", "24 hours" or the name of a date such as answer_by.'


class BadTime(StepladderError):
    """A text that is no time, or a time whose value in the case is no date.

    Its sentence is `found`, what is wrong, and then the mended text or, without one, advice.
    """

    def __init__(self, found: str, advice: str = _ADVICE, *, mended: str | None = None) -> None:
        """`found` and `advice` are sentences; `mended` is the whole text as it should be."""
        super().__init__(f"{found} {advice}" if mended is None else f'{found} Write "{mended}".')
        self.found = found
        self.mended = mended


class Unit(Enum):
    """What an amount of time is counted in, in the singular."""

    WORKING_DAY = "working day"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SAME_TIME = "same time next working day"


_MOST = {Unit.WORKING_DAY: MOST_WORKING_DAYS, Unit.DAY: 3660, Unit.HOUR: 9999, Unit.MINUTE: 99999}
_DAY_LONG = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Time:
    """When something is due, counted from the instant at which it was received.

    Exactly one of `amount` (with `unit`), `on` (an ISO date or instant as written) and `name` (a
    routing value) is set. `starts` and `unless_earlier` are the names of routing values.
    """

    amount: int | None = None
    unit: Unit | None = None
    on: str | None = None
    name: str | None = None
    starts: str | None = None
    unless_earlier: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The routing values that it reads."""
        return frozenset(name for name in (self.name, self.starts, self.unless_earlier) if name)

    @property
    def working_days(self) -> int | None:
        """How many working days it gives, or None when it is told in another way."""
        return self.amount if self.unit is Unit.WORKING_DAY else None

    def in_words(self) -> str:
        """The text that a person would write; `parse` reads it back as the same time."""
        words = self.on or self.name or ""
        if self.unit is Unit.SAME_TIME:
            words = self.unit.value
        elif self.amount is not None and self.unit is not None:
            words = f"{self.amount} {self.unit.value}{'' if self.amount == 1 else 's'}"
        if self.starts:
            words += f" from {self.starts}"
        return f"{words}, or {self.unless_earlier} if earlier" if self.unless_earlier else words

    def due(
        self,
        received: datetime,
        calendar: Calendar,
        values: Mapping[str, Value],
        *,
        statutory: bool,
    ) -> datetime:
        """The instant at which it is due, aware, in UTC; perhaps one that has already passed.

        `received` is aware; `values` are the case's routing values; `statutory` leaves out what the
        council added to its `calendar`. Raises BadTime when a value that is needed is empty or no
        date, and what the calendar raises.
        """
        starts = _instant(self.starts, values) if self.starts else None
        due = self._counted(starts or received, calendar, values, statutory)
        earlier = _by(self.unless_earlier, values) if self.unless_earlier else None
        return due if earlier is None else min(due, earlier)

    def elapsed(self, received: datetime, values: Mapping[str, Value]) -> datetime | None:
        """Where 24 hours may be meant as working or as elapsed ones, the end of the elapsed ones.

        It is kept beside what is due, for whoever reads the text so (A-ROT-5); None for any other
        time. `received` and `values` as for `due`; the result is aware, in UTC. Raises BadTime.
        """
        if self.unit is not Unit.SAME_TIME:
            return None
        starts = _instant(self.starts, values) if self.starts else None
        return (starts or received) + _DAY_LONG

    def _counted(
        self, start: datetime, calendar: Calendar, values: Mapping[str, Value], statutory: bool
    ) -> datetime:
        if self.amount is None or self.unit is None:
            return self._fixed(values)
        if self.unit is Unit.WORKING_DAY:
            return calendar.due(start, self.amount, statutory=statutory)
        if self.unit is Unit.SAME_TIME:
            return calendar.same_time_next_working_day(start, statutory=statutory)
        try:
            if self.unit is Unit.DAY:
                return end_of_day(in_london(start).date() + timedelta(days=self.amount))
            return start + self.amount * _ELAPSED[self.unit]
        except OverflowError:
            raise BadTime(
                f"{self.amount} {self.unit.value}s from the year {start.year} end in no calendar.",
                "Correct the date.",
            ) from None

    def _fixed(self, values: Mapping[str, Value]) -> datetime:
        if self.on is not None:
            day = iso_date(self.on)
            return parse_instant(self.on) if day is None else end_of_day(day)
        due = _by(self.name or "", values)
        if due is None:
            raise BadTime(f"{self.name} is empty.", "Give it a date: something is due by it.")
        return due


_ELAPSED = {Unit.HOUR: timedelta(hours=1), Unit.MINUTE: timedelta(minutes=1)}


def _instant(name: str, values: Mapping[str, Value]) -> datetime | None:
    """The instant in a routing value, the start of the day for a date; None while it is empty."""
    value = values.get(name)
    if isinstance(value, date):
        value = value.isoformat()
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return parse_instant(value if isinstance(value, str) else str(value))
    except BadInstant as error:
        raise BadTime(f"{name} should hold a date.", str(error)) from error


def _by(name: str, values: Mapping[str, Value]) -> datetime | None:
    """As `_instant`, but the end of the day for a date."""
    day = iso_date(str(values.get(name)).strip())
    return _instant(name, values) if day is None else end_of_day(day)


_WHOLE = re.compile(
    rf"(?P<body>\S.*?)(?:\s+from\s+(?P<starts>{NAME.pattern}))?"
    rf"(?:\s*,?\s+or\s+(?P<unless>{NAME.pattern})\s+if\s+earlier)?",
    re.ASCII | re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?P<amount>\d{1,9})\s+(?P<unit>working\s+day|day|hour|minute)s?", re.ASCII | re.IGNORECASE
)
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W|(?P<days>\d{1,6})D|T(?=\d)(?:(?P<hours>\d{1,6})H)?"
    r"(?:(?P<minutes>\d{1,6})M)?)",
    re.ASCII,
)
_LIKE_DURATION = re.compile(r"[PR]T?\d[0-9A-Z]*", re.ASCII)
_LIKE_INSTANT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", re.ASCII)


@lru_cache(maxsize=2048)
def parse(text: str) -> Time:
    """The time that `text` says, of 200 characters at most.

    Raises BadTime with a sentence that says what is wrong and gives the mended text.
    """
    if len(text) > _LONGEST:
        raise BadTime(
            f"The time has {len(text)} characters.", f"Keep it within {_LONGEST} characters."
        )
    words = " ".join(text.split())
    try:
        return _parse(words)
    except BadTime as error:
        mended = _mended(words)
        if mended is None:
            raise
        raise BadTime(error.found, mended=mended) from error


def _mended(words: str) -> str | None:
    candidate = time_habits.mended(words)
    try:
        time = _parse(candidate)
    except BadTime:
        return None
    # A lone word is advised only when it was written as code: "by monday" names no value.
    return None if time.name and words[0] not in "$#=" else time.in_words()


def _parse(words: str) -> Time:
    whole = _WHOLE.fullmatch(words)
    if whole is None:
        raise BadTime("The time is empty.")
    body, starts, unless = whole["body"], whole["starts"], whole["unless"]
    counted = _counted(body)
    if counted is not None:
        amount, unit = counted
        return Time(amount=amount, unit=unit, starts=starts, unless_earlier=unless)
    if starts is not None:
        raise BadTime(f'"{body}" is not counted from anything.', f'Take away "from {starts}".')
    if _LIKE_INSTANT.fullmatch(body):
        return Time(on=_on(body), unless_earlier=unless)
    if NAME.fullmatch(body) and not _LIKE_DURATION.fullmatch(body):
        return Time(name=body, unless_earlier=unless)
    raise BadTime(*time_habits.what_is_wrong(words))


def _counted(body: str) -> tuple[int, Unit] | None:
    if body.lower() == Unit.SAME_TIME.value:
        return 1, Unit.SAME_TIME
    amount, duration = _AMOUNT.fullmatch(body), _DURATION.fullmatch(body)
    if amount:
        return _bounded(int(amount["amount"]), Unit(amount["unit"].lower()), body)
    if not duration:
        return None
    weeks, days, hours, minutes = (
        int(duration[part] or 0) for part in ("weeks", "days", "hours", "minutes")
    )
    if duration["weeks"] or duration["days"]:
        return _bounded(weeks * 7 + days, Unit.DAY, body)
    if minutes:
        return _bounded(hours * 60 + minutes, Unit.MINUTE, body)
    return _bounded(hours, Unit.HOUR, body)


def _bounded(amount: int, unit: Unit, body: str) -> tuple[int, Unit]:
    if not 1 <= amount <= _MOST[unit]:
        raise BadTime(
            f'"{body}" is too short or too long.',
            f"Give a whole number of {unit.value}s from 1 to {_MOST[unit]}.",
        )
    return amount, unit


def _on(body: str) -> str:
    try:
        parse_instant(body)
    except BadInstant as error:
        raise BadTime(f'"{body}" is no time.', str(error)) from error
    return body
