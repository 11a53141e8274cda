"""Walks the cases that are asked for, one at a time: nothing is kept of those told before."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from engine.access.exports import ExportRights
from engine.calendars import Calendar
from engine.clock import in_london
from engine.councils import Council
from engine.exports.pseudonyms import Pseudonyms
from engine.exports.trace import ConcernTrace, Trace
from engine.exports.tracing import Kept, Tracer
from engine.procedures import Version, load_version
from engine.store.concerns import ConcernRow
from engine.store.database import Connection
from engine.store.exports import RowsOfCase, Wanted, walk_cases


def read_traces(
    connection: Connection,
    council: Council,
    wanted: Wanted,
    pseudonyms: Pseudonyms,
    rights: ExportRights,
) -> Iterator[Trace]:
    """The traces of the cases, as whoever has these rights may see them, by their opening."""
    for rows in walk_cases(connection, wanted):
        version = load_version(connection, rows.case.version_id)
        known = {entry.version_id for entry, _ in rows.chain}
        versions = {each: load_version(connection, each) for each in known}
        yield _trace(_kept(council, rows, version, versions), version, pseudonyms, rights)


def _kept(
    council: Council, rows: RowsOfCase, version: Version, versions: Mapping[int, Version]
) -> Kept:
    return Kept(
        case=rows.case,
        package=version.package,
        versions=versions,
        calendar=council.calendar,
        chain=rows.chain,
        tasks=rows.tasks,
        asked=rows.asked,
        deadlines=rows.deadlines,
        answers={row.sequence: row for row in rows.answers},
        concerns=rows.concerns,
    )


def _trace(kept: Kept, version: Version, pseudonyms: Pseudonyms, rights: ExportRights) -> Trace:
    case, council = kept.case, version.row.council
    tracer = Tracer(kept=kept, rights=rights)
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
        working_days=_days(kept.calendar, started, closed) if started and closed else None,
        linked_to=pseudonyms.of(council, case.linked_number) if case.linked_number else "",
        tasks=tuple(tracer.tasks()),
        concerns=tuple(_concern(row) for row in kept.concerns),
        events=events,
    )


def _days(calendar: Calendar, started: datetime, closed: datetime) -> int:
    """The working days of the clock of the whole case: the council's closure days count (X-5)."""
    first, last = in_london(started).date(), in_london(closed).date()
    return calendar.working_days_between(first, last, statutory=True)


def _concern(row: ConcernRow) -> ConcernTrace:
    return ConcernTrace(
        place=row.place,
        themes="; ".join(row.themes.splitlines()),
        stage=row.stage,
        outcome=row.outcome,
        settled_at=row.settled_at,
    )
