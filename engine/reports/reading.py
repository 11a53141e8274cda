"""What one person reads of the reports: which there are, and one of them as it was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.access.reports import demand_report, report_rights
from engine.clock import in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.history.access_log import note
from engine.history.ledger import Told, read_story
from engine.installation import Installation
from engine.people import Person
from engine.report_kinds import ReportKind
from engine.reports.periods import Period, next_made_at
from engine.reports.report import Report, from_json
from engine.store.access import find_seen_among
from engine.store.report_lists import find_numbered
from engine.store.reports import REPORT, ListedReport, ReportRow, find_report, find_reports

_NONE: Final = "There is no such report. Open Reports to see those that there are."


class NoReport(StepladderError):
    """There is no such report."""


@dataclass(frozen=True, kw_only=True)
class OfKind:
    """The reports of one kind, those of the latest period first, and when the next one is made.

    `next_at` is aware, in UTC.
    """

    kind: ReportKind
    made: tuple[ListedReport, ...]
    next_at: datetime


@dataclass(frozen=True, kw_only=True)
class KeptReport:
    """A report that was made, as far as its reader reads it. `seen` are the case numbers in it that
    lead somewhere for them."""

    row: ReportRow
    period: Period
    report: Report
    council: Council
    story: tuple[Told, ...]
    seen: frozenset[str]


def read_reports(installation: Installation, by: Person) -> tuple[OfKind, ...]:
    """The council's reports that the person reads, in the order of its own file."""
    council, now = installation.council(by.council), installation.clock.now()
    with installation.database.read() as connection:
        rights = report_rights(connection, by, council, now)
        made = find_reports(connection, council.key, rights.kinds) if rights.kinds else []
    return tuple(
        _of_kind(kind, council, now, made)
        for key, kind in council.reports.items()
        if key in rights.kinds
    )


def _of_kind(
    kind: ReportKind, council: Council, now: datetime, made: Iterable[ListedReport]
) -> OfKind:
    return OfKind(
        kind=kind,
        made=tuple(each for each in made if each.kind == kind.key),
        next_at=next_made_at(kind, council, now),
    )


def read_kind(installation: Installation, kind: str, by: Person) -> OfKind:
    """The reports of one kind. Raises `NoReport`, and `NotAllowed` for whoever reads none."""
    council, now = installation.council(by.council), installation.clock.now()
    if kind not in council.reports:
        raise NoReport(_NONE)
    with installation.database.read() as connection:
        demand_report(connection, by, council, kind, now)
        made = find_reports(connection, council.key, [kind])
    return _of_kind(council.reports[kind], council, now, made)


def read_report(
    installation: Installation, kind: str, report_id: int, by: Person, *, how: str = "looked at"
) -> KeptReport:
    """A report as it was made. Each look and each refusal goes to the access log.

    `how` is what is done: looked at, or downloaded as what. Raises `NoReport`, `NotAllowed`.
    """
    allowed = False
    try:
        kept = _read(installation, kind, report_id, by)
        allowed = True
        return kept
    finally:
        note(installation, by, f"report {report_id}: {how}", allowed=allowed)


def _read(installation: Installation, kind: str, report_id: int, by: Person) -> KeptReport:
    council, now = installation.council(by.council), installation.clock.now()
    with installation.database.read() as connection:
        row = find_report(connection, report_id)
        if row is None or (row.council, row.kind) != (council.key, kind):
            raise NoReport(_NONE)
        rights = demand_report(connection, by, council, kind, now)
        report = from_json(row.content).read_by(kept_informed=rights.figures.all_seats)
        numbers = {str(r[0]) for _, table in report.tables if table.of_cases for r in table.rows}
        ids = find_numbered(connection, council.key, numbers)
        seen = find_seen_among(connection, ids, by.id, in_london(now).date())
        return KeptReport(
            row=row,
            period=Period(first=row.first, last=row.last),
            report=report,
            council=council,
            story=read_story(connection, REPORT, report_id),
            seen=frozenset(ids[each] for each in seen),
        )
