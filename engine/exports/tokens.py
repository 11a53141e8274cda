"""Tokens by which Power BI and Excel fetch tables, with the rights of whoever made them.

A token's secret is 256 random bits: the store keeps its SHA-256 alone, and nobody can try one out.
What it opens ends with its last day, when it is revoked, and when its maker may not export any
more. All instants here are real time, also in a demonstration, but for the maker's rights.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.access.exports import demand_exporting
from engine.errors import StepladderError
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person, find_person
from engine.people.throttle import count_try
from engine.store.export_tokens import (
    TokenRow,
    add_token,
    find_token,
    find_token_of,
    find_tokens_of,
    mark_token_used,
    revoke_token,
)

LIVES: Final = (30, 90, 365)
"""For how many days a token may be made."""
LONGEST_NAME: Final = 80
MOST: Final = 20
_PREFIX: Final = "stepladder_"


class BadToken(StepladderError):
    """A token that opens nothing: unknown, over or revoked. It does not say which."""

    def __init__(self) -> None:
        super().__init__("This token is not good, or not any more. Make a new one on the site.")


class CannotMake(StepladderError):
    """A token that cannot be made like that."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token as its maker's list shows it, at the moment at which it was asked for."""

    row: TokenRow
    at: datetime

    @property
    def good(self) -> bool:
        """Whether it still opens something, as long as its maker may export."""
        return self.row.revoked_at is None and self.at < self.row.expires_at


def make_token(
    installation: Installation, *, by: Person, name: str, days: int, real: datetime
) -> tuple[str, TokenRow]:
    """A token of the person's; its secret, which nobody is shown again, and what is kept.

    `days` is one of LIVES. Raises `NotAllowed` and `CannotMake`.
    """
    name = " ".join(name.split())
    council = installation.council(by.council)
    if not name or len(name) > LONGEST_NAME:
        raise CannotMake(f"Say what the token is for, in {LONGEST_NAME} characters at most.")
    if days not in LIVES:
        raise CannotMake("Choose for how long the token is good.")
    secret = _PREFIX + secrets.token_urlsafe(32)
    with installation.database.write() as connection:
        demand_exporting(connection, by, council, installation.clock.now())
        known = [Token(row=row, at=real) for row in find_tokens_of(connection, by.id)]
        if sum(each.good for each in known) >= MOST:
            raise CannotMake(f"You have {MOST} tokens. Revoke one that you do not use any more.")
        expires = real + timedelta(days=days)
        add_token(
            connection,
            digest=_digest(secret),
            person_id=by.id,
            name=name,
            made_at=real,
            expires_at=expires,
        )
        row = find_token(connection, _digest(secret))
    assert row is not None  # noqa: S101  (it was just added)
    note(installation, by, f"made export token {row.id}, good for {days} days")
    return secret, row


def list_tokens(installation: Installation, by: Person, real: datetime) -> list[Token]:
    """The person's tokens, the newest first, those that are over too."""
    with installation.database.read() as connection:
        return [Token(row=row, at=real) for row in find_tokens_of(connection, by.id)]


def revoke(installation: Installation, token_id: int, *, by: Person, real: datetime) -> TokenRow:
    """One of the person's tokens opens nothing any more. Raises `BadToken` for another's."""
    with installation.database.write() as connection:
        row = find_token_of(connection, token_id, by.id)
        if row is None:
            raise BadToken
        revoke_token(connection, token_id, real)
    note(installation, by, f"revoked export token {token_id}")
    return row


def use_token(
    installation: Installation, secret: str, *, source: str, real: datetime
) -> tuple[Person, TokenRow]:
    """Whose token it is. `source` is where the request comes from, such as an IP address.

    One that is good is never made to wait by others that are not. Raises `BadToken`, and after
    some of them `TooManyTries`, as signing in does.
    """
    digest = _digest(secret)
    with installation.database.read() as connection:
        row = find_token(connection, digest)
        person = find_person(connection, row.person_id) if row else None
    if row is not None and person is not None and person.active and Token(row=row, at=real).good:
        with installation.database.write() as connection:
            mark_token_used(connection, row.id, real)
        return person, row
    with installation.database.write() as connection:
        # Beside those of signing in: a forgotten refresh must lock nobody out of the site.
        count_try(connection, f"token {digest}", f"tokens from {source}", real)
    note(installation, person, "refused: export by a token that is not good", allowed=False)
    raise BadToken


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
