"""The cases that leave in an export, a page at a time, without the child and without the raiser."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from engine.store.cases import AnswerRow, answers, cases
from engine.store.children import children, readable_by
from engine.store.concerns import ConcernRow, concerns
from engine.store.database import Id, Instant, records
from engine.store.deadlines import DeadlineRow, deadlines
from engine.store.handovers import find_handovers, handovers
from engine.store.history import Body, Entry, bodies, entries
from engine.store.tasks import TaskRow, task_posts, tasks
from engine.store.versions import versions

T = TypeVar("T")

_AT_ONCE = 200
_linked = cases.alias("linked")
_FROM = bindparam("opened_from", type_=Instant)
_UNTIL = bindparam("opened_until", type_=Instant)
_WANTED = (
    (cases.c.council == bindparam("council"))
    & (cases.c.opened_at >= _FROM)
    & (cases.c.opened_at <= _UNTIL)
    & or_(bindparam("procedure") == "", versions.c.procedure == bindparam("procedure"))
)
# Of a case that is not asked for, or of which the person may not read, nothing goes out.
_LINKED = (
    select(cases.c.id)
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .where(_WANTED)
    .where(readable_by())
)
_PAGE = (
    select(
        cases.c.id,
        cases.c.number,
        cases.c.version_id,
        cases.c.raiser_id,
        cases.c.stage,
        cases.c.outcome,
        cases.c.opened_at,
        cases.c.clock_started_at,
        cases.c.closed_at,
        _linked.c.number.label("linked_number"),
    )
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .outerjoin(_linked, (_linked.c.id == cases.c.linked_to) & _linked.c.id.in_(_LINKED))
    .where(_WANTED)
    .where(readable_by())
    .where(cases.c.id > bindparam("after", type_=Id))
    .order_by(cases.c.id)
    .limit(_AT_ONCE)
)
_COUNT = (
    select(func.count())
    .select_from(cases)
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
    .where(_WANTED)
)
_COUNT_WANTED = _COUNT.where(readable_by())
_KEPT_BACK = _COUNT.where(~readable_by())
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _of_page(table: Table, *order: str, extra: Sequence[Any] = ()) -> Select[Any]:
    """The rows of all cases of a page, in order."""
    by = (table.c[name] for name in ("case_id", *order))
    return select(table, *extra).where(table.c.case_id.in_(_IDS)).order_by(*by)


_CHAINS = _of_page(entries, "sequence", extra=(bodies.c.salt, bodies.c.content)).outerjoin(
    bodies, (bodies.c.case_id == entries.c.case_id) & (bodies.c.sequence == entries.c.sequence)
)
_TASKS = _of_page(tasks, "id")
_DEADLINES = _of_page(deadlines, "id")
# Of an answer goes out no name.
_ANSWERS = _of_page(answers, "id", extra=(literal("").label("person"),))
_CONCERNS = _of_page(concerns, "place")
_ASKED = (
    select(tasks.c.id, task_posts.c.post)
    .join(tasks, tasks.c.id == task_posts.c.task_id)
    .where(tasks.c.case_id.in_(_IDS))
    .order_by(tasks.c.id, task_posts.c.owner.desc(), task_posts.c.post)
)
_HANDED_OVER = select(handovers.c.case_id).where(handovers.c.case_id.in_(_IDS)).distinct()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases are asked for: those of a council opened between two aware instants.

    `procedure` is a key, or empty for all; `reader_id` is the person who may read of the children.
    """

    council: str
    procedure: str
    opened_from: datetime
    opened_until: datetime
    reader_id: int

    @property
    def values(self) -> dict[str, object]:
        """As the statements ask for it."""
        return {
            "council": self.council,
            "procedure": self.procedure,
            "opened_from": self.opened_from,
            "opened_until": self.opened_until,
            "me": self.reader_id,
        }


@dataclass(frozen=True, kw_only=True)
class CaseToExport:
    """What an export needs of a case's row."""

    id: int
    number: str
    version_id: int
    raiser_id: int
    stage: str
    outcome: str
    opened_at: datetime
    clock_started_at: datetime | None
    closed_at: datetime | None
    linked_number: str | None


@dataclass(frozen=True, kw_only=True)
class RowsOfCase:
    """All that an export reads of a case. `asked` is the first post of each task when it opened."""

    case: CaseToExport
    chain: tuple[tuple[Entry, Body | None], ...]
    tasks: tuple[TaskRow, ...]
    asked: dict[int, str]
    deadlines: tuple[DeadlineRow, ...]
    answers: tuple[AnswerRow, ...]
    concerns: tuple[ConcernRow, ...]


def walk_cases(connection: Connection, wanted: Wanted) -> Iterator[RowsOfCase]:
    """The cases that are asked for and may be read of, in the order of their opening.

    They are read a page at a time, each kind of row at once for all cases of the page.
    """
    after = 0
    while True:
        page = records(CaseToExport, connection.execute(_PAGE, {**wanted.values, "after": after}))
        if not page:
            return
        yield from _rows(connection, page)
        after = page[-1].id


def _rows(connection: Connection, page: list[CaseToExport]) -> Iterator[RowsOfCase]:
    ids = {"ids": [case.id for case in page]}
    chains: dict[int, list[tuple[Entry, Body | None]]] = {}
    for entry, body in _chains(connection, ids):
        chains.setdefault(entry.case_id, []).append((entry, body))
    of_tasks = _by_case(records(TaskRow, connection.execute(_TASKS, ids)))
    of_deadlines = _by_case(records(DeadlineRow, connection.execute(_DEADLINES, ids)))
    of_answers = _by_case(records(AnswerRow, connection.execute(_ANSWERS, ids)))
    of_concerns = _by_case(records(ConcernRow, connection.execute(_CONCERNS, ids)))
    asked = _asked(connection, ids)
    for case in page:
        own = of_tasks.get(case.id, ())
        yield RowsOfCase(
            case=case,
            chain=tuple(chains.get(case.id, ())),
            tasks=tuple(own),
            asked={task.id: asked[task.id] for task in own if task.id in asked},
            deadlines=tuple(of_deadlines.get(case.id, ())),
            answers=tuple(of_answers.get(case.id, ())),
            concerns=tuple(of_concerns.get(case.id, ())),
        )


def _chains(
    connection: Connection, ids: dict[str, list[int]]
) -> Iterator[tuple[Entry, Body | None]]:
    names = entries.columns.keys()
    for row in connection.execute(_CHAINS, ids):
        *header, salt, content = row
        entry = Entry(**dict(zip(names, header, strict=True)))
        at = {"case_id": entry.case_id, "sequence": entry.sequence}
        yield entry, None if content is None else Body(**at, salt=bytes(salt), content=content)


def _asked(connection: Connection, ids: dict[str, list[int]]) -> dict[int, str]:
    """The first post of each task; of one that was given on, that from which it went first."""
    asked: dict[int, str] = {}
    for task_id, post in connection.execute(_ASKED, ids):
        asked.setdefault(task_id, post)
    for (case_id,) in connection.execute(_HANDED_OVER, ids).all():
        for task_id, moves in find_handovers(connection, case_id).items():
            if moves[0].posts:
                asked[task_id] = moves[0].posts[0][0]
    return asked


def _by_case(rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)  # type: ignore[attr-defined]
    return found


def count_wanted(connection: Connection, wanted: Wanted) -> int:
    """How many cases are asked for and may be read of."""
    return int(connection.execute(_COUNT_WANTED, wanted.values).scalar_one())


def count_kept_back(connection: Connection, wanted: Wanted) -> int:
    """How many of the cases are about restricted children of whom the person may not read."""
    return int(connection.execute(_KEPT_BACK, wanted.values).scalar_one())
