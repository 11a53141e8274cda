"""Anchors: once a day the ends of all chains that grew are sealed with a signature.

A chain proves that nothing in its middle was altered; its end could still be cut off, or a whole
case taken away. An anchor says how long each chain was and where it ended, and cannot be made again
by somebody who has the database but not the key.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from engine.clock import in_london
from engine.history.entries import START, canonical, digest
from engine.history.ledger import end_of_ledger
from engine.history.looks import NONE, Looks, go_on
from engine.installation import Installation
from engine.store.history import (
    Anchor,
    add_anchor,
    find_heads,
    find_last_anchor,
    find_register_head,
)
from engine.store.history_looks import find_settled

# A head may carry an instant before that of the last anchor, and yet be newer: its turn was under
# way, or the machine's clock had been put back. Sealing a head twice does no harm.
_MARGIN = timedelta(days=1)

Cases = dict[str, list[str | int]]


def hash_anchor(anchor: Anchor) -> str:
    """The hash that belongs to an anchor, which is what is signed."""
    sealed = anchor.sealed_at.isoformat(timespec="microseconds")
    return digest(canonical([anchor.sequence, sealed, anchor.content, anchor.previous]))


def seal(installation: Installation) -> Anchor | None:
    """Seal what changed since the last anchor; None, and nothing written, where nothing did."""
    base, looks = _read_looks(installation)
    with installation.database.write() as connection:
        # The register's head is locked, so that two workers cannot both add the next anchor.
        register = find_register_head(connection, lock=True) or (0, START)
        last = find_last_anchor(connection)
        at = installation.clock.now()
        heads = find_heads(connection, min(at, last.sealed_at) - _MARGIN if last else None)
        # The number is sealed too, so that a case which is gone can be named as people knew it.
        cases: Cases = {str(h.case_id): [h.number, h.entries, h.head] for h in heads}
        ledger = end_of_ledger(connection)
        if (last.sequence if last else 0) != base:  # another worker was first
            looks = _known_looks(last)
        outside: dict[str, object] = {"ledger": list(ledger)} if ledger[0] else {}
        outside |= {"looks": list(looks)} if looks[0] else {}
        content = canonical({"register": list(register), "cases": cases, **outside})
        if last is not None and not _is_news(last, register, ledger, cases, looks):
            return None
        anchor = Anchor(
            sequence=last.sequence + 1 if last else 1,
            sealed_at=max(at, last.sealed_at) if last else at,
            content=content,
            previous=last.hash if last else START,
            hash="",
            public_key=installation.signing_key.public,
            signature="",
        )
        anchor = replace(anchor, hash=hash_anchor(anchor))
        anchor = replace(anchor, signature=installation.signing_key.sign(anchor.hash))
        add_anchor(connection, anchor)
        return anchor


def _read_looks(installation: Installation) -> tuple[int, Looks]:
    """The number of the last anchor, and how the log of who looked goes on from it until now."""
    with installation.database.write() as connection:
        until = find_settled(connection)
    with installation.database.read() as connection:
        last = find_last_anchor(connection)
        return last.sequence if last else 0, go_on(connection, _known_looks(last), until)


def _known_looks(last: Anchor | None) -> Looks:
    if last is None:
        return NONE
    count, row, running = json.loads(last.content).get("looks", NONE)
    return count, row, running


def _is_news(
    last: Anchor,
    register: tuple[int, str],
    ledger: tuple[int, str],
    cases: Cases,
    looks: Looks,
) -> bool:
    known = json.loads(last.content)
    if looks != _known_looks(last):
        return True
    return (
        list(register) != known["register"]
        or list(ledger) != known.get("ledger", [0, START])
        or any(known["cases"].get(case) != head for case, head in cases.items())
    )


def is_time_to_seal(installation: Installation) -> bool:
    """Whether the last anchor is from another day in Europe/London than today."""
    with installation.database.read() as connection:
        last = find_last_anchor(connection)
    if last is None:
        return True
    return _day(last.sealed_at) != _day(installation.clock.now())


def _day(instant: datetime) -> int:
    return in_london(instant).date().toordinal()
