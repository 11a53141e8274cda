"""Calendar files: the due date as a day, changed by a later file, and nothing of a child."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from engine.calendar_file import due_date, meeting
from engine.clock import parse_instant
from engine.forms import Answer
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import at_stage, messages

LINK = "https://stepladder.invalid/cases/2026-00001"
OPENED = parse_instant("2026-03-23T10:00")


def _event(written: str | None) -> dict[str, Any]:
    """The one event of a file, read by the library, as plain values."""
    assert written is not None
    calendar = Calendar.from_ical(written)
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert not event.errors
    return {
        name.lower(): getattr(value, "dt", value)
        for name, value in event.property_items(recursive=False)
        if name not in ("BEGIN", "END")
    }


def _due(due: str, moves: int = 0, task_id: int = 7) -> dict[str, Any]:
    return _event(
        due_date(
            "2026-00001",
            "Respond at Stage 1",
            parse_instant(due),
            task_id=task_id,
            opened_at=OPENED,
            moves=moves,
            link=LINK,
            at=OPENED,
        )
    )


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("2026-03-27T23:59:59", date(2026, 3, 27)),
        ("2026-03-30T23:59:59", date(2026, 3, 30)),  # 22:59 in UTC
        ("2026-10-26T23:59:59", date(2026, 10, 26)),
        ("2026-12-31T23:59:59", date(2026, 12, 31)),
        ("2026-06-01T00:30", date(2026, 6, 1)),  # still May in UTC
    ],
)
def test_it_is_the_whole_day_in_london(due: str, day: date) -> None:
    event = _due(due)
    assert event["dtstart"] == day
    assert (event["dtend"] - day).days == 1
    assert event["transp"] == "TRANSPARENT"


def test_it_says_the_number_the_step_and_where_to_read_on() -> None:
    event = _due("2026-03-30T23:59:59")
    assert event["summary"] == "Case 2026-00001: Respond at Stage 1, due"
    assert event["url"] == LINK
    assert event["description"] == f"{LINK}\nSign in to read it."
    assert event["dtstamp"] == datetime(2026, 3, 23, 10, tzinfo=UTC)


def test_a_due_date_that_moved_changes_the_same_event() -> None:
    first, moved = _due("2026-03-30T23:59:59"), _due("2026-04-02T23:59:59", moves=1)
    other = _due("2026-03-30T23:59:59", task_id=8)
    assert first["uid"] == moved["uid"] != other["uid"]
    assert (first["sequence"], moved["sequence"]) == (0, 1)


def test_a_meeting_is_a_day_or_an_hour() -> None:
    day = _event(meeting("2026-00001", "Meeting", "2026-04-01", link=LINK, at=OPENED))
    assert (day["dtstart"], day["summary"]) == (date(2026, 4, 1), "Case 2026-00001: Meeting")
    hour = _event(meeting("2026-00001", "Meeting", "2026-04-01T14:00", link=LINK, at=OPENED))
    assert hour["dtstart"] == parse_instant("2026-04-01T14:00")
    assert hour["dtend"] == parse_instant("2026-04-01T15:00")
    assert meeting("2026-00001", "Meeting", None, link=LINK, at=OPENED) is None
    assert meeting("2026-00001", "Meeting", "soon", link=LINK, at=OPENED) is None


def _files(told: Rehearsal) -> dict[str, dict[str, Any]]:
    return {each.template: _event(each.calendar) for each in messages(told) if each.calendar}


def test_a_new_task_brings_its_due_date_and_more_time_moves_it(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _files(told)["new-task"]["dtstart"] == date(2026, 3, 30)
    told.give_time("stage1_respond", date(2026, 4, 2), "Leave.")
    told.give_time("stage1_respond", date(2026, 4, 9), "More leave.")
    new, later = _files(told)["new-task"], _files(told)["more-time"]
    assert later["dtstart"] == date(2026, 4, 9)
    assert new["uid"] == later["uid"]
    assert (new["sequence"], later["sequence"]) == (0, 2)


def test_other_messages_bring_none() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    told.press("refer_pressed", {"reason": "It cannot wait"})
    without = {each.template for each in messages(told) if each.calendar is None}
    assert without == {"stage-4", "referring"}


def test_a_meeting_goes_into_the_calendars_of_those_who_are_invited(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    answers: dict[str, Answer] = {
        "meeting_at": "2026-04-01T14:00",
        "place": "Zebedee Quartermaine's school",
        "invited": ["tm"],
        "purpose": "Zebedee Quartermaine cannot wait",
    }
    told.press("convene_pressed", answers)
    invitations = [each for each in messages(told) if each.template == "meeting"]
    assert "tm" in {each.post for each in invitations}
    for each in invitations:
        assert _event(each.calendar)["dtstart"] == parse_instant("2026-04-01T14:00")
        assert "Zebedee" not in f"{each.calendar}{each.subject}{each.body}"
