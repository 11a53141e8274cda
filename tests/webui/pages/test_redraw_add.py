"""A step is added with a form and a lane; what is missing is said beside its question."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.publishing import check_draft
from engine.redrawing.steps import find_step
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


ADD = f"{DRAFT}/add"
NEW: dict[str, object] = {
    "arrow": "stage1_start_to_stage1_respond",
    "step_name": "Check the facts",
    "owner": "sw",
    "lane": "true",
    "form": "+",
    "new_title": "Check the facts",
    "new_question": "What is wrong in them?",
    "amount_1": "2",
    "unit_1": "working day",
    "told_2": ["tm"],
    "message_2": "no-answer",
}


@pytest.mark.shows("redraw_add", "one")
def test_it_is_added_with_its_form_as_one_change(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert "Where is it put?" in text_of(manager.get(ADD))
    near = manager.get(f"{ADD}?after=stage1_respond").text
    assert near.count("<option") < manager.get(ADD).text.count("<option")
    answer = keep(manager, ADD, **NEW)
    assert (answer.status_code, answer.location) == (303, f"{DRAFT}/forms/check-the-facts")
    draft = kept_as(office)
    step = find_step(draft.package, "check_the_facts")
    assert (step.posts, step.form, step.clocks[0].text) == (
        ("sw",),
        "check-the-facts",
        "2 working days",
    )
    assert [lane.name for lane in draft.package.diagram.lanes] == ["Social Worker"]
    assert len(draft.changes) == 1
    page = text_of(manager.get(answer.location))
    assert "Filled in at: “Check the facts”" in page
    reckoned = keep(manager, ADD, **{**NEW, "new_question": "= what was done?"})
    assert reckoned.status_code == 400
    assert "There is a problem" in text_of(reckoned)
    table = text_of(manager.get(DRAFT))
    assert (
        "The step “Check the facts” was added after the start of “Stage 1 – Team Manager”, before "
        "“Respond at Stage 1”: Social Worker, with the new form “Check the facts”, to be answered: "
        "2 working days."
    ) in table
    assert table.rindex("Check the facts") < table.index("Respond at Stage 2")


def test_a_form_that_is_there_and_no_time_do_too(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    plain = {**NEW, "form": "answer", "amount_1": "", "told_2": [], "message_2": "", "lane": ""}
    answer = keep(manager, ADD, **plain)
    assert (answer.status_code, answer.location) == (303, DRAFT)
    step = find_step(kept_as(office).package, "check_the_facts")
    assert (step.form, step.clocks) == ("answer", ())
    written = {
        **NEW,
        "form": "answer",
        "amount_1": "",
        "text_1": "10 days, or answer_by if earlier",
    }
    assert keep(manager, ADD, **written).status_code == 303
    step = find_step(kept_as(office).package, "check_the_facts_2")
    assert step.clocks[0].text == "10 days, or answer_by if earlier"


def test_a_step_without_a_time_gets_one_and_it_is_taken_away(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    step = f"{DRAFT}/steps/tell_line_manager"
    assert "Give it a time to answer" in text_of(manager.get(step))
    late: dict[str, object] = {"amount_1": "2", "unit_1": "working day"}
    answer = keep(manager, f"{step}/time", **late)
    assert answer.status_code == 400
    assert "Say who learns that the time has passed" in text_of(answer)
    assert keep(manager, f"{step}/time").status_code == 400
    late |= {"told_2": ["iro_sm"], "message_2": "overdue"}
    answer = keep(manager, f"{step}/time", **late)
    assert (answer.status_code, answer.location) == (303, DRAFT), answer.text
    (clock,) = find_step(kept_as(office).package, "tell_line_manager").clocks
    assert clock.text == "2 working days"
    assert not [
        each
        for each in check_draft(office.installation, kept_as(office))
        if "Tell your line manager" in each.problem
    ]
    away = f"{DRAFT}/steps/{clock.element}/remove"
    assert "nobody learns of silence" in text_of(manager.get(away))
    assert keep(manager, away).status_code == 303
    assert find_step(kept_as(office).package, "tell_line_manager").clocks == ()


@pytest.mark.shows("redraw_add", "error")
@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"arrow": "nothing"}, "Select"),
        ({"step_name": " "}, "Enter"),
        ({"owner": ""}, "Select"),
        ({"new_title": ""}, "Enter"),
        ({"amount_1": ""}, "Write how long they have"),
        ({"unit_1": ""}, "Select what the number counts"),
        ({"text_1": "5 moons"}, "is not a time"),
        ({"told_2": [], "message_2": ""}, "Say who learns that the time has passed"),
        ({"message_2": ""}, "Pick the message that they are sent"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    office: Office, client_as: Sign, otherwise: dict[str, object], said: str
) -> None:
    manager = begin(client_as)
    answer = keep(manager, ADD, **{**NEW, **otherwise})
    assert answer.status_code == 400
    assert said in answer.text
    assert "What is wrong in them?" in answer.text
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_add", "forbidden")
def test_nobody_else_adds(client_as: Sign) -> None:
    only_for_its_editor(client_as, ADD)
