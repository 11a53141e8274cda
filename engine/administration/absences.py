"""Absences: who is away from when to when, who stands in, and how it is recorded and undone (X-16).

Whoever stands in has the absent person's tray and cases from the first day to the last, in
Europe/London, and acts for them. Who stands in for somebody does not stand in for those for whom
that one stands in: one knows for whom one acts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.access import NotAllowed, may_administer
from engine.administration.admin_log import write_down
from engine.clock import in_london
from engine.councils import RAISER, Council
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Holding, Person, find_person, find_responsible
from engine.store.absences import (
    Absence,
    add_absence,
    delete_absence,
    find_absence,
    find_absences,
    find_absences_covered,
    find_absences_to_cover,
    find_stand_in_posts,
    set_last_day,
)
from engine.store.database import Connection
from engine.store.people import find_holdings, lock_person

__all__ = [
    "Absence",
    "BadAbsence",
    "StandIn",
    "cancel_absence",
    "end_absence",
    "find_absence",
    "find_absences",
    "find_absences_covered",
    "find_absences_to_cover",
    "record_absence",
    "stand_ins",
    "stand_ins_of",
]


class BadAbsence(StepladderError):
    """An absence that cannot be recorded, or not be changed so.

    `field` is the question that it is about: "starts", "ends" or "deputy".
    """

    def __init__(self, field: str, sentence: str) -> None:
        """`sentence` says what is wrong and what to do."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who stands in, by the rule, for one post of somebody who named no deputy.

    `by_post` is the post that does, empty where nobody does. `others` says that others hold the
    post as well, so that nobody needs to.
    """

    post: str
    team: str
    by_post: str
    persons: tuple[Person, ...]
    others: bool


def stand_ins(
    connection: Connection, council: Council, person: Person, on: date
) -> tuple[StandIn, ...]:
    """For each post that the person holds that day, who stands in where no deputy is named.

    A case is its raiser's own, so that the raiser's line manager always stands in for a raiser
    (X-18); any other post needs somebody only where nobody else holds it (X-16).
    """
    held = find_holdings(connection, person.id, on)
    return tuple(_stand_in(connection, council, person, one, on) for one in held)


def _stand_in(
    connection: Connection, council: Council, person: Person, held: Holding, on: date
) -> StandIn:
    known = council.posts.get(held.post)
    asked = held.post
    if known is not None and held.post == RAISER:
        asked = known.line_manager or held.post
    persons: tuple[Person, ...] = ()
    passed: set[str] = set()
    while not persons and asked in council.posts and asked not in passed:
        passed.add(asked)
        found = find_responsible(connection, council, asked, held.team, on)
        persons = tuple(one for one in found.persons if one.id != person.id)
        asked = found.post if persons else council.posts[found.post].line_manager or ""
    others = bool(persons) and asked == held.post
    by_post = asked if persons and not others else ""
    return StandIn(post=held.post, team=held.team, by_post=by_post, persons=persons, others=others)


def stand_ins_of(connection: Connection, absence: Absence) -> tuple[tuple[str, str], ...]:
    """The posts (with the team) whose holders stand in in an absence without a named deputy."""
    return () if absence.deputy_id is not None else find_stand_in_posts(connection, absence.id)


def record_absence(
    installation: Installation,
    person_id: int,
    *,
    by: Person,
    starts: date,
    ends: date | None,
    deputy_id: int | None,
) -> Absence:
    """The person is away from `starts` to `ends`, both days included, or until further news.

    They record it themselves, or an administrator of their council does. The deputy belongs to the
    same council; without one those stand in whom `stand_ins` names on the first day. Raises
    `BadAbsence` and `NotAllowed`.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = _demand(connection, person_id, by, at)
        lock_person(connection, person.id)
        deputy = None if deputy_id is None else find_person(connection, deputy_id)
        _check(person, deputy, deputy_id, starts, ends, in_london(at).date())
        _demand_apart(connection, person, starts, ends)
        posts: list[tuple[str, str]] = []
        if deputy is None:
            council = installation.council(person.council)
            posts = _posts_standing_in(
                council, stand_ins(connection, council, person, max(starts, in_london(at).date()))
            )
        absence_id = add_absence(
            connection,
            council=person.council,
            person_id=person.id,
            deputy_id=deputy.id if deputy else None,
            starts=starts,
            ends=ends,
            posts=posts,
        )
        absence = find_absence(connection, absence_id)
        assert absence is not None  # noqa: S101  (it was just added)
        who = f"{deputy.name} stands in" if deputy else "no deputy is named"
        words = f"{person.name} is away {period(absence)}: {who}."
        write_down(connection, by, at, about=person, words=words)
        return absence


def _posts_standing_in(council: Council, found: tuple[StandIn, ...]) -> list[tuple[str, str]]:
    return list(
        dict.fromkeys(
            (one.by_post, one.team if council.posts[one.by_post].scope == "team" else "")
            for one in found
            if one.by_post
        )
    )


def _check(
    person: Person,
    deputy: Person | None,
    deputy_id: int | None,
    starts: date,
    ends: date | None,
    today: date,
) -> None:
    if ends is not None and ends < starts:
        raise BadAbsence("ends", f"{_day(ends)} is before {_day(starts)}. Enter a later last day.")
    if ends is not None and ends < today:
        raise BadAbsence("ends", "The last day has passed. Enter today or a later day.")
    if starts < today - timedelta(days=366):
        raise BadAbsence("starts", "That is more than a year ago. Check the year.")
    if deputy_id is None:
        return
    if deputy is None or deputy.council != person.council or not deputy.active:
        raise BadAbsence("deputy", "Choose somebody of the same council who may sign in.")
    if deputy.id == person.id:
        raise BadAbsence("deputy", "Nobody stands in for themselves. Choose somebody else.")


def _demand_apart(connection: Connection, person: Person, starts: date, ends: date | None) -> None:
    for known in find_absences(connection, person.id):
        if (ends is None or known.starts <= ends) and (known.ends is None or starts <= known.ends):
            raise BadAbsence(
                "starts",
                f"{person.name} is away {period(known)} already. Choose days outside that, or "
                "change that first.",
            )


def end_absence(installation: Installation, absence_id: int, *, by: Person, last_day: date) -> None:
    """The absence ends with that day: sooner, when the person is back early, or later.

    A last day before the first one, when it has not begun, takes it back altogether. Raises
    `BadAbsence` and `NotAllowed`.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        absence, person = _open(connection, absence_id, by, at)
        lock_person(connection, person.id)
        if last_day < in_london(at).date() - timedelta(days=1):
            raise BadAbsence(
                "ends", "Enter yesterday, today or a later day: what was done stays done."
            )
        if last_day < absence.starts:
            _take_back(connection, absence, person, by, at)
            return
        for known in find_absences(connection, person.id):
            if known.id != absence.id and absence.starts < known.starts <= last_day:
                raise BadAbsence(
                    "ends", f"{person.name} is away {period(known)} too. Enter a day before that."
                )
        set_last_day(connection, absence.id, last_day)
        words = f"{person.name} is away until {_day(last_day)}, not {period(absence)}."
        write_down(connection, by, at, about=person, words=words)


def cancel_absence(installation: Installation, absence_id: int, *, by: Person) -> None:
    """The absence is taken back; one that has begun ends with yesterday instead."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        absence, person = _open(connection, absence_id, by, at)
        yesterday = in_london(at).date() - timedelta(days=1)
        if absence.starts > yesterday:
            _take_back(connection, absence, person, by, at)
            return
        set_last_day(connection, absence.id, yesterday)
        words = f"{person.name} is back: the absence {period(absence)} ended on {_day(yesterday)}."
        write_down(connection, by, at, about=person, words=words)


def _take_back(
    connection: Connection, absence: Absence, person: Person, by: Person, at: datetime
) -> None:
    delete_absence(connection, absence.id)
    words = f"{person.name} is not away {period(absence)} after all."
    write_down(connection, by, at, about=person, words=words)


def _open(
    connection: Connection, absence_id: int, by: Person, at: datetime
) -> tuple[Absence, Person]:
    absence = find_absence(connection, absence_id)
    if absence is None:
        raise NotAllowed("There is no such absence any more. Look at the list again.")
    person = _demand(connection, absence.person_id, by, at)
    if absence.ends is not None and absence.ends < in_london(at).date():
        raise BadAbsence("ends", "That absence is over. What was done in it stays as it is.")
    return absence, person


def _demand(connection: Connection, person_id: int, by: Person, at: datetime) -> Person:
    person = find_person(connection, person_id)
    if person is not None and (
        person.id == by.id or may_administer(connection, by, person.council, at)
    ):
        return person
    raise NotAllowed("Only an administrator may say when somebody else is away.")


def period(absence: Absence) -> str:
    """From when to when, as `from 30 March 2026 to 10 April 2026`."""
    last = f"to {_day(absence.ends)}" if absence.ends else "on, with no last day yet"
    return f"from {_day(absence.starts)} {last}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
