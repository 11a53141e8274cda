"""Home at a council far larger than any: 20,000 open cases with 100,000 open tasks.

A usual person has 200 cases, in a group of thirty or so that share a post; another sees them all.
What is timed is what home asks for: how many there are in each list, and the first page; and the
statement of the tray alone. The floor is reading as many rows as a page shows by their keys.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, literal, select, text
from sqlalchemy.sql.elements import ColumnElement

from engine.lists.case_list import count_list
from engine.lists.listing import PAGE, Wanted
from engine.lists.trays import Desk, count_waiting, read_tray_page
from engine.people import Person, add_person, give_post
from engine.rehearsal import Rehearsal
from engine.store.cases import cases, parts
from engine.store.children import children
from engine.store.database import Connection, Database
from engine.store.listed import Asked
from engine.store.migrate import create_tables
from engine.store.tasks import task_posts, tasks
from engine.store.trays import find_tray
from tests import postgres
from tests.stories import COUNCIL, raise_at_stage, story

CASES = 20_000
EACH = 5
GROUPS = 100
SHARE = 30
ROUNDS = 15
LAST = 10 + CASES
STAGES = ("informal", "1", "2", "3")

Look = Callable[[], object]


def measure(store: str, folder: Path) -> dict[str, tuple[float, float, float]]:
    """By what was looked at: milliseconds of the look, slowest but one, and of the floor."""
    with _database(store, folder) as database:
        looks = _looks(database)
        for look in looks.values():
            look()
        taken: dict[str, list[float]] = {name: [] for name in looks}
        for _ in range(ROUNDS):
            for name, look in looks.items():
                began = time.perf_counter()
                look()
                taken[name].append((time.perf_counter() - began) * 1000)
        floor = statistics.median(taken.pop("floor"))
        return {
            name: (statistics.median(each), sorted(each)[-2], floor) for name, each in taken.items()
        }


@contextmanager
def _database(store: str, folder: Path) -> Iterator[Database]:
    if store == "sqlite":
        database = Database(f"sqlite:///{folder / 'home.db'}")
        yield database
        database.close()
        return
    with postgres.running(durable=True) as server, server.database() as address:
        database = Database(address)
        yield database
        database.close()


def _looks(database: Database) -> Mapping[str, Look]:
    """What is timed, by name, in a database that is filled for it."""
    create_tables(database)
    told = story("2026-03-23T10:00", database)
    raise_at_stage(told, 1)
    with database.write() as connection:
        raisers = _raisers(connection, told)
        _fill(connection, [person.id for person in raisers])
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()

    def home(person: Person) -> Look:
        def look() -> None:
            with database.read() as connection:
                desk = Desk(told.installation, connection, person)
                read_tray_page(desk, Wanted(), mine=person != all_seeing, after=None, before=None)
                count_waiting(desk, mine=person == all_seeing)
                count_list(desk, is_open=True)

        return look

    def tray(person: Person) -> Look:
        with database.read() as connection:
            found = Desk(told.installation, connection, person).tray((), mine=True)

        def look() -> None:
            with database.read() as connection:
                assert len(find_tray(connection, found, Asked(), most=PAGE)) == PAGE

        return look

    def floor() -> None:
        with database.read() as connection:
            for n in range(PAGE):
                connection.execute(select(tasks).where(tasks.c.id == 100 + n * 997)).one()

    all_seeing = told.people["iro_sm"]
    return {
        "home, 200 cases": home(raisers[0]),
        "home, a team's": home(told.people["tm"]),
        "home, 20,000 cases": home(all_seeing),
        "tray, 200 cases": tray(raisers[0]),
        "floor": floor,
    }


def _raisers(connection: Connection, told: Rehearsal) -> list[Person]:
    """A hundred who raise concerns, of whom thirty are also managers of one team."""
    found = []
    for n in range(GROUPS):
        person = add_person(connection, council=COUNCIL, name=f"R{n}", email=f"r{n}@x.invalid")
        give_post(connection, told.council, person, "raiser", starts=date(2020, 1, 1))
        found.append(person)
    for n in range(SHARE):
        person = add_person(connection, council=COUNCIL, name=f"M{n}", email=f"m{n}@x.invalid")
        give_post(connection, told.council, person, "tm", team="Team A", starts=date(2020, 1, 1))
    return found


def _fill(connection: Connection, raiser_ids: list[int]) -> None:
    """Copies of the one case that there is; what belongs to a case is copied by the store."""
    child, case = (_first(connection, table) for table in (children, cases))
    connection.execute(
        insert(children),
        [child | {"id": n, "reference": f"X{n}", "name": f"Child {n}"} for n in range(10, LAST)],
    )
    rows = []
    for n in range(10, LAST):
        team, group = "A" if n % GROUPS == 0 else n % GROUPS, n % GROUPS
        rows.append(
            case
            | {"id": n, "number": f"2027-{n:05}", "child_id": n, "raiser_id": raiser_ids[group]}
            | {"team": f"Team {team}", "stage": STAGES[n % len(STAGES)]}
            | {"urgent_at": case["opened_at"] + timedelta(hours=n * 7 % 3000 - 500)}
        )
    connection.execute(insert(cases), rows)
    by_name = {"person_id": cases.c.raiser_id, "post": "", "team": ""}
    for held in (by_name, {"post": "tm", "team": cases.c.team}, {"post": "iro_sm", "team": ""}):
        _copy(connection, parts, {"case_id": cases.c.id, "person_id": None, **held})
    for n in range(EACH):
        made = {"id": cases.c.id * EACH + n, "case_id": cases.c.id, "token": 100 + n}
        due = dict.fromkeys(("due", "urgent_at"), cases.c.urgent_at)
        _copy(connection, tasks, {**made, **due, "stage": cases.c.stage})
        asked: dict[str, Any] = {"post": "tm", "team": cases.c.team, "person_id": None}
        if n >= EACH // 2 + 1:
            asked = {"post": "raiser", "team": "", "person_id": cases.c.raiser_id}
        asked |= {"task_id": made["id"], "owner": True, "open": True}
        _copy(connection, task_posts, asked)


def _copy(connection: Connection, table: Table, given: Mapping[str, Any]) -> None:
    """A row of the table for each case: as the first row there is, but for what is given."""
    first = {name: value for name, value in _first(connection, table).items() if name != "id"}
    values = {**first, **given}
    columns = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    rows = select(*columns).select_from(cases).where(cases.c.id >= 10)
    connection.execute(insert(table).from_select(list(values), rows))


def _first(connection: Connection, table: Table) -> dict[str, Any]:
    row = connection.execute(select(table)).mappings().first()
    assert row is not None
    return dict(row)
