"""Digests: on which days each council's were made, and what stands in one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from engine.store.absences import absences
from engine.store.access import may_see_case
from engine.store.cases import cases
from engine.store.database import Id, Instant, metadata, records
from engine.store.drafts import drafts
from engine.store.notices import NewNotice, notices
from engine.store.people import holdings
from engine.store.raisings import raisings
from engine.store.statement import Statement
from engine.store.tasks import task_posts, tasks

# One row says that a council's digests of a day are made, all of them, whether anybody got one.
digests = Table(
    "digests",
    metadata,
    Column("council", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("made_at", Instant, nullable=False),
)

_TODAY = bindparam("today", type_=Date)
_OF = bindparam("of", type_=Id)
_IN_COUNCIL = cases.c.council == bindparam("council")

_LAST = select(func.max(digests.c.day)).where(digests.c.council == bindparam("council"))
# PostgreSQL's form of the statement is also the one that SQLite takes.
_KEEP = insert(digests).on_conflict_do_nothing().returning(digests.c.day)
_AWAY = (
    select(absences.c.person_id, absences.c.deputy_id)
    .distinct()
    .where(absences.c.council == bindparam("council"))
    .where(absences.c.deputy_id.is_not(None))
    .where(absences.c.starts <= _TODAY)
    .where(or_(absences.c.ends.is_(None), absences.c.ends >= _TODAY))
    .order_by(absences.c.person_id)
)

_held = and_(
    holdings.c.person_id == _OF,
    holdings.c.council == bindparam("council"),
    holdings.c.starts <= _TODAY,
    or_(holdings.c.ends.is_(None), holdings.c.ends >= _TODAY),
)
_open_posts = select(task_posts.c.task_id).where(task_posts.c.open)
_waiting = union(
    _open_posts.where(task_posts.c.person_id == _OF),
    _open_posts.join(
        holdings,
        and_(
            _held,
            holdings.c.post == task_posts.c.post,
            or_(
                task_posts.c.team == "", holdings.c.team == "", holdings.c.team == task_posts.c.team
            ),
        ),
    ).where(task_posts.c.person_id.is_(None)),
)
_TASKS = Statement(
    select(tasks.c.id, cases.c.number.label("case_number"), tasks.c.name, tasks.c.due)
    .join(cases, cases.c.id == tasks.c.case_id)
    .where(tasks.c.id.in_(_waiting))
    .where(tasks.c.closed_at.is_(None))
    .where(tasks.c.due <= bindparam("until", type_=Instant))
    .where(tasks.c.opened_at < bindparam("opened", type_=Instant))
    # What a colleague has taken on is theirs; nobody else is reminded of it.
    .where(or_(tasks.c.claimed_by.is_(None), tasks.c.claimed_by == _OF))
    .where(_IN_COUNCIL)
    .where(may_see_case())
    .order_by(tasks.c.due, tasks.c.id)
)
_LINES = Statement(
    select(notices.c.id, notices.c.subject.label("words"), cases.c.number.label("case_number"))
    .join(cases, cases.c.id == notices.c.case_id)
    # As the index of these lines has it, word for word, else no store would use it.
    .where(notices.c.template == literal_column("'digest'"))
    .where(notices.c.carried_by.is_(None))
    .where(notices.c.person_id == _OF)
    .where(notices.c.queued_at < bindparam("until", type_=Instant))
    .where(_IN_COUNCIL)
    .where(may_see_case())
    .order_by(notices.c.id)
)
_CLOCKS = (
    select(
        cases.c.id, cases.c.number, cases.c.version_id, cases.c.clock_started_at.label("started")
    )
    .where(_IN_COUNCIL)
    .where(cases.c.closed_at.is_(None))
    .where(cases.c.clock_started_at >= bindparam("since", type_=Instant))
    .order_by(cases.c.id)
)
_CONCERNED = (
    select(cases.c.id)
    .where(cases.c.id.in_(bindparam("among", expanding=True)))
    .where(may_see_case())
    .where(
        or_(
            cases.c.raiser_id == _OF,
            exists()
            .where(tasks.c.case_id == cases.c.id)
            .where(tasks.c.closed_at.is_(None))
            .where(tasks.c.id.in_(_waiting))
            .correlate(cases),
            exists()
            .where(_held)
            .where(holdings.c.post == bindparam("kept_informed"))
            .where(holdings.c.team.in_(("", cases.c.team)))
            .correlate(cases),
        )
    )
)
_DRAFTS = Statement(
    select(cases.c.number.label("case_number"), tasks.c.name, drafts.c.saved_at)
    .select_from(drafts)
    .join(cases, cases.c.id == drafts.c.case_id)
    .outerjoin(tasks, tasks.c.id == drafts.c.task_id)
    .where(drafts.c.person_id == bindparam("me"))
    .where(cases.c.closed_at.is_(None))
    .where(tasks.c.closed_at.is_(None))
    .where(may_see_case())
    .order_by(drafts.c.id)
)
_RAISINGS = Statement(
    select(raisings.c.began_at)
    .where(raisings.c.person_id == bindparam("me"))
    .where(raisings.c.case_id.is_(None))
    .order_by(raisings.c.id)
)
_ADD = insert(notices).returning(notices.c.id)
_CARRY = (
    update(notices)
    .where(notices.c.id == bindparam("line"))
    .where(notices.c.carried_by.is_(None))
    .values(carried_by=bindparam("by", type_=Id))
)


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whose part of a digest is read: `of` by id, for the reader `me`, in a council, on a day.

    `me` is somebody else where they stand in that day, and sees no case that is not theirs to see.
    """

    of: int
    me: int
    council: str
    today: date


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """An open task with a due date (aware, in UTC)."""

    id: int
    case_number: str
    name: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """What happened in a case, for the digest: `words` begin with the case's number."""

    id: int
    words: str
    case_number: str


@dataclass(frozen=True, kw_only=True)
class ClockRow:
    """An open case, and since when its own clock runs (aware, in UTC)."""

    id: int
    number: str
    version_id: int
    started: datetime


@dataclass(frozen=True, kw_only=True)
class BegunRow:
    """A draft that was not sent; `name` is the task's, None for an act of the case.

    `case_number` is None for a concern that is being raised: there is no case yet.
    """

    case_number: str | None
    name: str | None
    saved_at: datetime


def find_last_digest(connection: Connection, council: str) -> date | None:
    """The last day of which the council's digests are made."""
    day: date | None = connection.execute(_LAST, {"council": council}).scalar()
    return day


def keep_digests(connection: Connection, council: str, day: date, at: datetime) -> bool:
    """Keep that the digests of a day are made; false when somebody else has made them."""
    values = {"council": council, "day": day, "made_at": at}
    return connection.execute(_KEEP, values).first() is not None


def find_away(connection: Connection, council: str, today: date) -> list[tuple[int, int]]:
    """Who is away that day, each with who stands in for them, by their ids."""
    rows = connection.execute(_AWAY, {"council": council, "today": today})
    return [(row.person_id, row.deputy_id) for row in rows]


def find_waiting(
    connection: Connection, whose: Whose, *, opened: datetime, until: datetime
) -> list[WaitingRow]:
    """The tasks that wait for them since before `opened` and are due by `until`, in that order."""
    values = {**vars(whose), "opened": opened, "until": until}
    return _TASKS.records(WaitingRow, connection, values)


def find_lines(connection: Connection, whose: Whose, until: datetime) -> list[LineRow]:
    """What they are to read in a digest and was in none, of what happened before `until`."""
    return _LINES.records(LineRow, connection, {**vars(whose), "until": until})


def find_clocks(connection: Connection, council: str, since: datetime) -> list[ClockRow]:
    """The open cases whose clock began at `since` or later."""
    values = {"council": council, "since": since}
    return records(ClockRow, connection.execute(_CLOCKS, values))


def find_concerned(
    connection: Connection, whose: Whose, among: Collection[int], kept_informed: str
) -> frozenset[int]:
    """Of those cases the ones whose clock concerns them: raiser, kept informed, or asked now."""
    values = {**vars(whose), "among": sorted(among), "kept_informed": kept_informed}
    return frozenset(connection.execute(_CONCERNED, values).scalars())


def find_begun_drafts(connection: Connection, whose: Whose) -> list[BegunRow]:
    """What the reader has begun in open cases and not sent, the oldest first: their own alone."""
    raising = [
        BegunRow(case_number=None, name=None, saved_at=began)
        for (began,) in _RAISINGS.rows(connection, {"me": whose.me})
    ]
    return [*raising, *_DRAFTS.records(BegunRow, connection, vars(whose))]


def add_digest(connection: Connection, new: NewNotice, lines: Iterable[int]) -> None:
    """Queue a digest that carries those lines, by their ids; each is carried once."""
    values = {**vars(new), "tries": 0, "problem": ""}
    by = connection.execute(_ADD, values).scalar_one()
    carried = [{"line": line, "by": by} for line in lines]
    if carried:
        connection.execute(_CARRY, carried)
