"""The figures at one million rows of history on PostgreSQL: each page opens in under a second.

`python -m tests.bench.dashboard` fills, measures and judges; an argument is another number of rows.
The cases of all time are asked for, of one council, in twelve teams and by forty raisers: more than
any council has. The facts of the copies are copies too, as the worker would have read them.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Table, insert, select, text

from engine.clock import SystemClock
from engine.figures.keeping import catch_up, rows_of
from engine.figures.reading import read_facts
from engine.people import set_password
from engine.store.cases import cases
from engine.store.database import Database, metadata
from engine.store.figures import PARTS, figure_cases
from engine.store.files import files
from engine.store.migrate import migrate
from tests import postgres
from tests.bench.bulk import PROCEDURE, Filled, fill
from tests.webui.office import PASSWORD, send
from webui.site import create_site

ROWS = 1_000_000
LOOKS = 9
SECONDS = 1.0
PAGES = (
    "/figures?period=all",
    "/figures",
    "/figures?period=all&team=Team+3",
    "/figures/procedures/positive-challenge?period=all",
    "/figures/cases?measure=opened",
)
_AT_ONCE = 20_000


def main() -> None:
    """Fill, measure, judge."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with (
        postgres.running(durable=True) as server,
        server.database() as address,
        closing(Database(address)) as database,
    ):
        migrate(database)
        filled = fill(database, rows)
        count = _copy_facts(filled)
        print(f"\n{filled.cases:,} cases, {filled.entries:,} entries, {count:,} rows of facts")
        sys.exit(0 if all(list(_judge(filled))) else 1)


def _copy_facts(filled: Filled) -> int:
    """The facts of the cases that were played, read; those of their copies, moved to their ids."""
    database, council = filled.installation.database, filled.played.council
    with database.read() as connection:
        ids = sorted(connection.execute(select(cases.c.id)).scalars())
        with_files = set(connection.execute(select(files.c.case_id)).scalars())
        played = [i for i in ids if i <= len(list(_scenarios()))]
        facts = {i: read_facts(connection, council, i) for i in played}
    copied = [i for i in played if i not in with_files]
    step = next(i for i in ids if i not in facts) - copied[0]
    kept: dict[str, list[dict[str, Any]]] = {}
    for case_id in ids:
        found, number = facts[(case_id - 1) % step + 1], (case_id - 1) // step
        assert found is not None
        rows = rows_of(found)
        of = {"case_id": case_id}
        shared = of | {"team": f"Team {number % 12}", "raiser_id": 1 + number % 40}
        kept.setdefault(figure_cases.name, []).append({**rows.case, **shared})
        for name, part in rows.parts.items():
            values = of if name == "figure_themes" else shared
            kept.setdefault(name, []).extend({**row, **values} for row in part)
    for table in (figure_cases, *PARTS):
        _put(database, table, kept[table.name])
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    assert catch_up(filled.installation, council).read == 0
    return sum(map(len, kept.values()))


def _scenarios() -> Iterator[Path]:
    yield from (PROCEDURE / "scenarios").glob("*.toml")


def _put(database: Database, table: Table, rows: list[dict[str, Any]]) -> None:
    for first in range(0, len(rows), _AT_ONCE):
        with database.write() as connection:
            connection.execute(insert(metadata.tables[table.name]), rows[first : first + _AT_ONCE])


def _judge(filled: Filled) -> Iterator[bool]:
    app = create_site(filled.installation, real=SystemClock())
    client = app.test_client()
    person = filled.played.people["iro_sm"]
    with filled.installation.database.write() as connection:
        set_password(connection, person, PASSWORD)
    assert send(client, "/sign-in", {"email": person.email, "password": PASSWORD}).status_code
    for page in PAGES:
        usual, site, store = _look(filled, client, page)
        kept = usual <= SECONDS
        words = f"{usual:6.2f} s (CPU of the site {site:.2f}, of the store {store:.2f})  {page}"
        print(f"  {'kept  ' if kept else 'BROKEN'} {words}", flush=True)
        yield kept


def _look(filled: Filled, client: FlaskClient, page: str) -> tuple[float, float, float]:
    """Seconds by the clock, and those that site and store worked: medians."""
    taken, used, served = [], [], []
    for _ in range(LOOKS):
        before = _store_worked(filled)
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(page)
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - worked)
        served.append(_store_worked(filled) - before)
        assert answer.status_code == 200, answer.text
    return statistics.median(taken), statistics.median(used), statistics.median(served)


def _store_worked(filled: Filled) -> float:
    """Seconds of the processor that the store's connections have taken so far."""
    with filled.installation.database.read() as connection:
        own = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = connection.execute(own).scalars().all()
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
