"""What the views for Power BI look up and SQL cannot reckon: pseudonyms, steps and the calendar."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from engine.store.cases import cases
from engine.store.database import Id, metadata, records
from engine.store.deadlines import deadlines
from engine.store.people import holdings
from engine.store.versions import versions

FEW_HOLDERS: Final = "a post with fewer than three holders"
"""What stands for a post by which one person could be told (X-25)."""

# The names by which cases are known outside. Their key is in a file, so SQL cannot reckon them.
pseudonyms = Table(
    "pseudonyms",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("pseudonym", Text, nullable=False, unique=True),
)

# The elements of each version that everybody sees who sees the case. What is not in it is in no
# view, so a step that was forgotten stays inside.
reported_elements = Table(
    "reported_elements",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("element", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
)

# `working_days` counts the council's working days up to and with this one: the difference between
# two days is the number of working days from one to the other. `statutory_days` does so for the
# clock of the whole case, to which the council's own closure days are working days.
reported_days = Table(
    "reported_days",
    metadata,
    Column("council", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("working_day", Boolean, nullable=False),
    Column("why_not", Text, nullable=False),
    Column("working_days", Integer, nullable=False),
    Column("statutory_days", Integer, nullable=False),
)

# The posts that so many people hold that none of them can be told by it. A post that is not in it
# is in no view, so one that was forgotten stays inside.
reported_posts = Table(
    "reported_posts",
    metadata,
    Column("council", Text, primary_key=True),
    Column("post", Text, primary_key=True),
)

_NEWEST = select(
    select(func.max(cases.c.id)).scalar_subquery(),
    select(func.max(versions.c.id)).scalar_subquery(),
)
_WITHOUT = (
    select(cases.c.id, cases.c.council, cases.c.number)
    .outerjoin(pseudonyms, pseudonyms.c.case_id == cases.c.id)
    .where(pseudonyms.c.case_id.is_(None))
    .where(cases.c.id > bindparam("after", type_=Id))
    .order_by(cases.c.id)
    .limit(bindparam("most", type_=Integer))
)
_ONE = (
    select(cases.c.council, cases.c.number, pseudonyms.c.pseudonym)
    .join(pseudonyms, pseudonyms.c.case_id == cases.c.id)
    .order_by(cases.c.id)
    .limit(1)
)
# PostgreSQL's form is also the one that SQLite takes. Two workers may write the same at once.
_ADD_PSEUDONYM = insert(pseudonyms).on_conflict_do_nothing()
_FORGET_PSEUDONYMS = delete(pseudonyms)
_NEW_VERSIONS = (
    select(versions.c.id)
    .outerjoin(reported_elements, reported_elements.c.version_id == versions.c.id)
    .where(reported_elements.c.version_id.is_(None))
    .order_by(versions.c.id)
)
_ADD_ELEMENT = insert(reported_elements).on_conflict_do_nothing()
_FIRST_OPENED = select(func.min(cases.c.opened_at)).where(cases.c.council == bindparam("council"))
_LAST_DUE = (
    select(func.max(deadlines.c.due))
    .join(cases, cases.c.id == deadlines.c.case_id)
    .where(cases.c.council == bindparam("council"))
)
_DAYS = (
    select(reported_days)
    .where(reported_days.c.council == bindparam("council"))
    .order_by(reported_days.c.day)
)
_FORGET_DAYS = delete(reported_days).where(reported_days.c.council == bindparam("of"))
_ADD_DAY = insert(reported_days).on_conflict_do_nothing()
_POSTS = select(reported_posts.c.post).where(reported_posts.c.council == bindparam("council"))
_FORGET_POSTS = delete(reported_posts).where(reported_posts.c.council == bindparam("of"))
_ADD_POST = insert(reported_posts).on_conflict_do_nothing()
_HELD = (
    select(holdings.c.person_id, holdings.c.post, holdings.c.starts, holdings.c.ends)
    .where(holdings.c.council == bindparam("council"))
    .order_by(holdings.c.id)
)


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """A case that has no pseudonym yet."""

    id: int
    council: str
    number: str


@dataclass(frozen=True, kw_only=True)
class ReportedElement:
    """A step of a version, as reports tell of it."""

    version_id: int
    element: str
    name: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class ReportedDay:
    """A day of a council's calendar; `why_not` says why nobody works, or is empty."""

    council: str
    day: date
    working_day: bool
    why_not: str
    working_days: int
    statutory_days: int


@dataclass(frozen=True, kw_only=True)
class HeldOnce:
    """A post that somebody holds, held or will hold, on these days in London."""

    person_id: int
    post: str
    starts: date
    ends: date | None


def find_newest(connection: Connection) -> tuple[int, int]:
    """The ids of the newest case and the newest version; 0 where there is none."""
    case_id, version_id = connection.execute(_NEWEST).one()
    return int(case_id or 0), int(version_id or 0)


def find_unnamed(connection: Connection, after: int, most: int) -> list[Unnamed]:
    """The first cases with a higher id than `after` that have no pseudonym."""
    return records(Unnamed, connection.execute(_WITHOUT, {"after": after, "most": most}))


def find_one_named(connection: Connection) -> tuple[str, str, str] | None:
    """Council, number and pseudonym of a case that has one."""
    row = connection.execute(_ONE).first()
    return (row.council, row.number, row.pseudonym) if row else None


def add_pseudonyms(connection: Connection, named: Iterable[tuple[int, str]]) -> None:
    """Keep the pseudonyms of cases, by id."""
    rows = [{"case_id": case_id, "pseudonym": pseudonym} for case_id, pseudonym in named]
    if rows:
        connection.execute(_ADD_PSEUDONYM, rows)


def forget_pseudonyms(connection: Connection) -> None:
    """No case has a pseudonym any more."""
    connection.execute(_FORGET_PSEUDONYMS)


def find_unreported_versions(connection: Connection) -> list[int]:
    """The versions of which no element is known to reports."""
    return [row.id for row in connection.execute(_NEW_VERSIONS)]


def add_reported_elements(connection: Connection, new: Iterable[ReportedElement]) -> None:
    """Keep the elements of a version."""
    rows = [vars(each) for each in new]
    if rows:
        connection.execute(_ADD_ELEMENT, rows)


def find_span(connection: Connection, council: str) -> tuple[datetime | None, datetime | None]:
    """When the council's first case was opened, and the latest instant that is due in any."""
    values = {"council": council}
    first, last = (connection.execute(each, values).scalar() for each in (_FIRST_OPENED, _LAST_DUE))
    return first, last


def find_reported_days(connection: Connection, council: str) -> list[ReportedDay]:
    """The days of the council that reports know."""
    return records(ReportedDay, connection.execute(_DAYS, {"council": council}))


def replace_reported_days(
    connection: Connection, council: str, days: Sequence[ReportedDay]
) -> None:
    """Keep these days of the council and no others."""
    connection.execute(_FORGET_DAYS, {"of": council})
    if days:
        connection.execute(_ADD_DAY, [vars(day) for day in days])


def find_held_ever(connection: Connection, council: str) -> list[HeldOnce]:
    """Who ever held which post of the council, and when."""
    return records(HeldOnce, connection.execute(_HELD, {"council": council}))


def find_reported_posts(connection: Connection, council: str) -> frozenset[str]:
    """The posts of the council that reports name."""
    return frozenset(connection.execute(_POSTS, {"council": council}).scalars())


def replace_reported_posts(connection: Connection, council: str, posts: Collection[str]) -> None:
    """Let reports name these posts of the council and no others."""
    connection.execute(_FORGET_POSTS, {"of": council})
    if posts:
        connection.execute(_ADD_POST, [{"council": council, "post": each} for each in posts])
