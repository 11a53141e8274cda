"""People who may sign in: added, found by their address, and gone one day."""

import re
import unicodedata
from datetime import date

from engine.errors import StepladderError
from engine.store.absences import end_absences
from engine.store.database import Connection
from engine.store.people import (
    Person,
    deactivate,
    end_holdings,
    find_person_by_email,
    insert_person,
)

LONGEST_NAME = 200
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class BadPerson(StepladderError):
    """A name or an address that cannot be used."""


class AddressTaken(StepladderError):
    """Somebody has that address already."""


class UnknownPerson(StepladderError):
    """Nobody has that address."""


def add_person(
    connection: Connection, *, council: str, name: str, email: str, administrator: bool = False
) -> Person:
    """A new person of the council, who has no post and no password yet.

    Raises `BadPerson` for a name or an address that cannot be used, `AddressTaken` for an address
    that somebody has: an address says who signs in, so it is taken once in an installation.
    """
    name = tidy_name(name)
    email = check_address(email)
    person = insert_person(
        connection, council=council, name=name, email=email, administrator=administrator
    )
    if person is None:
        raise AddressTaken(f"{email} belongs to somebody already. Use another address.")
    return person


def check_address(email: str, taken: Person | None = None, own_id: int | None = None) -> str:
    """The address as it is kept. Raises `BadPerson` for one that cannot be used, `AddressTaken`
    where `taken` has it and is another person than the one with `own_id`."""
    address = as_address(email)
    usable = len(address) <= LONGEST_ADDRESS and address.isprintable()
    if not usable or not _ADDRESS.fullmatch(address):
        raise BadPerson("That is not an email address. Write it like name@example.com.")
    if taken is not None and taken.id != own_id:
        raise AddressTaken(f"{address} belongs to somebody already. Use another address.")
    return address


def tidy_name(name: str) -> str:
    """The name with single spaces. Raises `BadPerson` when there is none, or one too long."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy or not tidy.isprintable():
        raise BadPerson("Enter a name.")
    if len(tidy) > LONGEST_NAME:
        raise BadPerson(f"Shorten the name to {LONGEST_NAME} characters.")
    return tidy


def as_address(email: str) -> str:
    """The address as it is kept: in small letters, without spaces around it."""
    return unicodedata.normalize("NFC", email).strip().lower()


def demand_person(connection: Connection, email: str, council: str | None = None) -> Person:
    """The person with that address, active or not, of that council if one is given.

    Raises `UnknownPerson`.
    """
    address = as_address(email)
    person = find_person_by_email(connection, address) if address.isprintable() else None
    if person is None or council not in (None, person.council):
        where = "" if council is None else f" in {council}"
        raise UnknownPerson(
            f"Nobody{where} has the address {email.strip()}. Check how it is written."
        )
    return person


def leave(connection: Connection, person: Person, on: date) -> None:
    """The person cannot sign in any more, and every post of theirs ends on that day at the latest.

    So does every absence, theirs and those in which they stand in: nobody acts for who has left.

    What they did stays theirs in every history.
    """
    deactivate(connection, person.id)
    end_holdings(connection, person.id, on)
    end_absences(connection, person.id, on)
