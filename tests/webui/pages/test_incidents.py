"""Cases that cannot go on, and setting a case right: who may, with which reason, what follows."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from engine.clock import parse_instant
from engine.diagrams.run import Stuck
from engine.procedures import publish
from engine.store.cases import cases
from engine.worker import Worker
from tests.engine.moving.test_moves import _NoPost
from tests.engine.operating.test_incidents import nowhere_from, without_a_way
from tests.few_scenarios import on_the_newest
from tests.stories import open_steps
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = "/incidents"
REASON = "The Director agreed on 31 March."


def stuck(office: Office) -> str:
    """At Stage 1 since 23 March; the silence of 30 March leads nowhere. It is 31 March."""
    publish(office.installation, without_a_way(), by=None, reason="Decided.")
    on_the_newest(office.rehearsal)
    number = office.raise_concern(entry="formal", decision="stage 1", reason="It cannot wait.")
    office.clock.set(parse_instant("2026-03-31T09:00"))
    Worker(office.installation, _NoPost()).round()
    return number


def do(client: FlaskClient, number: str, act: str, **fields: str) -> TestResponse:
    """The act is done on its own page, with a reason."""
    return send(client, f"{PAGE}/{number}/{act}", {"reason": REASON, **fields})


@pytest.mark.shows("incidents", "empty")
def test_where_every_case_goes_on_any_can_be_looked_at(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    manager = client_as("iro_sm")
    page = text_of(manager.get(PAGE))
    assert "Every open case can go on." in page
    assert "Incidents: cases that cannot go on" in text_of(manager.get("/procedures"))
    found = send(manager, PAGE, {"number": f" {number} "})
    assert (found.status_code, found.location) == (303, f"{PAGE}/{number}")
    page = text_of(manager.get(found.location))
    assert f"Where case {number} stands" in page
    assert "Played Child" not in page
    assert "cannot go on" not in text_of(manager.get("/"))


@pytest.mark.shows("incidents", "one", "many")
def test_who_looks_after_it_and_the_raiser_see_that_it_is_stuck(
    office: Office, client_as: Sign
) -> None:
    number = stuck(office)
    manager, raiser = client_as("iro_sm"), client_as("raiser")
    assert "1 case cannot go on by itself" in text_of(manager.get("/"))
    assert "cannot go on" not in text_of(raiser.get("/"))
    page = text_of(manager.get(PAGE))
    cause = "At “Who knows?” there is no way on that fits what was answered."
    assert f"{number} Tuesday 31 March 2026 at 9am {cause}" in page
    page = text_of(manager.get(f"{PAGE}/{number}"))
    assert cause in page
    assert "Told: Safeguarding and Review Service Manager, Administrator." in page
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "Since Tuesday 31 March 2026 at 9am this case cannot go on by itself" in case
    assert "Told: Safeguarding and Review Service Manager, Administrator." in case
    assert "The case could not go on at “Respond at Stage 1”." in case


def test_a_step_is_skipped_and_put_back_with_a_reason(office: Office, client_as: Sign) -> None:
    number = stuck(office)
    manager = client_as("iro_sm")
    task = office.rehearsal.task_at("stage1_respond").id
    page = manager.get(f"{PAGE}/{number}").text
    assert f"/incidents/{number}/steps/{task}/skip" in page
    assert do(manager, number, f"steps/{task}/skip", reason="").status_code == 400
    done = do(manager, number, f"steps/{task}/skip")
    assert (done.status_code, done.location) == (303, f"{PAGE}/{number}")
    page = text_of(manager.get(done.location))
    assert "The step is skipped." in page
    assert "Stage 1 outcome" in page
    assert REASON in page
    assert "Every open case can go on." in text_of(manager.get(PAGE))

    task = office.rehearsal.task_at("stage1_outcome").id
    form = text_of(manager.get(f"{PAGE}/{number}/steps/{task}/skip"))
    assert "by what you say here" in form
    form = text_of(manager.get(f"{PAGE}/{number}/steps/{task}/back"))
    assert "The limit for the whole case stays as it is" in form
    assert do(manager, number, f"steps/{task}/back").status_code == 400
    done = do(manager, number, f"steps/{task}/back", element="stage1_respond")
    assert done.status_code == 303
    assert open_steps(office.rehearsal) == {"stage1_respond": "2026-04-09 23:59"}
    again = manager.get(f"{PAGE}/{number}/steps/{task}/skip")
    assert again.status_code == 409


def test_a_case_that_was_at_no_earlier_step_cannot_go_back(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    task = office.rehearsal.task_at("informal_respond").id
    refused = client_as("iro_sm").get(f"{PAGE}/{number}/steps/{task}/back")
    assert refused.status_code == 409
    assert "The case was at no earlier step." in text_of(refused)


def test_a_case_is_suspended_resumed_tried_again_and_ended(office: Office, client_as: Sign) -> None:
    number = stuck(office)
    admin = client_as("admin")
    assert do(admin, number, "suspend").status_code == 303
    assert "Suspended since" in text_of(admin.get(f"{PAGE}/{number}"))
    assert "This case is suspended" in text_of(client_as("raiser").get(f"/cases/{number}"))
    assert do(admin, number, "suspend").status_code == 409
    assert do(admin, number, "resume").status_code == 303
    done = do(admin, number, "try-again")
    assert "It still cannot go on." in text_of(admin.get(done.location))
    assert do(admin, number, "end").status_code == 303
    page = text_of(admin.get(f"{PAGE}/{number}"))
    assert "The case is closed: Ended by hand" in page
    assert "What you can do" not in page
    assert "Incidents that are over" in text_of(admin.get(PAGE))
    assert do(admin, number, "end").status_code == 409


def test_a_case_that_cannot_be_read_is_told_and_begins_again(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern(entry="formal", decision="stage 1", reason="It cannot wait.")
    with office.installation.database.write() as connection:
        connection.execute(update(cases).values(state=b"\x01damaged"))
    raiser, admin = client_as("raiser"), client_as("admin")
    refused = raiser.get(f"/cases/{number}")
    assert refused.status_code == 409
    assert "The case cannot go on from here" in text_of(refused)
    assert "Begin again at a step" in text_of(admin.get(f"{PAGE}/{number}"))
    assert do(admin, number, "try-again").status_code == 409
    assert "Where the case stands cannot be read." in text_of(admin.get(PAGE))
    done = do(admin, number, "steps/0/back", element="stage1_respond")
    assert done.status_code == 303
    assert raiser.get(f"/cases/{number}").status_code == 200


def test_what_somebody_sent_is_theirs_to_send_again(office: Office, client_as: Sign) -> None:
    package = nowhere_from("stage1_respond", "stage1_closed")
    publish(office.installation, package, by=None, reason="Decided.")
    on_the_newest(office.rehearsal)
    number = office.raise_concern(entry="formal", decision="stage 1", reason="It cannot wait.")
    with pytest.raises(Stuck):
        office.rehearsal.answer("stage1_respond", {"answer": "Yes", "position": "agreed"})
    manager, respondent = client_as("iro_sm"), client_as("tm")
    page = text_of(manager.get(f"{PAGE}/{number}"))
    assert "Mend the cause, then ask them to send it again." in page
    assert "Try again" not in page
    refused = do(manager, number, "try-again")
    assert refused.status_code == 409
    assert "only they can do it again" in text_of(refused)
    assert number in text_of(manager.get(PAGE))
    case = text_of(respondent.get(f"/cases/{number}"))
    assert "Send it again when the cause is mended." in case


@pytest.mark.shows("incidents", "error")
def test_what_is_not_there_is_said(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    manager = client_as("iro_sm")
    refused = send(manager, PAGE, {"number": "2026-99999"})
    assert refused.status_code == 400
    assert "There is no case of that number." in text_of(refused)
    assert manager.get(f"{PAGE}/2026-99999").status_code == 404
    assert manager.get(f"{PAGE}/{number}/explode").status_code == 404
    assert do(manager, number, "suspend", reason="").status_code == 400
    assert do(manager, number, "resume").status_code == 409


@pytest.mark.shows("incidents", "forbidden")
def test_only_those_who_look_after_procedures_may(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    for post in ("raiser", "tm"):
        client = client_as(post)
        for page in (PAGE, f"{PAGE}/{number}", f"{PAGE}/{number}/suspend"):
            assert client.get(page).status_code == 403
        assert "Incidents" not in text_of(client.get("/procedures"))


def test_what_only_few_may_see_is_told_to_them_alone(office: Office, client_as: Sign) -> None:
    """The raiser refers straight to CAFCASS; the administrator has no part in that (X-36)."""
    number = office.raise_concern(entry="cafcass")
    office.rehearsal.press("refer_pressed", {"reason": "The court's plan is being left."})
    answer = office.rehearsal.task_at("cafcass_answer").id
    call = office.rehearsal.task_at("telephone_cafcass").id
    question = office.rehearsal.form("cafcass-outcome")
    assert question is not None
    asked = next(each.label for each in question.fields if each.key == "after_cafcass")

    admin, manager = client_as("admin"), client_as("iro_sm")
    page = text_of(admin.get(f"{PAGE}/{number}"))
    assert "A step that only few may see" in page
    assert "CAFCASS" not in page
    assert "Only those who may see it can skip it" in page
    for sent in ({}, {"after_cafcass": "close"}):
        refused = do(admin, number, f"steps/{answer}/skip", **sent)
        assert refused.status_code == 409
        assert "Only those who may see that step can say how the case goes on" in text_of(refused)
    assert asked not in text_of(admin.get(f"{PAGE}/{number}/steps/{answer}/skip"))
    assert asked in text_of(manager.get(f"{PAGE}/{number}/steps/{answer}/skip"))

    skipped = do(admin, number, f"steps/{call}/skip")
    assert skipped.status_code == 303
    said = "Administrator (played) skipped {}: " + REASON
    page = text_of(admin.get(f"{PAGE}/{number}"))
    assert said.format("a step that only few may see") in page
    assert "CAFCASS" not in page
    back = do(admin, number, f"steps/{answer}/back", element="telephone_cafcass")
    assert back.status_code == 303
    page = text_of(admin.get(f"{PAGE}/{number}"))
    assert "put the case back to a step that only few may see: " + REASON in page
    assert "CAFCASS" not in page
    seen = text_of(manager.get(f"{PAGE}/{number}"))
    assert said.format("“Telephone CAFCASS Legal”") in seen
    assert "that only few may see" not in seen
