"""A button comes to a step or a box: what it says, who may press it; and it goes again."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.publishing import check_draft
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = f"{DRAFT}/elements/stage1_respond/button"
STOP: dict[str, object] = {
    "act_button": "It is settled",
    "act_post": "raiser",
    "act_others": ["iro_sm"],
    "act_form": "withdraw",
    "ends": "yes",
}


@pytest.mark.shows("redraw_button", "one")
def test_a_button_is_added_to_a_step_and_taken_away(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert f'href="{PAGE}"' in manager.get(f"{DRAFT}/steps/stage1_respond").text
    answer = keep(manager, PAGE, **STOP)
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/elements#buttons")
    button = kept_as(office).package.diagram.elements["stage1_respond_button"]
    assert (button.message, button.posts) == ("It is settled", ("raiser", "iro_sm"))
    assert (button.form, button.interrupting) == ("withdraw", True)
    assert "The button “It is settled” was added to “Respond at Stage 1”, for" in text_of(
        manager.get(DRAFT)
    )
    draft = kept_as(office)
    assert not [p for p in check_draft(office.installation, draft) if p.severity == "error"]
    away = f"{DRAFT}/steps/stage1_respond_button/remove"
    assert "Take away the button “It is settled”" in text_of(manager.get(away))
    assert keep(manager, away).status_code == 303
    assert "stage1_respond_button" not in kept_as(office).package.diagram.elements


def test_a_button_is_added_to_a_box(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert keep(manager, f"{DRAFT}/elements/formal/button", **STOP).status_code == 303
    assert kept_as(office).package.diagram.elements["formal_button"].attached_to == "formal"


@pytest.mark.shows("redraw_button", "error")
def test_what_is_missing_is_said(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    for otherwise, sentence in (
        ({"act_button": ""}, "Enter"),
        ({"act_tell": ["tm"]}, "Pick the message that they are sent"),
    ):
        answer = keep(manager, PAGE, **{**STOP, **otherwise})
        assert answer.status_code == 400
        assert sentence in text_of(answer)
    assert manager.get(f"{DRAFT}/elements/refer/button").status_code == 409
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_button", "forbidden")
def test_nobody_else_reads_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
