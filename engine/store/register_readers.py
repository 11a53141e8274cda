"""Who sees what of the registers, as conditions in a query (X-26, X-36)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, and_, false, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from engine.store.access import Held, Reader
from engine.store.children import (
    MOST_WORDS,
    Child,
    child_readers,
    children,
    pattern,
    readable_by,
)
from engine.store.database import records
from engine.store.registers import general_concerns, good_practice, reverse_challenges


def concerns_seen(reader: Reader, council: str, *, all_of_them: bool) -> ColumnElement[bool]:
    """The general concerns that somebody sees: all of the council, or those they answer for."""
    table = general_concerns
    owned = or_(
        table.c.owner_id.in_(reader.acting),
        *(
            and_(table.c.owner_id.is_(None), table.c.owner_post == held.post, _for(table, held))
            for held in reader.held
            if held.council == council
        ),
    )
    return and_(table.c.council == council, true() if all_of_them else owned)


def practice_seen(
    reader: Reader, council: str, *, all_of_it: bool, child_id: int | None = None
) -> ColumnElement[bool]:
    """The good practice that somebody sees: all of the council, or what they were told of."""
    table = good_practice
    own = and_(table.c.told_at.is_not(None), table.c.worker_id == reader.person_id)
    about = true() if child_id is None else table.c.child_id == child_id
    whose = true() if all_of_it else own
    return and_(table.c.council == council, whose, about, _readable(table, reader))


def challenges_seen(
    reader: Reader, council: str, *, all_of_them: bool, managing: Iterable[Held] = ()
) -> ColumnElement[bool]:
    """The challenges to decisions that somebody sees: all, or those they have to do with.

    They made it, review or work with the child, or manage (`managing`) the child's team.
    """
    table = reverse_challenges
    ways = or_(
        table.c.made_by.in_(reader.acting),
        *(of.in_(reader.acting) for of in (children.c.raiser_id, children.c.social_worker_id)),
        *(_for(table, held) for held in managing),
    )
    whose = true() if all_of_them else ways
    return and_(table.c.council == council, whose, _readable(table, reader))


def challenges_to_answer(reader: Reader, council: str) -> ColumnElement[bool]:
    """The challenges to decisions about children whom somebody reviews."""
    table = reverse_challenges
    mine = children.c.raiser_id.in_(reader.acting)
    return and_(table.c.council == council, mine, _readable(table, reader))


def own_children(reader: Reader, managing: Iterable[Held]) -> ColumnElement[bool]:
    """The children with whom somebody works, or whose team they manage."""
    return or_(
        children.c.social_worker_id.in_(reader.acting),
        *(children.c.team == held.team if held.team else true() for held in managing),
        false(),
    )


def find_own_children(
    connection: Connection,
    reader: Reader,
    council: str,
    managing: Iterable[Held],
    *,
    words: Sequence[str],
    most: int,
    child_id: int | None = None,
) -> list[Child]:
    """Of those children the ones whose name or reference has every word, by name.

    Restricted ones only where the reader is named; `child_id` asks for that one alone.
    """
    of_child = children.c.id == child_id if child_id is not None else true()
    query = select(*(children.c[name] for name in Child.__dataclass_fields__)).where(
        children.c.council == council, of_child, own_children(reader, managing)
    )
    for word in words[:MOST_WORDS]:
        like = pattern(word)
        named, known = func.lower(children.c.name), func.lower(children.c.reference)
        query = query.where(or_(named.like(like, escape="\\"), known.like(like, escape="\\")))
    query = query.where(readable_by()).order_by(children.c.name, children.c.id).limit(most)
    return records(Child, connection.execute(query, {"me": reader.person_id}))


def _for(table: Table, held: Held) -> ColumnElement[bool]:
    """Whether a post that is held is for the item's team."""
    return or_(table.c.team == "", table.c.team == held.team) if held.team else true()


def _readable(table: Table, reader: Reader) -> ColumnElement[bool]:
    """Whether the reader may read of the item's child, if it has one."""
    named = (
        select(child_readers.c.child_id)
        .where(child_readers.c.child_id == table.c.child_id)
        .where(child_readers.c.person_id == reader.person_id)
        .exists()
    )
    return or_(table.c.child_id.is_(None), ~children.c.restricted, named)
