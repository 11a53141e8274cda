"""Giving a case to another raiser, as when one leaves: tasks follow, due dates stay (X-16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.access import NotAllowed, may_administer, may_read_child
from engine.acts.cases import NoReason, start_event
from engine.clock import in_london
from engine.councils import RAISER
from engine.errors import StepladderError
from engine.history.course_acts import REALLOCATED as REALLOCATED
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person, conflicts, find_person, holders
from engine.store.cases import find_case_by_number
from engine.store.people import find_holdings
from engine.store.people_lists import find_open_cases_of
from engine.turns.reconcile import ask_new_raiser
from engine.turns.telling import Telling
from engine.turns.turn import NoCase, Turn, turn


class CannotReallocate(StepladderError):
    """The case cannot be given to that person, and the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class ToReallocate:
    """Open cases of one raiser, by number, and who they can be given to."""

    raiser: Person
    numbers: tuple[str, ...]
    raisers: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class Reallocated:
    """Of several cases those that were given, those that were not and why, and warnings."""

    given: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def may_reallocate(installation: Installation, by: Person) -> bool:
    """Whether the person may give cases of their council to another raiser.

    Administrators may, and who holds the post that manages the raisers. They need not see a case
    for it: they read nothing of it here.
    """
    at = installation.clock.now()
    manager = installation.council(by.council).posts[RAISER].line_manager
    with installation.database.read() as connection:
        held = find_holdings(connection, by.id, in_london(at).date())
        return any(one.post == manager for one in held) or may_administer(
            connection, by, by.council, at
        )


def read_to_reallocate(
    installation: Installation, by: Person, *, number: str = "", person_id: int | None = None
) -> ToReallocate:
    """The case with that number, or all open cases of a person, and who may be given them.

    Raises `NotAllowed`, `NoCase`.
    """
    _demand(installation, by)
    today = in_london(installation.clock.now()).date()
    council = installation.council(by.council)
    with installation.database.read() as connection:
        if person_id is None:
            case = find_case_by_number(connection, number) if number.isprintable() else None
            if case is None or case.council != by.council:
                raise NoCase("There is no such case in your council. Check the number.")
            person_id = case.raiser_id
            numbers: tuple[str, ...] = (case.number,)
        else:
            numbers = tuple(number for _, number in find_open_cases_of(connection, person_id))
        raiser = find_person(connection, person_id)
        if raiser is None or raiser.council != by.council:
            raise NotAllowed("There is nobody like that in your council.")
        able = holders(connection, council, RAISER, "", today)
        return ToReallocate(
            raiser=raiser,
            numbers=numbers,
            raisers=tuple(person for person in able if person.id != raiser.id),
        )


def reallocate(
    installation: Installation,
    numbers: Sequence[str],
    *,
    by: Person,
    raiser_id: int,
    reason: str,
) -> Reallocated:
    """Give each of the cases to that raiser; each is its own turn, and one alone may be refused.

    The raiser's open tasks follow with their due dates. Who was the raiser has no part in the case
    by that any more. A restricted child's case goes only to a reader of the child. Raises
    `NotAllowed` and `NoReason`.
    """
    _demand(installation, by)
    if not reason.strip():
        raise NoReason("Enter why the case goes to somebody else.")
    given, kept = [], []
    for number in numbers:
        try:
            _give(installation, number, by, raiser_id, reason.strip())
            given.append(number)
        except (CannotReallocate, NoCase) as error:
            kept.append((number, str(error)))
    return Reallocated(
        given=tuple(given),
        kept=tuple(kept),
        warnings=_warnings(installation, by, raiser_id) if given else (),
    )


def _give(installation: Installation, number: str, by: Person, raiser_id: int, reason: str) -> None:
    with installation.database.read() as connection:
        known = find_case_by_number(connection, number) if number.isprintable() else None
    if known is None or known.council != by.council:
        raise NoCase("There is no such case in your council. Check the number.")
    with turn(installation, known.id, by=by) as case:
        new = _demand_raiser(case, raiser_id)
        before = case.case
        old = case.person(before.raiser_id)
        case.case = replace(case.case, raiser_id=new.id)
        telling = Telling(case)
        ask_new_raiser(case, before, telling)
        telling.given_case(start_event(case.diagram))
        words = (
            f"{by.name} gave the case to {new.name}"
            f"{f', who raises it in place of {old.name}' if old else ''}: {reason}"
        )
        fact = Fact(
            act=REALLOCATED,
            element="",
            words=words,
            before={"raiser": before.raiser_id},
            after={"raiser": new.id, "told": telling.send()},
        )
        case.record(fact)


def _demand_raiser(case: Turn, raiser_id: int) -> Person:
    if case.case.closed_at is not None:
        raise CannotReallocate("The case is closed, so nobody needs to take it on.")
    if raiser_id == case.case.raiser_id:
        raise CannotReallocate("The case is theirs already. Choose somebody else.")
    able = holders(case.connection, case.council, RAISER, case.case.team, case.today)
    new = next((person for person in able if person.id == raiser_id), None)
    if new is None:
        title = case.council.posts[RAISER].title
        raise CannotReallocate(f"Choose somebody who holds the post {title} today.")
    if not may_read_child(case.connection, case.case.child_id, new.id):
        raise CannotReallocate(
            f"This child’s record is restricted, and {new.name} may not read it. Choose somebody "
            "who may, or have them named as a reader first."
        )
    return new


def _warnings(installation: Installation, by: Person, raiser_id: int) -> tuple[str, ...]:
    today = in_london(installation.clock.now()).date()
    council = installation.council(by.council)
    with installation.database.read() as connection:
        person = find_person(connection, raiser_id)
        held = find_holdings(connection, raiser_id, today)
    return conflicts(council, person.name, held, RAISER, "") if person else ()


def _demand(installation: Installation, by: Person) -> None:
    if not may_reallocate(installation, by):
        raise NotAllowed(
            "Only an administrator, or who manages those who raise concerns, may do this."
        )
