"""Lists that grow, groups and files: what is taken, what is asked for, and how it reads."""

from typing import Any

from engine.forms import Form, Row, as_written, check_answers, in_words
from tests.engine.forms.written import DECISION, form_of

REPORT: Row = {
    "id": 7,
    "name": "Report.pdf",
    "type": "application/pdf",
    "size": 340_000,
    "sha256": "0" * 64,
}


def actions(**more: Any) -> Form:
    what = {"type": "textfield", "key": "what", "label": "What", "validate": {"required": True}}
    urgent = {"type": "checkbox", "key": "urgent", "label": "Urgent"}
    by = {
        "type": "datetime",
        "key": "by",
        "label": "Date",
        "subtype": "date",
        "validate": {"required": True},
        "conditional": {"hide": "=not(urgent)"},
    }
    listed = {
        "type": "dynamiclist",
        "path": "actions",
        "label": "Actions",
        "components": [what, urgent, by],
        **more,
    }
    return form_of(DECISION, listed)


def test_the_rows_of_a_list_are_a_list_of_objects_and_come_back_the_same() -> None:
    raw = {
        "decision": ["satisfied"],
        "actions-rows": ["1", "4"],
        "actions-1-what": ["A visit"],
        "actions-4-what": ["A school"],
        "actions-4-urgent": ["true"],
        "actions-4-by-day": ["27"],
        "actions-4-by-month": ["3"],
        "actions-4-by-year": ["2026"],
    }
    checked = check_answers(actions(), raw)

    assert checked.errors == {}
    assert checked.answers["actions"] == [
        {"what": "A visit", "urgent": False},
        {"what": "A school", "urgent": True, "by": "2026-03-27"},
    ]
    assert check_answers(actions(), as_written(actions(), checked.answers)) == checked
    assert in_words(actions(), checked.answers)[1] == (
        "Actions",
        "1. A visit\n2. What: A school\n    Urgent: Yes\n    Date: 27 March 2026",
    )


def test_each_mistake_in_a_row_is_said_at_its_own_question() -> None:
    raw = {"actions-rows": ["1", "2"], "actions-1-urgent": ["true"], "actions-2-what": ["A visit"]}
    errors = check_answers(actions(), raw).errors

    assert errors == {
        "decision": "Select the decision",
        "actions-1-what": "Enter an answer to “What”",
        "actions-1-by": "Enter the date",
    }


def test_a_row_that_was_added_and_left_empty_is_no_answer() -> None:
    raw = {
        "decision": ["satisfied"],
        "actions-rows": ["1", "2"],
        "actions-1-what": ["A visit"],
        "actions-2-what": [" "],
    }
    checked = check_answers(actions(), raw)

    assert checked.errors == {}
    assert checked.answers["actions"] == [{"what": "A visit", "urgent": False}]


def test_a_row_with_which_the_list_begins_is_asked_for_until_it_is_removed() -> None:
    begun = check_answers(actions(), {"decision": ["satisfied"], "actions-rows": ["1"]})
    removed = check_answers(actions(), {"decision": ["satisfied"]})

    assert set(begun.errors) == {"actions-1-what"}
    assert removed.errors == {}
    assert "actions" not in removed.answers


def test_rows_that_nobody_may_take_away_are_asked_for_whatever_was_sent() -> None:
    checked = check_answers(actions(allowAddRemove=False), {"decision": ["satisfied"]})

    assert set(checked.errors) == {"actions-1-what"}


def test_nothing_that_is_sent_makes_more_than_fifty_rows_or_an_error() -> None:
    many = [str(number) for number in range(1, 500)]
    raw = {"actions-rows": [*many, "x", "-1", "1"]}
    raw |= {f"actions-{number}-what": ["A visit"] for number in many}

    assert len(check_answers(actions(), raw).answers["actions"]) == 50  # type: ignore[arg-type]


def test_a_hidden_list_is_not_asked_for() -> None:
    form = actions(conditional={"hide": '=decision = "satisfied"'})
    raw = {"decision": ["satisfied"], "actions-rows": ["1"], "actions-1-what": ["x"]}

    assert check_answers(form, raw).answers == {"decision": "satisfied"}


def test_what_lies_in_a_hidden_group_is_not_asked_for() -> None:
    group = {
        "type": "group",
        "id": "G",
        "label": "Why",
        "components": [
            {"type": "textfield", "key": "why", "label": "Why", "validate": {"required": True}}
        ],
        "conditional": {"hide": '=decision = "satisfied"'},
    }
    form = form_of(DECISION, group)

    assert check_answers(form, {"decision": ["satisfied"]}).errors == {}
    assert set(check_answers(form, {"decision": ["give time"]}).errors) == {"why"}


def picker(**more: Any) -> Form:
    return form_of(
        {"type": "filepicker", "key": "report", "label": "Your report", **more},
    )


def test_files_are_answers_and_read_as_names_and_sizes() -> None:
    checked = check_answers(picker(), {}, files={"report": [REPORT]})

    assert checked.answers == {"report": [REPORT]}
    assert in_words(picker(), checked.answers) == [("Your report", "Report.pdf (340 KB)")]
    assert as_written(picker(), checked.answers) == {}


def test_a_required_file_is_asked_for_and_one_only_where_the_form_says_one() -> None:
    required = picker(validate={"required": True})
    two = [REPORT, {**REPORT, "id": 8}]

    assert check_answers(required, {}).errors == {"report": "Upload a file for “Your report”"}
    assert check_answers(picker(), {}).errors == {}
    assert check_answers(picker(), {}, files={"report": two}).errors == {
        "report": "Your report must be one file. Remove the others"
    }
    assert check_answers(picker(multiple=True), {}, files={"report": two}).errors == {}
