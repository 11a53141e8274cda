"""A case and the standing meetings: its raiser puts it on an agenda, and takes it off again.

Both are turns: the case's history says so, in the same transaction as the meeting's. Whoever comes
to the meeting gets no part in the case by it (X-36).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.access import NotAllowed, demand_case
from engine.councils import RAISER
from engine.history.entries import Fact
from engine.installation import Installation
from engine.meetings.keeping import name_of
from engine.meetings.record import Added, Decision, Meeting, meeting_of
from engine.meetings.sitting import CannotChange, Sitting, take
from engine.people import Person
from engine.store.cases import CaseRow
from engine.store.database import Connection
from engine.store.meetings import (
    PLANNED,
    add_meeting_cases,
    delete_meeting_case,
    find_meetings,
    find_meetings_with,
)
from engine.turns.turn import Turn, turn

PUT_ON, TAKEN_OFF = "put on an agenda", "taken off an agenda"


@dataclass(frozen=True, kw_only=True)
class OfCase:
    """A meeting as far as it is about one case: its kind's name, when, how far it has come.

    `at` is aware, in UTC; `removable` says that the case can still be taken off its agenda.
    """

    meeting_id: int
    name: str
    at: datetime
    state: str
    added: bool
    removable: bool
    decisions: tuple[Decision, ...]


def put_on_agenda(
    installation: Installation, case_id: int, meeting_id: int, *, by: Person, words: str
) -> CaseRow:
    """The raiser of an open case puts it on the agenda of a meeting that is still to come.

    `words` say what the meeting is asked to look at; they stay in the case's own history. Raises
    `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    with turn(installation, case_id, by=by) as case:
        sitting = _take(installation, case, meeting_id, by)
        if case.case.closed_at is not None:
            raise CannotChange("The case is closed. Open a linked case for what is new.")
        if any(each.case_id == case_id for each in sitting.meeting.added):
            raise CannotChange("It stands on that agenda already.")
        added = Added(case_id=case_id, by=by.id, at=sitting.at)
        add_meeting_cases(case.connection, meeting_id, [case_id])
        changed = replace(sitting.meeting, added=(*sitting.meeting.added, added))
        sitting.write(changed, PUT_ON, "put a case on the agenda.")
        asked = f" What is asked: {words.strip()}" if words.strip() else ""
        _record(case, sitting, PUT_ON, f"put the case on the agenda of the {{}}.{asked}")
        done = case
    return done.case


def take_off_agenda(
    installation: Installation, case_id: int, meeting_id: int, *, by: Person
) -> CaseRow:
    """The raiser takes the case off again. Raises as `put_on_agenda`."""
    with turn(installation, case_id, by=by) as case:
        sitting = _take(installation, case, meeting_id, by)
        left = tuple(each for each in sitting.meeting.added if each.case_id != case_id)
        if left == sitting.meeting.added:
            raise CannotChange("Nobody put it on that agenda. Nothing has to be done.")
        delete_meeting_case(case.connection, meeting_id, case_id)
        changed = replace(sitting.meeting, added=left)
        sitting.write(changed, TAKEN_OFF, "took a case off the agenda.")
        _record(case, sitting, TAKEN_OFF, "took the case off the agenda of the {}.")
        done = case
    return done.case


def _take(installation: Installation, case: Turn, meeting_id: int, by: Person) -> Sitting:
    demand_case(case.connection, case.case.id, by.id, case.at)
    if not case.acts_by({RAISER}):
        raise NotAllowed("Only the raiser of a case puts it on a meeting’s agenda. Tell them.")
    sitting = take(installation, case.connection, meeting_id, by=by)
    if sitting.part is None or not sitting.kind.raisers_add_cases:
        raise NotAllowed(f"The {sitting.kind.name} takes no cases.")
    if sitting.meeting.state != PLANNED:
        raise CannotChange("Its agenda is kept already. Choose a meeting that is still to come.")
    return sitting


def _record(case: Turn, sitting: Sitting, act: str, words: str) -> None:
    name = case.by.name if case.by else ""
    said = f"{name} {words.replace('{}', name_of(sitting))}"
    after = {"meeting": sitting.meeting.id}
    case.record(Fact(act=act, element="", words=said, before={}, after=after))


def find_open_agendas(connection: Connection, installation: Installation, case: CaseRow) -> list[
    tuple[Meeting, str]
]:  # fmt: skip
    """Meetings on whose agenda the case may still be put, the next one first; their kinds' names.

    Those on which it stands already are left out.
    """
    kinds = installation.council(case.council).meetings
    names = {key: kind.name for key, kind in kinds.items() if kind.raisers_add_cases}
    now = installation.clock.now()
    found = [meeting_of(row) for row in find_meetings(connection, case.council, names)]
    return [
        (meeting, names[meeting.kind])
        for meeting in reversed(found)
        if meeting.state == PLANNED
        and meeting.at > now
        and all(each.case_id != case.id for each in meeting.added)
    ]


def find_of_case(
    connection: Connection, installation: Installation, case: CaseRow
) -> tuple[OfCase, ...]:
    """The meetings on whose agenda the case stands or stood, and what they decided about it.

    The caller has seen that the reader may see the case.
    """
    kinds = installation.council(case.council).meetings
    now = installation.clock.now()
    found = []
    for row in find_meetings_with(connection, case.id):
        meeting = meeting_of(row)
        added = any(each.case_id == case.id for each in meeting.added)
        found.append(
            OfCase(
                meeting_id=meeting.id,
                name=kinds[meeting.kind].name if meeting.kind in kinds else meeting.kind,
                at=meeting.at,
                state=meeting.state,
                added=added,
                removable=added and meeting.state == PLANNED and meeting.at > now,
                decisions=tuple(d for d in meeting.decisions if d.case_id == case.id),
            )
        )
    return tuple(found)
