"""Scenarios that were recorded on the site, and what people are trying out of a procedure."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine.store.database import Id, Instant, first, metadata, records
from engine.store.people import people

# One whose name is a file's in the procedure's folder stands in its place.
scenarios = Table(
    "scenarios",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    UniqueConstraint("council", "procedure", "name"),
)

# What one person tries out of a procedure: when it begins, the child's statuses, one a line, and
# the steps so far as a scenario, empty before the first.
tryouts = Table(
    "tryouts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("begins_at", Instant, nullable=False),
    Column("statuses", Text, nullable=False),
    Column("content", Text, nullable=False),
    UniqueConstraint("council", "procedure", "person_id"),
)

_OF_PROCEDURE = (scenarios.c.council == bindparam("of_council")) & (
    scenarios.c.procedure == bindparam("of_procedure")
)
_SCENARIOS = (
    select(
        *(scenarios.c[name] for name in ("id", "name", "content", "at")),
        people.c.name.label("by"),
    )
    .join_from(scenarios, people, people.c.id == scenarios.c.person_id)
    .where(_OF_PROCEDURE)
    .order_by(scenarios.c.name)
)
_NAMED = _OF_PROCEDURE & (scenarios.c.name == bindparam("named"))
_MINE = (
    (tryouts.c.council == bindparam("of_council"))
    & (tryouts.c.procedure == bindparam("of_procedure"))
    & (tryouts.c.person_id == bindparam("of_person"))
)


@dataclass(frozen=True, kw_only=True)
class ScenarioRow:
    """A scenario as TOML, by the name of its file; who recorded it, and when (aware, UTC)."""

    id: int
    name: str
    content: str
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class TryoutRow:
    """What somebody tries out; `begins_at` is aware, in UTC."""

    id: int
    begins_at: datetime
    statuses: str
    content: str


def find_recorded(
    connection: Connection, council: str, procedure: str, *, lock: bool = False
) -> list[ScenarioRow]:
    """The scenarios that were recorded of a procedure, by name; locked where that is asked for."""
    values = {"of_council": council, "of_procedure": procedure}
    wanted = _SCENARIOS.with_for_update(of=scenarios) if lock else _SCENARIOS
    return records(ScenarioRow, connection.execute(wanted, values))


def keep_scenario(
    connection: Connection,
    *,
    council: str,
    procedure: str,
    name: str,
    content: str,
    at: datetime,
    person_id: int,
) -> None:
    """Keep a scenario, in the place of one of the same name."""
    delete_scenario(connection, council, procedure, name)
    connection.execute(
        insert(scenarios).values(
            council=council,
            procedure=procedure,
            name=name,
            content=content,
            at=at,
            person_id=person_id,
        )
    )


def delete_scenario(connection: Connection, council: str, procedure: str, name: str) -> bool:
    """Forget a recorded scenario; whether there was one."""
    values = {"of_council": council, "of_procedure": procedure, "named": name}
    return connection.execute(delete(scenarios).where(_NAMED), values).rowcount > 0


def find_tryout(
    connection: Connection, council: str, procedure: str, person_id: int, *, lock: bool = False
) -> TryoutRow | None:
    """What the person tries out of the procedure; locked where that is asked for."""
    wanted = select(tryouts.c.id, tryouts.c.begins_at, tryouts.c.statuses, tryouts.c.content).where(
        _MINE
    )
    values = {"of_council": council, "of_procedure": procedure, "of_person": person_id}
    return first(
        TryoutRow, connection.execute(wanted.with_for_update() if lock else wanted, values)
    )


def begin_tryout(
    connection: Connection,
    *,
    council: str,
    procedure: str,
    person_id: int,
    begins_at: datetime,
    statuses: str,
    content: str,
) -> None:
    """Begin to try it out, in the place of what the person tried before."""
    end_tryout(connection, council, procedure, person_id)
    connection.execute(
        insert(tryouts).values(
            council=council,
            procedure=procedure,
            person_id=person_id,
            begins_at=begins_at,
            statuses=statuses,
            content=content,
        )
    )


def set_tryout(connection: Connection, tryout_id: int, content: str) -> None:
    """Keep its steps."""
    connection.execute(update(tryouts).where(tryouts.c.id == tryout_id).values(content=content))


def end_tryout(connection: Connection, council: str, procedure: str, person_id: int) -> None:
    """Forget what the person tried out."""
    values = {"of_council": council, "of_procedure": procedure, "of_person": person_id}
    connection.execute(delete(tryouts).where(_MINE), values)
