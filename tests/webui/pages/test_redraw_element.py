"""One thing that is drawn, on its own page: kept, told in words, taken out; a clock on a box."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.drafts import change_files
from engine.redrawing.elements import read_parts
from tests.engine.redrawing.test_building import built
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
LIMIT = f"{DRAFT}/elements/limit"
TWENTY: dict[str, object] = {
    "clock_name": "20 working days for the whole process",
    "clock_amount": "20",
    "clock_unit": "working day",
    "clock_words": "",
    "clock_told_6": ["raiser", "iro_sm"],
    "ends": "no",
}


@pytest.mark.shows("redraw_element", "one")
def test_the_limit_of_twenty_days_becomes_twenty_five(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(LIMIT))
    assert "The clock “20 working days for the whole process” on “Formal Escalation”" in page
    assert keep(manager, LIMIT, **TWENTY).status_code == 303
    assert kept_as(office).changes == ()
    answer = keep(manager, LIMIT, **{**TWENTY, "clock_amount": "25"})
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/elements")
    limit = kept_as(office).package.diagram.elements["limit"]
    assert (limit.time, limit.name) == ("25 working days", "25 working days for the whole process")
    assert "was 20 working days, and is now 25 working days" in text_of(manager.get(DRAFT))


def test_one_of_each_kind_opens_and_stays_as_it_is(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    parts = {part.kind: part for part in read_parts(kept_as(office).package.diagram)}
    for part in parts.values():
        answer = manager.get(f"{DRAFT}/elements/{part.key}")
        assert answer.status_code == (303 if part.kind == "step" else 200), part
    assert manager.get(f"{DRAFT}/elements/which_stage_to_stage1_entry").status_code == 200


@pytest.mark.shows("redraw_element", "error")
def test_what_cannot_be_is_said_and_what_was_typed_stays(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    wrong = keep(manager, LIMIT, **{**TWENTY, "clock_words": "as soon as may be"})
    assert wrong.status_code == 400
    assert 'value="as soon as may be"' in wrong.text
    assert "There is a problem" in text_of(wrong)
    assert manager.get(f"{DRAFT}/elements/nothing").status_code == 409
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_element", "forbidden")
def test_nobody_else_reads_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, LIMIT)


def test_a_clock_on_a_box_goes_and_another_comes(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    away = f"{DRAFT}/steps/limit/remove"
    assert "Nothing falls due there any more" in text_of(manager.get(away))
    assert keep(manager, away).status_code == 303
    assert "limit" not in kept_as(office).package.diagram.elements
    new = f"{DRAFT}/steps/formal/time"
    assert "Give the box a time limit" in text_of(manager.get(new))
    told = {"amount_1": "30", "unit_1": "working day", "told_2": ["iro_sm"]}
    answer = keep(manager, new, **told, message_2="overdue")
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/elements")
    clock = kept_as(office).package.diagram.elements["formal_due"]
    assert (clock.attached_to, clock.time) == ("formal", "30 working days")
    assert "“Formal Escalation” has a time limit: 30 working days." in text_of(manager.get(DRAFT))
    assert manager.get(f"{DRAFT}/steps/refer/time").status_code == 409


def test_a_lane_is_named_for_another_post_and_taken_out(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    change_files(
        office.installation,
        "positive-challenge",
        by=office.people["iro_sm"],
        seen=kept_as(office).state,
        files={**built().files},
    )
    (lane,) = kept_as(office).package.diagram.lanes
    page = f"{DRAFT}/elements/{lane.id}"
    assert "The lane “Social Worker”" in text_of(manager.get(page))
    assert keep(manager, page, lane_post="Head of Service").status_code == 303
    assert "The lane “Social Worker” is now called “Head of Service”." in text_of(
        manager.get(DRAFT)
    )
    assert keep(manager, f"{DRAFT}/steps/{lane.id}/remove").status_code == 303
    assert kept_as(office).package.diagram.lanes == ()
    assert "The lane “Head of Service” was taken out." in text_of(manager.get(DRAFT))


def test_a_step_has_its_stage_and_notes_on_its_own_page(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = f"{DRAFT}/steps/informal_respond"
    assert "Which stage does it belong to?" in text_of(manager.get(page))
    step = kept_as(office).package.diagram.elements["informal_respond"]
    assert step.documentation[:40] in manager.get(page).get_data(as_text=True)
