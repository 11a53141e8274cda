"""Calendar files (RFC 5545): a due date or a meeting, for people's own calendars.

They say of a case only its number, the step and a link: nothing of a child (X-23).
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

from icalendar import vText

from engine.clock import in_london, parse_instant
from engine.errors import StepladderError

_PRODUCT = "-//Stepladder//Stepladder//EN"
_MEETING = timedelta(hours=1)
_MOST_OCTETS = 75


def due_date(
    case_number: str,
    name: str,
    due: datetime,
    *,
    task_id: int,
    opened_at: datetime,
    moves: int,
    link: str,
    at: datetime,
) -> str:
    """The day on which the step `name` is due, in Europe/London, as an event of a whole day.

    The task's id and when it opened name the event, so that a file with more `moves` of the due
    date changes the one that somebody has. `at` is when this file is made. All instants are aware.
    """
    about = f"task {task_id} {opened_at.isoformat()} {case_number}"
    when = _day(in_london(due).date())
    return _file(about, f"Case {case_number}: {name}, due", when, link=link, moves=moves, at=at)


def meeting(case_number: str, name: str, when: object, *, link: str, at: datetime) -> str | None:
    """The event `name` on `when`: a day, or an hour from an instant, in ISO 8601, London's time.

    None where `when` says neither. The case, the name and `at`, the turn's own instant, name it.
    """
    day_or_time = str(when or "")
    try:
        start = parse_instant(day_or_time)
    except StepladderError:
        return None
    when = _day(in_london(start).date())
    if "T" in day_or_time:
        when = (f"DTSTART:{_utc(start)}", f"DTEND:{_utc(start + _MEETING)}")
    about = f"meeting {case_number} {name} {at.isoformat()}"
    return _file(about, f"Case {case_number}: {name}", when, link=link, moves=0, at=at)


def standing_meeting(
    meeting_id: int, name: str, start: datetime, *, moves: int, link: str, at: datetime
) -> str:
    """A standing meeting of the service: an hour from `start`, an aware instant.

    Its id names the event, so that a file with more `moves` changes the one that somebody has.
    """
    when = (f"DTSTART:{_utc(start)}", f"DTEND:{_utc(start + _MEETING)}")
    return _file(f"standing meeting {meeting_id}", name, when, link=link, moves=moves, at=at)


def _day(day: date) -> tuple[str, ...]:
    """A whole day, which takes nobody's time."""
    after = day + timedelta(days=1)
    return (
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        "TRANSP:TRANSPARENT",
    )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _file(
    about: str, summary: str, when: tuple[str, ...], *, link: str, moves: int, at: datetime
) -> str:
    """A file of one event. Its lines are put together here: a turn that opens a task makes one."""
    # A digest, for case numbers begin anew with each installation.
    digest = hashlib.sha256(f"{link} {about}".encode()).hexdigest()[:32]
    description = f"{link}\nSign in to read it."
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"SUMMARY:{_text(summary)}",
        *when,
        f"DTSTAMP:{_utc(at)}",
        f"UID:{digest}@stepladder",
        f"SEQUENCE:{moves}",
        f"DESCRIPTION:{_text(description)}",
        f"URL:{link}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(map(_folded, lines))


def _folded(line: str) -> str:
    """No line has more octets than that; what is longer goes on after a space (RFC 5545, 3.1)."""
    if len(line.encode()) <= _MOST_OCTETS:
        return line
    found, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > _MOST_OCTETS:
            found, octets = found + "\r\n ", 1
        found, octets = found + letter, octets + size
    return found


def _text(value: str) -> str:
    return str(vText(value).to_ical(), "utf-8")
