"""What was seen: who looked at what, searched, took files away, and was refused.

It is read off the access log, which holds no name of a child and nothing that was searched for.
Reading it is a look too, and stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.access.seen import demand_reading_looks
from engine.acts.tasks import initials_of
from engine.clock import LONDON
from engine.history.access_log import note
from engine.installation import Installation
from engine.lists.listing import MOST_COUNTED, MOST_IN_FILE, PAGE, Page, read_page
from engine.people import Person
from engine.store.cases import CaseRow, find_case_by_number
from engine.store.database import Connection
from engine.store.listed import Place, Span
from engine.store.seen import LookRow, LooksAsked, count_looks, find_looks

LOOKED, SEARCHED, DOWNLOADED, EXPORTED, REFUSED = (
    "looked",
    "searched",
    "downloaded",
    "exported",
    "refused",
)
KINDS: Final = (LOOKED, SEARCHED, DOWNLOADED, EXPORTED, REFUSED)
_BEGIN: Final = {
    SEARCHED: ("searched",),
    DOWNLOADED: ("took ", "file ", "PDF ", "form ", "text of step", "report %: downloaded"),
    EXPORTED: ("export",),
}
_ALL_BEGIN: Final = tuple(each for begins in _BEGIN.values() for each in begins)
# A form's or a paper's name may say that a referral is weighed, which few may know.
_IN_WORDS: Final = {
    "case file": "Read the case",
    "child": "Opened the child’s page",
    "due date": "Took a due date into a calendar",
    "file": "Downloaded a file",
    "follow-up": "Opened what became of an action",
    "form": "Downloaded a form, filled in",
    "PDF": "Downloaded a PDF",
    "refused:": "Tried to do what they may not",
    "text of step": "Read a step for the child’s file",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see; empty is everything.

    `case` is a case's number, `person` an id as text, `kind` one of KINDS; `since` and `until` are
    days in London, as ISO text, both included. All of it may stand in an address.
    """

    case: str = ""
    person: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    text: str = ""

    def choices(self) -> dict[str, str]:
        """What was asked for, by name."""
        return {name: value for name, value in vars(self).items() if value and name != "text"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """Something that was done at an aware instant, in UTC: `words` is a sentence without its end.

    `number` and `initials` are empty where it was about no case, or no child.
    """

    at: datetime
    by: str
    kind: str
    words: str
    number: str
    initials: str


def read_looks(
    installation: Installation,
    person: Person,
    wanted: Wanted,
    after: Place | None,
    before: Place | None,
) -> tuple[Page[Look], int]:
    """A page of what was seen, and how many there are, at most one more than MOST_COUNTED.

    Raises `NotAllowed`.
    """
    with installation.database.read() as connection:
        asked = _demand(installation, connection, person, wanted)

        def find(after: Place | None, before: Place | None) -> Sequence[LookRow]:
            return find_looks(connection, asked, most=PAGE + 1, after=after, before=before)

        page = read_page(find, lambda row: Place(at=row.at, id=row.id), after, before)
        count = count_looks(connection, asked, most=MOST_COUNTED + 1)
        case = _case(connection, person, wanted)
    _note(installation, person, "read what was seen", case)
    looks = tuple(_look(row) for row in page.rows)
    return Page(rows=looks, previous=page.previous, next=page.next), count


def take_looks(installation: Installation, person: Person, wanted: Wanted) -> tuple[Look, ...]:
    """All that was asked for, at most 10,000, for a file. Raises `NotAllowed`."""
    with installation.database.read() as connection:
        asked = _demand(installation, connection, person, wanted)
        rows = find_looks(connection, asked, most=MOST_IN_FILE)
        case = _case(connection, person, wanted)
    _note(installation, person, f"took what was seen as a file, {len(rows)} in it", case)
    return tuple(_look(row) for row in rows)


def _note(installation: Installation, person: Person, what: str, case: CaseRow | None) -> None:
    note(installation, person, what, case_id=case.id if case else None)


def _case(connection: Connection, person: Person, wanted: Wanted) -> CaseRow | None:
    """The case that was asked for, to be kept in the log; None where the council has no such."""
    case = find_case_by_number(connection, wanted.case) if wanted.case else None
    return case if case is not None and case.council == person.council else None


def _demand(
    installation: Installation, connection: Connection, person: Person, wanted: Wanted
) -> LooksAsked:
    council = installation.council(person.council)
    demand_reading_looks(connection, person, council, installation.clock.now())
    kind = wanted.kind
    return LooksAsked(
        council=council.key,
        me=person.id,
        case=wanted.case,
        person_id=int(wanted.person) if wanted.person else None,
        span=Span(since=_midnight(wanted.since, 0), until=_midnight(wanted.until, 1)),
        allowed=kind != REFUSED if kind else None,
        begins=_BEGIN.get(kind, _ALL_BEGIN if kind == LOOKED else ()),
        other=kind == LOOKED,
    )


def _midnight(day: str, later: int) -> datetime | None:
    if not day:
        return None
    then = date.fromisoformat(day) + timedelta(days=later)
    return datetime.combine(then, time(), LONDON).astimezone(UTC)


def _look(row: LookRow) -> Look:
    return Look(
        at=row.at,
        by=row.by or "Nobody signed in",
        kind=_kind(row),
        words=_in_words(row),
        number=(row.number or "") if row.ours else "",
        initials=initials_of(row.child_name) if row.ours and row.child_name else "",
    )


def _kind(row: LookRow) -> str:
    if not row.allowed:
        return REFUSED
    if row.what.startswith("report ") and ": downloaded" in row.what:
        return DOWNLOADED
    for kind, begins in _BEGIN.items():
        if row.what.startswith(begins):
            return kind
    return LOOKED


def _in_words(row: LookRow) -> str:
    for begins, words in _IN_WORDS.items():
        if row.what == begins or row.what.startswith(f"{begins} "):
            return words
    if row.what.startswith(("audit ", "meeting ", "list of ")):
        return f"Read {row.what}"
    return row.what[:1].upper() + row.what[1:]
