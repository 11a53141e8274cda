"""What goes with a step or a way is told before it is taken out."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.elements import read_parts
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


STEP = f"{DRAFT}/steps/stage1_respond/remove"
WAY = f"{DRAFT}/arrows/stage1_what_now_to_stage1_chased/remove"


@pytest.mark.shows("redraw_remove", "one")
def test_a_step_is_taken_out_with_what_only_it_leads_to(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(STEP))
    assert "These go with it" in page
    assert "“No answer yet”" in page
    answer = keep(manager, STEP)
    assert (answer.status_code, answer.location) == (303, DRAFT)
    elements = kept_as(office).package.diagram.elements
    assert not {"stage1_respond", "stage1_no_answer"} & set(elements)
    assert "“Respond at Stage 1” was taken out, with the clock “5 working days”" in text_of(
        manager.get(DRAFT)
    )


def test_a_way_is_taken_out(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert "“Reminder sent”" in text_of(manager.get(WAY))
    answer = keep(manager, WAY)
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/choices")
    assert "stage1_chased" not in kept_as(office).package.diagram.elements


@pytest.mark.parametrize(
    ("key", "title", "goes"),
    [
        ("refer", "Take out the box “Refer to CAFCASS”", "These go with it"),
        ("informal_team", "Take out the box “The team answers”", "These go with it"),
    ],
)
def test_a_box_is_taken_out(
    office: Office, client_as: Sign, key: str, title: str, goes: str
) -> None:
    manager = begin(client_as)
    address = f"{DRAFT}/steps/{key}/remove"
    assert f'href="{address}"' in manager.get(f"{DRAFT}/elements/{key}").text
    page = text_of(manager.get(address))
    assert title in page
    assert goes in page
    assert keep(manager, address).status_code == 303
    assert key not in kept_as(office).package.diagram.elements


def test_a_note_and_where_somebody_is_told_are_taken_out(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    parts = read_parts(kept_as(office).package.diagram)
    keys = [next(part.key for part in parts if part.kind == kind) for kind in ("note", "tell")]
    for key in keys:
        assert keep(manager, f"{DRAFT}/steps/{key}/remove").status_code == 303
    assert not {*keys} & kept_as(office).package.diagram.elements.keys()
    assert manager.get(f"{DRAFT}/steps/start/remove").status_code == 409


@pytest.mark.shows("redraw_remove", "error")
def test_what_is_not_clear_is_refused_with_the_reason(client_as: Sign) -> None:
    manager = begin(client_as)
    default = manager.get(f"{DRAFT}/arrows/stage1_what_now_to_stage1_waiting/remove")
    assert default.status_code == 409
    assert "Say first which other one that shall be" in default.text
    assert manager.get(f"{DRAFT}/steps/nothing/remove").status_code == 409


@pytest.mark.shows("redraw_remove", "forbidden")
def test_nobody_else_takes_anything_out(client_as: Sign) -> None:
    only_for_its_editor(client_as, STEP)
