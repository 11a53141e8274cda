"""Databases kept from each release: this one still opens, verifies and finishes their cases.

`tests/golden/<migration>.db.gz` is a demonstration's database as that release left it, with a case
in every state; `.key` is the key that signed its anchors. Everybody in it is invented. PostgreSQL
gets the same rows in the tables that the release's own migrations made, and is then brought on.
"""

import gzip
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, MetaData, Table, func, select, text, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from engine.acts.reassigning import give_to
from engine.acts.tasks import complete_task
from engine.clock import SetClock
from engine.forms import as_written, check_answers
from engine.history.verification import verify
from engine.installation import Installation, open_installation
from engine.people import Person, find_people
from engine.procedure_folders import write_package
from engine.procedures import load_version, read_package
from engine.roads.choices import choices
from engine.settings import read_settings
from engine.store.cases import CaseRow, find_case
from engine.store.children import insert_reader
from engine.store.database import Connection, Database, Instant
from engine.store.history import find_heads
from engine.store.migrate import migrate
from engine.store.tasks import NEVER, SILENCE, TaskRow, find_open_tasks, find_post_for
from engine.store.versions import find_version_ids

GOLDEN = Path(__file__).parent.parent / "golden"
LATER = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
MOST_ANSWERS = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    """Each kind of store."""
    return str(request.param)


@pytest.fixture(params=sorted(path.name for path in GOLDEN.glob("*.db.gz")))
def golden(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a copy of a kept database, a day after it was left."""
    name = str(request.param)
    address = f"sqlite:///{tmp_path / 'golden.db'}"
    (tmp_path / "golden.db").write_bytes(gzip.decompress((GOLDEN / name).read_bytes()))
    if store == "postgresql":
        file, address = address, str(request.getfixturevalue("postgres_url"))
        with closing(Database(file)) as kept, closing(Database(address)) as fresh:
            migrate(fresh, to=name.split(".")[0])
            _copy(kept, fresh)
    settings = replace(
        read_settings({"STEPLADDER_VAR": str(tmp_path)}, database=address),
        signing_key=GOLDEN / name.replace(".db.gz", ".key"),
    )
    opened = open_installation(settings, SetClock(LATER), demonstration=True)
    yield opened
    opened.database.close()


def _copy(kept: Database, fresh: Database) -> None:
    """Put the rows of one database into the same tables of another, as they are."""
    tables = MetaData()
    with kept.read() as there, fresh.write() as here:
        tables.reflect(here)
        here.execute(text("SET session_replication_role = replica"))  # rows in any order
        for table in tables.sorted_tables:
            here.execute(table.delete())
            rows = there.execute(select(*_read_as_kept(table))).mappings().all()
            if rows:
                here.execute(table.insert(), [dict(row) for row in rows])
            _number_on(here, table)


def _read_as_kept(table: Table) -> list[ColumnElement[Any]]:
    return [
        type_coerce(column, Instant()).label(column.name)
        if isinstance(column.type, DateTime)
        else column
        for column in table.columns
    ]


def _number_on(connection: Connection, table: Table) -> None:
    """New rows get ids after those that were copied."""
    if "id" not in table.columns:
        return
    serial = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
    ).scalar()
    highest = connection.execute(select(func.max(table.columns.id))).scalar()
    if serial and highest:
        connection.execute(text("SELECT setval(:serial, :to)"), {"serial": serial, "to": highest})


def test_what_a_release_recorded_is_still_whole(golden: Installation) -> None:
    verdict = verify(golden)
    assert verdict.breaks == ()
    assert verdict.cases == 22


def test_every_case_that_a_release_left_open_can_be_finished(golden: Installation) -> None:
    people = _everybody(golden)
    for case in _cases(golden):
        assert _finish(golden, case, people).closed_at is not None, case.number
    assert verify(golden).breaks == ()


def test_a_step_that_a_release_left_open_is_as_urgent_as_a_turn_finds_it(
    golden: Installation,
) -> None:
    silences = 0
    for case in _cases(golden):
        with golden.database.read() as connection:
            tasks = find_open_tasks(connection, case.id)
            diagram = load_version(connection, case.version_id).package.diagram
        overdue = {task.element for task in tasks if task.overdue_at is not None}
        for task in tasks:
            silent = bool(overdue & diagram.missed_before(task.element))
            assert task.urgent_at == (SILENCE if silent else task.due or NEVER), case.number
            silences += silent
    assert silences > 0


def _cases(golden: Installation) -> list[CaseRow]:
    with golden.database.read() as connection:
        return [case for case in _cases_in(connection) if case.closed_at is None]


def _everybody(golden: Installation) -> tuple[Person, ...]:
    """All its people; each may read of each child, so that no case waits for a missing reader."""
    with golden.database.write() as connection:
        people = find_people(connection, None)
        for child_id in {case.child_id for case in _cases_in(connection)}:
            for person in people:
                insert_reader(connection, child_id, person.id)
    return people


def _cases_in(connection: Connection) -> list[CaseRow]:
    found = [find_case(connection, head.case_id) for head in find_heads(connection)]
    return [case for case in found if case is not None]


def _finish(golden: Installation, case: CaseRow, people: tuple[Person, ...]) -> CaseRow:
    """Let whoever is asked give the first answer that each form offers, until nothing waits."""
    for _ in range(MOST_ANSWERS):
        with golden.database.read() as connection:
            tasks = find_open_tasks(connection, case.id)
            package = load_version(connection, case.version_id).package
        if not tasks:
            break
        by = _who_may(golden, tasks[0], people)
        if tasks[0].sent_back_at is not None:
            post = package.diagram.elements[tasks[0].element].posts[0]
            give_to(golden, tasks[0].id, by=by, post=post, reason="It is theirs after all.")
            continue
        answers = next(choices(package, tasks[0].form))
        form = package.forms[tasks[0].form]
        assert check_answers(form, as_written(form, answers)).errors == {}
        case = complete_task(golden, tasks[0].id, by=by, answers=answers)
    return case


def _who_may(golden: Installation, task: TaskRow, people: tuple[Person, ...]) -> Person:
    with golden.database.read() as connection:
        for person in people:
            if find_post_for(connection, task.id, person.id, LATER.date()) is not None:
                return person
    raise AssertionError(f"nobody may answer {task.element} of case {task.case_id}")


def test_each_version_goes_out_as_files_and_in_again_to_the_byte(
    golden: Installation, tmp_path: Path
) -> None:
    with golden.database.read() as connection:
        ids = [n for key in golden.councils for n in find_version_ids(connection, key)]
        known = [load_version(connection, each) for each in ids]
    assert known
    for version in known:
        folder = write_package(version.package, tmp_path / str(version.row.id))
        assert read_package(folder).hash == version.row.hash
