"""Walks the cases that are asked for, one at a time: nothing is kept of those told before."""

from collections.abc import Collection, Iterator

from engine.councils import Council
from engine.exports.pseudonyms import Pseudonyms
from engine.exports.trace import ConcernTrace, Trace
from engine.exports.tracing import Kept, Tracer
from engine.procedures import Version, load_version
from engine.store.cases import find_answers
from engine.store.concerns import ConcernRow, find_concerns
from engine.store.database import Connection
from engine.store.deadlines import find_case_deadlines
from engine.store.exports import CaseToExport, Wanted, walk_cases
from engine.store.handovers import find_handovers
from engine.store.history import walk_chain
from engine.store.tasks import find_case_tasks, find_task_posts


def read_traces(
    connection: Connection,
    council: Council,
    wanted: Wanted,
    pseudonyms: Pseudonyms,
    posts: Collection[str],
) -> Iterator[Trace]:
    """The traces of the cases, as holders of `posts` may see them, by their opening."""
    for case in walk_cases(connection, wanted):
        version = load_version(connection, case.version_id)
        yield _trace(_kept(connection, council, case, version), version, pseudonyms, posts)


def _kept(connection: Connection, council: Council, case: CaseToExport, version: Version) -> Kept:
    asked = {
        task_id: posts[0][0] for task_id, posts in find_task_posts(connection, case.id).items()
    }
    for task_id, moves in find_handovers(connection, case.id).items():
        if moves[0].posts:
            asked[task_id] = moves[0].posts[0][0]  # who was asked when it was opened
    return Kept(
        case=case,
        package=version.package,
        calendar=council.calendar,
        chain=tuple(walk_chain(connection, case.id)),
        tasks=tuple(task for task, _ in find_case_tasks(connection, case.id)),
        asked=asked,
        deadlines=tuple(find_case_deadlines(connection, case.id)),
        answers={row.sequence: row for row in find_answers(connection, case.id)},
        concerns=tuple(find_concerns(connection, case.id)),
    )


def _trace(kept: Kept, version: Version, pseudonyms: Pseudonyms, posts: Collection[str]) -> Trace:
    case, council = kept.case, version.row.council
    tracer = Tracer(kept=kept, posts=posts)
    events = tuple(tracer.events())
    started, closed = case.clock_started_at, case.closed_at
    return Trace(
        key=pseudonyms.of(council, case.number),
        council=council,
        procedure=version.row.procedure,
        version=version.row.number,
        entry=tracer.first_opened(),
        stage=case.stage,
        outcome=case.outcome,
        opened_at=case.opened_at,
        clock_started_at=started,
        closed_at=closed,
        working_days=tracer.working_days(started, closed) if started and closed else None,
        linked_to=pseudonyms.of(council, case.linked_number) if case.linked_number else "",
        tasks=tuple(tracer.tasks()),
        concerns=tuple(_concern(row) for row in kept.concerns),
        events=events,
    )


def _concern(row: ConcernRow) -> ConcernTrace:
    return ConcernTrace(
        place=row.place,
        themes="; ".join(row.themes.splitlines()),
        stage=row.stage,
        outcome=row.outcome,
        settled_at=row.settled_at,
    )
