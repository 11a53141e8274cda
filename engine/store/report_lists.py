"""What reports list and tell of single cases: as it stood at the end of a period."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Date,
    RowMapping,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from engine.store.cases import cases
from engine.store.children import children
from engine.store.concerns import concerns
from engine.store.database import Id, Instant, records
from engine.store.figures import figure_actions, figure_cases, figure_stays, figure_themes
from engine.store.history import bodies, entries
from engine.store.people import people
from engine.store.registers import general_concerns, good_practice

T = TypeVar("T")

_COUNCIL = bindparam("council", type_=Text)
_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_SINCE, _UNTIL = bindparam("since", type_=Instant), bindparam("until", type_=Instant)
_IDS = bindparam("ids", type_=Id, expanding=True)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A council’s days: `first` to `last` in London; in UTC from `since` on and before `until`."""

    council: str
    first: date
    last: date
    since: datetime
    until: datetime


_CASES = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.team,
        cases.c.stage,
        cases.c.outcome,
        cases.c.opened_at,
        cases.c.clock_started_at,
        cases.c.closed_at,
        cases.c.last_at,
        children.c.name.label("child_name"),
        children.c.restricted,
    )
    .join(children, children.c.id == cases.c.child_id)
    .where(cases.c.council == _COUNCIL)
    .where(cases.c.opened_at < _UNTIL)
    .where(or_(cases.c.closed_at.is_(None), cases.c.closed_at >= _SINCE))
    .order_by(cases.c.id)
)
_NUMBERED = (
    select(cases.c.id, cases.c.number)
    .where(cases.c.council == _COUNCIL)
    .where(cases.c.number.in_(bindparam("numbers", type_=Text, expanding=True)))
)
_BODIES = (
    select(entries.c.case_id, bodies.c.content)
    .join(
        bodies,
        and_(bodies.c.case_id == entries.c.case_id, bodies.c.sequence == entries.c.sequence),
    )
    .where(entries.c.case_id.in_(_IDS))
    .where(entries.c.at < _UNTIL)
    .order_by(entries.c.case_id, entries.c.sequence)
)
_THEMES = (
    select(figure_themes.c.case_id, figure_themes.c.theme)
    .join(cases, cases.c.id == figure_themes.c.case_id)
    .where(cases.c.council == _COUNCIL)
    .where(cases.c.opened_at < _UNTIL)
    .where(or_(cases.c.closed_at.is_(None), cases.c.closed_at >= _SINCE))
    .order_by(figure_themes.c.case_id, figure_themes.c.theme)
)
# What only some may see stands on no list for many.
_STAYS = (
    select(
        figure_stays.c.case_id,
        figure_stays.c.stage,
        figure_stays.c.post,
        figure_stays.c.received_on,
        figure_stays.c.due,
    )
    .where(figure_stays.c.council == _COUNCIL)
    .where(figure_stays.c.seen_by == "")
    .where(figure_stays.c.received_on <= _LAST)
    .where(or_(figure_stays.c.ended_on.is_(None), figure_stays.c.ended_on > _LAST))
    .order_by(figure_stays.c.case_id, figure_stays.c.due, figure_stays.c.id)
)
_ACTIONS = (
    select(
        cases.c.number,
        cases.c.team,
        children.c.restricted,
        concerns.c.themes,
        concerns.c.by_when,
        figure_actions.c.agreed_on,
        figure_actions.c.said_on,
        figure_actions.c.done,
        figure_actions.c.changed,
        figure_actions.c.over_on,
    )
    .join(cases, cases.c.id == figure_actions.c.case_id)
    .join(children, children.c.id == cases.c.child_id)
    .join(
        concerns,
        and_(
            concerns.c.case_id == figure_actions.c.case_id,
            concerns.c.place == figure_actions.c.place,
        ),
    )
    .where(figure_actions.c.council == _COUNCIL)
    .where(figure_actions.c.agreed_on <= _LAST)
    .where(or_(figure_actions.c.over_on.is_(None), figure_actions.c.over_on >= _FIRST))
    .order_by(figure_actions.c.case_id, figure_actions.c.place)
)
_opened = and_(
    figure_cases.c.council == _COUNCIL,
    figure_cases.c.opened_on >= _FIRST,
    figure_cases.c.opened_on <= _LAST,
)
_formal = func.coalesce(func.sum(case((figure_cases.c.raised_formally, 1), else_=0)), 0)
_TEAMS = (
    select(
        figure_cases.c.team.label("key"),
        func.count().label("cases"),
        _formal.label("formal"),
        func.count(cases.c.child_id.distinct()).label("children"),
        literal(1).label("teams"),
    )
    .join(cases, cases.c.id == figure_cases.c.case_id)
    .where(_opened)
    .group_by(figure_cases.c.team)
    .order_by(figure_cases.c.team)
)
_RAISERS = (
    select(
        figure_cases.c.raiser_id.label("key"),
        func.count().label("cases"),
        _formal.label("formal"),
        func.count(cases.c.child_id.distinct()).label("children"),
        func.count(figure_cases.c.team.distinct()).label("teams"),
    )
    .join(cases, cases.c.id == figure_cases.c.case_id)
    .where(_opened)
    .group_by(figure_cases.c.raiser_id)
    .order_by(figure_cases.c.raiser_id)
)
_SPREAD = (
    select(
        figure_themes.c.theme.label("key"),
        func.count().label("cases"),
        _formal.label("formal"),
        func.count(cases.c.child_id.distinct()).label("children"),
        func.count(figure_cases.c.team.distinct()).label("teams"),
    )
    .join(figure_cases, figure_cases.c.case_id == figure_themes.c.case_id)
    .join(cases, cases.c.id == figure_cases.c.case_id)
    .where(_opened)
    .group_by(figure_themes.c.theme)
    .order_by(func.count().desc(), figure_themes.c.theme)
)
_ENTRIES = (
    select(figure_cases.c.entry)
    .distinct()
    .where(figure_cases.c.council == _COUNCIL)
    .where(~figure_cases.c.raised_formally)
)
_CONCERNS = (
    select(general_concerns, people.c.name.label("owner"))
    .outerjoin(people, people.c.id == general_concerns.c.owner_id)
    .where(general_concerns.c.council == _COUNCIL)
    .where(general_concerns.c.made_at < _UNTIL)
    .where(or_(general_concerns.c.closed_at.is_(None), general_concerns.c.closed_at >= _SINCE))
    .order_by(general_concerns.c.made_at, general_concerns.c.id)
)
_PRACTICE = (
    select(good_practice)
    .where(good_practice.c.council == _COUNCIL)
    .where(good_practice.c.made_at >= _SINCE)
    .where(good_practice.c.made_at < _UNTIL)
    .where(or_(good_practice.c.closed_at.is_(None), good_practice.c.closed_at >= _UNTIL))
    .order_by(good_practice.c.made_at, good_practice.c.id)
)


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case that was open in a span; instants are aware, in UTC, and `stage` is today's."""

    id: int
    number: str
    team: str
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    last_at: datetime
    child_name: str
    restricted: bool


@dataclass(frozen=True, kw_only=True)
class StayLine:
    """A step that was open at the end of a span, and that everybody sees who sees the case."""

    case_id: int
    stage: str
    post: str
    received_on: date
    due: date | None


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action of a case, as its last word has it; days are London's. `themes` has one a line."""

    number: str
    team: str
    restricted: bool
    themes: str
    by_when: date | None
    agreed_on: date
    said_on: date | None
    done: str
    changed: bool
    over_on: date | None


@dataclass(frozen=True, kw_only=True)
class SpreadLine:
    """Cases raised in a span by a theme, a team or a raiser's id, how many of them formally.

    `children` and `teams` are how many those were about.
    """

    key: str
    cases: int
    formal: int
    children: int
    teams: int


@dataclass(frozen=True, kw_only=True)
class ConcernLine:
    """A general concern that was open in a span; `owner` is a person's name, or empty."""

    title: str
    themes: str
    team: str
    owner: str
    owner_post: str
    made_at: datetime
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PracticeLine:
    """Good practice that was kept in a span, about a child or about none."""

    what: str
    impact: str
    themes: str
    team: str
    made_at: datetime
    child_id: int | None


def find_case_lines(connection: Connection, span: Span) -> list[CaseLine]:
    """The cases that were open on a day of the span, in the order of their opening."""
    return records(CaseLine, connection.execute(_CASES, vars(span)))


def find_numbered(connection: Connection, council: str, numbers: Iterable[str]) -> dict[int, str]:
    """The council's cases with those numbers: number by id."""
    values = {"council": council, "numbers": sorted(numbers)}
    rows = connection.execute(_NUMBERED, values) if values["numbers"] else ()
    return {row.id: row.number for row in rows}


def find_stages_then(
    connection: Connection, case_ids: Collection[int], until: datetime
) -> dict[int, str]:
    """The stage at which each of those cases stood before `until`, as its history tells it."""
    found: dict[int, str] = {}
    if not case_ids:
        return found
    rows = connection.execute(_BODIES, {"ids": sorted(case_ids), "until": until})
    for case_id, content in rows:
        after: Mapping[str, object] = json.loads(content)["after"]
        if after.get("stage"):
            found[case_id] = str(after["stage"])
    return found


def find_themes_of_cases(connection: Connection, span: Span) -> dict[int, tuple[str, ...]]:
    """The themes of each of those cases, by id."""
    found: dict[int, tuple[str, ...]] = {}
    for case_id, theme in connection.execute(_THEMES, vars(span)):
        found[case_id] = (*found.get(case_id, ()), theme)
    return found


def find_stay_lines(connection: Connection, span: Span) -> dict[int, list[StayLine]]:
    """What each case waited for at the end of the span's last day, by its id; the first due first.

    A due date is the one that stands now.
    """
    found: dict[int, list[StayLine]] = {}
    for line in records(StayLine, connection.execute(_STAYS, vars(span))):
        found.setdefault(line.case_id, []).append(line)
    return found


def find_action_lines(connection: Connection, span: Span) -> list[ActionLine]:
    """The actions of which something was still open on a day of the span."""
    return records(ActionLine, connection.execute(_ACTIONS, vars(span)))


def find_spread_by_theme(connection: Connection, span: Span) -> list[SpreadLine]:
    """The cases raised in the span by theme, the most frequent first; several may be one case's."""
    return records(SpreadLine, connection.execute(_SPREAD, vars(span)))


def find_spread_by_team(connection: Connection, span: Span) -> list[SpreadLine]:
    """The cases raised in the span by team."""
    return records(SpreadLine, connection.execute(_TEAMS, vars(span)))


def find_spread_by_raiser(connection: Connection, span: Span) -> list[SpreadLine]:
    """The cases raised in the span by who has them now; a key is the person's id."""
    rows = connection.execute(_RAISERS, vars(span)).mappings()
    return [SpreadLine(**{**row, "key": str(row["key"])}) for row in rows]


def find_informal_entries(connection: Connection, council: str) -> frozenset[str]:
    """The stages with which cases of the council began that were not raised formally."""
    return frozenset(connection.execute(_ENTRIES, {"council": council}).scalars())


def find_concern_lines(connection: Connection, span: Span) -> list[ConcernLine]:
    """The general concerns that were open on a day of the span, the oldest first."""
    return _only(ConcernLine, connection.execute(_CONCERNS, vars(span)).mappings())


def find_practice_lines(connection: Connection, span: Span) -> list[PracticeLine]:
    """The good practice that was kept in the span and not taken back in it."""
    return _only(PracticeLine, connection.execute(_PRACTICE, vars(span)).mappings())


def _only(kind: type[T], rows: Iterable[Mapping[str, Any] | RowMapping]) -> list[T]:
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    return [kind(**{name: row[name] for name in names}) for row in rows]
