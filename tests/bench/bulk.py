"""A database of any size: a council's scenarios, played once, and copies of their cases.

A copy is a case of its own: its child, its tasks and all else have other ids, and its chain of
history, its place in the register of cases and its end are reckoned anew, so that `history verify`
finds all of it whole. Times are those of the scenarios. Cases that came with files are not copied,
for their entries name the files by id.

`python -m tests.bench.bulk postgresql+psycopg://… 100000` fills a database whose tables are there.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, func, insert, select, text, update

from engine.children import add_child, set_status
from engine.clock import SetClock, in_london, parse_instant
from engine.councils import RAISER
from engine.history.anchors import seal
from engine.history.course_acts import MOVED, OPENED
from engine.history.entries import canonical, hash_body, hash_entry, hash_registered
from engine.installation import Installation
from engine.play import read_scenario
from engine.play.scripted import act
from engine.procedures import read_package
from engine.rehearsal import TEAM, Rehearsal
from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Connection, Database, metadata
from engine.store.files import files
from engine.store.history import (
    Entry,
    Registered,
    bodies,
    entries,
    find_register,
    find_register_head,
    register,
    register_head,
)
from engine.store.tasks import tasks
from tests.stories import COUNCIL, PROCESSES, installation_on

PROCEDURE: Final = PROCESSES / COUNCIL / "positive-challenge"
_MOVED: Final = {table.name for table in (children, cases, tasks)}
_COPIED: Final = (
    "children", "legal_statuses", "cases", "parts", "tasks", "task_posts", "deadlines",
    "answers", "concerns", "voice", "handovers", "time_requests", "notices",
)  # fmt: skip
_AT_ONCE: Final = 1000
_NAMES_IDS: Final = frozenset({"child", "linked_to"})

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What there is now: cases and entries of their histories; `played` is who played, by post."""

    cases: int
    entries: int
    installation: Installation
    played: Rehearsal


def fill(database: Database, at_least: int, procedure: Path = PROCEDURE) -> Filled:
    """Play each scenario of the procedure once, copy the cases to so many entries, and seal."""
    first = parse_instant("2026-01-05T09:00")
    here = installation_on(database, SetClock(first))
    told = _play(here, procedure)
    with database.write() as connection:
        block = _Block(connection)
        copies = max(0, -(-(at_least - _count(connection, entries)) // len(block.entries)))
        heads = _copy_chains(connection, block, copies)
        for name in _COPIED:
            table = metadata.tables[name]
            _put(connection, table, _copies(block, table, copies, heads))
        _go_on_numbering(connection)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    seal(here)
    with database.read() as connection:
        counted = {table.name: _count(connection, table) for table in (cases, entries)}
    return Filled(
        cases=counted["cases"], entries=counted["history"], installation=here, played=told
    )


def _play(here: Installation, procedure: Path) -> Rehearsal:
    """Each scenario about a child of its own, by the same people."""
    package, told = read_package(procedure), None
    for number, file in enumerate(sorted((procedure / "scenarios").glob("*.toml")), start=1):
        scenario = read_scenario(file.read_bytes(), file.name)
        start = scenario.steps[0].at
        assert isinstance(here.clock, SetClock)
        here.clock.set(start)
        told = told or Rehearsal(PROCESSES, package, start, installation=here)
        told.child = _child(told, number, scenario.statuses)
        for step in scenario.steps:
            told.move_to(max(step.at, here.clock.now()))
            try:
                act(told, step)
            except Exception as error:
                if step.refused is None:
                    raise AssertionError(f"{file.name}: {step.title}") from error
    assert told is not None
    return told


def _child(told: Rehearsal, number: int, statuses: Sequence[str]) -> Any:
    today = in_london(told.clock.now()).date()
    with told.installation.database.write() as connection:
        child = add_child(
            connection,
            council=told.council.key,
            reference=f"BULK-{number}",
            name=f"Bulk Child {number}",
            date_of_birth=date(today.year - 10, 1, 1),
            team=TEAM,
            today=today,
            social_worker_id=told.people["sw"].id,
            raiser_id=told.people[RAISER].id,
        )
        for status in statuses:
            set_status(connection, child, status, starts=date(today.year - 1, 1, 1))
    return child


class _Block:
    """The rows that are copied; `step` is by how much the ids of a copy are higher."""

    def __init__(self, connection: Connection) -> None:
        with_files = {row.case_id for row in connection.execute(select(files.c.case_id))}
        wanted = {row.id for row in connection.execute(select(cases.c.id))} - with_files
        linked = select(cases.c.id, cases.c.linked_to).where(cases.c.linked_to.is_not(None))
        wanted -= {row.id for row in connection.execute(linked) if row.linked_to not in wanted}
        self._kept = {"cases": wanted}
        self.step = 0
        self.rows = {name: self._read(connection, metadata.tables[name]) for name in _COPIED}
        self.entries = [Entry(**row) for row in self._read(connection, entries)]
        self.bodies = self._read(connection, bodies)
        naming = {(e.case_id, e.sequence) for e in self.entries if e.act in (OPENED, MOVED)}
        self.changing = {
            (row["case_id"], row["sequence"]): row
            for row in self.bodies
            if (row["case_id"], row["sequence"]) in naming
        }
        self.register = [row for row in find_register(connection) if row.case_id in wanted]
        self.step += 1

    def _read(self, connection: Connection, table: Table) -> list[Row]:
        rows: list[Row] = [dict(row) for row in connection.execute(select(table)).mappings()]
        self.step = max([self.step, *(row.get("id") or 0 for row in rows)])
        if table.name == "cases":
            return [row for row in rows if row["id"] in self._kept["cases"]]
        if "case_id" in table.columns:
            return [row for row in rows if row["case_id"] in self._kept["cases"]]
        if table.name == "task_posts":
            of_cases = {row["id"] for row in self._rows_of(connection)}
            return [row for row in rows if row["task_id"] in of_cases]
        return rows

    def _rows_of(self, connection: Connection) -> list[Row]:
        wanted = tasks.c.case_id.in_(self._kept["cases"])
        return [dict(row) for row in connection.execute(select(tasks).where(wanted)).mappings()]


Heads = dict[int, tuple[str, str]]


def _copy_chains(connection: Connection, block: _Block, copies: int) -> Heads:
    """The history of each copy, and its place in the register; both ends of its chain by case."""
    heads: Heads = {}
    _put(connection, entries, map(vars, _chains(block, copies, heads)))
    _put(connection, bodies, _bodies(block, copies))
    count, end = find_register_head(connection) or (0, "")
    rows = list(_openings(block, copies, heads, count, end))
    _put(connection, register, map(vars, rows))
    if rows:
        connection.execute(
            update(register_head).values(count=rows[-1].sequence, hash=rows[-1].hash)
        )
    return heads


def _chains(block: _Block, copies: int, heads: Heads) -> Iterator[Entry]:
    ordered = sorted(block.entries, key=lambda each: (each.case_id, each.sequence))
    chains = [list(chain) for _, chain in groupby(ordered, key=lambda each: each.case_id)]
    for copy in range(1, copies + 1):
        for chain in chains:
            case_id, previous, first = chain[0].case_id + copy * block.step, chain[0].previous, ""
            for entry in chain:
                moved = replace(entry, case_id=case_id, previous=previous, hash="")
                body = block.changing.get((entry.case_id, entry.sequence))
                if body is not None:
                    told = _told_of_copy(body["content"], copy * block.step)
                    moved = replace(moved, body_hash=hash_body(bytes(body["salt"]), told))
                previous = hash_entry(moved)
                first = first or previous
                yield replace(moved, hash=previous)
            heads[case_id] = (first, previous)


def _bodies(block: _Block, copies: int) -> Iterator[Row]:
    for copy in range(1, copies + 1):
        by = copy * block.step
        for row in block.bodies:
            place = (row["case_id"], row["sequence"])
            content = row["content"]
            if place in block.changing:
                content = _told_of_copy(content, by)
            yield {**row, "case_id": row["case_id"] + by, "content": content}


def _told_of_copy(content: str, by: int) -> str:
    """What an entry tells that names the child, or another case, of a copy."""
    told = json.loads(content)
    for name in _NAMES_IDS & told["after"].keys():
        told["after"][name] += by
    return canonical(told)


def _openings(
    block: _Block, copies: int, heads: Heads, count: int, end: str
) -> Iterator[Registered]:
    for copy in range(1, copies + 1):
        for row in block.register:
            count, case_id = count + 1, row.case_id + copy * block.step
            opened = replace(
                row, sequence=count, case_id=case_id, number=_number(case_id),
                first_hash=heads[case_id][0], previous=end, hash="",
            )  # fmt: skip
            end = hash_registered(opened)
            yield replace(opened, hash=end)


def _copies(block: _Block, table: Table, copies: int, heads: Heads) -> Iterator[Row]:
    moved = [
        column.name
        for column in table.columns
        if (column.name == "id" and column.primary_key)
        or any(key.column.table.name in _MOVED for key in column.foreign_keys)
    ]
    for row in _shifted(block, block.rows[table.name], moved, copies):
        if table is cases:
            yield {**row, "number": _number(row["id"]), "head": heads[row["id"]][1]}
        elif table is children:
            yield {**row, "reference": f"BULK-{row['id']}", "name": f"Bulk Child {row['id']}"}
        elif table.name == "notices" and "key" in row:
            yield {**row, "key": f"{row['key']}-{row['id']}"}
        else:
            yield row


def _shifted(
    block: _Block, rows: Sequence[Row], moved: Iterable[str], copies: int
) -> Iterator[Row]:
    names = tuple(moved)
    for copy in range(1, copies + 1):
        by = copy * block.step
        for row in rows:
            yield {**row, **{name: row[name] + by for name in names if row[name] is not None}}


def _put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Keep many rows, as fast as the store takes them."""
    names = [column.name for column in table.columns]
    if connection.dialect.name == "sqlite":
        waiting = iter(rows)
        while chunk := list(islice(waiting, _AT_ONCE)):
            connection.execute(insert(table), chunk)
        return
    raw: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in names)
    with (
        raw.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row([row[name] for name in names])


def _go_on_numbering(connection: Connection) -> None:
    """PostgreSQL counts ids by itself, and has not seen those of the copies."""
    if connection.dialect.name == "sqlite":
        return
    for name in _COPIED:
        if "id" in metadata.tables[name].columns:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f'(SELECT coalesce(max(id), 1) FROM "{name}"))'
                )
            )


def _number(case_id: int) -> str:
    return f"2027-{case_id:07}"


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def main() -> None:
    """Fill the database at the address that is given."""
    address, at_least = sys.argv[1:]
    filled = fill(Database(address), int(at_least))
    print(f"{filled.cases:,} cases with {filled.entries:,} entries")


if __name__ == "__main__":
    main()
