"""The draft of a procedure: begun, read, taken over, undone, thrown away, restored."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.drafts import demand_draft
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import DRAFT, PAGE, begin, set_days
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def seen(office: Office) -> dict[str, str]:
    draft = demand_draft(office.installation, "positive-challenge", office.people["iro_sm"])
    return {"seen": draft.state}


@pytest.mark.shows("redraw", "empty")
def test_without_a_draft_one_can_be_begun(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    assert f'href="{DRAFT}"' in manager.get(PAGE).text
    page = text_of(manager.get(DRAFT))
    assert "There is no draft of this procedure." in page
    assert "Begin a draft from version 1" in page
    answer = send(manager, DRAFT, {})
    assert (answer.status_code, answer.location) == (303, DRAFT)
    again = send(manager, DRAFT, {}, page=f"{DRAFT}/throw-away")
    assert again.status_code == 409
    assert "There is a draft already" in again.text


@pytest.mark.shows("redraw", "one", "many")
def test_the_table_has_each_step_under_its_stage(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(DRAFT))
    assert "You have had this draft since Monday 23 March 2026 at 10am" in page
    assert "Nothing was changed in it yet." in page
    row = page[page.index("Respond at Stage 1") :]
    assert row.index("Team Manager") < row.index("5 working days") < row.index("in the digest")
    assert page.count("Respond at Stage") == 4
    assert "1 working day from contacted_at" in page

    set_days(manager, "3")
    page = text_of(manager.get(DRAFT))
    assert "the time to answer was 5 working days, and is now 3 working days" in page
    answer = send(manager, f"{DRAFT}/back", seen(office), page=DRAFT)
    assert answer.status_code == 303
    page = text_of(manager.get(DRAFT))
    assert "Undone." in page
    assert "Do it again" in page
    assert "Undo the last change" not in page
    send(manager, f"{DRAFT}/forward", seen(office), page=DRAFT)
    assert "Undone." not in text_of(manager.get(DRAFT))


def test_another_reads_it_and_takes_it_over(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    admin = client_as("admin")
    page = admin.get(DRAFT)
    name = office.people["iro_sm"].name
    assert f"{name} has had this draft since Monday 23 March 2026 at 10am" in text_of(page)
    assert f"{DRAFT}/steps/stage1_respond" not in page.text
    held = admin.get(f"{DRAFT}/steps/stage1_respond")
    assert (held.status_code, "Somebody else has the draft" in held.text) == (409, True)
    for act in ("back", "throw-away"):
        answer = send(admin, f"{DRAFT}/{act}", seen(office), page=DRAFT)
        assert answer.status_code == 409
    answer = send(admin, f"{DRAFT}/take-over", {}, page=DRAFT)
    assert answer.status_code == 303
    assert "You have had this draft since" in text_of(admin.get(DRAFT))
    set_days(admin, "4")
    assert "is now 4 working days" in text_of(manager.get(DRAFT))


def test_it_is_there_when_one_signs_in_again(client_as: Sign) -> None:
    set_days(begin(client_as), "3")
    assert "is now 3 working days" in text_of(client_as("iro_sm").get(DRAFT))


@pytest.mark.shows("redraw", "error")
def test_what_was_changed_meanwhile_is_neither_undone_nor_thrown_away(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    old = seen(office)
    set_days(manager, "3")
    for act in ("back", "forward", "throw-away"):
        answer = send(manager, f"{DRAFT}/{act}", old, page=DRAFT)
        assert answer.status_code == 409
        assert "The draft was changed meanwhile" in answer.text
    forward = send(manager, f"{DRAFT}/forward", seen(office), page=DRAFT)
    assert forward.status_code == 409


def test_it_is_thrown_away_after_a_question(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    page = text_of(manager.get(f"{DRAFT}/throw-away"))
    assert "1 change is lost, and cannot be got back." in page
    answer = send(manager, f"{DRAFT}/throw-away", seen(office))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "The draft was thrown away" in text_of(manager.get(PAGE))
    assert manager.get(f"{DRAFT}/throw-away").status_code == 409
    assert "There is no draft of this procedure." in text_of(manager.get(DRAFT))


@pytest.mark.shows("redraw", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "dcs"])
def test_nobody_else_reads_or_begins_it(client_as: Sign, post: str) -> None:
    client = client_as(post)
    assert "Redraw the procedure" not in client.get(PAGE).text
    assert client.get(DRAFT).status_code == 403
    assert send(client, DRAFT, {}, page="/").status_code == 403


@pytest.mark.parametrize("wanted", ["7", "x", "-1", "9" * 30, "9" * 5000, "²"])
def test_a_version_that_there_is_not(client_as: Sign, wanted: str) -> None:
    manager = client_as("iro_sm")
    answer = send(manager, DRAFT, {"version": wanted})
    # what is no number is no wish for an older one
    assert answer.status_code == (409 if wanted.isascii() and wanted.isdigit() else 303)
