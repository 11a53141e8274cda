"""An act on its page: its own form, a warning that never blocks, nothing typed is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.procedures import read_package
from tests.stories import PROCESSES
from tests.webui.office import Office, send
from tests.webui.reading import text_of
from tests.webui.sending import hidden, submit, submit_and_check

Sign = Callable[[str], FlaskClient]


def formal(office: Office) -> str:
    return office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )


@pytest.mark.shows("act", "one")
def test_the_raiser_refers_to_cafcass_and_is_told_what_comes_next(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/acts/refer_pressed"
    assert "Refer to CAFCASS" in text_of(raiser.get(address))
    asked = submit(raiser, address, {"reason": "He moves on Friday."})
    check = raiser.get(asked.location).text
    assert "Check your answers" in check
    assert "He moves on Friday." in check
    assert f'href="{address}#reason"' in check
    assert "asked next: Telephone CAFCASS Legal" in check
    assert "Telephone CAFCASS Legal" not in text_of(raiser.get(f"/cases/{number}"))
    done = submit(raiser, asked.location, {})
    assert (done.status_code, done.location) == (303, f"/cases/{number}")
    page = text_of(raiser.get(f"/cases/{number}"))
    assert "You chose “Refer to CAFCASS”." in page
    assert "Telephone CAFCASS Legal" in page


@pytest.mark.shows("act", "error")
def test_what_is_missing_is_asked_for_and_what_was_written_stays(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    answer = send(
        client_as("raiser"),
        f"/cases/{number}/acts/formal_withdraw",
        {"reason": "The plan was put right & agreed."},
    )
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "The plan was put right &amp; agreed." in answer.text


def test_the_warning_stands_on_the_page_and_the_button_works_all_the_same(
    office: Office, client_as: Sign
) -> None:
    office.rehearsal.child = office.add_child("ON-A-PLAN", "Plan Only")
    number = formal(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/acts/refer_pressed"
    assert "The record does not say that this child is looked after." in raiser.get(address).text
    done = submit_and_check(raiser, address, {"reason": "The record is wrong."})
    assert done.location == f"/cases/{number}"


def test_an_act_that_is_offered_no_more_loses_nothing_that_was_typed(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/acts/formal_withdraw"
    raiser.get(address)
    office.rehearsal.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    answer = send(
        raiser, address, {"closed_as": "withdrawn", "reason": "My long reason."}, page="/"
    )
    assert answer.status_code == 409
    assert "My long reason." in answer.text


@pytest.mark.shows("act", "forbidden")
def test_nobody_does_the_act_of_another_post(office: Office, client_as: Sign) -> None:
    number = formal(office)
    manager = client_as("tm")
    address = f"/cases/{number}/acts/refer_pressed"
    assert manager.get(address).status_code == 409
    assert send(manager, address, {"reason": "None."}, page="/").status_code == 409
    assert len(office.rehearsal.tasks()) == 1


def test_somebody_without_a_part_is_not_told_that_there_is_such_an_act(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    assert client_as("ad").get(f"/cases/{number}/acts/refer_pressed").status_code == 403


def test_what_was_checked_and_changed_in_another_window_is_shown_again(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/acts/formal_withdraw"
    fields = {"closed_as": "withdrawn", "reason": "The plan was put right."}
    check = submit(raiser, address, fields).location
    shown = raiser.get(check).text
    submit(raiser, address, {**fields, "reason": "The child has moved."})

    answer = raiser.post(check, data=hidden(shown))
    assert answer.status_code == 409
    assert "You changed this in another window since. Nothing was sent." in answer.text
    assert "The child has moved." in answer.text
    assert len(office.rehearsal.tasks()) == 1


def test_pressing_twice_does_it_once_and_says_so(office: Office, client_as: Sign) -> None:
    number = formal(office)
    raiser = client_as("raiser")
    address = f"/cases/{number}/acts/formal_withdraw"
    fields = {"closed_as": "withdrawn", "reason": "The plan was put right."}
    check = submit(raiser, address, fields).location
    once = hidden(raiser.get(check).text)
    assert raiser.post(check, data=once).status_code == 303
    assert raiser.post(check, data=once).location == f"/cases/{number}"
    assert "Nothing was done a second time." in text_of(raiser.get(f"/cases/{number}"))


def test_without_a_draft_the_check_leads_back_to_the_form(office: Office, client_as: Sign) -> None:
    number = formal(office)
    address = f"/cases/{number}/acts/formal_withdraw"
    assert client_as("raiser").get(f"{address}/check").location == address


def test_where_no_answer_changes_the_road_it_is_said_that_the_stages_go_on(tmp_path: Path) -> None:
    """Whether the issues are complex is asked on considering a referral; both ways lead alike."""
    alert = read_package(PROCESSES / "leicestershire" / "quality-assurance-alert")
    office = Office(tmp_path, package=alert)
    number = formal(office)
    words = text_of(office.client_as("raiser").get(f"/cases/{number}/acts/consider_pressed"))
    assert "It can last until The stages go on meanwhile" in words
    assert "Yes or No" not in words
    office.installation.database.close()
