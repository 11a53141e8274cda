"""Keeps the facts of cases: those of a case are read again only when its history has grown."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final
from weakref import WeakKeyDictionary

from engine.councils import Council
from engine.figures.facts import CaseFacts
from engine.figures.reading import made_with, read_facts
from engine.installation import Installation
from engine.store.database import Connection, Database
from engine.store.figures import (
    FactRows,
    find_behind,
    find_lag,
    forget_facts,
    save_facts,
)
from engine.store.history import find_register_head

log = logging.getLogger(__name__)

_AT_ONCE: Final = 50
"""So many cases are kept in one transaction: on SQLite nobody else writes meanwhile."""
_SECONDS: Final = 0.3
"""How long a page reads what is still behind, before it says as of when its figures are."""
_VERY_MANY: Final = 20_000
"""Of more cases it takes a tenth of a second to see whether something happened in any."""
_SHARED_FOR: Final = 10.0
_LOOKED: WeakKeyDictionary[Database, dict[str, tuple[float, "Reading"]]] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is read of a council: all that happened until `as_of`, an aware instant in UTC.

    `behind` is in how many cases something happened since, `read` how many were just read. Besides
    them, `unreadable` are cases whose history cannot be read as it stands: they are counted as they
    were when it last could be, or not at all, however often they are tried again.
    """

    as_of: datetime
    behind: int
    read: int
    unreadable: int = 0


def catch_up(installation: Installation, council: Council, *, seconds: float = _SECONDS) -> Reading:
    """Read the cases of which something happened since they were last read, for so long at most.

    The worker does it each minute, so little is left to a page. At least once something is read.
    Where there are very many cases, all who ask within some seconds share one look at them.
    """
    looked = _LOOKED.setdefault(installation.database, {})
    before = looked.get(council.key)
    if before is not None and monotonic() < before[0]:
        return replace(before[1], read=0)
    found = _catch_up(installation, council, seconds)
    with installation.database.read() as connection:
        count, _ = find_register_head(connection) or (0, "")
    if count > _VERY_MANY and not found.behind:
        looked[council.key] = (monotonic() + _SHARED_FOR, found)
    return found


def _catch_up(installation: Installation, council: Council, seconds: float) -> Reading:
    until, tried, with_ = monotonic() + seconds, 0, made_with(council.calendar)
    unreadable: set[int] = set()
    while True:
        now, most = installation.clock.now(), _AT_ONCE + len(unreadable)
        with installation.database.read() as connection:
            found = find_behind(connection, council.key, with_, most)
            behind = [case_id for case_id in found if case_id not in unreadable]
            if not behind or (tried and monotonic() > until):
                lag = find_lag(connection, council.key, with_, unreadable) if found else (0, None)
                return Reading(
                    as_of=lag[1] or now,
                    behind=lag[0],
                    read=tried - len(unreadable),
                    unreadable=len(unreadable),
                )
            facts = [_read(connection, council, case_id, unreadable) for case_id in behind]
        _keep(installation, [each for each in facts if each is not None])
        tried += len(behind)


def _read(
    connection: Connection, council: Council, case_id: int, unreadable: set[int]
) -> CaseFacts | None:
    try:
        return read_facts(connection, council, case_id)
    except Exception:  # one case that cannot be read must not hide the figures of all others
        log.exception("The facts of the case with id %s cannot be read", case_id)
        unreadable.add(case_id)
        return None


def rebuild(installation: Installation, council: Council) -> Reading:
    """Throw all facts away, those of other councils too, and read the council's anew."""
    _LOOKED.pop(installation.database, None)
    with installation.database.write() as connection:
        forget_facts(connection)
    return catch_up(installation, council, seconds=float("inf"))


def _keep(installation: Installation, facts: Sequence[CaseFacts]) -> None:
    with installation.database.write() as connection:
        save_facts(connection, [rows_of(each) for each in facts])


def rows_of(facts: CaseFacts) -> FactRows:
    """The rows in which the facts of a case are kept."""
    case = {name: value for name, value in vars(facts).items() if name not in _LISTS}
    shared = {name: case[name] for name in _SHARED}
    return FactRows(
        case=case,
        parts={
            "figure_stays": [shared | _columns(stay) for stay in facts.stays],
            "figure_marks": [shared | _columns(mark) for mark in facts.marks],
            "figure_actions": [shared | _columns(action) for action in facts.actions],
            "figure_themes": [{"case_id": facts.case_id, "theme": each} for each in facts.themes],
        },
    )


_LISTS = ("themes", "stays", "marks", "actions")
_SHARED = ("case_id", "council", "procedure", "version", "team", "raiser_id")


def _columns(fact: object) -> dict[str, Any]:
    row = dict(vars(fact))
    if "seen_by" in row:
        row["seen_by"] = "".join(f",{post}" for post in row["seen_by"]) + "," * bool(row["seen_by"])
    return row
