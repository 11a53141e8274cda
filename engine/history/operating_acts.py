"""How a case's history keeps what was done to set it right by hand."""

from typing import Final

RETRIED: Final = "tried again"
SKIPPED: Final = "step skipped"
PUT_BACK: Final = "put back to an earlier step"
SUSPENDED: Final = "suspended"
RESUMED: Final = "resumed"
ENDED: Final = "ended by hand"
VALUES: Final = "values"
"""Under which name the entry of a skipped step keeps by what the case goes on."""
