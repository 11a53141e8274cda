"""Trying a procedure out: its draft, or the version in use, played by one person as all its posts.

What was done is kept as a scenario's steps and played anew for each look, in memory: nothing real
is touched, a change of the draft holds at once, and taking a step back is exact.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.acts.cases import start_event
from engine.calendars import FIRST_YEAR, LAST_YEAR
from engine.checking import check
from engine.clock import in_london
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.errors import StepladderError
from engine.forms import Answer, Form
from engine.installation import Installation
from engine.people import Person
from engine.play import BadScenario, Event, Scenario, read_scenario
from engine.play.events import Watcher
from engine.play.scenario import Step, Then
from engine.play.scripted import act
from engine.play.writing import write_scenario
from engine.procedures import Package, latest_versions, load_version
from engine.redrawing.drafts import NoDraft, find_draft
from engine.rehearsal import Rehearsal
from engine.store.database import Connection
from engine.store.notices import NoticeRow, find_case_notices
from engine.store.scenarios import (
    TryoutRow,
    begin_tryout,
    end_tryout,
    find_tryout,
    set_tryout,
)

LONGEST: Final = 100
"""Steps of one try-out: each look plays all of them."""
_NAME: Final = "tried-out"
_NO_REASON: Final = "As the scenario says."
_MADE_UP: Final = "made-up.txt"


class NothingTried(StepladderError):
    """Nothing is being tried out, or not any more as the page was read."""


class CannotTry(StepladderError):
    """A step that cannot be done, or a scenario that cannot be kept so."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that was played: what happened by it, and what was sent to whom."""

    step: Step
    events: tuple[Event, ...]
    notices: tuple[NoticeRow, ...]


@dataclass(frozen=True, kw_only=True)
class Tryout:
    """A try-out as it stands after its steps.

    `of_draft` says that it is the draft that is tried, and not the version in use. `stopped` is why
    the step after the last of `done` cannot be done on it (any more), empty where all were.
    `elements` are those of the diagram that the case came through. `count` is how many steps are
    kept, `begins_at` when the first may be (aware, UTC).
    """

    package: Package
    of_draft: bool
    rehearsal: Rehearsal
    begins_at: datetime
    statuses: tuple[str, ...]
    done: tuple[Done, ...]
    stopped: str
    elements: frozenset[str]
    count: int

    def values(self) -> Mapping[str, Value]:
        """The case's routing values, which forms may ask for; none before there is a case."""
        if not self.done:
            return {}
        case = self.rehearsal.case()
        return Run.thaw(self.rehearsal.version.package.executable, case.state).values()

    @property
    def now(self) -> datetime:
        """What its clock shows; aware, in UTC."""
        return self.rehearsal.clock.now()


def begin(
    installation: Installation,
    key: str,
    *,
    by: Person,
    at: datetime,
    statuses: tuple[str, ...],
) -> None:
    """Begin to try the procedure out at an instant, about a child with these legal statuses.

    Raises `NotAllowed`, `NoDraft` where there is no version, `CannotTry` for a year whose bank
    holidays are not known.
    """
    _begin(installation, key, by, at, statuses, ())


def begin_with(installation: Installation, key: str, scenario: Scenario, *, by: Person) -> None:
    """Begin with the steps of a scenario, but those that are refused. Raises as `begin`."""
    done = (step for step in scenario.steps if step.refused is None)
    bare = tuple(replace(step, then=Then()) for step in done)[:LONGEST]
    _begin(installation, key, by, scenario.steps[0].at, scenario.statuses, bare)


def _begin(
    installation: Installation,
    key: str,
    by: Person,
    at: datetime,
    statuses: tuple[str, ...],
    steps: tuple[Step, ...],
) -> None:
    _package(installation, key, by)
    if not FIRST_YEAR <= in_london(at).year <= LAST_YEAR:
        raise CannotTry(f"Give a year from {FIRST_YEAR} to {LAST_YEAR}.")
    with installation.database.write() as connection:
        begin_tryout(
            connection,
            council=by.council,
            procedure=key,
            person_id=by.id,
            begins_at=at,
            statuses="\n".join(statuses),
            content=_text(statuses, steps),
        )


def read_tryout(installation: Installation, key: str, *, by: Person) -> Tryout | None:
    """What the person tries out, played; None where nothing is. Raises `NotAllowed`, `NoDraft`."""
    package, of_draft = _package(installation, key, by)
    with installation.database.read() as connection:
        row = find_tryout(connection, by.council, key, by.id)
    if row is None:
        return None
    return _played(installation, package, row, of_draft=of_draft)


def add_step(
    installation: Installation,
    key: str,
    *,
    by: Person,
    seen: int,
    does: str,
    what: str = "",
    post: str | None = None,
    answers: Mapping[str, Answer] | None = None,
    at: datetime | None = None,
    until: date | None = None,
    reason: str = _NO_REASON,
) -> None:
    """Do one more step: `does` as scenarios say it, `at` an aware instant, without one now.

    `until` (a day in Europe/London) and `reason` are of time that is given or asked for.
    `seen` is the number of steps on the page that asked for it. Raises `NothingTried`, and
    `CannotTry` with what the product says to the step.
    """
    tried = _demand(installation, key, by, seen)
    when = max(at or tried.now, tried.now)
    if max(in_london(when).year, until.year if until else 0) > LAST_YEAR:
        raise CannotTry(f"Give a year up to {LAST_YEAR}.")
    step = Step(
        number=seen + 1,
        at=when,
        does=does,
        what=what,
        post=post,
        answers=_written(answers or {}),
        until=until,
        reason=reason,
        refused=None,
        then=Then(),
    )
    try:
        tried.rehearsal.move_to(when)
        act(tried.rehearsal, step)
    except StepladderError as error:
        raise CannotTry(str(error)) from error
    with _locked(installation, key, by, seen=seen) as (connection, row):
        set_tryout(connection, row.id, _text(_statuses(row), (*_steps(row), step)))


def take_back(installation: Installation, key: str, *, by: Person, seen: int) -> None:
    """Take the last step back. Raises `NothingTried` and `CannotTry`."""
    with _locked(installation, key, by, seen=seen) as (connection, row):
        set_tryout(connection, row.id, _text(_statuses(row), _steps(row)[:-1]))


def end(installation: Installation, key: str, *, by: Person) -> None:
    """Forget what was tried out."""
    with installation.database.write() as connection:
        end_tryout(connection, by.council, key, by.id)


def form_of(tried: Tryout, name: str | None) -> Form | None:
    """A form of the procedure without its files: what is tried out has none."""
    form = tried.rehearsal.form(name)
    if form is None:
        return None
    return replace(form, fields=tuple(f for f in form.fields if f.kind != "filepicker"))


def with_files(tried: Tryout, name: str | None, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers, with a file that is made up wherever the form demands one."""
    form = tried.rehearsal.form(name)
    asked = (f.key for f in form.fields if f.kind == "filepicker" and f.required) if form else ()
    return {**answers, **{key: [_MADE_UP] for key in asked}}


def _package(installation: Installation, key: str, by: Person) -> tuple[Package, bool]:
    """The draft's files, or those in use."""
    draft = find_draft(installation, key, by)
    if draft is not None:
        return draft.package, draft.differs
    with installation.database.read() as connection:
        for row in latest_versions(connection, by.council):
            if row.procedure == key:
                return load_version(connection, row.id).package, False
    raise NoDraft("The procedure was never put to use, so there is nothing to try out.")


def _played(
    installation: Installation, package: Package, row: TryoutRow, *, of_draft: bool
) -> Tryout:
    statuses = _statuses(row)
    rehearsal = Rehearsal(
        installation.settings.processes, package, row.begins_at, statuses=statuses
    )
    watcher = Watcher(rehearsal)
    done: list[Done] = []
    stopped = ""
    steps: tuple[Step, ...] = ()
    try:
        start_event(package.diagram)
        steps = _steps(row)
        for step in steps:
            done.append(_do(rehearsal, watcher, step, sum(len(each.notices) for each in done)))
    except Exception as error:  # whatever a drawing that is not finished yet may lead to
        stopped = _why_stopped(rehearsal, package, error)
    return Tryout(
        package=package,
        of_draft=of_draft,
        rehearsal=rehearsal,
        begins_at=row.begins_at,
        statuses=statuses,
        done=tuple(done),
        stopped=stopped,
        elements=frozenset(watcher.elements),
        count=len(steps),
    )


def _why_stopped(rehearsal: Rehearsal, package: Package, error: Exception) -> str:
    """In words; raises the error again where the check finds nothing wrong with the drawing."""
    if isinstance(error, StepladderError):
        return str(error)
    posts = {key: post.title for key, post in rehearsal.council.posts.items()}
    for problem in check(package.files, key=package.key, posts=posts):
        if problem.severity == "error":
            return f"{problem.problem} {problem.mend}"
    raise error


def _do(rehearsal: Rehearsal, watcher: Watcher, step: Step, known: int) -> Done:
    rehearsal.move_to(step.at)
    act(rehearsal, step)
    with rehearsal.installation.database.read() as connection:
        notices = find_case_notices(connection, rehearsal.case_id)
    return Done(step=step, events=tuple(watcher.new_events()), notices=tuple(notices[known:]))


def _demand(installation: Installation, key: str, by: Person, seen: int) -> Tryout:
    tried = read_tryout(installation, key, by=by)
    if tried is None or tried.count != seen:
        raise _changed()
    if tried.stopped:
        raise CannotTry(f"{tried.stopped} Take the last step back first, or start again.")
    if tried.count >= LONGEST:
        raise CannotTry(f"A try-out has {LONGEST} steps at most. Start again to try more.")
    return tried


@contextmanager
def _locked(
    installation: Installation, key: str, by: Person, *, seen: int | None = None
) -> Iterator[tuple[Connection, TryoutRow]]:
    with installation.database.write() as connection:
        row = find_tryout(connection, by.council, key, by.id, lock=True)
        if row is None or (seen is not None and len(_steps(row)) != seen):
            raise _changed()
        yield connection, row


def _changed() -> NothingTried:
    return NothingTried(
        "This was changed in another window, or ended. Nothing was done. Look at how it stands now."
    )


def _steps(row: TryoutRow) -> tuple[Step, ...]:
    """Raises `CannotTry` where what was kept cannot be read."""
    try:
        return read_scenario(row.content.encode(), _NAME).steps if row.content else ()
    except BadScenario as error:
        raise CannotTry("What was tried out cannot be read any more. Start again.") from error


def _statuses(row: TryoutRow) -> tuple[str, ...]:
    return tuple(row.statuses.split("\n")) if row.statuses else ()


def _text(statuses: tuple[str, ...], steps: tuple[Step, ...]) -> str:
    if not steps:
        return ""
    whole = Scenario(name=_NAME, title=_NAME, shows=(), statuses=statuses, steps=steps)
    return write_scenario(whole).decode()


def _written(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if answer not in (None, "", [])}
