"""Who was told of a case, about what, and what became of each notice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.case_file.waiting import title_of
from engine.councils import Council
from engine.people import find_person
from engine.store.database import Connection
from engine.store.notices import LINE, find_case_notices


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice to one person: its subject, and what became of it. Instants are aware, in UTC.

    `in_digest` says that it is no message of its own, but a line of a morning digest. `element` is
    the id of what it tells of.
    """

    post: str
    person: str
    subject: str
    queued_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    problem: str
    in_digest: bool
    element: str


def read_told(
    connection: Connection, council: Council, case_id: int, may_see: Callable[[str], bool]
) -> Iterator[Told]:
    """The notices about a case, in order, of those elements that the reader may see."""
    names: dict[int, str] = {}
    for notice in find_case_notices(connection, case_id):
        if not may_see(notice.element):
            continue
        if notice.person_id not in names:
            person = find_person(connection, notice.person_id)
            names[notice.person_id] = person.name if person else ""
        yield Told(
            post=title_of(council, notice.post),
            person=names[notice.person_id],
            subject=notice.subject,
            queued_at=notice.queued_at,
            sent_at=notice.sent_at,
            failed_at=notice.failed_at,
            problem=notice.problem,
            in_digest=notice.template == LINE,
            element=notice.element,
        )
