"""How a case's history keeps what was put onto the child's file (X-22).

An entry that says so names the entries that it is about in its `element`, which is never destroyed;
the day stands in its body. A later entry may take it back.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from engine.clock import in_london
from engine.store.history import Entry

FILED: Final = "filed"
TAKEN_BACK: Final = "filing taken back"


def is_of_filing(act: str) -> bool:
    """Whether an entry of that act says what is on the child's file, or is not after all."""
    return act in (FILED, TAKEN_BACK)


def numbers(element: str) -> tuple[int, ...]:
    """The numbers of the entries that such an entry is about."""
    return tuple(int(each) for each in element.split(",") if each.isdecimal())


def element_of(sequences: Iterable[int]) -> str:
    """How such an entry names the entries that it is about."""
    return ",".join(str(each) for each in sequences)


def filed_on(entry: Entry, after: Mapping[str, Any]) -> date | None:
    """The day on which something was filed, in London; None where the entry tells of no filing.

    Where its words were destroyed, it is the day on which they were written.
    """
    if entry.act != FILED:
        return None
    told = after.get("filed_on")
    return date.fromisoformat(told) if told else in_london(entry.at).date()


def stage_told(content: Mapping[str, Any]) -> str:
    """The stage at which an entry was recorded: where the case came to, or else where it was."""
    after, before = content.get("after", {}), content.get("before", {})
    return str(after.get("stage") or before.get("stage") or "")
