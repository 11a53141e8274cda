"""The case file: everything that one person may read of a case, gathered once.

Reading takes no lock. Each look and each refusal is written to the access log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.access import (
    demand_case,
    may_see_case,
    may_see_element,
    standing_in_case,
)
from engine.acts.cases import OPENED
from engine.acts.tasks import COMPLETED
from engine.case_file.acts import Act, Offered
from engine.case_file.clock import CaseClock, Held, held_by, read_clock
from engine.case_file.history import HistoryLine, HistoryReader
from engine.case_file.told import Told, read_told
from engine.case_file.waiting import Desk, Waiting, stage_in_words
from engine.children import Child, LegalStatus, find_child, statuses_on
from engine.clock import in_london
from engine.councils import RAISER, Council
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.files import SentFile, find_case_files
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person, find_person
from engine.procedures import Version, load_version
from engine.store.cases import CaseRow, find_case_by_number, find_linked_cases
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow, find_case_deadlines
from engine.store.handovers import find_handovers
from engine.turns.turn import NoCase


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
    files: tuple[SentFile, ...]
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
        offered = Offered(
            connection=self.connection,
            case=self.case,
            diagram=self.diagram,
            standing=self.standing,
            posts=self.posts,
            today=today,
        )
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
            acts=offered.now(self.run),
            acts_anew=offered.anew(),
            clock=read_clock(
                self.council.calendar,
                self.case,
                self.deadlines,
                self._held(),
                self.at,
                self.version.package.to_decide,
                self.version.package.limit_called,
            ),
            history=history,
            told=tuple(read_told(self.connection, self.council, self.case.id, self._may_see)),
            files=find_case_files(
                self.connection, self.case.id, diagram=self.diagram, posts=self.posts
            ),
            linked=tuple(self._linked()),
            marks=self._marks(waiting, history),
            values=self.run.values(),
            deadlines=self.deadlines,
            read_at=self.at,
        )

    def _concern(self, history: Iterable[HistoryLine]) -> tuple[tuple[str, str], ...]:
        return next((line.answers for line in history if line.act == OPENED), ())

    def _may_see(self, element: str) -> bool:
        return may_see_element(self.diagram, element, self.posts)

    def _held(self) -> Iterable[Held]:
        asked = {task_id: parts[0][0] for task_id, parts in self.desk.asked.items()}
        moves = find_handovers(self.connection, self.case.id)
        return held_by(self.diagram, self.desk.tasks, asked, moves)

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
