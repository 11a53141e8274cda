"""Destroying what entries of a history say: for administrators, who read none of it.

They see that there are entries, when and by whom, never what an entry says or which child the case
is about; so no part in the case is needed, and none is given.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.access import demand_administrator
from engine.history.voice_acts import ADVICE, RECORDED
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.cases import CaseRow, find_case_by_number
from engine.store.history import walk_chain
from engine.turns.turn import NoCase


@dataclass(frozen=True, kw_only=True)
class EntryHead:
    """That an entry is there: its number, when (aware, UTC), what kind of act, and whose.

    `gone` says that its words were destroyed already; `by` is empty where the clock acted.
    """

    sequence: int
    at: datetime
    act: str
    by: str
    gone: bool


@dataclass(frozen=True, kw_only=True)
class Heads:
    """A case, and what an administrator sees of its history."""

    case: CaseRow
    heads: tuple[EntryHead, ...]


def read_heads(installation: Installation, number: str, *, by: Person) -> Heads:
    """The entries of a case's history without what they say.

    Raises `NotAllowed` for who is no administrator of the case's council, `NoCase`.
    """
    at = installation.clock.now()
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, at)
        case = find_case_by_number(connection, number) if number.isprintable() else None
        if case is None or case.council != by.council:
            raise NoCase("There is no such case in your council. Check its number.")
        names: dict[int, str] = {}
        heads = []
        for entry, body in walk_chain(connection, case.id):
            if entry.actor_id is not None and entry.actor_id not in names:
                person = find_person(connection, entry.actor_id)
                names[entry.actor_id] = person.name if person else ""
            heads.append(
                EntryHead(
                    sequence=entry.sequence,
                    at=entry.at,
                    act=RECORDED if entry.act == ADVICE else entry.act,
                    by=names.get(entry.actor_id or 0, ""),
                    gone=body is None,
                )
            )
    return Heads(case=case, heads=tuple(heads))
