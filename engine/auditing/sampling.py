"""A random sample that anybody can draw again by hand (HAR-11-2, X-29).

Each line of the list is put behind the seed, as `seed:kind:line`, and what comes out of SHA-256
(FIPS 180-4) for it is its rank, in hexadecimal. The lines with the smallest ranks are drawn. So the
same seed and list give the same sample, in whatever order the list is; a line that is added or
taken away changes nobody else's rank; and whoever doubts it needs one command for a line:

    printf '%s' '3f9c6a…:case:2026-00012' | sha256sum
"""

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """A seed that nobody could know before: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def rank(seed: str, kind: str, line: str) -> str:
    """The rank of a line: 64 hexadecimal digits, compared as text."""
    return hashlib.sha256(f"{seed}:{kind}:{line}".encode()).hexdigest()


def in_order(seed: str, kind: str, lines: Iterable[str]) -> tuple[str, ...]:
    """The lines, each once, those with the smallest ranks first."""
    return tuple(sorted(set(lines), key=lambda line: rank(seed, kind, line)))


def draw(seed: str, kind: str, lines: Iterable[str], size: int) -> tuple[str, ...]:
    """The sample: as many lines as `size`, or all of them where there are fewer."""
    return in_order(seed, kind, lines)[:size]
