"""Lincolnshire: what is the council's own, and its silences, on literal dates."""

from functools import cache
from pathlib import Path

import pytest

from engine.clock import parse_instant
from engine.councils import read_council
from engine.play import Silence, find_entries, play_silence
from engine.play.events import due_text
from engine.procedures import Package, read_package
from tests.processes.clauses import drawn_in, shown_by

PROCESSES = Path(__file__).parents[2] / "processes"
LIN = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"


@cache
def package() -> Package:
    """Lincolnshire's procedure, read once."""
    return read_package(LIN)


def test_every_choice_where_the_text_leaves_one_is_shown_and_drawn() -> None:
    choices = {f"A-LIN-{n}" for n in range(1, 10)}

    assert choices - shown_by(LIN) == set()
    assert choices - drawn_in(LIN, "LIN") == set()


def test_the_text_of_2015_is_not_taken_for_the_present_one_and_the_officer_is_asked_for() -> None:
    questions = {each["id"]: each for each in package().settings["unconfirmed"]}

    assert {q for q, each in questions.items() if each["blocking"]} == {"Q2"}
    assert "Nominated" in questions["Q2"]["question"]
    assert "June 2019" in questions["Q10"]["question"]
    assert {"Q1", "Q3", "Q5", "Q6", "Q7", "Q8", "Q9", "Q11"} <= questions.keys()
    assert package().settings["source"]["date"] == "as amended in August 2015"


def test_every_link_and_name_of_the_text_is_the_councils_own() -> None:
    council = read_council(LIN.parent)

    assert council.kept_informed == "iro_sm"
    assert council.posts["iro_sm"].title == "Senior IRO Manager"
    assert council.help_contact.endswith("01522 553680")
    # Until the nominated officer is named, what is meant for them comes to the IROs' own manager.
    assert council.posts["nominated_officer"].line_manager == "iro_sm"


# Silences, on literal dates


def silence(entry: str, start: str, *, going_up: bool) -> Silence:
    """The silence from the entry that opens the element first."""
    chosen = next(each for each in find_entries(package()) if each.name == entry)
    return play_silence(PROCESSES, package(), chosen, parse_instant(start), going_up=going_up)


def dues(silence: Silence, *events: str) -> dict[str, str]:
    """Of some kinds of events each element with the day it is due; the raiser's own left out."""
    return {
        event.element: due_text(event.due)
        for event in silence.events
        if event.event in events and event.due is not None and event.posts != ("raiser",)
    }


GOING_UP = {
    ("contact_respond", "2026-03-23T10:00"): {
        "contact_respond": "2026-03-30",
        "qap_respond": "2026-04-08",
        "stage1_respond": "2026-04-15",
        "stage2_respond": "2026-04-22",
        "stage3_respond": "2026-04-29",
        "final_step": "2026-05-07",
        "limit": "2026-05-07",
    },
    ("qap_respond", "2026-03-23T10:00"): {
        "qap_respond": "2026-03-30",
        "stage1_respond": "2026-04-08",
        "stage2_respond": "2026-04-15",
        "stage3_respond": "2026-04-22",
        "final_step": "2026-04-29",
        "limit": "2026-04-29",
    },
    ("stage1_respond", "2026-03-23T10:00"): {
        "stage1_respond": "2026-03-30",
        "stage2_respond": "2026-04-08",
        "stage3_respond": "2026-04-15",
        "final_step": "2026-04-22",
        "limit": "2026-04-22",
    },
    ("stage2_respond", "2026-03-23T10:00"): {
        "stage2_respond": "2026-03-30",
        "stage3_respond": "2026-04-08",
        "final_step": "2026-04-15",
        "limit": "2026-04-22",
    },
    ("stage3_respond", "2026-03-23T10:00"): {
        "stage3_respond": "2026-03-30",
        "final_step": "2026-04-08",
        "limit": "2026-04-22",
    },
    ("next_step", "2026-03-23T10:00"): {},
    ("stage1_respond", "2026-12-18T12:00"): {
        "stage1_respond": "2026-12-29",
        "stage2_respond": "2027-01-06",
        "stage3_respond": "2027-01-13",
        "final_step": "2027-01-20",
        "limit": "2027-01-20",
    },
}


def test_silence_is_played_from_every_way_into_the_procedure() -> None:
    entries = [entry.name for entry in find_entries(package())]

    assert sorted(entries) == sorted({entry for entry, _ in GOING_UP})


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_respondents_silent_and_the_raiser_going_up_at_each_due_date(
    entry: str, start: str
) -> None:
    up = silence(entry, start, going_up=True)
    asked = dict(GOING_UP[entry, start])
    limit = {"limit": asked.pop("limit")} if "limit" in asked else {}

    assert dues(up, "task") == asked
    assert dues(up, "limit") == limit
    # Each passes on the day on which it was due, and is overdue in that same second.
    late = [e for e in up.events if e.event in ("overdue", "limit") and e.due is not None]
    assert [e.at for e in late] == [e.due for e in late]


@pytest.mark.parametrize("entry", sorted({entry for entry, _ in GOING_UP}))
def test_with_everyone_silent_no_stage_opens_by_itself(entry: str) -> None:
    events = silence(entry, "2026-03-23T10:00", going_up=False).events

    opened = [event.element for event in events if event.event == "task"]
    no_answer = entry.replace("_respond", "_no_answer")
    assert opened == ([entry, no_answer] if entry.endswith("_respond") else [entry])
    assert not [e for e in events if e.event in ("answered", "act", "ended")]
