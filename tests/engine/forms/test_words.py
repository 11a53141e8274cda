"""Answers in words, and as they would be written again."""

from datetime import date

from engine.forms import Answer, as_written, check_answers, in_words
from tests.engine.forms.test_answers import EVERYTHING

ANSWERS: dict[str, Answer] = {
    "urgent": True,
    "decision": "give time",
    "answer_by": "2026-03-02",
    "action": "Hold the review.",
    "people": ["sw", "tm"],
    "phoned": "2026-03-27T16:30",
    "at": "09:00",
    "cost": 1250.5,
    "days": 5,
    "level": "2",
}


def test_answers_are_read_in_the_forms_order_with_the_labels_of_their_options() -> None:
    assert in_words(EVERYTHING, ANSWERS) == [
        ("Decision", "Give more time"),
        ("Date wanted", "2 March 2026"),
        ("Action asked for", "Hold the review."),
        ("People to tell", "Social worker\nTeam manager"),
        ("Call to CAFCASS", "27 March 2026 at 4:30pm"),
        ("Time of the call", "9am"),
        ("Cost", "1,250.5"),
        ("Working days", "5"),
        ("It is urgent", "Yes"),
        ("Level", "2"),
    ]


def test_noon_and_midnight_have_their_names() -> None:
    assert in_words(EVERYTHING, {"at": "12:00"}) == [("Time of the call", "midday")]
    assert in_words(EVERYTHING, {"at": "00:00"}) == [("Time of the call", "midnight")]
    assert in_words(EVERYTHING, {"at": "00:05"}) == [("Time of the call", "12:05am")]


def test_answers_of_an_older_form_are_shown_as_they_were_kept() -> None:
    old: dict[str, Answer] = {
        "decision": "refer",
        "answer_by": "soon",
        "people": ["dcs"],
        "gone": "x",
    }

    assert in_words(EVERYTHING, old) == [
        ("Decision", "refer"),
        ("Date wanted", "soon"),
        ("People to tell", "dcs"),
    ]


def test_answers_written_into_the_form_again_are_the_same_answers() -> None:
    raw = as_written(EVERYTHING, ANSWERS)

    assert raw["answer_by-day"] == ["2"]
    assert raw["phoned-time"] == ["16:30"]
    assert check_answers(EVERYTHING, raw).answers == ANSWERS


def test_a_date_of_a_scenario_is_written_like_one_of_a_person() -> None:
    answers: dict[str, Answer] = {"answer_by": date(2026, 3, 2)}

    assert as_written(EVERYTHING, answers) == {
        "answer_by-day": ["2"],
        "answer_by-month": ["3"],
        "answer_by-year": ["2026"],
    }
