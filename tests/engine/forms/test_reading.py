"""Forms are read whole, or refused at the field with what to use instead."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.forms import BadForm, FormProblem, Option, read_form
from tests.engine.forms.written import ACTION, DECISION, MORE_TIME, form_of, written

FORMS = sorted((Path(__file__).parents[3] / "processes").glob("*/*/forms/*.form"))


def problem_of(*components: dict[str, Any]) -> FormProblem:
    with pytest.raises(BadForm) as refused:
        form_of(*components)
    (problem,) = refused.value.problems
    return problem


def test_a_decision_with_a_date_that_only_more_time_needs_is_read() -> None:
    form = form_of(DECISION, MORE_TIME)

    decision, answer_by = form.fields
    assert (form.id, form.title) == ("answer", "Answer")
    assert (decision.kind, decision.label, decision.required) == ("radio", "Decision", True)
    assert decision.options[1] == Option(value="next stage", label="Go to the next stage")
    assert decision.shown_if is None
    assert (answer_by.kind, answer_by.subtype, answer_by.label) == (
        "datetime",
        "date",
        "Date wanted",
    )
    assert answer_by.shown_if is not None
    assert answer_by.shown_if.holds({"decision": "give time"})
    assert not answer_by.shown_if.holds({"decision": "satisfied"})
    assert not answer_by.shown_if.holds({})


def test_what_an_editor_saves_for_each_kind_is_kept() -> None:
    form = form_of(
        {"type": "text", "id": "Text_1", "text": "Weigh the *impact* on the child."},
        {
            "type": "textfield",
            "key": "phone",
            "label": "Phone",
            "description": "The duty lawyer's",
            "validate": {"validationType": "phone", "maxLength": 40},
            "layout": {"row": "Row_1", "columns": None},
        },
        {
            "type": "number",
            "key": "days",
            "label": "Working days",
            "decimalDigits": 0,
            "defaultValue": 5,
            "validate": {"min": 1, "max": 20},
        },
        {
            "type": "checklist",
            "key": "to_whom",
            "label": "To whom",
            "values": [{"value": "sw", "label": "Social worker"}, {"value": "tm"}],
            "defaultValue": ["sw"],
        },
        {"type": "checkbox", "key": "urgent", "label": "Urgent", "defaultValue": True},
    )

    text, phone, days, to_whom, urgent = form.fields
    assert (text.kind, text.key, text.label) == (
        "text",
        "Text_1",
        "Weigh the *impact* on the child.",
    )
    assert (phone.subtype, phone.max_length, phone.description) == (
        "phone",
        40,
        "The duty lawyer's",
    )
    assert (days.minimum, days.maximum, days.whole, days.default) == (1, 20, True, 5)
    assert [option.label for option in to_whom.options] == ["Social worker", "tm"]
    assert to_whom.default == ("sw",)
    assert urgent.default is True


def test_a_text_answer_may_have_ten_thousand_characters_unless_the_form_says_less() -> None:
    form = form_of(
        {"type": "textarea", "key": "one", "label": "One"},
        {"type": "textarea", "key": "two", "label": "Two", "validate": {"maxLength": 300}},
        {
            "type": "textfield",
            "key": "three",
            "label": "Three",
            "validate": {"pattern": r"^[A-Z]{2}\d{6}$", "maxLength": 300},
        },
    )

    assert [field.max_length for field in form.fields] == [10_000, 300, 200]


def test_the_first_heading_is_the_title_of_the_form() -> None:
    heading = {"type": "text", "id": "Text_1", "text": "# Answer the concern"}
    explained = {"type": "text", "id": "Text_1", "text": "# Answer the concern\nSay what is done."}

    assert form_of(heading, ACTION).title == "Answer the concern"
    assert [field.key for field in form_of(heading, ACTION).fields] == ["action"]
    assert form_of(explained, ACTION).title == "Answer the concern"
    assert form_of(explained, ACTION).fields[0].label == "Say what is done."


# Every type of form-js 1.x (packages/form-json-schema/src/defs/type.json, schema version 18).
INSIDE = [{"type": "textfield", "key": "who", "label": "Who"}]
READ: dict[str, dict[str, Any]] = {
    "textfield": {},
    "number": {},
    "datetime": {"subtype": "date", "dateLabel": "When"},
    "textarea": {},
    "checkbox": {},
    "radio": {"values": [{"value": "a", "label": "A"}]},
    "select": {"values": [{"value": "a", "label": "A"}]},
    "checklist": {"values": [{"value": "a", "label": "A"}]},
    "taglist": {"values": [{"value": "a", "label": "A"}]},
    "filepicker": {"accept": ".pdf", "multiple": True},
    "text": {"text": "Read this."},
    "spacer": {"height": 60},
    "separator": {},
    "group": {"components": INSIDE, "showOutline": True},
    "dynamiclist": {"components": INSIDE, "path": "field_7"},
}
REFUSED = {
    "button": "Take it out.",
    "table": "Say it in a text, or ask for rows with a dynamic list.",
    "image": "Say it in a text.",
    "html": "Use a text with markdown.",
    "iframe": "Put its address in a text.",
    "expression": "Ask for the value in a field, or take it out.",
    "documentPreview": "Take it out: files that were sent before stand on the case.",
    "multipage": "Put its fields into the form itself; use a group for what belongs together.",
    "page": "Put its fields into the form itself; use a group for what belongs together.",
}
SCHEMA = (
    *("textfield", "number", "datetime", "textarea", "checkbox", "radio", "select", "checklist"),
    *("taglist", "image", "text", "html", "button", "spacer", "group", "dynamiclist", "multipage"),
    *("page", "separator", "table", "iframe", "expression", "filepicker", "documentPreview"),
)


@pytest.mark.parametrize("kind", SCHEMA)
def test_every_type_of_the_schema_is_read_or_refused_with_what_to_use_instead(kind: str) -> None:
    field = {"type": kind, "id": "Field_7", "label": "x"}
    if kind in READ:
        keyed = {} if kind in ("text", "spacer", "separator", "group") else {"key": "field_7"}
        found = form_of(ACTION, {**field, **keyed, **READ[kind]}).fields[1]
        assert (found.kind, found.key.lower()) == (kind, "field_7")
        return
    problem = problem_of(ACTION, field)
    assert (problem.field, problem.mend) == ("Field_7", REFUSED[kind])


def test_a_group_gives_its_condition_to_what_lies_in_it() -> None:
    inner = {**ACTION, "conditional": {"hide": "=size < 3"}}
    group = {
        "type": "group",
        "id": "Group_1",
        "label": "What is asked for",
        "components": [{"type": "number", "key": "size", "label": "How many"}, inner],
        "conditional": {"hide": '=decision != "next stage"'},
    }
    _, marker, size, action = form_of(DECISION, group).fields

    assert (marker.kind, marker.label, marker.asks) == ("group", "What is asked for", False)
    assert (size.within, action.within) == ("Group_1", "Group_1")
    assert action.shown_if is not None
    assert action.shown_if.holds({"decision": "next stage", "size": 3})
    assert not action.shown_if.holds({"decision": "satisfied", "size": 3})
    assert not action.shown_if.holds({"decision": "next stage", "size": 2})
    assert action.asked_if is not None
    assert action.asked_if.names == {"size"}


def test_a_list_keeps_its_fields_to_itself() -> None:
    listed = {
        "type": "dynamiclist",
        "path": "actions",
        "label": "Actions",
        "components": [ACTION, {**MORE_TIME, "conditional": {"hide": '=action = "none"'}}],
        "defaultRepetitions": 2,
    }
    (field,) = form_of(listed).fields

    assert (field.key, field.rows, field.fixed) == ("actions", 2, False)
    assert [each.key for each in field.fields] == ["action", "answer_by"]


@pytest.mark.parametrize(
    ("changed", "where", "problem"),
    [
        ({"path": "a.b"}, "Field_7", "Its path cannot be used in a condition."),
        ({"label": ""}, "Field_7", "It has no label, or asks nothing."),
        ({"components": []}, "Field_7", "There is nothing in it."),
        ({"components": [{"type": "text", "text": "x"}]}, "Field_7", "It has no label, or asks"),
        ({"defaultRepetitions": 51}, "Field_7", "It begins with 51 rows."),
        ({"components": [ACTION]}, "action", "Another field has the same key."),
        ({"components": [{"type": "html", "id": "H"}]}, "H", "HTML is not shown"),
        (
            {
                "components": [
                    {**READ["filepicker"], "type": "filepicker", "key": "f", "label": "F"}
                ]
            },
            "Field_7",
            "It asks for “F” in each row, which is a list itself.",
        ),
        (
            {"components": [{**INSIDE[0], "conditional": {"hide": "=later"}}, MORE_TIME]},
            "answer_by",
            "Its hide condition asks",
        ),
    ],
)
def test_a_list_that_cannot_be_shown_as_meant_is_refused(
    changed: dict[str, Any], where: str, problem: str
) -> None:
    field = {"type": "dynamiclist", "id": "Field_7", "label": "x", "path": "rows"}
    later = {"type": "textfield", "key": "decision", "label": "Later"}
    with pytest.raises(BadForm) as refused:
        form_of(ACTION, {**field, "components": INSIDE, **changed}, later)

    assert refused.value.problems[0].field == where
    assert refused.value.problems[0].problem.startswith(problem)


def test_a_group_with_a_path_is_refused_at_its_place() -> None:
    problem = problem_of({"type": "group", "id": "G", "path": "a", "components": INSIDE})

    assert (problem.field, problem.mend) == ("G", "Take the path out.")


def test_a_kind_of_file_that_is_not_taken_is_refused_with_those_that_are() -> None:
    problem = problem_of({"type": "filepicker", "key": "f", "label": "F", "accept": ".pdf,.exe"})

    assert problem.problem == "It asks for files of the kind “.exe”, which are not taken."
    assert "PDF" in problem.mend
    (field,) = form_of(
        {"type": "filepicker", "key": "f", "label": "F", "accept": ".pdf, image/*"}
    ).fields
    assert [kind.endings[0] for kind in field.accept] == [".pdf", ".jpg", ".png", ".heic"]


def test_a_kind_that_nobody_knows_is_refused_too() -> None:
    problem = problem_of({"type": "hologram", "key": "x", "label": "x"})

    assert problem.problem == "The type “hologram” is not known."


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"key": "answer.by"}, "Its key cannot be used in a condition."),
        ({"key": None}, "Its key cannot be used in a condition."),
        ({"label": ""}, "It has no label."),
        ({"label": "=question"}, "Its label is worked out by an expression."),
        ({"description": "for {{name}}"}, "Its description is worked out by an expression."),
        ({"disabled": True}, "It is disabled: nobody could answer it."),
        ({"readonly": "=locked"}, "It is readonly: nobody could answer it."),
        ({"validate": {"required": "=urgent"}}, "“required” is neither on nor off."),
        ({"validate": {"maxLength": 20_000}}, "“maxLength” is no length."),
        ({"validate": {"minLength": -1}}, "“minLength” is no length."),
        ({"validate": {"minLength": "3"}}, "“minLength” is not a number."),
        ({"validate": []}, None),
        ({"validate": ["required"]}, "Its validation cannot be read."),
        ({"defaultValue": 3}, "Its default value does not fit it."),
        (
            {"validate": {"pattern": "(a+)+$"}},
            "Its pattern cannot be used. It repeats a group, which could take very long.",
        ),
        (
            {"validate": {"pattern": "(a|b)(a|b)" * 10}},
            "Its pattern cannot be used. It leaves too much open, which could take very long.",
        ),
        (
            {"validate": {"pattern": ".*.*.*x"}},
            "Its pattern cannot be used. It leaves too much open, which could take very long.",
        ),
        (
            {"validate": {"pattern": "["}},
            "Its pattern cannot be used. It is not a regular expression.",
        ),
        (
            {"validate": {"pattern": r"(a)\1"}},
            "Its pattern cannot be used. It has a group of another kind than ( ) and (?: ).",
        ),
    ],
)
def test_what_cannot_be_shown_as_meant_is_refused(
    changed: dict[str, Any], problem: str | None
) -> None:
    component = {**ACTION, **changed}
    if problem is None:
        assert form_of(component).fields
    else:
        assert problem_of(component).problem == problem


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"values": []}, "It has no options."),
        ({"values": None, "valuesKey": "posts"}, "Its options are not listed in the form."),
        ({"valuesExpression": "=posts"}, "Its options are not listed in the form."),
        ({"values": [{"label": "Yes"}]}, "An option has no value."),
        (
            {"values": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
            "Two of its options have the same value.",
        ),
        ({"defaultValue": "never offered"}, "Its default value is none of its options."),
    ],
)
def test_options_stand_in_the_form_itself(changed: dict[str, Any], problem: str) -> None:
    assert problem_of({**DECISION, **changed}).problem == problem


def test_a_hide_condition_in_another_language_is_refused_with_the_mended_text() -> None:
    problem = problem_of(
        DECISION, {**MORE_TIME, "conditional": {"hide": '=decision == "give time"'}}
    )

    assert problem.field == "answer_by"
    assert 'Write decision = "give time"' in problem.problem


def test_a_hide_condition_asks_only_what_was_answered_before() -> None:
    later = problem_of(MORE_TIME, DECISION)
    itself = problem_of({**ACTION, "conditional": {"hide": '=action = "x"'}})

    assert (later.field, later.mend) == ("answer_by", "Move it below “decision”.")
    assert itself.problem == "Its hide condition asks “action”, which is not answered before it."


def test_a_hide_condition_cannot_ask_a_list() -> None:
    people = {"type": "checklist", "key": "people", "label": "People", "values": [{"value": "tm"}]}

    problem = problem_of(people, {**ACTION, "conditional": {"hide": '=people = "tm"'}})

    assert problem.mend == "Ask a radio or a checkbox."


def test_a_hide_condition_may_ask_a_value_of_the_case() -> None:
    form = form_of({**ACTION, "conditional": {"hide": "=looked_after"}})

    shown_if = form.fields[0].shown_if
    assert shown_if is not None
    assert not shown_if.holds({"looked_after": True})
    assert shown_if.holds({"looked_after": False})


def test_two_fields_with_one_key_are_refused() -> None:
    problem = problem_of(ACTION, {**ACTION, "label": "Another action"})

    assert (problem.field, problem.problem) == ("action", "Another field has the same key.")


def test_all_that_is_wrong_is_said_at_once() -> None:
    source = written({"type": "button", "key": "send"}, ACTION, {"type": "image", "id": "T"})

    with pytest.raises(BadForm) as refused:
        read_form(source, "forms/answer.form")

    assert [problem.field for problem in refused.value.problems] == ["send", "T"]
    assert str(refused.value).splitlines() == [
        "forms/answer.form: field “send”: The site draws the buttons itself. Take it out.",
        "forms/answer.form: field “T”: Images are not shown in a form. Say it in a text.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"<form/>",
        b"\xff\xfe",
        b"[]",
        b'{"id": "x"}',
        b'{"id": "", "components": []}',
        b'{"id": "x", "components": [3]}',
        b'{"id": "x", "components": [{"type": "number", "key": "n", "validate": {"min": NaN}}]}',
        b"[" * 100_000,
        b'{"id": "x", "components": [' + b"1" * 10_000 + b"]}",
        b" " * 1_000_001,
        json.dumps({"id": "x", "components": [{"type": ["text"]}]}).encode(),
    ],
)
def test_a_file_that_is_no_form_is_refused_with_a_sentence(source: bytes) -> None:
    with pytest.raises(BadForm) as refused:
        read_form(source)

    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("file", FORMS, ids=lambda file: "/".join(file.parts[-4:]))
def test_the_councils_own_forms_are_read(file: Path) -> None:
    form = read_form(file.read_bytes(), file.name)

    assert form.id == file.stem
    assert any(field.kind != "text" for field in form.fields)


def test_there_are_forms_of_councils_to_read() -> None:
    assert FORMS
