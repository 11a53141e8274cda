"""Waits that grow with each failed sign-in, for an account and for where the tries come from.

They are counted in the store, so that a restart forgets nothing and two processes count together.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.clock import in_london
from engine.errors import StepladderError
from engine.store.database import Connection
from engine.store.people import (
    Tries,
    count_tries,
    forget_tries,
    forget_tries_before,
    lock_tries,
    take_back_tries,
)

# A whole council may come from one address, so a source has many more tries than an account.
FREE_FOR_ACCOUNT = 5
FREE_FOR_SOURCE = 50
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class TooManyTries(StepladderError):
    """Nobody may try this account, or from this source, before `until` (aware, UTC)."""

    def __init__(self, until: datetime) -> None:
        """`until` is the first instant at which the next try counts."""
        # The minute shown is over when the wait is.
        shown = in_london(until + timedelta(seconds=59))
        super().__init__(
            f"There were too many tries to sign in. Wait until {shown:%H:%M}, then try again."
        )
        self.until = until


@dataclass(frozen=True, kw_only=True)
class CountedTry:
    """A try that was counted as failed before its password was looked at."""

    account: str
    source: str
    at: datetime
    before_account: Tries
    before_source: Tries


def account_of(email: str) -> str:
    """The name under which tries for that address count.

    A digest: people type their password in the wrong box, and it must not be kept anywhere.
    """
    return f"account {_digest(email)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def count_try(connection: Connection, email: str, source: str, at: datetime) -> CountedTry:
    """Count a try as failed, for the account and the source, until `take_back` says otherwise.

    Raises `TooManyTries`, and counts nothing, while either has to wait. The account's row is always
    locked first, so that two tries never wait for each other.
    """
    account, place = account_of(email), f"source {_digest(source)}"
    of_account = _kept(lock_tries(connection, account, at), at)
    of_source = _kept(lock_tries(connection, place, at), at)
    until = [
        tries.last_at + wait
        for tries, free in ((of_account, FREE_FOR_ACCOUNT), (of_source, FREE_FOR_SOURCE))
        if (wait := _wait(tries, free))
    ]
    if until and at < max(until):
        raise TooManyTries(max(until))
    for who, tries in ((account, of_account), (place, of_source)):
        count_tries(connection, who, Tries(failures=tries.failures + 1, last_at=at))
    return CountedTry(
        account=account, source=place, at=at, before_account=of_account, before_source=of_source
    )


def _kept(tries: Tries, at: datetime) -> Tries:
    if at - tries.last_at > FORGOTTEN_AFTER:
        return Tries(failures=0, last_at=tries.last_at)
    return tries


def _wait(tries: Tries, free: int) -> timedelta:
    """None for the first failures, then doubled by each, up to the longest."""
    past = tries.failures - free
    if past < 0:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(past, 10)), LONGEST_WAIT)


def take_back(connection: Connection, counted: CountedTry) -> None:
    """The try succeeded: the account begins anew, and the source gets back this and what the same
    account cost it before.

    The source keeps what others cost it, so nobody can guess on by signing in as themselves.
    """
    forget_tries(connection, counted.account)
    take_back_tries(
        connection,
        counted.source,
        1 + counted.before_account.failures,
        at=counted.at,
        before=counted.before_source.last_at,
    )
    forget_tries_before(connection, counted.at - FORGOTTEN_AFTER)


def forget(connection: Connection, account: str) -> None:
    """Nothing is counted against the account any more."""
    forget_tries(connection, account)
