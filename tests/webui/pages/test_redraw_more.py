"""Notes, boxes, buttons, steps side by side, added to a drawing from pages without a script."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.publishing import check_draft
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = f"{DRAFT}/more"
ARROW = "stage1_respond_to_stage1_closed"
STEP: dict[str, object] = {
    "step_name": "Check the facts",
    "owner": "sw",
    "form": "answer",
    "amount_1": "2",
    "unit_1": "working day",
    "told_2": ["tm"],
    "message_2": "no-answer",
}
ADDED: dict[str, tuple[dict[str, object], str, str]] = {
    "note": (
        {"element": "stage1_respond", "text": "Ask first."},
        f"{DRAFT}/elements#notes",
        "A note was added to “Respond at Stage 1”: “Ask first.”",
    ),
    "tell": (
        {"arrow": ARROW, "tell_name": "HoS told", "tell_tell": ["hos"], "tell_message": "overdue"},
        f"{DRAFT}/elements#told",
        "At “HoS told”, after “Respond at Stage 1”, before “On to the outcome”, are told: Head of",
    ),
    "always": (
        {"act_button": "Ask for advice", "act_post": "raiser", "act_form": "withdraw"},
        f"{DRAFT}/elements#always",
        "The button “Ask for advice” was added, which is always there, for",
    ),
    "beside": (
        {"element": "stage1_respond", **STEP},
        DRAFT,
        "“Check the facts” was added side by side with “Respond at Stage 1”: Social Worker.",
    ),
    "box": (
        {"arrow": ARROW, "box_name": "A new stage", "box_stage": "2", **STEP},
        DRAFT,
        "The box “A new stage” was added after “Respond at Stage 1”, before",
    ),
}


@pytest.mark.shows("redraw_more", "one")
@pytest.mark.parametrize("what", ADDED)
def test_it_is_added_told_checked_and_undone(office: Office, client_as: Sign, what: str) -> None:
    manager = begin(client_as)
    assert f'href="{PAGE}"' in manager.get(DRAFT).text
    answer = keep(manager, PAGE, what=what)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?what={what}")
    before = kept_as(office)
    fields, then, said = ADDED[what]
    answer = keep(manager, f"{PAGE}?what={what}", **fields)
    assert (answer.status_code, answer.location) == (303, then)
    assert said in text_of(manager.get(DRAFT))
    draft = kept_as(office)
    assert len(draft.changes) == 1
    assert len(draft.package.diagram.elements) > len(before.package.diagram.elements)
    assert not [p for p in check_draft(office.installation, draft) if p.severity == "error"]
    assert send(manager, f"{DRAFT}/back", {"seen": draft.state}).status_code == 303
    assert kept_as(office).package.files == before.package.files


@pytest.mark.shows("redraw_more", "error")
def test_what_is_missing_is_said(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    for what, otherwise, sentence in (
        ("", {"what": "a door"}, "Select"),
        ("note", {"text": ""}, "Enter"),
        ("tell", {"tell_tell": []}, "Say who is told"),
        ("tell", {"tell_message": ""}, "Pick the message that they are sent"),
        ("always", {"act_tell": ["tm"]}, "Pick the message that they are sent"),
        ("beside", {"message_2": ""}, "message"),
        ("box", {"box_name": ""}, "Enter"),
    ):
        address = f"{PAGE}?what={what}" if what else PAGE
        fields = ADDED[what][0] if what else {}
        answer = keep(manager, address, **{**fields, **otherwise})
        assert answer.status_code == 400, what
        assert sentence in text_of(answer), what
    assert kept_as(office).changes == ()


def test_a_note_is_begun_at_what_it_is_about(client_as: Sign) -> None:
    manager = begin(client_as)
    address = f"{PAGE}?what=note&amp;element=limit"
    assert f'href="{address}"' in manager.get(f"{DRAFT}/elements/limit").text
    page = manager.get(address.replace("&amp;", "&")).text
    assert '<option value="limit" selected>' in page


def test_an_arrow_is_led_elsewhere(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    said = text_of(manager.get(f"{DRAFT}/elements"))
    assert "From “Respond at Stage 1” to “On to the outcome”" in said
    address = f"{DRAFT}/elements/{ARROW}"
    assert "Where does it lead?" in text_of(manager.get(address))
    diagram = kept_as(office).package.diagram
    assert keep(manager, address, leads_to="stage1_chased").status_code == 303
    assert kept_as(office).package.diagram.flows[ARROW].target == "stage1_chased"
    assert "from “Respond at Stage 1” to “On to the outcome” is now" in text_of(manager.get(DRAFT))
    assert diagram.flows[ARROW].target == "stage1_closed"
    assert keep(manager, address, leads_to="stage2").status_code == 400


@pytest.mark.shows("redraw_more", "forbidden")
def test_nobody_else_reads_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
