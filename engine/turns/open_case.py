"""A case while it is locked: everything that is known of it inside its turn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from engine.access import Standing, answerer_of_task, may_read_child, standing_in_case
from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.diagrams import expressions
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.run import Passed, Run
from engine.diagrams.values import Value
from engine.errors import StepladderError
from engine.files import send_with_answers
from engine.history.course_acts import ANSWERED_AFTER as ANSWERED_AFTER
from engine.history.course_acts import CANCELLED as CANCELLED
from engine.history.course_acts import COMPLETED as COMPLETED
from engine.history.entries import canonical
from engine.installation import Installation
from engine.people import Person, Responsible, find_person, find_responsible
from engine.procedures import Version, load_version
from engine.store.absences import find_representing
from engine.store.cases import CaseRow, add_answer, find_parts
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow, find_open_deadlines
from engine.store.drafts import Spot
from engine.store.tasks import TaskRow, close_task, find_open_tasks, set_due

RAISER_ALONE = "raiser_alone"
"""The property that says when only the raiser may decide, and nobody who stands in."""

Part = tuple[str, str, int | None]
"""A post, the team that it is held for (empty for the service), and a person for one by name."""


class NoAnswer(StepladderError):
    """A form is answered by nobody."""


class RaisersAlone(StepladderError):
    """What somebody who stands in for the raiser may not decide (X-18)."""

    def __init__(self, raiser: str) -> None:
        """`raiser` is the name of who is away."""
        super().__init__(
            f"This waits for {raiser}, or for whoever is given the case in their place. Standing "
            "in, you can chase, give more time, move the case up and refer it."
        )


def in_whose_right(element: Element, post: str, whose: int, raiser_id: int) -> int:
    """The id of the one in whose right a task is answered by a post, if `whose` holds that post.

    Whoever has a task of the raiser by another post, as when the raiser has left, stands in for
    them (X-18).
    """
    return raiser_id if element.posts[:1] == (RAISER,) and post != RAISER else whose


class OpenCase:
    """A locked case: its row, its workflow, its open tasks and deadlines, who acts and when."""

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        case: CaseRow,
        *,
        by: Person | None,
        run: Run | None = None,
    ) -> None:
        """`run` is given for a case that was just opened; else it is thawed from the row."""
        self.installation = installation
        self.connection = connection
        self.case = case
        self.by = by
        self.for_whom: Person | None = None
        """For whom the actor stands in, where it is not in their own right that they act."""
        self.version: Version = load_version(connection, case.version_id)
        self.council: Council = installation.council(case.council)
        # Never before the last entry, whatever the machine's clock was turned back to.
        self.at: datetime = max(installation.clock.now(), case.last_at)
        self.run = run or Run.thaw(self.version.package.executable, case.state)
        self.tasks: dict[int, TaskRow] = {}
        self.deadlines: dict[int, DeadlineRow] = {}
        self.parts: set[Part] = set()
        self.moved: set[int] = set()
        self._passed = 0
        self._responsible: dict[tuple[str, str], Responsible] = {}
        self._standing: Standing | None = None
        self._representing: Mapping[int, tuple[Person, ...]] | None = None
        self._people: dict[int, Person | None] = {by.id: by} if by is not None else {}

    def go_on_with(self, version: Version, run: Run) -> None:
        """From now on the case is on that version, where `run` says that it is."""
        self.version, self.run, self._passed = version, run, len(run.passed())
        self.case = replace(self.case, version_id=version.row.id)

    def newly_passed(self) -> list[Passed]:
        """What happened in the workflow since this was last asked."""
        passed = self.run.passed()
        new, self._passed = passed[self._passed :], len(passed)
        return new

    def load(self) -> None:
        """Read what is open in the case: tasks by token, deadlines by id."""
        self.tasks = {t.token: t for t in find_open_tasks(self.connection, self.case.id)}
        self.deadlines = {d.id: d for d in find_open_deadlines(self.connection, self.case.id)}
        self.parts = find_parts(self.connection, self.case.id)

    @property
    def diagram(self) -> Diagram:
        """The diagram of the case's version."""
        return self.version.package.diagram

    @property
    def today(self) -> date:
        """The day of the turn in Europe/London."""
        return in_london(self.at).date()

    @property
    def next_sequence(self) -> int:
        """The place in the chain that the next entry will have."""
        return self.case.entries + 1

    def part_of(self, post: str) -> Part:
        """The part that a post has in this case: one person's for raiser and social worker."""
        if post == RAISER:
            return (post, "", self.case.raiser_id)
        if post == SOCIAL_WORKER and self.case.social_worker_id is not None:
            return (post, "", self.case.social_worker_id)
        known = self.council.posts.get(post)
        return (post, self.case.team if known and known.scope == "team" else "", None)

    def responsible(self, post: str, team: str) -> Responsible:
        """Who answers for a post today; asked of the store once in a turn."""
        key = (post, team)
        if key not in self._responsible:
            self._responsible[key] = find_responsible(
                self.connection, self.council, post, team, self.today
            )
        return self._responsible[key]

    def person(self, person_id: int) -> Person | None:
        """A person by id; asked of the store once in a turn."""
        if person_id not in self._people:
            self._people[person_id] = find_person(self.connection, person_id)
        return self._people[person_id]

    @property
    def standing(self) -> Standing:
        """The posts that the actor has towards this case; asked of the store once in a turn."""
        if self.by is None:
            return Standing(own=frozenset(), lent={})
        if self._standing is None:
            self._standing = standing_in_case(
                self.connection,
                self.by.id,
                self.at,
                raiser_id=self.case.raiser_id,
                social_worker_id=self.case.social_worker_id,
                team=self.case.team,
            )
        return self._standing

    def acts_by(self, posts: Collection[str]) -> bool:
        """Whether the actor may do what is for one of `posts`; for whom they do it is kept."""
        if self.standing.posts.isdisjoint(posts):
            return False
        lender = self.standing.lender(posts)
        self.for_whom = None if lender is None else self.person(lender)
        return True

    def answers(self, task_id: int) -> str:
        """The post by which the actor answers the task; for whom they do it is kept.

        Raises `NotAllowed`, and `NoAnswer` where the clock acts.
        """
        if self.by is None:
            raise NoAnswer("Only a person can answer a task.")
        post, whose = answerer_of_task(self.connection, self.case.id, task_id, self.by.id, self.at)
        task = next((each for each in self.tasks.values() if each.id == task_id), None)
        if task is not None:
            drawn = self.diagram.elements[task.element]
            whose = in_whose_right(drawn, post, whose, self.case.raiser_id)
        self.for_whom = None if whose == self.by.id else self.person(whose)
        return post

    def demand_not_raisers_alone(self, element: Element, values: Mapping[str, Value]) -> None:
        """Raise `RaisersAlone` where only the raiser decides, and somebody stands in (X-18).

        `values` are the routing values of the answer.
        """
        raiser = self.for_whom
        condition = element.properties.get(RAISER_ALONE)
        if not condition or raiser is None or raiser.id != self.case.raiser_id:
            return
        if expressions.parse(condition).holds({**self.run.values(), **values}):
            raise RaisersAlone(raiser.name)

    def represented(self, persons: tuple[Person, ...]) -> tuple[Person, ...]:
        """Those people, and whoever stands in for one of them today and may read of the child."""
        if self._representing is None:
            self._representing = find_representing(self.connection, self.council.key, self.today)
        found = {person.id: person for person in persons}
        for person in persons:
            for deputy in self._representing.get(person.id, ()):
                if may_read_child(self.connection, self.case.child_id, deputy.id):
                    found.setdefault(deputy.id, deputy)
        return tuple(found.values())

    def answering(self, post: str) -> tuple[tuple[Part, ...], tuple[Person, ...]]:
        """The parts that stand for a post in this case, and the people who have them today.

        Whoever stands in for one of them today is among the people. Where nobody has it, its line
        manager stands in, and so on up; above them all the raiser's manager, and the raiser, so
        that no case comes to a dead end (X-0, X-16).
        """
        part = self.part_of(post)
        parts: tuple[Part, ...] = (part,)
        if part[2] is not None:
            person = self.person(part[2])
            if person is not None and person.active:
                return parts, self.represented((person,))
        elif post == SOCIAL_WORKER:
            parts = ()  # the child has none of their own, and is no other one's to see
        else:
            found = self.responsible(post, part[1])
            if found.persons:
                stand_in = () if found.instead_of is None else (self.part_of(found.post),)
                return (*parts, *stand_in), self.represented(found.persons)
        for above in (post, RAISER):
            known = self.council.posts.get(above)
            manager = known.line_manager if known else None
            if manager is None:
                continue
            found = self.responsible(manager, self.part_of(manager)[1])
            if found.persons:
                return (*parts, self.part_of(found.post)), self.represented(found.persons)
        raiser = self.person(self.case.raiser_id)
        return (*parts, self.part_of(RAISER)), (raiser,) if raiser else ()

    def asked(self, element: Element) -> list[Part]:
        """The parts that a task at the element waits for, the owner of its clock first."""
        posts = self.picked(element, element.posts)
        return list(dict.fromkeys(part for post in posts for part in self.answering(post)[0]))

    def picked(self, element: Element, posts: Sequence[str]) -> list[str]:
        """Of `posts` those that the raiser picked, where the element lets them pick (A-NEL-2).

        The first is always meant: it owns the clock. Where one alone is chosen (A-HAR-6) the others
        that the element could ask are not meant, and who else is told stays.
        """
        if one := element.properties.get("chosen_by"):
            answer = str(self.run.values().get(one) or "")
            chosen = answer if answer in element.posts else element.posts[0]
            return [post for post in posts if post == chosen or post not in element.posts]
        name = element.properties.get("picked_by")
        if not name:
            return list(posts)
        chosen = str(self.run.values().get(name) or "")
        further = [p for p in posts[1:] if chosen == "both" or p in chosen.split(",")]
        return [*posts[:1], *further]

    def close(self, task: TaskRow, how: str) -> None:
        """Close an open task as done by the actor, or as `cancelled` by what happened."""
        person_id = self.by.id if self.by and how != CANCELLED else None
        close_task(self.connection, task.id, at=self.at, person_id=person_id, how=how)
        self.tasks.pop(task.token, None)

    def move_deadline(self, deadline: DeadlineRow) -> None:
        """Keep a deadline as changed; its task's due date follows at once."""
        self.deadlines[deadline.id] = deadline
        self.moved.add(deadline.id)
        if deadline.task_id is not None and deadline.closed_at is None:
            set_due(
                self.connection,
                deadline.task_id,
                due=deadline.due,
                original_due=deadline.original_due,
                overdue_at=deadline.fired_at,
            )

    def keep_answers(
        self,
        *,
        element: str,
        form: str,
        answers: Mapping[str, object],
        task_id: int | None,
        late: bool = False,
        raising_id: int | None = None,
    ) -> None:
        """Keep what the actor wrote, as part of the entry that is recorded next.

        The files in it were uploaded at the task, the act, or the concern that was being raised.
        Raises `FilesGone` where one is not there any more.
        """
        if self.by is None:
            raise NoAnswer("Only a person can answer a form.")
        asked = self.version.package.forms.get(form)
        if asked is not None and asked.asks_for_files:
            here = Spot(case_id=self.case.id, element=element, task_id=task_id)
            if raising_id is not None:
                here = Spot(case_id=None, element="", task_id=None, raising_id=raising_id)
            send_with_answers(
                self.connection,
                here,
                self.by.id,
                answers,
                form=asked,
                case_id=self.case.id,
                element=element,
                sequence=self.next_sequence,
            )
        add_answer(
            self.connection,
            case_id=self.case.id,
            sequence=self.next_sequence,
            task_id=task_id,
            element=element,
            form=form,
            content=canonical(dict(answers)),
            person_id=self.by.id,
            given_at=self.at,
            late=late,
        )
