"""The agenda of a standing meeting, built from what stands open when it is asked for."""

from collections.abc import Iterator

from engine.councils import GENERAL_CONCERNS, GOOD_PRACTICE, MeetingKind
from engine.meetings.record import ADDED, BY_STAGE, CARRIED, CASE, DECISION, Item, Meeting
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.meeting_items import (
    find_last_before,
    find_open_concerns,
    find_practice_since,
)
from engine.store.meetings import find_cases_at, find_steps_at, find_told_cases, find_undone


def build_agenda(connection: Connection, kind: MeetingKind, meeting: Meeting) -> tuple[Item, ...]:
    """What the meeting has to look at: what is undone, the cases, the registers, in that order."""
    return (
        *_undone(connection, meeting),
        *_cases(connection, kind, meeting),
        *_registers(connection, kind, meeting),
    )


def _registers(connection: Connection, kind: MeetingKind, meeting: Meeting) -> Iterator[Item]:
    """General concerns until they are resolved; good practice since the meeting before."""
    council, at = meeting.council, meeting.at
    if GENERAL_CONCERNS in kind.takes:
        for concern_id in find_open_concerns(connection, council):
            yield Item(what=GENERAL_CONCERNS, ref=concern_id)
    if GOOD_PRACTICE in kind.takes:
        since = find_last_before(connection, council, meeting.kind, at)
        for practice_id in find_practice_since(connection, council, since, at):
            yield Item(what=GOOD_PRACTICE, ref=practice_id)


def _undone(connection: Connection, meeting: Meeting) -> Iterator[Item]:
    for decided_by, place in find_undone(
        connection, meeting.council, meeting.kind, meeting.at, meeting.id
    ):
        yield Item(what=DECISION, ref=decided_by, place=place, why=CARRIED)


def _cases(connection: Connection, kind: MeetingKind, meeting: Meeting) -> Iterator[Item]:
    """Those that were put on it first, then those at the stages that it looks at."""
    at_stages = _at_stages(connection, kind, meeting.council)
    told = find_told_cases(connection, [each.case_id for each in meeting.added])
    for each in meeting.added:
        stage = told[each.case_id].stage
        yield Item(what=CASE, ref=each.case_id, why=ADDED, stage=stage, by=each.by)
    known = {each.case_id for each in meeting.added}
    for case_id, stage in sorted(at_stages.items()):
        if case_id not in known:
            yield Item(what=CASE, ref=case_id, why=BY_STAGE, stage=stage)


def _at_stages(connection: Connection, kind: MeetingKind, council: str) -> dict[int, str]:
    """The open cases at its stages. A step that only some may see puts none on it (X-36)."""
    if not kind.stages:
        return {}
    found = dict(find_cases_at(connection, council, kind.stages))
    for case_id, version_id, element, stage in find_steps_at(connection, council, kind.stages):
        if case_id not in found:
            diagram = load_version(connection, version_id).package.diagram
            if diagram.seen_by(element) is None:
                found[case_id] = stage
    return found
