"""A rehearsal: an installation in memory with one person in each post and a clock that is set.

Whoever plays a scenario, and whoever tests, acts by post here. Every act is the product's own, with
the answers checked by its own forms; only the people are made up.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from engine.acts.asking_time import ask_for_time, refuse_time
from engine.acts.cases import open_case, press, start_event
from engine.acts.deadlines import extend, next_due, pass_time
from engine.acts.tasks import complete_task
from engine.calendars import FIRST_YEAR, LAST_YEAR
from engine.children import Child, add_child, set_status
from engine.clock import SetClock, in_london
from engine.councils import RAISER
from engine.errors import StepladderError
from engine.forms import Answer, Checked, Files, Form, as_written, check_answers
from engine.installation import Installation, memory_installation
from engine.people import Person, add_person, give_post
from engine.procedures import Package, Version, load_version, publish_new
from engine.raising import begin_raising, choose_procedure
from engine.store.cases import CaseRow, find_case
from engine.store.deadlines import DeadlineRow, find_open_deadlines
from engine.store.tasks import TaskRow, find_case_tasks, find_open_tasks, find_task_posts
from engine.store.time_requests import TimeRequest
from engine.store.versions import find_versions
from engine.writing.places import AtAct, AtRaising, AtTask, Place
from engine.writing.uploads import find_uploads, keep_file

TEAM = "Team A"
_LONG_AGO = timedelta(days=365 * 5)


class CannotPlay(StepladderError):
    """The rehearsal cannot do what it was told: no such step is open, or the form objects."""


class Rehearsal:
    """One council's procedure, played by one person a post, about one child at a time."""

    def __init__(
        self,
        processes: Path,
        package: Package,
        at: datetime,
        *,
        statuses: tuple[str, ...] = ("looked after",),
        installation: Installation | None = None,
        people: Mapping[str, Person] | None = None,
        child: Child | None = None,
    ) -> None:
        """`installation` must have a `SetClock`; without one, one in memory is made.

        `people` by post and `child` are made up where they are not given. Raises `CannotPlay` for
        a year whose bank holidays are not known.
        """
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise CannotPlay(f"Give a year from {FIRST_YEAR} to {LAST_YEAR}.")
        self.clock = SetClock(at)
        if installation is None:
            installation = memory_installation(processes, self.clock)
        elif isinstance(installation.clock, SetClock):
            self.clock = installation.clock
        self.installation = installation
        self.council = installation.council(package.council)
        self.version = self._publish(package)
        self.people = people if people is not None else self._appoint(at)
        self.child = child if child is not None else self._add_child(at, statuses)
        self.case_id = 0

    # What people do

    def raise_concern(self, answers: Mapping[str, Answer], *, post: str | None = None) -> CaseRow:
        """The raiser, or the holder of `post`, opens the case that the rehearsal is about."""
        start = start_event(self.version.package.diagram)
        who = post or RAISER
        by = self._person(who)
        mark = self._begin(start.form, answers, by)
        case = open_case(
            self.installation,
            by=by,
            child_id=self.child.id,
            version_id=self.version.row.id,
            answers=self._checked(start.form, answers, AtRaising(mark=mark), who),
            mark=mark,
        )
        self.case_id = case.id
        return case

    def answer(
        self, element: str, answers: Mapping[str, Answer], *, post: str | None = None
    ) -> CaseRow:
        """Whoever the task at `element` waits for, or the holder of `post`, answers it.

        Without an open one it is the newest that was there, and the product says what it says.
        """
        task = self.task_to_answer(element)
        who = post or self.posts_of(task)[0]
        return complete_task(
            self.installation,
            task.id,
            by=self._person(who),
            answers=self._checked(task.form, answers, AtTask(task_id=task.id), who),
        )

    def press(
        self, element: str, answers: Mapping[str, Answer], *, post: str | None = None
    ) -> CaseRow:
        """The raiser, or the holder of `post`, does the act that the message event offers."""
        event = self.version.package.diagram.elements.get(element)
        if event is None or event.message is None:
            raise CannotPlay(f"There is no message event {element} on the diagram.")
        allowed = event.properties.get("post", RAISER)
        who = post or allowed.split(",")[0].strip()
        return press(
            self.installation,
            self.case_id,
            element,
            by=self._person(who),
            answers=self._checked(
                event.form, answers, AtAct(number=self.case().number, element=element), who
            ),
        )

    def give_time(
        self, element: str, until: date, reason: str, *, post: str | None = None
    ) -> DeadlineRow:
        """The raiser, or the holder of `post`, gives more time.

        `element` is that of an open task, or of a deadline itself, as the limit of the case.
        """
        by = self._person(post or RAISER)
        deadlines = [each for each in self.deadlines() if each.element == element]
        if not deadlines:
            task = self.task_at(element)
            deadlines = [each for each in self.deadlines() if each.task_id == task.id]
        for deadline in deadlines:
            return extend(self.installation, deadline.id, by=by, until=until, reason=reason)
        raise CannotPlay(f"{element} has no deadline, so no time can be given.")

    def ask_for_time(
        self, element: str, until: date, reason: str, *, post: str | None = None
    ) -> TaskRow:
        """Whoever the task at `element` waits for, or the holder of `post`, asks for more time."""
        task = self.task_to_answer(element)
        by = self._person(post or self.posts_of(task)[0])
        return ask_for_time(self.installation, task.id, by=by, until=until, reason=reason)

    def refuse_time(self, element: str, reason: str, *, post: str | None = None) -> TimeRequest:
        """The raiser, or the holder of `post`, gives none of the time that was asked for."""
        task, by = self.task_at(element), self._person(post or RAISER)
        return refuse_time(self.installation, task.id, by=by, reason=reason)

    def move_to(self, at: datetime, seen: Callable[[], None] | None = None) -> None:
        """Let time pass until `at`; each deadline on the way passes at its own instant.

        `seen` is called after each of them.
        """
        pass_time(self.installation, at, self.clock.set, seen)

    # What there is

    def next_due(self) -> datetime | None:
        """When the next deadline passes, aware, in UTC; None when none is open."""
        return next_due(self.installation)

    def case(self) -> CaseRow:
        """The case as it is now."""
        with self.installation.database.read() as connection:
            case = find_case(connection, self.case_id)
        if case is None:
            raise CannotPlay("No concern has been raised yet. Let the first step be “raise”.")
        return case

    def tasks(self) -> list[TaskRow]:
        """The case's open tasks, the oldest first."""
        with self.installation.database.read() as connection:
            return find_open_tasks(connection, self.case_id)

    def deadlines(self) -> list[DeadlineRow]:
        """The deadlines of what is open in the case."""
        with self.installation.database.read() as connection:
            return find_open_deadlines(connection, self.case_id)

    def task_at(self, element: str) -> TaskRow:
        """The newest open task at `element`. Raises `CannotPlay` with what is open instead."""
        tasks = self.tasks()
        for task in reversed(tasks):
            if task.element == element:
                return task
        waiting = ", ".join(task.element for task in tasks) or "nothing"
        raise CannotPlay(f"{element} is not open; what waits is: {waiting}.")

    def task_to_answer(self, element: str) -> TaskRow:
        """The open task at `element`, or the newest that was closed. Raises `CannotPlay`."""
        with self.installation.database.read() as connection:
            known = [task for task, _ in find_case_tasks(connection, self.case_id)]
        here = [task for task in known if task.element == element]
        if here and all(task.closed_at is not None for task in here):
            return here[-1]
        return self.task_at(element)

    def posts_asked(self, element: str, at: datetime) -> list[str]:
        """The posts that the newest task at `element`, of those opened until `at`, waits for."""
        with self.installation.database.read() as connection:
            known = [task for task, _ in find_case_tasks(connection, self.case_id)]
        here = [task for task in known if task.element == element and task.opened_at <= at]
        return self.posts_of(here[-1]) if here else []

    def posts_of(self, task: TaskRow) -> list[str]:
        """The posts that the task waits for, the owner of the clock first. Raises `CannotPlay`."""
        with self.installation.database.read() as connection:
            asked = find_task_posts(connection, self.case_id).get(task.id, [])
        if not asked:
            raise CannotPlay(f"“{task.name}” waits for nobody. Say in the draft who does it.")
        return [post for post, _, _ in asked]

    def form(self, name: str | None) -> Form | None:
        """A form of the procedure by name."""
        return self.version.package.forms.get(name or "")

    # Setting the stage

    def _publish(self, package: Package) -> Version:
        publish_new(self.installation, package)
        with self.installation.database.read() as connection:
            known = find_versions(connection, package.council, package.key)
            same = next(version for version in known if version.hash == package.hash)
            return load_version(connection, same.id)

    def _appoint(self, at: datetime) -> dict[str, Person]:
        since = in_london(at - _LONG_AGO).date()
        people: dict[str, Person] = {}
        with self.installation.database.write() as connection:
            for key, post in self.council.posts.items():
                person = add_person(
                    connection,
                    council=self.council.key,
                    name=f"{post.title} (played)",
                    email=f"{key}@{self.council.key}.invalid",
                )
                team = TEAM if post.scope == "team" else ""
                give_post(connection, self.council, person, key, team=team, starts=since)
                people[key] = person
        return people

    def _add_child(self, at: datetime, statuses: tuple[str, ...]) -> Child:
        today = in_london(at).date()
        worker = self.people.get("sw")
        with self.installation.database.write() as connection:
            child = add_child(
                connection,
                council=self.council.key,
                reference="PLAYED-1",
                name="Played Child",
                date_of_birth=date(today.year - 10, 1, 1),
                team=TEAM,
                today=today,
                social_worker_id=worker.id if worker else None,
                raiser_id=self.people[RAISER].id,
            )
            for status in statuses:
                set_status(connection, child, status, starts=date(today.year - 1, 1, 1))
        return child

    def _person(self, post: str) -> Person:
        if post not in self.people:
            raise CannotPlay(
                f"There is no post “{post}”. Use one of: {', '.join(sorted(self.people))}."
            )
        return self.people[post]

    def _checked(
        self, name: str | None, answers: Mapping[str, Answer], place: Place, post: str
    ) -> Mapping[str, Answer]:
        """The answers as the form takes them, so that nothing is played that no page sends."""
        form = self.form(name)
        if form is None:
            return {}
        unknown = answers.keys() - {field.key for field in form.fields}
        if unknown:
            raise CannotPlay(f"The form {name} does not ask {', '.join(sorted(unknown))}.")
        files = self._upload(form, answers, place, self._person(post))
        checked: Checked = check_answers(form, as_written(form, answers), files=files)
        if checked.errors:
            problems = "; ".join(f"{key}: {text}" for key, text in checked.errors.items())
            raise CannotPlay(f"The form {name} objects: {problems}.")
        return checked.answers

    def _begin(self, name: str | None, answers: Mapping[str, Answer], by: Person) -> str:
        """Where files are raised with the concern: the mark at which they are uploaded."""
        form = self.form(name)
        if form is None or not _files_named(form, answers):
            return ""
        mark = begin_raising(self.installation, by, self.child.id)
        choose_procedure(self.installation, by, mark, self.version.row.id)
        return mark

    def _upload(self, form: Form, answers: Mapping[str, Answer], place: Place, by: Person) -> Files:
        """Files are played by name, each a text of one line."""
        named = _files_named(form, answers)
        for key, names in named.items():
            for name in names:
                content = BytesIO(f"{name}: made up for a rehearsal.\n".encode())
                keep_file(
                    self.installation, place, by=by, field=key, name=str(name), stream=content
                )
        return find_uploads(self.installation, place, by=by) if named else {}


def _files_named(form: Form, answers: Mapping[str, Answer]) -> dict[str, list[str]]:
    asked = (field.key for field in form.fields if field.kind == "filepicker")
    given = {key: answers.get(key) for key in asked}
    return {key: [str(name) for name in n] for key, n in given.items() if isinstance(n, list)}
