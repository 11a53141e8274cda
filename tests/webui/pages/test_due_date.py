"""A due date in one's own calendar: a download for who may see the task, without a child's data."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from engine.clock import parse_instant
from tests.stories import everything
from tests.webui.office import CONCERN, Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def formal(office: Office) -> int:
    office.raise_concern(entry="formal", decision="stage 1", reason="Four weeks.", to=None)
    return office.rehearsal.task_at("stage1_respond").id


def summary(content: str) -> tuple[str, str, str, int]:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    day = str(event.decoded("DTSTART"))
    return str(event["SUMMARY"]), day, str(event["UID"]), int(event.decoded("SEQUENCE"))


@pytest.mark.shows("due_date", "one")
def test_the_task_and_the_case_offer_it_to_who_is_asked(office: Office, client_as: Sign) -> None:
    task_id = formal(office)
    manager = client_as("tm")
    address = f"/tasks/{task_id}/due-date.ics"
    for page in (f"/tasks/{task_id}", "/cases/2026-00001"):
        assert f'href="{address}"' in manager.get(page).text
        assert "to your calendar" in text_of(manager.get(page))
    answer = manager.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="case-2026-00001-due.ics"'
    )
    said, day, _, sequence = summary(answer.text)
    assert (said, day) == ("Case 2026-00001: Respond at Stage 1, due", "2026-03-30")
    assert sequence == 0
    child = office.child
    for secret in (child.name, child.reference, *child.name.split(), *CONCERN.values()):
        assert (
            not isinstance(secret, str)
            or secret in ("informal", "tm")
            or (secret not in answer.text)
        )


def test_it_changes_the_event_that_the_message_brought(office: Office, client_as: Sign) -> None:
    task_id = formal(office)
    rows = everything(office.installation.database)["notices"]
    (brought,) = (str(v) for row in rows for v in row if str(v).startswith("BEGIN:VCALENDAR"))
    until = parse_instant("2026-04-01T12:00").date()
    office.rehearsal.give_time("stage1_respond", until, "Leave.")
    later = client_as("tm").get(f"/tasks/{task_id}/due-date.ics").text
    assert summary(later)[1:] == ("2026-04-01", summary(brought)[2], 1)


@pytest.mark.shows("due_date", "forbidden")
def test_only_who_may_see_the_task_gets_it(office: Office, client_as: Sign) -> None:
    task_id = formal(office)
    for post, status in (("raiser", 200), ("iro_sm", 200), ("hos", 403), ("sw", 403)):
        assert client_as(post).get(f"/tasks/{task_id}/due-date.ics").status_code == status, post
    assert client_as("tm").get("/tasks/999/due-date.ics").status_code == 403
    assert client_as("tm").get(f"/tasks/{10**30}/due-date.ics").status_code == 403
    looks = [(row.what, row.allowed) for row in office.access_log()]
    assert looks.count(("due date", True)) == 2
    assert ("refused: due_date.show", False) in looks


def test_a_referral_that_is_considered_is_nobody_elses(office: Office, client_as: Sign) -> None:
    formal(office)
    office.rehearsal.press("consider_pressed", {})
    task_id = office.rehearsal.task_at("tell_line_manager").id
    assert client_as("tm").get(f"/tasks/{task_id}/due-date.ics").status_code == 403


@pytest.mark.shows("due_date", "error")
def test_a_task_that_is_done_has_no_due_date_any_more(office: Office, client_as: Sign) -> None:
    task_id = formal(office)
    office.rehearsal.answer("stage1_respond", {"answer": "Done", "position": "agreed"})
    answer = client_as("tm").get(f"/tasks/{task_id}/due-date.ics")
    assert answer.status_code == 409
    assert "already answered this" in text_of(answer)
    assert send(client_as("tm"), f"/tasks/{task_id}/due-date.ics", {}, page="/").status_code == 405
