"""Plays a scenario step by step, and says where what followed is not what was expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.play.events import Event, Watcher, due_text
from engine.play.scenario import NO_DUE_DATE, Scenario, Step, Then
from engine.procedures import Package
from engine.rehearsal import Rehearsal
from engine.store.notices import find_case_notices


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An expectation that was not met, or an act that could not be done."""

    step: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.step}: expected {self.expected}; found {self.found.removesuffix('.')}."


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a scenario came to: all that happened, and what was not as expected.

    `elements` are those of the diagram that it came through, `well` how many of its steps went as
    expected before the first that did not.
    """

    scenario: Scenario
    events: tuple[Event, ...]
    failures: tuple[Failure, ...]
    elements: frozenset[str]
    well: int


def play_scenario(processes: Path, package: Package, scenario: Scenario) -> Played:
    """Play the scenario on the package, in memory; it stops at the first step that fails."""
    rehearsal = Rehearsal(processes, package, scenario.steps[0].at, statuses=scenario.statuses)
    watcher = Watcher(rehearsal)
    events: list[Event] = []
    failures: list[Failure] = []
    told_before = well = 0
    for step in scenario.steps:
        failures += _do(rehearsal, step)
        if rehearsal.case_id:
            events += watcher.new_events()
            if not failures:
                told = told_in(rehearsal)
                failures += _compare(rehearsal, step, told[told_before:])
                told_before = len(told)
        if failures:
            break
        well += 1
    return Played(
        scenario=scenario,
        events=tuple(events),
        failures=tuple(failures),
        elements=frozenset(watcher.elements),
        well=well,
    )


def _do(rehearsal: Rehearsal, step: Step) -> list[Failure]:
    try:
        rehearsal.move_to(step.at)
        act(rehearsal, step)
    except StepladderError as error:
        if step.refused is None:
            return [Failure(step=step.title, expected="the act to succeed", found=str(error))]
        if step.refused not in str(error):
            expected = f"a refusal that says “{step.refused}”"
            return [Failure(step=step.title, expected=expected, found=str(error))]
        return []
    if step.refused is not None:
        expected = f"a refusal that says “{step.refused}”"
        return [Failure(step=step.title, expected=expected, found="that it was done")]
    return []


def act(rehearsal: Rehearsal, step: Step) -> None:
    """Do what the step says, at the time that the rehearsal's clock shows."""
    if step.does == "raise":
        rehearsal.raise_concern(step.answers, post=step.post)
    elif step.does == "answer":
        rehearsal.answer(step.what, step.answers, post=step.post)
    elif step.does == "press":
        rehearsal.press(step.what, step.answers, post=step.post)
    elif step.does == "give time" and step.until is not None:
        rehearsal.give_time(step.what, step.until, step.reason, post=step.post)
    elif step.does == "ask for time" and step.until is not None:
        rehearsal.ask_for_time(step.what, step.until, step.reason, post=step.post)
    elif step.does == "refuse time":
        rehearsal.refuse_time(step.what, step.reason, post=step.post)


def told_in(rehearsal: Rehearsal) -> list[str]:
    """All that was sent in the case, each as `tm: chase`: the post and the message."""
    with rehearsal.installation.database.read() as connection:
        notices = find_case_notices(connection, rehearsal.case_id)
    return [f"{notice.post}: {notice.template}" for notice in notices]


def _compare(rehearsal: Rehearsal, step: Step, told: list[str]) -> list[Failure]:
    then, case, tasks = step.then, rehearsal.case(), rehearsal.tasks()
    overdue = [task.element for task in tasks if task.overdue_at is not None]
    failures = [
        *_same(step, "open", then.open, [task.element for task in tasks]),
        *_same(step, "overdue", then.overdue, overdue),
        *_due(rehearsal, step, then),
        *_sent(step, then, told),
    ]
    if then.offered is not None:
        offered = offered_in(rehearsal)
        if not offered.issuperset(then.offered):
            failures.append(_failure(step, "offered", _list(then.offered), _list(offered)))
    for name, wanted, found in (
        ("stage", then.stage, case.stage),
        ("outcome", then.outcome, case.outcome),
        ("closed", _yes(then.closed), _yes(case.closed_at is not None)),
    ):
        if wanted is not None and wanted != found:
            failures.append(_failure(step, name, wanted or "nothing", found or "nothing"))
    return failures


def _same(step: Step, name: str, wanted: tuple[str, ...] | None, found: list[str]) -> list[Failure]:
    if wanted is None or list(wanted) == sorted(found):
        return []
    return [_failure(step, name, _list(wanted), _list(found))]


def _sent(step: Step, then: Then, told: list[str]) -> list[Failure]:
    """Whoever should have been told and was not, or was and should not; with or without of what."""
    known = {*told, *(each.partition(":")[0] for each in told)}
    failures = []
    if then.told is not None and not known.issuperset(then.told):
        failures.append(_failure(step, "told", _list(then.told), _list(set(told))))
    if then.not_told is not None and known.intersection(then.not_told):
        found = f"told: {_list(set(told))}"
        failures.append(_failure(step, "not told", _list(then.not_told), found))
    return failures


def _due(rehearsal: Rehearsal, step: Step, then: Then) -> list[Failure]:
    """Due dates of open tasks, and of timers by their own element (the case's limit)."""
    if then.due is None:
        return []
    found = dues_in(rehearsal)
    return [
        _failure(step, f"due of {element}", wanted, found.get(element, NO_DUE_DATE))
        for element, wanted in then.due.items()
        if found.get(element, NO_DUE_DATE) != wanted
    ]


def dues_in(rehearsal: Rehearsal) -> Mapping[str, str]:
    """The due dates of open deadlines and of open tasks, by element, as scenarios write them."""
    found = {d.element: due_text(d.due) for d in rehearsal.deadlines()}
    return found | {t.element: due_text(t.due) for t in rehearsal.tasks() if t.due is not None}


def offered_in(rehearsal: Rehearsal) -> frozenset[str]:
    """The acts that are possible now, by their elements."""
    case, package = rehearsal.case(), rehearsal.version.package
    run = Run.thaw(package.executable, case.state)
    return frozenset(message.element for message in run.messages())


def _failure(step: Step, name: str, wanted: str, found: str) -> Failure:
    return Failure(step=step.title, expected=f"{name}: {wanted}", found=found)


def _yes(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _list(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"
