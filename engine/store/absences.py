"""Absences: from when to when somebody is away, and who stands in for them."""

from sqlalchemy import (
    Column,
    CompoundSelect,
    Date,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    or_,
    select,
    union_all,
)

from engine.store.database import Id, metadata

# Both days count; `ends` is empty while nobody knows when the person is back.
absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("council", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("deputy_id", ForeignKey("people.id")),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Index("ix_absences_person_id", "person_id"),
    Index("ix_absences_deputy_id", "deputy_id"),
)

_TODAY = bindparam("today", type_=Date)


def acts_as() -> CompoundSelect[tuple[int]]:
    """The ids of those for whom the person `:me` may act on the date `:today`.

    That is the person, and everybody whose deputy they are that day: of their own absences alone,
    for who stands in for somebody does not stand in for those for whom that one stands in.
    """
    return union_all(
        select(bindparam("me", type_=Id).label("person_id")),
        select(absences.c.person_id)
        .where(absences.c.deputy_id == bindparam("me", type_=Id))
        .where(absences.c.starts <= _TODAY)
        .where(or_(absences.c.ends.is_(None), absences.c.ends >= _TODAY)),
    )
