"""Each duty, expectation and power in North East Lincolnshire's text is shown, or it is said where.

The table has the clauses of strength M (must), S (should) and P (may) of the council's procedure,
each in a few words. A clause is *shown* when a scenario that is played names it and the drawing
says at an element that it follows it.
"""

import re
from pathlib import Path

import pytest

from engine.play import read_scenario
from engine.procedures import read_package

NEL = Path(__file__).parents[2] / "processes" / "north-east-lincolnshire" / "positive-challenge"

CLAUSES = {
    "NEL-1-1": "M: quality is assured, and the child's wishes and feelings are considered",
    "NEL-1-2": "S: good practice is identified as well as shortfalls",
    "NEL-3-1": "M: patterns across children are identified",
    "NEL-3-2": "M: themes and good practice go to senior managers twice a year and every year",
    "NEL-3-3": "M: those reports summarise each case then in the formal stages",
    "NEL-3-4": "S: reported matters are dealt with in supervision",
    "NEL-3-5": "M: a general concern stays on the agenda until it is resolved",
    "NEL-3-6": "M: general concerns are discussed at monthly operational meetings",
    "NEL-4.1-1": "M: before a conference the chair reviews the record",
    "NEL-4.1-2": "M: before a review the IRO reviews the record",
    "NEL-4.1-3": "M: between reviews the IRO monitors progress",
    "NEL-4.1-4": "M: concerns go to the social worker, the team manager or both",
    "NEL-4.1-5": "S: all actions are recorded on the form at the informal stage",
    "NEL-4.1-6": "M: the team has one working day",
    "NEL-4.1-7": "M: the raiser decides whether to go formal",
    "NEL-4.1-8": "M: every form that was started is reported",
    "NEL-4.1-9": "M: issues between reviews go through the informal step first",
    "NEL-4.2-2": "P: any of the four stages may be entered",
    "NEL-4.2-3": "M: the level is chosen by urgency and by who can decide",
    "NEL-4.2-4": "M: those who answer formally are team managers and above",
    "NEL-4.2-5": "M: the resolution period is 20 working days",
    "NEL-4.2-6": "M: the service manager is kept fully informed",
    "NEL-4.2-7": "P: any stage may be passed over at any point",
    "NEL-4.2-8": "M: 20 working days in all",
    **{
        f"NEL-S{stage}-{cell}": f"M: stage {stage}, {what}"
        for stage in (1, 2, 3, 4)
        for cell, what in enumerate(
            (
                "when it is used",
                "who answers",
                "five working days of receipt",
                "how it is sent, and who is told",
                "the answer goes back to the raiser",
                "satisfied: the outcome is recorded",
                "not satisfied, or no answer: up",
                "what is recorded",
            ),
            1,
        )
    },
    "NEL-5-1": "P: a child in care may be referred to CAFCASS",
    "NEL-5-2": "P: at any time",
    "NEL-5-3": "M: first by telephone",
    "NEL-5-4": "M: the duty lawyer gives contact details",
    "NEL-5-5": "M: confirmed in writing on the agreed form",
    "NEL-5-6": "M: the nominated officer is informed before",
    "NEL-5-7": "M: that officer's line manager is informed when it is considered",
    "NEL-5-8": "S: the details are recorded on the form",
    "NEL-5-9": "S: the impact on the child is weighed",
    "NEL-5-10": "M: whether and when is the IRO's decision",
    "NEL-5-11": "S: the reason for cutting the process short is explained",
    "NEL-5-15": "S: the nominated officer is told that it is considered",
}

# Not by a scenario, but by what people fill in: the file, and what it must hold.
ASKED = {
    "NEL-1-1": ("forms/raise.form", '"key": "wishes"'),
}

# Not of one case: of the service's reports and registers, made from all cases.
REPORTED = {
    "NEL-1-2": "records of good practice",
    "NEL-3-1": "the reports by theme",
    "NEL-3-2": "the reports twice a year and every year",
    "NEL-3-3": "the same reports, their list of cases in the formal stages",
    "NEL-3-4": "supervision, outside the product; the reports say what for",
    "NEL-3-5": "the register of general concerns",
    "NEL-3-6": "the pack for the monthly meeting",
    "NEL-4.1-8": "the reports, which count informal cases too",
}


def shown() -> set[str]:
    """The clauses that scenarios name."""
    files = (NEL / "scenarios").glob("*.toml")
    return {clause for file in files for clause in read_scenario(file.read_bytes(), "").shows}


def drawn() -> set[str]:
    """The clauses that the drawing names, with what “4.1-1 to 4.1-9” leaves out written out."""
    diagram = read_package(NEL).diagram
    return {
        clause
        for element in diagram.elements.values()
        for clause in named_in(element.documentation or "")
    }


def named_in(text: str) -> set[str]:
    """The clauses in a list like `NEL-4.1-1, 4.1-2, A-NEL-7, NEL-5-1 to 5-13, X-9`."""
    found: set[str] = set()
    number = r"(?:S\d|\d+(?:\.\d)?)-\d+"
    for first, last in re.findall(rf"\b({number})(?: to ({number}))?", text):
        if not last:
            found.add(f"NEL-{first}")
            continue
        section, begin = first.rsplit("-", 1)
        found |= {f"NEL-{section}-{n}" for n in range(int(begin), int(last.rsplit("-")[-1]) + 1)}
    return found | set(re.findall(r"\b(?:A-NEL|X)-\d+", text))


def test_clauses_in_a_list_are_read_with_what_lies_between() -> None:
    assert named_in("NEL-4.1-4, 4.1-6, A-NEL-2. The team, X-0.") == {
        "NEL-4.1-4", "NEL-4.1-6", "A-NEL-2", "X-0",
    }  # fmt: skip
    assert named_in("NEL-S1-2 to S1-4. 5 working days; NEL-5-9 to 5-11.") == {
        "NEL-S1-2", "NEL-S1-3", "NEL-S1-4", "NEL-5-9", "NEL-5-10", "NEL-5-11",
    }  # fmt: skip


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_shown_by_a_scenario_and_drawn_or_it_is_said_where(clause: str) -> None:
    if clause in ASKED:
        file, text = ASKED[clause]
        assert text in (NEL / file).read_text(encoding="utf-8")
    elif clause in REPORTED:
        assert clause not in shown(), "A scenario shows it now: take it out of the list."
    else:
        assert clause in shown(), CLAUSES[clause]
        assert clause in drawn(), CLAUSES[clause]


def test_no_clause_is_named_that_the_text_does_not_have() -> None:
    context = {"NEL-0-1", "NEL-0-2", "NEL-4.2-1", "NEL-5-12", "NEL-5-13"}
    choices = {f"A-NEL-{n}" for n in range(1, 13)}
    rules = {f"X-{n}" for n in range(40)}

    assert (shown() | drawn()) - CLAUSES.keys() - context - choices - rules == set()


def test_every_choice_where_the_text_leaves_one_is_shown_by_a_scenario() -> None:
    # 11 is of the reports, 12 of how the Handbook is cited.
    assert {f"A-NEL-{n}" for n in range(1, 11)} - shown() == set()
