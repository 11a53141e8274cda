"""Actions after closing: was it done, and what changed for the child (X-10, X-39).

What is asked about each action of a closed case is asked of the raiser, of whoever stands in for
them, and once they have left of the post above them. Each answer is a turn on the closed case.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.access import NotAllowed, demand_case, may_read_child
from engine.acts.concerns import ASKED as ASKED
from engine.acts.concerns import NoConcern, element_of
from engine.acts.tasks import initials_of
from engine.clock import in_london
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person
from engine.store.cases import CaseRow, add_parts, find_case_by_number
from engine.store.concerns import AskedRow, ConcernRow, find_actions, find_asked, save_concern
from engine.store.database import Connection
from engine.store.people import find_holders
from engine.turns.turn import NoCase, Turn, turn

DONE = "done"
PARTLY = "partly"
NOT_DONE = "not done"
ANSWERS = (DONE, PARTLY, NOT_DONE)
SHOWN_BEFORE = timedelta(days=7)


class CannotFollowUp(StepladderError):
    """What became of an action cannot be said so, or is not asked any more."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """An action about which is asked: `text` is the action, `due` a day in Europe/London."""

    case_number: str
    initials: str
    text: str
    due: date
    concern_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the page of a follow-up shows: the closed case and the concern, today in London."""

    case: CaseRow
    concern: ConcernRow
    today: date


def find_follow_ups(connection: Connection, person: Person, today: date) -> tuple[FollowUp, ...]:
    """What is asked of the person: what is due, overdue, or due within a week, the first first."""
    return tuple(
        FollowUp(
            case_number=row.case_number,
            initials=initials_of(row.child_name),
            text=row.concern.action,
            due=row.concern.ask_on or today,
            concern_id=row.concern.id,
            place=row.concern.place,
        )
        for row in _asked(connection, person, today, today + SHOWN_BEFORE)
    )


def read_follow_up(installation: Installation, number: str, place: int, *, by: Person) -> Asked:
    """The action about which is asked, for whoever is asked.

    Raises `NoCase`, `NoConcern`, `NotAllowed`, and `CannotFollowUp` when it is not asked any more.
    """
    at = installation.clock.now()
    today = in_london(at).date()
    with installation.database.read() as connection:
        case = find_case_by_number(connection, number) if number.isprintable() else None
        if case is None:
            raise NoCase("There is no such case. Look for it in your list of cases.")
        concern = _demand_asked(connection, case, place, by, today).concern
    return Asked(case=case, concern=concern, today=today)


def answer_follow_up(
    installation: Installation,
    case_id: int,
    place: int,
    *,
    by: Person,
    done: str,
    changed: str,
    again_on: date | None = None,
) -> ConcernRow:
    """Say whether the action was done, and what changed for the child, on the closed case.

    `again_on` is the day in London on which is asked again, later than today, or None. The same
    once more, while it is asked again on that day, changes nothing. Raises `CannotFollowUp`,
    `NoConcern`, `NotAllowed`.
    """
    if done not in ANSWERS:
        raise CannotFollowUp("Select whether it was done.")
    if not changed.strip():
        raise CannotFollowUp("Enter what changed for the child.")
    with turn(installation, case_id, by=by) as case:
        asked = _demand_asked(case.connection, case.case, place, by, case.today)
        concern = asked.concern
        if again_on is not None and again_on <= case.today:
            raise CannotFollowUp("Enter a date after today, on which to ask again.")
        said = (concern.done, concern.changed, concern.ask_on)
        if again_on is not None and said == (done, changed.strip(), again_on):
            return concern  # the button was pressed twice
        answered = replace(
            concern,
            done=done,
            changed=changed.strip(),
            ask_on=again_on,
            asked_at=case.at,
            asked_in=case.next_sequence,
        )
        save_concern(case.connection, answered)
        _take_part(case, asked)
        case.record(_fact(case, concern, answered))
    return answered


def _fact(case: Turn, before: ConcernRow, after: ConcernRow) -> Fact:
    name = case.by.name if case.by else ""
    words = f"{name} followed up the action of {element_of(after.place)}: {after.done}."
    if after.ask_on:
        words += f" It is asked again on {after.ask_on.day} {after.ask_on:%B %Y}."
    return Fact(
        act=ASKED,
        element=element_of(after.place),
        words=words,
        before={"ask_on": before.ask_on.isoformat() if before.ask_on else None},
        after={
            "concern": after.place,
            "done": after.done,
            "changed": after.changed,
            "ask_on": after.ask_on.isoformat() if after.ask_on else None,
        },
    )


def _take_part(case: Turn, asked: AskedRow) -> None:
    """Whoever asks in the place of a raiser who has left has a part in the case from now on."""
    if asked.for_me or case.by is None:
        return
    part = ("", "", case.by.id)
    if part not in case.parts:
        add_parts(case.connection, case.case.id, [part], case.at)
        case.parts.add(part)


def _asked(connection: Connection, person: Person, today: date, until: date) -> Iterator[AskedRow]:
    rows = find_asked(
        connection, person_id=person.id, council=person.council, today=today, until=until
    )
    mine: dict[str, bool] = {}
    for row in rows:
        askers = row.concern.askers
        if not row.for_me and askers not in mine:
            mine[askers] = _stands_in(connection, person, askers, today)
        if row.for_me or mine[askers]:
            yield row


def _stands_in(connection: Connection, person: Person, askers: str, today: date) -> bool:
    """Whether the person holds the nearest of the posts that anybody holds today."""
    for post in filter(None, askers.split(",")):
        held_by = find_holders(connection, person.council, post, None, today)
        if held_by:
            return person.id in {each.id for each in held_by}
    return False


def _demand_asked(
    connection: Connection, case: CaseRow, place: int, by: Person, today: date
) -> AskedRow:
    may_read = may_read_child(connection, case.child_id, by.id)
    for row in _asked(connection, by, today, date.max):
        if may_read and (row.concern.case_id, row.concern.place) == (case.id, place):
            return row
    raise _refusal(connection, case, place, by)


def _refusal(connection: Connection, case: CaseRow, place: int, by: Person) -> StepladderError:
    demand_case(connection, case.id, by.id, case.last_at)
    if by.id != case.raiser_id:
        return NotAllowed("This is asked of the raiser of the case. You can read the case.")
    if all(row.place != place for row in find_actions(connection, case.id)):
        return NoConcern("There is no such concern. Open the case to see its concerns.")
    return CannotFollowUp("Nothing is asked here now. Open the case to see what was said.")
