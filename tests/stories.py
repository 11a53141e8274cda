"""What the stories in the tests begin with: North East Lincolnshire's procedure, and its people."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import insert, select

from engine.clock import Clock, SetClock, in_london, parse_instant
from engine.councils import read_councils
from engine.history.verification import Break, verify
from engine.installation import Installation
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.settings import read_settings
from engine.signing import SigningKey, new_key
from engine.store.cases import CaseRow
from engine.store.database import Connection, Database, metadata, records
from engine.store.history import Body, Entry, walk_chain
from engine.store.notices import LINE, NoticeRow, find_case_notices
from engine.store.notices import notices as notices_table
from engine.store.tasks import task_posts, tasks

PROCESSES = Path(__file__).parents[1] / "processes"
COUNCIL = "north-east-lincolnshire"
CONCERN = {
    "concern": "The pathway plan was agreed in January and nothing in it has begun",
    "impact": "Another school year is lost",
    "action": "Name the school by Friday",
}


@cache
def procedure() -> Package:
    """North East Lincolnshire's procedure, read once."""
    return read_package(PROCESSES / COUNCIL / "positive-challenge")


def installation_on(
    database: Database, clock: Clock, key: SigningKey | None = None, processes: Path = PROCESSES
) -> Installation:
    """An installation on a database whose tables are there."""
    return Installation(
        database=database,
        clock=clock,
        councils=read_councils(processes),
        settings=read_settings({}),
        signing_key=key or new_key(),
    )


def story(at: str, database: Database | None = None, *statuses: str) -> Rehearsal:
    """A story that begins at a literal London time; in memory unless a database is given."""
    instant = parse_instant(at)
    return Rehearsal(
        PROCESSES,
        procedure(),
        instant,
        statuses=statuses or ("looked after",),
        installation=installation_on(database, SetClock(instant)) if database else None,
    )


def at_stage(number: int, at: str, database: Database | None = None) -> Rehearsal:
    """A story in which the raiser went straight to a formal stage."""
    told = story(at, database)
    raise_at_stage(told, number)
    return told


def raise_at_stage(told: Rehearsal, number: int) -> CaseRow:
    """The raiser opens a case at a formal stage."""
    reason = "Only this manager can decide it"
    return told.raise_concern(
        {**CONCERN, "entry": "formal", "decision": f"stage {number}", "reason": reason}
    )


def raise_informally(told: Rehearsal, to: str = "tm") -> CaseRow:
    """The raiser opens a case informally."""
    return told.raise_concern({**CONCERN, "entry": "informal", "to": to})


def escalate(told: Rehearsal, element: str, to: str) -> CaseRow:
    """The raiser, not satisfied at the outcome step `element`, goes up."""
    answers = {"decision": to, "unresolved": "No school yet", "reason": "It cannot wait"}
    return told.answer(element, answers)


def london(instant: datetime | None) -> str:
    """An instant as a clock in London shows it, to the minute; empty for none."""
    return f"{in_london(instant):%Y-%m-%d %H:%M}" if instant else ""


def open_steps(told: Rehearsal) -> dict[str, str]:
    """What is open in the case, with the due dates in London."""
    return {task.element: london(task.due) for task in told.tasks()}


def chain(told: Rehearsal) -> list[tuple[Entry, Body | None]]:
    """The case's history."""
    with told.installation.database.read() as connection:
        return list(walk_chain(connection, told.case_id))


def acts(told: Rehearsal) -> list[tuple[str, str]]:
    """What the history says was done, and where."""
    return [(entry.act, entry.element) for entry, _ in chain(told)]


def notices(told: Rehearsal) -> list[NoticeRow]:
    """All notices about the case."""
    with told.installation.database.read() as connection:
        return find_case_notices(connection, told.case_id)


def messages(told: Rehearsal) -> list[NoticeRow]:
    """All notices about the case but those that wait for a morning digest."""
    return [notice for notice in notices(told) if notice.template != LINE]


def outbox(database: Database) -> list[NoticeRow]:
    """All that is to leave the house, of all cases, with the digests."""
    statement = select(notices_table).where(notices_table.c.template != LINE)
    with database.read() as connection:
        rows = connection.execute(statement.order_by(notices_table.c.id))
        return records(NoticeRow, rows)


def told_since(told: Rehearsal, known: int) -> set[tuple[str, str]]:
    """Post and message of each notice after the first `known`."""
    return {(notice.post, notice.template) for notice in notices(told)[known:]}


def breaks(installation: Installation, case_id: int | None = None) -> list[Break]:
    """What is wrong with the history."""
    return list(verify(installation, case_id).breaks)


def bodies(told: Rehearsal) -> Iterator[str]:
    """What each entry says."""
    for _, body in chain(told):
        if body is not None:
            yield body.content


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, to be compared."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def copy_open_tasks(connection: Connection, copies: int) -> None:
    """So many more tasks as the newest one, in the same case, for the same posts."""
    newest = select(tasks).order_by(tasks.c.id.desc()).limit(1)
    task = dict(connection.execute(newest).mappings().one())
    first = task["id"]
    rows = connection.execute(select(task_posts).where(task_posts.c.task_id == first)).mappings()
    posts = [dict(row) for row in rows]
    numbers = range(first + 1, first + 1 + copies)
    copied = [{**task, "id": number, "token": number + 100_000} for number in numbers]
    connection.execute(insert(tasks), copied)
    connection.execute(
        insert(task_posts), [{**row, "task_id": number} for number in numbers for row in posts]
    )
