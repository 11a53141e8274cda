"""A council in which many cases are played at once, by chance, but the same for the same seed.

Every act is the product's own: who answers, what is asked for and given, silence, referrals to
CAFCASS, concerns that are settled, actions that are followed up.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engine.acts.actions import ANSWERS, answer_follow_up
from engine.acts.concerns import OUTCOMES, Words, add_concern, settle_concern
from engine.children import Child, add_child, set_status
from engine.clock import SetClock, in_london
from engine.councils import RAISER
from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.forms import Form, as_written, check_answers
from engine.forms.form import Field
from engine.installation import Installation
from engine.people import Person, add_person, give_post
from engine.procedures import Package
from engine.rehearsal import Rehearsal
from engine.store.cases import find_case
from engine.store.concerns import find_actions
from engine.store.database import Database
from engine.store.tasks import find_case_tasks
from engine.turns.open_case import CANCELLED
from tests.stories import PROCESSES, installation_on

TEAMS = ("Team A", "Team B", "Team C", "Team D")
_AT_ONCE = 6
_STATUSES = (
    ("looked after",),
    ("child protection plan",),
    ("looked after", "child protection plan"),
)
_LONG_AGO = date(2020, 1, 1)


class Town:
    """One council's procedure with four teams and four raisers."""

    def __init__(self, package: Package, database: Database, seed: int, begins: datetime) -> None:
        self.chance = random.Random(seed)
        self.package = package
        self.clock = SetClock(begins)
        self.installation: Installation = installation_on(database, self.clock)
        self.council = self.installation.council(package.council)
        self.cases: list[int] = []
        self._shared: dict[str, Person] = {}
        self._of_team: dict[str, dict[str, Person]] = {team: {} for team in TEAMS}
        self._raisers: list[Person] = []
        self._appoint()
        self._playing: list[Rehearsal] = []

    def play(self, count: int) -> None:
        """So many more cases; some of them are left open."""
        wanted = len(self.cases) + count
        while len(self.cases) < wanted:
            while len(self._playing) < _AT_ONCE and len(self.cases) < wanted:
                self._begin()
            self._tick()
        for _ in range(4 * _AT_ONCE):
            if self._playing:
                self._tick()
        self._playing.clear()
        self._look_back()

    def person(self, post: str, team: str = TEAMS[0]) -> Person:
        """Whoever holds a post, for that team where it is held for one."""
        return self._of_team[team].get(post) or self._shared[post]

    def _appoint(self) -> None:
        with self.installation.database.write() as connection:
            for key, post in self.council.posts.items():
                if key == RAISER:
                    self._raisers = [self._add(connection, key, "", number) for number in range(4)]
                elif post.scope == "team":
                    for number, team in enumerate(TEAMS):
                        self._of_team[team][key] = self._add(connection, key, team, number)
                else:
                    self._shared[key] = self._add(connection, key, "", 0)

    def _add(self, connection: Any, key: str, team: str, number: int) -> Person:
        person = add_person(
            connection,
            council=self.council.key,
            name=f"{key.title()} {number} of {team or 'all'}",
            email=f"{key}{number}@{self.council.key}.invalid",
        )
        give_post(connection, self.council, person, key, team=team, starts=_LONG_AGO)
        return person

    def _child(self, team: str, raiser: Person) -> Child:
        number, today = len(self.cases), in_london(self.clock.now()).date()
        with self.installation.database.write() as connection:
            child = add_child(
                connection,
                council=self.council.key,
                reference=f"T-{number}",
                name=f"Town Child {number}",
                date_of_birth=date(today.year - 10, 1, 1),
                team=team,
                today=today,
                social_worker_id=self._of_team[team]["sw"].id,
                raiser_id=raiser.id,
            )
            for status in self.chance.choice(_STATUSES):
                set_status(connection, child, status, starts=date(today.year - 1, 1, 1))
        return child

    def _begin(self) -> None:
        team, raiser = self.chance.choice(TEAMS), self.chance.choice(self._raisers)
        told = Rehearsal(
            PROCESSES,
            self.package,
            self.clock.now(),
            installation=self.installation,
            people={**self._shared, **self._of_team[team], RAISER: raiser},
            child=self._child(team, raiser),
        )
        start = next(e for e in told.version.package.diagram.inside(self.package.key) if e.form)
        case = told.raise_concern(self._answers(told.form(start.form)))
        self.cases.append(case.id)
        self._playing.append(told)

    def _tick(self) -> None:
        told = self.chance.choice(self._playing)
        hours = self.chance.choice((1, 2, 5, 20, 30))
        told.move_to(self.clock.now() + timedelta(hours=hours))
        try:
            self.chance.choices(
                (self._answer, self._press, self._give_time, self._concern),
                weights=(75, 12, 8, 5),
            )[0](told)
        except StepladderError:
            return  # it was not open to them: the next tick tries something else
        if told.case().closed_at is not None or self.chance.random() < 0.01:
            self._playing.remove(told)

    def _answer(self, told: Rehearsal) -> None:
        tasks = told.tasks()
        moved_on = self._moved_on(told) if self.chance.random() < 0.1 else []
        if moved_on:
            element, form = self.chance.choice(moved_on)
            told.answer(element, self._answers(told.form(form)))
        elif tasks:
            task = self.chance.choice(tasks)
            if told.posts_of(task)[0] != RAISER and self.chance.random() < 0.4:
                return  # they are silent
            told.answer(task.element, self._answers(told.form(task.form)))

    def _moved_on(self, told: Rehearsal) -> list[tuple[str, str]]:
        """The steps that the case went on without, with their forms: an answer is still taken."""
        with told.installation.database.read() as connection:
            known = [task for task, _ in find_case_tasks(connection, told.case_id)]
        open_now = {task.element for task in known if task.closed_at is None}
        newest = {task.element: task for task in known if task.element not in open_now}
        left = (task for task in newest.values() if task.closed_how == CANCELLED)
        return [(task.element, task.form) for task in left if told.posts_of(task)[0] != RAISER]

    def _press(self, told: Rehearsal) -> None:
        run = Run.thaw(told.version.package.executable, told.case().state)
        messages = run.messages()
        if not messages:
            return
        element = self.chance.choice(messages).element
        event = told.version.package.diagram.elements[element]
        if not self._is_under_way(told, event.parent):
            told.press(element, self._answers(told.form(event.form)))

    def _is_under_way(self, told: Rehearsal, box: str) -> bool:
        """Of two referrals at once the history does not say of which a step was answered."""
        elements = told.version.package.diagram.elements
        beside = box in elements and elements[box].triggered_by_event
        return beside and any(elements[task.element].parent == box for task in told.tasks())

    def _give_time(self, told: Rehearsal) -> None:
        deadlines = told.deadlines()
        if not deadlines:
            return
        element = self.chance.choice(deadlines).element
        until = in_london(self.clock.now()).date() + timedelta(days=self.chance.randrange(2, 12))
        told.give_time(element, until, "They are away.")

    def _concern(self, told: Rehearsal) -> None:
        by = told.people[RAISER]
        if self.chance.random() < 0.5:
            words = Words(concern="Another", action="Mend it too", themes=("A theme of its own",))
            add_concern(self.installation, told.case_id, by=by, words=words)
        else:
            outcome = self.chance.choice(OUTCOMES)
            settle_concern(self.installation, told.case_id, 1, by=by, outcome=outcome, words="So.")

    def _look_back(self) -> None:
        """Some weeks later is said of some actions what became of them."""
        self.clock.set(self.clock.now() + timedelta(days=40))
        for case_id, raiser, place in list(self._asked()):
            if self.chance.random() < 0.7:
                again = self.chance.random() < 0.3
                today = in_london(self.clock.now()).date()
                answer_follow_up(
                    self.installation,
                    case_id,
                    place,
                    by=raiser,
                    done=self.chance.choice(ANSWERS),
                    changed="The child has a school.",
                    again_on=today + timedelta(days=7) if again else None,
                )

    def _asked(self) -> Iterator[tuple[int, Person, int]]:
        today = in_london(self.clock.now()).date()
        raisers = {person.id: person for person in self._raisers}
        with self.installation.database.read() as connection:
            for case_id in self.cases:
                for row in find_actions(connection, case_id):
                    if row.ask_on is not None and row.ask_on <= today:
                        case = find_case(connection, case_id)
                        assert case is not None
                        yield case_id, raisers[case.raiser_id], row.place

    # What is written into a form

    def _answers(self, form: Form | None) -> dict[str, Any]:
        if form is None:
            return {}
        answers = {f.key: self._value(f) for f in form.fields if f.asks and f.kind != "filepicker"}
        for _ in range(6):
            checked = check_answers(form, as_written(form, answers))
            if not checked.errors:
                return dict(checked.answers)
            for key in checked.errors:
                field = form.field(key)
                answers[key] = self._value(field) if field else None
        return answers

    def _value(self, field: Field) -> Any:
        if field.options and field.kind in ("radio", "select"):
            return self.chance.choice(field.options).value
        if field.options:
            count = self.chance.randrange(1, min(3, len(field.options)) + 1)
            return [each.value for each in self.chance.sample(field.options, count)]
        if field.kind == "checkbox":
            return self.chance.random() < 0.3
        if field.kind == "number":
            return field.minimum or 1
        if field.kind == "datetime":
            day = in_london(self.clock.now()) + timedelta(days=self.chance.randrange(-1, 15))
            written = {"date": f"{day:%Y-%m-%d}", "time": "10:00"}
            return written.get(field.subtype, f"{day:%Y-%m-%d}T10:00")
        if field.kind == "dynamiclist":
            return [{f.key: self._value(f) for f in field.fields if f.asks}]
        return "Some words"
