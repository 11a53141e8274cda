"""One million rows of history on PostgreSQL: a case's page, the CSV, `history verify`.

`make million` prints and judges. The promises are those of a machine that does nothing else: a
case's page in 100 ms at the 95th percentile, the history verified in 60 s with a flipped byte
named, the CSV in memory that does not grow with the cases.
"""

import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from engine.clock import SetClock, SystemClock, parse_instant
from engine.exports.exporting import CSV, Ask, export
from engine.history.verification import verify
from engine.people import Person, set_password
from engine.store.cases import cases
from engine.store.database import Database
from engine.store.history import bodies
from engine.store.migrate import migrate
from tests import postgres
from tests.bench.bulk import Filled, fill
from tests.stories import PROCESSES, installation_on
from tests.webui.office import PASSWORD, send
from webui.site import create_site

ROWS = 1_000_000
LOOKS = 200
PAGE_MS = 100.0
VERIFY_SECONDS = 60.0
GROWTH_MB = 64.0


def main() -> None:
    """Fill, measure, judge. An argument is another number of rows."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running(durable=True) as server,
        server.database() as address,
        closing(Database(address)) as database,
    ):
        migrate(database)
        began = time.perf_counter()
        filled = _at_home(fill(database, rows), Path(folder))
        taken = time.perf_counter() - began
        print(f"\n{filled.cases:,} cases with {filled.entries:,} entries, filled in {taken:.0f} s")
        kept = [_pages(filled), _tables(filled, Path(folder)), *_proof(filled)]
    sys.exit(0 if all(kept) else 1)


def _at_home(filled: Filled, folder: Path) -> Filled:
    """The installation with its keys in a folder of its own."""
    here = filled.installation
    settings = replace(here.settings, secret_key=folder / "session.key", processes=PROCESSES)
    return replace(filled, installation=replace(here, settings=settings))


def _pages(filled: Filled) -> bool:
    """Cases from all over, each page once after another of its kind, as people open them."""
    app = create_site(filled.installation, real=SystemClock())
    client, numbers = app.test_client(), _numbers(filled)
    _sign_in(filled, client, filled.played.people["iro_sm"])
    client.get(f"/cases/{numbers[0]}")
    taken, used = [], []
    for number in numbers:
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(f"/cases/{number}")
        taken.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - worked) * 1000)
        assert answer.status_code == 200, answer.text
    usual, slow = statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)]
    words = f"a case's page, ms (median {usual:.0f}, of it CPU {statistics.median(used):.0f})"
    return _promise(f"{words}, p95 at most", slow, PAGE_MS)


def _numbers(filled: Filled) -> list[str]:
    with filled.installation.database.read() as connection:
        step = max(1, filled.cases // LOOKS)
        statement = select(cases.c.number).order_by(cases.c.id)
        return [row.number for row in connection.execute(statement)][::step][:LOOKS]


def _sign_in(filled: Filled, client: FlaskClient, person: Person) -> None:
    with filled.installation.database.write() as connection:
        set_password(connection, person, PASSWORD)
    fields = {"email": person.email, "password": PASSWORD}
    assert send(client, "/sign-in", fields).status_code == 303


def _tables(filled: Filled, folder: Path) -> bool:
    """In a process of its own: this one has held all cases while they were made."""
    hear, says = Pipe(duplex=False)
    here = filled.installation
    given = (here.database.address, here.settings.secret_key, filled.played.people["iro_sm"])
    child = get_context("spawn").Process(target=_export, args=(*given, folder / "csv", says))
    child.start()
    told, grown = hear.recv()
    child.join()
    print(f"  CSV: {told}")
    return _promise("CSV, growth of memory in MB, at most", grown, GROWTH_MB)


def _export(address: str, key: Path, by: Person, out: Path, says: Connection) -> None:
    """Export no case, then all: what it took, and by how much the memory grew meanwhile."""
    with closing(Database(address)) as database:
        here = installation_on(database, SetClock(parse_instant("2026-06-01T09:00")))
        here = replace(here, settings=replace(here.settings, secret_key=key))
        none = Ask(council=by.council, procedure="none")
        export(here, CSV, none, out.with_name("none"), by=by)
        before, began = _memory(), time.perf_counter()
        counted = export(here, CSV, Ask(council=by.council), out, by=by)
        taken = time.perf_counter() - began
        size = sum(file.stat().st_size for file in out.iterdir()) / 2**20
        told = f"{counted.cases:,} cases, {counted.events:,} events, {size:,.0f} MB, {taken:.0f} s"
        says.send((told, _memory() - before))


def _proof(filled: Filled) -> list[bool]:
    """Whole first; then with one byte of one body flipped, which must be the one that is named."""
    verdict, taken, used = _timed(filled)
    assert verdict == []
    kept = [_promise(f"history verify, s (CPU {used:.0f}), at most", taken, VERIFY_SECONDS)]
    with filled.installation.database.write() as connection:
        row = connection.execute(
            select(bodies.c.case_id, bodies.c.sequence, bodies.c.content, cases.c.number)
            .join(cases, cases.c.id == bodies.c.case_id)
            .where(bodies.c.case_id > text("(SELECT max(id) * 2 / 3 FROM cases)"))
            .order_by(bodies.c.case_id, bodies.c.sequence)
            .limit(1)
        ).one()
        flipped = row.content[:-3] + chr(ord(row.content[-3]) ^ 1) + row.content[-2:]
        connection.execute(
            update(bodies)
            .where(bodies.c.case_id == row.case_id, bodies.c.sequence == row.sequence)
            .values(content=flipped)
        )
    verdict, taken, _ = _timed(filled)
    named = {(each[0], each[1]) for each in verdict} == {(row.number, row.sequence)}
    print(f"  {'kept  ' if named else 'BROKEN'} the flipped byte is named: {verdict[:3]}")
    return [*kept, named, _promise("history verify, s, at most", taken, VERIFY_SECONDS)]


def _timed(filled: Filled) -> tuple[list[tuple[str, int, str]], float, float]:
    began, used = time.perf_counter(), time.process_time()
    verdict = verify(filled.installation)
    taken = time.perf_counter() - began, time.process_time() - used
    return [(each.case, each.sequence, each.problem) for each in verdict.breaks], *taken


def _memory() -> float:
    """The most that this process held since it began, in MB; Linux tells it.

    What getrusage tells is no less than what the process that began this one held.
    """
    told = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _promise(words: str, found: float, bound: float) -> bool:
    kept = found <= bound
    print(f"  {'kept  ' if kept else 'BROKEN'} {found:8.1f}  {words} {bound:g}", flush=True)
    return kept


if __name__ == "__main__":
    main()
