"""Of which audits somebody reads: of a restricted child only who is named (X-36, X-37)."""

from collections.abc import Iterable
from dataclasses import replace

from engine.store.audits import AuditRow
from engine.store.children import is_reader
from engine.store.database import Connection


def sight_of(
    connection: Connection, row: AuditRow, person_id: int | None, *, drew: int | None
) -> AuditRow | None:
    """The audit as that person may read it; None where there is none for them.

    `person_id` is None for a reader who is nobody's, as a report is: there no audit of a bare
    reference is read, so that nobody can try out by which a restricted child is known. Whoever drew
    (`drew`) a bare reference goes on seeing it as one, though somebody else knows such a child by
    it.
    """
    bare = row.case_id is None and row.child_id is None
    if person_id is None and bare:
        return None
    if not row.restricted:
        return row
    known = row.known_child_id
    if person_id is not None and known is not None and is_reader(connection, known, person_id):
        return row
    if bare and person_id == drew is not None:
        return replace(row, child_name="", restricted=False, known_child_id=None)
    return None


def seen_among(
    connection: Connection, rows: Iterable[AuditRow], person_id: int | None, *, drew: int | None
) -> list[AuditRow]:
    """Those of the audits that the person may read of, as they may."""
    found = (sight_of(connection, row, person_id, drew=drew) for row in rows)
    return [row for row in found if row is not None]
