"""Reports that were made and are kept as they were (X-25).

What a report says stands in `content`, as JSON; the ledger vouches for it by its hash.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    RowMapping,
    Table,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from engine.store.cases import cases
from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people

# `slot` is what the schedule makes once: council, kind and period; empty for what somebody asked
# for. `as_of` is the instant up to which it counts, `made_by` empty where the schedule made it.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("slot", Text, unique=True),
    Column("content", Text, nullable=False),
    Index("ix_reports_council_kind_last", "council", "kind", "last", "id"),
)

REPORT = "report"
"""The name under which the ledger tells of reports."""

# PostgreSQL's form of the statement is also the one that SQLite takes.
_ADD = insert(reports).on_conflict_do_nothing().returning(reports.c.id)
_STATE = (
    reports.c.id,
    reports.c.council,
    reports.c.kind,
    reports.c.title,
    reports.c.first,
    reports.c.last,
    reports.c.as_of,
    reports.c.made_at,
    reports.c.made_by,
    reports.c.slot,
    reports.c.content,
)
_BY_ID = select(*_STATE).where(reports.c.id == bindparam("of"))
_ALL = select(*_STATE).order_by(reports.c.id)
_LISTED = (
    select(
        reports.c.id,
        reports.c.kind,
        reports.c.title,
        reports.c.first,
        reports.c.last,
        reports.c.made_at,
        func.coalesce(people.c.name, "").label("by"),
    )
    .outerjoin(people, people.c.id == reports.c.made_by)
    .where(reports.c.council == bindparam("council"))
    .where(reports.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(reports.c.last.desc(), reports.c.id.desc())
)
_LAST = (
    select(reports.c.council, reports.c.kind, func.max(reports.c.last).label("last"))
    .where(reports.c.slot.is_not(None))
    .group_by(reports.c.council, reports.c.kind)
)
_FIRST_CASE = select(func.min(cases.c.opened_at)).where(cases.c.council == bindparam("council"))


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A report to be kept; `slot` is None where somebody asked for it. Instants are aware."""

    council: str
    kind: str
    title: str
    first: date
    last: date
    as_of: datetime
    made_at: datetime
    made_by: int | None
    slot: str | None
    content: str


@dataclass(frozen=True, kw_only=True)
class ReportRow(NewReport):
    """A report as it is kept."""

    id: int


@dataclass(frozen=True, kw_only=True)
class ListedReport:
    """A report in a list; `by` is empty where the schedule made it."""

    id: int
    kind: str
    title: str
    first: date
    last: date
    made_at: datetime
    by: str


def add_report(connection: Connection, new: NewReport) -> int | None:
    """Keep a report; its id, or None where another worker has made that slot's."""
    found = connection.execute(_ADD, vars(new)).scalar()
    return None if found is None else int(found)


def find_report(connection: Connection, report_id: int) -> ReportRow | None:
    """The report with that id."""
    return first(ReportRow, connection.execute(_BY_ID, {"of": report_id}))


def find_reports(connection: Connection, council: str, kinds: Iterable[str]) -> list[ListedReport]:
    """The council's reports of those kinds, those of the latest period first."""
    values = {"council": council, "kinds": sorted(kinds)}
    return records(ListedReport, connection.execute(_LISTED, values))


def find_last_made(connection: Connection) -> dict[tuple[str, str], date]:
    """The last day of the latest period of which the schedule made each council's kinds."""
    return {(row.council, row.kind): row.last for row in connection.execute(_LAST)}


def find_first_opening(connection: Connection, council: str) -> datetime | None:
    """When the council's first case was opened; None before there is any."""
    at: datetime | None = connection.execute(_FIRST_CASE, {"council": council}).scalar()
    return at


def find_report_state(connection: Connection, report_id: int) -> Mapping[str, object] | None:
    """All that is kept of the report, as the ledger vouches for it."""
    row = connection.execute(_BY_ID, {"of": report_id}).mappings().first()
    return None if row is None else _state(row)


def find_report_states(connection: Connection) -> dict[int, Mapping[str, object]]:
    """As `find_report_state`, of all reports, by id."""
    rows = connection.execute(_ALL, execution_options={"yield_per": 100})
    return {row["id"]: _state(row) for row in rows.mappings()}


def _state(row: RowMapping) -> Mapping[str, object]:
    values = dict(row)
    content = values.pop("content")
    return {
        **{str(name): _as_json(value) for name, value in values.items()},
        "content": hashlib.sha256(str(content).encode()).hexdigest(),
    }


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
