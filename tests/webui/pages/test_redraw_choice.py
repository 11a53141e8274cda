"""A choice is added on an arrow, and a way to a choice."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.arrows import find_choice, read_choices
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


ADD = f"{DRAFT}/choices/add"
ON = f"{ADD}?arrow=stage1_respond_to_stage1_closed"
MORE = f"{DRAFT}/choices/stage1_what_now/add"
WAY: dict[str, object] = {
    "name": "Is it complete?",
    "way": "no",
    "target": "stage1_respond",
    "part_1": 'position = "not agreed"',
    "how_1": "is",
    "joined": "and",
}


@pytest.mark.shows("redraw_choice", "one")
def test_a_choice_is_put_on_an_arrow_and_leads_back(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    placed = keep(manager, ADD, arrow="stage1_respond_to_stage1_closed")
    assert (placed.status_code, placed.location) == (303, ON)
    page = text_of(manager.get(ON))
    assert "Do you agree with the concern?: Not agreed" in page
    answer = keep(manager, ON, **WAY)
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/choices"), answer.text
    made = next(
        each
        for each in read_choices(kept_as(office).package.diagram)
        if each.name == "Is it complete?"
    )
    assert [(way.name, way.condition, way.is_default) for way in made.arrows] == [
        ("", "", True),
        ("no", 'position = "not agreed"', False),
    ]


def test_a_choice_gets_one_more_way_to_a_new_end(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    more = {**WAY, "target": "+", "end": "Given up", "how_1": "not"}
    assert keep(manager, MORE, **more).status_code == 303
    found = find_choice(kept_as(office).package.diagram, "stage1_what_now")
    assert (found.arrows[-1].to, found.arrows[-1].condition) == (
        "“Given up”",
        'position != "not agreed"',
    )


@pytest.mark.shows("redraw_choice", "error")
@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"way": ""}, "Enter"),
        ({"target": "stage1"}, "Select"),
        ({"target": "+", "end": ""}, "Enter"),
        ({"part_1": ""}, "Select what must have been answered"),
        ({"written": "position == 3"}, "=="),
    ],
)
def test_what_cannot_be_is_said(
    office: Office, client_as: Sign, otherwise: dict[str, object], said: str
) -> None:
    manager = begin(client_as)
    for address in (ON, MORE):
        answer = keep(manager, address, **{**WAY, **otherwise})
        assert answer.status_code == 400
        assert said in answer.text
    assert keep(manager, ADD, arrow="").status_code == 400
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_choice", "forbidden")
def test_nobody_else_adds(client_as: Sign) -> None:
    only_for_its_editor(client_as, ADD)
