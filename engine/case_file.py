"""The case file: everything that one person may read of a case, gathered once.

Reading takes no lock. Each look and each refusal is written to the access log.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from engine.access import (
    demand_case,
    may_see_case,
    may_see_element,
    standing_in_case,
)
from engine.access_log import note
from engine.case_clock import ElapsedDay, Held, attribute_days
from engine.case_history import HistoryLine, HistoryReader
from engine.case_waiting import Desk, Waiting, stage_in_words, title_of
from engine.cases import is_for, posts_of_act, start_event
from engine.children import Child, LegalStatus, find_child, is_looked_after, statuses_on
from engine.clock import in_london
from engine.councils import RAISER, Council
from engine.diagrams import expressions
from engine.diagrams.diagram import Element
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.installation import Installation
from engine.open_case import RAISER_ALONE, RaisersAlone
from engine.people import Person, find_person
from engine.procedures import Version, load_version
from engine.store.cases import CaseRow, find_case_by_number, find_linked_cases
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow, find_case_deadlines
from engine.store.handovers import find_handovers
from engine.store.notices import LINE, find_case_notices
from engine.tasks import COMPLETED
from engine.turn import NoCase

CAFCASS = "CAFCASS"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that the reader may do now: `label` is the button, `warning` may be empty.

    `waits_for` says why it is not theirs to do, where they only stand in for the raiser (X-18).
    """

    element: str
    label: str
    form: str
    warning: str
    waits_for: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseClock:
    """The clock of the whole case: the working days so far, and whose each of them was.

    `limit` is its working days in all, `due` the end of the last of them. `stopped_at` is set once
    what it measures is over. Instants are aware, in UTC.
    """

    started_at: datetime
    due: datetime
    limit: int
    days: tuple[ElapsedDay, ...]
    stopped_at: datetime | None

    @property
    def day(self) -> int:
        """The working days that have begun since the day on which it started, which is day 0."""
        return len(self.days)

    @property
    def is_over(self) -> bool:
        """Whether more days have begun than the limit allows."""
        return self.day > self.limit


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice to one person: its subject, and what became of it. Instants are aware, in UTC.

    `in_digest` says that it is no message of its own, but a line of a morning digest.
    """

    post: str
    person: str
    subject: str
    queued_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    problem: str
    in_digest: bool


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Where the case is on its diagram: ids of elements, of those only that the reader may see."""

    now: frozenset[str]
    done: frozenset[str]
    overdue: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """What one person may read of a case at one instant, `read_at` (aware, UTC).

    `posts` are those that the reader has towards the case. `stage` is in words. `concern` is what
    was raised, with the form's labels. `still_taken` are steps that the case has gone on without,
    and that the reader may still answer (X-33). `linked` are the numbers of linked cases that the
    reader may see. `acts_anew` are what may still be done about a closed case, in a linked one.
    `values` are the routing values, which forms may ask for. `deadlines` are all that there ever
    were, for forecasts alone: a reader may not be meant to see some of them.
    """

    case: CaseRow
    council: Council
    child: Child
    statuses: tuple[LegalStatus, ...]
    raiser: Person
    version: Version
    stage: str
    posts: frozenset[str]
    concern: tuple[tuple[str, str], ...]
    waiting: tuple[Waiting, ...]
    still_taken: tuple[Waiting, ...]
    acts: tuple[Act, ...]
    acts_anew: tuple[Act, ...]
    clock: CaseClock | None
    history: tuple[HistoryLine, ...]
    told: tuple[Told, ...]
    linked: tuple[str, ...]
    marks: Marks
    values: Mapping[str, Value]
    deadlines: tuple[DeadlineRow, ...]
    read_at: datetime

    @property
    def is_raiser(self) -> bool:
        """Whether the reader raised the case."""
        return RAISER in self.posts

    @property
    def mine(self) -> tuple[Waiting, ...]:
        """What waits for the reader, the most urgent first; without a date, the stages' own."""
        own = [each for each in self.waiting if each.task_id is not None]
        return tuple(sorted(own, key=_urgency))

    @property
    def awaited(self) -> tuple[Waiting, ...]:
        """The answers that respondents owe in the stages: the first of the two clocks."""
        return tuple(each for each in self.waiting if each.main and not each.for_raiser)


def _urgency(waiting: Waiting) -> tuple[bool, bool, datetime]:
    by = waiting.missed or waiting.due  # an answer that has not come is overdue for the raiser too
    undated = by is None
    return undated, undated and not waiting.main, by or waiting.since


def read_case_file(installation: Installation, number: str, by: Person) -> CaseFile:
    """The case with that number, as far as the person may read it.

    Raises `NotAllowed` for who has no part in it, `NoCase` when there is none. The access log says
    that they looked, or were refused.
    """
    at = installation.clock.now()
    case: CaseRow | None = None
    allowed = False
    try:
        with installation.database.read() as connection:
            # PostgreSQL takes no null character, not even to look for it.
            case = find_case_by_number(connection, number) if number.isprintable() else None
            if case is None:
                raise NoCase("There is no such case. Look for it in your list of cases.")
            demand_case(connection, case.id, by.id, at)
            file = _Reader(installation, connection, case, by, at).read()
        allowed = True
        return file
    finally:
        note(
            installation,
            by,
            "case file",
            allowed=allowed,
            case_id=case.id if case else None,
            child_id=case.child_id if case else None,
        )


class _Reader:
    """Gathers the file of one case for one person at one instant."""

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        case: CaseRow,
        reader: Person,
        at: datetime,
    ) -> None:
        self.connection = connection
        self.case = case
        self.reader = reader
        self.at = at
        self.council = installation.council(case.council)
        self.version = load_version(connection, case.version_id)
        self.diagram = self.version.package.diagram
        self.deadlines = tuple(find_case_deadlines(connection, case.id))
        self.run = Run.thaw(self.version.package.executable, case.state)
        self.standing = standing_in_case(
            connection,
            reader.id,
            at,
            raiser_id=case.raiser_id,
            social_worker_id=case.social_worker_id,
            team=case.team,
        )
        self.posts = self.standing.posts
        self.desk = Desk.of(
            connection,
            case,
            self.council,
            self.diagram,
            reader=reader,
            held=self.posts,
            at=at,
        )

    def read(self) -> CaseFile:
        child = find_child(self.connection, self.case.child_id)
        raiser = find_person(self.connection, self.case.raiser_id)
        assert child is not None  # noqa: S101  (a foreign key holds it)
        assert raiser is not None  # noqa: S101  (a foreign key holds it)
        today = in_london(self.at).date()
        waiting = self.desk.waiting()
        history = HistoryReader(self.connection, self.council, self.version, self.posts).read(
            self.case.id
        )
        return CaseFile(
            case=self.case,
            council=self.council,
            child=child,
            statuses=statuses_on(self.connection, child.id, today),
            raiser=raiser,
            version=self.version,
            stage=stage_in_words(self.council, self.case.stage),
            posts=self.posts,
            concern=self._concern(history),
            waiting=waiting,
            still_taken=self.desk.still_taken(),
            acts=tuple(self._acts(child, {m.element for m in self.run.messages()})),
            acts_anew=tuple(self._acts(child, self._anew())),
            clock=self._clock(),
            history=history,
            told=tuple(self._told()),
            linked=tuple(self._linked()),
            marks=self._marks(waiting, history),
            values=self.run.values(),
            deadlines=self.deadlines,
            read_at=self.at,
        )

    def _concern(self, history: Iterable[HistoryLine]) -> tuple[tuple[str, str], ...]:
        start = start_event(self.diagram).id
        return next((line.answers for line in history if line.element == start), ())

    def _anew(self) -> Set[str]:
        """What may be done at any time is possible after the end too, in a linked case."""
        if self.case.closed_at is None:
            return frozenset()
        events = self.diagram.elements.values()
        return {e.id for e in events if e.event == "message" and self.diagram.is_beside(e.id)}

    def _acts(self, child: Child, offered: Set[str]) -> Iterable[Act]:
        looked_after = is_looked_after(self.connection, child.id, in_london(self.at).date())
        for event in self.diagram.elements.values():  # in the order in which they are drawn
            if event.id in offered and is_for(event, self.posts) and self._may_see(event.id):
                yield Act(
                    element=event.id,
                    label=event.message or event.name,
                    form=event.form or "",
                    warning="" if looked_after else self._warning(event),
                    waits_for=self._waits_for(event),
                )

    def _waits_for(self, event: Element) -> str:
        condition = event.properties.get(RAISER_ALONE)
        whose = self.standing.lender(posts_of_act(event))
        if not condition or whose != self.case.raiser_id:
            return ""
        raiser = find_person(self.connection, whose)
        always = expressions.parse(condition).holds({})
        return str(RaisersAlone(raiser.name)) if raiser and always else ""

    def _warning(self, event: Element) -> str:
        """Before a referral to CAFCASS, where it takes none: a warning, never a block (A-LIN-7)."""
        if event.stage != CAFCASS or not self.diagram.is_beside(event.id):
            return ""
        return (
            "The record does not say that this child is looked after. CAFCASS takes referrals for "
            "looked-after children only. You can still go on: the record may be wrong."
        )

    def _may_see(self, element: str) -> bool:
        return may_see_element(self.diagram, element, self.posts)

    def _clock(self) -> CaseClock | None:
        rows = [row for row in self.deadlines if row.case_limit]
        started = self.case.clock_started_at
        if not rows or started is None:
            return None
        limit = rows[-1]
        stopped = limit.closed_at or self.case.closed_at
        calendar = self.council.calendar
        first, last = in_london(limit.received_at).date(), in_london(limit.original_due).date()
        return CaseClock(
            started_at=started,
            due=limit.due,
            limit=calendar.working_days_between(first, last, statutory=limit.statutory),
            days=attribute_days(calendar, self._held(), started=started, until=stopped or self.at),
            stopped_at=stopped,
        )

    def _held(self) -> Iterable[Held]:
        moves = find_handovers(self.connection, self.case.id)
        for task in self.desk.tasks:
            if task.stage and not self.diagram.is_beside(task.element):
                post, _, _ = self.desk.asked[task.id][0]
                starts = task.opened_at
                for move in moves.get(task.id, []):
                    yield Held(post=move.posts[0][0], starts=starts, ends=move.at)
                    starts = move.at
                yield Held(post=post, starts=starts, ends=task.closed_at)

    def _told(self) -> Iterable[Told]:
        for notice in find_case_notices(self.connection, self.case.id):
            if not self._may_see(notice.element):
                continue
            person = find_person(self.connection, notice.person_id)
            yield Told(
                post=title_of(self.council, notice.post),
                person=person.name if person else "",
                subject=notice.subject,
                queued_at=notice.queued_at,
                sent_at=notice.sent_at,
                failed_at=notice.failed_at,
                problem=notice.problem,
                in_digest=notice.template == LINE,
            )

    def _linked(self) -> Iterable[str]:
        for case_id, number in find_linked_cases(self.connection, self.case.id):
            if may_see_case(self.connection, case_id, self.reader.id, self.at):
                yield number

    def _marks(self, waiting: Iterable[Waiting], history: Iterable[HistoryLine]) -> Marks:
        now = frozenset(each.element for each in waiting)
        done = {element for line in history for element in line.reached}
        done |= {task.element for task in self.desk.tasks if task.closed_how == COMPLETED}
        return Marks(
            now=now,
            done=frozenset(filter(self._may_see, done - now)),
            overdue=frozenset(each.element for each in waiting if each.overdue),
        )
