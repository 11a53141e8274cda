"""The facts of cases, as figures are counted from them: read off histories, and kept anew at will.

Nothing here is evidence: what a history says is read again whenever it has grown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from engine.store.cases import cases
from engine.store.database import Id, metadata
from engine.store.history import entries


def _of_case() -> list[Column[Any]]:
    """What is asked of every figure: repeated in each table, so that none needs a join."""
    return [
        Column("council", Text, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("team", Text, nullable=False),
        Column("raiser_id", Id, nullable=False),
    ]


# `entries` is the length of the history that was read; `made_with` names the calendar and the way
# of reading. `status` and `entry` are the child's legal statuses and the stage at the opening.
figure_cases = Table(
    "figure_cases",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("made_with", Text, nullable=False),
    *_of_case(),
    Column("status", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("raised_formally", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("formal_on", Date),
    Column("stopped_on", Date),
    Column("closed_on", Date),
    Column("days_to_close", Integer),
    Column("days_formal", Integer),
    Column("days_respondents", Integer, nullable=False),
    Column("days_raiser", Integer, nullable=False),
)

# `seen_by` is empty, or the only posts that may see it, each between commas: ",raiser,iro_sm,".
figure_stays = Table(
    "figure_stays",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    *_of_case(),
    Column("element", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("whose", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("original_due", Date),
    Column("due", Date),
    Column("state", Text, nullable=False),
    Column("silent_on", Date),
    Column("working_days", Integer),
    Column("extensions", Integer, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("seen_by", Text, nullable=False),
    Index("ix_figure_stays_council_received_on", "council", "received_on"),
)

figure_marks = Table(
    "figure_marks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    *_of_case(),
    Column("kind", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("stage", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("seen_by", Text, nullable=False),
    Index("ix_figure_marks_council_day", "council", "day"),
)

figure_actions = Table(
    "figure_actions",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    *_of_case(),
    Column("agreed_on", Date, nullable=False),
    Column("said_on", Date),
    Column("done", Text, nullable=False),
    Column("changed", Boolean, nullable=False),
    Column("over_on", Date),
)

figure_themes = Table(
    "figure_themes",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("theme", Text, primary_key=True),
    Index("ix_figure_themes_theme", "theme"),
)

PARTS: Final = (figure_stays, figure_marks, figure_actions, figure_themes)
_ALL: Final = (*PARTS, figure_cases)
_new = insert(figure_cases)
_KEEP = _new.on_conflict_do_update(
    index_elements=["case_id"],
    set_={column.name: _new.excluded[column.name] for column in figure_cases.columns},
)
_FORGET = [
    delete(table).where(table.c.case_id.in_(bindparam("ids", expanding=True))) for table in PARTS
]
_behind = (
    select(cases.c.id)
    .outerjoin(figure_cases, figure_cases.c.case_id == cases.c.id)
    .where(cases.c.council == bindparam("council"))
    .where(
        or_(
            figure_cases.c.case_id.is_(None),
            figure_cases.c.entries != cases.c.entries,
            figure_cases.c.made_with != bindparam("made_with"),
        )
    )
)
_BEHIND = _behind.order_by(cases.c.last_at, cases.c.id).limit(bindparam("most"))
_unread = _behind.add_columns(func.coalesce(figure_cases.c.entries, 0).label("read")).subquery()
_LAG = (
    select(func.count().label("cases"), func.min(entries.c.at).label("first"))
    .select_from(_unread)
    .outerjoin(
        entries, and_(entries.c.case_id == _unread.c.id, entries.c.sequence == _unread.c.read + 1)
    )
    .where(_unread.c.id.not_in(bindparam("but", expanding=True)))
)

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class FactRows:
    """The rows of one case: its own, and those of the tables in PARTS by their names."""

    case: Row
    parts: Mapping[str, Sequence[Row]]


def find_behind(connection: Connection, council: str, made_with: str, most: int) -> list[int]:
    """Ids of cases whose history grew since their facts were read, the longest unread first."""
    values = {"council": council, "made_with": made_with, "most": most}
    return list(connection.execute(_BEHIND, values).scalars())


def find_lag(
    connection: Connection, council: str, made_with: str, but: Collection[int]
) -> tuple[int, datetime | None]:
    """How many cases those are, and when the first thing happened that is not read; or None.

    Cases with an id among `but` are left out.
    """
    values = {"council": council, "made_with": made_with, "but": list(but)}
    row = connection.execute(_LAG, values).one()
    return int(row.cases), row.first


def save_facts(connection: Connection, many: Iterable[FactRows]) -> None:
    """Keep the facts of cases in the place of what was known of them.

    The rows of `figure_cases` come first and in order: two who read the same cases wait there.
    """
    rows = sorted(many, key=lambda each: int(each.case["case_id"]))
    if not rows:
        return
    connection.execute(_KEEP, [dict(each.case) for each in rows])
    _forget(connection, [int(each.case["case_id"]) for each in rows])
    for table in PARTS:
        new = [dict(row) for each in rows for row in each.parts[table.name]]
        if new:
            connection.execute(insert(table), new)


def _forget(connection: Connection, case_ids: Collection[int]) -> None:
    for statement in _FORGET:
        connection.execute(statement, {"ids": list(case_ids)})


def forget_facts(connection: Connection) -> None:
    """Throw all facts away: they are read anew."""
    for table in _ALL:
        connection.execute(delete(table))
