"""What an administrator does with people: each act is allowed, done and written down at once.

An administrator acts in their own council alone. What they change is in the administrative record,
in the same transaction.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine.access import NotAllowed, demand_administrator
from engine.administration.admin_log import write_down
from engine.clock import in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import (
    BadHolding,
    Holding,
    Person,
    add_person,
    check_address,
    conflicts,
    end_post,
    find_person,
    give_post,
    leave,
    set_password,
    tidy_name,
)
from engine.store.database import Connection, Database
from engine.store.password_links import (
    add_password_link,
    delete_password_links,
    find_password_link,
)
from engine.store.people import delete_holding, find_holdings, find_person_by_email, lock_person
from engine.store.people_lists import (
    count_open_cases_of,
    count_people,
    find_away,
    find_held_by,
    find_people_page,
    reactivate,
    rename_person,
)
from engine.store.sessions import delete_sessions_of

PAGE: Final = 50
MOST_FOUND: Final = 100
LINK_LASTS: Final = timedelta(hours=72)  # from a Friday afternoon to the Monday


class LinkUsed(StepladderError):
    """A link to a new password that was used, or is too old, or was never given."""


@dataclass(frozen=True, kw_only=True)
class ListedPerson:
    """A person in a list, with what they hold today or later and whether they are away today."""

    person: Person
    held: tuple[Holding, ...]
    away: bool
    open_cases: int


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """A page of people: `found` on it, and of how many in all where nobody was searched for."""

    found: tuple[ListedPerson, ...]
    all: int
    today: date


def read_people(
    installation: Installation, by: Person, *, text: str = "", page: int = 1
) -> PeoplePage:
    """The people of the administrator's council, 50 a page; with `text`, those it finds, 100 at
    most. Raises `NotAllowed`."""
    at = installation.clock.now()
    today = in_london(at).date()
    words = [word for word in text.split() if word.isprintable()]
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, at)
        found = find_people_page(
            connection,
            by.council,
            words,
            skip=0 if words else (page - 1) * PAGE,
            most=MOST_FOUND + 1 if words else PAGE,
        )
        ids = [person.id for person in found]
        held = find_held_by(connection, ids, today)
        away = find_away(connection, by.council, today)
        raised = count_open_cases_of(connection, ids)
        return PeoplePage(
            found=tuple(
                ListedPerson(
                    person=person,
                    held=held.get(person.id, ()) if person.active else (),
                    away=person.id in away,
                    open_cases=raised.get(person.id, 0),
                )
                for person in found
            ),
            all=count_people(connection, by.council),
            today=today,
        )


def demand_colleague(connection: Connection, person_id: int, by: Person, at: datetime) -> Person:
    """A person of the administrator's council. Raises `NotAllowed`."""
    demand_administrator(connection, by, by.council, at)
    person = find_person(connection, person_id)
    if person is None or person.council != by.council:
        raise NotAllowed("There is nobody like that in your council. Look for them in the list.")
    return person


def new_person(installation: Installation, *, by: Person, name: str, email: str) -> Person:
    """A new person, without a post and a password. Raises as `people.add_person`, `NotAllowed`."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_administrator(connection, by, by.council, at)
        person = add_person(connection, council=by.council, name=name, email=email)
        write_down(connection, by, at, about=person, words=f"{person.name} was added.")
        return person


def change_person(
    installation: Installation, person_id: int, *, by: Person, name: str, email: str
) -> None:
    """Another name or address for a person. Raises `BadPerson`, `AddressTaken`, `NotAllowed`."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        tidy, address = tidy_name(name), check_address(email)
        if (tidy, address) == (person.name, person.email):
            return
        check_address(address, find_person_by_email(connection, address), person.id)
        rename_person(connection, person.id, name=tidy, email=address)
        words = f"{person.name} ({person.email}) is now {tidy} ({address})."
        write_down(connection, by, at, about=person, words=words)


def give(
    installation: Installation,
    person_id: int,
    *,
    by: Person,
    post: str,
    team: str,
    starts: date,
    ends: date | None,
) -> tuple[str, ...]:
    """The person holds a post; what is unusual about that, each as a sentence (X-17, X-20).

    Raises `BadHolding` and `NotAllowed`.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        lock_person(connection, person.id)
        if not person.active:
            raise NotAllowed(f"{person.name} has left. Let them back in first.")
        council = installation.council(person.council)
        held = [
            one
            for one in find_holdings(connection, person.id)
            if (ends is None or one.starts <= ends) and (one.ends is None or starts <= one.ends)
        ]
        give_post(connection, council, person, post, team=team, starts=starts, ends=ends)
        words = f"{person.name} is {_title(council, post, team)} from {_day(starts)}"
        words += f" to {_day(ends)}." if ends else "."
        write_down(connection, by, at, about=person, words=words)
        return conflicts(council, person.name, held, post, team)


def end(
    installation: Installation, person_id: int, holding_id: int, *, by: Person, last_day: date
) -> None:
    """The person holds the post until that day. Raises `BadHolding`, `NotAllowed`."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        held = [one for one in find_holdings(connection, person.id) if one.id == holding_id]
        if not held:
            raise NotAllowed("That post is not held any more. Look at the list again.")
        end_post(connection, held[0], last_day)
        council = installation.council(person.council)
        title = _title(council, held[0].post, held[0].team)
        words = f"{person.name} is {title} until {_day(last_day)}."
        write_down(connection, by, at, about=person, words=words)


def take_post_back(
    installation: Installation, person_id: int, holding_id: int, *, by: Person
) -> None:
    """A post that was given in error is not held after all, while its first day is not over.

    Raises `BadHolding` where it is, `NotAllowed`.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        held = [one for one in find_holdings(connection, person.id) if one.id == holding_id]
        if not held:
            raise NotAllowed("That post is not held any more. Look at the list again.")
        if held[0].starts < in_london(at).date():
            raise BadHolding(f"It is held since {_day(held[0].starts)}. Choose its last day.")
        delete_holding(connection, holding_id)
        council = installation.council(person.council)
        title = _title(council, held[0].post, held[0].team)
        words = f"{person.name} is not {title} from {_day(held[0].starts)} after all."
        write_down(connection, by, at, about=person, words=words)


def let_go(installation: Installation, person_id: int, *, by: Person) -> None:
    """The person has left: they cannot sign in, and their posts and absences end today.

    Raises `NotAllowed`, also for oneself: nobody is left to let one back in.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        if person.id == by.id:
            raise NotAllowed("You cannot do this to yourself. Ask another administrator.")
        leave(connection, person, in_london(at).date())
        delete_sessions_of(connection, person.id)
        delete_password_links(connection, person.id)
        write_down(connection, by, at, about=person, words=f"{person.name} has left.")


def let_back_in(installation: Installation, person_id: int, *, by: Person) -> None:
    """The person may sign in again; their posts are given anew. Raises `NotAllowed`."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        reactivate(connection, person.id)
        write_down(connection, by, at, about=person, words=f"{person.name} is back.")


def sign_out_everywhere(installation: Installation, person_id: int, *, by: Person) -> None:
    """The person is signed in nowhere any more. They may do that for themselves."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = by if person_id == by.id else demand_colleague(connection, person_id, by, at)
        delete_sessions_of(connection, person.id)
        words = f"{person.name} was signed out everywhere."
        write_down(connection, by, at, about=person, words=words)


def password_link(
    installation: Installation, person_id: int, *, by: Person, real: datetime
) -> tuple[str, datetime]:
    """The secret of a link by which the person chooses their password, and until when it works.

    It is shown once to the administrator, who hands it over, and works once: no password is ever
    known to two people, and no secret goes by e-mail. `real` is now in real time. Raises
    `NotAllowed`.
    """
    secret = secrets.token_urlsafe(32)
    with installation.database.write() as connection:
        at = installation.clock.now()
        person = demand_colleague(connection, person_id, by, at)
        if not person.active:
            raise NotAllowed(f"{person.name} has left. Let them back in first.")
        add_password_link(connection, _digest(secret), person.id, real + LINK_LASTS)
        words = f"A link to a new password was made for {person.name}."
        write_down(connection, by, at, about=person, words=words)
    return secret, real + LINK_LASTS


def find_link(database: Database, secret: str, real: datetime) -> Person:
    """Whose link that is. Raises `LinkUsed`."""
    with database.read() as connection:
        return _whose(connection, secret, real)


def choose_password(
    installation: Installation, secret: str, password: str, *, real: datetime
) -> Person:
    """The password that the person chose by their link, which is then used up.

    Raises `LinkUsed` and `BadPassword`.
    """
    with installation.database.write() as connection:
        person = _whose(connection, secret, real)
        set_password(connection, person, password)
        delete_password_links(connection, person.id)
        words = f"{person.name} chose a new password by a link."
        write_down(connection, person, installation.clock.now(), about=person, words=words)
        return person


def _whose(connection: Connection, secret: str, real: datetime) -> Person:
    person_id = find_password_link(connection, _digest(secret), real)
    person = None if person_id is None else find_person(connection, person_id)
    if person is None or not person.active:
        raise LinkUsed(
            "This link was used already, or is too old. Ask your administrator for a new one."
        )
    return person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _title(council: Council, post: str, team: str) -> str:
    known = council.posts.get(post)
    return f"{known.title if known else post}{f' for {team}' if team else ''}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
