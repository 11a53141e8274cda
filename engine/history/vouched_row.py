"""What the history vouches for of a case's own row: whose it is, where it stands, how it ended."""

from typing import Any

from engine.history.chains import Chain, Found, Read
from engine.history.course_acts import MOVED, OPENED, OVER, REALLOCATED, VERSION_HASH
from engine.history.operating_acts import ENDED, RESUMED, SUSPENDED
from engine.store.history_rows import KeptRow


def find_altered_row(chain: Chain, row: KeptRow) -> Found:
    """What of a case's row is not as its entries tell: the entry's number, what is wrong.

    What words told that were destroyed is believed, unless a later entry tells it too.
    """
    for name, (sequence, told) in _told(chain).items():
        if getattr(row, name) != told:
            yield sequence, f"{_NAMES[name]} of the case is not as the entry tells of it."
    instants = {each.entry.at for each in chain.reads}
    if row.clock_started_at is not None and row.clock_started_at not in instants:
        yield 0, "The beginning of the case's clock is an instant of no entry."
    if row.closed_at is not None and not _may_be_over(chain, row):
        yield 0, "The case was closed, and no entry tells that it was over then."


_NAMES = {
    "opened_at": "The beginning",
    "last_at": "The last instant",
    "version_id": "The version",
    "stage": "The stage",
    "outcome": "The outcome",
    "closed_at": "The end",
    "child_id": "The child",
    "raiser_id": "The raiser",
    "suspended_at": "The suspension",
    "linked_to": "The link",
}


def _told(chain: Chain) -> dict[str, tuple[int, Any]]:
    """The columns of which entries tell, each with the newest entry that does."""
    first, last = chain.reads[0], chain.reads[-1]
    told: dict[str, tuple[int, Any]] = {
        "opened_at": (1, first.entry.at),
        "last_at": (last.entry.sequence, last.entry.at),
        "version_id": (last.entry.sequence, last.entry.version_id),
        "raiser_id": (1, first.entry.actor_id),
        "suspended_at": (1, None),
        "outcome": (1, ""),
    }
    if last.whole:
        stage = last.after.get("stage") or last.before.get("stage")
        if stage is not None:
            told["stage"] = (last.entry.sequence, stage)
    if first.whole:
        told["linked_to"] = (1, first.after.get("linked_to"))
    for each in chain.reads:
        _follow(told, each)
    return told


def _follow(told: dict[str, tuple[int, Any]], each: Read) -> None:
    sequence, act = each.entry.sequence, each.entry.act
    if act == SUSPENDED:
        told["suspended_at"] = (sequence, each.entry.at)
    elif act in (RESUMED, ENDED):
        told["suspended_at"] = (sequence, None)
    if each.whole:
        after = each.after
        if "outcome" in after:
            told["outcome"] = (sequence, after["outcome"])
        if OVER in after:
            told["closed_at"] = (sequence, each.entry.at)
        if act in (OPENED, MOVED) and "child" in after:
            told["child_id"] = (sequence, after["child"])
        if act == REALLOCATED and "raiser" in after:
            told["raiser_id"] = (sequence, after["raiser"])
        return
    told.pop("outcome", None)
    if act == REALLOCATED:
        told.pop("raiser_id", None)


def _may_be_over(chain: Chain, row: KeptRow) -> bool:
    """Cases that were opened before entries told their end are believed, if an entry is of then."""
    if any(OVER in each.after for each in chain.reads):
        return True  # when, is held against that entry
    if chain.reads[0].whole and VERSION_HASH in chain.reads[0].after:
        return row.closed_at in chain.unknown_at
    return any(each.entry.at == row.closed_at for each in chain.reads)
