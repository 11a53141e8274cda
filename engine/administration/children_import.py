"""Children's references out of a CSV file: first what it would do, then all of it or nothing.

A line is a child with at most one legal status. The same file twice changes nothing the second
time; nobody is removed by a file, and a restricted record is changed on its own page alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from engine.access import demand_administrator
from engine.administration.csv_file import Line, Wrong, read_day, read_table
from engine.child_file.changes import RECORD, STATUS, keep_change, tell_cases
from engine.children import (
    STATUSES,
    BadChild,
    Child,
    add_child,
    set_status,
    statuses_on,
    tidy,
)
from engine.clock import in_london
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person, as_address, find_people
from engine.store.children import change_child, find_child_by_reference
from engine.store.database import Connection
from engine.store.people import lock_council
from engine.store.people_lists import find_teams

COLUMNS: Final = (
    "reference",
    "name",
    "date of birth",
    "team",
    "social worker",
    "raiser",
    "legal status",
    "from",
)
EXAMPLE: Final = (
    "1234567",
    "Kim Bell",
    "2/6/2015",
    "Team A",
    "ann.ash@example.gov.uk",
    "bea.hill@example.gov.uk",
    "looked after",
    "6/1/2025",
)
_LABELS: Final = {
    "name": "name",
    "team": "team",
    "social_worker_id": "social worker",
    "raiser_id": "raiser",
}
_REASON: Final = "It came with a file from the council’s own records."


@dataclass(frozen=True, kw_only=True)
class _Row:
    reference: str
    name: str
    born: date
    team: str
    social_worker_id: int | None
    raiser_id: int | None
    status: str
    since: date | None


@dataclass(kw_only=True)
class ChildrenPlan:
    """What a file would do: `wrong` by line, else what is added and changed, by reference alone.

    `warnings` are told and stop nothing. `unchanged` counts the lines that say what is known.
    """

    wrong: list[Wrong] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unchanged: int = 0
    new: list[_Row] = field(default_factory=list)
    known: list[tuple[Child, _Row, tuple[str, ...]]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be done."""
        return not self.new and not self.known


def plan_children(installation: Installation, content: bytes, *, by: Person) -> ChildrenPlan:
    """What the file would do in the administrator's council; nothing is changed.

    Raises `BadFile` and `NotAllowed`.
    """
    lines = read_table(content, COLUMNS)
    at = installation.clock.now()
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, at)
        return _Planner(connection, by, at).read(lines)


def import_children(installation: Installation, content: bytes, *, by: Person) -> ChildrenPlan:
    """Do what the file says, all of it; nothing where anything is wrong with it.

    Open cases are told of a new legal status afterwards, as when it is recorded by hand. Raises
    `BadFile` and `NotAllowed`.
    """
    lines = read_table(content, COLUMNS)
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_administrator(connection, by, by.council, at)
        lock_council(connection, by.council)
        plan = _Planner(connection, by, at).read(lines)
        told = [] if plan.wrong else _carry_out(installation, connection, plan, by, at)
    for change_id in told:
        tell_cases(installation, change_id)
    return plan


def _carry_out(
    installation: Installation,
    connection: Connection,
    plan: ChildrenPlan,
    by: Person,
    at: datetime,
) -> list[int]:
    today = in_london(at).date()
    changes = []
    for row in plan.new:
        child = add_child(
            connection,
            council=by.council,
            reference=row.reference,
            name=row.name,
            date_of_birth=row.born,
            team=row.team,
            today=today,
            social_worker_id=row.social_worker_id,
            raiser_id=row.raiser_id,
        )
        _keep(installation, connection, child, RECORD, "The record was added.", by)
        if row.status:
            set_status(connection, child, row.status, row.since or today)
    for child, row, parts in plan.known:
        details = [part for part in parts if part in _LABELS]
        for part in details:
            change_child(connection, child.id, part, getattr(row, part))
        if details:
            labels = " and ".join(_LABELS[part] for part in details)
            words = f"The {labels} changed with a file."
            _keep(installation, connection, child, RECORD, words, by)
        if "status" in parts:
            since = row.since or today
            set_status(connection, child, row.status, since)
            words = f"The child is “{row.status}” from {_day(since)}."
            changes.append(_keep(installation, connection, child, STATUS, words, by))
    return changes


def _keep(
    installation: Installation,
    connection: Connection,
    child: Child,
    kind: str,
    words: str,
    by: Person,
) -> int:
    return keep_change(
        connection,
        child,
        kind=kind,
        words=words,
        reason=_REASON,
        by=by,
        installation=installation,
    )


class _LineError(StepladderError):
    """What is wrong with one line."""


class _Planner:
    """Goes through the lines with what is known."""

    def __init__(self, connection: Connection, by: Person, at: datetime) -> None:
        self._connection = connection
        self._by = by
        self._today = in_london(at).date()
        self._people = {p.email: p for p in find_people(connection, by.council) if p.active}
        self._teams = set(find_teams(connection, by.council))
        self._seen: dict[str, int] = {}
        self.plan = ChildrenPlan()

    def read(self, lines: Iterable[Line]) -> ChildrenPlan:
        for line in lines:
            try:
                self._take(line)
            except StepladderError as error:
                self.plan.wrong.append(Wrong(line=line.number, sentence=str(error)))
        return self.plan

    def _take(self, line: Line) -> None:
        row = self._row(line)
        first = self._seen.setdefault(row.reference, line.number)
        if first != line.number:
            raise _LineError(f"The reference stands in line {first} already. Keep one of them.")
        if row.team not in self._teams:
            self._teams.add(row.team)
            self.plan.warnings.append(
                f"“{row.team}” is a new team: nobody holds a post for it yet."
            )
        child = find_child_by_reference(self._connection, self._by.council, row.reference)
        if child is None:
            self.plan.new.append(row)
            status = f", {row.status}" if row.status else ""
            self.plan.added.append(f"{row.reference}, {row.team}{status}")
            return
        if child.restricted:
            self.plan.warnings.append(
                f"Line {line.number} is about a restricted record, which stays as it is: it is "
                "changed on its own page alone."
            )
        parts = () if child.restricted else self._parts(child, row)
        if not parts:
            self.plan.unchanged += 1
            return
        self.plan.known.append((child, row, parts))
        labels = [_LABELS.get(part, "legal status") for part in parts]
        self.plan.changed.append(f"{row.reference}: {' and '.join(labels)}")

    def _parts(self, child: Child, row: _Row) -> tuple[str, ...]:
        if child.date_of_birth != row.born:
            raise _LineError(
                "The date of birth is another one on the record. Check that it is the same child."
            )
        parts = [
            part
            for part in _LABELS
            if getattr(row, part) is not None and getattr(child, part) != getattr(row, part)
        ]
        if row.status and not self._has(child, row):
            parts.append("status")
        return tuple(parts)

    def _has(self, child: Child, row: _Row) -> bool:
        on = row.since or self._today
        held = statuses_on(self._connection, child.id, on)
        same = [one for one in held if one.status == row.status]
        if same and row.since is not None and same[0].starts != row.since:
            raise _LineError(
                f"The child is “{row.status}” from {_day(same[0].starts)} already. Correct the day "
                "here, or on the child’s record."
            )
        return bool(same)

    def _row(self, line: Line) -> _Row:
        cells = line.cells
        born = read_day(cells["date of birth"])
        if born is None:
            raise _LineError("The date of birth is missing.")
        if born > self._today:
            raise BadChild("The date of birth is still to come. Check the day and the year.")
        status = cells["legal status"].casefold()
        if status and status not in STATUSES:
            raise _LineError(
                f"“{cells['legal status']}” is no legal status here. Use one of: "
                f"{', '.join(STATUSES)}; or leave it empty."
            )
        since = read_day(cells["from"])
        if since is not None and not status:
            raise _LineError("It has a first day, but no legal status. Write the status as well.")
        if since is not None and since < born:
            raise _LineError("The legal status begins before the child was born. Check both dates.")
        return _Row(
            reference=tidy("reference", cells["reference"]),
            name=tidy("name", cells["name"]),
            born=born,
            team=tidy("team", cells["team"]),
            social_worker_id=self._id_of(cells["social worker"]),
            raiser_id=self._id_of(cells["raiser"]),
            status=status,
            since=since,
        )

    def _id_of(self, email: str) -> int | None:
        if not email:
            return None
        person = self._people.get(as_address(email))
        if person is None:
            raise _LineError(f"Nobody here has the address {email}. Import people first.")
        return person.id


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
