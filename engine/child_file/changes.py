"""What changes on a child's record while a case is open is never silent (X-13).

Each open case gets an entry in its history and its raiser is told; the raiser says how the case
goes on, and why. Until then the case page says that they have not. Nothing moves by itself.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.access import NotAllowed, demand_case
from engine.acts.cases import NoReason, NotOpenNow, posts_towards
from engine.acts.tasks import initials_of
from engine.children import (
    CHANGED,
    CHOSEN,
    Child,
    eighteen_years_before,
    eighteenth_birthday,
    find_child,
    statuses_on,
)
from engine.clock import in_london
from engine.councils import RAISER
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.installation import Installation
from engine.notices import render
from engine.people import Person, find_person
from engine.procedures import latest_versions, load_version
from engine.store.cases import CaseRow
from engine.store.child_changes import (
    ChildChange,
    ToldChange,
    add_change,
    add_news,
    come_of_age,
    find_change,
    find_grown_up,
    find_news,
    find_open_cases,
    find_unsettled_cases,
    find_untold,
    mark_told,
    settle_news,
)
from engine.store.database import Connection
from engine.store.notices import NewNotice, add_notices
from engine.store.versions import VersionRow
from engine.turns.turn import Turn, turn

log = logging.getLogger(__name__)

# The kinds of change. Those after RECORD are told to open cases.
RECORD: Final = "record"
STATUS: Final = "legal status"
DIED: Final = "died"
MOVED_AWAY: Final = "moved to another authority"
OF_AGE: Final = "eighteenth birthday"

GO_ON: Final = "go on"
CLOSE: Final = "close"
ANOTHER: Final = "another procedure"
CHOICES: Final = {
    GO_ON: "go on with this case as it is",
    CLOSE: "close this case",
    ANOTHER: "open a case on another procedure",
}

_MESSAGE = "child-changed"
_MOST_LISTED = 100


class BadChoice(StepladderError):
    """Something else than one of CHOICES was chosen."""


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """A case whose raiser has not yet said how it goes on, by number and initials (X-36)."""

    case_number: str
    initials: str


def keep_change(
    connection: Connection,
    child: Child,
    *,
    kind: str,
    words: str,
    reason: str,
    by: Person | None,
    installation: Installation,
    until: date | None = None,
) -> int:
    """Keep what was changed on the child's record; its id, for `tell_cases` after the commit.

    `words` is a sentence that names nobody, for cases show it. `until` is the last day that the
    change is about: a case that was opened later is not told.
    """
    return add_change(
        connection,
        child_id=child.id,
        kind=kind,
        words=words,
        reason=reason,
        person_id=by.id if by else None,
        at=installation.clock.now(),
        tells=kind != RECORD,
        until=until,
        told_at=None,
    )


def tell_cases(installation: Installation, change_id: int) -> int:
    """Tell each open case of the child of the change, each in a turn of its own; how many.

    A case is told once, however often this is called: what was cut short, or a case that could not
    go on, is for the worker's next daily look.
    """
    with installation.database.read() as connection:
        change = find_change(connection, change_id)
        if change is None or not change.tells or change.told_at is not None:
            return 0
        by = find_person(connection, change.person_id) if change.person_id else None
        waiting = find_open_cases(connection, change.child_id)
    told, whole = 0, True
    for case_id, opened_at in waiting:
        day = in_london(opened_at).date()
        if opened_at > change.at or (change.until is not None and change.until < day):
            continue
        try:
            told += _tell_case(installation, case_id, change, by)
        except Exception:  # one case that cannot go on must not keep it from all others
            log.exception("Case with id %s was not told of change %s", case_id, change_id)
            whole = False
    if whole:
        with installation.database.write() as connection:
            mark_told(connection, change_id, installation.clock.now())
    return told


def _tell_case(
    installation: Installation, case_id: int, change: ChildChange, by: Person | None
) -> bool:
    with turn(installation, case_id, by=by) as case:
        if case.case.child_id != change.child_id or case.case.closed_at is not None:
            return False  # it went to the right child, or ended, a moment ago
        if not add_news(case.connection, case_id, change.id, case.next_sequence):
            return False
        told = _tell_raiser(case, change)
        after = {"change": change.id, "kind": change.kind, "told": [RAISER] if told else []}
        case.record(Fact(act=CHANGED, element="", words=change.words, before={}, after=after))
    return True


def _tell_raiser(case: Turn, change: ChildChange) -> bool:
    """Queue a notice that says nothing of what changed (X-23); not to whom did it themselves."""
    council = case.council
    message = render(
        case.version.package.messages.get(_MESSAGE),
        {
            "case_number": case.case.number,
            "task": "the child’s record has changed, please say how the case goes on",
            "link": f"{case.installation.settings.address}/cases/{case.case.number}",
            "council": council.name,
            "procedure": case.version.package.title,
            "help_contact": council.help_contact,
        },
    )
    _, persons = case.answering(RAISER)
    new = [
        NewNotice(
            key=f"{case.case.id}/{case.next_sequence}/child/{change.id}/{person.id}",
            case_id=case.case.id,
            sequence=case.next_sequence,
            element="",
            template=_MESSAGE,
            post=RAISER,
            person_id=person.id,
            address=person.email,
            subject=message.subject,
            body=message.body,
            queued_at=case.at,
            next_try_at=case.at,
        )
        for person in persons
        if case.by is None or person.id != case.by.id
    ]
    add_notices(case.connection, new)
    return bool(new)


def look_daily(installation: Installation) -> int:
    """Tell of the 18th birthdays that have come, and what could not be told before; how many.

    The worker's clock calls it; any number of workers may, and each birthday is told once.
    """
    with installation.database.read() as connection:
        today = in_london(installation.clock.now()).date()
        grown_up = find_grown_up(connection, eighteen_years_before(today))
    for child_id in grown_up:
        _note_birthday(installation, child_id)
    with installation.database.read() as connection:
        untold = find_untold(connection)
    return sum(tell_cases(installation, change_id) for change_id in untold)


def _note_birthday(installation: Installation, child_id: int) -> None:
    at = installation.clock.now()
    with installation.database.write() as connection:
        if not come_of_age(connection, child_id, at):
            return  # another worker was first
        child = find_child(connection, child_id)
        assert child is not None  # noqa: S101  (its row was just changed)
        day = eighteenth_birthday(child.date_of_birth)
        keep_change(
            connection,
            child,
            kind=OF_AGE,
            words=f"The young person turned 18 on {day.day} {day:%B %Y}.",
            reason="",
            by=None,
            installation=installation,
            until=day,
        )


def read_news(connection: Connection, case_id: int) -> tuple[ToldChange, ...]:
    """The changes that wait for the raiser's choice, the oldest first."""
    news = find_news(connection, case_id)
    return tuple(each for each in news if each.settled_at is None)


def read_unsettled(installation: Installation, person: Person) -> tuple[Unsettled, ...]:
    """The open cases of this raiser of which they have still to say how they go on."""
    with installation.database.read() as connection:
        found = find_unsettled_cases(connection, person.id, _MOST_LISTED)
    return tuple(
        Unsettled(case_number=number, initials=initials_of(name)) for number, name in found
    )


def fitting_procedures(
    connection: Connection, child: Child, on: date, *, but: str
) -> tuple[VersionRow, ...]:
    """The newest versions of the council's procedures that fit the child's legal status that day.

    A procedure names the statuses that it is for as `statuses` in its procedure.toml; one that
    names none is for every child. `but` is the procedure that the case is on. None for a child who
    died or whose case is another authority's.
    """
    if child.died_on is not None or child.moved_on is not None:
        return ()
    held = {each.status for each in statuses_on(connection, child.id, on)}
    return tuple(
        row
        for row in latest_versions(connection, child.council)
        if row.procedure != but and _fits(connection, row, held)
    )


def _fits(connection: Connection, row: VersionRow, held: Iterable[str]) -> bool:
    named = load_version(connection, row.id).package.settings.get("statuses")
    return not isinstance(named, list) or not set(named).isdisjoint(held)


def choose(
    installation: Installation, case_id: int, *, by: Person, choice: str, reason: str
) -> CaseRow:
    """The raiser says how the case goes on after what changed, and why; nothing else happens.

    `choice` is a key of CHOICES. Raises `BadChoice`, `NoReason`, `NotAllowed` for who is not the
    raiser, `NotOpenNow` when nothing waits to be chosen.
    """
    if choice not in CHOICES:
        raise BadChoice("Select how the case goes on.")
    if not reason.strip():
        raise NoReason("Enter why you chose this.")
    with turn(installation, case_id, by=by) as case:
        demand_case(case.connection, case_id, by.id, case.at)
        if RAISER not in posts_towards(case, by):
            raise NotAllowed("Only the raiser of a case says how it goes on.")
        if not settle_news(case.connection, case_id, case.at):
            raise NotOpenNow("It has been said already how the case goes on. Open the case.")
        words = f"{by.name} chose to {CHOICES[choice]}: {reason.strip()}"
        case.record(Fact(act=CHOSEN, element="", words=words, before={}, after={"choice": choice}))
        done = case
    return done.case
