"""The history of a case: a chain of headers that vouch for bodies, and what people read of it.

A header is never changed. It holds the hash of its body and of the header before it, so that no
entry can be altered, taken away or put elsewhere unseen. A body may be destroyed, by an entry that
names it; the chain stays whole.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as _text

from engine.store.history import Body, Entry, Registered

START = "0" * 64
BODY_DESTROYED = "body destroyed"
VOUCHED = "vouched"
"""Where an entry vouches for answers of earlier ones, whose own words are gone: by entry."""
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What an entry tells: the act, where, in words, and what was before and after.

    `before` and `after` hold only what JSON can.
    """

    act: str
    element: str
    words: str
    before: Mapping[str, object]
    after: Mapping[str, object]


def canonical(value: object) -> str:
    """One text for one value: JSON with sorted keys and no spaces, as it goes into a hash."""
    return _CANONICAL.encode(value)


def canonical_row(values: Iterable[str | int | None]) -> str:
    """What `canonical` says of a flat list, several times as fast: a history has many headers."""
    told = (
        _text(value) if isinstance(value, str) else "null" if value is None else str(int(value))
        for value in values
    )
    return f"[{','.join(told)}]"


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_body(salt: bytes, content: str) -> str:
    """The hash by which a header vouches for its body. The salt keeps short bodies unguessable.

    Salt and content are kept apart in it, so that nothing can be moved from one to the other.
    """
    return digest(f"[{_text(salt.hex())},{_text(content)}]")


def hash_entry(entry: Entry, *, sequence: int | None = None) -> str:
    """The hash that belongs to a header, over all its fields but the hash itself.

    `sequence` asks what the hash would be if the entry stood at another place.
    """
    at = entry.at.isoformat(timespec="microseconds")
    actor = "null" if entry.actor_id is None else int(entry.actor_id)
    whose = "null" if entry.for_id is None else int(entry.for_id)
    # As `canonical_row` says it, whose loop costs more than the hash: a million times over.
    return digest(
        f"[{int(entry.case_id)},{int(entry.sequence if sequence is None else sequence)},"
        f"{_text(at)},{actor},{whose},{_text(entry.act)},{_text(entry.element)},"
        f"{int(entry.version_id)},{_text(entry.body_hash)},{_text(entry.previous)}]"
    )


def next_entry(
    fact: Fact,
    *,
    case_id: int,
    sequence: int,
    previous: str,
    at: datetime,
    actor_id: int | None,
    for_id: int | None,
    version_id: int,
) -> tuple[Entry, Body]:
    """The entry that tells `fact`, chained to the one whose hash is `previous`."""
    content = canonical(
        {"words": fact.words, "before": dict(fact.before), "after": dict(fact.after)}
    )
    salt = secrets.token_bytes(16)
    fields = {
        "case_id": case_id,
        "sequence": sequence,
        "at": at,
        "actor_id": actor_id,
        "for_id": for_id,
        "act": fact.act,
        "element": fact.element,
        "version_id": version_id,
        "body_hash": hash_body(salt, content),
        "previous": previous,
    }
    unsealed = Entry(**fields, hash="")  # type: ignore[arg-type]
    entry = Entry(**fields, hash=hash_entry(unsealed))  # type: ignore[arg-type]
    return entry, Body(case_id=case_id, sequence=sequence, salt=salt, content=content)


def hash_registered(row: Registered) -> str:
    """The hash that belongs to a row of the register."""
    return digest(
        canonical_row(
            [
                row.sequence,
                row.case_id,
                row.number,
                row.opened_at.isoformat(timespec="microseconds"),
                row.first_hash,
                row.previous,
            ]
        )
    )
