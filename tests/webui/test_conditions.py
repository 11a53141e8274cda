"""When a field is asked, in words that follow from its condition."""

import pytest

from engine.forms import Form
from tests.webui.forms import field, radio, written
from webui.conditions import condition_in_words, is_never_asked


def words(hide: str, *earlier: dict[str, object]) -> str:
    form = written(*earlier, field("textfield", "why", hide=hide))
    return condition_in_words(form, form.fields[-1], {})


ENTRY = radio("entry", "informal", "formal", "cafcass")
URGENT = field("checkbox", "urgent")
TOLD_ON = field("datetime", "told_on", subtype="date")
COUNT = field("number", "count")


@pytest.mark.parametrize(
    ("hide", "told"),
    [
        ('entry != "formal"', "Only if “Entry” is “Formal”."),
        ('entry = "informal"', "Only if “Entry” is not “Informal”."),
        ('not(entry in ("formal", "cafcass"))', "Only if “Entry” is “Formal” or “Cafcass”."),
        ('not(entry = "formal" or entry = "cafcass")', "Only if “Entry” is “Formal” or “Cafcass”."),
        ("entry = null", "Only if “Entry” is answered."),
        ("entry != null", "Only if “Entry” is left empty."),
        ("urgent", "Only if “Urgent” is not ticked."),
        ("not(urgent)", "Only if “Urgent” is ticked."),
        ("told_on = null", "Only if “Told on” is answered."),
        ("told_on != null", "Only if “Told on” is left empty."),
        ("count = null", "Only if “Count” is answered."),
        (
            'entry != "formal" or urgent',
            "Only if “Entry” is “Formal” and “Urgent” is not ticked.",
        ),
    ],
)
def test_the_condition_is_said_with_the_forms_own_labels(hide: str, told: str) -> None:
    assert words(hide, ENTRY, URGENT, TOLD_ON, COUNT) == told


@pytest.mark.parametrize(
    ("hide", "told"),
    [
        (
            'not(entry = "formal" or urgent)',
            "Whether this is asked depends on “Entry” and “Urgent”.",
        ),
        ("count < 3", "Whether this is asked depends on “Count”."),
        ('told_on < date("2026-03-23")', "Whether this is asked depends on “Told on”."),
        ("entry = entry", "Whether this is asked depends on “Entry”."),
    ],
)
def test_what_cannot_be_said_shortly_names_the_questions(hide: str, told: str) -> None:
    assert words(hide, ENTRY, URGENT, TOLD_ON, COUNT) == told


def test_a_question_that_is_always_asked_has_no_condition() -> None:
    assert words("", ENTRY) == ""
    assert words('entry = "nothing of it"', ENTRY) == ""


def the_form() -> Form:
    return written(ENTRY, field("textfield", "why", hide='entry = "informal" or stage = "4"'))


def test_the_cases_own_values_are_taken_as_they_are() -> None:
    form = the_form()
    asked = condition_in_words(form, form.fields[1], {"stage": "2"})
    assert asked == "Only if “Entry” is not “Informal”."


def test_a_question_that_only_the_case_decides_is_shown_or_left_out() -> None:
    form = written(field("textfield", "why", hide='stage = "4"'))
    assert is_never_asked(form, form.fields[0], {"stage": "4"})
    assert not is_never_asked(form, form.fields[0], {"stage": "3"})
    assert condition_in_words(form, form.fields[0], {"stage": "3"}) == ""
    mixed = the_form()
    assert not is_never_asked(mixed, mixed.fields[1], {"stage": "4"})
