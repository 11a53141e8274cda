"""Sums over the facts of cases: how many there are of what, and which cases they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from engine.store.figures import (
    figure_actions,
    figure_cases,
    figure_marks,
    figure_stays,
    figure_themes,
)
from engine.store.registers import good_practice

Condition = ColumnElement[bool]
_RAISER: Final = "raiser"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Of which cases and days, as `engine.figures.asked.Asked` says; and as far as a reader sees.

    `teams` are the only teams that are counted, None for all; `eyes` the posts of whoever may not
    see what the diagram shows to others alone, None where all is counted. `open_kinds` are the
    kinds of happenings that are counted all the same.
    """

    council: str
    first: date | None
    last: date | None
    procedure: str
    versions: tuple[int, ...]
    stage: str
    team: str
    theme: str
    post: str
    raiser_id: int | None
    element: str = ""
    teams: tuple[str, ...] | None = None
    eyes: tuple[str, ...] | None = None
    open_kinds: tuple[str, ...] = ()

    def of_case(self, table: Table) -> list[Condition]:
        """What is asked of the case of a row of one of the tables."""
        of = table.c
        wanted = [of.council == self.council]
        if self.procedure:
            wanted.append(of.procedure == self.procedure)
        if self.versions:
            wanted.append(of.version.in_(self.versions))
        if self.team:
            wanted.append(of.team == self.team)
        if self.teams is not None:
            wanted.append(of.team.in_(self.teams))
        if self.raiser_id is not None:
            wanted.append(of.raiser_id == self.raiser_id)
        if self.theme:
            themed = select(figure_themes.c.case_id).where(figure_themes.c.theme == self.theme)
            wanted.append(of.case_id.in_(themed))
        return wanted

    def been(self, table: Table) -> list[Condition]:
        """That the case was at the stage, or asked the post, if one is named."""
        stays = figure_stays.c
        there = []
        if self.stage:
            there.append(stays.stage == self.stage)
        if self.post:
            there.append(stays.post == self.post)
        if not there:
            return []
        return [table.c.case_id.in_(select(stays.case_id).where(*there, *self._seen(figure_stays)))]

    def of_stays(self, *, all_posts: bool = False) -> list[Condition]:
        """Which stays: of respondents only, unless a step or a post is named, or all are wanted."""
        stays = figure_stays.c
        wanted = self.of_case(figure_stays) + self._seen(figure_stays)
        wanted += self.on(stays.received_on)
        if self.stage:
            wanted.append(stays.stage == self.stage)
        if self.post:
            wanted.append(stays.post == self.post)
        if self.element:
            wanted.append(stays.element == self.element)
        if not (all_posts or self.post or self.element):
            wanted.append(stays.whose != _RAISER)
        return wanted

    def of_marks(self) -> list[Condition]:
        """Which happenings; a post asks for those of cases in which it was asked."""
        marks = figure_marks
        wanted = self.of_case(marks) + self.on(marks.c.day)
        if seen := self._seen(marks):
            wanted.append(or_(*seen, marks.c.kind.in_(self.open_kinds)))
        if self.stage:
            wanted.append(marks.c.stage == self.stage)
        if self.post:
            asked = select(figure_stays.c.case_id).where(figure_stays.c.post == self.post)
            wanted.append(marks.c.case_id.in_(asked))
        return wanted

    def on(self, day: Column[Any]) -> list[Condition]:
        """That a day lies in the period; a day that is not there lies in none."""
        wanted: list[Condition] = [day.is_not(None)]
        if self.first is not None:
            wanted.append(day >= self.first)
        if self.last is not None:
            wanted.append(day <= self.last)
        return wanted

    def standing(self, since: Column[Any], until: Column[Any]) -> list[Condition]:
        """That something had begun by the end of the period, and was not over then."""
        if self.last is None:
            return [until.is_(None)]
        return [since <= self.last, or_(until.is_(None), until > self.last)]

    def _seen(self, table: Table) -> list[Condition]:
        if self.eyes is None:
            return []
        return [sees_fact(table, self.eyes)]


def sees_fact(table: Table, posts: Sequence[str]) -> Condition:
    """Whether one of the posts may see a row of stays or marks (X-36)."""
    seen_by = table.c.seen_by
    return or_(seen_by == "", *(seen_by.contains(f",{post},", autoescape=True) for post in posts))


def _rows(connection: Connection, statement: Select[Any]) -> Sequence[Row[Any]]:
    return connection.execute(statement).all()


def _cases(scope: Scope, *columns: Any) -> Select[Any]:
    """Cases by those columns, counted."""
    wanted = scope.of_case(figure_cases) + scope.been(figure_cases)
    found = select(*columns, func.count().label("cases")).where(*wanted)
    return found.group_by(*columns) if columns else found


def count_opened(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """Cases opened in the period: entry, status, raised_formally, cases."""
    of = figure_cases.c
    found = _cases(scope, of.entry, of.status, of.raised_formally)
    return _rows(connection, found.where(*scope.on(of.opened_on)))


def count_became_formal(connection: Connection, scope: Scope) -> int:
    """Cases that came to a first formal stage in the period, and did not begin with it."""
    of = figure_cases.c
    found = _cases(scope).where(~of.raised_formally, *scope.on(of.formal_on))
    return int(connection.execute(found).scalar_one())


def count_closed(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """Cases closed in the period: outcome, days_to_close, cases."""
    of = figure_cases.c
    found = _cases(scope, of.outcome, of.days_to_close)
    return _rows(connection, found.where(*scope.on(of.closed_on)))


def count_open(connection: Connection, scope: Scope) -> int:
    """Cases open at the end of the period."""
    of = figure_cases.c
    found = _cases(scope).where(*scope.standing(of.opened_on, of.closed_on))
    return int(connection.execute(found).scalar_one())


def count_stopped(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """Cases whose formal clock stopped in the period: raiser_id, days_formal, cases, and sums."""
    of = figure_cases.c
    found = _cases(scope, of.raiser_id, of.days_formal).add_columns(
        func.sum(of.days_respondents).label("respondents"), func.sum(of.days_raiser).label("raiser")
    )
    return _rows(connection, found.where(*scope.on(of.stopped_on)))


def count_by_day(connection: Connection, scope: Scope) -> tuple[dict[date, int], dict[date, int]]:
    """Cases opened, and cases closed, by each day of the period."""
    of = figure_cases.c
    opened, closed = (
        {
            row[0]: int(row.cases)
            for row in _rows(connection, _cases(scope, day).where(*scope.on(day)))
        }
        for day in (of.opened_on, of.closed_on)
    )
    return opened, closed


def count_themes(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """Cases opened in the period by theme: theme, cases."""
    themes = figure_themes.c
    found = (
        select(themes.theme, func.count().label("cases"))
        .join(figure_cases, figure_cases.c.case_id == themes.case_id)
        .where(*scope.of_case(figure_cases), *scope.been(figure_cases))
        .where(*scope.on(figure_cases.c.opened_on))
        .group_by(themes.theme)
    )
    return _rows(connection, found)


def count_marks(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """What happened in the period: kind, detail, times."""
    of = figure_marks.c
    found = select(of.kind, of.detail, func.count().label("times")).where(*scope.of_marks())
    return _rows(connection, found.group_by(of.kind, of.detail))


def count_actions(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """Actions by what was last said of them: done, and sums: agreed, said, changed, open."""
    of = figure_actions.c

    def _sum(*wanted: Condition) -> Any:
        return func.sum(case((and_(*wanted), 1), else_=0))

    found = (
        select(
            of.done,
            _sum(*scope.on(of.agreed_on)).label("agreed"),
            _sum(*scope.on(of.said_on)).label("said"),
            _sum(of.changed, *scope.on(of.said_on)).label("changed"),
            _sum(*scope.standing(of.agreed_on, of.over_on)).label("open"),
        )
        .where(*scope.of_case(figure_actions), *scope.been(figure_actions))
        .group_by(of.done)
    )
    return _rows(connection, found)


def count_stays(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """All stays that began in the period, whoever was asked, by all that they are counted by.

    stage, element, post, first, state, silent, working_days; team of the respondents' and
    raiser_id of the raisers' own (else 0); stays.
    """
    of = figure_stays.c
    own = of.post == _RAISER
    columns = (
        of.stage,
        of.element,
        of.post,
        case((own, literal("")), else_=of.team).label("team"),
        case((own, of.raiser_id), else_=0).label("raiser_id"),
        of.first,
        of.state,
        of.silent_on.is_not(None).label("silent"),
        of.working_days,
    )
    # Grouped a step later, for PostgreSQL takes two parameters of one value for two columns.
    each = select(*columns).where(*scope.of_stays(all_posts=True)).subquery()
    found = select(each, func.count().label("stays")).group_by(*each.c)
    return _rows(connection, found)


def count_stays_by_theme(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
    """The respondents' stays, or those that are named, by theme: as `count_stays`."""
    of, themes = figure_stays.c, figure_themes.c
    columns = (
        themes.theme,
        of.post,
        of.team,
        of.raiser_id,
        of.state,
        of.silent_on.is_not(None).label("silent"),
        of.working_days,
    )
    found = (
        select(*columns, func.count().label("stays"))
        .join(figure_themes, themes.case_id == of.case_id)
        .where(*scope.of_stays())
        .group_by(*columns)
    )
    return _rows(connection, found)


def find_seats(connection: Connection, scope: Scope, *, by_theme: bool) -> Sequence[Row[Any]]:
    """Of whom the scope's stays were asked: stage, element, post, team; raiser_id of the raisers'.

    Whoever was asked; `by_theme` adds theme.
    """
    of, themes = figure_stays.c, figure_themes.c
    raiser = case((of.post == _RAISER, of.raiser_id), else_=0).label("raiser_id")
    found = select(of.stage, of.element, of.post, of.team, raiser)
    if by_theme:
        found = found.add_columns(themes.theme)
        found = found.join(figure_themes, themes.case_id == of.case_id)
    return _rows(connection, found.where(*scope.of_stays(all_posts=True)).distinct())


def count_good_practice(
    connection: Connection, scope: Scope, since: datetime | None, until: datetime | None
) -> int:
    """Good practice in the register, and not taken back, of the teams and the theme asked for.

    It was recorded between two aware instants, None without a bound.
    """
    of = good_practice.c
    wanted: list[Condition] = [of.council == scope.council, of.outcome == ""]
    if since is not None:
        wanted.append(of.made_at >= since)
    if until is not None:
        wanted.append(of.made_at <= until)
    if scope.team:
        wanted.append(of.team == scope.team)
    if scope.teams is not None:
        wanted.append(of.team.in_(scope.teams))
    if scope.theme:
        lines = literal("\n").concat(of.themes).concat("\n")
        wanted.append(lines.contains(f"\n{scope.theme}\n", autoescape=True))
    if scope.raiser_id is not None:
        wanted.append(of.made_by == scope.raiser_id)
    return int(connection.execute(select(func.count()).where(*wanted)).scalar_one())
