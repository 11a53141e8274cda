"""One person's look at the registers, or one writing to them, in one state of the store (X-26).

Every writing is one transaction with its entry in the ledger: whoever writes waits at the ledger's
end, then reads, then writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from engine.access import NotAllowed
from engine.access.registers import register_rights
from engine.calendars import OutsideCalendar
from engine.clock import in_london
from engine.errors import StepladderError
from engine.history.access_log import note
from engine.history.ledger import Told, lock_ledger, read_story, write_entry
from engine.installation import Installation
from engine.lists.listing import MOST_COUNTED, MOST_IN_FILE, PAGE, Page, read_page
from engine.notices import render
from engine.people import Person
from engine.procedures import latest_versions, load_version
from engine.store.database import Connection
from engine.store.listed import Place, find_names, find_teams
from engine.store.notices import NewNotice, add_notices
from engine.store.register_readers import challenges_seen, concerns_seen, practice_seen
from engine.store.registers import (
    CHALLENGE,
    CONCERN,
    PRACTICE,
    ItemRow,
    ItemsAsked,
    Seen,
    Whose,
    add_item,
    count_items,
    find_item,
    find_items,
    save_item,
)

Row = TypeVar("Row", bound=ItemRow)

OPEN, CLOSED, ALL = "open", "closed", "all"
NOTICE: Final = "register"
"""The template of a message about a register; none names a child or says what it is (X-23)."""
LONGEST: Final = 5000
_MESSAGE: Final = """Subject: {{ subject }}

{{ sentence }}

{{ link }}

Sign in to read it. Questions: {{ help_contact }}.

{{ council }}
"""


class BadItem(StepladderError):
    """Something that cannot be kept so."""


class NoItem(NotAllowed):
    """There is no such item, or not for this person."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see of a register; empty is everything.

    `state` is OPEN, CLOSED or ALL. `text` may be a child's name: it belongs in no address.
    """

    state: str = ""
    team: str = ""
    theme: str = ""
    text: str = ""

    def choices(self) -> dict[str, str]:
        """What of it may stand in an address."""
        kept = {"state": self.state, "team": self.team, "theme": self.theme}
        return {name: value for name, value in kept.items() if value}

    def asked(self, usual: str) -> ItemsAsked:
        """The same as the store takes it; `usual` is the state where none was chosen."""
        state = self.state or usual
        return ItemsAsked(
            open=None if state == ALL else state == OPEN,
            team=self.team,
            theme=self.theme,
            words=self.text.lower().split(),
        )


class Shelf:
    """The registers as one person sees them."""

    def __init__(self, installation: Installation, connection: Connection, by: Person) -> None:
        self.installation = installation
        self.connection = connection
        self.by = by
        self.council = installation.council(by.council)
        self.now = installation.clock.now()
        self.today = in_london(self.now).date()
        self.rights = register_rights(connection, by, self.council, self.now)
        self._names: dict[int, str] = {}

    def seen(self, register: str) -> Seen:
        """The items of a register that the person sees."""
        rights, key = self.rights, self.council.key
        if register == CONCERN:
            return concerns_seen(rights.reader, key, all_of_them=rights.reviews)
        if register == PRACTICE:
            return practice_seen(rights.reader, key, all_of_it=rights.reviews)
        return challenges_seen(
            rights.reader, key, all_of_them=rights.leads_reviews, managing=rights.managing
        )

    def find(self, register: str, kind: type[Row], item_id: int) -> Row:
        """The item with that id. Raises `NoItem`."""
        row = find_item(self.connection, register, kind, item_id, self.seen(register))
        if row is None:
            raise NoItem(f"There is no such {register} that you may see.")
        return row

    def page(
        self,
        register: str,
        kind: type[Row],
        asked: ItemsAsked,
        after: Place | None,
        before: Place | None,
    ) -> tuple[Page[tuple[Row, Whose]], int]:
        """A page of the register, each item with its child; and how many were asked for.

        No more than one more than MOST_COUNTED are counted.
        """
        seen = self.seen(register)

        def find(after: Place | None, before: Place | None) -> Sequence[tuple[Row, Whose]]:
            return find_items(
                self.connection,
                register,
                kind,
                seen,
                asked,
                most=PAGE + 1,
                after=after,
                before=before,
            )

        page = read_page(find, lambda row: Place(at=row[0].made_at, id=row[0].id), after, before)
        count = count_items(self.connection, register, seen, asked, most=MOST_COUNTED + 1)
        return page, count

    def every(self, register: str, kind: type[Row], asked: ItemsAsked) -> list[tuple[Row, Whose]]:
        """All that was asked for, at most 10,000, for a file."""
        seen = self.seen(register)
        return find_items(self.connection, register, kind, seen, asked, most=MOST_IN_FILE)

    def story(self, register: str, item_id: int) -> tuple[Told, ...]:
        """What was done with an item that was found, the newest first."""
        return read_story(self.connection, register, item_id)

    def name(self, person_id: int | None) -> str:
        """The name of a person; empty for nobody."""
        if person_id is None:
            return ""
        if person_id not in self._names:
            self._names |= find_names(self.connection, [person_id])
        return self._names.get(person_id, "")

    def days_since(self, day: date) -> int | None:
        """The working days since that day; None outside the calendar."""
        try:
            return self.council.calendar.working_days_between(day, self.today)
        except OutsideCalendar:
            return None

    def teams(self) -> list[str]:
        """The council's teams."""
        return find_teams(self.connection, self.council.key)

    def themes(self) -> list[str]:
        """The themes that the council's procedures name, each once, as they stand there."""
        found: dict[str, None] = {}
        for version in latest_versions(self.connection, self.council.key):
            named = load_version(self.connection, version.id).package.settings.get("themes", [])
            found |= dict.fromkeys(str(each) for each in named)
        return list(found)

    def add(self, register: str, values: Mapping[str, Any]) -> int:
        """A new item of the person's; its id. `tell_entry` must follow."""
        made = {"council": self.council.key, "made_by": self.by.id, "made_at": self.now}
        return add_item(self.connection, register, {"outcome": "", "team": "", **made, **values})

    def save(self, register: str, item_id: int, changes: Mapping[str, Any]) -> None:
        """The item has these values from now on. `tell_entry` must follow."""
        save_item(self.connection, register, item_id, changes)

    def tell_entry(
        self, register: str, item_id: int, act: str, words: str, *, destroys: bool = False
    ) -> int:
        """The entry in the ledger that tells of what was just written; its number."""
        return write_entry(
            self.connection,
            council=self.council.key,
            register=register,
            item_id=item_id,
            at=self.now,
            actor_id=self.by.id,
            act=act,
            words=words,
            destroys=destroys,
        )

    def send(
        self, people: Iterable[Person], *, entry: int, subject: str, sentence: str, path: str
    ) -> list[str]:
        """Queue a message to each but who acts here; the names of who is told."""
        facts = {
            "subject": subject,
            "sentence": sentence,
            "link": f"{self.installation.settings.address}{path}",
            "council": self.council.name,
            "help_contact": self.council.help_contact,
        }
        message = render(_MESSAGE, facts)
        told = {person.id: person for person in people if person.id != self.by.id}
        new = [
            NewNotice(
                key=f"register/{entry}/{person.id}",
                case_id=None,
                sequence=None,
                element="",
                template=NOTICE,
                post="",
                person_id=person.id,
                address=person.email,
                subject=message.subject,
                body=message.body,
                queued_at=self.now,
                next_try_at=self.now,
            )
            for person in told.values()
        ]
        add_notices(self.connection, new)
        return [person.name for person in told.values()]


@contextmanager
def looking(installation: Installation, by: Person) -> Iterator[Shelf]:
    """The registers as that person sees them now."""
    with installation.database.read() as connection:
        yield Shelf(installation, connection, by)


@contextmanager
def writing(installation: Installation, by: Person) -> Iterator[Shelf]:
    """The registers, to be written to; all is kept together when the block ends, or nothing."""
    with installation.database.write() as connection:
        lock_ledger(connection)
        yield Shelf(installation, connection, by)


def read_noted(
    installation: Installation, by: Person, what: str, read: Callable[[Shelf], tuple[Row, Any]]
) -> Any:
    """What `read` finds, with a line in the access log, also where it is refused.

    `read` gives the row, whose child's id the log keeps, and what is read of it.
    """
    child_id, allowed = None, False
    try:
        with looking(installation, by) as shelf:
            row, found = read(shelf)
            child_id, allowed = getattr(row, "child_id", None), True
        return found
    finally:
        note(installation, by, what, allowed=allowed, child_id=child_id)


def demand_words(text: str, what: str, *, needed: bool = True) -> str:
    """The text without what surrounds it. Raises `BadItem` where there is none, or too much."""
    clean = text.strip()
    if needed and not clean:
        raise BadItem(what)
    if len(clean) > LONGEST:
        raise BadItem(f"Shorten what you wrote to {LONGEST:,} characters.")
    return clean


def lines(values: Iterable[str]) -> str:
    """Several values as one text, one a line, each once."""
    return "\n".join(dict.fromkeys(each.strip() for each in values if each.strip()))


def demand_themes(shelf: Shelf, themes: Iterable[str]) -> str:
    """Themes of the council's list, as they are kept. Raises `BadItem` for any other."""
    chosen, known = list(themes), shelf.themes()
    if not set(chosen) <= set(known):
        raise BadItem("Select themes from the list.")
    return lines(theme for theme in known if theme in chosen)


__all__ = [
    "ALL",
    "CHALLENGE",
    "CLOSED",
    "CONCERN",
    "LONGEST",
    "OPEN",
    "PRACTICE",
    "BadItem",
    "NoItem",
    "Shelf",
    "Wanted",
    "demand_themes",
    "demand_words",
    "lines",
    "looking",
    "read_noted",
    "writing",
]
