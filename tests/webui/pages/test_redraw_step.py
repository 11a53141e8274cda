"""A step of a draft is changed by answering questions; what cannot be is said beside it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.drafts import Draft, demand_draft
from engine.redrawing.steps import find_step
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import DRAFT, SEEN, STEP, begin, change, set_days, stage_1
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


def draft_of(office: Office) -> Draft:
    return demand_draft(office.installation, "positive-challenge", office.people["iro_sm"])


@pytest.mark.shows("redraw_step", "one")
def test_all_of_a_step_is_changed_and_said_in_words(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = manager.get(STEP)
    assert 'value="5"' in page.text
    assert "How long do they have to answer?" in text_of(page)
    answer = change(
        manager,
        step_name="  Answer at   Stage 1 ",
        owner="hos",
        others=["tm", "hos"],
        form="informal-answer",
        amount_1="24",
        unit_1="hour",
        told_1=["ad"],
        message_1="overdue",
        told_2=[],
        told_5=["tm", "dcs"],
    )
    assert answer.status_code == 303
    step = find_step(draft_of(office).package, "stage1_respond")
    assert (step.name, step.posts, step.form) == (
        "Answer at Stage 1",
        ("hos", "tm"),
        "informal-answer",
    )
    assert (step.clocks[0].text, step.clocks[0].name) == ("24 hours", "24 hours")
    assert [(each.posts, each.message) for each in step.told] == [
        (("ad",), "overdue"),
        ((), ""),
        ((), ""),
        (("iro_sm",), ""),
        (("tm", "dcs"), "no-answer"),
        (("iro_sm",), ""),
    ]
    said = text_of(manager.get(DRAFT))
    assert "who does it was Team Manager, and is now Head of Service, Team Manager" in said


def test_what_is_sent_as_it_was_changes_nothing(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert change(manager).status_code == 303
    assert "Nothing was changed." in text_of(manager.get(DRAFT))
    assert draft_of(office).changes == ()


def test_a_time_that_the_diagram_says_in_words_of_its_own_stays(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    address = f"{DRAFT}/steps/informal_respond"
    page = manager.get(address)
    assert "1 working day from contacted_at" in text_of(page)
    assert 'name="amount_1"' not in page.text


@pytest.mark.shows("redraw_step", "error")
@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"amount_1": "0"}, "between 1 and 366"),
        ({"amount_1": "367"}, "between 1 and 366"),
        ({"amount_1": "five"}, "must be a number"),
        ({"amount_1": "2.5"}, "must be a whole number"),
        ({"unit_1": "fortnight"}, "Select"),
        ({"step_name": " "}, "Enter"),
        ({"step_name": "x" * 201}, "200 characters or less"),
        ({"owner": ""}, "Select"),
        ({"owner": "<nobody>"}, "Select"),
        ({"form": "none"}, "Select"),
        ({"told_1": ["tm"]}, "Pick the message that they are sent"),
    ],
)
def test_what_cannot_be_is_said_and_shown_again(
    office: Office, client_as: Sign, otherwise: dict[str, object], said: str
) -> None:
    manager = begin(client_as)
    answer = change(manager, **otherwise)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert draft_of(office).changes == ()


def test_of_two_windows_the_second_is_told_and_keeps_what_was_typed(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    old = {**stage_1(manager), "amount_1": "9"}
    set_days(manager, "3")
    answer = send(manager, STEP, old)
    assert answer.status_code == 400
    assert "The draft was changed in another window" in text_of(answer)
    assert 'value="9"' in answer.text
    assert len(draft_of(office).changes) == 1
    assert send(manager, STEP, {**old, SEEN: draft_of(office).state}).status_code == 303


def test_what_is_not_there_is_said(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    assert manager.get(STEP).status_code == 409
    begin(client_as)
    for element in ("nothing", "stage1", "stage1_due"):
        answer = manager.get(f"{DRAFT}/steps/{element}")
        assert answer.status_code == 409
        assert "There is no such step" in answer.text


@pytest.mark.shows("redraw_step", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "dcs"])
def test_nobody_else_changes_it(office: Office, client_as: Sign, post: str) -> None:
    begin(client_as)
    client = client_as(post)
    assert client.get(STEP).status_code == 403
    assert send(client, STEP, {"amount_1": "1"}, page="/").status_code == 403
    assert draft_of(office).changes == ()
