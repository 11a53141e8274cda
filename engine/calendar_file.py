"""Calendar files (RFC 5545): a due date or a meeting, for people's own calendars.

They say of a case only its number, the step and a link: nothing of a child (X-23).
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from engine.clock import in_london, parse_instant
from engine.errors import StepladderError

_PRODUCT = "-//Stepladder//Stepladder//EN"
_MEETING = timedelta(hours=1)


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
    event = _event(f"task {task_id} {opened_at.isoformat()} {case_number}", link, moves, at)
    event.add("summary", f"Case {case_number}: {name}, due")
    _put_day(event, in_london(due).date())
    return _file(event)


def meeting(case_number: str, name: str, when: object, *, link: str, at: datetime) -> str | None:
    """The event `name` on `when`: a day, or an hour from an instant, in ISO 8601, London's time.

    None where `when` says neither. The case, the name and `at`, the turn's own instant, name it.
    """
    day_or_time = str(when or "")
    try:
        start = parse_instant(day_or_time)
    except StepladderError:
        return None
    event = _event(f"meeting {case_number} {name} {at.isoformat()}", link, 0, at)
    event.add("summary", f"Case {case_number}: {name}")
    if "T" in day_or_time:
        event.add("dtstart", start)
        event.add("dtend", start + _MEETING)
    else:
        _put_day(event, in_london(start).date())
    return _file(event)


def _event(about: str, link: str, sequence: int, at: datetime) -> Event:
    event = Event()
    # A digest, for case numbers begin anew with each installation.
    digest = hashlib.sha256(f"{link} {about}".encode()).hexdigest()[:32]
    event.add("uid", f"{digest}@stepladder")
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("description", f"{link}\nSign in to read it.")
    event.add("url", link)
    return event


def _put_day(event: Event, day: date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # it takes nobody's time


def _file(event: Event) -> str:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
