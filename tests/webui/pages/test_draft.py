"""Drafts on their pages: kept while typed, shown again, discarded, and nobody else's."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import parse_instant
from tests.webui.office import Office, send, token_of
from tests.webui.pages.test_task import task_of
from tests.webui.reading import text_of

JSON = {"Accept": "application/json"}
LONG = "He said “no”.\r\n\r\n  <b>Twice</b> & then 🙂"


def own_of(content: str) -> dict[str, str]:
    """What the last form of a page sends beside its questions."""
    return dict(re.findall(r'name="(draft\.\w+)" value="([^"]*)"', content))


class Window:
    """A window in which a form was opened: it sends what that page would."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client = client
        self.address = address
        self.page = client.get(address)
        self.own = own_of(self.page.text)
        self.token = token_of(self.page.text)

    def save(self, answers: Mapping[str, Any], *, script: bool = True, **own: str) -> TestResponse:
        """Save as the script does, or as the button without it."""
        fields = {**self.own, **answers, "csrf_token": self.token}
        fields |= {f"draft.{name}": value for name, value in own.items()}
        return self.client.post(
            f"{self.address}/draft", data=fields, headers=JSON if script else {}
        )


@pytest.fixture
def number(office: Office) -> str:
    """A case in which the team manager is asked."""
    return office.raise_concern()


@pytest.fixture
def window(office: Office, number: str) -> Window:
    """The team manager has opened the task."""
    client = office.client_as("tm")
    return Window(client, task_of(client))


@pytest.mark.shows("draft", "one")
def test_what_was_typed_is_there_when_the_form_is_opened_again(
    office: Office, window: Window
) -> None:
    assert "You began this" not in window.page.text
    said = window.save({"answer": LONG, "actions": ""})
    assert said.json is not None
    assert (said.status_code, said.json["said"]) == (200, "Saved at 10am")
    assert said.headers["Cache-Control"] == "no-store"
    office.clock.set(parse_instant("2026-03-24T09:30"))

    again = office.client_as("tm").get(window.address)
    assert "He said “no”.\r\n\r\n  &lt;b&gt;Twice&lt;/b&gt; &amp; then 🙂</textarea>" in again.text
    said_above = "You began this on Monday 23 March 2026 at 10am. Everything you typed is here."
    assert said_above in text_of(again)
    assert "Begun" in text_of(office.client_as("tm").get("/"))


def test_without_a_script_the_button_keeps_it_and_goes_back_to_the_tray(window: Window) -> None:
    button = f'formaction="{window.address}/draft" formnovalidate'
    assert button in window.page.text
    answer = window.save({"answer": "Half"}, script=False)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "What you typed is saved, and not sent." in text_of(window.client.get("/"))


def test_an_answer_that_is_sent_leaves_no_draft(window: Window) -> None:
    window.save({"answer": "Half"})
    assert send(window.client, window.address, {"answer": "Whole."}).status_code == 303
    late = window.save({"answer": "Half a"}, revision=window.own["draft.revision"] + "1")
    assert late.status_code == 409
    assert "Half" not in window.client.get(window.address).text


def test_starting_afresh_discards_it(window: Window) -> None:
    window.save({"answer": "Half"})
    page = window.client.get(window.address)
    assert f'action="{window.address}/draft/discard"' in page.text
    fields = {"csrf_token": token_of(page.text), "draft.seen": "another.1"}
    kept = window.client.post(f"{window.address}/draft/discard", data=fields)
    assert (kept.status_code, "Nothing was deleted" in kept.text) == (409, True)
    fields["draft.seen"] = own_of(page.text)["draft.seen"]
    done = window.client.post(f"{window.address}/draft/discard", data=fields)
    assert (done.status_code, done.location) == (303, window.address)
    again = window.client.get(window.address).text
    assert "Half" not in again
    assert "You began this" not in again
    gone = window.save({"answer": "Half a"}, seen=fields["draft.seen"])
    assert (gone.status_code, "started it afresh" in gone.text) == (409, True)


def test_a_second_window_is_told_and_both_texts_are_shown(office: Office, window: Window) -> None:
    other = Window(window.client, window.address)
    window.save({"answer": "At the desk, first."})
    office.clock.set(parse_instant("2026-03-23T10:42"))
    told = other.save({"answer": "On the phone, <later>."})
    assert told.json is not None
    assert told.status_code == 409
    assert told.json["said"].startswith("You changed this in another window at 10am. Reload")

    both = other.save({"answer": "On the phone, <later>."}, script=False)
    assert both.status_code == 409
    assert "At the desk, first." in both.text
    assert both.text.count("On the phone, &lt;later&gt;.") == 2
    assert "At the desk, first." in window.client.get(window.address).text

    choice = {**own_of(both.text), "answer": "On the phone, <later>."}
    fields = {**choice, "csrf_token": token_of(both.text)}
    assert window.client.post(f"{window.address}/draft", data=fields).status_code == 303
    shown = window.client.get(window.address).text
    assert "On the phone, &lt;later&gt;." in shown
    assert "At the desk" not in shown


def test_whoever_signs_in_meanwhile_does_not_get_it(office: Office, window: Window) -> None:
    refused = window.save({"answer": "Mine alone"}, person=str(office.people["raiser"].id))
    assert (refused.status_code, "Somebody else is signed in" in refused.text) == (403, True)
    assert "Mine alone" not in window.client.get(window.address).text
    token = window.client.get("/draft/token").json
    assert token is not None
    assert token["person"] == office.people["tm"].id
    again = window.client.post(
        f"{window.address}/draft",
        data={**window.own, "answer": "Mine alone", "csrf_token": token["token"]},
        headers=JSON,
    )
    assert again.status_code == 200


@pytest.mark.shows("draft", "forbidden")
def test_who_may_not_answer_may_not_keep_or_read(office: Office, window: Window) -> None:
    window.save({"answer": "Not for the raiser"})
    raiser = office.client_as("raiser")
    person = {"draft.person": str(office.people["raiser"].id), "draft.revision": "desk.1"}
    for path in ("draft", "draft/discard"):
        answer = send(raiser, f"{window.address}/{path}", person, page="/")
        assert answer.status_code == 403
    assert "Not for the raiser" not in raiser.get(window.address).text
    assert send(raiser, "/tasks/99999999999999999999/draft", person, page="/").status_code == 403
    assert office.client().post(f"{window.address}/draft").status_code == 403


def test_what_was_typed_is_shown_where_the_case_moved_on(office: Office, number: str) -> None:
    raiser = office.client_as("raiser")
    act = Window(raiser, f"/cases/{number}/acts/informal_withdraw")
    saved = act.save({"reason": "It was put right, mostly."})
    assert saved.status_code == 200
    assert "It was put right, mostly." in raiser.get(act.address).text
    office.rehearsal.answer("informal_respond", {"answer": "Visited today."})
    task = Window(raiser, task_of(raiser))
    task.save({"reason": "Not good enough yet."})
    office.rehearsal.press("informal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    done = raiser.get(task.address)
    assert done.status_code == 409
    assert "Not good enough yet." in done.text
    assert "It was not sent, and nobody else sees it." in done.text
    assert raiser.get(act.address).status_code == 409


def test_an_act_keeps_its_draft_until_it_is_done(office: Office, number: str) -> None:
    raiser = office.client_as("raiser")
    act = Window(raiser, f"/cases/{number}/acts/informal_withdraw")
    fields = {"closed_as": "overtaken", "reason": "The plan was made."}
    answer = act.save(fields, script=False)
    assert (answer.status_code, answer.location) == (303, f"/cases/{number}")
    again = Window(raiser, act.address)
    assert 'value="The plan was made."' in again.page.text
    assert re.search(r'value="overtaken"\s+checked', again.page.text)
    afresh = raiser.post(
        f"{act.address}/draft/discard",
        data={"csrf_token": again.token, "draft.seen": again.own["draft.seen"]},
    )
    assert (afresh.status_code, afresh.location) == (303, act.address)
    assert "The plan was made." not in raiser.get(act.address).text


def test_what_was_sent_and_refused_goes_on_in_the_same_window(window: Window) -> None:
    saved = window.save({"answer": "Half"}).json
    assert saved is not None
    fields = {
        **window.own,
        "draft.seen": saved["revision"],
        "answer": "",
        "actions": "Asha visits.",
    }
    refused = send(window.client, window.address, fields)
    assert refused.status_code == 400
    assert "data-draft-unsaved" in refused.text
    assert own_of(refused.text)["draft.seen"] == saved["revision"]
    assert own_of(refused.text)["draft.revision"] == window.own["draft.revision"]


@pytest.mark.shows("draft", "error")
def test_what_is_too_long_or_not_ours_is_refused_in_a_sentence(window: Window) -> None:
    refused = window.save({"answer": "Half"}, revision="made up")
    assert (refused.status_code, "Not saved: This page cannot" in refused.text) == (409, True)
    page = window.save({"answer": "Half of it"}, revision="made up", script=False)
    assert page.status_code == 409
    assert "Half of it" in page.text
