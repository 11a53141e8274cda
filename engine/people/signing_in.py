"""Signing in: argon2id, no word on whether an account exists, and waits for whoever guesses.

OWASP ASVS 5.0, chapter 6; NCSC, "Three random words"; RFC 9106 for argon2id's second set of
parameters, which is argon2-cffi's own default.
"""

import unicodedata
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import StepladderError
from engine.people.persons import as_address
from engine.people.throttle import TooManyTries, account_of, count_try, forget, take_back
from engine.store.database import Connection, Database
from engine.store.people import (
    Person,
    Secret,
    find_secret,
    replace_secret,
    set_secret,
)
from engine.store.sessions import delete_sessions_of

__all__ = ["BadPassword", "TooManyTries", "WrongPassword", "set_password", "sign_in"]

SHORTEST = 12
LONGEST = 1000

_hasher = PasswordHasher()


class WrongPassword(StepladderError):
    """The address, the password or both are not right: it does not say which."""

    def __init__(self) -> None:
        super().__init__(
            "The email address or the password is not right. Try again, or ask your administrator "
            "for a new password."
        )


class BadPassword(StepladderError):
    """A new password that is too easy to guess, or too long to keep."""


def set_password(connection: Connection, person: Person, password: str) -> None:
    """The person signs in with that password from now on, without a wait for earlier mistakes.

    Wherever they are signed in, they are signed out.
    Raises `BadPassword` for fewer than 12 characters or more than 1,000; anything else is good.
    """
    if len(password) < SHORTEST:
        raise BadPassword(
            f"Choose a password of at least {SHORTEST} characters. "
            "Three random words, one after the other, make a good one."
        )
    if len(password) > LONGEST:
        raise BadPassword(f"Choose a password of at most {LONGEST:,} characters.")
    set_secret(connection, person.id, _hasher.hash(_secret(password)))
    delete_sessions_of(connection, person.id)
    forget(connection, account_of(person.email))


def sign_in(database: Database, email: str, password: str, *, source: str, at: datetime) -> Person:
    """The active person with that address and password.

    `source` is where the request comes from, such as an IP address; `at` is now, in real time. The
    try is counted before the password is looked at, so that guesses sent all at once count too.
    Raises `WrongPassword` and `TooManyTries`: both are the same for an address that nobody has, in
    words and in time.
    """
    email = as_address(email)
    with database.write() as connection:
        counted = count_try(connection, email, source, at)
    with database.read() as connection:
        secret = find_secret(connection, email) if email.isprintable() else None
    if not _fits(secret, password) or secret is None or not secret.person.active:
        raise WrongPassword
    with database.write() as connection:
        take_back(connection, counted)
        _rehash(connection, secret, password)
    return secret.person


def _fits(secret: Secret | None, password: str) -> bool:
    """Whether the password is the right one; takes as long where there is none to compare with."""
    kept = secret.password_hash if secret else None
    try:
        _hasher.verify(kept or _nobodys_hash(), _secret(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")


def _secret(password: str) -> bytes:
    """The password's bytes: the same whichever keyboard made its accents."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _rehash(connection: Connection, secret: Secret, password: str) -> None:
    kept = secret.password_hash
    if kept is not None and _hasher.check_needs_rehash(kept):
        replace_secret(connection, secret.person.id, kept, _hasher.hash(_secret(password)))
