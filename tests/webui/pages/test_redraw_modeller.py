"""The page on which a procedure is drawn, and what its script asks of the site."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.redrawing.drafts import Draft, demand_draft, keep
from tests.webui.office import Office, send, token_of
from tests.webui.pages.redrawing import DRAFT, PAGE, begin, set_days
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
DRAWING = f"{DRAFT}/diagram"


def draft_of(office: Office) -> Draft:
    return demand_draft(office.installation, "positive-challenge", office.people["iro_sm"])


def ask(client: FlaskClient, what: str, **sent: object) -> TestResponse:
    """The script asks the site, with the page's token."""
    token = token_of(client.get(DRAFT).text)
    return client.post(f"{DRAWING}/{what}", json=sent, headers={"X-CSRFToken": token})


def file_of(client: FlaskClient) -> dict[str, Any]:
    """The drawing as the script gets it."""
    found: dict[str, Any] = client.get(f"{DRAWING}/file").get_json()
    return found


def in_three_days(source: str) -> str:
    return source.replace(">5 working days<", ">3 working days<", 1)


def put_in(client: FlaskClient, content: bytes | None, seen: str) -> TestResponse:
    """A file is put in the place of the drawing."""
    token = token_of(client.get(DRAFT).text)
    fields: dict[str, object] = {"csrf_token": token, "seen": seen}
    if content is not None:
        fields["drawing"] = (io.BytesIO(content), "drawn.bpmn")
    return client.post(f"{DRAWING}/upload", data=fields)


@pytest.mark.shows("redraw_modeller", "one")
def test_the_page_has_the_drawing_and_the_questions_of_the_table(client_as: Sign) -> None:
    manager = begin(client_as)
    assert f'href="{DRAWING}"' in manager.get(DRAFT).text
    page = manager.get(DRAWING)
    assert f'href="{DRAFT}"' in page.text
    said = text_of(page)
    assert "the table of the steps and what it leads to change all that is drawn" in said
    assert "Drawing needs a wider screen than this, and a script in the browser." in said
    assert "How long do they have to answer?" in said
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'self'; img-src 'self' data:;" in policy
    assert policy.endswith("; style-src-attr 'unsafe-inline'")
    assert "unsafe-inline" not in manager.get(DRAFT).headers["Content-Security-Policy"]


def test_the_script_is_told_where_each_answer_stands(client_as: Sign) -> None:
    page = begin(client_as).get(DRAWING).text
    found = re.search(r"data-modeller='([^']*)'", page)
    assert found
    told = json.loads(found[1].replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&"))
    for kind, places in told["places"].items():
        form = page[page.index(f'data-kind-of-shape="{kind}"') :]
        form = form[: form.index("</form>")]
        assert sorted(places) == sorted(set(re.findall(r'data-key="(\w+)"', form))), kind
    step = told["places"]["step"]
    assert step["told_1"] == ["posts", "tell", "self"]
    assert step["message_5"] == ["property", "message", "clock"]
    entry = next(each for each in told["questions"] if each["key"] == "entry")
    assert {"value": "formal", "label": "Formally"} in [
        {**each, "label": "Formally"} for each in entry["options"]
    ]


def test_what_is_drawn_is_kept_taken_back_and_done_again(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    first = file_of(manager)
    assert (first["back"], first["forward"]) == ("", "")
    told = ask(
        manager, "file", seen=first["state"], source=in_three_days(first["source"])
    ).get_json()
    assert told["said"] == "Saved at 10:00"
    assert told["back"] == told["words"]
    assert "is now 3 working days" in told["words"]
    assert "is now 3 working days" in text_of(manager.get(DRAFT))

    back = ask(manager, "back", seen=told["state"]).get_json()
    assert (back["source"], back["words"]) == (first["source"], told["words"])
    again = ask(manager, "forward", seen=back["state"]).get_json()
    assert again["source"] == in_three_days(first["source"])
    nothing = ask(manager, "forward", seen=again["state"])
    assert (nothing.status_code, nothing.get_json()["kind"]) == (422, "refused")
    assert len(draft_of(office).changes) == 1


@pytest.mark.shows("redraw_modeller", "error")
def test_why_nothing_is_kept_is_said_to_the_script(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    first = file_of(manager)
    set_days(manager, "4")
    late = ask(manager, "file", seen=first["state"], source=in_three_days(first["source"]))
    assert (late.status_code, late.get_json()["kind"]) == (409, "changed")

    admin = client_as("admin")
    held = ask(admin, "file", seen=draft_of(office).state, source=in_three_days(first["source"]))
    assert (held.status_code, held.get_json()["kind"]) == (409, "held")
    assert "Take the draft over to change it." in held.get_json()["said"]
    taken = ask(admin, "take-over")
    kept = ask(admin, "file", seen=taken.get_json()["state"], source=in_three_days(first["source"]))
    assert kept.status_code == 200

    no_diagram = ask(admin, "file", seen=kept.get_json()["state"], source="<a/>")
    assert (no_diagram.status_code, no_diagram.get_json()["kind"]) == (422, "refused")
    assert ask(admin, "file").status_code == 422
    headers = {"X-CSRFToken": token_of(admin.get(DRAFT).text), "Content-Type": "application/json"}
    nested = admin.post(f"{DRAWING}/file", data="[" * 100_000, headers=headers)
    assert nested.status_code == 422
    bare = admin.post(f"{DRAWING}/file", json={"seen": "", "source": ""})
    assert bare.status_code == 400  # without a token
    send(admin, f"{DRAFT}/throw-away", {"seen": draft_of(office).state})
    gone = ask(admin, "file", seen="1.0", source="<a/>")
    assert (gone.status_code, gone.get_json()["kind"]) == (409, "gone")


def test_who_has_not_the_draft_takes_it_over_on_the_page(client_as: Sign) -> None:
    begin(client_as)
    admin = client_as("admin")
    page = admin.get(DRAWING)
    assert "has had this draft since Monday 23 March 2026 at 10am" in text_of(page)
    assert "data-modeller" not in page.text
    assert 'data-element="stage1_respond"' in page.text
    assert "Put a .bpmn file in" not in page.text
    answer = send(admin, f"{DRAWING}/take-over", {}, page=DRAWING)
    assert (answer.status_code, answer.location) == (303, DRAWING)
    assert "data-modeller" in admin.get(DRAWING).text


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"clock_amount": "3", "clock_unit": "working day"}, "3 working days"),
        ({"clock_amount": "1", "clock_unit": "hour"}, "1 hour"),
        ({"text": "P5D"}, "5 days"),
        ({"kind": "condition", "text": 'entry = "formal"'}, 'entry = "formal"'),
    ],
)
def test_a_time_and_a_condition_are_read_as_the_check_reads_them(
    client_as: Sign, sent: dict[str, str], text: str
) -> None:
    answer = ask(begin(client_as), "words", **sent)
    assert answer.get_json() == {"text": text}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"clock_amount": "0", "clock_unit": "working day"}, "must be between 1 and 366"),
        ({"clock_amount": "3", "clock_unit": ""}, "Choose in what the time is counted"),
        ({"text": "five days or so"}, "Write"),
        ({"kind": "condition", "text": "entry == 'formal'"}, 'Write entry = "formal"'),
    ],
)
def test_what_means_nothing_is_said_in_a_sentence(
    client_as: Sign, sent: dict[str, str], said: str
) -> None:
    answer = ask(begin(client_as), "words", **sent)
    assert answer.status_code == 422
    assert said in answer.get_json()["said"]


def test_the_check_says_at_which_shape_each_problem_is(client_as: Sign) -> None:
    manager = begin(client_as)
    first = file_of(manager)
    source = first["source"].replace('camunda:candidateGroups="tm"', "", 1)
    ask(manager, "file", seen=first["state"], source=source)
    found = manager.get(f"{DRAWING}/check").get_json()["problems"]
    wrong = [each for each in found if each["error"]]
    assert len(wrong) == 1
    assert wrong[0]["element"] in source
    assert wrong[0]["where"] in wrong[0]["words"]


def test_the_file_goes_out_and_comes_in_as_one_change(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    answer = manager.get(f"{DRAWING}/download")
    assert answer.data == draft_of(office).package.diagram_source
    assert "positive-challenge.bpmn" in answer.headers["Content-Disposition"]
    state = draft_of(office).state
    same = put_in(manager, answer.data, state)
    assert (same.status_code, same.location) == (303, DRAWING)
    assert "Nothing was changed." in text_of(manager.get(DRAWING))

    foreign = answer.data.replace(b'"positive-challenge"', b'"Process_1"')
    put_in(manager, in_three_days(foreign.decode()).encode(), state)
    page = text_of(manager.get(DRAWING))
    assert "Its process was called “Process_1” and is called “positive-challenge” now." in page
    assert "is now 3 working days" in page
    assert put_in(manager, foreign, state).status_code == 409


@pytest.mark.parametrize("content", [None, b"", b"no diagram", b"\xff\xfe\x00"])
def test_what_is_no_diagram_is_not_put_in(
    office: Office, client_as: Sign, content: bytes | None
) -> None:
    manager = begin(client_as)
    answer = put_in(manager, content, draft_of(office).state)
    assert answer.status_code == 400
    assert "There is a problem" in text_of(answer)
    assert draft_of(office).changes == ()


def test_a_file_in_another_encoding_is_drawn_as_it_is_meant(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    draft = draft_of(office)
    text = draft.package.diagram_source.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    keep(
        office.installation,
        "positive-challenge",
        by=office.people["iro_sm"],
        seen=draft.state,
        files={draft.package.diagram_path: text.encode("utf-16")},
        words="In UTF-16.",
    )
    assert file_of(manager)["source"].lstrip().startswith("<bpmn:definitions")


@pytest.mark.shows("redraw_modeller", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "dcs"])
def test_nobody_else_draws(client_as: Sign, post: str) -> None:
    begin(client_as)
    client = client_as(post)
    for what in ("", "/file", "/check", "/download"):
        assert client.get(f"{DRAWING}{what}").status_code == 403
    token = token_of(client.get("/").text)
    answer = client.post(f"{DRAWING}/file", json={}, headers={"X-CSRFToken": token})
    assert answer.status_code == 403


def test_without_a_draft_the_way_to_one_is_told(client_as: Sign) -> None:
    answer = client_as("iro_sm").get(DRAWING)
    assert answer.status_code == 409
    assert "There is no draft" in text_of(answer)
    assert client_as("iro_sm").get(f"{PAGE}-x/redraw/diagram").status_code == 404
