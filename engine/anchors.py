"""Anchors: once a day the ends of all chains that grew are sealed with a signature.

A chain proves that nothing in its middle was altered; its end could still be cut off, or a whole
case taken away. An anchor says how long each chain was and where it ended, and cannot be made again
by somebody who has the database but not the key.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from engine.clock import in_london
from engine.history import START, canonical, digest
from engine.installation import Installation
from engine.store.history import (
    Anchor,
    add_anchor,
    find_heads,
    find_last_anchor,
    find_register_head,
)

# A turn reads its instant before it commits: one that was under way when the last anchor was made
# may carry an instant before it. Sealing a head twice does no harm.
_MARGIN = timedelta(hours=1)


def hash_anchor(anchor: Anchor) -> str:
    """The hash that belongs to an anchor, which is what is signed."""
    sealed = anchor.sealed_at.isoformat(timespec="microseconds")
    return digest(canonical([anchor.sequence, sealed, anchor.content, anchor.previous]))


def seal(installation: Installation) -> Anchor | None:
    """Seal what changed since the last anchor; None, and nothing written, where nothing did."""
    with installation.database.write() as connection:
        # The register's head is locked, so that two workers cannot both add the next anchor.
        register = find_register_head(connection, lock=True) or (0, START)
        last = find_last_anchor(connection)
        heads = find_heads(connection, last.sealed_at - _MARGIN if last else None)
        cases = {str(head.case_id): [head.entries, head.head] for head in heads}
        content = canonical({"register": list(register), "cases": cases})
        if last is not None and not _is_news(last, register, cases):
            return None
        at = installation.clock.now()
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


def _is_news(last: Anchor, register: tuple[int, str], cases: dict[str, list[object]]) -> bool:
    known = json.loads(last.content)
    return list(register) != known["register"] or any(
        known["cases"].get(case) != head for case, head in cases.items()
    )


def is_time_to_seal(installation: Installation) -> bool:
    """Whether the last anchor is from an earlier day in Europe/London than today."""
    with installation.database.read() as connection:
        last = find_last_anchor(connection)
    if last is None:
        return True
    return _day(last.sealed_at) < _day(installation.clock.now())


def _day(instant: datetime) -> int:
    return in_london(instant).date().toordinal()
