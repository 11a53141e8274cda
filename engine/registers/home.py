"""What of the registers waits for somebody, for their first page (X-26)."""

from dataclasses import dataclass

from engine.clock import in_london
from engine.installation import Installation
from engine.people import Person
from engine.registers.reverse_challenges import DISCUSSED
from engine.registers.shelf import CHALLENGE, CONCERN, PRACTICE, Shelf, looking
from engine.store.register_readers import challenges_to_answer, concerns_seen, practice_seen
from engine.store.registers import ChallengeRow, ConcernRow, ItemsAsked, PracticeRow, find_items

MOST = 20
_NEWS_DAYS = 14
_OPEN = ItemsAsked(open=True)


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A line of the first page: the item's id and what is said of it, without a child's name.

    `days` are the working days since a challenge was made; None where that does not matter.
    """

    id: int
    text: str
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class News:
    """What waits: decisions challenged, concerns to answer for, good practice told lately."""

    challenges: tuple[Waits, ...]
    concerns: tuple[Waits, ...]
    practice: tuple[Waits, ...]


def read_news(installation: Installation, by: Person) -> News:
    """What of the registers waits for the person, or for those for whom they stand in."""
    with looking(installation, by) as shelf:
        return News(
            challenges=tuple(_challenges(shelf)),
            concerns=tuple(_concerns(shelf)),
            practice=tuple(_practice(shelf)),
        )


def _challenges(shelf: Shelf) -> list[Waits]:
    """Those that their reviewing officer has to answer: not yet, or after the review is over."""
    seen = challenges_to_answer(shelf.rights.reader, shelf.council.key)
    rows = find_items(shelf.connection, CHALLENGE, ChallengeRow, seen, _OPEN, most=MOST)
    found = []
    for row, whose in rows:
        if row.answer == DISCUSSED and (row.review_on is None or row.review_on >= shelf.today):
            continue
        initials = "".join(part[0].upper() for part in whose.child_name.split())
        days = shelf.days_since(in_london(row.made_at).date()) if not row.answer else None
        found.append(Waits(id=row.id, text=initials, days=days))
    return found


def _concerns(shelf: Shelf) -> list[Waits]:
    seen = concerns_seen(shelf.rights.reader, shelf.council.key, all_of_them=False)
    rows = find_items(shelf.connection, CONCERN, ConcernRow, seen, _OPEN, most=MOST)
    return [Waits(id=row.id, text=row.title) for row, _ in rows]


def _practice(shelf: Shelf) -> list[Waits]:
    seen = practice_seen(shelf.rights.reader, shelf.council.key, all_of_it=False)
    rows = find_items(shelf.connection, PRACTICE, PracticeRow, seen, _OPEN, most=MOST)
    return [
        Waits(id=row.id, text=shelf.name(row.made_by))
        for row, _ in rows
        if row.told_at is not None and (shelf.now - row.told_at).days < _NEWS_DAYS
    ]
