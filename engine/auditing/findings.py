"""What the audits of a time came to, for the quarterly report of the service (HAR-11-3, X-29)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.acts.tasks import initials_of
from engine.auditing.questions import ANSWERS, QUESTIONS
from engine.auditing.record import Audit, Said, audit_of, round_of
from engine.auditing.sight import seen_among
from engine.clock import LONDON, in_london
from engine.store.audits import (
    CASE,
    CHILD,
    FINISHED,
    AuditRow,
    find_audits,
    find_finished_audits,
    find_rounds,
)
from engine.store.database import Connection


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One question, and how often each answer was given, by the answer."""

    key: str
    label: str
    answers: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one audit found. `reference` is the case's number or the child's reference.

    `initials` are empty where nobody is known by it. `finished_on` is a day in London.
    """

    audit_id: int
    kind: str
    reference: str
    initials: str
    finished_on: date
    finding: str
    learning: str


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """An action that an audit asked for; `by_when` is a day in London, None where none was set."""

    audit_id: int
    reference: str
    words: str
    owner: str
    by_when: date | None


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the audits came to that were finished between two days in London, both included.

    `finished` counts them by kind (CASE, CHILD), and `questions` tells each kind's. `unfinished`
    are those of rounds drawn in that time that are not finished now. The numbers count every audit;
    `findings` and `actions` leave out those about restricted children of whom the reader may not
    read, and for a reader who is nobody's those of references under which whoever drew was shown
    nobody; `withheld` counts them together, as nobody is to know which is which (X-37).
    """

    first: date
    last: date
    finished: Mapping[str, int]
    unfinished: int
    questions: Mapping[str, tuple[Counted, ...]]
    findings: tuple[Finding, ...]
    actions: tuple[ToDo, ...]
    withheld: int


def findings(
    connection: Connection, council: str, first: date, last: date, *, reader_id: int | None = None
) -> Findings:
    """What the council's audits of that time came to, for a person, or for nobody (None).

    An audit belongs to the day on which it was first finished, and is told as corrected last. The
    caller has seen that its reader may look at audits.
    """
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    rows = find_finished_audits(connection, council, since, until)
    drew = {row.id: row.made_by for row in find_rounds(connection, council)}
    seen = [
        audit_of(each)
        for row in rows
        for each in seen_among(connection, [row], reader_id, drew=drew.get(row.round_id))
    ]
    told = [(audit, audit.result) for audit in seen if audit.result is not None]
    return Findings(
        first=first,
        last=last,
        finished={kind: sum(row.kind == kind for row in rows) for kind in (CASE, CHILD)},
        unfinished=_unfinished(connection, council, since, until),
        questions={kind: tuple(_counted(kind, rows)) for kind in (CASE, CHILD)},
        findings=tuple(_finding(audit, said) for audit, said in told),
        actions=tuple(action for audit, said in told for action in _actions(audit, said)),
        withheld=len(rows) - len(seen),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _unfinished(connection: Connection, council: str, since: datetime, until: datetime) -> int:
    rounds = [round_of(row) for row in find_rounds(connection, council)]
    return sum(
        audit.state != FINISHED
        for each in rounds
        if since <= each.made_at < until
        for audit in find_audits(connection, each.id)
    )


def _counted(kind: str, rows: Iterable[AuditRow]) -> Iterable[Counted]:
    results = [audit_of(row).result for row in rows if row.kind == kind]
    for question in QUESTIONS[kind]:
        given = [said.answers[question.key].answer for said in results if said is not None]
        yield Counted(
            key=question.key,
            label=question.label,
            answers={answer: given.count(answer) for answer, _ in ANSWERS},
        )


def _finding(audit: Audit, said: Said) -> Finding:
    finished = audit.finished[0].at
    assert finished is not None  # noqa: S101  (what is finished has its instant)
    return Finding(
        audit_id=audit.id,
        kind=audit.row.kind,
        reference=audit.row.reference,
        initials=initials_of(audit.row.child_name) if audit.row.child_name else "",
        finished_on=in_london(finished).date(),
        finding=said.finding,
        learning=said.learning,
    )


def _actions(audit: Audit, said: Said) -> Iterable[ToDo]:
    for action in said.actions:
        yield ToDo(audit_id=audit.id, reference=audit.row.reference, **vars(action))
