"""The demonstration: invented people, children and cases, and a clock that a visitor moves.

`invention` reads what a council's folder `demonstration` tells, `seeding` lets the invented people
do it through the product's own acts (`happenings` are those beside the stories), `demonstration`
opens the result, moves its clock and starts again. It never meets real data: its database bears a
mark, its keys and outbox are its own.
"""

from engine.demo.demonstration import (
    Actor,
    Demonstration,
    demo_settings,
    is_demonstration,
    open_demonstration,
)
from engine.demo.invention import BadInvention

__all__ = [
    "Actor",
    "BadInvention",
    "Demonstration",
    "demo_settings",
    "is_demonstration",
    "open_demonstration",
]
