"""Good practice, recorded beside shortfalls (X-26, NEL-1-2, LIN-1-2, LEI-1-5).

About the work of a team or a worker, with or without a child. The reviewing officers' side keeps
it; the worker reads it once they are told, by a message that says nothing of a child (X-23).
"""

from dataclasses import dataclass
from datetime import datetime

from engine.access import NotAllowed, may_open_child, may_read_child, may_see_case
from engine.children import Child, find_child, find_children
from engine.history.access_log import note
from engine.history.ledger import Told
from engine.installation import Installation
from engine.lists.listing import Page
from engine.people import Person, find_person
from engine.registers.shelf import (
    OPEN,
    PRACTICE,
    BadItem,
    Shelf,
    Wanted,
    demand_themes,
    demand_words,
    looking,
    read_noted,
    writing,
)
from engine.store.cases import find_case, find_case_by_number
from engine.store.listed import Place
from engine.store.register_readers import practice_seen
from engine.store.registers import ItemsAsked, PracticeRow, find_items

RECORDED, TOLD, TAKEN_BACK = "recorded", "told the worker", "taken back"
MOST_FOUND = 20
_MOST_OF_CHILD = 50


@dataclass(frozen=True, kw_only=True)
class PracticeWords:
    """What was good. `worker_id` and `team` say whose work it was; one of them is needed."""

    what: str
    impact: str = ""
    themes: tuple[str, ...] = ()
    team: str = ""
    worker_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class GoodPractice:
    """Good practice as one person reads it; instants are aware, in UTC.

    `child` is None where it is about none, and `may_open` says that the reader may open the child's
    page. `case_number` is empty where it came from no case, or
    from one that the reader may not see. `story` is empty in lists.
    """

    id: int
    words: PracticeWords
    worker: str
    initials: str
    child: Child | None
    may_open: bool
    case_number: str
    made_by: str
    made_at: datetime
    told_at: datetime | None
    taken_back_at: datetime | None
    reason: str
    place: Place
    may_keep: bool
    story: tuple[Told, ...] = ()


@dataclass(frozen=True, kw_only=True)
class About:
    """What new good practice is about: a child who was picked, and the case it came from."""

    child: Child | None = None
    case_number: str = ""


def list_practice(
    installation: Installation,
    by: Person,
    wanted: Wanted,
    after: Place | None = None,
    before: Place | None = None,
) -> tuple[Page[GoodPractice], int]:
    """A page of what the person sees, without what was taken back unless that is wanted."""
    with looking(installation, by) as shelf:
        page, count = shelf.page(PRACTICE, PracticeRow, wanted.asked(OPEN), after, before)
        rows = tuple(_told(shelf, row, whose.child_name) for row, whose in page.rows)
    return Page(rows=rows, previous=page.previous, next=page.next), count


def export_practice(installation: Installation, by: Person, wanted: Wanted) -> list[GoodPractice]:
    """All that is wanted, at most 10,000, for a file; the access log says so."""
    with looking(installation, by) as shelf:
        rows = shelf.every(PRACTICE, PracticeRow, wanted.asked(OPEN))
        found = [_told(shelf, row, whose.child_name) for row, whose in rows]
    note(installation, by, f"took good practice as a file, {len(found)} in it")
    return found


def read_practice(installation: Installation, by: Person, practice_id: int) -> GoodPractice:
    """One of them, with all that was done. Raises `NoItem`."""

    def read(shelf: Shelf) -> tuple[PracticeRow, GoodPractice]:
        row = shelf.find(PRACTICE, PracticeRow, practice_id)
        return row, _told(shelf, row, story=True)

    found: GoodPractice = read_noted(installation, by, "good practice", read)
    return found


def practice_of_child(installation: Installation, by: Person, child_id: int) -> list[GoodPractice]:
    """The newest that the person sees about a child whose page they opened."""
    with looking(installation, by) as shelf:
        rights = shelf.rights
        seen = practice_seen(
            rights.reader, shelf.council.key, all_of_it=rights.reviews, child_id=child_id
        )
        asked = ItemsAsked(open=True)
        rows = find_items(shelf.connection, PRACTICE, PracticeRow, seen, asked, most=_MOST_OF_CHILD)
        return [_told(shelf, row, whose.child_name) for row, whose in rows]


def search_children(installation: Installation, by: Person, text: str) -> tuple[Child, ...]:
    """The children whom the person may read of, at most 20; the log says that somebody searched.

    Raises `NotAllowed` for who keeps no good practice.
    """
    with looking(installation, by) as shelf:
        _demand_reviews(shelf)
        found = find_children(shelf.connection, shelf.council.key, text, by.id, MOST_FOUND)
    note(installation, by, f"searched for a child, {len(found)} shown")
    return found


def find_about(
    installation: Installation,
    by: Person,
    *,
    child_id: int | None = None,
    case_number: str = "",
) -> About:
    """What new good practice is about: the child of a case that the person sees, a child, or none.

    Raises `NotAllowed` for who keeps none, or may not read of the child.
    """
    with looking(installation, by) as shelf:
        _demand_reviews(shelf)
        return _about(shelf, child_id, case_number)


def record_practice(
    installation: Installation,
    *,
    by: Person,
    words: PracticeWords,
    tell: bool,
    child_id: int | None = None,
    case_number: str = "",
) -> int:
    """Keep it, and tell the worker where `tell` says so; its id.

    Raises `NotAllowed`, and `BadItem` where nothing says what was good, or whose work it was.
    """
    with writing(installation, by) as shelf:
        _demand_reviews(shelf)
        about = _about(shelf, child_id, case_number)
        case = find_case_by_number(shelf.connection, about.case_number)
        values = {
            "what": demand_words(words.what, "Enter what was good."),
            "impact": demand_words(words.impact, "", needed=False),
            "themes": demand_themes(shelf, words.themes),
            "team": _team(shelf, words.team),
            "worker_id": _worker(shelf, words.worker_id),
            "child_id": about.child.id if about.child else None,
            "case_id": case.id if case is not None else None,
        }
        if not values["team"] and values["worker_id"] is None:
            raise BadItem("Select the worker or the team whose work it was.")
        practice_id = shelf.add(PRACTICE, values)
        shelf.tell_entry(PRACTICE, practice_id, RECORDED, f"{by.name} recorded it.")
        if tell and values["worker_id"] is not None:
            _tell(shelf, shelf.find(PRACTICE, PracticeRow, practice_id))
    return practice_id


def tell_worker(installation: Installation, practice_id: int, *, by: Person) -> None:
    """Tell the worker that good practice was noted in their work. Raises `NoItem`, `BadItem`."""
    with writing(installation, by) as shelf:
        row = shelf.find(PRACTICE, PracticeRow, practice_id)
        _demand_reviews(shelf)
        if row.closed_at is not None:
            raise BadItem("It was taken back. Record what is right anew.")
        if row.told_at is not None:
            raise BadItem(f"{shelf.name(row.worker_id)} was told already.")
        _tell(shelf, row)


def take_back(
    installation: Installation, practice_id: int, *, by: Person, reason: str, wrong_child: bool
) -> None:
    """It was recorded in error; it stays in the list as taken back.

    Where it was about the wrong child, nothing of it stays on that child: the link and all words
    are destroyed, and the entry says so (X-37). Raises `NoItem`, `NotAllowed`, `BadItem`.
    """
    with writing(installation, by) as shelf:
        row = shelf.find(PRACTICE, PracticeRow, practice_id)
        _demand_reviews(shelf)
        if row.closed_at is not None:
            raise BadItem("It was taken back already.")
        text = demand_words(reason, "Enter why it is taken back.")
        changes: dict[str, object] = {"closed_at": shelf.now, "outcome": text}
        if wrong_child:
            changes |= {"child_id": None, "case_id": None, "what": "", "impact": ""}
        shelf.save(PRACTICE, practice_id, changes)
        shelf.tell_entry(PRACTICE, practice_id, TAKEN_BACK, text, destroys=wrong_child)
    if wrong_child:
        installation.database.forget()


def _demand_reviews(shelf: Shelf) -> None:
    if not shelf.rights.reviews:
        raise NotAllowed(
            "Good practice is recorded by the reviewing officers and those who lead them."
        )


def _about(shelf: Shelf, child_id: int | None, case_number: str) -> About:
    number = case_number.strip()
    if number:
        case = find_case_by_number(shelf.connection, number) if number.isprintable() else None
        if case is None or not may_see_case(shelf.connection, case.id, shelf.by.id, shelf.now):
            raise NotAllowed("There is no such case that you may see.")
        return About(child=find_child(shelf.connection, case.child_id), case_number=case.number)
    if child_id is None:
        return About()
    child = find_child(shelf.connection, child_id)
    if (
        child is None
        or child.council != shelf.council.key
        or not may_read_child(shelf.connection, child.id, shelf.by.id)
    ):
        raise NotAllowed("You may not read of this child. Ask your manager to be named.")
    return About(child=child)


def _team(shelf: Shelf, team: str) -> str:
    if team and team not in shelf.teams():
        raise BadItem("Select a team from the list.")
    return team


def _worker(shelf: Shelf, worker_id: int | None) -> int | None:
    if worker_id is None:
        return None
    worker = find_person(shelf.connection, worker_id)
    if worker is None or worker.council != shelf.council.key or not worker.active:
        raise BadItem("Select the worker from the list.")
    return worker.id


def _tell(shelf: Shelf, row: PracticeRow) -> None:
    worker = find_person(shelf.connection, row.worker_id) if row.worker_id is not None else None
    if worker is None or not worker.active:
        raise BadItem("No worker is named who could be told. Tell the team's manager yourself.")
    if row.child_id is not None and not may_read_child(shelf.connection, row.child_id, worker.id):
        raise BadItem(
            f"{worker.name} may not read of this child, whose record is restricted. Have them "
            "named on the record first, or record it without telling them."
        )
    shelf.save(PRACTICE, row.id, {"told_at": shelf.now})
    entry = shelf.tell_entry(PRACTICE, row.id, TOLD, f"{shelf.by.name} told {worker.name}.")
    shelf.send(
        [worker],
        entry=entry,
        subject="Good practice was noted in your work",
        sentence=f"{shelf.by.name} noted good practice in your work. Thank you.",
        path=f"/good-practice/{row.id}",
    )


def _told(
    shelf: Shelf, row: PracticeRow, child_name: str = "", *, story: bool = False
) -> GoodPractice:
    child = None
    if row.child_id is not None and story:
        child = find_child(shelf.connection, row.child_id)
        child_name = child.name if child else ""
    return GoodPractice(
        id=row.id,
        words=PracticeWords(
            what=row.what,
            impact=row.impact,
            themes=tuple(row.themes.splitlines()),
            team=row.team,
            worker_id=row.worker_id,
        ),
        worker=shelf.name(row.worker_id),
        initials="".join(part[0].upper() for part in child_name.split()),
        child=child,
        may_open=child is not None and may_open_child(shelf.connection, child, shelf.by, shelf.now),
        case_number=_case(shelf, row.case_id) if story else "",
        made_by=shelf.name(row.made_by),
        made_at=row.made_at,
        told_at=row.told_at,
        taken_back_at=row.closed_at,
        reason=row.outcome,
        place=Place(at=row.made_at, id=row.id),
        may_keep=shelf.rights.reviews,
        story=shelf.story(PRACTICE, row.id) if story else (),
    )


def _case(shelf: Shelf, case_id: int | None) -> str:
    if case_id is None or not may_see_case(shelf.connection, case_id, shelf.by.id, shelf.now):
        return ""
    case = find_case(shelf.connection, case_id)
    return case.number if case is not None else ""
