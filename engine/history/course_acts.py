"""How a case's history names what moves the case, and what becomes of its concerns."""

from typing import Final

OPENED: Final = "case opened"
MOVED: Final = "moved to the right child"
REALLOCATED: Final = "given to another raiser"
COMPLETED: Final = "task completed"
ANSWERED_AFTER: Final = "answered after it moved on"
DEADLINE_PASSED: Final = "deadline passed"
EXTENDED: Final = "more time given"
SETTLED: Final = "concern settled"
FOLLOWED_UP: Final = "action followed up"
VERSION_HASH: Final = "version_hash"
"""Under which name an entry keeps the hash of the version on which the case is from then on."""
OVER: Final = "over"
"""Under which name an entry keeps that with it the case was over."""
CANCELLED: Final = "cancelled"
"""How a step was closed that nobody answered."""
