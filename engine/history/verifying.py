"""Verifying the whole history beside the site: once a day, and when somebody asks for it.

It reads every entry that there is, so a page must not wait for it. The worker does it, once its
deadlines and notices are done, and keeps what came of it; the page shows the last.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.clock import in_london
from engine.history.breaks import Break
from engine.history.verification import Verdict, verify
from engine.installation import Installation
from engine.people import Person
from engine.store.verifications import (
    VerificationRow,
    add_verification,
    begin_verification,
    end_verification,
    find_last_ended,
    find_last_verification,
)

LOST: Final = timedelta(hours=1)
"""Whoever began one and has not ended it by then is gone; the next worker begins it again."""
MOST_KEPT: Final = 200
"""More breaks than that are counted, and named by the command."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A verification that has ended: its verdict, with at most MOST_KEPT of its `count` breaks.

    `by` is the name of who asked, empty where the day did. Instants are aware, in UTC.
    """

    ended_at: datetime
    by: str
    verdict: Verdict
    count: int


@dataclass(frozen=True, kw_only=True)
class Going:
    """One that was asked for and has not ended; `begun_at` is None while it waits for a worker."""

    asked_at: datetime
    begun_at: datetime | None


def ask_verification(installation: Installation, by: Person) -> bool:
    """Let the whole history be verified soon; false where one is waiting or under way already."""
    with installation.database.write() as connection:
        last = find_last_verification(connection)
        if last is not None and last.ended_at is None:
            return False
        add_verification(connection, asked_at=installation.clock.now(), asked_by=by.id)
    return True


def read_verifications(installation: Installation) -> tuple[Ended | None, Going | None]:
    """The last that has ended, and the one that is asked for and has not."""
    with installation.database.read() as connection:
        ended, last = find_last_ended(connection), find_last_verification(connection)
    going = None
    if last is not None and last.ended_at is None:
        going = Going(asked_at=last.asked_at, begun_at=last.begun_at)
    return (_ended(ended) if ended else None), going


def verify_asked(installation: Installation) -> Verdict | None:
    """Verify if that is asked for, or was not done yet on this day in London; else None.

    Of several workers one does it.
    """
    begun = _begin(installation)
    if begun is None:
        return None
    verdict = verify(installation)
    result = _result(verdict)
    with installation.database.write() as connection:
        now = installation.clock.now()
        end_verification(connection, begun, at=now, result=result)
    return verdict


def _begin(installation: Installation) -> int | None:
    now = installation.clock.now()
    with installation.database.read() as connection:
        last = find_last_verification(connection)
    if last is not None and last.ended_at is not None and _day(last.asked_at) == _day(now):
        return None  # most rounds end here, and take no lock for it
    with installation.database.write() as connection:
        last = find_last_verification(connection)
        if last is None or (last.ended_at is not None and _day(last.asked_at) != _day(now)):
            add_verification(connection, asked_at=now, asked_by=None)
            last = find_last_verification(connection)
        if last is None or not begin_verification(connection, last.id, at=now, lost=now - LOST):
            return None
    return last.id


def _day(at: datetime) -> int:
    return in_london(at).date().toordinal()


def _result(verdict: Verdict) -> str:
    told = asdict(verdict)
    return json.dumps({**told, "breaks": told["breaks"][:MOST_KEPT], "count": len(verdict.breaks)})


def _ended(row: VerificationRow) -> Ended:
    told = json.loads(row.result)
    count = told.pop("count")
    breaks = tuple(Break(**each) for each in told.pop("breaks"))
    assert row.ended_at is not None  # noqa: S101  (it was asked for as one that has ended)
    return Ended(
        ended_at=row.ended_at,
        by=row.by or "",
        verdict=Verdict(**told, breaks=breaks),
        count=count,
    )
