"""A question of a form is added, changed and taken out, with what counts on it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


FORM = f"{DRAFT}/forms/answer"
ADD = f"{FORM}/questions/add"
POSITION = f"{FORM}/questions/2"
NEW: dict[str, object] = {
    "kind": "radio",
    "label": "Was the child seen?",
    "help": "On a visit.",
    "required": "true",
    "choices": "Yes, alone\r\nYes, with others\r\n\r\nNo",
    "shown_if": 'position = "not agreed"',
    "shown_how": "is",
}


@pytest.mark.shows("redraw_question", "one")
def test_a_question_is_added_and_asked_only_after_an_answer(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    answer = keep(manager, ADD, **NEW)
    assert answer.status_code == 303, answer.text
    field = kept_as(office).package.forms["answer"].fields[-1]
    assert (field.key, field.kind, field.description) == (
        "was_the_child_seen",
        "radio",
        "On a visit.",
    )
    assert [option.label for option in field.options] == ["Yes, alone", "Yes, with others", "No"]
    assert field.shown_if is not None
    assert field.shown_if.holds({"position": "not agreed"})
    assert not field.shown_if.holds({"position": "agreed"})
    assert "“Was the child seen?” is asked too." in text_of(manager.get(DRAFT))


def test_it_is_changed_and_what_counts_on_it_is_told(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = manager.get(POSITION).text
    assert "Agreed in part" in page
    answer = keep(
        manager,
        POSITION,
        kind="radio",
        label="Do you agree?",
        choices="Agreed\nPartly\nNot agreed",
        shown_how="is",
    )
    assert answer.status_code == 303, answer.text
    field = kept_as(office).package.forms["answer"].field("position")
    assert field is not None
    assert [(option.value, option.label) for option in field.options] == [
        ("agreed", "Agreed"),
        ("in part", "Partly"),
        ("not agreed", "Not agreed"),
    ]
    silence = text_of(manager.get(f"{DRAFT}/forms/no-answer/questions/2"))
    assert "The diagram counts on what is answered here" in silence


def test_it_is_taken_out(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    assert "Nothing in the diagram counts on its answer." in text_of(
        manager.get(f"{POSITION}/remove")
    )
    assert keep(manager, f"{POSITION}/remove").status_code == 303
    assert kept_as(office).package.forms["answer"].field("position") is None


@pytest.mark.shows("redraw_question", "error")
@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"label": ""}, "Enter"),
        ({"kind": "expression"}, "Select"),
        ({"choices": " "}, "Write the answers to pick from"),
        ({"shown_if": "nothing = 1"}, "Select"),
        ({"label": "=worked_out"}, "worked out by an expression"),
    ],
)
def test_what_cannot_be_is_said(
    office: Office, client_as: Sign, otherwise: dict[str, object], said: str
) -> None:
    manager = begin(client_as)
    answer = keep(manager, ADD, **{**NEW, **otherwise})
    assert answer.status_code == 400
    assert said in answer.text
    assert "On a visit." in answer.text
    assert kept_as(office).changes == ()
    assert manager.get(f"{FORM}/questions/99").status_code == 409


@pytest.mark.shows("redraw_question", "forbidden")
def test_nobody_else_changes_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, POSITION)
