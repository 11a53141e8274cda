"""The legal statuses of children that decide how a concern may go: the law's, in every council."""

from typing import Final

LOOKED_AFTER: Final = "looked after"
ON_A_PLAN: Final = "child protection plan"
STATUSES: Final = (LOOKED_AFTER, ON_A_PLAN)
