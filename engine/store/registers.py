"""What is kept outside the cases: general concerns, good practice, challenges to decisions (X-26).

Each is a table of its own; adding, changing and listing are the same for all three.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    RowMapping,
    Table,
    Text,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from engine.store.children import MOST_WORDS, children, pattern
from engine.store.database import Id, Instant, metadata
from engine.store.listed import Place, beyond, ordered

T = TypeVar("T")
Seen = ColumnElement[bool]
"""Which items somebody sees."""

CONCERN: Final = "general concern"
PRACTICE: Final = "good practice"
CHALLENGE: Final = "challenge to a decision"


def _table(name: str, *columns: Column[Any]) -> Table:
    """`made_at` orders its list; `closed_at` is set while nothing is open about the item."""
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column("council", Text, nullable=False),
        *columns,
        Column("team", Text, nullable=False, default=""),
        Column("made_by", ForeignKey("people.id"), nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("closed_at", Instant),
        Column("outcome", Text, nullable=False, default=""),
        Index(f"ix_{name}_council_made_at", "council", "made_at", "id"),
    )


# `themes` has one a line, `cases` one case number a line. Whoever answers for a concern is a
# person, or a post where `owner_id` is empty; `outcome` says how it was resolved.
general_concerns = _table(
    "general_concerns",
    Column("title", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("themes", Text, nullable=False, default=""),
    Column("cases", Text, nullable=False, default=""),
    Column("owner_post", Text, nullable=False, default=""),
    Column("owner_id", ForeignKey("people.id")),
)

# `told_at` is when the worker was told; `outcome` why it was taken back.
good_practice = _table(
    "good_practice",
    Column("child_id", ForeignKey("children.id"), index=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("worker_id", ForeignKey("people.id"), index=True),
    Column("what", Text, nullable=False),
    Column("impact", Text, nullable=False, default=""),
    Column("themes", Text, nullable=False, default=""),
    Column("told_at", Instant),
)

# `answer` is empty while the reviewing officer has not answered, and while it is withdrawn;
# `review_on` is the review at which it is discussed; `outcome` why it was withdrawn.
reverse_challenges = _table(
    "reverse_challenges",
    Column("child_id", ForeignKey("children.id"), index=True),
    Column("decision", Text, nullable=False),
    Column("decided_on", Date),
    Column("why", Text, nullable=False),
    Column("proposal", Text, nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("answer_words", Text, nullable=False, default=""),
    Column("answered_at", Instant),
    Column("review_on", Date),
)

TABLES: Final[Mapping[str, Table]] = {
    CONCERN: general_concerns,
    PRACTICE: good_practice,
    CHALLENGE: reverse_challenges,
}
_SEARCHED: Final = {
    CONCERN: ("title", "seen", "cases"),
    PRACTICE: ("what", "impact"),
    CHALLENGE: ("decision", "why", "proposal"),
}


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """What every item has; instants are aware, in UTC."""

    id: int
    council: str
    team: str
    made_by: int
    made_at: datetime
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ConcernRow(ItemRow):
    """A general concern as it is kept."""

    title: str
    seen: str
    themes: str
    cases: str
    owner_post: str
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class PracticeRow(ItemRow):
    """Good practice as it is kept."""

    child_id: int | None
    case_id: int | None
    worker_id: int | None
    what: str
    impact: str
    themes: str
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ChallengeRow(ItemRow):
    """A challenge to a decision of a review as it is kept."""

    child_id: int | None
    decision: str
    decided_on: date | None
    why: str
    proposal: str
    answer: str
    answer_words: str
    answered_at: datetime | None
    review_on: date | None


@dataclass(frozen=True, kw_only=True)
class Whose:
    """The child that an item of a list is about: empty, or None, where it is about none."""

    child_name: str
    raiser_id: int | None


@dataclass(frozen=True, kw_only=True)
class ItemsAsked:
    """What narrows a list; None or empty is anything. `open` is whether an item is still open."""

    open: bool | None = None
    team: str = ""
    theme: str = ""
    words: Sequence[str] = ()


def add_item(connection: Connection, register: str, values: Mapping[str, object]) -> int:
    """Keep a new item; its id."""
    table = TABLES[register]
    return int(connection.execute(insert(table).returning(table.c.id), values).scalar_one())


def save_item(
    connection: Connection, register: str, item_id: int, changes: Mapping[str, object]
) -> None:
    """The item has these values from now on."""
    table = TABLES[register]
    connection.execute(update(table).where(table.c.id == item_id).values(**changes))


def find_item(
    connection: Connection, register: str, kind: type[T], item_id: int, seen: ColumnElement[bool]
) -> T | None:
    """The item with that id, of those that are `seen`."""
    table = TABLES[register]
    row = connection.execute(_items(table).where(table.c.id == item_id, seen)).mappings().first()
    return None if row is None else _record(kind, table, row)


def find_items(
    connection: Connection,
    register: str,
    kind: type[T],
    seen: ColumnElement[bool],
    asked: ItemsAsked,
    *,
    most: int,
    after: Place | None = None,
    before: Place | None = None,
) -> list[tuple[T, Whose]]:
    """Items beside a place, the newest first, each with what a list says of its child."""
    table, up = TABLES[register], before is not None
    query = (
        _items(table)
        .where(seen, *_asked(register, asked))
        .where(*beyond(table.c.made_at, table.c.id, before or after, up=up))
        .order_by(*ordered(table.c.made_at, table.c.id, up=up))
        .limit(most)
    )
    rows = list(connection.execute(query).mappings())
    found = [(_record(kind, table, row), _whose(row)) for row in rows]
    return found[::-1] if up else found


def count_items(
    connection: Connection,
    register: str,
    seen: ColumnElement[bool],
    asked: ItemsAsked,
    *,
    most: int,
) -> int:
    """How many there are, counted no further than `most`."""
    table = TABLES[register]
    rows = _items(table).where(seen, *_asked(register, asked)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def find_states(connection: Connection) -> dict[tuple[str, int], dict[str, object]]:
    """Every item of every register as `state_of` tells it."""
    return {
        (register, row["id"]): state_of(row)
        for register, table in TABLES.items()
        for row in connection.execute(select(table)).mappings()
    }


def find_state(connection: Connection, register: str, item_id: int) -> dict[str, object]:
    """One item as `state_of` tells it."""
    table = TABLES[register]
    return state_of(connection.execute(select(table).where(table.c.id == item_id)).mappings().one())


def state_of(row: Mapping[str, Any] | RowMapping) -> dict[str, object]:
    """A row's values as JSON knows them, for an entry that vouches for them."""
    return {str(name): _as_json(value) for name, value in row.items()}


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _items(table: Table) -> Any:
    """The rows of a register, with those of their children where it has such."""
    if "child_id" not in table.c:
        return select(table, null().label("child_name"), null().label("child_raiser"))
    named = select(
        table, children.c.name.label("child_name"), children.c.raiser_id.label("child_raiser")
    )
    return named.outerjoin(children, children.c.id == table.c.child_id)


def _record(kind: type[T], table: Table, row: RowMapping) -> T:
    return kind(**{column.key: row[column.key] for column in table.columns})


def _whose(row: RowMapping) -> Whose:
    return Whose(child_name=row["child_name"] or "", raiser_id=row["child_raiser"])


def _asked(register: str, asked: ItemsAsked) -> list[ColumnElement[bool]]:
    table = TABLES[register]
    found: list[ColumnElement[bool]] = []
    if asked.open is not None:
        closed = table.c.closed_at
        found.append(closed.is_(None) if asked.open else closed.is_not(None))
    if asked.team:
        found.append(table.c.team == asked.team)
    if asked.theme and "themes" in table.c:
        lines = literal("\n") + table.c.themes + literal("\n")
        found.append(lines.contains(f"\n{asked.theme}\n", autoescape=True))
    return found + [_has(register, word) for word in asked.words[:MOST_WORDS]]


def _has(register: str, word: str) -> ColumnElement[bool]:
    """Whether it stands in the item's words, or in its child's name."""
    table = TABLES[register]
    columns = [table.c[name] for name in _SEARCHED[register]]
    if "child_id" in table.c:
        columns.append(children.c.name)
    ways = (func.lower(each).like(pattern(word), escape="\\") for each in columns)
    return case((or_(*ways), 1)).is_not(None)
