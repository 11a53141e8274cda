"""What people send is typed, or gets a sentence at its field; nothing that is sent breaks it."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagrams.values import Value
from engine.forms import as_written, check_answers, in_words
from tests.engine.forms.written import ACTION, DECISION, MORE_TIME, form_of

RESPONSE = form_of(DECISION, MORE_TIME, ACTION)
PEOPLE: dict[str, Any] = {
    "type": "checklist",
    "key": "people",
    "label": "People to tell",
    "values": [{"value": "sw", "label": "Social worker"}, {"value": "tm", "label": "Team manager"}],
}
MOMENT: dict[str, Any] = {
    "type": "datetime",
    "subtype": "datetime",
    "key": "phoned",
    "dateLabel": "Call to CAFCASS",
}
EVERYTHING = form_of(
    {"type": "text", "id": "Text_1", "text": "Say what is asked for."},
    DECISION,
    MORE_TIME,
    ACTION,
    PEOPLE,
    MOMENT,
    {"type": "datetime", "subtype": "time", "key": "at", "timeLabel": "Time of the call"},
    {"type": "number", "key": "cost", "label": "Cost"},
    {"type": "number", "key": "days", "label": "Working days", "decimalDigits": 0},
    {"type": "checkbox", "key": "urgent", "label": "It is urgent"},
    {"type": "textfield", "key": "email", "label": "E", "validate": {"validationType": "email"}},
    {"type": "textfield", "key": "phone", "label": "P", "validate": {"validationType": "phone"}},
    {"type": "textfield", "key": "ref", "label": "R", "validate": {"pattern": r"^[A-Z]+-\d+$"}},
    {
        "type": "select",
        "key": "level",
        "label": "Level",
        "values": [{"value": "1"}, {"value": "2"}],
        "conditional": {"hide": "=not(urgent)"},
    },
)


def error_of(component: dict[str, Any], raw: Mapping[str, list[str]]) -> str:
    checked = check_answers(form_of(component), raw)
    assert checked.answers == {}
    (error,) = checked.errors.values()
    return error


def answer_of(component: dict[str, Any], *sent: str) -> object:
    checked = check_answers(form_of(component), {component["key"]: list(sent)})
    assert checked.errors == {}
    return checked.answers.get(component["key"])


def date_of(day: str, month: str, year: str) -> dict[str, list[str]]:
    return {"answer_by-day": [day], "answer_by-month": [month], "answer_by-year": [year]}


def test_more_time_until_the_27th_of_march() -> None:
    raw = {"decision": ["give time"], "action": ["Hold the review."], **date_of("27", "3", "2026")}

    checked = check_answers(RESPONSE, raw)

    assert checked.errors == {}
    assert checked.answers == {
        "decision": "give time",
        "answer_by": "2026-03-27",
        "action": "Hold the review.",
    }


def test_a_hidden_date_is_dropped_and_not_asked_for() -> None:
    raw = {"decision": ["satisfied"], "action": ["Nothing more."], **date_of("31", "2", "x")}

    checked = check_answers(RESPONSE, raw)

    assert checked.errors == {}
    assert checked.answers == {"decision": "satisfied", "action": "Nothing more."}


def test_what_depends_on_a_hidden_answer_is_hidden_too() -> None:
    form = form_of(
        DECISION,
        {**MORE_TIME, "validate": {}},
        {**ACTION, "conditional": {"hide": "=answer_by = null"}},
    )

    checked = check_answers(form, {"decision": ["satisfied"], **date_of("27", "3", "2026")})

    assert checked.answers == {"decision": "satisfied"}
    assert checked.errors == {}


def test_a_condition_may_ask_what_is_known_of_the_case() -> None:
    form = form_of({**ACTION, "conditional": {"hide": "=not(looked_after)"}})

    assert check_answers(form, {}, {"looked_after": False}).errors == {}
    assert "action" in check_answers(form, {}, {"looked_after": True}).errors


def test_an_earlier_answer_with_the_same_name_does_not_stand_in_for_an_empty_one() -> None:
    known: Mapping[str, Value] = {"decision": "give time"}

    checked = check_answers(RESPONSE, {"action": ["x"]}, known)

    assert set(checked.errors) == {"decision"}


def test_everything_empty_gets_a_sentence_at_each_required_field() -> None:
    assert check_answers(RESPONSE, {}).errors == {
        "decision": "Select the decision",
        "action": "Enter the action asked for",
    }


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("Action asked for", "Enter the action asked for"),
        ("CAFCASS reference", "Enter the CAFCASS reference"),
        ("IRO’s reasons:", "Enter the IRO’s reasons"),
        ("Your reasons", "Enter your reasons"),
        ("The child’s wishes and feelings", "Enter the child’s wishes and feelings"),
        ("What is the concern?", "Enter an answer to “What is the concern?”"),
        (
            "Say why you go straight to a formal stage",
            "Enter an answer to “Say why you go straight to a formal stage”",
        ),
    ],
)
def test_the_label_fits_into_the_sentence(label: str, sentence: str) -> None:
    assert error_of({**ACTION, "label": label}, {}) == sentence


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("", "", ""), "Enter the date wanted"),
        (("27", "", "2026"), "Date wanted must include a month"),
        (("", "3", ""), "Date wanted must include a day and a year"),
        (("31", "2", "2026"), "Date wanted must be a real date, like 27 3 2026"),
        (("27", "Octember", "2026"), "Date wanted must be a real date, like 27 3 2026"),
        (("²", "3", "2026"), "Date wanted must be a real date, like 27 3 2026"),
        (("-1", "3", "2026"), "Date wanted must be a real date, like 27 3 2026"),
        (("27", "3", "26"), "Date wanted must have a year of 4 numbers, like 2026"),
        (("27", "3", "0026"), "Date wanted must be between 1900 and 2199"),
        (("99999999999", "3", "2026"), "Date wanted must be a real date, like 27 3 2026"),
    ],
)
def test_a_date_says_what_is_wrong_with_it(parts: tuple[str, str, str], sentence: str) -> None:
    field = {**MORE_TIME, "conditional": {}}

    assert error_of(field, date_of(*parts)) == sentence


@pytest.mark.parametrize("month", ["3", "03", " 3 ", "March", "mar", "Mar."])
def test_a_month_may_be_its_name(month: str) -> None:
    field = {**MORE_TIME, "conditional": {}}

    assert check_answers(form_of(field), date_of("27", month, "2026")).answers == {
        "answer_by": "2026-03-27"
    }


def moment(day: str, month: str, year: str, time: str) -> dict[str, list[str]]:
    parts = {"day": day, "month": month, "year": year, "time": time}
    return {f"phoned-{part}": [text] for part, text in parts.items()}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("16:05", "16:05"),
        ("4:05pm", "16:05"),
        ("4.05 PM", "16:05"),
        ("9am", "09:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("midday", "12:00"),
        ("0:00", "00:00"),
    ],
)
def test_a_time_may_be_written_as_people_write_it(written: str, kept: str) -> None:
    checked = check_answers(form_of(MOMENT), moment("27", "3", "2026", written))

    assert checked.answers == {"phoned": f"2026-03-27T{kept}"}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (moment("27", "3", "2026", ""), "Call to CAFCASS must include a time"),
        (
            moment("", "", "", "16:00"),
            "Call to CAFCASS must include a day, a month and a year",
        ),
        (
            moment("27", "3", "2026", "16"),
            "Call to CAFCASS must be a time, like 9:30am or 16:30",
        ),
        (
            moment("27", "3", "2026", "25:00"),
            "Call to CAFCASS must be a time, like 9:30am or 16:30",
        ),
        (
            moment("27", "3", "2026", "13pm"),
            "Call to CAFCASS must be a time, like 9:30am or 16:30",
        ),
        (
            moment("29", "3", "2026", "01:30"),
            (
                "Call to CAFCASS must be a real time: 01:30 on 2026-03-29 did not happen: "
                "the clocks went forward. Write a time one hour later."
            ),
        ),
    ],
)
def test_a_moment_says_what_is_wrong_with_it(sent: dict[str, list[str]], sentence: str) -> None:
    assert error_of(MOMENT, sent) == sentence


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12", 12), (" 1,250.50 ", 1250.5), ("-3", -3), ("£20", 20), ("007", 7), ("", None)],
)
def test_a_number_is_typed(written: str, kept: object) -> None:
    answer = answer_of({"type": "number", "key": "n", "label": "Number"}, written)

    assert answer == kept
    assert type(answer) is type(kept)


@pytest.mark.parametrize(
    ("rules", "written", "sentence"),
    [
        ({}, "five", "Working days must be a number, like 12"),
        ({}, "1e9", "Working days must be a number, like 12"),
        ({}, "NaN", "Working days must be a number, like 12"),
        ({}, "1,2", "Working days must be a number, like 12"),
        ({}, "9" * 400, "Working days must be a number, like 12"),
        ({}, "2.5", "Working days must be a whole number, like 12"),
        ({"min": 1}, "0", "Working days must be 1 or more"),
        ({"max": 20}, "21", "Working days must be 20 or less"),
        ({"min": 1, "max": 2000}, "0", "Working days must be between 1 and 2,000"),
    ],
)
def test_a_number_says_what_is_wrong_with_it(
    rules: dict[str, int], written: str, sentence: str
) -> None:
    field = {
        "type": "number",
        "key": "days",
        "label": "Working days",
        "decimalDigits": 0,
        "validate": rules,
    }

    assert error_of(field, {"days": [written]}) == sentence


def test_a_box_is_ticked_or_not_and_a_required_one_must_be() -> None:
    box = {"type": "checkbox", "key": "told", "label": "The child has been told"}

    assert answer_of(box) is False
    assert answer_of(box, "") is False
    assert answer_of(box, "true") is True
    assert answer_of(box, "on") is True
    assert error_of({**box, "validate": {"required": True}}, {}) == "Tick “The child has been told”"


def test_a_checklist_keeps_the_forms_order_and_refuses_what_it_never_offered() -> None:
    assert answer_of(PEOPLE, "tm", "sw", "tm", "") == ["sw", "tm"]
    assert answer_of(PEOPLE) is None
    assert error_of(PEOPLE, {"people": ["tm", "dcs"]}) == "Select the people to tell"
    assert (
        error_of({**PEOPLE, "validate": {"required": True}}, {"people": [""]})
        == "Select the people to tell"
    )


def test_a_radio_takes_only_what_it_offers() -> None:
    assert error_of(DECISION, {"decision": ["jump to CAFCASS"]}) == "Select the decision"


@pytest.mark.parametrize(
    ("rules", "text", "sentence"),
    [
        ({"maxLength": 5}, "abcdef", "Reference must be 5 characters or less"),
        ({}, "a" * 10_001, "Reference must be 10,000 characters or less"),
        ({"minLength": 3}, "ab", "Reference must be 3 characters or more"),
        (
            {"pattern": r"^LL-\d+$"},
            "123",
            "Reference must be in the correct format: Like LL-1042",
        ),
        (
            {"validationType": "email"},
            "asha",
            "Enter an email address in the correct format, like name@example.com",
        ),
        (
            {"validationType": "phone"},
            "call me",
            "Enter a phone number, like 01632 960 001 or +44 808 157 0192",
        ),
    ],
)
def test_a_text_says_what_is_wrong_with_it(rules: dict[str, Any], text: str, sentence: str) -> None:
    field = {
        "type": "textfield",
        "key": "reference",
        "label": "Reference",
        "description": "Like LL-1042",
        "validate": rules,
    }

    assert error_of(field, {"reference": [text]}) == sentence


def test_a_text_may_be_just_as_long_and_just_as_short_as_the_form_says() -> None:
    field = {**ACTION, "validate": {"minLength": 3, "maxLength": 5}}

    assert answer_of(field, "abc") == "abc"
    assert answer_of(field, "abcde") == "abcde"
    assert answer_of({**ACTION, "validate": {}}, "a" * 10_000) == "a" * 10_000


def test_a_text_is_kept_without_what_no_store_or_page_can_keep() -> None:
    assert answer_of(ACTION, " one\r\ntwo\x00\x1b \ud800") == "one\ntwo ?"
    assert answer_of({**ACTION, "type": "textfield"}, "one\r\ntwo") == "one two"
    assert answer_of(ACTION, "Zoe\u0301") == "Zoé"
    assert error_of(ACTION, {"action": [" \x00 \t\n"]}) == "Enter the action asked for"


def test_what_the_form_does_not_ask_is_ignored() -> None:
    raw = {"csrf_token": ["x"], "Text_1": ["x"], "action": ["Hold the review."]}

    assert check_answers(form_of(ACTION), raw).answers == {"action": "Hold the review."}


NAMES = [
    *(field.key for field in EVERYTHING.fields),
    *(f"{key}-{part}" for key in ("answer_by", "phoned", "at") for part in ("day", "month")),
    *(f"{key}-{part}" for key in ("answer_by", "phoned", "at") for part in ("year", "time")),
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(["give time", "27", "2", "2026", "29", "3", "01:30", "9am", "sw", "1", "true"]),
    st.sampled_from(["asha@example.com", "01632 960 001", "LL-3", "-1,000.5", "£7", "\x00"]),
)


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS, max_size=3)))
def test_nothing_that_is_sent_breaks_it_and_what_is_kept_is_taken_again(
    raw: dict[str, list[str]],
) -> None:
    checked = check_answers(EVERYTHING, raw)

    assert not checked.answers.keys() & checked.errors.keys()
    again = check_answers(EVERYTHING, as_written(EVERYTHING, checked.answers))
    assert again.answers == checked.answers
    assert len(in_words(EVERYTHING, checked.answers)) == len(checked.answers)
