"""When a way out of a choice is taken is put together from answers."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.arrows import find_arrow
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/arrows/which_stage_to_stage1_entry"
DEFAULT = f"{DRAFT}/arrows/stage1_what_now_to_stage1_waiting"


@pytest.mark.shows("redraw_arrow", "one")
def test_a_way_is_taken_after_other_answers(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    shown = manager.get(PAGE).text
    assert "Your decision: Formal Stage 1 – Team Manager" in shown
    answer = keep(
        manager,
        PAGE,
        way="stage one",
        part_1='decision = "stage 1"',
        how_1="is",
        part_2='decision = "stage 2"',
        how_2="not",
        joined="or",
    )
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/choices"), answer.text
    _, arrow = find_arrow(kept_as(office).package.diagram, "which_stage_to_stage1_entry")
    assert (arrow.name, arrow.condition) == (
        "stage one",
        'decision = "stage 1" or decision != "stage 2"',
    )
    assert keep(manager, PAGE, way="stage 1", written="children >= 2").status_code == 303
    _, arrow = find_arrow(kept_as(office).package.diagram, "which_stage_to_stage1_entry")
    assert arrow.condition == "children >= 2"


def test_another_way_becomes_the_one_for_all_else(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert "It is taken when no other way is." in text_of(manager.get(DEFAULT))
    chased = "stage1_what_now_to_stage1_chased"
    assert keep(manager, f"{DRAFT}/arrows/{chased}", way="chase", default="true").status_code == 303
    diagram = kept_as(office).package.diagram
    assert diagram.elements["stage1_what_now"].default == chased
    assert diagram.flows[chased].condition is None


@pytest.mark.shows("redraw_arrow", "error")
def test_what_cannot_be_is_said(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    for fields, said in (
        ({"way": "x"}, "Select what must have been answered"),
        ({"way": "x" * 101, "part_1": 'decision = "stage 1"'}, "100 characters"),
        ({"way": "x", "written": "a and"}, "the text ends"),
        ({"way": "x", "part_1": "a = 1"}, "Select"),
    ):
        answer = keep(manager, PAGE, **fields)
        assert answer.status_code == 400
        assert said in answer.text
    assert kept_as(office).changes == ()
    assert manager.get(f"{DRAFT}/arrows/nothing").status_code == 409


@pytest.mark.shows("redraw_arrow", "forbidden")
def test_nobody_else_changes_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
