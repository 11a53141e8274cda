"""Meetings on a case: convened and recorded ones, their agenda, bringing it to a standing one."""

import re
from collections.abc import Mapping

import pytest

from engine.clock import parse_instant
from engine.forms import Answer
from engine.meetings.keeping import decide, set_date
from tests.stories import breaks
from tests.webui.office import Office, send
from tests.webui.reading import text_of

STAGE_1 = {"entry": "formal", "decision": "stage 1", "reason": "It cannot wait", "to": None}
CONVENED: Mapping[str, Answer] = {
    "meeting_at": "2026-03-26T14:00",
    "place": "Room 3",
    "chair": "Ms Fell",
    "invited": ["hos"],
    "purpose": "Agree who carries out which decision by when.",
}
DECIDED: list[Mapping[str, object]] = [
    {"decided": "A visit each week", "owner": "Team Manager", "by_when": "2026-04-02"},
    {"decided": "A plan", "owner": "Service Manager"},
]
RECORD: Mapping[str, Answer] = {
    "took_place": "yes",
    "chaired_by": "Ms Fell",
    "came": ["hos"],
    "apologies": ["raiser"],
    "decisions": DECIDED,
}
PAID: list[Mapping[str, object]] = [{"decided": "Pay for the home until June", "owner": "AD"}]


def section(said: str) -> str:
    """What the case's page says of meetings."""
    return said.partition("Record good practice in this case")[2].partition("As it was raised")[0]


@pytest.mark.shows("case_meeting", "empty")
def test_no_meeting_and_an_agenda_of_the_case(office: Office) -> None:
    number = office.raise_concern(**STAGE_1)
    client = office.client_as("raiser")
    assert "No meeting has looked at the case." in section(text_of(client.get(f"/cases/{number}")))
    said = text_of(client.get(f"/cases/{number}/agenda"))
    assert "Concern 1 Concern The visits have not happened since January." in said
    assert "Nobody has answered in a stage." in said
    assert "Respond at Stage 1: Team Manager (Team Manager (played)). Due Monday 30 March" in said
    assert "The case’s own clock: Day 0 of 20" in said
    nothing = text_of(client.get(f"/cases/{number}/meetings"))
    assert "No meeting to which you can bring it is to come" in nothing


@pytest.mark.shows("case_meeting", "one")
def test_a_meeting_is_convened_recorded_and_its_decisions_are_actions(office: Office) -> None:
    number = office.raise_concern(**STAGE_1)
    told = office.rehearsal
    told.answer("stage1_respond", {"answer": "We were short of staff."})
    told.press("convene_pressed", CONVENED)
    client = office.client_as("raiser")
    case = client.get(f"/cases/{number}")
    said = section(text_of(case))
    assert "Meeting, Thursday 26 March 2026 at 2pm To come. Record it" in said
    entry = re.findall(rf"/cases/{number}/agenda/(\d+)", case.text)[0]
    agenda = text_of(client.get(f"/cases/{number}/agenda/{entry}"))
    assert "Who chairs it? Ms Fell Who is invited? Head of Service" in agenda
    assert "Stage 1: Team Manager (played), Team Manager" in agenda
    assert "We were short of staff." in agenda

    told.answer("record_meeting", RECORD)
    said = section(text_of(client.get(f"/cases/{number}")))
    assert "Decided: A visit each week Team Manager, by 2 April 2026." in said
    agenda = text_of(client.get(f"/cases/{number}/agenda/{entry}"))
    assert "Who attended? Head of Service Who sent apologies? Independent Chair / IRO" in agenda
    assert "Decided: A plan Service Manager." in agenda

    told.answer("stage1_outcome", {"decision": "settled", "outcome_note": "Agreed"})
    office.clock.set(parse_instant("2026-04-03T09:00"))
    said = section(text_of(client.get(f"/cases/{number}")))
    assert "Say whether it was done : A visit each week , asked on 2 April 2026 (overdue)." in said
    tray = text_of(client.get("/"))
    assert "A visit each week" in tray
    done = {"done": "done", "changed": "He knows her name"}
    answer = send(client, f"/cases/{number}/concerns/101/follow-up", done)
    assert answer.status_code == 303
    shown = text_of(client.get(f"/cases/{number}"))
    assert "what became of decision 1" in shown
    assert "Done: He knows her name" in section(shown)
    assert "Concern 101" not in shown
    assert breaks(office.installation) == []


def test_a_meeting_that_was_not_held_says_why(office: Office) -> None:
    number = office.raise_concern(**STAGE_1)
    office.rehearsal.press("convene_pressed", CONVENED)
    office.rehearsal.answer("record_meeting", {"took_place": "no", "not_held": "Snow"})
    client = office.client_as("hos")
    case = client.get(f"/cases/{number}")
    entry = re.findall(rf"/cases/{number}/agenda/(\d+)", case.text)[0]
    agenda = text_of(client.get(f"/cases/{number}/agenda/{entry}"))
    assert "Did it take place? No Why not, and what follows? Snow" in agenda


@pytest.mark.shows("case_meeting", "many", "error")
def test_the_raiser_brings_the_case_to_a_standing_meeting(leicestershire: Office) -> None:
    """LEI-3.5-2."""
    office = leicestershire
    number = office.raise_concern(**STAGE_1)
    here, keeper = office.installation, office.people["iro_sm"]
    for day in ("2026-03-26", "2026-04-23"):
        at = parse_instant(f"{day}T09:30")
        set_date(here, "challenge", by=keeper, at=at, place="")
    client = office.client_as("raiser")
    where = f"/cases/{number}/meetings"
    assert "Monthly challenge meeting, Thursday 23 April 2026 at 9:30am" in text_of(
        client.get(where)
    )
    assert send(client, where, {"meeting": ""}).status_code == 400
    assert send(client, where, {"meeting": "99"}).status_code == 400
    assert send(client, where, {"meeting": "1", "words": "The home ends"}).status_code == 303
    case = text_of(client.get(f"/cases/{number}"))
    assert "Monthly challenge meeting, Thursday 26 March 2026 at 9:30am On its agenda." in case
    assert "What is asked: The home ends" in case
    off = send(client, f"{where}/off", {"meeting": "1"}, page=f"/cases/{number}")
    assert off.status_code == 303
    assert "On its agenda." not in text_of(client.get(f"/cases/{number}"))
    assert send(client, f"{where}/off", {"meeting": "x"}, page=where).status_code == 409
    assert send(client, f"{where}/off", {"meeting": "1"}, page=where).status_code == 409

    send(client, where, {"meeting": "1", "words": ""})
    office.clock.set(parse_instant("2026-03-26T11:00"))
    decide(
        here, 1, by=keeper, words="A home by Friday", owner="Head of Service", due=None,
        case_id=office.rehearsal.case_id,
    )  # fmt: skip
    assert "Decided: A home by Friday Head of Service." in text_of(client.get(f"/cases/{number}"))
    assert breaks(here) == []


@pytest.mark.shows("case_meeting", "forbidden")
def test_others_bring_it_nowhere(leicestershire: Office) -> None:
    number = leicestershire.raise_concern(**STAGE_1)
    assert leicestershire.client_as("tm").get(f"/cases/{number}/meetings").status_code == 403
    assert leicestershire.client_as("sm").get(f"/cases/{number}/agenda").status_code == 403
    assert leicestershire.client_as("raiser").get(f"/cases/{number}/agenda/1").status_code == 404


def test_the_meeting_before_cafcass_is_seen_by_the_officers_alone(leicestershire: Office) -> None:
    """X-36, LEI-S4-10: its decisions are actions of the case, which others do not read either."""
    office = leicestershire
    number = office.raise_concern(**{**STAGE_1, "decision": "stage 4"})
    told = office.rehearsal
    told.press(
        "meet_pressed",
        {
            "cafcass_meeting_at": "2026-03-31T14:00",
            "place": "Room 3",
            "cafcass_invited": ["ad", "hos", "hos_safeguarding", "iro_manager"],
            "purpose": "The home",
        },
    )
    told.answer(
        "record_cafcass_meeting",
        {
            "took_place": "yes",
            "came": ["ad", "hos"],
            "apologies": ["iro_manager"],
            "not_resolvable": "The home.",
            "after_meeting": "unresolved",
            "decisions": PAID,
        },
    )
    assert "Decided: Pay for the home until June" in text_of(
        office.client_as("ad").get(f"/cases/{number}")
    )
    tm = office.client_as("tm").get(f"/cases/{number}")
    assert tm.status_code == 200
    assert "Pay for the home" not in tm.text
    assert "CAFCASS" not in text_of(office.client_as("tm").get(f"/cases/{number}/agenda"))
