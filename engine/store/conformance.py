"""Cases that went another way than their procedure draws, and what is kept of how they did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.store.access import Reader, sees
from engine.store.cases import answers, cases
from engine.store.children import children
from engine.store.database import Id, records
from engine.store.figure_sums import Scope, sees_fact
from engine.store.figures import figure_cases, figure_marks, figure_stays
from engine.store.tasks import tasks
from engine.store.versions import versions

Condition = ColumnElement[bool]
_RAISER: Final = "raiser"
_PASSED_OVER: Final = "passed-over"
_OVER_LIMIT: Final = "over-limit"
LATE_STATES: Final = ("late", "never", "overdue")

_again = figure_stays.alias("again")
_IDS: Any = bindparam("ids", expanding=True, type_=Id)
_OPENED = (
    select(tasks.c.case_id, tasks.c.element, tasks.c.opened_at)
    .where(tasks.c.case_id.in_(_IDS))
    .order_by(tasks.c.case_id, tasks.c.id)
)
_ANSWERS = (
    select(answers.c.case_id, answers.c.given_at, answers.c.content)
    .where(answers.c.case_id.in_(_IDS))
    .order_by(answers.c.case_id, answers.c.id)
)


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """Whose eyes look: the reader's, with the posts that hold in every case (X-36)."""

    reader: Reader
    posts: tuple[str, ...]

    def see(self, table: Any) -> Condition:
        """Whether they may see a stay or a mark."""
        as_raiser = and_(sees_fact(table, (_RAISER,)), table.c.raiser_id == self.reader.person_id)
        return or_(sees_fact(table, self.posts), as_raiser)


@dataclass(frozen=True, kw_only=True)
class DeviatingRow:
    """A case of which something is to be told; `entry` is the stage with which it began."""

    id: int
    number: str
    child_name: str
    procedure: str
    version: int
    version_id: int
    opened_on: date
    closed_on: date | None
    entry: str


@dataclass(frozen=True, kw_only=True)
class StayRow:
    """A stay that is told of."""

    case_id: int
    element: str
    stage: str
    post: str
    whose: str
    received_on: date
    ended_on: date | None
    due: date | None
    state: str
    extensions: int
    first: bool


@dataclass(frozen=True, kw_only=True)
class MarkRow:
    """A mark that is told of."""

    case_id: int
    kind: str
    day: date
    stage: str
    detail: str


def straight(formal: Mapping[str, Sequence[str]]) -> Condition:
    """Cases that began with a stage past others, formal or not.

    `formal` are the formal stages of the procedures that begin before them.
    """
    of = figure_cases.c
    past_rungs = _mark(_PASSED_OVER, figure_marks.c.stage == of.entry)
    past_all = (
        and_(of.procedure == procedure, of.entry.in_(stages))
        for procedure, stages in formal.items()
    )
    return or_(past_rungs, *past_all)


def skipped() -> Condition:
    """Cases that went up past a formal stage on the way."""
    return _mark(_PASSED_OVER, figure_marks.c.stage != figure_cases.c.entry)


def repeated(eyes: Eyes) -> Condition:
    """Cases in which a respondent's step of a stage began more than once."""
    stays = figure_stays.c
    return (
        exists()
        .where(stays.case_id == figure_cases.c.case_id)
        .where(stays.whose != _RAISER, stays.stage != "", eyes.see(figure_stays))
        .where(_again.c.case_id == stays.case_id, _again.c.element == stays.element)
        .where(_again.c.id > stays.id, _again.c.post == stays.post)
        .correlate(figure_cases)
    )


def late(eyes: Eyes) -> Condition:
    """Cases in which something was answered late, or never, or is overdue; or past their limit."""
    stays = figure_stays.c
    ran_late = (
        exists()
        .where(stays.case_id == figure_cases.c.case_id)
        .where(stays.state.in_(LATE_STATES), eyes.see(figure_stays))
        .correlate(figure_cases)
    )
    return or_(ran_late, _mark(_OVER_LIMIT))


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Whether one of them holds."""
    return or_(*conditions)


def _mark(kind: str, *more: Condition) -> Condition:
    marks = figure_marks.c
    return (
        exists()
        .where(marks.case_id == figure_cases.c.case_id, marks.kind == kind, *more)
        .correlate(figure_cases)
    )


def count_cases(connection: Connection, scope: Scope, *conditions: Condition) -> int:
    """How many cases were opened in the period of which that holds."""
    wanted = [*scope.of_case(figure_cases), *scope.on(figure_cases.c.opened_on), *conditions]
    counted = select(func.count()).select_from(figure_cases).where(*wanted)
    return int(connection.execute(counted).scalar_one())


def find_deviating(
    connection: Connection, scope: Scope, eyes: Eyes, condition: Condition, before: int, most: int
) -> list[DeviatingRow]:
    """Of those cases the ones that the reader sees, the newest first, before that id if not 0."""
    of = figure_cases.c
    statement = (
        select(
            cases.c.id,
            cases.c.number,
            children.c.name.label("child_name"),
            of.procedure,
            of.version,
            versions.c.id.label("version_id"),
            of.opened_on,
            of.closed_on,
            of.entry,
        )
        .join(figure_cases, of.case_id == cases.c.id)
        .join(children, children.c.id == cases.c.child_id)
        .join(
            versions,
            and_(
                versions.c.council == of.council,
                versions.c.procedure == of.procedure,
                versions.c.number == of.version,
            ),
        )
        .where(*scope.of_case(figure_cases), *scope.on(of.opened_on), condition)
        .where(sees(eyes.reader))
        .order_by(cases.c.id.desc())
        .limit(most)
    )
    if before:
        statement = statement.where(cases.c.id < before)
    return records(DeviatingRow, connection.execute(statement))


def find_stays(connection: Connection, eyes: Eyes, ids: Sequence[int]) -> list[StayRow]:
    """The stays of those cases that the reader may see, in the order in which they began."""
    names = StayRow.__dataclass_fields__
    statement = (
        select(*(figure_stays.c[name] for name in names))
        .where(figure_stays.c.case_id.in_(ids), eyes.see(figure_stays))
        .order_by(figure_stays.c.case_id, figure_stays.c.id)
    )
    return records(StayRow, connection.execute(statement))


def find_marks(connection: Connection, eyes: Eyes, ids: Sequence[int]) -> list[MarkRow]:
    """Stages passed over in those cases, and limits reached."""
    names = MarkRow.__dataclass_fields__
    statement = (
        select(*(figure_marks.c[name] for name in names))
        .where(figure_marks.c.case_id.in_(ids), eyes.see(figure_marks))
        .where(figure_marks.c.kind.in_((_PASSED_OVER, _OVER_LIMIT)))
        .order_by(figure_marks.c.case_id, figure_marks.c.id)
    )
    return records(MarkRow, connection.execute(statement))


def find_openings(
    connection: Connection, ids: Iterable[int]
) -> Mapping[int, list[tuple[str, datetime]]]:
    """When each task of those cases began, by case, in order: its element and the instant."""
    found: dict[int, list[tuple[str, datetime]]] = {}
    for case_id, element, opened_at in connection.execute(_OPENED, {"ids": list(ids)}):
        found.setdefault(case_id, []).append((element, opened_at))
    return found


def find_answers_at(
    connection: Connection, ids: Iterable[int]
) -> Mapping[int, list[tuple[datetime, str]]]:
    """All that was written into forms in those cases, by case: when, and what as JSON."""
    found: dict[int, list[tuple[datetime, str]]] = {}
    for case_id, given_at, content in connection.execute(_ANSWERS, {"ids": list(ids)}):
        found.setdefault(case_id, []).append((given_at, content))
    return found
