"""Concerns: what is challenged in a case, each with its own action, date and outcome (X-15)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from engine.store.absences import acts_as
from engine.store.access import may_see_case
from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import Id, Instant, metadata
from engine.store.people import people
from engine.store.statement import Statement

FIRST_DECISION = 101

# `place` numbers the concerns of a case from 1, and from FIRST_DECISION on what meetings about it
# decided, of which only `action`, `owner` and `by_when` are told. `themes` has one a line.
# `sequence`, `settled_in` and `asked_in` are the entries of the history that tell of the concern's
# words as they stand now, of what became of it, and of what became of its action. `ask_on` is the
# day on which is asked what became of the action, `askers` are the posts above a raiser who has
# left, the nearest first.
# `raised_as` is the case as which the concern was raised anew, as a challenge of its own.
concerns = Table(
    "concerns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("themes", Text, nullable=False, default=""),
    Column("concern", Text, nullable=False),
    Column("impact", Text, nullable=False, default=""),
    Column("action", Text, nullable=False, default=""),
    Column("owner", Text, nullable=False, default=""),
    Column("by_when", Date),
    Column("sequence", Integer, nullable=False),
    Column("outcome", Text, nullable=False, default=""),
    Column("outcome_words", Text, nullable=False, default=""),
    Column("stage", Text, nullable=False, default=""),
    Column("settled_at", Instant),
    Column("settled_in", Integer),
    Column("ask_on", Date),
    Column("askers", Text, nullable=False, default=""),
    Column("done", Text, nullable=False, default=""),
    Column("changed", Text, nullable=False, default=""),
    Column("asked_at", Instant),
    Column("asked_in", Integer),
    Column("raised_as", ForeignKey("cases.id")),
    UniqueConstraint("case_id", "place"),
    Index("ix_concerns_ask_on", "ask_on"),
)

_NAMES = tuple(column.key for column in concerns.columns)
_SAVED = (
    "themes",
    "concern",
    "impact",
    "action",
    "owner",
    "by_when",
    "sequence",
    "outcome",
    "outcome_words",
    "stage",
    "settled_at",
    "settled_in",
    "ask_on",
    "askers",
    "done",
    "changed",
    "asked_at",
    "asked_in",
    "raised_as",
)
_ADD = Statement(
    insert(concerns).inline(),
    columns=[column.key for column in concerns.columns if column is not concerns.c.id],
)
_ALL_OF_CASE = (
    select(concerns).where(concerns.c.case_id == bindparam("case_id")).order_by(concerns.c.place)
)
_OF_CASE = Statement(_ALL_OF_CASE.where(concerns.c.place < FIRST_DECISION))
_ACTIONS_OF_CASE = Statement(_ALL_OF_CASE)
_SAVE = (
    update(concerns)
    .where(concerns.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}", type_=concerns.c[name].type) for name in _SAVED})
)
_TODAY = bindparam("today", type_=Date)
_UNTIL = bindparam("until", type_=Date)
_ASKED = (
    select(
        concerns,
        cases.c.number,
        children.c.name.label("child_name"),
        (cases.c.raiser_id.in_(acts_as())).label("for_me"),
    )
    .join(cases, cases.c.id == concerns.c.case_id)
    .join(children, children.c.id == cases.c.child_id)
    .join(people, people.c.id == cases.c.raiser_id)
    .where(concerns.c.ask_on <= _UNTIL)
    .where(cases.c.closed_at.is_not(None))
    .where(
        or_(
            and_(cases.c.raiser_id.in_(acts_as()), may_see_case()),
            and_(~people.c.active, cases.c.council == bindparam("council")),
        )
    )
    .order_by(concerns.c.ask_on, concerns.c.id)
)


@dataclass(frozen=True, kw_only=True)
class ConcernRow:
    """A concern as it is kept; the instants are aware, in UTC."""

    id: int
    case_id: int
    place: int
    themes: str
    concern: str
    impact: str
    action: str
    owner: str
    by_when: date | None
    sequence: int
    outcome: str
    outcome_words: str
    stage: str
    settled_at: datetime | None
    settled_in: int | None
    ask_on: date | None
    askers: str
    done: str
    changed: str
    asked_at: datetime | None
    asked_in: int | None
    raised_as: int | None = None


@dataclass(frozen=True, kw_only=True)
class AskedRow:
    """A concern about whose action is asked, with its case.

    `for_me` says that the person asks for themselves or as a deputy; else the raiser has left.
    """

    concern: ConcernRow
    case_number: str
    child_name: str
    for_me: bool


def add_concern(connection: Connection, row: ConcernRow) -> None:
    """Keep a new concern; its id is given by the store."""
    _ADD.change(connection, {k: v for k, v in vars(row).items() if k != "id"})


def find_concerns(connection: Connection, case_id: int) -> list[ConcernRow]:
    """The concerns of the case, in the order in which they were raised."""
    return _OF_CASE.records(ConcernRow, connection, {"case_id": case_id})


def find_actions(connection: Connection, case_id: int) -> list[ConcernRow]:
    """All that somebody is to do: the concerns, then what meetings about the case decided."""
    return _ACTIONS_OF_CASE.records(ConcernRow, connection, {"case_id": case_id})


def save_concern(connection: Connection, row: ConcernRow) -> None:
    """Write a concern back."""
    values = {f"new_{name}": getattr(row, name) for name in _SAVED}
    connection.execute(_SAVE, {"of": row.id, **values})


def find_asked(
    connection: Connection, *, person_id: int, council: str, today: date, until: date
) -> list[AskedRow]:
    """Concerns of closed cases about which is asked by `until`, the earliest first.

    Those of the person's own cases and of those for whom they stand in on `today`; and in the
    council those whose raiser has left, of which the caller picks.
    """
    values = {"me": person_id, "council": council, "today": today, "until": until}
    return [
        AskedRow(
            concern=ConcernRow(**{name: row[name] for name in _NAMES}),
            case_number=row["number"],
            child_name=row["child_name"],
            for_me=bool(row["for_me"]),
        )
        for row in connection.execute(_ASKED, values).mappings()
    ]
