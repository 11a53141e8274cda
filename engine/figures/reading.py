"""Reads the facts of one case off its history."""

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from engine.acts.concerns import ADDED, element_of
from engine.calendars import FIRST_YEAR, LAST_YEAR, Calendar
from engine.case_file.clock import CaseClock, held_by, read_clock
from engine.children import statuses_on
from engine.councils import RAISER, Council
from engine.figures.facts import Action, CaseFacts
from engine.figures.happenings import read_marks
from engine.figures.kept import Kept, day, read_told
from engine.figures.stays import read_stays
from engine.procedures import load_version
from engine.store.cases import CaseRow, find_answers, find_case
from engine.store.concerns import FIRST_DECISION, ConcernRow, find_actions
from engine.store.database import Connection
from engine.store.deadlines import find_case_deadlines
from engine.store.handovers import find_handovers
from engine.store.history import walk_chain
from engine.store.tasks import find_case_tasks, find_task_posts
from engine.turns.after_closing import NO_FOLLOW_UP, OVERTAKEN

NO_STATUS: Final = "no legal status recorded"
NO_OUTCOME: Final = "closed without an outcome"
_WAY_OF_READING: Final = 2
"""One more whenever facts are read otherwise: those that are kept are then read anew."""


def read_facts(connection: Connection, council: Council, case_id: int) -> CaseFacts | None:
    """The facts of a case, as its history stands; None where there is no such case."""
    case = find_case(connection, case_id)
    return None if case is None else _facts(read_kept(connection, council, case))


@lru_cache(maxsize=64)
def made_with(calendar: Calendar) -> str:
    """What facts follow from besides the history: the council's calendar, how they are read."""
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    off = [each.isoformat() for each in days if not calendar.is_working_day(each)]
    return f"{_WAY_OF_READING}:{hashlib.sha256(' '.join(off).encode()).hexdigest()[:16]}"


def read_kept(connection: Connection, council: Council, case: CaseRow) -> Kept:
    """All that is kept of a case, as of its row."""
    written = find_answers(connection, case.id)
    answers = {row.sequence: row.content for row in written}
    posts = find_task_posts(connection, case.id)
    statuses = statuses_on(connection, case.child_id, day(case.opened_at))
    return Kept(
        case=case,
        version=load_version(connection, case.version_id),
        calendar=council.calendar,
        told=tuple(
            read_told(entry, body, answers.get(entry.sequence))
            for entry, body in walk_chain(connection, case.id)
        ),
        tasks=tuple(task for task, _ in find_case_tasks(connection, case.id)),
        asked={task_id: parts[0][0] for task_id, parts in posts.items()},
        answered_in={row.task_id: row.sequence for row in written if row.task_id is not None},
        moves=find_handovers(connection, case.id),
        deadlines=tuple(find_case_deadlines(connection, case.id)),
        concerns=tuple(find_actions(connection, case.id)),
        statuses=tuple(sorted(each.status for each in statuses)),
    )


def _facts(kept: Kept) -> CaseFacts:
    case, clock = kept.case, _clock(kept)
    counted = clock if clock is not None and clock.stopped_at is not None else None
    of = [each.post for each in counted.days] if counted else []
    raisers = of.count(RAISER)
    closed = case.closed_at
    return CaseFacts(
        case_id=case.id,
        entries=case.entries,
        made_with=made_with(kept.calendar),
        council=case.council,
        procedure=kept.version.row.procedure,
        version=kept.version.row.number,
        team=case.team,
        raiser_id=case.raiser_id,
        status="; ".join(kept.statuses) or NO_STATUS,
        entry=_entry(kept),
        raised_formally=case.clock_started_at == case.opened_at,
        outcome=case.outcome or (NO_OUTCOME if closed else ""),
        opened_on=day(case.opened_at),
        formal_on=day(case.clock_started_at) if case.clock_started_at else None,
        stopped_on=day(counted.stopped_at) if counted and counted.stopped_at else None,
        closed_on=day(closed) if closed else None,
        days_to_close=kept.working_days(case.opened_at, closed) if closed else None,
        days_formal=len(of) if counted else None,
        days_respondents=len(of) - raisers - of.count(None),
        days_raiser=raisers,
        themes=tuple(dict.fromkeys(_themes(kept))),
        stays=read_stays(kept),
        marks=read_marks(kept),
        actions=tuple(_actions(kept)),
    )


def _clock(kept: Kept) -> CaseClock | None:
    held = held_by(kept.diagram, kept.tasks, kept.asked, kept.moves)
    return read_clock(kept.calendar, kept.case, kept.deadlines, held, kept.case.last_at)


def _entry(kept: Kept) -> str:
    """The stage that the case began with."""
    here = (t for t in kept.tasks if t.opened_at == kept.case.opened_at and kept.is_main(t))
    return next((task.stage for task in here), "")


def _themes(kept: Kept) -> Iterator[str]:
    for row in kept.concerns:
        if row.place < FIRST_DECISION:
            yield from row.themes.splitlines()


def _actions(kept: Kept) -> Iterator[Action]:
    for row in kept.concerns:
        if row.action or row.done or row.ask_on:
            said = day(row.asked_at) if row.asked_at else None
            given_up = _given_up_on(kept, row)
            over = said if row.ask_on is None else None
            yield Action(
                place=row.place,
                agreed_on=_agreed_on(kept, row.place),
                said_on=said,
                done=row.done,
                changed=bool(row.asked_in),
                over_on=min(filter(None, (over, given_up)), default=None),
            )


def _agreed_on(kept: Kept, place: int) -> date:
    """The day on which the history first tells of it; with the opening where its words are gone."""
    for told in kept.told:
        added = told.entry.act == ADDED and told.entry.element == element_of(place)
        if added or str(place) in told.after.get("concerns", {}):
            return day(told.entry.at)
    return day(kept.case.opened_at)


def _given_up_on(kept: Kept, row: ConcernRow) -> date | None:
    """When nothing was left to be done: the concern overtaken, or the case given up (X-10)."""
    if row.outcome == OVERTAKEN and row.settled_at is not None:
        return day(row.settled_at)
    ends = (e for e in kept.diagram.elements.values() if "outcome" in e.properties)
    given_up = {
        e.properties["outcome"] for e in ends if e.properties.get("follow_up") == NO_FOLLOW_UP
    }
    closed = kept.case.closed_at
    return day(closed) if closed is not None and kept.case.outcome in given_up else None
