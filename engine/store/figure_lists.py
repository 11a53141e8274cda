"""The cases behind a figure: found by the same conditions by which they are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, and_, func, or_, select

from engine.store.access import Reader, sees
from engine.store.cases import cases
from engine.store.children import children
from engine.store.database import records
from engine.store.figure_sums import Condition, Scope, sees_fact
from engine.store.figures import figure_actions, figure_cases, figure_marks, figure_stays

_RAISER: Final = "raiser"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Rows of one of the tables of facts."""

    table: Table
    conditions: Sequence[Condition]


@dataclass(frozen=True, kw_only=True)
class CountedRow:
    """A case behind a figure, as lists show it; days are London's."""

    id: int
    number: str
    child_name: str
    team: str
    stage: str
    outcome: str
    opened_on: date
    closed_on: date | None


def of_cases(scope: Scope, *conditions: Condition) -> Found:
    """Cases of which those conditions hold, besides what is asked for."""
    wanted = [*scope.of_case(figure_cases), *scope.been(figure_cases), *conditions]
    return Found(table=figure_cases, conditions=wanted)


def opened(scope: Scope, *, formally: bool | None = None) -> Found:
    """Cases opened in the period; with a formal stage, or not, where that is asked."""
    of = figure_cases.c
    began = [] if formally is None else [of.raised_formally.is_(formally)]
    return of_cases(scope, *scope.on(of.opened_on), *began)


def began_at(scope: Scope, stage: str) -> Found:
    """Cases opened in the period that began with that stage."""
    of = figure_cases.c
    return of_cases(scope, *scope.on(of.opened_on), of.entry == stage)


def with_status(scope: Scope, status: str) -> Found:
    """Cases opened in the period whose child had those legal statuses then."""
    of = figure_cases.c
    return of_cases(scope, *scope.on(of.opened_on), of.status == status)


def became_formal(scope: Scope) -> Found:
    """Cases that came to a first formal stage in the period, and did not begin with it."""
    of = figure_cases.c
    return of_cases(scope, ~of.raised_formally, *scope.on(of.formal_on))


def closed(scope: Scope, outcome: str = "") -> Found:
    """Cases closed in the period, with that outcome where one is named."""
    of = figure_cases.c
    named = [of.outcome == outcome] if outcome else []
    return of_cases(scope, *scope.on(of.closed_on), *named)


def still_open(scope: Scope) -> Found:
    """Cases open at the end of the period."""
    of = figure_cases.c
    return of_cases(scope, *scope.standing(of.opened_on, of.closed_on))


def stopped(scope: Scope) -> Found:
    """Cases whose formal clock stopped in the period."""
    return of_cases(scope, *scope.on(figure_cases.c.stopped_on))


def happened(scope: Scope, kind: str, detail: str = "") -> Found:
    """What happened in the period, of that kind, and of that detail where one is named."""
    of = figure_marks.c
    named = [of.detail == detail] if detail else []
    return Found(table=figure_marks, conditions=[*scope.of_marks(), of.kind == kind, *named])


def stays(scope: Scope, *, state: str = "", silent: bool = False) -> Found:
    """Stays that began in the period; of that state, or silent at least once, where asked."""
    of = figure_stays.c
    wanted = [of.state == state] if state else []
    wanted += [of.silent_on.is_not(None)] if silent else []
    return Found(table=figure_stays, conditions=[*scope.of_stays(), *wanted])


def reached(scope: Scope) -> Found:
    """First stays of cases in their stages that began in the period."""
    conditions = [*scope.of_stays(all_posts=True), figure_stays.c.first]
    return Found(table=figure_stays, conditions=conditions)


def _of_actions(scope: Scope, *conditions: Condition) -> Found:
    wanted = [*scope.of_case(figure_actions), *scope.been(figure_actions), *conditions]
    return Found(table=figure_actions, conditions=wanted)


def agreed(scope: Scope) -> Found:
    """Actions that were agreed in the period."""
    return _of_actions(scope, *scope.on(figure_actions.c.agreed_on))


def said(scope: Scope, done: str = "") -> Found:
    """Actions of which was last said in the period what became of them; that, where one is named.

    Without one: those of which was said what changed for the child.
    """
    of = figure_actions.c
    return _of_actions(scope, *scope.on(of.said_on), of.done == done if done else of.changed)


def actions_open(scope: Scope) -> Found:
    """Actions about which something was open at the end of the period."""
    of = figure_actions.c
    return _of_actions(scope, *scope.standing(of.agreed_on, of.over_on))


def count_found(connection: Connection, found: Found) -> tuple[int, int]:
    """How many rows there are, and of how many cases."""
    of = func.count(found.table.c.case_id.distinct())
    row = connection.execute(select(func.count(), of).where(*found.conditions)).one()
    return int(row[0]), int(row[1])


def find_case_ids(connection: Connection, found: Found) -> list[int]:
    """The ids of all cases behind it, whoever may see them."""
    ids = select(found.table.c.case_id).distinct().where(*found.conditions)
    return sorted(connection.execute(ids).scalars())


def find_counted(
    connection: Connection,
    found: Found,
    reader: Reader,
    posts: Sequence[str],
    after: int,
    most: int,
) -> list[CountedRow]:
    """Of the cases behind it those that the reader sees, the newest first, before the id `after`.

    Of what only some posts may see on the diagram no case is told to others (X-36): `posts` are the
    reader's, as far as they hold in every case.
    """
    statement: Select[Any] = (
        select(
            cases.c.id,
            cases.c.number,
            children.c.name.label("child_name"),
            cases.c.team,
            cases.c.stage,
            cases.c.outcome,
            figure_cases.c.opened_on,
            figure_cases.c.closed_on,
        )
        .join(children, children.c.id == cases.c.child_id)
        .join(figure_cases, figure_cases.c.case_id == cases.c.id)
        .where(cases.c.id.in_(select(found.table.c.case_id).where(*_shown(found, reader, posts))))
        .where(sees(reader))
        .order_by(cases.c.id.desc())
        .limit(most)
    )
    if after:
        statement = statement.where(cases.c.id < after)
    return records(CountedRow, connection.execute(statement))


def _shown(found: Found, reader: Reader, posts: Sequence[str]) -> list[Condition]:
    if "seen_by" not in found.table.c:
        return list(found.conditions)
    as_raiser = and_(
        sees_fact(found.table, (_RAISER,)), found.table.c.raiser_id == reader.person_id
    )
    return [*found.conditions, or_(sees_fact(found.table, posts), as_raiser)]
