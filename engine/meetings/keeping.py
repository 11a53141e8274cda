"""What those do who keep a standing meeting: its date, the record, what was decided, its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from engine.access import may_read_child, may_see_case
from engine.access.meetings import parts_in_meetings
from engine.clock import in_london
from engine.history.entries import Fact
from engine.history.ledger import lock_ledger
from engine.installation import Installation
from engine.meetings.record import (
    APOLOGIES,
    ATTENDED,
    DONE,
    DROPPED,
    Attendee,
    Decision,
    Meeting,
    meeting_of,
    row_of,
)
from engine.meetings.sitting import CannotChange, NoMeeting, Sitting, demand_keeper, kept, take
from engine.notices import in_words
from engine.people import Person
from engine.store.meetings import (
    CLOSED,
    KEPT,
    NOT_HELD,
    PLANNED,
    MeetingRow,
    add_meeting,
    add_meeting_decision,
    find_meeting,
    find_meetings_with,
    find_told_cases,
    save_meeting_decision,
)
from engine.store.people import find_holders
from engine.turns.turn import turn

SET, MOVED, CANCELLED = "date set", "date moved", "not held"
RECORDED, DECIDED, FOLLOWED_UP = "recorded", "decided", "decision followed up"
CLOSING, REOPENED = "closed", "opened again"
DECIDED_IN_CASE = "decided at a meeting"

MOST_DECISIONS = 100


def set_date(
    installation: Installation, kind: str, *, by: Person, at: datetime, place: str
) -> Meeting:
    """Set the date of a meeting: an aware instant that is still to come, and where it is.

    Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    with installation.database.write() as connection:
        lock_ledger(connection)
        council, now = installation.council(by.council), installation.clock.now()
        part = parts_in_meetings(connection, by, council, now).get(kind)
        if part is None or not part.any:
            raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
        meeting = Meeting(id=0, council=council.key, kind=kind, at=at, place=place.strip())
        row = row_of(meeting)
        sitting = Sitting(installation, connection, meeting, by=by)
        sitting.part = part
        demand_keeper(sitting.council, sitting.kind, sitting.part)
        _demand_to_come(at, now)
        meeting_id = add_meeting(
            connection, council=row.council, kind=kind, at=at, content=row.content
        )
        sitting.meeting = replace(meeting, id=meeting_id)
        sitting.tell(SET, f"set the date: {in_words(at)}.")
    return sitting.meeting


def move_date(
    installation: Installation,
    meeting_id: int,
    *,
    by: Person,
    at: datetime,
    place: str,
    reason: str = "",
) -> Meeting:
    """Move a meeting whose time has not come, or change where it is.

    Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    with kept(installation, meeting_id, by=by) as sitting:
        _demand_planned(sitting)
        _demand_to_come(at, sitting.at)
        before = sitting.meeting
        changed = replace(before, at=at, place=place.strip(), reason=reason.strip())
        if (changed.at, changed.place) == (before.at, before.place):
            return before
        changed = replace(changed, moves=before.moves + 1)
        why = f" Why: {reason.strip()}" if reason.strip() else ""
        sitting.write(changed, MOVED, f"changed the date or the place: {in_words(at)}.{why}")
    return sitting.meeting


def not_held(installation: Installation, meeting_id: int, *, by: Person, reason: str) -> Meeting:
    """Say that a meeting is not held, or was not, and why; it is a trace, not a gap.

    Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    if not reason.strip():
        raise CannotChange("Enter why it is not held.")
    with kept(installation, meeting_id, by=by) as sitting:
        _demand_going(sitting)
        if sitting.meeting.decisions:
            raise CannotChange("Something was decided at it, so it was held. Close it instead.")
        changed = replace(sitting.meeting, state=NOT_HELD, reason=reason.strip())
        sitting.write(changed, CANCELLED, f"said that it is not held. Why: {reason.strip()}")
    return sitting.meeting


def expected(sitting: Sitting) -> tuple[Attendee, ...]:
    """Who is expected on the meeting's day, by name, and whoever was recorded already."""
    day = in_london(sitting.meeting.at).date()
    found: dict[int, Attendee] = {}
    for post in dict.fromkeys((*sitting.kind.kept_by, *sitting.kind.attends)):
        for person in find_holders(sitting.connection, sitting.council.key, post, None, day):
            found.setdefault(person.id, Attendee(person_id=person.id, name=person.name, post=post))
    found |= {each.person_id: each for each in sitting.meeting.people}
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.person_id)))


def record(
    installation: Installation,
    meeting_id: int,
    *,
    by: Person,
    came: Mapping[int, str],
    chair: str,
    others: str,
    minutes: str,
    seen: int,
) -> Meeting:
    """Keep who came, who chaired it, and the minutes.

    `came` says ATTENDED or APOLOGIES by a person's id; `seen` is how often the record had been
    saved when the writer read it. Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    with kept(installation, meeting_id, by=by) as sitting:
        _demand_begun(sitting)
        before = sitting.meeting
        if before.recorded != seen:
            raise CannotChange(
                "Somebody saved the record while you wrote. What you wrote is below: compare it "
                "with the meeting’s page, then save it again."
            )
        people = tuple(
            replace(each, came=_came(came.get(each.person_id, ""))) for each in expected(sitting)
        )
        changed = replace(
            before,
            people=people,
            chair=chair.strip(),
            others=others.strip(),
            minutes=minutes.strip(),
        )
        if changed == before:
            return before
        count = sum(each.came == ATTENDED for each in people)
        changed = replace(changed, recorded=before.recorded + 1)
        sitting.write(changed, RECORDED, f"saved the record; {count} of {len(people)} attended.")
    return sitting.meeting


def _came(said: str) -> str:
    return said if said in (ATTENDED, APOLOGIES) else ""


def decide(
    installation: Installation,
    meeting_id: int,
    *,
    by: Person,
    words: str,
    owner: str,
    due: date | None,
    case_id: int | None = None,
) -> Decision:
    """Keep what was decided: who does it, and by which day in London.

    With `case_id`, a case that the meeting had on its agenda: the case's history says that it was
    decided about, in the same transaction. Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    if not words.strip() or not owner.strip():
        raise CannotChange("Enter what was decided and who is to do it.")
    if case_id is None:
        with kept(installation, meeting_id, by=by) as sitting:
            return _decide(sitting, words, owner, due, None)
    with turn(installation, case_id, by=by) as case:
        sitting = take(installation, case.connection, meeting_id, by=by)
        demand_keeper(sitting.council, sitting.kind, sitting.part)
        _demand_on_agenda(sitting, case_id)
        decision = _decide(sitting, words, owner, due, case_id)
        said = f"{by.name} recorded what the {name_of(sitting)} decided about this case."
        after = {"meeting": meeting_id, "decision": decision.place}
        case.record(Fact(act=DECIDED_IN_CASE, element="", words=said, before={}, after=after))
    return decision


def _decide(
    sitting: Sitting, words: str, owner: str, due: date | None, case_id: int | None
) -> Decision:
    _demand_begun(sitting)
    before = sitting.meeting
    if len(before.decisions) >= MOST_DECISIONS:
        raise CannotChange(f"A meeting has at most {MOST_DECISIONS} decisions.")
    decision = Decision(
        place=len(before.decisions) + 1,
        words=words.strip(),
        owner=owner.strip(),
        due=due,
        case_id=case_id,
    )
    add_meeting_decision(sitting.connection, before.id, decision.place, case_id)
    changed = replace(before, decisions=(*before.decisions, decision))
    sitting.write(changed, DECIDED, f"recorded decision {decision.place}.")
    return decision


def follow_up(
    installation: Installation,
    meeting_id: int,
    place: int,
    *,
    by: Person,
    done: str,
    words: str,
) -> Decision:
    """Say what became of a decision: DONE, DROPPED, or empty where it is still to be done.

    Also after the meeting is closed. Raises `NoMeeting`, `NotAllowed`, `CannotChange`.
    """
    if done not in (DONE, DROPPED, ""):
        raise CannotChange("Select what became of the decision.")
    if done == DROPPED and not words.strip():
        raise CannotChange("Enter why it is not pursued.")
    with kept(installation, meeting_id, by=by) as sitting:
        decision = sitting.meeting.decision(place)
        if decision is None:
            raise NoMeeting("There is no such decision. Open the meeting to see what was decided.")
        changed = replace(decision, done=done, done_words=words.strip())
        if changed == decision:
            return decision
        save_meeting_decision(sitting.connection, meeting_id, place, undone=not done)
        decisions = tuple(changed if d.place == place else d for d in sitting.meeting.decisions)
        said = f"said of decision {place}: {done or 'still to be done'}."
        sitting.write(replace(sitting.meeting, decisions=decisions), FOLLOWED_UP, said)
    return changed


def close(installation: Installation, meeting_id: int, *, by: Person) -> Meeting:
    """Nothing more is recorded of it. Raises `NoMeeting`, `NotAllowed`, `CannotChange`."""
    with kept(installation, meeting_id, by=by) as sitting:
        _demand_begun(sitting)
        sitting.write(replace(sitting.meeting, state=CLOSED), CLOSING, "closed the meeting.")
    return sitting.meeting


def reopen(installation: Installation, meeting_id: int, *, by: Person) -> Meeting:
    """The record is corrected or added to. Raises `NoMeeting`, `NotAllowed`, `CannotChange`."""
    with kept(installation, meeting_id, by=by) as sitting:
        meeting = sitting.meeting
        if not meeting.is_over:
            raise CannotChange("It is open. Nothing has to be done.")
        state = PLANNED if meeting.agenda is None else KEPT
        sitting.write(replace(meeting, state=state), REOPENED, "opened the meeting again.")
    return sitting.meeting


def name_of(sitting: Sitting) -> str:
    """The meeting as a sentence names it."""
    local = in_london(sitting.meeting.at)
    return f"{sitting.kind.name} of {local.day} {local:%B %Y}"


def _demand_on_agenda(sitting: Sitting, case_id: int) -> None:
    """A decision may be about a case that stood on the agenda, and that its writer may know of."""
    with_case = find_meetings_with(sitting.connection, case_id)
    told = find_told_cases(sitting.connection, [case_id])[case_id]
    assert sitting.by is not None  # noqa: S101  (only people decide)
    known = not told.restricted or (
        may_read_child(sitting.connection, told.child_id, sitting.by.id)
        and may_see_case(sitting.connection, case_id, sitting.by.id, sitting.at)
    )
    if not known or all(each.id != sitting.meeting.id for each in with_case):
        raise CannotChange("That case did not stand on the agenda. Choose one that did, or none.")


def _demand_to_come(at: datetime, now: datetime) -> None:
    if at <= now:
        raise CannotChange("Enter a day and time that are still to come.")


def _demand_planned(sitting: Sitting) -> None:
    if sitting.meeting.state != PLANNED:
        raise CannotChange("Its time has come, or it is over. Set the date of another one.")


def _demand_going(sitting: Sitting) -> None:
    if sitting.meeting.is_over:
        raise CannotChange("The meeting is over. Open it again to change it.")


def _demand_begun(sitting: Sitting) -> None:
    _demand_going(sitting)
    if sitting.meeting.state == PLANNED:
        raise CannotChange("It is still to come. Record it when its time has come.")


def read_expected(
    installation: Installation, meeting_id: int, *, by: Person
) -> tuple[Meeting, tuple[Attendee, ...]]:
    """The meeting and who is expected, for one of those who keep it; nothing is changed.

    Raises `NoMeeting`, `NotAllowed`.
    """
    with installation.database.read() as connection:
        row: MeetingRow | None = find_meeting(connection, meeting_id)
        if row is None or row.council != by.council:
            raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
        sitting = Sitting(installation, connection, meeting_of(row), by=by)
        sitting.part = parts_in_meetings(connection, by, sitting.council, sitting.at).get(row.kind)
        if sitting.part is None or not sitting.part.any:
            raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
        demand_keeper(sitting.council, sitting.kind, sitting.part)
        return sitting.meeting, expected(sitting)
