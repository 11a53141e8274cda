"""An anchor that somebody keeps elsewhere, and whether today's history still contains it.

Nothing inside a database can show that its newest anchors were cut off, or that all of them were
made anew. An anchor that is kept elsewhere can: it says by its hash what every chain was that had
been sealed until then, and is signed with a key that is not in the database (Ed25519, RFC 8032).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from engine.clock import in_london
from engine.errors import StepladderError
from engine.history.anchors import hash_anchor
from engine.history.breaks import Break
from engine.history.entries import START
from engine.signing import is_signed
from engine.store.database import Connection
from engine.store.history import Anchor, find_anchors, find_hashes, find_register
from engine.store.ledger import find_ledger_hash

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""An anchor of another year is none."""
LONGEST: Final = 20_000
"""A file with an anchor is never larger, in bytes or letters."""
_ABOUT: Final = (
    "An anchor of Stepladder's record. Keep it where nobody who looks after the database can "
    "change it. Given back to Stepladder, it shows whether what was recorded until then is "
    "unaltered."
)


class BadAnchor(StepladderError):
    """What was given is no anchor."""


@dataclass(frozen=True, kw_only=True)
class KeptAnchor:
    """An anchor as it is kept elsewhere. `sealed_at` is aware, in UTC; the rest is hexadecimal."""

    sequence: int
    sealed_at: datetime
    hash: str
    public_key: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of the comparison with a kept anchor.

    `problem` says why it proves nothing, and is empty where it proves something; then `breaks` are
    what is not as it was sealed. `sealed` is how many cases it and the anchors before it seal.
    `sealed_at` (aware, UTC) is when the anchor that is kept here was sealed; None where it is gone.
    """

    kept: KeptAnchor
    problem: str
    breaks: tuple[Break, ...] = ()
    sealed: int = 0
    sealed_at: datetime | None = None


def as_file(anchor: Anchor) -> bytes:
    """The anchor as a small file, JSON in UTF-8; it tells of no child."""
    local = in_london(anchor.sealed_at)
    told = {
        "about": _ABOUT,
        "date": f"{local.day} {local:%B %Y, %H:%M} in London",
        "anchor": anchor.sequence,
        "sealed_at": anchor.sealed_at.isoformat(timespec="microseconds"),
        "hash": anchor.hash,
        "public_key": anchor.public_key,
        "signature": anchor.signature,
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def read_kept(content: str) -> KeptAnchor:
    """The anchor in a file that `as_file` made. Raises `BadAnchor`."""
    if len(content) > LONGEST:
        raise BadAnchor("This is no anchor: it is too long. Choose the file that you kept.")
    try:
        told: dict[str, Any] = json.loads(content.removeprefix("\ufeff"))
        at = datetime.fromisoformat(told["sealed_at"])
        kept = KeptAnchor(
            sequence=int(told["anchor"]),
            sealed_at=at.astimezone(UTC),
            hash=str(told["hash"]),
            public_key=str(told["public_key"]),
            signature=str(told["signature"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadAnchor(
            "This is no anchor. Choose the file that you kept, or paste all of it."
        ) from error
    known = FIRST_YEAR <= at.year <= LAST_YEAR
    if at.tzinfo is None or not known or not 0 < kept.sequence < 2**53:
        raise BadAnchor("This is no anchor. Choose the file that you kept, or paste all of it.")
    return kept


def compare(connection: Connection, kept: KeptAnchor, own_key: str) -> Comparison:
    """Whether the anchors still contain the kept one, and the chains all that was sealed by then.

    `own_key` is the installation's public key. Each chain's place is looked up by the hash that was
    sealed; whether an entry was altered is for `verify`, which reads all of them.
    """
    if not is_signed(kept.hash, kept.signature, kept.public_key):
        problem = "Its signature is not right: the file was altered, or Stepladder never made it."
        return Comparison(kept=kept, problem=problem)
    if kept.public_key != own_key:
        problem = (
            "It is signed with another key than this installation’s: it comes from another "
            "installation, or the key was replaced. Put the old key back and try again."
        )
        return Comparison(kept=kept, problem=problem)
    anchors = [each for each in find_anchors(connection) if each.sequence <= kept.sequence]
    broken = _broken_anchor(anchors, kept)
    if broken is not None:
        return Comparison(kept=kept, problem="", breaks=(broken,))
    sealed_at = anchors[-1].sealed_at
    if sealed_at != kept.sealed_at:  # the signature is over the hash, which is over the true date
        problem = (
            "Its date is not the one on which this anchor was sealed: the file was altered. "
            "Use a copy that nobody wrote into."
        )
        return Comparison(kept=kept, problem=problem)
    contents = [json.loads(each.content) for each in anchors]
    heads = {
        (int(case), int(entries)): (str(number), str(head))
        for content in contents
        for case, (number, entries, head) in content["cases"].items()
    }
    breaks = [*_lost_heads(connection, heads), *_lost_openings(connection, contents)]
    breaks += _lost_ledger(connection, contents)
    return Comparison(
        kept=kept,
        problem="",
        breaks=tuple(breaks),
        sealed=len({case for case, _ in heads}),
        sealed_at=sealed_at,
    )


def _broken_anchor(anchors: Iterable[Anchor], kept: KeptAnchor) -> Break | None:
    """The first place at which the anchors are not those that led to the kept one."""
    previous, expected = START, 1
    for anchor in anchors:
        if anchor.sequence != expected:
            break
        if anchor.previous != previous or hash_anchor(anchor) != anchor.hash:
            problem = f"Anchor {expected}, on which the kept one stands, was altered."
            return Break(case="", sequence=expected, problem=problem)
        previous, expected = anchor.hash, expected + 1
    if expected <= kept.sequence:
        problem = f"Anchor {expected} is gone: anchors were deleted, or an older copy was put back."
        return Break(case="", sequence=expected, problem=problem)
    if previous != kept.hash:
        problem = f"Anchor {kept.sequence} is not the one that was kept: it was made anew."
        return Break(case="", sequence=kept.sequence, problem=problem)
    return None


def _lost_heads(
    connection: Connection, heads: dict[tuple[int, int], tuple[str, str]]
) -> Iterator[Break]:
    found = find_hashes(connection, heads)
    for place, (number, head) in heads.items():
        if found.get(place) != head:
            problem = "The entry is gone, or is not the one that was sealed."
            yield Break(case=number, sequence=place[1], problem=problem)


def _lost_openings(connection: Connection, contents: Iterable[Any]) -> Iterator[Break]:
    openings = {row.sequence: row.hash for row in find_register(connection)}
    for content in contents:
        count, end = content["register"]
        if count and openings.get(count) != end:
            problem = f"The register of cases does not hold opening {count} as it was sealed."
            yield Break(case="", sequence=count, problem=problem)


def _lost_ledger(connection: Connection, contents: Iterable[Any]) -> Iterator[Break]:
    for content in contents:
        count, end = content.get("ledger", (0, START))
        if count and find_ledger_hash(connection, count) != end:
            problem = f"The registers do not hold entry {count} as it was sealed."
            yield Break(case="", sequence=count, problem=problem)
