"""What the history vouches for of concerns: their words, told by the entry that wrote them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.store.concerns import ConcernRow


def find_altered_concerns(
    said: Mapping[int, Mapping[str, Any]], kept: Iterable[ConcernRow]
) -> Iterator[tuple[int, str]]:
    """Concerns of a case that are not as their entries tell: the entry's number, what is wrong.

    `said` is what the entries tell whose words are there.
    """
    rows = list(kept)
    places = {str(row.place) for row in rows}
    for sequence, after in said.items():
        for place in sorted(after.get("concerns", {}).keys() - places):
            yield sequence, f"Concern {place} was deleted."
    for row in rows:
        if row.sequence not in said:
            continue  # the words are destroyed, or gone, which is told at the entry
        told = said[row.sequence].get("concerns", {}).get(str(row.place), {})
        if any(told.get(key) != value for key, value in _words(row).items()):
            yield row.sequence, f"Concern {row.place} is not as the entry tells of it."


def _words(row: ConcernRow) -> dict[str, object]:
    """A concern's words, without its themes, which may be filled in later."""
    return {
        "concern": row.concern,
        "impact": row.impact,
        "action": row.action,
        "owner": row.owner,
        "by_when": row.by_when.isoformat() if row.by_when else None,
    }
