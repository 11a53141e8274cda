"""The cases behind a figure: how many they are is told, and of the cases those one may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.access import NotAllowed
from engine.access.figures import FigureRights
from engine.acts.tasks import initials_of
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.figures import asked as m
from engine.figures.asked import Which
from engine.figures.sums import scope_of
from engine.figures.withholding import Telling
from engine.store import figure_lists as store
from engine.store.concerns import find_actions
from engine.store.database import Connection
from engine.store.figure_lists import CountedRow, Found
from engine.store.figure_sums import Scope

_Find = Callable[[Scope, str], Found]


@dataclass(frozen=True, kw_only=True)
class CountedCase:
    """A case behind a figure: by number and initials only (X-36)."""

    id: int
    number: str
    initials: str
    team: str
    stage: str
    outcome: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class CountedCases:
    """What a figure counts: so often, in so many cases, of which the reader sees those `shown`.

    The newest come first; `after` reads on where there are more, and is 0 where there are not.
    """

    times: int
    cases: int
    shown: tuple[CountedCase, ...]
    after: int


def find_counted_cases(
    connection: Connection,
    council: Council,
    which: Which,
    rights: FigureRights,
    *,
    after: int = 0,
    most: int = 50,
) -> CountedCases:
    """The cases behind a figure. Raises `NotAllowed` for figures that are not the reader's.

    These are what became of answers that few were asked for, too, whose figure is withheld (X-25).
    """
    found = _found(which, rights)
    if which.measure in m.OF_STAYS and not rights.all_seats:
        _demand_many(connection, council, which, rights)
    times, count = store.count_found(connection, found)
    posts = [
        each.post
        for each in rights.reader.held
        if each.council == rights.council and each.post not in (RAISER, SOCIAL_WORKER)
    ]
    rows = store.find_counted(connection, found, rights.reader, posts, after, most + 1)
    return CountedCases(
        times=times,
        cases=count,
        shown=tuple(map(_case, rows[:most])),
        after=rows[most - 1].id if len(rows) > most else 0,
    )


def _demand_many(
    connection: Connection, council: Council, which: Which, rights: FigureRights
) -> None:
    scope = scope_of(which.asked, rights, element=which.element)
    if not Telling(connection, council, scope).tells():
        kept_informed = council.posts[council.kept_informed].title
        raise NotAllowed(f"Too few people were asked. Only the {kept_informed} sees these figures.")


def find_case_ids(connection: Connection, which: Which, rights: FigureRights) -> tuple[int, ...]:
    """The ids of all cases that a figure counts, whoever may see them: for what counts on."""
    return tuple(store.find_case_ids(connection, _found(which, rights)))


def _found(which: Which, rights: FigureRights) -> Found:
    return FINDING[which.measure](
        scope_of(which.asked, rights, element=which.element), which.detail
    )


def _case(row: CountedRow) -> CountedCase:
    return CountedCase(
        id=row.id,
        number=row.number,
        initials=initials_of(row.child_name),
        team=row.team,
        stage=row.stage,
        outcome=row.outcome,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
    )


def _happened(kind: str) -> _Find:
    return lambda scope, detail: store.happened(scope, kind, detail)


def _stays(state: str) -> _Find:
    return lambda scope, _: store.stays(scope, state=state)


def _said(done: str) -> _Find:
    return lambda scope, _: store.said(scope, done)


FINDING: Mapping[str, _Find] = {
    m.OPENED: lambda scope, _: store.opened(scope),
    m.RAISED_INFORMALLY: lambda scope, _: store.opened(scope, formally=False),
    m.RAISED_FORMALLY: lambda scope, _: store.opened(scope, formally=True),
    m.BEGAN_AT: store.began_at,
    m.WITH_STATUS: store.with_status,
    m.BECAME_FORMAL: lambda scope, _: store.became_formal(scope),
    m.CLOSED: store.closed,
    m.OPEN: lambda scope, _: store.still_open(scope),
    m.STOPPED: lambda scope, _: store.stopped(scope),
    m.REACHED: lambda scope, _: store.reached(scope),
    **{kind: _happened(kind) for kind in m.HAPPENINGS},
    m.AGREED: lambda scope, _: store.agreed(scope),
    **{measure: _said(done) for measure, done in m.DONE_IN_WORDS.items()},
    m.CHANGED: lambda scope, _: store.said(scope),
    m.ACTIONS_OPEN: lambda scope, _: store.actions_open(scope),
    m.ASKED: lambda scope, _: store.stays(scope),
    m.SILENT: lambda scope, _: store.stays(scope, silent=True),
    **{state: _stays(state) for state in m.STATES},
}
"""How the cases of each of MEASURES are found."""


def find_what_changed(
    connection: Connection, shown: Sequence[CountedCase]
) -> dict[str, tuple[str, ...]]:
    """What was last said that changed for the child, of cases that their reader sees, by number."""
    return {
        case.number: tuple(row.changed for row in find_actions(connection, case.id) if row.changed)
        for case in shown
    }
