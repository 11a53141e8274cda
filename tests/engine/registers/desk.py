"""A council's day for the stories of the registers: North East Lincolnshire, 23 March 2026."""

from datetime import date

from engine.clock import parse_instant
from engine.people import Person, add_person, give_post
from engine.registers.good_practice import PracticeWords
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.notices import NoticeRow
from tests.stories import COUNCIL, outbox, story

GOOD = PracticeWords(what="Visited on the first evening.", impact="He slept.", team=TEAM)


def day(database: Database | None = None) -> Rehearsal:
    """A story in which nothing has been raised; in memory unless a database is given."""
    return story("2026-03-23T10:00", database)


def hire(told: Rehearsal, name: str, post: str, team: str = "") -> Person:
    """Somebody more, who holds that post from 2 March 2026."""
    here = told.installation
    with here.database.write() as connection:
        email = f"{name.replace(' ', '.').lower()}@registers.invalid"
        person = add_person(connection, council=COUNCIL, name=name, email=email)
        give_post(
            connection, here.council(COUNCIL), person, post, team=team, starts=date(2026, 3, 2)
        )
    return person


def to(told: Rehearsal, person: Person) -> list[NoticeRow]:
    """What was sent to that person about the registers."""
    rows = outbox(told.installation.database)
    return [row for row in rows if row.person_id == person.id and row.template == "register"]


def at(told: Rehearsal, text: str) -> None:
    """It is that time in London."""
    told.move_to(parse_instant(text))
