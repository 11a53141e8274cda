"""General concerns: a pattern seen across children, tracked until it is resolved (X-26).

Outside the cases, with somebody who answers for it. It stays on the agenda until the reviewing
officers' side says in words that it is resolved (NEL-3-5, LIN-3-5); a new entry opens it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.access import NotAllowed, may_see_case
from engine.history.access_log import note
from engine.history.ledger import Told
from engine.installation import Installation
from engine.lists.listing import Page
from engine.people import Person, find_person
from engine.registers.shelf import (
    CONCERN,
    OPEN,
    BadItem,
    Shelf,
    Wanted,
    demand_themes,
    demand_words,
    lines,
    looking,
    read_noted,
    writing,
)
from engine.store.cases import find_case_by_number
from engine.store.listed import Place
from engine.store.people import find_holders
from engine.store.registers import ConcernRow

RECORDED, UPDATED, CHANGED = "recorded", "update", "changed"
RESOLVED, REOPENED = "resolved", "opened again"
MOST_CASES: Final = 50
_LONGEST_TITLE: Final = 200
_POST, _PERSON = "post:", "person:"


@dataclass(frozen=True, kw_only=True)
class ConcernWords:
    """What a general concern says.

    `owner` is "post:KEY" or "person:ID"; `team` may be empty; `cases` are case numbers.
    """

    title: str
    seen: str
    owner: str
    themes: tuple[str, ...] = ()
    team: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GeneralConcern:
    """A general concern as one person reads it; instants are aware, in UTC.

    `owner` names the post or the person, `persons` who holds the post today. `cases` are the linked
    ones that the reader may see, `hidden` how many others there are. `story` is empty in lists.
    """

    id: int
    words: ConcernWords
    owner: str
    persons: tuple[str, ...]
    hidden: int
    made_by: str
    made_at: datetime
    resolved_at: datetime | None
    outcome: str
    place: Place
    may_lead: bool
    story: tuple[Told, ...] = ()


def list_concerns(
    installation: Installation,
    by: Person,
    wanted: Wanted,
    after: Place | None = None,
    before: Place | None = None,
) -> tuple[Page[GeneralConcern], int]:
    """A page of the general concerns that the person sees, open ones unless others are wanted."""
    with looking(installation, by) as shelf:
        page, count = shelf.page(CONCERN, ConcernRow, wanted.asked(OPEN), after, before)
        rows = tuple(_told(shelf, row) for row, _ in page.rows)
    return Page(rows=rows, previous=page.previous, next=page.next), count


def export_concerns(installation: Installation, by: Person, wanted: Wanted) -> list[GeneralConcern]:
    """All that are wanted, at most 10,000, for a file; the access log says so."""
    with looking(installation, by) as shelf:
        rows = shelf.every(CONCERN, ConcernRow, wanted.asked(OPEN))
        found = [_told(shelf, row) for row, _ in rows]
    note(installation, by, f"took general concerns as a file, {len(found)} in it")
    return found


def read_concern(installation: Installation, by: Person, concern_id: int) -> GeneralConcern:
    """One of them, with all that was done. Raises `NoItem`."""

    def read(shelf: Shelf) -> tuple[ConcernRow, GeneralConcern]:
        row = shelf.find(CONCERN, ConcernRow, concern_id)
        return row, _told(shelf, row, story=True)

    found: GeneralConcern = read_noted(installation, by, "general concern", read)
    return found


def record_concern(installation: Installation, *, by: Person, words: ConcernWords) -> int:
    """A new general concern; its id. Raises `NotAllowed` and `BadItem`."""
    with writing(installation, by) as shelf:
        _demand_reviews(shelf)
        values = _columns(shelf, words)
        concern_id = shelf.add(CONCERN, values)
        said = f"{by.name} recorded it. {_owner_in_words(shelf, words)} answers for it."
        entry = shelf.tell_entry(CONCERN, concern_id, RECORDED, said)
        _tell_owner(shelf, concern_id, values, entry)
    return concern_id


def amend_concern(
    installation: Installation, concern_id: int, *, by: Person, words: ConcernWords
) -> None:
    """Change what it says or who answers for it; what it said stays in its history.

    Linked cases that the person may not see stay. Raises `NoItem`, `NotAllowed`, `BadItem`.
    """
    with writing(installation, by) as shelf:
        row = shelf.find(CONCERN, ConcernRow, concern_id)
        _demand_reviews(shelf)
        hidden = [number for number in row.cases.splitlines() if not _may_open(shelf, number)]
        values = _columns(shelf, words)
        values["cases"] = lines([*values["cases"].splitlines(), *hidden])
        before = {name: getattr(row, name) for name in values}
        if values == before:
            return
        shelf.save(CONCERN, concern_id, values)
        said = f"{by.name} changed it. {_differences(shelf, row, values)}"
        entry = shelf.tell_entry(CONCERN, concern_id, CHANGED, said)
        if (values["owner_post"], values["owner_id"]) != (row.owner_post, row.owner_id):
            _tell_owner(shelf, concern_id, values, entry)


def update_concern(installation: Installation, concern_id: int, *, by: Person, words: str) -> None:
    """Add what happened, with today's date; who answers for it may, and who keeps it.

    On a concern that was resolved it opens it again: a new entry means that it is not over.
    """
    with writing(installation, by) as shelf:
        row = shelf.find(CONCERN, ConcernRow, concern_id)
        text = demand_words(words, "Enter what happened.")
        if row.closed_at is None:
            shelf.tell_entry(CONCERN, concern_id, UPDATED, text)
            return
        shelf.save(CONCERN, concern_id, {"closed_at": None, "outcome": ""})
        entry = shelf.tell_entry(CONCERN, concern_id, REOPENED, text)
        values = {"owner_id": row.owner_id, "owner_post": row.owner_post, "team": row.team}
        _tell_owner(shelf, concern_id, values, entry)


def resolve_concern(installation: Installation, concern_id: int, *, by: Person, words: str) -> None:
    """It is resolved, as these words say; it leaves the agenda. Raises as `amend_concern`."""
    with writing(installation, by) as shelf:
        row = shelf.find(CONCERN, ConcernRow, concern_id)
        _demand_reviews(shelf)
        text = demand_words(words, "Enter how it was resolved.")
        if row.closed_at is not None:
            raise BadItem("It is resolved already. Add an entry to open it again.")
        shelf.save(CONCERN, concern_id, {"closed_at": shelf.now, "outcome": text})
        shelf.tell_entry(CONCERN, concern_id, RESOLVED, text)


def _demand_reviews(shelf: Shelf) -> None:
    if not shelf.rights.reviews:
        raise NotAllowed(
            "General concerns are kept by the reviewing officers and those who lead them."
        )


def _columns(shelf: Shelf, words: ConcernWords) -> dict[str, Any]:
    title = " ".join(demand_words(words.title, "Enter a title.").split())
    if len(title) > _LONGEST_TITLE:
        raise BadItem(f"Shorten the title to {_LONGEST_TITLE} characters.")
    post, person_id = _owner(shelf, words.owner)
    return {
        "title": title,
        "seen": demand_words(words.seen, "Enter what you have seen."),
        "themes": demand_themes(shelf, words.themes),
        "team": _team(shelf, words.team),
        "cases": lines(_demand_case(shelf, number) for number in words.cases[: MOST_CASES + 1]),
        "owner_post": post,
        "owner_id": person_id,
    }


def _team(shelf: Shelf, team: str) -> str:
    if team and team not in shelf.teams():
        raise BadItem("Select a team from the list.")
    return team


def _demand_case(shelf: Shelf, number: str) -> str:
    clean = number.strip()
    if not _may_open(shelf, clean):
        raise BadItem(
            f"There is no case {clean} that you may see. Write each number as 2026-00012."
        )
    return clean


def _may_open(shelf: Shelf, number: str) -> bool:
    case = find_case_by_number(shelf.connection, number) if number.isprintable() else None
    return (
        case is not None
        and case.council == shelf.council.key
        and may_see_case(shelf.connection, case.id, shelf.by.id, shelf.now)
    )


def _owner(shelf: Shelf, owner: str) -> tuple[str, int | None]:
    if owner.startswith(_POST) and owner.removeprefix(_POST) in shelf.council.posts:
        return owner.removeprefix(_POST), None
    number = owner.removeprefix(_PERSON)
    if owner.startswith(_PERSON) and number.isascii() and number.isdecimal() and len(number) < 16:
        person = find_person(shelf.connection, int(number))
        if person is not None and person.active and person.council == shelf.council.key:
            return "", person.id
    raise BadItem("Select who answers for it.")


def _owner_in_words(shelf: Shelf, words: ConcernWords) -> str:
    post, person_id = _owner(shelf, words.owner)
    return shelf.name(person_id) if person_id is not None else shelf.council.posts[post].title


def _answering(shelf: Shelf, values: Mapping[str, Any]) -> tuple[Person, ...]:
    """Who answers for it today: of a concern about no one team, all who hold the post."""
    if values["owner_id"] is not None:
        person = find_person(shelf.connection, values["owner_id"])
        return (person,) if person is not None and person.active else ()
    of_team = values["team"] or None
    key = shelf.council.key
    return find_holders(shelf.connection, key, values["owner_post"], of_team, shelf.today)


def _tell_owner(shelf: Shelf, concern_id: int, values: Mapping[str, Any], entry: int) -> None:
    shelf.send(
        _answering(shelf, values),
        entry=entry,
        subject=f"General concern {concern_id}: you answer for it",
        sentence=f"You are asked to answer for general concern {concern_id}. Say there what is "
        "done about it. It stays open until it is resolved.",
        path=f"/general-concerns/{concern_id}",
    )


def _told(shelf: Shelf, row: ConcernRow, *, story: bool = False) -> GeneralConcern:
    numbers = row.cases.splitlines()
    shown = tuple(number for number in numbers if story and _may_open(shelf, number))
    known = shelf.council.posts.get(row.owner_post)
    owner = shelf.name(row.owner_id) or (known.title if known else row.owner_post)
    by_post = row.owner_id is None
    values = {"owner_id": row.owner_id, "owner_post": row.owner_post, "team": row.team}
    persons = _answering(shelf, values) if story and by_post else ()
    return GeneralConcern(
        id=row.id,
        words=ConcernWords(
            title=row.title,
            seen=row.seen,
            owner=f"{_POST}{row.owner_post}" if by_post else f"{_PERSON}{row.owner_id}",
            themes=tuple(row.themes.splitlines()),
            team=row.team,
            cases=shown,
        ),
        owner=owner,
        persons=tuple(person.name for person in persons),
        hidden=len(numbers) - len(shown),
        made_by=shelf.name(row.made_by),
        made_at=row.made_at,
        resolved_at=row.closed_at,
        outcome=row.outcome,
        place=Place(at=row.made_at, id=row.id),
        may_lead=shelf.rights.reviews,
        story=shelf.story(CONCERN, row.id) if story else (),
    )


def _differences(shelf: Shelf, row: ConcernRow, values: Mapping[str, Any]) -> str:
    """What it said before, of what it says otherwise now."""
    names = {"title": "The title", "seen": "What was seen", "themes": "The themes"}
    names |= {"team": "The team", "cases": "The linked cases"}
    found = [
        f"{name} was: {', '.join(str(getattr(row, key)).splitlines()) or 'none'}."
        for key, name in names.items()
        if getattr(row, key) != values[key]
    ]
    if (row.owner_post, row.owner_id) != (values["owner_post"], values["owner_id"]):
        found.append(f"Before, {_told(shelf, row).owner} answered for it.")
    return "\n".join(found)
