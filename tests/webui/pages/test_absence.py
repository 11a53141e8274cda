"""Saying when one is away: who stands in, what is refused, taking it back, and what they see."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import parse_instant
from tests.webui.office import Office, send
from tests.webui.reading import text_of
from tests.webui.sending import submit

Sign = Callable[[str], FlaskClient]


def days(first: int, last: int | None, deputy: object = "") -> dict[str, object]:
    fields: dict[str, object] = {
        "starts-day": first,
        "starts-month": 3,
        "starts-year": 2026,
        "deputy": deputy,
    }
    if last is not None:
        fields |= {"ends-day": last, "ends-month": 3, "ends-year": 2026}
    return fields


def record(office: Office, client: FlaskClient, post: str, **more: object) -> TestResponse:
    """The holder of the post says that they are away."""
    address = f"/people/{office.people[post].id}/absences"
    return send(client, address, days(**{"first": 25, "last": 27, **more}))  # type: ignore[arg-type]


@pytest.mark.shows("absence", "one")
def test_a_manager_names_who_stands_in(office: Office, client_as: Sign) -> None:
    manager, deputy = client_as("tm"), office.people["sw"]
    record(office, manager, "tm", deputy=deputy.id)
    page = text_of(manager.get("/me"))
    assert "away from 25 March 2026 to 27 March 2026." in page
    assert f"{deputy.name} stands in, and each act says that it was for" in page
    assert "does not see cases about restricted children" in page
    theirs = text_of(client_as("sw").get("/me"))
    assert "I stand in for Team Manager (played), away 25 March 2026 to 27 March 2026." in theirs
    assert "in your tray today" not in theirs


def test_the_deputy_answers_and_the_case_says_for_whom(office: Office, client_as: Sign) -> None:
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    record(office, client_as("tm"), "tm", deputy=office.people["dcs"].id)
    deputy = client_as("dcs")
    task = office.rehearsal.task_at("stage1_respond")
    assert deputy.get(f"/tasks/{task.id}").status_code == 403
    office.clock.set(parse_instant("2026-03-25T09:00"))
    assert "in your tray today" in text_of(deputy.get("/me"))
    named = f"Team Manager (played), for whom {office.people['dcs'].name} stands in"
    assert named in text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "Team Manager (played)" in text_of(deputy.get(f"/tasks/{task.id}"))
    assert send(deputy, f"/tasks/{task.id}", {"answer": "Done."}).status_code == 303
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    name = office.people["dcs"].name
    assert f"{name} for Team Manager (played) answered “Respond at Stage 1”" in page
    office.clock.set(parse_instant("2026-03-28T00:00"))
    assert deputy.get(f"/cases/{number}").status_code == 403


def test_nobody_named_says_who_acts_by_the_rule(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    record(office, manager, "tm", last=None)
    page = text_of(manager.get("/me"))
    assert "From 25 March 2026, with no last day yet" in page
    assert "so Children's Service Manager (played) will act for Team Manager (played)" in page
    top = client_as("dcs")
    record(office, top, "dcs")
    assert "Nobody stands in as Director of Children's Services" in text_of(top.get("/me"))


@pytest.mark.shows("absence", "error")
def test_what_cannot_be_is_said_at_its_field(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    address = f"/people/{office.people['tm'].id}/absences"
    backwards = send(manager, address, days(27, 25))
    assert backwards.status_code == 400
    assert 'href="#ends-day"' in backwards.text
    record(office, manager, "tm")
    again = send(manager, address, days(26, None))
    assert again.status_code == 400
    assert "is away from 25 March 2026 to 27 March 2026 already" in text_of(again)


def test_it_is_changed_and_taken_back(office: Office, client_as: Sign) -> None:
    manager = client_as("tm")
    record(office, manager, "tm")
    found = re.search(r'href="(/absences/\d+)"', manager.get("/me").text)
    assert found is not None
    day = {"last_day-day": 30, "last_day-month": 3, "last_day-year": 2026}
    assert send(manager, found[1], day).status_code == 303
    assert "25 March 2026 to 30 March 2026" in text_of(manager.get("/me"))
    assert send(manager, f"{found[1]}/cancel", {}, page="/me").status_code == 303
    page = text_of(manager.get("/me"))
    assert "The absence was taken back." in page
    assert "No days away are recorded." in page
    assert manager.get(found[1]).status_code == 403


@pytest.mark.shows("absence", "forbidden")
def test_only_an_administrator_says_it_for_another(office: Office, client_as: Sign) -> None:
    address = f"/people/{office.people['tm'].id}/absences"
    other = client_as("sm")
    assert other.get(address).status_code == 403
    assert send(other, address, days(25, 27), page="/").status_code == 403
    admin = client_as("admin")
    assert send(admin, f"{address}?list=1", days(25, 27)).status_code == 303
    page = text_of(admin.get(f"/people/{office.people['tm'].id}"))
    assert "25 March 2026 to 27 March 2026." in page


def test_what_waits_for_the_raiser_is_shown_with_its_reason(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )
    office.rehearsal.answer("stage1_respond", {"answer": "Done."})
    record(office, client_as("raiser"), "raiser", first=23)
    leader = client_as("iro_tm")
    page = text_of(leader.get(f"/cases/{number}"))
    assert (
        "This waits for Independent Chair / IRO (played), or for whoever is given the case" in page
    )
    assert "Raised by Independent Chair / IRO (played), Monday 23 March 2026" in page
    assert f"/cases/{number}/raiser" in leader.get(f"/cases/{number}").text
    assert f"/cases/{number}/child" not in leader.get(f"/cases/{number}").text
    answer = leader.get(f"/cases/{number}/acts/formal_withdraw")
    assert "This waits for Independent Chair / IRO (played)" in text_of(answer)
    task = office.rehearsal.task_at("stage1_outcome")
    shown = text_of(leader.get(f"/tasks/{task.id}"))
    assert "You stand in for Independent Chair / IRO (played)" in shown
    refused = submit(leader, f"/tasks/{task.id}", {"decision": "settled"})
    assert refused.status_code == 400
    assert "This waits for Independent Chair / IRO (played)" in text_of(refused)
