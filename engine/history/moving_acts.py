"""How a case's history keeps that the case was moved to another version of its procedure."""

from typing import Final

MOVED_ON: Final = "moved to another version"
MOVED_BACK: Final = "moved back to its version"
