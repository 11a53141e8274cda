"""What a standing meeting takes from the registers: general concerns, good practice (X-26)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.children import children
from engine.store.database import records
from engine.store.meetings import NOT_HELD, meetings
from engine.store.registers import general_concerns, good_practice


@dataclass(frozen=True, kw_only=True)
class RegisterItem:
    """An item as an agenda tells of it; instants are aware, in UTC.

    `title` is what it says, `themes` has one a line, `closed_at` is set once it is resolved or
    taken back, `seen` says that the reader may open it. Of what somebody may not open, and is about
    a restricted child, nothing is told: it is left out.
    """

    id: int
    title: str
    themes: str
    team: str
    owner_post: str
    made_at: datetime
    closed_at: datetime | None
    seen: bool


def find_open_concerns(connection: Connection, council: str) -> list[int]:
    """The ids of the council's general concerns that wait for an end, the oldest first."""
    table = general_concerns
    query = (
        select(table.c.id)
        .where(table.c.council == council, table.c.closed_at.is_(None))
        .order_by(table.c.made_at, table.c.id)
    )
    return list(connection.execute(query).scalars())


def find_practice_since(
    connection: Connection, council: str, since: datetime | None, until: datetime
) -> list[int]:
    """The ids of good practice that was kept in that time, and not taken back; the oldest first."""
    table = good_practice
    query = (
        select(table.c.id)
        .where(table.c.council == council, table.c.closed_at.is_(None), table.c.made_at <= until)
        .order_by(table.c.made_at, table.c.id)
    )
    if since is not None:
        query = query.where(table.c.made_at > since)
    return list(connection.execute(query).scalars())


def find_last_before(
    connection: Connection, council: str, kind: str, before: datetime
) -> datetime | None:
    """When the last meeting of the kind was before that instant; None for the first."""
    query = select(func.max(meetings.c.at)).where(
        meetings.c.council == council,
        meetings.c.kind == kind,
        meetings.c.at < before,
        meetings.c.state != NOT_HELD,
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def find_concerns_told(
    connection: Connection, ids: Iterable[int], seen: ColumnElement[bool]
) -> list[RegisterItem]:
    """Those general concerns; `seen` is which the reader may open."""
    table = general_concerns
    query = select(
        table.c.id,
        table.c.title,
        table.c.themes,
        table.c.team,
        table.c.owner_post,
        table.c.made_at,
        table.c.closed_at,
        _flag(seen),
    ).where(table.c.id.in_(sorted(ids)))
    return records(RegisterItem, connection.execute(query.order_by(table.c.made_at, table.c.id)))


def find_practice_told(
    connection: Connection, ids: Iterable[int], seen: ColumnElement[bool]
) -> list[RegisterItem]:
    """That good practice; what it says only of what the reader may open."""
    table = good_practice
    query = (
        select(
            table.c.id,
            table.c.what.label("title"),
            table.c.themes,
            table.c.team,
            literal("").label("owner_post"),
            table.c.made_at,
            table.c.closed_at,
            _flag(seen),
        )
        .outerjoin(children, children.c.id == table.c.child_id)
        .where(table.c.id.in_(sorted(ids)))
        .where(or_(and_(seen), children.c.id.is_(None), ~children.c.restricted))
        .order_by(table.c.made_at, table.c.id)
    )
    found = records(RegisterItem, connection.execute(query))
    return [each if each.seen else _without_words(each) for each in found]


def _flag(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(seen).label("seen")


def _without_words(item: RegisterItem) -> RegisterItem:
    return RegisterItem(**{**vars(item), "title": ""})
