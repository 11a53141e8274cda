"""Children: records of their own, picked and confirmed, never typed afresh (X-37)."""

from datetime import date
from typing import Final

from engine.errors import StepladderError
from engine.legal_statuses import LOOKED_AFTER, ON_A_PLAN, STATUSES
from engine.store.children import (
    Child,
    LegalStatus,
    end_status,
    find_child,
    find_child_by_reference,
    find_statuses,
    insert_child,
    insert_reader,
    insert_status,
    search_children,
    set_restricted,
)
from engine.store.database import Connection

__all__ = [
    "CHANGED",
    "CHOSEN",
    "LOOKED_AFTER",
    "ON_A_PLAN",
    "STATUSES",
    "BadChild",
    "BadStatus",
    "Child",
    "LegalStatus",
    "ReferenceTaken",
    "UnknownChild",
    "add_child",
    "age_on",
    "check_status",
    "demand_child",
    "eighteen_years_before",
    "eighteenth_birthday",
    "find_child",
    "find_children",
    "is_looked_after",
    "let_read",
    "restrict",
    "set_status",
    "statuses_on",
    "tidy",
]


# Acts in the history of a case that tell of the child's own record.
CHANGED: Final = "child’s record changed"
CHOSEN: Final = "chose how the case goes on"

_LONGEST = {"reference": 50, "name": 200, "team": 100}


class BadChild(StepladderError):
    """Something about a child that cannot be kept."""


class ReferenceTaken(StepladderError):
    """The council has a child with that reference already."""


class UnknownChild(StepladderError):
    """The council has no child with that reference."""


class BadStatus(StepladderError):
    """A legal status that a child cannot have at that time."""


def add_child(
    connection: Connection,
    *,
    council: str,
    reference: str,
    name: str,
    date_of_birth: date,
    team: str,
    today: date,
    social_worker_id: int | None = None,
    raiser_id: int | None = None,
    restricted: bool = False,
) -> Child:
    """A new child of the council, known by `reference` in the council's own records.

    `today` is the day in London, which no date of birth is after. Raises `BadChild` for a text that
    is empty or too long and for such a date, `ReferenceTaken` when the council has that reference.
    """
    reference = tidy("reference", reference)
    if date_of_birth > today:
        raise BadChild("The date of birth is still to come. Check the day, the month and the year.")
    child = insert_child(
        connection,
        council=council,
        reference=reference,
        name=tidy("name", name),
        date_of_birth=date_of_birth,
        team=tidy("team", team),
        social_worker_id=social_worker_id,
        raiser_id=raiser_id,
    )
    if child is None:
        raise ReferenceTaken(f"{reference} is a child's already. Check the reference.")
    return restrict(connection, child) if restricted else child


def tidy(what: str, text: str) -> str:
    """A child's "reference", "name" or "team" with single spaces.

    Raises `BadChild` when there is none, or one too long.
    """
    clean = " ".join(text.split())
    if not clean or not clean.isprintable():
        raise BadChild(f"Enter the child's {what}.")
    if len(clean) > _LONGEST[what]:
        raise BadChild(f"Shorten the child's {what} to {_LONGEST[what]} characters.")
    return clean


def demand_child(connection: Connection, council: str, reference: str) -> Child:
    """The council's child with that reference. Raises `UnknownChild`."""
    tidy = " ".join(reference.split())
    child = find_child_by_reference(connection, council, tidy) if tidy.isprintable() else None
    if child is None:
        raise UnknownChild(f"No child has the reference {reference}. Check how it is written.")
    return child


def find_children(
    connection: Connection, council: str, text: str, person_id: int, limit: int = 20
) -> tuple[Child, ...]:
    """The council's children whom that person may pick, by name, `limit` at most.

    Each word of `text` stands in the name or the reference, in any order; without a word nobody is
    found. Of restricted children only those are found that name the person as a reader. The caller
    writes the search to the access log.
    """
    words = [word for word in text.lower().split() if word.isprintable()]
    return search_children(connection, council, words, person_id, limit) if words else ()


def restrict(connection: Connection, child: Child) -> Child:
    """The child, seen from now on by those alone who are named as readers.

    The child's own social worker and raiser are named with it, for it is they who act.
    """
    set_restricted(connection, child.id)
    for person_id in (child.social_worker_id, child.raiser_id):
        if person_id is not None:
            let_read(connection, child, person_id)
    found = find_child(connection, child.id)
    if found is None:
        raise UnknownChild(f"No child has the reference {child.reference} any more.")
    return found


def let_read(connection: Connection, child: Child, person_id: int) -> None:
    """That person may read of the child, also when it is restricted."""
    insert_reader(connection, child.id, person_id)


def set_status(
    connection: Connection, child: Child, status: str, starts: date, ends: date | None = None
) -> None:
    """The child has the status from `starts` to `ends`, both days included, or until further news.

    A period of that status that begins on the same day is given this end. Raises `BadStatus` for
    another status than STATUSES, dates the wrong way round, and a period that overlaps another.
    """
    same = check_status(connection, child, status, starts, ends)
    if same is None:
        insert_status(connection, child.id, status, starts, ends)
    else:
        end_status(connection, same.id, ends)


def check_status(
    connection: Connection,
    child: Child,
    status: str,
    starts: date,
    ends: date | None,
    *,
    but: int | None = None,
) -> LegalStatus | None:
    """The period of that status that begins on the same day, if there is one.

    `but` is the id of a period that is about to be another and does not count. Raises `BadStatus`
    as `set_status` does.
    """
    if status not in STATUSES:
        raise BadStatus(f"“{status}” is not a legal status here. Use one of: {_all()}.")
    if ends is not None and ends < starts:
        raise BadStatus(f"{ends} is before {starts}. Choose a later last day.")
    if starts < child.date_of_birth:
        raise BadStatus(f"{starts} is before the child was born. Check the date.")
    same: LegalStatus | None = None
    for held in find_statuses(connection, child.id):
        if held.status != status or held.id == but:
            continue
        if held.starts == starts:
            same = held
        elif _overlap(held, starts, ends):
            raise BadStatus(
                f"The child is “{status}” from {held.starts} already. Choose dates outside that."
            )
    return same


def _all() -> str:
    return ", ".join(f"“{status}”" for status in STATUSES)


def _overlap(held: LegalStatus, starts: date, ends: date | None) -> bool:
    return (ends is None or held.starts <= ends) and (held.ends is None or starts <= held.ends)


def statuses_on(connection: Connection, child_id: int, on: date) -> tuple[LegalStatus, ...]:
    """The legal statuses that the child has on that day, by the day they began."""
    return find_statuses(connection, child_id, on)


def is_looked_after(connection: Connection, child_id: int, on: date) -> bool:
    """Whether the child is looked after on that day, on a plan as well or not (X-11)."""
    return any(held.status == LOOKED_AFTER for held in statuses_on(connection, child_id, on))


def age_on(date_of_birth: date, on: date) -> int:
    """How old the child is that day, in whole years."""
    had_it = (on.month, on.day) >= (date_of_birth.month, date_of_birth.day)
    return on.year - date_of_birth.year - (not had_it)


def eighteenth_birthday(date_of_birth: date) -> date:
    """The day on which they turn 18; who was born on 29 February turns on 1 March.

    The Family Law Reform Act 1969, section 9: an age is reached as its anniversary begins.
    """
    try:
        return date_of_birth.replace(year=date_of_birth.year + 18)
    except ValueError:
        return date(date_of_birth.year + 18, 3, 1)


def eighteen_years_before(today: date) -> date:
    """Whoever was born that day or earlier is 18 today."""
    try:
        return today.replace(year=today.year - 18)
    except ValueError:
        return date(today.year - 18, 2, 28)
