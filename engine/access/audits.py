"""Who audits, who looks at audits, and whose audits they read (HAR-11-2, X-29, X-36)."""

from dataclasses import dataclass
from datetime import datetime

from engine.access import NotAllowed, may_administer
from engine.access.registers import posts_leading_reviews
from engine.clock import in_london
from engine.councils import Council
from engine.people import Person
from engine.store.database import Connection
from engine.store.people import find_holdings


@dataclass(frozen=True, kw_only=True)
class AuditRights:
    """What somebody may do with the audits of a council, by what they hold in their own right.

    Who `audits` draws rounds and fills audits in: those who lead the reviewing officers, as far up
    as the post that is kept informed. Who `looks` reads them: those, and administrators.
    """

    audits: bool
    looks: bool


def audit_rights(
    connection: Connection, person: Person, council: Council, at: datetime
) -> AuditRights:
    """What that person may do with the council's audits at that instant."""
    if not person.active or person.council != council.key:
        return AuditRights(audits=False, looks=False)
    held = {row.post for row in find_holdings(connection, person.id, in_london(at).date())}
    audits = not held.isdisjoint(posts_leading_reviews(council))
    return AuditRights(
        audits=audits, looks=audits or may_administer(connection, person, council.key, at)
    )


def demand_looking_at_audits(
    connection: Connection, person: Person, council: Council, at: datetime
) -> AuditRights:
    """What they may do. Raises `NotAllowed` for who may not look at the council's audits."""
    rights = audit_rights(connection, person, council, at)
    if not rights.looks:
        raise NotAllowed(f"{_who(council)}, and administrators look at audits. Ask one of them.")
    return rights


def demand_auditing(
    connection: Connection, person: Person, council: Council, at: datetime
) -> AuditRights:
    """What they may do. Raises `NotAllowed` for who does not audit."""
    rights = audit_rights(connection, person, council, at)
    if not rights.audits:
        raise NotAllowed(f"{_who(council)}, audit cases. Ask one of them.")
    return rights


def _who(council: Council) -> str:
    kept_informed = council.posts[council.kept_informed].title
    return f"Those who lead the reviewing officers, as far up as the {kept_informed}"
