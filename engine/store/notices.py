"""Notices: messages waiting to be sent, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.cases import cases
from engine.store.database import Id, Instant, metadata, records
from engine.store.people import people
from engine.store.statement import Statement

LINE = "digest"
"""The template of what is no message of its own, but a line of the next morning's digest (X-7)."""

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("sequence", Integer),
    Column("element", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("next_try_at", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("failed_at", Instant),
    Column("problem", Text, nullable=False, default=""),
    Column("calendar", Text),
    # A line of a digest is never sent by itself: it arrives, or does not, with what carries it.
    Column("carried_by", ForeignKey("notices.id"), index=True),
    Index("ix_notices_next_try_at", "next_try_at"),
    # Only what could not be delivered is in it, which each tray asks for.
    Index(
        "ix_notices_failed_at",
        "failed_at",
        sqlite_where=text("failed_at IS NOT NULL"),
        postgresql_where=text("failed_at IS NOT NULL"),
    ),
    # Only what waits for a morning is in it.
    Index(
        "ix_notices_lines_person_id",
        "person_id",
        sqlite_where=text("template = 'digest' AND carried_by IS NULL"),
        postgresql_where=text("template = 'digest' AND carried_by IS NULL"),
    ),
)

_OF_CASE = select(notices).where(notices.c.case_id == bindparam("case_id")).order_by(notices.c.id)
_DUE = (
    select(notices)
    .where(notices.c.next_try_at <= bindparam("now", type_=Instant))
    .order_by(notices.c.next_try_at, notices.c.id)
    .limit(bindparam("most", type_=Integer))
)
# A notice is claimed by moving its next try on: a second worker then passes it over, and one that
# dies leaves it to be tried again.
_CLAIM = (
    update(notices)
    .where(notices.c.id == bindparam("notice_id"))
    .where(notices.c.next_try_at == bindparam("expected", type_=Instant))
    .values(next_try_at=bindparam("until", type_=Instant), tries=notices.c.tries + 1)
)
_SAVE = (
    update(notices)
    .where(notices.c.id == bindparam("notice_id"))
    .values(
        next_try_at=bindparam("new_next", type_=Instant),
        sent_at=bindparam("new_sent", type_=Instant),
        failed_at=bindparam("new_failed", type_=Instant),
        problem=bindparam("new_problem"),
    )
)
# What became of a digest became of its lines; they are never tried by themselves.
_SAVE_LINES = (
    update(notices)
    .where(notices.c.carried_by == bindparam("notice_id"))
    .values(
        sent_at=bindparam("new_sent", type_=Instant),
        failed_at=bindparam("new_failed", type_=Instant),
        problem=bindparam("new_problem"),
    )
)
_FAILED = (
    select(
        cases.c.number.label("case_number"),
        people.c.name.label("person"),
        notices.c.template,
        notices.c.problem,
        notices.c.failed_at,
    )
    .outerjoin(cases, cases.c.id == notices.c.case_id)
    .join(people, people.c.id == notices.c.person_id)
    .where(notices.c.failed_at.is_not(None))
    .where(
        or_(
            and_(
                cases.c.closed_at.is_(None),
                or_(
                    cases.c.raiser_id == bindparam("raiser"),
                    cases.c.council == bindparam("council"),
                ),
            ),
            and_(
                notices.c.case_id.is_(None),
                people.c.council == bindparam("council"),
                notices.c.failed_at > bindparam("since", type_=Instant),
            ),
        )
    )
    .order_by(notices.c.failed_at.desc(), notices.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, kw_only=True)
class NewNotice:
    """A notice to be sent; `key` says what it is about, so that it is queued only once.

    `next_try_at` is None for a line that waits for the next digest; `calendar` is a calendar file
    (RFC 5545) that goes with the message, or None.
    """

    key: str
    case_id: int | None
    sequence: int | None
    element: str
    template: str
    post: str
    person_id: int
    address: str
    subject: str
    body: str
    queued_at: datetime
    next_try_at: datetime | None
    calendar: str | None = None


_ADD = Statement(
    insert(notices).inline().values(tries=0, problem=""),
    columns=[each.name for each in fields(NewNotice)],
)


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """A notice as it is kept."""

    id: int
    key: str
    case_id: int | None
    sequence: int | None
    element: str
    template: str
    post: str
    person_id: int
    address: str
    subject: str
    body: str
    queued_at: datetime
    next_try_at: datetime | None
    tries: int
    sent_at: datetime | None
    failed_at: datetime | None
    problem: str
    calendar: str | None = None
    carried_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class FailedNotice:
    """A notice that will never arrive: about which case, to whom, and why not.

    `case_number` is None for what is about no one case; `template` then tells a digest, which is
    about many, from a message about a register, which is about none.
    """

    case_number: str | None
    person: str
    template: str
    problem: str
    failed_at: datetime


def add_notices(connection: Connection, new: Iterable[NewNotice]) -> None:
    """Queue notices."""
    _ADD.change_each(connection, [vars(notice) for notice in new])


def find_case_notices(connection: Connection, case_id: int) -> list[NoticeRow]:
    """Everything that was or will be sent about the case."""
    return records(NoticeRow, connection.execute(_OF_CASE, {"case_id": case_id}))


def find_notices_to_send(connection: Connection, now: datetime, most: int) -> list[NoticeRow]:
    """The notices whose time has come, the oldest first."""
    return records(NoticeRow, connection.execute(_DUE, {"now": now, "most": most}))


def claim_notice(connection: Connection, notice: NoticeRow, until: datetime) -> bool:
    """Take a notice for oneself until then; false when another worker was first."""
    values = {"notice_id": notice.id, "expected": notice.next_try_at, "until": until}
    return connection.execute(_CLAIM, values).rowcount == 1


def save_notice(
    connection: Connection,
    notice_id: int,
    *,
    next_try_at: datetime | None = None,
    sent_at: datetime | None = None,
    failed_at: datetime | None = None,
    problem: str = "",
) -> None:
    """Keep what became of a notice: sent, to be tried again, or failed for good."""
    values: dict[str, object] = {
        "new_next": next_try_at,
        "new_sent": sent_at,
        "new_failed": failed_at,
    }
    values |= {"notice_id": notice_id, "new_problem": problem}
    connection.execute(_SAVE, values)
    connection.execute(_SAVE_LINES, {k: v for k, v in values.items() if k != "new_next"})


def find_failed_notices(
    connection: Connection, *, raiser: int, council: str | None, since: datetime, most: int
) -> list[FailedNotice]:
    """The notices of open cases that will never arrive, the newest first.

    Those of cases that `raiser` raised, and, where `council` is given, of all its cases, with the
    digests that failed after `since`.
    """
    values = {"raiser": raiser, "council": council, "since": since, "most": most}
    return records(FailedNotice, connection.execute(_FAILED, values))
