"""Lincolnshire: each duty, expectation and power in its text is shown; its silences, on dates.

The table has the clauses of strength M (must), S (should) and P (may), each in a few words. A
clause is *shown* when a scenario that is played names it and the drawing says at an element that
it follows it; what is not of one case, or is asked on a form, is said below.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from engine.clock import parse_instant
from engine.councils import read_council
from engine.play import Silence, find_entries, play_silence, read_scenario
from engine.play.events import due_text
from engine.procedures import Package, read_package

PROCESSES = Path(__file__).parents[2] / "processes"
LIN = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"

CELLS = (
    "when it is used",
    "who answers",
    "five working days of receipt",
    "to whom it is sent, and who has a copy",
    "who has a copy of the answer",
    "satisfied: the final section, those notified, the file",
    "not satisfied, or no answer: up",
    "what is recorded",
)
CLAUSES = {
    "LIN-1-1": "M: quality is assured, and the child's wishes and feelings are considered",
    "LIN-1-2": "S: good practice is recorded too",
    "LIN-3-1": "M: patterns across children are looked for",
    "LIN-3-2": "M: general concerns and good practice go into a monthly report",
    "LIN-3-3": "M: it summarises the cases in the formal stages",
    "LIN-3-4": "S: managers deal with them in supervision and appraisal",
    "LIN-3-5": "M: a general concern stays on the agenda until it is resolved",
    "LIN-3-6": "M: chairs and operational teams meet regularly",
    "LIN-4.1-1": "M: the record is looked at before a review or conference",
    "LIN-4.1-2": "M: concerns go to social worker and practice supervisor, by telephone or e-mail",
    "LIN-4.1-3": "S: all actions are recorded on the child's file",
    "LIN-4.1-4": "P: not satisfied: the chair decides on the formal process",
    "LIN-4.1-5": "M: a looked-after child's progress is followed between reviews",
    "LIN-4.1-6": "P: the QAP form may be used",
    "LIN-4.1-7": "S: first it is confirmed that what was proposed was not done",
    "LIN-4.1-8": "S: to social worker and practice supervisor, a copy to the team manager",
    "LIN-4.1-9": "M: the team has 5 days",
    "LIN-4.1-10": "S: recorded on file, and logged on the escalation monitoring system",
    "LIN-4.2-2": "P: any of the three stages may be entered",
    "LIN-4.2-3": "M: by urgency, and by where the decision can be taken",
    "LIN-4.2-4": "M: team manager level and above",
    "LIN-4.2-5": "M: 20 working days once it is entered",
    "LIN-4.2-6": "M: the Senior IRO Manager is kept fully informed",
    "LIN-4.2-7": "P: any stage may be passed over at any point",
    "LIN-4.2-8": "M: 20 working days in all",
    **{
        f"LIN-S{stage}-{number}": f"M: stage {stage}, {what}"
        for stage in (1, 2, 3)
        for number, what in enumerate(CELLS, 1)
    },
    "LIN-5-1": "P: a looked-after child may be referred, on the agreed form",
    "LIN-5-2": "M: the nominated officer is informed before",
    "LIN-5-3": "P: at any time",
    "LIN-5-4": "S: impact and time are weighed",
    "LIN-5-5": "M: if and when is the IRO's decision",
    "LIN-5-6": "S: the nominated officer is told that it is considered",
    "LIN-5-7": "S: the reasons for cutting the process short are explained",
}

# Not by a scenario, but by what people fill in: the file, and what it must hold.
ASKED = {"LIN-1-1": ("forms/raise.form", '"key": "wishes"')}

# Not of one case: of the service's reports and registers, made from all cases.
REPORTED = {
    "LIN-1-2": "records of good practice",
    "LIN-3-1": "the reports by theme",
    "LIN-3-2": "the monthly report",
    "LIN-3-3": "the same report, its list of cases in the formal stages",
    "LIN-3-4": "supervision and appraisal, outside the product; the report says what for",
    "LIN-3-5": "the register of general concerns",
    "LIN-3-6": "the pack for the quality assurance meetings",
}


@cache
def package() -> Package:
    """Lincolnshire's procedure, read once."""
    return read_package(LIN)


@cache
def shown() -> frozenset[str]:
    """The clauses that scenarios name."""
    files = (LIN / "scenarios").glob("*.toml")
    return frozenset(c for file in files for c in read_scenario(file.read_bytes(), "").shows)


@cache
def drawn() -> frozenset[str]:
    """The clauses that the drawing names, with what “4.1-1 to 4.1-9” leaves out written out."""
    texts = (each.documentation or "" for each in package().diagram.elements.values())
    return frozenset(clause for text in texts for clause in named_in(text))


def named_in(text: str) -> set[str]:
    """The clauses in a list like `LIN-4.1-1, 4.1-2, A-LIN-7, LIN-5-1 to 5-8, X-9`."""
    found: set[str] = set()
    number = r"(?:S\d|\d+(?:\.\d)?)-\d+"
    for first, last in re.findall(rf"\b({number})(?: to ({number}))?", text):
        section, begin = first.rsplit("-", 1)
        end = last.rsplit("-", 1)[-1] or begin
        found |= {f"LIN-{section}-{n}" for n in range(int(begin), int(end) + 1)}
    return found | set(re.findall(r"\b(?:A-LIN|X)-\d+", text))


def test_clauses_in_a_list_are_read_with_what_lies_between() -> None:
    assert named_in("LIN-4.1-4, 4.1-6, A-LIN-2. The team, X-0.") == {
        "LIN-4.1-4", "LIN-4.1-6", "A-LIN-2", "X-0",
    }  # fmt: skip
    assert named_in("LIN-S1-2 to S1-4. 5 working days; LIN-5-6 to 5-7.") == {
        "LIN-S1-2", "LIN-S1-3", "LIN-S1-4", "LIN-5-6", "LIN-5-7",
    }  # fmt: skip


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_shown_by_a_scenario_and_drawn_or_it_is_said_where(clause: str) -> None:
    if clause in ASKED:
        file, text = ASKED[clause]
        assert text in (LIN / file).read_text(encoding="utf-8")
    elif clause in REPORTED:
        assert clause not in shown(), "A scenario shows it now: take it out of the list."
    else:
        assert clause in shown(), CLAUSES[clause]
        assert clause in drawn(), CLAUSES[clause]


def test_no_clause_is_named_that_the_text_does_not_have() -> None:
    context = {"LIN-0-1", "LIN-1-3", "LIN-2-1", "LIN-4.2-1", "LIN-5-8", "LIN-5-9", "LIN-6-1"}
    choices = {f"A-LIN-{n}" for n in range(1, 10)}
    rules = {f"X-{n}" for n in range(40)}

    assert (shown() | drawn()) - CLAUSES.keys() - context - choices - rules == set()


def test_every_choice_where_the_text_leaves_one_is_shown_and_drawn() -> None:
    choices = {f"A-LIN-{n}" for n in range(1, 10)}

    assert choices - shown() == set()
    assert choices - drawn() == set()


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
