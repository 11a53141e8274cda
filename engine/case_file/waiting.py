"""Steps of a case that wait for somebody, in words: what, for whom, since when, until when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.access import may_read_child, may_see_element
from engine.acts.tasks import missed_answer
from engine.clock import in_london
from engine.councils import RAISER, Council
from engine.councils import stage_in_words as stage_in_words
from engine.diagrams.diagram import Diagram
from engine.people import Person, find_person, holders
from engine.store.absences import find_representing
from engine.store.cases import CaseRow
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow, find_open_deadlines
from engine.store.people import find_holdings
from engine.store.tasks import TaskRow, find_case_tasks, find_post_for, find_task_posts
from engine.turns.open_case import CANCELLED, Part


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A step that waits for somebody.

    `posts` are keys, the owner of the clock first, `titles` theirs; `persons` are the names of who
    holds them today, with who stands in for them. `task_id` is set where the reader may answer it,
    `deadline_id` where they may give more time. `main` is false for what runs beside the stages.
    `missed` is when an answer was due that has not come, where the step asks what to do about that.
    `hidden` says that the child is restricted and none of `persons` is named as a reader, so that
    nobody can answer (X-0). `unusual` are sentences for the raiser about who is asked, where it
    should perhaps be another.
    Instants are aware, in UTC.
    """

    element: str
    name: str
    stage: str
    posts: tuple[str, ...]
    titles: tuple[str, ...]
    persons: tuple[str, ...]
    since: datetime
    due: datetime | None
    original_due: datetime | None
    missed: datetime | None
    milestone: datetime | None
    overdue: bool
    main: bool
    hidden: bool
    task_id: int | None
    deadline_id: int | None
    unusual: tuple[str, ...] = ()

    @property
    def for_raiser(self) -> bool:
        """Whether it is the raiser who has to act."""
        return self.posts[:1] == (RAISER,)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The tasks of one case as one reader sees them; `tasks` are all that there ever were."""

    connection: Connection
    case: CaseRow
    council: Council
    diagram: Diagram
    reader: Person
    held: frozenset[str]
    today: date
    tasks: tuple[TaskRow, ...]
    asked: dict[int, list[Part]]
    representing: Mapping[int, tuple[Person, ...]]

    @classmethod
    def of(
        cls,
        connection: Connection,
        case: CaseRow,
        council: Council,
        diagram: Diagram,
        *,
        reader: Person,
        held: frozenset[str],
        at: datetime,
    ) -> "Desk":
        """The desk at an instant, for a reader with the posts `held` towards the case."""
        return cls(
            connection=connection,
            case=case,
            council=council,
            diagram=diagram,
            reader=reader,
            held=held,
            today=in_london(at).date(),
            tasks=tuple(task for task, _ in find_case_tasks(connection, case.id)),
            asked=find_task_posts(connection, case.id),
            representing=find_representing(connection, council.key, in_london(at).date()),
        )

    def waiting(self) -> tuple[Waiting, ...]:
        """The open steps that the reader may see, the oldest first; what waits for them always."""
        deadlines = find_open_deadlines(self.connection, self.case.id)
        answered_by = {t.id: self._answers_by(t) for t in self.tasks if t.closed_at is None}
        return tuple(
            self._waiting(task, answered_by[task.id], _extendable(task, deadlines))
            for task in self.tasks
            if task.closed_at is None and (answered_by[task.id] or self._may_see(task))
        )

    def still_taken(self) -> tuple[Waiting, ...]:
        """Steps the case has gone on without, which the reader may still answer (X-33)."""
        if self.case.closed_at is not None:
            return ()
        gone = [
            task
            for task in self.tasks
            if task.closed_how == CANCELLED and task.sent_back_at is None and self._may_see(task)
        ]
        return tuple(
            self._waiting(task, by, None)
            for task in gone
            if (by := self._answers_by(task)) not in (None, RAISER)
        )

    def _may_see(self, task: TaskRow) -> bool:
        return may_see_element(self.diagram, task.element, self.held)

    def _answers_by(self, task: TaskRow) -> str | None:
        return find_post_for(self.connection, task.id, self.reader.id, self.today)

    def _waiting(
        self, task: TaskRow, answers_by: str | None, deadline: DeadlineRow | None
    ) -> Waiting:
        parts = self.asked.get(task.id, [])
        posts = tuple(post for post, _, _ in parts)
        persons = self._persons(parts)
        may_extend = RAISER in self.held and posts[:1] != (RAISER,)
        return Waiting(
            element=task.element,
            name=task.name,
            stage=stage_in_words(self.council, task.stage),
            posts=posts,
            titles=tuple(title_of(self.council, post) for post in posts),
            persons=tuple(dict.fromkeys(self._name(person) for person in persons)),
            since=task.opened_at,
            due=task.due,
            original_due=task.original_due,
            missed=self._missed(task),
            milestone=task.milestone,
            overdue=task.overdue_at is not None,
            main=bool(task.stage) and not self.diagram.is_beside(task.element),
            hidden=bool(persons) and not any(self._may_read(person) for person in persons),
            task_id=task.id if answers_by else None,
            deadline_id=deadline.id if deadline and may_extend else None,
            unusual=tuple(self._unusual(task, persons)) if may_extend else (),
        )

    def _unusual(self, task: TaskRow, persons: Iterable[Person]) -> Iterator[str]:
        """What the raiser is warned of about who is asked: they choose who answers (X-17, X-20)."""
        manager = self.council.posts[RAISER].line_manager
        earlier = {
            each.closed_by: stage_in_words(self.council, each.stage)
            for each in self.tasks
            if each.closed_by is not None
            and each.stage not in ("", task.stage)
            and self._owner(each) not in (RAISER, self._owner(task))
            and not self.diagram.is_beside(each.element)
        }
        for person in persons:
            held = find_holdings(self.connection, person.id, self.today)
            if any(one.post == manager for one in held):
                yield (
                    f"{person.name} manages those who raise concerns. You can choose somebody else "
                    "to answer."
                )
            if person.id in earlier:
                stage = earlier[person.id]
                yield f"{person.name} answered at {stage} too. You can choose who answers instead."

    def _name(self, person: Person) -> str:
        """The name, with whoever stands in for them today and may read of the child."""
        names = [d.name for d in self.representing.get(person.id, ()) if self._may_read(d)]
        return f"{person.name}, for whom {' or '.join(names)} stands in" if names else person.name

    def _owner(self, task: TaskRow) -> str:
        return next((post for post, _, _ in self.asked.get(task.id, [])), "")

    def _missed(self, task: TaskRow) -> datetime | None:
        open_tasks = [each for each in self.tasks if each.closed_at is None]
        return missed_answer(self.diagram.missed_before(task.element), open_tasks)

    def _may_read(self, person: Person) -> bool:
        return may_read_child(self.connection, self.case.child_id, person.id)

    def _persons(self, parts: Iterable[Part]) -> list[Person]:
        found: list[Person] = []
        for post, team, person_id in parts:
            if person_id is not None:
                named = find_person(self.connection, person_id)
                found += [named] if named else []
            else:
                found += holders(self.connection, self.council, post, team, self.today)
        return found


def _extendable(task: TaskRow, deadlines: Iterable[DeadlineRow]) -> DeadlineRow | None:
    own = [row for row in deadlines if row.task_id == task.id and not row.case_limit]
    return min(own, key=lambda row: row.due, default=None)


def title_of(council: Council, post: str) -> str:
    """The title of a post in the council's words; the key itself where it has none."""
    known = council.posts.get(post)
    return known.title if known else post
