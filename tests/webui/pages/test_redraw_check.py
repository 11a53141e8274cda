"""Before a draft is published: what is wrong, what changes, which cases stay; and publishing it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.installation import Installation
from engine.procedures import Package
from engine.procedures import publish as publish_next
from engine.redrawing import playing
from engine.redrawing.drafts import with_files
from engine.store.people import end_holding, find_holdings
from engine.store.scenarios import find_recorded
from engine.store.versions import find_versions
from tests.few_scenarios import AT_STAGE_1, few_scenarios
from tests.stories import PROCESSES, procedure
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import DRAFT, PAGE, SEEN, STEP, begin, change, seen_on, set_days
from tests.webui.reading import text_of
from webui.pages import redraw_check

Sign = Callable[[str], FlaskClient]
CHECK = f"{DRAFT}/check"
AGAINST = "draft.against"
REASON = "The Director decided on 20 March that three days are enough."


@pytest.fixture(autouse=True)
def two_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    few_scenarios(monkeypatch)


def play(client: FlaskClient) -> TestResponse:
    state = seen_on(client.get(CHECK).text)
    return send(client, f"{DRAFT}/play", {SEEN: state}, page=CHECK)


def publish(client: FlaskClient, **fields: str) -> TestResponse:
    state = seen_on(client.get(CHECK).text)
    return send(client, f"{DRAFT}/publish", {SEEN: state, AGAINST: "1", **fields}, page=CHECK)


def versions(office: Office) -> int:
    with office.installation.database.read() as connection:
        return len(find_versions(connection, "north-east-lincolnshire", "positive-challenge"))


@pytest.mark.shows("redraw_check", "one", "many")
def test_a_change_is_read_played_and_published_with_a_reason(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern(entry="informal")
    manager = begin(client_as)
    set_days(manager, "3")
    page = text_of(manager.get(CHECK))
    assert "Nothing is wrong with the draft." in page
    assert "the time to answer was 5 working days, and is now 3 working days." in page
    assert "1 open case stays on version 1" in page
    assert "First play the scenarios." in page

    assert play(manager).status_code == 303
    page = text_of(manager.get(CHECK))
    assert "2 scenarios were played. 1 turned out otherwise." in page
    assert AT_STAGE_1 in page
    assert "Monday 30 March 2026 Thursday 26 March 2026" in page

    answer = publish(manager, meant="true", reason=REASON)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = text_of(manager.get(PAGE))
    assert f"Version 2 is in use: {REASON}" in page
    assert f"published by {office.people['iro_sm'].name}" in page
    assert "Begin a draft from it : version 1" in page
    assert "The next version" not in page  # the folder's files are the old ones
    assert versions(office) == 2
    assert manager.get(CHECK).status_code == 409


@pytest.mark.shows("redraw_check", "empty")
def test_a_draft_in_which_nothing_changed(client_as: Sign) -> None:
    page = text_of(begin(client_as).get(CHECK))
    assert "Nothing is otherwise than in version 1, which is in use." in page
    assert "No case of this procedure is open." in page
    assert "First change a step." in page


@pytest.mark.shows("redraw_check", "error")
def test_without_reason_or_consent_nothing_is_published(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    play(manager)
    for fields in ({"meant": "true"}, {"reason": REASON}, {"meant": "true", "reason": "x" * 2001}):
        answer = publish(manager, **fields)
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
        assert fields.get("reason", "") in answer.text
    assert versions(office) == 1


def test_what_is_wrong_is_said_at_its_step_and_stops_it(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    # The raiser's question still offers the social worker, who is asked no more.
    address = f"{DRAFT}/steps/informal_respond"
    fields = {
        "step_name": "Respond to the Positive Challenge",
        "owner": "tm",
        "form": "informal-answer",
        "text_1": "1 working day from contacted_at",
        "told_5": ["tm"],
        "message_5": "no-answer",
        "told_6": ["iro_sm"],
        SEEN: seen_on(manager.get(address).text),
    }
    assert send(manager, address, fields).status_code == 303
    page = manager.get(CHECK)
    assert "The draft cannot be published before this is mended" in text_of(page)
    assert f'href="{address}"' in page.text
    assert "no post of this task" in text_of(page)
    assert "First mend what the check finds." in text_of(page)
    answer = send(
        manager,
        f"{DRAFT}/publish",
        {SEEN: seen_on_step(manager), AGAINST: "1", "reason": REASON},
        page=CHECK,
    )
    assert answer.status_code == 400
    assert versions(office) == 1


def seen_on_step(client: FlaskClient) -> str:
    return seen_on(client.get(STEP).text)


def test_what_another_window_changed_is_not_published(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    play(manager)
    state = seen_on(manager.get(CHECK).text)
    change(manager, amount_1="4")
    fields = {SEEN: state, AGAINST: "1", "meant": "true", "reason": REASON}
    answer = send(manager, f"{DRAFT}/publish", fields, page=CHECK)
    assert answer.status_code == 409
    assert REASON in answer.text  # what was written is not lost
    assert send(manager, f"{DRAFT}/play", {SEEN: state}, page=CHECK).status_code == 409
    assert versions(office) == 1


def test_a_version_that_came_meanwhile_is_not_taken_out_unseen(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    play(manager)
    page = manager.get(CHECK)
    assert "Against version 1, which is in use" in text_of(page)
    assert f'name="{AGAINST}" value="1"' in page.text
    corrected = with_files(
        procedure(), {"messages/no-answer.md": b"Subject: Corrected\n\nCorrected. {{ link }}\n"}
    )
    publish_next(office.installation, corrected, by=None, reason="Urgent.")
    for against in ("1", "", "nine", "9" * 5000):
        answer = publish(manager, meant="true", reason=REASON, **{AGAINST: against})
        assert answer.status_code == 409
        assert "Version 2 was put to use since you opened this page." in text_of(answer)
        assert REASON in answer.text
    assert versions(office) == 2

    page = manager.get(CHECK)
    assert "Against version 2, which is in use" in text_of(page)
    assert "The message “no-answer”" in text_of(page)  # what the draft would take out
    assert "First play the scenarios." in text_of(page)
    play(manager)
    assert f'name="{AGAINST}" value="2"' in manager.get(CHECK).text
    answer = publish(manager, meant="true", reason=REASON, **{AGAINST: "2"})
    assert answer.status_code == 303
    assert versions(office) == 3


def test_who_does_not_have_it_reads_and_does_not_publish(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    play(manager)
    state = seen_on(manager.get(CHECK).text)
    admin = client_as("admin")
    page = text_of(admin.get(CHECK))
    assert "Take it over on the page of its steps to publish it." in page
    fields = {SEEN: state, AGAINST: "1", "meant": "true", "reason": REASON}
    assert send(admin, f"{DRAFT}/publish", fields, page=CHECK).status_code == 409
    assert versions(office) == 1


@pytest.mark.shows("redraw_check", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "dcs"])
def test_nobody_else_reads_or_publishes(office: Office, client_as: Sign, post: str) -> None:
    begin(client_as)
    client = client_as(post)
    assert client.get(CHECK).status_code == 403
    for act in ("play", "publish"):
        assert send(client, f"{DRAFT}/{act}", {"reason": REASON}, page="/").status_code == 403


def test_what_is_otherwise_and_its_dates_are_shown_old_and_new(client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    page = manager.get(CHECK).text
    assert re.search(r'class="boundaryEvent changed" data-element="stage1_due"', page)
    assert "A plus stands at what is new" in page
    assert "A cross stands at what is gone" not in page
    assert play(manager).status_code == 303
    shown = text_of(manager.get(CHECK))
    assert "Respond at Stage 1 Monday 30 March 2026 Thursday 26 March 2026" in shown


def test_what_is_worth_a_look_has_a_number_in_the_list_and_on_the_picture(
    office: Office, client_as: Sign
) -> None:
    with office.installation.database.write() as connection:
        (held,) = find_holdings(connection, office.people["hos"].id, date(2026, 3, 23))
        end_holding(connection, held.id, date(2026, 3, 22))
    page = begin(client_as).get(CHECK)

    assert "Nobody holds the post “Head of Service” today" in text_of(page)
    assert "Worth a look, and no hindrance" in text_of(page)
    assert 'id="problem-1"' in page.text
    assert 'href="#shape-1"' in page.text  # from the list to the shape
    assert re.search(r'<a href="#problem-1" tabindex="-1"><g class="[^"]*doubtful"', page.text)
    assert page.text.count('id="shape-1"') == 1


def test_where_nothing_is_to_be_told_there_is_no_picture(client_as: Sign) -> None:
    assert "shape-1" not in begin(client_as).get(CHECK).text


def test_scenarios_that_do_not_fit_are_named_and_brought_up_to_date(
    client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PROCESSES / "north-east-lincolnshire" / "positive-challenge" / "scenarios"
    held = (folder / "silence-at-stage-1.toml").read_text()
    wrong = held[: held.rindex("[step.then]")] + "[step.then]\nclosed = true\n"

    def find(installation: Installation, package: Package) -> dict[str, bytes]:
        with installation.database.read() as connection:
            rows = find_recorded(connection, package.council, package.key)
        return {"silence-at-stage-1.toml": wrong.encode()} | {
            row.name: row.content.encode() for row in rows
        }

    for module in (playing, redraw_check):
        monkeypatch.setattr(module, "find_scenarios", find)
    manager = begin(client_as)
    set_days(manager, "3")
    play(manager)
    page = text_of(manager.get(CHECK))
    assert "1 scenario does not fit version 1, which is in use" in page
    assert "expected closed: true; found false." in page
    assert "as they do today" not in page
    assert "as it does today" not in page

    state = seen_on(manager.get(CHECK).text)
    assert send(manager, f"{DRAFT}/scenarios", {SEEN: state}, page=CHECK).status_code == 303
    page = text_of(manager.get(CHECK))
    assert "1 scenario now says what the version in use does. Play them again." in page
    play(manager)
    page = text_of(manager.get(CHECK))
    assert "does not fit" not in page
    assert "Monday 30 March 2026 Thursday 26 March 2026" in page
    for post in ("raiser", "tm"):
        answer = send(client_as(post), f"{DRAFT}/scenarios", {}, page="/")
        assert answer.status_code == 403
    answer = send(client_as("admin"), f"{DRAFT}/scenarios", {SEEN: state}, page="/")
    assert answer.status_code == 409


def test_one_that_a_new_step_cuts_says_how_far_it_is_kept(
    client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = playing.Otherwise(
        scenario="nobody-answers.toml", moved=(), sentences=("It stops.",), steps=7, kept=3
    )
    gone = replace(cut, scenario="late.toml", kept=0)
    found = playing.Play(
        scenarios=4, otherwise=(cut, gone), unfit=(), short=("nobody-answers-at-easter.toml",)
    )
    monkeypatch.setattr(redraw_check, "find_play", lambda _: found)
    page = text_of(begin(client_as).get(CHECK))
    assert "Only the first 3 of its 7 steps can be done in the draft." in page
    assert "None of its 7 steps can be done in the draft." in page
    assert "2 other scenarios turn out as they do today." in page
    assert "1 scenario was cut short when the procedure changed" in page
    assert "Nobody answers at easter" in page
