"""Recording: what follows from each step of a script becomes what must follow from it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from engine.diagrams.diagram import Element
from engine.errors import StepladderError
from engine.play.scenario import NO_DUE_DATE, Scenario, Step, Then
from engine.play.scripted import act, dues_in, offered_in, told_in
from engine.procedures import Package
from engine.rehearsal import Rehearsal


class NotRefused(StepladderError):
    """What a scenario says is refused was done."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A due date that a scenario expects, and what it is on another version; `step` is a title."""

    step: str
    element: str
    before: str
    after: str


def record(processes: Path, package: Package, scenario: Scenario) -> Scenario:
    """The scenario with all that followed from each of its steps on the package.

    Raises the `StepladderError` of a step that cannot be done.
    """
    steps = tuple(_replayed(processes, package, scenario, _recorded))
    return replace(scenario, steps=steps)


def renew(processes: Path, package: Package, scenario: Scenario) -> Scenario:
    """The scenario, each thing that it expects now as it is on the package; nothing more is asked.

    Raises the `StepladderError` of a step that cannot be done any more.
    """
    steps = tuple(_replayed(processes, package, scenario, _asked_again))
    return replace(scenario, steps=steps)


def renew_as_far(processes: Path, package: Package, scenario: Scenario) -> Scenario:
    """As `renew`, without the first step that cannot be done any more and all that follow it."""
    steps: list[Step] = []
    with suppress(StepladderError):
        steps.extend(_replayed(processes, package, scenario, _asked_again))
    return replace(scenario, steps=tuple(steps))


def moved_dates(before: Scenario, after: Scenario) -> tuple[Moved, ...]:
    """The due dates that are otherwise in a renewed scenario."""
    return tuple(
        Moved(step=was.title, element=element, before=due, after=(now.then.due or {})[element])
        for was, now in zip(before.steps, after.steps, strict=True)
        for element, due in (was.then.due or {}).items()
        if (now.then.due or {})[element] != due
    )


def _replayed(
    processes: Path,
    package: Package,
    scenario: Scenario,
    of: Callable[[Rehearsal], Callable[[Then, Then], Then]],
) -> Iterator[Step]:
    rehearsal = Rehearsal(processes, package, scenario.steps[0].at, statuses=scenario.statuses)
    kept = of(rehearsal)
    known = 0
    for step in scenario.steps:
        _do(rehearsal, step)
        told = told_in(rehearsal)
        yield replace(step, then=kept(step.then, _found(rehearsal, told[known:])))
        known = len(told)


def _do(rehearsal: Rehearsal, step: Step) -> None:
    rehearsal.move_to(step.at)
    try:
        act(rehearsal, step)
    except StepladderError as error:
        if step.refused is None or step.refused not in str(error):
            raise
    else:
        if step.refused is not None:
            raise NotRefused(f"{step.title}: it is not refused any more.")


def _found(rehearsal: Rehearsal, told: list[str]) -> Then:
    case, tasks = rehearsal.case(), rehearsal.tasks()
    return Then(
        open=tuple(sorted(task.element for task in tasks)),
        overdue=tuple(sorted(task.element for task in tasks if task.overdue_at is not None)),
        due=dues_in(rehearsal),
        told=tuple(sorted(set(told))),
        offered=tuple(sorted(offered_in(rehearsal))),
        stage=case.stage,
        outcome=case.outcome,
        closed=case.closed_at is not None,
    )


def _recorded(rehearsal: Rehearsal) -> Callable[[Then, Then], Then]:
    """All that followed, but for the due dates of what is no step and not the limit."""
    limits = {e.id for e in rehearsal.version.package.diagram.elements.values() if _is_limit(e)}

    def kept(_: Then, found: Then) -> Then:
        dues = {
            element: due
            for element, due in (found.due or {}).items()
            if element in limits or element in (found.open or ())
        }
        return replace(found, due=dues, offered=None)

    return kept


def _is_limit(element: Element) -> bool:
    return element.properties.get("limit") == "case"


def _asked_again(_: Rehearsal) -> Callable[[Then, Then], Then]:
    """What was asked before, as it is now; of a step that is open in addition, when it is due."""

    def kept(asked: Then, found: Then) -> Then:
        told = {*(found.told or ()), *(each.partition(":")[0] for each in found.told or ())}
        possible = set(found.offered or ())
        return Then(
            open=None if asked.open is None else found.open,
            overdue=None if asked.overdue is None else found.overdue,
            due=_dues_again(asked, found),
            told=None if asked.told is None else tuple(t for t in asked.told if t in told),
            not_told=None
            if asked.not_told is None
            else tuple(t for t in asked.not_told if t not in told),
            offered=None
            if asked.offered is None
            else tuple(each for each in asked.offered if each in possible),
            stage=None if asked.stage is None else found.stage,
            outcome=None if asked.outcome is None else found.outcome,
            closed=None if asked.closed is None else found.closed,
        )

    return kept


def _dues_again(asked: Then, found: Then) -> Mapping[str, str] | None:
    dues, open_now = found.due or {}, found.open or ()
    new = {} if asked.open is None else {e: dues[e] for e in open_now if e in dues}
    new = {element: due for element, due in new.items() if element not in (asked.open or ())}
    if asked.due is None:
        return new or None
    return {element: dues.get(element, NO_DUE_DATE) for element in asked.due} | new
