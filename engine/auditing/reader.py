"""What one person reads of the audits of a council: the rounds, one of them, one audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.access import NoPart, NotAllowed
from engine.access.audits import AuditRights, demand_looking_at_audits
from engine.acts.tasks import initials_of
from engine.auditing.facts import Facts, facts_of_case
from engine.auditing.questions import ESCALATED
from engine.auditing.record import Audit, NoAudit, Round, audit_of, round_of
from engine.auditing.sampling import in_order, rank
from engine.auditing.sight import seen_among, sight_of
from engine.case_file.reader import CaseFile, read_case_file
from engine.history.access_log import note
from engine.history.ledger import Told, read_story
from engine.installation import Installation
from engine.people import Person
from engine.store.audits import (
    AUDIT,
    CASE,
    CHILD,
    FINISHED,
    ROUND,
    AuditRow,
    count_states,
    find_audit,
    find_audits,
    find_hidden,
    find_round,
    find_rounds,
)
from engine.store.database import Connection
from engine.store.listed import find_names

_NO_ROUND: Final = "There is no such round of audits. Look for it in the list of audits."
_NO_AUDIT: Final = "There is no such audit. Look for it in its round."


@dataclass(frozen=True, kw_only=True)
class RoundTold:
    """A round in the list: by whom it was drawn, and how many of its audits are finished."""

    round: Round
    by: str
    drawn: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """An audit in its round: `initials` are empty where nobody is known, `by` who wrote last."""

    audit: Audit
    initials: str
    by: str


@dataclass(frozen=True, kw_only=True)
class RoundFile:
    """A round as one person reads it; `hidden` counts its audits of which they may not read."""

    round: Round
    by: str
    lines: tuple[Line, ...]
    hidden: int
    rights: AuditRights
    story: tuple[Told, ...]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A line of a list that was drawn from: its rank, and whether it was drawn.

    `line` is empty where the reader may not know it.
    """

    kind: str
    place: int
    line: str
    rank: str
    drawn: bool


@dataclass(frozen=True, kw_only=True)
class AuditFile:
    """An audit as one person reads it.

    `facts` are what the product knows, by the question's key. `case` says that the reader may open
    the case, and `child` that they are shown somebody under the reference. `acted` says that they
    did something in the case themselves. `names` are of who wrote, by id.
    """

    audit: Audit
    round: Round
    rights: AuditRights
    initials: str
    case: bool
    child: bool
    acted: bool
    facts: Facts
    names: dict[int, str]
    story: tuple[Told, ...]


def read_rounds(
    installation: Installation, person: Person
) -> tuple[AuditRights, tuple[RoundTold, ...]]:
    """What the person may do with audits, and the rounds, the newest first. Raises `NotAllowed`."""
    council = installation.council(person.council)
    with installation.database.read() as connection:
        rights = demand_looking_at_audits(connection, person, council, installation.clock.now())
        rounds = [round_of(row) for row in find_rounds(connection, council.key)]
        states = count_states(connection, council.key)
        names = find_names(connection, (each.made_by for each in rounds))
    return rights, tuple(
        RoundTold(
            round=each,
            by=names[each.made_by],
            drawn=sum(states.get(each.id, {}).values()),
            finished=states.get(each.id, {}).get(FINISHED, 0),
        )
        for each in rounds
    )


def read_round(installation: Installation, round_id: int, person: Person) -> RoundFile:
    """One round. Raises `NotAllowed`, `NoAudit`."""
    with installation.database.read() as connection:
        round_, rights = _round(installation, connection, round_id, person)
        rows = find_audits(connection, round_id)
        seen = seen_among(connection, rows, person.id, drew=round_.made_by)
        audits = [audit_of(row) for row in seen]
        names = find_names(connection, [round_.made_by, *_writers(audits)])
        story = read_story(connection, ROUND, round_id)
    return RoundFile(
        round=round_,
        by=names[round_.made_by],
        lines=tuple(
            Line(audit=each, initials=_initials(each.row), by=names.get(_writer(each), ""))
            for each in audits
        ),
        hidden=len(rows) - len(seen),
        rights=rights,
        story=story,
    )


def read_draw(installation: Installation, round_id: int, person: Person) -> tuple[Drawn, ...]:
    """Every line that a round was drawn from, by kind and rank. Raises `NotAllowed`, `NoAudit`.

    A line is empty where it is about a restricted child of whom the reader may not read.
    """
    with installation.database.read() as connection:
        round_, _ = _round(installation, connection, round_id, person)
        rows = find_audits(connection, round_id)
        hidden = _hidden_lines(connection, round_, person)
    drawn = {(row.kind, row.reference) for row in rows}
    found = []
    for kind in (CASE, CHILD):
        ordered = in_order(round_.seed, kind, round_.lists.get(kind, ()))
        for place, line in enumerate(ordered, 1):
            found.append(
                Drawn(
                    kind=kind,
                    place=place,
                    line="" if (kind, line) in hidden else line,
                    rank=rank(round_.seed, kind, line),
                    drawn=(kind, line) in drawn,
                )
            )
    note(installation, person, f"took the draw of audit round {round_id} as a file")
    return tuple(found)


def read_audit(installation: Installation, audit_id: int, person: Person) -> AuditFile:
    """One audit. The access log says that they looked, or were refused.

    Raises `NotAllowed`, `NoAudit`.
    """
    try:
        with installation.database.read() as connection:
            audit, round_, rights = find_for(installation, connection, audit_id, person)
            names = find_names(connection, _writers([audit]))
            story = read_story(connection, AUDIT, audit_id)
    except (NotAllowed, NoAudit):
        note(installation, person, f"audit {audit_id}", allowed=False)
        raise
    row = audit.row
    note(
        installation,
        person,
        f"audit {audit_id}",
        case_id=row.case_id,
        child_id=row.known_child_id,
    )
    file = _case_file(installation, audit, person)
    return AuditFile(
        audit=audit,
        round=round_,
        rights=rights,
        initials=_initials(row),
        case=file is not None,
        child=row.known_child_id is not None,
        acted=file is not None and any(line.actor_id == person.id for line in file.history),
        facts=_facts(installation, row, file, person),
        names=names,
        story=story,
    )


def _facts(
    installation: Installation, row: AuditRow, file: CaseFile | None, person: Person
) -> Facts:
    if file is not None:
        with installation.database.read() as connection:
            return facts_of_case(connection, file, person_id=person.id)
    if row.kind == CHILD and row.known_child_id is not None:
        return {ESCALATED: ("When it was drawn, no concern had been open here in this time.",)}
    return {}


def find_for(
    installation: Installation,
    connection: Connection,
    audit_id: int,
    person: Person,
    *,
    lock: bool = False,
) -> tuple[Audit, Round, AuditRights]:
    """The audit for a person who may read it. Raises `NotAllowed`, `NoAudit`."""
    council, at = installation.council(person.council), installation.clock.now()
    rights = demand_looking_at_audits(connection, person, council, at)
    row = find_audit(connection, audit_id, lock=lock)
    round_row = find_round(connection, row.round_id) if row else None
    if row is None or round_row is None or round_row.council != person.council:
        raise NoAudit(_NO_AUDIT)
    seen = sight_of(connection, row, person.id, drew=round_row.made_by)
    if seen is None:
        raise NoAudit(_NO_AUDIT)
    return audit_of(seen), round_of(round_row), rights


def _round(
    installation: Installation, connection: Connection, round_id: int, person: Person
) -> tuple[Round, AuditRights]:
    council, at = installation.council(person.council), installation.clock.now()
    rights = demand_looking_at_audits(connection, person, council, at)
    row = find_round(connection, round_id)
    if row is None or row.council != council.key:
        raise NoAudit(_NO_ROUND)
    return round_of(row), rights


def _hidden_lines(connection: Connection, round_: Round, person: Person) -> set[tuple[str, str]]:
    """The lines about restricted children; whoever drew knows the references that they gave."""
    numbers, references = find_hidden(connection, round_.council, person.id)
    if person.id == round_.made_by:
        references = set()
    return {(CASE, number) for number in numbers} | {(CHILD, each) for each in references}


def _case_file(installation: Installation, audit: Audit, person: Person) -> CaseFile | None:
    """The case as the reader may read it; None where they have no part in it, or there is none."""
    if audit.row.case_id is None:
        return None
    try:
        return read_case_file(installation, audit.row.reference, person)
    except NoPart:
        return None


def _initials(row: AuditRow) -> str:
    return initials_of(row.child_name) if row.child_name else ""


def _writer(audit: Audit) -> int:
    said = audit.draft or audit.result
    return said.by if said else 0


def _writers(audits: Iterable[Audit]) -> set[int]:
    return {
        said.by for audit in audits for said in (audit.draft, *audit.finished) if said is not None
    }
